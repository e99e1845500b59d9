//! Judging each line by itself: its form, its digest, its signature. Runs on several threads. Leaves out all that
//! lies between lines.

use super::{Batch, LINE_BYTES_MAX};
use crate::canonical::Scanner;
use crate::digest::{Digest, ENTRY_TAG, hex_array};
use crate::entry::{Entry, RawEntry};
use crate::export::{FORMAT, Header, VERSION};
use crate::head::{Head, PublicKey};
use crate::lanes::{Messages, after_block};
use crate::verdict::Reason;
use serde_json::Value;

/// What one line is, on its own showing.
pub(super) enum Line {
    Entry {
        seq: u64,
        at_ms: i64,
        prev: Digest,
        digest: Digest,
        digest_holds: bool,
    },
    /// Of this centre, by this key, with a good signature.
    Head(Box<Head>),
    End {
        entries: u64,
        heads: u64,
    },
    Bad {
        head_seq: Option<u64>,
        reason: Reason,
    },
}

/// Lines of a batch in order; nothing after the first bad one.
pub(super) fn batch(batch: &Batch, header: &Header) -> Vec<Line> {
    let mut lines = Vec::with_capacity(batch.bytes.len() / 384);
    let mut messages = Messages::default();
    let mut bodies = Vec::with_capacity(lines.capacity());
    let (readable, then) = readable(&batch.bytes);
    for text in readable.split_inclusive('\n') {
        let line = line(text, header, |prev, body| {
            messages.push(prev.as_bytes(), body.as_bytes());
            bodies.push(body);
        });
        let is_bad = matches!(line, Line::Bad { .. });
        lines.push(line);
        if is_bad {
            break;
        }
    }
    let failure = batch
        .failure
        .as_ref()
        .map(|cause| Reason::Unreadable { cause: cause.clone() });
    if let Some(reason) = then.or(failure)
        && !matches!(lines.last(), Some(Line::Bad { .. }))
    {
        lines.push(bad(reason));
    }
    check_digests(&mut lines, &messages, &bodies);
    lines
}

/// The whole lines before the first byte that is not UTF-8, and the reason for stopping there.
fn readable(bytes: &[u8]) -> (&str, Option<Reason>) {
    let error = match std::str::from_utf8(bytes) {
        Ok(text) => return (text, None),
        Err(error) => error,
    };
    let valid = std::str::from_utf8(&bytes[..error.valid_up_to()]).expect("valid up to here");
    let whole_lines = valid.rfind('\n').map_or(0, |at| at + 1);
    (&valid[..whole_lines], Some(Reason::NotUtf8))
}

fn check_digests(lines: &mut [Line], messages: &Messages, bodies: &[&str]) {
    let computed = messages.digests(after_block(&ENTRY_TAG));
    let mut computed = computed.iter().zip(bodies);
    for line in lines {
        let Line::Entry {
            prev,
            digest,
            digest_holds,
            ..
        } = line
        else {
            continue;
        };
        let (found, body) = computed.next().expect("one digest was computed for each entry");
        // Before an entry is called altered, the reference implementation is asked.
        *digest_holds = found == digest.as_bytes() || Digest::of_entry(prev, body) == *digest;
    }
}

fn line<'a>(text: &'a str, header: &Header, hash: impl FnOnce(&Digest, &'a str)) -> Line {
    if text.len() > LINE_BYTES_MAX {
        return bad(Reason::LineTooLong);
    }
    let Some(text) = text.strip_suffix('\n') else {
        return bad(Reason::Truncated);
    };
    let parsed = if text.starts_with("{\"head\":") {
        Head::parse_line(text).map(|head| judged(head, header))
    } else if text.starts_with("{\"end\":") {
        end(text)
    } else {
        entry(text, hash)
    };
    parsed.unwrap_or_else(|| bad(not_ours(text)))
}

fn bad(reason: Reason) -> Line {
    Line::Bad {
        head_seq: None,
        reason,
    }
}

fn not_ours(text: &str) -> Reason {
    match serde_json::from_str::<Value>(text) {
        Ok(_) => Reason::NotCanonical,
        Err(_) => Reason::MalformedJson,
    }
}

fn entry<'a>(text: &'a str, hash: impl FnOnce(&Digest, &'a str)) -> Option<Line> {
    const TAIL: usize = ",\"prev\":\"".len() + 64 + "\",\"digest\":\"".len() + 64 + "\"}".len();
    let rest = text.strip_prefix("{\"entry\":")?;
    let (body, tail) = rest.split_at_checked(rest.len().checked_sub(TAIL)?)?;
    let (prev, tail) = tail.strip_prefix(",\"prev\":\"")?.split_at_checked(64)?;
    let (digest, tail) = tail.strip_prefix("\",\"digest\":\"")?.split_at_checked(64)?;
    (tail == "\"}").then_some(())?;
    let prev = Digest::from_bytes(hex_array(prev.as_bytes())?);
    let digest = Digest::from_bytes(hex_array(digest.as_bytes())?);
    let raw = RawEntry::scan(body.as_bytes())?;
    hash(&prev, body);
    Some(Line::Entry {
        seq: raw.seq,
        at_ms: raw.at_ms,
        prev,
        digest,
        digest_holds: false,
    })
}

fn end(text: &str) -> Option<Line> {
    let mut scanner = Scanner::new(text.as_bytes());
    scanner.literal(b"{\"end\":[")?;
    let entries = scanner.unsigned()?;
    scanner.literal(b",")?;
    let heads = scanner.unsigned()?;
    scanner.literal(b"]}")?;
    scanner.is_done().then_some(Line::End { entries, heads })
}

fn judged(head: Head, header: &Header) -> Line {
    match check_head(&head, header) {
        Ok(()) => Line::Head(Box::new(head)),
        Err(reason) => Line::Bad {
            head_seq: Some(head.seq),
            reason,
        },
    }
}

/// Whose head it is, and whether the signature is good. Used for the second place too.
pub(super) fn check_head(head: &Head, header: &Header) -> Result<(), Reason> {
    if head.centre != header.centre {
        return Err(Reason::WrongCentre {
            found: head.centre.clone(),
        });
    }
    if head.key_id != header.public_key.id() {
        return Err(Reason::WrongKey {
            found: head.key_id.clone(),
        });
    }
    head.verify(&header.public_key).map_err(|_| Reason::BadSignature)
}

/// Reads the header; the one line that is parsed as general JSON, and then compared with its one form.
pub(super) fn header(line: Result<Vec<u8>, String>) -> Result<Header, Reason> {
    let line = line.map_err(|cause| Reason::Unreadable { cause })?;
    if line.is_empty() {
        return Err(Reason::Truncated);
    }
    if line.len() > LINE_BYTES_MAX {
        return Err(Reason::LineTooLong);
    }
    let text = std::str::from_utf8(&line).map_err(|_| Reason::NotUtf8)?;
    let value: Value = serde_json::from_str(text).map_err(|_| Reason::BadHeader)?;
    if value["format"] != FORMAT {
        return Err(Reason::BadHeader);
    }
    if value["version"] != VERSION {
        return Err(Reason::UnknownVersion);
    }
    let centre = value["centre"].as_str().ok_or(Reason::BadHeader)?.to_owned();
    let key = value["public_key"].as_str().ok_or(Reason::BadHeader)?;
    let header = Header {
        centre,
        public_key: PublicKey::from_hex(key).map_err(|_| Reason::BadPublicKey)?,
    };
    debug_assert_eq!(Entry::FIELDS.len(), 13);
    if header.to_line() == text {
        Ok(header)
    } else {
        Err(Reason::NotCanonical)
    }
}
