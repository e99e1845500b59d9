//! What must be refused, and what must be taken with a flag: a row per case.

use bankwire::limits::*;
use bankwire::{Message, Reason, decode_bytes, encode_json};
use serde_json::{Value, json};
use std::fs;
use std::path::Path;

fn vector(code: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("vectors")
        .join(format!("{code}.xml"));
    fs::read_to_string(path).expect("the vector is there")
}

/// An answer with these extra body elements.
fn answer(extra: &str) -> Vec<u8> {
    let head = "<Head><Mode>01</Mode><TxCode>200102</TxCode></Head>";
    format!(
        "<Request>{head}<Body><ApplicationID>A1</ApplicationID><Result>0000</Result>{extra}</Body></Request>"
    )
    .into_bytes()
}

fn refused(bytes: &[u8]) -> (String, Reason) {
    match decode_bytes(None, bytes) {
        Ok(_) => panic!(
            "taken: {}",
            String::from_utf8_lossy(&bytes[..bytes.len().min(200)])
        ),
        Err(problem) => {
            let told = problem.to_string();
            assert!(
                !problem.element.is_empty() && told.contains(problem.code()),
                "{told}"
            );
            assert!(
                told.len() < 600 && !problem.zh().is_empty() && !problem.en().is_empty(),
                "{told}"
            );
            (problem.element, problem.reason)
        }
    }
}

fn flags(bytes: &[u8]) -> Vec<(String, Reason)> {
    let message = Message::decode(bytes).expect("taken with flags");
    message
        .flags
        .into_iter()
        .map(|flag| (flag.element, flag.reason))
        .collect()
}

#[test]
fn hostile_files_are_refused_with_element_and_reason() {
    use Reason::*;
    let entity_bomb =
        r#"<!DOCTYPE Request [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><Request>&b;</Request>"#;
    let external = r#"<?xml version="1.0"?><!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><Request/>"#;
    let deep = format!("<Request>{}", "<a>".repeat(100_000));
    let deep_body = answer(&format!("{}x{}", "<a>".repeat(40), "</a>".repeat(40)));
    let many_items = format!(
        "<Transactions>{}</Transactions>",
        "<Transaction/>".repeat(ELEMENTS_MAX)
    );
    let many_names: String = (0..CHILDREN_MAX + 1).map(|i| format!("<u{i}/>")).collect();
    let many_attributes: String = (0..1_000_000).map(|i| format!(" a{i}=''")).collect();
    let long_text = format!("<FailureCause>{}</FailureCause>", "x".repeat(TEXT_BYTES_MAX + 1));
    let long_name = format!("<{0}></{0}>", "n".repeat(NAME_CHARS_MAX + 1));
    let attachment = |n: usize| {
        format!(
            "<Attachments><Attachment><Content>{}</Content></Attachment></Attachments>",
            "A".repeat(n)
        )
    };
    let rows: Vec<(Vec<u8>, &str, Reason)> = vec![
        (b"".to_vec(), "file", Empty),
        (b" \n".to_vec(), "file", Empty),
        (b"\xEF\xBB\xBF".to_vec(), "file", Empty),
        (b"hello".to_vec(), "file", Malformed),
        (b"<!-- only -->".to_vec(), "file", Empty),
        (b"\xFF\xFE<\0R\0".to_vec(), "file", EncodingNotUtf8),
        (b"<\0R\0e\0".to_vec(), "file", EncodingNotUtf8),
        (
            b"<?xml version='1.0' encoding='GBK'?><Request>\xC4\xE3</Request>".to_vec(),
            "file",
            EncodingNotUtf8,
        ),
        (
            b"<?xml version=\"1.0\" encoding=\"GB18030\"?><Request/>".to_vec(),
            "file",
            EncodingNotUtf8,
        ),
        (b"<Request>\xC4\xE3\xBA\xC3</Request>".to_vec(), "file", NotUtf8),
        (b"<Request>\xC0\x80</Request>".to_vec(), "file", NotUtf8),
        (b"<Request>\xED\xA0\x80</Request>".to_vec(), "file", NotUtf8),
        (b"<Request>\0</Request>".to_vec(), "file", ControlCharacter),
        (b"<Request>\x1B[2J</Request>".to_vec(), "file", ControlCharacter),
        (
            answer("<FailureCause>\u{FFFF}</FailureCause>"),
            "FailureCause",
            ControlCharacter,
        ),
        (entity_bomb.into(), "DOCTYPE", Doctype),
        (external.into(), "DOCTYPE", Doctype),
        (b"<!DOCTYPE Request".to_vec(), "DOCTYPE", Doctype),
        (b"<!doctype html><Request/>".to_vec(), "DOCTYPE", Doctype),
        (
            answer("<FailureCause>&xxe;</FailureCause>"),
            "FailureCause",
            UnknownEntity,
        ),
        (
            answer("<FailureCause>&nbsp;</FailureCause>"),
            "FailureCause",
            UnknownEntity,
        ),
        (
            answer("<FailureCause>&#0;</FailureCause>"),
            "FailureCause",
            BadCharacterReference,
        ),
        (
            answer("<FailureCause>&#x8;</FailureCause>"),
            "FailureCause",
            BadCharacterReference,
        ),
        (
            answer("<FailureCause>&#xD800;</FailureCause>"),
            "FailureCause",
            BadCharacterReference,
        ),
        (
            answer("<FailureCause>&#x110000;</FailureCause>"),
            "FailureCause",
            BadCharacterReference,
        ),
        (
            answer("<FailureCause>&#99999999999999999999;</FailureCause>"),
            "FailureCause",
            BadCharacterReference,
        ),
        (
            answer("<FailureCause>&#-1;</FailureCause>"),
            "FailureCause",
            BadCharacterReference,
        ),
        (
            answer("<FailureCause>&#;</FailureCause>"),
            "FailureCause",
            BadCharacterReference,
        ),
        (
            answer("<FailureCause>&#X41;</FailureCause>"),
            "FailureCause",
            BadCharacterReference,
        ),
        (
            answer("<FailureCause>A & B</FailureCause>"),
            "FailureCause",
            Malformed,
        ),
        (
            answer("<FailureCause>]]></FailureCause>"),
            "FailureCause",
            Malformed,
        ),
        (answer("<?php echo 1 ?>"), "Body", ProcessingInstruction),
        (
            b"<?xml-stylesheet href='x'?><Request/>".to_vec(),
            "file",
            ProcessingInstruction,
        ),
        (
            b" <?xml version='1.0'?><Request/>".to_vec(),
            "file",
            MisplacedDeclaration,
        ),
        (answer("<?xml version='1.0'?>"), "Body", MisplacedDeclaration),
        (
            b"<?xml version='1.1'?><Request/>".to_vec(),
            "?xml",
            MisplacedDeclaration,
        ),
        (
            b"<?xml version='1.0' standalone='maybe'?><Request/>".to_vec(),
            "?xml",
            MisplacedDeclaration,
        ),
        (deep.into(), "a", TooDeep),
        (deep_body, "a", TooDeep),
        (answer(&many_items), "Transaction", TooManyElements),
        (answer(&many_names), "u510", TooManyElements),
        (
            format!("<Request{many_attributes}/>").into_bytes(),
            "Request",
            TooManyAttributes,
        ),
        (b"<Request a='1' a='2'/>".to_vec(), "Request", BadAttribute),
        (b"<Request a=1/>".to_vec(), "Request", BadAttribute),
        (b"<Request a='<'/>".to_vec(), "Request", BadAttribute),
        (b"<Request a='&x;'/>".to_vec(), "Request", UnknownEntity),
        (b"<Request a='&'/>".to_vec(), "Request", BadAttribute),
        (answer(&long_text), "FailureCause", TextTooLong),
        (answer(&long_name), &long_name[1..=NAME_CHARS_MAX + 1], BadName),
        (answer("<1a/>"), "1a", BadName),
        (answer("<a$b/>"), "a$b", BadName),
        (
            answer("<x:AccountNumber>1</x:AccountNumber>"),
            "x:AccountNumber",
            NamespacePrefix,
        ),
        (b"<soap:Envelope/>".to_vec(), "soap:Envelope", NamespacePrefix),
        (b"<html/>".to_vec(), "html", WrongRoot),
        (b"<request/>".to_vec(), "request", WrongRoot),
        (
            b"<Request><Head/></Request><Request/>".to_vec(),
            "Request",
            SecondRoot,
        ),
        (b"<Request/>trailing".to_vec(), "file", SecondRoot),
        (b"<Request><Head>".to_vec(), "Head", Truncated),
        (b"<Request><Head><TxCode>2001".to_vec(), "TxCode", Truncated),
        (b"<Request><Head></Request>".to_vec(), "Head", Malformed),
        (b"<Request/></Request>".to_vec(), "file", Malformed),
        (b"<Request><Head><TxCo".to_vec(), "Head", Truncated),
        (b"<Request>text</Request>".to_vec(), "Request", NotObject),
        (b"<Request/>".to_vec(), "Head", MissingElement),
        (b"<Request><Body/></Request>".to_vec(), "Head", MissingElement),
        (
            b"<Request><Head/><Body/></Request>".to_vec(),
            "TxCode",
            MissingElement,
        ),
        (
            b"<Request><Head><TxCode></TxCode></Head></Request>".to_vec(),
            "TxCode",
            MissingElement,
        ),
        (
            b"<Request><Head><TxCode><a/></TxCode></Head></Request>".to_vec(),
            "TxCode",
            NotText,
        ),
        (b"<Request><Head>01</Head></Request>".to_vec(), "Head", NotObject),
        (
            b"<Request><Head><Code>1</Code></Head><Extra/></Request>".to_vec(),
            "Extra",
            UnexpectedElement,
        ),
        (
            b"<Request><Head><Code>1</Code></Head><Head/></Request>".to_vec(),
            "Head",
            DuplicateElement,
        ),
        (answer("<Result>0300</Result>"), "Result", DuplicateElement),
        (answer("<Vendor><A>1</A><A>2</A></Vendor>"), "A", DuplicateElement),
        (
            answer("<Attachments/><Attachments/>"),
            "Attachments",
            DuplicateElement,
        ),
        (answer("<Vendor>text<A>1</A></Vendor>"), "A", MixedContent),
        (answer("<Vendor><A>1</A>text</Vendor>"), "Vendor", MixedContent),
        (
            answer("<AccountNumber><A>1</A></AccountNumber>"),
            "AccountNumber",
            NotText,
        ),
        (
            answer("<Attachments>none</Attachments>"),
            "Attachments",
            NotObject,
        ),
        (
            answer("<Attachments><Attachment>none</Attachment></Attachments>"),
            "Attachment",
            NotObject,
        ),
        (answer(&attachment(5)), "Content", BadBase64),
        (
            answer("<Attachments><Attachment><Content>*</Content></Attachment></Attachments>"),
            "Content",
            BadBase64,
        ),
        (answer(&attachment(1_398_108)), "Content", AttachmentTooLarge),
        (
            answer(&attachment(ATTACHMENT_TEXT_BYTES_MAX + 4)),
            "Content",
            TextTooLong,
        ),
        (vec![b' '; MESSAGE_BYTES_MAX + 1], "file", TooLarge),
    ];
    for (i, (bytes, element, reason)) in rows.iter().enumerate() {
        assert_eq!(
            refused(bytes),
            (element.to_string(), *reason),
            "row {i}: {}",
            String::from_utf8_lossy(&bytes[..bytes.len().min(120)])
        );
    }
}

#[test]
fn a_police_request_is_held_to_its_mandatory_amounts_and_dates() {
    let whole = vector("200101");
    assert!(flags(whole.as_bytes()).is_empty());
    let change = |element: &str, from: &str, to: &str| {
        let (old, new) = (
            format!("<{element}>{from}</{element}>"),
            format!("<{element}>{to}</{element}>"),
        );
        assert!(whole.contains(&old), "{old}");
        whole.replacen(&old, &new, 1)
    };
    for amount in [
        "-1",
        "1.234",
        "1e5",
        "NaN",
        "30,000.00",
        "３００００",
        " 30000",
        "30000 ",
        "+1",
        ".5",
        "5.",
        "99999999999999999999",
        "abc",
    ] {
        let bad = change("TransferAmount", "30000.00", amount);
        assert_eq!(
            refused(bad.as_bytes()),
            ("TransferAmount".into(), Reason::ImpossibleAmount),
            "{amount}"
        );
    }
    for date in [
        "20260230000000",
        "20261301000000",
        "20260403240000",
        "20260403216000",
        "2026-04-03",
        "2026040321050",
        "00000000000000",
        "２０２６０４０３２１０５０６",
    ] {
        for element in ["TransferTime", "ApplicationTime", "StartTime", "ExpireTime"] {
            let bad = change(element, "20260403210506", date);
            assert_eq!(
                refused(bad.as_bytes()),
                (element.into(), Reason::ImpossibleDate),
                "{date}"
            );
        }
    }
    for amount in ["0", "1", "30000", "30000.5", "30000.05", "0030000"] {
        assert!(
            Message::decode(change("TransferAmount", "30000.00", amount).as_bytes()).is_ok(),
            "{amount}"
        );
    }
    let by_hand = [
        ("ApplicationType", "00"),
        ("Currency", "CNY"),
        ("BankName", "黄冈模拟银行"),
        ("CaseType", "01"),
        ("OperatorName", "王甲"),
        ("InvestigatorIDNumber", "A000002"),
        ("TransferAmount", "30000.00"),
    ];
    for (element, value) in by_hand {
        for blank in ["", " "] {
            let bad = change(element, value, blank);
            assert_eq!(refused(bad.as_bytes()).0, element);
        }
        let absent = whole.replacen(&format!("<{element}>{value}</{element}>"), "", 1);
        assert_eq!(
            refused(absent.as_bytes()),
            (element.into(), Reason::MissingElement)
        );
    }
    // A stop that answers a bank's report names that report.
    let reported = change("ApplicationType", "00", "02").replacen(
        "<OriginalApplicationID>010120260403210506421100000000000001</OriginalApplicationID>",
        "",
        1,
    );
    assert_eq!(
        refused(reported.as_bytes()),
        ("OriginalApplicationID".into(), Reason::MissingElement)
    );
    // The same for the bank-side code.
    let bank_side = vector("100101").replace("<TransferAmount>30000.00<", "<TransferAmount>abc<");
    assert_eq!(
        refused(bank_side.as_bytes()),
        ("TransferAmount".into(), Reason::ImpossibleAmount)
    );
}

#[test]
fn a_query_names_its_period_unless_basic() {
    let absent = vector("200301").replace("<InquiryPeriodEnd>20260403210506</InquiryPeriodEnd>", "");
    assert_eq!(
        refused(absent.as_bytes()),
        ("InquiryPeriodEnd".into(), Reason::MissingElement)
    );
    assert!(flags(absent.replace("<InquiryMode>03<", "<InquiryMode>01<").as_bytes()).is_empty());
}

#[test]
fn odd_answers_are_taken_with_flags() {
    use Reason::*;
    for (extra, element, reason) in [
        (
            "<AccountBalance>abc</AccountBalance>",
            "AccountBalance",
            ImpossibleAmount,
        ),
        (
            "<AccountBalance>-5.00</AccountBalance>",
            "AccountBalance",
            ImpossibleAmount,
        ),
        (
            "<AccountBalance>1.001</AccountBalance>",
            "AccountBalance",
            ImpossibleAmount,
        ),
        (
            "<StartTime>20260230000000</StartTime>",
            "StartTime",
            ImpossibleDate,
        ),
        ("<StartTime>20260403</StartTime>", "StartTime", ImpossibleDate),
        (
            "<AccountNumber>62000\u{200B}01</AccountNumber>",
            "AccountNumber",
            ZeroWidth,
        ),
        (
            "<CardNumber>&#xFEFF;6200001</CardNumber>",
            "CardNumber",
            ZeroWidth,
        ),
        (
            "<FailureCause lang='zh'>x</FailureCause>",
            "FailureCause",
            ForeignAttribute,
        ),
        (
            "<AccountNumber>6200<!-- x -->001</AccountNumber>",
            "AccountNumber",
            CommentInText,
        ),
        (
            "<Attachments><Attachment><Filename>../../x</Filename></Attachment></Attachments>",
            "Filename",
            OddFileName,
        ),
    ] {
        assert_eq!(flags(&answer(extra)), [(element.to_owned(), reason)], "{extra}");
        let json = decode_bytes(None, &answer(extra)).unwrap();
        assert_eq!(json["flags"][0]["element"], element);
        assert!(json["flags"][0]["why"].as_str().unwrap().contains(reason.code()));
    }
    let unknown =
        b"<Response><Head><TxCode>209999</TxCode></Head><Body><Any><Thing>1</Thing></Any></Body></Response>";
    assert_eq!(flags(unknown), [("TxCode".to_owned(), UnknownTxCode)]);
    let nobody = b"<Request><Head><TxCode>200102</TxCode></Head></Request>";
    assert_eq!(
        flags(nobody),
        [
            ("ApplicationID".to_owned(), MissingElement),
            ("Result".to_owned(), MissingElement)
        ]
    );
    let flood = format!(
        "<Transactions>{}</Transactions>",
        "<Transaction a='1'/>".repeat(1500)
    );
    let flags = flags(&answer(&flood));
    assert_eq!((flags.len(), flags.last().unwrap().1), (FLAGS_MAX + 1, MoreFlags));
}

#[test]
fn texts_are_exact_and_unknown_things_are_kept() {
    let extra = concat!(
        "<FailureCause> a\u{3000}b &lt;&amp;&gt;&quot;&apos;&#x4E2D;&#13;\n\t<![CDATA[<raw> & ]]]]><![CDATA[>]]> </FailureCause>",
        "<AccountBalance/><Vendor><B>1</B><A><C/></A></Vendor><!-- skipped --><AccountAvaiableBalance>1</AccountAvaiableBalance>",
    );
    let json = decode_bytes(None, &answer(extra)).unwrap();
    assert!(json.get("flags").is_none(), "{json}");
    assert_eq!(
        json["body"],
        json!({
            "ApplicationID": "A1", "Result": "0000", "AccountBalance": "",
            "FailureCause": " a\u{3000}b <&>\"'中\r\n\t<raw> & ]]> ",
            "Vendor": {"B": "1", "A": {"C": ""}}, "AccountAvaiableBalance": "1",
        })
    );
    let again = decode_bytes(None, &encode_json(&json.to_string()).unwrap()).unwrap();
    assert_eq!(again.to_string(), json.to_string());
    let order: Vec<&String> = json["body"].as_object().unwrap().keys().collect();
    assert_eq!(
        order,
        [
            "ApplicationID",
            "Result",
            "AccountBalance",
            "FailureCause",
            "Vendor",
            "AccountAvaiableBalance"
        ]
    );
}

#[test]
fn lists_are_arrays_even_when_alone_and_an_entry_account_is_text() {
    let one = answer("<Attachments><Attachment><Filename>f</Filename></Attachment></Attachments>");
    assert!(decode_bytes(None, &one).unwrap()["body"]["Attachments"]["Attachment"].is_array());
    let empty = decode_bytes(None, &answer("<Attachments/>")).unwrap();
    assert_eq!(empty["body"]["Attachments"], "");
    let hollow = decode_bytes(None, &answer("<Transactions><Transaction/></Transactions>")).unwrap();
    assert_eq!(hollow["body"]["Transactions"]["Transaction"], json!([""]));
    let entry = decode_bytes(None, vector("200501").as_bytes()).unwrap();
    assert!(entry["body"]["EntryList"]["Entry"][0]["Account"].is_string());
    // In a message that nobody knows, too.
    let unknown = b"<Request><Head><TxCode>299999</TxCode></Head><Body><Accounts><Account><X/></Account></Accounts></Body></Request>";
    assert_eq!(
        decode_bytes(None, unknown).unwrap()["body"],
        json!({"Accounts": {"Account": [{"X": ""}]}})
    );
}

#[test]
fn an_attachment_of_one_megabyte_is_taken() {
    use base64::Engine as _;
    let text = |n: usize| base64::engine::general_purpose::STANDARD.encode(vec![7u8; n]);
    let attachment = |n: usize| {
        answer(&format!(
            "<Attachments><Attachment><Content>{}</Content></Attachment></Attachments>",
            text(n)
        ))
    };
    assert!(decode_bytes(None, &attachment(ATTACHMENT_BYTES_MAX)).is_ok());
    assert_eq!(
        refused(&attachment(ATTACHMENT_BYTES_MAX + 1)).1,
        Reason::AttachmentTooLarge
    );
    let wrapped: String = text(3000)
        .as_bytes()
        .chunks(76)
        .map(|c| String::from_utf8_lossy(c).into_owned() + "\r\n")
        .collect();
    assert!(
        decode_bytes(
            None,
            &answer(&format!(
                "<Attachments><Attachment><Content>{wrapped}</Content></Attachment></Attachments>"
            ))
        )
        .is_ok()
    );
}

#[test]
fn a_file_name_of_the_platform_must_agree() {
    let name = |code: &str, id: &str| format!("{code}_{id}_00000000000000000000000000000abc.xml");
    let bytes = answer("");
    let with = |name: &str| decode_bytes(Some(name), &bytes).map_err(|p| (p.element, p.reason));
    assert!(with(&name("200102", "A1")).is_ok());
    assert_eq!(
        with(&name("200104", "A1")),
        Err(("TxCode".into(), Reason::FileNameMismatch))
    );
    assert_eq!(
        with(&name("100102", "A1")),
        Err(("TxCode".into(), Reason::FileNameMismatch))
    );
    assert_eq!(
        with(&name("200102", "A2")),
        Err(("ApplicationID".into(), Reason::FileNameMismatch))
    );
    for other in [
        "answer.xml",
        "200104_A1.xml",
        "200104_A2_00000000000000000000000000000abc.xml.bak",
        "200104_A2_short.xml",
    ] {
        assert!(with(other).is_ok(), "{other}");
    }
    // The hub's answer carries the request's name.
    let hub = vector("hub-accepted");
    assert!(decode_bytes(Some(&name("200101", "A1")), hub.as_bytes()).is_ok());
}

#[test]
fn json_is_read_strictly_and_in_any_order() {
    use Reason::*;
    let good: Value = serde_json::from_str(&vector_json("200101")).unwrap();
    let mut shuffled = serde_json::Map::new();
    for (key, value) in good.as_object().unwrap().iter().rev() {
        let value = value.as_object().map_or(value.clone(), |o| {
            Value::Object(o.iter().rev().map(|(k, v)| (k.clone(), v.clone())).collect())
        });
        shuffled.insert(key.clone(), value);
    }
    shuffled.insert("flags".into(), json!(17));
    assert_eq!(
        encode_json(&Value::Object(shuffled).to_string()).unwrap(),
        encode_json(&good.to_string()).unwrap()
    );

    let with = |body: Value| json!({"tx_code": "200102", "head": {"Mode": "01"}, "body": body}).to_string();
    assert!(encode_json(&with(json!({"ApplicationID": "A", "Result": "0000"}))).is_ok());
    for (text, element, reason) in [
        ("{".to_owned(), "file", BadJson),
        ("[]".to_owned(), "file", BadJson),
        ("{}".to_owned(), "tx_code", MissingElement),
        (
            json!({"tx_code": 200102, "head": {}, "body": {}}).to_string(),
            "tx_code",
            NotAString,
        ),
        (
            json!({"tx_code": "200102", "body": {}}).to_string(),
            "head",
            MissingElement,
        ),
        (
            json!({"tx_code": "200102", "head": "x", "body": {}}).to_string(),
            "head",
            NotObject,
        ),
        (
            json!({"tx_code": "200102", "head": {}, "body": ["x"]}).to_string(),
            "body",
            NotObject,
        ),
        (
            json!({"tx_code": "", "head": {}, "body": {}}).to_string(),
            "TxCode",
            MissingElement,
        ),
        (
            json!({"tx_code": "200102", "head": {"TxCode": "200104"}, "body": {}}).to_string(),
            "tx_code",
            TxCodeMismatch,
        ),
        (
            json!({"tx_code": "200102", "head": {}, "body": {}, "more": ""}).to_string(),
            "more",
            UnknownKey,
        ),
        (with(json!({"Result": 0})), "Result", NotAString),
        (with(json!({"Result": null})), "Result", NotAString),
        (with(json!({"Result": ["0000"]})), "Result", UnexpectedList),
        (with(json!({"Result": {"a": "b"}})), "Result", NotText),
        (with(json!({"Vendor": ["a"]})), "Vendor", UnexpectedList),
        (with(json!({"Vendor": {"x": ["a"]}})), "x", UnexpectedList),
        (
            with(json!({"Attachments": {"Attachment": {"Filename": "x"}}})),
            "Attachment",
            NotList,
        ),
        (with(json!({"Attachments": "x"})), "Attachments", NotObject),
        (
            with(json!({"Attachments": {"Attachment": ["x"]}})),
            "Attachment",
            NotObject,
        ),
        (with(json!({"A B": "x"})), "A B", BadName),
        (with(json!({"A></Body><Body>": "x"})), "A></Body><Body>", BadName),
        (with(json!({"": "x"})), "", BadName),
        (
            with(json!({"FailureCause": "a\u{0}b"})),
            "FailureCause",
            ControlCharacter,
        ),
        (
            with(json!({"FailureCause": "x".repeat(TEXT_BYTES_MAX + 1)})),
            "FailureCause",
            TextTooLong,
        ),
    ] {
        let problem = encode_json(&text).expect_err(&text[..text.len().min(200)]);
        assert_eq!(
            (problem.element.as_str(), problem.reason),
            (element, reason),
            "{}",
            &text[..text.len().min(200)]
        );
    }
}

fn vector_json(code: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("vectors")
        .join(format!("{code}.json"));
    fs::read_to_string(path).expect("the vector is there")
}
