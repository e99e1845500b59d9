//! Signing in and out, the second factor, one's own password.

use super::Routes;
use crate::body::Body;
use crate::door::Present;
use crate::guard::{cookie, request_id, set_cookie, source};
use crate::problem::{Answer, Problem};
use crate::state::Web;
use crate::wire::Nothing;
use crate::wire::people::slugs;
use crate::wire::session::{PasswordChange, Session, SessionUser, SignIn, TotpCode, TotpEnrolment};
use app::people::{self, SignedIn, Token};
use axum::Json;
use axum::extract::{ConnectInfo, FromRequestParts, State};
use axum::http::header::SET_COOKIE;
use axum::http::request::Parts;
use axum::response::{AppendHeaders, IntoResponse, Response};
use kernel::RefusalCode;
use std::convert::Infallible;
use std::net::SocketAddr;
use utoipa_axum::routes;

pub(super) fn add(router: Routes) -> Routes {
    router
        .routes(routes!(read, open, end))
        .routes(routes!(totp_enrol))
        .routes(routes!(totp_confirm))
        .routes(routes!(password))
}

/// Where a request without a person comes from.
struct Stranger {
    source: String,
    request_id: String,
    previous: Option<Token>,
}

impl FromRequestParts<Web> for Stranger {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Infallible> {
        Ok(Stranger {
            source: source(
                web,
                &parts.headers,
                parts.extensions.get::<ConnectInfo<SocketAddr>>(),
            ),
            request_id: request_id(&parts.extensions),
            previous: cookie(web, &parts.headers),
        })
    }
}

fn session_of(web: &Web, signed_in: &SignedIn, token: &Token) -> Session {
    let person = &signed_in.person;
    let config = &web.centre().config;
    Session {
        user: SessionUser {
            id: person.actor.id.0,
            name: person.name.clone(),
            login: person.login.clone(),
            police_number: person.police_number.clone(),
            roles: slugs(&person.actor.roles),
            level: person.actor.level.slug().to_owned(),
            org: (&signed_in.org).into(),
            totp_enrolled: signed_in.totp_enrolled,
        },
        seat: Some(person.seat.clone()).filter(|seat| !seat.is_empty()),
        csrf: token.csrf(),
        permissions: person
            .actor
            .actions()
            .iter()
            .map(|action| action.slug().to_owned())
            .collect(),
        server_time: web.centre().now().to_iso_cst(),
        demo: config.demo,
        centre_name: config.name.clone(),
        speed: web.config().speed,
        must_change_password: signed_in.must_change_password,
        totp_needed: signed_in.totp_needed,
        ends_at: signed_in.ends_at.to_iso_cst(),
    }
}

fn opened(web: &Web, opened: &people::Opened) -> Response {
    let session = session_of(web, &opened.signed_in, &opened.token);
    (
        AppendHeaders([(SET_COOKIE, set_cookie(web, Some(&opened.token)))]),
        Json(session),
    )
        .into_response()
}

/// Who sits here, what they may do, and what time it is.
#[utoipa::path(get, path = "/api/session", tag = "session", operation_id = "session_read",
    responses((status = 200, body = Session), (status = 401, body = Problem)))]
async fn read(State(web): State<Web>, who: Present) -> Json<Session> {
    Json(session_of(&web, &who.seat.signed_in, &who.seat.token))
}

/// Signs in. The session's secret is in the cookie that the answer sets.
#[utoipa::path(post, path = "/api/session", tag = "session", operation_id = "session_open", security(()), request_body = SignIn,
    responses((status = 200, body = Session), (status = 401, body = Problem), (status = 429, body = Problem)))]
async fn open(State(web): State<Web>, stranger: Stranger, Body(form): Body<SignIn>) -> Answer<Response> {
    let _place = web
        .sign_ins()
        .clone()
        .try_acquire_owned()
        .map_err(|_| RefusalCode::TooManyRequests)?;
    let form = people::SignIn {
        login: form.login,
        password: form.password,
        totp: form.totp,
        seat: form.seat.unwrap_or_default(),
        source: stranger.source,
        request_id: stranger.request_id,
        previous: stranger.previous,
    };
    let session = people::session_open(web.centre(), &form).await?;
    Ok(opened(&web, &session))
}

/// Signs out.
#[utoipa::path(delete, path = "/api/session", tag = "session", operation_id = "session_end",
    responses((status = 200, body = Nothing), (status = 401, body = Problem)))]
async fn end(State(web): State<Web>, who: Present) -> Answer<Response> {
    people::sign_out(web.centre(), &who.ctx, &who.seat.token).await?;
    Ok((
        AppendHeaders([(SET_COOKIE, set_cookie(&web, None))]),
        Json(Nothing {}),
    )
        .into_response())
}

/// Begins the enrolment of a second factor. The one in use holds until the new one is confirmed.
#[utoipa::path(post, path = "/api/session/totp/enrol", tag = "session",
    responses((status = 200, body = TotpEnrolment), (status = 401, body = Problem)))]
async fn totp_enrol(State(web): State<Web>, who: Present) -> Answer<Json<TotpEnrolment>> {
    let enrolment = people::totp_enrol(web.centre(), &who.ctx).await?;
    Ok(Json(TotpEnrolment {
        secret: enrolment.secret,
        otpauth_uri: enrolment.otpauth_uri,
    }))
}

/// Takes the new second factor into use.
#[utoipa::path(post, path = "/api/session/totp/confirm", tag = "session", request_body = TotpCode,
    responses((status = 200, body = Nothing), (status = 401, body = Problem), (status = 404, body = Problem)))]
async fn totp_confirm(
    State(web): State<Web>,
    who: Present,
    Body(form): Body<TotpCode>,
) -> Answer<Json<Nothing>> {
    people::totp_confirm(web.centre(), &who.ctx, &form.code).await?;
    Ok(Json(Nothing {}))
}

/// Changes one's own password. All other sessions of the person end; this one goes on under a new secret.
#[utoipa::path(post, path = "/api/session/password", tag = "session", request_body = PasswordChange,
    responses((status = 200, body = Session), (status = 401, body = Problem), (status = 422, body = Problem)))]
async fn password(
    State(web): State<Web>,
    who: Present,
    stranger: Stranger,
    Body(form): Body<PasswordChange>,
) -> Answer<Response> {
    let _place = web
        .sign_ins()
        .clone()
        .try_acquire_owned()
        .map_err(|_| RefusalCode::TooManyRequests)?;
    let session =
        people::password_change(web.centre(), &who.ctx, &form.old, &form.new, &stranger.source).await?;
    Ok(opened(&web, &session))
}
