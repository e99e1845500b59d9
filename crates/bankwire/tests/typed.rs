//! The typed layer: what our centre sends, and what it makes of answers that are odd.

use bankwire::codes::*;
use bankwire::typed::*;
use bankwire::{ApplicationId, Meaning, Message, Reason, TransSerialNumber};
use kernel::{Fen, Instant, Span};

fn at() -> Instant {
    Instant::from_wire14("20260403210506").expect("a date")
}

fn request(body: impl Into<RequestBody>) -> PoliceRequest {
    let body = body.into();
    let id = ApplicationId::compose(body.tx_code(), "421100000000", at(), 7).expect("fits");
    let serial = TransSerialNumber::compose("cfcapolice01", None, at(), 42).expect("fits");
    PoliceRequest {
        envelope: Envelope {
            to: "620000000018".into(),
            trans_serial_number: serial.to_string(),
            ..Envelope::default()
        },
        requester: Requester {
            application_id: id.to_string(),
            case_number: "AJ421100202604030001".into(),
            case_type: "01".into(),
            emergency: EmergencyLevel::Urgent.into(),
            bank_id: "620000000018".into(),
            bank_name: "黄冈模拟银行".into(),
            application_time: at(),
            org_id: "421100000000".into(),
            org_name: "黄冈市公安局反诈中心".into(),
            operator_id_type: RequestIdType::Police.into(),
            operator_id_number: "A000001".into(),
            operator_name: "王甲".into(),
            operator_phone: "19900000001".into(),
            investigator_id_type: RequestIdType::Police.into(),
            investigator_id_number: "A000002".into(),
            investigator_name: "李乙".into(),
        },
        body,
        attachments: vec![Attachment::named(
            AttachmentType::StopForm,
            AttachmentFormat::Pdf,
            serial.as_str(),
            "A000001",
            b"%PDF".to_vec(),
        )],
    }
}

fn stop() -> Stop {
    Stop {
        application_type: StopApplicationType::First.into(),
        original_application_id: String::new(),
        transfer_out_bank_id: String::new(),
        transfer_out_bank_name: String::new(),
        transfer_out_account_name: "张丙".into(),
        transfer_out_account_number: "6200001234567890128".into(),
        currency: "CNY".into(),
        transfer_amount: Fen::yuan(30_000),
        transfer_time: at(),
        account_type: AccountType::Personal.into(),
        account_name: "赵丁".into(),
        account_number: "6200009876543210127".into(),
        reason: "电信网络诈骗".into(),
        remark: String::new(),
        start_time: at(),
        expire_time: at() + Span::hours(48),
    }
}

#[test]
fn a_stop_goes_out_and_comes_back() {
    let request = request(stop());
    let bytes = request.to_message().encode().unwrap();
    assert_eq!(bytes, request.to_message().encode().unwrap());
    let text = String::from_utf8(bytes.clone()).unwrap();
    for piece in [
        "<TransferAmount>30000.00<",
        "<ExpireTime>20260405210506<",
        "<Filename>031_cfcapolice01_",
        "<Mode>01<",
    ] {
        assert!(text.contains(piece), "{piece}");
    }
    assert!(
        !text.contains("TransferOutBankID"),
        "an empty element is left out"
    );
    let message = Message::decode(&bytes).unwrap();
    assert!(message.flags.is_empty(), "{message:?}");
    assert_eq!(PoliceRequest::from_message(&message).unwrap(), request);
    assert_eq!(request.answer_code(), "200102");
    assert_eq!(answer_code("100309"), Some("200310"));
    assert_eq!(answer_code("200102"), None);
    let shown = format!("{request:?}{message:?}");
    for secret in ["6200009876543210127", "赵丁", "A000001", "19900000001"] {
        assert!(!shown.contains(secret), "{secret} in {shown}");
    }
}

#[test]
fn what_a_bank_would_refuse_is_refused_before_it_leaves() {
    let mut without_name = request(stop());
    without_name.requester.bank_name.clear();
    let mut negative = stop();
    negative.transfer_amount = Fen(-1);
    let mut reported = stop();
    reported.application_type = StopApplicationType::BankReported.into();
    for (request, element, reason) in [
        (without_name, "BankName", Reason::MissingElement),
        (request(negative), "TransferAmount", Reason::ImpossibleAmount),
        (request(reported), "OriginalApplicationID", Reason::MissingElement),
    ] {
        let problem = request.to_message().encode().unwrap_err();
        assert_eq!((problem.element.as_str(), problem.reason), (element, reason));
    }
}

#[test]
fn whoever_must_answer_reads_a_faulty_request() {
    let text = String::from_utf8(request(stop()).to_message().encode().unwrap()).unwrap();
    let faulty = text
        .replace("<CaseNumber>AJ421100202604030001</CaseNumber>", "")
        .replace(">20260405210506<", ">20260431000000<");
    assert_eq!(
        Message::decode(faulty.as_bytes()).unwrap_err().reason,
        Reason::ImpossibleDate
    );
    let message = Message::decode_to_answer(faulty.as_bytes()).unwrap();
    let flags: Vec<_> = message
        .flags
        .iter()
        .map(|f| (f.element.as_str(), f.reason))
        .collect();
    assert_eq!(
        flags,
        [
            ("ExpireTime", Reason::ImpossibleDate),
            ("CaseNumber", Reason::MissingElement)
        ]
    );
    assert_eq!(message.application_id(), "010120260403210506421100000000000007");
}

fn answer(code: &str, body: &str) -> Message {
    let head = format!("<Head><TxCode>{code}</TxCode></Head>");
    let text = format!("<Response>{head}<Body><ApplicationID>A1</ApplicationID>{body}</Body></Response>");
    Message::decode(text.as_bytes()).expect("an answer is taken")
}

#[test]
fn odd_answers_are_read_without_guessing() {
    let odd = "<Result>1277</Result><AccountBalance>many</AccountBalance><StartTime>20260403</StartTime><AccountType>7</AccountType>";
    let feedback = BankFeedback::from_message(&answer("100102", odd)).unwrap();
    assert_eq!(
        (feedback.answer.result.meaning(), feedback.answer.result.raw()),
        (Meaning::Unknown, "1277")
    );
    let FeedbackBody::Stop(stop) = &feedback.body else {
        panic!("another body")
    };
    assert_eq!(stop.account_balance, Given::Odd("many".into()));
    // A day is no moment of execution: the 48 hours must not start at midnight by guess.
    assert_eq!(stop.start_time, Given::Odd("20260403".into()));
    assert_eq!(stop.expire_time.value(), None);
    assert_eq!(stop.account_type.raw(), "7");
    assert_eq!(
        BankFeedback::from_message(&feedback.to_message()).unwrap(),
        feedback
    );
}

#[test]
fn other_spellings_of_one_binding_are_read() {
    let freeze = answer(
        "200202",
        "<Result>0000</Result><AccountAvaiableBalance>5.00</AccountAvaiableBalance><FormerFrozenExpireTime>20261001</FormerFrozenExpireTime>",
    );
    let FeedbackBody::Freeze(freeze) = BankFeedback::from_message(&freeze).unwrap().body else {
        panic!("another body")
    };
    assert_eq!(freeze.available_balance, Given::Read(Fen(500)));
    assert_eq!(
        freeze.former_expire_time.value().unwrap().to_wire14(),
        "20261001000000"
    );
}

#[test]
fn an_answer_to_nothing_or_of_another_kind_is_refused() {
    let nobody = Message::decode(b"<Request><Head><TxCode>200102</TxCode></Head><Body/></Request>").unwrap();
    assert_eq!(
        BankFeedback::from_message(&nobody).unwrap_err().element,
        "ApplicationID"
    );
    assert_eq!(
        BankFeedback::from_message(&answer("200401", ""))
            .unwrap_err()
            .reason,
        Reason::WrongTxCode
    );
    assert_eq!(
        PoliceRequest::from_message(&answer("200102", ""))
            .unwrap_err()
            .reason,
        Reason::WrongTxCode
    );
    assert_eq!(
        CaseReport::from_message(&answer("200402", ""))
            .unwrap_err()
            .reason,
        Reason::WrongTxCode
    );
}

#[test]
fn an_answer_is_built_from_its_defaults() {
    let feedback = BankFeedback {
        envelope: Envelope {
            to: "cfcapolice01".into(),
            ..Envelope::default()
        },
        answer: Answer {
            application_id: "A1".into(),
            result: "0000".into(),
            ..Answer::default()
        },
        body: StopFeedback {
            start_time: at().into(),
            account_balance: Fen(1).into(),
            ..StopFeedback::default()
        }
        .into(),
    };
    let message = Message::decode(&feedback.to_message().encode().unwrap()).unwrap();
    assert_eq!(BankFeedback::from_message(&message).unwrap(), feedback);
    assert_eq!(
        message.into_json()["body"].to_string(),
        r#"{"ApplicationID":"A1","Result":"0000","AccountBalance":"0.01","StartTime":"20260403210506"}"#
    );
}
