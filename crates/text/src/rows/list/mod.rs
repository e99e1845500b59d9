//! Lists of payments: lines under a header that names the columns, and short names that a list gives to its accounts
//! (收款甲：…, A卡=…, then A卡→甲 12,000).
//!
//! A line under a header is read by its columns alone, because a cell that holds only 200 or 龙腾云 says nothing by itself. A short name
//! is replaced by the number that it stands for, so that the reading of clauses sees an account.
//! Promises: a line that does not fit the header is left to the reading of clauses. Leaves out: sums stated for all lines (`total`).

mod header;
mod line;
mod movement;
mod short_names;
mod when;

use self::header::{Header, header_of};
use self::line::record;
use self::movement::{labelled_lines, owner};
use self::short_names::short_names;
use self::when::heads;
use crate::rows::attach::{Draft, From};
use crate::rows::mark::{Mark, What};
use crate::rows::role::{Role, Sum};
use crate::rows::row::{How, Party};
use crate::rows::said::Story;
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
            // 时间均为7月11日晚…, above a table whose lines have only hours.
            (header, day, misses) = (Some(found), day_above(source, &told, *start), 0);
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

/// The last day that is told in the lines above a table.
fn day_above(source: &Source, told: &[Mark], start: usize) -> Option<String> {
    let next = told.partition_point(|mark| mark.start < start);
    told[..next]
        .iter()
        .rev()
        .take(12)
        .find_map(|mark| match &mark.what {
            What::Time(moment) if moment.dated && start - mark.end <= 120 => {
                let reported = super::words::REPORTED.is_match(source.left(mark.start, 8));
                moment.day().filter(|_| !reported).map(str::to_owned)
            }
            _ => None,
        })
}

/// 转出 100000, then 退回 100000: the first did not arrive, and the second is no money from the fraud side.
fn bounced(records: &mut [Record]) {
    for at in 1..records.len() {
        // A line that tells a try and its return, with whom it was for, is one that did not go through.
        if !records[at].returned || records[at].payee.is_some() {
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

static OF_CASE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"第\s?([0-9、，,和及至\-~到 ]+)\s?笔(?:均|都|全)?(?:系|为|是|属|才是)?[^，。；\n]{0,12}(?:任务|骗|诈|涉案|转给对方|转给客服|给对方|投资|充值)").expect("constant")
});

static NOT_OF_CASE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"第\s?([0-9、，,和及至\-~到 ]+)\s?笔(?:均|都|全)?(?:系|为|是|属)?[^，。；\n]{0,8}(?:自己|本人|个人|家用|无关|正常|不是被骗|不算)").expect("constant")
});

static PIECES: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"([^0-9]*)([0-9]+)").expect("constant"));
