//! Marks on accounts whose rows show a pattern, each with the rows that show it.
//!
//! | mark | 事件特征码 | shown by |
//! |---|---|---|
//! | fan-in 分散入集中出 | 3006 | within a day: at least `many` receipts from `others`, at most a third as many payments, sums within a tenth |
//! | fan-out 集中入分散出 | 3007 | the mirror image |
//! | many between two 连续多笔 | 3008 | at least three each way between the same two |
//! | pass-through 快进快出 | – | nine tenths of a receipt leave within minutes |
//! | split and gather 先散后聚 | – | one pays at least two others, who pay the same one on within a day |
//! | round trip 资金回流 | – | most of a payment comes back to its payer within four steps and a day |
//! | cash-out 取现 | – | cash or virtual assets taken |
//! | test transfer 试探性小额 | – | a small payment, and within a day at least a hundred times as much between the same two |
//!
//! The rules of 3006 to 3008 are one bank's working rules (DOMAIN 1.7); the others are ours. A mark is a hint with its
//! evidence and no finding. Fees and reversed rows are left out by the caller. Leaves out codes that need more than rows:
//! openings of accounts, lists, reports.

use crate::Exit;
use std::collections::{BTreeMap, BTreeSet};

/// A row, as far as patterns care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen<A, T> {
    pub id: T,
    pub at_ms: i64,
    pub src: A,
    pub dst: A,
    pub amount: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pattern {
    FanIn,
    FanOut,
    PassThrough,
    SplitAndGather,
    RoundTrip,
    CashOut,
    TestTransfer,
    ManyBetweenTwo,
}

/// A pattern on an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark<A, T> {
    pub pattern: Pattern,
    pub account: A,
    /// The money that shows it: what came, or what was taken.
    pub amount: i64,
    /// At most [`EVIDENCE_MAX`] rows, in the order of time.
    pub evidence: Vec<T>,
}

/// Thresholds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Receipts (payments) that make a fan.
    pub many: usize,
    /// Different others that they come from (go to).
    pub others: usize,
    pub window_ms: i64,
    /// A receipt that leaves within this passes through.
    pub minutes_ms: i64,
    /// Smaller receipts and returns are nobody's pattern, fen.
    pub least: i64,
    /// A test is at most this, fen.
    pub test_max: i64,
}

impl Default for Rules {
    fn default() -> Rules {
        Rules {
            many: 6,
            others: 3,
            window_ms: 24 * 3_600_000,
            minutes_ms: 10 * 60_000,
            least: 100_000,
            test_max: 10_000,
        }
    }
}

pub const EVIDENCE_MAX: usize = 50;
/// Rows after one another that a round trip may take, and how many are looked at for one.
const ROUND_STEPS: usize = 4;
const ROUND_LOOKS: usize = 2_000;

/// All marks on `accounts`, sorted by account and pattern.
pub fn marks<A: Copy + Ord, T: Copy + Ord>(
    rows: &[Seen<A, T>],
    exits: &BTreeMap<A, Exit>,
    accounts: &BTreeSet<A>,
    rules: &Rules,
) -> Vec<Mark<A, T>> {
    let mut rows: Vec<Seen<A, T>> = rows
        .iter()
        .filter(|r| r.src != r.dst && r.amount > 0)
        .copied()
        .collect();
    rows.sort_unstable_by_key(|r| (r.at_ms, r.id));
    let sheet = Sheet::new(&rows, exits, rules);
    let mut marks = Vec::new();
    for account in accounts.iter().filter(|a| !exits.contains_key(a)) {
        marks.extend(sheet.fans(*account));
        marks.extend(sheet.pass_through(*account));
        marks.extend(sheet.split_and_gather(*account));
        marks.extend(sheet.round_trip(*account));
        marks.extend(sheet.cash_out(*account));
        marks.extend(sheet.tests(*account));
        marks.extend(sheet.many_between_two(*account));
    }
    marks.sort_by_key(|m| (m.account, m.pattern));
    marks
}

struct Sheet<'a, A, T> {
    rows: &'a [Seen<A, T>],
    outs: BTreeMap<A, Vec<usize>>,
    ins: BTreeMap<A, Vec<usize>>,
    exits: &'a BTreeMap<A, Exit>,
    rules: &'a Rules,
}

impl<'a, A: Copy + Ord, T: Copy + Ord> Sheet<'a, A, T> {
    fn new(rows: &'a [Seen<A, T>], exits: &'a BTreeMap<A, Exit>, rules: &'a Rules) -> Self {
        let mut outs: BTreeMap<A, Vec<usize>> = BTreeMap::new();
        let mut ins: BTreeMap<A, Vec<usize>> = BTreeMap::new();
        for (i, row) in rows.iter().enumerate() {
            outs.entry(row.src).or_default().push(i);
            ins.entry(row.dst).or_default().push(i);
        }
        Sheet {
            rows,
            outs,
            ins,
            exits,
            rules,
        }
    }

    fn outs(&self, account: A) -> &[usize] {
        self.outs.get(&account).map_or(&[], Vec::as_slice)
    }

    fn ins(&self, account: A) -> &[usize] {
        self.ins.get(&account).map_or(&[], Vec::as_slice)
    }

    /// Payments of the account that come after row `of` and not later than `within_ms` after it.
    fn after(&self, account: A, of: usize, within_ms: i64) -> impl Iterator<Item = usize> + '_ {
        let end_ms = self.rows[of].at_ms.saturating_add(within_ms);
        let outs = self.outs(account);
        let first = outs.partition_point(|i| *i <= of);
        outs[first..]
            .iter()
            .copied()
            .take_while(move |i| self.rows[*i].at_ms <= end_ms)
    }

    fn mark(&self, pattern: Pattern, account: A, amount: i64, mut evidence: Vec<usize>) -> Mark<A, T> {
        evidence.sort_unstable();
        evidence.dedup();
        evidence.truncate(EVIDENCE_MAX);
        Mark {
            pattern,
            account,
            amount,
            evidence: evidence.into_iter().map(|i| self.rows[i].id).collect(),
        }
    }

    /// The window of a day in which the fan is largest. A fan has several others on its many side, and no shops or cash desks
    /// are among those counted; its sums take in everything.
    fn fans(&self, account: A) -> Vec<Mark<A, T>> {
        let mut all: Vec<usize> = self
            .ins(account)
            .iter()
            .chain(self.outs(account))
            .copied()
            .collect();
        all.sort_unstable();
        let mut best: [Option<(i64, usize, usize)>; 2] = [None, None];
        let (mut ins, mut outs) = (Side::default(), Side::default());
        let mut first = 0;
        for (last, i) in all.iter().enumerate() {
            let row = &self.rows[*i];
            let (side, other) = if row.dst == account {
                (&mut ins, row.src)
            } else {
                (&mut outs, row.dst)
            };
            side.add(other, row.amount, self.exits.contains_key(&other));
            while row.at_ms - self.rows[all[first]].at_ms > self.rules.window_ms {
                let old = &self.rows[all[first]];
                let (side, other) = if old.dst == account {
                    (&mut ins, old.src)
                } else {
                    (&mut outs, old.dst)
                };
                side.remove(other, old.amount, self.exits.contains_key(&other));
                first += 1;
            }
            for (found, many, few) in [(0, &ins, &outs), (1, &outs, &ins)] {
                let shown = many.counted >= self.rules.many
                    && many.others.len() >= self.rules.others
                    && few.rows > 0
                    && few.rows * 3 <= many.counted
                    && balanced(ins.sum, outs.sum);
                if shown && best[found].is_none_or(|b| many.sum > b.0) {
                    best[found] = Some((many.sum, first, last));
                }
            }
        }
        let fan = |pattern, found: Option<(i64, usize, usize)>| {
            found.map(|(amount, first, last)| self.mark(pattern, account, amount, all[first..=last].to_vec()))
        };
        [fan(Pattern::FanIn, best[0]), fan(Pattern::FanOut, best[1])]
            .into_iter()
            .flatten()
            .collect()
    }

    /// Each fen that leaves answers for one fen that came: one payment of 5 000 does not pass two receipts of 5 000 on.
    fn pass_through(&self, account: A) -> Option<Mark<A, T>> {
        let mut amount = 0i64;
        let mut evidence = Vec::new();
        let outs = self.outs(account);
        let mut rest: Vec<i64> = outs.iter().map(|i| self.rows[*i].amount).collect();
        for i in self.ins(account) {
            let (came, at_ms) = (self.rows[*i].amount, self.rows[*i].at_ms);
            if came < self.rules.least {
                continue;
            }
            // Of one second, the rows' order says nothing.
            let from = outs.partition_point(|out| self.rows[*out].at_ms < at_ms);
            let until_ms = at_ms.saturating_add(self.rules.minutes_ms);
            let mut left = 0i64;
            let mut taken: Vec<(usize, i64)> = Vec::new();
            for place in (from..outs.len()).take_while(|place| self.rows[outs[*place]].at_ms <= until_ms) {
                let take = rest[place].min(came - left);
                if take > 0 {
                    left += take;
                    taken.push((place, take));
                }
                if at_least(left, came, 9) {
                    break;
                }
            }
            if at_least(left, came, 9) {
                amount = amount.saturating_add(came);
                evidence.push(*i);
                for (place, take) in taken {
                    rest[place] -= take;
                    evidence.push(outs[place]);
                }
            }
        }
        (!evidence.is_empty()).then(|| self.mark(Pattern::PassThrough, account, amount, evidence))
    }

    /// Through which others this account's money comes together again, and where.
    fn split_and_gather(&self, account: A) -> Option<Mark<A, T>> {
        // To where, through whom, by which rows: the payment, and what was paid on of it, in one part or several.
        let mut ways: BTreeMap<A, BTreeMap<A, Vec<usize>>> = BTreeMap::new();
        for i in self.outs(account) {
            let row = &self.rows[*i];
            if row.amount < self.rules.least || self.exits.contains_key(&row.dst) {
                continue;
            }
            let mut on: BTreeMap<A, (i64, Vec<usize>)> = BTreeMap::new();
            for next in self
                .after(row.dst, *i, self.rules.window_ms)
                .take(self.rules.many)
                .filter(|next| self.rows[*next].dst != account)
            {
                let part = on.entry(self.rows[next].dst).or_default();
                if !at_least(part.0, row.amount, 7) {
                    part.0 = part.0.saturating_add(self.rows[next].amount);
                    part.1.push(next);
                }
            }
            for (to, (sum, rows)) in on {
                if at_least(sum, row.amount, 7) {
                    let through = ways.entry(to).or_default();
                    through
                        .entry(row.dst)
                        .or_insert_with(|| std::iter::once(*i).chain(rows).collect());
                }
            }
        }
        let (_, through) = ways
            .into_iter()
            .filter(|(to, through)| through.len() > 1 && !self.exits.contains_key(to))
            .max_by_key(|(_, through)| through.len())?;
        let amount = through.values().map(|rows| self.rows[rows[0]].amount).sum();
        let evidence = through.into_values().flatten().collect();
        Some(self.mark(Pattern::SplitAndGather, account, amount, evidence))
    }

    fn round_trip(&self, account: A) -> Option<Mark<A, T>> {
        let mut looks = ROUND_LOOKS;
        for i in self.outs(account) {
            if self.rows[*i].amount >= self.rules.least
                && let Some(way) = self.way_back(account, &mut vec![*i], &mut looks)
            {
                return Some(self.mark(Pattern::RoundTrip, account, self.rows[*i].amount, way));
            }
        }
        None
    }

    fn way_back(&self, home: A, way: &mut Vec<usize>, looks: &mut usize) -> Option<Vec<usize>> {
        let (first, last) = (*way.first()?, *way.last()?);
        let here = self.rows[last].dst;
        if here == home {
            return Some(way.clone());
        }
        if way.len() == ROUND_STEPS || self.exits.contains_key(&here) {
            return None;
        }
        let left_ms = self.rules.window_ms - (self.rows[last].at_ms - self.rows[first].at_ms);
        for on in self.after(here, last, left_ms) {
            *looks = looks.checked_sub(1)?;
            if at_least(self.rows[on].amount, self.rows[first].amount, 5) {
                way.push(on);
                if let Some(found) = self.way_back(home, way, looks) {
                    return Some(found);
                }
                way.pop();
            }
        }
        None
    }

    fn cash_out(&self, account: A) -> Option<Mark<A, T>> {
        let taken: Vec<usize> = self
            .outs(account)
            .iter()
            .copied()
            .filter(|i| {
                let to = self.exits.get(&self.rows[*i].dst);
                matches!(to, Some(Exit::Cash | Exit::VirtualAsset))
            })
            .collect();
        let amount = taken.iter().map(|i| self.rows[*i].amount).sum();
        (!taken.is_empty()).then(|| self.mark(Pattern::CashOut, account, amount, taken))
    }

    fn tests(&self, account: A) -> Option<Mark<A, T>> {
        let mut small: BTreeMap<A, usize> = BTreeMap::new();
        let mut amount = 0i64;
        let mut evidence = Vec::new();
        for i in self.ins(account) {
            let row = &self.rows[*i];
            if row.amount <= self.rules.test_max {
                small.insert(row.src, *i);
            } else if row.amount >= self.rules.least
                && let Some(test) = small.get(&row.src).map(|t| (*t, &self.rows[*t]))
                && row.at_ms - test.1.at_ms <= self.rules.window_ms
                && row.amount / 100 >= test.1.amount
            {
                amount = amount.saturating_add(row.amount);
                evidence.extend([test.0, *i]);
            }
        }
        (!evidence.is_empty()).then(|| self.mark(Pattern::TestTransfer, account, amount, evidence))
    }

    fn many_between_two(&self, account: A) -> Option<Mark<A, T>> {
        let mut with: BTreeMap<A, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        // To and fro with a payment firm or a shop is what customers do.
        let outs = self.outs(account).iter();
        for i in outs.filter(|i| !self.exits.contains_key(&self.rows[**i].dst)) {
            with.entry(self.rows[*i].dst).or_default().0.push(*i);
        }
        for i in self.ins(account) {
            with.entry(self.rows[*i].src).or_default().1.push(*i);
        }
        let (outs, ins) = with
            .into_values()
            .filter(|(outs, ins)| outs.len() >= 3 && ins.len() >= 3)
            .max_by_key(|(outs, ins)| outs.len() + ins.len())?;
        let evidence: Vec<usize> = outs.into_iter().chain(ins).collect();
        let amount = evidence.iter().map(|i| self.rows[*i].amount).sum();
        Some(self.mark(Pattern::ManyBetweenTwo, account, amount, evidence))
    }
}

/// One side of an account within a window.
struct Side<A> {
    rows: usize,
    sum: i64,
    /// Rows whose other end is an account, and those others with how many rows each.
    counted: usize,
    others: BTreeMap<A, usize>,
}

impl<A> Default for Side<A> {
    fn default() -> Self {
        Side {
            rows: 0,
            sum: 0,
            counted: 0,
            others: BTreeMap::new(),
        }
    }
}

impl<A: Copy + Ord> Side<A> {
    fn add(&mut self, other: A, amount: i64, exit: bool) {
        self.rows += 1;
        self.sum = self.sum.saturating_add(amount);
        if !exit {
            self.counted += 1;
            *self.others.entry(other).or_insert(0) += 1;
        }
    }

    fn remove(&mut self, other: A, amount: i64, exit: bool) {
        self.rows -= 1;
        self.sum -= amount;
        if !exit {
            self.counted -= 1;
            if let Some(rows) = self.others.get_mut(&other) {
                *rows -= 1;
                if *rows == 0 {
                    self.others.remove(&other);
                }
            }
        }
    }
}

/// `part` is at least so many tenths of `whole`.
fn at_least(part: i64, whole: i64, tenths: i64) -> bool {
    i128::from(part) * 10 >= i128::from(whole) * i128::from(tenths)
}

/// Two sums within a tenth of each other.
fn balanced(ins: i64, outs: i64) -> bool {
    at_least(outs, ins, 9) && i128::from(outs) * 10 <= i128::from(ins) * 11
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: i64 = 60_000;
    const HOUR: i64 = 60 * MINUTE;

    fn check(
        rows: &[(i64, char, char, i64)],
        exits: &[(char, Exit)],
        account: char,
        expected: &[(Pattern, &[u64])],
    ) {
        let seen: Vec<Seen<char, u64>> = rows
            .iter()
            .zip(0u64..)
            .map(|((at_ms, src, dst, yuan), id)| Seen {
                id,
                at_ms: *at_ms,
                src: *src,
                dst: *dst,
                amount: yuan * 100,
            })
            .collect();
        let exits = exits.iter().copied().collect();
        let found = marks(&seen, &exits, &BTreeSet::from([account]), &Rules::default());
        let found: Vec<(Pattern, &[u64])> = found.iter().map(|m| (m.pattern, &m.evidence[..])).collect();
        assert_eq!(found, expected, "{rows:?}");
    }

    fn fan(outwards: bool, count: i64, back: i64) -> Vec<(i64, char, char, i64)> {
        let spokes = "abcdefgh".chars().zip(0..count);
        let mut rows: Vec<_> = spokes.map(|(c, i)| (i * HOUR, c, 'H', 500)).collect();
        rows.push((9 * HOUR, 'H', 'Z', back));
        if outwards {
            rows.iter_mut()
                .for_each(|r| *r = (10 * HOUR - r.0, r.2, r.1, r.3));
            rows.reverse();
        }
        rows
    }

    #[test]
    fn fans() {
        check(
            &fan(false, 6, 3_000),
            &[],
            'H',
            &[(Pattern::FanIn, &[0, 1, 2, 3, 4, 5, 6])],
        );
        check(
            &fan(true, 6, 3_000),
            &[],
            'H',
            &[(Pattern::FanOut, &[0, 1, 2, 3, 4, 5, 6])],
        );
        // Too few; too little of it leaves; too much leaves; spread over days.
        check(&fan(false, 5, 2_500), &[], 'H', &[]);
        check(&fan(false, 6, 2_600), &[], 'H', &[]);
        check(&fan(false, 6, 3_400), &[], 'H', &[]);
        let days: Vec<_> = fan(false, 6, 3_000)
            .iter()
            .map(|r| (r.0 * 24, r.1, r.2, r.3))
            .collect();
        check(&days, &[], 'H', &[]);
    }

    #[test]
    fn patterns_with_their_rows() {
        // In and out within minutes, in two parts.
        let through = [
            (0, 'V', 'A', 5_000),
            (2 * MINUTE, 'A', 'B', 3_000),
            (4 * MINUTE, 'A', 'C', 1_900),
        ];
        check(&through, &[], 'A', &[(Pattern::PassThrough, &[0, 1, 2])]);
        let slow = [(0, 'V', 'A', 5_000), (20 * MINUTE, 'A', 'B', 5_000)];
        check(&slow, &[], 'A', &[]);
        let part = [(0, 'V', 'A', 5_000), (2 * MINUTE, 'A', 'B', 4_000)];
        check(&part, &[], 'A', &[]);
        // Over two others to the same one.
        let gather = [
            (0, 'A', 'B', 2_000),
            (1, 'A', 'C', 2_000),
            (HOUR, 'B', 'D', 1_900),
            (HOUR, 'C', 'D', 2_000),
        ];
        check(&gather, &[], 'A', &[(Pattern::SplitAndGather, &[0, 1, 2, 3])]);
        check(&gather[..3], &[], 'A', &[]);
        check(&gather, &[('D', Exit::Merchant)], 'A', &[]);
        // Back home, and not when it never came back or came back before.
        let round = [
            (0, 'A', 'B', 2_000),
            (HOUR, 'B', 'C', 1_500),
            (2 * HOUR, 'C', 'A', 1_200),
        ];
        check(&round, &[], 'A', &[(Pattern::RoundTrip, &[0, 1, 2])]);
        check(&round[..2], &[], 'A', &[]);
        check(
            &[(2 * HOUR, 'A', 'B', 2_000), (0, 'B', 'A', 2_000)],
            &[],
            'A',
            &[],
        );
        // Cash.
        let cash = [(0, 'A', 'X', 200), (1, 'A', 'B', 300), (2, 'A', 'X', 100)];
        check(&cash, &[('X', Exit::Cash)], 'A', &[(Pattern::CashOut, &[0, 2])]);
        check(&cash, &[('X', Exit::Merchant)], 'A', &[]);
        // A small one first, then the large one.
        let test = [(0, 'V', 'A', 1), (HOUR, 'V', 'A', 8_000)];
        check(&test, &[], 'A', &[(Pattern::TestTransfer, &[0, 1])]);
        check(&[(0, 'W', 'A', 1), (HOUR, 'V', 'A', 8_000)], &[], 'A', &[]);
        check(&[(0, 'V', 'A', 90), (HOUR, 'V', 'A', 8_000)], &[], 'A', &[]);
        // To and fro.
        let often: Vec<_> = (0..6)
            .map(|i| {
                if i % 2 == 0 {
                    (i, 'A', 'B', 9)
                } else {
                    (i, 'B', 'A', 9)
                }
            })
            .collect();
        check(
            &often,
            &[],
            'A',
            &[(Pattern::ManyBetweenTwo, &[0, 1, 2, 3, 4, 5])],
        );
        check(&often[..5], &[], 'A', &[]);
    }

    /// What an analyst would say of rows that nearly show a pattern, or show it in another dress.
    #[test]
    fn near_misses() {
        let day = 24 * HOUR;
        let spokes = |from: &str| -> Vec<(i64, char, char, i64)> {
            from.chars()
                .zip(0..)
                .map(|(c, i)| (i * HOUR, c, 'H', 500))
                .collect()
        };
        let then = |mut rows: Vec<(i64, char, char, i64)>, last: &[(i64, char, char, i64)]| {
            rows.extend_from_slice(last);
            rows
        };
        let shop = [('S', Exit::Merchant), ('F', Exit::Fee), ('X', Exit::Cash)];
        // (what, rows, the account looked at, the marks with their rows)
        type Row = (i64, char, char, i64);
        type Found = Vec<(Pattern, Vec<u64>)>;
        let table: Vec<(&str, Vec<Row>, char, Found)> = vec![
            (
                "six payments of one payer are not scattered",
                then(spokes("aaaaaa"), &[(6 * HOUR, 'H', 'Z', 3_000)]),
                'H',
                vec![],
            ),
            (
                "six payments of two payers neither",
                then(spokes("ababab"), &[(6 * HOUR, 'H', 'Z', 3_000)]),
                'H',
                vec![],
            ),
            (
                "of three they are",
                then(spokes("abcabc"), &[(6 * HOUR, 'H', 'Z', 3_000)]),
                'H',
                vec![(Pattern::FanIn, (0..7).collect())],
            ),
            (
                "one receipt less than the threshold",
                then(spokes("abcde"), &[(6 * HOUR, 'H', 'Z', 2_500)]),
                'H',
                vec![],
            ),
            (
                "the sixth receipt a second after the day",
                vec![
                    (0, 'a', 'H', 500),
                    (1, 'b', 'H', 500),
                    (2, 'c', 'H', 500),
                    (3, 'd', 'H', 500),
                    (4, 'e', 'H', 500),
                    (day + 1_000, 'f', 'H', 500),
                    (day + 2_000, 'H', 'Z', 3_000),
                ],
                'H',
                vec![],
            ),
            (
                "all within the day to the millisecond",
                vec![
                    (0, 'a', 'H', 500),
                    (1, 'b', 'H', 500),
                    (2, 'c', 'H', 500),
                    (3, 'd', 'H', 500),
                    (4, 'e', 'H', 500),
                    (5, 'f', 'H', 500),
                    (day, 'H', 'Z', 3_000),
                ],
                'H',
                vec![(Pattern::FanIn, (0..7).collect())],
            ),
            (
                "three payments for six receipts are no concentration",
                then(
                    spokes("abcdef"),
                    &[
                        (6 * HOUR, 'H', 'Z', 900),
                        (7 * HOUR, 'H', 'Y', 900),
                        (8 * HOUR, 'H', 'Q', 1_100),
                    ],
                ),
                'H',
                vec![],
            ),
            (
                "wages, and a day of shopping",
                vec![
                    (0, 'W', 'H', 600),
                    (HOUR, 'H', 'S', 100),
                    (2 * HOUR, 'H', 'S', 100),
                    (3 * HOUR, 'H', 'S', 100),
                    (4 * HOUR, 'H', 'S', 100),
                    (5 * HOUR, 'H', 'S', 100),
                    (6 * HOUR, 'H', 'S', 90),
                ],
                'H',
                vec![],
            ),
            (
                "in and out in the same second, the out first in the bank's file",
                vec![(0, 'A', 'B', 5_000), (0, 'V', 'A', 5_000)],
                'A',
                vec![(Pattern::PassThrough, vec![0, 1])],
            ),
            (
                "ten minutes to the millisecond",
                vec![(0, 'V', 'A', 5_000), (10 * MINUTE, 'A', 'B', 4_500)],
                'A',
                vec![(Pattern::PassThrough, vec![0, 1])],
            ),
            (
                "ten minutes and a millisecond",
                vec![(0, 'V', 'A', 5_000), (10 * MINUTE + 1, 'A', 'B', 5_000)],
                'A',
                vec![],
            ),
            (
                "a fen less than nine tenths",
                vec![(0, 'V', 'A', 5_000), (MINUTE, 'A', 'B', 4_499)],
                'A',
                vec![],
            ),
            (
                "out before in passes nothing on",
                vec![(0, 'A', 'B', 5_000), (1_000, 'V', 'A', 5_000)],
                'A',
                vec![],
            ),
            (
                "one payment passes one receipt on and not two",
                vec![
                    (0, 'V', 'A', 5_000),
                    (1_000, 'W', 'A', 5_000),
                    (2_000, 'A', 'B', 5_000),
                ],
                'A',
                vec![(Pattern::PassThrough, vec![0, 2])],
            ),
            (
                "small change that runs through",
                vec![(0, 'V', 'A', 999), (MINUTE, 'A', 'B', 999)],
                'A',
                vec![],
            ),
            (
                "spread and paid on in two parts each",
                vec![
                    (0, 'A', 'B', 2_000),
                    (1, 'A', 'C', 2_000),
                    (HOUR, 'B', 'D', 1_000),
                    (HOUR + 1, 'C', 'D', 900),
                    (2 * HOUR, 'B', 'D', 900),
                    (2 * HOUR + 1, 'C', 'D', 900),
                ],
                'A',
                vec![(Pattern::SplitAndGather, (0..6).collect())],
            ),
            (
                "spread and paid on to two different ones",
                vec![
                    (0, 'A', 'B', 2_000),
                    (1, 'A', 'C', 2_000),
                    (HOUR, 'B', 'D', 2_000),
                    (HOUR, 'C', 'E', 2_000),
                ],
                'A',
                vec![],
            ),
            (
                "spread, and the others had paid the same one before",
                vec![
                    (0, 'B', 'D', 2_000),
                    (1, 'C', 'D', 2_000),
                    (HOUR, 'A', 'B', 2_000),
                    (HOUR, 'A', 'C', 2_000),
                ],
                'A',
                vec![],
            ),
            (
                "spread, and both buy at the same shop",
                vec![
                    (0, 'A', 'B', 2_000),
                    (1, 'A', 'C', 2_000),
                    (HOUR, 'B', 'S', 2_000),
                    (HOUR, 'C', 'S', 2_000),
                ],
                'A',
                vec![],
            ),
            (
                "a circle of four comes home, a circle of five is not looked for",
                vec![
                    (0, 'A', 'B', 2_000),
                    (1, 'B', 'C', 2_000),
                    (2, 'C', 'D', 2_000),
                    (3, 'D', 'E', 2_000),
                    (4, 'E', 'A', 2_000),
                    (5, 'D', 'A', 1_000),
                ],
                'A',
                vec![(Pattern::RoundTrip, vec![0, 1, 2, 5])],
            ),
            (
                "less than half comes home",
                vec![(0, 'A', 'B', 2_000), (1, 'B', 'A', 999)],
                'A',
                vec![],
            ),
            (
                "home a millisecond after the day",
                vec![
                    (0, 'A', 'B', 2_000),
                    (HOUR, 'B', 'C', 2_000),
                    (day + 1, 'C', 'A', 2_000),
                ],
                'A',
                vec![],
            ),
            (
                "a circle that does not pass the account",
                vec![
                    (0, 'A', 'B', 2_000),
                    (1, 'B', 'C', 2_000),
                    (2, 'C', 'B', 2_000),
                    (3, 'B', 'C', 2_000),
                ],
                'A',
                vec![],
            ),
            (
                "a refund of a shop is no money coming home: nothing is followed out of a shop",
                vec![(0, 'A', 'S', 2_000), (HOUR, 'S', 'A', 2_000)],
                'A',
                vec![],
            ),
            (
                "a test just large enough, a day later to the millisecond",
                vec![(0, 'V', 'A', 100), (day, 'V', 'A', 10_000)],
                'A',
                vec![(Pattern::TestTransfer, vec![0, 1])],
            ),
            (
                "a test, and a millisecond more than a day",
                vec![(0, 'V', 'A', 100), (day + 1, 'V', 'A', 10_000)],
                'A',
                vec![],
            ),
            (
                "large first, small after: change, no test",
                vec![(0, 'V', 'A', 10_000), (1, 'V', 'A', 1)],
                'A',
                vec![],
            ),
            (
                "small and large in the other direction",
                vec![(0, 'V', 'A', 1), (1, 'A', 'V', 10_000)],
                'A',
                vec![],
            ),
            (
                "three each way with a shop: a customer",
                (0..6)
                    .map(|i| {
                        if i % 2 == 0 {
                            (i, 'A', 'S', 9)
                        } else {
                            (i, 'S', 'A', 9)
                        }
                    })
                    .collect(),
                'A',
                vec![],
            ),
            (
                "three one way and two back",
                vec![
                    (0, 'A', 'B', 9),
                    (1, 'A', 'B', 9),
                    (2, 'A', 'B', 9),
                    (3, 'B', 'A', 9),
                    (4, 'B', 'A', 9),
                ],
                'A',
                vec![],
            ),
            (
                "rows of an account to itself",
                vec![(0, 'A', 'A', 5_000), (1, 'A', 'A', 5_000)],
                'A',
                vec![],
            ),
        ];
        for (what, rows, account, expected) in &table {
            let expected: Vec<(Pattern, &[u64])> = expected.iter().map(|(p, rows)| (*p, &rows[..])).collect();
            println!("{what}");
            check(rows, &shop, *account, &expected);
        }
    }
}
