//! The worked example, small drawn graphs, and a fen-by-fen oracle on random ones.

use super::*;
use proptest::prelude::*;
use std::collections::{BTreeMap, VecDeque};

type Move = Transfer<char, u64>;

fn transfer(id: u64, at_ms: i64, src: char, dst: char, amount: i64) -> Move {
    Transfer {
        id,
        at_ms,
        src,
        dst,
        amount,
    }
}

fn seed_of(t: &Move) -> Seed<char, u64> {
    Seed {
        transfer: t.id,
        account: t.dst,
        at_ms: t.at_ms,
        amount: t.amount,
    }
}

fn facts(opening: &[(char, i64)], stops: &[char]) -> BTreeMap<char, AccountFacts> {
    let mut map: BTreeMap<char, AccountFacts> = opening
        .iter()
        .map(|(a, o)| {
            (
                *a,
                AccountFacts {
                    opening: *o,
                    ..AccountFacts::default()
                },
            )
        })
        .collect();
    for a in stops {
        map.entry(*a).or_default().stop = true;
    }
    map
}

fn worked_example() -> (Vec<Move>, BTreeMap<char, AccountFacts>) {
    let moves = vec![
        transfer(0, 0, 'V', 'A', 300),
        transfer(1, 10, 'A', 'B', 200),
        transfer(2, 20, 'E', 'A', 100),
        transfer(3, 30, 'A', 'C', 200),
        transfer(4, 40, 'B', 'X', 200),
        transfer(5, 50, 'C', 'X', 125),
    ];
    (
        moves,
        facts(&[('V', 300), ('A', 100), ('C', 50), ('E', 100)], &['X']),
    )
}

fn limits(depth: u32, min_taint: i64) -> Limits {
    Limits {
        depth,
        min_taint,
        ..Limits::default()
    }
}

fn rows(flow: &Flow<char, u64>) -> Vec<(u64, i64, u32)> {
    flow.rows.iter().map(|r| (r.transfer, r.amount, r.hop)).collect()
}

#[test]
fn the_worked_example() {
    let (moves, accounts) = worked_example();
    let flow = fifo(&moves, &accounts, &[seed_of(&moves[0])], limits(10, 1));
    assert_eq!(
        rows(&flow),
        [(0, 300, 0), (1, 100, 1), (3, 200, 1), (4, 100, 2), (5, 75, 2)]
    );
    assert_eq!(
        flow.totals,
        Totals {
            seeded: 300,
            exit: 175,
            dust: 0,
            beyond: 0,
            held: 125
        }
    );
    assert_eq!(flow.accounts[&'C'].still_there, 125);
    assert_eq!(flow.accounts[&'C'].parent, Some(('A', 3)));
    assert_eq!(
        (flow.accounts[&'A'].received, flow.accounts[&'A'].sent),
        (300, 300)
    );
    assert_eq!(flow.accounts[&'A'].parent, None);
    assert!(flow.accounts[&'X'].exit && flow.accounts[&'X'].hop == 2);
    assert!(flow.cut.is_empty());
}

#[test]
fn cut_offs_say_so() {
    let (moves, accounts) = worked_example();
    let seeds = [seed_of(&moves[0])];
    let dusty = fifo(&moves, &accounts, &seeds, limits(10, 90));
    assert_eq!(
        dusty.totals,
        Totals {
            seeded: 300,
            exit: 100,
            dust: 75,
            beyond: 0,
            held: 125
        }
    );

    let shallow = fifo(&moves, &accounts, &seeds, limits(1, 1));
    assert_eq!(
        shallow.totals,
        Totals {
            seeded: 300,
            exit: 0,
            dust: 0,
            beyond: 175,
            held: 125
        }
    );
    assert_eq!(
        shallow.cut,
        [Cut::Depth {
            account: 'X',
            amount: 175
        }]
    );

    let short = fifo(
        &moves,
        &accounts,
        &seeds,
        Limits {
            horizon_ms: 10,
            ..limits(10, 1)
        },
    );
    assert_eq!(rows(&short), [(0, 300, 0), (1, 100, 1)]);
    assert_eq!(
        short.cut,
        [Cut::Horizon { account: 'A' }, Cut::Horizon { account: 'B' }]
    );

    let few = fifo(
        &moves,
        &accounts,
        &seeds,
        Limits {
            rows_max: 2,
            ..limits(10, 1)
        },
    );
    assert_eq!(
        (few.rows.len(), few.cut.clone()),
        (2, vec![Cut::Rows { left_out: 3 }])
    );
    assert_eq!(few.totals.exit, 175);
}

#[test]
fn a_seed_outside_the_list_arrives_all_the_same() {
    let (moves, accounts) = worked_example();
    let whole = fifo(&moves, &accounts, &[seed_of(&moves[0])], limits(10, 1));
    let outside = fifo(&moves[1..], &accounts, &[seed_of(&moves[0])], limits(10, 1));
    assert_eq!((rows(&whole), whole.totals), (rows(&outside), outside.totals));
}

#[test]
fn tables_of_small_graphs() {
    // Money that came before the victim's goes first; money sent before the victim paid is not followed.
    let moves = [
        transfer(1, 5, 'A', 'B', 50),
        transfer(2, 10, 'V', 'A', 100),
        transfer(3, 20, 'A', 'B', 70),
    ];
    let flow = fifo(
        &moves,
        &facts(&[('A', 100)], &[]),
        &[seed_of(&moves[1])],
        limits(10, 1),
    );
    assert_eq!(rows(&flow), [(2, 100, 0), (3, 20, 1)]);

    // An overdraft is clean money, before and after the taint.
    let moves = [
        transfer(1, 5, 'A', 'B', 50),
        transfer(2, 10, 'V', 'A', 100),
        transfer(3, 20, 'A', 'B', 170),
    ];
    let flow = fifo(&moves, &BTreeMap::new(), &[seed_of(&moves[1])], limits(10, 1));
    assert_eq!(rows(&flow), [(2, 100, 0), (3, 100, 1)]);
    assert_eq!(flow.totals.held, 100);

    // Equal times are ordered by id.
    let moves = [transfer(9, 10, 'A', 'B', 100), transfer(2, 10, 'V', 'A', 100)];
    let flow = fifo(&moves, &BTreeMap::new(), &[seed_of(&moves[1])], limits(10, 1));
    assert_eq!(rows(&flow), [(2, 100, 0), (9, 100, 1)]);

    // Two victims on one mule; the second seed is paid from the first one's money and adds nothing.
    let moves = [
        transfer(1, 10, 'V', 'A', 100),
        transfer(2, 11, 'W', 'A', 40),
        transfer(3, 12, 'A', 'B', 120),
    ];
    let flow = fifo(
        &moves,
        &BTreeMap::new(),
        &[seed_of(&moves[0]), seed_of(&moves[1])],
        limits(10, 1),
    );
    assert_eq!((flow.totals.seeded, flow.accounts[&'B'].still_there), (140, 120));
    let flow = fifo(
        &moves,
        &BTreeMap::new(),
        &[seed_of(&moves[0]), seed_of(&moves[2])],
        limits(10, 1),
    );
    assert_eq!(
        flow.totals,
        Totals {
            seeded: 120,
            exit: 0,
            dust: 0,
            beyond: 0,
            held: 120
        }
    );

    // What the bank holds never exceeds what the trace says is there; nonsense rows are ignored.
    let mut known = facts(&[], &[]);
    known.insert(
        'A',
        AccountFacts {
            blocked: 500,
            ..AccountFacts::default()
        },
    );
    let moves = [
        transfer(1, 10, 'V', 'A', 100),
        transfer(2, 11, 'A', 'A', 60),
        transfer(3, 12, 'A', 'B', -5),
    ];
    let flow = fifo(&moves, &known, &[seed_of(&moves[0])], limits(10, 1));
    assert_eq!(
        (flow.accounts[&'A'].still_there, flow.accounts[&'A'].blocked),
        (100, 100)
    );
    assert_eq!(fifo(&moves, &known, &[], limits(10, 1)).rows, []);
}

/// Every fen a token of its own: slow, and too plain to be wrong in the same way.
fn token_oracle(
    moves: &[Move],
    accounts: &BTreeMap<char, AccountFacts>,
    seed: u64,
    l: Limits,
) -> (Vec<(u64, i64, u32)>, Totals) {
    let mut purse: BTreeMap<char, VecDeque<Option<u32>>> = BTreeMap::new();
    let mut order: Vec<&Move> = moves.iter().filter(|m| m.src != m.dst).collect();
    order.sort_by_key(|m| (m.at_ms, m.id));
    let end = moves.iter().find(|m| m.id == seed).unwrap().at_ms + l.horizon_ms;
    let (mut rows, mut totals) = (Vec::new(), Totals::default());
    let open = |a: char| accounts.get(&a).map_or(0, |f| f.opening);
    for m in order {
        if m.at_ms > end {
            break;
        }
        let src = purse
            .entry(m.src)
            .or_insert_with(|| vec![None; open(m.src) as usize].into());
        let mut fen: Vec<Option<u32>> = (0..m.amount)
            .map(|_| src.pop_front().flatten().map(|h| h + 1))
            .collect();
        if m.id == seed {
            fen = vec![Some(0); m.amount as usize];
            totals.seeded = m.amount;
        }
        let tainted = fen.iter().flatten().count() as i64;
        if m.id != seed && tainted < l.min_taint {
            totals.dust += tainted;
            fen.iter_mut().for_each(|f| *f = None);
        }
        for f in fen.iter_mut().filter(|f| f.is_some_and(|h| h > l.depth)) {
            totals.beyond += 1;
            *f = None;
        }
        let delivered = fen.iter().flatten().count() as i64;
        if let Some(hop) = fen.iter().flatten().min() {
            rows.push((m.id, delivered, *hop));
        }
        if accounts.get(&m.dst).is_some_and(|f| f.stop) {
            totals.exit += delivered;
        } else {
            purse
                .entry(m.dst)
                .or_insert_with(|| vec![None; open(m.dst) as usize].into())
                .extend(fen);
        }
    }
    totals.held = purse.values().flatten().flatten().count() as i64;
    (rows, totals)
}

fn city() -> impl Strategy<Value = (Vec<Move>, BTreeMap<char, AccountFacts>)> {
    let one = (0..30i64, 0..7usize, 0..7usize, 1..60i64);
    let accounts = prop::collection::vec((0..80i64, prop::bool::weighted(0.15)), 7);
    (prop::collection::vec(one, 1..40), accounts).prop_map(|(moves, accounts)| {
        let name = |i: usize| char::from(b'A' + i as u8);
        let moves = moves
            .into_iter()
            .enumerate()
            .map(|(i, (at, s, d, amount))| transfer(i as u64, at, name(s), name(d), amount))
            .collect();
        let facts = accounts
            .into_iter()
            .enumerate()
            .map(|(i, (opening, stop))| {
                (
                    name(i),
                    AccountFacts {
                        opening,
                        stop,
                        blocked: 0,
                    },
                )
            })
            .collect();
        (moves, facts)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn agrees_with_the_token_oracle((moves, accounts) in city(), pick in any::<prop::sample::Index>(), depth in 0..6u32, min_taint in 1..30i64, horizon_ms in 0..40i64) {
        let seed = moves[pick.index(moves.len())];
        // A seed out of a stop account or to itself is not a victim's payment.
        prop_assume!(seed.src != seed.dst && !accounts[&seed.src].stop);
        let l = Limits { depth, min_taint, horizon_ms, rows_max: 1000 };
        let flow = fifo(&moves, &accounts, &[seed_of(&seed)], l);
        let (expected, totals) = token_oracle(&moves, &accounts, seed.id, l);
        prop_assert_eq!(rows(&flow), expected);
        prop_assert_eq!(flow.totals, totals);
    }

    #[test]
    fn money_is_conserved_to_the_fen((moves, accounts) in city(), picks in prop::collection::vec(any::<prop::sample::Index>(), 1..5), depth in 0..6u32, min_taint in 1..30i64) {
        let seeds: Vec<_> = picks.iter().map(|p| seed_of(&moves[p.index(moves.len())])).collect();
        let flow = fifo(&moves, &accounts, &seeds, limits(depth, min_taint));
        prop_assert!(flow.totals.conserved(), "{:?}", flow.totals);
        for (account, a) in &flow.accounts {
            let left = if a.exit { 0 } else { a.sent + a.still_there };
            prop_assert!(a.exit || a.received == left, "{account}: {a:?}");
            prop_assert!(a.parent.is_none_or(|(p, _)| flow.accounts[&p].hop < a.hop));
        }
        let mut backwards = moves.clone();
        backwards.reverse();
        prop_assert_eq!(fifo(&backwards, &accounts, &seeds, limits(depth, min_taint)), flow);
    }
}
