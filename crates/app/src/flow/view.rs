//! The use case: one report's flow as its page shows it.

use super::shape::*;
use crate::golden::{self, NodeState};
use crate::{AppResult, Centre, Context, Work};
use domain::access::{Action, permit};
use kernel::{Fen, Instant, RefusalCode, ReportId};
use std::collections::BTreeMap;
use store::accounts::accounts_load;
use store::intake::{payments, report_load};

/// What the entry of the log is called.
const READ: &str = "flow.read";

/// Reads the flow of one report. Reading is an entry; without the entry there is no answer.
pub async fn flow(centre: &Centre, ctx: &Context, id: ReportId, query: &FlowQuery) -> AppResult<Flow> {
    let mut work = centre.work(ctx, READ, "report", id).await?;
    work.note("doctrine", query.doctrine.slug());
    let outcome = may_read(&work, id).await;
    work.finish(outcome).await?;
    read(centre, ctx, id, query).await
}

pub(super) async fn may_read(work: &Work<'_>, id: ReportId) -> AppResult<()> {
    let report = report_load(work.tx.conn(), id).await?;
    permit(
        &work.ctx.person()?.actor,
        Action::ReportRead,
        report.as_ref().map(|r| r.report.area),
    )?;
    report.map(|_| ()).ok_or_else(|| RefusalCode::NotFound.into())
}

async fn read(centre: &Centre, ctx: &Context, id: ReportId, query: &FlowQuery) -> AppResult<Flow> {
    let conn = centre.store.reader();
    let report = report_load(conn, id).await?.ok_or(RefusalCode::NotFound)?;
    let payments = payments(conn, id).await?;
    let (map, flow, rows, names) = golden::drawn(conn, &payments).await?;
    let nodes = map
        .nodes
        .iter()
        .map(|n| FlowNode {
            place: Place::Account(n.account),
            hop: u32::from(n.layer.saturating_sub(1)),
            path: n.path.iter().map(|a| Place::Account(*a)).collect(),
            received: n.received,
            sent: n.sent,
            still: n.received.saturating_less(n.sent),
            held: match n.state {
                NodeState::Held | NodeState::Frozen => n.expected,
                _ => Fen::ZERO,
            },
            state: n.state,
            order: n.order,
            exit: n.exit.then_some(ExitKind::Unknown),
            first_arrival: n.last_arrival,
            last_arrival: n.last_arrival,
            habit: n.habit,
            due_at: n.due_at,
            due_is_estimate: n.due_is_estimate,
            statement_known: n.statement_known,
            proposable: n.proposable,
            parts: Vec::new(),
        })
        .collect();
    let edges: Vec<FlowEdge> = flow
        .rows
        .iter()
        .filter_map(|r| {
            let t = rows.get(usize::try_from(r.transfer).ok()?)?;
            Some(FlowEdge {
                transfer: Some(t.id),
                from: Place::Account(t.src),
                to: Place::Account(t.dst),
                at: t.at,
                amount: t.amount,
                tainted: Fen(r.amount),
                hop: r.hop,
                src_serial: t.src_serial.clone(),
                dst_serial: t.dst_serial.clone(),
                src_at: t.src_serial.as_ref().map(|_| t.at),
                dst_at: t.dst_serial.as_ref().map(|_| t.at),
                previous: None,
                summary: t.summary.clone(),
                parts: Vec::new(),
            })
        })
        .collect();
    let mut ids = names;
    ids.sort_unstable();
    let accounts: BTreeMap<_, _> = accounts_load(conn, &ids)
        .await?
        .into_iter()
        .map(|a| (a.id, a))
        .collect();
    let seeds = payments
        .iter()
        .map(|p| FlowSeed {
            payment: p.id,
            to: p.to,
            at: p.paid_at,
            amount: p.amount,
            told: p.transfer.is_some(),
        })
        .collect();
    let t = flow.totals;
    Ok(Flow {
        report: id,
        number: report.report.number,
        doctrine: query.doctrine,
        until: query.until,
        money: map.money,
        seeds,
        nodes,
        totals: FlowTotals {
            seeded: Fen(t.seeded),
            exit: Fen(t.exit),
            dust: Fen(t.dust),
            beyond: Fen(t.beyond),
            still: Fen(t.held),
        },
        cuts: Vec::new(),
        assumptions: Vec::new(),
        marks: Vec::new(),
        next: Vec::new(),
        what_if: None,
        accounts,
        first_at: payments.iter().map(|p| p.paid_at).min(),
        last_at: edges.iter().map(|e| e.at).max().or(None::<Instant>),
        edges,
        now: ctx.at,
    })
}
