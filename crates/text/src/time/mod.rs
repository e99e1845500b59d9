//! When things happened: 2026年4月2日15时许, 昨天下午三点, 今早9点20左右, 上周五, 半小时前. `grammar` reads the words
//! (with `day` and `clock`), `resolve` turns them into ISO 8601 at +08:00 relative to the report and to the day last spoken of.
//!
//! Promises: the precision of the value is the precision said. Leaves out: durations, festivals, and vague words such as 最近.

mod chat;
mod clock;
mod day;
mod grammar;
mod resolve;

use crate::claims::{Claims, Mention};
use crate::source::Source;
use crate::{Check, Kind};
use kernel::Instant;

pub(crate) fn recognise(source: &Source, reported_at: Instant, claims: &mut Claims) {
    let mut story = resolve::Story::new(reported_at);
    let scanned = grammar::scan(source, claims);
    let places = chat::places(source, &scanned);
    for (said, place) in scanned.into_iter().zip(places) {
        let Some((value, approx)) = story.resolve(&said, place) else {
            continue;
        };
        claims.claim(
            source,
            Mention {
                kind: Kind::Time,
                start: said.start,
                end: said.end,
                value,
                check: Check::None,
                approx,
            },
        );
    }
}
