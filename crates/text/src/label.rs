//! What a number is called in the sentence around it: 卡号, 单号, 验证码, 身份证, QQ. The surest way to stop an innocent
//! account is to read a parcel number as a card, so the nearest name decides before the shape does.
//!
//! Promises: one pass over the text, then a bounded look around each number. Leaves out: the shapes of numbers.

use crate::source::Source;
use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;
use std::sync::LazyLock;

/// What a name before (or behind) a number says about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    /// Order, parcel, meeting, case, verification, licence …: not an entity, whatever the shape.
    Nothing,
    /// The end of a card.
    Tail,
    Card,
    /// A corporate account.
    Corporate,
    Account,
    /// Money goes there; card or account by shape.
    Transfer,
    Identity,
    Phone,
    Qq,
    Wechat,
}

const WORDS: &str = include_str!("../data/number_labels.csv");

struct Vocabulary {
    automaton: AhoCorasick,
    classes: Vec<Class>,
    nothing_behind: Regex,
    card_behind: Regex,
}

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    let (mut words, mut classes) = (Vec::new(), Vec::new());
    for (class, word) in rows() {
        words.push(word);
        classes.push(class);
    }
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .ascii_case_insensitive(true)
        .build(&words)
        .expect("the vocabulary is a constant of this crate");
    let nothing: Vec<String> = words
        .iter()
        .zip(&classes)
        .filter(|(word, class)| **class == Class::Nothing && word.chars().count() > 1)
        .map(|(word, _)| regex::escape(word))
        .collect();
    let lead = r#"^\s?["”』」]?\s?(?:[（(【\[]|[，,](?:这|那|就|才|正|也|都)*是|(?:就|才|正|也|都)?(?:是|为)?)(?:我|他|她|对方|你|您|这|那|一)?(?:个|张|串|的|们|家|笔|条)*(?:给我|发来|收到|提供)?的?(?:快递|物流|淘宝|京东|拼多多|顺丰|中通|圆通|韵达|短信|手机|腾讯|数字|交易|转账|商品|购物|外卖)?"#;
    Vocabulary {
        automaton,
        classes,
        nothing_behind: Regex::new(&format!("{lead}(?:{})", nothing.join("|"))).expect("constant"),
        card_behind: Regex::new(&format!(
            "{lead}(?:银行|工行|农行|建行|中行)?(?:账户|账号|卡|银行卡)(?:[，。,里上内中转打汇）)]|$)"
        ))
        .expect("constant"),
    }
});

fn rows() -> impl Iterator<Item = (Class, &'static str)> {
    WORDS
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .flat_map(|line| {
            let (class, words) = line.split_once(',').expect("number_labels.csv: class,words");
            let class = match class {
                "nothing" => Class::Nothing,
                "tail" => Class::Tail,
                "card" => Class::Card,
                "corporate" => Class::Corporate,
                "account" => Class::Account,
                "transfer" => Class::Transfer,
                "identity" => Class::Identity,
                "phone" => Class::Phone,
                "qq" => Class::Qq,
                "wechat" => Class::Wechat,
                other => panic!("number_labels.csv: unknown class {other}"),
            };
            words.split('|').map(move |word| (class, word))
        })
}

struct Label {
    start: usize,
    end: usize,
    class: Class,
}

/// Every name in a text, by where it ends.
pub(crate) struct Labels {
    found: Vec<Label>,
}

/// How far before a number its name may stand.
const REACH: usize = 16;

impl Labels {
    pub(crate) fn new(source: &Source) -> Labels {
        let vocabulary = &*VOCABULARY;
        let found = vocabulary
            .automaton
            .find_iter(source.text())
            .map(|m| Label {
                start: source.position(m.start()),
                end: source.position(m.end()),
                class: vocabulary.classes[m.pattern().as_usize()],
            })
            .collect();
        Labels { found }
    }

    /// The name of the number at `start`. Names before `floor` (the end of the number before it) do not reach over it.
    pub(crate) fn before(&self, source: &Source, start: usize, floor: usize) -> Option<Class> {
        let count = self.found.partition_point(|label| label.end <= start);
        let label = self.found[..count].last()?;
        if start - label.end > REACH || label.end < floor {
            return None;
        }
        let class = self.owner(source, count - 1).unwrap_or(label.class);
        let gap = source.slice(label.end, start);
        reaches(class, gap).then_some(class)
    }

    /// QQ（号码：…）, 微信（账号…）, 快递（号码…）: a general word for a number belongs to the name right before it.
    fn owner(&self, source: &Source, at: usize) -> Option<Class> {
        let (label, named) = (&self.found[at], self.found[..at].last()?);
        let general = matches!(
            source.slice(label.start, label.end),
            "号码" | "账号" | "ID" | "id" | "编号"
        );
        let gap = source.slice(named.end, label.start);
        let adjoins = gap.chars().count() <= 2
            && gap
                .chars()
                .all(|c| matches!(c, '（' | '(' | '：' | ':' | '的' | ' '));
        (general && adjoins && matches!(named.class, Class::Qq | Class::Wechat | Class::Nothing))
            .then_some(named.class)
    }

    /// Whether the name of the number at `start` stands right at it.
    pub(crate) fn adjoins(&self, start: usize) -> bool {
        let count = self.found.partition_point(|label| label.end <= start);
        self.found[..count]
            .last()
            .is_some_and(|label| start - label.end <= 3)
    }

    /// A name behind the number: 6200…（订单号）, 773…是快递单号, 6200…这张卡.
    pub(crate) fn behind(&self, source: &Source, end: usize) -> Option<Class> {
        let right = source.right(end, 20);
        let nothing = VOCABULARY.nothing_behind.find(right);
        if nothing.is_some_and(|name| !OWN_NUMBER.is_match(&right[name.end()..])) {
            Some(Class::Nothing)
        } else if VOCABULARY.card_behind.is_match(right) {
            Some(Class::Card)
        } else {
            None
        }
    }
}

/// A name with its own number behind it does not speak of the number before it.
static OWN_NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:号码?|码|编号)?(?:分别)?[\s:：是为（(]*[0-9A-Za-z]").expect("constant")
});

static TRANSPARENT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"^(?:[\s:：“”"'‘’（()）【】\[\]#＃=，,*]|是|为|号|码|编|叫|分别|就|显示|后面?|前面?|的|一串|一个|了|写着|写|填写?|输入|我|他|她|对方|报|发来|发|给|说|收到|查到|查询|尾|四位|六位|数字|数|ID|id|No\.?|NO\.?|都|群|也|截图|上|里|告知|提供|两个|第[一二三]个|那个|这个|有个|好像|应该|上面|下面|后台|短信|内容|信息|名称|两|三|各|以|为了|发过来|过来|看到|记得|记录|末|首|已|又)*$"#,
    )
    .expect("constant")
});

static TIGHT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"^(?:[\s:：“”"'‘’（()）【】\[\],]|是|为|号码?|码|叫|ID|id|账号|分别|就|的|群|我|他|她|对方|加|了|好友|上的|昵称[^，。]{0,8}[，（( ])*$"#)
        .expect("constant")
});

/// Whether a name still speaks of the number after these words.
fn reaches(class: Class, gap: &str) -> bool {
    if gap.contains(['。', '！', '？', '!', '?', '\n', '；', ';']) {
        return false;
    }
    match class {
        Class::Nothing => TRANSPARENT.is_match(gap),
        Class::Tail => gap.chars().count() <= 5,
        Class::Qq | Class::Wechat => TIGHT.is_match(gap),
        _ => true,
    }
}

static CONNECTOR: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r#"^(?:[\s、，,/和及与或跟“”"'（()）]|以及|还有(?:一[个张])?|另一个|另一张|另外|另一|第[一二三]个|[一二三]是)*$"#,
    )
    .expect("constant")
});

/// Whether two numbers stand in one list, so that the second bears the first one's name.
pub(crate) fn lists(gap: &str) -> bool {
    gap.chars().count() <= 8 && CONNECTOR.is_match(gap)
}
