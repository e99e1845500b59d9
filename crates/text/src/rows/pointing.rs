//! Words that point back to an account told before: 该账户, 还是他, 同一张卡, and the short names that a story gives to accounts.
//!
//! Leaves out: which payment such words belong to (`attach`).

use super::party::{Group, Points, Side};
use super::row::Party;
use super::said::Story;
use regex::Regex;
use std::sync::LazyLock;

/// 该账户, 同上, 还是他: the payee spoken of before; 同一张卡 behind 从 or 用: the payer.
pub(super) fn pointing(story: &Story, groups: &[Group]) -> Vec<Group> {
    let mut found = aliases(story, groups);
    found.extend(same_items(story, groups));
    for hit in POINTING.find_iter(story.source.text()) {
        let (start, end) = (
            story.source.position(hit.start()),
            story.source.position(hit.end()),
        );
        let next = groups.partition_point(|group| group.end <= start);
        let inside = groups.get(next).is_some_and(|group| group.start < end);
        // 都是他发的码: what he did, not where it went.
        if inside || NO_PLACE.is_match(story.source.right(end, 3)) || ITEM_NUMBER.is_match(hit.as_str()) {
            continue;
        }
        let before = story.slice(start.saturating_sub(6), start);
        let card = hit.as_str().ends_with('卡') && !AGAIN_IS.is_match(hit.as_str());
        let phrase = &story.phrases[story.phrase_of(start)];
        let said = |class| story.says(end, phrase.end.max(end), class);
        let acts = card && (said(super::words::Class::Out) || said(super::words::Class::Done));
        let timed = story.marks_in(end, end + 2).any(|i| story.moment(i).is_some());
        let acts = acts || card && timed;
        let towards = before.ends_with(['到', '给', '至', '进', '往', '向', '入']);
        let gives = PAYER_BEFORE.is_match(before)
            || !towards && (acts || GIVES_BACK.is_match(story.source.right(end, 3)));
        let side = if gives { Side::Payer } else { Side::Payee };
        found.push(Group {
            start,
            end,
            phrase: story.phrase_of(start),
            party: Party::default(),
            side,
            points: Points::Back,
            of_all: false,
            of_some: super::party::of_some(story.slice(start.saturating_sub(8), start)),
            labelled: true,
        });
    }
    found
}

/// 同③, 同第二条 at the end of a line: the sides of the line with that number.
fn same_items(story: &Story, groups: &[Group]) -> Vec<Group> {
    let mut found: Vec<Group> = Vec::new();
    for hit in SAME_ITEM.captures_iter(story.source.text()).take(200) {
        let (Some(all), Some(n)) = (hit.get(0), hit.name("n")) else {
            continue;
        };
        let Some(n) = super::later::number_of(n.as_str()) else {
            continue;
        };
        let (start, end) = (
            story.source.position(all.start()),
            story.source.position(all.end()),
        );
        let line = story.line_of(start);
        let of = |side: Side| {
            // 同② where ② says 同①
            let made = found.iter().rev();
            made.chain(groups.iter().rev())
                .find(|g| {
                    g.side == side
                        && g.start < start
                        && story.line_of(g.start) != line
                        && super::later::item_of(story, g.start) == Some(n)
                })
                .map(|g| g.party.clone())
        };
        let sides = [(Side::Payer, of(Side::Payer)), (Side::Payee, of(Side::Payee))];
        for (side, party) in sides {
            let Some(party) = party else { continue };
            found.push(Group {
                start,
                end,
                phrase: story.phrase_of(start),
                party,
                side,
                points: Points::Itself,
                of_all: false,
                of_some: None,
                labelled: true,
            });
        }
    }
    found
}

static SAME_ITEM: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"同(?:序号|编号|第)?\s?(?P<n>[①-⑳]|[0-9]{1,2}|[一二三四五六七八九十]{1,2})(?:条|笔|项|次|号|行|$|[\s，,。；）)])").expect("constant")
});
static NO_PLACE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^(?:发的|的码|让|叫|要|说|教|给我|的意思|要求)").expect("constant"));
static ITEM_NUMBER: LazyLock<Regex> = LazyLock::new(|| Regex::new("^同[①-⑳0-9]").expect("constant"));

/// A卡=建设银行6200…, 甲：郦文昌 工行6200…: short names given to accounts, and where they are used.
fn aliases(story: &Story, groups: &[Group]) -> Vec<Group> {
    let mut found = Vec::new();
    let mut named: Vec<(String, Party)> = Vec::new();
    for group in groups.iter().filter(|group| group.party.account.is_some()) {
        let left = story.source.left(group.start, 6);
        if let Some(alias) = ALIAS.captures(left).and_then(|c| c.name("a"))
            && named.len() < 12
            && !named.iter().any(|(held, _)| held == alias.as_str())
        {
            named.push((alias.as_str().to_owned(), group.party.clone()));
        }
    }
    for (alias, party) in &named {
        for (byte, _) in story.source.text().match_indices(alias.as_str()) {
            let start = story.source.position(byte);
            let end = start + alias.chars().count();
            let defines = matches!(story.source.at(end), '=' | '＝' | ':' | '：')
                || groups.iter().any(|group| {
                    group.start > end && group.start - end <= 2 && group.party.account == party.account
                });
            let latin = alias.ends_with(|c: char| c.is_ascii_alphanumeric());
            let glued = latin && story.source.at(end).is_ascii_alphanumeric()
                || alias.starts_with(|c: char| c.is_ascii_alphanumeric())
                    && story.source.before(start).is_ascii_alphanumeric();
            if defines || glued {
                continue;
            }
            let arrow_behind = ARROW.is_match(story.source.right(end, 4));
            let gives = arrow_behind || PAYER_BEFORE.is_match(story.source.left(start, 4));
            found.push(Group {
                start,
                end,
                phrase: story.phrase_of(start),
                party: party.clone(),
                side: if gives { Side::Payer } else { Side::Payee },
                points: Points::Itself,
                of_all: false,
                of_some: None,
                labelled: true,
            });
        }
    }
    found
}

static ALIAS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[\s；;，,、：:（(。]|供应商|商家|账户|收款|付款卡|付款|银行卡|卡)(?P<a>甲|乙|丙|丁|[A-D](?:卡|号|账户|户)?|[一二三四]号|卡[一二三四1-4A-D])(?:卡|账户)?(?:\s?[=＝:：]\s?|\s)$").expect("constant")
});

static ARROW: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(?:卡|的卡)?\s?(?:→|->|=>|转)").expect("constant"));

static POINTING: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(concat!(
        r"同上|同前|同一公司|同一个公司|同一单位|同一(?:个)?(?:收款|公司|对公|收款公司)?(?:账户|账号|帐户|张卡|卡号|卡|人|户|收款人|对公账户|公户|银行卡)|同个(?:账户|账号|卡)|相同(?:的)?(?:账户|账号)|(?:该|此|上述|前述|上面|前面|刚才|原来|之前)(?:那个|那张|这个|的)?(?:收款|对公|公司|银行)?(?:账户|账号|帐户|卡号|卡|户|公户|银行卡)|该公司|该厂家|该供应商|该收款人|上述(?:收款人|公司)",
        r"|(?:还|也|仍|仍然|又|都|就)是(?:转|打|汇|给|到)*(?:给|到)?(?:他|她|这个|那个|这张|那张|同一|原来|前面|上面|刚才)(?:的)?(?:账户|账号|卡号|卡|户|公司|人|银行卡|户头)?|(?:那|这)(?:个|张)(?:监管|安全|专用|指定|认证|对公|公司|老)?(?:账户|账号|帐户|卡号|卡|户头|户|公户|公司|银行卡)|(?:导师|客服|老师|对方|骗子)(?:的)?那个(?:号|账户|账号|卡)|原(?:账户|账号|卡|路)|老(?:账户|账号|地方)"
    ))
    .expect("constant")
});

static AGAIN_IS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("^(?:还|也|仍|仍然|又|都|就)是").expect("constant"));

static PAYER_BEFORE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:从|用|由|以|拿|刷|使用|通过)(?:我|他|她|自己)?(?:的)?$").expect("constant")
});

static GIVES_BACK: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"^(?:转|打|汇|付|里)").expect("constant"));
