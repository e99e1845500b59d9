//! The header of a table: which column holds what, how the cells of a line are parted, and which cell belongs to which column.
//!
//! Leaves out: what a cell says (`line`).

use super::{CELLS_MAX, COLUMNS_MAX, Cell};
use crate::rows::mark::{Mark, What};
use crate::source::Source;
use regex::Regex;
use std::sync::LazyLock;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Column {
    Number,
    Day,
    Clock,
    Amount,
    Out,
    In,
    Balance,
    Direction,
    PayeeName,
    PayeeBank,
    PayeeAccount,
    /// Name, bank and number of the payee in one cell.
    Payee,
    PayerName,
    PayerBank,
    PayerAccount,
    Payer,
    How,
    Face,
    Count,
    Note,
}

/// The first pattern that a heading matches says what the column holds.
pub(super) static HEADINGS: LazyLock<Vec<(Regex, Column)>> = LazyLock::new(|| {
    [
        (r"^(?:序号|编号|序|笔次|No\.?|#|第几笔|次)$", Column::Number),
        (r"余额|可用额度", Column::Balance),
        (r"面额|面值|单张", Column::Face),
        (r"张数|数量|笔数|件数|次数", Column::Count),
        (r"^(?:收/付|收付|收支|方向|借贷|借/贷|借贷标志|收付标志|交易类型|收支类型|收/支|进出|出入账|类型)$", Column::Direction),
        (r"(?:付款|转出|出账|本方|我方).*(?:账号|卡号|账户|帐号)|^付款卡$|^转出卡$|^我的卡$|^用卡$|^从哪$", Column::PayerAccount),
        (r"(?:付款|转出|本方|我方).*(?:开户)?行$", Column::PayerBank),
        (r"付款人|付款户名|转出户名|付款方|转出人|汇款人|转账人|受害人|被害人|谁付的", Column::PayerName),
        (r"^(?:付款|转出|出卡|付)$", Column::Payer),
        (r"(?:支出|转出|付出|出账|借方)(?:金额)?$", Column::Out),
        (r"(?:收入|转入|存入|入账|贷方)(?:金额)?$", Column::In),
        (r"金额|数额|款额|多少钱|钱数|付款额|转账额|支付额|实付", Column::Amount),
        (r"(?:收款|对方|收方|转入|入金|入账).*(?:账号|卡号|帐号|号码)|^(?:账号|卡号|帐号|银行卡号|收款卡)$", Column::PayeeAccount),
        (r"(?:收款|对方|收方|入账|转入).*行$|^(?:开户行|银行|开户银行|行别|所属银行)$", Column::PayeeBank),
        (r"(?:收款|对方|收方|入账).*(?:户名|姓名|名称|名字)|^(?:收款人|户名|姓名|对方户主|户主|收款单位|商户)$", Column::PayeeName),
        (r"^(?:收款|收款方|收款账户|收款户|对方|对方账户|对方信息|对手|对手信息|交易对手|收款信息|转给谁|转给|给谁|去向|转到哪|收款对象|收方|对象|转账对象|付款对象|收款者)$", Column::Payee),
        (r"方式|渠道|途径|支付手段", Column::How),
        (r"^(?:日期|交易日期|转账日期|付款日期|年月日|日子)$", Column::Day),
        (r"时间|日期|时刻|几点|什么时候", Column::Clock),
        (r"备注|说明|用途|摘要|事由|品名|品类|项目|名目|状态|结果|理由|名义|原因|单号|附言|类别|内容|编码|地点|平台|证据|IP", Column::Note),
    ]
    .into_iter()
    .map(|(pattern, column)| (Regex::new(pattern).expect("constant"), column))
    .collect()
});

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Parted {
    By(char),
    ByBlanks,
}

pub(super) struct Header {
    pub(super) columns: Vec<Column>,
    pub(super) parted: Parted,
}

pub(super) fn header_of(source: &Source, start: usize, end: usize) -> Option<Header> {
    let text = source.slice(start, end);
    if end - start > 160 || LONG_DIGITS.is_match(text) || text.contains(['。', '？', '?']) {
        return None;
    }
    let parted = parted_by(source, start, end);
    let cells = cells_of(source, start, end, parted);
    if !(3..=COLUMNS_MAX).contains(&cells.len()) {
        return None;
    }
    let mut columns = Vec::new();
    let mut unknown = 0;
    for (from, to) in cells {
        let heading = BRACKETED
            .replace_all(source.slice(from, to), "")
            .trim()
            .to_owned();
        let column = HEADINGS.iter().find(|(pattern, _)| pattern.is_match(&heading));
        unknown += usize::from(column.is_none());
        columns.push(column.map_or(Column::Note, |(_, column)| *column));
    }
    let sums = columns
        .iter()
        .any(|column| matches!(column, Column::Amount | Column::Out | Column::Face));
    (sums && columns.len() - unknown >= 3 && unknown * 3 <= columns.len())
        .then_some(Header { columns, parted })
}

pub(super) fn parted_by(source: &Source, start: usize, end: usize) -> Parted {
    let text = source.original(start, end);
    for mark in ['|', '｜', '\t'] {
        if text.contains(mark) {
            return Parted::By(mark);
        }
    }
    if text.matches(" / ").count() >= 2 {
        return Parted::By('/');
    }
    for mark in [',', '，', '、', '/', ';', '；'] {
        if text.matches(mark).count() >= 2 && !text.trim().contains(' ') {
            return Parted::By(mark);
        }
    }
    Parted::ByBlanks
}

pub(super) fn cells_of(source: &Source, start: usize, end: usize, parted: Parted) -> Vec<Cell> {
    let original: Vec<char> = source.original(start, end).chars().collect();
    let mut cells = Vec::new();
    let mut from = start;
    let mut push = |from: usize, to: usize, keep: bool| {
        let (mut a, mut b) = (from, to);
        while a < b && source.at(a).is_whitespace() {
            a += 1;
        }
        while b > a && source.at(b - 1).is_whitespace() {
            b -= 1;
        }
        if (keep || b > a) && cells.len() < CELLS_MAX {
            cells.push((a, b));
        }
    };
    for (offset, c) in original.iter().enumerate() {
        let at = start + offset;
        let parts = match parted {
            Parted::By(mark) => *c == mark,
            Parted::ByBlanks => c.is_whitespace(),
        };
        if parts {
            // A line of a drawn table begins and ends with the mark.
            let rim = from == start && source.slice(start, at).trim().is_empty();
            push(from, at, parted != Parted::ByBlanks && !rim);
            from = at + 1;
        }
    }
    push(from, end, false);
    cells
}

/// Cells of a line by column; a column without a cell has none.
pub(super) type Placed = Vec<Option<Cell>>;

pub(super) fn by_count(source: &Source, header: &Header, cells: &[Cell]) -> Option<Placed> {
    let columns = header.columns.len();
    let mut cells = cells.to_vec();
    // A comma also parts thousands: 1 and 680.00 are one cell.
    let mut at = 0;
    while cells.len() > columns && at + 1 < cells.len() {
        let (a, b) = (cells[at], cells[at + 1]);
        let head = source.slice(a.0, a.1);
        let tail = source.slice(b.0, b.1);
        if THOUSANDS_HEAD.is_match(head) && THOUSANDS_TAIL.is_match(tail) && b.0 == a.1 + 1 {
            cells[at] = (a.0, b.1);
            cells.remove(at + 1);
        } else {
            at += 1;
        }
    }
    if cells.len() + 2 < columns || cells.len() > columns + 1 || cells.len() < 2 {
        return None;
    }
    Some(
        (0..columns)
            .map(|column| cells.get(column).copied().filter(|(from, to)| to > from))
            .collect(),
    )
}

/// Blanks stand inside cells too (a day and an hour, a number in groups): the cheapest way to give the words to the columns.
pub(super) fn by_kind(source: &Source, marks: &[Mark], header: &Header, cells: &[Cell]) -> Option<Placed> {
    const SKIPPED: u32 = 6;
    const LEFT_OVER: u32 = 5;
    let (columns, words) = (header.columns.len(), cells.len());
    if words == 0 || words > CELLS_MAX {
        return None;
    }
    let mut best = vec![vec![u32::MAX; words + 1]; columns + 1];
    let mut way = vec![vec![0usize; words + 1]; columns + 1];
    for (word, left) in best[columns].iter_mut().enumerate() {
        *left = LEFT_OVER * u32::try_from(words - word).unwrap_or(0);
    }
    for column in (0..columns).rev() {
        for word in 0..=words {
            for take in 0..=(words - word).min(6) {
                let cost = if take == 0 {
                    Some(SKIPPED)
                } else {
                    let cell = (cells[word].0, cells[word + take - 1].1);
                    cost(source, marks, header.columns[column], cell, take)
                };
                let rest = best[column + 1][word + take];
                if let Some(total) = cost.and_then(|cost| cost.checked_add(rest))
                    && total < best[column][word]
                {
                    (best[column][word], way[column][word]) = (total, take);
                }
            }
        }
    }
    if best[0][0] > SKIPPED * 2 + 6 {
        return None;
    }
    let mut placed = Vec::new();
    let mut word = 0;
    for way in way.iter().take(columns) {
        let take = way[word];
        placed.push((take > 0).then(|| (cells[word].0, cells[word + take - 1].1)));
        word += take;
    }
    Some(placed)
}

/// How badly some words fit a column, `None` when they cannot stand there.
pub(super) fn cost(source: &Source, marks: &[Mark], column: Column, cell: Cell, words: usize) -> Option<u32> {
    let text = source.slice(cell.0, cell.1);
    let more = u32::try_from(words - 1).unwrap_or(0);
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let bank = marks
        .iter()
        .any(|mark| mark.start >= cell.0 && mark.end <= cell.1 && matches!(mark.what, What::Bank(_)));
    match column {
        Column::Number => (words == 1 && ROW_NUMBER.is_match(text)).then_some(0),
        Column::Day => (words <= 2 && (DAY.is_match(text) || WHOLE_TIME.is_match(text))).then_some(0),
        Column::Clock => (words <= 2 && WHOLE_TIME.is_match(text)).then_some(0),
        Column::Amount | Column::Out | Column::In | Column::Balance | Column::Face => {
            (words == 1 && (SUM.is_match(text) || has_money(marks, cell)) && digits < 12).then_some(0)
        }
        Column::Count => (words == 1 && COUNT.is_match(text)).then_some(0),
        Column::Direction => DIRECTION.is_match(text).then_some(more * 2),
        Column::PayeeAccount | Column::PayerAccount => {
            if digits >= 8 && ACCOUNT.is_match(text) || NOTHING.is_match(text) || SAME.is_match(text) {
                Some(0)
            } else {
                (words == 1 && text.contains("尾号")).then_some(0)
            }
        }
        Column::PayeeBank | Column::PayerBank => {
            let named = bank || text.ends_with(['行', '社', '宝', '信']);
            (words == 1 && digits == 0).then_some(if named || SAME.is_match(text) { 0 } else { 4 })
        }
        Column::PayeeName | Column::PayerName => {
            (digits == 0 && words <= 2 && !bank).then_some(more * 2 + u32::from(text.ends_with("银行")) * 4)
        }
        Column::Payee | Column::Payer => (!SUM.is_match(text) || digits >= 8).then_some(more.min(3)),
        Column::How | Column::Note => (digits < 12).then_some(1 + more),
    }
}

pub(super) fn has_money(marks: &[Mark], cell: Cell) -> bool {
    let first = marks.partition_point(|mark| mark.start < cell.0);
    marks[first..]
        .iter()
        .take_while(|mark| mark.start < cell.1)
        .any(|mark| matches!(mark.what, What::Money(_)) && mark.end <= cell.1)
}

pub(super) static LONG_DIGITS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[0-9](?:[ \-]?[0-9]){7,31}").expect("constant"));

pub(super) static BRACKETED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[（(\[【][^）)\]】]*[）)\]】]").expect("constant"));

pub(super) static DAY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?:(?:[0-9]{2}|[0-9]{4})[-/.年])?[0-9]{1,2}[-/.月][0-9]{1,2}[日号]?$|^同[日上]$|^[昨今前]天$",
    )
    .expect("constant")
});

pub(super) static WHOLE_TIME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?:(?:(?:[0-9]{2}|[0-9]{4})[-/.年])?[0-9]{1,2}[-/.月][0-9]{1,2}[日号]?)?\s*(?:[0-9]{1,2}[:：时点][0-9]{2}分?(?:[:：][0-9]{2})?)?$",
    )
    .expect("constant")
});

pub(super) static SUM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[-+]?[¥￥]?[-+]?[0-9][0-9,]*(?:\.[0-9]+)?(?:元|万元?|[wW]|块钱?)?$").expect("constant")
});

pub(super) static THOUSANDS_HEAD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[-+¥￥]{0,2}[0-9]{1,3}$").expect("constant"));

pub(super) static THOUSANDS_TAIL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[0-9]{3}(?:\.[0-9]{1,2})?(?:元)?$").expect("constant"));

pub(super) static COUNT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:共|×|x|X|\*)?\s?([0-9]{1,2})\s?(?:张|笔|次|件|个)?$").expect("constant")
});

pub(super) static ROW_NUMBER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[（(#第]?([0-9]{1,3})[.、)）笔]?$|^[①-⑳]$").expect("constant"));

pub(super) static DIRECTION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:收|付|支|出|进|入|借|贷|转出|转入|支出|收入|转账|汇出|汇入|付款|收款|消费|返|返款|退款|提现|入金|出金|充值)")
        .expect("constant")
});

pub(super) static ACCOUNT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[0-9][0-9 \-]{6,44}[0-9]$").expect("constant"));

pub(super) static NOTHING: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:-+|/|／|—+|无|空|不详|未知|现金|不清楚|没有)$").expect("constant"));

pub(super) static SAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:同上|同前|″|〃|同(?:第|序号|编号|行)?[0-9①-⑳]{1,2}笔?|同一(?:账户|账号|人)|还是上面)")
        .expect("constant")
});
