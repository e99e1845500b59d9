//! Known layouts as data: `layouts.toml` beside this file. Leaves out how one is chosen (see `recognise`).

use crate::fields::{Field, Mapping, Sign, header_key};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// The layout of one bank's or firm's export.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Layout {
    pub key: String,
    pub zh: String,
    pub en: String,
    pub sign: Sign,
    #[serde(default)]
    pub out_words: Vec<String>,
    #[serde(default)]
    pub in_words: Vec<String>,
    /// Words of the title or the sheet's name that speak for it.
    #[serde(default)]
    pub marks: Vec<String>,
    pub columns: BTreeMap<Field, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    layout: Vec<Layout>,
}

static KNOWN: LazyLock<Vec<Layout>> = LazyLock::new(|| {
    let table: Table = toml::from_str(include_str!("layouts.toml")).expect("a test reads the table");
    table.layout
});

/// All layouts of the table.
pub fn known_layouts() -> &'static [Layout] {
    &KNOWN
}

impl Layout {
    /// Which of its columns the header has, and how many it names.
    pub(crate) fn found(&self, keys: &[String]) -> (usize, usize) {
        let has = |header: &String| keys.contains(&header_key(header));
        (
            self.columns.values().filter(|h| has(h)).count(),
            self.columns.len(),
        )
    }

    /// Its mapping on this header: the columns that are there.
    pub fn mapping_on(&self, keys: &[String]) -> Mapping {
        let there = self
            .columns
            .iter()
            .map(|(field, header)| (*field, header_key(header)));
        Mapping {
            columns: there.filter(|(_, key)| keys.contains(key)).collect(),
            sign: self.sign,
            out_words: self.out_words.clone(),
            in_words: self.in_words.clone(),
            own: None,
            signed: false,
            trust_zeros: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sound() {
        let mut keys = std::collections::HashSet::new();
        for layout in known_layouts() {
            assert!(keys.insert(&layout.key), "{} twice", layout.key);
            let headers: Vec<String> = layout.columns.values().map(|h| header_key(h)).collect();
            let distinct: std::collections::HashSet<&String> = headers.iter().collect();
            assert_eq!(distinct.len(), headers.len(), "{}", layout.key);
            assert_eq!(layout.mapping_on(&headers).missing(), [], "{}", layout.key);
            assert!(!layout.zh.is_empty() && !layout.en.is_empty());
        }
        assert!(keys.len() >= 12);
    }
}
