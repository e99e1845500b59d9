//! Every route, tried by the wrong person. A route of the OpenAPI document that is not in the table fails the test.

use super::stand::{Browser, Reply, demo};
use axum::http::Method;
use domain::access::{Action, Reach, reach};
use serde_json::{Value, json};

/// What a route asks for.
#[derive(Clone, Copy, Debug)]
enum Door {
    /// Everybody, signed in or not.
    Open,
    /// A program with a secret of its own.
    Program,
    /// Anybody signed in.
    SignedIn,
    /// Somebody with this right.
    Right(Action),
}

use Door::{Open, Program, Right, SignedIn};

const ROUTES: &[(&str, &str, Door)] = &[
    ("GET", "/healthz", Open),
    ("GET", "/api/openapi.json", Open),
    ("GET", "/api/setup", Open),
    ("POST", "/api/setup", Open),
    ("POST", "/api/session", Open),
    ("GET", "/api/session", SignedIn),
    ("DELETE", "/api/session", SignedIn),
    ("POST", "/api/session/totp/enrol", SignedIn),
    ("POST", "/api/session/totp/confirm", SignedIn),
    ("POST", "/api/session/password", SignedIn),
    ("GET", "/api/events", SignedIn),
    ("GET", "/api/orgs", SignedIn),
    ("PUT", "/api/orgs/{id}/paper", Right(Action::SettingChange)),
    ("GET", "/api/reports/{id}/identity", Right(Action::ReportRead)),
    ("POST", "/api/reports/{id}/identity", Right(Action::ReportEdit)),
    ("GET", "/api/users", Right(Action::UserRead)),
    ("POST", "/api/users", Right(Action::UserManage)),
    ("PATCH", "/api/users/{id}", Right(Action::UserRead)),
    ("GET", "/api/officers", Right(Action::OrderDraft)),
    ("GET", "/api/settings", Right(Action::SettingRead)),
    ("PUT", "/api/settings/{key}", Right(Action::SettingRead)),
    ("GET", "/api/audit", Right(Action::AuditRead)),
    ("GET", "/api/audit/export", Right(Action::AuditExport)),
    ("POST", "/api/audit/subjects", Right(Action::AuditRead)),
    ("POST", "/api/calls", Program),
    ("GET", "/api/calls/current", Right(Action::ReportCreate)),
    ("POST", "/api/calls/{id}/answer", Right(Action::ReportCreate)),
    ("GET", "/api/banks", SignedIn),
    ("GET", "/api/reports/first-orders", Right(Action::ReportRead)),
    ("POST", "/api/extract", Right(Action::ReportCreate)),
    ("GET", "/api/drafts", Right(Action::ReportCreate)),
    ("POST", "/api/drafts", Right(Action::ReportCreate)),
    ("GET", "/api/drafts/{id}", Right(Action::ReportCreate)),
    ("PUT", "/api/drafts/{id}", Right(Action::ReportCreate)),
    ("DELETE", "/api/drafts/{id}", Right(Action::ReportCreate)),
    ("POST", "/api/reports/duplicates", Right(Action::ReportCreate)),
    ("GET", "/api/reports", Right(Action::ReportRead)),
    ("POST", "/api/reports", Right(Action::ReportCreate)),
    ("POST", "/api/reports/{id}/payments", Right(Action::ReportEdit)),
    ("GET", "/api/reports/{id}/corrections", Right(Action::ReportRead)),
    ("POST", "/api/reports/{id}/corrections", Right(Action::ReportEdit)),
    ("GET", "/api/reports/{id}", Right(Action::ReportRead)),
    ("POST", "/api/reports/take-next", Right(Action::ReportTake)),
    ("POST", "/api/reports/{id}/lock", Right(Action::ReportTake)),
    ("DELETE", "/api/reports/{id}/lock", Right(Action::ReportTake)),
    ("POST", "/api/reports/{id}/reveal", Right(Action::PersonalReveal)),
    ("POST", "/api/accounts/{id}/reveal", Right(Action::PersonalReveal)),
    (
        "POST",
        "/api/reports/{id}/dispatch",
        Right(Action::ReportDispatch),
    ),
    (
        "POST",
        "/api/dispatches/{id}/acknowledge",
        Right(Action::DispatchAcknowledge),
    ),
    ("POST", "/api/search", Right(Action::IdentifierSearch)),
    ("GET", "/api/counts", SignedIn),
    ("GET", "/api/bank-reports", Right(Action::ReportCreate)),
    ("POST", "/api/bank-reports/{id}/take", Right(Action::ReportCreate)),
    (
        "POST",
        "/api/bank-reports/{id}/decline",
        Right(Action::ReportCreate),
    ),
    ("GET", "/api/reports/{id}/golden", Right(Action::ReportRead)),
    ("GET", "/api/reports/{id}/flow", Right(Action::ReportRead)),
    ("GET", "/api/reports/{id}/flow/expand", Right(Action::ReportRead)),
    (
        "POST",
        "/api/reports/{id}/flow/sheet",
        Right(Action::PersonalReveal),
    ),
    (
        "POST",
        "/api/reports/{id}/flow/paper",
        Right(Action::DocumentPrepare),
    ),
    ("POST", "/api/flow/trace", Right(Action::FlowTrace)),
    ("POST", "/api/flow/transfers", Right(Action::FlowTrace)),
    ("GET", "/api/orders", Right(Action::OrderRead)),
    ("POST", "/api/orders", Right(Action::OrderDraft)),
    ("GET", "/api/orders/{id}", Right(Action::OrderRead)),
    ("POST", "/api/orders/{id}/approve", Right(Action::OrderApprove)),
    ("POST", "/api/orders/{id}/reject", Right(Action::OrderApprove)),
    ("POST", "/api/orders/{id}/withdraw", Right(Action::OrderWithdraw)),
    ("POST", "/api/orders/{id}/confirm", Right(Action::OrderConfirm)),
    (
        "POST",
        "/api/orders/{id}/confirm-refuse",
        Right(Action::OrderConfirm),
    ),
    ("POST", "/api/orders/{id}/resend", Right(Action::OrderResend)),
    ("POST", "/api/reports/{id}/extend", Right(Action::OrderDraft)),
    ("POST", "/api/batches/{id}/approve", Right(Action::OrderApprove)),
    ("POST", "/api/batches/{id}/reject", Right(Action::OrderApprove)),
    ("GET", "/api/approvals", SignedIn),
    ("POST", "/api/approvals/decide", SignedIn),
    ("GET", "/api/reports/{id}/acts", Right(Action::OrderRead)),
    ("GET", "/api/accounts/{id}/hold", Right(Action::HoldRead)),
    ("GET", "/api/standing-policies", Right(Action::PolicyRead)),
    ("POST", "/api/standing-policies", Right(Action::PolicySign)),
    (
        "POST",
        "/api/standing-policies/{id}/end",
        Right(Action::PolicySign),
    ),
    ("GET", "/api/cases", Right(Action::CaseRead)),
    ("POST", "/api/cases", Right(Action::CaseAccept)),
    ("GET", "/api/cases/{id}", Right(Action::CaseRead)),
    ("POST", "/api/cases/{id}/file", Right(Action::CaseFilingPropose)),
    ("POST", "/api/cases/{id}/approve", Right(Action::CaseFilingDecide)),
    ("POST", "/api/cases/{id}/reject", Right(Action::CaseFilingDecide)),
    (
        "POST",
        "/api/cases/{id}/send-back",
        Right(Action::CaseFilingDecide),
    ),
    ("POST", "/api/cases/{id}/extend", Right(Action::CaseRead)),
    ("GET", "/api/statements", Right(Action::StatementImport)),
    ("POST", "/api/statements", Right(Action::StatementImport)),
    ("GET", "/api/statements/layouts", Right(Action::StatementImport)),
    ("GET", "/api/statements/{id}", Right(Action::StatementImport)),
    (
        "PUT",
        "/api/statements/{id}/content",
        Right(Action::StatementImport),
    ),
    (
        "POST",
        "/api/statements/{id}/preview",
        Right(Action::StatementImport),
    ),
    (
        "POST",
        "/api/statements/{id}/import",
        Right(Action::StatementImport),
    ),
    (
        "GET",
        "/api/statements/{id}/problems",
        Right(Action::StatementImport),
    ),
    (
        "GET",
        "/api/statements/{id}/problems.csv",
        Right(Action::StatementImport),
    ),
    ("POST", "/api/transfers", Program),
    ("GET", "/api/documents", Right(Action::DocumentPrint)),
    ("GET", "/api/documents/{id}/pdf", Right(Action::DocumentPrint)),
    ("POST", "/api/documents/batch", Right(Action::DocumentPrint)),
];

fn documented() -> Vec<(String, String)> {
    let document: Value = serde_json::from_str(&crate::document()).unwrap();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item
            .as_object()
            .unwrap()
            .keys()
            .filter(|key| ["get", "post", "put", "patch", "delete"].contains(&key.as_str()))
        {
            found.push((method.to_uppercase(), path.clone()));
        }
    }
    found
}

#[test]
fn every_route_is_in_the_table() {
    let documented = documented();
    for (method, path) in &documented {
        assert!(
            ROUTES.iter().any(|(m, p, _)| m == method && p == path),
            "nobody tries {method} {path}"
        );
    }
    for (method, path, _) in ROUTES {
        assert!(
            documented.iter().any(|(m, p)| m == method && p == path),
            "{method} {path} is not a route"
        );
    }
}

async fn knock(browser: &Browser, method: &str, path: &str, extra: &[(&str, &str)]) -> Reply {
    let nobody = uuid::Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001).to_string();
    let path: String = path
        .split('/')
        .map(|part| {
            if part.starts_with('{') {
                nobody.as_str()
            } else {
                part
            }
        })
        .collect::<Vec<_>>()
        .join("/");
    let method: Method = method.parse().unwrap();
    let body = (method != Method::GET).then(|| json!({}));
    browser.send(method, &path, body, extra).await
}

#[tokio::test]
async fn who_is_not_signed_in_stays_outside() {
    let stand = demo().await;
    let stranger = stand.browser();
    for (method, path, door) in ROUTES
        .iter()
        .filter(|(_, _, door)| !matches!(door, Open | Program))
    {
        let reply = knock(&stranger, method, path, &[]).await;
        assert_eq!(
            (reply.status, reply.code()),
            (401, "session_ended"),
            "{method} {path} {door:?}"
        );
        assert_eq!(reply.headers["content-type"], "application/problem+json");
    }
}

/// A demo login whose roles do not have the right.
fn outsider(action: Action) -> &'static str {
    use domain::access::Role;
    let people = [
        ("sysadmin", Role::SystemAdmin),
        ("auditor", Role::Auditor),
        ("hemin", Role::CountyOfficer),
        ("secadmin", Role::SecurityAdmin),
    ];
    let found = people
        .iter()
        .find(|(_, role)| reach(*role, action) == Reach::Nowhere);
    found
        .map(|(login, _)| *login)
        .unwrap_or_else(|| panic!("everybody may {}", action.slug()))
}

#[tokio::test]
async fn who_has_not_the_right_is_refused_and_recorded() {
    let stand = demo().await;
    for (method, path, door) in ROUTES {
        let Right(action) = door else { continue };
        let browser = stand.signed_in(outsider(*action)).await;
        let reply = knock(&browser, method, path, &[]).await;
        assert_eq!(
            (reply.status, reply.code()),
            (403, "not_permitted"),
            "{method} {path}"
        );
        assert_eq!(
            stand.log().await.last().unwrap(),
            "door.refused not_permitted",
            "{method} {path}"
        );
    }
}

#[tokio::test]
async fn a_change_without_the_page_s_token_is_refused() {
    let stand = demo().await;
    let browser = stand.signed_in("sysadmin").await;
    for (method, path, _) in ROUTES
        .iter()
        .filter(|(method, _, door)| *method != "GET" && !matches!(door, Program))
    {
        let opening = *method == "POST" && (*path == "/api/session" || *path == "/api/setup");
        let wrong = format!("{:064}", 0);
        for token in ["", wrong.as_str()] {
            if !opening {
                let reply = knock(&browser, method, path, &[("x-csrf-token", token)]).await;
                assert_eq!(
                    (reply.status, reply.code()),
                    (403, "csrf_missing"),
                    "{method} {path}"
                );
            }
        }
        for (name, value) in [
            ("sec-fetch-site", "cross-site"),
            ("origin", "https://evil.example"),
        ] {
            let reply = knock(&browser, method, path, &[(name, value)]).await;
            assert_eq!(
                (reply.status, reply.code()),
                (403, "csrf_missing"),
                "{method} {path} {name}"
            );
        }
    }
}

#[tokio::test]
async fn a_program_shows_its_secret() {
    let stand = demo().await;
    let stranger = stand.browser();
    for (method, path, _) in ROUTES.iter().filter(|(_, _, door)| matches!(door, Program)) {
        for secret in ["", "Bearer ", "Bearer guess"] {
            let body = json!({ "seat": "3", "number": "19900000001" });
            let reply = stranger
                .send(
                    method.parse().unwrap(),
                    path,
                    Some(body),
                    &[("authorization", secret)],
                )
                .await;
            assert_eq!(
                (reply.status, reply.code()),
                (401, "webhook_token_wrong"),
                "{method} {path}"
            );
        }
    }
}

/// A report of 麻城 with one stop that waits for approval: ids of the report, the order and the account.
async fn elsewhere(stand: &super::stand::Stand) -> (String, String, String) {
    let taker = stand.signed_in("liyang").await;
    let card = |serial: u8| {
        let digits = format!("62000012345678{serial:02}");
        format!("{digits}{}", kernel::identifier::luhn_digit(&digits))
    };
    let seventeen = "42110219000101001";
    let id_number = format!(
        "{seventeen}{}",
        kernel::identifier::id_card_check(seventeen).unwrap()
    );
    let paid_at = (stand.centre.now() - kernel::Span::minutes(10)).to_iso_cst();
    let form = json!({
        "narrative": "被骗刷单", "channel": "hotline96110", "seat": "3", "line": "1",
        "caller": { "name": "测试人", "phone": "19900000001", "relation": "本人" },
        "victims": [{ "name": "测试人", "phone": "19900000001", "id_type": "01", "id_number": id_number, "address": "演示路1号" }],
        "payments": [{ "paid_at": paid_at, "amount_fen": 3_000_000, "channel": "bank_transfer", "serial": "", "victim_index": 0,
            "from": { "bank_code": "102100099996", "bank_name": "演示银行", "name": "测试人", "number": card(2) },
            "to": { "bank_code": "102100099996", "bank_name": "演示银行", "name": "某卡主", "number": card(1) } }],
        "category": "01", "offence_area": "421181", "send_stops": true
    });
    let reply = taker.post("/api/reports", form).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let text = |value: &Value| {
        value
            .as_str()
            .unwrap_or_else(|| panic!("{}", reply.body))
            .to_owned()
    };
    let order = &reply.body["orders"][0];
    (
        text(&reply.body["report"]["id"]),
        text(&order["id"]),
        text(&order["account_id"]),
    )
}

/// What the routes about a thing want in their bodies, so that it is the right that refuses.
fn body_for(path: &str) -> Value {
    if path == "/api/accounts/{id}/reveal" {
        return json!({ "purpose": "核实" });
    }
    match path.rsplit('/').next().unwrap_or_default() {
        "sheet" => json!({ "purpose": "核实" }),
        "payments" => json!({ "payment": { "to": {} } }),
        "corrections" => json!({ "revision": 0, "reason": "核对" }),
        "identity" => json!({ "victim_index": 0 }),
        "reveal" => json!({ "fields": ["victim_name"], "purpose": "核实" }),
        "extend" => json!({ "account_ids": [uuid::Uuid::nil()] }),
        _ => json!({}),
    }
}

#[tokio::test]
async fn the_neighbouring_county_does_not_exist() {
    let stand = demo().await;
    let (report, order, account) = elsewhere(&stand).await;
    let hemin = stand.signed_in("hemin").await;
    let mut tried = 0;
    for (method, path, door) in ROUTES.iter().filter(|(_, path, _)| path.contains("{id}")) {
        let Right(action) = door else { continue };
        if reach(domain::access::Role::CountyOfficer, *action) != Reach::OwnArea {
            continue;
        }
        let id = match path.split('/').nth(2) {
            Some("reports") => &report,
            Some("orders") => &order,
            Some("accounts") => &account,
            _ => continue,
        };
        let body = (*method != "GET").then(|| body_for(path));
        let reply = hemin
            .send(method.parse().unwrap(), &path.replace("{id}", id), body, &[])
            .await;
        assert_eq!(
            (reply.status, reply.code()),
            (404, "not_found"),
            "{method} {path}: {}",
            reply.body
        );
        tried += 1;
    }
    assert!(tried >= 6, "{tried}");
    assert_eq!(hemin.get("/api/reports").await.body["items"], json!([]));
    assert_eq!(hemin.get("/api/orders").await.body["items"], json!([]));
    let papers = hemin.get(&format!("/api/documents?subject={report}")).await;
    assert_eq!((papers.status, papers.code()), (404, "not_found"));
    let found = hemin
        .post("/api/search", json!({ "q": "19900000001", "purpose": "接警" }))
        .await;
    assert_eq!(found.body["items"], json!([]), "{}", found.body);
}

#[tokio::test]
async fn unknown_paths_methods_and_bodies_are_problems() {
    let stand = demo().await;
    let browser = stand.signed_in("sysadmin").await;
    for (method, path, body, status, code, field) in [
        ("GET", "/api/nothing", None, 404, "not_found", ""),
        ("PUT", "/api/users", Some(json!({})), 405, "not_found", ""),
        (
            "PATCH",
            "/api/users/not-an-id",
            Some(json!({})),
            404,
            "not_found",
            "",
        ),
        (
            "POST",
            "/api/users",
            Some(json!({"login": 1})),
            422,
            "field_malformed",
            "login",
        ),
        (
            "POST",
            "/api/users",
            Some(json!({"login": "x"})),
            422,
            "field_missing",
            "name",
        ),
        (
            "POST",
            "/api/users",
            Some(json!({"logins": "x"})),
            422,
            "field_malformed",
            "logins",
        ),
        (
            "POST",
            "/api/users",
            Some(json!("x".repeat(2 << 20))),
            413,
            "body_too_large",
            "",
        ),
        ("GET", "/api/users?limit=x", None, 422, "field_malformed", "query"),
    ] {
        let reply = browser.send(method.parse().unwrap(), path, body, &[]).await;
        assert_eq!(
            (reply.status, reply.code()),
            (status, code),
            "{method} {path} {}",
            reply.body
        );
        assert_eq!(
            reply.body["problems"][0]["field"].as_str().unwrap_or(""),
            field,
            "{method} {path}"
        );
        for words in ["detail_zh", "detail_en"] {
            assert!(!reply.body[words].as_str().unwrap().is_empty());
        }
    }
    let text = browser
        .send(
            Method::POST,
            "/api/users",
            Some(json!({})),
            &[("content-type", "text/plain")],
        )
        .await;
    assert_eq!((text.status, text.code()), (400, "body_unreadable"));
}

#[tokio::test]
async fn every_answer_wears_its_headers() {
    let stand = demo().await;
    let browser = stand.browser();
    let health = browser.get("/healthz").await;
    assert_eq!((health.status, health.body["demo"].as_bool()), (200, Some(true)));
    assert_eq!(health.body["durability"]["engine"], "sqlite");
    let page = browser.get("/desk").await;
    let policy = page.headers["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    let again = browser.get("/desk").await.headers["content-security-policy"]
        .to_str()
        .unwrap()
        .to_owned();
    assert!(
        policy.contains("'nonce-") && !policy.contains("unsafe-inline"),
        "{policy}"
    );
    assert_ne!(policy, again, "each page has its own nonce");
    for reply in [&health, &page] {
        assert_eq!(reply.headers["x-content-type-options"], "nosniff");
        assert_eq!(reply.headers["x-frame-options"], "DENY");
        assert!(reply.headers.contains_key("x-request-id"));
    }
    assert_eq!(
        browser.get("/api/session").await.headers["cache-control"],
        "no-store"
    );
}
