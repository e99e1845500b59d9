//! What a bank does with a police request: checks it as the sources say banks do, acts on the account, and answers.
//!
//! Promises: every request code of DOMAIN 1.3 gets its answer code; the result is picked in the order of DOMAIN 1.8; a
//! refusal changes nothing; the same application asked again gets the same answer and nothing is done twice.
//! Leaves out: transport and time on the way (see `hub`), misbehaviour (see `faults`).

mod check;
mod freeze;
mod query;
mod reply;
mod report;
mod stop;
mod watch;

pub(crate) use check::Ask;
pub(crate) use reply::Reply;
pub(crate) use report::case_report;
pub(crate) use watch::{Watches, police_node};

use crate::institutions::BankIx;
use crate::world::World;
use kernel::Fen;
use std::collections::BTreeMap;

/// How a request is to be treated beyond its own words; see [`crate::faults::Fault`].
#[derive(Clone, Debug, Default)]
pub(crate) struct Treatment {
    /// This result whatever the case.
    pub result: Option<String>,
    /// Only this much was there to hold.
    pub partial: Option<Option<Fen>>,
    /// Look for the victim's payment first.
    pub strict: bool,
}

impl Treatment {
    /// The result that stands in for the true one, unless the order is to be carried out.
    fn refusal(&self) -> Option<&str> {
        self.result
            .as_deref()
            .filter(|code| !matches!(*code, "0000" | "1200"))
    }
}

/// What the banks remember of the police's applications.
#[derive(Default)]
pub(crate) struct Desks {
    answered: BTreeMap<(BankIx, String, String), (String, Reply)>,
    pub watches: Watches,
}

impl Desks {
    /// Answers one request. `body_sm3` tells a resend from a second wish under the same number.
    pub fn handle(
        &mut self,
        world: &mut World,
        ask: &Ask<'_>,
        body_sm3: &str,
        treatment: &Treatment,
    ) -> Reply {
        let key = (
            ask.bank,
            ask.message.tx_code.clone(),
            ask.message.application_id().to_owned(),
        );
        if let Some((body, reply)) = self.answered.get(&key) {
            return if body == body_sm3 {
                reply.clone()
            } else {
                Reply::refuse(ask, "0900", "该申请编号已处理，内容不一致")
            };
        }
        let reply = self.answer(world, ask, treatment);
        self.answered.insert(key, (body_sm3.to_owned(), reply.clone()));
        reply
    }

    fn answer(&mut self, world: &mut World, ask: &Ask<'_>, treatment: &Treatment) -> Reply {
        if let Some(code) = treatment.refusal() {
            return Reply::refuse(ask, code, "模拟结果");
        }
        let done = self.act(world, ask, treatment);
        let mut reply = done.unwrap_or_else(|no| Reply::refuse(ask, no.code, no.cause));
        if let Some(code) = treatment.result.as_deref().filter(|_| reply.done()) {
            reply.set_result(code);
        }
        reply
    }

    fn act(&mut self, world: &mut World, ask: &Ask<'_>, treatment: &Treatment) -> Result<Reply, check::No> {
        ask.check_common()?;
        match ask.message.tx_code.as_str() {
            "200101" => stop::stop(world, ask, treatment),
            "200103" => stop::relieve(world, ask),
            "200105" => stop::prolong(world, ask),
            "200201" => freeze::freeze(world, ask, treatment),
            "200203" => freeze::relieve(world, ask),
            "200205" => freeze::renew(world, ask),
            "200301" => query::transactions(world, ask),
            "200303" => query::holder(world, ask),
            "200305" => self.watches.begin(world, ask),
            "200307" => self.watches.end(ask),
            "200309" => query::all_accounts(world, ask),
            _ => Err(check::No::of("1000", "发卡行不支持该功能")),
        }
    }
}

/// The code of the answer to a request; `None` for a code that no bank answers.
pub(crate) fn answer_code(request: &str) -> Option<&'static str> {
    Some(match request {
        "200101" => "200102",
        "200103" => "200104",
        "200105" => "200106",
        "200201" => "200202",
        "200203" => "200204",
        "200205" => "200206",
        "200301" => "200302",
        "200303" => "200304",
        "200305" => "200306",
        "200307" => "200308",
        "200309" => "200310",
        _ => return None,
    })
}
