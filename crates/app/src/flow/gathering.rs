//! Drives `trace::gather` over the store: one question a hop.

use super::shape::{ExitKind, FlowLimits};
use crate::AppResult;
use kernel::{AccountId, Instant, Span, TransferId};
use std::collections::BTreeMap;
use store::accounts::Transfer;
use store::flow::{Around, Told, Window, around};
use store::intake::Payment;
use store::sea_orm::ConnectionTrait;
use trace::Exit;
use trace::gather::{Answer, Ask, Bounds, Gather, Gathered, Standing, Start};
use trace::local::{Movement, RowMark};

/// A victim's words about a time may be this far off; rows a little before the payment still count.
const BEFORE: Span = Span::hours(1);
/// Habits and patterns show in what came before the money.
const LOOKBACK: Span = Span::hours(24);

/// The rows of a report's flow as the store has them, and what was left out.
pub(crate) struct Material {
    pub gathered: Gathered<AccountId, TransferId>,
    pub told: BTreeMap<TransferId, Told>,
}

/// Asks the store hop by hop for the rows that the payments' money could have taken.
pub(crate) async fn gather(
    conn: &impl ConnectionTrait,
    payments: &[Payment],
    limits: &FlowLimits,
) -> AppResult<Material> {
    let starts: Vec<_> = payments
        .iter()
        .filter_map(|p| {
            Some(Start {
                row: p.transfer,
                account: p.to?,
                at_ms: (p.paid_at - BEFORE).ms(),
                amount: p.amount.0,
            })
        })
        .collect();
    let placed = payments.iter().filter(|p| p.to.is_some());
    let last = placed.map(|p| p.paid_at).max();
    let until = last.map_or(Instant::from_ms(0), |at| at + BEFORE + limits.horizon);
    let bounds = Bounds {
        hops: limits.depth,
        accounts: limits.accounts,
        transfers: limits.transfers,
        fan_out: limits.fan_out,
        lookback_ms: LOOKBACK.ms(),
        until_ms: until.ms(),
    };
    drive(conn, &starts, bounds).await
}

/// The loop itself: ask, feed, until there is nowhere left to go.
pub(crate) async fn drive(
    conn: &impl ConnectionTrait,
    starts: &[Start<AccountId, TransferId>],
    bounds: Bounds,
) -> AppResult<Material> {
    let mut gather = Gather::new(starts, bounds);
    let mut told = BTreeMap::new();
    while let Some(ask) = gather.ask() {
        let found = around(conn, &windows(&ask), ask.fan_out as u64).await?;
        gather.feed(answer(&found));
        told.extend(found.rows.into_iter().map(|t| (t.transfer.id, t)));
    }
    let gathered = gather.finish();
    Ok(Material { gathered, told })
}

fn windows(ask: &Ask<AccountId>) -> Vec<Window> {
    ask.windows
        .iter()
        .map(|w| Window {
            account: w.account,
            from: Instant::from_ms(w.from_ms),
            until: Instant::from_ms(w.until_ms),
        })
        .collect()
}

fn answer(found: &Around) -> Answer<AccountId, TransferId> {
    Answer {
        rows: found.rows.iter().map(|t| movement(&t.transfer)).collect(),
        standing: found
            .standing
            .iter()
            .map(|s| Standing {
                account: s.account,
                exit: exit(&s.exit_kind),
                from_ms: s.from.ms(),
                net_before: s.net_before.map(|f| f.0),
            })
            .collect(),
        exits: found
            .rows
            .iter()
            .filter_map(|t| Some((t.transfer.dst, exit(&t.dst_exit)?)))
            .collect(),
    }
}

fn movement(t: &Transfer) -> Movement<AccountId, TransferId> {
    Movement {
        id: t.id,
        at_ms: t.at.ms(),
        src: t.src,
        dst: t.dst,
        amount: t.amount.0,
        src_balance: t.src_balance.map(|f| f.0),
        dst_balance: t.dst_balance.map(|f| f.0),
        mark: RowMark::of(&t.summary),
    }
}

/// An account's `exit_kind` in the engine's words.
pub(crate) fn exit(exit_kind: &str) -> Option<Exit> {
    Some(match ExitKind::of(exit_kind)? {
        ExitKind::Cash => Exit::Cash,
        ExitKind::Merchant => Exit::Merchant,
        ExitKind::VirtualAsset => Exit::VirtualAsset,
        ExitKind::Foreign => Exit::Foreign,
        ExitKind::Hub => Exit::Hub,
        ExitKind::Fee => Exit::Fee,
        ExitKind::Unknown => Exit::Unknown,
    })
}

/// And back.
pub(crate) const fn exit_kind(exit: Exit) -> ExitKind {
    match exit {
        Exit::Cash => ExitKind::Cash,
        Exit::Merchant => ExitKind::Merchant,
        Exit::VirtualAsset => ExitKind::VirtualAsset,
        Exit::Foreign => ExitKind::Foreign,
        Exit::Hub => ExitKind::Hub,
        Exit::Fee => ExitKind::Fee,
        Exit::Unknown => ExitKind::Unknown,
    }
}
