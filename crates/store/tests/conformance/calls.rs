//! Calls: who answered first stays, and the report knows its call.

use crate::made::{NOW, report, save, user};
use domain::report::ReportStart;
use kernel::area::HUANGGANG;
use kernel::{Area, CallId, Span};
use store::calls::{Call, call_answer, call_current, call_insert, call_load, call_registered};
use store::fixture::for_each_engine;
use store::intake::{report_insert, report_load, reports_since};

fn call() -> Call {
    Call {
        id: CallId::new(NOW, [9; 10]),
        seat: "3".into(),
        line: "2".into(),
        number: "19900000138".into(),
        rang_at: NOW,
        answered: None,
        report: None,
    }
}

#[tokio::test]
async fn the_first_answer_stands_and_a_registered_call_rings_no_more() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let tx = store.begin().await.unwrap();
        call_insert(&tx, &call()).await.unwrap();
        save(tx).await;
        let ringing = || async {
            call_current(store.reader(), "3", NOW - Span::minutes(1))
                .await
                .unwrap()
        };
        assert_eq!(ringing().await, Some(call()));
        let tx = store.begin().await.unwrap();
        for (by, seconds) in [(1, 9), (2, 30)] {
            call_answer(&tx, call().id, user(by), NOW + Span::seconds(seconds))
                .await
                .unwrap();
        }
        save(tx).await;
        let answered = Call {
            answered: Some((user(1), NOW + Span::seconds(9))),
            ..call()
        };
        assert_eq!(
            ringing().await,
            Some(answered.clone()),
            "answered, and not registered yet"
        );
        let tx = store.begin().await.unwrap();
        for n in [1, 2] {
            call_registered(&tx, call().id, report(n).report.id)
                .await
                .unwrap();
        }
        save(tx).await;
        assert_eq!(ringing().await, None);
        let known = call_load(store.reader(), call().id).await.unwrap();
        let first = Some(report(1).report.id);
        assert_eq!(
            known,
            Some(Call {
                report: first,
                ..answered
            })
        );
    })
    .await;
}

#[tokio::test]
async fn a_report_keeps_how_it_came_to_the_seat() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let mut row = report(1);
        row.report.start = ReportStart {
            call: Some(call().id),
            rang_at: Some(NOW - Span::seconds(90)),
            answered_at: Some(NOW - Span::seconds(80)),
            typed_at: Some(NOW - Span::seconds(70)),
        };
        let tx = store.begin().await.unwrap();
        report_insert(&tx, &row, &[], &[]).await.unwrap();
        save(tx).await;
        let conn = store.reader();
        assert_eq!(report_load(conn, row.report.id).await.unwrap(), Some(row.clone()));
        let found = async |since, area| {
            let reports = reports_since(conn, since, area, 10).await.unwrap();
            reports.into_iter().map(|r| r.report.id).collect::<Vec<_>>()
        };
        assert_eq!(found(NOW, None).await, [row.report.id]);
        assert_eq!(found(NOW, Some(HUANGGANG)).await, [row.report.id]);
        assert_eq!(found(NOW, Area::from_code(420_100)).await, []);
        assert_eq!(found(NOW + Span::seconds(1), None).await, []);
    })
    .await;
}
