//! 指令: the use cases on orders. One file per command; what they share about drafting and clearing stands in `draft`
//! and `clear`, about leaving in `queue`.

pub mod acts;
mod answer_account;
pub mod approve;
pub mod basis;
pub mod board;
pub mod bound;
pub mod bulk;
pub mod clear;
pub mod confirm;
pub mod dossier;
pub mod draft;
pub mod extend;
pub mod intent;
pub mod queue;
pub mod request;
pub mod rules;
pub mod settle;
pub mod unsent;
