//! CSV and its cousins: lines into cells.
//!
//! We read fields ourselves, because with a stray quotation mark a CSV library takes the rest of a file for one field:
//! here it costs its own line, which is named. A quoted field may run over a few lines. Memory is bounded by
//! [`RECORD_LINES_MAX`] lines of bounded length.

use crate::cell::Cell;
use crate::encoding::{Lines, detect, head, rewind};
use crate::kind::{Go, Line};
use crate::problem::FileProblem;
use std::collections::VecDeque;
use std::io::{Read, Seek};

/// Lines that a quoted field may run over.
const RECORD_LINES_MAX: usize = 24;
/// Cells of a line that are looked at.
pub(crate) const COLUMNS_MAX: usize = 256;

/// A text file with its encoding and its separator found.
pub(crate) struct Delimited<R> {
    reader: R,
    encoding: &'static encoding_rs::Encoding,
    separator: char,
    line_end: u8,
}

impl<R: Read + Seek> Delimited<R> {
    pub fn open(mut reader: R) -> Result<Delimited<R>, FileProblem> {
        let encoding = detect(&mut reader)?;
        let sample = head(&mut reader, 1 << 16)?;
        let (text, _, _) = encoding.decode(&sample);
        let line_end = if text.contains('\n') || !text.contains('\r') {
            b'\n'
        } else {
            b'\r'
        };
        Ok(Delimited {
            separator: separator_of(&text),
            reader,
            encoding,
            line_end,
        })
    }

    pub fn encoding(&self) -> &'static str {
        self.encoding.name()
    }

    pub fn separator(&self) -> char {
        self.separator
    }

    pub fn lines(&mut self, visit: &mut dyn FnMut(&Line<'_>) -> Go) -> Result<(), FileProblem> {
        rewind(&mut self.reader)?;
        let mut records = Records {
            lines: Lines::new(&mut self.reader, self.encoding, self.line_end),
            waiting: VecDeque::new(),
            next_line: 1,
        };
        let mut record = Record::default();
        while records.next(&mut record, self.separator)? {
            let cells: Vec<Cell<'_>> = record.cells().collect();
            let line = Line {
                sheet: 0,
                line: record.line,
                cells: &cells,
                quote_open: record.quote_open,
                cut: record.cut,
                position: records.lines.taken,
            };
            if visit(&line) != Go::On {
                break;
            }
        }
        Ok(())
    }
}

/// The separator that splits most lines into the most equal numbers of cells.
fn separator_of(text: &str) -> char {
    let lines: Vec<&str> = text.lines().filter(|l| !l.trim().is_empty()).take(60).collect();
    let score = |separator: char| {
        let counts: Vec<usize> = lines.iter().map(|l| l.matches(separator).count()).collect();
        let usual = counts
            .iter()
            .copied()
            .max_by_key(|c| {
                (
                    counts.iter().filter(|d| *d == c).count() * usize::from(*c > 0),
                    *c,
                )
            })
            .unwrap_or(0);
        (counts.iter().filter(|c| **c == usual && usual > 0).count(), usual)
    };
    [',', '\t', '|', ';', '，']
        .into_iter()
        .max_by_key(|s| {
            let (lines, cells) = score(*s);
            // A comma also groups digits; a tab in a line never does anything else than separate.
            (
                lines * cells.min(8),
                match s {
                    ',' => 1,
                    '\t' => 2,
                    _ => 0,
                }
                .min(if cells == 0 { usize::from(*s == ',') } else { 2 }),
            )
        })
        .unwrap_or(',')
}

struct Records<R> {
    lines: Lines<R>,
    waiting: VecDeque<(String, bool)>,
    next_line: u64,
}

impl<R: Read> Records<R> {
    fn take(&mut self) -> Result<Option<(String, bool)>, FileProblem> {
        if let Some(line) = self.waiting.pop_front() {
            return Ok(Some(line));
        }
        let mut line = String::new();
        Ok(self.lines.next(&mut line)?.map(|whole| (line, whole)))
    }

    fn next(&mut self, record: &mut Record, separator: char) -> Result<bool, FileProblem> {
        let Some((first, whole)) = self.take()? else {
            return Ok(false);
        };
        record.line = self.next_line;
        record.cut = !whole;
        record.quote_open = false;
        self.next_line += 1;
        if !first.contains('"') {
            record.split_plain(&first, separator);
            return Ok(true);
        }
        if record.split_quoted(&first, separator) {
            return Ok(true);
        }
        let mut joined = first.clone();
        let mut taken = Vec::new();
        while taken.len() < RECORD_LINES_MAX {
            let Some((line, whole)) = self.take()? else { break };
            joined.push('\n');
            joined.push_str(&line);
            taken.push((line, whole));
            if record.split_quoted(&joined, separator) {
                self.next_line += taken.len() as u64;
                return Ok(true);
            }
        }
        // Never closed: the mark meant nothing.
        for line in taken.into_iter().rev() {
            self.waiting.push_front(line);
        }
        record.quote_open = true;
        record.split_plain(&first, separator);
        Ok(true)
    }
}

#[derive(Default)]
struct Record {
    text: String,
    ends: Vec<usize>,
    line: u64,
    quote_open: bool,
    cut: bool,
}

impl Record {
    fn cells(&self) -> impl Iterator<Item = Cell<'_>> {
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        starts
            .zip(self.ends.iter())
            .map(|(from, to)| match &self.text[from..*to] {
                "" => Cell::Empty,
                text => Cell::Text(text),
            })
    }

    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    fn end_cell(&mut self) {
        if self.ends.len() < COLUMNS_MAX {
            self.ends.push(self.text.len());
        }
    }

    fn split_plain(&mut self, line: &str, separator: char) {
        self.clear();
        for cell in line.split(separator).take(COLUMNS_MAX) {
            self.text.push_str(cell);
            self.end_cell();
        }
    }

    /// False when a quotation mark is left open.
    fn split_quoted(&mut self, line: &str, separator: char) -> bool {
        self.clear();
        let mut rest = line;
        loop {
            let trimmed = rest.trim_start_matches([' ', '\u{feff}']);
            rest = match trimmed.strip_prefix('"') {
                Some(inside) => match self.quoted(inside) {
                    Some(rest) => rest,
                    None => return false,
                },
                None => rest,
            };
            match rest.split_once(separator) {
                Some((cell, behind)) => {
                    self.text.push_str(cell);
                    self.end_cell();
                    rest = behind;
                }
                None => {
                    self.text.push_str(rest);
                    self.end_cell();
                    return true;
                }
            }
        }
    }

    fn quoted<'a>(&mut self, mut inside: &'a str) -> Option<&'a str> {
        loop {
            let (piece, behind) = inside.split_once('"')?;
            self.text.push_str(piece);
            match behind.strip_prefix('"') {
                Some(further) => {
                    self.text.push('"');
                    inside = further;
                }
                None => return Some(behind),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::io::Cursor;

    fn read(text: &str) -> Vec<(u64, Vec<String>, bool)> {
        let mut file = Delimited::open(Cursor::new(text.as_bytes().to_vec())).unwrap();
        let mut all = Vec::new();
        file.lines(&mut |line| {
            let cells = line.cells.iter().map(|c| {
                if let Cell::Text(t) = c {
                    (*t).to_owned()
                } else {
                    String::new()
                }
            });
            all.push((line.line, cells.collect(), line.quote_open));
            Go::On
        })
        .unwrap();
        all
    }

    fn cells(list: &[&str]) -> Vec<String> {
        list.iter().map(|s| (*s).to_owned()).collect()
    }

    #[test]
    fn quotes_and_lines() {
        let all = read("时间,金额,备注\n1,\"1,000.00\",\"他说\"\"好\"\"\"\n2,5,\"两\n行\"\n3,6,x\n");
        assert_eq!(all[1], (2, cells(&["1", "1,000.00", "他说\"好\""]), false));
        assert_eq!(all[2], (3, cells(&["2", "5", "两\n行"]), false));
        assert_eq!(all[3], (5, cells(&["3", "6", "x"]), false));
    }

    #[test]
    fn a_stray_quote_costs_one_line() {
        let mut text = String::from("a,b\n1,\"open\n");
        for n in 0..200 {
            text.push_str(&format!("{n},x\n"));
        }
        let all = read(&text);
        assert_eq!(all.len(), 202);
        assert_eq!(all[1], (2, cells(&["1", "\"open"]), true));
        assert_eq!(all[201], (202, cells(&["199", "x"]), false));
    }

    #[test]
    fn separators_are_found() {
        for (text, separator) in [
            ("a\tb\tc\n1\t1,000\t3\n", '\t'),
            ("a|b|c\n1|2|3\n", '|'),
            ("a,b\n1,2\n", ','),
            ("标题\n时间；金额\n\na;b\n1;2\n", ';'),
            ("单列\n值\n", ','),
        ] {
            assert_eq!(separator_of(text), separator, "{text:?}");
        }
    }

    proptest! {
        /// What is written with quotes comes back.
        #[test]
        fn cells_survive(rows in proptest::collection::vec(proptest::collection::vec("[a-z0-9,\"\n 金额]{0,8}", 3), 1..8)) {
            let quoted = |c: &String| format!("\"{}\"", c.replace('"', "\"\""));
            let text: String = rows.iter().map(|r| r.iter().map(quoted).collect::<Vec<_>>().join(",") + "\n").collect();
            let mut record = Record::default();
            let mut records = Records {
                lines: Lines::new(Cursor::new(text.into_bytes()), encoding_rs::UTF_8, b'\n'),
                waiting: VecDeque::new(),
                next_line: 1,
            };
            for row in &rows {
                prop_assert!(records.next(&mut record, ',').unwrap());
                let got: Vec<String> = record.cells().map(|c| match c { Cell::Text(t) => t.to_owned(), _ => String::new() }).collect();
                prop_assert_eq!(&got, row);
            }
        }
    }
}
