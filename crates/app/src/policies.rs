//! 应急授权: a leader signs a standing policy, or ends it.

use crate::{AppResult, Centre, Context, Work};
use domain::access::{Action, ApproverLevel, level_check, permit};
use domain::audit::AuditAction;
use domain::policy::StandingPolicy;
use domain::subject::SubjectKind;
use kernel::{Fen, Instant, PolicyId, Problem, Refusal, RefusalCode, Span};
use store::counter::next_serial;
use store::policies::{self, PolicyRow, policy_end, policy_insert, policy_load};

/// What a leader signs.
#[derive(Clone, Copy, Debug)]
pub struct PolicyForm {
    pub amount_max: Fen,
    pub payment_age_max: Span,
    pub direct_payee_only: bool,
    pub valid_until: Instant,
    pub confirm_within: Span,
}

/// The longest a policy may run before it is signed anew.
const VALID_MAX: Span = Span::days(366);

pub async fn policy_sign(centre: &Centre, ctx: &Context, form: PolicyForm) -> AppResult<StandingPolicy> {
    let mut work = centre
        .work(ctx, AuditAction::PolicySign, SubjectKind::Policy, "")
        .await?;
    let outcome = sign(&mut work, form).await;
    work.finish(outcome).await
}

async fn sign(work: &mut Work<'_>, form: PolicyForm) -> AppResult<StandingPolicy> {
    let actor = work.ctx.person()?.actor.clone();
    permit(&actor, Action::PolicySign, None)?;
    level_check(&actor, ApproverLevel::Duty)?;
    check(&form, work.now())?;
    let policy = StandingPolicy {
        id: PolicyId::new(work.now(), work.random10()),
        serial: next_serial(&work.tx, "standing_policy").await?,
        amount_max: form.amount_max,
        payment_age_max: form.payment_age_max,
        direct_payee_only: form.direct_payee_only,
        valid_from: work.now(),
        valid_until: form.valid_until,
        confirm_within: form.confirm_within,
        signed_by: actor.id,
        signed_at: work.now(),
        ended_at: None,
        version: 1,
    };
    policy_insert(&work.tx, &policy).await?;
    work.subject(policy.id);
    work.note("serial", policy.serial);
    work.note("amount_max_fen", policy.amount_max.0);
    work.note("payment_age_max_ms", policy.payment_age_max.ms());
    work.note("direct_payee_only", policy.direct_payee_only);
    work.note("valid_until", policy.valid_until.to_iso_cst());
    Ok(policy)
}

fn check(form: &PolicyForm, now: Instant) -> Result<(), Refusal> {
    let mut problems = Vec::new();
    let mut problem = |field: &str, code| {
        problems.push(Problem {
            field: field.into(),
            code,
            detail: None,
        })
    };
    if !form.amount_max.is_positive() {
        problem("amount_max_fen", RefusalCode::AmountNotPositive);
    }
    if form.payment_age_max <= Span::ZERO || form.payment_age_max > Span::days(7) {
        problem("payment_age_max_minutes", RefusalCode::FieldMalformed);
    }
    if form.confirm_within <= Span::ZERO || form.confirm_within > Span::days(2) {
        problem("confirm_within_minutes", RefusalCode::FieldMalformed);
    }
    if form.valid_until <= now {
        problem("ends_at", RefusalCode::DatesReversed);
    } else if form.valid_until > now + VALID_MAX {
        problem("ends_at", RefusalCode::FieldMalformed);
    }
    Refusal::of(problems).map_or(Ok(()), Err)
}

pub async fn policy_stop(centre: &Centre, ctx: &Context, id: PolicyId) -> AppResult<PolicyRow> {
    let mut work = centre
        .work(ctx, AuditAction::PolicyEnd, SubjectKind::Policy, id)
        .await?;
    let outcome = end(&mut work, id).await;
    work.finish(outcome).await
}

async fn end(work: &mut Work<'_>, id: PolicyId) -> AppResult<PolicyRow> {
    permit(&work.ctx.person()?.actor, Action::PolicySign, None)?;
    if !policy_end(&work.tx, id, work.now()).await? {
        let known = policy_load(work.tx.conn(), id).await?.is_some();
        return Err(if known {
            RefusalCode::AlreadyDecided
        } else {
            RefusalCode::NotFound
        }
        .into());
    }
    Ok(policy_load(work.tx.conn(), id)
        .await?
        .ok_or(RefusalCode::NotFound)?)
}

/// All policies, newest first.
pub async fn policies_list(centre: &Centre, ctx: &Context) -> AppResult<Vec<PolicyRow>> {
    permit(&ctx.person()?.actor, Action::PolicyRead, None)?;
    Ok(policies::policies(centre.store.reader()).await?)
}
