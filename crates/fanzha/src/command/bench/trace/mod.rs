//! `fanzha bench trace`: what following money costs, beside PostgreSQL's recursive query and beside one random read of
//! this machine's memory, all in one run. A tool for people, not a test: nothing is asserted about time; that both sides
//! give the same answers is.
//!
//! Method: transfers from CSV files; payments to follow in the oracle's mix, four victims' payments to one ordinary one
//! between two persons; one at a time on one thread, the quickest of three rounds through all of them. The values
//! are the oracle's: REACH five hops and 48 hours, the others ten hops, seven days and dust below one yuan. The store and
//! the network are in the lines that say so.

mod engine;
mod foreground;
mod memory;
mod month;
mod over_http;
mod peer;
mod product;
mod samples;

use crate::cli::BenchTrace;
use crate::command::trace::{all_threads, files};
use crate::problem::Problem;
use engine::{Measured, Question};
use foreground::Beside;
use month::Dice;
use peer::Peer;
use samples::{Samples, micros};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use trace::{Edge, Index, Ledger, ReachQuery, Tracer};

const VICTIMS: usize = 800;
const ORDINARY: usize = 200;
/// Payments that the peer is asked for; it takes its time.
const PEER: usize = 200;
const BATCH: usize = 40_000;
const RANDOM: usize = 10_000;
/// Edges that a trace may look at before it says what it left out: about ten times what a large case needs.
const BUDGET: u64 = 4_096;

pub fn run(args: &BenchTrace) -> Result<(), Problem> {
    println!("资金追踪测量 / Fund-flow bench: {}", machine());
    if cfg!(debug_assertions) {
        println!("debug build: the figures mean little, use --release");
    }
    for folder in &args.data {
        measure(folder, args.no_peer)?;
    }
    if !args.data.is_empty() {
        return Ok(());
    }
    for rows in &args.rows {
        let failed = |e| Problem::because("无法生成数据", "cannot make the data", e);
        let folder = tempfile::Builder::new()
            .prefix("fanzha-bench-trace-")
            .tempdir()
            .map_err(failed)?;
        // The peer reads the files as another user.
        std::fs::set_permissions(folder.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755))
            .map_err(failed)?;
        let count = usize::try_from(*rows).unwrap_or(usize::MAX);
        month::write(count, 7, folder.path()).map_err(failed)?;
        measure(folder.path(), args.no_peer)?;
    }
    Ok(())
}

fn machine() -> String {
    let text = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = text
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(": "));
    format!("{} × {}", all_threads(), model.map_or("CPU", |(_, name)| name))
}

fn measure(folder: &Path, no_peer: bool) -> Result<(), Problem> {
    let ready = Ready::of(folder)?;
    println!(
        "\n### {} transfers, {} accounts ({})\n",
        ready.index.len(),
        ready.index.account_count(),
        folder.display()
    );
    ready.tell();
    let mix = Mix::draw(&ready)?;
    traces(&ready.index, &mix);
    bounded(&ready)?;
    batches(&ready.index, &mix);
    let http = over_http::time(&ready.index, &mix.ids)?;
    println!("\nREACH as JSON over loopback HTTP (a plain route of this bench, not the product's), µs");
    println!(
        "\n| | p50 | p95 | p99 | max |\n|---|---|---|---|---|\n| HTTP | {} |",
        http.cells()
    );
    let product = product(folder, &ready, &mix)?;
    if no_peer {
        return Ok(());
    }
    beside_peer(folder, &ready, &mix, &http, product.as_ref())
}

/// The product's own route, where the store is loaded in a bearable time.
fn product(folder: &Path, ready: &Ready, mix: &Mix) -> Result<Option<Samples>, Problem> {
    if ready.index.len() > product::ROWS_MAX {
        println!(
            "\nThe product's own route is measured up to {} transfers.",
            product::ROWS_MAX
        );
        return Ok(None);
    }
    let asked = product::measure(folder, mix, ready.index.account_count() as u64)?;
    println!(
        "\nREACH by the product's own route, every question as it came (loaded into SQLite at {:.0} transfers a second), µs\n",
        asked.loaded
    );
    println!("| | p50 | p95 | p99 | max |\n|---|---|---|---|---|");
    println!("| nothing else | {} |", asked.idle.cells());
    println!(
        "| {:.0} transfers a second coming in | {} |",
        asked.handed,
        asked.busy.cells()
    );
    let ratio = |part| micros(asked.busy.quantile(part) / asked.idle.quantile(part));
    println!("| busy / idle | {} |", quantiles(ratio));
    println!(
        "\nForeground before background: a seat's commands beside {:.0} transfers a second, µs\n",
        asked.handed
    );
    println!("{}", Beside::heading());
    for beside in &asked.seat {
        println!("{}", beside.line());
    }
    Ok(Some(asked.idle))
}

// ---- until the first query ---------------------------------------------------------------------------------------------

struct Ready {
    index: Arc<Index>,
    read: Duration,
    built: Duration,
    resident: u64,
    peak: u64,
    folder: PathBuf,
}

impl Ready {
    fn of(folder: &Path) -> Result<Ready, Problem> {
        let threads = all_threads();
        memory::forget_peak();
        let before = memory::resident();
        let begun = Instant::now();
        let (numbers, facts) = files::read_accounts(&folder.join("accounts.csv"), threads)?;
        let transfers = folder.join("transfers.csv");
        let rows = files::read_transfers(&transfers, &numbers, threads)?;
        let read = begun.elapsed();
        let index = Index::build(rows, &facts).map_err(|found| {
            Problem::new(
                format!("数据有误：{found:?}"),
                format!("the data is wrong: {found:?}"),
            )
        })?;
        let built = begun.elapsed() - read;
        let peak = memory::peak();
        drop((numbers, facts));
        Ok(Ready {
            index: Arc::new(index),
            read,
            built,
            resident: memory::resident().saturating_sub(before),
            peak,
            folder: folder.to_owned(),
        })
    }

    fn tell(&self) {
        let per_row = |bytes: u64| bytes as f64 / self.index.len() as f64;
        println!(
            "CSV read {:.2} s, index built {:.2} s, query-ready after {:.2} s; index {:.1} bytes a transfer (both directions), \
             resident {:.1} bytes a transfer more than before, peak while building {:.0} MiB",
            self.read.as_secs_f64(),
            self.built.as_secs_f64(),
            (self.read + self.built).as_secs_f64(),
            per_row(self.index.bytes() as u64),
            per_row(self.resident),
            self.peak as f64 / 1_048_576.0
        );
    }
}

// ---- which payments ----------------------------------------------------------------------------------------------------

/// Payments to follow, victims' and ordinary ones in the oracle's proportion.
struct Mix {
    edges: Vec<Edge>,
    ids: Vec<u64>,
}

impl Mix {
    fn draw(ready: &Ready) -> Result<Mix, Problem> {
        Mix::of(ready, VICTIMS, ORDINARY, 1)
    }

    /// Fewer of the victims when there are no more.
    fn of(ready: &Ready, victims_wanted: usize, ordinary_wanted: usize, seed: u64) -> Result<Mix, Problem> {
        let mut dice = Dice::new(seed);
        let mut victims = victims(&ready.folder.join("truth.csv"))?;
        let mut ids = Vec::new();
        while ids.len() < victims_wanted && !victims.is_empty() {
            ids.push(victims.swap_remove(dice.below(victims.len())));
        }
        // Four to one also where there are not as many victims as wanted.
        let ordinary_wanted = ordinary_wanted * ids.len() / victims_wanted.max(1);
        ids.extend(ordinary(&ready.index, ordinary_wanted, &mut dice));
        for last in (1..ids.len()).rev() {
            ids.swap(last, dice.below(last + 1));
        }
        let edges = ready.index.locate(&ids).into_iter().flatten().collect();
        Ok(Mix { edges, ids })
    }
}

/// Each case's own payments: hop 0 of the truth.
fn victims(file: &Path) -> Result<Vec<u64>, Problem> {
    let text = std::fs::read_to_string(file)
        .map_err(|e| Problem::because("无法读取 truth.csv", "cannot read truth.csv", e))?;
    let payment = |line: &str| {
        let mut fields = line.split(',').skip(1);
        let id = fields.next()?.parse().ok()?;
        (fields.next()? == "0").then_some(id)
    };
    Ok(text.lines().skip(1).filter_map(payment).collect())
}

/// Any payments between accounts at which no trace ends.
fn ordinary(index: &Index, count: usize, dice: &mut Dice) -> Vec<u64> {
    let mut found = Vec::new();
    while found.len() < count {
        let ids: Vec<u64> = (0..count).map(|_| dice.below(index.len()) as u64).collect();
        let edges = index.locate(&ids).into_iter().flatten();
        let open = |account| index.facts(account).exit.is_none();
        let paid = edges
            .map(|edge| index.transfer(edge))
            .filter(|t| open(t.src) && open(t.dst));
        found.extend(paid.map(|t| t.id));
    }
    found.truncate(count);
    found
}

// ---- the tables --------------------------------------------------------------------------------------------------------

fn traces(index: &Index, mix: &Mix) {
    let read = memory::random_read_ns(index.bytes());
    println!(
        "\n{} payments, one at a time, µs; one dependent random read of 64 bytes over {} MiB: {read:.1} ns\n",
        mix.edges.len(),
        index.bytes() >> 20
    );
    println!("| doctrine | p50 | p95 | p99 | max | edges | ns an edge | random reads an edge |");
    println!("|---|---|---|---|---|---|---|---|");
    for (name, question) in Question::all() {
        let Measured { samples, touched } = engine::time(index, &mix.edges, question);
        let edge = samples.total_ns() / touched.max(1) as f64;
        println!(
            "| {name} | {} | {touched} | {edge:.1} | {:.2} |",
            samples.cells(),
            edge / read
        );
    }
}

/// The worst of many payments, with a bound on the work: of those that people ask about, and of any.
fn bounded(ready: &Ready) -> Result<(), Problem> {
    let asked = Mix::of(ready, RANDOM * 4 / 5, RANDOM / 5, 2)?;
    worst("payments in the oracle's mix", &ready.index, &asked.edges);
    let ids = ordinary(&ready.index, RANDOM, &mut Dice::new(2));
    let edges: Vec<Edge> = ready.index.locate(&ids).into_iter().flatten().collect();
    worst(
        "random payments between accounts that are no stop accounts",
        &ready.index,
        &edges,
    );
    Ok(())
}

fn worst(what: &str, index: &Index, edges: &[Edge]) {
    println!("\n{} {what}, budget {BUDGET} edges, µs\n", edges.len());
    println!("| doctrine | p50 | p95 | p99 | max | max / p50 |\n|---|---|---|---|---|---|");
    for (name, question) in Question::all() {
        let samples = engine::time(index, edges, question.with_budget(BUDGET)).samples;
        println!(
            "| {name} | {} | {:.1} |",
            samples.cells(),
            samples.max() / samples.median()
        );
    }
}

fn batches(index: &Index, mix: &Mix) {
    let edges: Vec<Edge> = mix.edges.iter().copied().cycle().take(BATCH).collect();
    let threads = all_threads();
    println!("\ntraces a second in batches of {BATCH} on {threads} threads\n");
    println!("| doctrine | traces/s |\n|---|---|");
    for (name, question) in Question::all() {
        println!(
            "| {name} | {:.0} |",
            engine::batch_rate(index, &edges, question, threads)
        );
    }
}

fn beside_peer(
    folder: &Path,
    ready: &Ready,
    mix: &Mix,
    http: &Samples,
    product: Option<&Samples>,
) -> Result<(), Problem> {
    let query = ReachQuery::default();
    let mut peer = Peer::start(
        &folder.canonicalize().unwrap_or_else(|_| folder.to_owned()),
        &query,
    )?;
    let few = PEER.min(mix.ids.len());
    same_answers(&ready.index, &mut peer, mix, few)?;
    let theirs = peer.time(&mix.ids[..few])?;
    let ours = engine::time(&ready.index, &mix.edges[..few], Question::Reach(query)).samples;
    println!(
        "\nREACH beside PostgreSQL ({}), the same {few} payments with the same answers, µs\n",
        peer.version
    );
    println!("| | p50 | p95 | p99 | max |\n|---|---|---|---|---|");
    println!(
        "| PostgreSQL, local socket | {} |\n| ours, in process | {} |",
        theirs.cells(),
        ours.cells()
    );
    let ratio = |ours: &Samples, part| theirs.quantile(part) / ours.quantile(part);
    println!(
        "| times faster in process | {} |",
        quantiles(|part| micros(ratio(&ours, part)))
    );
    println!(
        "| times faster over HTTP with JSON | {} |",
        quantiles(|part| micros(ratio(http, part)))
    );
    if let Some(product) = product {
        println!(
            "| times faster by the product's own route | {} |",
            quantiles(|part| micros(ratio(product, part)))
        );
    }
    let (ready, load) = (ready.read + ready.built, &peer.loaded);
    let theirs = load.copy + load.index;
    println!(
        "\nPostgreSQL: COPY {:.1} s, index {:.1} s (VACUUM ANALYZE {:.1} s and keys not counted); CSV to query-ready {:.1} s against ours {:.2} s: {:.1} times",
        load.copy.as_secs_f64(),
        load.index.as_secs_f64(),
        load.vacuum.as_secs_f64(),
        theirs.as_secs_f64(),
        ready.as_secs_f64(),
        theirs.as_secs_f64() / ready.as_secs_f64()
    );
    Ok(())
}

fn quantiles(cell: impl Fn(f64) -> String) -> String {
    [0.5, 0.95, 0.99, 1.0]
        .map(|part| format!("{:>9}", cell(part)))
        .join(" | ")
}

/// A comparison of two that do different things would say nothing.
fn same_answers(index: &Index, peer: &mut Peer, mix: &Mix, few: usize) -> Result<(), Problem> {
    let mut tracer = Tracer::default();
    for (edge, id) in mix.edges.iter().zip(&mix.ids).take(few) {
        let reach = tracer.reach(index, &[*edge], &ReachQuery::default());
        let mut ours: Vec<(i64, i64)> = reach
            .rows
            .iter()
            .map(|row| (row.id as i64, i64::from(row.hop)))
            .collect();
        let mut theirs = peer.reach(*id)?;
        ours.sort_unstable();
        theirs.sort_unstable();
        if ours != theirs {
            return Err(Problem::new(
                format!("交易 {id} 的结果与 PostgreSQL 不同"),
                format!("the answer for transfer {id} is not that of PostgreSQL"),
            ));
        }
    }
    Ok(())
}
