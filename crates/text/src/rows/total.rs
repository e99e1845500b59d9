//! The stated total, and whether the rows give it.
//!
//! Promises: exact means to the fen; 左右 within a tenth; 八万多 from eight to below nine. Leaves out: which row is wrong.

use super::attach::{Draft, From};
use super::role::{Role, Sum};
use super::row::{Payment, Received, StatedTotal};
use super::said::Story;
use regex::Regex;
use std::sync::LazyLock;

/// The last sum told for all payments or the whole loss.
pub(super) fn stated(story: &Story, sums: &[Sum], payments: &[Payment]) -> Option<StatedTotal> {
    let totals: Vec<&Sum> = sums
        .iter()
        .filter(|sum| sum.role == Role::Total && sum.replaced_by.is_none())
        .filter(|sum| !is_running(story, sums, sum))
        .filter(|sum| {
            // 这就七千五了: said on the way.
            let left = story.source.left(story.marks[sum.mark].start, 4);
            !left.contains("这就")
        })
        .collect();
    let last = totals.last()?;
    // 应某损失13,200元，能某损失5,200元: each his own, and none for all.
    let sentence = story.phrases[last.phrase].sentence;
    let beside = totals
        .iter()
        .filter(|sum| story.phrases[sum.phrase].sentence == sentence)
        .count();
    let (from, to) = story.sentence_range(sentence);
    let money = story.money(last.mark)?;
    let paid: i64 = payments
        .iter()
        .filter_map(|p| p.amount)
        .fold(0, i64::saturating_add);
    if beside > 1 && money.fen > paid / 4 * 3 {
        // 付了95700元，扣返的，损失94618元: the last is what is left of the first.
    } else if beside > 1 && !WHOLE.is_match(story.slice(from, to)) {
        return None;
    }
    Some(StatedTotal {
        amount: money.fen,
        approx: money.approx,
    })
}

/// 这就一千二了, followed by more payments.
fn is_running(story: &Story, sums: &[Sum], total: &Sum) -> bool {
    let end = story.marks[total.mark].end;
    let more = sums
        .iter()
        .skip_while(|sum| story.marks[sum.mark].start <= end)
        .take(2)
        .any(|sum| sum.role == Role::Paid);
    let sentence = story.phrases[total.phrase].sentence;
    let (from, _) = story.sentence_range(sentence);
    let start = story.marks[total.mark].start;
    more && RUNNING.is_match(story.slice(
        from.max(start.saturating_sub(14)),
        (end + 3).min(story.source.len()),
    ))
}

static WHOLE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("共|总|合计|加起来|加一起|两|三人|二人|累计|一起").expect("constant"));
static RUNNING: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"这就|就是|已经|前面|这时|当时|那时|到这|了$").expect("constant"));

/// Sums that are told of all payments though no word says so: the one behind the payments that is exactly what they add up to, or what is
/// left of that when what came back is taken off (钱呢？我是一万七千二; 扣返的，九万四千六). And what a summary tells once more (总共付了9300，退了200).
pub(super) fn by_sum(story: &Story, sums: &mut [Sum], drafts: &mut Vec<Draft>) {
    told_once_more(story, sums, drafts);
    let first = sums.len().saturating_sub(LOOKED_BACK);
    for at in first..sums.len() {
        if sums[at].replaced_by.is_some() || !is_sum_of_all(story, sums, drafts, at) {
            continue;
        }
        sums[at].role = Role::Total;
        drafts.retain(|draft| draft.sum != at);
    }
}

/// How many sums from the end of a story can be the one that adds up the others.
const LOOKED_BACK: usize = 6;

fn is_sum_of_all(story: &Story, sums: &[Sum], drafts: &[Draft], at: usize) -> bool {
    let mark = &story.marks[sums[at].mark];
    let Some(money) = story.money(sums[at].mark) else {
        return false;
    };
    let speaker = story.phrases[sums[at].phrase].speaker;
    let asked = sums[at].role == Role::Planned && sums[at].asked;
    if asked || sums[at].role == Role::Total || speaker == Some(super::speaker::Speaker::Them) {
        return false;
    }
    let of = |role: Role| drafts.iter().filter(move |d| d.role == role && d.sum != at);
    let own_row = drafts.iter().any(|d| {
        d.sum == at
            && (d.of_list
                || d.payee.from == From::Clause
                || d.payer.from == From::Clause
                || own_time(story, d))
    });
    let behind = of(Role::Paid).all(|d| d.start < mark.start);
    let phrase = &story.phrases[sums[at].phrase];
    let given_back = story.says(phrase.start, phrase.end, super::words::Class::In);
    if own_row || !behind || given_back {
        return false;
    }
    let amount = |role: Role| of(role).filter_map(|d| d.amount).fold(0, i64::saturating_add);
    let (paid, back) = (amount(Role::Paid), amount(Role::Received));
    let several = of(Role::Paid).count() > 1;
    several && money.fen == paid || paid > 0 && back > 0 && money.fen == paid - back
}

/// The row was told with a time in its own phrase.
fn own_time(story: &Story, draft: &Draft) -> bool {
    let phrase = &story.phrases[draft.phrase];
    draft
        .time_span
        .is_some_and(|(start, _)| start >= phrase.start && start < phrase.end)
}

/// In the sentence of a total, what came back and was told before is not told of a second return.
fn told_once_more(story: &Story, sums: &[Sum], drafts: &mut Vec<Draft>) {
    let totals: Vec<usize> = sums
        .iter()
        .filter(|sum| sum.role == Role::Total && sum.replaced_by.is_none())
        .map(|sum| sum.phrase)
        .collect();
    let summing: Vec<usize> = totals
        .iter()
        .map(|phrase| story.phrases[*phrase].sentence)
        .collect();
    let in_summary = |d: &Draft| summing.contains(&story.phrases[d.phrase].sentence);
    let told: Vec<(usize, Option<i64>)> = drafts
        .iter()
        .filter(|d| d.role == Role::Received && !in_summary(d))
        .map(|d| (d.start, d.amount))
        .collect();
    let whole: i64 = told.iter().filter_map(|(_, amount)| *amount).sum();
    drafts.retain(|d| {
        let again = d.role == Role::Received
            && in_summary(d)
            && told
                .iter()
                .any(|(start, amount)| *start < d.start && (*amount == d.amount || d.amount == Some(whole)));
        !again
    });
}

/// Whether neither the payments nor the payments less what came back give the total.
pub(super) fn differs(
    story: &Story,
    total: Option<StatedTotal>,
    sums: &[Sum],
    payments: &[Payment],
    received: &[Received],
) -> bool {
    let Some(total) = total else { return false };
    if payments.iter().any(|p| p.amount.is_none()) || received.iter().any(|r| r.amount.is_none()) {
        return false;
    }
    let paid: i64 = payments
        .iter()
        .filter_map(|p| p.amount)
        .fold(0, i64::saturating_add);
    let back: i64 = received
        .iter()
        .filter_map(|r| r.amount)
        .fold(0, i64::saturating_add);
    let open_ended = sums
        .iter()
        .rev()
        .find(|sum| sum.role == Role::Total && story.money(sum.mark).is_some_and(|m| m.fen == total.amount))
        .is_some_and(|sum| {
            OPEN.is_match(story.slice(story.marks[sum.mark].start, story.marks[sum.mark].end + 2))
        });
    !(gives(total, paid, open_ended) || gives(total, paid - back, open_ended))
}

/// When the caller's own exact total does not fit and one row of which the reading was not sure makes the whole difference, that row
/// is read the other way: a demand that was taken as obeyed was not, or one that was taken as refused was paid.
pub(super) fn reconcile(story: &Story, sums: &[Sum], drafts: &mut [Draft]) {
    let Some(total) = stated(story, sums, &[]).filter(|total| !total.approx) else {
        return;
    };
    let sum_of = |role: Role| {
        drafts
            .iter()
            .filter(|d| d.role == role)
            .filter_map(|d| d.amount)
            .fold(0, i64::saturating_add)
    };
    let (paid, back) = (sum_of(Role::Paid), sum_of(Role::Received));
    let excess = paid - total.amount;
    if excess == 0 || paid - back == total.amount {
        return;
    }
    let unsure = |d: &Draft| sums[d.sum].asked || sums[d.sum].weak;
    let (from, to, wanted) = if excess > 0 {
        (Role::Paid, Role::Planned, excess)
    } else {
        (Role::Planned, Role::Paid, -excess)
    };
    let fitting: Vec<usize> = (0..drafts.len())
        .filter(|d| drafts[*d].role == from && drafts[*d].amount == Some(wanted) && unsure(&drafts[*d]))
        .take(2)
        .collect();
    if let [only] = fitting.as_slice() {
        drafts[*only].role = to;
        if to == Role::Paid {
            drafts[*only].doubts(super::row::Doubt::PlannedUnsure);
            if drafts[*only].payee.from != From::Clause {
                drafts[*only].payee.clear();
                drafts[*only].doubts(super::row::Doubt::PayeeUnsure);
            }
        }
    }
}

fn gives(total: StatedTotal, sum: i64, open_ended: bool) -> bool {
    if !total.approx {
        return sum == total.amount;
    }
    if open_ended {
        return sum >= total.amount && sum < total.amount.saturating_add(step(total.amount));
    }
    (sum - total.amount).abs().saturating_mul(10) <= total.amount
}

/// 八万多: below the next 万; 十二万多: below thirteen; 三百多: below four hundred.
fn step(amount: i64) -> i64 {
    let mut unit = 1;
    while amount % (unit * 10) == 0 && unit < 1_000_000_000_000 {
        unit *= 10;
    }
    unit
}

static OPEN: LazyLock<Regex> = LazyLock::new(|| Regex::new("多|余|几|来|出头").expect("constant"));
