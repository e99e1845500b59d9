//! Drives a city over the platform's four directories, as the separate program that plays hub and banks does.
//!
//! Promises: the same logic as in process; a file is written whole or not at all and never over another (see `exchange`); the
//! journal's lines are on the disk before the answers that follow from them; a pass may be repeated after a failure.
//! Leaves out: the clock (given, see [`Pace`]) and the memory of the city across a restart of the simulator: a restarted
//! city begins anew.

use crate::city::{City, Happening};
use crate::hub::{Dir, Outgoing};
use crate::journal::Entry;
use exchange::{Bank, Directories, ExchangeProblem, Folder};
use kernel::{Instant, Span};
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// Requests taken in one pass.
const TAKE_MAX: usize = 500;

/// A city behind directories.
pub struct DirectoryHub {
    city: City,
    bank: Bank,
    journal: Option<JournalFile>,
    /// Where a copy of every request is kept, for who compares what left with what was meant.
    copies: Option<PathBuf>,
    /// Written as soon as the centre has taken an older file of the same name.
    waiting: Vec<Outgoing>,
}

/// Why a pass failed.
#[derive(Debug)]
pub enum PumpProblem {
    Exchange(ExchangeProblem),
    Journal(io::Error),
    Copy(io::Error),
}

impl std::fmt::Display for PumpProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            PumpProblem::Exchange(problem) => problem.fmt(f),
            PumpProblem::Journal(problem) => write!(f, "cannot write the journal: {problem}"),
            PumpProblem::Copy(problem) => write!(f, "cannot keep a copy of a request: {problem}"),
        }
    }
}

impl std::error::Error for PumpProblem {}

impl From<ExchangeProblem> for PumpProblem {
    fn from(problem: ExchangeProblem) -> PumpProblem {
        PumpProblem::Exchange(problem)
    }
}

/// What one pass did.
#[derive(Debug, Default)]
pub struct Pumped {
    pub taken: usize,
    pub written: usize,
    pub happenings: Vec<Happening>,
}

impl DirectoryHub {
    /// Makes missing directories. What an earlier run had claimed and not finished is taken again.
    pub fn open(
        mut city: City,
        directories: Directories,
        journal: Option<JournalFile>,
    ) -> Result<DirectoryHub, PumpProblem> {
        let bank = Bank::open(directories)?;
        let now = city.now();
        for claimed in bank.unfinished(TAKE_MAX)? {
            city.deliver(&claimed.name, &claimed.bytes, now);
            bank.finish(&claimed)?;
        }
        Ok(DirectoryHub {
            city,
            bank,
            journal,
            copies: None,
            waiting: Vec::new(),
        })
    }

    /// From now on every request is copied into this folder as it came, under its own file name.
    pub fn keep_copies(&mut self, folder: PathBuf) {
        self.copies = Some(folder);
    }

    /// Takes what has come up, lets the city live until `now`, writes what is ready.
    pub fn pump(&mut self, now: Instant) -> Result<Pumped, PumpProblem> {
        let claimed = self.bank.take(TAKE_MAX, |_, _| true)?;
        for request in &claimed {
            if let Some(folder) = &self.copies {
                std::fs::write(folder.join(&request.name), &request.bytes).map_err(PumpProblem::Copy)?;
            }
            self.city.deliver(&request.name, &request.bytes, now);
            self.bank.finish(request)?;
        }
        let happenings = self.city.step(now);
        if let Some(journal) = &mut self.journal {
            journal
                .append(self.city.journal_mut().take_new())
                .map_err(PumpProblem::Journal)?;
        }
        self.waiting.extend(self.city.collect(now));
        let written = self.write_waiting()?;
        Ok(Pumped {
            taken: claimed.len(),
            written,
            happenings,
        })
    }

    pub fn city(&self) -> &City {
        &self.city
    }

    pub fn city_mut(&mut self) -> &mut City {
        &mut self.city
    }

    fn write_waiting(&mut self) -> Result<usize, PumpProblem> {
        let mut written = 0;
        let mut again = Vec::new();
        let mut files = std::mem::take(&mut self.waiting).into_iter();
        for file in files.by_ref() {
            match self.bank.write(folder(file.dir), &file.file_name, &file.bytes) {
                Ok(_) => written += 1,
                Err(ExchangeProblem::Conflict(_)) => again.push(file),
                Err(problem) => {
                    again.push(file);
                    again.extend(files);
                    self.waiting = again;
                    return Err(problem.into());
                }
            }
        }
        self.waiting = again;
        Ok(written)
    }
}

fn folder(dir: Dir) -> Folder {
    match dir {
        Dir::Response => Folder::Response,
        Dir::Downstream => Folder::Downstream,
        Dir::Error => Folder::Error,
    }
}

/// The journal on the disk: lines are only added, each batch is durable when [`JournalFile::append`] returns.
pub struct JournalFile(File);

impl JournalFile {
    pub fn open(path: &Path) -> io::Result<JournalFile> {
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .map(JournalFile)
    }

    pub fn append(&mut self, entries: &[Entry]) -> io::Result<()> {
        if entries.is_empty() {
            return Ok(());
        }
        let lines: String = entries.iter().map(|e| format!("{e}\n")).collect();
        self.0.write_all(lines.as_bytes())?;
        self.0.sync_data()
    }
}

/// Reads a journal file; lines cut short are passed over.
pub fn read_journal(path: &Path) -> io::Result<Vec<Entry>> {
    Ok(std::fs::read_to_string(path)?
        .lines()
        .filter_map(Entry::parse)
        .collect())
}

/// How simulated time follows the machine's: programs that agree on these three agree on the time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The machine's time at which the simulation began.
    pub wall_start: Instant,
    /// The simulated time at that moment.
    pub start: Instant,
    /// Simulated seconds for each second.
    pub speed: u32,
}

impl Pace {
    /// The simulated time at a time of the machine.
    pub fn at(&self, wall: Instant) -> Instant {
        let passed = wall.since(self.wall_start).ms().max(0);
        self.start + Span::from_ms(passed.saturating_mul(i64::from(self.speed)))
    }
}
