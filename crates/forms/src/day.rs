//! Dates and numbers in the two ways papers write them: Chinese numerals with 〇 under the seal, Arabic inside the
//! text (DOCUMENTS 1.4).

use jiff::civil::Date;
use kernel::Instant;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

const DIGITS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

/// A calendar day in China standard time; in JSON `"2026-11-22"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub Date);

impl Day {
    /// The day on the wall calendar at that instant.
    pub fn of(at: Instant) -> Day {
        Day(at.civil().date())
    }

    /// A day of the calendar, where there is such a day.
    pub fn ymd(year: u16, month: u8, day: u8) -> Option<Day> {
        let date = Date::new(
            i16::try_from(year).ok()?,
            i8::try_from(month).ok()?,
            i8::try_from(day).ok()?,
        );
        date.ok().map(Day)
    }

    /// `2026年11月22日`, for the text.
    pub fn arabic(self) -> String {
        format!("{}年{}月{}日", self.0.year(), self.0.month(), self.0.day())
    }

    /// `二〇二六年十一月二十二日`, for the end of a paper.
    pub fn chinese(self) -> String {
        let year: String = self
            .0
            .year()
            .to_string()
            .bytes()
            .map(|b| DIGITS[usize::from(b - b'0') % 10])
            .collect();
        let small = |n: i8| counted(u32::from(n.unsigned_abs()));
        format!("{year}年{}月{}日", small(self.0.month()), small(self.0.day()))
    }

    /// The same day of the month `months` later; where that month has no such day, its last day (as jiff does).
    pub fn plus_months(self, months: i32) -> Day {
        Day(self.0.saturating_add(jiff::Span::new().months(months)))
    }

    pub fn plus_days(self, days: i32) -> Day {
        Day(self.0.saturating_add(jiff::Span::new().days(days)))
    }
}

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let day: Date = text
            .parse()
            .map_err(|_| de::Error::custom(format!("not a date like 2026-11-22: {text}")))?;
        if text.len() != 10 || day.year() < 1800 {
            return Err(de::Error::custom(format!("not a date like 2026-11-22: {text}")));
        }
        Ok(Day(day))
    }
}

/// Counting words up to 999: 十, 十一, 二十二, 一百零九, 一百一十二.
pub fn counted(n: u32) -> String {
    let digit = |d: u32| DIGITS[(d % 10) as usize];
    let (hundreds, tens, ones) = (n / 100 % 10, n / 10 % 10, n % 10);
    let mut text = String::new();
    if n == 0 {
        text.push('零');
    }
    if hundreds > 0 {
        text.extend([digit(hundreds), '百']);
    }
    match tens {
        0 if hundreds > 0 && ones > 0 => text.push('零'),
        0 => {}
        1 if hundreds == 0 => text.push('十'),
        _ => text.extend([digit(tens), '十']),
    }
    if ones > 0 {
        text.push(digit(ones));
    }
    text
}

/// `2026年11月22日19时30分`, with seconds when there are any ("to the second where known").
pub fn clock(at: Instant) -> String {
    let minute = at.to_chinese_minute();
    match at.civil().second() {
        0 => minute,
        s => format!("{minute}{s:02}秒"),
    }
}

/// `2026-11-22 19:30:05`, for narrow table cells.
pub fn clock_short(at: Instant) -> String {
    let c = at.civil();
    format!("{} {:02}:{:02}:{:02}", c.date(), c.hour(), c.minute(), c.second())
}

/// The same as told by a person: `2026-11-22 19:30`, with seconds when there are any.
pub fn told_short(at: Instant) -> String {
    let full = clock_short(at);
    match at.civil().second() {
        0 => full[..full.len() - ":00".len()].to_owned(),
        _ => full,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_both_ways() {
        let rows = [
            ("2026-11-22", "二〇二六年十一月二十二日", "2026年11月22日"),
            ("2026-10-10", "二〇二六年十月十日", "2026年10月10日"),
            ("2030-01-31", "二〇三〇年一月三十一日", "2030年1月31日"),
            ("1900-12-20", "一九〇〇年十二月二十日", "1900年12月20日"),
        ];
        for (iso, chinese, arabic) in rows {
            let day: Day = serde_json::from_value(iso.into()).unwrap();
            assert_eq!((day.chinese().as_str(), day.arabic().as_str()), (chinese, arabic));
            assert_eq!(serde_json::to_value(day).unwrap(), iso);
        }
        for bad in ["2026-02-30", "20261122", "2026-11-22T10:00:00", "", "二〇二六"] {
            assert!(serde_json::from_value::<Day>(bad.into()).is_err(), "{bad}");
        }
    }

    #[test]
    fn months_end_where_the_month_ends() {
        let day = |iso: &str| serde_json::from_value::<Day>(iso.into()).unwrap();
        assert_eq!(day("2026-08-31").plus_months(6), day("2027-02-28"));
        assert_eq!(day("2026-11-22").plus_months(6).plus_days(-1), day("2027-05-21"));
    }

    #[test]
    fn counting_words() {
        for (n, text) in [
            (0, "零"),
            (5, "五"),
            (10, "十"),
            (11, "十一"),
            (20, "二十"),
            (22, "二十二"),
            (100, "一百"),
            (999, "九百九十九"),
        ] {
            assert_eq!(counted(n), text);
        }
    }
}
