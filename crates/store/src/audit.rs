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

/// How far the chain has come: the last entry's place and digest; 0 and [`Digest::GENESIS`] for an empty log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tip {
    pub seq: u64,
    pub digest: Digest,
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
        .columns(["seq", "digest"])
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
    })
}

/// Gives each entry its place and binds it to the one before.
pub(crate) fn seal_all(tip: &Tip, entries: Vec<NewEntry>) -> Vec<Sealed> {
    let mut tip = *tip;
    let mut sealed = Vec::with_capacity(entries.len());
    for entry in entries {
        let line = seal(&tip.digest, in_place(entry, tip.seq + 1));
        tip = Tip {
            seq: line.entry.seq,
            digest: line.digest,
        };
        sealed.push(line);
    }
    sealed
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
            "UPDATE audit_head SET seq = $1, digest = $2 WHERE one = 1 AND seq = $3 RETURNING seq",
            [
                stored_seq(last.entry.seq).into(),
                last.digest.as_bytes().to_vec().into(),
                (stored_seq(last.entry.seq) - lines.len() as i64).into(),
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
    pub actor: Option<String>,
    pub action: Option<String>,
    /// Kind and id.
    pub subject: Option<(String, String)>,
    /// Only what was done, or only attempts that were refused.
    pub outcome: Option<Outcome>,
    /// From this instant on, in milliseconds since 1970.
    pub from_ms: Option<i64>,
    /// Before this instant.
    pub until_ms: Option<i64>,
    /// Where the page before ended.
    pub after: Option<AuditCursor>,
    /// 1 to [`PAGE_MAX`]; larger values are cut to it.
    pub limit: u64,
}

/// The most lines in one page.
pub const PAGE_MAX: u64 = 500;

/// A place between two lines of the list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditCursor {
    pub at_ms: i64,
    pub seq: u64,
}

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
    pub next: Option<AuditCursor>,
}

/// Reads one page, newest first.
pub async fn page(conn: &impl ConnectionTrait, query: &AuditQuery) -> Result<AuditPage, StoreError> {
    let limit = query.limit.clamp(1, PAGE_MAX);
    let rows = entry::Entity::find()
        .filter(filter_of(query))
        .order_by_desc(entry::Column::AtMs)
        .order_by_desc(entry::Column::Seq)
        .limit(limit + 1)
        .all(conn)
        .await?;
    let more = rows.len() as u64 > limit;
    let kept = rows.into_iter().take(limit as usize);
    let lines = kept.map(line_of).collect::<Result<Vec<_>, _>>()?;
    let last = lines.last().map(|line| AuditCursor {
        at_ms: line.sealed.entry.at_ms,
        seq: line.sealed.entry.seq,
    });
    Ok(AuditPage {
        lines,
        next: last.filter(|_| more),
    })
}

fn filter_of(query: &AuditQuery) -> Cond {
    use entry::Column as C;
    let mut all = Cond::all();
    if let Some(actor) = &query.actor {
        all = all.add(C::Actor.eq(actor));
    }
    if let Some(action) = &query.action {
        all = all.add(C::Action.eq(action));
    }
    if let Some((kind, id)) = &query.subject {
        all = all.add(C::SubjectKind.eq(kind)).add(C::SubjectId.eq(id));
    }
    if let Some(outcome) = query.outcome {
        all = all.add(C::Done.eq(outcome == Outcome::Done));
    }
    if let Some(from) = query.from_ms {
        all = all.add(C::AtMs.gte(from));
    }
    if let Some(until) = query.until_ms {
        all = all.add(C::AtMs.lt(until));
    }
    if let Some(after) = query.after {
        let here = Expr::tuple([Expr::col(C::AtMs), Expr::col(C::Seq)]);
        all = all.add(here.lt(Expr::tuple([
            Expr::val(after.at_ms),
            Expr::val(stored_seq(after.seq)),
        ])));
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
