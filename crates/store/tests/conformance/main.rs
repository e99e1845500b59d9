//! One suite for both engines: every case gets a fresh database of SQLite and one of PostgreSQL through
//! `store::fixture::for_each_engine`, which also starts the PostgreSQL cluster. A slice adds a file and a `mod` line.

#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

mod base;
mod calls;
mod cases;
mod deadlines;
mod flow;
mod intake;
mod kill;
mod made;
mod messages;
mod orders;
mod people;
mod statements;
mod support;
