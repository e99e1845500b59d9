//! What the caller says, as people say it on the line: out of order, with spaces in the numbers, 三万块 and 3.2万, 刚才 and
//! 昨天晚上. The structured truth stays beside it ([`crate::case::Truth`]).
//!
//! Promises: every payment of the truth is told with its amount, time and receiving account; what is told is true to
//! the minute unless it says 左右 or 多.

use crate::case::{AccountView, PaymentTruth, Truth};
use crate::dice::Dice;
use kernel::{Fen, Instant};

/// The whole narrative as told at `at`.
pub fn tell(truth: &Truth, at: Instant, dice: &mut Dice) -> String {
    let mut said = String::new();
    said.push_str(&opening(truth, dice));
    said.push_str(&fill(&truth.story.replace('我', own(truth)), dice));
    said.push('。');
    for (i, payment) in truth.payments.iter().enumerate() {
        said.push_str(&payment_words(truth, payment, i, at, dice));
        said.push('。');
    }
    said.push_str(&closing(truth, dice));
    said
}

/// A scenario's own words with the names and numbers that only the city knows, of the last payment: `{收款账号}`,
/// `{收款户名}`, `{收款银行}`, `{金额}`, `{付款账号}`, and of the victim `{姓名}`, `{身份证}`, `{电话}`.
pub fn fill_told(told: &str, truth: &Truth) -> String {
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
    said
}

fn opening(truth: &Truth, dice: &mut Dice) -> String {
    let hello = dice.pick(&[
        "喂，你好，",
        "喂，96110吗，",
        "你好，我要报警，",
        "警察同志，",
        "喂喂，是反诈中心吧，",
        "哎你好，我可能被骗了，",
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

fn fill(story: &str, dice: &mut Dice) -> String {
    let app = dice.pick(&[
        "聚宝盆",
        "云汇通",
        "金鼎",
        "优享荟",
        "汇赢",
        "众乐",
        "海纳优选",
        "星耀",
    ]);
    let social = dice.digits(9);
    story
        .replace("{应用}", &format!("“{app}”"))
        .replace("{社交号}", &format!("8{social}"))
        .replace(
            "{网址}",
            &format!(
                "http://www.{}{}.example/h5",
                dice.pick(&["hy", "jd", "yx", "tz", "kf"]),
                dice.digits(4)
            ),
        )
        .replace("{来电}", &format!("0059{}", dice.digits(8)))
        .replace("{小额}", &(dice.between(2, 30) * 100).to_string())
}

fn payment_words(truth: &Truth, p: &PaymentTruth, i: usize, at: Instant, dice: &mut Dice) -> String {
    let when = time_words(p.at, at, dice);
    let amount = amount_words(p.amount, dice);
    let repeated = i > 0 && truth.payments[i - 1].to.number == p.to.number;
    if repeated && dice.chance(70) {
        return format!(
            "{when}又往{}转了{amount}",
            dice.pick(&["同一个账户", "那个账户", "他那张卡"])
        );
    }
    let from = from_words(&p.from, own(truth), dice);
    let to = to_words(&p.to, dice);
    match dice.below(3) {
        0 => format!("{when}{from}转了{amount}，{to}"),
        1 => format!("{when}转过去{amount}，{to}，{from}转的"),
        _ => format!("{}，{to}，{when}{from}转的", format_args!("有一笔{amount}")),
    }
}

/// Whose money it was, as the caller says: 我, or 他 and 她 when somebody calls for the victim.
fn own(truth: &Truth) -> &'static str {
    match (truth.caller_is_victim, truth.victim.female) {
        (true, _) => "我",
        (false, true) => "她",
        (false, false) => "他",
    }
}

fn from_words(from: &AccountView, own: &str, dice: &mut Dice) -> String {
    if dice.chance(60) {
        format!("用{own}的{}卡{}", from.bank_spoken, spaced(&from.number, dice))
    } else {
        let tail: String = from.number.chars().skip(from.number.len() - 4).collect();
        format!("从{own}{}尾号{tail}的卡上", from.bank_spoken)
    }
}

fn to_words(to: &AccountView, dice: &mut Dice) -> String {
    let bank = if dice.chance(50) {
        to.bank_name
    } else {
        to.bank_spoken
    };
    let number = spaced(&to.number, dice);
    match dice.below(3) {
        0 => format!("对方是{bank}，户名{}，账号{number}", to.name),
        1 => format!("收款人叫{}，{bank}的，卡号是{number}", to.name),
        _ => format!("打到{bank}{number}，名字是{}", to.name),
    }
}

fn closing(truth: &Truth, dice: &mut Dice) -> String {
    let v = &truth.victim;
    let total = if truth.payments.len() > 1 {
        format!("一共被骗了{}。", amount_words(truth.loss, dice))
    } else {
        String::new()
    };
    let id = if dice.chance(70) {
        format!("身份证号{}，", v.id_number)
    } else {
        String::new()
    };
    let end = dice.pick(&[
        "你们快帮我把钱拦下来！",
        "能不能马上冻结啊，求求你们了。",
        "钱还能追回来吗？",
        "麻烦你们快一点。",
        "我现在该怎么办啊。",
    ]);
    format!("{total}{id}我电话{}。{end}", truth.number)
}

/// An account number as people read it out.
fn spaced(number: &str, dice: &mut Dice) -> String {
    let groups = |separator: &str| {
        let digits: Vec<char> = number.chars().collect();
        digits
            .chunks(4)
            .map(|c| c.iter().collect::<String>())
            .collect::<Vec<_>>()
            .join(separator)
    };
    match dice.below(100) {
        0..50 => number.to_owned(),
        50..80 => groups(" "),
        80..92 => groups("-"),
        _ => number
            .chars()
            .map(|c| {
                c.to_digit(10)
                    .and_then(|d| char::from_u32('０' as u32 + d))
                    .unwrap_or(c)
            })
            .collect(),
    }
}

/// 三万元, 3万, 30000块, 2.98万, 29,800元.
pub fn amount_words(amount: Fen, dice: &mut Dice) -> String {
    let yuan = amount.0 / 100;
    if amount.0 % 100 != 0 {
        return format!("{}元", amount.to_yuan());
    }
    let unit = *dice.pick(&["元", "块钱", "块"]);
    match dice.below(4) {
        0 if yuan % 100 == 0 => format!("{}{unit}", chinese_number(yuan)),
        1 if yuan >= 10_000 && yuan % 100 == 0 => {
            let (wan, rest) = (yuan / 10_000, yuan % 10_000 / 100);
            if rest == 0 {
                format!("{wan}万")
            } else {
                format!("{}万", format!("{wan}.{rest:02}").trim_end_matches('0'))
            }
        }
        2 if yuan >= 1000 => format!("{}元", amount.to_grouped().trim_end_matches(".00")),
        _ => format!("{yuan}{unit}"),
    }
}

fn time_words(paid: Instant, at: Instant, dice: &mut Dice) -> String {
    let minutes = at.since(paid).ms() / 60_000;
    if minutes <= 3 {
        return (*dice.pick(&["刚刚", "就刚才", "刚才"])).to_owned();
    }
    if minutes <= 40 && dice.chance(50) {
        return if dice.chance(50) {
            format!("{minutes}分钟前")
        } else {
            format!("{}分钟前", chinese_number(minutes))
        };
    }
    format!("{}{}", day_words(paid, at), clock_words(paid, dice))
}

fn day_words(paid: Instant, at: Instant) -> String {
    match (at.civil().date() - paid.civil().date()).get_days() {
        0 => "今天".to_owned(),
        1 => "昨天".to_owned(),
        2 => "前天".to_owned(),
        _ => format!("{}月{}号", paid.civil().month(), paid.civil().day()),
    }
}

fn clock_words(paid: Instant, dice: &mut Dice) -> String {
    let (hour, minute) = (i64::from(paid.civil().hour()), i64::from(paid.civil().minute()));
    if dice.chance(40) {
        return format!("{hour:02}:{minute:02}");
    }
    if dice.chance(40) {
        return format!("{hour}点{minute:02}分");
    }
    let part = match hour {
        0..5 => "凌晨",
        5..8 => "早上",
        8..12 => "上午",
        12 => "中午",
        13..18 => "下午",
        _ => "晚上",
    };
    let twelve = if hour > 12 { hour - 12 } else { hour };
    let spoken = match minute {
        0 => format!("{}点", hour_words(twelve)),
        30 => format!("{}点半", hour_words(twelve)),
        m if m < 10 => format!("{}点零{}分", hour_words(twelve), chinese_number(m)),
        m => format!("{}点{}分", hour_words(twelve), chinese_number(m)),
    };
    format!("{part}{spoken}")
}

fn hour_words(hour: i64) -> String {
    if hour == 2 {
        "两".to_owned()
    } else {
        chinese_number(hour)
    }
}

/// 三万零五百; for 0 to 99 999 999.
pub fn chinese_number(n: i64) -> String {
    if n >= 10_000 {
        let (wan, rest) = (n / 10_000, n % 10_000);
        let head = if wan == 2 {
            "两".to_owned()
        } else {
            chinese_number(wan)
        };
        let zero = if rest > 0 && rest < 1000 { "零" } else { "" };
        let tail = if rest == 0 { String::new() } else { below_wan(rest) };
        return format!("{head}万{zero}{tail}");
    }
    if n == 0 { "零".to_owned() } else { below_wan(n) }
}

fn below_wan(n: i64) -> String {
    const DIGITS: [&str; 10] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let mut words = String::new();
    let mut gap = false;
    for (unit, name) in [(1000, "千"), (100, "百"), (10, "十"), (1, "")] {
        let digit = n / unit % 10;
        if digit == 0 {
            gap |= !words.is_empty();
            continue;
        }
        if gap {
            words.push('零');
            gap = false;
        }
        if !(digit == 1 && unit == 10 && words.is_empty()) {
            words.push_str(if digit == 2 && unit >= 100 && words.is_empty() {
                "两"
            } else {
                DIGITS[usize::try_from(digit).unwrap_or(0)]
            });
        }
        words.push_str(name);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_said() {
        for (n, said) in [
            (0, "零"),
            (10, "十"),
            (12, "十二"),
            (20, "二十"),
            (105, "一百零五"),
            (200, "两百"),
            (2_000, "两千"),
            (2_800, "两千八百"),
            (20_000, "两万"),
            (30_500, "三万零五百"),
            (29_800, "两万九千八百"),
            (128_600, "十二万八千六百"),
            (300_000, "三十万"),
        ] {
            assert_eq!(chinese_number(n), said);
        }
    }

    #[test]
    fn amounts_as_said() {
        let mut dice = Dice::named(1, "amounts");
        let mut seen: Vec<String> = (0..60)
            .map(|_| amount_words(Fen::yuan(29_800), &mut dice))
            .collect();
        seen.sort();
        seen.dedup();
        for said in &seen {
            let known = [
                "29800元",
                "29800块",
                "29800块钱",
                "2.98万",
                "29,800元",
                "两万九千八百元",
                "两万九千八百块",
                "两万九千八百块钱",
            ];
            assert!(known.contains(&said.as_str()), "{said}");
        }
        assert!(seen.len() >= 5);
        assert_eq!(amount_words(Fen(368_850), &mut dice), "3688.50元");
    }
}
