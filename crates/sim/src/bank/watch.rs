//! 账户动态查询: while a watch is live, the bank reports each new movement of the account by itself.

use super::check::{Ask, FOR_QUERY, No};
use super::query::transaction;
use super::reply::Reply;
use crate::institutions::BankIx;
use crate::world::{AccountIx, World};
use bankwire::{Message, Root};
use kernel::Instant;

struct Watch {
    bank: BankIx,
    account: AccountIx,
    application_id: String,
    /// The node that asked: the prefix of its serial numbers.
    police_node: String,
    start: Instant,
    end: Option<Instant>,
    ended: bool,
}

impl Watch {
    fn live(&self, now: Instant) -> bool {
        !self.ended && self.start <= now && self.end.is_none_or(|end| now < end)
    }
}

/// A report of a movement that is ready to be sent to the node that asked.
pub(crate) struct Sighting {
    pub bank: BankIx,
    pub police_node: String,
    pub reply: Reply,
}

#[derive(Default)]
pub(crate) struct Watches(Vec<Watch>);

impl Watches {
    /// The first answer says that the watch is live and carries no movement.
    pub fn begin(&mut self, world: &World, ask: &Ask<'_>) -> Result<Reply, No> {
        ask.check_attachments(FOR_QUERY)?;
        let start = ask.time("InterceptionStartTime")?;
        let end = match ask.text("InterceptionEndTime") {
            "" => None,
            _ => Some(ask.time("InterceptionEndTime")?),
        };
        if end.is_some_and(|end| end <= start || end <= ask.now) {
            return Err(No::of("0801", "动态查询期限无效"));
        }
        if ask.need("InterceptionOrderID")? != "1" {
            return Err(No::of("0599", "执行标志错误"));
        }
        let account = ask.account(world, "CardNumber")?;
        ask.check_name(world.account(account), "AccountName")?;
        self.0.push(Watch {
            bank: ask.bank,
            account,
            application_id: ask.message.application_id().to_owned(),
            police_node: police_node(ask.message).to_owned(),
            start: start.min(ask.now),
            end,
            ended: false,
        });
        Ok(about(ask, world, account))
    }

    pub fn end(&mut self, ask: &Ask<'_>) -> Result<Reply, No> {
        let id = ask.need("OriginalApplicationID")?;
        let watch = self
            .0
            .iter_mut()
            .find(|w| w.bank == ask.bank && w.application_id == id);
        let watch = watch.ok_or(No::of("1600", "原动态查询申请不存在"))?;
        if !watch.live(ask.now) {
            return Err(No::of("1601", "动态查询已解除"));
        }
        watch.ended = true;
        let mut reply = Reply::done_with(ask, "0000");
        for name in [
            "CaseNumber",
            "ApplicationOrgID",
            "ApplicationOrgName",
            "ApplicationTime",
            "AccountName",
            "CardNumber",
        ] {
            reply.set(name, ask.text(name));
        }
        reply.set("BankID", ask.bank.get().code);
        reply.set("BankName", ask.bank.get().name);
        reply.set("WithdrawalRemark", ask.text("Remark"));
        Ok(reply)
    }

    /// What the banks report of a movement at that place of the ledger.
    pub fn sightings(&self, world: &World, place: usize) -> Vec<Sighting> {
        let movement = &world.ledger()[place];
        let touches = |w: &&Watch| w.live(movement.at) && [movement.src, movement.dst].contains(&w.account);
        let report = |w: &Watch| {
            let mut message = Message {
                tx_code: "200305".into(),
                root: Root::Request,
                head: Default::default(),
                body: Default::default(),
                flags: Vec::new(),
            };
            message.body.set_text("ApplicationID", &w.application_id);
            let ask = Ask {
                bank: w.bank,
                message: &message,
                now: movement.at,
            };
            let mut reply = about(&ask, world, w.account);
            reply.set_list(
                "Transactions",
                "Transaction",
                vec![transaction(world, w.account, place)],
            );
            Sighting {
                bank: w.bank,
                police_node: w.police_node.clone(),
                reply,
            }
        };
        self.0.iter().filter(touches).map(report).collect()
    }
}

fn about(ask: &Ask<'_>, world: &World, account: AccountIx) -> Reply {
    let account = world.account(account);
    let mut reply = Reply::done_with(ask, "0000");
    reply.set("AccountName", &account.holder.name);
    reply.set("AccountNumber", format!("{}_1", account.number));
    reply.set("CardNumber", &account.number);
    reply
}

/// The sender of a request: `MessageFrom` when the hub has filled it, else the first twelve characters of the serial.
pub(crate) fn police_node(message: &Message) -> &str {
    match message.head.text("MessageFrom") {
        Some(node) if !node.is_empty() => node,
        _ => message.trans_serial_number().get(..12).unwrap_or("cfcapolice01"),
    }
}
