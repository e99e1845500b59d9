//! 应急授权: standing policies.

use super::Routes;
use crate::body::{Body, Named};
use crate::door::{Allowed, right};
use crate::problem::{Answer, Problem};
use crate::state::Web;
use crate::wire::policies::{StandingPolicy, StandingPolicyNew, StandingPolicyPage};
use app::people;
use app::policies::{self, PolicyForm};
use app::shapes::PolicyRow;
use axum::Json;
use axum::extract::State;
use kernel::{Fen, Instant, PolicyId, Refusal, RefusalCode, Span};
use utoipa_axum::routes;

pub(super) fn add(router: Routes) -> Routes {
    router.routes(routes!(list, sign)).routes(routes!(end))
}

async fn shown(web: &Web, rows: &[PolicyRow]) -> Answer<Vec<StandingPolicy>> {
    let ids: Vec<_> = rows.iter().map(|r| r.policy.signed_by).collect();
    let users = people::users_by_id(web.centre(), &ids).await?;
    let name = |id| users.get(&id).map(|u| u.name.clone()).unwrap_or_default();
    Ok(rows
        .iter()
        .map(|r| StandingPolicy::of(r, name(r.policy.signed_by)))
        .collect())
}

/// Standing policies, newest first.
#[utoipa::path(get, path = "/api/standing-policies", tag = "policies", operation_id = "policies",
    responses((status = 200, body = StandingPolicyPage), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn list(State(web): State<Web>, who: Allowed<right::PolicyRead>) -> Answer<Json<StandingPolicyPage>> {
    let rows = policies::policies_list(web.centre(), &who.ctx).await?;
    let items = shown(&web, &rows).await?;
    Ok(Json(StandingPolicyPage {
        total: items.len() as i64,
        items,
        next_cursor: None,
    }))
}

/// A leader signs a standing policy.
#[utoipa::path(post, path = "/api/standing-policies", tag = "policies", operation_id = "policy_sign", request_body = StandingPolicyNew,
    responses((status = 200, body = StandingPolicy), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn sign(
    State(web): State<Web>,
    who: Allowed<right::PolicySign>,
    Body(new): Body<StandingPolicyNew>,
) -> Answer<Json<StandingPolicy>> {
    let valid_until = Instant::parse_iso(&new.ends_at)
        .ok_or_else(|| Refusal::field("ends_at", RefusalCode::FieldMalformed))?;
    let form = PolicyForm {
        amount_max: Fen(new.amount_max_fen),
        payment_age_max: Span::minutes(new.payment_age_max_minutes.clamp(-1, 1_000_000)),
        direct_payee_only: new.direct_payee_only,
        valid_until,
        confirm_within: Span::minutes(new.confirm_within_minutes.unwrap_or(120).clamp(-1, 1_000_000)),
    };
    let policy = policies::policy_sign(web.centre(), &who.ctx, form).await?;
    one(&web, PolicyRow { policy, used: 0 }).await
}

/// Ends a policy at once.
#[utoipa::path(post, path = "/api/standing-policies/{id}/end", tag = "policies", operation_id = "policy_end",
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = StandingPolicy), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem)))]
async fn end(
    State(web): State<Web>,
    who: Allowed<right::PolicySign>,
    Named(id): Named<PolicyId>,
) -> Answer<Json<StandingPolicy>> {
    let row = policies::policy_stop(web.centre(), &who.ctx, id).await?;
    one(&web, row).await
}

async fn one(web: &Web, row: PolicyRow) -> Answer<Json<StandingPolicy>> {
    let mut items = shown(web, &[row]).await?;
    items.pop().map(Json).ok_or_else(|| RefusalCode::NotFound.into())
}
