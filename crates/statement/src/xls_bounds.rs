//! What an XLS file would cost to read, before the library reads it.
//!
//! A few hundred bytes of XLS can claim a sheet of sixteen million cells, and each cell may repeat a long shared string.
//! The records of the stream are walked (MS-XLS 2.1.4): the box of each sheet's cells and the shared strings repeated are
//! added up; encryption is named.

use crate::problem::FileProblem;
use std::io::{Cursor, Read};

const BOF: u16 = 0x0809;
const FILE_PASS: u16 = 0x002F;
const SST: u16 = 0x00FC;
const CONTINUE: u16 = 0x003C;
const LABEL_SST: u16 = 0x00FD;
const MUL_RK: u16 = 0x00BD;
/// FORMULA, NUMBER, LABEL, BOOLERR, RK, RSTRING.
const CELLS: [u16; 6] = [0x0006, 0x0203, 0x0204, 0x0205, 0x027E, 0x00D6];
/// All shared strings, as often as cells repeat them.
const REPEATED_BYTES_MAX: u64 = 512 << 20;

pub(crate) fn examine(bytes: &[u8], cells_max: u64) -> Result<(), FileProblem> {
    let stream = workbook_stream(bytes)?;
    let mut boxes = Boxes::default();
    let mut strings: Vec<&[u8]> = Vec::new();
    let mut labels: Vec<u32> = Vec::new();
    let mut last = 0;
    for (kind, data) in Records(&stream) {
        match kind {
            FILE_PASS => return Err(FileProblem::Encrypted),
            BOF => boxes.next(),
            SST => strings.push(data.get(8..).unwrap_or_default()),
            CONTINUE if last == SST => strings.push(data),
            LABEL_SST | MUL_RK => {}
            _ if !CELLS.contains(&kind) => {}
            _ => boxes.add(word(data, 0), word(data, 2)),
        }
        if kind == LABEL_SST {
            boxes.add(word(data, 0), word(data, 2));
            labels.push(u32::from(word(data, 6)) | u32::from(word(data, 8)) << 16);
        }
        if kind == MUL_RK {
            boxes.add(word(data, 0), word(data, data.len().saturating_sub(2)));
        }
        last = if kind == CONTINUE { last } else { kind };
    }
    if boxes.total() > cells_max || repeated(&strings, &labels) > REPEATED_BYTES_MAX {
        return Err(FileProblem::Bomb);
    }
    Ok(())
}

fn workbook_stream(bytes: &[u8]) -> Result<Vec<u8>, FileProblem> {
    let mut file = cfb::CompoundFile::open(Cursor::new(bytes)).map_err(|_| FileProblem::Damaged)?;
    if file.exists("/EncryptedPackage") {
        return Err(FileProblem::Encrypted);
    }
    let name = ["/Workbook", "/Book"]
        .into_iter()
        .find(|n| file.is_stream(n))
        .ok_or(FileProblem::NotAWorkbook)?;
    let mut stream = Vec::new();
    file.open_stream(name)
        .map_err(|_| FileProblem::Damaged)?
        .take(bytes.len() as u64)
        .read_to_end(&mut stream)
        .map_err(|_| FileProblem::Damaged)?;
    Ok(stream)
}

fn word(data: &[u8], at: usize) -> u16 {
    match data.get(at..at + 2) {
        Some(pair) => u16::from_le_bytes([pair[0], pair[1]]),
        None => 0,
    }
}

struct Records<'a>(&'a [u8]);

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.len() < 4 {
            return None;
        }
        let (kind, length) = (word(self.0, 0), word(self.0, 2) as usize);
        let data = self.0.get(4..4 + length)?;
        self.0 = &self.0[4 + length..];
        Some((kind, data))
    }
}

/// The smallest box that holds all cells of a sheet, sheet by sheet: the library fills it whole.
#[derive(Default)]
struct Boxes {
    done: u64,
    open: Option<(u16, u16, u16, u16)>,
}

impl Boxes {
    fn add(&mut self, row: u16, column: u16) {
        let (top, bottom, left, right) = self.open.unwrap_or((row, row, column, column));
        self.open = Some((top.min(row), bottom.max(row), left.min(column), right.max(column)));
    }

    fn next(&mut self) {
        self.done = self.total();
        self.open = None;
    }

    fn total(&self) -> u64 {
        let open = self.open.map_or(0, |(top, bottom, left, right)| {
            (u64::from(bottom - top) + 1) * (u64::from(right - left) + 1)
        });
        self.done + open
    }
}

/// Bytes of the shared strings, each as often as a cell names it.
fn repeated(chunks: &[&[u8]], labels: &[u32]) -> u64 {
    let lengths = string_lengths(chunks);
    labels
        .iter()
        .map(|i| u64::from(lengths.get(*i as usize).copied().unwrap_or(0)) * 3)
        .sum()
}

/// The lengths of the shared strings in characters (MS-XLS 2.5.293), which run on over CONTINUE records.
fn string_lengths(chunks: &[&[u8]]) -> Vec<u32> {
    let mut walk = Walk {
        chunks,
        chunk: 0,
        at: 0,
    };
    let mut lengths = Vec::new();
    while let Some(length) = walk.string() {
        lengths.push(length);
    }
    lengths
}

struct Walk<'a> {
    chunks: &'a [&'a [u8]],
    chunk: usize,
    at: usize,
}

impl Walk<'_> {
    fn byte(&mut self) -> Option<u8> {
        while self.at >= self.chunks.get(self.chunk)?.len() {
            self.chunk += 1;
            self.at = 0;
        }
        self.at += 1;
        Some(self.chunks[self.chunk][self.at - 1])
    }

    fn number(&mut self, bytes: u32) -> Option<u32> {
        (0..bytes).try_fold(0, |sum, i| Some(sum | u32::from(self.byte()?) << (8 * i)))
    }

    fn string(&mut self) -> Option<u32> {
        let length = self.number(2)?;
        let flags = self.byte()?;
        let runs = if flags & 8 != 0 { self.number(2)? } else { 0 };
        let extra = if flags & 4 != 0 { self.number(4)? } else { 0 };
        let mut wide = flags & 1 != 0;
        let mut left = length;
        while left > 0 {
            if self.at >= self.chunks.get(self.chunk)?.len() {
                // A continued string says again how wide it is.
                wide = self.byte()? & 1 != 0;
            }
            let here = self.chunks.get(self.chunk)?.len() - self.at;
            let width = if wide { 2 } else { 1 };
            let take = (here / width).min(left as usize).max(1);
            self.at += take * width;
            left -= u32::try_from(take).unwrap_or(left).min(left);
        }
        self.skip(u64::from(runs) * 4 + u64::from(extra))?;
        Some(length)
    }

    fn skip(&mut self, mut bytes: u64) -> Option<()> {
        while bytes > 0 {
            let here = self.chunks.get(self.chunk)?.len().saturating_sub(self.at) as u64;
            if here == 0 {
                self.chunk += 1;
                self.at = 0;
                continue;
            }
            let step = here.min(bytes);
            self.at += usize::try_from(step).unwrap_or(usize::MAX);
            bytes -= step;
        }
        Some(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_counts_its_gaps() {
        let mut boxes = Boxes::default();
        boxes.add(0, 0);
        boxes.add(65_535, 255);
        boxes.next();
        boxes.add(3, 3);
        assert_eq!(boxes.total(), 65_536 * 256 + 1);
    }

    #[test]
    fn strings_are_measured_over_continuations() {
        // Two strings: three plain characters, and five wide ones of which two stand behind the break.
        let first = [&[3, 0, 0][..], b"abc", &[5, 0, 1], &[1, 0, 2, 0, 3, 0]].concat();
        let second = [&[1][..], &[4, 0, 5, 0]].concat();
        assert_eq!(string_lengths(&[&first, &second]), [3, 5]);
        assert_eq!(repeated(&[&first, &second], &[1, 1, 0, 9]), (5 + 5 + 3) * 3);
    }
}
