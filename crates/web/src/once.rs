//! Idempotency keys: a command sent twice is done once and answered the same.
//!
//! The key is claimed by the use case's own transaction (`app::command`); here the answer is caught on its way out and
//! kept beside it, in memory at once and in the store in batches. A refusal changed nothing, so its key stays free.
//! Leaves out what is not a command: requests that only ask, and the ones that open a session.

use crate::door::Seat;
use crate::guard::request_id;
use crate::problem::Problem;
use crate::state::Web;
use app::command::{Answered, Command, Earlier, earlier, keep_answers};
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kernel::{Refusal, RefusalCode};
use std::collections::HashMap;
use std::sync::Mutex;
use std::time::Duration;

const KEY: &str = "idempotency-key";
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");

/// Sent with a method that changes things, and yet no commands: they ask (the question may be personal, so it is in
/// the body), or their answer must not be kept (secrets, sessions, printed files), or another program with its own proof sends them.
pub(crate) const WITHOUT_KEY: [(&str, &str); 15] = [
    ("POST", "/api/audit/subjects"),
    ("POST", "/api/session"),
    ("DELETE", "/api/session"),
    ("POST", "/api/session/totp/enrol"),
    ("POST", "/api/session/totp/confirm"),
    ("POST", "/api/session/password"),
    ("POST", "/api/setup"),
    ("POST", "/api/calls"),
    ("POST", "/api/transfers"),
    ("POST", "/api/extract"),
    ("POST", "/api/reports/duplicates"),
    ("POST", "/api/search"),
    ("POST", "/api/flow/trace"),
    ("POST", "/api/flow/transfers"),
    ("POST", "/api/documents/batch"),
];

/// Commands whose answer shows personal data: done again rather than kept.
const REVEALING: &str = "/reveal";
/// A file with personal data: made again rather than kept.
const SHEET: &str = "/flow/sheet";
/// Of statement files: the bytes, of which a second sending is a new beginning, and the question what they hold.
const STATEMENT: [&str; 2] = ["/content", "/preview"];
/// Commands whose body holds a password: its digest is bound to the session, so that it cannot be guessed at later.
const SECRET: &str = "/api/users";

pub(crate) fn needs_key(method: &Method, path: &str) -> bool {
    let statement = path.starts_with("/api/statements/") && STATEMENT.iter().any(|end| path.ends_with(end));
    !WITHOUT_KEY.contains(&(method.as_str(), path))
        && ![REVEALING, SHEET].iter().any(|end| path.ends_with(end))
        && !statement
}

pub(crate) async fn once(web: &Web, seat: &Seat, request: Request, next: Next) -> Response {
    match prepare(web, seat, request).await {
        Ok((command, request)) => run(web, command, request, next).await,
        Err(problem) => problem.into_response(),
    }
}

async fn prepare(web: &Web, seat: &Seat, request: Request) -> Result<(Command, Request), Problem> {
    let key = key_of(&request)?;
    let route = format!("{} {}", request.method(), request.uri().path());
    let binding = if request.uri().path().starts_with(SECRET) {
        seat.csrf.as_str()
    } else {
        ""
    };
    let binding = binding.to_owned();
    let (mut parts, body) = request.into_parts();
    let max = web.config().body_bytes_max;
    let bytes = to_bytes(body, max)
        .await
        .map_err(|_| Refusal::with(RefusalCode::BodyTooLarge, max.to_string()))?;
    let actor = seat.signed_in.person.actor.id.to_string();
    let command = Command::of(actor, key, route, &binding, &bytes);
    parts.extensions.insert(command.clone());
    Ok((command, Request::from_parts(parts, Body::from(bytes))))
}

fn key_of(request: &Request) -> Result<String, Refusal> {
    let Some(value) = request.headers().get(KEY) else {
        return Err(RefusalCode::IdempotencyKeyMissing.into());
    };
    let text = value.to_str().unwrap_or_default();
    let sound = (8..=100).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
    if sound {
        Ok(text.to_owned())
    } else {
        Err(Refusal::field("Idempotency-Key", RefusalCode::FieldMalformed))
    }
}

/// How often, and how long apart, a twin that lost the race looks for the winner's answer.
const LOOKS: u32 = 40;
const LOOK_EVERY: Duration = Duration::from_millis(50);

async fn run(web: &Web, command: Command, request: Request, next: Next) -> Response {
    match before(web, &command).await {
        Ok(Some(response)) => return response,
        Ok(None) => {}
        Err(problem) => return problem.into_response(),
    }
    let id = request_id(request.extensions());
    let response = next.run(request).await;
    if command.claimed() {
        return keep(web, &command, response).await;
    }
    if response.status() == StatusCode::SERVICE_UNAVAILABLE {
        tracing::debug!(request_id = id, "a command met its twin or a busy store");
        return twin(web, &command).await.unwrap_or(response);
    }
    response
}

/// The answer that was given before; a refusal when the key cannot be used; nothing for a new key.
async fn before(web: &Web, command: &Command) -> Result<Option<Response>, Problem> {
    if let Some(answered) = web.answers().recent(command) {
        return replay(command, &answered).map(Some);
    }
    match earlier(web.centre(), command).await? {
        Earlier::New => Ok(None),
        Earlier::Answered(answered) => replay(command, &answered).map(Some),
        Earlier::Other => Err(RefusalCode::IdempotencyKeyReused.into()),
        Earlier::Done => match twin(web, command).await {
            Some(response) => Ok(Some(response)),
            None => Err(Refusal::with(RefusalCode::AlreadyDecided, "the answer was lost; reload").into()),
        },
    }
}

async fn twin(web: &Web, command: &Command) -> Option<Response> {
    for _ in 0..LOOKS {
        if let Some(answered) = web.answers().recent(command) {
            return replay(command, &answered).ok();
        }
        match earlier(web.centre(), command).await.ok()? {
            Earlier::Answered(answered) => return replay(command, &answered).ok(),
            Earlier::Done => tokio::time::sleep(LOOK_EVERY).await,
            Earlier::New | Earlier::Other => return None,
        }
    }
    None
}

fn replay(command: &Command, answered: &Answered) -> Result<Response, Problem> {
    if answered.request_digest != command.request_digest || answered.route != command.route {
        return Err(RefusalCode::IdempotencyKeyReused.into());
    }
    let status = StatusCode::from_u16(answered.response_status).unwrap_or(StatusCode::OK);
    let mut response = (status, answered.response_body.clone()).into_response();
    let kind = if status.is_success() {
        "application/json"
    } else {
        "application/problem+json"
    };
    response
        .headers_mut()
        .insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
        .headers_mut()
        .insert(REPLAYED, HeaderValue::from_static("true"));
    Ok(response)
}

/// Largest answer that is kept; commands answer with a row, not with a list.
const ANSWER_BYTES_MAX: usize = 4 << 20;

async fn keep(web: &Web, command: &Command, response: Response) -> Response {
    let (parts, body) = response.into_parts();
    let bytes = match to_bytes(body, ANSWER_BYTES_MAX).await {
        Ok(bytes) => bytes,
        Err(_) => return Problem::internal().into_response(),
    };
    if let Ok(text) = std::str::from_utf8(&bytes) {
        let answered = command.answered(parts.status.as_u16(), text.to_owned(), web.centre().now());
        web.answers().keep(web, answered);
    }
    Response::from_parts(parts, Body::from(Bytes::clone(&bytes)))
}

/// Answers on their way to the store.
#[derive(Default)]
pub(crate) struct Answers {
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    by_key: HashMap<(String, String), Answered>,
    writing: bool,
}

/// Answers of one moment are written in one transaction.
const GATHER: Duration = Duration::from_millis(25);

impl Answers {
    fn recent(&self, command: &Command) -> Option<Answered> {
        let waiting = self.waiting.lock().expect("nobody panics while holding it");
        waiting
            .by_key
            .get(&(command.actor.clone(), command.key.clone()))
            .cloned()
    }

    fn keep(&self, web: &Web, answered: Answered) {
        let mut waiting = self.waiting.lock().expect("nobody panics while holding it");
        waiting
            .by_key
            .insert((answered.actor.clone(), answered.key.clone()), answered);
        if !waiting.writing {
            waiting.writing = true;
            tokio::spawn(write(web.clone()));
        }
    }
}

/// Writes until nothing waits. An answer that cannot be written is dropped: its command is done and claimed, and a
/// repetition is told so.
async fn write(web: Web) {
    loop {
        tokio::time::sleep(GATHER).await;
        let batch: Vec<Answered> = {
            let mut waiting = web
                .answers()
                .waiting
                .lock()
                .expect("nobody panics while holding it");
            if waiting.by_key.is_empty() {
                waiting.writing = false;
                return;
            }
            waiting.by_key.values().cloned().collect()
        };
        if let Err(error) = keep_answers(web.centre(), &batch).await {
            tracing::warn!(%error, answers = batch.len(), "answers were not kept");
        }
        let mut waiting = web
            .answers()
            .waiting
            .lock()
            .expect("nobody panics while holding it");
        for answered in &batch {
            waiting
                .by_key
                .remove(&(answered.actor.clone(), answered.key.clone()));
        }
    }
}
