//! Cuts a story where one thing ends and the next begins: at marks of punctuation, at brackets that hold a sum of their own,
//! and, because a program that listens writes none of these, before the words that begin something new (然后, 我就, 又转).
//!
//! Promises: phrases cover the text without gap. Leaves out: what is said in them.

use super::mark::{Mark, What};
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

/// A piece between two boundaries.
#[derive(Clone, Copy, Debug)]
pub(super) struct Phrase {
    pub(super) start: usize,
    pub(super) end: usize,
    /// Numbers of the sentence and the line it stands in.
    pub(super) sentence: usize,
    pub(super) line: usize,
    pub(super) speaker: Option<Speaker>,
}

/// How much a boundary before a character ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    None,
    Comma,
    Sentence,
    Line,
}

pub(super) fn cut(source: &Source, marks: &[Mark], taken: &[bool]) -> Vec<Phrase> {
    let mut levels = vec![Level::None; source.len() + 1];
    let inside = in_plain_brackets(source, marks);
    at_punctuation(source, marks, taken, &inside, &mut levels);
    at_brackets(source, marks, &mut levels);
    at_connectives(source, taken, &inside, &mut levels);
    let speakers = speakers(source);
    let mut phrases = Vec::new();
    let (mut start, mut sentence, mut line) = (0, 0, 0);
    for (at, level) in levels.iter().copied().enumerate().skip(1) {
        let level = if at == source.len() { Level::Line } else { level };
        if level == Level::None {
            continue;
        }
        phrases.push(Phrase {
            start,
            end: at,
            sentence,
            line,
            speaker: speakers.get(line).copied().flatten(),
        });
        start = at;
        if level >= Level::Sentence {
            sentence += 1;
        }
        if level == Level::Line {
            line += 1;
        }
    }
    phrases
}

fn raise(levels: &mut [Level], at: usize, level: Level) {
    if at < levels.len() && levels[at] < level {
        levels[at] = level;
    }
}

/// Short brackets that hold no sum: the commas in them part an account's bank from its name, not one thing from the next.
fn in_plain_brackets(source: &Source, marks: &[Mark]) -> Vec<bool> {
    let mut inside = vec![false; source.len() + 1];
    let mut open: Option<usize> = None;
    for at in 0..source.len() {
        match source.at(at) {
            '（' | '(' => open = Some(at),
            '\n' | '。' => open = None,
            '）' | ')' => {
                let Some(from) = open.take().filter(|from| at - from <= 80) else {
                    continue;
                };
                let first = marks.partition_point(|mark| mark.start < from);
                let sum = marks[first..]
                    .iter()
                    .take_while(|mark| mark.start < at)
                    .any(|mark| matches!(mark.what, What::Money(_)));
                if !sum {
                    inside[from..at].fill(true);
                }
            }
            _ => {}
        }
    }
    inside
}

fn at_punctuation(source: &Source, marks: &[Mark], taken: &[bool], inside: &[bool], levels: &mut [Level]) {
    for at in 0..source.len() {
        let (before, next) = (source.before(at), source.at(at + 1));
        if taken[at] && source.at(at) != '\n' {
            continue;
        }
        match source.at(at) {
            '\n' => {
                // A line's end behind a full stop is one boundary.
                levels[at] = Level::None;
                raise(levels, at + 1, Level::Line);
            }
            '。' | '！' | '？' | '!' | '?' | '；' | ';' => raise(levels, at + 1, Level::Sentence),
            '，' if !inside[at] => raise(levels, at + 1, Level::Comma),
            ',' if !(inside[at] || before.is_ascii_digit() && next.is_ascii_digit()) => {
                raise(levels, at + 1, Level::Comma)
            }
            '—' | '…' => raise(levels, at + 1, Level::Comma),
            '、' if sums_on_both_sides(marks, source, at) => raise(levels, at + 1, Level::Comma),
            ' ' if is_han(before) && is_han(next) && spaced_speech(source, at) => {
                raise(levels, at + 1, Level::Comma);
            }
            _ => {}
        }
    }
}

fn is_han(c: char) -> bool {
    ('\u{4E00}'..='\u{9FFF}').contains(&c)
}

/// Blanks part phrases where somebody speaks: words stand on both sides, not the cells of a table.
fn spaced_speech(source: &Source, at: usize) -> bool {
    let word = |from: usize, step: isize| {
        let mut count = 0;
        let mut place = from;
        while count < 5 && is_han(source.at(place)) {
            count += 1;
            let Some(next) = place.checked_add_signed(step) else {
                break;
            };
            place = next;
        }
        count
    };
    word(at + 1, 1) >= 5 && at > 0 && word(at - 1, -1) >= 5
}

fn sums_on_both_sides(marks: &[Mark], source: &Source, at: usize) -> bool {
    let next = marks.partition_point(|mark| mark.start < at);
    let money = |mark: &Mark| matches!(mark.what, What::Money(_));
    let stops = |from: usize, to: usize| {
        source
            .folded(from, to)
            .iter()
            .any(|c| matches!(c, '。' | '；' | '\n' | '，'))
    };
    let before = marks[..next].iter().rev().take(4).find(|mark| money(mark));
    let after = marks[next..].iter().take(4).find(|mark| money(mark));
    match (before, after) {
        (Some(before), Some(after)) => {
            at - before.end <= 40
                && after.start - at <= 40
                && !stops(before.end, at)
                && !stops(at, after.start)
        }
        _ => false,
    }
}

/// Brackets with a sum in them say something of their own: 第一单240元（返290元）.
fn at_brackets(source: &Source, marks: &[Mark], levels: &mut [Level]) {
    let mut open: Vec<usize> = Vec::new();
    for at in 0..source.len() {
        match source.at(at) {
            '（' | '(' | '【' | '[' => open.push(at),
            '\n' => open.clear(),
            '）' | ')' | '】' | ']' => {
                let Some(from) = open.pop() else { continue };
                let first = marks.partition_point(|mark| mark.start < from);
                let sum = marks[first..]
                    .iter()
                    .take_while(|mark| mark.start < at)
                    .any(|mark| matches!(mark.what, What::Money(_)));
                if sum && at - from <= 200 {
                    raise(levels, from + 1, Level::Comma);
                    raise(levels, at + 1, Level::Comma);
                }
            }
            _ => {}
        }
    }
}

fn at_connectives(source: &Source, taken: &[bool], inside: &[bool], levels: &mut [Level]) {
    for found in CONNECTIVE.find_iter(source.text()) {
        let at = source.position(found.start());
        // 叫我再补缴十二万: what is asked for stays in one phrase.
        let asked = found.as_str().starts_with(['再', '又', '继', '接'])
            && ASKED_BEFORE.is_match(source.left(at, 4))
            || found.as_str().starts_with('我')
                && matches!(source.before(at), '叫' | '让' | '喊' | '要' | '催' | '逼' | '劝');
        if at > 0 && !taken[at] && !inside[at] && !asked {
            raise(levels, at, Level::Comma);
        }
    }
}

static ASKED_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:要|叫我?|让我?|喊我?|得|须|需|说|称|能|没有?|没|未|不|想|准备|求|可以|以便|必须|就要)$")
        .expect("constant")
});

static CONNECTIVE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"对方是|这[两三四几]笔|这个是转|这个转|这次是转|这回是转|这一笔|那[两三几]笔|两笔都|三笔都|对方的|对方户名|对方账|收款的|收款人|收款方|还让|还叫|还喊|还要我|还让她|户头是|然后|后来|接着|之后|随后|紧接着|结果|最后|我就|他就|她就|我又|他又|她又|我再|他说|她说|他讲|他们说|对方说|对方又|对方称|他让|她让|他叫|她叫|他喊|又说|又讲|说要|让我|叫我|喊我|要我|要求我|因为|但是|不过|可是|于是|而且",
        r"|第[一二三四五六七八九十0-9]{1,2}[笔次回单]|其中|另外|还有一|全部都是|都是|全是|加起来|一共|总共|合计|共计|总计|我用的|我是用|用的是我|现在|到现在",
        r"|(?:又|再|接着|继续)(?:从|用|给|向|往)?(?:我|他|她)?[转汇打付充投交存补让叫说喊要给]"
    ))
    .expect("constant")
});

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
static ASKER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:问|民警|接警员|警察|接线员|警官|值班员)$").expect("constant"));
static A_FIELD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"卡|账|帐|户|行|额|计|时间|日期|金|款|序号|地|址|方式|备注|说明|姓名|电话|共|笔|转|付|收|另|案|类|警|号|受害|证|损失|以下|以上|情况|清单|明细|记录|名下|第|附").expect("constant")
});

/// Who speaks in each line, when the text is a chat.
fn speakers(source: &Source) -> Vec<Option<Speaker>> {
    let mut found: Vec<Option<Speaker>> = Vec::new();
    let mut chat = 0;
    let mut header: Option<Speaker> = None;
    for line in source.text().split('\n') {
        if let Some(who) = HEADER.captures(line).and_then(|c| c.name("who")) {
            // 小鹿 2026-04-14 19:02: who speaks in the lines below.
            let who = who.as_str().trim();
            let speaker = if MINE.is_match(who) {
                Speaker::Me
            } else {
                Speaker::Them
            };
            chat += usize::from(speaker == Speaker::Me);
            header = Some(speaker);
            found.push(None);
            continue;
        }
        if let Some(speaker) =
            header.filter(|_| !line.trim().is_empty() && !line.starts_with(['（', '(', '【']))
        {
            found.push(Some(speaker));
            continue;
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
            .filter(|who| !who.chars().all(|c| c.is_ascii_digit()));
        let speaker = match who {
            Some(who) if MINE.is_match(who) => Some(Speaker::Me),
            Some(who) if ASKER.is_match(who) => Some(Speaker::Asker),
            Some(who) if stamped || !A_FIELD.is_match(who) => Some(Speaker::Them),
            _ => None,
        };
        chat += usize::from(speaker == Some(Speaker::Me));
        found.push(speaker);
    }
    if chat == 0 && found.contains(&Some(Speaker::Asker)) {
        // A police officer asks and several victims answer by name: nobody there is of the fraud side.
        for speaker in &mut found {
            if *speaker == Some(Speaker::Them) {
                *speaker = Some(Speaker::Me);
                chat += 1;
            }
        }
    }
    if chat == 0 {
        chat = victim_by_deeds(source, &mut found);
    }
    if chat == 0 {
        for speaker in &mut found {
            if *speaker == Some(Speaker::Them) {
                *speaker = None;
            }
        }
    }
    found
}

static DEEDS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("转了|付了|打了|充了|扫了|已付|已转|转过去|付好|转好|又转|汇了|✓").expect("constant")
});

/// A chat where nobody is called 我: who says to have paid is the victim. Returns how many lines are the victim's.
fn victim_by_deeds(source: &Source, found: &mut [Option<Speaker>]) -> usize {
    let mut names: Vec<(&str, usize, Vec<usize>)> = Vec::new();
    for (line, text) in source.text().split('\n').enumerate() {
        let spoken = SPEAKER.captures(text);
        let who = spoken
            .as_ref()
            .and_then(|c| c.name("who"))
            .map(|m| m.as_str().trim())
            .filter(|_| found.get(line).copied().flatten() == Some(Speaker::Them));
        let Some(who) = who else { continue };
        let deed = usize::from(DEEDS.is_match(text));
        match names.iter().position(|(held, _, _)| *held == who) {
            Some(at) => {
                names[at].1 += deed;
                names[at].2.push(line);
            }
            None if names.len() < 16 => names.push((who, deed, vec![line])),
            None => {}
        }
    }
    let talk = names.iter().filter(|(_, _, lines)| lines.len() > 1).count();
    let Some((_, deeds, lines)) = names.iter().max_by_key(|(_, deeds, _)| *deeds) else {
        return 0;
    };
    if *deeds == 0 || lines.len() < 2 || talk < 2 {
        return 0;
    }
    for line in lines {
        found[*line] = Some(Speaker::Me);
    }
    lines.len()
}
