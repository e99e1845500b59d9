//! Bank and payment statements as files: bytes in, typed rows and named problems out.
//!
//! **What it is for.** An officer gets a statement by the hundred ways that banks and payment firms write one: XLSX,
//! XLS, CSV in four encodings, titles above the header, amounts in one column or two, accounts that a spreadsheet has
//! damaged. [`open`] says what a file is by its content, [`recognise`] which layout it has and why, and [`read`] gives
//! its rows one by one.
//!
//! **What it promises.** Nothing is guessed: a row that cannot be read whole is a [`RowProblem`] with sheet, line,
//! column, masked value and reason, and the rows round it are kept. Memory is bounded whatever the file says of itself
//! ([`Bounds`]). The same bytes, mapping and instant give the same rows.
//!
//! **What it leaves out.** Files, clocks and the store: readers and the latest possible instant are arguments. What a
//! row means to a report (see `app::statements`), and how two banks' legs become one movement (see `store`).

mod cell;
mod clean;
mod delimited;
mod encoding;
mod fields;
mod kind;
mod layout;
mod problem;
mod reading;
mod recognise;
mod title;
mod workbook;
mod xls_bounds;

pub use cell::Cell;
pub use clean::{Moment, amount, direction_of, identifier, moment};
pub use fields::{Field, Mapping, Sign, header_key};
pub use kind::{Bounds, FileKind, Source, open};
pub use layout::{Layout, known_layouts};
pub use problem::{FileProblem, RowCode, RowProblem, Said};
pub use reading::{Direction, Met, Place, Rules, Statement, Tally, read};
pub use recognise::{Recognised, Sample, SavedLayout, recognise, sample};
