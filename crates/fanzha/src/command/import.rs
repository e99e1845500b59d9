//! `fanzha import`: statement files into the configured store, or a dry run without any.
//!
//! The same use cases as the web's, in this process: a file is received, its layout recognised or named, and imported in
//! batches to its end. Leaves out every rule about rows.

use super::serve::failed;
use crate::adapter::SystemClock;
use crate::assembly;
use crate::cli::Import;
use crate::problem::Problem;
use crate::settings::Settings;
use app::statements::look::{Start, statement_import_unattended};
use app::statements::receive::{Announced, Receiving, statement_announce};
use app::statements::run::import_one;
use app::statements::{FileProblem, FileState, StatementFile};
use app::{Centre, Context};
use indicatif::{ProgressBar, ProgressStyle};
use kernel::{Instant, RefusalCode};
use statement::{Bounds, Mapping, Met, Recognised, Rules, known_layouts};
use std::fs::File;
use std::io::{BufReader, Read};
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

pub fn run(args: &Import) -> Result<(), Problem> {
    let mut wrong = Vec::new();
    match (&args.config, args.dry_run) {
        (_, true) | (None, _) => {
            for file in &args.files {
                wrong.extend(dry(file, args).err());
            }
        }
        (Some(config), false) => {
            let settings = Settings::read(config)?;
            super::serve::start_log("warn");
            super::runtime()?.block_on(async {
                let centre = assembly::centre(&settings, Arc::new(SystemClock)).await?;
                for file in &args.files {
                    wrong.extend(keep(&centre, file, args).await.err());
                }
                Ok::<(), Problem>(())
            })?;
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(Problem::list(
            "有文件没有导入",
            "some files were not imported",
            &wrong,
        ))
    }
}

fn of_file(file: &Path, problem: FileProblem) -> Problem {
    let shown = file.display();
    Problem::new(
        format!("{shown}：{}", problem.zh()),
        format!("{shown}: {}", problem.en()),
    )
}

fn unreadable(file: &Path, error: impl std::fmt::Display) -> Problem {
    let shown = file.display();
    Problem::because(
        &format!("无法读取 {shown}"),
        &format!("cannot read {shown}"),
        error,
    )
}

// ── without a store ────────────────────────────────────────────────────────────────────────────

fn now() -> Instant {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Instant::from_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

fn dry(file: &Path, args: &Import) -> Result<(), Problem> {
    let rules = Rules { latest: now() };
    let bytes = File::open(file).map_err(|e| unreadable(file, e))?;
    let bad = |problem| of_file(file, problem);
    let mut source =
        statement::open(BufReader::with_capacity(1 << 18, bytes), &Bounds::default()).map_err(bad)?;
    let found = statement::recognise(&mut source, &[], &rules).map_err(bad)?;
    say_found(file, &found);
    let mapping = corrected(&found, args)?;
    let bar = bar(source.total());
    let tally = statement::read(&mut source, &mapping, &rules, &mut |met| {
        match met {
            Met::Progress(position) => bar.set_position(position),
            Met::Problem(p) => bar.suspend(|| {
                eprintln!(
                    "  {}:{}  {} {}  {} / {}",
                    p.place.sheet + 1,
                    p.place.line,
                    p.column,
                    p.value,
                    p.code.zh(),
                    p.code.en()
                );
            }),
            Met::Row(_) => {}
        }
        ControlFlow::Continue(())
    });
    bar.finish_and_clear();
    let tally = tally.map_err(bad)?;
    println!(
        "{} 行可用，{} 行有误，{} 行有疑点，{} 行不是流水 / {} good rows, {} wrong, {} doubtful, {} no rows",
        tally.rows,
        tally.refused,
        tally.flagged,
        tally.skipped + tally.not_done,
        tally.rows,
        tally.refused,
        tally.flagged,
        tally.skipped + tally.not_done
    );
    by_day_only(tally.without_time);
    Ok(())
}

/// Rows that a file dates without a time stand at midnight: their order within the day is not known.
fn by_day_only(rows: u64) {
    if rows > 0 {
        println!(
            "  其中 {rows} 行只有日期没有时间，按当日零点记入，当日先后不明 / {rows} of them have a date and no time: kept at midnight, their order within the day is not known"
        );
    }
}

fn say_found(file: &Path, found: &Recognised) {
    println!(
        "{}  {} / {}  ({}%)",
        file.display(),
        found.title.zh,
        found.title.en,
        found.confidence
    );
    for reason in &found.reasons {
        println!("  {} / {}", reason.zh, reason.en);
    }
}

/// The recognised mapping, or the named layout's, with the own account that was given and what a person says of long numbers.
fn corrected(found: &Recognised, args: &Import) -> Result<Mapping, Problem> {
    let mut mapping = found.mapping.clone();
    if let Some(name) = &args.layout
        && *name != found.layout
    {
        let layout = known_layouts()
            .iter()
            .find(|l| l.key == *name || l.zh == *name)
            .ok_or_else(|| {
                Problem::new(
                    format!("没有叫 {name} 的版式，或表头与它不符"),
                    format!("no layout is called {name}, or the header is not its"),
                )
            })?;
        mapping = layout.mapping_on(&found.keys);
    }
    if args.own.is_some() {
        mapping.own.clone_from(&args.own);
    }
    mapping.trust_zeros |= args.long_numbers_are_real;
    if mapping.missing().is_empty() {
        return Ok(mapping);
    }
    let lacking: Vec<&str> = mapping.missing().iter().map(|f| f.zh()).collect();
    Err(Problem::new(
        format!("缺少列：{}", lacking.join("、")),
        format!(
            "columns are missing: {}",
            mapping
                .missing()
                .iter()
                .map(|f| f.en())
                .collect::<Vec<_>>()
                .join(", ")
        ),
    ))
}

// ── into the store ─────────────────────────────────────────────────────────────────────────────

async fn keep(centre: &Centre, path: &Path, args: &Import) -> Result<(), Problem> {
    let ctx = centre.job(app::Job::Import);
    let file = receive(centre, &ctx, path, args).await?;
    if file.state == FileState::Failed {
        let problem = FileProblem::from_slug(&file.problem).unwrap_or(FileProblem::Unreadable);
        return Err(of_file(path, problem));
    }
    let found = app::statements::look::recognised(centre, &file)
        .await
        .map_err(|e| failed(&e))?;
    let found = found.map_err(|p| of_file(path, p))?;
    say_found(path, &found);
    let start = Start {
        mapping: corrected(&found, args)?,
        keep_as: None,
    };
    statement_import_unattended(centre, &ctx, file.id, &start)
        .await
        .map_err(|e| failed(&e))?;
    let bar = bar(file.total);
    let mut show = |f: &StatementFile| bar.set_position(f.position);
    let done = match import_one(centre, file.id, &mut show).await {
        // A server on the same store has taken it up: its job does the rest.
        Err(error) if error.refusal().is_some_and(|r| r.code == RefusalCode::Busy) => {
            follow(centre, &file, &bar).await?
        }
        other => other.map_err(|e| failed(&e))?,
    };
    bar.finish_and_clear();
    report(centre, path, &done).await
}

async fn follow(centre: &Centre, file: &StatementFile, bar: &ProgressBar) -> Result<StatementFile, Problem> {
    loop {
        let now = app::statements::file_of(centre, file.id)
            .await
            .map_err(|e| failed(&e))?;
        bar.set_position(now.position);
        if now.state != FileState::Importing {
            return Ok(now);
        }
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

async fn receive(
    centre: &Centre,
    ctx: &Context,
    path: &Path,
    args: &Import,
) -> Result<StatementFile, Problem> {
    let mut bytes = File::open(path).map_err(|e| unreadable(path, e))?;
    let size = bytes.metadata().map_err(|e| unreadable(path, e))?.len();
    let name = path
        .file_name()
        .map(|n| n.to_string_lossy().into_owned())
        .unwrap_or_default();
    let said = Announced {
        name,
        size,
        purpose: args.purpose.clone(),
        source: "command",
    };
    let announced = statement_announce(centre, ctx, said)
        .await
        .map_err(|e| failed(&e))?;
    let mut receiving = Receiving::begin(centre, ctx, announced.id)
        .await
        .map_err(|e| failed(&e))?;
    let bar = bar(size);
    let mut piece = vec![0u8; 1 << 18];
    loop {
        let read = bytes.read(&mut piece).map_err(|e| unreadable(path, e))?;
        if read == 0 {
            break;
        }
        receiving.write(centre, &piece[..read]).map_err(|e| failed(&e))?;
        bar.inc(read as u64);
    }
    bar.finish_and_clear();
    receiving.finish(centre, ctx).await.map_err(|e| failed(&e))
}

async fn report(centre: &Centre, path: &Path, done: &StatementFile) -> Result<(), Problem> {
    let c = done.counts;
    println!(
        "  新 {}，对方已有 {}，重复 {}，拒绝 {}，标记 {}，对上付款 {} / {} new, {} joined, {} known, {} refused, {} marked, {} matched",
        c.new,
        c.joined,
        c.known,
        c.refused,
        c.flagged,
        c.matched,
        c.new,
        c.joined,
        c.known,
        c.refused,
        c.flagged,
        c.matched
    );
    by_day_only(c.without_time);
    for p in app::statements::problems_of(centre, done)
        .await
        .map_err(|e| failed(&e))?
    {
        let (sheet, line) = app::statements::place_parts(p.place);
        let code = app::statements::RowCode::from_slug(&p.code);
        let (zh, en) = code.map_or(("", ""), |c| (c.zh(), c.en()));
        eprintln!("  {}:{line}  {} {}  {zh} / {en}", sheet + 1, p.column, p.value);
    }
    if done.state == FileState::Failed {
        let problem = FileProblem::from_slug(&done.problem).unwrap_or(FileProblem::Unreadable);
        return Err(of_file(path, problem));
    }
    Ok(())
}

fn bar(total: u64) -> ProgressBar {
    let bar = ProgressBar::new(total);
    if let Ok(style) = ProgressStyle::with_template("  {bar:40} {percent:>3}%  {elapsed_precise}  {eta}") {
        bar.set_style(style);
    }
    bar
}
