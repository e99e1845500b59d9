//! What callers paste and officers write: a list of payments, a chat, the record of a station.

use crate::case::{How, NumberTold, PaymentTold, PaymentTruth, TimeTold, Told, Truth};
use crate::dice::Dice;
use crate::narrative::{exactly, own, payee_told, payer_each, payer_note};
use crate::spoken::{Ear, number_words};
use crate::telling::Teller;
use kernel::{Fen, Instant};

/// One line of what happened, in order of time.
enum Line<'a> {
    Paid(&'a PaymentTruth),
    Received(Instant, Fen),
}

impl Line<'_> {
    fn at(&self) -> Instant {
        match self {
            Line::Paid(p) => p.at,
            Line::Received(at, _) => *at,
        }
    }
}

fn lines(truth: &Truth) -> Vec<Line<'_>> {
    let paid = truth.payments.iter().map(Line::Paid);
    let back = truth.received.iter().map(|r| Line::Received(r.at, r.amount));
    let mut lines: Vec<Line<'_>> = paid.chain(back).collect();
    lines.sort_by_key(Line::at);
    lines
}

fn told_of(p: &PaymentTruth) -> PaymentTold {
    PaymentTold {
        amount: exactly(p.amount),
        at: TimeTold::Minute,
        to: payee_told(p.how),
        ..PaymentTold::default()
    }
}

/// 11月22日 21:05
fn stamp(at: Instant) -> String {
    let c = at.civil();
    format!("{}月{}日 {}", c.month(), c.day(), clock(at))
}

fn clock(at: Instant) -> String {
    let c = at.civil();
    format!("{:02}:{:02}", c.hour(), c.minute())
}

/// 3000, 3,000元, 3688.50.
fn figure(amount: Fen, dice: &mut Dice) -> String {
    let plain = amount.to_yuan().trim_end_matches(".00").to_owned();
    match dice.below(3) {
        0 => format!("{}元", amount.to_grouped()),
        1 => format!("{plain}元"),
        _ => plain,
    }
}

fn payee(p: &PaymentTruth, teller: &mut Teller<'_>) -> String {
    let number = number_words(&p.to.number, Ear::Person, teller.dice);
    format!("{} {number} {}", p.to.bank_spoken, p.to.name)
}

/// Somebody has written everything down, line by line.
pub(crate) fn list(truth: &Truth, at: Instant, dice: &mut Dice) -> (String, Told) {
    let mut teller = Teller::new(truth, at, Ear::Person, dice);
    let v = &truth.victim;
    teller.say(&format!("{}，{}人。", v.name, v.area_name));
    teller.story(own(truth));
    teller.say("转账明细：\n");
    for (n, line) in lines(truth).iter().enumerate() {
        let amount = |amount, teller: &mut Teller<'_>| figure(amount, teller.dice);
        let words = match line {
            Line::Received(at, back) => {
                teller.told.received.push(exactly(*back));
                format!("{} 收到返款 {}", stamp(*at), amount(*back, &mut teller))
            }
            Line::Paid(p) => {
                let paid = amount(p.amount, &mut teller);
                let (by, from) = payer_each(truth, p);
                teller.told.payments.push(PaymentTold { from, ..told_of(p) });
                match p.how {
                    How::Code => format!("{} {by}扫码付款 {paid}", stamp(p.at)),
                    How::Cash => format!("{} {by}取现金 {paid} 交给来人", stamp(p.at)),
                    How::Transfer => format!("{} {by}转出 {paid} → {}", stamp(p.at), payee(p, &mut teller)),
                }
            }
        };
        teller.say(&format!("{}. {words}\n", n + 1));
    }
    let card = payer_note(&mut teller, ["付款卡：", "\n"]);
    teller.say(&card);
    teller.demands();
    teller.total();
    teller.say(&format!("电话{}，身份证号{}。", truth.number, v.id_number));
    (teller.said, teller.told)
}

/// The chat with the other side, as it was pasted.
pub(crate) fn chat(truth: &Truth, at: Instant, dice: &mut Dice) -> (String, Told) {
    let mut teller = Teller::new(truth, at, Ear::Person, dice);
    let v = &truth.victim;
    teller.say(&format!("{}，{}人，电话{}。", v.name, v.area_name, truth.number));
    teller.story(own(truth));
    teller.say("聊天记录发给你们：\n");
    let (mut day, mut payee_before) = (String::new(), String::new());
    for line in lines(truth) {
        let (date, _) = stamp(line.at())
            .split_once(' ')
            .map_or_else(Default::default, |(d, c)| (d.to_owned(), c.to_owned()));
        if date != day {
            teller.say(&format!("【{date}】\n"));
            day = date;
        }
        match line {
            Line::Received(at, back) => {
                teller.told.received.push(exactly(back));
                let back = figure(back, teller.dice);
                teller.say(&format!(
                    "{} 客服：返您{back}，请查收\n{} 我：收到{back}\n",
                    clock(at),
                    clock(at)
                ));
            }
            Line::Paid(p) => {
                let (by, from) = payer_each(truth, p);
                teller.told.payments.push(PaymentTold { from, ..told_of(p) });
                let paid = figure(p.amount, teller.dice);
                let (ask, done) = match p.how {
                    How::Code => ("扫这个码付".to_owned(), "扫码付了"),
                    How::Cash => ("取现金，有人来拿".to_owned(), "现金给了来的人，"),
                    How::Transfer if p.to.number == payee_before => ("还是上面那个账户".to_owned(), "转了"),
                    How::Transfer => (format!("打到{}", payee(p, &mut teller)), "转了"),
                };
                if p.how == How::Transfer {
                    payee_before.clone_from(&p.to.number);
                }
                let minute = clock(p.at);
                teller.say(&format!("{minute} 客服：{ask}\n{minute} 我：{by}{done}{paid}\n"));
            }
        }
    }
    let card = payer_note(&mut teller, ["（付款用的是我的", "）\n"]);
    teller.say(&card);
    teller.demands();
    teller.total();
    teller.say(&format!("身份证号{}。", v.id_number));
    (teller.said, teller.told)
}

/// A station's officer has written down what the victim said.
pub(crate) fn record(truth: &Truth, at: Instant, dice: &mut Dice) -> (String, Told) {
    let mut teller = Teller::new(truth, at, Ear::Person, dice);
    let v = &truth.victim;
    let other = if v.female { "她" } else { "他" };
    let sex = if v.female { "女" } else { "男" };
    teller.say(&format!(
        "报警人{}（{sex}，{}岁，{}居民，身份证号{}，电话{}）称：",
        v.name, v.age, v.area_name, v.id_number, truth.number
    ));
    teller.story(other);
    let mut before: Option<&PaymentTruth> = None;
    for line in lines(truth) {
        match line {
            Line::Received(at, back) => {
                teller.told.received.push(exactly(back));
                let back = figure(back, teller.dice);
                teller.say(&format!("{}，对方返还{back}至其账户。", stamp(at)));
            }
            Line::Paid(p) => {
                let words = recorded(p, before, &mut teller);
                teller.say(&words);
                before = Some(p);
            }
        }
    }
    let demanded: Vec<Fen> = truth.demanded.clone();
    for amount in demanded {
        teller.told.planned.push(amount);
        let said = figure(amount, teller.dice);
        teller.say(&format!("对方又要求转账{said}，{other}未转。"));
    }
    teller.total();
    (teller.said, teller.told)
}

fn recorded(p: &PaymentTruth, before: Option<&PaymentTruth>, teller: &mut Teller<'_>) -> String {
    let mut told = told_of(p);
    let paid = figure(p.amount, teller.dice);
    let when = stamp(p.at);
    let card = number_words(&p.from.number, Ear::Person, teller.dice);
    let same_card = before.is_some_and(|b| b.from.number == p.from.number);
    let payer = match p.kin {
        Some(kin) => format!("其{}{}", kin.trim_start_matches('我'), p.from.name),
        None => "其".to_owned(),
    };
    told.from = NumberTold::Whole;
    let from = if same_card {
        "通过同一张卡".to_owned()
    } else {
        format!("通过{}卡（卡号{card}）", p.from.bank_name)
    };
    teller.told.payments.push(told);
    let same_payee = before.is_some_and(|b| b.how == How::Transfer && b.to.number == p.to.number);
    match p.how {
        How::Code => format!("{when}，{payer}{from}扫码支付{paid}。"),
        How::Cash => format!("{when}，{payer}{from}取现金{paid}，交给对方派来的人。"),
        How::Transfer if same_payee => format!("{when}，{payer}{from}再次向该账户转账{paid}。"),
        How::Transfer => {
            let number = number_words(&p.to.number, Ear::Person, teller.dice);
            format!(
                "{when}，{payer}{from}向{}账户{number}（户名：{}）转账{paid}。",
                p.to.bank_name, p.to.name
            )
        }
    }
}
