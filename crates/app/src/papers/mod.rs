//! 文书: making, numbering and printing legal papers. A paper is its frozen snapshot; the number is taken from its
//! register in the transaction that issues it, and every print is an entry of the log.

pub mod flow_table;
pub mod print;
pub mod snapshot;
