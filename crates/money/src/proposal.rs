//! 建议优先处置: the accounts worth an order now, best first.

use crate::{AccountMoney, Whereabouts};
use kernel::{AccountId, Fen, Instant, Span};
use trace::next::{Candidate, Habit, Reason, rank};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    pub account: AccountId,
    /// What an order would ask for: [`crate::Split::reachable`] of the account.
    pub amount: Fen,
    /// How likely it is still there when the bank acts, in thousandths.
    pub chance_permille: u32,
    /// `amount × chance`: what the order is expected to save. The list is sorted by it.
    pub worth: Fen,
    /// When the money is likely to have moved on.
    pub due_at: Option<Instant>,
    pub reasons: Vec<ProposalReason>,
}

/// Why an account stands where it stands in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ProposalReason {
    /// How long ago the money came.
    Arrived { ago: Span },
    /// The account's own rows show how long money stays.
    Habit { stay: Span, seen: u32 },
    /// Its own rows show nothing; what mule accounts usually do is taken.
    HabitUnknown { stay: Span },
    /// No statement yet: the money may have gone already.
    NoStatement,
    /// A bank said how much is there, and when.
    Balance { amount: Fen, at: Instant },
    /// An order failed before with this code.
    FailedBefore { result: String },
}

impl Whereabouts {
    /// What can still be there × the chance to catch it.
    pub fn proposals(&self, now: Instant) -> Vec<Proposal> {
        let proposable: Vec<&AccountMoney> = self.accounts.iter().filter(|a| a.proposable).collect();
        let candidates: Vec<Candidate<AccountId>> = proposable.iter().map(|a| candidate(a, now)).collect();
        rank(&candidates, now.ms())
            .into_iter()
            .map(|r| {
                let failed = self.account(r.account).and_then(|a| a.failed_before.clone());
                let failed = failed.map(|result| ProposalReason::FailedBefore { result });
                Proposal {
                    account: r.account,
                    amount: Fen(r.amount),
                    chance_permille: r.chance_permille,
                    worth: Fen(r.worth),
                    // Without a habit nobody can say when.
                    due_at: (!r.reasons.contains(&Reason::HabitUnknown)).then(|| Instant::from_ms(r.due_ms)),
                    reasons: r.reasons.into_iter().map(reason).chain(failed).collect(),
                }
            })
            .collect()
    }
}

fn candidate(a: &AccountMoney, now: Instant) -> Candidate<AccountId> {
    Candidate {
        account: a.account,
        amount: a.split.reachable.0,
        arrived_ms: a.last_arrival.ms(),
        habit: a.habit.map(|h| Habit {
            stay_ms: h.ms(),
            seen: a.habit_seen,
        }),
        // Looked at from an earlier instant, what banks reported of later times was not known.
        told_until_ms: a.told_until.map(|told| told.min(now).ms()),
        balance: a
            .balance
            .filter(|(_, at)| *at <= now)
            .map(|(fen, at)| (fen.0, at.ms())),
    }
}

fn reason(reason: Reason) -> ProposalReason {
    match reason {
        Reason::Arrived { ago_ms } => ProposalReason::Arrived {
            ago: Span::from_ms(ago_ms),
        },
        Reason::Habit(h) => ProposalReason::Habit {
            stay: Span::from_ms(h.stay_ms),
            seen: h.seen,
        },
        Reason::HabitUnknown => ProposalReason::HabitUnknown {
            stay: Span::from_ms(trace::next::STAY_MS),
        },
        Reason::NoStatement => ProposalReason::NoStatement,
        Reason::Balance { amount, at_ms } => ProposalReason::Balance {
            amount: Fen(amount),
            at: Instant::from_ms(at_ms),
        },
    }
}
