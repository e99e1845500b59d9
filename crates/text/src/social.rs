//! QQ and WeChat ids that contain letters. (All-digit QQ numbers are decided in `identifier`, where the other numbers
//! are.)
//!
//! Promises: an id is only read behind a name for it, or in the form `wxid_…`. Leaves out: ids on other platforms.

use crate::Kind;
use crate::claims::{Claims, Mention};
use crate::source::Source;
use regex::Regex;
use std::sync::LazyLock;

/// A name that announces a WeChat id, the words between, and the id (6 to 20 characters, a letter first).
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:(?P<sure>微信号码?|微信账号|微信帐号|微信ID|微信id|卫星号|薇信号?|威信号?|徽信号?)|(?P<weak>微信|(?i:wechat|weixin|wx|vx)|[Vv]信|加[Vv]|[Vv][：:]))",
        r#"(?:[\s:：“”"'‘’（()【\[]|号码?|ID|id|是|为|叫|账号|分别|就|的|加|了|我|他|她|对方|好友|昵称[^，。\s（(]{0,10}[，（(\s]){0,8}"#,
        r"(?P<id>[A-Za-z][A-Za-z0-9_-]{5,19})",
    ))
    .expect("constant")
});
static WXID: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"(?i)wxid_[a-z0-9]{6,24}").expect("constant"));
/// `abc_123（微信号）`: the name behind the id.
static NAMED_BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?P<id>[A-Za-z][A-Za-z0-9_-]{5,19})\s?[（(]?(?:是|为)?(?:他|她|对方|我)?的?(?:微信号|微信账号|的微信)").expect("constant")
});

pub(crate) fn recognise(source: &Source, claims: &mut Claims) {
    for found in WXID.find_iter(source.text()) {
        claim(source, claims, found.start(), found.as_str());
    }
    for found in NAMED.captures_iter(source.text()) {
        let Some(id) = found.name("id") else { continue };
        if found.name("sure").is_some() || looks_chosen(id.as_str()) {
            claim(source, claims, id.start(), id.as_str());
        }
    }
    for found in NAMED_BEHIND.captures_iter(source.text()) {
        if let Some(id) = found.name("id").filter(|id| looks_chosen(id.as_str())) {
            claim(source, claims, id.start(), id.as_str());
        }
    }
}

/// Without an explicit 微信号 a plain word (Telegram, WeChat) is not an id.
fn looks_chosen(id: &str) -> bool {
    id.bytes().any(|b| b.is_ascii_digit() || b == b'_' || b == b'-')
}

fn claim(source: &Source, claims: &mut Claims, byte: usize, id: &str) {
    let start = source.position(byte);
    let end = start + id.len();
    let glued = source.before(start).is_ascii_alphanumeric() && !is_prefix(source, start);
    let goes_on = source.at(end).is_ascii_alphanumeric()
        || source.at(end) == '@'
        || source.at(end) == '.' && source.at(end + 1).is_ascii_alphabetic();
    if !glued && !goes_on {
        claims.claim(source, Mention::plain(Kind::SocialId, start, end, id.to_owned()));
    }
}

fn is_prefix(source: &Source, start: usize) -> bool {
    let left = source.left(start, 3).to_ascii_lowercase();
    left.ends_with("wx") || left.ends_with("vx") || left.ends_with("id")
}
