//! The rules of the centre, one module per concept. Values and an instant go in, a decision or a named refusal
//! comes out.
//!
//! Absent on purpose: async, SQL, HTTP, files, the clock, randomness. A rule that needs any of these takes the
//! result as an argument.

pub mod access;
pub mod audit;
pub mod case;
pub mod deadline;
pub mod document;
pub mod hold;
pub mod order;
pub mod policy;
pub mod reading;
pub mod report;
pub mod subject;
