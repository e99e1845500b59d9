//! The kinds of thing that the log is about. Leaves out what each thing is: an id beside the kind names it.

use crate::audit::codes;

codes! {
/// The kind of an entry's subject. A code is never renamed: entries of years ago carry it.
SubjectKind {
    Account = "account",
    /// A right that somebody knocked for in vain.
    Action = "action",
    Audit = "audit",
    BankReport = "bank_report",
    Batch = "batch",
    Bench = "bench",
    Call = "call",
    Case = "case",
    Centre = "centre",
    Deadline = "deadline",
    Dispatch = "dispatch",
    Document = "document",
    Draft = "draft",
    /// A file of the platform's directories that is no message.
    File = "file",
    Identifier = "identifier",
    Message = "message",
    Order = "order",
    Org = "org",
    Policy = "policy",
    Report = "report",
    Setting = "setting",
    Statement = "statement",
    Transfer = "transfer",
    User = "user",
}
}
