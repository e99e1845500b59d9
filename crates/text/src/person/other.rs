//! Names that are no surname with a given name: 小王 and 阿强, whatever fills a form's field (曾庆红梅, 阿依古丽), names that a
//! bank has masked (赵*强), and foreign ones behind a word that introduces someone (他叫Tony).

use super::{
    MATERIAL, STOP_WORDS, SURE, announces, boundary_after, boundary_before, claim, is_han, is_weak, surname,
};
use crate::claims::Claims;
use crate::source::Source;
use regex::Regex;
use std::sync::LazyLock;

static NICK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:叫|叫做|自称是?|客服|客服人员|客服专员|专员|助理|导师|昵称|昵称为|备注|我是|找|联系|同事|朋友|管家|会计|出纳|财务|室友|邻居|网友|老师|主管|经理|主播|同学|老乡|骑手|接待员|群主|业务员|推销员|中介|快递员|外卖员|司机|教练|护士|秘书|小妹|顾问)[“「：:是为]{0,2}$").expect("constant")
});

/// 小王, 老李, 阿强 behind a word that introduces someone.
pub(super) fn nick_at(source: &Source, claims: &mut Claims, at: usize) -> bool {
    let (head, second) = (source.at(at), source.at(at + 1));
    let own = surname(source, at + 1) == Some(1);
    let quoted = source.before(at) == '“' && source.at(at + 2) == '”';
    let nick = matches!(head, '小' | '老' | '阿') && (own || MATERIAL.given.contains(&second));
    let whole = nick
        && boundary_after(source, at + 2)
        && !matches!(
            second,
            '时' | '区'
                | '路'
                | '米'
                | '麦'
                | '车'
                | '公'
                | '乡'
                | '家'
                | '师'
                | '康'
                | '满'
                | '学'
                | '年'
                | '心'
                | '妹'
        );
    // 小张帮老王转: without a word that introduces them, only a surname behind 小 or 老 is somebody.
    let plain = own
        && !is_weak(source, at + 1, 1)
        && (boundary_before(source, at) && NICK_DOES.is_match(source.right(at + 2, 2))
            || matches!(
                source.before(at),
                '帮' | '借' | '替' | '给' | '找' | '跟' | '和' | '向' | '欠'
            ) && matches!(head, '小' | '老'));
    whole && (quoted || plain || NICK.is_match(source.left(at, 8))) && claim(source, claims, at, at + 2)
}

static NICK_DOES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("^(?:帮|给|让|叫|说|转|借|的微|的卡|的账|把|加|发|找|跟)").expect("constant")
});

/// Words that stand where a form wants a name and are none: firms, and what one writes who has no name to give.
static NO_ONE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:公司|[银支分]行|商行|[厂店社局院站室部所队会]|中心|超市|集团|个体户|工商户)$|^(?:不详|未知|不明|同上|本人|无|待查|暂无|匿名|对方|他人|已知|我|他|她|空|是|为)|骗子|账户|卡号|银行|号码")
        .expect("constant")
});

pub(super) fn is_no_one(name: &str) -> bool {
    NO_ONE.is_match(name)
}

fn is_mask(c: char) -> bool {
    matches!(c, '*' | '×')
}

/// Whatever fills the place of a name on a form: 户名：曾庆红梅, 收款人：阿依古丽, 姓名：买买提·艾力, 户名：赵*强.
/// Returns where it ends.
pub(super) fn labelled(source: &Source, claims: &mut Claims, at: usize) -> Option<usize> {
    if !matches!(source.before(at), '：' | ':') || !SURE.is_match(source.left(at, 14)) {
        return None;
    }
    let masked_or_han = |c: char| is_han(c) || is_mask(c);
    let mut end = at;
    while masked_or_han(source.at(end)) || source.at(end) == '·' && is_han(source.at(end + 1)) {
        end += 1;
    }
    let name = source.slice(at, end);
    let (length, stars) = (end - at, name.matches(is_mask).count());
    let dotted = name.contains('·');
    let length_fits = (2..=4).contains(&length) || dotted && (4..=16).contains(&length);
    let masked = stars > 0 && stars < length && stars <= 2 && length <= 4 && !source.at(end).is_ascii_digit();
    let someone = length_fits
        && (stars == 0 || masked)
        && !NO_ONE.is_match(name)
        && (stars > 0 || dotted || !STOP_WORDS.is_match(name));
    (someone && claim(source, claims, at, end)).then_some(end)
}

/// 赵*强, 王**, *建国: the bank hides a character.
pub(super) fn starred(source: &Source, claims: &mut Claims) {
    for found in STARRED.find_iter(source.text()) {
        let (start, end) = (source.position(found.start()), source.position(found.end()));
        let headless = is_mask(source.at(start));
        let named = headless || surname(source, start).is_some();
        let digits_around = source.before(start).is_ascii_digit() || source.at(end).is_ascii_digit();
        let stands = boundary_before(source, start) || announces(source, start);
        let given = |at: usize| MATERIAL.given.contains(&source.at(at));
        let quoted =
            headless && matches!(source.before(start), '“' | '"' | '（' | '(') && (start + 1..end).all(given);
        let certain = !headless && !is_weak(source, start, 1) || announces(source, start) || quoted;
        if named && stands && certain && !digits_around && boundary_after(source, end) {
            claim(source, claims, start, end);
        }
    }
}

static STARRED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"\p{Han}[*×]{2}|\p{Han}[*×]\p{Han}?|[*×]\p{Han}{1,2}").expect("constant"));

/// 他叫Tony, 名叫David Lee: a foreign name behind a word that introduces someone, unless it is an app's.
pub(super) fn latin(source: &Source, claims: &mut Claims) {
    for found in LATIN.captures_iter(source.text()) {
        let Some(name) = found.name("name") else { continue };
        let (start, end) = (source.position(name.start()), source.position(name.end()));
        if !source.at(end).is_ascii_alphanumeric() && !A_THING.is_match(source.right(end, 8)) {
            claim(source, claims, start, end);
        }
    }
}

static LATIN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:叫做?|名叫|自称是?|网名|昵称|英文名)[是为：:“\s]{0,2}(?P<name>[A-Z][a-z]{1,11}(?:\s[A-Z][a-z]{1,14}){0,2})").expect("constant")
});
static A_THING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^[”\s]?的?(?:一[个款])?(?:投资|理财|聊天|交友|购物|交易|直播|会议|虚拟|国外|境外)?(?i:app|软件|平台|网站|交易所|群|公司|项目|币|商城|链接|应用|小程序|游戏)").expect("constant")
});
