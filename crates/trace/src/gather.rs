//! Which rows a trace needs, asked for level by level: the rows of a report out of a store that does not fit in memory.
//!
//! No IO here. [`Gather::ask`] says what to ask ([`Ask`]: rows of these accounts in these windows), the caller asks
//! his store with one query and feeds the answer ([`Gather::feed`]), until there is nothing more to ask. What comes
//! out ([`Gather::finish`]) is enough for every doctrine and for REACH: each account that money could have come to
//! within the depth has all of its rows since it could first have come, and what lay there before.
//!
//! An account reached again by a longer way but earlier is asked again, for its longer window. Bounds cut, and each cut
//! says how much arrived at the account that was not looked into. An account with more rows than `fan_out` is a hub: it
//! becomes an exit of kind [`Exit::Hub`] and its rows are let go.
//!
//! Leaves out: the meaning of the rows ([`crate::local`]).

use crate::Exit;
use crate::local::{Known, Movement, Window};
use std::collections::{BTreeMap, BTreeSet};

/// How far to go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bounds {
    /// Hops after the account that a victim paid; the same as the depth of the trace that follows.
    pub hops: u32,
    pub accounts: usize,
    pub transfers: usize,
    /// Rows of one account, out or in.
    pub fan_out: usize,
    /// So much before the money came is asked for too: patterns and habits show in it.
    pub lookback_ms: i64,
    /// Nothing later is asked for.
    pub until_ms: i64,
}

/// Money that arrives from outside: a victim's payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start<A, T> {
    /// The row by which a bank told of it.
    pub row: Option<T>,
    pub account: A,
    pub at_ms: i64,
    pub amount: i64,
}

/// One question, for many accounts at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask<A> {
    pub windows: Vec<Span<A>>,
    /// A reader may stop after one row more than this, per account and direction.
    pub fan_out: usize,
}

/// Rows of this account, both ways, from the last reported balance before `from_ms` (else from `from_ms`) to `until_ms`,
/// both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span<A> {
    pub account: A,
    pub from_ms: i64,
    pub until_ms: i64,
}

/// What the store says of one account that was asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing<A> {
    pub account: A,
    pub exit: Option<Exit>,
    /// Where its rows begin: at the last reported balance before the window, else at the window.
    pub from_ms: i64,
    /// Receipts less payments before that, when no balance was reported before.
    pub net_before: Option<i64>,
}

/// The answer to one [`Ask`].
#[derive(Clone, Debug)]
pub struct Answer<A, T> {
    /// Rows of any of the accounts, each once or more often.
    pub rows: Vec<Movement<A, T>>,
    /// One for each account asked about.
    pub standing: Vec<Standing<A>>,
    /// Of receivers among the rows that are exits.
    pub exits: Vec<(A, Exit)>,
}

/// Why an account was not looked into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// Too many rows.
    Hub,
    /// Enough accounts already.
    Accounts,
    /// Enough transfers already.
    Transfers,
}

/// An account that was not looked into, and what arrived there by the rows that are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct GatherCut<A> {
    pub account: A,
    pub why: Why,
    pub amount: i64,
}

/// Rows enough for a trace.
#[derive(Clone, Debug)]
pub struct Gathered<A, T> {
    pub rows: Vec<Movement<A, T>>,
    pub known: Known<A>,
    pub cut: Vec<GatherCut<A>>,
    /// Questions asked: one a hop, as long as there was somewhere to go.
    pub asked: u32,
}

#[derive(Clone, Copy, Debug)]
struct Reached {
    /// When money could first have come.
    earliest_ms: i64,
    arrived: i64,
    /// The window asked for so far begins here.
    asked_from: Option<i64>,
    standing_from: i64,
    net_before: Option<i64>,
}

/// The state between questions.
#[derive(Clone, Debug)]
pub struct Gather<A, T> {
    bounds: Bounds,
    reached: BTreeMap<A, Reached>,
    frontier: Vec<A>,
    exits: BTreeMap<A, Exit>,
    rows: BTreeMap<T, Movement<A, T>>,
    /// Kept even when they went straight to an exit.
    payments: BTreeSet<T>,
    /// Asked in the question that waits for its answer.
    pending: Vec<A>,
    cut: BTreeMap<A, Why>,
    level: u32,
    asked: u32,
}

impl<A: Copy + Ord, T: Copy + Ord> Gather<A, T> {
    pub fn new(starts: &[Start<A, T>], bounds: Bounds) -> Gather<A, T> {
        let mut gather = Gather {
            bounds,
            reached: BTreeMap::new(),
            frontier: Vec::new(),
            exits: BTreeMap::new(),
            rows: BTreeMap::new(),
            payments: starts.iter().filter_map(|s| s.row).collect(),
            pending: Vec::new(),
            cut: BTreeMap::new(),
            level: 0,
            asked: 0,
        };
        for start in starts {
            gather.arrive(start.account, start.at_ms, start.amount);
        }
        gather
    }

    /// Money could have come here at this instant; a first or an earlier time opens a window.
    fn arrive(&mut self, account: A, at_ms: i64, amount: i64) {
        let known = self.reached.entry(account).or_insert(Reached {
            earliest_ms: i64::MAX,
            arrived: 0,
            asked_from: None,
            standing_from: i64::MAX,
            net_before: None,
        });
        known.arrived = known.arrived.saturating_add(amount.max(0));
        if at_ms < known.earliest_ms {
            known.earliest_ms = at_ms;
            if !self.exits.contains_key(&account) {
                self.frontier.push(account);
            }
        }
    }

    /// The next question; `None` at the end.
    pub fn ask(&mut self) -> Option<Ask<A>> {
        self.frontier.sort_unstable();
        self.frontier.dedup();
        if self.level > self.bounds.hops {
            self.frontier.clear();
        }
        self.keep_within_bounds();
        if self.frontier.is_empty() {
            return None;
        }
        self.level += 1;
        self.asked += 1;
        self.pending = std::mem::take(&mut self.frontier);
        let bounds = self.bounds;
        let windows = self
            .pending
            .iter()
            .map(|account| {
                let earliest = self.reached[account].earliest_ms;
                Span {
                    account: *account,
                    from_ms: earliest.saturating_sub(bounds.lookback_ms.max(0)),
                    until_ms: bounds.until_ms,
                }
            })
            .collect();
        Some(Ask {
            windows,
            fan_out: bounds.fan_out,
        })
    }

    /// The accounts to which most came are looked into, the others are named.
    fn keep_within_bounds(&mut self) {
        if self.rows.len() >= self.bounds.transfers {
            for account in std::mem::take(&mut self.frontier) {
                self.cut.insert(account, Why::Transfers);
            }
        }
        let looked_into = self.reached.values().filter(|r| r.asked_from.is_some()).count();
        let again = |a: &A, reached: &BTreeMap<A, Reached>| reached[a].asked_from.is_some();
        let fresh = self.frontier.iter().filter(|a| !again(a, &self.reached)).count();
        let room = self.bounds.accounts.saturating_sub(looked_into);
        if fresh <= room {
            return;
        }
        let mut by_amount = std::mem::take(&mut self.frontier);
        by_amount.sort_by_key(|a| (!again(a, &self.reached), -self.reached[a].arrived, *a));
        let kept = by_amount.len() - (fresh - room);
        for account in by_amount.split_off(kept) {
            self.cut.insert(account, Why::Accounts);
        }
        by_amount.sort_unstable();
        self.frontier = by_amount;
    }

    /// The answer to the last question.
    pub fn feed(&mut self, answer: Answer<A, T>) {
        self.exits.extend(answer.exits);
        for standing in answer.standing {
            if let Some(exit) = standing.exit {
                self.exits.insert(standing.account, exit);
            }
            if let Some(known) = self.reached.get_mut(&standing.account) {
                known.asked_from = Some(known.earliest_ms);
                known.standing_from = standing.from_ms;
                known.net_before = standing.net_before;
            }
        }
        self.find_hubs(&answer.rows);
        let asked = std::mem::take(&mut self.pending);
        for row in answer.rows {
            let sends = asked.binary_search(&row.src).is_ok() && self.follows(&row);
            // Told again in the window of an account on the other end: the money came once.
            let fresh = self.rows.insert(row.id, row).is_none();
            if sends {
                self.arrive(row.dst, row.at_ms, if fresh { row.amount } else { 0 });
            }
        }
    }

    /// The row can carry money that came before it.
    fn follows(&self, row: &Movement<A, T>) -> bool {
        row.src != row.dst
            && !self.exits.contains_key(&row.src)
            && self
                .reached
                .get(&row.src)
                .is_some_and(|r| row.at_ms >= r.earliest_ms)
    }

    fn find_hubs(&mut self, rows: &[Movement<A, T>]) {
        let mut counts: BTreeMap<A, (usize, usize)> = BTreeMap::new();
        for row in rows {
            counts.entry(row.src).or_default().0 += 1;
            counts.entry(row.dst).or_default().1 += 1;
        }
        for account in &self.pending {
            let (outs, ins) = counts.get(account).copied().unwrap_or_default();
            if outs.max(ins) > self.bounds.fan_out && !self.exits.contains_key(account) {
                self.exits.insert(*account, Exit::Hub);
                self.cut.insert(*account, Why::Hub);
            }
        }
    }

    /// Everything that was fed, without rows that are only a hub's own.
    pub fn finish(self) -> Gathered<A, T> {
        let windows: BTreeMap<A, Window> = self
            .reached
            .iter()
            .filter(|(a, r)| r.asked_from.is_some() && !self.exits.contains_key(a))
            .map(|(a, r)| {
                let window = Window {
                    from_ms: r.standing_from,
                    net_before: r.net_before,
                };
                (*a, window)
            })
            .collect();
        let rows = self
            .rows
            .into_values()
            .filter(|r| {
                windows.contains_key(&r.src) || windows.contains_key(&r.dst) || self.payments.contains(&r.id)
            })
            .collect();
        let cut = self
            .cut
            .iter()
            .map(|(account, why)| GatherCut {
                account: *account,
                why: *why,
                amount: self.reached[account].arrived,
            })
            .collect();
        Gathered {
            rows,
            known: Known {
                exits: self.exits,
                windows: Some(windows),
            },
            cut,
            asked: self.asked,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::local::{Books, Payment, RowMark, Source, Spot, WhatIf};
    use crate::{
        AccountFacts, Doctrine, Edge, Index, Ledger, ReachQuery, Seed, TaintQuery, Tracer, Transfer,
    };
    use proptest::prelude::*;

    type Row = Movement<u32, u64>;

    /// A store that is a list: what every driver has to answer.
    struct List<'a> {
        rows: &'a [Row],
        exits: &'a BTreeMap<u32, Exit>,
    }

    impl List<'_> {
        fn answer(&self, ask: &Ask<u32>) -> Answer<u32, u64> {
            let mut rows = Vec::new();
            let mut standing = Vec::new();
            for window in &ask.windows {
                let of = |r: &&Row| r.src == window.account || r.dst == window.account;
                let told = |r: &&Row| {
                    (r.src == window.account && r.src_balance.is_some())
                        || (r.dst == window.account && r.dst_balance.is_some())
                };
                let before = |r: &&Row| of(r) && r.at_ms < window.from_ms;
                let anchor = self
                    .rows
                    .iter()
                    .filter(before)
                    .filter(told)
                    .map(|r| r.at_ms)
                    .max();
                let from_ms = anchor.unwrap_or(window.from_ms);
                let net = |r: &Row| {
                    if r.dst == window.account {
                        r.amount
                    } else {
                        -r.amount
                    }
                };
                standing.push(Standing {
                    account: window.account,
                    exit: self.exits.get(&window.account).copied(),
                    from_ms,
                    net_before: anchor
                        .is_none()
                        .then(|| self.rows.iter().filter(before).map(net).sum()),
                });
                let within = |r: &&Row| of(r) && r.at_ms >= from_ms && r.at_ms <= window.until_ms;
                rows.extend(self.rows.iter().filter(within).copied());
            }
            let exits = rows
                .iter()
                .filter_map(|r: &Row| Some((r.dst, *self.exits.get(&r.dst)?)))
                .collect();
            Answer {
                rows,
                standing,
                exits,
            }
        }
    }

    fn gathered(list: &List<'_>, starts: &[Start<u32, u64>], bounds: Bounds) -> Gathered<u32, u64> {
        let mut gather = Gather::new(starts, bounds);
        while let Some(ask) = gather.ask() {
            let answer = list.answer(&ask);
            gather.feed(answer);
        }
        gather.finish()
    }

    const WIDE: Bounds = Bounds {
        hops: 10,
        accounts: 1_000,
        transfers: 100_000,
        fan_out: 1_000,
        lookback_ms: 0,
        until_ms: i64::MAX,
    };

    fn row(id: u64, at_ms: i64, src: u32, dst: u32, amount: i64) -> Row {
        Movement {
            id,
            at_ms,
            src,
            dst,
            amount,
            src_balance: None,
            dst_balance: None,
            mark: RowMark::Plain,
        }
    }

    #[test]
    fn bounds_name_what_they_cut() {
        let mut rows = vec![row(1, 10, 0, 1, 100), row(2, 20, 1, 2, 60), row(3, 30, 1, 3, 40)];
        rows.extend((0..5).map(|i| row(10 + i, 40 + i as i64, 2, 4, 10)));
        let exits = BTreeMap::new();
        let list = List {
            rows: &rows,
            exits: &exits,
        };
        let start = [Start {
            row: Some(1),
            account: 1,
            at_ms: 10,
            amount: 100,
        }];
        let cut = |bounds| gathered(&list, &start, bounds).cut;
        assert_eq!(cut(WIDE), []);
        let hub = GatherCut {
            account: 2,
            why: Why::Hub,
            amount: 60,
        };
        assert_eq!(cut(Bounds { fan_out: 4, ..WIDE }), [hub]);
        let few = gathered(&list, &start, Bounds { fan_out: 4, ..WIDE });
        assert_eq!(few.known.exits, BTreeMap::from([(2, Exit::Hub)]));
        assert_eq!((few.rows.len(), few.asked), (3, 2));
        let second = GatherCut {
            account: 3,
            why: Why::Accounts,
            amount: 40,
        };
        assert_eq!(cut(Bounds { accounts: 2, ..WIDE })[0], second);
        let late = |account, amount| GatherCut {
            account,
            why: Why::Transfers,
            amount,
        };
        assert_eq!(cut(Bounds { transfers: 3, ..WIDE }), [late(2, 60), late(3, 40)]);
        // One hop: the second account's own payments are asked for, so that what goes beyond is known, and no more.
        let shallow = gathered(&list, &start, Bounds { hops: 0, ..WIDE });
        assert_eq!((shallow.rows.len(), shallow.asked), (3, 1));
    }

    #[derive(Clone, Debug)]
    struct City {
        rows: Vec<Row>,
        facts: Vec<AccountFacts>,
        exits: BTreeMap<u32, Exit>,
    }

    /// Nobody overdraws; a balance is told now and then, and always with the first row of an account that had money.
    fn city() -> impl Strategy<Value = City> {
        let accounts = prop::collection::vec((0..80i64, prop::bool::weighted(0.15)), 9);
        let row = (0..9u32, 0..9u32, 1..70i64, any::<bool>(), any::<bool>());
        (accounts, prop::collection::vec(row, 1..60)).prop_map(|(accounts, drawn)| {
            let mut balance: Vec<i64> = accounts.iter().map(|a| a.0).collect();
            let mut seen = [false; 9];
            let mut rows = Vec::new();
            for ((src, dst, amount, tell_src, tell_dst), i) in drawn.into_iter().zip(0i64..) {
                let (s, d) = (src as usize, dst as usize);
                if src == dst || balance[s] < amount {
                    continue;
                }
                balance[s] -= amount;
                balance[d] += amount;
                let told =
                    |tell: bool, a: usize| (tell || (!seen[a] && accounts[a].0 > 0)).then_some(balance[a]);
                rows.push(Row {
                    src_balance: told(tell_src, s),
                    dst_balance: told(tell_dst, d),
                    ..super::tests::row(i as u64, i * 10, src, dst, amount)
                });
                (seen[s], seen[d]) = (true, true);
            }
            let exits = (0u32..)
                .zip(&accounts)
                .filter(|(_, a)| a.1)
                .map(|(i, _)| (i, Exit::Cash))
                .collect::<BTreeMap<_, _>>();
            let facts = (0u32..)
                .zip(&accounts)
                .map(|(i, a)| AccountFacts {
                    opening: Some(a.0),
                    exit: exits.get(&i).copied(),
                })
                .collect();
            City { rows, facts, exits }
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

        /// Level by level gives the same answers as everything in memory.
        #[test]
        fn same_answers_as_everything_in_memory(city in city(), pick in any::<prop::sample::Index>(), depth in 0..6u32, horizon in 0..600i64, lookback in 0..100i64, dwell in 0..200i64) {
            prop_assume!(!city.rows.is_empty());
            let seed = city.rows[pick.index(city.rows.len())];
            prop_assume!(!city.exits.contains_key(&seed.src));
            let transfers: Vec<Transfer> = city.rows.iter().map(|r| Transfer { id: r.id, ts_ms: r.at_ms, src: r.src, dst: r.dst, amount: r.amount }).collect();
            let whole = Index::build(transfers, &city.facts).unwrap();
            let edge: Edge = whole.locate(&[seed.id])[0].unwrap();

            let list = List { rows: &city.rows, exits: &city.exits };
            let start = [Start { row: Some(seed.id), account: seed.dst, at_ms: seed.at_ms, amount: seed.amount }];
            let payment = [Payment { transfer: Some(seed.id), account: seed.dst, at_ms: seed.at_ms, amount: seed.amount }];
            let books = |until_ms| {
                let bounds = Bounds { hops: depth, lookback_ms: lookback, until_ms, ..WIDE };
                let gathered = gathered(&list, &start, bounds);
                Books::reconcile(&gathered.rows, &gathered.known, &payment)
            };

            let near = books(seed.at_ms + horizon);
            for doctrine in [Doctrine::Fifo, Doctrine::Haircut, Doctrine::Lifo, Doctrine::LowestBalance] {
                let query = TaintQuery { doctrine, depth, horizon_ms: horizon, min_taint: 5, ..TaintQuery::default() };
                let flow = Tracer::default().taint(&whole, &[Seed { edge, label: 0 }], &query);
                let traced = near.trace(&query, &WhatIf::default()).unwrap();
                let rows: Vec<_> = traced.rows.iter().map(|r| (r.source, r.tainted, r.hop)).collect();
                let expected: Vec<_> = flow.rows.iter().map(|r| (Source::Row(r.id), r.amount, r.hop)).collect();
                prop_assert_eq!(rows, expected, "{:?}", doctrine);
                let held: Vec<_> = traced.spots.iter().filter(|(_, s)| s.still_there > 0).map(|(a, s)| (*a, s.still_there)).collect();
                let expected: Vec<_> = flow.held.iter().map(|h| (Spot::Account(h.account), h.amount)).collect();
                prop_assert_eq!(held, expected, "{:?}", doctrine);
                prop_assert_eq!(traced.totals, flow.totals, "{:?}", doctrine);
            }

            let query = ReachQuery { depth, dwell_ms: dwell, ..ReachQuery::default() };
            let mut expected: Vec<_> = Tracer::default().reach(&whole, &[edge], &query).rows.iter().map(|r| (Source::Row(r.id), r.hop)).collect();
            let mut rows = books(seed.at_ms + dwell * i64::from(depth)).reach(&query, &WhatIf::default()).unwrap();
            expected.sort_unstable();
            rows.sort_unstable();
            prop_assert_eq!(rows, expected);
        }
    }
}
