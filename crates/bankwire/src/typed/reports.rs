//! What a bank reports of its own accord, our answer, and what we push to the list: 200401, 200402, 200501 (DOMAIN 1.6).

use super::slot::{Block, Day, Given, wire_struct};
use super::{Attachment, Envelope, outgoing, police_code, read_attachments, write_attachments, wrong_code};
use crate::codes::*;
use crate::message::Message;
use crate::problem::WireProblem;
use crate::result_code::ResultCode;
use crate::tree::Fields;
use kernel::{AccountNumber, Fen, IdNumber, Instant, PersonName, Phone};

wire_struct! {
    #[derive(Default)]
    /// The body of 200401.
    CaseReportBody {
        application_id: String = "ApplicationID",
        application_type: Coded<CaseReportType> = "ApplicationType",
        report_end_time: Given<Instant> = "ReportEndTime",
        victim_name: PersonName = "VictimName",
        victim_phone: Phone = "VictimPhoneNumber",
        /// The bank reports' own table of documents.
        victim_id_type: Coded<ReportIdType> = "VictimIDType",
        victim_id_number: IdNumber = "VictimIDNumber",
        accident_description: String = "AccidentDescription",
        report_org_name: String = "ReportOrgName",
        operator_name: PersonName = "OperatorName",
        operator_phone: Phone = "OperatorPhoneNumber",
        transactions: Vec<CaseTransaction> = "TransactionList",
    }

    #[derive(Default)]
    /// One payment of the victim.
    CaseTransaction["Transaction"] {
        id: String = "ID",
        time: Given<Instant> = "Time",
        transfer_type: String = "Type",
        currency: String = "Currency",
        amount: Given<Fen> = "TransferAmount",
        out_bank_id: String = "TransferOutBankID",
        out_bank_name: String = "TransferOutBankName",
        out_account_name: PersonName = "TransferOutAccountName",
        out_account_number: AccountNumber = "TransferOutAccountNumber",
        in_bank_id: String = "TransferInBankID",
        in_bank_name: String = "TransferInBankName",
        in_account_name: PersonName = "TransferInAccountName",
        in_account_number: AccountNumber = "TransferInAccountNumber",
        ip: String = "IP",
        mac: String = "MAC",
        device_id: String = "DeviceID",
        place: String = "Place",
        remark: String = "Remark",
        /// 0 stopped already, 1 not.
        is_ceased: String = "IsCeased",
    }

    #[derive(Default)]
    /// The body of 200402.
    CaseAnswerBody {
        application_id: String = "ApplicationID",
        application_type: Coded<CaseReportType> = "ApplicationType",
        report_end_time: Given<Instant> = "ReportEndTime",
        result: ResultCode = "Result",
        operator_name: PersonName = "OperatorName",
        operator_phone: Phone = "OperatorPhoneNumber",
        feedback_org_name: String = "FeedbackOrgName",
        feedback_remark: String = "FeedbackRemark",
    }

    /// The body of 200501.
    PushBody {
        application_id: String = "ApplicationID",
        list_type: String = "ListType",
        org_id: String = "ApplicationOrgID",
        application_time: Instant = "ApplicationTime",
        operator_id_type: Coded<RequestIdType> = "OperatorIDType",
        operator_id_number: IdNumber = "OperatorIDNumber",
        operator_name: PersonName = "OperatorName",
        operator_phone: Phone = "OperatorPhoneNumber",
        investigator_id_type: Coded<RequestIdType> = "InvestigatorIDType",
        investigator_id_number: IdNumber = "InvestigatorIDNumber",
        investigator_name: PersonName = "InvestigatorName",
        entries: Vec<PushEntry> = "EntryList",
    }

    #[derive(Default)]
    /// One entity for the list.
    PushEntry["Entry"] {
        update_type: String = "UpdateType",
        case_type: String = "CaseType",
        data_type: String = "DataType",
        verification_time: Option<Instant> = "VerificationTime",
        organization_id: String = "OrganizationID",
        account_type: String = "AccountType",
        account: AccountNumber = "Account",
        name: PersonName = "Name",
        id_type: Coded<RequestIdType> = "IDType",
        id_number: IdNumber = "IDNumber",
        phone_number: Phone = "PhoneNumber",
        ip_address: String = "IPAddress",
        mac: String = "MAC",
        device_id: String = "DeviceID",
        qq: String = "QQ",
        url: String = "URL",
        currency: String = "Currency",
        amount: Option<Fen> = "Amount",
        account_open_time: Option<Day> = "AccountOpenTime",
        validation_period: String = "ValidationPeriod",
        remark: String = "Remark",
    }
}

macro_rules! single_messages {
    ($($(#[$doc:meta])* $name:ident($body:ty) = $code:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name {
            pub envelope: Envelope,
            pub body: $body,
            pub attachments: Vec<Attachment>,
        }

        impl $name {
            pub fn to_message(&self) -> Message {
                let mut body = Fields::new();
                self.body.write(&mut body);
                write_attachments(&mut body, &self.attachments);
                let mut message = outgoing($code, &self.envelope, body);
                node_marks(&mut message);
                message
            }

            /// Reads a message of either side's code.
            pub fn from_message(message: &Message) -> Result<Self, WireProblem> {
                if police_code(&message.tx_code) != $code {
                    return Err(wrong_code(message));
                }
                Ok($name {
                    envelope: Envelope::read(&message.head)?,
                    body: Block::read(&message.body)?,
                    attachments: read_attachments(&message.body)?,
                })
            }
        }
    )+};
}

single_messages! {
    /// 200401 案件举报: a bank reports a case.
    CaseReport(CaseReportBody) = "200401";
    /// 200402: our answer to it.
    CaseAnswer(CaseAnswerBody) = "200402";
    /// 200501 涉案信息推送: entities of a case for the list service.
    ListPush(PushBody) = "200501";
}

/// IsInitialNode on a bank's report, IsFeedbackNode on our answer to it (DOMAIN 1.2).
fn node_marks(message: &mut Message) {
    match message.tx_code.as_str() {
        "200401" => message.head.set_text("IsInitialNode", "01"),
        "200402" => message.head.set_text("IsFeedbackNode", "01"),
        _ => {}
    }
}
