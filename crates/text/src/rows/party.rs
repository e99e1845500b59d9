//! Groups a number, a bank and a name that belong together, and says whose they are: the payer's, the payee's, the victim's own
//! second account, or nobody's in this case (a number shown as proof).
//!
//! The words right before and right behind a group decide: 用…卡, 从…, 转到…, 对方是…, 户名…. Words that point back (该账户, 还是他, 那张卡)
//! are groups too. Leaves out: to which payment a group belongs (`attach`).

use super::clause::Speaker;
use super::mark::What;
use super::pointing::pointing;
use super::row::Party;
use super::said::Story;
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
        if let Some(group) = open.take() {
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
    groups.extend(open);
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
    groups
}

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
        let bare = this.side == Side::Neither && !this.labelled && this.party.account.is_some();
        let named = before.side == Side::Payee
            && before.party.account.is_none()
            && before.party.tail.is_none()
            && before.party.name.is_some();
        let apart = this.start.saturating_sub(before.end);
        if !bare || !named || apart > 40 || story.sentence_of(before.start) != story.sentence_of(this.start) {
            continue;
        }
        let left = story.source.left(this.start, 8);
        let agrees = this.party.name.is_none()
            && (before.party.bank.is_none()
                || this.party.bank.is_none()
                || before.party.bank == this.party.bank);
        if agrees && NUMBER_LABEL.is_match(left) {
            let known = super::attach::merged(&this.party, &before.party);
            groups[at].party = known;
            groups[at].side = Side::Payee;
            groups[at].labelled = true;
        }
    }
}

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
        if super::slip::corrects(story.slice(from, to)) {
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
        What::Number(_) => party.account.is_none() && party.tail.is_none(),
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
        What::Number(number) => party.account = Some(number.clone()),
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

static PAYER_LABEL_OF_NUMBER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("我的|我自己|本人|付款").expect("constant"));

static PAYEE_LABEL_OF_NUMBER: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("对方|收款|他的|她的").expect("constant"));

/// What stands between the parts of one account.
static JOINT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"^(?:[\s，,、：:（）()“”\x22\[\]【】「」/|;；。\-—·]|银行卡|储蓄卡|借记卡|信用卡|贷记卡|卡号|账号|帐号|账户|帐户|户名|户主|姓名|名字|名称|全名|开户行|开户银行|开户名|开户|收款人|收款方|收款账号|收款账户|收款户名|收款|持卡人|卡主|对公账户|对公账号|对公户|对公|公户|公账|公司账户|号码|尾号|尾数|卡|户|账|号|行|的|是|为|叫做|叫|名叫|写的|显示|填的|个人|私人|账面|那张|这张|那个|这个|一个|一张|名下|他|她|也|就|都|还|在|于|所属|属于|银行|支行|分行|营业部|分理处|储蓄所|总行|本部|我念给你听|我念一下|念给你|你记一下|人|方|那边|开的|办的|里面|里|上|全号|完整|整个|里头|下面|老板|公司|厂家|及|和|与|您的|您|尊敬的|客户|上去|去|我手机上|手机上|上面|只显示|只看到|只记得|记得|只知道|只晓得|好像|付的|转的|出的|打的|汇的|扣的|转出去的|打出去的|出去的|但是|不过|但|→|->)*",
        r"(?:[\p{Han}]{2,10}(?:支行|分行|营业部|分理处|储蓄所|网点|营业厅)[，,、：:（）()\s的]*(?:户名|账号|卡号|开户名|名字|叫|是|：|:)*)?",
        r"(?:银行卡|储蓄卡|卡号|账号|户名|开户行|[，,：:（）()\s的是]|叫|名字|卡)*$"
    ))
    .expect("constant")
});

static PAYEE_LABEL: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"收款|对方|→|->|户名|他|她|开户名|转|供应商").expect("constant"));

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
        if of_payer || ASKS_PAYEE.is_match(question) {
            group.of_some = of_some(cut);
            group.side = if of_payer { Side::Payer } else { Side::Payee };
            group.labelled = true;
            group.of_all = true;
            return;
        }
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
    } else if OWN_TARGET.is_match(cut) {
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

static HIS_CARD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:他|她)(?:的|自己的|那张|这张|用的)(?:卡|银行卡|存折)(?:就是|是|，|：|的|卡号)*$")
        .expect("constant")
});

/// The question that a group at the head of an answer answers.
fn question_before(story: &Story, start: usize) -> Option<&str> {
    let phrase = &story.phrases[story.phrase_of(start)];
    let (from, _) = story.line_range(phrase.line);
    if phrase.speaker != Some(Speaker::Me) || start - from > 24 || from == 0 || phrase.line == 0 {
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
    if GIVES.is_match(right)
        && (group.party.account.is_some() || group.party.tail.is_some() || group.party.bank.is_some())
    {
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

const WHOSE: &str = r"(?:我们|我|本人|自己|自个|俺|咱|公司|单位|厂里|店里|老婆|老公|妻子|丈夫|爱人|妈妈|母亲|我妈|爸爸|父亲|我爸|儿子|女儿|媳妇|屋里人|堂客|家里|孩子|弟弟|哥哥|姐姐|妹妹|室友|同学|朋友|报警人|报案人|受害人|被害人|事主|当事人|其|该|个人|他|她)";

const KIND: &str = r"(?:的|了|名下|自己|本人|存折|工资卡|那张|这张|一张|另一张|另外一张|同一张|一个|个人|对公|公司|账户|帐户|账号|卡号|银行卡|储蓄卡|信用卡|卡|里|手机银行|网银|网上银行|手机|尾号|都是|也是|就是|是|为|全部|均|在|开户行|报警人|报案人|受害人|被害人|我|其|，|：|:|（|\(|“|\s)";

/// 转到, 汇给, 打进, 存到 … 的账户
static PAYEE_VERB: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:转账|转款|转|汇款|汇|打款|打|存|付款|付|支付|充值|充|投|划|交|缴|补|寄|送|递|拿)?(?:了|过)?(?:一?笔?钱?)?(?:到|给|至|进|入|往|向|予)(?:了)?(?:一下)?",
        r"(?:对方|他们|她们|他|她|其|之|该|币商|U商|商家|嫌疑人|客服|老师|导师|骗子|平台|供应商|厂家|卖家|那个|这个|那边|这边|一个|一张|某|指定|提供|发来|发过来|给|报|说|推|安全|监管|认证|专用|公司|公户|对公|个人|私人|账户|帐户|账号|银行|银行卡|卡号|卡|户头|户名|名叫|名为|叫做|叫|的|了|过来|我|所谓|同一|另一|另外|第一|第二|人|里|上|，|：|:|（|\(|“|\x22|\s|尾号|是|为|收款|款|开户行|在){0,8}$",
        r"|向\p{Han}{2,12}[（(]$",
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
        r"(?:使用|通过|用|从|由|以|拿|刷|经)(?:的|了)?(?:都是|也是|就是|是|全是|还是)?(?:{WHOSE}){{0,3}}(?:\p{{Han}}{{0,4}}的)?{KIND}{{0,5}}$"
    ))
    .expect("constant")
});

static PAYEE_WORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:对方|收钱的人|收款的人|收钱的|拿钱的人|收款人|收款方|收款账户|收款账号|收款卡号|收款卡|收款银行|收款户名|收款户|收款单位|收款公司|收款名|收款的|收款|(?:用|以)我(?:的)?名(?:字|义)(?:开|办)|入金账户|入金账号|入金|充值账户|指定账户|安全账户|监管账户|专用账户|认证账户|通道账户|涉案账户|嫌疑账户|嫌疑人账户|对公账户|公户|供应商|厂家|币商|卖家|转入账户|转入账号|转入|户名|开户名|户头|骗子|[他她](?:的)?(?:那张|这个|那个)?(?:卡|账号|账户|银行卡|卡号|户名|名字)|(?:客服|老师|导师|对方|他|她|平台|骗子|供应商|厂家)(?:又|还|先|就|再)?(?:给|发|报|提供|推|留|念)(?:来|过来|出)?(?:了|我|给我)*(?:的|一个|个|另一个|另外一个|新的)*(?:账户|账号|卡号|卡|银行卡|收款)?|账户是个?叫|名字叫|名叫|一个叫|个叫)",
        r"(?:的|了|都|也|还|均|全|就|那个|这个|户头|账户|帐户|账号|卡号|银行卡|卡|户名|名字|名称|开户行|开户名|银行|同一个人|同一人|一个人|那个人|变更为|变更|换成了|改成了|变成|什么|”|专户|显示|写|填|只看得到|看得到|看到|登记|一个|个|一张|号码|号|这个|这张|同一|叫做|叫|是|为|：|:|，|,|（|\(|“|\x22|\s|在|用|尾号|全|发来|换成|换了|改成)*$"
    ))
    .expect("constant")
});

static PAYER_WORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?:我(?:手上|手里|身上|自己)?(?:就|只|还)?有(?:一|两|个)?张卡?|我(?:的|那个)?(?:存折|工资卡|社保卡)|付款卡|(?:公司户|公户|对公户|公司账户|公司)(?:付|转|打|汇)的|公司账户|单位账户|公司对公账户|公司户|公司账号|付款的卡|付款用的卡|转账的卡|用的卡|打款的卡|付钱的卡|客户|我卡|我的卡|我这张卡|付款账户|付款账号|付款方|付款人|付款银行|付款|付方|转出卡|转出账户|转出账号|转出方|转出银行|汇款卡|汇款账户|汇出账户|汇款人|支付卡|扣款卡|扣的|扣款|打款卡|扫码扣|全号|完整卡号|整个卡号|完整的卡号|户主：本人|我卡号|我的卡号|我这边|{WHOSE}(?:的|自己的|名下|个人|叫)|我是|我们是|(?:^|[，。：:；、\s（(])(?:我|本人|自己|其|他|她)|[。；，](?:其|本人))(?:{KIND}|{WHOSE}){{0,6}}$"
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
    Regex::new(r"(?:都|均|全部|全都|全是|每次|每笔|一律|统一|所有|几笔|三笔|两笔|四笔|五笔|以上)[^。]{0,22}$")
        .expect("constant")
});

static GIVES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:这张|那张|卡|的钱|里的钱|的|里|内|上|中|账户|账号|银行卡|储蓄卡|信用卡|手机银行|APP|里面|里头|）|\)|，| )*(?:分\p{Han}次|先后|陆续|共)?(?:转账|转出|转|汇|打|付|支付|划|扣|支出|消费|被|向|给|往|→|->|取|刷)").expect("constant")
});

static TAKES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:这|那|卡|的|账户|）|\)| )*(?:收款|收的|收到|收|账户收)").expect("constant")
});

/// 前两笔, 后三笔, 第三笔.
pub(super) fn of_some(before: &str) -> Option<(usize, usize)> {
    let found = SOME.captures_iter(before).last()?;
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

/// 以上四次都是到…, 这两笔是到…: said of the last so many payments told before.
/// `paid` are the places of the payments, in order.
pub(super) fn of_those_before(story: &Story, paid: &[usize], groups: &mut [Group]) {
    for group in groups.iter_mut() {
        let (from, _) = story.sentence_range(story.sentence_of(group.start));
        let left = story.slice(from.max(group.start.saturating_sub(16)), group.start);
        let count = THOSE
            .captures(left)
            .and_then(|c| c.name("n"))
            .and_then(|m| crate::numeral::small(m.as_str()))
            .map(|n| n as usize);
        let before = paid.partition_point(|start| *start < group.start);
        if let Some(from) = count.and_then(|n| before.checked_sub(n)) {
            group.of_some = Some((from, before));
            group.of_all = false;
        }
    }
}

static THOSE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:以上|上述|上面|这|那)(?:这|那)?(?P<n>[两二三四五六七八九2-9])(?:笔|次|单|回)(?:的)?(?:都|均|全)?(?:是|为)?(?:转|打|汇|付)?(?:到|给|往|入)$").expect("constant")
});

static SOME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:(?:前|头)(?:面)?(?P<first>[一二两三四五六七八九十0-9]{1,2})|(?:最后|后面|后|末)(?P<last>[一二两三四五六七八九十0-9]{1,2})|第(?P<nth>[一二两三四五六七八九十0-9]{1,2})(?:[笔次单回]?(?:[、和到至-]第?|第)(?P<to>[一二两三四五六七八九十0-9]{1,2}))?)(?:笔|次|单|回)").expect("constant")
});
