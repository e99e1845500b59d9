//! Transfers from other systems, as JSON: the same rules as for files, and the caller as their provenance.

use super::run::{Import, context};
use crate::{AppResult, Centre, Work};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{AccountNo, Fen, Instant, Problem, Refusal, RefusalCode, Span, StatementId};
use sm3::{Digest, Sm3};
use statement::{Cell, Direction, Place, Statement, amount, identifier, moment};
use std::collections::HashMap;
use store::statements::{Counts, FileState, StatementFile, file_insert, file_update, files_with_digest};

/// One movement as another system tells it: seen from `own`.
#[derive(Clone, Debug, Default)]
pub struct Row {
    pub own: String,
    pub own_name: String,
    /// out or in.
    pub direction: String,
    /// Yuan, with at most two decimals.
    pub amount: String,
    pub at: String,
    pub serial: String,
    pub other: String,
    pub other_name: String,
    pub other_bank: String,
    pub balance: String,
    pub summary: String,
}

/// What was handed over at one time.
#[derive(Clone, Debug)]
pub struct Handed {
    /// The system's name, from the settings.
    pub caller: String,
    /// The bytes as they came: the same bytes are done once.
    pub body: Vec<u8>,
    pub rows: Vec<Row>,
    pub request_id: String,
}

/// Rows of one call.
pub const ROWS_MAX: usize = 5_000;

/// Keeps the movements; all problems of all rows at once, and then nothing is kept. Where a person, an order or a deadline
/// waits for the store, the rest is kept in further transactions; a hand-over that breaks off is gone on with when the
/// same bytes come again, since it was not acknowledged.
pub async fn transfers_take(centre: &Centre, handed: Handed) -> AppResult<StatementFile> {
    let mut ctx = context(centre);
    ctx.request_id.clone_from(&handed.request_id);
    let digest: String = Sm3::digest(&handed.body)
        .iter()
        .map(|b| format!("{b:02x}"))
        .collect();
    // Before the turn: reading thousands of rows takes long, and nobody need wait for it.
    let rows = check(&handed.rows, ctx.at);
    let mut work = centre
        .work(&ctx, AuditAction::TransfersTake, SubjectKind::Statement, "")
        .await?;
    work.note("caller", handed.caller.clone());
    work.note("digest", digest.clone());
    work.note("area", centre.config.area.to_string());
    let outcome = begin(&mut work, centre, &handed, digest, rows).await;
    let (mut import, rows) = work.finish(outcome).await?;
    while import.file.state != FileState::Done {
        let ctx = context(centre);
        let mut work = centre
            .work(
                &ctx,
                AuditAction::StatementRows,
                SubjectKind::Statement,
                import.file.id,
            )
            .await?;
        work.note("area", centre.config.area.to_string());
        let outcome = go_on(&mut work, &mut import, &rows).await;
        work.finish(outcome).await?;
    }
    Ok(import.file)
}

type Rows = Vec<(Statement, u32)>;

/// The file of this hand-over, with the first of its rows kept. One that was kept before is answered as it is.
async fn begin<'c>(
    work: &mut Work<'_>,
    centre: &'c Centre,
    handed: &Handed,
    digest: String,
    rows: Result<Rows, Refusal>,
) -> AppResult<(Import<'c>, Rows)> {
    let before = files_with_digest(work.tx.conn(), &digest).await?;
    let known = before
        .into_iter()
        .find(|f| f.source == "api" && f.caller == handed.caller);
    if let Some(file) = known {
        work.subject(file.id);
        let mut import = Import::new(centre, file);
        let rows = match import.file.state {
            FileState::Done => Rows::new(),
            _ => rows?,
        };
        if import.file.state != FileState::Done {
            go_on(work, &mut import, &rows).await?;
        }
        return Ok((import, rows));
    }
    let rows = rows?;
    let mut file = StatementFile {
        id: StatementId::new(work.now(), work.random10()),
        file_no: 0,
        digest,
        name: format!("api:{}", handed.caller),
        size: handed.body.len() as u64,
        source: "api".into(),
        caller: handed.caller.clone(),
        state: FileState::Importing,
        problem: String::new(),
        kind: "json".into(),
        layout: "api".into(),
        mapping: None,
        purpose: String::new(),
        area: centre.config.area,
        imported_by: None,
        imported_by_name: handed.caller.clone(),
        made_at: work.now(),
        began_at: Some(work.now()),
        done_at: None,
        cursor: 0,
        position: 0,
        total: rows.len() as u64,
        counts: Counts::default(),
        version: 1,
    };
    file_insert(&work.tx, &mut file).await?;
    work.subject(file.id);
    let mut import = Import::new(centre, file);
    go_on(work, &mut import, &rows).await?;
    Ok((import, rows))
}

/// Keeps rows from where the file stands, until all are kept or somebody waits.
async fn go_on(work: &mut Work<'_>, import: &mut Import<'_>, rows: &[(Statement, u32)]) -> AppResult<()> {
    let from = usize::try_from(import.file.cursor)
        .unwrap_or(usize::MAX)
        .min(rows.len());
    let (kept, became) = import.rows_in_turn(work, &rows[from..]).await?;
    let file = &mut import.file;
    file.counts.new += became.new;
    file.counts.joined += became.joined;
    file.counts.known += became.known;
    file.counts.matched += became.matched;
    file.cursor += kept as u64;
    file.position = file.cursor;
    if from + kept >= rows.len() {
        file.state = FileState::Done;
        file.done_at = Some(work.now());
    }
    work.note("new", became.new);
    work.note("joined", became.joined);
    work.note("known", became.known);
    file_update(&work.tx, file).await?;
    Ok(())
}

fn check(rows: &[Row], now: Instant) -> Result<Vec<(Statement, u32)>, Refusal> {
    if rows.is_empty() {
        return Err(Refusal::field("transfers", RefusalCode::FieldMissing));
    }
    if rows.len() > ROWS_MAX {
        return Err(Refusal::with(RefusalCode::TooMany, ROWS_MAX.to_string()));
    }
    let mut problems = Vec::new();
    let mut twins: HashMap<String, u32> = HashMap::new();
    let mut good = Vec::with_capacity(rows.len());
    for (index, row) in rows.iter().enumerate() {
        if let Some(statement) = one(index, row, now, &mut problems) {
            let twin = twins.entry(format!("{row:?}")).or_insert(0);
            good.push((statement, *twin));
            *twin += 1;
        }
        if problems.len() > 100 {
            break;
        }
    }
    Refusal::of(problems).map_or(Ok(good), Err)
}

fn one(index: usize, row: &Row, now: Instant, problems: &mut Vec<Problem>) -> Option<Statement> {
    let before = problems.len();
    let mut wrong = |field: &str, code, detail: Option<String>| {
        problems.push(Problem {
            field: format!("transfers[{index}].{field}"),
            code,
            detail,
        });
    };
    let own = account(&row.own, "own", true, &mut wrong);
    let other = account(&row.other, "other", false, &mut wrong);
    let direction = match row.direction.as_str() {
        "out" => Some(Direction::Out),
        "in" => Some(Direction::In),
        "" => {
            wrong("direction", RefusalCode::FieldMissing, None);
            None
        }
        _ => {
            wrong("direction", RefusalCode::FieldMalformed, Some("out | in".into()));
            None
        }
    };
    let value = yuan(&row.amount, "amount", &mut wrong);
    if value.is_none() && row.amount.is_empty() {
        wrong("amount", RefusalCode::FieldMissing, None);
    }
    if value.is_some_and(|v| !v.is_positive()) {
        wrong("amount", RefusalCode::AmountNotPositive, None);
    }
    let balance = yuan(&row.balance, "balance", &mut wrong);
    let at = match moment(&Cell::Empty, &Cell::Text(&row.at), now - Span::hours(23)) {
        Ok(moment) if moment.time_given => Some(moment.at),
        Ok(_) => {
            wrong(
                "at",
                RefusalCode::FieldMalformed,
                Some("2026-04-03T21:04:55+08:00".into()),
            );
            None
        }
        Err(code) => {
            let refusal = match code {
                statement::RowCode::TimeMissing => RefusalCode::FieldMissing,
                statement::RowCode::TimeOutOfRange => RefusalCode::TimeTooOld,
                _ => RefusalCode::FieldMalformed,
            };
            wrong("at", refusal, None);
            None
        }
    };
    if own.is_some() && own == other {
        wrong("other", RefusalCode::AccountMalformed, None);
    }
    for (field, text, max) in [
        ("own_name", &row.own_name, 120),
        ("other_name", &row.other_name, 120),
        ("other_bank", &row.other_bank, 120),
        ("summary", &row.summary, 200),
        ("serial", &row.serial, 64),
    ] {
        if text.chars().count() > max {
            wrong(field, RefusalCode::FieldTooLong, Some(max.to_string()));
        } else if text.chars().any(char::is_control) {
            wrong(field, RefusalCode::ControlCharacter, None);
        }
    }
    if problems.len() > before {
        return None;
    }
    Some(Statement {
        place: Place {
            sheet: 0,
            line: index as u64 + 1,
        },
        own: own?,
        own_name: row.own_name.clone(),
        direction: direction?,
        amount: value?,
        at: at?,
        time_given: true,
        serial: (!row.serial.trim().is_empty()).then(|| row.serial.trim().to_owned()),
        other,
        other_name: row.other_name.clone(),
        other_bank: row.other_bank.clone(),
        balance,
        summary: row.summary.clone(),
        cash: false,
        merchant: String::new(),
    })
}

fn account(
    text: &str,
    field: &str,
    needed: bool,
    wrong: &mut impl FnMut(&str, RefusalCode, Option<String>),
) -> Option<AccountNo> {
    match identifier(&Cell::Text(text), false) {
        Ok(Some(number)) => return Some(number),
        Ok(None) if needed => wrong(field, RefusalCode::FieldMissing, None),
        Ok(None) => {}
        Err(_) => wrong(field, RefusalCode::AccountMalformed, None),
    }
    None
}

fn yuan(text: &str, field: &str, wrong: &mut impl FnMut(&str, RefusalCode, Option<String>)) -> Option<Fen> {
    amount(&Cell::Text(text), false)
        .inspect_err(|code| wrong(field, RefusalCode::FieldMalformed, Some(code.en().to_owned())))
        .ok()
        .flatten()
}
