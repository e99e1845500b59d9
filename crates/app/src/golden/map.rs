//! The map of the victims' money: which accounts it reached, what is still there, what is held, what is gone.
//!
//! A time-respecting first-in-first-out expansion over the transfers that banks have told us of (`trace::plain::fifo`). Every
//! bound that cuts says so in [`Assumption`].

use crate::AppResult;
use domain::order::{Order, OrderKind, OrderState};
use kernel::{AccountId, Fen, Instant, OrderId, ReportId, Span};
use std::collections::{BTreeMap, BTreeSet};
use store::accounts::{Account, Transfer, accounts_load, transfers_in, transfers_out};
use store::intake::{Payment, payments};
use store::orders::measures_on;
use store::sea_orm::ConnectionTrait;
use trace::plain::{self, AccountFacts, Cut, Flow, Limits, Seed};

/// Where the victim's money is, in sum. `held + reachable + gone = total`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Money {
    pub total: Fen,
    pub held: Fen,
    pub reachable: Fen,
    pub gone: Fen,
}

/// What an account is to the victim's money now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeState {
    Frozen,
    Held,
    /// An order is on its way.
    Ordered,
    /// An order waits for approval.
    Proposed,
    /// The bank did not do it, or did it and nothing was there.
    Failed,
    /// Money may still be there and nothing was ordered.
    Reachable,
    Gone,
}

/// One account of the map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    pub account: AccountId,
    /// 1 received the victim's payment.
    pub layer: u8,
    /// From the first layer to this account.
    pub path: Vec<AccountId>,
    pub received: Fen,
    pub sent: Fen,
    /// Of the victim's money, what should be there now (for a held account, what is).
    pub expected: Fen,
    pub state: NodeState,
    /// The measure that decides the state.
    pub order: Option<OrderId>,
    /// What the bank said, when it failed or held.
    pub result: String,
    pub held: Option<Fen>,
    /// End of the hold, or when the money is likely to move on.
    pub due_at: Option<Instant>,
    pub due_is_estimate: bool,
    pub last_arrival: Instant,
    /// How long money usually stays here before it moves on.
    pub habit: Option<Span>,
    pub exit: bool,
    /// Whether a bank has told us what left this account since the money arrived.
    pub statement_known: bool,
    pub proposable: bool,
}

/// Where the map rests on something that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Assumption {
    /// No statement yet: the amount is what arrived, and may have moved on.
    NoStatement { account: AccountId, amount: Fen },
    /// The bank holds less than arrived and has not told us where the rest went: it may still be reachable.
    WayUnknown { account: AccountId, amount: Fen },
    /// More transfers or accounts than a page follows.
    Cut { what: &'static str, count: usize },
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoneyMap {
    pub money: Money,
    /// In the order of a tree: an account, then those it sent to.
    pub nodes: Vec<Node>,
    pub assumptions: Vec<Assumption>,
    /// The newest fact in it.
    pub updated_at: Option<Instant>,
}

const DEPTH: usize = 10;
const ACCOUNTS_MAX: usize = 2_000;
const TRANSFERS_MAX: u64 = 20_000;
/// Statement times and the victim's words differ; rows a little before the payment still count.
const BEFORE: Span = Span::hours(1);

/// The sums alone, for the list.
pub async fn money_of(conn: &impl ConnectionTrait, report: ReportId) -> AppResult<Money> {
    let payments = payments(conn, report).await?;
    Ok(map_of(conn, &payments).await?.money)
}

/// The whole map from these payments.
pub async fn map_of(conn: &impl ConnectionTrait, payments: &[Payment]) -> AppResult<MoneyMap> {
    Ok(drawn(conn, payments).await?.0)
}

/// The map with the trace it was drawn from, its transfers by the trace's ids, and its accounts.
pub(crate) async fn drawn(
    conn: &impl ConnectionTrait,
    payments: &[Payment],
) -> AppResult<(MoneyMap, Flow<u32, u64>, Vec<Transfer>, Vec<AccountId>)> {
    let Some(since) = payments.iter().map(|p| p.paid_at).min().map(|at| at - BEFORE) else {
        let empty = trace::fifo(&[], &BTreeMap::new(), &[], Limits::default());
        let map = MoneyMap {
            money: Money::default(),
            nodes: Vec::new(),
            assumptions: Vec::new(),
            updated_at: None,
        };
        return Ok((map, empty, Vec::new(), Vec::new()));
    };
    let mut known = Known::gather(conn, payments, since).await?;
    let ids: Vec<AccountId> = known.accounts.keys().copied().collect();
    for order in measures_on(conn, &ids).await? {
        known.measures.entry(order.account).or_default().push(order);
    }
    let flow = known.flow(payments);
    let (rows, names) = (known.transfers.clone(), known.names.clone());
    Ok((known.draw(&flow, payments), flow, rows, names))
}

/// Everything the expansion stands on.
struct Known {
    transfers: Vec<Transfer>,
    accounts: BTreeMap<AccountId, Account>,
    measures: BTreeMap<AccountId, Vec<Order>>,
    cut: Vec<Assumption>,
    /// Small ids for the engine.
    index: BTreeMap<AccountId, u32>,
    names: Vec<AccountId>,
}

impl Known {
    async fn gather(conn: &impl ConnectionTrait, payments: &[Payment], since: Instant) -> AppResult<Known> {
        let mut reached: BTreeSet<AccountId> = payments.iter().map(|p| p.to).collect();
        let mut frontier: Vec<AccountId> = reached.iter().copied().collect();
        let mut rows: BTreeMap<kernel::TransferId, Transfer> = BTreeMap::new();
        let mut accounts: BTreeMap<AccountId, Account> = BTreeMap::new();
        let mut cut = Vec::new();
        for _ in 0..=DEPTH {
            accounts.extend(
                accounts_load(conn, &frontier)
                    .await?
                    .into_iter()
                    .map(|a| (a.id, a)),
            );
            // Nothing is followed out of a place where money leaves the banks.
            let open: Vec<AccountId> = frontier
                .iter()
                .copied()
                .filter(|id| accounts.get(id).is_none_or(|a| a.exit_kind.is_empty()))
                .collect();
            let out = transfers_out(conn, &open, since, TRANSFERS_MAX).await?;
            frontier = out
                .iter()
                .map(|t| t.dst)
                .filter(|dst| reached.insert(*dst))
                .collect();
            frontier.sort_unstable();
            frontier.dedup();
            rows.extend(out.into_iter().map(|t| (t.id, t)));
            if frontier.is_empty() {
                break;
            }
            if reached.len() > ACCOUNTS_MAX || rows.len() as u64 >= TRANSFERS_MAX {
                cut.push(Assumption::Cut {
                    what: "accounts",
                    count: reached.len(),
                });
                break;
            }
        }
        let all: Vec<AccountId> = reached.iter().copied().collect();
        for part in all.chunks(500) {
            let came = transfers_in(conn, part, since, TRANSFERS_MAX).await?;
            rows.extend(came.into_iter().map(|t| (t.id, t)));
        }
        let missing: Vec<AccountId> = all
            .iter()
            .copied()
            .filter(|id| !accounts.contains_key(id))
            .collect();
        accounts.extend(
            accounts_load(conn, &missing)
                .await?
                .into_iter()
                .map(|a| (a.id, a)),
        );
        let mut transfers: Vec<Transfer> = rows.into_values().collect();
        transfers.sort_by_key(|t| (t.at, t.id));
        let mut names: Vec<AccountId> = accounts.keys().copied().collect();
        names.extend(transfers.iter().flat_map(|t| [t.src, t.dst]));
        names.sort_unstable();
        names.dedup();
        let index = names.iter().zip(0u32..).map(|(id, i)| (*id, i)).collect();
        Ok(Known {
            transfers,
            accounts,
            measures: BTreeMap::new(),
            cut,
            index,
            names,
        })
    }

    fn flow(&self, payments: &[Payment]) -> Flow<u32, u64> {
        let transfers: Vec<plain::Transfer<u32, u64>> = self
            .transfers
            .iter()
            .zip(0u64..)
            .map(|(t, id)| plain::Transfer {
                id,
                at_ms: t.at.ms(),
                src: self.index[&t.src],
                dst: self.index[&t.dst],
                amount: t.amount.0,
            })
            .collect();
        let facts = self
            .accounts
            .values()
            .map(|a| (self.index[&a.id], self.facts(a)))
            .collect();
        let seeds: Vec<Seed<u32, u64>> = payments
            .iter()
            .zip(0u64..)
            .filter_map(|(p, i)| {
                let row = self.transfers.iter().position(|t| Some(t.id) == p.transfer);
                // Told by a bank: its row is the seed. Otherwise the victim's word is.
                let transfer = row.and_then(|r| u64::try_from(r).ok()).unwrap_or(u64::MAX - i);
                let account = *self.index.get(&p.to)?;
                Some(Seed {
                    transfer,
                    account,
                    at_ms: p.paid_at.ms(),
                    amount: p.amount.0,
                })
            })
            .collect();
        let depth = u32::try_from(DEPTH).unwrap_or(u32::MAX);
        plain::fifo(
            &transfers,
            &facts,
            &seeds,
            Limits {
                depth,
                ..Limits::default()
            },
        )
    }

    /// The opening balance follows from the first row whose balance a bank told us.
    fn facts(&self, account: &Account) -> AccountFacts {
        let opening = self.transfers.iter().find_map(|t| {
            if t.src == account.id {
                t.src_balance.map(|b| b.0 + t.amount.0)
            } else if t.dst == account.id {
                t.dst_balance.map(|b| b.0 - t.amount.0)
            } else {
                None
            }
        });
        let blocked = self
            .holding(account.id)
            .and_then(|o| o.answer.as_ref()?.held)
            .map_or(0, |h| h.0);
        AccountFacts {
            opening: opening.unwrap_or(0),
            stop: !account.exit_kind.is_empty(),
            blocked,
        }
    }

    fn holding(&self, account: AccountId) -> Option<&Order> {
        let measures = self.measures.get(&account)?;
        let in_force = |kind| {
            measures
                .iter()
                .rev()
                .find(move |o| o.kind == kind && o.state == OrderState::Executed)
        };
        in_force(OrderKind::Freeze).or_else(|| in_force(OrderKind::Stop))
    }

    fn draw(self, flow: &Flow<u32, u64>, payments: &[Payment]) -> MoneyMap {
        let mut nodes: Vec<Node> = flow
            .accounts
            .iter()
            .map(|(id, f)| self.node(*id, f, flow))
            .collect();
        nodes.sort_by_key(|n| self.tree_key(&n.path, flow));
        let total: Fen = payments.iter().map(|p| p.amount).sum();
        let sum = |states: &[NodeState]| -> Fen {
            nodes
                .iter()
                .filter(|n| states.contains(&n.state))
                .map(|n| n.expected)
                .sum()
        };
        let held = sum(&[NodeState::Held, NodeState::Frozen]);
        let reachable = sum(&[
            NodeState::Reachable,
            NodeState::Ordered,
            NodeState::Proposed,
            NodeState::Failed,
        ]);
        // What a bank does not hold and no statement explains is not gone: nobody knows where it is.
        let way_unknown: Vec<(AccountId, Fen)> = nodes.iter().filter_map(way_unknown).collect();
        let reachable = Fen(reachable.0 + way_unknown.iter().map(|(_, amount)| amount.0).sum::<i64>());
        let gone = total.saturating_less(held).saturating_less(reachable);
        let mut assumptions = self.cut.clone();
        for cut in &flow.cut {
            if let Cut::Rows { left_out } = cut {
                assumptions.push(Assumption::Cut {
                    what: "rows",
                    count: *left_out,
                });
            }
        }
        assumptions.extend(
            nodes
                .iter()
                .filter(|n| !n.statement_known && n.expected.is_positive() && !n.exit)
                .filter(|n| !matches!(n.state, NodeState::Held | NodeState::Frozen))
                .map(|n| Assumption::NoStatement {
                    account: n.account,
                    amount: n.expected,
                }),
        );
        assumptions.extend(
            way_unknown
                .into_iter()
                .map(|(account, amount)| Assumption::WayUnknown { account, amount }),
        );
        let updated_at = nodes.iter().map(|n| n.last_arrival).max();
        MoneyMap {
            money: Money {
                total,
                held,
                reachable,
                gone,
            },
            nodes,
            assumptions,
            updated_at,
        }
    }

    fn node(&self, id: u32, f: &plain::AccountFlow<u32, u64>, flow: &Flow<u32, u64>) -> Node {
        let account = self.names[id as usize];
        let (state, order) = self.state(account, f);
        let answer = order.and_then(|o| o.answer.as_ref());
        let held = answer.and_then(|a| a.held);
        let still = Fen(f.still_there);
        let expected = match state {
            NodeState::Held | NodeState::Frozen => held.map_or(still, |h| h.min(still)),
            NodeState::Gone => Fen::ZERO,
            // Stopped, and nothing was there: whatever should have been has moved on.
            NodeState::Failed if held.is_some() => Fen::ZERO,
            _ => still,
        };
        let habit = self.habit(account);
        let last_arrival = Instant::from_ms(f.last_arrival_ms);
        let hold_end = answer
            .and_then(|a| a.expire_at)
            .filter(|_| matches!(state, NodeState::Held | NodeState::Frozen));
        let likely = habit
            .map(|h| last_arrival + h)
            .filter(|_| state == NodeState::Reachable);
        let known = self.accounts.get(&account);
        let bank_known = known.is_some_and(|a| !a.bank_code.is_empty() && !a.holder.is_empty());
        Node {
            account,
            layer: u8::try_from(f.hop + 1).unwrap_or(u8::MAX),
            path: self.path(id, flow),
            received: Fen(f.received),
            sent: Fen(f.sent),
            expected,
            state,
            order: order.map(|o| o.id),
            result: answer.map(|a| a.result.clone()).unwrap_or_default(),
            held,
            due_at: hold_end.or(likely),
            due_is_estimate: hold_end.is_none(),
            last_arrival,
            habit,
            exit: f.exit,
            statement_known: self.transfers.iter().any(|t| {
                (t.src == account && t.src_serial.is_some()) || (t.dst == account && t.dst_serial.is_some())
            }),
            proposable: state == NodeState::Reachable && expected >= Fen::yuan(1) && bank_known,
        }
    }

    fn state(&self, account: AccountId, f: &plain::AccountFlow<u32, u64>) -> (NodeState, Option<&Order>) {
        if f.exit {
            return (NodeState::Gone, None);
        }
        if let Some(order) = self.holding(account) {
            let nothing = order.answer.as_ref().and_then(|a| a.held) == Some(Fen::ZERO);
            return match (order.kind, nothing) {
                (_, true) => (NodeState::Failed, Some(order)),
                (OrderKind::Freeze, _) => (NodeState::Frozen, Some(order)),
                _ => (NodeState::Held, Some(order)),
            };
        }
        let measures = self.measures.get(&account).map_or(&[][..], Vec::as_slice);
        if let Some(order) = measures.iter().rev().find(|o| o.state.is_open()) {
            let state = if order.state == OrderState::Drafted {
                NodeState::Proposed
            } else {
                NodeState::Ordered
            };
            return (state, Some(order));
        }
        let failed = measures
            .iter()
            .rev()
            .find(|o| matches!(o.state, OrderState::Failed | OrderState::HubRefused));
        match (f.still_there > 0, failed) {
            (true, Some(order)) => (NodeState::Failed, Some(order)),
            (true, None) => (NodeState::Reachable, None),
            (false, _) => (NodeState::Gone, None),
        }
    }

    /// The median stay before money moved on, over this account's own rows.
    fn habit(&self, account: AccountId) -> Option<Span> {
        let mut last_in = None;
        let mut stays = Vec::new();
        for t in &self.transfers {
            if t.dst == account {
                last_in = Some(t.at);
            } else if t.src == account
                && let Some(at) = last_in
            {
                stays.push(t.at.since(at).ms());
            }
        }
        stays.sort_unstable();
        stays.get(stays.len() / 2).copied().map(Span::from_ms)
    }

    /// The way of the first arrival with the least hop, from the first layer on.
    fn path(&self, id: u32, flow: &Flow<u32, u64>) -> Vec<AccountId> {
        let mut path = vec![self.names[id as usize]];
        let mut at = id;
        while let Some((parent, _)) = flow.accounts.get(&at).and_then(|f| f.parent) {
            let name = self.names[parent as usize];
            if path.contains(&name) {
                break;
            }
            path.push(name);
            at = parent;
        }
        path.reverse();
        path
    }

    /// Sorts a tree: an account before those it sent to, siblings by when the money first arrived.
    fn tree_key(&self, path: &[AccountId], flow: &Flow<u32, u64>) -> Vec<(i64, AccountId)> {
        let arrival = |id: &AccountId| {
            flow.accounts
                .get(&self.index[id])
                .map_or(0, |f| f.first_arrival_ms)
        };
        path.iter().map(|id| (arrival(id), *id)).collect()
    }
}

/// What arrived at an account, is not held there, and has left by a way that no statement shows yet.
fn way_unknown(node: &Node) -> Option<(AccountId, Fen)> {
    let answered = matches!(node.state, NodeState::Held | NodeState::Frozen)
        || (node.state == NodeState::Failed && node.held.is_some());
    let rest = node
        .received
        .saturating_less(node.sent)
        .saturating_less(node.expected);
    (answered && !node.statement_known && rest.is_positive()).then_some((node.account, rest))
}
