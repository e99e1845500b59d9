//! The queries that are answered once: history, holder, all accounts of a person.

use super::check::{Ask, FOR_QUERY, No};
use super::reply::{Reply, fields, list};
use crate::dice::Dice;
use crate::world::{Account, AccountIx, Channel, Movement, Role, World};
use bankwire::{Fields, Node};
use kernel::{Instant, identifier::normalise};

/// DOMAIN 1.7: an answer carries at most this many; the latest are kept.
pub(crate) const TRANSACTIONS_MAX: usize = 1000;

pub(super) fn transactions(world: &World, ask: &Ask<'_>) -> Result<Reply, No> {
    ask.check_attachments(FOR_QUERY)?;
    let mode = ask.need("InquiryMode")?;
    let period = if mode == "01" { None } else { Some(period(ask)?) };
    let ix = ask.account(world, "CardNumber")?;
    ask.check_name(world.account(ix), "AccountName")?;
    let (places, cut) = match period {
        None => (Vec::new(), false),
        Some(period) => within(world, ix, period),
    };
    let mut reply = Reply::done_with(ask, if cut { "2400" } else { "0000" });
    if cut {
        reply.set("FeedbackRemark", "交易明细超过1000条，已截取最近1000条");
    }
    let transactions = places
        .into_iter()
        .map(|place| transaction(world, ix, place))
        .collect();
    let mut sub = sub_account(world.account(ix), ask.now);
    sub.set("Transactions", list("Transaction", transactions));
    reply
        .body
        .set("Accounts", Node::Object(account_fields(world.account(ix), sub)));
    Ok(reply)
}

fn period(ask: &Ask<'_>) -> Result<(Instant, Instant), No> {
    let (from, to) = (ask.time("InquiryPeriodStart")?, ask.time("InquiryPeriodEnd")?);
    if to < from {
        Err(No::of("0801", "查询期限无效"))
    } else {
        Ok((from, to))
    }
}

/// The places of an account's movements in a period, the latest thousand, and whether there were more.
fn within(world: &World, ix: AccountIx, (from, to): (Instant, Instant)) -> (Vec<usize>, bool) {
    let end = to + kernel::Span::from_ms(999);
    let fits = |place: &usize| (from..=end).contains(&world.ledger()[*place].at);
    let mut fitting: Vec<usize> = world
        .account(ix)
        .movements()
        .iter()
        .copied()
        .filter(fits)
        .collect();
    let cut = fitting.len().saturating_sub(TRANSACTIONS_MAX);
    (fitting.split_off(cut), cut > 0)
}

fn account_fields(account: &Account, sub: Fields) -> Fields {
    let mut out = fields([
        ("AccountName", account.holder.name.clone()),
        ("CardNumber", account.number.clone()),
        ("DepositBankBranch", account.branch.clone()),
        ("DepositBankBranchCode", account.bank.get().code.to_owned()),
        ("AccountOpenTime", account.opened.to_wire14()),
        (
            "AccountCancellationTime",
            account.closed.map_or(String::new(), Instant::to_wire14),
        ),
        (
            "AccountCancellationBranch",
            if account.closed.is_some() {
                account.branch.clone()
            } else {
                String::new()
            },
        ),
        ("Remark", String::new()),
    ]);
    out.set("Account", Node::List(vec![Node::Object(sub)]));
    out
}

fn sub_account(account: &Account, now: Instant) -> Fields {
    fields([
        ("AccountNumber", format!("{}_1", account.number)),
        ("AccountSerial", "1".to_owned()),
        ("AccountType", account_type(account).to_owned()),
        ("AccountStatus", account.status(now).to_owned()),
        ("Currency", "CNY".to_owned()),
        ("CashRemit", String::new()),
        ("AccountBalance", account.balance.to_yuan()),
        ("AvailableBalance", account.available(now).to_yuan()),
    ])
}

fn account_type(account: &Account) -> &'static str {
    if account.corporate() { "02" } else { "01" }
}

/// The movement at that place of the ledger as the bank of `ix` sees it: all 28 fields.
pub(crate) fn transaction(world: &World, ix: AccountIx, place: usize) -> Fields {
    let m = &world.ledger()[place];
    let out = m.src == ix;
    let other = world.account(if out { m.dst } else { m.src });
    let own = world.account(ix);
    let cash = other.role == Role::CashDesk;
    let merchant = other.role == Role::Merchant && matches!(m.channel, Channel::Pos | Channel::Wallet);
    let known = |value: &str| if cash { String::new() } else { value.to_owned() };
    let device = Dice::named(0, &format!("device/{}", own.number)).digits(6);
    let online = matches!(m.channel, Channel::MobileBank | Channel::Wallet) && out;
    let when_online = |value: String| if online { value } else { String::new() };
    fields([
        ("TransactionType", m.channel.words().to_owned()),
        ("BorrowingSigns", if out { "0" } else { "1" }.to_owned()),
        ("Currency", "CNY".to_owned()),
        ("TransactionAmount", m.amount.to_yuan()),
        (
            "AccountBalance",
            if out { m.src_balance } else { m.dst_balance }.to_yuan(),
        ),
        ("TransactionTime", m.at.to_wire14()),
        ("TransactionSerial", transaction_serial(m, place)),
        ("OpponentName", known(&other.holder.name)),
        ("OpponentAccountNumber", known(&other.number)),
        ("OpponentCredentialNumber", String::new()),
        ("OpponentDepositBankID", known(other.bank.get().code)),
        ("TransactionRemark", m.channel.words().to_owned()),
        ("TransactionBranchName", own.branch.clone()),
        ("TransactionBranchCode", own.bank.get().code.to_owned()),
        ("LogNumber", format!("{place:010}")),
        ("SummonsNumber", String::new()),
        ("VoucherType", String::new()),
        ("VoucherCode", String::new()),
        ("CashMark", if cash { "01" } else { "00" }.to_owned()),
        (
            "TerminalNumber",
            if cash {
                format!("ATM{}", &device[..4])
            } else {
                String::new()
            },
        ),
        ("TransactionStatus", "00".to_owned()),
        (
            "TransactionAddress",
            if cash {
                own.holder.address.clone()
            } else {
                String::new()
            },
        ),
        (
            "MerchantName",
            if merchant {
                other.holder.name.clone()
            } else {
                String::new()
            },
        ),
        (
            "MerchantCode",
            if merchant {
                other.holder.id_number.clone()
            } else {
                String::new()
            },
        ),
        (
            "IPAddress",
            when_online(format!("198.51.100.{}", device[..2].parse::<u8>().unwrap_or(1))),
        ),
        (
            "MAC",
            when_online(format!(
                "02:00:5E:{}:{}:{}",
                &device[..2],
                &device[2..4],
                &device[4..6]
            )),
        ),
        ("TellerCode", String::new()),
        ("Remark", String::new()),
    ])
}

/// The same at both ends of a transfer, so that a reader can tell one movement from two.
fn transaction_serial(m: &Movement, place: usize) -> String {
    format!("{}{place:010}", &m.at.to_wire14()[..8])
}

pub(super) fn holder(world: &World, ask: &Ask<'_>) -> Result<Reply, No> {
    ask.check_attachments(FOR_QUERY)?;
    let ix = ask.account(world, "CardNumber")?;
    let account = world.account(ix);
    ask.check_name(account, "AccountName")?;
    let mut reply = Reply::done_with(ask, "0000");
    let h = &account.holder;
    reply.set("AccountCredentialType", credential_type(account));
    reply.set("AccountCredentialNumber", &h.id_number);
    reply.set("AccountSubjectName", &h.name);
    reply.set("TelNumber", &h.phone);
    reply.set("ResidentAddress", if h.firm { "" } else { &h.address });
    if h.firm {
        reply.set("WorkCompanyName", &h.name);
        reply.set("WorkAddress", &h.address);
        reply.set(
            "ArtificialPersonRep",
            h.name.chars().skip(3).take(2).collect::<String>(),
        );
        reply.set("BusinessLicenseNumber", &h.id_number);
    }
    Ok(reply)
}

fn credential_type(account: &Account) -> &'static str {
    if account.corporate() { "14" } else { "01" }
}

pub(super) fn all_accounts(world: &World, ask: &Ask<'_>) -> Result<Reply, No> {
    ask.check_attachments(FOR_QUERY)?;
    ask.need("InquiryMode")?;
    let id = normalise(ask.need("AccountCredentialNumber")?).to_uppercase();
    ask.need("AccountCredentialType")?;
    let found = world.of_holder(ask.bank, &id);
    let Some(first) = found.first() else {
        return Err(No::of("0100", "证件号码在本行无账户"));
    };
    let name = normalise(ask.text("AccountSubjectName"));
    if !name.is_empty() && name != normalise(&world.account(*first).holder.name) {
        return Err(No::of("0199", "证件与姓名不符"));
    }
    let accounts: Vec<&Account> = found.iter().map(|ix| world.account(*ix)).collect();
    let mut reply = Reply::done_with(ask, "0000");
    reply.set_list(
        "AccountsList",
        "Accounts",
        accounts
            .iter()
            .map(|a| account_fields(a, sub_account(a, ask.now)))
            .collect(),
    );
    reply.set_list(
        "Measures",
        "Measure",
        accounts.iter().flat_map(|a| measures(a, ask.now)).collect(),
    );
    reply.set_list(
        "Priorities",
        "Priority",
        accounts.iter().filter_map(|a| priority(a)).collect(),
    );
    Ok(reply)
}

fn measures(account: &Account, now: Instant) -> Vec<Fields> {
    let one = |serial: usize, kind: &str, dept: &str, (start, end): (Instant, Instant), amount: String| {
        fields([
            ("FreezeSerial", (serial + 1).to_string()),
            ("AccountNumber", format!("{}_1", account.number)),
            ("CardNumber", account.number.clone()),
            ("FreezeStartTime", start.to_wire14()),
            ("FreezeEndTime", end.to_wire14()),
            ("FreezeDeptName", dept.to_owned()),
            ("Currency", "CNY".to_owned()),
            ("FreezeBalance", amount),
            ("Remark", String::new()),
            ("FreezeType", kind.to_owned()),
        ])
    };
    let whole = account.balance;
    let mut list = Vec::new();
    if let Some(s) = account.active_stop(now) {
        list.push(one(
            list.len(),
            "0001",
            "公安机关",
            (s.start, s.expire),
            whole.to_yuan(),
        ));
    }
    for f in account.freezes.iter().filter(|f| f.active(now)) {
        list.push(one(
            list.len(),
            "0002",
            &f.authority,
            (f.start, f.expire),
            f.cap.unwrap_or(whole).to_yuan(),
        ));
    }
    if let Some(p) = account.active_prior(now) {
        list.push(one(
            list.len(),
            "1001",
            &p.authority,
            (p.start, p.expire),
            p.cap.unwrap_or(whole).to_yuan(),
        ));
    }
    list
}

fn priority(account: &Account) -> Option<Fields> {
    let pledge = account.pledge.as_ref()?;
    Some(fields([
        ("PriortySerial", "1".to_owned()),
        ("AccountNumber", format!("{}_1", account.number)),
        ("CardNumber", account.number.clone()),
        ("CredentialType", "14".to_owned()),
        ("CredentialNumber", String::new()),
        ("RightsType", "03".to_owned()),
        ("ObligeeName", pledge.obligee.clone()),
        ("RightsBalance", pledge.amount.to_yuan()),
        ("ObligeeAddress", "湖北省黄冈市黄州区".to_owned()),
        ("ObligeeContactInfo", "0713-0000001".to_owned()),
    ]))
}
