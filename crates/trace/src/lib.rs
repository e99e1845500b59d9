//! Follows stolen money through bank transfers: given the victims' payments, where every fen went, what can still be
//! reached, and on what assumption the answer rests.
//!
//! Promises: exact integer arithmetic in fen; every seeded fen ends up in exactly one of exit, dust, beyond and held
//! ([`Totals::conserved`]), for each victim by itself too; the same transfers give the same bytes whatever the order
//! they came in and whatever the number of threads; bad input is a named [`Problem`] and never a panic.
//! Leaves out: files, databases, clocks. Callers bring rows and dense account numbers, see [`Transfer`].
//!
//! [`Index`] is frozen and compact, [`Live`] is an index plus the accounts touched since. Both are a [`Ledger`], over
//! which a [`Tracer`] runs. What the doctrines mean is in `docs/TRACE.md`.
//!
//! ```
//! use trace::{AccountFacts, Doctrine, Index, Ledger, Seed, TaintQuery, Tracer, Transfer};
//!
//! // A victim (0) pays a mule (1), who passes most of it on to another (2).
//! let row = |id, ts_ms, src, dst, amount| Transfer { id, ts_ms, src, dst, amount };
//! let rows = vec![row(70, 0, 0, 1, 30_000), row(71, 60_000, 1, 2, 20_000)];
//! let index = Index::build(rows, &[AccountFacts::opening(30_000), AccountFacts::opening(0), AccountFacts::opening(0)])
//!     .map_err(|problems| format!("{problems:?}"))?;
//! let payment = index.locate(&[70])[0].ok_or("not in the index")?;
//! let query = TaintQuery { doctrine: Doctrine::Fifo, ..TaintQuery::default() };
//! let flow = Tracer::default().taint(&index, &[Seed { edge: payment, label: 0 }], &query);
//! assert_eq!(flow.held.iter().map(|h| (h.account, h.amount)).collect::<Vec<_>>(), [(1, 10_000), (2, 20_000)]);
//! assert!(flow.totals.conserved());
//! # Ok::<(), String>(())
//! ```

mod answer;
mod batch;
pub mod csv;
pub mod gather;
mod index;
mod ledger;
mod live;
pub mod local;
mod model;
pub mod next;
pub mod pattern;
mod query;
mod reach;
mod seen;
mod sums;
mod taint;
mod threads;
mod tracer;

pub use answer::{Cut, Flow, Held, Part, Place, Reach, ReachRow, Row, RowPart, Totals};
pub use batch::{reach_batch, taint_batch};
pub use index::Index;
pub use ledger::Ledger;
pub use live::Live;
pub use model::{AccountFacts, Assumption, Edge, Exit, Problem, Transfer};
pub use query::{Direction, Doctrine, ReachQuery, Seed, TaintQuery};
pub use tracer::Tracer;
