//! One cell as the file holds it. A number stays a number: whether it may be an account is decided where it is used.

/// The value of a cell, borrowed from the line being read.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Cell<'a> {
    Empty,
    Text(&'a str),
    /// A spreadsheet's number: only fifteen digits of it can be trusted.
    Number(f64),
    /// A spreadsheet's date or time of day: days since 1899-12-30 (the 1904 epoch is converted on reading).
    Serial(f64),
}

impl Cell<'_> {
    /// Nothing but white space.
    pub fn is_blank(&self) -> bool {
        match self {
            Cell::Empty => true,
            Cell::Text(text) => text.chars().all(blank),
            _ => false,
        }
    }

    /// As people see it; for headers, samples and problems.
    pub fn shown(&self) -> String {
        match self {
            Cell::Empty => String::new(),
            Cell::Text(text) => tidy(text).to_owned(),
            Cell::Number(value) => number_shown(*value),
            Cell::Serial(value) => match crate::clean::serial_civil(*value) {
                Some(at) if *value >= 1.0 => at.to_string().replace('T', " "),
                Some(at) => at.time().to_string(),
                None => number_shown(*value),
            },
        }
    }
}

fn number_shown(value: f64) -> String {
    if value.abs() >= 1e16 {
        format!("{value:e}")
    } else {
        value.to_string()
    }
}

pub(crate) fn blank(c: char) -> bool {
    c.is_whitespace() || kernel::identifier::is_zero_width(c) || c == '\u{0}'
}

/// Without what banks put round a value to stop a spreadsheet from damaging it: white space, an apostrophe, `="…"`.
pub(crate) fn tidy(text: &str) -> &str {
    let mut text = text.trim_matches(blank);
    if let Some(inner) = text.strip_prefix("=\"").and_then(|t| t.strip_suffix('"')) {
        text = inner.trim_matches(blank);
    }
    text.trim_start_matches(['\'', '’', '`', '‘']).trim_matches(blank)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrappings_come_off() {
        for (raw, text) in [
            ("  6200\t", "6200"),
            ("'6200", "6200"),
            ("=\"6200\"", "6200"),
            ("\u{feff}交易时间 ", "交易时间"),
            ("\u{3000}张三\u{3000}", "张三"),
        ] {
            assert_eq!(tidy(raw), text, "{raw:?}");
        }
        assert!(Cell::Text(" \t\u{3000}").is_blank() && !Cell::Number(0.0).is_blank());
    }
}
