//! What both loads of the bench invent alike: accounts by their number, and the entry of a transaction of the bench.

use app::Centre;
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{AccountId, AccountNo, Instant, PersonName};
use store::NewEntry;
use store::accounts::Account;

pub fn account_number(nth: u64) -> String {
    format!("70{nth:014}")
}

pub fn account(centre: &Centre, nth: u64, at: Instant) -> Account {
    Account {
        id: AccountId::new(at, centre.random10()),
        number: AccountNo::parse(&account_number(nth)).expect("sixteen digits are an account number"),
        bank_code: "402533000018".into(),
        bank_name: "黄冈农村商业银行".into(),
        holder: PersonName::new("试乙"),
        account_type: "01".into(),
        exit_kind: String::new(),
        status: String::new(),
        balance: None,
        holder_facts: None,
        prior_holds: Vec::new(),
        stops_executed: 0,
        version: 1,
    }
}

pub fn entry(centre: &Centre, count: u64) -> NewEntry {
    NewEntry {
        at: centre.now(),
        actor: "system:bench".into(),
        actor_name: "system:bench".into(),
        org: String::new(),
        action: AuditAction::BenchLoad.slug().into(),
        subject_kind: SubjectKind::Bench.slug().into(),
        subject_id: String::new(),
        purpose: String::new(),
        done: true,
        refusal: None,
        detail: serde_json::json!({ "count": count }),
        request_id: String::new(),
    }
}
