//! Reports by the hundred thousand, made by the store's own functions in large transactions. Everything is invented.

use super::invented::{account, account_number, entry};
use app::intake::accept::{AcceptOptions, report_accept};
use app::people::{DEMO_PASSWORD, SignIn, session_open};
use app::{AppResult, Centre, Context};
use domain::order::{Order, OrderKind, OrderState, Terms};
use domain::report::{
    AccountForm, Channel, PaymentForm, PersonForm, Report, ReportForm, ReportStart, ReportState,
};
use kernel::{
    AccountId, Address, Area, DeadlineId, Fen, IdNumber, Instant, OrderId, PaymentId, PersonId, PersonName,
    Phone, ReportId, Span, UserId,
};
use std::io::IsTerminal;
use store::Tx;
use store::accounts::account_ensure;
use store::deadlines::{Deadline, DeadlineState, deadline_insert};
use store::intake::{Identifier, Payment, Person, PersonRole, ReportRow, identifiers_insert, report_insert};
use store::orders::order_insert;
use store::sea_orm::prelude::Uuid;

/// Reports in one transaction.
const CHUNK: u64 = 2_000;
/// The reports lie this far apart, the first one furthest back.
const APART: Span = Span::seconds(30);
const COUNTIES: [u32; 4] = [421_102, 421_121, 421_181, 421_127];

/// What is in the store so far.
pub struct Loaded {
    count: u64,
    forms: u64,
    taker: Context,
    user: UserId,
    ids: Vec<ReportId>,
}

impl Loaded {
    pub async fn begin(centre: &Centre) -> AppResult<Loaded> {
        let form = SignIn {
            login: "liyang".into(),
            password: DEMO_PASSWORD.into(),
            request_id: "bench".into(),
            ..SignIn::default()
        };
        let taker = session_open(centre, &form)
            .await?
            .signed_in
            .context("bench".into(), centre.now());
        let user = taker.user()?;
        Ok(Loaded {
            count: 0,
            forms: 0,
            taker,
            user,
            ids: Vec::new(),
        })
    }

    pub async fn grow_to(&mut self, centre: &Centre, size: u64) -> AppResult<()> {
        while self.count < size {
            let until = (self.count + CHUNK).min(size);
            let tx = centre.store.begin().await?;
            for nth in self.count..until {
                let id = one(centre, &tx, nth, self.user).await?;
                self.ids.push(id);
            }
            tx.commit(vec![entry(centre, until)]).await?;
            self.count = until;
            if std::io::stderr().is_terminal() {
                eprint!("\r{until:>9} / {size} ");
            }
        }
        if std::io::stderr().is_terminal() {
            eprintln!();
        }
        Ok(())
    }

    /// So many pending deadlines, shared out among the reports.
    pub async fn deadlines(&self, centre: &Centre, count: usize) -> AppResult<()> {
        let now = centre.now();
        for chunk in self
            .ids
            .iter()
            .cycle()
            .take(count)
            .collect::<Vec<_>>()
            .chunks(5_000)
        {
            let tx = centre.store.begin().await?;
            for (nth, id) in chunk.iter().enumerate() {
                deadline_insert(&tx, &deadline(centre, **id, now + Span::minutes(30 + nth as i64))).await?;
            }
            tx.commit(vec![entry(centre, chunk.len() as u64)]).await?;
        }
        Ok(())
    }

    pub fn next_form(&mut self, centre: &Centre) -> ReportForm {
        self.forms += 1;
        let nth = self.forms;
        let first = "42110219000101124";
        let id_number = kernel::identifier::id_card_check(first)
            .map_or_else(String::new, |check| format!("{first}{check}"));
        let person = PersonForm {
            name: "试甲".into(),
            phone: format!("198{nth:08}"),
            id_number,
            ..PersonForm::default()
        };
        ReportForm {
            channel: Channel::Hotline96110,
            seat: "3".into(),
            line: "3".into(),
            narrative: "刚才有人冒充客服，我把三万块钱转到了对方的卡上，账号在下面，请赶紧止付。".into(),
            category: "02".into(),
            area: "421102".into(),
            caller: person.clone(),
            victims: vec![person],
            payments: vec![PaymentForm {
                paid_at: Some(centre.now() - Span::minutes(5)),
                amount: Some(Fen::yuan(30_000)),
                from: AccountForm {
                    number: "620000000000000001".into(),
                    number_confirmed: true,
                    ..AccountForm::default()
                },
                to: AccountForm {
                    bank_code: "402533000018".into(),
                    bank_name: "黄冈农村商业银行".into(),
                    name: "试乙".into(),
                    number: format!("80{nth:014}"),
                    number_confirmed: true,
                    ..AccountForm::default()
                },
                ..PaymentForm::default()
            }],
            send_stops: true,
        }
    }

    pub async fn accept(&self, centre: &Centre, form: &ReportForm) -> AppResult<()> {
        let ctx = Context {
            at: centre.now(),
            ..self.taker.clone()
        };
        report_accept(centre, &ctx, form, &AcceptOptions::default())
            .await
            .map(drop)
    }

    /// A place to page from, another one each time.
    pub fn somewhere(&self, nth: usize) -> Uuid {
        let at = nth.wrapping_mul(7_919) % self.ids.len().max(1);
        self.ids.get(at).map_or_else(Uuid::max, |id| Uuid::from(*id))
    }

    pub fn some_phone(&self, nth: usize) -> String {
        phone((nth as u64).wrapping_mul(104_729) % self.count.max(1))
    }
}

fn phone(nth: u64) -> String {
    format!("199{nth:08}")
}

async fn one(centre: &Centre, tx: &Tx, nth: u64, user: UserId) -> AppResult<ReportId> {
    let at = centre.now() - Span::days(400) + Span::from_ms(APART.ms() * i64::try_from(nth).unwrap_or(0));
    let area = Area::from_code(COUNTIES[(nth % 4) as usize]).expect("the list holds area codes");
    let id = ReportId::new(at, centre.random10());
    let account = account_ensure(tx, &account(centre, nth, at)).await?.id;
    let victim = person(centre, id, nth, at);
    let payment = payment(centre, id, victim.id, account, at);
    let row = report(id, nth, at, area, user, &payment);
    let order = order(centre, id, nth, at, area, user, &payment);
    report_insert(
        tx,
        &row,
        std::slice::from_ref(&victim),
        std::slice::from_ref(&payment),
    )
    .await?;
    let subject = Uuid::from(id);
    let known = |kind: &str, value: String| Identifier {
        value,
        kind: kind.into(),
        subject_kind: "report".into(),
        subject,
        area,
    };
    identifiers_insert(
        tx,
        &[
            known("phone", phone(nth)),
            known("account", account_number(nth)),
            known("number", row.report.number.clone()),
        ],
    )
    .await?;
    order_insert(tx, &order).await?;
    Ok(id)
}

fn person(centre: &Centre, report: ReportId, nth: u64, at: Instant) -> Person {
    Person {
        id: PersonId::new(at, centre.random10()),
        report,
        role: PersonRole::Victim,
        position: 0,
        name: PersonName::new("试甲"),
        id_type: "01".into(),
        id_number: IdNumber::new(""),
        phone: Phone::new(phone(nth)),
        sex: String::new(),
        age: Some(40),
        address: Address::new(""),
        relation: String::new(),
    }
}

fn payment(centre: &Centre, report: ReportId, victim: PersonId, to: AccountId, at: Instant) -> Payment {
    Payment {
        id: PaymentId::new(at, centre.random10()),
        report,
        position: 0,
        victim: Some(victim),
        paid_at: at - Span::minutes(10),
        amount: Fen::yuan(30_000),
        from: None,
        payer: domain::report::EndTold::default(),
        to: Some(to),
        payee: domain::report::EndTold::default(),
        how: domain::report::How::Transfer,
        channel: "手机银行".into(),
        serial: String::new(),
        transfer: None,
    }
}

fn report(id: ReportId, nth: u64, at: Instant, area: Area, user: UserId, payment: &Payment) -> ReportRow {
    let state = if nth.is_multiple_of(50) {
        ReportState::Open
    } else {
        ReportState::Accepted
    };
    ReportRow {
        report: Report {
            id,
            number: format!("B{area}{nth:010}"),
            platform_case_number: format!("AJB{area}{nth:010}"),
            state,
            channel: Channel::Hotline96110,
            seat: "3".into(),
            line: "3".into(),
            narrative: "有人冒充客服说快递丢了要给我理赔，让我下载软件，我按他说的把钱转到了一张卡上，后来就联系不上了。".into(),
            category: Some("02".into()),
            area,
            reported_at: at,
            start: ReportStart::default(),
            received_by: user,
            recorded_by: user,
            approved_by: None,
            caller: None,
            latest_payment_at: Some(payment.paid_at),
            loss: payment.amount,
            version: 1,
        },
        victim_masked: "试*".into(),
        held: Fen::ZERO,
        first_order_at: Some(at),
        lock: None,
    }
}

fn order(
    centre: &Centre,
    report: ReportId,
    nth: u64,
    at: Instant,
    area: Area,
    user: UserId,
    payment: &Payment,
) -> Order {
    let state = if nth.is_multiple_of(50) {
        OrderState::Sent
    } else {
        OrderState::Lapsed
    };
    Order {
        id: OrderId::new(at, centre.random10()),
        kind: OrderKind::Stop,
        state,
        report,
        case: None,
        account: payment.to.expect("each of these payments has an account"),
        application_id: format!("B{nth:035}"),
        original: None,
        batch: None,
        layer: 1,
        area,
        terms: Terms {
            amount: payment.amount,
            paid_at: Some(payment.paid_at),
            payment: Some(payment.id),
            ..Terms::default()
        },
        requested_by: user,
        requested_at: at,
        second_officer: user,
        approval: None,
        confirmation: None,
        sends: 1,
        sent_at: Some(at),
        hub_code: String::new(),
        answer: None,
        version: 1,
    }
}

fn deadline(centre: &Centre, report: ReportId, due_at: Instant) -> Deadline {
    Deadline {
        id: DeadlineId::new(centre.now(), centre.random10()),
        kind: domain::deadline::DeadlineKind::Filing7d,
        subject_kind: domain::subject::SubjectKind::Report,
        subject: Uuid::from(report),
        report,
        area: Area::from_code(421_102).expect("an area code"),
        due_at,
        state: DeadlineState::Pending,
        made_at: centre.now(),
        ended_at: None,
    }
}
