//! Lists of payments: lines under a header that names the columns, and short names that a list gives to its accounts
//! (收款甲：…, A卡=…, then A卡→甲 12,000).
//!
//! A line under a header is read by its columns alone, because a cell that holds only 200 or 龙腾云 says nothing by itself. A short name
//! is replaced by the number that it stands for, so that the reading of clauses sees an account.
//! Promises: a line that does not fit the header is left to the reading of clauses. Leaves out: sums stated for all lines (`total`).

use super::attach::{Draft, From};
use super::mark::{Mark, Moment, Money, What};
use super::role::{Role, Sum};
use super::row::{How, Party};
use super::said::{Story, digits_of};
use crate::source::Source;
use kernel::Instant;
use regex::Regex;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// Most columns, and most cells of a line, that a table may have.
const COLUMNS_MAX: usize = 16;
const CELLS_MAX: usize = 24;
/// Most times that short names are looked up in one text.
const MENTIONS_MAX: usize = 400;

/// One payment, or one return, that a line of a table tells.
#[derive(Clone, Debug)]
pub(super) struct Record {
    /// Where the line begins and ends.
    start: usize,
    pub(super) end: usize,
    /// Where the sum stands.
    sum: usize,
    number: Option<usize>,
    role: Role,
    at: Option<(String, usize, usize)>,
    payer: Option<(Party, usize, usize)>,
    payee: Option<(Party, usize, usize)>,
    how: Option<How>,
    count: usize,
    fen: i64,
    /// The bank sent it back: 退回, 冲正.
    returned: bool,
}

/// What the lists of a text say.
#[derive(Debug, Default)]
pub(super) struct List {
    pub(super) records: Vec<Record>,
    /// Numbers of the victim's own cards that got a short name.
    own: HashSet<String>,
    /// What is told of an account where its short name is explained, by number.
    known: HashMap<String, Party>,
    /// The account that a statement is of.
    owner: Option<(Party, usize, usize)>,
    /// Where a short name is explained, and whether the account is the victim's.
    pub(super) explained: Vec<(usize, usize, bool)>,
}

impl List {
    /// A short name stands for all that was told of its account.
    fn with_all_told(&self, party: Party) -> Party {
        match party.account.as_ref().and_then(|number| self.known.get(number)) {
            Some(known) => super::attach::merged(&party, known),
            None => party,
        }
    }

    fn record_of(&self, sum: usize) -> Option<&Record> {
        let at = self.records.partition_point(|record| record.end <= sum);
        self.records
            .get(at)
            .filter(|record| record.start <= sum && record.sum == sum)
    }
}

/// Finds the lists and puts their cells among the marks.
pub(super) fn find(source: &Source, reported_at: Instant, marks: &mut Vec<Mark>, taken: &mut [bool]) -> List {
    let lines = lines_of(source);
    let mut list = List::default();
    heads(source, &lines, reported_at, marks, taken);
    short_names(source, &lines, marks, taken, &mut list);
    tables(source, &lines, reported_at, marks, taken, &mut list);
    marks.sort_by_key(|mark| mark.start);
    list
}

fn lines_of(source: &Source) -> Vec<(usize, usize)> {
    let mut lines = Vec::new();
    let mut start = 0;
    for at in 0..=source.len() {
        if at == source.len() || source.at(at) == '\n' {
            if at > start {
                lines.push((start, at));
            }
            start = at + 1;
        }
    }
    lines
}

// ---- tables ----------------------------------------------------------------------------------------------------------

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Column {
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
static HEADINGS: LazyLock<Vec<(Regex, Column)>> = LazyLock::new(|| {
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
        (r"^(?:收款|收款方|收款账户|收款户|对方|对方账户|对方信息|对手|对手信息|交易对手|收款信息|转给谁|转给|给谁|去向|转到哪|收款对象|收方)$", Column::Payee),
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
enum Parted {
    By(char),
    ByBlanks,
}

struct Header {
    columns: Vec<Column>,
    parted: Parted,
}

type Cell = (usize, usize);

fn tables(
    source: &Source,
    lines: &[(usize, usize)],
    reported_at: Instant,
    marks: &mut Vec<Mark>,
    taken: &mut [bool],
    list: &mut List,
) {
    let mut header: Option<Header> = None;
    let mut day: Option<String> = None;
    let mut misses = 0;
    let told = marks.clone();
    for (index, (start, end)) in lines.iter().enumerate() {
        if let Some(found) = header_of(source, *start, *end) {
            if list.owner.is_none() {
                list.owner = owner(source, &lines[..index], &told);
            }
            (header, day, misses) = (Some(found), None, 0);
            continue;
        }
        let Some(known) = &header else { continue };
        match record(source, known, (*start, *end), reported_at, &told, &day, list) {
            Some(read) => {
                misses = 0;
                if let Some((at, _, _)) = &read.record.at {
                    day = Some(at.clone());
                }
                marks.retain(|mark| mark.end <= *start || mark.start >= *end);
                taken[*start..*end].fill(true);
                marks.extend(read.marks);
                list.records.push(read.record);
            }
            None => {
                misses += 1;
                if misses > 2 {
                    header = None;
                }
            }
        }
    }
    labelled_lines(source, lines, reported_at, marks, taken, &told, list);
    list.records.sort_by_key(|record| record.start);
    bounced(&mut list.records);
    only_confirmed(source, list);
}

/// 转出 100000, then 退回 100000: the first did not arrive, and the second is no money from the fraud side.
fn bounced(records: &mut [Record]) {
    for at in 1..records.len() {
        if !records[at].returned {
            continue;
        }
        let before = (0..at)
            .rev()
            .take(4)
            .find(|before| records[*before].role == Role::Paid && records[*before].fen == records[at].fen);
        if let Some(before) = before {
            records[before].role = Role::Planned;
            records[at].role = Role::Nothing;
        }
    }
}

/// Lines of a statement without a header: day, direction, sum, and then the other side by labels or by itself.
fn labelled_lines(
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
    if fit.len() < 2 || !labelled {
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

fn movement(
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
    let payee = reader.party(name, bank, account, mixed);
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
        how: super::how::in_words(text),
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

static MOVEMENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^\s*(?:[①-⑳]|[（(]?[0-9]{1,2}[、)）.]\s?)?\s*",
        r"(?P<when>(?:(?:[0-9]{4}[-/.年])?[0-9]{1,2}[-/.月][0-9]{1,2}日?\s*)?[0-9]{1,2}[:：][0-9]{2}(?:[:：][0-9]{2})?|(?:[0-9]{4}[-/.年])?[0-9]{1,2}[-/.月][0-9]{1,2}日?)\s+",
        r"(?P<dir>转出|转入|支出|收入|退回|退汇|冲正|存入|汇出|汇入|转账|跨行转账|网银转账|入账|扣款|付款|收款|付|收|返款)\s*",
        r"(?P<sum>[-+]?¥?[0-9][0-9,]*(?:\.[0-9]{1,2})?)\s?(?:元)?(?:[\s，,|/]+|$)(?P<rest>.*)$"
    ))
    .expect("constant")
});
static SIDE_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:户名|账号|卡号|帐号|收款人|对方|开户行|对方行)\s?[:：]").expect("constant")
});
static NAME_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:户名|收款人|对方姓名|对方名称|姓名|对方)\s?[:：]\s?(?P<v>[^\s，,；;|/]+)")
        .expect("constant")
});
static BANK_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:开户行|对方行|银行|收款行|行别)\s?[:：]\s?(?P<v>[^\s，,；;|/]+)").expect("constant")
});
static ACCOUNT_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:账号|卡号|帐号|账户)\s?[:：]\s?(?P<v>[0-9][0-9 \-]{6,44}[0-9])").expect("constant")
});
static RETURNED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"退回|退汇|冲正|原路返回|交易撤销").expect("constant"));

/// The account that stands over a table as the one whose movements it shows.
fn owner(source: &Source, above: &[(usize, usize)], marks: &[Mark]) -> Option<(Party, usize, usize)> {
    for (start, end) in above.iter().rev().take(3) {
        let text = source.slice(*start, *end);
        if !OWNER.is_match(text) || GETS.is_match(text) {
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

fn header_of(source: &Source, start: usize, end: usize) -> Option<Header> {
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

fn parted_by(source: &Source, start: usize, end: usize) -> Parted {
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

fn cells_of(source: &Source, start: usize, end: usize, parted: Parted) -> Vec<Cell> {
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

struct Read {
    record: Record,
    marks: Vec<Mark>,
}

fn record(
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

/// Cells of a line by column; a column without a cell has none.
type Placed = Vec<Option<Cell>>;

fn by_count(source: &Source, header: &Header, cells: &[Cell]) -> Option<Placed> {
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
fn by_kind(source: &Source, marks: &[Mark], header: &Header, cells: &[Cell]) -> Option<Placed> {
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
fn cost(source: &Source, marks: &[Mark], column: Column, cell: Cell, words: usize) -> Option<u32> {
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

fn has_money(marks: &[Mark], cell: Cell) -> bool {
    let first = marks.partition_point(|mark| mark.start < cell.0);
    marks[first..]
        .iter()
        .take_while(|mark| mark.start < cell.1)
        .any(|mark| matches!(mark.what, What::Money(_)) && mark.end <= cell.1)
}

struct RowReader<'a> {
    source: &'a Source,
    marks: &'a [Mark],
    list: &'a List,
}

impl RowReader<'_> {
    fn read(
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
        let number = cell(Column::Number)
            .and_then(|(a, b)| ROW_NUMBER.captures(self.source.slice(a, b)))
            .and_then(|c| c[1].parse().ok());
        if at.is_none()
            && number.is_none()
            && cell(Column::Count).is_none()
            && cell(Column::PayeeAccount).is_none()
        {
            return None;
        }
        let payee = self.party(
            cell(Column::PayeeName),
            cell(Column::PayeeBank),
            cell(Column::PayeeAccount),
            cell(Column::Payee),
        );
        let payer = self.party(
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
                how: super::how::in_words(whole),
                count,
                fen: money.fen,
                returned: RETURNED.is_match(whole),
            },
            marks: made,
        })
    }

    fn sum(&self, cell: Cell) -> Option<Money> {
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

    fn party(
        &self,
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
            let above = self.same_as(self.source.slice(cell.0, cell.1));
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

    /// 同上, 同③: the payee of a line above.
    fn same_as(&self, text: &str) -> Option<Party> {
        let records = &self.list.records;
        let told = SAME_AS
            .captures(text)
            .and_then(|c| number_in(&c[1]))
            .and_then(|n| records.iter().rev().find(|record| record.number == Some(n)));
        told.or(records.last())
            .and_then(|record| record.payee.as_ref().map(|payee| payee.0.clone()))
    }

    fn bank(&self, cell: Cell) -> Option<String> {
        let marked = self.marks.iter().find_map(|mark| match &mark.what {
            What::Bank(bank) if mark.start >= cell.0 && mark.end <= cell.1 => Some(bank.clone()),
            _ => None,
        });
        let text = self.source.slice(cell.0, cell.1);
        marked.or_else(|| BANK.is_match(text).then(|| text.to_owned()))
    }

    /// Number, bank and name of one cell: 6200…/龙腾云/农业银行, or only a name.
    fn pieces(&self, cell: Cell, party: &mut Party) {
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

fn number_in(text: &str) -> Option<usize> {
    let c = text.chars().next()?;
    if ('①'..='⑳').contains(&c) {
        return Some(c as usize - '①' as usize + 1);
    }
    text.parse().ok()
}

fn role_of(direction: &str, sum: &str, coming: bool, line: &str) -> Role {
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

/// 报警人确认第1、3、5笔系做任务: the other lines are none of the case.
fn only_confirmed(source: &Source, list: &mut List) {
    let numbers = |pattern: &Regex| -> HashSet<usize> {
        let mut found = HashSet::new();
        for hit in pattern.captures_iter(source.text()) {
            let mut last: Option<usize> = None;
            for piece in PIECES.captures_iter(&hit[1]) {
                let Ok(n) = piece[2].parse::<usize>() else {
                    continue;
                };
                let ranged = matches!(&piece[1], "-" | "至" | "到" | "~");
                if let Some(from) = last.filter(|from| ranged && n > *from && n - from < 100) {
                    found.extend(from..n);
                }
                found.insert(n);
                last = Some(n);
            }
        }
        found
    };
    let (of_case, not_of_case) = (numbers(&OF_CASE), numbers(&NOT_OF_CASE));
    for record in &mut list.records {
        let Some(number) = record.number else { continue };
        let out = record.role == Role::Paid
            && (!of_case.is_empty() && !of_case.contains(&number) || not_of_case.contains(&number));
        if out {
            record.role = Role::Nothing;
        }
    }
}

// ---- the time of a line ----------------------------------------------------------------------------------------------

fn when(
    source: &Source,
    day: Option<Cell>,
    clock: Option<Cell>,
    reported_at: Instant,
    above: &Option<String>,
) -> Option<(String, usize, usize)> {
    let cells: Vec<Cell> = [day, clock].into_iter().flatten().collect();
    let (start, end) = (cells.first()?.0, cells.last()?.1);
    let text = |cell: Cell| source.slice(cell.0, cell.1);
    let own = cells
        .iter()
        .find_map(|cell| DATE.captures(text(*cell)))
        .and_then(|c| {
            let year = c.get(1).and_then(|y| y.as_str().parse::<i16>().ok());
            dated(year, c[2].parse().ok()?, c[3].parse().ok()?, reported_at)
        });
    let hour = cells.iter().rev().find_map(|cell| CLOCK.captures(text(*cell)));
    let date = match own {
        Some(date) => date,
        None => {
            let above = above.as_ref()?;
            let clock = hour
                .as_ref()
                .map(|c| (c[1].parse::<u8>().ok(), c[2].parse::<u8>().ok()));
            after_midnight(above, clock, reported_at)
        }
    };
    let Some(hour) = hour else {
        return Some((date, start, end));
    };
    let (h, m): (u8, u8) = (hour[1].parse().ok()?, hour[2].parse().ok()?);
    if h > 23 || m > 59 {
        return Some((date, start, end));
    }
    let seconds = hour
        .get(3)
        .map(|s| format!(":{}", s.as_str()))
        .unwrap_or_default();
    Some((format!("{date}T{h:02}:{m:02}{seconds}+08:00"), start, end))
}

/// 23:52, then 00:07 without a day of its own: the day has changed.
fn after_midnight(above: &str, clock: Option<(Option<u8>, Option<u8>)>, reported_at: Instant) -> String {
    let day = above.get(..10).unwrap_or(above).to_owned();
    let (Some(before), Some((Some(hour), Some(minute)))) = (above.get(11..16), clock) else {
        return day;
    };
    if format!("{hour:02}:{minute:02}").as_str() >= before {
        return day;
    }
    let next = day
        .parse::<jiff::civil::Date>()
        .ok()
        .and_then(|date| date.tomorrow().ok());
    match next {
        Some(next) if next <= reported_at.civil().date() => next.to_string(),
        _ => day,
    }
}

/// A day without a year is the latest one not after the report.
fn dated(year: Option<i16>, month: i8, day: i8, reported_at: Instant) -> Option<String> {
    let today = reported_at.civil().date();
    let year = year.map(|year| if year < 100 { year + 2000 } else { year });
    let date = match year {
        Some(year) => jiff::civil::Date::new(year, month, day).ok()?,
        None => {
            let this = jiff::civil::Date::new(today.year(), month, day).ok();
            match this.filter(|date| *date <= today) {
                Some(date) => date,
                None => jiff::civil::Date::new(today.year() - 1, month, day).ok()?,
            }
        }
    };
    Some(date.to_string())
}

/// Lines that begin with a day (12-28 转出 120; ①9/6 20:10): where at least two do, the figures are days and no sums.
fn heads(
    source: &Source,
    lines: &[(usize, usize)],
    reported_at: Instant,
    marks: &mut Vec<Mark>,
    taken: &mut [bool],
) {
    let mut found: Vec<(usize, usize, String)> = Vec::new();
    for (start, end) in lines {
        let text = source.slice(*start, (*start + 40).min(*end));
        let Some(c) = HEAD.captures(text) else { continue };
        let year = c.name("y").and_then(|y| y.as_str().parse::<i16>().ok());
        let (Ok(month), Ok(day)) = (c["m"].parse(), c["d"].parse()) else {
            continue;
        };
        let Some(date) = dated(year, month, day, reported_at) else {
            continue;
        };
        let value = match (c.name("h"), c.name("min")) {
            (Some(h), Some(m)) => {
                let seconds = c
                    .name("s")
                    .map(|s| format!(":{}", s.as_str()))
                    .unwrap_or_default();
                format!("{date}T{:0>2}:{}{seconds}+08:00", h.as_str(), m.as_str())
            }
            _ => date,
        };
        let Some(when) = c.name("when") else { continue };
        let from = start + text[..when.start()].chars().count();
        let to = start + text[..when.end()].chars().count();
        found.push((from, to, value));
    }
    if found.len() < 2 {
        return;
    }
    for (start, end, value) in found {
        marks.retain(|mark| mark.end <= start || mark.start >= end);
        taken[start..end].fill(true);
        marks.push(Mark {
            start,
            end,
            what: What::Time(Moment {
                value,
                approx: false,
                dated: true,
            }),
        });
    }
    marks.sort_by_key(|mark| mark.start);
}

static HEAD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^\s*(?:[①-⑳]|[（(]?[0-9]{1,2}[、)）]|[0-9]{1,2}\.\s|[-·•*●◆]\s?|\p{Han}{2,5}\s)?\s*",
        r"(?P<when>(?:(?P<y>[0-9]{4})[-/.])?(?P<m>1[0-2]|0?[1-9])[-/.](?P<d>3[01]|[12][0-9]|0?[1-9])(?:\s+(?P<h>[01]?[0-9]|2[0-3])[:：](?P<min>[0-5][0-9])(?:[:：](?P<s>[0-5][0-9]))?)?)(?:\s|$|[^0-9.万元块wW])"
    ))
    .expect("constant")
});

// ---- short names -----------------------------------------------------------------------------------------------------

/// 收款甲：葛天民，农行 6200…; A卡=建设银行6200…: later 甲 and A卡 stand for these numbers.
fn short_names(
    source: &Source,
    lines: &[(usize, usize)],
    marks: &mut Vec<Mark>,
    taken: &mut [bool],
    list: &mut List,
) {
    let mut known: HashMap<String, (String, Option<bool>)> = HashMap::new();
    let mut heading: Option<bool> = None;
    let mut places: Vec<(usize, usize)> = Vec::new();
    for (start, end) in lines {
        let text = source.slice(*start, *end);
        if text.chars().count() <= 16 && text.trim_end().ends_with(['：', ':']) {
            heading = side_in(text);
        }
        let mut from = *start;
        let mut line_side: Option<bool> = None;
        for found in EXPLAINED.captures_iter(text) {
            let (Some(all), Some(name)) = (found.get(0), found.name("n")) else {
                continue;
            };
            let at = start + text[..name.start()].chars().count();
            let behind = start + text[..all.end()].chars().count();
            let stop = (behind..*end)
                .find(|at| matches!(source.at(*at), '；' | ';' | '。'))
                .unwrap_or(*end);
            let next = EXPLAINED
                .captures(source.slice(behind, stop))
                .and_then(|c| {
                    c.get(0)
                        .map(|m| source.slice(behind, stop)[..m.start()].chars().count())
                })
                .map_or(stop, |offset| behind + offset);
            let Some(number) = marks.iter().find_map(|mark| match &mark.what {
                What::Number(number) if mark.start >= behind && mark.end <= next => Some(number.clone()),
                _ => None,
            }) else {
                continue;
            };
            if has_money_between(marks, behind, next) {
                continue;
            }
            line_side = side_in(source.slice(from, behind)).or(line_side);
            let side = line_side.or(heading);
            let key = name.as_str().to_uppercase();
            // The same short name for two accounts explains nothing.
            known
                .entry(key)
                .and_modify(|held| {
                    if held.0 != number {
                        held.0.clear();
                    }
                })
                .or_insert((number.clone(), side));
            places.push((at, next));
            let mut party = Party::default();
            for mark in marks
                .iter()
                .filter(|mark| mark.start >= behind && mark.end <= next)
            {
                match &mark.what {
                    What::Number(number) if party.account.is_none() => party.account = Some(number.clone()),
                    What::Bank(bank) if party.bank.is_none() => party.bank = Some(bank.clone()),
                    What::Name(name) if party.name.is_none() => party.name = Some(name.clone()),
                    _ => {}
                }
            }
            list.known.insert(number.clone(), party);
            if side == Some(true) {
                list.own.insert(number);
            }
            if let Some(own) = side {
                list.explained.push((at, next, own));
            }
            from = next;
        }
    }
    known.retain(|_, (number, _)| !number.is_empty());
    if known.is_empty() {
        return;
    }
    let mut sides: HashMap<String, bool> = HashMap::new();
    let mut mentions = 0;
    for found in MENTIONED.captures_iter(source.text()) {
        let (Some(name), Some(all)) = (found.name("n"), found.get(0)) else {
            continue;
        };
        let Some((number, side)) = known.get(&name.as_str().to_uppercase()) else {
            continue;
        };
        let (start, end) = (source.position(all.start()), source.position(all.end()));
        let inside = places.iter().any(|(from, to)| start >= *from && start < *to);
        if inside || !stands_alone(source, start, end) {
            continue;
        }
        // 一号 may have been read as a name, A as nothing; only another kind of mark keeps its place.
        let held = marks.iter().any(|mark| {
            mark.start < end
                && mark.end > start
                && !(matches!(mark.what, What::Name(_)) && mark.start >= start && mark.end <= end)
        });
        if held {
            continue;
        }
        marks.retain(|mark| mark.end <= start || mark.start >= end);
        mentions += 1;
        if mentions > MENTIONS_MAX {
            break;
        }
        taken[start..end].fill(true);
        marks.push(Mark {
            start,
            end,
            what: What::Number(number.clone()),
        });
        if side.is_none() {
            let pays = matches!(next_word(source, end), '→' | '-' | '>' | '=');
            sides.entry(number.clone()).or_insert(pays);
        }
    }
    for (at, to) in places {
        let number = marks.iter().find_map(|mark| match &mark.what {
            What::Number(number) if mark.start >= at && mark.end <= to => Some(number.clone()),
            _ => None,
        });
        if let Some(own) = number.and_then(|number| sides.get(&number).copied())
            && !list.explained.iter().any(|known| known.0 == at)
        {
            list.explained.push((at, to, own));
        }
    }
    marks.sort_by_key(|mark| mark.start);
}

fn has_money_between(marks: &[Mark], from: usize, to: usize) -> bool {
    marks
        .iter()
        .any(|mark| mark.start >= from && mark.end <= to && matches!(mark.what, What::Money(_)))
}

/// Whether the account is the victim's, as far as the words say.
fn side_in(text: &str) -> Option<bool> {
    if PAYS.is_match(text) {
        return Some(true);
    }
    GETS.is_match(text).then_some(false)
}

fn next_word(source: &Source, mut at: usize) -> char {
    while source.at(at) == ' ' || source.at(at) == '卡' {
        at += 1;
    }
    source.at(at)
}

/// 甲 in 转给甲8600 stands for an account, 甲 in 甲方 does not.
fn stands_alone(source: &Source, start: usize, end: usize) -> bool {
    let (before, next) = (source.before(start), source.at(end));
    let latin = |c: char| c.is_ascii_alphanumeric();
    let first = source.at(start);
    if latin(first) {
        return !latin(before) && (!latin(next) || next.is_ascii_digit());
    }
    let before_ok = before == '\0'
        || before.is_whitespace()
        || matches!(
            before,
            '给' | '到'
                | '往'
                | '向'
                | '→'
                | '>'
                | '、'
                | '，'
                | ','
                | '由'
                | '从'
                | '用'
                | '是'
                | '同'
                | '与'
                | '（'
                | '('
                | '：'
                | ':'
                | '方'
        );
    let next_ok = !matches!(
        next,
        '方' | '级' | '状' | '肝' | '醇' | '烷' | '骨' | '楼' | '线' | '门' | '店' | '院'
    );
    before_ok && next_ok
}

// ---- into the rows ---------------------------------------------------------------------------------------------------

/// What a line of a table says of its sum stands above what the words around it would say.
pub(super) fn judge(story: &Story, sums: &mut [Sum]) {
    for sum in sums {
        let Some(record) = story.list.record_of(story.marks[sum.mark].start) else {
            continue;
        };
        sum.role = record.role;
        sum.taken = record.how == Some(How::Taken);
        (sum.asked, sum.confirms, sum.unsure) = (false, false, None);
        (sum.replaced_by, sum.corrects, sum.retried, sum.done_at) = (None, None, None, None);
    }
}

/// Puts the cells of each line into its draft, and takes out what went from one own card to another.
pub(super) fn settle(story: &Story, sums: &[Sum], drafts: &mut Vec<Draft>) {
    let list = &story.list;
    let mut made = Vec::with_capacity(drafts.len());
    for mut draft in drafts.drain(..) {
        let Some(record) = list.record_of(story.marks[sums[draft.sum].mark].start) else {
            made.push(draft);
            continue;
        };
        draft.doubt.clear();
        draft.of_list = true;
        if let Some((value, start, end)) = &record.at {
            draft.at = Some(value.clone());
            draft.time_span = Some((*start, *end));
        } else {
            (draft.at, draft.time_span) = (None, None);
        }
        if let Some((party, start, end)) = &record.payee {
            draft.payee.party = party.clone();
            draft.payee.from = From::Clause;
            draft.payee.span = Some((*start, *end));
        } else {
            draft.payee = super::attach::Slot::none();
        }
        if let Some((party, start, end)) = record.payer.as_ref().or(list.owner.as_ref()) {
            draft.payer.party = party.clone();
            draft.payer.from = From::Clause;
            draft.payer.span = Some((*start, *end));
        } else {
            draft.payer = super::attach::Slot::none();
        }
        if let Some(how) = record.how {
            draft.how = how;
        }
        for _ in 1..record.count {
            made.push(draft.clone());
        }
        made.push(draft);
    }
    made.retain(|draft| {
        let account = draft.payee.party.account.as_ref();
        !(draft.is_paid() && account.is_some_and(|account| list.own.contains(account)))
    });
    *drafts = made;
}

static LONG_DIGITS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[0-9](?:[ \-]?[0-9]){7,31}").expect("constant"));
static BRACKETED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[（(\[【][^）)\]】]*[）)\]】]").expect("constant"));
static SUMMING: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"合计|总计|共计|小计|累计|总额|总共|一共").expect("constant"));
static CLOCK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"([0-9]{1,2})[:：时点]([0-9]{2})(?:分)?(?:[:：]([0-9]{2}))?").expect("constant")
});
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s*(?:([0-9]{2}|[0-9]{4})[-/.年])?([0-9]{1,2})[-/.月]([0-9]{1,2})[日号]?(?:[^0-9:.]|$)")
        .expect("constant")
});
static DAY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?:(?:[0-9]{2}|[0-9]{4})[-/.年])?[0-9]{1,2}[-/.月][0-9]{1,2}[日号]?$|^同[日上]$|^[昨今前]天$",
    )
    .expect("constant")
});
static WHOLE_TIME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?:(?:(?:[0-9]{2}|[0-9]{4})[-/.年])?[0-9]{1,2}[-/.月][0-9]{1,2}[日号]?)?\s*(?:[0-9]{1,2}[:：时点][0-9]{2}分?(?:[:：][0-9]{2})?)?$",
    )
    .expect("constant")
});
static SUM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[-+]?[¥￥]?[-+]?[0-9][0-9,]*(?:\.[0-9]+)?(?:元|万元?|[wW]|块钱?)?$").expect("constant")
});
static PLAIN_SUM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[-+]?[¥￥]?\s?[-+]?([0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]{1,2})?|[0-9]+(?:\.[0-9]{1,2})?)\s?(?:元|块钱?)?$")
        .expect("constant")
});
static THOUSANDS_HEAD: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[-+¥￥]{0,2}[0-9]{1,3}$").expect("constant"));
static THOUSANDS_TAIL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[0-9]{3}(?:\.[0-9]{1,2})?(?:元)?$").expect("constant"));
static COUNT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:共|×|x|X|\*)?\s?([0-9]{1,2})\s?(?:张|笔|次|件|个)?$").expect("constant")
});
static ROW_NUMBER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[（(#第]?([0-9]{1,3})[.、)）笔]?$|^[①-⑳]$").expect("constant"));
static DIRECTION: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:收|付|支|出|进|入|借|贷|转出|转入|支出|收入|转账|汇出|汇入|付款|收款|消费|返|返款|退款|提现|入金|出金|充值)")
        .expect("constant")
});
static ACCOUNT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[0-9][0-9 \-]{6,44}[0-9]$").expect("constant"));
static TAIL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:尾号|\*{2,}|[xX]{2,})\s?([0-9]{3,6})$").expect("constant"));
static NOTHING: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:-+|/|／|—+|无|空|不详|未知|现金|不清楚|没有)$").expect("constant"));
static NO_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"银行|取款人|上门|不详|未知|现金|扫码|收款码|二维码|商户码|客服|骗子|对方|本人|同上|微信|支付宝|钱包|卡密").expect("constant")
});
static SAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:同上|同前|″|〃|同(?:第|序号|编号|行)?[0-9①-⑳]{1,2}笔?|同一(?:账户|账号|人)|还是上面)")
        .expect("constant")
});
static SAME_AS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"同(?:第|序号|编号|行)?\s?([0-9]{1,2}|[①-⑳])").expect("constant"));
static BANK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\p{Han}{2,14}(?:银行|信用社|农商行|支付宝|云闪付)$").expect("constant"));
static LONE_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[\s/、，,·:：（）()]*(\p{Han}{2,4}|\p{Han}{1,6}·\p{Han}{1,6}|[\p{Han}*×]{2,4}|[\p{Han}（）()]{4,24}(?:公司|商行|经营部|店|厂|中心|工作室))[\s/、，,:：（）()]*$")
        .expect("constant")
});
static FAILED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"失败|未成功|没成功|不成功|拦截|退回|被退|撤销|未付|没付|未转|没转|冲正|未支付|未到账|拒绝|未完成|没有付|户名不符|交易关闭|已取消").expect("constant")
});
static SUCCEEDED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?:后来?|重[转试发]|再次?|第二次).{0,12}成功").expect("constant"));
static COMES: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:收|进|入|贷|转入|收入|汇入|返|退款|提现|出金)").expect("constant"));
static COMES_BY_WORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[\s|/,，])(?:收|返[款现佣利还]*|退款|转入|平台返|佣金|提现(?:到账)?|返佣|对方返)(?:[\s|/,，]|$)").expect("constant")
});
static OWN_INCOME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"工资|利息|结息|薪|货款|贷款|放款|本人|借款|亲戚|退货").expect("constant"));
static OWN_SPENDING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"消费|超市|购物|房租|水电|话费|还款|还贷|自己转自己|本人互转|自转|加油|停车|医保|社保|手续费|短信费|年费|午餐|无关|POS").expect("constant")
});
static OF_CASE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"第\s?([0-9、，,和及至\-~到 ]+)\s?笔(?:均|都|全)?(?:系|为|是|属|才是)?[^，。；\n]{0,12}(?:任务|骗|诈|涉案|转给对方|转给客服|给对方|投资|充值)").expect("constant")
});
static NOT_OF_CASE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"第\s?([0-9、，,和及至\-~到 ]+)\s?笔(?:均|都|全)?(?:系|为|是|属)?[^，。；\n]{0,8}(?:自己|本人|个人|家用|无关|正常|不是被骗|不算)").expect("constant")
});
static PIECES: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"([^0-9]*)([0-9]+)").expect("constant"));

static OWNER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"客户|户主|付款|转出|本人|我的|明细查询|流水|交易明细|账户明细|对账单|妻子|丈夫|老婆|老公")
        .expect("constant")
});
static EXPLAINED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:(?:^|[；;，,\s（(：:])(?:付款|收款|我的|转出|转入|对方|供应商|卡商|商家|账户|账号|户头|卡|收款卡|收款人|收款账户|付款卡|付款账户|卡片|本人)?\s?)",
        r"(?P<n>[甲乙丙丁戊己]|[A-Ha-h][0-9]?|[①②③④⑤⑥]|[一二三四五六][号]|[1-9]号)(?:卡|账户|账号|户|方)?\s?(?:[=：:＝]|是|为|指|\s)\s?"
    ))
    .expect("constant")
});
static MENTIONED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?P<n>[甲乙丙丁戊己]|[A-Ha-h][0-9]?|[一二三四五六]号|[1-9]号)(?:卡|账户|账号)?")
        .expect("constant")
});
static PAYS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"付款|我的|转出|本人|自己|我方|出账|付钱|受害人|妻子|丈夫").expect("constant")
});
static GETS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"收款|对方|供应商|卡商|商家|转入|骗子|入金|打款|币商|客服给").expect("constant")
});
