//! Who asks, why, and when: the first argument of every use case.

use crate::command::Command;
use domain::access::{Actor, ApproverLevel};
use kernel::{Area, Instant, OrgId, SessionId, UserId};
use store::Rank;

/// A person who has signed in, or a job of the system.
#[derive(Clone, Debug)]
pub enum Who {
    Person(Person),
    /// A job, named for the log: `system:outbox`.
    Job(&'static str),
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
            Who::Job("system:statements" | "system:import" | "system:transfers_api" | "system:flow") => {
                Rank::Back
            }
            Who::Job(_) | Who::Person(_) => Rank::Front,
        }
    }

    /// What the audit entry names.
    pub fn actor_id(&self) -> String {
        match &self.who {
            Who::Person(person) => person.actor.id.to_string(),
            Who::Job(job) => (*job).to_owned(),
        }
    }

    pub fn actor_name(&self) -> String {
        match &self.who {
            Who::Person(person) => person.name.clone(),
            Who::Job(job) => (*job).to_owned(),
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
