//! What was said once for all payments: one payee, one own card, 前两笔 and 第三笔; and which account a name, a bank or 该账户 means.
//!
//! Promises: a payment whose payee the story leaves open keeps none and says so. Leaves out: what the clause told (`attach`).

use super::attach::{Draft, From, completes, merged, same_bank};
use super::party::{Group, Points, Side};
use super::role::Role;
use super::row::{Doubt, Party};
use super::said::Story;
use super::victims::Victims;
use regex::Regex;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Everything that is known of one account, gathered from wherever it was told.
#[derive(Default)]
struct Register {
    by_number: HashMap<String, Party>,
    /// The numbers under which a name, or a bank, was told; more than one is no answer.
    by_name: HashMap<String, Vec<Party>>,
    by_bank: HashMap<String, Vec<Party>>,
    by_tail: HashMap<String, Vec<Party>>,
}

impl Register {
    fn of(groups: &[Group], side: Side) -> Register {
        let mut register = Register::default();
        let described = |group: &&Group| {
            group.side == side || side == Side::Payee && group.side == Side::Neither && !group.labelled
        };
        for group in groups.iter().filter(described) {
            let Some(number) = &group.party.account else {
                continue;
            };
            let known = register.by_number.entry(number.clone()).or_default();
            *known = merged(known, &group.party);
        }
        if side == Side::Payer {
            // A whole number of which nothing else is said, where a tail of the payer ends so.
            for group in groups.iter().filter(|group| group.side == Side::Neither) {
                let number = group.party.account.as_ref();
                let ends = |number: &String| {
                    groups.iter().take(200).any(|other| {
                        other.side == Side::Payer
                            && other
                                .party
                                .tail
                                .as_ref()
                                .is_some_and(|tail| number.ends_with(tail.as_str()))
                    })
                };
                if let Some(number) = number.filter(|number| ends(number)) {
                    let known = register.by_number.entry(number.clone()).or_default();
                    *known = merged(known, &group.party);
                }
            }
        }
        let parties: Vec<Party> = {
            let mut all: Vec<&String> = register.by_number.keys().collect();
            all.sort();
            all.iter()
                .map(|number| register.by_number[*number].clone())
                .collect()
        };
        for party in parties {
            if let Some(name) = &party.name {
                register
                    .by_name
                    .entry(name.clone())
                    .or_default()
                    .push(party.clone());
            }
            if let Some(bank) = &party.bank {
                register
                    .by_bank
                    .entry(bank.clone())
                    .or_default()
                    .push(party.clone());
            }
            let number = party.account.clone().unwrap_or_default();
            if let Some(tail) = number.get(number.len().saturating_sub(4)..) {
                register.by_tail.entry(tail.to_owned()).or_default().push(party);
            }
        }
        register
    }

    /// The whole account that a part of it means.
    fn whole(&self, party: &Party) -> Party {
        if let Some(known) = party
            .account
            .as_ref()
            .and_then(|number| self.by_number.get(number))
        {
            return merged(party, known);
        }
        if party.account.is_some() {
            return party.clone();
        }
        let fits = |known: &&Party| {
            let agree = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
            let tail = party.tail.as_ref().is_none_or(|tail| {
                known
                    .account
                    .as_ref()
                    .is_some_and(|number| number.ends_with(tail.as_str()))
            });
            agree(&party.name, &known.name) && same_bank(&party.bank, &known.bank) && tail
        };
        let mut candidates: Vec<&Party> = Vec::new();
        if let Some(tail) = party.tail.as_ref() {
            let end = tail.get(tail.len().saturating_sub(4)..).unwrap_or_default();
            candidates.extend(self.by_tail.get(end).into_iter().flatten().filter(fits));
        } else if let Some(name) = &party.name {
            candidates.extend(self.by_name.get(name).into_iter().flatten().filter(fits));
        } else if let Some(bank) = &party.bank {
            let banks = self
                .by_bank
                .iter()
                .filter(|(name, _)| name.ends_with(bank.as_str()));
            candidates.extend(banks.flat_map(|(_, parties)| parties).filter(fits));
        }
        match candidates.as_slice() {
            [only] => merged(party, only),
            _ => party.clone(),
        }
    }
}

/// The account each group means, with all that is known of it.
pub(super) fn resolve(groups: &[Group]) -> Vec<Party> {
    let payees = Register::of(groups, Side::Payee);
    let payers = Register::of(groups, Side::Payer);
    let owns = Register::of(groups, Side::Own);
    let (mut last_payee, mut last_payer) = (Party::default(), Party::default());
    groups
        .iter()
        .map(|group| {
            let party = match (group.side, group.points) {
                (Side::Payee, Points::Back) => last_payee.clone(),
                (Side::Payer, Points::Back) => last_payer.clone(),
                (Side::Payee, Points::Itself) => payees.whole(&group.party),
                (Side::Payer, Points::Itself) => {
                    let own = owns.whole(&payers.whole(&group.party));
                    if own.account.is_some() {
                        own
                    } else {
                        payers.whole(&group.party)
                    }
                }
                (Side::Own, _) => owns.whole(&group.party),
                (Side::Neither, _) => group.party.clone(),
            };
            match group.side {
                Side::Payee => last_payee = party.clone(),
                Side::Payer | Side::Own => last_payer = party.clone(),
                Side::Neither => {}
            }
            party
        })
        .collect()
}

pub(super) fn fill(story: &Story, groups: &[Group], drafts: &mut [Draft]) {
    let resolved = resolve(groups);
    codes_first(story, drafts);
    let victims = Victims::find(story, groups, drafts);
    payees(story, groups, &resolved, &victims, drafts);
    payers(story, groups, &resolved, &victims, drafts);
    own_moves(groups, &resolved, drafts);
    other_people(story, drafts);
    purses(drafts);
    doubts(groups, &resolved, drafts);
}

/// The first payments that the story says went by code have no account.
fn codes_first(story: &Story, drafts: &mut [Draft]) {
    let paid: Vec<usize> = (0..drafts.len()).filter(|d| drafts[*d].is_paid()).collect();
    for d in paid.iter().take(super::how::by_code_first(story, paid.len())) {
        if drafts[*d].how == super::row::How::Transfer {
            drafts[*d].how = super::row::How::Code;
            drafts[*d].payee.clear();
        }
    }
}

/// Where the reading may be wrong although nothing contradicts it.
fn doubts(groups: &[Group], resolved: &[Party], drafts: &mut [Draft]) {
    let payees = distinct(
        (0..groups.len())
            .filter(|g| groups[*g].side == Side::Payee)
            .map(|g| &resolved[g])
            .filter(|party| party.account.is_some()),
    );
    let known = |number: &String| payees.iter().any(|party| party.account.as_ref() == Some(number));
    // A number that no word explains may be anybody's.
    let unexplained = groups.iter().any(|group| {
        group.side == Side::Neither
            && !group.labelled
            && group.party.account.as_ref().is_some_and(|number| !known(number))
    });
    for draft in drafts
        .iter_mut()
        .filter(|d| d.is_paid() && d.how.has_account() && !d.wallet)
    {
        let numbered = draft.payee.party.account.is_some() || draft.payee.party.tail.is_some();
        if !numbered && !draft.payee.party.is_empty() && !payees.is_empty() {
            draft.doubts(Doubt::PayeeUnsure);
        }
        if draft.payee.from == From::Breath && payees.len() > 1 {
            draft.doubts(Doubt::PayeeUnsure);
        }
        if unexplained && !numbered {
            draft.doubts(Doubt::PayeeUnsure);
        }
        if unexplained && draft.payer.is_open() {
            draft.doubts(Doubt::PayerUnsure);
        }
    }
}

/// 给的是另外一个人; 但不是某某: a payee that was only kept from elsewhere is not this one's.
fn other_people(story: &Story, drafts: &mut [Draft]) {
    for at in 0..drafts.len() {
        let draft = &drafts[at];
        if !draft.is_paid() || matches!(draft.payee.from, From::Clause | From::Nowhere) {
            continue;
        }
        let (_, to) = story.sentence_range(story.phrases[draft.phrase].sentence);
        let next = drafts.get(at + 1).map_or(to, |next| next.start.max(draft.end));
        let said = story.slice(draft.end, to.min(next).min(draft.end + 50).max(draft.end));
        let denied = draft
            .payee
            .party
            .name
            .as_ref()
            .is_some_and(|name| said.contains(&format!("不是{name}")) || said.contains("不姓"));
        if denied || ANOTHER.is_match(said) {
            drafts[at].payee.clear();
            drafts[at].doubts(Doubt::PayeeUnsure);
        }
    }
}

static ANOTHER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("(?:给|是|到|往)(?:的)?(?:是)?(?:他说的)?(?:另一个|另外一个|另外的|别的|别个|别人)|换了个人|换了人|收款(?:的)?(?:人)?换|换成|换了个|改给").expect("constant")
});

/// Money that went to a card of the payer himself did not leave him.
/// What goes from purse to purse has no bank account, whatever is known of the one who got it.
fn purses(drafts: &mut [Draft]) {
    for draft in drafts.iter_mut().filter(|d| d.wallet) {
        draft.payee.party.account = None;
        draft.payee.party.tail = None;
        if draft.payee.party.bank.as_deref() != Some("支付宝") {
            draft.payee.party.bank = None;
        }
    }
}

fn own_moves(groups: &[Group], resolved: &[Party], drafts: &mut [Draft]) {
    let own: std::collections::HashSet<&String> = (0..groups.len())
        .filter(|g| matches!(groups[*g].side, Side::Payer | Side::Own))
        .filter_map(|g| resolved[g].account.as_ref())
        .collect();
    for draft in drafts.iter_mut().filter(|d| d.is_paid()) {
        if draft
            .payee
            .party
            .account
            .as_ref()
            .is_some_and(|number| own.contains(number))
        {
            draft.role = Role::Nothing;
        }
    }
}

fn payees(story: &Story, groups: &[Group], resolved: &[Party], victims: &Victims, drafts: &mut [Draft]) {
    let told: Vec<usize> = (0..groups.len())
        .filter(|g| groups[*g].side == Side::Payee && !resolved[*g].is_empty())
        .collect();
    if told.is_empty() {
        return;
    }
    let paid: Vec<usize> = (0..drafts.len()).filter(|d| drafts[*d].is_paid()).collect();
    for g in told.iter().filter(|g| groups[**g].of_some.is_some()) {
        let Some((from, to)) = groups[*g].of_some else {
            continue;
        };
        let (from, to) = if to == usize::MAX {
            (paid.len().saturating_sub(usize::MAX - from), paid.len())
        } else {
            (from, to.min(paid.len()))
        };
        for d in paid.get(from..to.max(from)).unwrap_or_default() {
            if drafts[*d].payee.from != From::Clause && drafts[*d].how.has_account() {
                drafts[*d]
                    .payee
                    .take(&groups[*g], resolved[*g].clone(), From::Clause);
            }
        }
    }
    for g in &told {
        if let Some(d) = of_that_time(story, &groups[*g], &paid, drafts)
            && drafts[d].payee.from != From::Clause
            && drafts[d].how.has_account()
        {
            drafts[d]
                .payee
                .take(&groups[*g], resolved[*g].clone(), From::Clause);
        }
    }
    let distinct = distinct(told.iter().map(|g| &resolved[*g]));
    let for_all = told
        .iter()
        .copied()
        .filter(|g| groups[*g].of_all && groups[*g].of_some.is_none())
        .collect::<Vec<_>>();
    let bare = told.iter().copied().find(|g| is_bare(groups, drafts, *g));
    for d in paid {
        if !drafts[d].payee.is_open() || !drafts[d].how.has_account() || drafts[d].wallet {
            continue;
        }
        if forgotten(story, &drafts[d]) {
            drafts[d].doubts(Doubt::PayeeUnsure);
            continue;
        }
        if let [.., g] = for_all.as_slice()
            && (distinct.len() == 1 || for_all.len() == 1)
        {
            drafts[d]
                .payee
                .take(&groups[*g], best(&resolved[*g], &distinct), From::All);
            continue;
        }
        // In a chat, an account that the fraud side gives later was not yet known.
        let later = |g: usize| {
            story.phrases[groups[g].phrase].speaker == Some(super::speaker::Speaker::Them)
                && groups[g].start > drafts[d].end
        };
        // What one victim says of a payee is not said of the others' payments.
        let own = |g: &usize| groups[*g].of_all || victims.share(story, groups[*g].start, drafts[d].start);
        if let ([only], Some(g)) = (distinct.as_slice(), bare.filter(|g| !later(*g) && own(g))) {
            drafts[d].payee.take(&groups[g], only.clone(), From::All);
            continue;
        }
        if let [only] = distinct.as_slice()
            && GOES_ON.is_match(story.slice(story.phrases[drafts[d].phrase].start, drafts[d].end))
        {
            drafts[d].payee.take(&groups[told[0]], only.clone(), From::Breath);
            continue;
        }
        drafts[d].doubts(Doubt::PayeeUnsure);
    }
}

/// 1月19号那条汇给某某; 九点二十那笔是给某某: the payment of that time, if there is one alone.
fn of_that_time(story: &Story, group: &Group, paid: &[usize], drafts: &[Draft]) -> Option<usize> {
    let (from, _) = story.sentence_range(story.sentence_of(group.start));
    let i = story
        .marks_in(from.max(group.start.saturating_sub(24)), group.start)
        .rev()
        .find(|i| story.moment(*i).is_some())?;
    let moment = story.moment(i)?;
    if !THAT_ONE.is_match(story.slice(story.marks[i].end, group.start)) {
        return None;
    }
    let length = if moment.has_hour() { 16 } else { 10 };
    let value = moment.value.get(..length)?;
    let mut fits = paid
        .iter()
        .copied()
        .filter(|d| drafts[*d].at.as_ref().and_then(|at| at.get(..length)) == Some(value));
    let first = fits.next()?;
    fits.next().is_none().then_some(first)
}

static THAT_ONE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?:的)?(?:那|这)(?:一)?(?:笔|条|次|单|回|个)[^，。；0-9]{0,12}$|^(?:转|付|打|汇)?给的(?:才)?是?$",
    )
    .expect("constant")
});

/// 转给哪个人、什么账号我真不记得了: the caller does not know, so what was told for others does not hold.
pub(super) fn forgotten(story: &Story, draft: &Draft) -> bool {
    let sentence = story.phrases[draft.phrase].sentence;
    let (_, to) = story.sentence_range(sentence);
    FORGOTTEN.is_match(story.slice(draft.end, to.min(draft.end + 50)))
}

static FORGOTTEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:账号|账户|卡号|哪个|哪张|谁|户名|收款)[^。]{0,14}(?:不记得|记不清|记不得|想不起|没记|不清楚|搞不清|忘了|没看清|没看见|看不到|没注意|找不到|未显示|没显示|不详)").expect("constant")
});

/// Told in a phrase without a payment: of all.
fn is_bare(groups: &[Group], drafts: &[Draft], g: usize) -> bool {
    let phrase = groups[g].phrase;
    let at = drafts.partition_point(|d| d.phrase < phrase);
    !drafts[at..]
        .iter()
        .take_while(|d| d.phrase == phrase)
        .any(Draft::is_paid)
}

/// The fullest description among those that mean the same account.
fn best(party: &Party, distinct: &[Party]) -> Party {
    match distinct {
        [only] => only.clone(),
        _ => party.clone(),
    }
}

/// The different accounts among descriptions, each as full as it was told.
fn distinct<'p>(parties: impl Iterator<Item = &'p Party>) -> Vec<Party> {
    let mut found: Vec<Party> = Vec::new();
    for party in parties.filter(|party| !party.is_empty()) {
        let same = found.iter().position(|held| {
            *held == *party
                || completes(held, party)
                || completes(party, held)
                || is_part(party, held)
                || is_part(held, party)
        });
        match same {
            Some(at) => found[at] = merged(&found[at], party),
            None if found.len() < 64 => found.push(party.clone()),
            None => {}
        }
    }
    found
}

/// The first says nothing that the second does not.
fn is_part(first: &Party, second: &Party) -> bool {
    let held = |a: &Option<String>, b: &Option<String>| a.is_none() || a == b;
    held(&first.account, &second.account)
        && held(&first.tail, &second.tail)
        && (first.bank.is_none() || second.bank.is_some() && same_bank(&first.bank, &second.bank))
        && held(&first.name, &second.name)
}

static GOES_ON: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"又|再|接着|继续|第[二三四五六七八九十0-9]+[笔次回]|陆续").expect("constant")
});

fn payers(story: &Story, groups: &[Group], resolved: &[Party], victims: &Victims, drafts: &mut [Draft]) {
    let taken = drafts
        .iter()
        .filter(|d| d.is_paid())
        .all(|d| d.how == super::row::How::Taken);
    let own = |g: &usize| {
        let group = &groups[*g];
        // Where all was taken, a card of which nothing else is said is the one it was taken from.
        group.side == Side::Payer
            || taken
                && group.side == Side::Neither
                && !group.labelled
                && group.party.account.is_some()
                && group.party.name.is_none()
    };
    let told: Vec<usize> = (0..groups.len())
        .filter(|g| own(g) && !resolved[*g].is_empty())
        .collect();
    if told.is_empty() {
        return;
    }
    let cards: Vec<usize> = told
        .iter()
        .copied()
        .filter(|g| {
            resolved[*g].account.is_some() || resolved[*g].tail.is_some() || resolved[*g].bank.is_some()
        })
        .collect();
    // A purse is no card that other payments could have come from.
    let purse = |party: &Party| {
        party.account.is_none() && party.tail.is_none() && party.bank.as_deref() == Some("支付宝")
    };
    let distinct = distinct(cards.iter().map(|g| &resolved[*g]).filter(|party| !purse(party)));
    let for_all = cards.iter().copied().rev().find(|g| groups[*g].of_all);
    let owners = owners(story, groups, &cards);
    for draft in drafts.iter_mut().filter(|d| d.role == Role::Paid) {
        if draft.payer.from == From::Clause {
            let own = &draft.payer.party;
            if let Some(known) = distinct.iter().find(|known| is_part(own, known)) {
                draft.payer.party = merged(own, known);
            }
            continue;
        }
        if draft.wallet && draft.payer.is_open() {
            continue;
        }
        if matches!(draft.how, super::row::How::Cash | super::row::How::Gold) {
            continue;
        }
        if victims.several() && victims.at(story, draft.start).is_some() {
            of_own_victim(story, groups, resolved, victims, &cards, draft);
            continue;
        }
        if let [only] = distinct.as_slice() {
            draft.payer.take(&groups[cards[0]], only.clone(), From::All);
        } else if let Some(g) = for_all {
            draft.payer.take(&groups[g], resolved[g].clone(), From::All);
        } else if draft.payer.is_open() && distinct.len() > 1 {
            let owner =
                owner_of(story, &owners, draft).or_else(|| only_in_line(story, groups, &cards, draft));
            match owner {
                Some(g) => draft.payer.take(&groups[g], resolved[g].clone(), From::Breath),
                None => draft.doubts(Doubt::PayerUnsure),
            }
        }
    }
}

/// Where several victims tell, the only card of the one who speaks, or one that is said to be everybody's.
fn of_own_victim(
    story: &Story,
    groups: &[Group],
    resolved: &[Party],
    victims: &Victims,
    cards: &[usize],
    draft: &mut Draft,
) {
    let who = victims.at(story, draft.start);
    let own: Vec<usize> = cards
        .iter()
        .copied()
        .filter(|g| victims.at(story, groups[*g].start) == who)
        .collect();
    let told = distinct(own.iter().map(|g| &resolved[*g]));
    let shared = cards
        .iter()
        .copied()
        .find(|g| groups[*g].of_all && victims.at(story, groups[*g].start).is_none());
    match (told.as_slice(), shared) {
        ([only], _) => draft.payer.take(&groups[own[0]], only.clone(), From::All),
        ([], Some(g)) => draft.payer.take(&groups[g], resolved[g].clone(), From::All),
        ([], None) => {}
        _ if draft.payer.is_open() => draft.doubts(Doubt::PayerUnsure),
        _ => {}
    }
}

/// Whose card it is, where several victims are named: 宁某用的是工行6200….
fn owners(story: &Story, groups: &[Group], cards: &[usize]) -> Vec<(String, usize)> {
    let mut found: Vec<(String, usize)> = Vec::new();
    for g in cards.iter().copied().take(64) {
        let near = story.marks_in(groups[g].start.saturating_sub(10), groups[g].end);
        let name = story.marks[near].iter().find_map(|mark| match &mark.what {
            super::mark::What::Name(name) => Some(name.clone()),
            _ => None,
        });
        if let Some(name) = name
            && !found.iter().any(|(held, _)| *held == name)
        {
            found.push((name, g));
        }
    }
    found
}

/// The card of the victim who was named last before a payment.
fn owner_of(story: &Story, owners: &[(String, usize)], draft: &Draft) -> Option<usize> {
    if owners.len() < 2 {
        return None;
    }
    // 宁某陈述：我转了…: who speaks in the line.
    let (from, _) = story.line_range(story.phrases[draft.phrase].line);
    let head = story.source.right(from, 12);
    if let Some((_, g)) = owners.iter().find(|(name, _)| head.starts_with(name.as_str())) {
        return Some(*g);
    }
    let next = story.marks.partition_point(|mark| mark.start < draft.start);
    story.marks[..next]
        .iter()
        .rev()
        .take(40)
        .find_map(|mark| match &mark.what {
            super::mark::What::Name(name) => owners.iter().find(|(held, _)| held == name).map(|(_, g)| *g),
            _ => None,
        })
}

/// In a record of several lines, the only card told so far in the line of a payment.
fn only_in_line(story: &Story, groups: &[Group], cards: &[usize], draft: &Draft) -> Option<usize> {
    let line = story.phrases[draft.phrase].line;
    let (from, _) = story.line_range(line);
    if line == 0 || story.phrases.last().is_none_or(|last| last.line < 2) {
        return None;
    }
    let first = cards.partition_point(|g| groups[*g].start < from);
    let last = cards.partition_point(|g| groups[*g].start < draft.start);
    match cards.get(first..last)? {
        [only] => Some(*only),
        _ => None,
    }
}
