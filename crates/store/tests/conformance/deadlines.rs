//! Deadlines: due in order, fired once, cancelled for good.

use crate::made::{NOW, deadline, founded, order, save};
use domain::deadline::DeadlineKind;
use kernel::Span;
use store::deadlines::{
    DeadlineState, deadline_fire, deadline_insert, deadlines_cancel, deadlines_due, deadlines_of_report,
    deadlines_pending,
};
use store::fixture::for_each_engine;

#[tokio::test]
async fn a_deadline_fires_once_and_never_before_its_time() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (row, on) = founded(&store).await;
        let stop = order(1, &row, &on);
        let (soon, late) = (
            deadline(1, &stop, NOW + Span::hours(1)),
            deadline(2, &stop, NOW + Span::hours(48)),
        );
        let tx = store.begin().await.unwrap();
        deadline_insert(&tx, &late).await.unwrap();
        deadline_insert(&tx, &soon).await.unwrap();
        save(tx).await;
        let due = async |after: Span| deadlines_due(store.reader(), NOW + after, 10).await.unwrap();
        assert_eq!(due(Span::from_ms(Span::hours(1).ms() - 1)).await, []);
        assert_eq!(due(Span::hours(1)).await, std::slice::from_ref(&soon));
        assert_eq!(due(Span::hours(48)).await, [soon.clone(), late.clone()]);
        let tx = store.begin().await.unwrap();
        assert!(deadline_fire(&tx, soon.id, NOW + Span::hours(2)).await.unwrap());
        assert!(!deadline_fire(&tx, soon.id, NOW + Span::hours(3)).await.unwrap());
        save(tx).await;
        assert_eq!(due(Span::hours(48)).await, std::slice::from_ref(&late));
        let all = deadlines_of_report(store.reader(), row.report.id).await.unwrap();
        assert_eq!(
            (all[0].state, all[0].ended_at),
            (DeadlineState::Fired, Some(NOW + Span::hours(2)))
        );
    })
    .await;
}

#[tokio::test]
async fn a_cancelled_deadline_never_fires_and_a_fired_one_is_not_cancelled() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let (row, on) = founded(&store).await;
        let stop = order(1, &row, &on);
        let tx = store.begin().await.unwrap();
        for n in 1..=2 {
            deadline_insert(&tx, &deadline(n, &stop, NOW + Span::hours(i64::from(n))))
                .await
                .unwrap();
        }
        let first = deadline(1, &stop, NOW).id;
        assert!(deadline_fire(&tx, first, NOW + Span::hours(1)).await.unwrap());
        let kinds = [DeadlineKind::StopLapse];
        assert_eq!(
            deadlines_cancel(&tx, stop.id.into(), &kinds, NOW + Span::hours(1))
                .await
                .unwrap(),
            1
        );
        assert_eq!(
            deadlines_cancel(&tx, stop.id.into(), &kinds, NOW + Span::hours(1))
                .await
                .unwrap(),
            0
        );
        assert!(
            !deadline_fire(&tx, deadline(2, &stop, NOW).id, NOW + Span::hours(9))
                .await
                .unwrap()
        );
        save(tx).await;
        assert_eq!(deadlines_pending(store.reader(), None, 10).await.unwrap(), []);
        let states: Vec<_> = deadlines_of_report(store.reader(), row.report.id)
            .await
            .unwrap()
            .iter()
            .map(|d| d.state)
            .collect();
        assert_eq!(states, [DeadlineState::Fired, DeadlineState::Cancelled]);
    })
    .await;
}
