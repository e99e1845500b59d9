//! What the fund flow asks: rows round accounts, counterparties by type, and what is new since a number.

use crate::made::{NOW, account, founded, save, tail, transfer};
use kernel::{AccountId, Fen, Instant, Span, TransferId};
use store::Store;
use store::accounts::{Account, Recorded, Side, Transfer, account_ensure, transfer_record};
use store::fixture::for_each_engine;
use store::flow::{
    Around, Passing, Standing, Window, around, counterparties, counterparty_counts, payers,
    reports_paying_any, transfer_load, transfers_behind, transfers_of,
};

/// A movement `minute` minutes after [`NOW`], told by the payer's bank.
fn moved(n: u8, minute: i64, src: &Account, dst: &Account, yuan: i64) -> Transfer {
    Transfer {
        amount: Fen::yuan(yuan),
        at: NOW + Span::minutes(minute),
        src_serial: Some(format!("s{n}")),
        ..transfer(n, src, dst)
    }
}

async fn kept(store: &Store, accounts: &[Account], rows: &[Transfer]) {
    let tx = store.begin().await.unwrap();
    for account in accounts {
        account_ensure(&tx, account).await.unwrap();
    }
    for row in rows {
        assert_eq!(
            transfer_record(&tx, row, Side::Src).await.unwrap().0,
            Recorded::New
        );
    }
    save(tx).await;
}

fn window(account: &Account, from: i64, until: i64) -> Window {
    Window {
        account: account.id,
        from: NOW + Span::minutes(from),
        until: NOW + Span::minutes(until),
    }
}

fn ids(found: &Around) -> Vec<TransferId> {
    let mut ids: Vec<TransferId> = found.rows.iter().map(|t| t.transfer.id).collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn id(n: u8) -> TransferId {
    TransferId::new(NOW, tail(n))
}

#[tokio::test]
async fn rows_round_accounts_with_what_lay_there_before() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (a, b, c) = (account(1), account(2), account(3));
        let cash = Account {
            exit_kind: "cash".into(),
            ..account(4)
        };
        let told = Transfer {
            src_balance: Some(Fen::yuan(900)),
            ..moved(2, 20, &a, &b, 100)
        };
        let rows = [
            moved(1, 10, &b, &a, 1_000),
            told.clone(),
            moved(3, 30, &a, &b, 5),
            moved(4, 40, &a, &cash, 7),
            moved(5, 50, &c, &a, 9),
            moved(6, 60, &b, &c, 11),
        ];
        kept(&store, &[a.clone(), b.clone(), c.clone(), cash.clone()], &rows).await;
        let conn = store.reader();

        // The rows begin at the last reported balance before the window.
        let found = around(conn, &[window(&a, 35, 55)], 10).await.unwrap();
        assert_eq!(ids(&found), [id(2), id(3), id(4), id(5)]);
        let standing = Standing {
            account: a.id,
            exit_kind: String::new(),
            from: told.at,
            net_before: None,
        };
        assert_eq!(found.standing, [standing]);
        let exits: Vec<&str> = found.rows.iter().map(|t| t.dst_exit.as_str()).collect();
        assert_eq!(exits.iter().filter(|e| **e == "cash").count(), 1);
        let back = found.rows.iter().find(|t| t.transfer.id == id(2)).unwrap();
        assert_eq!(back.transfer, told);

        // Nobody reported a balance of b: what came less what left before the window.
        let found = around(conn, &[window(&b, 25, 45), window(&cash, 0, 90)], 10)
            .await
            .unwrap();
        assert_eq!(ids(&found), [id(3), id(4)]);
        let before: Vec<(AccountId, Option<Fen>, &str)> = found
            .standing
            .iter()
            .map(|s| (s.account, s.net_before, s.exit_kind.as_str()))
            .collect();
        assert!(before.contains(&(b.id, Some(Fen::yuan(-900)), "")), "{before:?}");
        assert!(before.contains(&(cash.id, Some(Fen::ZERO), "cash")), "{before:?}");

        // One row more than the fan-out, and an account nobody knows.
        let found = around(conn, &[window(&a, 0, 90)], 1).await.unwrap();
        assert_eq!(found.rows.iter().filter(|t| t.transfer.src == a.id).count(), 2);
        let stranger = window(&account(9), 0, 90);
        let found = around(conn, &[stranger], 1).await.unwrap();
        assert_eq!((found.rows.len(), found.standing.len()), (0, 1));
        assert_eq!(around(conn, &[], 1).await.unwrap(), Around::default());
    })
    .await;
}

#[tokio::test]
async fn what_is_new_since_a_number_and_both_banks_times() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (a, b) = (account(1), account(2));
        // Later by the bank's clock, earlier in the store: the number follows the store.
        kept(&store, &[a.clone(), b.clone()], &[moved(1, 50, &a, &b, 10)]).await;
        kept(&store, &[], &[moved(2, 20, &a, &b, 20)]).await;
        let conn = store.reader();
        let all = transfers_behind(conn, 0, 10).await.unwrap();
        let order: Vec<(TransferId, Instant)> = all.iter().map(|(_, m)| (m.id, m.at)).collect();
        assert_eq!(
            order,
            [(id(1), NOW + Span::minutes(50)), (id(2), NOW + Span::minutes(20))]
        );
        assert_eq!(transfers_behind(conn, all[0].0, 10).await.unwrap(), all[1..]);
        assert_eq!(transfers_behind(conn, 0, 1).await.unwrap(), all[..1]);
        assert_eq!(transfers_behind(conn, all[1].0, 10).await.unwrap(), []);

        // The receiving bank tells of the second one two seconds later.
        let tx = store.begin().await.unwrap();
        let echo = Transfer {
            id: id(3),
            src_serial: None,
            dst_serial: Some("d2".into()),
            at: NOW + Span::minutes(20) + Span::seconds(2),
            ..moved(2, 20, &a, &b, 20)
        };
        assert_eq!(
            transfer_record(&tx, &echo, Side::Dst).await.unwrap(),
            (Recorded::Joined, id(2))
        );
        save(tx).await;
        assert_eq!(transfers_behind(conn, all[1].0, 10).await.unwrap(), []);
        let found = around(conn, &[window(&a, 0, 90)], 10).await.unwrap();
        let both = found.rows.iter().find(|t| t.transfer.id == id(2)).unwrap();
        assert_eq!(
            (both.src_at, both.dst_at),
            (Some(NOW + Span::minutes(20)), Some(echo.at))
        );
        let one = found.rows.iter().find(|t| t.transfer.id == id(1)).unwrap();
        assert_eq!((one.src_at, one.dst_at), (None, None));
    })
    .await;
}

#[tokio::test]
async fn counterparties_by_type_counts_first() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (hub, one, two) = (account(1), account(2), account(3));
        let firm = Account {
            account_type: "02".into(),
            ..account(4)
        };
        let untold = Account {
            account_type: String::new(),
            ..account(5)
        };
        let cash = Account {
            exit_kind: "cash".into(),
            ..account(6)
        };
        let rows = [
            moved(1, 1, &hub, &one, 10),
            moved(2, 2, &hub, &one, 20),
            moved(3, 3, &hub, &two, 50),
            moved(4, 4, &hub, &firm, 5),
            moved(5, 5, &hub, &untold, 6),
            moved(6, 6, &hub, &cash, 7),
            moved(7, 7, &one, &hub, 8),
        ];
        let all = [
            hub.clone(),
            one.clone(),
            two.clone(),
            firm,
            untold.clone(),
            cash.clone(),
        ];
        kept(&store, &all, &rows).await;
        let conn = store.reader();
        let outs = counterparty_counts(conn, hub.id, false).await.unwrap();
        let told: Vec<(&str, &str, u64, u64, Fen)> = outs
            .iter()
            .map(|c| {
                (
                    c.exit_kind.as_str(),
                    c.account_type.as_str(),
                    c.accounts,
                    c.transfers,
                    c.amount,
                )
            })
            .collect();
        let expected = [
            ("", "01", 2, 3, Fen::yuan(80)),
            ("cash", "01", 1, 1, Fen::yuan(7)),
            ("", "", 1, 1, Fen::yuan(6)),
            ("", "02", 1, 1, Fen::yuan(5)),
        ];
        assert_eq!(told, expected);
        assert_eq!(
            counterparty_counts(conn, hub.id, true).await.unwrap()[0].transfers,
            1
        );

        let page = async |exit: &str, kind: Option<&str>, skip, limit| {
            let rows = counterparties(conn, hub.id, false, exit, kind, skip, limit)
                .await
                .unwrap();
            rows.into_iter()
                .map(|r| (r.account, r.amount))
                .collect::<Vec<_>>()
        };
        let (first, second) = ((two.id, Fen::yuan(50)), (one.id, Fen::yuan(30)));
        assert_eq!(page("", Some("01"), 0, 10).await, [first, second]);
        assert_eq!(page("", Some("01"), 1, 1).await, [second]);
        assert_eq!(page("", None, 0, 10).await, [(untold.id, Fen::yuan(6))]);
        assert_eq!(page("cash", None, 0, 10).await, [(cash.id, Fen::yuan(7))]);
        assert_eq!(page("merchant", None, 0, 10).await, []);
    })
    .await;
}

#[tokio::test]
async fn upstream_to_the_reports_that_paid() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (row, paid) = founded(&store).await;
        let (b, c, other) = (account(2), account(3), account(4));
        let rows = [
            moved(1, 10, &paid, &b, 10),
            moved(2, 20, &b, &c, 20),
            moved(3, 30, &other, &c, 30),
        ];
        kept(&store, &[b.clone(), c.clone(), other.clone()], &rows).await;
        let conn = store.reader();
        let up = async |of: &Account, minute| {
            let within = (NOW, NOW + Span::minutes(minute));
            let mut found = payers(conn, &[of.id], within, 10).await.unwrap();
            found.sort_unstable();
            found
        };
        assert_eq!(up(&c, 60).await, [b.id, other.id]);
        // Who paid later did not pay for what happened before.
        assert_eq!(up(&c, 25).await, [b.id]);
        assert_eq!(up(&b, 60).await, [paid.id]);
        let asked = [c.id, b.id, paid.id];
        let reports = reports_paying_any(conn, &asked, 10).await.unwrap();
        assert_eq!(reports, [(row.report.id, row.report.area)]);
        assert_eq!(reports_paying_any(conn, &[other.id], 10).await.unwrap(), []);
        assert_eq!(reports_paying_any(conn, &[], 10).await.unwrap(), []);

        let (first, second) = (
            transfer_load(conn, id(1)).await.unwrap().unwrap(),
            transfer_load(conn, id(2)).await.unwrap().unwrap(),
        );
        assert_eq!((first.1.id, second.1.id), (id(1), id(2)));
        assert!(first.0 < second.0);
        assert_eq!(transfer_load(conn, id(9)).await.unwrap(), None);
    })
    .await;
}

#[tokio::test]
async fn the_newest_movements_of_an_account_on_both_sides() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (a, b, c) = (account(1), account(2), account(3));
        let rows = [
            moved(1, 10, &b, &a, 1_000),
            moved(2, 20, &a, &b, 100),
            moved(3, 30, &b, &c, 5),
            moved(4, 40, &a, &c, 7),
            // To itself: on both sides, and one movement.
            moved(5, 50, &a, &a, 9),
        ];
        kept(&store, &[a.clone(), b.clone(), c.clone()], &rows).await;
        let conn = store.reader();
        let looked_for = async |wanted: Passing, limit| {
            let rows = transfers_of(conn, a.id, wanted, limit).await.unwrap();
            rows.into_iter().map(|m| m.id).collect::<Vec<_>>()
        };
        let at = |minute| Some(NOW + Span::minutes(minute));
        let all = Passing::default();
        let until = |minute| Passing {
            until: at(minute),
            ..all
        };
        assert_eq!(looked_for(all, 10).await, [id(5), id(4), id(2), id(1)]);
        assert_eq!(looked_for(all, 2).await, [id(5), id(4)]);
        assert_eq!(
            looked_for(until(40), 2).await,
            [id(4), id(2)],
            "the instant itself counts"
        );
        assert_eq!(looked_for(until(9), 2).await, []);
        let between = Passing {
            from: at(20),
            until: at(40),
            ..all
        };
        assert_eq!(looked_for(between, 10).await, [id(4), id(2)]);
        let of_amount = Passing {
            amount: Some(Fen::yuan(7)),
            ..between
        };
        assert_eq!(looked_for(of_amount, 10).await, [id(4)]);
        let after = |n, minute| Passing {
            before: Some((NOW + Span::minutes(minute), id(n))),
            ..all
        };
        assert_eq!(looked_for(after(4, 40), 10).await, [id(2), id(1)]);
        // Two rows of one instant: the page goes on within it.
        kept(&store, &[a.clone(), b.clone()], &[moved(6, 40, &a, &b, 3)]).await;
        assert_eq!(looked_for(after(6, 40), 1).await, [id(4)]);
    })
    .await;
}
