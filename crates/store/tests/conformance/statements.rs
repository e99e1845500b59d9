//! 流水: movements told many at a time, files, lines, problems and layouts.

use crate::made::{NOW, account, report, save, tail, transfer, user};
use crate::support::prove_whole;
use kernel::area::HUANGGANG;
use kernel::{AccountId, Fen, Instant, LayoutId, Span, StatementId, TransferId};
use store::accounts::{Account, Recorded, Side, Transfer, transfers_in, transfers_out};
use store::announced::{
    Announced, accounts_told, accounts_told_behind, accounts_told_last, announced, announced_put,
    announced_skip,
};
use store::fixture::for_each_engine;
use store::intake::{payment_insert, report_insert};
use store::movements::{Told, accounts_ensure, transfers_record};
use store::statements::{
    Counts, FileState, KeptLayout, Line, LineProblem, StatementFile, accounts_awaiting_payment,
    file_importing, file_insert, file_load, file_update, files_page, files_with_digest, layout_keep,
    layouts_list, lines_insert, place_number, place_parts, problems_insert, problems_list, problems_listed,
    reports_of_accounts, told_in,
};

fn told(n: u8, src: &Account, dst: &Account, side: Side, serial: Option<&str>, balance: Option<i64>) -> Told {
    let mut transfer = Transfer {
        src_serial: None,
        dst_serial: None,
        src_balance: None,
        dst_balance: None,
        payment: None,
        ..transfer(n, src, dst)
    };
    let (serial, balance) = (serial.map(String::from), balance.map(Fen));
    match side {
        Side::Src => (transfer.src_serial, transfer.src_balance) = (serial, balance),
        Side::Dst => (transfer.dst_serial, transfer.dst_balance) = (serial, balance),
    }
    Told {
        transfer,
        side,
        twin: 0,
    }
}

fn at(mut told: Told, at: Instant, amount: i64) -> Told {
    told.transfer.at = at;
    told.transfer.amount = Fen(amount);
    told
}

#[tokio::test]
async fn movements_told_in_batches_are_kept_once() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let tx = store.begin().await.unwrap();
        let (a, b) = (account(1), account(2));
        accounts_ensure(&tx, &[a.clone(), b.clone()]).await.unwrap();
        let outcomes = async |batch: &[Told]| -> Vec<Recorded> {
            transfers_record(&tx, batch)
                .await
                .unwrap()
                .into_iter()
                .map(|(r, _)| r)
                .collect()
        };
        use Recorded::{Joined, Known, New};
        let t0 = NOW;
        // By serial: new, told again, and both legs of another one in one batch.
        let first = at(told(1, &a, &b, Side::Src, Some("S1"), Some(5)), t0, 100);
        let again = at(told(2, &a, &b, Side::Src, Some("S1"), Some(5)), t0, 100);
        let other_leg = at(
            told(3, &a, &b, Side::Dst, Some("D1"), Some(7)),
            t0 + Span::seconds(2),
            100,
        );
        assert_eq!(
            outcomes(&[first.clone(), again, other_leg.clone()]).await,
            [New, Known, Joined]
        );
        assert_eq!(outcomes(&[first, other_leg]).await, [Known, Known]);
        // The other leg in a later batch, once only; a third of the kind is a movement of its own.
        let second = at(
            told(4, &a, &b, Side::Src, Some("S2"), None),
            t0 + Span::minutes(1),
            100,
        );
        assert_eq!(outcomes(&[second]).await, [New]);
        let leg = |n, serial| {
            at(
                told(n, &a, &b, Side::Dst, Some(serial), None),
                t0 + Span::minutes(1),
                100,
            )
        };
        assert_eq!(outcomes(&[leg(5, "D2"), leg(6, "D3")]).await, [Joined, New]);
        // Without a serial: what the row says is its key; the balance tells two of a kind apart, and so does the count.
        let plain = |n, balance| {
            at(
                told(n, &a, &b, Side::Src, None, balance),
                t0 + Span::minutes(5),
                100,
            )
        };
        assert_eq!(
            outcomes(&[plain(7, Some(1)), plain(8, Some(1)), plain(9, Some(2))]).await,
            [New, Known, New]
        );
        let twin = |n, twin| Told {
            twin,
            ..at(told(n, &a, &b, Side::Src, None, None), t0 + Span::minutes(6), 100)
        };
        assert_eq!(outcomes(&[twin(10, 0), twin(11, 1)]).await, [New, New]);
        assert_eq!(
            outcomes(&[twin(12, 0), twin(13, 1), twin(14, 2)]).await,
            [Known, Known, New]
        );
        // One number for two rows, as some banks give a voucher's: neither is lost, and both are known again.
        let shared = |n, amount| {
            at(
                told(n, &a, &b, Side::Src, Some("V"), None),
                t0 + Span::minutes(9),
                amount,
            )
        };
        assert_eq!(outcomes(&[shared(15, 300), shared(16, 400)]).await, [New, New]);
        assert_eq!(
            outcomes(&[shared(17, 400), shared(18, 300)]).await,
            [Known, Known]
        );
        let out = transfers_out(tx.conn(), &[a.id], NOW, 100).await.unwrap();
        let vouchers: Vec<_> = out
            .iter()
            .filter(|t| t.amount.0 >= 300)
            .map(|t| t.src_serial.as_deref())
            .collect();
        assert_eq!(
            vouchers,
            [Some("V"), Some("V")],
            "a key never shows what was added to it"
        );
        assert_eq!(
            out.iter().filter(|t| t.src_serial.is_none()).count(),
            1 + 2 + 3,
            "nor what stands in for a serial"
        );
        let joined = transfers_in(tx.conn(), &[b.id], NOW, 1).await.unwrap().remove(0);
        assert_eq!(
            (
                joined.src_serial.as_deref(),
                joined.dst_serial.as_deref(),
                joined.src_balance,
                joined.dst_balance
            ),
            (Some("S1"), Some("D1"), Some(Fen(5)), Some(Fen(7)))
        );
        save(tx).await;
        prove_whole(&store).await;
    })
    .await;
}

/// Splits one list of rows at every place: what is kept does not depend on where a batch ends.
#[tokio::test]
async fn batches_end_where_they_like() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let accounts: Vec<Account> = (1..=3).map(account).collect();
        let seed = 11u64;
        println!("seed {seed}");
        let rows: Vec<Told> = (0..60u8)
            .map(|n| {
                let r = (seed + u64::from(n)).wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
                let (i, j) = ((r % 3) as usize, ((r / 3 % 2) + 1) as usize);
                let (src, dst) = (&accounts[i], &accounts[(i + j) % 3]);
                let side = if r & 64 == 0 { Side::Src } else { Side::Dst };
                let serial = format!("{}", r % 17);
                let serial = (!r.is_multiple_of(5)).then_some(serial.as_str());
                at(
                    told(n, src, dst, side, serial, None),
                    NOW + Span::seconds((r % 4) as i64 * 20),
                    100 + (r % 2) as i64,
                )
            })
            .collect();
        let mut sums = Vec::new();
        for size in [1usize, 7, 60] {
            let tx = store.begin().await.unwrap();
            accounts_ensure(&tx, &accounts).await.unwrap();
            for chunk in rows.chunks(size) {
                transfers_record(&tx, chunk).await.unwrap();
            }
            let ids: Vec<AccountId> = accounts.iter().map(|a| a.id).collect();
            let kept = transfers_out(tx.conn(), &ids, NOW - Span::hours(1), 1_000)
                .await
                .unwrap();
            // Told once more, nothing is new.
            let again = transfers_record(&tx, &rows).await.unwrap();
            assert!(again.iter().all(|(r, _)| *r == Recorded::Known), "{again:?}");
            sums.push((kept.len(), kept.iter().map(|t| t.amount.0).sum::<i64>()));
            tx.roll_back().await;
        }
        assert_eq!((sums[0], sums[1]), (sums[1], sums[2]), "{sums:?}");
    })
    .await;
}

fn file(n: u8) -> StatementFile {
    StatementFile {
        id: StatementId::new(NOW + Span::seconds(i64::from(n)), tail(n)),
        file_no: 0,
        digest: format!("digest-{}", n / 2),
        name: format!("流水{n}.xlsx"),
        size: 4_096,
        source: "upload".into(),
        caller: String::new(),
        state: FileState::Receiving,
        problem: String::new(),
        kind: String::new(),
        layout: String::new(),
        mapping: None,
        purpose: "串并研判".into(),
        area: HUANGGANG,
        imported_by: Some(user(1)),
        imported_by_name: "研判员".into(),
        made_at: NOW,
        began_at: None,
        done_at: None,
        cursor: 0,
        position: 0,
        total: 0,
        counts: Counts::default(),
        version: 1,
    }
}

#[tokio::test]
async fn files_lines_and_problems_are_found_again() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let tx = store.begin().await.unwrap();
        let mut files: Vec<StatementFile> = (1..=3).map(file).collect();
        for file in &mut files {
            file_insert(&tx, file).await.unwrap();
        }
        assert_eq!(files.iter().map(|f| f.file_no).collect::<Vec<_>>(), [1, 2, 3]);
        assert_eq!(file_importing(tx.conn()).await.unwrap(), None);
        for state in [FileState::Ready, FileState::Importing] {
            files[1].state = state;
            files[1].cursor = place_number(2, 77);
            files[1].counts = Counts {
                new: 1,
                joined: 2,
                known: 3,
                refused: 4,
                flagged: 5,
                skipped: 6,
                without_time: 8,
                matched: 7,
            };
            file_update(&tx, &mut files[1]).await.unwrap();
        }
        assert_eq!(place_parts(files[1].cursor), (2, 77));
        assert_eq!(file_importing(tx.conn()).await.unwrap().as_ref(), Some(&files[1]));
        assert_eq!(
            file_load(tx.conn(), files[1].id).await.unwrap().as_ref(),
            Some(&files[1])
        );
        assert_eq!(files_with_digest(tx.conn(), "digest-1").await.unwrap().len(), 1);
        let mut late = StatementFile {
            version: 1,
            ..files[1].clone()
        };
        assert!(file_update(&tx, &mut late).await.is_err(), "somebody was faster");
        let page = files_page(tx.conn(), Some(HUANGGANG), None, 2).await.unwrap();
        assert_eq!(page.items.iter().map(|f| f.file_no).collect::<Vec<_>>(), [3, 2]);
        let elsewhere = kernel::Area::from_code(429_000);
        assert_eq!(files_page(tx.conn(), elsewhere, None, 2).await.unwrap().items, []);

        let (a, b) = (account(1), account(2));
        accounts_ensure(&tx, &[a.clone(), b.clone()]).await.unwrap();
        let kept = transfers_record(&tx, &[told(1, &a, &b, Side::Src, Some("S"), None)])
            .await
            .unwrap();
        let line = |line, became| Line {
            place: place_number(0, line),
            transfer: kept[0].1,
            became,
        };
        for _ in 0..2 {
            lines_insert(&tx, 2, &[line(5, Recorded::New), line(6, Recorded::Known)])
                .await
                .unwrap();
        }
        let told_by = told_in(tx.conn(), kept[0].1, 10).await.unwrap();
        assert_eq!(
            told_by
                .iter()
                .map(|t| (t.file.file_no, t.place))
                .collect::<Vec<_>>(),
            [(2, 5), (2, 6)]
        );
        assert_eq!(
            told_in(tx.conn(), TransferId::new(NOW, tail(99)), 10)
                .await
                .unwrap(),
            []
        );

        let problem = |seq: u64| LineProblem {
            seq,
            place: place_number(1, seq + 10),
            column: "对方账号".into(),
            value: "6222**45".into(),
            code: "number_damaged".into(),
            refuses: true,
        };
        for _ in 0..2 {
            problems_insert(&tx, 2, &[problem(1), problem(2)]).await.unwrap();
        }
        assert_eq!(problems_list(tx.conn(), 2, 1, 10).await.unwrap(), [problem(2)]);
        assert_eq!(
            (
                problems_listed(tx.conn(), 2).await.unwrap(),
                problems_listed(tx.conn(), 1).await.unwrap()
            ),
            (2, 0)
        );

        let layout = |n: u8, name: &str, fingerprint: &str| KeptLayout {
            id: LayoutId::new(NOW, tail(n)),
            name: name.into(),
            fingerprint: fingerprint.into(),
            mapping: "{}".into(),
            made_by: user(1),
            made_by_name: "研判员".into(),
            made_at: NOW,
        };
        for kept in [
            layout(1, "某行", "f1"),
            layout(2, "某行", "f2"),
            layout(3, "他行", "f2"),
        ] {
            layout_keep(&tx, &kept).await.unwrap();
        }
        assert_eq!(layouts_list(tx.conn()).await.unwrap(), [layout(3, "他行", "f2")]);
        save(tx).await;
        prove_whole(&store).await;
    })
    .await;
}

#[tokio::test]
async fn an_import_finds_whom_it_concerns() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let tx = store.begin().await.unwrap();
        let (a, b, c) = (account(1), account(2), account(3));
        accounts_ensure(&tx, &[a.clone(), b.clone(), c.clone()])
            .await
            .unwrap();
        report_insert(&tx, &report(1), &[], &[]).await.unwrap();
        let paid = crate::made::payment(&report(1), &b);
        payment_insert(&tx, &paid).await.unwrap();
        assert_eq!(
            accounts_awaiting_payment(&tx, &[a.id, b.id, c.id]).await.unwrap(),
            [b.id]
        );
        let concerned = reports_of_accounts(&tx, &[a.id, b.id]).await.unwrap();
        assert_eq!(concerned, [(report(1).report.id, HUANGGANG)]);
        assert_eq!(reports_of_accounts(&tx, &[c.id]).await.unwrap(), []);
        save(tx).await;
    })
    .await;
}

#[tokio::test]
async fn accounts_whose_bank_told_again_are_followed_by_number() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (a, b) = (account(1).id, account(2).id);
        let span = |hour: i64| (NOW + Span::hours(hour), NOW + Span::hours(hour + 1));
        assert_eq!(accounts_told_last(store.reader()).await.unwrap(), 0);
        let tx = store.begin().await.unwrap();
        accounts_told(&tx, &[a, b], span(1)).await.unwrap();
        accounts_told(&tx, &[], span(1)).await.unwrap();
        save(tx).await;
        let tx = store.begin().await.unwrap();
        accounts_told(&tx, &[b], span(2)).await.unwrap();
        tx.roll_back().await;
        let last = accounts_told_last(store.reader()).await.unwrap();
        let tx = store.begin().await.unwrap();
        accounts_told(&tx, &[a], span(3)).await.unwrap();
        save(tx).await;
        let third = &accounts_told_behind(store.reader(), last, 9).await.unwrap()[0];
        assert_eq!((third.first, third.last), span(3));
        let ids = async |seq, limit| -> Vec<AccountId> {
            let found = accounts_told_behind(store.reader(), seq, limit).await.unwrap();
            found.into_iter().map(|told| told.account).collect()
        };
        assert_eq!(
            ids(0, 100).await,
            [a, b, a],
            "what was rolled back is not among them"
        );
        assert_eq!(ids(0, 2).await, [a, b]);
        assert_eq!(ids(last, 100).await, [a]);
        let newest = accounts_told_last(store.reader()).await.unwrap();
        assert!(ids(newest, 100).await.is_empty() && newest > last);
    })
    .await;
}

#[tokio::test]
async fn how_far_reports_have_been_told_never_goes_back() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let here = async || announced(store.reader()).await.unwrap();
        let to = |transfer, told| Announced { transfer, told };
        assert_eq!(here().await, to(0, 0));
        announced_skip(&store, to(7, 2)).await.unwrap();
        assert_eq!(here().await, to(7, 2));
        let tx = store.begin().await.unwrap();
        announced_put(&tx, to(9, 2)).await.unwrap();
        tx.roll_back().await;
        assert_eq!(here().await, to(7, 2));
        let tx = store.begin().await.unwrap();
        announced_put(&tx, to(9, 3)).await.unwrap();
        save(tx).await;
        announced_skip(&store, to(8, 4)).await.unwrap();
        assert_eq!(here().await, to(9, 3), "somebody else has come further");
    })
    .await;
}
