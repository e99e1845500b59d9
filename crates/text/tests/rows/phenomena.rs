//! One line for each way of telling a payment, with the rows it must give: `amount@time payer→payee how`, `-` for what was not told.

use kernel::Instant;
use text::{Party, rows};

const AT: &str = "2026-04-03T10:00:00+08:00";

fn short(party: &Party) -> String {
    let number = party
        .account
        .as_deref()
        .map(|number| number[number.len() - 4..].to_owned());
    number
        .or_else(|| party.tail.as_ref().map(|tail| format!("*{tail}")))
        .or_else(|| party.name.clone())
        .or_else(|| party.bank.clone())
        .unwrap_or_else(|| "-".to_owned())
}

fn told(text: &str) -> Vec<String> {
    let read = rows(text, Instant::parse_iso(AT).unwrap());
    read.payments
        .iter()
        .map(|p| {
            let yuan = p.amount.map_or("-".to_owned(), |fen| (fen / 100).to_string());
            let at =
                p.at.as_deref()
                    .unwrap_or("-")
                    .trim_end_matches("+08:00")
                    .trim_start_matches("2026-");
            format!("{yuan}@{at} {}→{}", short(&p.from), short(&p.to))
        })
        .collect()
}

pub(crate) fn check(text: &str, wanted: &[&str]) {
    assert_eq!(told(text), wanted, "{text}");
}

#[test]
fn one_row_for_each_movement() {
    check("转了三千一，又转了七千", &["3100@- -→-", "7000@- -→-"]);
    check(
        "3月9日两笔，一笔6千一笔1万4",
        &["6000@03-09 -→-", "14000@03-09 -→-"],
    );
    check("昨天转了两笔各2.5万", &["25000@04-02 -→-", "25000@04-02 -→-"]);
    check("每次4000，转了五次", &["4000@- -→-"; 5]);
    check("三笔各3,200元", &["3200@- -→-"; 3]);
    check("分四笔转了八万，每笔两万", &["20000@- -→-"; 4]);
}

#[test]
fn what_is_no_payment() {
    check("平台返了45，说日赚四百，卡里还有3000元", &[]);
    check("要我再交一万四，我没转", &[]);
    check("昨天转了5000，显示失败", &[]);
    check("网贷借了2万，额度总共三万", &[]);
    // The number that was dialled is no money.
    for greeting in [
        "喂96110吗",
        "喂，是96110吗？",
        "你好，96110",
        "请问是不是110啊，",
        "96110吗",
    ] {
        check(
            &format!("{greeting}我叫宋某某今天凌晨两点五十六转了两万一千六百块"),
            &["21600@04-03T02:56 -→-"],
        );
    }
    check("刚才转了96110元，又转了96110", &["96110@- -→-", "96110@- -→-"]);
}

#[test]
fn the_clause_says_whose_card_it_is() {
    check(
        "昨天下午三点用交行6200006639233214682转了一万三，对方是农行，户名马万里，账号6200008197369935636",
        &["13000@04-02T15:00 4682→5636"],
    );
    check(
        "昨天十点转了八千给马万里，工行6200008197369935636，用的是建行6200006639233214682",
        &["8000@04-02T10:00 4682→5636"],
    );
}

#[test]
fn corrections_keep_the_last_word() {
    check("转了四万，不对，是四万四", &["44000@- -→-"]);
    check("转了7千3——不是，7千338", &["7338@- -→-"]);
    check("昨天转了6000元（更正：6500元）", &["6500@04-02 -→-"]);
}

#[test]
fn doubt_says_that_a_payee_is_open() {
    let read = rows(
        "昨天转了5000到工行6200008197369935636，户名马万里。前天还转了8000到农行6200006639233214682，户名李大年。今天早上转了3000。",
        Instant::parse_iso(AT).unwrap(),
    );
    let last = read.payments.last().unwrap();
    assert!(
        last.to.account.is_none() && last.doubt.contains(&text::Doubt::PayeeUnsure),
        "{last:?}"
    );
}

#[test]
fn the_contracts_example() {
    let text = "我在罗田，做任务的，先返了我几十块。昨天下午三点四十转了五千二，用的建行6200006639233214682，收款人马万里，工行6200008197369935636。今天还要我转九千，我没转。";
    let read = rows(text, Instant::parse_iso(AT).unwrap());
    assert_eq!(told(text), ["5200@04-02T15:40 4682→5636"]);
    let payment = &read.payments[0];
    assert_eq!(payment.to.name.as_deref(), Some("马万里"));
    assert_eq!(payment.to.bank.as_deref(), Some("中国工商银行"));
    assert_eq!(payment.from.bank.as_deref(), Some("中国建设银行"));
    assert_eq!(payment.spans[0], [28, 3]);
    assert_eq!(
        (read.received[0].amount, read.received[0].approx),
        (Some(1000), true)
    );
    assert_eq!(read.planned[0].amount, Some(900_000));
    assert_eq!(read.area.as_deref(), Some("421123"));
    assert_eq!(read.category_hint.as_deref(), Some("01"));
    assert!(read.stated_total.is_none() && !read.sum_differs);
}
