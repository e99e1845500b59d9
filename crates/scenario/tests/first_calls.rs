//! The demo's evening at the seat: the first calls of the city as it is when somebody starts the demo, each filled in from
//! what the caller says, each stop beside what the caller meant.

use kernel::{Fen, Instant, Span};
use scenario::desk::Told;
use scenario::evening::Evening;
use scenario::truth::{Comparison, compare};
use sim::{CityConfig, Happening};
use std::collections::BTreeSet;

/// The calls of the evening until `calls` have been taken, and what the centre believes of each.
async fn play(seed: u64, start: Instant, calls: usize) -> Vec<(String, Comparison)> {
    let mut evening = Evening::begin(seed, CityConfig::default(), start)
        .await
        .expect("an evening begins");
    let leader = evening
        .sign_policy("chenguodong", Fen::yuan(500_000), Span::hours(24))
        .await;
    leader.expect("the leader signs");
    let (mut taken, mut kinds) = (Vec::new(), Vec::new());
    while taken.len() < calls {
        let next = evening
            .next_moment(start + Span::hours(3))
            .await
            .expect("the city goes on");
        evening.clock.set_world(next);
        evening.tick().await.expect("the jobs run");
        let told = std::mem::take(&mut evening.road.town().told);
        for happening in told {
            let Happening::CallRings {
                at,
                line,
                narrative,
                truth,
                ..
            } = happening
            else {
                continue;
            };
            kinds.push(truth.kind_code.to_owned());
            let call = Told {
                at,
                line,
                narrative,
                truth: *truth,
            };
            let accepted = evening.take("liyang", &call, true).await;
            taken.push(
                accepted
                    .unwrap_or_else(|e| panic!("{e:?}: {}", call.narrative))
                    .report
                    .report
                    .id,
            );
        }
    }
    evening
        .until(evening.clock.world() + Span::minutes(3))
        .await
        .expect("the banks answer");
    let mut found = Vec::new();
    for (report, kind) in taken.into_iter().zip(kinds) {
        let compared = compare(&mut evening, report).await.expect("the store is read");
        found.push((kind, compared.expect("every report was a call")));
    }
    found
}

fn at(wire: &str) -> Instant {
    Instant::from_wire14(wire).expect("an instant")
}

/// No stop leaves whose amount, payee or time differs from what the caller meant; early in the evening, and over midnight.
#[tokio::test]
async fn the_first_calls_send_no_order_that_the_caller_did_not_mean() {
    let (mut stops, mut meant, mut asked, mut calls) = (0, 0, 0, 0);
    for (seed, start) in [
        (1, at("20260403203000")),
        (7, at("20260403150000")),
        (11, at("20260403234000")),
        (42, at("20260404003000")),
    ] {
        let evening = play(seed, start, 8).await;
        let first: BTreeSet<&str> = evening.iter().take(6).map(|(kind, _)| kind.as_str()).collect();
        assert_eq!(first.len(), 6, "seed {seed}: six calls of six kinds");
        for (i, (kind, found)) in evening.iter().enumerate() {
            println!("seed {seed} call {} kind {kind}\n{}", i + 1, found.show("it"));
            assert_eq!(
                found.faults().collect::<Vec<_>>(),
                Vec::<&_>::new(),
                "seed {seed}, call {}",
                i + 1
            );
            stops += found.stops;
            meant += found.stops_meant;
            asked += found.asked.len();
            calls += 1;
        }
    }
    println!(
        "orders equal to what the caller meant: {meant} of {stops}; {asked} questions back in {calls} calls"
    );
    assert_eq!(meant, stops);
    assert!(stops > 20, "an evening in which stops leave");
}
