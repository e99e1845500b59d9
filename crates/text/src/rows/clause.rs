//! Cuts a story where one thing ends and the next begins: at marks of punctuation, at brackets that hold a sum of their own,
//! and, because a program that listens writes none of these, before the words that begin something new (然后, 我就, 又转).
//!
//! Promises: phrases cover the text without gap. Leaves out: what is said in them.

use super::mark::{Mark, What};
use super::speaker::{Speaker, speakers};
use crate::source::Source;
use regex::Regex;
use std::sync::LazyLock;

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
    at_connectives(source, marks, taken, &inside, &mut levels);
    at_hours(source, marks, &inside, &mut levels);
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

pub(super) fn is_han(c: char) -> bool {
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

fn at_connectives(source: &Source, marks: &[Mark], taken: &[bool], inside: &[bool], levels: &mut [Level]) {
    for found in CONNECTIVE.find_iter(source.text()) {
        let at = source.position(found.start());
        // 叫我再补缴十二万: what is asked for stays in one phrase.
        let asked = found.as_str().starts_with(['再', '又', '继', '接'])
            && ASKED_BEFORE.is_match(source.left(at, 4))
            || found.as_str().starts_with('我')
                && matches!(source.before(at), '叫' | '让' | '喊' | '要' | '催' | '逼' | '劝');
        if at > 0 && !taken[at] && !inside[at] && !asked {
            // 十点半又转了…: the hour begins what is new.
            let hour = time_before(source, marks, at).filter(|start| *start > 0 && !inside[*start]);
            raise(levels, hour.unwrap_or(at), Level::Comma);
        }
    }
}

/// Where the time begins that ends right before a place.
fn time_before(source: &Source, marks: &[Mark], at: usize) -> Option<usize> {
    let next = marks.partition_point(|mark| mark.start < at);
    let mark = marks[..next]
        .last()
        .filter(|mark| matches!(mark.what, What::Time(_)))?;
    let led = LEADS_TO_HOUR.is_match(source.left(mark.start, 3));
    (!led && HOUR_ENDS.is_match(source.slice(mark.end, at))).then_some(mark.start)
}

/// In speech without punctuation, an hour behind a sum begins what is told next: 转了两千六|十点五十转了五千二.
fn at_hours(source: &Source, marks: &[Mark], inside: &[bool], levels: &mut [Level]) {
    for (nth, mark) in marks.iter().enumerate() {
        if !matches!(mark.what, What::Time(_)) || inside[mark.start] {
            continue;
        }
        let sum = marks[..nth]
            .iter()
            .rev()
            .take(4)
            .find(|m| matches!(m.what, What::Money(_)));
        let Some(sum) = sum.filter(|sum| mark.start - sum.end <= 60) else {
            continue;
        };
        let runs_on = levels[sum.end..=mark.start]
            .iter()
            .all(|level| *level == Level::None);
        let begins = BEGINS_ANEW.is_match(source.right(mark.end, 6));
        if runs_on && begins && !LEADS_TO_HOUR.is_match(source.left(mark.start, 3)) {
            raise(levels, mark.start, Level::Comma);
        }
    }
}

static HOUR_ENDS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^(?:的时候|时候|左右|多|那会儿?|吧|的样子)?$").expect("constant"));
static LEADS_TO_HOUR: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("[是在到从至、和那与]$|时间$|就在$|大概$|大约$").expect("constant"));
static BEGINS_ANEW: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("^(?:的时候|时候|左右|多|吧|那会)?(?:我|他|她|又|再|就|转了|打了|付了|汇了|充了|给|从|用|对方|客服|那边|还|说)").expect("constant")
});

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
