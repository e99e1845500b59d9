//! What came of a sum that was asked for or tried: a demand that was obeyed is a payment, a try that failed is none, and what was
//! borrowed and passed on is paid.
//!
//! Leaves out: what the sum is by its own words (`role`).

use super::clause::Speaker;
use super::role::{DONE_BEHIND, Role, Sum};
use super::said::Story;
use super::words::{Class, Word};
use regex::Regex;
use std::sync::LazyLock;

/// What came of it: a demand that was obeyed is a payment, a try that failed is none.
pub(super) fn outcome(story: &Story, sums: &mut [Sum], at: usize) {
    let end = story.marks[sums[at].mark].end;
    // The fraud side's own sums in one line do not end the wait for what the victim did.
    let line = story.phrases[sums[at].phrase].line;
    let theirs = story.phrases[sums[at].phrase].speaker == Some(Speaker::Them);
    let next = sums[at + 1..]
        .iter()
        .take(6)
        .find(|next| !theirs || story.phrases[next.phrase].line != line)
        .map_or(story.source.len(), |next| {
            // What the next sum's own phrase says is of that sum.
            let phrase = story.phrases[story.phrase_of(story.marks[next.mark].start)].start;
            if phrase > end {
                phrase
            } else {
                story.marks[next.mark].start
            }
        });
    let sentence = story.phrases[sums[at].phrase].sentence;
    let mut to = story
        .sentence_range(sentence + 1)
        .1
        .max(story.sentence_range(sentence).1);
    if story.phrases[sums[at].phrase].speaker == Some(Speaker::Them) {
        to = story.sentence_range(sentence + 3).1.max(to);
    }
    let to = to.min(next).min(end + 90);
    let words = story.words_in(end, to.max(end));
    if sums[at].borrowed && sums[at].role == Role::Nothing {
        let same = story.sentence_range(sentence).1.min(to).max(end);
        let deed = story
            .words_in(end, same)
            .iter()
            .find(|word| {
                matches!(
                    word.class,
                    Class::Out | Class::Done | Class::Demand | Class::Refuse | Class::Fail
                )
            })
            .copied();
        // 借了三万元，三点二十分转到他指定的账户: what was borrowed is what was paid.
        if let Some(word) = deed.filter(|word| matches!(word.class, Class::Out | Class::Done))
            && passed_on(story, end, word)
        {
            sums[at].role = Role::Paid;
            sums[at].weak = true;
            sums[at].done_at = Some(word.start);
        }
        return;
    }
    let asked = sums[at].asked && sums[at].role == Role::Planned;
    if asked {
        let verdict = words
            .iter()
            .find(|word| {
                matches!(word.class, Class::Done | Class::Refuse | Class::Fail)
                    || word.class == Class::Out
                        && (DONE_BEHIND.is_match(story.slice(word.end, word.end + 3))
                            || is_deed(story, **word, end))
            })
            .copied();
        if let Some(word) = verdict.filter(|word| !says_how_much(story, sums, at, *word)) {
            let speaker = story.phrases[story.phrase_of(word.start)].speaker;
            // 扫了，显示失败
            let failed = story.says(word.end, (word.end + 12).min(to).max(word.end), Class::Fail);
            if matches!(word.class, Class::Done | Class::Out) && speaker != Some(Speaker::Them) && !failed {
                sums[at].role = Role::Paid;
                sums[at].done_at = Some(word.start);
            }
        }
        return;
    }
    if sums[at].role != Role::Paid {
        return;
    }
    if bare_verb(story, &sums[at]) {
        sums[at].weak = true;
        sums[at].done_at = deed_behind(story, sums[at].phrase, next);
    }
    let same = story.sentence_range(sentence).1.min(to);
    let failed = story
        .words_in(end, same.max(end))
        .iter()
        .find(|word| matches!(word.class, Class::Fail | Class::Refuse));
    let Some(failed) = failed.copied() else { return };
    // 转了5000，后来提现失败: what failed is the way back.
    let other = story
        .words_in(end, failed.start)
        .iter()
        .any(|word| matches!(word.class, Class::In | Class::Demand));
    let object = HAS_OBJECT.is_match(story.slice(failed.end, failed.end + 2));
    let refused_done = failed.class == Class::Refuse && (object || !bare_verb(story, &sums[at]));
    if other || refused_done || OTHER_FAILED.is_match(story.slice(end, failed.start)) {
        return;
    }
    sums[at].role = Role::Planned;
    let again = words
        .iter()
        .find(|word| word.start > failed.end && word.class == Class::Done)
        .copied();
    if let Some(word) = again
        && AGAIN.is_match(story.slice(failed.end, word.end))
    {
        sums[at].retried = Some(word.start);
    }
}

/// The deed stands in a phrase of its own with an hour, or says 了.
fn passed_on(story: &Story, after: usize, word: Word) -> bool {
    let phrase = &story.phrases[story.phrase_of(word.start)];
    let from = phrase.start.max(after);
    let timed = story
        .marks_in(from, word.start.max(from))
        .any(|i| story.moment(i).is_some_and(super::mark::Moment::has_hour));
    phrase.start >= after
        && (timed || word.class == Class::Done || DONE_BEHIND.is_match(story.slice(word.end, word.end + 3)))
}

/// 先垫4万 / 转好了，三万: what was done is told with a sum of its own.
fn says_how_much(story: &Story, sums: &[Sum], at: usize, word: Word) -> bool {
    sums[at + 1..]
        .iter()
        .take(6)
        .map(|next| story.marks[next.mark].start)
        .find(|start| *start >= word.end)
        .is_some_and(|start| ONLY_PAUSE.is_match(story.slice(word.end, start)))
}

static ONLY_PAUSE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:账|过去)?(?:了)?[\s，,：:]{0,2}(?:就|是)?$").expect("constant"));

/// 要补足尾款一千五，我两点二十从中行卡转到他给的卡: told as done though without 了.
fn is_deed(story: &Story, word: Word, after: usize) -> bool {
    let phrase = &story.phrases[story.phrase_of(word.start)];
    let from = phrase.start.max(after);
    let timed = story
        .marks_in(from, word.start.max(from))
        .any(|i| story.moment(i).is_some_and(super::mark::Moment::has_hour));
    let mine = MINE.is_match(story.slice(from, word.start.max(from)));
    let asked = story.says(from, word.start.max(from), Class::Demand)
        || story.says(from, word.start.max(from), Class::Refuse);
    let head = story.slice(from, word.start.max(from));
    // 要交公证费一千三我转给群主…: told with the one who got it.
    let handed = matches!(head, "我" | "我就" | "我又")
        && story.slice(word.start, word.end).ends_with(['给', '到', '至']);
    (timed && mine || handed) && !asked
}

static MINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("^(?:我|其|本人|报警人|报案人|受害人|他用|她用|他就|她就|当天|当晚)").expect("constant")
});

/// 先付订金500元，我当晚七点四十分用支付宝转给他: the deed is told behind, with its own hour.
fn deed_behind(story: &Story, phrase: usize, next: usize) -> Option<usize> {
    let own = &story.phrases[phrase];
    let after = story.phrases.get(phrase + 1)?;
    if after.sentence != own.sentence || after.end > next {
        return None;
    }
    let word = story
        .words_in(after.start, after.end)
        .iter()
        .find(|word| matches!(word.class, Class::Out | Class::Done))?;
    let timed = story
        .marks_in(after.start, word.start)
        .any(|i| story.moment(i).is_some_and(super::mark::Moment::has_hour));
    timed.then_some(word.start)
}

/// Told without 了: it may not have been done.
fn bare_verb(story: &Story, sum: &Sum) -> bool {
    let mark = &story.marks[sum.mark];
    let phrase = &story.phrases[sum.phrase];
    let word = story.words_in(phrase.start, mark.start).last().copied();
    word.is_none_or(|word| {
        word.class == Class::Out && !DONE_BEHIND.is_match(story.slice(word.end, word.end + 3))
    })
}

static OTHER_FAILED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"提现|提不|取现|出金|登录|登陆|联系|再转|再次|又|要我|让我|第二|第三|下一|最后")
        .expect("constant")
});

static HAS_OBJECT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:体检|费|押金|保证|尾款|税|这|那|第|后|剩)").expect("constant"));

static AGAIN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"又|再|重新|重转|第二|换|改|后来|才|多试|试").expect("constant"));
