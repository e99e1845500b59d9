//! A seat's browser, as small as can be: one HTTP request at a time, and a journal of what was acknowledged.

use serde_json::Value;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

/// Longer than any honest answer of a loaded machine.
const PATIENCE: Duration = Duration::from_secs(20);

/// An open session.
#[derive(Clone)]
pub struct Session {
    cookie: String,
    csrf: String,
}

pub struct Answer {
    pub status: u16,
    pub body: Vec<u8>,
    cookie: Option<String>,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }
}

pub fn sign_in(server: SocketAddr, login: &str) -> Session {
    let body = serde_json::json!({ "login": login, "password": "fanzha-demo" });
    let answer =
        send(server, "POST", "/api/session", &[], Some(&body)).expect("the server answers a sign-in");
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    let csrf = answer.json()["csrf"]
        .as_str()
        .expect("a session has a token")
        .to_owned();
    Session {
        cookie: answer.cookie.expect("a session has a cookie"),
        csrf,
    }
}

pub fn get(server: SocketAddr, session: &Session, path: &str) -> io::Result<Answer> {
    send(server, "GET", path, &[("cookie", &session.cookie)], None)
}

/// A command under its key. An error leaves the outcome open: ask again under the same key.
pub fn command(
    server: SocketAddr,
    session: &Session,
    path: &str,
    key: &str,
    body: &Value,
) -> io::Result<Answer> {
    let headers = [
        ("cookie", session.cookie.as_str()),
        ("x-csrf-token", &session.csrf),
        ("idempotency-key", key),
    ];
    send(server, "POST", path, &headers, Some(body))
}

pub fn send(
    server: SocketAddr,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: Option<&Value>,
) -> io::Result<Answer> {
    let mut stream = TcpStream::connect_timeout(&server, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let mut head = format!("{method} {path} HTTP/1.1\r\nhost: {server}\r\nconnection: close\r\n");
    for (name, value) in headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    let body = body.map(Value::to_string).unwrap_or_default();
    if !body.is_empty() {
        head.push_str(&format!(
            "content-type: application/json\r\ncontent-length: {}\r\n",
            body.len()
        ));
    }
    stream.write_all(format!("{head}\r\n{body}").as_bytes())?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes)?;
    parse(&bytes).ok_or_else(|| io::Error::other("the answer broke off"))
}

/// `None` when the answer is not whole: a server that was killed acknowledged nothing.
fn parse(bytes: &[u8]) -> Option<Answer> {
    let split = bytes.windows(4).position(|w| w == b"\r\n\r\n")?;
    let head = std::str::from_utf8(&bytes[..split]).ok()?;
    let rest = &bytes[split + 4..];
    let header = |name: &str| {
        let mut lines = head.lines().filter_map(|line| line.split_once(':'));
        lines
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim().to_owned())
    };
    let status = head.split_whitespace().nth(1)?.parse().ok()?;
    let body = match header("content-length") {
        Some(length) => rest.get(..length.parse().ok()?)?.to_vec(),
        None => unchunk(rest)?,
    };
    let cookie = header("set-cookie").and_then(|c| c.split(';').next().map(str::to_owned));
    Some(Answer { status, body, cookie })
}

fn unchunk(mut rest: &[u8]) -> Option<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let line = rest.windows(2).position(|w| w == b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..line]).ok()?.trim(), 16).ok()?;
        rest = &rest[line + 2..];
        if size == 0 {
            return Some(body);
        }
        body.extend_from_slice(rest.get(..size)?);
        rest = rest.get(size + 2..)?;
    }
}
