//! What the message and the paper of an order need: the one place that knows it, asked when the order is drafted, so that
//! nothing is promised which cannot leave (DOMAIN 1.4 and 1.5, DOCUMENTS 2.1 to 2.3).
//!
//! Promises: an order whose facts pass [`check`] lacks nothing that its message or its paper cannot be without. All that is
//! missing is named at once, each with its field and the act that mends it. What remains, a character that no font or no XML
//! has, is found while the message is made, and then the order is refused or says that it did not leave.
//! Leaves out what the payer's account is: 200101 does not need it, and the paper shows ／ in its place.

use super::{OrderKind, Terms};
use kernel::{AccountNo, IdNumber, PersonName, Phone, Problem, Refusal, RefusalCode};

/// The account that the order is about, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountFacts {
    pub number: AccountNo,
    pub holder: PersonName,
    pub bank_code: String,
    pub bank_name: String,
    /// The holder's document, from 200303 or typed with its source.
    pub document: Option<IdNumber>,
}

/// 申请人: the victim of the payment that the stop rests on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applicant {
    pub name: PersonName,
    pub id_number: IdNumber,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Officer {
    pub name: String,
    pub police_number: String,
    pub phone: Phone,
}

/// The centre's own words on messages and papers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CentreFacts {
    pub name: String,
    pub agency: String,
    pub agency_full: String,
    pub org_code: String,
    pub phone: String,
    pub case_type: String,
}

/// Everything that the message and the paper of one order are made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facts {
    pub account: AccountFacts,
    pub applicant: Option<Applicant>,
    /// The rows on a stop application: the payments into the account, or the one that the order rests on.
    pub payment_rows: usize,
    /// 经办人, the requester.
    pub first: Option<Officer>,
    /// 协查人: another person than the requester.
    pub second: Option<Officer>,
    pub centre: CentreFacts,
    /// The notice of the freeze that a relief sends again.
    pub freeze_notice: bool,
}

/// One thing that a message or a paper cannot be without.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    HolderName,
    BankCode,
    BankName,
    AccountNumber,
    HolderDocument,
    PaymentRow,
    PaidAt,
    ApplicantName,
    ApplicantDocument,
    FirstOfficer,
    SecondOfficer,
    OperatorPhone,
    CentreName,
    Agency,
    OrgCode,
    CaseType,
    FreezeNotice,
}

/// What a person does about a refusal, or about an order that did not leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mend {
    /// 补正警情: complete or correct the report.
    CorrectReport,
    /// 账号查明后补正: the payment is registered, and the stop can leave once its account is known.
    AddAccount,
    /// 选择第二名民警.
    ChooseOfficer,
    /// 查询持卡主体: ask the bank for the holder, or type the document with its source.
    QueryHolder,
    /// 由管理员补全: the officer's police number, or the centre's name, agency, codes.
    AskAdministrator,
    /// 等待银行反馈: another order on the account is on its way.
    Wait,
    /// 先立案.
    FileCase,
    /// 立案后冻结: the account has had its two stops.
    Freeze,
    /// 无需再发: the account is held already.
    NoneNeeded,
    /// 重新发送 the same bytes.
    Resend,
    /// 撤回后重新申请: what was made cannot leave.
    OrderAnew,
}

impl Mend {
    pub const ALL: [Mend; 11] = [
        Mend::CorrectReport,
        Mend::AddAccount,
        Mend::ChooseOfficer,
        Mend::QueryHolder,
        Mend::AskAdministrator,
        Mend::Wait,
        Mend::FileCase,
        Mend::Freeze,
        Mend::NoneNeeded,
        Mend::Resend,
        Mend::OrderAnew,
    ];

    pub const fn slug(self) -> &'static str {
        match self {
            Mend::CorrectReport => "correct_report",
            Mend::AddAccount => "add_account",
            Mend::ChooseOfficer => "choose_officer",
            Mend::QueryHolder => "query_holder",
            Mend::AskAdministrator => "ask_administrator",
            Mend::Wait => "wait",
            Mend::FileCase => "file_case",
            Mend::Freeze => "freeze",
            Mend::NoneNeeded => "none_needed",
            Mend::Resend => "resend",
            Mend::OrderAnew => "order_anew",
        }
    }
}

impl Need {
    pub const ALL: [Need; 17] = [
        Need::HolderName,
        Need::BankCode,
        Need::BankName,
        Need::AccountNumber,
        Need::HolderDocument,
        Need::PaymentRow,
        Need::PaidAt,
        Need::ApplicantName,
        Need::ApplicantDocument,
        Need::FirstOfficer,
        Need::SecondOfficer,
        Need::OperatorPhone,
        Need::CentreName,
        Need::Agency,
        Need::OrgCode,
        Need::CaseType,
        Need::FreezeNotice,
    ];

    /// Whether orders of this kind have it in their message or on their paper.
    pub const fn of(self, kind: OrderKind) -> bool {
        use OrderKind as K;
        // The follow-ups of a stop send the stop application again (DOCUMENTS 2.1).
        let on_application = matches!(kind, K::Stop | K::StopRelieve | K::StopProlong);
        match self {
            // 200309 asks by document; its notice still names the account.
            Need::HolderDocument => matches!(
                kind,
                K::Freeze | K::FreezeRelieve | K::FreezeRenew | K::QueryAllAccounts
            ),
            Need::PaymentRow | Need::ApplicantName | Need::ApplicantDocument | Need::CentreName => {
                on_application
            }
            // TransferTime is mandatory in 200101.
            Need::PaidAt => matches!(kind, K::Stop),
            Need::FreezeNotice => matches!(kind, K::FreezeRelieve),
            // 查询 and 冻结 notices carry the agency's name; 200101 does too.
            Need::Agency
            | Need::HolderName
            | Need::BankCode
            | Need::BankName
            | Need::AccountNumber
            | Need::FirstOfficer
            | Need::SecondOfficer
            | Need::OperatorPhone
            | Need::OrgCode
            | Need::CaseType => true,
        }
    }

    /// Whether the facts have it.
    pub fn met(self, facts: &Facts, terms: &Terms) -> bool {
        let filled = |text: &str| !text.trim().is_empty();
        let officer = |of: &Option<Officer>| {
            of.as_ref()
                .is_some_and(|o| filled(&o.name) && filled(&o.police_number))
        };
        let applicant = |has: fn(&Applicant) -> bool| facts.applicant.as_ref().is_some_and(has);
        match self {
            Need::HolderName => !facts.account.holder.is_empty(),
            Need::BankCode => kernel::identifier::bank_code_ok(&facts.account.bank_code),
            Need::BankName => filled(&facts.account.bank_name),
            Need::AccountNumber => facts.account.number.main().len() >= ACCOUNT_MIN,
            Need::HolderDocument => facts.account.document.as_ref().is_some_and(|d| !d.is_empty()),
            Need::PaymentRow => facts.payment_rows > 0,
            Need::PaidAt => terms.paid_at.is_some(),
            Need::ApplicantName => applicant(|a| !a.name.is_empty()),
            Need::ApplicantDocument => applicant(|a| !a.id_number.is_empty()),
            Need::FirstOfficer => officer(&facts.first),
            Need::SecondOfficer => officer(&facts.second),
            Need::OperatorPhone => {
                filled(&facts.centre.phone) || facts.first.as_ref().is_some_and(|o| !o.phone.is_empty())
            }
            Need::CentreName => filled(&facts.centre.name),
            Need::Agency => filled(&facts.centre.agency_full) && filled(&facts.centre.agency),
            Need::OrgCode => (6..=12).contains(&facts.centre.org_code.len()),
            Need::CaseType => filled(&facts.centre.case_type),
            Need::FreezeNotice => facts.freeze_notice,
        }
    }

    /// Where it is missing, as the API names it.
    pub const fn field(self) -> &'static str {
        match self {
            Need::HolderName => "account.name",
            Need::BankCode => "account.bank_code",
            Need::BankName => "account.bank_name",
            Need::AccountNumber => "account.number",
            Need::HolderDocument => "account.holder_document",
            Need::PaymentRow => "payments",
            Need::PaidAt => "paid_at",
            Need::ApplicantName => "victim.name",
            Need::ApplicantDocument => "victim.id_number",
            Need::FirstOfficer => "officers[0]",
            Need::SecondOfficer => "officers[1]",
            Need::OperatorPhone => "officers[0].phone",
            Need::CentreName => "settings.name",
            Need::Agency => "settings.agency",
            Need::OrgCode => "settings.org_code",
            Need::CaseType => "settings.case_type",
            Need::FreezeNotice => "documents.freeze_notice",
        }
    }

    pub const fn code(self) -> RefusalCode {
        match self {
            Need::HolderName => RefusalCode::AccountNameMissing,
            Need::BankCode | Need::BankName => RefusalCode::BankUnknown,
            Need::AccountNumber => RefusalCode::AccountMalformed,
            Need::FirstOfficer | Need::SecondOfficer => RefusalCode::TwoOfficersNeeded,
            Need::FreezeNotice => RefusalCode::AttachmentMissing,
            _ => RefusalCode::FieldMissing,
        }
    }

    pub const fn mend(self) -> Mend {
        match self {
            Need::HolderName
            | Need::BankCode
            | Need::BankName
            | Need::AccountNumber
            | Need::PaymentRow
            | Need::PaidAt
            | Need::ApplicantName
            | Need::ApplicantDocument => Mend::CorrectReport,
            Need::HolderDocument => Mend::QueryHolder,
            Need::SecondOfficer => Mend::ChooseOfficer,
            Need::FirstOfficer
            | Need::OperatorPhone
            | Need::CentreName
            | Need::Agency
            | Need::OrgCode
            | Need::CaseType => Mend::AskAdministrator,
            Need::FreezeNotice => Mend::OrderAnew,
        }
    }

    pub fn from_field(field: &str) -> Option<Need> {
        Need::ALL.into_iter().find(|n| n.field() == field)
    }
}

/// The shortest account number that a message carries; fewer characters are a tail.
const ACCOUNT_MIN: usize = 8;

/// What the order lacks, in the order of [`Need::ALL`].
pub fn missing(kind: OrderKind, terms: &Terms, facts: &Facts) -> Vec<Need> {
    let lacks = |n: &Need| n.of(kind) && !n.met(facts, terms);
    Need::ALL.into_iter().filter(lacks).collect()
}

/// Refuses an order whose message or paper could not be made, with all that is missing at once.
pub fn check(kind: OrderKind, terms: &Terms, facts: &Facts) -> Result<(), Refusal> {
    let problem = |need: Need| Problem {
        field: need.field().into(),
        code: need.code(),
        detail: None,
    };
    let problems = missing(kind, terms, facts).into_iter().map(problem).collect();
    Refusal::of(problems).map_or(Ok(()), Err)
}

/// The act that mends a refusal of an order: of its first missing fact, else of its code.
pub fn mend_of(refusal: &Refusal) -> Option<Mend> {
    use RefusalCode as R;
    let of_need = refusal
        .problems
        .iter()
        .find_map(|p| Need::from_field(&p.field))
        .map(Need::mend);
    of_need.or(match refusal.code {
        R::ThirdStop => Some(Mend::Freeze),
        R::StopAlreadyActive | R::FreezeAlreadyActive => Some(Mend::NoneNeeded),
        R::OrderPending => Some(Mend::Wait),
        R::CaseNotFiled => Some(Mend::FileCase),
        R::TwoOfficersNeeded => Some(Mend::ChooseOfficer),
        R::PaperIncomplete => Some(mend_of_paper(refusal)),
        R::PaperSettingMissing | R::GlyphMissing => Some(Mend::AskAdministrator),
        R::AmountNotPositive | R::TimeInFuture | R::WireRefused => Some(Mend::CorrectReport),
        R::PayeeAccountUnknown | R::PayeeTailOnly => Some(Mend::AddAccount),
        _ => None,
    })
}

/// A paper names its faults by the paper and the place on it, such as `stop_application.applicant.id_number`.
fn mend_of_paper(refusal: &Refusal) -> Mend {
    let of = |part: &str| refusal.problems.iter().any(|p| p.field.contains(part));
    if [".applicant", ".agent", ".transfers", ".story"]
        .into_iter()
        .any(of)
    {
        Mend::CorrectReport
    } else if of(".officers") {
        Mend::ChooseOfficer
    } else {
        Mend::AskAdministrator
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use kernel::{Fen, Instant};

    pub(crate) fn whole() -> (Facts, Terms) {
        let officer = |n: &str| {
            Some(Officer {
                name: format!("民警{n}"),
                police_number: n.into(),
                phone: "0713-8300110".into(),
            })
        };
        let facts = Facts {
            account: AccountFacts {
                number: AccountNo::parse("6200001234567890128").unwrap(),
                holder: "周某".into(),
                bank_code: "402361018886".into(),
                bank_name: "黄冈农商行".into(),
                document: Some("421102190001011243".into()),
            },
            applicant: Some(Applicant {
                name: "王某".into(),
                id_number: "421102190001011243".into(),
            }),
            payment_rows: 1,
            first: officer("100001"),
            second: officer("100002"),
            centre: CentreFacts {
                name: "黄冈市反诈中心".into(),
                agency: "黄公（反诈）".into(),
                agency_full: "黄冈市公安局".into(),
                org_code: "421100000000".into(),
                phone: "96110".into(),
                case_type: "0000".into(),
            },
            freeze_notice: true,
        };
        let terms = Terms {
            amount: Fen::yuan(30_000),
            paid_at: Instant::from_wire14("20261122210506"),
            ..Terms::default()
        };
        (facts, terms)
    }

    /// Takes one fact away.
    fn without(need: Need) -> (Facts, Terms) {
        let (mut f, mut t) = whole();
        match need {
            Need::HolderName => f.account.holder = "".into(),
            Need::BankCode => f.account.bank_code.clear(),
            Need::BankName => f.account.bank_name = " ".into(),
            Need::AccountNumber => f.account.number = AccountNo::parse("1780").unwrap(),
            Need::HolderDocument => f.account.document = None,
            Need::PaymentRow => f.payment_rows = 0,
            Need::PaidAt => t.paid_at = None,
            Need::ApplicantName => f.applicant.as_mut().unwrap().name = "".into(),
            Need::ApplicantDocument => f.applicant.as_mut().unwrap().id_number = "".into(),
            Need::FirstOfficer => f.first.as_mut().unwrap().police_number.clear(),
            Need::SecondOfficer => f.second = None,
            Need::OperatorPhone => {
                f.centre.phone.clear();
                f.first.as_mut().unwrap().phone = "".into();
            }
            Need::CentreName => f.centre.name.clear(),
            Need::Agency => f.centre.agency_full.clear(),
            Need::OrgCode => f.centre.org_code.clear(),
            Need::CaseType => f.centre.case_type.clear(),
            Need::FreezeNotice => f.freeze_notice = false,
        }
        (f, t)
    }

    /// Every kind × every need: what is refused when that one fact is missing, with the act that mends it.
    #[test]
    fn every_kind_without_every_fact() {
        let mut out = String::new();
        for kind in OrderKind::ALL {
            let (facts, terms) = whole();
            assert_eq!(check(kind, &terms, &facts), Ok(()), "{kind:?} with everything");
            out.push_str(&format!("{}\n", kind.slug()));
            for need in Need::ALL {
                let (facts, terms) = without(need);
                let said = match check(kind, &terms, &facts) {
                    Ok(()) => continue,
                    Err(refusal) => {
                        assert_eq!(refusal.problems.len(), 1, "{kind:?} {need:?}");
                        assert_eq!(mend_of(&refusal), Some(need.mend()));
                        refusal.code
                    }
                };
                out.push_str(&format!(
                    "    {:<26} {said:<22} → {}\n",
                    need.field(),
                    need.mend().slug()
                ));
            }
        }
        insta::assert_snapshot!(out);
    }

    #[test]
    fn all_that_is_missing_is_named_at_once() {
        let (mut facts, terms) = without(Need::HolderName);
        facts.second = None;
        facts.account.bank_code.clear();
        let refusal = check(OrderKind::Stop, &terms, &facts).unwrap_err();
        let fields: Vec<&str> = refusal.problems.iter().map(|p| p.field.as_str()).collect();
        assert_eq!(fields, ["account.name", "account.bank_code", "officers[1]"]);
    }

    #[test]
    fn a_paper_s_fault_is_mended_where_its_place_is_filled() {
        for (field, mend) in [
            ("stop_application.applicant.id_number", Mend::CorrectReport),
            ("stop_application.transfers[1].to_name", Mend::CorrectReport),
            ("query_notice.officers", Mend::ChooseOfficer),
            ("query_notice.agency", Mend::AskAdministrator),
        ] {
            let refusal = Refusal::field(field, RefusalCode::PaperIncomplete);
            assert_eq!(mend_of(&refusal), Some(mend), "{field}");
        }
    }

    #[test]
    fn every_field_is_read_back() {
        for need in Need::ALL {
            assert_eq!(Need::from_field(need.field()), Some(need));
        }
    }
}
