//! Golden vectors both ways: each `vectors/<code>.xml` reads as its `.json`, and the `.json` writes the same XML but for
//! the white space between elements. The files were made from the message lists of DOMAIN 1.2–1.6 by a program that
//! shares nothing with this crate; all data in them is invented.

use bankwire::schema::MESSAGES;
use bankwire::typed::{
    BankFeedback, CaseAnswer, CaseReport, FeedbackBody, HubAnswer, ListPush, PoliceRequest, RequestBody,
};
use bankwire::{Message, decode_bytes, encode_json};
use std::fs;
use std::path::{Path, PathBuf};

fn vectors() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the vectors are beside the code")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    files.retain(|path| path.extension().is_some_and(|e| e == "xml"));
    files.sort();
    files
}

/// The XML without the white space between elements and without the declaration's line break.
fn packed(xml: &str) -> String {
    xml.lines().map(str::trim_start).collect()
}

#[test]
fn vectors_read_and_write_exactly() {
    for path in vectors() {
        let xml = fs::read(&path).unwrap();
        let json = fs::read_to_string(path.with_extension("json")).unwrap();
        let expected: serde_json::Value = serde_json::from_str(&json).unwrap();
        let read = decode_bytes(None, &xml).unwrap_or_else(|p| panic!("{}: {p}", path.display()));
        // As text, so that the order of the keys counts too.
        assert_eq!(read.to_string(), expected.to_string(), "{}", path.display());
        let written = String::from_utf8(encode_json(&json).unwrap()).unwrap();
        assert_eq!(
            written,
            packed(&String::from_utf8(xml).unwrap()),
            "{}",
            path.display()
        );
    }
}

#[test]
fn every_known_code_has_a_vector() {
    let names: Vec<String> = vectors()
        .iter()
        .map(|p| p.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    for spec in MESSAGES.iter().filter(|spec| !spec.groups.is_empty()) {
        for code in [spec.police_code, spec.bank_code].into_iter().flatten() {
            assert!(names.iter().any(|name| name == code), "{code}");
        }
    }
}

/// Typed reading and writing loses nothing that the vectors hold (empty elements apart, which it leaves out).
#[test]
fn typed_messages_keep_what_vectors_hold() {
    let mut seen = 0;
    for path in vectors() {
        let message = Message::decode(&fs::read(&path).unwrap()).unwrap();
        let code = bankwire::typed::police_code(&message.tx_code).to_owned();
        let again = match code.as_str() {
            code if RequestBody::TX_CODES.contains(&code) => {
                let request = PoliceRequest::from_message(&message).unwrap();
                assert_eq!(
                    PoliceRequest::from_message(&request.to_message()).unwrap(),
                    request
                );
                request.to_message()
            }
            code if FeedbackBody::TX_CODES.contains(&code) => {
                let feedback = BankFeedback::from_message(&message).unwrap();
                assert_eq!(
                    BankFeedback::from_message(&feedback.to_message()).unwrap(),
                    feedback
                );
                feedback.to_message()
            }
            "200401" => CaseReport::from_message(&message).unwrap().to_message(),
            "200402" => CaseAnswer::from_message(&message).unwrap().to_message(),
            "200501" => ListPush::from_message(&message).unwrap().to_message(),
            "" => HubAnswer::from_message(&message).unwrap().to_message(),
            _ => continue,
        };
        let written = Message::decode(&again.encode().unwrap()).unwrap();
        let mut expected = message.into_json()["body"].take();
        drop_empty(&mut expected);
        assert_eq!(
            written.into_json()["body"].to_string(),
            expected.to_string(),
            "{}",
            path.display()
        );
        seen += 1;
    }
    assert_eq!(seen, 2 * 22 + 2 * 2 + 1 + 2);
}

fn drop_empty(value: &mut serde_json::Value) {
    if let serde_json::Value::Object(map) = value {
        map.retain(|_, v| v != "");
        map.values_mut().for_each(drop_empty);
    }
    if let serde_json::Value::Array(items) = value {
        items.iter_mut().for_each(drop_empty);
    }
}

/// `BANKWIRE_WRITE=1` writes the page anew.
#[test]
fn the_page_of_messages_is_up_to_date() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("MESSAGES.md");
    let page = bankwire::schema::to_markdown();
    if std::env::var_os("BANKWIRE_WRITE").is_some() {
        fs::write(&path, &page).unwrap();
    }
    assert_eq!(fs::read_to_string(path).unwrap(), page);
}
