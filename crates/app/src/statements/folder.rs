//! Where the bytes of statement files are kept: a folder of the centre, a file by the id of its row.
//!
//! Promises: a file is whole or not there (written aside, synced, renamed). Processes that share a database must share the
//! folder too. Leaves out what is in the files.

use kernel::StatementId;
use statement::Bounds;
use std::collections::HashMap;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use tokio::sync::Notify;

/// The folder, its bound, and what is going on in it.
pub struct StatementFolder {
    dir: PathBuf,
    pub bounds: Bounds,
    /// Rung when an import was started.
    pub bell: Notify,
    /// Bytes of files that are on their way.
    received: Mutex<HashMap<StatementId, u64>>,
    /// A folder that goes away with its owner.
    _private: Option<tempfile::TempDir>,
}

impl StatementFolder {
    /// Makes the folder when it is not there.
    pub fn open(dir: &Path, bounds: Bounds) -> io::Result<StatementFolder> {
        fs::create_dir_all(dir)?;
        Ok(StatementFolder {
            dir: dir.to_owned(),
            bounds,
            bell: Notify::new(),
            received: Mutex::new(HashMap::new()),
            _private: None,
        })
    }

    /// For tests and simulations.
    pub fn volatile() -> io::Result<StatementFolder> {
        let private = tempfile::tempdir()?;
        let mut folder = StatementFolder::open(private.path(), Bounds::default())?;
        folder._private = Some(private);
        Ok(folder)
    }

    fn path(&self, id: StatementId) -> PathBuf {
        self.dir.join(format!("{id}.bin"))
    }

    pub(super) fn part(&self, id: StatementId) -> io::Result<File> {
        File::create(self.dir.join(format!("{id}.part")))
    }

    /// The part is the whole now.
    pub(super) fn settle(&self, id: StatementId) -> io::Result<()> {
        fs::rename(self.dir.join(format!("{id}.part")), self.path(id))?;
        File::open(&self.dir)?.sync_all()
    }

    pub(super) fn read(&self, id: StatementId) -> io::Result<File> {
        File::open(self.path(id))
    }

    /// A file that is of no use is not kept. Whether it was there does not matter.
    pub(super) fn drop_file(&self, id: StatementId) {
        let _ = fs::remove_file(self.path(id));
        let _ = fs::remove_file(self.dir.join(format!("{id}.part")));
    }

    pub(super) fn note(&self, id: StatementId, bytes: Option<u64>) {
        let mut received = self.received.lock().expect("nobody panics while holding it");
        match bytes {
            Some(bytes) => received.insert(id, bytes),
            None => received.remove(&id),
        };
    }

    /// Bytes that have come in of a file on its way.
    pub fn received(&self, id: StatementId) -> Option<u64> {
        let received = self.received.lock().expect("nobody panics while holding it");
        received.get(&id).copied()
    }
}
