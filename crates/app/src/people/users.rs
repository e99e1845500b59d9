//! Users: the list, a new one, and every change of one. The system administrator makes and disables users, the
//! security administrator gives roles and levels; either ends the sessions of whoever is changed.

use super::password;
use super::sign_in::{login_key, login_of};
use crate::{AppResult, Centre, Context, Work};
use domain::access::appointing::{Staffing, action_for_secrets, grant_check, not_the_last};
use domain::access::password::password_check;
use domain::access::{Action, ApproverLevel, Role, permit};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{Instant, OrgId, Phone, Problem, Refusal, RefusalCode, UserId};
use store::StoreError;
use store::people::{self as rows, Org, Secrets, User};

/// The form of a new user. The password is for the first sign-in only.
#[derive(Clone)]
pub struct NewUser {
    pub login: String,
    pub name: String,
    pub password: String,
    pub org: OrgId,
    pub police_number: String,
    pub seat: String,
    pub phone: String,
    pub roles: Vec<Role>,
    pub level: ApproverLevel,
}

impl NewUser {
    /// With what every user has.
    pub fn of(login: &str, name: &str, password: &str, org: OrgId) -> NewUser {
        NewUser {
            login: login.to_owned(),
            name: name.to_owned(),
            password: password.to_owned(),
            org,
            police_number: String::new(),
            seat: String::new(),
            phone: String::new(),
            roles: Vec::new(),
            level: ApproverLevel::None,
        }
    }
}

/// What is to change; `None` stays as it is.
#[derive(Clone, Default)]
pub struct UserChange {
    pub name: Option<String>,
    pub org: Option<OrgId>,
    pub police_number: Option<String>,
    pub seat: Option<String>,
    pub phone: Option<String>,
    pub roles: Option<Vec<Role>>,
    pub level: Option<ApproverLevel>,
    pub active: Option<bool>,
    /// A new password for the next sign-in only.
    pub password: Option<String>,
    /// Forgets failed guesses.
    pub unlock: bool,
    /// Takes the second factor away.
    pub totp_reset: bool,
}

/// A user as the list shows one.
#[derive(Clone, Debug)]
pub struct UserLine {
    pub user: User,
    pub locked_until: Option<Instant>,
}

/// A page of users in the order of their logins.
#[derive(Clone, Debug)]
pub struct UserPage {
    pub lines: Vec<UserLine>,
    /// The login to go on behind.
    pub next: Option<String>,
    pub total: i64,
}

/// Up to `limit` (1 to 200) users behind the login `after`.
pub async fn users_page(centre: &Centre, ctx: &Context, after: &str, limit: u64) -> AppResult<UserPage> {
    permit(&ctx.person()?.actor, Action::UserRead, None)?;
    let conn = centre.store.reader();
    let limit = limit.clamp(1, 200);
    let mut found = rows::users(conn, after, limit + 1).await?;
    let more = found.len() as u64 > limit;
    found.truncate(usize::try_from(limit).unwrap_or(200));
    let next = found.last().filter(|_| more).map(|user| user.login.clone());
    let mut lines = Vec::with_capacity(found.len());
    for user in found {
        lines.push(line(centre, user).await?);
    }
    Ok(UserPage {
        lines,
        next,
        total: rows::users_count(conn).await?,
    })
}

async fn line(centre: &Centre, user: User) -> AppResult<UserLine> {
    let locked = rows::locked_until(centre.store.reader(), &login_key(&user.login)).await?;
    let now = centre.now();
    Ok(UserLine {
        user,
        locked_until: locked.filter(|until| *until > now),
    })
}

/// Makes a user without roles, or with the roles that the actor may give.
pub async fn user_create(centre: &Centre, ctx: &Context, new: &NewUser) -> AppResult<UserLine> {
    let id = UserId::new(ctx.at, centre.random10());
    let may = permit(&ctx.person()?.actor, Action::UserManage, None).and_then(|()| form_check(new));
    let hash = match may {
        Ok(()) => password::hash(centre, &new.password).await?,
        Err(_) => String::new(),
    };
    let mut work = centre
        .work(ctx, AuditAction::UserCreate, SubjectKind::User, id)
        .await?;
    work.note("roles", slugs(&new.roles));
    let outcome = match may {
        Ok(()) => create(&work, ctx, id, new, &hash).await,
        Err(refusal) => Err(refusal.into()),
    };
    let user = work.finish(outcome).await?;
    Ok(UserLine {
        user,
        locked_until: None,
    })
}

fn slugs(roles: &[Role]) -> Vec<&'static str> {
    roles.iter().map(|r| r.slug()).collect()
}

async fn create(work: &Work<'_>, ctx: &Context, id: UserId, new: &NewUser, hash: &str) -> AppResult<User> {
    let org = org_of(work, new.org).await?;
    let mut user = blank_user(id, new, org, ctx.at);
    let actor = &ctx.person()?.actor;
    if !new.roles.is_empty() {
        grant_check(actor, staffing(work).await?, id, &[], &new.roles)?;
    }
    if new.level != ApproverLevel::None {
        permit(actor, Action::RoleGrant, None)?;
    }
    match rows::user_add(&work.tx, &user, hash).await {
        Err(StoreError::Duplicate(_)) => return Err(Refusal::field("login", RefusalCode::LoginTaken).into()),
        other => other?,
    }
    rows::roles_replace(&work.tx, id, &new.roles, Some(actor.id), ctx.at).await?;
    user.roles = new.roles.clone();
    Ok(user)
}

async fn org_of(work: &Work<'_>, id: OrgId) -> AppResult<Org> {
    Ok(rows::org(work.tx.conn(), id)
        .await?
        .ok_or_else(|| Refusal::field("org_id", RefusalCode::NotFound))?)
}

pub(super) fn blank_user(id: UserId, new: &NewUser, org: Org, at: Instant) -> User {
    User {
        id,
        login: login_of(&new.login),
        name: new.name.trim().to_owned(),
        police_number: new.police_number.trim().to_owned(),
        org,
        roles: Vec::new(),
        level: new.level,
        seat: new.seat.trim().to_owned(),
        phone: Phone::from(new.phone.trim()),
        disabled: false,
        must_change_password: true,
        totp_enrolled: false,
        created_at: at,
        seen_at: None,
    }
}

/// All problems of the form at once.
pub(super) fn form_check(new: &NewUser) -> Result<(), Refusal> {
    let mut problems = Vec::new();
    let login = login_of(&new.login);
    let plain = login
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "._-".contains(c));
    if login.is_empty() {
        problems.push(problem("login", RefusalCode::FieldMissing, None));
    } else if !plain || !(3..=32).contains(&login.len()) {
        problems.push(problem(
            "login",
            RefusalCode::FieldMalformed,
            Some("3–32 a–z 0–9 . _ -"),
        ));
    }
    problems.extend(texts_check(
        Some(&new.name),
        Some(&new.police_number),
        Some(&new.seat),
        Some(&new.phone),
    ));
    if let Err(weak) = password_check("password", &new.password, &login) {
        problems.extend(weak.problems);
    }
    Refusal::of(problems).map_or(Ok(()), Err)
}

fn texts_check(
    name: Option<&String>,
    number: Option<&String>,
    seat: Option<&String>,
    phone: Option<&String>,
) -> Vec<Problem> {
    let fields = [
        ("name", name, 1, 50),
        ("police_number", number, 0, 20),
        ("seat", seat, 0, 20),
        ("phone", phone, 0, 20),
    ];
    fields
        .into_iter()
        .filter_map(|(field, text, min, max)| text_check(field, text?.trim(), min, max))
        .collect()
}

fn text_check(field: &str, text: &str, min: usize, max: usize) -> Option<Problem> {
    let length = text.chars().count();
    if length < min {
        Some(problem(field, RefusalCode::FieldMissing, None))
    } else if length > max {
        Some(problem(field, RefusalCode::FieldTooLong, Some(&max.to_string())))
    } else if text.chars().any(char::is_control) {
        Some(problem(field, RefusalCode::ControlCharacter, None))
    } else {
        None
    }
}

fn problem(field: &str, code: RefusalCode, detail: Option<&str>) -> Problem {
    Problem {
        field: field.to_owned(),
        code,
        detail: detail.map(str::to_owned),
    }
}

async fn staffing(work: &Work<'_>) -> AppResult<Staffing> {
    let conn = work.tx.conn();
    let count = |role| async move {
        rows::role_count(conn, role)
            .await
            .map(|n| u32::try_from(n).unwrap_or(u32::MAX))
    };
    Ok(Staffing {
        system_admins: count(Role::SystemAdmin).await?,
        security_admins: count(Role::SecurityAdmin).await?,
        auditors: count(Role::Auditor).await?,
    })
}

/// Changes a user. Whoever's rights, password or activity change is signed out everywhere.
pub async fn user_change(
    centre: &Centre,
    ctx: &Context,
    id: UserId,
    change: &UserChange,
) -> AppResult<UserLine> {
    let weak = password_problem(centre, id, change).await?;
    let hash = match &change.password {
        Some(password) if weak.is_none() && permit(&ctx.person()?.actor, Action::UserRead, None).is_ok() => {
            Some(password::hash(centre, password).await?)
        }
        _ => None,
    };
    let mut work = centre
        .work(ctx, AuditAction::UserChange, SubjectKind::User, id)
        .await?;
    note_change(&mut work, change);
    let outcome = apply(&work, ctx, id, change, weak, hash).await;
    let user = work.finish(outcome).await?;
    line(centre, user).await
}

async fn password_problem(centre: &Centre, id: UserId, change: &UserChange) -> AppResult<Option<Refusal>> {
    let Some(password) = &change.password else {
        return Ok(None);
    };
    let login = rows::user(centre.store.reader(), id)
        .await?
        .map(|(user, _)| user.login)
        .unwrap_or_default();
    Ok(password_check("password", password, &login).err())
}

/// What was changed, without the values that are personal or secret.
fn note_change(work: &mut Work<'_>, change: &UserChange) {
    let named = [
        ("name", change.name.is_some()),
        ("org", change.org.is_some()),
        ("police_number", change.police_number.is_some()),
        ("seat", change.seat.is_some()),
        ("phone", change.phone.is_some()),
        ("password", change.password.is_some()),
        ("unlock", change.unlock),
        ("totp_reset", change.totp_reset),
    ];
    let fields: Vec<&str> = named
        .into_iter()
        .filter(|(_, changed)| *changed)
        .map(|(name, _)| name)
        .collect();
    work.note("fields", fields);
    if let Some(roles) = &change.roles {
        work.note("roles", slugs(roles));
    }
    if let Some(level) = change.level {
        work.note("level", level.slug());
    }
    if let Some(active) = change.active {
        work.note("active", active);
    }
}

async fn apply(
    work: &Work<'_>,
    ctx: &Context,
    id: UserId,
    change: &UserChange,
    weak: Option<Refusal>,
    hash: Option<String>,
) -> AppResult<User> {
    permit(&ctx.person()?.actor, Action::UserRead, None)?;
    let (mut user, secrets) = rows::user(work.tx.conn(), id)
        .await?
        .ok_or(RefusalCode::NotFound)?;
    rights_check(work, ctx, &user, change).await?;
    let mut problems = texts_check(
        change.name.as_ref(),
        change.police_number.as_ref(),
        change.seat.as_ref(),
        change.phone.as_ref(),
    );
    problems.extend(weak.map(|refusal| refusal.problems).unwrap_or_default());
    Refusal::of(problems).map_or(Ok(()), Err)?;
    facts(work, &mut user, change).await?;
    if let Some(roles) = &change.roles {
        rows::roles_replace(&work.tx, id, roles, Some(ctx.user()?), ctx.at).await?;
        user.roles = roles.clone();
    }
    secrets_change(work, &mut user, secrets, change, hash).await?;
    if ends_sessions(change) {
        rows::sessions_end(&work.tx, id, ctx.at).await?;
    }
    Ok(user)
}

fn ends_sessions(change: &UserChange) -> bool {
    let rights = change.roles.is_some() || change.level.is_some() || change.org.is_some();
    rights || change.active == Some(false) || change.password.is_some() || change.totp_reset
}

/// Each part of a change has its own right; one that is missing refuses the whole.
async fn rights_check(work: &Work<'_>, ctx: &Context, user: &User, change: &UserChange) -> AppResult<()> {
    let actor = &ctx.person()?.actor;
    let staffing = staffing(work).await?;
    if let Some(roles) = &change.roles {
        grant_check(actor, staffing, user.id, &user.roles, roles)?;
    }
    if change.level.is_some() {
        permit(actor, Action::RoleGrant, None)?;
        domain::access::not_own_request(actor.id, user.id)?;
    }
    let facts = [&change.name, &change.police_number, &change.seat, &change.phone]
        .iter()
        .any(|field| field.is_some());
    if facts || change.active.is_some() || change.unlock {
        permit(actor, Action::UserManage, None)?;
    }
    // Rights are by area: moving somebody who has rights gives other rights.
    if change.org.is_some_and(|org| org != user.org.id) {
        permit(
            actor,
            if user.roles.is_empty() {
                Action::UserManage
            } else {
                Action::RoleGrant
            },
            None,
        )?;
    }
    if change.password.is_some() || change.totp_reset {
        permit(actor, action_for_secrets(&user.roles, change.totp_reset), None)?;
    }
    if change.active == Some(false) && !user.disabled {
        not_the_last(staffing, &user.roles)?;
    }
    Ok(())
}

async fn facts(work: &Work<'_>, user: &mut User, change: &UserChange) -> AppResult<()> {
    let trimmed = |text: &String| text.trim().to_owned();
    if let Some(org) = change.org {
        user.org = org_of(work, org).await?;
    }
    user.name = change.name.as_ref().map_or_else(|| user.name.clone(), trimmed);
    user.police_number = change
        .police_number
        .as_ref()
        .map_or_else(|| user.police_number.clone(), trimmed);
    user.seat = change.seat.as_ref().map_or_else(|| user.seat.clone(), trimmed);
    if let Some(phone) = &change.phone {
        user.phone = Phone::from(phone.trim());
    }
    user.level = change.level.unwrap_or(user.level);
    user.disabled = change.active.map_or(user.disabled, |active| !active);
    Ok(rows::user_save(&work.tx, user).await?)
}

async fn secrets_change(
    work: &Work<'_>,
    user: &mut User,
    mut secrets: Secrets,
    change: &UserChange,
    hash: Option<String>,
) -> AppResult<()> {
    if let Some(hash) = hash {
        rows::password_set(&work.tx, user.id, &hash, true).await?;
        user.must_change_password = true;
    }
    if change.totp_reset {
        (secrets.totp_secret, secrets.totp_pending) = (None, None);
        rows::totp_set(&work.tx, user.id, &secrets).await?;
        user.totp_enrolled = false;
    }
    if change.unlock {
        rows::guesses_forget_all(&work.tx, &login_key(&user.login)).await?;
        rows::guesses_forget(&work.tx, &format!("password:{}", user.id)).await?;
    }
    Ok(())
}
