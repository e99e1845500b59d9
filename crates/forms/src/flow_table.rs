//! 涉案资金流向表 (DOCUMENTS 2.4 b; the layout is ours): every step with both banks' serial numbers, times and balances, the sums, the
//! method, and what the amounts rest on. One sheet across, as many pages as it takes; at the foot of each who made it and who
//! printed it.

use crate::fault::{FaultCode, Faults};
use crate::parts::{Officer, check_edition, first_edition};
use kernel::{AccountNumber, Fen, Instant, PersonName};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowTable {
    #[serde(default = "first_edition")]
    pub edition: u32,
    pub agency: String,
    /// 警情编号.
    pub report_number: String,
    #[serde(default)]
    pub case_name: String,
    #[serde(default)]
    pub case_number: String,
    #[serde(default)]
    pub victims: Vec<PersonName>,
    /// 计入规则, such as 先进先出（时间戳逐笔）.
    #[serde(default)]
    pub method: String,
    /// The instant the amounts are of.
    pub until: Instant,
    pub total: Fen,
    pub held: Fen,
    pub reachable: Fen,
    /// 去向待查; papers from before it was counted apart have none, and print as they did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unseen: Option<Fen>,
    pub gone: Fen,
    #[serde(default)]
    pub steps: Vec<FlowStep>,
    /// Steps that did not find room.
    #[serde(default)]
    pub steps_left_out: u64,
    /// 推定事项.
    #[serde(default)]
    pub assumptions: Vec<String>,
    /// 未再追踪.
    #[serde(default)]
    pub cuts: Vec<String>,
    /// 制表人.
    pub maker: Officer,
    /// 制表单位.
    #[serde(default)]
    pub unit: String,
    pub made_at: Instant,
}

/// One step of the money.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowStep {
    /// 1 is the victim's own payment.
    pub layer: u32,
    pub from: FlowSide,
    pub to: FlowSide,
    pub amount: Fen,
    /// Of it, the victims' money.
    pub traced: Fen,
    pub at: Instant,
    /// When the paying bank says it happened, and under which number it keeps it.
    #[serde(default)]
    pub from_at: Option<Instant>,
    #[serde(default)]
    pub from_serial: Option<String>,
    /// The same of the receiving bank.
    #[serde(default)]
    pub to_at: Option<Instant>,
    #[serde(default)]
    pub to_serial: Option<String>,
    /// What each bank says was left on its account after the step.
    #[serde(default)]
    pub from_balance: Option<Fen>,
    #[serde(default)]
    pub to_balance: Option<Fen>,
    /// A bank's row shows it.
    #[serde(default)]
    pub told: bool,
    /// Known from the victim alone.
    #[serde(default)]
    pub word: bool,
    /// Whose money, when there are several victims.
    #[serde(default)]
    pub parts: String,
    #[serde(default)]
    pub summary: String,
}

/// One end of a step.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowSide {
    #[serde(default)]
    pub name: PersonName,
    #[serde(default)]
    pub account: AccountNumber,
    #[serde(default)]
    pub institution: String,
}

impl FlowTable {
    pub fn check(&self, faults: &mut Faults) {
        check_edition(self.edition, faults);
        faults.blank("agency", &self.agency, "制表机关");
        faults.blank("report_number", &self.report_number, "警情编号");
        faults.blank("method", &self.method, "计入规则");
        faults.blank("maker.name", self.maker.name.reveal(), "制表人");
        if self.steps.is_empty() {
            faults.missing("steps", "资金流向");
        }
    }

    /// The sums must say the same, on drafts too.
    pub fn check_sums(&self, faults: &mut Faults) {
        let unseen = self.unseen.unwrap_or(Fen::ZERO);
        if self.held.0 + self.reachable.0 + unseen.0 + self.gone.0 != self.total.0 {
            faults.add(
                "total",
                FaultCode::SumsDiffer,
                "已控、可追、待查、流失之和与被骗合计不一致",
                "held, reachable, unseen and gone do not add up to the total",
            );
        }
        for (i, step) in self.steps.iter().enumerate() {
            if step.traced > step.amount {
                faults.add(
                    format!("steps[{i}].traced"),
                    FaultCode::SumsDiffer,
                    "其中被骗款大于该笔金额",
                    "more traced money than the transfer moved",
                );
            }
        }
    }
}
