//! Names of people and firms, read with what stands beside them: words that announce one, account numbers, banks.
//!
//! Leaves out: names that the text announces by itself (`person`), and whose name it is.

use super::{Mark, Marks, What};
use crate::person;
use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Most distinct names that are looked for again.
const NAMES_MAX: usize = 200;

impl Marks<'_> {
    /// A name behind a word that announces one: 户名, 收款人, 名字叫. On a form anything can stand there.
    pub(super) fn named(&mut self) {
        for found in ANNOUNCED.find_iter(self.source.text()) {
            let at = self.source.position(found.end());
            if matches!(self.source.at(at + 1), '号' | '卡') {
                continue;
            }
            let strong = !WEAK_ANNOUNCER.is_match(found.as_str());
            if let Some(end) = self.name_at(at, strong) {
                let name = self.name(at, end);
                if !NO_NAME.is_match(&name) {
                    self.add(at, end, What::Name(name));
                }
            }
        }
        for found in POINTED.find_iter(self.source.text()) {
            let at = self.source.position(found.end());
            if let Some(end) = person::name_between(self.source, at) {
                let name = self.name(at, end);
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
            let name = self.name(start, end);
            self.add(start, end, What::Name(name));
        }
        for found in FLANKED.captures_iter(self.source.text()) {
            let Some(name) = found.name("n") else { continue };
            let (start, end) = (
                self.source.position(name.start()),
                self.source.position(name.end()),
            );
            self.holder(start, end, true);
        }
        for found in FIRM.captures_iter(self.source.text()) {
            let Some(name) = found.name("n") else { continue };
            // 叫, 户名是, 给 … belong to the sentence, not to the firm.
            let head = FIRM_LEAD.find_iter(name.as_str()).last().map_or(0, |m| m.end());
            let head = head + kind_before_firm(&name.as_str()[head..]);
            let (start, end) = (
                self.source.position(name.start() + head),
                self.source.position(name.end()),
            );
            let name = self.name(start, end);
            self.add(start, end, What::Name(name));
        }
    }

    /// Speech without marks: 转给范志刚九点半转了, 换成了滕小磊四点.
    pub(super) fn spoken(&mut self) {
        let mut found = Vec::new();
        {
            let closed = |at: usize| {
                let c = self.source.at(at);
                at >= self.taken.len()
                    || self.taken[at]
                    || !c.is_alphanumeric()
                    || OF_SOMEBODY.is_match(self.source.right(at, 4))
            };
            let mut at = 2;
            while at < self.source.len() {
                let head = self.source.at(at);
                let may =
                    head.is_alphabetic() && !self.taken[at] && POINTS_AT.is_match(self.source.left(at, 12));
                let end = may
                    .then(|| person::spoken_name(self.source, at, &closed))
                    .flatten()
                    .filter(|end| !NO_NAME.is_match(self.source.slice(at, *end)));
                if let Some(end) = end {
                    found.push((at, end));
                }
                at = end.unwrap_or(at + 1);
            }
        }
        for (start, end) in found {
            let name = self.name(start, end);
            self.add(start, end, What::Name(name));
        }
    }

    /// 覃宝山邮储6200…, 同一个人的阳春花兴业6200…: a name that runs into its bank or its number.
    pub(super) fn before_accounts(&mut self) {
        let accounts: Vec<usize> = self
            .list
            .iter()
            .filter(|mark| matches!(mark.what, What::Number(_) | What::Bank(_)))
            .map(|mark| mark.start)
            .collect();
        for end in accounts {
            let apart = matches!(
                self.source.before(end),
                '，' | ',' | '、' | '（' | '(' | ' ' | '：'
            );
            let end = end - usize::from(apart);
            for length in [3, 2, 4] {
                let Some(start) = end.checked_sub(length) else {
                    continue;
                };
                let before = self.source.before(start);
                let begins = start == 0
                    || self.taken[start - 1]
                    || !before.is_alphanumeric() && before != '·'
                    || "的是给到叫人名呢还为个位我".contains(before)
                    || POINTS_AT.is_match(self.source.left(start, 12));
                let closed = |at: usize| at >= end;
                if begins
                    && self.free(start, end)
                    && person::spoken_name(self.source, start, &closed) == Some(end)
                {
                    let name = self.name(start, end);
                    self.add(start, end, What::Name(name));
                    break;
                }
            }
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
    pub(super) fn beside_numbers(&mut self) {
        let numbers: Vec<(usize, usize, bool)> = self
            .list
            .iter()
            .filter(|mark| matches!(mark.what, What::Number(_) | What::Bank(_)))
            .map(|mark| (mark.start, mark.end, self.tells_number(mark)))
            .collect();
        for (start, end, number) in numbers {
            let right = self.source.right(end, 16);
            if let Some(found) = BESIDE_RIGHT.captures(right).and_then(|c| c.name("n")) {
                let from = end + right[..found.start()].chars().count();
                let to = from + found.as_str().chars().count();
                self.lone_name(from, to);
                // 6200…（达瓦）: alone in brackets behind the number.
                let bracketed = matches!(self.source.before(from), '（' | '(')
                    && matches!(self.source.at(to), '）' | ')');
                self.holder(from, to, bracketed && number);
            }
            let left = self.source.left(start, 16);
            if let Some(found) = BESIDE_LEFT.captures(left).and_then(|c| c.name("n")) {
                let to = start - left[found.end()..].chars().count();
                let from = to - found.as_str().chars().count();
                self.lone_name(from, to);
                // “米兰”6200…, →幸福（农行6200…）: quoted or pointed at, with its account behind it.
                let quoted = matches!(self.source.before(from), '“' | '「' | '→' | '：' | ':')
                    || POINTS_AT.is_match(self.source.left(from, 12));
                let bracketed = matches!(self.source.before(start), '（' | '(');
                self.holder(from, to, quoted && (bracketed || number));
            }
        }
    }

    /// A number, or a bank right before one.
    fn tells_number(&self, mark: &Mark) -> bool {
        let next = |at: usize| self.source.at(at).is_ascii_digit();
        matches!(mark.what, What::Number(_)) || next(mark.end) || next(mark.end + 1)
    }

    fn lone_name(&mut self, start: usize, end: usize) {
        if self.free(start, end) && person::looks_like_name(self.source, start, end) {
            let name = self.name(start, end);
            self.add(start, end, What::Name(name));
        }
    }

    fn holder(&mut self, start: usize, end: usize, placed: bool) {
        if placed && self.free(start, end) && person::may_hold_an_account(self.source, start, end) {
            let name = self.name(start, end);
            self.add(start, end, What::Name(name));
        }
    }

    /// 叫 容与，浙商银行6200…; 至陆倩（浦发银行，6200…: a short run between a word that points at somebody and an account.
    pub(super) fn in_slots(&mut self) {
        for found in SLOT.captures_iter(self.source.text()) {
            let (Some(name), Some(whole)) = (found.name("n"), found.get(0)) else {
                continue;
            };
            let (start, end) = (
                self.source.position(name.start()),
                self.source.position(name.end()),
            );
            let account = self.account_at(self.source.position(whole.end()));
            let person = person::may_hold_an_account(self.source, start, end)
                || person::begins_like_name(self.source, start, end);
            if account && person && self.free(start, end) {
                let name = self.name(start, end);
                self.add(start, end, What::Name(name));
            }
        }
    }

    /// An account number, a bank that is told with one, or a word for one stands at a place.
    fn account_at(&self, at: usize) -> bool {
        let here = self.list.iter().rev().take(800).find(|mark| mark.start == at);
        match here.map(|mark| &mark.what) {
            Some(What::Number(_)) => true,
            Some(What::Bank(_)) => BANK_WITH_NUMBER.is_match(self.source.right(at, 24)),
            _ => ACCOUNT_WORD.is_match(self.source.right(at, 6)),
        }
    }

    /// *宏伟, 李*: whatever the bank hides, wherever it stands alone.
    pub(super) fn masked(&mut self) {
        for found in MASKED_ALONE.captures_iter(self.source.text()) {
            let Some(name) = found.name("n") else { continue };
            let (start, end) = (
                self.source.position(name.start()),
                self.source.position(name.end()),
            );
            let name = self.name(start, end);
            self.add(start, end, What::Name(name));
        }
    }

    /// A name read once is found wherever it stands.
    pub(super) fn named_again(&mut self) {
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
            let beside = start > 0 && self.taken[start - 1] || self.taken.get(end).is_some_and(|t| *t);
            if end - start == 2 && !pointed && !beside {
                continue;
            }
            self.add(start, end, What::Name(name));
        }
    }
}

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
    Regex::new(concat!(
        r"(?:一个|个|人|给)叫(?:做|什么)?[‘“「]?(?P<n>\p{Han}{2,3})[’”」]?的",
        r"(?:(?:人的)?(?:那张|这张)?(?:中国|工商|建设|农业|邮政|招商|交通|[工农建中交招]行|邮储|农商|银行|卡|账户|账号|户头)|人[，。他她\s]|那个|[，,0-9]|转|打)"
    ))
    .expect("constant")
});
/// 您账户1924于01月19日向田野转账: between 向 and the deed stands the payee, whatever the surname.
static FLANKED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:向|给|往)\s?(?P<n>\p{Han}{2,3}?)\s?(?:转账|转出|转款|付款|支付|汇款|汇出|名下|尾号)")
        .expect("constant")
});

/// 收款人是什么“专户”, 那分开: words of the sentence.
pub(super) static NO_NAME: LazyLock<Regex> = LazyLock::new(|| {
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
        r"(?:^|[^\p{Han}A-Za-z0-9）)]|转给|汇给|打给|付给|叫|名为|转到|汇到|打到|转至|汇至|汇入|转入|打入|付到|支付给|向|往|到|给|是|是个)(?P<n>(?:[\p{Han}A-Za-z0-9*]{2,20}(?:[（(][\p{Han}]{2,6}[）)])?[\p{Han}A-Za-z0-9*]{0,16}?)(?:有限责任公司|股份有限公司|有限公司|商行|经营部|工作室))"
    )
    .expect("constant")
});
static FIRM_LEAD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"叫做?|往|向|指定|户名|名字|[是为给到至的了]|收款|对方|银行|账户|账号|卡号|公户|对公|供应商|厂家|名为",
    )
    .expect("constant")
});
/// 一个什么公司北京中藏雅集有限公司: the bytes of the kind of firm that stands before the firm's name.
fn kind_before_firm(name: &str) -> usize {
    let body = name.trim_end_matches("公司");
    let kind = ["公司", "厂家", "商家"]
        .iter()
        .filter_map(|word| body.rfind(word).map(|at| at + word.len()));
    let end = kind.max().filter(|end| body.len() > end + 12).unwrap_or(0);
    let sigh = body[end..]
        .chars()
        .next()
        .filter(|c| end > 0 && "啊呢呀哦嘛是".contains(*c));
    end + sigh.map_or(0, char::len_utf8)
}

static MASKED_NAME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:[*×]{1,3}\p{Han}{1,2}|\p{Han}[*×]{1,2}\p{Han}?)").expect("constant"));
static DOTTED_NAME: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^\p{Han}{2,6}·\p{Han}{2,8}").expect("constant"));
static SLOT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:户名|叫|收款人(?:是|为|换成了?|改成了?|变成了?)?|收款方|收款|对方|至|给了?|向|到|币商|商家|→|进|入|是|系|为|卡主|姓名|名字)[\s:：“「『]{0,2}",
        r"(?P<n>\p{Han}{2,4})(?:[”」』]?[\s，,（(／/|]{1,3}|[”」』])"
    ))
    .expect("constant")
});
static BANK_WITH_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^\p{Han}{2,12}(?:的|卡|账户|账号|卡号|，|,|：|:|\s|（|\()*[0-9]{6}").expect("constant")
});
static ACCOUNT_WORD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("^(?:对方账号|账号|卡号|账户[：:0-9]|那张[卡工农建中交招]|尾号)").expect("constant")
});
static MASKED_ALONE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[^\p{Han}0-9A-Za-z*×]|[是叫为给名到])(?P<n>[*×]{1,2}\p{Han}{1,2})(?:[^\p{Han}0-9*×]|$)")
        .expect("constant")
});
/// Words right behind which somebody is named: 给, 转到, 换成了, 也是, 收款人.
static POINTS_AT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"(?:给[的了]?(?:另外)?(?:一个|那个|这个|另一个)?(?:都|也|还|才|又)?(?:是)?|(?:都|也|还|才|就|又|笔|个|人|方|户)是(?:转给|打给|给)?",
        r"|(?:转|打|汇|付|存|进|回|倒|划|送)(?:的)?(?:到|往|入|进|至)了?(?:那个|这个|一个)?(?:的)?(?:是)?|(?:换|改|变)(?:成|为|到)了?|收款(?:的?(?:是|呢)|[人方户](?:是|呢|还是|写的是)?)",
        r"|收的人?(?:都|还|也|又)?是?|次是|单是|对方|另一人|[元块]至|均入|叫(?:什么|个|做)?|户名(?:都|也)?是?|同样?是?|那个|个人的)“?$"
    ))
    .expect("constant")
});
/// What follows a name and begins no given name: 齐东升|名下, 简必成|同一账户, 温庭玉|不对.
static OF_SOMEBODY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        "^(?:名下|的|个人|同一|不对|那张|那个|账户|账号|户头|户名|这个人|他的|她的|他是|她是|他卡|她卡)",
    )
    .expect("constant")
});
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
