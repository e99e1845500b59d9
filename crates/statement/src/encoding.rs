//! Which encoding a text file has, and its text as UTF-8 line by line in bounded memory.
//!
//! Promises: UTF-8 is believed only when the whole file is UTF-8; what cannot be decoded becomes U+FFFD, which the
//! cleaning refuses where it matters. Leaves out fields and quotes (see `delimited`).

use crate::problem::FileProblem;
use encoding_rs::{CoderResult, Decoder, Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};
use std::io::{Read, Seek, SeekFrom};

const CHUNK: usize = 1 << 16;
/// A line longer than this is cut off and named.
pub(crate) const LINE_BYTES_MAX: usize = 1 << 18;

/// The encoding of the file by its first bytes, and by all of them where those do not tell.
pub(crate) fn detect(reader: &mut (impl Read + Seek)) -> Result<&'static Encoding, FileProblem> {
    let head = head(reader, CHUNK)?;
    if let Some((encoding, _)) = Encoding::for_bom(&head) {
        return Ok(encoding);
    }
    if let Some(encoding) = wide(&head) {
        return Ok(encoding);
    }
    if head.contains(&0) || controls(&head) * 100 > head.len() {
        return Err(FileProblem::Binary);
    }
    if is_utf8(reader)? {
        return Ok(UTF_8);
    }
    if is_gb18030(&self::head(reader, 4 << 20)?) {
        return Ok(GB18030);
    }
    Err(FileProblem::EncodingUnknown)
}

pub(crate) fn head(reader: &mut (impl Read + Seek), bytes: usize) -> Result<Vec<u8>, FileProblem> {
    rewind(reader)?;
    let mut head = Vec::with_capacity(bytes.min(CHUNK));
    reader
        .by_ref()
        .take(bytes as u64)
        .read_to_end(&mut head)
        .map_err(|_| FileProblem::Unreadable)?;
    rewind(reader)?;
    Ok(head)
}

pub(crate) fn rewind(reader: &mut impl Seek) -> Result<(), FileProblem> {
    reader
        .seek(SeekFrom::Start(0))
        .map(drop)
        .map_err(|_| FileProblem::Unreadable)
}

/// UTF-16 without a mark: the high bytes of digits, commas and line ends are zero, on one side only.
fn wide(head: &[u8]) -> Option<&'static Encoding> {
    let zeros = |odd: usize| head.iter().skip(odd).step_by(2).filter(|b| **b == 0).count();
    let (high_first, low_first) = (zeros(0), zeros(1));
    let pairs = head.len() / 2;
    if pairs < 4 || (high_first > 0 && low_first > 0) {
        return None;
    }
    match (low_first * 4 > pairs, high_first * 4 > pairs) {
        (true, _) => Some(UTF_16LE),
        (_, true) => Some(UTF_16BE),
        _ => None,
    }
}

fn controls(head: &[u8]) -> usize {
    head.iter()
        .filter(|b| **b < 0x20 && !matches!(**b, b'\t' | b'\r' | b'\n' | 0x0c | 0x1a))
        .count()
}

fn is_utf8(reader: &mut (impl Read + Seek)) -> Result<bool, FileProblem> {
    rewind(reader)?;
    let mut chunk = vec![0u8; CHUNK * 4];
    let mut kept = 0;
    loop {
        let read = reader
            .read(&mut chunk[kept..])
            .map_err(|_| FileProblem::Unreadable)?;
        if read == 0 {
            rewind(reader)?;
            return Ok(kept == 0);
        }
        let filled = kept + read;
        kept = match std::str::from_utf8(&chunk[..filled]) {
            Ok(_) => 0,
            Err(error) if error.error_len().is_none() => {
                let rest = error.valid_up_to();
                chunk.copy_within(rest..filled, 0);
                filled - rest
            }
            Err(_) => {
                rewind(reader)?;
                return Ok(false);
            }
        };
    }
}

/// At most one wrong character in a thousand: a file may be hurt in a place.
fn is_gb18030(sample: &[u8]) -> bool {
    let (text, _) = GB18030.decode_without_bom_handling(sample);
    let wrong = text.chars().filter(|c| *c == '\u{FFFD}').count();
    wrong * 1000 <= text.chars().count()
}

/// The lines of a file, decoded.
pub(crate) struct Lines<R> {
    reader: R,
    decoder: Decoder,
    raw: Vec<u8>,
    raw_at: usize,
    raw_end: usize,
    text: String,
    text_at: usize,
    ended: bool,
    /// Bytes of the file that were taken.
    pub taken: u64,
    end: u8,
}

impl<R: Read> Lines<R> {
    /// `end`: the byte that ends a line, `\n` or, in files of old machines, `\r`.
    pub fn new(reader: R, encoding: &'static Encoding, end: u8) -> Lines<R> {
        Lines {
            reader,
            decoder: encoding.new_decoder_with_bom_removal(),
            raw: vec![0; CHUNK],
            raw_at: 0,
            raw_end: 0,
            text: String::with_capacity(CHUNK * 3),
            text_at: 0,
            ended: false,
            taken: 0,
            end,
        }
    }

    /// Appends the next line without its end. `None` at the end of the file; `Some(false)` when the line was cut off.
    pub fn next(&mut self, line: &mut String) -> Result<Option<bool>, FileProblem> {
        let began = line.len();
        let (mut any, mut whole) = (false, true);
        loop {
            if self.text_at == self.text.len() {
                if self.ended {
                    break;
                }
                self.fill()?;
                continue;
            }
            any = true;
            let rest = &self.text[self.text_at..];
            let found = memchr::memchr(self.end, rest.as_bytes());
            let piece = &rest[..found.unwrap_or(rest.len())];
            if line.len() - began + piece.len() <= LINE_BYTES_MAX {
                line.push_str(piece);
            } else {
                whole = false;
            }
            self.text_at += piece.len() + usize::from(found.is_some());
            if found.is_some() {
                break;
            }
        }
        if !any {
            return Ok(None);
        }
        while line.len() > began && line.ends_with(['\r', '\n', '\u{1a}']) {
            line.pop();
        }
        Ok(Some(whole))
    }

    fn fill(&mut self) -> Result<(), FileProblem> {
        self.text.clear();
        self.text_at = 0;
        if self.raw_at == self.raw_end {
            self.raw_end = self
                .reader
                .read(&mut self.raw)
                .map_err(|_| FileProblem::Unreadable)?;
            self.raw_at = 0;
            self.taken += self.raw_end as u64;
            self.ended = self.raw_end == 0;
        }
        let (result, read, _) =
            self.decoder
                .decode_to_string(&self.raw[self.raw_at..self.raw_end], &mut self.text, self.ended);
        self.raw_at += read;
        if self.ended && result == CoderResult::OutputFull {
            self.ended = false;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn lines(bytes: &[u8]) -> (String, Vec<String>) {
        let mut reader = Cursor::new(bytes.to_vec());
        let encoding = detect(&mut reader).unwrap();
        let mut lines = Lines::new(reader, encoding, b'\n');
        let mut all = Vec::new();
        let mut line = String::new();
        while lines.next(&mut line).unwrap().is_some() {
            all.push(std::mem::take(&mut line));
        }
        (encoding.name().to_owned(), all)
    }

    #[test]
    fn encodings_are_told_by_content() {
        let text = "交易时间,金额\r\n2026-04-03,100\n末行";
        let wanted: Vec<String> = text.lines().map(String::from).collect();
        let utf16 = |little: bool| -> Vec<u8> {
            text.encode_utf16()
                .flat_map(|u| if little { u.to_le_bytes() } else { u.to_be_bytes() })
                .collect()
        };
        let with = |mark: &[u8], body: &[u8]| [mark, body].concat();
        for (name, bytes) in [
            ("UTF-8", text.as_bytes().to_vec()),
            ("UTF-8", with(b"\xef\xbb\xbf", text.as_bytes())),
            ("gb18030", GB18030.encode(text).0.into_owned()),
            ("UTF-16LE", with(b"\xff\xfe", &utf16(true))),
            ("UTF-16BE", with(b"\xfe\xff", &utf16(false))),
            ("UTF-16LE", utf16(true)),
        ] {
            assert_eq!(lines(&bytes), (name.to_owned(), wanted.clone()), "{name}");
        }
    }

    #[test]
    fn a_file_that_turns_to_gbk_late_is_gbk() {
        let mut bytes = "1,2,3\n".repeat(40_000).into_bytes();
        bytes.extend_from_slice(&GB18030.encode("中国工商银行").0);
        let (name, all) = lines(&bytes);
        assert_eq!(
            (name.as_str(), all.last().unwrap().as_str()),
            ("gb18030", "中国工商银行")
        );
    }

    #[test]
    fn what_is_no_text_is_said() {
        for (bytes, problem) in [
            (
                b"\x00\x01\x02\x03\x00\x00\x09\x08\x00".to_vec(),
                FileProblem::Binary,
            ),
            ([0x81, 0x20, 0xff, 0x30].repeat(50), FileProblem::EncodingUnknown),
        ] {
            assert_eq!(detect(&mut Cursor::new(bytes)).unwrap_err(), problem);
        }
    }

    #[test]
    fn a_line_without_end_is_cut() {
        let mut reader = Lines::new(Cursor::new(vec![b'x'; LINE_BYTES_MAX * 3]), UTF_8, b'\n');
        let mut line = String::new();
        assert_eq!(reader.next(&mut line), Ok(Some(false)));
        assert!(line.len() <= LINE_BYTES_MAX);
        assert_eq!(reader.next(&mut line), Ok(None));
    }
}
