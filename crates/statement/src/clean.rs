//! Values as files write them, cleaned or refused: accounts, amounts, instants, directions.
//!
//! Promises: what a spreadsheet may have damaged is refused, not repaired. Leaves out which column holds what.

use crate::cell::{Cell, blank, tidy};
use crate::problem::RowCode;
use crate::reading::Direction;
use jiff::civil::{Date, DateTime, Time};
use kernel::{AccountNo, Fen, Instant, Span};
use unicode_normalization::UnicodeNormalization;

// ── accounts and other identifiers ─────────────────────────────────────────────────────────────

/// Digits that a spreadsheet keeps of a number.
const KEPT_DIGITS: usize = 15;

/// An account, card or user number. `None` when the cell says there is none.
pub fn identifier(cell: &Cell<'_>, trust_zeros: bool) -> Result<Option<AccountNo>, RowCode> {
    match cell {
        Cell::Empty => Ok(None),
        Cell::Number(value) => of_number(*value),
        Cell::Serial(_) => Err(RowCode::AccountMalformed),
        Cell::Text(text) => of_text(tidy(text), trust_zeros),
    }
}

/// A number that came through a spreadsheet as a number: whole below sixteen digits; at sixteen only when the last digit
/// shows that nothing was cut.
fn of_number(value: f64) -> Result<Option<AccountNo>, RowCode> {
    const SIXTEEN: f64 = 1e15;
    const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
    if value == 0.0 {
        return Ok(None);
    }
    if value < 0.0 || value.fract() != 0.0 {
        return Err(RowCode::AccountMalformed);
    }
    if value >= EXACT_MAX || (value >= SIXTEEN && value % 10.0 == 0.0) {
        return Err(RowCode::NumberDamaged);
    }
    Ok(AccountNo::parse(&format!("{value:.0}")))
}

fn of_text(text: &str, trust_zeros: bool) -> Result<Option<AccountNo>, RowCode> {
    if says_none(text) {
        return Ok(None);
    }
    if text.contains('\u{FFFD}') {
        return Err(RowCode::Undecodable);
    }
    if text.is_ascii() && text.bytes().all(|b| b.is_ascii_digit()) {
        return of_digits(text, trust_zeros);
    }
    let half: String = text.nfkc().collect();
    if in_exponent_form(&half) {
        return Err(RowCode::NumberDamaged);
    }
    let number: String = half
        .chars()
        .filter(|c| !blank(*c) && !matches!(c, '-' | '—' | '–' | '\'' | '"'))
        .collect();
    if says_none(&number) {
        return Ok(None);
    }
    if number.bytes().all(|b| b.is_ascii_digit()) {
        return of_digits(&number, trust_zeros);
    }
    // 6222…445.0 was a number once; so was 1.00.
    if let Some(whole) = number.strip_suffix(".0").or_else(|| number.strip_suffix(".00"))
        && whole.bytes().all(|b| b.is_ascii_digit())
    {
        return match whole.len() > KEPT_DIGITS {
            true => Err(RowCode::NumberDamaged),
            false => of_digits(whole, trust_zeros),
        };
    }
    AccountNo::parse(&plain_id(&number))
        .map(Some)
        .ok_or(RowCode::AccountMalformed)
}

fn of_digits(digits: &str, trust_zeros: bool) -> Result<Option<AccountNo>, RowCode> {
    if digits.bytes().all(|b| b == b'0') {
        return Ok(None);
    }
    if !trust_zeros && cut_to_fifteen(digits) {
        return Err(RowCode::NumberDamaged);
    }
    AccountNo::parse(digits)
        .map(Some)
        .ok_or(RowCode::AccountMalformed)
}

/// Everything behind the fifteenth digit is zero: so a spreadsheet leaves a long number. Two zeros may be chance, and a
/// card that passes its check is let through; three or more are not believed.
fn cut_to_fifteen(digits: &str) -> bool {
    let Some(rest) = digits.get(KEPT_DIGITS..) else {
        return false;
    };
    let zeros = !rest.is_empty() && rest.bytes().all(|b| b == b'0');
    match rest.len() {
        0 | 1 => false,
        2 => zeros && !kernel::identifier::luhn_ok(digits),
        _ => zeros,
    }
}

fn in_exponent_form(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.split_once(['e', 'E']) else {
        return false;
    };
    let number = |t: &str| {
        t.contains(|c: char| c.is_ascii_digit()) && t.chars().all(|c| c.is_ascii_digit() || c == '.')
    };
    // An id such as 12E34 has neither point nor sign.
    let told = mantissa.contains('.') || exponent.starts_with('+');
    told && number(mantissa) && number(exponent.trim_start_matches('+'))
}

/// Ids of payment firms (wxid_…, an e-mail address) without the marks that no account number has. A sub-account `_1`
/// stays one.
fn plain_id(text: &str) -> String {
    let sub = text.rsplit_once('_').is_some_and(|(main, sub)| {
        main.bytes().all(|b| b.is_ascii_alphanumeric())
            && (1..=3).contains(&sub.len())
            && sub.bytes().all(|b| b.is_ascii_digit())
    });
    if sub {
        return text.to_owned();
    }
    text.chars()
        .filter(|c| !matches!(c, '_' | '@' | '.' | '+' | '/' | ':'))
        .collect()
}

fn says_none(text: &str) -> bool {
    matches!(
        text,
        "" | "-"
            | "--"
            | "---"
            | "/"
            | "\\"
            | "无"
            | "空"
            | "null"
            | "NULL"
            | "(null)"
            | "N/A"
            | "nan"
            | "None"
            | "\\N"
            | "*"
            | "—"
    )
}

/// A serial number; long ones are damaged like accounts are.
pub(crate) fn serial(cell: &Cell<'_>) -> Result<Option<String>, RowCode> {
    match cell {
        Cell::Number(value) => Ok(of_number(*value)?.map(|n| n.as_str().to_owned())),
        Cell::Text(text) => {
            let text = tidy(text);
            if in_exponent_form(text) {
                return Err(RowCode::NumberDamaged);
            }
            Ok((!says_none(text)).then(|| text.chars().take(64).collect()))
        }
        Cell::Empty | Cell::Serial(_) => Ok(None),
    }
}

// ── amounts ────────────────────────────────────────────────────────────────────────────────────

/// Ten trillion yuan: more than any bank moves at once.
const FEN_MAX: i64 = 1_000_000_000_000_000;

/// An amount with its sign. `None` when the cell says there is none. `fen`: the column counts in fen.
pub fn amount(cell: &Cell<'_>, fen: bool) -> Result<Option<Fen>, RowCode> {
    let value = match cell {
        Cell::Empty => return Ok(None),
        Cell::Serial(_) => return Err(RowCode::AmountMalformed),
        Cell::Number(value) => of_float(*value, fen)?,
        Cell::Text(text) => match of_amount_text(tidy(text), fen)? {
            Some(value) => value,
            None => return Ok(None),
        },
    };
    if value.0.abs() > FEN_MAX {
        return Err(RowCode::AmountTooLarge);
    }
    Ok(Some(value))
}

fn of_float(value: f64, fen: bool) -> Result<Fen, RowCode> {
    let scaled = if fen { value } else { value * 100.0 };
    if !scaled.is_finite() || scaled.abs() > FEN_MAX as f64 {
        return Err(RowCode::AmountTooLarge);
    }
    let whole = scaled.round();
    // 0.1 + 0.2 is 0.30000000000000004 in a spreadsheet; 12.345 is another amount.
    if (scaled - whole).abs() > 1e-6 * scaled.abs().max(1.0) {
        return Err(RowCode::AmountTooFine);
    }
    Ok(Fen(whole as i64))
}

fn of_amount_text(text: &str, fen: bool) -> Result<Option<Fen>, RowCode> {
    // The common form needs no copy.
    if let Some(value) = plain_amount(text, fen)? {
        return Ok(Some(value));
    }
    if says_none(text) {
        return Ok(None);
    }
    let mut half: String = text
        .nfkc()
        .filter(|c| !blank(*c) && *c != '\'' && *c != '"')
        .collect();
    for word in ["人民币", "RMB", "CNY", "¥", "￥", "元", "整"] {
        half = half.replace(word, "");
    }
    let mut negative = false;
    // 1,234.00CR came in, 1,234.00DR went out; of a balance, DR is overdrawn.
    let upper = half.to_uppercase();
    if let Some(rest) = upper.strip_suffix("CR").or_else(|| upper.strip_suffix("DR")) {
        (negative, half) = (upper.ends_with("DR"), rest.to_owned());
    }
    if let Some(inner) = half.strip_prefix('(').and_then(|t| t.strip_suffix(')')) {
        (negative, half) = (!negative, inner.to_owned());
    }
    if let Some(rest) = half.strip_suffix('-') {
        (negative, half) = (!negative, rest.to_owned());
    }
    half = half.replace(['−', '－', '—'], "-");
    if let Some(rest) = half.strip_prefix('-') {
        (negative, half) = (!negative, rest.to_owned());
    }
    half = half.strip_prefix('+').unwrap_or(&half).to_owned();
    if half.contains(',') {
        half = ungrouped(&half).ok_or(RowCode::AmountMalformed)?;
    }
    if half.contains(['e', 'E'])
        && let Ok(value) = half.parse::<f64>()
    {
        let value = of_float(value, fen)?;
        return Ok(Some(if negative { Fen(-value.0) } else { value }));
    }
    match plain_amount(&half, fen)? {
        Some(value) => Ok(Some(if negative { Fen(-value.0) } else { value })),
        None => Err(RowCode::AmountMalformed),
    }
}

/// `1,234,567.89` and `12,3456.00` as some write ten-thousands: groups of three or four behind the first.
fn ungrouped(text: &str) -> Option<String> {
    let (whole, cents) = text.split_once('.').map_or((text, None), |(w, c)| (w, Some(c)));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let sound = (1..=4).contains(&first.len())
        && groups.all(|g| g.len() == 3 || g.len() == 4)
        && cents.is_none_or(|c| !c.contains(','));
    sound.then(|| text.replace(',', ""))
}

/// An optional sign, digits, a point, digits. `None` when it is anything else.
fn plain_amount(text: &str, fen: bool) -> Result<Option<Fen>, RowCode> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let all = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if (whole.is_empty() && part.is_empty()) || !all(whole) || !all(part) {
        return Ok(None);
    }
    let part = part.trim_end_matches('0');
    let kept = if fen { 0 } else { 2 };
    if part.len() > kept {
        return Err(RowCode::AmountTooFine);
    }
    let mut value: i64 = 0;
    for b in whole
        .bytes()
        .chain(part.bytes())
        .chain(std::iter::repeat_n(b'0', kept - part.len()))
    {
        value = value
            .checked_mul(10)
            .and_then(|v| v.checked_add(i64::from(b - b'0')))
            .ok_or(RowCode::AmountTooLarge)?;
    }
    Ok(Some(Fen(if negative { -value } else { value })))
}

// ── instants ───────────────────────────────────────────────────────────────────────────────────

/// An instant, and whether the file gave a time of day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    pub at: Instant,
    pub time_given: bool,
}

/// The earliest instant that a statement is believed to speak of.
fn earliest() -> Instant {
    Instant::from_civil(Date::constant(1990, 1, 1).at(0, 0, 0, 0))
}

/// Reads the time column, and the date column where they are two. `latest` is the import's own instant: statements do
/// not speak of the future, but clocks differ by a little.
pub fn moment(date: &Cell<'_>, time: &Cell<'_>, latest: Instant) -> Result<Moment, RowCode> {
    let read = match (date.is_blank(), time.is_blank()) {
        (true, true) => return Err(RowCode::TimeMissing),
        (true, false) => whole(time)?,
        (false, true) => whole(date)?,
        (false, false) => both(date, time)?,
    };
    let (civil, time_given) = read;
    let at = Instant::from_civil(civil);
    if at < earliest() || at > latest + Span::hours(24) {
        return Err(RowCode::TimeOutOfRange);
    }
    Ok(Moment { at, time_given })
}

fn both(date: &Cell<'_>, time: &Cell<'_>) -> Result<(DateTime, bool), RowCode> {
    if let Ok((civil, true)) = whole(time) {
        return Ok((civil, true));
    }
    let (day, given) = whole(date)?;
    match time_of_day(time) {
        Some(clock) => Ok((day.date().to_datetime(clock), true)),
        // A second date column (记账日期 beside 交易时间) adds nothing.
        None if whole(time).is_ok() => Ok((day, given)),
        None => Err(RowCode::TimeMalformed),
    }
}

/// Date, or date and time, in one cell.
fn whole(cell: &Cell<'_>) -> Result<(DateTime, bool), RowCode> {
    match cell {
        Cell::Serial(days) | Cell::Number(days) if (1.0..200_000.0).contains(days) => {
            let civil = serial_civil(*days).ok_or(RowCode::TimeOutOfRange)?;
            Ok((civil, days.fract() != 0.0))
        }
        Cell::Number(value) if value.fract() == 0.0 && (1e7..1e15).contains(value) => {
            digits_only(&format!("{value:.0}"))
        }
        Cell::Text(text) => of_time_text(tidy(text)),
        _ => Err(RowCode::TimeMalformed),
    }
}

/// A spreadsheet's days since 1899-12-30, to the second: its milliseconds are noise.
pub(crate) fn serial_civil(days: f64) -> Option<DateTime> {
    if !(0.0..2_958_466.0).contains(&days) {
        return None;
    }
    let seconds = (days * 86_400.0).round() as i64;
    let base = Date::constant(1899, 12, 30).at(0, 0, 0, 0);
    base.checked_add(jiff::SignedDuration::from_secs(seconds)).ok()
}

fn of_time_text(text: &str) -> Result<(DateTime, bool), RowCode> {
    if text.bytes().all(|b| b.is_ascii_digit()) && !text.is_empty() {
        return digits_only(text);
    }
    // A spreadsheet's days and their part, as text.
    if let Some((days, part)) = text.split_once('.')
        && days.len() == 5
        && part.len() >= 3
        && [days, part].iter().all(|t| t.bytes().all(|b| b.is_ascii_digit()))
    {
        return serial_text(text);
    }
    if text.is_ascii() {
        return of_parts(text);
    }
    let half: String = text.nfkc().collect();
    of_parts(&half)
}

/// `20260403`, `202604032104`, `20260403210455`, the same with milliseconds.
fn digits_only(text: &str) -> Result<(DateTime, bool), RowCode> {
    let part = |from: usize, to: usize| {
        text.get(from..to)
            .and_then(|t| t.parse::<i32>().ok())
            .unwrap_or(-1)
    };
    let clock = match text.len() {
        8 => None,
        12 => Some((part(8, 10), part(10, 12), 0)),
        14 | 17 => Some((part(8, 10), part(10, 12), part(12, 14))),
        5 => return serial_text(text),
        _ => return Err(RowCode::TimeMalformed),
    };
    assemble((part(0, 4), part(4, 6), part(6, 8)), clock)
}

/// A date that a spreadsheet wrote into a CSV as its number of days.
fn serial_text(text: &str) -> Result<(DateTime, bool), RowCode> {
    let days: f64 = text.parse().map_err(|_| RowCode::TimeMalformed)?;
    if !(32_000.0..73_000.0).contains(&days) {
        return Err(RowCode::TimeMalformed);
    }
    whole(&Cell::Serial(days))
}

/// Groups of digits between other characters: year first, or a refusal.
fn of_parts(text: &str) -> Result<(DateTime, bool), RowCode> {
    let mut numbers: [i32; 8] = [-1; 8];
    let (mut count, mut inside, mut length, mut first_length) = (0usize, false, 0usize, 0usize);
    let (mut zulu, mut behind_point) = (false, false);
    let mut chars = text.char_indices().peekable();
    while let Some((i, c)) = chars.next() {
        if let Some(digit) = c.to_digit(10) {
            if !inside {
                if behind_point && count >= 6 {
                    // Fractions of a second are dropped.
                    while chars.next_if(|(_, c)| c.is_ascii_digit()).is_some() {}
                    behind_point = false;
                    continue;
                }
                if count == numbers.len() {
                    return Err(RowCode::TimeMalformed);
                }
                (inside, length) = (true, 0);
                numbers[count] = 0;
                count += 1;
            }
            length += 1;
            if length > 8 {
                return Err(RowCode::TimeMalformed);
            }
            numbers[count - 1] = numbers[count - 1] * 10 + digit as i32;
            if count == 1 {
                first_length = length;
            }
            continue;
        }
        inside = false;
        behind_point = c == '.';
        match c {
            '-' | '/' | '.' | '年' | '月' | '日' | ' ' | '\t' | 'T' | ':' | '时' | '分' | '秒' | '点'
            | ',' | '\u{a0}' => {
                // An offset behind the time: only China's own is understood.
                if c == '-'
                    && count >= 5
                    && text[i..].len() <= 6
                    && text[..i].contains(':')
                    && !text[..i].contains('.')
                {
                    return Err(RowCode::TimeMalformed);
                }
            }
            '+' if count >= 5 => {
                let offset: String = text[i + 1..].chars().filter(char::is_ascii_digit).collect();
                if !matches!(offset.as_str(), "08" | "0800" | "8") {
                    return Err(RowCode::TimeMalformed);
                }
                break;
            }
            'Z' if count >= 5 && chars.peek().is_none() => zulu = true,
            'A' | 'P' | 'a' | 'p' | 'M' | 'm' | '上' | '下' | '午' | '星' | '期' | '周' => {}
            _ => return Err(RowCode::TimeMalformed),
        }
    }
    if first_length == 8 {
        return split_day(numbers, count, text);
    }
    if first_length == 5 && count <= 2 {
        let days: f64 = text.parse().map_err(|_| RowCode::TimeMalformed)?;
        return whole(&Cell::Serial(days));
    }
    if count >= 3 && first_length <= 2 {
        return Err(RowCode::TimeAmbiguous);
    }
    if first_length != 4 || count < 3 {
        return Err(RowCode::TimeMalformed);
    }
    let hour = afternoon(text, numbers[3]);
    let clock = match count {
        3 => None,
        4 if text.contains(['时', '点']) => Some((hour, 0, 0)),
        // `2026-04-03 210455`
        4 => Some(packed(numbers[3])),
        5 => Some((hour, numbers[4], 0)),
        _ => Some((hour, numbers[4], numbers[5])),
    };
    let (civil, given) = assemble((numbers[0], numbers[1], numbers[2]), clock)?;
    if zulu {
        let shifted = civil
            .checked_add(jiff::SignedDuration::from_hours(8))
            .map_err(|_| RowCode::TimeOutOfRange)?;
        return Ok((shifted, given));
    }
    Ok((civil, given))
}

/// `20260403 21:04:55`, `20260403 210455`.
fn split_day(numbers: [i32; 8], count: usize, text: &str) -> Result<(DateTime, bool), RowCode> {
    let day = (numbers[0] / 10_000, numbers[0] / 100 % 100, numbers[0] % 100);
    let hour = afternoon(text, numbers[1]);
    let clock = match count {
        1 => None,
        2 => Some(packed(numbers[1])),
        3 => Some((hour, numbers[2], 0)),
        _ => Some((hour, numbers[2], numbers[3])),
    };
    assemble(day, clock)
}

fn afternoon(text: &str, hour: i32) -> i32 {
    let later = text.contains("下午") || text.contains("PM") || text.contains("pm");
    let early = text.contains("上午") || text.contains("AM") || text.contains("am");
    match hour {
        1..=11 if later => hour + 12,
        12 if early => 0,
        _ => hour,
    }
}

/// `210455` as hour, minute and second; leading zeros may be lost.
fn packed(value: i32) -> (i32, i32, i32) {
    (value / 10_000, value / 100 % 100, value % 100)
}

/// A time of day alone: `21:04:55`, `21:04`, `210455`, `93015`, a spreadsheet's fraction of a day.
fn time_of_day(cell: &Cell<'_>) -> Option<Time> {
    let (h, m, s) = match cell {
        Cell::Serial(part) | Cell::Number(part) if (0.0..1.0).contains(part) => {
            let seconds = (part * 86_400.0).round() as i32;
            (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60)
        }
        Cell::Number(value) if value.fract() == 0.0 && (0.0..240_000.0).contains(value) => {
            packed(*value as i32)
        }
        Cell::Text(text) => {
            let half: String = tidy(text).nfkc().collect();
            if half.bytes().all(|b| b.is_ascii_digit()) && (1..=9).contains(&half.len()) {
                // Nine digits carry milliseconds; fewer than five have lost their zeros.
                let value: i32 = half.get(..6.min(half.len()))?.parse().ok()?;
                if half.len() > 6 && half.len() != 9 {
                    return None;
                }
                packed(value)
            } else {
                let mut parts = half
                    .split(|c: char| !c.is_ascii_digit())
                    .filter(|t| !t.is_empty());
                let mut part = || parts.next().map_or(Some(0), |t| t.parse::<i32>().ok());
                let (h, m, s) = (part()?, part()?, part()?);
                if !half.contains([':', '时', '.', '点']) {
                    return None;
                }
                (afternoon(&half, h), m, s)
            }
        }
        _ => return None,
    };
    let narrow = |v: i32| i8::try_from(v).ok();
    Time::new(narrow(h)?, narrow(m)?, narrow(s)?, 0).ok()
}

fn assemble(day: (i32, i32, i32), clock: Option<(i32, i32, i32)>) -> Result<(DateTime, bool), RowCode> {
    let narrow = |v: i32| i8::try_from(v).map_err(|_| RowCode::TimeMalformed);
    let year = i16::try_from(day.0).map_err(|_| RowCode::TimeMalformed)?;
    let date = Date::new(year, narrow(day.1)?, narrow(day.2)?).map_err(|_| RowCode::TimeMalformed)?;
    let Some((h, m, s)) = clock else {
        return Ok((date.to_datetime(Time::midnight()), false));
    };
    // Some systems write midnight as 24:00:00.
    if (h, m, s) == (24, 0, 0) {
        let next = date.tomorrow().map_err(|_| RowCode::TimeMalformed)?;
        return Ok((next.to_datetime(Time::midnight()), true));
    }
    let time = Time::new(narrow(h)?, narrow(m)?, narrow(s)?, 0).map_err(|_| RowCode::TimeMalformed)?;
    Ok((date.to_datetime(time), true))
}

// ── directions ─────────────────────────────────────────────────────────────────────────────────

const OUT: &[&str] = &[
    "借", "借方", "d", "dr", "debit", "支", "支出", "出", "出账", "转出", "付", "付款", "付出", "往账", "取",
    "取款", "支取", "汇出", "消费", "-", "out",
];
const IN: &[&str] = &[
    "贷", "贷方", "c", "cr", "credit", "收", "收入", "入", "进", "进账", "入账", "转入", "收款", "来账",
    "存", "存款", "存入", "汇入", "+", "in",
];

/// 借 is money out of the account, 贷 money into it. `None` for words that say neither.
pub fn direction_of(text: &str, out_words: &[String], in_words: &[String]) -> Option<Direction> {
    let text = tidy(text);
    if out_words.iter().any(|w| w == text) {
        return Some(Direction::Out);
    }
    if in_words.iter().any(|w| w == text) {
        return Some(Direction::In);
    }
    let key: String = text
        .nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| !blank(*c))
        .collect();
    // `借-取现`, `D(借)` and `借记` begin with the mark.
    let key = key
        .split(['-', '(', ':'])
        .next()
        .filter(|k| !k.is_empty())
        .unwrap_or(&key);
    let key = key.strip_suffix('记').unwrap_or(key);
    let key = key.replace('−', "-");
    if OUT.contains(&key.as_str()) {
        Some(Direction::Out)
    } else if IN.contains(&key.as_str()) {
        Some(Direction::In)
    } else {
        None
    }
}

/// Statuses that mean: no money moved.
pub(crate) fn not_done(text: &str) -> bool {
    let text = tidy(text);
    [
        "失败",
        "关闭",
        "未成功",
        "已撤销",
        "撤销",
        "取消",
        "已冲正",
        "未支付",
        "等待",
    ]
    .iter()
    .any(|w| text.contains(w))
        || matches!(text, "否" | "N" | "n" | "F" | "FAIL" | "02")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn at(text: &str) -> Instant {
        Instant::parse_iso(text).unwrap()
    }
    fn latest() -> Instant {
        at("2026-04-04T00:00:00")
    }

    #[test]
    fn accounts_table() {
        let text =
            |t: &'static str| identifier(&Cell::Text(t), false).map(|n| n.map(|n| n.as_str().to_owned()));
        let some = |t: &str| Ok(Some(t.to_owned()));
        for (raw, wanted) in [
            ("6222020200112233445", some("6222020200112233445")),
            ("'6222020200112233445", some("6222020200112233445")),
            ("\t6222 0202 0011 2233 445\t", some("6222020200112233445")),
            (
                "６２２２０２０２００１１２２３３４４５",
                some("6222020200112233445"),
            ),
            ("=\"6222020200112233445\"", some("6222020200112233445")),
            ("6222020200112233445_1", some("6222020200112233445_1")),
            ("wxid_ab12_c", some("WXIDAB12C")),
            ("zhang.san@example.cn", some("ZHANGSANEXAMPLECN")),
            ("1001.0", some("1001")),
            ("", Ok(None)),
            ("--", Ok(None)),
            ("0", Ok(None)),
            ("null", Ok(None)),
            ("6.22202E+18", Err(RowCode::NumberDamaged)),
            ("6.222E18", Err(RowCode::NumberDamaged)),
            ("12E34", some("12E34")),
            ("6222020200112230000", Err(RowCode::NumberDamaged)),
            ("622202020011223000", Err(RowCode::NumberDamaged)),
            ("6222020200112233445.0", Err(RowCode::NumberDamaged)),
            ("张三", Err(RowCode::AccountMalformed)),
            ("6222****3445", Err(RowCode::AccountMalformed)),
            ("62\u{FFFD}2", Err(RowCode::Undecodable)),
        ] {
            assert_eq!(text(raw), wanted, "{raw:?}");
        }
        let number = |v: f64| identifier(&Cell::Number(v), false).map(|n| n.map(|n| n.as_str().to_owned()));
        assert_eq!(number(622_848_001_234_567.0), some("622848001234567"));
        assert_eq!(number(6_228_480_012_345_678.0), some("6228480012345678"));
        assert_eq!(number(6_228_480_012_345_670.0), Err(RowCode::NumberDamaged));
        assert_eq!(number(6.222_020_200_112_233e18), Err(RowCode::NumberDamaged));
        assert_eq!(number(-5.0), Err(RowCode::AccountMalformed));
        // A person has looked and says that the zeros are real.
        let trusted = identifier(&Cell::Text("6222020200112230000"), true)
            .unwrap()
            .unwrap();
        assert_eq!(trusted.as_str(), "6222020200112230000");
    }

    #[test]
    fn amounts_table() {
        for (raw, wanted) in [
            ("30000", Ok(Some(3_000_000))),
            ("30,000.00", Ok(Some(3_000_000))),
            ("3,0000.00", Ok(Some(3_000_000))),
            ("￥30,000.00元", Ok(Some(3_000_000))),
            ("¥100.00", Ok(Some(10_000))),
            ("３０．５０", Ok(Some(3_050))),
            ("-12.5", Ok(Some(-1_250))),
            ("(1,234.00)", Ok(Some(-123_400))),
            ("100.00-", Ok(Some(-10_000))),
            ("1,234.00CR", Ok(Some(123_400))),
            ("1,234.00 dr", Ok(Some(-123_400))),
            ("CR", Err(RowCode::AmountMalformed)),
            ("+100", Ok(Some(10_000))),
            (".5", Ok(Some(50))),
            ("12.3400", Ok(Some(1_234))),
            ("12.345", Err(RowCode::AmountTooFine)),
            ("1,23", Err(RowCode::AmountMalformed)),
            ("一百", Err(RowCode::AmountMalformed)),
            ("1.2.3", Err(RowCode::AmountMalformed)),
            ("99999999999999999999", Err(RowCode::AmountTooLarge)),
            ("10000000000001", Err(RowCode::AmountTooLarge)),
            ("", Ok(None)),
            ("-", Ok(None)),
        ] {
            assert_eq!(
                amount(&Cell::Text(raw), false).map(|a| a.map(|f| f.0)),
                wanted,
                "{raw:?}"
            );
        }
        assert_eq!(amount(&Cell::Number(0.1 + 0.2), false), Ok(Some(Fen(30))));
        assert_eq!(amount(&Cell::Number(12.345), false), Err(RowCode::AmountTooFine));
        assert_eq!(
            amount(&Cell::Number(f64::NAN), false),
            Err(RowCode::AmountTooLarge)
        );
        assert_eq!(amount(&Cell::Text("3050"), true), Ok(Some(Fen(3_050))));
        assert_eq!(amount(&Cell::Text("30.5"), true), Err(RowCode::AmountTooFine));
    }

    #[test]
    fn moments_table() {
        let evening = "2026-04-03T21:04:55";
        let minute = "2026-04-03T21:04:00";
        let day = "2026-04-03T00:00:00";
        for (date, time, wanted) in [
            ("", "2026-04-03 21:04:55", Ok(evening)),
            ("", "2026/4/3 21:04", Ok(minute)),
            ("", "2026年4月3日 21时4分55秒", Ok(evening)),
            ("", "2026年4月3日", Ok(day)),
            ("", "2026.4.3", Ok(day)),
            ("", "20260403210455", Ok(evening)),
            ("", "20260403210455123", Ok(evening)),
            ("", "20260403", Ok(day)),
            ("", "20260403 21:04:55", Ok(evening)),
            ("", "2026-04-03 210455", Ok(evening)),
            ("", "2026-04-03-21.04.55.000000", Ok(evening)),
            ("", "2026-04-03T21:04:55.120", Ok(evening)),
            ("", "2026-04-03T21:04:55+08:00", Ok(evening)),
            ("", "2026-04-03T13:04:55Z", Ok(evening)),
            ("", "2026/4/3 9:04:55 PM", Ok(evening)),
            ("", "2026/4/3 下午9:04:55", Ok(evening)),
            ("", "\t2026-04-03 21:04:55", Ok(evening)),
            ("", "２０２６－０４－０３", Ok(day)),
            ("", "46115", Ok(day)),
            ("", "46115.8784143519", Ok(evening)),
            ("", "99999.5123", Err(RowCode::TimeMalformed)),
            ("20260403", "210455", Ok(evening)),
            ("2026-04-03", "21:04:55", Ok(evening)),
            ("2026-04-03 00:00:00", "21:04:55", Ok(evening)),
            ("20260403", "2026-04-03 21:04:55", Ok(evening)),
            ("2026-04-03", "90455", Ok("2026-04-03T09:04:55")),
            ("2026-04-03", "", Ok(day)),
            ("", "2026-04-02 24:00:00", Ok(day)),
            ("", "", Err(RowCode::TimeMissing)),
            ("", "4/3/2026 21:04", Err(RowCode::TimeAmbiguous)),
            ("", "2026-02-30", Err(RowCode::TimeMalformed)),
            ("", "2026-04-03 25:00", Err(RowCode::TimeMalformed)),
            ("", "昨天", Err(RowCode::TimeMalformed)),
            ("", "1989-12-31", Err(RowCode::TimeOutOfRange)),
            ("", "2027-01-01", Err(RowCode::TimeOutOfRange)),
            ("", "2026-04-03T21:04:55-05:00", Err(RowCode::TimeMalformed)),
            ("20260403", "abc", Err(RowCode::TimeMalformed)),
        ] {
            let read = moment(&Cell::Text(date), &Cell::Text(time), latest()).map(|m| m.at);
            assert_eq!(read, wanted.map(at), "{date:?} {time:?}");
        }
        let serial = |d: Cell<'_>, t: Cell<'_>| moment(&d, &t, latest()).map(|m| m.at);
        assert_eq!(
            serial(Cell::Empty, Cell::Serial(46_115.878_414_351_85)),
            Ok(at(evening))
        );
        assert_eq!(
            serial(Cell::Serial(46_115.0), Cell::Serial(0.878_414_351_85)),
            Ok(at(evening))
        );
        assert_eq!(
            serial(Cell::Number(20_260_403.0), Cell::Number(210_455.0)),
            Ok(at(evening))
        );
        assert!(
            !moment(&Cell::Text("20260403"), &Cell::Empty, latest())
                .unwrap()
                .time_given
        );
    }

    #[test]
    fn directions_table() {
        for (out, inward) in [
            ("借", "贷"),
            ("D", "C"),
            ("支", "收"),
            ("出", "进"),
            ("-", "+"),
            ("支出", "收入"),
            ("借 ", "贷记"),
        ] {
            assert_eq!(direction_of(out, &[], &[]), Some(Direction::Out), "{out}");
            assert_eq!(direction_of(inward, &[], &[]), Some(Direction::In), "{inward}");
        }
        for neither in ["", "/", "不计收支", "中性交易", "0", "x"] {
            assert_eq!(direction_of(neither, &[], &[]), None, "{neither}");
        }
        assert_eq!(
            direction_of("0", &["0".into()], &["1".into()]),
            Some(Direction::Out)
        );
    }

    proptest! {
        /// Any amount comes back from any way of writing it.
        #[test]
        fn amounts_survive_their_forms(fen in 0i64..1_000_000_000_000, negative: bool, form in 0usize..5) {
            let plain = Fen(fen).to_yuan();
            let grouped = Fen(fen).to_grouped();
            let sign = if negative { "-" } else { "" };
            let text = match form {
                0 => format!("{sign}{plain}"),
                1 => format!("{sign}{grouped}"),
                2 => format!(" {sign}¥{grouped}元\t"),
                3 if negative => format!("({grouped})"),
                _ => format!("'{sign}{plain}"),
            };
            let wanted = if negative { -fen } else { fen };
            prop_assert_eq!(amount(&Cell::Text(&text), false), Ok(Some(Fen(wanted))));
        }

        /// Any second comes back from any way of writing it.
        #[test]
        fn moments_survive_their_forms(seconds in 0i64..1_100_000_000, form in 0usize..6) {
            let civil = at("1991-01-01T00:00:00");
            let instant = civil + Span::seconds(seconds);
            let c = instant.civil();
            let text = match form {
                0 => instant.to_wire14(),
                1 => c.to_string().replace('T', " "),
                2 => format!("{}/{}/{} {}:{:02}:{:02}", c.year(), c.month(), c.day(), c.hour(), c.minute(), c.second()),
                3 => format!("{}年{}月{}日{}时{}分{}秒", c.year(), c.month(), c.day(), c.hour(), c.minute(), c.second()),
                4 => instant.to_iso_cst(),
                _ => format!("{:04}{:02}{:02} {:02}:{:02}:{:02}", c.year(), c.month(), c.day(), c.hour(), c.minute(), c.second()),
            };
            prop_assert_eq!(moment(&Cell::Empty, &Cell::Text(&text), latest()).map(|m| m.at), Ok(instant), "{}", text);
        }

        /// No text makes the cleaning panic.
        #[test]
        fn any_text_is_answered(text in "\\PC{0,40}") {
            let cell = Cell::Text(&text);
            let _ = (identifier(&cell, false), amount(&cell, false), moment(&Cell::Empty, &cell, latest()), moment(&cell, &cell, latest()));
            let _ = direction_of(&text, &[], &[]);
        }
    }
}
