//! 接处警: calls, reports that banks begin, drafts, the duplicate check, registering a report with its first stops, the queue and its locks,
//! dispatch, search, and showing personal data whole.

pub mod accept;
pub mod bank_reports;
pub mod banks;
pub mod calls;
pub mod correct;
pub mod desk;
pub mod drafts;
pub mod duplicates;
pub mod figures;
pub mod identity;
pub mod reveal;
pub mod sums;
