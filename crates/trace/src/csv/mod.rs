//! Tables of transfers, accounts and seeds as CSV text, read into what the engine takes.
//!
//! Promises: columns are found by their names in the heading, in any order, others are passed over; quotes, both ends of
//! line and a byte order mark are understood; a file is read whole or refused with every problem it has (up to a
//! bound), each with line, column and value; the result does not depend on the number of threads.
//! Leaves out: files (the caller has the bytes), words for people, statements of banks with their many layouts.
//!
//! ```
//! use trace::csv;
//!
//! let accounts = csv::accounts(b"id,opening,stop\n6222020000000000017,30000,0\n6222020000000000025,0,0\n", 1, &|_| ())?;
//! let rows = csv::transfers(b"id,ts,src,dst,amount\n1,1767225600000,6222020000000000017,6222020000000000025,30000\n",
//!     &accounts.numbers, 1, &|_| ())?;
//! assert_eq!((rows[0].src, rows[0].dst, rows[0].amount), (0, 1, 30_000));
//! # Ok::<(), csv::Refused>(())
//! ```

mod accounts;
mod layout;
mod number;
mod problem;
mod record;
mod stream;
#[cfg(test)]
mod tests;

pub use accounts::{AccountNumbers, Accounts, accounts};
pub use layout::Progress;
pub use problem::{FileKind, PROBLEMS_MAX, Problem, Reason, Refused};
pub use stream::Source;

use crate::Transfer;
use layout::{Column, Layout, Values, Wrong};
use problem::Problems;
use std::io;

/// The year 9999; money has not moved before 1970 in any statement that we may meet.
const TS_MS_MAX: u64 = 253_402_300_799_999;

const ID: usize = 0;
const TS: usize = 1;
const SRC: usize = 2;
const DST: usize = 3;
const AMOUNT: usize = 4;
const TRANSFER_COLUMNS: [Column; 5] = [
    Column {
        name: "id",
        required: true,
        least: 0,
        most: u64::MAX,
    },
    Column {
        name: "ts",
        required: true,
        least: 0,
        most: TS_MS_MAX,
    },
    Column {
        name: "src",
        required: true,
        least: 0,
        most: u64::MAX,
    },
    Column {
        name: "dst",
        required: true,
        least: 0,
        most: u64::MAX,
    },
    Column {
        name: "amount",
        required: true,
        least: 1,
        most: i64::MAX as u64,
    },
];

/// The transfers in the order of the text, between accounts that are known.
pub fn transfers(
    text: &[u8],
    accounts: &AccountNumbers,
    threads: usize,
    progress: Progress<'_>,
) -> Result<Vec<Transfer>, Refused> {
    let layout = Layout::of(text, &TRANSFER_COLUMNS)?;
    layout.rows(text, threads, progress, |values| transfer(values, accounts))
}

/// The same without the whole text in memory, as quickly as it can be done; `None` when a line is not as plain as nearly
/// all are, and [`transfers`] is to find its rows or what is wrong with it. Fails when the source does.
pub fn transfers_streamed(
    source: &(impl Source + ?Sized),
    accounts: &AccountNumbers,
    threads: usize,
    progress: Progress<'_>,
) -> io::Result<Option<Vec<Transfer>>> {
    stream::rows(source, &TRANSFER_COLUMNS, threads, progress, |values| {
        transfer(values, accounts)
    })
}

#[inline(always)]
fn transfer(values: &Values<5>, accounts: &AccountNumbers) -> Result<Transfer, Wrong> {
    let known = |column| {
        accounts.dense(values.required(column)).ok_or(Wrong {
            column,
            reason: Reason::AccountUnknown,
        })
    };
    Ok(Transfer {
        id: values.required(ID),
        ts_ms: values.required(TS) as i64,
        src: known(SRC)?,
        dst: known(DST)?,
        amount: values.required(AMOUNT) as i64,
    })
}

/// The later lines of transfers whose number an earlier line has: what to tell when the engine finds some. `ids` are
/// sorted.
pub fn transfers_twice(text: &[u8], ids: &[u64]) -> Refused {
    let layout = match Layout::of(text, &TRANSFER_COLUMNS) {
        Ok(layout) => layout,
        Err(refused) => return refused,
    };
    let mut seen = vec![false; ids.len()];
    let mut problems = Problems::default();
    for (line, id) in layout.numbered(text, ID) {
        let Ok(nth) = ids.binary_search(&id) else { continue };
        if std::mem::replace(&mut seen[nth], true) {
            problems.add(Problem::at(line, "id", id.to_string().as_bytes(), Reason::Twice));
        }
    }
    problems.refused()
}

/// The lines of transfers by number, for what is to be said about some of them. `ids` are sorted; the answer follows
/// the text.
pub fn transfer_lines(text: &[u8], ids: &[u64]) -> Vec<(u64, u64)> {
    let layout = Layout::of(text, &TRANSFER_COLUMNS);
    let rows = layout.iter().flat_map(|layout| layout.numbered(text, ID));
    rows.filter(|(_, id)| ids.binary_search(id).is_ok()).collect()
}

/// A payment to follow. Whatever is given besides the transfer's number only checks that the right one is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeedRow {
    pub line: u64,
    pub transfer_id: u64,
    pub account: Option<u64>,
    pub ts: Option<u64>,
    pub amount: Option<u64>,
}

const SEED_COLUMNS: [Column; 4] = [
    Column {
        name: "transfer_id",
        required: true,
        least: 0,
        most: u64::MAX,
    },
    Column {
        name: "account",
        required: false,
        least: 0,
        most: u64::MAX,
    },
    Column {
        name: "ts",
        required: false,
        least: 0,
        most: TS_MS_MAX,
    },
    Column {
        name: "amount",
        required: false,
        least: 1,
        most: i64::MAX as u64,
    },
];

pub fn seeds(text: &[u8]) -> Result<Vec<SeedRow>, Refused> {
    let layout = Layout::of(text, &SEED_COLUMNS)?;
    let mut rows = layout.rows(text, 1, &|_| (), |values| {
        Ok(SeedRow {
            line: 0,
            transfer_id: values.required(0),
            account: values.optional(1),
            ts: values.optional(2),
            amount: values.optional(3),
        })
    })?;
    let lines = layout.numbered(text, 0);
    rows.iter_mut()
        .zip(lines)
        .for_each(|(row, (line, _))| row.line = line);
    Ok(rows)
}
