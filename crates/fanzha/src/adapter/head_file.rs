//! The second place of the log: an append-only file, each line on the disk before the call returns.
//!
//! Half a line left by a power cut is cut off at the next start: it proves nothing, and the next head would be glued to
//! it. Leaves out where the file should be (another disk or machine; the operator decides).

use app::ports::HeadFile;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::Mutex;

pub struct AppendedHeads(Mutex<File>);

impl AppendedHeads {
    pub fn open(path: &Path) -> io::Result<AppendedHeads> {
        if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
            std::fs::create_dir_all(folder)?;
        }
        let mut file = OpenOptions::new()
            .create(true)
            .read(true)
            .append(true)
            .open(path)?;
        drop_torn_tail(&mut file)?;
        file.sync_all()?;
        if let Some(folder) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
            File::open(folder)?.sync_all()?;
        }
        Ok(AppendedHeads(Mutex::new(file)))
    }
}

impl HeadFile for AppendedHeads {
    fn append(&self, line: &str) -> io::Result<()> {
        let mut file = self.0.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        file.write_all(format!("{}\n", line.trim_end_matches('\n')).as_bytes())?;
        file.sync_data()
    }
}

/// No head line is longer than this (`auditchain`).
const LINE_MAX: u64 = 8 * 1024;

fn drop_torn_tail(file: &mut File) -> io::Result<()> {
    let length = file.metadata()?.len();
    let from = length.saturating_sub(LINE_MAX);
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(from))?;
    file.read_to_end(&mut tail)?;
    let whole = tail
        .iter()
        .rposition(|b| *b == b'\n')
        .map_or(0, |at| at as u64 + 1);
    if whole < tail.len() as u64 && (whole > 0 || from == 0) {
        file.set_len(from + whole)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_added_and_half_a_line_is_cut_off() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("second/heads.jsonl");
        AppendedHeads::open(&path).unwrap().append("one").unwrap();
        let read = || std::fs::read_to_string(&path).unwrap();
        assert_eq!(read(), "one\n");
        for (before, after) in [("one\ntw", "one\n"), ("tw", ""), ("one\n", "one\n"), ("", "")] {
            std::fs::write(&path, before).unwrap();
            let heads = AppendedHeads::open(&path).unwrap();
            assert_eq!(read(), after);
            heads.append("two\n").unwrap();
            assert_eq!(read(), format!("{after}two\n"));
        }
    }
}
