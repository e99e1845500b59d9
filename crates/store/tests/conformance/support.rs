//! What the cases of all slices need: an entry to commit with, and a proof that the log is whole.

use auditchain::{Head, HeadSigner, Header, Options, Sm2Signer, verify};
use kernel::Instant;
use store::{NewEntry, Store, audit};

/// An entry of a made-up actor at the given millisecond.
pub fn entry(action: &str, at_ms: i64) -> NewEntry {
    NewEntry {
        at: Instant::from_ms(at_ms),
        actor: "0197-user".into(),
        actor_name: "测试员".into(),
        org: "421100".into(),
        action: action.into(),
        subject_kind: "order".into(),
        subject_id: "0197-order".into(),
        purpose: "conformance".into(),
        done: true,
        refusal: None,
        detail: serde_json::json!({"amount_fen": 3_000_000}),
        request_id: "r-1".into(),
    }
}

/// Exports the log and verifies the text with nothing but the text; returns the number of entries.
pub async fn prove_whole(store: &Store) -> u64 {
    let signer = Sm2Signer::from_secret(&[7; 32]).expect("a key");
    let header = Header {
        centre: store.centre().id.clone(),
        public_key: signer.public_key(),
    };
    let sign = |tip: audit::Tip| Head::sign(&signer, &header.centre, tip.seq, tip.digest, 1_775_221_560_000);
    let text = audit::export(store, &header, Vec::new(), sign)
        .await
        .expect("the log can be exported");
    let options = Options {
        expected_public_key: Some(signer.public_key()),
        ..Options::default()
    };
    verify(text.as_slice(), options)
        .unwrap_or_else(|bad| panic!("{bad:?}"))
        .entries
}
