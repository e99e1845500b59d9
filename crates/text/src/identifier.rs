//! Decides what a run of digits is: identity number, bank card, account, phone, QQ number, or nothing. The name the
//! sentence gives it comes first, the shape second, the check digit third.
//!
//! Promises: a contiguous run is never split; a number called an order, parcel, meeting, case or verification number
//! is claimed as nothing, so that no later recogniser reads it either. Leaves out: amounts and times.

use crate::card;
use crate::claims::{Claims, Mention};
use crate::digits::{Atom, CHAIN_MAX, atoms, joint};
use crate::label::{Class, Labels, lists};
use crate::phone;
use crate::source::Source;
use crate::{Check, Kind};
use regex::Regex;
use std::sync::LazyLock;

pub(crate) fn recognise(source: &Source, claims: &mut Claims) {
    let atoms = atoms(source, claims);
    let labels = Labels::new(source);
    let mut walk = Walk {
        source,
        labels,
        atoms: &atoms,
        floor: 0,
        last: None,
        chain_of_last: 0,
    };
    let mut at = 0;
    while at < atoms.len() {
        at = walk.step(at, claims);
    }
}

struct Walk<'a> {
    source: &'a Source,
    labels: Labels,
    atoms: &'a [Atom],
    /// The end of the last number that had a name, over which names do not reach.
    floor: usize,
    /// That number's name, for lists.
    last: Option<Class>,
    /// Atoms up to this index were in a chain that has been tried as a whole.
    chain_of_last: usize,
}

/// A reading of some atoms.
struct Reading {
    kind: Kind,
    value: String,
    check: Check,
    start: usize,
    end: usize,
    /// How sure the shape is: 3 a check or exact form, 2 a prefix, 1 a name only.
    score: u8,
}

impl Walk<'_> {
    /// Handles the atom at an index and returns the index to go on from.
    fn step(&mut self, at: usize, claims: &mut Claims) -> usize {
        let atom = &self.atoms[at];
        if self.is_figure(atom) || self.part_of_decimal(atom) {
            return at + 1;
        }
        if self.is_alien(atom) {
            claims.suppress(atom.start, atom.end);
            self.floor = atom.end;
            self.last = Some(Class::Nothing);
            return at + 1;
        }
        let label = self.label_of(atom);
        let chain = self.chain(at);
        let first_in_chain = at >= self.chain_of_last;
        self.chain_of_last = self.chain_of_last.max(at + chain.len() + 1);
        let whole_end = self.atoms[at + chain.len()].end;
        let paid = atom.digits.len() <= 7 && MONEY_BEFORE.is_match(self.source.left(atom.start, 8));
        if paid && matches!(label, Some(Class::Nothing)) {
            return at + 1;
        }
        if matches!(label, Some(Class::Nothing | Class::Tail))
            || self.labels.behind(self.source, whole_end) == Some(Class::Nothing)
        {
            claims.suppress(atom.start, whole_end);
            self.floor = whole_end;
            self.last = Some(Class::Nothing);
            return at + chain.len() + 1;
        }
        match self.best(at, &chain, label, first_in_chain) {
            Some((reading, used)) => self.take(reading, used, at, label, claims),
            None => self.pass(atom, label, claims, at),
        }
    }

    fn take(
        &mut self,
        reading: Reading,
        used: usize,
        at: usize,
        label: Option<Class>,
        claims: &mut Claims,
    ) -> usize {
        let Reading {
            kind,
            value,
            check,
            start,
            end,
            ..
        } = reading;
        self.floor = end;
        self.last = label;
        claims.claim(
            self.source,
            Mention {
                kind,
                start,
                end,
                value,
                check,
                approx: false,
            },
        );
        at + used
    }

    /// Long runs that are nothing are claimed, so that they do not become amounts.
    fn pass(&mut self, atom: &Atom, label: Option<Class>, claims: &mut Claims, at: usize) -> usize {
        let named = matches!(
            label,
            Some(Class::Identity | Class::Card | Class::Phone | Class::Qq | Class::Wechat)
        ) && self.labels.adjoins(atom.start)
            && !MONEY_BEFORE.is_match(self.source.left(atom.start, 8));
        let length = atom.end - atom.start;
        let public = phone::is_public_short(&atom.digits) && label == Some(Class::Phone);
        if length >= 9
            || (named && length >= 5 && atom.digits.len() != 6)
            || public
            || (atom.spoken && length >= 7)
        {
            claims.suppress(atom.start, atom.end);
        }
        if length >= 5 {
            self.floor = atom.end;
            self.last = label;
        }
        at + 1
    }

    fn label_of(&self, atom: &Atom) -> Option<Class> {
        if let Some(class) = self.named(atom) {
            return Some(class);
        }
        // 向8110…付合同款: money goes there although nobody calls it an account.
        let paid_there = (12..=21).contains(&atom.digits.len())
            && TOWARDS.is_match(self.source.left(atom.start, 2))
            && PAYS.is_match(self.source.right(atom.end, 4));
        paid_there.then_some(Class::Transfer)
    }

    fn named(&self, atom: &Atom) -> Option<Class> {
        if let Some(class) = self.labels.before(self.source, atom.start, self.floor) {
            return Some(class);
        }
        if self.floor > 0
            && self.floor <= atom.start
            && atom.start - self.floor <= 8
            && lists(self.source.slice(self.floor, atom.start))
        {
            return self.last;
        }
        self.labels
            .behind(self.source, atom.end)
            .filter(|class| *class == Class::Card)
    }

    /// A short run with a unit behind it is a figure for `amount`.
    fn is_figure(&self, atom: &Atom) -> bool {
        let next = self.source.at(atom.end);
        let short = atom.digits.len() <= 10 && !atom.digits.is_empty() && !atom.spoken;
        let money_before = matches!(self.source.before(atom.start), '¥' | '￥' | '$' | '€' | '£');
        let latin_money = self.source.left(atom.start, 4).trim_end().to_ascii_uppercase();
        let latin_money =
            latin_money.ends_with("RMB") || latin_money.ends_with("CNY") || latin_money.ends_with("USD");
        let unit = matches!(
            next,
            '元' | '块'
                | '圆'
                | '万'
                | '千'
                | '百'
                | '亿'
                | 'w'
                | 'W'
                | 'k'
                | 'K'
                | '%'
                | '多'
                | '余'
                | '毛'
                | '角'
                | '点'
                | '时'
                | '年'
                | '月'
        );
        let spaced_unit = next == ' ' && matches!(self.source.at(atom.end + 1), '元' | '块' | '万' | '美');
        let grouped = next == ',' && self.source.at(atom.end + 1).is_ascii_digit() && atom.digits.len() <= 3;
        let decimal =
            next == '.' && self.source.at(atom.end + 1).is_ascii_digit() && !self.dotted_phone(atom);
        short && (money_before || latin_money || unit || spaced_unit || grouped || decimal)
    }

    /// 139.1234.5678 is written with points too.
    fn dotted_phone(&self, atom: &Atom) -> bool {
        let right: String = self.source.right(atom.end, 10).chars().collect();
        let groups: Vec<&str> = right.split('.').collect();
        atom.digits.len() >= 3
            && groups.len() >= 3
            && groups[0].is_empty()
            && groups[1].len() >= 3
            && groups[1].bytes().all(|b| b.is_ascii_digit())
    }

    /// The tail of 12,800.50 or 3.2: `amount` reads it from its head.
    fn part_of_decimal(&self, atom: &Atom) -> bool {
        let before = self.source.before(atom.start);
        let digit_before = atom.start >= 2 && self.source.at(atom.start - 2).is_ascii_digit();
        atom.digits.len() <= 4 && matches!(before, '.' | ',') && digit_before
    }

    /// Digits glued to letters (SF1234567890) or to a mask (6200****0128) are somebody else's number.
    fn is_alien(&self, atom: &Atom) -> bool {
        let (before, after) = (self.source.before(atom.start), self.source.at(atom.end));
        if before == '*' || after == '*' || atom.digits.is_empty() {
            return true;
        }
        let after_multiplier = matches!(before, 'w' | 'W' | 'k' | 'K')
            && atom.digits.len() == 1
            && atom.start >= 2
            && self.source.at(atom.start - 2).is_ascii_digit();
        if after_multiplier {
            return false;
        }
        if before.is_ascii_alphabetic() || before == '_' {
            return !FAMILIAR_PREFIX.is_match(self.source.left(atom.start, 8));
        }
        let hyphened =
            before == '-' && atom.start >= 2 && self.source.at(atom.start - 2).is_ascii_alphabetic();
        let ideograph_bracket = matches!(before, '〕' | '】') && atom.digits.len() <= 5;
        hyphened
            || ideograph_bracket
            || (after.is_ascii_alphabetic() && atom.digits.len() >= 5 && !matches!(after, 'u' | 'U'))
    }

    /// The separators of the chain that starts at an atom: `chain[k]` stands between atoms `at + k` and `at + k + 1`.
    fn chain(&self, at: usize) -> Vec<char> {
        let mut separators = Vec::new();
        let mut total = self.atoms[at].digits.len();
        while separators.len() + 1 < CHAIN_MAX && at + separators.len() + 1 < self.atoms.len() {
            let (left, right) = (
                &self.atoms[at + separators.len()],
                &self.atoms[at + separators.len() + 1],
            );
            total += right.digits.len();
            let Some(separator) = joint(self.source, &self.atoms[at], left, right) else {
                break;
            };
            if total > 40 || right.digits.is_empty() || self.is_figure(right) || self.masked(right) {
                break;
            }
            separators.push(separator);
        }
        separators
    }

    fn masked(&self, atom: &Atom) -> bool {
        self.source.before(atom.start) == '*' || self.source.at(atom.end) == '*'
    }

    /// The surest reading of a prefix of the chain, and how many atoms it uses.
    fn best(&self, at: usize, chain: &[char], label: Option<Class>, first: bool) -> Option<(Reading, usize)> {
        let mut best: Option<(Reading, usize)> = None;
        for count in (1..=chain.len() + 1).rev() {
            let group = &self.atoms[at..at + count];
            if !may_stand(
                group,
                &chain[..count - 1],
                chain.get(count - 1),
                self.atoms.get(at + count),
                first,
            ) {
                continue;
            }
            // Groups with commas or lines between them are a card only when the check says so; 6200，5800，3000 are amounts.
            let broken = chain[..count - 1].iter().any(|c| matches!(c, ',' | '\n'));
            let listed = broken && !group[0].spoken;
            if let Some(reading) = self.read(group, label)
                && (!listed || reading.check == Check::Ok)
                && best.as_ref().is_none_or(|(held, _)| reading.score > held.score)
            {
                best = Some((reading, count));
            }
        }
        best
    }

    fn read(&self, group: &[Atom], label: Option<Class>) -> Option<Reading> {
        let digits: String = group.iter().map(|atom| atom.digits.as_str()).collect();
        let (start, end) = (group[0].start, group[group.len() - 1].end);
        let spoken = group.iter().any(|atom| atom.spoken);
        if digits.find('X').is_some_and(|x| x + 1 != digits.len()) {
            return None;
        }
        let (kind, value, check, score) = self.decide(&digits, label, start, spoken)?;
        let (start, end) = if kind == Kind::Phone {
            self.phone_extent(start, end)
        } else {
            (start, end)
        };
        Some(Reading {
            kind,
            value,
            check,
            start,
            end,
            score,
        })
    }

    fn decide(
        &self,
        digits: &str,
        label: Option<Class>,
        start: usize,
        spoken: bool,
    ) -> Option<(Kind, String, Check, u8)> {
        let plain = digits.to_owned();
        if let Some(check) = identity(digits, label) {
            return Some((Kind::IdCard, plain, check, if check == Check::Ok { 3 } else { 2 }));
        }
        if digits.ends_with('X') {
            return None;
        }
        if label == Some(Class::Qq) && !digits.starts_with('0') && (5..=11).contains(&digits.len()) {
            return Some((Kind::SocialId, plain, Check::None, 3));
        }
        if label == Some(Class::Wechat) && (6..=11).contains(&digits.len()) {
            return Some((Kind::SocialId, plain, Check::None, 3));
        }
        if let Some(check) = bank_card(digits, label) {
            return Some((
                Kind::BankCard,
                plain,
                check,
                if check == Check::Ok { 3 } else { 2 },
            ));
        }
        if let Some(value) = self.phone(digits, label, start, spoken) {
            return Some((Kind::Phone, value, Check::None, 3));
        }
        card::is_account(digits, label).then_some((Kind::Account, plain, Check::None, 1))
    }

    fn phone(&self, digits: &str, label: Option<Class>, start: usize, spoken: bool) -> Option<String> {
        if phone::is_public_short(digits) {
            return None;
        }
        if self.source.before(start) == '+'
            || (digits.starts_with("00") && digits.len() >= 10 && label == Some(Class::Phone))
        {
            return phone::foreign_value(digits);
        }
        let right = self.source.right(start + digits.len(), 2);
        if right == "开头" || right == "打头" {
            return None;
        }
        let hotline = digits.starts_with("95") && digits.len() <= 8;
        if hotline && MONEY_BEFORE.is_match(self.source.left(start, 8)) {
            return None;
        }
        let named = if hotline && HOTLINE_BEFORE.is_match(self.source.left(start, 8)) {
            Some(Class::Phone)
        } else {
            label
        };
        // Spoken runs of seven or eight digits are too often something else.
        let value = phone::value(digits, named)?;
        (!spoken || digits.len() >= 10 || named == Some(Class::Phone)).then_some(value)
    }

    /// A plus sign and the brackets of an area code belong to the number.
    fn phone_extent(&self, start: usize, end: usize) -> (usize, usize) {
        match self.source.before(start) {
            '+' => (start - 1, end),
            '(' | '（' if matches!(self.source.folded(start, end), area if area.iter().any(|c| matches!(c, ')' | '）'))) => {
                (start - 1, end)
            }
            _ => (start, end),
        }
    }
}

static TOWARDS: LazyLock<Regex> = LazyLock::new(|| Regex::new("(?:向|给|往)\\s?$").expect("constant"));
static PAYS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^\\s?(?:付|转|汇|打|支付|划|存|充)").expect("constant"));
static FAMILIAR_PREFIX: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)(?:^|[^a-z])(?:qq|q|vx|wx|v|tel|phone|mobile|wechat|weixin|no|app|card|rmb|cny|usd|usdt|hkd|eur|id)$").expect("constant")
});
static MONEY_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:转|转了|转账|汇|汇款|付|支付|付款|充值|充|金额|损失|被骗|提现|到账|借|贷款|余额|共|人民币|¥|、|费|佣金|本金|要交|交了|花了|投了|取了|返了|转走|转出)[了过为是约款：:\s]*$").expect("constant")
});
static HOTLINE_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:拨打|打|拨|收到|接到|来自|致电|显示|自称|电话|客服|短信|热线|号码)[了是为：:\s“\x22]*$")
        .expect("constant")
});

fn identity(digits: &str, label: Option<Class>) -> Option<Check> {
    if digits.len() != 18 || !digits.bytes().take(17).all(|b| b.is_ascii_digit()) {
        return None;
    }
    let ok = card::identity_check(digits);
    let plausible = card::plausible_identity(digits);
    let card_named = matches!(label, Some(Class::Card | Class::Corporate));
    let is_identity = match label {
        Some(Class::Identity) => true,
        _ if digits.ends_with('X') => true,
        _ if card_named => false,
        // 62 is Gansu and UnionPay: only the check digit can make such a number an identity.
        _ => plausible && (ok || !digits.starts_with("62")),
    };
    is_identity.then_some(Check::of(ok))
}

fn bank_card(digits: &str, label: Option<Class>) -> Option<Check> {
    let ok = kernel::identifier::luhn_ok(digits);
    let prefix = card::begins_like_card(digits) || card::is_international_card(digits);
    let is_card = match label {
        Some(Class::Card) => (15..=19).contains(&digits.len()),
        Some(Class::Corporate) => prefix && ok && digits.starts_with("62"),
        Some(Class::Qq | Class::Wechat) => false,
        _ => prefix,
    };
    is_card.then_some(Check::of(ok))
}

/// Whether these atoms may be read as one number although the chain goes on, or although they are not its head.
fn may_stand(
    group: &[Atom],
    inner: &[char],
    next_separator: Option<&char>,
    next: Option<&Atom>,
    first: bool,
) -> bool {
    let lengths: Vec<usize> = group.iter().map(|atom| atom.digits.len()).collect();
    let canonical = matches!(
        lengths.as_slice(),
        [3, 4, 4] | [4, 4, 4, 4] | [4, 4, 4, 4, 1..=3] | [6, 8, 4]
    );
    if !first {
        return canonical || (group.len() == 1 && lengths[0] >= 11);
    }
    let Some(separator) = next_separator else {
        return true;
    };
    let next_stands = next.is_some_and(|atom| atom.digits.len() >= 11);
    let other_separator = inner.iter().all(|inside| inside != separator) && !inner.is_empty();
    let alone = group.len() == 1 && lengths[0] >= 11;
    next_stands || other_separator || alone
}
