//! Commands that are sent twice, and the stream of what changed.

use super::stand::demo;
use axum::body::Body;
use axum::http::{Method, Request};
use http_body_util::BodyExt;
use serde_json::json;
use tower::ServiceExt;

#[tokio::test]
async fn a_repeated_command_is_done_once_and_answered_the_same() {
    let stand = demo().await;
    let system = stand.signed_in("sysadmin").await;
    let org = system.get("/api/orgs").await.body["items"][0]["id"].clone();
    let form = |login: &str| {
        Some(json!({ "login": login, "name": "某人", "password": "Yue-Ming-Jiang-47", "org_id": org }))
    };
    let key = [("idempotency-key", "the-same-key-1")];
    let first = system
        .send(Method::POST, "/api/users", form("worker"), &key)
        .await;
    assert_eq!(first.status, 200, "{}", first.body);
    let second = system
        .send(Method::POST, "/api/users", form("worker"), &key)
        .await;
    assert_eq!((second.status, &second.body), (200, &first.body));
    assert_eq!(second.headers["idempotent-replayed"], "true");
    let other = system
        .send(Method::POST, "/api/users", form("somebody"), &key)
        .await;
    assert_eq!((other.status, other.code()), (422, "idempotency_key_reused"));
    let none = system
        .send(
            Method::POST,
            "/api/users",
            form("somebody"),
            &[("idempotency-key", "")],
        )
        .await;
    assert_eq!((none.status, none.code()), (400, "idempotency_key_missing"));
    let bad = system
        .send(
            Method::POST,
            "/api/users",
            form("somebody"),
            &[("idempotency-key", "x")],
        )
        .await;
    assert_eq!((bad.status, bad.code()), (422, "field_malformed"));
    let log = stand.log().await;
    assert_eq!(log.iter().filter(|line| *line == "user.create done").count(), 1);
}

#[tokio::test]
async fn a_refused_command_leaves_its_key_free() {
    let stand = demo().await;
    let system = stand.signed_in("sysadmin").await;
    let org = system.get("/api/orgs").await.body["items"][0]["id"].clone();
    let key = [("idempotency-key", "the-same-key-2")];
    let form = |password: &str| {
        Some(json!({ "login": "worker", "name": "某人", "password": password, "org_id": org }))
    };
    assert_eq!(
        system
            .send(Method::POST, "/api/users", form("weak"), &key)
            .await
            .code(),
        "password_weak"
    );
    assert_eq!(
        system
            .send(Method::POST, "/api/users", form("Yue-Ming-Jiang-47"), &key)
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn twins_at_one_moment_are_one_command() {
    let stand = demo().await;
    let system = stand.signed_in("sysadmin").await;
    let org = system.get("/api/orgs").await.body["items"][0]["id"].clone();
    let key = [("idempotency-key", "the-same-key-3")];
    let form =
        || Some(json!({ "login": "worker", "name": "某人", "password": "Yue-Ming-Jiang-47", "org_id": org }));
    let (one, two) = tokio::join!(
        system.send(Method::POST, "/api/users", form(), &key),
        system.send(Method::POST, "/api/users", form(), &key)
    );
    assert_eq!((one.status, two.status), (200, 200), "{} {}", one.body, two.body);
    assert_eq!(one.body, two.body);
    let log = stand.log().await;
    assert_eq!(log.iter().filter(|line| *line == "user.create done").count(), 1);
}

#[tokio::test]
async fn what_changed_is_told_and_resumed() {
    let stand = demo().await;
    let system = stand.signed_in("sysadmin").await;
    let cookie = system.cookie.lock().unwrap().clone().unwrap();
    let follow = |last: Option<String>| {
        let mut request = Request::builder()
            .uri("/api/events")
            .header("host", "fz.local")
            .header("cookie", &cookie);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        request.body(Body::empty()).unwrap()
    };
    let mut stream = stand
        .router
        .clone()
        .oneshot(follow(None))
        .await
        .unwrap()
        .into_body();
    assert!(next(&mut stream).await.contains(": open"));
    let org = system.get("/api/orgs").await.body["items"][0]["id"].clone();
    let form = json!({ "login": "worker", "name": "某人", "password": "Yue-Ming-Jiang-47", "org_id": org });
    let made = system.post("/api/users", form).await;
    let told = next(&mut stream).await;
    assert!(
        told.contains("event: people") && told.contains(made.body["id"].as_str().unwrap()),
        "{told}"
    );
    assert!(!told.contains("某人"));
    let seq: u64 = told
        .lines()
        .find_map(|line| line.strip_prefix("id: "))
        .unwrap()
        .parse()
        .unwrap();
    let mut again = stand
        .router
        .clone()
        .oneshot(follow(Some((seq - 1).to_string())))
        .await
        .unwrap()
        .into_body();
    let (_, repeated) = (next(&mut again).await, next(&mut again).await);
    assert_eq!(repeated, told);
}

async fn next(stream: &mut Body) -> String {
    let frame = stream.frame().await.unwrap().unwrap();
    String::from_utf8(frame.into_data().unwrap().to_vec()).unwrap()
}
