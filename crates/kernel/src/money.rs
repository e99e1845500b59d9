//! Money is whole fen in a signed 64-bit integer. A codec converts at its own border and nowhere else.

use serde::{Deserialize, Serialize};
use std::fmt;

/// An amount in fen (1/100 yuan).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fen(pub i64);

/// Why a text is not an amount of yuan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AmountProblem {
    #[error("not a decimal number")]
    NotANumber,
    #[error("more than two decimals")]
    TooFine,
    #[error("too large")]
    TooLarge,
}

impl Fen {
    pub const ZERO: Fen = Fen(0);

    /// Whole yuan.
    pub const fn yuan(yuan: i64) -> Fen {
        Fen(yuan * 100)
    }

    pub fn checked_add(self, other: Fen) -> Option<Fen> {
        self.0.checked_add(other.0).map(Fen)
    }

    pub fn checked_sub(self, other: Fen) -> Option<Fen> {
        self.0.checked_sub(other.0).map(Fen)
    }

    /// `self − other`, never below zero.
    pub fn saturating_less(self, other: Fen) -> Fen {
        Fen(self.0.saturating_sub(other.0).max(0))
    }

    pub fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// "30000.00": two decimals, no grouping, as the platform's messages carry it.
    pub fn to_yuan(self) -> String {
        let sign = if self.0 < 0 { "-" } else { "" };
        let abs = self.0.unsigned_abs();
        format!("{sign}{}.{:02}", abs / 100, abs % 100)
    }

    /// "30,000.00": as people read it.
    pub fn to_grouped(self) -> String {
        let plain = Fen(self.0.saturating_abs()).to_yuan();
        let (whole, cents) = plain.split_at(plain.len() - 3);
        let mut grouped = String::new();
        for (i, c) in whole.chars().enumerate() {
            if i > 0 && (whole.len() - i).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(c);
        }
        format!("{}{grouped}{cents}", if self.0 < 0 { "-" } else { "" })
    }

    /// Reads a plain decimal of yuan with at most two decimals, such as "30000", "30000.5" or "-3.20".
    pub fn parse_yuan(text: &str) -> Result<Fen, AmountProblem> {
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, cents) = digits.split_once('.').unwrap_or((digits, ""));
        let all_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !all_digits(whole) || !all_digits(cents) || digits.ends_with('.') {
            return Err(AmountProblem::NotANumber);
        }
        if cents.len() > 2 {
            return Err(AmountProblem::TooFine);
        }
        let whole: i64 = whole.parse().map_err(|_| AmountProblem::TooLarge)?;
        let cents: i64 = format!("{cents:0<2}")
            .parse()
            .map_err(|_| AmountProblem::NotANumber)?;
        let fen = whole
            .checked_mul(100)
            .and_then(|w| w.checked_add(cents))
            .ok_or(AmountProblem::TooLarge)?;
        Ok(Fen(if negative { -fen } else { fen }))
    }
}

impl fmt::Display for Fen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_grouped())
    }
}

impl std::iter::Sum for Fen {
    /// Saturates: a sum of real amounts never reaches the limit of 92 trillion yuan.
    fn sum<I: Iterator<Item = Fen>>(iter: I) -> Fen {
        iter.fold(Fen::ZERO, |a, b| Fen(a.0.saturating_add(b.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yuan_texts_both_ways() {
        for (text, fen) in [("0.00", 0), ("0.05", 5), ("30000.00", 3_000_000), ("-3.20", -320)] {
            assert_eq!(Fen::parse_yuan(text), Ok(Fen(fen)), "{text}");
            assert_eq!(Fen(fen).to_yuan(), text);
        }
        assert_eq!(Fen::parse_yuan("12.5"), Ok(Fen(1250)));
        assert_eq!(Fen::parse_yuan("1.234"), Err(AmountProblem::TooFine));
        for bad in ["", ".", "1.", ".5", "1,000", "٣", "1e3", "--1", "+1", " 1"] {
            assert_eq!(Fen::parse_yuan(bad), Err(AmountProblem::NotANumber), "{bad:?}");
        }
        assert_eq!(Fen::parse_yuan("99999999999999999"), Err(AmountProblem::TooLarge));
    }

    #[test]
    fn grouped_for_people() {
        assert_eq!(Fen(12_860_000).to_grouped(), "128,600.00");
        assert_eq!(Fen(99_999).to_grouped(), "999.99");
        assert_eq!(Fen(-100_000).to_grouped(), "-1,000.00");
    }
}
