//! Signing in and changing one's own password.
//!
//! A wrong password, an unknown login and a wrong code all cost the same time and count three times: against the login
//! at this address (which is locked), against the address (which is locked), and against the login wherever from (which
//! is only slowed down, and not at all at an address where its owner signed in lately, so that a stranger cannot lock
//! anybody out of his own seat). The count is in the store and is raised in one transaction after another, so guessing in parallel gains
//! nothing.

use super::session::{self, SignedIn, Token, tagged};
use super::settings::settings;
use super::{password, totp};
use crate::{AppError, AppResult, Centre, Context};
use domain::access::guessing::Patience;
use domain::access::password::{BYTES_MAX, password_check};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{Instant, Refusal, RefusalCode, SessionId, Span, UserId};
use serde_json::json;
use store::people::{self as rows, Secrets, Session, User};
use store::sea_orm::ConnectionTrait;
use store::{NewEntry, Tx};

/// What somebody presents at the door.
#[derive(Clone, Default)]
pub struct SignIn {
    pub login: String,
    pub password: String,
    /// The code of the second factor.
    pub totp: Option<String>,
    /// 座席; the user's usual one when empty.
    pub seat: String,
    /// The address the request came from.
    pub source: String,
    pub request_id: String,
    /// The session this browser had, which ends here.
    pub previous: Option<Token>,
}

/// An open session and the secret for its cookie.
#[derive(Clone, Debug)]
pub struct Opened {
    pub token: Token,
    pub signed_in: SignedIn,
}

/// Opens a session. Refused: `SignInLocked` (too many failures), `SignInFailed`, `UserDisabled`, `TotpRequired`,
/// `TotpWrong`.
pub async fn session_open(centre: &Centre, form: &SignIn) -> AppResult<Opened> {
    let now = centre.now();
    let door = Door::new(centre, form, now);
    let conn = centre.store.reader();
    let known = rows::user_by_login(conn, &door.login).await?;
    let owner = known.as_ref().map(|(user, _)| user.id);
    if let Err(refusal) = door.locked(conn, owner).await? {
        return Err(door.refuse(None, refusal, false).await);
    }
    let hash = known.as_ref().map(|(_, secrets)| secrets.password_hash.as_str());
    let bounded = if form.password.len() <= BYTES_MAX {
        form.password.as_str()
    } else {
        ""
    };
    let right = password::verify(bounded, hash).await?;
    match known {
        Some((user, _)) if right => door.admit(user).await,
        Some((user, _)) => Err(door
            .refuse(Some(&user), RefusalCode::SignInFailed.into(), true)
            .await),
        None => Err(door.refuse(None, RefusalCode::SignInFailed.into(), true).await),
    }
}

/// One attempt at one door.
struct Door<'a> {
    centre: &'a Centre,
    form: &'a SignIn,
    login: String,
    now: Instant,
    keys: Vec<(String, Patience)>,
}

impl<'a> Door<'a> {
    fn new(centre: &'a Centre, form: &'a SignIn, now: Instant) -> Door<'a> {
        let login = login_of(&form.login);
        let everywhere = login_key(&login);
        let mut keys = vec![(key_at(&everywhere, &form.source), Patience::LOGIN)];
        if !form.source.is_empty() {
            keys.push((format!("source:{}", form.source), Patience::ADDRESS));
        }
        keys.push((everywhere, Patience::EVERYWHERE));
        Door {
            centre,
            form,
            login,
            now,
            keys,
        }
    }

    async fn locked(
        &self,
        conn: &impl ConnectionTrait,
        owner: Option<UserId>,
    ) -> AppResult<Result<(), Refusal>> {
        for (key, patience) in &self.keys {
            if let Err(refusal) = rows::guesses(conn, key).await?.may_try(self.now)
                && !(*patience == Patience::EVERYWHERE && self.at_home(conn, owner).await?)
            {
                return Ok(Err(refusal));
            }
        }
        Ok(Ok(()))
    }

    /// Whether the login's owner has signed in from here lately.
    async fn at_home(&self, conn: &impl ConnectionTrait, owner: Option<UserId>) -> AppResult<bool> {
        match owner {
            Some(user) => Ok(rows::source_known(conn, user, &self.form.source, self.now - AT_HOME).await?),
            None => Ok(false),
        }
    }

    /// The password was right. Everything else is decided inside the transaction.
    async fn admit(&self, user: User) -> AppResult<Opened> {
        let tx = self.centre.store.begin().await?;
        let id = user.id;
        match self.decide(&tx, user).await {
            Ok((opened, user)) => {
                self.commit(tx, self.entry(Some(&user), None)).await?;
                Ok(opened)
            }
            Err(AppError::Refused(refusal)) => {
                tx.roll_back().await;
                let guessed = refusal.code == RefusalCode::TotpWrong;
                let user = rows::user(self.centre.store.reader(), id)
                    .await?
                    .map(|(user, _)| user);
                Err(self.refuse(user.as_ref(), refusal, guessed).await)
            }
            Err(failed) => Err(failed),
        }
    }

    async fn decide(&self, tx: &Tx, user: User) -> AppResult<(Opened, User)> {
        self.locked(tx.conn(), Some(user.id)).await??;
        let Some((user, secrets)) = rows::user(tx.conn(), user.id).await? else {
            return Err(RefusalCode::SignInFailed.into());
        };
        if user.disabled {
            return Err(RefusalCode::UserDisabled.into());
        }
        self.second_factor(tx, &user, secrets).await?;
        if let Some(previous) = &self.form.previous {
            rows::session_end(tx, previous.digest(), self.now).await?;
        }
        rows::guesses_forget(tx, &self.keys[0].0).await?;
        Ok((self.open(tx, &user).await?, user))
    }

    async fn second_factor(&self, tx: &Tx, user: &User, mut secrets: Secrets) -> AppResult<()> {
        let Some(secret) = secrets.totp_secret.clone() else {
            return Ok(());
        };
        let code = self
            .form
            .totp
            .as_deref()
            .map(str::trim)
            .filter(|code| !code.is_empty());
        let code = code.ok_or(RefusalCode::TotpRequired)?;
        let secret = totp::opened(self.centre, user.id, &secret)?;
        secrets.totp_step = totp::step_of(&secret, code, self.now, secrets.totp_step)?;
        secrets.totp_secret = Some(self.centre.secrets.seal(self.centre, user.id, &secret));
        Ok(rows::totp_set(tx, user.id, &secrets).await?)
    }

    async fn open(&self, tx: &Tx, user: &User) -> AppResult<Opened> {
        let token = Token::new(self.centre);
        let seat = self.form.seat.trim();
        let session = Session {
            id: SessionId::new(self.now, self.centre.random10()),
            user: user.id,
            seat: if seat.is_empty() {
                user.seat.clone()
            } else {
                seat.chars().take(20).collect()
            },
            source: self.form.source.clone(),
            began_at: self.now,
            used_at: self.now,
            ended: false,
        };
        rows::session_open(tx, token.digest(), &session).await?;
        let settings = settings(self.centre).await?;
        let ends_at = self.now + settings.limits(self.centre.config.demo).absolute;
        let signed_in = session::signed_in(user.clone(), &session, &settings, ends_at);
        Ok(Opened { token, signed_in })
    }

    /// Records the refusal; a guess also raises the counts, in the same transaction.
    async fn refuse(&self, user: Option<&User>, refusal: Refusal, guess: bool) -> AppError {
        match self.record(user, &refusal, guess).await {
            Ok(()) => refusal.into(),
            Err(failed) => failed,
        }
    }

    async fn record(&self, user: Option<&User>, refusal: &Refusal, guess: bool) -> AppResult<()> {
        let tx = self.centre.store.begin().await?;
        if guess {
            for (key, patience) in &self.keys {
                let failed = rows::guesses(tx.conn(), key).await?.failed(self.now, *patience);
                rows::guesses_keep(&tx, key, &failed).await?;
            }
        }
        self.commit(tx, self.entry(user, Some(refusal))).await
    }

    async fn commit(&self, tx: Tx, mut entry: NewEntry) -> AppResult<()> {
        // Checking a password takes long, and others had their turns since the form came.
        entry.at = self.centre.now();
        let seqs = tx.commit(vec![entry]).await?;
        if let Some(last) = seqs.last() {
            self.centre.log_tail.send_replace(*last);
        }
        Ok(())
    }

    /// Who failed has not shown who he is: the actor is the door, the user is the subject.
    fn entry(&self, user: Option<&User>, refusal: Option<&Refusal>) -> NewEntry {
        let proven = user.filter(|_| refusal.is_none());
        NewEntry {
            at: self.now,
            actor: proven.map_or_else(|| "public:sign_in".to_owned(), |u| u.id.to_string()),
            actor_name: proven.map(|u| u.name.clone()).unwrap_or_default(),
            org: proven.map(|u| u.org.name.clone()).unwrap_or_default(),
            action: AuditAction::SessionOpen.slug().to_owned(),
            subject_kind: SubjectKind::User.slug().to_owned(),
            subject_id: user.map(|u| u.id.to_string()).unwrap_or_default(),
            purpose: String::new(),
            done: refusal.is_none(),
            refusal: refusal.map(|r| r.code.slug().to_owned()),
            detail: json!({ "source": self.form.source, "seat": self.form.seat.chars().take(20).collect::<String>() }),
            request_id: self.form.request_id.clone(),
        }
    }
}

/// As it is stored.
pub(super) fn login_of(typed: &str) -> String {
    typed.trim().chars().take(64).collect::<String>().to_lowercase()
}

/// Under which a login's failures at one address are counted.
fn key_at(login_key: &str, source: &str) -> String {
    format!("{login_key}@{source}")
}

/// An address is somebody's own for this long after he signed in there.
const AT_HOME: Span = Span::days(30);

/// The login itself is not kept: people type passwords there.
pub(super) fn login_key(login: &str) -> String {
    let digest = tagged("fanzha login", login);
    format!(
        "login:{}",
        digest[..16]
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect::<String>()
    )
}

/// Changes one's own password; all sessions of the person end but a new one, which is opened here.
pub async fn password_change(
    centre: &Centre,
    ctx: &Context,
    old: &str,
    new: &str,
    source: &str,
) -> AppResult<Opened> {
    let user = ctx.user()?;
    let secrets = rows::user(centre.store.reader(), user)
        .await?
        .ok_or(RefusalCode::NotFound)?
        .1;
    let key = format!("password:{user}");
    rows::guesses(centre.store.reader(), &key)
        .await?
        .may_try(ctx.at)?;
    let right = old.len() <= BYTES_MAX && password::verify(old, Some(&secrets.password_hash)).await?;
    let strong = password_check("new", new, &ctx.person()?.login).and_then(|()| changed(old, new));
    let hash = if right && strong.is_ok() {
        password::hash(centre, new).await?
    } else {
        String::new()
    };
    if !right {
        return Err(wrong_old(centre, ctx, &key).await);
    }
    let work = centre
        .work(ctx, AuditAction::PasswordChange, SubjectKind::User, user)
        .await?;
    let outcome = match strong {
        Ok(()) => renew(&work, ctx, &hash, source).await,
        Err(refusal) => Err(refusal.into()),
    };
    work.finish(outcome).await
}

fn changed(old: &str, new: &str) -> Result<(), Refusal> {
    if old == new {
        Err(Refusal::field("new", RefusalCode::PasswordWeak))
    } else {
        Ok(())
    }
}

/// An open session must not be a place to guess at its owner's password.
async fn wrong_old(centre: &Centre, ctx: &Context, key: &str) -> AppError {
    let refusal = Refusal::field("old", RefusalCode::SignInFailed);
    let counted = async {
        let mut work = centre
            .work(ctx, AuditAction::PasswordWrong, SubjectKind::User, ctx.actor_id())
            .await?;
        work.note("outcome", "wrong_old_password");
        let failed = rows::guesses(work.tx.conn(), key)
            .await?
            .failed(ctx.at, Patience::LOGIN);
        let outcome = rows::guesses_keep(&work.tx, key, &failed)
            .await
            .map_err(AppError::from);
        work.finish(outcome).await
    };
    match counted.await {
        Ok(()) => refusal.into(),
        Err(failed) => failed,
    }
}

async fn renew(work: &crate::Work<'_>, ctx: &Context, hash: &str, source: &str) -> AppResult<Opened> {
    let user = ctx.user()?;
    rows::password_set(&work.tx, user, hash, false).await?;
    rows::sessions_end(&work.tx, user, ctx.at).await?;
    let (user, _) = rows::user(work.tx.conn(), user)
        .await?
        .ok_or(RefusalCode::NotFound)?;
    let seat = ctx.person()?.seat.clone();
    let form = SignIn {
        seat,
        source: source.to_owned(),
        ..SignIn::default()
    };
    Door::new(work.centre, &form, ctx.at).open(&work.tx, &user).await
}
