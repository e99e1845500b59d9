//! The tables of a trace, from files to what the engine takes.
//!
//! Promises: a file is read whole or refused with everything that is wrong with it; at most one file's text is in
//! memory at a time, and of a plain table of transfers only blocks. Leaves out what columns mean (see `trace::csv`).

use super::progress::Stage;
use super::words;
use crate::problem::Problem;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;
use std::path::Path;
use trace::csv::{self, AccountNumbers, SeedRow};
use trace::{AccountFacts, Edge, Index, Ledger, Transfer};

/// Everything that the engine needs, and the way back to the caller's account numbers.
pub struct Tables {
    pub index: Index,
    pub numbers: AccountNumbers,
}

impl Tables {
    pub fn read(transfers: &Path, accounts: &Path, threads: usize) -> Result<Tables, Problem> {
        let (numbers, facts) = read_accounts(accounts, threads)?;
        let rows = read_transfers(transfers, &numbers, threads)?;
        let stage = Stage::spinner("建立索引 / indexing");
        let index =
            Index::build(rows, &facts).map_err(|found| refused(transfers, accounts, &numbers, &found))?;
        stage.done();
        Ok(Tables { index, numbers })
    }

    /// The caller's number of an account that the engine names.
    pub fn account(&self, dense: u32) -> u64 {
        self.numbers.id(dense).unwrap_or_default()
    }

    /// The payments to follow, in the order of their file.
    pub fn seeds(&self, file: &Path, rows: &[SeedRow]) -> Result<Vec<Edge>, Problem> {
        let ids: Vec<u64> = rows.iter().map(|row| row.transfer_id).collect();
        let mut problems = Vec::new();
        let mut edges = Vec::new();
        for (row, edge) in rows.iter().zip(self.index.locate(&ids)) {
            match edge {
                Some(edge) => {
                    problems.extend(self.contradictions(file, row, &self.index.transfer(edge)));
                    edges.push(edge);
                }
                None => problems.push(words::seed_unknown(file, row)),
            }
        }
        words::refuse(problems)?;
        Ok(edges)
    }

    fn contradictions(&self, file: &Path, row: &SeedRow, paid: &Transfer) -> Vec<Problem> {
        let paid = [
            ("account", row.account, self.account(paid.dst)),
            ("ts", row.ts, paid.ts_ms.unsigned_abs()),
            ("amount", row.amount, paid.amount.unsigned_abs()),
        ];
        let differs = paid
            .iter()
            .filter_map(|(column, said, is)| Some((column, (*said)?, is)));
        differs
            .filter(|(_, said, is)| said != *is)
            .map(|(column, said, is)| words::seed_contradicts(file, row.line, column, said, *is))
            .collect()
    }
}

pub fn read_accounts(path: &Path, threads: usize) -> Result<(AccountNumbers, Vec<AccountFacts>), Problem> {
    let text = text(path, threads)?;
    let stage = Stage::bytes("账户 / accounts", text.len());
    let read = csv::accounts(&text, threads, &|bytes| stage.step(bytes));
    stage.done();
    let accounts = read.map_err(|refused| words::of_file(path, &refused))?;
    Ok((accounts.numbers, accounts.facts))
}

pub fn read_transfers(
    path: &Path,
    numbers: &AccountNumbers,
    threads: usize,
) -> Result<Vec<Transfer>, Problem> {
    if let Some(rows) = stream_transfers(path, numbers, threads).map_err(|e| words::unreadable(path, e))? {
        return Ok(rows);
    }
    let text = text(path, threads)?;
    let stage = Stage::bytes("交易 / transfers", text.len());
    let read = csv::transfers(&text, numbers, threads, &|bytes| stage.step(bytes));
    stage.done();
    read.map_err(|refused| words::of_file(path, &refused))
}

/// Without the whole text in memory; `None` for a table with anything unusual in it.
fn stream_transfers(
    path: &Path,
    numbers: &AccountNumbers,
    threads: usize,
) -> io::Result<Option<Vec<Transfer>>> {
    let (file, length) = regular(path)?;
    let stage = Stage::bytes("交易 / transfers", usize::try_from(length).unwrap_or(usize::MAX));
    let rows = csv::transfers_streamed(&Table { file, length }, numbers, threads, &|bytes| {
        stage.step(bytes)
    });
    stage.done();
    rows
}

struct Table {
    file: File,
    length: u64,
}

impl csv::Source for Table {
    fn len(&self) -> u64 {
        self.length
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(into, at)
    }
}

pub fn read_seeds(path: &Path) -> Result<Vec<SeedRow>, Problem> {
    csv::seeds(&text(path, 1)?).map_err(|refused| words::of_file(path, &refused))
}

/// What only the whole table shows is told with its lines too, which are looked for now that they are wanted.
fn refused(transfers: &Path, accounts: &Path, numbers: &AccountNumbers, found: &[trace::Problem]) -> Problem {
    let mut twice: Vec<u64> = found
        .iter()
        .filter_map(|problem| match problem {
            trace::Problem::IdTwice { id } => Some(*id),
            _ => None,
        })
        .collect();
    twice.sort_unstable();
    let mut problems = Vec::new();
    if !twice.is_empty()
        && let Ok(text) = text(transfers, 1)
    {
        problems.extend(words::lines(transfers, &csv::transfers_twice(&text, &twice)));
    }
    let others = found
        .iter()
        .filter(|problem| !matches!(problem, trace::Problem::IdTwice { .. }));
    problems.extend(others.map(|problem| words::of_table(transfers, accounts, numbers, problem)));
    words::heading(&problems)
}

/// The whole file as text; a Parquet file is turned into what it would be as CSV.
pub fn text(path: &Path, threads: usize) -> Result<Vec<u8>, Problem> {
    let bytes = bytes(path, threads).map_err(|e| words::unreadable(path, e))?;
    if bytes.starts_with(b"PAR1") {
        return from_parquet(path, bytes);
    }
    Ok(bytes)
}

#[cfg(feature = "parquet")]
fn from_parquet(path: &Path, bytes: Vec<u8>) -> Result<Vec<u8>, Problem> {
    super::parquet_text::text(bytes).map_err(|e| words::unreadable(path, io::Error::other(e)))
}

#[cfg(not(feature = "parquet"))]
fn from_parquet(path: &Path, _: Vec<u8>) -> Result<Vec<u8>, Problem> {
    Err(words::no_parquet(path))
}

/// A pipe would be waited for and a directory cannot be read: only regular files.
fn regular(path: &Path) -> io::Result<(File, u64)> {
    let metadata = std::fs::metadata(path)?;
    if !metadata.is_file() {
        return Err(io::Error::other("不是普通文件 / not a regular file"));
    }
    Ok((File::open(path)?, metadata.len()))
}

/// Read in as many pieces as there are threads, because for a large file in the cache the copying and the new pages take
/// longer than anything else.
fn bytes(path: &Path, threads: usize) -> io::Result<Vec<u8>> {
    const PIECE_MIN: usize = 1 << 20;
    let (file, length) = regular(path)?;
    let mut bytes = vec![0; usize::try_from(length).map_err(io::Error::other)?];
    let piece = bytes.len().div_ceil(threads.max(1)).max(PIECE_MIN);
    std::thread::scope(|scope| {
        let readers: Vec<_> = bytes
            .chunks_mut(piece)
            .enumerate()
            .map(|(nth, part)| {
                let file = &file;
                scope.spawn(move || file.read_exact_at(part, (nth * piece) as u64))
            })
            .collect();
        readers.into_iter().try_for_each(|reader| {
            reader
                .join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    })?;
    Ok(bytes)
}
