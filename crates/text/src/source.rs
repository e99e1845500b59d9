//! The narrative as the recognisers read it: one folded character for each original one, so that every position is
//! a code-point position of the original.
//!
//! Promises: `folded[i]` stands for `original[i]`, always. Leaves out: the full NFKC of values (see `value_of`),
//! which may change lengths and is therefore applied to a mention only after it has been found.

use std::collections::HashMap;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;

/// A text with its folded twin. Positions are code points, never bytes, except inside this module.
pub(crate) struct Source {
    original: Vec<char>,
    folded: Vec<char>,
    text: String,
    /// Byte offset in `text` of each character, and of the end.
    byte_of: Vec<usize>,
    traditional: bool,
}

/// Characters that a simplified text keeps in names (通用规范汉字表): 於 is a surname, 乾 and 徵 are given names.
const KEPT: [char; 3] = ['於', '乾', '徵'];

/// Whether a character stands there that no simplified text has.
fn is_traditional(original: &[char], folded: &[char]) -> bool {
    let han = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c) && !KEPT.contains(&c);
    original
        .iter()
        .zip(folded)
        .any(|(was, now)| was != now && han(*was))
}

impl Source {
    pub(crate) fn new(input: &str) -> Source {
        let original: Vec<char> = input.chars().collect();
        let mut folded: Vec<char> = original.iter().copied().map(fold).collect();
        fold_grouping_commas(&original, &mut folded);
        let text: String = folded.iter().collect();
        let mut byte_of: Vec<usize> = text.char_indices().map(|(at, _)| at).collect();
        byte_of.push(text.len());
        Source {
            traditional: is_traditional(&original, &folded),
            original,
            folded,
            text,
            byte_of,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.folded.len()
    }

    /// The folded text, for regular expressions.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The code-point position of a byte offset that a regular expression returned.
    pub(crate) fn position(&self, byte: usize) -> usize {
        self.byte_of.partition_point(|at| *at < byte)
    }

    /// The folded character at a position, or `'\0'` outside the text.
    pub(crate) fn at(&self, position: usize) -> char {
        self.folded.get(position).copied().unwrap_or('\0')
    }

    /// The folded character before a position, or `'\0'` at the start.
    pub(crate) fn before(&self, position: usize) -> char {
        position.checked_sub(1).map_or('\0', |p| self.at(p))
    }

    pub(crate) fn folded(&self, start: usize, end: usize) -> &[char] {
        &self.folded[start.min(self.len())..end.min(self.len())]
    }

    /// The folded text between two positions.
    pub(crate) fn slice(&self, start: usize, end: usize) -> &str {
        let (start, end) = (start.min(self.len()), end.min(self.len()));
        &self.text[self.byte_of[start]..self.byte_of[end.max(start)]]
    }

    /// The folded text of at most `width` characters before a position.
    pub(crate) fn left(&self, position: usize, width: usize) -> &str {
        self.slice(position.saturating_sub(width), position)
    }

    /// The folded text of at most `width` characters from a position on.
    pub(crate) fn right(&self, position: usize, width: usize) -> &str {
        self.slice(position, position.saturating_add(width))
    }

    /// A name as the bank's record has it: in simplified characters, with those that a simplified text keeps as they are.
    pub(crate) fn name(&self, start: usize, end: usize) -> String {
        let kept = |at: usize| !self.traditional && KEPT.contains(&self.original[at]);
        (start..end)
            .map(|at| {
                if kept(at) {
                    self.original[at]
                } else {
                    self.folded[at]
                }
            })
            .filter(|c| !c.is_whitespace())
            .collect()
    }

    /// The exact substring of the original.
    pub(crate) fn original(&self, start: usize, end: usize) -> String {
        self.original[start..end].iter().collect()
    }
}

/// Full-width forms to ASCII, every kind of blank to a space, every kind of hyphen to `-`. Circled and bracketed
/// numbers stay as they are: `①5000元` is item one, not fifteen thousand.
fn fold(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' if !matches!(c, '，' | '：' | '；' | '？' | '！' | '（' | '）') => {
            char::from_u32(c as u32 - 0xFEE0).unwrap_or(c)
        }
        '\u{FFE5}' => '¥',
        '\u{1D7CE}'..='\u{1D7FF}' => char::from_digit((c as u32 - 0x1D7CE) % 10, 10).unwrap_or(c),
        '\u{3000}' | '\u{A0}' | '\u{2000}'..='\u{200A}' | '\u{202F}' | '\u{205F}' | '\t' => ' ',
        '‐' | '‑' | '‒' | '–' | '−' => '-',
        '\u{4E00}'..='\u{9FFF}' => SIMPLIFIED.get(&c).copied().unwrap_or(c),
        _ => c,
    }
}

/// Traditional characters by their simplified form, one for one: a caller from Hong Kong is read like any other, and
/// every position stays.
static SIMPLIFIED: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let rows = include_str!("../data/traditional.txt").lines();
    rows.filter(|line| !line.starts_with('#'))
        .flat_map(|line| {
            let chars: Vec<char> = line.chars().collect();
            chars
                .chunks_exact(2)
                .map(|pair| (pair[0], pair[1]))
                .collect::<Vec<_>>()
        })
        .collect()
});

/// A full-width comma separates thousands only between full-width digits (１２，８００); elsewhere it ends a clause.
fn fold_grouping_commas(original: &[char], folded: &mut [char]) {
    let wide = |c: char| ('０'..='９').contains(&c);
    for at in 1..original.len().saturating_sub(1) {
        if original[at] == '，'
            && (wide(original[at - 1]) && wide(original[at + 1]) || groups_of_money(folded, at))
        {
            folded[at] = ',';
        }
    }
}

/// ￥1，500.00: behind the sign of money, or with exactly three digits and cents behind it.
fn groups_of_money(folded: &[char], at: usize) -> bool {
    let digit = |i: usize| folded.get(i).is_some_and(char::is_ascii_digit);
    let mut from = at;
    while from > 0 && (digit(from - 1) || folded[from - 1] == ',') {
        from -= 1;
    }
    let three = digit(at + 1) && digit(at + 2) && digit(at + 3) && !digit(at + 4);
    let signed = from > 0 && folded[from - 1] == '¥';
    let cents = folded.get(at + 4) == Some(&'.') && digit(at + 5) && digit(at + 6) && !digit(at + 7);
    from < at && at - from <= 7 && three && (signed || cents)
}

/// What EXTRACTION.md calls the value: NFKC, without blanks, dashes and invisible characters.
pub(crate) fn value_of(mention: &str) -> String {
    kernel::identifier::normalise(&mention.nfkc().collect::<String>())
}

/// The value of a name: NFKC without blanks. The point of 买买提·艾力 belongs to the name.
pub(crate) fn name_of(mention: &str) -> String {
    mention.nfkc().filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_survive_folding() {
        let source = Source::new("😀ａ１，①");
        assert_eq!(source.text(), "😀a1，①");
        assert_eq!(source.position(source.text().find('1').unwrap()), 2);
        assert_eq!(source.original(1, 3), "ａ１");
        assert_eq!(source.left(3, 2), "a1");
        assert_eq!(source.right(3, 9), "，①");
    }

    #[test]
    fn values_lose_separators() {
        assert_eq!(
            value_of("６２００ 0012-34\u{200B}56"),
            "6200001234".to_owned() + "56"
        );
    }

    /// A bank keeps 於敏 as 於敏: the stop of a payment to 于敏 was refused for the name.
    #[test]
    fn a_name_keeps_its_characters_unless_the_whole_text_is_traditional() {
        let simplified = Source::new("转给於敏，户名徐徵");
        assert_eq!(
            (simplified.name(2, 4), simplified.name(7, 9)),
            ("於敏".into(), "徐徵".into())
        );
        let traditional = Source::new("對方說帳號有問題，轉給於敏");
        assert_eq!(traditional.name(11, 13), "于敏");
        assert_eq!(Source::new("收款人買買提").name(3, 6), "买买提");
    }
}
