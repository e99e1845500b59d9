//! The outbox and the inbox: bytes fixed once, files known once.

use crate::made::{NOW, founded, incoming, order, outgoing, save};
use kernel::Span;
use store::fixture::for_each_engine;
use store::messages::{
    Incoming, OutState, Outgoing, incoming_insert, incoming_known, outgoing_by_file, outgoing_by_serial,
    outgoing_due, outgoing_fix_body, outgoing_insert, outgoing_load, outgoing_next_at, outgoing_of_order,
    outgoing_progress,
};
use store::orders::order_insert;

#[tokio::test]
async fn the_bytes_of_a_message_are_fixed_once() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (row, on) = founded(&store).await;
        let stop = order(1, &row, &on);
        let message = outgoing(1, &stop);
        let tx = store.begin().await.unwrap();
        order_insert(&tx, &stop).await.unwrap();
        outgoing_insert(&tx, &message).await.unwrap();
        assert!(outgoing_fix_body(&tx, message.id, b"first", "d1").await.unwrap());
        assert!(!outgoing_fix_body(&tx, message.id, b"second", "d2").await.unwrap());
        // Progress never touches the bytes, whatever the caller has in hand.
        let moved = Outgoing {
            body: Some(b"third".to_vec()),
            attempts: 2,
            state: OutState::Sent,
            ..message.clone()
        };
        outgoing_progress(&tx, &moved).await.unwrap();
        save(tx).await;
        let conn = store.reader();
        let kept = outgoing_load(conn, message.id).await.unwrap().unwrap();
        assert_eq!(
            (kept.body.as_deref(), kept.body_digest.as_str()),
            (Some(&b"first"[..]), "d1")
        );
        assert_eq!((kept.attempts, kept.state), (2, OutState::Sent));
        for found in [
            outgoing_of_order(conn, stop.id).await.unwrap(),
            outgoing_by_serial(conn, "serial-1").await.unwrap(),
            outgoing_by_file(conn, "200101_1.xml").await.unwrap(),
        ] {
            assert_eq!(found.as_ref(), Some(&kept));
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_due_comes_oldest_first_and_a_slow_bank_has_its_own_lane() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (row, on) = founded(&store).await;
        let tx = store.begin().await.unwrap();
        for n in 1..=5 {
            let one = order(n, &row, &on);
            order_insert(&tx, &one).await.unwrap();
            let mut message = outgoing(n, &one);
            message.next_at = NOW + Span::seconds(i64::from(n));
            if n == 4 {
                message.bank_code = "103533000036".into();
            }
            outgoing_insert(&tx, &message).await.unwrap();
        }
        save(tx).await;
        let due = async |seconds, lane| -> Vec<String> {
            let due = outgoing_due(store.reader(), NOW + Span::seconds(seconds), lane, 100)
                .await
                .unwrap();
            due.into_iter().map(|m| m.trans_serial).collect()
        };
        assert_eq!(due(0, 8).await, [] as [&str; 0]);
        assert_eq!(due(3, 8).await, ["serial-1", "serial-2", "serial-3"]);
        assert_eq!(due(9, 2).await, ["serial-1", "serial-2", "serial-4"]);
        assert_eq!(
            outgoing_next_at(store.reader()).await.unwrap(),
            Some(NOW + Span::seconds(1))
        );
    })
    .await;
}

#[tokio::test]
async fn a_file_is_known_by_its_three_numbers_and_its_place() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let first = incoming(1);
        let tx = store.begin().await.unwrap();
        assert_eq!(incoming_known(tx.conn(), &first).await.unwrap(), None);
        incoming_insert(&tx, &first).await.unwrap();
        save(tx).await;
        let again = Incoming {
            digest: "other".into(),
            ..incoming(2)
        };
        let known = incoming_known(store.reader(), &again).await.unwrap();
        assert_eq!(
            known.as_ref(),
            Some(&first),
            "the same numbers under another name"
        );
        let tx = store.begin().await.unwrap();
        assert!(
            incoming_insert(&tx, &again).await.is_err(),
            "two processes never both take it"
        );
        tx.roll_back().await;
        for other in [
            Incoming {
                tx_code: "200104".into(),
                ..incoming(3)
            },
            Incoming {
                application_id: "0102".into(),
                ..incoming(4)
            },
            Incoming {
                trans_serial: "bank-2".into(),
                ..incoming(5)
            },
            Incoming {
                place: "error".into(),
                ..incoming(6)
            },
        ] {
            assert_eq!(incoming_known(store.reader(), &other).await.unwrap(), None);
        }
    })
    .await;
}
