//! Instants are UTC milliseconds. The centre's time zone (China standard time, +08:00, no daylight saving since
//! 1992) appears only in the conversions here, which codecs, papers and screens call at their edge.

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{Add, Sub};

/// China standard time.
const CST: Offset = Offset::constant(8);

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(i64);

/// A length of time in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Span(i64);

impl Span {
    pub const ZERO: Span = Span(0);
    pub const fn from_ms(ms: i64) -> Span {
        Span(ms)
    }
    pub const fn seconds(n: i64) -> Span {
        Span(n * 1_000)
    }
    pub const fn minutes(n: i64) -> Span {
        Span(n * 60_000)
    }
    pub const fn hours(n: i64) -> Span {
        Span(n * 3_600_000)
    }
    pub const fn days(n: i64) -> Span {
        Span(n * 86_400_000)
    }
    pub const fn ms(self) -> i64 {
        self.0
    }
}

/// The earliest and latest instants the system accepts: the years 1900 to 9999, so that fourteen digits suffice.
const MS_MIN: i64 = -2_208_988_800_000;
const MS_MAX: i64 = 253_402_185_599_999;

impl Instant {
    /// Clamped to the years 1900–9999.
    pub const fn from_ms(ms: i64) -> Instant {
        if ms < MS_MIN {
            Instant(MS_MIN)
        } else if ms > MS_MAX {
            Instant(MS_MAX)
        } else {
            Instant(ms)
        }
    }

    pub const fn ms(self) -> i64 {
        self.0
    }

    /// The wall clock in China standard time.
    pub fn civil(self) -> DateTime {
        let stamp = jiff::Timestamp::from_millisecond(self.0).expect("clamped to 1900–9999 on construction");
        CST.to_datetime(stamp)
    }

    /// The instant of a wall-clock reading in China standard time.
    pub fn from_civil(at: DateTime) -> Instant {
        match at.to_zoned(TimeZone::fixed(CST)) {
            Ok(zoned) => Instant::from_ms(zoned.timestamp().as_millisecond()),
            Err(_) => Instant::from_ms(if at.year() > 0 { MS_MAX } else { MS_MIN }),
        }
    }

    /// Reads `yyyyMMddHHmmss` in China standard time (DOMAIN 1.1); `None` for an impossible date.
    pub fn from_wire14(text: &str) -> Option<Instant> {
        if text.len() != 14 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let part = |from: usize, to: usize| text[from..to].parse::<i16>().ok();
        let narrow = |v: i16| i8::try_from(v).ok();
        let (year, month, day) = (part(0, 4)?, narrow(part(4, 6)?)?, narrow(part(6, 8)?)?);
        let (hour, minute, second) = (
            narrow(part(8, 10)?)?,
            narrow(part(10, 12)?)?,
            narrow(part(12, 14)?)?,
        );
        if year < 1900 {
            return None;
        }
        DateTime::new(year, month, day, hour, minute, second, 0)
            .ok()
            .map(Instant::from_civil)
    }

    /// `yyyyMMddHHmmss` in China standard time; milliseconds are cut.
    pub fn to_wire14(self) -> String {
        let c = self.civil();
        format!(
            "{:04}{:02}{:02}{:02}{:02}{:02}",
            c.year(),
            c.month(),
            c.day(),
            c.hour(),
            c.minute(),
            c.second()
        )
    }

    /// `2026-04-03T21:05:06+08:00`; milliseconds only when there are any.
    pub fn to_iso_cst(self) -> String {
        let c = self.civil();
        let ms = c.millisecond();
        let fraction = if ms == 0 {
            String::new()
        } else {
            format!(".{ms:03}")
        };
        format!(
            "{}T{:02}:{:02}:{:02}{fraction}+08:00",
            c.date(),
            c.hour(),
            c.minute(),
            c.second()
        )
    }

    /// Reads ISO 8601 with any offset, or without one as China standard time.
    pub fn parse_iso(text: &str) -> Option<Instant> {
        if let Ok(stamp) = text.parse::<jiff::Timestamp>() {
            return Some(Instant::from_ms(stamp.as_millisecond()));
        }
        text.parse::<DateTime>().ok().map(Instant::from_civil)
    }

    /// `2026年11月22日19时30分`, as papers write it.
    pub fn to_chinese_minute(self) -> String {
        let c = self.civil();
        format!(
            "{}年{}月{}日{}时{:02}分",
            c.year(),
            c.month(),
            c.day(),
            c.hour(),
            c.minute()
        )
    }

    /// How long after `earlier` this is (negative when before).
    pub fn since(self, earlier: Instant) -> Span {
        Span(self.0 - earlier.0)
    }
}

impl Add<Span> for Instant {
    type Output = Instant;
    fn add(self, span: Span) -> Instant {
        Instant::from_ms(self.0.saturating_add(span.0))
    }
}

impl Sub<Span> for Instant {
    type Output = Instant;
    fn sub(self, span: Span) -> Instant {
        Instant::from_ms(self.0.saturating_sub(span.0))
    }
}

impl fmt::Debug for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_iso_cst())
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_iso_cst())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wire_times_are_china_standard_time() {
        let at = Instant::from_wire14("20260403210506").unwrap();
        assert_eq!(at.to_iso_cst(), "2026-04-03T21:05:06+08:00");
        assert_eq!(at.to_wire14(), "20260403210506");
        assert_eq!(Instant::parse_iso("2026-04-03T13:05:06Z"), Some(at));
        assert_eq!(Instant::parse_iso("2026-04-03T21:05:06"), Some(at));
        assert_eq!(at.to_chinese_minute(), "2026年4月3日21时05分");
    }

    #[test]
    fn impossible_wire_times_are_none() {
        for bad in [
            "20260230000000",
            "20261301000000",
            "20260403240000",
            "2026040321050",
            "2026040321050x",
            "00010101000000",
        ] {
            assert_eq!(Instant::from_wire14(bad), None, "{bad}");
        }
    }

    #[test]
    fn extremes_are_clamped() {
        assert_eq!(Instant::from_ms(i64::MAX).to_wire14().len(), 14);
        assert_eq!((Instant::from_ms(0) + Span::from_ms(i64::MAX)).ms(), MS_MAX);
    }
}
