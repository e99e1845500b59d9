//! Puts a whole file under its name: temporary name, fsync, rename, fsync of the directory.

use crate::folder::is_ignored;
use crate::regular::read_regular_file;
use crate::{ExchangeProblem, io_at};
use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

/// What came of putting a file under a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    New,
    /// The same bytes stood there already: an earlier attempt had got that far.
    AlreadyThere,
}

/// Puts `bytes` under `folder/name`. The same name with the same bytes is fine however often; other bytes are refused.
pub(crate) fn put(folder: &Path, name: &str, bytes: &[u8]) -> Result<Written, ExchangeProblem> {
    check_name(name)?;
    let target = folder.join(name);
    if fs::symlink_metadata(&target).is_ok() {
        let same = read_regular_file(&target, bytes.len()).is_ok_and(|there| there == bytes);
        // The file may have been taken between the two looks; then it is written anew.
        if same {
            sync_folder(folder)?;
            return Ok(Written::AlreadyThere);
        }
        if fs::symlink_metadata(&target).is_ok() {
            return Err(ExchangeProblem::Conflict(target));
        }
    }
    put_fresh(folder, &target, name, bytes)?;
    Ok(Written::New)
}

/// Puts `bytes` under `target`, whatever stood there.
pub(crate) fn put_fresh(
    folder: &Path,
    target: &Path,
    name: &str,
    bytes: &[u8],
) -> Result<(), ExchangeProblem> {
    let temporary = temporary_path(folder, name);
    let result = write_whole(&temporary, bytes).and_then(|()| {
        fs::rename(&temporary, target).map_err(io_at("rename to", target))?;
        sync_folder(folder)
    });
    if result.is_err() {
        // Whatever failed, the half-written file is of no use; a second failure here changes nothing.
        let _ = fs::remove_file(&temporary);
    }
    result
}

fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), ExchangeProblem> {
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(path)
        .map_err(io_at("create", path))?;
    file.write_all(bytes).map_err(io_at("write", path))?;
    file.sync_all().map_err(io_at("sync", path))
}

/// Makes the names in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), ExchangeProblem> {
    File::open(folder)
        .and_then(|dir| dir.sync_all())
        .map_err(io_at("sync", folder))
}

/// A name that readers ignore, that no other process or thread uses, and that holds no part of the name but its end:
/// names may be as long as the file system allows.
fn temporary_path(folder: &Path, name: &str) -> PathBuf {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    let n = NEXT.fetch_add(1, Ordering::Relaxed);
    let end: String = name
        .chars()
        .rev()
        .take(24)
        .filter(char::is_ascii_alphanumeric)
        .collect();
    folder.join(format!("temp-{}-{n}-{end}.tmp", std::process::id()))
}

/// A plain name that no reader ignores.
pub(crate) fn check_name(name: &str) -> Result<(), ExchangeProblem> {
    let plain = !name.is_empty()
        && name.len() <= 200
        && !name.contains(['/', '\\'])
        && !name.chars().any(char::is_control);
    if plain && !is_ignored(name.as_bytes()) {
        Ok(())
    } else {
        Err(ExchangeProblem::BadName(name.to_owned()))
    }
}
