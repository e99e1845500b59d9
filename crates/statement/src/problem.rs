//! What can be wrong with a file or with one of its rows: stable words, and sentences in Chinese and English.

use serde::{Deserialize, Serialize};

/// One sentence in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Said {
    pub zh: String,
    pub en: String,
}

pub(crate) fn said(zh: impl Into<String>, en: impl Into<String>) -> Said {
    Said {
        zh: zh.into(),
        en: en.into(),
    }
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$vdoc:meta])* $variant:ident = $slug:literal, $zh:literal, $en:literal;)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];
            /// The word that is stored and that programs compare.
            pub const fn slug(self) -> &'static str { match self { $($name::$variant => $slug),+ } }
            pub const fn zh(self) -> &'static str { match self { $($name::$variant => $zh),+ } }
            pub const fn en(self) -> &'static str { match self { $($name::$variant => $en),+ } }
            pub fn from_slug(slug: &str) -> Option<$name> { Self::ALL.iter().copied().find(|x| x.slug() == slug) }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { write!(f, "{} / {}", self.zh(), self.en()) }
        }
    };
}

words! {
    /// Why a whole file is refused.
    FileProblem {
        Empty = "empty", "文件是空的", "the file is empty";
        Picture = "picture", "这是一张图片，不是流水文件；请向银行索取电子表格", "this is a picture, not a statement; ask the bank for a spreadsheet";
        Pdf = "pdf", "这是 PDF 文件；请索取 XLSX、XLS 或 CSV 格式", "this is a PDF; ask for XLSX, XLS or CSV";
        Html = "html", "这是改名为 XLS 的网页表格；请用表格软件打开后另存为 XLSX", "this is a web page saved as .xls; open it in a spreadsheet program and save it as XLSX";
        XmlSpreadsheet = "xml_spreadsheet", "这是 XML 表格或其他 XML；请用表格软件打开后另存为 XLSX", "this is XML; open it in a spreadsheet program and save it as XLSX";
        Archive = "archive", "这是压缩包；请解压后逐个导入", "this is an archive; unpack it and import the files one by one";
        Encrypted = "encrypted", "工作簿已加密；请去除密码后再导入", "the workbook is encrypted; remove its password first";
        NotAWorkbook = "not_a_workbook", "这是 Office 文件，但不是 XLSX 或 XLS 工作簿", "this is an Office file but no XLSX or XLS workbook";
        BinaryWorkbook = "binary_workbook", "不支持 XLSB；请另存为 XLSX", "XLSB is not read; save it as XLSX";
        Bomb = "bomb", "文件展开后大得不合理，已拒绝", "the file unpacks to an unreasonable size and is refused";
        TooLarge = "too_large", "文件超过允许的大小", "the file is larger than allowed";
        Binary = "binary", "不是文本也不是电子表格", "neither text nor a spreadsheet";
        EncodingUnknown = "encoding_unknown", "无法确定文字编码（支持 UTF-8、GB18030、UTF-16）", "the text encoding is not known (UTF-8, GB18030 and UTF-16 are read)";
        Damaged = "damaged", "文件已损坏，无法读完", "the file is damaged and cannot be read to its end";
        NoHeader = "no_header", "找不到表头：没有一行同时有时间列和金额列", "no header was found: no line has both a time and an amount column";
        MappingDoesNotFit = "mapping_does_not_fit", "文件中没有一张表符合所选的列对应", "no sheet of the file fits the chosen columns";
        Unreadable = "unreadable", "读取文件时出错", "the file could not be read";
    }
}

words! {
    /// What is wrong with a row. Most refuse the row; [`RowCode::refuses`] says which.
    RowCode {
        TimeMissing = "time_missing", "缺少交易时间", "the time is missing";
        TimeMalformed = "time_malformed", "时间无法识别", "the time cannot be read";
        TimeAmbiguous = "time_ambiguous", "日期的月、日次序不明", "which is the day and which the month is not clear";
        TimeOutOfRange = "time_out_of_range", "时间超出合理范围（1990 年至今）", "the time is out of range (1990 to now)";
        AmountMissing = "amount_missing", "缺少金额", "the amount is missing";
        AmountMalformed = "amount_malformed", "金额无法识别", "the amount cannot be read";
        AmountTooFine = "amount_too_fine", "金额多于两位小数", "the amount has more than two decimals";
        AmountZero = "amount_zero", "金额为零", "the amount is zero";
        AmountNegative = "amount_negative", "金额为负，而此版式的金额没有正负号", "the amount is negative, and this layout has no signed amounts";
        AmountTooLarge = "amount_too_large", "金额过大", "the amount is too large";
        AmountUnit = "amount_unit", "金额以千元或万元计，已经四舍五入，请索取以元计的流水", "amounts are in thousands or ten thousands and rounded; ask for a statement in yuan";
        BothAmounts = "both_amounts", "收入和支出两列同时有金额", "both the in and the out column have an amount";
        DirectionMissing = "direction_missing", "缺少借贷标志", "the direction is missing";
        DirectionUnknown = "direction_unknown", "借贷标志不认识", "the direction is not known";
        AccountMissing = "account_missing", "缺少本方账号", "the statement's own account is missing";
        AccountMalformed = "account_malformed", "账号含有不允许的字符", "the account has characters that none can have";
        NumberDamaged = "number_damaged", "长数字已被电子表格损坏（只剩 15 位有效数字），请索取文本格式的账号", "a spreadsheet has damaged the long number (only 15 digits are left); ask for accounts as text";
        SameAccount = "same_account", "本方与对方是同一账号", "both ends are the same account";
        CurrencyForeign = "currency_foreign", "不是人民币", "not in yuan";
        Undecodable = "undecodable", "文字有乱码", "some characters cannot be decoded";
        QuoteOpen = "quote_open", "引号没有配对，本行按无引号读取", "a quotation mark is not closed; the line was read without quotes";
        LineTooLong = "line_too_long", "一行过长", "the line is too long";
        BalanceMalformed = "balance_malformed", "余额无法识别，按没有余额处理", "the balance cannot be read and is left out";
        BalanceContradicts = "balance_contradicts", "余额与前一行对不上", "the balance contradicts the row before";
    }
}

impl RowCode {
    /// A flag stands beside a row that was kept; everything else refuses the row.
    pub const fn refuses(self) -> bool {
        !matches!(
            self,
            RowCode::BalanceContradicts | RowCode::BalanceMalformed | RowCode::QuoteOpen
        )
    }
}

/// One problem of one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowProblem {
    pub place: crate::Place,
    /// The header of the column, as the file writes it; empty when the whole row is meant.
    pub column: String,
    /// Masked: a list of problems is read by people who may not see whose account it is.
    pub value: String,
    pub code: RowCode,
}

const SHOWN_MAX: usize = 32;

/// A value as a problem may show it: long digits and what may be a name hidden.
pub(crate) fn masked(value: &str) -> String {
    let mut out = String::new();
    let chars: Vec<char> = value.chars().take(SHOWN_MAX * 2).collect();
    let mut i = 0;
    while i < chars.len() && out.chars().count() < SHOWN_MAX {
        let start = i;
        let run =
            |test: fn(char) -> bool, from: usize| chars[from..].iter().take_while(|c| test(**c)).count();
        let digits = run(|c| c.is_ascii_digit(), i);
        let words = run(|c| ('\u{4e00}'..='\u{9fff}').contains(&c), i);
        if digits > 0 {
            i += digits;
            out.push_str(&hide(&chars[start..i], 9, 4, 2));
        } else if words > 0 {
            i += words;
            out.push_str(&hide(&chars[start..i], 2, 1, 0));
        } else {
            out.push(chars[i]);
            i += 1;
        }
    }
    if i < chars.len() {
        out.push('…');
    }
    out
}

/// Runs of at least `from` characters keep `head` and `tail`. Chinese words that say what happened are no names.
fn hide(run: &[char], from: usize, head: usize, tail: usize) -> String {
    let whole: String = run.iter().collect();
    if run.len() < from || SAFE_WORDS.contains(&whole.as_str()) {
        return whole;
    }
    let first: String = run[..head].iter().collect();
    let last: String = run[run.len() - tail..].iter().collect();
    format!("{first}**{last}")
}

const SAFE_WORDS: [&str; 14] = [
    "人民币",
    "美元",
    "港币",
    "欧元",
    "年",
    "月",
    "日",
    "中性交易",
    "不计收支",
    "冲正",
    "下午",
    "上午",
    "其他",
    "转账",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_shows_no_account_and_no_name() {
        for (value, shown) in [
            ("6222020200112233445", "6222**45"),
            ("张三丰", "张**"),
            ("中性交易", "中性交易"),
            ("-12.345", "-12.345"),
            ("2026-13-01", "2026-13-01"),
            ("6.22848E+18", "6.22848E+18"),
        ] {
            assert_eq!(masked(value), shown);
        }
        assert!(masked(&"9a".repeat(500)).chars().count() <= SHOWN_MAX + 2);
    }

    #[test]
    fn words_are_told_apart() {
        let slugs: std::collections::HashSet<_> = RowCode::ALL.iter().map(|c| c.slug()).collect();
        assert_eq!(slugs.len(), RowCode::ALL.len());
        assert_eq!(RowCode::from_slug("number_damaged"), Some(RowCode::NumberDamaged));
        assert_eq!(FileProblem::from_slug("pdf"), Some(FileProblem::Pdf));
    }
}
