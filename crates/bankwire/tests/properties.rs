//! Whatever the bytes, no panic; whatever was taken, the same again after writing and reading. The mutation test starts
//! from a printed seed; set `BANKWIRE_SEED` to repeat a run.

use bankwire::schema::{Field, Kind, MESSAGES};
use bankwire::{Message, decode_bytes, encode_json};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use serde_json::{Map, Value, json};
use std::fs;
use std::path::Path;

/// decode(encode(decode(x))) == decode(x), as text: the order of the keys counts.
fn check_round_trip(bytes: &[u8]) {
    let Ok(first) = decode_bytes(None, bytes) else {
        return;
    };
    let text = first.to_string();
    let written = encode_json(&text).unwrap_or_else(|p| panic!("{p}\n{text}"));
    let mut second = decode_bytes(None, &written).unwrap_or_else(|p| panic!("{p}\n{text}"));
    // Attributes and comments are not part of the JSON form, so their flags may go.
    let mut first = first;
    for value in [&mut first, &mut second] {
        value.as_object_mut().expect("an object").remove("flags");
    }
    assert_eq!(second.to_string(), first.to_string());
    assert_eq!(
        Message::decode(&written)
            .expect("was read")
            .encode()
            .expect("was written"),
        written
    );
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-zA-Z0-9 .:/<>&\"'\\]\\[;#!?-]{0,20}",
        2 => "[\\t\\n\\r \u{3000}\u{200B}\u{FEFF}中文😀\u{85}\u{7F}]{0,8}",
        1 => any::<String>().prop_map(|s| s.chars().filter(|c| !c.is_control() && *c != '\u{FFFE}' && *c != '\u{FFFF}').collect()),
    ]
}

/// An unknown element's name: none that is an item of a list.
fn name() -> impl Strategy<Value = String> {
    "[A-Za-z_甲][A-Za-z0-9_.乙-]{0,10}".prop_map(|n| format!("X{n}"))
}

fn tree() -> impl Strategy<Value = Value> {
    text().prop_map(Value::String).prop_recursive(6, 60, 8, |inner| {
        vec((name(), inner), 1..8).prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>()))
    })
}

/// A value that fits the field.
fn fitting(field: &Field, free: &str, depth: usize) -> Value {
    match field.kind {
        Kind::Amount => json!("30000.05"),
        Kind::Time | Kind::Day => json!("20260403210506"),
        Kind::Base64 => json!("5ZCI"),
        Kind::Text | Kind::Account => json!(format!("v{free}")),
        Kind::Object(inner) => object(inner, free, depth),
        Kind::Items(inner) => json!([object(inner, free, depth), object(inner, "", depth)]),
    }
}

fn object(fields: &[Field], free: &str, depth: usize) -> Value {
    let fields = fields
        .iter()
        .rev()
        .filter(|f| depth < 6 || !matches!(f.kind, Kind::Object(_) | Kind::Items(_)));
    Value::Object(
        fields
            .map(|f| (f.name.to_owned(), fitting(f, free, depth + 1)))
            .collect(),
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, rng_seed: RngSeed::Fixed(20_260_403), ..ProptestConfig::default() })]

    #[test]
    fn unknown_trees_survive(body in vec((name(), tree()), 0..6), extra in tree()) {
        let body: Map<String, Value> = body.into_iter().collect();
        let message = json!({"tx_code": "299999", "head": {"Mode": "01", "Xextra": extra}, "body": body});
        let written = encode_json(&message.to_string()).unwrap();
        let mut read = decode_bytes(None, &written).unwrap();
        prop_assert_eq!(&read["body"], &message["body"]);
        prop_assert_eq!(read["head"]["Xextra"].take(), message["head"]["Xextra"].clone());
        check_round_trip(&written);
    }

    #[test]
    fn every_message_survives_with_any_text_and_unknown_elements(pick in 0..MESSAGES.len(), free in text(), extra in tree()) {
        let spec = &MESSAGES[pick];
        let code = spec.police_code.or(spec.bank_code).unwrap();
        let fields: Vec<Field> = spec.fields().copied().collect();
        let mut body = object(&fields, &free, 0);
        body["Xunknown"] = extra;
        let head = json!({"TransSerialNumber": format!("s{free}"), "Mode": "01"});
        let message = json!({"tx_code": code, "head": head, "body": body});
        let written = encode_json(&message.to_string()).unwrap();
        let read = decode_bytes(None, &written).unwrap();
        prop_assert_eq!(&read["body"], &message["body"]);
        prop_assert_eq!(read["body"].as_object().unwrap().keys().next_back().unwrap(), "Xunknown");
        check_round_trip(&written);
    }

    #[test]
    fn any_bytes_get_an_answer(bytes in vec(any::<u8>(), 0..300)) {
        check_round_trip(&bytes);
        let _ = encode_json(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn any_markup_gets_an_answer(pieces in vec(prop::sample::select(PIECES), 0..40)) {
        check_round_trip(pieces.concat().as_bytes());
        let body = format!("<Request><Head><TxCode>200102</TxCode></Head><Body>{}</Body></Request>", pieces.concat());
        check_round_trip(body.as_bytes());
    }

    #[test]
    fn any_json_gets_an_answer(text in "[\\{\\}\\[\\]\",:a-z0-9 \\\\]{0,80}") {
        let _ = encode_json(&text);
        let _ = encode_json(&format!("{{\"tx_code\":\"200102\",\"head\":{{}},\"body\":{{{text}}}}}"));
    }
}

const PIECES: &[&str] = &[
    "<Request>",
    "</Request>",
    "<Response>",
    "</Response>",
    "<Head>",
    "</Head>",
    "<Body>",
    "</Body>",
    "<TxCode>",
    "</TxCode>",
    "200102",
    "100000",
    "<Code>",
    "</Code>",
    "<a>",
    "</a>",
    "<a/>",
    "<b x='1'>",
    "</b>",
    "<Transactions>",
    "</Transactions>",
    "<Transaction>",
    "</Transaction>",
    "<Account>",
    "</Account>",
    "&amp;",
    "&#65;",
    "&#0;",
    "&x;",
    "&",
    "<",
    ">",
    "<!-- c -->",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "<?pi?>",
    "<?xml version='1.0'?>",
    "<!DOCTYPE x>",
    " ",
    "\n",
    "甲",
    "\u{FEFF}",
    "<FailureCause>",
    "</FailureCause>",
    "<AccountBalance>",
    "</AccountBalance>",
];

/// A small generator, so that a seed means the same run everywhere.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % sides.max(1) as u64) as usize
    }
}

#[test]
fn mutated_vectors_never_panic_and_survive_when_taken() {
    let seed = std::env::var("BANKWIRE_SEED")
        .ok()
        .and_then(|s| s.parse().ok())
        .unwrap_or(20_260_403);
    println!("BANKWIRE_SEED={seed}");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("vectors");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    files.sort();
    let (xml, json): (Vec<_>, Vec<_>) = files
        .into_iter()
        .partition(|p| p.extension().is_some_and(|e| e == "xml"));
    let mut dice = Dice(seed);
    let mut taken = 0;
    for _ in 0..4_000 {
        let original = fs::read(&xml[dice.roll(xml.len())]).unwrap();
        let bytes = mutated(&mut dice, &original);
        taken += usize::from(decode_bytes(None, &bytes).is_ok());
        check_round_trip(&bytes);
    }
    assert!(taken > 100, "mutations are too rough to be worth it: {taken}");
    for _ in 0..1_000 {
        let original = fs::read(&json[dice.roll(json.len())]).unwrap();
        let bytes = mutated(&mut dice, &original);
        if let Ok(written) = encode_json(&String::from_utf8_lossy(&bytes)) {
            check_round_trip(&written);
        }
    }
}

fn mutated(dice: &mut Dice, original: &[u8]) -> Vec<u8> {
    let mut bytes = original.to_vec();
    for _ in 0..=dice.roll(3) {
        let at = dice.roll(bytes.len());
        let to = (at + dice.roll(40)).min(bytes.len());
        match dice.roll(6) {
            0 => bytes[at] = b"<>&;/\"'=\0\x7F\xE4 0A"[dice.roll(14)],
            1 => drop(bytes.drain(at..to)),
            2 => {
                let piece = bytes[at..to].to_vec();
                let into = dice.roll(bytes.len());
                bytes.splice(into..into, piece);
            }
            3 => {
                let piece = PIECES[dice.roll(PIECES.len())];
                bytes.splice(at..at, piece.bytes());
            }
            4 => bytes.truncate(bytes.len() - dice.roll(bytes.len() / 8)),
            _ => bytes[at] = bytes[dice.roll(bytes.len())],
        }
        if bytes.is_empty() {
            return bytes;
        }
    }
    bytes
}
