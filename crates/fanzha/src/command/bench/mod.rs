//! `fanzha bench`: what the first hour costs, each figure beside a baseline that does the least that could be done, and
//! printed as a ratio. A tool for people, not a test: nothing is asserted about time.
//!
//! Method: one SQLite file with synchronous=FULL in the given folder; reports are made by the store's own functions in
//! large transactions (`load`), the accepted ones by the use case itself; the server is a child process of this binary.
//! Leaves out the network, the browser and other engines.

mod client;
mod invented;
mod load;
mod measure;
mod server;
mod trace;

use crate::adapter::SystemClock;
use crate::assembly;
use crate::cli::{Bench, BenchWhat};
use crate::problem::Problem;
use crate::settings::Settings;
use app::{AppResult, Centre};
use measure::{Row, Samples};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub fn run(args: &Bench) -> Result<(), Problem> {
    match &args.what {
        Some(BenchWhat::Trace(args)) => trace::run(args),
        None => first_hour(args),
    }
}

fn first_hour(args: &Bench) -> Result<(), Problem> {
    super::serve::start_log("error");
    let (folder, _scratch) = folder(args)?;
    println!(
        "反诈中心测量 / Fanzha bench: SQLite, synchronous=FULL, {}",
        folder.display()
    );
    println!(
        "{} CPU, {}\n",
        std::thread::available_parallelism().map_or(1, usize::from),
        build()
    );
    let mut sizes = args.rows.clone();
    sizes.sort_unstable();
    let runtime = super::runtime()?;
    let settings = settings(&folder);
    runtime
        .block_on(in_process(&settings, &folder, &sizes))
        .map_err(|e| Problem::because("测量中断", "the measurement broke off", e))?;
    server::measure(&folder)
}

fn folder(args: &Bench) -> Result<(PathBuf, Option<tempfile::TempDir>), Problem> {
    if let Some(folder) = &args.data {
        return Ok((folder.clone(), None));
    }
    let scratch = tempfile::Builder::new().prefix("fanzha-bench-").tempdir();
    let scratch =
        scratch.map_err(|e| Problem::because("无法创建临时目录", "cannot make a temporary directory", e))?;
    Ok((scratch.path().to_owned(), Some(scratch)))
}

fn settings(folder: &Path) -> Settings {
    let mut settings = Settings::defaults(folder);
    settings.centre.demo = true;
    settings.web.listen = "127.0.0.1:0".to_owned();
    settings
}

const fn build() -> &'static str {
    if cfg!(debug_assertions) {
        "debug build: the figures mean little, use --release"
    } else {
        "release build"
    }
}

async fn in_process(
    settings: &Settings,
    folder: &Path,
    sizes: &[u64],
) -> Result<(), Box<dyn std::error::Error>> {
    let centre = assembly::centre(settings, Arc::new(SystemClock))
        .await
        .map_err(|p| p.to_string())?;
    super::demo::people(&centre).await.map_err(|p| p.to_string())?;
    let mut loaded = load::Loaded::begin(&centre).await?;
    println!("{}", Row::heading());
    for size in sizes {
        loaded.grow_to(&centre, *size).await?;
        accepted(&centre, folder, *size, &mut loaded).await?;
        pages(&centre, *size, &loaded).await?;
    }
    loaded.deadlines(&centre, server::DEADLINES).await?;
    centre.store.close().await;
    Ok(())
}

/// Reports accepted by the use case, each with its stop durably in the outbox; between two of them one bare commit of as
/// many bytes. Fifty pieces of work a second, so that both begin from a machine that has rested.
async fn accepted(
    centre: &Centre,
    folder: &Path,
    size: u64,
    loaded: &mut load::Loaded,
) -> Result<(), Box<dyn std::error::Error>> {
    const TIMES: usize = 200;
    // How many bytes one leaves shows only afterwards; those of a few tell the size of the bare ones.
    let before = measure::database_bytes(centre.store.reader()).await?;
    for _ in 0..TIMES / 10 {
        let form = loaded.next_form(centre);
        loaded.accept(centre, &form).await?;
    }
    let grown = measure::database_bytes(centre.store.reader())
        .await?
        .saturating_sub(before);
    let bytes = usize::try_from(grown)? / (TIMES / 10);
    let bare_file = measure::BareFile::open(&folder.join(format!("bare-{size}.db")), bytes).await?;
    let (mut ours, mut bare) = (Samples::default(), Samples::default());
    let mut pace = tokio::time::interval(std::time::Duration::from_millis(20));
    pace.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    for nth in 0..TIMES {
        let form = loaded.next_form(centre);
        // In turns, so that neither always comes first.
        for turn in [nth, nth + 1] {
            pace.tick().await;
            if turn % 2 == 0 {
                ours.time(loaded.accept(centre, &form)).await?;
            } else {
                bare.time(bare_file.commit()).await?;
            }
        }
    }
    bare_file.close().await?;
    let what = format!("接警并排入止付 / report accepted, stop queued ({bytes} B)");
    println!(
        "{}",
        Row {
            size,
            what: &what,
            ours: &ours,
            baseline: &bare,
            against: "bare durable commit of the same bytes"
        }
    );
    Ok(())
}

async fn pages(centre: &Centre, size: u64, loaded: &load::Loaded) -> AppResult<()> {
    const TIMES: usize = 200;
    let conn = centre.store.reader();
    for page in measure::PAGES {
        let (mut ours, mut bare) = (Samples::default(), Samples::default());
        for nth in 0..TIMES {
            let after = loaded.somewhere(nth);
            ours.time(measure::page(conn, page, after)).await?;
            bare.time(measure::bare_page(conn, page, after)).await?;
        }
        println!(
            "{}",
            Row {
                size,
                what: page.words(),
                ours: &ours,
                baseline: &bare,
                against: "bare prepared statement"
            }
        );
    }
    let (mut ours, mut bare) = (Samples::default(), Samples::default());
    for nth in 0..TIMES {
        let phone = loaded.some_phone(nth);
        ours.time(async { store::intake::identifier_find(conn, &phone, 50).await })
            .await?;
        bare.time(measure::bare_identifier(conn, &phone)).await?;
    }
    let what = "标识精确检索 / exact identifier search";
    println!(
        "{}",
        Row {
            size,
            what,
            ours: &ours,
            baseline: &bare,
            against: "bare prepared statement"
        }
    );
    Ok(())
}
