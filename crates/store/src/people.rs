//! Organisations, users, roles, sessions and failed guesses as rows. Leaves out who may change them (`domain::access`)
//! and hashing: digests and password hashes come in ready.

use crate::connect::Store;
use crate::error::StoreError;
use crate::tx::{Chore, Tx};
use domain::access::guessing::Guesses;
use domain::access::{ApproverLevel, Role};
use kernel::{Area, Instant, OrgId, Phone, SessionId, UserId};
use sea_orm::{ConnectionTrait, DbBackend, QueryResult, Statement, Value};

/// 机构.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Org {
    pub id: OrgId,
    pub name: String,
    /// `city`, `county` or `station`.
    pub kind: String,
    /// The area it answers for.
    pub area: Area,
    pub parent: Option<OrgId>,
    pub paper: PaperWords,
}

/// What stands on the papers of an organ. Only the organs that decide have them; a station's papers are its bureau's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaperWords {
    /// 机关代字, such as 黄公.
    pub number_agency: String,
    /// 部门简称 in brackets, such as 反诈; may stay empty.
    pub number_unit: String,
    /// 联系电话.
    pub phone: String,
    /// 监督电话.
    pub supervision_phone: String,
    /// 你（单位）可通过…查询案件进展情况.
    pub progress_channel: String,
}

/// A user without secrets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub login: String,
    pub name: String,
    pub police_number: String,
    pub org: Org,
    /// In the order of the matrix, without repetition.
    pub roles: Vec<Role>,
    pub level: ApproverLevel,
    pub seat: String,
    pub phone: Phone,
    pub disabled: bool,
    pub must_change_password: bool,
    pub totp_enrolled: bool,
    pub created_at: Instant,
    pub seen_at: Option<Instant>,
}

/// What proves that somebody is that user.
#[derive(Clone)]
pub struct Secrets {
    /// PHC string.
    pub password_hash: String,
    /// Base32, once confirmed.
    pub totp_secret: Option<String>,
    /// Base32, enrolled and not yet confirmed.
    pub totp_pending: Option<String>,
    /// The last time step whose code was used.
    pub totp_step: i64,
}

/// A signed-in session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub user: UserId,
    pub seat: String,
    /// The address it was opened from.
    pub source: String,
    pub began_at: Instant,
    pub used_at: Instant,
    pub ended: bool,
}

// ── organisations ────────────────────────────────────────────────────────────────────────────

/// Adds the organisation unless its area already has one of that name; says whether it was added.
pub async fn org_add(tx: &Tx, org: &Org) -> Result<bool, StoreError> {
    let parent = org.parent.map(|p| p.0);
    let values = [
        org.id.0.into(),
        org.name.as_str().into(),
        org.kind.as_str().into(),
        org.area.to_string().into(),
        parent.into(),
        org.paper.number_agency.as_str().into(),
        org.paper.number_unit.as_str().into(),
        org.paper.phone.as_str().into(),
        org.paper.supervision_phone.as_str().into(),
        org.paper.progress_channel.as_str().into(),
    ];
    let sql = "INSERT INTO org (id, name, kind, area, parent_id, number_agency, number_unit, phone, supervision_phone, \
               progress_channel) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT (area, name) DO NOTHING";
    Ok(run(tx, sql, values).await? == 1)
}

/// All of them, by area, the bureau before its stations. A centre has some hundreds at most.
pub async fn orgs(conn: &impl ConnectionTrait) -> Result<Vec<Org>, StoreError> {
    let sql = format!("{ORG} FROM org ORDER BY area, CASE kind WHEN 'station' THEN 1 ELSE 0 END, name");
    rows(conn, &sql, [])
        .await?
        .iter()
        .map(|row| org_of(row, 0, 5))
        .collect()
}

const ORG: &str = "SELECT id, name, kind, area, parent_id, number_agency, number_unit, phone, supervision_phone, progress_channel";

/// Saves the words of the organ's papers.
pub async fn org_paper_save(tx: &Tx, id: OrgId, paper: &PaperWords) -> Result<(), StoreError> {
    let sql = "UPDATE org SET number_agency = $2, number_unit = $3, phone = $4, supervision_phone = $5, \
               progress_channel = $6 WHERE id = $1";
    let values = [
        id.0.into(),
        paper.number_agency.as_str().into(),
        paper.number_unit.as_str().into(),
        paper.phone.as_str().into(),
        paper.supervision_phone.as_str().into(),
        paper.progress_channel.as_str().into(),
    ];
    run(tx, sql, values).await?;
    Ok(())
}

pub async fn org(conn: &impl ConnectionTrait, id: OrgId) -> Result<Option<Org>, StoreError> {
    row(conn, &format!("{ORG} FROM org WHERE id = $1"), [id.0.into()])
        .await?
        .map(|row| org_of(&row, 0, 5))
        .transpose()
}

/// The columns of the organisation begin at `from`, those of its papers at `paper`.
fn org_of(row: &QueryResult, from: usize, paper: usize) -> Result<Org, StoreError> {
    let area: String = row.try_get_by_index(from + 3)?;
    Ok(Org {
        id: OrgId(row.try_get_by_index(from)?),
        name: row.try_get_by_index(from + 1)?,
        kind: row.try_get_by_index(from + 2)?,
        area: Area::try_from(area).map_err(StoreError::Corrupt)?,
        parent: row.try_get_by_index::<Option<uuid::Uuid>>(from + 4)?.map(OrgId),
        paper: PaperWords {
            number_agency: row.try_get_by_index(paper)?,
            number_unit: row.try_get_by_index(paper + 1)?,
            phone: row.try_get_by_index(paper + 2)?,
            supervision_phone: row.try_get_by_index(paper + 3)?,
            progress_channel: row.try_get_by_index(paper + 4)?,
        },
    })
}

// ── users ────────────────────────────────────────────────────────────────────────────────────

/// Adds the user with the hash of the first password. [`StoreError::Duplicate`] when the login is taken. Roles are
/// given by [`roles_replace`].
pub async fn user_add(tx: &Tx, user: &User, password_hash: &str) -> Result<(), StoreError> {
    let sql = "INSERT INTO centre_user (id, login, name, police_number, org_id, level, seat, phone, disabled, \
               must_change_password, password_hash, totp_step, created_at_ms) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12)";
    let values = [
        user.id.0.into(),
        user.login.as_str().into(),
        user.name.as_str().into(),
        user.police_number.as_str().into(),
        user.org.id.0.into(),
        user.level.slug().into(),
        user.seat.as_str().into(),
        user.phone.reveal().into(),
        user.disabled.into(),
        user.must_change_password.into(),
        password_hash.into(),
        user.created_at.ms().into(),
    ];
    run(tx, sql, values).await?;
    Ok(())
}

/// Saves what an administrator may change, roles and secrets apart.
pub async fn user_save(tx: &Tx, user: &User) -> Result<(), StoreError> {
    let sql = "UPDATE centre_user SET name = $2, police_number = $3, org_id = $4, level = $5, seat = $6, phone = $7, \
               disabled = $8 WHERE id = $1";
    let values = [
        user.id.0.into(),
        user.name.as_str().into(),
        user.police_number.as_str().into(),
        user.org.id.0.into(),
        user.level.slug().into(),
        user.seat.as_str().into(),
        user.phone.reveal().into(),
        user.disabled.into(),
    ];
    run(tx, sql, values).await?;
    Ok(())
}

pub async fn password_set(tx: &Tx, user: UserId, hash: &str, must_change: bool) -> Result<(), StoreError> {
    let sql = "UPDATE centre_user SET password_hash = $2, must_change_password = $3 WHERE id = $1";
    run(tx, sql, [user.0.into(), hash.into(), must_change.into()]).await?;
    Ok(())
}

/// Saves the second factor: the confirmed secret, the one that waits for its confirmation, the last step used.
pub async fn totp_set(tx: &Tx, user: UserId, secrets: &Secrets) -> Result<(), StoreError> {
    let sql = "UPDATE centre_user SET totp_secret = $2, totp_pending = $3, totp_step = $4 WHERE id = $1";
    let values = [
        user.0.into(),
        secrets.totp_secret.clone().into(),
        secrets.totp_pending.clone().into(),
        secrets.totp_step.into(),
    ];
    run(tx, sql, values).await?;
    Ok(())
}

/// Replaces all roles of the user.
pub async fn roles_replace(
    tx: &Tx,
    user: UserId,
    roles: &[Role],
    by: Option<UserId>,
    at: Instant,
) -> Result<(), StoreError> {
    run(tx, "DELETE FROM user_role WHERE user_id = $1", [user.0.into()]).await?;
    for role in roles {
        let sql = "INSERT INTO user_role (user_id, role, granted_by, granted_at_ms) VALUES ($1, $2, $3, $4)";
        run(
            tx,
            sql,
            [
                user.0.into(),
                role.slug().into(),
                by.map(|b| b.0).into(),
                at.ms().into(),
            ],
        )
        .await?;
    }
    Ok(())
}

const USER: &str = "SELECT u.id, u.login, u.name, u.police_number, u.level, u.seat, u.phone, u.disabled, \
    u.must_change_password, CASE WHEN u.totp_secret IS NULL THEN 0 ELSE 1 END, u.created_at_ms, u.seen_at_ms, \
    o.id, o.name, o.kind, o.area, o.parent_id, u.password_hash, u.totp_secret, u.totp_pending, u.totp_step, \
    o.number_agency, o.number_unit, o.phone, o.supervision_phone, o.progress_channel \
    FROM centre_user u JOIN org o ON o.id = u.org_id";

pub async fn user(conn: &impl ConnectionTrait, id: UserId) -> Result<Option<(User, Secrets)>, StoreError> {
    one_user(conn, &format!("{USER} WHERE u.id = $1"), id.0.into()).await
}

/// `login` as it is stored: trimmed and in lower case.
pub async fn user_by_login(
    conn: &impl ConnectionTrait,
    login: &str,
) -> Result<Option<(User, Secrets)>, StoreError> {
    one_user(conn, &format!("{USER} WHERE u.login = $1"), login.into()).await
}

async fn one_user(
    conn: &impl ConnectionTrait,
    sql: &str,
    value: Value,
) -> Result<Option<(User, Secrets)>, StoreError> {
    let Some(row) = row(conn, sql, [value]).await? else {
        return Ok(None);
    };
    let (mut user, secrets) = user_of(&row)?;
    give_roles(conn, std::slice::from_mut(&mut user)).await?;
    Ok(Some((user, secrets)))
}

/// Up to `limit` users in the order of their logins, from behind `after` on.
pub async fn users(conn: &impl ConnectionTrait, after: &str, limit: u64) -> Result<Vec<User>, StoreError> {
    let sql = format!("{USER} WHERE u.login > $1 ORDER BY u.login LIMIT $2");
    let found = rows(
        conn,
        &sql,
        [after.into(), i64::try_from(limit).unwrap_or(i64::MAX).into()],
    )
    .await?;
    users_of(conn, found).await
}

/// The users of these ids that exist, in any order. At most some hundreds of ids.
pub async fn users_by_id(conn: &impl ConnectionTrait, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("{USER} WHERE u.id IN ({})", marks(ids.len()));
    let found = rows(conn, &sql, ids.iter().map(|id| id.0.into())).await?;
    users_of(conn, found).await
}

/// The same without their roles, for papers and messages that only name them.
pub async fn users_named(conn: &impl ConnectionTrait, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!("{USER} WHERE u.id IN ({})", marks(ids.len()));
    let found = rows(conn, &sql, ids.iter().map(|id| id.0.into())).await?;
    found.iter().map(|row| Ok(user_of(row)?.0)).collect()
}

/// The first officer beside `not` who can sign in and has a police number: of his own organ if it has one, because the paper of
/// an organ names its own people; then by the order of `roles` and of logins. Without his roles.
pub async fn officer_beside(
    conn: &impl ConnectionTrait,
    not: UserId,
    roles: [Role; 3],
) -> Result<Option<User>, StoreError> {
    let sql = format!(
        "{USER} JOIN user_role r ON r.user_id = u.id AND r.role IN ($3, $4, $5) \
         JOIN centre_user asks ON asks.id = $1 \
         WHERE u.disabled = $2 AND u.id <> $1 AND u.police_number <> '' \
         ORDER BY CASE WHEN u.org_id = asks.org_id THEN 0 ELSE 1 END, \
         CASE r.role WHEN $3 THEN 0 WHEN $4 THEN 1 ELSE 2 END, u.login LIMIT 1"
    );
    let [first, second, third] = roles.map(|r| r.slug().into());
    let found = row(conn, &sql, [not.0.into(), false.into(), first, second, third]).await?;
    found.map(|row| Ok(user_of(&row)?.0)).transpose()
}

/// Users who can sign in and hold the role, in the order of their logins.
pub async fn users_with_role(conn: &impl ConnectionTrait, role: Role) -> Result<Vec<User>, StoreError> {
    let sql = format!(
        "{USER} JOIN user_role r ON r.user_id = u.id AND r.role = $1 WHERE u.disabled = $2 ORDER BY u.login"
    );
    let found = rows(conn, &sql, [role.slug().into(), false.into()]).await?;
    users_of(conn, found).await
}

pub async fn users_count(conn: &impl ConnectionTrait) -> Result<i64, StoreError> {
    count(conn, "SELECT COUNT(*) FROM centre_user", []).await
}

/// How many users who can sign in hold the role.
pub async fn role_count(conn: &impl ConnectionTrait, role: Role) -> Result<i64, StoreError> {
    let sql = "SELECT COUNT(*) FROM user_role r JOIN centre_user u ON u.id = r.user_id WHERE r.role = $1 AND u.disabled = $2";
    count(conn, sql, [role.slug().into(), false.into()]).await
}

async fn users_of(conn: &impl ConnectionTrait, found: Vec<QueryResult>) -> Result<Vec<User>, StoreError> {
    let mut users = Vec::with_capacity(found.len());
    for row in &found {
        users.push(user_of(row)?.0);
    }
    give_roles(conn, &mut users).await?;
    Ok(users)
}

fn user_of(row: &QueryResult) -> Result<(User, Secrets), StoreError> {
    let level: String = row.try_get_by_index(4)?;
    let phone: String = row.try_get_by_index(6)?;
    let enrolled: i32 = row.try_get_by_index(9)?;
    let user = User {
        id: UserId(row.try_get_by_index(0)?),
        login: row.try_get_by_index(1)?,
        name: row.try_get_by_index(2)?,
        police_number: row.try_get_by_index(3)?,
        org: org_of(row, 12, 21)?,
        roles: Vec::new(),
        level: ApproverLevel::from_slug(&level)
            .ok_or_else(|| StoreError::Corrupt("centre_user.level".into()))?,
        seat: row.try_get_by_index(5)?,
        phone: phone.into(),
        disabled: row.try_get_by_index(7)?,
        must_change_password: row.try_get_by_index(8)?,
        totp_enrolled: enrolled == 1,
        created_at: Instant::from_ms(row.try_get_by_index(10)?),
        seen_at: row.try_get_by_index::<Option<i64>>(11)?.map(Instant::from_ms),
    };
    let secrets = Secrets {
        password_hash: row.try_get_by_index(17)?,
        totp_secret: row.try_get_by_index(18)?,
        totp_pending: row.try_get_by_index(19)?,
        totp_step: row.try_get_by_index(20)?,
    };
    Ok((user, secrets))
}

async fn give_roles(conn: &impl ConnectionTrait, users: &mut [User]) -> Result<(), StoreError> {
    if users.is_empty() {
        return Ok(());
    }
    let sql = format!(
        "SELECT user_id, role FROM user_role WHERE user_id IN ({})",
        marks(users.len())
    );
    for row in rows(conn, &sql, users.iter().map(|u| u.id.0.into())).await? {
        let (id, role): (uuid::Uuid, String) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let role = Role::from_slug(&role).ok_or_else(|| StoreError::Corrupt("user_role.role".into()))?;
        users
            .iter_mut()
            .filter(|u| u.id.0 == id)
            .for_each(|u| u.roles.push(role));
    }
    users.iter_mut().for_each(|u| u.roles.sort_unstable());
    Ok(())
}

// ── sessions ─────────────────────────────────────────────────────────────────────────────────

/// Opens a session under the digest of its secret.
pub async fn session_open(tx: &Tx, digest: [u8; 32], session: &Session) -> Result<(), StoreError> {
    let sql = "INSERT INTO session (digest, id, user_id, seat, source, began_at_ms, used_at_ms) VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = [
        digest.to_vec().into(),
        session.id.0.into(),
        session.user.0.into(),
        session.seat.as_str().into(),
        session.source.as_str().into(),
        session.began_at.ms().into(),
        session.used_at.ms().into(),
    ];
    run(tx, sql, values).await?;
    let seen = "UPDATE centre_user SET seen_at_ms = $2 WHERE id = $1";
    run(tx, seen, [session.user.0.into(), session.began_at.ms().into()]).await?;
    Ok(())
}

pub async fn session(conn: &impl ConnectionTrait, digest: [u8; 32]) -> Result<Option<Session>, StoreError> {
    let sql = "SELECT id, user_id, seat, source, began_at_ms, used_at_ms, ended_at_ms FROM session WHERE digest = $1";
    let Some(row) = row(conn, sql, [digest.to_vec().into()]).await? else {
        return Ok(None);
    };
    Ok(Some(Session {
        id: SessionId(row.try_get_by_index(0)?),
        user: UserId(row.try_get_by_index(1)?),
        seat: row.try_get_by_index(2)?,
        source: row.try_get_by_index(3)?,
        began_at: Instant::from_ms(row.try_get_by_index(4)?),
        used_at: Instant::from_ms(row.try_get_by_index(5)?),
        ended: row.try_get_by_index::<Option<i64>>(6)?.is_some(),
    }))
}

/// Notes that the session was used, so that it does not end for idleness. The one write without an entry here: which
/// request it was is in that request's own entry.
pub async fn session_used(
    store: &Store,
    digest: [u8; 32],
    user: UserId,
    now: Instant,
) -> Result<(), StoreError> {
    let chore = store.begin_chore(Chore::SessionUsed).await?;
    for (sql, key) in [
        (
            "UPDATE session SET used_at_ms = $2 WHERE digest = $1",
            Value::from(digest.to_vec()),
        ),
        (
            "UPDATE centre_user SET seen_at_ms = $2 WHERE id = $1",
            Value::from(user.0),
        ),
    ] {
        let conn = chore.conn();
        conn.execute_raw(Statement::from_sql_and_values(
            conn.get_database_backend(),
            sql,
            [key, now.ms().into()],
        ))
        .await?;
    }
    chore.commit().await
}

pub async fn session_end(tx: &Tx, digest: [u8; 32], now: Instant) -> Result<(), StoreError> {
    let sql = "UPDATE session SET ended_at_ms = $2 WHERE digest = $1 AND ended_at_ms IS NULL";
    run(tx, sql, [digest.to_vec().into(), now.ms().into()]).await?;
    Ok(())
}

/// Ends all sessions of the person; returns how many were open.
pub async fn sessions_end(tx: &Tx, user: UserId, now: Instant) -> Result<u64, StoreError> {
    run(
        tx,
        "UPDATE session SET ended_at_ms = $2 WHERE user_id = $1 AND ended_at_ms IS NULL",
        [user.0.into(), now.ms().into()],
    )
    .await
}

// ── guesses ──────────────────────────────────────────────────────────────────────────────────

pub async fn guesses(conn: &impl ConnectionTrait, key: &str) -> Result<Guesses, StoreError> {
    let sql = "SELECT failures, last_at_ms, locked_until_ms FROM guess WHERE key = $1";
    let Some(row) = row(conn, sql, [key.into()]).await? else {
        return Ok(Guesses::default());
    };
    Ok(Guesses {
        failures: row.try_get_by_index::<i32>(0)?.unsigned_abs(),
        last_at: Some(Instant::from_ms(row.try_get_by_index(1)?)),
        locked_until: row.try_get_by_index::<Option<i64>>(2)?.map(Instant::from_ms),
    })
}

pub async fn guesses_keep(tx: &Tx, key: &str, guesses: &Guesses) -> Result<(), StoreError> {
    let sql = "INSERT INTO guess (key, failures, last_at_ms, locked_until_ms) VALUES ($1, $2, $3, $4) ON CONFLICT (key) \
               DO UPDATE SET failures = excluded.failures, last_at_ms = excluded.last_at_ms, locked_until_ms = excluded.locked_until_ms";
    let failures = i32::try_from(guesses.failures).unwrap_or(i32::MAX);
    let last = guesses.last_at.map(Instant::ms).unwrap_or_default();
    run(
        tx,
        sql,
        [
            key.into(),
            failures.into(),
            last.into(),
            guesses.locked_until.map(Instant::ms).into(),
        ],
    )
    .await?;
    Ok(())
}

pub async fn guesses_forget(tx: &Tx, key: &str) -> Result<(), StoreError> {
    run(tx, "DELETE FROM guess WHERE key = $1", [key.into()]).await?;
    Ok(())
}

/// Forgets a login's failures at every address.
pub async fn guesses_forget_all(tx: &Tx, login_key: &str) -> Result<(), StoreError> {
    let sql = "DELETE FROM guess WHERE key = $1 OR key LIKE $2";
    run(tx, sql, [login_key.into(), format!("{login_key}@%").into()]).await?;
    Ok(())
}

/// The latest end of the waits that a login's failures have brought, at whatever address.
pub async fn locked_until(
    conn: &impl ConnectionTrait,
    login_key: &str,
) -> Result<Option<Instant>, StoreError> {
    let sql = "SELECT MAX(locked_until_ms) FROM guess WHERE key = $1 OR key LIKE $2";
    let found = row(conn, sql, [login_key.into(), format!("{login_key}@%").into()]).await?;
    let until: Option<Option<i64>> = found.map(|row| row.try_get_by_index(0)).transpose()?;
    Ok(until.flatten().map(Instant::from_ms))
}

/// Whether the person began a session from this address since then.
pub async fn source_known(
    conn: &impl ConnectionTrait,
    user: UserId,
    source: &str,
    since: Instant,
) -> Result<bool, StoreError> {
    let sql = "SELECT 1 FROM session WHERE user_id = $1 AND source = $2 AND began_at_ms >= $3 LIMIT 1";
    let found = row(conn, sql, [user.0.into(), source.into(), since.ms().into()]).await?;
    Ok(found.is_some())
}

// ── statements ───────────────────────────────────────────────────────────────────────────────

fn marks(count: usize) -> String {
    (1..=count)
        .map(|n| format!("${n}"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn statement(backend: DbBackend, sql: &str, values: impl IntoIterator<Item = Value>) -> Statement {
    Statement::from_sql_and_values(backend, sql, values)
}

async fn run(tx: &Tx, sql: &str, values: impl IntoIterator<Item = Value>) -> Result<u64, StoreError> {
    let conn = tx.conn();
    Ok(conn
        .execute_raw(statement(conn.get_database_backend(), sql, values))
        .await?
        .rows_affected())
}

async fn row(
    conn: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Option<QueryResult>, StoreError> {
    Ok(conn
        .query_one_raw(statement(conn.get_database_backend(), sql, values))
        .await?)
}

async fn rows(
    conn: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Vec<QueryResult>, StoreError> {
    Ok(conn
        .query_all_raw(statement(conn.get_database_backend(), sql, values))
        .await?)
}

async fn count(
    conn: &impl ConnectionTrait,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<i64, StoreError> {
    let found = row(conn, sql, values)
        .await?
        .ok_or_else(|| StoreError::Corrupt("a count without a row".into()))?;
    Ok(found.try_get_by_index(0)?)
}
