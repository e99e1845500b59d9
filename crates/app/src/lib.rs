//! The use cases of the centre: one file per command or query, reconcilers for what happens by itself, and the ports
//! to the outside world.
//!
//! Every command looks the same: [`Context`] (actor, purpose, request id, instant) → [`Centre::work`] opens the one
//! transaction → load once, decide once (`domain`), save once → [`Work::finish`] commits facts, outgoing messages,
//! timers and the audit entry together, or rolls back and records the refusal.
//!
//! Absent on purpose: SQL text (see `store`), HTTP types and words for people (see `web`).

pub mod cases;
pub mod centre;
pub mod command;
pub mod context;
pub mod error;
pub mod flow;
pub mod golden;
pub mod intake;
pub mod jobs;
pub mod keys;
mod known;
pub mod logbook;
#[cfg(test)]
mod made;
pub mod officers;
pub mod orders;
pub mod papers;
pub mod people;
pub mod policies;
pub mod ports;
pub mod reading;
pub mod statements;
pub mod whereabouts;
pub mod work;

pub use centre::{Centre, CentreConfig};
pub use context::{Context, Job};
pub use error::{AppError, AppResult};
pub use work::Work;

/// The figures of money, for whoever shows them.
pub use ::money;

/// Shapes of the store and of the text room that callers of the use cases see in their answers.
pub mod shapes {
    pub use store::accounts::Account;
    pub use store::bank_reports::{BankReport, BankReportState};
    pub use store::calls::Call;
    pub use store::cases::Document;
    pub use store::deadlines::{Deadline, DeadlineState};
    pub use store::intake::{Dispatch, Draft, Payment, Person, PersonRole, ReportQuery, ReportRow};
    pub use store::messages::{Incoming, Outgoing};
    pub use store::orders::{Batch, OrderQuery};
    pub use store::page::{PAGE_MAX, Page};
    pub use store::policies::PolicyRow;
    pub use text::bin::BinTable;
    pub use text::directory::{BankDirectory, DirectoryBank};
    pub use text::{Entity, Party, Rows};
}

/// What a bank's result code means, in Chinese and English; the code itself is kept raw by the order.
pub fn result_words(raw: &str) -> (&'static str, &'static str) {
    let code = bankwire::ResultCode::new(raw);
    (code.zh(), code.en())
}

/// What a narrative holds (EXTRACTION contract of `text`); nothing of it is kept.
pub fn extract(narrative: &str, at: kernel::Instant) -> Vec<text::Entity> {
    text::extract(narrative, at)
}

/// The rows of payments in a narrative (ROWS contract of `text`); nothing of it is kept.
pub fn rows(narrative: &str, at: kernel::Instant) -> text::Rows {
    text::rows(narrative, at)
}
