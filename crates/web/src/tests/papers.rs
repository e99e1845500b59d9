//! What is typed is what is filed; what cannot be kept is refused; a paper says what was recorded and nothing else.

use super::stand::{Browser, Stand, demo};
use app::papers::print::documents_about;
use serde_json::{Value, json};
use std::sync::Arc;

fn report() -> Value {
    json!({
        "narrative": "我的手机13912340001，对方号码17012340002打来，自称客服，骗我转了三万元。",
        "channel": "walk_in", "seat": "3", "category": "02", "offence_area": "421102", "send_stops": true,
        "caller": { "name": "王秀兰", "phone": "13912340001", "relation": "self" },
        "victims": [{
            "name": "王秀兰", "id_type": "01", "id_number": "11010519491231002X", "phone": "13912340001", "sex": "female",
            "address": "东湖街道1号",
        }],
        "payments": [{
            "paid_at": "2026-11-22T20:50:01+08:00", "amount_fen": 3_000_017, "channel": "mobile_bank", "serial": "S-0001",
            "from": { "bank_code": "102100099996", "bank_name": "工商银行", "number": "6222020200012345670" },
            "to": {
                "bank_code": "105100000017", "bank_name": "建设银行", "name": "李收款", "number": "6217000010098765436",
                "number_confirmed": true,
            },
        }],
    })
}

async fn registered(stand: &Stand, seat: &Browser, with: impl FnOnce(&mut Value)) -> String {
    let mut form = report();
    form["payments"][0]["from"]["number_confirmed"] = json!(true);
    form["payments"][0]["paid_at"] = json!(stand.centre.now().to_iso_cst());
    with(&mut form);
    let reply = seat.post("/api/reports", form).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let id = reply.body["report"]["id"].as_str().unwrap().to_owned();
    let sent = seat
        .post(
            &format!("/api/reports/{id}/dispatch"),
            json!({ "area": "421102" }),
        )
        .await;
    assert_eq!(sent.status, 200, "{}", sent.body);
    id
}

async fn accepted(stand: &Stand, report: &str) -> (Browser, String) {
    let county = stand.signed_in("hemin").await;
    let case = county.post("/api/cases", json!({ "report_id": report })).await;
    assert_eq!(case.status, 200, "{}", case.body);
    let id = case.body["id"].as_str().unwrap().to_owned();
    (county, id)
}

/// The form in which 呈请立案 was typed let summary, officers and opinion fall, and kept a masked name out in silence.
#[tokio::test]
async fn what_is_typed_in_the_proposal_is_what_is_filed() {
    let stand = demo().await;
    let seat = stand.signed_in("liyang").await;
    let id = registered(&stand, &seat, |_| {}).await;
    let (county, case) = accepted(&stand, &id).await;
    let path = format!("/api/cases/{case}/file");
    for (body, field) in [
        (json!({ "name": "王**被诈骗案" }), "name"),
        (json!({ "name": "长".repeat(101) }), "name"),
        (json!({ "opinion": "长".repeat(501) }), "opinion"),
        (json!({ "officers": ["何敏", "无此人"] }), "officers"),
        (json!({ "officers": ["何敏"] }), "officers"),
        (json!({ "source": "rumour" }), "source"),
        (json!({ "amount": "1" }), "amount"),
    ] {
        let reply = county.post(&path, body.clone()).await;
        assert_eq!(reply.status, 422, "{body}: {}", reply.body);
        assert_eq!(
            reply.body["problems"][0]["field"], field,
            "{body}: {}",
            reply.body
        );
    }
    let typed = json!({
        "name": "一一二二刷单诈骗案", "summary": "被害人被骗叁万元零壹角柒分。", "officers": ["何敏", "110302"],
        "opinion": "事实清楚，建议立案。", "source": "found_by_police",
    });
    let reply = county.post(&path, typed).await;
    assert_eq!(reply.status, 200, "{}", reply.body);
    let leader = stand.signed_in("zhouhua").await;
    let shown = leader.get(&format!("/api/cases/{case}")).await.body;
    assert_eq!(shown["name"], "一一二二刷单诈骗案");
    assert_eq!(shown["proposal"]["summary"], "被害人被骗叁万元零壹角柒分。");
    assert_eq!(shown["proposal"]["opinion"], "事实清楚，建议立案。");
    assert_eq!(shown["proposal"]["officers"], json!(["何敏", "王建"]));
    assert_eq!(shown["proposal"]["source"], "found_by_police");
    let filed = leader
        .post(
            &format!("/api/cases/{case}/approve"),
            json!({ "opinion": "同意，立案。" }),
        )
        .await;
    assert_eq!(filed.status, 200, "{}", filed.body);
    assert_eq!(filed.body["opinion"], "同意，立案。");
    let papers = snapshots(&stand, &id).await;
    let decision = &papers["case_filing_decision"];
    assert_eq!(decision["issue"]["case"]["name"], "一一二二刷单诈骗案");
    assert_eq!(decision["ground"], "found_by_police");
    assert_eq!(decision["issue"]["issued_by"], "何敏");
    assert_eq!(decision["issue"]["approval"]["name"], "周华");
    assert_eq!(decision["issue"]["officers"][1]["name"], "王建");
    let asked = &papers["case_filing_report"];
    assert_eq!(asked["facts"], "被害人被骗叁万元零壹角柒分。");
    assert_eq!(asked["opinion"], "事实清楚，建议立案。");
    assert!(stand.log().await.contains(&"case.filing_propose done".to_owned()));
}

async fn snapshots(stand: &Stand, report: &str) -> Value {
    let mut all = json!({});
    for document in papers_of(stand, report).await {
        all[document.kind.slug()] = document.snapshot;
    }
    all
}

async fn papers_of(stand: &Stand, report: &str) -> Vec<app::shapes::Document> {
    let form = app::people::SignIn {
        login: "chenguodong".into(),
        password: app::people::DEMO_PASSWORD.into(),
        ..app::people::SignIn::default()
    };
    let opened = app::people::session_open(&stand.centre, &form).await.unwrap();
    let ctx = opened.signed_in.context("papers".into(), stand.centre.now());
    documents_about(&stand.centre, &ctx, report.parse().unwrap())
        .await
        .unwrap()
}

/// A typed number is no check: the paper said 身份证件已核对 of everybody who had told a number over the telephone.
#[tokio::test]
async fn papers_are_checked_only_when_somebody_says_so() {
    let stand = demo().await;
    let seat = stand.signed_in("liyang").await;
    let id = registered(&stand, &seat, |_| {}).await;
    let county = stand.signed_in("hemin").await;
    let path = format!("/api/reports/{id}/identity");
    let before = county.get(&path).await.body;
    assert_eq!(
        (
            &before["items"][0]["has_number"],
            &before["items"][0]["checked_at"]
        ),
        (&json!(true), &Value::Null)
    );
    let checked = county.post(&path, json!({ "victim_index": 0 })).await;
    assert_eq!(checked.body["items"][0]["checked_by"], "何敏", "{}", checked.body);
    assert!(
        stand
            .log()
            .await
            .contains(&"report.identity_check done".to_owned())
    );
    for (body, status) in [(json!({ "victim_index": 1 }), 422), (json!({}), 422)] {
        assert_eq!(county.post(&path, body).await.status, status);
    }
    // The tick of the form, at the desk.
    let ticked = registered(&stand, &seat, |form| {
        form["victims"][0]["identity_checked"] = json!(true);
        form["victims"][0]["id_number"] = json!("420106197001011234");
        form["victims"][0]["id_type"] = json!("03");
        form["payments"][0]["to"]["number"] = json!("6217000010012345670");
    })
    .await;
    let desk = seat.get(&format!("/api/reports/{ticked}/identity")).await.body;
    assert_eq!(desk["items"][0]["checked_by"], "李阳", "{desk}");
}

/// What stood on the papers and was not so: the drafter as the one who took the call, no birth day, no telephone.
#[tokio::test]
async fn the_acceptance_form_says_who_called_and_who_took_it() {
    let stand = demo().await;
    let seat = stand.signed_in("liyang").await;
    let id = registered(&stand, &seat, |_| {}).await;
    let (_, _) = accepted(&stand, &id).await;
    let papers = snapshots(&stand, &id).await;
    let form = &papers["case_acceptance_form"];
    assert_eq!(form["officers"][0]["name"], "李阳");
    assert_eq!(form["accepting_officers"][0]["name"], "何敏");
    assert_eq!(form["reporter"]["name"], "王秀兰");
    assert_eq!(form["reporter"]["birth"], "1949-12-31");
    assert_eq!(form["reporter"]["id_number"], "11010519491231002X");
    assert_eq!(form["agency"], "黄冈市公安局黄州分局");
    let transfer = &form["supplement"]["transfers"][0];
    assert_eq!(transfer["from_name"], "王秀兰");
    assert_eq!(transfer["serial_number"], "S-0001");
    assert_eq!(transfer["sum"]["fen"], 3_000_017);
    // The victim's own number is not the suspect's.
    assert_eq!(form["supplement"]["leads"]["phones"], json!(["17012340002"]));
    let receipt = &papers["case_acceptance_receipt"];
    assert_eq!(receipt["number"], form["number"]);
    assert_eq!(receipt["contact"], "何敏");
    assert_ne!(receipt["supervision_phone"], "");
}

/// One paper that fails does not hold back the others, and is named with its reason.
#[tokio::test]
async fn a_paper_that_fails_does_not_hold_back_the_others() {
    use app::ports::{PrintJob, PrintProblem, Printed, PrintedBy, Printer};
    struct NoReceipts;
    impl Printer for NoReceipts {
        fn print(&self, jobs: &[PrintJob], _: Option<&PrintedBy>) -> Result<Printed, PrintProblem> {
            if jobs.iter().any(|job| job.kind == "case_acceptance_receipt") {
                return Err(PrintProblem {
                    field: "reporter".into(),
                    zh: "字库缺少“𬱖”".into(),
                    en: "no font has it".into(),
                });
            }
            Ok(Printed {
                pdf: format!("%PDF {}", jobs.len()).into_bytes(),
                pages: jobs.len(),
            })
        }
        fn officer_card(&self, _: &str, _: &str, _: &str) -> Result<Printed, PrintProblem> {
            unreachable!("no card is asked for")
        }
    }
    let mut stand = demo().await;
    stand.centre.printer = Arc::new(NoReceipts);
    let seat = stand.signed_in("liyang").await;
    let id = registered(&stand, &seat, |_| {}).await;
    accepted(&stand, &id).await;
    let papers = papers_of(&stand, &id).await;
    let ids: Vec<kernel::DocumentId> = papers.iter().map(|d| d.id).collect();
    let form = app::people::SignIn {
        login: "hemin".into(),
        password: app::people::DEMO_PASSWORD.into(),
        ..app::people::SignIn::default()
    };
    let opened = app::people::session_open(&stand.centre, &form).await.unwrap();
    let ctx = opened.signed_in.context("print".into(), stand.centre.now());
    let batch = app::papers::print::documents_print(&stand.centre, &ctx, &ids)
        .await
        .unwrap();
    assert_eq!((batch.documents.len(), batch.failed.len()), (ids.len() - 1, 1));
    assert_eq!(batch.failed[0].0.kind.slug(), "case_acceptance_receipt");
    assert!(
        batch.failed[0]
            .1
            .detail
            .as_ref()
            .is_some_and(|d| d.contains("字库"))
    );
    let prints = stand
        .log()
        .await
        .iter()
        .filter(|line| *line == "document.print done")
        .count();
    assert_eq!(prints, 1, "one print is one entry, whatever the number of papers");
}
