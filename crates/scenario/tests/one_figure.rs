//! One fact, one figure: every place that shows money of an account or a report is asked over HTTP at each `show` of the scenarios, and
//! all of them must give what the one model counts.
//!
//! The places: the golden minutes (sums, tree), the flow (sums, accounts, victims), the account's page (bank's hold, figures of each
//! report), lists (reports, orders), the approvals, the spreadsheet's cells, and the snapshot of the paper 涉案资金流向表. A new place
//! that shows money is added here.

#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]
#![allow(clippy::cmp_owned, reason = "a cell of a spreadsheet compares by its text")]

use app::money::{AccountMoney, Sums, Whereabouts, held_once};
use app::whereabouts::whereabouts_of;
use calamine::{Data, Reader, Xlsx};
use kernel::{AccountId, Fen, ReportId};
use scenario::evening::Evening;
use scenario::proof::all_reports;
use scenario::script::play_on;
use serde_json::{Value, json};
use std::io::Cursor;
use std::sync::atomic::{AtomicU32, Ordering};
use tower::ServiceExt;

struct Browser {
    router: axum::Router,
    cookie: String,
    csrf: String,
}

/// A repeated key is a repeated command, and gets the answer of the first: each command here has its own.
static KEYS: AtomicU32 = AtomicU32::new(0);

fn key() -> String {
    format!("one-figure-key-{}", KEYS.fetch_add(1, Ordering::Relaxed))
}

impl Browser {
    async fn sign_in(evening: &Evening, login: &str) -> Browser {
        let mut browser = Browser {
            router: web::router(evening.centre.clone(), web::WebConfig::default()),
            cookie: String::new(),
            csrf: String::new(),
        };
        let form = json!({ "login": login, "password": app::people::DEMO_PASSWORD });
        let bytes = browser.ask("POST", "/api/session", Some(form)).await;
        let answer: Value = serde_json::from_slice(&bytes).unwrap();
        browser.csrf = answer["csrf"].as_str().expect("signed in").to_owned();
        browser
    }

    async fn get(&mut self, path: &str) -> Value {
        serde_json::from_slice(&self.ask("GET", path, None).await).unwrap()
    }

    async fn post(&mut self, path: &str, body: Value) -> Vec<u8> {
        self.ask("POST", path, Some(body)).await
    }

    async fn ask(&mut self, method: &str, path: &str, body: Option<Value>) -> Vec<u8> {
        let request = axum::http::Request::builder()
            .method(method)
            .uri(path)
            .header("host", "fz.local")
            .header("content-type", "application/json")
            .header("idempotency-key", key())
            .header("x-csrf-token", &self.csrf)
            .header("cookie", &self.cookie)
            .body(body.map_or_else(axum::body::Body::empty, |b| b.to_string().into()))
            .unwrap();
        let response = self.router.clone().oneshot(request).await.unwrap();
        let status = response.status();
        if let Some(cookie) = response.headers().get("set-cookie") {
            self.cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        }
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX)
            .await
            .unwrap();
        assert!(
            status.is_success(),
            "{method} {path}: {status} {}",
            String::from_utf8_lossy(&bytes)
        );
        bytes.to_vec()
    }
}

fn fen(value: &Value) -> Fen {
    Fen::parse_yuan(value.as_str().unwrap_or_else(|| panic!("no amount: {value}"))).unwrap()
}

fn sums(money: &Value) -> Sums {
    Sums {
        total: fen(&money["total"]),
        held: fen(&money["held"]),
        reachable: fen(&money["reachable"]),
        unseen: fen(&money["unseen"]),
        gone: fen(&money["gone"]),
    }
}

/// The figures of an account as a page gives them, against the model's.
fn same_figures(place: &str, shown: &Value, model: &AccountMoney) {
    let s = model.split;
    for (name, want) in [
        ("told", model.told),
        ("received", model.received),
        ("sent", model.sent),
        ("expected", model.expected),
        ("held", s.held),
        ("reachable", s.reachable),
        ("unseen", s.unseen),
        ("returned", s.returned),
        ("gone", s.gone),
    ] {
        assert_eq!(fen(&shown[name]), want, "{place}: {name}");
    }
    assert_eq!(shown["state"], model.state.slug(), "{place}");
    let balance = model.balance.map(|(fen, _)| fen.to_yuan());
    assert_eq!(shown["balance"], json!(balance), "{place}: balance");
    match model.hold {
        None => assert_eq!(shown["hold"], Value::Null, "{place}"),
        Some(hold) => {
            assert_eq!(shown["hold"]["order_id"], hold.order.to_string(), "{place}");
            assert_eq!(
                shown["hold"]["amount"],
                json!(hold.amount.map(Fen::to_yuan)),
                "{place}: an unknown amount is no number"
            );
        }
    }
}

async fn check_report(evening: &Evening, browser: &mut Browser, report: ReportId, w: &Whereabouts) {
    assert!(w.sums.adds_up(), "{:?}", w.sums);
    let golden = browser.get(&format!("/api/reports/{report}/golden")).await;
    assert_eq!(sums(&golden["money"]), w.sums, "golden minutes");
    let tree = golden["tree"].as_array().unwrap();
    assert_eq!(tree.len(), w.accounts.len());
    let flow = browser.get(&format!("/api/reports/{report}/flow")).await;
    assert_eq!(sums(&flow["money"]), w.sums, "flow");
    assert_eq!(flow["may_order"], true);
    let of_victims: Fen = flow["victims"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| fen(&v["money"]["held"]))
        .sum();
    assert_eq!(of_victims, w.sums.held, "the victims' parts");
    let sheet = browser
        .post(
            &format!("/api/reports/{report}/flow/sheet"),
            json!({ "purpose": "核对口径" }),
        )
        .await;
    let sheet = Sheet::read(sheet);
    assert_eq!(sheet.sums(), w.sums, "spreadsheet");
    for model in &w.accounts {
        let id = model.account.to_string();
        let row = tree
            .iter()
            .find(|r| r["account_id"] == id.as_str())
            .expect("in the tree");
        same_figures("golden minutes", row, model);
        let of_flow = flow["accounts"].as_array().unwrap();
        let node = of_flow
            .iter()
            .find(|a| a["account_id"] == id.as_str())
            .expect("in the flow");
        same_figures("flow", node, model);
        assert_eq!(
            row["state_text_zh"], node["state_text_zh"],
            "one word for one state"
        );
        let page = browser.get(&format!("/api/accounts/{id}/hold")).await;
        account_page(&page, report, model);
        sheet.account(&number_of(evening, model.account).await, model, node);
    }
    let listed = browser.get("/api/reports?limit=100").await;
    let rows = listed["items"].as_array().unwrap();
    let row = rows
        .iter()
        .find(|r| r["id"] == report.to_string())
        .expect("in the list");
    assert_eq!(fen(&row["held"]), w.sums.held, "list of reports");
    told_everywhere(evening, report, &golden, row, &sheet).await;
    paper(browser, evening, report, w).await;
    // Whoever orders from a page of another view is refused.
    for view in [
        json!({ "until": "2026-11-22T21:00:00+08:00" }),
        json!({ "doctrine": "lifo" }),
    ] {
        let ids: Vec<String> = w.accounts.iter().map(|a| a.account.to_string()).take(1).collect();
        let body = json!({ "account_ids": ids, "view": view });
        assert_eq!(
            refused(browser, &format!("/api/reports/{report}/extend"), body).await,
            "view_not_now"
        );
    }
}

/// What was told is one sum in the list, among the payments of the page and in the steps of the spreadsheet, whether an account is
/// known or not.
async fn told_everywhere(evening: &Evening, report: ReportId, golden: &Value, row: &Value, sheet: &Sheet) {
    let conn = evening.centre.store.reader();
    let paid = store::intake::payments(conn, report).await.unwrap();
    let told: Fen = paid.iter().map(|p| p.amount).sum();
    assert_eq!(fen(&row["amount"]), told, "list of reports: told");
    let shown = golden["payments"].as_array().unwrap();
    assert_eq!(shown.len(), paid.len());
    let on_page: Fen = shown.iter().map(|p| fen(&p["amount"])).sum();
    assert_eq!(on_page, told, "the page's payments");
    for payment in paid.iter().filter(|p| p.to.is_none()) {
        let one = shown.iter().find(|s| s["id"] == payment.id.to_string()).unwrap();
        assert_eq!(
            (&one["how"], &one["account_id"]),
            (&json!(payment.how.slug()), &Value::Null)
        );
        let step = sheet.steps.iter().find(|s| {
            s.iter().any(|c| c.to_string().starts_with(payment.how.zh()))
                && s.iter().any(
                    |c| matches!(c, Data::Float(yuan) if (yuan * 100.0).round() as i64 == payment.amount.0),
                )
        });
        assert!(
            step.is_some(),
            "spreadsheet: {} {}",
            payment.how.zh(),
            payment.amount.to_yuan()
        );
    }
}

async fn refused(browser: &mut Browser, path: &str, body: Value) -> String {
    let request = axum::http::Request::builder()
        .method("POST")
        .uri(path)
        .header("host", "fz.local")
        .header("content-type", "application/json")
        .header("idempotency-key", key())
        .header("x-csrf-token", &browser.csrf)
        .header("cookie", &browser.cookie)
        .body(axum::body::Body::from(body.to_string()))
        .unwrap();
    let response = browser.router.clone().oneshot(request).await.unwrap();
    let bytes = axum::body::to_bytes(response.into_body(), usize::MAX)
        .await
        .unwrap();
    let answer: Value = serde_json::from_slice(&bytes).unwrap();
    answer["code"].as_str().unwrap_or_default().to_owned()
}

/// The bank's hold is the whole account's; each report's figures are the report's.
fn account_page(page: &Value, report: ReportId, model: &AccountMoney) {
    let of_reports = page["reports"].as_array().unwrap();
    let own = of_reports
        .iter()
        .find(|r| r["id"] == report.to_string())
        .expect("on the account's page");
    same_figures("account", &own["money"], model);
    if let Some(hold) = model.hold {
        assert_eq!(
            page["held"],
            json!(hold.amount.map(Fen::to_yuan)),
            "account: what the bank holds"
        );
        assert_eq!(page["held_unknown"], hold.amount.is_none());
    }
}

async fn number_of(evening: &Evening, account: AccountId) -> String {
    let conn = evening.centre.store.reader();
    let known = store::accounts::account_load(conn, account)
        .await
        .unwrap()
        .unwrap();
    known.number.as_str().to_owned()
}

struct Sheet {
    cover: Vec<(String, Data)>,
    head: Vec<String>,
    accounts: Vec<Vec<Data>>,
    steps: Vec<Vec<Data>>,
}

impl Sheet {
    fn read(bytes: Vec<u8>) -> Sheet {
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).unwrap();
        let cover = book.worksheet_range("说明").unwrap();
        let accounts = book.worksheet_range("账户").unwrap();
        let mut rows = accounts.rows().map(<[Data]>::to_vec);
        Sheet {
            cover: cover
                .rows()
                .filter(|r| r.len() > 1)
                .map(|r| (r[0].to_string(), r[1].clone()))
                .collect(),
            head: rows.next().unwrap().iter().map(ToString::to_string).collect(),
            accounts: rows.collect(),
            steps: book
                .worksheet_range("流向")
                .unwrap()
                .rows()
                .skip(1)
                .map(<[Data]>::to_vec)
                .collect(),
        }
    }

    fn fen(cell: &Data) -> Fen {
        let Data::Float(yuan) = cell else {
            panic!("no number: {cell:?}")
        };
        Fen((yuan * 100.0).round() as i64)
    }

    fn sums(&self) -> Sums {
        let of = |label: &str| Sheet::fen(&self.cover.iter().find(|(l, _)| l == label).expect(label).1);
        Sums {
            total: of("被骗合计"),
            held: of("已控资金"),
            reachable: of("仍可追回"),
            unseen: of("去向待查"),
            gone: of("已流失"),
        }
    }

    fn account(&self, number: &str, model: &AccountMoney, shown: &Value) {
        let place = |label: &str| self.head.iter().position(|h| h == label).expect("a column");
        let row = self
            .accounts
            .iter()
            .find(|r| r[place("账号")].to_string() == number)
            .expect("a row");
        for (label, want) in [
            ("转入", model.received),
            ("转出", model.sent),
            ("应有余额", model.expected),
            ("已控资金", model.split.held),
            ("仍可追回", model.split.reachable),
            ("去向待查", model.split.unseen),
            ("已流失", model.split.gone),
        ] {
            assert_eq!(
                Sheet::fen(&row[place(label)]),
                want,
                "spreadsheet: {label} of {number}"
            );
        }
        match model.hold.map(|h| h.amount) {
            Some(Some(amount)) => assert_eq!(Sheet::fen(&row[place("银行控制金额")]), amount),
            Some(None) => assert_eq!(row[place("银行控制金额")].to_string(), "金额未报"),
            None => assert_eq!(row[place("银行控制金额")].to_string(), ""),
        }
        assert_eq!(
            row[place("状态")].to_string(),
            shown["state_text_zh"].as_str().unwrap()
        );
    }
}

/// The paper is kept as a snapshot: its sums are the model's, and its rows those that brought the money.
async fn paper(browser: &mut Browser, evening: &Evening, report: ReportId, w: &Whereabouts) {
    if !w.sums.total.is_positive() {
        return;
    }
    let made = browser
        .post(&format!("/api/reports/{report}/flow/paper"), json!({}))
        .await;
    let made: Value = serde_json::from_slice(&made).unwrap();
    let id: uuid::Uuid = made["id"].as_str().unwrap().parse().unwrap();
    let conn = evening.centre.store.reader();
    let document = store::cases::document_load(conn, id.into())
        .await
        .unwrap()
        .unwrap();
    let of = |name: &str| {
        Fen(document.snapshot[name]
            .as_i64()
            .unwrap_or_else(|| panic!("{name}")))
    };
    let on_paper = Sums {
        total: of("total"),
        held: of("held"),
        reachable: of("reachable"),
        unseen: of("unseen"),
        gone: of("gone"),
    };
    assert_eq!(on_paper, w.sums, "paper");
}

/// What an approver reads beside each order: the case's money on that account, and what is asked for. Says how many were read.
async fn approvals(evening: &Evening, all: &[(ReportId, Whereabouts)]) -> usize {
    let mut browser = Browser::sign_in(evening, "chenguodong").await;
    let page = browser.get("/api/approvals").await;
    let conn = evening.centre.store.reader();
    let mut read = 0;
    for order in page["items"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|item| item["orders"].as_array().unwrap())
    {
        let id: uuid::Uuid = order["id"].as_str().unwrap().parse().unwrap();
        let order_row = store::orders::order_load(conn, id.into()).await.unwrap().unwrap();
        let of = all.iter().find(|(report, _)| *report == order_row.report);
        let Some(model) = of.and_then(|(_, w)| w.account(order_row.account)) else {
            continue;
        };
        let said = |label: &str| {
            let evidence = order["evidence"].as_array().unwrap();
            let of_label = evidence.iter().find(|e| e["label_zh"] == label);
            of_label.map(|e| e["value_zh"].as_str().unwrap().to_owned())
        };
        if let Some(money) = said("本案在该账户的资金") {
            let want = format!(
                "{} 元（转入 {} − 转出 {}；",
                model.expected.to_grouped(),
                model.received.to_grouped(),
                model.sent.to_grouped()
            );
            assert!(money.starts_with(&want), "approvals: {money}, not {want}");
            read += 1;
        }
        if let Some(asked) = said("申请金额") {
            let want = format!("{} 元", order_row.terms.amount.to_grouped());
            assert!(asked.starts_with(&want), "approvals: {asked}, not {want}");
        }
    }
    read
}

async fn check_evening(evening: &Evening) -> usize {
    let mut browser = Browser::sign_in(evening, "liyang").await;
    let conn = evening.centre.store.reader();
    let doctrine = evening.centre.config.doctrine;
    let mut all = Vec::new();
    for report in all_reports(evening).await.unwrap() {
        let w = whereabouts_of(conn, report, doctrine).await.unwrap();
        check_report(evening, &mut browser, report, &w).await;
        all.push((report, w));
    }
    let orders = browser.get("/api/orders?limit=100").await;
    for order in orders["items"].as_array().unwrap() {
        // An order's list says what its bank answered, which is the whole account's; never a sum of reports.
        let on = |w: &&Whereabouts| {
            w.accounts.iter().find_map(|a| {
                a.hold
                    .filter(|h| h.order.to_string() == order["id"].as_str().unwrap())
            })
        };
        if let Some(hold) = all.iter().find_map(|(_, w)| on(&w)) {
            assert_eq!(
                order["held"],
                json!(hold.amount.map(Fen::to_yuan)),
                "list of orders"
            );
        }
    }
    let read = approvals(evening, &all).await;
    let all: Vec<Whereabouts> = all.into_iter().map(|(_, w)| w).collect();
    let each: Fen = all.iter().map(|w| w.sums.held).sum();
    assert!(
        held_once(&all) <= each,
        "a total never counts more than the reports claim"
    );
    read
}

/// At each `show` of the script, and at its end.
async fn check(name: &str) {
    let path = format!("{}/../../scenarios/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    let script = std::fs::read_to_string(path).unwrap();
    let mut shown = 0;
    play_on(&script, async |evening| {
        check_evening(evening).await;
        shown += 1;
    })
    .await
    .unwrap_or_else(|stopped| panic!("{}\n{name}:{}: {}", stopped.output, stopped.line, stopped.why));
    assert!(shown > 0, "{name} shows nothing");
}

#[tokio::test]
async fn the_second_layer_has_one_figure_everywhere() {
    check("second_layer").await;
}

#[tokio::test]
async fn cash_and_codes_without_an_account_have_one_figure_everywhere() {
    check("no_account").await;
}

#[tokio::test]
async fn the_seed_story_has_one_figure_everywhere() {
    check("seed_story").await;
}

#[tokio::test]
async fn following_the_money_has_one_figure_everywhere() {
    check("follow_the_money").await;
}

#[tokio::test]
async fn when_everything_goes_wrong_there_is_one_figure_everywhere() {
    check("everything_wrong").await;
}

#[tokio::test]
async fn two_victims_of_one_account_have_one_figure_everywhere() {
    check("two_victims").await;
}

/// An approver decides by the same figures: a stop of the second layer waits, then a freeze for less than the bank holds.
#[tokio::test]
async fn an_approver_reads_the_same_figures() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../scenarios");
    let mut read = 0;
    for (name, waits) in [
        ("second_layer", "extends"),
        ("two_victims", "asks freeze on first#1 letting"),
    ] {
        let script = std::fs::read_to_string(format!("{folder}/{name}.txt")).unwrap();
        // The report is shown right after the line by which the order begins to wait.
        let shown: Vec<String> = script
            .lines()
            .flat_map(|line| match line.contains(waits) {
                true => vec![line.to_owned(), "show first".to_owned()],
                false => vec![line.to_owned()],
            })
            .collect();
        let labels: Vec<&str> = script
            .lines()
            .filter_map(|l| l.strip_prefix("case ")?.split(' ').next())
            .collect();
        let label = labels.first().expect("a case");
        let script = shown.join("\n").replace("show first", &format!("show {label}"));
        let mut of_script = 0;
        play_on(&script, async |evening| of_script += check_evening(evening).await)
            .await
            .unwrap_or_else(|stopped| panic!("{}\n{name}:{}: {}", stopped.output, stopped.line, stopped.why));
        assert!(of_script > 0, "{name}: nothing waited for an approver");
        read += of_script;
    }
    assert!(read >= 2, "{read}");
}
