//! Groups a number, a bank and a name that belong together, and says whose they are: the payer's, the payee's, the victim's own
//! second account, or nobody's in this case (a number shown as proof).
//!
//! The words right before and right behind a group decide: 用…卡, 从…, 转到…, 对方是…, 户名…. Words that point back (该账户, 还是他, 那张卡)
//! are groups too. Leaves out: to which payment a group belongs (`attach`).

use super::mark::What;
use super::pointing::pointing;
use super::row::Party;
use super::said::Story;
use super::speaker::Speaker;
use regex::Regex;
use std::sync::LazyLock;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Payer,
    Payee,
    /// The victim's own account as a target: 先转到自己的中行.
    Own,
    /// Said of neither: proof, a call centre, a name in passing.
    Neither,
}

/// How a group says which account it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Points {
    /// By its own number, bank or name.
    Itself,
    /// The payee before it: 该账户, 还是他.
    Back,
}

#[derive(Clone, Debug)]
pub(super) struct Group {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) phrase: usize,
    pub(super) party: Party,
    pub(super) side: Side,
    pub(super) points: Points,
    /// 都, 均, 全部: said of all payments.
    pub(super) of_all: bool,
    /// 前两笔, 第三笔: the payments it is said of, counted from zero.
    pub(super) of_some: Option<(usize, usize)>,
    /// A label stood before it (收款人, 户名, 对方是), not a verb.
    pub(super) labelled: bool,
}

pub(super) fn group(story: &Story) -> Vec<Group> {
    let mut groups = clusters(story);
    groups.extend(pointing(story, &groups));
    groups.sort_by_key(|group| group.start);
    groups
}

fn clusters(story: &Story) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut open: Option<Group> = None;
    for index in 0..story.marks.len() {
        let mark = &story.marks[index];
        if !matches!(
            mark.what,
            What::Number(_) | What::Tail(_) | What::Bank(_) | What::Name(_)
        ) {
            continue;
        }
        if is_persona(story, mark) {
            continue;
        }
        let joined = open.as_mut().is_some_and(|group| {
            let gap = story.slice(group.end, mark.start);
            let joins = fits(&group.party, &mark.what)
                && !begins_another(story, &group.party, index)
                && (joins(gap, group) || number_behind(gap, group, &mark.what))
                && is_plain(story, group.end, mark.start);
            if joins {
                put(&mut group.party, &mark.what);
                group.end = mark.end;
            }
            joins
        });
        if joined {
            continue;
        }
        if let Some(mut group) = open.take() {
            whole_lead(story, &mut group, groups.last().map_or(0, |before| before.end));
            groups.push(group);
        }
        let mut party = Party::default();
        put(&mut party, &mark.what);
        let last_end = groups.last().map_or(0, |group| group.end);
        let mut group = Group {
            start: mark.start,
            end: mark.end,
            phrase: story.phrase_of(mark.start),
            party,
            side: Side::Neither,
            points: Points::Itself,
            of_all: false,
            of_some: None,
            labelled: false,
        };
        lead(story, &mut group, last_end);
        open = Some(group);
    }
    if let Some(mut group) = open.take() {
        whole_lead(story, &mut group, groups.last().map_or(0, |before| before.end));
        groups.push(group);
    }
    for group in &mut groups {
        if group.side == Side::Neither {
            behind(story, group);
        }
    }
    told_behind(story, &mut groups);
    payees_again(story, &mut groups);
    explained(story, &mut groups);
    for group in &mut groups {
        // 128已由我司账户…打给您: the account that paid a rebate.
        let theirs = story.phrases[group.phrase].speaker == Some(Speaker::Them);
        if theirs && group.side == Side::Payer {
            group.side = Side::Neither;
            group.labelled = true;
        }
    }
    in_lists(story, &mut groups);
    corrected(story, &mut groups);
    tails_of_payees(&mut groups);
    own_banks(story, &mut groups);
    own_numbers(story, &mut groups);
    groups
}

/// 从农行转的…农行户是5508…: the number, told later, of a card that was paid from. And cards beside payments of which one payee is told for all.
fn own_numbers(story: &Story, groups: &mut [Group]) {
    let bare = |g: &Group| g.party.account.is_none() && g.party.tail.is_none() && g.party.name.is_none();
    let banks = |side: Side| -> std::collections::HashSet<String> {
        groups
            .iter()
            .filter(|g| g.side == side && bare(g))
            .filter_map(|g| g.party.bank.clone())
            .collect()
    };
    let (payers, payees) = (banks(Side::Payer), banks(Side::Payee));
    let payee_of_all = groups
        .iter()
        .any(|g| g.side == Side::Payee && g.of_all && g.party.account.is_some());
    for group in groups.iter_mut() {
        let open = group.side == Side::Neither && !group.labelled && group.party.name.is_none();
        let Some(bank) = group
            .party
            .bank
            .clone()
            .filter(|_| open && group.party.account.is_some())
        else {
            continue;
        };
        let paid_from = payers.contains(&bank) && !payees.contains(&bank);
        let beside = payee_of_all && story.slice(group.start, group.end).contains('卡');
        if paid_from || beside {
            group.side = Side::Payer;
            group.labelled = true;
        }
    }
}

/// 把工行的6千先转到中国银行卡上: only a bank, and the caller told of a card of that bank; no payee has one there.
fn own_banks(story: &Story, groups: &mut [Group]) {
    let of = |side: Side| -> std::collections::HashSet<String> {
        groups
            .iter()
            .filter(|g| {
                (g.side == side || side == Side::Payer && g.side == Side::Own)
                    && (g.party.account.is_some() || g.party.tail.is_some())
            })
            .filter_map(|g| g.party.bank.clone())
            .collect()
    };
    let (payers, payees) = (of(Side::Payer), of(Side::Payee));
    for group in groups.iter_mut().filter(|g| g.side == Side::Payee && !g.labelled) {
        let only_bank =
            group.party.account.is_none() && group.party.tail.is_none() && group.party.name.is_none();
        let own = group
            .party
            .bank
            .as_ref()
            .is_some_and(|bank| payers.contains(bank) && !payees.contains(bank));
        if only_bank && own && !OF_OTHERS.is_match(story.source.left(group.start, 8)) {
            group.side = Side::Own;
        }
    }
}

static OF_OTHERS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("对方|他|她|收款|那个|指定|客服|老师|另").expect("constant"));

/// 由其丈夫樊某的湖北银行卡6200…: what began with the name of a victim is an account after all.
fn whole_lead(story: &Story, group: &mut Group, last_end: usize) {
    let concealed = group.party.name.as_ref().is_some_and(|name| name.contains('某'));
    let account = group.party.account.is_some() || group.party.tail.is_some();
    if concealed && account && group.side == Side::Neither && group.labelled {
        group.labelled = false;
        lead(story, group, last_end);
    }
}

/// 甲某是交行的6200…，乙某是平安银行6200…: a name with a number of its own behind it begins another account.
fn begins_another(story: &Story, party: &Party, index: usize) -> bool {
    let mark = &story.marks[index];
    if !matches!(mark.what, What::Name(_)) || party.account.is_none() {
        return false;
    }
    let Some(next) = story.marks.get(index + 1) else {
        return false;
    };
    let gap = story.slice(mark.end, next.start);
    let number = match next.what {
        What::Number(_) => true,
        What::Bank(_) => story.marks.get(index + 2).is_some_and(|after| {
            matches!(after.what, What::Number(_)) && NUMBER_NEAR.is_match(story.slice(next.end, after.start))
        }),
        _ => false,
    };
    number && OWN_NUMBER.is_match(gap)
}

static OWN_NUMBER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:的|是|用的|在|卡号|账号|[，,：:\s（(、/])*$").expect("constant"));
static NUMBER_NEAR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:的|卡|账号|卡号|账户|是|储蓄卡|[，,：:\s（(、/])*$").expect("constant")
});

/// 转了2万，是令狐雪: a name that is a payee elsewhere, behind 是.
fn payees_again(story: &Story, groups: &mut [Group]) {
    let known: std::collections::HashSet<String> = groups
        .iter()
        .filter(|group| group.side == Side::Payee && group.party.account.is_some())
        .filter_map(|group| group.party.name.clone())
        .collect();
    for group in groups.iter_mut() {
        let only_name =
            group.party.account.is_none() && group.party.tail.is_none() && group.party.bank.is_none();
        let named = group.party.name.as_ref().is_some_and(|name| known.contains(name));
        if group.side == Side::Neither
            && !group.labelled
            && only_name
            && named
            && IS_HE.is_match(story.source.left(group.start, 4))
        {
            group.side = Side::Payee;
            group.labelled = true;
        }
    }
}

static IS_HE: LazyLock<Regex> = LazyLock::new(|| Regex::new("[，,](?:也|还|就|都)?是$").expect("constant"));

/// 往某某有限公司转了30000元，账号是6336…，开户行湖北银行: the number of the payee just named.
fn told_behind(story: &Story, groups: &mut [Group]) {
    for at in 1..groups.len() {
        let before = &groups[at - 1];
        let this = &groups[at];
        let left = story.source.left(this.start, 12);
        let theirs = THEIR_CARD.is_match(left) && !FROM_THEM.is_match(left) && this.party.name.is_none();
        let bare = (this.side == Side::Neither && !this.labelled || theirs && this.side != Side::Own)
            && this.party.account.is_some();
        let named = before.side == Side::Payee
            && before.party.account.is_none()
            && before.party.tail.is_none()
            && before.party.name.is_some();
        let apart = this.start.saturating_sub(before.end);
        let loose = this.side == Side::Neither && !this.labelled && NUMBER_LABEL.is_match(left);
        if loose && this.party.account.is_some() && !named && paid_to_somebody(story, before.end, this.start)
        {
            // 转给助理某某一万六，卡号6200…: the number of the one just paid, though the name was not understood.
            groups[at].side = Side::Payee;
            groups[at].labelled = true;
            continue;
        }
        if !bare || !named || apart > 60 || story.sentence_of(before.start) != story.sentence_of(this.start) {
            continue;
        }
        let agrees = this.party.name.is_none()
            && (before.party.bank.is_none()
                || this.party.bank.is_none()
                || before.party.bank == this.party.bank);
        if agrees && (NUMBER_LABEL.is_match(left) || theirs) {
            let known = super::attach::merged(&this.party, &before.party);
            groups[at].party = known;
            groups[at].side = Side::Payee;
            groups[at].labelled = true;
        }
    }
}

/// A sum was paid 给 somebody in the sentence, behind the account told before.
fn paid_to_somebody(story: &Story, from: usize, to: usize) -> bool {
    let (start, _) = story.sentence_range(story.sentence_of(to));
    let from = from.max(start).max(to.saturating_sub(40));
    let sum = story.marks_in(from, to).any(|i| story.money(i).is_some());
    sum && PAID_TO.is_match(story.slice(from, to))
}

static PAID_TO: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("(?:转|打|汇|付|交)(?:了|过)?给").expect("constant"));
static FROM_THEM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("(?:从|用|由|以|拿|刷)(?:他|她|对方)(?:自己)?(?:的)?[^，。]{0,4}$").expect("constant")
});
/// 他的卡是平安银行6200…
static THEIR_CARD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        "(?:他|她|对方)(?:的)?(?:那个|那张)?(?:卡号|账号|账户|银行卡|卡|户头)?(?:就)?(?:是|，|：)?(?:个)?$",
    )
    .expect("constant")
});
static NUMBER_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[，,。；（(\s](?:账号|卡号|帐号|号码|账户)(?:就?是|为|：|:)?\s?$").expect("constant")
});

/// 我老头子的工行卡，哦不对，是我自己的邮政卡: the first was a slip of the tongue.
fn corrected(story: &Story, groups: &mut [Group]) {
    for at in 1..groups.len() {
        let (from, to) = (groups[at - 1].end, groups[at].start);
        if to.saturating_sub(from) > 18 || !is_plain(story, from, to) {
            continue;
        }
        let gap = story.slice(from, to);
        let denied = story.source.left(groups[at - 1].start, 2) == "不是" && BUT_IS.is_match(gap);
        if denied {
            if groups[at].side == Side::Neither {
                groups[at].side = groups[at - 1].side;
            }
            groups[at].labelled = true;
            groups[at - 1].side = Side::Neither;
            groups[at - 1].labelled = true;
        } else if super::slip::corrects(gap) {
            if groups[at].side == Side::Neither || groups[at].side == Side::Payer && groups[at].labelled {
                groups[at].side = groups[at - 1].side;
            }
            let mut slip = groups[at - 1].party.clone();
            (slip.account, slip.tail) = (None, None);
            if groups[at].party.bank.is_none() && groups[at].party.name.is_none() {
                groups[at].party = super::attach::merged(&groups[at].party, &slip);
            }
            groups[at - 1].side = Side::Neither;
            groups[at - 1].labelled = true;
        }
    }
}

/// 收款人不是甲某，是乙某
static BUT_IS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("^(?:的)?[，,、]?(?:而|应该|其实)?是(?:给|转给|叫|个|另外一个叫?|另一个叫?|另外的)?$")
        .expect("constant")
});

/// 尾号5559那张, when a payee's number ends so: the tail is no card of the caller.
fn tails_of_payees(groups: &mut [Group]) {
    let ends = |side: Side| -> std::collections::HashSet<String> {
        groups
            .iter()
            .filter(|group| group.side == side)
            .filter_map(|group| group.party.account.as_ref())
            .filter_map(|number| number.get(number.len().saturating_sub(4)..).map(str::to_owned))
            .collect()
    };
    let (payees, payers) = (ends(Side::Payee), ends(Side::Payer));
    for group in groups.iter_mut() {
        let tail = group
            .party
            .tail
            .as_ref()
            .filter(|_| group.party.account.is_none());
        if tail.is_some_and(|tail| payees.contains(tail) && !payers.contains(tail)) {
            group.side = Side::Payee;
        }
    }
}

/// A short name that a list explains says whose the account is.
fn explained(story: &Story, groups: &mut [Group]) {
    for (start, end, own) in &story.list.explained {
        for group in groups
            .iter_mut()
            .filter(|group| group.start >= *start && group.end <= *end)
        {
            group.side = if *own { Side::Payer } else { Side::Payee };
            group.of_all = false;
        }
    }
}

/// A row of a list: the only account beside a sum is the payee's; of two, the first is the payer's.
fn in_lists(story: &Story, groups: &mut [Group]) {
    let mut at = 0;
    while at < groups.len() {
        let line = story.line_of(groups[at].start);
        let mut end = at;
        while end < groups.len() && story.line_of(groups[end].start) == line {
            end += 1;
        }
        list_line(story, line, &mut groups[at..end]);
        at = end;
    }
}

fn list_line(story: &Story, line: usize, groups: &mut [Group]) {
    let (from, to) = story.line_range(line);
    let sums = story
        .marks_in(from, to)
        .filter(|i| story.money(*i).is_some())
        .count();
    let short = to - from <= 120 && !story.slice(from, to).contains('。');
    if !(1..=2).contains(&sums) || !short {
        return;
    }
    let open: Vec<usize> = (0..groups.len())
        .filter(|g| groups[*g].side == Side::Neither && !groups[*g].labelled && !groups[*g].party.is_empty())
        .collect();
    let numbered = |g: &Group| g.party.account.is_some() || g.party.tail.is_some();
    let has_payee = groups.iter().any(|g| g.side == Side::Payee);
    match open.as_slice() {
        // 14:05 甲 30,000 建行卡: beside the payee, the bank of the card that paid.
        [only] if has_payee && !numbered(&groups[*only]) && groups[*only].party.name.is_none() => {
            groups[*only].side = Side::Payer;
        }
        [only] if !has_payee && (numbered(&groups[*only]) || groups[*only].party.name.is_some()) => {
            groups[*only].side = Side::Payee;
        }
        [first, second] if !has_payee && numbered(&groups[*second]) => {
            groups[*first].side = Side::Payer;
            groups[*second].side = Side::Payee;
        }
        _ => {}
    }
}

/// 周警官, 朱老师 and whoever is named before the colon of a chat play a part in the story; money does not go to them by that name.
fn is_persona(story: &Story, mark: &super::mark::Mark) -> bool {
    let What::Name(name) = &mark.what else {
        return false;
    };
    let chat = story.phrases[story.phrase_of(mark.start)].speaker.is_some();
    TITLED.is_match(name) || chat && matches!(story.source.at(mark.end), '：' | ':')
}

static TITLED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("(?:警官|警察|老师|导师|客服|经理|主任|参谋|教授|专员|队长|检察官|法官|干事|司务长|科长|局长|处长|助理)$").expect("constant")
});

fn fits(party: &Party, what: &What) -> bool {
    match what {
        // 尾号7472，卡号6200…7472
        What::Number(number) => {
            party.account.is_none()
                && party
                    .tail
                    .as_ref()
                    .is_none_or(|tail| number.ends_with(tail.as_str()))
        }
        What::Tail(tail) => {
            party.tail.is_none()
                && party
                    .account
                    .as_ref()
                    .is_none_or(|account| account.ends_with(tail.as_str()))
        }
        What::Bank(bank) => party.bank.as_ref().is_none_or(|held| {
            held == bank || held.ends_with(bank.as_str()) || bank.ends_with(held.as_str())
        }),
        What::Name(name) => party.name.as_ref().is_none_or(|held| held == name),
        _ => false,
    }
}

fn put(party: &mut Party, what: &What) {
    match what {
        What::Number(number) => {
            party.account = Some(number.clone());
            party.tail = None;
        }
        What::Tail(tail) if party.account.is_none() => party.tail = Some(tail.clone()),
        // 农商行, 麻城农商行: the fuller name stays.
        What::Bank(bank) if party.bank.as_ref().is_some_and(|held| held.len() > bank.len()) => {}
        What::Bank(bank) => party.bank = Some(bank.clone()),
        What::Name(name) => party.name = Some(name.clone()),
        _ => {}
    }
}

/// No sum and no time stands between two parts of a group.
fn is_plain(story: &Story, from: usize, to: usize) -> bool {
    !story
        .marks_in(from, to)
        .any(|i| matches!(story.marks[i].what, What::Money(_) | What::Time(_)))
}

fn joins(gap: &str, group: &Group) -> bool {
    if gap.chars().count() > 34 || !JOINT.is_match(gap) {
        return false;
    }
    // 用的建行6200…，收款人马万里: the other side begins.
    match group.side {
        Side::Payer | Side::Own => !PAYEE_LABEL.is_match(gap),
        Side::Payee => !PAYER_LABEL.is_match(gap),
        Side::Neither => {
            group.party.account.is_none() && group.party.tail.is_none() || !SIDE_LABEL.is_match(gap)
        }
    }
}

/// 号码我抄在台历上：6200…, 卡号他拿纸记了是…: the number of the account just named, told in a clause of its own.
fn number_behind(gap: &str, group: &Group, what: &What) -> bool {
    let number = matches!(what, What::Number(_) | What::Tail(_));
    let open = group.party.account.is_none() && group.party.tail.is_none();
    let label = match group.side {
        Side::Payee => &PAYER_LABEL_OF_NUMBER,
        _ => &PAYEE_LABEL_OF_NUMBER,
    };
    number && open && NUMBER_TOLD.is_match(gap) && !label.is_match(gap)
}

static NUMBER_TOLD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:的)?(?:卡|账户|户头)?(?:上面|上|里|的)?[\s，,。]{0,2}(?:他|她|那个|那张|这张)?(?:的)?(?:卡的)?(?:号码|卡号|账号|帐号|户号)(?:[^，。；：0-9]{0,16}(?:[：:，,]|是|听|下|上|了|的|为)|(?:就|也)?是|：|:)?[\s“]*$").expect("constant")
});

static PAYER_LABEL_OF_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("我的(?:[^，。聊]{0,4}卡|账|[工农建中交招]行|卡号)|我自己的|本人|付款").expect("constant")
});

static PAYEE_LABEL_OF_NUMBER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("对方|收款|他的|她的").expect("constant"));

/// What stands between the parts of one account.
static JOINT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(?:之|[\s，,、：:（）()“”\x22\[\]【】「」/|;；。\-—·]|银行卡|储蓄卡|借记卡|信用卡|贷记卡|存折|卡号|账号|帐号|账户|帐户|是我(?:自己)?(?:的)?(?:名字|名)?|我(?:自己)?的?名字|户名|户主|姓名|名字|名称|全名|开户行|开户银行|开户名|开户|收款人|收款方|收款账号|收款账户|收款户名|收款|持卡人|卡主|对公账户|对公账号|对公户|对公|公户|公账|公司账户|号码|尾号|尾数|卡|户|账|号|行|的|是|为|叫做|叫|名叫|写的|显示|填的|个人|私人|账面|那张|这张|那个|这个|一个|一张|名下|他|她|也|就|都|还|在|于|所属|属于|银行|支行|分行|营业部|分理处|储蓄所|总行|本部|我念给你听|我念一下|念给你|你记一下|人|方|那边|开的|办的|里面|里|上|全号|完整|整个|里头|下面|老板|公司|厂家|及|和|与|您的|您|尊敬的|客户|上去|去|我手机上|手机上|上面|只显示|只看到|只记得|记得|只知道|只晓得|好像|付的|转的|出的|打的|汇的|扣的|转出去的|打出去的|出去的|但是|不过|但|→|->)*",
        r"(?:[\p{Han}]{2,10}(?:支行|分行|营业部|分理处|储蓄所|网点|营业厅)[，,、：:（）()\s的]*(?:户名|账号|卡号|开户名|名字|叫|是|：|:)*)?",
        r"(?:银行卡|储蓄卡|卡号|账号|户名|开户行|[，,：:（）()\s的是]|叫|名字|卡)*$"
    ))
    .expect("constant")
});

static PAYEE_LABEL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"收款|对方|→|->|户名|他|她|开户名|转|供应商|也是|还是|都是|给").expect("constant")
});

static PAYER_LABEL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"我(?:的|用|自己|是|这|拿)|本人|付款|转出|自己").expect("constant"));

static SIDE_LABEL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"收款|对方|→|->|付款|转出|。").expect("constant"));

/// The words before a group.
fn lead(story: &Story, group: &mut Group, last_end: usize) {
    let (sentence_start, _) = story.sentence_range(story.sentence_of(group.start));
    let from = sentence_start.max(last_end).max(group.start.saturating_sub(30));
    // What was said of an earlier sum no longer leads.
    let sum_end = story
        .marks_in(from, group.start)
        .rev()
        .find(|i| matches!(story.marks[*i].what, What::Money(_)))
        .map_or(from, |i| story.marks[i].end);
    let cut = story.slice(sum_end, group.start);
    if let Some(question) = question_before(story, group.start) {
        // 问：收款账户是多少？答：6200…: the question says whose.
        let of_payer = ASKS_PAYER.is_match(question);
        let far = group.start - story.line_range(story.line_of(group.start)).0 > 24;
        let mine = far && MINE_SAID.is_match(cut);
        if !mine && (of_payer && !far || ASKS_PAYEE.is_match(question)) {
            group.of_some = of_some(cut);
            group.side = if of_payer { Side::Payer } else { Side::Payee };
            group.labelled = true;
            group.of_all = true;
            return;
        }
    }
    if cut.ends_with("不是") && group.party.name.is_some() {
        group.labelled = true;
        return;
    }
    if SHOWN.is_match(cut) {
        group.side = Side::Neither;
        group.labelled = true;
        return;
    }
    group.of_all = OF_ALL.is_match(cut);
    group.of_some = of_some(cut);
    let name_only = group.party.account.is_none() && group.party.tail.is_none() && group.party.bank.is_none();
    let concealed = group.party.name.as_ref().is_some_and(|name| name.contains('某'));
    if name_only
        && (MY_NAME.is_match(cut) || concealed && !PAYEE_WORD.is_match(cut) && !PAYEE_VERB.is_match(cut))
    {
        group.labelled = true;
        return;
    }
    if story.for_another && HIS_CARD.is_match(cut) {
        // 我替我爸报警，他那张卡是…: who is spoken of is the victim.
        group.side = Side::Payer;
        group.labelled = true;
    } else if OWN_TARGET.is_match(cut) || OWN_ARROW.is_match(cut) {
        group.side = Side::Own;
    } else if PAYEE_VERB.is_match(cut) {
        group.side = Side::Payee;
    } else if PAYER_LEAD.is_match(cut) {
        group.side = Side::Payer;
    } else if group.party.name.is_some() && AGAIN.is_match(cut) {
        group.side = Side::Payee;
    } else if PAYEE_WORD.is_match(cut) {
        group.side = Side::Payee;
        group.labelled = true;
    } else if PAYER_WORD.is_match(cut) {
        group.side = Side::Payer;
        group.labelled = true;
    }
}

/// 其光大卡6200… → 其建行卡6200…
static OWN_ARROW: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:→|->|=>)\s*(?:其|本人|自己|我)(?:的|名下|自己)?(?:的)?$").expect("constant")
});
static MINE_SAID: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("我|本人|自己|用|从|付款").expect("constant"));
static HIS_CARD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:他|她)(?:的|自己的|那张|这张|用的)(?:卡|银行卡|存折)(?:就是|是|，|：|的|卡号)*$")
        .expect("constant")
});

/// The question that a group at the head of an answer answers.
fn question_before(story: &Story, start: usize) -> Option<&str> {
    let phrase = &story.phrases[story.phrase_of(start)];
    let (from, _) = story.line_range(phrase.line);
    let first = story.phrases[story.phrase_of(from)].sentence == phrase.sentence;
    if phrase.speaker != Some(Speaker::Me) || !first && start - from > 120 || from == 0 || phrase.line == 0 {
        return None;
    }
    let (before, end) = story.line_range(phrase.line - 1);
    let asked = story.phrases[story.phrase_of(before)].speaker == Some(Speaker::Asker);
    asked.then(|| story.slice(before, end))
}

static ASKS_PAYER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:用|从|拿)[^，。？]{0,8}(?:哪|什么|谁)[^，。？]{0,8}(?:付|转|汇|打|卡|账户)?|你的[^，。？]{0,6}(?:卡|账户|账号)|付款(?:卡|账户|账号)|你(?:是)?用的").expect("constant")
});

static ASKS_PAYEE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"收款|对方(?:的)?(?:账户|账号|卡|户名)|(?:转|打|汇|付|存)(?:到|给|进|至|入)[^，。？]{0,10}(?:哪|什么|谁|多少)|哪个账户|什么账户|户名").expect("constant")
});

/// The words behind a group, where none before it spoke.
pub(super) fn behind(story: &Story, group: &mut Group) {
    if group.labelled {
        return;
    }
    let right = story.source.right(group.end, 16);
    let named = group.party.name.is_some() && group.party.account.is_some();
    let gives = GIVES
        .find(right)
        .is_some_and(|found| !(named && found.as_str().starts_with(['，', ' '])));
    if gives && (group.party.account.is_some() || group.party.tail.is_some() || group.party.bank.is_some()) {
        group.side = Side::Payer;
    } else if TAKES.is_match(right) {
        group.side = Side::Payee;
    } else if group.party.tail.is_some() && group.party.account.is_none() && group.party.name.is_some() {
        // 只显示尾号3371，户名*疆: a holder is told of others' accounts.
        group.side = Side::Payee;
        group.labelled = true;
    } else if group.party.tail.is_some() && group.party.account.is_none() {
        // A tail without more is the caller's own.
        group.side = Side::Payer;
        group.labelled = true;
    } else if group.party.account.is_some() && group.party.name.is_some() {
        // 农业银行某某6200…: an account with its holder, in a clause of no payment, is where the money went.
        group.side = Side::Payee;
        group.labelled = true;
    }
}

const WHOSE: &str = r"(?:我们|我姐|我哥|我弟|我妹|他爸|他妈|她爸|她妈|奶奶|爷爷|公公|婆婆|岳父|岳母|老头子|老伴|我|本人|自己|自个|俺|咱|公司|单位|厂里|店里|老婆|老公|妻子|丈夫|爱人|妈妈|母亲|我妈|爸爸|父亲|我爸|儿子|女儿|媳妇|屋里人|堂客|家里|孩子|弟弟|哥哥|姐姐|妹妹|室友|同学|朋友|报警人|报案人|受害人|被害人|事主|当事人|其|该|个人|他|她)";

const KIND: &str = r"(?:的|了|名下|自己|本人|存折|折子|工资卡|户头|对公户|公户|店里|收款那张|收款用的|收款的|微信绑|绑|那张|这张|一张|另一张|另外一张|同一张|一个|个人|对公|公司|账户|帐户|账号|卡号|银行卡|储蓄卡|信用卡|卡|里|手机银行|网银|网上银行|手机|尾号|都是|也是|就是|是|为|全部|均|在|开户行|报警人|报案人|受害人|被害人|我|其|，|：|:|（|\(|“|\s)";

/// 转到, 汇给, 打进, 存到 … 的账户
static PAYEE_VERB: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:转账|转款|转|汇款|汇|打款|打|存|付款|付|支付|充值|充|投|划|交|缴|补|寄|送|递|拿)?(?:了|过)?(?:一?笔?钱?)?(?:到|给|至|进|入|往|向|予|畀|俾)(?:了|咗)?(?:一下)?",
        r"(?:对方|他们|她们|他|她|其|之|该|币商|U商|商家|嫌疑人|客服|老师|导师|骗子|平台|供应商|厂家|卖家|那个|这个|那边|这边|一个|一张|某|指定|提供|发来|发过来|给|报|说|推|安全|监管|认证|专用|公司|公户|对公|个人|私人|账户|帐户|账号|银行|银行卡|卡号|卡|户头|户名|户|名叫|名为|叫做|叫|的|了|过来|我|「|『|所谓|同一|另一|另外|第一|第二|人|里|上|，|：|:|（|\(|“|\x22|\s|尾号|是|为|收款|款|开户行|在){0,8}$",
        r"|(?:^(?:元|块|块钱)?|转|打|汇|付|存|交|是|了)(?:到|给)(?:了)?[^，。；我自己其本0-9]{2,4}[，,（(：:\s]+$",
        r"|向\p{Han}{2,12}[（(]$",
        r"|(?:(?:转|打|汇|付|存)(?:了)?(?:到|给|进|至)|进了)[^，。；我自己其本0-9]{1,8}(?:的)?(?:卡|账户|户头|名下|账号|帐户)(?:上|里)?[，,：:（(\s]*$",
        r"|(?:转|打|汇|付|交|存|汇款|转账)(?:了|过)?(?:到|给)(?:另外|另|那|这|他说的)?(?:一个|个|一位)[^。；]{0,8}，?(?:名字)?(?:叫|叫做|名叫)(?:什么)?$",
        r"|给的(?:是)?(?:另外一个人|另一个人|别人|别个)，?叫做?$",
        r"|(?:给|到)(?:另外|另|那|这)?(?:一个|个|一位)[^，。；]{0,8}叫$",
        r"|(?:→|->|=>|-->|——>|⇒|>)\s*(?:收款人|收款|户名|账号)?[：:\s]*$"
    ))
    .expect("constant")
});

static OWN_TARGET: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:转|汇|打|存|充|提现|提|归集|凑|划|借|下款|放款|款|钱)[^，。]{0,8}(?:到|至|进|入|回|在)了?(?:我们|我|本人|自己|自个|其本人|其自己|其)(?:自己|本人|名下|另外|另)*(?:的|一张|那张|这张|名下)*(?:银行卡|卡|账户|，|尾号|（|\(|\s)*$|^[，,]?(?:都|就|全|全部)?(?:打|放)?(?:到|进)了?(?:我|本人)(?:自己|的|名下)*(?:一张|那张)?(?:银行卡|卡|账户)?$").expect("constant")
});

static PAYER_LEAD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?:使用|通过|用|从|由|以|拿|刷|经|走|绑|绑定)(?:的|了)?(?:都是|也是|就是|是|全是|还是)?(?:{WHOSE}){{0,3}}(?:\p{{Han}}{{0,4}}的)?{KIND}{{0,5}}$"
    ))
    .expect("constant")
});

static PAYEE_WORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:对方|收的人|收的|收款的也|收款的人|收钱的人|收钱的也|给的人|给的是|进的是|名字|换了个?人|换成了?|改成了?|改为|换的是|回到|(?:第|头|前|后|末)[一二三四五六两0-9]?[个条笔次回](?:给的|收的|的)?|收钱的|拿钱的人|收款人|收款方|收款账户|收款账号|收款卡号|收款卡|收款银行|收款户名|收款户|收款单位|收款公司|收款名|收款的|收款|(?:用|以)我(?:的)?名(?:字|义)(?:开|办)|户名(?:就)?(?:是|写的?)?我(?:自己|本人)?(?:的)?名(?:字)?|入金账户|入金账号|入金|充值账户|指定账户|安全账户|监管账户|专用账户|认证账户|通道账户|涉案账户|嫌疑账户|嫌疑人账户|对公账户|公户|供应商|厂家|币商|卖家|转入账户|转入账号|转入|户名|开户名|户头|骗子|[他她](?:的)?(?:那张|这个|那个)?(?:卡|账号|账户|银行卡|卡号|户名|名字)|(?:客服|老师|导师|对方|他|她|平台|骗子|供应商|厂家)(?:又|还|先|就|再)?(?:给|发|报|提供|推|留|念)(?:来|过来|出)?(?:了|我|给我)*(?:的|一个|个|另一个|另外一个|新的)*(?:账户|账号|卡号|卡|银行卡|收款)?|账户是个?叫|名字叫|名叫|一个叫|个叫)",
        r"(?:的|了|都|也|还|均|全|就|那个|这个|户头|账户|帐户|账号|卡号|银行卡|卡|户名|名字|名称|开户行|开户名|银行|同一个人|同一人|一个人|那个人|变更为|变更|换成了|改成了|变成|什么|”|专户|显示|写|填|只看得到|看得到|看到|登记|一个|个|一张|号码|号|这个|这张|同一|叫做|叫|是|为|：|:|，|,|（|\(|“|\x22|\s|在|用|尾号|全|发来|换成|换了|改成)*$"
    ))
    .expect("constant")
});

static PAYER_WORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?:我(?:手上|手里|身上|自己)?(?:就|只|还)?有(?:一|两|个)?张卡?|我(?:的|那个)?(?:存折|工资卡|社保卡)|我那[个张](?:卡|账户)?|我付的(?:卡|账户)?(?:是)?|(?:我|他|她)(?:就)?只有(?:一张)?|(?:付钱|付款|出钱|转账|打款)的(?:都|也)?是|付款卡|(?:公司户|公户|对公户|公司账户|公司)(?:付|转|打|汇)的|公司账户|单位账户|公司对公账户|公司户|公司账号|付款的卡|付款用的卡|转账的卡|用的卡|打款的卡|付钱的卡|客户|我卡|我的卡|我这张卡|付款账户|付款账号|付款方|付款人|付款银行|付款|付方|转出卡|转出账户|转出账号|转出方|转出银行|汇款卡|汇款账户|汇出账户|汇款人|支付卡|扣款卡|扣的|扣款|打款卡|扫码扣|全号|完整卡号|整个卡号|完整的卡号|户主：本人|我卡号|我的卡号|我这边|{WHOSE}(?:的|自己的|名下|个人|叫)|我是|我们是|(?:^|[，。：:；、\s（(])(?:我|本人|自己|其|他|她)|[。；，](?:其|本人))(?:{KIND}|{WHOSE}){{0,6}}$"
    ))
    .expect("constant")
});

/// 还是苏远征: the payee of before, by name.
static AGAIN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:还|也|又|仍|仍然|都|依旧)是(?:给|转给|转到|打给|打到|汇给|付给|那个|这个|叫)?$")
        .expect("constant")
});

/// 我叫吴桂花: who calls, not where the money went.
static MY_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("(?:我叫|我名叫|我是|我姓|本人叫|报警人|报案人|受害人|被害人|受害者|事主)[：:]?$")
        .expect("constant")
});

/// Numbers that are shown as proof or belong to other stories.
static SHOWN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:名下|我的|本人)[^，。]{0,10}(?:涉案|涉嫌|洗钱|被冻)|(?:称|说|谎称|骗|指|讲)(?:其|我|本人|他|她|您|你)?(?:的|身份)?名下(?:的|有)*(?:一?[张个])?(?:尾号|银行卡|卡|账户|账号)?(?:是|为)?$|(?:订单|单号|编号|案号|工号|流水)[^，。]{0,4}$|(?:返|退|返现|返款|退款|到账)[^，。]{0,12}(?:来自|由|从)$|来自$|冒充|自称[^，。]{0,6}$|接到[^，。]{0,10}$").expect("constant")
});

static OF_ALL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:都|均|全部|全都|全是|每次|每笔|一律|统一|所有|几笔|三笔|两笔|四笔|五笔|以上|账户(?:都)?是(?:一样|同一个)的|一样的账户)[^。]{0,22}$")
        .expect("constant")
});

static GIVES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:这张|那张|卡|内存款|里存款|内的存款|[0-9,]+元|的钱|里的钱|的|里|内|上|中|账户|账号|银行卡|储蓄卡|信用卡|手机银行|APP|里面|里头|）|\)|，| )*(?:分\p{Han}次|先后|陆续|共)?(?:转账|转出|转|汇|打|付|支付|划|扣|支出|消费|被|向|给|往|→|->|取|刷)").expect("constant")
});

static TAKES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:这|那|卡|的|账户|）|\)| )*(?:收款(?:[^：:人方账户卡]|$)|收的|收到|收[^款：:]|账户收)")
        .expect("constant")
});

/// 前两笔, 后三笔, 第三笔.
pub(super) fn of_some(before: &str) -> Option<(usize, usize)> {
    let found = SOME.captures_iter(before).last()?;
    // 他说第一个没验过我又给…: of something else.
    let behind = found.get(0).map_or("", |m| &before[m.end()..]);
    if OF_OTHER_THING.is_match(behind) {
        return None;
    }
    let number = |name: &str| {
        found
            .name(name)
            .and_then(|m| crate::numeral::small(m.as_str()))
            .map(|n| n as usize)
    };
    if let Some(first) = number("first") {
        return Some((0, first));
    }
    if let Some(nth) = number("nth").filter(|n| *n > 0) {
        let to = number("to").filter(|to| *to >= nth).unwrap_or(nth);
        return Some((nth - 1, to));
    }
    number("last").map(|n| (usize::MAX - n, usize::MAX))
}

static OF_OTHER_THING: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("又|再|没|我(?:就|给|转|打)|，(?:然后|后来)").expect("constant"));

/// 以上四次都是到…, 这两笔是到…: said of the last so many payments told before.
/// `paid` are the places of the payments, in order.
pub(super) fn of_those_before(story: &Story, paid: &[usize], groups: &mut [Group]) {
    for group in groups.iter_mut() {
        let (from, _) = story.sentence_range(story.sentence_of(group.start));
        let left = story.slice(from.max(group.start.saturating_sub(40)), group.start);
        let sum_between = |c: &regex::Captures<'_>| {
            let at = c.get(0).map_or(0, |m| m.start());
            let place = group.start - left[at..].chars().count();
            story
                .marks_in(place, group.start)
                .any(|i| story.money(i).is_some())
        };
        let count = THOSE
            .captures(left)
            .filter(|c| !sum_between(c))
            .and_then(|c| c.name("n"))
            .and_then(|m| crate::numeral::small(m.as_str()))
            .map(|n| n as usize);
        let before = paid.partition_point(|start| *start < group.start);
        if count.is_none() && ALL_THOSE.is_match(left) && before > 0 {
            // 这几笔全打给了…: those told so far.
            group.of_some = Some((0, before));
            group.of_all = false;
        }
        if let Some(from) = count.and_then(|n| before.checked_sub(n)) {
            group.of_some = Some((from, before));
            group.of_all = false;
        }
    }
}

static ALL_THOSE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("(?:这|以上|上面)(?:几|些)(?:笔|次|回)?(?:钱)?(?:全|都|全部)?(?:是|都)?(?:打|转|汇|付|给)(?:到|给|进|往|入|的)?(?:了)?[^，。；]{0,8}$").expect("constant")
});
static THOSE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:以上|上述|上面|这|那)(?:这|那)?(?P<n>[两二三四五六七八九2-9])(?:笔|次|单|回|个)(?:钱|的)?[^。；\n]{0,24}$").expect("constant")
});

static SOME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:(?:前|头)(?:面)?(?P<first>[一二两三四五六七八九十0-9]{1,2})|(?:最后|后面|后|末)(?P<last>[一二两三四五六七八九十0-9]{1,2})|第(?P<nth>[一二两三四五六七八九十0-9]{1,2})(?:[笔次单回]?(?:[、和到至-]第?|第)(?P<to>[一二两三四五六七八九十0-9]{1,2}))?)(?:笔|次|单|回|条|项)").expect("constant")
});
