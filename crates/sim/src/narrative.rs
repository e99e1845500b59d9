//! What the caller says, as people say it on the line and send it: out of order, with spaces in the numbers, 三万块 and
//! 3.2万, 刚才 and 昨晚; with money that came back, sums that are wrong, a figure said again better, 还是他, and much that is
//! no payment. The structured truth stays beside it ([`crate::case::Truth`]), and with it what was said of each payment
//! ([`crate::case::Told`]).
//!
//! Promises: every payment of the truth is told with its amount, and a transfer with its whole receiving account; what is
//! told is true to the minute and to the fen unless `Told` says otherwise. A sum may be wrong, and `Told` has it as said.

use crate::case::{AmountTold, How, NumberTold, PaymentTold, PaymentTruth, TimeTold, Told, Truth};
use crate::dice::Dice;
use crate::spoken::{Ear, number_words};
use crate::telling::{Teller, tail};
use crate::written;
use kernel::{Fen, Instant};

pub use crate::spoken::{amount_words, chinese_number};

/// The whole narrative as told at `at`, and what it says.
pub fn tell(truth: &Truth, at: Instant, dice: &mut Dice) -> (String, Told) {
    let several = truth.payments.len() > 1;
    match dice.below(100) {
        0..12 if several => written::list(truth, at, dice),
        12..20 if several => written::chat(truth, at, dice),
        20..32 => written::record(truth, at, dice),
        32..48 => {
            let (said, told) = speech(truth, at, Ear::Machine, dice);
            (said.chars().filter(|c| !PUNCTUATION.contains(*c)).collect(), told)
        }
        _ => speech(truth, at, Ear::Person, dice),
    }
}

const PUNCTUATION: &str = "，。？！、：；“”（）";

/// A scenario's own words with the names and numbers that only the city knows, of the last payment: `{收款账号}`,
/// `{收款户名}`, `{收款银行}`, `{金额}`, `{付款账号}`, and of the victim `{姓名}`, `{身份证}`, `{电话}`.
pub fn fill_told(told: &str, truth: &Truth) -> (String, Told) {
    let v = &truth.victim;
    let mut said = told
        .replace("{姓名}", &v.name)
        .replace("{身份证}", &v.id_number)
        .replace("{电话}", &v.phone);
    if let Some(p) = truth.payments.last() {
        said = said
            .replace("{收款账号}", &p.to.number)
            .replace("{收款户名}", &p.to.name)
            .replace("{收款银行}", p.to.bank_spoken)
            .replace("{付款账号}", &p.from.number)
            .replace(
                "{金额}",
                &format!("{}元", p.amount.to_yuan().trim_end_matches(".00")),
            );
    }
    let number = |number: &str| match () {
        () if said.contains(number) => NumberTold::Whole,
        () if said.contains(tail(number)) => NumberTold::Tail,
        () => NumberTold::Not,
    };
    let payments = (truth.payments.iter())
        .map(|p| PaymentTold {
            amount: exactly(p.amount),
            at: TimeTold::Not,
            from: number(&p.from.number),
            to: number(&p.to.number),
        })
        .collect();
    let told = Told {
        payments,
        ..Told::default()
    };
    (said, told)
}

pub(crate) fn exactly(amount: Fen) -> AmountTold {
    AmountTold {
        amount: Some(amount),
        approx: false,
    }
}

/// One who talks, or a machine that writes down who talks.
fn speech(truth: &Truth, at: Instant, ear: Ear, dice: &mut Dice) -> (String, Told) {
    let mut teller = Teller::new(truth, at, ear, dice);
    let opening = opening(truth, teller.dice);
    teller.say(&opening);
    teller.story(own(truth));
    teller.payments();
    teller.aside();
    teller.demands();
    teller.total();
    closing(&mut teller);
    (teller.said, teller.told)
}

fn opening(truth: &Truth, dice: &mut Dice) -> String {
    let hello = dice.pick(&[
        "喂，你好，",
        "喂，96110吗，",
        "你好，我要报警，",
        "警察同志，",
        "喂喂，是反诈中心吧，",
        "哎你好，我可能被骗了，",
        "那个，嗯，你好，",
    ]);
    let v = &truth.victim;
    let who = if truth.caller_is_victim {
        format!("我叫{}，{}的，", v.name, v.area_name)
    } else {
        let kin = if v.female {
            dice.pick(&["我老婆", "我妈", "我女儿"])
        } else {
            dice.pick(&["我老公", "我爸", "我儿子"])
        };
        format!(
            "{kin}{}被人骗了，我们是{}的，{}自己说不清楚我来说，",
            v.name,
            v.area_name,
            own(truth)
        )
    };
    format!("{hello}{who}")
}

/// Whose money it was, as the caller says: 我, or 他 and 她 when somebody calls for the victim.
pub(crate) fn own(truth: &Truth) -> &'static str {
    match (truth.caller_is_victim, truth.victim.female) {
        (true, _) => "我",
        (false, true) => "她",
        (false, false) => "他",
    }
}

/// The caller's identity number and telephone, and a wish.
fn closing(teller: &mut Teller<'_>) {
    let v = &teller.truth.victim;
    if teller.dice.chance(70) {
        teller.say(&format!("身份证号{}，", v.id_number));
    }
    let end = *teller.dice.pick(&[
        "你们快帮我把钱拦下来！",
        "能不能马上冻结啊，求求你们了。",
        "钱还能追回来吗？",
        "麻烦你们快一点。",
        "我现在该怎么办啊。",
    ]);
    teller.say(&format!("我电话{}。{end}", teller.truth.number));
}

/// What a paper or a chat says of the payer's card: once, for all, at the end.
pub(crate) fn payer_note(teller: &mut Teller<'_>, words: [&str; 2]) -> String {
    let mut cards: Vec<(&str, &str)> = Vec::new();
    for p in &teller.truth.payments {
        let card = (p.from.bank_spoken, p.from.number.as_str());
        if !cards.contains(&card) {
            cards.push(card);
        }
    }
    let [(bank, number)] = cards[..] else {
        return String::new();
    };
    let told = if teller.dice.chance(65) {
        NumberTold::Whole
    } else {
        NumberTold::Tail
    };
    for payment in &mut teller.told.payments {
        payment.from = told;
    }
    let number = match told {
        NumberTold::Whole => number_words(number, teller.ear, teller.dice),
        _ => format!("尾号{}", tail(number)),
    };
    format!("{}{bank}{number}{}", words[0], words[1])
}

/// Whether the whole receiving account can be told at all.
pub(crate) fn payee_told(how: How) -> NumberTold {
    if how == How::Transfer {
        NumberTold::Whole
    } else {
        NumberTold::Not
    }
}

/// The payer of one line of a list or a chat, when the payers are not all one: 我老公用工商银行6200…, 建行尾号6634.
pub(crate) fn payer_each(truth: &Truth, p: &PaymentTruth) -> (String, NumberTold) {
    let one = truth.payments.iter().all(|q| q.from.number == p.from.number);
    match p.kin {
        Some(kin) => (
            format!("{kin}用{}{} ", p.from.bank_spoken, p.from.number),
            NumberTold::Whole,
        ),
        None if one => (String::new(), NumberTold::Not),
        None => (
            format!("用{}尾号{}的卡 ", p.from.bank_spoken, tail(&p.from.number)),
            NumberTold::Tail,
        ),
    }
}
