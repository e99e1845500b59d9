//! 可办事项: what may be asked for next on an account or about an order, each with its reason when it may not. The rule is
//! `domain::order::acts`; drafting asks the same rule with the same facts ([`Facts::load`]).

use crate::orders::bound::{CaseMoney, case_money};
use crate::orders::intent::holder_document_known;
use crate::orders::rules::follow_up_rules;
use crate::whereabouts::claims_on;
use crate::{AppResult, Centre, Context};
use domain::access::{Action, Actor, permit};
use domain::case::CaseState;
use domain::hold::{AccountHolds, lets_go};
use domain::order::acts::{Act, FollowUpRules, Standing, acts_on_account, acts_on_order, next_term};
use domain::order::{Order, OrderKind};
use kernel::{AccountId, Fen, Instant, OrderId, Refusal, RefusalCode, ReportId};
use store::accounts::{Account, account_load};
use store::cases::case_of_report;
use store::intake::report_load;
use store::orders::{holds, order_load, orders_of_account};
use store::sea_orm::ConnectionTrait;

/// Everything that decides an act beside the order it follows.
#[derive(Clone, Debug)]
pub struct Facts {
    pub orders: Vec<Order>,
    pub holds: AccountHolds,
    filed: bool,
    document_known: bool,
    pub rules: FollowUpRules,
}

impl Facts {
    pub async fn load(conn: &impl ConnectionTrait, account: &Account, report: ReportId) -> AppResult<Facts> {
        let case = case_of_report(conn, report).await?;
        Ok(Facts {
            orders: orders_of_account(conn, account.id).await?,
            holds: holds(conn, account).await?,
            filed: case.is_some_and(|c| c.state == CaseState::Filed),
            document_known: holder_document_known(account),
            rules: follow_up_rules(conn).await?,
        })
    }

    pub fn standing(&self) -> Standing<'_> {
        Standing {
            orders: &self.orders,
            holds: &self.holds,
            filed: self.filed,
            document_known: self.document_known,
            rules: self.rules,
        }
    }
}

/// One act as a page offers it.
#[derive(Clone, Debug)]
pub struct Offer {
    pub act: Act,
    /// The term it would ask for when nobody names another.
    pub term: Option<(Instant, Instant)>,
    /// What the order that it follows asked for.
    pub amount: Option<Fen>,
}

/// What a report may ask for on one account.
#[derive(Clone, Debug)]
pub struct Offers {
    pub report: ReportId,
    pub report_number: String,
    pub account: Account,
    pub offers: Vec<Offer>,
    /// For a freeze: this report's money on the account and what stands beside it.
    pub figures: Option<Figures>,
}

/// What a freeze of the account may ask for, and what it would do to the rest.
#[derive(Clone, Debug)]
pub struct Figures {
    pub money: CaseMoney,
    /// What the bank says the stop in force holds; `Some(None)` when it did not say.
    pub stopped: Option<Option<Fen>>,
    /// What a freeze of `money.still` lets go; `None` when nobody can know.
    pub lets_go: Option<Fen>,
    /// What freezes of other reports hold on the account.
    pub frozen_for_others: Fen,
    /// Other victims' money there: those that the actor may read by number, the others in one sum.
    pub others: Vec<(ReportId, String, Fen)>,
    pub others_hidden: Fen,
}

/// 可办事项 of a report on an account; with `order`, only what follows that order.
pub async fn offers(
    centre: &Centre,
    ctx: &Context,
    report: ReportId,
    account: Option<AccountId>,
    order: Option<OrderId>,
) -> AppResult<Offers> {
    let conn = centre.store.reader();
    let actor = &ctx.person()?.actor;
    let row = report_load(conn, report).await?;
    permit(actor, Action::OrderRead, row.as_ref().map(|r| r.report.area))?;
    let row = row.ok_or(RefusalCode::NotFound)?;
    // Asked after the right: whoever may not know of the report learns nothing of the form either.
    let account = account.ok_or_else(|| Refusal::field("account_id", RefusalCode::FieldMissing))?;
    let account = account_load(conn, account).await?.ok_or(RefusalCode::NotFound)?;
    let facts = Facts::load(conn, &account, report).await?;
    let mut acts = match order {
        None => acts_on_account(report, &facts.standing(), ctx.at),
        Some(id) => {
            let order = order_load(conn, id).await?;
            let order = order.filter(|o| o.account == account.id && o.report == report);
            acts_on_order(&order.ok_or(RefusalCode::NotFound)?, &facts.standing(), ctx.at)
        }
    };
    // Whoever may not ask at all sees the acts, greyed for that reason.
    if let Err(refusal) = permit(actor, Action::OrderDraft, Some(row.report.area)) {
        for act in &mut acts {
            act.refusal = Some(refusal.clone());
        }
    }
    let freezes = acts.iter().any(|a| a.kind == OrderKind::Freeze);
    let figures = match freezes {
        true => Some(figures(centre, actor, report, &account, &facts, ctx.at).await?),
        false => None,
    };
    Ok(Offers {
        figures,
        report,
        report_number: row.report.number,
        offers: acts.into_iter().map(|act| offer(act, &facts)).collect(),
        account,
    })
}

async fn figures(
    centre: &Centre,
    actor: &Actor,
    report: ReportId,
    account: &Account,
    facts: &Facts,
    now: Instant,
) -> AppResult<Figures> {
    let conn = centre.store.reader();
    let doctrine = centre.config.doctrine;
    let money = case_money(conn, report, account.id, doctrine).await?;
    let (mut others, mut others_hidden) = (Vec::new(), Fen::ZERO);
    for claim in claims_on(conn, account.id, Some(report), doctrine).await? {
        if !claim.expected.is_positive() {
            continue;
        }
        let row = report_load(conn, claim.report).await?;
        match row.filter(|r| permit(actor, Action::ReportRead, Some(r.report.area)).is_ok()) {
            Some(row) => others.push((claim.report, row.report.number, claim.expected)),
            None => others_hidden = Fen(others_hidden.0 + claim.expected.0),
        }
    }
    // A freeze takes the place of its own report's stop alone.
    let stop = facts.holds.stop.filter(|s| s.report == report && s.until > now);
    Ok(Figures {
        stopped: stop.map(|s| s.held),
        lets_go: lets_go(&facts.holds, report, money.still, false, now),
        frozen_for_others: facts.holds.frozen_for_others(report, now),
        money,
        others,
        others_hidden,
    })
}

fn offer(act: Act, facts: &Facts) -> Offer {
    let original = act
        .original
        .and_then(|id| facts.orders.iter().find(|o| o.id == id));
    Offer {
        term: original.and_then(|o| next_term(act.kind, o, &facts.rules)),
        amount: original.map(|o| o.terms.amount).filter(|a| a.is_positive()),
        act,
    }
}
