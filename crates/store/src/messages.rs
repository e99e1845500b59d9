//! The outbox and the inbox: what leaves for the platform and what has come from it, byte for byte.
//!
//! A row of the outbox is written in the transaction that clears its order; its bytes are added once, before the first
//! send, and never change. A row of the inbox makes its message known for ever. Leaves out what messages say
//! (`bankwire`) and what they do to an order (`app`).

use crate::rows::{inbox, outbox};
use crate::{StoreError, Tx};
use domain::subject::SubjectKind;
use kernel::{BankReportId, Instant, MessageId, OrderId};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

/// Where an outgoing message stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OutState {
    /// To be built (if it has no bytes yet) and sent.
    Waiting,
    /// On the road; the hub has not said anything.
    Sent,
    /// Nothing more to do: accepted, refused, answered, or a person was asked.
    Over,
}

impl OutState {
    pub const fn slug(self) -> &'static str {
        match self {
            OutState::Waiting => "waiting",
            OutState::Sent => "sent",
            OutState::Over => "over",
        }
    }

    fn from_slug(slug: &str) -> Option<OutState> {
        [Self::Waiting, Self::Sent, Self::Over]
            .into_iter()
            .find(|s| s.slug() == slug)
    }
}

/// What a message on its way out is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Order(OrderId),
    /// Our answer to a report that a bank began.
    BankReport(BankReportId),
}

impl Subject {
    /// The word and the id, for the log.
    pub fn named(self) -> (SubjectKind, Uuid) {
        match self {
            Subject::Order(id) => (SubjectKind::Order, id.into()),
            Subject::BankReport(id) => (SubjectKind::BankReport, id.into()),
        }
    }
}

/// A message on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outgoing {
    pub id: MessageId,
    pub subject: Subject,
    pub bank_code: String,
    pub tx_code: String,
    pub application_id: String,
    pub trans_serial: String,
    pub file_name: String,
    pub state: OutState,
    /// Everything the bytes are made from, as JSON, fixed when the order was cleared.
    pub intent: String,
    pub body: Option<Vec<u8>>,
    /// SM3 of the body, hexadecimal.
    pub body_digest: String,
    pub attempts: u8,
    pub next_at: Instant,
    pub last_problem: String,
    pub created_at: Instant,
    pub sent_at: Option<Instant>,
}

/// A message that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming {
    pub id: MessageId,
    pub place: String,
    pub file_name: String,
    pub tx_code: String,
    pub application_id: String,
    pub trans_serial: String,
    pub digest: String,
    pub order: Option<OrderId>,
    pub note: String,
    pub received_at: Instant,
    pub body: Vec<u8>,
}

pub async fn outgoing_insert(tx: &Tx, message: &Outgoing) -> Result<(), StoreError> {
    tx.insert_later(&outbox::Entity::insert(out_model(message).into_active_model()));
    Ok(())
}

/// Waiting messages that are due, oldest first, at most `per_lane` of each bank and `limit` in all.
pub async fn outgoing_due(
    conn: &impl ConnectionTrait,
    now: Instant,
    per_lane: usize,
    limit: u64,
) -> Result<Vec<Outgoing>, StoreError> {
    let rows = outbox::Entity::find()
        .filter(outbox::Column::State.eq(OutState::Waiting.slug()))
        .filter(outbox::Column::NextAtMs.lte(now.ms()))
        .order_by_asc(outbox::Column::NextAtMs)
        .order_by_asc(outbox::Column::Id)
        .limit(limit)
        .all(conn)
        .await?;
    let mut lanes: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    let mut due = Vec::new();
    for row in rows {
        let taken = lanes.entry(row.bank_code.clone()).or_default();
        if *taken < per_lane {
            *taken += 1;
            due.push(out_of(row)?);
        }
    }
    Ok(due)
}

/// When the next waiting message is due.
pub async fn outgoing_next_at(conn: &impl ConnectionTrait) -> Result<Option<Instant>, StoreError> {
    let at: Option<i64> = outbox::Entity::find()
        .select_only()
        .column(outbox::Column::NextAtMs)
        .filter(outbox::Column::State.eq(OutState::Waiting.slug()))
        .order_by_asc(outbox::Column::NextAtMs)
        .into_tuple()
        .one(conn)
        .await?;
    Ok(at.map(Instant::from_ms))
}

pub async fn outgoing_load(
    conn: &impl ConnectionTrait,
    id: MessageId,
) -> Result<Option<Outgoing>, StoreError> {
    outbox::Entity::find_by_id(Uuid::from(id))
        .one(conn)
        .await?
        .map(out_of)
        .transpose()
}

/// Why the message of an order did not leave.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeftBehind {
    /// Its bytes were made; what failed is the road.
    pub built: bool,
    pub last_problem: String,
}

/// The messages of these orders, as far as they say why they did not leave.
pub async fn left_behind(
    conn: &impl ConnectionTrait,
    orders: &[OrderId],
) -> Result<std::collections::BTreeMap<OrderId, LeftBehind>, StoreError> {
    let rows: Vec<(Uuid, String, String)> = outbox::Entity::find()
        .select_only()
        .column(outbox::Column::OrderId)
        .column(outbox::Column::BodyDigest)
        .column(outbox::Column::LastProblem)
        .filter(outbox::Column::OrderId.is_in(orders.iter().map(|id| Uuid::from(*id))))
        .into_tuple()
        .all(conn)
        .await?;
    let of = |(order, digest, last_problem): (Uuid, String, String)| {
        let built = !digest.is_empty();
        (OrderId(order), LeftBehind { built, last_problem })
    };
    Ok(rows.into_iter().map(of).collect())
}

/// The message of an order.
pub async fn outgoing_of_order(
    conn: &impl ConnectionTrait,
    order: OrderId,
) -> Result<Option<Outgoing>, StoreError> {
    let find = outbox::Entity::find().filter(outbox::Column::OrderId.eq(Uuid::from(order)));
    find.one(conn).await?.map(out_of).transpose()
}

pub async fn outgoing_by_serial(
    conn: &impl ConnectionTrait,
    trans_serial: &str,
) -> Result<Option<Outgoing>, StoreError> {
    let find = outbox::Entity::find().filter(outbox::Column::TransSerial.eq(trans_serial));
    find.one(conn).await?.map(out_of).transpose()
}

pub async fn outgoing_by_file(
    conn: &impl ConnectionTrait,
    file_name: &str,
) -> Result<Option<Outgoing>, StoreError> {
    let find = outbox::Entity::find().filter(outbox::Column::FileName.eq(file_name));
    find.one(conn).await?.map(out_of).transpose()
}

/// Fixes the bytes of a message. Only the first call does anything: the same bytes leave on every send.
pub async fn outgoing_fix_body(
    tx: &Tx,
    id: MessageId,
    body: &[u8],
    digest: &str,
) -> Result<bool, StoreError> {
    let done = outbox::Entity::update_many()
        .col_expr(outbox::Column::Body, body.to_vec().into())
        .col_expr(outbox::Column::BodyDigest, digest.into())
        .filter(outbox::Column::Id.eq(Uuid::from(id)))
        .filter(outbox::Column::Body.is_null())
        .exec(tx.conn())
        .await?;
    Ok(done.rows_affected == 1)
}

/// Saves where a message stands; never touches its bytes.
pub async fn outgoing_progress(tx: &Tx, message: &Outgoing) -> Result<(), StoreError> {
    outbox::Entity::update_many()
        .col_expr(outbox::Column::State, message.state.slug().into())
        .col_expr(outbox::Column::Attempts, i32::from(message.attempts).into())
        .col_expr(outbox::Column::NextAtMs, message.next_at.ms().into())
        .col_expr(outbox::Column::LastProblem, message.last_problem.clone().into())
        .col_expr(outbox::Column::SentAtMs, message.sent_at.map(Instant::ms).into())
        .filter(outbox::Column::Id.eq(Uuid::from(message.id)))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Whether this message was taken before: by (TxCode, ApplicationID, TransSerialNumber) and place.
pub async fn incoming_known(
    conn: &impl ConnectionTrait,
    message: &Incoming,
) -> Result<Option<Incoming>, StoreError> {
    let row = inbox::Entity::find()
        .filter(inbox::Column::TxCode.eq(message.tx_code.as_str()))
        .filter(inbox::Column::ApplicationId.eq(message.application_id.as_str()))
        .filter(inbox::Column::TransSerial.eq(message.trans_serial.as_str()))
        .filter(inbox::Column::Place.eq(message.place.as_str()))
        .one(conn)
        .await?;
    Ok(row.map(in_of))
}

pub async fn incoming_insert(tx: &Tx, message: &Incoming) -> Result<(), StoreError> {
    let row = inbox::Model {
        id: message.id.into(),
        place: message.place.clone(),
        file_name: message.file_name.clone(),
        tx_code: message.tx_code.clone(),
        application_id: message.application_id.clone(),
        trans_serial: message.trans_serial.clone(),
        digest: message.digest.clone(),
        order_id: message.order.map(Into::into),
        note: message.note.clone(),
        received_at_ms: message.received_at.ms(),
        body: message.body.clone(),
    };
    inbox::Entity::insert(row.into_active_model())
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// The answers of an order, in the order they came.
pub async fn incoming_of_order(
    conn: &impl ConnectionTrait,
    order: OrderId,
) -> Result<Vec<Incoming>, StoreError> {
    let rows = inbox::Entity::find()
        .filter(inbox::Column::OrderId.eq(Uuid::from(order)))
        .order_by_asc(inbox::Column::ReceivedAtMs)
        .limit(500)
        .all(conn)
        .await?;
    Ok(rows.into_iter().map(in_of).collect())
}

fn out_model(m: &Outgoing) -> outbox::Model {
    outbox::Model {
        id: m.id.into(),
        order_id: m.subject.named().1,
        subject_kind: m.subject.named().0.slug().into(),
        bank_code: m.bank_code.clone(),
        tx_code: m.tx_code.clone(),
        application_id: m.application_id.clone(),
        trans_serial: m.trans_serial.clone(),
        file_name: m.file_name.clone(),
        state: m.state.slug().into(),
        intent: m.intent.clone(),
        body: m.body.clone(),
        body_digest: m.body_digest.clone(),
        attempts: i32::from(m.attempts),
        next_at_ms: m.next_at.ms(),
        last_problem: m.last_problem.clone(),
        created_at_ms: m.created_at.ms(),
        sent_at_ms: m.sent_at.map(Instant::ms),
    }
}

fn out_of(m: outbox::Model) -> Result<Outgoing, StoreError> {
    let corrupt = |what: &str| StoreError::Corrupt(format!("outbox {}: {what}", m.id));
    Ok(Outgoing {
        id: m.id.into(),
        subject: match m.subject_kind.as_str() {
            "order" => Subject::Order(m.order_id.into()),
            "bank_report" => Subject::BankReport(m.order_id.into()),
            _ => return Err(corrupt("subject_kind")),
        },
        state: OutState::from_slug(&m.state).ok_or_else(|| corrupt("state"))?,
        attempts: u8::try_from(m.attempts).map_err(|_| corrupt("attempts"))?,
        bank_code: m.bank_code,
        tx_code: m.tx_code,
        application_id: m.application_id,
        trans_serial: m.trans_serial,
        file_name: m.file_name,
        intent: m.intent,
        body: m.body,
        body_digest: m.body_digest,
        next_at: Instant::from_ms(m.next_at_ms),
        last_problem: m.last_problem,
        created_at: Instant::from_ms(m.created_at_ms),
        sent_at: m.sent_at_ms.map(Instant::from_ms),
    })
}

fn in_of(m: inbox::Model) -> Incoming {
    Incoming {
        id: m.id.into(),
        place: m.place,
        file_name: m.file_name,
        tx_code: m.tx_code,
        application_id: m.application_id,
        trans_serial: m.trans_serial,
        digest: m.digest,
        order: m.order_id.map(Into::into),
        note: m.note,
        received_at: Instant::from_ms(m.received_at_ms),
        body: m.body,
    }
}
