//! The things a row is made of, in the order of the text: sums, account numbers, tails, banks, names and times.
//!
//! Promises: marks do not overlap; sums without a unit are kept, marked as bare. Leaves out: what a mark means.

mod banks;
mod holders;
mod names;
mod pieces;
#[cfg(test)]
mod tests;

use super::said::digits_of;
use crate::claims::Claims;
use crate::label::{Class, Labels};
use crate::person;
use crate::source::Source;
use crate::{Kind, amount, app, bank, identifier, social, time, url};
use kernel::Instant;
use kernel::identifier::luhn_ok;
use regex::Regex;
use std::sync::LazyLock;

#[derive(Clone, Debug, PartialEq)]
pub(super) enum What {
    Money(Money),
    /// An account number, digits only.
    Number(String),
    /// The end of a card.
    Tail(String),
    /// A bank's canonical name.
    Bank(String),
    /// A person or a firm, as written.
    Name(String),
    Time(Moment),
    /// A phone, an identity number, an address: not of interest, but not to be read as anything else.
    Other,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Money {
    pub(super) fen: i64,
    pub(super) approx: bool,
    /// A figure without unit or paying word: only its place can make it a sum.
    pub(super) bare: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) value: String,
    pub(super) approx: bool,
    /// A day was named beside the hour, or instead of it.
    pub(super) dated: bool,
}

impl Moment {
    pub(super) fn has_hour(&self) -> bool {
        self.value.contains('T')
    }

    /// The day of the moment, `None` for a month or a year.
    pub(super) fn day(&self) -> Option<&str> {
        self.value.get(..10)
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(super) struct Mark {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) what: What,
}

/// All marks of a text and which characters they take.
pub(super) fn find(source: &Source, reported_at: Instant) -> (Vec<Mark>, Vec<bool>) {
    let mut claims = Claims::new(source);
    url::recognise(source, &mut claims);
    social::recognise(source, &mut claims);
    time::recognise(source, reported_at, &mut claims);
    let times: Vec<(usize, usize)> = claims
        .entities()
        .iter()
        .map(|entity| (entity.start, entity.start + entity.text.chars().count()))
        .collect();
    identifier::recognise(source, &mut claims);
    let mut marks = Marks {
        source,
        list: Vec::new(),
        taken: vec![false; source.len()],
    };
    marks.tails();
    marks.take_entities(&claims);
    marks.unnamed_numbers();
    let sums = amount::candidates(source, &money_claims(source, &claims, &times));
    marks.prices_of_pieces();
    for sum in sums {
        marks.money(&sum);
    }
    marks.multiplied();
    // People and banks need every digit run out of their way.
    for mark in &marks.list {
        claims.suppress(mark.start, mark.end);
    }
    bank::recognise(source, &mut claims);
    app::recognise(source, &mut claims);
    marks.take_entities(&claims);
    marks.other_banks();
    marks.short_banks();
    marks.spoken();
    marks.named();
    marks.masked();
    marks.in_slots();
    for mark in &marks.list {
        claims.suppress(mark.start, mark.end);
    }
    person::recognise(source, &mut claims);
    marks.take_entities(&claims);
    marks.beside_numbers();
    marks.before_accounts();
    marks.before_banks();
    marks.leading_accounts();
    marks.named_again();
    marks.list.sort_by_key(|mark| mark.start);
    (marks.list, marks.taken)
}

/// What no sum may stand in: every mention, and every long run of digits. A short run that `identifier` called nothing (刷流水
/// 8600) may still be a sum here, where the row around it says so.
fn money_claims(source: &Source, claims: &Claims, times: &[(usize, usize)]) -> Claims {
    let mut own = Claims::new(source);
    for (start, end) in times {
        own.suppress(*start, *end);
    }
    for entity in claims.entities() {
        own.suppress(entity.start, entity.start + entity.text.chars().count());
    }
    let mut at = 0;
    while at < source.len() {
        let mut end = at;
        while source.at(end).is_ascii_digit() {
            end += 1;
        }
        if end - at >= 8 {
            own.suppress(at, end);
        }
        at = end.max(at + 1);
    }
    own
}

struct Marks<'s> {
    source: &'s Source,
    list: Vec<Mark>,
    taken: Vec<bool>,
}

impl Marks<'_> {
    fn free(&self, start: usize, end: usize) -> bool {
        start < end && end <= self.taken.len() && !self.taken[start..end].iter().any(|taken| *taken)
    }

    fn add(&mut self, start: usize, end: usize, what: What) -> bool {
        if !self.free(start, end) {
            return false;
        }
        self.taken[start..end].fill(true);
        self.list.push(Mark { start, end, what });
        true
    }

    fn money(&mut self, sum: &amount::Candidate) {
        let bare = sum.verdict == amount::Verdict::Open;
        let written = self.source.slice(sum.start, sum.end);
        let hotline = matches!(written, "96110" | "12378" | "12381" | "12315" | "10086" | "10010")
            || written == "400" && HOTLINE.is_match(self.source.right(sum.end, 6));
        let counts = self.is_number_of_line(sum.start, sum.end) || self.is_no_sum(sum.start, sum.end);
        if bare && (hotline || sum.fen < 1_000 || counts) {
            return;
        }
        let money = Money {
            fen: sum.fen,
            approx: sum.approx,
            bare,
        };
        self.add(sum.start, sum.end, What::Money(money));
    }

    /// `12. `, `12、` or `12 ` at the head of a line counts the lines.
    fn is_number_of_line(&self, start: usize, end: usize) -> bool {
        let head = start == 0 || matches!(self.source.before(start), '\n');
        head && end - start <= 3 && matches!(self.source.at(end), '.' | '、' | ' ' | ')' | '）' | '．')
    }

    fn take_entities(&mut self, claims: &Claims) {
        for entity in claims.entities() {
            let (start, end) = (entity.start, entity.start + entity.text.chars().count());
            let what = match entity.kind {
                Kind::BankCard | Kind::Account => What::Number(entity.value.clone()),
                Kind::Bank => What::Bank(self.bank_as_told(start, end, &entity.value)),
                Kind::Person => What::Name(self.name(start, end)),
                Kind::Time => What::Time(Moment {
                    value: entity.value.clone(),
                    approx: entity.approx,
                    dated: DATED.is_match(self.source.slice(start, end)) || !entity.value.contains('T'),
                }),
                Kind::App => continue,
                _ => What::Other,
            };
            self.add(start, end, what);
        }
    }

    /// A name in the characters of a bank's record: simplified, without blanks.
    fn name(&self, start: usize, end: usize) -> String {
        self.source.name(start, end)
    }

    /// A bank whose record bears the longer name keeps it where it was told whole.
    fn bank_as_told(&self, start: usize, end: usize, canonical: &str) -> String {
        let written = self.name(start, end);
        if OFFICIAL.contains(&written.as_str()) {
            written
        } else {
            canonical.to_owned()
        }
    }

    /// 200×3, 1000*2: the price of one of several.
    fn multiplied(&mut self) {
        for found in MULTIPLIED.captures_iter(self.source.text()) {
            let Some(figure) = found.name("n") else { continue };
            let (start, end) = (
                self.source.position(figure.start()),
                self.source.position(figure.end()),
            );
            let yuan: Option<i64> = figure.as_str().replace(',', "").parse().ok();
            if let Some(fen) = yuan.map(|yuan| yuan * 100).filter(|fen| *fen >= 1_000) {
                let money = Money {
                    fen,
                    approx: false,
                    bare: true,
                };
                self.add(start, end, What::Money(money));
            }
        }
    }

    fn tails(&mut self) {
        for pattern in [&*TAIL, &*TAIL_BEHIND, &*TAIL_OF_MESSAGE, &*MASKED] {
            for found in pattern.captures_iter(self.source.text()) {
                let Some(tail) = found.name("t") else { continue };
                let start = self.source.position(found.name("lead").unwrap_or(tail).start());
                let end = self.end_of_spoken(self.source.position(tail.end()), tail.as_str());
                let next = self
                    .source
                    .right(end, 2)
                    .trim_start_matches([' ', '-'])
                    .chars()
                    .next();
                let goes_on = next.is_some_and(|c| c.is_ascii_digit()) && !self.begins_clock(end);
                if goes_on || matches!(self.source.at(end), '元' | '块' | '万' | '*') {
                    continue;
                }
                let first = self.source.position(tail.start());
                let digits = digits_of(self.source.slice(first, end));
                self.add(start, end, What::Tail(digits));
            }
        }
    }

    /// 尾号二二八六一共: the last digit of five belongs to the word behind it.
    fn end_of_spoken(&self, end: usize, tail: &str) -> usize {
        let spoken = tail.chars().all(|c| !c.is_ascii_digit());
        let glued = spoken && tail.chars().count() >= 5 && COUNTS_ON.contains(self.source.at(end));
        end - usize::from(glued)
    }

    /// 尾号8631 09:12: what follows a blank is an hour.
    fn begins_clock(&self, end: usize) -> bool {
        self.source.at(end) == ' ' && CLOCK_AHEAD.is_match(self.source.right(end + 1, 6))
    }

    /// Long numbers that a word of paying or of accounts stands before, though `identifier` was not sure.
    fn unnamed_numbers(&mut self) {
        let labels = Labels::new(self.source);
        let written = LONG.find_iter(self.source.text());
        for found in written.chain(SPOKEN_LONG.find_iter(self.source.text())) {
            let (start, end) = (
                self.source.position(found.start()),
                self.source.position(found.end()),
            );
            let digits = digits_of(found.as_str());
            let mobile = digits.len() == 11 && digits.starts_with('1');
            let letters = self.source.before(start).is_ascii_alphanumeric()
                || self.source.at(end).is_ascii_alphanumeric();
            if mobile || letters || !(8..=32).contains(&digits.len()) || !self.free(start, end) {
                continue;
            }
            let class = labels.before(self.source, start, 0);
            let named = matches!(
                class,
                Some(Class::Card | Class::Corporate | Class::Account | Class::Transfer)
            );
            let pointed = matches!(
                self.source.left(start, 2).trim_end().chars().last(),
                Some('→' | '>' | '给' | '到' | '至' | '向' | '往' | '入' | '予')
            );
            let beside_bank = BANK_BESIDE.is_match(self.source.left(start, 10))
                || digits.len() >= 10 && BANK_BEHIND.is_match(self.source.right(end, 12));
            // 那是我的社保卡对方的是6200…: the check digit says that it is a card, whatever was spoken of before.
            let card = matches!(digits.len(), 16 | 19)
                && digits.starts_with("62")
                && luhn_ok(&digits)
                && !labels.adjoins(start);
            if named
                || pointed && class.is_none()
                || beside_bank && class != Some(Class::Nothing) && digits.len() >= 9
                || card
            {
                self.add(start, end, What::Number(digits));
            }
        }
    }
}

/// 400电话, 400开头的: not a sum.
static HOTLINE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^(?:的)?(?:客服)?(?:电话|热线|开头|号码)").expect("constant"));

static DATED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[年月日号天]|[昨今前当]晚|[昨今前]早|周|星期|礼拜|^[0-9]{1,4}[-/.][0-9]|前$")
        .expect("constant")
});
const OFFICIAL: [&str; 5] = [
    "浙江稠州商业银行",
    "浙江泰隆商业银行",
    "浙江民泰商业银行",
    "浙江网商银行",
    "广西北部湾银行",
];
static MULTIPLIED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^0-9A-Za-z.,:×*/-])(?P<n>[1-9][0-9]{1,4}|[1-9],[0-9]{3})\s?(?:元|块)?[×xX*]\s?[1-9][0-9]?(?:[^0-9.]|$)")
        .expect("constant")
});
/// One tail is written in one way: 尾号9224零点 ends before the hour.
const SPOKEN: &str = "[零〇一二两三四五六七八九幺洞拐勾]";
static TAIL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        concat!(
            r"(?P<lead>(?:(?:尾号|尾数|尾码|卡尾|末尾四位|末四位|后四位|最后四位|最后三位|后三位|末尾|后4位|末4位|最后4位|最后四个|最后三个|后四个|尾巴|尾)(?:数字|号码|数|号|上)?",
            r"(?:我|他|她|倒|还|只|就|好像|应该|大概|可能|记得|晓得|知道|看到|看得到|打印|印着?|印了|显示|看看|看一下|翻一下|念给你|念一下|给你|都|是|为|叫|个|：|:|的|，|,|\s)*[（(“]?)",
            r")(?P<t>[0-9](?: [0-9]){{3}}|[0-9]{{3,6}}|{}{{3,6}})"
        ),
        SPOKEN
    ))
    .expect("constant")
});
/// 您账户4844于05月19日支出: a bank's message names the end of the card without a word for it.
static TAIL_OF_MESSAGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?P<lead>您(?:的)?(?:尾号|账户|帐户|账号|卡|银行卡|储蓄卡|借记卡|信用卡|存折)\s?[（(]?)(?P<t>[0-9]{4})[）)]?(?:于|在|的|\s?[0-9]{1,2}月|[，,]|消费|支出|转)")
        .expect("constant")
});
/// Words whose first digit is the last one of a spoken number: 二二八六|一共, 二二八六|三笔.
const COUNTS_ON: &str = "共个笔次张万千百点天月号块元起直样边";
static CLOCK_AHEAD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:[01]?[0-9]|2[0-3])[:：][0-5][0-9]|^20[0-9]{2}[-/.年]|^[0-9]{1,2}[-/.月]")
        .expect("constant")
});
static TAIL_BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:(?:行|卡|社|宝|银联)[（(](?:尾号)?|您(?:的)?(?:账户|帐户|账号|卡|储蓄卡))(?P<t>[0-9]{4})(?:[）)]|于|的|账户|卡|[，,])").expect("constant")
});
static MASKED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?P<lead>(?:[0-9]{3,6}(?:\*|x|X|…){2,14}|(?:\*|x|X){2,14})\s?)(?P<t>[0-9]{4})")
        .expect("constant")
});
static LONG: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[0-9](?:[ \-]{0,2}[0-9]){7,31}").expect("constant"));
/// A number read out behind a word for accounts or a bank: 中国银行四五七四九九五六零一.
static SPOKEN_LONG: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("[零〇一二两三四五六七八九幺洞拐勾]{9,32}").expect("constant"));
static BANK_BESIDE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?:银行|[工农建交招中]行|邮储|农商行|信用社|光大|浦发|中信|民生|兴业|平安|广发|华夏)(?:的)?(?:对公)?(?:账户|账号|户头|户|卡号|卡)?(?:是|，|,|：|:|\s|（|\()*$",
    )
    .expect("constant")
});
/// 号码170538829920052，北京银行: the bank is told behind the number.
static BANK_BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^[，,\s（(/|]{0,2}(?:开户行?)?[：:]?\p{Han}{0,4}(?:银行|[工农建交招中]行|邮储|农商行|信用社)",
    )
    .expect("constant")
});
