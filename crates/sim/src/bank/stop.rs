//! 止付, its relief and its prolongation. A stop runs 48 hours from the bank's execution, at most two on an account
//! (DOMAIN 2.2), and lets money in.

use super::Treatment;
use super::check::{Ask, FOR_STOP, No};
use super::reply::Reply;
use crate::world::{Account, AccountIx, Stop, World};
use kernel::{Fen, Instant, Span};

/// 银发〔2016〕86号: 48 hours, twice.
pub(crate) const STOP_TERM: Span = Span::hours(48);
const STOPS_MAX: usize = 2;
/// What a request may ask for: the term, and an hour for the way to the bank.
const TERM_ASKED_MAX: Span = Span::hours(49);

pub(super) fn stop(world: &mut World, ask: &Ask<'_>, treatment: &Treatment) -> Result<Reply, No> {
    check_terms(ask)?;
    ask.check_attachments(FOR_STOP)?;
    let ix = ask.live_account(world)?;
    let amount = ask.amount("TransferAmount")?;
    if treatment.strict {
        find_payment(world, ask, ix, amount)?;
    }
    check_state(world.account(ix), ask.now)?;
    let account = world.account_mut(ix);
    account.stops.push(Stop {
        application_id: ask.message.application_id().to_owned(),
        case_number: ask.text("CaseNumber").to_owned(),
        start: ask.now,
        expire: ask.now + STOP_TERM,
        relieved: None,
        prolonged: false,
    });
    let (balance, short) = match treatment.partial {
        Some(seen) => (seen.unwrap_or(Fen(amount.0 / 2)), true),
        None => (account.balance, account.balance < amount),
    };
    let mut reply = Reply::done_with(ask, if short { "1200" } else { "0000" });
    reply.account_of(ask);
    reply.set("AccountBalance", balance.to_yuan());
    reply.set("StartTime", ask.now.to_wire14());
    reply.set("ExpireTime", (ask.now + STOP_TERM).to_wire14());
    if short {
        reply.set("FeedbackRemark", "止付成功但余额不足");
    }
    Ok(reply)
}

fn check_terms(ask: &Ask<'_>) -> Result<(), No> {
    let (start, expire) = (ask.time("StartTime")?, ask.time("ExpireTime")?);
    if expire <= start || expire.since(start) > TERM_ASKED_MAX {
        return Err(No::of("0801", "止付期限超出法律效力范围"));
    }
    if ask.time("TransferTime")? > ask.now + Span::days(3) {
        return Err(No::of("0800", "转账时间异常"));
    }
    match ask.text("ApplicationType") {
        "00" | "01" | "02" | "03" | "04" | "05" => Ok(()),
        _ => Err(No::of("0599", "申请类型错误")),
    }
}

/// In the order in which one excludes the other: already stopped, frozen, too many.
fn check_state(account: &Account, now: Instant) -> Result<(), No> {
    if account.active_stop(now).is_some() {
        return Err(No::of("1301", "已止付"));
    }
    let ours = account.active_freeze(now).map(|f| f.cap);
    let caps = [ours, account.active_prior(now).map(|p| p.cap)];
    if caps.contains(&Some(None)) {
        return Err(No::of("1303", "账户已全额冻结"));
    }
    if caps.iter().any(Option::is_some) {
        return Err(No::of("1302", "账户已部分冻结"));
    }
    if account.stops.len() >= STOPS_MAX {
        return Err(No::of("1304", "超过允许的止付次数"));
    }
    Ok(())
}

/// A payment of that amount within a day of that time (86号: name, number, amount and time must match).
fn find_payment(world: &World, ask: &Ask<'_>, ix: AccountIx, amount: Fen) -> Result<(), No> {
    let at = ask.time("TransferTime")?;
    let fits = |place: &usize| {
        let m = &world.ledger()[*place];
        m.dst == ix && m.amount == amount && m.at.since(at).ms().abs() <= Span::days(1).ms()
    };
    if world.account(ix).movements().iter().any(fits) {
        Ok(())
    } else {
        Err(No::of("0400", "原交易不存在"))
    }
}

/// The stop that an application set on the account it names; 0400 when there is none.
fn original<'w>(world: &'w mut World, ask: &Ask<'_>) -> Result<&'w mut Stop, No> {
    let ix = ask.account(world, "AccountNumber")?;
    ask.check_name(world.account(ix), "AccountName")?;
    let id = ask.need("OriginalApplicationID")?;
    let stops = &mut world.account_mut(ix).stops;
    stops
        .iter_mut()
        .find(|s| s.application_id == id)
        .ok_or(No::of("0400", "原止付申请不存在"))
}

pub(super) fn relieve(world: &mut World, ask: &Ask<'_>) -> Result<Reply, No> {
    let stop = original(world, ask)?;
    if !stop.active(ask.now) {
        return Err(No::of("1900", "止付已到期或已解除"));
    }
    stop.relieved = Some(ask.now);
    let mut reply = Reply::done_with(ask, "0000");
    reply.account_of(ask);
    reply.set("WithdrawalTime", ask.now.to_wire14());
    Ok(reply)
}

/// Once, by at most another 48 hours from the old end. Whether practice allows more is not known (DOMAIN 8).
pub(super) fn prolong(world: &mut World, ask: &Ask<'_>) -> Result<Reply, No> {
    let wished = ask.time("ExpireTime")?;
    let balance = ask
        .account(world, "AccountNumber")
        .map(|ix| world.account(ix).balance)?;
    let stop = original(world, ask)?;
    if !stop.active(ask.now) {
        return Err(No::of("1800", "止付已到期"));
    }
    if stop.prolonged {
        return Err(No::of("1899", "止付已延期过一次"));
    }
    if wished <= stop.expire || wished > stop.expire + STOP_TERM {
        return Err(No::of("0801", "延期期限超出法律效力范围"));
    }
    let from = stop.expire;
    stop.expire = wished;
    stop.prolonged = true;
    let mut reply = Reply::done_with(ask, "0000");
    reply.account_of(ask);
    reply.set("Currency", "CNY");
    reply.set("AccountBalance", balance.to_yuan());
    reply.set("StartTime", from.to_wire14());
    reply.set("ExpireTime", wished.to_wire14());
    Ok(reply)
}
