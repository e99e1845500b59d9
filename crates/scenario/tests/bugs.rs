//! Bugs that evenings have shown, each played once more under its own name.

use kernel::Fen;
use scenario::script::play;

async fn check(script: &str) -> String {
    match play(script).await {
        Ok(played) => played,
        Err(stopped) => panic!("{}\nline {}: {}", stopped.output, stopped.line, stopped.why),
    }
}

/// A report with a stop that has just been asked for.
fn evening(faults: &str, rest: &str) -> String {
    format!(
        "seed 11\nclock 2026-11-22 20:00:00\npolicy by chenguodong up to 500000 within 24h\n\
         case a kind 01 pays 20000 at 20:10:00 rings 20:12:00 bank 建设银行 rests 2h 1h parts 1\n\
         tick until 20:12:00\n{faults}\nliyang takes a\n{rest}\nverify\n"
    )
}

/// The hub answers 603202 and puts a copy of the request into the error directory: the copy was read as a refusal, and
/// the same answer to a resend as a repetition of the first, so that nothing was sent again.
#[tokio::test]
async fn each_network_error_of_the_hub_counts_for_its_own_send() {
    check(&evening(
        "fault 建设银行 200101 hub 603202 x2",
        "tick for 2m\nexpect a/1 executed\nexpect sends of a/1 3",
    ))
    .await;
}

#[tokio::test]
async fn after_three_resends_a_person_is_asked_and_sends_again() {
    check(&evening(
        "fault 建设银行 200101 hub 603202 x4",
        "tick for 5m\nexpect a/1 stuck\nexpect sends of a/1 4\nliyang resends a/1\ntick for 2m\nexpect a/1 executed",
    ))
    .await;
}

/// The hub says network error of a request that it did pass on: the resend finds it known, and the bank acts once.
#[tokio::test]
async fn a_network_error_said_of_a_request_that_arrived_does_no_harm() {
    check(&evening(
        "fault 建设银行 200101 hub-late 603202",
        "tick for 2m\nexpect a/1 executed\ntick for 10m",
    ))
    .await;
}

#[tokio::test]
async fn a_refusal_of_the_hub_is_no_network_error() {
    check(&evening(
        "fault 建设银行 200101 hub 200001",
        "tick for 2m\nexpect a/1 hub_refused\nexpect sends of a/1 1",
    ))
    .await;
}

/// A freeze needs the holder's document: approving it was refused by the wire, with nobody told before.
#[tokio::test]
async fn a_freeze_without_the_holders_document_is_refused_when_it_is_asked_for() {
    let case =
        "liyang dispatches a to 421102\nhemin signs a\nhemin accepts a\nhemin proposes a\nzhouhua files a";
    check(&evening(
        "",
        &format!("tick for 2m\n{case}\nliyang asks freeze on a#1\nexpect refused field_missing"),
    ))
    .await;
}

/// What the victim paid was not on the timeline, and steps of one instant stood upside down.
#[tokio::test]
async fn the_timeline_begins_with_the_payment() {
    let played = check(&evening("", "tick for 2m\nshow timeline of a")).await;
    let at = |word: &str| {
        played
            .find(word)
            .unwrap_or_else(|| panic!("no {word} in {played}"))
    };
    assert!(at("  paid 20,000.00") < at("  reported") && at("  reported") < at("approved under"));
}

/// The county that got the report could not print, see or follow up what had been ordered before the dispatch.
#[tokio::test]
async fn the_county_of_the_offence_gets_the_orders_and_papers_with_the_report() {
    let before = "tick for 2m\nzhouhua prints a\nexpect refused not_found";
    check(&evening(
        "",
        &format!("{before}\nliyang dispatches a to 421102\nzhouhua prints a\nhemin asks query_holder on a#1"),
    ))
    .await;
}

/// A person sent a stuck order again, and the clocks of its first send ran on beside the new ones.
#[tokio::test]
async fn the_banks_silence_is_counted_from_the_last_send_that_a_person_asked_for() {
    let faults = "fault 建设银行 200101 hub 603202 x4\nfault 建设银行 200101 silent";
    check(&evening(
        faults,
        "tick for 5m\nexpect a/1 stuck\nliyang resends a/1\ntick for 1h\nexpect fired bank_silent_10m of a/1\n\
         expect fired bank_silent_30m of a/1",
    ))
    .await;
}

/// A freeze for one victim took the place of another victim's stop on the same account: the other report showed all of its
/// money as frozen, and its own clock stopped.
#[tokio::test]
async fn a_freeze_ends_the_stop_of_its_own_report_alone() {
    let second = "case b kind 02 pays 5000 at 20:20:00 rings 20:24:00 into a rests 2h 1h parts 1\n\
                  tick until 20:24:00\nliyang takes b\ntick for 2m";
    let filed = "liyang dispatches b to 421102\nhemin signs b\nhemin accepts b\nhemin proposes b\nzhouhua files b\n\
                 liyang asks query_holder on b#1\nchenguodong approves b/1\ntick for 2m";
    let freeze = "liyang asks freeze on b#1\nchenguodong approves b/2\ntick for 2m\nexpect b/2 executed\n\
                  expect a/1 executed";
    let lapse = "tick for 2d\nexpect a/1 lapsed\nexpect fired stop_lapse of a/1\nexpect b/2 executed";
    check(&evening("", &format!("{second}\n{filed}\n{freeze}\n{lapse}"))).await;
}

/// Seven fen are not seven tenths, and none is lost between the caller's words, the order, the bank's answer and the map.
#[tokio::test]
async fn odd_fen_stay_whole_from_the_call_to_the_map() {
    for amount in ["20000.07", "20000.70", "20000.99", "19999.01", "8888.88"] {
        let script = evening(
            "",
            &format!(
                "tick for 2m\nexpect money of a held {amount} reachable 0 unseen 0 gone 0\nshow orders of a"
            ),
        );
        let played = check(&script.replace("pays 20000 ", &format!("pays {amount} "))).await;
        let grouped = Fen::parse_yuan(amount).expect("an amount").to_grouped();
        assert!(
            played.contains(&format!("  {grouped}  executed")),
            "{amount}: {played}"
        );
        assert!(
            played.contains("orders equal to what the caller meant 1 of 1"),
            "{amount}: {played}"
        );
    }
}

/// A prolonged stop had its new end and no clock that ran to it.
#[tokio::test]
async fn a_renewed_term_starts_its_clocks() {
    let prolong = "tick for 2m\nliyang asks stop_prolong on a#1\nchenguodong approves a/2\ntick for 2m\nexpect a/2 done";
    let old_end = "tick for 2d\nexpect a/1 executed\nshow deadlines of a";
    let new_end =
        "tick for 2d\nexpect a/1 lapsed\nexpect fired stop_lapse of a/1\nexpect fired stop_alarm_1h of a/1";
    let played = check(&evening("", &format!("{prolong}\n{old_end}\n{new_end}"))).await;
    let pending = played
        .lines()
        .filter(|line| line.contains("stop_lapse") && line.contains("pending"));
    assert_eq!(pending.count(), 1, "one clock runs to the new end: {played}");
}
