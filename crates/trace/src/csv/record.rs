//! Records and fields with every freedom that CSV has: quotes, line feeds inside them, both ends of line. Used where the
//! fast way does not apply, and to find places where a text may be cut.

use memchr::memchr;

/// One record, unquoted. Reused from record to record.
#[derive(Default)]
pub struct Record {
    bytes: Vec<u8>,
    ends: Vec<usize>,
    /// A quote was opened and the text ended.
    pub unclosed: bool,
}

impl Record {
    /// Reads the record at `at`; gives where the next one begins.
    pub fn read(&mut self, text: &[u8], mut at: usize) -> usize {
        self.bytes.clear();
        self.ends.clear();
        self.unclosed = false;
        loop {
            at = self.field(text, at);
            self.ends.push(self.bytes.len());
            match text.get(at) {
                Some(b',') => at += 1,
                Some(b'\n') => return at + 1,
                Some(_) => return at + 2, // the field ended before \r\n
                None => return at,
            }
        }
    }

    fn field(&mut self, text: &[u8], mut at: usize) -> usize {
        if text.get(at) == Some(&b'"') {
            at = self.quoted(text, at + 1);
        }
        while let Some(byte) = text.get(at) {
            match byte {
                b',' | b'\n' => break,
                b'\r' if text.get(at + 1) == Some(&b'\n') => break,
                _ => self.bytes.push(*byte),
            }
            at += 1;
        }
        at
    }

    /// From behind the opening quote to behind the closing one.
    fn quoted(&mut self, text: &[u8], mut at: usize) -> usize {
        loop {
            let rest = text.get(at..).unwrap_or_default();
            let Some(quote) = memchr(b'"', rest) else {
                self.unclosed = true;
                self.bytes.extend_from_slice(rest);
                return text.len();
            };
            self.bytes.extend_from_slice(&rest[..quote]);
            at += quote + 1;
            if text.get(at) != Some(&b'"') {
                return at;
            }
            self.bytes.push(b'"');
            at += 1;
        }
    }

    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// A line with nothing on it.
    pub fn is_blank(&self) -> bool {
        self.len() == 1 && self.fields().all(|field| field.trim_ascii().is_empty())
    }

    pub fn fields(&self) -> impl Iterator<Item = &[u8]> {
        let mut from = 0;
        self.ends.iter().map(move |end| {
            let field = &self.bytes[from..*end];
            from = *end;
            field
        })
    }
}

/// Beginnings of records that cut the text into about equal parts, the first at nought. A line feed within quotes is
/// no place to cut; only a quote at the beginning of a field opens one.
pub fn cuts(text: &[u8], parts: usize) -> Vec<usize> {
    let mut cuts = vec![0];
    let aim = |nth: usize| text.len() / parts.max(1) * nth;
    let (mut from, mut nth) = (0, 1);
    while nth < parts {
        let quote = next_opening(text, from);
        let plain_end = quote.unwrap_or(text.len());
        while nth < parts && aim(nth) < plain_end {
            let begin = aim(nth).max(from);
            let Some(feed) = memchr(b'\n', &text[begin..plain_end]) else {
                break;
            };
            let cut = begin + feed + 1;
            if cut < text.len() && cuts.last() != Some(&cut) {
                cuts.push(cut);
            }
            nth += 1;
        }
        let Some(quote) = quote else { break };
        from = behind_quotes(text, quote + 1);
    }
    cuts
}

fn next_opening(text: &[u8], mut from: usize) -> Option<usize> {
    loop {
        let quote = from + memchr(b'"', text.get(from..)?)?;
        if quote == 0 || matches!(text[quote - 1], b',' | b'\n') {
            return Some(quote);
        }
        from = quote + 1;
    }
}

fn behind_quotes(text: &[u8], mut at: usize) -> usize {
    while let Some(quote) = memchr(b'"', text.get(at..).unwrap_or_default()) {
        at += quote + 1;
        if text.get(at) != Some(&b'"') {
            return at;
        }
        at += 1;
    }
    text.len()
}
