//! What the police ask of a bank: 200101 to 200309 (DOMAIN 1.4, 1.5).

use super::slot::{Block, wire_struct};
use super::{Attachment, Envelope, outgoing, police_code, read_attachments, write_attachments};
use crate::codes::*;
use crate::message::Message;
use crate::problem::WireProblem;
use crate::tree::Fields;
use kernel::{AccountNumber, Fen, IdNumber, Instant, PersonName, Phone};

wire_struct! {
    /// Who asks, for which case, of which bank: the common block.
    Requester {
        application_id: String = "ApplicationID",
        case_number: String = "CaseNumber",
        case_type: String = "CaseType",
        emergency: Coded<EmergencyLevel> = "EmergencyLevel",
        bank_id: String = "BankID",
        bank_name: String = "BankName",
        application_time: Instant = "ApplicationTime",
        org_id: String = "ApplicationOrgID",
        org_name: String = "ApplicationOrgName",
        operator_id_type: Coded<RequestIdType> = "OperatorIDType",
        operator_id_number: IdNumber = "OperatorIDNumber",
        operator_name: PersonName = "OperatorName",
        operator_phone: Phone = "OperatorPhoneNumber",
        investigator_id_type: Coded<RequestIdType> = "InvestigatorIDType",
        investigator_id_number: IdNumber = "InvestigatorIDNumber",
        investigator_name: PersonName = "InvestigatorName",
    }

    /// 200101 止付. TransferOut… is the victim's account, Account… the account to stop.
    Stop {
        application_type: Coded<StopApplicationType> = "ApplicationType",
        /// The bank's 100401 number, for types 02 to 05; else empty.
        original_application_id: String = "OriginalApplicationID",
        transfer_out_bank_id: String = "TransferOutBankID",
        transfer_out_bank_name: String = "TransferOutBankName",
        transfer_out_account_name: PersonName = "TransferOutAccountName",
        transfer_out_account_number: AccountNumber = "TransferOutAccountNumber",
        currency: String = "Currency",
        transfer_amount: Fen = "TransferAmount",
        /// When the victim paid.
        transfer_time: Instant = "TransferTime",
        account_type: Coded<AccountType> = "AccountType",
        account_name: PersonName = "AccountName",
        account_number: AccountNumber = "AccountNumber",
        reason: String = "Reason",
        remark: String = "Remark",
        start_time: Instant = "StartTime",
        expire_time: Instant = "ExpireTime",
    }

    /// 200103 止付解除.
    StopRelieve {
        original_application_id: String = "OriginalApplicationID",
        account_type: Coded<AccountType> = "AccountType",
        account_name: PersonName = "AccountName",
        account_number: AccountNumber = "AccountNumber",
        withdrawal_remark: String = "WithdrawalRemark",
    }

    /// 200105 止付延期.
    StopProlong {
        original_application_id: String = "OriginalApplicationID",
        account_type: Coded<AccountType> = "AccountType",
        account_name: PersonName = "AccountName",
        account_number: AccountNumber = "AccountNumber",
        postpone_start_time: Instant = "PostponeStartTime",
        expire_time: Instant = "ExpireTime",
        extend_remark: String = "ExtendRemark",
    }

    /// 200201 冻结.
    Freeze {
        application_type: String = "ApplicationType",
        reason: String = "Reason",
        remark: String = "Remark",
        account_type: Coded<AccountType> = "AccountType",
        account_name: PersonName = "AccountName",
        account_number: AccountNumber = "AccountNumber",
        id_type: Coded<RequestIdType> = "IDType",
        id_number: IdNumber = "IDNumber",
        freeze_type: Coded<FreezeType> = "FreezeType",
        balance: Fen = "Balance",
        currency: String = "Currency",
        freeze_start_time: Instant = "FreezeStartTime",
        expire_time: Instant = "ExpireTime",
    }

    /// 200203 冻结解除.
    FreezeRelieve {
        application_type: String = "ApplicationType",
        original_application_id: String = "OriginalApplicationID",
        account_type: Coded<AccountType> = "AccountType",
        account_name: PersonName = "AccountName",
        account_number: AccountNumber = "AccountNumber",
        id_type: Coded<RequestIdType> = "IDType",
        id_number: IdNumber = "IDNumber",
        withdrawal_remark: String = "WithdrawalRemark",
    }

    /// 200205 冻结延期（续冻）.
    FreezeProlong {
        application_type: String = "ApplicationType",
        original_application_id: String = "OriginalApplicationID",
        account_type: Coded<AccountType> = "AccountType",
        account_name: PersonName = "AccountName",
        account_number: AccountNumber = "AccountNumber",
        id_type: Coded<RequestIdType> = "IDType",
        id_number: IdNumber = "IDNumber",
        freeze_type: Coded<FreezeType> = "FreezeType",
        balance: Option<Fen> = "Balance",
        currency: String = "Currency",
        postpone_start_time: Instant = "PostponeStartTime",
        expire_time: Instant = "ExpireTime",
        extend_remark: String = "ExtendRemark",
    }

    /// 200301 账户交易明细查询. The period may be left out only with [`TransactionInquiryMode::Basic`].
    TransactionQuery {
        subject_type: Coded<SubjectType> = "SubjectType",
        account_name: PersonName = "AccountName",
        card_number: AccountNumber = "CardNumber",
        inquiry_mode: Coded<TransactionInquiryMode> = "InquiryMode",
        period_start: Option<Instant> = "InquiryPeriodStart",
        period_end: Option<Instant> = "InquiryPeriodEnd",
        reason: String = "Reason",
        remark: String = "Remark",
    }

    /// 200303 账户持卡主体查询.
    HolderQuery {
        subject_type: Coded<SubjectType> = "SubjectType",
        account_name: PersonName = "AccountName",
        card_number: AccountNumber = "CardNumber",
        reason: String = "Reason",
        remark: String = "Remark",
    }

    /// 200305 账户动态查询.
    Watch {
        subject_type: Coded<SubjectType> = "SubjectType",
        account_name: PersonName = "AccountName",
        card_number: AccountNumber = "CardNumber",
        order: Coded<InterceptionOrder> = "InterceptionOrderID",
        start_time: Instant = "InterceptionStartTime",
        end_time: Option<Instant> = "InterceptionEndTime",
        reason: String = "Reason",
        remark: String = "Remark",
    }

    /// 200307 账户动态查询解除.
    WatchEnd {
        subject_type: Coded<SubjectType> = "SubjectType",
        original_application_id: String = "OriginalApplicationID",
        account_name: PersonName = "AccountName",
        card_number: AccountNumber = "CardNumber",
        end_time: Option<Instant> = "InterceptionEndTime",
        reason: String = "Reason",
        remark: String = "Remark",
    }

    /// 200309 客户全账户查询.
    AllAccountsQuery {
        subject_type: Coded<SubjectType> = "SubjectType",
        credential_type: Coded<RequestIdType> = "AccountCredentialType",
        credential_number: IdNumber = "AccountCredentialNumber",
        subject_name: PersonName = "AccountSubjectName",
        inquiry_mode: Coded<AccountInquiryMode> = "InquiryMode",
        reason: String = "Reason",
        remark: String = "Remark",
    }
}

macro_rules! bodies {
    ($($(#[$doc:meta])* $enum:ident { $($variant:ident($ty:ty) = $code:literal,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub enum $enum { $($variant($ty),)+ }

        impl $enum {
            /// The police-side codes of this kind of message.
            pub const TX_CODES: &'static [&'static str] = &[$($code,)+];

            /// The police-side code.
            pub fn tx_code(&self) -> &'static str { match self { $($enum::$variant(_) => $code,)+ } }

            fn read(message: &$crate::message::Message) -> Result<Self, $crate::problem::WireProblem> {
                use $crate::typed::slot::Block;
                match $crate::typed::police_code(&message.tx_code) {
                    $($code => Ok($enum::$variant(<$ty>::read(&message.body)?)),)+
                    _ => Err($crate::typed::wrong_code(message)),
                }
            }

            fn write(&self, fields: &mut $crate::tree::Fields) {
                use $crate::typed::slot::Block;
                match self { $($enum::$variant(body) => body.write(fields),)+ }
            }
        }

        $(impl From<$ty> for $enum { fn from(body: $ty) -> Self { $enum::$variant(body) } })+
    )+};
}
pub(crate) use bodies;

bodies! {
    /// What is asked.
    RequestBody {
        Stop(Stop) = "200101",
        StopRelieve(StopRelieve) = "200103",
        StopProlong(StopProlong) = "200105",
        Freeze(Freeze) = "200201",
        FreezeRelieve(FreezeRelieve) = "200203",
        FreezeProlong(FreezeProlong) = "200205",
        Transactions(TransactionQuery) = "200301",
        Holder(HolderQuery) = "200303",
        Watch(Watch) = "200305",
        WatchEnd(WatchEnd) = "200307",
        AllAccounts(AllAccountsQuery) = "200309",
    }
}

/// A request to a bank, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoliceRequest {
    pub envelope: Envelope,
    pub requester: Requester,
    pub body: RequestBody,
    pub attachments: Vec<Attachment>,
}

impl PoliceRequest {
    /// The message with its police-side code; what is mandatory is checked when it is encoded.
    pub fn to_message(&self) -> Message {
        let mut body = Fields::new();
        self.requester.write(&mut body);
        self.body.write(&mut body);
        write_attachments(&mut body, &self.attachments);
        outgoing(self.body.tx_code(), &self.envelope, body)
    }

    /// Reads a request of either side's code.
    pub fn from_message(message: &Message) -> Result<Self, WireProblem> {
        let body = RequestBody::read(message)?;
        Ok(PoliceRequest {
            envelope: Envelope::read(&message.head)?,
            requester: Requester::read(&message.body)?,
            body,
            attachments: read_attachments(&message.body)?,
        })
    }

    /// The police-side code of the answer to this request: one more.
    pub fn answer_code(&self) -> &'static str {
        answer_code(self.body.tx_code()).unwrap_or_default()
    }
}

/// The police-side code of the answer to a request of either side's code; `None` when it is no request.
pub fn answer_code(request_code: &str) -> Option<&'static str> {
    let at = RequestBody::TX_CODES
        .iter()
        .position(|code| *code == police_code(request_code))?;
    super::FeedbackBody::TX_CODES.get(at).copied()
}
