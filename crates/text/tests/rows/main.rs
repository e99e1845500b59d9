//! Rows from narratives, as the contract of rows has them: a table of phenomena, the corpus with its floors, and what holds for any text.

mod blind;
mod phenomena;
mod properties;
mod scores;
