//! What a trace means, said as plainly as possible: one sweep over all rows, every fen by itself (pro-rata: every cell
//! in 128 bits), and no index. Shares no code with the engine.

use std::collections::{BTreeMap, BTreeSet};
use trace::{
    AccountFacts, Assumption, Cut, Direction, Doctrine, Part, Place, ReachQuery, TaintQuery, Totals, Transfer,
};

/// Victim and hop; `None` is clean.
type Fate = Option<(u32, u32)>;

#[derive(Debug, Default, PartialEq, Eq)]
pub struct Answer {
    pub rows: Vec<(u64, i64, u32)>,
    pub row_parts: Vec<(u64, u32, i64)>,
    pub held: Vec<(u32, i64)>,
    pub totals: Totals,
    pub parts: Vec<Part>,
    pub cut: Vec<Cut>,
    pub assumptions: Vec<Assumption>,
}

pub struct Book {
    /// In order.
    rows: Vec<Transfer>,
    facts: Vec<AccountFacts>,
    openings: Vec<i64>,
    overdrafts: BTreeMap<u32, (i64, i64)>,
}

/// The money on an account: fen in line for the doctrines that order it, sums for pro-rata.
#[derive(Clone, Debug)]
enum Money {
    Line(Vec<Fate>),
    Cells(i64, BTreeMap<(u32, u32), i64>),
}

impl Book {
    pub fn new(rows: &[Transfer], facts: &[AccountFacts]) -> Book {
        let mut rows: Vec<Transfer> = rows.iter().copied().filter(|t| t.src != t.dst).collect();
        rows.sort_by_key(|t| (t.ts_ms, t.id));
        let mut openings = Vec::new();
        for (account, facts) in (0u32..).zip(facts) {
            let mut balance = 0;
            let mut least = 0;
            for t in &rows {
                balance += t.amount * (i64::from(t.dst == account) - i64::from(t.src == account));
                least = least.min(balance);
            }
            openings.push(facts.opening.unwrap_or(-least));
        }
        let mut book = Book {
            rows,
            facts: facts.to_vec(),
            openings,
            overdrafts: BTreeMap::new(),
        };
        let mut balances = book.openings.clone();
        for t in &book.rows {
            let missing = (t.amount - balances[t.src as usize]).max(0);
            if missing > 0 {
                book.overdrafts.entry(t.src).or_insert((t.ts_ms, 0)).1 += missing;
            }
            balances[t.src as usize] -= t.amount - missing;
            balances[t.dst as usize] += t.amount;
        }
        book
    }

    fn stop(&self, account: u32) -> bool {
        self.facts[account as usize].exit.is_some()
    }

    pub fn reach(&self, seeds: &[u64], query: &ReachQuery) -> BTreeMap<u64, u32> {
        let mut hops: BTreeMap<u64, u32> = seeds.iter().map(|id| (*id, 0)).collect();
        for hop in 0..query.depth {
            let level: Vec<&Transfer> = self
                .rows
                .iter()
                .filter(|t| hops.get(&t.id) == Some(&hop))
                .collect();
            for from in level {
                for to in &self.rows {
                    let (early, late) = match query.direction {
                        Direction::Down => (from, to),
                        Direction::Up => (to, from),
                    };
                    let follows = early.dst == late.src
                        && (early.ts_ms, early.id) < (late.ts_ms, late.id)
                        && late.ts_ms - early.ts_ms <= query.dwell_ms;
                    if follows && !self.stop(early.dst) && to.amount >= query.min_amount {
                        hops.entry(to.id).or_insert(hop + 1);
                    }
                }
            }
        }
        hops
    }

    pub fn taint(&self, seeds: &[(u64, u32)], query: &TaintQuery) -> Answer {
        let mut labels: BTreeMap<u64, u32> = BTreeMap::new();
        for (id, label) in seeds {
            let entry = labels.entry(*id).or_insert(*label);
            *entry = (*entry).min(*label);
        }
        let Some(last) = self
            .rows
            .iter()
            .filter(|t| labels.contains_key(&t.id))
            .map(|t| t.ts_ms)
            .max()
        else {
            return Answer::default();
        };
        let end = last.saturating_add(query.horizon_ms);
        let several = seeds.iter().any(|s| s.1 != seeds[0].1);
        let mut sweep = Sweep {
            book: self,
            query,
            answer: Answer::default(),
            places: BTreeMap::new(),
            met: BTreeMap::new(),
            cuts: BTreeMap::new(),
        };
        let mut money: Vec<Money> = self
            .openings
            .iter()
            .map(|opening| match query.doctrine {
                Doctrine::Haircut => Money::Cells(*opening, BTreeMap::new()),
                _ => Money::Line(vec![None; *opening as usize]),
            })
            .collect();
        let (now, later): (Vec<&Transfer>, Vec<&Transfer>) = self
            .rows
            .iter()
            .partition(|t| t.ts_ms <= end || labels.contains_key(&t.id));
        for t in now {
            sweep.step(t, labels.get(&t.id).copied(), &mut money);
        }
        sweep.finish(&money, &later, several)
    }
}

struct Sweep<'a> {
    book: &'a Book,
    query: &'a TaintQuery,
    answer: Answer,
    places: BTreeMap<(u32, Place), i64>,
    /// When tainted money came to accounts that it may go on from.
    met: BTreeMap<u32, BTreeSet<i64>>,
    cuts: BTreeMap<(u8, u32), i64>,
}

impl Sweep<'_> {
    fn step(&mut self, t: &Transfer, label: Option<u32>, money: &mut [Money]) {
        let mut parts = leave(&mut money[t.src as usize], self.query.doctrine, t.amount);
        for part in &mut parts {
            part.1 = part.1.map(|(label, hop)| (label, hop + 1));
        }
        let tainted: i64 = sum(&parts);
        if let Some(label) = label {
            self.answer.totals.seeded += t.amount - tainted;
            for part in &mut parts {
                part.1 = part.1.or(Some((label, 0)));
            }
        } else if tainted < self.query.min_taint {
            self.answer.totals.dust += tainted;
            *self.cuts.entry((1, t.src)).or_default() += tainted;
            self.clean(&mut parts, Place::Dust, |_| true);
        }
        let depth = self.query.depth;
        let beyond = self.clean(&mut parts, Place::Beyond, |hop| hop > depth);
        self.answer.totals.beyond += beyond;
        *self.cuts.entry((2, t.dst)).or_default() += beyond;
        let tainted = sum(&parts);
        if tainted > 0 {
            self.record(t, tainted, &parts);
        }
        if self.book.stop(t.dst) {
            self.answer.totals.exit += tainted;
            *self.cuts.entry((3, t.dst)).or_default() += tainted;
            self.clean(&mut parts, Place::Exit { account: t.dst }, |_| true);
        } else if tainted > 0 {
            self.met.entry(t.dst).or_default().insert(t.ts_ms);
        }
        arrive(&mut money[t.dst as usize], &parts);
    }

    fn clean(&mut self, parts: &mut [(i64, Fate)], place: Place, which: impl Fn(u32) -> bool) -> i64 {
        let mut gone = 0;
        for (amount, fate) in parts {
            if let Some((label, hop)) = *fate
                && which(hop)
            {
                *self.places.entry((label, place)).or_default() += *amount;
                gone += *amount;
                *fate = None;
            }
        }
        gone
    }

    fn record(&mut self, t: &Transfer, tainted: i64, parts: &[(i64, Fate)]) {
        let hop = parts
            .iter()
            .filter_map(|p| p.1)
            .map(|(_, hop)| hop)
            .min()
            .unwrap_or(0);
        self.answer.rows.push((t.id, tainted, hop));
        let mut shares: BTreeMap<u32, i64> = BTreeMap::new();
        for (amount, fate) in parts {
            if let Some((label, _)) = fate {
                *shares.entry(*label).or_default() += amount;
            }
        }
        self.answer
            .row_parts
            .extend(shares.into_iter().map(|(label, amount)| (t.id, label, amount)));
    }

    fn finish(mut self, money: &[Money], later: &[&Transfer], several: bool) -> Answer {
        let mut answer = self.answer;
        for (account, money) in (0u32..).zip(money) {
            let parts = all(money);
            let amount = sum(&parts);
            if amount == 0 {
                continue;
            }
            answer.held.push((account, amount));
            answer.totals.held += amount;
            for (amount, fate) in &parts {
                if let Some((label, _)) = fate {
                    *self.places.entry((*label, Place::Held { account })).or_default() += amount;
                }
            }
            let out: i64 = later.iter().filter(|t| t.src == account).map(|t| t.amount).sum();
            let ahead: i64 = match self.query.doctrine {
                Doctrine::Fifo => parts.iter().take_while(|p| p.1.is_none()).map(|p| p.0).sum(),
                _ => 0,
            };
            if out > ahead {
                answer.cut.push(Cut::Horizon { account, amount });
            }
        }
        for ((kind, account), amount) in self.cuts.into_iter().filter(|(_, amount)| *amount > 0) {
            answer
                .cut
                .push(match (kind, self.book.facts[account as usize].exit) {
                    (1, _) => Cut::Dust { account, amount },
                    (2, _) => Cut::Depth { account, amount },
                    (_, kind) => Cut::Exit {
                        account,
                        kind: kind.expect("a stop account"),
                        amount,
                    },
                });
        }
        answer.cut.sort();
        for (account, times) in &self.met {
            let account = *account;
            if self.book.facts[account as usize].opening.is_none() {
                answer.assumptions.push(Assumption::OpeningUnknown {
                    account,
                    assumed: self.book.openings[account as usize],
                });
            }
            if let Some((ts_ms, missing)) = self.book.overdrafts.get(&account) {
                answer.assumptions.push(Assumption::Overdraft {
                    account,
                    ts_ms: *ts_ms,
                    missing: *missing,
                });
            }
            let paid_at = |ts_ms: &&i64| {
                self.book
                    .rows
                    .iter()
                    .any(|t| t.src == account && t.ts_ms == **ts_ms)
            };
            if let Some(ts_ms) = times.iter().find(paid_at) {
                answer.assumptions.push(Assumption::SameInstant {
                    account,
                    ts_ms: *ts_ms,
                });
            }
        }
        let places = self.places.into_iter().filter(|(_, amount)| *amount > 0);
        answer.parts = places
            .map(|((label, place), amount)| Part { label, place, amount })
            .collect();
        if !several {
            answer.parts.clear();
            answer.row_parts.clear();
        }
        answer
    }
}

fn sum(parts: &[(i64, Fate)]) -> i64 {
    parts.iter().filter(|p| p.1.is_some()).map(|p| p.0).sum()
}

fn all(money: &Money) -> Vec<(i64, Fate)> {
    match money {
        Money::Line(line) => line.iter().map(|fate| (1, *fate)).collect(),
        Money::Cells(_, cells) => cells
            .iter()
            .map(|(cell, amount)| (*amount, Some(*cell)))
            .collect(),
    }
}

fn leave(money: &mut Money, doctrine: Doctrine, amount: i64) -> Vec<(i64, Fate)> {
    match money {
        Money::Cells(balance, cells) => share(balance, cells, amount),
        Money::Line(line) => (0..amount).map(|_| (1, take(line, doctrine).flatten())).collect(),
    }
}

/// One fen; none when the line is empty.
fn take(line: &mut Vec<Fate>, doctrine: Doctrine) -> Option<Fate> {
    match doctrine {
        Doctrine::Lifo => line.pop(),
        _ if line.is_empty() => None,
        Doctrine::LowestBalance => {
            let clean = line.iter().position(Option::is_none).unwrap_or(0);
            Some(line.remove(clean))
        }
        _ => Some(line.remove(0)),
    }
}

fn share(balance: &mut i64, cells: &mut BTreeMap<(u32, u32), i64>, amount: i64) -> Vec<(i64, Fate)> {
    let out = amount.min(*balance);
    let (mut held, mut gone) = (0i128, 0i128);
    let mut parts = Vec::new();
    for (cell, here) in cells.iter_mut() {
        held += i128::from(*here);
        let upto = i128::from(out) * held / i128::from(*balance).max(1);
        *here -= (upto - gone) as i64;
        parts.push(((upto - gone) as i64, Some(*cell)));
        gone = upto;
    }
    *balance -= out;
    parts.push((amount - gone as i64, None));
    parts.retain(|p| p.0 > 0);
    parts
}

fn arrive(money: &mut Money, parts: &[(i64, Fate)]) {
    match money {
        Money::Line(line) => {
            for (amount, fate) in parts {
                line.extend((0..*amount).map(|_| *fate));
            }
        }
        Money::Cells(balance, cells) => {
            for (amount, fate) in parts {
                *balance += amount;
                if let Some(cell) = fate {
                    *cells.entry(*cell).or_default() += amount;
                }
            }
        }
    }
}
