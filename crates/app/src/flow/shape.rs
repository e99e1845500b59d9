//! What the fund flow of a report looks like to its readers. Words and wire formats are in `web`.

use domain::report::{EndTold, How};
use kernel::{AccountId, Fen, Instant, OrderId, PaymentId, PersonId, PersonName, ReportId, Span, TransferId};
use money::{AccountState, Hold, Proposal, Split, Sums, VictimMoney};
use std::collections::BTreeMap;
use store::accounts::Account;

/// The rules that share out mixed money. A centre counts by one of them (`centre.doctrine` of the settings): poison has no
/// amounts to count.
pub use trace::Doctrine as Sharing;

/// By which rule money that leaves a mixed account is the victims' money. 先进先出 is the default (DOMAIN 2.5).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Doctrine {
    /// 先进先出
    #[default]
    Fifo,
    /// 按比例
    Haircut,
    /// 后进先出
    Lifo,
    /// 最低余额
    LowestBalance,
    /// 可达: no shares; every transfer that the money can have reached counts wholly.
    Reach,
}

impl Doctrine {
    pub const ALL: [Doctrine; 5] = [
        Doctrine::Fifo,
        Doctrine::Haircut,
        Doctrine::Lifo,
        Doctrine::LowestBalance,
        Doctrine::Reach,
    ];

    pub const fn slug(self) -> &'static str {
        match self {
            Doctrine::Fifo => "fifo",
            Doctrine::Haircut => "haircut",
            Doctrine::Lifo => "lifo",
            Doctrine::LowestBalance => "lowest_balance",
            Doctrine::Reach => "reach",
        }
    }

    /// How mixed money is shared out; reach shares nothing.
    pub const fn shares(self) -> Option<Sharing> {
        match self {
            Doctrine::Fifo => Some(Sharing::Fifo),
            Doctrine::Haircut => Some(Sharing::Haircut),
            Doctrine::Lifo => Some(Sharing::Lifo),
            Doctrine::LowestBalance => Some(Sharing::LowestBalance),
            Doctrine::Reach => None,
        }
    }

    pub fn from_slug(slug: &str) -> Option<Doctrine> {
        Doctrine::ALL.into_iter().find(|d| d.slug() == slug)
    }
}

impl From<Sharing> for Doctrine {
    fn from(sharing: Sharing) -> Doctrine {
        match sharing {
            Sharing::Fifo => Doctrine::Fifo,
            Sharing::Haircut => Doctrine::Haircut,
            Sharing::Lifo => Doctrine::Lifo,
            Sharing::LowestBalance => Doctrine::LowestBalance,
        }
    }
}

/// What is asked of the flow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowQuery {
    pub doctrine: Doctrine,
    /// The time slider: nothing later happened.
    pub until: Option<Instant>,
    /// What if: from this instant on nothing left this account.
    pub stops: Vec<(AccountId, Instant)>,
    pub limits: FlowLimits,
}

impl FlowQuery {
    /// Everything there is, by this doctrine.
    pub fn by(doctrine: impl Into<Doctrine>) -> FlowQuery {
        FlowQuery {
            doctrine: doctrine.into(),
            until: None,
            stops: Vec::new(),
            limits: FlowLimits::default(),
        }
    }
}

/// Bounds; each that cuts is named in [`Flow::cuts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FlowLimits {
    /// Hops after the account that a victim paid.
    pub depth: u32,
    /// Nothing later than the last payment plus this is looked at.
    pub horizon: Span,
    /// A tainted part smaller than this is let go as dust.
    pub min_taint: Fen,
    pub accounts: usize,
    pub transfers: usize,
    /// Rows of one account; one with more is a hub and is not followed.
    pub fan_out: usize,
}

impl Default for FlowLimits {
    fn default() -> FlowLimits {
        FlowLimits {
            depth: 10,
            horizon: Span::days(7),
            min_taint: Fen::yuan(1),
            accounts: 2_000,
            transfers: 20_000,
            fan_out: 2_000,
        }
    }
}

/// Where money can be in the picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Place {
    Account(AccountId),
    /// Bank fees, all banks together.
    Fee,
    /// Where money went that a bank's balances say left this account and no row shows.
    Unseen(AccountId),
    /// Where money came from that no bank has told us of: a payment known from the victim alone, or a jump of this
    /// account's balance.
    Outside(AccountId),
}

impl Place {
    pub const fn account(self) -> Option<AccountId> {
        match self {
            Place::Account(id) => Some(id),
            _ => None,
        }
    }
}

/// Why money that arrived has left what a bank can hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ExitKind {
    Cash,
    Merchant,
    VirtualAsset,
    Foreign,
    Hub,
    Fee,
    Unknown,
}

impl ExitKind {
    pub const ALL: [ExitKind; 7] = [
        ExitKind::Cash,
        ExitKind::Merchant,
        ExitKind::VirtualAsset,
        ExitKind::Foreign,
        ExitKind::Hub,
        ExitKind::Fee,
        ExitKind::Unknown,
    ];

    pub const fn slug(self) -> &'static str {
        match self {
            ExitKind::Cash => "cash",
            ExitKind::Merchant => "merchant",
            ExitKind::VirtualAsset => "virtual_asset",
            ExitKind::Foreign => "foreign",
            ExitKind::Hub => "hub",
            ExitKind::Fee => "fee",
            ExitKind::Unknown => "unknown",
        }
    }

    /// Of an account's `exit_kind`; an unknown word is an unknown exit, never no exit.
    pub fn of(exit_kind: &str) -> Option<ExitKind> {
        (!exit_kind.is_empty()).then(|| {
            ExitKind::ALL
                .into_iter()
                .find(|k| k.slug() == exit_kind)
                .unwrap_or(ExitKind::Unknown)
        })
    }
}

/// One victim's payment, whose money is followed under its own label.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowSeed {
    pub payment: PaymentId,
    /// Whose payment it is; in [`Flow::people`] by name.
    pub victim: Option<PersonId>,
    /// From where, by the victim's word.
    pub from: Option<AccountId>,
    /// Nothing where the payee has no account that anybody knows.
    pub to: Option<AccountId>,
    /// What the victim knows of the payee without it.
    pub payee: EndTold,
    pub how: How,
    pub at: Instant,
    pub amount: Fen,
    /// Of the amount, what is lost by this payment: less what had come back before, nothing where a bank reversed it.
    pub counted: Fen,
    /// Whether a bank has told us of it; otherwise it is the victim's word.
    pub told: bool,
}

impl FlowSeed {
    fn is_word_of(&self, edge: &FlowEdge) -> bool {
        edge.hop == 0
            && edge.transfer.is_none()
            && match edge.parts.first() {
                Some(part) => self.payment == part.payment,
                // Poison tells nobody's parts apart: then the payment is known by where, when and how much.
                None => {
                    let there = self.to.map(Place::Account) == Some(edge.to);
                    there && (self.at, self.amount) == (edge.at, edge.amount)
                }
            }
    }
}

/// So much of one payment's money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentPart {
    pub payment: PaymentId,
    pub amount: Fen,
}

/// One place that the money reached. The figures are those of [`money::AccountMoney`], for the places that are no accounts too.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowNode {
    pub place: Place,
    /// 0 received a victim's payment.
    pub hop: u32,
    /// From the account that a victim paid to this one.
    pub path: Vec<Place>,
    pub told: Fen,
    pub received: Fen,
    pub sent: Fen,
    pub expected: Fen,
    pub balance: Option<(Fen, Instant)>,
    pub hold: Option<Hold>,
    pub split: Split,
    pub state: AccountState,
    pub order: Option<OrderId>,
    /// What the bank answered to it.
    pub result: String,
    pub exit: Option<ExitKind>,
    pub first_arrival: Instant,
    pub last_arrival: Instant,
    /// The median stay before money moved on, over the account's own rows.
    pub habit: Option<Span>,
    /// End of the hold, or when the money is likely to move on.
    pub due_at: Option<Instant>,
    pub due_is_estimate: bool,
    pub statement_known: bool,
    pub proposable: bool,
    /// Whose money it is that is still there; sums to `expected` (at an exit: to `received`).
    pub parts: Vec<PaymentPart>,
}

/// One transfer that carried the victims' money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowEdge {
    /// Nothing where no row shows it: a jump of balances, or a payment known from the victim alone.
    pub transfer: Option<TransferId>,
    pub from: Place,
    pub to: Place,
    pub at: Instant,
    pub amount: Fen,
    pub tainted: Fen,
    /// Least hop among the tainted fen; 0 is the victim's own payment.
    pub hop: u32,
    /// The numbers under which the paying and the receiving bank keep it, and when each says it happened.
    pub src_serial: Option<String>,
    pub dst_serial: Option<String>,
    pub src_at: Option<Instant>,
    pub dst_at: Option<Instant>,
    /// What each bank says was left on its account after the row.
    pub src_balance: Option<Fen>,
    pub dst_balance: Option<Fen>,
    /// The transfer by which the money came to `from` (its first arrival with the least hop).
    pub previous: Option<TransferId>,
    pub summary: String,
    pub parts: Vec<PaymentPart>,
}

/// `seeded = exit + dust + beyond + still`, to the fen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FlowTotals {
    pub seeded: Fen,
    pub exit: Fen,
    pub dust: Fen,
    pub beyond: Fen,
    pub still: Fen,
}

/// A bound that cut, and how much of the victims' money it may concern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FlowCut {
    /// Money went on beyond the depth.
    Depth { place: Place, amount: Fen },
    /// The account still held traced money when it sent on after the horizon.
    Horizon { place: Place, amount: Fen },
    /// Parts too small to follow.
    Dust { place: Place, amount: Fen },
    /// The trace used up its work; the money stays here in the answer.
    Budget { place: Place, amount: Fen },
    /// An account with more rows than are worth following.
    Hub { place: Place, amount: Fen },
    /// Not asked for, because the map has enough accounts or transfers.
    Size { place: Place, amount: Fen },
    /// Poison: payments below the least amount are not followed.
    MinAmount { place: Place, amount: Fen },
}

impl FlowCut {
    /// What the engine calls a cut. An exit is a place where money went and no bound.
    pub(crate) const fn of(cut: &trace::Cut, place: Place, amount: Fen) -> Option<FlowCut> {
        Some(match cut {
            trace::Cut::Depth { .. } => FlowCut::Depth { place, amount },
            trace::Cut::Horizon { .. } => FlowCut::Horizon { place, amount },
            trace::Cut::Dust { .. } => FlowCut::Dust { place, amount },
            trace::Cut::Budget { .. } => FlowCut::Budget { place, amount },
            trace::Cut::MinAmount { .. } => FlowCut::MinAmount { place, amount },
            trace::Cut::Exit { .. } => return None,
        })
    }

    const fn parts(&self) -> (Place, Fen) {
        match *self {
            FlowCut::Depth { place, amount }
            | FlowCut::Horizon { place, amount }
            | FlowCut::Dust { place, amount }
            | FlowCut::Budget { place, amount }
            | FlowCut::Hub { place, amount }
            | FlowCut::Size { place, amount }
            | FlowCut::MinAmount { place, amount } => (place, amount),
        }
    }

    pub const fn place(&self) -> Place {
        self.parts().0
    }

    pub const fn amount(&self) -> Fen {
        self.parts().1
    }
}

/// Where the answer rests on something that is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FlowAssumption {
    /// No statement yet: the amount is what arrived, and may have moved on.
    NoStatement { account: AccountId, amount: Fen },
    /// The bank stopped the account and did not say, readably, what is there.
    AmountUntold { account: AccountId, amount: Fen },
    /// A bank holds or reports less than should be there.
    WayUnknown { account: AccountId, amount: Fen },
    /// Of what was paid into this account so much had come back before, or was reversed: it is counted once.
    CameBack { account: AccountId, amount: Fen },
    /// So much came back to this account of a victim and lies there.
    Returned { account: AccountId, amount: Fen },
    /// No balance was reported: the account is taken to have had the least that avoids an overdraft.
    OpeningUnknown { account: AccountId, opening: Fen },
    /// More left than was there by what is known; what is missing counts as clean.
    Overdraft {
        account: AccountId,
        at: Instant,
        missing: Fen,
    },
    /// The balance jumped up between two reported ones: taken as a clean arrival.
    GapIn {
        account: AccountId,
        at: Instant,
        amount: Fen,
    },
    /// The balance jumped down: taken as a departure to where nobody knows.
    GapOut {
        account: AccountId,
        at: Instant,
        amount: Fen,
    },
    /// Rows of one second whose order no balance tells: arrivals before departures.
    SameInstant { account: AccountId, at: Instant },
    /// A row and the row that reversed it: both are left out.
    Reversed {
        account: AccountId,
        at: Instant,
        amount: Fen,
    },
    /// Known from the victim alone.
    PaymentUntold {
        payment: PaymentId,
        account: AccountId,
        amount: Fen,
    },
    /// So many payments went to a payee without an account that anybody knows.
    NoAccount { count: usize, amount: Fen },
}

impl FlowAssumption {
    /// The account that it is about.
    pub const fn account(&self) -> Option<AccountId> {
        match *self {
            FlowAssumption::NoAccount { .. } => None,
            FlowAssumption::NoStatement { account, .. }
            | FlowAssumption::AmountUntold { account, .. }
            | FlowAssumption::WayUnknown { account, .. }
            | FlowAssumption::OpeningUnknown { account, .. }
            | FlowAssumption::Overdraft { account, .. }
            | FlowAssumption::GapIn { account, .. }
            | FlowAssumption::GapOut { account, .. }
            | FlowAssumption::SameInstant { account, .. }
            | FlowAssumption::Reversed { account, .. }
            | FlowAssumption::CameBack { account, .. }
            | FlowAssumption::Returned { account, .. }
            | FlowAssumption::PaymentUntold { account, .. } => Some(account),
        }
    }
}

/// A pattern of DOMAIN 1.7, with the rows that show it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowMark {
    pub pattern: Pattern,
    pub account: AccountId,
    /// 事件特征码, where the code list has one.
    pub feature_code: Option<&'static str>,
    pub amount: Fen,
    pub evidence: Vec<TransferId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Pattern {
    /// 分散入集中出
    FanIn,
    /// 集中入分散出
    FanOut,
    /// 快进快出
    PassThrough,
    /// 先散后聚
    SplitAndGather,
    /// 资金回流
    RoundTrip,
    /// 取现
    CashOut,
    /// 试探性小额
    TestTransfer,
    /// 连续多笔
    ManyBetweenTwo,
    /// 涉案账户: a victim of another report paid it.
    Implicated,
    /// 收方涉案: it paid such an account.
    PaysImplicated,
    /// 付方涉案: it was paid by such an account.
    PaidByImplicated,
}

impl Pattern {
    pub const fn slug(self) -> &'static str {
        match self {
            Pattern::FanIn => "fan_in",
            Pattern::FanOut => "fan_out",
            Pattern::PassThrough => "pass_through",
            Pattern::SplitAndGather => "split_and_gather",
            Pattern::RoundTrip => "round_trip",
            Pattern::CashOut => "cash_out",
            Pattern::TestTransfer => "test_transfer",
            Pattern::ManyBetweenTwo => "many_between_two",
            Pattern::Implicated => "implicated",
            Pattern::PaysImplicated => "pays_implicated",
            Pattern::PaidByImplicated => "paid_by_implicated",
        }
    }

    /// 事件特征码, where the platform's list has one.
    pub const fn feature_code(self) -> Option<&'static str> {
        match self {
            Pattern::FanIn => Some("3006"),
            Pattern::FanOut => Some("3007"),
            Pattern::ManyBetweenTwo => Some("3008"),
            Pattern::Implicated => Some("2001"),
            Pattern::PaysImplicated => Some("3004"),
            Pattern::PaidByImplicated => Some("3005"),
            _ => None,
        }
    }
}

/// The same flow under the question's stops, beside the true one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhatIf {
    pub stops: Vec<WhatIfStop>,
    pub totals: FlowTotals,
    /// Under the stops.
    pub nodes: Vec<FlowNode>,
    /// How much more would lie on the stopped accounts, taken together, than lies there truly: what could still be caught
    /// there and was not. It counts although the money lies further down today, where it must be caught again.
    pub saved: Fen,
    /// How much more would still lie on accounts anywhere: the money that has truly left by an exit and would not have.
    pub kept: Fen,
}

/// What would lie on one account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WhatIfStop {
    pub account: AccountId,
    pub at: Instant,
    /// Truly, by what is known.
    pub still_true: Fen,
    pub still_then: Fen,
}

/// The whole answer.
#[derive(Clone, Debug)]
pub struct Flow {
    pub report: ReportId,
    pub number: String,
    pub doctrine: Doctrine,
    pub until: Option<Instant>,
    /// Shows things as they stand now, by the centre's doctrine and without a what-if: orders may leave from it.
    pub is_now: bool,
    /// As on the golden minutes. Reach has no shares: its sums are those of the centre's doctrine.
    pub money: Sums,
    /// The same for each victim.
    pub victims: Vec<VictimMoney>,
    pub seeds: Vec<FlowSeed>,
    /// In the order of a tree: a place, then those it sent to.
    pub nodes: Vec<FlowNode>,
    /// In the order of time.
    pub edges: Vec<FlowEdge>,
    pub totals: FlowTotals,
    pub cuts: Vec<FlowCut>,
    pub assumptions: Vec<FlowAssumption>,
    pub marks: Vec<FlowMark>,
    /// The rows that the marks name and that carried none of the victims' money.
    pub other_rows: Vec<FlowEdge>,
    pub next: Vec<Proposal>,
    pub what_if: Option<WhatIf>,
    pub accounts: BTreeMap<AccountId, Account>,
    /// The victims by name.
    pub people: BTreeMap<PersonId, PersonName>,
    /// The ends of the time slider: the first payment, and the newest row known.
    pub first_at: Option<Instant>,
    pub last_at: Option<Instant>,
    pub now: Instant,
}

impl Flow {
    /// The victim's payment that an edge is by the victim's word alone.
    pub fn word_of(&self, edge: &FlowEdge) -> Option<&FlowSeed> {
        self.seeds.iter().find(|s| s.is_word_of(edge))
    }
}

/// Which way to look from an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    In,
    Out,
}

/// The counterparties of an account by type: counts first.
#[derive(Clone, Debug)]
pub struct Expansion {
    pub account: Account,
    pub groups: Vec<ExpansionGroup>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpansionGroup {
    pub side: Side,
    pub kind: CounterpartyKind,
    pub accounts: u64,
    pub transfers: u64,
    pub amount: Fen,
}

/// 对手类型.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CounterpartyKind {
    /// 个人账户
    Personal,
    /// 对公账户
    Corporate,
    /// The bank has not told us.
    Untold,
    Exit(ExitKind),
}

impl CounterpartyKind {
    pub const fn slug(self) -> &'static str {
        match self {
            CounterpartyKind::Personal => "personal",
            CounterpartyKind::Corporate => "corporate",
            CounterpartyKind::Untold => "untold",
            CounterpartyKind::Exit(kind) => kind.slug(),
        }
    }

    pub fn from_slug(slug: &str) -> Option<CounterpartyKind> {
        match slug {
            "personal" => Some(CounterpartyKind::Personal),
            "corporate" => Some(CounterpartyKind::Corporate),
            "untold" => Some(CounterpartyKind::Untold),
            _ => ExitKind::ALL
                .into_iter()
                .find(|k| k.slug() == slug)
                .map(CounterpartyKind::Exit),
        }
    }
}

/// One counterparty with what passed between the two.
#[derive(Clone, Debug)]
pub struct Counterparty {
    pub account: Account,
    pub transfers: u64,
    pub amount: Fen,
    pub first_at: Instant,
    pub last_at: Instant,
}

#[cfg(test)]
mod tests {
    use super::*;

    const NINE: Instant = Instant::from_ms(1_000);
    fn payee() -> AccountId {
        AccountId::new(NINE, [7; 10])
    }

    fn seed(n: u8) -> FlowSeed {
        FlowSeed {
            payment: PaymentId::new(NINE, [n; 10]),
            victim: None,
            from: None,
            to: Some(payee()),
            payee: EndTold::default(),
            how: How::Transfer,
            at: NINE,
            amount: Fen::yuan(5),
            counted: Fen::yuan(5),
            told: false,
        }
    }

    #[test]
    fn a_payment_known_from_the_victim_alone_is_known_with_its_parts_and_under_poison_without() {
        let own = FlowEdge {
            transfer: None,
            from: Place::Outside(payee()),
            to: Place::Account(payee()),
            at: seed(1).at,
            amount: seed(1).amount,
            tainted: seed(1).amount,
            hop: 0,
            src_serial: None,
            dst_serial: None,
            src_at: None,
            dst_at: None,
            src_balance: None,
            dst_balance: None,
            previous: None,
            summary: String::new(),
            parts: Vec::new(),
        };
        let of = |n| FlowEdge {
            parts: vec![PaymentPart {
                payment: PaymentId::new(NINE, [n; 10]),
                amount: Fen::yuan(5),
            }],
            ..own.clone()
        };
        assert!(seed(1).is_word_of(&of(1)));
        assert!(!seed(1).is_word_of(&of(2)), "another payment's part");
        assert!(seed(1).is_word_of(&own), "poison");
        for other in [
            FlowEdge {
                amount: Fen::yuan(6),
                ..own.clone()
            },
            FlowEdge {
                hop: 1,
                ..own.clone()
            },
            FlowEdge {
                transfer: Some(TransferId::new(NINE, [3; 10])),
                ..own.clone()
            },
        ] {
            assert!(!seed(1).is_word_of(&other), "{other:?}");
        }
    }
}
