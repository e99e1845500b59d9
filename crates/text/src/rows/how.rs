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
    if sum.taken {
        return How::Taken;
    }
    let own = &story.phrases[story.phrase_of(place)];
    let (from, to) = (own.start, own.end);
    if let Some(how) = by_words(story.slice(from, to)) {
        return how;
    }
    let (start, end) = story.sentence_range(own.sentence);
    let near = story.slice(start.max(from.saturating_sub(40)), end.min(to + 30));
    match by_words(near) {
        // A code or cash in a phrase beside it may be of another payment.
        Some(How::Crypto) => How::Crypto,
        Some(other) if !TRANSFERS.is_match(story.slice(from, to)) => other,
        _ => How::Transfer,
    }
}

fn by_words(text: &str) -> Option<How> {
    Some(if TAKEN.is_match(text) {
        How::Taken
    } else if GIFT.is_match(text) {
        How::GiftCard
    } else if COINS.is_match(text) {
        How::Crypto
    } else if GOLD.is_match(text) {
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
static TAKEN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"盗刷|被刷|刷走|被转走|被盗|被划走|被扣走|您.{0,30}支出|扣款|快捷支付").expect("constant")
});
static GIFT: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"E卡|e卡|礼品卡|购物卡|卡密|点卡|苹果卡|充值卡|油卡|沃尔玛卡|京东卡|礼品券|游戏卡|兑换码|储值卡|加油卡|话费卡|骏网|超市卡|礼券").expect("constant")
});
static COINS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)usdt|币商|[买购换收]u[^a-z]|[买购换收]u$|泰达币|虚拟币|虚拟货币|比特币|买币|购币|U商|u商|承兑商|币贩|卖币").expect("constant")
});
static GOLD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"黄金|金条|金店|金饰|金砖|足金|金首饰|金项链|金镯|投资金").expect("constant")
});
static CASH: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"现金|现钞|现款|当面交|当面给|钞票|取现|取出来交|交给.{0,12}(?:派来|上门)|上门来?[取收拿]")
        .expect("constant")
});
static CODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"扫码|扫了|收款码|付款码|二维码|扫描|扫他|扫对方|扫一扫|扫付|扫的|扫过去|扫支付")
        .expect("constant")
});
