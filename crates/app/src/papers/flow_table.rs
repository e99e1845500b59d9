//! 涉案资金流向表: the flow of a report fixed as a paper, with both banks' numbers, times and balances of each step and everything the
//! amounts rest on. The sentences come from the caller, because words are not this room's.

use super::issue::{About, issue};
use super::organ::organ_of;
use super::people::{institution, number, officer, tail, unit_of, user};
use crate::flow::{Flow, FlowEdge, FlowQuery, FlowSeed, Place, may_read, read};
use crate::{AppResult, Centre, Context, Work};
use domain::access::{Action, permit};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use forms::{EDITION, FlowSide, FlowStep, FlowTable, Paper};
use kernel::{PersonName, RefusalCode, ReportId};
use std::collections::BTreeSet;
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
        Ok((words, flow)) => keep(&mut work, id, &flow, &words).await,
        Err(refused) => Err(refused),
    };
    work.finish(outcome).await
}

async fn keep(work: &mut Work<'_>, id: ReportId, flow: &Flow, words: &FlowWords) -> AppResult<Document> {
    let report = report_load(work.tx.conn(), id).await?;
    permit(
        &work.ctx.person()?.actor,
        Action::DocumentPrepare,
        report.as_ref().map(|r| r.report.area),
    )?;
    let report = report.ok_or(RefusalCode::NotFound)?;
    let case = case_of_report(work.tx.conn(), id).await?;
    let maker = user(work, work.ctx.user()?).await?;
    let organ = organ_of(work, maker.id).await?;
    let victims: BTreeSet<&PersonName> = flow
        .seeds
        .iter()
        .filter_map(|s| flow.people.get(&s.victim?))
        .collect();
    let money = flow.money;
    let steps = steps(flow, words);
    work.note("steps", steps.len());
    let form = FlowTable {
        edition: EDITION,
        agency: organ.name.clone(),
        report_number: flow.number.clone(),
        case_name: case.as_ref().map(|c| c.name.clone()).unwrap_or_default(),
        case_number: case.as_ref().map(|c| c.number.clone()).unwrap_or_default(),
        victims: victims.into_iter().cloned().collect(),
        method: words.method.clone(),
        until: flow.until.unwrap_or(flow.now),
        total: money.total,
        held: money.held,
        reachable: money.reachable,
        unseen: Some(money.unseen),
        gone: money.gone,
        steps_left_out: steps.len().saturating_sub(STEPS_MAX) as u64,
        steps: steps.into_iter().take(STEPS_MAX).collect(),
        assumptions: words.assumptions.clone(),
        cuts: words.cuts.clone(),
        maker: officer(&maker),
        unit: unit_of(work, maker.id).await?,
        made_at: work.now(),
    };
    let about = About {
        report,
        order: None,
        case: case.map(|c| c.id),
    };
    Ok(issue(work, about, Paper::FlowTable(form), &organ).await?.0)
}

/// The steps in the order of time, with the payments that nobody can follow because their payee has no account.
fn steps(flow: &Flow, words: &FlowWords) -> Vec<FlowStep> {
    let followed = flow.edges.iter().zip(&words.parts);
    let mut steps: Vec<FlowStep> = followed.map(|(edge, parts)| step(flow, edge, parts)).collect();
    let handed = flow.seeds.iter().filter(|s| s.to.is_none());
    steps.extend(handed.map(|seed| handed_step(flow, seed)));
    steps.sort_by_key(|s| s.at);
    steps
}

fn handed_step(flow: &Flow, seed: &FlowSeed) -> FlowStep {
    let unknown = || format!("{}（无收款账号）", seed.how.zh()).into();
    FlowStep {
        layer: 1,
        from: payer(flow, seed),
        to: FlowSide {
            name: Some(seed.payee.holder.clone())
                .filter(|name| !name.is_empty())
                .unwrap_or_else(unknown),
            account: tail(&seed.payee),
            institution: seed.payee.bank_name.clone(),
        },
        amount: seed.amount,
        traced: seed.counted,
        at: seed.at,
        from_at: None,
        from_serial: None,
        to_at: None,
        to_serial: None,
        from_balance: None,
        to_balance: None,
        told: false,
        word: true,
        parts: String::new(),
        summary: format!("{}，去向待查", seed.how.zh()),
    }
}

fn step(flow: &Flow, edge: &FlowEdge, parts: &str) -> FlowStep {
    let word = flow.word_of(edge);
    FlowStep {
        // On paper the victim's own payment is the first layer.
        layer: edge.hop + 1,
        from: word.map_or_else(|| side(flow, edge.from), |seed| payer(flow, seed)),
        to: side(flow, edge.to),
        amount: edge.amount,
        traced: edge.tainted,
        at: edge.at,
        from_at: edge.src_at,
        from_serial: edge.src_serial.clone(),
        to_at: edge.dst_at,
        to_serial: edge.dst_serial.clone(),
        from_balance: edge.src_balance,
        to_balance: edge.dst_balance,
        told: edge.transfer.is_some() && (edge.src_serial.is_some() || edge.dst_serial.is_some()),
        word: word.is_some(),
        parts: parts.to_owned(),
        summary: edge.summary.clone(),
    }
}

/// A payment that only the victim tells of came from the account he named, or from himself.
fn payer(flow: &Flow, seed: &FlowSeed) -> FlowSide {
    match seed.from {
        Some(id) if flow.accounts.contains_key(&id) => side(flow, Place::Account(id)),
        _ => FlowSide {
            name: seed
                .victim
                .and_then(|id| flow.people.get(&id))
                .cloned()
                .unwrap_or_default(),
            ..FlowSide::default()
        },
    }
}

fn side(flow: &Flow, place: Place) -> FlowSide {
    if let Some(a) = place.account().and_then(|id| flow.accounts.get(&id)) {
        return FlowSide {
            name: a.holder.clone(),
            account: number(a),
            institution: institution(a),
        };
    }
    let words = match place {
        Place::Fee => "银行手续费",
        Place::Unseen(_) => "去向待查（流水未见）",
        Place::Outside(_) | Place::Account(_) => "来源不明（流水未见）",
    };
    FlowSide {
        name: words.into(),
        ..FlowSide::default()
    }
}
