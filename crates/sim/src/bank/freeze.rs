//! 冻结, its relief and its renewal. Deposits: half a year, a year for major cases (程序规定 243); a second freeze by the same
//! authority for the same case is refused, one for another case holds what the first leaves free, one behind another authority's waits and holds what is free (DOMAIN 2.2).

use super::Treatment;
use super::check::{Ask, FOR_FREEZE, No};
use super::reply::Reply;
use crate::world::{Account, AccountIx, Freeze, World};
use kernel::{Fen, Instant, Span, identifier::normalise};

const FREEZE_TERM_MAX: Span = Span::days(367);

pub(super) fn freeze(world: &mut World, ask: &Ask<'_>, treatment: &Treatment) -> Result<Reply, No> {
    let expire = check_terms(ask, "FreezeStartTime")?;
    ask.check_attachments(FOR_FREEZE)?;
    let ix = ask.live_account(world)?;
    check_identity(ask, world.account(ix))?;
    let asked = ask.amount("Balance")?;
    let cap = cap(ask, asked)?;
    // No source names the codes of a failed freeze (14xx–17xx): the group's "other" stands in, and is unknown on purpose.
    let case_number = ask.text("CaseNumber").to_owned();
    if world.account(ix).freeze_in_the_way(&case_number, ask.now) {
        return Err(No::of("1499", "账户已由公安机关冻结"));
    }
    let free = world.account(ix).unfrozen(ask.now);
    let held = match treatment.partial {
        Some(seen) => seen.unwrap_or(Fen(asked.0 / 2)),
        None => cap.map_or(free, |cap| cap.min(free)),
    };
    let authority = ask.text("ApplicationOrgName").to_owned();
    let application_id = ask.message.application_id().to_owned();
    let account = world.account_mut(ix);
    account
        .stops
        .iter_mut()
        .filter(|s| s.active(ask.now) && s.case_number == case_number)
        .for_each(|s| s.relieved = Some(ask.now));
    account.freezes.push(Freeze {
        application_id,
        authority,
        case_number,
        cap,
        start: ask.now,
        expire,
        relieved: None,
    });
    let mut reply = Reply::done_with(
        ask,
        if treatment.partial.is_some() {
            "1200"
        } else {
            "0000"
        },
    );
    freeze_fields(
        &mut reply,
        ask,
        world.account(ix),
        (asked, held),
        (ask.now, expire),
    );
    prior_fields(&mut reply, world.account(ix), ask.now);
    Ok(reply)
}

fn check_terms(ask: &Ask<'_>, start_field: &str) -> Result<Instant, No> {
    let (start, expire) = (ask.time(start_field)?, ask.time("ExpireTime")?);
    if expire <= start || expire <= ask.now || expire.since(start) > FREEZE_TERM_MAX {
        return Err(No::of("0801", "冻结期限超出法律效力范围"));
    }
    Ok(expire)
}

fn check_identity(ask: &Ask<'_>, account: &Account) -> Result<(), No> {
    let asked = normalise(ask.need("IDNumber")?).to_uppercase();
    if asked == account.holder.id_number {
        Ok(())
    } else {
        Err(No::of("0100", "证件与账户不符"))
    }
}

/// 01 up to an amount, 02 the whole account.
fn cap(ask: &Ask<'_>, asked: Fen) -> Result<Option<Fen>, No> {
    match ask.need("FreezeType")? {
        "01" => Ok(Some(asked)),
        "02" => Ok(None),
        _ => Err(No::of("0599", "冻结方式错误")),
    }
}

fn freeze_fields(
    reply: &mut Reply,
    ask: &Ask<'_>,
    account: &Account,
    (asked, held): (Fen, Fen),
    term: (Instant, Instant),
) {
    reply.account_of(ask);
    reply.set("AppliedBalance", asked.to_yuan());
    reply.set("FrozedBalance", held.to_yuan());
    reply.set("Currency", "CNY");
    reply.set("AccountBalance", account.balance.to_yuan());
    reply.set("StartTime", term.0.to_wire14());
    reply.set("ExpireTime", term.1.to_wire14());
}

fn prior_fields(reply: &mut Reply, account: &Account, now: Instant) {
    if let Some(prior) = account.active_prior(now) {
        reply.set("FormerApplicationDepartment", &prior.authority);
        reply.set("FormerFrozenCurrency", "CNY");
        reply.set(
            "FormerFrozenBalance",
            prior.cap.unwrap_or(account.balance).to_yuan(),
        );
        reply.set("FormerFrozenExpireTime", prior.expire.to_wire14());
        reply.set("FeedbackRemark", "存在在先冻结，轮候");
    }
    reply.set("AccountAvailableBalance", account.available(now).to_yuan());
}

/// The place of the freeze that an application set on the account it names; 0400 when there is none.
fn original(world: &World, ask: &Ask<'_>) -> Result<(AccountIx, usize), No> {
    let ix = ask.account(world, "AccountNumber")?;
    ask.check_name(world.account(ix), "AccountName")?;
    let id = ask.need("OriginalApplicationID")?;
    let place = world
        .account(ix)
        .freezes
        .iter()
        .position(|f| f.application_id == id);
    Ok((ix, place.ok_or(No::of("0400", "原冻结申请不存在"))?))
}

pub(super) fn relieve(world: &mut World, ask: &Ask<'_>) -> Result<Reply, No> {
    let (ix, place) = original(world, ask)?;
    let account = world.account_mut(ix);
    if !account.freezes[place].active(ask.now) {
        return Err(No::of("1900", "冻结已到期或已解除"));
    }
    let cap = account.freezes[place].cap;
    let held = cap.map_or(account.balance, |cap| cap.min(account.balance));
    account.freezes[place].relieved = Some(ask.now);
    let mut reply = Reply::done_with(ask, "0000");
    reply.account_of(ask);
    reply.set("AppliedBalance", cap.unwrap_or(held).to_yuan());
    reply.set("UnfreezeBalance", held.to_yuan());
    reply.set("AccountBalance", account.balance.to_yuan());
    reply.set("WithdrawalTime", ask.now.to_wire14());
    Ok(reply)
}

pub(super) fn renew(world: &mut World, ask: &Ask<'_>) -> Result<Reply, No> {
    let expire = check_terms(ask, "PostponeStartTime")?;
    let (ix, place) = original(world, ask)?;
    let account = world.account_mut(ix);
    if !account.freezes[place].active(ask.now) {
        // 程序规定 240: late renewal finds the freeze released.
        return Err(No::of("1800", "冻结已到期"));
    }
    if expire <= account.freezes[place].expire {
        return Err(No::of("0801", "续冻期限无效"));
    }
    account.freezes[place].expire = expire;
    let cap = account.freezes[place].cap;
    let held = cap.map_or(account.balance, |cap| cap.min(account.balance));
    let start = account.freezes[place].start;
    let mut reply = Reply::done_with(ask, "0000");
    freeze_fields(
        &mut reply,
        ask,
        world.account(ix),
        (cap.unwrap_or(held), held),
        (start, expire),
    );
    Ok(reply)
}
