//! Checks of identifiers by their published rules (DOMAIN section 7). A failed check is a fact about the text,
//! not a refusal: callers decide what it means.

use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_normalization::UnicodeNormalization;

/// NFKC with spaces, dashes and zero-width characters taken out: how identifiers are compared.
pub fn normalise(text: &str) -> String {
    text.nfkc().filter(|c| !is_separator(*c)).collect()
}

fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '－' | '·')
        || is_zero_width(c)
}

/// Characters that take no room on screen and could hide in an account number.
pub fn is_zero_width(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2064}' | '\u{FEFF}' | '\u{00AD}')
}

/// An account or card number in its comparable form: [`normalise`]d, upper case.
/// The sub-account suffix (`_1`) that the platform allows is kept apart from the main number.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct AccountNo(String);

impl AccountNo {
    /// `None` when nothing but separators is left, or a character other than a digit, a Latin letter or `_` occurs,
    /// or there are more than 64 of them.
    pub fn parse(text: &str) -> Option<AccountNo> {
        let number = normalise(text).to_uppercase();
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_';
        (!number.is_empty() && number.len() <= 64 && number.chars().all(allowed)).then_some(AccountNo(number))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The number without its `_sub` suffix: holds are counted on this.
    pub fn main(&self) -> &str {
        self.0.split('_').next().unwrap_or(&self.0)
    }

    pub fn tail(&self) -> String {
        let n = self.0.chars().count();
        self.0.chars().skip(n.saturating_sub(4)).collect()
    }
}

impl fmt::Debug for AccountNo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "…{}", self.tail())
    }
}

/// The Luhn check of ISO/IEC 7812 over ASCII digits; false for anything else.
pub fn luhn_ok(digits: &str) -> bool {
    if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return false;
    }
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(i, b)| {
            let d = u32::from(b - b'0');
            match (i % 2, d * 2) {
                (0, _) => d,
                (_, doubled) if doubled > 9 => doubled - 9,
                (_, doubled) => doubled,
            }
        })
        .sum();
    sum.is_multiple_of(10)
}

/// The digit that makes `digits` pass [`luhn_ok`] when appended.
pub fn luhn_digit(digits: &str) -> char {
    ('0'..='9')
        .find(|d| luhn_ok(&format!("{digits}{d}")))
        .unwrap_or('0')
}

/// What a resident identity number says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sex {
    Male,
    Female,
}

/// The parts of a valid resident identity number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IdCard {
    pub area: u32,
    pub year: u16,
    pub month: u8,
    pub day: u8,
    pub sex: Sex,
}

/// Checks an 18-character resident identity number (GB 11643-1999: form, a date that exists, ISO 7064 MOD 11-2).
/// Takes it normalised; a lower-case x is accepted.
pub fn id_card(text: &str) -> Option<IdCard> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECK: &[u8; 11] = b"10X98765432";
    let bytes = text.as_bytes();
    if bytes.len() != 18 || !bytes[..17].iter().all(u8::is_ascii_digit) {
        return None;
    }
    let sum: u32 = bytes
        .iter()
        .zip(WEIGHTS)
        .map(|(b, w)| u32::from(b - b'0') * w)
        .sum();
    if CHECK[(sum % 11) as usize] != bytes[17].to_ascii_uppercase() {
        return None;
    }
    let number = |from: usize, to: usize| text[from..to].parse::<u32>().ok();
    let (year, month, day) = (number(6, 10)?, number(10, 12)?, number(12, 14)?);
    let date = jiff::civil::Date::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
    );
    date.ok()?;
    let sex = if (bytes[16] - b'0') % 2 == 1 {
        Sex::Male
    } else {
        Sex::Female
    };
    Some(IdCard {
        area: number(0, 6)?,
        year: u16::try_from(year).ok()?,
        month: u8::try_from(month).ok()?,
        day: u8::try_from(day).ok()?,
        sex,
    })
}

impl IdCard {
    /// Full years of life on the civil day of the instant at +08:00; none for a birth date still to come.
    pub fn age_at(self, at: crate::Instant) -> Option<u8> {
        let day = at.civil();
        let had = (day.month(), day.day()) >= (i8::try_from(self.month).ok()?, i8::try_from(self.day).ok()?);
        let years = i32::from(day.year()) - i32::from(self.year) - i32::from(!had);
        u8::try_from(years).ok()
    }
}

/// The check character for the first 17 digits of an identity number; for synthetic data.
pub fn id_card_check(first17: &str) -> Option<char> {
    "10X98765432".chars().find(|c| {
        let whole = format!("{first17}{c}");
        id_card(&whole).is_some()
    })
}

/// Checks a unified social credit code (GB 32100-2015), upper case.
pub fn credit_code_ok(text: &str) -> bool {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    let values: Option<Vec<usize>> = text.chars().map(|c| ALPHABET.find(c)).collect();
    match values {
        Some(v) if v.len() == 18 => {
            let sum: usize = v.iter().zip(WEIGHTS).map(|(v, w)| v * w).sum();
            (31 - sum % 31) % 31 == v[17]
        }
        _ => false,
    }
}

/// An eleven-digit mainland mobile number, `1[3-9]…`.
pub fn mobile_ok(text: &str) -> bool {
    let b = text.as_bytes();
    b.len() == 11 && b.iter().all(u8::is_ascii_digit) && b[0] == b'1' && (b'3'..=b'9').contains(&b[1])
}

/// A twelve-digit payment-system bank code (支付系统行号).
pub fn bank_code_ok(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|b| b.is_ascii_digit())
}

/// The form of a bank card: 16 to 19 digits and [`luhn_ok`].
pub fn bank_card_ok(text: &str) -> bool {
    (16..=19).contains(&text.len()) && luhn_ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn luhn_table() {
        for (digits, ok) in [
            ("4111111111111111", true),
            ("4111111111111112", false),
            ("", false),
            ("41a1", false),
        ] {
            assert_eq!(luhn_ok(digits), ok, "{digits}");
        }
        let card = format!("620000123456789012{}", luhn_digit("620000123456789012"));
        assert!(bank_card_ok(&card));
    }

    #[test]
    fn an_age_rises_on_the_birthday() {
        let card = id_card("11010119900307803X").unwrap();
        let age = |time: &str| card.age_at(crate::Instant::from_wire14(time).unwrap());
        assert_eq!(age("20260306235959"), Some(35));
        assert_eq!(age("20260307000000"), Some(36));
        assert_eq!(age("19890307000000"), None);
    }

    #[test]
    fn id_card_table() {
        let check = id_card_check("42110219000101123").unwrap();
        let whole = format!("42110219000101123{check}");
        let parts = id_card(&whole).unwrap();
        assert_eq!(
            (parts.area, parts.year, parts.month, parts.day, parts.sex),
            (421_102, 1900, 1, 1, Sex::Male)
        );
        // The standard's own example.
        assert!(id_card("11010519491231002X").is_some());
        assert!(id_card("11010519491231002x").is_some());
        for bad in ["110105194912310021", "11010519491331002X", "1101051949123100", ""] {
            assert!(id_card(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn credit_code_table() {
        assert!(credit_code_ok("91350100M000100Y43"));
        assert!(!credit_code_ok("91350100M000100Y44"));
        assert!(!credit_code_ok("91350100I000100Y43"));
    }

    #[test]
    fn account_numbers_compare_however_typed() {
        let plain = AccountNo::parse("6200001234567890128").unwrap();
        for typed in [
            "6200 0012 3456 7890 128",
            "６２００００１２３４５６７８９０１２８",
            "6200-0012-3456-7890-128",
            "62000012\u{200B}34567890128",
        ] {
            assert_eq!(AccountNo::parse(typed), Some(plain.clone()), "{typed}");
        }
        assert_eq!(
            AccountNo::parse("6200001234567890128_1").unwrap().main(),
            plain.as_str()
        );
        for bad in ["", " - ", "62;DROP", "户名"] {
            assert_eq!(AccountNo::parse(bad), None, "{bad}");
        }
    }
}
