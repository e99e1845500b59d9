//! One line of accountability: who did what, on what, why, when, and how it ended. Holds the fields and their one
//! encoding; the chain that binds entries is in `chain`. Leaves out the catalogue of actions, which belongs to the
//! callers.

use crate::canonical::{Scanner, push_string};
use crate::detail::Detail;

/// Longer strings are cut when an entry is sealed, and end in `…[cut]`: an entry with a cut field is better
/// than none, and the cut can be seen.
pub const FIELD_BYTES_MAX: usize = 4096;

const CUT_MARK: &str = "…[cut]";

/// How an attempt ended. Refused attempts are entries too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    Done,
    Refused,
}

impl Outcome {
    pub const fn as_str(self) -> &'static str {
        match self {
            Outcome::Done => "done",
            Outcome::Refused => "refused",
        }
    }
}

/// An entry as its callers fill it in. Any value is allowed in any field, so the fields are public.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// 1 for the first entry of a log, then one more each time.
    pub seq: u64,
    /// When it happened, UTC, in milliseconds since 1970.
    pub at_ms: i64,
    /// A user's id, or `system:<job>`.
    pub actor: String,
    /// The name as it stood then; a later change of name does not reach back.
    pub actor_name: String,
    /// What was tried, for example `stop_order_issue`.
    pub action: String,
    pub subject_kind: String,
    pub subject_id: String,
    /// Why, in the actor's words or from a list. Reading a citizen's data always has one.
    pub purpose: String,
    pub outcome: Outcome,
    /// The stable code of the refusal.
    pub refusal: Option<String>,
    pub detail: Detail,
    pub request_id: String,
    /// The organisation in whose name the actor acted.
    pub org: String,
}

/// The text is not the encoding of any entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not the canonical encoding of an audit entry")]
pub struct NotCanonical;

impl Entry {
    /// The names of the encoded fields, in order; the header of an export repeats them for its reader.
    pub const FIELDS: [&'static str; 13] = [
        "seq",
        "at_ms",
        "actor",
        "actor_name",
        "action",
        "subject_kind",
        "subject_id",
        "purpose",
        "outcome",
        "refusal",
        "detail",
        "request_id",
        "org",
    ];

    /// The one encoding, version 1: a JSON array of the fields in the order of [`Entry::FIELDS`], without spaces.
    /// The digest is taken over these bytes and the export shows them unchanged.
    pub fn canonical(&self) -> String {
        let mut out = String::with_capacity(384 + self.detail.as_str().len());
        out.push_str(&format!("[{},{}", self.seq, self.at_ms));
        for text in [
            &self.actor,
            &self.actor_name,
            &self.action,
            &self.subject_kind,
            &self.subject_id,
            &self.purpose,
        ] {
            out.push(',');
            push_string(&mut out, text);
        }
        out.push_str(&format!(",\"{}\",", self.outcome.as_str()));
        match &self.refusal {
            Some(code) => push_string(&mut out, code),
            None => out.push_str("null"),
        }
        out.push(',');
        out.push_str(self.detail.as_str());
        for text in [&self.request_id, &self.org] {
            out.push(',');
            push_string(&mut out, text);
        }
        out.push(']');
        out
    }

    /// Reads what [`Entry::canonical`] wrote; anything else is refused.
    pub fn from_canonical(text: &str) -> Result<Self, NotCanonical> {
        let raw = RawEntry::scan(text.as_bytes()).ok_or(NotCanonical)?;
        Ok(Entry {
            seq: raw.seq,
            at_ms: raw.at_ms,
            actor: unescaped(raw.strings[0])?,
            actor_name: unescaped(raw.strings[1])?,
            action: unescaped(raw.strings[2])?,
            subject_kind: unescaped(raw.strings[3])?,
            subject_id: unescaped(raw.strings[4])?,
            purpose: unescaped(raw.strings[5])?,
            outcome: raw.outcome,
            refusal: raw.refusal.map(unescaped).transpose()?,
            detail: Detail::from_canonical(utf8(raw.detail)?).map_err(|_| NotCanonical)?,
            request_id: unescaped(raw.strings[6])?,
            org: unescaped(raw.strings[7])?,
        })
    }

    /// The same entry with every over-long string cut, so that each line of an export stays bounded.
    pub(crate) fn bounded(mut self) -> Self {
        for text in [
            &mut self.actor,
            &mut self.actor_name,
            &mut self.action,
            &mut self.subject_kind,
            &mut self.subject_id,
            &mut self.purpose,
            &mut self.request_id,
            &mut self.org,
        ] {
            cut(text);
        }
        self.refusal.as_mut().map(cut);
        self
    }
}

/// The fields as slices of the text, for verification: nothing is copied or unescaped.
pub(crate) struct RawEntry<'a> {
    pub(crate) seq: u64,
    pub(crate) at_ms: i64,
    strings: [&'a [u8]; 8],
    outcome: Outcome,
    refusal: Option<&'a [u8]>,
    detail: &'a [u8],
}

impl<'a> RawEntry<'a> {
    /// `None` unless `text` is canonical from the first byte to the last. UTF-8 is the caller's to check.
    pub(crate) fn scan(text: &'a [u8]) -> Option<Self> {
        let mut scanner = Scanner::new(text);
        scanner.literal(b"[")?;
        let seq = scanner.unsigned()?;
        scanner.literal(b",")?;
        let at_ms = scanner.integer()?;
        let mut strings: [&[u8]; 8] = [b""; 8];
        for slot in &mut strings[..6] {
            scanner.literal(b",")?;
            *slot = scanner.string()?;
        }
        scanner.literal(b",")?;
        let outcome = scan_outcome(&mut scanner)?;
        scanner.literal(b",")?;
        let refusal = scanner.optional_string()?;
        scanner.literal(b",")?;
        let detail = scanner.value().filter(|value| value.starts_with(b"{"))?;
        for slot in &mut strings[6..] {
            scanner.literal(b",")?;
            *slot = scanner.string()?;
        }
        scanner.literal(b"]")?;
        scanner.is_done().then_some(RawEntry {
            seq,
            at_ms,
            strings,
            outcome,
            refusal,
            detail,
        })
    }
}

fn scan_outcome(scanner: &mut Scanner<'_>) -> Option<Outcome> {
    match scanner.string()? {
        b"\"done\"" => Some(Outcome::Done),
        b"\"refused\"" => Some(Outcome::Refused),
        _ => None,
    }
}

fn unescaped(quoted: &[u8]) -> Result<String, NotCanonical> {
    serde_json::from_slice(quoted).map_err(|_| NotCanonical)
}

fn utf8(bytes: &[u8]) -> Result<&str, NotCanonical> {
    std::str::from_utf8(bytes).map_err(|_| NotCanonical)
}

fn cut(text: &mut String) {
    if text.len() <= FIELD_BYTES_MAX {
        return;
    }
    let mut keep = FIELD_BYTES_MAX - CUT_MARK.len();
    while !text.is_char_boundary(keep) {
        keep -= 1;
    }
    text.truncate(keep);
    text.push_str(CUT_MARK);
}
