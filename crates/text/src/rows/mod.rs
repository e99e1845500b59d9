//! Rows from a narrative: who paid what, when, from where to where. One row for each movement of money to the fraud side,
//! beside what came back, what was only asked for, the sum that was stated, the place and the type of the fraud.
//!
//! The reading goes in steps: `mark` finds sums, numbers, names, banks and times; `clause` cuts the story where one thing
//! ends and the next begins; `role` says of each sum what it is; `party` groups numbers, banks and names and says whose they
//! are; `attach` puts times and accounts to the sums by the clause, `fill` by what was said once for all; `mend` takes
//! corrections, repeats and counts; `total`, `how` and `place` read the rest.
//!
//! Promises: pure, linear in the length of the text, the same answer for the same line, no panic on any text. A field
//! that was not told is `None`, never guessed; what might be wrong carries a doubt.
//! Leaves out: whether an account exists, which bank a number belongs to, and any decision.

mod attach;
mod clause;
mod fill;
mod how;
mod later;
mod list;
mod mark;
mod mend;
mod outcome;
mod party;
mod place;
mod pointing;
mod role;
mod row;
mod said;
mod slip;
mod speaker;
mod total;
mod victims;
mod when;
mod words;

pub use row::{Doubt, How, Party, Payment, Planned, Received, Rows, StatedTotal};

use kernel::Instant;

/// The rows of a narrative. `reported_at` is what 昨天 is counted from; no payment is later.
pub fn rows(text: &str, reported_at: Instant) -> Rows {
    let story = said::Story::read(text, reported_at);
    let mut sums = role::judge(&story);
    list::judge(&story, &mut sums);
    let mut parties = party::group(&story);
    let places: Vec<usize> = sums.iter().map(|sum| story.marks[sum.mark].start).collect();
    party::of_those_before(&story, &places, &mut parties);
    let mut drafts = attach::attach(&story, &sums, &parties);
    later::correct(&story, &mut sums, &parties, &mut drafts);
    mend::repeats(&story, &sums, &mut drafts);
    list::settle(&story, &sums, &mut drafts);
    let paid: Vec<usize> = drafts.iter().filter(|d| d.is_paid()).map(|d| d.start).collect();
    party::of_those_before(&story, &paid, &mut parties);
    fill::fill(&story, &parties, &mut drafts);
    mend::counted(&story, &mut drafts);
    row::finish(&story, &sums, drafts, reported_at)
}
