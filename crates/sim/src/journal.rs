//! What the banks received, line by line, kept outside the server: the witness of the proof that no request was lost,
//! changed on the way, or sent twice under two names.
//!
//! A line is seven words with tabs between: time, transaction code, ApplicationID, TransSerialNumber, account, SM3 of the
//! Body's bytes, SM3 of the intent (the Body without what a fresh attempt may change).
//! Leaves out: personal data beyond the synthetic account number.

use bankwire::{Fields, Message, Node};
use kernel::Instant;
use sm3::{Digest, Sm3};
use std::collections::BTreeMap;
use std::fmt;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    pub at: Instant,
    pub tx_code: String,
    pub application_id: String,
    pub serial: String,
    /// The account or identity number the request names; `-` when none.
    pub account: String,
    /// SM3 over the bytes from `<Body>` to `</Body>` as they came.
    pub body_sm3: String,
    /// SM3 over what was wanted: the same for two applications that ask the same thing.
    pub intent_sm3: String,
}

/// Two applications that ought to be one, or one that is two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Violation {
    /// One ApplicationID arrived with different bodies.
    TwoBodies { application_id: String },
    /// One intent arrived under different ApplicationIDs. Lawful for a second stop after a lapse: the reader judges.
    TwoApplications {
        intent_sm3: String,
        application_ids: Vec<String>,
    },
    /// One serial number arrived with different bodies.
    SerialReused { serial: String },
}

/// What a fresh attempt at the same thing may carry differently.
const NOT_INTENT: [&str; 9] = [
    "ApplicationID",
    "ApplicationTime",
    "StartTime",
    "ExpireTime",
    "FreezeStartTime",
    "PostponeStartTime",
    "InterceptionStartTime",
    "InterceptionEndTime",
    "Attachments",
];

impl Entry {
    pub fn of(message: &Message, bytes: &[u8], at: Instant) -> Entry {
        Entry {
            at,
            tx_code: message.tx_code.clone(),
            application_id: word(message.application_id()),
            serial: word(message.trans_serial_number()),
            account: word(subject(&message.body)),
            body_sm3: sm3_hex(body_bytes(bytes)),
            intent_sm3: sm3_hex(&intent(message)),
        }
    }

    /// Reads a line back; `None` when it is not one (a line cut short by a power loss, say).
    pub fn parse(line: &str) -> Option<Entry> {
        let words: Vec<&str> = line.split('\t').collect();
        let [at, tx_code, application_id, serial, account, body_sm3, intent_sm3] = words[..] else {
            return None;
        };
        let own = |w: &str| w.to_owned();
        Some(Entry {
            at: Instant::parse_iso(at)?,
            tx_code: own(tx_code),
            application_id: own(application_id),
            serial: own(serial),
            account: own(account),
            body_sm3: own(body_sm3),
            intent_sm3: (intent_sm3.len() == 64).then(|| own(intent_sm3))?,
        })
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Entry {
            at,
            tx_code,
            application_id,
            serial,
            account,
            body_sm3,
            intent_sm3,
        } = self;
        write!(
            f,
            "{at}\t{tx_code}\t{application_id}\t{serial}\t{account}\t{body_sm3}\t{intent_sm3}"
        )
    }
}

/// The account, card or identity number that a request is about.
pub(crate) fn subject(body: &Fields) -> &str {
    let names = ["AccountNumber", "CardNumber", "AccountCredentialNumber"];
    names
        .iter()
        .find_map(|name| body.text(name).filter(|t| !t.is_empty()))
        .unwrap_or_default()
}

/// One word on one line, whatever came.
fn word(text: &str) -> String {
    let clean: String = text
        .chars()
        .map(|c| {
            if c.is_control() || c.is_whitespace() {
                '?'
            } else {
                c
            }
        })
        .take(64)
        .collect();
    if clean.is_empty() { "-".to_owned() } else { clean }
}

fn body_bytes(bytes: &[u8]) -> &[u8] {
    let find = |needle: &[u8]| bytes.windows(needle.len()).position(|w| w == needle);
    match (find(b"<Body>"), find(b"</Body>")) {
        (Some(from), Some(to)) if from < to => &bytes[from..to],
        _ => bytes,
    }
}

fn intent(message: &Message) -> Vec<u8> {
    let mut fields: Vec<(&str, &str)> = Vec::new();
    for (name, node) in message.body.iter() {
        if let (false, Node::Text(text)) = (NOT_INTENT.contains(&name), node) {
            fields.push((name, text));
        }
    }
    fields.sort_unstable();
    let mut bytes = message.tx_code.clone().into_bytes();
    for (name, text) in fields {
        bytes.extend_from_slice(format!("\n{name}={text}").as_bytes());
    }
    bytes
}

fn sm3_hex(bytes: &[u8]) -> String {
    Sm3::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

/// Everything the banks received, in order.
#[derive(Clone, Debug, Default)]
pub struct Journal {
    entries: Vec<Entry>,
    taken: usize,
}

impl Journal {
    pub fn push(&mut self, entry: Entry) {
        self.entries.push(entry);
    }

    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The entries since the last call, for appending to a file.
    pub fn take_new(&mut self) -> &[Entry] {
        let from = self.taken;
        self.taken = self.entries.len();
        &self.entries[from..]
    }
}

/// Reads a journal file and names what is wrong with it. Lines that are no entries are passed over.
pub fn check<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Vec<Violation> {
    let (mut bodies, mut serials, mut intents) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    for e in entries {
        distinct(
            bodies.entry((&e.tx_code, &e.application_id)).or_default(),
            &e.body_sm3,
        );
        distinct(serials.entry(&e.serial).or_default(), &e.body_sm3);
        distinct(intents.entry(&e.intent_sm3).or_default(), &e.application_id);
    }
    let more_than_one = |list: &Vec<String>| list.len() > 1;
    let two_bodies = bodies.into_iter().filter(|(_, list)| more_than_one(list));
    let reused = serials.into_iter().filter(|(_, list)| more_than_one(list));
    let two_applications = intents.into_iter().filter(|(_, list)| more_than_one(list));
    two_bodies
        .map(|((_, id), _)| Violation::TwoBodies {
            application_id: id.clone(),
        })
        .chain(reused.map(|(serial, _)| Violation::SerialReused {
            serial: serial.clone(),
        }))
        .chain(two_applications.map(|(intent, ids)| Violation::TwoApplications {
            intent_sm3: intent.clone(),
            application_ids: ids,
        }))
        .collect()
}

fn distinct(list: &mut Vec<String>, value: &str) {
    if !list.iter().any(|v| v == value) {
        list.push(value.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(application_id: &str, serial: &str, body: &str, intent: &str) -> Entry {
        Entry {
            at: Instant::from_wire14("20260403210506").unwrap(),
            tx_code: "200101".into(),
            application_id: application_id.into(),
            serial: serial.into(),
            account: "6200".into(),
            body_sm3: body.into(),
            intent_sm3: format!("{intent:0>64}"),
        }
    }

    #[test]
    fn lines_survive() {
        let e = entry("A1", "s1", "b", "i");
        assert_eq!(Entry::parse(&e.to_string()), Some(e.clone()));
        assert_eq!(Entry::parse(&e.to_string()[..40]), None);
    }

    #[test]
    fn violations_table() {
        let a = entry("A1", "s1", "b1", "1");
        assert_eq!(
            check([&a, &a.clone()]),
            [],
            "a resend of the same bytes is no violation"
        );
        let fresh_serial = entry("A1", "s2", "b1", "1");
        assert_eq!(check([&a, &fresh_serial]), []);
        let other_body = entry("A1", "s2", "b2", "1");
        assert_eq!(
            check([&a, &other_body]),
            [Violation::TwoBodies {
                application_id: "A1".into()
            }]
        );
        let other_id = entry("A2", "s2", "b2", "1");
        let expected = Violation::TwoApplications {
            intent_sm3: a.intent_sm3.clone(),
            application_ids: vec!["A1".into(), "A2".into()],
        };
        assert_eq!(check([&a, &other_id]), [expected]);
        let stolen_serial = entry("A3", "s1", "b3", "3");
        assert_eq!(
            check([&a, &stolen_serial]),
            [Violation::SerialReused { serial: "s1".into() }]
        );
    }
}
