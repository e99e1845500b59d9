//! 指令: an order to a bank, from draft to the end of its effect (DESIGN section 5).
//!
//! One enum of states, one of events, one [`decide`]. Promises: an answer that is late, repeated or out of order
//! never moves an order backwards; an unknown result code counts as not done; nothing reaches `Executed` without a
//! bank's answer. Leaves out: holds per account (see `hold`), message bytes (see `bankwire`), who may (see `access`).

pub mod acts;
pub mod needs;
pub mod plan;

use crate::access::ApproverLevel;
use kernel::{
    AccountId, Area, BatchId, CaseId, Fen, Instant, OrderId, PolicyId, Refusal, RefusalCode, ReportId, Span,
    UserId,
};
use serde::{Deserialize, Serialize};

/// What is asked of the bank. The codes are DOMAIN 1.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderKind {
    /// 止付 200101
    Stop,
    /// 止付解除 200103
    StopRelieve,
    /// 止付延期 200105
    StopProlong,
    /// 冻结 200201
    Freeze,
    /// 冻结解除 200203
    FreezeRelieve,
    /// 续冻 200205
    FreezeRenew,
    /// 账户交易明细查询 200301
    QueryTransactions,
    /// 账户持卡主体查询 200303
    QueryHolder,
    /// 账户动态查询 200305
    Watch,
    /// 账户动态查询解除 200307
    WatchEnd,
    /// 客户全账户查询 200309
    QueryAllAccounts,
}

impl OrderKind {
    pub const ALL: [OrderKind; 11] = [
        OrderKind::Stop,
        OrderKind::StopRelieve,
        OrderKind::StopProlong,
        OrderKind::Freeze,
        OrderKind::FreezeRelieve,
        OrderKind::FreezeRenew,
        OrderKind::QueryTransactions,
        OrderKind::QueryHolder,
        OrderKind::Watch,
        OrderKind::WatchEnd,
        OrderKind::QueryAllAccounts,
    ];

    pub const fn slug(self) -> &'static str {
        match self {
            OrderKind::Stop => "stop",
            OrderKind::StopRelieve => "stop_relieve",
            OrderKind::StopProlong => "stop_prolong",
            OrderKind::Freeze => "freeze",
            OrderKind::FreezeRelieve => "freeze_relieve",
            OrderKind::FreezeRenew => "freeze_renew",
            OrderKind::QueryTransactions => "query_transactions",
            OrderKind::QueryHolder => "query_holder",
            OrderKind::Watch => "watch",
            OrderKind::WatchEnd => "watch_end",
            OrderKind::QueryAllAccounts => "query_all_accounts",
        }
    }

    pub fn from_slug(slug: &str) -> Option<OrderKind> {
        OrderKind::ALL.into_iter().find(|k| k.slug() == slug)
    }

    /// The police-side transaction code of the request.
    pub const fn request_code(self) -> &'static str {
        match self {
            OrderKind::Stop => "200101",
            OrderKind::StopRelieve => "200103",
            OrderKind::StopProlong => "200105",
            OrderKind::Freeze => "200201",
            OrderKind::FreezeRelieve => "200203",
            OrderKind::FreezeRenew => "200205",
            OrderKind::QueryTransactions => "200301",
            OrderKind::QueryHolder => "200303",
            OrderKind::Watch => "200305",
            OrderKind::WatchEnd => "200307",
            OrderKind::QueryAllAccounts => "200309",
        }
    }

    /// The police-side transaction code of the bank's feedback.
    pub const fn feedback_code(self) -> &'static str {
        match self {
            OrderKind::Stop => "200102",
            OrderKind::StopRelieve => "200104",
            OrderKind::StopProlong => "200106",
            OrderKind::Freeze => "200202",
            OrderKind::FreezeRelieve => "200204",
            OrderKind::FreezeRenew => "200206",
            OrderKind::QueryTransactions => "200302",
            OrderKind::QueryHolder => "200304",
            OrderKind::Watch => "200306",
            OrderKind::WatchEnd => "200308",
            OrderKind::QueryAllAccounts => "200310",
        }
    }

    /// The kind of order this one follows up, whose ApplicationID goes into OriginalApplicationID.
    pub const fn original(self) -> Option<OrderKind> {
        match self {
            OrderKind::StopRelieve | OrderKind::StopProlong => Some(OrderKind::Stop),
            OrderKind::FreezeRelieve | OrderKind::FreezeRenew => Some(OrderKind::Freeze),
            OrderKind::WatchEnd => Some(OrderKind::Watch),
            _ => None,
        }
    }

    /// Whether a success leaves something in force that later ends.
    pub const fn has_effect(self) -> bool {
        matches!(self, OrderKind::Stop | OrderKind::Freeze | OrderKind::Watch)
    }

    pub const fn is_query(self) -> bool {
        matches!(
            self,
            OrderKind::QueryTransactions | OrderKind::QueryHolder | OrderKind::QueryAllAccounts
        )
    }

    /// Whether the case must be filed first (程序规定 174: before filing, inquiry yes, freeze no).
    pub const fn needs_filed_case(self) -> bool {
        matches!(
            self,
            OrderKind::Freeze | OrderKind::FreezeRelieve | OrderKind::FreezeRenew
        )
    }

    /// The rank that may approve it: stops by the leader on duty (DOMAIN 2.2, 86号); queries and freezes by the head of
    /// a county-level organ (程序规定 238, 239, 241); a freeze longer than six months by the city's (243).
    pub fn approver_level(self, long_term: bool) -> ApproverLevel {
        match self {
            OrderKind::Stop | OrderKind::StopRelieve | OrderKind::StopProlong => ApproverLevel::Duty,
            OrderKind::Freeze | OrderKind::FreezeRenew if long_term => ApproverLevel::City,
            _ => ApproverLevel::County,
        }
    }
}

/// Where an order stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// Waits for approval.
    Drafted,
    /// The approver said no.
    Rejected,
    /// Taken back before it was approved.
    Withdrawn,
    /// Approved; its bytes lie in the outbox.
    Approved,
    /// Its file is in the upstream directory.
    Sent,
    /// The automatic resends are used up; a person is asked.
    Stuck,
    /// The hub would not take it.
    HubRefused,
    /// The hub took it; the bank has not answered.
    HubAccepted,
    /// The bank did not do it.
    Failed,
    /// A stop, freeze or watch is in force.
    Executed,
    /// A query is answered, or a follow-up (relieve, prolong, renew, end of watch) is done.
    Done,
    /// A stop that became a freeze.
    Frozen,
    /// Ended by a relieve order, or a watch by its end.
    Relieved,
    /// Ended by its own term.
    Lapsed,
}

impl OrderState {
    pub const ALL: [OrderState; 14] = [
        OrderState::Drafted,
        OrderState::Rejected,
        OrderState::Withdrawn,
        OrderState::Approved,
        OrderState::Sent,
        OrderState::Stuck,
        OrderState::HubRefused,
        OrderState::HubAccepted,
        OrderState::Failed,
        OrderState::Executed,
        OrderState::Done,
        OrderState::Frozen,
        OrderState::Relieved,
        OrderState::Lapsed,
    ];

    pub const fn slug(self) -> &'static str {
        match self {
            OrderState::Drafted => "drafted",
            OrderState::Rejected => "rejected",
            OrderState::Withdrawn => "withdrawn",
            OrderState::Approved => "approved",
            OrderState::Sent => "sent",
            OrderState::Stuck => "stuck",
            OrderState::HubRefused => "hub_refused",
            OrderState::HubAccepted => "hub_accepted",
            OrderState::Failed => "failed",
            OrderState::Executed => "executed",
            OrderState::Done => "done",
            OrderState::Frozen => "frozen",
            OrderState::Relieved => "relieved",
            OrderState::Lapsed => "lapsed",
        }
    }

    pub fn from_slug(slug: &str) -> Option<OrderState> {
        OrderState::ALL.into_iter().find(|s| s.slug() == slug)
    }

    /// Asked for but neither answered by the bank nor ended otherwise: it may still take effect.
    pub const fn is_open(self) -> bool {
        use OrderState::{Approved, Drafted, HubAccepted, Sent, Stuck};
        matches!(self, Drafted | Approved | Sent | Stuck | HubAccepted)
    }

    /// Left the centre at some time.
    pub const fn has_left(self) -> bool {
        use OrderState::{Approved, Drafted, Rejected, Withdrawn};
        !matches!(self, Drafted | Rejected | Withdrawn | Approved)
    }
}

/// What a bank's result code says of an order. `bankwire` maps the code; an unknown one is `NotDone`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// 0000, or 1200 (done with a defect), or 2400 (answered, cut at 1 000 rows).
    Done,
    /// 0900: the bank has it already; says nothing new.
    AlreadyProcessed,
    /// Everything else.
    NotDone,
}

/// What can happen to an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    Approve,
    Reject,
    Withdraw,
    /// The file was renamed into the upstream directory.
    Sent,
    /// The transport failed and `attempts` sends have now been tried.
    SendFailed {
        attempts: u8,
    },
    /// The hub took it.
    HubAccepted,
    /// The hub refused it for good.
    HubRefused,
    /// The hub or the line to it failed for the moment; `attempts` sends have now been tried.
    HubUnreachable {
        attempts: u8,
    },
    /// A person sends it again.
    Resend,
    /// A person takes back what could not leave: its message or paper cannot be made, so no file was ever on the road.
    TakeBackUnsent,
    BankAnswered(Outcome),
    /// A relieve order (or end of watch) was done.
    RelieveDone,
    /// A freeze of the same account was done.
    FreezeDone,
    /// Its term is over.
    TermOver,
    /// The bank prolonged or renewed it: its term has a later end.
    TermRenewed,
}

/// First send and at most three automatic resends (issue of the platform's vendors, DOMAIN 1.2).
pub const SENDS_MAX: u8 = 4;

/// What an event does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The order moves.
    Move(OrderState),
    /// Recorded on the timeline; the order stays where it is.
    Note(Note),
}

/// Why an event left the order where it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Note {
    /// Known already.
    Repeated,
    /// Overtaken by a later fact.
    Late,
    /// The bank says not done after it said done: shown to people, believed by nobody until they look.
    Contradicts,
    /// An answer to something that never left.
    Unasked,
    /// To be tried again by the outbox.
    TryAgain,
    /// Another part of a live watch.
    More,
}

impl Note {
    pub const fn slug(self) -> &'static str {
        match self {
            Note::Repeated => "repeated",
            Note::Late => "late",
            Note::Contradicts => "contradicts",
            Note::Unasked => "unasked",
            Note::TryAgain => "try_again",
            Note::More => "more",
        }
    }
}

/// Where an order of `kind` in `state` goes on `event`. Events of people are refused in the wrong state; events of the
/// world never are, because they have happened.
pub fn decide(kind: OrderKind, state: OrderState, event: Event) -> Result<Step, Refusal> {
    use OrderState as S;
    let wrong = || Err(Refusal::with(RefusalCode::OrderWrongState, state.slug()));
    let step = match (event, state) {
        (Event::Approve, S::Drafted) => Step::Move(S::Approved),
        (Event::Reject, S::Drafted) => Step::Move(S::Rejected),
        // Once approved it may be on its way already; what has left is relieved, not withdrawn.
        (Event::Withdraw, S::Drafted) => Step::Move(S::Withdrawn),
        (Event::Resend, S::Stuck | S::HubRefused) => Step::Move(S::Approved),
        (Event::TakeBackUnsent, S::Stuck) => Step::Move(S::Withdrawn),
        (Event::Approve | Event::Reject, S::Approved | S::Rejected | S::Withdrawn) => {
            return Err(Refusal::with(RefusalCode::AlreadyDecided, state.slug()));
        }
        (Event::Approve | Event::Reject | Event::Withdraw | Event::Resend | Event::TakeBackUnsent, _) => {
            return wrong();
        }

        (Event::Sent, S::Approved) => Step::Move(S::Sent),
        (Event::Sent, S::Drafted | S::Rejected | S::Withdrawn) => Step::Note(Note::Unasked),
        (Event::Sent, _) => Step::Note(Note::Repeated),

        (Event::SendFailed { attempts } | Event::HubUnreachable { attempts }, S::Approved | S::Sent) => {
            if attempts >= SENDS_MAX {
                Step::Move(S::Stuck)
            } else {
                Step::Note(Note::TryAgain)
            }
        }
        (Event::SendFailed { .. } | Event::HubUnreachable { .. }, _) => Step::Note(Note::Late),

        (Event::HubAccepted, S::Approved | S::Sent | S::Stuck | S::HubRefused) => Step::Move(S::HubAccepted),
        (Event::HubAccepted, S::Drafted | S::Rejected | S::Withdrawn) => Step::Note(Note::Unasked),
        (Event::HubAccepted, _) => Step::Note(Note::Repeated),

        (Event::HubRefused, S::Approved | S::Sent | S::Stuck) => Step::Move(S::HubRefused),
        (Event::HubRefused, S::Drafted | S::Rejected | S::Withdrawn) => Step::Note(Note::Unasked),
        (Event::HubRefused, S::HubRefused) => Step::Note(Note::Repeated),
        (Event::HubRefused, _) => Step::Note(Note::Late),

        (Event::BankAnswered(outcome), _) => bank_answered(kind, state, outcome),

        (Event::RelieveDone, S::Executed) => Step::Move(S::Relieved),
        (Event::FreezeDone, S::Executed) if matches!(kind, OrderKind::Stop) => Step::Move(S::Frozen),
        (Event::TermOver, S::Executed) => Step::Move(S::Lapsed),
        // The bank renewed it in time and its answer came after our clock had ended it: the money is held, and what holds a
        // citizen's money must be in sight. A lapse is our own inference; the bank's word stands above it.
        (Event::TermRenewed, S::Lapsed) => Step::Move(S::Executed),
        (Event::TermRenewed, S::Executed) => Step::Note(Note::More),
        (Event::RelieveDone | Event::FreezeDone | Event::TermOver | Event::TermRenewed, _) => {
            Step::Note(Note::Late)
        }
    };
    Ok(step)
}

fn bank_answered(kind: OrderKind, state: OrderState, outcome: Outcome) -> Step {
    use OrderState as S;
    let success = if kind.has_effect() { S::Executed } else { S::Done };
    match (outcome, state) {
        (_, S::Drafted | S::Rejected | S::Withdrawn) => Step::Note(Note::Unasked),
        (Outcome::AlreadyProcessed, _) => Step::Note(Note::Repeated),
        // A success is believed even after a failure: the money is held, and its 48 hours run.
        (Outcome::Done, S::Approved | S::Sent | S::Stuck | S::HubRefused | S::HubAccepted | S::Failed) => {
            Step::Move(success)
        }
        (Outcome::Done, S::Executed) if matches!(kind, OrderKind::Watch) => Step::Note(Note::More),
        (Outcome::Done, _) => Step::Note(Note::Repeated),
        (Outcome::NotDone, S::Approved | S::Sent | S::Stuck | S::HubRefused | S::HubAccepted) => {
            Step::Move(S::Failed)
        }
        (Outcome::NotDone, S::Failed) => Step::Note(Note::Repeated),
        (Outcome::NotDone, _) => Step::Note(Note::Contradicts),
    }
}

/// Who said yes, when, and on what ground.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The approver; for an order under a standing policy the leader who signed it.
    pub by: UserId,
    pub at: Instant,
    pub level: ApproverLevel,
    pub opinion: String,
    /// The standing policy that let it leave.
    pub policy: Option<PolicyId>,
}

/// After-confirmation of an order that left under a standing policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    pub by: UserId,
    pub at: Instant,
    pub opinion: String,
    /// 不予确认: the leader does not stand behind what left in his name.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub refused: bool,
}

/// 限额冻结 or 全额冻结 (DOMAIN 1.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FreezeType {
    /// Up to an amount; money can come in.
    Limited,
    /// The whole account.
    Whole,
}

/// The measure-specific part of an order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Terms {
    /// The victim's payment that led here: amount in fen.
    pub amount: Fen,
    /// When the victim paid; for later layers when the money arrived.
    pub paid_at: Option<Instant>,
    pub payment: Option<kernel::PaymentId>,
    /// Asked start and end (freeze, renew, prolong, watch, period of a query).
    pub from: Option<Instant>,
    pub until: Option<Instant>,
    pub freeze_type: Option<FreezeType>,
    /// 是否及于孳息 (程序规定 239).
    pub interest_covered: bool,
    pub reason: String,
}

/// What the bank said, in its own words and as facts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The raw result code, kept even when unknown.
    pub result: String,
    pub at: Option<Instant>,
    /// What is really held. `None` when the bank did not say.
    pub held: Option<Fen>,
    pub balance: Option<Fen>,
    pub start_at: Option<Instant>,
    pub expire_at: Option<Instant>,
    pub cause: String,
}

impl Answer {
    /// When the bank did what was asked: when it says it began, else when it answered.
    pub fn began(&self) -> Option<Instant> {
        self.start_at.or(self.at)
    }
}

/// An order with everything that is decided about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Order {
    pub id: OrderId,
    pub kind: OrderKind,
    pub state: OrderState,
    pub report: ReportId,
    pub case: Option<CaseId>,
    pub account: AccountId,
    /// 业务申请编号: one per intent, for ever.
    pub application_id: String,
    pub original: Option<OrderId>,
    pub batch: Option<BatchId>,
    /// Layer of the account: 1 received the victim's payment.
    pub layer: u8,
    /// Area of the offence, for rights.
    pub area: Area,
    pub terms: Terms,
    pub requested_by: UserId,
    pub requested_at: Instant,
    /// 协查人: the second officer. The first is the requester.
    pub second_officer: UserId,
    pub approval: Option<Approval>,
    pub confirmation: Option<Confirmation>,
    pub sends: u8,
    pub sent_at: Option<Instant>,
    pub hub_code: String,
    pub answer: Option<Answer>,
    pub version: i64,
}

/// An order that may leave: the only thing the message builder takes, so that sending without approval does not compile.
#[derive(Clone, Copy, Debug)]
pub struct Cleared<'a>(&'a Order);

impl<'a> Cleared<'a> {
    pub fn order(self) -> &'a Order {
        self.0
    }
    pub fn approval(self) -> &'a Approval {
        self.0.approval.as_ref().expect("Order::cleared checked it")
    }
}

impl Order {
    /// The order, if it is approved and has not left.
    pub fn cleared(&self) -> Option<Cleared<'_>> {
        (self.state == OrderState::Approved && self.approval.is_some()).then_some(Cleared(self))
    }

    /// Whether a leader refused to confirm it afterwards.
    pub fn confirmation_refused(&self) -> bool {
        self.confirmation.as_ref().is_some_and(|c| c.refused)
    }

    /// Whether a leader must still confirm it afterwards.
    pub fn awaits_confirmation(&self) -> bool {
        self.confirmation.is_none() && self.approval.as_ref().is_some_and(|a| a.policy.is_some())
    }
}

/// 48 h from the bank's execution (银发〔2016〕86号 二(一)2).
pub const STOP_TERM: Span = Span::hours(48);

/// When a stop ends: 48 h after the bank's start. A bank that names another end is believed only when it is earlier,
/// because the law's term is the longest.
pub fn stop_expiry(start: Instant, named_by_bank: Option<Instant>) -> Instant {
    let legal = start + STOP_TERM;
    named_by_bank
        .filter(|e| *e > start)
        .map_or(legal, |e| e.min(legal))
}

/// The proposed end of a freeze of deposits (程序规定 243): six months, or a year with city-level approval, in the
/// shorter reading of [`months_later`].
pub fn freeze_until_max(from: Instant, long_term: bool) -> Instant {
    let months = if long_term { 12 } else { 6 };
    months_later(from, months)
}

/// The same day of the month `months` later (no such day: the month's last), minus one day: the shorter reading of the
/// term, proposed for confirmation (DOCUMENTS 2.3).
fn months_later(from: Instant, months: i64) -> Instant {
    let civil = from.civil();
    let (mut year, mut month) = (i64::from(civil.year()), i64::from(civil.month()) + months);
    while month > 12 {
        month -= 12;
        year += 1;
    }
    let last = days_in_month(year, month);
    let day = i64::from(civil.day()).min(last);
    let text = format!(
        "{year:04}{month:02}{day:02}{:02}{:02}{:02}",
        civil.hour(),
        civil.minute(),
        civil.second()
    );
    Instant::from_wire14(&text).unwrap_or(from) - Span::days(1)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Checks what banks and the law refuse about an order's own values before it leaves (DOMAIN 1.9.3).
pub fn terms_check(kind: OrderKind, terms: &Terms, long_term: bool, now: Instant) -> Result<(), Refusal> {
    let field = |name: &str, code| Err(Refusal::field(name, code));
    if matches!(kind, OrderKind::Stop | OrderKind::Freeze) && !terms.amount.is_positive() {
        return field("amount_fen", RefusalCode::AmountNotPositive);
    }
    if terms.paid_at.is_some_and(|at| at > now + Span::minutes(5)) {
        return field("paid_at", RefusalCode::TimeInFuture);
    }
    if let (Some(from), Some(until)) = (terms.from, terms.until) {
        if until <= from {
            return field("until", RefusalCode::DatesReversed);
        }
        if matches!(kind, OrderKind::Freeze | OrderKind::FreezeRenew)
            && until > freeze_until_max(from, long_term) + Span::days(1)
        {
            return field("until", RefusalCode::FreezeTermTooLong);
        }
    }
    let needs_term = matches!(
        kind,
        OrderKind::Freeze | OrderKind::FreezeRenew | OrderKind::StopProlong
    );
    if needs_term && terms.until.is_none() {
        return field("until", RefusalCode::FieldMissing);
    }
    Ok(())
}

/// A follow-up must name an original that is in force and has not ended (codes 1800, 1900; 程序规定 240: late renewal
/// is release).
pub fn original_check(kind: OrderKind, original: &Order, now: Instant) -> Result<(), Refusal> {
    let lapsed = original.state == OrderState::Lapsed;
    if kind.original() != Some(original.kind) || (original.state != OrderState::Executed && !lapsed) {
        return Err(Refusal::with(
            RefusalCode::OriginalNotExecuted,
            original.state.slug(),
        ));
    }
    let end = original.answer.as_ref().and_then(|a| a.expire_at);
    if !lapsed && end.is_none_or(|end| end > now) {
        return Ok(());
    }
    Err(match original.kind {
        OrderKind::Stop => RefusalCode::StopExpired,
        OrderKind::Freeze => RefusalCode::FreezeExpired,
        _ => RefusalCode::WatchNotLive,
    }
    .into())
}

#[cfg(test)]
mod tests;
