//! The time of a line of a list, and lines that begin with a day.

use super::Cell;
use super::line::CLOCK;
use crate::rows::mark::{Mark, Moment, What};
use crate::source::Source;
use kernel::Instant;
use regex::Regex;
use std::sync::LazyLock;

pub(super) fn when(
    source: &Source,
    day: Option<Cell>,
    clock: Option<Cell>,
    reported_at: Instant,
    above: &Option<String>,
) -> Option<(String, usize, usize)> {
    let cells: Vec<Cell> = [day, clock].into_iter().flatten().collect();
    let (start, end) = (cells.first()?.0, cells.last()?.1);
    let text = |cell: Cell| source.slice(cell.0, cell.1);
    let own = cells
        .iter()
        .find_map(|cell| DATE.captures(text(*cell)))
        .and_then(|c| {
            let year = c.get(1).and_then(|y| y.as_str().parse::<i16>().ok());
            dated(year, c[2].parse().ok()?, c[3].parse().ok()?, reported_at)
        });
    let hour = cells.iter().rev().find_map(|cell| CLOCK.captures(text(*cell)));
    let date = match own {
        Some(date) => date,
        None => {
            let above = above.as_ref()?;
            let clock = hour
                .as_ref()
                .map(|c| (c[1].parse::<u8>().ok(), c[2].parse::<u8>().ok()));
            after_midnight(above, clock, reported_at)
        }
    };
    let Some(hour) = hour else {
        return Some((date, start, end));
    };
    let (h, m): (u8, u8) = (hour[1].parse().ok()?, hour[2].parse().ok()?);
    if h > 23 || m > 59 {
        return Some((date, start, end));
    }
    let seconds = hour
        .get(3)
        .map(|s| format!(":{}", s.as_str()))
        .unwrap_or_default();
    Some((format!("{date}T{h:02}:{m:02}{seconds}+08:00"), start, end))
}

/// 23:52, then 00:07 without a day of its own: the day has changed.
pub(super) fn after_midnight(
    above: &str,
    clock: Option<(Option<u8>, Option<u8>)>,
    reported_at: Instant,
) -> String {
    let day = above.get(..10).unwrap_or(above).to_owned();
    let (Some(before), Some((Some(hour), Some(minute)))) = (above.get(11..16), clock) else {
        return day;
    };
    if format!("{hour:02}:{minute:02}").as_str() >= before {
        return day;
    }
    let next = day
        .parse::<jiff::civil::Date>()
        .ok()
        .and_then(|date| date.tomorrow().ok());
    match next {
        Some(next) if next <= reported_at.civil().date() => next.to_string(),
        _ => day,
    }
}

/// A day without a year is the latest one not after the report.
pub(super) fn dated(year: Option<i16>, month: i8, day: i8, reported_at: Instant) -> Option<String> {
    let today = reported_at.civil().date();
    let year = year.map(|year| if year < 100 { year + 2000 } else { year });
    let date = match year {
        Some(year) => jiff::civil::Date::new(year, month, day).ok()?,
        None => {
            let this = jiff::civil::Date::new(today.year(), month, day).ok();
            match this.filter(|date| *date <= today) {
                Some(date) => date,
                None => jiff::civil::Date::new(today.year() - 1, month, day).ok()?,
            }
        }
    };
    Some(date.to_string())
}

/// Lines that begin with a day (12-28 转出 120; ①9/6 20:10): where at least two do, the figures are days and no sums.
pub(super) fn heads(
    source: &Source,
    lines: &[(usize, usize)],
    reported_at: Instant,
    marks: &mut Vec<Mark>,
    taken: &mut [bool],
) {
    let mut found: Vec<(usize, usize, String)> = Vec::new();
    for (start, end) in lines {
        let text = source.slice(*start, (*start + 40).min(*end));
        let Some(c) = HEAD.captures(text) else { continue };
        let year = c.name("y").and_then(|y| y.as_str().parse::<i16>().ok());
        let (Ok(month), Ok(day)) = (c["m"].parse(), c["d"].parse()) else {
            continue;
        };
        let Some(date) = dated(year, month, day, reported_at) else {
            continue;
        };
        let value = match (c.name("h"), c.name("min")) {
            (Some(h), Some(m)) => {
                let seconds = c
                    .name("s")
                    .map(|s| format!(":{}", s.as_str()))
                    .unwrap_or_default();
                format!("{date}T{:0>2}:{}{seconds}+08:00", h.as_str(), m.as_str())
            }
            _ => date,
        };
        let Some(when) = c.name("when") else { continue };
        let from = start + text[..when.start()].chars().count();
        let to = start + text[..when.end()].chars().count();
        found.push((from, to, value));
    }
    if found.len() < 2 {
        return;
    }
    for (start, end, value) in found {
        marks.retain(|mark| mark.end <= start || mark.start >= end);
        taken[start..end].fill(true);
        marks.push(Mark {
            start,
            end,
            what: What::Time(Moment {
                value,
                approx: false,
                dated: true,
            }),
        });
    }
    marks.sort_by_key(|mark| mark.start);
}

pub(super) static HEAD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^\s*(?:[①-⑳]|[（(]?[0-9]{1,2}[、)）]|[0-9]{1,2}\.\s|[-·•*●◆]\s?|\p{Han}{2,5}\s)?\s*",
        r"(?P<when>(?:(?P<y>[0-9]{4})[-/.])?(?P<m>1[0-2]|0?[1-9])[-/.](?P<d>3[01]|[12][0-9]|0?[1-9])(?:\s+(?P<h>[01]?[0-9]|2[0-3])[:：](?P<min>[0-5][0-9])(?:[:：](?P<s>[0-5][0-9]))?)?)(?:\s|$|[^0-9.万元块wW])"
    ))
    .expect("constant")
});

pub(super) static DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*(?:([0-9]{2}|[0-9]{4})[-/.年])?([0-9]{1,2})[-/.月]([0-9]{1,2})[日号]?(?:[^0-9:.]|$)")
        .expect("constant")
});
