//! Turns words into ISO 8601 at +08:00. The story is read in order: a bare hour takes the day last spoken of, and
//! keeps to the afternoon once the speaker is there.

use super::chat::Place;
use super::grammar::{Ago, Clock, Day, Part, Said};
use jiff::ToSpan;
use jiff::civil::{Date, DateTime};
use kernel::{Instant, Span};

/// What has been said so far.
pub(super) struct Story {
    reported: DateTime,
    reported_at: Instant,
    /// The day last spoken of, if any was.
    day: Option<Date>,
    /// Year and month last named in so many words, for 5日 after 4月2日.
    month: Option<(i16, i8)>,
    /// The last clock of this day: hour of 24, and whether a part of the day after noon was said.
    last_hour: Option<(u32, bool)>,
    /// Day, hour and minute of the last stamp at the head of a line.
    last_stamp: Option<(Date, u32, u32)>,
    /// The day that 今天 is in what is read now: the report's, or the one of a chat's stamp.
    today: Date,
}

/// The hour up to which 今晚 is still the evening before.
const SMALL_HOURS_END: i8 = 6;

/// A value and whether it is vague; `None` when the words name no time that exists.
type Resolved = Option<(String, bool)>;

impl Story {
    pub(super) fn new(reported_at: Instant) -> Story {
        Story {
            reported: reported_at.civil(),
            reported_at,
            day: None,
            month: None,
            last_hour: None,
            last_stamp: None,
            today: reported_at.civil().date(),
        }
    }

    pub(super) fn resolve(&mut self, said: &Said, place: Place) -> Resolved {
        let report = self.reported.date();
        self.today = self.day.filter(|_| place.in_chat).unwrap_or(report);
        if place.heads_line {
            self.next_stamp(said);
        }
        let told = self.resolve_said(said);
        if place.heads_line
            && let Some(day) = self.day
        {
            self.last_stamp = said.clock.map(|clock| (day, clock.hour, clock.minute));
        }
        told
    }

    /// 17:35, then 11:02 at the head of a later line: the lines of a chat go on, so this is the next day.
    fn next_stamp(&mut self, said: &Said) {
        let (Some(clock), None, None) = (said.clock, said.day, said.part) else {
            return;
        };
        let Some((day, hour, minute)) = self.last_stamp else {
            return;
        };
        let next = day.checked_add(1.day()).ok().filter(|_| self.day == Some(day));
        let back = (clock.hour, clock.minute) < (hour, minute) && !clock.spoken;
        if let Some(next) = next.filter(|_| back)
            && iso_instant(next, clock.hour, clock).is_some_and(|at| at <= self.reported_at)
        {
            self.speak_of(next);
        }
    }

    fn resolve_said(&mut self, said: &Said) -> Resolved {
        if let Some(ago) = said.ago {
            return self.ago(ago, said.vague);
        }
        let day = match &said.day {
            Some(day) => match self.day(day)? {
                Moment::Day(date) => date,
                Moment::Month(year, month) => return Some((format!("{year:04}-{month:02}"), said.vague)),
                Moment::Year(year) => return Some((format!("{year:04}"), said.vague)),
            },
            None => return self.bare_clock(said),
        };
        let day = self.before_midnight(said, day).unwrap_or(day);
        // 明天到期: what is still to come is not where the story goes on.
        let kept = (self.day, self.last_hour);
        let to_come = day > self.reported.date() || is_next_year(said.day, day, self.reported.date());
        self.speak_of(day);
        let told = match said.clock {
            Some(clock) => self.at_clock(day, clock, said.part, said.vague, true),
            None => {
                self.note_part(said.part);
                Some((day.to_string(), said.vague || said.part.is_some()))
            }
        };
        if to_come {
            (self.day, self.last_hour) = kept;
        }
        told
    }

    /// 今晚十点 and 今天21:30 said after midnight are of the evening that has just ended.
    fn before_midnight(&self, said: &Said, day: Date) -> Option<Date> {
        if said.day != Some(Day::DaysFromReport(0)) || self.reported.hour() >= SMALL_HOURS_END {
            return None;
        }
        let yesterday = day.checked_sub(1.day()).ok()?;
        let Some(clock) = said.clock else {
            return matches!(said.part, Some(Part::Evening | Part::Afternoon | Part::Noon))
                .then_some(yesterday);
        };
        let (shift, hour) = hour_of(clock, said.part);
        let at = iso_instant(day.checked_add(shift.days()).ok()?, hour, clock)?;
        (at > self.reported_at).then_some(yesterday)
    }

    fn speak_of(&mut self, day: Date) {
        if self.day != Some(day) {
            self.last_hour = None;
        }
        self.day = Some(day);
    }

    fn note_part(&mut self, part: Option<Part>) {
        self.last_hour = match part {
            Some(Part::Afternoon) => Some((12, true)),
            Some(Part::Evening) => Some((17, true)),
            Some(Part::Noon) => Some((11, true)),
            Some(Part::Night) => Some((22, true)),
            _ => self.last_hour,
        };
    }

    // ---- clocks --------------------------------------------------------------------------------------------------

    /// A clock or a part of the day without a day.
    fn bare_clock(&mut self, said: &Said) -> Resolved {
        let Some(clock) = said.clock else {
            return self.bare_part(said.part?);
        };
        if let Some(day) = self.day {
            // 昨晚十一点…，凌晨一点又转: the small hours after an evening are the next day's.
            let day = if self.passes_midnight(said.part, clock, day) {
                day.checked_add(1.day()).ok()?
            } else {
                day
            };
            let day = self.not_after_report(day, clock, said.part);
            self.speak_of(day);
            return self.at_clock(day, clock, said.part, said.vague, false);
        }
        let today = self.reported.date();
        let (mut shift, mut hour) = hour_of(clock, said.part);
        if said.part.is_none() && self.just_now(clock, today) {
            hour += 12;
        }
        // No day was named: the latest such hour that is not after the report.
        let mut day = today;
        if shift == 0 && iso_instant(today, hour, clock).is_some_and(|at| at > self.reported_at) {
            day = today.checked_sub(1.day()).ok()?;
        }
        if iso_instant(day.checked_add(shift.days()).ok()?, hour, clock)
            .is_some_and(|at| at > self.reported_at)
        {
            shift -= 1;
        }
        let day = day.checked_add(shift.days()).ok()?;
        // What follows stays on this day, as if it had been named.
        self.speak_of(day);
        self.last_hour = Some((hour, said.part.is_some_and(is_late)));
        Some((iso(day, hour, clock), said.vague))
    }

    /// 时间均为昨晚至今晨…22:41, told at two: an hour of the report's day that is still to come was that of the day before.
    fn not_after_report(&self, day: Date, clock: Clock, part: Option<Part>) -> Date {
        let (shift, hour) = hour_of(clock, part);
        let to_come = |date: Date| iso_instant(date, hour, clock).is_some_and(|at| at > self.reported_at);
        match day.checked_sub(1.day()) {
            Ok(before) if day == self.reported.date() && shift == 0 && to_come(day) && !to_come(before) => {
                before
            }
            _ => day,
        }
    }

    /// 昨晚十一点…, 凌晨一点又转; 23:52 …, 00:07: the small hours after an evening are the next day's.
    fn passes_midnight(&self, part: Option<Part>, clock: Clock, day: Date) -> bool {
        let small = clock.hour <= 5 || part == Some(Part::Dawn) && clock.hour == 12;
        let evening = |least: u32| self.last_hour.is_some_and(|(hour, _)| hour >= least);
        let passes = match part {
            Some(Part::Dawn) => evening(17),
            Some(Part::Night) => small && evening(17),
            None => small && (clock.hour == 0 || !clock.spoken || clock.hour < 5) && evening(20),
            _ => false,
        };
        let told = || {
            let (_, hour) = hour_of(clock, part);
            iso_instant(day.checked_add(1.day()).ok()?, hour, clock)
        };
        passes && told().is_some_and(|at| at <= self.reported_at)
    }

    /// 九点零五分 in a call taken at 21:08, with no day named yet, is three minutes ago and not this morning.
    fn just_now(&self, clock: Clock, today: Date) -> bool {
        let later = (1..12)
            .contains(&clock.hour)
            .then(|| iso_instant(today, clock.hour + 12, clock))
            .flatten();
        let since = later.map(|at| self.reported_at.since(at).ms());
        clock.spoken && since.is_some_and(|ms| (0..=Span::hours(2).ms()).contains(&ms))
    }

    fn bare_part(&mut self, part: Part) -> Resolved {
        // 晚上 and 早上 before any day has been named are more often habits than times.
        let day = match (self.day, part) {
            (Some(day), _) => day,
            (None, Part::Afternoon | Part::Noon) => self.reported.date(),
            (None, _) => return None,
        };
        self.note_part(Some(part));
        Some((day.to_string(), true))
    }

    fn at_clock(
        &mut self,
        day: Date,
        clock: Clock,
        part: Option<Part>,
        vague: bool,
        dated: bool,
    ) -> Resolved {
        let part = self.past_midnight(day, clock, part);
        let (mut shift, mut hour) = hour_of(clock, part);
        // 昨天半夜零点一刻, said in the morning, is today 00:15.
        let after_midnight = part == Some(Part::Night) && hour <= 4 && shift == 0;
        if after_midnight && self.reported.date().checked_sub(1.day()).ok() == Some(day) {
            let today = self.reported.date();
            shift = i64::from(iso_instant(today, hour, clock).is_some_and(|at| at <= self.reported_at));
        }
        let mut late = part.is_some_and(is_late);
        if part.is_none() && (1..12).contains(&hour) && shift == 0 {
            let (carried, still_late) = if dated && !clock.spoken {
                (hour, false)
            } else {
                self.carry(clock, hour)
            };
            // Never carried past the report: what has not happened yet was not told.
            let told = iso_instant(day, carried, clock).is_none_or(|at| at <= self.reported_at);
            (hour, late) = if told || day > self.reported.date() {
                (carried, still_late)
            } else {
                (hour, false)
            };
        }
        let day = day.checked_add(shift.days()).ok()?;
        if shift == 0 {
            self.last_hour = Some((hour, late));
        } else {
            // The story is past midnight now.
            self.day = Some(day);
            self.last_hour = None;
        }
        Some((iso(day, hour, clock), vague))
    }

    /// 昨夜十一点五十五分起…，过了十二点又一笔: twelve behind a late hour is midnight.
    fn past_midnight(&self, day: Date, clock: Clock, part: Option<Part>) -> Option<Part> {
        let late = self.last_hour.is_some_and(|(hour, _)| hour >= 21);
        let told = day
            .checked_add(1.day())
            .ok()
            .and_then(|next| iso_instant(next, 0, clock));
        let twelve = part.is_none() && clock.hour == 12 && clock.spoken && late;
        let passed = twelve && told.is_some_and(|at| at <= self.reported_at);
        if passed { Some(Part::Evening) } else { part }
    }

    /// 昨天下午三点…四点: a bare hour stays in the half of the day the speaker is in, and 上午十点…两点 goes on to it.
    fn carry(&self, clock: Clock, hour: u32) -> (u32, bool) {
        match self.last_hour {
            Some((last, true)) if hour + 12 >= last && hour + 12 < 24 => (hour + 12, true),
            // 今天下午四点…，一点五十就来过电话: a step back stays in the afternoon.
            Some((13..=19, true)) if clock.spoken && hour < 7 => (hour + 12, true),
            // 今天21:30付的，然后十点又转: hours of 24 say the half of the day as well.
            Some((last @ 13.., false)) if clock.spoken && hour + 12 >= last => (hour + 12, true),
            Some((last, false))
                if clock.spoken && hour < last && last < 13 && hour + 12 >= last && hour < 7 =>
            {
                (hour + 12, true)
            }
            _ => (hour, false),
        }
    }

    // ---- days ----------------------------------------------------------------------------------------------------

    fn day(&mut self, day: &Day) -> Option<Moment> {
        let today = self.reported.date();
        Some(match *day {
            Day::Calendar {
                year: Some(year),
                month,
                day,
            } => self.calendar(year, month, day)?,
            Day::Calendar {
                year: None,
                month: Some(month),
                day: Some(day),
            } => {
                let date = self.latest(|year| Date::new(year, month, day).ok())?;
                self.month = Some((date.year(), month));
                Moment::Day(date)
            }
            Day::Calendar {
                year: None,
                month: Some(month),
                day: None,
            } => {
                let year = if month > today.month() {
                    today.year() - 1
                } else {
                    today.year()
                };
                self.month = Some((year, month));
                Moment::Month(year, month)
            }
            Day::Calendar {
                year: None,
                month: None,
                day,
            } => Moment::Day(self.day_of_month(day?)?),
            Day::YearsFromReport { offset, month, day } => {
                self.calendar(today.year() + offset, month, day)?
            }
            Day::MonthsFromReport { offset, day } => {
                let first = today.first_of_month().checked_add(offset.months()).ok()?;
                self.calendar(first.year(), Some(first.month()), day)?
            }
            Day::SameMonth { day } => {
                let (year, month) = self.month.unwrap_or((today.year(), today.month()));
                self.calendar(year, Some(month), day)?
            }
            Day::DaysFromReport(offset) => Moment::Day(self.today.checked_add(offset.days()).ok()?),
            Day::FromStory(0) => Moment::Day(self.day.unwrap_or(today)),
            Day::FromStory(offset) => Moment::Day(self.day?.checked_add(offset.days()).ok()?),
            Day::Weekday { week, day } => Moment::Day(
                monday(today)?
                    .checked_add((week * 7 + i64::from(day)).days())
                    .ok()?,
            ),
            Day::LatestWeekday(day) => {
                let this_week = monday(today)?.checked_add(i64::from(day).days()).ok()?;
                let back = if this_week > today { 7 } else { 0 };
                Moment::Day(this_week.checked_sub(back.days()).ok()?)
            }
        })
    }

    fn calendar(&mut self, year: i16, month: Option<i8>, day: Option<i8>) -> Option<Moment> {
        let Some(month) = month else {
            return Some(Moment::Year(year));
        };
        self.month = Some((year, month));
        match day {
            Some(day) => Date::new(year, month, day).ok().map(Moment::Day),
            None => Some(Moment::Month(year, month)),
        }
    }

    /// The latest of the dates, one per year, that is not after the report (29 February may be years back).
    fn latest(&self, in_year: impl Fn(i16) -> Option<Date>) -> Option<Date> {
        let today = self.reported.date();
        (0..=8)
            .filter_map(|back| in_year(today.year() - back))
            .find(|date| *date <= today)
    }

    /// 5日 takes the month last named, else the latest month in which it is not after the report.
    fn day_of_month(&self, day: i8) -> Option<Date> {
        let today = self.reported.date();
        if let Some(date) = self
            .month
            .and_then(|(year, month)| Date::new(year, month, day).ok())
            .filter(|date| *date <= today)
        {
            return Some(date);
        }
        (0..=12).find_map(|back: i32| {
            let first = today.first_of_month().checked_sub(back.months()).ok()?;
            Date::new(first.year(), first.month(), day)
                .ok()
                .filter(|date| *date <= today)
        })
    }

    // ---- a while ago ---------------------------------------------------------------------------------------------

    fn ago(&mut self, ago: Ago, vague: bool) -> Resolved {
        let today = self.reported.date();
        match ago {
            Ago::Minutes(n) => {
                let at = (self.reported_at - Span::minutes(n)).civil();
                self.speak_of(at.date());
                let clock = Clock {
                    hour: 0,
                    minute: u32::try_from(at.minute()).ok()?,
                    second: None,
                    spoken: false,
                };
                Some((iso(at.date(), u32::try_from(at.hour()).ok()?, clock), vague))
            }
            Ago::Days(n) => {
                let day = today.checked_sub(n.days()).ok()?;
                self.speak_of(day);
                Some((day.to_string(), vague))
            }
            Ago::Months(n) => {
                let first = today.first_of_month().checked_sub(n.months()).ok()?;
                Some((format!("{:04}-{:02}", first.year(), first.month()), vague))
            }
            Ago::Years(n) => Some((format!("{:04}", today.year() - n), vague)),
        }
    }
}

/// 10月10号的机票, told on the ninth: the value is last year's day (the latest not after the report), but the story does not go on there.
fn is_next_year(day: Option<Day>, date: Date, report: Date) -> bool {
    let open = matches!(
        day,
        Some(Day::Calendar {
            year: None,
            month: Some(_),
            ..
        })
    );
    open && report
        .checked_sub(330.days())
        .is_ok_and(|long_ago| date < long_ago)
}

enum Moment {
    Day(Date),
    Month(i16, i8),
    Year(i16),
}

fn monday(day: Date) -> Option<Date> {
    day.checked_sub(i64::from(day.weekday().to_monday_zero_offset()).days())
        .ok()
}

fn is_late(part: Part) -> bool {
    matches!(part, Part::Afternoon | Part::Evening | Part::Noon)
}

/// The hour of 24 and the days to add: 24时 and midnight are the next day's 00:00.
fn hour_of(clock: Clock, part: Option<Part>) -> (i64, u32) {
    match (part, clock.hour) {
        (_, 24) => (1, 0),
        (Some(Part::Dawn), 12) => (0, 0),
        (Some(Part::Noon), hour @ 1..=3) => (0, hour + 12),
        (Some(Part::Afternoon), hour @ 1..=11) => (0, hour + 12),
        (Some(Part::Evening | Part::Night), 12) => (1, 0),
        (Some(Part::Evening), hour @ 0..=4) => (1, hour),
        (Some(Part::Evening | Part::Night), hour @ 5..=11) => (0, hour + 12),
        (_, hour) => (0, hour),
    }
}

fn iso(day: Date, hour: u32, clock: Clock) -> String {
    match clock.second {
        Some(second) => format!("{day}T{hour:02}:{:02}:{second:02}+08:00", clock.minute),
        None => format!("{day}T{hour:02}:{:02}+08:00", clock.minute),
    }
}

fn iso_instant(day: Date, hour: u32, clock: Clock) -> Option<Instant> {
    let (hour, minute) = (i8::try_from(hour).ok()?, i8::try_from(clock.minute).ok()?);
    DateTime::new(day.year(), day.month(), day.day(), hour, minute, 0, 0)
        .ok()
        .map(Instant::from_civil)
}
