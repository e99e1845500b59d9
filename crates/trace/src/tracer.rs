//! One trace after another over a ledger.

use crate::{
    Assumption, Cut, Direction, Doctrine, Edge, Flow, Held, Ledger, Part, Place, Reach, ReachQuery, ReachRow,
    Row, RowPart, Seed, TaintQuery,
};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Scratch memory for traces, reused from one to the next. One per thread.
#[derive(Debug, Default)]
pub struct Tracer {}

#[derive(Clone, Copy, PartialEq)]
struct Lot {
    amount: i64,
    fate: Option<(u32, u32)>,
}

impl Tracer {
    /// Every later payment out of a reached account counts wholly, with the least hop it can get.
    pub fn reach<L: Ledger>(&mut self, ledger: &L, seeds: &[Edge], query: &ReachQuery) -> Reach {
        let mut answer = Reach::default();
        let down = query.direction == Direction::Down;
        let mut seen: HashSet<Edge> = HashSet::new();
        let mut level: Vec<Edge> = seeds.iter().copied().filter(|e| seen.insert(*e)).collect();
        let mut cuts: BTreeMap<(u32, u8), i64> = BTreeMap::new();
        let mut hop = 0;
        while !level.is_empty() {
            let mut next = Vec::new();
            for edge in level {
                let from = ledger.transfer(edge);
                answer.rows.push(ReachRow {
                    id: from.id,
                    hop,
                    edge,
                });
                let account = if down { from.dst } else { from.src };
                if let Some(kind) = ledger.facts(account).exit {
                    answer.cut.push(Cut::Exit {
                        account,
                        kind,
                        amount: from.amount,
                    });
                    continue;
                }
                if hop == query.depth {
                    *cuts.entry((account, 0)).or_default() += from.amount;
                    continue;
                }
                let edges = if down {
                    ledger.outs(account)
                } else {
                    ledger.ins(account)
                };
                for edge in edges {
                    let to = ledger.transfer(edge);
                    let (early, late) = if down { (from, to) } else { (to, from) };
                    if (early.ts_ms, early.id) >= (late.ts_ms, late.id)
                        || late.ts_ms.saturating_sub(early.ts_ms) > query.dwell_ms
                    {
                        continue;
                    }
                    answer.touched += 1;
                    if to.amount < query.min_amount {
                        if seen.insert(edge) {
                            *cuts.entry((account, 1)).or_default() += to.amount;
                        }
                    } else if seen.insert(edge) {
                        next.push(edge);
                    }
                }
            }
            level = next;
            hop += 1;
        }
        answer
            .cut
            .extend(cuts.into_iter().map(|((account, kind), amount)| match kind {
                0 => Cut::Depth { account, amount },
                _ => Cut::MinAmount { account, amount },
            }));
        answer.cut.sort_unstable();
        answer
    }

    /// How much of each later payment is the seeds' money.
    pub fn taint<L: Ledger>(&mut self, ledger: &L, seeds: &[Seed], query: &TaintQuery) -> Flow {
        let mut flow = Flow::default();
        let mut state: BTreeMap<u32, Vec<Lot>> = BTreeMap::new();
        let mut seeding: HashMap<Edge, u32> = HashMap::new();
        for s in seeds {
            let label = seeding.entry(s.edge).or_insert(s.label);
            *label = s.label.min(*label);
        }
        let Some(last) = seeds.iter().map(|s| ledger.transfer(s.edge).ts_ms).max() else {
            return flow;
        };
        let end = last.saturating_add(query.horizon_ms);
        let several = seeds.iter().any(|s| s.label != seeds[0].label);
        let mut parts: BTreeMap<(u32, Place), i64> = BTreeMap::new();
        let mut cuts: BTreeMap<(u8, u32), i64> = BTreeMap::new();
        let mut met: BTreeMap<u32, (i64, Option<i64>)> = BTreeMap::new();
        for edge in ledger.order() {
            let t = ledger.transfer(edge);
            if t.ts_ms > end {
                let taint = state.get(&t.src).map_or(0, |lots| tainted(lots));
                if taint > 0 {
                    cuts.insert((0, t.src), taint);
                }
                continue;
            }
            let label = seeding.get(&edge).copied();
            let mut lots = vec![Lot {
                amount: t.amount,
                fate: None,
            }];
            if let Some(line) = state.get_mut(&t.src) {
                lots = leave(line, query.doctrine, t.amount);
                if let Some((at, same)) = met.get_mut(&t.src)
                    && *at == t.ts_ms
                    && same.is_none()
                {
                    *same = Some(*at);
                }
                for lot in &mut lots {
                    lot.fate = lot.fate.map(|(label, hop)| (label, hop + 1));
                }
            }
            let p = tainted(&lots);
            if let Some(label) = label {
                for lot in &mut lots {
                    if lot.fate.is_none() {
                        flow.totals.seeded += lot.amount;
                        lot.fate = Some((label, 0));
                    }
                }
            } else if p > 0 && p < query.min_taint {
                flow.totals.dust += p;
                *cuts.entry((1, t.src)).or_default() += p;
                for lot in &mut lots {
                    if let Some((label, _)) = lot.fate.take() {
                        *parts.entry((label, Place::Dust)).or_default() += lot.amount;
                    }
                }
            }
            for lot in &mut lots {
                if let Some((label, hop)) = lot.fate
                    && hop > query.depth
                {
                    lot.fate = None;
                    flow.totals.beyond += lot.amount;
                    *parts.entry((label, Place::Beyond)).or_default() += lot.amount;
                    *cuts.entry((2, t.dst)).or_default() += lot.amount;
                }
            }
            let p = tainted(&lots);
            if p > 0 {
                let hop = lots.iter().filter_map(|l| l.fate).map(|f| f.1).min().unwrap_or(0);
                let row = flow.rows.len() as u32;
                flow.rows.push(Row {
                    id: t.id,
                    amount: p,
                    hop,
                    edge,
                });
                let mut shares: BTreeMap<u32, i64> = BTreeMap::new();
                for lot in &lots {
                    if let Some((label, _)) = lot.fate {
                        *shares.entry(label).or_default() += lot.amount;
                    }
                }
                flow.row_parts
                    .extend(
                        shares
                            .into_iter()
                            .map(|(label, amount)| RowPart { row, label, amount }),
                    );
            }
            if ledger.facts(t.dst).exit.is_some() {
                flow.totals.exit += p;
                if p > 0 {
                    *cuts.entry((3, t.dst)).or_default() += p;
                    met.entry(t.dst).or_insert((i64::MIN, None));
                }
                for lot in &lots {
                    if let Some((label, _)) = lot.fate {
                        *parts.entry((label, Place::Exit { account: t.dst })).or_default() += lot.amount;
                    }
                }
                continue;
            }
            if p > 0 {
                met.entry(t.dst).or_insert((t.ts_ms, None)).0 = t.ts_ms;
            }
            if p > 0 || state.contains_key(&t.dst) {
                let before = ledger.balances_before(edge).1;
                state
                    .entry(t.dst)
                    .or_insert_with(|| {
                        vec![Lot {
                            amount: before,
                            fate: None,
                        }]
                    })
                    .extend(lots);
            }
        }
        for (account, lots) in &state {
            let amount = tainted(lots);
            if amount > 0 {
                flow.held.push(Held {
                    account: *account,
                    amount,
                });
                flow.totals.held += amount;
            }
            for lot in lots {
                if let Some((label, _)) = lot.fate {
                    *parts
                        .entry((label, Place::Held { account: *account }))
                        .or_default() += lot.amount;
                }
            }
        }
        flow.cut = cuts
            .into_iter()
            .map(|((kind, account), amount)| match kind {
                0 => Cut::Horizon { account, amount },
                1 => Cut::Dust { account, amount },
                2 => Cut::Depth { account, amount },
                _ => Cut::Exit {
                    account,
                    kind: ledger.facts(account).exit.unwrap_or(crate::Exit::Unknown),
                    amount,
                },
            })
            .collect();
        flow.cut.sort_unstable();
        flow.parts = parts
            .into_iter()
            .filter(|(_, amount)| *amount > 0)
            .map(|((label, place), amount)| Part { label, place, amount })
            .collect();
        flow.assumptions = ledger
            .assumptions()
            .iter()
            .filter(|a| met.contains_key(&a.account()))
            .copied()
            .collect();
        flow.assumptions
            .extend(met.iter().filter_map(|(account, (_, same))| {
                same.map(|ts_ms| Assumption::SameInstant {
                    account: *account,
                    ts_ms,
                })
            }));
        flow.assumptions.sort_unstable_by_key(|a| (a.account(), *a));
        if !several {
            flow.parts.clear();
            flow.row_parts.clear();
        }
        flow
    }
}

fn tainted(lots: &[Lot]) -> i64 {
    lots.iter().filter(|l| l.fate.is_some()).map(|l| l.amount).sum()
}

fn leave(line: &mut Vec<Lot>, doctrine: Doctrine, amount: i64) -> Vec<Lot> {
    match doctrine {
        Doctrine::Haircut => return haircut(line, amount),
        Doctrine::Fifo => {}
        Doctrine::Lifo => line.reverse(),
        Doctrine::LowestBalance => line.sort_by_key(|l| l.fate.is_some()),
    }
    let mut taken = Vec::new();
    let mut need = amount;
    while need > 0 && !line.is_empty() {
        let part = line[0].amount.min(need);
        taken.push(Lot {
            amount: part,
            fate: line[0].fate,
        });
        need -= part;
        line[0].amount -= part;
        if line[0].amount == 0 {
            line.remove(0);
        }
    }
    if need > 0 {
        taken.push(Lot {
            amount: need,
            fate: None,
        });
    }
    if doctrine == Doctrine::Lifo {
        line.reverse();
    }
    taken
}

fn haircut(line: &mut Vec<Lot>, amount: i64) -> Vec<Lot> {
    let balance: i64 = line.iter().map(|l| l.amount).sum();
    let mut cells: BTreeMap<(u32, u32), i64> = BTreeMap::new();
    for lot in line.iter() {
        if let Some(fate) = lot.fate {
            *cells.entry(fate).or_default() += lot.amount;
        }
    }
    let (mut run, mut previous) = (0, 0);
    let mut taken = Vec::new();
    let out = amount.min(balance);
    for (fate, cell) in &mut cells {
        run += *cell;
        let sum = (i128::from(out) * i128::from(run) / i128::from(balance.max(1))) as i64;
        let part = sum - previous;
        previous = sum;
        *cell -= part;
        taken.push(Lot {
            amount: part,
            fate: Some(*fate),
        });
    }
    taken.retain(|l| l.amount > 0);
    let clean = balance - out - cells.values().sum::<i64>();
    *line = cells
        .into_iter()
        .map(|(fate, amount)| Lot {
            amount,
            fate: Some(fate),
        })
        .collect();
    line.push(Lot {
        amount: clean,
        fate: None,
    });
    line.retain(|l| l.amount > 0);
    taken.push(Lot {
        amount: amount - previous,
        fate: None,
    });
    taken
}
