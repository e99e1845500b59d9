//! Where the columns of a table stand, and the rows of a piece of text by them.

use super::number::{self, Signed};
use super::problem::{Problem, Problems, Reason, Refused, other_kind};
use super::record::{Record, cuts};
use memchr::memchr_iter;

const BOM: &[u8] = b"\xef\xbb\xbf";
/// Bytes after which the progress is told and the encoding is looked at, while they are still in the cache.
const STEP: usize = 1 << 18;

/// A column of whole numbers, known by its name in the heading.
pub struct Column {
    pub name: &'static str,
    pub required: bool,
    pub least: u64,
    pub most: u64,
}

/// The numbers of one row, in the order of the columns asked for.
pub struct Values<const N: usize> {
    at: [u64; N],
    given: [bool; N],
}

impl<const N: usize> Values<N> {
    /// Of a required column, which is always given.
    #[inline(always)]
    pub fn required(&self, column: usize) -> u64 {
        self.at[column]
    }

    pub fn optional(&self, column: usize) -> Option<u64> {
        self.given[column].then_some(self.at[column])
    }
}

/// Why a row is refused by its reader, and for which of its columns.
pub struct Wrong {
    pub column: usize,
    pub reason: Reason,
}

/// Tells how many more bytes have been read.
pub type Progress<'a> = &'a (dyn Fn(u64) + Sync);

/// The heading, understood.
pub struct Layout<const N: usize> {
    columns: &'static [Column; N],
    /// For each field of a line, which column asked for it is.
    slots: Vec<Option<usize>>,
    given: [bool; N],
    /// Where the first row begins, and on which line.
    body: usize,
    line: u64,
}

/// The rows of one piece; line numbers are relative to it.
struct Piece<R> {
    rows: Vec<R>,
    problems: Problems,
    /// The first line that is not UTF-8: in a file of another encoding nearly every line is like it.
    garbled: Option<Problem>,
    lines: u64,
}

impl<const N: usize> Layout<N> {
    pub fn of(text: &[u8], columns: &'static [Column; N]) -> Result<Layout<N>, Refused> {
        if let Some(kind) = other_kind(text) {
            return Err(Refused::one(Problem::of_file(Reason::NotCsv(kind))));
        }
        let (record, body, line) = heading(text)?;
        if let Some(problem) = garbled(&text[..body], 1) {
            return Err(Refused::one(problem));
        }
        let mut layout = Layout {
            columns,
            slots: Vec::new(),
            given: [false; N],
            body,
            line,
        };
        let mut problems = Problems::default();
        for field in record.fields() {
            layout.place(field, &mut problems);
        }
        for (column, given) in columns.iter().zip(layout.given) {
            if column.required && !given {
                let found = record
                    .fields()
                    .map(super::problem::shown)
                    .collect::<Vec<_>>()
                    .join(", ");
                problems.add(Problem::at(
                    line - 1,
                    column.name,
                    b"",
                    Reason::ColumnMissing { found },
                ));
            }
        }
        problems.refuse()?;
        Ok(layout)
    }

    /// Where the first row begins.
    pub fn body(&self) -> usize {
        self.body
    }

    fn place(&mut self, field: &[u8], problems: &mut Problems) {
        let name = field.trim_ascii();
        let slot = self
            .columns
            .iter()
            .position(|c| name.eq_ignore_ascii_case(c.name.as_bytes()));
        if let Some(column) = slot {
            if self.given[column] {
                problems.add(Problem::at(
                    self.line - 1,
                    self.columns[column].name,
                    field,
                    Reason::ColumnTwice,
                ));
            }
            self.given[column] = true;
        }
        self.slots.push(slot);
    }

    /// Every row of the text, in its order; or everything that is wrong with it.
    pub fn rows<R: Send>(
        &self,
        text: &[u8],
        threads: usize,
        progress: Progress<'_>,
        make: impl Fn(&Values<N>) -> Result<R, Wrong> + Sync,
    ) -> Result<Vec<R>, Refused> {
        let body = &text[self.body..];
        let begins = cuts(body, threads.max(1));
        let ends = begins.iter().skip(1).copied().chain([body.len()]);
        let pieces: Vec<&[u8]> = begins
            .iter()
            .zip(ends)
            .map(|(begin, end)| &body[*begin..end])
            .collect();
        let read = |piece| self.piece(piece, progress, &make);
        join(crate::threads::each(pieces, read), self.line)
    }

    /// Line and number of each row, one after the other: for what is only wanted when something is to be said.
    pub fn numbered<'a>(&'a self, text: &'a [u8], column: usize) -> impl Iterator<Item = (u64, u64)> + 'a {
        let (mut at, mut line, mut record) = (self.body, self.line, Record::default());
        let field = self.slots.iter().position(|slot| *slot == Some(column));
        std::iter::from_fn(move || {
            while at < text.len() {
                let (end, here) = (record.read(text, at), line);
                line += lines(&text[at..end]);
                at = end;
                let number = field
                    .and_then(|nth| record.fields().nth(nth))
                    .map(<[u8]>::trim_ascii);
                if let Some(Signed::Natural(number)) = number.and_then(number::signed) {
                    return Some((here, number));
                }
            }
            None
        })
    }

    fn piece<R>(
        &self,
        text: &[u8],
        progress: Progress<'_>,
        make: &impl Fn(&Values<N>) -> Result<R, Wrong>,
    ) -> Piece<R> {
        // A line of blanks is no row: never more room than rows of one digit a field would need.
        let most = text.len() / (2 * self.slots.len()) + 1;
        let rows = Vec::with_capacity(memchr_iter(b'\n', text).count().min(most) + 1);
        let mut piece = Piece {
            rows,
            problems: Problems::default(),
            garbled: None,
            lines: 0,
        };
        let (mut record, mut at) = (Record::default(), 0);
        while at < text.len() {
            let (from, first_line) = (at, piece.lines);
            while at < text.len() && at - from < STEP {
                at = self.line(text, at, make, &mut record, &mut piece);
            }
            if piece.garbled.is_none() {
                piece.garbled = garbled(&text[from..at], first_line);
            }
            progress((at - from) as u64);
        }
        piece
    }

    /// Reads one record and gives where the next one begins.
    #[inline(always)]
    fn line<R>(
        &self,
        text: &[u8],
        at: usize,
        make: &impl Fn(&Values<N>) -> Result<R, Wrong>,
        record: &mut Record,
        piece: &mut Piece<R>,
    ) -> usize {
        if let Some((values, end)) = self.plain(text, at)
            && let Ok(row) = make(&values)
        {
            piece.rows.push(row);
            piece.lines += 1;
            return end;
        }
        let end = record.read(text, at);
        match self.careful(record, make) {
            Ok(row) => piece.rows.extend(row),
            Err(found) => {
                let line = piece.lines;
                found
                    .into_iter()
                    .for_each(|p| piece.problems.add(Problem { line, ..p }));
            }
        }
        piece.lines += lines(&text[at..end]);
        end
    }

    /// A line of nothing but digits where numbers are wanted, which is nearly every line. None sends the line to
    /// [`Layout::careful`], which finds the same row or says what is wrong.
    #[inline(always)]
    pub fn plain(&self, text: &[u8], mut at: usize) -> Option<(Values<N>, usize)> {
        let mut values = Values {
            at: [0; N],
            given: self.given,
        };
        let last = self.slots.len() - 1;
        for (nth, slot) in self.slots.iter().enumerate() {
            at = match slot {
                Some(column) => {
                    let (value, end) = number::digits(text, at)?;
                    let range = &self.columns[*column];
                    if value < range.least || value > range.most {
                        return None;
                    }
                    values.at[*column] = value;
                    end
                }
                None => skip(text, at)?,
            };
            if nth < last {
                if text.get(at) != Some(&b',') {
                    return None;
                }
                at += 1;
            }
        }
        match text.get(at) {
            None => Some((values, at)),
            Some(b'\n') => Some((values, at + 1)),
            Some(b'\r') if text.get(at + 1) == Some(&b'\n') => Some((values, at + 2)),
            Some(_) => None,
        }
    }

    /// None is a blank line.
    fn careful<R>(
        &self,
        record: &Record,
        make: &impl Fn(&Values<N>) -> Result<R, Wrong>,
    ) -> Result<Option<R>, Vec<Problem>> {
        if record.is_blank() {
            return Ok(None);
        }
        if record.unclosed {
            return Err(vec![Problem::at(0, "", b"", Reason::QuoteUnclosed)]);
        }
        if record.len() != self.slots.len() {
            let reason = Reason::FieldCount {
                wanted: self.slots.len(),
                found: record.len(),
            };
            return Err(vec![Problem::at(0, "", b"", reason)]);
        }
        let mut values = Values {
            at: [0; N],
            given: self.given,
        };
        let mut problems = Vec::new();
        for (field, column) in record
            .fields()
            .zip(&self.slots)
            .filter_map(|(f, s)| Some((f, (*s)?)))
        {
            let field = field.trim_ascii();
            match self.value(field, column) {
                Ok(Some(value)) => values.at[column] = value,
                Ok(None) => values.given[column] = false,
                Err(reason) => problems.push(Problem::at(0, self.columns[column].name, field, reason)),
            }
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        make(&values).map(Some).map_err(|wrong| {
            let value = values.at[wrong.column].to_string();
            vec![Problem::at(
                0,
                self.columns[wrong.column].name,
                value.as_bytes(),
                wrong.reason,
            )]
        })
    }

    fn value(&self, field: &[u8], column: usize) -> Result<Option<u64>, Reason> {
        let Column {
            required,
            least,
            most,
            ..
        } = self.columns[column];
        if field.is_empty() {
            return if required {
                Err(Reason::ValueMissing)
            } else {
                Ok(None)
            };
        }
        match number::signed(field).ok_or(Reason::NotANumber)? {
            Signed::Natural(value) if value >= least && value <= most => Ok(Some(value)),
            Signed::Natural(0) | Signed::Negative if least == 1 => Err(Reason::NotPositive),
            _ => Err(Reason::OutOfRange { least, most }),
        }
    }
}

/// Behind a field that nobody asked for; None when it is quoted.
#[inline(always)]
fn skip(text: &[u8], at: usize) -> Option<usize> {
    let rest = text.get(at..)?;
    if rest.first() == Some(&b'"') {
        return None;
    }
    // Most are short, and calling the search costs more than looking at a few bytes.
    let near = rest.iter().take(4).position(|byte| matches!(byte, b',' | b'\n'));
    let end = near.unwrap_or_else(|| memchr::memchr2(b',', b'\n', rest).unwrap_or(rest.len()));
    // The \r before the line feed belongs to the end of the line.
    let carriage = end > 0 && rest.get(end) == Some(&b'\n') && rest[end - 1] == b'\r';
    Some(at + end - usize::from(carriage))
}

/// The first record that is not blank, where the next begins, and that one's line.
fn heading(text: &[u8]) -> Result<(Record, usize, u64), Refused> {
    let mut at = if text.starts_with(BOM) { BOM.len() } else { 0 };
    let (mut record, mut line) = (Record::default(), 1);
    while at < text.len() {
        let end = record.read(text, at);
        line += lines(&text[at..end]);
        at = end;
        if !record.is_blank() {
            return Ok((record, at, line));
        }
    }
    Err(Refused::one(Problem::of_file(Reason::Empty)))
}

/// Line feeds of a record, or one when it ends with the text.
fn lines(record: &[u8]) -> u64 {
    (memchr_iter(b'\n', record).count() as u64).max(1)
}

/// The first line of the text that is not UTF-8.
fn garbled(text: &[u8], first_line: u64) -> Option<Problem> {
    let at = std::str::from_utf8(text).err()?.valid_up_to();
    let line = first_line + memchr_iter(b'\n', &text[..at]).count() as u64;
    let from = memchr::memrchr(b'\n', &text[..at]).map_or(0, |feed| feed + 1);
    let value = text[from..]
        .split(|byte| *byte == b'\n')
        .next()
        .unwrap_or_default();
    Some(Problem::at(line, "", value, Reason::NotUtf8))
}

fn join<R>(pieces: Vec<Piece<R>>, first_line: u64) -> Result<Vec<R>, Refused> {
    let (mut problems, mut line) = (Problems::default(), first_line);
    let mut all: Vec<Vec<R>> = Vec::new();
    let mut garbled = None;
    for mut piece in pieces {
        piece
            .problems
            .named
            .iter_mut()
            .for_each(|problem| problem.line += line);
        problems.append(piece.problems);
        garbled = garbled.or(piece.garbled.map(|p| Problem {
            line: p.line + line,
            ..p
        }));
        line += piece.lines;
        all.push(piece.rows);
    }
    problems.named.extend(garbled);
    problems.refuse()?;
    let total = all.iter().map(Vec::len).sum::<usize>();
    let mut all = all.into_iter();
    let mut rows = all.next().unwrap_or_default();
    rows.reserve_exact(total - rows.len());
    all.for_each(|mut more| rows.append(&mut more));
    Ok(rows)
}
