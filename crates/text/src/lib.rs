//! What a caller's story says: cards, accounts, phones, identity numbers, amounts, times, addresses on the web, chat
//! ids, banks, apps and persons, each with the place in the text it came from (EXTRACTION.md), and how alike two
//! stories are.
//!
//! Promises: pure (no file, network, clock or random source), time linear in the length of the text, nothing
//! returned that is not in the text. The result is a proposal; a person accepts it.
//! Leaves out: any decision about the report, and what a number means outside the text (no register is asked).

mod amount;
mod app;
mod bank;
pub mod bin;
mod card;
mod claims;
mod digits;
pub mod directory;
pub mod evaluate;
mod identifier;
pub mod jsonl;
mod label;
mod numeral;
mod person;
mod phone;
mod rows;
mod similarity;
mod social;
mod source;
mod time;
mod url;

pub use rows::{Doubt, How, Party, Payment, Planned, Received, Rows, StatedTotal, rows};
pub use similarity::similarity;

use claims::Claims;
use kernel::Instant;
use serde::{Deserialize, Serialize};
use source::Source;

/// What a mention is; the names are those of EXTRACTION.md.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    BankCard,
    Account,
    Phone,
    IdCard,
    Amount,
    Time,
    Url,
    SocialId,
    Bank,
    App,
    Person,
}

/// The outcome of the check digit, where the kind has one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Check {
    Ok,
    Failed,
    None,
}

impl Check {
    fn of(passed: bool) -> Check {
        if passed { Check::Ok } else { Check::Failed }
    }
}

/// One mention. Serialises to the shape of EXTRACTION.md.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    pub kind: Kind,
    /// Code points from the start of the text.
    pub start: usize,
    /// The exact substring.
    pub text: String,
    /// The normalised value: digits, fen, ISO 8601, canonical name.
    pub value: String,
    pub check: Check,
    /// The speaker was vague; only ever true for amounts and times.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub approx: bool,
}

/// Every mention in a narrative, sorted by place. `reported_at` is what 昨天 and 上周五 are counted from.
pub fn extract(text: &str, reported_at: Instant) -> Vec<Entity> {
    let source = Source::new(text);
    let mut claims = Claims::new(&source);
    // From the most certain shape to the least: each may only use what is left.
    url::recognise(&source, &mut claims);
    social::recognise(&source, &mut claims);
    time::recognise(&source, reported_at, &mut claims);
    identifier::recognise(&source, &mut claims);
    amount::recognise(&source, &mut claims);
    bank::recognise(&source, &mut claims);
    app::recognise(&source, &mut claims);
    person::recognise(&source, &mut claims);
    claims.into_entities()
}
