//! The engine against the oracle on random small worlds with cycles, ties, self transfers, overdrafts, unknown openings
//! and several victims; and the laws that hold for worlds of any size of amount.

#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

mod oracle;

use oracle::{Answer, Book};
use std::sync::Arc;
use trace::{
    AccountFacts, Cut, Direction, Doctrine, Exit, Flow, Index, Ledger, Live, ReachQuery, Seed, TaintQuery,
    Tracer, Transfer, taint_batch,
};

const DOCTRINES: [Doctrine; 4] = [
    Doctrine::Haircut,
    Doctrine::Fifo,
    Doctrine::Lifo,
    Doctrine::LowestBalance,
];

/// SplitMix64.
struct Dice(u64);

impl Dice {
    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: u64) -> u64 {
        self.roll() % n
    }

    fn one_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }

    fn pick<T: Copy>(&mut self, from: &[T]) -> T {
        from[self.below(from.len() as u64) as usize]
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for i in (1..list.len()).rev() {
            list.swap(i, self.below(i as u64 + 1) as usize);
        }
    }
}

#[derive(Debug)]
struct World {
    rows: Vec<Transfer>,
    facts: Vec<AccountFacts>,
    seeds: Vec<(u64, u32)>,
    query: TaintQuery,
    reach: ReachQuery,
}

/// `fen` scales all amounts.
fn world(dice: &mut Dice, fen: i64) -> World {
    let accounts = 2 + dice.below(8);
    let count = 1 + dice.below(70);
    // Many ties, few ties, or spans of more than 2^32 ms.
    let times = dice.pick(&[5, 40, 400, 40_000_000_000]);
    let ids = dice.below(3);
    let rows: Vec<Transfer> = (0..count)
        .map(|i| Transfer {
            id: match ids {
                0 => i,
                1 => i * 1000 + dice.below(1000),
                _ => (i * 7919) % 10_007 + 5,
            },
            ts_ms: dice.below(times) as i64 - 20,
            src: dice.below(accounts) as u32,
            dst: dice.below(accounts) as u32,
            amount: (1 + dice.below(30) as i64) * fen,
        })
        .collect();
    let facts = (0..accounts).map(|_| account(dice, fen)).collect();
    let moving: Vec<u64> = rows.iter().filter(|t| t.src != t.dst).map(|t| t.id).collect();
    let labels = 1 + dice.below(3);
    let seeds = match moving.len() {
        0 => Vec::new(),
        _ => (0..1 + dice.below(4))
            .map(|_| (dice.pick(&moving), dice.below(labels) as u32))
            .collect(),
    };
    let query = TaintQuery {
        doctrine: Doctrine::Fifo,
        depth: dice.below(7) as u32,
        horizon_ms: dice.below(times) as i64,
        min_taint: if dice.one_in(2) {
            1
        } else {
            dice.below(10) as i64 * fen
        },
        ..TaintQuery::default()
    };
    let reach = ReachQuery {
        depth: dice.below(6) as u32,
        dwell_ms: dice.below(times) as i64,
        min_amount: if dice.one_in(2) {
            0
        } else {
            dice.below(15) as i64 * fen
        },
        direction: dice.pick(&[Direction::Down, Direction::Up]),
        ..ReachQuery::default()
    };
    World {
        rows,
        facts,
        seeds,
        query,
        reach,
    }
}

fn account(dice: &mut Dice, fen: i64) -> AccountFacts {
    AccountFacts {
        opening: (!dice.one_in(5)).then(|| dice.below(60) as i64 * fen * i64::from(!dice.one_in(3))),
        exit: dice
            .one_in(6)
            .then(|| dice.pick(&[Exit::Cash, Exit::Merchant, Exit::Foreign])),
    }
}

fn seeds_in(ledger: &impl Ledger, seeds: &[(u64, u32)]) -> Vec<Seed> {
    seeds
        .iter()
        .map(|(id, label)| Seed {
            edge: ledger.locate(&[*id])[0].unwrap(),
            label: *label,
        })
        .collect()
}

/// What of a flow does not depend on the ledger it came from.
fn told(flow: &Flow) -> Answer {
    let id = |row: u32| flow.rows[row as usize].id;
    Answer {
        rows: flow.rows.iter().map(|r| (r.id, r.amount, r.hop)).collect(),
        row_parts: flow
            .row_parts
            .iter()
            .map(|p| (id(p.row), p.label, p.amount))
            .collect(),
        held: flow.held.iter().map(|h| (h.account, h.amount)).collect(),
        totals: flow.totals,
        parts: flow.parts.clone(),
        cut: flow.cut.clone(),
        assumptions: flow.assumptions.clone(),
    }
}

fn taint(tracer: &mut Tracer, ledger: &impl Ledger, world: &World, doctrine: Doctrine) -> Answer {
    let query = TaintQuery {
        doctrine,
        ..world.query
    };
    let flow = tracer.taint(ledger, &seeds_in(ledger, &world.seeds), &query);
    for row in &flow.rows {
        assert_eq!(ledger.transfer(row.edge).id, row.id);
    }
    conserved(&flow);
    told(&flow)
}

fn conserved(flow: &Flow) {
    assert!(flow.totals.conserved(), "{:?}", flow.totals);
    if !flow.parts.is_empty() {
        assert_eq!(
            flow.parts.iter().map(|p| p.amount).sum::<i64>(),
            flow.totals.seeded
        );
    }
}

fn reach(tracer: &mut Tracer, ledger: &impl Ledger, world: &World) -> Vec<(u64, u32)> {
    let seeds: Vec<_> = seeds_in(ledger, &world.seeds).iter().map(|s| s.edge).collect();
    let reach = tracer.reach(ledger, &seeds, &world.reach);
    let mut rows: Vec<_> = reach.rows.iter().map(|r| (r.id, r.hop)).collect();
    rows.sort_unstable();
    rows
}

#[test]
fn every_answer_is_the_oracles() {
    let mut tracer = Tracer::default();
    for seed in 0..4000 {
        let world = world(&mut Dice(seed), 1);
        let index = Index::build(world.rows.clone(), &world.facts).unwrap();
        let book = Book::new(&world.rows, &world.facts);
        for doctrine in DOCTRINES {
            let query = TaintQuery {
                doctrine,
                ..world.query
            };
            let expected = book.taint(&world.seeds, &query);
            assert_eq!(
                taint(&mut tracer, &index, &world, doctrine),
                expected,
                "seed {seed} {doctrine:?} {world:?}"
            );
        }
        let ids: Vec<u64> = world.seeds.iter().map(|s| s.0).collect();
        let expected: Vec<_> = book.reach(&ids, &world.reach).into_iter().collect();
        assert_eq!(
            reach(&mut tracer, &index, &world),
            expected,
            "seed {seed} {world:?}"
        );
    }
}

/// Rows that come late, in any order, in batches, with some taken out again, leave what an index of all rows has.
#[test]
fn live_equals_an_index_of_all_rows() {
    let mut tracer = Tracer::default();
    for seed in 0..3000 {
        let dice = &mut Dice(seed ^ 0xABCD);
        let world = world(dice, 1);
        let live = grown(dice, &world);
        let index = Index::build(world.rows.clone(), &world.facts).unwrap();
        let frozen = live.freeze();
        assert_eq!(live.len(), index.len(), "seed {seed}");
        for doctrine in DOCTRINES {
            let expected = taint(&mut tracer, &index, &world, doctrine);
            assert_eq!(
                taint(&mut tracer, &live, &world, doctrine),
                expected,
                "seed {seed} {doctrine:?} {world:?}"
            );
            assert_eq!(
                taint(&mut tracer, &frozen, &world, doctrine),
                expected,
                "seed {seed} {doctrine:?}"
            );
        }
        let expected = reach(&mut tracer, &index, &world);
        assert_eq!(
            reach(&mut tracer, &live, &world),
            expected,
            "seed {seed} {world:?}"
        );
        for account in 0..world.facts.len() as u32 {
            let ids = |ledger: &dyn Fn(u32) -> Vec<u64>| ledger(account);
            let outs = ids(&|a| index.outs(a).into_iter().map(|e| index.transfer(e).id).collect());
            assert_eq!(
                ids(&|a| live.outs(a).into_iter().map(|e| live.transfer(e).id).collect()),
                outs
            );
            let ins = ids(&|a| index.ins(a).into_iter().map(|e| index.transfer(e).id).collect());
            assert_eq!(
                ids(&|a| live.ins(a).into_iter().map(|e| live.transfer(e).id).collect()),
                ins
            );
        }
    }
}

/// A live ledger that ends with the rows and facts of `world`.
fn grown(dice: &mut Dice, world: &World) -> Live {
    let known = dice.below(world.facts.len() as u64 + 1) as usize;
    let first: Vec<AccountFacts> = world.facts[..known]
        .iter()
        .map(|f| if dice.one_in(4) { account(dice, 1) } else { *f })
        .collect();
    let (base, mut late): (Vec<Transfer>, Vec<Transfer>) = world
        .rows
        .iter()
        .partition(|t| (t.src as usize) < known && (t.dst as usize) < known && dice.one_in(2));
    let mut live = Live::new(Arc::new(Index::build(base.clone(), &first).unwrap()));
    for facts in &world.facts[known..] {
        live.add_account(*facts).unwrap();
    }
    for (account, facts) in (0u32..).zip(&first) {
        if *facts != world.facts[account as usize] {
            live.set_facts(account, world.facts[account as usize]).unwrap();
        }
    }
    for row in base {
        if dice.one_in(6) && live.remove(row.id) {
            late.push(row);
        }
    }
    dice.shuffle(&mut late);
    while !late.is_empty() {
        let batch = late.split_off(
            late.len()
                - (1 + dice.below(late.len() as u64) as usize)
                    .min(7)
                    .min(late.len()),
        );
        live.insert(&batch).unwrap();
        if dice.one_in(3) && live.remove(batch[0].id) {
            late.push(batch[0]);
        }
    }
    live
}

/// The order that rows come in, and the number of threads, change nothing.
#[test]
fn same_rows_same_bytes() {
    for seed in 0..200 {
        let dice = &mut Dice(seed);
        let mut world = world(dice, 1);
        let sets: Vec<Vec<(u64, u32)>> = (0..150)
            .map(|i| world.seeds.iter().take(1 + i % 3).copied().collect())
            .collect();
        let answers: Vec<String> = [1, 2, 3]
            .map(|threads| {
                dice.shuffle(&mut world.rows);
                let index = Index::build(world.rows.clone(), &world.facts).unwrap();
                let seeds: Vec<_> = sets.iter().map(|set| seeds_in(&index, set)).collect();
                let flows = taint_batch(&index, &seeds, &world.query, threads, |_, flow| flow.clone());
                format!("{flows:?}")
            })
            .to_vec();
        assert_eq!(answers[0], answers[1], "seed {seed}");
        assert_eq!(answers[0], answers[2], "seed {seed}");
    }
}

/// A fen may be a million yuan: the doctrines that order money scale, and nothing overflows.
#[test]
fn large_amounts_scale() {
    let fen = 1_000_000_000_000_000;
    let mut tracer = Tracer::default();
    for seed in 0..1500 {
        let (small, mut large) = (world(&mut Dice(seed), 1), world(&mut Dice(seed), fen));
        let index = Index::build(small.rows.clone(), &small.facts).unwrap();
        large.query.min_taint = small.query.min_taint.saturating_mul(fen);
        let Ok(scaled) = Index::build(large.rows.clone(), &large.facts) else {
            continue;
        };
        for doctrine in [Doctrine::Fifo, Doctrine::Lifo, Doctrine::LowestBalance] {
            let (small, large) = (
                taint(&mut tracer, &index, &small, doctrine),
                taint(&mut tracer, &scaled, &large, doctrine),
            );
            let rows: Vec<_> = small
                .rows
                .iter()
                .map(|(id, amount, hop)| (*id, amount * fen, *hop))
                .collect();
            assert_eq!(large.rows, rows, "seed {seed} {doctrine:?}");
            assert_eq!(large.totals.held, small.totals.held * fen);
        }
        let book = Book::new(&large.rows, &large.facts);
        let query = TaintQuery {
            doctrine: Doctrine::Haircut,
            ..large.query
        };
        let expected = book.taint(&large.seeds, &query);
        assert_eq!(
            taint(&mut tracer, &scaled, &large, Doctrine::Haircut),
            expected,
            "seed {seed}"
        );
    }
}

/// Whatever the budget, no fen is lost and what was not followed is named.
#[test]
fn a_budget_cuts_and_says_so() {
    let mut tracer = Tracer::default();
    let mut cut = 0;
    for seed in 0..2000 {
        let dice = &mut Dice(seed);
        let world = world(dice, 1);
        let index = Index::build(world.rows.clone(), &world.facts).unwrap();
        let seeds = seeds_in(&index, &world.seeds);
        let budget = dice.below(20);
        for doctrine in DOCTRINES {
            let query = TaintQuery {
                doctrine,
                budget,
                ..world.query
            };
            let flow = tracer.taint(&index, &seeds, &query);
            conserved(&flow);
            let whole = tracer.taint(
                &index,
                &seeds,
                &TaintQuery {
                    budget: u64::MAX,
                    ..query
                },
            );
            let names = flow.cut.iter().any(|c| matches!(c, Cut::Budget { .. }));
            assert!(names || told(&flow) == told(&whole), "seed {seed} {doctrine:?}");
            cut += usize::from(names);
        }
        let edges: Vec<_> = seeds.iter().map(|s| s.edge).collect();
        let some = tracer.reach(
            &index,
            &edges,
            &ReachQuery {
                budget,
                ..world.reach
            },
        );
        let whole = tracer.reach(&index, &edges, &world.reach);
        assert!(some.touched <= budget);
        assert!(some.rows == whole.rows || some.cut.iter().any(|c| matches!(c, Cut::Budget { .. })));
    }
    assert!(cut > 100);
}
