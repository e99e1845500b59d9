//! Puts times, payers and payees to the sums that were paid, by the clause they stand in.
//!
//! A payee in the phrase of a sum is the sum's. One in a phrase without a sum belongs to the sums before it when a label says what it
//! is (收款人…), else to the sum that follows. 又 and 再 in the same breath keep the payee. Leaves out what was said of all payments
//! at once (`fill`).

use super::clause::Speaker;
use super::how;
use super::party::{Group, Side};
use super::role::{Role, Sum};
use super::row::{Doubt, How, Party};
use super::said::Story;
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

// ---- when ------------------------------------------------------------------------------------------------------------

type Told = (Option<String>, Option<(usize, usize)>);

/// The time of the payment whose sum stands at `place`.
fn time_at(story: &Story, sums: &[Sum], index: usize, place: usize, times: &[Told]) -> Told {
    let index = sums.get(index).and_then(|sum| sum.corrects).unwrap_or(index);
    let own = story.phrase_of(place);
    // A price or a limit between a time and its payment does not part them.
    let floor = sums[..index]
        .iter()
        .rev()
        .take(6)
        .find(|sum| matches!(sum.role, Role::Paid | Role::Received))
        .map_or(0, |sum| story.marks[sum.mark].end)
        .min(place);
    let phrase = &story.phrases[own];
    let list = story.line_range(phrase.line);
    if let Some(handed) = handed_over(story, sums, index, place) {
        return whole(story, handed);
    }
    if let Some(sum) = sums.get(index).filter(|sum| sum.borrowed)
        && let Some(done) = sum.done_at
    {
        let deed = &story.phrases[story.phrase_of(done)];
        if let Some(i) = last_time(story, deed.start, done) {
            return whole(story, i);
        }
    }
    // In a chat, what was asked for in one line is done in another.
    if let Some(done) = sums.get(index).and_then(|sum| sum.done_at) {
        let deed = &story.phrases[story.phrase_of(done)];
        if deed.speaker.is_some() && deed.line != phrase.line {
            let (from, to) = story.line_range(deed.line);
            let hour = first_time(story, from, to).or_else(|| stamp_before(story, from, deed.speaker));
            if let Some(i) = hour {
                return whole(story, i);
            }
        }
    }
    if let Some(i) = told_of_deed(story, own) {
        return whole(story, i);
    }
    // In its own phrase, before the sum and then behind it.
    if let Some(i) = last_time(story, phrase.start.max(floor), place) {
        return whole(story, i);
    }
    let ceiling = sums
        .get(index + 1)
        .map_or(phrase.end, |next| story.marks[next.mark].start.min(phrase.end));
    if let Some(i) = first_time(story, place, ceiling.max(place))
        && story.moment(i).is_some_and(|m| m.has_hour())
    {
        return whole(story, i);
    }
    // 让我付五百，我当晚七点转给他: the hour of the deed, not of the demand.
    if let Some(done) = sums.get(index).and_then(|sum| sum.done_at) {
        let deed = &story.phrases[story.phrase_of(done)];
        if let Some(i) = last_time(story, deed.start.max(place), done) {
            return whole(story, i);
        }
        if deed.speaker.is_some() && deed.line != phrase.line {
            let (from, to) = story.line_range(deed.line);
            let hour = first_time(story, from, to).or_else(|| stamp_before(story, from, deed.speaker));
            if let Some(i) = hour {
                return whole(story, i);
            }
        }
    }
    // In the phrases before it, of the same sentence.
    for back in 1..=6 {
        let Some(before) = own.checked_sub(back).map(|i| &story.phrases[i]) else {
            break;
        };
        if before.sentence != phrase.sentence || before.end <= floor && before.start < floor {
            break;
        }
        let Some(i) = last_time(story, before.start.max(floor), before.end) else {
            continue;
        };
        return if is_other_event(story, story.marks[i].end, before.end, place) {
            day_of(story, i)
        } else {
            whole(story, i)
        };
    }
    // 都是今晚六点; 十点转了八千给甲、六千给乙: one hour said for both.
    if let Some(previous) = index.checked_sub(1).map(|i| &sums[i])
        && shares_hour(story, previous, place)
    {
        return times[index - 1].clone();
    }
    // 转了五千，是昨天下午三点: told behind.
    for ahead in 1..=3 {
        let Some(next) = story.phrases.get(own + ahead) else {
            break;
        };
        let sum_there = story
            .marks_in(next.start, next.end)
            .any(|i| story.money(i).is_some());
        if next.sentence != phrase.sentence || sum_there {
            break;
        }
        if TIME_BEHIND.is_match(story.slice(next.start, next.end)) {
            let after = story.phrases.get(own + ahead + 1).filter(|after| {
                after.sentence == phrase.sentence && THAT_DAY.is_match(story.slice(after.start, after.end))
            });
            let hour = after
                .and_then(|after| first_time(story, after.start, after.end))
                .filter(|i| story.moment(*i).is_some_and(super::mark::Moment::has_hour));
            if let Some(i) = hour.or_else(|| first_time(story, next.start, next.end)) {
                return whole(story, i);
            }
        }
    }
    if let Some(next) = story.phrases.get(own + 1)
        && next.sentence == phrase.sentence
        && story
            .phrases
            .get(own + 2)
            .is_none_or(|after| after.sentence != phrase.sentence)
        && let Some(i) = first_time(story, next.start, next.end)
        && next.end - next.start <= story.marks[i].end - story.marks[i].start + 2
    {
        return whole(story, i);
    }
    if let Some(next) = story.phrases.get(own + 1)
        && next.sentence == phrase.sentence
        && TIME_BEHIND.is_match(story.slice(next.start, next.end))
        && let Some(i) = first_time(story, next.start, next.end)
        && !story
            .marks_in(next.start, next.end)
            .any(|i| story.money(i).is_some())
    {
        return whole(story, i);
    }
    // One time in a line of a chat is that line's.
    if phrase.speaker.is_some() {
        let mut times = story
            .marks_in(list.0, list.1)
            .filter(|i| story.moment(*i).is_some_and(super::mark::Moment::has_hour));
        if let (Some(i), None) = (times.next(), times.next()) {
            return whole(story, i);
        }
    }
    if let Some(i) = stamp_before(story, list.0, phrase.speaker) {
        return whole(story, i);
    }
    last_day(story, place)
}

/// 转了十五万，十点半左右转的: the hour behind, with the verb once more.
fn told_of_deed(story: &Story, own: usize) -> Option<usize> {
    let phrase = &story.phrases[own];
    for ahead in 1..=3 {
        let next = story.phrases.get(own + ahead)?;
        let sum_there = story
            .marks_in(next.start, next.end)
            .any(|i| story.money(i).is_some());
        if next.sentence != phrase.sentence || sum_there {
            return None;
        }
        let Some(i) = first_time(story, next.start, next.end) else {
            continue;
        };
        let hour = story.moment(i).is_some_and(super::mark::Moment::has_hour);
        let behind = story.slice(story.marks[i].end, next.end);
        return (hour && DEED_AGAIN.is_match(behind)).then_some(i);
    }
    None
}

static DEED_AGAIN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[^，。]{0,4}(?:转|付|打|汇|交|扫|存|充|投|寄|给)(?:过去|出去)?的").expect("constant")
});

/// Gold that is bought and then handed over leaves at the hand-over.
fn handed_over(story: &Story, sums: &[Sum], index: usize, place: usize) -> Option<usize> {
    let sum = sums.get(index)?;
    let next = sums[index + 1..]
        .iter()
        .take(6)
        .find(|next| next.role == Role::Paid)
        .map_or(story.source.len(), |next| story.marks[next.mark].start);
    let end = next.min(place + 90).min(story.source.len());
    if how::of(story, sum, place) != How::Gold {
        return None;
    }
    let deed = HANDED.find(story.slice(place, end))?;
    let at = place + story.slice(place, end)[..deed.start()].chars().count();
    last_time(story, place, at).filter(|i| story.moment(*i).is_some())
}

static HANDED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"交给|交予|交付|交到|递给|给了(?:一|那|他|她|来)|送到|拿给|当面|被.{0,8}取走|寄")
        .expect("constant")
});

fn whole(story: &Story, index: usize) -> Told {
    if in_range(story, index) {
        return day_of(story, index);
    }
    let mark = &story.marks[index];
    let value = story.moment(index).map(|moment| moment.value.clone());
    (value, Some((mark.start, mark.end)))
}

/// 从一点到两点: between two hours only the day is sure.
fn in_range(story: &Story, index: usize) -> bool {
    let hour = |i: usize| story.moment(i).is_some_and(super::mark::Moment::has_hour);
    let joined = |a: usize, b: usize| {
        hour(a) && hour(b) && RANGE.is_match(story.slice(story.marks[a].end, story.marks[b].start))
    };
    index > 0 && joined(index - 1, index) || index + 1 < story.marks.len() && joined(index, index + 1)
}

static RANGE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\s?(?:到|至|-|—|~|～|之间到|一直到|左右到)+\s?(?:今天|当天|昨天)?$").expect("constant")
});

fn day_of(story: &Story, index: usize) -> Told {
    let mark = &story.marks[index];
    let value = story
        .moment(index)
        .and_then(|moment| moment.day().map(str::to_owned));
    (value, Some((mark.start, mark.end)))
}

fn last_time(story: &Story, from: usize, to: usize) -> Option<usize> {
    story
        .marks_in(from, to.max(from))
        .rev()
        .find(|i| story.moment(*i).is_some())
}

fn first_time(story: &Story, from: usize, to: usize) -> Option<usize> {
    story
        .marks_in(from, to.max(from))
        .find(|i| story.moment(*i).is_some())
}

/// 九点半他说还差一点: the hour is of the call, the day holds.
fn is_other_event(story: &Story, from: usize, to: usize, place: usize) -> bool {
    let text = story.slice(from, to);
    let before = story.slice(from, place.min(from + 48).max(to));
    OTHER_EVENT.is_match(text) && !ASKS_MONEY.is_match(before)
}

/// Several sums of one breath behind one hour: 两笔，一笔6千，一笔1万4.
fn shares_hour(story: &Story, previous: &Sum, place: usize) -> bool {
    if previous.role != Role::Paid {
        return false;
    }
    let end = story.marks[previous.mark].end;
    let gap = story.slice(end, place.max(end));
    if gap.chars().count() > 40 || gap.contains(['。', '\n']) {
        return false;
    }
    let phrase = &story.phrases[previous.phrase];
    let (from, _) = story.sentence_range(phrase.sentence);
    let head = story.marks[previous.mark].start;
    let counted =
        COUNTED.is_match(story.slice(from.max(head.saturating_sub(60)), head)) && PART.is_match(gap);
    let listed = gap.starts_with('、') || LISTED.is_match(gap);
    counted || listed
}

/// A line that holds only a time stands over the lines of a chat.
fn stamp_before(story: &Story, line_start: usize, speaker: Option<Speaker>) -> Option<usize> {
    speaker?;
    let mut end = line_start;
    for _ in 0..4 {
        let line = story.line_of(end.checked_sub(1)?);
        let (from, to) = story.line_range(line);
        if let Some(i) = first_time(story, from, to) {
            let mark = &story.marks[i];
            let alone = to - from <= mark.end - mark.start + 18;
            return alone.then_some(i);
        }
        if from == 0 {
            return None;
        }
        end = from;
    }
    None
}

/// The day last spoken of, when nothing says that days went by.
fn last_day(story: &Story, place: usize) -> Told {
    let next = story.marks.partition_point(|mark| mark.start < place);
    for i in (0..next).rev().take(24) {
        let Some(moment) = story.moment(i) else { continue };
        let Some(day) = moment.day() else {
            return (None, None);
        };
        if DAYS_WENT_BY.is_match(story.slice(story.marks[i].end.max(place.saturating_sub(120)), place)) {
            return (None, None);
        }
        return (
            Some(day.to_owned()),
            Some((story.marks[i].start, story.marks[i].end)),
        );
    }
    (None, None)
}

/// 九点半他说还差一点: the payment follows at once.
static ASKS_MONEY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:说|讲|称|让|叫|喊|要)[^。]{0,20}(?:还差|差一|要|交|补|转|付|打钱|汇|充|缴|重新)")
        .expect("constant")
});
static OTHER_EVENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"接到|打来|打电话|来电|电话|加了|加我|加上|添加|联系|说|讲|称|让|叫|喊|要我|要求|借|贷|放款|返|提现|到账|聊|认识|下载|刷到|看到|看见|收到|发来|发现|推荐|拉进|进群|点了|点击|登录|注册|搜|通知|告诉|问|催|约|下班|起床|睡|上班").expect("constant")
});
static COUNTED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[两二三四五六七八九十0-9]+\s?(?:笔|次|回|单|张)").expect("constant"));
static PART: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"一[笔次回单张]|第.[笔次回单张]|另|还有|再|又|、|和").expect("constant"));
static LISTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[^，。]{0,14}、[^，。]{0,10}$|^(?:元|块)?(?:和|加|跟)$").expect("constant")
});
static TIME_BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?:转账|付款|汇款)?(?:时间|那天|当时|那是|是在|就是|是|都是|也是|大概是|大约是|应该是|好像是|在)",
    )
    .expect("constant")
});
static THAT_DAY: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:那天|当天|是|大概|大约|差不多)").expect("constant"));
static DAYS_WENT_BY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"过了(?:几|两|三|四|五|好几|十几)?[天日]|几天[后之]|[两三四五六七八九十]天[后之]|前几天|过几天|没几天|隔了[几两三四五]|后面几天|过了一[周个]|几周后|几个月|陆续|之前|前些|有一天|后头几天|一段时间").expect("constant")
});

// ---- who and where ---------------------------------------------------------------------------------------------------

/// What a walk through the phrases keeps.
#[derive(Default)]
struct Walk {
    /// A payee told before its payment: its group and the sentence.
    payee: Option<(usize, usize)>,
    payer: Option<(usize, usize)>,
    /// The draft last seen.
    last: Option<usize>,
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
            walk.payer = None;
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
            drafts[*d].role = Role::Nothing;
            continue;
        }
        let only = here.len() == 1 || payees.len() == 1 && groups[payees[0]].start < drafts[here[0]].start;
        if let Some(g) = choose(groups, &payees, drafts[*d].start, floor, ceiling, only) {
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
        if drafts[*d].is_paid() {
            walk.last = Some(*d);
        }
    }
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
    let last_sentence = story.phrases[drafts[last].phrase].sentence;
    let near = last_sentence == sentence || (group.labelled || group.of_all) && sentence - last_sentence <= 1;
    let open = drafts[last].payee.is_open() || drafts[last].payee.from == From::Breath;
    let fills_up =
        drafts[last].payee.from == From::Clause && completes(&drafts[last].payee.party, &resolved[g]);
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

/// The second tells what the first left out, and nothing else.
pub(super) fn completes(first: &Party, second: &Party) -> bool {
    let agree = |a: &Option<String>, b: &Option<String>| a.is_none() || b.is_none() || a == b;
    let adds = first.account.is_none() && second.account.is_some()
        || first.account.is_none() && first.tail.is_none() && second.tail.is_some()
        || first.name.is_none() && second.name.is_some()
        || first.bank.is_none() && second.bank.is_some();
    agree(&first.account, &second.account)
        && agree(&first.tail, &second.tail)
        && agree(&first.bank, &second.bank)
        && agree(&first.name, &second.name)
        && adds
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
        bank: pick(&first.bank, &second.bank),
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
        let near = story.phrases[drafts[last].phrase].sentence == sentence;
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

static FORWARD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[\s，,]*(?:然后|接着|后来|之后|随后|又|再|第[二三四五六七八九十]|另外|还|同日|当天|次日|晚上|下午|上午|最后|后面|他又|她又|对方又)").expect("constant")
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
            drafts[d]
                .payee
                .take(&groups[g], resolved[g].clone(), From::Clause);
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
