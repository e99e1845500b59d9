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
pub mod golden;
pub mod intake;
pub mod jobs;
pub mod logbook;
pub mod officers;
pub mod orders;
pub mod papers;
pub mod people;
pub mod policies;
pub mod ports;
pub mod work;

pub use centre::{Centre, CentreConfig};
pub use context::Context;
pub use error::{AppError, AppResult};
pub use work::Work;
