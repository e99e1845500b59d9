//! The inner loop's view of an index with copied lists: slots and positions past those of the index are in the copies.

use super::{Live, NONE, Patch, Row};
use crate::ledger::steps::{Money, Steps};
use crate::{Exit, Ledger};
use std::ops::Range;

/// What following a payment needs.
#[derive(Clone, Copy, Debug)]
pub struct LiveHot {
    ts_ms: i64,
    id: u64,
    /// In the index; [`NONE`] for a new row.
    next: u32,
    /// [`NONE`] when it is to be found from `next`.
    receiver: u32,
    stop: bool,
}

/// After every time that a row can have, and still before an end slot.
const LATEST: i64 = i64::MAX - 1;

impl Live {
    #[inline]
    pub(super) fn patched(&self, slot: u32) -> Option<&Row> {
        let first = self.base.slots() as u32;
        (slot >= first).then(|| self.outs.get(slot - first))
    }

    /// The lists of an account whose timeline is copied. Most accounts are not, and a bit says so.
    #[inline]
    fn copied(&self, account: u32) -> Option<&Patch> {
        if self.is_whole(account) {
            self.patches.get(&account)
        } else {
            None
        }
    }

    /// The balance of a receiver whose timeline is copied.
    fn receiver_before(&self, receiver: u32, key: (i64, u64)) -> Option<i64> {
        let patch = self.copied(receiver)?;
        let list = self.ins.list(patch.ins);
        list.get(list.partition_point(|row| row.key() < key))
            .map(|row| row.before)
    }
}

impl Steps for Live {
    type Hot = LiveHot;
    type Key = (i64, u64);
    type Ticket = ((i64, u64), u32);
    type Limit = i64;

    fn slots(&self) -> usize {
        self.base.slots() + self.outs.len()
    }

    #[inline]
    fn hot(&self, slot: u32) -> LiveHot {
        if let Some(row) = self.patched(slot) {
            let next = if row.slot == NONE {
                NONE
            } else {
                self.base.next(&self.base.hot(row.slot))
            };
            let receiver = row.transfer.dst;
            let stop = receiver != NONE && self.is_stop(receiver);
            return LiveHot {
                ts_ms: row.transfer.ts_ms,
                id: row.transfer.id,
                next,
                receiver,
                stop,
            };
        }
        let hot = self.base.hot(slot);
        if self.base.is_end(&hot) {
            return LiveHot {
                ts_ms: i64::MAX,
                id: u64::MAX,
                next: NONE,
                receiver: NONE,
                stop: false,
            };
        }
        let (receiver, stop) = if self.exits_changed {
            let receiver = self.base.receiver(&hot);
            (receiver, self.is_stop(receiver))
        } else {
            (NONE, self.base.stop(&hot))
        };
        let next = self.base.next(&hot);
        LiveHot {
            ts_ms: self.base.ts_ms(&hot),
            id: self.base.id(&hot),
            next,
            receiver,
            stop,
        }
    }

    #[inline]
    fn key(&self, hot: &LiveHot) -> (i64, u64) {
        (hot.ts_ms, hot.id)
    }

    #[inline]
    fn ticket(key: (i64, u64), place: u32) -> Self::Ticket {
        (key, place)
    }

    #[inline]
    fn ticket_parts(ticket: Self::Ticket) -> ((i64, u64), u32) {
        ticket
    }

    #[inline]
    fn is_end(&self, hot: &LiveHot) -> bool {
        hot.ts_ms == i64::MAX
    }

    #[inline]
    fn ts_ms(&self, hot: &LiveHot) -> i64 {
        hot.ts_ms
    }

    fn id(&self, hot: &LiveHot) -> u64 {
        hot.id
    }

    #[inline]
    fn limit(&self, ts_ms: i64) -> i64 {
        ts_ms.min(LATEST)
    }

    #[inline]
    fn within(&self, hot: &LiveHot, limit: i64) -> bool {
        hot.ts_ms <= limit
    }

    #[inline]
    fn stop(&self, hot: &LiveHot) -> bool {
        hot.stop
    }

    fn next(&self, hot: &LiveHot) -> u32 {
        let receiver = self.receiver(hot);
        match self.copied(receiver) {
            None => hot.next,
            Some(patch) => {
                let before = self
                    .outs
                    .list(patch.outs)
                    .partition_point(|row| row.key() < self.key(hot));
                self.base.slots() as u32 + patch.outs.range().start + before as u32
            }
        }
    }

    #[inline]
    fn receiver(&self, hot: &LiveHot) -> u32 {
        if hot.receiver == NONE {
            self.base.payer(hot.next)
        } else {
            hot.receiver
        }
    }

    #[inline]
    fn payer(&self, slot: u32) -> u32 {
        match self.patched(slot) {
            Some(row) => row.transfer.src,
            None => self.base.payer(slot),
        }
    }

    fn amount(&self, payer: u32, slot: u32) -> i64 {
        match self.patched(slot) {
            Some(row) => row.transfer.amount,
            None => self.base.amount(payer, slot),
        }
    }

    fn money(&self, payer: u32, slot: u32) -> Money {
        let hot = self.hot(slot);
        if self.is_end(&hot) {
            return Money::default();
        }
        let base = |slot| {
            if slot == NONE {
                Money::default()
            } else {
                self.base.money(payer, slot)
            }
        };
        let mut money = match self.patched(slot) {
            Some(row) => Money {
                amount: row.transfer.amount,
                payer_before: row.before,
                receiver_before: base(row.slot).receiver_before,
            },
            None => base(slot),
        };
        if let Some(before) = self.receiver_before(self.receiver(&hot), self.key(&hot)) {
            money.receiver_before = before;
        }
        money
    }

    fn skip(&self, payer: u32, slot: u32, room: i64) -> (u32, i64) {
        if self.patched(slot).is_none() {
            return self.base.skip(payer, slot, room);
        }
        let (mut at, mut sum) = (slot, 0);
        while let Some(row) = self.patched(at)
            && row.key() != Row::END.key()
            && row.transfer.amount <= room - sum
        {
            sum += row.transfer.amount;
            at += 1;
        }
        (at, sum)
    }

    fn sum(&self, payer: u32, from: u32, to: u32) -> i64 {
        (from..to).map(|slot| self.amount(payer, slot)).sum()
    }

    fn paid_at(&self, next: u32, ts_ms: i64) -> bool {
        if self.patched(next).is_none() {
            return self.base.paid_at(next, ts_ms);
        }
        self.hot(next).ts_ms == ts_ms || self.hot(next - 1).ts_ms == ts_ms
    }

    fn in_positions(&self) -> usize {
        self.base.in_positions() + self.ins.len()
    }

    fn ins_before(&self, account: u32, key: (i64, u64)) -> Range<u32> {
        if let Some(patch) = self.patches.get(&account)
            && (self.is_whole(account) || account as usize >= self.base.account_count())
        {
            let first = self.base.in_positions() as u32 + patch.ins.range().start;
            let before = self.ins.list(patch.ins).partition_point(|row| row.key() < key);
            return first..first + before as u32;
        }
        let Range { start, end } = self.base.in_range(account);
        let key_at = |position: u32| {
            let hot = self.base.hot(self.base.in_slot(position));
            (self.base.ts_ms(&hot), self.base.id(&hot))
        };
        let (mut low, mut high) = (start, end);
        while low < high {
            let middle = low + (high - low) / 2;
            if key_at(middle) < key {
                low = middle + 1
            } else {
                high = middle
            }
        }
        start..low
    }

    fn in_slot(&self, position: u32) -> u32 {
        let first = self.base.in_positions() as u32;
        if position >= first {
            let row = self.ins.get(position - first);
            return self.slot_in(row.transfer.src, row.key(), row.slot);
        }
        let slot = self.base.in_slot(position);
        let payer = self.base.payer(slot);
        if !self.is_whole(payer) {
            return slot;
        }
        let hot = self.base.hot(slot);
        self.slot_in(payer, (self.base.ts_ms(&hot), self.base.id(&hot)), slot)
    }

    fn is_stop(&self, account: u32) -> bool {
        match self.facts.get(&account) {
            Some(facts) => facts.exit.is_some(),
            None => (account as usize) < self.base.account_count() && self.base.is_stop(account),
        }
    }

    fn exit(&self, account: u32) -> Option<Exit> {
        self.facts(account).exit
    }
}
