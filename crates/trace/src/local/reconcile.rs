//! From rows to books: reversals out, one order, openings, gaps.

use super::order::{Item, order};
use super::{Assumed, Known, Movement, Payment, RowMark, Spot};
use crate::{AccountFacts, Exit};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::hash::Hash;

/// A marked row of at most this is a bank's fee whoever received it, fen. Larger ones to a named account are not
/// believed: swindlers call their own takings fees.
pub const FEE_MAX: i64 = 5_000;

/// A victim's word about a time may be this far from the bank's.
const WORD_SLACK_MS: i64 = 45 * 60_000;

/// Where a step of the books comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source<T> {
    Row(T),
    /// A payment, by its label, that no bank has told us of.
    Untold(u32),
    /// A jump of balances.
    Gap,
}

/// One movement in the books. Its place in [`Books::steps`] is its order and its id in the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step<T> {
    pub source: Source<T>,
    pub at_ms: i64,
    /// Places in [`Books::spots`].
    pub src: u32,
    pub dst: u32,
    pub amount: i64,
}

/// The reconciled rows of one report.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Books<A, T> {
    pub(super) spots: Vec<Spot<A>>,
    pub(super) facts: Vec<AccountFacts>,
    pub(super) steps: Vec<Step<T>>,
    /// Per label, the step that is the payment.
    pub(super) seeds: Vec<Option<u32>>,
    pub(super) assumed: Vec<Assumed<A, T>>,
}

impl<A: Copy + Ord + Hash, T: Copy + Ord + Hash> Books<A, T> {
    /// Brings the rows into one order that every transfer of money can be followed in.
    pub fn reconcile(rows: &[Movement<A, T>], known: &Known<A>, payments: &[Payment<A, T>]) -> Books<A, T> {
        let mut desk = Desk::new(rows, known, payments);
        desk.cancel_reversals();
        desk.untold(payments);
        desk.bring_into_order();
        desk.chain_balances();
        desk.close(payments)
    }

    pub fn spots(&self) -> &[Spot<A>] {
        &self.spots
    }

    pub fn steps(&self) -> &[Step<T>] {
        &self.steps
    }

    pub fn facts(&self) -> &[AccountFacts] {
        &self.facts
    }

    pub fn spot(&self, index: u32) -> Spot<A> {
        self.spots[index as usize]
    }
}

/// A row on its way into the books.
struct Line<A, T> {
    source: Source<T>,
    /// The accounts that the row names, whatever places they have here.
    ends: (A, A),
    at_ms: i64,
    src: u32,
    dst: u32,
    amount: i64,
    src_balance: Option<i64>,
    dst_balance: Option<i64>,
    mark: RowMark,
    /// Took part in a reversal: it moves balances at the bank, and no money in the books.
    cancelled: bool,
}

struct Desk<'a, A, T> {
    known: &'a Known<A>,
    spots: Vec<Spot<A>>,
    index: HashMap<Spot<A>, u32>,
    lines: Vec<Line<A, T>>,
    /// Jumps found, by the line they come just before.
    gaps: BTreeMap<usize, Vec<(u32, i64)>>,
    /// Untold payments that a jump has shown to be counted by the bank, by the line they come just before.
    shown: BTreeMap<usize, Vec<usize>>,
    openings: HashMap<u32, i64>,
    assumed: Vec<Assumed<A, T>>,
}

impl<'a, A: Copy + Ord + Hash, T: Copy + Ord + Hash> Desk<'a, A, T> {
    fn new(rows: &[Movement<A, T>], known: &'a Known<A>, payments: &[Payment<A, T>]) -> Self {
        let mut names: BTreeSet<A> = payments.iter().map(|p| p.account).collect();
        names.extend(rows.iter().flat_map(|r| [r.src, r.dst]));
        let mut desk = Desk {
            known,
            spots: Vec::new(),
            index: HashMap::new(),
            lines: Vec::with_capacity(rows.len() + payments.len()),
            gaps: BTreeMap::new(),
            shown: BTreeMap::new(),
            openings: HashMap::new(),
            assumed: Vec::new(),
        };
        names.into_iter().for_each(|a| {
            desk.place(Spot::Account(a));
        });
        let mut sorted: Vec<&Movement<A, T>> = rows.iter().filter(|r| r.src != r.dst).collect();
        sorted.sort_unstable_by_key(|r| (r.at_ms, r.id));
        sorted.dedup_by_key(|r| (r.at_ms, r.id));
        for row in sorted {
            desk.add(row);
        }
        desk
    }

    fn place(&mut self, spot: Spot<A>) -> u32 {
        let fresh = u32::try_from(self.spots.len()).unwrap_or(u32::MAX);
        *self.index.entry(spot).or_insert_with(|| {
            self.spots.push(spot);
            fresh
        })
    }

    fn add(&mut self, row: &Movement<A, T>) {
        if row.amount == 0 || row.amount == i64::MIN {
            self.assumed.push(Assumed::NoAmount {
                account: row.src,
                row: row.id,
                amount: row.amount,
            });
            return;
        }
        // Nobody can hold a fee; an account that is known by name is believed only for a small one.
        let nameless = self.known.exits.get(&row.dst) == Some(&Exit::Unknown);
        let fee = row.mark == RowMark::Fee && row.amount > 0 && (nameless || row.amount <= FEE_MAX);
        let src = if self.known.covers(&row.src, row.at_ms) {
            Spot::Account(row.src)
        } else {
            Spot::Outside(row.src)
        };
        let dst = if fee {
            Spot::Fee
        } else if self.before_window(row) {
            Spot::Outside(row.dst)
        } else {
            Spot::Account(row.dst)
        };
        let (src, dst) = (self.place(src), self.place(dst));
        self.lines.push(Line {
            source: Source::Row(row.id),
            ends: (row.src, row.dst),
            at_ms: row.at_ms,
            src,
            dst,
            amount: row.amount,
            src_balance: row.src_balance,
            dst_balance: row.dst_balance,
            mark: row.mark,
            cancelled: false,
        });
    }

    /// The receiver's rows are known from a later instant on; what came before is in what lay there then.
    fn before_window(&self, row: &Movement<A, T>) -> bool {
        let window = self.known.windows.as_ref().and_then(|w| w.get(&row.dst));
        window.is_some_and(|w| row.at_ms < w.from_ms)
    }

    fn account(&self, spot: u32) -> Option<A> {
        self.spots[spot as usize].account()
    }

    /// Each reversal takes out the latest row before it that it can be the reversal of.
    fn cancel_reversals(&mut self) {
        let mut open: HashMap<(A, A, i64), Vec<usize>> = HashMap::new();
        for i in 0..self.lines.len() {
            let line = &self.lines[i];
            let ((src, dst), amount) = (line.ends, line.amount);
            let red = amount < 0;
            let back = if red {
                (src, dst, -amount)
            } else {
                (dst, src, amount)
            };
            let partner = (red || line.mark == RowMark::Reversal)
                .then(|| open.get_mut(&back).and_then(Vec::pop))
                .flatten();
            match partner {
                Some(earlier) => self.cancel(earlier, i),
                None if red => self.drop_red(i),
                None => open.entry((src, dst, amount)).or_default().push(i),
            }
        }
    }

    fn cancel(&mut self, earlier: usize, by: usize) {
        self.lines[earlier].cancelled = true;
        self.lines[by].cancelled = true;
        let (line, reversal) = (&self.lines[earlier], &self.lines[by]);
        if let (Source::Row(row), Source::Row(by)) = (line.source, reversal.source) {
            self.assumed.push(Assumed::Reversed {
                account: line.ends.0,
                row,
                by,
                at_ms: reversal.at_ms,
                amount: line.amount,
            });
        }
    }

    fn drop_red(&mut self, i: usize) {
        self.lines[i].cancelled = true;
        let line = &self.lines[i];
        if let Source::Row(row) = line.source {
            self.assumed.push(Assumed::NoAmount {
                account: line.ends.0,
                row,
                amount: line.amount,
            });
        }
    }

    fn untold(&mut self, payments: &[Payment<A, T>]) {
        let told: BTreeSet<T> = self.lines.iter().filter_map(|l| row_of(l.source)).collect();
        for (payment, label) in payments.iter().zip(0u32..) {
            if payment.transfer.is_some_and(|t| told.contains(&t)) || payment.amount <= 0 {
                continue;
            }
            let src = self.place(Spot::Outside(payment.account));
            let dst = self.place(Spot::Account(payment.account));
            self.lines.push(Line {
                source: Source::Untold(label),
                ends: (payment.account, payment.account),
                at_ms: payment.at_ms,
                src,
                dst,
                amount: payment.amount,
                src_balance: None,
                dst_balance: None,
                mark: RowMark::Plain,
                cancelled: false,
            });
            self.assumed.push(Assumed::Untold {
                account: payment.account,
                label,
                amount: payment.amount,
            });
        }
    }

    /// By time, then by the bank's balances, then by our rule of thumb, then by id.
    fn bring_into_order(&mut self) {
        // Of one instant, what the victim alone told comes first: it is an arrival.
        self.lines.sort_by_key(|l| (l.at_ms, row_of(l.source)));
        let mut balance: HashMap<u32, i64> = HashMap::new();
        let mut sorted = Vec::with_capacity(self.lines.len());
        let mut rest = std::mem::take(&mut self.lines).into_iter().peekable();
        while let Some(first) = rest.next() {
            let at_ms = first.at_ms;
            let mut group = vec![first];
            while let Some(line) = rest.next_if(|l| l.at_ms == at_ms) {
                group.push(line);
            }
            let items: Vec<Item> = group.iter().map(item).collect();
            let (walk, untold) = order(&items, |account| balance.get(&account).copied());
            for account in untold {
                if let Some(account) = self.account(account) {
                    self.assumed.push(Assumed::SameInstant { account, at_ms });
                }
            }
            let mut group: Vec<Option<Line<A, T>>> = group.into_iter().map(Some).collect();
            for line in walk.into_iter().filter_map(|i| group[i].take()) {
                remember(&mut balance, &line);
                sorted.push(line);
            }
        }
        self.lines = sorted;
    }

    /// Follows each account's reported balances: its opening, and every jump that no row explains.
    fn chain_balances(&mut self) {
        let mut of_account: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        for (i, line) in self.lines.iter().enumerate() {
            for spot in [line.src, line.dst] {
                if self.account(spot).is_some() {
                    of_account.entry(spot).or_default().push(i);
                }
            }
        }
        for (spot, lines) in of_account {
            let opening = self.opening(spot, &lines);
            self.openings.insert(spot, opening);
            self.find_gaps(spot, &lines, opening);
        }
    }

    /// From the first row whose balance is known, and never so little that the rows before it overdraw.
    fn opening(&mut self, spot: u32, lines: &[usize]) -> i64 {
        let mut run = 0i64;
        let mut least = 0i64;
        for i in lines {
            let line = &self.lines[*i];
            let (change, reported) = item(line).seen_from(spot);
            if let Some(after) = reported {
                return after.saturating_sub(change).saturating_sub(run).max(least);
            }
            // What was reversed, and what lies beside the chain, moves no balance that the opening must bear.
            if !line.cancelled && row_of(line.source).is_some() {
                run = run.saturating_add(change);
                least = least.max(run.saturating_neg());
            }
        }
        self.least_opening(spot, lines)
    }

    fn least_opening(&mut self, spot: u32, lines: &[usize]) -> i64 {
        let mut run = 0i64;
        let before = self.account(spot).map(|a| self.known.net_before(&a));
        let mut least = before.unwrap_or(0).max(0);
        for i in lines {
            let line = &self.lines[*i];
            if !line.cancelled {
                run = run.saturating_add(item(line).seen_from(spot).0);
                least = least.max(run.saturating_neg());
            }
        }
        if let Some(account) = self.account(spot) {
            self.assumed.push(Assumed::OpeningUnknown {
                account,
                opening: least,
            });
        }
        least
    }

    fn find_gaps(&mut self, spot: u32, lines: &[usize], opening: i64) {
        let mut balance = opening;
        let mut beside: Vec<usize> = lines
            .iter()
            .copied()
            .filter(|i| row_of(self.lines[*i].source).is_none())
            .collect();
        for i in lines {
            let line = &self.lines[*i];
            if row_of(line.source).is_none() {
                continue;
            }
            let (change, reported) = item(line).seen_from(spot);
            let Some(after) = reported else {
                balance = balance.saturating_add(change);
                continue;
            };
            let jump = after.saturating_sub(change).saturating_sub(balance);
            balance = after;
            if jump == 0 {
                continue;
            }
            let at_ms = line.at_ms;
            let same = |b: &usize| {
                let untold = &self.lines[*b];
                untold.amount == jump && (untold.at_ms - at_ms).abs() <= WORD_SLACK_MS
            };
            match beside.iter().position(same) {
                Some(found) => {
                    let payment = beside.remove(found);
                    self.shown.entry(*i).or_default().push(payment);
                }
                None => self.gap(spot, *i, at_ms, jump),
            }
        }
    }

    fn gap(&mut self, spot: u32, before: usize, at_ms: i64, jump: i64) {
        let Some(account) = self.account(spot) else { return };
        let amount = jump.saturating_abs();
        self.assumed.push(if jump > 0 {
            Assumed::GapIn {
                account,
                at_ms,
                amount,
            }
        } else {
            Assumed::GapOut {
                account,
                at_ms,
                amount,
            }
        });
        self.gaps.entry(before).or_default().push((spot, jump));
    }

    fn close(mut self, payments: &[Payment<A, T>]) -> Books<A, T> {
        let mut steps: Vec<Step<T>> = Vec::with_capacity(self.lines.len());
        let moved: BTreeSet<usize> = self.shown.values().flatten().copied().collect();
        for i in 0..self.lines.len() {
            let at_ms = self.lines[i].at_ms;
            for (spot, jump) in self.gaps.remove(&i).unwrap_or_default() {
                steps.extend(self.gap_step(spot, jump, at_ms));
            }
            for payment in self.shown.remove(&i).unwrap_or_default() {
                steps.push(Step {
                    at_ms,
                    ..step(&self.lines[payment])
                });
            }
            if !moved.contains(&i) && !self.lines[i].cancelled {
                steps.push(step(&self.lines[i]));
            }
        }
        let place: HashMap<Source<T>, u32> = steps
            .iter()
            .zip(0u32..)
            .filter(|(s, _)| s.source != Source::Gap)
            .map(|(s, i)| (s.source, i))
            .collect();
        let seeds = payments
            .iter()
            .zip(0u32..)
            .map(|(p, label)| {
                let told = p.transfer.and_then(|t| place.get(&Source::Row(t)));
                told.or_else(|| place.get(&Source::Untold(label))).copied()
            })
            .collect();
        self.assumed.sort_unstable();
        let facts = self
            .spots
            .iter()
            .zip(0u32..)
            .map(|(s, i)| self.facts(*s, i))
            .collect();
        Books {
            facts,
            steps,
            seeds,
            spots: self.spots,
            assumed: self.assumed,
        }
    }

    fn gap_step(&mut self, spot: u32, jump: i64, at_ms: i64) -> Option<Step<T>> {
        let account = self.account(spot)?;
        let (src, dst) = if jump > 0 {
            (self.place(Spot::Outside(account)), spot)
        } else {
            (spot, self.place(Spot::Unseen(account)))
        };
        Some(Step {
            source: Source::Gap,
            at_ms,
            src,
            dst,
            amount: jump.saturating_abs(),
        })
    }

    fn facts(&self, spot: Spot<A>, index: u32) -> AccountFacts {
        match spot {
            Spot::Account(a) => AccountFacts {
                opening: Some(self.openings.get(&index).copied().unwrap_or(0).max(0)),
                exit: self.known.exits.get(&a).copied(),
            },
            Spot::Fee => AccountFacts::exit(Exit::Fee),
            Spot::Unseen(_) => AccountFacts::exit(Exit::Unknown),
            // As much as ever comes out of it.
            Spot::Outside(_) => AccountFacts {
                opening: None,
                exit: None,
            },
        }
    }
}

fn row_of<T>(source: Source<T>) -> Option<T> {
    match source {
        Source::Row(id) => Some(id),
        _ => None,
    }
}

fn item<A, T>(line: &Line<A, T>) -> Item {
    Item {
        src: line.src,
        dst: line.dst,
        amount: line.amount,
        src_balance: line.src_balance,
        dst_balance: line.dst_balance,
    }
}

fn step<A, T: Copy>(line: &Line<A, T>) -> Step<T> {
    Step {
        source: line.source,
        at_ms: line.at_ms,
        src: line.src,
        dst: line.dst,
        amount: line.amount,
    }
}

/// The balance of each end after the line, where it is reported or follows from the one before.
fn remember<A, T>(balance: &mut HashMap<u32, i64>, line: &Line<A, T>) {
    if matches!(line.source, Source::Untold(_)) {
        return;
    }
    for spot in [line.src, line.dst] {
        let (change, reported) = item(line).seen_from(spot);
        if let Some(after) = reported {
            balance.insert(spot, after);
        } else if let Some(known) = balance.get_mut(&spot) {
            *known = known.saturating_add(change);
        }
    }
}
