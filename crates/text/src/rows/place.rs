//! The place of the offence among the centre's areas, and the type of fraud, by the words of the story.
//!
//! Leaves out: places outside the centre, places in the names of banks, and what the fraud side claims to be.

use super::said::Story;
use regex::Regex;
use std::sync::LazyLock;

/// County-level areas of DOMAIN 7 by the words people use.
const AREAS: [(&str, &str); 12] = [
    ("黄州", "421102"),
    ("团风", "421121"),
    ("红安", "421122"),
    ("罗田", "421123"),
    ("英山", "421124"),
    ("浠水", "421125"),
    ("蕲春", "421126"),
    ("黄梅", "421127"),
    ("麻城", "421181"),
    ("武穴", "421182"),
    ("龙感湖", "421171"),
    ("黄冈", "421100"),
];

pub(super) fn area(story: &Story) -> Option<String> {
    let text = story.source.text();
    let mut best: Option<(i32, usize, &str)> = None;
    for (word, code) in AREAS {
        for (byte, _) in text.match_indices(word) {
            let at = story.source.position(byte);
            let left = story.source.left(at, 10);
            let right = story.source.right(at + word.chars().count(), 8);
            if NOT_HERE.is_match(right) || LIE.is_match(left) && OFFICE.is_match(right) {
                continue;
            }
            let mut score = 2;
            if OFFENCE.is_match(left) || HAPPENED.is_match(right) {
                score += 2;
            }
            if LIVES.is_match(left) {
                score += 1;
            }
            if OFFICE.is_match(right) || ELSEWHERE.is_match(left) {
                score -= 2;
            }
            // 黄冈 is the whole; a county says more.
            if word == "黄冈" {
                score -= 3;
            }
            if best.is_none_or(|(held, place, _)| score > held || score == held && at < place) {
                best = Some((score, at, code));
            }
        }
    }
    best.map(|(_, _, code)| code.to_owned())
}

static NOT_HERE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:市|县|区)?(?:农村商业|农商|农信|信用社|村镇银行|支行|分行|银行|农村信用|工行|农行|建行|中行|邮政)").expect("constant")
});
static OFFICE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:市|县|区)?(?:公安|检察院|法院|刑警|刑侦|社保|医保|通信管理|税务|海关|派出所民警)")
        .expect("constant")
});
static LIE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:自称|冒充|说是|说他是|是|称)[^。，]{0,8}$").expect("constant"));
static OFFENCE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:我在|我们在|在|案发地|发案地|事发地|发生在|地点|位于|被骗地)[：:]?[\p{Han}]{0,4}$")
        .expect("constant")
});
static HAPPENED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:市|县|区)?(?:[\p{Han}]{0,8})(?:被骗|转账|转的|汇的|案发)").expect("constant")
});
static LIVES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:住|家|我是|我们是|报警人|我)[\p{Han}：:，]{0,4}$").expect("constant"));
static ELSEWHERE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:老家|户籍|籍贯|户口|发往|寄到|寄往|去过|路过|出差|供应商|公司|卖家|对方)[\p{Han}]{0,4}$")
        .expect("constant")
});

/// Types and the words that speak for them, with weights; data/row_types.csv.
static TYPES: LazyLock<Vec<(&'static str, i32, Vec<&'static str>)>> = LazyLock::new(|| {
    include_str!("../../data/row_types.csv")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .filter_map(|line| {
            let mut parts = line.splitn(3, ',');
            let (code, weight, words) = (parts.next()?, parts.next()?, parts.next()?);
            Some((code, weight.parse().ok()?, words.split('|').collect()))
        })
        .collect()
});

pub(super) fn category(story: &Story) -> Option<String> {
    let text = story.source.text();
    let mut scores: Vec<(&str, i32)> = Vec::new();
    for (code, weight, words) in TYPES.iter() {
        let hits = i32::try_from(words.iter().filter(|word| text.contains(**word)).count()).unwrap_or(0);
        match scores.iter_mut().find(|(held, _)| held == code) {
            Some((_, score)) => *score += hits * weight,
            None => scores.push((code, hits * weight)),
        }
    }
    let best = scores
        .iter()
        .max_by_key(|(code, score)| (*score, std::cmp::Reverse(*code)))?;
    (best.1 >= 2).then(|| best.0.to_owned())
}
