//! The words every other room shares: typed ids, whole-fen money, UTC instants, masked personal data,
//! identifier checks, areas and refusal codes.
//!
//! Promises: pure values only, no IO, no clock, no randomness. Anything that needs "now" gets an [`Instant`];
//! anything that needs a fresh id gets random bits from its caller.
//! Leaves out: rules of any single concept (see `domain`) and words for people (see `web`).

pub mod area;
pub mod capitals;
pub mod id;
pub mod identifier;
pub mod masked;
pub mod money;
pub mod refusal;
pub mod time;

pub use area::Area;
pub use capitals::{CapitalsProblem, capitals, parse_capitals};
pub use id::*;
pub use identifier::AccountNo;
pub use masked::{AccountNumber, Address, IdNumber, PersonName, Phone};
pub use money::Fen;
pub use refusal::{Problem, Refusal, RefusalCode};
pub use time::{Instant, Span};
