//! What came of a sum that was asked for or tried: a demand that was obeyed is a payment, a try that failed is none, and what was
//! borrowed and passed on is paid.
//!
//! Leaves out: what the sum is by its own words (`role`).

use super::role::{DONE_BEHIND, Role, Sum};
use super::said::Story;
use super::speaker::Speaker;
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
    // 又说滞纳金一千零八十，也交了: no word before it says what it is; what was done says it.
    let open = sums[at].role == Role::Nothing && sums[at].unsure.is_some() && sums[at].replaced_by.is_none();
    if asked || open {
        let verdict = words
            .iter()
            .find(|word| {
                matches!(word.class, Class::Done | Class::Refuse | Class::Fail)
                    || word.class == Class::Out && (was_done(story, **word) || is_deed(story, **word, end))
            })
            .copied();
        if let Some(word) = verdict.filter(|word| !says_how_much(story, sums, at, *word)) {
            let speaker = story.phrases[story.phrase_of(word.start)].speaker;
            // 扫了，显示失败
            let failed = story.says(word.end, (word.end + 12).min(to).max(word.end), Class::Fail);
            if matches!(word.class, Class::Done | Class::Out) && speaker != Some(Speaker::Them) && !failed {
                sums[at].role = Role::Paid;
                sums[at].done_at = Some(word.start);
                sums[at].unsure = None;
                sums[at].asked = true;
            } else if open && word.class == Class::Refuse {
                sums[at].role = Role::Planned;
                sums[at].unsure = None;
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
    // 他说第一笔没到账: the fraud side says so.
    let claimed = CLAIMED.is_match(story.slice(end, failed.start));
    if claimed || other || refused_done || OTHER_FAILED.is_match(story.slice(end, failed.start)) {
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

static CLAIMED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("(?:他|她|对方|客服|那边|老师|平台|卖家|骗子)(?:又|就|还)?(?:说|讲|称)[^，。]{0,10}$")
        .expect("constant")
});

/// 付了, 转过: the verb itself says that it was done.
fn was_done(story: &Story, word: Word) -> bool {
    let near = story.slice(word.end, word.end + 3);
    story.slice(word.start, word.end).ends_with(['了', '过'])
        || DONE_BEHIND.is_match(near) && !near.starts_with('的')
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

/// 要补足尾款一千五，我两点二十从中行卡转到他给的卡; 说先打38万6，我三点五十从公司的账上，…，打给某公司: told as done though without 了.
fn is_deed(story: &Story, word: Word, after: usize) -> bool {
    let own = story.phrase_of(word.start);
    let first = (story.phrase_of(after)..=own).find(|p| {
        story.phrases[*p].start >= after && MINE.is_match(story.slice(story.phrases[*p].start, word.start))
    });
    let from = first.map_or(story.phrases[own].start.max(after), |p| story.phrases[p].start);
    let before = word.start.max(from);
    let timed = story
        .marks_in(from, before)
        .any(|i| story.moment(i).is_some_and(super::mark::Moment::has_hour));
    let asked = story.says(from, before, Class::Demand) || story.says(from, before, Class::Refuse);
    let head = story.slice(story.phrases[own].start.max(after), before);
    // 要交公证费一千三我转给群主…: told with the one who got it.
    let towards = story.slice(word.start, word.end).ends_with(['给', '到', '至']);
    let handed = towards && (matches!(head, "我" | "我就" | "我又") || own_card(head));
    let again = first.is_some() && TIME_AGAIN.is_match(story.slice(word.end, word.end + 24));
    // 我四月八号交的; 中午在农商行转的
    let dated = story.marks_in(after, before).any(|i| story.moment(i).is_some());
    let told = dated && story.source.at(word.end) == '的' && !story.says(after, before, Class::Demand);
    // 都是发的码扫的; 六百八，四号中午转。
    let all = head.starts_with("都是") || head.starts_with("全是");
    let ends = matches!(story.source.at(word.end), '。' | '，' | '；');
    let short = dated && ends && first.is_none() && head.chars().count() <= 8;
    let nominal = told
        || short
        || all && story.source.at(word.end) == '的'
        || own_card(head) && story.source.right(word.end, 2).starts_with(['的', '了'])
        || towards && OF_HIM.is_match(story.slice(word.end, word.end + 8));
    (timed && first.is_some() || handed || again || nominal) && !asked
}

/// 从我的邮政存折卡6200…转给他: with the card that it went from.
fn own_card(head: &str) -> bool {
    OWN_CARD.is_match(head)
}

static OWN_CARD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("^(?:我|他|她|其|就|又|也|是|都)*(?:从|用)(?:(?:我|他|她|其|本人|公司|店里)?(?:的|自己|那|家)|[^，。]{0,8}卡)")
        .expect("constant")
});
/// …转给他，中午十二点转的
static TIME_AGAIN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("[点分半][^，。]{0,3}(?:转|付|打|汇|交|寄)的").expect("constant"));
/// 我妹妹从她的建设银行直接打给对方的
static OF_HIM: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^(?:对方|他|她|他们|那边)的(?:是|，|。|$)").expect("constant"));

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
