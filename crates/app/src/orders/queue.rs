//! A message put into the outbox: its own file name, its transport serial, and what its bytes are built from later. One way for
//! requests to banks and for answers to their reports.
//!
//! Promises: what a bank's codec would refuse is refused here, naming the element, before anything is queued. Leaves out
//! sending (`jobs::outbox`) and the content of messages.

use crate::orders::intent::{Card, Intent, PaperRef};
use crate::{AppResult, Work};
use bankwire::{ApplicationId, Message, PlatformFileName, TransSerialNumber};
use kernel::{MessageId, Refusal, RefusalCode};
use store::messages::{OutState, Outgoing, Subject, outgoing_insert};

/// What leaves, and to whom.
pub struct Leaving {
    pub subject: Subject,
    pub bank_code: String,
    pub tx_code: &'static str,
    pub application: ApplicationId,
    /// From [`trans_serial`]; the message carries it.
    pub trans_serial: String,
    pub message: Message,
    pub officers: Vec<Card>,
    pub paper: Option<PaperRef>,
}

/// Queues it in the transaction of the decision, and rings the sender.
pub async fn queue(work: &mut Work<'_>, leaving: Leaving) -> AppResult<()> {
    let refuse = |p: bankwire::WireProblem| Refusal::with(RefusalCode::WireRefused, p.to_string());
    leaving.message.encode().map_err(refuse)?;
    let mut unique = [0u8; 16];
    work.centre.random.fill(&mut unique);
    let unique = u128::from_be_bytes(unique);
    let name = PlatformFileName::new(leaving.tx_code, &leaving.application, unique).map_err(refuse)?;
    let intent = Intent {
        message: leaving.message.into_json(),
        officers: leaving.officers,
        paper: leaving.paper,
    };
    let outgoing = Outgoing {
        id: MessageId::new(work.now(), work.random10()),
        subject: leaving.subject,
        bank_code: leaving.bank_code,
        tx_code: leaving.tx_code.into(),
        application_id: leaving.application.to_string(),
        file_name: name.to_string(),
        trans_serial: leaving.trans_serial,
        state: OutState::Waiting,
        intent: serde_json::to_string(&intent)
            .map_err(|e| Refusal::with(RefusalCode::WireRefused, e.to_string()))?,
        body: None,
        body_digest: String::new(),
        attempts: 0,
        next_at: work.now(),
        last_problem: String::new(),
        created_at: work.now(),
        sent_at: None,
    };
    outgoing_insert(&work.tx, &outgoing).await?;
    work.ring_outbox();
    Ok(())
}

/// A new 传输报文流水号.
pub fn trans_serial(work: &Work<'_>) -> AppResult<String> {
    let tail: u64 = work.centre.random_digits(11).parse().unwrap_or(0);
    let serial = TransSerialNumber::compose(&work.centre.config.node, None, work.now(), tail)
        .map_err(|p| Refusal::with(RefusalCode::WireRefused, p.to_string()))?;
    Ok(serial.as_str().to_owned())
}
