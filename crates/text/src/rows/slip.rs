//! Corrections in the same breath: the value that was put right keeps the place of the wrong one.
//!
//! Leaves out: corrections that come sentences later (`mend`).

use super::role::{Role, Sum};
use super::said::Story;
use regex::Regex;
use std::sync::LazyLock;

pub(super) fn corrections(story: &Story, sums: &mut [Sum]) {
    for at in 1..sums.len() {
        let before = at - 1;
        let (from, to) = (
            story.marks[sums[before].mark].end,
            story.marks[sums[at].mark].start,
        );
        let gap = story.slice(from, to);
        if gap.chars().count() > 24 {
            continue;
        }
        let left = story.source.left(story.marks[sums[before].mark].start, 3);
        if left.ends_with("不是") && NOT_BUT.is_match(gap) {
            not_but(story, sums, before, at);
        } else if corrects(gap) {
            // （原记9,000元有误，应为9,060元）: the one that was recorded is the one before it.
            let old = match sums[before].replaced_by {
                Some(recorded) if recorded < before => recorded,
                _ => before,
            };
            replace(sums, old, at);
        } else if WAS_WRONG
            .is_match(story.slice(story.marks[sums[at].mark].end, story.marks[sums[at].mark].end + 8))
            && RECORDED.is_match(gap)
        {
            // 12,600元（原记16,200有误）: the second is the wrong one.
            sums[at].role = Role::Nothing;
            sums[at].replaced_by = Some(before);
        }
    }
}

/// 那笔不是六千，是五千六: the sum told before is the wrong one.
fn not_but(story: &Story, sums: &mut [Sum], wrong: usize, right: usize) {
    let fen = |sum: &Sum| story.money(sum.mark).map(|money| money.fen);
    let told = (0..wrong)
        .rev()
        .take(16)
        .find(|at| sums[*at].role == Role::Paid && fen(&sums[*at]) == fen(&sums[wrong]));
    let old = told.unwrap_or(wrong);
    sums[wrong].role = Role::Nothing;
    sums[wrong].replaced_by = Some(right);
    if told.is_some() {
        sums[right].role = Role::Nothing;
        replace(sums, old, right);
    }
}

static NOT_BUT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:元|块)?[，,、\s]*(?:而|应该|其实|实际)?是$").expect("constant"));

fn replace(sums: &mut [Sum], old: usize, new: usize) {
    sums[old].replaced_by = Some(new);
    sums[new].corrects = Some(old);
    let weak = matches!(sums[new].role, Role::Nothing | Role::Planned) || sums[new].unsure.is_some();
    if weak || sums[old].role != Role::Nothing {
        sums[new].role = sums[old].role;
        sums[new].asked = sums[old].asked;
        sums[new].taken = sums[old].taken;
        sums[new].unsure = None;
    }
    sums[old].role = Role::Nothing;
}

/// Whether the words between two things put the second in the place of the first.
pub(super) fn corrects(gap: &str) -> bool {
    CORRECTED.is_match(gap) && !FELT_WRONG.is_match(gap)
}

/// 我觉得不对: a suspicion, not a correction.
static FELT_WRONG: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:觉得|感觉|发现|意识到|有点|有些|越想越|察觉)[^，。]{0,4}不对|(?:备注|卡号|账号|姓名|信息|户名)[^，。]{0,4}(?:写错|填错|打错|错)").expect("constant")
});

static CORRECTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"不对|不是[，,、—…\s]|不是$|[，,、—…\s]不是|^不是|说错|讲错|记错|念错|报错了|搞错了，是|更正|应该是|应当是|应为|改成|改为|纠正|哦不|噢不|啊不|口误|准确说|准确地说|确切说|写错|打错|看错|算错|不不|实际是|实际上是|其实是|订正|(?:查了|翻了|看了)(?:下|一下)?(?:短信|手机|明细|账单|流水|记录)[^，。]{0,4}是$|^[，,、。\s]*错了").expect("constant")
});

static WAS_WRONG: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:元|块)?(?:的)?(?:有误|是错|为误|系误|错了|不对|写错|记错|笔误)").expect("constant")
});

static RECORDED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"原记|原写|原登记|误记|误写|前记|之前记|之前说|刚才说|前面说|原报|原先说|先前")
        .expect("constant")
});
