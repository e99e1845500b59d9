//! Statement files: what came in, how far its import has come, which line became which movement, what was wrong.
//!
//! Promises: a batch of lines, its counts and the place up to which it goes are saved in one transaction, so an import
//! that died goes on behind its last batch. Leaves out the bytes of the files (a folder of the centre) and their reading.

use crate::accounts::Recorded;
use crate::intake::{area_number, area_of, area_range};
use crate::movements::Sql;
use crate::page::Page;
use crate::rows::{statement_file, statement_layout};
use crate::{StoreError, Tx, counter};
use kernel::{AccountId, Area, Instant, LayoutId, ReportId, StatementId, TransferId, UserId};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, Statement as Query,
};
use uuid::Uuid;

/// 流水文件.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatementFile {
    pub id: StatementId,
    /// Its short name in the rows; given out by [`file_insert`].
    pub file_no: i64,
    /// SM3 of its bytes; empty until all of them are here.
    pub digest: String,
    pub name: String,
    pub size: u64,
    /// upload, command, api.
    pub source: String,
    /// The system that called, for api.
    pub caller: String,
    pub state: FileState,
    /// Why it failed: a word of `statement::FileProblem`.
    pub problem: String,
    pub kind: String,
    pub layout: String,
    /// JSON of the mapping it was imported with.
    pub mapping: Option<String>,
    pub purpose: String,
    pub area: Area,
    pub imported_by: Option<UserId>,
    pub imported_by_name: String,
    pub made_at: Instant,
    pub began_at: Option<Instant>,
    pub done_at: Option<Instant>,
    /// The last line whose fate is saved; 0 before the first.
    pub cursor: u64,
    pub position: u64,
    pub total: u64,
    pub counts: Counts,
    pub version: i64,
}

/// What became of the lines.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    pub new: u64,
    pub joined: u64,
    pub known: u64,
    pub refused: u64,
    pub flagged: u64,
    pub skipped: u64,
    /// Rows with a date and no time: kept at midnight.
    pub without_time: u64,
    /// Movements that were found to be a victim's payment.
    pub matched: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileState {
    /// Bytes are on their way.
    Receiving,
    /// All bytes are here; a person looks at the mapping.
    Ready,
    Importing,
    Done,
    Failed,
}

impl FileState {
    pub const ALL: [FileState; 5] = [
        FileState::Receiving,
        FileState::Ready,
        FileState::Importing,
        FileState::Done,
        FileState::Failed,
    ];

    pub const fn slug(self) -> &'static str {
        match self {
            FileState::Receiving => "receiving",
            FileState::Ready => "ready",
            FileState::Importing => "importing",
            FileState::Done => "done",
            FileState::Failed => "failed",
        }
    }

    fn from_slug(slug: &str) -> Option<FileState> {
        FileState::ALL.into_iter().find(|s| s.slug() == slug)
    }
}

/// A line's place as one number: the sheet above, the line below.
pub const fn place_number(sheet: u16, line: u64) -> u64 {
    ((sheet as u64) << 40) | (line & ((1 << 40) - 1))
}

/// Sheet and line out of [`place_number`].
pub const fn place_parts(place: u64) -> (u16, u64) {
    ((place >> 40) as u16, place & ((1 << 40) - 1))
}

/// Gives the file its number and saves it.
pub async fn file_insert(tx: &Tx, file: &mut StatementFile) -> Result<(), StoreError> {
    file.file_no = counter::next_serial(tx, "statement_file").await?;
    statement_file::Entity::insert(model(file).into_active_model())
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Writes all facts of the file, if nobody was faster.
pub async fn file_update(tx: &Tx, file: &mut StatementFile) -> Result<(), StoreError> {
    let known = file_load(tx.conn(), file.id).await?;
    if known.is_none_or(|k| k.version != file.version) {
        return Err(StoreError::Conflict);
    }
    file.version += 1;
    model(file)
        .into_active_model()
        .reset_all()
        .update(tx.conn())
        .await?;
    Ok(())
}

pub async fn file_load(
    conn: &impl ConnectionTrait,
    id: StatementId,
) -> Result<Option<StatementFile>, StoreError> {
    statement_file::Entity::find_by_id(Uuid::from(id))
        .one(conn)
        .await?
        .map(file_of)
        .transpose()
}

/// Files with these bytes that were imported or are being so, oldest first.
pub async fn files_with_digest(
    conn: &impl ConnectionTrait,
    digest: &str,
) -> Result<Vec<StatementFile>, StoreError> {
    let rows = statement_file::Entity::find()
        .filter(statement_file::Column::Digest.eq(digest))
        .filter(statement_file::Column::State.is_in(["importing", "done"]))
        .order_by_asc(statement_file::Column::Id)
        .limit(20)
        .all(conn)
        .await?;
    rows.into_iter().map(file_of).collect()
}

/// The oldest file that is being imported: what the job does next. What another system handed over is kept by the request
/// that brought it, or by the next one that brings the same bytes.
pub async fn file_importing(conn: &impl ConnectionTrait) -> Result<Option<StatementFile>, StoreError> {
    statement_file::Entity::find()
        .filter(statement_file::Column::State.eq("importing"))
        .filter(statement_file::Column::Source.ne("api"))
        .order_by_asc(statement_file::Column::Id)
        .one(conn)
        .await?
        .map(file_of)
        .transpose()
}

/// Newest first.
pub async fn files_page(
    conn: &impl ConnectionTrait,
    area: Option<Area>,
    after: Option<StatementId>,
    limit: u64,
) -> Result<Page<StatementFile>, StoreError> {
    let mut query = statement_file::Entity::find()
        .order_by_desc(statement_file::Column::Id)
        .limit(limit + 1);
    if let Some(area) = area {
        let (low, high) = area_range(area);
        query = query.filter(statement_file::Column::Area.between(low, high));
    }
    if let Some(after) = after {
        query = query.filter(statement_file::Column::Id.lt(Uuid::from(after)));
    }
    let files: Result<Vec<_>, _> = query.all(conn).await?.into_iter().map(file_of).collect();
    Ok(Page::cut(files?, limit, |f| f.id.into()))
}

// ── lines ──────────────────────────────────────────────────────────────────────────────────────

/// One line that became, or was, a movement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    pub place: u64,
    pub transfer: TransferId,
    pub became: Recorded,
}

const CHUNK: usize = 1_000;

/// Which line of which file tells of which movement.
pub async fn lines_insert(tx: &Tx, file_no: i64, lines: &[Line]) -> Result<(), StoreError> {
    for chunk in lines.chunks(CHUNK) {
        let mut sql = Sql::new(tx);
        sql.push("INSERT INTO statement_row (file_no, place, transfer_id, became) VALUES ");
        sql.rows(chunk, |sql, line| {
            let became: i16 = match line.became {
                Recorded::New => 0,
                Recorded::Joined => 1,
                Recorded::Known => 2,
            };
            sql.values([
                file_no.into(),
                line.place.cast_signed().into(),
                Uuid::from(line.transfer).into(),
                became.into(),
            ]);
        });
        // A line is done once, whoever comes back to it.
        sql.push(" ON CONFLICT (file_no, place) DO NOTHING");
        sql.run(tx).await?;
    }
    Ok(())
}

/// Where a movement was told: the file and the line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldIn {
    pub file: StatementFile,
    pub place: u64,
}

/// The files and lines that tell of a movement, at most `limit`.
pub async fn told_in(
    conn: &impl ConnectionTrait,
    transfer: TransferId,
    limit: u64,
) -> Result<Vec<ToldIn>, StoreError> {
    let query = Query::from_sql_and_values(
        conn.get_database_backend(),
        "SELECT file_no, place FROM statement_row WHERE transfer_id = $1 ORDER BY file_no, place LIMIT $2",
        [Uuid::from(transfer).into(), limit.cast_signed().into()],
    );
    let mut told = Vec::new();
    for row in conn.query_all_raw(query).await? {
        let (file_no, place): (i64, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
        let file = statement_file::Entity::find()
            .filter(statement_file::Column::FileNo.eq(file_no))
            .one(conn)
            .await?
            .ok_or_else(|| StoreError::Corrupt(format!("statement file {file_no}")))?;
        told.push(ToldIn {
            file: file_of(file)?,
            place: place.cast_unsigned(),
        });
    }
    Ok(told)
}

// ── problems ───────────────────────────────────────────────────────────────────────────────────

/// What was wrong with a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineProblem {
    pub seq: u64,
    pub place: u64,
    pub column: String,
    /// Masked.
    pub value: String,
    pub code: String,
    pub refuses: bool,
}

pub async fn problems_insert(tx: &Tx, file_no: i64, problems: &[LineProblem]) -> Result<(), StoreError> {
    for chunk in problems.chunks(CHUNK) {
        let mut sql = Sql::new(tx);
        sql.push(
            "INSERT INTO statement_problem (file_no, seq, place, column_name, value, code, refuses) VALUES ",
        );
        sql.rows(chunk, |sql, p| {
            sql.values([
                file_no.into(),
                p.seq.cast_signed().into(),
                p.place.cast_signed().into(),
                p.column.as_str().into(),
                p.value.as_str().into(),
                p.code.as_str().into(),
                p.refuses.into(),
            ]);
        });
        sql.push(" ON CONFLICT (file_no, seq) DO NOTHING");
        sql.run(tx).await?;
    }
    Ok(())
}

/// In the order of the lines, behind `after`.
pub async fn problems_list(
    conn: &impl ConnectionTrait,
    file_no: i64,
    after: u64,
    limit: u64,
) -> Result<Vec<LineProblem>, StoreError> {
    let query = Query::from_sql_and_values(
        conn.get_database_backend(),
        "SELECT seq, place, column_name, value, code, refuses FROM statement_problem WHERE file_no = $1 AND seq > $2 \
         ORDER BY seq LIMIT $3",
        [
            file_no.into(),
            after.cast_signed().into(),
            limit.cast_signed().into(),
        ],
    );
    let rows = conn.query_all_raw(query).await?;
    rows.iter()
        .map(|row| {
            let (seq, place): (i64, i64) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
            Ok(LineProblem {
                seq: seq.cast_unsigned(),
                place: place.cast_unsigned(),
                column: row.try_get_by_index(2)?,
                value: row.try_get_by_index(3)?,
                code: row.try_get_by_index(4)?,
                refuses: row.try_get_by_index(5)?,
            })
        })
        .collect()
}

/// How many problems of a file are listed.
pub async fn problems_listed(conn: &impl ConnectionTrait, file_no: i64) -> Result<u64, StoreError> {
    let query = Query::from_sql_and_values(
        conn.get_database_backend(),
        "SELECT COALESCE(MAX(seq), 0) FROM statement_problem WHERE file_no = $1",
        [file_no.into()],
    );
    let row = conn.query_one_raw(query).await?;
    let last: i64 = row.map(|r| r.try_get_by_index(0)).transpose()?.unwrap_or(0);
    Ok(last.cast_unsigned())
}

// ── layouts that people kept ───────────────────────────────────────────────────────────────────

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptLayout {
    pub id: LayoutId,
    pub name: String,
    pub fingerprint: String,
    /// JSON of the mapping.
    pub mapping: String,
    pub made_by: UserId,
    pub made_by_name: String,
    pub made_at: Instant,
}

/// Keeps a layout; the one of the same name, or for the same header, gives way.
pub async fn layout_keep(tx: &Tx, layout: &KeptLayout) -> Result<(), StoreError> {
    statement_layout::Entity::delete_many()
        .filter(
            Condition::any()
                .add(statement_layout::Column::Name.eq(layout.name.as_str()))
                .add(statement_layout::Column::Fingerprint.eq(layout.fingerprint.as_str())),
        )
        .exec(tx.conn())
        .await?;
    let model = statement_layout::Model {
        id: layout.id.into(),
        name: layout.name.clone(),
        fingerprint: layout.fingerprint.clone(),
        mapping: layout.mapping.clone(),
        made_by: layout.made_by.into(),
        made_by_name: layout.made_by_name.clone(),
        made_at_ms: layout.made_at.ms(),
    };
    statement_layout::Entity::insert(model.into_active_model())
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

pub async fn layouts_list(conn: &impl ConnectionTrait) -> Result<Vec<KeptLayout>, StoreError> {
    let rows = statement_layout::Entity::find()
        .order_by_asc(statement_layout::Column::Name)
        .limit(1_000)
        .all(conn)
        .await?;
    Ok(rows
        .into_iter()
        .map(|m| KeptLayout {
            id: m.id.into(),
            name: m.name,
            fingerprint: m.fingerprint,
            mapping: m.mapping,
            made_by: m.made_by.into(),
            made_by_name: m.made_by_name,
            made_at: Instant::from_ms(m.made_at_ms),
        })
        .collect())
}

// ── whom an import concerns ────────────────────────────────────────────────────────────────────

/// Of these accounts, the ones that victims say they paid and no movement is known for yet.
pub async fn accounts_awaiting_payment(
    tx: &Tx,
    accounts: &[AccountId],
) -> Result<Vec<AccountId>, StoreError> {
    let mut found = Vec::new();
    for chunk in accounts.chunks(CHUNK) {
        let mut sql = Sql::new(tx);
        sql.push("WITH q (account) AS (VALUES ");
        sql.rows(chunk, |sql, id| sql.values([Uuid::from(*id).into()]));
        sql.push(
            ") SELECT DISTINCT q.account FROM q CROSS JOIN payment p WHERE p.to_account = q.account AND p.transfer_id IS NULL",
        );
        for row in sql.ask(tx).await? {
            let id: Uuid = row.try_get_by_index(0)?;
            found.push(id.into());
        }
    }
    Ok(found)
}

/// The reports that paid into one of these accounts, or have an order on one, each with its area.
pub async fn reports_of_accounts(
    tx: &Tx,
    accounts: &[AccountId],
) -> Result<Vec<(ReportId, Area)>, StoreError> {
    let mut found: Vec<(ReportId, Area)> = Vec::new();
    for chunk in accounts.chunks(CHUNK) {
        for (table, column) in [("payment", "to_account"), ("bank_order", "account_id")] {
            let mut sql = Sql::new(tx);
            sql.push("WITH q (account) AS (VALUES ");
            sql.rows(chunk, |sql, id| sql.values([Uuid::from(*id).into()]));
            sql.push(&format!(
                ") SELECT DISTINCT r.id, r.area FROM q CROSS JOIN {table} p JOIN report r ON r.id = p.report_id \
                 WHERE p.{column} = q.account"
            ));
            for row in sql.ask(tx).await? {
                let (id, area): (Uuid, i32) = (row.try_get_by_index(0)?, row.try_get_by_index(1)?);
                found.push((id.into(), area_of(area)?));
            }
        }
    }
    found.sort_unstable();
    found.dedup();
    Ok(found)
}

fn model(f: &StatementFile) -> statement_file::Model {
    let count = |n: u64| n.cast_signed();
    statement_file::Model {
        id: f.id.into(),
        file_no: f.file_no,
        digest: f.digest.clone(),
        name: f.name.clone(),
        size_bytes: count(f.size),
        source: f.source.clone(),
        caller: f.caller.clone(),
        state: f.state.slug().to_owned(),
        problem: f.problem.clone(),
        kind: f.kind.clone(),
        layout: f.layout.clone(),
        mapping: f.mapping.clone(),
        purpose: f.purpose.clone(),
        area: area_number(f.area),
        imported_by: f.imported_by.map(Into::into),
        imported_by_name: f.imported_by_name.clone(),
        made_at_ms: f.made_at.ms(),
        began_at_ms: f.began_at.map(Instant::ms),
        done_at_ms: f.done_at.map(Instant::ms),
        cursor: count(f.cursor),
        position: count(f.position),
        total: count(f.total),
        rows_new: count(f.counts.new),
        rows_joined: count(f.counts.joined),
        rows_known: count(f.counts.known),
        rows_refused: count(f.counts.refused),
        rows_flagged: count(f.counts.flagged),
        rows_skipped: count(f.counts.skipped),
        rows_without_time: count(f.counts.without_time),
        rows_matched: count(f.counts.matched),
        version: f.version,
    }
}

fn file_of(m: statement_file::Model) -> Result<StatementFile, StoreError> {
    let count = |n: i64| n.cast_unsigned();
    let state = FileState::from_slug(&m.state)
        .ok_or_else(|| StoreError::Corrupt(format!("statement file {}: state {}", m.id, m.state)))?;
    Ok(StatementFile {
        id: m.id.into(),
        file_no: m.file_no,
        digest: m.digest,
        name: m.name,
        size: count(m.size_bytes),
        source: m.source,
        caller: m.caller,
        state,
        problem: m.problem,
        kind: m.kind,
        layout: m.layout,
        mapping: m.mapping,
        purpose: m.purpose,
        area: area_of(m.area)?,
        imported_by: m.imported_by.map(Into::into),
        imported_by_name: m.imported_by_name,
        made_at: Instant::from_ms(m.made_at_ms),
        began_at: m.began_at_ms.map(Instant::from_ms),
        done_at: m.done_at_ms.map(Instant::from_ms),
        cursor: count(m.cursor),
        position: count(m.position),
        total: count(m.total),
        counts: Counts {
            new: count(m.rows_new),
            joined: count(m.rows_joined),
            known: count(m.rows_known),
            refused: count(m.rows_refused),
            flagged: count(m.rows_flagged),
            skipped: count(m.rows_skipped),
            without_time: count(m.rows_without_time),
            matched: count(m.rows_matched),
        },
        version: m.version,
    })
}
