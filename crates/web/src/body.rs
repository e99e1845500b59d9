//! Reading what the client sent. A body that is not what was asked for is a problem that names the field and what was
//! expected there, never what was found: that may be a citizen's data. A field that nothing reads is refused too, whatever the
//! shape: a form that leaves something behind in silence has lost it.

use crate::problem::Problem;
use axum::extract::rejection::PathRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::header;
use axum::http::request::Parts;
use kernel::{Refusal, RefusalCode};
use serde::de::DeserializeOwned;
use serde_path_to_error::Segment;

/// A JSON body.
pub struct Body<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if !is_json(&request) {
            return Err(Refusal::with(RefusalCode::BodyUnreadable, "Content-Type: application/json").into());
        }
        // Bounded by the limit that the router sets.
        let bytes = axum::body::Bytes::from_request(request, state)
            .await
            .map_err(|rejection| {
                if rejection.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
                    Problem::from(RefusalCode::BodyTooLarge)
                } else {
                    Problem::from(RefusalCode::BodyUnreadable)
                }
            })?;
        read(&bytes).map(Body).map_err(Problem::from)
    }
}

fn is_json(request: &Request) -> bool {
    let kind = request
        .headers()
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    kind.split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .eq_ignore_ascii_case("application/json")
}

/// A JSON text that was read by the handler itself.
pub(crate) fn json_of<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    read(bytes)
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Refusal> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let mut unread: Vec<String> = Vec::new();
    let mut note = |path: serde_ignored::Path| unread.push(name_of(&path.to_string()));
    let watched = serde_ignored::Deserializer::new(&mut json, &mut note);
    let value: T = serde_path_to_error::deserialize(watched).map_err(|e| refusal_of(&e))?;
    json.end()
        .map_err(|_| Refusal::new(RefusalCode::BodyUnreadable))?;
    if unread.is_empty() {
        return Ok(value);
    }
    let problem = |field: String| kernel::Problem {
        field,
        code: RefusalCode::FieldMalformed,
        detail: Some("不认识的字段 / unknown field".to_owned()),
    };
    Err(Refusal {
        code: RefusalCode::FieldMalformed,
        detail: None,
        problems: unread.into_iter().take(20).map(problem).collect(),
    })
}

/// `payments.0.?.x` as the forms name it: `payments[0].x`.
fn name_of(path: &str) -> String {
    let mut text = String::new();
    for part in path.split('.').filter(|part| *part != "?") {
        if !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()) {
            text.push_str(&format!("[{part}]"));
        } else {
            if !text.is_empty() {
                text.push('.');
            }
            text.extend(part.chars().take(60));
        }
    }
    text
}

fn refusal_of(error: &serde_path_to_error::Error<serde_json::Error>) -> Refusal {
    let inner = error.inner();
    if !inner.is_data() {
        let place = format!("line {} column {}", inner.line(), inner.column());
        return Refusal::with(RefusalCode::BodyUnreadable, place);
    }
    let message = inner.to_string();
    let mut field = path_of(error.path());
    let (code, detail) = if let Some(name) = quoted(&message, "missing field `") {
        field = if field.is_empty() {
            name
        } else {
            format!("{field}.{name}")
        };
        (RefusalCode::FieldMissing, None)
    } else {
        (RefusalCode::FieldMalformed, expected(&message))
    };
    Refusal {
        code,
        detail: None,
        problems: vec![kernel::Problem { field, code, detail }],
    }
}

fn path_of(path: &serde_path_to_error::Path) -> String {
    let mut text = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => text.push_str(&format!("[{index}]")),
            Segment::Map { key } | Segment::Enum { variant: key } => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.extend(key.chars().take(60));
            }
            Segment::Unknown => {}
        }
    }
    text
}

fn quoted(message: &str, before: &str) -> Option<String> {
    message.strip_prefix(before)?.split('`').next().map(str::to_owned)
}

/// The part of serde's sentence behind "expected", without the place.
fn expected(message: &str) -> Option<String> {
    let (_, rest) = message.split_once("expected ")?;
    Some(
        rest.split(" at line ")
            .next()
            .unwrap_or(rest)
            .chars()
            .take(120)
            .collect(),
    )
}

/// The query of the address.
pub struct Asked<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::<T>::from_request_parts(parts, state).await {
            Ok(Query(value)) => Ok(Asked(value)),
            Err(_) => Err(Refusal::field("query", RefusalCode::FieldMalformed).into()),
        }
    }
}

/// An id in the address. What cannot be an id exists as little as an id that nobody has.
pub struct Named<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let named: Result<Path<T>, PathRejection> = Path::from_request_parts(parts, state).await;
        named
            .map(|Path(value)| Named(value))
            .map_err(|_| RefusalCode::NotFound.into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "only the reading is tried")]
    struct Form {
        name: String,
        payments: Vec<Payment>,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "only the reading is tried")]
    struct Payment {
        amount_fen: i64,
    }

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "only the reading is tried")]
    struct Loose {
        name: String,
        #[serde(default)]
        payments: Vec<Payment>,
        first: Option<Payment>,
    }

    /// A shape that says nothing of other fields let them fall in silence.
    #[test]
    fn a_field_that_nothing_reads_is_refused_by_its_name() {
        for (text, fields) in [
            (r#"{"name":"x"}"#, vec![]),
            (r#"{"name":"x","summary":"y"}"#, vec!["summary"]),
            (
                r#"{"name":"x","payments":[{"amount_fen":1},{"amount_fen":2,"serial":"3"}],"first":{"amount_fen":1,"z":[{}]}}"#,
                vec!["payments[1].serial", "first.z"],
            ),
        ] {
            let found: Vec<String> = match read::<Loose>(text.as_bytes()) {
                Ok(_) => Vec::new(),
                Err(refusal) => refusal.problems.into_iter().map(|p| p.field).collect(),
            };
            assert_eq!(found, fields, "{text}");
        }
    }

    #[test]
    fn the_field_is_named_and_the_value_is_not() {
        for (text, code, field, detail) in [
            (
                r#"{"name":"x","payments":[{"amount_fen":"13912345678"}]}"#,
                RefusalCode::FieldMalformed,
                "payments[0].amount_fen",
                Some("i64"),
            ),
            (
                r#"{"name":"x","payments":[{}]}"#,
                RefusalCode::FieldMissing,
                "payments[0].amount_fen",
                None,
            ),
            (r#"{"payments":[]}"#, RefusalCode::FieldMissing, "name", None),
            (
                r#"{"name":1,"payments":[]}"#,
                RefusalCode::FieldMalformed,
                "name",
                Some("a string"),
            ),
            (
                r#"{"name":"x","payments":[],"x":1}"#,
                RefusalCode::FieldMalformed,
                "x",
                Some("`name` or `payments`"),
            ),
        ] {
            let refusal = read::<Form>(text.as_bytes()).unwrap_err();
            let problem = &refusal.problems[0];
            assert_eq!(
                (problem.code, problem.field.as_str(), problem.detail.as_deref()),
                (code, field, detail),
                "{text}"
            );
        }
        for broken in ["{", "", "\u{feff}{}", r#"{"name":"x","payments":[]} x"#, "[[[["] {
            assert!(read::<Form>(broken.as_bytes()).is_err(), "{broken}");
        }
        assert_eq!(read::<Form>(b"{").unwrap_err().code, RefusalCode::BodyUnreadable);
        assert_eq!(
            read::<Form>(b"\xff{}").unwrap_err().code,
            RefusalCode::BodyUnreadable
        );
    }
}
