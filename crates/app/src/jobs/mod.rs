//! What happens by itself. Jobs take no input: they wake, read what is due, act, and may safely run twice.

pub mod clocks;
pub mod inbox;
pub mod outbox;
pub mod sealing;
