//! Showing personal data whole: a named act with a purpose, recorded field by field, never value by value.

use crate::{AppResult, Centre, Context, Work};
use domain::access::{Action, permit};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{AccountId, Refusal, RefusalCode, ReportId};
use store::accounts::{account_load, accounts_load};
use store::intake::{PersonRole, payments, people, report_load};

/// What can be shown of a report.
pub const FIELDS: [&str; 7] = [
    "caller_name",
    "caller_phone",
    "victim_name",
    "victim_id_number",
    "victim_phone",
    "victim_address",
    "account_numbers",
];

/// The whole values of the asked fields; a field of several people comes once for each.
pub async fn personal_reveal(
    centre: &Centre,
    ctx: &Context,
    id: ReportId,
    fields: &[String],
) -> AppResult<Vec<(String, String)>> {
    let mut work = centre
        .work(ctx, AuditAction::PersonalReveal, SubjectKind::Report, id)
        .await?;
    let outcome = reveal(&mut work, id, fields).await;
    work.finish(outcome).await
}

async fn reveal(work: &mut Work<'_>, id: ReportId, fields: &[String]) -> AppResult<Vec<(String, String)>> {
    let row = report_load(work.tx.conn(), id).await?;
    permit(
        &work.ctx.person()?.actor,
        Action::PersonalReveal,
        row.as_ref().map(|r| r.report.area),
    )?;
    row.ok_or(RefusalCode::NotFound)?;
    if work.ctx.purpose.trim().chars().count() < 2 {
        return Err(Refusal::field("purpose", RefusalCode::PurposeMissing).into());
    }
    if fields.is_empty() || fields.iter().any(|f| !FIELDS.contains(&f.as_str())) {
        return Err(Refusal::field("fields", RefusalCode::FieldMalformed).into());
    }
    work.note("fields", fields.join(","));
    let people = people(work.tx.conn(), id).await?;
    let paid = payments(work.tx.conn(), id).await?;
    let mut shown = Vec::new();
    for field in fields {
        for person in &people {
            let value = match (field.as_str(), person.role) {
                ("caller_name", PersonRole::Caller) | ("victim_name", PersonRole::Victim) => {
                    person.name.reveal()
                }
                ("caller_phone", PersonRole::Caller) | ("victim_phone", PersonRole::Victim) => {
                    person.phone.reveal()
                }
                ("victim_id_number", PersonRole::Victim) => person.id_number.reveal(),
                ("victim_address", PersonRole::Victim) => person.address.reveal(),
                _ => continue,
            };
            shown.push((field.clone(), value.to_owned()));
        }
        if field == "account_numbers" {
            let ids: Vec<AccountId> = paid.iter().flat_map(|p| [p.to, p.from]).flatten().collect();
            for account in accounts_load(work.tx.conn(), &ids).await? {
                let value = format!("{} {}", account.holder.reveal(), account.number.as_str());
                shown.push((field.clone(), value.trim().to_owned()));
            }
        }
    }
    Ok(shown)
}

/// The whole number and holder of one account.
pub async fn account_reveal(centre: &Centre, ctx: &Context, id: AccountId) -> AppResult<(String, String)> {
    let work = centre
        .work(ctx, AuditAction::PersonalReveal, SubjectKind::Account, id)
        .await?;
    let outcome = reveal_account(&work, id).await;
    work.finish(outcome).await
}

async fn reveal_account(work: &Work<'_>, id: AccountId) -> AppResult<(String, String)> {
    let actor = &work.ctx.person()?.actor;
    let filter = actor.area_filter(Action::PersonalReveal)?;
    let orders = store::orders::orders_of_account(work.tx.conn(), id).await?;
    if filter.is_some_and(|own| !orders.iter().any(|o| o.area.within(own))) {
        return Err(RefusalCode::NotFound.into());
    }
    if work.ctx.purpose.trim().chars().count() < 2 {
        return Err(Refusal::field("purpose", RefusalCode::PurposeMissing).into());
    }
    let account = account_load(work.tx.conn(), id)
        .await?
        .ok_or(RefusalCode::NotFound)?;
    Ok((
        account.holder.reveal().to_owned(),
        account.number.as_str().to_owned(),
    ))
}
