//! The cases that `docs/TRACE.md` says in words, a test for each.

#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use trace::{
    AccountFacts, Assumption, Cut, Direction, Doctrine, Edge, Exit, Flow, Index, Ledger, Live, Problem,
    ReachQuery, Seed, TaintQuery, Totals, Tracer, Transfer,
};

const V: u32 = 0;
const A: u32 = 1;
const B: u32 = 2;
const C: u32 = 3;

/// (id, ms, from, to, fen).
type Short = (u64, i64, u32, u32, i64);

fn rows(short: &[Short]) -> Vec<Transfer> {
    short
        .iter()
        .map(|&(id, ts_ms, src, dst, amount)| Transfer {
            id,
            ts_ms,
            src,
            dst,
            amount,
        })
        .collect()
}

/// V has 1000, the others nothing.
fn facts() -> Vec<AccountFacts> {
    [1000, 0, 0, 0].map(AccountFacts::opening).to_vec()
}

fn flow(short: &[Short], facts: &[AccountFacts], seeds: &[(u64, u32)], query: TaintQuery) -> Flow {
    let index = Index::build(rows(short), facts).unwrap();
    let seeds: Vec<Seed> = seeds
        .iter()
        .map(|(id, label)| Seed {
            edge: edge(&index, *id),
            label: *label,
        })
        .collect();
    let flow = Tracer::default().taint(&index, &seeds, &query);
    assert!(flow.totals.conserved());
    flow
}

fn edge(index: &Index, id: u64) -> Edge {
    index.locate(&[id])[0].unwrap()
}

fn by(doctrine: Doctrine) -> TaintQuery {
    TaintQuery {
        doctrine,
        min_taint: 1,
        ..TaintQuery::default()
    }
}

fn held(flow: &Flow) -> Vec<(u32, i64)> {
    flow.held.iter().map(|h| (h.account, h.amount)).collect()
}

const ALL: [Doctrine; 4] = [
    Doctrine::Haircut,
    Doctrine::Fifo,
    Doctrine::Lifo,
    Doctrine::LowestBalance,
];

#[test]
fn at_one_instant_the_id_decides_and_the_answer_says_so() {
    for doctrine in ALL {
        let after = flow(
            &[(1, 5, V, A, 100), (2, 5, A, B, 100)],
            &facts(),
            &[(1, 0)],
            by(doctrine),
        );
        assert_eq!(held(&after), [(B, 100)]);
        assert_eq!(
            after.assumptions,
            [Assumption::SameInstant { account: A, ts_ms: 5 }]
        );
        let mut own = facts();
        own[A as usize] = AccountFacts::opening(100);
        let before = flow(
            &[(2, 5, V, A, 100), (1, 5, A, B, 100)],
            &own,
            &[(2, 0)],
            by(doctrine),
        );
        assert_eq!(held(&before), [(A, 100)]);
        assert_eq!(
            before.assumptions,
            [Assumption::SameInstant { account: A, ts_ms: 5 }]
        );
    }
}

#[test]
fn a_self_transfer_moves_nothing() {
    let short = [(1, 0, V, A, 100), (2, 10, A, A, 100), (3, 20, A, B, 40)];
    let index = Index::build(rows(&short), &facts()).unwrap();
    assert_eq!(index.locate(&[2]), [None]);
    assert_eq!(index.len(), 2);
    for doctrine in ALL {
        assert_eq!(
            held(&flow(&short, &facts(), &[(1, 0)], by(doctrine))),
            [(A, 60), (B, 40)]
        );
    }
}

#[test]
fn what_an_overdraft_lacks_is_clean() {
    let short = [
        (1, 0, V, A, 100),
        (2, 10, A, B, 150),
        (3, 20, V, A, 70),
        (4, 30, A, C, 70),
    ];
    for doctrine in ALL {
        let flow = flow(&short, &facts(), &[(1, 0)], by(doctrine));
        assert_eq!(held(&flow), [(B, 100)], "{doctrine:?}");
        assert_eq!(
            flow.assumptions,
            [Assumption::Overdraft {
                account: A,
                ts_ms: 10,
                missing: 50
            }]
        );
    }
}

#[test]
fn an_unknown_opening_is_the_least_that_avoids_an_overdraft() {
    let mut unknown = facts();
    unknown[A as usize].opening = None;
    let short = [(1, 0, V, A, 100), (2, 10, A, B, 150)];
    let flow = flow(&short, &unknown, &[(1, 0)], by(Doctrine::Fifo));
    assert_eq!(held(&flow), [(B, 100)]);
    assert_eq!(
        flow.assumptions,
        [Assumption::OpeningUnknown {
            account: A,
            assumed: 50
        }]
    );
}

#[test]
fn a_refund_returns_with_a_greater_hop() {
    let short = [(1, 0, V, A, 100), (2, 10, A, B, 100), (3, 20, B, A, 100)];
    for doctrine in ALL {
        let flow = flow(&short, &facts(), &[(1, 0)], by(doctrine));
        assert_eq!(held(&flow), [(A, 100)]);
        assert_eq!(flow.rows[2].hop, 2);
    }
}

#[test]
fn a_fee_is_an_exit_of_its_kind() {
    let mut fees = facts();
    fees[B as usize] = AccountFacts::exit(Exit::Fee);
    let flow = flow(
        &[(1, 0, V, A, 100), (2, 10, A, B, 2)],
        &fees,
        &[(1, 0)],
        by(Doctrine::Fifo),
    );
    assert_eq!(
        flow.totals,
        Totals {
            seeded: 100,
            exit: 2,
            dust: 0,
            beyond: 0,
            held: 98
        }
    );
    assert_eq!(
        flow.cut,
        [Cut::Exit {
            account: B,
            kind: Exit::Fee,
            amount: 2
        }]
    );
    assert_eq!(flow.assumptions, []);
}

/// A's second payment is a victim's too, and 60 of it were already the first victim's.
#[test]
fn a_seed_of_tainted_money_adds_its_clean_part() {
    let mut own = facts();
    own[A as usize] = AccountFacts::opening(40);
    let short = [(1, 0, V, A, 60), (2, 10, A, B, 100)];
    for doctrine in ALL {
        let flow = flow(&short, &own, &[(1, 7), (2, 8)], by(doctrine));
        assert_eq!(flow.totals.seeded, 100);
        let parts: Vec<_> = flow.parts.iter().map(|p| (p.label, p.amount)).collect();
        assert_eq!(parts, [(7, 60), (8, 40)], "{doctrine:?}");
    }
}

#[test]
fn the_horizon_says_who_pays_on_after_it() {
    let short = [(1, 0, V, A, 100), (2, 500, A, B, 100)];
    let flow = flow(
        &short,
        &facts(),
        &[(1, 0)],
        TaintQuery {
            horizon_ms: 499,
            ..by(Doctrine::Fifo)
        },
    );
    assert_eq!(
        flow.cut,
        [Cut::Horizon {
            account: A,
            amount: 100
        }]
    );
}

#[test]
fn upstream_finds_who_else_paid_in() {
    let short = [
        (1, 0, V, A, 100),
        (2, 5, C, A, 30),
        (3, 10, A, B, 100),
        (4, 20, V, A, 1),
    ];
    let index = Index::build(rows(&short), &facts()).unwrap();
    let query = ReachQuery {
        direction: Direction::Up,
        ..ReachQuery::default()
    };
    let reach = Tracer::default().reach(&index, &[edge(&index, 3)], &query);
    let mut found: Vec<_> = reach.rows.iter().map(|r| (r.id, r.hop)).collect();
    found.sort_unstable();
    assert_eq!(found, [(1, 1), (2, 1), (3, 0)]);
}

#[test]
fn reach_names_what_it_cut() {
    let short = [(1, 0, V, A, 100), (2, 10, A, B, 80), (3, 11, A, C, 5)];
    let index = Index::build(rows(&short), &facts()).unwrap();
    let query = ReachQuery {
        depth: 1,
        min_amount: 10,
        ..ReachQuery::default()
    };
    let reach = Tracer::default().reach(&index, &[edge(&index, 1)], &query);
    assert_eq!(
        reach.cut,
        [
            Cut::Depth {
                account: B,
                amount: 80
            },
            Cut::MinAmount {
                account: A,
                amount: 5
            }
        ]
    );
    let broke = Tracer::default().reach(&index, &[edge(&index, 1)], &ReachQuery { budget: 1, ..query });
    assert!(broke.cut.contains(&Cut::Budget {
        account: A,
        amount: 100
    }));
}

#[test]
fn bad_rows_are_named_all_at_once() {
    let mut bad = rows(&[
        (1, 0, V, A, 0),
        (2, 0, V, 9, 5),
        (3, i64::MAX, V, A, 5),
        (4, i64::MIN, V, A, i64::MIN),
        (5, 0, V, A, 5),
    ]);
    let mut accounts = facts();
    accounts[C as usize].opening = Some(-1);
    let problems = Index::build(bad.clone(), &accounts).unwrap_err();
    let named = [
        Problem::NotPositive { id: 1, amount: 0 },
        Problem::AccountUnknown { id: 2, account: 9 },
        Problem::TimeOutOfRange {
            id: 3,
            ts_ms: i64::MAX,
        },
        Problem::TimeOutOfRange {
            id: 4,
            ts_ms: i64::MIN,
        },
        Problem::NotPositive {
            id: 4,
            amount: i64::MIN,
        },
        Problem::OpeningNegative {
            account: C,
            opening: -1,
        },
    ];
    assert_eq!(problems.len(), named.len());
    assert!(named.iter().all(|p| problems.contains(p)));
    bad.truncate(0);
    bad.extend(rows(&[(7, 0, V, A, 5), (7, 9, A, V, 5)]));
    assert_eq!(
        Index::build(bad, &facts()).unwrap_err(),
        [Problem::IdTwice { id: 7 }]
    );
    let large = rows(&[(1, 0, V, A, i64::MAX), (2, 0, V, A, i64::MAX)]);
    assert_eq!(
        Index::build(large, &facts()).unwrap_err(),
        [Problem::MoneyTooLarge]
    );
    assert!(Index::build(Vec::new(), &[]).is_ok());
}

#[test]
fn live_takes_all_rows_or_none() {
    let index = Index::build(rows(&[(1, 0, V, A, 100)]), &facts()).unwrap();
    let mut live = Live::new(std::sync::Arc::new(index));
    let problems = live
        .insert(&rows(&[(2, 5, A, B, 50), (1, 6, A, B, 5), (3, 6, A, 44, 0)]))
        .unwrap_err();
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert_eq!(live.len(), 1);
    assert!(!live.remove(2));
    assert!(live.remove(1));
    assert!(live.is_empty());
    assert_eq!(live.locate(&[1]), [None]);
    live.insert(&rows(&[(1, 9, V, A, 7)])).unwrap();
    assert_eq!(live.freeze().len(), 1);
}
