//! What really happened in a demo, for a test that compares it with what the centre believes and sends: every call with
//! its truth (`calls.jsonl`), and every message as the banks received it (`received/`).
//!
//! Promises: a call is on the disk before its telephone rings; the centre sees none of it. Leaves out the comparison.

use kernel::Instant;
use serde_json::json;
use sim::Truth;
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

pub(super) struct Witness {
    folder: PathBuf,
    calls: File,
}

impl Witness {
    pub fn open(folder: &Path) -> io::Result<Witness> {
        std::fs::create_dir_all(folder.join("received"))?;
        let calls = OpenOptions::new()
            .create(true)
            .append(true)
            .open(folder.join("calls.jsonl"))?;
        Ok(Witness {
            folder: folder.to_owned(),
            calls,
        })
    }

    /// Where the messages go.
    pub fn received(&self) -> PathBuf {
        self.folder.join("received")
    }

    /// `said` is what the seat hears.
    pub fn call(&mut self, at: Instant, line: u8, said: &str, truth: &Truth) -> io::Result<()> {
        let told = json!({ "at": at, "line": line, "narrative": said, "truth": truth });
        writeln!(self.calls, "{told}")?;
        self.calls.sync_data()
    }
}
