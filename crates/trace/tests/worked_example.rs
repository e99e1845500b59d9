//! The worked example that the meaning of a trace is fixed by, in every mode and with every cut-off.
//! Openings V 300, A 100, B 0, C 50, E 100; X is a cash-out point.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

use trace::{
    AccountFacts, Doctrine, Exit, Flow, Index, Ledger, ReachQuery, Seed, TaintQuery, Totals, Tracer, Transfer,
};

const HOUR: i64 = 3_600_000;

fn example() -> Index {
    let row = |id, ts_ms, src, dst, amount| Transfer {
        id,
        ts_ms,
        src,
        dst,
        amount,
    };
    let rows = vec![
        row(0, 0, 0, 1, 300),
        row(1, 10, 1, 2, 200),
        row(2, 20, 4, 1, 100),
        row(3, 30, 1, 3, 200),
        row(4, 40, 2, 5, 200),
        row(5, 50, 3, 5, 125),
    ];
    let mut facts: Vec<AccountFacts> = [300, 100, 0, 50, 100].map(AccountFacts::opening).to_vec();
    facts.push(AccountFacts::exit(Exit::Cash));
    Index::build(rows, &facts).unwrap()
}

fn taint(doctrine: Doctrine, depth: u32, min_taint: i64) -> Flow {
    let index = example();
    let seed = Seed {
        edge: index.locate(&[0])[0].unwrap(),
        label: 0,
    };
    let query = TaintQuery {
        doctrine,
        depth,
        min_taint,
        horizon_ms: HOUR,
        ..TaintQuery::default()
    };
    Tracer::default().taint(&index, &[seed], &query)
}

fn check(flow: &Flow, rows: &[(u64, i64, u32)], held: &[(u32, i64)], totals: Totals) {
    let seen: Vec<_> = flow.rows.iter().map(|r| (r.id, r.amount, r.hop)).collect();
    assert_eq!(seen, rows);
    let seen: Vec<_> = flow.held.iter().map(|h| (h.account, h.amount)).collect();
    assert_eq!(seen, held);
    assert_eq!(flow.totals, totals);
    assert!(flow.totals.conserved());
}

fn totals(exit: i64, dust: i64, beyond: i64, held: i64) -> Totals {
    Totals {
        seeded: 300,
        exit,
        dust,
        beyond,
        held,
    }
}

#[test]
fn haircut_takes_the_share() {
    check(
        &taint(Doctrine::Haircut, 10, 1),
        &[(0, 300, 0), (1, 150, 1), (3, 100, 1), (4, 150, 2), (5, 50, 2)],
        &[(1, 50), (3, 50)],
        totals(200, 0, 0, 100),
    );
}

#[test]
fn fifo_takes_the_oldest() {
    check(
        &taint(Doctrine::Fifo, 10, 1),
        &[(0, 300, 0), (1, 100, 1), (3, 200, 1), (4, 100, 2), (5, 75, 2)],
        &[(3, 125)],
        totals(175, 0, 0, 125),
    );
}

/// 1 takes 200 of the seed; 3 takes E's clean 100 first, then the last 100 of the seed, which therefore lie on top at
/// C and leave first. A keeps its own 100.
#[test]
fn lifo_takes_the_newest() {
    check(
        &taint(Doctrine::Lifo, 10, 1),
        &[(0, 300, 0), (1, 200, 1), (3, 100, 1), (4, 200, 2), (5, 100, 2)],
        &[],
        totals(300, 0, 0, 0),
    );
}

/// 1 takes A's own 100 first, then 100 of the seed; 3 takes E's 100, then 100. C pays the 125 out of its own 50 and the
/// 100 clean that came with 3, so its taint stays.
#[test]
fn lowest_balance_takes_clean_money_first() {
    check(
        &taint(Doctrine::LowestBalance, 10, 1),
        &[(0, 300, 0), (1, 100, 1), (3, 100, 1), (4, 100, 2)],
        &[(1, 100), (3, 100)],
        totals(100, 0, 0, 200),
    );
}

#[test]
fn depth_one_lets_the_second_hop_go_beyond() {
    assert_eq!(taint(Doctrine::Haircut, 1, 1).totals, totals(0, 0, 200, 100));
}

#[test]
fn a_part_below_the_least_taint_is_dust() {
    assert_eq!(taint(Doctrine::Fifo, 10, 90).totals, totals(100, 75, 0, 125));
}

#[test]
fn reach_takes_everything_later() {
    let index = example();
    let seed = index.locate(&[0])[0].unwrap();
    let mut rows: Vec<_> = Tracer::default()
        .reach(
            &index,
            &[seed],
            &ReachQuery {
                dwell_ms: 1000,
                ..ReachQuery::default()
            },
        )
        .rows
        .iter()
        .map(|r| (r.id, r.hop))
        .collect();
    rows.sort_unstable();
    assert_eq!(rows, [(0, 0), (1, 1), (3, 1), (4, 2), (5, 2)]);
}
