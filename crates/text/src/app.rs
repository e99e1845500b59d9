//! Apps and platforms: the known ones wherever they stand, the unknown ones when the story names them as such
//! (下载了“悦享优购”APP, 一个叫鑫汇通的平台).
//!
//! Leaves out: judging whether an app is fraudulent.

use crate::Kind;
use crate::claims::{Claims, Mention};
use crate::source::Source;
use aho_corasick::{AhoCorasick, MatchKind};
use regex::Regex;
use std::sync::LazyLock;

struct Names {
    automaton: AhoCorasick,
    meaning: Vec<&'static str>,
}

static NAMES: LazyLock<Names> = LazyLock::new(|| {
    let (mut words, mut meaning) = (Vec::new(), Vec::new());
    for line in include_str!("../data/apps.csv")
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
    {
        let (name, aliases) = line.split_once(',').expect("apps.csv: two columns");
        for word in std::iter::once(name).chain(aliases.split('|').filter(|alias| !alias.is_empty())) {
            words.push(word);
            meaning.push(name);
        }
    }
    let automaton = AhoCorasick::builder()
        .match_kind(MatchKind::LeftmostLongest)
        .ascii_case_insensitive(true)
        .build(&words)
        .expect("the names are constants of this crate");
    Names { automaton, meaning }
});

pub(crate) fn recognise(source: &Source, claims: &mut Claims) {
    quoted(source, claims);
    known(source, claims);
    named(source, claims);
}

fn known(source: &Source, claims: &mut Claims) {
    let names = &*NAMES;
    for found in names.automaton.find_iter(source.text()) {
        let (start, end) = (source.position(found.start()), source.position(found.end()));
        if is_part_of_word(source, start, end) {
            continue;
        }
        let value = spelled(
            names.meaning[found.pattern().as_usize()],
            source.slice(start, end),
        );
        claims.claim(source, Mention::plain(Kind::App, start, end, value));
    }
}

/// Latin names are whole words; a few Chinese ones are also ordinary words.
fn is_part_of_word(source: &Source, start: usize, end: usize) -> bool {
    let word = source.slice(start, end);
    let (before, next) = (source.before(start), source.at(end));
    if word.eq_ignore_ascii_case("qq") {
        return before.is_ascii_alphabetic() || next.is_ascii_alphabetic();
    }
    let glued = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if word.starts_with(|c: char| c.is_ascii_alphanumeric()) && glued(before) {
        return true;
    }
    if word.ends_with(|c: char| c.is_ascii_alphanumeric())
        && glued(next)
        && !source.right(end, 3).eq_ignore_ascii_case("app")
    {
        return true;
    }
    match word {
        "转转" => matches!(next, '账' | '到' | '给') || before == '转',
        "蝙蝠" | "思语" | "密聊" | "默往" | "连信" | "瞩目" | "向日葵" | "盼之" | "积目" => {
            !NAMED_AS_APP.is_match(source.right(end, 6)) && !APP_BEFORE.is_match(source.left(start, 8))
        }
        "1688" | "5173" => !matches!(next, '网' | '平' | '上') || before.is_ascii_digit(),
        "飞机" => !matches!(next, '号' | '群' | '软'),
        _ => false,
    }
}

static NAMED_AS_APP: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"^[”"」』》]?(?:这个|这款|聊天|远程|会议)?(?i:app|软件|平台|应用|聊天|远程|会议|程序)"#)
        .expect("constant")
});
static APP_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?:下载了?|安装了?|(?i:app)|软件|平台|应用|用的是|登录|使用|打开|通过|在)(?:一个|一款|名为|名叫|叫做?|的|：|:|是|为)*[“"「『《]?$"#).expect("constant")
});

const OPEN: &str = r#"[“"「『《‘'【]"#;
const CLOSE: &str = r#"[”"」』》’'】]"#;
const NOUN: &str = r"(?i:app|软件|平台|应用|小程序|程序|网站|客户端|商城|交易所|系统)";

/// A quoted name that a noun before or behind calls an app.
static QUOTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(
        r#"(?P<cue>(?:下载|安装|装|卸载|{NOUN}|应用名|用的是|群里用的是|登录|登陆|打开|注册|名称|名字|名为|名叫|叫做|叫|使用|利用|通过|在|进入|里面?用的)(?:了|一个|一款|的|名为|名叫|叫做?|名字|名称|：|:|是|为|上|\s)*)?{OPEN}(?P<name>[^“”"「」『』《》‘’'【】，。；！？\s]{{2,16}}){CLOSE}(?P<noun>的?(?:这个|这款|手机|投资|理财|刷单|聊天|直播|交友|游戏|购物|贷款|借贷|网络|在线|炒股|交易|虚拟币|一个|虚假)?{NOUN})?"#
    ))
    .expect("constant")
});
static SURE_CUE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(&format!(r"(?:下载|安装|装|卸载|{NOUN}|应用名|用的是|里面?用的)(?:了|一个|一款|的|名为|名叫|叫做?|名字|名称|：|:|是|为|上|\s)*$")).expect("constant")
});
static NO_APP: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:群|客服|导师|老师|公司|银行|助理|经理|警官|先生|女士|部|局|科|院|中心|单|任务|保障|返利|链接|文件|会员|安全账户|账户|屏幕共享|保证金|征信|认证|^[0-9]+$)$").expect("constant")
});

fn quoted(source: &Source, claims: &mut Claims) {
    for found in QUOTED.captures_iter(source.text()) {
        let Some(name) = found.name("name") else { continue };
        let called = found.name("noun").is_some()
            || found
                .name("cue")
                .is_some_and(|cue| SURE_CUE.is_match(cue.as_str()));
        let sure = found.name("noun").is_some();
        if !called || (NO_APP.is_match(name.as_str()) && !sure) || generic(name.as_str()) {
            continue;
        }
        let (from, to) = trim_noun(name.as_str());
        let start = source.position(name.start() + from);
        let end = source.position(name.start() + to);
        claims.claim(
            source,
            Mention::plain(Kind::App, start, end, canonical(&name.as_str()[from..to])),
        );
    }
}

/// “悦享优购APP”: the noun inside the quotation marks is not the name.
fn trim_noun(name: &str) -> (usize, usize) {
    for noun in ["APP", "App", "app", "软件", "平台", "小程序", "网站"] {
        if let Some(rest) = name.strip_suffix(noun).filter(|rest| rest.chars().count() >= 2) {
            return (0, rest.len());
        }
    }
    (0, name.len())
}

fn canonical(name: &str) -> String {
    let names = &*NAMES;
    let known = names
        .automaton
        .find(name)
        .filter(|m| m.start() == 0 && m.end() == name.len());
    spelled(
        known.map_or(name, |m| names.meaning[m.pattern().as_usize()]),
        name,
    )
}

/// qq is QQ; any other name keeps the spelling of the speaker (EXTRACTION.md has canonical names for banks only).
fn spelled(name: &str, written: &str) -> String {
    if name.eq_ignore_ascii_case(written) {
        name.to_owned()
    } else {
        crate::source::value_of(written)
    }
}

/// An unquoted name between a verb and a noun.
static UNQUOTED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?P<cue>名为|名叫|叫做|叫|名称为|名称是|名称：|下载了?|安装了?|装了|登录了?|登陆了?|注册了?|打开了?)(?:一个|一款|了|叫做?|名为|名叫|的|手机|“)?(?P<name>[\p{Han}A-Za-z0-9·]{2,10}?)(?P<noun>的?(?:投资|理财|刷单|聊天|直播|交友|购物|贷款|炒股|交易|手机|聊天|会议|这个|虚假|虚拟币|办公)?(?i:app|软件|平台|应用|小程序|客户端))",
    )
    .expect("constant")
});

fn named(source: &Source, claims: &mut Claims) {
    for found in UNQUOTED.captures_iter(source.text()) {
        let Some(name) = found.name("name").filter(|name| is_name(name.as_str())) else {
            continue;
        };
        let (start, end) = (source.position(name.start()), source.position(name.end()));
        claims.claim(
            source,
            Mention::plain(Kind::App, start, end, canonical(name.as_str())),
        );
    }
}

/// A name without quotation marks must not be a piece of a sentence.
fn is_name(name: &str) -> bool {
    !generic(name)
        && !NO_APP.is_match(name)
        && !SIZE.is_match(name)
        && !name.contains([
            '的', '是', '了', '或', '和', '这', '那', '我', '你', '他', '并', '与', '过', '被', '给', '让',
            '哪', '以', '后', '在', '用',
        ])
}

/// 500M, 2GB: how large it is.
static SIZE: LazyLock<Regex> = LazyLock::new(|| Regex::new("^[0-9.]+[MGKmgk][Bb]?$").expect("constant"));

/// Words that describe an app instead of naming it.
static DESCRIBING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"投资|理财|刷单|聊天|直播|炒股|网络|这个|那个|一款|一个|对方|指定|手机|贷款|购物|交友|游戏|共享|屏幕|会议|视频|第三方|陌生|虚假|二手|交易|电商|网购|正规|官方|相关|社交|短视频|网贷|借贷|外汇|期货|股票|数字|货币|虚拟币?|彩票|博彩|赌博|兼职|任务|返利",
        r"|国外|境外|国内|海外|远程|控制|操作|下载|安装|注册|登录|登陆|打开|进入|使用|专用|内部|公司|通讯|即时|通信|语音|加密|翻墙|加速|浏览器?|支付|转账|银行|安全|防护|反诈|客服|系统|网站|链接|什么|不同|多个|其他|其它|各种|各大|所谓|某个?|该|其|此|他们?|她们?|我们?|你|的|一|两|三|几|个|款|新|在|并|叫|名|为|做|里|上|中|到|去|用|让|通过|了|另外?|还|同|小|大|是|说|要|把|给|和|与|及|或|以|后|再|有|就|不明|来源|知名|热门|平台|软件|应用|程序|APP|app|App|充值|提现|做单|抢单|派单|接单|推荐|发来|提供|账号|会员|微|商城|信息|服务|联系|信贷|保险|证券|基金|医保|社保|政务|税务|教育|学习|群聊|群|导航|打车|地图|实时|交通|公交|地铁|查询|外卖|天气|预报|骚扰|财务|管理|出行|办公|健康|库存|统计|专业|课程|在线|电脑|配套|手环|非法|这些|那些|发现|还是|高性能|运行|大型|设备|型号|哪些?|常用|云端?|智能|同一|跨境|海外|本地|生活|家庭|孩子|老年|拼单|团购|优惠|返现|返佣|点赞|兑换|翻译|修图|办卡|查征信|征信|验证|认证|会诊|挂号",
    ))
    .expect("constant")
});

fn generic(name: &str) -> bool {
    let rest = DESCRIBING.replace_all(name, "");
    rest.chars().count() < 2 && rest.chars().count() < name.chars().count()
}
