//! The sender: takes what waits in the outbox, builds the bytes once, puts the file on the road, and records that it
//! left. A crash at any point only makes it send the same name with the same bytes again.

use crate::orders::clear::{note_first_left, save, start};
use crate::orders::intent::{Intent, build};
use crate::orders::unsent::{HeldUpBy, NotBuilt};
use crate::ports::OutgoingFile;
use crate::{AppResult, Centre, Context, Work};
use domain::audit::AuditAction;
use domain::deadline::{DeadlineKind, on_sent};
use domain::order::{Event, Note, Order, SENDS_MAX, Step, decide};
use domain::subject::SubjectKind;
use futures::StreamExt;
use futures::stream;
use kernel::{OrderId, Span};
use serde_json::json;
use std::collections::BTreeMap;
use store::deadlines::deadlines_cancel;
use store::messages::{
    OutState, Outgoing, Subject, outgoing_due, outgoing_fix_body, outgoing_load, outgoing_progress,
};
use store::orders::order_load;

/// Messages of one bank in one round: a slow bank holds up its own lane only.
const PER_LANE: usize = 8;
const ROUND_MAX: u64 = 256;

/// How long to wait before the second, third and fourth send.
pub const RESEND_AFTER: [Span; 3] = [Span::seconds(5), Span::seconds(20), Span::seconds(60)];

/// Sends what is due; returns how many messages were handled.
pub async fn outbox_run(centre: &Centre) -> AppResult<usize> {
    let due = outgoing_due(centre.store.reader(), centre.now(), PER_LANE, ROUND_MAX).await?;
    let handled = due.len();
    let mut lanes: BTreeMap<String, Vec<Outgoing>> = BTreeMap::new();
    for message in due {
        lanes.entry(message.bank_code.clone()).or_default().push(message);
    }
    let results: Vec<AppResult<()>> = stream::iter(lanes.into_values())
        .map(|lane| run_lane(centre, lane))
        .buffered(centre.transport.lanes().max(1))
        .collect()
        .await;
    for result in results {
        result?;
    }
    Ok(handled)
}

async fn run_lane(centre: &Centre, lane: Vec<Outgoing>) -> AppResult<()> {
    for message in lane {
        send_one(centre, message).await?;
    }
    Ok(())
}

async fn send_one(centre: &Centre, message: Outgoing) -> AppResult<()> {
    let ctx = centre.job(crate::Job::Outbox);
    let body = match &message.body {
        Some(body) => body.clone(),
        None => match build_body(centre, &message).await {
            Ok(body) => fix_body(centre, &ctx, &message, body).await?,
            Err(why) => return ask_a_person(centre, &ctx, &message, &why.kept()).await,
        },
    };
    let file = OutgoingFile {
        name: message.file_name.clone(),
        bytes: body,
    };
    match centre.transport.send(&file).await {
        Ok(()) => left(centre, &message).await,
        Err(problem) => failed(centre, &message, &problem.0).await,
    }
}

/// Rendering papers is work for a processor, not for the thread that answers people.
async fn build_body(centre: &Centre, message: &Outgoing) -> Result<Vec<u8>, NotBuilt> {
    let stumbled = |why: String| NotBuilt {
        by: HeldUpBy::Printer,
        zh: format!("文书或报文生成中断（{why}）"),
        en: format!("making the paper or the message broke off ({why})"),
    };
    let intent: Intent = serde_json::from_str(&message.intent).map_err(|e| stumbled(e.to_string()))?;
    let printer = centre.printer.clone();
    let serial = message.trans_serial.clone();
    let built = tokio::task::spawn_blocking(move || build(&intent, &serial, printer.as_ref())).await;
    built.map_err(|e| stumbled(e.to_string()))?
}

/// Keeps the bytes for every later send. When another process was faster, its bytes are the ones that leave.
async fn fix_body(centre: &Centre, ctx: &Context, message: &Outgoing, body: Vec<u8>) -> AppResult<Vec<u8>> {
    let (kind, id) = message.subject.named();
    let mut work = centre.work(ctx, AuditAction::MessageFix, kind, id).await?;
    let digest = digest(&body);
    work.note("digest", digest.clone());
    let fixed = outgoing_fix_body(&work.tx, message.id, &body, &digest).await;
    let outcome = match fixed {
        Ok(true) => Ok(body),
        Ok(false) => outgoing_load(work.tx.conn(), message.id)
            .await
            .map(|m| m.and_then(|m| m.body).unwrap_or(body)),
        Err(e) => Err(e),
    };
    work.finish(outcome.map_err(Into::into)).await
}

/// SM3 of the bytes, hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    use sm3::Digest as _;
    sm3::Sm3::digest(bytes)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect()
}

async fn left(centre: &Centre, message: &Outgoing) -> AppResult<()> {
    let ctx = centre.job(crate::Job::Outbox);
    let (kind, id) = message.subject.named();
    let action = match message.subject {
        Subject::Order(_) => AuditAction::OrderSent,
        Subject::BankReport(_) => AuditAction::BankReportAnswered,
    };
    let mut work = centre.work(&ctx, action, kind, id).await?;
    let outcome = record_left(&mut work, message).await;
    work.finish(outcome).await
}

/// The clocks of a send.
const BANK_SILENT: [DeadlineKind; 2] = [DeadlineKind::BankSilent10m, DeadlineKind::BankSilent30m];

async fn record_left(work: &mut Work<'_>, message: &Outgoing) -> AppResult<()> {
    work.note("trans_serial", message.trans_serial.clone());
    let moved = match message.subject {
        Subject::Order(order) => order_left(work, message, order).await?,
        Subject::BankReport(_) => true,
    };
    // The answer may have been quicker than this record; then the row is over already and stays so.
    let Some(fresh) = outgoing_load(work.tx.conn(), message.id).await? else {
        return Ok(());
    };
    if fresh.attempts != message.attempts {
        // So was the news that this send failed: the resend it asks for stands.
        let sent_at = Some(work.now());
        outgoing_progress(&work.tx, &Outgoing { sent_at, ..fresh }).await?;
    } else if fresh.state == OutState::Waiting {
        let sent = Outgoing {
            state: if moved { OutState::Sent } else { OutState::Over },
            attempts: message.attempts + 1,
            sent_at: Some(work.now()),
            last_problem: String::new(),
            ..message.clone()
        };
        outgoing_progress(&work.tx, &sent).await?;
    }
    Ok(())
}

/// Moves the order of a message that left; says whether it waits for an answer now.
async fn order_left(work: &mut Work<'_>, message: &Outgoing, order: OrderId) -> AppResult<bool> {
    let Some(before) = order_load(work.tx.conn(), order).await? else {
        return Ok(false);
    };
    let mut after = before.clone();
    let step = decide(before.kind, before.state, Event::Sent)?;
    after.sends = message.attempts + 1;
    if step != Step::Note(Note::Unasked) {
        // An answer may have been quicker than this record: the order left all the same.
        after.sent_at = Some(after.sent_at.unwrap_or(work.now()));
    }
    if let Step::Move(state) = step {
        after.state = state;
        // After a person's resend the bank's silence is counted anew.
        deadlines_cancel(&work.tx, after.id.into(), &BANK_SILENT, work.now()).await?;
        start(work, &after, &on_sent(work.now(), &work.centre.config.clocks)).await?;
    }
    work.note("sends", i64::from(after.sends));
    save(work, &before, &mut after).await?;
    note_first_left(work, after.report).await?;
    Ok(matches!(step, Step::Move(_)))
}

async fn failed(centre: &Centre, message: &Outgoing, why: &str) -> AppResult<()> {
    let ctx = centre.job(crate::Job::Outbox);
    let (kind, id) = message.subject.named();
    let mut work = centre.work(&ctx, AuditAction::OrderSendFailed, kind, id).await?;
    work.note("why", why);
    let outcome = match message.subject {
        Subject::Order(order) => {
            record_failure(&mut work, message, order, why, |attempts| Event::SendFailed {
                attempts,
            })
            .await
        }
        Subject::BankReport(_) => failed_answer(&mut work, message, why).await,
    };
    work.finish(outcome).await
}

/// How long to wait before the send after `attempts`.
fn wait_after(attempts: u8) -> Span {
    let nth = usize::from(attempts.max(1)) - 1;
    RESEND_AFTER.get(nth).copied().unwrap_or(RESEND_AFTER[2])
}

/// Notes a failed send of our answer to a bank's report. After the last it stays as it is, and the log says so: nobody's
/// money waits for it.
pub async fn failed_answer(work: &mut Work<'_>, message: &Outgoing, why: &str) -> AppResult<()> {
    let attempts = message.attempts.saturating_add(1);
    let over = attempts >= SENDS_MAX;
    if over {
        let (kind, id) = message.subject.named();
        work.also(
            AuditAction::BankReportAnswerStuck,
            kind,
            id,
            json!({ "why": why }),
        );
    }
    let again = Outgoing {
        attempts,
        state: if over { OutState::Over } else { OutState::Waiting },
        next_at: work.now() + wait_after(attempts),
        last_problem: why.to_owned(),
        ..message.clone()
    };
    Ok(outgoing_progress(&work.tx, &again).await?)
}

/// Notes a failed send: to be tried again later with the same bytes, or, after the last, a person is asked.
pub async fn record_failure(
    work: &mut Work<'_>,
    message: &Outgoing,
    order: OrderId,
    why: &str,
    event: impl Fn(u8) -> Event,
) -> AppResult<()> {
    let Some(before) = order_load(work.tx.conn(), order).await? else {
        return Ok(());
    };
    let attempts = message.attempts.saturating_add(1);
    let mut after: Order = before.clone();
    after.sends = attempts;
    let mut again = Outgoing {
        attempts,
        last_problem: why.to_owned(),
        ..message.clone()
    };
    match decide(before.kind, before.state, event(attempts))? {
        Step::Move(state) => {
            after.state = state;
            again.state = OutState::Over;
            work.also(
                AuditAction::OrderStuck,
                SubjectKind::Order,
                before.id,
                json!({ "why": why, "sends": i64::from(attempts) }),
            );
        }
        Step::Note(Note::TryAgain) => {
            again.state = OutState::Waiting;
            again.next_at = work.now() + wait_after(attempts);
        }
        // An answer was quicker than the news of the failure: nothing is sent again.
        Step::Note(_) => again.state = OutState::Over,
    }
    save(work, &before, &mut after).await?;
    if after.state != before.state {
        note_first_left(work, after.report).await?;
    }
    outgoing_progress(&work.tx, &again).await?;
    Ok(())
}

/// The message cannot be built (a paper does not print, say): no resend can help, so a person is asked at once.
async fn ask_a_person(centre: &Centre, ctx: &Context, message: &Outgoing, why: &str) -> AppResult<()> {
    let (kind, id) = message.subject.named();
    tracing::error!(%id, why, "a message cannot be built");
    let mut work = centre.work(ctx, AuditAction::OrderStuck, kind, id).await?;
    work.note("why", why);
    let last = Outgoing {
        attempts: SENDS_MAX - 1,
        ..message.clone()
    };
    let outcome = match message.subject {
        Subject::Order(order) => {
            record_failure(&mut work, &last, order, why, |attempts| Event::SendFailed {
                attempts,
            })
            .await
        }
        Subject::BankReport(_) => failed_answer(&mut work, &last, why).await,
    };
    work.finish(outcome).await
}
