//! Accounts by normalised number, what banks say of them, and the movements of money between them.
//!
//! A movement is told by up to two banks; it is kept once ([`transfer_record`]). Leaves out what the movements mean
//! (`trace`) and what may be ordered (`domain::hold`, fed by `orders::holds`).

use crate::rows::{account, transfer};
use crate::{StoreError, Tx};
use domain::hold::PriorHold;
use kernel::{AccountId, AccountNo, Fen, Instant, OrderId, PaymentId, PersonName, TransferId};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
    QuerySelect,
};
use uuid::Uuid;

/// 账户.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Account {
    pub id: AccountId,
    /// Main number, normalised.
    pub number: AccountNo,
    pub bank_code: String,
    pub bank_name: String,
    pub holder: PersonName,
    /// 01 personal, 02 corporate, as the wire says.
    pub account_type: String,
    /// Empty, or why money that arrives has left: cash, merchant.
    pub exit_kind: String,
    /// The bank's AccountStatus, raw.
    pub status: String,
    pub balance: Option<(Fen, Instant)>,
    /// The bank's answer about the holder, as JSON; personal data.
    pub holder_facts: Option<String>,
    pub prior_holds: Vec<PriorHold>,
    /// Stops that banks executed, ever.
    pub stops_executed: u32,
    pub version: i64,
}

/// One movement of money.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    pub id: TransferId,
    pub src: AccountId,
    pub dst: AccountId,
    pub amount: Fen,
    pub at: Instant,
    /// The serial numbers under which the paying and the receiving bank keep it.
    pub src_serial: Option<String>,
    pub dst_serial: Option<String>,
    pub src_balance: Option<Fen>,
    pub dst_balance: Option<Fen>,
    pub payment: Option<PaymentId>,
    pub source_order: Option<OrderId>,
    pub summary: String,
}

/// Which of the two banks tells of a movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Src,
    Dst,
}

/// The account of this number, made if it is new. Facts that were empty are filled in; known ones stay.
pub async fn account_ensure(tx: &Tx, fresh: &Account) -> Result<Account, StoreError> {
    let Some(mut known) = account_by_number(tx.conn(), fresh.number.main()).await? else {
        let mut made = fresh.clone();
        made.number = AccountNo::parse(fresh.number.main()).unwrap_or_else(|| fresh.number.clone());
        tx.insert_later(&account::Entity::insert(account_model(&made).into_active_model()));
        return Ok(made);
    };
    if known.fill(fresh) {
        account_update(tx, &known).await?;
    }
    Ok(known)
}

impl Account {
    /// Takes over facts that were empty; whether there were any.
    pub(crate) fn fill(&mut self, fresh: &Account) -> bool {
        let mut filled = false;
        for (known, fresh) in [
            (&mut self.bank_code, &fresh.bank_code),
            (&mut self.bank_name, &fresh.bank_name),
            (&mut self.account_type, &fresh.account_type),
            (&mut self.exit_kind, &fresh.exit_kind),
        ] {
            if known.is_empty() && !fresh.is_empty() {
                known.clone_from(fresh);
                filled = true;
            }
        }
        if self.holder.is_empty() && !fresh.holder.is_empty() {
            self.holder = fresh.holder.clone();
            filled = true;
        }
        filled
    }
}

pub async fn account_by_number(
    conn: &impl ConnectionTrait,
    main: &str,
) -> Result<Option<Account>, StoreError> {
    account::Entity::find()
        .filter(account::Column::Number.eq(main))
        .one(conn)
        .await?
        .map(account_of)
        .transpose()
}

pub async fn account_load(conn: &impl ConnectionTrait, id: AccountId) -> Result<Option<Account>, StoreError> {
    account::Entity::find_by_id(Uuid::from(id))
        .one(conn)
        .await?
        .map(account_of)
        .transpose()
}

pub async fn accounts_load(
    conn: &impl ConnectionTrait,
    ids: &[AccountId],
) -> Result<Vec<Account>, StoreError> {
    let ids: Vec<Uuid> = ids.iter().map(|id| Uuid::from(*id)).collect();
    let mut found = Vec::with_capacity(ids.len());
    for part in ids.chunks(500) {
        found.extend(
            account::Entity::find()
                .filter(account::Column::Id.is_in(part.to_vec()))
                .all(conn)
                .await?,
        );
    }
    found.into_iter().map(account_of).collect()
}

/// Writes all facts of the account. Writers stand in line, so the account was loaded in this transaction.
pub async fn account_update(tx: &Tx, account: &Account) -> Result<(), StoreError> {
    let mut model = account_model(account);
    model.version += 1;
    model.into_active_model().reset_all().update(tx.conn()).await?;
    Ok(())
}

/// What became of a movement that a bank told us of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Recorded {
    New,
    /// The other bank told us before; now both have.
    Joined,
    Known,
}

/// Keeps a movement told by the bank of `side` once; see [`crate::movements::transfers_record`], which does it for many.
pub async fn transfer_record(
    tx: &Tx,
    told: &Transfer,
    side: Side,
) -> Result<(Recorded, TransferId), StoreError> {
    let told = crate::movements::Told {
        transfer: told.clone(),
        side,
        twin: 0,
    };
    let kept = crate::movements::transfers_record(tx, std::slice::from_ref(&told)).await?;
    kept.first()
        .copied()
        .ok_or_else(|| StoreError::Corrupt("one movement was told".into()))
}

/// Marks a movement as the victim's payment.
pub async fn transfer_is_payment(
    tx: &Tx,
    transfer: TransferId,
    payment: PaymentId,
) -> Result<(), StoreError> {
    transfer::Entity::update_many()
        .col_expr(transfer::Column::PaymentId, Uuid::from(payment).into())
        .filter(transfer::Column::Id.eq(Uuid::from(transfer)))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// What left any of these accounts since `since`, in order of time, at most `limit`.
pub async fn transfers_out(
    conn: &impl ConnectionTrait,
    accounts: &[AccountId],
    since: Instant,
    limit: u64,
) -> Result<Vec<Transfer>, StoreError> {
    transfers(conn, transfer::Column::Src, accounts, since, limit).await
}

/// What came into any of these accounts since `since`, in order of time, at most `limit`.
pub async fn transfers_in(
    conn: &impl ConnectionTrait,
    accounts: &[AccountId],
    since: Instant,
    limit: u64,
) -> Result<Vec<Transfer>, StoreError> {
    transfers(conn, transfer::Column::Dst, accounts, since, limit).await
}

async fn transfers(
    conn: &impl ConnectionTrait,
    end: transfer::Column,
    accounts: &[AccountId],
    since: Instant,
    limit: u64,
) -> Result<Vec<Transfer>, StoreError> {
    if accounts.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<Uuid> = accounts.iter().map(|id| Uuid::from(*id)).collect();
    let rows = transfer::Entity::find()
        .filter(end.is_in(ids))
        .filter(transfer::Column::AtMs.gte(since.ms()))
        .order_by_asc(transfer::Column::AtMs)
        .order_by_asc(transfer::Column::Id)
        .limit(limit)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(transfer_of).collect())
}

pub(crate) fn account_model(a: &Account) -> account::Model {
    account::Model {
        id: a.id.into(),
        number: a.number.main().to_owned(),
        bank_code: a.bank_code.clone(),
        bank_name: a.bank_name.clone(),
        holder: a.holder.reveal().to_owned(),
        account_type: a.account_type.clone(),
        exit_kind: a.exit_kind.clone(),
        status: a.status.clone(),
        balance_fen: a.balance.map(|(fen, _)| fen.0),
        balance_at_ms: a.balance.map(|(_, at)| at.ms()),
        holder_facts: a.holder_facts.clone(),
        prior_holds: serde_json::to_string(&a.prior_holds).unwrap_or_else(|_| "[]".into()),
        stops_executed: i32::try_from(a.stops_executed).unwrap_or(i32::MAX),
        version: a.version,
    }
}

pub(crate) fn account_of(m: account::Model) -> Result<Account, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("account {}: {what}", m.id));
    Ok(Account {
        id: m.id.into(),
        number: AccountNo::parse(&m.number).ok_or_else(|| corrupt("number"))?,
        prior_holds: serde_json::from_str(&m.prior_holds).map_err(|_| corrupt("prior_holds"))?,
        bank_code: m.bank_code,
        bank_name: m.bank_name,
        holder: m.holder.into(),
        account_type: m.account_type,
        exit_kind: m.exit_kind,
        status: m.status,
        balance: m
            .balance_fen
            .zip(m.balance_at_ms)
            .map(|(fen, at)| (Fen(fen), Instant::from_ms(at))),
        holder_facts: m.holder_facts,
        stops_executed: u32::try_from(m.stops_executed).unwrap_or(0),
        version: m.version,
    })
}

pub(crate) fn transfer_of(m: transfer::Model) -> Transfer {
    Transfer {
        id: m.id.into(),
        src: m.src.into(),
        dst: m.dst.into(),
        amount: Fen(m.amount_fen),
        at: Instant::from_ms(m.at_ms),
        src_serial: m.src_serial.and_then(crate::movements::serial_of_key),
        dst_serial: m.dst_serial.and_then(crate::movements::serial_of_key),
        src_balance: m.src_balance_fen.map(Fen),
        dst_balance: m.dst_balance_fen.map(Fen),
        payment: m.payment_id.map(Into::into),
        source_order: m.source_order.map(Into::into),
        summary: m.summary,
    }
}
