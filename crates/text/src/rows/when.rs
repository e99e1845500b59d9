//! When a payment was made: the time of its own clause, else of the clause that speaks of the deed, else the day last spoken of.
//!
//! Promises: never another payment's hour, except where one hour is said for both. Leaves out: hours corrected later (`mend`).

use super::how;
use super::role::{Role, Sum};
use super::row::How;
use super::said::Story;
use super::speaker::Speaker;
use regex::Regex;
use std::sync::LazyLock;

pub(super) type Told = (Option<String>, Option<(usize, usize)>);

/// The time of the payment whose sum stands at `place`.
pub(super) fn time_at(story: &Story, sums: &[Sum], index: usize, place: usize, times: &[Told]) -> Told {
    let index = sums.get(index).and_then(|sum| sum.corrects).unwrap_or(index);
    let own = story.phrase_of(place);
    // A price or a limit between a time and its payment does not part them.
    let floor = sums[..index]
        .iter()
        .rev()
        .take(6)
        .find(|sum| matches!(sum.role, Role::Paid | Role::Received))
        .map_or(0, |sum| story.marks[sum.mark].end)
        .min(place);
    let phrase = &story.phrases[own];
    let list = story.line_range(phrase.line);
    if let Some(handed) = handed_over(story, sums, index, place) {
        return whole(story, handed);
    }
    if let Some(sum) = sums.get(index).filter(|sum| sum.borrowed)
        && let Some(done) = sum.done_at
    {
        let deed = &story.phrases[story.phrase_of(done)];
        if let Some(i) = last_time(story, deed.start, done) {
            return whole(story, i);
        }
    }
    // In a chat, what was asked for in one line is done in another.
    if let Some(done) = sums.get(index).and_then(|sum| sum.done_at) {
        let deed = &story.phrases[story.phrase_of(done)];
        if deed.speaker.is_some() && deed.line != phrase.line {
            let (from, to) = story.line_range(deed.line);
            let hour = first_time(story, from, to).or_else(|| stamp_before(story, from, deed.speaker));
            if let Some(i) = hour {
                return whole(story, i);
            }
        }
    }
    if let Some(i) = told_of_deed(story, own) {
        return whole(story, i);
    }
    if let Some(i) = labelled_hour(story, own) {
        return whole(story, i);
    }
    // In its own phrase, before the sum and then behind it.
    if let Some(i) = last_time(story, phrase.start.max(floor), place) {
        return whole(story, i);
    }
    let ceiling = sums
        .get(index + 1)
        .map_or(phrase.end, |next| story.marks[next.mark].start.min(phrase.end));
    if let Some(i) = first_time(story, place, ceiling.max(place))
        && story.moment(i).is_some_and(|m| m.has_hour())
    {
        return whole(story, i);
    }
    // 让我付五百，我当晚七点转给他: the hour of the deed, not of the demand.
    if let Some(done) = sums.get(index).and_then(|sum| sum.done_at) {
        let deed = &story.phrases[story.phrase_of(done)];
        if let Some(i) = last_time(story, deed.start.max(place), done) {
            return whole(story, i);
        }
        if deed.speaker.is_some() && deed.line != phrase.line {
            let (from, to) = story.line_range(deed.line);
            let hour = first_time(story, from, to).or_else(|| stamp_before(story, from, deed.speaker));
            if let Some(i) = hour {
                return whole(story, i);
            }
        }
    }
    // In the phrases before it, of the same sentence.
    for back in 1..=6 {
        let Some(before) = own.checked_sub(back).map(|i| &story.phrases[i]) else {
            break;
        };
        if before.sentence != phrase.sentence || before.end <= floor && before.start < floor {
            break;
        }
        let Some(i) = last_time(story, before.start.max(floor), before.end) else {
            continue;
        };
        return if is_other_event(story, story.marks[i].end, before.end, place) {
            day_of(story, i)
        } else {
            whole(story, i)
        };
    }
    // 都是今晚六点; 十点转了八千给甲、六千给乙: one hour said for both.
    if let Some(previous) = index.checked_sub(1).map(|i| &sums[i])
        && shares_hour(story, previous, place)
    {
        return times[index - 1].clone();
    }
    // 转了五千，是昨天下午三点: told behind.
    for ahead in 1..=3 {
        let Some(next) = story.phrases.get(own + ahead) else {
            break;
        };
        let sum_there = story
            .marks_in(next.start, next.end)
            .any(|i| story.money(i).is_some());
        if next.sentence != phrase.sentence || sum_there {
            break;
        }
        if TIME_BEHIND.is_match(story.slice(next.start, next.end)) {
            let after = story.phrases.get(own + ahead + 1).filter(|after| {
                after.sentence == phrase.sentence && THAT_DAY.is_match(story.slice(after.start, after.end))
            });
            let hour = after
                .and_then(|after| first_time(story, after.start, after.end))
                .filter(|i| story.moment(*i).is_some_and(super::mark::Moment::has_hour));
            if let Some(i) = hour.or_else(|| first_time(story, next.start, next.end)) {
                return whole(story, i);
            }
        }
    }
    if let Some(next) = story.phrases.get(own + 1)
        && next.sentence == phrase.sentence
        && story
            .phrases
            .get(own + 2)
            .is_none_or(|after| after.sentence != phrase.sentence)
        && let Some(i) = first_time(story, next.start, next.end)
        && next.end - next.start <= story.marks[i].end - story.marks[i].start + 2
    {
        return whole(story, i);
    }
    if let Some(next) = story.phrases.get(own + 1)
        && next.sentence == phrase.sentence
        && TIME_BEHIND.is_match(story.slice(next.start, next.end))
        && let Some(i) = first_time(story, next.start, next.end)
        && !story
            .marks_in(next.start, next.end)
            .any(|i| story.money(i).is_some())
    {
        return whole(story, i);
    }
    // One time in a line of a chat is that line's.
    if phrase.speaker.is_some() {
        let mut times = story
            .marks_in(list.0, list.1)
            .filter(|i| story.moment(*i).is_some_and(super::mark::Moment::has_hour));
        if let (Some(i), None) = (times.next(), times.next()) {
            return whole(story, i);
        }
    }
    if let Some(i) = stamp_before(story, list.0, phrase.speaker) {
        return whole(story, i);
    }
    last_day(story, place)
}

/// …转了三万整，是打到一个私人名下，…，时间15:36: an hour that is called the time of it.
fn labelled_hour(story: &Story, own: usize) -> Option<usize> {
    let phrase = &story.phrases[own];
    let hour_in = |from: usize, to: usize| {
        first_time(story, from, to).filter(|i| story.moment(*i).is_some_and(super::mark::Moment::has_hour))
    };
    for ahead in 1..=5 {
        let next = story.phrases.get(own + ahead)?;
        let sum_there = story
            .marks_in(next.start, next.end)
            .any(|i| story.money(i).is_some());
        if next.line != phrase.line || next.sentence > phrase.sentence + 1 || sum_there {
            return None;
        }
        let text = story.slice(next.start, next.end);
        if LABELLED.is_match(text) {
            return hour_in(next.start, next.end);
        }
    }
    None
}

static LABELLED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s?(?:转账|付款|汇款)?时间(?:是|为|：|:)?\s?[^，。]{0,4}[0-9一二三四五六七八九十]|^那(?:时候)?是[^，。]{0,12}[点:][^，。]{0,5}(?:的事|的时候)").expect("constant")
});

/// 转了十五万，十点半左右转的: the hour behind, with the verb once more.
fn told_of_deed(story: &Story, own: usize) -> Option<usize> {
    let phrase = &story.phrases[own];
    for ahead in 1..=3 {
        let next = story.phrases.get(own + ahead)?;
        let sum_there = story
            .marks_in(next.start, next.end)
            .any(|i| story.money(i).is_some());
        if next.sentence != phrase.sentence || sum_there {
            return None;
        }
        let Some(i) = first_time(story, next.start, next.end) else {
            continue;
        };
        let hour = story.moment(i).is_some_and(super::mark::Moment::has_hour);
        let behind = story.slice(story.marks[i].end, next.end);
        return (hour && DEED_AGAIN.is_match(behind)).then_some(i);
    }
    None
}

static DEED_AGAIN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[^，。]{0,4}(?:转|付|打|汇|交|扫|存|充|投|寄|给)(?:过去|出去)?的").expect("constant")
});

/// Gold that is bought and then handed over leaves at the hand-over.
fn handed_over(story: &Story, sums: &[Sum], index: usize, place: usize) -> Option<usize> {
    let sum = sums.get(index)?;
    let next = sums[index + 1..]
        .iter()
        .take(6)
        .find(|next| next.role == Role::Paid)
        .map_or(story.source.len(), |next| story.marks[next.mark].start);
    let end = next.min(place + 90).min(story.source.len());
    if how::of(story, sum, place) != How::Gold {
        return None;
    }
    let deed = HANDED.find(story.slice(place, end))?;
    let at = place + story.slice(place, end)[..deed.start()].chars().count();
    last_time(story, place, at).filter(|i| story.moment(*i).is_some())
}

static HANDED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"交给|交予|交付|交到|递给|给了(?:一|那|他|她|来)|送到|拿给|当面|被.{0,8}取走|寄")
        .expect("constant")
});

fn whole(story: &Story, index: usize) -> Told {
    if in_range(story, index) {
        return day_of(story, index);
    }
    let mark = &story.marks[index];
    let value = story.moment(index).map(|moment| moment.value.clone());
    (value, Some((mark.start, mark.end)))
}

/// 从一点到两点: between two hours only the day is sure.
fn in_range(story: &Story, index: usize) -> bool {
    let hour = |i: usize| story.moment(i).is_some_and(super::mark::Moment::has_hour);
    let joined = |a: usize, b: usize| {
        hour(a) && hour(b) && RANGE.is_match(story.slice(story.marks[a].end, story.marks[b].start))
    };
    index > 0 && joined(index - 1, index) || index + 1 < story.marks.len() && joined(index, index + 1)
}

static RANGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s?(?:到|至|-|—|~|～|之间到|一直到|左右到)+\s?(?:今天|当天|昨天)?$").expect("constant")
});

fn day_of(story: &Story, index: usize) -> Told {
    let mark = &story.marks[index];
    let value = story
        .moment(index)
        .and_then(|moment| moment.day().map(str::to_owned));
    (value, Some((mark.start, mark.end)))
}

fn last_time(story: &Story, from: usize, to: usize) -> Option<usize> {
    story
        .marks_in(from, to.max(from))
        .rev()
        .find(|i| story.moment(*i).is_some())
}

fn first_time(story: &Story, from: usize, to: usize) -> Option<usize> {
    story
        .marks_in(from, to.max(from))
        .find(|i| story.moment(*i).is_some())
}

/// 九点半他说还差一点: the hour is of the call, the day holds.
fn is_other_event(story: &Story, from: usize, to: usize, place: usize) -> bool {
    let text = story.slice(from, to);
    let before = story.slice(from, place.min(from + 48).max(to));
    OTHER_EVENT.is_match(text) && !ASKS_MONEY.is_match(before)
}

/// Several sums of one breath behind one hour: 两笔，一笔6千，一笔1万4.
fn shares_hour(story: &Story, previous: &Sum, place: usize) -> bool {
    if previous.role != Role::Paid {
        return false;
    }
    let end = story.marks[previous.mark].end;
    let gap = story.slice(end, place.max(end));
    if gap.chars().count() > 40 || gap.contains(['。', '\n']) {
        return false;
    }
    let phrase = &story.phrases[previous.phrase];
    let (from, _) = story.sentence_range(phrase.sentence);
    let head = story.marks[previous.mark].start;
    let counted =
        COUNTED.is_match(story.slice(from.max(head.saturating_sub(60)), head)) && PART.is_match(gap);
    let listed = gap.starts_with('、') || LISTED.is_match(gap);
    counted || listed
}

/// A line that holds only a time stands over the lines of a chat.
fn stamp_before(story: &Story, line_start: usize, speaker: Option<Speaker>) -> Option<usize> {
    speaker?;
    let mut end = line_start;
    for _ in 0..4 {
        let line = story.line_of(end.checked_sub(1)?);
        let (from, to) = story.line_range(line);
        if let Some(i) = first_time(story, from, to) {
            let mark = &story.marks[i];
            let alone = to - from <= mark.end - mark.start + 18;
            return alone.then_some(i);
        }
        if from == 0 {
            return None;
        }
        end = from;
    }
    None
}

/// The day last spoken of, when nothing says that days went by.
fn last_day(story: &Story, place: usize) -> Told {
    let next = story.marks.partition_point(|mark| mark.start < place);
    for i in (0..next).rev().take(24) {
        let Some(moment) = story.moment(i) else { continue };
        let Some(day) = moment.day() else {
            return (None, None);
        };
        if DAYS_WENT_BY.is_match(story.slice(story.marks[i].end.max(place.saturating_sub(120)), place)) {
            return (None, None);
        }
        return (
            Some(day.to_owned()),
            Some((story.marks[i].start, story.marks[i].end)),
        );
    }
    (None, None)
}

/// 九点半他说还差一点: the payment follows at once.
static ASKS_MONEY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:说|讲|称|让|叫|喊|要)[^。]{0,20}(?:还差|差一|要|交|补|转|付|打钱|汇|充|缴|重新)")
        .expect("constant")
});

static OTHER_EVENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"接到|打来|打电话|来电|电话|加了|加我|加上|添加|联系|说|讲|称|让|叫|喊|要我|要求|借|贷|放款|返|提现|到账|聊|认识|下载|刷到|看到|看见|收到|发来|发现|推荐|拉进|进群|点了|点击|登录|注册|搜|通知|告诉|问|催|约|下班|起床|睡|上班").expect("constant")
});

static COUNTED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[两二三四五六七八九十0-9]+\s?(?:笔|次|回|单|张)").expect("constant"));

static PART: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"一[笔次回单张]|第.[笔次回单张]|另|还有|再|又|、|和").expect("constant"));

static LISTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[^，。]{0,14}、[^，。]{0,10}$|^(?:元|块)?(?:和|加|跟)$").expect("constant")
});

static TIME_BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?:转账|付款|汇款)?(?:时间|那天|当时|那是|是在|就是|是|都是|也是|大概是|大约是|应该是|好像是|在)",
    )
    .expect("constant")
});

static THAT_DAY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:那天|当天|是|大概|大约|差不多)").expect("constant"));

static DAYS_WENT_BY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"过了(?:几|两|三|四|五|好几|十几)?[天日]|几天[后之]|[两三四五六七八九十]天[后之]|前几天|过几天|没几天|隔了[几两三四五]|后面几天|过了一[周个]|几周后|几个月|陆续|之前|前些|有一天|后头几天|一段时间").expect("constant")
});
