//! The one way to write text inside an entry, and a scanner that accepts only that way.
//!
//! The encoding is a subset of JSON: no spaces; strings in UTF-8 with only `"`, `\` and control characters escaped
//! (`\b \t \n \f \r`, otherwise `\u00xx` in lower case); whole numbers that fit `i64`; object keys strictly rising
//! by the bytes of their written form. It is what RFC 8785 writes for the same values, as long as the keys are
//! ASCII. The scanner works on bytes and keeps nothing, because verification runs it over millions of lines.
//!
//! Leaves out: UTF-8 validity, which the caller checks once per line.

/// Deeper nesting than this is refused, on writing and on reading.
pub(crate) const DEPTH_MAX: usize = 16;

pub(crate) fn push_string(out: &mut String, text: &str) {
    out.push('"');
    let mut plain_from = 0;
    for (at, byte) in text.bytes().enumerate() {
        if !SPECIAL[usize::from(byte)] {
            continue;
        }
        out.push_str(&text[plain_from..at]);
        push_escape(out, byte);
        plain_from = at + 1;
    }
    out.push_str(&text[plain_from..]);
    out.push('"');
}

fn push_escape(out: &mut String, byte: u8) {
    match byte {
        b'"' => out.push_str("\\\""),
        b'\\' => out.push_str("\\\\"),
        8 => out.push_str("\\b"),
        9 => out.push_str("\\t"),
        10 => out.push_str("\\n"),
        12 => out.push_str("\\f"),
        13 => out.push_str("\\r"),
        other => out.push_str(&format!("\\u{other:04x}")),
    }
}

/// Walks canonical text from the front. Each method returns `None` when the text is not canonical there; the
/// position is then without meaning.
pub(crate) struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scanner<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Scanner { bytes, at: 0 }
    }

    pub(crate) fn is_done(&self) -> bool {
        self.at == self.bytes.len()
    }

    pub(crate) fn literal(&mut self, expected: &[u8]) -> Option<()> {
        let rest = self.bytes.get(self.at..)?;
        rest.starts_with(expected).then(|| self.at += expected.len())
    }

    pub(crate) fn integer(&mut self) -> Option<i64> {
        let start = self.at;
        let negative = self.literal(b"-").is_some();
        let digits = self.at;
        let mut value: i64 = 0;
        while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
            let step = i64::from(digit - b'0');
            value = value.checked_mul(10)?;
            value = if negative {
                value.checked_sub(step)?
            } else {
                value.checked_add(step)?
            };
            self.at += 1;
        }
        let length = self.at - digits;
        let leading_zero = length > 1 && self.bytes[digits] == b'0';
        let minus_zero = negative && value == 0;
        (length > 0 && self.at > start && !leading_zero && !minus_zero).then_some(value)
    }

    pub(crate) fn unsigned(&mut self) -> Option<u64> {
        self.integer().and_then(|value| u64::try_from(value).ok())
    }

    /// A string with its quotes, as it is written.
    pub(crate) fn string(&mut self) -> Option<&'a [u8]> {
        let start = self.at;
        self.literal(b"\"")?;
        loop {
            let rest = self.bytes.get(self.at..)?;
            self.at += plain_prefix(rest);
            match self.peek()? {
                b'"' => {
                    self.at += 1;
                    return Some(&self.bytes[start..self.at]);
                }
                b'\\' => self.escape()?,
                _ => return None,
            }
        }
    }

    /// `null` or a string with its quotes.
    pub(crate) fn optional_string(&mut self) -> Option<Option<&'a [u8]>> {
        if self.literal(b"null").is_some() {
            Some(None)
        } else {
            self.string().map(Some)
        }
    }

    /// Any canonical value, as it is written.
    pub(crate) fn value(&mut self) -> Option<&'a [u8]> {
        let start = self.at;
        self.nested(0)?;
        Some(&self.bytes[start..self.at])
    }

    fn nested(&mut self, depth: usize) -> Option<()> {
        if depth > DEPTH_MAX {
            return None;
        }
        match self.peek()? {
            b'"' => self.string().map(|_| ()),
            b'{' => self.object(depth),
            b'[' => self.array(depth),
            b't' => self.literal(b"true"),
            b'f' => self.literal(b"false"),
            b'n' => self.literal(b"null"),
            _ => self.integer().map(|_| ()),
        }
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        self.literal(b"{")?;
        if self.literal(b"}").is_some() {
            return Some(());
        }
        let mut before: Option<&[u8]> = None;
        loop {
            let quoted = self.string()?;
            // Without the quotes, so that "ab" comes before "ab!" and after "a".
            let key = &quoted[1..quoted.len() - 1];
            if before.is_some_and(|before| key <= before) {
                return None;
            }
            before = Some(key);
            self.literal(b":")?;
            self.nested(depth + 1)?;
            if self.literal(b"}").is_some() {
                return Some(());
            }
            self.literal(b",")?;
        }
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        self.literal(b"[")?;
        if self.literal(b"]").is_some() {
            return Some(());
        }
        loop {
            self.nested(depth + 1)?;
            if self.literal(b"]").is_some() {
                return Some(());
            }
            self.literal(b",")?;
        }
    }

    fn escape(&mut self) -> Option<()> {
        self.literal(b"\\")?;
        let kind = self.peek()?;
        self.at += 1;
        match kind {
            b'"' | b'\\' | b'b' | b't' | b'n' | b'f' | b'r' => Some(()),
            b'u' => self.control_escape(),
            _ => None,
        }
    }

    /// `\u00xx` is canonical only for the control characters that have no short form.
    fn control_escape(&mut self) -> Option<()> {
        self.literal(b"00")?;
        let digits = self.bytes.get(self.at..self.at + 2)?;
        self.at += 2;
        let [code] = crate::digest::hex_array::<1>(digits)?;
        (code < 0x20 && !matches!(code, 8 | 9 | 10 | 12 | 13)).then_some(())
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }
}

/// How many bytes from the front need no escape. Eight at a time, because almost all bytes of a log are such.
fn plain_prefix(bytes: &[u8]) -> usize {
    const ONES: u64 = 0x0101_0101_0101_0101;
    const HIGH: u64 = 0x8080_8080_8080_8080;
    let has_zero = |word: u64| word.wrapping_sub(ONES) & !word & HIGH;
    let mut at = 0;
    while let Some(eight) = bytes.get(at..at + 8) {
        let word = u64::from_le_bytes(eight.try_into().expect("the slice has eight bytes"));
        let quote = has_zero(word ^ (ONES * u64::from(b'"')));
        let backslash = has_zero(word ^ (ONES * u64::from(b'\\')));
        // A byte below 0x20, exact for the lowest one, which is all that counts here.
        let control = word.wrapping_sub(ONES * 0x20) & !word & HIGH;
        let hit = quote | backslash | control;
        if hit != 0 {
            return at + (hit.trailing_zeros() / 8) as usize;
        }
        at += 8;
    }
    at + bytes[at..]
        .iter()
        .take_while(|byte| !SPECIAL[usize::from(**byte)])
        .count()
}

/// Bytes that must be escaped inside a string.
const SPECIAL: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < 0x20 {
        table[byte] = true;
        byte += 1;
    }
    table[b'"' as usize] = true;
    table[b'\\' as usize] = true;
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, canonical: bool) {
        let mut scanner = Scanner::new(text.as_bytes());
        let accepted = scanner.value().is_some() && scanner.is_done();
        assert_eq!(accepted, canonical, "{text}");
    }

    #[test]
    fn only_one_form_of_a_value_is_accepted() {
        for text in [
            r#"{}"#,
            r#"[]"#,
            r#""""#,
            "0",
            "-1",
            "9223372036854775807",
            "-9223372036854775808",
            "true",
            "false",
            "null",
            r#"{"a":1,"b":[1,2,{"c":null}]}"#,
            r#"{"":1,"a":2,"ab":3,"甲":4}"#,
            r#""止付\"\\\n\u0001""#,
            r#""12345678\t""#,
        ] {
            check(text, true);
        }
        for text in [
            "",
            " 1",
            "1 ",
            "01",
            "-0",
            "+1",
            "1.0",
            "1e3",
            "9223372036854775808",
            "-",
            "nul",
            "True",
            r#"{"b":1,"a":2}"#,
            r#"{"a":1,"a":2}"#,
            r#"{"":1,"":2}"#,
            r#"{"a": 1}"#,
            r#"{"a":1,}"#,
            r#"{,}"#,
            r#"[1,]"#,
            r#"[1 ,2]"#,
            r#"{a:1}"#,
            r#""\/""#,
            r#""\u0041""#,
            r#""\u000a""#,
            r#""\u001F""#,
            r#""\u0100""#,
            r#""\x""#,
            "\"\n\"",
            r#""abc"#,
            "\"1234567\u{1}\"",
        ] {
            check(text, false);
        }
    }

    #[test]
    fn nesting_is_bounded() {
        let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        check(&nested(DEPTH_MAX + 1), true);
        check(&nested(DEPTH_MAX + 2), false);
        check(&"[".repeat(1_000_000), false);
    }

    #[test]
    fn what_is_written_is_what_the_scanner_accepts_and_what_json_means() {
        for text in [
            "",
            "止付",
            "a\"b\\c",
            "\u{0}\u{8}\t\n\u{b}\u{c}\r\u{1f}\u{7f}",
            "日本 𠮷 e\u{301}",
            "12345678\"90",
        ] {
            let mut written = String::new();
            push_string(&mut written, text);
            check(&written, true);
            assert_eq!(
                serde_json::from_str::<String>(&written).expect("valid JSON"),
                text
            );
        }
    }
}
