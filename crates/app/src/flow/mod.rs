//! 资金流向: where the victims' money of one report went, by a chosen doctrine, up to a chosen instant, and what would
//! be there if an account had been stopped earlier.
//!
//! Everything here is read; each reading is an entry of the log with the report as its subject. The rules are in
//! `trace`: this module asks the store, names things, and adds what orders and banks say. Leaves out words and pages
//! (`web`).

mod announce;
mod expand;
mod export;
mod facts;
mod gathering;
mod implicated;
mod live;
mod other_view;
mod raw;
mod shape;
mod view;

pub use announce::announce_run;
pub(crate) use announce::{account_changed, flow_changed_at, reports_above, told_again};
pub use expand::{expand, expand_page};
pub use export::flow_export;
pub(crate) use facts::ReportFacts;
pub use live::{IndexState, LiveIndex};
pub use other_view::{ViewedFrom, ordered_from_now};
pub use raw::{AccountRows, RawMode, RawQuery, RawRow, RawTrace, account_rows, trace_raw};
pub use shape::*;
pub use store::flow::Passing;
pub use trace::Direction;
pub(crate) use view::edges_of;
pub use view::flow;
pub(crate) use view::{may_read, read};

#[cfg(test)]
mod tests;
