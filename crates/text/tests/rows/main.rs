//! Rows from narratives, as the contract of rows has them: a table of phenomena, the corpus with its floors, and what holds for any text.

#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

mod blind;
mod phenomena;
mod properties;
mod retold;
mod scores;
