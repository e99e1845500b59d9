//! Banks that the table of banks does not have, and short words that are a bank only beside a number.

use super::{Marks, What};
use crate::person;
use regex::Regex;
use std::sync::LazyLock;

impl Marks<'_> {
    /// 郑州银行 and others that the table of banks does not have.
    pub(super) fn other_banks(&mut self) {
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
    pub(super) fn short_banks(&mut self) {
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
            let before = self.source.before(start);
            // 郎平安, 苟建设: the word may be a given name.
            let in_name = person::is_surname(before)
                && !OF_BANK.contains(before)
                && !self.taken[start - 1]
                && !number(end, end + 1);
            let beside = number(start.saturating_sub(6), start) || number(end, end + 7);
            let of_it =
                self.source.at(end) == '的' && matches!(before, '是' | '，' | '用' | ',' | '到' | '张');
            let of_card = OF_CARD.is_match(self.source.right(end, 4)) && OF_BANK.contains(before);
            let in_cell = (!before.is_alphanumeric() || before == '是')
                && BANK_CELL.is_match(self.source.left(start, 8))
                || before == '→'
                    && matches!(self.source.at(end), '，' | ',' | ']' | '】' | ' ' | '\n' | '：');
            if (beside && !in_name || of_it || of_card || in_cell)
                && let Some(bank) = SHORT_BANKS.iter().find(|(short, _)| *short == word.as_str())
            {
                self.add(start, end, What::Bank(bank.1.to_owned()));
            }
        }
    }
}

/// Words that are a bank only beside a number or in 中信的.
const SHORT_BANKS: [(&str, &str); 19] = [
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
    ("浙商", "浙商银行"),
    ("恒丰", "恒丰银行"),
    ("渤海", "渤海银行"),
];
static SHORT_BANK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("(?P<b>光大|中信|浦发|民生|兴业|平安|广发|华夏|邮储|邮政|建设|工商|农业|招商|交通|汉口|浙商|恒丰|渤海)")
        .expect("constant")
});
/// What stands before a bank's short name: 用中信的, 张邮政, 是光大.
const OF_BANK: &str = "的是用到从张给在由往进我他她妈爸于把了跟和、，,。；;：:（( \n";
static OF_CARD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("^(?:卡|的卡|折子|存折|的折|活期|那张|这张|账户|的账户|银行卡)").expect("constant")
});
/// 银行：光大, 开户行 民生, 某某有限公司 中信: a form names the bank shortly.
static BANK_CELL: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:(?:银行|开户行|行|公司)[\s：:|｜]{1,2}|(?:银行|开户行)是)$").expect("constant")
});
static OTHER_BANK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?:^|[，,、：:（(\s|/的到至从是行])(?P<b>\p{Han}{2,3}(?:商业|村镇)?银行)(?:[^\p{Han}]|[卡账的我他她户对]|$)",
    )
    .expect("constant")
});
static NO_BANK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("^(?:换成|换了|人民|商业|开户|收款|付款|手机|网上|对方|指定|所属|哪个|什么|我的|自己|当地|附近|各大|这家|那家|一家|他的|她的|到银|去银|在银|通过|打开|登录|转账|汇款|合作|我去|我到|跑到|走到|赶到|联系|还是|都是|因为|后来|然后)|时候|这次|那次|哪家|佢|没写|任何|没有|不是|开户|收款|走|经|去银行|到银行|在银行|跟银行|和银行|给银行|说银行|被银行|个银行|是银行").expect("constant")
});
