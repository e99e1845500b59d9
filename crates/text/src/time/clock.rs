//! The words of a clock: 15时许, 下午三点半, 21:05:06, 七八点. Nothing is resolved here.

use super::grammar::{Clock, Part, Said, VAGUE_BEFORE};
use crate::numeral::{self, small};
use crate::source::Source;
use regex::{Captures, Regex};
use std::sync::LazyLock;

const CN: &str = "[零〇一二两三四五六七八九十]";

pub(super) static PART: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?P<part>吃完晚饭|吃过晚饭|晚饭后|晚饭时|晚饭前|吃完中饭|午饭后|中饭后|吃完早饭|早饭后|大清早|朝早|上昼|下昼|夜晚间|凌晨|清晨|清早|早晨|早上|早间|大早上|上午|中午|正午|午间|下午|午后|傍晚|黄昏|晚上|晚间|夜里|夜间|半夜|深夜|午夜|夜晚|大半夜|后半夜|晚|早)")
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
            r"(?:过?(?P<m>[0-5]?[0-9]|[一二三四五]?十[一二三四五六七八九]?|[零〇][一二三四五六七八九]|[一二三四五六七八九])(?P<mu>分)?(?:\s?(?P<s>[0-5]?[0-9]|{cn}{{1,3}})秒)?)?",
            r")"
        ),
        cn = CN
    ))
    .expect("constant")
});

pub(super) static TAIL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:整(?:[^\p{Han}]|[转汇收打付被接我他她对在有]|$)|(?P<vague>(?:多钟?|来钟|过)?(?:左右|前后|上下|许)|多钟?|来钟|过(?:[，。、,\s）)]|$)))").expect("constant")
});
pub(super) fn part_at(source: &Source, at: usize) -> (Option<Part>, usize) {
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
        "中午" | "正午" | "午间" | "吃完中饭" | "午饭后" | "中饭后" => Part::Noon,
        "下午" | "午后" | "傍晚" | "黄昏" | "下昼" => Part::Afternoon,
        "晚上" | "晚间" | "晚" | "夜晚" | "夜晚间" | "吃完晚饭" | "吃过晚饭" | "晚饭后" | "晚饭时"
        | "晚饭前" => Part::Evening,
        "夜里" | "夜间" | "半夜" | "深夜" | "午夜" | "大半夜" => Part::Night,
        _ => Part::Morning,
    };
    (Some(part), at + chars(found.as_str()))
}

/// 九点差五分, 差五分九点, 差一刻十点: minutes before the hour.
static SHORT_OF: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(?:(?P<h>[01]?[0-9]|2[0-4]|二十[一二三四]?|十[一二三四五六七八九]?|[一二两三四五六七八九])点钟?(?:还)?差(?:个)?(?P<m>[0-9]{1,2}|[一二]?十[一二三四五六七八九]?|[一二两三四五六七八九])(?P<u>分钟?|刻钟?)",
        r"|差(?:个)?(?P<m2>[0-9]{1,2}|[一二]?十[一二三四五六七八九]?|[一二两三四五六七八九])(?P<u2>分钟?|刻钟?)(?:到|就)?(?P<h2>[01]?[0-9]|2[0-4]|十[一二]?|[一二两三四五六七八九])点)"
    ))
    .expect("constant")
});

fn short_of_hour(source: &Source, at: usize) -> Option<(Clock, usize)> {
    let right = source.right(at, 14);
    let found = SHORT_OF.captures(right)?;
    let named = |a: &str, b: &str| found.name(a).or_else(|| found.name(b)).map(|m| m.as_str());
    let unit = if named("u", "u2")?.starts_with('刻') {
        15
    } else {
        1
    };
    let short = unit * small(named("m", "m2")?)?;
    let hour = small(named("h", "h2")?)?;
    let clock = Clock {
        hour: hour.checked_sub(1)?,
        minute: 60_u32.checked_sub(short).filter(|minute| *minute < 60)?,
        second: None,
        spoken: true,
    };
    Some((clock, at + chars(found.get(0)?.as_str())))
}

/// A clock without a day: 下午三点, 15:30, 九点零五分; or a part of the day alone.
pub(super) fn clock_at(source: &Source, at: usize) -> Option<Said> {
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
pub(super) fn read_clock(
    source: &Source,
    at: usize,
    parted: bool,
    dated: bool,
) -> Option<(Clock, usize, bool)> {
    if let Some((clock, end)) = short_of_hour(source, at) {
        return Some((clock, end, false));
    }
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
    // 一千九百九十八九点零三分: the eight ends the sum.
    let in_sum = IN_SUM.is_match(source.left(at, 6));
    if second != first + 1 || in_sum || numeral::digit(source.before(at)).is_some() {
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
    let whole = at + chars(found.get(0)?.as_str());
    // 20:38：5000也转了: what stands behind the colon of a chat is no second.
    let signs = found.get(0)?.as_str().chars().filter(|c| matches!(c, ':' | '：'));
    let mixed = signs.collect::<Vec<_>>() == [':', '：'];
    let money = matches!(
        source.at(whole),
        '万' | '千' | '百' | '元' | '块' | 'w' | 'W' | ',' | '.'
    );
    let chat = found.name("s24").is_some() && (source.at(whole).is_ascii_digit() || mixed || money);
    let end = if chat {
        at + chars(&source.right(at, 22)[..found.name("m24")?.end()])
    } else {
        whole
    };
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
    let second = found
        .name("s24")
        .filter(|_| !chat)
        .and_then(|s| s.as_str().parse().ok());
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
    let behind_sum = BEHIND_SUM.is_match(source.left(at, 8))
        && (!hour_text.starts_with(['零', '〇']) || found.name("m").is_some());
    if !anchored
        && !behind_sum
        && (before.is_ascii_digit() && hour_text.starts_with(|c: char| c.is_ascii_digit())
            || matches!(before, '.' | '第' | '十' | '几')
            || before == '百' && found.name("half").is_none() && found.name("m").is_none()
            || numeral::digit(before).is_some())
    {
        return None;
    }
    // 四万二十点半: 四万二 and half past ten, since hours of 24 are not spoken with 点 behind a sum.
    if matches!(before, '万' | '千' | '百') && hour_text.starts_with("二十") && unit.as_str() != "时" {
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
            parted
                || said_more
                || vague
                || anchored && source.at(at + chars(&right[..unit.end()])).is_ascii_digit(),
        );
    stands.then_some((clock, end, vague))
}

/// 一千九百九十八九点零三分, 两千六十点五十: a spoken sum ends with its last digit, and the hour that follows begins anew.
pub(super) static BEHIND_SUM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[一二两三四五六七八九十][万千百](?:[一二三四五六七八九]?[千百])?(?:[零一二三四五六七八九]?十)?零?[一二三四五六七八九]$").expect("constant")
});

static IN_SUM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[一二两三四五六七八九][千百](?:[一二三四五六七八九]百)?(?:[零一二三四五六七八九]?十?)$")
        .expect("constant")
});

/// Minutes behind an hour: 九点零五分, 9点20, 3点5分. A lone digit needs its 分 (三点五 is a decimal).
fn minutes(right: &str, found: &Captures<'_>) -> Option<(u32, Option<u32>, usize)> {
    let text = found.name("m")?;
    let named = found.name("mu");
    let lengths = text
        .as_str()
        .char_indices()
        .map(|(at, c)| at + c.len_utf8())
        .rev();
    // 八点五十一三笔 keeps its 一; 一点二十五百 gives its 五 back to the sum behind it.
    let length = match named {
        Some(_) => text.as_str().len(),
        None => lengths
            .take(2)
            .find(|length| minutes_may_end(right, text, *length))?,
    };
    let end = text.start() + length;
    let minute = small(&right[text.start()..end]).filter(|m| *m < 60)?;
    let second = found
        .name("s")
        .filter(|_| end == text.end())
        .and_then(|s| small(s.as_str()))
        .filter(|s| *s < 60);
    let end = if second.is_some() {
        found.get(0)?.end()
    } else {
        named.map_or(end, |u| u.end())
    };
    Some((minute, second, end))
}

fn minutes_may_end(right: &str, text: regex::Match<'_>, length: usize) -> bool {
    let said = &text.as_str()[..length];
    let rest = &right[text.start() + length..];
    let mut behind = rest.chars();
    let (after, next) = (behind.next().unwrap_or('\0'), behind.next().unwrap_or('\0'));
    let short = said.chars().count() == 1 && said != "十";
    let shortened = length < text.as_str().len();
    let money = "元块万千百个次笔人天,.名条%亿单月号多点".contains(after) && !(after == '多' && next == '分');
    // What a digit behind the minutes begins: a sum (八千四) or a count (三笔).
    let counts = "千百万".contains(next) || "笔次回个条张单".contains(next) || next == '点';
    let digit = numeral::digit(after).is_some_and(|_| said.starts_with(|c: char| !c.is_ascii_digit()));
    let written = said.ends_with(|c: char| c.is_ascii_digit());
    if after.is_ascii_digit() && written || said.ends_with(|c: char| c.is_ascii_digit()) && shortened {
        return false;
    }
    !short && !money && (!digit || counts && said != "十" && !said.ends_with(['零', '〇']))
}

static AFTER_HOUR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:间|候|代|期[^间]|速|段|薪|装|常|而|不时|刻[^左]|事|机|长|效|[击赞评餐卡券名映]|数[据字]|对点|儿|个|[零一二两三四五六七八九0-9]|建议|要求|原因|内容|意见|注意|说明|：|:|积分|赞)").expect("constant")
});
static POINT_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:百分之|之|有|这|以下|第|上述|注意|几|差|快|早|慢|晚|涨|跌|抽|返|费率|赚|加|多|大|小|好|给|哪|占|降|升|强调)$").expect("constant")
});

/// 快十点的时候, 快十点了.
static NEARLY_BEHIND: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^(?:的时|了|左右|钟|，|又|他|她|我|才|吧)").expect("constant"));

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
    // 20时至21时间: 间 belongs to the span.
    if unit == "时" && next.starts_with('间') && matches!(source.before(at), '至' | '到' | '-') {
        return true;
    }
    let nearly = source.before(at) == '快' && NEARLY_BEHIND.is_match(next);
    if plain && !nearly && (AFTER_HOUR.is_match(next) || POINT_BEFORE.is_match(source.left(at, 3))) {
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

pub(super) fn chars(text: &str) -> usize {
    text.chars().count()
}
