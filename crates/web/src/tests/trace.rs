//! The raw trace as an analyst walks it: an account, its movements, one of them, and where its money went or came from.

use super::stand::{Browser, Reply, Stand, demo};
use super::statements::{bring, card, import, police_csv};
use kernel::Span;
use serde_json::{Value, json};

const PURPOSE: &str = "研判资金去向";

/// Movements of an imported file, and the account it is about.
async fn imported() -> (Stand, Browser, String) {
    let stand = demo().await;
    let analyst = stand.signed_in("linsu").await;
    let (file, _) = bring(&analyst, "交易明细.csv", police_csv(&stand).as_bytes()).await;
    let look = analyst
        .post(&format!("/api/statements/{file}/preview"), json!({}))
        .await;
    import(&stand, &analyst, &file, look.body["mapping"].clone()).await;
    let found = analyst
        .post("/api/search", json!({ "q": card(1), "purpose": PURPOSE }))
        .await;
    let account = found.body["items"][0]["id"].as_str().unwrap().to_owned();
    (stand, analyst, account)
}

async fn rows(analyst: &Browser, account: &str) -> Reply {
    analyst
        .post(
            "/api/flow/transfers",
            json!({ "account_id": account, "purpose": PURPOSE }),
        )
        .await
}

async fn traced(analyst: &Browser, seed: &Value, more: Value) -> Reply {
    let mut body = json!({ "transfer_id": seed, "purpose": PURPOSE, "explain": true });
    for (key, value) in more.as_object().unwrap() {
        body[key] = value.clone();
    }
    analyst.post("/api/flow/trace", body).await
}

fn hops(reply: &Reply) -> Vec<(u64, &str)> {
    let rows = reply.body["rows"].as_array().unwrap();
    rows.iter()
        .map(|r| (r["hop"].as_u64().unwrap(), r["amount"].as_str().unwrap()))
        .collect()
}

#[tokio::test]
async fn from_an_account_to_a_movement_to_where_its_money_went() {
    let (stand, analyst, account) = imported().await;
    let listed = rows(&analyst, &account).await;
    assert_eq!(listed.status, 200, "{}", listed.body);
    assert_eq!(listed.body["more"], false);
    assert_eq!(listed.body["rows"][0]["side"], "out");
    assert_eq!(listed.body["rows"][1]["amount"], "30000.00");
    assert_eq!(
        listed.body["rows"][1]["other"]["number_tail"],
        card(2)[card(2).len() - 4..]
    );
    for whole in [card(1), card(2), card(3)] {
        assert!(
            !listed.body.to_string().contains(&whole),
            "an account is shown whole"
        );
    }
    let seed = listed.body["rows"][1]["transfer_id"].clone();

    // Hop by hop from the store, and from the index: the same answer.
    let slow = traced(&analyst, &seed, json!({})).await;
    assert_eq!(slow.status, 200, "{}", slow.body);
    assert_eq!(hops(&slow), [(0, "30000.00"), (1, "20000.00")]);
    assert_eq!(slow.body["mode"], "fifo", "the centre's, since none was named");
    stand.centre.live.build(&stand.centre).await.unwrap();
    let fast = traced(&analyst, &seed, json!({})).await;
    assert_eq!(
        (&slow.body["from_index"], &fast.body["from_index"]),
        (&json!(false), &json!(true))
    );
    assert_eq!(slow.body["rows"], fast.body["rows"]);
    assert_eq!(slow.body["accounts"], fast.body["accounts"]);
    assert_eq!(fast.body["accounts"].as_array().unwrap().len(), 3);
    // Ten yuan of its own lay there before, and leave first.
    assert_eq!(fast.body["held"][0]["amount"], "19990.00");
    for part in ["held", "totals", "cuts", "assumptions"] {
        assert_eq!(slow.body[part], fast.body[part], "{part}");
    }
    assert_eq!(fast.body["totals"]["seeded"], "30000.00");

    // A program that only counts is told that it was cut, and no names.
    let bare = traced(&analyst, &seed, json!({ "depth": 0, "explain": false })).await;
    assert_eq!(
        (&bare.body["cut"], &bare.body["cuts"], &bare.body["accounts"]),
        (&json!(true), &json!([]), &json!([]))
    );

    // A bound that cuts is named, with the account the money went on to, and how much.
    let short = traced(&analyst, &seed, json!({ "depth": 0 })).await;
    assert_eq!(
        (&short.body["cut"], &short.body["cuts"][0]["kind"]),
        (&json!(true), &json!("depth"))
    );
    assert_eq!(short.body["cuts"][0]["amount"], "19990.00");
    assert_eq!(short.body["cuts"][0]["id"], fast.body["rows"][1]["to_account_id"]);

    // Who else paid in, backwards in time.
    let out = listed.body["rows"][0]["transfer_id"].clone();
    let up = traced(&analyst, &out, json!({ "mode": "reach", "direction": "up" })).await;
    assert_eq!(hops(&up), [(0, "20000.00"), (1, "30000.00")]);
    let log = stand.log().await;
    assert!(
        log.contains(&"flow.trace done".to_owned()) && log.contains(&"flow.transfers.read done".to_owned())
    );
}

#[tokio::test]
async fn a_movement_is_found_by_its_account_amount_and_about_its_time() {
    let (stand, analyst, account) = imported().await;
    let about = |hours: i64| (stand.centre.now() - Span::hours(hours)).to_iso_cst();
    let found = async |at: String, amount_fen: i64| {
        let asked = json!({ "account_id": account, "purpose": PURPOSE, "at": at, "amount_fen": amount_fen });
        let reply = analyst.post("/api/flow/transfers", asked).await;
        let rows = reply.body["rows"].as_array().unwrap().iter();
        rows.map(|r| r["amount"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(found(about(2), 2_000_000).await, ["20000.00"]);
    assert_eq!(found(about(2), 2_000_001).await, [""; 0]);
    assert_eq!(found(about(72), 2_000_000).await, [""; 0], "days before it");
    for (asked, field) in [
        (json!({ "amount_fen": 1 }), "at"),
        (json!({ "at": about(1), "amount_fen": 0 }), "amount_fen"),
        (json!({ "at": "yesterday" }), "at"),
    ] {
        let mut body = json!({ "account_id": account, "purpose": PURPOSE });
        for (key, value) in asked.as_object().unwrap() {
            body[key] = value.clone();
        }
        let refused = analyst.post("/api/flow/transfers", body).await;
        assert_eq!(
            (refused.status, &refused.body["problems"][0]["field"]),
            (422, &json!(field))
        );
    }
}

#[tokio::test]
async fn a_trace_needs_a_purpose_and_upwards_an_index() {
    let (_, analyst, account) = imported().await;
    let listed = rows(&analyst, &account).await;
    let seed = listed.body["rows"][0]["transfer_id"].clone();
    let refused = analyst
        .post("/api/flow/trace", json!({ "transfer_id": seed, "purpose": " " }))
        .await;
    assert_eq!((refused.status, refused.code()), (422, "purpose_missing"));
    let refused = analyst
        .post("/api/flow/transfers", json!({ "account_id": account }))
        .await;
    assert_eq!((refused.status, refused.code()), (422, "purpose_missing"));
    let refused = traced(&analyst, &seed, json!({ "mode": "reach", "direction": "up" })).await;
    assert_eq!(refused.code(), "busy");
    let refused = traced(&analyst, &seed, json!({ "direction": "up" })).await;
    assert_eq!(
        (refused.status, &refused.body["problems"][0]["field"]),
        (422, &json!("direction"))
    );
}
