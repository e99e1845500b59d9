//! 追踪: the raw trace from any one transfer, over all transfers of the centre. Not bound to a report, so it takes a right of its own
//! and a purpose, and the entry names the transfer.

use super::gathering::drive;
use super::live::{Here, NamedRow};
use super::shape::{Doctrine, FlowAssumption, FlowCut, Place, Sharing};
use super::view::{assumption, place};
use crate::{AppError, AppResult, Centre, Context, Work};
use domain::access::{Action, permit};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{AccountId, Fen, Instant, Refusal, RefusalCode, Span, TransferId};
use std::collections::BTreeMap;
use store::accounts::{Account, account_load, accounts_load};
use store::flow::{Moved, Passing, transfer_load, transfers_of};
use store::page::PAGE_MAX;
use store::sea_orm::ConnectionTrait;
use trace::gather::{Bounds, Start, Why};
use trace::local::{Books, Payment, Source, TracedCut, WhatIf};
use trace::{Assumption, Cut, Direction, Edge, Ledger, Live, Reach, ReachQuery, Seed, TaintQuery};

/// What is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawMode {
    /// Every later payment out of a reached account counts wholly, within `dwell`; upwards, every earlier payment into it.
    Reach {
        dwell: Span,
        min_amount: Fen,
        direction: Direction,
    },
    /// Amounts by a doctrine, up to `horizon` after the transfer.
    Taint {
        doctrine: Sharing,
        horizon: Span,
        min_taint: Fen,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawQuery {
    pub seed: TransferId,
    pub mode: RawMode,
    pub depth: u32,
    /// Edges that may be looked at.
    pub budget: u64,
    /// Rows in the answer; the sums cover all of them.
    pub rows_max: usize,
    /// Name the accounts, the cuts and what the answer rests on, for people. A program that only counts needs none of it, and
    /// is answered without those look-ups.
    pub explain: bool,
}

/// One transfer that was reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RawRow {
    pub transfer: TransferId,
    pub src: AccountId,
    pub dst: AccountId,
    pub at: Instant,
    pub amount: Fen,
    /// Nothing for REACH, which knows no amounts.
    pub tainted: Option<Fen>,
    pub hop: u32,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RawTrace {
    pub rows: Vec<RawRow>,
    pub rows_left_out: usize,
    /// Explained, most money first and no more than rows.
    pub held: Vec<(AccountId, Fen)>,
    pub held_left_out: usize,
    pub totals: Option<trace::Totals>,
    /// From the index in memory, or hop by hop from the store.
    pub from_index: bool,
    /// Whether a bound ended it somewhere.
    pub cut: bool,
    /// Where, most money first. These and what follows are there when the question asked for them.
    pub cuts: Vec<FlowCut>,
    pub cuts_left_out: usize,
    pub assumptions: Vec<FlowAssumption>,
    pub assumptions_left_out: usize,
    /// Everybody named above.
    pub accounts: BTreeMap<AccountId, Account>,
}

/// The movements of one account, newest first, for whoever looks for the one to trace from.
#[derive(Clone, Debug)]
pub struct AccountRows {
    pub account: Account,
    pub rows: Vec<Moved>,
    /// There are older ones.
    pub more: bool,
    /// The other ends.
    pub accounts: BTreeMap<AccountId, Account>,
}

const DEPTH_MAX: u32 = 20;
const ROWS_MAX: usize = 10_000;
const BUDGET_MAX: u64 = 5_000_000;
/// Bounds of the way over the store.
const ACCOUNTS: usize = 20_000;
const TRANSFERS: usize = 200_000;
const FAN_OUT: usize = 1_000;
/// Cuts and assumptions that are named one by one.
const NAMED_MAX: usize = 200;

/// Traces from one transfer.
pub async fn trace_raw(centre: &Centre, ctx: &Context, query: &RawQuery) -> AppResult<RawTrace> {
    let mut work = centre
        .work(ctx, AuditAction::FlowTrace, SubjectKind::Transfer, query.seed)
        .await?;
    work.note("mode", query.mode.slug());
    if let Err(refused) = may_trace(&work) {
        return work.finish(Err(refused)).await;
    }
    // Side by side; no entry, no answer.
    let (entered, traced) = tokio::join!(work.finish(Ok(())), trace(centre, query));
    entered?;
    traced
}

async fn trace(centre: &Centre, query: &RawQuery) -> AppResult<RawTrace> {
    let conn = centre.store.reader();
    let (number, seed) = transfer_load(conn, query.seed)
        .await?
        .ok_or(RefusalCode::NotFound)?;
    let query = RawQuery {
        depth: query.depth.min(DEPTH_MAX),
        budget: query.budget.min(BUDGET_MAX),
        rows_max: query.rows_max.clamp(1, ROWS_MAX),
        ..*query
    };
    let explain = query.explain;
    let rows_max = query.rows_max;
    let mut found = match from_index(centre, number, query).await? {
        Some(found) => found,
        None => from_store(centre, seed, &query).await?,
    };
    if explain {
        found.bound(rows_max);
        found.accounts = accounts_named(centre, found.mentioned()).await?;
    }
    Ok(found)
}

/// The movements of one account that are looked for, newest first, at most `limit`. With the right and the purpose of a trace,
/// since it is how a trace finds its beginning.
pub async fn account_rows(
    centre: &Centre,
    ctx: &Context,
    account: AccountId,
    wanted: Passing,
    before: Option<TransferId>,
    limit: u64,
) -> AppResult<AccountRows> {
    let work = centre
        .work(ctx, AuditAction::FlowTransfersRead, SubjectKind::Account, account)
        .await?;
    let outcome = may_trace(&work);
    work.finish(outcome).await?;
    let conn = centre.store.reader();
    let account = account_load(conn, account).await?.ok_or(RefusalCode::NotFound)?;
    let before = match before {
        Some(row) => Some((moved_by(conn, row).await?.at, row)),
        None => None,
    };
    let wanted = Passing { before, ..wanted };
    let limit = limit.clamp(1, PAGE_MAX);
    let mut rows = transfers_of(conn, account.id, wanted, limit + 1).await?;
    let more = rows.len() as u64 > limit;
    rows.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    let others = rows.iter().flat_map(|m| [m.src, m.dst]).collect();
    Ok(AccountRows {
        account,
        rows,
        more,
        accounts: accounts_named(centre, others).await?,
    })
}

async fn moved_by(conn: &impl ConnectionTrait, transfer: TransferId) -> AppResult<Moved> {
    let found = transfer_load(conn, transfer).await?;
    Ok(found.map(|(_, moved)| moved).ok_or(RefusalCode::NotFound)?)
}

async fn accounts_named(centre: &Centre, mut ids: Vec<AccountId>) -> AppResult<BTreeMap<AccountId, Account>> {
    ids.sort_unstable();
    ids.dedup();
    let known = accounts_load(centre.store.reader(), &ids).await?;
    Ok(known.into_iter().map(|a| (a.id, a)).collect())
}

fn may_trace(work: &Work<'_>) -> AppResult<()> {
    permit(&work.ctx.person()?.actor, Action::FlowTrace, None)?;
    if work.ctx.purpose.trim().chars().count() < 2 {
        return Err(Refusal::field("purpose", RefusalCode::PurposeMissing).into());
    }
    Ok(())
}

impl RawTrace {
    /// Cuts every list to what an answer holds, and says how much is left out.
    fn bound(&mut self, rows_max: usize) {
        fn cut<T>(all: &mut Vec<T>, most: usize) -> usize {
            let left_out = all.len().saturating_sub(most);
            all.truncate(most);
            left_out
        }
        self.held.sort_by_key(|(account, amount)| (-amount.0, *account));
        self.held_left_out = cut(&mut self.held, rows_max);
        self.cuts.sort_by_key(|c| (-c.amount().0, c.place()));
        self.cuts_left_out = cut(&mut self.cuts, NAMED_MAX);
        self.assumptions_left_out = cut(&mut self.assumptions, NAMED_MAX);
    }

    fn mentioned(&self) -> Vec<AccountId> {
        let rows = self.rows.iter().flat_map(|r| [r.src, r.dst]);
        let held = self.held.iter().map(|(account, _)| *account);
        let cuts = self.cuts.iter().filter_map(|c| c.place().account());
        let assumed = self.assumptions.iter().filter_map(FlowAssumption::account);
        rows.chain(held).chain(cuts).chain(assumed).collect()
    }
}

impl RawMode {
    pub fn slug(self) -> &'static str {
        match self {
            RawMode::Reach { .. } => Doctrine::Reach.slug(),
            RawMode::Taint { doctrine, .. } => Doctrine::from(doctrine).slug(),
        }
    }
}

fn reach_query(query: &RawQuery, dwell: Span, min_amount: Fen, direction: Direction) -> ReachQuery {
    ReachQuery {
        depth: query.depth,
        dwell_ms: dwell.ms().max(0),
        min_amount: min_amount.0.max(0),
        direction,
        budget: query.budget,
    }
}

fn taint_query(query: &RawQuery, doctrine: Sharing, horizon: Span, min_taint: Fen) -> TaintQuery {
    TaintQuery {
        doctrine,
        depth: query.depth,
        horizon_ms: horizon.ms().max(0),
        min_taint: min_taint.0.max(0),
        budget: query.budget,
    }
}

/// `None` when this process has no index, or it has not come so far.
async fn from_index(centre: &Centre, number: i64, query: RawQuery) -> AppResult<Option<RawTrace>> {
    let index = centre.live.clone();
    // A trace through a hub is work for a thread that may be busy.
    let traced = tokio::task::spawn_blocking(move || {
        let here = index.here();
        let (live, edge) = (here.live()?, here.locate(number)?);
        Some(match query.mode {
            RawMode::Reach {
                dwell,
                min_amount,
                direction,
            } => {
                let asked = reach_query(&query, dwell, min_amount, direction);
                let mut reach = Reach::default();
                if query.explain {
                    reach = index.tracing(|tracer| tracer.reach(live, &[edge], &asked));
                } else {
                    index.tracing(|tracer| tracer.reach_rows(live, &[edge], &asked, &mut reach));
                }
                RawTrace {
                    rows: named(&here, &query, reach.rows.iter().map(|r| (r.edge, None, r.hop))),
                    rows_left_out: reach.rows.len().saturating_sub(query.rows_max),
                    from_index: true,
                    cut: reach.cut.iter().any(bound) || at_last_hop(live, &reach, &asked),
                    cuts: explained(&query, || cuts(&here, &reach.cut)),
                    ..RawTrace::default()
                }
            }
            RawMode::Taint {
                doctrine,
                horizon,
                min_taint,
            } => {
                let asked = taint_query(&query, doctrine, horizon, min_taint);
                let seed = Seed { edge, label: 0 };
                let flow = index.tracing(|tracer| tracer.taint(live, &[seed], &asked));
                let rows = flow.rows.iter().map(|r| (r.edge, Some(r.amount), r.hop));
                let held = flow.held.iter();
                RawTrace {
                    rows: named(&here, &query, rows),
                    rows_left_out: flow.rows.len().saturating_sub(query.rows_max),
                    held: held
                        .filter_map(|h| Some((here.name(h.account)?, Fen(h.amount))))
                        .collect(),
                    totals: Some(flow.totals),
                    from_index: true,
                    cut: flow.cut.iter().any(bound),
                    cuts: explained(&query, || cuts(&here, &flow.cut)),
                    assumptions: explained(&query, || {
                        let all = flow.assumptions.iter().filter(|a| assumes(a));
                        all.filter_map(|a| Some(assumed(here.name(a.account())?, a)))
                            .collect()
                    }),
                    ..RawTrace::default()
                }
            }
        })
    });
    traced
        .await
        .map_err(|_| AppError::from(store::StoreError::Corrupt("the trace did not end".into())))
}

/// Whether money came to the last hop and may have gone on from there; upwards, whether its payer may have been paid.
fn at_last_hop(live: &Live, reach: &Reach, asked: &ReachQuery) -> bool {
    // Rows come in the order of their hops.
    let last = reach.rows.iter().rev().take_while(|row| row.hop == asked.depth);
    last.map(|row| live.transfer(row.edge))
        .map(|moved| match asked.direction {
            Direction::Down => moved.dst,
            Direction::Up => moved.src,
        })
        .any(|account| live.facts(account).exit.is_none())
}

/// The first rows of an answer by the centre's names, which the index has.
fn named(
    here: &Here<'_>,
    query: &RawQuery,
    rows: impl Iterator<Item = (Edge, Option<i64>, u32)>,
) -> Vec<RawRow> {
    let first = rows.take(query.rows_max);
    first
        .filter_map(|(edge, tainted, hop)| {
            let NamedRow {
                transfer,
                src,
                dst,
                at,
                amount,
            } = here.row(edge)?;
            Some(RawRow {
                transfer,
                src,
                dst,
                at,
                amount,
                tainted: tainted.map(Fen),
                hop,
            })
        })
        .collect()
}

/// An exit is where money went and no bound.
fn bound(cut: &trace::Cut) -> bool {
    !matches!(cut, trace::Cut::Exit { .. })
}

/// Empty where nobody reads it.
fn explained<T>(query: &RawQuery, all: impl FnOnce() -> Vec<T>) -> Vec<T> {
    if query.explain { all() } else { Vec::new() }
}

fn cuts(here: &Here<'_>, all: &[Cut]) -> Vec<FlowCut> {
    let one = |cut: &Cut| {
        let (Cut::Depth { account, amount }
        | Cut::Horizon { account, amount }
        | Cut::Budget { account, amount }
        | Cut::MinAmount { account, amount }
        | Cut::Dust { account, amount }
        | Cut::Exit { account, amount, .. }) = *cut;
        FlowCut::of(cut, Place::Account(here.name(account)?), Fen(amount))
    };
    all.iter().filter_map(one).collect()
}

/// An opening that is nothing is what everybody expects of an account nobody has told of, as in the books.
fn assumes(assumption: &Assumption) -> bool {
    !matches!(assumption, Assumption::OpeningUnknown { assumed: 0, .. })
}

/// In the words of a flow.
fn assumed(account: AccountId, assumption: &Assumption) -> FlowAssumption {
    match *assumption {
        Assumption::OpeningUnknown { assumed, .. } => FlowAssumption::OpeningUnknown {
            account,
            opening: Fen(assumed),
        },
        Assumption::Overdraft { ts_ms, missing, .. } => FlowAssumption::Overdraft {
            account,
            at: Instant::from_ms(ts_ms),
            missing: Fen(missing),
        },
        Assumption::SameInstant { ts_ms, .. } => FlowAssumption::SameInstant {
            account,
            at: Instant::from_ms(ts_ms),
        },
    }
}

fn raw_row(moved: &Moved, tainted: Option<i64>, hop: u32) -> RawRow {
    RawRow {
        transfer: moved.id,
        src: moved.src,
        dst: moved.dst,
        at: moved.at,
        amount: moved.amount,
        tainted: tainted.map(Fen),
        hop,
    }
}

/// Hop by hop, for a process without an index.
async fn from_store(centre: &Centre, seed: Moved, query: &RawQuery) -> AppResult<RawTrace> {
    if let RawMode::Reach {
        direction: Direction::Up,
        ..
    } = query.mode
    {
        // The rows are gathered downstream: upwards only the index answers, when it is built.
        return Err(Refusal::field("direction", RefusalCode::Busy).into());
    }
    let conn = centre.store.reader();
    let reaches_ms = match query.mode {
        RawMode::Reach { dwell, .. } => dwell.ms().max(0).saturating_mul(i64::from(query.depth)),
        RawMode::Taint { horizon, .. } => horizon.ms().max(0),
    };
    let start = Start {
        row: Some(seed.id),
        account: seed.dst,
        at_ms: seed.at.ms(),
        amount: seed.amount.0,
    };
    let bounds = Bounds {
        hops: query.depth,
        accounts: ACCOUNTS,
        transfers: TRANSFERS,
        fan_out: FAN_OUT,
        lookback_ms: 0,
        until_ms: seed.at.ms().saturating_add(reaches_ms),
    };
    let material = drive(conn, &[start], bounds).await?;
    let payment = Payment {
        transfer: Some(seed.id),
        account: seed.dst,
        at_ms: seed.at.ms(),
        amount: seed.amount.0,
    };
    let books = Books::reconcile(&material.gathered.rows, &material.gathered.known, &[payment]);
    let refused = |problems| store::StoreError::Corrupt(format!("transfers: {problems:?}"));
    let unread: Vec<FlowCut> = material
        .gathered
        .cut
        .iter()
        .map(|c| {
            let (place, amount) = (Place::Account(c.account), Fen(c.amount));
            match c.why {
                Why::Hub => FlowCut::Hub { place, amount },
                Why::Accounts | Why::Transfers => FlowCut::Size { place, amount },
            }
        })
        .collect();
    let row = |source, tainted, hop| match source {
        Source::Row(id) => {
            let t = &material.told.get(&id)?.transfer;
            let moved = Moved {
                id,
                src: t.src,
                dst: t.dst,
                amount: t.amount,
                at: t.at,
                src_balance: t.src_balance,
                dst_balance: t.dst_balance,
            };
            Some(raw_row(&moved, tainted, hop))
        }
        _ => None,
    };
    let mut answer = match query.mode {
        RawMode::Reach {
            dwell,
            min_amount,
            direction,
        } => {
            let asked = reach_query(query, dwell, min_amount, direction);
            let reached = books.reach(&asked, &WhatIf::default()).map_err(refused)?;
            // Where it ended, which the rows alone do not name.
            let ends = books.poison(&asked, &WhatIf::default()).map_err(refused)?;
            RawTrace {
                rows: reached
                    .into_iter()
                    .filter_map(|(source, hop)| row(source, None, hop))
                    .collect(),
                cuts: told_cuts(&ends.cut),
                ..RawTrace::default()
            }
        }
        RawMode::Taint {
            doctrine,
            horizon,
            min_taint,
        } => {
            let asked = taint_query(query, doctrine, horizon, min_taint);
            let traced = books.trace(&asked, &WhatIf::default()).map_err(refused)?;
            RawTrace {
                rows: traced
                    .rows
                    .iter()
                    .filter_map(|r| row(r.source, Some(r.tainted), r.hop))
                    .collect(),
                held: traced
                    .spots
                    .iter()
                    .filter(|(_, s)| s.still_there > 0)
                    .filter_map(|(spot, s)| Some((spot.account()?, Fen(s.still_there))))
                    .collect(),
                totals: Some(traced.totals),
                cuts: told_cuts(&traced.cut),
                assumptions: explained(query, || {
                    // The transfer is told: nothing here is anybody's word.
                    let all = traced.assumed.iter();
                    all.filter_map(|a| assumption(a, |_| None)).collect()
                }),
                ..RawTrace::default()
            }
        }
    };
    answer.cuts.extend(unread);
    answer.cut = !answer.cuts.is_empty();
    if !query.explain {
        answer.cuts.clear();
    }
    answer.rows_left_out = answer.rows.len().saturating_sub(query.rows_max);
    answer.rows.truncate(query.rows_max);
    Ok(answer)
}

fn told_cuts(all: &[TracedCut<AccountId>]) -> Vec<FlowCut> {
    all.iter()
        .filter_map(|c| FlowCut::of(&c.cut, place(c.spot), Fen(c.amount)))
        .collect()
}
