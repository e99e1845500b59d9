//! 紧急止付申请表, filled in by the victim (DOCUMENTS 2.1). Basis: 反电信网络诈骗法 20; 银发〔2016〕86号. It has no 文号 of
//! its own; it shows the platform's 业务申请编号 and the number of the call. The bank compares name, account, sum and
//! time, so everything is printed as typed and unmasked.

use crate::day::Day;
use crate::fault::Faults;
use crate::parts::{
    Leads, Officer, Person, Sum, Transfer, check_edition, check_officers, check_transfers,
    check_two_officers, first_edition,
};
use kernel::Instant;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StopApplication {
    #[serde(default = "first_edition")]
    pub edition: u32,
    /// Heading, such as 黄冈市公安局反电信网络诈骗中心.
    pub agency: String,
    /// 业务申请编号, 36 characters.
    #[serde(default)]
    pub business_number: String,
    /// 接警编号.
    #[serde(default)]
    pub call_number: String,
    /// 申请时间.
    #[serde(default)]
    pub applied_at: Option<Instant>,
    /// 受理单位.
    #[serde(default)]
    pub accepting_unit: String,
    pub applicant: Person,
    #[serde(default)]
    pub agent: Option<Person>,
    /// 与被害人关系.
    #[serde(default)]
    pub agent_relation: String,
    pub transfers: Vec<Transfer>,
    #[serde(default)]
    pub leads: Leads,
    /// 简要经过.
    #[serde(default)]
    pub story: String,
    /// 身份证件已核对.
    #[serde(default)]
    pub identity_checked: bool,
    /// 接报民警: who took the call. Forms of the first edition named the two who drafted the stop.
    #[serde(default)]
    pub officers: Vec<Officer>,
    /// 经办民警: the two who ask for the stop.
    #[serde(default)]
    pub handling_officers: Vec<Officer>,
    /// 申请事项 where it is not a first stop: 延伸止付, 延长止付, 解除止付.
    #[serde(default)]
    pub matter: String,
    /// 资金链路: how the victims' money came to this account, when they did not pay it themselves.
    #[serde(default)]
    pub chain: Vec<ChainStep>,
    /// 审核意见.
    #[serde(default)]
    pub opinion: String,
    /// Start of the 48 hours; absent while the bank has not answered.
    #[serde(default)]
    pub stop_from: Option<Instant>,
    /// End of the term, where it is not 48 hours from its start.
    #[serde(default)]
    pub stop_until: Option<Instant>,
    /// Day beside the unit's seal.
    #[serde(default)]
    pub decided_on: Option<Day>,
}

/// One step of the victims' money on its way to the account that is to be stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChainStep {
    /// 1 is the victim's own payment.
    pub layer: u32,
    pub transfer: Transfer,
    /// Of the sum, the victims' money.
    #[serde(default)]
    pub traced: Option<Sum>,
}

impl StopApplication {
    /// A stop needs no filed case and no chief (DOCUMENTS 2.1), but it needs the applicant, the money's way and two
    /// officers.
    pub fn check(&self, faults: &mut Faults) {
        check_edition(self.edition, faults);
        faults.blank("agency", &self.agency, "受理机关");
        faults.blank("applicant.name", self.applicant.name.reveal(), "申请人");
        faults.blank(
            "applicant.id_number",
            self.applicant.id_number.reveal(),
            "申请人证件号码",
        );
        if self.applied_at.is_none() {
            faults.missing("applied_at", "申请时间");
        }
        if self.transfers.is_empty() {
            faults.missing("transfers", "转账");
        }
        for (i, transfer) in self.transfers.iter().enumerate() {
            faults.blank(
                format!("transfers[{i}].to_name"),
                transfer.to_name.reveal(),
                "收款人户名",
            );
            if transfer.at.is_none() {
                faults.missing(format!("transfers[{i}].at"), "汇出时间");
            }
        }
        if self.edition < 2 {
            return check_two_officers(&self.officers, "officers", faults);
        }
        check_officers(&self.officers, "officers", "接报民警", faults);
        check_two_officers(&self.handling_officers, "handling_officers", faults);
    }

    /// Checked on drafts too.
    pub fn check_sums(&self, faults: &mut Faults) {
        check_transfers(&self.transfers, "transfers", faults);
        for (i, step) in self.chain.iter().enumerate() {
            step.transfer
                .sum
                .check(&format!("chain[{i}].transfer.sum"), faults);
        }
    }
}
