//! Poison: level by level, so that the first hop a payment gets is the least.

use crate::ledger::steps::Steps;
use crate::seen::Seen;
use crate::sums::Sums;
use crate::{Cut, Direction, Edge, Exit, Ledger, Reach, ReachQuery, ReachRow};

/// Lists begun side by side, so that they wait for memory together.
const ABREAST: usize = 16;

#[derive(Debug, Default)]
pub(crate) struct ReachScratch {
    /// Downstream, slots; upstream, positions among the payments in.
    seen: Seen,
    seeds: Vec<Edge>,
    /// Payments below the least amount, by the account they go on from.
    small: Sums<u32>,
    /// Payments that were not followed because the budget was used up.
    unfollowed: Sums<u32>,
    ends: Sums<(u32, Option<Exit>)>,
}

/// Fills `answer` with the rows and the edges touched; says what bounds cut only in so far as the rows do not show it.
pub(crate) fn rows<L: Ledger>(
    scratch: &mut ReachScratch,
    ledger: &L,
    seeds: &[Edge],
    query: &ReachQuery,
    answer: &mut Reach,
) {
    answer.rows.clear();
    answer.cut.clear();
    answer.touched = 0;
    scratch.seeds.clear();
    scratch.seeds.extend_from_slice(seeds);
    if seeds.len() > 1 {
        scratch
            .seeds
            .sort_unstable_by_key(|e| ledger.key(&ledger.hot(e.0)));
        scratch.seeds.dedup();
    }
    for edge in &scratch.seeds {
        let id = ledger.id(&ledger.hot(edge.0));
        answer.rows.push(ReachRow {
            id,
            hop: 0,
            edge: *edge,
        });
    }
    match query.direction {
        Direction::Down => down(scratch, ledger, query, answer),
        Direction::Up => up(scratch, ledger, query, answer),
    }
    scratch
        .small
        .drain(|account, amount| answer.cut.push(Cut::MinAmount { account, amount }));
    scratch
        .unfollowed
        .drain(|account, amount| answer.cut.push(Cut::Budget { account, amount }));
}

/// The cuts that the rows show: stop accounts, and what arrived at the last hop.
pub(crate) fn name_ends<L: Ledger>(
    scratch: &mut ReachScratch,
    ledger: &L,
    query: &ReachQuery,
    answer: &mut Reach,
) {
    for row in &answer.rows {
        let slot = row.edge.0;
        let payer = ledger.payer(slot);
        let account = match query.direction {
            Direction::Down => ledger.receiver(&ledger.hot(slot)),
            Direction::Up => payer,
        };
        let exit = ledger.exit(account);
        if exit.is_some() || row.hop == query.depth {
            scratch.ends.add((account, exit), ledger.amount(payer, slot));
        }
    }
    scratch.ends.drain(|(account, exit), amount| {
        answer.cut.push(match exit {
            Some(kind) => Cut::Exit {
                account,
                kind,
                amount,
            },
            None => Cut::Depth { account, amount },
        });
    });
    answer.cut.sort_unstable();
}

fn down<L: Ledger>(scratch: &mut ReachScratch, ledger: &L, query: &ReachQuery, answer: &mut Reach) {
    let ReachScratch {
        seen,
        small,
        unfollowed,
        ..
    } = scratch;
    seen.clear(ledger.slots());
    for row in &answer.rows {
        seen.insert(row.edge.0);
    }
    let mut touched = 0;
    let mut level = 0..answer.rows.len();
    for hop in 1..=query.depth {
        for first in level.clone().step_by(ABREAST) {
            let last = level.end.min(first + ABREAST);
            for list in begin(ledger, &answer.rows[first..last], query.dwell_ms)
                .into_iter()
                .flatten()
            {
                let List {
                    edge,
                    mut slot,
                    mut hot,
                    limit,
                } = list;
                loop {
                    let unmet = seen.next_unmet(slot);
                    if unmet != slot {
                        slot = unmet;
                        hot = ledger.hot(slot);
                    }
                    if !ledger.within(&hot, limit) {
                        break;
                    }
                    if touched >= query.budget {
                        unfollowed.add(ledger.receiver(&ledger.hot(edge.0)), amount(ledger, edge.0));
                        break;
                    }
                    touched += 1;
                    seen.insert(slot);
                    if query.min_amount <= 0 || amount(ledger, slot) >= query.min_amount {
                        answer.rows.push(ReachRow {
                            id: ledger.id(&hot),
                            hop,
                            edge: Edge(slot),
                        });
                    } else {
                        small.add(ledger.payer(slot), amount(ledger, slot));
                    }
                    slot += 1;
                    hot = ledger.hot(slot);
                }
            }
        }
        level = level.end..answer.rows.len();
        if level.is_empty() {
            break;
        }
    }
    answer.touched = touched;
}

/// A list of payments that go on from `edge`.
#[derive(Clone, Copy)]
struct List<L: Steps> {
    edge: Edge,
    slot: u32,
    hot: L::Hot,
    limit: L::Limit,
}

fn begin<L: Ledger>(ledger: &L, rows: &[ReachRow], dwell_ms: i64) -> [Option<List<L>>; ABREAST] {
    let mut lists = [const { None }; ABREAST];
    for (list, row) in lists.iter_mut().zip(rows) {
        let edge = row.edge;
        let from = ledger.hot(edge.0);
        if !ledger.stop(&from) {
            let slot = ledger.next(&from);
            let limit = ledger.limit(ledger.ts_ms(&from).saturating_add(dwell_ms));
            *list = Some(List {
                edge,
                slot,
                hot: ledger.hot(slot),
                limit,
            });
        }
    }
    lists
}

fn amount<L: Ledger>(ledger: &L, slot: u32) -> i64 {
    ledger.amount(ledger.payer(slot), slot)
}

fn up<L: Ledger>(scratch: &mut ReachScratch, ledger: &L, query: &ReachQuery, answer: &mut Reach) {
    let ReachScratch {
        seen,
        small,
        unfollowed,
        ..
    } = scratch;
    seen.clear(ledger.in_positions());
    for row in &answer.rows {
        let hot = ledger.hot(row.edge.0);
        seen.insert(ledger.ins_before(ledger.receiver(&hot), ledger.key(&hot)).end);
    }
    let mut touched = 0;
    let mut level = 0..answer.rows.len();
    for hop in 1..=query.depth {
        for i in level.clone() {
            let edge = answer.rows[i].edge;
            let account = ledger.payer(edge.0);
            if ledger.is_stop(account) {
                continue;
            }
            let from = ledger.hot(edge.0);
            let earliest_ms = ledger.ts_ms(&from).saturating_sub(query.dwell_ms);
            let before = ledger.ins_before(account, ledger.key(&from));
            let mut end = before.end;
            loop {
                end = seen.end_unmet(before.start, end);
                if end == before.start {
                    break;
                }
                let slot = ledger.in_slot(end - 1);
                let hot = ledger.hot(slot);
                if ledger.ts_ms(&hot) < earliest_ms {
                    break;
                }
                if touched >= query.budget {
                    unfollowed.add(account, amount(ledger, edge.0));
                    break;
                }
                touched += 1;
                end -= 1;
                seen.insert(end);
                if query.min_amount <= 0 || amount(ledger, slot) >= query.min_amount {
                    answer.rows.push(ReachRow {
                        id: ledger.id(&hot),
                        hop,
                        edge: Edge(slot),
                    });
                } else {
                    small.add(account, amount(ledger, slot));
                }
            }
        }
        level = level.end..answer.rows.len();
        if level.is_empty() {
            break;
        }
    }
    answer.touched = touched;
}
