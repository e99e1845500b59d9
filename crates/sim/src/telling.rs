//! One caller who tells payment after payment, and remembers what has been said: a day already named is not named again,
//! a payee already named is 还是他, a card told for all is not told again.

use crate::case::{AmountTold, How, NumberTold, PaymentTold, PaymentTruth, TimeTold, Told, Truth};
use crate::dice::Dice;
use crate::narrative::{exactly, own, payee_told};
use crate::spoken::{Ear, amount_heard, amount_words, chinese_number, clock_words, day_words, number_words};
use kernel::{Fen, Instant, Span};

/// The last four digits.
pub(crate) fn tail(number: &str) -> &str {
    &number[number.len().saturating_sub(4)..]
}

/// How the payer's card is told when all payments left one card.
#[derive(Clone, Copy, PartialEq, Eq)]
enum PayerManner {
    /// With the first payment.
    First,
    /// Once for all, after the payments.
    AtTheEnd,
    /// With every payment, because there are several cards.
    Each,
    Never,
}

pub(crate) struct Teller<'a> {
    pub truth: &'a Truth,
    pub at: Instant,
    pub ear: Ear,
    pub dice: &'a mut Dice,
    pub said: String,
    pub told: Told,
    /// The last day that was named.
    day: String,
    payer: PayerManner,
    /// All payments went to one account, and it is told after them.
    payee_at_the_end: bool,
}

impl<'a> Teller<'a> {
    pub fn new(truth: &'a Truth, at: Instant, ear: Ear, dice: &'a mut Dice) -> Teller<'a> {
        let first = truth.payments.first();
        let one = |other: fn(&PaymentTruth) -> &str| {
            truth.payments.iter().all(|p| first.map(other) == Some(other(p)))
        };
        let one_payer = one(|p| &p.from.number);
        let one_payee = one(|p| &p.to.number) && truth.payments.iter().all(|p| p.how == How::Transfer);
        let several = truth.payments.len() > 1;
        let payer = match dice.below(100) {
            _ if !one_payer => PayerManner::Each,
            0..50 => PayerManner::First,
            50..90 => PayerManner::AtTheEnd,
            _ => PayerManner::Never,
        };
        let payee_at_the_end = one_payee && several && dice.chance(30);
        Teller {
            truth,
            at,
            ear,
            dice,
            said: String::new(),
            told: Told::default(),
            day: String::new(),
            payer,
            payee_at_the_end,
        }
    }

    pub fn say(&mut self, words: &str) {
        self.said.push_str(words);
    }

    pub fn amount(&mut self, amount: Fen) -> String {
        match self.ear {
            Ear::Person => amount_words(amount, self.dice),
            Ear::Machine => amount_heard(amount),
        }
    }

    /// What happened before the payments. A story that tells of small sums that came back tells them as received.
    pub fn story(&mut self, own: &str) {
        let story = self.truth.story;
        if story.contains("返了几十块") {
            self.told.received.push(AmountTold {
                amount: Some(Fen::yuan(10)),
                approx: true,
            });
        } else if story.contains("真返了") {
            self.told.received.push(AmountTold::default());
        }
        let small = Fen::yuan(self.dice.between(2, 30) * 100);
        if story.contains("{小额}") {
            self.told.received.push(exactly(small));
        }
        let app = *self.dice.pick(&[
            "聚宝盆",
            "云汇通",
            "金鼎",
            "优享荟",
            "汇赢",
            "众乐",
            "海纳优选",
            "星耀",
        ]);
        let social = self.dice.digits(9);
        let host = *self.dice.pick(&["hy", "jd", "yx", "tz", "kf"]);
        let small = match self.ear {
            Ear::Person => small.to_yuan().trim_end_matches(".00").to_owned(),
            Ear::Machine => chinese_number(small.0 / 100),
        };
        let filled = story
            .replace('我', own)
            .replace("{应用}", &format!("“{app}”"))
            .replace("{社交号}", &format!("8{social}"))
            .replace(
                "{网址}",
                &format!("http://www.{host}{}.example/h5", self.dice.digits(4)),
            )
            .replace("{来电}", &format!("0059{}", self.dice.digits(8)))
            .replace("{小额}", &small);
        self.say(&format!("{filled}。"));
    }

    /// Every payment, with what came back between them.
    pub fn payments(&mut self) {
        let truth = self.truth;
        let mut sum = Fen::ZERO;
        for (i, payment) in truth.payments.iter().enumerate() {
            let words = self.payment(i, payment);
            self.say(&words);
            sum.0 += payment.amount.0;
            if i > 0 && i + 1 < truth.payments.len() && self.dice.chance(12) {
                let running = self.amount(sum);
                self.say(&format!("，这就{running}了"));
            }
            self.say("。");
            let next = truth.payments.get(i + 1).map_or(self.at, |p| p.at);
            for back in (truth.received.iter()).filter(|r| r.at >= payment.at && r.at < next) {
                self.received(back.amount);
            }
        }
        self.at_the_end();
    }

    fn received(&mut self, amount: Fen) {
        self.told.received.push(exactly(amount));
        let own = own(self.truth);
        let back = self.amount(amount);
        let words = match self.dice.below(4) {
            0 => format!("没多久平台就返了{own}{back}。"),
            1 => format!("他退了{own}{back}，"),
            2 => format!("这个提现{back}到账了。"),
            _ => format!("过了几分钟返了{back}到{own}卡上。"),
        };
        self.say(&words);
    }

    fn payment(&mut self, i: usize, p: &PaymentTruth) -> String {
        let mut told = PaymentTold {
            amount: exactly(p.amount),
            to: payee_told(p.how),
            ..PaymentTold::default()
        };
        let link = if i > 0 && self.dice.chance(45) {
            *self.dice.pick(&["后来", "接着", "然后", "又过了一会儿"])
        } else {
            ""
        };
        let bounced = if p.how == How::Transfer && self.dice.chance(5) {
            self.bounced(p.amount)
        } else {
            String::new()
        };
        let (when, at) = self.when(p.at);
        told.at = at;
        let (from, from_told) = self.payer_words(i, p);
        told.from = from_told;
        let amount = self.amount_said(p.amount, &mut told.amount);
        let words = match p.how {
            How::Code => self.code(&when, &from, &amount),
            How::Cash => self.cash(&when, &from, &amount),
            How::Transfer => self.transfer(i, p, (&when, &from, &amount)),
        };
        self.told.payments.push(told);
        let went = if bounced.is_empty() {
            ""
        } else {
            "，这次转出去了"
        };
        format!("{link}{bounced}{words}{went}")
    }

    fn bounced(&mut self, amount: Fen) -> String {
        self.told.planned.push(amount);
        let said = self.amount(amount);
        let why = *self
            .dice
            .pick(&["显示失败", "银行没让转", "提示户名不符退回来了"]);
        format!("先转了一次{said}，{why}，")
    }

    fn code(&mut self, when: &str, from: &str, amount: &str) -> String {
        let scanned = *self
            .dice
            .pick(&["扫码付了", "扫他发的二维码付了", "扫收款码付过去"]);
        format!("{when}{from}{scanned}{amount}")
    }

    fn cash(&mut self, when: &str, from: &str, amount: &str) -> String {
        let given = *self.dice.pick(&["交给他派来的人", "当面给了来拿钱的人"]);
        format!("{when}{from}取了现金{amount}，{given}")
    }

    fn transfer(&mut self, i: usize, p: &PaymentTruth, (when, from, amount): (&str, &str, &str)) -> String {
        if self.payee_at_the_end {
            return format!("{when}{from}转了{amount}");
        }
        let before = &self.truth.payments[..i];
        // The account behind a code was never told.
        let same = |q: &&PaymentTruth| q.how == How::Transfer && q.to.number == p.to.number;
        let straight = before.last().filter(same);
        if straight.is_some() && self.dice.chance(75) {
            return match self.dice.below(4) {
                0 => format!("{when}{from}又往同一个账户转了{amount}"),
                1 => format!("{when}{from}又转了{amount}，还是他"),
                2 => format!("{when}{from}又往他那张卡转了{amount}"),
                _ => format!("{when}{from}又给{}转了{amount}", p.to.name),
            };
        }
        if before.iter().any(|q| same(&q)) && self.dice.chance(60) {
            return format!("{when}{from}又转给{}{amount}", p.to.name);
        }
        let to = self.payee_words(p);
        match self.dice.below(4) {
            0 => format!("{when}{from}转了{amount}，{to}"),
            1 if !from.is_empty() => format!("{when}转过去{amount}，{to}，{from}转的"),
            2 => format!("有一笔{amount}，{to}，{when}{from}转的"),
            _ => format!("{when}{from}转过去{amount}，{to}"),
        }
    }

    fn payee_words(&mut self, p: &PaymentTruth) -> String {
        let bank = *self.dice.pick(&[p.to.bank_name, p.to.bank_spoken]);
        let number = number_words(&p.to.number, self.ear, self.dice);
        match self.dice.below(3) {
            0 => format!("对方是{bank}，户名{}，账号{number}", p.to.name),
            1 => format!("收款人叫{}，{bank}的，卡号是{number}", p.to.name),
            _ => format!("打到{bank}{number}，名字是{}", p.to.name),
        }
    }

    /// The amount, sometimes said wrongly first and then right, sometimes only about.
    fn amount_said(&mut self, amount: Fen, told: &mut AmountTold) -> String {
        let said = self.amount(amount);
        match self.dice.below(100) {
            0..7 => {
                let step = if amount >= Fen::yuan(10_000) {
                    1_000_000
                } else {
                    100_000
                };
                let more = step * self.dice.between(1, 3);
                let wrong = self.amount(Fen(amount.0 + more));
                let better = *self.dice.pick(&["不对，是", "哦不是，是", "说错了，是"]);
                format!("{wrong}，{better}{said}")
            }
            7..10 if amount >= Fen::yuan(2_000) => {
                let round = Fen((amount.0 / 100_000).max(1) * 100_000);
                *told = AmountTold {
                    amount: Some(round),
                    approx: true,
                };
                format!("大概{}", self.amount(round))
            }
            _ => said,
        }
    }

    fn when(&mut self, paid: Instant) -> (String, TimeTold) {
        let minutes = self.at.since(paid).ms() / 60_000;
        if minutes <= 3 {
            return (
                (*self.dice.pick(&["刚刚", "就刚才", "刚才"])).to_owned(),
                TimeTold::Now,
            );
        }
        if minutes <= 40 && self.dice.chance(35) {
            let number = match self.ear {
                Ear::Person if self.dice.chance(50) => minutes.to_string(),
                _ => chinese_number(minutes),
            };
            return (format!("{number}分钟前"), TimeTold::Ago);
        }
        let day = day_words(paid, self.at);
        let evening = day == "昨晚";
        let clock = clock_words(paid, self.ear, evening, self.dice);
        let day = if day == self.day && !evening && self.dice.chance(40) {
            String::new()
        } else {
            self.day.clone_from(&day);
            day
        };
        let hour = Span::hours(1);
        let same_part = |other: Instant| day_words(other, self.at) == day_words(paid, self.at);
        if self.dice.chance(4) && same_part(paid - hour) {
            let wrong = clock_words(paid - hour, self.ear, evening, self.dice);
            return (format!("{day}{wrong}，不对，是{clock}"), TimeTold::Minute);
        }
        (format!("{day}{clock}"), TimeTold::Minute)
    }

    fn payer_words(&mut self, i: usize, p: &PaymentTruth) -> (String, NumberTold) {
        let own = p.kin.unwrap_or(own(self.truth));
        let before = |q: &PaymentTruth| q.from.number == p.from.number;
        let again = self.truth.payments[..i].iter().any(before);
        let say = match self.payer {
            PayerManner::Each => !again || self.truth.payments[i - 1].from.number != p.from.number,
            PayerManner::First => i == 0,
            PayerManner::AtTheEnd | PayerManner::Never => false,
        };
        if !say {
            let first = self.truth.payments.iter().position(before);
            let told = first.and_then(|j| self.told.payments.get(j)).map(|t| t.from);
            return match (self.payer, p.kin) {
                (PayerManner::Each, Some(kin)) => (kin.to_owned(), told.unwrap_or_default()),
                _ => (String::new(), told.unwrap_or_default()),
            };
        }
        if again {
            let words = format!("从{own}{}尾号{}的卡上", p.from.bank_spoken, tail(&p.from.number));
            return (words, NumberTold::Tail);
        }
        if self.dice.chance(65) {
            let number = number_words(&p.from.number, self.ear, self.dice);
            (
                format!("用{own}的{}卡{number}", p.from.bank_spoken),
                NumberTold::Whole,
            )
        } else {
            let words = format!(
                "从{own}{}尾号{}的卡上",
                p.from.bank_spoken,
                self.tail_words(&p.from.number)
            );
            (words, NumberTold::Tail)
        }
    }

    fn tail_words(&mut self, number: &str) -> String {
        number_words(tail(number), self.ear, self.dice).replace([' ', '-'], "")
    }

    /// What holds for all payments.
    fn at_the_end(&mut self) {
        let Some(first) = self.truth.payments.first() else {
            return;
        };
        let several = self.truth.payments.len() > 1;
        if self.payee_at_the_end {
            let number = number_words(&first.to.number, self.ear, self.dice);
            let all = *self.dice.pick(&["都是转到", "几笔都是打到"]);
            self.say(&format!(
                "{all}{}{number}，户名{}。",
                first.to.bank_spoken, first.to.name
            ));
        }
        if self.payer == PayerManner::AtTheEnd {
            let all = if several { "都是" } else { "是" };
            let own = own(self.truth);
            let (number, told) = if self.dice.chance(60) {
                (
                    number_words(&first.from.number, self.ear, self.dice),
                    NumberTold::Whole,
                )
            } else {
                (
                    format!("尾号{}", self.tail_words(&first.from.number)),
                    NumberTold::Tail,
                )
            };
            for payment in &mut self.told.payments {
                payment.from = told;
            }
            self.say(&format!(
                "{all}从{own}的{}卡{number}付的。",
                first.from.bank_spoken
            ));
        }
    }

    /// Figures that are no payments: a balance, promised wages, a parcel's number.
    pub fn aside(&mut self) {
        let words = match (self.truth.kind_code, self.dice.below(100)) {
            (_, 0..12) => {
                let left = Fen::yuan(self.dice.between(3, 900));
                let left = self.amount(left);
                format!("卡里现在就剩{left}了。")
            }
            ("01" | "13", 12..40) => "开始说一天能赚三四百的。".to_owned(),
            ("02" | "06", 12..30) => format!("快递单号是YT{}。", self.dice.digits(13)),
            ("02" | "06" | "09", 30..42) => format!("订单号{}。", self.dice.digits(18)),
            ("03", 12..36) => {
                let shown = Fen::yuan(self.dice.between(20, 90) * 10_000);
                let shown = self.amount(shown);
                format!("平台上显示有{shown}，就是提不出来。")
            }
            _ => return,
        };
        self.say(&words);
    }

    /// What was asked for next and not paid.
    pub fn demands(&mut self) {
        for amount in self.truth.demanded.clone() {
            self.told.planned.push(amount);
            let own = own(self.truth);
            let said = self.amount(amount);
            let words = match self.dice.below(5) {
                0 => format!("现在又说要再交{said}，{own}没转。"),
                1 => format!("还要{own}再转{said}，{own}没钱了。"),
                2 => format!("说还要补{said}才能提现，{own}就没敢再转。"),
                3 => format!("后来又要{said}，银行不给转，说有风险。"),
                _ => format!("他还叫{own}再打{said}，{own}觉得不对就没打。"),
            };
            self.say(&words);
        }
    }

    /// 一共: right, about, or wrong.
    pub fn total(&mut self) {
        if self.truth.payments.len() < 2 || !self.dice.chance(80) {
            return;
        }
        let loss = self.truth.loss;
        let (amount, approx) = match self.dice.below(100) {
            0..76 => (loss, false),
            76..88 => (Fen((loss.0 / 100_000).max(1) * 100_000), true),
            _ => {
                let yuan = (loss.0 / 100_000).max(1) * 1_000;
                (Fen::yuan(yuan + self.dice.between(1, 3) * 2_000), false)
            }
        };
        let said = self.amount(amount);
        self.told.total = Some(AmountTold {
            amount: Some(amount),
            approx,
        });
        let words = match self.dice.below(4) {
            _ if approx => format!("一共大概{said}左右。"),
            0 => format!("一共被骗了{said}。"),
            1 => format!("加起来{said}。"),
            2 => format!("前前后后总共{said}。"),
            _ => format!("合计{said}。"),
        };
        self.say(&words);
    }
}
