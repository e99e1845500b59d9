//! Orders, what holds an account, and movements of money.

use crate::made::{NOW, account, executed, founded, order, save, transfer};
use crate::support::{entry, prove_whole};
use domain::hold::stop_check;
use domain::order::{OrderKind, OrderState};
use kernel::area::HUANGGANG;
use kernel::{AccountNo, BatchId, Fen, RefusalCode, Span};
use store::accounts::{
    Recorded, Side, account_by_number, account_ensure, account_update, transfer_record, transfers_in,
    transfers_out,
};
use store::fixture::for_each_engine;
use store::orders::{
    Batch, BatchState, OrderQuery, batch_decide, batch_insert, batch_load, holds, measures_and_ends_on,
    order_by_application, order_insert, order_load, order_update, orders, orders_of_report, orders_total,
};

#[tokio::test]
async fn the_measures_on_an_account_come_with_what_relieved_them_and_nothing_else() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (row, on) = founded(&store).await;
        let tx = store.begin().await.unwrap();
        let other = account_ensure(&tx, &account(9)).await.unwrap();
        let of_kind = |n: u8, kind| store_order(n, kind, &row, &on);
        let kinds = [
            OrderKind::Stop,
            OrderKind::QueryTransactions,
            OrderKind::Freeze,
            OrderKind::StopProlong,
            OrderKind::StopRelieve,
            OrderKind::FreezeRelieve,
        ];
        for (kind, n) in kinds.into_iter().zip(1u8..) {
            order_insert(&tx, &of_kind(n, kind)).await.unwrap();
        }
        order_insert(&tx, &order(20, &row, &other)).await.unwrap();
        save(tx).await;
        let found = measures_and_ends_on(store.reader(), &[on.id]).await.unwrap();
        let found: Vec<OrderKind> = found.iter().map(|o| o.kind).collect();
        assert_eq!(found, [kinds[0], kinds[2], kinds[4], kinds[5]]);
        assert_eq!(
            measures_and_ends_on(store.reader(), &[on.id, other.id])
                .await
                .unwrap()
                .len(),
            5
        );
    })
    .await;
}

fn store_order(
    n: u8,
    kind: OrderKind,
    of: &store::intake::ReportRow,
    on: &store::accounts::Account,
) -> domain::order::Order {
    domain::order::Order {
        kind,
        ..order(n, of, on)
    }
}

#[tokio::test]
async fn an_order_is_read_back_as_it_was_saved() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (row, on) = founded(&store).await;
        let (drafted, done) = (order(1, &row, &on), executed(&order(2, &row, &on)));
        let tx = store.begin().await.unwrap();
        order_insert(&tx, &drafted).await.unwrap();
        order_insert(&tx, &done).await.unwrap();
        save(tx).await;
        let conn = store.reader();
        assert_eq!(order_load(conn, drafted.id).await.unwrap(), Some(drafted.clone()));
        assert_eq!(
            order_by_application(conn, &done.application_id).await.unwrap(),
            Some(done.clone())
        );
        assert_eq!(
            orders_of_report(conn, row.report.id).await.unwrap(),
            [drafted, done]
        );
        prove_whole(&store).await;
    })
    .await;
}

#[tokio::test]
async fn one_application_number_belongs_to_one_order_for_ever() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (row, on) = founded(&store).await;
        let first = order(1, &row, &on);
        let mut second = order(2, &row, &on);
        second.application_id.clone_from(&first.application_id);
        let tx = store.begin().await.unwrap();
        order_insert(&tx, &first).await.unwrap();
        order_insert(&tx, &second).await.unwrap();
        // A held-back write says what is wrong with it at the next statement, at the latest at the commit.
        assert!(tx.commit(vec![entry("order_draft", 1)]).await.is_err());
        assert_eq!(order_load(store.reader(), first.id).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn a_stale_order_is_not_saved_and_the_counters_follow_what_was() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (row, on) = founded(&store).await;
        let before = order(1, &row, &on);
        let tx = store.begin().await.unwrap();
        order_insert(&tx, &before).await.unwrap();
        save(tx).await;
        let approved = domain::order::Order {
            state: OrderState::Approved,
            ..before.clone()
        };
        let tx = store.begin().await.unwrap();
        assert!(order_update(&tx, &before, &approved).await.unwrap());
        save(tx).await;
        let rejected = domain::order::Order {
            state: OrderState::Rejected,
            ..before.clone()
        };
        let tx = store.begin().await.unwrap();
        assert!(!order_update(&tx, &before, &rejected).await.unwrap());
        tx.roll_back().await;
        let now = order_load(store.reader(), before.id).await.unwrap().unwrap();
        assert_eq!((now.state, now.version), (OrderState::Approved, 2));
        for (state, count) in [
            (OrderState::Drafted, 0),
            (OrderState::Approved, 1),
            (OrderState::Rejected, 0),
        ] {
            let query = OrderQuery {
                states: vec![state],
                ..OrderQuery::default()
            };
            let total = orders_total(store.reader(), &query).await.unwrap();
            assert_eq!(total, count, "{}", state.slug());
        }
    })
    .await;
}

#[tokio::test]
async fn stops_are_counted_on_the_normalised_account_and_the_third_is_seen_inside_the_transaction() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (row, on) = founded(&store).await;
        let tx = store.begin().await.unwrap();
        // A sub-account of the same card is the same account.
        let mut spelled = account(9);
        spelled.number = AccountNo::parse(&format!("{}_1", on.number.main())).unwrap();
        let mut same = account_ensure(&tx, &spelled).await.unwrap();
        assert_eq!(same.id, on.id);
        assert_eq!(stop_check(&holds(tx.conn(), &same).await.unwrap(), NOW), Ok(()));
        order_insert(&tx, &executed(&order(1, &row, &same)))
            .await
            .unwrap();
        same.stops_executed = 1;
        account_update(&tx, &same).await.unwrap();
        let found = holds(tx.conn(), &same).await.unwrap();
        assert_eq!(
            (found.stops_executed, found.stops_open, found.freezes_open.len()),
            (1, 0, 0)
        );
        assert_eq!(found.stop.and_then(|s| s.held), Some(Fen::yuan(30_000)));
        let code = |at| stop_check(&found, at).unwrap_err().code;
        assert_eq!(code(NOW), RefusalCode::StopAlreadyActive);
        order_insert(&tx, &order(2, &row, &same)).await.unwrap();
        let found = holds(tx.conn(), &same).await.unwrap();
        assert_eq!((found.stops_executed, found.stops_open), (1, 1));
        assert_eq!(
            stop_check(&found, NOW + Span::days(9)).unwrap_err().code,
            RefusalCode::ThirdStop
        );
        save(tx).await;
    })
    .await;
}

#[tokio::test]
async fn the_board_pages_and_filters_by_state_and_kind() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (row, on) = founded(&store).await;
        let tx = store.begin().await.unwrap();
        for n in 1..=5 {
            let mut one = order(n, &row, &on);
            one.kind = if n == 5 {
                OrderKind::QueryHolder
            } else {
                OrderKind::Stop
            };
            order_insert(&tx, &if n > 3 { executed(&one) } else { one })
                .await
                .unwrap();
        }
        save(tx).await;
        let ids = async |query: OrderQuery| -> Vec<u8> {
            let page = orders(store.reader(), &query).await.unwrap();
            page.items
                .iter()
                .map(|o| o.application_id.parse::<u128>().map_or(0, |n| (n % 100) as u8))
                .collect()
        };
        let limit = |limit| OrderQuery {
            limit,
            ..OrderQuery::default()
        };
        assert_eq!(ids(limit(2)).await, [5, 4]);
        let next = orders(store.reader(), &limit(2)).await.unwrap().next;
        assert_eq!(
            ids(OrderQuery {
                after: next,
                ..limit(2)
            })
            .await,
            [3, 2]
        );
        assert_eq!(
            ids(OrderQuery {
                states: vec![OrderState::Drafted],
                ..limit(9)
            })
            .await,
            [3, 2, 1]
        );
    })
    .await;
}

#[tokio::test]
async fn a_batch_is_decided_once() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (row, _) = founded(&store).await;
        let batch = Batch {
            id: BatchId::new(NOW, crate::made::tail(1)),
            report: row.report.id,
            state: BatchState::Waiting,
            area: HUANGGANG,
            orders: 2,
            amount: Fen::yuan(79_899),
            requested_by: crate::made::user(1),
            requested_at: NOW,
            decided: None,
        };
        let tx = store.begin().await.unwrap();
        batch_insert(&tx, &batch).await.unwrap();
        assert!(
            batch_decide(&tx, batch.id, BatchState::Approved, crate::made::user(2), NOW)
                .await
                .unwrap()
        );
        assert!(
            !batch_decide(&tx, batch.id, BatchState::Rejected, crate::made::user(3), NOW)
                .await
                .unwrap()
        );
        let decided = Batch {
            state: BatchState::Approved,
            decided: Some((crate::made::user(2), NOW)),
            ..batch.clone()
        };
        assert_eq!(batch_load(tx.conn(), batch.id).await.unwrap(), Some(decided));
        save(tx).await;
    })
    .await;
}

#[tokio::test]
async fn two_banks_tell_of_one_movement_and_it_is_one_row() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let tx = store.begin().await.unwrap();
        let src = account_ensure(&tx, &account(1)).await.unwrap();
        let dst = account_ensure(&tx, &account(2)).await.unwrap();
        let mut paying = transfer(1, &src, &dst);
        paying.src_serial = Some("S1".into());
        let mut receiving = transfer(2, &src, &dst);
        receiving.dst_serial = Some("D1".into());
        receiving.at = NOW + Span::seconds(3);
        receiving.dst_balance = Some(Fen::yuan(21_000));
        let record = async |told, side| transfer_record(&tx, told, side).await.unwrap();
        assert_eq!(record(&paying, Side::Src).await, (Recorded::New, paying.id));
        assert_eq!(
            record(&paying, Side::Src).await,
            (Recorded::Known, paying.id),
            "the same statement again"
        );
        assert_eq!(
            record(&receiving, Side::Dst).await,
            (Recorded::Joined, paying.id),
            "the other bank's word"
        );
        assert_eq!(record(&receiving, Side::Dst).await, (Recorded::Known, paying.id));
        // Equal in everything but the bank's own number: another movement.
        let mut again = transfer(3, &src, &dst);
        again.src_serial = Some("S2".into());
        assert_eq!(record(&again, Side::Src).await, (Recorded::New, again.id));
        // Too far apart to be one.
        let mut later = transfer(4, &src, &dst);
        (later.dst_serial, later.at) = (Some("D2".into()), NOW + Span::seconds(9));
        assert_eq!(record(&later, Side::Dst).await.0, Recorded::New);
        let out = transfers_out(tx.conn(), &[src.id], NOW, 10).await.unwrap();
        let into = transfers_in(tx.conn(), &[dst.id], NOW, 10).await.unwrap();
        assert_eq!((out.len(), &out), (3, &into));
        let joined = out.iter().find(|t| t.id == paying.id).unwrap();
        assert_eq!(
            (joined.src_serial.as_deref(), joined.dst_serial.as_deref()),
            (Some("S1"), Some("D1"))
        );
        assert_eq!(joined.dst_balance, Some(Fen::yuan(21_000)));
        save(tx).await;
    })
    .await;
}

#[tokio::test]
async fn an_account_keeps_what_is_known_and_takes_what_was_missing() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let tx = store.begin().await.unwrap();
        let mut bare = account(1);
        (bare.bank_code, bare.holder) = (String::new(), "".into());
        account_ensure(&tx, &bare).await.unwrap();
        let mut told = account(1);
        told.id = kernel::AccountId::new(NOW, crate::made::tail(9));
        let known = account_ensure(&tx, &told).await.unwrap();
        assert_eq!((known.id, known.bank_code.as_str()), (bare.id, "102533000027"));
        let mut other = told.clone();
        other.holder = "赵某".into();
        assert_eq!(account_ensure(&tx, &other).await.unwrap().holder, told.holder);
        let kept = account_by_number(tx.conn(), told.number.main())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(kept.holder, told.holder);
        save(tx).await;
    })
    .await;
}
