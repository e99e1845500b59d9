//! Orders, batches, and the page of an account's holds.

use super::Routes;
use crate::body::{Asked, Body, Named};
use crate::door::{Allowed, right};
use crate::problem::{Answer, Problem};
use crate::state::Web;
use crate::wire::Nothing;
use crate::wire::acts::{Acts, ActsAsked};
use crate::wire::golden::timeline_entry;
use crate::wire::orders::{
    BatchShown, Decision, DocumentRow, ExtendAsked, Hold, MessageShown, NOT_CONFIRMED, OrderDetail, OrderNew,
    OrderPage, OrderRow, OrdersAsked, blocked, states_of,
};
use app::Context;
use app::flow::ordered_from_now;
use app::orders::board::{self, Shown};
use app::orders::bound::LetsGo;
use app::orders::{acts, approve, confirm, extend, request};
use app::shapes::{Batch, OrderQuery, PAGE_MAX};
use axum::Json;
use axum::extract::State;
use domain::access::{Action, Actor, permit};
use domain::order::{FreezeType, Order, OrderKind, Terms};
use kernel::{AccountId, BatchId, Fen, Instant, OrderId, Refusal, RefusalCode, ReportId, UserId};
use utoipa_axum::routes;

pub(super) fn add(router: Routes) -> Routes {
    router
        .routes(routes!(page, create))
        .routes(routes!(detail))
        .routes(routes!(approve_one))
        .routes(routes!(reject_one))
        .routes(routes!(withdraw))
        .routes(routes!(confirm_one))
        .routes(routes!(confirm_refuse))
        .routes(routes!(order_acts))
        .routes(routes!(resend))
        .routes(routes!(extend_stops))
        .routes(routes!(approve_batch))
        .routes(routes!(reject_batch))
        .routes(routes!(hold))
}

pub(super) fn actor(ctx: &Context) -> Answer<Actor> {
    Ok(ctx.person()?.actor.clone())
}

/// The board of orders, newest first.
#[utoipa::path(get, path = "/api/orders", tag = "orders", operation_id = "orders_page", params(OrdersAsked),
    responses((status = 200, body = OrderPage), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn page(
    State(web): State<Web>,
    who: Allowed<right::OrderRead>,
    Asked(asked): Asked<OrdersAsked>,
) -> Answer<Json<OrderPage>> {
    let query = query_of(asked)?;
    let found = board::orders_page(web.centre(), &who.ctx, query).await?;
    let actor = actor(&who.ctx)?;
    let items: Vec<OrderRow> = found
        .page
        .items
        .iter()
        .map(|o| OrderRow::of(o, &found.shown, &actor))
        .collect();
    Ok(Json(OrderPage {
        total: found.total,
        items,
        next_cursor: found.page.next.map(|id| id.to_string()),
    }))
}

fn query_of(asked: OrdersAsked) -> Result<OrderQuery, Refusal> {
    let malformed = |field: &str| Refusal::field(field, RefusalCode::FieldMalformed);
    let given = |text: Option<String>| text.filter(|t| !t.is_empty());
    Ok(OrderQuery {
        confirmation_refused: asked.state.as_deref() == Some(NOT_CONFIRMED),
        states: match given(asked.state) {
            Some(group) if group == NOT_CONFIRMED => Vec::new(),
            Some(group) => states_of(&group).ok_or_else(|| malformed("state"))?,
            None => Vec::new(),
        },
        kind: match given(asked.kind) {
            Some(kind) => Some(OrderKind::from_slug(&kind).ok_or_else(|| malformed("kind"))?),
            None => None,
        },
        area: match given(asked.area) {
            Some(area) => Some(
                kernel::Area::try_from(area).map_err(|_| Refusal::field("area", RefusalCode::AreaUnknown))?,
            ),
            None => None,
        },
        awaits_confirmation: false,
        after: match given(asked.cursor) {
            Some(cursor) => Some(
                cursor
                    .parse()
                    .map_err(|_| Refusal::new(RefusalCode::CursorMalformed))?,
            ),
            None => None,
        },
        limit: asked.limit.unwrap_or(50).clamp(1, PAGE_MAX),
    })
}

/// Asks for one order on one account. A stop that a standing policy covers leaves at once; everything else waits for its
/// approver.
#[utoipa::path(post, path = "/api/orders", tag = "orders", operation_id = "order_request", request_body = OrderNew,
    responses((status = 200, body = OrderRow), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(web): State<Web>,
    who: Allowed<right::OrderDraft>,
    Body(mut new): Body<OrderNew>,
) -> Answer<Json<OrderRow>> {
    let view = std::mem::take(&mut new.view).into();
    ordered_from_now(
        web.centre(),
        &who.ctx,
        domain::audit::AuditAction::OrderRequest,
        ReportId(new.report_id),
        &view,
    )
    .await?;
    let order = request::order_request(web.centre(), &who.ctx, request_of(new)?).await?;
    row(&web, &who.ctx, &order).await
}

fn request_of(new: OrderNew) -> Result<request::OrderRequest, Refusal> {
    let malformed = |field: &str| Refusal::field(field, RefusalCode::FieldMalformed);
    let kind = OrderKind::from_slug(&new.kind).ok_or_else(|| malformed("kind"))?;
    let account = match (new.account_id, new.account) {
        (Some(id), _) => request::AccountChoice::Known(AccountId(id)),
        (None, Some(a)) => request::AccountChoice::Typed {
            number: a.number,
            name: a.name,
            bank_code: a.bank_code,
            bank_name: a.bank_name,
            account_type: if a.account_type == "corporate" {
                "02".into()
            } else {
                "01".into()
            },
        },
        (None, None) => return Err(Refusal::field("account_id", RefusalCode::FieldMissing)),
    };
    let instant = |field: &str, text: Option<String>| -> Result<Option<Instant>, Refusal> {
        match text.filter(|t| !t.is_empty()) {
            Some(text) => Instant::parse_iso(&text)
                .map(Some)
                .ok_or_else(|| malformed(field)),
            None => Ok(None),
        }
    };
    if new.reason.chars().count() > 200 {
        return Err(Refusal::field("reason", RefusalCode::FieldTooLong));
    }
    let terms = Terms {
        amount: Fen(new.amount_fen.unwrap_or(0)),
        from: instant("from", new.from)?,
        until: instant("until", new.until)?,
        freeze_type: match new.freeze_type.as_deref() {
            None | Some("" | "limited") => Some(FreezeType::Limited),
            Some("whole") => Some(FreezeType::Whole),
            Some(_) => return Err(malformed("freeze_type")),
        },
        interest_covered: new.interest_covered,
        reason: new.reason,
        ..Terms::default()
    };
    Ok(request::OrderRequest {
        report: ReportId(new.report_id),
        kind,
        account,
        original: new.order_id.map(OrderId),
        terms,
        second_officer: new.second_officer_id.map(UserId),
        lets_go: new
            .lets_go_fen
            .map_or(LetsGo::Unsaid, |fen| LetsGo::Agreed(Fen(fen))),
        holder_document: new.holder_document.map(|d| request::HolderDocument {
            id_type: d.id_type,
            id_number: d.id_number.into(),
            source: d.source,
        }),
    })
}

async fn row(web: &Web, ctx: &Context, order: &Order) -> Answer<Json<OrderRow>> {
    let shown = board::shown(web.centre(), std::slice::from_ref(order)).await?;
    Ok(Json(OrderRow::of(order, &shown, &actor(ctx)?)))
}

/// One order with its messages and papers. Reading it is an entry of the log.
#[utoipa::path(get, path = "/api/orders/{id}", tag = "orders", operation_id = "order_detail", params(("id" = Uuid, Path)),
    responses((status = 200, body = OrderDetail), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn detail(
    State(web): State<Web>,
    who: Allowed<right::OrderRead>,
    Named(id): Named<OrderId>,
) -> Answer<Json<OrderDetail>> {
    let d = board::order_detail(web.centre(), &who.ctx, id).await?;
    let mut messages = Vec::new();
    if let Some(out) = &d.outgoing {
        messages.push(MessageShown {
            direction: "out".into(),
            tx_code: out.tx_code.clone(),
            trans_serial: out.trans_serial.clone(),
            digest: out.body_digest.clone(),
            at: out.sent_at.unwrap_or(out.created_at).to_iso_cst(),
            note: out.last_problem.clone(),
        });
    }
    messages.extend(d.incoming.iter().map(|m| MessageShown {
        direction: "in".into(),
        tx_code: m.tx_code.clone(),
        trans_serial: m.trans_serial.clone(),
        digest: m.digest.clone(),
        at: m.received_at.to_iso_cst(),
        note: m.note.clone(),
    }));
    Ok(Json(OrderDetail {
        row: OrderRow::of(&d.order, &d.shown, &actor(&who.ctx)?),
        application_id: d.order.application_id.clone(),
        reason: d.order.terms.reason.clone(),
        timeline: d.timeline.iter().map(|t| timeline_entry(t, &d.shown)).collect(),
        documents: d.documents.iter().map(DocumentRow::from).collect(),
        messages,
    }))
}

/// 审批同意: the order leaves.
#[utoipa::path(post, path = "/api/orders/{id}/approve", tag = "orders", operation_id = "order_approve", params(("id" = Uuid, Path)),
    request_body = Decision,
    responses((status = 200, body = OrderRow), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn approve_one(
    State(web): State<Web>,
    who: Allowed<right::OrderApprove>,
    Named(id): Named<OrderId>,
    Body(decision): Body<Decision>,
) -> Answer<Json<OrderRow>> {
    let order = approve::order_approve(web.centre(), &who.ctx, id, &decision.opinion).await?;
    row(&web, &who.ctx, &order).await
}

/// 审批不同意.
#[utoipa::path(post, path = "/api/orders/{id}/reject", tag = "orders", operation_id = "order_reject", params(("id" = Uuid, Path)),
    request_body = Decision,
    responses((status = 200, body = OrderRow), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn reject_one(
    State(web): State<Web>,
    who: Allowed<right::OrderApprove>,
    Named(id): Named<OrderId>,
    Body(decision): Body<Decision>,
) -> Answer<Json<OrderRow>> {
    let order = approve::order_reject(web.centre(), &who.ctx, id, &decision.opinion).await?;
    row(&web, &who.ctx, &order).await
}

/// Takes an order back before anybody decided.
#[utoipa::path(post, path = "/api/orders/{id}/withdraw", tag = "orders", operation_id = "order_withdraw", params(("id" = Uuid, Path)),
    responses((status = 200, body = OrderRow), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn withdraw(
    State(web): State<Web>,
    who: Allowed<right::OrderWithdraw>,
    Named(id): Named<OrderId>,
) -> Answer<Json<OrderRow>> {
    let order = approve::order_withdraw(web.centre(), &who.ctx, id).await?;
    row(&web, &who.ctx, &order).await
}

/// 补办审批 of an order that left under a standing policy.
#[utoipa::path(post, path = "/api/orders/{id}/confirm", tag = "orders", operation_id = "order_confirm", params(("id" = Uuid, Path)),
    request_body = Decision,
    responses((status = 200, body = OrderRow), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn confirm_one(
    State(web): State<Web>,
    who: Allowed<right::OrderConfirm>,
    Named(id): Named<OrderId>,
    Body(decision): Body<Decision>,
) -> Answer<Json<OrderRow>> {
    let order = confirm::order_confirm(web.centre(), &who.ctx, id, &decision.opinion).await?;
    row(&web, &who.ctx, &order).await
}

/// 不予确认 of an order that left under a standing policy: it carries the refusal, and a relief of what is in force is drafted.
#[utoipa::path(post, path = "/api/orders/{id}/confirm-refuse", tag = "orders", operation_id = "order_confirm_refuse", params(("id" = Uuid, Path)),
    request_body = Decision,
    responses((status = 200, body = OrderRow), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn confirm_refuse(
    State(web): State<Web>,
    who: Allowed<right::OrderConfirm>,
    Named(id): Named<OrderId>,
    Body(decision): Body<Decision>,
) -> Answer<Json<OrderRow>> {
    let order = confirm::order_confirm_refuse(web.centre(), &who.ctx, id, &decision.opinion).await?;
    row(&web, &who.ctx, &order).await
}

/// 可办事项: what a report may ask for on one account, or what may follow one order, each with its reason when it may not.
#[utoipa::path(get, path = "/api/reports/{id}/acts", tag = "orders", operation_id = "order_acts", params(("id" = Uuid, Path), ActsAsked),
    responses((status = 200, body = Acts), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn order_acts(
    State(web): State<Web>,
    who: Allowed<right::OrderRead>,
    Named(id): Named<ReportId>,
    Asked(asked): Asked<ActsAsked>,
) -> Answer<Json<Acts>> {
    let account = asked.account_id.map(AccountId);
    let order = asked.order_id.map(OrderId);
    let found = acts::offers(web.centre(), &who.ctx, id, account, order).await?;
    Ok(Json(Acts::of(&found)))
}

/// Sends again what the automatic resends could not, with the same bytes.
#[utoipa::path(post, path = "/api/orders/{id}/resend", tag = "orders", operation_id = "order_resend", params(("id" = Uuid, Path)),
    responses((status = 200, body = OrderRow), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn resend(
    State(web): State<Web>,
    who: Allowed<right::OrderResend>,
    Named(id): Named<OrderId>,
) -> Answer<Json<OrderRow>> {
    let order = approve::order_resend(web.centre(), &who.ctx, id).await?;
    row(&web, &who.ctx, &order).await
}

/// 延伸止付: stops on the accounts the money moved on to, under one approval.
#[utoipa::path(post, path = "/api/reports/{id}/extend", tag = "orders", operation_id = "stops_extend", params(("id" = Uuid, Path)),
    request_body = ExtendAsked,
    responses((status = 200, body = BatchShown), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn extend_stops(
    State(web): State<Web>,
    who: Allowed<right::OrderDraft>,
    Named(id): Named<ReportId>,
    Body(asked): Body<ExtendAsked>,
) -> Answer<Json<BatchShown>> {
    ordered_from_now(
        web.centre(),
        &who.ctx,
        domain::audit::AuditAction::OrderExtend,
        id,
        &asked.view.into(),
    )
    .await?;
    let accounts: Vec<AccountId> = asked.account_ids.into_iter().map(AccountId).collect();
    let second = asked.second_officer_id.map(UserId);
    let (batch, orders) = extend::stops_extend(web.centre(), &who.ctx, id, &accounts, second).await?;
    let shown = board::shown(web.centre(), &orders).await?;
    Ok(Json(batch_shown(&batch, &orders, &shown, &actor(&who.ctx)?)))
}

pub(super) fn batch_shown(batch: &Batch, orders: &[Order], shown: &Shown, actor: &Actor) -> BatchShown {
    BatchShown {
        id: batch.id.into(),
        report_id: batch.report.into(),
        report_number: shown
            .reports
            .get(&batch.report)
            .map(|r| r.report.number.clone())
            .unwrap_or_default(),
        requested_by: shown
            .users
            .get(&batch.requested_by)
            .map(|u| u.name.clone())
            .unwrap_or_default(),
        requested_at: batch.requested_at.to_iso_cst(),
        due_at: None,
        amount: batch.amount.to_yuan(),
        orders: orders.iter().map(|o| OrderRow::of(o, shown, actor)).collect(),
        can: batch_can(batch, orders, actor),
    }
}

fn batch_can(batch: &Batch, orders: &[Order], actor: &Actor) -> Vec<String> {
    let may = permit(actor, Action::OrderApprove, Some(batch.area)).is_ok();
    if may && orders.iter().all(|o| blocked(o, actor).is_none()) {
        vec!["approve".into(), "reject".into()]
    } else {
        Vec::new()
    }
}

/// One approval for all orders of a batch.
#[utoipa::path(post, path = "/api/batches/{id}/approve", tag = "orders", operation_id = "batch_approve", params(("id" = Uuid, Path)),
    request_body = Decision,
    responses((status = 200, body = OrderPage), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn approve_batch(
    State(web): State<Web>,
    who: Allowed<right::OrderApprove>,
    Named(id): Named<BatchId>,
    Body(decision): Body<Decision>,
) -> Answer<Json<OrderPage>> {
    let orders = approve::batch_approve(web.centre(), &who.ctx, id, &decision.opinion).await?;
    let shown = board::shown(web.centre(), &orders).await?;
    let actor = actor(&who.ctx)?;
    let items: Vec<OrderRow> = orders.iter().map(|o| OrderRow::of(o, &shown, &actor)).collect();
    Ok(Json(OrderPage {
        total: items.len() as i64,
        items,
        next_cursor: None,
    }))
}

/// The whole batch is turned down.
#[utoipa::path(post, path = "/api/batches/{id}/reject", tag = "orders", operation_id = "batch_reject", params(("id" = Uuid, Path)),
    request_body = Decision,
    responses((status = 200, body = Nothing), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn reject_batch(
    State(web): State<Web>,
    who: Allowed<right::OrderApprove>,
    Named(id): Named<BatchId>,
    Body(decision): Body<Decision>,
) -> Answer<Json<Nothing>> {
    approve::batch_reject(web.centre(), &who.ctx, id, &decision.opinion).await?;
    Ok(Json(Nothing {}))
}

/// What holds an account, by whom, until when. Reading it is an entry of the log.
#[utoipa::path(get, path = "/api/accounts/{id}/hold", tag = "orders", operation_id = "account_hold", params(("id" = Uuid, Path)),
    responses((status = 200, body = Hold), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn hold(
    State(web): State<Web>,
    who: Allowed<right::HoldRead>,
    Named(id): Named<AccountId>,
) -> Answer<Json<Hold>> {
    let page = board::hold_page(web.centre(), &who.ctx, id).await?;
    Ok(Json(Hold::of(&page, &actor(&who.ctx)?, who.ctx.at)))
}
