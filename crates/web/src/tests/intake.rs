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
