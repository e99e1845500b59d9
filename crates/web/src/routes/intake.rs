//! 接处警: calls, drafts, extraction, duplicates, reports, the queue, dispatch, search, and showing personal data whole.

use super::Routes;
use crate::body::{Asked, Body, Named};
use crate::door::{Allowed, Colleague, right};
use crate::guard::request_id;
use crate::problem::{Answer, Problem};
use crate::state::Web;
use crate::wire::Nothing;
use crate::wire::golden::{Golden, bank_of};
use crate::wire::intake::{
    AccountRevealAsked, BankChoice, BankList, BankReportDecline, BankReportPage, BankReportRow, BanksAsked,
    CallAnswered, CallNew, CallShown, CallTaken, CountsShown, CurrentCall, DispatchAsked, DraftNew,
    DraftPage, DraftSave, DraftShown, Duplicates, DuplicatesAsked, ExtractAsked, Extracted, FirstOrdersShown,
    IdentityAsked, IdentityPage, IdentityShown, PaymentAdd, ReportAccepted, ReportNew, ReportsAsked,
    RevealAsked, Revealed, RevealedField, SearchAsked, SearchHit, SearchHits, SeatAsked, StopRefused, Taken,
    form_of, payment, rename,
};
use crate::wire::orders::OrderRow;
use crate::wire::report::{DispatchShown, DuplicateItem, EntityShown, ReportPage, ReportRow, area_name, iso};
use crate::wire::told::{Banks, ToldRows};
use crate::wire::words::{Said, said};
use app::Context;
use app::intake::accept::{AcceptOptions, Accepted, name_banks, report_accept};
use app::intake::banks::{bank_directory, bank_of_card, banks_find};
use app::intake::calls::{Ring, call_at_seat, call_ring, call_take};
use app::intake::correct::payment_add;
use app::intake::duplicates::{DuplicateQuery, Why, duplicates};
use app::intake::reveal::{account_reveal, personal_reveal};
use app::intake::sums::SumConfirmed;
use app::intake::{bank_reports, desk, drafts, figures, identity};
use app::orders::board;
use app::people;
use app::shapes::{BankReport, Draft, PAGE_MAX, ReportQuery, ReportRow as Row};
use axum::Json;
use axum::extract::State;
use axum::http::{Extensions, HeaderMap};
use domain::report::ReportState;
use kernel::{
    AccountId, Area, BankReportId, CallId, DispatchId, DraftId, Fen, Instant, Refusal, RefusalCode, ReportId,
    UserId,
};
use std::collections::HashMap;
use utoipa_axum::routes;
use uuid::Uuid;

pub(super) fn add(router: Routes) -> Routes {
    router
        .routes(routes!(ring))
        .routes(routes!(current_call))
        .routes(routes!(take_call))
        .routes(routes!(banks))
        .routes(routes!(first_orders))
        .routes(routes!(extract))
        .routes(routes!(draft_list, draft_make))
        .routes(routes!(draft_read, draft_save, draft_discard))
        .routes(routes!(alike))
        .routes(routes!(page, accept))
        .routes(routes!(take_next))
        .routes(routes!(detail))
        .routes(routes!(add_payment))
        .routes(routes!(reveal))
        .routes(routes!(identities, check_identity))
        .routes(routes!(reveal_account))
        .routes(routes!(lock, unlock))
        .routes(routes!(dispatch))
        .routes(routes!(acknowledge))
        .routes(routes!(search))
        .routes(routes!(counts))
        .routes(routes!(bank_report_list))
        .routes(routes!(bank_report_take))
        .routes(routes!(bank_report_decline))
}

// ── calls ────────────────────────────────────────────────────────────────────────────────────

/// The telephone system announces a call. It proves itself by `Authorization: Bearer` with the token of the settings.
#[utoipa::path(post, path = "/api/calls", tag = "intake", operation_id = "call_ring", request_body = CallNew, security(("webhook" = [])),
    responses((status = 200, body = CallTaken), (status = 401, body = Problem), (status = 422, body = Problem)))]
async fn ring(
    State(web): State<Web>,
    headers: HeaderMap,
    extensions: Extensions,
    Body(new): Body<CallNew>,
) -> Answer<Json<CallTaken>> {
    if !web.webhook_allows(&headers) {
        return Err(RefusalCode::WebhookTokenWrong.into());
    }
    let rang_at = match new.time.as_deref().filter(|t| !t.is_empty()) {
        Some(text) => Some(
            Instant::parse_iso(text).ok_or_else(|| Refusal::field("time", RefusalCode::FieldMalformed))?,
        ),
        None => None,
    };
    let mut ctx = web.centre().job(app::Job::Telephone);
    ctx.request_id = request_id(&extensions);
    let ring = Ring {
        seat: new.seat,
        line: new.line,
        number: new.number,
        rang_at,
    };
    let call = call_ring(web.centre(), &ctx, ring).await?;
    Ok(Json(CallTaken { id: call.id.into() }))
}

/// The call that rings at a seat, with the earlier reports of its number.
#[utoipa::path(get, path = "/api/calls/current", tag = "intake", operation_id = "call_current", params(SeatAsked),
    responses((status = 200, body = CurrentCall), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn current_call(
    State(web): State<Web>,
    who: Allowed<right::ReportCreate>,
    Asked(asked): Asked<SeatAsked>,
) -> Answer<Json<CurrentCall>> {
    let found = call_at_seat(web.centre(), &who.ctx, &asked.seat).await?;
    let call = found.map(|(call, earlier)| CallShown {
        id: call.id.into(),
        seat: call.seat,
        line: call.line,
        number: call.number.reveal().to_owned(),
        rang_at: call.rang_at.to_iso_cst(),
        answered_at: iso(call.answered.map(|(_, at)| at)),
        earlier_reports: earlier
            .iter()
            .map(|r| DuplicateItem::of(r, said("同一来电号码", "same number"), 50))
            .collect(),
    });
    Ok(Json(CurrentCall { call }))
}

/// The call-taker takes the call: the clock from the answer begins. Whoever takes it later changes nothing.
#[utoipa::path(post, path = "/api/calls/{id}/answer", tag = "intake", operation_id = "call_answer", params(("id" = Uuid, Path)),
    responses((status = 200, body = CallAnswered), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn take_call(
    State(web): State<Web>,
    who: Allowed<right::ReportCreate>,
    Named(id): Named<CallId>,
) -> Answer<Json<CallAnswered>> {
    let call = call_take(web.centre(), &who.ctx, id).await?;
    Ok(Json(CallAnswered {
        id: call.id.into(),
        rang_at: call.rang_at.to_iso_cst(),
        answered_at: iso(call.answered.map(|(_, at)| at)),
    }))
}

// ── banks ────────────────────────────────────────────────────────────────────────────────────

/// The longest prefix of the card table.
const CARD_PREFIX_MAX: usize = 10;

/// The banks that what was typed can mean: by name, short name, pinyin initials or the beginning of the code. Intake and the
/// correction of a report choose from it; a bank is never free text.
#[utoipa::path(get, path = "/api/banks", tag = "intake", operation_id = "banks", params(BanksAsked),
    responses((status = 200, body = BankList), (status = 401, body = Problem), (status = 422, body = Problem)))]
async fn banks(
    State(web): State<Web>,
    _: Colleague,
    Asked(asked): Asked<BanksAsked>,
) -> Answer<Json<BankList>> {
    let found = match asked.card.as_deref() {
        Some(digits) if digits.len() > CARD_PREFIX_MAX => {
            return Err(Refusal::field("card", RefusalCode::FieldTooLong).into());
        }
        Some(digits) => bank_of_card(web.centre(), digits).into_iter().collect(),
        None => banks_find(web.centre(), &asked.q),
    };
    Ok(Json(BankList {
        items: found.iter().map(BankChoice::of).collect(),
    }))
}

/// What a narrative holds, each with its place; proposals, never filled in by themselves. Nothing of it is kept.
#[utoipa::path(post, path = "/api/extract", tag = "intake", operation_id = "extract", request_body = ExtractAsked,
    responses((status = 200, body = Extracted), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn extract(
    State(web): State<Web>,
    who: Allowed<right::ReportCreate>,
    Body(asked): Body<ExtractAsked>,
) -> Answer<Json<Extracted>> {
    if asked.text.chars().count() > 20_000 {
        return Err(Refusal::field("text", RefusalCode::FieldTooLong).into());
    }
    let at = match asked.at.as_deref().filter(|t| !t.is_empty()) {
        Some(text) => {
            Instant::parse_iso(text).ok_or_else(|| Refusal::field("at", RefusalCode::FieldMalformed))?
        }
        None => who.ctx.at,
    };
    let entities = app::extract(&asked.text, at);
    let banks = &web.centre().banks;
    let directory = bank_directory(web.centre());
    let rows = app::rows(&asked.text, at);
    Ok(Json(Extracted {
        rows: ToldRows::of(
            &rows,
            &Banks {
                cards: banks,
                directory: &directory,
            },
        ),
        entities: entities
            .iter()
            .map(|e| EntityShown::of(e, bank_of(&e.value, banks)))
            .collect(),
    }))
}

// ── drafts ───────────────────────────────────────────────────────────────────────────────────

fn draft_shown(draft: &Draft) -> DraftShown {
    DraftShown {
        id: draft.id.into(),
        body: serde_json::from_str(&draft.body).unwrap_or_default(),
        version: draft.version,
        updated_at: draft.updated_at.to_iso_cst(),
    }
}

/// The asker's own drafts, newest first.
#[utoipa::path(get, path = "/api/drafts", tag = "intake", operation_id = "drafts",
    responses((status = 200, body = DraftPage), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn draft_list(State(web): State<Web>, who: Allowed<right::ReportCreate>) -> Answer<Json<DraftPage>> {
    let items: Vec<DraftShown> = drafts::drafts_list(web.centre(), &who.ctx)
        .await?
        .iter()
        .map(draft_shown)
        .collect();
    Ok(Json(DraftPage {
        total: items.len() as i64,
        items,
        next_cursor: None,
    }))
}

/// Begins a draft.
#[utoipa::path(post, path = "/api/drafts", tag = "intake", operation_id = "draft_make", request_body = DraftNew,
    responses((status = 200, body = DraftShown), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn draft_make(
    State(web): State<Web>,
    who: Allowed<right::ReportCreate>,
    Body(new): Body<DraftNew>,
) -> Answer<Json<DraftShown>> {
    let draft = drafts::draft_make(web.centre(), &who.ctx, new.body.to_string()).await?;
    Ok(Json(draft_shown(&draft)))
}

/// One draft of the asker's own.
#[utoipa::path(get, path = "/api/drafts/{id}", tag = "intake", operation_id = "draft_read", params(("id" = Uuid, Path)),
    responses((status = 200, body = DraftShown), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn draft_read(
    State(web): State<Web>,
    who: Allowed<right::ReportCreate>,
    Named(id): Named<DraftId>,
) -> Answer<Json<DraftShown>> {
    Ok(Json(draft_shown(
        &drafts::draft_read(web.centre(), &who.ctx, id).await?,
    )))
}

/// Saves a draft over the version that was read. When another window was faster, this one is told and keeps its text.
#[utoipa::path(put, path = "/api/drafts/{id}", tag = "intake", operation_id = "draft_save", params(("id" = Uuid, Path)), request_body = DraftSave,
    responses((status = 200, body = DraftShown), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn draft_save(
    State(web): State<Web>,
    who: Allowed<right::ReportCreate>,
    Named(id): Named<DraftId>,
    Body(save): Body<DraftSave>,
) -> Answer<Json<DraftShown>> {
    let draft = drafts::draft_save(web.centre(), &who.ctx, id, save.body.to_string(), save.version).await?;
    Ok(Json(draft_shown(&draft)))
}

/// Throws a draft away.
#[utoipa::path(delete, path = "/api/drafts/{id}", tag = "intake", operation_id = "draft_discard", params(("id" = Uuid, Path)),
    responses((status = 200, body = Nothing), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn draft_discard(
    State(web): State<Web>,
    who: Allowed<right::ReportCreate>,
    Named(id): Named<DraftId>,
) -> Answer<Json<Nothing>> {
    drafts::draft_discard(web.centre(), &who.ctx, id).await?;
    Ok(Json(Nothing {}))
}

// ── reports that banks begin ─────────────────────────────────────────────────────────────────

fn bank_report_row(report: &BankReport, users: &HashMap<UserId, people::Officer>) -> BankReportRow {
    let taken_by = report.taken.and_then(|(by, _)| users.get(&by));
    BankReportRow {
        id: report.id.into(),
        number: report.application_id.clone(),
        org_name: report.org_name.clone(),
        victim_masked: report.victim_masked.clone(),
        amount: report.loss.to_yuan(),
        state: report.state.slug().into(),
        received_at: report.received_at.to_iso_cst(),
        taken_by: taken_by.map(|u| u.name.clone()),
    }
}

/// 案件举报 that nobody has registered yet, oldest first.
#[utoipa::path(get, path = "/api/bank-reports", tag = "intake", operation_id = "bank_reports",
    responses((status = 200, body = BankReportPage), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn bank_report_list(
    State(web): State<Web>,
    who: Allowed<right::ReportCreate>,
) -> Answer<Json<BankReportPage>> {
    let found = bank_reports::bank_reports(web.centre(), &who.ctx).await?;
    let takers: Vec<UserId> = found.iter().filter_map(|r| r.taken).map(|(by, _)| by).collect();
    let users = people::users_by_id(web.centre(), &takers).await?;
    Ok(Json(BankReportPage {
        total: found.len() as i64,
        items: found.iter().map(|r| bank_report_row(r, &users)).collect(),
    }))
}

/// Takes a bank's report into a draft of the asker's own, filled with what the bank says.
#[utoipa::path(post, path = "/api/bank-reports/{id}/take", tag = "intake", operation_id = "bank_report_take", params(("id" = Uuid, Path)),
    responses((status = 200, body = DraftShown), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn bank_report_take(
    State(web): State<Web>,
    who: Allowed<right::ReportCreate>,
    Named(id): Named<BankReportId>,
) -> Answer<Json<DraftShown>> {
    let draft = bank_reports::bank_report_take(web.centre(), &who.ctx, id).await?;
    Ok(Json(draft_shown(&draft)))
}

/// It is no case: the bank is told why.
#[utoipa::path(post, path = "/api/bank-reports/{id}/decline", tag = "intake", operation_id = "bank_report_decline", params(("id" = Uuid, Path)),
    request_body = BankReportDecline,
    responses((status = 200, body = Nothing), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn bank_report_decline(
    State(web): State<Web>,
    who: Allowed<right::ReportCreate>,
    Named(id): Named<BankReportId>,
    Body(asked): Body<BankReportDecline>,
) -> Answer<Json<Nothing>> {
    bank_reports::bank_report_decline(web.centre(), &who.ctx, id, &asked.reason).await?;
    Ok(Json(Nothing {}))
}

// ── reports ──────────────────────────────────────────────────────────────────────────────────

/// Reports that look like the one being typed, with the reason.
#[utoipa::path(post, path = "/api/reports/duplicates", tag = "intake", operation_id = "duplicates", request_body = DuplicatesAsked,
    responses((status = 200, body = Duplicates), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn alike(
    State(web): State<Web>,
    who: Allowed<right::ReportCreate>,
    Body(asked): Body<DuplicatesAsked>,
) -> Answer<Json<Duplicates>> {
    let query = DuplicateQuery {
        phones: asked.phones,
        accounts: asked.accounts,
        id_numbers: asked.id_numbers,
        narrative: asked.narrative,
    };
    let found = duplicates(web.centre(), &who.ctx, &query).await?;
    Ok(Json(Duplicates {
        items: found
            .iter()
            .map(|c| DuplicateItem::of(&c.report, why(&c.why), c.score))
            .collect(),
    }))
}

fn why(reasons: &[Why]) -> Said {
    let words: Vec<(&str, &str)> = reasons
        .iter()
        .map(|w| match w {
            Why::SameAccount => ("账号相同", "same account"),
            Why::SamePerson => ("证件号相同", "same person"),
            Why::SamePhone => ("电话相同", "same telephone"),
            Why::SimilarWords => ("案情相似", "similar story"),
        })
        .collect();
    let zh: Vec<&str> = words.iter().map(|w| w.0).collect();
    let en: Vec<&str> = words.iter().map(|w| w.1).collect();
    said(zh.join("，"), en.join(", "))
}

/// Reports, newest first, of the areas the asker may see.
#[utoipa::path(get, path = "/api/reports", tag = "reports", operation_id = "reports_page", params(ReportsAsked),
    responses((status = 200, body = ReportPage), (status = 400, body = Problem), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn page(
    State(web): State<Web>,
    who: Allowed<right::ReportRead>,
    Asked(asked): Asked<ReportsAsked>,
) -> Answer<Json<ReportPage>> {
    let found = desk::reports_page(web.centre(), &who.ctx, query_of(asked)?).await?;
    let ids: Vec<UserId> = found.page.items.iter().map(|r| r.report.received_by).collect();
    let users = people::users_by_id(web.centre(), &ids).await?;
    let items = found
        .page
        .items
        .iter()
        .map(|r| {
            let name = users
                .get(&r.report.received_by)
                .map(|u| u.name.clone())
                .unwrap_or_default();
            ReportRow::of(r, &name, found.next_due.get(&r.report.id), who.ctx.at)
        })
        .collect();
    Ok(Json(ReportPage {
        items,
        next_cursor: found.page.next.map(|id| id.to_string()),
        total: found.total,
    }))
}

fn query_of(asked: ReportsAsked) -> Result<ReportQuery, Refusal> {
    let given = |text: Option<String>| text.filter(|t| !t.is_empty());
    Ok(ReportQuery {
        state: match given(asked.state) {
            Some(s) => Some(
                ReportState::from_slug(&s)
                    .ok_or_else(|| Refusal::field("state", RefusalCode::FieldMalformed))?,
            ),
            None => None,
        },
        area: match given(asked.area) {
            Some(a) => Some(Area::try_from(a).map_err(|_| Refusal::field("area", RefusalCode::AreaUnknown))?),
            None => None,
        },
        category: given(asked.category),
        after: match given(asked.cursor) {
            Some(c) => Some(
                c.parse()
                    .map_err(|_| Refusal::new(RefusalCode::CursorMalformed))?,
            ),
            None => None,
        },
        limit: asked.limit.unwrap_or(50).clamp(1, PAGE_MAX),
    })
}

/// Registers a report and, when asked to, sends the stops with it. All problems of the form come at once.
#[utoipa::path(post, path = "/api/reports", tag = "reports", operation_id = "report_accept", request_body = ReportNew,
    responses((status = 200, body = ReportAccepted), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn accept(
    State(web): State<Web>,
    who: Allowed<right::ReportCreate>,
    Body(new): Body<ReportNew>,
) -> Answer<Json<ReportAccepted>> {
    let (mut form, unreadable) = form_of(&new);
    name_banks(web.centre(), &mut form);
    if !unreadable.is_empty() {
        // What could be read is checked too, so that all problems still come at once.
        let mut problems = unreadable;
        if let Err(more) = domain::report::check(&form, who.ctx.at) {
            let known: Vec<String> = problems.iter().map(|p| p.field.clone()).collect();
            problems.extend(more.problems.into_iter().filter(|p| !known.contains(&p.field)));
        }
        let refusal = Refusal::of(problems).ok_or(RefusalCode::FieldMalformed)?;
        return Err(rename(refusal).into());
    }
    let options = AcceptOptions {
        draft: new.draft_id.map(DraftId),
        call: new.call_id.map(CallId),
        bank_report: new.bank_report_id.map(BankReportId),
        second_officer: new.second_officer_id.map(UserId),
        sum_confirmed: new.sum_confirmed.as_ref().map(|sum| SumConfirmed {
            rows: Fen(sum.rows_fen),
            stated: Fen(sum.stated_fen),
        }),
    };
    match report_accept(web.centre(), &who.ctx, &form, &options).await {
        Ok(accepted) => accepted_shown(&web, &who.ctx, &accepted).await,
        Err(app::AppError::Refused(refusal)) => Err(rename(refusal).into()),
        Err(failed) => Err(failed.into()),
    }
}

pub(super) async fn accepted_shown(
    web: &Web,
    ctx: &Context,
    accepted: &Accepted,
) -> Answer<Json<ReportAccepted>> {
    let shown = board::shown(web.centre(), &accepted.orders).await?;
    let person = ctx.person()?;
    Ok(Json(ReportAccepted {
        report: ReportRow::of(&accepted.report, &person.name, None, ctx.at),
        orders: accepted
            .orders
            .iter()
            .map(|o| OrderRow::of(o, &shown, &person.actor))
            .collect(),
        refused: accepted.refused.iter().map(StopRefused::of).collect(),
    }))
}

/// Adds a payment that was remembered later.
#[utoipa::path(post, path = "/api/reports/{id}/payments", tag = "reports", operation_id = "payment_add", params(("id" = Uuid, Path)),
    request_body = PaymentAdd,
    responses((status = 200, body = ReportAccepted), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn add_payment(
    State(web): State<Web>,
    who: Allowed<right::ReportEdit>,
    Named(id): Named<ReportId>,
    Body(asked): Body<PaymentAdd>,
) -> Answer<Json<ReportAccepted>> {
    let mut problems = Vec::new();
    let form = payment(0, &asked.payment, &mut problems);
    if let Some(refusal) = Refusal::of(problems) {
        return Err(refusal.into());
    }
    let accepted = payment_add(web.centre(), &who.ctx, id, form, asked.send_stop).await?;
    accepted_shown(&web, &who.ctx, &accepted).await
}

/// One report whole, masked. Reading it is an entry of the log.
#[utoipa::path(get, path = "/api/reports/{id}", tag = "reports", operation_id = "report_detail", params(("id" = Uuid, Path)),
    responses((status = 200, body = Golden), (status = 401, body = Problem), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn detail(
    State(web): State<Web>,
    who: Allowed<right::ReportRead>,
    Named(id): Named<ReportId>,
) -> Answer<Json<Golden>> {
    let read = app::golden::golden(web.centre(), &who.ctx, id).await?;
    Ok(Json(Golden::of(&read, &web.centre().banks)))
}

async fn row_shown(web: &Web, ctx: &Context, row: &Row) -> Answer<ReportRow> {
    let users = people::users_by_id(web.centre(), &[row.report.received_by]).await?;
    let name = users
        .get(&row.report.received_by)
        .map(|u| u.name.clone())
        .unwrap_or_default();
    Ok(ReportRow::of(row, &name, None, ctx.at))
}

/// 取下一件: locks the oldest open report that nobody works on; `null` when there is none.
#[utoipa::path(post, path = "/api/reports/take-next", tag = "reports", operation_id = "report_take_next",
    responses((status = 200, body = Taken), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn take_next(State(web): State<Web>, who: Allowed<right::ReportTake>) -> Answer<Json<Taken>> {
    match desk::report_take_next(web.centre(), &who.ctx).await {
        Ok(row) => Ok(Json(Taken {
            report: Some(row_shown(&web, &who.ctx, &row).await?),
        })),
        Err(app::AppError::Refused(r)) if r.code == RefusalCode::NothingToTake => {
            Ok(Json(Taken { report: None }))
        }
        Err(other) => Err(other.into()),
    }
}

/// Locks a report; refused with the owner's name while somebody else works on it.
#[utoipa::path(post, path = "/api/reports/{id}/lock", tag = "reports", operation_id = "report_lock", params(("id" = Uuid, Path)),
    responses((status = 200, body = ReportRow), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn lock(
    State(web): State<Web>,
    who: Allowed<right::ReportTake>,
    Named(id): Named<ReportId>,
) -> Answer<Json<ReportRow>> {
    let row = desk::report_lock(web.centre(), &who.ctx, id).await?;
    Ok(Json(row_shown(&web, &who.ctx, &row).await?))
}

/// Gives a report back.
#[utoipa::path(delete, path = "/api/reports/{id}/lock", tag = "reports", operation_id = "report_unlock", params(("id" = Uuid, Path)),
    responses((status = 200, body = ReportRow), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn unlock(
    State(web): State<Web>,
    who: Allowed<right::ReportTake>,
    Named(id): Named<ReportId>,
) -> Answer<Json<ReportRow>> {
    let row = desk::report_unlock(web.centre(), &who.ctx, id).await?;
    Ok(Json(row_shown(&web, &who.ctx, &row).await?))
}

// ── people's data, dispatch, search ──────────────────────────────────────────────────────────

pub(super) fn for_purpose(ctx: &Context, purpose: &str) -> Result<Context, Refusal> {
    if purpose.chars().count() > 200 {
        return Err(Refusal::field("purpose", RefusalCode::FieldTooLong));
    }
    Ok(Context {
        purpose: purpose.trim().to_owned(),
        ..ctx.clone()
    })
}

/// Shows personal data of a report whole. Needs a purpose and is an entry of the log, field by field.
#[utoipa::path(post, path = "/api/reports/{id}/reveal", tag = "reports", operation_id = "personal_reveal", params(("id" = Uuid, Path)),
    request_body = RevealAsked,
    responses((status = 200, body = Revealed), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn reveal(
    State(web): State<Web>,
    who: Allowed<right::PersonalReveal>,
    Named(id): Named<ReportId>,
    Body(asked): Body<RevealAsked>,
) -> Answer<Json<Revealed>> {
    let ctx = for_purpose(&who.ctx, &asked.purpose)?;
    let shown = personal_reveal(web.centre(), &ctx, id, &asked.fields).await?;
    Ok(Json(Revealed {
        fields: shown
            .into_iter()
            .map(|(field, value)| RevealedField { field, value })
            .collect(),
    }))
}

/// Shows an account's number and holder whole. Needs a purpose and is an entry of the log.
#[utoipa::path(post, path = "/api/accounts/{id}/reveal", tag = "orders", operation_id = "account_reveal", params(("id" = Uuid, Path)),
    request_body = AccountRevealAsked,
    responses((status = 200, body = Revealed), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn reveal_account(
    State(web): State<Web>,
    who: Allowed<right::PersonalReveal>,
    Named(id): Named<AccountId>,
    Body(asked): Body<AccountRevealAsked>,
) -> Answer<Json<Revealed>> {
    let ctx = for_purpose(&who.ctx, &asked.purpose)?;
    let (holder, number) = account_reveal(web.centre(), &ctx, id).await?;
    let field = |field: &str, value| RevealedField {
        field: field.into(),
        value,
    };
    Ok(Json(Revealed {
        fields: vec![field("holder", holder), field("number", number)],
    }))
}

/// The victims of a report, and whose identity papers somebody has looked at.
#[utoipa::path(get, path = "/api/reports/{id}/identity", tag = "reports", operation_id = "report_identities", params(("id" = Uuid, Path)),
    responses((status = 200, body = IdentityPage), (status = 403, body = Problem), (status = 404, body = Problem)))]
async fn identities(
    State(web): State<Web>,
    who: Allowed<right::ReportRead>,
    Named(id): Named<ReportId>,
) -> Answer<Json<IdentityPage>> {
    identities_shown(&web, &who.ctx, id).await
}

async fn identities_shown(web: &Web, ctx: &Context, id: ReportId) -> Answer<Json<IdentityPage>> {
    let mut items = Vec::new();
    for (victim_index, v) in identity::identities(web.centre(), ctx, id)
        .await?
        .into_iter()
        .enumerate()
    {
        items.push(IdentityShown {
            victim_index,
            name_masked: v.name_masked,
            has_number: v.has_number,
            checked_by: match v.checked {
                Some((by, _)) => Some(user_name(web, by).await?),
                None => None,
            },
            checked_at: v.checked.map(|(_, at)| at.to_iso_cst()),
        });
    }
    Ok(Json(IdentityPage { items }))
}

/// 身份证件已核对: the actor has looked at a victim's papers. Papers say so from now on.
#[utoipa::path(post, path = "/api/reports/{id}/identity", tag = "reports", operation_id = "identity_check", params(("id" = Uuid, Path)),
    request_body = IdentityAsked,
    responses((status = 200, body = IdentityPage), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn check_identity(
    State(web): State<Web>,
    who: Allowed<right::ReportEdit>,
    Named(id): Named<ReportId>,
    Body(asked): Body<IdentityAsked>,
) -> Answer<Json<IdentityPage>> {
    identity::identity_check(web.centre(), &who.ctx, id, asked.victim_index).await?;
    identities_shown(&web, &who.ctx, id).await
}

async fn user_name(web: &Web, id: UserId) -> Answer<String> {
    let users = people::users_by_id(web.centre(), &[id]).await?;
    Ok(users.get(&id).map(|u| u.name.clone()).unwrap_or_default())
}

/// 派单 to the county of the offence.
#[utoipa::path(post, path = "/api/reports/{id}/dispatch", tag = "reports", operation_id = "report_dispatch", params(("id" = Uuid, Path)),
    request_body = DispatchAsked,
    responses((status = 200, body = DispatchShown), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn dispatch(
    State(web): State<Web>,
    who: Allowed<right::ReportDispatch>,
    Named(id): Named<ReportId>,
    Body(asked): Body<DispatchAsked>,
) -> Answer<Json<DispatchShown>> {
    let area = Area::try_from(asked.area).map_err(|_| Refusal::field("area", RefusalCode::AreaUnknown))?;
    let made = desk::report_dispatch(web.centre(), &who.ctx, id, area).await?;
    Ok(Json(DispatchShown::of(&made, |_| String::new())))
}

/// 签收 by the county.
#[utoipa::path(post, path = "/api/dispatches/{id}/acknowledge", tag = "reports", operation_id = "dispatch_acknowledge", params(("id" = Uuid, Path)),
    responses((status = 200, body = DispatchShown), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn acknowledge(
    State(web): State<Web>,
    who: Allowed<right::DispatchAcknowledge>,
    Named(id): Named<DispatchId>,
) -> Answer<Json<DispatchShown>> {
    let signed = desk::dispatch_sign(web.centre(), &who.ctx, id).await?;
    let name = user_name(&web, who.ctx.user()?).await?;
    Ok(Json(DispatchShown::of(&signed, |_| name.clone())))
}

/// Finds any identifier exactly. Needs a purpose and is an entry of the log; the value is in neither address nor log.
#[utoipa::path(post, path = "/api/search", tag = "reports", operation_id = "identifier_search", request_body = SearchAsked,
    responses((status = 200, body = SearchHits), (status = 401, body = Problem), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn search(
    State(web): State<Web>,
    who: Allowed<right::IdentifierSearch>,
    Body(asked): Body<SearchAsked>,
) -> Answer<Json<SearchHits>> {
    let ctx = for_purpose(&who.ctx, &asked.purpose)?;
    let found = desk::identifier_search(web.centre(), &ctx, &asked.q).await?;
    let mut items: Vec<SearchHit> = found
        .reports
        .iter()
        .map(|r| {
            let detail = format!(
                "{} · {} · {}",
                area_name(r.report.area),
                r.victim_masked,
                r.report.loss.to_grouped()
            );
            hit(
                "report",
                r.report.id.into(),
                r.report.number.clone(),
                said(detail.clone(), detail),
            )
        })
        .collect();
    if let Some(a) = &found.account {
        let label = format!("{} …{}", a.holder.masked(), a.number.tail());
        items.push(hit(
            "account",
            a.id.into(),
            label,
            said(a.bank_name.clone(), a.bank_name.clone()),
        ));
    }
    if let Some(o) = &found.order {
        let kind = crate::wire::words::order_kind(o.kind);
        items.push(hit("order", o.id.into(), o.application_id.clone(), kind));
    }
    if let Some(c) = &found.case {
        items.push(hit(
            "case",
            c.id.into(),
            c.number.clone(),
            crate::wire::words::case_state(c.state),
        ));
    }
    Ok(Json(SearchHits { items }))
}

fn hit(kind: &str, id: Uuid, label: String, detail: Said) -> SearchHit {
    SearchHit {
        kind: kind.into(),
        id,
        label,
        detail_zh: detail.zh,
        detail_en: detail.en,
    }
}

/// 接警至首条止付 of today by seat and shift, from the ring and from the answer.
#[utoipa::path(get, path = "/api/reports/first-orders", tag = "reports", operation_id = "first_orders",
    responses((status = 200, body = FirstOrdersShown), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn first_orders(
    State(web): State<Web>,
    who: Allowed<right::ReportRead>,
) -> Answer<Json<FirstOrdersShown>> {
    let found = figures::first_orders(web.centre(), &who.ctx).await?;
    Ok(Json(FirstOrdersShown::of(&found)))
}

/// Figures for the tabs.
#[utoipa::path(get, path = "/api/counts", tag = "reports", operation_id = "counts",
    responses((status = 200, body = CountsShown), (status = 401, body = Problem)))]
async fn counts(State(web): State<Web>, who: Colleague) -> Answer<Json<CountsShown>> {
    let counts = desk::counts(web.centre(), &who.ctx).await?;
    Ok(Json(CountsShown {
        desk: counts.desk,
        approvals: counts.approvals,
        orders_open: counts.orders_open,
        cases_due: counts.cases_due,
    }))
}
