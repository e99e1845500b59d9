//! The words of a time: a day, a clock, or both side by side. Nothing is resolved here.

use super::clock::{TAIL, chars, clock_at, part_at, read_clock};
use super::day::day_at;
use crate::claims::Claims;
use crate::numeral::{self, small};
use crate::source::Source;
use regex::Regex;
use std::sync::LazyLock;

/// A time as it was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) day: Option<Day>,
    pub(super) part: Option<Part>,
    pub(super) clock: Option<Clock>,
    pub(super) ago: Option<Ago>,
    /// 左右, 许, 多, 大概 …
    pub(super) vague: bool,
}

/// Which day (or month, or year).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Day {
    Calendar {
        year: Option<i16>,
        month: Option<i8>,
        day: Option<i8>,
    },
    /// 今年3月, 去年12月5日: years from the report's.
    YearsFromReport {
        offset: i16,
        month: Option<i8>,
        day: Option<i8>,
    },
    /// 本月3号, 上个月: months from the report's.
    MonthsFromReport { offset: i32, day: Option<i8> },
    /// 同月, 当月
    SameMonth { day: Option<i8> },
    /// 昨天: days from the report's.
    DaysFromReport(i64),
    /// 当天, 次日: days from the one last spoken of.
    FromStory(i64),
    /// 上周五: weeks from the report's, Monday 0.
    Weekday { week: i64, day: i8 },
    /// 周五 alone: the latest one not after the report.
    LatestWeekday(i8),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Part {
    /// 凌晨: as said, but its 12 o'clock is midnight.
    Dawn,
    /// 早上, 上午: the hour as said.
    Morning,
    Noon,
    Afternoon,
    Evening,
    /// 半夜, 深夜: late or early.
    Night,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Clock {
    pub(super) hour: u32,
    pub(super) minute: u32,
    pub(super) second: Option<u32>,
    /// 点 (spoken, twelve hours likely) rather than 时 or 15:30.
    pub(super) spoken: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ago {
    Minutes(i64),
    Days(i64),
    Months(i32),
    Years(i16),
}

/// What may stand between a day and a clock that are one time, weekday in brackets included.
static BRIDGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:\s?[（(]?(?:周|星期|礼拜)[一二三四五六日天][）)]?)?(?:\s{0,2}|的|T)").expect("constant")
});

static AGO: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?P<n>[0-9]{1,3}|半|[一二两三四五六七八九]?十?[一二两三四五六七八九十]|几)\s?(?P<more>多)?(?P<ge>个半|个多|个)?(?P<u>分钟|分|小时|钟头|天|日|周|星期|礼拜|月|年)(?P<half>半|多)?(?:以|之)?前",
    )
    .expect("constant")
});

pub(super) static VAGUE_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:大概|大约|约莫|约|差不多|将近|接近|近)(?:是|在|到)?(?:的)?$").expect("constant")
});

/// All times of a text in order.
pub(super) fn scan(source: &Source, claims: &Claims) -> Vec<Said> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < source.len() {
        if !may_begin(source.at(at)) || !claims.is_free(at, at + 1) {
            at += 1;
            continue;
        }
        let behind_clock = found.last().is_some_and(|said: &Said| {
            // 早上九点两万，十一点三万: hours of one list.
            let listed = matches!(source.before(at), '，' | '、') && at - said.end <= 6;
            said.clock.is_some_and(|clock| clock.spoken) && (said.end == at || listed)
        });
        let told = time_at(source, at).or_else(|| behind_clock.then(|| clock_behind(source, at)).flatten());
        match told.filter(|said| claims.is_free(said.start, said.end)) {
            Some(mut said) => {
                // 过了零点: of the night that the evening goes over to.
                let midnight = said.clock.is_some_and(|clock| clock.hour == 0 && clock.spoken);
                if midnight
                    && said.part.is_none()
                    && said.day.is_none()
                    && PASSED.is_match(source.left(said.start, 3))
                {
                    said.part = Some(Part::Evening);
                }
                at = said.end;
                found.push(said);
            }
            None => at = skip(source, at),
        }
    }
    found
}

/// 十一点零二|十一点零三: an hour right behind an hour begins anew, whatever digit stands before it.
fn clock_behind(source: &Source, at: usize) -> Option<Said> {
    let (clock, end, vague) = read_clock(source, at, false, true).filter(|(clock, ..)| clock.spoken)?;
    Some(Said {
        start: at,
        end,
        day: None,
        part: None,
        clock: Some(clock),
        ago: None,
        vague,
    })
}

static PASSED: LazyLock<Regex> = LazyLock::new(|| Regex::new("(?:过了|一过|刚过)$").expect("constant"));

/// A digit run that begins no time is skipped whole: its middle is not a time either.
fn skip(source: &Source, at: usize) -> usize {
    let mut end = at + 1;
    while source.at(at).is_ascii_digit() && source.at(end).is_ascii_digit() {
        end += 1;
    }
    end
}

fn may_begin(c: char) -> bool {
    c.is_ascii_digit()
        || numeral::digit(c).is_some()
        || matches!(
            c,
            '十' | '大'
                | '前'
                | '昨'
                | '今'
                | '明'
                | '后'
                | '当'
                | '同'
                | '次'
                | '翌'
                | '第'
                | '隔'
                | '本'
                | '这'
                | '上'
                | '下'
                | '去'
                | '周'
                | '星'
                | '礼'
                | '凌'
                | '清'
                | '早'
                | '中'
                | '正'
                | '午'
                | '傍'
                | '黄'
                | '晚'
                | '夜'
                | '半'
                | '深'
                | '几'
                | '吃'
                | '朝'
                | '差'
                | '元'
                | '劳'
                | '国'
                | '尋'
                | '寻'
                | '噚'
                | '琴'
        )
}

/// 9:00-10:00, 15时-16时: a dash behind a clock does not glue.
static SPAN_BEFORE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?::[0-5][0-9]|[时点分日号月年])-$").expect("constant"));

fn time_at(source: &Source, at: usize) -> Option<Said> {
    let glued = source.at(at).is_ascii_digit()
        && !SPAN_BEFORE.is_match(source.left(at, 4))
        && (source.before(at).is_ascii_alphanumeric()
            || matches!(source.before(at), '.' | ':' | '-' | '/' | '_' | '¥' | '$' | '*')
                && source.at(at.saturating_sub(2)).is_ascii_alphanumeric());
    if glued || matches!(source.before(at), '¥' | '$') {
        return None;
    }
    ago_at(source, at)
        .or_else(|| dated_at(source, at))
        .or_else(|| clock_at(source, at))
}

fn ago_at(source: &Source, at: usize) -> Option<Said> {
    let right = source.right(at, 12);
    let found = AGO.captures(right)?;
    let numeral_before = source.before(at);
    if numeral::digit(numeral_before).is_some() || matches!(numeral_before, '第' | '十' | '百' | '.') {
        return None;
    }
    let half_more = matches!(found.name("ge").map(|m| m.as_str()), Some("个半"))
        || found.name("half").is_some_and(|m| m.as_str() == "半");
    let vague = found.name("more").is_some()
        || matches!(found.name("ge").map(|m| m.as_str()), Some("个多"))
        || found.name("half").is_some_and(|m| m.as_str() == "多")
        || VAGUE_BEFORE.is_match(source.left(at, 6));
    let number = found.name("n")?.as_str();
    let n = if number == "半" {
        0
    } else {
        i64::from(small(number)?)
    };
    let minutes = |unit: i64| n * unit + if number == "半" || half_more { unit / 2 } else { 0 };
    let ago = match found.name("u")?.as_str() {
        "分钟" | "分" => Ago::Minutes(n),
        "小时" | "钟头" => Ago::Minutes(minutes(60)),
        "天" | "日" if number != "半" => Ago::Days(n),
        "周" | "星期" | "礼拜" if number != "半" => Ago::Days(7 * n),
        "月" if found.name("ge").is_some() && number != "半" => Ago::Months(i32::try_from(n).ok()?),
        "年" if number != "半" => Ago::Years(i16::try_from(n).ok()?),
        _ => return None,
    };
    let end = at + chars(found.get(0)?.as_str());
    Some(Said {
        start: at,
        end,
        day: None,
        part: None,
        clock: None,
        ago: Some(ago),
        vague,
    })
}

fn dated_at(source: &Source, at: usize) -> Option<Said> {
    let read = day_at(source, at)?;
    let bridge = BRIDGE
        .find(source.right(read.end, 10))
        .map_or(0, |m| chars(m.as_str()));
    let after_bridge = read.end + bridge;
    let mut said = Said {
        start: at,
        end: read.end,
        day: Some(read.day),
        part: read.part,
        clock: None,
        ago: None,
        vague: read.vague,
    };
    let follows = if after_bridge == read.end || !precise(&read.day) {
        read.end
    } else {
        after_bridge
    };
    if precise(&read.day) {
        attach_clock(source, &mut said, follows, read.end);
    }
    // 12-28 at the head of a line, with something behind it, is the day of a list's row.
    let heads_line = matches!(source.before(at), '\n' | '\0')
        && matches!(source.at(read.end), ' ' | '|' | '\t' | '，' | '：');
    // 12-20：4000，12-21：4000: in a row of days with their sums.
    let heads_sum = matches!(source.before(at), '，' | ',' | '；' | '\n' | '：')
        && matches!(source.at(read.end), '：' | ':')
        && source.at(read.end + 1).is_ascii_digit()
        && !source.at(read.end + 2).is_ascii_punctuation();
    if said.clock.is_none() && said.part.is_none() && read.needs_clock && !heads_line && !heads_sum {
        return None;
    }
    said.vague |= VAGUE_BEFORE.is_match(source.left(at, 6));
    Some(said)
}

/// Whether the words name a single day, to which a clock can belong.
fn precise(day: &Day) -> bool {
    match day {
        Day::Calendar { day, .. }
        | Day::YearsFromReport { day, .. }
        | Day::MonthsFromReport { day, .. }
        | Day::SameMonth { day } => day.is_some(),
        _ => true,
    }
}

fn attach_clock(source: &Source, said: &mut Said, from: usize, day_end: usize) {
    let (part, part_end) = if said.part.is_some() {
        (said.part, from)
    } else {
        part_at(source, from)
    };
    let mut clock_from = part_end;
    if part.is_some() && source.at(part_end) == ' ' {
        clock_from += 1;
    }
    if let Some((clock, end, vague)) = read_clock(source, clock_from, part.is_some(), true) {
        said.part = part;
        said.clock = Some(clock);
        said.end = end;
        said.vague |= vague;
    } else if said.part.is_none() && part.is_some() {
        said.part = part;
        said.end = part_end;
    } else {
        said.end = day_end;
        let right = source.right(day_end, 4);
        // 4月2日左右, 昨天前后.
        if let Some(tail) = TAIL
            .captures(right)
            .and_then(|t| t.name("vague"))
            .filter(|t| t.as_str() != "多" && t.as_str() != "过")
        {
            said.end = day_end + chars(tail.as_str());
            said.vague = true;
        }
    }
}
