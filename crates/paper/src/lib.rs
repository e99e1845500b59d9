//! Legal papers as PDF, laid out from the forms of `forms`: 紧急止付申请表, 协助查询财产通知书, 协助冻结财产通知书, 协助解除冻结财产通知书, 受案登记表,
//! 受案回执, 呈请立案报告书, 立案决定书, with their stubs, reply copies and attached lists; and 涉案资金流向表.
//!
//! Promises: what is printed comes from a frozen snapshot alone, so the same snapshot and fonts give the same bytes;
//! an original that the rules forbid is refused with every fault named in Chinese and English; a character that no
//! font has stops the print; text stays selectable and account numbers copy whole.
//!
//! Leaves out: numbering, rights, the decision that a paper may be issued (`domain`, `app`), and seals: the place for
//! the seal is printed, never its image. Font files are the only thing read from outside.

mod account_list;
mod articles;
mod case_acceptance;
mod case_filing;
mod case_filing_report;
mod flow_table;
mod fonts;
mod freeze_notice;
mod freeze_relief;
mod laid;
mod pieces;
mod press;
mod printer;
mod problem;
mod query_notice;
mod stop_application;
#[cfg(test)]
mod tests;

pub use fonts::Fonts;
pub use forms::{Fault, FaultCode, Paper};
pub use press::Printed;
pub use printer::{Printer, Purpose, paper_of, printed_by};
pub use problem::{PaperProblem, UnknownCharacter};
