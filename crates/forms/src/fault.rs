//! What is wrong with a form: every fault names the field and says, in Chinese and English, what to put right.

/// One thing wrong with one field of a snapshot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Path in the snapshot, such as `accounts[2].sum`.
    pub field: String,
    /// Stable word for the kind of fault.
    pub code: FaultCode,
    pub zh: String,
    pub en: String,
}

/// The kinds of fault. The words of [`code`](FaultCode::code) are stable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultCode {
    /// Must be filled before an original is printed.
    Missing,
    /// Nobody of the level the measure asks for approved.
    ApproverLevel,
    /// Fewer than two different officers.
    TwoOfficers,
    /// Digits and capitals say different sums, or parts do not add up.
    SumsDiffer,
    /// The end lies before the begin.
    EndBeforeBegin,
    /// Longer than the law allows for this property and approver.
    TermTooLong,
    /// A renewal that comes after the measure has lapsed.
    RenewalLate,
    /// The sum is more than the case is about.
    MoreThanCase,
    /// The same account twice on one notice.
    AccountTwice,
    /// A value the form cannot hold (unknown edition, negative sum, number zero).
    Invalid,
    /// This paper never goes to a bank.
    NotForBank,
}

impl FaultCode {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::ApproverLevel => "approver_level",
            Self::TwoOfficers => "two_officers",
            Self::SumsDiffer => "sums_differ",
            Self::EndBeforeBegin => "end_before_begin",
            Self::TermTooLong => "term_too_long",
            Self::RenewalLate => "renewal_late",
            Self::MoreThanCase => "more_than_case",
            Self::AccountTwice => "account_twice",
            Self::Invalid => "invalid",
            Self::NotForBank => "not_for_bank",
        }
    }
}

/// Collects faults while a snapshot is checked, so that the officer sees all of them at once.
#[derive(Default)]
pub struct Faults(Vec<Fault>);

impl Faults {
    pub fn add(
        &mut self,
        field: impl Into<String>,
        code: FaultCode,
        zh: impl Into<String>,
        en: impl Into<String>,
    ) {
        self.0.push(Fault {
            field: field.into(),
            code,
            zh: zh.into(),
            en: en.into(),
        });
    }

    /// `what` is the label on the form.
    pub fn missing(&mut self, field: impl Into<String>, what: &str) {
        let field = field.into();
        let en = format!(
            "{} must be filled in",
            field.rsplit('.').next().unwrap_or_default()
        );
        self.add(field, FaultCode::Missing, format!("{what}未填写"), en);
    }

    pub fn blank(&mut self, field: impl Into<String>, value: &str, what: &str) {
        if value.trim().is_empty() {
            self.missing(field, what);
        }
    }

    /// # Errors
    /// All faults that were found.
    pub fn finish(self) -> Result<(), Vec<Fault>> {
        if self.0.is_empty() { Ok(()) } else { Err(self.0) }
    }
}
