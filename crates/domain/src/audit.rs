//! What the accountability log can say was done: every action code as one closed list.
//!
//! Promises: a code that is not in this list cannot be written, since the unit of work takes the enum; a code is never
//! renamed or taken away, since entries of years ago carry it. Leaves out the words for people (the console has them,
//! and a test asks for each) and what a right is called (`access::Action`): one right covers several acts.

/// One declaration gives the enum, its list, its codes and the way back from a code.
macro_rules! codes {
    ($(#[$doc:meta])* $name:ident { $($(#[$each:meta])* $variant:ident = $slug:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$each])* $variant),+ }

        impl $name {
            pub const ALL: &'static [$name] = &[$($name::$variant),+];

            pub const fn slug(self) -> &'static str {
                match self { $($name::$variant => $slug),+ }
            }

            /// `None` for a code that this program does not know.
            pub fn parse(slug: &str) -> Option<$name> {
                match slug { $($slug => Some($name::$variant),)+ _ => None }
            }
        }
    };
}
pub(crate) use codes;

codes! {
/// An act as the log names it: resource first, verb second.
AuditAction {
    AccountCorrect = "account.correct",
    AccountDocumentTyped = "account.document_typed",
    AccountTransfers = "account.transfers",
    AuditExport = "audit.export",
    AuditRead = "audit.read",
    AuditSearch = "audit.search",
    BankReportAnswerStuck = "bank_report.answer_stuck",
    BankReportAnswered = "bank_report.answered",
    BankReportDecline = "bank_report.decline",
    BankReportReceive = "bank_report.receive",
    BankReportRegister = "bank_report.register",
    BankReportTake = "bank_report.take",
    BankReportUnanswerable = "bank_report.unanswerable",
    BatchApprove = "batch.approve",
    BatchReject = "batch.reject",
    BenchLoad = "bench.load",
    CallAnswer = "call.answer",
    CallRing = "call.ring",
    CaseAccept = "case.accept",
    CaseExtend = "case.extend",
    CaseFilingDecide = "case.filing_decide",
    CaseFilingPropose = "case.filing_propose",
    CaseRead = "case.read",
    ClockJump = "clock.jump",
    DeadlineFire = "deadline.fire",
    DeadlineRound = "deadline.round",
    DemoSeed = "demo.seed",
    DispatchAcknowledge = "dispatch.acknowledge",
    DocumentIssue = "document.issue",
    DocumentPrepare = "document.prepare",
    DocumentPrint = "document.print",
    DoorRefused = "door.refused",
    DraftDiscard = "draft.discard",
    DraftMake = "draft.make",
    DraftSave = "draft.save",
    FlowExpandRead = "flow.expand.read",
    FlowExport = "flow.export",
    FlowRead = "flow.read",
    FlowTrace = "flow.trace",
    FlowTransfersRead = "flow.transfers.read",
    HoldRead = "hold.read",
    IdentifierSearch = "identifier.search",
    KeysRecord = "keys.record",
    MessageDiffers = "message.differs",
    MessageFix = "message.fix",
    MessageQuarantine = "message.quarantine",
    MessageReceive = "message.receive",
    OrderAnswer = "order.answer",
    OrderAnswerNoted = "order.answer_noted",
    OrderAnswerOfOtherAccount = "order.answer_of_other_account",
    OrderAnswerOfOtherKind = "order.answer_of_other_kind",
    OrderApprove = "order.approve",
    OrderConfirm = "order.confirm",
    OrderConfirmRefuse = "order.confirm_refuse",
    OrderDraft = "order.draft",
    OrderEnd = "order.end",
    OrderExtend = "order.extend",
    OrderHub = "order.hub",
    OrderHubUnreachable = "order.hub_unreachable",
    OrderNewTerm = "order.new_term",
    OrderNewTermLate = "order.new_term_late",
    OrderRead = "order.read",
    OrderRefused = "order.refused",
    OrderReject = "order.reject",
    OrderRequest = "order.request",
    OrderResend = "order.resend",
    OrderSendFailed = "order.send_failed",
    OrderSent = "order.sent",
    OrderStuck = "order.stuck",
    OrderWithdraw = "order.withdraw",
    OrgChange = "org.change",
    PasswordChange = "password.change",
    PasswordWrong = "password.wrong",
    PersonalReveal = "personal.reveal",
    PolicyEnd = "policy.end",
    PolicySign = "policy.sign",
    ReportCorrect = "report.correct",
    ReportCreate = "report.create",
    ReportDispatch = "report.dispatch",
    ReportEdit = "report.edit",
    ReportFlow = "report.flow",
    ReportGiveBack = "report.give_back",
    ReportIdentityCheck = "report.identity_check",
    ReportRead = "report.read",
    ReportStatement = "report.statement",
    ReportTake = "report.take",
    SessionEnd = "session.end",
    SessionOpen = "session.open",
    SettingChange = "setting.change",
    SetupFinish = "setup.finish",
    SetupPrepare = "setup.prepare",
    StatementAnnounce = "statement.announce",
    StatementDone = "statement.done",
    StatementFailed = "statement.failed",
    StatementImport = "statement.import",
    StatementRead = "statement.read",
    StatementReceive = "statement.receive",
    StatementRows = "statement.rows",
    TotpConfirm = "totp.confirm",
    TotpEnrol = "totp.enrol",
    TransfersTake = "transfers.take",
    UserChange = "user.change",
    UserCreate = "user.create",
}
}

impl AuditAction {
    /// Whether the act only looked: it changed nothing, so no screen has to ask again because of it. A screen that
    /// heard of its own reading would read for ever.
    pub const fn looks(self) -> bool {
        use AuditAction as A;
        matches!(
            self,
            A::AuditRead
                | A::AuditSearch
                | A::CaseRead
                | A::FlowExpandRead
                | A::FlowRead
                | A::FlowTrace
                | A::FlowTransfersRead
                | A::HoldRead
                | A::IdentifierSearch
                | A::OrderRead
                | A::PersonalReveal
                | A::ReportRead
                | A::StatementRead
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::subject::SubjectKind;

    #[test]
    fn codes_are_unique_sorted_and_come_back() {
        let slugs: Vec<&str> = AuditAction::ALL.iter().map(|a| a.slug()).collect();
        assert!(slugs.is_sorted(), "the list is kept in the order of the codes");
        assert!(slugs.windows(2).all(|w| w[0] != w[1]), "two acts with one code");
        for action in AuditAction::ALL {
            assert_eq!(AuditAction::parse(action.slug()), Some(*action));
            assert!(
                action.slug().split('.').count() >= 2,
                "{action:?}: resource first, verb second"
            );
        }
        for kind in SubjectKind::ALL {
            assert_eq!(SubjectKind::parse(kind.slug()), Some(*kind));
        }
        assert_eq!(AuditAction::parse("report.unheard_of"), None);
    }

    #[test]
    fn what_is_called_reading_looks() {
        for action in AuditAction::ALL {
            let named = action.slug().ends_with(".read");
            assert!(!named || action.looks(), "{action:?}");
        }
    }
}
