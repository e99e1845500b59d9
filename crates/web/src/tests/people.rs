//! First run, signing in, second factor, sessions, and who may change whom.

use super::stand::{Stand, demo, real};
use axum::http::Method;
use kernel::{Instant, Span};
use serde_json::{Value, json};

const STRONG: &str = "Yue-Ming-Jiang-47";
const STRONGER: &str = "Chang-Feng-Po-Lang-48";

/// A real centre with its first administrator; his browser is signed in and has a second factor.
async fn founded() -> (Stand, super::stand::Browser) {
    let stand = real().await;
    let token = app::people::first_run(&stand.centre).await.unwrap().unwrap();
    let browser = stand.browser();
    let form = json!({ "token": token, "login": "root1", "name": "首任", "password": STRONG });
    assert_eq!(browser.post("/api/setup", form).await.status, 200);
    assert_eq!(browser.sign_in("root1", STRONG).await.status, 200);
    enrol(&stand, &browser).await;
    (stand, browser)
}

fn code(secret: &str, now: Instant) -> String {
    let secret = totp_rs::Secret::try_from_base32(secret).unwrap();
    let totp = totp_rs::Builder::new().with_secret(secret).build().unwrap();
    totp.generate(now.ms().unsigned_abs() / 1_000).to_string()
}

async fn enrol(stand: &Stand, browser: &super::stand::Browser) -> String {
    let secret = browser.post("/api/session/totp/enrol", json!({})).await.body["secret"]
        .as_str()
        .unwrap()
        .to_owned();
    let wrong = browser
        .post("/api/session/totp/confirm", json!({ "code": "000000" }))
        .await;
    assert_eq!((wrong.status, wrong.code()), (401, "totp_wrong"));
    let right = code(&secret, stand.centre.now());
    let reply = browser
        .post("/api/session/totp/confirm", json!({ "code": right }))
        .await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    secret
}

#[tokio::test]
async fn the_first_run_needs_the_printed_token() {
    let stand = real().await;
    let token = app::people::first_run(&stand.centre).await.unwrap().unwrap();
    let browser = stand.browser();
    assert_eq!(browser.get("/api/setup").await.body["needed"], true);
    let form = |token: &str, password: &str| json!({ "token": token, "login": "root1", "name": "首任", "password": password });
    let wrong = browser.post("/api/setup", form("guess", STRONG)).await;
    assert_eq!((wrong.status, wrong.code()), (403, "setup_token_wrong"));
    let weak = browser.post("/api/setup", form(&token, "short")).await;
    assert_eq!((weak.status, weak.code()), (422, "password_weak"));
    assert_eq!(weak.body["problems"][0]["field"], "password");
    assert_eq!(
        browser.post("/api/setup", form(&token, STRONG)).await.body["needed"],
        false
    );
    let twice = browser.post("/api/setup", form(&token, STRONG)).await;
    assert_eq!((twice.status, twice.code()), (409, "setup_done"));
    assert_eq!(app::people::first_run(&stand.centre).await.unwrap(), None);
}

#[tokio::test]
async fn administrators_need_a_second_factor_before_anything_else() {
    let stand = real().await;
    let token = app::people::first_run(&stand.centre).await.unwrap().unwrap();
    let browser = stand.browser();
    browser
        .post(
            "/api/setup",
            json!({ "token": token, "login": "root1", "name": "首任", "password": STRONG }),
        )
        .await;
    assert_eq!(browser.sign_in("root1", STRONG).await.body["totp_needed"], true);
    let shut = browser.get("/api/users").await;
    assert_eq!((shut.status, shut.code()), (401, "totp_required"));
    let secret = enrol(&stand, &browser).await;
    assert_eq!(browser.get("/api/users").await.status, 200);
    // From now on signing in asks for a code, and takes each only once.
    let other = stand.browser();
    let missing = other.sign_in("root1", STRONG).await;
    assert_eq!((missing.status, missing.code()), (401, "totp_required"));
    stand.pass(Span::seconds(60));
    let now_code = code(&secret, stand.centre.now());
    let form = json!({ "login": "root1", "password": STRONG, "totp": now_code });
    assert_eq!(other.post("/api/session", form.clone()).await.status, 200);
    let replay = stand.browser().post("/api/session", form).await;
    assert_eq!((replay.status, replay.code()), (401, "totp_wrong"));
}

#[tokio::test]
async fn the_first_administrator_appoints_one_guard_and_one_witness_and_nobody_else() {
    let (_stand, root) = founded().await;
    let org = root.get("/api/orgs").await.body["items"][0]["id"].clone();
    let make = |login: &str, roles: Value| json!({ "login": login, "name": "某人", "password": STRONGER, "org_id": org, "roles": roles });
    for (login, roles, status, refusal) in [
        ("worker", json!(["call_taker"]), 403, "not_permitted"),
        ("worker", json!([]), 200, ""),
        ("worker", json!([]), 409, "login_taken"),
        ("both", json!(["security_admin", "auditor"]), 403, "not_permitted"),
        ("witness", json!(["auditor"]), 200, ""),
        ("witness2", json!(["auditor"]), 403, "not_permitted"),
        ("guard", json!(["security_admin"]), 200, ""),
        ("guard2", json!(["security_admin"]), 403, "not_permitted"),
    ] {
        let reply = root.post("/api/users", make(login, roles)).await;
        assert_eq!(
            (reply.status, reply.code()),
            (status, refusal),
            "{login}: {}",
            reply.body
        );
    }
    let users = root.get("/api/users").await;
    assert_eq!(users.body["total"], 4);
}

#[tokio::test]
async fn rights_and_secrets_of_others_have_their_keepers() {
    let stand = demo().await;
    let (system, guard) = (
        stand.signed_in("sysadmin").await,
        stand.signed_in("secadmin").await,
    );
    let users = system.get("/api/users?limit=100").await.body["items"]
        .as_array()
        .unwrap()
        .clone();
    let id = |login: &str| {
        users.iter().find(|u| u["login"] == login).unwrap()["id"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    for (who, login, change, status, refusal) in [
        (
            &system,
            "liyang",
            json!({ "roles": ["approver"] }),
            403,
            "not_permitted",
        ),
        (
            &system,
            "liyang",
            json!({ "level": "city" }),
            403,
            "not_permitted",
        ),
        (
            &system,
            "liyang",
            json!({ "totp_reset": true }),
            403,
            "not_permitted",
        ),
        (&system, "liyang", json!({ "seat": "5" }), 200, ""),
        (
            &system,
            "auditor",
            json!({ "password": STRONG }),
            403,
            "not_permitted",
        ),
        (
            &system,
            "secadmin",
            json!({ "active": false }),
            409,
            "last_administrator",
        ),
        (
            &system,
            "liyang",
            json!({ "name": "", "password": "weak" }),
            422,
            "field_missing",
        ),
        (
            &guard,
            "liyang",
            json!({ "roles": ["call_taker", "auditor"] }),
            422,
            "roles_incompatible",
        ),
        (
            &guard,
            "sysadmin",
            json!({ "roles": [] }),
            409,
            "last_administrator",
        ),
        (
            &guard,
            "secadmin",
            json!({ "roles": ["security_admin"] }),
            403,
            "self_approval",
        ),
        (&guard, "liyang", json!({ "seat": "6" }), 403, "not_permitted"),
        (&guard, "liyang", json!({ "roles": ["call_taker"] }), 200, ""),
        (&guard, "nobody", json!({ "roles": [] }), 404, "not_found"),
    ] {
        let target = if login == "nobody" {
            uuid::Uuid::nil().to_string()
        } else {
            id(login)
        };
        let reply = who.patch(&format!("/api/users/{target}"), change.clone()).await;
        assert_eq!(
            (reply.status, reply.code()),
            (status, refusal),
            "{login} {change}: {}",
            reply.body
        );
    }
}

#[tokio::test]
async fn a_change_of_rights_ends_the_sessions() {
    let stand = demo().await;
    let (guard, worker) = (stand.signed_in("secadmin").await, stand.signed_in("liyang").await);
    let id = worker.get("/api/session").await.body["user"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    assert_eq!(
        guard
            .patch(&format!("/api/users/{id}"), json!({ "roles": ["call_taker"] }))
            .await
            .status,
        200
    );
    assert_eq!(worker.get("/api/session").await.code(), "session_ended");
}

#[tokio::test]
async fn guessing_costs_time_and_tells_nothing() {
    let stand = demo().await;
    let browser = stand.browser();
    for login in ["liyang", "no-such-person"] {
        for n in 0..5 {
            let reply = browser.sign_in(login, "wrong").await;
            assert_eq!(
                (reply.status, reply.code()),
                (401, "sign_in_failed"),
                "{login} {n}"
            );
        }
        let shut = browser.sign_in(login, app::people::DEMO_PASSWORD).await;
        assert_eq!((shut.status, shut.code()), (429, "sign_in_locked"), "{login}");
        assert!(shut.body["retry"].as_bool().unwrap());
    }
    stand.pass(Span::seconds(61));
    assert_eq!(
        browser.sign_in("liyang", app::people::DEMO_PASSWORD).await.status,
        200
    );
    let log = stand.log().await;
    assert_eq!(
        log.iter()
            .filter(|line| *line == "session.open sign_in_failed")
            .count(),
        10
    );
    assert_eq!(
        log.iter()
            .filter(|line| *line == "session.open sign_in_locked")
            .count(),
        2
    );
}

#[tokio::test]
async fn an_administrator_lifts_the_lock() {
    let stand = demo().await;
    for _ in 0..5 {
        stand.browser().sign_in("liyang", "wrong").await;
    }
    let system = stand.signed_in("sysadmin").await;
    let users = system.get("/api/users").await.body["items"]
        .as_array()
        .unwrap()
        .clone();
    let locked = users.iter().find(|u| u["login"] == "liyang").unwrap();
    assert!(locked["locked_until"].is_string());
    let id = locked["id"].as_str().unwrap();
    assert_eq!(
        system
            .patch(&format!("/api/users/{id}"), json!({ "unlock": true }))
            .await
            .status,
        200
    );
    stand.signed_in("liyang").await;
}

#[tokio::test]
async fn sessions_end_idle_and_at_the_end_of_the_shift() {
    let (stand, root) = founded().await;
    stand.pass(Span::minutes(29));
    assert_eq!(root.get("/api/users").await.status, 200, "use moves the idle end");
    stand.pass(Span::minutes(29));
    assert_eq!(
        root.get("/api/session").await.status,
        200,
        "a screen that refreshes itself does not"
    );
    stand.pass(Span::minutes(2));
    assert_eq!(root.get("/api/users").await.code(), "session_ended");
}

#[tokio::test]
async fn signing_in_again_and_out_ends_the_old_secret() {
    let stand = demo().await;
    let browser = stand.signed_in("liyang").await;
    let old = browser.cookie.lock().unwrap().clone().unwrap();
    assert!(old.starts_with("fanzha=") && old.len() > 64);
    browser.sign_in("liyang", app::people::DEMO_PASSWORD).await;
    let with_old = browser
        .send(Method::GET, "/api/session", None, &[("cookie", &old)])
        .await;
    assert_eq!(with_old.status, 401, "the old secret ended with the new session");
    let current = browser.cookie.lock().unwrap().clone().unwrap();
    assert_eq!(
        browser
            .send(Method::DELETE, "/api/session", None, &[])
            .await
            .status,
        200
    );
    assert_eq!(
        browser
            .send(Method::GET, "/api/session", None, &[("cookie", &current)])
            .await
            .status,
        401
    );
}

#[tokio::test]
async fn a_new_user_changes_the_password_first() {
    let (_stand, root) = founded().await;
    let org = root.get("/api/orgs").await.body["items"][0]["id"].clone();
    let form = json!({ "login": "worker", "name": "某人", "password": STRONGER, "org_id": org });
    assert_eq!(root.post("/api/users", form).await.status, 200);
    let browser = _stand.browser();
    assert_eq!(
        browser.sign_in("worker", STRONGER).await.body["must_change_password"],
        true
    );
    let shut = browser.get("/api/orgs").await;
    assert_eq!((shut.status, shut.code()), (403, "password_change_required"));
    for (old, new, status, refusal) in [
        ("wrong", STRONG, 401, "sign_in_failed"),
        (STRONGER, "short", 422, "password_weak"),
        (STRONGER, STRONGER, 422, "password_weak"),
        (STRONGER, STRONG, 200, ""),
    ] {
        let reply = browser
            .post("/api/session/password", json!({ "old": old, "new": new }))
            .await;
        assert_eq!((reply.status, reply.code()), (status, refusal), "{}", reply.body);
    }
    assert_eq!(browser.get("/api/orgs").await.body["total"], 16);
}

#[tokio::test]
async fn the_log_is_read_exported_and_proved() {
    let stand = demo().await;
    stand.browser().sign_in("liyang", "wrong").await;
    app::logbook::seal(&stand.centre).await.unwrap();
    let auditor = stand.signed_in("auditor").await;
    let page = auditor.get("/api/audit?limit=2").await;
    assert_eq!(page.status, 200, "{}", page.body);
    assert_eq!(
        page.body["items"][0]["action"], "audit.read",
        "reading the log is an entry"
    );
    assert!(page.body["head"]["signed_at"].is_string());
    let cursor = page.body["next_cursor"].as_str().unwrap();
    assert_eq!(
        auditor.get(&format!("/api/audit?cursor={cursor}")).await.body["next_cursor"],
        Value::Null
    );
    let refused = auditor.get("/api/audit?outcome=refused").await;
    assert_eq!(refused.body["items"][0]["refusal_code"], "sign_in_failed");
    assert_eq!(
        auditor.get("/api/audit?cursor=x").await.code(),
        "cursor_malformed"
    );
    let export = auditor.get("/api/audit/export").await;
    let text = export.body.as_str().unwrap();
    assert!(
        text.starts_with("{\"format\":\"fanzha-audit\"") && text.trim_end().ends_with("]}"),
        "{text}"
    );
}

#[tokio::test]
async fn settings_are_changed_by_their_keepers() {
    let stand = demo().await;
    let (system, guard) = (
        stand.signed_in("sysadmin").await,
        stand.signed_in("secadmin").await,
    );
    for (who, key, value, status, refusal) in [
        (&system, "session.idle_minutes", "15", 200, ""),
        (&system, "session.idle_minutes", "1000", 422, "field_malformed"),
        (&system, "sign_in.totp_roles", "auditor", 403, "not_permitted"),
        (&system, "centre.name", "x", 404, "not_found"),
        (&guard, "sign_in.totp_roles", "auditor,approver", 200, ""),
        (&guard, "sign_in.totp_roles", "king", 422, "field_malformed"),
        (&guard, "session.idle_minutes", "15", 403, "not_permitted"),
    ] {
        let reply = who
            .send(
                Method::PUT,
                &format!("/api/settings/{key}"),
                Some(json!({ "value": value })),
                &[],
            )
            .await;
        assert_eq!(
            (reply.status, reply.code()),
            (status, refusal),
            "{key} {value}: {}",
            reply.body
        );
    }
}
