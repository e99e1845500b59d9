//! The platform's numbers: the serial of a transmission, the number of an application, the name of a file (DOMAIN 1.1,
//! 1.2).
//!
//! Promises: built from what the caller gives, never from a clock or a random source; always of the exact length.
//! Leaves out: that a number is used once, which the store's unique keys hold.

use crate::message::Message;
use crate::problem::{Reason, WireProblem};
use kernel::Instant;
use std::fmt;

/// Node id, `_`, organisation, 28 digits: 12 + 1 + 12 + 28.
const SERIAL_CHARS: usize = 53;
const APPLICATION_ID_CHARS: usize = 36;

/// 传输报文流水号: unique for each transmission of new bytes; a resend of the same bytes keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct TransSerialNumber(String);

impl TransSerialNumber {
    /// `<node>_<organisation><17 digits of time><11 digits of tail>`. `hosted_org` is the 12-character organisation
    /// that the node hosts; zeros when there is none. `tail` is a sequence or random digits; only its last eleven count.
    pub fn compose(
        node: &str,
        hosted_org: Option<&str>,
        at: Instant,
        tail: u64,
    ) -> Result<Self, WireProblem> {
        let org = hosted_org.unwrap_or("000000000000");
        if !is_node(node) || !is_node(org) {
            return Err(bad("TransSerialNumber", "12-character node"));
        }
        Ok(Self(format!(
            "{node}_{org}{}{:03}{:011}",
            at.to_wire14(),
            at.ms().rem_euclid(1000),
            tail % 100_000_000_000
        )))
    }

    /// Reads one of the platform's form; other forms occur and are kept as text by the caller.
    pub fn parse(text: &str) -> Option<Self> {
        let (node, digits) = text.split_once('_')?;
        let fits = text.len() == SERIAL_CHARS && is_node(node) && is_word(digits);
        fits.then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The sending node.
    pub fn node(&self) -> &str {
        &self.0[..12]
    }
}

/// 业务申请编号: one intent has one, however often it is sent (DESIGN 3).
///
/// Our form, 36 characters: last four digits of the TxCode, `yyyyMMddHHmmss` (+08:00), six digits of the organisation's
/// area, twelve digits given by the caller. The first part agrees with what banks send (DOMAIN 1.2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ApplicationId(String);

impl ApplicationId {
    /// `org` is the applying organisation's code (its first six digits are its area); of `tail` the last twelve digits
    /// count.
    pub fn compose(tx_code: &str, org: &str, at: Instant, tail: u64) -> Result<Self, WireProblem> {
        let digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
        if tx_code.len() != 6 || !digits(tx_code) {
            return Err(bad("TxCode", "6 digits"));
        }
        let area = org
            .get(..6)
            .filter(|area| digits(area))
            .ok_or(bad("ApplicationOrgID", "6 digits"))?;
        Ok(Self(format!(
            "{}{}{area}{:012}",
            &tx_code[2..],
            at.to_wire14(),
            tail % 1_000_000_000_000
        )))
    }

    /// Any number that may stand in a message and in a file's name: 1 to 36 letters, digits, `-` or `_`.
    pub fn parse(text: &str) -> Option<Self> {
        (text.len() <= APPLICATION_ID_CHARS && is_word(text)).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `<TxCode>_<ApplicationID>_<32 hex>.xml` (DOMAIN 1.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PlatformFileName {
    pub tx_code: String,
    pub application_id: String,
    /// The 32 hexadecimal digits, as they stand.
    pub unique: String,
}

impl PlatformFileName {
    /// The name of a new file; `unique` is 128 bits that the caller draws once and keeps with the message.
    pub fn new(tx_code: &str, application_id: &ApplicationId, unique: u128) -> Result<Self, WireProblem> {
        if tx_code.len() != 6 || !tx_code.bytes().all(|b| b.is_ascii_digit()) {
            return Err(bad("TxCode", "6 digits"));
        }
        Ok(Self {
            tx_code: tx_code.to_owned(),
            application_id: application_id.as_str().to_owned(),
            unique: format!("{unique:032x}"),
        })
    }

    /// Reads a base name; `None` when it has not the platform's form. The application number may hold `_` itself.
    pub fn parse(base_name: &str) -> Option<Self> {
        let (tx_code, rest) = base_name.strip_suffix(".xml")?.split_once('_')?;
        let (application_id, unique) = rest.rsplit_once('_')?;
        let fits = tx_code.len() == 6
            && tx_code.bytes().all(|b| b.is_ascii_digit())
            && !application_id.is_empty()
            && unique.len() == 32
            && unique.bytes().all(|b| b.is_ascii_hexdigit());
        fits.then(|| Self {
            tx_code: tx_code.to_owned(),
            application_id: application_id.to_owned(),
            unique: unique.to_owned(),
        })
    }

    /// Refuses a message that its file's name contradicts. The hub's own answers carry the request's file name and
    /// neither code nor application (WIRE.md, open point 3), so they pass.
    pub fn check(&self, message: &Message) -> Result<(), WireProblem> {
        if message.is_hub_answer() {
            return Ok(());
        }
        if message.tx_code != self.tx_code {
            return Err(WireProblem::new("TxCode", Reason::FileNameMismatch));
        }
        if message.application_id() != self.application_id {
            return Err(WireProblem::new("ApplicationID", Reason::FileNameMismatch));
        }
        Ok(())
    }
}

impl fmt::Display for PlatformFileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}_{}_{}.xml", self.tx_code, self.application_id, self.unique)
    }
}

impl fmt::Display for ApplicationId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for TransSerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether the text is a node or organisation id: twelve ASCII letters or digits (DOMAIN 1.1).
pub fn is_node(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

fn is_word(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'))
}

fn bad(element: &str, detail: &str) -> WireProblem {
    WireProblem::new(element, Reason::BadIdentifier).with(detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at() -> Instant {
        Instant::from_wire14("20260403210506").unwrap()
    }

    #[test]
    fn numbers_have_their_exact_form() {
        let serial = TransSerialNumber::compose("cfcapolice01", None, at(), 42).unwrap();
        assert_eq!(
            serial.as_str(),
            "cfcapolice01_0000000000002026040321050600000000000042"
        );
        assert_eq!(serial.as_str().len(), SERIAL_CHARS);
        assert_eq!(TransSerialNumber::parse(serial.as_str()), Some(serial.clone()));
        assert_eq!(serial.node(), "cfcapolice01");
        let id = ApplicationId::compose("200101", "421100000000", at(), 7).unwrap();
        assert_eq!(id.as_str(), "010120260403210506421100000000000007");
        assert_eq!(id.as_str().len(), APPLICATION_ID_CHARS);
        assert!(TransSerialNumber::compose("short", None, at(), 0).is_err());
        assert!(TransSerialNumber::compose("cfcapolice01", Some("no"), at(), 0).is_err());
        assert!(ApplicationId::compose("20010x", "421100", at(), 0).is_err());
        assert!(ApplicationId::compose("200101", "四二一一零零", at(), 0).is_err());
    }

    #[test]
    fn file_names_both_ways() {
        let id = ApplicationId::compose("200101", "421100000000", at(), 7).unwrap();
        let name = PlatformFileName::new("200101", &id, 0xabc).unwrap();
        let text = "200101_010120260403210506421100000000000007_00000000000000000000000000000abc.xml";
        assert_eq!(name.to_string(), text);
        assert_eq!(PlatformFileName::parse(text), Some(name));
        let odd = PlatformFileName::parse("200101_A_B_00000000000000000000000000000ABC.xml").unwrap();
        assert_eq!(odd.application_id, "A_B");
        for other in [
            "200101.xml",
            "200101__00000000000000000000000000000abc.xml",
            "200101_A_abc.xml",
            "x",
            ".xml",
            "200101_A_00000000000000000000000000000abc.xml.tmp",
        ] {
            assert_eq!(PlatformFileName::parse(other), None, "{other}");
        }
    }

    #[test]
    fn application_numbers_fit_a_file_name() {
        for bad in ["", "../x", "a b", "号", "0123456789012345678901234567890123456"] {
            assert_eq!(ApplicationId::parse(bad), None, "{bad:?}");
        }
        assert!(ApplicationId::parse("20010120180423200101005").is_some());
    }
}
