//! Organisations and users.

use super::Routes;
use crate::body::{Asked, Body, Named};
use crate::door::{Allowed, Colleague, right};
use crate::problem::{Answer, Problem};
use crate::state::Web;
use crate::wire::people::{OfficerPage, Org, OrgPage, PaperWords, User, UserChange, UserNew, UserPage};
use app::people;
use axum::Json;
use axum::extract::State;
use kernel::{OrgId, UserId};
use serde::Deserialize;
use utoipa::IntoParams;
use utoipa_axum::routes;

pub(super) fn add(router: Routes) -> Routes {
    router
        .routes(routes!(orgs))
        .routes(routes!(org_change))
        .routes(routes!(users, create))
        .routes(routes!(change))
        .routes(routes!(officers))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Paging {
    /// `next_cursor` of the page before.
    cursor: Option<String>,
    /// 1 to 200; 50 when it is left out.
    limit: Option<u64>,
}

/// The organisation tree.
#[utoipa::path(get, path = "/api/orgs", tag = "people", responses((status = 200, body = OrgPage), (status = 401, body = Problem)))]
async fn orgs(State(web): State<Web>, who: Colleague) -> Answer<Json<OrgPage>> {
    let items: Vec<Org> = people::orgs(web.centre(), &who.ctx)
        .await?
        .iter()
        .map(Org::from)
        .collect();
    Ok(Json(OrgPage {
        total: items.len() as i64,
        items,
        next_cursor: None,
    }))
}

/// Sets what stands on the papers of an organ: number word, telephones. Papers that are issued already stay as they are.
#[utoipa::path(put, path = "/api/orgs/{id}/paper", tag = "people", operation_id = "org_change", request_body = PaperWords,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = Org), (status = 403, body = Problem), (status = 404, body = Problem), (status = 422, body = Problem)))]
async fn org_change(
    State(web): State<Web>,
    who: Allowed<right::SettingChange>,
    Named(id): Named<OrgId>,
    Body(words): Body<PaperWords>,
) -> Answer<Json<Org>> {
    let org = people::org_change(web.centre(), &who.ctx, id, &words.into()).await?;
    Ok(Json((&org).into()))
}

/// Users in the order of their logins.
#[utoipa::path(get, path = "/api/users", tag = "people", operation_id = "users_page", params(Paging),
    responses((status = 200, body = UserPage), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn users(
    State(web): State<Web>,
    who: Allowed<right::UserRead>,
    Asked(asked): Asked<Paging>,
) -> Answer<Json<UserPage>> {
    let after = asked.cursor.unwrap_or_default();
    let page = people::users_page(web.centre(), &who.ctx, &after, asked.limit.unwrap_or(50)).await?;
    Ok(Json(UserPage {
        items: page.lines.iter().map(User::from).collect(),
        next_cursor: page.next,
        total: page.total,
    }))
}

/// Makes a user, who has to choose a password at the first sign-in. Roles come from the security administrator.
#[utoipa::path(post, path = "/api/users", tag = "people", operation_id = "user_create", request_body = UserNew,
    responses((status = 200, body = User), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn create(
    State(web): State<Web>,
    who: Allowed<right::UserManage>,
    Body(new): Body<UserNew>,
) -> Answer<Json<User>> {
    let line = people::user_create(web.centre(), &who.ctx, &new.into()).await?;
    Ok(Json((&line).into()))
}

/// Changes a user. Each part has its own right: facts, activity and passwords are the system administrator's; roles,
/// level and the second factor the security administrator's.
#[utoipa::path(patch, path = "/api/users/{id}", tag = "people", operation_id = "user_change", request_body = UserChange,
    params(("id" = uuid::Uuid, Path)),
    responses((status = 200, body = User), (status = 403, body = Problem), (status = 404, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn change(
    State(web): State<Web>,
    who: Allowed<right::UserRead>,
    Named(id): Named<UserId>,
    Body(change): Body<UserChange>,
) -> Answer<Json<User>> {
    let line = people::user_change(web.centre(), &who.ctx, id, &change.into()).await?;
    Ok(Json((&line).into()))
}

/// Colleagues who can be the second officer of the measure that the asker prepares.
#[utoipa::path(get, path = "/api/officers", tag = "people", operation_id = "second_officers",
    responses((status = 200, body = OfficerPage), (status = 401, body = Problem), (status = 403, body = Problem)))]
async fn officers(State(web): State<Web>, who: Allowed<right::OrderDraft>) -> Answer<Json<OfficerPage>> {
    let found = people::second_officers_for(web.centre(), &who.ctx).await?;
    let total = found.len() as i64;
    Ok(Json(OfficerPage {
        items: found.into_iter().map(Into::into).collect(),
        next_cursor: None,
        total,
    }))
}
