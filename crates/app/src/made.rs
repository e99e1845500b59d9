//! Accounts and orders for the tests of this crate, each by one letter, on one evening that begins at nine.

use domain::access::ApproverLevel;
use domain::order::{Answer, Approval, Order, OrderKind, OrderState, Terms};
use kernel::{AccountId, AccountNo, Area, Fen, Instant, OrderId, ReportId, Span, UserId};
use store::accounts::Account;

pub const NINE: Instant = Instant::from_ms(1_795_352_400_000);

pub fn at(minute: i64) -> Instant {
    NINE + Span::minutes(minute)
}

pub fn account(letter: char) -> AccountId {
    AccountId::new(NINE, [letter as u8; 10])
}

pub fn known(letter: char) -> Account {
    Account {
        id: account(letter),
        number: AccountNo::parse(&format!("62000000000000{:02}", letter as u8)).unwrap(),
        bank_code: "102533000027".into(),
        bank_name: "中国工商银行".into(),
        holder: "某".into(),
        account_type: "01".into(),
        exit_kind: if letter == 'X' {
            "cash".into()
        } else {
            String::new()
        },
        status: String::new(),
        balance: None,
        holder_facts: None,
        prior_holds: Vec::new(),
        stops_executed: 0,
        version: 1,
    }
}

pub fn order(on: char, state: OrderState, minute: i64, answer: Answer) -> Order {
    let any = UserId::new(NINE, [1; 10]);
    let at = at(minute);
    Order {
        id: OrderId::new(NINE, [on as u8; 10]),
        kind: OrderKind::Stop,
        state,
        report: ReportId::new(NINE, [1; 10]),
        case: None,
        account: account(on),
        application_id: String::new(),
        original: None,
        batch: None,
        layer: 1,
        area: Area::from_code(421_100).unwrap(),
        terms: Terms::default(),
        requested_by: any,
        requested_at: at,
        second_officer: any,
        approval: Some(Approval {
            by: any,
            at,
            level: ApproverLevel::Duty,
            opinion: String::new(),
            policy: None,
        }),
        confirmation: None,
        sends: 1,
        sent_at: Some(at),
        hub_code: String::new(),
        answer: Some(Answer {
            at: Some(at),
            ..answer
        }),
        version: 1,
    }
}

/// A stop by which a bank holds so much.
pub fn held(on: char, minute: i64, yuan: i64) -> Order {
    let answer = Answer {
        result: "0000".into(),
        held: Some(Fen::yuan(yuan)),
        start_at: Some(at(minute)),
        ..Answer::default()
    };
    order(on, OrderState::Executed, minute, answer)
}
