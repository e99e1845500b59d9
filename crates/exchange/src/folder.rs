//! What stands in a folder: which names count, in what order, and their bytes.

use crate::regular::read_with_metadata;
use crate::{BATCH_BYTES_MAX, ExchangeProblem, SCAN_MAX, io_at};
use bankwire::WireProblem;
use bankwire::limits::MESSAGE_BYTES_MAX;
use std::collections::BinaryHeap;
use std::ffi::OsString;
use std::fs::{self, DirEntry, Metadata};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Moved there when the store has it.
pub(crate) const DONE: &str = "done";
/// Moved there when it is no message.
pub(crate) const BAD: &str = "bad";
/// Claimed by a bank's side, not answered yet.
pub(crate) const WORKING: &str = "working";

/// One of the four directories.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Folder {
    /// Requests going out.
    Upstream,
    /// What banks send.
    Downstream,
    /// The hub's answer to each file.
    Response,
    /// Files that could not be sent.
    Error,
}

/// Where the four are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Directories {
    pub upstream: PathBuf,
    pub downstream: PathBuf,
    pub response: PathBuf,
    pub error: PathBuf,
}

impl Directories {
    /// The four under one root, by their usual names.
    pub fn under(root: &Path) -> Self {
        Directories {
            upstream: root.join("upstream"),
            downstream: root.join("downstream"),
            response: root.join("response"),
            error: root.join("error"),
        }
    }

    pub fn path(&self, folder: Folder) -> &Path {
        match folder {
            Folder::Upstream => &self.upstream,
            Folder::Downstream => &self.downstream,
            Folder::Response => &self.response,
            Folder::Error => &self.error,
        }
    }

    /// Makes what is missing of the four.
    pub fn create(&self) -> Result<(), ExchangeProblem> {
        for path in [&self.upstream, &self.downstream, &self.response, &self.error] {
            fs::create_dir_all(path).map_err(io_at("create", path))?;
        }
        Ok(())
    }
}

/// A file in a folder, as it was when it was read: the name alone may have come to stand for a newer file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    pub folder: Folder,
    pub name: OsString,
    pub(crate) identity: Option<Identity>,
}

impl Place {
    /// The name for people and for the platform's name form; odd bytes are replaced.
    pub fn base_name(&self) -> String {
        self.name.to_string_lossy().into_owned()
    }
}

/// Which file it is, whatever its name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Identity {
    device: u64,
    inode: u64,
    size: u64,
    modified_s: i64,
    modified_ns: i64,
}

impl Identity {
    pub(crate) fn of(metadata: &Metadata) -> Self {
        Identity {
            device: metadata.dev(),
            inode: metadata.ino(),
            size: metadata.size(),
            modified_s: metadata.mtime(),
            modified_ns: metadata.mtime_nsec(),
        }
    }
}

/// A file that arrived.
#[derive(Debug)]
pub struct Arrived {
    pub place: Place,
    /// When it was last written, by the file system's clock. A truncated message that is only seconds old may come from
    /// a writer that does not rename: look again before it is put aside.
    pub modified: Option<SystemTime>,
    /// Its bytes, or why they were not read.
    pub content: Result<Vec<u8>, WireProblem>,
}

/// What one look at a folder found, oldest first.
#[derive(Debug, Default)]
pub struct Batch {
    pub arrived: Vec<Arrived>,
    /// A bound cut the batch: look again.
    pub more: bool,
}

/// Whether readers pass the name over: hidden, or not finished (`.tmp`, `temp…`, DOMAIN 1.1).
pub(crate) fn is_ignored(name: &[u8]) -> bool {
    let lower = name.to_ascii_lowercase();
    lower.starts_with(b".") || lower.starts_with(b"temp") || lower.ends_with(b".tmp")
}

/// The oldest `limit` files of a folder with their bytes.
pub(crate) fn look(path: &Path, folder: Folder, limit: usize) -> Result<Batch, ExchangeProblem> {
    let (found, mut more) = oldest(path, limit)?;
    let mut arrived = Vec::new();
    let mut bytes = 0;
    for Found { name, .. } in found {
        if bytes >= BATCH_BYTES_MAX {
            more = true;
            break;
        }
        if let Some(file) = read(path, folder, name) {
            bytes += file.content.as_ref().map_or(0, Vec::len);
            arrived.push(file);
        }
    }
    Ok(Batch { arrived, more })
}

/// Reads one file; `None` when it has gone in the meantime.
pub(crate) fn read(path: &Path, folder: Folder, name: OsString) -> Option<Arrived> {
    let full = path.join(&name);
    let place = |identity| Place {
        folder,
        name,
        identity,
    };
    match read_with_metadata(&full, MESSAGE_BYTES_MAX) {
        Ok((bytes, metadata)) => {
            let modified = metadata.modified().ok();
            Some(Arrived {
                place: place(Some(Identity::of(&metadata))),
                modified,
                content: Ok(bytes),
            })
        }
        Err(problem) => {
            let metadata = fs::symlink_metadata(&full).ok()?;
            let modified = metadata.modified().ok();
            Some(Arrived {
                place: place(Some(Identity::of(&metadata))),
                modified,
                content: Err(problem),
            })
        }
    }
}

/// Ordered by age, then name, so that one order comes of one folder.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Found {
    modified: (i64, i64),
    name: OsString,
}

fn oldest(path: &Path, limit: usize) -> Result<(Vec<Found>, bool), ExchangeProblem> {
    let mut heap = BinaryHeap::new();
    let mut more = false;
    for (seen, entry) in fs::read_dir(path).map_err(io_at("list", path))?.enumerate() {
        if seen >= SCAN_MAX {
            more = true;
            break;
        }
        let Some(found) = counts(&entry.map_err(io_at("list", path))?) else {
            continue;
        };
        heap.push(found);
        if heap.len() > limit {
            heap.pop();
            more = true;
        }
    }
    Ok((heap.into_sorted_vec(), more))
}

/// A name that counts: not ignored, and not a folder, unless the folder poses as a message.
fn counts(entry: &DirEntry) -> Option<Found> {
    let name = entry.file_name();
    if is_ignored(name.as_bytes()) {
        return None;
    }
    let metadata = entry.metadata().ok()?;
    if metadata.is_dir() && !name.as_bytes().to_ascii_lowercase().ends_with(b".xml") {
        return None;
    }
    Some(Found {
        modified: (metadata.mtime(), metadata.mtime_nsec()),
        name,
    })
}
