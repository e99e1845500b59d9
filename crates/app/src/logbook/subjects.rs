//! What the subjects of the log are called by people: a report by its number, an order by what it does to which
//! account, a user by the name. An id stays where nothing else is known.
//!
//! Promises: no account number is shown whole, no victim's name at all. Leaves out the words (`web`).

use super::{audit_permit, looked_up};
use crate::{AppResult, Centre, Context};
use domain::document::DocumentKind;
use domain::order::OrderKind;
use domain::subject::SubjectKind;
use kernel::{AccountId, StatementId, UserId};
use kernel::{AccountNo, BankReportId, BatchId, CaseId, DispatchId, DocumentId, OrderId, PolicyId, ReportId};
use std::collections::BTreeMap;
use store::accounts::{account_by_number, account_load};
use store::bank_reports::bank_report_load;
use store::cases::{
    case_by_number, case_load, case_of_report, document_by_number, document_load, documents_of_report,
};
use store::intake::{dispatch_load, dispatch_of_report, identifier_find, report_load};
use store::orders::{batch_load, order_by_application, order_load, orders_of_account, orders_of_report};
use store::people::{User, users, users_by_id};
use store::policies::policy_load;
use store::sea_orm::prelude::Uuid;
use store::statements::file_load;

/// A thing as people call it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubjectName {
    /// A number, a file's name, a setting's key, a code.
    Number(String),
    /// A person who works here.
    User { name: String, login: String },
    /// An account by the end of its number and its bank.
    Account { tail: String, bank: String },
    /// An order by what it does to which account.
    Order { kind: OrderKind, tail: String },
    /// A paper; a draft has no number yet.
    Document { kind: DocumentKind, number: String },
    /// Something that belongs to a report and has no name of its own.
    OfReport(String),
    /// A standing policy by its serial.
    Policy(i64),
}

/// Kind and id, as an entry names its subject.
pub type SubjectKey = (SubjectKind, String);

/// The names of these subjects, as far as there are any.
pub async fn subject_names(
    centre: &Centre,
    subjects: impl IntoIterator<Item = SubjectKey>,
) -> AppResult<BTreeMap<SubjectKey, SubjectName>> {
    let mut names = BTreeMap::new();
    for subject in subjects {
        if names.contains_key(&subject) {
            continue;
        }
        if let Some(name) = name_of(centre, subject.0, &subject.1).await? {
            names.insert(subject, name);
        }
    }
    Ok(names)
}

async fn name_of(centre: &Centre, kind: SubjectKind, id: &str) -> AppResult<Option<SubjectName>> {
    if let Some(text) = plain(kind, id) {
        return Ok(Some(SubjectName::Number(text)));
    }
    let Ok(id) = Uuid::parse_str(id) else {
        return Ok(None);
    };
    let conn = centre.store.reader();
    Ok(match kind {
        SubjectKind::Report => report_number(centre, ReportId(id))
            .await?
            .map(SubjectName::Number),
        SubjectKind::Order => match order_load(conn, OrderId(id)).await? {
            Some(order) => {
                let account = account_load(conn, order.account).await?;
                Some(SubjectName::Order {
                    kind: order.kind,
                    tail: account.map(|a| a.number.tail()).unwrap_or_default(),
                })
            }
            None => None,
        },
        SubjectKind::Account => {
            account_load(conn, AccountId(id))
                .await?
                .map(|account| SubjectName::Account {
                    tail: account.number.tail(),
                    bank: account.bank_name,
                })
        }
        SubjectKind::Document => {
            document_load(conn, DocumentId(id))
                .await?
                .map(|paper| SubjectName::Document {
                    kind: paper.kind,
                    number: paper.number.unwrap_or_default(),
                })
        }
        SubjectKind::Case => case_load(conn, CaseId(id))
            .await?
            .map(|case| SubjectName::Number(case.number)),
        SubjectKind::User => {
            let found = users_by_id(conn, &[UserId(id)]).await?.into_iter().next();
            found.map(user_name)
        }
        SubjectKind::Dispatch => match dispatch_load(conn, DispatchId(id)).await? {
            Some(dispatch) => report_number(centre, dispatch.report)
                .await?
                .map(SubjectName::OfReport),
            None => None,
        },
        SubjectKind::Batch => match batch_load(conn, BatchId(id)).await? {
            Some(batch) => report_number(centre, batch.report)
                .await?
                .map(SubjectName::OfReport),
            None => None,
        },
        SubjectKind::BankReport => bank_report_load(conn, BankReportId(id))
            .await?
            .map(|report| SubjectName::Number(report.application_id)),
        SubjectKind::Policy => policy_load(conn, PolicyId(id))
            .await?
            .map(|row| SubjectName::Policy(row.policy.serial)),
        SubjectKind::Statement => file_load(conn, StatementId(id))
            .await?
            .map(|file| SubjectName::Number(file.name)),
        _ => None,
    })
}

/// Subjects whose id is what people call them.
fn plain(kind: SubjectKind, id: &str) -> Option<String> {
    use SubjectKind as K;
    let named = matches!(kind, K::Setting | K::File | K::Action | K::Centre);
    (named && !id.is_empty()).then(|| id.to_owned())
}

fn user_name(user: User) -> SubjectName {
    SubjectName::User {
        name: user.name,
        login: user.login,
    }
}

async fn report_number(centre: &Centre, id: ReportId) -> AppResult<Option<String>> {
    let row = report_load(centre.store.reader(), id).await?;
    Ok(row.map(|row| row.report.number))
}

/// Users who can be found by their name: a centre and its counties have some hundreds.
const USERS_MAX: u64 = 2_000;

/// The things that have exactly this number or name: reports, cases, papers, orders by their application id, accounts,
/// and the people who work here. Phones and names of citizens find nothing: that search asks for a purpose. Looking is
/// an entry; what was typed is not in it.
pub async fn subject_find(
    centre: &Centre,
    ctx: &Context,
    typed: &str,
) -> AppResult<Vec<(SubjectKey, SubjectName)>> {
    audit_permit(ctx)?;
    let found = find(centre, typed.trim()).await?;
    looked_up(centre, ctx, found.len()).await?;
    let names = subject_names(centre, found.iter().cloned()).await?;
    Ok(found
        .into_iter()
        .filter_map(|key| names.get(&key).cloned().map(|name| (key, name)))
        .collect())
}

async fn find(centre: &Centre, typed: &str) -> AppResult<Vec<SubjectKey>> {
    let conn = centre.store.reader();
    let mut found: Vec<SubjectKey> = Vec::new();
    if typed.chars().count() < 2 {
        return Ok(found);
    }
    let number = typed.to_uppercase();
    for known in identifier_find(conn, &number, 20).await? {
        if known.kind == "number" {
            found.push((SubjectKind::Report, known.subject.to_string()));
        }
    }
    if let Some(case) = case_by_number(conn, typed).await? {
        found.push((SubjectKind::Case, case.id.to_string()));
    }
    if let Some(paper) = document_by_number(conn, typed).await? {
        found.push((SubjectKind::Document, paper.id.to_string()));
    }
    if let Some(order) = order_by_application(conn, &number).await? {
        found.push((SubjectKind::Order, order.id.to_string()));
    }
    if let Some(account) = AccountNo::parse(typed)
        && let Some(account) = account_by_number(conn, account.main()).await?
    {
        found.push((SubjectKind::Account, account.id.to_string()));
    }
    let lower = typed.to_lowercase();
    for user in users(conn, "", USERS_MAX).await? {
        if user.login == lower || user.name == typed || user.police_number == typed {
            found.push((SubjectKind::User, user.id.to_string()));
        }
    }
    Ok(found)
}

/// A report stands for everything that belongs to it, an account also for the orders on it: who asks for the entries of
/// one wants them together. Other things stand for themselves.
pub(super) async fn with_belongings(
    centre: &Centre,
    subject: &SubjectKey,
) -> AppResult<Vec<(String, String)>> {
    let mut all = vec![subject.clone()];
    if let Ok(id) = Uuid::parse_str(&subject.1) {
        match subject.0 {
            SubjectKind::Report => all.extend(of_report(centre, ReportId(id)).await?),
            SubjectKind::Account => {
                let orders = orders_of_account(centre.store.reader(), AccountId(id)).await?;
                all.extend(orders.iter().map(|o| (SubjectKind::Order, o.id.to_string())));
            }
            _ => {}
        }
    }
    Ok(all
        .into_iter()
        .map(|(kind, id)| (kind.slug().to_owned(), id))
        .collect())
}

async fn of_report(centre: &Centre, id: ReportId) -> AppResult<Vec<SubjectKey>> {
    let conn = centre.store.reader();
    let orders = orders_of_report(conn, id).await?;
    let mut all: Vec<SubjectKey> = Vec::new();
    for order in &orders {
        all.push((SubjectKind::Order, order.id.to_string()));
        all.extend(order.batch.map(|batch| (SubjectKind::Batch, batch.to_string())));
    }
    for paper in documents_of_report(conn, id).await? {
        all.push((SubjectKind::Document, paper.id.to_string()));
    }
    let case = case_of_report(conn, id).await?;
    all.extend(case.map(|case| (SubjectKind::Case, case.id.to_string())));
    let dispatch = dispatch_of_report(conn, id).await?;
    all.extend(dispatch.map(|dispatch| (SubjectKind::Dispatch, dispatch.id.to_string())));
    all.sort();
    all.dedup();
    Ok(all)
}
