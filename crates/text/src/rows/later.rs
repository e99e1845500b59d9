//! Corrections that come sentences later: 我翻了短信，三点多那笔是两万零六百; 更正一下，第二次是晚上6点27分; 第⑤条更正：不是6千8，是6千3;
//! 4月12日那笔收款人不是甲某，是乙某; asked by an officer and answered in the next line, too.
//!
//! A sentence that corrects says which payment it means (第二笔, 第⑤条, 晚上那笔, 我那笔) and a value that now holds. Where it is not clear
//! which payment is meant, nothing changes.
//! Leaves out: a correction in the same breath (`slip`).

use super::attach::{Draft, From};
use super::mark::What;
use super::party::{Group, Side};
use super::role::{Role, Sum};
use super::said::Story;
use regex::Regex;
use std::sync::LazyLock;

/// Most payments that corrections are looked up among.
const PAID_MAX: usize = 64;

pub(super) fn correct(story: &Story, sums: &mut [Sum], groups: &[Group], drafts: &mut Vec<Draft>) {
    let last = story.phrases.last().map_or(0, |phrase| phrase.sentence);
    let mut told: Option<(usize, Option<usize>)> = None;
    for sentence in 0..=last {
        let (from, to) = story.sentence_range(sentence);
        let text = story.slice(from, to);
        // 时间也不是三点，是15时24分: goes on about the payment of the sentence before.
        let kept = told
            .filter(|(at, _)| at + 2 >= sentence)
            .and_then(|(_, target)| target);
        let Some(trigger) = TRIGGER.find(text) else {
            continue;
        };
        let target = meant(story, drafts, (from, to)).or(kept.filter(|_| !REFERS.is_match(text)));
        told = Some((sentence, target));
        // 民警：第一笔是一万四，你手机里是一万四千八？ What is asked says only which payment is meant.
        if story.phrases[story.phrase_of(from)].speaker == Some(super::speaker::Speaker::Asker) {
            continue;
        }
        let checked = trigger.as_str() != "是" || CHECKED.is_match(story.slice(from.saturating_sub(60), to));
        if checked {
            money(story, sums, drafts, (from, to), target);
            hour(story, drafts, (from, to), target);
            if let Some(target) = target {
                payee(story, groups, drafts, (from, to), target);
            }
        }
    }
}

/// Words of correcting; a bare 是 needs a word of looking it up beside it.
static TRIGGER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        "更正|订正|有误|并非|应为|应当是|应该是|应是|改为|实为|记错|说错|写错|核对|核实|不是|其实|实际|是",
    )
    .expect("constant")
});
static CHECKED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"翻|查了|刚查|看了|核对|核实|更正|补充|短信|记错|说错|订正|并非|想起|想一下|等下|等一下|不对|应为|其实|实际|流水|明细|账单|手机上|回单").expect("constant")
});
/// Whether a sentence says which payment it means, be it clear or not.
static REFERS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"第.{1,3}[笔次回单项条]|那[笔次回]|[那这]个[0-9一二两三四五六七八九十]").expect("constant")
});

// ---- which payment -----------------------------------------------------------------------------------------------------

/// The payment that a sentence speaks of.
fn meant(story: &Story, drafts: &[Draft], range: (usize, usize)) -> Option<usize> {
    let (from, to) = range;
    let text = story.slice(from, to);
    let place = THAT
        .find(text)
        .map_or(from, |that| from + text[..that.start()].chars().count());
    let paid: Vec<usize> = (0..drafts.len())
        .filter(|d| drafts[*d].is_paid() && drafts[*d].start < place)
        .take(PAID_MAX)
        .collect();
    if let Some(found) = NTH.captures(text) {
        let n = number_of(found.name("n")?.as_str())?;
        let numbered = |d: &usize| item_of(story, drafts[*d].start) == Some(n);
        let of_item = paid.iter().copied().find(numbered);
        return of_item.or_else(|| paid.get(n.checked_sub(1)?).copied());
    }
    let that = THAT.find(text)?;
    let at = place;
    let this = THE_LAST
        .is_match(that.as_str())
        .then(|| last_in_line(story, drafts, &paid, at))
        .flatten();
    this.or_else(|| only(by_time(story, drafts, &paid, (from, at))))
        .or_else(|| only(by_sum(story, drafts, &paid, range)))
        .or_else(|| only(by_speaker(story, drafts, &paid, at)))
}

fn only(mut found: impl Iterator<Item = usize>) -> Option<usize> {
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

/// 4月12日那笔, 三点多那笔, 晚上那笔: by a time that stands right before.
fn by_time<'a>(
    story: &'a Story,
    drafts: &'a [Draft],
    paid: &'a [usize],
    range: (usize, usize),
) -> impl Iterator<Item = usize> + 'a {
    let moment = story
        .marks_in(range.0, range.1)
        .rev()
        .find_map(|i| story.moment(i).filter(|_| story.marks[i].end + 3 >= range.1));
    paid.iter().copied().filter(move |d| {
        let (Some(moment), Some(at)) = (moment, drafts[*d].at.as_ref()) else {
            return false;
        };
        if moment.has_hour() {
            moment.value.get(..13) == at.get(..13)
        } else {
            at.get(..10) == moment.day()
        }
    })
}

/// 建行那个七千: by the sum that the sentence repeats.
fn by_sum<'a>(
    story: &'a Story,
    drafts: &'a [Draft],
    paid: &'a [usize],
    range: (usize, usize),
) -> impl Iterator<Item = usize> + 'a {
    let told: Vec<i64> = story
        .marks_in(range.0, range.1)
        .filter_map(|i| story.money(i))
        .map(|money| money.fen)
        .collect();
    paid.iter()
        .copied()
        .filter(move |d| drafts[*d].amount.is_some_and(|amount| told.contains(&amount)))
}

/// 我那笔, where several tell: by who speaks in the line.
fn by_speaker<'a>(
    story: &'a Story,
    drafts: &'a [Draft],
    paid: &'a [usize],
    at: usize,
) -> impl Iterator<Item = usize> + 'a {
    let who = speaker(story, at);
    paid.iter()
        .copied()
        .filter(move |d| who.is_some() && speaker(story, drafts[*d].start) == who)
}

/// The name that stands at the head of a line before a colon or a bracket.
fn speaker(story: &Story, at: usize) -> Option<&str> {
    let (from, to) = story.line_range(story.line_of(at));
    let head = story.slice(from, to.min(from + 24));
    LINE_HEAD
        .captures(head)
        .and_then(|c| c.name("who"))
        .map(|m| m.as_str().trim())
}

fn last_in_line(story: &Story, drafts: &[Draft], paid: &[usize], at: usize) -> Option<usize> {
    let line = story.line_of(at);
    paid.iter()
        .copied()
        .rev()
        .find(|d| drafts[*d].end <= at && story.line_of(drafts[*d].start) == line)
}

/// The number that stands at the head of the line of a payment.
pub(super) fn item_of(story: &Story, at: usize) -> Option<usize> {
    let (from, to) = story.line_range(story.line_of(at));
    let head = story.slice(from, to.min(from + 8));
    number_of(ITEM.captures(head)?.name("n")?.as_str())
}

pub(super) fn number_of(text: &str) -> Option<usize> {
    let c = text.chars().next()?;
    if ('①'..='⑳').contains(&c) {
        return Some(c as usize - '①' as usize + 1);
    }
    crate::numeral::small(text).map(|n| n as usize)
}

static NTH: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"第\s?(?P<n>[一二三四五六七八九十]{1,3}|[0-9]{1,2}|[①-⑳])\s?(?:笔|次|回|单|项|条|行|个)")
        .expect("constant")
});
static THAT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:那|该|这|上述|前头|头|刚才说?的?)(?:一)?[笔次回]|[那这]个?[0-9一二两三四五六七八九十]{1,6}[千万百]|那个").expect("constant")
});
static THE_LAST: LazyLock<Regex> = LazyLock::new(|| Regex::new("^(?:该|这)").expect("constant"));
static ITEM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^\s*[（(]?(?P<n>[0-9]{1,2}|[一二三四五六七八九十]{1,3}|[①-⑳])[)）]?(?:[、.．,，：:\s)）]|[0-9]月)",
    )
    .expect("constant")
});
static LINE_HEAD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^\s*(?P<who>[\p{Han}A-Za-z]{1,8})(?:[（(][^）)]{0,16}[）)]?)?(?:电话)?(?:补充|陈述)?\s?[：:（(]",
    )
    .expect("constant")
});

// ---- what now holds ----------------------------------------------------------------------------------------------------

fn money(
    story: &Story,
    sums: &mut [Sum],
    drafts: &mut Vec<Draft>,
    range: (usize, usize),
    target: Option<usize>,
) {
    let (from, to) = range;
    let told: Vec<usize> = (0..sums.len())
        .filter(|s| {
            let start = story.marks[sums[*s].mark].start;
            // 原记第1笔6,000元有误，应为6,800元: the wrong value is only said again here.
            let here = sums[*s]
                .corrects
                .is_none_or(|old| story.marks[sums[old].mark].start >= from);
            start >= from && start < to && here && sums[*s].replaced_by.is_none()
        })
        .collect();
    for at in told {
        let mark = &story.marks[sums[at].mark];
        let left = story.slice(from.max(mark.start.saturating_sub(40)), mark.start);
        let Some(new) = story.money(sums[at].mark).filter(|_| NOW_HOLDS.is_match(left)) else {
            continue;
        };
        let near = |d: &usize| {
            let (a, b) = (drafts[*d].amount.unwrap_or(0), new.fen);
            (a - b).abs().saturating_mul(4) <= a.max(b)
        };
        let close = || {
            THAT_IS.is_match(left).then(|| {
                only((0..drafts.len()).filter(|d| drafts[*d].is_paid() && drafts[*d].start < from && near(d)))
            })
        };
        let Some(target) = target.filter(|d| near(d)).or_else(|| close().flatten()) else {
            continue;
        };
        if drafts[target].sum == at || drafts[target].start >= mark.start {
            continue;
        }
        let old = drafts[target].amount;
        drafts[target].amount = Some(new.fen);
        drafts[target].approx = new.approx;
        (drafts[target].start, drafts[target].end) = (mark.start, mark.end);
        let keep = drafts[target].sum;
        take_out(story, sums, drafts, range, (at, keep, old));
        return;
    }
}

/// The new value, and the wrong one that the sentence repeats, are no rows of their own.
fn take_out(
    story: &Story,
    sums: &mut [Sum],
    drafts: &mut Vec<Draft>,
    range: (usize, usize),
    (new, keep, old): (usize, usize, Option<i64>),
) {
    let gone: Vec<usize> = (0..sums.len())
        .filter(|s| {
            let start = story.marks[sums[*s].mark].start;
            let again = story.money(sums[*s].mark).map(|money| money.fen) == old;
            *s == new || *s != keep && again && start >= range.0 && start < range.1
        })
        .collect();
    for sum in &gone {
        sums[*sum].role = Role::Nothing;
    }
    drafts.retain(|d| d.sum == keep || !gone.contains(&d.sum));
}

fn hour(story: &Story, drafts: &mut [Draft], range: (usize, usize), target: Option<usize>) {
    let marks = story.marks_in(range.0, range.1);
    for index in marks {
        let Some(moment) = story.moment(index).filter(|m| m.has_hour()) else {
            continue;
        };
        let start = story.marks[index].start;
        let left = story.slice(range.0.max(start.saturating_sub(24)), start);
        if !NOW_HOLDS.is_match(left) {
            continue;
        }
        let Some(target) = target.or_else(|| by_wrong_hour(story, drafts, index)) else {
            continue;
        };
        // Told in the payment's own sentence it is no correction of another.
        if story.sentence_of(drafts[target].start) == story.sentence_of(start) && !CORRECTING.is_match(left) {
            continue;
        }
        let day = drafts[target]
            .at
            .as_ref()
            .and_then(|at| at.get(..10))
            .map(str::to_owned);
        let clock = moment.value.get(10..).unwrap_or_default();
        drafts[target].at = Some(match day {
            Some(day) if !moment.dated => format!("{day}{clock}"),
            _ => moment.value.clone(),
        });
        drafts[target].time_span = Some((start, story.marks[index].end));
    }
}

/// 不是七点半，是八点三十一分: the payment that has the wrong hour.
fn by_wrong_hour(story: &Story, drafts: &[Draft], index: usize) -> Option<usize> {
    let before = story.marks[..index]
        .iter()
        .rev()
        .take(3)
        .find(|m| matches!(m.what, What::Time(_)))?;
    let What::Time(wrong) = &before.what else {
        return None;
    };
    let hour = wrong.value.get(11..16)?;
    let denied = NOT.is_match(story.source.left(before.start, 4));
    let same = |at: &String| at.get(11..16) == Some(hour);
    denied
        .then(|| (0..drafts.len()).find(|d| drafts[*d].is_paid() && drafts[*d].at.as_ref().is_some_and(same)))
        .flatten()
}

fn payee(story: &Story, groups: &[Group], drafts: &mut [Draft], range: (usize, usize), target: usize) {
    let resolved = super::fill::resolve(groups);
    for (g, group) in groups.iter().enumerate() {
        if group.start < range.0 || group.start >= range.1 || matches!(group.side, Side::Payer | Side::Own) {
            continue;
        }
        let left = story.slice(range.0.max(group.start.saturating_sub(12)), group.start);
        let named = group.party.name.is_some() || group.party.account.is_some();
        if !named || !NOW_HOLDS.is_match(left) || !PAYEE_SAID.is_match(story.slice(range.0, group.start)) {
            continue;
        }
        let party = resolved
            .iter()
            .find(|known| {
                known.account.is_some() && known.name == group.party.name && group.party.account.is_none()
            })
            .unwrap_or(&resolved[g])
            .clone();
        // Whoever took it only because it stood there gives it back.
        let span = Some((group.start, group.end));
        for draft in drafts.iter_mut().filter(|d| d.payee.span == span) {
            draft.payee.clear();
        }
        drafts[target].payee.take(group, party, From::Clause);
    }
}

static PAYEE_SAID: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("收款|户名|对方|转给|转到|打给|给的|账户|账号").expect("constant"));
/// What stands right before the value that holds.
static NOW_HOLDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:应为|应当是|应该是|应是|更正为|改为|实为|其实是|实际是|实际上是|(?:时间|金额|收款人|户名)(?:均|都)?(?:是|为|：|:)|(?:^|[^不也还都就又])是|手机上是|短信是)(?:叫|给|个)?\s?$").expect("constant")
});
static CORRECTING: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("更正|应为|应该是|不是|改为|实为|时间").expect("constant"));
static THAT_IS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:那|这|前头|头)(?:一)?[笔次回]|点[多钟]?(?:的)?那?[笔次回]|手机(?:里|上)")
        .expect("constant")
});
static NOT: LazyLock<Regex> = LazyLock::new(|| Regex::new("(?:不是|并非)(?:在)?$").expect("constant"));
