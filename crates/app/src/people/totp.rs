//! The second factor: codes of RFC 6238 (SHA-1, six digits, thirty seconds, as authenticator apps expect), accepted
//! one step early or late, each step once.
//!
//! Codes are computed from the secret, so it is kept so that it can be read back: sealed, see `sealed`. Codes follow the
//! centre's clock.

use crate::{AppError, AppResult, Centre, Context, Work};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{Instant, Refusal, RefusalCode, UserId};
use store::people as rows;
use totp_rs::{Builder, Secret, Totp};

/// What the person's app needs, shown once.
#[derive(Clone)]
pub struct Enrolment {
    /// Base32.
    pub secret: String,
    /// `otpauth://…`, to be drawn as a square code by the console.
    pub otpauth_uri: String,
}

/// Makes a secret that waits for [`totp_confirm`]. The old one holds until then.
pub async fn totp_enrol(centre: &Centre, ctx: &Context) -> AppResult<Enrolment> {
    let mut bytes = [0u8; 20];
    centre.random.fill(&mut bytes);
    let secret = Secret::from(bytes).to_base32();
    let work = centre
        .work(ctx, AuditAction::TotpEnrol, SubjectKind::User, ctx.actor_id())
        .await?;
    let outcome = keep_pending(&work, ctx, &secret).await;
    work.finish(outcome).await?;
    let otpauth_uri = otpauth(&centre.config.name, &ctx.person()?.login, &secret);
    Ok(Enrolment { secret, otpauth_uri })
}

fn otpauth(issuer: &str, login: &str, secret: &str) -> String {
    let issuer = percent(issuer);
    format!(
        "otpauth://totp/{issuer}:{}?secret={secret}&issuer={issuer}",
        percent(login)
    )
}

fn percent(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

async fn keep_pending(work: &Work<'_>, ctx: &Context, secret: &str) -> AppResult<()> {
    let (user, mut secrets) = rows::user(work.tx.conn(), ctx.user()?)
        .await?
        .ok_or(RefusalCode::NotFound)?;
    secrets.totp_pending = Some(work.centre.secrets.seal(work.centre, user.id, secret));
    Ok(rows::totp_set(&work.tx, user.id, &secrets).await?)
}

/// Takes the waiting secret into use when the code shows that the person's app has it. An enrolment that is already
/// confirmed is only replaced by one that was begun in this way.
pub async fn totp_confirm(centre: &Centre, ctx: &Context, code: &str) -> AppResult<()> {
    let work = centre
        .work(ctx, AuditAction::TotpConfirm, SubjectKind::User, ctx.actor_id())
        .await?;
    let outcome = confirm(&work, ctx, code).await;
    work.finish(outcome).await
}

async fn confirm(work: &Work<'_>, ctx: &Context, code: &str) -> AppResult<()> {
    let (user, mut secrets) = rows::user(work.tx.conn(), ctx.user()?)
        .await?
        .ok_or(RefusalCode::NotFound)?;
    let pending = secrets.totp_pending.take().ok_or(RefusalCode::NotFound)?;
    let plain = opened(work.centre, user.id, &pending)?;
    secrets.totp_step = step_of(&plain, code.trim(), ctx.at, 0).map_err(|e| match e.refusal() {
        Some(_) => AppError::from(Refusal::field("code", RefusalCode::TotpWrong)),
        None => e,
    })?;
    secrets.totp_secret = Some(work.centre.secrets.seal(work.centre, user.id, &plain));
    Ok(rows::totp_set(&work.tx, user.id, &secrets).await?)
}

/// The secret as the app of its owner has it.
pub(super) fn opened(centre: &Centre, owner: UserId, kept: &str) -> AppResult<String> {
    let unreadable = || AppError::failed("read a second factor")("not sealed by this centre's key".into());
    centre.secrets.open(owner, kept).ok_or_else(unreadable)
}

/// The time step of a right code that lies behind `used`; `TotpWrong` for a wrong one and for one used before.
pub(super) fn step_of(secret: &str, code: &str, now: Instant, used: i64) -> AppResult<i64> {
    let totp = totp_of(secret)?;
    let seconds = now.ms().max(0).unsigned_abs() / 1_000;
    let step = totp
        .check(code, seconds)
        .and_then(|step| i64::try_from(step).ok());
    step.filter(|step| *step > used)
        .ok_or_else(|| RefusalCode::TotpWrong.into())
}

fn totp_of(secret: &str) -> AppResult<Totp> {
    let failed = |e: Box<dyn std::error::Error + Send + Sync>| AppError::failed("read a second factor")(e);
    let secret = Secret::try_from_base32(secret).map_err(|e| failed(format!("{e:?}").into()))?;
    Builder::new()
        .with_secret(secret)
        .build()
        .map_err(|e| failed(e.to_string().into()))
}
