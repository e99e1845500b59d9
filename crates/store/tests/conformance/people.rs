//! People on both engines: organisations, users with roles, sessions, failed guesses.

use crate::support::{entry, prove_whole};
use domain::access::guessing::{Guesses, Patience};
use domain::access::{ApproverLevel, Role};
use kernel::area::HUANGGANG;
use kernel::{Instant, OrgId, Phone, SessionId, UserId};
use store::fixture::for_each_engine;
use store::people::{self, Org, Secrets, Session, User};
use store::{Store, StoreError};

fn at(ms: i64) -> Instant {
    Instant::from_ms(1_775_221_200_000 + ms)
}

fn org() -> Org {
    Org {
        id: OrgId::new(at(0), [1; 10]),
        name: "黄冈市公安局".into(),
        kind: "city".into(),
        area: HUANGGANG,
        parent: None,
        paper: store::people::PaperWords::default(),
    }
}

fn user(login: &str, nth: u8) -> User {
    User {
        id: UserId::new(at(0), [nth; 10]),
        login: login.into(),
        name: "测试员".into(),
        police_number: "110000".into(),
        org: org(),
        roles: vec![Role::CallTaker, Role::OrderOfficer],
        level: ApproverLevel::Duty,
        seat: "3".into(),
        phone: Phone::from("19900000001"),
        disabled: false,
        must_change_password: true,
        totp_enrolled: false,
        created_at: at(0),
        seen_at: None,
    }
}

async fn keep(store: &Store, user: &User) -> Result<(), StoreError> {
    let tx = store.begin().await?;
    people::org_add(&tx, &user.org).await?;
    people::user_add(&tx, user, "$argon2id$").await?;
    people::roles_replace(&tx, user.id, &user.roles, None, at(0)).await?;
    tx.commit(vec![entry("user.create", 1)]).await?;
    Ok(())
}

#[tokio::test]
async fn what_was_kept_is_read_back() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (one, two) = (user("liyang", 1), user("wangjian", 2));
        keep(&store, &one).await.unwrap();
        keep(&store, &two).await.unwrap();
        let conn = store.reader();
        assert_eq!(people::user(conn, one.id).await.unwrap().unwrap().0, one);
        assert_eq!(
            people::user_by_login(conn, "wangjian").await.unwrap().unwrap().0,
            two
        );
        assert!(people::user_by_login(conn, "nobody").await.unwrap().is_none());
        assert_eq!(
            people::users(conn, "liyang", 10).await.unwrap(),
            std::slice::from_ref(&two)
        );
        assert_eq!(
            people::users_by_id(conn, &[two.id]).await.unwrap(),
            std::slice::from_ref(&two)
        );
        assert_eq!(
            people::users_with_role(conn, Role::CallTaker)
                .await
                .unwrap()
                .len(),
            2
        );
        assert_eq!(people::role_count(conn, Role::OrderOfficer).await.unwrap(), 2);
        assert_eq!(
            (
                people::users_count(conn).await.unwrap(),
                people::orgs(conn).await.unwrap()
            ),
            (2, vec![org()])
        );
        let again = keep(&store, &user("liyang", 3)).await;
        assert!(matches!(again, Err(StoreError::Duplicate(_))), "{again:?}");
        assert_eq!(prove_whole(&store).await, 2);
    })
    .await;
}

#[tokio::test]
async fn changes_take_hold() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let mut one = user("liyang", 1);
        keep(&store, &one).await.unwrap();
        (one.disabled, one.roles, one.seat) = (true, vec![Role::Analyst], "5".into());
        let secrets = Secrets {
            password_hash: String::new(),
            totp_secret: Some("ABC".into()),
            totp_pending: None,
            totp_step: 7,
        };
        let tx = store.begin().await.unwrap();
        people::user_save(&tx, &one).await.unwrap();
        people::roles_replace(&tx, one.id, &one.roles, Some(one.id), at(1))
            .await
            .unwrap();
        people::password_set(&tx, one.id, "$new$", false).await.unwrap();
        people::totp_set(&tx, one.id, &secrets).await.unwrap();
        tx.commit(vec![entry("user.change", 2)]).await.unwrap();
        (one.must_change_password, one.totp_enrolled) = (false, true);
        let (read, kept) = people::user(store.reader(), one.id).await.unwrap().unwrap();
        assert_eq!(
            (read, kept.password_hash.as_str(), kept.totp_step),
            (one, "$new$", 7)
        );
        assert_eq!(
            people::role_count(store.reader(), Role::Analyst).await.unwrap(),
            0,
            "who is disabled does not count"
        );
    })
    .await;
}

#[tokio::test]
async fn a_session_is_used_and_ended() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let one = user("liyang", 1);
        keep(&store, &one).await.unwrap();
        let mut session = Session {
            id: SessionId::new(at(0), [9; 10]),
            user: one.id,
            seat: "3".into(),
            source: "10.0.0.7".into(),
            began_at: at(0),
            used_at: at(0),
            ended: false,
        };
        let tx = store.begin().await.unwrap();
        people::session_open(&tx, [5; 32], &session).await.unwrap();
        tx.commit(vec![entry("session.open", 2)]).await.unwrap();
        people::session_used(&store, [5; 32], one.id, at(60_000))
            .await
            .unwrap();
        session.used_at = at(60_000);
        assert_eq!(
            people::session(store.reader(), [5; 32]).await.unwrap(),
            Some(session.clone())
        );
        assert_eq!(
            people::user(store.reader(), one.id)
                .await
                .unwrap()
                .unwrap()
                .0
                .seen_at,
            Some(at(60_000))
        );
        let tx = store.begin().await.unwrap();
        assert_eq!(people::sessions_end(&tx, one.id, at(61_000)).await.unwrap(), 1);
        tx.commit(vec![entry("session.end", 3)]).await.unwrap();
        assert!(
            people::session(store.reader(), [5; 32])
                .await
                .unwrap()
                .unwrap()
                .ended
        );
        assert_eq!(people::session(store.reader(), [6; 32]).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn guesses_are_counted_and_forgotten() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let mut guesses = Guesses::default();
        for n in 0..6 {
            guesses = guesses.failed(at(n), Patience::LOGIN);
            let tx = store.begin().await.unwrap();
            people::guesses_keep(&tx, "login:x", &guesses).await.unwrap();
            tx.commit(vec![entry("session.open", n)]).await.unwrap();
            assert_eq!(people::guesses(store.reader(), "login:x").await.unwrap(), guesses);
        }
        assert!(guesses.locked_until.is_some());
        let tx = store.begin().await.unwrap();
        people::guesses_forget(&tx, "login:x").await.unwrap();
        tx.commit(vec![entry("session.open", 9)]).await.unwrap();
        assert_eq!(
            people::guesses(store.reader(), "login:x").await.unwrap(),
            Guesses::default()
        );
    })
    .await;
}
