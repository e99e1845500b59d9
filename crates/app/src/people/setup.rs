//! The first run: a centre without users prints a token once, and who has it makes the first system administrator.
//! There is no default password.

use super::session::tagged;
use super::users::{blank_user, form_check};
use super::{NewUser, orgs, password};
use crate::context::Who;
use crate::{AppResult, Centre, Context, Work};
use domain::access::Role;
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{RefusalCode, UserId};
use store::people as rows;
use store::setting;

const KEY: &str = "setup.token";

/// The form of the first administrator.
#[derive(Clone)]
pub struct FirstAdministrator {
    pub token: String,
    pub login: String,
    pub name: String,
    pub password: String,
}

/// Whether the centre still waits for its first administrator.
pub async fn setup_needed(centre: &Centre) -> AppResult<bool> {
    Ok(rows::users_count(centre.store.reader()).await? == 0)
}

/// Makes the organisation tree and, while there are no users, a new token that the caller shows on the console of the
/// machine and nowhere else. Each start makes another one; where several processes share a store the last one holds.
pub async fn first_run(centre: &Centre) -> AppResult<Option<String>> {
    let ctx = centre.job(crate::Job::Setup);
    let work = centre
        .work(
            &ctx,
            AuditAction::SetupPrepare,
            SubjectKind::Centre,
            centre.config.area,
        )
        .await?;
    let outcome = prepare(&work).await;
    work.finish(outcome).await
}

async fn prepare(work: &Work<'_>) -> AppResult<Option<String>> {
    orgs::seed(work).await?;
    if rows::users_count(work.tx.conn()).await? > 0 {
        return Ok(None);
    }
    let token = work.centre.random_hex(16);
    setting::put(&work.tx, KEY, &digest(&token)).await?;
    Ok(Some(token))
}

fn digest(token: &str) -> String {
    tagged("fanzha setup", token)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

/// Digests are compared, so the time it takes says nothing about the token.
fn token_fits(kept: Option<String>, token: &str) -> bool {
    kept == Some(digest(token.trim()))
}

/// Makes the first system administrator. Refused once there is any user, and with a wrong token.
pub async fn set_up(centre: &Centre, form: &FirstAdministrator, request_id: String) -> AppResult<UserId> {
    let ctx = Context {
        who: Who::Job(crate::Job::Visitor),
        request_id,
        purpose: String::new(),
        at: centre.now(),
        browser: None,
        command: None,
    };
    // Hashing is dear, so a stranger without the token does not get it done.
    let invited = token_fits(setting::get(centre.store.reader(), KEY).await?, &form.token);
    let hash = if invited {
        password::hash(centre, &form.password).await?
    } else {
        String::new()
    };
    let id = UserId::new(ctx.at, centre.random10());
    let work = centre
        .work(&ctx, AuditAction::SetupFinish, SubjectKind::User, id)
        .await?;
    let outcome = make_first(&work, form, id, &hash).await;
    work.finish(outcome).await
}

async fn make_first(work: &Work<'_>, form: &FirstAdministrator, id: UserId, hash: &str) -> AppResult<UserId> {
    let conn = work.tx.conn();
    if rows::users_count(conn).await? > 0 {
        return Err(RefusalCode::SetupDone.into());
    }
    if hash.is_empty() || !token_fits(setting::get(conn, KEY).await?, &form.token) {
        return Err(kernel::Refusal::field("token", RefusalCode::SetupTokenWrong).into());
    }
    let org = orgs::seed(work).await?;
    let new = NewUser::of(&form.login, &form.name, &form.password, org);
    form_check(&new)?;
    let org = rows::org(conn, org).await?.ok_or(RefusalCode::NotFound)?;
    let mut user = blank_user(id, &new, org, work.now());
    user.must_change_password = false;
    rows::user_add(&work.tx, &user, hash).await?;
    rows::roles_replace(&work.tx, id, &[Role::SystemAdmin], None, work.now()).await?;
    setting::put(&work.tx, KEY, "").await?;
    Ok(id)
}
