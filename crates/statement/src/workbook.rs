//! XLSX and XLS workbooks by calamine, behind an examination of what they would cost.
//!
//! **Bounds.** An XLSX file's rows are streamed; its shared strings and styles are held in memory, so they are bounded by
//! [`Bounds::strings_bytes_max`]; every part is unpacked once beforehand and counted, because an archive's own figures
//! may lie. An XLS file is held whole; see `xls_bounds`. A panic of the library on a hostile file is a damaged file.

use crate::cell::Cell;
use crate::delimited::COLUMNS_MAX;
use crate::encoding::rewind;
use crate::kind::{Bounds, Go, Line};
use crate::problem::FileProblem;
use crate::xls_bounds;
use calamine::{Data, DataRef, ExcelDateTime, Range, Reader, Xls, Xlsx};
use jiff::civil::Date;
use std::io::{Cursor, Read, Seek};
use std::panic::{AssertUnwindSafe, catch_unwind};

const PARTS_MAX: usize = 2_000;
const SHEETS_MAX: usize = 64;
/// One cell, or one string, with all its marks.
const CELL_BYTES_MAX: u64 = 1 << 20;
const STRINGS_MAX: u64 = 4_000_000;
/// A part that is no XML: a picture of a seal, at most.
const OTHER_PART_BYTES_MAX: u64 = 32 << 20;

/// An XLSX workbook.
pub(crate) struct Workbook<R: Read + Seek> {
    inner: Xlsx<R>,
    rows: u64,
}

impl<R: Read + Seek> Workbook<R> {
    pub fn open(mut reader: R, bounds: &Bounds) -> Result<Workbook<R>, FileProblem> {
        let rows = examine(&mut reader, bounds)?;
        rewind(&mut reader)?;
        let inner = guarded(|| Xlsx::new(reader))?.map_err(|error| match error {
            calamine::XlsxError::Password => FileProblem::Encrypted,
            _ => FileProblem::Damaged,
        })?;
        Ok(Workbook { inner, rows })
    }

    pub fn rows(&self) -> u64 {
        self.rows
    }

    pub fn sheets(&self) -> Vec<String> {
        self.inner.sheet_names().into_iter().take(SHEETS_MAX).collect()
    }

    pub fn lines(&mut self, visit: &mut dyn FnMut(&Line<'_>) -> Go) -> Result<(), FileProblem> {
        let mut position = 0;
        for (sheet, name) in self.sheets().iter().enumerate() {
            let sheet = u16::try_from(sheet).unwrap_or(u16::MAX);
            let reader = guarded(|| self.inner.worksheet_cells_reader(name))?;
            // A sheet of pictures or charts has no cells.
            let Ok(mut reader) = reader else { continue };
            let mut row: Vec<(usize, DataRef<'_>)> = Vec::new();
            let mut at = 0u32;
            loop {
                let cell = guarded(|| reader.next_cell())?.map_err(|_| FileProblem::Damaged)?;
                let next = cell.as_ref().map(calamine::Cell::get_position);
                if next.is_none_or(|(r, _)| r != at) && !row.is_empty() {
                    position += 1;
                    match flush(sheet, at, &mut row, position, visit) {
                        Go::On => {}
                        Go::NextSheet => break,
                        Go::Stop => return Ok(()),
                    }
                }
                let (Some(cell), Some((r, column))) = (cell, next) else {
                    break;
                };
                at = r;
                if (column as usize) < COLUMNS_MAX && !matches!(cell.get_value(), DataRef::Empty) {
                    row.push((column as usize, cell.get_value().clone()));
                }
            }
        }
        Ok(())
    }
}

fn flush(
    sheet: u16,
    at: u32,
    row: &mut Vec<(usize, DataRef<'_>)>,
    position: u64,
    visit: &mut dyn FnMut(&Line<'_>) -> Go,
) -> Go {
    let width = row.iter().map(|(column, _)| column + 1).max().unwrap_or(0);
    let mut cells = vec![Cell::Empty; width];
    for (column, value) in row.iter() {
        cells[*column] = cell_of(value);
    }
    let go = visit(&Line {
        sheet,
        line: u64::from(at) + 1,
        cells: &cells,
        quote_open: false,
        cut: false,
        position,
    });
    row.clear();
    go
}

fn cell_of<'a>(value: &'a DataRef<'_>) -> Cell<'a> {
    match value {
        DataRef::Int(n) => Cell::Number(*n as f64),
        DataRef::Float(n) => Cell::Number(*n),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => Cell::Text(text),
        DataRef::SharedString(text) => Cell::Text(text),
        DataRef::Bool(true) => Cell::Text("TRUE"),
        DataRef::Bool(false) => Cell::Text("FALSE"),
        DataRef::DateTime(at) => Cell::Serial(serial_of(at)),
        DataRef::Error(_) => Cell::Text("#ERROR"),
        DataRef::Empty => Cell::Empty,
    }
}

/// Days since 1899-12-30 whichever epoch the workbook counts from.
fn serial_of(at: &ExcelDateTime) -> f64 {
    let days = at.as_f64();
    if at.is_duration() || days < 1.0 {
        return days;
    }
    let (year, month, day, ..) = at.to_ymd_hms_milli();
    let civil = |y: u16, m: u8, d: u8| {
        Date::new(
            i16::try_from(y).ok()?,
            i8::try_from(m).ok()?,
            i8::try_from(d).ok()?,
        )
        .ok()
    };
    match civil(year, month, day) {
        Some(date) => {
            let whole = date
                .since(Date::constant(1899, 12, 30))
                .map_or(0, |span| span.get_days());
            f64::from(whole) + days.fract()
        }
        None => days,
    }
}

/// The library is not ours: what makes it panic is a damaged file.
fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, FileProblem> {
    catch_unwind(AssertUnwindSafe(work)).map_err(|_| FileProblem::Damaged)
}

/// Unpacks every part, counts, and returns about how many rows there are.
fn examine(reader: &mut (impl Read + Seek), bounds: &Bounds) -> Result<u64, FileProblem> {
    let mut archive = guarded(|| zip::ZipArchive::new(&mut *reader))?.map_err(|_| FileProblem::Damaged)?;
    if archive.len() > PARTS_MAX {
        return Err(FileProblem::Bomb);
    }
    let names: Vec<String> = archive
        .file_names()
        .map(|n| n.map(|n| n.replace('\\', "/").to_lowercase()))
        .collect::<Result<_, _>>()
        .map_err(|_| FileProblem::Damaged)?;
    what_archive(&names)?;
    let (mut total, mut rows) = (0, 0);
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(|error| match error {
            zip::result::ZipError::UnsupportedArchive(zip::result::ZipError::PASSWORD_REQUIRED) => {
                FileProblem::Encrypted
            }
            _ => FileProblem::Damaged,
        })?;
        let name = part.name().map_err(|_| FileProblem::Damaged)?.to_lowercase();
        let strings = name.ends_with("sharedstrings.xml");
        let mut count = Count::new(bounds.unpacked_bytes_max - total);
        count.read(part)?;
        if strings
            && (count.bytes > bounds.strings_bytes_max
                || count.strings > STRINGS_MAX
                || count.claimed > STRINGS_MAX)
        {
            return Err(FileProblem::Bomb);
        }
        total += count.bytes;
        rows += count.rows;
    }
    Ok(rows)
}

fn what_archive(names: &[String]) -> Result<(), FileProblem> {
    let has = |name: &str| names.iter().any(|n| n == name);
    if has("xl/workbook.bin") {
        return Err(FileProblem::BinaryWorkbook);
    }
    if names.iter().any(|n| n.starts_with("xl/")) {
        return Ok(());
    }
    Err(if has("[content_types].xml") || has("mimetype") {
        FileProblem::NotAWorkbook
    } else {
        FileProblem::Archive
    })
}

/// Counts one part while it is unpacked.
struct Count {
    bytes: u64,
    left: u64,
    rows: u64,
    strings: u64,
    /// What the part says it will hold: the library reserves memory for it unseen.
    claimed: u64,
    since_cell: u64,
    xml: bool,
    name: Vec<u8>,
    in_name: bool,
    closing: bool,
}

impl Count {
    fn new(left: u64) -> Count {
        Count {
            bytes: 0,
            left,
            rows: 0,
            strings: 0,
            claimed: 0,
            since_cell: 0,
            xml: false,
            name: Vec::new(),
            in_name: false,
            closing: false,
        }
    }

    fn read(&mut self, mut part: impl Read) -> Result<(), FileProblem> {
        let mut chunk = vec![0u8; 1 << 16];
        loop {
            let read = part.read(&mut chunk).map_err(|_| FileProblem::Damaged)?;
            if read == 0 {
                return Ok(());
            }
            let piece = &chunk[..read];
            if self.bytes == 0 {
                let text = piece.strip_prefix(b"\xef\xbb\xbf").unwrap_or(piece);
                self.xml = text.trim_ascii_start().starts_with(b"<");
                self.claimed = claimed(piece);
            }
            self.bytes += read as u64;
            let most = if self.xml {
                self.left
            } else {
                self.left.min(OTHER_PART_BYTES_MAX)
            };
            if self.bytes > most {
                return Err(FileProblem::Bomb);
            }
            if self.xml {
                self.tags(piece)?;
            }
        }
    }

    fn tags(&mut self, piece: &[u8]) -> Result<(), FileProblem> {
        let mut at = 0;
        while at < piece.len() {
            if self.in_name {
                let byte = piece[at];
                at += 1;
                self.since_cell += 1;
                match byte {
                    b'/' if self.name.is_empty() => self.closing = true,
                    b':' if self.name.len() < 40 => self.name.clear(),
                    b' ' | b'>' | b'/' | b'\t' | b'\r' | b'\n' => self.named(),
                    _ if self.name.len() < 40 => self.name.push(byte),
                    _ => self.named(),
                }
                continue;
            }
            let skip = memchr::memchr(b'<', &piece[at..]);
            let length = skip.map_or(piece.len() - at, |n| n + 1);
            at += length;
            self.since_cell += length as u64;
            if self.since_cell > CELL_BYTES_MAX {
                return Err(FileProblem::Bomb);
            }
            if skip.is_some() {
                self.in_name = true;
                self.closing = false;
                self.name.clear();
            }
        }
        Ok(())
    }

    /// Elements that end what the library holds in memory for one cell, string or style.
    fn named(&mut self) {
        self.in_name = false;
        match self.name.as_slice() {
            b"row" => self.rows += u64::from(!self.closing),
            b"si" => self.strings += u64::from(!self.closing),
            b"c" | b"v" | b"sheetData" | b"sheet" | b"xf" | b"font" | b"fill" | b"border" | b"numFmt"
            | b"Relationship" | b"Override" | b"mergeCell" | b"definedName" | b"cellStyle" | b"dxf"
            | b"col" | b"hyperlink" => {}
            _ => return,
        }
        self.since_cell = 0;
    }
}

fn claimed(head: &[u8]) -> u64 {
    let text = String::from_utf8_lossy(&head[..head.len().min(4_096)]);
    let Some((_, rest)) = text.split_once("uniqueCount") else {
        return 0;
    };
    let digits: String = rest
        .chars()
        .skip_while(|c| !c.is_ascii_digit())
        .take_while(char::is_ascii_digit)
        .collect();
    digits.parse().unwrap_or(u64::MAX)
}

/// An XLS workbook, read whole.
pub(crate) struct OldWorkbook {
    sheets: Vec<(String, Range<Data>)>,
}

impl OldWorkbook {
    pub fn open(mut reader: impl Read + Seek, bounds: &Bounds) -> Result<OldWorkbook, FileProblem> {
        rewind(&mut reader)?;
        let mut bytes = Vec::new();
        reader
            .take(bounds.old_workbook_bytes_max)
            .read_to_end(&mut bytes)
            .map_err(|_| FileProblem::Unreadable)?;
        guarded(|| xls_bounds::examine(&bytes, bounds.old_cells_max))??;
        let mut workbook = guarded(|| Xls::new(Cursor::new(bytes)))?.map_err(|error| match error {
            calamine::XlsError::Password => FileProblem::Encrypted,
            _ => FileProblem::Damaged,
        })?;
        let names: Vec<String> = workbook.sheet_names().into_iter().take(SHEETS_MAX).collect();
        let mut sheets = Vec::new();
        for name in names {
            if let Ok(range) = guarded(|| workbook.worksheet_range(&name))? {
                sheets.push((name, range));
            }
        }
        Ok(OldWorkbook { sheets })
    }

    pub fn rows(&self) -> u64 {
        self.sheets.iter().map(|(_, range)| range.height() as u64).sum()
    }

    pub fn sheets(&self) -> Vec<String> {
        self.sheets.iter().map(|(name, _)| name.clone()).collect()
    }

    pub fn lines(&self, visit: &mut dyn FnMut(&Line<'_>) -> Go) {
        let mut position = 0;
        for (sheet, (_, range)) in self.sheets.iter().enumerate() {
            let (top, left) = range.start().unwrap_or((0, 0));
            for (index, row) in range.rows().enumerate() {
                position += 1;
                let mut cells = vec![Cell::Empty; left as usize];
                cells.extend(row.iter().map(old_cell));
                cells.truncate(COLUMNS_MAX);
                let line = Line {
                    sheet: u16::try_from(sheet).unwrap_or(u16::MAX),
                    line: u64::from(top) + index as u64 + 1,
                    cells: &cells,
                    quote_open: false,
                    cut: false,
                    position,
                };
                match visit(&line) {
                    Go::On => {}
                    Go::NextSheet => break,
                    Go::Stop => return,
                }
            }
        }
    }
}

fn old_cell(value: &Data) -> Cell<'_> {
    match value {
        Data::Int(n) => Cell::Number(*n as f64),
        Data::Float(n) => Cell::Number(*n),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => Cell::Text(text),
        Data::Bool(true) => Cell::Text("TRUE"),
        Data::Bool(false) => Cell::Text("FALSE"),
        Data::DateTime(at) => Cell::Serial(serial_of(at)),
        Data::Error(_) => Cell::Text("#ERROR"),
        _ => Cell::Empty,
    }
}
