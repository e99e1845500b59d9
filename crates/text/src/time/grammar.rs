//! The words of a time: a day, a clock, or both side by side. Nothing is resolved here.

use crate::claims::Claims;
use crate::numeral::{self, small};
use crate::source::Source;
use regex::{Captures, Regex};
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
    RelativeYear {
        offset: i16,
        month: Option<i8>,
        day: Option<i8>,
    },
    /// 本月3号, 上个月: months from the report's.
    RelativeMonth { offset: i32, day: Option<i8> },
    /// 同月, 当月
    SameMonth { day: Option<i8> },
    /// 昨天: days from the report's.
    RelativeDay(i64),
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

const CN: &str = "[零〇一二两三四五六七八九十]";

static DATE: LazyLock<Regex> = LazyLock::new(|| {
    let year = "(?P<y>(?:19|20)[0-9]{2}|[一二][零〇九一二三四五六七八]{3})\\s?年";
    let month = format!(
        "(?P<m>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])\\s?月份?(?P<mp>初|底|末|中旬|上旬|下旬)?"
    );
    let day = format!(
        "(?P<d>3[01]|[12][0-9]|0?[1-9]|三十一?|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九])\\s?(?:[日号]|(?P<nod>))"
    );
    let rel_day = "(?P<rd>大前[天日]|前[天日]|昨[天日儿]|今[天日儿]|明[天日]|后天|当[天日]|同[日]|次日|翌日|第二天|第2天|隔天)|(?P<rdp>昨|今|前|当|明)(?P<rdpp>晚上|晚间|晚|夜里|夜|早上|早|晨|下午|上午|中午)";
    Regex::new(&format!(
        concat!(
            "(?:{year}\\s?(?:{month}(?:\\s?{day})?)?",
            "|(?P<y2>2[0-9])年{month2}(?:\\s?{day2})?",
            "|(?P<iy>(?:19|20)[0-9]{{2}})[-/.](?P<im>1[0-2]|0?[1-9])[-/.](?P<id>3[01]|[12][0-9]|0?[1-9])日?",
            "|(?P<sm>0[1-9]|1[0-2])[-/.](?P<sd>3[01]|[12][0-9]|0[1-9])(?P<sdu>日)?",
            "|(?P<sm2>1[0-2]|[1-9])[-/.](?P<sd2>3[01]|[12][0-9]|0?[1-9])(?P<sdu2>[日号])?",
            "|(?P<ry>今年|去年|前年|明年|本年|上一年)(?:的?{month3}(?:\\s?{day3})?)?",
            "|(?P<rm>本月|这个月|上个月|上月|下个月|下月|当月|同月|上上个月)(?P<rmp>初|底|末|中旬|上旬|下旬)?(?:的?{day4})?",
            "|{month5}(?:\\s?{day5})?",
            "|(?P<wk>上上个?|上个?|上一个?|本|这个?|下个?)(?:周|星期|礼拜)(?P<wd>[一二三四五六日天末1-7])",
            "|(?P<bwk>周|星期|礼拜)(?P<bwd>[一二三四五六日天])",
            "|{rel_day}",
            "|(?P<bd>3[01]|[12][0-9]|0?[1-9]|三十一?|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九])(?P<bdu>[日号]))"
        ),
        year = year,
        month = month,
        day = day.replace("(?P<nod>)", "(?P<nod>)"),
        month2 = month.replace("P<m>", "P<m2>").replace("P<mp>", "P<mp2>"),
        day2 = day.replace("P<d>", "P<d2>").replace("P<nod>", "P<nod2>"),
        month3 = month.replace("P<m>", "P<m3>").replace("P<mp>", "P<mp3>"),
        day3 = day.replace("P<d>", "P<d3>").replace("P<nod>", "P<nod3>"),
        day4 = day.replace("P<d>", "P<d4>").replace("P<nod>", "P<nod4>"),
        month5 = month.replace("P<m>", "P<m5>").replace("P<mp>", "P<mp5>"),
        day5 = day.replace("P<d>", "P<d5>").replace("P<nod>", "P<nod5>"),
        rel_day = rel_day,
    ))
    .expect("constant")
});

/// What may stand between a day and a clock that are one time, weekday in brackets included.
static BRIDGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:\s?[（(]?(?:周|星期|礼拜)[一二三四五六日天][）)]?)?(?:\s{0,2}|的|T)").expect("constant")
});

static PART: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?P<part>凌晨|清晨|清早|早晨|早上|早间|大早上|上午|中午|正午|午间|下午|午后|傍晚|黄昏|晚上|晚间|夜里|夜间|半夜|深夜|午夜|夜晚|大半夜|后半夜|晚|早)")
        .expect("constant")
});

static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        concat!(
            r"^(?:的|T|\s\s?)?(?:",
            r"(?P<h24>[01]?[0-9]|2[0-4])\s?[:：]\s?(?P<m24>[0-5][0-9])(?:\s?[:：]\s?(?P<s24>[0-5][0-9]))?",
            r"|(?P<range>[一二三四五六七八九]{{2}})(?P<runit>点钟?|时)",
            r"|(?P<h>[01]?[0-9]|2[0-4]|二十[一二三四]?|十[一二三四五六七八九]?|[零〇一二两三四五六七八九])\s?(?P<unit>点钟|点|时)",
            r"(?P<half>半)?(?P<q>[一二三两1-3]刻钟?)?",
            r"(?:(?P<m>[0-5]?[0-9]|[二三四五]?十[一二三四五六七八九]?|[零〇][一二三四五六七八九]|[一二三四五六七八九])(?P<mu>分)?(?:\s?(?P<s>[0-5]?[0-9]|{cn}{{1,3}})秒)?)?",
            r")"
        ),
        cn = CN
    ))
    .expect("constant")
});

static AGO: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(?P<n>[0-9]{1,3}|半|[一二两三四五六七八九]?十?[一二两三四五六七八九十]|几)\s?(?P<more>多)?(?P<ge>个半|个多|个)?(?P<u>分钟|分|小时|钟头|天|日|周|星期|礼拜|月|年)(?P<half>半|多)?(?:以|之)?前"
    ))
    .expect("constant")
});

static TAIL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:整(?:[，。、,）)]|$)|(?P<vague>(?:多钟?|来钟|过)?(?:左右|前后|上下|许)|多钟?|来钟|过(?:[，。、,\s）)]|$)))").expect("constant")
});
static VAGUE_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
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
        match time_at(source, at).filter(|said| claims.is_free(said.start, said.end)) {
            Some(said) => {
                at = said.end;
                found.push(said);
            }
            None => at = skip(source, at),
        }
    }
    found
}

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

fn chars(text: &str) -> usize {
    text.chars().count()
}

// ---- a while ago -------------------------------------------------------------------------------------------------

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

// ---- a day, perhaps with a clock ---------------------------------------------------------------------------------

struct DayRead {
    day: Day,
    part: Option<Part>,
    /// 初, 底, 中旬
    vague: bool,
    /// Only a day if a clock follows (2日, 周三).
    needs_clock: bool,
    end: usize,
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
    if said.clock.is_none() && said.part.is_none() && read.needs_clock {
        return None;
    }
    said.vague |= VAGUE_BEFORE.is_match(source.left(at, 6));
    Some(said)
}

/// Whether the words name a single day, to which a clock can belong.
fn precise(day: &Day) -> bool {
    match day {
        Day::Calendar { day, .. }
        | Day::RelativeYear { day, .. }
        | Day::RelativeMonth { day, .. }
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

fn number(found: &Captures<'_>, names: &[&str]) -> Option<u32> {
    names
        .iter()
        .find_map(|name| found.name(name))
        .and_then(|m| small(m.as_str()))
}

fn day_at(source: &Source, at: usize) -> Option<DayRead> {
    let right = source.right(at, 20);
    let found = DATE
        .captures(right)
        .filter(|f| f.get(0).is_some_and(|m| m.start() == 0))?;
    let mut end = at + chars(found.get(0)?.as_str());
    let mut day = number(&found, &["d", "d2", "d3", "d4", "d5", "id", "bd", "sd", "sd2"])
        .and_then(|d| i8::try_from(d).ok());
    let month =
        number(&found, &["m", "m2", "m3", "m5", "im", "sm", "sm2"]).and_then(|m| i8::try_from(m).ok());
    // 4月2 without 日 is a day only when a clock or the end of the clause follows.
    if let Some(open) = ["nod", "nod2", "nod3", "nod4", "nod5"]
        .iter()
        .find_map(|n| found.name(n))
    {
        let after = at + chars(&right[..open.start()]);
        if !day_may_end(source, after) {
            day = None;
            let cut = ["d", "d2", "d3", "d4", "d5"].iter().find_map(|n| found.name(n))?;
            end = at + chars(right[..cut.start()].trim_end());
        }
    }
    let month_part = ["mp", "mp2", "mp3", "mp5", "rmp"]
        .iter()
        .any(|name| found.name(name).is_some());
    let mut read = DayRead {
        day: Day::FromStory(0),
        part: None,
        vague: month_part,
        needs_clock: false,
        end,
    };
    if let Some(year) = ["y", "iy"].iter().find_map(|n| found.name(n)) {
        read.day = Day::Calendar {
            year: Some(full_year(year.as_str())?),
            month,
            day,
        };
    } else if let Some(year) = found.name("y2") {
        read.day = Day::Calendar {
            year: Some(2000 + year.as_str().parse::<i16>().ok()?),
            month,
            day,
        };
    } else if let Some(year) = found.name("ry") {
        let offset = match year.as_str() {
            "去年" | "上一年" => -1,
            "前年" => -2,
            "明年" => 1,
            _ => 0,
        };
        // 今年45岁, 今年刚毕业: an age or a state, not a time.
        if month.is_none() && AGE_BEHIND.is_match(source.right(end, 3)) {
            return None;
        }
        read.day = Day::RelativeYear { offset, month, day };
    } else if let Some(relative) = found.name("rm") {
        read.day = relative_month(relative.as_str(), day);
    } else if let Some(week) = found.name("wk") {
        read.day = Day::Weekday {
            week: weeks(week.as_str()),
            day: weekday(found.name("wd")?.as_str())?,
        };
        read.vague |= found.name("wd")?.as_str() == "末";
    } else if let Some(word) = found.name("bwd") {
        return bare_weekday(source, at, end, found.name("bwk")?.as_str(), word.as_str());
    } else if let Some(word) = found.name("rd") {
        return relative_day(source, at, end, word.as_str());
    } else if found.name("rdp").is_some() {
        return short_day(source, at, &found);
    } else if found.name("bd").is_some() {
        return bare_day(source, at, end, day?, found.name("bdu")?.as_str());
    } else if found.name("sm").is_some() || found.name("sm2").is_some() {
        // 04-02 and 4.2 are dates only with 日 or a clock behind them.
        read.day = Day::Calendar {
            year: None,
            month,
            day,
        };
        read.needs_clock = found.name("sdu").is_none() && found.name("sdu2").is_none();
    } else {
        if !month_may_stand(source, at, end, day) {
            return None;
        }
        read.day = Day::Calendar {
            year: None,
            month: Some(month?),
            day,
        };
    }
    year_may_stand(source, &read).then_some(read)
}

static AGE_BEHIND: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:已经?|都|快|刚|才|就)?[0-9一二三四五六七八九十]").expect("constant"));

fn day_may_end(source: &Source, at: usize) -> bool {
    let next = source.at(at);
    matches!(next, '，' | '。' | '、' | '\0' | ',') || PART.is_match(source.right(at, 3))
}

/// 2026年度, 3月租: not a time of their own.
fn year_may_stand(source: &Source, read: &DayRead) -> bool {
    !matches!(
        source.at(read.end),
        '度' | '租' | '薪' | '费' | '供' | '票' | '息' | '卡' | '级' | '检'
    ) && source.before(read.end) != '\0'
}

fn month_may_stand(source: &Source, at: usize, end: usize, day: Option<i8>) -> bool {
    let before = source.before(at);
    if matches!(before, '个' | '第' | '几' | '每' | '.' | '年')
        || before.is_ascii_digit()
        || numeral::digit(before).is_some()
        || before == '十'
    {
        return false;
    }
    day.is_some()
        || !matches!(
            source.at(end),
            '内' | '后' | '租' | '薪' | '供' | '费' | '息' | '卡' | '票' | '老' | '亮' | '嫂' | '饼' | '球'
        )
}

fn full_year(text: &str) -> Option<i16> {
    if let Ok(year) = text.parse() {
        return Some(year);
    }
    text.chars().try_fold(0_i16, |year, c| {
        Some(year * 10 + i16::try_from(numeral::digit(c)?).ok()?)
    })
}

fn relative_month(word: &str, day: Option<i8>) -> Day {
    match word {
        "当月" | "同月" => Day::SameMonth { day },
        "上个月" | "上月" => Day::RelativeMonth { offset: -1, day },
        "上上个月" => Day::RelativeMonth { offset: -2, day },
        "下个月" | "下月" => Day::RelativeMonth { offset: 1, day },
        _ => Day::RelativeMonth { offset: 0, day },
    }
}

fn weeks(word: &str) -> i64 {
    match word.chars().filter(|c| *c == '上').count() {
        0 if word.starts_with('下') => 1,
        ups => -i64::try_from(ups).unwrap_or(0),
    }
}

fn weekday(word: &str) -> Option<i8> {
    Some(match word {
        "一" | "1" => 0,
        "二" | "2" => 1,
        "三" | "3" => 2,
        "四" | "4" => 3,
        "五" | "5" => 4,
        "六" | "末" | "6" => 5,
        "日" | "天" | "7" => 6,
        _ => return None,
    })
}

/// 周五 alone. 周三 may be the beginning of a name and 一周五天 a count, so 周 needs a sign of time beside it.
fn bare_weekday(source: &Source, at: usize, end: usize, unit: &str, word: &str) -> Option<DayRead> {
    let before = source.before(at);
    if matches!(
        before,
        '每' | '个' | '逢' | '两' | '几' | '半' | '一' | '第' | '各'
    ) || before.is_ascii_digit()
    {
        return None;
    }
    let next = source.at(end);
    let sign = PART.is_match(source.right(end, 3))
        || matches!(
            next,
            '，' | '。' | '的' | '那' | '我' | '又' | '接' | ',' | '、' | '）'
        ) && matches!(
            before,
            '在' | '于' | '是' | '从' | '到' | '，' | '。' | '（' | '\0' | '这' | '就'
        );
    if unit == "周" && (!sign || matches!(next, '至' | '到') || word == "天") {
        return None;
    }
    Some(DayRead {
        day: Day::LatestWeekday(weekday(word)?),
        part: None,
        vague: false,
        needs_clock: false,
        end,
    })
}

fn relative_day(source: &Source, at: usize, end: usize, word: &str) -> Option<DayRead> {
    let back = source.before(at);
    let day = match word.chars().next()? {
        '大' => Day::RelativeDay(-3),
        '前' if matches!(back, '之' | '以' | '提' | '目' | '三' | '几' | '两') => return None,
        '前' => Day::RelativeDay(-2),
        '昨' => Day::RelativeDay(-1),
        '今' if back == '至' || back == '如' => return None,
        '今' => Day::RelativeDay(0),
        '明' if matches!(back, '说' | '声' | '证') && word == "明日" => return None,
        '明' => Day::RelativeDay(1),
        '后' if matches!(back, '以' | '之' | '前' | '最' | '今') => return None,
        '后' => Day::RelativeDay(2),
        '当' | '同' => Day::FromStory(0),
        '次' | '翌' | '第' | '隔' => Day::FromStory(1),
        _ => return None,
    };
    if word.starts_with('当') && matches!(source.at(end), '做' | '成' | '下' | '作') {
        return None;
    }
    Some(DayRead {
        day,
        part: None,
        vague: false,
        needs_clock: false,
        end,
    })
}

/// 昨晚, 今早, 当晚, 前晚.
fn short_day(source: &Source, at: usize, found: &Captures<'_>) -> Option<DayRead> {
    let day = match found.name("rdp")?.as_str() {
        "昨" => Day::RelativeDay(-1),
        "前" => Day::RelativeDay(-2),
        "明" => Day::RelativeDay(1),
        "当" => Day::FromStory(0),
        _ => Day::RelativeDay(0),
    };
    let word = found.name("rdpp")?.as_str();
    let back = source.before(at);
    let misread = matches!(
        (back, found.name("rdp")?.as_str()),
        ('从' | '目' | '之' | '以' | '提' | '人' | '会', "前")
            | ('应' | '相' | '说' | '正', "当")
            | ('声' | '证' | '说', "明")
    );
    if misread {
        return None;
    }
    let part = match word {
        "早" | "早上" | "晨" | "上午" => Part::Morning,
        "中午" => Part::Noon,
        "下午" => Part::Afternoon,
        _ => Part::Evening,
    };
    let mut end = at + chars(found.get(0)?.as_str());
    let mut part = part;
    // 昨晚凌晨1点, 昨夜凌晨.
    if source.right(end, 2) == "凌晨" || source.right(end, 2) == "半夜" {
        end += 2;
        part = Part::Evening;
    }
    Some(DayRead {
        day,
        part: Some(part),
        vague: false,
        needs_clock: false,
        end,
    })
}

static NUMBERED_THING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:线|楼|门|店|房|院|机|厅|桌|窗|码|柜|车|馆|库|仓|技|链|商|令|文|卡|单|球|库|嫌|群|院|台|铺|坑|井|位|选|客|经|小区|地块|公寓|员|账|帐|工|机|街|路|站|院|段|席|座|主播|直播)").expect("constant")
});
static ADDRESS_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:路|街|道|巷|弄|村|园|苑|城|区|栋|幢|号|尾|编|账|第|帐|〕|\]|【|单元|No\.?|字)$")
        .expect("constant")
});

/// 3号 or 2日 without a month.
fn bare_day(source: &Source, at: usize, end: usize, day: i8, unit: &str) -> Option<DayRead> {
    let before = source.before(at);
    let numbered = before.is_ascii_alphanumeric()
        || numeral::digit(before).is_some()
        || matches!(
            before,
            '十' | '.' | '每' | '-' | '/' | '几' | '近' | '满' | '过' | '连'
        );
    let right = source.right(end, 3);
    if numbered
        || ADDRESS_BEFORE.is_match(source.left(at, 3))
        || (unit == "号" && NUMBERED_THING.is_match(right))
    {
        return None;
    }
    let listed = matches!(before, '至' | '到' | '、' | '-' | '和');
    let dated = PART.is_match(right) || read_clock(source, end, false, true).is_some();
    // 3日 may be a duration (3日内), 一号 a number in a row: both then need a clock or a list.
    let weak = unit == "日" || !source.at(at).is_ascii_digit();
    let sure = dated
        || listed && !matches!(source.at(end), '内' | '无' | '游' | '之')
        || (!weak && !matches!(source.at(end), '，' | '。')
            || !weak
                && matches!(
                    before,
                    '，' | '。' | '是' | '在' | '从' | '于' | '月' | '\0' | '到'
                ));
    let spoken_day = !source.at(at).is_ascii_digit() && unit == "号" && end - at >= 3;
    if !(sure || spoken_day) || (weak && matches!(source.at(end), '内' | '游')) {
        return None;
    }
    Some(DayRead {
        day: Day::Calendar {
            year: None,
            month: None,
            day: Some(day),
        },
        part: None,
        vague: false,
        needs_clock: false,
        end,
    })
}

// ---- a clock -----------------------------------------------------------------------------------------------------

fn part_at(source: &Source, at: usize) -> (Option<Part>, usize) {
    let Some(found) = PART.find(source.right(at, 4)) else {
        return (None, at);
    };
    let next = source.right(at + 1, 2);
    let lone = matches!(found.as_str(), "早" | "晚");
    // 晚一点, 早两点来, 晚些时候, 晚饭: later, earlier, a meal; no part of the day.
    if lone
        && (next.starts_with(['些', '点', '于', '期', '会', '饭', '餐', '就', '已', '该', '知'])
            || matches!(next, "一点" | "两点" | "几点" | "1点"))
    {
        return (None, at);
    }
    let part = match found.as_str() {
        "凌晨" | "后半夜" => Part::Dawn,
        "中午" | "正午" | "午间" => Part::Noon,
        "下午" | "午后" | "傍晚" | "黄昏" => Part::Afternoon,
        "晚上" | "晚间" | "晚" | "夜晚" => Part::Evening,
        "夜里" | "夜间" | "半夜" | "深夜" | "午夜" | "大半夜" => Part::Night,
        _ => Part::Morning,
    };
    (Some(part), at + chars(found.as_str()))
}

/// A clock without a day: 下午三点, 15:30, 九点零五分; or a part of the day alone.
fn clock_at(source: &Source, at: usize) -> Option<Said> {
    let (part, part_end) = part_at(source, at);
    let mut from = part_end;
    if part.is_some() && matches!(source.at(from), ' ' | '的') {
        from += 1;
    }
    let vague_before = VAGUE_BEFORE.is_match(source.left(at, 6));
    if let Some((clock, end, vague)) = read_clock(source, from, part.is_some(), false) {
        return Some(Said {
            start: at,
            end,
            day: None,
            part,
            clock: Some(clock),
            ago: None,
            vague: vague || vague_before,
        });
    }
    let part = part?;
    part_alone(source, at, part_end).then_some(Said {
        start: at,
        end: part_end,
        day: None,
        part: Some(part),
        clock: None,
        ago: None,
        vague: false,
    })
}

/// 上午, 晚上 …: habits (每天晚上) and greetings (晚上好) are no time.
fn part_alone(source: &Source, at: usize, end: usize) -> bool {
    let word = source.slice(at, end);
    if word.chars().count() < 2 || HABIT_BEFORE.is_match(source.left(at, 4)) {
        return false;
    }
    !matches!(source.at(end), '好' | '饭' | '餐' | '茶' | '觉' | '班' | '休')
        && !source.right(end, 2).starts_with('都')
}

static HABIT_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:每天|天天|每个|每|整个|一|一个|平时|几个|每日|大|有时|经常|到了)$").expect("constant")
});

/// Reads a clock at a position. `dated` when a day stands right before it, `parted` when a part of the day does.
fn read_clock(source: &Source, at: usize, parted: bool, dated: bool) -> Option<(Clock, usize, bool)> {
    let right = source.right(at, 22);
    let found = CLOCK.captures(right)?;
    let bridged = right.starts_with([' ', '的', 'T']);
    if bridged && !(parted || dated) {
        return None;
    }
    if let Some(range) = found.name("range") {
        return hour_range(source, at, &found, range.as_str());
    }
    if let Some(hour) = found.name("h24") {
        return digital_clock(source, at, &found, hour.as_str());
    }
    spoken_clock(source, at, right, &found, parted || dated, parted)
}

/// 晚上七八点: about the first hour.
fn hour_range(source: &Source, at: usize, found: &Captures<'_>, range: &str) -> Option<(Clock, usize, bool)> {
    let mut hours = range.chars().filter_map(numeral::digit);
    let (first, second) = (hours.next()?, hours.next()?);
    if second != first + 1 || numeral::digit(source.before(at)).is_some() {
        return None;
    }
    let end = at + chars(found.get(0)?.as_str());
    let clock = Clock {
        hour: u32::try_from(first).ok()?,
        minute: 0,
        second: None,
        spoken: true,
    };
    let (end, _) = with_tail(source, end);
    Some((clock, end, true))
}

fn digital_clock(
    source: &Source,
    at: usize,
    found: &Captures<'_>,
    hour: &str,
) -> Option<(Clock, usize, bool)> {
    let end = at + chars(found.get(0)?.as_str());
    let next = source.at(end);
    let before = source.before(at);
    if next.is_ascii_digit()
        || matches!(next, ':' | '%')
        || before == ':'
        || before.is_ascii_digit() && source.at(at).is_ascii_digit()
    {
        return None;
    }
    let minute = found.name("m24")?.as_str().parse().ok()?;
    let second = found.name("s24").and_then(|s| s.as_str().parse().ok());
    let clock = Clock {
        hour: hour.parse().ok()?,
        minute,
        second,
        spoken: false,
    };
    let (end, vague) = with_tail(source, end);
    valid(&clock).then_some((clock, end, vague))
}

fn spoken_clock(
    source: &Source,
    at: usize,
    right: &str,
    found: &Captures<'_>,
    anchored: bool,
    parted: bool,
) -> Option<(Clock, usize, bool)> {
    let hour_text = found.name("h")?.as_str();
    let hour = small(hour_text)?;
    let unit = found.name("unit")?;
    let before = source.before(at);
    if !anchored
        && (before.is_ascii_digit()
            || matches!(before, '.' | '第' | '十' | '百' | '几')
            || numeral::digit(before).is_some())
    {
        return None;
    }
    let mut end_byte = unit.end();
    let (mut minute, mut second) = (0, None);
    if found.name("half").is_some() {
        minute = 30;
        end_byte = found.name("half")?.end();
    } else if let Some(quarter) = found.name("q") {
        minute = 15 * small(&quarter.as_str().chars().next()?.to_string())?;
        end_byte = quarter.end();
    } else if let Some((m, s, end)) = minutes(right, found) {
        (minute, second, end_byte) = (m, s, end);
    }
    let said_more = end_byte > unit.end();
    let end = at + chars(&right[..end_byte]);
    let clock = Clock {
        hour,
        minute,
        second,
        spoken: unit.as_str() != "时",
    };
    let (end, vague) = with_tail(source, end);
    let plain = !said_more && !vague && unit.as_str() != "点钟" && !anchored;
    let stands = valid(&clock)
        && hour_may_stand(
            source,
            at,
            hour_text,
            unit.as_str(),
            at + chars(&right[..unit.end()]),
            plain,
            parted || said_more || vague,
        );
    stands.then_some((clock, end, vague))
}

/// Minutes behind an hour: 九点零五分, 9点20, 3点5分. A lone digit needs its 分 (三点五 is a decimal).
fn minutes(right: &str, found: &Captures<'_>) -> Option<(u32, Option<u32>, usize)> {
    let text = found.name("m")?;
    let named = found.name("mu");
    let short = text.as_str().chars().count() == 1;
    let after = right[text.end()..].chars().next().unwrap_or('\0');
    let money = matches!(
        after,
        '元' | '块'
            | '万'
            | '千'
            | '百'
            | '个'
            | '次'
            | '笔'
            | '人'
            | '天'
            | ','
            | '.'
            | '名'
            | '条'
            | '%'
            | '亿'
            | '单'
            | '月'
            | '号'
            | '多'
    ) && !(after == '多' && right[text.end()..].starts_with("多分"));
    if named.is_none()
        && (short && text.as_str() != "十"
            || money
            || after.is_ascii_digit()
            || numeral::digit(after).is_some())
    {
        return None;
    }
    let minute = small(text.as_str()).filter(|m| *m < 60)?;
    let second = found
        .name("s")
        .and_then(|s| small(s.as_str()))
        .filter(|s| *s < 60);
    let end = if second.is_some() {
        found.get(0)?.end()
    } else {
        named.map_or(text.end(), |u| u.end())
    };
    Some((minute, second, end))
}

static AFTER_HOUR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:间|候|代|期[^间]|速|段|薪|装|常|而|不时|刻[^左]|事|机|长|效|[击赞评餐卡券名映]|数[据字]|对点|儿|个|[零一二两三四五六七八九0-9]|建议|要求|原因|内容|意见|注意|说明|：|:|积分|赞)").expect("constant")
});
static POINT_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:百分之|之|有|这|以下|第|上述|注意|几|差|快|早|慢|晚|涨|跌|抽|返|费率|赚|加|多|大|小|好|给|哪|占|降|升|强调)$").expect("constant")
});

fn hour_may_stand(
    source: &Source,
    at: usize,
    hour_text: &str,
    unit: &str,
    after_unit: usize,
    plain: bool,
    sure: bool,
) -> bool {
    let next = source.right(after_unit, 3);
    if plain && (AFTER_HOUR.is_match(next) || POINT_BEFORE.is_match(source.left(at, 3))) {
        return false;
    }
    let one = matches!(hour_text, "一" | "1");
    if sure || unit == "点钟" {
        return true;
    }
    match unit {
        // 一点 is "a little", 一时 "for a moment": alone they are no hour.
        "点" => !one || !plain || hour_text == "1",
        _ => {
            !one && !AFTER_HOUR.is_match(next)
                && (hour_text.starts_with(|c: char| c.is_ascii_digit()) || !plain || hour_text != "两")
        }
    }
}

fn valid(clock: &Clock) -> bool {
    clock.hour < 24 || (clock.hour == 24 && clock.minute == 0 && clock.second.unwrap_or(0) == 0)
}

fn with_tail(source: &Source, end: usize) -> (usize, bool) {
    let right = source.right(end, 5);
    let Some(found) = TAIL.captures(right) else {
        return (end, false);
    };
    match found.name("vague") {
        Some(vague) => {
            let word: String = vague
                .as_str()
                .chars()
                .filter(|c| !matches!(c, '，' | '。' | '、' | ',' | ' ' | '）' | ')'))
                .collect();
            (end + chars(&word), true)
        }
        None => (end + 1, false),
    }
}
