//! Registering a report, and with it the first stops: the one key of the golden minutes. Report, people, payments,
//! orders, messages, clocks and the entries of the log are one transaction.

use crate::intake::bank_reports;
use crate::intake::banks::bank_directory;
use crate::intake::sums::{SumConfirmed, sum_check};
use crate::orders::draft::{Draft, draft};
use crate::{AppError, AppResult, Centre, Context, Work};
use domain::access::{Action, permit};
use domain::audit::AuditAction;
use domain::deadline::on_report;
use domain::order::{Order, OrderKind, Terms};
use domain::report::{
    self, NewPayment, NewPerson, NewReport, PaymentEnd, Report, ReportForm, ReportStart, ReportState,
};
use domain::subject::SubjectKind;
use kernel::{
    AccountId, BankReportId, CallId, DeadlineId, DraftId, Fen, PaymentId, PersonId, Problem, Refusal,
    RefusalCode, ReportId, UserId,
};
use serde_json::json;
use store::accounts::{Account, account_ensure, account_load};
use store::calls::{call_load, call_registered};
use store::counter::next_serial;
use store::deadlines::{Deadline, deadline_insert};
use store::intake::{
    Identifier, Payment, Person, PersonRole, ReportRow, draft_delete, draft_load, identifiers_insert,
    payment_insert, report_insert, report_load,
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
    pub refused: Vec<(AccountId, Refusal)>,
}

/// 接警登记. All problems of the form come at once; a stop that is refused (a third one, say) does not hold up the report.
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
    name_banks(work, &mut form);
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
    let (orders, refused) = if form.send_stops {
        send_stops(work, &row, options.second_officer).await?
    } else {
        (Vec::new(), Vec::new())
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
        orders,
        refused,
    })
}

/// Card → bank by BIN where the form leaves the bank open; a name that the directory knows gets its code.
fn name_banks(work: &Work<'_>, form: &mut ReportForm) {
    let directory = bank_directory(work.centre);
    for payment in &mut form.payments {
        for end in [&mut payment.to, &mut payment.from] {
            let number = kernel::identifier::normalise(&end.number);
            if let Some(bank) = work.centre.banks.find(&number) {
                if end.bank_code.is_empty() {
                    end.bank_code.clone_from(&bank.bank_code12);
                }
                if end.bank_name.is_empty() {
                    end.bank_name.clone_from(&bank.bank_name);
                }
            }
            if let Some(bank) = directory
                .named(&end.bank_name)
                .filter(|_| end.bank_code.is_empty())
            {
                end.bank_code.clone_from(&bank.code);
                end.bank_name.clone_from(&bank.name);
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
    work.know_report(&row, &people, &payments);
    identifiers_insert(&work.tx, &identifiers(work, &row, &people, new)).await?;
    Ok(row)
}

fn people(work: &Work<'_>, report: ReportId, new: &NewReport) -> Vec<Person> {
    let make = |role, position: usize, p: &NewPerson| Person {
        id: PersonId::new(work.now(), work.random10()),
        report,
        role,
        position: u32::try_from(position).unwrap_or(u32::MAX),
        name: p.name.clone(),
        id_type: p.id_type.clone(),
        id_number: p.id_number.clone(),
        phone: p.phone.clone(),
        sex: p.sex.clone(),
        age: p.age,
        address: p.address.clone(),
        relation: p.relation.clone(),
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
        to: account(work, &p.to).await?.id,
        channel: p.channel.clone(),
        serial: p.serial.clone(),
        transfer: None,
    })
}

async fn account(work: &Work<'_>, end: &PaymentEnd) -> AppResult<Account> {
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
fn identifiers(work: &Work<'_>, row: &ReportRow, people: &[Person], new: &NewReport) -> Vec<Identifier> {
    let mut found: Vec<(&str, String)> = vec![("number", row.report.number.clone())];
    for person in people {
        found.push(("phone", person.phone.reveal().to_owned()));
        found.push(("id_number", person.id_number.reveal().to_owned()));
        found.push(("name", person.name.reveal().to_owned()));
    }
    for typed in &new.payments {
        found.push(("account", typed.to.number.main().to_owned()));
        found.push(("name", typed.to.holder.reveal().to_owned()));
        if let Some(from) = &typed.from {
            found.push(("account", from.number.main().to_owned()));
        }
    }
    for entity in text::extract(&new.narrative, work.now()).into_iter().take(100) {
        match entity.kind {
            text::Kind::Phone => found.push(("phone", entity.value)),
            text::Kind::BankCard | text::Kind::Account => found.push(("account", entity.value)),
            _ => {}
        }
    }
    found.sort();
    found.dedup();
    let subject = row.report.id.into();
    found
        .into_iter()
        .map(|(kind, value)| Identifier {
            value,
            kind: kind.into(),
            subject_kind: "report".into(),
            subject,
            area: row.report.area,
        })
        .collect()
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

type Stops = (Vec<Order>, Vec<(AccountId, Refusal)>);

/// One stop on each account that the victims paid, with the latest payment into it: a bank compares that payment's
/// amount and time.
async fn send_stops(work: &mut Work<'_>, row: &ReportRow, second: Option<UserId>) -> AppResult<Stops> {
    let paid = work.payments_of(row.report.id).await?;
    let mut accounts: Vec<AccountId> = Vec::new();
    for payment in &paid {
        if !accounts.contains(&payment.to) {
            accounts.push(payment.to);
        }
    }
    let (mut orders, mut refused) = (Vec::new(), Vec::new());
    for id in accounts {
        let latest = paid
            .iter()
            .filter(|p| p.to == id)
            .max_by_key(|p| (p.paid_at, p.id));
        let (Some(payment), Some(account)) = (latest, work.account_named(id).await?) else {
            continue;
        };
        let terms = Terms {
            amount: payment.amount,
            paid_at: Some(payment.paid_at),
            payment: Some(payment.id),
            ..Terms::default()
        };
        let current = work.report(row.report.id).await?;
        let one = Draft {
            kind: OrderKind::Stop,
            report: &current,
            account: &account,
            layer: 1,
            terms,
            original: None,
            batch: None,
            second_officer: second,
            may_use_policy: true,
        };
        match draft(work, one).await {
            Ok(order) => orders.push(order),
            Err(AppError::Refused(refusal)) if before_saving(&refusal) => {
                work.also(
                    AuditAction::OrderRefused,
                    SubjectKind::Account,
                    id,
                    json!({ "code": refusal.code.slug() }),
                );
                refused.push((id, refusal));
            }
            Err(other) => return Err(other),
        }
    }
    Ok((orders, refused))
}

/// Refusals that `draft` gives before it has saved anything, so that the rest of the transaction can go on.
fn before_saving(refusal: &Refusal) -> bool {
    use RefusalCode as R;
    matches!(
        refusal.code,
        R::ThirdStop
            | R::StopAlreadyActive
            | R::FreezeAlreadyActive
            | R::OrderPending
            | R::AccountNameMissing
            | R::BankUnknown
            | R::TwoOfficersNeeded
    )
}

/// Adds a payment that was remembered later; with `stop` also the stop on its account.
pub async fn payment_add(
    centre: &Centre,
    ctx: &Context,
    id: ReportId,
    form: &report::PaymentForm,
    stop: bool,
) -> AppResult<Accepted> {
    let mut work = centre
        .work(ctx, AuditAction::ReportEdit, SubjectKind::Report, id)
        .await?;
    let outcome = add(&mut work, id, form, stop).await;
    work.finish(outcome).await
}

async fn add(
    work: &mut Work<'_>,
    id: ReportId,
    form: &report::PaymentForm,
    stop: bool,
) -> AppResult<Accepted> {
    let actor = work.ctx.person()?.actor.clone();
    let before = report_load(work.tx.conn(), id).await?;
    permit(&actor, Action::ReportEdit, before.as_ref().map(|r| r.report.area))?;
    let before = before.ok_or(RefusalCode::NotFound)?;
    if before.report.state == ReportState::Closed {
        return Err(RefusalCode::ReportClosed.into());
    }
    let mut whole = ReportForm {
        area: before.report.area.to_string(),
        caller: report::PersonForm {
            name: "-".into(),
            ..report::PersonForm::default()
        },
        payments: vec![form.clone()],
        ..ReportForm::default()
    };
    name_banks(work, &mut whole);
    whole.payments[0].victim = 0;
    let new = report::check(&whole, work.now()).map_err(|r| relabel(r, "payments[0].", ""))?;
    let people = store::intake::people(work.tx.conn(), id).await?;
    let position = store::intake::payments(work.tx.conn(), id).await?.len();
    let payment = payment_of(work, id, position, &new.payments[0], &people).await?;
    payment_insert(&work.tx, &payment).await?;
    work.forget_payments(id);
    identifiers_insert(&work.tx, &identifiers(work, &before, &[], &new)).await?;
    let mut after = before.clone();
    after.report.loss = Fen(after.report.loss.0.saturating_add(payment.amount.0));
    after.report.latest_payment_at = after.report.latest_payment_at.max(Some(payment.paid_at));
    work.report_save(&before, &after).await?;
    let (orders, refused) = if stop {
        send_one(work, id, &payment).await?
    } else {
        (Vec::new(), Vec::new())
    };
    let report = work.report(id).await?;
    Ok(Accepted {
        report,
        orders,
        refused,
    })
}

async fn send_one(work: &mut Work<'_>, id: ReportId, payment: &Payment) -> AppResult<Stops> {
    let report = work.report(id).await?;
    let account = account_load(work.tx.conn(), payment.to)
        .await?
        .ok_or(RefusalCode::NotFound)?;
    let terms = Terms {
        amount: payment.amount,
        paid_at: Some(payment.paid_at),
        payment: Some(payment.id),
        ..Terms::default()
    };
    let one = Draft {
        kind: OrderKind::Stop,
        report: &report,
        account: &account,
        layer: 1,
        terms,
        original: None,
        batch: None,
        second_officer: None,
        may_use_policy: true,
    };
    match draft(work, one).await {
        Ok(order) => Ok((vec![order], Vec::new())),
        Err(AppError::Refused(refusal)) if before_saving(&refusal) => {
            Ok((Vec::new(), vec![(account.id, refusal)]))
        }
        Err(other) => Err(other),
    }
}

fn relabel(refusal: Refusal, from: &str, to: &str) -> Refusal {
    let rename = |p: Problem| Problem {
        field: p.field.replace(from, to),
        ..p
    };
    Refusal {
        problems: refusal.problems.into_iter().map(rename).collect(),
        ..refusal
    }
}
