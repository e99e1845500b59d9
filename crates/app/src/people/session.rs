//! A session: an opaque secret of 256 bits in the person's cookie, and its SM3 digest in the store.

use super::settings::settings;
use crate::context::{Browser, Person, Who};
use crate::{AppResult, Centre, Context};
use domain::access::session::session_check;
use domain::access::{Action, Actor};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{Instant, RefusalCode, SessionId, Span};
use sm3::{Digest, Sm3};
use store::people::{self as rows, Session, User};

/// How often the store is told that a session is in use.
const USED_EVERY: Span = Span::minutes(1);

/// The secret in the cookie. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Token(String);

impl Token {
    pub(super) fn new(centre: &Centre) -> Token {
        Token(centre.random_hex(32))
    }

    /// `None` for anything that cannot be a token.
    pub fn parse(text: &str) -> Option<Token> {
        let hex = text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        hex.then(|| Token(text.to_owned()))
    }

    /// For the cookie.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    pub(super) fn digest(&self) -> [u8; 32] {
        tagged("fanzha session", &self.0)
    }

    /// What a page must send back with each change: known only to who was shown it, and bound to this session.
    pub fn csrf(&self) -> String {
        tagged("fanzha csrf", &self.0)
            .iter()
            .map(|b| format!("{b:02x}"))
            .collect()
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Token(…)")
    }
}

pub(super) fn tagged(tag: &str, text: &str) -> [u8; 32] {
    let mut hasher = Sm3::new();
    hasher.update(tag.as_bytes());
    hasher.update([0]);
    hasher.update(text.as_bytes());
    hasher.finalize().into()
}

/// A person with an open session.
#[derive(Clone, Debug)]
pub struct SignedIn {
    pub person: Person,
    pub session: SessionId,
    pub org: rows::Org,
    pub totp_enrolled: bool,
    /// Nothing but a new password is answered before that.
    pub must_change_password: bool,
    /// A role asks for a second factor that is not there yet: nothing but the enrolment is answered before that.
    pub totp_needed: bool,
    /// The latest end.
    pub ends_at: Instant,
}

impl SignedIn {
    /// The context of one request of this person.
    pub fn context(&self, request_id: String, at: Instant) -> Context {
        Context {
            who: Who::Person(self.person.clone()),
            request_id,
            purpose: String::new(),
            at,
            browser: Some(Browser {
                session: self.session,
                again: false,
            }),
            command: None,
        }
    }

    /// Refused while something about the person's own secrets has to come first.
    pub fn ready(&self) -> Result<(), kernel::Refusal> {
        if self.must_change_password {
            return Err(RefusalCode::PasswordChangeRequired.into());
        }
        if self.totp_needed {
            return Err(RefusalCode::TotpRequired.into());
        }
        Ok(())
    }
}

/// Whose session it is. `active` says that the person did something, rather than a screen that refreshes itself, so
/// the idle end moves. Refused with `SessionEnded`.
pub async fn person_of(centre: &Centre, token: &Token, active: bool) -> AppResult<SignedIn> {
    let conn = centre.store.reader();
    let now = centre.now();
    let Some(session) = rows::session(conn, token.digest()).await? else {
        return Err(RefusalCode::SessionEnded.into());
    };
    let settings = settings(centre).await?;
    let limits = settings.limits(centre.config.demo);
    session_check(session.began_at, session.used_at, session.ended, limits, now)?;
    let Some((user, _)) = rows::user(conn, session.user).await? else {
        return Err(RefusalCode::SessionEnded.into());
    };
    if user.disabled {
        return Err(RefusalCode::SessionEnded.into());
    }
    if active && now.since(session.used_at) >= USED_EVERY {
        rows::session_used(&centre.store, token.digest(), user.id, now).await?;
    }
    Ok(signed_in(
        user,
        &session,
        &settings,
        session.began_at + limits.absolute,
    ))
}

pub(super) fn signed_in(
    user: User,
    session: &Session,
    settings: &super::PeopleSettings,
    ends_at: Instant,
) -> SignedIn {
    let totp_needed = !user.totp_enrolled && user.roles.iter().any(|r| settings.totp_roles.contains(r));
    SignedIn {
        person: person(&user, &session.seat),
        session: session.id,
        org: user.org,
        totp_enrolled: user.totp_enrolled,
        must_change_password: user.must_change_password,
        totp_needed,
        ends_at,
    }
}

pub(super) fn person(user: &User, seat: &str) -> Person {
    Person {
        actor: Actor {
            id: user.id,
            roles: user.roles.clone(),
            area: user.org.area,
            level: user.level,
        },
        name: user.name.clone(),
        login: user.login.clone(),
        org: user.org.id,
        org_name: user.org.name.clone(),
        police_number: user.police_number.clone(),
        seat: seat.to_owned(),
    }
}

/// Ends the session. Ending it twice is one.
pub async fn sign_out(centre: &Centre, ctx: &Context, token: &Token) -> AppResult<()> {
    let work = centre
        .work(ctx, AuditAction::SessionEnd, SubjectKind::User, ctx.actor_id())
        .await?;
    let outcome = rows::session_end(&work.tx, token.digest(), ctx.at)
        .await
        .map_err(Into::into);
    work.finish(outcome).await
}

/// Records that somebody stood at a door that is not theirs, and gives the refusal back.
pub async fn door_refused(
    centre: &Centre,
    ctx: &Context,
    action: Action,
    code: RefusalCode,
) -> AppResult<()> {
    let work = centre
        .work(ctx, AuditAction::DoorRefused, SubjectKind::Action, action.slug())
        .await?;
    work.finish(Err(kernel::Refusal::with(code, action.slug()).into()))
        .await
}
