//! Refusals: expected answers that say no. One enum for the whole system, with a stable number each, so that
//! adapters, the console and reports speak of the same thing. A number is never reused; codes are only appended.
//! The sentences for people, in Chinese and English, are in `web`.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal, $slug:literal, $retry:literal;)+) => {
        /// A stable reason for saying no.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum RefusalCode { $($(#[$doc])* $name),+ }

        impl RefusalCode {
            pub const ALL: &'static [RefusalCode] = &[$(RefusalCode::$name),+];
            /// The number that never changes.
            pub const fn number(self) -> u16 { match self { $(RefusalCode::$name => $number),+ } }
            /// The stable word that the API carries.
            pub const fn slug(self) -> &'static str { match self { $(RefusalCode::$name => $slug),+ } }
            /// Whether the same request can succeed later without being changed.
            pub const fn retry_helps(self) -> bool { match self { $(RefusalCode::$name => $retry),+ } }
            pub fn from_slug(slug: &str) -> Option<RefusalCode> { match slug { $($slug => Some(RefusalCode::$name),)+ _ => None } }
        }
    };
}

codes! {
    // 1xxx people and rights
    SignInFailed = 1001, "sign_in_failed", false;
    SignInLocked = 1002, "sign_in_locked", true;
    TotpRequired = 1003, "totp_required", false;
    TotpWrong = 1004, "totp_wrong", false;
    SessionEnded = 1005, "session_ended", false;
    CsrfMissing = 1006, "csrf_missing", false;
    NotPermitted = 1007, "not_permitted", false;
    NotFound = 1008, "not_found", false;
    SelfApproval = 1009, "self_approval", false;
    ApproverLevelTooLow = 1010, "approver_level_too_low", false;
    RolesIncompatible = 1011, "roles_incompatible", false;
    PasswordWeak = 1012, "password_weak", false;
    SetupDone = 1013, "setup_done", false;
    SetupTokenWrong = 1014, "setup_token_wrong", false;
    PurposeMissing = 1015, "purpose_missing", false;
    LoginTaken = 1016, "login_taken", false;
    UserDisabled = 1017, "user_disabled", false;
    WebhookTokenWrong = 1018, "webhook_token_wrong", false;
    LastAdministrator = 1019, "last_administrator", false;
    PasswordChangeRequired = 1020, "password_change_required", false;

    // 2xxx forms and input
    FieldMissing = 2001, "field_missing", false;
    FieldTooLong = 2002, "field_too_long", false;
    FieldMalformed = 2003, "field_malformed", false;
    AmountNotPositive = 2004, "amount_not_positive", false;
    AmountTooLarge = 2005, "amount_too_large", false;
    TimeInFuture = 2006, "time_in_future", false;
    TimeTooOld = 2007, "time_too_old", false;
    IdCardCheckFailed = 2008, "id_card_check_failed", false;
    CardCheckFailed = 2009, "card_check_failed", false;
    PhoneMalformed = 2010, "phone_malformed", false;
    AccountMalformed = 2011, "account_malformed", false;
    AreaUnknown = 2012, "area_unknown", false;
    BankUnknown = 2013, "bank_unknown", false;
    BodyUnreadable = 2014, "body_unreadable", false;
    BodyTooLarge = 2015, "body_too_large", false;
    IdempotencyKeyReused = 2016, "idempotency_key_reused", false;
    IdempotencyKeyMissing = 2017, "idempotency_key_missing", false;
    CursorMalformed = 2018, "cursor_malformed", false;
    TooMany = 2019, "too_many", false;
    ControlCharacter = 2020, "control_character", false;
    /// A payment whose two ends are one account: one of them was taken for the other.
    PayerIsPayee = 2021, "payer_is_payee", false;
    /// No order is made from a tail: another account may end in the same digits.
    PayeeTailOnly = 2022, "payee_tail_only", false;
    /// Cash, a scanned code, a card that was used up: the payment is registered, and there is no account to stop.
    PayeeAccountUnknown = 2023, "payee_account_unknown", false;
    /// The rows do not add up to the total that the caller told, and nobody said that this was seen.
    SumDiffers = 2030, "sum_differs", false;
    TimeUnreadable = 2031, "time_unreadable", false;

    // 3xxx reports, drafts, dispatch
    RecordLocked = 3001, "record_locked", true;
    RecordChanged = 3002, "record_changed", true;
    DraftChanged = 3003, "draft_changed", true;
    NothingToTake = 3004, "nothing_to_take", true;
    DispatchAcknowledged = 3005, "dispatch_acknowledged", false;
    AlreadyDispatched = 3006, "already_dispatched", false;
    ReportDuplicate = 3007, "report_duplicate", false;
    ReportClosed = 3008, "report_closed", false;
    /// A correction that changes nothing.
    NothingCorrected = 3009, "nothing_corrected", false;

    // 4xxx orders and holds
    OrderWrongState = 4001, "order_wrong_state", false;
    /// At most two stops on an account (银发〔2016〕86号, DOMAIN 2.2).
    ThirdStop = 4002, "third_stop", false;
    StopAlreadyActive = 4003, "stop_already_active", false;
    StopExpired = 4004, "stop_expired", false;
    OriginalNotExecuted = 4005, "original_not_executed", false;
    /// A freeze needs a filed case (程序规定 174).
    CaseNotFiled = 4006, "case_not_filed", false;
    /// Double freeze is forbidden (程序规定 242).
    FreezeAlreadyActive = 4007, "freeze_already_active", false;
    FreezeTermTooLong = 4008, "freeze_term_too_long", false;
    FreezeExpired = 4009, "freeze_expired", false;
    TwoOfficersNeeded = 4010, "two_officers_needed", false;
    DatesReversed = 4011, "dates_reversed", false;
    AccountNameMissing = 4012, "account_name_missing", false;
    PolicyDoesNotCover = 4013, "policy_does_not_cover", false;
    AlreadyDecided = 4014, "already_decided", false;
    AttachmentMissing = 4015, "attachment_missing", false;
    OrderPending = 4016, "order_pending", true;
    AmountExceedsCase = 4017, "amount_exceeds_case", false;
    WatchNotLive = 4018, "watch_not_live", false;
    NotProposable = 4019, "not_proposable", false;
    ConfirmationNotDue = 4020, "confirmation_not_due", false;
    /// The same bytes would be refused again.
    ResendUseless = 4021, "resend_useless", false;
    /// Asked for from a page that shows another instant, an assumption, or amounts by another doctrine.
    ViewNotNow = 4041, "view_not_now", false;
    /// A stop is prolonged as often as the centre's setting allows (DOMAIN 8, [K]: once).
    StopProlonged = 4031, "stop_prolonged", false;
    ProlongTooLong = 4032, "prolong_too_long", false;
    /// The bank answered an earlier follow-up that the measure is over (1800, 1900).
    BankSaysOver = 4033, "bank_says_over", false;
    /// Nothing is in force that the follow-up could follow.
    NoMeasureInForce = 4034, "no_measure_in_force", false;
    HolderDocumentMissing = 4035, "holder_document_missing", false;
    /// A freeze in the place of a stop would let money go; the person has to say that he knows how much.
    FreezeLetsGo = 4036, "freeze_lets_go", false;
    /// A decision on a row that was not shown as it is now.
    NotSeen = 4037, "not_seen", true;
    /// The bank has told the holder's document, and the typed one is another.
    HolderDocumentOfBank = 4038, "holder_document_of_bank", false;

    // 5xxx cases and papers
    CaseExists = 5001, "case_exists", false;
    CaseWrongState = 5002, "case_wrong_state", false;
    PaperIncomplete = 5003, "paper_incomplete", false;
    PaperNotApproved = 5004, "paper_not_approved", false;
    GlyphMissing = 5005, "glyph_missing", false;
    PaperSettingMissing = 5006, "paper_setting_missing", false;
    OfficerUnknown = 5007, "officer_unknown", false;

    // 7xxx statements
    StatementWrongState = 7001, "statement_wrong_state", false;
    StatementRefused = 7002, "statement_refused", false;

    // 6xxx wire and outside
    WireRefused = 6001, "wire_refused", false;
    TransportDown = 6002, "transport_down", true;
    Busy = 6003, "busy", true;
    TooManyRequests = 6004, "too_many_requests", true;
}

impl fmt::Display for RefusalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.slug())
    }
}

impl Serialize for RefusalCode {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.slug())
    }
}

impl<'de> Deserialize<'de> for RefusalCode {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let slug = String::deserialize(d)?;
        RefusalCode::from_slug(&slug)
            .ok_or_else(|| serde::de::Error::custom(format!("unknown refusal code {slug}")))
    }
}

/// One thing wrong with one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// Path of the field, such as `payments[1].amount_fen`; empty when it concerns the whole.
    pub field: String,
    pub code: RefusalCode,
    /// A value the sentence needs (a limit, a name, a time); never personal data.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// A refusal: the leading reason, and for forms every problem at once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    pub code: RefusalCode,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub problems: Vec<Problem>,
}

impl Refusal {
    pub fn new(code: RefusalCode) -> Refusal {
        Refusal {
            code,
            detail: None,
            problems: Vec::new(),
        }
    }

    /// With a value that the sentence needs.
    pub fn with(code: RefusalCode, detail: impl Into<String>) -> Refusal {
        Refusal {
            code,
            detail: Some(detail.into()),
            problems: Vec::new(),
        }
    }

    /// A refusal of one field.
    pub fn field(field: impl Into<String>, code: RefusalCode) -> Refusal {
        Refusal::of(vec![Problem {
            field: field.into(),
            code,
            detail: None,
        }])
        .expect("one problem was given")
    }

    /// All problems of a form at once; `None` when there are none. The first problem's code leads.
    pub fn of(problems: Vec<Problem>) -> Option<Refusal> {
        let code = problems.first()?.code;
        Some(Refusal {
            code,
            detail: None,
            problems,
        })
    }
}

impl From<RefusalCode> for Refusal {
    fn from(code: RefusalCode) -> Refusal {
        Refusal::new(code)
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "refused: {}", self.code)?;
        if let Some(detail) = &self.detail {
            write!(f, " ({detail})")?;
        }
        for p in &self.problems {
            write!(f, " [{}: {}]", p.field, p.code)?;
        }
        Ok(())
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn numbers_and_slugs_are_unique() {
        let numbers: HashSet<u16> = RefusalCode::ALL.iter().map(|c| c.number()).collect();
        let slugs: HashSet<&str> = RefusalCode::ALL.iter().map(|c| c.slug()).collect();
        assert_eq!(
            (numbers.len(), slugs.len()),
            (RefusalCode::ALL.len(), RefusalCode::ALL.len())
        );
    }
}
