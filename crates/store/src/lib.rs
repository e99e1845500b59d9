//! Where the centre's facts live: one SQLite file or a PostgreSQL database, behind one set of functions.
//!
//! **What it is for.** [`Store`] opens a database, proves that it keeps what it acknowledges ([`Durability`]), brings
//! the schema up to date and gives out readers and transactions. [`Tx::commit`] takes the audit entries of what was
//! done and is the only way to save a fact.
//!
//! **What it promises.** One transaction writes at a time, on both engines and from any number of processes, so the
//! audit chain has one order. A transaction that was not committed leaves nothing. A store that cannot promise
//! durability is not opened; one that breaks its promise ends the process ([`end_process`]).
//!
//! **What it leaves out.** Rules, rights and the clock: time comes in as an argument. One file per slice
//! (`people`, `intake`, `orders`, …) maps rows to the types of `domain`; its tables are in `migration`.

pub mod accounts;
pub mod announced;
pub mod audit;
pub mod bank_reports;
pub mod calls;
pub mod cases;
mod centre;
mod config;
mod connect;
pub mod corrections;
pub mod counter;
pub mod deadlines;
mod durability;
mod error;
#[cfg(feature = "fixture")]
pub mod fixture;
pub mod flow;
pub mod idempotency;
pub mod intake;
pub mod lease;
mod line;
pub mod messages;
mod migration;
pub mod movements;
pub mod orders;
pub mod page;
pub mod people;
pub mod policies;
mod postgres;
mod rows;
pub mod setting;
mod sqlite;
pub mod statements;
pub mod tally;
mod turns;
mod tx;

pub use centre::Centre;
pub use config::{Engine, Mark, StoreConfig};
pub use connect::Store;
pub use durability::Durability;
pub use error::{StoreError, end_process};
pub use line::Line;
pub use sqlite::copy_to;
pub use turns::Rank;
pub use tx::{NewEntry, Tx};

/// For the types of connections in signatures above this room (`DatabaseConnection`, `ConnectionTrait`). Statements
/// stay in here.
pub use sea_orm;
