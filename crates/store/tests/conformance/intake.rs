//! Reports, their people and payments, the lists, and what a report can be found by.

use crate::made::{NOW, deadline, founded, order, paper, payment, report, save, user, victim};
use crate::support::prove_whole;
use domain::report::ReportState;
use kernel::area::HUANGGANG;
use kernel::{Area, Span};
use store::cases::{document_insert, documents_of_report};
use store::deadlines::{deadline_insert, deadlines_of_report};
use store::fixture::for_each_engine;
use store::intake::{
    Identifier, Lock, ReportQuery, identifier_find, identifiers_insert, payments, people, people_of_reports,
    report_belongings_move, report_insert, report_load, report_next_free, report_update, reports,
    reports_total,
};
use store::orders::{OrderQuery, order_insert, order_load, orders_total};

#[tokio::test]
async fn a_report_is_read_back_as_it_was_saved_and_counted() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (row, to) = founded(&store).await;
        let conn = store.reader();
        assert_eq!(report_load(conn, row.report.id).await.unwrap(), Some(row.clone()));
        assert_eq!(people(conn, row.report.id).await.unwrap(), [victim(&row)]);
        assert_eq!(payments(conn, row.report.id).await.unwrap(), [payment(&row, &to)]);
        assert_eq!(counted(&store, ReportState::Open, None).await, 1);
        prove_whole(&store).await;
    })
    .await;
}

#[tokio::test]
async fn the_people_of_many_reports_come_with_one_question() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (one, to) = founded(&store).await;
        let (two, three) = (report(2), report(3));
        let tx = store.begin().await.unwrap();
        let of_two = store::intake::Person {
            id: kernel::PersonId::new(NOW, [2; 10]),
            name: "李某".into(),
            ..victim(&two)
        };
        report_insert(&tx, &two, std::slice::from_ref(&of_two), &[])
            .await
            .unwrap();
        report_insert(&tx, &three, &[], &[]).await.unwrap();
        save(tx).await;
        let ids = [three.report.id, one.report.id, two.report.id];
        let found = people_of_reports(store.reader(), &ids).await.unwrap();
        assert_eq!(
            found.into_iter().collect::<Vec<_>>(),
            [(one.report.id, vec![victim(&one)]), (two.report.id, vec![of_two])],
            "a report without people is left out: {to:?}"
        );
        assert!(people_of_reports(store.reader(), &[]).await.unwrap().is_empty());
    })
    .await;
}

async fn counted(store: &store::Store, state: ReportState, area: Option<Area>) -> i64 {
    let query = ReportQuery {
        state: Some(state),
        area,
        ..ReportQuery::default()
    };
    reports_total(store.reader(), &query).await.unwrap()
}

#[tokio::test]
async fn the_second_of_two_who_change_a_report_is_told_and_the_counts_follow_the_first() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (before, _) = founded(&store).await;
        let mut after = before.clone();
        after.report.state = ReportState::Dispatched;
        let tx = store.begin().await.unwrap();
        assert!(report_update(&tx, &before, &after).await.unwrap());
        save(tx).await;
        let mut late = before.clone();
        late.report.state = ReportState::Closed;
        let tx = store.begin().await.unwrap();
        assert!(
            !report_update(&tx, &before, &late).await.unwrap(),
            "a stale version is refused"
        );
        tx.roll_back().await;
        let now = report_load(store.reader(), before.report.id)
            .await
            .unwrap()
            .unwrap();
        assert_eq!(
            (now.report.state, now.report.version),
            (ReportState::Dispatched, 2)
        );
        for (state, count) in [
            (ReportState::Open, 0),
            (ReportState::Dispatched, 1),
            (ReportState::Closed, 0),
        ] {
            assert_eq!(counted(&store, state, None).await, count, "{}", state.slug());
        }
    })
    .await;
}

#[tokio::test]
async fn pages_of_reports_meet_without_gap_or_overlap() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let county = Area::from_code(421_102).unwrap();
        let tx = store.begin().await.unwrap();
        for n in 1..=7 {
            let mut row = report(n);
            row.report.area = if n % 2 == 0 { county } else { HUANGGANG };
            report_insert(&tx, &row, &[], &[]).await.unwrap();
        }
        save(tx).await;
        let mut query = ReportQuery {
            limit: 3,
            ..ReportQuery::default()
        };
        let mut seen = Vec::new();
        loop {
            let page = reports(store.reader(), &query).await.unwrap();
            seen.push(
                page.items
                    .iter()
                    .map(|r| r.report.number.clone())
                    .collect::<Vec<_>>(),
            );
            match page.next {
                Some(next) => query.after = Some(next),
                None => break,
            }
        }
        let number = |n: u8| report(n).report.number;
        assert_eq!(
            seen,
            [
                vec![number(7), number(6), number(5)],
                vec![number(4), number(3), number(2)],
                vec![number(1)]
            ]
        );
        let own = ReportQuery {
            area: Some(county),
            limit: 10,
            ..ReportQuery::default()
        };
        assert_eq!(reports(store.reader(), &own).await.unwrap().items.len(), 3);
        let all = ReportQuery {
            area: Some(HUANGGANG),
            limit: 10,
            ..ReportQuery::default()
        };
        assert_eq!(
            reports(store.reader(), &all).await.unwrap().items.len(),
            7,
            "a city has its counties"
        );
    })
    .await;
}

#[tokio::test]
async fn the_next_free_report_is_the_oldest_without_a_lock_that_holds() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let tx = store.begin().await.unwrap();
        let (mut first, second) = (report(1), report(2));
        first.lock = Some(Lock {
            owner: user(1),
            owner_name: "李阳".into(),
            until: NOW + Span::minutes(10),
        });
        report_insert(&tx, &first, &[], &[]).await.unwrap();
        report_insert(&tx, &second, &[], &[]).await.unwrap();
        save(tx).await;
        for (at, expected) in [
            (NOW, second.report.id),
            (NOW + Span::minutes(10), first.report.id),
        ] {
            let free = report_next_free(store.reader(), ReportState::Open, at)
                .await
                .unwrap();
            assert_eq!(free.map(|r| r.report.id), Some(expected));
        }
    })
    .await;
}

#[tokio::test]
async fn an_identifier_is_found_exactly() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (row, _) = founded(&store).await;
        let of = |value: &str, kind: &str| Identifier {
            value: value.into(),
            kind: kind.into(),
            subject_kind: "report".into(),
            subject: row.report.id.into(),
            area: HUANGGANG,
        };
        let tx = store.begin().await.unwrap();
        identifiers_insert(
            &tx,
            &[of("19900000138", "phone"), of("6200000200000000001", "account")],
        )
        .await
        .unwrap();
        // A payment added later names the account again.
        identifiers_insert(&tx, &[of("6200000200000000001", "account")])
            .await
            .unwrap();
        save(tx).await;
        let find = async |value: &str| identifier_find(store.reader(), value, 10).await.unwrap();
        assert_eq!(find("19900000138").await, [of("19900000138", "phone")]);
        assert_eq!(
            find("6200000200000000001").await.len(),
            1,
            "known once, however often it is named"
        );
        assert_eq!(find("1990000013").await, [], "a part is not a match");
    })
    .await;
}

#[tokio::test]
async fn a_report_takes_its_orders_papers_and_clocks_to_another_county() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (row, on) = founded(&store).await;
        let (stop, other) = (order(1, &row, &on), order(2, &report(2), &on));
        let tx = store.begin().await.unwrap();
        order_insert(&tx, &stop).await.unwrap();
        order_insert(&tx, &other).await.unwrap();
        document_insert(&tx, &paper(1, &row, "r", 1)).await.unwrap();
        deadline_insert(&tx, &deadline(1, &stop, NOW)).await.unwrap();
        let county = Area::from_code(421_102).unwrap();
        report_belongings_move(&tx, row.report.id, county).await.unwrap();
        let moved = order_load(tx.conn(), stop.id).await.unwrap().unwrap();
        assert_eq!(
            (moved.area, moved.version),
            (county, 2),
            "whoever had loaded it before is told"
        );
        assert_eq!(
            order_load(tx.conn(), other.id).await.unwrap().unwrap().area,
            HUANGGANG
        );
        assert_eq!(
            documents_of_report(tx.conn(), row.report.id).await.unwrap()[0].area,
            county
        );
        assert_eq!(
            deadlines_of_report(tx.conn(), row.report.id).await.unwrap()[0].area,
            county
        );
        save(tx).await;
        let orders_in = async |area| {
            let query = OrderQuery {
                area: Some(area),
                ..OrderQuery::default()
            };
            orders_total(store.reader(), &query).await.unwrap()
        };
        assert_eq!(orders_in(county).await, 1, "counted where it is now");
        assert_eq!(orders_in(HUANGGANG).await, 2, "the city holds its counties");
    })
    .await;
}

#[tokio::test]
async fn totals_are_of_all_pages_and_of_the_area_asked_for() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (here, there) = (
            Area::from_code(421_102).unwrap(),
            Area::from_code(421_121).unwrap(),
        );
        let tx = store.begin().await.unwrap();
        for n in 1..=9 {
            let mut row = report(n);
            row.report.area = if n % 3 == 0 { there } else { here };
            row.report.category = (n % 2 == 0).then(|| "02".to_owned());
            report_insert(&tx, &row, &[], &[]).await.unwrap();
        }
        save(tx).await;
        assert_eq!(counted(&store, ReportState::Open, Some(here)).await, 6);
        assert_eq!(counted(&store, ReportState::Open, Some(there)).await, 3);
        assert_eq!(counted(&store, ReportState::Closed, Some(here)).await, 0);
        let sorted = ReportQuery {
            category: Some("02".into()),
            area: Some(here),
            ..ReportQuery::default()
        };
        assert_eq!(reports_total(store.reader(), &sorted).await.unwrap(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_correction_keeps_what_stood_there_and_the_next_one_is_the_next_act() {
    use domain::report::EndTold;
    use domain::report::correct::{Change, Corrected, Fact};
    use kernel::{CorrectionId, Fen};
    use store::corrections::{
        Correction, corrections, corrections_insert, payment_delete, payment_save, person_save, revision_of,
    };
    for_each_engine(async |place| {
        let store = place.open().await;
        let (row, to) = founded(&store).await;
        let conn = store.reader();
        let id = row.report.id;
        assert_eq!(revision_of(conn, id).await.unwrap(), 0);
        let change = |fact, before: &str, after: &str| Change {
            of: Corrected::Payment(payment(&row, &to).id),
            fact,
            before: before.into(),
            after: after.into(),
        };
        let made = |n: u8, revision, position, change| Correction {
            id: CorrectionId::new(NOW, [n; 10]),
            report: id,
            revision,
            position,
            change,
            reason: "来电人更正".into(),
            by: user(1),
            at: NOW,
        };
        let first = [
            made(1, 1, 0, change(Fact::Amount, "3000000", "3000001")),
            made(2, 1, 1, change(Fact::PayerNumber, "", "1780")),
        ];
        let mut corrected = payment(&row, &to);
        corrected.amount = Fen(3_000_001);
        corrected.payer = EndTold {
            tail: "1780".into(),
            bank_code: "105000000000".into(),
            bank_name: "中国建设银行".into(),
            holder: "王某".into(),
        };
        let mut renamed = victim(&row);
        renamed.name = "汪某".into();
        let another = store::intake::Person {
            id: kernel::PersonId::new(NOW, [9; 10]),
            position: 1,
            ..victim(&row)
        };
        let tx = store.begin().await.unwrap();
        corrections_insert(&tx, &first).await.unwrap();
        payment_save(&tx, &corrected).await.unwrap();
        person_save(&tx, &renamed, false).await.unwrap();
        person_save(&tx, &another, true).await.unwrap();
        save(tx).await;
        assert_eq!(corrections(conn, id).await.unwrap(), first);
        assert_eq!(revision_of(conn, id).await.unwrap(), 1);
        assert_eq!(payments(conn, id).await.unwrap(), [corrected.clone()]);
        assert_eq!(people(conn, id).await.unwrap(), [renamed, another]);
        // The same act cannot be made twice: two who correct one state are not both the next.
        let tx = store.begin().await.unwrap();
        let twin = made(3, 1, 0, change(Fact::Amount, "3000000", "1"));
        corrections_insert(&tx, &[twin]).await.unwrap();
        assert!(
            tx.commit(vec![crate::support::entry("report.correct", NOW.ms())])
                .await
                .is_err()
        );
        let tx = store.begin().await.unwrap();
        payment_delete(&tx, corrected.id).await.unwrap();
        save(tx).await;
        assert_eq!(payments(conn, id).await.unwrap(), []);
        prove_whole(&store).await;
    })
    .await;
}

#[tokio::test]
async fn a_corrected_payment_frees_the_bank_s_row_it_was_matched_with() {
    use store::accounts::{transfer_is_payment, transfers_in};
    use store::corrections::payment_save;
    for_each_engine(async |place| {
        let store = place.open().await;
        let (row, to) = founded(&store).await;
        let told = crate::made::told(&store, &to).await;
        let tx = store.begin().await.unwrap();
        let mut paid = payment(&row, &to);
        transfer_is_payment(&tx, told, paid.id).await.unwrap();
        store::intake::payment_match(&tx, paid.id, told).await.unwrap();
        save(tx).await;
        paid.paid_at = NOW - Span::days(1);
        let tx = store.begin().await.unwrap();
        payment_save(&tx, &paid).await.unwrap();
        save(tx).await;
        let rows = transfers_in(store.reader(), &[to.id], NOW - Span::days(2), 10)
            .await
            .unwrap();
        assert_eq!(rows.iter().map(|t| t.payment).collect::<Vec<_>>(), [None]);
        assert_eq!(payments(store.reader(), row.report.id).await.unwrap(), [paid]);
    })
    .await;
}

#[tokio::test]
async fn a_report_is_found_by_what_it_says_now_and_not_by_what_was_corrected() {
    use store::corrections::identifiers_replace;
    for_each_engine(async |place| {
        let store = place.open().await;
        let (row, _) = founded(&store).await;
        let named = |value: &str| Identifier {
            value: value.into(),
            kind: "account".into(),
            subject_kind: "report".into(),
            subject: row.report.id.into(),
            area: HUANGGANG,
        };
        let tx = store.begin().await.unwrap();
        identifiers_insert(&tx, &[named("6200000000000000001"), named("6200000000000000002")])
            .await
            .unwrap();
        save(tx).await;
        let tx = store.begin().await.unwrap();
        identifiers_replace(
            &tx,
            row.report.id,
            &[named("6200000000000000003"), named("6200000000000000002")],
        )
        .await
        .unwrap();
        save(tx).await;
        for (value, found) in [
            ("6200000000000000001", 0),
            ("6200000000000000002", 1),
            ("6200000000000000003", 1),
        ] {
            let hits = identifier_find(store.reader(), value, 10).await.unwrap();
            assert_eq!(hits.len(), found, "{value}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_payment_without_an_account_is_kept_with_what_is_known_and_found_by_no_account() {
    use domain::report::{EndTold, How};
    use kernel::{Fen, PaymentId};
    use store::corrections::payment_save;
    use store::flow::reports_paying_any;
    use store::intake::{payment_insert, payments_unmatched, reports_paying};
    for_each_engine(async |place| {
        let store = place.open().await;
        let (row, to) = founded(&store).await;
        let conn = store.reader();
        let id = row.report.id;
        let known = payment(&row, &to);
        let mut handed = Vec::new();
        for (how, n) in How::ALL.into_iter().zip(10u8..) {
            handed.push(store::intake::Payment {
                id: PaymentId::new(NOW, [n; 10]),
                position: u32::from(n),
                amount: Fen(known.amount.0),
                to: None,
                payee: EndTold {
                    tail: "1780".into(),
                    bank_code: "105000000000".into(),
                    bank_name: "中国建设银行".into(),
                    holder: "上门取钱的人".into(),
                },
                how,
                ..known.clone()
            });
        }
        let tx = store.begin().await.unwrap();
        for one in &handed {
            payment_insert(&tx, one).await.unwrap();
        }
        save(tx).await;
        let mut all = vec![known.clone()];
        all.extend(handed.iter().cloned());
        assert_eq!(payments(conn, id).await.unwrap(), all);
        // No account is looked up for them: a bank's row of the same sum is not theirs.
        assert_eq!(
            payments_unmatched(conn, to.id, known.amount).await.unwrap(),
            std::slice::from_ref(&known)
        );
        let nobody = kernel::ReportId::new(NOW, [77; 10]);
        assert_eq!(reports_paying(conn, to.id, nobody).await.unwrap(), [id]);
        assert_eq!(reports_paying_any(conn, &[to.id], 10).await.unwrap().len(), 1);
        // The account becomes known.
        let mut found = handed[0].clone();
        found.to = Some(to.id);
        found.payee = EndTold::default();
        let tx = store.begin().await.unwrap();
        payment_save(&tx, &found).await.unwrap();
        save(tx).await;
        assert_eq!(payments(conn, id).await.unwrap()[1], found);
        assert_eq!(
            payments_unmatched(conn, to.id, known.amount).await.unwrap().len(),
            2
        );
        prove_whole(&store).await;
    })
    .await;
}
