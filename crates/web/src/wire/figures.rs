//! The figures of an account on the wire: one shape for the golden minutes, the flow and the account's page, so that a figure has one
//! name everywhere. What each answers is said in `money` and in the glossary.

use super::report::iso;
use super::words::{Said, said, short};
use app::money::{AccountMoney, AccountState, Hold, Split};
use kernel::{Fen, Instant};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// 银行控制: a stop or freeze in force on the account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct BankHold {
    pub order_id: Uuid,
    /// The report that it was ordered for; it holds the money of every report on the account.
    pub report_id: Uuid,
    /// stop or freeze.
    pub kind: String,
    /// 银行控制金额, whoever's money; nothing when the bank did not say, readably.
    pub amount: Option<String>,
    pub until: Option<String>,
}

/// What is known of the report's money on one account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub struct AccountFigures {
    /// 报案金额: what victims say they paid into it.
    pub told: String,
    /// 转入: the report's money that came.
    pub received: String,
    /// 转出: of it, what rows show leaving.
    pub sent: String,
    /// 应有余额: received less sent.
    pub expected: String,
    /// 户内余额: what the bank last said is on the account, whoever's money, and when.
    pub balance: Option<String>,
    pub balance_at: Option<String>,
    pub hold: Option<BankHold>,
    /// 已控资金: of the report's money, what the bank said it holds.
    pub held: String,
    /// 仍可追回.
    pub reachable: String,
    /// 去向待查.
    pub unseen: String,
    /// 已退回.
    pub returned: String,
    /// 已流失.
    pub gone: String,
    /// frozen, held, ordered, proposed, failed, reachable, unseen, passed, returned, gone.
    pub state: String,
    pub state_text_zh: String,
    pub state_text_en: String,
}

/// What the figures of an account or another place are made from.
pub struct Counted<'a> {
    pub told: Fen,
    pub received: Fen,
    pub sent: Fen,
    pub expected: Fen,
    pub balance: Option<(Fen, Instant)>,
    pub hold: Option<Hold>,
    pub split: Split,
    pub state: AccountState,
    pub result: &'a str,
    pub proposable: bool,
}

impl<'a> From<&'a AccountMoney> for Counted<'a> {
    fn from(a: &'a AccountMoney) -> Counted<'a> {
        Counted {
            told: a.told,
            received: a.received,
            sent: a.sent,
            expected: a.expected,
            balance: a.balance,
            hold: a.hold,
            split: a.split,
            state: a.state,
            result: &a.result,
            proposable: a.proposable,
        }
    }
}

impl AccountFigures {
    pub fn of(c: &Counted<'_>) -> AccountFigures {
        let state_text = state(c);
        AccountFigures {
            told: c.told.to_yuan(),
            received: c.received.to_yuan(),
            sent: c.sent.to_yuan(),
            expected: c.expected.to_yuan(),
            balance: c.balance.map(|(fen, _)| fen.to_yuan()),
            balance_at: iso(c.balance.map(|(_, at)| at)),
            hold: c.hold.map(BankHold::from),
            held: c.split.held.to_yuan(),
            reachable: c.split.reachable.to_yuan(),
            unseen: c.split.unseen.to_yuan(),
            returned: c.split.returned.to_yuan(),
            gone: c.split.gone.to_yuan(),
            state: c.state.slug().into(),
            state_text_zh: state_text.zh,
            state_text_en: state_text.en,
        }
    }
}

impl From<Hold> for BankHold {
    fn from(hold: Hold) -> BankHold {
        BankHold {
            order_id: hold.order.into(),
            report_id: hold.report.into(),
            kind: hold.kind.slug().into(),
            amount: hold.amount.map(Fen::to_yuan),
            until: iso(hold.until),
        }
    }
}

/// How the account stands, with the report's money that is held: never the whole of what the bank holds.
pub fn state(c: &Counted<'_>) -> Said {
    let held = match c.hold.map(|h| h.amount) {
        Some(None) => said("，金额未报", ", amount not reported"),
        _ if c.split.held.is_positive() => {
            let sum = short(c.split.held);
            said(format!(" {sum}"), format!(" {sum}"))
        }
        _ => said("", ""),
    };
    let with = |zh: &str, en: &str| said(format!("{zh}{}", held.zh), format!("{en}{}", held.en));
    match c.state {
        AccountState::Frozen => with("已冻结", "frozen"),
        AccountState::Held => with("已止付", "held"),
        AccountState::Ordered => said("指令在途", "order on its way"),
        AccountState::Proposed => said("待审批", "waiting for approval"),
        AccountState::Failed if c.hold.is_some() => said(
            format!("{} 余额为零", c.result),
            format!("{} nothing left", c.result),
        ),
        AccountState::Failed => said(
            format!("{} 未止付", c.result).trim().to_owned(),
            format!("{} not stopped", c.result).trim().to_owned(),
        ),
        AccountState::Reachable if c.proposable => said("建议止付", "propose a stop"),
        AccountState::Reachable => said("仍可追回", "reachable"),
        AccountState::Unseen => said("去向待查", "nobody sees where"),
        AccountState::Passed => said("已转出", "passed on"),
        AccountState::Returned => said("已退回", "back with the victim"),
        AccountState::Gone => said("已流失", "gone"),
    }
}

/// The words of the sums, in the order in which every page, export and paper gives them.
pub const SUM_WORDS: [(&str, &str); 5] = [
    ("被骗合计", "total lost"),
    ("已控资金", "held"),
    ("仍可追回", "reachable"),
    ("去向待查", "nobody sees where"),
    ("已流失", "gone"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use domain::order::OrderKind;
    use kernel::{OrderId, ReportId};

    #[test]
    fn every_state_says_what_is_held_of_the_report_and_never_what_the_bank_holds_in_all() {
        let nine = Instant::from_ms(0);
        let hold = |amount| Hold {
            order: OrderId::new(nine, [1; 10]),
            kind: OrderKind::Stop,
            report: ReportId::new(nine, [1; 10]),
            amount,
            began: None,
            until: None,
        };
        let counted = |state, amount: Option<Option<Fen>>, held| Counted {
            told: Fen::ZERO,
            received: Fen::yuan(9),
            sent: Fen::ZERO,
            expected: Fen::yuan(9),
            balance: None,
            hold: amount.map(hold),
            split: Split {
                held,
                ..Split::default()
            },
            state,
            result: "1399",
            proposable: false,
        };
        for (state_, amount, held, zh) in [
            (
                AccountState::Held,
                Some(Some(Fen::yuan(90))),
                Fen::yuan(9),
                "已止付 9",
            ),
            (
                AccountState::Frozen,
                Some(Some(Fen::yuan(90))),
                Fen::yuan(9),
                "已冻结 9",
            ),
            (AccountState::Held, Some(None), Fen::ZERO, "已止付，金额未报"),
            (
                AccountState::Failed,
                Some(Some(Fen::ZERO)),
                Fen::ZERO,
                "1399 余额为零",
            ),
            (AccountState::Failed, None, Fen::ZERO, "1399 未止付"),
        ] {
            assert_eq!(state(&counted(state_, amount, held)).zh, zh);
        }
        for state_ in AccountState::ALL {
            let text = state(&counted(state_, None, Fen::ZERO));
            assert!(!text.zh.is_empty() && !text.en.is_empty(), "{state_:?}");
        }
    }
}
