//! 资金链路: how the victims' money came to an account that they did not pay themselves, row by row, back to their payments.

use super::people::{institution, number};
use crate::flow::{FlowEdge, Place, edges_of};
use crate::{AppResult, Work};
use forms::{ChainStep, Sum, Transfer};
use kernel::{AccountId, PaymentId};
use std::collections::{BTreeMap, BTreeSet};
use store::accounts::Account;
use store::intake::{Payment, Person};

/// Rows of one paper; more than these are no longer read by anybody.
const STEPS_MAX: usize = 200;

/// The way of the money, oldest first, and the rows that brought it to the account itself.
#[derive(Clone, Debug, Default)]
pub(super) struct Chain {
    pub steps: Vec<ChainStep>,
    pub last: Vec<Transfer>,
    /// The victims' payments that it began with.
    pub payments: BTreeSet<PaymentId>,
}

/// The flow of a report as one transaction has read it.
#[derive(Clone, Default)]
pub(crate) struct Known {
    edges: Vec<FlowEdge>,
    accounts: BTreeMap<AccountId, Account>,
}

/// Reads the flow once for all orders of a batch.
pub(crate) async fn known(work: &Work<'_>, payments: &[Payment]) -> AppResult<Known> {
    let (edges, accounts) = edges_of(work.tx.conn(), payments, work.centre.config.doctrine).await?;
    Ok(Known { edges, accounts })
}

pub(super) fn chain_to(known: &Known, people: &[Person], payments: &[Payment], account: AccountId) -> Chain {
    let mut wanted = BTreeSet::from([account]);
    let mut taken: BTreeSet<usize> = BTreeSet::new();
    loop {
        let more: Vec<usize> = (0..known.edges.len())
            .filter(|i| !taken.contains(i) && known.edges[*i].tainted.is_positive())
            .filter(|i| {
                known.edges[*i]
                    .to
                    .account()
                    .is_some_and(|to| wanted.contains(&to))
            })
            .collect();
        if more.is_empty() || taken.len() >= STEPS_MAX {
            break;
        }
        for i in more {
            taken.insert(i);
            // The victims' own payments are where the way begins.
            if known.edges[i].hop > 0 {
                wanted.extend(known.edges[i].from.account());
            }
        }
    }
    let mut edges: Vec<&FlowEdge> = taken.iter().map(|i| &known.edges[*i]).collect();
    edges.sort_by_key(|e| (e.hop, e.at, e.src_serial.clone(), e.dst_serial.clone()));
    let steps = edges.iter().map(|e| step(known, people, payments, e));
    Chain {
        steps: steps.take(STEPS_MAX).collect(),
        last: edges
            .iter()
            .filter(|e| e.to == Place::Account(account))
            .map(|e| transfer(known, people, payments, e))
            .collect(),
        payments: edges
            .iter()
            .flat_map(|e| e.parts.iter().map(|p| p.payment))
            .collect(),
    }
}

fn step(known: &Known, people: &[Person], payments: &[Payment], edge: &FlowEdge) -> ChainStep {
    ChainStep {
        // On paper the victim's own payment is the first layer.
        layer: edge.hop + 1,
        transfer: transfer(known, people, payments, edge),
        traced: Some(Sum::of(edge.tainted)),
    }
}

fn transfer(known: &Known, people: &[Person], payments: &[Payment], edge: &FlowEdge) -> Transfer {
    let side = |place: Place| place.account().and_then(|id| known.accounts.get(&id));
    let (from, to) = (side(edge.from), side(edge.to));
    let payment = (edge.hop == 0)
        .then(|| {
            payments
                .iter()
                .find(|p| edge.parts.iter().any(|part| part.payment == p.id))
        })
        .flatten();
    let payer = payment
        .and_then(|p| people.iter().find(|v| Some(v.id) == p.victim))
        .map(|v| v.name.clone());
    let holder = from.map(|a| a.holder.clone()).filter(|name| !name.is_empty());
    let typed = payment.map(|p| p.serial.clone()).filter(|s| !s.is_empty());
    let basis = match (&edge.src_serial, &edge.dst_serial, payment) {
        (Some(_), Some(_), _) => "双方流水",
        (Some(_), None, _) => "付款方流水",
        (None, Some(_), _) => "收款方流水",
        (None, None, Some(_)) => "被害人陈述",
        (None, None, None) => "推定",
    };
    let told_bank = || payment.map(|p| p.payer.bank_name.clone()).unwrap_or_default();
    let told_tail = || payment.map(super::people::payer_tail).unwrap_or_default();
    let holder = holder.or_else(|| payment.and_then(super::people::payer_told_name));
    Transfer {
        from_name: holder.or(payer).unwrap_or_default(),
        from_institution: from.map_or_else(told_bank, institution),
        from_account: from.map_or_else(told_tail, number),
        to_name: to.map(|a| a.holder.clone()).unwrap_or_default(),
        to_institution: to.map(institution).unwrap_or_default(),
        to_account: to.map(number).unwrap_or_default(),
        to_kind: to.map(super::people::account_kind).unwrap_or_default(),
        how: String::new(),
        sum: Sum::of(edge.amount),
        at: Some(edge.at),
        channel: None,
        serial_number: edge
            .src_serial
            .clone()
            .or_else(|| edge.dst_serial.clone())
            .or(typed)
            .unwrap_or_default(),
        basis: basis.to_owned(),
    }
}
