//! Which bank issued a card, from the first digits of its number (BIN). The table is a small data file that the
//! operator may replace at run time.
//!
//! Promises: the longest matching prefix wins; a wrong file is refused with its line. Leaves out: whether the account
//! still is with that bank (cards stay, banks merge) — the answer is a suggestion.

use std::collections::HashMap;
use std::fmt;
use std::sync::LazyLock;

/// The bank that a prefix belongs to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BinEntry {
    pub bin: String,
    /// The bank's twelve-digit payment-system code (DOMAIN section 7).
    pub bank_code12: String,
    pub bank_name: String,
}

/// Prefixes of four to ten digits.
#[derive(Clone, Debug, Default)]
pub struct BinTable {
    by_prefix: HashMap<String, BinEntry>,
}

/// A line of a BIN file that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BinTableError {
    pub line: usize,
    pub reason: BinProblem,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BinProblem {
    ColumnCount,
    Bin,
    BankCode,
    BankName,
    Duplicate,
    TooManyLines,
}

impl fmt::Display for BinTableError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (zh, en) = match self.reason {
            BinProblem::ColumnCount => (
                "应为三列：bin,bank_code12,bank_name",
                "three columns wanted: bin,bank_code12,bank_name",
            ),
            BinProblem::Bin => ("bin 应为 4 至 10 位数字", "bin must have 4 to 10 digits"),
            BinProblem::BankCode => ("bank_code12 应为 12 位数字", "bank_code12 must have 12 digits"),
            BinProblem::BankName => ("bank_name 不能为空", "bank_name must not be empty"),
            BinProblem::Duplicate => ("bin 重复", "bin occurs twice"),
            BinProblem::TooManyLines => ("行数超过上限", "too many lines"),
        };
        write!(f, "第 {0} 行：{zh} / line {0}: {en}", self.line)
    }
}

impl std::error::Error for BinTableError {}

/// Lines read from a file; the public list of all banks has some four thousand.
const LINES_MAX: usize = 100_000;
const PREFIX_MAX: usize = 10;
const PREFIX_MIN: usize = 4;

static EMBEDDED: LazyLock<BinTable> = LazyLock::new(|| {
    BinTable::parse(include_str!("../data/bank_bins.csv")).expect("a test reads the embedded file")
});

impl BinTable {
    /// The table that comes with the program.
    pub fn embedded() -> &'static BinTable {
        &EMBEDDED
    }

    /// Reads `bin,bank_code12,bank_name` lines; a header line and `#` lines are skipped.
    pub fn parse(csv: &str) -> Result<BinTable, BinTableError> {
        let mut by_prefix = HashMap::new();
        for (index, line) in csv.trim_start_matches('\u{FEFF}').lines().enumerate() {
            let fail = |reason| BinTableError {
                line: index + 1,
                reason,
            };
            if index >= LINES_MAX {
                return Err(fail(BinProblem::TooManyLines));
            }
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') || line.starts_with("bin,") {
                continue;
            }
            let entry = parse_line(line).map_err(fail)?;
            if by_prefix.insert(entry.bin.clone(), entry).is_some() {
                return Err(fail(BinProblem::Duplicate));
            }
        }
        Ok(BinTable { by_prefix })
    }

    /// The entry with the longest prefix of this normalised card number.
    pub fn find(&self, card: &str) -> Option<&BinEntry> {
        (PREFIX_MIN..=PREFIX_MAX.min(card.len()))
            .rev()
            .find_map(|len| self.by_prefix.get(card.get(..len)?))
    }

    pub fn len(&self) -> usize {
        self.by_prefix.len()
    }

    pub fn is_empty(&self) -> bool {
        self.by_prefix.is_empty()
    }

    /// Every entry, in order of its prefix.
    pub fn entries(&self) -> Vec<&BinEntry> {
        let mut all: Vec<&BinEntry> = self.by_prefix.values().collect();
        all.sort_by(|a, b| a.bin.cmp(&b.bin));
        all
    }
}

fn parse_line(line: &str) -> Result<BinEntry, BinProblem> {
    let columns: Vec<&str> = line.split(',').map(str::trim).collect();
    let [bin, code, name] = columns.as_slice() else {
        return Err(BinProblem::ColumnCount);
    };
    if !(PREFIX_MIN..=PREFIX_MAX).contains(&bin.len()) || !bin.bytes().all(|b| b.is_ascii_digit()) {
        return Err(BinProblem::Bin);
    }
    if !kernel::identifier::bank_code_ok(code) {
        return Err(BinProblem::BankCode);
    }
    if name.is_empty() {
        return Err(BinProblem::BankName);
    }
    Ok(BinEntry {
        bin: (*bin).to_owned(),
        bank_code12: (*code).to_owned(),
        bank_name: (*name).to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_embedded_table_reads_and_finds() {
        let table = BinTable::embedded();
        assert!(table.len() > 60);
        for (card, bank) in [
            ("6200000100000000000", Some("黄冈农村商业银行")),
            ("6222020000000000000", Some("中国工商银行")),
            ("6228480000000000000", Some("中国农业银行")),
            ("9999990000000000", None),
            ("62", None),
            ("", None),
            ("汇款六二", None),
        ] {
            assert_eq!(table.find(card).map(|e| e.bank_name.as_str()), bank, "{card}");
        }
    }

    #[test]
    fn the_longest_prefix_wins() {
        let table = BinTable::parse("6200,000000000001,甲\n620000,000000000002,乙\n").unwrap();
        assert_eq!(table.find("6200001").unwrap().bank_name, "乙");
        assert_eq!(table.find("6200011").unwrap().bank_name, "甲");
    }

    #[test]
    fn wrong_lines_are_named() {
        for (csv, line, reason) in [
            ("620000,1,甲", 1, BinProblem::BankCode),
            ("# x\n62,000000000001,甲", 2, BinProblem::Bin),
            (
                "bin,bank_code12,bank_name\n620000,000000000001",
                2,
                BinProblem::ColumnCount,
            ),
            ("620000,000000000001, ", 1, BinProblem::BankName),
            (
                "620000,000000000001,甲\n620000,000000000001,甲",
                2,
                BinProblem::Duplicate,
            ),
        ] {
            let error = BinTable::parse(csv).unwrap_err();
            assert_eq!((error.line, error.reason), (line, reason), "{csv}");
            assert!(error.to_string().contains("line"));
        }
    }
}
