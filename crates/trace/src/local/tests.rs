//! Tables of what rows can do to each other, and the law of money over random statements.

use super::*;
use crate::{Doctrine, TaintQuery};
use proptest::prelude::*;

type Row = Movement<char, u64>;
type Told = Option<i64>;

fn row(id: u64, at_ms: i64, src: char, dst: char, amount: i64, src_balance: Told, dst_balance: Told) -> Row {
    Movement {
        id,
        at_ms,
        src,
        dst,
        amount,
        src_balance,
        dst_balance,
        mark: RowMark::Plain,
    }
}

fn marked(mark: RowMark, row: Row) -> Row {
    Row { mark, ..row }
}

fn paid(transfer: Option<u64>, account: char, at_ms: i64, amount: i64) -> Payment<char, u64> {
    Payment {
        transfer,
        account,
        at_ms,
        amount,
    }
}

fn exits(of: &[(char, Exit)]) -> Known<char> {
    Known {
        exits: of.iter().copied().collect(),
        windows: None,
    }
}

fn query(doctrine: Doctrine) -> TaintQuery {
    TaintQuery {
        doctrine,
        min_taint: 1,
        ..TaintQuery::default()
    }
}

fn traced(rows: &[Row], known: &Known<char>, payments: &[Payment<char, u64>]) -> Traced<char, u64> {
    Books::reconcile(rows, known, payments)
        .trace(&query(Doctrine::Fifo), &WhatIf::default())
        .unwrap()
}

/// (place, still there) of every place that still has some, and what the answer rests on.
fn still(traced: &Traced<char, u64>) -> Vec<(Spot<char>, i64)> {
    traced
        .spots
        .iter()
        .filter(|(_, s)| s.still_there > 0)
        .map(|(spot, s)| (*spot, s.still_there))
        .collect()
}

fn told(traced: &Traced<char, u64>) -> Vec<Assumed<char, u64>> {
    traced
        .assumed
        .iter()
        .filter(|a| !matches!(a, Assumed::OpeningUnknown { .. }))
        .copied()
        .collect()
}

const VICTIM: char = 'V';
use Spot::Account as At;

#[test]
fn the_worked_example_under_every_doctrine() {
    let rows = [
        row(0, 0, VICTIM, 'A', 300, None, Some(400)),
        row(1, 10, 'A', 'B', 200, Some(200), Some(200)),
        row(2, 20, 'E', 'A', 100, None, Some(300)),
        row(3, 30, 'A', 'C', 200, Some(100), Some(250)),
        row(4, 40, 'B', 'X', 200, Some(0), None),
        row(5, 50, 'C', 'X', 125, Some(125), None),
    ];
    let known = exits(&[('X', Exit::Cash)]);
    let books = Books::reconcile(&rows, &known, &[paid(Some(0), 'A', 0, 300)]);
    for (doctrine, exit, held) in [
        (Doctrine::Fifo, 175, vec![(At('C'), 125)]),
        (Doctrine::Haircut, 200, vec![(At('A'), 50), (At('C'), 50)]),
    ] {
        let traced = books.trace(&query(doctrine), &WhatIf::default()).unwrap();
        assert_eq!((traced.totals.exit, still(&traced)), (exit, held), "{doctrine:?}");
        assert!(traced.totals.conserved() && told(&traced).is_empty());
    }
    let fifo = books.trace(&query(Doctrine::Fifo), &WhatIf::default()).unwrap();
    let c = &fifo.spots[&At('C')];
    assert_eq!((c.received, c.sent, c.still_there, c.hop), (200, 75, 125, 1));
    assert_eq!(
        c.parent.map(|p| (p.spot, fifo.rows[p.row].source)),
        Some((At('A'), Source::Row(3)))
    );
    let x = &fifo.spots[&At('X')];
    assert_eq!(
        (x.received, x.sent, x.exit, &x.parts[..]),
        (175, 0, Some(Exit::Cash), &[(0, 175)][..])
    );
}

#[test]
fn a_reversal_takes_both_rows_out() {
    let plain = [
        row(0, 0, VICTIM, 'A', 100, None, Some(100)),
        row(1, 10, 'A', 'B', 60, Some(40), None),
        row(2, 20, 'A', 'C', 10, Some(30), None),
        row(3, 30, 'B', 'A', 60, None, Some(90)),
    ];
    let mut rows = plain;
    rows[3] = marked(RowMark::Reversal, rows[3]);
    let payments = [paid(Some(0), 'A', 0, 100)];
    let t = traced(&rows, &Known::default(), &payments);
    assert_eq!(still(&t), [(At('A'), 90), (At('C'), 10)]);
    // The balances between the two rows are the bank's and no gap.
    let reversed = Assumed::Reversed {
        account: 'A',
        row: 1,
        by: 3,
        at_ms: 30,
        amount: 60,
    };
    assert_eq!(told(&t), [reversed]);
    assert_eq!(t.rows.len(), 2);
    // Without the mark it is a refund: an ordinary transfer back, one hop further.
    let t = traced(&plain, &Known::default(), &payments);
    assert_eq!((still(&t), t.rows.len()), (vec![(At('A'), 90), (At('C'), 10)], 4));
    // Written in red: the same way, negative.
    let mut red = plain;
    red[3] = row(3, 30, 'A', 'B', -60, Some(90), None);
    let t = traced(&red, &Known::default(), &payments);
    assert_eq!(
        (still(&t), told(&t)),
        (vec![(At('A'), 90), (At('C'), 10)], vec![reversed])
    );
    // A reversal of nothing is a transfer back; a red row of nothing is named and left out.
    let alone = [
        rows[0],
        Movement {
            dst_balance: None,
            ..rows[3]
        },
    ];
    assert_eq!(
        still(&traced(&alone, &Known::default(), &payments)),
        [(At('A'), 100)]
    );
    let alone = [rows[0], row(7, 5, 'A', 'B', -9, None, None)];
    let no_amount = Assumed::NoAmount {
        account: 'A',
        row: 7,
        amount: -9,
    };
    assert_eq!(told(&traced(&alone, &Known::default(), &payments)), [no_amount]);
}

#[test]
fn fees_leave_by_one_door() {
    let fee = |id, dst, amount| {
        marked(
            RowMark::Fee,
            row(id, 10 + id as i64, 'A', dst, amount, None, None),
        )
    };
    let rows = [
        row(0, 0, VICTIM, 'A', 100_000, None, Some(100_000)),
        fee(1, 'U', 6_000),
        fee(2, 'B', 200),
        fee(3, 'B', 50_000),
    ];
    let t = traced(
        &rows,
        &exits(&[('U', Exit::Unknown)]),
        &[paid(Some(0), 'A', 0, 100_000)],
    );
    assert_eq!(t.spots[&Spot::Fee].received, 6_200);
    assert_eq!(t.spots[&Spot::Fee].exit, Some(Exit::Fee));
    // Fifty thousand fen to somebody by name is what swindlers call a fee.
    assert_eq!(still(&t), [(At('A'), 43_800), (At('B'), 50_000)]);
    assert_eq!(RowMark::of("网银转账手续费"), RowMark::Fee);
    assert_eq!(RowMark::of("错账冲正"), RowMark::Reversal);
    assert_eq!(RowMark::of("货款"), RowMark::Plain);
}

#[test]
fn openings_and_gaps() {
    let payments = [paid(Some(1), 'A', 10, 100)];
    // 30 lay there before the victim paid: they go first.
    let known_opening = [
        row(1, 10, VICTIM, 'A', 100, None, Some(130)),
        row(2, 20, 'A', 'B', 50, Some(80), None),
    ];
    assert_eq!(
        still(&traced(&known_opening, &Known::default(), &payments)),
        [(At('A'), 80), (At('B'), 20)]
    );
    // Nobody told: the least that avoids an overdraft, and said so.
    let untold = [
        row(1, 10, VICTIM, 'A', 100, None, None),
        row(2, 20, 'A', 'B', 150, None, None),
    ];
    let t = traced(&untold, &Known::default(), &payments);
    assert_eq!(still(&t), [(At('B'), 100)]);
    assert!(t.assumed.contains(&Assumed::OpeningUnknown {
        account: 'A',
        opening: 50
    }));
    // 40 left between two reported balances and no row says where to.
    let fell = [
        row(1, 10, VICTIM, 'A', 100, None, Some(100)),
        row(2, 20, 'A', 'B', 50, Some(10), None),
    ];
    let t = traced(&fell, &Known::default(), &payments);
    assert_eq!(
        told(&t),
        [Assumed::GapOut {
            account: 'A',
            at_ms: 20,
            amount: 40
        }]
    );
    assert_eq!(t.spots[&Spot::Unseen('A')].received, 40);
    assert_eq!(still(&t), [(At('A'), 10), (At('B'), 50)]);
    // 40 came and no row says from where: clean, behind the victim's.
    let rose = [
        row(1, 10, VICTIM, 'A', 100, None, Some(100)),
        row(2, 20, 'A', 'B', 50, Some(90), None),
        row(3, 30, 'A', 'B', 90, Some(0), None),
    ];
    let t = traced(&rose, &Known::default(), &payments);
    assert_eq!(
        told(&t),
        [Assumed::GapIn {
            account: 'A',
            at_ms: 20,
            amount: 40
        }]
    );
    assert_eq!(still(&t), [(At('B'), 100)]);
    // A jump before the money came is no matter of this trace.
    let mut before = vec![
        row(8, 1, 'E', 'A', 5, None, Some(5)),
        row(9, 2, 'E', 'A', 5, None, Some(90)),
    ];
    before.push(row(1, 10, VICTIM, 'A', 100, None, Some(190)));
    assert_eq!(told(&traced(&before, &Known::default(), &payments)), []);
}

#[test]
fn payments_no_bank_has_told_of() {
    let payment = [paid(None, 'A', 100, 70)];
    let untold = Assumed::Untold {
        account: 'A',
        label: 0,
        amount: 70,
    };
    let t = traced(&[], &Known::default(), &payment);
    assert_eq!((still(&t), told(&t)), (vec![(At('A'), 70)], vec![untold]));
    assert_eq!(
        (t.rows[0].src, t.rows[0].source),
        (Spot::Outside('A'), Source::Untold(0))
    );
    // The bank's balances do not count it yet: it lies beside them and makes no gap.
    let rows = [
        row(1, 90, 'E', 'A', 10, None, Some(10)),
        row(2, 200, 'A', 'B', 30, None, None),
        row(3, 300, 'E', 'A', 25, None, Some(5)),
    ];
    let t = traced(&rows, &Known::default(), &payment);
    assert_eq!(
        (told(&t), still(&t)),
        (vec![untold], vec![(At('A'), 50), (At('B'), 20)])
    );
    // A jump of exactly its amount is the payment, at the bank's time.
    let rows = [
        row(1, 40, 'E', 'A', 10, None, Some(10)),
        row(2, 60, 'A', 'B', 30, Some(50), None),
    ];
    let t = traced(&rows, &Known::default(), &payment);
    assert_eq!(
        (told(&t), still(&t)),
        (vec![untold], vec![(At('A'), 50), (At('B'), 20)])
    );
    assert_eq!(t.rows[0].at_ms, 60);
}

#[test]
fn poison_counts_whole_steps() {
    let rows = [
        row(0, 0, VICTIM, 'A', 300, None, Some(400)),
        row(1, 10, 'A', 'B', 200, Some(200), Some(200)),
        row(2, 20, 'E', 'A', 100, None, Some(300)),
        row(3, 30, 'A', 'C', 200, Some(100), Some(250)),
        row(4, 40, 'B', 'X', 200, Some(0), None),
        row(5, 50, 'C', 'X', 125, Some(125), None),
    ];
    let known = exits(&[('X', Exit::Cash)]);
    let books = Books::reconcile(&rows, &known, &[paid(Some(0), 'A', 0, 300)]);
    let query = crate::ReachQuery::default();
    let poisoned = books.poison(&query, &WhatIf::default()).unwrap();
    let found: Vec<(Source<u64>, i64, u32)> = poisoned
        .rows
        .iter()
        .map(|r| (r.source, r.tainted, r.hop))
        .collect();
    let want = [(0, 300, 0), (1, 200, 1), (3, 200, 1), (4, 200, 2), (5, 125, 2)];
    assert_eq!(found, want.map(|(id, fen, hop)| (Source::Row(id), fen, hop)));
    assert_eq!(still(&poisoned), [(At('C'), 75)]);
    assert_eq!(poisoned.spots[&At('X')].received, 325);
    let stopped = WhatIf {
        until_ms: None,
        stops: vec![('A', 5)],
    };
    let then = books.poison(&query, &stopped).unwrap();
    assert_eq!(still(&then), [(At('A'), 300)]);
}

#[test]
fn one_second_is_put_in_order() {
    let payments = [paid(Some(9), 'A', 10, 100)];
    // By id the payment would come last and nothing of it could have left.
    let rows = [
        row(1, 10, 'A', 'B', 80, None, None),
        row(9, 10, VICTIM, 'A', 100, None, None),
    ];
    let t = traced(&rows, &Known::default(), &payments);
    assert_eq!(
        (still(&t), told(&t)),
        (
            vec![(At('A'), 20), (At('B'), 80)],
            vec![Assumed::SameInstant {
                account: 'A',
                at_ms: 10
            }]
        )
    );
    // The bank's chain says that it left first, from money that was there.
    let rows = [
        row(1, 10, 'A', 'B', 80, Some(5), None),
        row(9, 10, VICTIM, 'A', 100, None, Some(105)),
    ];
    let t = traced(&rows, &Known::default(), &payments);
    assert_eq!((still(&t), told(&t)), (vec![(At('A'), 100)], vec![]));
}

#[test]
fn what_if_it_had_been_stopped() {
    let rows = [
        row(1, 10, VICTIM, 'A', 100, None, Some(100)),
        row(2, 20, 'A', 'B', 60, Some(40), None),
        row(3, 30, 'A', 'B', 40, Some(0), None),
        row(4, 40, 'B', 'C', 100, None, None),
    ];
    let books = Books::reconcile(&rows, &Known::default(), &[paid(Some(1), 'A', 10, 100)]);
    let ask = |until_ms, stops: &[(char, i64)]| {
        let what_if = WhatIf {
            until_ms,
            stops: stops.to_vec(),
        };
        let t = books.trace(&query(Doctrine::Fifo), &what_if).unwrap();
        (still(&t), told(&t))
    };
    assert_eq!(ask(None, &[]).0, [(At('C'), 100)]);
    // B then pays a hundred and has sixty of the victim's; what is missing is the hypothesis, not an assumption.
    assert_eq!(
        ask(None, &[('A', 25)]),
        (vec![(At('A'), 40), (At('C'), 60)], vec![])
    );
    assert_eq!(ask(None, &[('A', 20)]).0, [(At('A'), 100)]);
    assert_eq!(ask(Some(20), &[]).0, [(At('A'), 40), (At('B'), 60)]);
    assert_eq!(ask(Some(9), &[]).0, []);
}

#[test]
fn two_victims_in_one_pool() {
    let rows = [
        row(1, 10, VICTIM, 'A', 100, None, Some(100)),
        row(2, 11, 'W', 'A', 50, None, Some(150)),
        row(3, 20, 'A', 'B', 120, Some(30), None),
    ];
    let t = traced(
        &rows,
        &Known::default(),
        &[paid(Some(1), 'A', 10, 100), paid(Some(2), 'A', 11, 50)],
    );
    assert_eq!(t.spots[&At('B')].parts, [(0, 100), (1, 20)]);
    assert_eq!(t.spots[&At('A')].parts, [(1, 30)]);
    assert_eq!(t.rows[2].parts, [(0, 100), (1, 20)]);
}

fn statements() -> impl Strategy<Value = Vec<Row>> {
    let told = |weight: f64| prop::option::weighted(weight, 0..400i64);
    let mark = prop_oneof![8 => Just(RowMark::Plain), 1 => Just(RowMark::Reversal), 1 => Just(RowMark::Fee)];
    let one = (0..25i64, 0..6u8, 0..6u8, -8..120i64, told(0.3), told(0.3), mark);
    prop::collection::vec(one, 1..40).prop_map(|rows| {
        rows.into_iter()
            .zip(0u64..)
            .map(|((at, s, d, amount, sb, db, mark), id)| {
                let name = |n: u8| char::from(b'A' + n);
                marked(mark, row(id, at, name(s), name(d), amount, sb, db))
            })
            .collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever nonsense banks tell: no panic, every fen in one place, for each victim by itself, and the order in
    /// which rows come in changes nothing.
    #[test]
    fn money_is_conserved_whatever_banks_say(rows in statements(), until in prop::option::of(0..25i64), stop in 0..25i64, shuffle in any::<prop::sample::Index>()) {
        let payments = [paid(Some(3), 'B', 5, 50), paid(None, 'A', 4, 90), paid(rows.first().map(|r| r.id), 'C', 0, 1)];
        let known = exits(&[('F', Exit::Cash), ('E', Exit::Unknown)]);
        let books = Books::reconcile(&rows, &known, &payments);
        let mut turned = rows.clone();
        turned.rotate_left(shuffle.index(rows.len()));
        prop_assert_eq!(&Books::reconcile(&turned, &known, &payments), &books);
        let what_if = WhatIf { until_ms: until, stops: vec![('B', stop)] };
        for doctrine in [Doctrine::Fifo, Doctrine::Haircut, Doctrine::Lifo, Doctrine::LowestBalance] {
            let t = books.trace(&query(doctrine), &what_if).unwrap();
            prop_assert!(t.totals.conserved(), "{:?}", t.totals);
            let sum: i64 = t.spots.values().map(|s| s.still_there).sum();
            prop_assert_eq!(sum, t.totals.held);
            for (spot, s) in &t.spots {
                let there = if s.exit.is_some() { s.received } else { s.still_there };
                prop_assert_eq!(s.parts.iter().map(|p| p.1).sum::<i64>(), there, "{:?} {:?}", spot, s);
                prop_assert!(s.sent >= 0 && s.parent.is_none_or(|p| t.spots[&p.spot].hop <= s.hop));
            }
            for r in &t.rows {
                prop_assert_eq!(r.parts.iter().map(|p| p.1).sum::<i64>(), r.tainted);
                prop_assert!(r.tainted <= r.amount && until.is_none_or(|u| r.at_ms <= u));
            }
        }
    }
}
