//! 追踪: the raw trace from any one transfer, over all transfers of the centre. Not bound to a report, so it takes a right of its own
//! and a purpose, and the entry names the transfer.

use super::gathering::drive;
use super::live::{Here, NamedRow};
use super::shape::{Doctrine, Sharing};
use crate::{AppError, AppResult, Centre, Context, Work};
use domain::access::{Action, permit};
use kernel::{AccountId, Fen, Instant, Refusal, RefusalCode, Span, TransferId};
use store::flow::{Moved, transfer_number, transfers_numbered};
use trace::gather::{Bounds, Start};
use trace::local::{Books, Payment, Source, WhatIf};
use trace::{Edge, Ledger, Live, Reach, ReachQuery, Seed, TaintQuery};

/// What is followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RawMode {
    /// Every later payment out of a reached account counts wholly, within `dwell`.
    Reach { dwell: Span, min_amount: Fen },
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

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawTrace {
    pub rows: Vec<RawRow>,
    pub rows_left_out: usize,
    pub held: Vec<(AccountId, Fen)>,
    pub totals: Option<trace::Totals>,
    /// From the index in memory, or hop by hop from the store.
    pub from_index: bool,
    /// Whether a bound ended it.
    pub cut: bool,
}

const DEPTH_MAX: u32 = 20;
const ROWS_MAX: usize = 10_000;
const BUDGET_MAX: u64 = 5_000_000;
/// Bounds of the way over the store.
const ACCOUNTS: usize = 20_000;
const TRANSFERS: usize = 200_000;
const FAN_OUT: usize = 1_000;

/// Traces from one transfer.
pub async fn trace_raw(centre: &Centre, ctx: &Context, query: &RawQuery) -> AppResult<RawTrace> {
    let mut work = centre
        .work(ctx, Action::FlowTrace.slug(), "transfer", query.seed)
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
    let number = transfer_number(conn, query.seed)
        .await?
        .ok_or(RefusalCode::NotFound)?;
    let query = RawQuery {
        depth: query.depth.min(DEPTH_MAX),
        budget: query.budget.min(BUDGET_MAX),
        rows_max: query.rows_max.clamp(1, ROWS_MAX),
        ..*query
    };
    match from_index(centre, number, query).await? {
        Some(found) => Ok(found),
        None => from_store(centre, number, &query).await,
    }
}

fn may_trace(work: &Work<'_>) -> AppResult<()> {
    permit(&work.ctx.person()?.actor, Action::FlowTrace, None)?;
    if work.ctx.purpose.trim().chars().count() < 2 {
        return Err(Refusal::field("purpose", RefusalCode::PurposeMissing).into());
    }
    Ok(())
}

impl RawMode {
    pub fn slug(self) -> &'static str {
        match self {
            RawMode::Reach { .. } => Doctrine::Reach.slug(),
            RawMode::Taint { doctrine, .. } => Doctrine::from(doctrine).slug(),
        }
    }
}

fn reach_query(query: &RawQuery, dwell: Span, min_amount: Fen) -> ReachQuery {
    ReachQuery {
        depth: query.depth,
        dwell_ms: dwell.ms().max(0),
        min_amount: min_amount.0.max(0),
        budget: query.budget,
        ..ReachQuery::default()
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
            RawMode::Reach { dwell, min_amount } => {
                let asked = reach_query(&query, dwell, min_amount);
                let mut reach = Reach::default();
                index.tracing(|tracer| tracer.reach_rows(live, &[edge], &asked, &mut reach));
                RawTrace {
                    rows: named(&here, &query, reach.rows.iter().map(|r| (r.edge, None, r.hop))),
                    rows_left_out: reach.rows.len().saturating_sub(query.rows_max),
                    held: Vec::new(),
                    totals: None,
                    from_index: true,
                    cut: reach.cut.iter().any(bound) || at_last_hop(live, &reach, asked.depth),
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
                }
            }
        })
    });
    traced
        .await
        .map_err(|_| AppError::from(store::StoreError::Corrupt("the trace did not end".into())))
}

/// Whether money came to the last hop and may have gone on from there.
fn at_last_hop(live: &Live, reach: &Reach, depth: u32) -> bool {
    // Rows come in the order of their hops.
    let last = reach.rows.iter().rev().take_while(|row| row.hop == depth);
    last.map(|row| live.transfer(row.edge).dst)
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
async fn from_store(centre: &Centre, number: i64, query: &RawQuery) -> AppResult<RawTrace> {
    let conn = centre.store.reader();
    let seed = transfers_numbered(conn, &[number])
        .await?
        .first()
        .map(|(_, moved)| *moved)
        .ok_or(RefusalCode::NotFound)?;
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
    let cut = !material.gathered.cut.is_empty();
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
        RawMode::Reach { dwell, min_amount } => {
            let asked = reach_query(query, dwell, min_amount);
            let reached = books.reach(&asked, &WhatIf::default()).map_err(refused)?;
            RawTrace {
                rows: reached
                    .into_iter()
                    .filter_map(|(source, hop)| row(source, None, hop))
                    .collect(),
                rows_left_out: 0,
                held: Vec::new(),
                totals: None,
                from_index: false,
                cut,
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
                rows_left_out: 0,
                held: traced
                    .spots
                    .iter()
                    .filter(|(_, s)| s.still_there > 0)
                    .filter_map(|(spot, s)| Some((spot.account()?, Fen(s.still_there))))
                    .collect(),
                totals: Some(traced.totals),
                from_index: false,
                cut: cut || traced.cut.iter().any(|c| bound(&c.cut)),
            }
        }
    };
    answer.rows_left_out = answer.rows.len().saturating_sub(query.rows_max);
    answer.rows.truncate(query.rows_max);
    Ok(answer)
}
