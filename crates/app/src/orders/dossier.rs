//! The dossier of an order: everything that its plan looks at, loaded once. `domain::order::plan` decides over it.

use crate::orders::draft::Draft;
use crate::{AppResult, Work, officers};
use domain::document::DocumentKind;
use domain::order::needs::{AccountFacts, Applicant, CentreFacts, Facts, Officer};
use domain::order::plan::Dossier;
use domain::order::{OrderKind, Terms};
use kernel::{AccountId, UserId};
use store::accounts::Account;
use store::intake::{Payment, Person, PersonRole};
use store::orders as rows;
use store::people::User;
use store::{cases, policies};

/// What is known of an order that somebody asks for.
pub struct Loaded {
    pub dossier: Dossier,
    pub requested_by: UserId,
    pub second_officer: Option<UserId>,
}

/// Loads everything about the order that is asked for.
pub async fn load(work: &Work<'_>, draft: &Draft<'_>) -> AppResult<Loaded> {
    let conn = work.tx.conn();
    let (first, second) = officers::requester_and_second(work, draft.second_officer).await?;
    let follow_up_open = match &draft.original {
        Some(original) => !rows::follow_ups_open(conn, original.id).await?.is_empty(),
        None => false,
    };
    let policies = if draft.may_use_policy {
        policies::policies_in_force(conn, work.now()).await?
    } else {
        Vec::new()
    };
    Ok(Loaded {
        requested_by: first.id,
        second_officer: second.as_ref().map(|u| u.id),
        dossier: Dossier {
            facts: facts(work, draft, &first, second.as_ref()).await?,
            holds: rows::holds(conn, draft.account).await?,
            case: cases::case_of_report(conn, draft.report.report.id).await?,
            original: draft.original.clone(),
            follow_up_open,
            policies,
        },
    })
}

async fn facts(work: &Work<'_>, draft: &Draft<'_>, first: &User, second: Option<&User>) -> AppResult<Facts> {
    let report = draft.report.report.id;
    let paid = work.payments_of(report).await?;
    let people = work.people_of(report).await?;
    let rows = payments_on_application(&paid, draft.account.id, &draft.terms);
    let config = &work.centre.config;
    let freeze_notice = match (draft.kind, &draft.original) {
        (OrderKind::FreezeRelieve, Some(original)) => {
            let papers = cases::documents_of_report(work.tx.conn(), report).await?;
            papers
                .iter()
                .any(|d| d.order == Some(original.id) && d.kind == DocumentKind::FreezeNotice)
        }
        _ => false,
    };
    Ok(Facts {
        account: account_facts(draft.account),
        applicant: applicant(&people, rows.first().copied()),
        payment_rows: rows.len(),
        first: Some(officer(first)),
        second: second.map(officer),
        centre: CentreFacts {
            name: config.name.clone(),
            agency: config.agency.clone(),
            agency_full: config.agency_full.clone(),
            org_code: config.org_code.clone(),
            phone: config.phone.clone(),
            case_type: config.case_type.clone(),
        },
        freeze_notice,
    })
}

fn account_facts(account: &Account) -> AccountFacts {
    let (_, document) = crate::orders::intent::holder_document(account);
    AccountFacts {
        number: account.number.clone(),
        holder: account.holder.clone(),
        bank_code: account.bank_code.clone(),
        bank_name: account.bank_name.clone(),
        document: Some(document).filter(|d| !d.is_empty()),
    }
}

fn officer(user: &User) -> Officer {
    Officer {
        name: user.name.clone(),
        police_number: user.police_number.clone(),
        phone: user.phone.clone(),
    }
}

/// The rows of a stop application: the victims' payments into the account, or the one that led to it.
pub fn payments_on_application<'a>(
    paid: &'a [Payment],
    account: AccountId,
    terms: &Terms,
) -> Vec<&'a Payment> {
    let direct: Vec<&Payment> = paid.iter().filter(|p| p.to == Some(account)).collect();
    if direct.is_empty() {
        return paid.iter().filter(|p| Some(p.id) == terms.payment).collect();
    }
    direct
}

/// 申请人: the victim of the first row, else the report's first victim.
fn applicant(people: &[Person], first: Option<&Payment>) -> Option<Applicant> {
    let victims = || people.iter().filter(|p| p.role == PersonRole::Victim);
    let named = first
        .and_then(|p| p.victim)
        .and_then(|id| victims().find(|p| p.id == id));
    named.or_else(|| victims().next()).map(|p| Applicant {
        name: p.name.clone(),
        id_number: p.id_number.clone(),
    })
}
