//! 本案资金: how much of a report's money a freeze or an extended stop of one account may ask for (DOCUMENTS 2.3: no more than the
//! sum connected with the case), with the arithmetic, and what a smaller freeze would let go.
//!
//! Promises: the figure is the trace's, by the centre's doctrine, the same as the golden minutes show; it is what should still
//! be there, not what came in. Leaves out what the bank really holds (`domain::hold`), which may be less.

use crate::AppResult;
use crate::flow::{Doctrine, FlowLimits, ReportFacts, Sharing};
use domain::hold::{AccountHolds, lets_go};
use domain::order::{FreezeType, OrderKind, Terms};
use kernel::{AccountId, Fen, Instant, Problem, Refusal, RefusalCode, ReportId, TransferId};
use money::Whereabouts;
use std::collections::{BTreeMap, BTreeSet};
use store::accounts::Transfer;
use store::intake::payments;
use store::sea_orm::ConnectionTrait;
use trace::local::{Source, WhatIf};

/// 转入 − 转出 = 应有, of one report's money on one account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CaseMoney {
    pub received: Fen,
    pub sent: Fen,
    /// What should be there now: the most that may be asked for.
    pub still: Fen,
    /// Up to when the account's own bank has told of its rows; nothing when it has told of none, and then the figure is what came in.
    pub told_until: Option<Instant>,
    /// The rows of banks that brought this money to the account, in the order of time.
    pub rows: Vec<Transfer>,
}

/// This report's money on the account. Nothing on accounts that the trace does not reach.
pub async fn case_money(
    conn: &impl ConnectionTrait,
    report: ReportId,
    account: AccountId,
    doctrine: Sharing,
) -> AppResult<CaseMoney> {
    Ok(CaseTrace::load(conn, report, doctrine).await?.on(account))
}

/// One report's money, for the figures of several accounts. The figures are those of the room `money`.
pub(crate) struct CaseTrace(BTreeMap<AccountId, CaseMoney>);

impl CaseTrace {
    pub async fn load(
        conn: &impl ConnectionTrait,
        report: ReportId,
        doctrine: Sharing,
    ) -> AppResult<CaseTrace> {
        let paid = payments(conn, report).await?;
        if paid.is_empty() {
            return Ok(CaseTrace(BTreeMap::new()));
        }
        let facts = ReportFacts::load(conn, &paid, &FlowLimits::default()).await?;
        let seen = facts.trace(Doctrine::from(doctrine), &WhatIf::default())?;
        let whereabouts = Whereabouts::of(&facts.of(&seen));
        let carried: BTreeSet<TransferId> = seen
            .rows
            .iter()
            .filter_map(|row| match row.source {
                Source::Row(id) => Some(id),
                Source::Untold(_) | Source::Gap => None,
            })
            .collect();
        let rows_into = |account: AccountId| {
            let told = facts.material.told.values().map(|told| &told.transfer);
            let into = told.filter(|t| t.dst == account && carried.contains(&t.id));
            let mut rows: Vec<Transfer> = into.cloned().collect();
            rows.sort_by_key(|t| (t.at, t.id));
            rows
        };
        let on = whereabouts.accounts.iter().map(|money| {
            let figures = CaseMoney {
                received: money.received,
                sent: money.sent,
                still: money.expected,
                told_until: money.told_until,
                rows: rows_into(money.account),
            };
            (money.account, figures)
        });
        Ok(CaseTrace(on.collect()))
    }

    pub fn on(&self, account: AccountId) -> CaseMoney {
        self.0.get(&account).cloned().unwrap_or_default()
    }
}

impl CaseMoney {
    /// `6,100.89 = 86,000.00 − 79,899.11`: the same in both languages.
    pub fn arithmetic(&self) -> String {
        format!(
            "{} = {} − {}",
            self.still.to_grouped(),
            self.received.to_grouped(),
            self.sent.to_grouped()
        )
    }
}

/// Refuses a freeze of more than the report's money there, and a freeze of the whole account where rows show how much of it is
/// other people's. Where no bank has told of the account, the sum cannot be known and the whole may be asked for (银监发〔2014〕53号, [K]).
pub fn amount_check(terms: &Terms, money: &CaseMoney, bank_has: Option<Fen>) -> Result<(), Refusal> {
    let exceeds = |field: &str| {
        let detail = money.arithmetic();
        Err(Refusal {
            code: RefusalCode::AmountExceedsCase,
            detail: Some(detail.clone()),
            problems: vec![Problem {
                field: field.into(),
                code: RefusalCode::AmountExceedsCase,
                detail: Some(detail),
            }],
        })
    };
    if terms.amount > money.still {
        return exceeds("amount_fen");
    }
    let others_there = bank_has.is_some_and(|has| has > money.still);
    if terms.freeze_type == Some(FreezeType::Whole) && money.told_until.is_some() && others_there {
        return exceeds("freeze_type");
    }
    Ok(())
}

/// What the person who asks for a freeze has said of the money that it lets go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LetsGo {
    /// Nothing was said.
    Unsaid,
    /// He was shown this sum and agreed to it.
    Agreed(Fen),
}

/// A freeze in the place of a stop of the whole account lets the rest go: refused until the person has agreed to the very sum, or,
/// where the bank did not say what it holds, to not knowing it.
pub fn lets_go_check(
    report: ReportId,
    terms: &Terms,
    holds: &AccountHolds,
    said: LetsGo,
    now: Instant,
) -> Result<(), Refusal> {
    let whole = terms.freeze_type == Some(FreezeType::Whole);
    match (lets_go(holds, report, terms.amount, whole, now), said) {
        (Some(free), _) if !free.is_positive() => Ok(()),
        (Some(free), LetsGo::Agreed(agreed)) if agreed == free => Ok(()),
        (None, LetsGo::Agreed(_)) => Ok(()),
        (Some(free), _) => Err(Refusal::with(RefusalCode::FreezeLetsGo, free.to_grouped())),
        (None, LetsGo::Unsaid) => Err(Refusal::with(RefusalCode::FreezeLetsGo, "?")),
    }
}

/// Whether an order of this kind asks for a sum that the trace bounds: freezes, and stops of accounts that no victim paid.
pub fn is_bounded(kind: OrderKind, direct: bool) -> bool {
    matches!(kind, OrderKind::Freeze) || (kind == OrderKind::Stop && !direct)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::hold::InForce;
    use kernel::{OrderId, Span};

    fn now() -> Instant {
        Instant::from_wire14("20261122210506").unwrap()
    }

    fn terms(yuan: i64, freeze_type: FreezeType) -> Terms {
        Terms {
            amount: Fen::yuan(yuan),
            freeze_type: Some(freeze_type),
            ..Terms::default()
        }
    }

    /// The planted bug: a freeze for what was received instead of what is there.
    #[test]
    fn no_more_is_asked_for_than_what_is_still_there() {
        let money = |told: bool| CaseMoney {
            received: Fen::yuan(86_000),
            sent: Fen::yuan(79_900),
            still: Fen::yuan(6_100),
            told_until: told.then(now),
            rows: Vec::new(),
        };
        use FreezeType::{Limited, Whole};
        for (name, yuan, scope, told, bank_has, refused) in [
            ("what is there", 6_100, Limited, true, 9_000, None),
            ("a yuan more", 6_101, Limited, true, 9_000, Some("amount_fen")),
            (
                "what was received",
                86_000,
                Limited,
                true,
                90_000,
                Some("amount_fen"),
            ),
            (
                "the whole, others' money known",
                6_100,
                Whole,
                true,
                9_000,
                Some("freeze_type"),
            ),
            ("the whole, nothing else there", 6_100, Whole, true, 6_100, None),
            ("the whole, sum unknown", 6_100, Whole, false, 9_000, None),
        ] {
            let said = amount_check(&terms(yuan, scope), &money(told), Some(Fen::yuan(bank_has)));
            let field = said.as_ref().err().map(|r| r.problems[0].field.as_str());
            assert_eq!(field, refused, "{name}");
            if let Err(refusal) = said {
                assert_eq!(
                    refusal.detail.as_deref(),
                    Some("6,100.00 = 86,000.00 − 79,900.00")
                );
            }
        }
        let nothing = amount_check(&terms(1, Limited), &CaseMoney::default(), None);
        assert_eq!(nothing.unwrap_err().code, RefusalCode::AmountExceedsCase);
    }

    #[test]
    fn what_becomes_free_is_agreed_to_by_its_sum() {
        let report = ReportId::new(now(), [1; 10]);
        let stopped = |held| AccountHolds {
            stop: Some(InForce {
                order: OrderId::new(now(), [1; 10]),
                report,
                until: now() + Span::hours(1),
                asked: Fen::yuan(30_000),
                whole: true,
                held,
            }),
            ..AccountHolds::default()
        };
        let known = stopped(Some(Fen::yuan(9_000)));
        let check = |holds: &AccountHolds, yuan, scope, said| {
            lets_go_check(report, &terms(yuan, scope), holds, said, now())
                .err()
                .map(|r| (r.code, r.detail.unwrap_or_default()))
        };
        use FreezeType::{Limited, Whole};
        let free = |yuan: &str| Some((RefusalCode::FreezeLetsGo, yuan.to_owned()));
        assert_eq!(check(&known, 6_100, Limited, LetsGo::Unsaid), free("2,900.00"));
        assert_eq!(
            check(&known, 6_100, Limited, LetsGo::Agreed(Fen::yuan(2_900))),
            None
        );
        // The sum on the screen was another one.
        assert_eq!(
            check(&known, 6_100, Limited, LetsGo::Agreed(Fen::yuan(2_000))),
            free("2,900.00")
        );
        assert_eq!(check(&known, 9_000, Limited, LetsGo::Unsaid), None);
        assert_eq!(check(&known, 6_100, Whole, LetsGo::Unsaid), None);
        assert_eq!(check(&stopped(None), 6_100, Limited, LetsGo::Unsaid), free("?"));
        assert_eq!(
            check(&stopped(None), 6_100, Limited, LetsGo::Agreed(Fen::ZERO)),
            None
        );
        assert_eq!(
            check(&AccountHolds::default(), 6_100, Limited, LetsGo::Unsaid),
            None
        );
    }
}
