//! Who may do what, where. Rights are by role **and** area, decided once per use case by [`permit`].
//!
//! The matrix is [`reach`]; a test prints it as a golden file that is reviewed as text.
//! The three administrators (system, security, audit) are never one person: 等保 2.0 level 3 (DOMAIN 2.7, [K]).

pub mod appointing;
pub mod guessing;
pub mod password;
pub mod session;

use kernel::{Area, Refusal, RefusalCode, UserId};
use serde::{Deserialize, Serialize};

/// 角色. A user has one or more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 接警员
    CallTaker,
    /// 止付员
    OrderOfficer,
    /// 审批人
    Approver,
    /// 值班领导
    DutyLeader,
    /// 研判员
    Analyst,
    /// 县区专业队
    CountyOfficer,
    /// 督导
    Supervisor,
    /// 系统管理员
    SystemAdmin,
    /// 安全管理员
    SecurityAdmin,
    /// 审计员
    Auditor,
}

impl Role {
    pub const ALL: [Role; 10] = [
        Role::CallTaker,
        Role::OrderOfficer,
        Role::Approver,
        Role::DutyLeader,
        Role::Analyst,
        Role::CountyOfficer,
        Role::Supervisor,
        Role::SystemAdmin,
        Role::SecurityAdmin,
        Role::Auditor,
    ];

    pub const fn slug(self) -> &'static str {
        match self {
            Role::CallTaker => "call_taker",
            Role::OrderOfficer => "order_officer",
            Role::Approver => "approver",
            Role::DutyLeader => "duty_leader",
            Role::Analyst => "analyst",
            Role::CountyOfficer => "county_officer",
            Role::Supervisor => "supervisor",
            Role::SystemAdmin => "system_admin",
            Role::SecurityAdmin => "security_admin",
            Role::Auditor => "auditor",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Role> {
        Role::ALL.into_iter().find(|r| r.slug() == slug)
    }

    /// The roles that look after the system and never do its business.
    pub const fn administers(self) -> bool {
        matches!(self, Role::SystemAdmin | Role::SecurityAdmin | Role::Auditor)
    }
}

/// Refuses a set of roles that one person may not hold: any two of the three administrators, or an administrator
/// who also does the business that he could then cover up.
pub fn roles_check(roles: &[Role]) -> Result<(), Refusal> {
    let administrators = roles.iter().filter(|r| r.administers()).count();
    let business = roles.iter().any(|r| !r.administers());
    if administrators > 1 || (administrators == 1 && business) {
        return Err(RefusalCode::RolesIncompatible.into());
    }
    Ok(())
}

/// The rank of the police head an approver is (程序规定 238, 239, 243).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ApproverLevel {
    /// Not an approver.
    #[default]
    None,
    /// Leader on duty in the centre: may approve stops and queries.
    Duty,
    /// Head of a county-level police organ or above: queries by notice, freezes, filing.
    County,
    /// Head of the police of a districted city or above: one-year freezes, return of money.
    City,
}

impl ApproverLevel {
    pub const fn slug(self) -> &'static str {
        match self {
            ApproverLevel::None => "none",
            ApproverLevel::Duty => "duty",
            ApproverLevel::County => "county",
            ApproverLevel::City => "city",
        }
    }

    pub fn from_slug(slug: &str) -> Option<ApproverLevel> {
        [Self::None, Self::Duty, Self::County, Self::City]
            .into_iter()
            .find(|l| l.slug() == slug)
    }
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $slug:literal),+ $(,)?) => {
        /// What can be done. Every use case needs exactly one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action { $($(#[$doc])* $name),+ }
        impl Action {
            pub const ALL: &'static [Action] = &[$(Action::$name),+];
            pub const fn slug(self) -> &'static str { match self { $(Action::$name => $slug),+ } }
        }
    };
}

actions! {
    /// 接警 take a call, keep a draft, register a report.
    ReportCreate = "report.create",
    ReportRead = "report.read",
    /// Add payments, correct fields.
    ReportEdit = "report.edit",
    /// See personal data whole, with a purpose.
    PersonalReveal = "personal.reveal",
    /// Take a report from the queue; lock and unlock it.
    ReportTake = "report.take",
    ReportDispatch = "report.dispatch",
    DispatchAcknowledge = "dispatch.acknowledge",
    /// Find anything by an exact identifier.
    IdentifierSearch = "identifier.search",
    OrderRead = "order.read",
    OrderDraft = "order.draft",
    OrderApprove = "order.approve",
    OrderWithdraw = "order.withdraw",
    /// Send again after the automatic resends are used up.
    OrderResend = "order.resend",
    /// Confirm afterwards a stop that left under a standing policy.
    OrderConfirm = "order.confirm",
    HoldRead = "hold.read",
    CaseRead = "case.read",
    /// 受案
    CaseAccept = "case.accept",
    /// 呈请立案
    CaseFilingPropose = "case.filing_propose",
    /// 立案审批
    CaseFilingDecide = "case.filing_decide",
    DocumentPrepare = "document.prepare",
    DocumentPrint = "document.print",
    /// Trace from any transfer, outside of a report; with a purpose.
    FlowTrace = "flow.trace",
    BoardRead = "board.read",
    PolicyRead = "policy.read",
    PolicySign = "policy.sign",
    /// 导入流水 bring statement files in, and look at those that were.
    StatementImport = "statement.import",
    AuditRead = "audit.read",
    AuditExport = "audit.export",
    UserRead = "user.read",
    UserManage = "user.manage",
    RoleGrant = "role.grant",
    SettingRead = "setting.read",
    SettingChange = "setting.change",
}

/// How far a role's right to an action goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Not at all.
    Nowhere,
    /// Things of the actor's own area (a city's area holds its counties).
    OwnArea,
    /// Everywhere in the centre.
    Everywhere,
}

/// The matrix.
pub const fn reach(role: Role, action: Action) -> Reach {
    use Action as A;
    use Reach::{Everywhere, Nowhere, OwnArea};
    match role {
        Role::CallTaker => match action {
            A::ReportCreate
            | A::ReportRead
            | A::ReportEdit
            | A::PersonalReveal
            | A::ReportTake
            | A::ReportDispatch => Everywhere,
            A::IdentifierSearch
            | A::OrderRead
            | A::OrderDraft
            | A::HoldRead
            | A::BoardRead
            | A::PolicyRead => Everywhere,
            A::DocumentPrepare | A::DocumentPrint | A::CaseRead => Everywhere,
            _ => Nowhere,
        },
        Role::OrderOfficer => match action {
            A::ReportRead | A::ReportEdit | A::PersonalReveal | A::ReportTake | A::IdentifierSearch => {
                Everywhere
            }
            A::OrderRead | A::OrderDraft | A::OrderWithdraw | A::OrderResend | A::HoldRead | A::BoardRead => {
                Everywhere
            }
            A::PolicyRead | A::DocumentPrepare | A::DocumentPrint | A::CaseRead | A::StatementImport => {
                Everywhere
            }
            _ => Nowhere,
        },
        Role::Approver => match action {
            A::ReportRead
            | A::PersonalReveal
            | A::OrderRead
            | A::OrderApprove
            | A::OrderConfirm
            | A::HoldRead => OwnArea,
            A::CaseRead | A::CaseFilingDecide | A::DocumentPrint | A::DocumentPrepare => OwnArea,
            A::IdentifierSearch | A::BoardRead | A::PolicyRead => Everywhere,
            _ => Nowhere,
        },
        Role::DutyLeader => match action {
            A::ReportRead | A::PersonalReveal | A::ReportTake | A::ReportDispatch | A::IdentifierSearch => {
                Everywhere
            }
            A::OrderRead
            | A::OrderApprove
            | A::OrderWithdraw
            | A::OrderResend
            | A::OrderConfirm
            | A::HoldRead => Everywhere,
            A::CaseRead | A::CaseFilingDecide | A::DocumentPrint | A::DocumentPrepare | A::BoardRead => {
                Everywhere
            }
            A::FlowTrace | A::PolicyRead | A::PolicySign | A::UserRead => Everywhere,
            _ => Nowhere,
        },
        Role::Analyst => match action {
            A::ReportRead
            | A::OrderRead
            | A::OrderDraft
            | A::HoldRead
            | A::CaseRead
            | A::IdentifierSearch => Everywhere,
            A::FlowTrace | A::PersonalReveal | A::BoardRead | A::PolicyRead | A::StatementImport => {
                Everywhere
            }
            _ => Nowhere,
        },
        Role::CountyOfficer => match action {
            A::ReportRead
            | A::ReportEdit
            | A::PersonalReveal
            | A::DispatchAcknowledge
            | A::OrderRead
            | A::OrderDraft => OwnArea,
            A::HoldRead
            | A::CaseRead
            | A::CaseAccept
            | A::CaseFilingPropose
            | A::DocumentPrepare
            | A::DocumentPrint => OwnArea,
            A::IdentifierSearch | A::BoardRead | A::StatementImport => OwnArea,
            _ => Nowhere,
        },
        Role::Supervisor => match action {
            A::ReportRead | A::OrderRead | A::HoldRead | A::CaseRead | A::BoardRead | A::PolicyRead => {
                Everywhere
            }
            _ => Nowhere,
        },
        Role::SystemAdmin => match action {
            A::UserRead | A::UserManage | A::SettingRead | A::SettingChange => Everywhere,
            _ => Nowhere,
        },
        Role::SecurityAdmin => match action {
            A::UserRead | A::RoleGrant | A::SettingRead | A::PolicyRead => Everywhere,
            _ => Nowhere,
        },
        Role::Auditor => match action {
            A::AuditRead | A::AuditExport | A::UserRead | A::SettingRead => Everywhere,
            _ => Nowhere,
        },
    }
}

/// Who acts, as far as rights care.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Actor {
    pub id: UserId,
    pub roles: Vec<Role>,
    pub area: Area,
    pub level: ApproverLevel,
}

impl Actor {
    /// The widest reach any of the actor's roles gives.
    pub fn reach(&self, action: Action) -> Reach {
        self.roles
            .iter()
            .map(|r| reach(*r, action))
            .max()
            .unwrap_or(Reach::Nowhere)
    }

    /// The actions the actor may do at least somewhere.
    pub fn actions(&self) -> Vec<Action> {
        Action::ALL
            .iter()
            .copied()
            .filter(|a| self.reach(*a) > Reach::Nowhere)
            .collect()
    }

    /// For lists: `None` when the actor may see all areas, else the one area rows must lie in.
    /// Refused when the actor may not see any.
    pub fn area_filter(&self, action: Action) -> Result<Option<Area>, Refusal> {
        match self.reach(action) {
            Reach::Nowhere => Err(RefusalCode::NotPermitted.into()),
            Reach::OwnArea => Ok(Some(self.area)),
            Reach::Everywhere => Ok(None),
        }
    }
}

/// May this actor do this to a thing in `area` (`None`: a thing without area)?
/// A thing in another county is answered "not found" where the actor may do the action only at home, because its
/// existence is not his business.
pub fn permit(actor: &Actor, action: Action, area: Option<Area>) -> Result<(), Refusal> {
    match (actor.reach(action), area) {
        (Reach::Nowhere, _) => Err(Refusal::with(RefusalCode::NotPermitted, action.slug())),
        (Reach::Everywhere, _) | (Reach::OwnArea, None) => Ok(()),
        (Reach::OwnArea, Some(area)) if area.within(actor.area) => Ok(()),
        (Reach::OwnArea, Some(_)) => Err(RefusalCode::NotFound.into()),
    }
}

/// No one approves what they requested.
pub fn not_own_request(actor: UserId, requester: UserId) -> Result<(), Refusal> {
    if actor == requester {
        Err(RefusalCode::SelfApproval.into())
    } else {
        Ok(())
    }
}

/// The approver's level must reach what the measure needs.
pub fn level_check(actor: &Actor, needed: ApproverLevel) -> Result<(), Refusal> {
    if actor.level >= needed {
        Ok(())
    } else {
        Err(Refusal::with(RefusalCode::ApproverLevelTooLow, needed.slug()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::area::{HUANGGANG, HUANGGANG_AREAS};

    fn actor(role: Role, area: Area) -> Actor {
        let id = UserId::new(kernel::Instant::from_ms(0), [1; 10]);
        Actor {
            id,
            roles: vec![role],
            area,
            level: ApproverLevel::None,
        }
    }

    #[test]
    fn administrators_never_share_a_person() {
        for (roles, ok) in [
            (vec![Role::SystemAdmin], true),
            (vec![Role::SystemAdmin, Role::Auditor], false),
            (vec![Role::SecurityAdmin, Role::SystemAdmin], false),
            (vec![Role::Auditor, Role::CallTaker], false),
            (vec![Role::CallTaker, Role::OrderOfficer, Role::Approver], true),
        ] {
            assert_eq!(roles_check(&roles).is_ok(), ok, "{roles:?}");
        }
    }

    #[test]
    fn a_county_officer_does_not_see_the_neighbour() {
        let here = HUANGGANG_AREAS[1].0;
        let there = HUANGGANG_AREAS[2].0;
        let officer = actor(Role::CountyOfficer, here);
        assert_eq!(permit(&officer, Action::ReportRead, Some(here)), Ok(()));
        assert_eq!(
            permit(&officer, Action::ReportRead, Some(there)),
            Err(RefusalCode::NotFound.into())
        );
        assert_eq!(
            permit(
                &actor(Role::Approver, HUANGGANG),
                Action::OrderApprove,
                Some(there)
            ),
            Ok(())
        );
    }

    /// Printed in full so that a change of rights is seen as a change of text.
    #[test]
    fn rights_matrix() {
        let mut out = String::from("role × action: own area / other county / no area\n");
        let here = HUANGGANG_AREAS[1].0;
        let there = HUANGGANG_AREAS[2].0;
        for role in Role::ALL {
            out.push_str(&format!("\n{}\n", role.slug()));
            for action in Action::ALL {
                let who = actor(role, here);
                let mark = |area| {
                    if permit(&who, *action, area).is_ok() {
                        "yes"
                    } else {
                        "–"
                    }
                };
                let (own, other, none) = (mark(Some(here)), mark(Some(there)), mark(None));
                if (own, other, none) != ("–", "–", "–") {
                    out.push_str(&format!("  {:<24} {own:<4} {other:<4} {none}\n", action.slug()));
                }
            }
        }
        insta::assert_snapshot!(out);
    }
}
