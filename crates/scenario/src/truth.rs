//! What the city really did, beside what the centre believes of it: payments, stop orders, sums, and where the money is. Each
//! difference has a cause. The city knows; the centre can only know what a caller said or a bank answered.
//!
//! Promises: every payment of the case, every stop that left and every account on which the case's money lies is compared; a
//! difference that no cause explains is [`Cause::Unknown`], and a reading that took something for something else is
//! [`Cause::Misread`]: both are bugs. Leaves out other invariants (see `proof`).

use crate::desk::{Asked, how};
use crate::evening::{Evening, Taken};
use app::AppResult;
use app::golden::{self, Golden};
use app::money::AccountMoney;
use domain::order::{Order, OrderKind, OrderState};
use kernel::{AccountId, Fen, Instant, ReportId, Span};
use sim::world::{AccountIx, Role, World};
use sim::{AmountTold, How, NumberTold, PaymentTold, PaymentTruth, TimeTold, Truth};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use store::accounts::{Account, accounts_load};
use store::intake::{Payment, payments};

/// Why the centre believes something else than what is so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// The caller did not say it, or cannot know it: where the money behind a code went, a card of which he says the tail.
    NotTold,
    /// The caller said it wrongly, or only about.
    ToldWrongly,
    /// The caller said it and the reading left it open.
    LeftOpen,
    /// The caller said it and the reading took it for something else.
    Misread,
    /// No bank has been asked what left the account.
    NotYetAsked,
    /// A bank has been asked and has not answered, or did not do what was asked.
    BankSilent,
    /// It happened after the bank had answered.
    SinceTheAnswer,
    /// Other money lies on the same account, and the doctrine shares out what leaves it.
    Shared,
    /// An account before it is one of these.
    Upstream,
    Unknown,
}

impl Cause {
    pub const fn words(self) -> &'static str {
        match self {
            Cause::NotTold => "not told by the caller",
            Cause::ToldWrongly => "told wrongly",
            Cause::LeftOpen => "left open by the reading",
            Cause::Misread => "misread",
            Cause::NotYetAsked => "not yet asked",
            Cause::BankSilent => "the bank has not answered",
            Cause::SinceTheAnswer => "since the bank's answer",
            Cause::Shared => "shared out with other money",
            Cause::Upstream => "follows from an account before it",
            Cause::Unknown => "unknown",
        }
    }

    /// Whether the centre could have known better.
    pub fn is_fault(self) -> bool {
        matches!(self, Cause::Misread | Cause::Unknown)
    }
}

/// What is different.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    Payment,
    Total,
    Order,
    Money,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Difference {
    pub part: Part,
    pub cause: Cause,
    pub words: String,
}

/// One report beside its case.
#[derive(Clone, Debug, Default)]
pub struct Comparison {
    pub asked: Vec<Asked>,
    /// Payments of the case, and those that the centre has right in amount, payee and time.
    pub payments: usize,
    pub payments_right: usize,
    /// Stops on first-layer accounts that left, and those whose amount, payee and time are what the caller meant.
    pub stops: usize,
    pub stops_meant: usize,
    pub differences: Vec<Difference>,
}

impl Comparison {
    /// What a storm and a script must not meet: an order that the caller did not mean.
    pub fn faults(&self) -> impl Iterator<Item = &Difference> {
        let faults = self.differences.iter().filter(|d| d.cause.is_fault());
        faults.filter(|d| d.part == Part::Order)
    }

    fn add(&mut self, part: Part, cause: Cause, words: String) {
        self.differences.push(Difference { part, cause, words });
    }

    /// As the audience of a script reads it.
    pub fn show(&self, name: &str) -> String {
        let asked: Vec<String> = self
            .asked
            .iter()
            .map(|a| format!("{a:?}").to_lowercase())
            .collect();
        let asked = if asked.is_empty() {
            "nothing".to_owned()
        } else {
            asked.join(", ")
        };
        let mut text = format!(
            "  truth of {name}: asked back {asked} · payments right {} of {} · orders equal to what the caller meant {} of {}\n",
            self.payments_right, self.payments, self.stops_meant, self.stops
        );
        for d in &self.differences {
            let part = format!("{:?}", d.part).to_lowercase();
            let _ = writeln!(text, "    {part}: {} ({})", d.words, d.cause.words());
        }
        text
    }
}

/// Compares one report with the case that it was told from; `None` for a report that no call of the city made.
pub async fn compare(evening: &mut Evening, report: ReportId) -> AppResult<Option<Comparison>> {
    let ctx = evening.by("liyang").await?;
    let golden = golden::read(&evening.centre, &ctx, report).await?;
    let conn = evening.centre.store.reader();
    let paid = payments(conn, report).await?;
    let ids: Vec<AccountId> = paid.iter().flat_map(|p| [p.to, p.from]).flatten().collect();
    let accounts: BTreeMap<AccountId, Account> = (accounts_load(conn, &ids).await?.into_iter())
        .map(|a| (a.id, a))
        .collect();
    let Some(taken) = evening.taken.get(&report) else {
        return Ok(None);
    };
    let mut found = Comparison {
        asked: taken.asked.clone(),
        ..Comparison::default()
    };
    // A second payment may have left between the ring and now; what was told is the truth at the ring.
    let told = Believed {
        taken,
        paid: &paid,
        accounts: &accounts,
    };
    told.payments(&mut found);
    told.total(&mut found);
    let town = evening.road.town();
    let world = town.city.world();
    let case = taken.told.truth.case;
    orders(&golden, &taken.told.truth, world, &mut found);
    Money::of(world, case, town.city.now()).compare(&golden, &taken.told.truth, &mut found);
    found.differences.sort();
    Ok(Some(found))
}

struct Believed<'a> {
    taken: &'a Taken,
    paid: &'a [Payment],
    accounts: &'a BTreeMap<AccountId, Account>,
}

impl Believed<'_> {
    fn number(&self, id: AccountId) -> &str {
        self.accounts.get(&id).map_or("", |a| a.number.main())
    }

    fn payee(&self, payment: &Payment) -> &str {
        payment.to.map_or("", |id| self.number(id))
    }

    fn payments(&self, found: &mut Comparison) {
        let truth = &self.taken.told.truth;
        found.payments = truth.payments.len();
        let mut left: Vec<&Payment> = self.paid.iter().collect();
        for (i, real) in truth.payments.iter().enumerate() {
            let told = truth.told.payments.get(i).cloned().unwrap_or_default();
            let same_payee = |p: &&Payment| self.payee(p) == real.to.number;
            let handed = |p: &&Payment| p.to.is_none() && p.how == how(real.how);
            let at = (left.iter())
                .position(|p| (same_payee(p) || handed(p)) && p.amount == real.amount)
                .or_else(|| left.iter().position(|p| p.amount == real.amount))
                .or_else(|| left.iter().position(same_payee));
            match at.map(|at| left.remove(at)) {
                Some(believed) => {
                    let before = found.differences.len();
                    self.payment(i, real, &told, believed, found);
                    let wrong = found.differences[before..]
                        .iter()
                        .any(|d| !d.words.contains("payer"));
                    found.payments_right += usize::from(!wrong);
                }
                None => {
                    let cause = if real.how == How::Transfer {
                        Cause::Misread
                    } else {
                        Cause::NotTold
                    };
                    let words = format!(
                        "/{} {} {:?} is not in the report",
                        i + 1,
                        real.amount.to_grouped(),
                        real.how
                    );
                    found.add(Part::Payment, cause, words);
                }
            }
        }
        for p in left {
            let words = format!(
                "{} to …{} was never made",
                p.amount.to_grouped(),
                tail(self.payee(p))
            );
            found.add(Part::Payment, Cause::Misread, words);
        }
    }

    fn payment(
        &self,
        i: usize,
        real: &PaymentTruth,
        told: &PaymentTold,
        p: &Payment,
        found: &mut Comparison,
    ) {
        let n = i + 1;
        if p.amount != real.amount {
            let words = format!(
                "/{n} amount {} is {}",
                p.amount.to_grouped(),
                real.amount.to_grouped()
            );
            found.add(Part::Payment, by(told.amount.approx, Cause::ToldWrongly), words);
        }
        if p.how != how(real.how) {
            let words = format!("/{n} way {} is {:?}", p.how.slug(), real.how);
            found.add(Part::Payment, Cause::Misread, words);
        }
        // What stands behind cash or a code the payer cannot see, and the report rightly says nothing of it.
        let unseen = p.to.is_none() && real.how != How::Transfer;
        if !unseen && self.payee(p) != real.to.number {
            let words = format!(
                "/{n} payee …{} is …{}",
                tail(self.payee(p)),
                tail(&real.to.number)
            );
            found.add(
                Part::Payment,
                by(told.to != NumberTold::Whole, Cause::NotTold),
                words,
            );
        }
        if !near(p.paid_at, real.at, told.at) {
            let words = format!("/{n} time {} is {}", p.paid_at.to_iso_cst(), real.at.to_iso_cst());
            found.add(Part::Payment, by(told.at == TimeTold::Not, Cause::NotTold), words);
        }
        match p.from.map(|id| self.number(id)) {
            None if told.from == NumberTold::Whole => {
                let words = format!("/{n} payer is …{}", tail(&real.from.number));
                found.add(Part::Payment, Cause::LeftOpen, words);
            }
            None => {
                let words = format!("/{n} payer is …{}", tail(&real.from.number));
                found.add(Part::Payment, Cause::NotTold, words);
            }
            Some(from) if from != real.from.number => {
                let words = format!("/{n} payer …{} is …{}", tail(from), tail(&real.from.number));
                found.add(Part::Payment, Cause::Misread, words);
            }
            Some(_) => {}
        }
    }

    /// The sum that was told, that was read, and that is so.
    fn total(&self, found: &mut Comparison) {
        let truth = &self.taken.told.truth;
        let read = text::rows(&self.taken.told.narrative, self.taken.told.at).stated_total;
        let read = read.map(|t| (Fen(t.amount), t.approx));
        let told = truth.told.total;
        if let Some(AmountTold {
            amount: Some(amount),
            approx,
        }) = told
            && amount != truth.loss
        {
            let about = if approx { "about " } else { "" };
            let words = format!("{about}{} is {}", amount.to_grouped(), truth.loss.to_grouped());
            found.add(Part::Total, Cause::ToldWrongly, words);
        }
        let said = told.and_then(|t| t.amount);
        match (said, read) {
            (Some(said), None) => {
                found.add(
                    Part::Total,
                    Cause::LeftOpen,
                    format!("{} was not read", said.to_grouped()),
                );
            }
            (said, Some((read, _))) if said != Some(read) => {
                let said = said.map_or_else(|| "none".to_owned(), Fen::to_grouped);
                found.add(
                    Part::Total,
                    Cause::Misread,
                    format!("{} was read, {said} was told", read.to_grouped()),
                );
            }
            _ => {}
        }
    }
}

fn by(excused: bool, cause: Cause) -> Cause {
    if excused { cause } else { Cause::Misread }
}

/// Whether a time is what the caller meant, to the precision of his words.
fn near(believed: Instant, real: Instant, told: TimeTold) -> bool {
    let minute = |at: Instant| at.ms().div_euclid(60_000);
    let apart = (minute(believed) - minute(real)).abs();
    apart
        <= match told {
            TimeTold::Minute | TimeTold::Not => 0,
            TimeTold::Ago => 1,
            TimeTold::Now => 5,
        }
}

fn tail(number: &str) -> &str {
    &number[number.len().saturating_sub(4)..]
}

// ── orders ───────────────────────────────────────────────────────────────────────────────────

/// Every stop that left, beside the payments that the caller meant; a stop further on, beside the movement that brought the
/// money there.
fn orders(golden: &Golden, truth: &Truth, world: &World, found: &mut Comparison) {
    let left = golden
        .orders
        .iter()
        .filter(|o| o.kind == OrderKind::Stop && o.sent_at.is_some());
    for order in left {
        let Some(account) = golden.accounts.get(&order.account) else {
            found.add(
                Part::Order,
                Cause::Unknown,
                "a stop on an account that is not on the page".into(),
            );
            continue;
        };
        let number = account.number.main();
        if order.layer > 1 {
            if !arrived(world, number, truth.case) {
                let words = format!(
                    "a stop at layer {} on …{} where none of the money came",
                    order.layer,
                    tail(number)
                );
                found.add(Part::Order, Cause::Unknown, words);
            }
            continue;
        }
        found.stops += 1;
        match meant(order, account, truth) {
            Ok(()) => found.stops_meant += 1,
            Err((cause, words)) => found.add(Part::Order, cause, words),
        }
    }
}

fn arrived(world: &World, number: &str, case: u32) -> bool {
    let Some(ix) = world.find(number) else {
        return false;
    };
    let all = world
        .account(ix)
        .movements()
        .iter()
        .map(|place| &world.ledger()[*place]);
    // Of the case, or shared out to it on an account that several cases went through.
    all.into_iter()
        .any(|m| m.dst == ix && (m.case == Some(case) || m.case.is_some()))
}

fn meant(order: &Order, account: &Account, truth: &Truth) -> Result<(), (Cause, String)> {
    let number = account.number.main();
    let indexed = truth.payments.iter().enumerate();
    let mine: Vec<(usize, &PaymentTruth)> = indexed.filter(|(_, p)| p.to.number == number).collect();
    if mine.is_empty() {
        return Err((
            Cause::Misread,
            format!("a stop on …{} that nobody was told to pay", tail(number)),
        ));
    }
    let told = |i: usize| truth.told.payments.get(i).cloned().unwrap_or_default();
    let sum: Fen = mine.iter().map(|(_, p)| p.amount).sum();
    let amount = order.terms.amount;
    if amount != sum && !mine.iter().any(|(_, p)| p.amount == amount) {
        let excused = mine.iter().any(|(i, _)| told(*i).amount.approx);
        let words = format!(
            "a stop for {} on …{}, paid were {}",
            amount.to_grouped(),
            tail(number),
            sum.to_grouped()
        );
        return Err((by(excused, Cause::ToldWrongly), words));
    }
    if account.holder.reveal() != mine[0].1.to.name {
        let (believed, real) = (account.holder.reveal(), &mine[0].1.to.name);
        let words = format!("a stop on …{} of {believed}, who is {real}", tail(number));
        return Err((Cause::Misread, words));
    }
    let on_time = |at: Instant| mine.iter().any(|(i, p)| near(at, p.at, told(*i).at));
    match order.terms.paid_at {
        Some(at) if !on_time(at) => Err((
            Cause::Misread,
            format!(
                "a stop on …{} for a payment at {} that was never made",
                tail(number),
                at.to_iso_cst()
            ),
        )),
        _ => Ok(()),
    }
}

// ── where the money is ───────────────────────────────────────────────────────────────────────

/// The case's money by account, as the ledger has it.
struct Money<'a> {
    world: &'a World,
    case: u32,
    now: Instant,
    left: BTreeMap<AccountIx, i64>,
}

impl<'a> Money<'a> {
    fn of(world: &'a World, case: u32, now: Instant) -> Money<'a> {
        let mut left: BTreeMap<AccountIx, i64> = BTreeMap::new();
        for m in world.ledger().iter().filter(|m| m.case == Some(case)) {
            *left.entry(m.dst).or_default() += m.amount.0;
            *left.entry(m.src).or_default() -= m.amount.0;
        }
        left.retain(|ix, _| matches!(world.account(*ix).role, Role::Mule { .. }));
        Money {
            world,
            case,
            now,
            left,
        }
    }

    fn compare(&self, golden: &Golden, truth: &Truth, found: &mut Comparison) {
        let nodes: BTreeMap<&str, &AccountMoney> = (golden.whereabouts.accounts.iter())
            .filter_map(|n| Some((golden.accounts.get(&n.account)?.number.main(), n)))
            .collect();
        let mut causes: BTreeMap<AccountIx, Cause> = BTreeMap::new();
        // Layer by layer, so that what is not known of an account explains those behind it.
        let mut order: Vec<AccountIx> = self.left.keys().copied().collect();
        order.sort_by_key(|ix| self.first_arrival(*ix));
        for ix in order {
            let account = self.world.account(ix);
            let node = nodes.get(account.number.as_str());
            let believed = node.map_or(0, |n| n.split.held.0 + n.split.reachable.0 + n.split.returned.0);
            let real = self.left[&ix];
            if believed == real {
                continue;
            }
            let cause = self.cause(ix, node.copied(), golden, truth, &causes);
            causes.insert(ix, cause);
            let words = format!(
                "{} …{} has {}, believed {}",
                account.bank.get().spoken,
                tail(&account.number),
                Fen(real).to_grouped(),
                Fen(believed).to_grouped()
            );
            found.add(Part::Money, cause, words);
        }
    }

    fn movements(&self, ix: AccountIx) -> impl Iterator<Item = &sim::world::Movement> {
        let places = self.world.account(ix).movements().iter();
        places.map(move |place| &self.world.ledger()[*place])
    }

    fn first_arrival(&self, ix: AccountIx) -> (Instant, AccountIx) {
        let mine = self
            .movements(ix)
            .find(|m| m.dst == ix && m.case == Some(self.case));
        (mine.map_or(self.now, |m| m.at), ix)
    }

    fn cause(
        &self,
        ix: AccountIx,
        node: Option<&AccountMoney>,
        golden: &Golden,
        truth: &Truth,
        before: &BTreeMap<AccountIx, Cause>,
    ) -> Cause {
        let sources: BTreeSet<AccountIx> = (self.movements(ix))
            .filter(|m| m.dst == ix && m.case == Some(self.case))
            .map(|m| m.src)
            .collect();
        let number = |ix: AccountIx| self.world.account(ix).number.as_str();
        let untold = |p: &PaymentTruth| p.to.number == number(ix) && p.how != How::Transfer;
        if truth.payments.iter().any(untold) {
            return Cause::NotTold;
        }
        if sources.iter().any(|source| before.contains_key(source)) {
            return Cause::Upstream;
        }
        let own = self.asked_of(number(ix), golden);
        let node_knows = node.and_then(|n| n.told_until);
        if let (Some(own), None) = (own, node_knows) {
            return own;
        }
        let others = self.movements(ix).any(|m| m.case != Some(self.case));
        let after = |until: Instant| self.movements(ix).any(|m| m.at > until - Span::seconds(1));
        match (node, node_knows) {
            (Some(_), Some(until)) if after(until) => Cause::SinceTheAnswer,
            (Some(_), None) => Cause::NotYetAsked,
            _ if others => Cause::Shared,
            (None, _) => Cause::SinceTheAnswer,
            _ => Cause::Unknown,
        }
    }

    /// A question about the account's movements that is on its way, or was not done.
    fn asked_of(&self, number: &str, golden: &Golden) -> Option<Cause> {
        let of_account = |o: &&Order| {
            golden
                .accounts
                .get(&o.account)
                .is_some_and(|a| a.number.main() == number)
                && matches!(o.kind, OrderKind::QueryTransactions | OrderKind::Watch)
        };
        let asked: Vec<&Order> = golden.orders.iter().filter(of_account).collect();
        let silent = asked
            .iter()
            .any(|o| o.state != OrderState::Done && o.state != OrderState::Drafted);
        silent.then_some(Cause::BankSilent)
    }
}
