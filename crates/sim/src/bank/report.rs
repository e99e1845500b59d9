//! 案件举报 (100401, at the police 200401): a bank whose customer stands at the counter tells the police of a fraud.

use super::reply::{fields, list};
use crate::case::{How, PaymentTruth, Truth};
use crate::institutions::BankIx;
use bankwire::Fields;
use kernel::Instant;

/// The body of a report about a case, with the payments out of this bank. The identity type follows the bank-report
/// table, which is not the request's (DOMAIN 1.7).
pub(crate) fn case_report(bank: BankIx, truth: &Truth, application_id: &str, now: Instant) -> Fields {
    let v = &truth.victim;
    let description: String = truth
        .story
        .chars()
        .filter(|c| !matches!(c, '{' | '}'))
        .take(440)
        .collect();
    let mut body = fields([
        ("ApplicationID", application_id.to_owned()),
        ("ApplicationType", "01".to_owned()),
        ("ReportEndTime", now.to_wire14()),
        ("VictimName", v.name.clone()),
        ("VictimPhoneNumber", v.phone.clone()),
        ("VictimIDType", "01".to_owned()),
        ("VictimIDNumber", v.id_number.clone()),
        ("AccidentDescription", description),
        ("ReportOrgName", bank.get().name.to_owned()),
        ("OperatorName", "反诈专员".to_owned()),
        ("OperatorPhoneNumber", "0713-0000000".to_owned()),
    ]);
    let own = |p: &&PaymentTruth| p.how != How::Cash && p.from.bank_code == bank.get().code;
    let transactions = (truth.payments.iter().filter(own))
        .enumerate()
        .map(|(i, p)| transaction(i, p))
        .collect();
    body.set("TransactionList", list("Transaction", transactions));
    body
}

fn transaction(i: usize, p: &PaymentTruth) -> Fields {
    fields([
        ("ID", (i + 1).to_string()),
        ("Time", p.at.to_wire14()),
        ("Type", "01".to_owned()),
        ("Currency", "CNY".to_owned()),
        ("TransferAmount", p.amount.to_yuan()),
        ("TransferOutBankID", p.from.bank_code.to_owned()),
        ("TransferOutBankName", p.from.bank_name.to_owned()),
        ("TransferOutAccountName", p.from.name.clone()),
        ("TransferOutAccountNumber", p.from.number.clone()),
        ("TransferInBankID", p.to.bank_code.to_owned()),
        ("TransferInBankName", p.to.bank_name.to_owned()),
        ("TransferInAccountName", p.to.name.clone()),
        ("TransferInAccountNumber", p.to.number.clone()),
        ("IsCeased", "1".to_owned()),
    ])
}
