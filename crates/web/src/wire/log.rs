//! The log as the auditor reads it.

use super::words::{self, Said, document_kind, order_kind, said};
use crate::problem::sentence;
use app::Job;
use app::logbook::{AuditLine, Outcome, SubjectKey, SubjectName, key_of};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::RefusalCode;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};
use utoipa::{IntoParams, PartialSchema, ToSchema};

/// A code of one of the rules' closed lists, known to the API document with all its values, so that the console's
/// compiler asks for a word for each.
macro_rules! code {
    ($(#[$doc:meta])* $name:ident = $list:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub struct $name(pub $list);

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.0.slug())
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let slug = String::deserialize(deserializer)?;
                let known = $list::parse(&slug).map($name);
                known.ok_or_else(|| serde::de::Error::custom("no such code"))
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let all = $list::ALL.iter().map(|code| code.slug());
                ObjectBuilder::new().schema_type(Type::String).enum_values(Some(all)).into()
            }
        }

        impl ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($list).into()
            }
        }
    };
}

code! {
    /// What was done.
    ActionCode = AuditAction
}
code! {
    /// What it was done to.
    SubjectCode = SubjectKind
}

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum AuditOutcome {
    Done,
    Refused,
}

impl From<Outcome> for AuditOutcome {
    fn from(outcome: Outcome) -> AuditOutcome {
        match outcome {
            Outcome::Done => AuditOutcome::Done,
            Outcome::Refused => AuditOutcome::Refused,
        }
    }
}

impl From<AuditOutcome> for Outcome {
    fn from(outcome: AuditOutcome) -> Outcome {
        match outcome {
            AuditOutcome::Done => Outcome::Done,
            AuditOutcome::Refused => Outcome::Refused,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct AuditEntry {
    pub seq: u64,
    pub at: String,
    /// A user's id, or the name of a job.
    pub actor: String,
    pub actor_name: String,
    /// The person's name, or what the job is called.
    pub actor_name_zh: String,
    pub actor_name_en: String,
    pub org: String,
    /// `null` for a code that this version does not know; `action_code` has it as it is sealed.
    pub action: Option<ActionCode>,
    pub action_code: String,
    pub subject_kind: Option<SubjectCode>,
    pub subject_kind_code: String,
    /// The id that is sealed.
    pub subject: String,
    /// What people call it: a number, the end of an account, a name. Empty where there is none.
    pub subject_name_zh: String,
    pub subject_name_en: String,
    pub purpose: Option<String>,
    pub outcome: AuditOutcome,
    pub refusal_code: Option<String>,
    /// Why it was refused, in words; empty for what was done and for a code that this version does not know.
    pub refusal_zh: String,
    pub refusal_en: String,
    /// The facts of the entry, as canonical JSON text.
    pub detail: String,
    pub request_id: String,
    /// SM3 over the entry and the digest of the one before.
    pub digest: String,
    /// The digest fits the text; `false` is an alarm.
    pub sound: bool,
}

#[derive(Serialize, ToSchema)]
pub struct AuditPage {
    pub items: Vec<AuditEntry>,
    pub next_cursor: Option<String>,
    /// All entries of the log, whatever the filter.
    pub total: u64,
    pub head: Option<AuditHead>,
}

#[derive(Serialize, ToSchema)]
pub struct AuditHead {
    pub seq: u64,
    pub digest: String,
    pub key_id: String,
    pub signed_at: String,
    /// When it was written to the second place.
    pub second_place_at: Option<String>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct AuditAsked {
    pub cursor: Option<String>,
    pub limit: Option<u64>,
    /// A user's id, or the name of a job.
    pub actor: Option<String>,
    pub action: Option<ActionCode>,
    pub outcome: Option<AuditOutcome>,
    /// `kind:id`. A report stands for everything that belongs to it, an account also for its orders.
    pub subject: Option<String>,
    pub from: Option<String>,
    /// Before this instant.
    pub until: Option<String>,
}

#[derive(Deserialize, ToSchema)]
pub struct AuditFind {
    /// A whole number (警情, 案件, 文书, 业务申请编号, 账号), or a login, police number or name of a user.
    pub q: String,
}

/// A thing that the log can be filtered by.
#[derive(Serialize, ToSchema)]
pub struct AuditSubject {
    pub kind: SubjectCode,
    pub id: String,
    pub name_zh: String,
    pub name_en: String,
}

impl AuditSubject {
    pub fn of((kind, id): SubjectKey, name: &SubjectName) -> AuditSubject {
        let name = name_said(name);
        AuditSubject {
            kind: SubjectCode(kind),
            id,
            name_zh: name.zh,
            name_en: name.en,
        }
    }
}

/// What a subject is called.
fn name_said(name: &SubjectName) -> Said {
    match name {
        SubjectName::Number(number) => said(number, number),
        SubjectName::User { name, login } => said(format!("{name}（{login}）"), format!("{name} ({login})")),
        SubjectName::Account { tail, bank } => said(format!("{bank} 尾号 {tail}"), format!("{bank} …{tail}")),
        SubjectName::Order { kind, tail } => {
            let kind = order_kind(*kind);
            said(format!("{} 尾号 {tail}", kind.zh), format!("{} …{tail}", kind.en))
        }
        SubjectName::Document { kind, number } => {
            let kind = document_kind(*kind);
            said(
                format!("{} {number}", kind.zh).trim_end(),
                format!("{} {number}", kind.en).trim_end(),
            )
        }
        SubjectName::OfReport(number) => said(format!("警情 {number}"), format!("of report {number}")),
        SubjectName::Policy(serial) => said(format!("{serial} 号"), format!("No. {serial}")),
    }
}

impl AuditEntry {
    pub fn of(line: &AuditLine, names: &BTreeMap<SubjectKey, SubjectName>) -> AuditEntry {
        let entry = &line.sealed.entry;
        let key = key_of(line);
        let name = key.and_then(|key| names.get(&key).map(name_said));
        let name = name.unwrap_or_else(|| said("", ""));
        let actor = Job::from_slug(&entry.actor).map_or_else(
            || said(entry.actor_name.clone(), entry.actor_name.clone()),
            words::job,
        );
        let refusal = entry.refusal.as_deref().and_then(RefusalCode::from_slug);
        let (refusal_zh, refusal_en) = refusal.map(|code| sentence(code, None)).unwrap_or_default();
        AuditEntry {
            seq: entry.seq,
            at: kernel::Instant::from_ms(entry.at_ms).to_iso_cst(),
            actor: entry.actor.clone(),
            actor_name: entry.actor_name.clone(),
            actor_name_zh: actor.zh,
            actor_name_en: actor.en,
            org: entry.org.clone(),
            action: AuditAction::parse(&entry.action).map(ActionCode),
            action_code: entry.action.clone(),
            subject_kind: SubjectKind::parse(&entry.subject_kind).map(SubjectCode),
            subject_kind_code: entry.subject_kind.clone(),
            subject: entry.subject_id.clone(),
            subject_name_zh: name.zh,
            subject_name_en: name.en,
            purpose: Some(entry.purpose.clone()).filter(|purpose| !purpose.is_empty()),
            outcome: entry.outcome.into(),
            refusal_code: entry.refusal.clone(),
            refusal_zh,
            refusal_en,
            detail: entry.detail.as_str().to_owned(),
            request_id: entry.request_id.clone(),
            digest: line.sealed.digest.to_string(),
            sound: line.sound,
        }
    }
}
