//! What a bank answers: 200102 to 200310 (DOMAIN 1.6).

use super::requests::bodies;
use super::slot::{Block, Day, Given, wire_struct};
use super::{Envelope, outgoing};
use crate::codes::*;
use crate::message::Message;
use crate::problem::{Reason, WireProblem};
use crate::result_code::ResultCode;
use crate::tree::Fields;
use kernel::{AccountNumber, Address, Fen, IdNumber, Instant, PersonName, Phone};

wire_struct! {
    #[derive(Default)]
    /// The block of every answer.
    Answer {
        application_id: String = "ApplicationID",
        result: ResultCode = "Result",
        org_name: String = "FeedbackOrgName",
        operator_name: PersonName = "OperatorName",
        operator_phone: Phone = "OperatorPhoneNumber",
        remark: String = "FeedbackRemark",
    }

    #[derive(Default)]
    /// 200102. The 48 hours run from `start_time`, the bank's execution.
    StopFeedback {
        account_type: Coded<AccountType> = "AccountType",
        account_number: AccountNumber = "AccountNumber",
        card_number: AccountNumber = "CardNumber",
        account_balance: Given<Fen> = "AccountBalance",
        start_time: Given<Instant> = "StartTime",
        expire_time: Given<Instant> = "ExpireTime",
        failure_cause: String = "FailureCause",
    }

    #[derive(Default)]
    /// 200104.
    StopRelieveFeedback {
        account_type: Coded<AccountType> = "AccountType",
        account_number: AccountNumber = "AccountNumber",
        card_number: AccountNumber = "CardNumber",
        withdrawal_time: Given<Instant> = "WithdrawalTime",
        failure_cause: String = "FailureCause",
    }

    #[derive(Default)]
    /// 200106.
    StopProlongFeedback {
        account_type: Coded<AccountType> = "AccountType",
        account_number: AccountNumber = "AccountNumber",
        card_number: AccountNumber = "CardNumber",
        currency: String = "Currency",
        account_balance: Given<Fen> = "AccountBalance",
        start_time: Given<Instant> = "StartTime",
        expire_time: Given<Instant> = "ExpireTime",
        failure_cause: String = "FailureCause",
    }

    #[derive(Default)]
    /// 200202. `former_…` is the freeze that was there before (在先冻结).
    FreezeFeedback {
        account_type: Coded<AccountType> = "AccountType",
        account_number: AccountNumber = "AccountNumber",
        card_number: AccountNumber = "CardNumber",
        applied_balance: Given<Fen> = "AppliedBalance",
        frozen_balance: Given<Fen> = "FrozedBalance",
        currency: String = "Currency",
        account_balance: Given<Fen> = "AccountBalance",
        start_time: Given<Instant> = "StartTime",
        expire_time: Given<Instant> = "ExpireTime",
        failure_cause: String = "FailureCause",
        former_department: String = "FormerApplicationDepartment",
        former_currency: String = "FormerFrozenCurrency",
        former_balance: Given<Fen> = "FormerFrozenBalance",
        former_expire_time: Given<Day> = "FormerFrozenExpireTime",
        available_balance: Given<Fen> = "AccountAvailableBalance",
    }

    #[derive(Default)]
    /// 200204.
    FreezeRelieveFeedback {
        account_type: Coded<AccountType> = "AccountType",
        account_number: AccountNumber = "AccountNumber",
        card_number: AccountNumber = "CardNumber",
        applied_balance: Given<Fen> = "AppliedBalance",
        unfreeze_balance: Given<Fen> = "UnfreezeBalance",
        account_balance: Given<Fen> = "AccountBalance",
        withdrawal_time: Given<Instant> = "WithdrawalTime",
        failure_cause: String = "FailureCause",
    }

    #[derive(Default)]
    /// 200206.
    FreezeProlongFeedback {
        account_type: Coded<AccountType> = "AccountType",
        account_number: AccountNumber = "AccountNumber",
        card_number: AccountNumber = "CardNumber",
        applied_balance: Given<Fen> = "AppliedBalance",
        frozen_balance: Given<Fen> = "FrozedBalance",
        currency: String = "Currency",
        account_balance: Given<Fen> = "AccountBalance",
        start_time: Given<Instant> = "StartTime",
        expire_time: Given<Instant> = "ExpireTime",
        failure_cause: String = "FailureCause",
    }

    #[derive(Default)]
    /// 200302.
    TransactionFeedback {
        accounts: Option<CardAccounts> = "Accounts",
    }

    #[derive(Default)]
    /// 200304.
    HolderFeedback {
        credential_type: Coded<RequestIdType> = "AccountCredentialType",
        credential_number: IdNumber = "AccountCredentialNumber",
        subject_name: PersonName = "AccountSubjectName",
        tel_number: Phone = "TelNumber",
        card_operator_name: PersonName = "CardOperatorName",
        card_operator_credential_type: Coded<RequestIdType> = "CardOperatorCredentialType",
        card_operator_credential_number: IdNumber = "CardOperatorCredentialNumber",
        resident_address: Address = "ResidentAddress",
        resident_tel_number: Phone = "ResidentTelNumber",
        work_company_name: String = "WorkCompanyName",
        work_address: Address = "WorkAddress",
        work_tel_number: Phone = "WorkTelNumber",
        email_address: Address = "EmailAddress",
        legal_representative: PersonName = "ArtificialPersonRep",
        legal_representative_credential_type: Coded<RequestIdType> = "ArtificialPersonRepCredentialType",
        legal_representative_credential_number: IdNumber = "ArtificialPersonRepCredentialNumber",
        business_license_number: String = "BusinessLicenseNumber",
        state_tax_serial: String = "StateTaxSerial",
        local_tax_serial: String = "LocalTaxSerial",
        credential_expiry_date: String = "CredentialExpiryDate",
        remark: String = "Remark",
    }

    #[derive(Default)]
    /// 200306: sent again for each new movement while the watch is live.
    WatchFeedback {
        account_name: PersonName = "AccountName",
        account_number: AccountNumber = "AccountNumber",
        card_number: AccountNumber = "CardNumber",
        transactions: Vec<Transaction> = "Transactions",
    }

    #[derive(Default)]
    /// 200308.
    WatchEndFeedback {
        case_number: String = "CaseNumber",
        application_org_id: String = "ApplicationOrgID",
        application_org_name: String = "ApplicationOrgName",
        application_time: Given<Instant> = "ApplicationTime",
        bank_id: String = "BankID",
        bank_name: String = "BankName",
        account_name: PersonName = "AccountName",
        card_number: AccountNumber = "CardNumber",
        withdrawal_remark: String = "WithdrawalRemark",
    }

    #[derive(Default)]
    /// 200310.
    AllAccountsFeedback {
        accounts: Vec<CardAccounts> = "AccountsList",
        measures: Vec<Measure> = "Measures",
        priorities: Vec<Priority> = "Priorities",
    }

    #[derive(Default)]
    /// A card or passbook with its accounts.
    CardAccounts["Accounts"] {
        account_name: PersonName = "AccountName",
        card_number: AccountNumber = "CardNumber",
        deposit_bank_branch: String = "DepositBankBranch",
        deposit_bank_branch_code: String = "DepositBankBranchCode",
        open_time: Given<Day> = "AccountOpenTime",
        cancellation_time: Given<Day> = "AccountCancellationTime",
        cancellation_branch: String = "AccountCancellationBranch",
        remark: String = "Remark",
        accounts: Vec<SubAccount> = "Account",
    }

    #[derive(Default)]
    /// One account under a card.
    SubAccount["Account"] {
        account_number: AccountNumber = "AccountNumber",
        account_serial: String = "AccountSerial",
        account_type: String = "AccountType",
        /// See [`account_status`].
        account_status: String = "AccountStatus",
        currency: String = "Currency",
        cash_remit: String = "CashRemit",
        account_balance: Given<Fen> = "AccountBalance",
        available_balance: Given<Fen> = "AvailableBalance",
        last_transaction_time: Given<Day> = "LastTransactionTime",
        transactions: Vec<Transaction> = "Transactions",
    }

    #[derive(Default)]
    /// One movement on an account.
    Transaction["Transaction"] {
        transaction_type: String = "TransactionType",
        borrowing_signs: Coded<BorrowingSigns> = "BorrowingSigns",
        currency: String = "Currency",
        amount: Given<Fen> = "TransactionAmount",
        account_balance: Given<Fen> = "AccountBalance",
        time: Given<Instant> = "TransactionTime",
        serial: String = "TransactionSerial",
        opponent_name: PersonName = "OpponentName",
        opponent_account_number: AccountNumber = "OpponentAccountNumber",
        opponent_credential_number: IdNumber = "OpponentCredentialNumber",
        opponent_deposit_bank_id: String = "OpponentDepositBankID",
        transaction_remark: String = "TransactionRemark",
        branch_name: String = "TransactionBranchName",
        branch_code: String = "TransactionBranchCode",
        log_number: String = "LogNumber",
        summons_number: String = "SummonsNumber",
        voucher_type: String = "VoucherType",
        voucher_code: String = "VoucherCode",
        cash_mark: Coded<CashMark> = "CashMark",
        terminal_number: String = "TerminalNumber",
        status: Coded<TransactionStatus> = "TransactionStatus",
        address: String = "TransactionAddress",
        merchant_name: String = "MerchantName",
        merchant_code: String = "MerchantCode",
        ip_address: String = "IPAddress",
        mac: String = "MAC",
        teller_code: String = "TellerCode",
        remark: String = "Remark",
    }

    #[derive(Default)]
    /// A measure that lies on an account already.
    Measure["Measure"] {
        freeze_serial: String = "FreezeSerial",
        account_number: AccountNumber = "AccountNumber",
        card_number: AccountNumber = "CardNumber",
        start_time: Given<Instant> = "FreezeStartTime",
        end_time: Given<Instant> = "FreezeEndTime",
        dept_name: String = "FreezeDeptName",
        currency: String = "Currency",
        balance: Given<Fen> = "FreezeBalance",
        remark: String = "Remark",
        measure_type: Coded<MeasureType> = "FreezeType",
    }

    #[derive(Default)]
    /// Somebody else's right to the money.
    Priority["Priority"] {
        serial: String = "PriortySerial",
        account_number: AccountNumber = "AccountNumber",
        card_number: AccountNumber = "CardNumber",
        credential_type: Coded<RequestIdType> = "CredentialType",
        credential_number: IdNumber = "CredentialNumber",
        rights_type: Coded<RightsType> = "RightsType",
        obligee_name: PersonName = "ObligeeName",
        balance: Given<Fen> = "RightsBalance",
        obligee_address: Address = "ObligeeAddress",
        obligee_contact: Phone = "ObligeeContactInfo",
    }
}

bodies! {
    /// What is answered. The codes stand in the order of the requests they answer.
    FeedbackBody {
        Stop(StopFeedback) = "200102",
        StopRelieve(StopRelieveFeedback) = "200104",
        StopProlong(StopProlongFeedback) = "200106",
        Freeze(FreezeFeedback) = "200202",
        FreezeRelieve(FreezeRelieveFeedback) = "200204",
        FreezeProlong(FreezeProlongFeedback) = "200206",
        Transactions(TransactionFeedback) = "200302",
        Holder(HolderFeedback) = "200304",
        Watch(WatchFeedback) = "200306",
        WatchEnd(WatchEndFeedback) = "200308",
        AllAccounts(AllAccountsFeedback) = "200310",
    }
}

/// An answer of a bank, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BankFeedback {
    pub envelope: Envelope,
    pub answer: Answer,
    pub body: FeedbackBody,
}

impl BankFeedback {
    pub fn to_message(&self) -> Message {
        let mut body = Fields::new();
        self.answer.write(&mut body);
        self.body.write(&mut body);
        outgoing(self.body.tx_code(), &self.envelope, body)
    }

    /// Reads an answer of either side's code. Refused only when it answers nothing: without ApplicationID.
    pub fn from_message(message: &Message) -> Result<Self, WireProblem> {
        let body = FeedbackBody::read(message)?;
        let answer = Answer::read(&message.body)?;
        if answer.application_id.trim().is_empty() {
            return Err(WireProblem::new("ApplicationID", Reason::MissingElement).at("Body"));
        }
        Ok(BankFeedback {
            envelope: Envelope::read(&message.head)?,
            answer,
            body,
        })
    }
}
