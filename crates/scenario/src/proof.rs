//! What must hold at every moment, whatever the banks do (DESIGN 3): asked of the whole store after each tick.
//!
//! [`Watch::look`] answers with every invariant that is broken, in words. Leaves out rules about single decisions (they
//! have their tables in `domain`).

use crate::evening::Evening;
use app::AppResult;
use app::orders::bound::case_money;
use domain::access::Action;
use domain::audit::AuditAction;
use domain::order::{Order, OrderKind, OrderState, SENDS_MAX};
use kernel::{AccountId, Instant, ReportId};
use std::collections::{BTreeMap, BTreeSet};
use store::audit;
use store::deadlines::{Deadline, DeadlineState, deadlines_of_report};
use store::intake::{ReportQuery, report_load, reports};
use store::messages::{outgoing_by_file, outgoing_of_order};
use store::orders::orders_of_report;

/// Looks again and again, and remembers what it saw, because some things must never change.
#[derive(Default)]
pub struct Watch {
    /// Deadline → when it ended.
    fired: BTreeMap<String, i64>,
    /// Message → digest of its bytes.
    bodies: BTreeMap<String, String>,
    /// The length of the log when everything was looked at last: without an entry nothing has changed.
    seen: u64,
}

impl Watch {
    /// Everything that is wrong now.
    pub async fn look(&mut self, evening: &Evening) -> AppResult<Vec<String>> {
        let conn = evening.centre.store.reader();
        let mut wrong = Vec::new();
        let length = app::logbook::length(&evening.centre).await?;
        if std::mem::replace(&mut self.seen, length) == length {
            return Ok(wrong);
        }
        let mut executed: BTreeMap<AccountId, u32> = BTreeMap::new();
        for report in all_reports(evening).await? {
            let orders = orders_of_report(conn, report).await?;
            for order in &orders {
                self.order(order, prolonged(order, &orders), &mut wrong);
                if order.kind == OrderKind::Stop && taken_effect(order.state) {
                    *executed.entry(order.account).or_default() += 1;
                }
                if let Some(message) = outgoing_of_order(conn, order.id).await? {
                    self.body(&message.application_id, &message.body_digest, &mut wrong);
                }
            }
            self.deadlines(evening, report, &mut wrong).await?;
            let clocks = deadlines_of_report(conn, report).await?;
            for order in &orders {
                one_end(order, &clocks, &mut wrong);
                own_original(order, &orders, &mut wrong);
            }
            let doctrine = evening.centre.config.doctrine;
            let money = app::whereabouts::sums_of(conn, report, doctrine).await?;
            if !money.adds_up() {
                wrong.push(format!("money of {report} is not conserved: {money:?}"));
            }
        }
        for (account, stops) in executed {
            if stops > domain::hold::STOPS_MAX {
                wrong.push(format!("{stops} executed stops on account {account}"));
            }
        }
        Ok(wrong)
    }

    fn order(&self, order: &Order, prolonged: bool, wrong: &mut Vec<String>) {
        let name = format!("{} {}", order.kind.slug(), order.application_id);
        let needs_answer = matches!(
            order.state,
            OrderState::Executed | OrderState::Done | OrderState::Failed
        ) || (order.kind.has_effect() && taken_effect(order.state));
        if needs_answer && order.answer.is_none() {
            wrong.push(format!(
                "{name} is {} without a bank's answer",
                order.state.slug()
            ));
        }
        if order.state.has_left() && order.approval.is_none() {
            wrong.push(format!("{name} left without approval"));
        }
        if order.sends > SENDS_MAX {
            wrong.push(format!(
                "{name} was sent {} times under one clearance",
                order.sends
            ));
        }
        if let (OrderKind::Stop, Some(answer)) = (order.kind, &order.answer)
            && let (Some(from), Some(until)) = (answer.start_at, answer.expire_at)
            && until.since(from).ms() > domain::order::STOP_TERM.ms() * if prolonged { 2 } else { 1 }
        {
            wrong.push(format!("{name} runs longer than the law allows"));
        }
    }

    fn body(&mut self, application: &str, digest: &str, wrong: &mut Vec<String>) {
        if digest.is_empty() {
            return;
        }
        let before = self
            .bodies
            .entry(application.to_owned())
            .or_insert_with(|| digest.to_owned());
        if before != digest {
            wrong.push(format!("the bytes of {application} changed"));
        }
    }

    async fn deadlines(
        &mut self,
        evening: &Evening,
        report: ReportId,
        wrong: &mut Vec<String>,
    ) -> AppResult<()> {
        let mut waiting = BTreeSet::new();
        for d in deadlines_of_report(evening.centre.store.reader(), report).await? {
            let name = format!("{} {}", d.kind.slug(), d.id);
            if d.state == DeadlineState::Pending && !waiting.insert((d.subject, d.kind)) {
                wrong.push(format!("{name} is the second clock of its kind on one thing"));
            }
            if d.state == DeadlineState::Pending && self.fired.contains_key(&name) {
                wrong.push(format!("{name} had fired and waits again"));
            }
            if d.state != DeadlineState::Fired {
                continue;
            }
            let at = d.ended_at.unwrap_or(d.due_at);
            if at < d.due_at {
                wrong.push(format!("{name} fired early"));
            }
            if *self.fired.entry(name.clone()).or_insert(at.ms()) != at.ms() {
                wrong.push(format!("{name} fired twice"));
            }
        }
        Ok(())
    }
}

/// Asked right after these orders were made: a freeze, and a stop further down, asks for no more of the report's money than is
/// still on its account, not for what once came in.
pub async fn asked_too_much(evening: &Evening, orders: &[Order]) -> AppResult<Vec<String>> {
    let conn = evening.centre.store.reader();
    let mut wrong = Vec::new();
    for order in orders {
        let bounded = order.kind == OrderKind::Freeze || (order.kind == OrderKind::Stop && order.layer > 1);
        if !bounded {
            continue;
        }
        let doctrine = evening.centre.config.doctrine;
        let money = case_money(conn, order.report, order.account, doctrine).await?;
        if order.terms.amount > money.still {
            let (kind, asked) = (order.kind.slug(), order.terms.amount.to_grouped());
            wrong.push(format!(
                "a {kind} asks for {asked} where {} is there",
                money.arithmetic()
            ));
        }
    }
    Ok(wrong)
}

/// What is in force has one clock that ends it, at the end that the screen shows, also after its term was renewed.
fn one_end(order: &Order, clocks: &[Deadline], wrong: &mut Vec<String>) {
    let end = order.answer.as_ref().and_then(|a| a.expire_at);
    let (OrderState::Executed, Some(end)) = (order.state, end) else {
        return;
    };
    let ends: Vec<&Deadline> = clocks
        .iter()
        .filter(|d| kernel::OrderId(d.subject) == order.id && d.kind.ends_a_measure())
        .filter(|d| d.state == DeadlineState::Pending)
        .collect();
    if ends.len() != 1 || ends[0].due_at != end {
        let name = format!("{} {}", order.kind.slug(), order.application_id);
        wrong.push(format!(
            "{name} is in force until {end} with {} clocks that end it",
            ends.len()
        ));
    }
}

/// A follow-up follows an order of its own report on its own account, and a report freezes an account once at a time.
fn own_original(order: &Order, all: &[Order], wrong: &mut Vec<String>) {
    let name = format!("{} {}", order.kind.slug(), order.application_id);
    if let Some(id) = order.original {
        let found = all.iter().find(|o| o.id == id);
        if !found.is_some_and(|o| o.account == order.account && order.kind.original() == Some(o.kind)) {
            wrong.push(format!("{name} follows an order that is not its own"));
        }
    }
    let twice = |o: &&Order| o.kind == OrderKind::Freeze && o.account == order.account && o.id != order.id;
    let frozen = |o: &Order| o.kind == OrderKind::Freeze && o.state == OrderState::Executed;
    if frozen(order) && all.iter().filter(twice).any(frozen) {
        wrong.push(format!(
            "{name} is the second freeze of its report on one account"
        ));
    }
}

fn prolonged(order: &Order, all: &[Order]) -> bool {
    let of = |o: &&Order| o.kind == OrderKind::StopProlong && o.original == Some(order.id);
    all.iter().filter(of).any(|o| o.state == OrderState::Done)
}

fn taken_effect(state: OrderState) -> bool {
    use OrderState::{Executed, Frozen, Lapsed, Relieved};
    matches!(state, Executed | Frozen | Lapsed | Relieved)
}

/// Every report, oldest first.
pub async fn all_reports(evening: &Evening) -> AppResult<Vec<ReportId>> {
    let mut found = Vec::new();
    let mut query = ReportQuery {
        limit: 100,
        ..ReportQuery::default()
    };
    loop {
        let page = reports(evening.centre.store.reader(), &query).await?;
        found.extend(page.items.iter().map(|r| r.report.id));
        match page.next {
            Some(next) => query.after = Some(next),
            None => break,
        }
    }
    found.sort_unstable();
    Ok(found)
}

/// What is wrong at the end of an evening: with the banks' own journal, with the log, with the second place.
pub async fn at_the_end(evening: &mut Evening) -> AppResult<Vec<String>> {
    let mut wrong: Vec<String> = Vec::new();
    {
        let town = evening.road.town();
        let violations = sim::journal::check(town.city.journal().entries());
        // Two applications with the same intent are lawful for a second stop; two bodies or a reused serial never.
        let never = violations
            .iter()
            .filter(|v| !matches!(v, sim::journal::Violation::TwoApplications { .. }));
        wrong.extend(never.map(|v| format!("journal of the banks: {v:?}")));
        let mut bytes: BTreeMap<&str, &[u8]> = BTreeMap::new();
        for file in &town.sent {
            if *bytes.entry(&file.name).or_insert(&file.bytes) != file.bytes.as_slice() {
                wrong.push(format!("{} left with two different contents", file.name));
            }
        }
    }
    wrong.extend(sends_and_deadlines(evening).await?);
    wrong.extend(said_by_the_log(evening).await?);
    let heads = evening.heads.text();
    let export = evening.export().await?;
    let mut heads = std::io::Cursor::new(heads.into_bytes());
    let options = auditchain::Options {
        heads_file: Some(&mut heads),
        ..auditchain::Options::default()
    };
    match auditchain::verify(std::io::Cursor::new(export), options) {
        Err(bad) => wrong.push(format!("the log does not verify: {}", bad.en())),
        // An ordinary evening has none: times follow numbers unless somebody set the clock back.
        Ok(report) if report.clock_steps_back > evening.clock.set_back() => wrong.push(format!(
            "the times of the log go back {} times, the clock was set back {} times",
            report.clock_steps_back,
            evening.clock.set_back()
        )),
        Ok(_) => {}
    }
    Ok(wrong)
}

/// The log tells of each deadline that fired once, and of each resend that a person asked for: each of those allows
/// four sends more.
async fn sends_and_deadlines(evening: &Evening) -> AppResult<Vec<String>> {
    let conn = evening.centre.store.reader();
    let (mut fired, mut resent): (BTreeMap<String, u32>, BTreeMap<String, u32>) = Default::default();
    let mut from = 0;
    loop {
        let lines = audit::after(conn, from, 1_000).await?;
        let Some(last) = lines.last() else { break };
        from = last.sealed.entry.seq;
        for entry in lines.iter().map(|line| &line.sealed.entry) {
            if entry.action == "deadline.fire" {
                let detail: serde_json::Value =
                    serde_json::from_str(entry.detail.as_str()).unwrap_or_default();
                *fired.entry(detail["deadline"].to_string()).or_default() += 1;
            }
            if entry.action == Action::OrderResend.slug() && entry.refusal.is_none() {
                *resent.entry(entry.subject_id.clone()).or_default() += 1;
            }
        }
    }
    let mut wrong: Vec<String> = fired
        .into_iter()
        .filter(|(_, n)| *n > 1)
        .map(|(id, n)| format!("deadline {id} fired {n} times"))
        .collect();
    let mut sends: BTreeMap<String, u32> = BTreeMap::new();
    for file in &evening.road.town().sent {
        *sends.entry(file.name.clone()).or_default() += 1;
    }
    for (name, sends) in sends {
        let order = outgoing_by_file(conn, &name)
            .await?
            .map(|m| m.subject.named().1.to_string())
            .unwrap_or_default();
        let allowed = u32::from(SENDS_MAX) * (1 + resent.get(&order).copied().unwrap_or_default());
        if sends > allowed {
            wrong.push(format!("{name} left {sends} times, {allowed} were allowed"));
        }
    }
    Ok(wrong)
}

/// What papers say of people: who took the call and when, who approved and when, who confirmed. Each stands on an entry of
/// the log by that person at that instant.
async fn said_by_the_log(evening: &Evening) -> AppResult<Vec<String>> {
    let conn = evening.centre.store.reader();
    let (mut done, mut from) = (BTreeSet::new(), 0);
    loop {
        let lines = audit::after(conn, from, 1_000).await?;
        let Some(last) = lines.last() else { break };
        from = last.sealed.entry.seq;
        for entry in lines
            .iter()
            .map(|line| &line.sealed.entry)
            .filter(|e| e.refusal.is_none())
        {
            done.insert((
                entry.action.clone(),
                entry.subject_id.clone(),
                entry.actor.clone(),
                entry.at_ms,
            ));
        }
    }
    let said = |action: &str, subject: String, by: String, at: Instant| {
        done.contains(&(action.to_owned(), subject, by, at.ms()))
    };
    let mut wrong = Vec::new();
    for report in all_reports(evening).await? {
        let row = report_load(conn, report).await?.map(|r| r.report);
        if let Some(r) = row.filter(|r| {
            !said(
                Action::ReportCreate.slug(),
                report.to_string(),
                r.received_by.to_string(),
                r.reported_at,
            )
        }) {
            wrong.push(format!(
                "no entry says that {} was taken by its receiver then",
                r.number
            ));
        }
        for order in orders_of_report(conn, report).await? {
            wrong.extend(order_said_by_the_log(&order, &said));
        }
    }
    Ok(wrong)
}

fn order_said_by_the_log(
    order: &Order,
    said: &dyn Fn(&str, String, String, Instant) -> bool,
) -> Option<String> {
    let id = order.id.to_string();
    if let Some(approval) = &order.approval {
        // Under a standing policy the requester's act lets it leave; the leader's own entry is his signature below the policy.
        let actor = if approval.policy.is_some() {
            order.requested_by
        } else {
            approval.by
        };
        if !said(
            Action::OrderApprove.slug(),
            id.clone(),
            actor.to_string(),
            approval.at,
        ) {
            return Some(format!(
                "no entry says who approved {} {}",
                order.kind.slug(),
                order.application_id
            ));
        }
    }
    let confirmed = order.confirmation.as_ref()?;
    // Not to confirm is an act of its own.
    let act = match confirmed.refused {
        true => AuditAction::OrderConfirmRefuse,
        false => AuditAction::OrderConfirm,
    };
    let entry = said(act.slug(), id, confirmed.by.to_string(), confirmed.at);
    (!entry).then(|| {
        format!(
            "no entry says who confirmed {} {}",
            order.kind.slug(),
            order.application_id
        )
    })
}
