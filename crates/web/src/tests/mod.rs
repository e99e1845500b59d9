//! The site in process: the router over a volatile store, with a hand-driven clock and seeded randomness.

mod doors;
mod people;
mod repeated;
mod stand;
