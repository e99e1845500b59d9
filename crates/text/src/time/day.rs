//! The words of a day: 2026年4月2日, 4.2日, 上个月15号, 昨晚, 次日, 上周五. Nothing is resolved here.

use super::clock::{BEHIND_SUM, PART, chars, read_clock};
use super::grammar::{Day, Part};
use crate::numeral::{self, small};
use crate::source::Source;
use regex::{Captures, Regex};
use std::sync::LazyLock;

pub(super) struct DayRead {
    pub(super) day: Day,
    pub(super) part: Option<Part>,
    /// 初, 底, 中旬
    pub(super) vague: bool,
    /// Only a day if a clock follows (2日, 周三).
    pub(super) needs_clock: bool,
    pub(super) end: usize,
}

static DATE: LazyLock<Regex> = LazyLock::new(|| {
    let year = "(?P<y>(?:19|20)[0-9]{2}|[一二][零〇九一二三四五六七八]{3})\\s?年";
    let month =
        "(?P<m>1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])\\s?月份?(?P<mp>初|底|末|中旬|上旬|下旬)?";
    let day = "(?P<d>3[01]|[12][0-9]|0?[1-9]|三十一?|二十[一二三四五六七八九]?|十[一二三四五六七八九]?|[一二三四五六七八九])\\s?(?:[日号]|(?P<nod>))";
    let rel_day = "(?P<rd>大前[天日]|前[天日]|昨儿个?|寻日|噚日|琴日|琴晚|寻晚|噚晚|今儿个?|[昨今]个|昨[天日]|今[天日]|明儿个?|明[天日]|后天|当[天日]|同[日]|次日|翌日|第二天|第2天|隔天)|(?P<rdp>昨|今|前|当|明)(?P<rdpp>晚上|晚间|晚|夜里|夜|早上|早|晨|下午|上午|中午)";
    Regex::new(&format!(
        concat!(
            "^(?:{year}\\s?(?:{month}(?:\\s?{day})?)?",
            "|(?P<y2>2[0-9])年{month2}(?:\\s?{day2})?",
            "|(?P<iy>(?:19|20)[0-9]{{2}})[-/.](?P<im>1[0-2]|0?[1-9])[-/.](?P<id>3[01]|[12][0-9]|0?[1-9])日?",
            "|(?P<cy>20[0-9]{{2}})(?P<cm>0[1-9]|1[0-2])(?P<cd>0[1-9]|[12][0-9]|3[01])(?P<cend>\\s)",
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
        day = day,
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

fn number(found: &Captures<'_>, names: &[&str]) -> Option<u32> {
    names
        .iter()
        .find_map(|name| found.name(name))
        .and_then(|m| small(m.as_str()))
}

/// The day at a position, if one is named there.
pub(super) fn day_at(source: &Source, at: usize) -> Option<DayRead> {
    let right = source.right(at, 20);
    if let Some(feast) = feast_at(source, at, right) {
        return Some(feast);
    }
    let found = DATE.captures(right)?;
    let words = Words::read(source, at, right, &found)?;
    let end = words.end;
    if let Some(word) = found.name("bwd") {
        return bare_weekday(source, at, end, found.name("bwk")?.as_str(), word.as_str());
    }
    if let Some(word) = found.name("rd") {
        return relative_day(source, at, end, word.as_str());
    }
    if found.name("rdp").is_some() {
        return short_day(source, at, &found);
    }
    if found.name("bd").is_some() {
        return bare_day(source, at, end, words.day?, found.name("bdu")?.as_str());
    }
    let read = words.calendar(source, at, &found)?;
    year_may_stand(source, &read).then_some(read)
}

/// 元旦那天, 国庆二号, 五一当天: feasts with a fixed date, when a day or an hour is spoken of.
fn feast_at(source: &Source, at: usize, right: &str) -> Option<DayRead> {
    let found = FEAST.captures(right)?;
    let whole = found.get(0)?.as_str();
    let (month, first) = match found.name("f")?.as_str() {
        "元旦" => (1, 1),
        "国庆" | "国庆节" => (10, 1),
        // 五一 is also a number: only 五一那天 is a day.
        "五一" | "五一节" | "劳动节" if found.name("that").is_some() => (5, 1),
        _ => return None,
    };
    let day = match found.name("d") {
        Some(day) => i8::try_from(small(day.as_str())?).ok().filter(|day| *day <= 7)?,
        None => first,
    };
    let end = at + chars(whole);
    let spoken = found.name("d").is_some()
        || found.name("that").is_some()
        || PART.is_match(source.right(end, 4))
        || read_clock(source, end, false, true).is_some();
    spoken.then_some(DayRead {
        day: Day::Calendar {
            year: None,
            month: Some(month),
            day: Some(day),
        },
        part: None,
        vague: false,
        needs_clock: false,
        end,
    })
}

static FEAST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?P<f>元旦|国庆节?|五一节?|劳动节)(?:节)?(?:(?P<d>[1-7一二三四五六七])[号日]|(?P<that>那天|当天|那日|当日|这天))?")
        .expect("constant")
});

/// The month and day of a date and where it ends.
struct Words {
    month: Option<i8>,
    day: Option<i8>,
    end: usize,
}

impl Words {
    fn read(source: &Source, at: usize, right: &str, found: &Captures<'_>) -> Option<Words> {
        let narrow = |n: u32| i8::try_from(n).ok();
        let month = number(found, &["m", "m2", "m3", "m5", "im", "cm", "sm", "sm2"]).and_then(narrow);
        let day = number(
            found,
            &["d", "d2", "d3", "d4", "d5", "id", "cd", "bd", "sd", "sd2"],
        )
        .and_then(narrow);
        let whole = Words {
            month,
            day,
            end: at + chars(found.get(0)?.as_str()) - usize::from(found.name("cend").is_some()),
        };
        // 4月2 without 日 is a day only when a clock or the end of the clause follows.
        let Some(open) = first(found, &["nod", "nod2", "nod3", "nod4", "nod5"]) else {
            return Some(whole);
        };
        if day_may_end(source, at + chars(&right[..open.start()])) {
            return Some(whole);
        }
        let cut = first(found, &["d", "d2", "d3", "d4", "d5"])?;
        Some(Words {
            month,
            day: None,
            end: at + chars(right[..cut.start()].trim_end()),
        })
    }

    /// Dates with a month or a year, however said.
    fn calendar(&self, source: &Source, at: usize, found: &Captures<'_>) -> Option<DayRead> {
        let Words { month, day, end } = *self;
        let vague = first(found, &["mp", "mp2", "mp3", "mp5", "rmp"]).is_some();
        let mut read = DayRead {
            day: Day::FromStory(0),
            part: None,
            vague,
            needs_clock: false,
            end,
        };
        read.day = if let Some(year) = first(found, &["y", "iy", "cy"]) {
            // 20260909 19:48: a clock or the head of a line must say that it is a day.
            read.needs_clock = found.name("cy").is_some();
            Day::Calendar {
                year: Some(full_year(year.as_str())?),
                month,
                day,
            }
        } else if let Some(year) = found.name("y2") {
            Day::Calendar {
                year: Some(2000 + year.as_str().parse::<i16>().ok()?),
                month,
                day,
            }
        } else if let Some(year) = found.name("ry") {
            // 今年45岁, 今年刚毕业: an age or a state, not a time.
            if month.is_none() && AGE_BEHIND.is_match(source.right(end, 3)) {
                return None;
            }
            Day::YearsFromReport {
                offset: years(year.as_str()),
                month,
                day,
            }
        } else if let Some(relative) = found.name("rm") {
            relative_month(relative.as_str(), day)
        } else if let (Some(week), Some(name)) = (found.name("wk"), found.name("wd")) {
            read.vague |= name.as_str() == "末";
            Day::Weekday {
                week: weeks(week.as_str()),
                day: weekday(name.as_str())?,
            }
        } else {
            // 04-02 and 4.2 are dates only with 日 or a clock behind them.
            let short = first(found, &["sm", "sm2"]).is_some();
            read.needs_clock = short && first(found, &["sdu", "sdu2"]).is_none();
            if !short && !month_may_stand(source, at, end, day) {
                return None;
            }
            Day::Calendar {
                year: None,
                month: Some(month?),
                day,
            }
        };
        Some(read)
    }
}

fn first<'t>(found: &Captures<'t>, names: &[&str]) -> Option<regex::Match<'t>> {
    names.iter().find_map(|name| found.name(name))
}

fn years(word: &str) -> i16 {
    match word {
        "去年" | "上一年" => -1,
        "前年" => -2,
        "明年" => 1,
        _ => 0,
    }
}

static AGE_BEHIND: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:已经?|都|快|刚|才|就)?[0-9一二三四五六七八九十]").expect("constant"));

fn day_may_end(source: &Source, at: usize) -> bool {
    let next = source.at(at);
    matches!(
        next,
        '，' | '。'
            | '、'
            | '\0'
            | ','
            | '收'
            | '在'
            | '我'
            | '被'
            | '转'
            | '接'
            | '打'
            | '加'
            | '去'
            | '他'
            | '她'
            | '因'
    ) || PART.is_match(source.right(at, 3))
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
    // 一万二八月九号: the sum ends with its last digit.
    let behind_sum = day.is_some() && BEHIND_SUM.is_match(source.left(at, 8));
    if !behind_sum
        && (matches!(before, '个' | '第' | '几' | '每' | '.' | '年')
            || before.is_ascii_digit()
            || numeral::digit(before).is_some()
            || before == '十')
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
        "上个月" | "上月" => Day::MonthsFromReport { offset: -1, day },
        "上上个月" => Day::MonthsFromReport { offset: -2, day },
        "下个月" | "下月" => Day::MonthsFromReport { offset: 1, day },
        _ => Day::MonthsFromReport { offset: 0, day },
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
            '，' | '。'
                | '的'
                | '那'
                | '我'
                | '又'
                | '接'
                | ','
                | '、'
                | '）'
                | '投'
                | '转'
                | '汇'
                | '充'
                | '打'
                | '付'
                | '被'
        ) && matches!(
            before,
            '在' | '于' | '是' | '从' | '到' | '，' | '。' | '；' | '\n' | '（' | '\0' | '这' | '就'
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
        '大' => Day::DaysFromReport(-3),
        '前' if matches!(back, '之' | '以' | '提' | '目' | '三' | '几' | '两') => return None,
        '前' => Day::DaysFromReport(-2),
        '昨' | '寻' | '噚' | '琴' => Day::DaysFromReport(-1),
        '今' if back == '至' || back == '如' => return None,
        '今' => Day::DaysFromReport(0),
        '明' if matches!(back, '说' | '声' | '证') && word == "明日" => return None,
        '明' => Day::DaysFromReport(1),
        '后' if matches!(back, '以' | '之' | '前' | '最' | '今') => return None,
        '后' => Day::DaysFromReport(2),
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
        "昨" => Day::DaysFromReport(-1),
        "前" => Day::DaysFromReport(-2),
        "明" => Day::DaysFromReport(1),
        "当" => Day::FromStory(0),
        _ => Day::DaysFromReport(0),
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
    Regex::new(r"^(?:线|楼|门|店|房|院|机|厅|桌|窗|码|柜|车|馆|库|仓|技|链|商|令|文|卡|单|球|库|嫌|群|院|台|铺|坑|井|位|选|客|经|键|小区|地块|公寓|员|账|帐|工|机|街|路|站|院|段|席|座|主播|直播)").expect("constant")
});
static ADDRESS_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:路|街|道|巷|弄|村|园|苑|城|区|栋|幢|号|尾|编|账|第|帐|〕|\]|【|单元|每月|每个月|转|按|No\.?|字)$")
        .expect("constant")
});

static HEADS_LINE: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?:^|\n)\s{0,3}$").expect("constant"));
static DEED_BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("^(?:按|另|再|又|先|转|付|汇|打|交|充|投|他|她|我|其|对方|客服|老师|经理|也|被|通过|向|由|从|用|以|经|补|退|返|缴|存|接|还|说|索|要|提|开|那天|卖家|买家|平台|群主|助理|导师|专员|教练|中介|银行|催|扫|取|投)").expect("constant")
});

/// 3号 or 2日 without a month.
fn bare_day(source: &Source, at: usize, end: usize, day: i8, unit: &str) -> Option<DayRead> {
    let before = source.before(at);
    // 六百五二十七号充了两回: the sum ends with its last digit.
    let behind_sum = end - at >= 3 && BEHIND_SUM.is_match(source.left(at, 8));
    let numbered = !behind_sum
        && (before.is_ascii_alphanumeric()
            || numeral::digit(before).is_some()
            || matches!(
                before,
                '十' | '.' | '每' | '-' | '/' | '几' | '近' | '满' | '过' | '连'
            ));
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
        || (!weak
            && (!matches!(source.at(end), '，' | '。')
                || matches!(
                    before,
                    '，' | '。' | '是' | '在' | '从' | '于' | '月' | '\0' | '到'
                )));
    let spoken_day = !source.at(at).is_ascii_digit()
        && unit == "号"
        && (end - at >= 3
            || matches!(before, '。' | '，' | '；')
                && matches!(source.at(end), '他' | '她' | '我' | '又' | '对'));
    // ；15日按电话提示…, 28日晚…，29日我付了: a day at the head of a clause with a deed behind it.
    let heads_clause = unit == "日"
        && matches!(
            before,
            '。' | '，' | '；' | '：' | '\n' | '、' | '（' | '\0' | ','
        )
        && DEED_BEHIND.is_match(source.right(end, 3));
    let spoken_head = unit == "号"
        && matches!(before, '。' | '，' | '；' | '\n')
        && (matches!(
            source.at(end),
            '，' | '的' | '再' | '说' | '要' | '还' | '下' | '早'
        ) || DEED_BEHIND.is_match(source.right(end, 3)));
    // A line of an account book: 12日  300.
    let heads_line = HEADS_LINE.is_match(source.left(at, 4)) && matches!(source.at(end), ' ' | '：' | ':');
    if !(sure || spoken_day || heads_clause || spoken_head || heads_line || behind_sum && unit == "号")
        || (weak && matches!(source.at(end), '内' | '游'))
    {
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
