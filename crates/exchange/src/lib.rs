//! The platform's four directories (DOMAIN 1.1) on a disk shared with the front-end machine: requests go out through
//! `upstream`, and what comes back stands in `downstream` (banks), `response` (the hub's answer to a file) and `error`.
//!
//! Promises: a file appears whole or not at all (temporary name, fsync, rename, fsync of the directory); a name stands
//! for the same bytes for ever; nothing that blocks, leads elsewhere or is too large is opened or read whole; a crash
//! between any two steps loses nothing, and repeating a step changes nothing.
//! Leaves out: what the bytes mean (see `bankwire`), which of them were handled (the store knows), retries and clocks.
//!
//! [`Police`] is the centre's side, [`Bank`] is the mirror that a simulated hub or bank uses.

mod bank;
mod folder;
mod police;
mod regular;
mod write;

pub use bank::{Bank, Claimed};
pub use folder::{Arrived, Batch, Directories, Folder, Place};
pub use police::{Acknowledged, Keep, Police};
pub use regular::read_regular_file;
pub use write::Written;

use std::io;
use std::path::{Path, PathBuf};

/// Bytes of files that one look at a folder reads at most; the rest waits for the next look.
pub const BATCH_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Names that one look at a folder goes through at most; the batch then says that there is more.
pub const SCAN_MAX: usize = 200_000;

/// Why a step on the directories failed. Trying again can help with [`ExchangeProblem::Io`] only.
#[derive(Debug, thiserror::Error)]
pub enum ExchangeProblem {
    #[error("{action} {}: {source}", path.display())]
    Io {
        action: &'static str,
        path: PathBuf,
        source: io::Error,
    },
    /// Not a plain file name, or one that readers ignore.
    #[error("not a name for an exchanged file: {0:?}")]
    BadName(String),
    /// The name is taken by other bytes. A name stands for the same bytes for ever, so this is a bug or an intruder.
    #[error("{} holds other bytes under the same name", .0.display())]
    Conflict(PathBuf),
}

fn io_at<'a>(action: &'static str, path: &'a Path) -> impl FnOnce(io::Error) -> ExchangeProblem + 'a {
    move |source| ExchangeProblem::Io {
        action,
        path: path.to_owned(),
        source,
    }
}
