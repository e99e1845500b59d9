//! 文书: making, numbering and printing legal papers. A paper is its frozen snapshot; it is checked before it takes a number, the
//! number is taken from its organ's register in the transaction that issues it, and every print is an entry of the log.

mod case_papers;
mod chain;
pub mod flow_table;
mod issue;
mod leads;
mod notices;
mod organ;
mod people;
pub mod print;
pub mod snapshot;
mod stop;

pub(crate) use chain::{Known as ChainKnown, known as chain_known};
pub(crate) use organ::split;
