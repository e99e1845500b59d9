//! Simulated banks that speak the platform's real messages, and a seeded city around them that lives.
//!
//! [`City`] is the whole: feed it a clock and the centre's files, take out calls and the banks' files. The same seed gives
//! the same bytes. [`directories`] drives the same city over the platform's four directories, as a separate program.
//!
//! Promises: everything is invented and marked so (cards 620000…, identity numbers born before 1910, phones 199…); nothing
//! here reads a clock, a file (but for [`directories`]) or a random source of the machine.
//! Leaves out: anything that production code calls.

pub mod case;
pub mod city;
pub mod directories;
pub mod faults;
pub mod hostile;
pub mod hub;
pub mod institutions;
pub mod journal;
pub mod narrative;
pub mod people;
pub mod taxonomy;
pub mod world;

mod agenda;
mod bank;
mod dice;
mod gang;
mod population;
mod spoken;
mod telling;
mod ways;
mod written;

pub use case::{
    AccountView, AmountTold, How, NumberTold, PaymentTold, PaymentTruth, ReceivedTruth, Staged, TimeTold,
    Told, Truth,
};
pub use city::{City, CityConfig, Happening, StageProblem};
pub use faults::{Fault, Faults, Rule, ScriptProblem};
pub use hostile::Hostile;
pub use hub::{Dir, Outgoing};
pub use institutions::{BankIx, INSTITUTIONS, Institution};
pub use journal::Journal;

#[cfg(test)]
mod tests;
