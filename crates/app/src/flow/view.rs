//! The use case: one report's flow as its page shows it.

use super::facts::ReportFacts;
use super::gathering::exit_kind;
use super::shape::*;
use crate::reading::{Look, read_entered};
use crate::{AppResult, Centre, Context};
use domain::access::{Action, permit};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{AccountId, Fen, Instant, PaymentId, RefusalCode, ReportId, TransferId};
use money::{AccountMoney, AccountState, Seen, Split, VictimMoney, Whereabouts, by_victim};
use std::collections::{BTreeMap, BTreeSet};
use store::intake::{payments, people, report_load};
use trace::gather::Why;
use trace::local::{Assumed, Source, Spot, SpotFlow, TracedRow, WhatIf as Hypothesis};
use trace::{Cut, Exit, pattern};

/// What the entry of the log is called.
const READ: AuditAction = AuditAction::FlowRead;

/// Bounds that no question may exceed: a page is not to be the way to read the whole centre.
const MOST: FlowLimits = FlowLimits {
    depth: 20,
    horizon: kernel::Span::days(366),
    min_taint: Fen::ZERO,
    accounts: 20_000,
    transfers: 200_000,
    fan_out: 20_000,
};

/// Reads the flow of one report. Reading is an entry; without the entry there is no answer.
pub async fn flow(centre: &Centre, ctx: &Context, id: ReportId, query: &FlowQuery) -> AppResult<Flow> {
    let outcome = may_read(centre, ctx, id).await;
    let mut look = Look::at(READ, SubjectKind::Report, id)
        .question(format!("{query:?}"))
        .note("doctrine", query.doctrine.slug());
    if !query.stops.is_empty() {
        look = look.note("what_if", query.stops.len());
    }
    read_entered(centre, ctx, look, outcome).await?;
    read(centre, ctx, id, query).await
}

pub(crate) async fn may_read(centre: &Centre, ctx: &Context, id: ReportId) -> AppResult<()> {
    let report = report_load(centre.store.reader(), id).await?;
    permit(
        &ctx.person()?.actor,
        Action::ReportRead,
        report.as_ref().map(|r| r.report.area),
    )?;
    report.map(|_| ()).ok_or_else(|| RefusalCode::NotFound.into())
}

/// The flow, for callers that have asked for the right already.
pub async fn read(centre: &Centre, ctx: &Context, id: ReportId, query: &FlowQuery) -> AppResult<Flow> {
    let conn = centre.store.reader();
    let report = report_load(conn, id).await?.ok_or(RefusalCode::NotFound)?;
    let payments = payments(conn, id).await?;
    let facts = ReportFacts::load(conn, &payments, &within(&query.limits)).await?;
    let until_ms = query.until.map(Instant::ms);
    let truly = Hypothesis {
        until_ms,
        stops: Vec::new(),
    };
    let seen = facts.trace(query.doctrine, &truly)?;
    let traced = FlowTrace::of(&facts, &seen);
    let what_if = if query.stops.is_empty() {
        None
    } else {
        let stops = query.stops.iter().map(|(a, at)| (*a, at.ms())).collect();
        let then = facts.trace(query.doctrine, &Hypothesis { until_ms, stops })?;
        Some(what_if(&facts, &seen, &then, &query.stops))
    };
    // Poison has no shares to add up.
    let shares = match query.doctrine {
        Doctrine::Reach => Some(facts.trace(Doctrine::from(centre.config.doctrine), &truly)?),
        _ => None,
    };
    let counted = FlowTrace::of(&facts, shares.as_ref().unwrap_or(&seen));
    let edges = traced.edges();
    let marks = traced.marks();
    let other_rows = traced.other_rows(&marks, &edges);
    Ok(Flow {
        report: id,
        number: report.report.number,
        doctrine: query.doctrine,
        until: query.until,
        is_now: query.until.is_none()
            && query.stops.is_empty()
            && query.doctrine == Doctrine::from(centre.config.doctrine),
        money: counted.whereabouts.sums,
        victims: counted.victims(),
        seeds: counted.seeds(),
        nodes: traced.nodes(),
        totals: totals(&seen),
        cuts: traced.cuts(),
        assumptions: traced.assumptions(),
        marks,
        next: counted.whereabouts.proposals(query.until.unwrap_or(ctx.at)),
        what_if,
        first_at: edges.first().map(|e| e.at),
        last_at: facts.last_row(),
        edges,
        accounts: traced.accounts(&other_rows),
        other_rows,
        people: people(conn, id)
            .await?
            .into_iter()
            .map(|p| (p.id, p.name))
            .collect(),
        now: ctx.at,
    })
}

/// The steps of the money of these payments with the accounts they touch, for callers inside a transaction.
pub(crate) async fn edges_of(
    conn: &impl store::sea_orm::ConnectionTrait,
    payments: &[store::intake::Payment],
    doctrine: Sharing,
) -> AppResult<(Vec<FlowEdge>, BTreeMap<AccountId, store::accounts::Account>)> {
    let facts = ReportFacts::load(conn, payments, &FlowLimits::default()).await?;
    let seen = facts.trace(Doctrine::from(doctrine), &Hypothesis::default())?;
    let edges = FlowTrace::of(&facts, &seen).edges();
    Ok((edges, facts.accounts.clone()))
}

fn within(asked: &FlowLimits) -> FlowLimits {
    FlowLimits {
        depth: asked.depth.min(MOST.depth),
        horizon: asked.horizon.min(MOST.horizon).max(kernel::Span::from_ms(0)),
        min_taint: asked.min_taint.max(MOST.min_taint),
        accounts: asked.accounts.clamp(1, MOST.accounts),
        transfers: asked.transfers.clamp(1, MOST.transfers),
        fan_out: asked.fan_out.clamp(1, MOST.fan_out),
    }
}

fn totals(seen: &Seen) -> FlowTotals {
    let t = seen.totals;
    FlowTotals {
        seeded: Fen(t.seeded),
        exit: Fen(t.exit),
        dust: Fen(t.dust),
        beyond: Fen(t.beyond),
        still: Fen(t.held),
    }
}

/// The flow with these stops beside the true one.
fn what_if(facts: &ReportFacts, truly: &Seen, then: &Seen, stops: &[(AccountId, Instant)]) -> WhatIf {
    let still = |seen: &Seen, account| {
        seen.spots
            .get(&Spot::Account(account))
            .map_or(Fen::ZERO, |s| Fen(s.still_there))
    };
    let stopped: BTreeSet<AccountId> = stops.iter().map(|(account, _)| *account).collect();
    let there = |seen: &Seen| -> Fen { stopped.iter().map(|account| still(seen, *account)).sum() };
    WhatIf {
        stops: stops
            .iter()
            .map(|(account, at)| WhatIfStop {
                account: *account,
                at: *at,
                still_true: still(truly, *account),
                still_then: still(then, *account),
            })
            .collect(),
        totals: totals(then),
        nodes: FlowTrace::of(facts, then).nodes(),
        saved: there(then).saturating_less(there(truly)),
        kept: Fen(then.totals.held).saturating_less(Fen(truly.totals.held)),
    }
}

/// One trace with everything that is said of it.
struct FlowTrace<'a> {
    facts: &'a ReportFacts,
    seen: &'a Seen,
    figures: money::Facts<'a>,
    whereabouts: Whereabouts,
}

impl<'a> FlowTrace<'a> {
    fn of(facts: &'a ReportFacts, seen: &'a Seen) -> FlowTrace<'a> {
        let figures = facts.of(seen);
        FlowTrace {
            facts,
            seen,
            whereabouts: Whereabouts::of(&figures),
            figures,
        }
    }
}

impl FlowTrace<'_> {
    fn victims(&self) -> Vec<VictimMoney> {
        by_victim(&self.figures, &self.whereabouts)
    }

    fn seeds(&self) -> Vec<FlowSeed> {
        let untold: BTreeSet<u32> = self
            .seen
            .rows
            .iter()
            .filter_map(|r| match r.source {
                Source::Untold(label) => Some(label),
                _ => None,
            })
            .collect();
        let placed = self
            .facts
            .payments
            .iter()
            .zip(0u32..)
            .zip(self.figures.seeded())
            .map(|((p, label), counted)| (p, counted, p.transfer.is_some() && !untold.contains(&label)));
        // Nothing of what has no account came back that anybody could see.
        let handed = self.facts.handed.iter().map(|p| (p, p.amount, false));
        placed
            .chain(handed)
            .filter(|(p, ..)| self.shown(p.paid_at.ms()))
            .map(|(p, counted, told)| FlowSeed {
                payment: p.id,
                victim: p.victim,
                from: p.from,
                to: p.to,
                payee: p.payee.clone(),
                how: p.how,
                at: p.paid_at,
                amount: p.amount,
                counted,
                told,
            })
            .collect()
    }

    fn nodes(&self) -> Vec<FlowNode> {
        let mut spots: Vec<(Vec<Spot<AccountId>>, &SpotFlow<AccountId>)> = self
            .seen
            .spots
            .iter()
            .map(|(spot, f)| (self.figures.path(*spot), f))
            .collect();
        spots.sort_by_key(|(path, _)| self.figures.tree_key(path));
        spots
            .into_iter()
            .filter_map(|(path, f)| {
                let spot = *path.last()?;
                let money = spot.account().and_then(|a| self.whereabouts.account(a));
                Some(match money {
                    Some(money) => self.account_node(money, &path, f),
                    None => self.other_node(spot, &path, f),
                })
            })
            .collect()
    }

    fn account_node(
        &self,
        money: &AccountMoney,
        path: &[Spot<AccountId>],
        f: &SpotFlow<AccountId>,
    ) -> FlowNode {
        FlowNode {
            told: money.told,
            received: money.received,
            sent: money.sent,
            expected: money.expected,
            balance: money.balance,
            hold: money.hold,
            split: money.split,
            state: money.state,
            order: money.order,
            result: money.result.clone(),
            habit: money.habit,
            due_at: money.due_at,
            due_is_estimate: money.due_is_estimate,
            statement_known: money.statement_known,
            proposable: money.proposable,
            ..self.other_node(Spot::Account(money.account), path, f)
        }
    }

    /// Of a place that is no account: nothing can be ordered there.
    fn other_node(
        &self,
        spot: Spot<AccountId>,
        path: &[Spot<AccountId>],
        f: &SpotFlow<AccountId>,
    ) -> FlowNode {
        let received = Fen(f.received);
        // What left unseen may still be somewhere; a fee is gone.
        let unseen = matches!(spot, Spot::Unseen(_));
        FlowNode {
            place: place(spot),
            hop: f.hop,
            path: path.iter().copied().map(place).collect(),
            told: Fen::ZERO,
            received,
            sent: Fen(f.sent),
            expected: Fen(f.still_there),
            balance: None,
            hold: None,
            split: Split {
                unseen: if unseen { received } else { Fen::ZERO },
                gone: if unseen { Fen::ZERO } else { received },
                ..Split::default()
            },
            state: if unseen {
                AccountState::Unseen
            } else {
                AccountState::Gone
            },
            order: None,
            result: String::new(),
            exit: f.exit.map(exit_kind),
            first_arrival: Instant::from_ms(f.first_arrival_ms),
            last_arrival: Instant::from_ms(f.last_arrival_ms),
            habit: None,
            due_at: None,
            due_is_estimate: true,
            statement_known: false,
            proposable: false,
            parts: self.parts(&f.parts),
        }
    }

    fn parts(&self, parts: &[(u32, i64)]) -> Vec<PaymentPart> {
        parts
            .iter()
            .filter_map(|(label, amount)| {
                Some(PaymentPart {
                    payment: self.facts.payment(*label)?,
                    amount: Fen(*amount),
                })
            })
            .collect()
    }

    fn edges(&self) -> Vec<FlowEdge> {
        self.seen.rows.iter().map(|r| self.edge(r)).collect()
    }

    fn edge(&self, row: &TracedRow<AccountId, TransferId>) -> FlowEdge {
        let transfer = row_id(row.source);
        let told = transfer.and_then(|id| self.facts.material.told.get(&id));
        let t = told.map(|t| &t.transfer);
        let at = Instant::from_ms(row.at_ms);
        // A bank that told alone gave the row its time.
        let said = |serial: bool, both: Option<Instant>| both.or(serial.then_some(at));
        let previous = self.seen.spots.get(&row.src).and_then(|s| s.parent);
        FlowEdge {
            transfer,
            // The row names its payer even where his own rows are not at hand.
            from: t.map_or(place(row.src), |t| Place::Account(t.src)),
            to: place(row.dst),
            at,
            amount: Fen(row.amount),
            tainted: Fen(row.tainted),
            hop: row.hop,
            src_serial: t.and_then(|t| t.src_serial.clone()),
            dst_serial: t.and_then(|t| t.dst_serial.clone()),
            src_at: told.and_then(|t| said(t.transfer.src_serial.is_some(), t.src_at)),
            dst_at: told.and_then(|t| said(t.transfer.dst_serial.is_some(), t.dst_at)),
            src_balance: t.and_then(|t| t.src_balance),
            dst_balance: t.and_then(|t| t.dst_balance),
            previous: previous
                .and_then(|p| row_id(self.seen.rows[p.row].source))
                .or_else(|| self.paid_by(row.src)),
            summary: t.map(|t| t.summary.clone()).unwrap_or_default(),
            parts: self.parts(&row.parts),
        }
    }

    /// The payment that brought the money to an account of the first layer.
    fn paid_by(&self, spot: Spot<AccountId>) -> Option<TransferId> {
        let paid = |r: &&TracedRow<AccountId, TransferId>| r.hop == 0 && r.dst == spot;
        self.seen.rows.iter().find(paid).and_then(|r| row_id(r.source))
    }

    fn cuts(&self) -> Vec<FlowCut> {
        let traced = self.seen.cut.iter().filter_map(|c| {
            // A least amount is for poison.
            let amounts = !matches!(c.cut, Cut::MinAmount { .. });
            FlowCut::of(&c.cut, place(c.spot), Fen(c.amount)).filter(|_| amounts)
        });
        // What was not looked into concerns at most the victims' money that came there.
        let gathered = self.facts.material.gathered.cut.iter().filter_map(|c| {
            let came = self.seen.spots.get(&Spot::Account(c.account))?.received;
            let (place, amount) = (Place::Account(c.account), Fen(c.amount.min(came)));
            Some(match c.why {
                Why::Hub => FlowCut::Hub { place, amount },
                Why::Accounts | Why::Transfers => FlowCut::Size { place, amount },
            })
        });
        traced.chain(gathered).collect()
    }

    fn assumptions(&self) -> Vec<FlowAssumption> {
        use money::Assumption as A;
        let of_figures = self.whereabouts.assumptions.iter().filter_map(|a| match *a {
            A::NoStatement { account, amount } => Some(FlowAssumption::NoStatement { account, amount }),
            A::AmountUntold { account, amount } => Some(FlowAssumption::AmountUntold { account, amount }),
            A::WayUnknown { account, amount } => Some(FlowAssumption::WayUnknown { account, amount }),
            A::CameBack { account, amount } => Some(FlowAssumption::CameBack { account, amount }),
            A::Returned { account, amount } => Some(FlowAssumption::Returned { account, amount }),
            A::NoAccount { count, amount } => Some(FlowAssumption::NoAccount { count, amount }),
            A::Cut { .. } => None,
        });
        let of_books = self
            .seen
            .assumed
            .iter()
            .filter_map(|a| assumption(a, |label| self.payment(label)));
        of_figures.chain(of_books).collect()
    }

    fn payment(&self, label: u32) -> Option<PaymentId> {
        self.facts.payment(label)
    }

    /// Patterns on the accounts of the flow, over all of their rows up to the instant of the slider.
    fn marks(&self) -> Vec<FlowMark> {
        // Fees and rows that were reversed show nothing of what people do.
        let books = &self.facts.books;
        let moves_money: BTreeSet<TransferId> = books
            .steps()
            .iter()
            .filter(|step| books.spot(step.dst) != Spot::Fee)
            .filter_map(|step| row_id(step.source))
            .collect();
        let rows: Vec<pattern::Seen<AccountId, TransferId>> = self
            .facts
            .material
            .gathered
            .rows
            .iter()
            .filter(|r| self.shown(r.at_ms) && moves_money.contains(&r.id))
            .map(|r| pattern::Seen {
                id: r.id,
                at_ms: r.at_ms,
                src: r.src,
                dst: r.dst,
                amount: r.amount,
            })
            .collect();
        let exits: &BTreeMap<AccountId, Exit> = &self.facts.material.gathered.known.exits;
        let accounts: BTreeSet<AccountId> = self.seen.spots.keys().filter_map(|s| s.account()).collect();
        let accounts = accounts.into_iter().filter(|a| !exits.contains_key(a)).collect();
        let of_rows = pattern::marks(&rows, exits, &accounts, &pattern::Rules::default());
        let shown: BTreeSet<TransferId> = rows.iter().map(|r| r.id).collect();
        let mut marks: Vec<FlowMark> = of_rows
            .into_iter()
            .map(|m| {
                let pattern = pattern_of(m.pattern);
                FlowMark {
                    feature_code: pattern.feature_code(),
                    pattern,
                    account: m.account,
                    amount: Fen(m.amount),
                    evidence: m.evidence,
                }
            })
            .chain(super::implicated::marks(
                self.facts,
                &self.figures,
                &shown,
                &accounts,
            ))
            .collect();
        marks.sort_by_key(|m| (m.account, m.pattern));
        marks
    }

    /// The rows of the marks that are no edges, from what banks told.
    fn other_rows(&self, marks: &[FlowMark], edges: &[FlowEdge]) -> Vec<FlowEdge> {
        let drawn: BTreeSet<TransferId> = edges.iter().filter_map(|e| e.transfer).collect();
        let named: BTreeSet<TransferId> = marks.iter().flat_map(|m| m.evidence.iter().copied()).collect();
        named
            .difference(&drawn)
            .filter_map(|id| {
                let told = self.facts.material.told.get(id)?;
                let t = &told.transfer;
                Some(FlowEdge {
                    transfer: Some(*id),
                    from: Place::Account(t.src),
                    to: Place::Account(t.dst),
                    at: t.at,
                    amount: t.amount,
                    tainted: Fen::ZERO,
                    hop: 0,
                    src_serial: t.src_serial.clone(),
                    dst_serial: t.dst_serial.clone(),
                    src_at: told.src_at,
                    dst_at: told.dst_at,
                    src_balance: t.src_balance,
                    dst_balance: t.dst_balance,
                    previous: None,
                    summary: t.summary.clone(),
                    parts: Vec::new(),
                })
            })
            .collect()
    }

    fn shown(&self, at_ms: i64) -> bool {
        self.seen.until_ms.is_none_or(|until| at_ms <= until)
    }

    fn accounts(&self, others: &[FlowEdge]) -> BTreeMap<AccountId, store::accounts::Account> {
        let mut ids: BTreeSet<AccountId> = self.seen.spots.keys().filter_map(|s| s.account()).collect();
        ids.extend(
            self.facts
                .payments
                .iter()
                .chain(&self.facts.handed)
                .flat_map(|p| [p.to, p.from])
                .flatten(),
        );
        let payers = self.seen.rows.iter().filter(|r| r.hop == 0);
        ids.extend(payers.filter_map(|r| self.edge(r).from.account()));
        ids.extend(
            others
                .iter()
                .flat_map(|e| [e.from.account(), e.to.account()])
                .flatten(),
        );
        let known = &self.facts.accounts;
        ids.into_iter()
            .filter_map(|id| Some((id, known.get(&id)?.clone())))
            .collect()
    }
}

fn row_id(source: Source<TransferId>) -> Option<TransferId> {
    match source {
        Source::Row(id) => Some(id),
        _ => None,
    }
}

pub(super) fn place(spot: Spot<AccountId>) -> Place {
    match spot {
        Spot::Account(a) => Place::Account(a),
        Spot::Fee => Place::Fee,
        Spot::Unseen(a) => Place::Unseen(a),
        Spot::Outside(a) => Place::Outside(a),
    }
}

const fn pattern_of(found: pattern::Pattern) -> Pattern {
    match found {
        pattern::Pattern::FanIn => Pattern::FanIn,
        pattern::Pattern::FanOut => Pattern::FanOut,
        pattern::Pattern::PassThrough => Pattern::PassThrough,
        pattern::Pattern::SplitAndGather => Pattern::SplitAndGather,
        pattern::Pattern::RoundTrip => Pattern::RoundTrip,
        pattern::Pattern::CashOut => Pattern::CashOut,
        pattern::Pattern::TestTransfer => Pattern::TestTransfer,
        pattern::Pattern::ManyBetweenTwo => Pattern::ManyBetweenTwo,
    }
}

/// What the books took for granted, in the words of a flow.
pub(super) fn assumption(
    assumed: &Assumed<AccountId, TransferId>,
    payment: impl Fn(u32) -> Option<PaymentId>,
) -> Option<FlowAssumption> {
    let at = Instant::from_ms;
    Some(match *assumed {
        Assumed::OpeningUnknown { account, opening } => FlowAssumption::OpeningUnknown {
            account,
            opening: Fen(opening),
        },
        Assumed::Overdraft {
            account,
            at_ms,
            missing,
        } => FlowAssumption::Overdraft {
            account,
            at: at(at_ms),
            missing: Fen(missing),
        },
        Assumed::GapIn {
            account,
            at_ms,
            amount,
        } => FlowAssumption::GapIn {
            account,
            at: at(at_ms),
            amount: Fen(amount),
        },
        Assumed::GapOut {
            account,
            at_ms,
            amount,
        } => FlowAssumption::GapOut {
            account,
            at: at(at_ms),
            amount: Fen(amount),
        },
        Assumed::SameInstant { account, at_ms } => FlowAssumption::SameInstant {
            account,
            at: at(at_ms),
        },
        Assumed::Reversed {
            account,
            at_ms,
            amount,
            ..
        } => FlowAssumption::Reversed {
            account,
            at: at(at_ms),
            amount: Fen(amount),
        },
        Assumed::Untold {
            account,
            label,
            amount,
        } => FlowAssumption::PaymentUntold {
            payment: payment(label)?,
            account,
            amount: Fen(amount),
        },
        // The store refuses such rows at the door.
        Assumed::NoAmount { .. } => return None,
    })
}

#[cfg(test)]
mod tests;
