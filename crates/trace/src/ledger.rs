//! What a trace needs of the transfers it runs over.

use crate::{AccountFacts, Assumption, Edge, Transfer};
use steps::Steps;

/// Transfers in order, with the balance before each. Implemented by [`Index`](crate::Index) and
/// [`Live`](crate::Live); an [`Edge`] belongs to the ledger that gave it, and an edge of another ledger may panic.
pub trait Ledger: Sync + Steps + 'static {
    /// Transfers, without those from an account to itself.
    fn len(&self) -> usize;
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    fn account_count(&self) -> usize;
    fn facts(&self, account: u32) -> AccountFacts;
    fn transfer(&self, edge: Edge) -> Transfer;
    /// The payments out of an account, in order.
    fn outs(&self, account: u32) -> Vec<Edge>;
    /// The payments into an account, in order.
    fn ins(&self, account: u32) -> Vec<Edge>;
    /// The balances of payer and receiver just before this transfer.
    fn balances_before(&self, edge: Edge) -> (i64, i64);
    /// Where transfers are; `None` for an id that is not here or that went from an account to itself.
    fn locate(&self, ids: &[u64]) -> Vec<Option<Edge>>;
    /// What the balances rest on, sorted by account. That the opening of a stop account is unknown is not among it:
    /// nothing is followed out of it.
    fn assumptions(&self) -> &[Assumption];
}

/// The inner loop's view, not part of the interface.
pub(crate) mod steps {
    use crate::Exit;
    use std::ops::Range;

    /// Amount of a payment and the balances of payer and receiver just before it.
    #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
    pub struct Money {
        pub amount: i64,
        pub payer_before: i64,
        pub receiver_before: i64,
    }

    /// Payments lie in slots: those out of one account side by side in order, closed by an end slot, so that "the
    /// account's next payment" is the next slot.
    pub trait Steps {
        /// What following a payment needs of it.
        type Hot: Copy + Send + 'static;
        /// Orders payments by `(ts_ms, id)`; the key of an end slot is after all others.
        type Key: Copy + Ord + Send + 'static;
        /// A key and a place to find, in one value that sorts by the key.
        type Ticket: Copy + Ord + Send + 'static;
        /// A bound in time, cheap to compare with.
        type Limit: Copy;

        fn slots(&self) -> usize;
        fn hot(&self, slot: u32) -> Self::Hot;
        fn key(&self, hot: &Self::Hot) -> Self::Key;
        fn ticket(key: Self::Key, place: u32) -> Self::Ticket;
        fn ticket_parts(ticket: Self::Ticket) -> (Self::Key, u32);
        fn is_end(&self, hot: &Self::Hot) -> bool;
        fn ts_ms(&self, hot: &Self::Hot) -> i64;
        fn id(&self, hot: &Self::Hot) -> u64;
        /// Admits what is not later than `ts_ms`, and no end slot.
        fn limit(&self, ts_ms: i64) -> Self::Limit;
        fn within(&self, hot: &Self::Hot, limit: Self::Limit) -> bool;
        /// The receiver is a stop account.
        fn stop(&self, hot: &Self::Hot) -> bool;
        /// The receiver's first payment after this one, or its end slot.
        fn next(&self, hot: &Self::Hot) -> u32;
        fn receiver(&self, hot: &Self::Hot) -> u32;
        fn payer(&self, slot: u32) -> u32;
        fn amount(&self, payer: u32, slot: u32) -> i64;
        /// Anything at an end slot.
        fn money(&self, payer: u32, slot: u32) -> Money;
        /// The first slot from `slot` on whose payment does not fit into what is left of `room`, or the end slot, and
        /// the sum of the payments passed over.
        fn skip(&self, payer: u32, slot: u32, room: i64) -> (u32, i64);
        /// The sum of the payments in `[from, to)`, which belong to one payer.
        fn sum(&self, payer: u32, from: u32, to: u32) -> i64;
        /// Whether the payment at `next` or the one before it, out of the same account, is at this very instant.
        fn paid_at(&self, next: u32, ts_ms: i64) -> bool;

        /// Payments into one account lie side by side in order, at positions of their own.
        fn in_positions(&self) -> usize;
        /// The positions of the payments into `account` before `key`.
        fn ins_before(&self, account: u32, key: Self::Key) -> Range<u32>;
        fn in_slot(&self, position: u32) -> u32;
        fn is_stop(&self, account: u32) -> bool;
        fn exit(&self, account: u32) -> Option<Exit>;
    }
}
