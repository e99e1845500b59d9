//! 审批: the inbox of everything that waits for a decision, and decisions on several rows at once.

use super::Routes;
use super::orders::{actor, batch_shown};
use crate::body::Body;
use crate::door::Colleague;
use crate::problem::{Answer, Problem};
use crate::state::Web;
use crate::wire::approvals::{
    ApprovalItem, ApprovalOrder, ApprovalPage, DecideMany, Decided, DecidedMany, case_evidence, evidence,
};
use crate::wire::orders::{OrderRow, blocked};
use crate::wire::report::iso;
use crate::wire::words::{self, said};
use app::orders::basis::Basis;
use app::orders::board::{self, Approvals, Shown};
use app::orders::bulk;
use app::shapes::Batch;
use axum::Json;
use axum::extract::State;
use domain::access::Actor;
use domain::order::Order;
use kernel::{Refusal, RefusalCode, ReportId, UserId};
use utoipa_axum::routes;

pub(super) fn add(router: Routes) -> Routes {
    router.routes(routes!(approvals)).routes(routes!(decide_many))
}

/// Everything that waits for a decision of the asker's kind: orders, batches, confirmations, case filings.
#[utoipa::path(get, path = "/api/approvals", tag = "orders", operation_id = "approvals",
    responses((status = 200, body = ApprovalPage), (status = 401, body = Problem)))]
async fn approvals(State(web): State<Web>, who: Colleague) -> Answer<Json<ApprovalPage>> {
    let found = board::approvals(web.centre(), &who.ctx).await?;
    let actor = actor(&who.ctx)?;
    let shown = &found.shown;
    let mut items: Vec<ApprovalItem> = Vec::new();
    let inbox = Inbox {
        found: &found,
        actor: &actor,
    };
    for (batch, orders) in &found.batches {
        items.push(inbox.batch(batch, orders));
    }
    items.extend(found.orders.iter().map(|o| inbox.order(o, false)));
    items.extend(found.confirmations.iter().map(|o| inbox.order(o, true)));
    items.extend(found.cases.iter().map(|c| case_item(c, shown, &actor)));
    for item in &mut items {
        let subject = if item.subject == "case" {
            item.report_id
        } else {
            item.id
        };
        let due = found.due.get(&subject).copied();
        item.late = due.is_some_and(|at| at <= who.ctx.at);
        item.due_at = iso(due);
        if let Some(story) = found.stories.get(&ReportId(item.report_id)) {
            item.narrative.clone_from(story);
        }
    }
    Ok(Json(ApprovalPage {
        total: items.len() as i64,
        items,
        next_cursor: None,
    }))
}

/// The inbox with whom it is shown to.
struct Inbox<'a> {
    found: &'a Approvals,
    actor: &'a Actor,
}

impl Inbox<'_> {
    /// An order with what it rests on.
    fn shown(&self, o: &Order) -> ApprovalOrder {
        let none = Basis::default();
        let basis = self.found.bases.get(&o.id).unwrap_or(&none);
        ApprovalOrder {
            row: OrderRow::of(o, &self.found.shown, self.actor),
            evidence: evidence(o, &self.found.shown, basis),
        }
    }

    fn order(&self, o: &Order, confirmation: bool) -> ApprovalItem {
        let kind = words::order_kind(o.kind);
        let title = match confirmation {
            true => said(
                format!("{} · 补办审批", kind.zh),
                format!("{}: confirm afterwards", kind.en),
            ),
            false => kind,
        };
        let one = self.shown(o);
        let mine = |c: &&String| match confirmation {
            true => c.starts_with("confirm"),
            false => *c != "withdraw" && !c.starts_with("confirm"),
        };
        let can: Vec<String> = one.row.can.iter().filter(mine).cloned().collect();
        let why = match can.is_empty() {
            true => block_words(blocked(o, self.actor)),
            false => (None, None),
        };
        ApprovalItem {
            id: o.id.into(),
            subject: if confirmation { "confirmation" } else { "order" }.into(),
            stamp: o.version,
            title_zh: title.zh,
            title_en: title.en,
            report_id: o.report.into(),
            report_number: one.row.report_number.clone(),
            requested_by: one.row.requested_by.clone(),
            requested_at: o.requested_at.to_iso_cst(),
            due_at: None,
            late: false,
            amount: one.row.amount.clone(),
            evidence: Vec::new(),
            narrative: String::new(),
            orders: vec![one],
            can,
            blocked_zh: why.0,
            blocked_en: why.1,
        }
    }

    fn batch(&self, batch: &Batch, orders: &[Order]) -> ApprovalItem {
        let b = batch_shown(batch, orders, &self.found.shown, self.actor);
        let why = match b.can.is_empty() {
            true => block_words(orders.iter().find_map(|o| blocked(o, self.actor))),
            false => (None, None),
        };
        ApprovalItem {
            id: b.id,
            subject: "batch".into(),
            stamp: orders.iter().map(|o| o.version).sum(),
            title_zh: format!("延伸止付 {} 户", orders.len()),
            title_en: format!("Extended stop on {} accounts", orders.len()),
            report_id: b.report_id,
            report_number: b.report_number,
            requested_by: b.requested_by,
            requested_at: b.requested_at,
            due_at: None,
            late: false,
            amount: Some(b.amount),
            evidence: Vec::new(),
            narrative: String::new(),
            orders: orders.iter().map(|o| self.shown(o)).collect(),
            can: b.can,
            blocked_zh: why.0,
            blocked_en: why.1,
        }
    }
}

fn block_words(code: Option<RefusalCode>) -> (Option<String>, Option<String>) {
    match code {
        Some(code) => {
            let problem = Problem::from(code);
            (Some(problem.detail_zh), Some(problem.detail_en))
        }
        None => (None, None),
    }
}

fn case_item(c: &domain::case::Case, shown: &Shown, actor: &Actor) -> ApprovalItem {
    let report = shown.reports.get(&c.report);
    let name = |id: UserId| shown.users.get(&id).map(|u| u.name.clone());
    let can: Vec<String> = crate::wire::cases::can(c, actor)
        .into_iter()
        .filter(|a| a != "file" && a != "extend")
        .collect();
    let own = c.proposed_by == Some(actor.id) || c.accepted_by == actor.id;
    let code = if own {
        RefusalCode::SelfApproval
    } else {
        RefusalCode::ApproverLevelTooLow
    };
    let why = if can.is_empty() {
        block_words(Some(code))
    } else {
        (None, None)
    };
    ApprovalItem {
        id: c.id.into(),
        subject: "case".into(),
        stamp: c.version,
        title_zh: "呈请立案".into(),
        title_en: "Filing of a case".into(),
        report_id: c.report.into(),
        report_number: report.map(|r| r.report.number.clone()).unwrap_or_default(),
        requested_by: c.proposed_by.and_then(name).unwrap_or_default(),
        requested_at: iso(c.proposed_at).unwrap_or_default(),
        due_at: None,
        late: false,
        amount: report.map(|r| r.report.loss.to_yuan()),
        orders: Vec::new(),
        evidence: case_evidence(c, report, c.officers().into_iter().filter_map(name).collect()),
        narrative: String::new(),
        can,
        blocked_zh: why.0,
        blocked_en: why.1,
    }
}

/// Several decisions in one act; each row is answered for itself and counts only as it was seen.
#[utoipa::path(post, path = "/api/approvals/decide", tag = "orders", operation_id = "approvals_decide", request_body = DecideMany,
    responses((status = 200, body = DecidedMany), (status = 401, body = Problem), (status = 422, body = Problem)))]
async fn decide_many(
    State(web): State<Web>,
    who: Colleague,
    Body(asked): Body<DecideMany>,
) -> Answer<Json<DecidedMany>> {
    let mut rows = Vec::new();
    for (i, item) in asked.items.iter().enumerate() {
        rows.push(bulk::Row {
            subject: bulk::Subject::from_slug(&item.subject)
                .ok_or_else(|| Refusal::field(format!("items[{i}].subject"), RefusalCode::FieldMalformed))?,
            id: item.id,
            seen: item.stamp,
        });
    }
    let yes = match asked.verb.as_str() {
        "approve" => true,
        "reject" => false,
        _ => return Err(Refusal::field("verb", RefusalCode::FieldMalformed).into()),
    };
    let answers = bulk::decide_many(web.centre(), &who.ctx, &rows, yes, &asked.opinion).await?;
    let items = asked.items.into_iter().zip(answers);
    Ok(Json(DecidedMany {
        items: items.map(|(item, said)| Decided::of(item.id, said)).collect(),
    }))
}
