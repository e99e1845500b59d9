//! One line of a table by its columns: the sum, the two sides, whether money went or came.
//!
//! Leaves out: which cells there are (`header`) and the time of the line (`when`).

use super::header::{
    ACCOUNT, COUNT, Column, Header, LONG_DIGITS, NOTHING, Parted, Placed, ROW_NUMBER, SAME, by_count,
    by_kind, cells_of,
};
use super::movement::RETURNED;
use super::when::when;
use super::{Cell, List, Record};
use crate::rows::mark::{Mark, Moment, Money, What};
use crate::rows::role::Role;
use crate::rows::row::Party;
use crate::rows::said::digits_of;
use crate::source::Source;
use kernel::Instant;
use regex::Regex;
use std::sync::LazyLock;

pub(super) struct Read {
    pub(super) record: Record,
    pub(super) marks: Vec<Mark>,
}

pub(super) fn record(
    source: &Source,
    header: &Header,
    line: (usize, usize),
    reported_at: Instant,
    marks: &[Mark],
    day: &Option<String>,
    list: &List,
) -> Option<Read> {
    let (start, end) = line;
    let text = source.slice(start, end);
    if SUMMING.is_match(text) && !CLOCK.is_match(text) {
        return None;
    }
    let cells = cells_of(source, start, end, header.parted);
    let placed = match header.parted {
        Parted::ByBlanks => by_kind(source, marks, header, &cells)?,
        Parted::By(_) => by_count(source, header, &cells)?,
    };
    let reader = RowReader { source, marks, list };
    reader.read(header, &placed, line, reported_at, day)
}

pub(super) struct RowReader<'a> {
    pub(super) source: &'a Source,
    pub(super) marks: &'a [Mark],
    pub(super) list: &'a List,
}

impl RowReader<'_> {
    pub(super) fn read(
        &self,
        header: &Header,
        placed: &Placed,
        line: (usize, usize),
        reported_at: Instant,
        day: &Option<String>,
    ) -> Option<Read> {
        let cell = |column: Column| {
            let at = header.columns.iter().position(|c| *c == column)?;
            placed[at]
        };
        let text = |column: Column| {
            cell(column)
                .map(|(a, b)| self.source.slice(a, b))
                .unwrap_or_default()
        };
        let whole = self.source.slice(line.0, line.1);
        let (sum_cell, coming) = match (cell(Column::Amount), cell(Column::Out), cell(Column::In)) {
            (Some(sum), _, _) => (sum, false),
            (None, Some(sum), _) if self.sum(sum).is_some_and(|m| m.fen != 0) => (sum, false),
            (None, _, Some(sum)) => (sum, true),
            _ => (cell(Column::Face)?, false),
        };
        let money = self.sum(sum_cell).filter(|money| money.fen != 0)?;
        let at = when(
            self.source,
            cell(Column::Day),
            cell(Column::Clock),
            reported_at,
            day,
        );
        let number = cell(Column::Number).and_then(|(a, b)| row_number(self.source.slice(a, b)));
        if at.is_none()
            && number.is_none()
            && cell(Column::Count).is_none()
            && cell(Column::PayeeAccount).is_none()
        {
            return None;
        }
        let payee = self.party(
            |above| above.payee.as_ref(),
            cell(Column::PayeeName),
            cell(Column::PayeeBank),
            cell(Column::PayeeAccount),
            cell(Column::Payee),
        );
        let payer = self.party(
            |above| above.payer.as_ref(),
            cell(Column::PayerName),
            cell(Column::PayerBank),
            cell(Column::PayerAccount),
            cell(Column::Payer),
        );
        let signed = self.source.slice(sum_cell.0, sum_cell.1);
        let role = role_of(text(Column::Direction), signed, coming, whole);
        let count = COUNT
            .captures(text(Column::Count))
            .and_then(|c| c[1].parse().ok())
            .unwrap_or(1usize)
            .clamp(1, 60);
        let mut made = vec![Mark {
            start: sum_cell.0,
            end: sum_cell.1,
            what: What::Money(money),
        }];
        if let Some((value, start, end)) = &at {
            made.push(Mark {
                start: *start,
                end: *end,
                what: What::Time(Moment {
                    value: value.clone(),
                    approx: false,
                    dated: true,
                }),
            });
        }
        made.sort_by_key(|mark| mark.start);
        Some(Read {
            record: Record {
                start: line.0,
                end: line.1,
                sum: sum_cell.0,
                number,
                role,
                at,
                payer,
                payee,
                how: crate::rows::how::in_words(whole),
                count,
                fen: money.fen,
                returned: RETURNED.is_match(whole),
            },
            marks: made,
        })
    }

    pub(super) fn sum(&self, cell: Cell) -> Option<Money> {
        let first = self.marks.partition_point(|mark| mark.start < cell.0);
        let told = self.marks[first..]
            .iter()
            .take_while(|mark| mark.start < cell.1)
            .find_map(|mark| match mark.what {
                What::Money(money) => Some(money),
                _ => None,
            });
        let text = self.source.slice(cell.0, cell.1);
        let plain = PLAIN_SUM.captures(text).and_then(|c| {
            let yuan = c[1].replace(',', "");
            let (whole, cents) = yuan.split_once('.').unwrap_or((&yuan, ""));
            let fen = format!("{cents:0<2}");
            let fen = whole.parse::<i64>().ok()?.checked_mul(100)? + fen.get(..2)?.parse::<i64>().ok()?;
            Some(Money {
                fen,
                approx: false,
                bare: false,
            })
        });
        plain.or(told)
    }

    /// `of` is the same side of a line above, for 同上.
    pub(super) fn party(
        &self,
        of: impl Fn(&Record) -> Option<&(Party, usize, usize)>,
        name: Option<Cell>,
        bank: Option<Cell>,
        account: Option<Cell>,
        mixed: Option<Cell>,
    ) -> Option<(Party, usize, usize)> {
        let cells: Vec<Cell> = [name, bank, account, mixed].into_iter().flatten().collect();
        let (start, end) = (
            cells.iter().map(|cell| cell.0).min()?,
            cells.iter().map(|cell| cell.1).max()?,
        );
        if let Some(cell) = cells
            .iter()
            .find(|cell| SAME.is_match(self.source.slice(cell.0, cell.1)))
        {
            let above = self.same_as(of, self.source.slice(cell.0, cell.1));
            return above.map(|party| (party, start, end));
        }
        let mut party = Party::default();
        if let Some(cell) = mixed {
            self.pieces(cell, &mut party);
        }
        if let Some((a, b)) = account {
            let text = self.source.slice(a, b);
            if let Some(tail) = TAIL.captures(text) {
                party.tail = Some(tail[1].to_owned());
            } else if ACCOUNT.is_match(text) {
                party.account = Some(digits_of(text)).filter(|digits| (8..=32).contains(&digits.len()));
            }
        }
        if let Some(cell) = bank {
            party.bank = self.bank(cell);
        }
        if let Some((a, b)) = name {
            let told = self.source.original(a, b);
            if !NOTHING.is_match(&told) && !NO_NAME.is_match(&told) {
                party.name = Some(told.split_whitespace().collect());
            }
        }
        let party = self.list.with_all_told(party);
        (!party.is_empty()).then_some((party, start, end))
    }

    /// 同上, 同③: the account of a line above.
    pub(super) fn same_as(
        &self,
        of: impl Fn(&Record) -> Option<&(Party, usize, usize)>,
        text: &str,
    ) -> Option<Party> {
        let records = &self.list.records;
        let told = SAME_AS
            .captures(text)
            .and_then(|c| number_in(&c[1]))
            .and_then(|n| records.iter().rev().find(|record| record.number == Some(n)));
        told.or(records.last())
            .and_then(|record| of(record).map(|side| side.0.clone()))
    }

    pub(super) fn bank(&self, cell: Cell) -> Option<String> {
        let marked = self.marks.iter().find_map(|mark| match &mark.what {
            What::Bank(bank) if mark.start >= cell.0 && mark.end <= cell.1 => Some(bank.clone()),
            _ => None,
        });
        let text = self.source.slice(cell.0, cell.1);
        marked.or_else(|| BANK.is_match(text).then(|| text.to_owned()))
    }

    /// Number, bank and name of one cell: 6200…/龙腾云/农业银行, or only a name.
    pub(super) fn pieces(&self, cell: Cell, party: &mut Party) {
        let first = self.marks.partition_point(|mark| mark.start < cell.0);
        let mut rest = self.source.original(cell.0, cell.1);
        for mark in self.marks[first..].iter().take_while(|mark| mark.end <= cell.1) {
            match &mark.what {
                What::Number(number) => party.account = Some(number.clone()),
                What::Tail(tail) => party.tail = Some(tail.clone()),
                What::Bank(bank) => party.bank = Some(bank.clone()),
                What::Name(name) => party.name = Some(name.clone()),
                _ => continue,
            }
            rest = rest.replace(&self.source.original(mark.start, mark.end), " ");
        }
        if party.account.is_none()
            && let Some(found) = LONG_DIGITS.find(self.source.slice(cell.0, cell.1))
        {
            party.account = Some(digits_of(found.as_str())).filter(|digits| (8..=32).contains(&digits.len()));
            rest = rest.replace(found.as_str(), " ");
        }
        if party.account.is_some() {
            party.tail = None;
        }
        if party.name.is_none() {
            party.name = LONE_NAME
                .captures(&rest)
                .map(|c| c[1].to_owned())
                .filter(|name| !NO_NAME.is_match(name));
        }
    }
}

/// 3, 3., (3) or ③ in the column that counts the lines.
pub(super) fn row_number(text: &str) -> Option<usize> {
    let found = ROW_NUMBER.captures(text)?;
    number_in(found.get(1).map_or(text, |digits| digits.as_str()))
}

pub(super) fn number_in(text: &str) -> Option<usize> {
    let c = text.chars().next()?;
    if ('①'..='⑳').contains(&c) {
        return Some(c as usize - '①' as usize + 1);
    }
    text.parse().ok()
}

pub(super) fn role_of(direction: &str, sum: &str, coming: bool, line: &str) -> Role {
    if FAILED.is_match(line) && !SUCCEEDED.is_match(line) {
        return Role::Planned;
    }
    let comes = coming
        || sum.trim_start().starts_with('+')
        || (!sum.trim_start().starts_with('-') && COMES.is_match(direction))
        || direction.is_empty() && COMES_BY_WORD.is_match(line);
    if comes {
        return if OWN_INCOME.is_match(line) {
            Role::Nothing
        } else {
            Role::Received
        };
    }
    if OWN_SPENDING.is_match(line) {
        return Role::Nothing;
    }
    Role::Paid
}

pub(super) static SUMMING: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"合计|总计|共计|小计|累计|总额|总共|一共").expect("constant"));

pub(super) static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"([0-9]{1,2})[:：时点]([0-9]{2})(?:分)?(?:[:：]([0-9]{2}))?").expect("constant")
});

pub(super) static PLAIN_SUM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[-+]?[¥￥]?\s?[-+]?([0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?|[0-9]+(?:\.[0-9]{1,2})?)\s?(?:元|块钱?)?$")
        .expect("constant")
});

pub(super) static TAIL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:尾号|\*{2,}|[xX]{2,})\s?([0-9]{3,6})$").expect("constant"));

pub(super) static NO_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"银行|取款人|上门|不详|未知|现金|扫码|收款码|二维码|商户码|客服|骗子|对方|本人|同上|微信|支付宝|钱包|卡密").expect("constant")
});

pub(super) static SAME_AS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"同(?:第|序号|编号|行)?\s?([0-9]{1,2}|[①-⑳])").expect("constant"));

pub(super) static BANK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\p{Han}{2,14}(?:银行|信用社|农商行|支付宝|云闪付)$").expect("constant"));

pub(super) static LONE_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[\s/、，,·:：（）()]*(\p{Han}{2,4}|\p{Han}{1,6}·\p{Han}{1,6}|[\p{Han}*×]{2,4}|[\p{Han}（）()]{4,24}(?:公司|商行|经营部|店|厂|中心|工作室))[\s/、，,:：（）()]*$")
        .expect("constant")
});

pub(super) static FAILED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"失败|未成功|没成功|不成功|拦截|退回|被退|撤销|未付|没付|未转|没转|冲正|未支付|未到账|拒绝|未完成|没有付|户名不符|交易关闭|已取消").expect("constant")
});

pub(super) static SUCCEEDED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:后来?|重[转试发]|再次?|第二次).{0,12}成功").expect("constant"));

pub(super) static COMES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:收|进|入|贷|转入|收入|汇入|返|退款|提现|出金)").expect("constant"));

pub(super) static COMES_BY_WORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[\s|/,，])(?:收|返[款现佣利还]*|退款|转入|平台返|佣金|(?:平台)?提现(?:到账)?|平台返现|返佣|对方返)(?:[\s|/,，]|$)").expect("constant")
});

pub(super) static OWN_INCOME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"工资|利息|结息|薪|货款|贷款|放款|本人|借款|亲戚|退货").expect("constant"));

pub(super) static OWN_SPENDING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"消费|超市|购物|房租|水电|话费|还款|还贷|自己转自己|本人互转|自转|加油|停车|医保|社保|手续费|短信费|年费|午餐|无关|POS").expect("constant")
});
