//! A command under an idempotency key: done once, however often it is sent.
//!
//! The key is claimed in the transaction that does the work, so a twin that runs at the same moment, here or in
//! another process, finds it. The answer is written beside it afterwards ([`keep_answers`]); when the process dies in
//! between, a repetition is told that the command was done. Leaves out which requests need a key (see `web`).

use crate::{AppResult, Centre};
use kernel::{Instant, RefusalCode};
use sm3::{Digest, Sm3};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use store::Tx;
use store::idempotency;

pub use store::idempotency::Answered;

/// The key of one command, as it came.
#[derive(Clone, Debug)]
pub struct Command {
    /// The user's id.
    pub actor: String,
    pub key: String,
    pub route: String,
    /// Tells a repeated request from another one under the same key.
    pub request_digest: String,
    claimed: Arc<AtomicBool>,
}

/// What is known about a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Earlier {
    /// Nobody used it.
    New,
    /// This very request was answered so.
    Answered(Answered),
    /// This very request was done; its answer is not (or not yet) known.
    Done,
    /// Another request used the key.
    Other,
}

impl Command {
    /// `binding` makes the digest of a body with a secret useless to whoever reads the store; empty otherwise.
    pub fn of(actor: String, key: String, route: String, binding: &str, body: &[u8]) -> Command {
        let mut hasher = Sm3::new();
        hasher.update(binding.as_bytes());
        hasher.update([0]);
        hasher.update(body);
        let request_digest = hasher.finalize().iter().map(|b| format!("{b:02x}")).collect();
        Command {
            actor,
            key,
            route,
            request_digest,
            claimed: Arc::new(AtomicBool::new(false)),
        }
    }

    /// Whether this request's own work was saved.
    pub fn claimed(&self) -> bool {
        self.claimed.load(Ordering::Acquire)
    }

    /// Asked when the transaction opens: `Busy` when a twin has come first, whose answer a repetition will get.
    pub(crate) async fn check(&self, tx: &Tx) -> AppResult<()> {
        if !self.claimed()
            && idempotency::find(tx.conn(), &self.actor, &self.key)
                .await?
                .is_some()
        {
            return Err(RefusalCode::Busy.into());
        }
        Ok(())
    }

    /// Takes the key, in the transaction that does the work. A request with several transactions takes it in the first.
    pub(crate) async fn claim(&self, tx: &Tx, now: Instant) -> AppResult<()> {
        if self.claimed() {
            return Ok(());
        }
        idempotency::keep(tx, &self.answered(0, String::new(), now)).await?;
        Ok(())
    }

    pub(crate) fn saved(&self) {
        self.claimed.store(true, Ordering::Release);
    }

    /// With the answer.
    pub fn answered(&self, response_status: u16, response_body: String, created_at: Instant) -> Answered {
        Answered {
            actor: self.actor.clone(),
            key: self.key.clone(),
            route: self.route.clone(),
            request_digest: self.request_digest.clone(),
            response_status,
            response_body,
            created_at,
        }
    }
}

/// What happened under this key before.
pub async fn earlier(centre: &Centre, command: &Command) -> AppResult<Earlier> {
    let found = idempotency::find(centre.store.reader(), &command.actor, &command.key).await?;
    Ok(match found {
        None => Earlier::New,
        Some(kept) if kept.request_digest != command.request_digest || kept.route != command.route => {
            Earlier::Other
        }
        Some(kept) if kept.response_status == 0 => Earlier::Done,
        Some(kept) => Earlier::Answered(kept),
    })
}

/// Writes answers beside their keys.
pub async fn keep_answers(centre: &Centre, answers: &[Answered]) -> AppResult<()> {
    Ok(idempotency::answer(&centre.store, answers).await?)
}
