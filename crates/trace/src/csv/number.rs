//! Whole numbers out of text, eight digits at a step.

const ONES: u64 = 0x0101_0101_0101_0101;
/// Digits that always fit: the largest number of nineteen nines is below 2^64.
const DIGITS_MAX: usize = 19;
const POWERS: [u64; 9] = [
    1,
    10,
    100,
    1_000,
    10_000,
    100_000,
    1_000_000,
    10_000_000,
    100_000_000,
];

/// The plain digits at `at` and where they end. None when there is no digit or there are more than fit; the caller
/// then looks at the field with care.
#[inline(always)]
pub fn digits(text: &[u8], at: usize) -> Option<(u64, usize)> {
    let (mut value, mut end) = (0u64, at);
    while let Some(eight) = text.get(end..end + 8) {
        let (part, count) = leading(u64::from_le_bytes(eight.try_into().ok()?));
        value = value.wrapping_mul(POWERS[count]).wrapping_add(part);
        end += count;
        if count < 8 {
            return counted(value, at, end);
        }
        if end - at > DIGITS_MAX {
            return None;
        }
    }
    // The last bytes of the text.
    while let Some(digit) = text.get(end).map(|b| b.wrapping_sub(b'0')).filter(|d| *d < 10) {
        value = value.wrapping_mul(10).wrapping_add(u64::from(digit));
        end += 1;
    }
    counted(value, at, end)
}

#[inline(always)]
fn counted(value: u64, at: usize, end: usize) -> Option<(u64, usize)> {
    (end > at && end - at <= DIGITS_MAX).then_some((value, end))
}

/// The number that the first bytes spell, and how many of the eight are digits. The first byte is the lowest.
#[inline(always)]
fn leading(bytes: u64) -> (u64, usize) {
    let values = bytes ^ (ONES * 0x30);
    // A byte that is no digit is above nine, which carries into its highest bit, or has that bit already. A carry
    // out of such a byte only reaches bytes after it, which do not count.
    let other = (values.wrapping_add(ONES * 0x76) | values) & (ONES * 0x80);
    let count = (other.trailing_zeros() / 8) as usize;
    if count == 0 {
        return (0, 0);
    }
    // Zeros in front, then neighbours are put together: digits to pairs, pairs to fours, fours to the number.
    let aligned = values << (8 * (8 - count));
    let pairs = aligned.wrapping_mul(10).wrapping_add(aligned >> 8);
    let low = (pairs & 0x0000_00ff_0000_00ff).wrapping_mul(0x000f_4240_0000_0064);
    let high = ((pairs >> 16) & 0x0000_00ff_0000_00ff).wrapping_mul(0x0000_2710_0000_0001);
    (low.wrapping_add(high) >> 32, count)
}

/// A whole number with an optional sign, as a person would accept it. None when it is none, however large it may be.
pub fn signed(text: &[u8]) -> Option<Signed> {
    let (negative, digits) = match text.split_first()? {
        (b'-', rest) => (true, rest),
        (b'+', rest) => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits
        .iter()
        .try_fold(0u64, |v, d| v.checked_mul(10)?.checked_add(u64::from(d - b'0')));
    Some(match (negative, value) {
        (_, Some(0)) => Signed::Natural(0),
        (false, Some(value)) => Signed::Natural(value),
        (true, _) => Signed::Negative,
        (false, None) => Signed::TooLarge,
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signed {
    Natural(u64),
    Negative,
    TooLarge,
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn plain_digits() {
        for (text, found) in [
            ("", None),
            (",1", None),
            ("-1", None),
            ("7", Some((7, 1))),
            ("12345678", Some((12_345_678, 8))),
            ("00000000000000000012,", None),
            ("0000000000000000012,", Some((12, 19))),
            ("9999999999999999999\n", Some((9_999_999_999_999_999_999, 19))),
            ("12345678901234567890", None),
            ("1234/567890", Some((1234, 4))),
            ("1234:567890", Some((1234, 4))),
            ("\u{ff11}1234567", None),
        ] {
            assert_eq!(digits(text.as_bytes(), 0), found, "{text:?}");
        }
    }

    #[test]
    fn signs_and_sizes() {
        for (text, found) in [
            ("18446744073709551615", Some(Signed::Natural(u64::MAX))),
            ("18446744073709551616", Some(Signed::TooLarge)),
            ("-5", Some(Signed::Negative)),
            ("-99999999999999999999999", Some(Signed::Negative)),
            ("-0", Some(Signed::Natural(0))),
            ("+5", Some(Signed::Natural(5))),
            ("", None),
            ("-", None),
            ("1.5", None),
            ("1 5", None),
        ] {
            assert_eq!(signed(text.as_bytes()), found, "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn any_bytes_give_what_a_plain_loop_gives(text in prop::collection::vec(prop_oneof![9 => b'0'..=b'9', 1 => any::<u8>()], 0..40), at in 0usize..4) {
            let end = text.iter().skip(at).take_while(|b| b.is_ascii_digit()).count() + at;
            let wanted = (at < end && end - at <= 19)
                .then(|| (std::str::from_utf8(&text[at..end]).expect("digits").parse().expect("it fits"), end));
            prop_assert_eq!(digits(&text, at), wanted);
        }
    }
}
