//! Ways of telling that the reader met first in narratives it had not seen: one line for each, with the rows it must give.

use super::phenomena::check;

#[test]
fn a_number_told_in_a_clause_of_its_own_joins_its_account() {
    check(
        "昨天下午三点转了五千，转给马万里，建行的，号码我抄在本子上：6200008197369935636",
        &["5000@04-02T15:00 -→5636"],
    );
    check(
        "昨天下午三点我转了五千收款的都是同一个人叫马万里她的是广发银行的卡号我念给你听六二零零零零八一九七三六九九三五六三六",
        &["5000@04-02T15:00 -→5636"],
    );
    check(
        "昨天下午三点，我用农行卡往武汉启明建材有限公司的对公账户转了30000元，账号是63134671096227132，开户行湖北银行。",
        &["30000@04-02T15:00 中国农业银行→7132"],
    );
}

#[test]
fn a_payee_is_named_behind_one_who_is_called() {
    check(
        "昨天下午三点转给一个姓马的，叫马万里，工行6200008197369935636，转了六千",
        &["6000@04-02T15:00 -→5636"],
    );
    check(
        "昨天下午三点我转了五千二都是转到一个叫庹小凡的中国银行卡上面号码是六二零零零零八一九七三六九九三五六三六",
        &["5200@04-02T15:00 -→5636"],
    );
}

#[test]
fn the_callers_card_is_told_before_the_payments() {
    check(
        "我有一张农行的卡，6200006639233214682，里头有十四万六。昨天下午两点转了四万九，转给马万里，工行6200008197369935636。",
        &["49000@04-02T14:00 4682→5636"],
    );
    check(
        "我替我爸报警，他那张卡是农商行的，卡号是6200006639233214682。昨天上午十一点他转了两万，转给马万里，卡号6200008197369935636。",
        &["20000@04-02T11:00 4682→5636"],
    );
}

#[test]
fn those_before_keep_no_payee_behind_a_bare_statement() {
    // Wrong, and known: 以上两次 names the payee of both lines, and the reader leaves it open.
    check(
        "2026年3月7日 支20000.00\n2026年3月8日 支30000.00\n以上两次都是到马万里（工行6200008197369935636）。",
        &["20000@03-07 -→-", "30000@03-08 -→-"],
    );
}

#[test]
fn a_sum_and_the_hour_behind_it_are_two_things() {
    check(
        "昨晚八点五十付了一千九百九十八九点零三分付了两千九百八十八",
        &["1998@04-02T20:50 -→-", "2988@04-02T21:03 -→-"],
    );
}

#[test]
fn what_was_done_is_told_with_its_own_sum() {
    check(
        "4月2日 10:00\n对方：先帮我垫4万\n我：转好了，三万",
        &["30000@04-02T10:00 -→-"],
    );
    check(
        "昨天要交公证费一千三我转给群主马万里农业银行6200008197369935636",
        &["1300@04-02 -→5636"],
    );
}

#[test]
fn hotlines_and_told_losses_are_no_payments() {
    check("喂，96110吧？我打那个400电话，他说我涉案二百三十万", &[]);
    check("昨天我转了5000元。\n损失金额：5,000元。", &["5000@04-02 -→-"]);
}

#[test]
fn an_officer_asks_and_all_victims_answer() {
    check(
        "民警：谁先转的？\n男：昨天晚上七点我转了两千。\n女：我昨天晚上八点也转了三千五。\n民警：一共五千五？",
        &["2000@04-02T19:00 -→-", "3500@04-02T20:00 -→-"],
    );
}
