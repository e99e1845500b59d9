//! 涉案资金流向表: the flow of a report fixed as a paper, with both banks' numbers, times and balances of each step and everything the
//! amounts rest on. The sentences come from the caller, because words are not this room's.

use super::snapshot::{About, keep, unit_of, user};
use crate::flow::{Flow, FlowEdge, FlowQuery, FlowSeed, Place, may_read, read};
use crate::{AppResult, Centre, Context, Work};
use domain::access::{Action, permit};
use domain::audit::AuditAction;
use domain::document::DocumentKind;
use domain::subject::SubjectKind;
use kernel::{PersonName, RefusalCode, ReportId};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use store::accounts::Account;
use store::cases::{Document, case_of_report};
use store::intake::report_load;

/// Rows of one paper; what is left out is said on it.
const STEPS_MAX: usize = 2_000;

/// What the paper says in words.
#[derive(Clone, Debug, Default)]
pub struct FlowWords {
    /// 先进先出（时间戳逐笔）.
    pub method: String,
    pub assumptions: Vec<String>,
    pub cuts: Vec<String>,
    /// For each edge of the flow: whose money it is, when there are several victims.
    pub parts: Vec<String>,
}

/// Reads the flow, and keeps it as a paper. Printing it is another act.
pub async fn flow_table(
    centre: &Centre,
    ctx: &Context,
    id: ReportId,
    query: &FlowQuery,
    words: impl FnOnce(&Flow) -> FlowWords,
) -> AppResult<Document> {
    // Read before the transaction, since it takes long; the entry of the paper stands for the reading too.
    let read = match may_read(centre, ctx, id).await {
        Ok(()) => read(centre, ctx, id, query).await,
        Err(refused) => Err(refused),
    };
    let read = read.map(|flow| (words(&flow), flow));
    let mut work = centre
        .work(ctx, AuditAction::DocumentPrepare, SubjectKind::Report, id)
        .await?;
    let outcome = match read {
        Ok((words, flow)) => issue(&mut work, id, &flow, &words).await,
        Err(refused) => Err(refused),
    };
    work.finish(outcome).await
}

async fn issue(work: &mut Work<'_>, id: ReportId, flow: &Flow, words: &FlowWords) -> AppResult<Document> {
    let report = report_load(work.tx.conn(), id).await?;
    permit(
        &work.ctx.person()?.actor,
        Action::DocumentPrepare,
        report.as_ref().map(|r| r.report.area),
    )?;
    let report = report.ok_or(RefusalCode::NotFound)?;
    let case = case_of_report(work.tx.conn(), id).await?;
    let maker = user(work, work.ctx.user()?).await?;
    let victims: BTreeSet<&PersonName> = flow
        .seeds
        .iter()
        .filter_map(|s| flow.people.get(&s.victim?))
        .collect();
    let money = flow.money;
    let snapshot = json!({
        "agency": work.centre.config.agency_full,
        "report_number": flow.number,
        "case_name": case.as_ref().map(|c| c.name.clone()).unwrap_or_default(),
        "case_number": case.as_ref().map(|c| c.number.clone()).unwrap_or_default(),
        "victims": victims.iter().map(|n| n.reveal()).collect::<Vec<_>>(),
        "method": words.method,
        "until": flow.until.unwrap_or(flow.now),
        "total": money.total, "held": money.held, "reachable": money.reachable, "gone": money.gone,
        "steps": flow.edges.iter().zip(&words.parts).take(STEPS_MAX)
            .map(|(edge, parts)| step_json(flow, edge, parts)).collect::<Vec<_>>(),
        "steps_left_out": flow.edges.len().saturating_sub(STEPS_MAX),
        "assumptions": words.assumptions,
        "cuts": words.cuts,
        "maker": { "name": maker.name, "police_number": maker.police_number, "phone": "" },
        "unit": unit_of(work, work.ctx.user()?).await?,
        "made_at": work.now(),
    });
    work.note("steps", flow.edges.len());
    let about = About {
        report,
        order: None,
        case: case.map(|c| c.id),
    };
    keep(work, DocumentKind::FlowTable, about, None, None, snapshot).await
}

fn step_json(flow: &Flow, edge: &FlowEdge, parts: &str) -> Value {
    let word = flow.word_of(edge);
    json!({
        // On paper the victim's own payment is the first layer.
        "layer": edge.hop + 1,
        "from": word.map_or_else(|| side_json(flow, edge.from), |seed| payer_json(flow, seed)),
        "to": side_json(flow, edge.to),
        "amount": edge.amount,
        "traced": edge.tainted,
        "at": edge.at,
        "from_at": edge.src_at, "from_serial": edge.src_serial,
        "to_at": edge.dst_at, "to_serial": edge.dst_serial,
        "from_balance": edge.src_balance, "to_balance": edge.dst_balance,
        "told": edge.transfer.is_some() && (edge.src_serial.is_some() || edge.dst_serial.is_some()),
        "word": word.is_some(),
        "parts": parts,
        "summary": edge.summary,
    })
}

/// A payment that only the victim tells of came from the account he named, or from himself.
fn payer_json(flow: &Flow, seed: &FlowSeed) -> Value {
    match seed.from {
        Some(id) if flow.accounts.contains_key(&id) => side_json(flow, Place::Account(id)),
        _ => {
            let name = seed.victim.and_then(|id| flow.people.get(&id));
            json!({ "name": name.map(|n| n.reveal()).unwrap_or_default(), "account": "", "institution": "" })
        }
    }
}

fn side_json(flow: &Flow, place: Place) -> Value {
    let known: Option<&Account> = place.account().and_then(|id| flow.accounts.get(&id));
    match known {
        Some(a) => json!({
            "name": a.holder.reveal(), "account": a.number.as_str(), "institution": a.bank_name,
        }),
        None => {
            let words = match place {
                Place::Fee => "银行手续费",
                Place::Unseen(_) => "去向不明（流水未见）",
                Place::Outside(_) | Place::Account(_) => "来源不明（流水未见）",
            };
            json!({ "name": words, "account": "", "institution": "" })
        }
    }
}
