//! Where a time stands in a pasted chat: at the head of a line, as a stamp, or in what somebody wrote on that day.
//!
//! 今晚 in a chat of last week is the evening of its stamp, not of the report; stamps that go back begin the next day.

use super::grammar::Said;
use crate::source::Source;
use regex::Regex;
use std::sync::LazyLock;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Place {
    /// Nothing but brackets, counters or a speaker's name stands before it in its line.
    pub(super) heads_line: bool,
    /// Written by somebody in a chat whose lines bear stamps.
    pub(super) in_chat: bool,
}

/// Fewest stamps that make a chat.
const STAMPS_MIN: usize = 3;

/// Where each time of a text stands.
pub(super) fn places(source: &Source, said: &[Said]) -> Vec<Place> {
    let mut line = 0;
    let mut line_start = 0;
    let mut found: Vec<(usize, bool, bool)> = Vec::new();
    let mut at = 0;
    for one in said {
        while at < one.start {
            if source.at(at) == '\n' {
                line += 1;
                line_start = at + 1;
            }
            at += 1;
        }
        let heads = one.start - line_start <= 20 && LINE_HEAD.is_match(source.slice(line_start, one.start));
        let stamp = heads && (one.clock.is_some_and(|clock| !clock.spoken) || dated_alone(source, one));
        found.push((line, heads, stamp));
    }
    let chat = found.iter().filter(|(_, _, stamp)| *stamp).count() >= STAMPS_MIN;
    let mut stamped: Option<usize> = None;
    let mut places = Vec::new();
    for (line, heads, stamp) in found {
        if stamp {
            stamped = Some(line);
        }
        let near = stamped.is_some_and(|stamped| line - stamped <= 3);
        places.push(Place {
            heads_line: heads,
            in_chat: chat && !heads && near,
        });
    }
    places
}

/// 3月9日 alone on its line stands over the lines of that day.
fn dated_alone(source: &Source, said: &Said) -> bool {
    said.day.is_some() && LINE_REST.is_match(source.right(said.end, 4))
}

static LINE_HEAD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:[\s\[【（(〔—\-*·•]*|\S{1,10}[（(])$").expect("constant"));
static LINE_REST: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[\s\]】）)〕—\-：:]*(?:\n|$)").expect("constant"));
