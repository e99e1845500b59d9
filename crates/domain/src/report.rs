//! 警情: a report taken on the line. [`check`] turns a form into a [`NewReport`] or names every problem at once.
//!
//! 谁接警谁负责, 谁录入谁负责, 谁审批谁负责: receiver, recorder and approver are three fixed fields of the record.

use kernel::identifier::{Sex, bank_card_ok, bank_code_ok, id_card, mobile_ok, normalise};
use kernel::{
    AccountNo, Address, Area, CallId, Fen, IdNumber, Instant, PersonId, PersonName, Phone, Problem, Refusal,
    RefusalCode, ReportId, Span, UserId,
};
use serde::{Deserialize, Serialize};

/// How the report came in.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    #[default]
    Hotline96110,
    Alarm110,
    WalkIn,
    Bank,
    Transfer,
}

impl Channel {
    pub const ALL: [Channel; 5] = [
        Channel::Hotline96110,
        Channel::Alarm110,
        Channel::WalkIn,
        Channel::Bank,
        Channel::Transfer,
    ];

    pub const fn slug(self) -> &'static str {
        match self {
            Channel::Hotline96110 => "hotline96110",
            Channel::Alarm110 => "alarm110",
            Channel::WalkIn => "walk_in",
            Channel::Bank => "bank",
            Channel::Transfer => "transfer",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Channel> {
        Channel::ALL.into_iter().find(|c| c.slug() == slug)
    }
}

/// Where a report stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReportState {
    /// Registered; nobody at the place of the offence has it yet.
    Open,
    /// Sent to the county of the offence.
    Dispatched,
    /// The county signed for it.
    Acknowledged,
    /// A case was accepted from it.
    Accepted,
    Closed,
}

impl ReportState {
    pub const ALL: [ReportState; 5] = [
        ReportState::Open,
        ReportState::Dispatched,
        ReportState::Acknowledged,
        ReportState::Accepted,
        ReportState::Closed,
    ];

    pub const fn slug(self) -> &'static str {
        match self {
            ReportState::Open => "open",
            ReportState::Dispatched => "dispatched",
            ReportState::Acknowledged => "acknowledged",
            ReportState::Accepted => "accepted",
            ReportState::Closed => "closed",
        }
    }

    pub fn from_slug(slug: &str) -> Option<ReportState> {
        ReportState::ALL.into_iter().find(|s| s.slug() == slug)
    }
}

/// The fraud taxonomy of DOMAIN 3.1; `None` until somebody says.
pub const CATEGORIES: [(&str, &str); 14] = [
    ("00", "无风险"),
    ("01", "刷单返利类"),
    ("02", "冒充电商物流客服类"),
    ("03", "虚假网络投资理财类"),
    ("04", "贷款、代办信用卡类"),
    ("05", "虚假征信类"),
    ("06", "虚假购物、服务类"),
    ("07", "冒充公检法及政府机关类"),
    ("08", "冒充领导、熟人类"),
    ("09", "网络游戏产品虚假交易类"),
    ("10", "网络婚恋、交友类"),
    ("11", "网黑案件"),
    ("12", "冒充军警购物类"),
    ("13", "其他"),
];

/// AccountType of the platform (DOMAIN 1.7).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AccountType {
    #[default]
    Personal,
    Corporate,
}

/// One end of a payment as typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountForm {
    pub bank_code: String,
    pub bank_name: String,
    pub name: String,
    pub number: String,
    pub account_type: AccountType,
    /// The call-taker read an odd number back to the caller and it stands.
    pub number_confirmed: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PaymentForm {
    pub paid_at: Option<Instant>,
    pub amount: Option<Fen>,
    pub from: AccountForm,
    pub to: AccountForm,
    /// 柜台/ATM/网银/手机银行/第三方支付
    pub channel: String,
    pub serial: String,
    /// Which of the victims paid.
    pub victim: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PersonForm {
    pub name: String,
    /// IDType of requests (DOMAIN 1.7), 01 身份证.
    pub id_type: String,
    pub id_number: String,
    pub phone: String,
    pub sex: String,
    pub age: Option<u8>,
    pub address: String,
    /// Relation to the victim, for a caller.
    pub relation: String,
}

/// What the call-taker typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReportForm {
    pub channel: Channel,
    pub seat: String,
    pub line: String,
    pub narrative: String,
    pub category: String,
    pub area: String,
    pub caller: PersonForm,
    pub victims: Vec<PersonForm>,
    pub payments: Vec<PaymentForm>,
    /// Stops are to leave with the report, so what a bank checks must be there.
    pub send_stops: bool,
}

/// An account a payment went from or to, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaymentEnd {
    pub bank_code: String,
    pub bank_name: String,
    pub holder: PersonName,
    pub number: AccountNo,
    pub account_type: AccountType,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewPayment {
    pub paid_at: Instant,
    pub amount: Fen,
    pub from: Option<PaymentEnd>,
    pub to: PaymentEnd,
    pub channel: String,
    pub serial: String,
    pub victim: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewPerson {
    pub name: PersonName,
    pub id_type: String,
    pub id_number: IdNumber,
    pub phone: Phone,
    pub sex: String,
    pub age: Option<u8>,
    pub address: Address,
    pub relation: String,
}

/// A report that may be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReport {
    pub channel: Channel,
    pub seat: String,
    pub line: String,
    pub narrative: String,
    pub category: Option<String>,
    pub area: Area,
    pub caller: NewPerson,
    pub victims: Vec<NewPerson>,
    pub payments: Vec<NewPayment>,
}

/// How a report came to the seat. An announced call rang, and was answered once somebody took it; a person at the door or a
/// bank begins with the first words typed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReportStart {
    pub call: Option<CallId>,
    pub rang_at: Option<Instant>,
    pub answered_at: Option<Instant>,
    /// The first save of the draft.
    pub typed_at: Option<Instant>,
}

/// What the time to the first stop is counted from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StartKind {
    Ring,
    Typing,
    /// Neither a call nor a draft is known: reports of programs, and those that were kept before calls were.
    Registration,
}

impl StartKind {
    pub const fn slug(self) -> &'static str {
        match self {
            StartKind::Ring => "ring",
            StartKind::Typing => "typing",
            StartKind::Registration => "registration",
        }
    }
}

impl Report {
    /// When the caller reached us, and by what we know it.
    pub fn started(&self) -> (Instant, StartKind) {
        match (self.start.rang_at, self.start.typed_at) {
            (Some(at), _) => (at, StartKind::Ring),
            (None, Some(at)) => (at, StartKind::Typing),
            (None, None) => (self.reported_at, StartKind::Registration),
        }
    }

    /// From the ring (or the first words typed) to `then`; a call that the telephone system dates too late counts as none.
    pub fn span_to(&self, then: Instant) -> Span {
        then.since(self.started().0).max(Span::from_ms(0))
    }

    /// From the answer of the call to `then`.
    pub fn span_from_answer(&self, then: Instant) -> Option<Span> {
        let answered = self.start.answered_at?;
        Some(then.since(answered).max(Span::from_ms(0)))
    }
}

/// The three shifts of a day at the seats. [D]: no source says when the city's seats change; eight hours each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shift {
    /// 0:00 to 8:00
    Night,
    /// 8:00 to 16:00
    Day,
    /// 16:00 to 24:00
    Evening,
}

impl Shift {
    pub const ALL: [Shift; 3] = [Shift::Night, Shift::Day, Shift::Evening];

    /// The shift of a civil hour at +08:00.
    pub fn at(instant: Instant) -> Shift {
        match instant.civil().hour() {
            0..8 => Shift::Night,
            8..16 => Shift::Day,
            _ => Shift::Evening,
        }
    }

    pub const fn slug(self) -> &'static str {
        match self {
            Shift::Night => "night",
            Shift::Day => "day",
            Shift::Evening => "evening",
        }
    }
}

/// A report as kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub id: ReportId,
    /// `J` + area + yyMMdd + 4-digit serial.
    pub number: String,
    /// The platform's CaseNumber of every order from this report: `AJ` + area + yyyyMMdd + 4-digit serial (DOMAIN 1.2).
    pub platform_case_number: String,
    pub state: ReportState,
    pub channel: Channel,
    pub seat: String,
    pub line: String,
    pub narrative: String,
    pub category: Option<String>,
    pub area: Area,
    /// When it was registered. When the caller reached us is [`Report::started`].
    pub reported_at: Instant,
    pub start: ReportStart,
    /// 谁接警
    pub received_by: UserId,
    /// 谁录入
    pub recorded_by: UserId,
    /// 谁审批: the first approver of an order of this report.
    pub approved_by: Option<UserId>,
    pub caller: Option<PersonId>,
    pub latest_payment_at: Option<Instant>,
    pub loss: Fen,
    pub version: i64,
}

const NARRATIVE_MAX: usize = 20_000;
const LIST_MAX: usize = 200;
const TEXT_MAX: usize = 200;
/// A hundred million yuan in one payment is a typing error until somebody splits it.
const AMOUNT_MAX: Fen = Fen::yuan(1_000_000_000);
/// Payments older than this are a typing error (twenty years).
const AGE_MAX: Span = Span::days(7_300);
/// A seat's clock and a bank's may differ by this much.
const CLOCK_SLACK: Span = Span::minutes(5);

/// Checks the whole form and names all its problems at once.
pub fn check(form: &ReportForm, now: Instant) -> Result<NewReport, Refusal> {
    let mut found = Found::default();
    let area = check_area(&form.area, &mut found);
    if form.narrative.trim().is_empty() && form.payments.is_empty() {
        found.add("narrative", RefusalCode::FieldMissing);
    }
    found.text("narrative", &form.narrative, NARRATIVE_MAX);
    found.text("seat", &form.seat, 20);
    found.text("line", &form.line, 32);
    if !form.category.is_empty() && !CATEGORIES.iter().any(|(code, _)| *code == form.category) {
        found.add("category", RefusalCode::FieldMalformed);
    }
    if form.caller.phone.trim().is_empty() && form.caller.name.trim().is_empty() {
        found.add("caller.phone", RefusalCode::FieldMissing);
    }
    let caller = check_person("caller", &form.caller, now, &mut found);
    found.list("victims", form.victims.len());
    found.list("payments", form.payments.len());
    let victims: Vec<NewPerson> = (form.victims.iter().take(LIST_MAX).enumerate())
        .map(|(i, v)| check_person(&format!("victims[{i}]"), v, now, &mut found))
        .collect();
    if form.send_stops {
        check_applicant(&victims, &mut found);
    }
    let payments: Vec<NewPayment> = (form.payments.iter().take(LIST_MAX).enumerate())
        .filter_map(|(i, p)| check_payment(i, p, form, now, &mut found))
        .collect();
    if form.send_stops && form.payments.is_empty() {
        found.add("payments", RefusalCode::FieldMissing);
    }
    if let Some(refusal) = Refusal::of(found.0) {
        return Err(refusal);
    }
    let area = area.expect("an unknown area is a problem, and there was none");
    Ok(NewReport {
        channel: form.channel,
        seat: form.seat.trim().to_owned(),
        line: form.line.trim().to_owned(),
        narrative: form.narrative.clone(),
        category: Some(form.category.clone()).filter(|c| !c.is_empty()),
        area,
        caller,
        victims,
        payments,
    })
}

/// Before a stop the police check the application and the applicant's identity papers (DOMAIN 2.2); both are on the form
/// that goes to the bank.
fn check_applicant(victims: &[NewPerson], found: &mut Found) {
    if victims.is_empty() {
        found.add("victims[0].name", RefusalCode::FieldMissing);
        found.add("victims[0].id_number", RefusalCode::FieldMissing);
    }
    for (i, victim) in victims.iter().enumerate() {
        if victim.name.is_empty() {
            found.add(&format!("victims[{i}].name"), RefusalCode::FieldMissing);
        }
        if victim.id_number.is_empty() {
            found.add(&format!("victims[{i}].id_number"), RefusalCode::FieldMissing);
        }
    }
}

fn check_area(text: &str, found: &mut Found) -> Option<Area> {
    if text.trim().is_empty() {
        found.add("area", RefusalCode::FieldMissing);
        return None;
    }
    let area = text.trim().parse().ok().and_then(Area::from_code);
    if area.is_none() {
        found.add("area", RefusalCode::AreaUnknown);
    }
    area
}

fn check_person(at: &str, form: &PersonForm, now: Instant, found: &mut Found) -> NewPerson {
    for (name, value) in [
        ("name", &form.name),
        ("address", &form.address),
        ("relation", &form.relation),
    ] {
        found.text(&format!("{at}.{name}"), value, TEXT_MAX);
    }
    let phone = normalise(&form.phone);
    if !phone.is_empty() && !phone_ok(&phone) {
        found.add(&format!("{at}.phone"), RefusalCode::PhoneMalformed);
    }
    let id_type = if form.id_type.is_empty() {
        "01".to_owned()
    } else {
        form.id_type.clone()
    };
    if id_type.len() != 2 || !id_type.bytes().all(|b| b.is_ascii_digit()) {
        found.add(&format!("{at}.id_type"), RefusalCode::FieldMalformed);
    }
    let id_number = normalise(&form.id_number).to_uppercase();
    if !id_number.is_empty() && id_type == "01" && id_card(&id_number).is_none() {
        found.add(&format!("{at}.id_number"), RefusalCode::IdCardCheckFailed);
    }
    found.text(&format!("{at}.id_number"), &id_number, 30);
    if form.age.is_some_and(|a| a > 150) {
        found.add(&format!("{at}.age"), RefusalCode::FieldMalformed);
    }
    // A citizen's number tells sex and birth date (GB 11643); what somebody typed besides stands.
    let card = id_card(&id_number).filter(|_| id_type == "01");
    let sex = card.filter(|_| form.sex.is_empty()).map(|c| sex_slug(c.sex));
    let age = form.age.or_else(|| card?.age_at(now));
    NewPerson {
        name: PersonName::new(form.name.trim()),
        id_type,
        id_number: IdNumber::new(id_number),
        phone: Phone::new(phone),
        sex: sex.map_or_else(|| form.sex.clone(), str::to_owned),
        age,
        address: Address::new(form.address.trim()),
        relation: form.relation.trim().to_owned(),
    }
}

const fn sex_slug(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "female",
        Sex::Male => "male",
    }
}

/// A mobile or landline number as people give it: seven to fifteen digits, optionally `+` and an extension.
pub fn phone_ok(normalised: &str) -> bool {
    let digits = normalised.strip_prefix('+').unwrap_or(normalised);
    let plain = digits.bytes().all(|b| b.is_ascii_digit());
    plain
        && (mobile_ok(digits)
            || ((5..=15).contains(&digits.len()) && !(digits.len() == 11 && digits.starts_with('1'))))
}

fn check_payment(
    i: usize,
    form: &PaymentForm,
    report: &ReportForm,
    now: Instant,
    found: &mut Found,
) -> Option<NewPayment> {
    let at = |name: &str| format!("payments[{i}].{name}");
    let paid_at = check_paid_at(&at("paid_at"), form.paid_at, now, found);
    let amount = check_amount(&at("amount_fen"), form.amount, found);
    found.text(&at("channel"), &form.channel, 32);
    found.text(&at("serial"), &form.serial, 64);
    if form.victim >= report.victims.len().max(1) {
        found.add(&at("victim"), RefusalCode::FieldMalformed);
    }
    let to = check_end(&at("to"), &form.to, report.send_stops, found);
    let from = if form.from.number.trim().is_empty() {
        None
    } else {
        check_end(&at("from"), &form.from, false, found)
    };
    Some(NewPayment {
        paid_at: paid_at?,
        amount: amount?,
        from,
        to: to?,
        channel: form.channel.clone(),
        serial: form.serial.clone(),
        victim: form.victim,
    })
}

fn check_paid_at(field: &str, value: Option<Instant>, now: Instant, found: &mut Found) -> Option<Instant> {
    match value {
        None => found.add(field, RefusalCode::FieldMissing),
        Some(at) if at > now + CLOCK_SLACK => found.add(field, RefusalCode::TimeInFuture),
        Some(at) if now.since(at) > AGE_MAX => found.add(field, RefusalCode::TimeTooOld),
        Some(_) => {}
    }
    value
}

fn check_amount(field: &str, value: Option<Fen>, found: &mut Found) -> Option<Fen> {
    match value {
        None => found.add(field, RefusalCode::FieldMissing),
        Some(amount) if !amount.is_positive() => found.add(field, RefusalCode::AmountNotPositive),
        Some(amount) if amount > AMOUNT_MAX => found.add(field, RefusalCode::AmountTooLarge),
        Some(_) => {}
    }
    value
}

fn check_end(at: &str, form: &AccountForm, for_stop: bool, found: &mut Found) -> Option<PaymentEnd> {
    let field = |name: &str| format!("{at}.{name}");
    found.text(&field("name"), &form.name, TEXT_MAX);
    found.text(&field("bank_name"), &form.bank_name, TEXT_MAX);
    if for_stop && form.name.trim().is_empty() {
        found.add(&field("name"), RefusalCode::AccountNameMissing);
    }
    if for_stop && form.bank_code.trim().is_empty() {
        found.add(&field("bank_code"), RefusalCode::BankUnknown);
    }
    if !form.bank_code.is_empty() && !bank_code_ok(&form.bank_code) {
        found.add(&field("bank_code"), RefusalCode::BankUnknown);
    }
    let number = AccountNo::parse(&form.number);
    match &number {
        None if form.number.trim().is_empty() => found.add(&field("number"), RefusalCode::FieldMissing),
        None => found.add(&field("number"), RefusalCode::AccountMalformed),
        Some(n) if looks_like_card(n) && !bank_card_ok(n.as_str()) && !form.number_confirmed => {
            found.add(&field("number"), RefusalCode::CardCheckFailed);
        }
        Some(_) => {}
    }
    Some(PaymentEnd {
        bank_code: form.bank_code.clone(),
        bank_name: form.bank_name.trim().to_owned(),
        holder: PersonName::new(form.name.trim()),
        number: number?,
        account_type: form.account_type,
    })
}

/// A UnionPay card by its first digits and length; a failed Luhn check then most likely is a digit misheard.
fn looks_like_card(number: &AccountNo) -> bool {
    let n = number.as_str();
    n.starts_with("62") && (16..=19).contains(&n.len()) && n.bytes().all(|b| b.is_ascii_digit())
}

#[derive(Default)]
struct Found(Vec<Problem>);

impl Found {
    fn add(&mut self, field: &str, code: RefusalCode) {
        self.0.push(Problem {
            field: field.to_owned(),
            code,
            detail: None,
        });
    }

    fn text(&mut self, field: &str, value: &str, max: usize) {
        if value.chars().count() > max {
            self.0.push(Problem {
                field: field.to_owned(),
                code: RefusalCode::FieldTooLong,
                detail: Some(max.to_string()),
            });
        }
        if value
            .chars()
            .any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t'))
        {
            self.add(field, RefusalCode::ControlCharacter);
        }
    }

    fn list(&mut self, field: &str, len: usize) {
        if len > LIST_MAX {
            self.0.push(Problem {
                field: field.to_owned(),
                code: RefusalCode::TooMany,
                detail: Some(LIST_MAX.to_string()),
            });
        }
    }
}

/// `J4211002611220047`.
pub fn number(area: Area, at: Instant, serial: i64) -> String {
    format!("J{area}{}{serial:04}", &at.to_wire14()[2..8])
}

/// `AJ421100202611220047`: sample form of DOMAIN 1.2.
pub fn platform_case_number(area: Area, at: Instant, serial: i64) -> String {
    format!("AJ{area}{}{serial:04}", &at.to_wire14()[..8])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Instant {
        Instant::from_wire14("20261122210855").unwrap()
    }

    fn good() -> ReportForm {
        let to = AccountForm {
            bank_code: "402361018886".into(),
            bank_name: "黄冈农商行".into(),
            name: "周某".into(),
            number: "6200 0012 3456 7890 128".into(),
            number_confirmed: true,
            ..AccountForm::default()
        };
        ReportForm {
            narrative: "我老婆在网上刷单被骗".into(),
            area: "421102".into(),
            caller: PersonForm {
                name: "邓先生".into(),
                phone: "199 0000 0138".into(),
                ..PersonForm::default()
            },
            victims: vec![PersonForm {
                name: "王某".into(),
                id_number: format!(
                    "42110219000101124{}",
                    kernel::identifier::id_card_check("42110219000101124").unwrap()
                ),
                ..PersonForm::default()
            }],
            payments: vec![PaymentForm {
                paid_at: Some(now() - Span::minutes(4)),
                amount: Some(Fen::yuan(30_000)),
                from: AccountForm {
                    number: "6200 0000 0000 0000 01".into(),
                    number_confirmed: true,
                    ..AccountForm::default()
                },
                to,
                ..PaymentForm::default()
            }],
            send_stops: true,
            ..ReportForm::default()
        }
    }

    fn problems(change: impl FnOnce(&mut ReportForm)) -> Vec<(String, RefusalCode)> {
        let mut form = good();
        change(&mut form);
        match check(&form, now()) {
            Ok(_) => Vec::new(),
            Err(r) => r.problems.into_iter().map(|p| (p.field, p.code)).collect(),
        }
    }

    #[test]
    fn the_clock_starts_at_the_ring_then_at_the_first_words_then_at_the_registration() {
        let at = |seconds| now() + Span::seconds(seconds);
        let mut report = Report {
            id: ReportId::new(now(), [0; 10]),
            number: String::new(),
            platform_case_number: String::new(),
            state: ReportState::Open,
            channel: Channel::WalkIn,
            seat: String::new(),
            line: String::new(),
            narrative: String::new(),
            category: None,
            area: Area::from_code(421_102).unwrap(),
            reported_at: at(90),
            start: ReportStart::default(),
            received_by: UserId::new(now(), [1; 10]),
            recorded_by: UserId::new(now(), [1; 10]),
            approved_by: None,
            caller: None,
            latest_payment_at: None,
            loss: Fen::ZERO,
            version: 1,
        };
        assert_eq!(report.started(), (at(90), StartKind::Registration));
        report.start.typed_at = Some(at(30));
        assert_eq!(report.started(), (at(30), StartKind::Typing));
        report.start.rang_at = Some(at(0));
        assert_eq!(report.started(), (at(0), StartKind::Ring));
        assert_eq!(report.span_to(at(95)), Span::seconds(95));
        assert_eq!(report.span_from_answer(at(95)), None);
        report.start.answered_at = Some(at(9));
        assert_eq!(report.span_from_answer(at(95)), Some(Span::seconds(86)));
        // A telephone system whose clock is ahead makes no negative time.
        report.start.rang_at = Some(at(200));
        assert_eq!(report.span_to(at(95)), Span::from_ms(0));
    }

    #[test]
    fn a_shift_has_eight_hours() {
        let shift = |time: &str| Shift::at(Instant::from_wire14(time).unwrap());
        for (time, want) in [
            ("20261122235959", Shift::Evening),
            ("20261122000000", Shift::Night),
            ("20261122075959", Shift::Night),
            ("20261122080000", Shift::Day),
            ("20261122160000", Shift::Evening),
        ] {
            assert_eq!(shift(time), want, "{time}");
        }
    }

    #[test]
    fn an_identity_number_tells_sex_and_age_where_nobody_typed_them() {
        let person = |id_type: &str, sex: &str, age| {
            let mut form = good();
            form.victims[0].id_type = id_type.into();
            form.victims[0].sex = sex.into();
            form.victims[0].age = age;
            let new = check(&form, now()).unwrap();
            (new.victims[0].sex.clone(), new.victims[0].age)
        };
        // 1900-01-01, sequence 124: a woman of 126 years.
        assert_eq!(person("01", "", None), ("female".into(), Some(126)));
        assert_eq!(person("01", "male", Some(40)), ("male".into(), Some(40)));
        assert_eq!(person("03", "", None), (String::new(), None));
    }

    #[test]
    fn a_good_form_has_no_problem() {
        let report = check(&good(), now()).unwrap();
        assert_eq!(report.payments[0].to.number.as_str(), "6200001234567890128");
        assert_eq!(report.caller.phone.reveal(), "19900000138");
    }

    #[test]
    fn each_problem_names_its_field() {
        use RefusalCode as R;
        let one = |field: &str, code| vec![(field.to_owned(), code)];
        let table = [
            (problems(|f| f.area = "abc".into()), one("area", R::AreaUnknown)),
            (problems(|f| f.area = String::new()), one("area", R::FieldMissing)),
            (
                problems(|f| f.caller = PersonForm::default()),
                one("caller.phone", R::FieldMissing),
            ),
            (
                problems(|f| f.caller.phone = "1990000".repeat(4)),
                one("caller.phone", R::PhoneMalformed),
            ),
            (
                problems(|f| f.caller.phone = "1990000013a".into()),
                one("caller.phone", R::PhoneMalformed),
            ),
            (
                problems(|f| f.victims[0].id_number = "421102190001011234".into()),
                one("victims[0].id_number", R::IdCardCheckFailed),
            ),
            (
                problems(|f| f.payments[0].amount = Some(Fen::ZERO)),
                one("payments[0].amount_fen", R::AmountNotPositive),
            ),
            (
                problems(|f| f.payments[0].amount = None),
                one("payments[0].amount_fen", R::FieldMissing),
            ),
            (
                problems(|f| f.payments[0].paid_at = Some(now() + Span::hours(1))),
                one("payments[0].paid_at", R::TimeInFuture),
            ),
            (
                problems(|f| f.payments[0].to.name = String::new()),
                one("payments[0].to.name", R::AccountNameMissing),
            ),
            (
                problems(|f| f.payments[0].to.number = "户名".into()),
                one("payments[0].to.number", R::AccountMalformed),
            ),
            (
                problems(|f| f.payments[0].to.bank_code = "12".into()),
                one("payments[0].to.bank_code", R::BankUnknown),
            ),
            (
                problems(|f| f.payments[0].victim = 3),
                one("payments[0].victim", R::FieldMalformed),
            ),
            (
                problems(|f| f.narrative = "字".repeat(NARRATIVE_MAX + 1)),
                one("narrative", R::FieldTooLong),
            ),
            (
                problems(|f| f.narrative = "a\u{0}b".into()),
                one("narrative", R::ControlCharacter),
            ),
            (
                problems(|f| f.category = "99".into()),
                one("category", R::FieldMalformed),
            ),
            (problems(|f| f.payments.clear()), one("payments", R::FieldMissing)),
        ];
        for (found, expected) in table {
            assert_eq!(found, expected);
        }
    }

    #[test]
    fn a_misheard_card_digit_is_asked_back_once() {
        let wrong = |f: &mut ReportForm| f.payments[0].to.number = "6200001234567890120".into();
        assert_eq!(problems(wrong), []);
        let asked = problems(|f| {
            wrong(f);
            f.payments[0].to.number_confirmed = false;
        });
        assert_eq!(
            asked,
            [("payments[0].to.number".to_owned(), RefusalCode::CardCheckFailed)]
        );
    }

    #[test]
    fn all_problems_come_at_once() {
        let found = problems(|f| {
            f.area = String::new();
            f.payments[0].amount = None;
            f.payments[0].to.name = String::new();
        });
        assert_eq!(found.len(), 3);
    }

    #[test]
    fn numbers_carry_area_day_and_serial() {
        assert_eq!(number(kernel::area::HUANGGANG, now(), 47), "J4211002611220047");
        assert_eq!(
            platform_case_number(kernel::area::HUANGGANG, now(), 47),
            "AJ421100202611220047"
        );
    }
}
