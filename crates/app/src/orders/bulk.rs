//! 批量审批: many decisions in one act, each for itself. Every row is decided in a transaction of its own, so that one that is refused
//! holds back none of the others, and each leaves its entry.
//!
//! Promises: a row counts only as it was seen. Its stamp is what the list showed; a thing that changed since is refused with
//! `not_seen`. Rights, levels and "never one's own" are asked by the use case of each row.

use crate::cases::{FilingDecision, case_decide};
use crate::orders::approve;
use crate::orders::approve::{batch_approve_seen, order_approve_seen};
use crate::orders::confirm::{order_confirm_refuse_seen, order_confirm_seen};
use crate::{AppError, AppResult, Centre, Context};
use kernel::{BatchId, CaseId, OrderId, Refusal, RefusalCode};
use store::cases::case_load;
use store::orders::{order_load, orders_of_batch};
use store::sea_orm::prelude::Uuid;

/// What one row of the inbox is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Order,
    Batch,
    /// Left under the standing policy; to be confirmed.
    Confirmation,
    Case,
}

impl Subject {
    pub fn from_slug(slug: &str) -> Option<Subject> {
        Some(match slug {
            "order" => Subject::Order,
            "batch" => Subject::Batch,
            "confirmation" => Subject::Confirmation,
            "case" => Subject::Case,
            _ => return None,
        })
    }
}

/// One row, as it was seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    pub subject: Subject,
    pub id: Uuid,
    pub seen: i64,
}

/// Rows of one act.
pub const ROWS_MAX: usize = 100;

/// Yes or no to all of them; a no needs a reason. The answers stand in the order of the rows.
pub async fn decide_many(
    centre: &Centre,
    ctx: &Context,
    rows: &[Row],
    yes: bool,
    opinion: &str,
) -> AppResult<Vec<Option<Refusal>>> {
    if rows.is_empty() || rows.len() > ROWS_MAX {
        return Err(Refusal::field("items", RefusalCode::TooMany).into());
    }
    if !yes && opinion.trim().is_empty() {
        return Err(Refusal::field("opinion", RefusalCode::FieldMissing).into());
    }
    let mut answers = Vec::with_capacity(rows.len());
    for row in rows {
        answers.push(match one(centre, ctx, row, yes, opinion).await {
            Ok(()) => None,
            Err(AppError::Refused(refusal)) => Some(refusal),
            Err(failed) => return Err(failed),
        });
    }
    Ok(answers)
}

async fn one(centre: &Centre, ctx: &Context, row: &Row, yes: bool, opinion: &str) -> AppResult<()> {
    let seen = Some(row.seen);
    match (row.subject, yes) {
        (Subject::Order, true) => {
            order_approve_seen(centre, ctx, OrderId(row.id), opinion, seen).await?;
        }
        (Subject::Order, false) => {
            let order = order_load(centre.store.reader(), OrderId(row.id)).await?;
            let now = order.map(|o| o.version);
            still(row, now)?;
            approve::order_reject(centre, ctx, OrderId(row.id), opinion).await?;
        }
        (Subject::Batch, true) => {
            batch_approve_seen(centre, ctx, BatchId(row.id), opinion, seen).await?;
        }
        (Subject::Batch, false) => {
            let orders = orders_of_batch(centre.store.reader(), BatchId(row.id)).await?;
            still(row, Some(orders.iter().map(|o| o.version).sum()))?;
            approve::batch_reject(centre, ctx, BatchId(row.id), opinion).await?;
        }
        (Subject::Confirmation, true) => {
            order_confirm_seen(centre, ctx, OrderId(row.id), opinion, seen).await?;
        }
        (Subject::Confirmation, false) => {
            order_confirm_refuse_seen(centre, ctx, OrderId(row.id), opinion, seen).await?;
        }
        (Subject::Case, yes) => {
            let case = case_load(centre.store.reader(), CaseId(row.id)).await?;
            still(row, case.map(|c| c.version))?;
            let decision = match yes {
                true => FilingDecision::File,
                false => FilingDecision::DoNotFile,
            };
            case_decide(centre, ctx, CaseId(row.id), decision, opinion).await?;
        }
    }
    Ok(())
}

/// What is not there is answered by the use case, which asks the right first.
fn still(row: &Row, version: Option<i64>) -> Result<(), Refusal> {
    version.map_or(Ok(()), |version| approve::was_seen(Some(row.seen), version))
}
