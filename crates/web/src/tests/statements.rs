//! 流水导入, from the announcement of a file to money on a report's map, and what the wrong file or person meets.

use super::stand::{Browser, Reply, Stand, demo};
use axum::body::Body;
use axum::http::Request;
use kernel::Span;
use serde_json::{Value, json};

pub(super) fn card(serial: u32) -> String {
    let digits = format!("62000012345{serial:05}");
    format!("{digits}{}", kernel::identifier::luhn_digit(&digits))
}

async fn put(browser: &Browser, id: &str, bytes: &[u8]) -> Reply {
    let request = Request::builder()
        .method("PUT")
        .uri(format!("/api/statements/{id}/content"))
        .header("host", "fz.local")
        .header("content-type", "application/octet-stream")
        .header("cookie", browser.cookie.lock().unwrap().clone().unwrap())
        .header("x-csrf-token", browser.csrf.lock().unwrap().clone().unwrap())
        .body(Body::from(bytes.to_vec()))
        .unwrap();
    browser.ask(request).await
}

pub(super) async fn bring(browser: &Browser, name: &str, bytes: &[u8]) -> (String, Reply) {
    let announced = browser
        .post(
            "/api/statements",
            json!({ "name": name, "size": bytes.len(), "purpose": "串并研判" }),
        )
        .await;
    assert_eq!(announced.status, 200, "{}", announced.body);
    let id = announced.body["id"].as_str().unwrap().to_owned();
    let reply = put(browser, &id, bytes).await;
    (id, reply)
}

pub(super) async fn import(stand: &Stand, browser: &Browser, id: &str, mapping: Value) -> Reply {
    let path = format!("/api/statements/{id}/import");
    let begun = browser.post(&path, json!({ "mapping": mapping })).await;
    assert_eq!(
        (begun.status, begun.body["state"].as_str()),
        (200, Some("importing")),
        "{}",
        begun.body
    );
    app::statements::run::statements_run(&stand.centre).await.unwrap();
    browser.get(&format!("/api/statements/{id}")).await
}

fn counts(reply: &Reply) -> (u64, u64, u64, u64) {
    let n = |key: &str| reply.body["counts"][key].as_u64().unwrap();
    (n("new"), n("joined"), n("known"), n("refused"))
}

/// A report that paid 30 000 yuan to `card(1)` a quarter of an hour ago.
pub(super) async fn report(stand: &Stand) -> String {
    let taker = stand.signed_in("liyang").await;
    let paid_at = (stand.centre.now() - Span::minutes(15)).to_iso_cst();
    let seventeen = "42110219000101001";
    let id_number = format!(
        "{seventeen}{}",
        kernel::identifier::id_card_check(seventeen).unwrap()
    );
    let form = json!({
        "narrative": "被骗刷单", "channel": "hotline96110", "seat": "3", "line": "1",
        "caller": { "name": "测试人", "phone": "19900000001", "relation": "本人" },
        "victims": [{ "name": "测试人", "phone": "19900000001", "id_type": "01", "id_number": id_number, "address": "演示路1号" }],
        "payments": [{ "paid_at": paid_at, "amount_fen": 3_000_000, "channel": "bank_transfer", "serial": "", "victim_index": 0,
            "from": { "bank_code": "102100099996", "bank_name": "演示银行", "name": "测试人", "number": card(2) },
            "to": { "bank_code": "102100099996", "bank_name": "演示银行", "name": "某卡主", "number": card(1) } }],
        "category": "01", "offence_area": "421181", "send_stops": false
    });
    let reply = taker.post("/api/reports", form).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body["report"]["id"].as_str().unwrap().to_owned()
}

pub(super) fn police_csv(stand: &Stand) -> String {
    let at = |minutes: i64| {
        let civil = (stand.centre.now() - Span::minutes(minutes)).civil();
        civil.to_string().replace('T', " ")
    };
    let mut text = String::from(
        "交易卡号,交易账号,交易户名,交易时间,交易金额,交易余额,收付标志,交易对手账卡号,现金标志,对手户名,对手开户银行,摘要说明,交易币种,交易是否成功,交易流水号\n",
    );
    let own = card(1);
    let mut row = |minutes, amount: &str, balance: &str, way: &str, other: &str, serial: &str| {
        text.push_str(&format!(
            "{own},,某卡主,{},{amount},{balance},{way},{other},,某人,某行,转账,CNY,成功,{serial}\n",
            at(minutes)
        ));
    };
    row(15, "30000.00", "30010.00", "进", &card(2), "P1");
    row(14, "20000.00", "10010.00", "出", &card(3), "P2");
    row(13, "-5.00", "10010.00", "出", &card(3), "P3");
    row(12, "10000.00", "10.00", "出", "6.2E+18", "P4");
    text
}

#[tokio::test]
async fn a_file_becomes_movements_and_the_report_hears_of_it() {
    let stand = demo().await;
    let report = report(&stand).await;
    let analyst = stand.signed_in("linsu").await;
    let text = police_csv(&stand);
    let (id, ready) = bring(&analyst, "交易明细.csv", text.as_bytes()).await;
    assert_eq!(
        (ready.status, ready.body["state"].as_str()),
        (200, Some("ready")),
        "{}",
        ready.body
    );
    assert_eq!(ready.body["layout"], "police_detail");

    let look = analyst
        .post(&format!("/api/statements/{id}/preview"), json!({}))
        .await;
    assert_eq!(look.status, 200, "{}", look.body);
    assert_eq!(look.body["rows"].as_array().unwrap().len(), 2);
    let shown = look.body.to_string();
    for secret in [card(1), card(2), card(3), "某卡主".into()] {
        assert!(!shown.contains(&secret), "{secret} is shown");
    }
    let mapping = look.body["mapping"].clone();
    let done = import(&stand, &analyst, &id, mapping.clone()).await;
    assert_eq!(
        (done.body["state"].as_str(), counts(&done)),
        (Some("done"), (2, 0, 0, 2)),
        "{}",
        done.body
    );
    assert_eq!(done.body["counts"]["matched"], 1, "the victim's payment is found");

    let golden = analyst.get(&format!("/api/reports/{report}/golden")).await;
    let tails: Vec<&str> = golden.body["tree"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["number_tail"].as_str().unwrap())
        .collect();
    assert!(
        tails
            .iter()
            .any(|tail| card(3).ends_with(tail.trim_start_matches(['…', '*']))),
        "{tails:?}"
    );
    let log = stand.log().await;
    for action in [
        "statement.announce done",
        "statement.import done",
        "statement.done done",
        "report.statement done",
    ] {
        assert!(log.contains(&action.to_owned()), "{action} is not in {log:?}");
    }

    let problems = analyst.get(&format!("/api/statements/{id}/problems")).await;
    let codes: Vec<(u64, &str)> = problems.body["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| (p["line"].as_u64().unwrap(), p["code"].as_str().unwrap()))
        .collect();
    assert_eq!(codes, [(4, "amount_negative"), (5, "number_damaged")]);
    let file = analyst.get(&format!("/api/statements/{id}/problems.csv")).await;
    assert_eq!(file.headers["content-type"], "text/csv; charset=utf-8");
    assert!(file.body.as_str().unwrap().contains("number_damaged"));

    // The same bytes again: said before, and nothing is new.
    let (twice, _) = bring(&analyst, "again.csv", text.as_bytes()).await;
    let look = analyst
        .post(&format!("/api/statements/{twice}/preview"), json!({}))
        .await;
    assert_eq!(look.body["earlier"][0]["id"], id);
    let done = import(&stand, &analyst, &twice, mapping.clone()).await;
    assert_eq!(counts(&done), (0, 0, 2, 2));
    // The other bank's leg joins.
    let other = format!(
        "卡号,交易时间,借贷标志,交易金额,余额,对方账号,流水号\n{},{},贷,20000.00,20001.00,{},Q1\n",
        card(3),
        (stand.centre.now() - Span::minutes(14))
            .civil()
            .to_string()
            .replace('T', " "),
        card(1)
    );
    let (leg, _) = bring(&analyst, "other.csv", other.as_bytes()).await;
    let look = analyst
        .post(&format!("/api/statements/{leg}/preview"), json!({}))
        .await;
    let done = import(&stand, &analyst, &leg, look.body["mapping"].clone()).await;
    assert_eq!(counts(&done), (0, 1, 0, 0), "{}", done.body);
}

#[tokio::test]
async fn an_import_that_died_goes_on_behind_its_last_batch() {
    let stand = demo().await;
    let analyst = stand.signed_in("linsu").await;
    let mut text = String::from("卡号,交易时间,借贷标志,交易金额,余额,对方账号,流水号\n");
    let at = stand.centre.now().civil().date();
    for n in 0..2_600u32 {
        let amount = if n % 100 == 7 {
            "x".to_owned()
        } else {
            format!("{}.00", n + 1)
        };
        text.push_str(&format!(
            "{},{at} 20:{:02}:{:02},借,{amount},,{},S{n}\n",
            card(1),
            n / 60 % 60,
            n % 60,
            card(3 + n % 9)
        ));
    }
    let (id, _) = bring(&analyst, "long.csv", text.as_bytes()).await;
    let look = analyst
        .post(&format!("/api/statements/{id}/preview"), json!({}))
        .await;
    let path = format!("/api/statements/{id}/import");
    analyst
        .post(&path, json!({ "mapping": look.body["mapping"] }))
        .await;
    let parsed: kernel::StatementId = id.parse().unwrap();
    // The process dies while the second batch is being saved.
    let centre = stand.centre.clone();
    let dying = tokio::spawn(async move {
        let mut batches = 0;
        app::statements::run::import_one(&centre, parsed, &mut |_| {
            batches += 1;
            assert!(batches < 2, "the process dies here");
        })
        .await
    });
    assert!(dying.await.is_err());
    let half = analyst.get(&format!("/api/statements/{id}")).await;
    assert_eq!(
        (
            half.body["state"].as_str(),
            counts(&half).0 > 0,
            counts(&half).0 < 2_574
        ),
        (Some("importing"), true, true)
    );
    app::statements::run::statements_run(&stand.centre).await.unwrap();
    let done = analyst.get(&format!("/api/statements/{id}")).await;
    assert_eq!(
        (done.body["state"].as_str(), counts(&done)),
        (Some("done"), (2_574, 0, 0, 26)),
        "{}",
        done.body
    );
}

#[tokio::test]
async fn files_that_are_none_and_people_who_may_not() {
    let stand = demo().await;
    let analyst = stand.signed_in("linsu").await;
    for (bytes, code) in [
        (b"\x89PNG\r\n\x1a\n picture".to_vec(), "picture"),
        (b"%PDF-1.7".to_vec(), "pdf"),
        (
            b"<html><table><tr><td>x</td></tr></table></html>".to_vec(),
            "html",
        ),
        (Vec::new(), "empty"),
        ("a,b\n1,2\n".into(), "no_header"),
    ] {
        let (id, reply) = bring(&analyst, "流水.xls", &bytes).await;
        assert_eq!(
            (
                reply.status,
                reply.body["state"].as_str(),
                reply.body["problem"].as_str()
            ),
            (200, Some("failed"), Some(code))
        );
        assert!(!reply.body["problem_zh"].as_str().unwrap().is_empty());
        let again = put(&analyst, &id, b"x").await;
        assert_eq!((again.status, again.code()), (409, "statement_wrong_state"));
    }
    for (form, field, code) in [
        (
            json!({ "name": "", "size": 1, "purpose": "研判" }),
            "name",
            "field_missing",
        ),
        (
            json!({ "name": "a", "size": 1, "purpose": "" }),
            "purpose",
            "purpose_missing",
        ),
        (
            json!({ "name": "a", "size": 1u64 << 60, "purpose": "研判" }),
            "size",
            "body_too_large",
        ),
    ] {
        let reply = analyst.post("/api/statements", form).await;
        assert_eq!(reply.body["problems"][0]["field"], field, "{}", reply.body);
        assert_eq!(reply.code(), code);
    }
    // A county officer sees his own county's files only, and nobody sends another one's bytes.
    let (id, _) = bring(&analyst, "a.csv", police_csv(&stand).as_bytes()).await;
    let county = stand.signed_in("hemin").await;
    assert_eq!(county.get(&format!("/api/statements/{id}")).await.status, 404);
    assert_eq!(county.get("/api/statements").await.body["items"], json!([]));
    assert_eq!(put(&county, &id, b"x").await.status, 404);
    let incomplete = json!({ "mapping": { "columns": { "amount": "交易金额" }, "sign": "marked" } });
    let reply = analyst
        .post(&format!("/api/statements/{id}/import"), incomplete)
        .await;
    let fields: Vec<&str> = reply.body["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["field"].as_str().unwrap())
        .collect();
    assert_eq!(
        (reply.status, fields),
        (422, vec!["columns.time", "columns.direction"])
    );
}

#[tokio::test]
async fn other_systems_hand_over_transfers() {
    let stand = super::stand::demo_with(|config| {
        config.transfer_callers = vec![("bank-link".into(), "sixteen-letters-at-least".into())];
    })
    .await;
    let stranger = stand.browser();
    let at = (stand.centre.now() - Span::minutes(10)).to_iso_cst();
    let row = json!({ "own": card(1), "direction": "out", "amount": "200.00", "at": at, "serial": "Z1", "other": card(4), "balance": "5.00" });
    let hand = async |body: Value, token: &str| {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str())];
        stranger
            .send("POST".parse().unwrap(), "/api/transfers", Some(body), &headers)
            .await
    };
    let body = json!({ "transfers": [row.clone()] });
    let wrong = hand(body.clone(), "another-secret-of-length").await;
    assert_eq!((wrong.status, wrong.code()), (401, "webhook_token_wrong"));
    let first = hand(body.clone(), "sixteen-letters-at-least").await;
    assert_eq!(
        (first.status, counts(&first)),
        (200, (1, 0, 0, 0)),
        "{}",
        first.body
    );
    assert_eq!(first.body["source"], "api");
    let again = hand(body, "sixteen-letters-at-least").await;
    assert_eq!(
        (again.body["id"].clone(), counts(&again)),
        (first.body["id"].clone(), (1, 0, 0, 0))
    );
    let mut bad = row.clone();
    bad["amount"] = json!("-1");
    bad["own"] = json!("6.2E+18");
    let refused = hand(
        json!({ "transfers": [row.clone(), bad] }),
        "sixteen-letters-at-least",
    )
    .await;
    let fields: Vec<&str> = refused.body["problems"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["field"].as_str().unwrap())
        .collect();
    assert_eq!(
        (refused.status, fields),
        (422, vec!["transfers[1].own", "transfers[1].amount"])
    );
    let more = hand(
        json!({ "transfers": [row, { "own": card(1), "direction": "in", "amount": "1", "at": at }] }),
        "sixteen-letters-at-least",
    )
    .await;
    assert_eq!(counts(&more), (1, 0, 1, 0), "{}", more.body);
}

const SECRET: &str = "sixteen-letters-at-least";

async fn with_a_caller() -> Stand {
    super::stand::demo_with(|config| {
        config.transfer_callers = vec![("bank-link".into(), SECRET.into())];
    })
    .await
}

/// One movement as another system tells it; its counts (new, joined, known, refused).
async fn told(stand: &Stand, row: Value) -> (u64, u64, u64, u64) {
    let bearer = format!("Bearer {SECRET}");
    let headers = [("authorization", bearer.as_str())];
    let body = json!({ "transfers": [row] });
    let reply = stand
        .browser()
        .send("POST".parse().unwrap(), "/api/transfers", Some(body), &headers)
        .await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    counts(&reply)
}

/// `own` pays `other` so many minutes ago, as the bank of `own` tells it.
fn pays(stand: &Stand, minutes: i64, own: u32, other: u32, yuan: &str) -> Value {
    let at = (stand.centre.now() - Span::minutes(minutes)).to_iso_cst();
    json!({ "own": card(own), "direction": "out", "amount": yuan, "at": at, "serial": format!("{own}-{minutes}"), "other": card(other) })
}

/// How often the log has told of the report that its money may have moved, when the job has run.
async fn heard(stand: &Stand, report: &str) -> usize {
    app::flow::announce_run(&stand.centre).await.unwrap();
    let lines = app::logbook::tail(&stand.centre, 0, 500).await.unwrap();
    lines
        .iter()
        .map(|line| &line.sealed.entry)
        .filter(|e| e.subject_id == report && e.action == "report.flow")
        .count()
}

#[tokio::test]
async fn a_report_hears_of_money_on_accounts_that_its_victim_never_paid() {
    let stand = with_a_caller().await;
    let report = report(&stand).await;
    assert_eq!(heard(&stand, &report).await, 0);
    // The account that the victim paid, then the one it paid, then the next: each by one row of a call.
    told(&stand, pays(&stand, 14, 1, 3, "20000")).await;
    assert_eq!(heard(&stand, &report).await, 1);
    told(&stand, pays(&stand, 13, 3, 5, "19000")).await;
    assert_eq!(heard(&stand, &report).await, 2, "the second layer");
    told(&stand, pays(&stand, 12, 5, 6, "18000")).await;
    assert_eq!(heard(&stand, &report).await, 3, "the third layer");
    told(&stand, pays(&stand, 12, 8, 9, "18000")).await;
    assert_eq!(heard(&stand, &report).await, 3, "nobody of this report");
    // Other money that comes to an account of the chain changes whose it is that leaves.
    told(&stand, pays(&stand, 11, 7, 1, "4000")).await;
    assert_eq!(heard(&stand, &report).await, 4, "other money comes in");

    // A file of the fourth layer's bank.
    let analyst = stand.signed_in("linsu").await;
    let at = (stand.centre.now() - Span::minutes(10))
        .civil()
        .to_string()
        .replace('T', " ");
    let text = format!(
        "卡号,交易时间,借贷标志,交易金额,余额,对方账号,流水号\n{},{at},借,17000.00,1.00,{},F1\n",
        card(6),
        card(10)
    );
    let (id, _) = bring(&analyst, "fourth.csv", text.as_bytes()).await;
    let look = analyst
        .post(&format!("/api/statements/{id}/preview"), json!({}))
        .await;
    let done = import(&stand, &analyst, &id, look.body["mapping"].clone()).await;
    assert_eq!(counts(&done), (1, 0, 0, 0), "{}", done.body);
    assert_eq!(heard(&stand, &report).await, 5, "a statement file");
    // The receiving bank tells of the third layer's row: no new movement, and yet news.
    let at = (stand.centre.now() - Span::minutes(12)).to_iso_cst();
    let leg = json!({ "own": card(6), "direction": "in", "amount": "18000", "at": at, "serial": "R1", "other": card(5), "balance": "19000" });
    assert_eq!(told(&stand, leg).await, (0, 1, 0, 0));
    assert_eq!(heard(&stand, &report).await, 6, "the second bank's leg");
    assert_eq!(heard(&stand, &report).await, 6, "each is told once");
}

#[tokio::test]
async fn a_balance_that_the_second_bank_adds_reaches_the_index_in_memory() {
    let stand = with_a_caller().await;
    told(&stand, pays(&stand, 14, 1, 3, "20000")).await;
    told(&stand, pays(&stand, 12, 3, 4, "10000")).await;
    let centre = &stand.centre;
    centre.live.build(centre).await.unwrap();
    let first = store::flow::transfers_behind(centre.store.reader(), 0, 1)
        .await
        .unwrap()[0]
        .1
        .id;
    let analyst = stand.signed_in("linsu").await;
    let traced = async || {
        let asked = json!({ "transfer_id": first.to_string(), "mode": "haircut", "purpose": "研判资金去向" });
        let found = analyst.post("/api/flow/trace", asked).await;
        assert_eq!(
            (found.status, found.body["from_index"].as_bool()),
            (200, Some(true)),
            "{}",
            found.body
        );
        found.body["rows"][1]["tainted"].as_str().unwrap().to_owned()
    };
    assert_eq!(traced().await, "10000.00", "nothing is known to have lain there");
    // The receiving bank tells of the first row: 60 000 after it, so 40 000 lay there before. No new row comes.
    let at = (centre.now() - Span::minutes(14)).to_iso_cst();
    let leg = json!({ "own": card(3), "direction": "in", "amount": "20000", "at": at, "serial": "R1", "other": card(1), "balance": "60000" });
    assert_eq!(told(&stand, leg).await, (0, 1, 0, 0));
    assert_eq!(centre.live.follow(centre).await.unwrap(), 0, "no new row");
    assert_eq!(
        traced().await,
        "3333.33",
        "a third of what lay there was the victim's"
    );
}

#[tokio::test]
async fn rows_with_a_date_and_no_time_are_counted() {
    let stand = demo().await;
    let analyst = stand.signed_in("linsu").await;
    let day = stand.centre.now().civil().date();
    let text = format!(
        "卡号,交易日期,借贷标志,交易金额,余额,对方账号,流水号\n{0},{day},借,20.00,,{1},D1\n{0},{day} 10:00:00,借,30.00,,{1},D2\n",
        card(1),
        card(3)
    );
    let (id, _) = bring(&analyst, "days.csv", text.as_bytes()).await;
    let look = analyst
        .post(&format!("/api/statements/{id}/preview"), json!({}))
        .await;
    assert_eq!(
        look.body["rows"][0]["at"],
        day.to_string(),
        "no time was said, so none is shown"
    );
    assert_eq!(look.body["rows"][1]["at"], format!("{day}T10:00:00+08:00"));
    let done = import(&stand, &analyst, &id, look.body["mapping"].clone()).await;
    assert_eq!(counts(&done), (2, 0, 0, 0), "{}", done.body);
    assert_eq!(done.body["counts"]["without_time"], 1);
}

#[tokio::test]
async fn a_flow_table_is_printed_by_a_person_at_a_time() {
    let stand = demo().await;
    let report = report(&stand).await;
    let officer = stand.signed_in("liyang").await;
    let path = format!("/api/reports/{report}/flow/paper");
    let made = officer.post(&path, json!({ "purpose": "研判" })).await;
    assert_eq!(made.status, 200, "{}", made.body);
    let path = format!("/api/documents/{}/pdf", made.body["id"].as_str().unwrap());
    let at = stand.centre.now().to_iso_cst();
    for purpose in ["original", "reprint"] {
        let printed = officer.get(&path).await;
        let text = printed.body.as_str().unwrap_or_default().to_owned();
        let said = format!("flow_table {purpose} by 李阳 ");
        assert!(text.contains(&said) && text.contains(&at), "{}", printed.body);
    }
}

#[tokio::test]
async fn the_centres_doctrine_is_used_where_nobody_asks_for_another_and_is_said() {
    let mut stand = demo().await;
    std::sync::Arc::make_mut(&mut stand.centre.config).doctrine = app::flow::Sharing::Haircut;
    stand.router = crate::router(stand.centre.clone(), crate::WebConfig::default());
    let report = report(&stand).await;
    let analyst = stand.signed_in("linsu").await;
    let golden = analyst.get(&format!("/api/reports/{report}/golden")).await;
    assert_eq!(
        (
            golden.body["doctrine"].as_str(),
            golden.body["doctrine_zh"].as_str()
        ),
        (Some("haircut"), Some("按比例")),
        "{}",
        golden.body
    );
    for (asked, used) in [
        ("", "haircut"),
        ("?doctrine=lifo", "lifo"),
        ("?doctrine=reach", "reach"),
    ] {
        let flow = analyst.get(&format!("/api/reports/{report}/flow{asked}")).await;
        assert_eq!(flow.body["doctrine"], used, "{}", flow.body);
    }
}
