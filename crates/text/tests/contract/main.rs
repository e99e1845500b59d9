//! The contract of EXTRACTION.md as tables: a row is a text and everything that must be found in it, nothing more.
//! An expectation is written `kind text value`, with `ok` / `failed` behind a checked number and `~` behind a vague value.

mod amounts;
mod calls;
mod names;
mod negatives;
mod numbers;
mod properties;
mod records;
mod stories;
mod times;
mod web;

use kernel::Instant;
use text::{Check, Entity, extract};

/// A Friday evening.
pub const REPORTED_AT: &str = "2026-04-03T21:08:55+08:00";

pub fn found(at: &str, text: &str) -> Vec<Entity> {
    extract(text, Instant::parse_iso(at).expect("the tables give ISO times"))
}

fn describe(entity: &Entity) -> String {
    let kind = serde_json::to_value(entity.kind).expect("a name");
    let check = match entity.check {
        Check::Ok => " ok",
        Check::Failed => " failed",
        Check::None => "",
    };
    let approx = if entity.approx { " ~" } else { "" };
    format!(
        "{}|{}|{}{check}{approx}",
        kind.as_str().expect("a name"),
        entity.text,
        entity.value
    )
}

/// Checks a table, reporting every wrong row at once.
pub fn check(rows: &[(&str, &[&str])]) {
    check_at(REPORTED_AT, rows);
}

pub fn check_at(at: &str, rows: &[(&str, &[&str])]) {
    let mut wrong = String::new();
    for (text, expected) in rows {
        let got: Vec<String> = found(at, text).iter().map(describe).collect();
        if got != *expected {
            wrong += &format!("\n{text}\n   expected {expected:?}\n   got      {got:?}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Like [`check`], looking at one kind only.
pub fn check_kind(kind: &str, rows: &[(&str, &[&str])]) {
    let mut wrong = String::new();
    for (text, expected) in rows {
        let got: Vec<String> = found(REPORTED_AT, text)
            .iter()
            .map(describe)
            .filter_map(|d| {
                d.strip_prefix(kind)
                    .and_then(|rest| rest.strip_prefix('|'))
                    .map(str::to_owned)
            })
            .collect();
        if got != *expected {
            wrong += &format!("\n{text}\n   expected {expected:?}\n   got      {got:?}");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}
