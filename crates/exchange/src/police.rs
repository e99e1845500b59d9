//! The centre's side: send requests, look at what came back, take it away once the store has it.

use crate::folder::{BAD, DONE, Identity, look};
use crate::write::{put, put_fresh, sync_folder};
use crate::{Batch, Directories, ExchangeProblem, Folder, Place, Written, io_at};
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// What becomes of a file that the store has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keep {
    /// Moved to `done/` beside it, for the operator to keep or clear.
    InDone,
    /// Deleted: the store has the bytes.
    Nothing,
}

/// What came of taking a file away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Acknowledged {
    Gone,
    /// It had been taken away before.
    AlreadyGone,
    /// Another file stands under the name now; it stays and will be seen by the next look.
    Replaced,
}

/// The centre's side of the four directories.
#[derive(Clone, Debug)]
pub struct Police {
    directories: Directories,
    keep: Keep,
}

impl Police {
    /// Makes the folders that are missing, so that a wrong path shows at start and not with the first order.
    pub fn open(directories: Directories, keep: Keep) -> Result<Self, ExchangeProblem> {
        directories.create()?;
        Ok(Police { directories, keep })
    }

    pub fn directories(&self) -> &Directories {
        &self.directories
    }

    /// Puts a request into `upstream`. Durable when it returns. Sending the same name with the same bytes again is
    /// fine: while the first still stands there nothing changes, and when it has been taken it is a resend.
    pub fn send(&self, name: &str, bytes: &[u8]) -> Result<Written, ExchangeProblem> {
        put(&self.directories.upstream, name, bytes)
    }

    /// Whether a request still stands in `upstream`: the front-end has not taken it.
    pub fn is_waiting(&self, name: &str) -> bool {
        fs::symlink_metadata(self.directories.upstream.join(name)).is_ok()
    }

    /// The oldest files of `downstream`, `response` and `error`, at most `limit` of each. Changes nothing.
    pub fn poll(&self, limit: usize) -> Result<Batch, ExchangeProblem> {
        let mut all = Batch::default();
        for folder in [Folder::Response, Folder::Error, Folder::Downstream] {
            let batch = look(self.directories.path(folder), folder, limit)?;
            all.arrived.extend(batch.arrived);
            all.more |= batch.more;
        }
        Ok(all)
    }

    /// Takes a file away that the store has. May be repeated; a newer file under the same name is left alone.
    pub fn acknowledge(&self, place: &Place) -> Result<Acknowledged, ExchangeProblem> {
        let folder = self.directories.path(place.folder);
        let target = |folder: &Path| free_path(&folder.join(DONE), &place.name);
        let result = take_away(folder, place, DONE, &target(folder))?;
        if let (Keep::Nothing, Taken::To(path)) = (self.keep, &result) {
            // The store has the bytes; a leftover in `done` would be harmless.
            let _ = fs::remove_file(path);
        }
        Ok(result.told())
    }

    /// Puts a file aside that is no message, with the reason beside it. It is moved unopened, whatever it is.
    pub fn quarantine(&self, place: &Place, why: &str) -> Result<Acknowledged, ExchangeProblem> {
        quarantine(self.directories.path(place.folder), place, why)
    }

    /// Removes temporary files last written before `before`: what a crash left half-written in `upstream`.
    pub fn sweep(&self, before: SystemTime) -> Result<usize, ExchangeProblem> {
        let folder = &self.directories.upstream;
        let mut removed = 0;
        for entry in fs::read_dir(folder).map_err(io_at("list", folder))? {
            let entry = entry.map_err(io_at("list", folder))?;
            let name = entry.file_name();
            let ours = name
                .to_str()
                .is_some_and(|n| n.starts_with("temp-") && n.ends_with(".tmp"));
            let old = entry
                .metadata()
                .is_ok_and(|m| m.is_file() && m.modified().is_ok_and(|at| at < before));
            if ours && old && fs::remove_file(entry.path()).is_ok() {
                removed += 1;
            }
        }
        Ok(removed)
    }
}

/// Moves a file to `bad/` and writes why. The reason is written first: a crash in between leaves a reason without its
/// file, which the repetition puts right.
pub(crate) fn quarantine(folder: &Path, place: &Place, why: &str) -> Result<Acknowledged, ExchangeProblem> {
    if identity_at(&folder.join(&place.name))?.is_none() {
        return Ok(Acknowledged::AlreadyGone);
    }
    let bad = folder.join(BAD);
    fs::create_dir_all(&bad).map_err(io_at("create", &bad))?;
    let target = free_path(&bad, &place.name);
    let mut reason = OsString::from(&target);
    reason.push(".reason.txt");
    put_fresh(&bad, Path::new(&reason), "reason", why.as_bytes())?;
    take_away(folder, place, BAD, &target).map(Taken::told)
}

/// What came of moving a file.
enum Taken {
    To(PathBuf),
    AlreadyGone,
    Replaced,
}

impl Taken {
    fn told(self) -> Acknowledged {
        match self {
            Taken::To(_) => Acknowledged::Gone,
            Taken::AlreadyGone => Acknowledged::AlreadyGone,
            Taken::Replaced => Acknowledged::Replaced,
        }
    }
}

/// Moves the file of `place` to `target` in the folder `into` beside it. The move is atomic, but which file it took is
/// certain only after it: when it was a newer one, that one goes back.
fn take_away(folder: &Path, place: &Place, into: &str, target: &Path) -> Result<Taken, ExchangeProblem> {
    let source = folder.join(&place.name);
    match identity_at(&source)? {
        None => return Ok(Taken::AlreadyGone),
        Some(now) if place.identity.is_some_and(|then| then != now) => return Ok(Taken::Replaced),
        Some(_) => {}
    }
    let target_folder = folder.join(into);
    fs::create_dir_all(&target_folder).map_err(io_at("create", &target_folder))?;
    match fs::rename(&source, target) {
        Ok(()) => {}
        Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Taken::AlreadyGone),
        Err(e) => return Err(io_at("move", &source)(e)),
    }
    let moved = identity_at(target)?;
    if moved.is_some() && place.identity.is_some() && moved != place.identity {
        put_back(target, folder, &place.name)?;
        return Ok(Taken::Replaced);
    }
    sync_folder(&target_folder)?;
    sync_folder(folder)?;
    Ok(Taken::To(target.to_owned()))
}

fn identity_at(path: &Path) -> Result<Option<Identity>, ExchangeProblem> {
    match fs::symlink_metadata(path) {
        Ok(metadata) => Ok(Some(Identity::of(&metadata))),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(e) => Err(io_at("look at", path)(e)),
    }
}

/// A newer file was moved by mistake: back to where it came from, beside a still newer one if need be.
fn put_back(moved: &Path, folder: &Path, name: &OsStr) -> Result<(), ExchangeProblem> {
    let target = free_path(folder, name);
    fs::rename(moved, &target).map_err(io_at("move back", &target))?;
    sync_folder(folder)
}

/// `name`, or `name.1`, `name.2` … when names are taken: one name may come more than once, as when the hub answers a
/// resend, and an earlier file is never overwritten.
fn free_path(folder: &Path, name: &OsStr) -> PathBuf {
    let mut candidate = folder.join(name);
    let mut n = 0u64;
    while fs::symlink_metadata(&candidate).is_ok() {
        n += 1;
        let mut numbered = OsString::from(name);
        numbered.push(format!(".{n}"));
        candidate = folder.join(numbered);
    }
    candidate
}
