//! 审批依据: what an approver must know of one order before he says yes: this report's money on the account, the transfer it rests
//! on with its row, the case of a freeze, and what is in force already. Read only; the words are in `web`.

use crate::orders::bound::{CaseMoney, CaseTrace};
use crate::{AppResult, Centre};
use domain::case::Case;
use domain::document::DocumentKind;
use domain::hold::{AccountHolds, lets_go};
use domain::order::{FreezeType, Order, OrderKind};
use kernel::{Fen, Instant, OrderId, ReportId};
use std::collections::BTreeMap;
use store::accounts::{Account, Transfer, accounts_load};
use store::cases::{case_of_report, documents_of_report};
use store::intake::{Payment, payments};
use store::orders::{holds, order_load};

/// What one order rests on.
#[derive(Clone, Debug, Default)]
pub struct Basis {
    pub money: CaseMoney,
    /// The victim's payment that it names.
    pub payment: Option<Payment>,
    /// Every payment of the report into the account, oldest first, with the bank's row of each that has one.
    pub direct: Vec<(Payment, Option<Transfer>)>,
    /// The bank's row that brought the money to the account: of that payment, or the latest further down.
    pub row: Option<Transfer>,
    pub case: Option<Case>,
    /// Number of the 立案决定书.
    pub filing_number: String,
    pub holds: AccountHolds,
    /// For a freeze in the place of a stop: what becomes free; `None` inside when the bank did not say what it holds.
    pub lets_go: Option<Option<Fen>>,
    /// The order that it follows up.
    pub original: Option<Order>,
    /// The other ends of row and payment.
    pub accounts: BTreeMap<kernel::AccountId, Account>,
}

/// One report's part, loaded once for all its orders.
struct Report {
    trace: CaseTrace,
    payments: Vec<Payment>,
    case: Option<Case>,
    filing_number: String,
}

/// The basis of each of these orders, by their ids.
pub async fn bases(
    centre: &Centre,
    orders: &[Order],
    accounts: &BTreeMap<kernel::AccountId, Account>,
    now: Instant,
) -> AppResult<BTreeMap<OrderId, Basis>> {
    let mut reports: BTreeMap<ReportId, Report> = BTreeMap::new();
    let mut found = BTreeMap::new();
    for order in orders {
        if let std::collections::btree_map::Entry::Vacant(new) = reports.entry(order.report) {
            new.insert(report(centre, order.report).await?);
        }
        let (Some(report), Some(account)) = (reports.get(&order.report), accounts.get(&order.account)) else {
            continue;
        };
        found.insert(order.id, basis(centre, order, account, report, now).await?);
    }
    Ok(found)
}

async fn report(centre: &Centre, id: ReportId) -> AppResult<Report> {
    let conn = centre.store.reader();
    let documents = documents_of_report(conn, id).await?;
    let filed = documents
        .into_iter()
        .find(|d| d.kind == DocumentKind::CaseFilingDecision);
    Ok(Report {
        trace: CaseTrace::load(conn, id, centre.config.doctrine).await?,
        payments: payments(conn, id).await?,
        case: case_of_report(conn, id).await?,
        filing_number: filed.and_then(|d| d.number).unwrap_or_default(),
    })
}

async fn basis(
    centre: &Centre,
    order: &Order,
    account: &Account,
    report: &Report,
    now: Instant,
) -> AppResult<Basis> {
    let conn = centre.store.reader();
    let money = report.trace.on(account.id);
    let holds = holds(conn, account).await?;
    let payment = report
        .payments
        .iter()
        .find(|p| Some(p.id) == order.terms.payment)
        .cloned();
    let mut all: Vec<(Payment, Option<Transfer>)> = report
        .payments
        .iter()
        .filter(|p| p.to == Some(account.id))
        .map(|p| {
            let row = money.rows.iter().find(|row| Some(row.id) == p.transfer);
            (p.clone(), row.cloned())
        })
        .collect();
    all.sort_by_key(|(p, _)| (p.paid_at, p.id));
    let direct = payment.as_ref().filter(|p| p.to == Some(account.id));
    let row = match direct {
        Some(payment) => money.rows.iter().find(|row| Some(row.id) == payment.transfer),
        None => money.rows.last(),
    };
    let row = row.cloned();
    let ends: Vec<_> = row
        .iter()
        .flat_map(|row| [Some(row.src), Some(row.dst)])
        .chain(payment.iter().flat_map(|p| [p.from, p.to]))
        .flatten()
        .collect();
    let others = accounts_load(conn, &ends).await?;
    let whole = order.terms.freeze_type == Some(FreezeType::Whole);
    let original = match order.original {
        Some(id) => order_load(conn, id).await?,
        None => None,
    };
    Ok(Basis {
        lets_go: (order.kind == OrderKind::Freeze)
            .then(|| lets_go(&holds, order.report, order.terms.amount, whole, now)),
        direct: all,
        money,
        payment,
        row,
        case: report.case.clone(),
        filing_number: report.filing_number.clone(),
        holds,
        original,
        accounts: others.into_iter().map(|a| (a.id, a)).collect(),
    })
}
