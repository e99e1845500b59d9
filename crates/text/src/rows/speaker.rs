//! Who speaks in each line of a pasted chat or of a record with questions.
//!
//! Promises: a text that is no conversation has no speakers. Leaves out: what is said.

use crate::source::Source;
use regex::Regex;
use std::sync::LazyLock;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Speaker {
    /// The one who tells.
    Me,
    /// The fraud side, in a pasted chat.
    Them,
    /// A police officer who asks.
    Asker,
}

static SPEAKER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*(?P<t>[\[【(（]?(?:[0-9]{1,4}[-/年.月][0-9]{1,2}(?:[-/月.][0-9]{1,2})?日?\s*)?(?:[0-9]{1,2}[:：][0-9]{2}(?:[:：][0-9]{2})?)?[\]】)）]?\s*)?(?P<who>[\p{Han}A-Za-z0-9_\-·“”（）()*~～]{1,16}?)(?:[（(][^）)\n]{1,40}[）)])?\s*(?:[\[【(（]?[0-9]{1,2}[:：][0-9]{2}(?:[:：][0-9]{2})?[\]】)）]?)?\s*[：:]")
        .expect("constant")
});

static HEADER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*(?P<who>[\p{Han}A-Za-z_\-·“”*~～]{1,12}[0-9]{0,4})\s+(?:[0-9]{2,4}[-/年.][0-9]{1,2}[-/月.][0-9]{1,2}日?|[0-9]{1,2}[-/月.][0-9]{1,2}日?|昨天|今天|前天|星期.|周.)?\s*[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?\s*$").expect("constant")
});

static MINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:我|我妈|我爸|我妈妈|我爸爸|妈妈|母亲|父亲|孩子|儿子|女儿|我儿子|我女儿|老公|老婆|儿媳|媳妇|婆婆|公公|岳母|岳父|妻子|丈夫|奶奶|爷爷|学生|本人|我方|自己|报警人|报案人|受害人|被害人|事主|[\p{Han}]{0,4}答|(?:家长|监护人|报警人|报案人|受害人|本人)(?:补充|说明|备注)|当事人|群众|来电人|me|Me)$")
        .expect("constant")
});

static ASKER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:问[\p{Han}]{0,4}|(?:接待|接警|值班)?民警(?:核|核实|核对|问|小结)?|接警员|警察|接线员|警官|值班员)$")
        .expect("constant")
});

/// 娜娜 10:15 亲，…: a name and an hour before what is said.
static STAMP_BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^\s*(?P<who>[\p{Han}A-Za-z_\-·~～]{1,12}[0-9]{0,4})\s+[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?\s+\S",
    )
    .expect("constant")
});
static A_FIELD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"卡|账|帐|户|行|额|计|时间|日期|金|款|序号|地|址|方式|备注|说明|姓名|电话|共|笔|转|付|收|另|案|类|警|号|受害|证|损失|以下|以上|情况|清单|明细|记录|名下|第|附").expect("constant")
});

/// Who speaks in each line, when the text is a chat.
pub(super) fn speakers(source: &Source) -> Vec<Option<Speaker>> {
    let lines = named_lines(source);
    let mut found: Vec<Option<Speaker>> = Vec::with_capacity(lines.len());
    let mut header: Option<Speaker> = None;
    for line in &lines {
        match line {
            Line::Header(who) => {
                header = Some(side_of(who));
                found.push(None);
            }
            Line::Said { who, stamped } => {
                // 小鹿 2026-04-14 19:02: who speaks in the lines below.
                let below = header.filter(|_| !stamped);
                found.push(below.or_else(|| speaker_of(who, *stamped || often(&lines, who))));
            }
            Line::Plain { remark } => found.push(header.filter(|_| !remark)),
        }
    }
    let asked = found.contains(&Some(Speaker::Asker));
    if !tells_of_deeds(source, &lines, &found) {
        if asked && !found.contains(&Some(Speaker::Me)) {
            // A police officer asks and several victims answer by name: nobody there is of the fraud side.
            replace(&mut found, Some(Speaker::Me));
        } else {
            victims_by_deeds(source, &lines, &mut found);
        }
    }
    if !found.contains(&Some(Speaker::Me)) {
        replace(&mut found, None);
    }
    found
}

/// 小飞卖号：… in several lines of a talk with 我 is somebody, though 号 is also the name of a field.
fn often(lines: &[Line<'_>], who: &str) -> bool {
    let said = |name: &str| {
        lines
            .iter()
            .filter(|line| matches!(line, Line::Said { who, .. } if *who == name))
            .count()
    };
    who.chars().count() >= 3 && said(who) > 1 && said("我") > 1
}

fn replace(found: &mut [Option<Speaker>], with: Option<Speaker>) {
    for speaker in found.iter_mut().filter(|s| **s == Some(Speaker::Them)) {
        *speaker = with;
    }
}

/// What a line of the text is in a chat.
enum Line<'t> {
    /// A name and a time, nothing else: the lines below are said by that person.
    Header(&'t str),
    Said {
        who: &'t str,
        stamped: bool,
    },
    Plain {
        /// An empty line, or one in brackets that nobody says.
        remark: bool,
    },
}

fn named_lines(source: &Source) -> Vec<Line<'_>> {
    let unmarked = names_without_colon(source);
    source
        .text()
        .split('\n')
        .map(|line| {
            if let Some(who) = HEADER.captures(line).and_then(|c| c.name("who")) {
                return Line::Header(who.as_str().trim());
            }
            if let Some(who) = STAMP_BEHIND.captures(line).and_then(|c| c.name("who"))
                && unmarked.contains(&who.as_str())
            {
                return Line::Said {
                    who: who.as_str(),
                    stamped: true,
                };
            }
            let spoken = SPEAKER.captures(line);
            let stamped = spoken
                .as_ref()
                .and_then(|c| c.name("t"))
                .is_some_and(|m| m.as_str().contains([':', '：']));
            let who = spoken
                .as_ref()
                .and_then(|c| c.name("who"))
                .map(|m| m.as_str().trim())
                // 我（小阚）：…, 同学毋浩：…: several victims tell, it is no chat.
                .filter(|who| *who != "我" || !line.trim_start().starts_with("我（"))
                // 2026/9/8 16:05 …: the colon is the hour's.
                .filter(|who| {
                    !who.chars()
                        .all(|c| c.is_ascii_digit() || "年月日号时点分上下午早晚./-".contains(c))
                });
            match who {
                Some(who) if !stamped && is_field(source, who) => Line::Plain { remark: false },
                Some(who) => Line::Said { who, stamped },
                None => Line::Plain {
                    remark: line.trim().is_empty() || line.starts_with(['（', '(', '【']),
                },
            }
        })
        .collect()
}

/// 报警人：某某 once in a form is a field, not somebody who speaks.
fn is_field(source: &Source, who: &str) -> bool {
    FIELD.is_match(who)
        && source
            .text()
            .lines()
            .filter(|line| line.trim_start().starts_with(who))
            .count()
            < 2
}

static FIELD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("^(?:报警人|报案人|受害人|被害人|受害者|事主|当事人|来电人|群众)$").expect("constant")
});

/// 娜娜 10:15 亲，这个包…: the names that stand before an hour, where 我 is one of them.
fn names_without_colon(source: &Source) -> Vec<&str> {
    let mut names: Vec<&str> = Vec::new();
    for line in source.text().split('\n') {
        let Some(who) = STAMP_BEHIND.captures(line).and_then(|c| c.name("who")) else {
            continue;
        };
        if names.len() < SPEAKERS_MAX && !names.contains(&who.as_str()) {
            names.push(who.as_str());
        }
    }
    if names.contains(&"我") { names } else { Vec::new() }
}

/// Most people that a chat is read for.
const SPEAKERS_MAX: usize = 16;

fn side_of(who: &str) -> Speaker {
    if MINE.is_match(who) {
        Speaker::Me
    } else {
        Speaker::Them
    }
}

fn speaker_of(who: &str, stamped: bool) -> Option<Speaker> {
    if MINE.is_match(who) {
        Some(Speaker::Me)
    } else if ASKER.is_match(who) {
        Some(Speaker::Asker)
    } else if stamped || !A_FIELD.is_match(who) {
        Some(Speaker::Them)
    } else {
        None
    }
}

/// Whether the one who tells says in the talk itself what was paid. 家长补充：… below a child's chat is no part of the talk.
fn tells_of_deeds(source: &Source, lines: &[Line<'_>], found: &[Option<Speaker>]) -> bool {
    let mine = |nth: usize| match &lines[nth] {
        Line::Said { who, .. } => !REMARK_OF.is_match(who),
        _ => true,
    };
    let mut said = 0;
    for (nth, text) in source.text().split('\n').enumerate() {
        if found[nth] == Some(Speaker::Me) && mine(nth) {
            said += 1;
            if deeds_in(text) > 0 {
                return true;
            }
        }
    }
    // 我 speaks, but tells of no payment in these words; a name that does would have to be somebody else.
    said > 1
}

/// How many times a line says that its speaker paid. 您已付款 is said by the other side.
fn deeds_in(text: &str) -> usize {
    DEEDS
        .captures_iter(text)
        .filter(|c| c.name("you").is_none_or(|m| m.as_str().is_empty()))
        .count()
}

static DEEDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("(?P<you>(?:您|你|已经?给您|已给你)?)(?:已经|先|又|再)?(?:转了|付了|打了|充了|扫了|已付|已转|转过去|付好|转好|汇了|打过去|交了|✓|出去了|付掉)").expect("constant")
});
static REMARK_OF: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("补充|说明|备注|报警用|给警察").expect("constant"));
/// Names under which the fraud side speaks.
static PART_PLAYED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("客服|导师|老师|讲师|助理|经理|管理员|平台|官方|接待|中介|卖家|商家|主播|教授|警官|专员|运营|派单|财务处|董事长|总$").expect("constant")
});

/// A talk where nobody is called 我: who says to have paid is a victim, be it one in a chat or several in an interview.
fn victims_by_deeds(source: &Source, lines: &[Line<'_>], found: &mut [Option<Speaker>]) {
    let mut names: Vec<(&str, usize, Vec<usize>)> = Vec::new();
    let mut stamps = 0;
    for (nth, text) in source.text().split('\n').enumerate() {
        let Line::Said { who, stamped } = &lines[nth] else {
            continue;
        };
        if found[nth] != Some(Speaker::Them) {
            continue;
        }
        stamps += usize::from(*stamped);
        let deed = if PART_PLAYED.is_match(who) {
            0
        } else {
            deeds_in(text)
        };
        match names.iter().position(|(held, _, _)| held == who) {
            Some(at) => {
                names[at].1 += deed;
                names[at].2.push(nth);
            }
            None if names.len() < SPEAKERS_MAX => names.push((who, deed, vec![nth])),
            None => {}
        }
    }
    let talk = names.iter().filter(|(_, _, lines)| lines.len() > 1).count();
    if talk < 2 && stamps < 3 {
        return;
    }
    let paying = names.iter().filter(|(_, deeds, _)| *deeds > 0).count();
    for (who, deeds, lines) in &names {
        // Several who paid and no hours: victims who tell in turn, among them those who only say where they live.
        let tells = *deeds > 0 || paying > 1 && stamps == 0 && !PART_PLAYED.is_match(who);
        for line in lines.iter().filter(|_| tells) {
            found[*line] = Some(Speaker::Me);
        }
    }
}
