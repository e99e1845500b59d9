//! Who asks, why, and when: the first argument of every use case.

use crate::command::Command;
use domain::access::{Actor, ApproverLevel};
use kernel::{Area, Instant, OrgId, SessionId, UserId};
use store::Rank;

/// A person who has signed in, or a job of the system.
#[derive(Clone, Debug)]
pub enum Who {
    Person(Person),
    Job(Job),
}

/// What acts without a person; the log names it by its slug.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Job {
    /// Rings of the hotline.
    Telephone,
    /// Sends what is in the outbox.
    Outbox,
    /// Takes what banks sent.
    Inbox,
    /// Fires what is due.
    Clocks,
    /// Makes and opens keys.
    Keys,
    /// Reads statement files.
    Statements,
    /// Transfers that programs hand over.
    TransfersApi,
    /// Transfers that an operator imports.
    Import,
    /// Tells reports what new transfers mean for them.
    Flow,
    /// Makes the people of a demo.
    Demo,
    /// Prepares the first start.
    Setup,
    /// Whoever opens an empty centre with its token.
    Visitor,
}

impl Job {
    pub const ALL: [Job; 12] = [
        Job::Telephone,
        Job::Outbox,
        Job::Inbox,
        Job::Clocks,
        Job::Keys,
        Job::Statements,
        Job::TransfersApi,
        Job::Import,
        Job::Flow,
        Job::Demo,
        Job::Setup,
        Job::Visitor,
    ];

    /// As it is sealed in the log.
    pub const fn slug(self) -> &'static str {
        match self {
            Job::Telephone => "system:telephone",
            Job::Outbox => "system:outbox",
            Job::Inbox => "system:inbox",
            Job::Clocks => "system:clocks",
            Job::Keys => "system:keys",
            Job::Statements => "system:statements",
            Job::TransfersApi => "system:transfers_api",
            Job::Import => "system:import",
            Job::Flow => "system:flow",
            Job::Demo => "system:demo",
            Job::Setup => "system:setup",
            Job::Visitor => "public:setup",
        }
    }

    pub fn from_slug(slug: &str) -> Option<Job> {
        Job::ALL.into_iter().find(|job| job.slug() == slug)
    }
}

/// The signed-in person as far as use cases care.
#[derive(Clone, Debug)]
pub struct Person {
    pub actor: Actor,
    pub name: String,
    pub login: String,
    pub org: OrgId,
    pub org_name: String,
    pub police_number: String,
    pub seat: String,
}

/// Where a person's request comes from, as far as the log's readings care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Browser {
    pub session: SessionId,
    /// The page says that it asks again by itself. Said by the browser, so it is not believed alone (`domain::reading`).
    pub again: bool,
}

/// One request: the instant is read once, from the clock port, and every rule of the request gets this one.
#[derive(Clone, Debug)]
pub struct Context {
    pub who: Who,
    pub request_id: String,
    /// Why a citizen's data is looked at; empty for what the duty itself requires.
    pub purpose: String,
    pub at: Instant,
    /// The browser it came from; `None` for jobs and programs.
    pub browser: Option<Browser>,
    /// The idempotency key the request came under; `None` for jobs and for requests that only ask.
    pub command: Option<Command>,
}

impl Context {
    /// The person; a job is never asked for one, so its absence is answered as "not permitted".
    pub fn person(&self) -> Result<&Person, kernel::Refusal> {
        match &self.who {
            Who::Person(person) => Ok(person),
            Who::Job(_) => Err(kernel::RefusalCode::NotPermitted.into()),
        }
    }

    pub fn user(&self) -> Result<UserId, kernel::Refusal> {
        Ok(self.person()?.actor.id)
    }

    /// How urgent what this writes is: imports and the telling of what they brought let people, orders and deadlines go
    /// first.
    pub fn rank(&self) -> Rank {
        match self.who {
            Who::Job(Job::Statements | Job::Import | Job::TransfersApi | Job::Flow) => Rank::Back,
            Who::Job(_) | Who::Person(_) => Rank::Front,
        }
    }

    /// What the audit entry names.
    pub fn actor_id(&self) -> String {
        match &self.who {
            Who::Person(person) => person.actor.id.to_string(),
            Who::Job(job) => job.slug().to_owned(),
        }
    }

    pub fn actor_name(&self) -> String {
        match &self.who {
            Who::Person(person) => person.name.clone(),
            Who::Job(job) => job.slug().to_owned(),
        }
    }

    pub fn org(&self) -> String {
        match &self.who {
            Who::Person(person) => person.org_name.clone(),
            Who::Job(_) => String::new(),
        }
    }

    pub fn area(&self) -> Option<Area> {
        self.person().ok().map(|p| p.actor.area)
    }

    pub fn level(&self) -> ApproverLevel {
        self.person().map(|p| p.actor.level).unwrap_or_default()
    }
}
