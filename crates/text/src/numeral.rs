//! Chinese and mixed numerals as they are spoken: 三万五 is 35 000, 1万5 is 15 000, 十余万 is "100 000 or more".
//!
//! Promises: exact (integers of a ten-thousandth), bounded length. Leaves out: what the number counts; whether a
//! numeral is an amount is decided in `amount`, a time in `time`.

/// One ten-thousandth: the unit of [`Numeral::parts`], so that 3.2567万 stays exact.
pub(crate) const PART: i128 = 10_000;

/// Longest numeral that is read; longer runs are not numerals.
const CHARS_MAX: usize = 24;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Numeral {
    /// The value in ten-thousandths.
    pub(crate) parts: i128,
    /// Characters read.
    pub(crate) len: usize,
    /// 余, 多, 几, 来, or two neighbouring digits (三四万): the value is the stated base.
    pub(crate) vague: bool,
    /// Largest multiplier said (1, 10, 100 … 10^8).
    pub(crate) scale: i128,
    /// Only Arabic digits (and their point and commas), no multiplier.
    pub(crate) plain: bool,
    /// Written with w or k.
    pub(crate) latin: bool,
    /// Began with a word that only hints at a number (几万, 数千, 上万).
    pub(crate) headless: bool,
}

/// A single Chinese digit, capitals included.
pub(crate) fn digit(c: char) -> Option<i128> {
    Some(match c {
        '零' | '〇' | '○' => 0,
        '一' | '壹' | '幺' => 1,
        '二' | '两' | '贰' | '俩' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

fn multiplier(c: char) -> Option<i128> {
    Some(match c {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' | 'k' | 'K' => 1_000,
        '万' | '萬' | 'w' | 'W' => 10_000,
        '亿' | '億' => 100_000_000,
        _ => return None,
    })
}

/// A plain Chinese integer below 100 (十五, 二十一, 零五), whole slice; used for months, days, hours and minutes.
pub(crate) fn small(text: &str) -> Option<u32> {
    if let Ok(n) = text.parse::<u32>() {
        return Some(n);
    }
    let chars: Vec<char> = text.chars().collect();
    let ten = |c: char| c == '十';
    let unit = |c: char| digit(c).and_then(|d| u32::try_from(d).ok());
    match chars.as_slice() {
        [a] if ten(*a) => Some(10),
        [a] => unit(*a),
        [a, b] if ten(*a) => Some(10 + unit(*b)?),
        [a, b] if ten(*b) => Some(10 * unit(*a)?),
        [a, b] if unit(*a) == Some(0) => unit(*b),
        [a, b, c] if ten(*b) => Some(10 * unit(*a)? + unit(*c)?),
        _ => None,
    }
}

/// Reads the longest numeral at the start of `chars`.
pub(crate) fn read(chars: &[char]) -> Option<Numeral> {
    Reader::new(&chars[..chars.len().min(CHARS_MAX)]).run()
}

struct Reader<'c> {
    chars: &'c [char],
    at: usize,
    /// Completed 万 and 亿 groups.
    total: i128,
    /// The group below 万 being read.
    section: i128,
    pending: Option<Pending>,
    last_scale: i128,
    scale_max: i128,
    after_zero: bool,
    /// Blanks stand round its multipliers.
    spaced: bool,
    vague: bool,
    plain: bool,
    latin: bool,
    headless: bool,
}

/// A number read but not yet multiplied.
#[derive(Clone, Copy)]
struct Pending {
    parts: i128,
    /// How many digits it was written with, to tell 1万5 from 1万2345.
    digits: usize,
}

impl<'c> Reader<'c> {
    fn new(chars: &'c [char]) -> Self {
        Reader {
            chars,
            at: 0,
            total: 0,
            section: 0,
            pending: None,
            last_scale: 0,
            scale_max: 1,
            after_zero: false,
            spaced: false,
            vague: false,
            plain: true,
            latin: false,
            headless: false,
        }
    }

    fn peek(&self, ahead: usize) -> char {
        self.chars.get(self.at + ahead).copied().unwrap_or('\0')
    }

    fn run(mut self) -> Option<Numeral> {
        self.read_head();
        while self.step() {}
        self.finish()
    }

    /// 几万, 数千, 好几十万, 上万: a base without its own number.
    fn read_head(&mut self) {
        let skip = match (self.peek(0), self.peek(1)) {
            ('好', '几') => 2,
            ('几' | '数' | '上' | '成', next) if multiplier(next).is_some() => 1,
            _ => return,
        };
        if multiplier(self.peek(skip)).is_none_or(|m| m == 1) || self.peek(skip).is_ascii() {
            return;
        }
        self.at += skip;
        self.headless = true;
        self.vague = true;
        self.plain = false;
        self.pending = Some(Pending {
            parts: PART,
            digits: 1,
        });
    }

    fn step(&mut self) -> bool {
        let c = self.peek(0);
        if c.is_ascii_digit() {
            return self.step_arabic();
        }
        if c == ' ' {
            return self.step_blank();
        }
        if c == '个' && self.pending.is_some() && matches!(self.peek(1), 'w' | 'W' | '亿') {
            self.at += 1;
            return self.step_multiplier();
        }
        if multiplier(c).is_some() {
            return self.step_multiplier();
        }
        if c == '点'
            && !self.plain
            && self.pending.is_none_or(|p| p.digits == 1)
            && (self.pending.is_some() || self.last_scale > 0)
        {
            return self.step_point();
        }
        if digit(c).is_some() {
            return self.step_digit();
        }
        self.step_vague()
    }

    /// One blank between a figure and its multiplier, as programs that listen write it: 3 万元, 9 万 6 千元, 9 万 6.
    fn step_blank(&mut self) -> bool {
        if self.pending.is_some() {
            let least = if self.last_scale > 0 { 100 } else { 1_000 };
            let scaled = multiplier(self.peek(1)).is_some_and(|m| m >= least);
            return scaled && (self.plain || self.spaced) && {
                self.at += 1;
                self.spaced = true;
                self.step_multiplier()
            };
        }
        let (figure, next) = (self.peek(1), self.peek(2));
        let behind = if next == ' ' { self.peek(3) } else { next };
        let ends = matches!(next, '\0' | '，' | '。' | ',' | '、' | '；');
        let last = ends || matches!(behind, '千' | '百' | '元' | '块');
        self.spaced && figure.is_ascii_digit() && last && {
            self.at += 1;
            self.step_arabic()
        }
    }

    fn step_arabic(&mut self) -> bool {
        if self.pending.is_some() {
            return false;
        }
        let Some(figure) = read_arabic(&self.chars[self.at..]) else {
            return false;
        };
        // After a multiplier only a whole rest is part of the number: 1万2千, 1万5, 1万2345.
        if self.last_scale > 0 && figure.fraction {
            return false;
        }
        self.pending = Some(Pending {
            parts: figure.parts,
            digits: figure.digits,
        });
        self.at += figure.len;
        true
    }

    fn step_digit(&mut self) -> bool {
        let c = self.peek(0);
        let value = digit(c).unwrap_or(0) * PART;
        if value == 0 && c != '零' && c != '〇' {
            return false;
        }
        match self.pending {
            None if value == 0 => {
                if self.last_scale == 0 {
                    return false;
                }
                self.after_zero = true;
            }
            None => {
                if let Some((parts, len)) = self.spoken_fraction(value) {
                    self.pending = Some(Pending { parts, digits: 1 });
                    self.at += len;
                    self.plain = false;
                    return true;
                }
                self.pending = Some(Pending {
                    parts: value,
                    digits: 1,
                });
            }
            // 三四万, 七八百, 三五千: said as a range, the first is the base.
            Some(p)
                if p.digits == 1
                    && !self.plain
                    && p.parts < value
                    && value - p.parts <= 2 * PART
                    && p.parts > 0 =>
            {
                if multiplier(self.peek(1)).is_none() && self.peek(1) != '块' {
                    return false;
                }
                self.vague = true;
            }
            Some(_) => return false,
        }
        self.plain = false;
        self.at += 1;
        true
    }

    /// 三点五万: a decimal point is only read before a multiplier, or 三点五十 would lose its minutes.
    fn spoken_fraction(&self, whole: i128) -> Option<(i128, usize)> {
        if self.peek(1) != '点' {
            return None;
        }
        let (mut parts, mut unit, mut len) = (whole, PART / 10, 2);
        while let Some(d) = digit(self.peek(len)).filter(|_| unit > 0) {
            parts += d * unit;
            unit /= 10;
            len += 1;
        }
        let scaled = multiplier(self.peek(len)).is_some_and(|m| m >= 1_000);
        (len > 2 && scaled).then_some((parts, len))
    }

    /// 十二点五元, 三百二十点五块: a spoken point counts when money follows.
    fn step_point(&mut self) -> bool {
        let (mut unit, mut len, mut fraction) = (PART / 10, 1, 0);
        while let Some(d) = digit(self.peek(len)).filter(|_| unit > 0) {
            fraction += d * unit;
            unit /= 10;
            len += 1;
        }
        let money = matches!(self.peek(len), '元' | '块' | '万' | '亿' | '千');
        if len == 1 || !money {
            return false;
        }
        match &mut self.pending {
            Some(p) => p.parts += fraction,
            None => self.section += fraction,
        }
        self.last_scale = self.last_scale.min(1);
        self.at += len;
        true
    }

    fn step_multiplier(&mut self) -> bool {
        let c = self.peek(0);
        let Some(scale) = multiplier(c) else { return false };
        let latin = c.is_ascii();
        if latin && (self.peek(1).is_ascii_alphabetic() || !self.plain || self.pending.is_none()) {
            return false;
        }
        if scale < 10_000 {
            let base = match self.pending.take() {
                Some(p) => p.parts,
                None if scale == 10 || self.vague_follows() => PART,
                None => return false,
            };
            if self.last_scale > 0 && self.section > 0 && scale >= self.last_scale {
                // 六百一千八: the digit before the greater multiplier begins the next number.
                let spoken = self.at > 0 && digit(self.chars[self.at - 1]).is_some() && base < 10 * PART;
                if spoken && scale > 10 {
                    self.at -= 1;
                } else {
                    self.pending = Some(Pending {
                        parts: base,
                        digits: 1,
                    });
                }
                return false;
            }
            self.section += base * scale;
        } else {
            let group = self.section + self.pending.take().map_or(0, |p| p.parts);
            self.section = 0;
            match (scale, group, self.total) {
                (_, 0, 0) => return false,
                (100_000_000, _, _) => self.total = (self.total + group) * scale,
                _ => self.total += group * scale,
            }
        }
        self.last_scale = scale;
        self.scale_max = self.scale_max.max(scale);
        self.after_zero = false;
        self.plain = false;
        self.latin |= latin;
        self.at += 1;
        // 1.2w ends the numeral; only 1w2 goes on.
        !(latin && !self.peek(0).is_ascii_digit() && !matches!(self.peek(0), '多' | '余'))
    }

    /// 百余万, 千把: a multiplier without a number must be followed by the word that makes it one.
    fn vague_follows(&self) -> bool {
        self.last_scale == 0
            && matches!(self.peek(1), '余' | '把' | '来' | '十')
            && (self.peek(1) != '十' || self.peek(2) == '来')
    }

    fn step_vague(&mut self) -> bool {
        let said = self.pending.is_some() || self.last_scale > 0;
        let c = self.peek(0);
        let next = self.peek(1);
        let reads = match c {
            '余' => true,
            '多' => !matches!(next, '次' | '名'),
            '几' | '来' => {
                self.last_scale >= 10
                    && self.pending.is_none()
                    && (multiplier(next).is_some() || matches!(next, '块' | '元'))
            }
            '把' => {
                self.last_scale >= 100
                    && self.pending.is_none()
                    && (multiplier(next).is_some() || matches!(next, '块' | '元'))
            }
            _ => false,
        };
        if !said || !reads {
            return false;
        }
        self.vague = true;
        self.at += 1;
        // The multiplier may still come: 十余万, 3万多元 ends here.
        multiplier(self.peek(0)).is_some_and(|m| m >= 10_000)
            && !self.peek(0).is_ascii()
            && self.last_scale < 10_000
            && self.step_multiplier_over_section()
    }

    /// 十几万: the pending group is complete, only 万 or 亿 may follow.
    fn step_multiplier_over_section(&mut self) -> bool {
        self.plain = false;
        self.step_multiplier()
    }

    fn finish(mut self) -> Option<Numeral> {
        if let Some(p) = self.pending.take() {
            self.section += self.tail(p);
        }
        let parts = self.total + self.section;
        (self.at > 0 && (parts > 0 || self.plain)).then_some(Numeral {
            parts,
            len: self.at,
            vague: self.vague,
            scale: self.scale_max,
            plain: self.plain,
            latin: self.latin,
            headless: self.headless,
        })
    }

    /// The last digit after a multiplier is worth a tenth of it, unless 零 was said or it was written out.
    fn tail(&self, p: Pending) -> i128 {
        if p.digits == 1 && self.last_scale >= 100 && !self.after_zero {
            p.parts * self.last_scale / 10
        } else {
            p.parts
        }
    }
}

struct Figure {
    parts: i128,
    len: usize,
    digits: usize,
    fraction: bool,
}

/// `12800`, `12,800.50`: at most twelve digits before and four after the point.
fn read_arabic(chars: &[char]) -> Option<Figure> {
    let run = |from: usize| {
        chars[from.min(chars.len())..]
            .iter()
            .take_while(|c| c.is_ascii_digit())
            .count()
    };
    let mut len = run(0);
    let mut whole: String = chars[..len].iter().collect();
    while whole.len() <= 12
        && len <= 15
        && matches!(chars.get(len), Some(','))
        && run(len + 1) == 3
        && run(0) <= 3
    {
        whole.extend(&chars[len + 1..len + 4]);
        len += 4;
    }
    if let Some((grouped, end)) = spaced_groups(chars, len) {
        (whole, len) = (grouped, end);
    }
    if whole.is_empty() || whole.len() > 12 {
        return None;
    }
    let mut parts = whole.parse::<i128>().ok()? * PART;
    let digits = whole.len();
    let places = if matches!(chars.get(len), Some('.')) {
        run(len + 1)
    } else {
        0
    };
    if (1..=4).contains(&places) {
        let fraction: String = chars[len + 1..=len + places].iter().collect();
        parts += fraction.parse::<i128>().ok()? * 10_i128.pow(4 - u32::try_from(places).ok()?);
        len += 1 + places;
    } else if places > 4 {
        return None;
    }
    Some(Figure {
        parts,
        len,
        digits,
        fraction: places > 0,
    })
}

/// 5 000元: blanks between thousands, only when the unit follows.
fn spaced_groups(chars: &[char], first: usize) -> Option<(String, usize)> {
    let run = |from: usize| {
        chars[from.min(chars.len())..]
            .iter()
            .take_while(|c| c.is_ascii_digit())
            .count()
    };
    let mut end = first;
    while chars.get(end) == Some(&' ') && run(end + 1) == 3 {
        end += 4;
    }
    let money = matches!(chars.get(end), Some('元' | '块' | '.'));
    let digits: String = chars[..end].iter().filter(|c| c.is_ascii_digit()).collect();
    ((1..=3).contains(&first) && end > first && money && digits.len() <= 12).then_some((digits, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, yuan: f64, read_to: &str, vague: bool) {
        let chars: Vec<char> = text.chars().collect();
        let n = read(&chars).unwrap_or_else(|| panic!("{text}: nothing read"));
        let got: String = chars[..n.len].iter().collect();
        assert_eq!(
            (n.parts as f64 / PART as f64, got.as_str(), n.vague),
            (yuan, read_to, vague),
            "{text}"
        );
    }

    #[test]
    fn numerals_table() {
        for (text, yuan, vague) in [
            ("三万", 30_000.0, false),
            ("三万五", 35_000.0, false),
            ("三万五千", 35_000.0, false),
            ("3万5", 35_000.0, false),
            ("3万5千", 35_000.0, false),
            ("1万2345", 12_345.0, false),
            ("1万2千5百", 12_500.0, false),
            ("两千八", 2_800.0, false),
            ("一百五", 150.0, false),
            ("一百零五", 105.0, false),
            ("三千零五十", 3_050.0, false),
            ("一万零五百", 10_500.0, false),
            ("九万八千六", 98_600.0, false),
            ("九万八千六百元".trim_end_matches('元'), 98_600.0, false),
            ("十二万八千六百五十", 128_650.0, false),
            ("十万", 100_000.0, false),
            ("十五", 15.0, false),
            ("二十", 20.0, false),
            ("壹拾贰万叁仟肆佰伍拾陆", 123_456.0, false),
            ("叁万", 30_000.0, false),
            ("一亿二千万", 120_000_000.0, false),
            ("12,800.50", 12_800.5, false),
            ("3.2万", 32_000.0, false),
            ("3.2567万", 32_567.0, false),
            ("1.2w", 12_000.0, false),
            ("1w2", 12_000.0, false),
            ("5k", 5_000.0, false),
            ("3 万", 30_000.0, false),
            ("三点五万", 35_000.0, false),
            ("十二点五万", 125_000.0, false),
            ("十余万", 100_000.0, true),
            ("十几万", 100_000.0, true),
            ("二十多万", 200_000.0, true),
            ("3万多", 30_000.0, true),
            ("三万余", 30_000.0, true),
            ("10余万", 100_000.0, true),
            ("5000余", 5_000.0, true),
            ("一百多万", 1_000_000.0, true),
            ("百余万", 1_000_000.0, true),
            ("几万", 10_000.0, true),
            ("几十万", 100_000.0, true),
            ("好几万", 10_000.0, true),
            ("数千", 1_000.0, true),
            ("上万", 10_000.0, true),
            ("三四万", 30_000.0, true),
            ("一两万", 10_000.0, true),
            ("七八千", 7_000.0, true),
            ("三五百", 300.0, true),
            ("万", -1.0, false),
        ] {
            if yuan < 0.0 {
                assert_eq!(read(&text.chars().collect::<Vec<_>>()), None, "{text}");
            } else {
                check(text, yuan, text, vague);
            }
        }
    }

    #[test]
    fn numerals_stop_where_they_should() {
        check("三万元", 30_000.0, "三万", false);
        check("三万，五千", 30_000.0, "三万", false);
        check("5000、8000", 5_000.0, "5000", false);
        check("3万多元", 30_000.0, "3万多", true);
        check("三百二十点五元", 320.5, "三百二十点五", false);
        check("12 800元", 12_800.0, "12 800", false);
        check("5 000 号", 5.0, "5", false);
        check("三点五十", 3.0, "三", false);
        for none in ["千万不要", "百万保障", "元", ""] {
            assert_eq!(read(&none.chars().collect::<Vec<_>>()), None, "{none}");
        }
    }

    #[test]
    fn small_integers() {
        for (text, n) in [
            ("十", 10),
            ("十五", 15),
            ("二十", 20),
            ("二十一", 21),
            ("零五", 5),
            ("两", 2),
            ("07", 7),
        ] {
            assert_eq!(small(text), Some(n), "{text}");
        }
        assert_eq!(small("二十一三"), None);
        assert_eq!(small(""), None);
    }
}
