//! Registering a report, and with it the first stops: the one key of the golden minutes. Report, people, payments,
//! orders, messages, clocks and the entries of the log are one transaction.

use crate::intake::banks::bank_directory;
use crate::intake::sums::{SumConfirmed, sum_check};
use crate::intake::{bank_reports, identity};
use crate::orders::dossier;
use crate::orders::draft::{Draft, draft};
use crate::{AppResult, Centre, Context, Work};
use domain::access::{Action, permit};
use domain::audit::AuditAction;
use domain::deadline::on_report;
use domain::order::needs::{self, Mend, mend_of};
use domain::order::{Order, OrderKind, Terms};
use domain::report::{
    self, AccountForm, NewPayment, NewPerson, NewReport, PaymentEnd, Report, ReportForm, ReportStart,
    ReportState,
};
use domain::subject::SubjectKind;
use kernel::{
    AccountId, BankReportId, CallId, DeadlineId, DraftId, Fen, PaymentId, PersonId, Refusal, RefusalCode,
    ReportId, UserId,
};
use serde_json::json;
use store::accounts::{Account, account_ensure};
use store::calls::{call_load, call_registered};
use store::counter::next_serial;
use store::deadlines::{Deadline, deadline_insert};
use store::intake::{
    Identifier, Payment, Person, PersonRole, ReportRow, draft_delete, draft_load, identifiers_insert,
    report_insert,
};

/// What else is known when a form is sent.
#[derive(Clone, Debug, Default)]
pub struct AcceptOptions {
    pub draft: Option<DraftId>,
    pub call: Option<CallId>,
    /// The bank's report that the form was filled from.
    pub bank_report: Option<BankReportId>,
    pub second_officer: Option<UserId>,
    /// A person saw that the rows do not add up to the total of the narrative.
    pub sum_confirmed: Option<SumConfirmed>,
}

/// The registered report, the stops that were drafted or left, and those that were refused, with their accounts.
#[derive(Clone, Debug)]
pub struct Accepted {
    pub report: ReportRow,
    pub orders: Vec<Order>,
    pub refused: Vec<StopRefused>,
}

/// A stop that was refused: the account, why, and the act that mends it. The report stands.
#[derive(Clone, Debug)]
pub struct StopRefused {
    /// The payment that the stop would rest on.
    pub payment: Payment,
    /// Nothing where the payee has no account that anybody knows.
    pub account: Option<Account>,
    pub refusal: Refusal,
    pub mend: Option<Mend>,
}

/// 接警登记. All problems of the form come at once; a stop that is refused, for whatever reason and however late, leaves
/// nothing behind and does not hold up the report.
pub async fn report_accept(
    centre: &Centre,
    ctx: &Context,
    form: &ReportForm,
    options: &AcceptOptions,
) -> AppResult<Accepted> {
    let mut work = centre
        .work(ctx, AuditAction::ReportCreate, SubjectKind::Report, "")
        .await?;
    let outcome = accept(&mut work, form, options).await;
    work.finish(outcome).await
}

async fn accept(work: &mut Work<'_>, form: &ReportForm, options: &AcceptOptions) -> AppResult<Accepted> {
    let actor = work.ctx.person()?.actor.clone();
    permit(&actor, Action::ReportCreate, None)?;
    let mut form = form.clone();
    name_banks(work.centre, &mut form);
    let new = report::check(&form, work.now())?;
    permit(&actor, Action::ReportCreate, Some(new.area))?;
    sum_check(work, &form, options.sum_confirmed)?;
    let start = started(work, options, actor.id).await?;
    let row = register(work, &new, actor.id, start).await?;
    work.subject(row.report.id);
    work.note("number", row.report.number.clone());
    work.note("payments", new.payments.len());
    work.note("loss_fen", row.report.loss.0);
    start_filing_clock(work, &row).await?;
    if let Some(reported) = options.bank_report {
        bank_reports::registered(work, reported, row.report.id).await?;
    }
    let stops = if form.send_stops {
        send_stops(work, row.report.id, options.second_officer).await?
    } else {
        Stops::default()
    };
    if let Some(call) = options.call {
        call_registered(&work.tx, call, row.report.id).await?;
    }
    if let Some(draft) = options.draft {
        draft_delete(&work.tx, draft).await?;
    }
    // The stops have noted themselves on the report.
    let report = work.report(row.report.id).await?;
    Ok(Accepted {
        report,
        orders: stops.orders,
        refused: stops.refused,
    })
}

/// The bank of each account: the one of the directory that was chosen or whose name was typed, else the one that the card's
/// first digits name. A name that the directory does not know stays without a code, and the form's check asks to choose.
pub fn name_banks(centre: &Centre, form: &mut ReportForm) {
    let ends: Vec<&mut AccountForm> = form
        .payments
        .iter_mut()
        .flat_map(|payment| [&mut payment.to, &mut payment.from])
        .collect();
    let directory = ends
        .iter()
        .any(|end| end.bank_code.is_empty() != end.bank_name.trim().is_empty())
        .then(|| bank_directory(centre));
    for end in ends {
        let number = kernel::identifier::normalise(&end.number);
        let card = centre.banks.find(&number);
        if end.bank_code.is_empty() {
            let named = directory.as_ref().and_then(|d| d.named(end.bank_name.trim()));
            // The card's own code where both name one bank: the directory has one code for each name.
            let chosen = match (card, named) {
                (Some(card), Some(named)) if named.name != card.bank_name => Some((&named.code, &named.name)),
                (Some(card), _) => Some((&card.bank_code12, &card.bank_name)),
                (None, Some(named)) => Some((&named.code, &named.name)),
                (None, None) => None,
            };
            if let Some((code, name)) = chosen {
                end.bank_code.clone_from(code);
                end.bank_name.clone_from(name);
            }
        } else if end.bank_name.trim().is_empty() {
            let named = directory.as_ref().and_then(|d| d.coded(&end.bank_code));
            if let Some(name) = named.map(|n| &n.name).or(card.map(|c| &c.bank_name)) {
                end.bank_name.clone_from(name);
            }
        }
    }
}

/// How the report came to the seat: its call as the telephone system announced it, and the first save of the draft.
async fn started(work: &Work<'_>, options: &AcceptOptions, by: UserId) -> AppResult<ReportStart> {
    let conn = work.tx.conn();
    let call = match options.call {
        Some(id) => call_load(conn, id).await?,
        None => None,
    };
    let draft = match options.draft {
        Some(id) => draft_load(conn, id).await?.filter(|d| d.owner == by),
        None => None,
    };
    Ok(ReportStart {
        call: call.as_ref().map(|c| c.id),
        rang_at: call.as_ref().map(|c| c.rang_at),
        answered_at: call.and_then(|c| c.answered).map(|(_, at)| at),
        typed_at: draft.map(|d| d.id.made_at()),
    })
}

async fn register(
    work: &mut Work<'_>,
    new: &NewReport,
    by: UserId,
    start: ReportStart,
) -> AppResult<ReportRow> {
    let now = work.now();
    let centre_area = work.centre.config.area;
    let day = &now.to_wire14()[..8];
    let serial = next_serial(&work.tx, &format!("report/{centre_area}/{day}")).await?;
    let id = ReportId::new(now, work.random10());
    let people = people(work, id, new);
    let payments = payments(work, id, new, &people).await?;
    let first_victim = people.iter().find(|p| p.role == PersonRole::Victim);
    let row = ReportRow {
        report: Report {
            id,
            number: report::number(centre_area, now, serial),
            platform_case_number: report::platform_case_number(centre_area, now, serial),
            state: ReportState::Open,
            channel: new.channel,
            seat: new.seat.clone(),
            line: new.line.clone(),
            narrative: new.narrative.clone(),
            category: new.category.clone(),
            area: new.area,
            reported_at: now,
            start,
            received_by: by,
            recorded_by: by,
            approved_by: None,
            caller: people.iter().find(|p| p.role == PersonRole::Caller).map(|p| p.id),
            latest_payment_at: payments.iter().map(|p| p.paid_at).max(),
            loss: payments.iter().map(|p| p.amount).sum(),
            version: 1,
        },
        victim_masked: first_victim.map(|v| v.name.masked()).unwrap_or_default(),
        held: Fen::ZERO,
        first_order_at: None,
        lock: None,
    };
    report_insert(&work.tx, &row, &people, &payments).await?;
    let ticks = new.victims.iter().map(|v| v.identity_checked);
    identity::checked_at_intake(work, &people, ticks).await?;
    work.know_report(&row, &people, &payments);
    let named = identifiers(work, &row, &people, &payments).await?;
    identifiers_insert(&work.tx, &named).await?;
    Ok(row)
}

fn people(work: &Work<'_>, report: ReportId, new: &NewReport) -> Vec<Person> {
    let make = |role, position: usize, p: &NewPerson| {
        let position = u32::try_from(position).unwrap_or(u32::MAX);
        person_of(work, report, role, position, p)
    };
    let mut people = vec![make(PersonRole::Caller, 0, &new.caller)];
    people.extend(
        new.victims
            .iter()
            .enumerate()
            .map(|(i, v)| make(PersonRole::Victim, i, v)),
    );
    people
}

pub(crate) fn person_of(
    work: &Work<'_>,
    report: ReportId,
    role: PersonRole,
    position: u32,
    p: &NewPerson,
) -> Person {
    Person {
        id: PersonId::new(work.now(), work.random10()),
        report,
        role,
        position,
        name: p.name.clone(),
        id_type: p.id_type.clone(),
        id_number: p.id_number.clone(),
        phone: p.phone.clone(),
        sex: p.sex.clone(),
        age: p.age,
        address: p.address.clone(),
        relation: p.relation.clone(),
    }
}

async fn payments(
    work: &Work<'_>,
    report: ReportId,
    new: &NewReport,
    people: &[Person],
) -> AppResult<Vec<Payment>> {
    let mut kept = Vec::new();
    for (i, payment) in new.payments.iter().enumerate() {
        kept.push(payment_of(work, report, i, payment, people).await?);
    }
    Ok(kept)
}

async fn payment_of(
    work: &Work<'_>,
    report: ReportId,
    i: usize,
    p: &NewPayment,
    people: &[Person],
) -> AppResult<Payment> {
    let from = match &p.from {
        Some(end) => Some(account(work, end).await?.id),
        None => None,
    };
    let to = match &p.to {
        Some(end) => Some(account(work, end).await?.id),
        None => None,
    };
    let victim = people
        .iter()
        .filter(|v| v.role == PersonRole::Victim)
        .nth(p.victim);
    Ok(Payment {
        id: PaymentId::new(work.now(), work.random10()),
        report,
        position: u32::try_from(i).unwrap_or(u32::MAX),
        victim: victim.map(|v| v.id),
        paid_at: p.paid_at,
        amount: p.amount,
        from,
        payer: p.payer.clone(),
        to,
        payee: p.payee.clone(),
        how: p.how,
        channel: p.channel.clone(),
        serial: p.serial.clone(),
        transfer: None,
    })
}

pub(crate) async fn account(work: &Work<'_>, end: &PaymentEnd) -> AppResult<Account> {
    let fresh = Account {
        id: AccountId::new(work.now(), work.random10()),
        number: end.number.clone(),
        bank_code: end.bank_code.clone(),
        bank_name: end.bank_name.clone(),
        holder: end.holder.clone(),
        account_type: match end.account_type {
            report::AccountType::Personal => "01".into(),
            report::AccountType::Corporate => "02".into(),
        },
        exit_kind: String::new(),
        status: String::new(),
        balance: None,
        holder_facts: None,
        prior_holds: Vec::new(),
        stops_executed: 0,
        version: 1,
    };
    let account = account_ensure(&work.tx, &fresh).await?;
    work.know_account(&account);
    Ok(account)
}

/// What the report can be found by: its number, its people's phones and documents, the accounts of its payments, and the
/// phones and accounts in the story.
pub(crate) async fn identifiers(
    work: &Work<'_>,
    row: &ReportRow,
    people: &[Person],
    payments: &[Payment],
) -> AppResult<Vec<Identifier>> {
    let mut found: Vec<(&str, String)> = vec![("number", row.report.number.clone())];
    for person in people {
        found.push(("phone", person.phone.reveal().to_owned()));
        found.push(("id_number", person.id_number.reveal().to_owned()));
        found.push(("name", person.name.reveal().to_owned()));
    }
    for payment in payments {
        if let Some(to) = payment.to
            && let Some(to) = work.account_named(to).await?
        {
            found.push(("account", to.number.main().to_owned()));
            found.push(("name", to.holder.reveal().to_owned()));
        }
        found.push(("name", payment.payee.holder.reveal().to_owned()));
        if let Some(from) = payment.from
            && let Some(from) = work.account_named(from).await?
        {
            found.push(("account", from.number.main().to_owned()));
        }
    }
    for entity in text::extract(&row.report.narrative, row.report.reported_at)
        .into_iter()
        .take(100)
    {
        match entity.kind {
            text::Kind::Phone => found.push(("phone", entity.value)),
            text::Kind::BankCard | text::Kind::Account => found.push(("account", entity.value)),
            _ => {}
        }
    }
    found.sort();
    found.dedup();
    let subject = row.report.id.into();
    Ok(found
        .into_iter()
        .map(|(kind, value)| Identifier {
            value,
            kind: kind.into(),
            subject_kind: "report".into(),
            subject,
            area: row.report.area,
        })
        .collect())
}

async fn start_filing_clock(work: &Work<'_>, row: &ReportRow) -> AppResult<()> {
    let due = on_report(row.report.reported_at);
    let deadline = Deadline::pending(
        DeadlineId::new(work.now(), work.random10()),
        due.kind,
        (SubjectKind::Report, row.report.id.into()),
        (row.report.id, row.report.area),
        due.at,
        work.now(),
    );
    Ok(deadline_insert(&work.tx, &deadline).await?)
}

/// One stop on each account that the victims paid, with the latest payment into it: a bank compares that payment's
/// amount and time.
async fn send_stops(work: &mut Work<'_>, id: ReportId, second: Option<UserId>) -> AppResult<Stops> {
    let paid = work.payments_of(id).await?;
    let mut stops = Stops::default();
    for (to, payment) in latest_by_payee(&paid) {
        stop_payee(work, id, to, payment, second, &mut stops).await?;
    }
    for payment in paid.iter().filter(|p| p.to.is_none()) {
        work.also(
            AuditAction::OrderRefused,
            SubjectKind::Report,
            id,
            json!({ "code": no_account(payment).code.slug(), "payment": payment.id.to_string() }),
        );
        stops.refused.push(without_account(payment));
    }
    Ok(stops)
}

/// Why nothing can be stopped for a payment whose payee has no account that anybody knows.
fn no_account(payment: &Payment) -> Refusal {
    if payment.payee.tail.is_empty() {
        RefusalCode::PayeeAccountUnknown.into()
    } else {
        RefusalCode::PayeeTailOnly.into()
    }
}

pub(crate) fn without_account(payment: &Payment) -> StopRefused {
    let refusal = no_account(payment);
    StopRefused {
        payment: payment.clone(),
        account: None,
        mend: mend_of(&refusal),
        refusal,
    }
}

/// The latest payment into each account, in the order of the form. Payments without an account are in none.
pub(crate) fn latest_by_payee(paid: &[Payment]) -> Vec<(AccountId, &Payment)> {
    let mut latest: Vec<(AccountId, &Payment)> = Vec::new();
    for payment in paid {
        let Some(to) = payment.to else { continue };
        match latest.iter_mut().find(|(account, _)| *account == to) {
            Some((_, known)) if (payment.paid_at, payment.id) > (known.paid_at, known.id) => *known = payment,
            Some(_) => {}
            None => latest.push((to, payment)),
        }
    }
    latest
}

/// Stops that were drafted or left, and those that were refused.
#[derive(Default)]
pub(crate) struct Stops {
    pub orders: Vec<Order>,
    pub refused: Vec<StopRefused>,
}

/// A stop on the account that the payment went to.
fn stop_of<'a>(
    report: &'a ReportRow,
    account: &'a Account,
    payment: &Payment,
    second_officer: Option<UserId>,
) -> Draft<'a> {
    Draft {
        kind: OrderKind::Stop,
        report,
        account,
        layer: 1,
        terms: Terms {
            amount: payment.amount,
            paid_at: Some(payment.paid_at),
            payment: Some(payment.id),
            ..Terms::default()
        },
        original: None,
        batch: None,
        second_officer,
        may_use_policy: true,
    }
}

/// What a stop on the payment's account lacks: asked without drafting it.
pub(crate) async fn stop_lacks(
    work: &Work<'_>,
    id: ReportId,
    to: AccountId,
    payment: &Payment,
) -> AppResult<Option<StopRefused>> {
    let report = work.report(id).await?;
    let Some(account) = work.account_named(to).await? else {
        return Ok(None);
    };
    let draft = stop_of(&report, &account, payment, None);
    let loaded = dossier::load(work, &draft).await?;
    let refusal = needs::check(draft.kind, &draft.terms, &loaded.dossier.facts).err();
    Ok(refusal.map(|refusal| StopRefused {
        payment: payment.clone(),
        mend: mend_of(&refusal),
        account: Some(account),
        refusal,
    }))
}

/// Drafts the stop on the account of a payment. A refusal undoes what the draft has written and is kept with the others.
pub(crate) async fn stop_payee(
    work: &mut Work<'_>,
    id: ReportId,
    to: AccountId,
    payment: &Payment,
    second_officer: Option<UserId>,
    stops: &mut Stops,
) -> AppResult<()> {
    let report = work.report(id).await?;
    let account = work.account_named(to).await?.ok_or(RefusalCode::NotFound)?;
    let one = stop_of(&report, &account, payment, second_officer);
    let part = work.part_begin();
    let outcome = draft(work, one).await;
    match work.part_end(part, outcome).await? {
        Ok(order) => stops.orders.push(order),
        Err(refusal) => {
            let detail = json!({ "code": refusal.code.slug(), "report": id.to_string() });
            work.also(
                AuditAction::OrderRefused,
                SubjectKind::Account,
                account.id,
                detail,
            );
            stops.refused.push(StopRefused {
                payment: payment.clone(),
                mend: mend_of(&refusal),
                account: Some(account),
                refusal,
            });
        }
    }
    Ok(())
}
