//! People, officers and transfers as papers name them.

use crate::{AppResult, Work};
use domain::access::ApproverLevel;
use domain::report::{EndTold, How};
use forms::{Approval, Channel, Day, Level, Officer, Sex, Sum, Transfer};
use kernel::identifier::{self, id_card, normalise};
use kernel::{AccountNumber, Instant, PersonName, RefusalCode, UserId};
use store::accounts::Account;
use store::intake::{Payment, Person, PersonRole};
use store::people::User;

pub(super) async fn user(work: &Work<'_>, id: UserId) -> AppResult<User> {
    let found = work.users_named(&[id]).await?;
    Ok(found.into_iter().next().ok_or(RefusalCode::TwoOfficersNeeded)?)
}

pub(super) async fn unit_of(work: &Work<'_>, id: UserId) -> AppResult<String> {
    Ok(user(work, id).await?.org.name)
}

pub(super) async fn officers(work: &Work<'_>, ids: &[UserId]) -> AppResult<Vec<Officer>> {
    let mut officers = Vec::new();
    for id in ids {
        officers.push(officer(&user(work, *id).await?));
    }
    Ok(officers)
}

pub(super) fn officer(user: &User) -> Officer {
    Officer {
        name: user.name.as_str().into(),
        police_number: user.police_number.clone(),
        phone: user.phone.clone(),
    }
}

pub(super) async fn approval(
    work: &Work<'_>,
    by: UserId,
    level: ApproverLevel,
    at: Instant,
) -> AppResult<Approval> {
    let level = match level {
        ApproverLevel::City => Level::City,
        ApproverLevel::County => Level::County,
        ApproverLevel::None | ApproverLevel::Duty => Level::Department,
    };
    Ok(Approval {
        name: user(work, by).await?.name.as_str().into(),
        post: String::new(),
        level,
        on: Day::of(at),
    })
}

/// The victim who paid, or the first one.
pub(super) fn victim<'a>(people: &'a [Person], payment: Option<&Payment>) -> Option<&'a Person> {
    let named = payment
        .and_then(|p| p.victim)
        .and_then(|id| people.iter().find(|p| p.id == id));
    named.or_else(|| people.iter().find(|p| p.role == PersonRole::Victim))
}

/// The caller where he is somebody else than the victim.
pub(super) fn other_caller<'a>(people: &'a [Person], victim: Option<&Person>) -> Option<&'a Person> {
    people.iter().find(|p| {
        p.role == PersonRole::Caller
            && !p.name.is_empty()
            && p.relation != "self"
            && victim.is_none_or(|v| v.name.reveal() != p.name.reveal())
    })
}

/// 报案人: who called, or the victim where he called himself, with what the form says of him in either place.
pub(super) fn reporter(people: &[Person]) -> Option<forms::Person> {
    let caller = people.iter().find(|p| p.role == PersonRole::Caller);
    let own = |p: &&Person| {
        p.role == PersonRole::Victim
            && caller.is_none_or(|c| c.name.is_empty() || c.name.reveal() == p.name.reveal())
    };
    let victim = people.iter().find(own).or_else(|| {
        caller
            .filter(|c| c.relation == "self")
            .and_then(|_| people.iter().find(|p| p.role == PersonRole::Victim))
    });
    match (victim, caller) {
        (Some(victim), Some(caller)) => {
            let mut both = person(victim);
            let called = person(caller);
            if both.phone.is_empty() {
                both.phone = called.phone;
            }
            if both.id_number.is_empty() {
                (both.id_number, both.id_kind) = (called.id_number, called.id_kind);
                both.birth = both.birth.or(called.birth);
            }
            both.sex = both.sex.or(called.sex);
            if both.address.is_empty() {
                both.address = called.address;
            }
            Some(both)
        }
        (Some(one), None) | (None, Some(one)) if !one.name.is_empty() => Some(person(one)),
        _ => None,
    }
}

/// Sex and day of birth are those of the identity number where there is one.
pub(super) fn person(person: &Person) -> forms::Person {
    let number = normalise(person.id_number.reveal());
    let card = matches!(person.id_type.as_str(), "" | "01")
        .then(|| id_card(&number))
        .flatten();
    let typed = match person.sex.as_str() {
        "male" | "男" => Some(Sex::Male),
        "female" | "女" => Some(Sex::Female),
        _ => None,
    };
    let said = card.as_ref().map(|card| match card.sex {
        identifier::Sex::Male => Sex::Male,
        identifier::Sex::Female => Sex::Female,
    });
    forms::Person {
        name: person.name.clone(),
        sex: said.or(typed),
        birth: card.as_ref().and_then(|c| Day::ymd(c.year, c.month, c.day)),
        id_kind: if person.id_number.is_empty() {
            String::new()
        } else {
            id_kind(&person.id_type, card.is_some())
        },
        id_number: person.id_number.clone(),
        address: person.address.clone(),
        employer: String::new(),
        phone: person.phone.clone(),
    }
}

fn id_kind(code: &str, is_card: bool) -> String {
    use bankwire::codes::{CodeTable, RequestIdType};
    match RequestIdType::from_code(code) {
        Some(RequestIdType::IdCard) => "居民身份证",
        Some(kind) => kind.zh(),
        None if is_card => "居民身份证",
        None => "其他证件",
    }
    .to_owned()
}

/// The form's code of a relation as a paper says it; words that somebody typed stay.
pub(super) fn relation(typed: &str) -> &str {
    match typed {
        "self" => "本人",
        "spouse" => "配偶",
        "parent" => "父母",
        "child" => "子女",
        "friend" => "朋友",
        "colleague" => "同事",
        "bank" => "银行工作人员",
        "other" => "其他",
        words => words,
    }
}

/// The victims' own payments, each to the account that it really went to.
pub(super) async fn transfers(
    work: &Work<'_>,
    people: &[Person],
    paid: &[&Payment],
) -> AppResult<Vec<Transfer>> {
    let mut rows = Vec::new();
    for payment in paid {
        rows.push(transfer(work, people, payment).await?);
    }
    Ok(rows)
}

async fn transfer(work: &Work<'_>, people: &[Person], payment: &Payment) -> AppResult<Transfer> {
    let row = match payment.transfer {
        Some(id) => store::flow::transfer_load(work.tx.conn(), id)
            .await?
            .map(|(_, moved)| moved),
        None => None,
    };
    let told = match row {
        Some(moved) => store::flow::transfer_serials(work.tx.conn(), moved.id)
            .await?
            .unwrap_or_default(),
        None => (None, None),
    };
    let from = match payment.from.or(row.map(|moved| moved.src)) {
        Some(id) => work.account_named(id).await?,
        None => None,
    };
    let to = match payment.to {
        Some(id) => work.account_named(id).await?,
        None => None,
    };
    let serial = Some(payment.serial.clone()).filter(|s| !s.is_empty());
    let payer = people
        .iter()
        .find(|p| Some(p.id) == payment.victim)
        .map(|p| p.name.clone());
    let holder = from
        .as_ref()
        .map(|a| a.holder.clone())
        .filter(|name| !name.is_empty());
    let holder = holder.or_else(|| payer_told_name(payment));
    Ok(Transfer {
        // Without a bank's word the account is that of the victim who paid.
        from_name: holder.or(payer).unwrap_or_default(),
        from_institution: from
            .as_ref()
            .map_or_else(|| payment.payer.bank_name.clone(), |a| a.bank_name.clone()),
        from_account: from.as_ref().map_or_else(|| payer_tail(payment), number),
        to_name: to
            .as_ref()
            .map_or_else(|| payment.payee.holder.clone(), |a| a.holder.clone()),
        to_institution: to
            .as_ref()
            .map_or_else(|| payment.payee.bank_name.clone(), |a| a.bank_name.clone()),
        to_account: to.as_ref().map_or_else(|| tail(&payment.payee), number),
        to_kind: to.as_ref().map(account_kind).unwrap_or_default(),
        how: how(payment),
        sum: Sum::of(payment.amount),
        at: Some(payment.paid_at),
        channel: channel(&payment.channel),
        serial_number: serial.or(told.0).or(told.1).unwrap_or_default(),
        basis: if row.is_some() {
            "银行流水"
        } else {
            "被害人陈述"
        }
        .to_owned(),
    })
}

/// A payer that is known by its last digits alone, as a paper says it; a message never carries it as a number.
pub(super) fn payer_tail(payment: &Payment) -> AccountNumber {
    tail(&payment.payer)
}

pub(super) fn tail(end: &EndTold) -> AccountNumber {
    if end.tail.is_empty() {
        return AccountNumber::default();
    }
    format!("尾号{}", end.tail).into()
}

/// 付款方式, where it is no transfer.
fn how(payment: &Payment) -> String {
    match payment.how {
        How::Transfer => String::new(),
        how => how.zh().to_owned(),
    }
}

/// The name on the account that paid, where the caller knows it without the number.
pub(super) fn payer_told_name(payment: &Payment) -> Option<PersonName> {
    Some(payment.payer.holder.clone()).filter(|name| !name.is_empty())
}

pub(super) fn number(account: &Account) -> AccountNumber {
    account.number.as_str().into()
}

pub(super) fn account_kind(account: &Account) -> String {
    match account.account_type.as_str() {
        "02" | "corporate" => "对公账户",
        "01" | "personal" => "个人账户",
        _ => "",
    }
    .to_owned()
}

/// A bank by its name; by its code where nobody has named it.
pub(super) fn institution(account: &Account) -> String {
    if account.bank_name.is_empty() {
        account.bank_code.clone()
    } else {
        account.bank_name.clone()
    }
}

fn channel(typed: &str) -> Option<Channel> {
    Some(match typed {
        "counter" | "柜台" => Channel::Counter,
        "atm" | "ATM" => Channel::Atm,
        "online_bank" | "网银" => Channel::OnlineBank,
        "mobile_bank" | "手机银行" => Channel::MobileBank,
        "third_party" | "第三方支付" => Channel::ThirdParty,
        "" => return None,
        _ => Channel::Other,
    })
}

pub(super) fn category_name(code: Option<&str>) -> String {
    let found = domain::report::CATEGORIES.iter().find(|(c, _)| Some(*c) == code);
    found.map(|(_, name)| (*name).to_owned()).unwrap_or_default()
}

/// Whether somebody recorded that this person's identity papers were looked at.
pub(super) async fn identity_checked(work: &Work<'_>, person: &Person) -> AppResult<bool> {
    let checks = store::intake::identity_checks(work.tx.conn(), person.report).await?;
    Ok(checks.iter().any(|check| check.person == person.id))
}
