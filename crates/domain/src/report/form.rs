//! The form of a report, checked. All problems come at once, each with the path of its field.
//!
//! Promises: a payment is never in the future, its two ends are two accounts, an account has a whole number, and a bank is
//! one of the directory (its code), never free text. A payment whose payee has no account that the caller knows (cash, a
//! code, a payee known by a tail or a name) is kept with what he knows. Leaves out what an order needs besides:
//! `order::needs` knows it, and a stop that lacks something does not hold up the report.

use super::{
    AccountForm, AccountType, CATEGORIES, Channel, EndTold, How, NewPayment, NewPerson, NewReport,
    PaymentEnd, PaymentForm, PersonForm, ReportForm,
};
use kernel::identifier::{Sex, bank_card_ok, bank_code_ok, id_card, mobile_ok, normalise};
use kernel::{
    AccountNo, Address, Area, Fen, IdNumber, Instant, PersonName, Phone, Problem, Refusal, RefusalCode, Span,
};

const NARRATIVE_MAX: usize = 20_000;
const LIST_MAX: usize = 200;
const TEXT_MAX: usize = 200;
/// A hundred million yuan in one payment is a typing error until somebody splits it.
const AMOUNT_MAX: Fen = Fen::yuan(1_000_000_000);
/// Payments older than this are a typing error (twenty years).
const AGE_MAX: Span = Span::days(7_300);
/// How far a bank's clock may be ahead of ours: the times of a report that a bank began are the bank's.
const BANK_CLOCK_SLACK: Span = Span::minutes(5);
/// The shortest account number (the longest is checked by [`AccountNo`]); fewer digits are a tail.
const NUMBER_MIN: usize = 8;
/// 尾号 as people give it: three to six digits.
const TAIL: std::ops::RangeInclusive<usize> = 3..=6;

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
        identity_checked: form.identity_checked,
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
    let slack = if report.channel == Channel::Bank {
        BANK_CLOCK_SLACK
    } else {
        Span::ZERO
    };
    let paid_at = check_paid_at(&at("paid_at"), form.paid_at, now + slack, found);
    let amount = check_amount(&at("amount_fen"), form.amount, found);
    found.text(&at("channel"), &form.channel, 32);
    found.text(&at("serial"), &form.serial, 64);
    if form.victim >= report.victims.len().max(1) {
        found.add(&at("victim"), RefusalCode::FieldMalformed);
    }
    let (to, payee) = check_end(&at("to"), &form.to, found);
    let (from, payer) = check_end(&at("from"), &form.from, found);
    let forgotten = form.to.number.trim().is_empty() && form.to.tail.trim().is_empty() && payee.is_empty();
    if forgotten && form.how == How::Transfer && !form.payee_unknown {
        found.add(&at("to.number"), RefusalCode::FieldMissing);
    }
    if let (Some(from), Some(to)) = (&from, &to)
        && from.number.main() == to.number.main()
    {
        found.add(&at("to.number"), RefusalCode::PayerIsPayee);
    }
    Some(NewPayment {
        paid_at: paid_at?,
        amount: amount?,
        from,
        payer,
        to,
        payee,
        how: form.how,
        channel: form.channel.clone(),
        serial: form.serial.clone(),
        victim: form.victim,
    })
}

fn check_paid_at(field: &str, value: Option<Instant>, latest: Instant, found: &mut Found) -> Option<Instant> {
    match value {
        None => found.add(field, RefusalCode::FieldMissing),
        Some(at) if at > latest => found.add(field, RefusalCode::TimeInFuture),
        Some(at) if latest.since(at) > AGE_MAX => found.add(field, RefusalCode::TimeTooOld),
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

/// One end of a payment: its account, or what the caller knows of it where he does not know the number. 200101 does not need
/// the payer's account, and without the payee's there is nothing to stop; neither holds up the report.
fn check_end(at: &str, form: &AccountForm, found: &mut Found) -> (Option<PaymentEnd>, EndTold) {
    let typed = form.number.trim();
    if !typed.is_empty() && tail_of(typed).is_none() {
        return (check_account(at, form, found), EndTold::default());
    }
    let tail = if typed.is_empty() { form.tail.trim() } else { typed };
    let digits = tail_of(tail);
    if digits.is_none() && !tail.is_empty() {
        found.add(&format!("{at}.tail"), RefusalCode::AccountMalformed);
    }
    check_names(at, form, found);
    let told = EndTold {
        tail: digits.unwrap_or_default(),
        bank_code: form.bank_code.clone(),
        bank_name: form.bank_name.trim().to_owned(),
        holder: PersonName::new(form.name.trim()),
    };
    (None, told)
}

/// The digits of a tail (`尾号1780`, `*1780`, `1780`); nothing for a whole number.
pub fn tail_of(typed: &str) -> Option<String> {
    let text = normalise(typed);
    let text = ["尾号", "末四位", "最后四位", "后四位"]
        .iter()
        .find_map(|word| text.strip_prefix(word))
        .unwrap_or(&text);
    let text = text.trim_start_matches(['*', '＊', '…', ':']);
    let digits = text.bytes().all(|b| b.is_ascii_digit()) && TAIL.contains(&text.len());
    digits.then(|| text.to_owned())
}

fn check_names(at: &str, form: &AccountForm, found: &mut Found) {
    let field = |name: &str| format!("{at}.{name}");
    found.text(&field("name"), &form.name, TEXT_MAX);
    found.text(&field("bank_name"), &form.bank_name, TEXT_MAX);
    let unknown = !form.bank_code.is_empty() && !bank_code_ok(&form.bank_code);
    let free_text = form.bank_code.is_empty() && !form.bank_name.trim().is_empty();
    if unknown || free_text {
        found.add(&field("bank_code"), RefusalCode::BankUnknown);
    }
}

fn check_account(at: &str, form: &AccountForm, found: &mut Found) -> Option<PaymentEnd> {
    let field = format!("{at}.number");
    check_names(at, form, found);
    let number = AccountNo::parse(&form.number);
    match &number {
        None => found.add(&field, RefusalCode::AccountMalformed),
        Some(n) if n.main().len() < NUMBER_MIN => found.add(&field, RefusalCode::AccountMalformed),
        Some(n) if looks_like_card(n) && !bank_card_ok(n.as_str()) && !form.number_confirmed => {
            found.add(&field, RefusalCode::CardCheckFailed);
        }
        Some(_) => {}
    }
    Some(PaymentEnd {
        bank_code: form.bank_code.clone(),
        bank_name: form.bank_name.trim().to_owned(),
        holder: PersonName::new(form.name.trim()),
        number: number?,
        account_type: match form.account_type {
            AccountType::Personal => AccountType::of_holder(&form.name),
            AccountType::Corporate => AccountType::Corporate,
        },
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
        let to = report.payments[0].to.as_ref().unwrap();
        assert_eq!(to.number.as_str(), "6200001234567890128");
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
                problems(|f| f.payments[0].paid_at = Some(now() + Span::seconds(1))),
                one("payments[0].paid_at", R::TimeInFuture),
            ),
            (
                problems(|f| f.payments[0].to.number = "6200 0000 0000 0000 01".into()),
                one("payments[0].to.number", R::PayerIsPayee),
            ),
            (
                problems(|f| f.payments[0].to.number = "12345_1".into()),
                one("payments[0].to.number", R::AccountMalformed),
            ),
            (
                problems(|f| f.payments[0].to = AccountForm::default()),
                one("payments[0].to.number", R::FieldMissing),
            ),
            (
                problems(|f| {
                    f.payments[0].to.number = String::new();
                    f.payments[0].to.tail = "一七八零".into();
                }),
                one("payments[0].to.tail", R::AccountMalformed),
            ),
            (
                problems(|f| f.payments[0].to.number = "1234567".into()),
                one("payments[0].to.number", R::AccountMalformed),
            ),
            (
                problems(|f| f.payments[0].to.bank_code = String::new()),
                one("payments[0].to.bank_code", R::BankUnknown),
            ),
            (
                problems(|f| f.payments[0].from.bank_name = "某银行".into()),
                one("payments[0].from.bank_code", R::BankUnknown),
            ),
            (
                problems(|f| {
                    f.payments[0].from.number = String::new();
                    f.payments[0].from.tail = "一七八零".into();
                }),
                one("payments[0].from.tail", R::AccountMalformed),
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

    /// What a stop lacks refuses the stop, and the citizen's report is kept.
    #[test]
    fn what_only_an_order_needs_does_not_hold_up_the_report() {
        let kept = |change: fn(&mut ReportForm)| assert_eq!(problems(change), []);
        kept(|f| f.payments[0].to.name = String::new());
        kept(|f| f.victims[0].id_number = String::new());
        kept(|f| f.victims[0].name = String::new());
        kept(|f| f.victims.clear());
        kept(|f| f.payments[0].from = AccountForm::default());
        kept(|f| {
            f.payments[0].to.bank_code = String::new();
            f.payments[0].to.bank_name = String::new();
        });
    }

    #[test]
    fn a_payer_may_be_known_by_its_last_digits() {
        let payer = |number: &str, tail: &str| {
            let mut form = good();
            form.payments[0].from = AccountForm {
                number: number.into(),
                tail: tail.into(),
                number_confirmed: true,
                bank_code: "105000000000".into(),
                bank_name: "中国建设银行".into(),
                name: "王某".into(),
                ..AccountForm::default()
            };
            let payment = check(&form, now()).unwrap().payments.remove(0);
            (payment.from.map(|f| f.number.as_str().to_owned()), payment.payer)
        };
        let told = EndTold {
            tail: "1780".into(),
            bank_code: "105000000000".into(),
            bank_name: "中国建设银行".into(),
            holder: "王某".into(),
        };
        for (number, tail) in [("", "1780"), ("1780", ""), ("尾号 1780", ""), ("**** 1780", "")] {
            assert_eq!(payer(number, tail), (None, told.clone()), "{number:?} {tail:?}");
        }
        let whole = payer("6200000000000001780", "1780");
        assert_eq!(whole, (Some("6200000000000001780".into()), EndTold::default()));
    }

    /// Each way of paying × what the caller knows of the payee.
    #[test]
    fn a_payment_to_a_payee_without_an_account_is_kept_with_what_is_known() {
        type Know = fn(&mut AccountForm);
        let known: [(&str, Know); 5] = [
            ("nothing", |_| {}),
            ("tail", |to| to.tail = "1780".into()),
            ("tail as number", |to| to.number = "尾号1780".into()),
            ("name", |to| to.name = "上门取钱的人".into()),
            ("bank", |to| {
                to.bank_code = "105000000000".into();
                to.bank_name = "中国建设银行".into();
            }),
        ];
        for how in How::ALL {
            for (what, know) in known {
                for asked in [false, true] {
                    let mut form = good();
                    form.payments[0].how = how;
                    form.payments[0].payee_unknown = asked;
                    form.payments[0].to = AccountForm::default();
                    know(&mut form.payments[0].to);
                    let name = format!("{} · {what} · asked {asked}", how.slug());
                    if how == How::Transfer && what == "nothing" && !asked {
                        assert!(
                            check(&form, now()).is_err(),
                            "{name}: the account may have been forgotten"
                        );
                        continue;
                    }
                    let payment = check(&form, now()).unwrap().payments.remove(0);
                    assert_eq!(payment.to, None, "{name}");
                    assert_eq!(payment.how, how, "{name}");
                    assert_eq!(payment.amount, Fen::yuan(30_000), "{name}");
                    assert_eq!(payment.payee.is_empty(), what == "nothing", "{name}");
                    assert_eq!(
                        payment.payee.tail,
                        if what.starts_with("tail") { "1780" } else { "" },
                        "{name}"
                    );
                }
            }
        }
    }

    #[test]
    fn a_way_of_paying_does_not_hide_an_account() {
        for how in How::ALL {
            let mut form = good();
            form.payments[0].how = how;
            let payment = check(&form, now()).unwrap().payments.remove(0);
            assert!(payment.to.is_some() && payment.payee.is_empty(), "{}", how.slug());
            form.payments[0].to.number = "12345_1".into();
            assert!(check(&form, now()).is_err(), "{}", how.slug());
        }
    }

    #[test]
    fn a_bank_s_clock_may_be_a_little_ahead_and_a_caller_s_may_not() {
        let ahead = |channel| {
            problems(|f| {
                f.channel = channel;
                f.payments[0].paid_at = Some(now() + Span::minutes(2));
            })
        };
        assert_eq!(ahead(Channel::Bank), []);
        assert_eq!(
            ahead(Channel::Hotline96110),
            [("payments[0].paid_at".to_owned(), RefusalCode::TimeInFuture)]
        );
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
            f.payments[0].to = AccountForm::default();
        });
        assert_eq!(found.len(), 3);
    }
}
