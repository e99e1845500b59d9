//! The log as the auditor reads it.

use app::logbook::{AuditLine, Outcome};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Serialize, ToSchema)]
pub struct AuditEntry {
    pub seq: u64,
    pub at: String,
    /// A user's id, or the name of a job.
    pub actor: String,
    pub actor_name: String,
    /// Kept for the list; the login is found through the user.
    pub actor_login: String,
    pub org: String,
    pub action: String,
    pub subject_kind: String,
    pub subject: String,
    pub purpose: Option<String>,
    /// `done` or `refused`.
    pub outcome: String,
    pub refusal_code: Option<String>,
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
    pub action: Option<String>,
    /// `done` or `refused`.
    pub outcome: Option<String>,
    /// `kind:id`.
    pub subject: Option<String>,
    pub from: Option<String>,
    pub until: Option<String>,
}

impl From<&AuditLine> for AuditEntry {
    fn from(line: &AuditLine) -> AuditEntry {
        let entry = &line.sealed.entry;
        AuditEntry {
            seq: entry.seq,
            at: kernel::Instant::from_ms(entry.at_ms).to_iso_cst(),
            actor: entry.actor.clone(),
            actor_name: entry.actor_name.clone(),
            actor_login: String::new(),
            org: entry.org.clone(),
            action: entry.action.clone(),
            subject_kind: entry.subject_kind.clone(),
            subject: entry.subject_id.clone(),
            purpose: Some(entry.purpose.clone()).filter(|purpose| !purpose.is_empty()),
            outcome: if entry.outcome == Outcome::Done {
                "done"
            } else {
                "refused"
            }
            .to_owned(),
            refusal_code: entry.refusal.clone(),
            detail: entry.detail.as_str().to_owned(),
            request_id: entry.request_id.clone(),
            digest: line.sealed.digest.to_string(),
            sound: line.sound,
        }
    }
}
