//! Who may give roles to whom, and which roles must never be left without a person (三权分立, DOMAIN 2.7).
//!
//! The system administrator makes users without roles, the security administrator gives roles, the auditor watches
//! both. Until the first security administrator is there, the system administrator may appoint one security
//! administrator and one auditor and nobody else. Leaves out how roles are kept.

use super::{Action, Actor, Reach, Role};
use kernel::{Refusal, RefusalCode, UserId};

/// How many users who can sign in hold each of the administrators' roles now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Staffing {
    pub system_admins: u32,
    pub security_admins: u32,
    pub auditors: u32,
}

impl Staffing {
    fn of(self, role: Role) -> Option<u32> {
        match role {
            Role::SystemAdmin => Some(self.system_admins),
            Role::SecurityAdmin => Some(self.security_admins),
            Role::Auditor => Some(self.auditors),
            _ => None,
        }
    }
}

/// May `actor` replace the roles `old` of `target` by `new`?
pub fn grant_check(
    actor: &Actor,
    staffing: Staffing,
    target: UserId,
    old: &[Role],
    new: &[Role],
) -> Result<(), Refusal> {
    if actor.id == target {
        return Err(RefusalCode::SelfApproval.into());
    }
    if actor.reach(Action::RoleGrant) == Reach::Nowhere && !first_appointment(actor, staffing, old, new) {
        return Err(Refusal::with(RefusalCode::NotPermitted, Action::RoleGrant.slug()));
    }
    super::roles_check(new)?;
    let lost: Vec<Role> = old.iter().copied().filter(|r| !new.contains(r)).collect();
    not_the_last(staffing, &lost)
}

fn first_appointment(actor: &Actor, staffing: Staffing, old: &[Role], new: &[Role]) -> bool {
    let vacant = match new {
        [Role::SecurityAdmin] => true,
        [Role::Auditor] => staffing.auditors == 0,
        _ => false,
    };
    actor.roles.contains(&Role::SystemAdmin) && staffing.security_admins == 0 && old.is_empty() && vacant
}

/// Taking `lost` away from one person who can sign in (or that person's right to sign in) must leave each
/// administrator's role with somebody.
pub fn not_the_last(staffing: Staffing, lost: &[Role]) -> Result<(), Refusal> {
    match lost
        .iter()
        .find(|role| staffing.of(**role).is_some_and(|count| count <= 1))
    {
        Some(role) => Err(Refusal::with(RefusalCode::LastAdministrator, role.slug())),
        None => Ok(()),
    }
}

/// What may be done to a user needs this right. The ways to become somebody else (a new password, taking the second
/// factor away) are not the system administrator's where that somebody holds a role against him.
pub fn action_for_secrets(target_roles: &[Role], second_factor: bool) -> Action {
    let guards = target_roles
        .iter()
        .any(|r| matches!(r, Role::SecurityAdmin | Role::Auditor));
    if guards || second_factor {
        Action::RoleGrant
    } else {
        Action::UserManage
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::access::ApproverLevel;
    use kernel::Instant;
    use kernel::area::HUANGGANG;

    fn actor(role: Role) -> Actor {
        Actor {
            id: UserId::new(Instant::from_ms(0), [1; 10]),
            roles: vec![role],
            area: HUANGGANG,
            level: ApproverLevel::None,
        }
    }

    #[test]
    fn roles_are_given_by_the_security_administrator() {
        use Role::{Auditor, CallTaker, OrderOfficer, SecurityAdmin, SystemAdmin};
        let empty = Staffing {
            system_admins: 1,
            ..Staffing::default()
        };
        let full = Staffing {
            system_admins: 1,
            security_admins: 1,
            auditors: 1,
        };
        let two = Staffing {
            security_admins: 2,
            ..full
        };
        let no = RefusalCode::NotPermitted;
        type Row = (Role, Staffing, Vec<Role>, Vec<Role>, Option<RefusalCode>);
        let rows: Vec<Row> = vec![
            (SystemAdmin, empty, vec![], vec![SecurityAdmin], None),
            (SystemAdmin, empty, vec![], vec![Auditor], None),
            (
                SystemAdmin,
                Staffing { auditors: 1, ..empty },
                vec![],
                vec![Auditor],
                Some(no),
            ),
            (SystemAdmin, empty, vec![], vec![CallTaker], Some(no)),
            (SystemAdmin, empty, vec![CallTaker], vec![SecurityAdmin], Some(no)),
            (SystemAdmin, empty, vec![], vec![SecurityAdmin, Auditor], Some(no)),
            (SystemAdmin, full, vec![], vec![SecurityAdmin], Some(no)),
            (SecurityAdmin, full, vec![], vec![CallTaker, OrderOfficer], None),
            (SecurityAdmin, full, vec![CallTaker], vec![], None),
            (
                SecurityAdmin,
                full,
                vec![CallTaker],
                vec![CallTaker, Auditor],
                Some(RefusalCode::RolesIncompatible),
            ),
            (
                SecurityAdmin,
                full,
                vec![SystemAdmin],
                vec![],
                Some(RefusalCode::LastAdministrator),
            ),
            (SecurityAdmin, two, vec![SecurityAdmin], vec![], None),
            (CallTaker, full, vec![], vec![CallTaker], Some(no)),
        ];
        for (who, staffing, old, new, expected) in rows {
            let target = UserId::new(Instant::from_ms(0), [2; 10]);
            let decided = grant_check(&actor(who), staffing, target, &old, &new);
            assert_eq!(
                decided.err().map(|r| r.code),
                expected,
                "{who:?} {old:?} → {new:?}"
            );
        }
    }

    #[test]
    fn nobody_gives_roles_to_oneself() {
        let me = actor(Role::SecurityAdmin);
        let decided = grant_check(
            &me,
            Staffing::default(),
            me.id,
            &me.roles,
            &[Role::SecurityAdmin, Role::Auditor],
        );
        assert_eq!(decided, Err(RefusalCode::SelfApproval.into()));
    }

    #[test]
    fn secrets_of_the_watchers_are_not_the_system_administrators() {
        for (roles, second_factor, needed) in [
            (vec![Role::CallTaker], false, Action::UserManage),
            (vec![Role::CallTaker], true, Action::RoleGrant),
            (vec![Role::SystemAdmin], false, Action::UserManage),
            (vec![Role::SecurityAdmin], false, Action::RoleGrant),
            (vec![Role::Auditor], false, Action::RoleGrant),
        ] {
            assert_eq!(action_for_secrets(&roles, second_factor), needed, "{roles:?}");
        }
    }
}
