//! Prices of pieces (一千一张的), and figures that only look like sums.
//!
//! Leaves out: how many pieces were bought (`mend`).

use super::{Marks, Money, What};
use regex::Regex;
use std::sync::LazyLock;

impl Marks<'_> {
    /// 一千一张的, 500一张: the price of a piece, and no eleven hundred.
    pub(super) fn prices_of_pieces(&mut self) {
        for found in PIECE_PRICE.captures_iter(self.source.text()) {
            let Some(price) = found.name("p") else { continue };
            let (start, end) = (
                self.source.position(price.start()),
                self.source.position(price.end()),
            );
            let figure = price.as_str().trim_end_matches(['元', '块']);
            let yuan = match figure.strip_suffix(['千', '百']) {
                Some(digit) => crate::numeral::small(digit)
                    .map(|n| i64::from(n) * if figure.ends_with('千') { 1000 } else { 100 }),
                None => figure.parse().ok(),
            };
            if let Some(yuan) = yuan {
                let money = Money {
                    fen: yuan * 100,
                    approx: false,
                    bare: false,
                };
                self.add(start, end, What::Money(money));
            }
        }
    }

    /// Whether a figure names something, counts or tells an age.
    pub(super) fn is_no_sum(&self, start: usize, end: usize) -> bool {
        NOT_A_SUM.is_match(self.source.left(start, 14))
            || self.source.at(end) == '-' && self.source.at(end + 1).is_ascii_digit()
    }
}

/// 男，51，司机; 编号2026-0320-118; 会议号是 883 201 447: figures that name something or tell an age.
static NOT_A_SUM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[男女][，,、\s]\s?$|[0-9]-$|(?:会议号?|会议ID|房间号|单号|编号|验证码|取件码|工号|案号|号码|ID|QQ|群号)(?:就?是|为|：|:)?\s?(?:[0-9]{2,4}[\s-])*$").expect("constant")
});

static PIECE_PRICE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("(?:^|[^0-9一二两三四五六七八九十百千万])(?P<p>(?:[一二两三四五六七八九][千百]|[0-9]{2,5})(?:元|块)?)(?:一|1)张").expect("constant")
});
