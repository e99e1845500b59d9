//! What one account has of one report's money, row by row: the bound of a freeze and of an extended stop.
//!
//! 冻结数额不超过涉案数额 (DOCUMENTS 2.3). An order may ask for what should be there now: what came, less what rows show
//! leaving. What has moved on is asked for where it went, so that the same fen is not held twice; and what belongs to the
//! victims of other reports is frozen for their cases.

use crate::{AccountMoney, Claim, Facts, Whereabouts};
use kernel::{AccountId, Fen, Instant, Refusal, RefusalCode, TransferId};
use trace::local::{Source, Spot, TracedRow};

/// A row that brought the report's money to the account or took it away.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseRow {
    /// Nothing where no bank's row shows it: a payment known from the victim alone, or a fall of the balance.
    pub transfer: Option<TransferId>,
    pub at: Instant,
    /// The other end.
    pub other: Spot<AccountId>,
    /// The whole movement.
    pub amount: Fen,
    /// 其中本案: of it, the report's money by the doctrine.
    pub of_case: Fen,
}

/// The account's part in one report's money, with the arithmetic: `came − left = expected`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseMoney {
    pub money: AccountMoney,
    pub came: Vec<CaseRow>,
    pub left: Vec<CaseRow>,
    /// What other reports have on the same account.
    pub others: Vec<Claim>,
}

/// The case's money that reached this account, or nothing when the trace does not come there.
pub fn case_money_on(
    facts: &Facts<'_>,
    whereabouts: &Whereabouts,
    account: AccountId,
    others: Vec<Claim>,
) -> Option<CaseMoney> {
    let money = whereabouts.account(account)?.clone();
    let here = Spot::Account(account);
    let rows = |wanted: fn(&TracedRow<AccountId, TransferId>) -> Spot<AccountId>| {
        facts.seen.rows.iter().filter(move |r| wanted(r) == here)
    };
    Some(CaseMoney {
        came: rows(|r| r.dst).map(|r| row(r, r.src)).collect(),
        left: rows(|r| r.src).map(|r| row(r, r.dst)).collect(),
        money,
        others,
    })
}

fn row(r: &TracedRow<AccountId, TransferId>, other: Spot<AccountId>) -> CaseRow {
    CaseRow {
        transfer: match r.source {
            Source::Row(id) => Some(id),
            _ => None,
        },
        at: Instant::from_ms(r.at_ms),
        other,
        amount: Fen(r.amount),
        of_case: Fen(r.tainted),
    }
}

impl CaseMoney {
    /// The most that a freeze or an extended stop may ask for.
    pub fn at_most(&self) -> Fen {
        self.money.expected
    }

    /// What a new extended stop asks for: what should be there, unless its bank reports less.
    pub fn asks(&self) -> Fen {
        self.money.split.reachable
    }

    /// Refuses an amount beyond the case's money, naming the bound.
    pub fn amount_check(&self, field: &str, asked: Fen) -> Result<(), Refusal> {
        if asked <= self.at_most() {
            return Ok(());
        }
        let mut refusal = Refusal::field(field, RefusalCode::AmountExceedsCase);
        for problem in &mut refusal.problems {
            problem.detail = Some(self.at_most().to_yuan());
        }
        Err(refusal)
    }

    /// What a freeze of `asked` would let go of the hold that is in force: nothing when it holds no more, unknown when the
    /// bank did not say how much it holds.
    pub fn let_go(&self, asked: Fen) -> Option<Fen> {
        let hold = self.money.hold?;
        Some(hold.amount?.saturating_less(asked))
    }

    /// What the victims of other reports have here by the rows.
    pub fn of_others(&self) -> Fen {
        self.others.iter().map(|c| c.expected).sum()
    }
}
