//! What goes into an index, and what is wrong or uncertain about it.

use std::fmt;

/// One movement of money. Transfers are totally ordered by `(ts_ms, id)`; "before" and "after" mean this order.
/// A row from an account to itself moves nothing and is left out of the index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct Transfer {
    /// The caller's own number, unique in an index.
    pub id: u64,
    /// UTC milliseconds.
    pub ts_ms: i64,
    /// Accounts are dense numbers: indices into the list of [`AccountFacts`] given with the rows.
    pub src: u32,
    pub dst: u32,
    /// Fen, positive.
    pub amount: i64,
}

/// A transfer's place in one ledger, for as long as that ledger is not changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct Edge(pub(crate) u32);

/// What is known of an account besides its transfers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub struct AccountFacts {
    /// Fen on the account before its first transfer. `None` when nobody has told: then it counts as the least that
    /// avoids an overdraft, and answers that meet the account say so ([`Assumption::OpeningUnknown`]).
    pub opening: Option<i64>,
    /// Money that arrives here has left the trace; nothing is followed out of it (a stop account).
    pub exit: Option<Exit>,
}

impl AccountFacts {
    pub fn opening(fen: i64) -> AccountFacts {
        AccountFacts {
            opening: Some(fen),
            exit: None,
        }
    }

    pub fn exit(kind: Exit) -> AccountFacts {
        AccountFacts {
            opening: None,
            exit: Some(kind),
        }
    }
}

/// How money that reaches a stop account has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Exit {
    /// Cash machine or counter.
    Cash,
    Merchant,
    VirtualAsset,
    /// Abroad.
    Foreign,
    /// A payment firm's settlement account or another account with too many payers to follow.
    Hub,
    /// Charges of the bank itself.
    Fee,
    /// The other side is not named in the statement.
    Unknown,
}

/// Why rows cannot become an index. Everything that is wrong is listed at once, up to a thousand problems.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Problem {
    NotPositive {
        id: u64,
        amount: i64,
    },
    /// No facts were given for this account.
    AccountUnknown {
        id: u64,
        account: u32,
    },
    /// Facts were given for an account that does not exist.
    NoSuchAccount {
        account: u32,
    },
    /// Outside the years 1 to 9999.
    TimeOutOfRange {
        id: u64,
        ts_ms: i64,
    },
    IdTwice {
        id: u64,
    },
    /// More rows and accounts together than an index can number.
    TooMany {
        rows: usize,
        accounts: usize,
        most: usize,
    },
    OpeningNegative {
        account: u32,
        opening: i64,
    },
    /// All amounts and opening balances together do not fit 64 bits, so some sum might not.
    MoneyTooLarge,
    /// Further problems that are not listed.
    More {
        count: usize,
    },
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Problem::NotPositive { id, amount } => write!(
                f,
                "交易 {id}:金额 {amount} 不是正数 / transfer {id}: amount {amount} is not positive"
            ),
            Problem::AccountUnknown { id, account } => write!(
                f,
                "交易 {id}:账户 {account} 不存在 / transfer {id}: account {account} does not exist"
            ),
            Problem::NoSuchAccount { account } => {
                write!(f, "账户 {account} 不存在 / account {account} does not exist")
            }
            Problem::TimeOutOfRange { id, ts_ms } => write!(
                f,
                "交易 {id}:时间 {ts_ms} 超出范围 / transfer {id}: time {ts_ms} ms is outside the years 1 to 9999"
            ),
            Problem::IdTwice { id } => {
                write!(f, "交易编号 {id} 重复 / transfer id {id} occurs more than once")
            }
            Problem::TooMany { rows, accounts, most } => write!(
                f,
                "交易 {rows} 笔、账户 {accounts} 个,合计超过上限 {most} / {rows} transfers and {accounts} accounts are together more than {most}"
            ),
            Problem::OpeningNegative { account, opening } => write!(
                f,
                "账户 {account}:期初余额 {opening} 为负 / account {account}: opening balance {opening} is negative"
            ),
            Problem::MoneyTooLarge => write!(
                f,
                "金额总和超出范围 / the amounts and opening balances together exceed 64 bits"
            ),
            Problem::More { count } => {
                write!(
                    f,
                    "另有 {count} 处错误未列出 / {count} further problems are not listed"
                )
            }
        }
    }
}

impl std::error::Error for Problem {}

/// Something the rows do not say and the answer rests on. One per kind and account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Assumption {
    /// Nobody told the opening balance; `assumed` fen, the least that avoids an overdraft, counted as clean.
    OpeningUnknown { account: u32, assumed: i64 },
    /// More was paid out than was there, first at `ts_ms`. The `missing` fen of all such payments counted as clean.
    Overdraft { account: u32, ts_ms: i64, missing: i64 },
    /// Tainted money came and money left at the same instant, first at `ts_ms`; the ids alone say which was first.
    SameInstant { account: u32, ts_ms: i64 },
}

impl Assumption {
    pub fn account(&self) -> u32 {
        match *self {
            Assumption::OpeningUnknown { account, .. }
            | Assumption::Overdraft { account, .. }
            | Assumption::SameInstant { account, .. } => account,
        }
    }
}
