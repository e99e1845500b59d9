//! The site in process: the router over a volatile store, with a hand-driven clock and seeded randomness.

mod bank_reports;
mod corrections;
mod decisions;
mod doors;
mod figures;
mod intake;
mod keys;
mod log;
mod papers;
mod people;
mod repeated;
mod stand;
mod statements;
mod trace;
mod turns;
