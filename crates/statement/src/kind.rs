//! What a file is, by its content and never by its name, and its lines whatever it is.

use crate::cell::Cell;
use crate::delimited::Delimited;
use crate::encoding::head;
use crate::problem::FileProblem;
use crate::workbook::{OldWorkbook, Workbook};
use std::io::{Read, Seek, SeekFrom};

/// How much a file may ask for.
#[derive(Clone, Copy, Debug)]
pub struct Bounds {
    /// A text file is streamed; this is only what we are willing to keep on disk.
    pub text_bytes_max: u64,
    /// An XLSX file, packed. Its rows are streamed.
    pub workbook_bytes_max: u64,
    /// All parts of an XLSX file, unpacked; they are counted by unpacking, not by what the archive says of itself.
    pub unpacked_bytes_max: u64,
    /// The shared strings of an XLSX file: they are held in memory, about twice over.
    pub strings_bytes_max: u64,
    /// An XLS file: it is held in memory.
    pub old_workbook_bytes_max: u64,
    /// The cells of an XLS file, of 32 bytes each, gaps between them counted.
    pub old_cells_max: u64,
}

impl Default for Bounds {
    fn default() -> Self {
        Bounds {
            text_bytes_max: 4 << 30,
            workbook_bytes_max: 256 << 20,
            unpacked_bytes_max: 4 << 30,
            strings_bytes_max: 192 << 20,
            old_workbook_bytes_max: 64 << 20,
            old_cells_max: 8 << 20,
        }
    }
}

/// The three kinds of files that are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FileKind {
    Delimited { encoding: &'static str, separator: char },
    Xlsx,
    Xls,
}

impl FileKind {
    pub const fn slug(&self) -> &'static str {
        match self {
            FileKind::Delimited { .. } => "csv",
            FileKind::Xlsx => "xlsx",
            FileKind::Xls => "xls",
        }
    }
}

/// A line of a sheet.
#[derive(Debug)]
pub(crate) struct Line<'a> {
    pub sheet: u16,
    /// As people count: the first is 1.
    pub line: u64,
    pub cells: &'a [Cell<'a>],
    pub quote_open: bool,
    pub cut: bool,
    /// How far the file was read, out of [`Source::total`].
    pub position: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Go {
    On,
    NextSheet,
    Stop,
}

/// An opened file.
pub struct Source<R: Read + Seek> {
    inner: Inner<R>,
    total: u64,
}

enum Inner<R: Read + Seek> {
    Delimited(Delimited<R>),
    Xlsx(Box<Workbook<R>>),
    Xls(OldWorkbook),
}

/// Opens a file for what it is. Its name is not asked.
pub fn open<R: Read + Seek>(mut reader: R, bounds: &Bounds) -> Result<Source<R>, FileProblem> {
    let size = reader
        .seek(SeekFrom::End(0))
        .map_err(|_| FileProblem::Unreadable)?;
    if size == 0 {
        return Err(FileProblem::Empty);
    }
    let first = head(&mut reader, 1 << 12)?;
    match sniff(&first)? {
        Sniffed::Zip if size > bounds.workbook_bytes_max => Err(FileProblem::TooLarge),
        Sniffed::Zip => {
            let workbook = Workbook::open(reader, bounds)?;
            Ok(Source {
                total: workbook.rows(),
                inner: Inner::Xlsx(Box::new(workbook)),
            })
        }
        Sniffed::Ole if size > bounds.old_workbook_bytes_max => Err(FileProblem::TooLarge),
        Sniffed::Ole => {
            let workbook = OldWorkbook::open(reader, bounds)?;
            Ok(Source {
                total: workbook.rows(),
                inner: Inner::Xls(workbook),
            })
        }
        Sniffed::Text if size > bounds.text_bytes_max => Err(FileProblem::TooLarge),
        Sniffed::Text => Ok(Source {
            inner: Inner::Delimited(Delimited::open(reader)?),
            total: size,
        }),
    }
}

impl<R: Read + Seek> Source<R> {
    pub fn kind(&self) -> FileKind {
        match &self.inner {
            Inner::Delimited(file) => FileKind::Delimited {
                encoding: file.encoding(),
                separator: file.separator(),
            },
            Inner::Xlsx(_) => FileKind::Xlsx,
            Inner::Xls(_) => FileKind::Xls,
        }
    }

    /// The names of the sheets; a text file has one without a name.
    pub fn sheets(&self) -> Vec<String> {
        match &self.inner {
            Inner::Delimited(_) => vec![String::new()],
            Inner::Xlsx(workbook) => workbook.sheets(),
            Inner::Xls(workbook) => workbook.sheets(),
        }
    }

    /// Bytes of a text file, lines of a workbook.
    pub fn total(&self) -> u64 {
        self.total.max(1)
    }

    /// All lines from the beginning, until `visit` says stop.
    pub(crate) fn lines(&mut self, visit: &mut dyn FnMut(&Line<'_>) -> Go) -> Result<(), FileProblem> {
        match &mut self.inner {
            Inner::Delimited(file) => file.lines(visit),
            Inner::Xlsx(workbook) => workbook.lines(visit),
            Inner::Xls(workbook) => {
                workbook.lines(visit);
                Ok(())
            }
        }
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Sniffed {
    Zip,
    Ole,
    Text,
}

fn sniff(head: &[u8]) -> Result<Sniffed, FileProblem> {
    const PICTURES: [&[u8]; 8] = [
        b"\x89PNG",
        b"\xff\xd8\xff",
        b"GIF8",
        b"BM",
        b"II*\0",
        b"MM\0*",
        b"RIFF",
        b"\0\0\0 ftyp",
    ];
    const ARCHIVES: [&[u8]; 5] = [b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", b"BZh", b"\xfd7zXZ"];
    let begins = |mark: &[u8]| head.starts_with(mark);
    if begins(b"PK\x03\x04") || begins(b"PK\x05\x06") {
        return Ok(Sniffed::Zip);
    }
    if begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") {
        return Ok(Sniffed::Ole);
    }
    if begins(b"%PDF") {
        return Err(FileProblem::Pdf);
    }
    // BM begins words too: a bitmap has zeros behind it.
    if PICTURES.iter().any(|mark| begins(mark)) && (!begins(b"BM") || head.get(6..10) == Some(&[0; 4])) {
        return Err(FileProblem::Picture);
    }
    // HEIC and its family name themselves behind the box's length.
    if head.get(4..8) == Some(b"ftyp") {
        return Err(FileProblem::Picture);
    }
    if ARCHIVES.iter().any(|mark| begins(mark)) {
        return Err(FileProblem::Archive);
    }
    let start: String = String::from_utf8_lossy(head)
        .trim_start_matches(['\u{feff}', ' ', '\r', '\n', '\t'])
        .chars()
        .filter(|c| *c != '\0')
        .take(2_000)
        .flat_map(char::to_lowercase)
        .collect();
    if start.starts_with('<') {
        let page = ["<html", "<table", "<!doctype html", "<meta", "<style"]
            .iter()
            .any(|tag| start.contains(tag));
        return Err(if page {
            FileProblem::Html
        } else {
            FileProblem::XmlSpreadsheet
        });
    }
    if start.starts_with("{\\rtf") {
        return Err(FileProblem::NotAWorkbook);
    }
    if head.iter().all(|b| b.is_ascii_whitespace() || *b == 0) {
        return Err(FileProblem::Empty);
    }
    Ok(Sniffed::Text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    #[test]
    fn files_that_are_something_else_are_named() {
        let bmp = [b"BM\x36\x00\x00\x00\x00\x00\x00\x00".as_slice(), &[7; 40]].concat();
        for (bytes, problem) in [
            (b"".to_vec(), FileProblem::Empty),
            (b"  \r\n".to_vec(), FileProblem::Empty),
            (b"\x89PNG\r\n\x1a\n....".to_vec(), FileProblem::Picture),
            (b"\xff\xd8\xff\xe0....".to_vec(), FileProblem::Picture),
            (bmp, FileProblem::Picture),
            (b"%PDF-1.7 ...".to_vec(), FileProblem::Pdf),
            (b"Rar!\x1a\x07....".to_vec(), FileProblem::Archive),
            (b"\xef\xbb\xbf<html><body><table>".to_vec(), FileProblem::Html),
            (b"\r\n<META charset=gbk><TABLE>".to_vec(), FileProblem::Html),
            (
                b"<?xml version=\"1.0\"?><Workbook>".to_vec(),
                FileProblem::XmlSpreadsheet,
            ),
            (
                b"\x00\x01\x02\x03\x04\x00\x07\x00\x00\x01".to_vec(),
                FileProblem::Binary,
            ),
            (b"PK\x03\x04 cut off".to_vec(), FileProblem::Damaged),
            (
                b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 cut off".to_vec(),
                FileProblem::Damaged,
            ),
        ] {
            let read = open(Cursor::new(bytes.clone()), &Bounds::default()).map(|s| s.kind());
            assert_eq!(read, Err(problem), "{:?}", String::from_utf8_lossy(&bytes));
        }
        let words = open(Cursor::new(b"BM,time\n1,2\n".to_vec()), &Bounds::default()).unwrap();
        assert_eq!(words.kind().slug(), "csv");
    }
}
