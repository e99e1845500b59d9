//! Short names that a list gives to its accounts (收款甲：…, A卡=…), and where they stand for them.

use super::movement::GETS;
use super::{List, MENTIONS_MAX};
use crate::rows::mark::{Mark, What};
use crate::rows::row::Party;
use crate::source::Source;
use regex::Regex;
use std::collections::HashMap;
use std::sync::LazyLock;

/// 收款甲：葛天民，农行 6200…; A卡=建设银行6200…: later 甲 and A卡 stand for these numbers.
pub(super) fn short_names(
    source: &Source,
    lines: &[(usize, usize)],
    marks: &mut Vec<Mark>,
    taken: &mut [bool],
    list: &mut List,
) {
    let mut known: HashMap<String, (String, Option<bool>)> = HashMap::new();
    let mut heading: Option<bool> = None;
    let mut places: Vec<(usize, usize)> = Vec::new();
    for (start, end) in lines {
        let text = source.slice(*start, *end);
        if text.chars().count() <= 16 && text.trim_end().ends_with(['：', ':']) {
            heading = side_in(text);
        }
        let mut from = *start;
        let mut line_side: Option<bool> = None;
        for found in EXPLAINED.captures_iter(text) {
            let (Some(all), Some(name)) = (found.get(0), found.name("n")) else {
                continue;
            };
            let at = start + text[..name.start()].chars().count();
            let behind = start + text[..all.end()].chars().count();
            let stop = (behind..*end)
                .find(|at| matches!(source.at(*at), '；' | ';' | '。'))
                .unwrap_or(*end);
            let next = EXPLAINED
                .captures(source.slice(behind, stop))
                .and_then(|c| {
                    c.get(0)
                        .map(|m| source.slice(behind, stop)[..m.start()].chars().count())
                })
                .map_or(stop, |offset| behind + offset);
            let Some(number) = marks.iter().find_map(|mark| match &mark.what {
                What::Number(number) if mark.start >= behind && mark.end <= next => Some(number.clone()),
                _ => None,
            }) else {
                continue;
            };
            if has_money_between(marks, behind, next) {
                continue;
            }
            line_side = side_in(source.slice(from, behind)).or(line_side);
            let side = line_side.or(heading);
            let key = name.as_str().to_uppercase();
            // The same short name for two accounts explains nothing.
            known
                .entry(key)
                .and_modify(|held| {
                    if held.0 != number {
                        held.0.clear();
                    }
                })
                .or_insert((number.clone(), side));
            places.push((at, next));
            let mut party = Party::default();
            for mark in marks
                .iter()
                .filter(|mark| mark.start >= behind && mark.end <= next)
            {
                match &mark.what {
                    What::Number(number) if party.account.is_none() => party.account = Some(number.clone()),
                    What::Bank(bank) if party.bank.is_none() => party.bank = Some(bank.clone()),
                    What::Name(name) if party.name.is_none() => party.name = Some(name.clone()),
                    _ => {}
                }
            }
            list.known.insert(number.clone(), party);
            if side == Some(true) {
                list.own.insert(number);
            }
            if let Some(own) = side {
                list.explained.push((at, next, own));
            }
            from = next;
        }
    }
    known.retain(|_, (number, _)| !number.is_empty());
    if known.is_empty() {
        return;
    }
    let mut sides: HashMap<String, bool> = HashMap::new();
    let mut mentions = 0;
    for found in MENTIONED.captures_iter(source.text()) {
        let (Some(name), Some(all)) = (found.name("n"), found.get(0)) else {
            continue;
        };
        let Some((number, side)) = known.get(&name.as_str().to_uppercase()) else {
            continue;
        };
        let (start, end) = (source.position(all.start()), source.position(all.end()));
        let inside = places.iter().any(|(from, to)| start >= *from && start < *to);
        if inside || !stands_alone(source, start, end) {
            continue;
        }
        // 一号 may have been read as a name, A as nothing; only another kind of mark keeps its place.
        let held = marks.iter().any(|mark| {
            mark.start < end
                && mark.end > start
                && !(matches!(mark.what, What::Name(_)) && mark.start >= start && mark.end <= end)
        });
        if held {
            continue;
        }
        marks.retain(|mark| mark.end <= start || mark.start >= end);
        mentions += 1;
        if mentions > MENTIONS_MAX {
            break;
        }
        taken[start..end].fill(true);
        marks.push(Mark {
            start,
            end,
            what: What::Number(number.clone()),
        });
        if side.is_none() {
            let pays = matches!(next_word(source, end), '→' | '-' | '>' | '=');
            sides.entry(number.clone()).or_insert(pays);
        }
    }
    for (at, to) in places {
        let number = marks.iter().find_map(|mark| match &mark.what {
            What::Number(number) if mark.start >= at && mark.end <= to => Some(number.clone()),
            _ => None,
        });
        if let Some(own) = number.and_then(|number| sides.get(&number).copied())
            && !list.explained.iter().any(|known| known.0 == at)
        {
            list.explained.push((at, to, own));
        }
    }
    marks.sort_by_key(|mark| mark.start);
}

pub(super) fn has_money_between(marks: &[Mark], from: usize, to: usize) -> bool {
    marks
        .iter()
        .any(|mark| mark.start >= from && mark.end <= to && matches!(mark.what, What::Money(_)))
}

/// Whether the account is the victim's, as far as the words say.
pub(super) fn side_in(text: &str) -> Option<bool> {
    if PAYS.is_match(text) {
        return Some(true);
    }
    GETS.is_match(text).then_some(false)
}

pub(super) fn next_word(source: &Source, mut at: usize) -> char {
    while source.at(at) == ' ' || source.at(at) == '卡' {
        at += 1;
    }
    source.at(at)
}

/// 甲 in 转给甲8600 stands for an account, 甲 in 甲方 does not.
pub(super) fn stands_alone(source: &Source, start: usize, end: usize) -> bool {
    let (before, next) = (source.before(start), source.at(end));
    let latin = |c: char| c.is_ascii_alphanumeric();
    let first = source.at(start);
    if ('①'..='⑥').contains(&first) {
        // ① at the head of a line counts the lines; → ① is an account.
        let lead = source.left(start, 2);
        return lead
            .trim_end()
            .ends_with(['→', '>', '给', '到', '入', '至', '进']);
    }
    if latin(first) {
        return !latin(before) && (!latin(next) || next.is_ascii_digit());
    }
    let before_ok = before == '\0'
        || before.is_whitespace()
        || matches!(
            before,
            '给' | '到'
                | '往'
                | '向'
                | '→'
                | '>'
                | '、'
                | '，'
                | ','
                | '由'
                | '从'
                | '用'
                | '是'
                | '同'
                | '与'
                | '（'
                | '('
                | '：'
                | ':'
                | '方'
        );
    let next_ok = !matches!(
        next,
        '方' | '级' | '状' | '肝' | '醇' | '烷' | '骨' | '楼' | '线' | '门' | '店' | '院'
    );
    before_ok && next_ok
}

pub(super) static EXPLAINED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:(?:^|[；;，,\s（(：:])(?:付款|收款|入金账户|入金账号|入金|收款账号|我的|转出|转入|对方|供应商|卡商|商家|账户|账号|户头|卡|收款卡|收款人|收款账户|付款卡|付款账户|卡片|本人)?\s?)",
        r"(?P<n>[甲乙丙丁戊己]|[A-Ha-h][0-9]?|[①②③④⑤⑥]|[一二三四五六][号]|[1-9]号)(?:卡|账户|账号|户|方)?\s?(?:[=：:＝]|是|为|指|\s)\s?"
    ))
    .expect("constant")
});

pub(super) static MENTIONED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?P<n>[甲乙丙丁戊己]|[A-Ha-h][0-9]?|[①-⑥]|[一二三四五六]号|[1-9]号)(?:卡|账户|账号)?")
        .expect("constant")
});

pub(super) static PAYS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"付款|我的|转出|本人|自己|我方|出账|付钱|受害人|妻子|丈夫").expect("constant")
});
