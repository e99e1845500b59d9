//! The banks and payment firms that an order can be sent to, found by name, short name or pinyin initials: 工商银行, 工行, gsyh
//! and zggs find 中国工商银行. The intake form chooses from it where no card prefix explains an account.
//!
//! Promises: an entry always has a payment-system code; a wrong or free text finds nothing. Leaves out: branches, and banks
//! whose code the card table of the centre does not hold.

use crate::bank;
use crate::bin::{BinEntry, BinTable};
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

/// One bank or payment firm.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryBank {
    /// The payment-system code of its head office, twelve digits.
    pub code: String,
    pub name: String,
    /// How people call it: 工商银行, 工行.
    pub short_names: Vec<String>,
    /// Of the name and of each short name: zggsyh, gsyh, gh.
    pub initials: Vec<String>,
}

#[derive(Clone, Debug, Default)]
pub struct BankDirectory {
    banks: Vec<DirectoryBank>,
}

/// Prefixes of demonstrations and tests, that no bank has (`data/bank_bins.csv`).
const INVENTED: [&str; 2] = ["620000", "9915001"];

static LETTERS: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let mut letters = HashMap::new();
    let lines = include_str!("../data/initials.txt").lines();
    for line in lines.filter(|line| !line.starts_with('#')) {
        if let Some((letter, chars)) = line.split_once(' ') {
            let letter = letter
                .chars()
                .next()
                .expect("initials.txt: a letter begins each line");
            letters.extend(chars.chars().map(|c| (c, letter)));
        }
    }
    letters
});

impl BankDirectory {
    /// The banks of a card table. A demonstration has the invented banks beside the real ones, and orders to a bank of a name
    /// that is both go to the invented one; a real centre never sees an invented one.
    pub fn of(table: &BinTable, demo: bool) -> BankDirectory {
        let mut codes: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
        for entry in table
            .entries()
            .into_iter()
            .filter(|entry| demo || !invented(entry))
        {
            // One more for each prefix; the invented bank outweighs all prefixes of the real one.
            let weight = if invented(entry) { 1_000_000 } else { 1 };
            *codes
                .entry(&entry.bank_name)
                .or_default()
                .entry(&entry.bank_code12)
                .or_default() += weight;
        }
        let banks = codes.iter().filter_map(|(name, codes)| {
            let (code, _) = codes
                .iter()
                .max_by_key(|(code, count)| (**count, std::cmp::Reverse(**code)))?;
            Some(entry_of(name, code))
        });
        BankDirectory {
            banks: banks.collect(),
        }
    }

    /// The banks that what was typed can mean, the likeliest first.
    pub fn find(&self, typed: &str, limit: usize) -> Vec<&DirectoryBank> {
        let typed = typed.trim().to_lowercase();
        let mut found: Vec<(u8, usize, &DirectoryBank)> = self
            .banks
            .iter()
            .filter_map(|bank| Some((rank(bank, &typed)?, bank.name.chars().count(), bank)))
            .collect();
        found.sort_by(|a, b| (a.0, a.1, &a.2.code).cmp(&(b.0, b.1, &b.2.code)));
        found.into_iter().take(limit).map(|(_, _, bank)| bank).collect()
    }

    /// The bank of exactly this name or short name.
    pub fn named(&self, name: &str) -> Option<&DirectoryBank> {
        let name = name.trim();
        let mut all = self.banks.iter();
        all.find(|b| b.name == name || b.short_names.iter().any(|s| s == name))
    }

    /// The bank of this payment-system code.
    pub fn coded(&self, code: &str) -> Option<&DirectoryBank> {
        self.banks.iter().find(|b| b.code == code)
    }
}

fn invented(entry: &BinEntry) -> bool {
    INVENTED.iter().any(|prefix| entry.bin.starts_with(prefix))
}

fn entry_of(name: &str, code: &str) -> DirectoryBank {
    let mut short_names: Vec<String> = bank::short_names(name).map(str::to_owned).collect();
    // 黄冈农村商业银行 is called 黄冈农商行, 农商行.
    for (long, short) in [("农村商业银行", "农商行"), ("村镇银行", "村镇行")] {
        if let Some(place) = name.strip_suffix(long) {
            short_names.push(format!("{place}{short}"));
        }
    }
    let mut letters: Vec<String> = std::iter::once(name)
        .chain(short_names.iter().map(String::as_str))
        .map(initials)
        .filter(|letters| !letters.is_empty())
        .collect();
    letters.dedup();
    DirectoryBank {
        code: code.to_owned(),
        name: name.to_owned(),
        short_names,
        initials: letters,
    }
}

/// Of Chinese characters their letter, of Latin ones themselves.
fn initials(name: &str) -> String {
    let letter = |c: char| match c {
        c if c.is_ascii_alphanumeric() => Some(c.to_ascii_lowercase()),
        c => LETTERS.get(&c).copied(),
    };
    name.chars().filter_map(letter).collect()
}

/// How well the bank fits, 0 best; nothing typed fits all alike.
fn rank(bank: &DirectoryBank, typed: &str) -> Option<u8> {
    let names = || std::iter::once(&bank.name).chain(&bank.short_names);
    if names().any(|n| n.to_lowercase() == typed) {
        return Some(0);
    }
    if bank.initials.iter().any(|i| i == typed) {
        return Some(1);
    }
    if typed.is_empty() || names().any(|n| n.to_lowercase().starts_with(typed)) {
        return Some(2);
    }
    if bank.initials.iter().any(|i| i.starts_with(typed)) {
        return Some(3);
    }
    if names().any(|n| n.to_lowercase().contains(typed)) || bank.code.starts_with(typed) {
        return Some(4);
    }
    // 中国工商银行黄冈分行 names its bank and a branch.
    names()
        .any(|n| n.chars().count() > 2 && typed.contains(n.as_str()))
        .then_some(5)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn real() -> BankDirectory {
        BankDirectory::of(BinTable::embedded(), false)
    }

    #[test]
    fn a_bank_is_found_by_name_short_name_and_initials() {
        let directory = real();
        for (typed, name) in [
            ("中国工商银行", "中国工商银行"),
            ("工商银行", "中国工商银行"),
            ("工行", "中国工商银行"),
            ("农行", "中国农业银行"),
            ("zgnyyh", "中国农业银行"),
            ("nyyh", "中国农业银行"),
            ("ny", "中国农业银行"),
            ("NYYH", "中国农业银行"),
            ("建行", "中国建设银行"),
            ("jsyh", "中国建设银行"),
            ("中行", "中国银行"),
            ("zgyh", "中国银行"),
            ("邮储", "中国邮政储蓄银行"),
            ("yzcx", "中国邮政储蓄银行"),
            ("浦发", "上海浦东发展银行"),
            ("pf", "上海浦东发展银行"),
            ("招行", "招商银行"),
            ("中国工商银行黄冈分行", "中国工商银行"),
            ("102100099996", "中国工商银行"),
        ] {
            let found = directory.find(typed, 5);
            assert_eq!(found.first().map(|b| b.name.as_str()), Some(name), "{typed}");
        }
    }

    #[test]
    fn free_text_finds_nothing() {
        for typed in ["某某银行", "不知道", "xyz", "12"] {
            assert_eq!(real().find(typed, 5), Vec::<&DirectoryBank>::new(), "{typed}");
        }
        assert_eq!(real().named("工"), None);
    }

    #[test]
    fn every_bank_has_a_code_a_letter_for_each_character_and_one_entry() {
        for demo in [false, true] {
            let directory = BankDirectory::of(BinTable::embedded(), demo);
            let mut names: Vec<&str> = directory.banks.iter().map(|b| b.name.as_str()).collect();
            names.dedup();
            assert_eq!(names.len(), directory.banks.len());
            for bank in &directory.banks {
                assert!(kernel::identifier::bank_code_ok(&bank.code), "{bank:?}");
                assert_eq!(
                    bank.initials[0].chars().count(),
                    bank.name.chars().count(),
                    "{bank:?}"
                );
            }
        }
    }

    #[test]
    fn an_invented_bank_is_in_a_demonstration_only() {
        let demo = BankDirectory::of(BinTable::embedded(), true);
        assert_eq!(demo.named("工商银行").unwrap().code, "102533000027");
        assert_eq!(demo.named("黄冈农商行").unwrap().code, "402533000018");
        assert_eq!(real().named("工商银行").unwrap().code, "102100099996");
        assert_eq!(real().named("黄冈农村商业银行"), None);
        assert_eq!(real().coded("102533000027"), None);
    }
}
