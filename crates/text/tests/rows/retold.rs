//! Ways of telling that five authors' narratives have in common, several members of each: payees described one behind the other, payees
//! and hours put right later, prices times pieces, hours of each, totals that only add up, several victims, chats by the hour.

use crate::phenomena::check;
use kernel::Instant;
use text::{Rows, rows};

const MA: &str = "6200008197369935636";
const LI: &str = "6200006200000000008";
const OWN: &str = "6200006639233214682";

fn read(text: &str) -> Rows {
    rows(text, Instant::parse_iso("2026-04-03T10:00:00+08:00").unwrap())
}

/// The total that was read, in yuan, and whether the rows differ from it.
fn total(text: &str) -> (Option<i64>, bool) {
    let read = read(text);
    (read.stated_total.map(|sum| sum.amount / 100), read.sum_differs)
}

#[test]
fn payees_described_one_behind_the_other() {
    let both = &["8000@04-02T10:00 -→5636", "6000@04-02T10:00 -→0008"];
    for told in [
        format!("昨天上午十点转了八千给马万春、六千给李春生，马万春是交行的{MA}，李春生是平安银行{LI}。"),
        format!("昨天上午十点转了八千给马万春、六千给李春生。马万春是农行的，卡号{MA}；李春生，建行{LI}。"),
        format!("昨天上午十点转了八千给马万春，六千给李春生，马万春的是工行{MA}，李春生的是建行{LI}"),
        format!("昨天上午十点转了八千给马万春又转了六千给李春生马万春的是交通银行{MA}李春生的是建设银行{LI}"),
        format!("昨天上午十点转了八千给马万春、六千给李春生。马万春 工商银行 {MA}，李春生 建设银行 {LI}。"),
    ] {
        let told_hours: Vec<String> = read(&told)
            .payments
            .iter()
            .map(|p| format!("{:?}→{:?}", p.amount, p.to.account))
            .collect();
        let wanted = [
            format!("{:?}→{:?}", Some(800_000), Some(MA)),
            format!("{:?}→{:?}", Some(600_000), Some(LI)),
        ];
        assert_eq!(told_hours, wanted, "{told}");
    }
    check(
        &format!("昨天上午十点转了八千给马万春、六千给李春生，马万春是交行的{MA}，李春生是平安银行{LI}。"),
        both,
    );
}

#[test]
fn those_before_have_the_payee_that_is_said_of_them() {
    for told in [
        "以上两次都是到马万春（工行6200008197369935636）。",
        "这两笔都是转给马万春的，工行6200008197369935636。",
        "这两笔的收款人都是马万春，工商银行，6200008197369935636。",
        "以上两笔均汇给马万春，账号6200008197369935636（工行）。",
        "这两次是到马万春（农行6200008197369935636）。",
    ] {
        check(
            &format!("2026年3月7日 支20000.00\n2026年3月8日 支30000.00\n{told}"),
            &["20000@03-07 -→5636", "30000@03-08 -→5636"],
        );
    }
}

#[test]
fn an_item_of_a_list_points_to_another() {
    for (second, third) in [
        ("② 4月2日 11:00 4000元 同①", "③ 4月2日 12:00 5000元 同①"),
        ("②4月2日11:00 4000元 同①", "③4月2日12:00 5000元 同②"),
        ("2. 4月2日 11:00 4000元 同1", "3. 4月2日 12:00 5000元 同1"),
        (
            "二、4月2日11:00 4000元 同第一条",
            "三、4月2日12:00 5000元 同第一条",
        ),
        (
            "2、4月2日11:00 转账4000元 同第1笔",
            "3、4月2日12:00 转账5000元 同第1笔",
        ),
    ] {
        let first = second.chars().next().unwrap();
        let head = match first {
            '②' => "①",
            '二' => "一、",
            _ if second.starts_with("2.") => "1. ",
            _ => "1、",
        };
        check(
            &format!("{head}4月2日 10:00 3000元 → 马万春 工商银行 {MA}\n{second}\n{third}"),
            &[
                "3000@04-02T10:00 -→5636",
                "4000@04-02T11:00 -→5636",
                "5000@04-02T12:00 -→5636",
            ],
        );
    }
}

#[test]
fn a_correction_finds_its_payment() {
    let paid =
        format!("4月1日上午九点转了6000元给马万春，工行{MA}。4月2日下午三点转了9000元给李春生，建行{LI}。");
    for (correction, wanted) in [
        (
            "更正：第一笔应为6500元。",
            ["6500@04-01T09:00 -→5636", "9000@04-02T15:00 -→0008"],
        ),
        (
            "我翻了短信，第二笔是9300元。",
            ["6000@04-01T09:00 -→5636", "9300@04-02T15:00 -→0008"],
        ),
        (
            "更正一下，第一笔的时间是上午九点四十。",
            ["6000@04-01T09:40 -→5636", "9000@04-02T15:00 -→0008"],
        ),
        (
            "我查了，4月2日那笔不是三点，是三点二十。",
            ["6000@04-01T09:00 -→5636", "9000@04-02T15:20 -→0008"],
        ),
        (
            "我刚才看了手机银行，4月2日那笔收款人不是李春生，是马万春。",
            ["6000@04-01T09:00 -→5636", "9000@04-02T15:00 -→5636"],
        ),
        (
            "（原记第1笔6,000元有误，应为6,800元。）",
            ["6800@04-01T09:00 -→5636", "9000@04-02T15:00 -→0008"],
        ),
    ] {
        check(&format!("{paid}{correction}"), &wanted);
    }
}

#[test]
fn cards_are_as_many_rows_as_were_bought() {
    for told in [
        "昨天晚上七点在网上买京东E卡，一千一张的买了三张，卡密都发给他了",
        "昨天晚上七点让我买京东E卡，我就买了三张一千的，卡密拍给他",
        "昨天晚上七点我买了三张1000元的京东E卡，卡密发过去了",
        "昨天晚上七点他喊我买充值卡，每张一千，买了三张，密码都发了",
        "昨天晚上七点买的京东E卡，1000一张的买了三张",
    ] {
        check(told, &["1000@04-02T19:00 -→-"; 3]);
    }
}

#[test]
fn each_hour_of_a_list_is_a_payment() {
    for told in [
        "4月2日13时47分、13时59分各付9999元。",
        "4月2日下午一点四十七分、一点五十九分各转9999元",
        "4月2日13:47、13:59各汇9,999元",
        "4月2日13时47分和13时59分各付了9999元",
        "4月2日13:47、13:59由我的卡各付9,999元",
    ] {
        check(told, &["9999@04-02T13:47 -→-", "9999@04-02T13:59 -→-"]);
    }
}

#[test]
fn a_sum_that_adds_up_is_the_total() {
    let paid = "昨天上午九点转了8000元，下午两点又转了9200元。";
    for end in [
        "钱呢？我是一万七千二。",
        "一万七千二，一分不少。",
        "三个人加一块一万七千二。",
        "小计17,200",
        "我算了一下，投进去一万七千二。",
        "你帮我追，一万七千二啊！",
    ] {
        assert_eq!(total(&format!("{paid}{end}")), (Some(17_200), false), "{end}");
    }
    // Another sum is not.
    assert_eq!(total(&format!("{paid}他还要我交一万七。")), (None, false));
}

#[test]
fn what_is_left_of_the_total_stands_above_it() {
    let paid = "昨天上午九点转了8000元，下午两点又转了9200元，退了我200元。";
    for end in [
        "共计17,200元，减去退的，17,000元。",
        "一共一万七千二，扣掉退的两百，损失一万七。",
        "总共付了17200元，退了200元，净损失17000元。",
        "共转出17200元，返还200元。实际损失17000元。",
        "一万七千二，扣返的，损失17000元。",
    ] {
        assert_eq!(total(&format!("{paid}{end}")), (Some(17_000), false), "{end}");
        assert_eq!(read(&format!("{paid}{end}")).received.len(), 1, "{end}");
    }
}

#[test]
fn each_victim_pays_from_the_own_card() {
    for (first, second) in [
        ("大哥（应某）：", "二哥（应乙某）："),
        ("丈夫：", "妻子："),
        ("姐姐（步美凤）：", "弟弟（步伟）："),
        ("男：", "女："),
        ("学员甲：", "学员乙："),
    ] {
        check(
            &format!(
                "{first}我昨天上午九点转了3000元，用的工行{OWN}。\n{second}我昨天上午十点也转了4000元，我的卡是建行{LI}。"
            ),
            &["3000@04-02T09:00 4682→-", "4000@04-02T10:00 0008→-"],
        );
    }
}

#[test]
fn a_code_takes_no_account_that_was_told_for_others() {
    for code in [
        "晚上八点又扫码付了五百",
        "晚上八点我又扫了他发的二维码，付了五百",
        "晚上八点扫收款码付了五百",
        "晚上八点扫了个码付五百",
        "晚上八点又扫码付了500元",
    ] {
        check(
            &format!("昨天下午一点转了两万，收款的是马万春，工行{MA}。{code}。"),
            &["20000@04-02T13:00 -→5636", "500@04-02T20:00 -→-"],
        );
    }
}

#[test]
fn what_went_to_an_own_card_first_left_from_there() {
    for told in [
        format!(
            "昨天下午两点半，我把工行卡里的6千元先转到我自己的中国银行卡{OWN}上，两点三十五分再转进监管账户，马万春，农行{MA}"
        ),
        format!("昨天下午两点半把六千先转到我自己的中行卡{OWN}，两点三十五分再从中行转给马万春，农行{MA}"),
    ] {
        check(&told, &["6000@04-02T14:35 4682→5636"]);
    }
}

#[test]
fn the_day_of_a_chat_is_that_of_its_title() {
    for title in [
        "4月1日",
        "（微信群“财务组”，4月1日）",
        "2026-04-01 聊天记录",
        "2026年4月1日",
        "4月1日 群聊",
    ] {
        check(
            &format!(
                "{title}\n09:40 沙总：今天必须先打16800到这个户\n09:58 我：已付16800\n10:20 沙总：收到\n10:30 我：好的"
            ),
            &["16800@04-01T09:58 -→-"],
        );
    }
}

#[test]
fn circled_numbers_in_a_counting_column_are_read() {
    check(
        "序号 时间 金额 收款人\n① 4月2日10:05 2,000 马万春\n② 4月2日11:05 3,000 马万春",
        &["2000@04-02T10:05 -→马万春", "3000@04-02T11:05 -→马万春"],
    );
}

#[test]
fn an_account_that_got_a_number_is_meant_behind_an_arrow() {
    for label in ["入金账户", "收款账号", "收款", "对方", "入金"] {
        check(
            &format!(
                "{label}①：工商银行 {MA} 马万春\n{label}②：建设银行 {LI} 李春生\n4月1日 10:22 ￥2,000 → ①\n4月1日 21:08 ￥8,000 → ②\n4月2日 09:47 ￥5,000 → ①"
            ),
            &[
                "2000@04-01T10:22 -→5636",
                "8000@04-01T21:08 -→0008",
                "5000@04-02T09:47 -→5636",
            ],
        );
    }
}

#[test]
fn the_whole_answer_says_where_the_money_went() {
    for answer in [
        format!(
            "两次不一样，头一次是马万春，卡号{MA}，工商银行；后一次是公司户，账号{LI}，开户行是建设银行。"
        ),
        format!("头一次给的马万春，工行{MA}；后一次是李春生，建行{LI}。"),
        format!("第一笔给马万春，卡号{MA}；第二笔给李春生，卡号{LI}。"),
    ] {
        check(
            &format!(
                "问：你转了几笔？\n答：两笔，4月1日13时22分，我转了10000元。4月2日9时05分又转了15000元。\n问：钱打给谁了？\n答：{answer}"
            ),
            &["10000@04-01T13:22 -→5636", "15000@04-02T09:05 -→0008"],
        );
    }
}
