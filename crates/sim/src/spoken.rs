//! Numbers as people say and write them: amounts, account numbers, times. The same thing has many spellings, and each is
//! one of the spellings of the corpus of narratives.
//!
//! Promises: every spelling means exactly the value it was made from, times to the minute. Leaves out sentences (see
//! [`crate::narrative`]).

use crate::dice::Dice;
use kernel::{Fen, Instant};

/// Whether the words are typed by somebody, or written down by a machine that hears no punctuation and no figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ear {
    Person,
    Machine,
}

/// An account number as people read it out.
pub(crate) fn number_words(number: &str, ear: Ear, dice: &mut Dice) -> String {
    if ear == Ear::Machine {
        return digit_words(number, dice);
    }
    let groups = |separator: &str| {
        let digits: Vec<char> = number.chars().collect();
        let parts: Vec<String> = digits.chunks(4).map(|c| c.iter().collect()).collect();
        parts.join(separator)
    };
    match dice.below(100) {
        0..50 => number.to_owned(),
        50..78 => groups(" "),
        78..88 => groups("-"),
        88..93 => digit_words(number, dice),
        _ => number.chars().map(full_width).collect(),
    }
}

fn full_width(c: char) -> char {
    let digit = c.to_digit(10).and_then(|d| char::from_u32('０' as u32 + d));
    digit.unwrap_or(c)
}

/// 六二零零零…; one is 一 or 幺, the same in one number.
pub(crate) fn digit_words(number: &str, dice: &mut Dice) -> String {
    let one = *dice.pick(&['一', '幺']);
    let word = |c: char| match c.to_digit(10) {
        Some(1) => one,
        Some(d) => "零一二三四五六七八九".chars().nth(d as usize).unwrap_or(c),
        None => c,
    };
    number.chars().map(word).collect()
}

/// 三万元, 3万, 30000块, 2.98万, 29,800元, 2万9千8.
pub fn amount_words(amount: Fen, dice: &mut Dice) -> String {
    let yuan = amount.0 / 100;
    if amount.0 % 100 != 0 {
        return format!("{}元", amount.to_yuan());
    }
    let unit = *dice.pick(&["元", "块钱", "块"]);
    match dice.below(5) {
        0 if yuan % 100 == 0 => format!("{}{unit}", chinese_number(yuan)),
        1 if yuan >= 10_000 && yuan % 100 == 0 => {
            let (wan, rest) = (yuan / 10_000, yuan % 10_000 / 100);
            if rest == 0 {
                format!("{wan}万")
            } else {
                format!("{}万", format!("{wan}.{rest:02}").trim_end_matches('0'))
            }
        }
        2 if yuan >= 1000 => format!("{}元", amount.to_grouped().trim_end_matches(".00")),
        3 if yuan > 10_000 && yuan % 1000 == 0 && yuan % 10_000 != 0 => {
            format!("{}万{}", yuan / 10_000, yuan % 10_000 / 1_000)
        }
        _ => format!("{yuan}{unit}"),
    }
}

/// 两万九千八百块, 三千六百八十八块五毛: an amount without one figure.
pub(crate) fn amount_heard(amount: Fen) -> String {
    let (yuan, rest) = (amount.0 / 100, amount.0 % 100);
    let mut said = format!("{}块", chinese_number(yuan));
    if rest / 10 > 0 {
        said.push_str(&format!("{}毛", chinese_number(rest / 10)));
    } else if rest > 0 {
        said.push('零');
    }
    if rest % 10 > 0 {
        said.push_str(&format!("{}分", chinese_number(rest % 10)));
    }
    said
}

/// 今天, 昨天, and 昨晚 for an evening that ended at midnight.
pub(crate) fn day_words(paid: Instant, at: Instant) -> String {
    match (at.civil().date() - paid.civil().date()).get_days() {
        0 => "今天".to_owned(),
        1 if paid.civil().hour() >= 18 => "昨晚".to_owned(),
        1 => "昨天".to_owned(),
        2 => "前天".to_owned(),
        _ => format!("{}月{}号", paid.civil().month(), paid.civil().day()),
    }
}

/// 晚上九点零五分, 21:05, 21点05分. After 昨晚 the part of the day is not said again.
pub(crate) fn clock_words(paid: Instant, ear: Ear, evening_said: bool, dice: &mut Dice) -> String {
    let (hour, minute) = (i64::from(paid.civil().hour()), i64::from(paid.civil().minute()));
    if ear == Ear::Person && !evening_said {
        if dice.chance(40) {
            return format!("{hour:02}:{minute:02}");
        }
        if dice.chance(40) {
            return format!("{hour}点{minute:02}分");
        }
    }
    let part = match hour {
        _ if evening_said => "",
        0..5 => "凌晨",
        5..8 => "早上",
        8..12 => "上午",
        12 => "中午",
        13..18 => "下午",
        _ => "晚上",
    };
    let twelve = if hour > 12 { hour - 12 } else { hour };
    let spoken = match minute {
        0 => format!("{}点", hour_words(twelve)),
        15 if dice.chance(50) => format!("{}点一刻", hour_words(twelve)),
        30 => format!("{}点半", hour_words(twelve)),
        m if m < 10 => format!("{}点零{}分", hour_words(twelve), chinese_number(m)),
        m if m >= 20 && dice.chance(30) => format!("{}点{}", hour_words(twelve), chinese_number(m)),
        m => format!("{}点{}分", hour_words(twelve), chinese_number(m)),
    };
    format!("{part}{spoken}")
}

fn hour_words(hour: i64) -> String {
    if hour == 2 {
        "两".to_owned()
    } else {
        chinese_number(hour)
    }
}

/// 三万零五百; for 0 to 99 999 999.
pub fn chinese_number(n: i64) -> String {
    if n >= 10_000 {
        let (wan, rest) = (n / 10_000, n % 10_000);
        let head = if wan == 2 {
            "两".to_owned()
        } else {
            chinese_number(wan)
        };
        let zero = if rest > 0 && rest < 1000 { "零" } else { "" };
        let tail = if rest == 0 { String::new() } else { below_wan(rest) };
        return format!("{head}万{zero}{tail}");
    }
    if n == 0 { "零".to_owned() } else { below_wan(n) }
}

fn below_wan(n: i64) -> String {
    const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let mut words = String::new();
    let mut gap = false;
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = n / unit % 10;
        if digit == 0 {
            gap |= !words.is_empty();
            continue;
        }
        if gap {
            words.push('零');
            gap = false;
        }
        // Inside a number ten is 一十: 一百一十五; alone it is 十.
        if !(digit == 1 && unit == 10 && words.is_empty()) {
            words.push_str(if digit == 2 && unit >= 100 && words.is_empty() {
                "两"
            } else {
                DIGITS[usize::try_from(digit).unwrap_or(0)]
            });
        }
        words.push_str(name);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_said() {
        for (n, said) in [
            (0, "零"),
            (10, "十"),
            (12, "十二"),
            (20, "二十"),
            (105, "一百零五"),
            (200, "两百"),
            (2_000, "两千"),
            (2_800, "两千八百"),
            (20_000, "两万"),
            (30_500, "三万零五百"),
            (29_800, "两万九千八百"),
            (128_600, "十二万八千六百"),
            (300_000, "三十万"),
        ] {
            assert_eq!(chinese_number(n), said);
        }
    }

    #[test]
    fn amounts_as_said() {
        let mut dice = Dice::named(1, "amounts");
        let mut spellings = |yuan| {
            let mut seen: Vec<String> = (0..80)
                .map(|_| amount_words(Fen::yuan(yuan), &mut dice))
                .collect();
            seen.sort();
            seen.dedup();
            seen
        };
        let seen = spellings(29_800);
        let known = [
            "29800元",
            "29800块",
            "29800块钱",
            "2.98万",
            "29,800元",
            "两万九千八百元",
            "两万九千八百块",
            "两万九千八百块钱",
        ];
        assert!(seen.iter().all(|said| known.contains(&said.as_str())), "{seen:?}");
        assert!(seen.len() >= 5);
        assert!(spellings(33_000).contains(&"3万3".to_owned()));
        assert_eq!(amount_words(Fen(368_850), &mut dice), "3688.50元");
    }

    /// Every fen from 1 to 99 is said in words and none is lost.
    #[test]
    fn odd_fen_as_heard() {
        for (fen, said) in [
            (368_850, "三千六百八十八块五毛"),
            (368_801, "三千六百八十八块零一分"),
            (368_813, "三千六百八十八块一毛三分"),
            (2_980_000, "两万九千八百块"),
        ] {
            assert_eq!(amount_heard(Fen(fen)), said);
        }
        let mut all: Vec<String> = (1..100).map(|fen| amount_heard(Fen(10_000 + fen))).collect();
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 99);
    }

    #[test]
    fn an_evening_before_midnight_is_last_night() {
        let at = Instant::from_wire14("20261123002500").unwrap();
        let paid = |wire| Instant::from_wire14(wire).unwrap();
        assert_eq!(day_words(paid("20261122234000"), at), "昨晚");
        assert_eq!(day_words(paid("20261123002000"), at), "今天");
        assert_eq!(day_words(paid("20261122101500"), at), "昨天");
        let mut dice = Dice::named(1, "clock");
        assert_eq!(
            clock_words(paid("20261123002000"), Ear::Machine, false, &mut dice).trim_end_matches('分'),
            "凌晨零点二十"
        );
    }

    #[test]
    fn a_number_read_out_keeps_its_digits() {
        let mut dice = Dice::named(1, "digits");
        let said = digit_words("6200001", &mut dice);
        assert!(said == "六二零零零零一" || said == "六二零零零零幺", "{said}");
        for _ in 0..200 {
            let said = number_words("6200006639233214682", Ear::Person, &mut dice);
            let words = said.contains('六');
            assert!(words || kernel::identifier::normalise(&said) == "6200006639233214682");
        }
    }
}
