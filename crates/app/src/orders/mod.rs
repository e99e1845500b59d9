//! 指令: the use cases on orders. One file per command; what they share about drafting and clearing stands in `draft`
//! and `clear`, about leaving in `queue`.

pub mod approve;
pub mod board;
pub mod clear;
pub mod dossier;
pub mod draft;
pub mod extend;
pub mod intent;
pub mod queue;
pub mod request;
pub mod settle;
pub mod unsent;
