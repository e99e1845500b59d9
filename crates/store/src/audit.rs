//! The accountability log in the database: appending sealed entries, reading pages of it, writing it out whole, and
//! the signed heads.
//!
//! Promises: entries are only ever added (triggers refuse changes, and the chain shows them); every row that is read
//! is held against its digest. Exporting needs the memory of one batch whatever the length of the log. Leaves out
//! who may read it, the signing key, and verification of an export (`auditchain::verify`).

use crate::connect::Store;
use crate::error::StoreError;
use crate::line::Line;
use crate::tx::{Chore, NewEntry};
use auditchain::{Detail, Digest, Entry, ExportWriter, Head, Header, Outcome, Sealed, SignFailed, seal};
use sea_orm::entity::prelude::*;
use sea_orm::sea_query::{Cond, Expr, ExprTrait, LockType, Query};
use sea_orm::{ConnectionTrait, DbBackend, QueryOrder, QuerySelect, Set, Statement};
use std::io::Write;

/// The table of entries. The canonical text is the entry; the other columns repeat what lists are filtered by.
mod entry {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_entry")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        pub at_ms: i64,
        pub actor: String,
        pub action: String,
        pub subject_kind: String,
        pub subject_id: String,
        pub done: bool,
        pub canonical: String,
        pub prev: Vec<u8>,
        pub digest: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The table of signed heads. Several may sign the same entry.
mod signed_head {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "audit_signed_head")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub seq: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub at_ms: i64,
        pub centre: String,
        pub digest: Vec<u8>,
        pub key_id: String,
        pub signature: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// How far the chain has come: the last entry's place, digest and time; 0 and [`Digest::GENESIS`] for an empty log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tip {
    pub seq: u64,
    pub digest: Digest,
    pub at_ms: i64,
}

/// Where the log stands now.
pub async fn tip(conn: &impl ConnectionTrait) -> Result<Tip, StoreError> {
    read_tip(conn, false).await
}

/// Locks the head row where rows are locked at all; on SQLite the transaction already holds the file.
pub(crate) async fn lock_tip(tx: &Line) -> Result<Tip, StoreError> {
    read_tip(tx, tx.get_database_backend() == DbBackend::Postgres).await
}

async fn read_tip(conn: &impl ConnectionTrait, lock: bool) -> Result<Tip, StoreError> {
    let mut select = Query::select();
    select
        .columns(["seq", "digest", "at_ms"])
        .from("audit_head")
        .and_where(Expr::col("one").eq(1));
    if lock {
        select.lock(LockType::Update);
    }
    let row = conn
        .query_one(&select)
        .await?
        .ok_or_else(|| StoreError::Corrupt("audit_head".into()))?;
    Ok(Tip {
        seq: row.try_get_by_index::<i64>(0)?.unsigned_abs(),
        digest: digest_of(row.try_get_by_index(1)?)?,
        at_ms: row.try_get_by_index(2)?,
    })
}

/// Gives each entry its place and binds it to the one before.
pub(crate) fn seal_all(tip: &Tip, entries: Vec<NewEntry>) -> Vec<Sealed> {
    let mut tip = *tip;
    let mut sealed = Vec::with_capacity(entries.len());
    for entry in entries {
        let mut placed = in_place(entry, tip.seq + 1);
        placed.at_ms = in_order(placed.at_ms, tip.at_ms);
        let line = seal(&tip.digest, placed);
        tip = Tip {
            seq: line.entry.seq,
            digest: line.digest,
            at_ms: line.entry.at_ms,
        };
        sealed.push(line);
    }
    sealed
}

/// How far the clocks of two machines that write to one log, or one clock before and after it was trimmed, lie apart
/// at most where somebody looks after them. What goes back further was set back, and the log shows it.
pub const CLOCKS_APART_MS: i64 = 1_000;

/// The time of an entry is never before the one of its predecessor, unless the clock was really set back. Entries are
/// sealed one after the other, so a small step back says only that two clocks differ.
fn in_order(at_ms: i64, before_ms: i64) -> i64 {
    if at_ms < before_ms && before_ms - at_ms <= CLOCKS_APART_MS {
        before_ms
    } else {
        at_ms
    }
}

fn in_place(new: NewEntry, seq: u64) -> Entry {
    let detail = match &new.detail {
        serde_json::Value::Null => Detail::empty(),
        value => Detail::from_value(value)
            .unwrap_or_else(|why| panic!("the detail of {} cannot be sealed: {why}", new.action)),
    };
    Entry {
        seq,
        at_ms: new.at.ms(),
        actor: new.actor,
        actor_name: new.actor_name,
        action: new.action,
        subject_kind: new.subject_kind,
        subject_id: new.subject_id,
        purpose: new.purpose,
        outcome: if new.done { Outcome::Done } else { Outcome::Refused },
        refusal: new.refusal,
        detail,
        request_id: new.request_id,
        org: new.org,
    }
}

/// Rows in one statement: ten values each, well below the limits of both engines.
const ROWS_PER_INSERT: usize = 500;

/// Adds the lines and moves the head.
pub(crate) async fn append(tx: &Line, lines: &[Sealed]) -> Result<(), StoreError> {
    for batch in lines.chunks(ROWS_PER_INSERT) {
        let rows = entry::Entity::insert_many(batch.iter().map(row_of));
        tx.later(sea_orm::QueryTrait::build(&rows, tx.get_database_backend()));
    }
    let Some(last) = lines.last() else { return Ok(()) };
    let moved = tx
        .query_one_raw(Statement::from_sql_and_values(
            tx.get_database_backend(),
            "UPDATE audit_head SET seq = $1, digest = $2, at_ms = $4 WHERE one = 1 AND seq = $3 RETURNING seq",
            [
                stored_seq(last.entry.seq).into(),
                last.digest.as_bytes().to_vec().into(),
                (stored_seq(last.entry.seq) - lines.len() as i64).into(),
                last.entry.at_ms.into(),
            ],
        ))
        .await?;
    assert!(
        moved.is_some(),
        "the audit head moved under an exclusive transaction"
    );
    Ok(())
}

fn row_of(line: &Sealed) -> entry::ActiveModel {
    entry::ActiveModel {
        seq: Set(stored_seq(line.entry.seq)),
        at_ms: Set(line.entry.at_ms),
        actor: Set(line.entry.actor.clone()),
        action: Set(line.entry.action.clone()),
        subject_kind: Set(line.entry.subject_kind.clone()),
        subject_id: Set(line.entry.subject_id.clone()),
        done: Set(line.entry.outcome == Outcome::Done),
        canonical: Set(line.entry.canonical()),
        prev: Set(line.prev.as_bytes().to_vec()),
        digest: Set(line.digest.as_bytes().to_vec()),
    }
}

fn stored_seq(seq: u64) -> i64 {
    i64::try_from(seq).expect("a log does not reach 2^63 entries")
}

fn digest_of(bytes: Vec<u8>) -> Result<Digest, StoreError> {
    let bytes = bytes
        .try_into()
        .map_err(|_| StoreError::Corrupt("a digest is not 32 bytes".into()))?;
    Ok(Digest::from_bytes(bytes))
}

/// What the viewer asks for; every filter narrows. Newest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuditQuery {
    /// Any of these actors; all of them where the list is empty.
    pub actors: Vec<String>,
    pub action: Option<String>,
    /// Any of these things, each as kind and id; all where the list is empty.
    pub subjects: Vec<(String, String)>,
    /// Only what was done, or only attempts that were refused.
    pub outcome: Option<Outcome>,
    /// From this instant on, in milliseconds since 1970.
    pub from_ms: Option<i64>,
    /// Before this instant.
    pub until_ms: Option<i64>,
    /// Behind this entry, where the page before ended.
    pub after: Option<u64>,
    /// 1 to [`PAGE_MAX`]; larger values are cut to it.
    pub limit: u64,
}

/// The most lines in one page.
pub const PAGE_MAX: u64 = 500;

/// One line of the viewer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditLine {
    pub sealed: Sealed,
    /// The digest fits the text, and the text fits the columns. `false` is an alarm.
    pub sound: bool,
}

/// A page of the log, and where the next one starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditPage {
    pub lines: Vec<AuditLine>,
    pub next: Option<u64>,
}

/// Reads one page in the order of the numbers, newest first.
pub async fn page(conn: &impl ConnectionTrait, query: &AuditQuery) -> Result<AuditPage, StoreError> {
    let limit = query.limit.clamp(1, PAGE_MAX);
    let Some(between) = seqs_between(conn, query).await? else {
        return Ok(AuditPage {
            lines: Vec::new(),
            next: None,
        });
    };
    let rows = entry::Entity::find()
        .filter(filter_of(query, between))
        .order_by_desc(entry::Column::Seq)
        .limit(limit + 1)
        .all(conn)
        .await?;
    let more = rows.len() as u64 > limit;
    let kept = rows.into_iter().take(limit as usize);
    let lines = kept.map(line_of).collect::<Result<Vec<_>, _>>()?;
    let last = lines.last().map(|line| line.sealed.entry.seq);
    Ok(AuditPage {
        lines,
        next: last.filter(|_| more),
    })
}

/// The first and the last number with a time in the asked range: read from the index alone, and exact also where the
/// clock was set back. `None` when no entry has such a time.
async fn seqs_between(
    conn: &impl ConnectionTrait,
    query: &AuditQuery,
) -> Result<Option<(i64, i64)>, StoreError> {
    if query.from_ms.is_none() && query.until_ms.is_none() {
        return Ok(Some((0, i64::MAX)));
    }
    let mut select = Query::select();
    select
        .expr(Expr::col("seq").min())
        .expr(Expr::col("seq").max())
        .from("audit_entry")
        .cond_where(times_of(query));
    let row = conn.query_one(&select).await?;
    let Some(row) = row else { return Ok(None) };
    let first: Option<i64> = row.try_get_by_index(0)?;
    let last: Option<i64> = row.try_get_by_index(1)?;
    Ok(first.zip(last))
}

fn times_of(query: &AuditQuery) -> Cond {
    let mut all = Cond::all();
    if let Some(from) = query.from_ms {
        all = all.add(entry::Column::AtMs.gte(from));
    }
    if let Some(until) = query.until_ms {
        all = all.add(entry::Column::AtMs.lt(until));
    }
    all
}

fn filter_of(query: &AuditQuery, (first, last): (i64, i64)) -> Cond {
    use entry::Column as C;
    let mut all = times_of(query);
    if (first, last) != (0, i64::MAX) {
        all = all.add(C::Seq.between(first, last));
    }
    if !query.actors.is_empty() {
        all = all.add(C::Actor.is_in(&query.actors));
    }
    if let Some(action) = &query.action {
        all = all.add(C::Action.eq(action));
    }
    if !query.subjects.is_empty() {
        let mut any = Cond::any();
        for (kind, id) in &query.subjects {
            any = any.add(Cond::all().add(C::SubjectKind.eq(kind)).add(C::SubjectId.eq(id)));
        }
        all = all.add(any);
    }
    match query.outcome {
        // Written out, not as a value: the small index of refusals serves only a condition that it can see.
        Some(Outcome::Refused) => all = all.add(Expr::cust("done = false")),
        Some(Outcome::Done) => all = all.add(C::Done.eq(true)),
        None => {}
    }
    if let Some(after) = query.after {
        all = all.add(C::Seq.lt(stored_seq(after)));
    }
    all
}

/// Reads one entry by its place.
pub async fn line(conn: &impl ConnectionTrait, seq: u64) -> Result<Option<AuditLine>, StoreError> {
    entry::Entity::find_by_id(stored_seq(seq))
        .one(conn)
        .await?
        .map(line_of)
        .transpose()
}

/// Up to `limit` entries behind `seq`, oldest first: for screens that follow the log.
pub async fn after(conn: &impl ConnectionTrait, seq: u64, limit: u64) -> Result<Vec<AuditLine>, StoreError> {
    let rows = entry::Entity::find()
        .filter(entry::Column::Seq.gt(stored_seq(seq)))
        .order_by_asc(entry::Column::Seq);
    rows.limit(limit)
        .all(conn)
        .await?
        .into_iter()
        .map(line_of)
        .collect()
}

fn line_of(row: entry::Model) -> Result<AuditLine, StoreError> {
    let entry = Entry::from_canonical(&row.canonical)
        .map_err(|_| StoreError::Corrupt(format!("audit entry {} has no canonical text", row.seq)))?;
    let sealed = Sealed {
        entry,
        prev: digest_of(row.prev.clone())?,
        digest: digest_of(row.digest.clone())?,
    };
    let sound = sealed.holds() && columns_agree(&row, &sealed.entry);
    Ok(AuditLine { sealed, sound })
}

fn columns_agree(row: &entry::Model, entry: &Entry) -> bool {
    row.seq == stored_seq(entry.seq)
        && row.at_ms == entry.at_ms
        && row.actor == entry.actor
        && row.action == entry.action
        && row.subject_kind == entry.subject_kind
        && row.subject_id == entry.subject_id
        && row.done == (entry.outcome == Outcome::Done)
}

/// Keeps a signed head beside the log. Keeping the same one twice is one.
pub async fn keep_head(store: &Store, head: &Head) -> Result<(), StoreError> {
    let chore = store.begin_chore(Chore::SignedHead).await?;
    let row = signed_head::ActiveModel {
        seq: Set(stored_seq(head.seq)),
        at_ms: Set(head.at_ms),
        centre: Set(head.centre.clone()),
        digest: Set(head.digest.as_bytes().to_vec()),
        key_id: Set(head.key_id.clone()),
        signature: Set(head.signature.to_vec()),
    };
    let twice = sea_orm::sea_query::OnConflict::columns(["seq", "at_ms"])
        .do_nothing()
        .to_owned();
    signed_head::Entity::insert(row)
        .on_conflict(twice)
        .exec_without_returning(chore.conn())
        .await?;
    chore.commit().await
}

/// The head that was signed last.
pub async fn last_head(conn: &impl ConnectionTrait) -> Result<Option<Head>, StoreError> {
    let newest = signed_head::Entity::find()
        .order_by_desc(signed_head::Column::Seq)
        .order_by_desc(signed_head::Column::AtMs);
    newest.one(conn).await?.map(head_of).transpose()
}

fn head_of(row: signed_head::Model) -> Result<Head, StoreError> {
    let signature = row
        .signature
        .try_into()
        .map_err(|_| StoreError::Corrupt(format!("signature of head {}", row.seq)))?;
    Ok(Head {
        centre: row.centre,
        seq: row.seq.unsigned_abs(),
        digest: digest_of(row.digest)?,
        at_ms: row.at_ms,
        key_id: row.key_id,
        signature,
    })
}

const EXPORT_BATCH: u64 = 1_000;

/// Writes the log as it stands now, with its signed heads, in the format of `auditchain`; `sign_last` signs the tip
/// at the time of the export. The log is exported as it is: verification, not this function, judges it.
///
/// Writes in blocking steps of [`EXPORT_BATCH`] lines: hand in a buffered writer that does not wait on a network.
pub async fn export<W: Write>(
    store: &Store,
    header: &Header,
    out: W,
    sign_last: impl FnOnce(Tip) -> Result<Head, SignFailed>,
) -> Result<W, StoreError> {
    let conn = store.reader();
    let tip = tip(conn).await?;
    let mut writer = ExportWriter::new(out, header)?;
    let mut done = 0;
    write_heads(conn, &mut writer, 0, 0).await?;
    while done < tip.seq {
        let last = Ord::min(tip.seq, done + EXPORT_BATCH);
        write_batch(conn, &mut writer, done + 1, last).await?;
        done = last;
    }
    let last = sign_last(tip).map_err(std::io::Error::other)?;
    Ok(writer.finish(&last)?)
}

async fn write_heads<W: Write>(
    conn: &impl ConnectionTrait,
    out: &mut ExportWriter<W>,
    from: u64,
    to: u64,
) -> Result<(), StoreError> {
    for head in heads_between(conn, from, to).await? {
        out.head(&head)?;
    }
    Ok(())
}

async fn heads_between(conn: &impl ConnectionTrait, from: u64, to: u64) -> Result<Vec<Head>, StoreError> {
    let rows = signed_head::Entity::find()
        .filter(signed_head::Column::Seq.between(stored_seq(from), stored_seq(to)))
        .order_by_asc(signed_head::Column::Seq)
        .order_by_asc(signed_head::Column::AtMs);
    rows.all(conn).await?.into_iter().map(head_of).collect()
}

async fn write_batch<W: Write>(
    conn: &impl ConnectionTrait,
    out: &mut ExportWriter<W>,
    from: u64,
    to: u64,
) -> Result<(), StoreError> {
    let rows = entry::Entity::find()
        .filter(entry::Column::Seq.between(stored_seq(from), stored_seq(to)))
        .order_by_asc(entry::Column::Seq)
        .all(conn)
        .await?;
    let mut heads = heads_between(conn, from, to).await?.into_iter().peekable();
    for row in rows {
        let seq = row.seq.unsigned_abs();
        out.entry_text(&row.canonical, &digest_of(row.prev)?, &digest_of(row.digest)?)?;
        while let Some(head) = heads.next_if(|head| head.seq <= seq) {
            out.head(&head)?;
        }
    }
    Ok(())
}
