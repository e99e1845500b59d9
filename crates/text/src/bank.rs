//! Banks by any of their names, without branch: 工行, 工商银行 and 中国工商银行黄冈分行 are one bank. 支付宝 and 云闪付 count here.
//!
//! Promises: the value is the canonical name of `data/bank_names.csv`. Leaves out: codes of branches.

use crate::Kind;
use crate::claims::{Claims, Mention};
use crate::source::Source;
use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;
use std::sync::LazyLock;

/// A bank's canonical name and, where it is known, how its payment-system code begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Bank {
    name: &'static str,
    aliases: &'static str,
    card_words: &'static str,
}

struct Names {
    automaton: AhoCorasick,
    /// Canonical name and whether the word needs a card word behind it.
    meaning: Vec<(&'static str, bool)>,
}

fn banks() -> impl Iterator<Item = Bank> {
    let rows = include_str!("../data/bank_names.csv").lines();
    rows.filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| {
            let mut columns = line.split(',');
            let mut next = || columns.next().expect("bank_names.csv: four columns");
            let (name, _code_prefix, aliases, card_words) = (next(), next(), next(), next());
            Bank {
                name,
                aliases,
                card_words,
            }
        })
}

/// What people call the bank of this canonical name, for the directory: its aliases, and the words that mean it before 卡.
pub(crate) fn short_names(name: &str) -> impl Iterator<Item = &'static str> {
    let known = banks().find(|bank| bank.name == name);
    known
        .into_iter()
        .flat_map(|bank| bank.aliases.split('|').chain(bank.card_words.split('|')))
        .filter(|word| !word.is_empty())
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let (mut words, mut meaning) = (Vec::new(), Vec::new());
    let some = |list: &'static str| list.split('|').filter(|word| !word.is_empty());
    for bank in banks() {
        for word in std::iter::once(bank.name).chain(some(bank.aliases)) {
            words.push(word);
            meaning.push((bank.name, false));
        }
        for word in some(bank.card_words) {
            words.push(word);
            meaning.push((bank.name, true));
        }
    }
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .ascii_case_insensitive(true)
        .build(&words)
        .expect("the names are constants of this crate");
    Names { automaton, meaning }
});

static LOCAL: LazyLock<Regex> = LazyLock::new(|| {
    let places = include_str!("../data/places.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect::<String>();
    Regex::new(&format!(
        r"(?P<province>(?:湖北|广东|江苏|浙江|安徽|河南|湖南|四川|山东|福建|江西|广西|河北|山西|陕西|云南|贵州)省?)?(?:(?P<place>{places})|(?:^|[，,、：:（(\s的到至])(?P<elsewhere>[\p{{Han}}--[从在我他她的是用这那有张和给到往由去没农信社村]]{{2}}))?(?:市|县|区)?(?P<kind>农村商业银行|农商银行|农商行|村镇银行|农村信用合作社联合社|农村信用合作联社|农村信用社联合社|农村信用合作社|农村信用社|农信社|农信联社|农信|信用社)"
    ))
    .expect("constant")
});
static NO_PLACE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("[我你他她是的用在从到给卡拿由这那张]|农村|农商|中国|当地|附近").expect("constant")
});
static CARD_BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:卡|信用卡|储蓄卡|银行卡|借记卡|储蓄|账户|账号|的卡|的银行卡|的账户|的储蓄卡|的信用卡|APP|app|手机银行|网银)").expect("constant")
});

pub(crate) fn recognise(source: &Source, claims: &mut Claims) {
    local(source, claims);
    let names = &*NAMES;
    for found in names.automaton.find_iter(source.text()) {
        let (start, end) = (source.position(found.start()), source.position(found.end()));
        let (name, needs_card) = names.meaning[found.pattern().as_usize()];
        if (needs_card && !CARD_BEHIND.is_match(source.right(end, 4))) || part_of_word(source, start, end) {
            continue;
        }
        claims.claim(source, Mention::plain(Kind::Bank, start, end, name.to_owned()));
    }
}

/// 黄冈农商行 → 黄冈农村商业银行; without a place the kind of bank is all that is known.
fn local(source: &Source, claims: &mut Claims) {
    for found in LOCAL.captures_iter(source.text()) {
        let (Some(whole), Some(kind)) = (found.get(0), found.name("kind")) else {
            continue;
        };
        // 湖北红安农商行 keeps its province, and 湖北省农村信用社 has nothing but one.
        let province = found.name("province");
        // 用的是我农商行的卡: words of the sentence, no place.
        let town = found
            .name("place")
            .or_else(|| found.name("elsewhere"))
            .filter(|m| !NO_PLACE.is_match(m.as_str()));
        let place_match = town.or(province);
        let province = province.filter(|_| town.is_some());
        let place = place_match.map_or("", |m| m.as_str());
        let written = if place.is_empty() { kind } else { whole };
        if kind.as_str() == "农信" && place.is_empty() {
            continue;
        }
        let kind = match kind.as_str() {
            "农商银行" | "农商行" => "农村商业银行",
            "农信社"
            | "信用社"
            | "农信"
            | "农信联社"
            | "农村信用合作社"
            | "农村信用合作联社"
            | "农村信用社联合社"
            | "农村信用合作社联合社" => "农村信用社",
            other => other,
        };
        let first = province.or(place_match).map_or(written.start(), |m| m.start());
        let place = format!("{}{place}", province.map_or("", |m| m.as_str()));
        let (start, end) = (source.position(first), source.position(written.end()));
        claims.claim(
            source,
            Mention::plain(Kind::Bank, start, end, format!("{place}{kind}")),
        );
    }
}

/// 其中行, 施工行为, 途中行驶: two-character names inside other words. 人民银行 is no commercial bank.
fn part_of_word(source: &Source, start: usize, end: usize) -> bool {
    let (before, next) = (source.before(start), source.at(end));
    match source.slice(start, end) {
        "中行" => {
            matches!(
                before,
                '其' | '集' | '途' | '空' | '手' | '心' | '当' | '程' | '水' | '路' | '雨' | '过' | '夜'
            ) || matches!(
                next,
                '为' | '动' | '业' | '走' | '驶' | '程' | '使' | '骗' | '事' | '李'
            )
        }
        name @ ("工行" | "农行" | "建行" | "交行" | "招行") => {
            matches!(next, '为' | '业' | '动' | '走' | '驶' | '程' | '使')
                || matches!(before, '施' | '打' | '务' | '社')
                || (name == "交行" && before == '成')
        }
        word if word.is_ascii() => before.is_ascii_alphanumeric() || next.is_ascii_alphanumeric(),
        _ => false,
    }
}
