//! The first run.

use super::Routes;
use crate::body::Body;
use crate::frame::RequestId;
use crate::problem::{Answer, Problem};
use crate::state::Web;
use crate::wire::session::{DemoUser, FirstAdministrator, Setup};
use app::people;
use axum::extract::State;
use axum::{Extension, Json};
use kernel::RefusalCode;
use utoipa_axum::routes;

pub(super) fn add(router: Routes) -> Routes {
    router.routes(routes!(read, make))
}

/// Whether the centre waits for its first administrator; in the demo, whom one may sign in as.
#[utoipa::path(get, path = "/api/setup", tag = "session", operation_id = "setup_read", security(()),
    responses((status = 200, body = Setup)))]
async fn read(State(web): State<Web>) -> Answer<Json<Setup>> {
    let config = &web.centre().config;
    let people = if config.demo { people::demo_people() } else { &[] };
    let demo_users = people.iter().map(|person| DemoUser {
        login: person.login.to_owned(),
        password: people::DEMO_PASSWORD.to_owned(),
        name: person.name.to_owned(),
        role_zh: person.role_zh.to_owned(),
        role_en: person.role_en.to_owned(),
    });
    Ok(Json(Setup {
        needed: people::setup_needed(web.centre()).await?,
        demo: config.demo,
        centre_name: config.name.clone(),
        demo_users: demo_users.collect(),
    }))
}

/// Makes the first system administrator with the token that the server printed.
#[utoipa::path(post, path = "/api/setup", tag = "session", operation_id = "setup_make", security(()),
    request_body = FirstAdministrator,
    responses((status = 200, body = Setup), (status = 403, body = Problem), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn make(
    State(web): State<Web>,
    Extension(RequestId(request_id)): Extension<RequestId>,
    Body(form): Body<FirstAdministrator>,
) -> Answer<Json<Setup>> {
    let _place = web
        .sign_ins()
        .clone()
        .try_acquire_owned()
        .map_err(|_| RefusalCode::TooManyRequests)?;
    let form = people::FirstAdministrator {
        token: form.token,
        login: form.login,
        name: form.name,
        password: form.password,
    };
    people::set_up(web.centre(), &form, request_id).await?;
    read(State(web)).await
}
