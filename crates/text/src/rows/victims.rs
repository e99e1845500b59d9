//! Whose line it is, where several victims are told of one after another: 大哥（应某）：…, 二、管某。…, 答（蒋某）：….
//!
//! What one victim says of a card or of a payee holds for that victim's payments, not for the others'.
//! Promises: a text that tells of one victim has no such lines. Leaves out: the names of the payers.

use super::attach::Draft;
use super::mark::What;
use super::party::{Group, Side};
use super::said::Story;
use regex::Regex;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// The victim of each line, where there are several.
#[derive(Debug, Default)]
pub(super) struct Victims {
    of_line: HashMap<usize, String>,
}

/// Most lines that are looked at.
const LINES_MAX: usize = 200;

impl Victims {
    pub(super) fn find(story: &Story, groups: &[Group], drafts: &[Draft]) -> Victims {
        let payees: HashSet<&String> = groups
            .iter()
            .filter(|group| group.side == Side::Payee)
            .filter_map(|group| group.party.name.as_ref())
            .collect();
        let mut alias: HashMap<String, String> = HashMap::new();
        let mut of_line: HashMap<usize, String> = HashMap::new();
        let mut section: Option<String> = None;
        let last = story.phrases.last().map_or(0, |phrase| phrase.line);
        for line in 0..=last.min(LINES_MAX) {
            let (from, to) = story.line_range(line);
            let head = story.slice(from, to.min(from + 30));
            let Some(found) = HEAD.captures(head) else {
                // 二、被害人某某…, and the payments in the lines below.
                if let Some(key) = section.clone() {
                    of_line.insert(line, key);
                }
                continue;
            };
            let (Some(who), name) = (found.name("who"), found.name("name")) else {
                continue;
            };
            let who = who.as_str();
            let known = story
                .marks_in(from, (from + 12).min(to))
                .any(|i| matches!(&story.marks[i].what, What::Name(name) if !payees.contains(name)));
            let bracket = name.is_some_and(|name| name.as_str().chars().count() >= 2);
            let role = ROLE.is_match(who);
            if payees.iter().any(|payee| who.contains(payee.as_str())) || !(known || role || bracket) {
                continue;
            }
            let key = alias.get(who).cloned().unwrap_or_else(|| who.to_owned());
            if let Some(name) = name {
                alias.insert(name.as_str().to_owned(), key.clone());
            }
            section = SECTION.is_match(head).then(|| key.clone());
            of_line.insert(line, key);
        }
        let paying: HashSet<&String> = drafts
            .iter()
            .filter(|d| d.is_paid())
            .filter_map(|d| of_line.get(&story.line_of(d.start)))
            .collect();
        if paying.len() < 2 {
            return Victims::default();
        }
        Victims { of_line }
    }

    /// The victim whose line holds a place.
    pub(super) fn at(&self, story: &Story, place: usize) -> Option<&String> {
        self.of_line.get(&story.line_of(place))
    }

    /// Whether what stands at one place can be said of a payment at another.
    pub(super) fn share(&self, story: &Story, one: usize, other: usize) -> bool {
        match (self.at(story, one), self.at(story, other)) {
            (Some(a), Some(b)) => a == b,
            _ => true,
        }
    }

    pub(super) fn several(&self) -> bool {
        !self.of_line.is_empty()
    }
}

static HEAD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^\s*(?:[（(]?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2}|[①-⑩])[)）、.．]\s*)?(?:答\s?[（(])?",
        r"(?P<who>[0-9]{3,4}室|[\p{Han}]{1,6}[A-Z]?|[A-Z])",
        r"(?:电话)?(?:补充|陈述|自述)?(?:\s?[（(](?P<name>[\p{Han}]{2,4})?[^）)\n]{0,20}[）)]?|\s[\p{Han}]{1,4})?\s?[：:。，,]"
    ))
    .expect("constant")
});
static SECTION: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\s*[（(]?[一二三四五六七八九十]{1,2}[)）、.．]").expect("constant"));
static ROLE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("^(?:男|女|夫|妻|父|母|子|哥|姐|弟|妹|兄|姊|丈夫|妻子|老公|老婆|儿媳|儿子|女儿|婆婆|公公|岳母|岳父|姐姐|弟弟|妹妹|哥哥|大哥|二哥|三哥|老大|老二|老三|大姐|二姐|妈妈|爸爸|爷爷|奶奶|.{0,3}[甲乙丙丁]|女生[A-Z]|学员.|室友.?|[A-Z]|[0-9]{3,4}室|公司|个人|出纳|会计|厂长|店主|会计.{0,3}|出纳.{0,3})$").expect("constant")
});
