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
    let text = text.strip_prefix("人民币").unwrap_or(text).replace('圆', "元").replace('正', "整");
    let fen = value(&text).ok_or(CapitalsProblem::NotCapitals)?;
    let accepted = Style::all().any(|style| spell(fen, style).as_deref() == Ok(&text));
    if accepted { Ok(fen) } else { Err(CapitalsProblem::NotCapitals) }
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
    const CANONICAL: Style =
        Style { zero_after_yi: false, zero_after_wan: false, zero_after_yuan: false, whole_after_jiao: true };

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

/// What the text adds up to, whatever its zeros; `None` when it is not made of numerals and units in falling order.
fn value(text: &str) -> Option<Fen> {
    // The longest wording that can be right has 30-odd characters.
    if text.chars().count() > 64 {
        return None;
    }
    let text = text.strip_suffix('整').unwrap_or(text);
    let (yuan, small) = text.split_once('元').map_or((None, text), |(y, s)| (Some(y), s));
    let yuan = yuan.map_or(Some(0), whole_value)?;
    let (jiao, cents) = small.split_once('角').map_or((0, Some(small)), |(j, c)| (10, Some(c)).map_jiao(j));
    let cents = cents?;
    let jiao = if jiao == u64::MAX { return None } else { jiao };
    let cent = match cents.strip_suffix('分') {
        Some(c) => single(c)?,
        None if cents.is_empty() => 0,
        None => return None,
    };
    let fen = yuan.checked_mul(100)?.checked_add(jiao)?.checked_add(cent)?;
    i64::try_from(fen).ok().map(Fen)
}
