//! Names and police numbers of colleagues, for screens and papers.

use crate::{AppResult, Centre, Context};
use domain::access::Role;
use kernel::{OrgId, UserId};
use std::collections::HashMap;
use store::people as rows;

/// A colleague as papers name one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Officer {
    pub id: UserId,
    pub name: String,
    pub police_number: String,
    pub org: OrgId,
    pub org_name: String,
}

/// The roles whose holders may put their names on an order as its second officer.
const HANDLING: [Role; 5] = [
    Role::OrderOfficer,
    Role::CallTaker,
    Role::CountyOfficer,
    Role::DutyLeader,
    Role::Approver,
];

/// Who can be the second of the two officers that a measure needs (程序规定 238): somebody else with a police number
/// who handles such measures and belongs to the same organisation; when there is none, anybody such in the centre.
/// Order officers come first.
pub async fn second_officers_for(centre: &Centre, ctx: &Context) -> AppResult<Vec<Officer>> {
    let person = ctx.person()?;
    let mut found: Vec<Officer> = Vec::new();
    for role in HANDLING {
        for user in rows::users_with_role(centre.store.reader(), role).await? {
            let other = user.id != person.actor.id && !user.police_number.is_empty();
            if other && found.iter().all(|officer| officer.id != user.id) {
                found.push(officer(user));
            }
        }
    }
    if found.iter().any(|officer| officer.org == person.org) {
        found.retain(|officer| officer.org == person.org);
    }
    Ok(found)
}

/// The users of these ids by id; ids that nobody has are left out.
pub async fn users_by_id(centre: &Centre, ids: &[UserId]) -> AppResult<HashMap<UserId, Officer>> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let mut found = HashMap::with_capacity(ids.len());
    for some in ids.chunks(200) {
        let users = rows::users_by_id(centre.store.reader(), some).await?;
        found.extend(users.into_iter().map(|user| (user.id, officer(user))));
    }
    Ok(found)
}

fn officer(user: rows::User) -> Officer {
    Officer {
        id: user.id,
        name: user.name,
        police_number: user.police_number,
        org: user.org.id,
        org_name: user.org.name,
    }
}
