//! Rows out of lines, once it is known which column means what.
//!
//! Promises: each line of a table is a row, a problem with its reasons, or is counted as skipped (titles, totals, blank
//! lines, payments that failed). All problems of a row are named at once. A balance that does not follow from the row
//! before is a flag, in whichever order the file runs. Leaves out duplicates between files.

use crate::cell::{Cell, tidy};
use crate::clean::{amount, direction_of, identifier, moment, not_done, serial};
use crate::fields::{Field, Mapping, Sign, Unit, header_keys, may_be_stacked, stacked, unit_named};
use crate::kind::{Go, Line, Source};
use crate::problem::{FileProblem, RowCode, RowProblem, masked};
use crate::title::{Title, of_sheet_name};
use kernel::{AccountNo, Fen, Instant};
use std::collections::HashMap;
use std::io::{Read, Seek};
use std::ops::ControlFlow;

/// Where a row stands: the sheet counted from 0, the line from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    pub sheet: u16,
    pub line: u64,
}

/// Which way the money went, seen from the statement's own account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Direction {
    Out,
    In,
}

/// One row of a statement, clean. Personal data: who shows it masks it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    pub place: Place,
    pub own: AccountNo,
    pub own_name: String,
    pub direction: Direction,
    pub amount: Fen,
    pub at: Instant,
    /// False when the file gives a date only.
    pub time_given: bool,
    pub serial: Option<String>,
    /// `None` when the file does not say, or only masked.
    pub other: Option<AccountNo>,
    pub other_name: String,
    pub other_bank: String,
    pub balance: Option<Fen>,
    pub summary: String,
    pub cash: bool,
    pub merchant: String,
}

/// What reading meets.
#[derive(Clone, Debug)]
pub enum Met {
    Row(Box<Statement>),
    /// One of a row's problems; [`RowCode::refuses`] says whether the row is lost to it.
    Problem(RowProblem),
    /// How far the file was read; said now and then.
    Progress(u64),
}

/// What reading needs to know besides the mapping.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// Rows later than a day after this are out of range.
    pub latest: Instant,
}

/// Counts over one file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub lines: u64,
    pub rows: u64,
    /// Lines of the table that were refused.
    pub refused: u64,
    pub flagged: u64,
    /// Lines that are no rows: titles, totals, blank.
    pub skipped: u64,
    /// Payments that failed: no money moved.
    pub not_done: u64,
    /// Rows with a date only.
    pub without_time: u64,
    pub sheets: u16,
}

/// Reads every row of the file. `visit` may stop it.
pub fn read<R: Read + Seek>(
    source: &mut Source<R>,
    mapping: &Mapping,
    rules: &Rules,
    visit: &mut dyn FnMut(Met) -> ControlFlow<()>,
) -> Result<Tally, FileProblem> {
    let sheets = source.sheets();
    let mut reading = Reading {
        mapping,
        rules,
        sheets: &sheets,
        sheet: None,
        columns: None,
        title: Title::default(),
        before_header: 0,
        above: Vec::new(),
        tally: Tally::default(),
        balances: HashMap::new(),
        problems: Vec::new(),
        row: false,
    };
    source.lines(&mut |line| reading.line(line, visit))?;
    if reading.tally.sheets == 0 {
        return Err(FileProblem::MappingDoesNotFit);
    }
    Ok(reading.tally)
}

/// Lines of a sheet that may stand above its header.
const TITLE_LINES_MAX: u64 = 200;
/// Accounts whose last balance is remembered.
const BALANCES_MAX: usize = 100_000;
const PROGRESS_EVERY: u64 = 2_048;

struct Reading<'m> {
    mapping: &'m Mapping,
    rules: &'m Rules,
    sheets: &'m [String],
    sheet: Option<u16>,
    columns: Option<Columns>,
    title: Title,
    before_header: u64,
    /// The line before, for headers of two lines.
    above: Vec<String>,
    tally: Tally,
    balances: HashMap<AccountNo, Chain>,
    problems: Vec<RowProblem>,
    row: bool,
}

/// Which column of this sheet holds which field.
struct Columns {
    at: HashMap<Field, usize>,
    headers: Vec<String>,
    /// The one or two lines of the header as they stand in the file.
    lines: Vec<Vec<String>>,
    units: HashMap<Field, Unit>,
}

impl Reading<'_> {
    fn line(&mut self, line: &Line<'_>, visit: &mut dyn FnMut(Met) -> ControlFlow<()>) -> Go {
        if self.sheet != Some(line.sheet) {
            self.begin_sheet(line.sheet);
        }
        self.tally.lines += 1;
        if self.tally.lines.is_multiple_of(PROGRESS_EVERY) && visit(Met::Progress(line.position)).is_break() {
            return Go::Stop;
        }
        if self.columns.is_none() {
            return self.above_header(line);
        }
        self.problems.clear();
        self.row = false;
        let row = self.table_line(line);
        let refused = self.problems.iter().any(|p| p.code.refuses());
        for problem in self.problems.drain(..) {
            if visit(Met::Problem(problem)).is_break() {
                return Go::Stop;
            }
        }
        match row {
            Some(row) if !refused => {
                self.tally.rows += 1;
                self.tally.without_time += u64::from(!row.time_given);
                if visit(Met::Row(Box::new(row))).is_break() {
                    return Go::Stop;
                }
            }
            _ if self.row => self.tally.refused += 1,
            _ => {}
        }
        Go::On
    }

    fn begin_sheet(&mut self, sheet: u16) {
        self.sheet = Some(sheet);
        self.columns = None;
        self.before_header = 0;
        self.above.clear();
        let name = self
            .sheets
            .get(usize::from(sheet))
            .map(String::as_str)
            .unwrap_or_default();
        self.title = Title {
            own: of_sheet_name(name),
            ..Title::default()
        };
    }

    fn above_header(&mut self, line: &Line<'_>) -> Go {
        self.before_header += 1;
        let cells = words_of(line.cells);
        let columns = Columns::of(vec![cells.clone()], self.mapping).or_else(|| {
            may_be_stacked(&self.above, &cells)
                .then(|| Columns::of(vec![self.above.clone(), cells.clone()], self.mapping))
                .flatten()
        });
        self.above = cells;
        if let Some(mut columns) = columns {
            // What the title says holds for columns that say nothing.
            if let Some(unit) = self.title.unit {
                for field in [Field::Amount, Field::AmountIn, Field::AmountOut, Field::Balance] {
                    columns.units.entry(field).or_insert(unit);
                }
            }
            self.columns = Some(columns);
            self.tally.sheets += 1;
            return Go::On;
        }
        self.title.look(line.cells);
        self.tally.skipped += 1;
        if self.before_header > TITLE_LINES_MAX {
            Go::NextSheet
        } else {
            Go::On
        }
    }

    fn table_line(&mut self, line: &Line<'_>) -> Option<Statement> {
        let columns = self.columns.take()?;
        let row = self.of_line(line, &columns);
        self.columns = Some(columns);
        row
    }

    fn of_line(&mut self, line: &Line<'_>, columns: &Columns) -> Option<Statement> {
        if self.is_no_row(line, columns) {
            self.tally.skipped += 1;
            return None;
        }
        self.row = true;
        let mut at = Reader {
            line,
            columns,
            problems: &mut self.problems,
        };
        if line.cut {
            at.problem(None, RowCode::LineTooLong);
            return None;
        }
        if line.quote_open {
            at.problem(None, RowCode::QuoteOpen);
        }
        if at.text(Field::Status).is_some_and(|t| not_done(&t)) {
            self.row = false;
            self.tally.not_done += 1;
            return None;
        }
        let row = at.statement(self.mapping, self.rules, &self.title);
        match row {
            Some(row) => {
                self.check_balance(&row, line, columns);
                Some(row)
            }
            None => {
                // Rows that are missing break the chain; nothing can be said of the next one.
                self.balances.clear();
                None
            }
        }
    }

    /// Blank lines, totals, the header again, the title of a further account.
    fn is_no_row(&mut self, line: &Line<'_>, columns: &Columns) -> bool {
        let filled: Vec<&Cell<'_>> = line.cells.iter().filter(|c| !c.is_blank()).collect();
        if filled.is_empty() {
            return true;
        }
        let blank = |fields: &[Field]| fields.iter().all(|f| columns.cell(line, *f).is_blank());
        let no_time = blank(&[Field::Time, Field::Date]);
        let no_amount = blank(&[Field::Amount, Field::AmountIn, Field::AmountOut]);
        if filled.len() <= 2 || no_time || no_amount {
            let mut title = Title::default();
            title.look(line.cells);
            if (title.own.is_some() || title.name.is_some()) && no_amount {
                title.unit = title.unit.or(self.title.unit);
                self.title = title;
                return true;
            }
        }
        if columns.is_header_again(line.cells) || (no_time && no_amount) {
            return true;
        }
        let first = filled.first().map(|c| c.shown()).unwrap_or_default();
        let total = [
            "合计",
            "总计",
            "小计",
            "本页",
            "累计",
            "共计",
            "期末",
            "期初",
            "打印",
            "导出",
            "说明",
            "备注:",
            "备注：",
            "----",
            "====",
            "#",
        ];
        if is_total(&filled) && blank(&[Field::Other, Field::OtherCard, Field::Serial]) {
            return true;
        }
        let no_digits = |c: &Cell<'_>| {
            !matches!(c, Cell::Number(_) | Cell::Serial(_)) && !c.shown().chars().any(|c| c.is_ascii_digit())
        };
        // Signatures below the table.
        if filled
            .iter()
            .all(|c| no_digits(c) && !c.shown().chars().any(char::is_numeric))
        {
            return true;
        }
        let time_cell = columns.cell(line, Field::Time);
        let date_cell = columns.cell(line, Field::Date);
        (total.iter().any(|w| first.replace(' ', "").starts_with(w))
            && no_digits(time_cell)
            && no_digits(date_cell))
            || (filled.len() == 1 && line.cells.len() > 1 && columns.at.len() > 2)
    }

    fn check_balance(&mut self, row: &Statement, line: &Line<'_>, columns: &Columns) {
        let Some(balance) = row.balance else {
            self.balances.remove(&row.own);
            return;
        };
        let signed = match row.direction {
            Direction::In => row.amount.0,
            Direction::Out => -row.amount.0,
        };
        let here = Chain {
            balance: balance.0,
            signed,
        };
        if self.balances.len() >= BALANCES_MAX {
            self.balances.clear();
        }
        if let Some(before) = self.balances.insert(row.own.clone(), here) {
            // A file runs forwards or backwards.
            let forwards = before.balance.saturating_add(signed) == here.balance;
            let backwards = here.balance.saturating_add(before.signed) == before.balance;
            if !forwards && !backwards {
                self.tally.flagged += 1;
                let mut at = Reader {
                    line,
                    columns,
                    problems: &mut self.problems,
                };
                at.problem(Some(Field::Balance), RowCode::BalanceContradicts);
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Chain {
    balance: i64,
    signed: i64,
}

impl Columns {
    /// One line or two as header, when every column is there that rows cannot be read without.
    fn of(lines: Vec<Vec<String>>, mapping: &Mapping) -> Option<Columns> {
        let headers = match lines.as_slice() {
            [top, bottom] => stacked(top, bottom),
            [one] => one.clone(),
            _ => return None,
        };
        let keys = header_keys(&headers);
        let find = |key: &String| keys.iter().position(|k| k == key);
        let at: HashMap<Field, usize> = mapping
            .columns
            .iter()
            .filter_map(|(f, key)| Some((*f, find(key)?)))
            .collect();
        let has = |f: Field| at.contains_key(&f);
        let money = match mapping.sign {
            Sign::Marked => has(Field::Amount) && has(Field::Direction),
            Sign::TwoColumns => has(Field::AmountIn) && has(Field::AmountOut),
            Sign::NegativeIsOut | Sign::NegativeIsIn => has(Field::Amount),
            Sign::PayerAndPayee => has(Field::Amount) && has(Field::Payer) && has(Field::Payee),
        };
        if !money || !(has(Field::Time) || has(Field::Date)) {
            return None;
        }
        let units = at
            .iter()
            .filter_map(|(f, i)| Some((*f, unit_named(&headers[*i])?)))
            .collect();
        Some(Columns {
            at,
            headers,
            lines,
            units,
        })
    }

    fn cell<'l>(&self, line: &'l Line<'_>, field: Field) -> &'l Cell<'l> {
        self.at
            .get(&field)
            .and_then(|i| line.cells.get(*i))
            .unwrap_or(&Cell::Empty)
    }

    fn is_header_again(&self, cells: &[Cell<'_>]) -> bool {
        let again = words_of(cells);
        self.lines.iter().any(|line| {
            let filled = line.iter().filter(|c| !c.is_empty()).count();
            let same = again
                .iter()
                .zip(line)
                .filter(|(a, b)| a == b && !a.is_empty())
                .count();
            same >= filled.min(3) && same * 2 > filled
        })
    }
}

/// The texts of a line; a number is no word.
fn words_of(cells: &[Cell<'_>]) -> Vec<String> {
    let text = |c: &Cell<'_>| match c {
        Cell::Text(t) => tidy(t).to_owned(),
        _ => String::new(),
    };
    cells.iter().map(text).collect()
}

/// Lines that carry a date as rows do, and say in a word of their own that they are sums or balances carried over.
fn is_total(filled: &[&Cell<'_>]) -> bool {
    const WORDS: [&str; 21] = [
        "合计",
        "小计",
        "总计",
        "共计",
        "累计",
        "本日合计",
        "本页合计",
        "本页小计",
        "本月合计",
        "本月累计",
        "本年累计",
        "承前页",
        "过次页",
        "期初余额",
        "期末余额",
        "上期余额",
        "上日余额",
        "日终余额",
        "上页余额",
        "上年结转",
        "结转下年",
    ];
    filled.iter().any(|cell| match cell {
        Cell::Text(text) => {
            let word: String = tidy(text).chars().filter(|c| !c.is_whitespace()).collect();
            WORDS.contains(&word.trim_end_matches([':', '：']))
        }
        _ => false,
    })
}

/// Between whom a row moves money, seen from the statement's own account.
struct Ends {
    direction: Direction,
    amount: Fen,
    own: AccountNo,
    own_name: String,
    other: Option<AccountNo>,
    other_name: String,
    own_is_known: bool,
}

/// Reads the fields of one line and gathers what is wrong with them.
struct Reader<'a> {
    line: &'a Line<'a>,
    columns: &'a Columns,
    problems: &'a mut Vec<RowProblem>,
}

const TEXT_MAX: usize = 120;

impl Reader<'_> {
    fn statement(&mut self, mapping: &Mapping, rules: &Rules, title: &Title) -> Option<Statement> {
        let moment = self.time(rules);
        let ends = match mapping.sign {
            Sign::PayerAndPayee => self.payer_and_payee(mapping, title),
            _ => self.own_and_other(mapping, title),
        };
        self.currency();
        let serial = self.serial();
        let balance = self.balance();
        let (moment, ends) = (moment?, ends?);
        let Ends {
            direction,
            amount,
            own,
            own_name,
            other,
            other_name,
            own_is_known,
        } = ends;
        if other.as_ref().is_some_and(|o| o.main() == own.main()) {
            self.problem(Some(Field::Other), RowCode::SameAccount);
            return None;
        }
        if self.problems.iter().any(|p| p.code.refuses()) {
            return None;
        }
        Some(Statement {
            place: self.place(),
            own,
            own_name,
            direction,
            amount,
            at: moment.at,
            time_given: moment.time_given,
            serial,
            other,
            other_name,
            other_bank: self.text(Field::OtherBank).unwrap_or_default(),
            // Of a table that does not say whose it is, nobody knows whose the balance is.
            balance: balance.filter(|_| own_is_known),
            summary: self.summary(),
            cash: self.cash(),
            merchant: self.text(Field::Merchant).unwrap_or_default(),
        })
    }

    fn own_and_other(&mut self, mapping: &Mapping, title: &Title) -> Option<Ends> {
        let money = self.money(mapping);
        let own = self.own(mapping, title);
        let other = self.other(mapping);
        let ((direction, amount), own, other) = (money?, own?, other?);
        let name_in_account = || self.text(Field::Other).filter(|t| !t.is_ascii());
        let other_name = self
            .text(Field::OtherName)
            .or_else(|| other.is_none().then(name_in_account).flatten());
        Some(Ends {
            direction,
            amount,
            own,
            own_name: self
                .text(Field::OwnName)
                .or_else(|| title.name.clone())
                .unwrap_or_default(),
            other,
            other_name: other_name.unwrap_or_default(),
            own_is_known: true,
        })
    }

    /// Both ends by name. The own account, where it is known, says from which of them the row is seen; else from the payer's.
    fn payer_and_payee(&mut self, mapping: &Mapping, title: &Title) -> Option<Ends> {
        let amount = match self.amount(Field::Amount).ok()? {
            Some(amount) if amount.is_positive() => amount,
            wrong => {
                let code = match wrong {
                    None => RowCode::AmountMissing,
                    Some(Fen(0)) => RowCode::AmountZero,
                    Some(_) => RowCode::AmountNegative,
                };
                self.problem(Some(Field::Amount), code);
                return None;
            }
        };
        let payer = self.named(Field::Payer, mapping)?;
        let payee = self.named(Field::Payee, mapping)?;
        let typed = mapping.own.as_deref().and_then(AccountNo::parse);
        let own = title.own.clone().or(typed);
        let is_own = |end: &Option<AccountNo>| match (end, &own) {
            (Some(end), Some(own)) => end.main() == own.main(),
            _ => false,
        };
        let own_is_known = is_own(&payer) || is_own(&payee);
        let inward = is_own(&payee) || (payer.is_none() && payee.is_some());
        let name = |field| self.text(field).unwrap_or_default();
        let (payer_name, payee_name) = (name(Field::PayerName), name(Field::PayeeName));
        let (direction, own, own_name, other, other_name) = match (inward, payer, payee) {
            (true, payer, Some(payee)) => (Direction::In, payee, payee_name, payer, payer_name),
            (_, Some(payer), payee) => (Direction::Out, payer, payer_name, payee, payee_name),
            (_, None, _) => {
                self.problem(Some(Field::Payer), RowCode::AccountMissing);
                return None;
            }
        };
        Some(Ends {
            direction,
            amount,
            own,
            own_name,
            other,
            other_name,
            own_is_known,
        })
    }

    /// An account that a row may leave out or mask.
    fn named(&mut self, field: Field, mapping: &Mapping) -> Option<Option<AccountNo>> {
        match identifier(&self.cell(field), mapping.trust_zeros) {
            Ok(number) => Some(number),
            // A name, or a number that the bank has masked, says who it was as little as nothing does.
            Err(RowCode::AccountMalformed)
                if self.text(field).is_some_and(|t| t.contains('*') || !t.is_ascii()) =>
            {
                Some(None)
            }
            Err(code) => {
                self.problem(Some(field), code);
                None
            }
        }
    }

    fn place(&self) -> Place {
        Place {
            sheet: self.line.sheet,
            line: self.line.line,
        }
    }

    fn cell(&self, field: Field) -> Cell<'_> {
        *self.columns.cell(self.line, field)
    }

    fn text(&self, field: Field) -> Option<String> {
        let shown = match self.cell(field) {
            Cell::Text(text) => tidy(text).chars().take(TEXT_MAX).collect::<String>(),
            cell => cell.shown(),
        };
        (!matches!(shown.as_str(), "" | "-" | "--" | "/" | "null" | "NULL" | "\\N")).then_some(shown)
    }

    fn problem(&mut self, field: Option<Field>, code: RowCode) {
        let column = field
            .and_then(|f| self.columns.at.get(&f))
            .map(|i| self.columns.headers[*i].clone());
        let value = field.map(|f| masked(&self.cell(f).shown()));
        self.problems.push(RowProblem {
            place: self.place(),
            column: column.unwrap_or_default(),
            value: value.unwrap_or_default(),
            code,
        });
    }

    fn time(&mut self, rules: &Rules) -> Option<crate::Moment> {
        match moment(&self.cell(Field::Date), &self.cell(Field::Time), rules.latest) {
            Ok(moment) => Some(moment),
            Err(code) => {
                let field = if self.cell(Field::Time).is_blank() && self.columns.at.contains_key(&Field::Date)
                {
                    Field::Date
                } else {
                    Field::Time
                };
                self.problem(Some(field), code);
                None
            }
        }
    }

    fn amount(&mut self, field: Field) -> Result<Option<Fen>, ()> {
        self.amount_quietly(field)
            .map_err(|code| self.problem(Some(field), code))
    }

    fn money(&mut self, mapping: &Mapping) -> Option<(Direction, Fen)> {
        match mapping.sign {
            Sign::Marked => self.marked(mapping),
            Sign::TwoColumns => self.two_columns(),
            Sign::NegativeIsOut => self.signed(Direction::Out),
            Sign::NegativeIsIn => self.signed(Direction::In),
            // Who paid is asked of the accounts.
            Sign::PayerAndPayee => None,
        }
    }

    fn marked(&mut self, mapping: &Mapping) -> Option<(Direction, Fen)> {
        let value = self.amount(Field::Amount);
        let direction = match self.cell(Field::Direction) {
            Cell::Number(n) => direction_of(&n.to_string(), &mapping.out_words, &mapping.in_words),
            Cell::Text(text) => direction_of(text, &mapping.out_words, &mapping.in_words),
            _ => None,
        };
        if direction.is_none() {
            let code = if self.cell(Field::Direction).is_blank() {
                RowCode::DirectionMissing
            } else {
                RowCode::DirectionUnknown
            };
            self.problem(Some(Field::Direction), code);
        }
        let code = match value.ok()? {
            None => RowCode::AmountMissing,
            Some(Fen(0)) => RowCode::AmountZero,
            Some(Fen(v)) if v < 0 && mapping.signed && direction == Some(Direction::Out) => {
                return Some((Direction::Out, Fen(-v)));
            }
            Some(Fen(v)) if v < 0 => RowCode::AmountNegative,
            Some(value) => return Some((direction?, value)),
        };
        self.problem(Some(Field::Amount), code);
        None
    }

    fn two_columns(&mut self) -> Option<(Direction, Fen)> {
        let (out, inward) = (self.amount(Field::AmountOut), self.amount(Field::AmountIn));
        let (out, inward) = (out.ok()?, inward.ok()?);
        let filled = |v: Option<Fen>| v.filter(|f| f.0 != 0);
        let (field, code) = match (filled(out), filled(inward)) {
            (Some(v), None) if v.is_positive() => return Some((Direction::Out, v)),
            (None, Some(v)) if v.is_positive() => return Some((Direction::In, v)),
            (Some(_), None) => (Field::AmountOut, RowCode::AmountNegative),
            (None, Some(_)) => (Field::AmountIn, RowCode::AmountNegative),
            (Some(_), Some(_)) => (Field::AmountOut, RowCode::BothAmounts),
            (None, None) if out.or(inward).is_some() => (Field::AmountOut, RowCode::AmountZero),
            (None, None) => (Field::AmountOut, RowCode::AmountMissing),
        };
        self.problem(Some(field), code);
        None
    }

    fn signed(&mut self, negative: Direction) -> Option<(Direction, Fen)> {
        let positive = match negative {
            Direction::Out => Direction::In,
            Direction::In => Direction::Out,
        };
        let code = match self.amount(Field::Amount).ok()? {
            None => RowCode::AmountMissing,
            Some(Fen(0)) => RowCode::AmountZero,
            Some(Fen(v)) if v < 0 => return Some((negative, Fen(-v))),
            Some(value) => return Some((positive, value)),
        };
        self.problem(Some(Field::Amount), code);
        None
    }

    fn currency(&mut self) {
        let Some(text) = self.text(Field::Currency) else {
            return;
        };
        let upper = text.to_uppercase();
        let yuan = ["人民币", "CNY", "RMB"].iter().any(|w| upper.contains(w))
            || matches!(upper.as_str(), "156" | "001" | "01" | "1" | "元");
        if !yuan {
            self.problem(Some(Field::Currency), RowCode::CurrencyForeign);
        }
    }

    /// The card where there is one: orders are about cards.
    fn own(&mut self, mapping: &Mapping, title: &Title) -> Option<AccountNo> {
        for field in [Field::OwnCard, Field::Own] {
            match identifier(&self.cell(field), mapping.trust_zeros) {
                Ok(Some(number)) => return Some(number),
                Ok(None) => {}
                Err(code) => {
                    self.problem(Some(field), code);
                    return None;
                }
            }
        }
        let typed = mapping.own.as_deref().and_then(AccountNo::parse);
        let found = title.own.clone().or(typed);
        if found.is_none() {
            self.problem(None, RowCode::AccountMissing);
        }
        found
    }

    /// `Some(None)`: nobody says who it was.
    fn other(&mut self, mapping: &Mapping) -> Option<Option<AccountNo>> {
        for field in [Field::OtherCard, Field::Other] {
            if let Some(number) = self.named(field, mapping)? {
                return Some(Some(number));
            }
        }
        Some(None)
    }

    /// A serial that cannot be trusted is left out: the row is then known by what it says.
    fn serial(&self) -> Option<String> {
        serial(&self.cell(Field::Serial)).ok().flatten()
    }

    fn balance(&mut self) -> Option<Fen> {
        match self.amount_quietly(Field::Balance) {
            Ok(balance) => balance,
            Err(_) => {
                self.problem(Some(Field::Balance), RowCode::BalanceMalformed);
                None
            }
        }
    }

    fn amount_quietly(&self, field: Field) -> Result<Option<Fen>, RowCode> {
        let unit = self.columns.units.get(&field).copied().unwrap_or_default();
        let value = amount(&self.cell(field), unit == Unit::Fen)?;
        match value {
            Some(_) if unit == Unit::Rounded => Err(RowCode::AmountUnit),
            other => Ok(other),
        }
    }

    fn summary(&self) -> String {
        let parts = [Field::Summary, Field::Remark, Field::Channel]
            .into_iter()
            .filter_map(|f| self.text(f));
        let mut seen: Vec<String> = Vec::new();
        for part in parts {
            if !seen.contains(&part) {
                seen.push(part);
            }
        }
        seen.join(" · ").chars().take(TEXT_MAX).collect()
    }

    fn cash(&self) -> bool {
        let marked = self
            .text(Field::Cash)
            .is_some_and(|t| matches!(t.as_str(), "现金" | "现" | "01" | "1" | "是" | "Y" | "现金交易"));
        let words = self.text(Field::Summary).unwrap_or_default();
        marked
            || [
                "取现",
                "ATM取款",
                "ATM取现",
                "现金支取",
                "现金存入",
                "现金取款",
                "现存",
                "现取",
            ]
            .iter()
            .any(|w| words.contains(w))
    }
}
