//! The papers that acts issue, by the act that needs them (DOCUMENTS 2.1 to 2.9).

pub use super::case_papers::{acceptance, filing_decision, filing_report};
pub use super::notices::{freeze_notice, query_notice, ready};
pub use super::stop::stop_application;
