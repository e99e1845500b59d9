//! The job: imports files in batches, each in a transaction of its own, until none is left.
//!
//! Promises: it may die anywhere and run again; a batch is saved with the place up to which it goes, and reading begins
//! behind it. A transaction ends behind the next piece of a batch as soon as a person, an order or a deadline waits for
//! the store, so that nobody waits longer than a piece and its commit. Leaves out who started the import.

use super::convert::{names_other, other_account, other_number, own_account, told};
use super::receive::failed;
use crate::orders::settle::match_payment;
use crate::{AppError, AppResult, Centre, Context, Work, flow};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{AccountId, AccountNo, Area, ReportId, StatementId};
use serde_json::json;
use statement::{FileProblem, Mapping, Met, RowProblem, Rules, Statement, Tally};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::io::BufReader;
use std::ops::ControlFlow;
use store::accounts::{Account, Recorded, Transfer};
use store::movements::{Told, accounts_ensure, transfers_record};
use store::statements::{
    Counts, FileState, Line, LineProblem, StatementFile, accounts_awaiting_payment, file_importing,
    file_load, file_update, lines_insert, place_number, problems_insert, reports_of_accounts,
};
use tokio::sync::mpsc;

/// Rows of one transaction at most.
const BATCH: usize = 1_000;
/// Rows of a file that are saved between two looks whether somebody in a hurry waits: some milliseconds.
const PIECE: usize = 200;
/// The same for rows that another system hands over: they come at the pace of what happened, a few hundred at a time, so
/// that smaller pieces cost nothing that counts.
const PIECE_HANDED: usize = 50;
/// Pieces that are read ahead: some batches.
const AHEAD: usize = 4 * BATCH / PIECE;
/// Problems that are listed; the rest are counted.
const LISTED_MAX: u64 = 10_000;
/// Accounts, and twins, that an import remembers at one time.
const REMEMBERED_MAX: usize = 200_000;

/// Imports what is waiting, one file after the other.
pub async fn statements_run(centre: &Centre) -> AppResult<()> {
    while let Some(file) = file_importing(centre.store.reader()).await? {
        import(centre, file, &mut |_| {}).await?;
    }
    Ok(())
}

/// Imports one file to its end; `progress` hears of each batch.
pub async fn import_one(
    centre: &Centre,
    id: StatementId,
    progress: &mut (dyn FnMut(&StatementFile) + Send),
) -> AppResult<StatementFile> {
    let file = file_load(centre.store.reader(), id)
        .await?
        .ok_or(kernel::RefusalCode::NotFound)?;
    import(centre, file, progress).await
}

async fn import(
    centre: &Centre,
    file: StatementFile,
    progress: &mut (dyn FnMut(&StatementFile) + Send),
) -> AppResult<StatementFile> {
    let Some(mapping) = file
        .mapping
        .as_deref()
        .and_then(|m| serde_json::from_str::<Mapping>(m).ok())
    else {
        return give_up(centre, file, FileProblem::MappingDoesNotFit).await;
    };
    let (send, mut batches) = mpsc::channel(AHEAD);
    let reader = ReadAhead {
        folder: centre.statements.clone(),
        id: file.id,
        done: file.cursor,
        // The instant of the start, so that a second run refuses the same rows.
        rules: Rules {
            latest: file.began_at.unwrap_or(file.made_at),
        },
        mapping,
    };
    let reading = tokio::task::spawn_blocking(move || reader.run(&send));
    let mut import = Import::new(centre, file);
    while let Some(batch) = batches.recv().await {
        import.batch(batch, &mut batches).await?;
        progress(&import.file);
    }
    match reading.await.map_err(failed)? {
        Ok(tally) => import.done(tally).await,
        Err(problem) => give_up(centre, import.file, problem).await,
    }
}

async fn give_up(centre: &Centre, mut file: StatementFile, problem: FileProblem) -> AppResult<StatementFile> {
    let ctx = centre.job(crate::Job::Statements);
    let mut work = centre
        .work(
            &ctx,
            AuditAction::StatementFailed,
            SubjectKind::Statement,
            file.id,
        )
        .await?;
    work.note("area", file.area.to_string());
    work.note("problem", problem.slug());
    file.state = FileState::Failed;
    file.problem = problem.slug().to_owned();
    file.done_at = Some(ctx.at);
    let outcome = file_update(&work.tx, &mut file).await.map_err(AppError::from);
    work.finish(outcome).await?;
    Ok(file)
}

// ── reading ahead, in a thread of its own ──────────────────────────────────────────────────────

/// Lines that are saved together.
#[derive(Default)]
pub(super) struct Lines {
    pub rows: Vec<(Statement, u32)>,
    pub problems: Vec<LineProblem>,
    pub refused: u64,
    pub flagged: u64,
    /// What was met up to the end of this batch.
    pub cursor: u64,
    pub position: u64,
}

struct ReadAhead {
    folder: std::sync::Arc<super::StatementFolder>,
    id: StatementId,
    done: u64,
    rules: Rules,
    mapping: Mapping,
}

impl ReadAhead {
    fn run(self, send: &mpsc::Sender<Lines>) -> Result<Tally, FileProblem> {
        let bytes = self.folder.read(self.id).map_err(|_| FileProblem::Unreadable)?;
        let mut source = statement::open(BufReader::with_capacity(1 << 18, bytes), &self.folder.bounds)?;
        let mut gather = Gather::default();
        let mut gone = false;
        let tally = statement::read(&mut source, &self.mapping, &self.rules, &mut |met| {
            if let Met::Progress(position) = met {
                gather.lines.position = position;
                return ControlFlow::Continue(());
            }
            gather.met += 1;
            gather.take(met, gather.met > self.done);
            if gather.lines.rows.len() + gather.lines.problems.len() >= PIECE {
                gone = send.blocking_send(gather.cut()).is_err();
            }
            if gone {
                ControlFlow::Break(())
            } else {
                ControlFlow::Continue(())
            }
        })?;
        let rest = gather.cut();
        if !rest.rows.is_empty() || !rest.problems.is_empty() || rest.refused > 0 {
            let _ = send.blocking_send(rest);
        }
        Ok(tally)
    }
}

#[derive(Default)]
pub(super) struct Gather {
    pub lines: Lines,
    met: u64,
    listed: u64,
    refused_at: Option<statement::Place>,
    twins: HashMap<u64, u32>,
}

impl Gather {
    /// What was saved by an earlier run is met again, so that numbers go on where they were, and not kept again.
    pub fn take(&mut self, met: Met, keep: bool) {
        match met {
            Met::Row(row) => {
                let twin = self.twin(&row);
                if keep {
                    self.lines.rows.push((*row, twin));
                }
            }
            Met::Problem(problem) => self.problem(problem, keep),
            Met::Progress(_) => {}
        }
    }

    fn problem(&mut self, problem: RowProblem, keep: bool) {
        self.listed += 1;
        let refuses = problem.code.refuses();
        let first = refuses && self.refused_at.replace(problem.place) != Some(problem.place);
        if !keep {
            return;
        }
        self.lines.refused += u64::from(first);
        self.lines.flagged += u64::from(!refuses);
        if self.listed <= LISTED_MAX {
            self.lines.problems.push(LineProblem {
                seq: self.listed,
                place: place_number(problem.place.sheet, problem.place.line),
                column: problem.column.chars().take(60).collect(),
                value: problem.value,
                code: problem.code.slug().to_owned(),
                refuses,
            });
        }
    }

    /// How many rows before this one said the very same.
    fn twin(&mut self, row: &Statement) -> u32 {
        if row.serial.is_some() || row.balance.is_some() {
            return 0;
        }
        use std::hash::{DefaultHasher, Hash, Hasher};
        let mut hasher = DefaultHasher::new();
        (
            &row.own,
            row.direction,
            row.amount,
            row.at,
            &row.other,
            &row.other_name,
        )
            .hash(&mut hasher);
        if self.twins.len() >= REMEMBERED_MAX {
            self.twins.clear();
        }
        let count = self.twins.entry(hasher.finish()).or_insert(0);
        *count += 1;
        *count - 1
    }

    pub fn cut(&mut self) -> Lines {
        let mut lines = std::mem::take(&mut self.lines);
        lines.cursor = self.met;
        self.lines.position = lines.position;
        lines
    }
}

// ── saving ─────────────────────────────────────────────────────────────────────────────────────

/// One import while it runs.
pub(super) struct Import<'c> {
    centre: &'c Centre,
    pub file: StatementFile,
    accounts: HashMap<String, (AccountId, bool)>,
    /// Accounts that no report is about; looked at again when all is done.
    quiet: HashSet<AccountId>,
    touched: BTreeMap<ReportId, Area>,
}

/// What became of one batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Became {
    pub new: u64,
    pub joined: u64,
    pub known: u64,
    pub matched: u64,
}

impl Became {
    pub fn add(&mut self, more: Became) {
        self.new += more.new;
        self.joined += more.joined;
        self.known += more.known;
        self.matched += more.matched;
    }
}

/// What one transaction has kept so far.
#[derive(Default)]
struct Saved {
    rows: usize,
    refused: u64,
    became: Became,
}

impl<'c> Import<'c> {
    pub fn new(centre: &'c Centre, file: StatementFile) -> Import<'c> {
        Import {
            centre,
            file,
            accounts: HashMap::new(),
            quiet: HashSet::new(),
            touched: BTreeMap::new(),
        }
    }

    /// One transaction: this piece, and further ones until the batch is full or somebody waits.
    async fn batch(&mut self, first: Lines, further: &mut mpsc::Receiver<Lines>) -> AppResult<()> {
        let ctx = self.centre.job(crate::Job::Statements);
        let mut work = self
            .centre
            .work(
                &ctx,
                AuditAction::StatementRows,
                SubjectKind::Statement,
                self.file.id,
            )
            .await?;
        let before = (self.file.clone(), self.touched.clone());
        let outcome = self.save_in_turn(&mut work, first, further).await;
        match work.finish(outcome).await {
            Ok(()) => Ok(()),
            Err(error) => {
                // Nothing of it was saved; what was remembered of it is forgotten.
                (self.file, self.touched) = before;
                self.accounts.clear();
                Err(error)
            }
        }
    }

    async fn save_in_turn(
        &mut self,
        work: &mut Work<'_>,
        first: Lines,
        further: &mut mpsc::Receiver<Lines>,
    ) -> AppResult<()> {
        let mut saved = Saved::default();
        let mut next = Some(first);
        while let Some(lines) = next {
            saved.rows += lines.rows.len() + lines.problems.len();
            saved.refused += lines.refused;
            saved.became.add(self.save(work, lines).await?);
            // The reader is ahead by some batches, so this is no wait; and without it the size of a transaction would be an
            // accident of two threads.
            next = if saved.rows < BATCH && !work.tx.front_waits() {
                further.recv().await
            } else {
                None
            };
        }
        work.note("area", self.file.area.to_string());
        work.note("new", saved.became.new);
        work.note("joined", saved.became.joined);
        work.note("known", saved.became.known);
        work.note("refused", saved.refused);
        file_update(&work.tx, &mut self.file).await?;
        Ok(())
    }

    async fn save(&mut self, work: &mut Work<'_>, lines: Lines) -> AppResult<Became> {
        let became = self.rows(work, &lines.rows).await?;
        problems_insert(&work.tx, self.file.file_no, &lines.problems).await?;
        let counts = &mut self.file.counts;
        counts.new += became.new;
        counts.joined += became.joined;
        counts.known += became.known;
        counts.matched += became.matched;
        counts.refused += lines.refused;
        counts.flagged += lines.flagged;
        self.file.cursor = lines.cursor;
        self.file.position = lines.position;
        Ok(became)
    }

    /// Rows that are in memory already, piece by piece until all are kept or somebody waits; how many were kept.
    pub async fn rows_in_turn(
        &mut self,
        work: &mut Work<'_>,
        rows: &[(Statement, u32)],
    ) -> AppResult<(usize, Became)> {
        let (mut kept, mut became) = (0, Became::default());
        for piece in rows.chunks(PIECE_HANDED) {
            if kept > 0 && work.tx.front_waits() {
                break;
            }
            became.add(self.rows(work, piece).await?);
            kept += piece.len();
        }
        Ok((kept, became))
    }

    /// Keeps the rows' movements, says where each was told, matches payments, and tells the reports concerned.
    pub async fn rows(&mut self, work: &mut Work<'_>, rows: &[(Statement, u32)]) -> AppResult<Became> {
        let told = self.told(work, rows).await?;
        let kept = transfers_record(&work.tx, &told).await?;
        let lines: Vec<Line> = rows
            .iter()
            .zip(&kept)
            .map(|((row, _), (became, id))| Line {
                place: place_number(row.place.sheet, row.place.line),
                transfer: *id,
                became: *became,
            })
            .collect();
        lines_insert(&work.tx, self.file.file_no, &lines).await?;
        flow::told_again(
            work,
            told.iter()
                .zip(&lines)
                .map(|(told, line)| (&told.transfer, told.ends().0, line.became)),
        )
        .await?;
        let mut became = Became::default();
        let mut fresh: Vec<&Transfer> = Vec::new();
        for (told, line) in told.iter().zip(&lines) {
            match line.became {
                Recorded::New => became.new += 1,
                Recorded::Joined => became.joined += 1,
                Recorded::Known => became.known += 1,
            }
            if line.became != Recorded::Known {
                fresh.push(&told.transfer);
            }
        }
        became.matched = self.match_payments(work, &told, &lines).await?;
        self.tell_reports(work, &fresh, became.new + became.joined)
            .await?;
        Ok(became)
    }

    async fn told(&mut self, work: &Work<'_>, rows: &[(Statement, u32)]) -> AppResult<Vec<Told>> {
        let others: Vec<AccountNo> = rows.iter().map(|(row, _)| other_number(row)).collect();
        self.know_accounts(work, rows, &others).await?;
        let id = |number: &AccountNo| {
            let known = self.accounts.get(number.main());
            known.map(|(id, _)| *id).ok_or_else(|| AppError::Failed {
                attempted: "finding an account that was just made",
                source: "it is not there".into(),
            })
        };
        rows.iter()
            .zip(&others)
            .map(|((row, twin), other)| Ok(told(self.centre, row, id(&row.own)?, id(other)?, *twin)))
            .collect()
    }

    /// Accounts that this import has not met yet, or whose holder it did not know.
    async fn know_accounts(
        &mut self,
        work: &Work<'_>,
        rows: &[(Statement, u32)],
        others: &[AccountNo],
    ) -> AppResult<()> {
        if self.accounts.len() > REMEMBERED_MAX {
            self.accounts.clear();
            self.quiet.clear();
        }
        let mut asked: HashMap<String, Account> = HashMap::new();
        for ((row, _), other) in rows.iter().zip(others) {
            if self.asks(&asked, &row.own, !row.own_name.is_empty()) {
                asked.insert(row.own.main().to_owned(), own_account(self.centre, row));
            }
            if self.asks(&asked, other, names_other(row)) {
                asked.insert(
                    other.main().to_owned(),
                    other_account(self.centre, row, other.clone()),
                );
            }
        }
        let mut fresh: Vec<Account> = asked.into_values().collect();
        // The same file gives the same order, whatever the map does.
        fresh.sort_by(|a, b| a.number.cmp(&b.number));
        let ids = accounts_ensure(&work.tx, &fresh).await?;
        for (account, id) in fresh.iter().zip(ids) {
            self.accounts
                .insert(account.number.main().to_owned(), (id, !account.holder.is_empty()));
        }
        Ok(())
    }

    /// Whether the store must be asked for this account: it is new here, or its holder's name is.
    fn asks(&self, asked: &HashMap<String, Account>, number: &AccountNo, named: bool) -> bool {
        let number = number.main();
        let known = self
            .accounts
            .get(number)
            .is_some_and(|(_, complete)| *complete || !named);
        !known && asked.get(number).is_none_or(|a| a.holder.is_empty() && named)
    }

    /// Few accounts were ever paid by a victim: only their rows are looked at one by one.
    async fn match_payments(&self, work: &Work<'_>, told: &[Told], lines: &[Line]) -> AppResult<u64> {
        let mut payees: Vec<AccountId> = told.iter().map(|t| t.transfer.dst).collect();
        payees.sort_unstable();
        payees.dedup();
        let awaiting = accounts_awaiting_payment(&work.tx, &payees).await?;
        let mut matched = 0;
        for (told, line) in told.iter().zip(lines) {
            if line.became != Recorded::Known && awaiting.contains(&told.transfer.dst) {
                matched += u64::from(match_payment(work, &told.transfer, line.transfer).await?);
            }
        }
        Ok(matched)
    }

    /// An entry on each report that is about one of these accounts: which file told, for the report's timeline. Once a report,
    /// and once more at the end. Reports further up hear from [`flow::announce_run`].
    async fn tell_reports(&mut self, work: &mut Work<'_>, fresh: &[&Transfer], rows: u64) -> AppResult<()> {
        let mut accounts: Vec<AccountId> = fresh.iter().flat_map(|t| [t.src, t.dst]).collect();
        accounts.sort_unstable();
        accounts.dedup();
        accounts.retain(|id| !self.quiet.contains(id));
        for (report, area) in reports_of_accounts(&work.tx, &accounts).await? {
            if self.touched.insert(report, area).is_none() {
                self.tell(work, report, area, rows);
            }
        }
        self.quiet.extend(accounts);
        Ok(())
    }

    fn tell(&self, work: &mut Work<'_>, report: ReportId, area: Area, rows: u64) {
        let detail = json!({ "area": area.to_string(), "statement": self.file.id.to_string(), "rows": rows });
        work.also(AuditAction::ReportStatement, SubjectKind::Report, report, detail);
    }

    async fn done(mut self, tally: Tally) -> AppResult<StatementFile> {
        let ctx = self.centre.job(crate::Job::Statements);
        let mut work = self
            .centre
            .work(
                &ctx,
                AuditAction::StatementDone,
                SubjectKind::Statement,
                self.file.id,
            )
            .await?;
        self.file.state = FileState::Done;
        self.file.done_at = Some(ctx.at);
        self.file.position = self.file.total;
        self.file.counts.skipped = tally.skipped + tally.not_done;
        self.file.counts.without_time = tally.without_time;
        let Counts {
            new,
            joined,
            known,
            refused,
            flagged,
            matched,
            without_time,
            ..
        } = self.file.counts;
        for (key, count) in [
            ("new", new),
            ("joined", joined),
            ("known", known),
            ("refused", refused),
            ("flagged", flagged),
            ("matched", matched),
            ("without_time", without_time),
        ] {
            work.note(key, count);
        }
        work.note("area", self.file.area.to_string());
        work.note("digest", self.file.digest.clone());
        let outcome = self.finish(&mut work).await;
        work.finish(outcome).await?;
        Ok(self.file)
    }

    async fn finish(&mut self, work: &mut Work<'_>) -> AppResult<()> {
        let mut quiet: Vec<AccountId> = self.quiet.iter().copied().collect();
        quiet.sort_unstable();
        // A report that was taken while the import ran is about one of these too.
        self.touched.extend(reports_of_accounts(&work.tx, &quiet).await?);
        for (report, area) in &self.touched {
            self.tell(
                work,
                *report,
                *area,
                self.file.counts.new + self.file.counts.joined,
            );
        }
        file_update(&work.tx, &mut self.file).await?;
        Ok(())
    }
}

/// For rows that did not come as a file.
pub(super) fn context(centre: &Centre) -> Context {
    centre.job(crate::Job::TransfersApi)
}
