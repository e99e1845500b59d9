//! Telephone numbers by shape: mobile, landline, 400 / 800, 95…, and numbers with a foreign prefix.
//!
//! Promises: public short numbers (110, 96110, 12345 …) are nothing. Leaves out: who holds the number.

use crate::label::Class;
use kernel::identifier::mobile_ok;

/// Prefixes that are dialled before a number and are kept as digits (EXTRACTION.md), all but +86.
const CARRIER_PREFIXES: [&str; 6] = ["0", "17951", "17911", "12593", "17909", "10193"];

/// The value of a digit string that is a telephone number by itself, `None` otherwise. `label` settles the shapes
/// that could be something else.
pub(crate) fn value(digits: &str, label: Option<Class>) -> Option<String> {
    let called = label == Some(Class::Phone);
    let national = without_country(digits);
    let is_phone = mobile_ok(national)
        || with_carrier(digits)
        || is_landline(national)
        || is_service(national)
        || is_hotline(digits, called)
        || (called && is_local(digits))
        || (called && is_machine(digits));
    is_phone.then(|| national.to_owned())
}

/// A number dialled abroad: `+852…` and `00852…`.
pub(crate) fn foreign_value(digits: &str) -> Option<String> {
    if let Some(rest) = digits.strip_prefix("0086").or_else(|| digits.strip_prefix("86")) {
        return (mobile_ok(rest) || is_landline(&format!("0{rest}")) || is_landline(rest))
            .then(|| rest.to_owned());
    }
    (7..=17).contains(&digits.len()).then(|| digits.to_owned())
}

/// Mobile numbers are often written with 86 before them; a card that begins with 86 does not exist.
fn without_country(digits: &str) -> &str {
    let rest = digits
        .strip_prefix("0086")
        .or_else(|| digits.strip_prefix("86"))
        .unwrap_or(digits);
    if mobile_ok(rest) || (digits.len() > rest.len() && is_landline(rest)) {
        rest
    } else {
        digits
    }
}

fn with_carrier(digits: &str) -> bool {
    CARRIER_PREFIXES
        .iter()
        .any(|prefix| digits.strip_prefix(prefix).is_some_and(mobile_ok))
}

/// Area code (010, 02x with eight digits; 0xxx with seven or eight) and a subscriber number.
fn is_landline(digits: &str) -> bool {
    let (code, rest) = match digits.as_bytes() {
        [b'0', b'1', b'0', ..] => (3, 8..=8),
        [b'0', b'2', c, ..] if *c != b'6' => (3, 8..=8),
        [b'0', b'3'..=b'9', ..] => (4, 7..=8),
        _ => return false,
    };
    digits.len() > code && rest.contains(&(digits.len() - code)) && digits.as_bytes()[code] != b'0'
}

fn is_service(digits: &str) -> bool {
    digits.len() == 10 && (digits.starts_with("400") || digits.starts_with("800"))
}

/// 95… numbers have five to eight digits; only the bank numbers 955xx are sure without a name.
fn is_hotline(digits: &str, called: bool) -> bool {
    digits.starts_with("95") && (5..=8).contains(&digits.len()) && {
        let sure = (digits.len() == 5 && digits.starts_with("955"))
            || (digits.len() == 8 && digits.starts_with("950") && !digits.ends_with("000"));
        called || sure
    }
}

/// A subscriber number without its area code.
fn is_local(digits: &str) -> bool {
    (7..=8).contains(&digits.len()) && matches!(digits.as_bytes()[0], b'2'..=b'8')
}

/// Thirteen-digit numbers of machines (1440x, 146xx, 148xx, 1410x).
fn is_machine(digits: &str) -> bool {
    digits.len() == 13
        && ["1440", "146", "148", "1410"]
            .iter()
            .any(|prefix| digits.starts_with(prefix))
}

/// Numbers everyone knows; calling one says nothing about the case.
pub(crate) fn is_public_short(digits: &str) -> bool {
    const PUBLIC: [&str; 30] = [
        "110", "112", "114", "117", "119", "120", "122", "121", "999", "911", "10000", "10001", "10010",
        "10011", "10016", "10086", "10085", "10099", "10015", "12110", "12305", "12306", "12315", "12321",
        "12345", "12348", "12377", "12381", "96110", "12388",
    ];
    PUBLIC.contains(&digits)
        || (digits.len() == 5
            && (digits.starts_with("123") || digits.starts_with("96") || digits.starts_with("100")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_table() {
        for (digits, named, expected) in [
            ("19900001234", false, Some("19900001234")),
            ("8619900001234", false, Some("19900001234")),
            ("008619900001234", false, Some("19900001234")),
            ("019900001234", false, Some("019900001234")),
            ("07138812345", false, Some("07138812345")),
            ("02787654321", false, Some("02787654321")),
            ("01012345678", false, Some("01012345678")),
            ("01062345678", false, Some("01062345678")),
            ("4001234567", false, Some("4001234567")),
            ("95588", false, Some("95588")),
            ("95000", false, None),
            ("95013123", true, Some("95013123")),
            ("8812345", true, Some("8812345")),
            ("8812345", false, None),
            ("110", true, None),
            ("96110", true, None),
            ("12381", true, None),
            ("12900001234", false, None),
        ] {
            let label = named.then_some(Class::Phone);
            assert_eq!(value(digits, label).as_deref(), expected, "{digits}");
        }
    }
}
