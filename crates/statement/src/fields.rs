//! What a column can mean, and which column means what in one kind of file.

use crate::cell::tidy;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

macro_rules! field_words {
    ($($(#[$doc:meta])* $name:ident = $slug:literal, $zh:literal, $en:literal;)+) => {
        /// The meaning of a column.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Field { $($(#[$doc])* $name),+ }

        impl Field {
            pub const ALL: &'static [Field] = &[$(Field::$name),+];
            pub const fn slug(self) -> &'static str { match self { $(Field::$name => $slug),+ } }
            pub const fn zh(self) -> &'static str { match self { $(Field::$name => $zh),+ } }
            pub const fn en(self) -> &'static str { match self { $(Field::$name => $en),+ } }
            pub fn from_slug(slug: &str) -> Option<Field> { Field::ALL.iter().copied().find(|f| f.slug() == slug) }
        }
    };
}

field_words! {
    /// Date and time in one column, or the time of day beside [`Field::Date`].
    Time = "time", "交易时间", "time";
    Date = "date", "交易日期", "date";
    Amount = "amount", "交易金额", "amount";
    AmountOut = "amount_out", "支出金额", "amount out";
    AmountIn = "amount_in", "收入金额", "amount in";
    Direction = "direction", "借贷标志", "direction";
    Balance = "balance", "余额", "balance";
    OwnCard = "own_card", "本方卡号", "own card";
    Own = "own", "本方账号", "own account";
    OwnName = "own_name", "本方户名", "own name";
    OtherCard = "other_card", "对方卡号", "other card";
    Other = "other", "对方账号", "other account";
    OtherName = "other_name", "对方户名", "other name";
    OtherBank = "other_bank", "对方开户行", "other bank";
    /// Of tables that name both ends of each row instead of their own and the other.
    Payer = "payer", "付款方账号", "payer's account";
    PayerName = "payer_name", "付款方户名", "payer's name";
    Payee = "payee", "收款方账号", "payee's account";
    PayeeName = "payee_name", "收款方户名", "payee's name";
    Serial = "serial", "流水号", "serial number";
    Currency = "currency", "币种", "currency";
    Summary = "summary", "摘要", "summary";
    Remark = "remark", "备注", "remark";
    Channel = "channel", "交易渠道", "channel";
    Status = "status", "交易状态", "status";
    Cash = "cash", "现金标志", "cash mark";
    Merchant = "merchant", "商户名称", "merchant";
}

/// How a file says which way money went.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sign {
    /// A column of marks: 借/贷, D/C, 收/支 …
    Marked,
    /// One column for what came in and one for what went out.
    TwoColumns,
    /// Negative amounts went out.
    NegativeIsOut,
    /// Negative amounts came in.
    NegativeIsIn,
    /// A column for who paid and one for who was paid: no mark is needed.
    PayerAndPayee,
}

impl Sign {
    pub const ALL: [Sign; 5] = [
        Sign::Marked,
        Sign::TwoColumns,
        Sign::NegativeIsOut,
        Sign::NegativeIsIn,
        Sign::PayerAndPayee,
    ];

    pub const fn slug(self) -> &'static str {
        match self {
            Sign::Marked => "marked",
            Sign::TwoColumns => "two_columns",
            Sign::NegativeIsOut => "negative_is_out",
            Sign::NegativeIsIn => "negative_is_in",
            Sign::PayerAndPayee => "payer_and_payee",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Sign> {
        Sign::ALL.into_iter().find(|s| s.slug() == slug)
    }
}

/// Which column means what. Columns are named by their header in its comparable form ([`header_key`]), so that a mapping
/// fits the next file, where a column may stand elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    pub columns: BTreeMap<Field, String>,
    pub sign: Sign,
    /// Words of the direction column beyond the known ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub out_words: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub in_words: Vec<String>,
    /// The statement's own account where the file does not say it; a person typed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub own: Option<String>,
    /// Marked amounts that went out are written with a minus.
    #[serde(default)]
    pub signed: bool,
    /// A person has looked: accounts that end in zeros are real.
    #[serde(default)]
    pub trust_zeros: bool,
}

impl Mapping {
    /// The fields that must be chosen before rows can be read.
    pub fn missing(&self) -> Vec<Field> {
        let has = |f: Field| self.columns.contains_key(&f);
        let mut missing = Vec::new();
        if !has(Field::Time) && !has(Field::Date) {
            missing.push(Field::Time);
        }
        let wanted: &[Field] = match self.sign {
            Sign::Marked => &[Field::Amount, Field::Direction],
            Sign::TwoColumns => &[Field::AmountOut, Field::AmountIn],
            Sign::NegativeIsOut | Sign::NegativeIsIn => &[Field::Amount],
            Sign::PayerAndPayee => &[Field::Amount, Field::Payer, Field::Payee],
        };
        missing.extend(wanted.iter().copied().filter(|f| !has(*f)));
        missing
    }
}

/// A header in its comparable form: half width, lower case, without spaces, brackets and what they hold.
pub fn header_key(text: &str) -> String {
    let mut depth = 0u32;
    let mut key = String::new();
    for c in tidy(text).nfkc() {
        match c {
            '(' | '[' | '【' | '<' => depth += 1,
            ')' | ']' | '】' | '>' => depth = depth.saturating_sub(1),
            _ if depth > 0
                || c.is_whitespace()
                || matches!(c, '*' | '#' | ':' | '"' | '\'' | '_' | '/' | '、') => {}
            '帐' => key.push('账'),
            _ => key.extend(c.to_lowercase()),
        }
    }
    key
}

/// The keys of a header line; a header that occurs twice is told apart by its number.
pub fn header_keys(cells: &[String]) -> Vec<String> {
    let mut keys: Vec<String> = Vec::with_capacity(cells.len());
    for cell in cells {
        let key = header_key(cell);
        let twins = keys
            .iter()
            .filter(|k| k.split('#').next() == Some(key.as_str()))
            .count();
        keys.push(if twins > 0 && !key.is_empty() {
            format!("{key}#{}", twins + 1)
        } else {
            key
        });
    }
    keys
}

/// A header of two lines as one: 发生额 over 借方 and 贷方 is 发生额借方 and 发生额贷方. A cell that spans several columns stands in
/// the first of them.
pub fn stacked(top: &[String], bottom: &[String]) -> Vec<String> {
    let mut spanning = "";
    (0..top.len().max(bottom.len()))
        .map(|i| {
            let (above, below) = (top.get(i).map_or("", |t| t), bottom.get(i).map_or("", |b| b));
            if !above.is_empty() {
                spanning = above;
            }
            match below.is_empty() {
                true => above.to_owned(),
                false => format!("{spanning}{below}"),
            }
        })
        .collect()
}

/// Whether two lines may be one header: words alone, several above and some below.
pub fn may_be_stacked(top: &[String], bottom: &[String]) -> bool {
    let words = |line: &[String], least: usize| {
        let filled: Vec<&String> = line.iter().filter(|c| !c.is_empty()).collect();
        let short = |c: &&String| c.chars().count() <= 16 && !c.chars().any(|c| c.is_ascii_digit());
        filled.len() >= least && filled.iter().all(short)
    };
    words(top, 3) && words(bottom, 2)
}

/// In what a column counts money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unit {
    #[default]
    Yuan,
    /// Amounts of some payment firms.
    Fen,
    /// Thousands or ten thousands of yuan: rounded, so that no single payment can be read from them.
    Rounded,
}

/// The unit that a header or a title names; nothing said is nothing.
pub fn unit_named(text: &str) -> Option<Unit> {
    let half: String = text
        .nfkc()
        .filter(|c| !c.is_whitespace())
        .collect::<String>()
        .to_lowercase();
    let says = |units: &[&str]| {
        units.iter().any(|unit| {
            ["({})", "[{}]", "【{}】", "单位:{}", "单位为{}"]
                .iter()
                .any(|form| half.contains(&form.replace("{}", unit)))
        })
    };
    match () {
        () if says(&["万元", "万", "千元", "百万元", "亿元", "人民币万元"]) => {
            Some(Unit::Rounded)
        }
        () if says(&["分", "fen", "人民币分"]) => Some(Unit::Fen),
        () if says(&["元", "人民币元", "yuan"]) => Some(Unit::Yuan),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_compare_however_written() {
        for (text, key) in [
            ("交易金额（元）", "交易金额"),
            (" 收 / 支 ", "收支"),
            ("金额(元)\t", "金额"),
            ("Transaction  Date", "transactiondate"),
            ("*对方账号：", "对方账号"),
        ] {
            assert_eq!(header_key(text), key, "{text}");
        }
        let twice: Vec<String> = ["账号", "户名", "账号"].map(String::from).to_vec();
        assert_eq!(header_keys(&twice), ["账号", "户名", "账号#2"]);
        for (text, unit) in [
            ("交易金额（分）", Some(Unit::Fen)),
            ("金额单位：分", Some(Unit::Fen)),
            ("交易金额(元)", Some(Unit::Yuan)),
            ("发生额（万元）", Some(Unit::Rounded)),
            ("单位：人民币万元", Some(Unit::Rounded)),
            ("交易金额", None),
            ("十分之一", None),
        ] {
            assert_eq!(unit_named(text), unit, "{text}");
        }
        let line = |cells: &[&str]| -> Vec<String> { cells.iter().map(|c| (*c).to_owned()).collect() };
        let (top, bottom) = (
            line(&["日期", "发生额", "", "余额", "对方", ""]),
            line(&["", "借方", "贷方", "", "账号", "户名", "备注"]),
        );
        assert!(may_be_stacked(&top, &bottom));
        assert_eq!(
            stacked(&top, &bottom),
            [
                "日期",
                "发生额借方",
                "发生额贷方",
                "余额",
                "对方账号",
                "对方户名",
                "对方备注"
            ]
        );
        assert!(!may_be_stacked(&top, &line(&["20260403", "1.00", "", "9.00"])));
        assert!(!may_be_stacked(&line(&["某银行流水"]), &bottom));
    }

    #[test]
    fn fields_have_one_name_each() {
        for field in Field::ALL {
            assert_eq!(Field::from_slug(field.slug()), Some(*field));
            let json = format!("\"{}\"", field.slug());
            assert_eq!(toml::Value::try_from(field).unwrap().to_string(), json);
        }
    }
}
