//! The things a row is made of, in the order of the text: sums, account numbers, tails, banks, names and times.
//!
//! Promises: marks do not overlap; sums without a unit are kept, marked as bare. Leaves out: what a mark means.

use super::said::digits_of;
use crate::claims::Claims;
use crate::label::{Class, Labels};
use crate::person;
use crate::source::Source;
use crate::{Kind, amount, app, bank, identifier, social, time, url};
use aho_corasick::{AhoCorasick, MatchKind};
use kernel::Instant;
use regex::Regex;
use std::collections::HashMap;
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

/// Most distinct names that are looked for again.
const NAMES_MAX: usize = 200;

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
    for sum in sums {
        marks.money(&sum);
    }
    // People and banks need every digit run out of their way.
    for mark in &marks.list {
        claims.suppress(mark.start, mark.end);
    }
    bank::recognise(source, &mut claims);
    app::recognise(source, &mut claims);
    marks.take_entities(&claims);
    marks.other_banks();
    marks.short_banks();
    marks.named();
    for mark in &marks.list {
        claims.suppress(mark.start, mark.end);
    }
    person::recognise(source, &mut claims);
    marks.take_entities(&claims);
    marks.beside_numbers();
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
        if bare && (hotline || sum.fen < 1_000 || self.is_number_of_line(sum.start, sum.end)) {
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
                Kind::Bank => What::Bank(entity.value.clone()),
                Kind::Person => What::Name(entity.value.clone()),
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

    fn tails(&mut self) {
        for pattern in [&*TAIL, &*TAIL_BEHIND, &*MASKED] {
            for found in pattern.captures_iter(self.source.text()) {
                let Some(tail) = found.name("t") else { continue };
                let start = self.source.position(found.name("lead").unwrap_or(tail).start());
                let end = self.source.position(tail.end());
                let follows = self.source.at(end);
                if follows.is_ascii_digit() || matches!(follows, '元' | '块' | '万' | '*') {
                    continue;
                }
                self.add(start, end, What::Tail(digits_of(tail.as_str())));
            }
        }
    }

    /// Long numbers that a word of paying or of accounts stands before, though `identifier` was not sure.
    fn unnamed_numbers(&mut self) {
        let labels = Labels::new(self.source);
        for found in LONG.find_iter(self.source.text()) {
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
            let beside_bank = BANK_BESIDE.is_match(self.source.left(start, 8));
            if named
                || pointed && class.is_none()
                || beside_bank && class != Some(Class::Nothing) && digits.len() >= 9
            {
                self.add(start, end, What::Number(digits));
            }
        }
    }

    /// 郑州银行 and others that the table of banks does not have.
    fn other_banks(&mut self) {
        for found in OTHER_BANK.captures_iter(self.source.text()) {
            let Some(name) = found.name("b") else { continue };
            let (start, end) = (
                self.source.position(name.start()),
                self.source.position(name.end()),
            );
            if !NO_BANK.is_match(name.as_str()) {
                let bank = name.as_str().to_owned();
                self.add(start, end, What::Bank(bank));
            }
        }
    }

    /// 光大 and 邮政 beside a number, 中信的 behind 是: short for a bank.
    fn short_banks(&mut self) {
        for found in SHORT_BANK.captures_iter(self.source.text()) {
            let Some(word) = found.name("b") else { continue };
            let (start, end) = (
                self.source.position(word.start()),
                self.source.position(word.end()),
            );
            let number = |from: usize, to: usize| {
                self.list.iter().rev().take(400).any(|mark| {
                    matches!(mark.what, What::Number(_) | What::Tail(_)) && mark.start < to && from < mark.end
                })
            };
            let beside = number(start.saturating_sub(6), start) || number(end, end + 7);
            let of_it = self.source.at(end) == '的'
                && matches!(self.source.before(start), '是' | '，' | '用' | ',' | '到' | '张');
            if (beside || of_it)
                && let Some(bank) = SHORT_BANKS.iter().find(|(short, _)| *short == word.as_str())
            {
                self.add(start, end, What::Bank(bank.1.to_owned()));
            }
        }
    }

    /// A name behind a word that announces one: 户名, 收款人, 名字叫. On a form anything can stand there.
    fn named(&mut self) {
        for found in ANNOUNCED.find_iter(self.source.text()) {
            let at = self.source.position(found.end());
            if matches!(self.source.at(at + 1), '号' | '卡') {
                continue;
            }
            let strong = !WEAK_ANNOUNCER.is_match(found.as_str());
            if let Some(end) = self.name_at(at, strong) {
                let name = self.source.original(at, end);
                if !NO_NAME.is_match(&name) {
                    self.add(at, end, What::Name(name));
                }
            }
        }
        for found in POINTED.find_iter(self.source.text()) {
            let at = self.source.position(found.end());
            if let Some(end) = person::name_between(self.source, at) {
                let name = self.source.original(at, end);
                if !NO_NAME.is_match(&name) {
                    self.add(at, end, What::Name(name));
                }
            }
        }
        for found in CALLED.captures_iter(self.source.text()) {
            let Some(name) = found.name("n").filter(|name| !NO_NAME.is_match(name.as_str())) else {
                continue;
            };
            let (start, end) = (
                self.source.position(name.start()),
                self.source.position(name.end()),
            );
            let name = self.source.original(start, end);
            self.add(start, end, What::Name(name));
        }
        for found in FIRM.captures_iter(self.source.text()) {
            let Some(name) = found.name("n") else { continue };
            // 叫, 户名是, 给 … belong to the sentence, not to the firm.
            let head = FIRM_LEAD.find_iter(name.as_str()).last().map_or(0, |m| m.end());
            let (start, end) = (
                self.source.position(name.start() + head),
                self.source.position(name.end()),
            );
            let name = self.source.original(start, end);
            self.add(start, end, What::Name(name));
        }
    }

    fn name_at(&self, at: usize, strong: bool) -> Option<usize> {
        let right = self.source.right(at, 34);
        if let Some(firm) = FIRM_HERE
            .find(right)
            .filter(|firm| !FIRM_LEAD.is_match(firm.as_str()))
        {
            return Some(at + firm.as_str().chars().count());
        }
        if let Some(masked) = MASKED_NAME.find(right) {
            return Some(at + masked.as_str().chars().count());
        }
        if let Some(dotted) = DOTTED_NAME.find(right) {
            return Some(at + dotted.as_str().chars().count());
        }
        person::name_here(self.source, at, strong)
    }

    /// `6200…（费明亮）`, `费明亮 6200…`: two to four characters between marks that begin with a surname.
    fn beside_numbers(&mut self) {
        let numbers: Vec<(usize, usize)> = self
            .list
            .iter()
            .filter(|mark| matches!(mark.what, What::Number(_) | What::Bank(_)))
            .map(|mark| (mark.start, mark.end))
            .collect();
        for (start, end) in numbers {
            let right = self.source.right(end, 16);
            if let Some(found) = BESIDE_RIGHT.captures(right).and_then(|c| c.name("n")) {
                let from = end + right[..found.start()].chars().count();
                self.lone_name(from, from + found.as_str().chars().count());
            }
            let left = self.source.left(start, 16);
            if let Some(found) = BESIDE_LEFT.captures(left).and_then(|c| c.name("n")) {
                let to = start - left[found.end()..].chars().count();
                self.lone_name(to - found.as_str().chars().count(), to);
            }
        }
    }

    fn lone_name(&mut self, start: usize, end: usize) {
        if self.free(start, end) && person::looks_like_name(self.source, start, end) {
            let name = self.source.original(start, end);
            self.add(start, end, What::Name(name));
        }
    }

    /// A name read once is found wherever it stands.
    fn named_again(&mut self) {
        let mut names: HashMap<String, String> = HashMap::new();
        for mark in &self.list {
            if let What::Name(name) = &mark.what
                && (2..=24).contains(&name.chars().count())
                && !name.contains(['*', '×', '某'])
                && names.len() < NAMES_MAX
            {
                names.insert(self.source.slice(mark.start, mark.end).to_owned(), name.clone());
            }
        }
        if names.is_empty() {
            return;
        }
        let mut words: Vec<&String> = names.keys().collect();
        words.sort();
        let Ok(automaton) = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&words)
        else {
            return;
        };
        let hits: Vec<(usize, usize, String)> = automaton
            .find_iter(self.source.text())
            .map(|hit| {
                (
                    self.source.position(hit.start()),
                    self.source.position(hit.end()),
                    names[words[hit.pattern().as_usize()]].clone(),
                )
            })
            .collect();
        for (start, end, name) in hits {
            // Two characters are a name again only where something points at them.
            let pointed = matches!(
                self.source.before(start),
                '给' | '到'
                    | '是'
                    | '向'
                    | '转'
                    | '打'
                    | '汇'
                    | '，'
                    | '。'
                    | '、'
                    | '：'
                    | '\n'
                    | ' '
                    | '\0'
            );
            if end - start == 2 && !pointed {
                continue;
            }
            self.add(start, end, What::Name(name));
        }
    }
}

/// 400电话, 400开头的: not a sum.
static HOTLINE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^(?:的)?(?:客服)?(?:电话|热线|开头|号码)").expect("constant"));

/// Words that are a bank only beside a number or in 中信的.
const SHORT_BANKS: [(&str, &str); 16] = [
    ("光大", "中国光大银行"),
    ("中信", "中信银行"),
    ("浦发", "上海浦东发展银行"),
    ("民生", "中国民生银行"),
    ("兴业", "兴业银行"),
    ("平安", "平安银行"),
    ("广发", "广发银行"),
    ("华夏", "华夏银行"),
    ("邮储", "中国邮政储蓄银行"),
    ("邮政", "中国邮政储蓄银行"),
    ("建设", "中国建设银行"),
    ("工商", "中国工商银行"),
    ("农业", "中国农业银行"),
    ("招商", "招商银行"),
    ("交通", "交通银行"),
    ("汉口", "汉口银行"),
];
static SHORT_BANK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("(?P<b>光大|中信|浦发|民生|兴业|平安|广发|华夏|邮储|邮政|建设|工商|农业|招商|交通|汉口)")
        .expect("constant")
});
static OTHER_BANK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?:^|[，,、：:（(\s|/的到至从])(?P<b>\p{Han}{2,3}(?:商业|村镇)?银行)(?:[^\p{Han}]|[卡账的]|$)",
    )
    .expect("constant")
});
static NO_BANK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("^(?:人民|商业|开户|收款|付款|手机|网上|对方|指定|所属|哪个|什么|我的|自己|当地|附近|各大|这家|那家|一家|他的|她的|到银|去银|在银|通过|打开|登录|转账|汇款|合作|我去|我到|跑到|走到|赶到|联系|还是|都是|因为|后来|然后)|去银行|到银行|在银行|跟银行|和银行|给银行|说银行|被银行|个银行|是银行").expect("constant")
});
static DATED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[年月日号天]|[昨今前当]晚|[昨今前]早|周|星期|礼拜|^[0-9]{1,4}[-/.][0-9]|前$")
        .expect("constant")
});
/// One tail is written in one way: 尾号9224零点 ends before the hour.
const SPOKEN: &str = "[零〇一二两三四五六七八九幺洞拐勾]";
static TAIL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"(?P<lead>(?:尾号|尾数|卡尾|末尾四位|末四位|后四位|最后四位|末尾|后4位|末4位|最后4位|最后四个|尾巴|尾)(?:数字|号码|数|号|上)?(?:都?是|为|叫|：|:|的|\s)*[（(“]?)(?P<t>[0-9]{{3,6}}|{SPOKEN}{{3,6}})"
    ))
    .expect("constant")
});
static TAIL_BEHIND: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:行|卡|社|宝|银联)[（(](?:尾号)?(?P<t>[0-9]{4})[）)]").expect("constant")
});
static MASKED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?P<lead>(?:[0-9]{3,6})?(?:\*|x|X|…){2,14}\s?)(?P<t>[0-9]{4})").expect("constant")
});
static LONG: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[0-9](?:[ \-]{0,2}[0-9]){7,31}").expect("constant"));
static BANK_BESIDE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:银行|[工农建交招中]行|邮储|农商行|信用社)(?:账户|账号|卡|，|,|：|:|\s|（|\()*$")
        .expect("constant")
});

static ANNOUNCED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:收款户名|户\s?名|户主|户头名|收款人姓名|收款人名字|收款人|收款方|收款名字|收款名|开户名|开户人|开卡人|姓名|名字|卡主|持卡人|账户名称|账户名|户名称|收款单位|收款公司|公司名称|单位名称|叫做|名叫|名为|一个叫|个叫|人叫|的叫|，叫|会计叫|老板叫|经理叫|财务叫|业务员叫|负责人叫|[他她对方]叫|是叫|公司叫|户头是|户头叫|转给|打给|汇给|付给|供应商|厂家|商户名|商户|→|->|=>)",
        r"(?:显示|写|填|看到|看得到|只看得到|只显示|一栏|登记)*(?:的)?(?:变更为|换成了?|改成了?|变成了?|还是|也是|都是|均是|均为|都叫|同为|是|为|叫做|叫|：|:|就是|好像是?|一个叫做?|个叫|一个|\s|“|\x22|‘|「|『)*"
    ))
    .expect("constant")
});
static POINTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("给的?|向|至|是到|转到|打到|汇到|付到|存到|还是|也是|，|：|→").expect("constant")
});
static WEAK_ANNOUNCER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?:，叫|叫做|名叫|名为|一个叫|个叫|人叫|[他她方]叫|对方叫|是叫|转给|打给|汇给|付给|供应商|厂家|商户)",
    )
    .expect("constant")
});

/// 转到一个叫庹小凡的中国银行卡上: between 叫 and 的 before a bank or a card, whatever the surname.
static CALLED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:一个|个|人|给)叫做?(?P<n>\p{Han}{2,3})的(?:人的)?(?:那张|这张)?(?:中国|工商|建设|农业|邮政|招商|交通|[工农建中交招]行|邮储|农商|银行|卡|账户|账号|户头)").expect("constant")
});

/// 收款人是什么“专户”, 那分开: words of the sentence.
static NO_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("^(?:什么|哪|谁|一个|那个|这个|那分|那先|某个|分开|怎么)").expect("constant")
});

const FIRM_END: &str = "(?:有限责任公司|股份有限公司|有限公司|分公司|公司|商行|经营部|工作室|批发部|服务部|贸易行|百货店|便利店|专营店|旗舰店|合作社|个体工商户|事务所|基金会|养殖场|加工厂|食品厂|家具厂|商贸部|销售部|门市部|服务中心|运营中心)";
static FIRM_HERE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r"^[\p{{Han}}（）()A-Za-z0-9·*]{{2,28}}?{FIRM_END}(?:[\p{{Han}}]{{2,6}}分公司)?"
    ))
    .expect("constant")
});
static FIRM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?:^|[^\p{Han}A-Za-z0-9）)]|转给|汇给|打给|付给|叫|名为|转到|汇到|打到|转至|汇至|汇入|转入|打入|付到|支付给|向|往|到|给)(?P<n>(?:[\p{Han}A-Za-z0-9*]{2,20}(?:[（(][\p{Han}]{2,6}[）)])?[\p{Han}A-Za-z0-9*]{0,16}?)(?:有限责任公司|股份有限公司|有限公司|商行|经营部|工作室))"
    )
    .expect("constant")
});
static FIRM_LEAD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"叫做?|往|户名|名字|[是为给到至的了]|收款|对方|银行|账户|账号|卡号|公户|对公|供应商|厂家|名为",
    )
    .expect("constant")
});
static MASKED_NAME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:[*×]{1,3}\p{Han}{1,2}|\p{Han}[*×]{1,2}\p{Han}?)").expect("constant"));
static DOTTED_NAME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\p{Han}{2,6}·\p{Han}{2,8}").expect("constant"));
static BESIDE_RIGHT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^[\s，,、（(/|:：；;]{1,3}(?P<n>[\p{Han}*×]{2,4}|\p{Han}{2,6}·\p{Han}{2,6})(?:[^\p{Han}*×·]|$)",
    )
    .expect("constant")
});
static BESIDE_LEFT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?:^|[^\p{Han}*×·])(?P<n>[\p{Han}*×]{2,4}|\p{Han}{2,6}·\p{Han}{2,6})[\s，,、（(/|:：；;]{1,3}$",
    )
    .expect("constant")
});
