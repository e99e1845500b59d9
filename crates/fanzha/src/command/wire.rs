//! `fanzha wire`: one message file to JSON and back (WIRE.md), for people who debug a link to a bank.
//!
//! Promises: only a regular file is opened, and no more than the bound of a message is read; a refusal names the
//! element and the reason and leaves stdout empty. Leaves out the format itself (see `bankwire`).

use super::answer;
use crate::problem::Problem;
use bankwire::limits::MESSAGE_BYTES_MAX;
use bankwire::{Reason, WireProblem};
use std::path::Path;

pub fn decode(file: &Path) -> Result<(), Problem> {
    let bytes = read(file)?;
    let base_name = file.file_name().and_then(|name| name.to_str());
    let message = bankwire::decode_bytes(base_name, &bytes).map_err(said)?;
    answer(format!("{message}\n").as_bytes())
}

pub fn encode(file: &Path) -> Result<(), Problem> {
    let bytes = read(file)?;
    let json = std::str::from_utf8(&bytes).map_err(|_| said(WireProblem::new("file", Reason::NotUtf8)))?;
    answer(&bankwire::encode_json(json).map_err(said)?)
}

fn read(file: &Path) -> Result<Vec<u8>, Problem> {
    exchange::read_regular_file(file, MESSAGE_BYTES_MAX).map_err(said)
}

/// `element: code: reason (place)`, as the codec says it.
fn said(problem: WireProblem) -> Problem {
    let place = if problem.path.is_empty() {
        String::new()
    } else {
        format!(" ({})", problem.path)
    };
    let element: String = problem
        .element
        .chars()
        .filter(|c| !c.is_control())
        .take(64)
        .collect();
    Problem::new(
        format!("{element}: {}: {}", problem.code(), problem.zh()),
        format!("{}{place}", problem.en()),
    )
}
