//! 案件举报, from the bank's file to the report, the bank's answer and the stop that names it.

use super::stand::{Stand, demo};
use app::Centre;
use app::ports::{Arrival, OutgoingFile, Place, Transport, TransportProblem};
use bankwire::Message;
use bankwire::typed::{CaseReport, CaseReportBody, CaseTransaction, Envelope};
use kernel::{Fen, Instant};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};

/// A road with files that wait, which keeps what is sent.
#[derive(Default)]
struct Road {
    waiting: Mutex<Vec<Arrival>>,
    sent: Mutex<Vec<OutgoingFile>>,
}

#[async_trait::async_trait]
impl Transport for Road {
    async fn send(&self, file: &OutgoingFile) -> Result<(), TransportProblem> {
        self.sent.lock().unwrap().push(file.clone());
        Ok(())
    }
    async fn arrivals(&self, _: usize) -> Result<Vec<Arrival>, TransportProblem> {
        Ok(self.waiting.lock().unwrap().clone())
    }
    async fn settle(&self, arrival: &Arrival) -> Result<(), TransportProblem> {
        self.waiting.lock().unwrap().retain(|a| a.name != arrival.name);
        Ok(())
    }
    async fn quarantine(&self, arrival: &Arrival, why: &str) -> Result<(), TransportProblem> {
        panic!("{}: {why}", arrival.name)
    }
}

const NUMBER: &str = "040120260403204500123456789012345678";

fn id_number() -> String {
    let first = "42110219000101124";
    format!("{first}{}", kernel::identifier::id_card_check(first).unwrap())
}

fn told(nth: u64) -> Arrival {
    let report = CaseReport {
        envelope: Envelope {
            message_from: "402533000018".into(),
            to: "421100000000".into(),
            hosted_org: String::new(),
            trans_serial_number: format!("402533000018_0000000000002026040320450012300000{nth:06}"),
        },
        body: CaseReportBody {
            application_id: NUMBER.into(),
            application_type: bankwire::codes::Coded::read("01"),
            report_end_time: Instant::parse_iso("2026-04-03T20:45:00+08:00").unwrap().into(),
            victim_name: "刘桂芳".into(),
            victim_phone: "19800000007".into(),
            victim_id_type: bankwire::codes::Coded::read("01"),
            victim_id_number: id_number().into(),
            accident_description: "客户在柜面称接到冒充客服电话，转账后对方失联。".into(),
            report_org_name: "黄冈农村商业银行".into(),
            operator_name: "试丙".into(),
            operator_phone: "07130000000".into(),
            transactions: vec![CaseTransaction {
                id: "1".into(),
                time: Instant::parse_iso("2026-04-03T20:40:00+08:00").unwrap().into(),
                currency: "CNY".into(),
                amount: Fen::yuan(30_000).into(),
                out_bank_id: "402533000018".into(),
                out_account_name: "刘桂芳".into(),
                out_account_number: "620000000000000001".into(),
                in_bank_id: "402533000018".into(),
                in_bank_name: "黄冈农村商业银行".into(),
                in_account_name: "试乙".into(),
                in_account_number: "8000000000000077".into(),
                is_ceased: "1".into(),
                ..CaseTransaction::default()
            }],
        },
        attachments: Vec::new(),
    };
    Arrival {
        place: Place::Downstream,
        name: format!("200401_{NUMBER}_{nth:032x}.xml"),
        content: Ok(report.to_message().encode().unwrap()),
    }
}

async fn told_twice() -> (Stand, Centre, Arc<Road>) {
    let stand = demo().await;
    let road = Arc::new(Road::default());
    let centre = Centre {
        transport: road.clone(),
        ..stand.centre.clone()
    };
    for nth in [1, 2] {
        road.waiting.lock().unwrap().push(told(nth));
        app::jobs::inbox::inbox_run(&centre).await.unwrap();
    }
    (stand, centre, road)
}

#[tokio::test]
async fn a_banks_report_becomes_a_form_a_report_and_a_stop_that_names_it() {
    let (stand, centre, road) = told_twice().await;
    let seat = stand.signed_in("liyang").await;
    let listed = seat.get("/api/bank-reports").await.body;
    assert_eq!(listed["total"], 1, "the same number is the same report: {listed}");
    let row = &listed["items"][0];
    assert_eq!(
        (&row["state"], &row["amount"]),
        (&json!("waiting"), &json!("30000.00"))
    );
    assert!(!listed.to_string().contains("刘桂芳"), "{listed}");
    let id = row["id"].as_str().unwrap();
    let draft = seat
        .post(&format!("/api/bank-reports/{id}/take"), json!({}))
        .await;
    assert_eq!(draft.status, 200, "{}", draft.body);
    let form = &draft.body["body"];
    assert_eq!(
        (&form["channel"], &form["bank_report_id"]),
        (&json!("bank"), &json!(id))
    );
    assert_eq!(form["payments"][0]["paid_at"], "2026-04-03 20:40:00");
    let again = seat
        .post(&format!("/api/bank-reports/{id}/take"), json!({}))
        .await;
    assert_eq!(
        again.body["id"], draft.body["id"],
        "taken once, the same form opens again"
    );
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
    let made = seat.post("/api/reports", registered(&draft.body)).await;
    assert_eq!(made.status, 200, "{}", made.body);
    assert_eq!(seat.get("/api/bank-reports").await.body["total"], 0);
    app::jobs::outbox::outbox_run(&centre).await.unwrap();
    let sent = road.sent.lock().unwrap().clone();
    let of = |code: &str| {
        let file = sent.iter().find(|f| f.name.starts_with(code)).unwrap();
        Message::decode(&file.bytes).unwrap()
    };
    let stop = of("200101").body;
    assert_eq!(stop.text("ApplicationType"), Some("02"));
    assert_eq!(stop.text("OriginalApplicationID"), Some(NUMBER));
    let answer = of("200402");
    assert_eq!(answer.head.text("To"), Some("402533000018"));
    assert_eq!(answer.body.text("ApplicationID"), Some(NUMBER));
    assert_eq!(answer.body.text("Result"), Some("0000"));
    app::jobs::outbox::outbox_run(&centre).await.unwrap();
    assert_eq!(road.sent.lock().unwrap().len(), sent.len(), "sent once");
}

/// What the console sends for the form of the draft.
fn registered(draft: &Value) -> Value {
    let form = &draft["body"];
    let (payment, victim) = (&form["payments"][0], &form["victims"][0]);
    json!({
        "draft_id": draft["id"], "bank_report_id": form["bank_report_id"], "narrative": form["narrative"],
        "channel": form["channel"], "seat": "3", "category": "02", "offence_area": "421102", "send_stops": true,
        "caller": form["caller"],
        "victims": [{ "name": victim["name"], "phone": victim["phone"], "id_type": victim["id_type"], "id_number": victim["id_number"] }],
        "payments": [{ "paid_at": "2026-04-03T20:40:00+08:00", "amount_fen": 3_000_000, "from": payment["from"], "to": payment["to"],
                       "channel": "手机银行" }],
    })
}

#[tokio::test]
async fn a_bank_is_told_why_its_report_is_declined() {
    let (stand, centre, road) = told_twice().await;
    let seat = stand.signed_in("liyang").await;
    let listed = seat.get("/api/bank-reports").await.body;
    let path = format!(
        "/api/bank-reports/{}/decline",
        listed["items"][0]["id"].as_str().unwrap()
    );
    let silent = seat.post(&path, json!({ "reason": " " })).await;
    assert_eq!((silent.status, silent.code()), (422, "field_missing"));
    let declined = seat
        .post(&path, json!({ "reason": "客户自愿转账，不属诈骗" }))
        .await;
    assert_eq!(declined.status, 200, "{}", declined.body);
    let twice = seat.post(&path, json!({ "reason": "再次" })).await;
    assert_eq!((twice.status, twice.code()), (409, "already_decided"));
    app::jobs::outbox::outbox_run(&centre).await.unwrap();
    let sent = road.sent.lock().unwrap().clone();
    let answer = Message::decode(&sent[0].bytes).unwrap().body;
    assert_eq!(answer.text("Result"), Some("0999"));
    assert_eq!(answer.text("FeedbackRemark"), Some("客户自愿转账，不属诈骗"));
}
