//! 补正警情: a registered report is corrected and completed. The rows, the report's own figures and what it is found by follow;
//! what stood there is kept with who changed it and why; orders from a wrong row are named with the act that relieves them,
//! and the right stops can be drafted in the same act.
//!
//! Promises: all problems of what is typed come at once; who corrects a state that is no longer there is told. Leaves out
//! relieving: that is an act of its own on the order, with its approval.

use crate::intake::accept::{
    Accepted, StopRefused, Stops, account, identifiers, latest_by_payee, name_banks, person_of, stop_lacks,
    stop_payee, without_account,
};
use crate::{AppResult, Centre, Context, Work};
use domain::access::{Action, permit};
use domain::audit::AuditAction;
use domain::order::{Order, OrderState};
use domain::report::correct::{Change, Corrected, Fact, Paid, Relief, changes, figures, from_wrong_rows};
use domain::report::matching::nearest;
use domain::report::{
    self, AccountForm, AccountType, EndTold, How, NewPayment, NewPerson, PaymentEnd, PaymentForm, PersonForm,
    ReportForm, ReportState,
};
use domain::subject::SubjectKind;
use kernel::{
    AccountId, CallId, CorrectionId, Fen, Instant, PaymentId, PersonId, Problem, Refusal, RefusalCode,
    ReportId, Span, UserId,
};
use std::collections::BTreeMap;
use store::accounts::{Account, account_update, accounts_load, transfer_is_payment, transfers_in};
use store::calls::{call_load, call_registered};
use store::corrections::{
    Correction, corrections, corrections_insert, identifiers_replace, payment_delete, payment_save,
    person_save, revision_of,
};
use store::intake::{Payment, Person, PersonRole, ReportRow, payment_insert, payment_match};
use store::orders::orders_of_report;
use store::people::{User, users_by_id};

/// What of one payment is corrected; what is left out stays. Without an id it is a payment that was not told before.
#[derive(Clone, Debug, Default)]
pub struct PaymentCorrection {
    pub id: Option<PaymentId>,
    pub paid_at: Option<Instant>,
    pub amount: Option<Fen>,
    /// With a number or a tail it is another account; without, its name and bank are corrected.
    pub from: Option<AccountForm>,
    pub to: Option<AccountForm>,
    /// The money went to no account that the caller knows: the account that stands there is taken out.
    pub payee_unknown: bool,
    pub how: Option<How>,
    pub channel: Option<String>,
    pub serial: Option<String>,
    /// Which of the report's victims paid.
    pub victim: Option<usize>,
}

/// What of one person is corrected. Without an id it is a victim who was not named before.
#[derive(Clone, Debug, Default)]
pub struct PersonCorrection {
    pub id: Option<PersonId>,
    pub name: Option<String>,
    pub id_type: Option<String>,
    pub id_number: Option<String>,
    pub phone: Option<String>,
    pub sex: Option<String>,
    pub age: Option<u8>,
    pub address: Option<String>,
    pub relation: Option<String>,
}

/// One act of correcting.
#[derive(Clone, Debug, Default)]
pub struct ReportCorrection {
    /// How often the report had been corrected when the form was opened; not asked where something is only added.
    pub revision: Option<i64>,
    pub reason: String,
    pub payments: Vec<PaymentCorrection>,
    /// Rows that were no payments.
    pub removed: Vec<PaymentId>,
    pub people: Vec<PersonCorrection>,
    pub category: Option<String>,
    /// What the caller says in addition.
    pub narrative: String,
    /// A further call of the same victim.
    pub call: Option<CallId>,
    /// Draft the stops on the payees of added and corrected payments.
    pub send_stops: bool,
    pub second_officer: Option<UserId>,
}

/// The report as it stands now, what changed, and the orders that rest on a row which changed.
#[derive(Clone, Debug)]
pub struct ReportCorrected {
    pub accepted: Accepted,
    pub revision: i64,
    pub changes: Vec<Change>,
    pub wrong: Vec<(Order, Relief)>,
}

/// 补正: corrects and completes a report in one act.
pub async fn report_correct(
    centre: &Centre,
    ctx: &Context,
    id: ReportId,
    asked: ReportCorrection,
) -> AppResult<ReportCorrected> {
    let mut work = centre
        .work(ctx, AuditAction::ReportCorrect, SubjectKind::Report, id)
        .await?;
    let outcome = correct(&mut work, id, asked).await;
    work.finish(outcome).await
}

/// Adds a payment that was remembered later; with `stop` also the stop on its account.
pub async fn payment_add(
    centre: &Centre,
    ctx: &Context,
    id: ReportId,
    form: PaymentForm,
    stop: bool,
) -> AppResult<Accepted> {
    let asked = ReportCorrection {
        reason: "补充付款".into(),
        payments: vec![PaymentCorrection {
            paid_at: form.paid_at,
            amount: form.amount,
            from: Some(form.from),
            to: Some(form.to),
            payee_unknown: form.payee_unknown,
            how: Some(form.how),
            channel: Some(form.channel),
            serial: Some(form.serial),
            victim: Some(form.victim),
            id: None,
        }],
        send_stops: stop,
        ..ReportCorrection::default()
    };
    match report_correct(centre, ctx, id, asked).await {
        Ok(done) => Ok(done.accepted),
        Err(crate::AppError::Refused(refusal)) => Err(relabel(refusal).into()),
        Err(other) => Err(other),
    }
}

/// The route of one payment names its fields without a row.
fn relabel(mut refusal: Refusal) -> Refusal {
    for problem in &mut refusal.problems {
        problem.field = problem.field.replace("payments[0].", "");
    }
    refusal
}

const REASON_MAX: usize = 200;
const NARRATIVE_MAX: usize = 20_000;

/// The report as it stands before the act.
struct Before {
    row: ReportRow,
    people: Vec<Person>,
    payments: Vec<Payment>,
    accounts: BTreeMap<AccountId, Account>,
}

async fn correct(work: &mut Work<'_>, id: ReportId, asked: ReportCorrection) -> AppResult<ReportCorrected> {
    let before = load(work, id, &asked).await?;
    let checked = check(work, &before, &asked)?;
    let revision = revision_of(work.tx.conn(), id).await? + 1;
    let mut changed = Vec::new();
    let people = save_people(work, &before, &asked, &checked, &mut changed).await?;
    let payments = save_payments(work, &before, &asked, &checked, &people, &mut changed).await?;
    let (before_paid, after_paid) = (paid(&before.payments), paid(&payments));
    save_report(work, &before, &asked, &people, &after_paid, &mut changed).await?;
    if changed.is_empty() {
        return Err(RefusalCode::NothingCorrected.into());
    }
    keep(work, id, revision, &asked.reason, &changed).await?;
    let row = work.report(id).await?;
    let named = identifiers(work, &row, &people, &payments).await?;
    identifiers_replace(&work.tx, id, &named).await?;
    let orders = orders_of_report(work.tx.conn(), id).await?;
    let wrong = from_wrong_rows(&orders, &before_paid, &after_paid);
    let stops = if asked.send_stops {
        stops(work, id, &before, &payments, asked.second_officer).await?
    } else {
        Stops::default()
    };
    work.note("revision", revision);
    work.note("facts", facts_named(&changed));
    work.note("wrong_orders", wrong.len());
    let relief = |o: Order| {
        let found = wrong.iter().find(|w| w.order == o.id)?;
        Some((o, found.relief))
    };
    Ok(ReportCorrected {
        accepted: Accepted {
            report: work.report(id).await?,
            orders: stops.orders,
            refused: stops.refused,
        },
        revision,
        changes: changed,
        wrong: orders.into_iter().filter_map(relief).collect(),
    })
}

/// The facts that changed, without their values: the log is read by people who may not see these.
fn facts_named(changed: &[Change]) -> Vec<String> {
    let mut facts: Vec<String> = changed.iter().map(|c| c.fact.slug().to_owned()).collect();
    facts.sort_unstable();
    facts.dedup();
    facts
}

async fn load(work: &mut Work<'_>, id: ReportId, asked: &ReportCorrection) -> AppResult<Before> {
    let actor = work.ctx.person()?.actor.clone();
    let row = store::intake::report_load(work.tx.conn(), id).await?;
    permit(&actor, Action::ReportEdit, row.as_ref().map(|r| r.report.area))?;
    let row = row.ok_or(RefusalCode::NotFound)?;
    if row.report.state == ReportState::Closed {
        return Err(RefusalCode::ReportClosed.into());
    }
    let stands = revision_of(work.tx.conn(), id).await?;
    if asked.revision.is_some_and(|seen| seen != stands) {
        return Err(RefusalCode::RecordChanged.into());
    }
    let payments = work.payments_of(id).await?;
    let ids: Vec<AccountId> = payments.iter().flat_map(|p| [p.to, p.from]).flatten().collect();
    let accounts = accounts_load(work.tx.conn(), &ids).await?;
    Ok(Before {
        people: work.people_of(id).await?,
        accounts: accounts.into_iter().map(|a| (a.id, a)).collect(),
        row,
        payments,
    })
}

impl Before {
    fn payment(&self, id: PaymentId) -> Option<&Payment> {
        self.payments.iter().find(|p| p.id == id)
    }

    fn person(&self, id: PersonId) -> Option<&Person> {
        self.people.iter().find(|p| p.id == id)
    }

    fn victims(&self) -> usize {
        self.people
            .iter()
            .filter(|p| p.role == PersonRole::Victim)
            .count()
    }
}

/// What is typed, checked: one for each correction, in their order.
struct Checked {
    payments: Vec<NewPayment>,
    people: Vec<NewPerson>,
}

/// The same checks as of a new report, over the rows as they would stand.
fn check(work: &Work<'_>, before: &Before, asked: &ReportCorrection) -> Result<Checked, Refusal> {
    let mut problems = Vec::new();
    let mut problem = |field: String, code| {
        problems.push(Problem {
            field,
            code,
            detail: None,
        });
    };
    if asked.reason.trim().is_empty() {
        problem("reason".into(), RefusalCode::FieldMissing);
    }
    if asked.reason.chars().count() > REASON_MAX {
        problem("reason".into(), RefusalCode::FieldTooLong);
    }
    let story = before.row.report.narrative.chars().count() + asked.narrative.chars().count();
    if story > NARRATIVE_MAX {
        problem("narrative".into(), RefusalCode::FieldTooLong);
    }
    for (i, id) in asked.removed.iter().enumerate() {
        if before.payment(*id).is_none() {
            problem(format!("removed[{i}]"), RefusalCode::NotFound);
        }
    }
    let victims = before.victims() + asked.people.iter().filter(|p| p.id.is_none()).count();
    for (i, payment) in asked.payments.iter().enumerate() {
        if payment
            .id
            .is_some_and(|id| before.payment(id).is_none() || asked.removed.contains(&id))
        {
            problem(format!("payments[{i}].id"), RefusalCode::NotFound);
        }
        if payment.victim.is_some_and(|v| v >= victims.max(1)) {
            problem(format!("payments[{i}].victim"), RefusalCode::FieldMalformed);
        }
    }
    for (i, person) in asked.people.iter().enumerate() {
        if person.id.is_some_and(|id| before.person(id).is_none()) {
            problem(format!("people[{i}].id"), RefusalCode::NotFound);
        }
    }
    let mut form = ReportForm {
        channel: before.row.report.channel,
        narrative: "-".into(),
        area: before.row.report.area.to_string(),
        category: asked.category.clone().unwrap_or_default(),
        caller: PersonForm {
            name: "-".into(),
            ..PersonForm::default()
        },
        payments: asked
            .payments
            .iter()
            .map(|p| payment_form(work.centre, before, p))
            .collect(),
        victims: asked.people.iter().map(|p| person_form(before, p)).collect(),
        ..ReportForm::default()
    };
    name_banks(work.centre, &mut form);
    match report::check(&form, work.now()) {
        Ok(new) if problems.is_empty() => Ok(Checked {
            payments: new.payments,
            people: new.victims,
        }),
        Ok(_) => Err(Refusal::of(problems).unwrap_or_else(|| RefusalCode::FieldMalformed.into())),
        Err(refusal) => {
            problems.extend(refusal.problems.into_iter().map(|p| Problem {
                field: p.field.replace("victims[", "people["),
                ..p
            }));
            Err(Refusal::of(problems).unwrap_or_else(|| RefusalCode::FieldMalformed.into()))
        }
    }
}

/// The payment as it would stand.
fn payment_form(centre: &Centre, before: &Before, asked: &PaymentCorrection) -> PaymentForm {
    let known = asked.id.and_then(|id| before.payment(id));
    let end = |id: Option<AccountId>, told: &EndTold| match id {
        Some(id) => end_form(before.accounts.get(&id)),
        None => told_form(told),
    };
    let (from, to) = match known {
        Some(p) => (end(p.from, &p.payer), end(p.to, &p.payee)),
        None => Default::default(),
    };
    let to = if asked.payee_unknown {
        AccountForm::default()
    } else {
        to
    };
    let stays_unknown = known.is_some_and(|p| p.to.is_none() && p.payee.is_empty());
    PaymentForm {
        paid_at: asked.paid_at.or(known.map(|p| p.paid_at)),
        amount: asked.amount.or(known.map(|p| p.amount)),
        from: over(centre, from, asked.from.as_ref()),
        to: over(centre, to, asked.to.as_ref()),
        how: asked.how.or(known.map(|p| p.how)).unwrap_or_default(),
        payee_unknown: asked.payee_unknown || stays_unknown,
        channel: asked
            .channel
            .clone()
            .unwrap_or_else(|| known.map(|p| p.channel.clone()).unwrap_or_default()),
        serial: asked
            .serial
            .clone()
            .unwrap_or_else(|| known.map(|p| p.serial.clone()).unwrap_or_default()),
        // Whose payment it is has its own check: the form here holds only the people who are corrected.
        victim: 0,
    }
}

/// An end whose account the caller does not know.
fn told_form(told: &EndTold) -> AccountForm {
    AccountForm {
        bank_code: told.bank_code.clone(),
        bank_name: told.bank_name.clone(),
        name: told.holder.reveal().to_owned(),
        tail: told.tail.clone(),
        ..AccountForm::default()
    }
}

fn end_form(account: Option<&Account>) -> AccountForm {
    let Some(account) = account else {
        return AccountForm::default();
    };
    AccountForm {
        // A bank that somebody named without a code is asked for again only when the account is corrected.
        bank_name: if account.bank_code.is_empty() {
            String::new()
        } else {
            account.bank_name.clone()
        },
        bank_code: account.bank_code.clone(),
        name: account.holder.reveal().to_owned(),
        number: account.number.as_str().to_owned(),
        tail: String::new(),
        account_type: if account.account_type == "02" {
            AccountType::Corporate
        } else {
            AccountType::Personal
        },
        number_confirmed: true,
    }
}

/// Another number is another account, of which nothing that was known of the first one holds. A number where none was known
/// is the account that the caller spoke of: the name that he gave stays, and the bank unless the card names one.
fn over(centre: &Centre, known: AccountForm, asked: Option<&AccountForm>) -> AccountForm {
    let Some(asked) = asked else { return known };
    let renumbered = !asked.number.trim().is_empty() || !asked.tail.trim().is_empty();
    if renumbered && !is_found(&known, asked) {
        return asked.clone();
    }
    let mut end = known;
    if renumbered {
        let card = centre.banks.find(&kernel::identifier::normalise(&asked.number));
        if card.is_some() {
            end.bank_code = String::new();
            end.bank_name = String::new();
        }
        end.number.clone_from(&asked.number);
        end.tail.clone_from(&asked.tail);
        end.account_type = asked.account_type;
        end.number_confirmed = asked.number_confirmed;
    }
    if !asked.name.trim().is_empty() {
        end.name.clone_from(&asked.name);
    }
    if !asked.bank_code.is_empty() || !asked.bank_name.trim().is_empty() {
        end.bank_code.clone_from(&asked.bank_code);
        end.bank_name.clone_from(&asked.bank_name);
    }
    end
}

/// Whether the number is the one that was missing: none was known, or it ends in the digits that were.
fn is_found(known: &AccountForm, asked: &AccountForm) -> bool {
    let number = kernel::identifier::normalise(&asked.number);
    known.number.is_empty() && (known.tail.is_empty() || number.ends_with(&known.tail))
}

fn person_form(before: &Before, asked: &PersonCorrection) -> PersonForm {
    let known = asked.id.and_then(|id| before.person(id));
    let text = |asked: &Option<String>, known: Option<&str>| {
        asked
            .clone()
            .unwrap_or_else(|| known.unwrap_or_default().to_owned())
    };
    let renumbered = asked.id_number.is_some();
    PersonForm {
        identity_checked: false,
        name: text(&asked.name, known.map(|p| p.name.reveal())),
        id_type: text(&asked.id_type, known.map(|p| p.id_type.as_str())),
        id_number: text(&asked.id_number, known.map(|p| p.id_number.reveal())),
        phone: text(&asked.phone, known.map(|p| p.phone.reveal())),
        // Sex and age follow a corrected document, unless somebody says them.
        sex: text(&asked.sex, known.filter(|_| !renumbered).map(|p| p.sex.as_str())),
        age: asked.age.or(known.filter(|_| !renumbered).and_then(|p| p.age)),
        address: text(&asked.address, known.map(|p| p.address.reveal())),
        relation: text(&asked.relation, known.map(|p| p.relation.as_str())),
    }
}

fn paid(payments: &[Payment]) -> Vec<Paid> {
    let one = |p: &Payment| Paid {
        id: p.id,
        to: p.to,
        amount: p.amount,
        paid_at: p.paid_at,
    };
    payments.iter().map(one).collect()
}

async fn save_people(
    work: &mut Work<'_>,
    before: &Before,
    asked: &ReportCorrection,
    checked: &Checked,
    changed: &mut Vec<Change>,
) -> AppResult<Vec<Person>> {
    let mut people = before.people.clone();
    for (one, new) in asked.people.iter().zip(&checked.people) {
        match one.id.and_then(|id| people.iter_mut().find(|p| p.id == id)) {
            Some(known) => {
                let fresh = person_of(work, known.report, known.role, known.position, new);
                let after = Person {
                    id: known.id,
                    ..fresh
                };
                let of = Corrected::Person(known.id);
                let found = changes(of, &person_facts(known), &person_facts(&after));
                if !found.is_empty() {
                    person_save(&work.tx, &after, false).await?;
                    *known = after;
                    changed.extend(found);
                }
            }
            None => {
                let nth = people.iter().filter(|p| p.role == PersonRole::Victim).count();
                let position = u32::try_from(nth).unwrap_or(u32::MAX);
                let added = person_of(work, before.row.report.id, PersonRole::Victim, position, new);
                person_save(&work.tx, &added, true).await?;
                changed.push(row_added(Corrected::Person(added.id), added.name.reveal()));
                people.push(added);
            }
        }
    }
    work.forget_people(before.row.report.id);
    Ok(people)
}

fn row_added(of: Corrected, what: &str) -> Change {
    Change {
        of,
        fact: Fact::Row,
        before: String::new(),
        after: what.to_owned(),
    }
}

fn person_facts(p: &Person) -> Vec<(Fact, String)> {
    vec![
        (Fact::Name, p.name.reveal().to_owned()),
        (Fact::IdType, p.id_type.clone()),
        (Fact::IdNumber, p.id_number.reveal().to_owned()),
        (Fact::Phone, p.phone.reveal().to_owned()),
        (Fact::Sex, p.sex.clone()),
        (Fact::Age, p.age.map(|a| a.to_string()).unwrap_or_default()),
        (Fact::Address, p.address.reveal().to_owned()),
        (Fact::Relation, p.relation.clone()),
    ]
}

fn payment_facts(
    p: &Payment,
    accounts: &BTreeMap<AccountId, Account>,
    people: &[Person],
) -> Vec<(Fact, String)> {
    let from = p.from.and_then(|id| accounts.get(&id));
    let to = p.to.and_then(|id| accounts.get(&id));
    let end =
        |end: Option<&Account>, field: fn(&Account) -> &str, told: &str| end.map_or(told, field).to_owned();
    let victim = p.victim.and_then(|id| people.iter().find(|v| v.id == id));
    vec![
        (Fact::PaidAt, p.paid_at.to_iso_cst()),
        (Fact::Amount, p.amount.0.to_string()),
        (Fact::PayerNumber, end(from, |a| a.number.as_str(), &p.payer.tail)),
        (
            Fact::PayerName,
            end(from, |a| a.holder.reveal(), p.payer.holder.reveal()),
        ),
        (
            Fact::PayerBank,
            end(from, |a| a.bank_name.as_str(), &p.payer.bank_name),
        ),
        (Fact::PayeeNumber, end(to, |a| a.number.as_str(), &p.payee.tail)),
        (
            Fact::PayeeName,
            end(to, |a| a.holder.reveal(), p.payee.holder.reveal()),
        ),
        (
            Fact::PayeeBank,
            end(to, |a| a.bank_name.as_str(), &p.payee.bank_name),
        ),
        (Fact::How, p.how.slug().to_owned()),
        (Fact::Channel, p.channel.clone()),
        (Fact::Serial, p.serial.clone()),
        (
            Fact::Victim,
            victim.map(|v| v.name.reveal().to_owned()).unwrap_or_default(),
        ),
    ]
}

async fn save_payments(
    work: &mut Work<'_>,
    before: &Before,
    asked: &ReportCorrection,
    checked: &Checked,
    people: &[Person],
    changed: &mut Vec<Change>,
) -> AppResult<Vec<Payment>> {
    let id = before.row.report.id;
    let mut payments = before.payments.clone();
    for removed in &asked.removed {
        if let Some(gone) = before.payment(*removed) {
            let what = format!("{} {}", gone.paid_at.to_iso_cst(), gone.amount.0);
            changed.push(Change {
                of: Corrected::Payment(gone.id),
                fact: Fact::Row,
                before: what,
                after: String::new(),
            });
            payment_delete(&work.tx, gone.id).await?;
            payments.retain(|p| p.id != gone.id);
        }
    }
    for (one, new) in asked.payments.iter().zip(&checked.payments) {
        let known = one.id.and_then(|id| before.payment(id));
        let mut after = resolve(work, before, known, one, new, people).await?;
        let mut accounts = before.accounts.clone();
        for id in [after.to, after.from].into_iter().flatten() {
            let fresh = work.account_named(id).await?;
            accounts.extend(fresh.map(|a| (id, a)));
        }
        let Some(known) = known else {
            after.position = payments.iter().map(|p| p.position + 1).max().unwrap_or(0);
            payment_insert(&work.tx, &after).await?;
            rematch(work, &mut after).await?;
            let what = format!("{} {}", after.paid_at.to_iso_cst(), after.amount.0);
            changed.push(row_added(Corrected::Payment(after.id), &what));
            payments.push(after);
            continue;
        };
        let of = Corrected::Payment(known.id);
        let was = payment_facts(known, &before.accounts, people);
        let found = changes(of, &was, &payment_facts(&after, &accounts, people));
        if found.is_empty() {
            continue;
        }
        let other_movement = (known.to, known.from, known.amount, known.paid_at)
            != (after.to, after.from, after.amount, after.paid_at);
        if other_movement {
            after.transfer = None;
        }
        payment_save(&work.tx, &after).await?;
        if other_movement {
            rematch(work, &mut after).await?;
        }
        changed.extend(found);
        if let Some(place) = payments.iter_mut().find(|p| p.id == known.id) {
            *place = after;
        }
    }
    work.forget_payments(id);
    Ok(payments)
}

/// The payment as it stands now, its accounts made known and their names corrected.
async fn resolve(
    work: &mut Work<'_>,
    before: &Before,
    known: Option<&Payment>,
    asked: &PaymentCorrection,
    new: &NewPayment,
    people: &[Person],
) -> AppResult<Payment> {
    let from = match &new.from {
        Some(end) => Some(account_corrected(work, end).await?),
        None => None,
    };
    let to = match &new.to {
        Some(end) => Some(account_corrected(work, end).await?),
        None => None,
    };
    let victim = match (asked.victim, known) {
        (Some(nth), _) => people
            .iter()
            .filter(|p| p.role == PersonRole::Victim)
            .nth(nth)
            .map(|p| p.id),
        (None, Some(known)) => known.victim,
        (None, None) => None,
    };
    Ok(Payment {
        id: known.map_or_else(|| PaymentId::new(work.now(), work.random10()), |k| k.id),
        report: before.row.report.id,
        position: known.map_or(0, |k| k.position),
        victim,
        paid_at: new.paid_at,
        amount: new.amount,
        from,
        payer: new.payer.clone(),
        to,
        payee: new.payee.clone(),
        how: new.how,
        channel: new.channel.clone(),
        serial: new.serial.clone(),
        transfer: known.and_then(|k| k.transfer),
    })
}

/// The account of this number. A name is corrected while no bank has said who the holder is; a bank is corrected while none
/// has done anything on the account.
async fn account_corrected(work: &mut Work<'_>, end: &PaymentEnd) -> AppResult<AccountId> {
    let mut known = account(work, end).await?;
    let bank_said = known
        .holder_facts
        .as_deref()
        .is_some_and(|facts| !crate::orders::request::was_typed(facts));
    let mut corrected = Vec::new();
    if !bank_said && !end.holder.is_empty() && end.holder != known.holder {
        known.holder = end.holder.clone();
        corrected.push("holder");
    }
    if known.stops_executed == 0 && !end.bank_code.is_empty() && end.bank_code != known.bank_code {
        known.bank_code.clone_from(&end.bank_code);
        known.bank_name.clone_from(&end.bank_name);
        corrected.push("bank");
    }
    if !corrected.is_empty() {
        account_update(&work.tx, &known).await?;
        known.version += 1;
        work.know_account(&known);
        let detail = serde_json::json!({ "facts": corrected });
        work.also(
            AuditAction::AccountCorrect,
            SubjectKind::Account,
            known.id,
            detail,
        );
    }
    Ok(known.id)
}

/// A bank may have told of the movement before the caller did.
async fn rematch(work: &Work<'_>, payment: &mut Payment) -> AppResult<()> {
    const AROUND: Span = Span::hours(1);
    const ROWS: u64 = 1_000;
    let Some(to) = payment.to else { return Ok(()) };
    let rows = transfers_in(work.tx.conn(), &[to], payment.paid_at - AROUND, ROWS).await?;
    let candidates = rows
        .iter()
        .filter(|t| t.payment.is_none() && t.amount == payment.amount)
        .filter(|t| payment.from.is_none_or(|from| from == t.src))
        .map(|t| (t.id, t.at));
    if let Some(row) = nearest(payment.paid_at, candidates) {
        payment_match(&work.tx, payment.id, row).await?;
        transfer_is_payment(&work.tx, row, payment.id).await?;
        payment.transfer = Some(row);
    }
    Ok(())
}

/// What follows the rows: the loss, the latest payment, the victim's name on lists; and what is said in addition.
async fn save_report(
    work: &mut Work<'_>,
    before: &Before,
    asked: &ReportCorrection,
    people: &[Person],
    paid: &[Paid],
    changed: &mut Vec<Change>,
) -> AppResult<()> {
    let mut after = before.row.clone();
    let figures = figures(paid);
    after.report.loss = figures.loss;
    after.report.latest_payment_at = figures.latest_payment_at;
    let first = people.iter().find(|p| p.role == PersonRole::Victim);
    after.victim_masked = first.map(|v| v.name.masked()).unwrap_or_default();
    let mut change = |fact, was: String, now: String| {
        if was != now {
            changed.push(Change {
                of: Corrected::Report,
                fact,
                before: was,
                after: now,
            });
        }
    };
    if let Some(category) = &asked.category {
        after.report.category = Some(category.clone()).filter(|c| !c.is_empty());
        let said = |row: &ReportRow| row.report.category.clone().unwrap_or_default();
        change(Fact::Category, said(&before.row), said(&after));
    }
    let added = asked.narrative.trim();
    if !added.is_empty() {
        let at = work.now().to_chinese_minute();
        after.report.narrative = format!("{}\n【{at}补充】{added}", before.row.report.narrative);
        change(Fact::Narrative, String::new(), added.to_owned());
    }
    if let Some(call) = asked.call {
        let known = call_load(work.tx.conn(), call)
            .await?
            .ok_or(RefusalCode::NotFound)?;
        if known.report.is_some() {
            return Err(RefusalCode::RecordChanged.into());
        }
        call_registered(&work.tx, call, before.row.report.id).await?;
        change(Fact::Call, String::new(), known.rang_at.to_iso_cst());
    }
    if after != before.row {
        work.report_save(&before.row, &after).await?;
    }
    Ok(())
}

async fn keep(
    work: &Work<'_>,
    report: ReportId,
    revision: i64,
    reason: &str,
    changed: &[Change],
) -> AppResult<()> {
    let by = work.ctx.user()?;
    let rows: Vec<Correction> = changed
        .iter()
        .zip(0u32..)
        .map(|(change, position)| Correction {
            id: CorrectionId::new(work.now(), work.random10()),
            report,
            revision,
            position,
            change: change.clone(),
            reason: reason.trim().to_owned(),
            by,
            at: work.now(),
        })
        .collect();
    Ok(corrections_insert(&work.tx, &rows).await?)
}

/// The stops on payees of added and corrected rows, each from the latest payment into its account.
async fn stops(
    work: &mut Work<'_>,
    id: ReportId,
    before: &Before,
    payments: &[Payment],
    second: Option<UserId>,
) -> AppResult<Stops> {
    let mut stops = Stops::default();
    let touched = |p: &&Payment| before.payment(p.id) != Some(*p);
    let accounts: Vec<AccountId> = payments.iter().filter(touched).filter_map(|p| p.to).collect();
    for (to, payment) in latest_by_payee(payments) {
        if accounts.contains(&to) {
            stop_payee(work, id, to, payment, second, &mut stops).await?;
        }
    }
    let handed = payments.iter().filter(touched).filter(|p| p.to.is_none());
    stops.refused.extend(handed.map(without_account));
    Ok(stops)
}

/// The corrections of a report, oldest first, with the people who made them. Reading them is part of reading the report.
pub struct History {
    pub revision: i64,
    pub corrections: Vec<Correction>,
    pub users: BTreeMap<UserId, User>,
    pub payments: Vec<Payment>,
    pub people: Vec<Person>,
    /// Orders that rest on a row which was corrected since, and still stand.
    pub wrong: Vec<(Order, Relief)>,
    /// Payees without a stop whose stop would be refused for what the report does not say yet.
    pub lacking: Vec<StopRefused>,
}

pub async fn report_corrections(centre: &Centre, ctx: &Context, id: ReportId) -> AppResult<History> {
    let conn = centre.store.reader();
    let report = store::intake::report_load(conn, id).await?;
    permit(
        &ctx.person()?.actor,
        Action::ReportRead,
        report.as_ref().map(|r| r.report.area),
    )?;
    report.ok_or(RefusalCode::NotFound)?;
    let corrections = corrections(conn, id).await?;
    let by: Vec<UserId> = corrections.iter().map(|c| c.by).collect();
    let users = users_by_id(conn, &by).await?;
    let payments = store::intake::payments(conn, id).await?;
    let orders = orders_of_report(conn, id).await?;
    let wrong = still_wrong(&orders, &paid(&payments), &corrections);
    let lacking = lacking(centre, ctx, id, &payments, &orders).await?;
    Ok(History {
        revision: corrections.last().map_or(0, |c| c.revision),
        corrections,
        users: users.into_iter().map(|u| (u.id, u)).collect(),
        people: store::intake::people(conn, id).await?,
        payments,
        wrong,
        lacking,
    })
}

/// What the stops on payees without one lack: the same plan as when a stop is asked for, and nothing is saved.
async fn lacking(
    centre: &Centre,
    ctx: &Context,
    id: ReportId,
    payments: &[Payment],
    orders: &[Order],
) -> AppResult<Vec<StopRefused>> {
    let stopped = |to: AccountId| {
        orders
            .iter()
            .any(|o| o.account == to && o.state != OrderState::Withdrawn && o.state != OrderState::Rejected)
    };
    let handed = payments.iter().filter(|p| p.to.is_none()).map(without_account);
    let bare: Vec<(AccountId, &Payment)> = latest_by_payee(payments)
        .into_iter()
        .filter(|(to, _)| !stopped(*to))
        .collect();
    if bare.is_empty() {
        return Ok(handed.collect());
    }
    let work = centre
        .work(ctx, AuditAction::ReportRead, SubjectKind::Report, id)
        .await?;
    let mut found = Vec::new();
    for (to, payment) in bare {
        found.extend(stop_lacks(&work, id, to, payment).await?);
    }
    work.abandon().await;
    found.extend(handed);
    Ok(found)
}

/// The orders whose row was corrected since they were asked for. Each is held against what it was made from: an order of the
/// first layer names its row's payee itself, one of a later layer rests on the payee that the stop before it named.
fn still_wrong(orders: &[Order], now: &[Paid], corrections: &[Correction]) -> Vec<(Order, Relief)> {
    let corrected = |id: PaymentId, order: &Order| {
        corrections
            .iter()
            .any(|c| c.change.of == Corrected::Payment(id) && c.at >= order.requested_at)
    };
    let payee = |id: PaymentId, order: &Order| {
        if order.layer == 1 {
            return Some(order.account);
        }
        let first =
            |o: &&Order| o.layer == 1 && o.terms.payment == Some(id) && o.requested_at <= order.requested_at;
        orders
            .iter()
            .filter(first)
            .max_by_key(|o| o.requested_at)
            .map(|o| o.account)
    };
    let wrong = |order: &Order| {
        let id = order.terms.payment.filter(|id| corrected(*id, order))?;
        let made_from = Paid {
            id,
            to: Some(payee(id, order)?),
            amount: order.terms.amount,
            paid_at: order.terms.paid_at.unwrap_or(order.requested_at),
        };
        let found = from_wrong_rows(std::slice::from_ref(order), &[made_from], now);
        Some((order.clone(), found.first()?.relief))
    };
    orders.iter().filter_map(wrong).collect()
}
