//! The same payment told twice, and counted groups (每次4000，转了五次).
//!
//! Leaves out: corrections (`slip` and `later`).

use super::attach::Draft;
use super::role::{Role, Sum};
use super::row::Doubt;
use super::said::Story;
use regex::Regex;
use std::sync::LazyLock;

/// Most rows that one counted sum can become.
const COUNT_MAX: usize = 60;

// ---- told twice ------------------------------------------------------------------------------------------------------

/// What the fraud side confirms, or asked for, and the victim then says to have paid is one payment.
pub(super) fn repeats(story: &Story, sums: &[Sum], drafts: &mut Vec<Draft>) {
    messages(story, drafts);
    let mut drop = vec![false; drafts.len()];
    for at in 0..drafts.len() {
        let near = at.saturating_sub(4)..at;
        for before in near.rev() {
            if drop[before] || drop[at] || drafts[before].amount != drafts[at].amount {
                continue;
            }
            let (first, second) = (&sums[drafts[before].sum], &sums[drafts[at].sum]);
            if drafts[before].sum == drafts[at].sum {
                continue;
            }
            if second.confirms && drafts[before].is_paid() && !first.confirms {
                drop[at] = true;
            } else if first.confirms && drafts[at].is_paid() && !second.confirms {
                drop[before] = true;
            } else if first.asked && drafts[at].is_paid() && !second.asked {
                // Asked for, then paid: the demand is no row of its own.
                inherit_payee(drafts, before, at);
                drop[before] = true;
            } else if both_say_returned(story, &drafts[before], &drafts[at]) {
                drop[before] = true;
            } else if told_again(story, &drafts[before], &drafts[at]) {
                drop[at] = true;
            }
        }
    }
    let mut index = 0;
    drafts.retain(|_| {
        index += 1;
        !drop[index - 1]
    });
}

// ---- messages of a bank about a payment that was told --------------------------------------------------------------------

/// A bank's message about a payment that the caller told himself is the same payment; it knows the hour.
fn messages(story: &Story, drafts: &mut Vec<Draft>) {
    let mut drop = vec![false; drafts.len()];
    let is_message: Vec<bool> = drafts
        .iter()
        .map(|d| {
            let (from, to) = story.sentence_range(story.sentence_of(d.start));
            let from = from.max(d.start.saturating_sub(60));
            d.is_paid() && MESSAGE.is_match(story.slice(from, to.min(d.end + 20).max(d.end)))
        })
        .collect();
    for at in 0..drafts.len() {
        if !is_message[at] {
            continue;
        }
        let same = (0..drafts.len()).find(|other| {
            let d = &drafts[*other];
            !is_message[*other]
                && !drop[*other]
                && d.is_paid()
                && d.amount == drafts[at].amount
                && d.role == Role::Paid
                && compatible(d.at.as_deref(), drafts[at].at.as_deref())
        });
        let Some(same) = same else { continue };
        let message = drafts[at].clone();
        let told = &mut drafts[same];
        if message.at.as_ref().is_some_and(|at| at.contains('T'))
            && told.at.as_ref().is_none_or(|at| !at.contains('T'))
        {
            told.at.clone_from(&message.at);
            told.time_span = message.time_span;
        }
        if told.payer.is_open() {
            told.payer = message.payer.clone();
        }
        if told.payee.is_open() {
            told.payee = message.payee.clone();
        }
        drop[at] = true;
    }
    let mut index = 0;
    drafts.retain(|_| {
        index += 1;
        !drop[index - 1]
    });
}

/// Two times that can be of one payment.
fn compatible(a: Option<&str>, b: Option<&str>) -> bool {
    let (Some(a), Some(b)) = (a, b) else { return true };
    a.get(..10) == b.get(..10)
}

static MESSAGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"您(?:的)?(?:账户|卡|储蓄卡|借记卡|信用卡)?(?:尾号|尾数)|【[^】]{0,8}(?:银行|支付)】|短信(?:上|里)?(?:写|说|显示|是|，)|就是上面那").expect("constant")
});

fn inherit_payee(drafts: &mut [Draft], from: usize, to: usize) {
    drafts[to].wallet |= drafts[from].wallet;
    if drafts[to].payee.is_open() && !drafts[from].payee.is_open() {
        drafts[to].payee = drafts[from].payee.clone();
        drafts[to].doubt.retain(|doubt| *doubt != Doubt::PayeeUnsure);
    }
}

/// 客服：已退您200 / 我：200收到了: one return, said by both sides.
fn both_say_returned(story: &Story, first: &Draft, second: &Draft) -> bool {
    let side = |d: &Draft| story.phrases[story.phrase_of(d.start)].speaker;
    first.role == Role::Received
        && second.role == Role::Received
        && side(first).is_some()
        && side(second).is_some()
        && side(first) != side(second)
}

/// 这九千, 那笔九千: speaks of the one before.
fn told_again(story: &Story, before: &Draft, again: &Draft) -> bool {
    if !before.is_paid()
        || !again.is_paid()
        || again.time_span.is_some()
            && again.at.as_ref().is_some_and(|at| at.contains('T'))
            && again.at != before.at
    {
        return false;
    }
    SPOKEN_OF.is_match(story.source.left(again.start, 8))
}

static SPOKEN_OF: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:这|那|上述|前面|刚才|刚刚说)(?:一)?(?:笔|个|次)?(?:的|转的|说的)?$").expect("constant")
});

// ---- counted groups --------------------------------------------------------------------------------------------------

pub(super) fn counted(story: &Story, drafts: &mut Vec<Draft>) {
    let mut made: Vec<Draft> = Vec::new();
    for draft in drafts.drain(..) {
        let count = if draft.role == Role::Planned || draft.of_list {
            1
        } else if let Some(hours) = hours_of_each(story, &draft) {
            // 13时47分、13时59分、14时12分各付9,999元: one payment at each of the hours.
            for mark in hours {
                let mut one = draft.clone();
                if let Some(moment) = story.moment(mark) {
                    one.at = Some(moment.value.clone());
                    one.time_span = Some((story.marks[mark].start, story.marks[mark].end));
                }
                made.push(one);
            }
            continue;
        } else {
            count_of(story, &draft)
        };
        if count == 0 {
            let mut one = draft;
            one.doubts(Doubt::SplitUnknown);
            made.push(one);
            continue;
        }
        for _ in 0..count {
            made.push(draft.clone());
        }
    }
    // 分四笔转了八万，每笔两万: the whole stands beside its parts.
    let mut kept: Vec<Draft> = Vec::new();
    for draft in made {
        kept.push(draft);
    }
    drop_wholes(story, &mut kept);
    together(story, &mut kept);
    respective(story, &mut kept);
    *drafts = kept;
}

/// 押金1500和服务费300，一起转的1800: one payment, the parts say what it was for.
fn together(story: &Story, drafts: &mut Vec<Draft>) {
    let mut at = 2;
    while at < drafts.len() {
        let parts = [at - 2, at - 1].iter().all(|d| drafts[*d].is_paid());
        let sum = drafts[at - 2].amount.unwrap_or(0) + drafts[at - 1].amount.unwrap_or(0);
        let said = TOGETHER.is_match(story.source.left(drafts[at].start, 8));
        if drafts[at].is_paid() && parts && said && drafts[at].amount == Some(sum) {
            let first = drafts[at - 2].clone();
            let whole = &mut drafts[at];
            whole.at = first.at;
            whole.time_span = first.time_span;
            drafts.drain(at - 2..at);
        } else {
            at += 1;
        }
    }
}

static TOGETHER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("一(?:起|并|次)(?:性)?(?:转|付|打|汇|交)(?:的|了)$").expect("constant"));

/// 时间分别为11:02、11:08、11:15; 9时、14时20分分别付款13,600元、27,200元: each payment has its own of the hours.
fn respective(story: &Story, drafts: &mut [Draft]) {
    let mut first = 0;
    while first < drafts.len() {
        let sentence = story.sentence_of(drafts[first].start);
        let mut end = first + 1;
        while end < drafts.len() && drafts[end].is_paid() && in_row(story, &drafts[end - 1], &drafts[end]) {
            end += 1;
        }
        let (from, to) = story.sentence_range(sentence);
        let (start, last) = (drafts[first].start, drafts[end - 1].end);
        let count = end - first;
        if count > 1 && drafts[first].is_paid() {
            let behind = hours(story, last, to.min(last + 90).max(last));
            let before = hours(story, from.max(start.saturating_sub(90)), start);
            let told = [before, behind].into_iter().find(|hours| {
                hours.len() == count
                    && story
                        .slice(from.max(start.saturating_sub(90)), to.min(last + 90).max(last))
                        .contains("分别")
            });
            for (draft, mark) in drafts[first..end].iter_mut().zip(told.into_iter().flatten()) {
                if let Some(moment) = story.moment(mark) {
                    draft.at = Some(moment.value.clone());
                    draft.time_span = Some((story.marks[mark].start, story.marks[mark].end));
                }
            }
        }
        first = end;
    }
}

/// Two payments that one count made, or two sums of one list.
fn in_row(story: &Story, first: &Draft, second: &Draft) -> bool {
    first.start == second.start || second.start >= first.end && story.slice(first.end, second.start) == "、"
}

fn hours(story: &Story, from: usize, to: usize) -> Vec<usize> {
    story
        .marks_in(from, to)
        .filter(|i| story.moment(*i).is_some_and(super::mark::Moment::has_hour))
        .collect()
}

/// How many payments the sum stands for; 0 when it is the sum of several whose parts were not told.
fn count_of(story: &Story, draft: &Draft) -> usize {
    let phrase = &story.phrases[draft.phrase];
    let (from, to) = story.sentence_range(phrase.sentence);
    let left = story.slice(from.max(draft.start.saturating_sub(24)), draft.start);
    let far = story.slice(from.max(draft.start.saturating_sub(120)), draft.start);
    let right = story.slice(draft.end, to.min(draft.end + 24).max(draft.end));
    if let Some(count) = pieces(left, right) {
        return count;
    }
    let cards = draft.how == super::row::How::GiftCard && CARDS_RIGHT.is_match(right);
    let each = EACH_LEFT.is_match(left) || EACH_RIGHT.is_match(right) || cards;
    let count = COUNT_LEFT
        .captures_iter(left)
        .last()
        .or_else(|| COUNT_RIGHT.captures(right))
        .or_else(|| SPLIT_FAR.captures_iter(far).last())
        .and_then(|c| c.name("n"))
        .and_then(|m| crate::numeral::small(m.as_str()))
        .map(|n| n as usize)
        .filter(|n| (2..=COUNT_MAX).contains(n));
    match (each, count) {
        (true, Some(count)) => count,
        _ => 1,
    }
}

/// The hours that stand in one list before 各 and the sum.
fn hours_of_each(story: &Story, draft: &Draft) -> Option<Vec<usize>> {
    let (from, _) = story.sentence_range(story.phrases[draft.phrase].sentence);
    let from = from.max(draft.start.saturating_sub(70));
    if !draft.is_paid() || !EACH_OF_HOURS.is_match(story.slice(from, draft.start)) {
        return None;
    }
    let mut found: Vec<usize> = Vec::new();
    for i in story.marks_in(from, draft.start).rev() {
        if !story.moment(i).is_some_and(super::mark::Moment::has_hour) {
            continue;
        }
        let joined = found.last().is_none_or(|next| {
            matches!(
                story.slice(story.marks[i].end, story.marks[*next].start),
                "、" | "，" | "和" | "及" | "与"
            )
        });
        if !joined {
            break;
        }
        found.push(i);
    }
    found.reverse();
    (found.len() > 1).then_some(found)
}

static EACH_OF_HOURS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("各(?:转|付|打|汇|充|入|支付|转账)?(?:了)?$").expect("constant"));

/// 一千一张的买了六张; 买了四张一千的; 每张两百，买了七张; 每个两百发了四个: so many of that price.
fn pieces(left: &str, right: &str) -> Option<usize> {
    let count = |found: Option<regex::Captures<'_>>| {
        found
            .and_then(|c| c.name("n").map(|m| m.as_str().to_owned()))
            .and_then(|n| crate::numeral::small(&n))
            .map(|n| n as usize)
            .filter(|n| (1..=COUNT_MAX).contains(n))
    };
    let behind = if PRICE_LEFT.is_match(left) || PRICE_RIGHT.is_match(right) {
        count(BOUGHT_RIGHT.captures(right))
    } else {
        None
    };
    behind.or_else(|| {
        OF_PRICE
            .is_match(right)
            .then(|| count(BOUGHT_LEFT.captures(left)))
            .flatten()
    })
}

static PRICE_LEFT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("(?:每|一)(?:张|个|枚)$").expect("constant"));
static PRICE_RIGHT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^(?:元|块|块钱)?(?:一|每|1)(?:张|个|枚)").expect("constant"));
static BOUGHT_RIGHT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        "^[^。]{0,18}?(?:买|拍|发|充|送|刷)了?(?P<n>[0-9]{1,2}|[一二两三四五六七八九十]{1,3})(?:张|个|枚)",
    )
    .expect("constant")
});
static OF_PRICE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^(?:元|块|块钱)?(?:面额|面值)?的").expect("constant"));
static BOUGHT_LEFT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("(?:买|拍|发|充)了(?P<n>[0-9]{1,2}|[一二两三四五六七八九十]{1,3})(?:张|个|枚)$")
        .expect("constant")
});

/// A sum that is the sum of the counted ones right beside it.
fn drop_wholes(story: &Story, drafts: &mut Vec<Draft>) {
    let mut at = 0;
    while at + 1 < drafts.len() {
        let whole = drafts[at].amount.filter(|_| !drafts[at].of_list);
        let mut end = at + 1;
        while end < drafts.len() && drafts[end].start == drafts[at + 1].start {
            end += 1;
        }
        let parts: i64 = drafts[at + 1..end].iter().filter_map(|d| d.amount).sum();
        let split = SPLIT.is_match(story.source.left(drafts[at].start, 10));
        if end - at > 2 && whole == Some(parts) && (split || drafts[at].phrase + 1 >= drafts[at + 1].phrase) {
            let head = drafts[at].clone();
            for part in &mut drafts[at + 1..end] {
                let hour = |at: &Option<String>| at.as_ref().is_some_and(|at| at.contains('T'));
                if part.at.is_none() || hour(&head.at) && !hour(&part.at) {
                    part.at.clone_from(&head.at);
                }
                if part.payee.is_open() {
                    part.payee = head.payee.clone();
                }
                if part.payer.is_open() {
                    part.payer = head.payer.clone();
                }
            }
            drafts.remove(at);
            continue;
        }
        if split && drafts[at].is_paid() {
            drafts[at].doubts(Doubt::SplitUnknown);
        }
        at += 1;
    }
    if let Some(last) = drafts.last_mut()
        && SPLIT.is_match(story.source.left(last.start, 10))
    {
        last.doubts(Doubt::SplitUnknown);
    }
}

const N: &str = "[0-9]{1,2}|[一二两三四五六七八九十]{1,3}";
static EACH_LEFT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:各|每[笔次回张单个]|都是|均为|均是|均|面额|面值)(?:[^，。0-9]{0,6})$").expect("constant")
});
static EACH_RIGHT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:元|块|块钱)?(?:面额|面值)?(?:的)?(?:一[笔次张]|每[笔次张])").expect("constant")
});
static COUNT_LEFT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!(r"(?P<n>{N})\s?(?:笔|次|回|张|单|个)")).expect("constant"));
static COUNT_RIGHT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(r"^[^。]{{0,12}}?(?P<n>{N})\s?(?:笔|次|回|张|单)")).expect("constant")
});
static CARDS_RIGHT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"^(?:元|块)?(?:面额|面值)?(?:的)?[^0-9，。]{{0,4}}(?:{N})\s?张"
    ))
    .expect("constant")
});
static SPLIT_FAR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?:分|共|转了|打了|汇了|付了|充了|扫了|做了)(?:了)?(?P<n>{N})\s?(?:笔|次|回|批|单)"
    ))
    .expect("constant")
});
static SPLIT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"分(?:{N}|几|多|好几|若干)\s?(?:笔|次|回|批)[^，。]{{0,6}}$"
    ))
    .expect("constant")
});
