//! 审批: what an approver is shown, several decisions in one act, and a confirmation that is refused with its consequences.

use super::stand::{Browser, Stand, demo};
use serde_json::{Value, json};

async fn report(seat: &Browser, nth: u32) -> Value {
    let first = "42110219000101124";
    let check = kernel::identifier::id_card_check(first).unwrap();
    let id_number = format!("{first}{check}");
    let reply = seat
        .post(
            "/api/reports",
            json!({
                "narrative": "昨晚刘桂芳接到电话，把三万元转到了对方卡上。",
                "channel": "hotline96110", "line": "3", "seat": "3",
                "caller": { "name": "刘桂芳", "phone": format!("198{nth:08}"), "relation": "self" },
                "victims": [{ "name": "刘桂芳", "phone": format!("198{nth:08}"), "id_type": "01", "id_number": id_number }],
                "payments": [{
                    "paid_at": "2026-04-03T20:50:00+08:00", "amount_fen": 3_000_000,
                    "from": { "name": "刘桂芳", "number": "620000000000000001", "number_confirmed": true },
                    "to": { "bank_code": "402533000018", "bank_name": "黄冈农村商业银行", "name": "试乙",
                            "number": format!("80{nth:014}"), "number_confirmed": true },
                    "channel": "手机银行",
                }],
                "category": "02", "offence_area": "421102", "send_stops": true,
            }),
        )
        .await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body
}

async fn policy(stand: &Stand) {
    let leader = stand.signed_in("chenguodong").await;
    let signed = leader
        .post(
            "/api/standing-policies",
            json!({ "amount_max_fen": 10_000_000, "payment_age_max_minutes": 120, "direct_payee_only": true,
                    "confirm_within_minutes": 120, "ends_at": "2026-05-03T00:00:00+08:00" }),
        )
        .await;
    assert_eq!(signed.status, 200, "{}", signed.body);
}

async fn inbox(person: &Browser, subject: &str) -> Vec<Value> {
    let page = person.get("/api/approvals").await.body;
    let items = page["items"].as_array().cloned().unwrap_or_default();
    items.into_iter().filter(|i| i["subject"] == subject).collect()
}

fn fact<'a>(item: &'a Value, label: &str) -> &'a str {
    let facts = item["orders"][0]["evidence"].as_array().unwrap();
    let found = facts.iter().find(|f| f["label_zh"] == label);
    found.map_or("", |f| f["value_zh"].as_str().unwrap_or(""))
}

#[tokio::test]
async fn an_approver_sees_the_account_its_money_and_the_transfer_it_rests_on() {
    let stand = demo().await;
    report(&stand.signed_in("liyang").await, 1).await;
    let leader = stand.signed_in("chenguodong").await;
    let items = inbox(&leader, "order").await;
    assert_eq!(items.len(), 1, "{items:?}");
    let item = &items[0];
    assert_eq!(fact(item, "账户"), "试* …0001 黄冈农村商业银行");
    assert_eq!(
        fact(item, "本案在该账户的资金"),
        "30,000.00 元（转入 30,000.00 − 转出 0.00；该行尚未反馈流水，按转入计）"
    );
    assert_eq!(fact(item, "申请金额"), "30,000.00 元");
    assert_eq!(
        fact(item, "依据的转账"),
        "刘** …0001  → 试* …0001 黄冈农村商业银行 30,000.00 元 2026-04-03 20:50:00（报案人陈述，尚无银行流水）"
    );
    assert!(!items[0].to_string().contains("刘桂芳"), "masked: {item}");
}

#[tokio::test]
async fn several_are_decided_at_once_each_as_it_was_seen_and_for_itself() {
    let stand = demo().await;
    let seat = stand.signed_in("liyang").await;
    for nth in [1, 2, 3] {
        report(&seat, nth).await;
    }
    let leader = stand.signed_in("chenguodong").await;
    let items = inbox(&leader, "order").await;
    let row = |item: &Value, off: i64| json!({ "subject": "order", "id": item["id"], "stamp": item["stamp"].as_i64().unwrap() + off });
    let nobody = "00000000-0000-7000-8000-000000000000";
    let rows = json!([
        row(&items[0], 0), row(&items[1], 1), row(&items[2], 0),
        { "subject": "order", "id": nobody, "stamp": 1 },
    ]);
    let body = json!({ "verb": "approve", "opinion": "同意", "items": rows });
    // The requester decides none of them.
    let own = seat.post("/api/approvals/decide", body.clone()).await;
    assert_eq!(own.status, 200, "{}", own.body);
    assert!(
        own.body["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|r| r["done"] == false)
    );
    let said = leader.post("/api/approvals/decide", body).await.body;
    let codes: Vec<&str> = said["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["code"].as_str().unwrap_or("done"))
        .collect();
    assert_eq!(codes, ["done", "not_seen", "done", "not_found"]);
    assert_eq!(
        inbox(&leader, "order").await.len(),
        1,
        "what was refused still waits"
    );
    // A no needs its reason.
    let left = inbox(&leader, "order").await;
    let no = json!({ "verb": "reject", "opinion": " ", "items": [row(&left[0], 0)] });
    let refused = leader.post("/api/approvals/decide", no).await;
    assert_eq!((refused.status, refused.code()), (422, "field_missing"));
    let log = stand.log().await;
    assert_eq!(
        log.iter().filter(|l| *l == "order.approve done").count(),
        4,
        "two acts, two orders: {log:?}"
    );
    assert!(log.contains(&"order.approve not_seen".to_owned()), "{log:?}");
}

#[tokio::test]
async fn a_confirmation_is_refused_with_its_reason_and_stays_visible() {
    let stand = demo().await;
    policy(&stand).await;
    let seat = stand.signed_in("liyang").await;
    report(&seat, 1).await;
    let leader = stand.signed_in("chenguodong").await;
    let items = inbox(&leader, "confirmation").await;
    let id = items[0]["id"].as_str().unwrap();
    assert_eq!(items[0]["can"], json!(["confirm", "confirm_refuse"]));
    let path = format!("/api/orders/{id}/confirm-refuse");
    let bare = leader.post(&path, json!({ "opinion": "" })).await;
    assert_eq!((bare.status, bare.code()), (422, "field_missing"));
    let own = seat.post(&path, json!({ "opinion": "不" })).await;
    assert_eq!(own.status, 403, "{}", own.body);
    let done = leader.post(&path, json!({ "opinion": "金额与警情不符" })).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(done.body["confirmation_refused"], "金额与警情不符");
    assert_eq!(done.body["awaits_confirmation"], false);
    let again = leader
        .post(&format!("/api/orders/{id}/confirm"), json!({ "opinion": "" }))
        .await;
    assert_eq!(again.code(), "confirmation_not_due");
    // The supervisor's list of them; nobody else's order is on it.
    let supervisor = stand.signed_in("linsu").await;
    let board = supervisor.get("/api/orders?state=not_confirmed").await.body;
    assert_eq!(
        (&board["total"], &board["items"][0]["id"]),
        (&json!(1), &json!(id))
    );
    assert!(
        stand
            .log()
            .await
            .contains(&"order.confirm_refuse done".to_owned())
    );
}

#[tokio::test]
async fn an_impossible_act_says_why_in_both_languages() {
    let stand = demo().await;
    let seat = stand.signed_in("liyang").await;
    report(&seat, 1).await;
    let order = seat.get("/api/orders").await.body["items"][0].clone();
    let path = format!(
        "/api/reports/{}/acts?account_id={}",
        order["report_id"].as_str().unwrap(),
        order["account_id"].as_str().unwrap()
    );
    let acts = seat.get(&path).await;
    assert_eq!(acts.status, 200, "{}", acts.body);
    let act = |body: &Value, kind: &str| {
        let items = body["items"].as_array().unwrap().clone();
        items.into_iter().find(|a| a["kind"] == kind).unwrap()
    };
    let said = |kind: &str| {
        let act = act(&acts.body, kind);
        (
            act["allowed"].clone(),
            act["reason_zh"].as_str().unwrap_or("").to_owned(),
        )
    };
    assert_eq!(said("freeze"), (json!(false), "冻结须先立案".into()));
    assert_eq!(said("stop"), (json!(false), "同一账户已有指令正在办理".into()));
    assert_eq!(
        said("stop_prolong"),
        (json!(false), "本警情在该账户没有生效的措施".into())
    );
    assert_eq!(said("query_holder"), (json!(true), String::new()));
    assert_eq!(acts.body["figures"]["money"]["still"], "30000.00");
    // Who may only look sees the same acts, none of them possible.
    let supervisor = stand.signed_in("linsu").await;
    let leader = stand.signed_in("chenguodong").await;
    assert_eq!(supervisor.get(&path).await.status, 200);
    let looked = leader.get(&path).await.body;
    assert_eq!(act(&looked, "query_holder")["reason_code"], "not_permitted");
}

#[tokio::test]
async fn what_a_default_rests_on_is_shown_to_the_administrator() {
    let stand = demo().await;
    let admin = stand.signed_in("sysadmin").await;
    let hours = |body: &Value| {
        let groups = body["groups"].as_array().unwrap().clone();
        let items = groups.into_iter().find(|g| g["key"] == "orders").unwrap();
        items["items"][0].clone()
    };
    let shown = hours(&admin.get("/api/settings").await.body);
    assert_eq!(
        (&shown["key"], &shown["value"], &shown["default"]),
        (&json!("orders.prolong_hours"), &json!("48"), &json!("48"))
    );
    assert!(shown["source_zh"].as_str().unwrap().contains("未见明文"));
    let put = |value: &str| json!({ "value": value });
    let path = "/api/settings/orders.prolong_hours";
    let changed = admin
        .send(axum::http::Method::PUT, path, Some(put("24")), &[])
        .await;
    assert_eq!(hours(&changed.body)["value"], "24");
    let refused = admin
        .send(axum::http::Method::PUT, path, Some(put("49")), &[])
        .await;
    assert_eq!(refused.status, 422, "{}", refused.body);
}

/// The stop named the last payment beside a sum of both, and nobody could tell which was which.
#[tokio::test]
async fn two_payments_into_one_account_are_both_named_with_count_sum_first_and_last() {
    let stand = demo().await;
    let seat = stand.signed_in("liyang").await;
    report(&seat, 1).await;
    let payment = |at: &str, fen: i64| {
        json!({ "paid_at": at, "amount_fen": fen,
                "to": { "bank_code": "402533000018", "bank_name": "黄冈农村商业银行", "name": "试丙",
                        "number": "8000000000000099", "number_confirmed": true } })
    };
    let reply = seat
        .post(
            "/api/reports",
            json!({
                "narrative": "分两次转了钱。", "channel": "hotline96110", "seat": "3",
                "caller": { "name": "刘桂芳", "phone": "19800000099", "relation": "self" },
                "victims": [{ "name": "刘桂芳", "id_type": "01", "id_number": "11010519491231002X" }],
                "payments": [payment("2026-04-03T20:55:00+08:00", 500_050), payment("2026-04-03T20:40:00+08:00", 3_000_000)],
                "category": "02", "offence_area": "421102", "send_stops": true,
            }),
        )
        .await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let leader = stand.signed_in("chenguodong").await;
    let items = inbox(&leader, "order").await;
    let two = items
        .iter()
        .find(|i| i.to_string().contains("试* …0099"))
        .unwrap();
    assert_eq!(
        fact(two, "付款合计"),
        "2 笔共 35,000.50 元，首笔 2026-04-03 20:40:00，末笔 2026-04-03 20:55:00；报文按末笔，申请表列全部"
    );
    let rows: Vec<&str> = two["orders"][0]["evidence"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|f| f["label_zh"] == "其中")
        .map(|f| f["value_zh"].as_str().unwrap())
        .collect();
    assert_eq!(
        rows,
        [
            "第 1 笔 30,000.00 元 2026-04-03 20:40:00（报案人陈述，尚无银行流水）",
            "第 2 笔 5,000.50 元 2026-04-03 20:55:00（报案人陈述，尚无银行流水）",
        ]
    );
    let one = items
        .iter()
        .find(|i| !i.to_string().contains("试* …0099"))
        .unwrap();
    assert_eq!(fact(one, "付款合计"), "", "one payment is said once");
}
