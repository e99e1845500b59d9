//! The shapes of the API. They belong to the console and to programs; `domain` and `store` have their own. Names are
//! snake_case, times ISO 8601 at +08:00, amounts yuan as text (`"30000.00"`) and `*_fen` where somebody edits them.

pub mod acts;
pub mod approvals;
pub mod cases;
pub mod corrections;
pub mod figures;
pub mod flow;
pub mod flow_words;
pub mod golden;
pub mod health;
pub mod intake;
pub mod log;
pub mod orders;
pub mod people;
pub mod policies;
pub mod report;
pub mod session;
pub mod settings;
pub mod statements;
pub mod told;
pub mod trace;
pub mod words;

/// A command that has nothing to tell.
#[derive(serde::Serialize, utoipa::ToSchema)]
pub struct Nothing {}
