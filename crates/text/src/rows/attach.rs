//! Puts times, payers and payees to the sums that were paid, by the clause they stand in.
//!
//! A payee in the phrase of a sum is the sum's. One in a phrase without a sum belongs to the sums before it when a label says what it
//! is (收款人…), else to the sum that follows. 又 and 再 in the same breath keep the payee. Leaves out what was said of all payments
//! at once (`fill`).

use super::how;
use super::party::{Group, Side};
use super::role::{Role, Sum};
use super::row::{Doubt, How, Party};
use super::said::Story;
use super::when::{Told, time_at};
use regex::Regex;
use std::sync::LazyLock;

/// Where a side of a draft came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum From {
    Nowhere,
    /// Kept from the payment before it in the same breath.
    Breath,
    /// Said of all payments at once.
    All,
    /// Its own clause.
    Clause,
}

#[derive(Clone, Debug)]
pub(super) struct Slot {
    pub(super) party: Party,
    pub(super) from: From,
    pub(super) span: Option<(usize, usize)>,
}

impl Slot {
    pub(super) fn none() -> Slot {
        Slot {
            party: Party::default(),
            from: From::Nowhere,
            span: None,
        }
    }

    pub(super) fn is_open(&self) -> bool {
        self.from == From::Nowhere
    }

    pub(super) fn clear(&mut self) {
        *self = Slot::none();
    }

    pub(super) fn take(&mut self, group: &Group, party: Party, from: From) {
        self.party = party;
        self.from = from;
        self.span = Some((group.start, group.end));
    }
}

/// A row being made.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    /// Index into the sums.
    pub(super) sum: usize,
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) phrase: usize,
    pub(super) role: Role,
    pub(super) amount: Option<i64>,
    pub(super) approx: bool,
    pub(super) at: Option<String>,
    pub(super) time_span: Option<(usize, usize)>,
    pub(super) payer: Slot,
    pub(super) payee: Slot,
    pub(super) how: How,
    /// Paid by 微信 or 支付宝: an account told for other payments is not this one's.
    pub(super) wallet: bool,
    /// A line of a table, which stands for itself.
    pub(super) of_list: bool,
    pub(super) doubt: Vec<Doubt>,
}

impl Draft {
    pub(super) fn doubts(&mut self, doubt: Doubt) {
        if !self.doubt.contains(&doubt) {
            self.doubt.push(doubt);
        }
    }

    pub(super) fn is_paid(&self) -> bool {
        self.role == Role::Paid
    }
}

pub(super) fn attach(story: &Story, sums: &[Sum], groups: &[Group]) -> Vec<Draft> {
    let mut times: Vec<Told> = Vec::with_capacity(sums.len());
    for (index, sum) in sums.iter().enumerate() {
        let place = place_of(story, sums, sum);
        let told = time_at(story, sums, index, place, &times);
        times.push(told);
    }
    let mut drafts = Vec::new();
    for (index, sum) in sums.iter().enumerate() {
        if matches!(sum.role, Role::Nothing | Role::Total) {
            continue;
        }
        drafts.push(draft(story, sums, index, &times[index]));
        if let Some(place) = sum.retried {
            let mut again = draft(story, sums, index, &times[index]);
            again.role = Role::Paid;
            again.phrase = story.phrase_of(place);
            (again.at, again.time_span) = time_at(story, sums, index + 1, place, &times);
            drafts.push(again);
        }
    }
    sides(story, groups, &mut drafts);
    drafts
}

/// Where the clause of a sum is: a corrected sum keeps that of the one it corrects.
fn place_of(story: &Story, sums: &[Sum], sum: &Sum) -> usize {
    story.marks[sum.corrects.map_or(sum.mark, |old| sums[old].mark)].start
}

fn draft(story: &Story, sums: &[Sum], index: usize, told: &Told) -> Draft {
    let sum = &sums[index];
    let mark = &story.marks[sum.mark];
    let money = story.money(sum.mark);
    let place = place_of(story, sums, sum);
    let mut doubt = Vec::new();
    doubt.extend(sum.unsure);
    let (at, time_span) = told.clone();
    Draft {
        sum: index,
        start: mark.start,
        end: mark.end,
        phrase: story.phrase_of(place),
        role: sum.role,
        amount: money.map(|money| money.fen),
        approx: money.is_some_and(|money| money.approx),
        at,
        time_span,
        payer: Slot::none(),
        payee: Slot::none(),
        how: how::of(story, sum, place),
        wallet: how::by_wallet(story, sum, place),
        of_list: false,
        doubt,
    }
}

/// What a walk through the phrases keeps.
#[derive(Default)]
struct Walk {
    /// A payee told before its payment: its group and the sentence.
    payee: Option<(usize, usize)>,
    payer: Option<(usize, usize)>,
    /// The payment last seen.
    last: Option<usize>,
    /// The draft last seen, be it paid or only asked for.
    seen: Option<usize>,
}

fn sides(story: &Story, groups: &[Group], drafts: &mut [Draft]) {
    let resolved = super::fill::resolve(groups);
    let mut walk = Walk::default();
    let (mut d, mut g) = (0, 0);
    let mut order: Vec<usize> = (0..drafts.len()).collect();
    order.sort_by_key(|i| (drafts[*i].phrase, drafts[*i].start));
    for phrase in 0..story.phrases.len() {
        let first = d;
        while d < order.len() && drafts[order[d]].phrase <= phrase {
            d += 1;
        }
        let first_group = g;
        while g < groups.len() && groups[g].phrase <= phrase {
            g += 1;
        }
        let here = &order[first..d];
        let told: Vec<usize> = (first_group..g).collect();
        phrase_sides(story, groups, &resolved, here, &told, drafts, &mut walk);
    }
}

fn phrase_sides(
    story: &Story,
    groups: &[Group],
    resolved: &[Party],
    here: &[usize],
    told: &[usize],
    drafts: &mut [Draft],
    walk: &mut Walk,
) {
    let of = |side: Side| {
        told.iter()
            .copied()
            .filter(move |g| {
                groups[*g].side == side
                    && groups[*g].of_some.is_none()
                    && (side == Side::Own || !resolved[*g].is_empty())
            })
            .collect::<Vec<_>>()
    };
    let (payees, payers, own) = (of(Side::Payee), of(Side::Payer), of(Side::Own));
    if here.is_empty() {
        for g in payers {
            bare_payer(story, groups, resolved, g, drafts, walk);
        }
        for g in payees {
            bare_payee(story, groups, resolved, g, drafts, walk);
        }
        if !own.is_empty() {
            // Moved between own accounts: the payer is told anew.
            if let Some(last) = walk.last.filter(|last| drafts[*last].payer.from == From::Clause) {
                drafts[last].payer = Slot::none();
            }
            walk.payer = own
                .last()
                .filter(|g| !resolved[**g].is_empty())
                .map(|g| (*g, story.phrases[groups[*g].phrase].sentence));
        }
        return;
    }
    for (nth, d) in here.iter().enumerate() {
        let floor = nth.checked_sub(1).map_or(0, |n| drafts[here[n]].end);
        let ceiling = here.get(nth + 1).map_or(usize::MAX, |next| drafts[*next].start);
        if own
            .iter()
            .any(|g| groups[*g].start >= floor && groups[*g].start < ceiling)
            && payees.is_empty()
        {
            if let Some((g, told)) = passed_on(story, groups, &drafts[*d], ceiling) {
                // 先转到我的中行，两点半再转进那个账户: what went to the own card left from there, at that hour.
                let draft = &mut drafts[*d];
                draft.payee.take(&groups[g], resolved[g].clone(), From::Clause);
                if let Some(own) = own.last().filter(|g| !resolved[**g].is_empty()) {
                    draft
                        .payer
                        .take(&groups[*own], resolved[*own].clone(), From::Clause);
                }
                if told.0.is_some() {
                    (draft.at, draft.time_span) = told;
                }
                walk.last = Some(*d);
                continue;
            }
            drafts[*d].role = Role::Nothing;
            walk.payer = own
                .last()
                .filter(|g| !resolved[**g].is_empty())
                .map(|g| (*g, story.phrases[groups[*g].phrase].sentence));
            continue;
        }
        let only = here.len() == 1 || payees.len() == 1 && groups[payees[0]].start < drafts[here[0]].start;
        let far = |g: usize| {
            // 三笔都转给丁某…他又扫码付了五百: what runs on in one breath is not the code's account.
            let apart = groups[g].start.abs_diff(drafts[*d].start);
            let inside = groups[g].start >= floor && groups[g].start < ceiling;
            !drafts[*d].how.has_account() && drafts[*d].how != How::Taken && (apart > CODE_REACH || !inside)
        };
        let chosen = choose(groups, &payees, drafts[*d].start, floor, ceiling, only);
        let chosen = nearest(groups, resolved, &payees, drafts[*d].start)
            .filter(|_| only)
            .or(chosen);
        if let Some(g) = chosen.filter(|g| !far(*g)) {
            drafts[*d]
                .payee
                .take(&groups[g], resolved[g].clone(), From::Clause);
            if !drafts[*d].is_paid() {
                walk.payee = Some((g, groups[g].phrase));
            } else {
                walk.payee = None;
            }
        }
        let only = here.len() == 1 || payers.len() == 1 && groups[payers[0]].start < drafts[here[0]].start;
        if let Some(g) = choose(groups, &payers, drafts[*d].start, floor, ceiling, only) {
            drafts[*d]
                .payer
                .take(&groups[g], resolved[g].clone(), From::Clause);
            walk.payer = None;
        }
        inherit(story, groups, resolved, *d, drafts, walk);
        walk.seen = Some(*d);
        if drafts[*d].is_paid() {
            walk.last = Some(*d);
        }
    }
}

/// The account of the fraud side to which, later in the sentence, what went to an own card was sent on without naming the sum.
fn passed_on(story: &Story, groups: &[Group], draft: &Draft, ceiling: usize) -> Option<(usize, Told)> {
    let phrase = &story.phrases[draft.phrase];
    let (_, to) = story.sentence_range(phrase.sentence);
    let to = to.min(ceiling);
    let sums = story.marks_in(phrase.end, to.max(phrase.end));
    if sums.clone().any(|i| story.money(i).is_some()) {
        return None;
    }
    let g = (0..groups.len()).find(|g| {
        let group = &groups[*g];
        group.side == Side::Payee && group.start >= phrase.end && group.start < to
    })?;
    let sent = story.says(phrase.end, groups[g].start, super::words::Class::Out);
    let asked = story.says(phrase.end, groups[g].start, super::words::Class::Demand);
    let from = story.phrases[groups[g].phrase].start;
    let told = story
        .marks_in(from.min(groups[g].start), groups[g].start)
        .rev()
        .find(|i| story.moment(*i).is_some())
        .map_or((None, None), |i| {
            let value = story.moment(i).map(|moment| moment.value.clone());
            (value, Some((story.marks[i].start, story.marks[i].end)))
        });
    (sent && !asked).then_some((g, told))
}

/// How many characters from the sum of a code payment, cash or gold an account can stand that is its own.
const CODE_REACH: usize = 20;

/// 又转了六千给李某马某的是交通银行6200…: of several payees in one breath, the one that the verb names, when its account is known.
fn nearest(groups: &[Group], resolved: &[Party], told: &[usize], at: usize) -> Option<usize> {
    if told.len() < 2 {
        return None;
    }
    let g = *told.iter().min_by_key(|g| groups[**g].start.abs_diff(at))?;
    let named = !groups[g].labelled && groups[g].party.name.is_some();
    (named && groups[g].start > at && resolved[g].account.is_some()).then_some(g)
}

/// The group of a sum among those of its phrase.
fn choose(
    groups: &[Group],
    told: &[usize],
    at: usize,
    floor: usize,
    ceiling: usize,
    only: bool,
) -> Option<usize> {
    let inside = |g: &&usize| groups[**g].start >= floor && groups[**g].start < ceiling;
    let numbered = |g: &&usize| groups[**g].party.account.is_some() || groups[**g].party.tail.is_some();
    if only {
        return told
            .iter()
            .find(|g| numbered(g))
            .or_else(|| told.first())
            .copied();
    }
    let behind = told.iter().filter(inside).find(|g| groups[**g].start > at);
    behind
        .or_else(|| told.iter().filter(inside).rev().find(|g| groups[**g].start < at))
        .copied()
}

/// A payee that stands in a phrase without a sum.
fn bare_payee(
    story: &Story,
    groups: &[Group],
    resolved: &[Party],
    g: usize,
    drafts: &mut [Draft],
    walk: &mut Walk,
) {
    let group = &groups[g];
    if group.of_some.is_some() {
        return;
    }
    let sentence = story.phrases[group.phrase].sentence;
    let Some(last) = walk.last else {
        walk.payee = Some((g, sentence));
        return;
    };
    let asked = walk.seen.filter(|seen| {
        *seen != last
            && drafts[*seen].role == Role::Planned
            && drafts[*seen].start > drafts[last].start
            && story.phrases[drafts[*seen].phrase].sentence == sentence
    });
    if asked.is_some() {
        // 又要抵押金八百，…，收款人是某某: the account of what was asked for, not of the payment before it.
        walk.payee = Some((g, sentence));
        return;
    }
    let last_sentence = story.phrases[drafts[last].phrase].sentence;
    let near = last_sentence == sentence || (group.labelled || group.of_all) && sentence - last_sentence <= 1;
    let open = drafts[last].payee.is_open()
        || drafts[last].payee.from == From::Breath
        || drafts[last].payee.from == From::All && last_sentence == sentence;
    if near && says_nothing_new(&drafts[last].payee.party, &resolved[g]) {
        return;
    }
    let fills_up = matches!(drafts[last].payee.from, From::Clause | From::All)
        && completes(&drafts[last].payee.party, &resolved[g]);
    if near && fills_up {
        let merged = merged(&drafts[last].payee.party, &resolved[g]);
        drafts[last].payee.party = merged;
        return;
    }
    let begin = story.phrases[group.phrase].start;
    // 4月13日上午他又让我转到…: a demand with a time of its own begins something new.
    let anew = story
        .marks_in(begin, begin + 2)
        .any(|i| story.moment(i).is_some())
        && story.says(begin, group.start, super::words::Class::Demand);
    let forward = anew || FORWARD.is_match(story.slice(begin, group.start));
    if near && open && !forward && group.of_some.is_none() {
        // 转了三千、五千，收款人…: all of the run that have none.
        for d in drafts[..=last].iter_mut().rev().filter(|d| d.is_paid()) {
            let same = story.phrases[d.phrase].sentence == last_sentence;
            if !same || d.payee.from == From::Clause {
                break;
            }
            if d.how.has_account() || d.how == How::Taken && group.labelled {
                d.payee.take(group, resolved[g].clone(), From::Clause);
            }
        }
        return;
    }
    walk.payee = Some((g, sentence));
}

/// The second is an account of which the first knows all that is told.
fn says_nothing_new(first: &Party, second: &Party) -> bool {
    second.account.is_some()
        && first.account == second.account
        && (second.name.is_none() || second.name == first.name)
        && (second.bank.is_none() || second.bank == first.bank)
}

/// The second tells what the first left out, and nothing else.
pub(super) fn completes(first: &Party, second: &Party) -> bool {
    let agree = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
    let adds = first.account.is_none() && second.account.is_some()
        || first.account.is_none() && first.tail.is_none() && second.tail.is_some()
        || first.name.is_none() && second.name.is_some()
        || first.bank.is_none() && second.bank.is_some();
    agree(&first.account, &second.account)
        && agree(&first.tail, &second.tail)
        && same_bank(&first.bank, &second.bank)
        && agree(&first.name, &second.name)
        && adds
}

/// 农商行 and 麻城农商行 can be one bank.
pub(super) fn same_bank(a: &Option<String>, b: &Option<String>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => a.ends_with(b.as_str()) || b.ends_with(a.as_str()),
        _ => true,
    }
}

pub(super) fn merged(first: &Party, second: &Party) -> Party {
    let pick = |a: &Option<String>, b: &Option<String>| a.clone().or_else(|| b.clone());
    let account = pick(&first.account, &second.account);
    Party {
        tail: if account.is_some() {
            None
        } else {
            pick(&first.tail, &second.tail)
        },
        account,
        bank: match (&first.bank, &second.bank) {
            (Some(a), Some(b)) if b.ends_with(a.as_str()) => Some(b.clone()),
            _ => pick(&first.bank, &second.bank),
        },
        name: pick(&first.name, &second.name),
    }
}

fn bare_payer(
    story: &Story,
    groups: &[Group],
    resolved: &[Party],
    g: usize,
    drafts: &mut [Draft],
    walk: &mut Walk,
) {
    let group = &groups[g];
    if group.of_some.is_some() {
        return;
    }
    let sentence = story.phrases[group.phrase].sentence;
    if let Some(last) = walk.last {
        let told = story.phrases[drafts[last].phrase].sentence;
        let from = story.sentence_range(sentence).0;
        let lead = story.slice(from, group.start);
        let used = USED.is_match(lead) || group.labelled && PAYING_CARD.is_match(lead);
        let near = told == sentence || told + 1 == sentence && used;
        let open = drafts[last].payer.is_open() || drafts[last].payer.from == From::Breath;
        let forward = FORWARD.is_match(story.slice(story.phrases[group.phrase].start, group.start));
        let fills_up =
            drafts[last].payer.from == From::Clause && completes(&drafts[last].payer.party, &resolved[g]);
        if near && fills_up {
            let merged = merged(&drafts[last].payer.party, &resolved[g]);
            drafts[last].payer.party = merged;
            return;
        }
        if near && open && !forward && group.of_some.is_none() {
            drafts[last].payer.take(group, resolved[g].clone(), From::Clause);
            return;
        }
    }
    walk.payer = Some((g, sentence));
}

/// ；付款卡是他的工行卡6200…
static PAYING_CARD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[\s，,]*(?:付款|转出|付方|转账)(?:的)?(?:银行)?(?:卡|账户|账号)").expect("constant")
});
/// 他用的是工行…: said of the payment just told.
static USED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[\s，,]*(?:这(?:一)?(?:笔|次|个)?)?(?:我|他|她|其|本人)?(?:都|也|就)?(?:是)?(?:用的|走的|刷的|拿的)(?:都|就|也)?(?:是)?(?:我|他|她|自己|本人)?(?:的)?$").expect("constant")
});
static FORWARD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[\s，,]*(?:然后|接着|后来|之后|随后|又|再|第[二三四五六七八九十]|另外|还(?:有|要|说|让|叫|得)|同日|当天|次日|晚上|下午|上午|最后|后面|他又|她又|对方又)").expect("constant")
});

/// What the payment before it, or a phrase just before, lends to a payment that has none of its own.
fn inherit(
    story: &Story,
    groups: &[Group],
    resolved: &[Party],
    d: usize,
    drafts: &mut [Draft],
    walk: &mut Walk,
) {
    let sentence = story.phrases[drafts[d].phrase].sentence;
    if let Some(last) = walk
        .last
        .filter(|last| drafts[*last].wallet && drafts[d].payee.is_open())
        && in_breath(story, &drafts[last], &drafts[d])
        && !TO_BANK.is_match(story.slice(
            story.phrases[drafts[d].phrase].start,
            story.phrases[drafts[d].phrase].end,
        ))
    {
        drafts[d].wallet = true;
    }
    let forgotten = super::fill::forgotten(story, &drafts[d]);
    if drafts[d].payee.is_open() && drafts[d].how.has_account() && !drafts[d].wallet && !forgotten {
        if let Some((g, told)) = walk.payee.filter(|(_, told)| sentence <= told + 2) {
            let _ = told;
            // Not told in its own clause: what is told there later stands above it.
            drafts[d].payee.take(&groups[g], resolved[g].clone(), From::All);
            if drafts[d].is_paid() {
                walk.payee = None;
            }
        } else if let Some(last) = walk
            .last
            .filter(|last| in_breath(story, &drafts[*last], &drafts[d]))
        {
            let slot = drafts[last].payee.clone();
            if !slot.is_open() && drafts[last].how.has_account() && !drafts[last].wallet {
                drafts[d].payee = Slot {
                    from: From::Breath,
                    ..slot
                };
            }
        }
    }
    if drafts[d].payer.is_open() {
        if let Some((g, _)) = walk.payer.filter(|(_, told)| sentence <= told + 1) {
            drafts[d]
                .payer
                .take(&groups[g], resolved[g].clone(), From::Clause);
            if drafts[d].is_paid() {
                walk.payer = None;
            }
        } else if let Some(last) = walk
            .last
            .filter(|last| in_breath(story, &drafts[*last], &drafts[d]))
        {
            let slot = drafts[last].payer.clone();
            if !slot.is_open() {
                drafts[d].payer = Slot {
                    from: From::Breath,
                    ..slot
                };
            }
        }
    }
}

/// Whether the second payment goes on in the breath of the first.
fn in_breath(story: &Story, first: &Draft, second: &Draft) -> bool {
    let (a, b) = (&story.phrases[first.phrase], &story.phrases[second.phrase]);
    if b.sentence == a.sentence && b.start.saturating_sub(first.end) <= 60 {
        return true;
    }
    b.sentence == a.sentence + 1 && b.line == a.line && {
        let (from, _) = story.sentence_range(b.sentence);
        KEEPS.is_match(story.slice(from, second.start))
    }
}

static TO_BANK: LazyLock<Regex> = LazyLock::new(|| Regex::new("银行|卡|汇|账|行").expect("constant"));

static KEEPS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[\s，]*(?:然后|接着|紧接着|随后|之后|后来)?[^，。]{0,14}(?:又|再|接着|继续)[^，。让要叫]{0,4}[转汇打付充投存]").expect("constant")
});
