//! The receiver: takes files from the platform, makes each known once, applies what it says, and only then takes it
//! off the road. A crash at any point makes it read the same file again and find that it is known.

use crate::intake::bank_reports;
use crate::jobs::outbox::{digest, failed_answer, record_failure};
use crate::orders::settle;
use crate::ports::{Arrival, Place};
use crate::{AppResult, Centre, Context, Work};
use bankwire::result_code::HubVerdict;
use bankwire::typed::{BankFeedback, HubAnswer};
use bankwire::{Message, PlatformFileName};
use domain::audit::AuditAction;
use domain::order::{Event, Step, decide};
use domain::subject::SubjectKind;
use kernel::{MessageId, OrderId};
use serde_json::json;
use store::messages::{
    Incoming, OutState, Outgoing, Subject, incoming_insert, incoming_known, outgoing_by_file,
    outgoing_by_serial, outgoing_progress,
};
use store::orders::{order_by_application, order_load};
use store::sea_orm::ConnectionTrait;

const ROUND_MAX: usize = 256;

/// Takes what has come; returns how many files were handled.
pub async fn inbox_run(centre: &Centre) -> AppResult<usize> {
    let arrivals = match centre.transport.arrivals(ROUND_MAX).await {
        Ok(arrivals) => arrivals,
        Err(problem) => {
            tracing::warn!(%problem, "the platform's directories cannot be read");
            return Ok(0);
        }
    };
    for arrival in &arrivals {
        take(centre, arrival).await?;
    }
    Ok(arrivals.len())
}

async fn take(centre: &Centre, arrival: &Arrival) -> AppResult<()> {
    let ctx = centre.job(crate::Job::Inbox);
    let read = arrival.content.as_ref().map_err(Clone::clone).and_then(|bytes| {
        Message::decode(bytes)
            .and_then(|m| match PlatformFileName::parse(&arrival.name) {
                Some(name) if arrival.place == Place::Downstream => name.check(&m).map(|()| m),
                _ => Ok(m),
            })
            .map(|m| (m, bytes.clone()))
            .map_err(|p| p.to_string())
    });
    match read {
        Ok((message, bytes)) => {
            accept(centre, &ctx, arrival, &message, bytes).await?;
            if let Err(problem) = centre.transport.settle(arrival).await {
                // It will be read again and found known.
                tracing::warn!(%problem, file = %arrival.name, "could not take the file off the road");
            }
        }
        Err(why) => put_aside(centre, &ctx, arrival, &why).await?,
    }
    Ok(())
}

/// Not a message: recorded, kept aside with the reason, and nothing else is touched.
async fn put_aside(centre: &Centre, ctx: &Context, arrival: &Arrival, why: &str) -> AppResult<()> {
    let mut work = centre
        .work(
            ctx,
            AuditAction::MessageQuarantine,
            SubjectKind::File,
            file_label(&arrival.name),
        )
        .await?;
    work.note("place", arrival.place.slug());
    work.note("why", why.chars().take(300).collect::<String>());
    work.finish(Ok(())).await?;
    if let Err(problem) = centre.transport.quarantine(arrival, why).await {
        tracing::warn!(%problem, "could not put a file aside");
    }
    Ok(())
}

/// A file's name as it may stand in the log: printable and short.
fn file_label(name: &str) -> String {
    name.chars().filter(|c| !c.is_control()).take(120).collect()
}

async fn accept(
    centre: &Centre,
    ctx: &Context,
    arrival: &Arrival,
    message: &Message,
    bytes: Vec<u8>,
) -> AppResult<()> {
    let mut incoming = incoming(centre, ctx, arrival, message, bytes);
    if says_try_again(arrival, message) {
        incoming.tx_code = of_this_send(centre, arrival, message, &incoming.tx_code).await?;
    }
    if let Some(known) = incoming_known(centre.store.reader(), &incoming).await? {
        return repeated(centre, ctx, &known, &incoming).await;
    }
    let mut work = centre
        .work(
            ctx,
            AuditAction::MessageReceive,
            SubjectKind::Message,
            incoming.id,
        )
        .await?;
    let outcome = apply(&mut work, arrival, message, &mut incoming).await;
    match work.finish(outcome).await {
        // Another process took the same file at the same moment.
        Err(e) if incoming_known(centre.store.reader(), &incoming).await?.is_some() => {
            tracing::debug!(%e, "taken by another process");
            Ok(())
        }
        other => other,
    }
}

fn incoming(
    centre: &Centre,
    ctx: &Context,
    arrival: &Arrival,
    message: &Message,
    bytes: Vec<u8>,
) -> Incoming {
    let application = message.body.text("ApplicationID").unwrap_or_default().to_owned();
    let serial = message
        .head
        .text("TransSerialNumber")
        .unwrap_or_default()
        .to_owned();
    let hash = digest(&bytes);
    Incoming {
        id: MessageId::new(ctx.at, centre.random10()),
        place: arrival.place.slug().into(),
        file_name: arrival.name.clone(),
        tx_code: if message.tx_code.is_empty() {
            hub_key(message)
        } else {
            message.tx_code.clone()
        },
        application_id: if application.is_empty() {
            arrival.name.clone()
        } else {
            application
        },
        // A message without a serial is known by its content.
        trans_serial: if serial.is_empty() { hash.clone() } else { serial },
        digest: hash,
        order: None,
        note: String::new(),
        received_at: ctx.at,
        body: bytes,
    }
}

/// A hub may answer one transmission first with a network error and later with its acceptance: both are kept.
fn hub_key(message: &Message) -> String {
    format!("hub:{}", message.head.text("Code").unwrap_or_default())
}

/// The hub could not pass the request on, or put it back into the error directory without a word why.
fn says_try_again(arrival: &Arrival, message: &Message) -> bool {
    verdict(message).0 == HubVerdict::TryAgain && (message.is_hub_answer() || arrival.place == Place::Error)
}

/// A resend has the same name, serial and bytes, so the news that it failed too is the same to the byte as the news of
/// the send before. What tells them apart is the send that we last recorded.
async fn of_this_send(centre: &Centre, arrival: &Arrival, message: &Message, key: &str) -> AppResult<String> {
    let sent = sent_message(centre.store.reader(), arrival, message)
        .await?
        .and_then(|m| m.sent_at);
    Ok(format!("{key}@{}", sent.map_or(0, kernel::Instant::ms)))
}

/// The same key again: the same bytes are nothing new; other bytes under it are recorded, because somebody is wrong.
async fn repeated(centre: &Centre, ctx: &Context, known: &Incoming, again: &Incoming) -> AppResult<()> {
    if known.digest == again.digest {
        return Ok(());
    }
    let subject = known.order.map_or_else(String::new, |o| o.to_string());
    let mut work = centre
        .work(ctx, AuditAction::MessageDiffers, SubjectKind::Order, subject)
        .await?;
    work.note("trans_serial", again.trans_serial.clone());
    work.note("first", known.digest.clone());
    work.note("second", again.digest.clone());
    work.finish(Ok(())).await
}

async fn apply(
    work: &mut Work<'_>,
    arrival: &Arrival,
    message: &Message,
    incoming: &mut Incoming,
) -> AppResult<()> {
    work.note("tx_code", incoming.tx_code.clone());
    work.note("place", incoming.place.clone());
    let (order, note) = if arrival.place == Place::Downstream && !message.is_hub_answer() {
        feedback(work, message).await?
    } else {
        hub(work, arrival, message).await?
    };
    incoming.order = order;
    incoming.note = note.to_owned();
    work.note("note", note);
    if let Some(order) = order {
        work.note("order", order.to_string());
    }
    incoming_insert(&work.tx, incoming).await?;
    Ok(())
}

/// A bank's answer.
async fn feedback(work: &mut Work<'_>, message: &Message) -> AppResult<(Option<OrderId>, &'static str)> {
    let Ok(feedback) = BankFeedback::from_message(message) else {
        // What a bank began: its report of a case goes to the desk, the rest (or a code we do not know) is kept whole.
        if bankwire::typed::police_code(&message.tx_code) == "200401" {
            return Ok((None, bank_reports::receive(work, message).await?));
        }
        return Ok((None, "kept"));
    };
    let Some(order) = order_by_application(work.tx.conn(), &feedback.answer.application_id).await? else {
        return Ok((None, "unasked"));
    };
    let id = order.id;
    if order.kind.feedback_code() != bankwire::typed::police_code(&message.tx_code) {
        work.also(
            AuditAction::OrderAnswerOfOtherKind,
            SubjectKind::Order,
            id,
            json!({ "tx_code": message.tx_code }),
        );
        return Ok((Some(id), "other_kind"));
    }
    let note = settle::bank_answered(work, order, feedback).await?;
    Ok((Some(id), note))
}

/// The hub's word on a transmission: in the response directory, or in the error directory as an answer or as a copy of
/// the request.
async fn hub(
    work: &mut Work<'_>,
    arrival: &Arrival,
    message: &Message,
) -> AppResult<(Option<OrderId>, &'static str)> {
    let sent = sent_message(work.tx.conn(), arrival, message).await?;
    let Some(outgoing) = sent else {
        return Ok((None, "unasked"));
    };
    let (verdict, code) = verdict(message);
    match outgoing.subject {
        Subject::Order(order) => {
            let note = hub_said(work, outgoing, order, verdict, &code).await?;
            Ok((Some(order), note))
        }
        Subject::BankReport(_) => Ok((None, hub_said_of_answer(work, outgoing, verdict, &code).await?)),
    }
}

/// What the hub says. A copy of the request in the error directory says that the send failed, not why: the hub's
/// refusal, if it is one, is in the response directory, and until it is heard the send may be tried again.
fn verdict(message: &Message) -> (HubVerdict, String) {
    match HubAnswer::from_message(message) {
        Ok(answer) => (answer.verdict(), answer.code),
        Err(_) => (HubVerdict::TryAgain, String::new()),
    }
}

async fn sent_message(
    conn: &impl ConnectionTrait,
    arrival: &Arrival,
    message: &Message,
) -> AppResult<Option<Outgoing>> {
    let serial = message.head.text("TransSerialNumber").unwrap_or_default();
    let by_serial = if serial.is_empty() {
        None
    } else {
        outgoing_by_serial(conn, serial).await?
    };
    match by_serial {
        Some(found) => Ok(Some(found)),
        None => Ok(outgoing_by_file(conn, &arrival.name).await?),
    }
}

/// Of our answer to a bank's report: tried again, or over.
async fn hub_said_of_answer(
    work: &mut Work<'_>,
    mut message: Outgoing,
    verdict: HubVerdict,
    code: &str,
) -> AppResult<&'static str> {
    if verdict == HubVerdict::TryAgain {
        message.attempts = message.attempts.saturating_sub(1);
        failed_answer(work, &message, code).await?;
        return Ok("unreachable");
    }
    message.state = OutState::Over;
    let note = match verdict {
        HubVerdict::Accepted | HubVerdict::Duplicate => "hub_accepted",
        _ => {
            message.last_problem = code.to_owned();
            "hub_refused"
        }
    };
    outgoing_progress(&work.tx, &message).await?;
    Ok(note)
}

async fn hub_said(
    work: &mut Work<'_>,
    mut message: Outgoing,
    order: OrderId,
    verdict: HubVerdict,
    code: &str,
) -> AppResult<&'static str> {
    if verdict == HubVerdict::TryAgain {
        work.also(
            AuditAction::OrderHubUnreachable,
            SubjectKind::Order,
            order,
            json!({ "code": code }),
        );
        // The send itself was counted when the file left; the failure belongs to that send.
        message.attempts = message.attempts.saturating_sub(1);
        record_failure(work, &message, order, code, |attempts| Event::HubUnreachable {
            attempts,
        })
        .await?;
        return Ok("unreachable");
    }
    let event = match verdict {
        HubVerdict::Accepted | HubVerdict::Duplicate => Event::HubAccepted,
        _ => Event::HubRefused,
    };
    let Some(before) = order_load(work.tx.conn(), order).await? else {
        return Ok("unasked");
    };
    let mut after = before.clone();
    let step = decide(before.kind, before.state, event)?;
    if !code.is_empty() {
        after.hub_code = code.to_owned();
    }
    let note = match step {
        Step::Move(state) => {
            after.state = state;
            work.also(
                AuditAction::OrderHub,
                SubjectKind::Order,
                before.id,
                json!({ "code": code, "state": state.slug() }),
            );
            settle::state_changed(work, &after).await?;
            state.slug()
        }
        Step::Note(note) => note.slug(),
    };
    crate::orders::clear::save(work, &before, &mut after).await?;
    if after.state != before.state {
        crate::orders::clear::note_first_left(work, after.report).await?;
    }
    message.state = OutState::Over;
    outgoing_progress(&work.tx, &message).await?;
    Ok(note)
}
