//! The SM3 digest as a value, its hexadecimal form, and the two domain tags that keep one kind of digest from
//! standing for another. Leaves out the many-at-once computation (`lanes`).

use sm3::{Digest as _, Sm3};
use std::fmt;

/// The first hash block of every entry digest: the name and version of the encoding, padded with zeros to 64 bytes.
pub(crate) const ENTRY_TAG: [u8; 64] = tag(b"fanzha-audit/1 entry");
/// The first block of the message that a head's signature covers.
pub(crate) const HEAD_TAG: [u8; 64] = tag(b"fanzha-audit/1 head");

/// 32 bytes of SM3 (GB/T 32905-2016). Prints as 64 lower-case hexadecimal digits.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

/// The text is not 64 lower-case hexadecimal digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not 64 lower-case hexadecimal digits")]
pub struct BadHex;

impl Digest {
    /// What the first entry of a log is bound to: thirty-two zero bytes.
    pub const GENESIS: Digest = Digest([0; 32]);

    /// Wraps bytes that were stored before; it does not compute anything.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Digest(bytes)
    }

    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads the form that [`Digest::to_hex`] writes; upper case is refused, so that one digest has one text.
    pub fn from_hex(text: &str) -> Result<Self, BadHex> {
        hex_array(text.as_bytes()).map(Digest).ok_or(BadHex)
    }

    pub fn to_hex(&self) -> String {
        hex(&self.0)
    }

    pub(crate) fn of_entry(prev: &Digest, canonical: &str) -> Self {
        let mut sm3 = Sm3::new_with_prefix(ENTRY_TAG);
        sm3.update(prev.0);
        sm3.update(canonical.as_bytes());
        Digest(sm3.finalize().into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_hex())
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        text.push(char::from(DIGITS[usize::from(byte >> 4)]));
        text.push(char::from(DIGITS[usize::from(byte & 15)]));
    }
    text
}

/// Exactly `N` bytes from `2 N` lower-case hexadecimal digits.
pub(crate) fn hex_array<const N: usize>(text: &[u8]) -> Option<[u8; N]> {
    if text.len() != 2 * N {
        return None;
    }
    let mut bytes = [0; N];
    let mut seen = 0;
    for (byte, pair) in bytes.iter_mut().zip(text.chunks_exact(2)) {
        let (high, low) = (NIBBLE[usize::from(pair[0])], NIBBLE[usize::from(pair[1])]);
        seen |= high | low;
        *byte = high << 4 | (low & 15);
    }
    (seen < 16).then_some(bytes)
}

/// The value of a lower-case hexadecimal digit; 16 and above for every other byte.
const NIBBLE: [u8; 256] = {
    let mut table = [0xf0; 256];
    let mut value = 0;
    while value < 16 {
        table[b"0123456789abcdef"[value as usize] as usize] = value;
        value += 1;
    }
    table
};

const fn tag(name: &[u8]) -> [u8; 64] {
    let mut block = [0; 64];
    let mut at = 0;
    while at < name.len() {
        block[at] = name[at];
        at += 1;
    }
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    /// GB/T 32905-2016, appendix A.
    #[test]
    fn sm3_answers_the_vectors_of_the_standard() {
        let table: [(&[u8], &str); 2] = [
            (
                b"abc",
                "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0",
            ),
            (
                &b"abcd".repeat(16),
                "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732",
            ),
        ];
        for (message, expected) in table {
            assert_eq!(hex(&Sm3::digest(message)), expected);
        }
    }

    #[test]
    fn hexadecimal_has_one_form() {
        let digest = Digest::of_entry(&Digest::GENESIS, "[]");
        let text = digest.to_hex();
        assert_eq!(Digest::from_hex(&text), Ok(digest));
        for bad in [
            &text[1..],
            &text.to_uppercase(),
            &format!("{text}0"),
            &text.replacen(&text[..1], "g", 1),
            "",
        ] {
            assert_eq!(Digest::from_hex(bad), Err(BadHex), "{bad}");
        }
    }
}
