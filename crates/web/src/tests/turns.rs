//! Foreground before background: what another system hands over gives the store to whoever waits for it in front.

use super::stand::demo;
use app::statements::api::{Handed, Row, transfers_take};
use app::statements::run::statements_run;
use domain::audit::AuditAction;
use domain::subject::SubjectKind;

fn handed(rows: usize) -> Handed {
    let row = |nth: usize| Row {
        own: format!("80{nth:014}"),
        other: format!("81{nth:014}"),
        direction: "out".into(),
        amount: "10.00".into(),
        at: "2026-04-03T20:00:00+08:00".into(),
        serial: format!("s-{nth}"),
        ..Row::default()
    };
    Handed {
        caller: "bank".into(),
        body: format!("{rows} rows").into_bytes(),
        rows: (0..rows).map(row).collect(),
        request_id: "r".into(),
    }
}

#[tokio::test]
async fn a_command_goes_between_the_pieces_of_what_is_handed_over_and_nothing_is_lost_or_doubled() {
    let stand = demo().await;
    let before = stand.log().await.len();
    let command = async {
        let ctx = stand.centre.job(app::Job::Clocks);
        let work = stand
            .centre
            .work(&ctx, AuditAction::DeadlineRound, SubjectKind::Deadline, "")
            .await
            .unwrap();
        work.finish(Ok(())).await.unwrap();
    };
    // The hand-over has its turn first; the command stands in front while it is at work.
    let (file, ()) = tokio::join!(transfers_take(&stand.centre, handed(230)), command);
    let file = file.unwrap();
    assert_eq!((file.counts.new, file.counts.known, file.cursor), (230, 0, 230));
    assert_eq!(
        stand.log().await[before..],
        [
            "transfers.take done",
            "deadline.round done",
            "statement.rows done"
        ]
    );
    // The same bytes again are the same hand-over; the importing job has nothing to do with it.
    statements_run(&stand.centre).await.unwrap();
    let again = transfers_take(&stand.centre, handed(230)).await.unwrap();
    assert_eq!((again.id, again.counts.new), (file.id, 230));
}

#[tokio::test]
async fn what_nobody_waits_behind_is_one_transaction() {
    let stand = demo().await;
    let before = stand.log().await.len();
    let file = transfers_take(&stand.centre, handed(230)).await.unwrap();
    assert_eq!(file.counts.new, 230);
    assert_eq!(stand.log().await[before..], ["transfers.take done"]);
}
