//! The caller's account numbers and the engine's dense ones.

use super::layout::{Column, Layout, Progress, Values};
use super::problem::{Problem, Problems, Reason, Refused};
use crate::{AccountFacts, Exit};
use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

const ID: usize = 0;
const TYPE: usize = 1;
const OPENING: usize = 2;
const STOP: usize = 3;
const COLUMNS: [Column; 4] = [
    Column {
        name: "id",
        required: true,
        least: 0,
        most: u64::MAX,
    },
    Column {
        name: "type",
        required: false,
        least: 0,
        most: u64::MAX,
    },
    Column {
        name: "opening",
        required: false,
        least: 0,
        most: i64::MAX as u64,
    },
    Column {
        name: "stop",
        required: false,
        least: 0,
        most: 1,
    },
];
/// What the column `type` says of an account.
const MERCHANT: u64 = 2;
const CASH_OUT: u64 = 3;

/// An accounts file: numbers and facts by dense number, which is the order of the file.
#[derive(Debug)]
pub struct Accounts {
    pub numbers: AccountNumbers,
    pub facts: Vec<AccountFacts>,
}

/// Both ways between the caller's account numbers and dense ones.
#[derive(Debug)]
pub struct AccountNumbers {
    ids: Vec<u64>,
    dense: Dense,
}

#[derive(Debug)]
enum Dense {
    /// The numbers are already dense and in order.
    Same,
    /// By number; the numbers are nearly dense.
    Table(Vec<u32>),
    Map(HashMap<u64, u32, BuildHasherDefault<Mix>>),
}

const NOBODY: u32 = u32::MAX;

impl AccountNumbers {
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.ids.is_empty()
    }

    /// The dense number of the caller's account.
    #[inline(always)]
    pub fn dense(&self, id: u64) -> Option<u32> {
        match &self.dense {
            Dense::Same => (id < self.ids.len() as u64).then_some(id as u32),
            Dense::Table(table) => table
                .get(usize::try_from(id).ok()?)
                .copied()
                .filter(|d| *d != NOBODY),
            Dense::Map(map) => map.get(&id).copied(),
        }
    }

    /// The caller's number of a dense account.
    pub fn id(&self, dense: u32) -> Option<u64> {
        self.ids.get(dense as usize).copied()
    }

    /// Err holds the places of numbers that came before.
    fn of(ids: Vec<u64>) -> Result<AccountNumbers, Vec<usize>> {
        let mut again = Vec::new();
        let largest = ids.iter().max().copied().unwrap_or(0);
        let dense = if ids.iter().enumerate().all(|(nth, id)| *id == nth as u64) {
            Dense::Same
        } else if largest < 8 * ids.len() as u64 + 1024 {
            let mut table = vec![NOBODY; largest as usize + 1];
            for (nth, id) in ids.iter().enumerate() {
                if std::mem::replace(&mut table[*id as usize], nth as u32) != NOBODY {
                    again.push(nth);
                }
            }
            Dense::Table(table)
        } else {
            let mut map = HashMap::with_capacity_and_hasher(ids.len(), BuildHasherDefault::default());
            for (nth, id) in ids.iter().enumerate() {
                if map.insert(*id, nth as u32).is_some() {
                    again.push(nth);
                }
            }
            Dense::Map(map)
        };
        if again.is_empty() {
            Ok(AccountNumbers { ids, dense })
        } else {
            Err(again)
        }
    }
}

pub fn accounts(text: &[u8], threads: usize, progress: Progress<'_>) -> Result<Accounts, Refused> {
    let layout = Layout::of(text, &COLUMNS)?;
    let rows = layout.rows(text, threads, progress, |values| {
        Ok((values.required(ID), facts(values)))
    })?;
    if rows.len() >= NOBODY as usize {
        let reason = Reason::TooMany {
            most: u64::from(NOBODY) - 1,
        };
        return Err(Refused::one(Problem::of_file(reason)));
    }
    let (ids, facts) = rows.into_iter().unzip();
    let numbers = AccountNumbers::of(ids).map_err(|again| twice(text, &layout, &again))?;
    Ok(Accounts { numbers, facts })
}

/// Without the column `stop`, merchants and cash-out points are where a trace ends.
fn facts(values: &Values<4>) -> AccountFacts {
    let kind = values.optional(TYPE);
    let stop = match values.optional(STOP) {
        Some(stop) => stop == 1,
        None => matches!(kind, Some(MERCHANT | CASH_OUT)),
    };
    let exit = match kind {
        _ if !stop => None,
        Some(MERCHANT) => Some(Exit::Merchant),
        Some(CASH_OUT) => Some(Exit::Cash),
        Some(_) => Some(Exit::Hub),
        None => Some(Exit::Unknown),
    };
    AccountFacts {
        opening: values.optional(OPENING).and_then(|fen| i64::try_from(fen).ok()),
        exit,
    }
}

fn twice(text: &[u8], layout: &Layout<4>, again: &[usize]) -> Refused {
    let mut problems = Problems::default();
    let rows = layout.numbered(text, ID);
    let mut again = again.iter().copied().peekable();
    for (nth, (line, id)) in rows.enumerate() {
        if again.next_if_eq(&nth).is_some() {
            problems.add(Problem::at(
                line,
                COLUMNS[ID].name,
                id.to_string().as_bytes(),
                Reason::Twice,
            ));
        }
    }
    problems.refused()
}

/// Account numbers are long and alike; one multiplication tells them apart. Nobody gains by making them collide.
#[derive(Default)]
struct Mix(u64);

impl Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        bytes.iter().for_each(|byte| self.write_u64(u64::from(*byte)));
    }

    fn write_u64(&mut self, number: u64) {
        let wide = u128::from(self.0 ^ number ^ 0x9e37_79b9_7f4a_7c15) * 0xd6e8_feb8_6659_fd93;
        self.0 = (wide as u64) ^ ((wide >> 64) as u64);
    }
}
