//! The particulars of an entry: a JSON object kept as canonical text. Floats are refused, because one number must
//! have one text and money is whole fen. Leaves out the meaning of any key.

use crate::canonical::{DEPTH_MAX, Scanner, push_string};
use serde_json::Value;

/// The longest canonical text of a detail, in bytes. Larger things belong in the store; the log names them.
pub const DETAIL_BYTES_MAX: usize = 64 * 1024;

/// Canonical text of a JSON object: keys sorted, whole numbers only, no spaces. The invariant is kept by the two
/// constructors, so the field is private.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail(String);

/// Why a value cannot stand in an entry. Each is a bug of the caller, not of the person at the screen.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DetailRefused {
    #[error("the detail is not a JSON object")]
    NotAnObject,
    #[error("the number {0} is not a whole number that fits 64 bits")]
    NotWhole(String),
    #[error("nested deeper than {DEPTH_MAX}")]
    TooDeep,
    #[error("longer than {DETAIL_BYTES_MAX} bytes")]
    TooLong,
    #[error("the text is not in canonical form")]
    NotCanonical,
}

impl Detail {
    /// `{}`: the entry's other fields say it all.
    pub fn empty() -> Self {
        Detail("{}".to_owned())
    }

    /// Sorts the keys and writes the one text of `value`.
    pub fn from_value(value: &Value) -> Result<Self, DetailRefused> {
        if !value.is_object() {
            return Err(DetailRefused::NotAnObject);
        }
        let mut text = String::new();
        push_value(&mut text, value, 0)?;
        if text.len() > DETAIL_BYTES_MAX {
            return Err(DetailRefused::TooLong);
        }
        Ok(Detail(text))
    }

    /// Takes text back that was canonical when it was stored.
    pub fn from_canonical(text: &str) -> Result<Self, DetailRefused> {
        if text.len() > DETAIL_BYTES_MAX {
            return Err(DetailRefused::TooLong);
        }
        let mut scanner = Scanner::new(text.as_bytes());
        let canonical = text.starts_with('{') && scanner.value().is_some() && scanner.is_done();
        if canonical {
            Ok(Detail(text.to_owned()))
        } else {
            Err(DetailRefused::NotCanonical)
        }
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn push_value(out: &mut String, value: &Value, depth: usize) -> Result<(), DetailRefused> {
    if depth > DEPTH_MAX {
        return Err(DetailRefused::TooDeep);
    }
    match value {
        Value::Null => out.push_str("null"),
        Value::Bool(flag) => out.push_str(if *flag { "true" } else { "false" }),
        Value::Number(number) => {
            let whole = number
                .as_i64()
                .ok_or_else(|| DetailRefused::NotWhole(number.to_string()))?;
            out.push_str(&whole.to_string());
        }
        Value::String(text) => push_string(out, text),
        Value::Array(items) => push_list(out, '[', ']', items, |out, item| push_value(out, item, depth + 1))?,
        Value::Object(map) => {
            let mut members: Vec<(String, &Value)> =
                map.iter().map(|(key, value)| (written(key), value)).collect();
            // By the written bytes without the closing quote: the same order that the scanner asks for.
            members.sort_by(|a, b| a.0[..a.0.len() - 1].cmp(&b.0[..b.0.len() - 1]));
            push_list(out, '{', '}', &members, |out, (key, value)| {
                out.push_str(key);
                out.push(':');
                push_value(out, value, depth + 1)
            })?;
        }
    }
    Ok(())
}

fn push_list<T>(
    out: &mut String,
    open: char,
    close: char,
    items: &[T],
    mut push: impl FnMut(&mut String, &T) -> Result<(), DetailRefused>,
) -> Result<(), DetailRefused> {
    out.push(open);
    for (nth, item) in items.iter().enumerate() {
        if nth > 0 {
            out.push(',');
        }
        push(out, item)?;
    }
    out.push(close);
    Ok(())
}

fn written(key: &str) -> String {
    let mut text = String::with_capacity(key.len() + 2);
    push_string(&mut text, key);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn keys_are_sorted_at_every_level() {
        let detail = Detail::from_value(
            &json!({"b": [{"z": 1, "a": null}], "amount_fen": 3_000_000, "a": "止付", "": true}),
        )
        .expect("allowed");
        assert_eq!(
            detail.as_str(),
            r#"{"":true,"a":"止付","amount_fen":3000000,"b":[{"a":null,"z":1}]}"#
        );
        assert_eq!(Detail::from_canonical(detail.as_str()), Ok(detail));
    }

    #[test]
    fn what_has_no_single_text_is_refused() {
        let deep = (0..DEPTH_MAX + 2).fold(json!({}), |inner, _| json!({ "a": inner }));
        let table = [
            (json!([]), DetailRefused::NotAnObject),
            (json!({"amount": 1.5}), DetailRefused::NotWhole("1.5".into())),
            (
                json!({"n": u64::MAX}),
                DetailRefused::NotWhole(u64::MAX.to_string()),
            ),
            (deep, DetailRefused::TooDeep),
            (json!({"a": "x".repeat(DETAIL_BYTES_MAX)}), DetailRefused::TooLong),
        ];
        for (value, refused) in table {
            assert_eq!(Detail::from_value(&value), Err(refused));
        }
        for text in ["", "[]", "{} ", r#"{"b":1,"a":2}"#] {
            assert_eq!(
                Detail::from_canonical(text),
                Err(DetailRefused::NotCanonical),
                "{text}"
            );
        }
    }
}
