//! The intake form's questions to the server: calls and their clock, the directory of banks, what a narrative says.

use super::stand::{Browser, Stand, demo};
use crate::{WebConfig, router};
use kernel::Span;
use serde_json::{Value, json};
use std::sync::Arc;

const TOKEN: &str = "the telephone system's own secret";

/// A demo with a telephone system, the banks of the program and a leader who lets stops leave at once.
async fn with_telephone() -> (Stand, Browser) {
    let mut stand = demo().await;
    stand.centre.banks = Arc::new(text::bin::BinTable::embedded().clone());
    let config = WebConfig {
        webhook_token: Some(TOKEN.into()),
        ..WebConfig::default()
    };
    stand.router = router(stand.centre.clone(), config);
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

async fn ring(seat: &Browser, number: &str) -> Value {
    let bearer = format!("Bearer {TOKEN}");
    let reply = seat
        .send(
            axum::http::Method::POST,
            "/api/calls",
            Some(json!({ "seat": "3", "line": "2", "number": number })),
            &[("authorization", bearer.as_str())],
        )
        .await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    reply.body["id"].clone()
}

fn form(more: Value) -> Value {
    let first = "42110219000101124";
    let check = kernel::identifier::id_card_check(first).unwrap();
    let mut form = json!({
        "narrative": "刘桂芳接到电话，把三万元转到了对方卡上。", "channel": "hotline96110", "line": "2", "seat": "3",
        "caller": { "name": "刘桂芳", "phone": "19800000001", "relation": "self" },
        "victims": [{ "name": "刘桂芳", "id_type": "01", "id_number": format!("{first}{check}") }],
        "payments": [{
            "paid_at": "2026-04-03T20:50:00+08:00", "amount_fen": 3_000_000,
            "from": { "name": "刘桂芳", "number": "620000000000000001", "number_confirmed": true },
            "to": { "bank_code": "402533000018", "bank_name": "黄冈农村商业银行", "name": "试乙", "number": "8000000000000001" },
            "channel": "mobile_bank",
        }],
        "category": "02", "offence_area": "421102", "send_stops": true,
    });
    for (key, value) in more.as_object().unwrap() {
        form[key] = value.clone();
    }
    form
}

async fn registered(stand: &Stand, seat: &Browser, more: Value) -> String {
    let reply = seat.post("/api/reports", form(more)).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    app::jobs::outbox::outbox_run(&stand.centre).await.unwrap();
    reply.body["report"]["id"].as_str().unwrap().to_owned()
}

async fn clock(seat: &Browser, id: &str) -> Value {
    let page = seat.get(&format!("/api/reports/{id}")).await.body;
    page["clock"].clone()
}

#[tokio::test]
async fn the_clock_to_the_first_stop_runs_from_the_ring_and_from_the_answer() {
    let (stand, seat) = with_telephone().await;
    let call = ring(&seat, "19800000001").await;
    stand.pass(Span::seconds(9));
    let path = format!("/api/calls/{}/answer", call.as_str().unwrap());
    let answered = seat.post(&path, json!({})).await.body;
    assert_eq!(answered["answered_at"], "2026-04-03T21:00:09+08:00");
    stand.pass(Span::seconds(20));
    // A colleague who goes on with the form does not answer the call once more.
    let colleague = stand.signed_in("chenguodong").await;
    let second = colleague.post(&path, json!({})).await;
    assert_eq!(second.status, 403, "a leader takes no calls: {}", second.body);
    assert_eq!(
        seat.post(&path, json!({})).await.body["answered_at"],
        answered["answered_at"]
    );
    stand.pass(Span::seconds(61));
    let id = registered(&stand, &seat, json!({ "call_id": call })).await;
    let clock = clock(&seat, &id).await;
    assert_eq!(
        (&clock["started_by"], &clock["started_at"], &clock["answered_at"]),
        (
            &json!("ring"),
            &json!("2026-04-03T21:00:00+08:00"),
            &answered["answered_at"]
        )
    );
    assert_eq!(
        (
            &clock["first_order_seconds"],
            &clock["first_order_from_answer_seconds"]
        ),
        (&json!(90), &json!(81)),
        "registered at 21:01:30: {clock}"
    );
    let row = seat.get("/api/reports").await.body["items"][0].clone();
    assert_eq!(row["first_order_seconds"], 90, "the list says the same");
    let desk = seat.get("/api/reports/first-orders").await.body;
    assert_eq!(desk["rows"].as_array().unwrap().len(), 1);
    let pace = json!({ "median_seconds": 90, "worst_seconds": 90 });
    assert_eq!(
        (&desk["rows"][0]["seat"], &desk["rows"][0]["shift"]),
        (&json!("3"), &json!("evening"))
    );
    assert_eq!(
        (&desk["rows"][0]["from_start"], &desk["all"]["from_start"]),
        (&pace, &pace)
    );
    assert_eq!(desk["rows"][0]["from_answer"]["worst_seconds"], 81);
    assert_eq!(
        (&desk["all"]["typed"], &desk["all"]["slowest_id"]),
        (&json!(0), &json!(id))
    );
    // The call has its report and rings no more.
    assert_eq!(
        seat.get("/api/calls/current?seat=3").await.body["call"],
        Value::Null
    );
}

#[tokio::test]
async fn without_a_call_the_clock_runs_from_the_first_words_typed() {
    let (stand, seat) = with_telephone().await;
    let draft = seat
        .post("/api/drafts", json!({ "body": { "narrative": "柜" } }))
        .await
        .body;
    stand.pass(Span::seconds(40));
    let id = registered(
        &stand,
        &seat,
        json!({ "draft_id": draft["id"], "channel": "walk_in" }),
    )
    .await;
    let clock = clock(&seat, &id).await;
    assert_eq!(
        (
            &clock["started_by"],
            &clock["first_order_seconds"],
            &clock["answered_at"]
        ),
        (&json!("typing"), &json!(40), &Value::Null)
    );
    assert_eq!(
        seat.get("/api/reports/first-orders").await.body["all"]["typed"],
        1
    );
}

#[tokio::test]
async fn sex_and_age_of_a_victim_are_those_of_the_identity_number() {
    let (stand, seat) = with_telephone().await;
    let id = registered(&stand, &seat, json!({})).await;
    let people = store::intake::people(stand.centre.store.reader(), id.parse().unwrap())
        .await
        .unwrap();
    let victim = people
        .iter()
        .find(|p| p.name.reveal() == "刘桂芳" && !p.id_number.is_empty())
        .unwrap();
    assert_eq!((victim.sex.as_str(), victim.age), ("female", Some(126)));
}

#[tokio::test]
async fn a_bank_is_chosen_by_its_names_and_letters_or_named_by_the_card() {
    let (_, seat) = with_telephone().await;
    let found = async |query: &str| {
        let reply = seat.get(&format!("/api/banks?{query}")).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
        let items = reply.body["items"].as_array().unwrap().clone();
        items.first().map(|b| (b["code"].clone(), b["name"].clone()))
    };
    let icbc = Some((json!("102533000027"), json!("中国工商银行")));
    // 工行, 工商银行 percent-encoded
    for query in [
        "q=%E5%B7%A5%E8%A1%8C",
        "q=%E5%B7%A5%E5%95%86%E9%93%B6%E8%A1%8C",
        "q=gsyh",
        "q=zggs",
        "card=6200000212",
    ] {
        assert_eq!(found(query).await, icbc, "{query}");
    }
    assert_eq!(found("q=xyz").await, None);
    assert_eq!(found("card=9999999999").await, None);
    let whole = seat.get("/api/banks?card=6200000212345678901").await;
    assert_eq!(
        (whole.status, whole.code()),
        (422, "field_too_long"),
        "no whole number in an address"
    );
}

const STORY: &str = "我在罗田，做任务的，先返了我几十块。昨天下午三点四十转了五千二，用的建行6200006639233214682，收款人马万里，\
                     工行6200008197369935636。今天还要我转九千，我没转。";

#[tokio::test]
async fn a_narrative_is_read_into_rows_beside_its_entities() {
    let (_, seat) = with_telephone().await;
    let reply = seat
        .post(
            "/api/extract",
            json!({ "text": STORY, "at": "2026-04-03T10:00:00+08:00" }),
        )
        .await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let rows = &reply.body["rows"];
    let paid = &rows["payments"][0];
    assert_eq!(rows["payments"].as_array().unwrap().len(), 1, "{rows}");
    assert_eq!(
        (&paid["amount"], &paid["at"]),
        (&json!("520000"), &json!("2026-04-02T15:40+08:00"))
    );
    assert_eq!(paid["to"]["account"], "6200008197369935636");
    assert_eq!(paid["from"]["account"], "6200006639233214682");
    assert_eq!(
        (&paid["how"], &paid["spans"][0]),
        (&json!("transfer"), &json!([28, 3]))
    );
    assert_eq!(
        rows["received"][0]["amount"], "1000",
        "几十块 is no payment: {rows}"
    );
    assert_eq!(rows["planned"][0]["amount"], "900000", "not paid: {rows}");
    assert!(
        reply.body["entities"]
            .as_array()
            .unwrap()
            .iter()
            .any(|e| e["kind"] == "amount")
    );
}

#[tokio::test]
async fn a_bank_that_was_told_gets_its_code_and_one_that_the_card_denies_is_named() {
    let (_, seat) = with_telephone().await;
    let to = async |text: &str| {
        let reply = seat.post("/api/extract", json!({ "text": text })).await.body;
        reply["rows"]["payments"][0]["to"].clone()
    };
    // 62000002 is the invented 工商银行; of 8… no card prefix tells anything.
    let known = to("今天上午十点我转了三千元到收款人马万里，工行，账号8000000000000001。").await;
    assert_eq!(
        (&known["bank"], &known["bank_code"], &known["bank_told"]),
        (&json!("中国工商银行"), &json!("102533000027"), &Value::Null),
        "{known}"
    );
    let denied = to("今天上午十点我转了三千元到收款人马万里，农行卡6200000212345678903。").await;
    assert_eq!(
        (&denied["bank"], &denied["bank_told"]),
        (&json!("中国工商银行"), &json!("中国农业银行")),
        "{denied}"
    );
}

#[tokio::test]
async fn rows_that_do_not_add_up_to_the_total_told_are_refused_until_a_person_saw_it() {
    let (stand, seat) = with_telephone().await;
    let story = "刘桂芳接到电话，今天20点50分把三万元转到了试乙的账号8000000000000001，一共被骗了五万元。";
    let refused = seat
        .post("/api/reports", form(json!({ "narrative": story })))
        .await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    let problem = &refused.body["problems"][0];
    assert_eq!(
        (&problem["field"], &problem["code"]),
        (&json!("sum_confirmed"), &json!("sum_differs"))
    );
    assert!(
        problem["detail_zh"]
            .as_str()
            .unwrap()
            .contains("30,000.00 / 50,000.00"),
        "{problem}"
    );
    // Other sums than the ones on screen are not confirmed.
    let other = json!({ "narrative": story, "sum_confirmed": { "rows_fen": 1, "stated_fen": 5_000_000 } });
    assert_eq!(seat.post("/api/reports", form(other)).await.status, 422);
    let seen =
        json!({ "narrative": story, "sum_confirmed": { "rows_fen": 3_000_000, "stated_fen": 5_000_000 } });
    registered(&stand, &seat, seen).await;
    let log = app::logbook::tail(&stand.centre, 0, 500).await.unwrap();
    let accepted = log
        .iter()
        .map(|l| &l.sealed.entry)
        .rfind(|e| e.action == "report.create" && e.refusal.is_none());
    let detail = accepted.unwrap().detail.as_str().to_owned();
    assert!(
        detail.contains("\"stated_fen\":5000000"),
        "the confirmation is in the log: {detail}"
    );
}

#[tokio::test]
async fn a_typed_short_name_of_a_bank_gets_its_code() {
    let (stand, seat) = with_telephone().await;
    let mut one = form(json!({}));
    one["payments"][0]["to"]["bank_code"] = "".into();
    one["payments"][0]["to"]["bank_name"] = "工行".into();
    let payments = json!({ "payments": one["payments"] });
    let id = registered(&stand, &seat, payments).await;
    let page = seat.get(&format!("/api/reports/{id}")).await.body;
    assert_eq!(page["tree"][0]["bank_name"], "中国工商银行", "{}", page["tree"]);
}

#[tokio::test]
async fn a_time_that_cannot_be_read_says_how_one_is_typed() {
    let (_, seat) = with_telephone().await;
    let mut wrong = form(json!({}));
    wrong["payments"][0]["paid_at"] = "上次".into();
    let refused = seat.post("/api/reports", wrong).await;
    let problem = &refused.body["problems"][0];
    assert_eq!(
        (&problem["field"], &problem["code"]),
        (&json!("payments[0].paid_at"), &json!("time_unreadable"))
    );
    assert_eq!(problem["detail_zh"], "时间无法识别，如 11-30 22:12、昨天 22:12");
}
