//! What every bank checks before it acts (DOMAIN 1.4, 1.7, 1.8).

use crate::institutions::BankIx;
use crate::world::{Account, AccountIx, World};
use bankwire::{Message, Node};
use kernel::{Fen, Instant, Span, identifier::normalise};

/// A request on a bank's desk.
pub(crate) struct Ask<'a> {
    pub bank: BankIx,
    pub message: &'a Message,
    /// The bank's own clock.
    pub now: Instant,
}

/// Why not: a result code and the words beside it.
pub(crate) struct No {
    pub code: &'static str,
    pub cause: &'static str,
}

impl No {
    pub fn of(code: &'static str, cause: &'static str) -> No {
        No { code, cause }
    }
}

/// The attachment sets (DOMAIN 1.7): how many of which type at least.
pub(crate) const FOR_STOP: &[(&str, usize)] = &[("01", 2), ("03", 1)];
pub(crate) const FOR_FREEZE: &[(&str, usize)] = &[("01", 2), ("02", 1)];
pub(crate) const FOR_QUERY: &[(&str, usize)] = &[("05", 1)];

impl Ask<'_> {
    /// A body field, empty when absent.
    pub fn text(&self, name: &str) -> &str {
        self.message.body.text(name).map_or("", str::trim)
    }

    pub fn need(&self, name: &str) -> Result<&str, No> {
        let text = self.text(name);
        if text.is_empty() {
            Err(No::of("0500", "必填项为空"))
        } else {
            Ok(text)
        }
    }

    pub fn time(&self, name: &str) -> Result<Instant, No> {
        Instant::from_wire14(self.need(name)?).ok_or(No::of("0800", "日期格式错误"))
    }

    pub fn amount(&self, name: &str) -> Result<Fen, No> {
        let amount = Fen::parse_yuan(self.need(name)?)
            .ok()
            .filter(|fen| fen.is_positive());
        amount.ok_or(No::of("0200", "金额无效"))
    }

    /// Sender, organisation, date: what does not depend on the kind of request.
    pub fn check_common(&self) -> Result<(), No> {
        let bank_id = self.text("BankID");
        if !bank_id.is_empty() && bank_id != self.bank.get().code {
            return Err(No::of("0700", "机构编码与本行不符"));
        }
        let org = self.need("ApplicationOrgID")?;
        if !(6..=12).contains(&org.len()) || !org.bytes().all(|b| b.is_ascii_digit()) {
            return Err(No::of("0700", "申请机构编码错误"));
        }
        let applied =
            Instant::from_wire14(self.need("ApplicationTime")?).ok_or(No::of("0802", "申请日期异常"))?;
        if applied > self.now + Span::days(3) || applied < self.now - Span::days(30) {
            return Err(No::of("0802", "申请日期异常"));
        }
        for name in [
            "OperatorIDNumber",
            "OperatorName",
            "InvestigatorIDNumber",
            "InvestigatorName",
        ] {
            self.need(name)?;
        }
        Ok(())
    }

    /// The law asks for papers; without the full set nothing is done.
    pub fn check_attachments(&self, set: &[(&str, usize)]) -> Result<(), No> {
        let of_type = |kind: &str| {
            let items = self
                .message
                .body
                .items("Attachments", "Attachment")
                .iter()
                .filter_map(Node::fields);
            let named = items.filter(|a| a.text("Filename").is_some_and(|name| name.starts_with(kind)));
            named
                .filter(|a| {
                    a.text("Content")
                        .is_some_and(|content| !content.trim().is_empty())
                })
                .count()
        };
        let complete = set.iter().all(|(kind, n)| of_type(kind) >= *n);
        if complete {
            Ok(())
        } else {
            Err(No::of("0600", "法律文书不全"))
        }
    }

    /// The account by its number, at this bank, whatever its state.
    pub fn account(&self, world: &World, number_field: &str) -> Result<AccountIx, No> {
        let number = normalise(self.need(number_field)?);
        let found = world
            .find(&number)
            .filter(|ix| world.account(*ix).bank == self.bank);
        found.ok_or(No::of("0300", "账户/卡号不存在"))
    }

    /// The holder's name must be the account's; an empty one fails only where it is mandatory.
    pub fn check_name(&self, account: &Account, name_field: &str) -> Result<(), No> {
        let asked = normalise(self.text(name_field));
        if asked.is_empty() || asked == normalise(&account.holder.name) {
            Ok(())
        } else {
            Err(No::of("0301", "账号与户名不符"))
        }
    }

    /// An account that can be acted on: known, of that name, not white-listed, lost or closed.
    pub fn live_account(&self, world: &World) -> Result<AccountIx, No> {
        let ix = self.account(world, "AccountNumber")?;
        let account = world.account(ix);
        self.need("AccountName")?;
        self.check_name(account, "AccountName")?;
        if account.white_listed {
            return Err(No::of("0302", "白名单账户"));
        }
        if account.lost {
            return Err(No::of("0303", "账户已挂失"));
        }
        if account.closed.is_some() {
            return Err(No::of("0304", "账户状态异常"));
        }
        Ok(ix)
    }
}
