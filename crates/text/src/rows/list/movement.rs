//! Lines of a statement without a header: day, direction, sum, and then the other side by labels or by itself; and the account that
//! stands over a list as the one whose movements it shows.

use super::line::{Read, RowReader, role_of};
use super::when::when;
use super::{Cell, List, Record};
use crate::rows::mark::{Mark, Moment, What};
use crate::rows::row::Party;
use crate::source::Source;
use kernel::Instant;
use regex::Regex;
use std::collections::HashSet;
use std::sync::LazyLock;

/// Lines of a statement without a header: day, direction, sum, and then the other side by labels or by itself.
pub(super) fn labelled_lines(
    source: &Source,
    lines: &[(usize, usize)],
    reported_at: Instant,
    marks: &mut Vec<Mark>,
    taken: &mut [bool],
    told: &[Mark],
    list: &mut List,
) {
    let known: HashSet<usize> = list.records.iter().map(|record| record.start).collect();
    let fit: Vec<(usize, usize, usize)> = lines
        .iter()
        .enumerate()
        .filter(|(_, (start, _))| !known.contains(start))
        .filter(|(_, (start, end))| MOVEMENT.is_match(source.slice(*start, *end)))
        .map(|(index, (start, end))| (index, *start, *end))
        .collect();
    let labelled = fit
        .iter()
        .any(|(_, start, end)| SIDE_LABEL.is_match(source.slice(*start, *end)));
    if fit.len() < 2 || !labelled && fit.len() < 4 {
        return;
    }
    if list.owner.is_none() {
        list.owner = owner(source, &lines[..fit[0].0], told);
    }
    let mut above: Option<String> = None;
    for (_, start, end) in fit {
        let Some(read) = movement(source, (start, end), reported_at, told, &above, list) else {
            continue;
        };
        if let Some((at, _, _)) = &read.record.at {
            above = Some(at.clone());
        }
        marks.retain(|mark| mark.end <= start || mark.start >= end);
        taken[start..end].fill(true);
        marks.extend(read.marks);
        list.records.push(read.record);
    }
}

pub(super) fn movement(
    source: &Source,
    line: (usize, usize),
    reported_at: Instant,
    marks: &[Mark],
    above: &Option<String>,
    list: &List,
) -> Option<Read> {
    let text = source.slice(line.0, line.1);
    let c = MOVEMENT.captures(text)?;
    let place = |m: regex::Match<'_>| -> Cell {
        let from = line.0 + text[..m.start()].chars().count();
        (from, from + m.as_str().trim_end().chars().count())
    };
    let (when_cell, sum_cell) = (place(c.name("when")?), place(c.name("sum")?));
    let rest = place(c.name("rest")?);
    let reader = RowReader { source, marks, list };
    let money = reader.sum(sum_cell).filter(|money| money.fen != 0)?;
    let at = when(source, None, Some(when_cell), reported_at, above)?;
    let behind = source.slice(rest.0, rest.1);
    let labelled = |pattern: &Regex| {
        let found = pattern.captures(behind)?.name("v")?;
        let from = rest.0 + behind[..found.start()].chars().count();
        Some((from, from + found.as_str().trim_end().chars().count()))
    };
    let (name, bank, account) = (
        labelled(&NAME_LABEL),
        labelled(&BANK_LABEL),
        labelled(&ACCOUNT_LABEL),
    );
    let mixed = (name.is_none() && account.is_none() && rest.1 > rest.0).then_some(rest);
    let payee = reader.party(|above| above.payee.as_ref(), name, bank, account, mixed);
    let direction = c.name("dir").map_or("", |m| m.as_str());
    let returned = RETURNED.is_match(text);
    let record = Record {
        start: line.0,
        end: line.1,
        sum: sum_cell.0,
        number: None,
        role: role_of(direction, source.slice(sum_cell.0, sum_cell.1), false, text),
        payer: None,
        payee,
        how: crate::rows::how::in_words(text),
        count: 1,
        fen: money.fen,
        returned,
        at: Some(at.clone()),
    };
    let mut made = vec![
        Mark {
            start: at.1,
            end: at.2,
            what: What::Time(Moment {
                value: at.0,
                approx: false,
                dated: true,
            }),
        },
        Mark {
            start: sum_cell.0,
            end: sum_cell.1,
            what: What::Money(money),
        },
    ];
    made.sort_by_key(|mark| mark.start);
    Some(Read { record, marks: made })
}

pub(super) static MOVEMENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^\s*(?:[①-⑳]|[（(]?[0-9]{1,2}[、)）.]\s?|0?[0-9]{1,2}\s{1,4})?\s*",
        r"(?P<when>(?:(?:[0-9]{4}[-/.年])?[0-9]{1,2}[-/.月][0-9]{1,2}日?\s*)?[0-9]{1,2}[:：][0-9]{2}(?:[:：][0-9]{2})?|(?:[0-9]{4}[-/.年])?[0-9]{1,2}[-/.月][0-9]{1,2}日?)\s+",
        r"(?P<dir>转出|转入|支出|收入|退回|退汇|冲正|存入|汇出|汇入|转账|跨行转账|网银转账|入账|扣款|付款|收款|付|收|返款)\s*",
        r"(?P<sum>[-+]?¥?[0-9][0-9,]*(?:\.[0-9]{1,2})?)\s?(?:元)?(?:[\s，,|/]+|$)(?P<rest>.*)$"
    ))
    .expect("constant")
});

pub(super) static SIDE_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:户名|账号|卡号|帐号|收款人|对方|开户行|对方行)\s?[:：]").expect("constant")
});

pub(super) static NAME_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:户名|收款人|对方姓名|对方名称|姓名|对方)\s?[:：]\s?(?P<v>[^\s，,；;|/]+)")
        .expect("constant")
});

pub(super) static BANK_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:开户行|对方行|银行|收款行|行别)\s?[:：]\s?(?P<v>[^\s，,；;|/]+)").expect("constant")
});

pub(super) static ACCOUNT_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:账号|卡号|帐号|账户)\s?[:：]\s?(?P<v>[0-9][0-9 \-]{6,44}[0-9])").expect("constant")
});

pub(super) static RETURNED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"退回|退汇|冲正|原路返回|交易撤销").expect("constant"));

/// The account that stands over a table as the one whose movements it shows.
pub(super) fn owner(
    source: &Source,
    above: &[(usize, usize)],
    marks: &[Mark],
) -> Option<(Party, usize, usize)> {
    for (start, end) in above.iter().rev().take(3) {
        let text = source.slice(*start, *end);
        if !OWNER.is_match(text) || GETS.is_match(text) || super::short_names::EXPLAINED.is_match(text) {
            continue;
        }
        let mut party = Party::default();
        let mut span: Option<(usize, usize)> = None;
        for mark in marks
            .iter()
            .filter(|mark| mark.start >= *start && mark.end <= *end)
        {
            match &mark.what {
                What::Number(number) if party.account.is_none() => party.account = Some(number.clone()),
                What::Tail(tail) if party.account.is_none() => party.tail = Some(tail.clone()),
                What::Bank(bank) if party.bank.is_none() => party.bank = Some(bank.clone()),
                _ => continue,
            }
            let (from, to) = span.unwrap_or((mark.start, mark.end));
            span = Some((from.min(mark.start), to.max(mark.end)));
        }
        if let Some((from, to)) = span.filter(|_| party.account.is_some() || party.tail.is_some()) {
            return Some((party, from, to));
        }
    }
    None
}

pub(super) static OWNER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"客户|户主|付款|转出|本人|我的|明细查询|流水|交易明细|账户明细|对账单|妻子|丈夫|老婆|老公")
        .expect("constant")
});

pub(super) static GETS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"收款|对方|供应商|卡商|商家|转入|骗子|入金|打款|币商|客服给").expect("constant")
});
