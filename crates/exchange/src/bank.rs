//! The other side, for simulated hubs and banks: take requests, write answers.

use crate::folder::{Arrived, Place, WORKING, look, read};
use crate::police::quarantine;
use crate::write::{put, sync_folder};
use crate::{Directories, ExchangeProblem, Folder, Written, io_at};
use std::fs;
use std::io;
use std::path::PathBuf;

/// How many files a taker goes through for those that it wants.
const LOOK_PAST: usize = 1000;

/// The hub's or a bank's side of the four directories.
#[derive(Clone, Debug)]
pub struct Bank {
    directories: Directories,
}

/// A request that this side has taken and not finished. It stands in `upstream/working` until [`Bank::finish`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// The file's name, which the answers in `response` and `error` carry too.
    pub name: String,
    pub bytes: Vec<u8>,
}

impl Bank {
    pub fn open(directories: Directories) -> Result<Self, ExchangeProblem> {
        directories.create()?;
        let working = directories.upstream.join(WORKING);
        fs::create_dir_all(&working).map_err(io_at("create", &working))?;
        Ok(Bank { directories })
    }

    pub fn directories(&self) -> &Directories {
        &self.directories
    }

    /// Claims at most `limit` of the oldest requests that it `wants`, by moving each into `working`: of several takers
    /// one gets it. A name that is still being worked on stays where it is. What is no readable file is put aside.
    pub fn take(
        &self,
        limit: usize,
        mut wants: impl FnMut(&str, &[u8]) -> bool,
    ) -> Result<Vec<Claimed>, ExchangeProblem> {
        let mut claimed = Vec::new();
        // Requests for others may be older: look past them.
        for arrived in look(&self.directories.upstream, Folder::Upstream, limit.max(LOOK_PAST))?.arrived {
            if claimed.len() >= limit {
                break;
            }
            match (arrived.place.name.to_str(), &arrived.content) {
                (Some(name), Ok(bytes)) if !wants(name, bytes) => {}
                (Some(_), Ok(_)) => claimed.extend(self.claim(arrived)?),
                (None, _) => self.put_aside(&arrived.place, "the name is not UTF-8")?,
                (_, Err(problem)) => self.put_aside(&arrived.place, &problem.to_string())?,
            }
        }
        Ok(claimed)
    }

    /// What was claimed and not finished, oldest first: after a crash, or by another taker that is still at it.
    pub fn unfinished(&self, limit: usize) -> Result<Vec<Claimed>, ExchangeProblem> {
        let batch = look(&self.working(), Folder::Upstream, limit)?;
        Ok(batch.arrived.into_iter().filter_map(into_claimed).collect())
    }

    /// Forgets a claimed request whose answers are written. May be repeated.
    pub fn finish(&self, claimed: &Claimed) -> Result<(), ExchangeProblem> {
        let working = self.working();
        let path = working.join(&claimed.name);
        match fs::remove_file(&path) {
            Ok(()) => sync_folder(&working),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(e) => Err(io_at("remove", &path)(e)),
        }
    }

    /// Writes a file into `downstream`, `response` or `error`, whole and durable. Repeating it is fine.
    pub fn write(&self, folder: Folder, name: &str, bytes: &[u8]) -> Result<Written, ExchangeProblem> {
        put(self.directories.path(folder), name, bytes)
    }

    fn claim(&self, arrived: Arrived) -> Result<Option<Claimed>, ExchangeProblem> {
        let working = self.working();
        let source = self.directories.upstream.join(&arrived.place.name);
        let target = working.join(&arrived.place.name);
        if fs::symlink_metadata(&target).is_ok() {
            return Ok(None);
        }
        match fs::rename(&source, &target) {
            Ok(()) => sync_folder(&working)?,
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(io_at("claim", &source)(e)),
        }
        // Read again: what counts is the file that was moved.
        Ok(read(&working, Folder::Upstream, arrived.place.name).and_then(into_claimed))
    }

    fn put_aside(&self, place: &Place, why: &str) -> Result<(), ExchangeProblem> {
        quarantine(&self.directories.upstream, place, why).map(drop)
    }

    fn working(&self) -> PathBuf {
        self.directories.upstream.join(WORKING)
    }
}

fn into_claimed(arrived: Arrived) -> Option<Claimed> {
    Some(Claimed {
        name: arrived.place.name.into_string().ok()?,
        bytes: arrived.content.ok()?,
    })
}
