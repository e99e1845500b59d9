//! Addresses on the web: with a scheme, with `www.`, or a bare host whose ending is in the public suffix list.
//!
//! Promises: the value is the address as written with its host in lower case. Leaves out: e-mail addresses (they are
//! claimed, so that nothing else reads their parts, but are no mention) and file names.

use crate::claims::{Claims, Mention};
use crate::{Kind, source::Source};
use regex::Regex;
use std::sync::LazyLock;

static EMAIL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}").expect("constant")
});

static ADDRESS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?P<scheme>(?i:https?|ftp)\s?[:：]\s?//)?",
        r"(?P<host>(?:[A-Za-z0-9](?:[A-Za-z0-9_-]{0,62})\.){1,8}[A-Za-z0-9-]{1,63})",
        r"(?P<port>:\d{2,5})?",
        r"(?P<path>[/?#][A-Za-z0-9\-._~:/?#\[\]@!$&'()*+,;=%]{0,2000})?",
    ))
    .expect("constant")
});

pub(crate) fn recognise(source: &Source, claims: &mut Claims) {
    for found in EMAIL.find_iter(source.text()) {
        claims.suppress(source.position(found.start()), source.position(found.end()));
    }
    for found in ADDRESS.captures_iter(source.text()) {
        let Some(address) = Address::read(&found) else {
            continue;
        };
        let start = source.position(address.start);
        let end = start + address.written.chars().count();
        if glued(source, start) || !claims.is_free(start, end) {
            continue;
        }
        claims.claim(source, Mention::plain(Kind::Url, start, end, address.value()));
    }
}

/// A host that goes on to the left belongs to something else.
fn glued(source: &Source, start: usize) -> bool {
    let before = source.before(start);
    before.is_ascii_alphanumeric() || matches!(before, '@' | '.' | '_' | '/' | '-')
}

struct Address<'t> {
    start: usize,
    written: &'t str,
    host_from: usize,
    host_to: usize,
}

impl<'t> Address<'t> {
    fn read(found: &regex::Captures<'t>) -> Option<Address<'t>> {
        let whole = found.get(0)?;
        let host = found.name("host")?;
        let has_scheme = found.name("scheme").is_some();
        let has_more = found.name("path").is_some() || found.name("port").is_some();
        let known = is_ip(host.as_str()) && (has_scheme || has_more) || has_public_ending(host.as_str());
        if !known {
            return None;
        }
        let written = trim_tail(whole.as_str());
        let host_from = host.start() - whole.start();
        Some(Address {
            start: whole.start(),
            written,
            host_from,
            host_to: host.end() - whole.start(),
        })
    }

    fn value(&self) -> String {
        let to = self.host_to.min(self.written.len());
        let (scheme, host, rest) = (
            &self.written[..self.host_from],
            &self.written[self.host_from..to],
            &self.written[to..],
        );
        let scheme: String = scheme
            .chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| if c == '：' { ':' } else { c })
            .collect();
        format!("{scheme}{}{rest}", host.to_ascii_lowercase())
    }
}

/// The sentence's own punctuation at the end is not part of the address; a closing bracket is, when it was opened.
fn trim_tail(written: &str) -> &str {
    let mut kept = written;
    loop {
        let cut = match kept.chars().last() {
            Some('.' | ',' | ';' | ':' | '!' | '?' | '\'' | '*') => true,
            Some(')') => kept.matches('(').count() < kept.matches(')').count(),
            Some(']') => kept.matches('[').count() < kept.matches(']').count(),
            _ => false,
        };
        if !cut {
            return kept;
        }
        kept = &kept[..kept.len() - 1];
    }
}

fn is_ip(host: &str) -> bool {
    host.parse::<std::net::Ipv4Addr>().is_ok()
}

/// Endings that are also the endings of file names people mention.
const FILE_ENDINGS: [&str; 8] = ["zip", "mov", "py", "sh", "rs", "md", "pl", "ps"];

fn has_public_ending(host: &str) -> bool {
    let host = host.to_ascii_lowercase();
    let Some((name, ending)) = host.rsplit_once('.') else {
        return false;
    };
    let numeric = ending.bytes().any(|b| b.is_ascii_digit()) && !ending.starts_with("xn--");
    if numeric
        || name.is_empty()
        || ending.len() < 2
        || (FILE_ENDINGS.contains(&ending) && !host.starts_with("www."))
    {
        return false;
    }
    psl::suffix(host.as_bytes())
        .is_some_and(|suffix| suffix.is_known() && suffix.as_bytes().len() < host.len())
}
