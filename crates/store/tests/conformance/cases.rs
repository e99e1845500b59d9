//! Cases and papers: one case a report, numbers without gaps, prints counted.

use crate::made::{case, founded, paper, save};
use crate::support::entry;
use domain::case::CaseState;
use store::cases::{
    case_insert, case_load, case_of_report, case_update, document_insert, document_load, document_printed,
    documents_of_report,
};
use store::counter::next_serial;
use store::fixture::for_each_engine;

#[tokio::test]
async fn a_report_has_one_case_and_a_stale_one_is_not_saved() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (row, _) = founded(&store).await;
        let before = case(1, &row);
        let tx = store.begin().await.unwrap();
        case_insert(&tx, &before).await.unwrap();
        save(tx).await;
        let tx = store.begin().await.unwrap();
        assert!(case_insert(&tx, &case(2, &row)).await.is_err());
        tx.roll_back().await;
        let mut after = before.clone();
        after.state = CaseState::FilingProposed;
        let tx = store.begin().await.unwrap();
        assert!(case_update(&tx, &before, &after).await.unwrap());
        assert!(!case_update(&tx, &before, &after).await.unwrap());
        save(tx).await;
        after.version = 2;
        assert_eq!(
            case_load(store.reader(), before.id).await.unwrap(),
            Some(after.clone())
        );
        assert_eq!(
            case_of_report(store.reader(), row.report.id).await.unwrap(),
            Some(after)
        );
    })
    .await;
}

#[tokio::test]
async fn a_register_has_no_gap_where_a_paper_was_undone() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (row, _) = founded(&store).await;
        let mut given = Vec::new();
        for n in 1..=6u8 {
            let tx = store.begin().await.unwrap();
            let serial = next_serial(&tx, "421100/stop/2026").await.unwrap();
            document_insert(&tx, &paper(n, &row, "421100/stop/2026", serial))
                .await
                .unwrap();
            if n % 3 == 2 {
                tx.roll_back().await;
            } else {
                save(tx).await;
                given.push(serial);
            }
        }
        assert_eq!(given, [1, 2, 3, 4]);
        let papers = documents_of_report(store.reader(), row.report.id).await.unwrap();
        assert_eq!(papers.iter().filter_map(|d| d.serial).collect::<Vec<_>>(), given);
        let tx = store.begin().await.unwrap();
        document_insert(&tx, &paper(9, &row, "421100/stop/2026", 4))
            .await
            .unwrap();
        let twice = tx.commit(vec![entry("paper_issue", 1)]).await;
        assert!(twice.is_err(), "a number is given once");
        let papers = documents_of_report(store.reader(), row.report.id).await.unwrap();
        assert_eq!(papers.len(), 4, "nothing of the second is left");
    })
    .await;
}

#[tokio::test]
async fn a_paper_keeps_its_snapshot_and_counts_its_prints() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (row, _) = founded(&store).await;
        let made = paper(1, &row, "421100/stop/2026", 1);
        let tx = store.begin().await.unwrap();
        document_insert(&tx, &made).await.unwrap();
        assert_eq!(document_printed(&tx, made.id).await.unwrap(), 1);
        assert_eq!(document_printed(&tx, made.id).await.unwrap(), 2);
        save(tx).await;
        let kept = document_load(store.reader(), made.id).await.unwrap().unwrap();
        assert_eq!(
            (kept.prints, kept.snapshot.to_string()),
            (2, made.snapshot.to_string())
        );
    })
    .await;
}
