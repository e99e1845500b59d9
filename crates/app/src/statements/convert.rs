//! A row of a statement as a movement between two accounts.
//!
//! Who is at the other end is often not said. Then the money has a place that is named by the account it left, so that it
//! is seen to have gone (or to have come from nowhere known), and no stranger's account is invented.

use crate::Centre;
use kernel::{AccountId, AccountNo, PersonName, TransferId};
use statement::{Direction, Statement};
use store::accounts::{Account, Side, Transfer};
use store::movements::Told;

/// The statement's own account, as far as the row knows it.
pub(super) fn own_account(centre: &Centre, row: &Statement) -> Account {
    fresh(centre, row.own.clone(), row.own_name.as_str().into(), "")
}

/// What the money's other end is where no account is told.
fn place(row: &Statement) -> (&'static str, &'static str) {
    match () {
        () if row.cash => ("CASH", "cash"),
        () if row.merchant.is_empty() => ("UNKNOWN", "unknown"),
        () => ("MERCHANT", "merchant"),
    }
}

fn name_of_other(row: &Statement) -> &str {
    if row.other_name.is_empty() {
        &row.merchant
    } else {
        &row.other_name
    }
}

/// Whether the row has a name for the other end.
pub(super) fn names_other(row: &Statement) -> bool {
    !name_of_other(row).is_empty()
}

/// The number of the account at the other end, or of the place that stands for it.
pub(super) fn other_number(row: &Statement) -> AccountNo {
    if let Some(number) = &row.other {
        return number.clone();
    }
    let way = match row.direction {
        Direction::Out => "OUT",
        Direction::In => "IN",
    };
    let name = name_of_other(row);
    let told_apart = if name.is_empty() {
        String::new()
    } else {
        format!("{:08X}", fnv(name))
    };
    let own: String = row.own.main().chars().take(36).collect();
    let (kind, _) = place(row);
    AccountNo::parse(&format!("{kind}{way}{own}{told_apart}")).unwrap_or_else(|| row.own.clone())
}

/// The account at the other end, under its [`other_number`].
pub(super) fn other_account(centre: &Centre, row: &Statement, number: AccountNo) -> Account {
    let exit = match (&row.other, row.merchant.is_empty()) {
        (Some(_), true) => "",
        (Some(_), false) => "merchant",
        (None, _) => place(row).1,
    };
    let mut account = fresh(centre, number, PersonName::new(name_of_other(row)), exit);
    if account.bank_name.is_empty() {
        account.bank_name.clone_from(&row.other_bank);
    }
    account
}

fn fresh(centre: &Centre, number: AccountNo, holder: PersonName, exit: &str) -> Account {
    let bank = centre.banks.find(number.as_str());
    Account {
        id: AccountId::new(centre.now(), centre.random10()),
        bank_code: bank.map(|b| b.bank_code12.clone()).unwrap_or_default(),
        bank_name: bank.map(|b| b.bank_name.clone()).unwrap_or_default(),
        number,
        holder,
        account_type: String::new(),
        exit_kind: exit.to_owned(),
        status: String::new(),
        balance: None,
        holder_facts: None,
        prior_holds: Vec::new(),
        stops_executed: 0,
        version: 1,
    }
}

/// Tells names apart within one account; nothing else hangs on it.
fn fnv(text: &str) -> u32 {
    text.bytes()
        .fold(0x811c_9dc5, |h, b| (h ^ u32::from(b)).wrapping_mul(0x0100_0193))
}

/// The movement, told by the bank of the statement's own account.
pub(super) fn told(centre: &Centre, row: &Statement, own: AccountId, other: AccountId, twin: u32) -> Told {
    let out = row.direction == Direction::Out;
    let (serial, balance) = (row.serial.clone(), row.balance);
    let transfer = Transfer {
        id: TransferId::new(row.at, centre.random10()),
        src: if out { own } else { other },
        dst: if out { other } else { own },
        amount: row.amount,
        at: row.at,
        src_serial: if out { serial.clone() } else { None },
        dst_serial: if out { None } else { serial },
        src_balance: if out { balance } else { None },
        dst_balance: if out { None } else { balance },
        payment: None,
        source_order: None,
        summary: row.summary.chars().take(100).collect(),
    };
    Told {
        transfer,
        side: if out { Side::Src } else { Side::Dst },
        twin,
    }
}
