//! One id type per kind of thing, so that an order can never be looked up by a report's id.
//!
//! Ids are UUID version 7: sortable by creation time, made from an instant and random bits that the caller
//! passes in, so the same seed gives the same ids (docs/adr/0005).

use crate::Instant;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;
use uuid::Uuid;

/// Builds a version 7 UUID from the instant and ten random bytes.
pub fn uuid_v7(at: Instant, random: [u8; 10]) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(at.ms().max(0).unsigned_abs(), &random).into_uuid()
}

/// The first 48 bits of a version 7 UUID are the milliseconds of its instant (RFC 9562, 5.7).
fn made_at(id: Uuid) -> Instant {
    let ms = id.as_u128() >> 80;
    Instant::from_ms(i64::try_from(ms).unwrap_or(i64::MAX))
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// A new id from the instant and ten random bytes.
            pub fn new(at: Instant, random: [u8; 10]) -> Self { Self(uuid_v7(at, random)) }
            /// When the thing was made: the instant that the id was made from.
            pub fn made_at(self) -> Instant { made_at(self.0) }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { self.0.fmt(f) }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { write!(f, "{}({})", stringify!($name), self.0) }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(s: &str) -> Result<Self, Self::Err> { Uuid::parse_str(s).map(Self) }
        }
        impl From<Uuid> for $name { fn from(id: Uuid) -> Self { Self(id) } }
        impl From<$name> for Uuid { fn from(id: $name) -> Self { id.0 } }
    )+};
}

ids! {
    /// 警情: one report taken on the line.
    ReportId,
    /// 付款: one payment a victim made.
    PaymentId,
    /// A victim or caller of a report.
    PersonId,
    /// 账户: one account at one bank, keyed by its normalised number.
    AccountId,
    /// 指令: one order to a bank.
    OrderId,
    /// Several orders that one approval sends.
    BatchId,
    /// 流水: one movement of money between accounts.
    TransferId,
    /// 案件.
    CaseId,
    /// 案件举报: a report that a bank began.
    BankReportId,
    /// 派单: a report sent to the county of the offence.
    DispatchId,
    CorrectionId,
    /// 时限: one deadline row.
    DeadlineId,
    /// 文书: one legal paper.
    DocumentId,
    /// 应急授权: a standing policy a leader signed.
    PolicyId,
    /// 草稿.
    DraftId,
    /// 来电: one call announced by the telephone system.
    CallId,
    /// A user of the centre.
    UserId,
    /// An organisation: bureau or station.
    OrgId,
    /// A signed-in session.
    SessionId,
    /// 流水文件: one statement file.
    StatementId,
    /// A layout of statement files that a person kept.
    LayoutId,
    /// A message leaving for or arriving from the platform.
    MessageId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_tells_when_it_was_made() {
        let at = Instant::from_ms(1_795_352_706_123);
        assert_eq!(DraftId::new(at, [7; 10]).made_at(), at);
    }
}
