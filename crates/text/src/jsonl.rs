//! The body of `fanzha extract`: one JSON line in, one JSON line out.
//!
//! Promises: a line is bounded before it is parsed, and a wrong one is refused with its field, in Chinese and English.
//! Leaves out: reading files and counting lines, which the command does.

use crate::{Entity, Rows, extract, rows};
use kernel::Instant;
use serde::Serialize;
use serde_json::Value;
use std::fmt;

/// Longest line that is read, in bytes.
pub const LINE_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Why a line was refused. `Display` says it in both languages; the caller adds the line number with [`LineError::at_line`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineError {
    pub field: &'static str,
    zh: String,
    en: String,
    line: Option<usize>,
}

impl LineError {
    fn new(field: &'static str, zh: impl Into<String>, en: impl Into<String>) -> LineError {
        LineError {
            field,
            zh: zh.into(),
            en: en.into(),
            line: None,
        }
    }

    /// Names the line (counted from 1) in the message.
    pub fn at_line(mut self, line: usize) -> LineError {
        self.line = Some(line);
        self
    }
}

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (zh_line, en_line) = self.line.map_or_else(Default::default, |n| {
            (format!("第 {n} 行，"), format!("line {n}, "))
        });
        write!(
            f,
            "{zh_line}字段 {0}：{1} / {en_line}field {0}: {2}",
            self.field, self.zh, self.en
        )
    }
}

impl std::error::Error for LineError {}

#[derive(Serialize)]
struct Answer<'a> {
    id: &'a Value,
    entities: Vec<Entity>,
    #[serde(flatten)]
    rows: Option<Rows>,
}

/// Answers one line `{"id","text","at"?}`. `at` is ISO 8601, with an offset or without one (then China standard time);
/// lines without it use `default_at`. `with_rows` adds who paid what, when and to whom.
pub fn run(default_at: Instant, line: &str, with_rows: bool) -> Result<String, LineError> {
    if line.len() > LINE_BYTES_MAX {
        return Err(LineError::new(
            "(line)",
            format!("一行不得超过 {LINE_BYTES_MAX} 字节"),
            format!("a line may have at most {LINE_BYTES_MAX} bytes"),
        ));
    }
    let parsed: Value = serde_json::from_str(line.trim_start_matches('\u{FEFF}')).map_err(|e| {
        LineError::new(
            "(line)",
            format!("不是合法的 JSON（第 {} 列）", e.column()),
            format!("not valid JSON ({e})"),
        )
    })?;
    let object = parsed
        .as_object()
        .ok_or_else(|| LineError::new("(line)", "应为 JSON 对象", "a JSON object is wanted"))?;
    let id = match object.get("id") {
        Some(id @ (Value::String(_) | Value::Number(_))) => id,
        Some(_) => {
            return Err(LineError::new(
                "id",
                "应为字符串或数字",
                "a string or a number is wanted",
            ));
        }
        None => return Err(LineError::new("id", "缺少", "missing")),
    };
    let text = match object.get("text") {
        Some(Value::String(text)) => text,
        Some(_) => return Err(LineError::new("text", "应为字符串", "a string is wanted")),
        None => return Err(LineError::new("text", "缺少", "missing")),
    };
    let at = reported_at(object.get("at"), default_at)?;
    let answer = Answer {
        id,
        entities: extract(text, at),
        rows: with_rows.then(|| rows(text, at)),
    };
    Ok(serde_json::to_string(&answer).expect("strings, numbers and flags always serialise"))
}

fn reported_at(at: Option<&Value>, default_at: Instant) -> Result<Instant, LineError> {
    match at {
        None | Some(Value::Null) => Ok(default_at),
        Some(Value::String(at)) => Instant::parse_iso(at.trim()).ok_or_else(|| {
            LineError::new(
                "at",
                "不是 ISO 8601 时间，例如 2026-04-03T21:08:55+08:00",
                "not an ISO 8601 time, such as 2026-04-03T21:08:55+08:00",
            )
        }),
        Some(_) => Err(LineError::new("at", "应为字符串", "a string is wanted")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> Instant {
        Instant::parse_iso("2026-04-03T21:08:55+08:00").unwrap()
    }

    #[test]
    fn a_line_is_answered_in_the_shape_of_the_contract() {
        let answer = run(at(), r#"{"id":"n1","text":"昨天下午三点转了三万多"}"#, false).unwrap();
        assert_eq!(
            answer,
            r#"{"id":"n1","entities":[{"kind":"time","start":0,"text":"昨天下午三点","value":"2026-04-02T15:00+08:00","check":"none"},{"kind":"amount","start":8,"text":"三万多","value":"3000000","check":"none","approx":true}]}"#
        );
    }

    #[test]
    fn the_line_may_bring_its_own_time() {
        for (given, day) in [
            ("2026-01-02T09:00:00+08:00", "2026-01-01"),
            ("2026-01-02T09:00:00", "2026-01-01"),
            ("2026-01-02 09:00", "2026-01-01"),
            ("2026-01-01T20:00:00Z", "2026-01-01"),
        ] {
            let answer = run(
                at(),
                &format!(r#"{{"id":7,"text":"昨天","at":"{given}"}}"#),
                false,
            )
            .unwrap();
            assert!(
                answer.contains(&format!(r#""value":"{day}""#)),
                "{given}: {answer}"
            );
            assert!(answer.starts_with(r#"{"id":7,"#));
        }
    }

    #[test]
    fn wrong_lines_name_the_field_in_both_languages() {
        for (line, field) in [
            ("", "(line)"),
            ("[]", "(line)"),
            ("{", "(line)"),
            (r#"{"text":"x"}"#, "id"),
            (r#"{"id":null,"text":"x"}"#, "id"),
            (r#"{"id":"1"}"#, "text"),
            (r#"{"id":"1","text":5}"#, "text"),
            (r#"{"id":"1","text":"x","at":"yesterday"}"#, "at"),
            (r#"{"id":"1","text":"x","at":5}"#, "at"),
        ] {
            let error = run(at(), line, true).unwrap_err().at_line(3);
            assert_eq!(error.field, field, "{line}");
            let words = error.to_string();
            assert!(words.contains("第 3 行") && words.contains("line 3"), "{words}");
        }
        assert_eq!(
            run(at(), &" ".repeat(LINE_BYTES_MAX + 1), false)
                .unwrap_err()
                .field,
            "(line)"
        );
    }
}
