//! Bugs that evenings have shown, each played once more under its own name.

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
