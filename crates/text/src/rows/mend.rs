//! Corrections told sentences later, the same payment told twice, and counted groups (每次4000，转了五次).
//!
//! Leaves out: a correction in the same breath, which `role` sees.

use super::attach::Draft;
use super::role::{Role, Sum};
use super::row::Doubt;
use super::said::Story;
use regex::Regex;
use std::sync::LazyLock;

/// Most rows that one counted sum can become.
const COUNT_MAX: usize = 60;

pub(super) fn mend(story: &Story, sums: &[Sum], drafts: &mut Vec<Draft>) {
    repeats(story, sums, drafts);
    counted(story, sums, drafts);
}

// ---- told twice ------------------------------------------------------------------------------------------------------

/// What the fraud side confirms, or asked for, and the victim then says to have paid is one payment.
fn repeats(story: &Story, sums: &[Sum], drafts: &mut Vec<Draft>) {
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

fn inherit_payee(drafts: &mut [Draft], from: usize, to: usize) {
    if drafts[to].payee.is_open() && !drafts[from].payee.is_open() {
        drafts[to].payee = drafts[from].payee.clone();
        drafts[to].doubt.retain(|doubt| *doubt != Doubt::PayeeUnsure);
    }
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

fn counted(story: &Story, _sums: &[Sum], drafts: &mut Vec<Draft>) {
    let mut made: Vec<Draft> = Vec::new();
    for draft in drafts.drain(..) {
        let count = if draft.role == Role::Planned {
            1
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
    *drafts = kept;
}

/// How many payments the sum stands for; 0 when it is the sum of several whose parts were not told.
fn count_of(story: &Story, draft: &Draft) -> usize {
    let phrase = &story.phrases[draft.phrase];
    let (from, to) = story.sentence_range(phrase.sentence);
    let left = story.slice(from.max(draft.start.saturating_sub(24)), draft.start);
    let right = story.slice(draft.end, to.min(draft.end + 24));
    let each = EACH_LEFT.is_match(left) || EACH_RIGHT.is_match(right);
    let count = COUNT_LEFT
        .captures_iter(left)
        .last()
        .or_else(|| COUNT_RIGHT.captures(right))
        .and_then(|c| c.name("n"))
        .and_then(|m| crate::numeral::small(m.as_str()))
        .map(|n| n as usize)
        .filter(|n| (2..=COUNT_MAX).contains(n));
    match (each, count) {
        (true, Some(count)) => count,
        _ => 1,
    }
}

/// A sum that is the sum of the counted ones right beside it.
fn drop_wholes(story: &Story, drafts: &mut Vec<Draft>) {
    let mut at = 0;
    while at + 1 < drafts.len() {
        let whole = drafts[at].amount;
        let mut end = at + 1;
        while end < drafts.len() && drafts[end].start == drafts[at + 1].start {
            end += 1;
        }
        let parts: i64 = drafts[at + 1..end].iter().filter_map(|d| d.amount).sum();
        let split = SPLIT.is_match(story.source.left(drafts[at].start, 10));
        if end - at > 2 && whole == Some(parts) && (split || drafts[at].phrase + 1 >= drafts[at + 1].phrase) {
            let head = drafts[at].clone();
            for part in &mut drafts[at + 1..end] {
                if part.at.is_none() {
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
static SPLIT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"分(?:{N}|几|多|好几|若干)\s?(?:笔|次|回|批)[^，。]{{0,6}}$"
    ))
    .expect("constant")
});
