//! Keys, locks at the door and leases: what holds when something is stolen, guessed at or taken over.

use super::stand::demo;
use app::Centre;
use app::keys::{WrongKey, keys_check};
use app::people::{DEMO_PASSWORD, SecretKey, SignIn, session_open};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{RefusalCode, Span};
use std::sync::Arc;
use store::lease;

#[tokio::test]
async fn a_process_with_another_key_is_told_so_and_the_first_ones_stay() {
    let stand = demo().await;
    assert_eq!(keys_check(&stand.centre).await.unwrap(), None);
    assert_eq!(keys_check(&stand.centre).await.unwrap(), None, "again");
    let other = Centre {
        signer: Arc::new(auditchain::Sm2Signer::from_secret(&[9; 32]).unwrap()),
        ..stand.centre.clone()
    };
    assert_eq!(keys_check(&other).await.unwrap(), Some(WrongKey::Signing));
    let other = Centre {
        secrets: Arc::new(SecretKey::new(&[9; 32])),
        ..stand.centre.clone()
    };
    assert_eq!(keys_check(&other).await.unwrap(), Some(WrongKey::Secrets));
    assert_eq!(keys_check(&stand.centre).await.unwrap(), None);
}

#[tokio::test]
async fn the_key_of_a_store_from_before_is_the_one_of_its_heads() {
    let stand = demo().await;
    app::logbook::seal(&stand.centre).await.unwrap().unwrap();
    let other = Centre {
        signer: Arc::new(auditchain::Sm2Signer::from_secret(&[9; 32]).unwrap()),
        ..stand.centre.clone()
    };
    assert_eq!(keys_check(&other).await.unwrap(), Some(WrongKey::Signing));
}

#[tokio::test]
async fn the_secret_of_a_second_factor_does_not_stand_in_the_store() {
    let stand = demo().await;
    let browser = stand.signed_in("liyang").await;
    let enrolment = browser
        .post("/api/session/totp/enrol", serde_json::json!({}))
        .await
        .body;
    let shown = enrolment["secret"].as_str().unwrap();
    let conn = stand.centre.store.reader();
    let (_, kept) = store::people::user_by_login(conn, "liyang")
        .await
        .unwrap()
        .unwrap();
    let kept = kept.totp_pending.unwrap();
    assert!(kept.starts_with("sm4:") && !kept.contains(shown), "{kept}");
}

fn at(login: &str, password: &str, source: &str) -> SignIn {
    SignIn {
        login: login.into(),
        password: password.into(),
        source: source.into(),
        ..SignIn::default()
    }
}

#[tokio::test]
async fn a_stranger_locks_nobody_out_of_his_own_seat() {
    let stand = demo().await;
    let centre = &stand.centre;
    session_open(centre, &at("liyang", DEMO_PASSWORD, "10.0.0.3"))
        .await
        .unwrap();
    for n in 0..30u32 {
        let form = at("liyang", "wrong", &format!("10.9.{n}.1"));
        let refused = session_open(centre, &form).await.unwrap_err();
        let code = refused.refusal().unwrap().code;
        assert!(
            code == RefusalCode::SignInFailed || n >= 20,
            "the first twenty are not slowed: {n} {code:?}"
        );
    }
    session_open(centre, &at("liyang", DEMO_PASSWORD, "10.0.0.3"))
        .await
        .unwrap();
    let elsewhere = at("liyang", DEMO_PASSWORD, "10.0.0.4");
    let slowed = session_open(centre, &elsewhere).await.unwrap_err();
    assert_eq!(slowed.refusal().unwrap().code, RefusalCode::SignInLocked);
    stand.pass(Span::seconds(30));
    session_open(centre, &elsewhere).await.unwrap();
}

#[tokio::test]
async fn a_guesser_is_locked_at_his_own_address() {
    let stand = demo().await;
    let centre = &stand.centre;
    for _ in 0..5 {
        let refused = session_open(centre, &at("liyang", "wrong", "10.9.0.1")).await;
        assert!(refused.is_err());
    }
    let right = session_open(centre, &at("liyang", DEMO_PASSWORD, "10.9.0.1")).await;
    assert_eq!(
        right.unwrap_err().refusal().unwrap().code,
        RefusalCode::SignInLocked
    );
    session_open(centre, &at("liyang", DEMO_PASSWORD, "10.0.0.3"))
        .await
        .unwrap();
}

#[tokio::test]
async fn a_job_whose_lease_has_gone_to_another_saves_nothing_more() {
    let stand = demo().await;
    let now = stand.centre.now();
    let ours = lease::take(&stand.centre.store, "clocks", "a", now, Span::seconds(15))
        .await
        .unwrap()
        .unwrap();
    let fenced = Centre {
        fence: Some(Arc::new(ours)),
        ..stand.centre.clone()
    };
    let ctx = fenced.job(app::Job::Clocks);
    fenced
        .work(&ctx, AuditAction::DeadlineRound, SubjectKind::Deadline, "")
        .await
        .unwrap()
        .finish(Ok(()))
        .await
        .unwrap();
    stand.pass(Span::seconds(16));
    let later = stand.centre.now();
    let theirs = lease::take(&stand.centre.store, "clocks", "b", later, Span::seconds(15))
        .await
        .unwrap();
    assert!(theirs.is_some(), "the lease ran out");
    let before = app::logbook::length(&fenced).await.unwrap();
    assert!(
        fenced
            .work(&ctx, AuditAction::DeadlineRound, SubjectKind::Deadline, "")
            .await
            .is_err()
    );
    assert_eq!(app::logbook::length(&fenced).await.unwrap(), before);
}
