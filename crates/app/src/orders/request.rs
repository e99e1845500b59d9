//! A person asks for one order on one account of a report.

use crate::orders::acts::Facts;
use crate::orders::bound::{LetsGo, amount_check, case_money, is_bounded, lets_go_check};
use crate::orders::draft::{Draft, draft};
use crate::orders::intent::holder_document_known;
use crate::orders::rules::follow_up_rules;
use crate::{AppResult, Centre, Context, Work};
use bankwire::codes::{CodeTable, RequestIdType};
use domain::access::{Action, permit};
use domain::audit::AuditAction;
use domain::order::acts::{act_check, next_term, next_term_check, original_of};
use domain::order::{Order, OrderKind, Terms, freeze_until_max};
use domain::subject::SubjectKind;
use kernel::identifier::{id_card, normalise};
use kernel::{
    AccountId, AccountNo, IdNumber, OrderId, PersonName, Problem, Refusal, RefusalCode, ReportId, UserId,
};
use serde_json::json;
use store::accounts::{Account, account_ensure, account_load, account_update};
use store::intake::{payments, report_load};
use store::orders::{order_load, orders_of_account, orders_of_report};

/// Which account is meant: one we know, or one typed in.
#[derive(Clone, Debug)]
pub enum AccountChoice {
    Known(AccountId),
    Typed {
        number: String,
        name: String,
        bank_code: String,
        bank_name: String,
        account_type: String,
    },
}

/// What is asked for.
#[derive(Clone, Debug)]
pub struct OrderRequest {
    pub report: ReportId,
    pub kind: OrderKind,
    pub account: AccountChoice,
    pub original: Option<OrderId>,
    pub terms: Terms,
    pub second_officer: Option<UserId>,
    /// What was said of the money that a freeze in the place of a stop lets go.
    pub lets_go: LetsGo,
    /// The holder's document, where the officer knows it before a bank has said it.
    pub holder_document: Option<HolderDocument>,
}

/// A document of an account's holder as an officer typed it, and where he has it from.
#[derive(Clone, Debug)]
pub struct HolderDocument {
    /// By the platform's table of documents.
    pub id_type: String,
    pub id_number: IdNumber,
    pub source: String,
}

/// Drafts the order; a stop that a standing policy covers leaves at once.
pub async fn order_request(centre: &Centre, ctx: &Context, request: OrderRequest) -> AppResult<Order> {
    let mut work = centre
        .work(
            ctx,
            AuditAction::OrderRequest,
            SubjectKind::Report,
            request.report,
        )
        .await?;
    work.note("kind", request.kind.slug());
    let outcome = make(&mut work, request).await;
    work.finish(outcome).await
}

async fn make(work: &mut Work<'_>, request: OrderRequest) -> AppResult<Order> {
    let actor = work.ctx.person()?.actor.clone();
    let report = report_load(work.tx.conn(), request.report).await?;
    permit(&actor, Action::OrderDraft, report.as_ref().map(|r| r.report.area))?;
    let report = report.ok_or(RefusalCode::NotFound)?;
    let mut account = resolve(work, &request.account).await?;
    if let Some(document) = &request.holder_document {
        learn_document(work, &mut account, document).await?;
    }
    let original = original(work, &request, &account).await?;
    let (layer, terms) = match &original {
        Some(original) => (original.layer, follow_up_terms(work, &request, original).await?),
        None => fill_in(work, &request, &account).await?,
    };
    let may_use_policy = request.kind == OrderKind::Stop;
    draft(
        work,
        Draft {
            kind: request.kind,
            report: &report,
            account: &account,
            layer,
            terms,
            original,
            batch: None,
            second_officer: request.second_officer,
            may_use_policy,
        },
    )
    .await
}

/// Keeps a typed document with its source; what a bank has said of the holder stands above it, and what is typed again in the
/// place of a wrong one stands above that.
async fn learn_document(work: &mut Work<'_>, account: &mut Account, typed: &HolderDocument) -> AppResult<()> {
    let number = normalise(typed.id_number.reveal()).to_uppercase();
    let mut problems = Vec::new();
    let mut problem = |field: &str, code| {
        problems.push(Problem {
            field: format!("holder_document.{field}"),
            code,
            detail: None,
        })
    };
    let kind = RequestIdType::from_code(&typed.id_type);
    match kind {
        None => problem("id_type", RefusalCode::FieldMalformed),
        Some(_) if number.is_empty() => problem("id_number", RefusalCode::FieldMissing),
        Some(RequestIdType::IdCard) if id_card(&number).is_none() => {
            problem("id_number", RefusalCode::FieldMalformed)
        }
        Some(_) if number.chars().count() > DOCUMENT_MAX => problem("id_number", RefusalCode::FieldTooLong),
        Some(_) => {}
    }
    if typed.source.trim().is_empty() {
        problem("source", RefusalCode::FieldMissing);
    } else if typed.source.chars().count() > SOURCE_MAX {
        problem("source", RefusalCode::FieldTooLong);
    }
    if let Some(refusal) = Refusal::of(problems) {
        return Err(refusal.into());
    }
    if account
        .holder_facts
        .as_deref()
        .is_some_and(|facts| !was_typed(facts))
    {
        // The bank's word stands. Another number is not set aside in silence: who typed it hears of it.
        let (_, of_bank) = crate::orders::intent::holder_document(account);
        let same = of_bank.is_empty() || normalise(of_bank.reveal()).to_uppercase() == number;
        return if same {
            Ok(())
        } else {
            Err(Refusal::field("holder_document.id_number", RefusalCode::HolderDocumentOfBank).into())
        };
    }
    let facts = json!({
        "credential_type": typed.id_type, "credential_number": number, "source": typed.source.trim(),
        "typed_by": work.ctx.user()?.to_string(),
    });
    account.holder_facts = Some(facts.to_string());
    account_update(&work.tx, account).await?;
    account.version += 1;
    work.also(
        AuditAction::AccountDocumentTyped,
        SubjectKind::Account,
        account.id,
        json!({ "source": typed.source.trim() }),
    );
    Ok(())
}

/// Whether the holder's facts are an officer's word; a bank's have no typist.
pub(crate) fn was_typed(facts: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(facts).is_ok_and(|facts| facts.get("typed_by").is_some())
}

const DOCUMENT_MAX: usize = 30;
const SOURCE_MAX: usize = 100;

/// The account, made known if it is new. All problems of a typed one come at once.
pub async fn resolve(work: &Work<'_>, choice: &AccountChoice) -> AppResult<Account> {
    let (number, name, bank_code, bank_name, account_type) = match choice {
        AccountChoice::Known(id) => {
            return Ok(account_load(work.tx.conn(), *id)
                .await?
                .ok_or(RefusalCode::NotFound)?);
        }
        AccountChoice::Typed {
            number,
            name,
            bank_code,
            bank_name,
            account_type,
        } => (number, name, bank_code, bank_name, account_type),
    };
    let mut problems = Vec::new();
    let mut problem = |field: &str, code| {
        problems.push(Problem {
            field: field.into(),
            code,
            detail: None,
        })
    };
    let parsed = AccountNo::parse(number);
    if parsed.is_none() {
        problem("account.number", RefusalCode::AccountMalformed);
    }
    if name.trim().is_empty() {
        problem("account.name", RefusalCode::AccountNameMissing);
    }
    let bank = parsed.as_ref().and_then(|n| work.centre.banks.find(n.as_str()));
    let code = if bank_code.is_empty() {
        bank.map(|b| b.bank_code12.clone()).unwrap_or_default()
    } else {
        bank_code.clone()
    };
    if !kernel::identifier::bank_code_ok(&code) {
        problem("account.bank_code", RefusalCode::BankUnknown);
    }
    if let Some(refusal) = Refusal::of(problems) {
        return Err(refusal.into());
    }
    let known_name = bank.map(|b| b.bank_name.clone()).unwrap_or_default();
    let fresh = Account {
        id: AccountId::new(work.now(), work.random10()),
        number: parsed.ok_or(RefusalCode::AccountMalformed)?,
        bank_code: code,
        bank_name: if bank_name.is_empty() {
            known_name
        } else {
            bank_name.clone()
        },
        holder: PersonName::new(name.trim()),
        account_type: account_type.clone(),
        exit_kind: String::new(),
        status: String::new(),
        balance: None,
        holder_facts: None,
        prior_holds: Vec::new(),
        stops_executed: 0,
        version: 1,
    };
    Ok(account_ensure(&work.tx, &fresh).await?)
}

/// A sum that the trace bounds: what is still there unless somebody asks for less, and never more.
async fn bound(
    work: &Work<'_>,
    request: &OrderRequest,
    account: &Account,
    terms: &mut Terms,
) -> AppResult<()> {
    let (conn, report) = (work.tx.conn(), request.report);
    let facts = Facts::load(conn, account, report).await?;
    // What the law wants first is said before the sum is looked at.
    act_check(request.kind, report, None, &facts.standing(), work.now())?;
    if request.kind == OrderKind::Freeze && !holder_document_known(account) {
        return Err(Refusal::field("account.holder_document", RefusalCode::FieldMissing).into());
    }
    let holds = &facts.holds;
    let money = case_money(conn, report, account.id, work.centre.config.doctrine).await?;
    if !terms.amount.is_positive() {
        terms.amount = money.still;
    }
    let arrived = money.rows.last().map(|row| row.at);
    terms.paid_at = terms.paid_at.or(arrived);
    let held = holds.stop.and_then(|stop| stop.held);
    amount_check(terms, &money, held.or(account.balance.map(|(fen, _)| fen)))?;
    if request.kind == OrderKind::Freeze {
        lets_go_check(report, terms, holds, request.lets_go, work.now())?;
    }
    Ok(())
}

/// What a follow-up leaves open comes from the order it follows: the victim's payment, the sum, the scope; its term begins at
/// the old end, whatever was typed, so that neither an hour lies between nor one is counted twice.
async fn follow_up_terms(work: &Work<'_>, request: &OrderRequest, original: &Order) -> AppResult<Terms> {
    let kind = request.kind;
    let mut terms = Terms {
        payment: original.terms.payment,
        paid_at: original.terms.paid_at,
        freeze_type: original.terms.freeze_type,
        interest_covered: original.terms.interest_covered,
        ..request.terms.clone()
    };
    if !terms.amount.is_positive() {
        terms.amount = original.terms.amount;
    }
    if terms.amount > original.terms.amount {
        return Err(Refusal {
            detail: Some(original.terms.amount.to_grouped()),
            ..Refusal::field("amount_fen", RefusalCode::AmountExceedsCase)
        }
        .into());
    }
    let releases = matches!(kind, OrderKind::StopRelieve | OrderKind::FreezeRelieve);
    if releases && terms.reason.trim().is_empty() {
        // Whoever approves that money becomes free must read why.
        return Err(Refusal::field("reason", RefusalCode::FieldMissing).into());
    }
    let rules = follow_up_rules(work.tx.conn()).await?;
    match next_term(kind, original, &rules) {
        Some((from, until)) => {
            terms.from = Some(from);
            let until = *terms.until.get_or_insert(until);
            next_term_check(kind, original, until, &rules)?;
        }
        None => (terms.from, terms.until) = (None, None),
    }
    Ok(terms)
}

/// The order that a follow-up follows: the one named, or the report's one on this account.
async fn original(work: &Work<'_>, request: &OrderRequest, account: &Account) -> AppResult<Option<Order>> {
    let Some(kind) = request.kind.original() else {
        return Ok(None);
    };
    if let Some(id) = request.original {
        let order = order_load(work.tx.conn(), id)
            .await?
            .ok_or(RefusalCode::NotFound)?;
        if order.account != account.id || order.report != request.report {
            return Err(Refusal::field("original_id", RefusalCode::NotFound).into());
        }
        return Ok(Some(order));
    }
    let on_it = orders_of_account(work.tx.conn(), account.id).await?;
    let found = original_of(request.kind, request.report, &on_it).cloned();
    match found {
        Some(order) => Ok(Some(order)),
        None => Err(Refusal::with(RefusalCode::NoMeasureInForce, kind.slug()).into()),
    }
}

/// What the request leaves open: the victim's payment that led to the account, its layer, and the term of a freeze.
async fn fill_in(work: &Work<'_>, request: &OrderRequest, account: &Account) -> AppResult<(u8, Terms)> {
    let mut terms = request.terms.clone();
    let paid = payments(work.tx.conn(), request.report).await?;
    let direct = paid
        .iter()
        .filter(|p| p.to == Some(account.id))
        .max_by_key(|p| p.paid_at);
    let bounded = is_bounded(request.kind, direct.is_some());
    // Of what was paid without an account no order speaks.
    let latest = || paid.iter().filter(|p| p.to.is_some()).max_by_key(|p| p.paid_at);
    if let Some(payment) = direct.or_else(latest) {
        terms.payment.get_or_insert(payment.id);
        if !bounded {
            terms.paid_at.get_or_insert(payment.paid_at);
            if !terms.amount.is_positive() {
                terms.amount = payment.amount;
            }
        }
    }
    if bounded {
        bound(work, request, account, &mut terms).await?;
        let known = terms.paid_at.or(direct.map(|p| p.paid_at));
        terms.paid_at = known.or_else(|| latest().map(|p| p.paid_at));
    }
    if request.kind == OrderKind::Freeze {
        let from = *terms.from.get_or_insert(work.now());
        terms.until.get_or_insert(freeze_until_max(from, false));
    }
    let earlier = orders_of_report(work.tx.conn(), request.report).await?;
    let known = earlier.iter().find(|o| o.account == account.id).map(|o| o.layer);
    let layer = if direct.is_some() { 1 } else { known.unwrap_or(2) };
    Ok((layer, terms))
}
