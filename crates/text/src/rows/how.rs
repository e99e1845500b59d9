//! In which way the money left: a transfer, a scanned code, cash, gold, gift cards, coins, or taken without the victim's doing.
//!
//! Leaves out: the sum of a card or of gold, which `role` reads like any other.

use super::role::Sum;
use super::row::How;
use super::said::Story;
use regex::Regex;
use std::sync::LazyLock;

impl How {
    /// Whether an account said for other payments can be this one's.
    pub(super) fn has_account(self) -> bool {
        matches!(self, How::Transfer | How::Crypto)
    }
}

pub(super) fn of(story: &Story, sum: &Sum, place: usize) -> How {
    if sum.taken || not_mine(story, place) {
        return How::Taken;
    }
    let own = &story.phrases[story.phrase_of(place)];
    let (from, to) = (own.start, own.end);
    if let Some(how) = by_words(story.slice(from, to)) {
        return how;
    }
    // 又转了三千都是扫她发的二维码付的: said of those before.
    let (_, end) = story.sentence_range(own.sentence);
    if !TRANSFERS.is_match(story.slice(from, to))
        && CODE_BEHIND.is_match(story.slice(to, end.min(to + 60).max(to)))
    {
        return How::Code;
    }
    if let Some(next) = story.phrases.get(story.phrase_of(place) + 1)
        && next.sentence == own.sentence
        && ALL_BY_CODE.is_match(story.slice(next.start, next.end))
    {
        return How::Code;
    }
    let (start, end) = story.sentence_range(own.sentence);
    let near = story.slice(start.max(from.saturating_sub(40)), end.min(to + 30));
    match by_words(near) {
        // A code or cash in a phrase beside it may be of another payment.
        Some(How::Crypto) => How::Crypto,
        Some(How::Taken) => How::Transfer,
        Some(other) if !TRANSFERS.is_match(story.slice(from, to)) => other,
        _ => How::Transfer,
    }
}

/// 前面两个小单是扫的码; 头两次是他让我扫的收款码: so many of the first payments went by code.
pub(super) fn by_code_first(story: &Story, paid: usize) -> usize {
    CODE_FIRST
        .captures(story.source.text())
        .and_then(|c| c.name("n"))
        .and_then(|m| crate::numeral::small(m.as_str()))
        .map_or(0, |n| n as usize)
        .min(paid)
}

static CODE_FIRST: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("(?:前|头)(?:面|头)?(?:那)?(?P<n>[一二两三四五六1-6])(?:个|笔|次|单|回)(?:小的|小单|小额|单子|钱)?(?:的)?(?:都|全)?(?:是)?[^，。0-9给到]{0,6}?(?:扫|收款码|二维码)").expect("constant")
});

/// 我微信转了三千: the money went from purse to purse, not to a bank's account.
pub(super) fn by_wallet(story: &Story, sum: &Sum, place: usize) -> bool {
    let phrase = &story.phrases[story.phrase_of(place)];
    let theirs = phrase.speaker == Some(super::speaker::Speaker::Them);
    let (from, to) = if theirs {
        story.line_range(phrase.line)
    } else {
        (phrase.start, phrase.end)
    };
    let done = sum.done_at.map(|at| &story.phrases[story.phrase_of(at)]);
    let says = |from: usize, to: usize| {
        // Speech that runs on: only what stands near the sum is said of it.
        let (from, to) = if to - from > 60 && from <= place && place < to {
            (from.max(place.saturating_sub(24)), to.min(place + 24))
        } else {
            (from, to)
        };
        let text = story.slice(from, to);
        WALLET.is_match(text) && !BOUND_CARD.is_match(text)
    };
    let own = story.phrase_of(place);
    let named = (own + 1..=own + 3)
        .map_while(|p| story.phrases.get(p))
        .take_while(|next| {
            next.sentence == phrase.sentence || next.line == phrase.line && next.start <= phrase.end
        })
        .take_while(|next| {
            !story
                .marks_in(next.start, next.end)
                .any(|i| story.money(i).is_some())
        })
        .any(|next| ONLY_WALLET.is_match(story.slice(next.start, next.end)));
    // 我三点半微信转账又付2350: the purse stands right before the phrase.
    let (sentence, _) = story.sentence_range(phrase.sentence);
    let led = PURSE_LED.is_match(story.slice(sentence.max(phrase.start.saturating_sub(10)), phrase.start));
    named || led || says(from, to) || done.is_some_and(|done| says(done.start, done.end))
}

static WALLET: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[\[【](?:微信)?(?:转账|红包|收款)[\]】]|(?:用|从|通过|以|拿)?(?:我|他|她|自己|本人)?(?:的)?(?:微信|支付宝)(?:零钱|余额|钱包|里|上|给|向|又|就|再|也|先|直接|红包|扫码|当场|，)*(?:给|向)?(?:他|她|对方|客服|老师|卖家|那边|这个人)?(?:转|付|发|打|支付|充|扫)|发(?:了|的)?(?:个|一个)?(?:口令)?红包|口令红包|微信红包|微信支付|微信转账|微信转|支付宝转|支付宝付|(?:打|转|付)(?:到)?(?:他|她|对方)?(?:的)?(?:微信|支付宝)").expect("constant")
});
static ONLY_WALLET: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"^(?:用的|走的|也是|都是|是|也)?(?:用)?(?:微信|支付宝)(?:转的|付的|转账|扫的|扫码)?[，。；\s]*$",
    )
    .expect("constant")
});
static PURSE_LED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("(?:微信|支付宝)(?:转账|转|付|扫码|扫)?$").expect("constant"));
static BOUND_CARD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[0-9]{12}|(?:转|打|汇|付)(?:到|给|至|进)[^，。]{0,10}(?:银行|卡)").expect("constant")
});

/// 消费 and 支出 of a card whose owner says that he did not do it.
fn not_mine(story: &Story, place: usize) -> bool {
    let own = &story.phrases[story.phrase_of(place)];
    SPENT.is_match(story.slice(own.start, own.end)) && NOT_MINE.is_match(story.source.text())
}

static SPENT: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("消费|支出|扣款|快捷支付|扣费|代扣").expect("constant"));
static NOT_MINE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("不是我(?:操作|刷|弄|转|付|本人)|我(?:根本)?没有?(?:操作|刷|转|动)|盗刷|非本人|不是本人|没操作过|没刷过").expect("constant")
});

/// The way that a line of a list names.
pub(super) fn in_words(line: &str) -> Option<How> {
    by_words(line)
}

fn by_words(text: &str) -> Option<How> {
    Some(if TAKEN.is_match(text) {
        How::Taken
    } else if GIFT.is_match(text) {
        How::GiftCard
    } else if COINS.is_match(text) {
        How::Crypto
    } else if GOLD.is_match(&LOAN_NAMES.replace_all(text, "")) {
        How::Gold
    } else if CASH.is_match(text) {
        How::Cash
    } else if CODE.is_match(text) {
        How::Code
    } else {
        return None;
    })
}

static TRANSFERS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"转账|转给|转到|转了|转过|汇|打到|打给|打了|向.*转|银行卡|卡号|账号").expect("constant")
});
static CODE_BEHIND: LazyLock<Regex> =
    LazyLock::new(|| Regex::new("(?:都|全|均)[^。]{0,16}(?:扫的|扫码|二维码|收款码)").expect("constant"));
static ALL_BY_CODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:都|全|均|两笔|几笔|三笔|两次|几次|也)[^，。]{0,6}(?:扫|二维码|收款码|付款码)")
        .expect("constant")
});
static TAKEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"盗刷|被刷|刷走|被转走|被盗|被划走|被扣走|扣款|快捷支付").expect("constant")
});
static GIFT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"E卡|e卡|礼品卡|购物卡|卡密|点卡|苹果卡|充值卡|油卡|沃尔玛卡|京东卡|礼品券|游戏卡|兑换码|储值卡|加油卡|话费卡|骏网|超市卡|礼券").expect("constant")
});
static COINS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)usdt|币商|[买购换收]u[^a-z]|[买购换收]u$|泰达币|虚拟币|虚拟货币|比特币|买币|购币|U商|u商|承兑商|币贩|卖币").expect("constant")
});
/// 京东金条 is a loan, no gold.
static LOAN_NAMES: LazyLock<Regex> = LazyLock::new(|| Regex::new("(?:京东|白条)金条").expect("constant"));
static GOLD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:买|购|花|克)[^，。]{0,12}黄金|黄金(?:交|给|首饰|制品)|金条|金店|金饰|金砖|足金|金首饰|金项链|金(?:手)?镯|金戒指|投资金条").expect("constant")
});
static CASH: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"货到付|到付款|(?:顺丰|快递|包裹)[^，。]{0,6}寄|寄走|寄了|寄出|寄去|现金|现钞|现款|当面交|当面给|钞票|取现|取出来交|交给.{0,12}(?:派来|上门)|上门来?[取收拿]")
        .expect("constant")
});
static CODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"扫码|扫了|收款码|付款码|二维码|扫描|扫他|扫对方|扫一扫|扫付|扫的|扫过去|扫支付")
        .expect("constant")
});
