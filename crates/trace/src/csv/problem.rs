//! What can be wrong with a file, as values; the words for people are the caller's.

/// Problems of one file that are named; the others are counted.
pub const PROBLEMS_MAX: usize = 100;
/// Characters of a wrong value that are shown.
const VALUE_CHARS: usize = 40;

/// Why a file was refused as a whole: nothing of it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// In order of their lines; never empty.
    pub problems: Vec<Problem>,
    /// How many more there are.
    pub more: u64,
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Counted from 1, the heading included; 0 when the file as a whole is meant.
    pub line: u64,
    /// The column's name; empty when the line as a whole is meant.
    pub column: &'static str,
    /// What stands there, shortened; empty when nothing does.
    pub value: String,
    pub reason: Reason,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Nothing in the file, not even a heading.
    Empty,
    /// Another kind of file by its first bytes, whatever its name says.
    NotCsv(FileKind),
    NotUtf8,
    /// A column that must be there; `found` are the names of the heading.
    ColumnMissing {
        found: String,
    },
    ColumnTwice,
    /// Another number of fields than the heading has.
    FieldCount {
        wanted: usize,
        found: usize,
    },
    QuoteUnclosed,
    ValueMissing,
    NotANumber,
    NotPositive,
    OutOfRange {
        least: u64,
        most: u64,
    },
    AccountUnknown,
    /// The same number as an earlier line has.
    Twice,
    /// More rows or accounts than can be numbered.
    TooMany {
        most: u64,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    Picture,
    Pdf,
    /// Also a workbook (.xlsx) and other documents in a ZIP.
    Zip,
    /// An old workbook (.xls) or document.
    OleDocument,
    Gzip,
    Parquet,
    Utf16,
    Binary,
}

impl Refused {
    pub fn one(problem: Problem) -> Refused {
        Refused {
            problems: vec![problem],
            more: 0,
        }
    }
}

impl Problem {
    pub fn of_file(reason: Reason) -> Problem {
        Problem {
            line: 0,
            column: "",
            value: String::new(),
            reason,
        }
    }

    pub fn at(line: u64, column: &'static str, value: &[u8], reason: Reason) -> Problem {
        Problem {
            line,
            column,
            value: shown(value),
            reason,
        }
    }
}

/// Short, on one line, and harmless on a screen.
pub fn shown(value: &[u8]) -> String {
    let head = &value[..value.len().min(4 * VALUE_CHARS)];
    let text = String::from_utf8_lossy(head);
    let mut short: String = text
        .chars()
        .take(VALUE_CHARS)
        .map(|c| if c.is_control() { '\u{fffd}' } else { c })
        .collect();
    if head.len() < value.len() || text.chars().nth(VALUE_CHARS).is_some() {
        short.push('…');
    }
    short
}

/// Collected while reading, bounded.
#[derive(Default)]
pub struct Problems {
    pub named: Vec<Problem>,
    pub more: u64,
}

impl Problems {
    pub fn add(&mut self, problem: Problem) {
        if self.named.len() < PROBLEMS_MAX {
            self.named.push(problem);
        } else {
            self.more += 1;
        }
    }

    pub fn append(&mut self, others: Problems) {
        self.more += others.more;
        others.named.into_iter().for_each(|problem| self.add(problem));
    }

    /// Of something that is known to be wrong.
    pub fn refused(self) -> Refused {
        match self.refuse() {
            Err(refused) => refused,
            Ok(()) => Refused {
                problems: Vec::new(),
                more: 0,
            },
        }
    }

    pub fn refuse(mut self) -> Result<(), Refused> {
        if self.named.is_empty() {
            Ok(())
        } else {
            self.named.sort_by_key(|problem| problem.line);
            Err(Refused {
                problems: self.named,
                more: self.more,
            })
        }
    }
}

/// What the first bytes say when they are not the beginning of a text.
pub fn other_kind(bytes: &[u8]) -> Option<FileKind> {
    const SIGNS: &[(&[u8], FileKind)] = &[
        (b"\x89PNG", FileKind::Picture),
        (b"\xff\xd8\xff", FileKind::Picture),
        (b"GIF8", FileKind::Picture),
        (b"BM", FileKind::Picture),
        (b"II*\0", FileKind::Picture),
        (b"MM\0*", FileKind::Picture),
        (b"RIFF", FileKind::Picture),
        (b"%PDF", FileKind::Pdf),
        (b"PK\x03\x04", FileKind::Zip),
        (b"\xd0\xcf\x11\xe0", FileKind::OleDocument),
        (b"\x1f\x8b", FileKind::Gzip),
        (b"PAR1", FileKind::Parquet),
        (b"\xff\xfe", FileKind::Utf16),
        (b"\xfe\xff", FileKind::Utf16),
    ];
    let head = &bytes[..bytes.len().min(4096)];
    // A heading of a CSV file may well begin with BM or RIFF; no text holds a nought.
    let binary = head.contains(&0) || std::str::from_utf8(head).is_err_and(|e| e.valid_up_to() < 4);
    let sign = SIGNS
        .iter()
        .find(|(sign, _)| head.starts_with(sign))
        .map(|(_, kind)| *kind);
    match sign {
        Some(kind @ (FileKind::Pdf | FileKind::Parquet)) => Some(kind),
        Some(kind) if binary => Some(kind),
        _ if head.contains(&0) => Some(FileKind::Binary),
        _ => None,
    }
}
