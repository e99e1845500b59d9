//! Signing in, the session, and the first run.

use super::people::Org;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    pub login: String,
    pub password: String,
    /// The code of the second factor, for those who have one.
    pub totp: Option<String>,
    /// 座席; the user's usual one when it is left out.
    pub seat: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct Session {
    pub user: SessionUser,
    pub seat: Option<String>,
    /// Send it back as `X-CSRF-Token` with every change.
    pub csrf: String,
    /// What the person may do at least somewhere, by the names of the actions.
    pub permissions: Vec<String>,
    pub server_time: String,
    pub demo: bool,
    pub centre_name: String,
    /// Simulated seconds per real second; 1 outside the demo.
    pub speed: f64,
    /// Nothing but POST /api/session/password is answered before that.
    pub must_change_password: bool,
    /// Nothing but the enrolment of a second factor is answered before that.
    pub totp_needed: bool,
    /// The latest end of the session.
    pub ends_at: String,
}

#[derive(Serialize, ToSchema)]
pub struct SessionUser {
    pub id: Uuid,
    pub name: String,
    pub login: String,
    pub police_number: String,
    pub roles: Vec<String>,
    pub level: String,
    pub org: Org,
    pub totp_enrolled: bool,
}

#[derive(Serialize, ToSchema)]
pub struct TotpEnrolment {
    /// Base32, shown once.
    pub secret: String,
    pub otpauth_uri: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TotpCode {
    pub code: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    pub old: String,
    pub new: String,
}

#[derive(Serialize, ToSchema)]
pub struct Setup {
    /// The centre waits for its first administrator.
    pub needed: bool,
    pub demo: bool,
    pub centre_name: String,
    /// Only in the demo: people one may sign in as.
    pub demo_users: Vec<DemoUser>,
}

#[derive(Serialize, ToSchema)]
pub struct DemoUser {
    pub login: String,
    pub password: String,
    pub name: String,
    pub role_zh: String,
    pub role_en: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FirstAdministrator {
    /// Printed when the server started.
    pub token: String,
    pub login: String,
    pub name: String,
    pub password: String,
}
