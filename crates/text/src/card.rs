//! Bank cards, other account numbers and resident identity numbers: the shapes with a check digit.
//!
//! Leaves out: which shape wins when several fit (`identifier`).

use crate::bin;
use crate::label::Class;
use kernel::identifier::luhn_ok;

/// A digit string that begins like a card: UnionPay 62, or a BIN of the embedded table.
pub(crate) fn begins_like_card(digits: &str) -> bool {
    (16..=19).contains(&digits.len())
        && (digits.starts_with("62") || bin::BinTable::embedded().find(digits).is_some())
}

/// An international card: sixteen digits of the old networks that pass the check.
pub(crate) fn is_international_card(digits: &str) -> bool {
    digits.len() == 16 && digits.starts_with(['3', '4', '5']) && luhn_ok(digits)
}

/// Whether a labelled digit string is an account that is not a card.
pub(crate) fn is_account(digits: &str, label: Option<Class>) -> bool {
    let least = match label {
        Some(Class::Corporate) => 8,
        Some(Class::Account) => 9,
        Some(Class::Transfer) => 12,
        _ => return false,
    };
    (least..=32).contains(&digits.len()) && !digits.ends_with('X')
}

/// Eighteen characters that could be an identity number: a province that exists and a birth year of the last
/// centuries. The rest of the date may be impossible (a slip of the tongue); the check says so.
pub(crate) fn plausible_identity(digits: &str) -> bool {
    let number = |from: usize, to: usize| {
        digits
            .get(from..to)
            .and_then(|part| part.parse::<u32>().ok())
            .unwrap_or(0)
    };
    const PROVINCES: [u32; 8] = [11, 21, 31, 41, 50, 61, 71, 81];
    const LAST: [u32; 8] = [15, 23, 37, 46, 54, 65, 71, 83];
    let province = number(0, 2);
    digits.len() == 18
        && PROVINCES
            .iter()
            .zip(LAST)
            .any(|(first, last)| (*first..=last).contains(&province))
        && (1800..2100).contains(&number(6, 10))
}

/// The check character of GB 11643 alone. `kernel::identifier::id_card` also wants a birth date that exists, which is
/// a different question from the one EXTRACTION.md asks.
pub(crate) fn identity_check(text: &str) -> bool {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECK: &[u8; 11] = b"10X98765432";
    let bytes = text.as_bytes();
    if bytes.len() != 18 || !bytes[..17].iter().all(u8::is_ascii_digit) {
        return false;
    }
    let sum: u32 = bytes
        .iter()
        .zip(WEIGHTS)
        .map(|(b, w)| u32::from(b - b'0') * w)
        .sum();
    CHECK[(sum % 11) as usize] == bytes[17].to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identity_check_is_the_check_character_only() {
        assert!(identity_check("11010519491231002X"));
        assert!(!identity_check("110105194912310021"));
        // An impossible birth date with a right check character.
        let base = "42110219001332123";
        let right = "10X98765432"
            .chars()
            .filter(|c| identity_check(&format!("{base}{c}")))
            .count();
        assert_eq!(right, 1);
    }

    #[test]
    fn card_shapes() {
        assert!(begins_like_card("6200001234567890128"));
        assert!(!begins_like_card("620000123456789"));
        assert!(is_international_card("4111111111111111"));
        assert!(!is_international_card("4111111111111112"));
    }
}
