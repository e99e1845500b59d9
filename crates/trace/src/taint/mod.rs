//! How much of each payment is the victims' money: one loop over the payments out of tainted accounts in order, for
//! every doctrine.
//!
//! Balances come from the ledger, so only tainted accounts have state, and only their payments are looked at. An
//! account waits in a queue by its next payment and leaves it when nothing tainted is left on it.

mod fifo;
mod haircut;
mod lifo;
mod lowest_balance;
mod strategy;
mod table;

use crate::ledger::steps::{Money, Steps};
use crate::sums::Sums;
use crate::{
    Assumption, Cut, Doctrine, Edge, Exit, Flow, Held, Ledger, Part, Place, Row, RowPart, Seed, TaintQuery,
    Totals,
};
use std::any::Any;
use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::collections::binary_heap::PeekMut;
use strategy::{Lot, State, Strategy};
use table::Table;

/// Memory for traces over one kind of ledger.
pub(crate) struct TaintScratch<L: Steps> {
    /// The first `used` belong to this trace; the others keep their memory.
    states: Vec<State<L::Hot>>,
    used: usize,
    table: Table,
    queue: BinaryHeap<Reverse<L::Ticket>>,
    seeds: Vec<(L::Key, Seed)>,
    parts: Vec<Lot>,
    gaps: Vec<Lot>,
    exits: Sums<(u32, Exit)>,
    beyond: Sums<u32>,
    places: Sums<(u32, Place)>,
    shares: Sums<u32>,
}

impl<L: Steps> Default for TaintScratch<L> {
    fn default() -> Self {
        TaintScratch {
            states: Vec::new(),
            used: 0,
            table: Table::default(),
            queue: BinaryHeap::new(),
            seeds: Vec::new(),
            parts: Vec::new(),
            gaps: Vec::new(),
            exits: Sums::default(),
            beyond: Sums::default(),
            places: Sums::default(),
            shares: Sums::default(),
        }
    }
}

/// Scratch memory of any kind of ledger, by type.
#[derive(Default)]
pub(crate) struct Scratches(Vec<Box<dyn Any + Send>>);

impl Scratches {
    fn of<L: Ledger>(&mut self) -> &mut TaintScratch<L> {
        let at = self
            .0
            .iter()
            .position(|s| s.is::<TaintScratch<L>>())
            .unwrap_or_else(|| {
                self.0.push(Box::new(TaintScratch::<L>::default()));
                self.0.len() - 1
            });
        self.0[at].downcast_mut().expect("found by this type")
    }
}

pub(crate) fn taint<L: Ledger>(
    scratches: &mut Scratches,
    ledger: &L,
    seeds: &[Seed],
    query: &TaintQuery,
    flow: &mut Flow,
) {
    let scratch = scratches.of::<L>();
    match query.doctrine {
        Doctrine::Haircut => Trace::<L, haircut::Haircut>::run(scratch, ledger, seeds, query, flow),
        Doctrine::Fifo => Trace::<L, fifo::Fifo>::run(scratch, ledger, seeds, query, flow),
        Doctrine::Lifo => Trace::<L, lifo::Lifo>::run(scratch, ledger, seeds, query, flow),
        Doctrine::LowestBalance => {
            Trace::<L, lowest_balance::LowestBalance>::run(scratch, ledger, seeds, query, flow);
        }
    }
}

/// One payment on its way.
struct Payment<H> {
    slot: u32,
    hot: H,
    money: Money,
    /// The seed's label when it is one.
    label: Option<u32>,
}

struct Trace<'a, L: Ledger, S> {
    ledger: &'a L,
    query: &'a TaintQuery,
    scratch: &'a mut TaintScratch<L>,
    flow: &'a mut Flow,
    limit: L::Limit,
    several: bool,
    strategy: std::marker::PhantomData<S>,
}

impl<'a, L: Ledger, S: Strategy> Trace<'a, L, S> {
    fn run(
        scratch: &'a mut TaintScratch<L>,
        ledger: &'a L,
        seeds: &[Seed],
        query: &'a TaintQuery,
        flow: &'a mut Flow,
    ) {
        scratch.begin(ledger, seeds);
        flow.clear();
        let Some((_, last)) = scratch.seeds.last() else {
            return;
        };
        let last_ms = ledger.ts_ms(&ledger.hot(last.edge.0));
        let several = seeds.iter().any(|s| s.label != seeds[0].label);
        let limit = ledger.limit(last_ms.saturating_add(query.horizon_ms));
        let mut trace = Trace {
            ledger,
            query,
            scratch,
            flow,
            limit,
            several,
            strategy: std::marker::PhantomData::<S>,
        };
        trace.sweep();
        trace.finish();
    }

    fn sweep(&mut self) {
        let mut seeded = 0;
        loop {
            let spent = self.flow.touched >= self.query.budget;
            let waiting = self
                .scratch
                .queue
                .peek()
                .filter(|_| !spent)
                .map(|Reverse(top)| L::ticket_parts(*top));
            let seed = self.scratch.seeds.get(seeded).copied();
            match (waiting, seed) {
                (None, None) => break,
                (Some((key, place)), seed) if seed.is_none_or(|(at, _)| key <= at) => {
                    let label = seed.filter(|(at, _)| key == *at).map(|(_, seed)| seed.label);
                    seeded += usize::from(label.is_some());
                    self.pay(place, label);
                }
                (_, Some((_, seed))) => {
                    seeded += 1;
                    self.start(seed);
                }
                (Some(_), None) => break,
            }
        }
    }

    /// A seed whose payer has no tainted money that it takes.
    fn start(&mut self, seed: Seed) {
        self.flow.touched += 1;
        let slot = seed.edge.0;
        let money = self.ledger.money(self.ledger.payer(slot), slot);
        self.scratch.parts.clear();
        self.deliver(
            Payment {
                slot,
                hot: self.ledger.hot(slot),
                money,
                label: Some(seed.label),
            },
            None,
        );
    }

    /// The next payment of the account at the head of the queue.
    fn pay(&mut self, place: u32, label: Option<u32>) {
        let TaintScratch {
            states, queue, parts, ..
        } = &mut *self.scratch;
        let state = &mut states[place as usize];
        let payment = Payment {
            slot: state.slot,
            hot: state.hot,
            money: state.money,
            label,
        };
        self.flow.touched += 1;
        parts.clear();
        S::leave(state, parts);
        for lot in parts.iter_mut() {
            lot.hop = lot.hop.saturating_add(1);
        }
        state.queued = false;
        if state.taint > 0 {
            self.flow.touched += S::seek(self.ledger, state, payment.slot + 1);
            state.queued = self.ledger.within(&state.hot, self.limit);
        }
        if let Some(mut top) = queue.peek_mut() {
            if state.queued {
                *top = Reverse(L::ticket(self.ledger.key(&state.hot), place));
            } else {
                PeekMut::pop(top);
            }
        }
        if label.is_some() || !parts.is_empty() {
            self.deliver(payment, Some(place));
        }
    }

    /// The cut-offs, in their order, then the receiver.
    fn deliver(&mut self, payment: Payment<L::Hot>, payer: Option<u32>) {
        let mut tainted: i64 = self.scratch.parts.iter().map(|lot| lot.amount).sum();
        match payment.label {
            Some(label) => {
                self.flow.totals.seeded += payment.money.amount - tainted;
                self.seed(payment.money.amount, tainted, label);
                tainted = payment.money.amount;
            }
            None if tainted < self.query.min_taint => {
                self.dust(tainted, payer);
                return;
            }
            None => {}
        }
        if self.scratch.parts.iter().any(|lot| lot.hop > self.query.depth) {
            tainted -= self.beyond(&payment.hot);
        }
        if tainted == 0 {
            return;
        }
        self.record(&payment, tainted);
        if self.ledger.stop(&payment.hot) {
            self.exit(&payment.hot, tainted);
        } else {
            self.arrive(&payment);
        }
    }

    /// What of a seed is not tainted yet becomes so.
    fn seed(&mut self, amount: i64, tainted: i64, label: u32) {
        let TaintScratch { parts, gaps, .. } = &mut *self.scratch;
        if tainted == amount {
            return;
        }
        if !S::PLACES {
            parts.push(Lot {
                amount: amount - tainted,
                at: 0,
                label,
                hop: 0,
            });
            return;
        }
        gaps.clear();
        let mut at = 0;
        for lot in parts.iter() {
            if lot.at > at {
                gaps.push(Lot {
                    amount: lot.at - at,
                    at,
                    label,
                    hop: 0,
                });
            }
            gaps.push(*lot);
            at = lot.at + lot.amount;
        }
        if amount > at {
            gaps.push(Lot {
                amount: amount - at,
                at,
                label,
                hop: 0,
            });
        }
        std::mem::swap(parts, gaps);
    }

    fn dust(&mut self, tainted: i64, payer: Option<u32>) {
        self.flow.totals.dust += tainted;
        if let Some(place) = payer {
            self.scratch.states[place as usize].dust += tainted;
        }
        if self.several {
            for lot in &self.scratch.parts {
                self.scratch.places.add((lot.label, Place::Dust), lot.amount);
            }
        }
    }

    fn beyond(&mut self, hot: &L::Hot) -> i64 {
        let TaintScratch { parts, places, .. } = &mut *self.scratch;
        let mut beyond = 0;
        parts.retain(|lot| {
            let goes = lot.hop > self.query.depth;
            if goes {
                beyond += lot.amount;
                if self.several {
                    places.add((lot.label, Place::Beyond), lot.amount);
                }
            }
            !goes
        });
        self.scratch.beyond.add(self.ledger.receiver(hot), beyond);
        self.flow.totals.beyond += beyond;
        beyond
    }

    fn record(&mut self, payment: &Payment<L::Hot>, amount: i64) {
        let TaintScratch { parts, shares, .. } = &mut *self.scratch;
        let hop = parts.iter().map(|lot| lot.hop).min().unwrap_or(0);
        let row = self.flow.rows.len() as u32;
        self.flow.rows.push(Row {
            id: self.ledger.id(&payment.hot),
            amount,
            hop,
            edge: Edge(payment.slot),
        });
        if self.several {
            parts.iter().for_each(|lot| shares.add(lot.label, lot.amount));
            shares.drain(|label, amount| self.flow.row_parts.push(RowPart { row, label, amount }));
        }
    }

    fn exit(&mut self, hot: &L::Hot, amount: i64) {
        self.flow.totals.exit += amount;
        let account = self.ledger.receiver(hot);
        let kind = self.ledger.exit(account).unwrap_or(Exit::Unknown);
        self.scratch.exits.add((account, kind), amount);
        if self.several {
            for lot in &self.scratch.parts {
                self.scratch
                    .places
                    .add((lot.label, Place::Exit { account }), lot.amount);
            }
        }
    }

    fn arrive(&mut self, payment: &Payment<L::Hot>) {
        let account = self.ledger.receiver(&payment.hot);
        let next = self.ledger.next(&payment.hot);
        let place = self.scratch.place(account, payment.hot);
        let TaintScratch {
            states, queue, parts, ..
        } = &mut *self.scratch;
        let state = &mut states[place as usize];
        let fresh = state.taint == 0;
        self.flow.touched += S::arrive(self.ledger, state, next, payment.money.receiver_before, parts);
        if state.same_instant.is_none() {
            let ts_ms = self.ledger.ts_ms(&payment.hot);
            state.same_instant = self.ledger.paid_at(next, ts_ms).then_some(ts_ms);
        }
        if fresh {
            self.flow.touched += S::seek(self.ledger, state, next);
            state.queued = self.ledger.within(&state.hot, self.limit);
            if state.queued {
                queue.push(Reverse(L::ticket(self.ledger.key(&state.hot), place)));
            }
        }
    }

    fn finish(&mut self) {
        let TaintScratch {
            states,
            used,
            exits,
            beyond,
            places,
            ..
        } = &mut *self.scratch;
        let flow = &mut *self.flow;
        for state in &states[..*used] {
            let account = state.account;
            if state.taint > 0 {
                let amount = state.taint;
                flow.totals.held += amount;
                flow.held.push(Held { account, amount });
                if state.queued {
                    flow.cut.push(Cut::Budget { account, amount });
                } else if !self.ledger.is_end(&state.hot) {
                    flow.cut.push(Cut::Horizon { account, amount });
                }
                if self.several {
                    state
                        .lots()
                        .iter()
                        .for_each(|lot| places.add((lot.label, Place::Held { account }), lot.amount));
                }
            }
            if state.dust > 0 {
                flow.cut.push(Cut::Dust {
                    account,
                    amount: state.dust,
                });
            }
            flow.assumptions.extend(
                state
                    .same_instant
                    .map(|ts_ms| Assumption::SameInstant { account, ts_ms }),
            );
            flow.assumptions.extend(known(self.ledger.assumptions(), account));
        }
        exits.drain(|(account, kind), amount| {
            flow.cut.push(Cut::Exit {
                account,
                kind,
                amount,
            })
        });
        beyond.drain(|account, amount| flow.cut.push(Cut::Depth { account, amount }));
        places.drain(|(label, place), amount| flow.parts.push(Part { label, place, amount }));
        flow.held.sort_unstable();
        flow.cut.sort_unstable();
        flow.assumptions.sort_unstable_by_key(|a| (a.account(), *a));
    }
}

/// What the account's balances rest on.
fn known(assumptions: &[Assumption], account: u32) -> impl Iterator<Item = Assumption> {
    let from = assumptions.partition_point(|a| a.account() < account);
    assumptions[from..]
        .iter()
        .take_while(move |a| a.account() == account)
        .copied()
}

impl<L: Ledger> TaintScratch<L> {
    fn begin(&mut self, ledger: &L, seeds: &[Seed]) {
        self.used = 0;
        self.table.clear();
        self.queue.clear();
        self.seeds.clear();
        self.seeds.extend(
            seeds
                .iter()
                .map(|seed| (ledger.key(&ledger.hot(seed.edge.0)), *seed)),
        );
        if seeds.len() > 1 {
            // Of two labels for one payment the smaller has it.
            self.seeds.sort_unstable_by_key(|(key, seed)| (*key, seed.label));
            self.seeds.dedup_by_key(|(key, _)| *key);
        }
    }

    /// The place of the account's state, which is made when it has none. `hot` stands in until the first look.
    fn place(&mut self, account: u32, hot: L::Hot) -> u32 {
        let fresh = self.used as u32;
        let place = self.table.place(account, fresh);
        if place == fresh {
            self.used += 1;
            match self.states.get_mut(place as usize) {
                Some(state) => state.renew(account),
                None => self.states.push(State::new(account, hot)),
            }
        }
        place
    }
}

impl Flow {
    fn clear(&mut self) {
        self.rows.clear();
        self.held.clear();
        self.totals = Totals::default();
        self.cut.clear();
        self.parts.clear();
        self.row_parts.clear();
        self.assumptions.clear();
        self.touched = 0;
    }
}
