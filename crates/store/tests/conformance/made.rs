//! Made-up facts for the cases of the slices: one report, account, order, message, deadline, each told apart by a number.

use domain::access::ApproverLevel;
use domain::case::{Case, CaseSource, CaseState, ReviewTerm};
use domain::deadline::DeadlineKind;
use domain::document::DocumentKind;
use domain::order::{Answer, Order, OrderKind, OrderState, Terms};
use domain::report::{Channel, Report, ReportStart, ReportState};
use kernel::area::HUANGGANG;
use kernel::{
    AccountId, AccountNo, CaseId, DeadlineId, DocumentId, Fen, Instant, MessageId, OrderId, PaymentId,
    PersonId, ReportId, Span, TransferId, UserId,
};
use store::accounts::{Account, Transfer};
use store::cases::Document;
use store::deadlines::{Deadline, DeadlineState};
use store::intake::{Payment, Person, PersonRole, ReportRow};
use store::messages::{Incoming, OutState, Outgoing};
use store::{Store, Tx};

use crate::support::entry;

/// 2026-11-22 21:05:06 at +08:00.
pub const NOW: Instant = Instant::from_ms(1_795_352_706_000);

/// Ten bytes that end in `n`.
pub fn tail(n: u8) -> [u8; 10] {
    [0, 0, 0, 0, 0, 0, 0, 0, 0, n]
}

pub fn user(n: u8) -> UserId {
    UserId::new(NOW, tail(n))
}

pub fn report(n: u8) -> ReportRow {
    ReportRow {
        report: Report {
            id: ReportId::new(NOW + Span::seconds(i64::from(n)), tail(n)),
            number: format!("J421100261122{n:04}"),
            platform_case_number: format!("AJ42110020261122{n:04}"),
            state: ReportState::Open,
            channel: Channel::Hotline96110,
            seat: "3".into(),
            line: "1".into(),
            narrative: "刚才转了三万".into(),
            category: Some("01".into()),
            area: HUANGGANG,
            reported_at: NOW,
            start: ReportStart::default(),
            received_by: user(1),
            recorded_by: user(1),
            approved_by: None,
            caller: None,
            latest_payment_at: Some(NOW),
            loss: Fen::yuan(30_000),
            version: 1,
        },
        victim_masked: "王**".into(),
        held: Fen::ZERO,
        first_order_at: None,
        lock: None,
    }
}

pub fn victim(of: &ReportRow) -> Person {
    Person {
        id: PersonId::new(NOW, tail(1)),
        report: of.report.id,
        role: PersonRole::Victim,
        position: 0,
        name: "王某".into(),
        id_type: "01".into(),
        id_number: "42110219000101001X".into(),
        phone: "19900000138".into(),
        sex: "female".into(),
        age: Some(40),
        address: "黄州区".into(),
        relation: String::new(),
    }
}

pub fn payment(of: &ReportRow, to: &Account) -> Payment {
    Payment {
        id: PaymentId::new(NOW, tail(1)),
        report: of.report.id,
        position: 0,
        victim: None,
        paid_at: NOW,
        amount: Fen::yuan(30_000),
        from: None,
        payer: domain::report::EndTold::default(),
        to: Some(to.id),
        payee: domain::report::EndTold::default(),
        how: domain::report::How::Transfer,
        channel: "mobile_bank".into(),
        serial: String::new(),
        transfer: None,
    }
}

pub fn account(n: u8) -> Account {
    Account {
        id: AccountId::new(NOW, tail(n)),
        number: AccountNo::parse(&format!("62000002000000000{n:02}")).unwrap(),
        bank_code: "102533000027".into(),
        bank_name: "中国工商银行".into(),
        holder: "李某".into(),
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

pub fn order(n: u8, of: &ReportRow, on: &Account) -> Order {
    Order {
        id: OrderId::new(NOW + Span::seconds(i64::from(n)), tail(n)),
        kind: OrderKind::Stop,
        state: OrderState::Drafted,
        report: of.report.id,
        case: None,
        account: on.id,
        application_id: format!("0101{n:032}"),
        original: None,
        batch: None,
        layer: 1,
        area: HUANGGANG,
        terms: Terms {
            amount: Fen::yuan(30_000),
            ..Terms::default()
        },
        requested_by: user(1),
        requested_at: NOW,
        second_officer: user(2),
        approval: None,
        confirmation: None,
        sends: 0,
        sent_at: None,
        hub_code: String::new(),
        answer: None,
        version: 1,
    }
}

pub fn executed(order: &Order) -> Order {
    let answer = Answer {
        result: "0000".into(),
        at: Some(NOW),
        held: Some(Fen::yuan(30_000)),
        start_at: Some(NOW),
        expire_at: Some(NOW + Span::hours(48)),
        ..Answer::default()
    };
    Order {
        state: OrderState::Executed,
        answer: Some(answer),
        ..order.clone()
    }
}

pub fn outgoing(n: u8, of: &Order) -> Outgoing {
    Outgoing {
        id: MessageId::new(NOW + Span::seconds(i64::from(n)), tail(n)),
        subject: store::messages::Subject::Order(of.id),
        bank_code: "102533000027".into(),
        tx_code: "200101".into(),
        application_id: of.application_id.clone(),
        file_name: format!("200101_{n}.xml"),
        trans_serial: format!("serial-{n}"),
        state: OutState::Waiting,
        intent: "{}".into(),
        body: None,
        body_digest: String::new(),
        attempts: 0,
        next_at: NOW,
        last_problem: String::new(),
        created_at: NOW,
        sent_at: None,
    }
}

pub fn incoming(n: u8) -> Incoming {
    Incoming {
        id: MessageId::new(NOW, tail(n)),
        place: "downstream".into(),
        file_name: format!("200102_{n}.xml"),
        tx_code: "200102".into(),
        application_id: "0101".into(),
        trans_serial: "bank-1".into(),
        digest: "d".into(),
        order: None,
        note: String::new(),
        received_at: NOW,
        body: b"<Request/>".to_vec(),
    }
}

pub fn deadline(n: u8, of: &Order, due_at: Instant) -> Deadline {
    Deadline {
        id: DeadlineId::new(NOW, tail(n)),
        kind: DeadlineKind::StopLapse,
        subject_kind: domain::subject::SubjectKind::Order,
        subject: of.id.into(),
        report: of.report,
        area: of.area,
        due_at,
        state: DeadlineState::Pending,
        made_at: NOW,
        ended_at: None,
    }
}

pub fn transfer(n: u8, src: &Account, dst: &Account) -> Transfer {
    Transfer {
        id: TransferId::new(NOW, tail(n)),
        src: src.id,
        dst: dst.id,
        amount: Fen::yuan(20_000),
        at: NOW,
        src_serial: None,
        dst_serial: None,
        src_balance: None,
        dst_balance: None,
        payment: None,
        source_order: None,
        summary: String::new(),
    }
}

pub fn case(n: u8, of: &ReportRow) -> Case {
    Case {
        id: CaseId::new(NOW + Span::seconds(i64::from(n)), tail(n)),
        number: format!("A421102000000202611{n:04}"),
        report: of.report.id,
        area: HUANGGANG,
        name: "王某被诈骗案".into(),
        state: CaseState::Accepted,
        source: CaseSource::Reported,
        review: ReviewTerm::Normal,
        accepted_by: user(1),
        accepted_at: NOW,
        second_officer: user(2),
        proposed_by: None,
        proposed_at: None,
        decided_by: None,
        decided_at: None,
        decider_level: ApproverLevel::None,
        proposal: domain::case::Proposal::default(),
        opinion: String::new(),
        version: 1,
    }
}

pub fn paper(n: u8, of: &ReportRow, register: &str, serial: i64) -> Document {
    Document {
        id: DocumentId::new(NOW + Span::seconds(i64::from(n)), tail(n)),
        kind: DocumentKind::StopApplication,
        number: Some(format!("黄公（反诈）止字〔2026〕{serial}号")),
        register: register.into(),
        serial: Some(serial),
        report: of.report.id,
        order: None,
        case: None,
        area: HUANGGANG,
        snapshot: serde_json::json!({ "n": n, "story": "三万" }),
        made_by: Some(user(1)),
        made_at: NOW,
        prints: 0,
    }
}

pub async fn save(tx: Tx) {
    tx.commit(vec![entry("conformance", NOW.ms())]).await.unwrap();
}

/// A report with an account that it paid, saved.
pub async fn founded(store: &Store) -> (ReportRow, Account) {
    let (row, to) = (report(1), account(1));
    let tx = store.begin().await.unwrap();
    let to = store::accounts::account_ensure(&tx, &to).await.unwrap();
    store::intake::report_insert(&tx, &row, &[victim(&row)], &[payment(&row, &to)])
        .await
        .unwrap();
    save(tx).await;
    (row, to)
}

/// A bank told a movement of another account into this one.
pub async fn told(store: &Store, to: &Account) -> TransferId {
    let tx = store.begin().await.unwrap();
    let from = store::accounts::account_ensure(&tx, &account(9)).await.unwrap();
    let told = transfer(1, &from, to);
    store::accounts::transfer_record(&tx, &told, store::accounts::Side::Dst)
        .await
        .unwrap();
    save(tx).await;
    told.id
}
