//! The notices to banks: 协助查询财产通知书, 协助冻结财产通知书 with its renewal, 协助解除冻结财产通知书 (DOCUMENTS 2.2 to 2.4). They are the
//! papers of the organ whose head approved.

use super::issue::{About, check, issue};
use super::organ::organ_of;
use super::people::{approval, institution, number, officers, unit_of, user};
use crate::orders::intent::query_period;
use crate::{AppResult, Work};
use domain::case::Case;
use domain::document::DocumentKind;
use domain::order::{FreezeType, Order, OrderKind, OrderState};
use forms::{
    CaseHead, Day, EDITION, FreezeAccount, FreezeNotice, FreezeRelieveNotice, Issue, Paper, Property,
    QueryAccount, QueryNotice, ReliefGround, Renewal, Scope, Sum,
};
use kernel::{Refusal, RefusalCode};
use store::accounts::Account;
use store::cases::{Document, case_of_report, documents_of_report};
use store::intake::PersonRole;

/// 协助查询财产通知书: by account, because the suspect is not known yet.
pub async fn query_notice(work: &mut Work<'_>, order: &Order, account: &Account) -> AppResult<Document> {
    let form = query_form(work, order, account).await?;
    issue_notice(work, order, Paper::QueryNotice(form)).await
}

/// 协助冻结财产通知书, its renewal 继续冻结, and 协助解除冻结财产通知书.
pub async fn freeze_notice(work: &mut Work<'_>, order: &Order, account: &Account) -> AppResult<Document> {
    let paper = freeze_form(work, order, account).await?;
    issue_notice(work, order, paper).await
}

async fn issue_notice(work: &mut Work<'_>, order: &Order, paper: Paper) -> AppResult<Document> {
    let approval = order.approval.as_ref().ok_or(RefusalCode::PaperNotApproved)?;
    let organ = organ_of(work, approval.by).await?;
    let about = About {
        report: work.report(order.report).await?,
        order: Some(order.id),
        case: order.case,
    };
    let (document, _) = issue(work, about, paper, &organ).await?;
    Ok(document)
}

pub(super) async fn query_form(work: &Work<'_>, order: &Order, account: &Account) -> AppResult<QueryNotice> {
    let contents: &[&str] = match order.kind {
        OrderKind::QueryTransactions => &["开户资料", "账户交易明细"],
        OrderKind::QueryHolder => &["账户持卡主体信息"],
        OrderKind::Watch | OrderKind::WatchEnd => &["账户交易动态"],
        _ => &["名下全部账户"],
    };
    let (period_from, period_to) = period(work, order).await?;
    Ok(QueryNotice {
        edition: EDITION,
        issue: head(work, order).await?,
        addressee: institution(account),
        property: "存款、汇款".to_owned(),
        contents: contents.iter().map(|c| (*c).to_owned()).collect(),
        accounts: vec![QueryAccount {
            holder: account.holder.clone(),
            account: number(account),
            institution: account.bank_name.clone(),
            note: String::new(),
        }],
        period_from,
        period_to,
        reason: "电信网络诈骗案件查询资金流向".to_owned(),
        account_pages: true,
    })
}

/// The period that the message asks for; a query without one has none on paper either.
async fn period(work: &Work<'_>, order: &Order) -> AppResult<(Option<Day>, Option<Day>)> {
    Ok(match order.kind {
        OrderKind::QueryTransactions => {
            let (from, until) = query_period(work, order).await?;
            (Some(Day::of(from)), Some(Day::of(until)))
        }
        OrderKind::Watch => (
            Some(Day::of(order.terms.from.unwrap_or(work.now()))),
            order.terms.until.map(Day::of),
        ),
        _ => (None, None),
    })
}

pub(super) async fn freeze_form(work: &Work<'_>, order: &Order, account: &Account) -> AppResult<Paper> {
    if order.kind == OrderKind::FreezeRelieve {
        return Ok(Paper::FreezeRelieveNotice(relief(work, order, account).await?));
    }
    let report = work.report(order.report).await?;
    let whole = order.terms.freeze_type == Some(FreezeType::Whole);
    let from = order.terms.from.unwrap_or(work.now());
    let sum = Some(Sum::of(order.terms.amount)).filter(|s| s.fen.is_positive());
    Ok(Paper::FreezeNotice(FreezeNotice {
        edition: EDITION,
        issue: head(work, order).await?,
        addressee: institution(account),
        property: Property::Deposit,
        property_name: String::new(),
        accounts: vec![FreezeAccount {
            holder: account.holder.clone(),
            account: number(account),
            institution: account.bank_name.clone(),
            sum: sum.clone(),
            note: String::new(),
        }],
        total: sum,
        // A whole account is frozen for its own sake; a sum never beyond what the case is about.
        case_sum: (!whole).then(|| Sum::of(report.report.loss)),
        begin: Some(Day::of(from)),
        end: order.terms.until.map(Day::of),
        scope: Some(if whole { Scope::Whole } else { Scope::Limited }),
        fruits: Some(order.terms.interest_covered),
        queued: waits_behind_another(work, order, account).await?,
        renewal: renewal(work, order).await?,
        reason: reason(order, "电信网络诈骗案件冻结涉案资金"),
        account_pages: false,
    }))
}

/// 轮候: behind another authority's freeze, or behind ours for another report's money on the same account (adr 0017).
async fn waits_behind_another(work: &Work<'_>, order: &Order, account: &Account) -> AppResult<bool> {
    let holds = store::orders::holds(work.tx.conn(), account).await?;
    let ours = holds.frozen(work.now()).any(|f| f.report != order.report);
    Ok(ours || !account.prior_holds.is_empty())
}

fn reason(order: &Order, otherwise: &str) -> String {
    if order.terms.reason.trim().is_empty() {
        otherwise.to_owned()
    } else {
        order.terms.reason.clone()
    }
}

/// The earlier notice that a renewal or a relief quotes; without one nothing can be renewed or let go on paper.
async fn earlier(work: &Work<'_>, order: &Order) -> AppResult<Document> {
    let notices = documents_of_report(work.tx.conn(), order.report).await?;
    let found = notices
        .into_iter()
        .find(|d| d.order.is_some() && d.order == order.original && d.kind == DocumentKind::FreezeNotice);
    found.ok_or_else(|| {
        Refusal::with(
            RefusalCode::PaperIncomplete,
            "原冻结文书 / the notice of the freeze",
        )
        .into()
    })
}

async fn renewal(work: &Work<'_>, order: &Order) -> AppResult<Option<Renewal>> {
    if order.kind != OrderKind::FreezeRenew {
        return Ok(None);
    }
    let notice = earlier(work, order).await?;
    let incomplete = || {
        Refusal::with(
            RefusalCode::PaperIncomplete,
            "原冻结到期日 / the end of the freeze",
        )
    };
    let original = order.original.ok_or_else(incomplete)?;
    let freeze = store::orders::order_load(work.tx.conn(), original).await?;
    let end = freeze
        .filter(|o| o.state == OrderState::Executed)
        .and_then(|o| o.answer?.expire_at)
        .ok_or_else(incomplete)?;
    Ok(Some(Renewal {
        earlier_number: notice.number.unwrap_or_default(),
        earlier_end: Day::of(end),
    }))
}

async fn relief(work: &Work<'_>, order: &Order, account: &Account) -> AppResult<FreezeRelieveNotice> {
    let notice = earlier(work, order).await?;
    let original = match order.original {
        Some(id) => store::orders::order_load(work.tx.conn(), id).await?,
        None => None,
    };
    // What the bank said it holds is let go, or what was asked for where the bank did not say.
    let held = original
        .as_ref()
        .map(|o| o.answer.as_ref().and_then(|a| a.held).unwrap_or(o.terms.amount));
    let sum = held.filter(|f| f.is_positive()).map(Sum::of);
    Ok(FreezeRelieveNotice {
        edition: EDITION,
        issue: head(work, order).await?,
        addressee: institution(account),
        property: Property::Deposit,
        property_name: String::new(),
        accounts: vec![FreezeAccount {
            holder: account.holder.clone(),
            account: number(account),
            institution: account.bank_name.clone(),
            sum: sum.clone(),
            note: String::new(),
        }],
        total: sum,
        remaining: None,
        earlier_number: notice.number.unwrap_or_default(),
        earlier_on: Some(Day::of(notice.made_at)),
        ground: ReliefGround::NoLongerNeeded,
        reason: reason(order, "不需要继续冻结"),
    })
}

/// 填发人 is the officer who asked, 批准人 who approved; before the approval nobody stands there.
async fn head(work: &Work<'_>, order: &Order) -> AppResult<Issue> {
    let case = case_of_report(work.tx.conn(), order.report).await?;
    let approved = match &order.approval {
        Some(a) => Some(approval(work, a.by, a.level, a.at).await?),
        None => None,
    };
    let decider = order.approval.as_ref().map_or(order.requested_by, |a| a.by);
    let organ = organ_of(work, decider).await?;
    Ok(Issue {
        agency: organ.name.clone(),
        number: None,
        case: match &case {
            Some(case) => case_head(work, case).await?,
            None => report_head(work, order).await?,
        },
        suspect: None,
        approval: approved,
        officers: officers(work, &[order.requested_by, order.second_officer]).await?,
        handling_unit: unit_of(work, order.requested_by).await?,
        issued_on: Some(Day::of(work.now())),
        issued_by: user(work, order.requested_by).await?.name.as_str().into(),
        phone: organ.contact(),
    })
}

async fn case_head(work: &Work<'_>, case: &Case) -> AppResult<CaseHead> {
    let documents = documents_of_report(work.tx.conn(), case.report).await?;
    let filed = documents
        .into_iter()
        .find(|d| d.kind == DocumentKind::CaseFilingDecision);
    Ok(CaseHead {
        name: case.name.clone(),
        number: case.number.clone(),
        filing_number: filed.and_then(|d| d.number).unwrap_or_default(),
    })
}

/// Before a case is accepted: 被害人 + 被诈骗案 (DOCUMENTS 1.3), under the report's number at the platform.
async fn report_head(work: &Work<'_>, order: &Order) -> AppResult<CaseHead> {
    let report = work.report(order.report).await?;
    let people = work.people_of(order.report).await?;
    let victim = people
        .iter()
        .find(|p| p.role == PersonRole::Victim && !p.name.is_empty());
    Ok(CaseHead {
        name: format!("{}被诈骗案", victim.map(|v| v.name.reveal()).unwrap_or_default()),
        number: report.report.platform_case_number,
        filing_number: String::new(),
    })
}

/// Whether the paper of this order could be issued as far as its contents go; asked when the order is drafted, so that nothing
/// is promised that cannot leave. Who will approve is not known then.
pub async fn ready(work: &Work<'_>, order: &Order, account: &Account) -> AppResult<()> {
    let paper = match order.kind {
        OrderKind::Stop | OrderKind::StopRelieve | OrderKind::StopProlong => {
            Paper::StopApplication(super::stop::form(work, order, account).await?)
        }
        OrderKind::Freeze | OrderKind::FreezeRelieve | OrderKind::FreezeRenew => {
            freeze_form(work, order, account).await?
        }
        _ => Paper::QueryNotice(query_form(work, order, account).await?),
    };
    Ok(check(&paper.before_approval())?)
}
