//! How alike two narratives are, for offering an earlier report while a new one is typed.
//!
//! Promises: symmetric, between 0 and 1, linear in both lengths. Leaves out: meaning. Two stories told in other words
//! are not found; shared account numbers are a better sign and are compared elsewhere.

use std::collections::HashMap;

/// Characters read from each narrative; the beginning of a story is enough to know it again.
const CHARS_MAX: usize = 5_000;

/// The Dice coefficient over character pairs, blanks and punctuation left out. Texts without a pair are alike only
/// when they are equal.
pub fn similarity(a: &str, b: &str) -> f64 {
    let (a, b) = (letters(a), letters(b));
    if a.len() < 2 || b.len() < 2 {
        return if a == b && !a.is_empty() { 1.0 } else { 0.0 };
    }
    let mut counts: HashMap<[char; 2], u32> = HashMap::with_capacity(a.len());
    for pair in a.windows(2) {
        *counts.entry([pair[0], pair[1]]).or_default() += 1;
    }
    let mut shared = 0_u32;
    for pair in b.windows(2) {
        if let Some(left) = counts.get_mut(&[pair[0], pair[1]]).filter(|left| **left > 0) {
            *left -= 1;
            shared += 1;
        }
    }
    f64::from(2 * shared) / (a.len() - 1 + b.len() - 1) as f64
}

fn letters(text: &str) -> Vec<char> {
    use unicode_normalization::UnicodeNormalization;
    text.nfkc()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .take(CHARS_MAX)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::similarity;

    #[test]
    fn table() {
        for (a, b, least, most) in [
            ("我刷单被骗三万元", "我刷单被骗三万元", 1.0, 1.0),
            ("我刷单被骗三万元。", "我，刷单 被骗３万元", 0.5, 0.9),
            ("我在网上刷单被骗了三万元", "我在网上刷单被骗三万元", 0.85, 0.99),
            ("我刷单被骗三万元", "冒充公检法的人打来电话", 0.0, 0.1),
            ("", "", 0.0, 0.0),
            ("钱", "钱", 1.0, 1.0),
            ("钱", "款", 0.0, 0.0),
        ] {
            let s = similarity(a, b);
            assert!((least..=most).contains(&s), "{a} / {b}: {s}");
            assert_eq!(s, similarity(b, a));
        }
    }
}
