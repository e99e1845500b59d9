//! The words that say what a sum beside them is: 转了, 返了, 余额, 一共, 让我, 没转, 失败, 照做.
//!
//! Promises: one pass, the longest word at a place wins. Leaves out: the sentence around them (`role`).

use crate::source::Source;
use aho_corasick::{AhoCorasick, MatchKind};
use std::sync::LazyLock;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// Money leaves.
    Out,
    /// Money leaves without the victim's doing.
    Taken,
    /// Money comes back.
    In,
    Borrow,
    /// Balances, prices, wages, limits.
    State,
    Sum,
    Demand,
    Refuse,
    Fail,
    Done,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) class: Class,
}

struct Lexicon {
    automaton: AhoCorasick,
    classes: Vec<Option<Class>>,
}

static LEXICON: LazyLock<Lexicon> = LazyLock::new(|| {
    let (mut words, mut classes) = (Vec::new(), Vec::new());
    for line in include_str!("../../data/row_words.csv").lines() {
        let Some((class, list)) = line.split_once(',').filter(|_| !line.starts_with('#')) else {
            continue;
        };
        let class = class_of(class);
        for word in list.split('|').filter(|word| !word.is_empty()) {
            words.push(word);
            classes.push(class);
        }
    }
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .build(&words)
        .expect("the words are a constant of this crate");
    Lexicon { automaton, classes }
});

/// 报案时间：…: when the caller reported, not when anything was paid.
pub(super) static REPORTED: LazyLock<regex::Regex> = LazyLock::new(|| {
    regex::Regex::new("(?:报案|报警|接警|受理|登记|制表|填表)(?:时间|日期)?[：:]?\\s?$").expect("constant")
});

fn class_of(name: &str) -> Option<Class> {
    Some(match name {
        "out" => Class::Out,
        "taken" => Class::Taken,
        "in" => Class::In,
        "borrow" => Class::Borrow,
        "state" => Class::State,
        "sum" => Class::Sum,
        "demand" => Class::Demand,
        "refuse" => Class::Refuse,
        "fail" => Class::Fail,
        "done" => Class::Done,
        _ => return None,
    })
}

/// All such words in order, without those inside a name, a bank, a number or a sum.
pub(super) fn find(source: &Source, taken: &[bool]) -> Vec<Word> {
    let mut found = Vec::new();
    for hit in LEXICON.automaton.find_iter(source.text()) {
        let Some(class) = LEXICON.classes[hit.pattern().as_usize()] else {
            continue;
        };
        let (start, end) = (source.position(hit.start()), source.position(hit.end()));
        if !taken[start..end].iter().any(|taken| *taken) {
            found.push(Word { start, end, class });
        }
    }
    found
}
