//! The whole centre in one process on a hand-driven clock: use cases, jobs, store, simulated banks. A scenario is a
//! whole evening as a text script with golden output; a storm is a random evening whose invariants are watched.
//!
//! Promises: one seed gives one evening, to the byte of the exported log ([`evening::Evening::export`]). Jobs run in one
//! fixed order: clocks, outbox, inbox, announcing, sealing. Nothing sleeps: time is set.
//! Leaves out: HTTP, the four directories and the real printer (each tried where it lives). Production code calls
//! nothing here.

pub mod desk;
pub mod evening;
mod flow;
pub mod ports;
pub mod proof;
pub mod script;
mod show;
pub mod storm;
pub mod truth;
