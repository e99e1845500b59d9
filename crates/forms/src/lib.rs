//! The forms of legal papers as types: 紧急止付申请表, 协助查询财产通知书, 协助冻结财产通知书, 受案登记表, 受案回执, 呈请立案报告书, 立案决定书, 协助解除冻结财产通知书,
//! 涉案资金流向表.
//! `app` fills them in and stores them, `paper` lays them out, so a field that is renamed in one room does not compile in the
//! other.
//!
//! Promises: pure; a form that was stored years ago is still read (fields are only added, with a default); [`Paper::check`]
//! names every fault at once, so that a paper is refused before it takes a number.
//!
//! Leaves out: layout, numbering, rights, and where the facts come from.

pub mod case_acceptance;
pub mod case_filing;
pub mod case_filing_report;
pub mod day;
pub mod fault;
pub mod flow_table;
pub mod freeze_notice;
pub mod freeze_relief;
mod paper;
pub mod parts;
pub mod query_notice;
pub mod stop_application;

pub use case_acceptance::{
    CaseAcceptanceForm, CaseAcceptanceReceipt, FraudSupplement, HandedOverBy, Opinion, Source,
};
pub use case_filing::{CaseFilingDecision, Ground};
pub use case_filing_report::CaseFilingReport;
pub use day::Day;
pub use fault::{Fault, FaultCode, Faults};
pub use flow_table::{FlowSide, FlowStep, FlowTable};
pub use freeze_notice::{FreezeAccount, FreezeNotice, Property, Renewal, Scope};
pub use freeze_relief::{FreezeRelieveNotice, ReliefGround};
pub use paper::{Paper, Unread};
pub use parts::{
    Approval, CaseHead, Channel, EDITION, Issue, Leads, Level, Number, Officer, Person, Sex, Sum, Transfer,
};
pub use query_notice::{QueryAccount, QueryNotice};
pub use stop_application::{ChainStep, StopApplication};
