//! A stop that cannot leave is refused with its reason and never takes the report with it; what did not leave says why; a
//! registered report is corrected with what stood there kept.

use super::stand::{Browser, Stand, demo};
use crate::{WebConfig, router};
use app::ports::{PrintJob, PrintProblem, Printed, PrintedBy, Printer};
use serde_json::{Value, json};
use std::sync::Arc;

const PAYEE: &str = "8000000000000001";

fn id_number() -> String {
    let first = "42110219000101124";
    format!("{first}{}", kernel::identifier::id_card_check(first).unwrap())
}

/// A demo whose leader lets stops leave at once.
async fn with_policy() -> (Stand, Browser) {
    let stand = demo().await;
    let policy = stand
        .signed_in("chenguodong")
        .await
        .post(
            "/api/standing-policies",
            json!({ "amount_max_fen": 10_000_000, "payment_age_max_minutes": 120, "direct_payee_only": true,
                    "confirm_within_minutes": 120, "ends_at": "2026-05-03T00:00:00+08:00" }),
        )
        .await;
    assert_eq!(policy.status, 200, "{}", policy.body);
    let seat = stand.signed_in("liyang").await;
    (stand, seat)
}

fn to(number: &str) -> Value {
    json!({ "bank_code": "402533000018", "bank_name": "黄冈农村商业银行", "name": "试乙", "number": number })
}

fn row(amount_fen: i64, to: Value) -> Value {
    json!({ "paid_at": "2026-04-03T20:50:00+08:00", "amount_fen": amount_fen, "to": to, "channel": "mobile_bank" })
}

fn form(payments: Value) -> Value {
    json!({
        "narrative": "刘桂芳接到电话，把三万元转到了对方卡上。", "channel": "hotline96110", "seat": "3",
        "caller": { "name": "刘桂芳", "phone": "19800000001", "relation": "self" },
        "victims": [{ "name": "刘桂芳", "id_type": "01", "id_number": id_number() }],
        "payments": payments, "category": "02", "offence_area": "421102", "send_stops": true,
    })
}

async fn accepted(seat: &Browser, form: Value) -> Value {
    let reply = seat.post("/api/reports", form).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body
}

fn with(mut value: Value, key: &str, new: Value) -> Value {
    value[key] = new;
    value
}

/// The message of an order as it left.
async fn message(stand: &Stand, order: &Value) -> String {
    app::jobs::outbox::outbox_run(&stand.centre).await.unwrap();
    let id: uuid::Uuid = order["id"].as_str().unwrap().parse().unwrap();
    let found = store::messages::outgoing_of_order(stand.centre.store.reader(), kernel::OrderId(id))
        .await
        .unwrap()
        .unwrap();
    String::from_utf8(found.body.expect("its bytes were made")).unwrap()
}

/// What the paper that went with an order was printed from.
async fn paper(stand: &Stand, order: &Value) -> Value {
    let id: uuid::Uuid = order["id"].as_str().unwrap().parse().unwrap();
    let found = store::messages::outgoing_of_order(stand.centre.store.reader(), kernel::OrderId(id))
        .await
        .unwrap()
        .unwrap();
    let intent: Value = serde_json::from_str(&found.intent).unwrap();
    intent["paper"]["snapshot"].clone()
}

#[tokio::test]
async fn a_stop_leaves_without_the_payer_s_account() {
    let (stand, seat) = with_policy().await;
    let body = accepted(&seat, form(json!([row(3_000_001, to(PAYEE))]))).await;
    assert_eq!(body["refused"], json!([]));
    let sent = message(&stand, &body["orders"][0]).await;
    // To the fen, and nothing of the payer.
    assert!(
        sent.contains("<TransferAmount>30000.01</TransferAmount>"),
        "{sent}"
    );
    assert!(sent.contains("<TransferTime>20260403205000</TransferTime>"));
    for element in [
        "TransferOutAccountNumber",
        "TransferOutBankID",
        "TransferOutAccountName",
    ] {
        let filled = format!("<{element}>");
        let at = sent.find(&filled).map(|i| &sent[i + filled.len()..]);
        assert!(at.is_none_or(|rest| rest.starts_with("</")), "{element}");
    }
    let order = seat
        .get(&format!(
            "/api/orders/{}",
            body["orders"][0]["id"].as_str().unwrap()
        ))
        .await;
    assert_eq!(order.body["state"], "sent");
}

#[tokio::test]
async fn a_payer_known_by_a_tail_is_kept_and_never_sent_as_a_number() {
    let (stand, seat) = with_policy().await;
    let payer =
        json!({ "tail": "1780", "name": "刘桂芳", "bank_code": "105000000000", "bank_name": "中国建设银行" });
    let payments = json!([with(row(3_000_000, to(PAYEE)), "from", payer)]);
    let body = accepted(&seat, form(payments)).await;
    let sent = message(&stand, &body["orders"][0]).await;
    assert!(!sent.contains(">1780<"), "{sent}");
    // The paper says it as a tail.
    let transfer = &paper(&stand, &body["orders"][0]).await["transfers"][0];
    assert_eq!(transfer["from_account"], "尾号1780");
    assert_eq!(transfer["from_institution"], "中国建设银行");
    assert_eq!(transfer["from_name"], "刘桂芳");
    assert!(sent.contains("<TransferOutBankName>中国建设银行</TransferOutBankName>"));
    assert!(sent.contains("<TransferOutAccountName>刘桂芳</TransferOutAccountName>"));
    let page = seat
        .get(&format!(
            "/api/reports/{}",
            body["report"]["id"].as_str().unwrap()
        ))
        .await
        .body;
    assert_eq!(page["payments"][0]["from_number_tail"], "1780");
    assert_eq!(page["payments"][0]["from_bank_name"], "中国建设银行");
}

/// Whatever a stop lacks, early or late: the report is there, the other stop is there, and the reason and the act are named.
#[tokio::test]
async fn a_refused_stop_never_takes_the_report_with_it() {
    let (_stand, seat) = with_policy().await;
    let good = row(700_000, to("8000000000000002"));
    // Accounts of their own: what one report says of an account fills what another left open.
    let wrong = |number: &str, new: &str| row(3_000_000, with(to(number), "name", json!(new)));
    let no_bank = row(3_000_000, json!({ "name": "试乙", "number": "8000000000000102" }));
    let table = [
        (
            "no name",
            wrong("8000000000000101", ""),
            "account_name_missing",
            "correct_report",
            "收款户名",
        ),
        ("no bank", no_bank, "bank_unknown", "correct_report", "开户行"),
        // Passes every rule of the form, and no message can carry it: refused while it is written.
        (
            "a character that XML has not",
            wrong("8000000000000103", "试\u{fffe}乙"),
            "wire_refused",
            "correct_report",
            "",
        ),
    ];
    for (name, payment, code, mend, words) in table {
        let body = accepted(&seat, form(json!([payment, good]))).await;
        assert_eq!(body["orders"].as_array().unwrap().len(), 1, "{name}: {body}");
        let refused = &body["refused"][0];
        assert_eq!(
            (refused["code"].as_str(), refused["mend"].as_str()),
            (Some(code), Some(mend)),
            "{name}"
        );
        assert!(refused["number_tail"].as_str().unwrap().starts_with("010"));
        assert!(
            refused["detail_zh"].as_str().unwrap().contains(words),
            "{name}: {refused}"
        );
        let page = seat
            .get(&format!(
                "/api/reports/{}",
                body["report"]["id"].as_str().unwrap()
            ))
            .await;
        assert_eq!(page.body["payments"].as_array().unwrap().len(), 2, "{name}");
        // The good one is stopped now; free its account for the next row of the table.
        let id = body["orders"][0]["id"].as_str().unwrap();
        let tx = _stand.centre.store.begin().await.unwrap();
        let before = store::orders::order_load(tx.conn(), kernel::OrderId(id.parse().unwrap()))
            .await
            .unwrap()
            .unwrap();
        let over = domain::order::Order {
            state: domain::order::OrderState::Failed,
            ..before.clone()
        };
        assert!(store::orders::order_update(&tx, &before, &over).await.unwrap());
        tx.commit(vec![entry()]).await.unwrap();
    }
    // The victim's document is on the application of every stop: all are refused, and the report stands.
    let bare = with(
        form(json!([row(3_000_000, to(PAYEE))])),
        "victims",
        json!([{ "name": "刘桂芳" }]),
    );
    let body = accepted(&seat, bare).await;
    assert_eq!(body["orders"], json!([]));
    assert_eq!(body["refused"][0]["detail_zh"], "止付未发出：缺被害人证件号");
    assert_eq!(body["refused"][0]["mend_zh"], "补正警情后重新申请止付");
}

fn entry() -> store::NewEntry {
    store::NewEntry {
        at: kernel::Instant::from_ms(1_775_221_200_000),
        actor: "test".into(),
        actor_name: "test".into(),
        org: String::new(),
        action: "test.free".into(),
        subject_kind: "order".into(),
        subject_id: String::new(),
        purpose: String::new(),
        done: true,
        refusal: None,
        detail: json!({}),
        request_id: String::new(),
    }
}

/// Prints nothing, and says which field is to blame.
struct Refuses;

impl Printer for Refuses {
    fn print(&self, _: &[PrintJob], _: Option<&PrintedBy>) -> Result<Printed, PrintProblem> {
        Err(PrintProblem {
            field: "applicant.name".into(),
            zh: "申请人含有无法打印的字".into(),
            en: "the applicant has a character that cannot be printed".into(),
        })
    }
    fn officer_card(&self, _: &str, _: &str, _: &str) -> Result<Printed, PrintProblem> {
        Ok(Printed {
            pdf: b"%PDF-1.7".to_vec(),
            pages: 1,
        })
    }
}

#[tokio::test]
async fn what_did_not_leave_says_why_and_the_clock_does_not_turn_green() {
    let (mut stand, seat) = with_policy().await;
    let works = stand.centre.printer.clone();
    stand.centre.printer = Arc::new(Refuses);
    let body = accepted(&seat, form(json!([row(3_000_000, to(PAYEE))]))).await;
    let report = body["report"]["id"].as_str().unwrap().to_owned();
    let page = || async { seat.get(&format!("/api/reports/{report}")).await.body };
    // Approved and in the outbox is not out of the house.
    assert_eq!(page().await["clock"]["first_order_seconds"], Value::Null);
    app::jobs::outbox::outbox_run(&stand.centre).await.unwrap();
    let id = body["orders"][0]["id"].as_str().unwrap().to_owned();
    let detail = seat.get(&format!("/api/orders/{id}")).await.body;
    assert_eq!(detail["state"], "stuck");
    assert_eq!(detail["state_text_zh"], "未发出：申请人含有无法打印的字");
    assert_eq!(detail["tone"], "bad");
    assert_eq!(detail["unsent"]["mend"], "order_anew");
    assert_eq!(detail["unsent"]["resend_helps"], false);
    assert_eq!(page().await["clock"]["first_order_seconds"], Value::Null);
    let officer = stand.signed_in("wangjian").await;
    let can = officer.get(&format!("/api/orders/{id}")).await.body["can"].clone();
    assert!(!can.as_array().unwrap().contains(&json!("resend")), "{can}");
    assert!(can.as_array().unwrap().contains(&json!("withdraw")), "{can}");
    let again = officer.post(&format!("/api/orders/{id}/resend"), json!({})).await;
    assert_eq!((again.status, again.code()), (422, "resend_useless"));
    // Taken back, ordered anew, and out: now the clock says so.
    let back = officer
        .post(&format!("/api/orders/{id}/withdraw"), json!({}))
        .await;
    assert_eq!(
        (back.status, &back.body["state"]),
        (200, &json!("withdrawn")),
        "{}",
        back.body
    );
    stand.centre.printer = works;
    let account = page().await["payments"][0]["account_id"].clone();
    let anew = seat
        .post(
            "/api/orders",
            json!({ "report_id": report, "kind": "stop", "account_id": account }),
        )
        .await;
    assert_eq!(anew.status, 200, "{}", anew.body);
    stand.pass(kernel::Span::seconds(7));
    app::jobs::outbox::outbox_run(&stand.centre).await.unwrap();
    assert_eq!(page().await["clock"]["first_order_seconds"], 7);
    stand.router = router(stand.centre.clone(), WebConfig::default());
}

async fn correct(seat: &Browser, report: &str, asked: Value) -> super::stand::Reply {
    seat.post(&format!("/api/reports/{report}/corrections"), asked)
        .await
}

async fn found(seat: &Browser, number: &str) -> usize {
    let asked = json!({ "q": number, "purpose": "核对" });
    let hits = seat.post("/api/search", asked).await.body;
    let reports = hits["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|h| h["kind"] == "report");
    reports.count()
}

#[tokio::test]
async fn a_wrong_payee_is_corrected_and_the_order_on_it_is_named() {
    let (stand, seat) = with_policy().await;
    let body = accepted(
        &seat,
        form(json!([
            row(3_000_000, to(PAYEE)),
            row(700_001, to("8000000000000002"))
        ])),
    )
    .await;
    let report = body["report"]["id"].as_str().unwrap().to_owned();
    let page = seat.get(&format!("/api/reports/{report}")).await.body;
    let row = page["payments"][0]["id"].clone();
    let asked = |revision: i64| {
        json!({
            "revision": revision, "reason": "来电人更正：收款账号听错", "send_stops": true,
            "payments": [{ "id": row, "amount_fen": 3_100_001, "paid_at": "2026-04-02T20:50:00+08:00",
                           "to": { "bank_code": "402533000018", "bank_name": "黄冈农村商业银行", "name": "试丙", "number": "8000000000000003" } }],
        })
    };
    let done = correct(&seat, &report, asked(0)).await;
    assert_eq!(done.status, 200, "{}", done.body);
    // The right stop is drafted in the same act, the wrong one is named with its act.
    assert_eq!(done.body["accepted"]["orders"][0]["number_tail"], "0003");
    assert_eq!(done.body["accepted"]["orders"][0]["amount"], "31000.01");
    assert_eq!(done.body["wrong_orders"].as_array().unwrap().len(), 1);
    assert_eq!(done.body["wrong_orders"][0]["order"]["number_tail"], "0001");
    assert_eq!(done.body["wrong_orders"][0]["relief"], "relieve_when_answered");
    assert_eq!(done.body["wrong_orders"][0]["relief_kind"], "stop_relieve");
    // Figures, lists and search follow; the day is the corrected one.
    assert_eq!(done.body["accepted"]["report"]["amount"], "38000.02");
    let page = seat.get(&format!("/api/reports/{report}")).await.body;
    assert_eq!(page["payments"][0]["paid_at"], "2026-04-02T20:50:00+08:00");
    assert_eq!(
        (found(&seat, PAYEE).await, found(&seat, "8000000000000003").await),
        (0, 1)
    );
    // What stood there is kept, veiled, with who and why.
    let history = seat.get(&format!("/api/reports/{report}/corrections")).await.body;
    assert_eq!(history["revision"], 1);
    let act = &history["items"][0];
    assert_eq!(act["reason"], "来电人更正：收款账号听错");
    let facts: Vec<(String, String, String)> = act["changes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| ["fact", "before", "after"].map(|k| c[k].as_str().unwrap().to_owned()))
        .map(|[f, b, a]| (f, b, a))
        .collect();
    let fact = |name: &str| facts.iter().find(|(f, _, _)| f == name).cloned();
    assert_eq!(
        fact("amount"),
        Some(("amount".into(), "30000.00".into(), "31000.01".into()))
    );
    assert_eq!(
        fact("payee_number"),
        Some(("payee_number".into(), "…0001".into(), "…0003".into()))
    );
    assert_eq!(fact("payee_name").map(|f| f.1), Some("试*".into()));
    assert_eq!(
        fact("paid_at").map(|f| f.1),
        Some("2026-04-03T20:50:00+08:00".into())
    );
    assert_eq!(fact("payee_bank"), None, "the bank is the same");
    assert_eq!(history["wrong_orders"].as_array().unwrap().len(), 1);
    // Who corrects what is no longer there is told, and so is who changes nothing.
    let late = correct(&seat, &report, asked(0)).await;
    assert_eq!((late.status, late.code()), (409, "record_changed"));
    let nothing = correct(&seat, &report, asked(1)).await;
    assert_eq!((nothing.status, nothing.code()), (422, "nothing_corrected"));
    assert!(stand.log().await.contains(&"report.correct done".to_owned()));
}

#[tokio::test]
async fn a_report_is_completed_until_its_stop_can_leave() {
    let (_stand, seat) = with_policy().await;
    let payment = row(3_000_000, with(to(PAYEE), "name", json!("")));
    let bare = with(form(json!([payment])), "victims", json!([]));
    let body = accepted(&seat, bare).await;
    let report = body["report"]["id"].as_str().unwrap().to_owned();
    assert_eq!(body["refused"][0]["problems"].as_array().unwrap().len(), 3);
    let page = seat.get(&format!("/api/reports/{report}")).await.body;
    let row = page["payments"][0]["id"].clone();
    let asked = json!({
        "revision": 0, "reason": "回拨补充", "send_stops": true,
        "people": [{ "name": "刘桂芳", "id_type": "01", "id_number": id_number(), "phone": "19800000001" }],
        "payments": [{ "id": row, "to": { "name": "试乙" }, "victim_index": 0,
                       "from": { "tail": "1780", "bank_name": "", "name": "刘桂芳" } }],
        "narrative": "对方自称客服。",
    });
    let done = correct(&seat, &report, asked).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(done.body["accepted"]["refused"], json!([]));
    assert_eq!(done.body["accepted"]["orders"][0]["state"], "approved");
    let page = seat.get(&format!("/api/reports/{report}")).await.body;
    assert_eq!(page["payments"][0]["from_number_tail"], "1780");
    assert!(page["narrative"].as_str().unwrap().contains("补充】对方自称客服"));
    assert_eq!(done.body["accepted"]["report"]["victim_masked"], "刘**");
}

#[tokio::test]
async fn a_correction_is_checked_like_a_form_and_names_its_own_fields() {
    let (_stand, seat) = with_policy().await;
    let body = accepted(&seat, form(json!([row(3_000_000, to(PAYEE))]))).await;
    let report = body["report"]["id"].as_str().unwrap().to_owned();
    let page = seat.get(&format!("/api/reports/{report}")).await.body;
    let row = page["payments"][0]["id"].clone();
    let asked = json!({
        "revision": 0, "reason": "",
        "payments": [{ "id": row, "paid_at": "2026-04-04T20:50:00+08:00", "amount_fen": 0, "from": { "number": PAYEE } },
                     { "paid_at": "2026-04-03T20:50:00+08:00", "amount_fen": 100 },
                     { "paid_at": "2026-04-03T20:50:00+08:00", "amount_fen": 100, "to": { "tail": "12345678" } }],
        "people": [{ "name": "王某", "id_number": "421102190001011234" }],
        "removed_payment_ids": ["01900000-0000-7000-8000-000000000001"],
    });
    let refused = correct(&seat, &report, asked).await;
    assert_eq!(refused.status, 422);
    let mut fields: Vec<(String, String)> = refused.body["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| {
            (
                p["field"].as_str().unwrap().into(),
                p["code"].as_str().unwrap().into(),
            )
        })
        .collect();
    fields.sort();
    let expected = [
        ("payments[0].amount_fen", "amount_not_positive"),
        ("payments[0].paid_at", "time_in_future"),
        ("payments[0].to.number", "payer_is_payee"),
        ("payments[1].to.number", "field_missing"),
        ("payments[2].to.tail", "account_malformed"),
        ("people[0].id_number", "id_card_check_failed"),
        ("reason", "field_missing"),
        ("removed[0]", "not_found"),
    ];
    let expected: Vec<(String, String)> = expected.map(|(f, c)| (f.into(), c.into())).into();
    assert_eq!(fields, expected);
    let page = seat.get(&format!("/api/reports/{report}")).await.body;
    assert_eq!(
        page["payments"][0]["amount"], "30000.00",
        "a refused correction changes nothing"
    );
}

#[tokio::test]
async fn a_row_that_was_no_payment_is_taken_out_and_stays_in_the_history() {
    let (_stand, seat) = with_policy().await;
    let body = accepted(
        &seat,
        form(json!([
            row(3_000_000, to(PAYEE)),
            row(5_000, to("8000000000000002"))
        ])),
    )
    .await;
    let report = body["report"]["id"].as_str().unwrap().to_owned();
    let page = seat.get(&format!("/api/reports/{report}")).await.body;
    let asked = json!({ "revision": 0, "reason": "是返利，不是付款", "removed_payment_ids": [page["payments"][1]["id"]] });
    let done = correct(&seat, &report, asked).await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(done.body["accepted"]["report"]["amount"], "30000.00");
    assert_eq!(done.body["wrong_orders"][0]["order"]["number_tail"], "0002");
    let history = seat.get(&format!("/api/reports/{report}/corrections")).await.body;
    let change = &history["items"][0]["changes"][0];
    assert_eq!(change["before"], "2026-04-03T20:50:00+08:00 50.00");
    assert_eq!(
        (change["after"].as_str(), change["row"].as_u64()),
        (Some(""), None)
    );
}

fn paid(how: &str, to: Value, payee_unknown: bool) -> Value {
    let mut row = row(1_000_000, to);
    row["how"] = json!(how);
    row["payee_unknown"] = json!(payee_unknown);
    row
}

/// Every way of paying × what is known of the payee. The report is kept, counts, and says why nothing can be stopped.
#[tokio::test]
async fn a_payment_without_a_payee_s_account_is_registered_and_says_that_nothing_can_be_stopped() {
    let (_stand, seat) = with_policy().await;
    let nothing = json!({});
    let tail = json!({ "tail": "1780" });
    let name = json!({ "name": "上门取钱的人" });
    let bank = json!({ "bank_code": "105000000000", "bank_name": "中国建设银行" });
    for how in ["transfer", "code", "cash", "gold", "gift_card", "crypto", "taken"] {
        for (what, payee) in [
            ("nothing", &nothing),
            ("tail", &tail),
            ("name", &name),
            ("bank", &bank),
        ] {
            let asked = how == "transfer" && what == "nothing";
            let body = accepted(&seat, form(json!([paid(how, payee.clone(), asked)]))).await;
            assert_eq!(body["orders"], json!([]), "{how} {what}");
            let refused = &body["refused"][0];
            let (code, words) = match what {
                "tail" => ("payee_tail_only", "收款账号只有尾号，不能止付；已登记损失"),
                _ => ("payee_account_unknown", "没有收款账号，不能止付；已登记损失"),
            };
            assert_eq!(
                (&refused["code"], &refused["detail_zh"]),
                (&json!(code), &json!(words)),
                "{how} {what}"
            );
            assert!(
                refused["detail_en"]
                    .as_str()
                    .unwrap()
                    .contains("the loss is registered")
            );
            assert_eq!(
                (&refused["account_id"], &refused["how"]),
                (&Value::Null, &json!(how))
            );
            assert_eq!(refused["amount"], "10000.00");
            assert_eq!(refused["mend"], "add_account");
            let id = body["report"]["id"].as_str().unwrap();
            let page = seat.get(&format!("/api/reports/{id}")).await.body;
            let shown = &page["payments"][0];
            assert_eq!((&shown["how"], &shown["account_id"]), (&json!(how), &Value::Null));
            let known = what == "tail";
            assert_eq!(
                shown["to_number_tail"],
                if known { "1780" } else { "" },
                "{how} {what}"
            );
            assert_eq!(page["report"]["amount"], "10000.00");
            // Counted as lost, and nobody sees where it is: neither reachable nor gone.
            for (sum, yuan) in [
                ("total", "10000.00"),
                ("unseen", "10000.00"),
                ("held", "0.00"),
                ("reachable", "0.00"),
                ("gone", "0.00"),
            ] {
                assert_eq!(page["money"][sum], yuan, "{how} {what} {sum}: {}", page["money"]);
            }
            let said = page["assumptions"].to_string();
            assert!(said.contains("1 笔付款没有收款账号"), "{how} {what}: {said}");
            let line = page["timeline"].to_string();
            assert!(line.contains("无收款账号"), "{how} {what}: {line}");
        }
    }
}

#[tokio::test]
async fn a_transfer_of_which_nothing_of_the_payee_is_typed_is_asked_back_once() {
    let (_stand, seat) = with_policy().await;
    let reply = seat
        .post("/api/reports", form(json!([paid("transfer", json!({}), false)])))
        .await;
    assert_eq!(reply.status, 422, "{}", reply.body);
    assert_eq!(reply.body["problems"][0]["field"], "payments[0].to.number");
    let unknown_way = seat
        .post("/api/reports", form(json!([paid("cheque", json!({}), false)])))
        .await;
    assert_eq!(unknown_way.status, 422, "{}", unknown_way.body);
}

/// Cash, a code and a transfer of one story: the sum of the rows is the sum that was told, and only the transfer is stopped.
#[tokio::test]
async fn cash_and_codes_count_in_the_sum_beside_the_transfer() {
    let (stand, seat) = with_policy().await;
    let told = "刘桂芳交现金一万元给上门的人，扫码付了一万元，又转账三万元，一共被骗五万元。";
    let rows = json!([
        paid("cash", json!({}), false),
        paid("code", json!({ "name": "某某便利店" }), false),
        row(3_000_000, to(PAYEE)),
    ]);
    let body = accepted(&seat, with(form(rows), "narrative", json!(told))).await;
    assert_eq!(body["report"]["amount"], "50000.00");
    assert_eq!(body["orders"].as_array().unwrap().len(), 1);
    let refused: Vec<&str> = body["refused"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| r["how"].as_str().unwrap())
        .collect();
    assert_eq!(refused, ["cash", "code"]);
    // The order names the transfer alone.
    let sent = message(&stand, &body["orders"][0]).await;
    assert!(
        sent.contains("<TransferAmount>30000.00</TransferAmount>"),
        "{sent}"
    );
    let on_paper = paper(&stand, &body["orders"][0]).await;
    assert_eq!(on_paper["transfers"].as_array().unwrap().len(), 1);
    let id = body["report"]["id"].as_str().unwrap().to_owned();
    let page = seat.get(&format!("/api/reports/{id}")).await.body;
    assert_eq!(page["money"]["total"], "50000.00");
    assert_eq!(page["money"]["unseen"], "20000.00");
    // 接报补充表 of the 受案登记表 lists all three, with the way of each.
    let sent = seat
        .post(
            &format!("/api/reports/{id}/dispatch"),
            json!({ "area": "421102" }),
        )
        .await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    let county = stand.signed_in("hemin").await;
    let case = county.post("/api/cases", json!({ "report_id": id })).await;
    assert_eq!(case.status, 200, "{}", case.body);
    let report = kernel::ReportId(id.parse().unwrap());
    let papers = store::cases::documents_of_report(stand.centre.store.reader(), report)
        .await
        .unwrap();
    let form = papers
        .iter()
        .find(|d| d.kind == domain::document::DocumentKind::CaseAcceptanceForm)
        .unwrap();
    let rows = form.snapshot["supplement"]["transfers"].as_array().unwrap();
    let of = |row: &Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let shown: Vec<(String, String, String)> = rows
        .iter()
        .map(|r| (of(r, "how"), of(r, "to_name"), of(r, "to_account")))
        .collect();
    assert_eq!(
        shown,
        [
            ("现金交付".into(), String::new(), String::new()),
            ("扫码支付".into(), "某某便利店".into(), String::new()),
            (String::new(), "试乙".into(), PAYEE.into()),
        ]
    );
    // 涉案资金流向表 and the spreadsheet count them too.
    let table = seat
        .post(
            &format!("/api/reports/{id}/flow/paper"),
            json!({ "purpose": "核对" }),
        )
        .await;
    assert_eq!(table.status, 200, "{}", table.body);
    let papers = store::cases::documents_of_report(stand.centre.store.reader(), report)
        .await
        .unwrap();
    let table = papers
        .iter()
        .find(|d| d.kind == domain::document::DocumentKind::FlowTable)
        .unwrap();
    let steps = table.snapshot["steps"].as_array().unwrap();
    let mut to: Vec<(String, i64)> = steps
        .iter()
        .map(|s| (of(&s["to"], "name"), s["traced"].as_i64().unwrap()))
        .collect();
    to.sort();
    assert_eq!(
        to,
        [
            ("某某便利店".into(), 1_000_000),
            ("现金交付（无收款账号）".into(), 1_000_000),
            ("试乙".into(), 3_000_000),
        ]
    );
    assert_eq!(table.snapshot["total"], 5_000_000);
    assert_eq!(table.snapshot["unseen"], 2_000_000);
    let said = table.snapshot["assumptions"].to_string();
    assert!(said.contains("2 笔付款没有收款账号"), "{said}");
}

#[tokio::test]
async fn an_account_that_becomes_known_is_added_by_a_correction_and_its_stop_leaves() {
    let (stand, seat) = with_policy().await;
    let payee = json!({ "tail": "0001", "name": "试乙", "bank_code": "402533000018", "bank_name": "黄冈农村商业银行" });
    let rows = json!([paid("code", payee, false), paid("cash", json!({}), false)]);
    let body = accepted(&seat, form(rows)).await;
    let report = body["report"]["id"].as_str().unwrap().to_owned();
    let history = format!("/api/reports/{report}/corrections");
    let lacking = seat.get(&history).await.body["lacking"].clone();
    let codes: Vec<&str> = (lacking.as_array().unwrap().iter())
        .map(|l| l["code"].as_str().unwrap())
        .collect();
    assert_eq!(codes, ["payee_tail_only", "payee_account_unknown"], "{lacking}");
    let page = seat.get(&format!("/api/reports/{report}")).await.body;
    let row = page["payments"][0]["id"].clone();
    // Nothing but the number is typed: name and bank are those that the caller gave.
    let done = correct(
        &seat,
        &report,
        json!({ "revision": 0, "reason": "银行告知账号", "send_stops": true,
                "payments": [{ "id": row, "to": { "number": PAYEE } }] }),
    )
    .await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(done.body["accepted"]["orders"].as_array().unwrap().len(), 1);
    assert_eq!(done.body["accepted"]["refused"], json!([]));
    let sent = message(&stand, &done.body["accepted"]["orders"][0]).await;
    assert!(sent.contains(PAYEE) && sent.contains("试乙"), "{sent}");
    let page = seat.get(&format!("/api/reports/{report}")).await.body;
    assert_eq!(page["payments"][0]["how"], "code");
    assert_ne!(page["payments"][0]["account_id"], Value::Null);
    assert_eq!(
        (&page["money"]["total"], &page["money"]["unseen"]),
        (&json!("20000.00"), &json!("10000.00"))
    );
    assert_eq!(found(&seat, PAYEE).await, 1);
    let after = seat.get(&history).await.body;
    assert_eq!(
        after["lacking"].as_array().unwrap().len(),
        1,
        "only the cash is left"
    );
    let change = &after["items"][0]["changes"][0];
    assert_eq!(
        (&change["fact"], &change["before"], &change["after"]),
        (&json!("payee_number"), &json!("…0001"), &json!("…0001"))
    );
}

#[tokio::test]
async fn an_account_that_was_none_is_taken_out_and_its_order_is_named() {
    let (_stand, seat) = with_policy().await;
    let body = accepted(&seat, form(json!([row(1_000_000, to(PAYEE))]))).await;
    let report = body["report"]["id"].as_str().unwrap().to_owned();
    let page = seat.get(&format!("/api/reports/{report}")).await.body;
    let id = page["payments"][0]["id"].clone();
    let done = correct(
        &seat,
        &report,
        json!({ "revision": 0, "reason": "来电人更正：当面交现金", "send_stops": true,
                "payments": [{ "id": id, "how": "cash", "payee_unknown": true }] }),
    )
    .await;
    assert_eq!(done.status, 200, "{}", done.body);
    assert_eq!(
        done.body["accepted"]["refused"][0]["code"],
        "payee_account_unknown"
    );
    assert_eq!(
        done.body["wrong_orders"][0]["order"]["id"],
        body["orders"][0]["id"]
    );
    let page = seat.get(&format!("/api/reports/{report}")).await.body;
    assert_eq!(
        (&page["payments"][0]["how"], &page["payments"][0]["account_id"]),
        (&json!("cash"), &Value::Null)
    );
    assert_eq!(page["payments"][0]["to_name_masked"], "");
    assert_eq!(page["money"]["unseen"], "10000.00");
    // The money never was where the stop lies.
    assert_eq!(page["money"]["held"], "0.00");
}
