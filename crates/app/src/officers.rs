//! The two officers that every measure names: the one who asks (经办人) and the second one (协查人).

use crate::{AppResult, Work};
use domain::access::Role;
use kernel::{RefusalCode, UserId};
use store::people::{User, officer_beside};

/// The requester and a second officer: the one named, or the first other officer of the centre who has a police number.
pub async fn two_officers(work: &Work<'_>, second: Option<UserId>) -> AppResult<(User, User)> {
    let (first, second) = requester_and_second(work, second).await?;
    let second = second.ok_or(RefusalCode::TwoOfficersNeeded)?;
    if first.police_number.is_empty() {
        return Err(RefusalCode::TwoOfficersNeeded.into());
    }
    Ok((first, second))
}

/// The same without a verdict: nobody stands second when there is none.
pub async fn requester_and_second(
    work: &Work<'_>,
    second: Option<UserId>,
) -> AppResult<(User, Option<User>)> {
    let requester = work.ctx.user()?;
    let first = work
        .users_named(&[requester])
        .await?
        .into_iter()
        .next()
        .ok_or(RefusalCode::TwoOfficersNeeded)?;
    let second = match second {
        Some(id) => work.users_named(&[id]).await?.into_iter().next(),
        None => partner(work, requester).await?,
    };
    let second = second.filter(|u| u.id != requester && !u.disabled && !u.police_number.is_empty());
    Ok((first, second))
}

async fn partner(work: &Work<'_>, requester: UserId) -> AppResult<Option<User>> {
    let roles = [Role::OrderOfficer, Role::CallTaker, Role::CountyOfficer];
    let found = officer_beside(work.tx.conn(), requester, roles).await?;
    if let Some(user) = &found {
        work.know_user(user);
    }
    Ok(found)
}
