//! Figures, histories and inboxes as the screens get them, after one evening's first orders.

use super::stand::{Browser, Stand, demo};
use kernel::Span;
use serde_json::{Value, json};

/// A report of the demo's call-taker with a stop that waits for an approver, since no policy covers it.
pub(super) async fn report(seat: &Browser, nth: u32, area: &str) -> Value {
    let first = "42110219000101124";
    let check = kernel::identifier::id_card_check(first).unwrap();
    let id_number = format!("{first}{check}");
    let reply = seat
        .post(
            "/api/reports",
            json!({
                "narrative": format!("昨晚刘桂芳接到电话，把三万元转到了对方卡上，身份证号{id_number}。"),
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
                "category": "02", "offence_area": area, "send_stops": true,
            }),
        )
        .await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body
}

/// Three reports, two of them of the county of the demo's county officer.
async fn evening() -> (Stand, Browser, Vec<Value>) {
    let stand = demo().await;
    let seat = stand.signed_in("liyang").await;
    let mut reports = Vec::new();
    for (nth, area) in [(1, "421102"), (2, "421102"), (3, "421121")] {
        reports.push(report(&seat, nth, area).await);
    }
    (stand, seat, reports)
}

#[tokio::test]
async fn a_total_is_of_all_pages_and_of_what_the_asker_may_see() {
    let (stand, seat, _) = evening().await;
    for path in ["/api/reports?limit=1", "/api/orders?limit=1"] {
        let page = seat.get(path).await.body;
        assert_eq!(page["items"].as_array().unwrap().len(), 1, "{path}");
        assert_eq!(page["total"], 3, "{path}");
    }
    assert_eq!(seat.get("/api/orders?state=held").await.body["total"], 0);
    assert_eq!(
        seat.get("/api/orders?kind=stop&area=421121").await.body["total"],
        1
    );
    let county = stand.signed_in("hemin").await;
    for path in ["/api/reports", "/api/orders"] {
        assert_eq!(
            county.get(path).await.body["total"],
            2,
            "{path}: the county's own"
        );
    }
}

#[tokio::test]
async fn the_inbox_counts_what_it_lists_and_a_case_is_due_when_its_review_ends() {
    let (stand, _, reports) = evening().await;
    let chief = stand.signed_in("chenguodong").await;
    let listed = chief.get("/api/approvals").await.body["total"].clone();
    assert_eq!(chief.get("/api/counts").await.body["approvals"], listed);
    let county = stand.signed_in("hemin").await;
    let accepted = county
        .post("/api/cases", json!({ "report_id": reports[0]["report"]["id"] }))
        .await;
    assert_eq!(accepted.status, 200, "{}", accepted.body);
    assert_eq!(county.get("/api/counts").await.body["cases_due"], 0);
    assert_eq!(county.get("/api/cases?limit=1").await.body["total"], 1);
    let filed = county
        .post(
            &format!("/api/cases/{}/file", accepted.body["id"].as_str().unwrap()),
            json!({}),
        )
        .await;
    assert_eq!(filed.status, 200, "{}", filed.body);
    let head = stand.signed_in("zhouhua").await;
    let counts = head.get("/api/counts").await.body;
    assert_eq!(
        counts["approvals"],
        head.get("/api/approvals").await.body["total"]
    );
    stand.pass(Span::hours(49));
    assert_eq!(
        head.get("/api/counts").await.body["cases_due"],
        1,
        "a day before the end"
    );
}

#[tokio::test]
async fn an_approver_sees_what_case_is_to_be_filed_by_whom_and_until_when() {
    let (stand, _, reports) = evening().await;
    let county = stand.signed_in("hemin").await;
    let accepted = county
        .post("/api/cases", json!({ "report_id": reports[0]["report"]["id"] }))
        .await
        .body;
    let id = accepted["id"].as_str().unwrap();
    let form = json!({ "name": "刘桂芳被诈骗案", "opinion": "" });
    let proposed = county.post(&format!("/api/cases/{id}/file"), form).await;
    assert_eq!(proposed.status, 200, "{}", proposed.body);
    let head = stand.signed_in("zhouhua").await;
    let inbox = head.get("/api/approvals").await.body;
    let items = inbox["items"].as_array().unwrap();
    let item = items.iter().find(|i| i["subject"] == "case").unwrap();
    let said = |label: &str| {
        let evidence = item["evidence"].as_array().unwrap();
        let row = evidence.iter().find(|e| e["label_zh"] == label);
        row.map(|e| e["value_zh"].as_str().unwrap().to_owned())
            .unwrap_or_default()
    };
    let number = accepted["number"].as_str().unwrap();
    assert_eq!(said("案件"), format!("{number} 刘**被诈骗案"));
    assert_eq!(
        (said("被骗金额"), said("案发地")),
        ("30,000.00".into(), "黄州区".into())
    );
    assert!(said("办案人").contains("何敏"), "{item}");
    assert_eq!(item["requested_by"], "何敏");
    assert!(item["due_at"].is_string() && item["late"] == false, "{item}");
    stand.pass(Span::days(4));
    let later = stand.signed_in("zhouhua").await.get("/api/approvals").await.body;
    let items = later["items"].as_array().unwrap();
    assert!(
        items.iter().any(|i| i["subject"] == "case" && i["late"] == true),
        "{later}"
    );
}

#[tokio::test]
async fn an_approver_reads_the_story_without_the_victims_name_or_number() {
    let (stand, _, _) = evening().await;
    let chief = stand.signed_in("chenguodong").await;
    let inbox = chief.get("/api/approvals").await.body;
    for item in inbox["items"].as_array().unwrap() {
        let story = item["narrative"].as_str().unwrap();
        assert!(story.contains("刘**") && story.contains("三万元"), "{story}");
        assert!(
            !story.contains("刘桂芳") && !story.contains("19000101"),
            "{story}"
        );
    }
}

#[tokio::test]
async fn an_order_and_an_account_show_what_happened_to_them() {
    let (_, seat, reports) = evening().await;
    let order = &reports[0]["orders"][0];
    let detail = seat
        .get(&format!("/api/orders/{}", order["id"].as_str().unwrap()))
        .await
        .body;
    let kinds: Vec<&str> = detail["timeline"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|e| e["kind"].as_str())
        .collect();
    assert!(!kinds.is_empty(), "{detail}");
    let path = format!("/api/accounts/{}/hold", order["account_id"].as_str().unwrap());
    let hold = seat.get(&path).await.body;
    assert_eq!(hold["timeline"].as_array().unwrap().len(), kinds.len(), "{hold}");
}

#[tokio::test]
async fn the_log_is_filtered_by_how_an_attempt_ended() {
    let (stand, seat, _) = evening().await;
    let auditor = stand.signed_in("auditor").await;
    assert_eq!(seat.get("/api/audit").await.status, 403);
    for (outcome, other) in [("done", "refused"), ("refused", "done")] {
        let page = auditor.get(&format!("/api/audit?outcome={outcome}")).await.body;
        let items = page["items"].as_array().unwrap();
        assert!(!items.is_empty(), "{outcome}");
        assert!(
            items.iter().all(|e| e["outcome"] == outcome),
            "no {other} among {outcome}"
        );
    }
}
