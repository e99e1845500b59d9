//! Sums of money in Chinese capitals, as papers must carry them beside the digits (DOCUMENTS 1.6).
//!
//! Promises: one canonical wording per amount, and a reader that takes the canonical wording and the forms the
//! bank and bookkeeping rules also call correct, and nothing else. Leaves out: the word 人民币 when writing (the
//! paper puts it), foreign money, amounts below zero.

use crate::Fen;

/// Why an amount has no capitals, or a text is not an amount in capitals.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CapitalsProblem {
    #[error("a negative amount is never written in capitals")]
    Negative,
    /// Ten thousand 万亿 yuan or more: 亿 would have to be written twice.
    #[error("too large for capitals")]
    TooLarge,
    #[error("not an amount in capitals")]
    NotCapitals,
}

/// The canonical capitals: `叁万元整`, `壹拾元零伍分`, `零元整`. Without 人民币.
pub fn capitals(fen: Fen) -> Result<String, CapitalsProblem> {
    spell(fen, Style::CANONICAL)
}

/// Reads capitals back, canonical or "also correct": a leading 人民币, 圆 for 元, 正 for 整, 整 left out after 角, and
/// the 零 that the rules leave free after a zero in the 亿, 万 or 元 place.
pub fn parse_capitals(text: &str) -> Result<Fen, CapitalsProblem> {
    let text = text
        .strip_prefix("人民币")
        .unwrap_or(text)
        .replace('圆', "元")
        .replace('正', "整");
    let fen = value(&text).ok_or(CapitalsProblem::NotCapitals)?;
    let accepted = Style::all().any(|style| spell(fen, style).as_deref() == Ok(&text));
    if accepted {
        Ok(fen)
    } else {
        Err(CapitalsProblem::NotCapitals)
    }
}

const DIGITS: [char; 10] = ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'];
const WAN: u64 = 10_000;
const YI: u64 = 100_000_000;

/// The choices the rules leave open.
#[derive(Clone, Copy)]
struct Style {
    /// 零 when the 亿 place is zero and 仟万 follows.
    zero_after_yi: bool,
    /// 零 when the 万 place is zero and 仟 follows.
    zero_after_wan: bool,
    /// 零 when the 元 place is zero and 角 follows.
    zero_after_yuan: bool,
    /// 整 after 角.
    whole_after_jiao: bool,
}

impl Style {
    const CANONICAL: Style = Style {
        zero_after_yi: false,
        zero_after_wan: false,
        zero_after_yuan: false,
        whole_after_jiao: true,
    };

    fn all() -> impl Iterator<Item = Style> {
        (0..16u8).map(|bits| Style {
            zero_after_yi: bits & 1 != 0,
            zero_after_wan: bits & 2 != 0,
            zero_after_yuan: bits & 4 != 0,
            whole_after_jiao: bits & 8 == 0,
        })
    }
}

fn spell(fen: Fen, style: Style) -> Result<String, CapitalsProblem> {
    let total = u64::try_from(fen.0).map_err(|_| CapitalsProblem::Negative)?;
    let (yuan, jiao, cent) = (total / 100, total / 10 % 10, total % 10);
    if yuan >= YI * YI {
        return Err(CapitalsProblem::TooLarge);
    }
    if total == 0 {
        return Ok("零元整".to_owned());
    }
    let mut text = String::new();
    if yuan > 0 {
        text.push_str(&whole(yuan, style));
        text.push('元');
    }
    if jiao > 0 {
        if yuan > 0 && yuan.is_multiple_of(10) && style.zero_after_yuan {
            text.push('零');
        }
        text.extend([digit(jiao), '角']);
    }
    if cent > 0 {
        if yuan > 0 && jiao == 0 {
            text.push('零');
        }
        text.extend([digit(cent), '分']);
    } else if jiao == 0 || style.whole_after_jiao {
        text.push('整');
    }
    Ok(text)
}

/// A whole number from 1; the part above 亿 is written as a number of its own (1 000 000 000 000 is 壹万亿).
fn whole(number: u64, style: Style) -> String {
    let (high, low) = (number / YI, number % YI);
    let mut text = String::new();
    if high > 0 {
        text.push_str(&whole(high, style));
        text.push('亿');
        if low > 0 && (low < YI / 10 || (high.is_multiple_of(10) && style.zero_after_yi)) {
            text.push('零');
        }
    }
    let (wan, rest) = (low / WAN, low % WAN);
    if wan > 0 {
        text.push_str(&section(wan));
        text.push('万');
        if rest > 0 && (rest < WAN / 10 || (wan.is_multiple_of(10) && style.zero_after_wan)) {
            text.push('零');
        }
    }
    text.push_str(&section(rest));
    text
}

/// 1 to 9999, or nothing for zero; inner zeros become one 零, outer ones none.
fn section(number: u64) -> String {
    let mut text = String::new();
    let mut gap = false;
    for (place, unit) in [(1000, Some('仟')), (100, Some('佰')), (10, Some('拾')), (1, None)] {
        let d = number / place % 10;
        if d == 0 {
            gap = true;
            continue;
        }
        if gap && !text.is_empty() {
            text.push('零');
        }
        gap = false;
        text.push(digit(d));
        text.extend(unit);
    }
    text
}

fn digit(d: u64) -> char {
    DIGITS[d as usize]
}

/// What the text adds up to, wherever its zeros stand; `None` when it is not numerals before units. The caller
/// compares wordings, so this may be lenient.
fn value(text: &str) -> Option<Fen> {
    let mut rest = text.strip_suffix('整').unwrap_or(text);
    let mut fen = 0u64;
    if let Some((yuan, after)) = rest.split_once('元') {
        fen = whole_value(yuan)?.checked_mul(100)?;
        rest = after;
    }
    if let Some((jiao, after)) = rest.split_once('角') {
        fen = fen.checked_add(section_value(jiao)?.checked_mul(10)?)?;
        rest = after;
    }
    if let Some(cent) = rest.strip_suffix('分') {
        fen = fen.checked_add(section_value(cent)?)?;
        rest = "";
    }
    if rest.is_empty() {
        i64::try_from(fen).ok().map(Fen)
    } else {
        None
    }
}

/// The canonical wording has one 亿 at most, so anything left of it that holds another is refused by `section_value`.
fn whole_value(text: &str) -> Option<u64> {
    let (high, low) = text
        .rsplit_once('亿')
        .map_or((0, text), |(high, low)| (below_yi(high).unwrap_or(u64::MAX), low));
    high.checked_mul(YI)?.checked_add(below_yi(low)?)
}

fn below_yi(text: &str) -> Option<u64> {
    let (wan, rest) = text.split_once('万').unwrap_or(("", text));
    section_value(wan)?
        .checked_mul(WAN)?
        .checked_add(section_value(rest)?)
}

fn section_value(text: &str) -> Option<u64> {
    let (mut sum, mut pending) = (0u64, 0u64);
    for c in text.chars() {
        let place = match c {
            '仟' => 1000,
            '佰' => 100,
            '拾' => 10,
            _ => {
                pending = DIGITS.iter().position(|d| *d == c)? as u64;
                continue;
            }
        };
        sum = sum.checked_add(pending * place)?;
        pending = 0;
    }
    sum.checked_add(pending)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// DOCUMENTS 1.6, whole: amount, canonical, also correct.
    const TABLE: &[(&str, &str, &[&str])] = &[
        ("0.00", "零元整", &[]),
        ("0.05", "伍分", &[]),
        ("0.50", "伍角整", &["伍角"]),
        ("0.55", "伍角伍分", &[]),
        ("1.00", "壹元整", &["壹元正"]),
        ("10.00", "壹拾元整", &[]),
        ("15.00", "壹拾伍元整", &[]),
        ("10.05", "壹拾元零伍分", &[]),
        ("20.30", "贰拾元叁角整", &["贰拾元零叁角"]),
        ("100.01", "壹佰元零壹分", &[]),
        ("101.00", "壹佰零壹元整", &[]),
        ("110.00", "壹佰壹拾元整", &[]),
        ("325.04", "叁佰贰拾伍元零肆分", &[]),
        ("1001.10", "壹仟零壹元壹角整", &["壹仟零壹元壹角"]),
        ("1010.00", "壹仟零壹拾元整", &[]),
        ("1409.50", "壹仟肆佰零玖元伍角整", &["壹仟肆佰零玖元伍角"]),
        ("1680.32", "壹仟陆佰捌拾元叁角贰分", &["壹仟陆佰捌拾元零叁角贰分"]),
        ("6007.14", "陆仟零柒元壹角肆分", &[]),
        ("10000.00", "壹万元整", &[]),
        ("10000.01", "壹万元零壹分", &[]),
        ("10001.00", "壹万零壹元整", &[]),
        ("10100.00", "壹万零壹佰元整", &[]),
        ("11000.00", "壹万壹仟元整", &[]),
        ("16409.02", "壹万陆仟肆佰零玖元零贰分", &[]),
        ("20500.30", "贰万零伍佰元叁角整", &["贰万零伍佰元零叁角"]),
        ("100010.00", "壹拾万零壹拾元整", &[]),
        (
            "107000.53",
            "壹拾万柒仟元伍角叁分",
            &["壹拾万柒仟元零伍角叁分", "壹拾万零柒仟元伍角叁分"],
        ),
        ("1000001.00", "壹佰万零壹元整", &[]),
        ("1001000.00", "壹佰万壹仟元整", &["壹佰万零壹仟元整"]),
        ("10000100.00", "壹仟万零壹佰元整", &[]),
        ("10500000.00", "壹仟零伍拾万元整", &[]),
        ("100000001.00", "壹亿零壹元整", &[]),
        ("100010000.00", "壹亿零壹万元整", &[]),
        ("102000000.00", "壹亿零贰佰万元整", &[]),
        ("120000000.00", "壹亿贰仟万元整", &[]),
        ("1000010000.00", "壹拾亿零壹万元整", &[]),
        (
            "1234567890.12",
            "壹拾贰亿叁仟肆佰伍拾陆万柒仟捌佰玖拾元壹角贰分",
            &[],
        ),
        ("1000000000000.00", "壹万亿元整", &[]),
    ];

    #[test]
    fn every_row_of_the_table_both_ways() {
        for (amount, canonical, also) in TABLE {
            let fen = Fen::parse_yuan(amount).unwrap();
            assert_eq!(capitals(fen).as_deref(), Ok(*canonical), "{amount}");
            assert_eq!(parse_capitals(canonical), Ok(fen), "{canonical}");
            assert_eq!(
                parse_capitals(&format!("人民币{}", canonical.replace('元', "圆"))),
                Ok(fen)
            );
            for other in *also {
                assert_eq!(parse_capitals(other), Ok(fen), "{other}");
            }
        }
    }

    #[test]
    fn wordings_that_are_not_amounts() {
        for bad in [
            "",
            "整",
            "元整",
            "拾伍元整",
            "壹元",
            "伍分整",
            "零伍分",
            "壹拾元伍分",
            "壹万壹元整",
            "壹亿壹仟元整",
            "壹拾零伍元整",
            "壹元壹元整",
            "伍佰叁仟元整",
            "贰亿壹亿元整",
            "三万元整",
            "30000",
            "零元",
            "零元伍角整",
            "壹万零零壹元整",
            "壹零元整",
            "人民币人民币壹元整",
            "壹元 整",
            "壹分壹角",
        ] {
            assert_eq!(parse_capitals(bad), Err(CapitalsProblem::NotCapitals), "{bad}");
        }
        assert_eq!(
            parse_capitals(&"玖亿".repeat(1_000_000)),
            Err(CapitalsProblem::NotCapitals)
        );
    }

    #[test]
    fn amounts_without_capitals() {
        assert_eq!(capitals(Fen(-1)), Err(CapitalsProblem::Negative));
        assert_eq!(capitals(Fen(i64::MAX)), Err(CapitalsProblem::TooLarge));
        assert!(capitals(Fen((YI * YI * 100 - 1) as i64)).is_ok());
    }

    #[test]
    fn reading_gives_the_amount_back() {
        let check = |fen: i64| {
            let text = capitals(Fen(fen)).unwrap();
            assert_eq!(parse_capitals(&text), Ok(Fen(fen)), "{text}");
            for never in ["零零", "零万", "零亿", "分整"] {
                assert!(!text.contains(never), "{fen}: {text} has {never}");
            }
            assert!(fen == 0 || !text.contains("零元"), "{fen}: {text}");
        };
        (0..=20_000).for_each(check);
        // A fixed walk over every magnitude, many of its numbers rich in zeros.
        let mut state: u64 = 0x5eed_f00d;
        for round in 0..40_000u32 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let digits = state >> 10;
            let sparse = (0..18).fold(0u64, |n, place| {
                let d = if (digits >> (place * 3)) & 3 == 0 {
                    (digits >> place) % 10
                } else {
                    0
                };
                n * 10 + d
            });
            check((sparse % 10u64.pow(round % 18 + 1)) as i64);
        }
    }
}
