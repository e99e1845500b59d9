//! Organisations and users.

use app::people::{self, UserLine};
use domain::access::{ApproverLevel, Role};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Clone, Serialize, ToSchema)]
pub struct Org {
    pub id: Uuid,
    pub name: String,
    /// GB/T 2260 code of the area the organisation answers for.
    pub area: String,
    /// `city`, `county` or `station`.
    pub kind: String,
    pub parent_id: Option<Uuid>,
    pub paper: PaperWords,
}

/// What stands on the papers of an organ.
#[derive(Clone, Default, Serialize, Deserialize, ToSchema)]
pub struct PaperWords {
    /// 机关代字, such as 黄公.
    pub number_agency: String,
    /// 部门简称 in brackets; may stay empty.
    pub number_unit: String,
    /// 联系电话.
    pub phone: String,
    /// 监督电话.
    pub supervision_phone: String,
    /// 案件进展查询方式.
    pub progress_channel: String,
}

impl From<PaperWords> for people::PaperWords {
    fn from(words: PaperWords) -> people::PaperWords {
        let trimmed = |text: String| text.trim().to_owned();
        people::PaperWords {
            number_agency: trimmed(words.number_agency),
            number_unit: trimmed(words.number_unit),
            phone: trimmed(words.phone),
            supervision_phone: trimmed(words.supervision_phone),
            progress_channel: trimmed(words.progress_channel),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct OrgPage {
    pub items: Vec<Org>,
    pub next_cursor: Option<String>,
    pub total: i64,
}

impl From<&people::Org> for Org {
    fn from(org: &people::Org) -> Org {
        Org {
            id: org.id.0,
            name: org.name.clone(),
            area: org.area.to_string(),
            kind: org.kind.clone(),
            parent_id: org.parent.map(|parent| parent.0),
            paper: PaperWords {
                number_agency: org.paper.number_agency.clone(),
                number_unit: org.paper.number_unit.clone(),
                phone: org.paper.phone.clone(),
                supervision_phone: org.paper.supervision_phone.clone(),
                progress_channel: org.paper.progress_channel.clone(),
            },
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct User {
    pub id: Uuid,
    pub login: String,
    pub name: String,
    pub police_number: String,
    pub roles: Vec<String>,
    /// Rank of an approver: `none`, `duty`, `county` or `city`.
    pub level: String,
    pub org: Org,
    pub seat: String,
    pub active: bool,
    pub locked_until: Option<String>,
    pub totp_enrolled: bool,
    pub must_change_password: bool,
    pub last_seen_at: Option<String>,
}

#[derive(Serialize, ToSchema)]
pub struct UserPage {
    pub items: Vec<User>,
    pub next_cursor: Option<String>,
    pub total: i64,
}

impl From<&UserLine> for User {
    fn from(line: &UserLine) -> User {
        let user = &line.user;
        User {
            id: user.id.0,
            login: user.login.clone(),
            name: user.name.clone(),
            police_number: user.police_number.clone(),
            roles: slugs(&user.roles),
            level: user.level.slug().to_owned(),
            org: (&user.org).into(),
            seat: user.seat.clone(),
            active: !user.disabled,
            locked_until: line.locked_until.map(|until| until.to_iso_cst()),
            totp_enrolled: user.totp_enrolled,
            must_change_password: user.must_change_password,
            last_seen_at: user.seen_at.map(|at| at.to_iso_cst()),
        }
    }
}

pub(crate) fn slugs(roles: &[Role]) -> Vec<String> {
    roles.iter().map(|role| role.slug().to_owned()).collect()
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserNew {
    pub login: String,
    pub name: String,
    /// For the first sign-in only.
    pub password: String,
    pub org_id: Uuid,
    #[serde(default)]
    pub police_number: String,
    #[serde(default)]
    pub seat: String,
    #[serde(default)]
    pub phone: String,
    /// Given by the security administrator; empty from the system administrator.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub roles: Vec<Role>,
    #[serde(default)]
    #[schema(value_type = String)]
    pub level: ApproverLevel,
}

impl From<UserNew> for people::NewUser {
    fn from(new: UserNew) -> people::NewUser {
        people::NewUser {
            login: new.login,
            name: new.name,
            password: new.password,
            org: new.org_id.into(),
            police_number: new.police_number,
            seat: new.seat,
            phone: new.phone,
            roles: sorted(new.roles),
            level: new.level,
        }
    }
}

/// What is left out stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserChange {
    pub name: Option<String>,
    pub org_id: Option<Uuid>,
    pub police_number: Option<String>,
    pub seat: Option<String>,
    pub phone: Option<String>,
    #[schema(value_type = Option<Vec<String>>)]
    pub roles: Option<Vec<Role>>,
    #[schema(value_type = Option<String>)]
    pub level: Option<ApproverLevel>,
    pub active: Option<bool>,
    /// A new password for the next sign-in only.
    pub password: Option<String>,
    /// Forget failed guesses.
    #[serde(default)]
    pub unlock: bool,
    /// Take the second factor away.
    #[serde(default)]
    pub totp_reset: bool,
}

impl From<UserChange> for people::UserChange {
    fn from(change: UserChange) -> people::UserChange {
        people::UserChange {
            name: change.name,
            org: change.org_id.map(Into::into),
            police_number: change.police_number,
            seat: change.seat,
            phone: change.phone,
            roles: change.roles.map(sorted),
            level: change.level,
            active: change.active,
            password: change.password,
            unlock: change.unlock,
            totp_reset: change.totp_reset,
        }
    }
}

fn sorted(mut roles: Vec<Role>) -> Vec<Role> {
    roles.sort_unstable();
    roles.dedup();
    roles
}

/// A colleague who can be the second officer of a measure.
#[derive(Serialize, ToSchema)]
pub struct Officer {
    pub id: Uuid,
    pub name: String,
    pub police_number: String,
    pub org_name: String,
}

#[derive(Serialize, ToSchema)]
pub struct OfficerPage {
    pub items: Vec<Officer>,
    pub next_cursor: Option<String>,
    pub total: i64,
}

impl From<people::Officer> for Officer {
    fn from(officer: people::Officer) -> Officer {
        Officer {
            id: officer.id.0,
            name: officer.name,
            police_number: officer.police_number,
            org_name: officer.org_name,
        }
    }
}
