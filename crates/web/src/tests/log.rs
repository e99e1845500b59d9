//! The log as it comes about and as the auditor reads it: what is an entry, in which order, under which names.

use super::figures::report;
use super::stand::{Browser, Stand, demo};
use axum::http::Method;
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::Span;
use serde_json::{Value, json};

/// The readings of the log so far: action and what the entry says about the page.
async fn readings(stand: &Stand) -> Vec<(String, Value)> {
    let lines = app::logbook::tail(&stand.centre, 0, 2_000).await.unwrap();
    let entries = lines.into_iter().map(|line| line.sealed.entry);
    entries
        .filter(|e| e.action.ends_with(".read") && e.action != "audit.read")
        .map(|e| (e.action, serde_json::from_str(e.detail.as_str()).unwrap()))
        .collect()
}

async fn again(seat: &Browser, path: &str) -> u16 {
    let marked = [("x-asked-again", "1")];
    seat.send(Method::GET, path, None, &marked).await.status
}

#[tokio::test]
async fn a_reading_is_entered_when_a_person_looks_and_not_when_the_open_page_asks_again() {
    let stand = demo().await;
    let seat = stand.signed_in("liyang").await;
    let made = report(&seat, 1, "421102").await;
    let id = made["report"]["id"].as_str().unwrap();
    let golden = format!("/api/reports/{id}/golden");
    let count = async || readings(&stand).await.len();

    assert_eq!(seat.get(&golden).await.status, 200);
    assert_eq!(count().await, 1);
    // Five refreshes of the open page: none.
    for _ in 0..5 {
        stand.pass(Span::minutes(5));
        assert_eq!(again(&seat, &golden).await, 200);
    }
    assert_eq!(count().await, 1);
    // Another question about the same report is another look, whatever the browser says.
    assert_eq!(again(&seat, &format!("/api/reports/{id}/flow")).await, 200);
    assert_eq!(
        again(&seat, &format!("/api/reports/{id}/flow?doctrine=lifo")).await,
        200
    );
    assert_eq!(
        again(&seat, &format!("/api/reports/{id}/flow?doctrine=lifo")).await,
        200
    );
    assert_eq!(count().await, 3);
    // Open for half an hour: entered again, with what the page did.
    stand.pass(Span::minutes(5));
    assert_eq!(again(&seat, &golden).await, 200);
    let all = readings(&stand).await;
    assert_eq!(all.len(), 4);
    let (action, detail) = &all[3];
    assert_eq!(action, "report.read");
    assert_eq!(detail["page_kept_open"], true);
    assert_eq!(detail["page_refreshes"], 5);
    assert!(detail["page_opened_at"].as_str() < detail["page_refreshed_at"].as_str());
    // The person comes back: a look.
    assert_eq!(seat.get(&golden).await.status, 200);
    assert_eq!(count().await, 5);
}

#[tokio::test]
async fn a_browsers_word_spares_no_entry_of_a_page_that_its_session_never_opened() {
    let stand = demo().await;
    let seat = stand.signed_in("liyang").await;
    let made = report(&seat, 1, "421102").await;
    let id = made["report"]["id"].as_str().unwrap();
    let order = made["orders"][0]["id"].as_str().unwrap_or_default().to_owned();
    let count = async || readings(&stand).await.len();
    assert_eq!(again(&seat, &format!("/api/reports/{id}/golden")).await, 200);
    assert_eq!(count().await, 1, "the first read of a session is an entry");
    // Another session of the same person has opened nothing.
    let other = stand.signed_in("liyang").await;
    assert_eq!(again(&other, &format!("/api/reports/{id}/golden")).await, 200);
    assert_eq!(count().await, 2);
    // A refused look is an entry each time.
    let stranger = stand.signed_in("sysadmin").await;
    let refused = async || {
        let log = stand.log().await;
        log.iter().filter(|line| line.ends_with("not_permitted")).count()
    };
    let before = refused().await;
    for _ in 0..3 {
        assert_eq!(again(&stranger, &format!("/api/reports/{id}/golden")).await, 403);
    }
    assert_eq!(refused().await, before + 3);
    drop(order);
}

#[tokio::test]
async fn entries_follow_the_clock_however_long_a_request_waited_for_its_turn() {
    let stand = demo().await;
    let centre = &stand.centre;
    let job = |ctx: app::Context| async move {
        let work = centre
            .work(&ctx, AuditAction::DeadlineRound, SubjectKind::Deadline, "")
            .await
            .unwrap();
        work.finish(Ok(())).await.unwrap();
    };
    // A long round takes its instant first; others have their turns before it saves.
    let slow = centre.job(app::Job::Flow);
    for _ in 0..3 {
        stand.pass(Span::seconds(4));
        job(centre.job(app::Job::Clocks)).await;
    }
    job(slow).await;
    // The same for an attempt that is refused, which is entered in a second transaction.
    let refused = centre.job(app::Job::Flow);
    stand.pass(Span::seconds(4));
    job(centre.job(app::Job::Clocks)).await;
    let work = centre
        .work(&refused, AuditAction::OrderStuck, SubjectKind::Order, "")
        .await
        .unwrap();
    let answer: app::AppResult<()> = work.finish(Err(kernel::RefusalCode::NotFound.into())).await;
    assert!(answer.is_err());
    // And for somebody whose password takes long to check.
    stand.signed_in("liyang").await;

    let lines = app::logbook::tail(centre, 0, 500).await.unwrap();
    let entries: Vec<_> = lines.iter().map(|line| &line.sealed.entry).collect();
    assert!(entries.is_sorted_by_key(|e| e.at_ms), "{entries:?}");
    let asked: Vec<_> = entries
        .iter()
        .filter_map(|e| {
            serde_json::from_str::<Value>(e.detail.as_str()).ok()?["asked_at"]
                .as_str()
                .map(str::to_owned)
        })
        .collect();
    assert_eq!(
        asked.len(),
        2,
        "the two that waited say when they were asked: {asked:?}"
    );
}

#[tokio::test]
async fn the_auditor_finds_by_number_and_reads_names() {
    let stand = demo().await;
    let seat = stand.signed_in("liyang").await;
    let made = report(&seat, 1, "421102").await;
    report(&seat, 2, "421121").await;
    let (id, number) = (&made["report"]["id"], &made["report"]["number"]);
    let auditor = stand.signed_in("auditor").await;
    let found = auditor.post("/api/audit/subjects", json!({ "q": number })).await;
    assert_eq!(found.status, 200, "{}", found.body);
    assert_eq!(found.body[0]["kind"], "report");
    assert_eq!(&found.body[0]["id"], id);
    let page = auditor
        .get(&format!("/api/audit?subject=report:{}", id.as_str().unwrap()))
        .await
        .body;
    let rows: Vec<String> = page["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| {
            let text = |key: &str| e[key].as_str().unwrap_or("?").to_owned();
            format!("{} {}", text("action"), text("subject_name_zh"))
        })
        .collect();
    let number = number.as_str().unwrap();
    assert_eq!(
        rows,
        [
            "order.draft 止付 尾号 0001".to_owned(),
            format!("report.create {number}")
        ],
        "its order with it, the other report not"
    );
    let text = page.to_string();
    assert!(
        !text.contains("刘桂芳") && !text.contains("8000000000000001"),
        "{text}"
    );
    // A person by login or name; phones and citizens find nothing.
    for (typed, kind) in [
        ("liyang", "user"),
        ("李阳", "user"),
        ("8000000000000001", "account"),
    ] {
        let found = auditor
            .post("/api/audit/subjects", json!({ "q": typed }))
            .await
            .body;
        let kinds: Vec<_> = found.as_array().unwrap().iter().map(|one| &one["kind"]).collect();
        assert!(kinds == [kind], "{typed}: {found}");
    }
    for typed in ["刘桂芳", "19800000001", "x"] {
        let found = auditor
            .post("/api/audit/subjects", json!({ "q": typed }))
            .await
            .body;
        assert_eq!(found, json!([]), "{typed}");
    }
    assert_eq!(
        stand
            .log()
            .await
            .iter()
            .filter(|line| *line == "audit.search done")
            .count(),
        7
    );
    for wrong in [
        "subject=report",
        "subject=nothing:1",
        "action=report.unheard",
        "outcome=maybe",
    ] {
        let status = auditor.get(&format!("/api/audit?{wrong}")).await.status;
        assert!([400, 422].contains(&status), "{wrong}: {status}");
    }
    let mine = auditor.get("/api/audit?action=session.open").await.body;
    assert!(
        mine["items"]
            .as_array()
            .unwrap()
            .iter()
            .all(|e| e["action"] == "session.open")
    );
}

#[tokio::test]
async fn a_print_is_one_entry() {
    let stand = demo().await;
    let seat = stand.signed_in("liyang").await;
    let made = report(&seat, 1, "421102").await;
    let id = made["report"]["id"].as_str().unwrap();
    let county = stand.signed_in("hemin").await;
    let accepted = county.post("/api/cases", json!({ "report_id": id })).await;
    assert_eq!(accepted.status, 200, "{}", accepted.body);
    let papers = county.get(&format!("/api/documents?subject={id}")).await.body;
    let ids: Vec<&str> = papers["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| p["id"].as_str().unwrap())
        .collect();
    assert!(!ids.is_empty(), "{papers}");
    let before = stand.log().await.len();
    let print = county.get(&format!("/api/documents/{}/pdf", ids[0])).await;
    assert_eq!(print.status, 200, "{}", print.body);
    let log = stand.log().await;
    assert_eq!(log[before..], ["document.print done"]);
    let last = app::logbook::tail(&stand.centre, log.len() as u64 - 1, 1)
        .await
        .unwrap();
    let entry = &last[0].sealed.entry;
    assert_eq!(
        (entry.subject_kind.as_str(), entry.subject_id.as_str()),
        ("document", ids[0])
    );
    assert!(
        entry.detail.as_str().contains("#1\""),
        "{}",
        entry.detail.as_str()
    );
}

/// The log page shows words, never machine codes: of every job and of every refusal.
#[test]
fn every_job_and_every_refusal_has_words_for_the_log() {
    let mut seen = std::collections::BTreeSet::new();
    for job in app::Job::ALL {
        let words = crate::wire::words::job(job);
        assert!(!words.zh.is_ascii() && !words.en.is_empty(), "{job:?}");
        assert!(seen.insert(words.zh), "{job:?} is called as another");
        assert_eq!(app::Job::from_slug(job.slug()), Some(job));
    }
    for code in kernel::RefusalCode::ALL {
        let (zh, en) = crate::problem::sentence(*code, None);
        assert!(
            !zh.is_ascii() && !en.is_empty() && !zh.contains('{') && !zh.contains('['),
            "{code:?}: {zh}"
        );
    }
}
