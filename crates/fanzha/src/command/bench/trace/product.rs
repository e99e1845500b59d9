//! The product's own route, `POST /api/flow/trace`: a server as people start it, over a store that holds the same
//! transfers, asked by an analyst who is signed in, each question with its purpose and its durable entry in the log.
//! First while nothing else happens, then, beside a seat's commands (`foreground`), while another system hands over transfers that are stored, imported and taken
//! into the index.
//!
//! Every question is timed as it comes, none is thrown away: what stands in the way of an answer now and then is just
//! what this is about.

use super::Mix;
use super::foreground::{ACTS, Beside, Seat};
use super::samples::Samples;
use crate::adapter::SystemClock;
use crate::assembly;
use crate::command::bench::client::Client;
use crate::command::bench::invented;
use crate::command::bench::server::Served;
use crate::command::trace::files;
use crate::problem::Problem;
use crate::settings::Settings;
use app::Centre;
use app::people::DEMO_PASSWORD;
use kernel::{AccountId, Fen, Instant, TransferId};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;
use store::Tx;
use store::accounts::{Account, Side, Transfer};
use store::announced::{Announced, announced_skip};
use store::movements::{Told, accounts_ensure, transfers_record};
use trace::AccountFacts;

/// A store of more would be loaded for longer than everything else takes.
pub const ROWS_MAX: usize = 2_000_000;
/// Rows in one transaction of the loading.
const CHUNK: usize = 20_000;
const ANALYST: &str = "linsu";
const CALLER_SECRET: &str = "bench-bench-bench-bench";
/// Transfers in one hand-over, and how often there is one.
const HANDED: u64 = 200;
const HANDED_EVERY: Duration = Duration::from_millis(100);

/// What the analyst's questions and the seat's commands took.
pub struct Asked {
    pub idle: Samples,
    pub busy: Samples,
    /// The commands of a seat, each without and with the flood.
    pub seat: Vec<Beside>,
    /// Transfers handed over, stored and acknowledged a second while `busy` was measured.
    pub handed: f64,
    /// Rows a second when the store was loaded by its own functions, accounts and indexes with them.
    pub loaded: f64,
}

pub fn measure(data: &Path, mix: &Mix, accounts: u64) -> Result<Asked, Problem> {
    let failed = |e: &dyn std::fmt::Display| {
        Problem::because("测量产品接口中断", "measuring the product's route broke off", e)
    };
    let folder = tempfile::Builder::new().prefix("fanzha-bench-product-").tempdir();
    let folder = folder.map_err(|e| failed(&e))?;
    let begun = std::time::Instant::now();
    let rows = crate::command::runtime()?
        .block_on(load(folder.path(), data))
        .map_err(|e| failed(&e))?;
    let loaded = rows as f64 / begun.elapsed().as_secs_f64();
    let callers = format!("[statements.callers]\nbench = \"{CALLER_SECRET}\"\n");
    let served = Served::over(folder.path(), &callers)?;
    let mut client = Client::connect(&served.address).map_err(|e| failed(&e))?;
    sign_in(&mut client, ANALYST).map_err(|e| failed(&e))?;
    let seat = Client::connect(&served.address).map_err(|e| failed(&e))?;
    let mut seat = Seat::at(seat).map_err(|e| failed(&e))?;
    wait_for_index(&mut client, mix.ids[0]).map_err(|e| failed(&e))?;
    let idle = ask_all(&mut client, &mix.ids).map_err(|e| failed(&e))?;
    let mut quiet = Vec::new();
    for act in ACTS {
        quiet.push(seat.times(act).map_err(|e| failed(&e))?);
    }
    let flood = || {
        let asked = ask_all(&mut client, &mix.ids)?;
        let acts: Result<Vec<Samples>, Failed> = ACTS.into_iter().map(|act| seat.times(act)).collect();
        Ok((asked, acts?))
    };
    let ((busy, acts), handed) =
        while_handing_over(&served.address, accounts, flood).map_err(|e| failed(&e))?;
    let both = ACTS.into_iter().zip(quiet).zip(acts);
    let seat = both
        .map(|((act, idle), busy)| Beside {
            what: act.words(),
            idle,
            busy,
        })
        .collect();
    Ok(Asked {
        idle,
        busy,
        seat,
        handed,
        loaded,
    })
}

// ---- the store ---------------------------------------------------------------------------------------------------------

pub type Failed = Box<dyn std::error::Error>;

async fn load(folder: &Path, data: &Path) -> Result<usize, Failed> {
    let mut settings = Settings::defaults(folder);
    settings.centre.demo = true;
    let centre = assembly::centre(&settings, Arc::new(SystemClock))
        .await
        .map_err(|p| p.to_string())?;
    crate::command::demo::people(&centre)
        .await
        .map_err(|p| p.to_string())?;
    let threads = crate::command::trace::all_threads();
    let (numbers, facts) =
        files::read_accounts(&data.join("accounts.csv"), threads).map_err(|p| p.to_string())?;
    let rows =
        files::read_transfers(&data.join("transfers.csv"), &numbers, threads).map_err(|p| p.to_string())?;
    let ids = accounts(&centre, &facts).await?;
    for chunk in rows.chunks(CHUNK) {
        let told: Vec<Told> = chunk.iter().map(|row| told(row, &ids)).collect();
        let tx = centre.store.begin().await?;
        transfers_record(&tx, &told).await?;
        save(tx, &centre, chunk.len()).await?;
    }
    // As if they had come over years: the job that tells reports of new rows has looked at these.
    let here = Announced {
        transfer: rows.len() as i64,
        told: 0,
    };
    announced_skip(&centre.store, here).await?;
    centre.store.checkpoint().await?;
    centre.store.close().await;
    Ok(rows.len())
}

async fn accounts(centre: &Centre, facts: &[AccountFacts]) -> Result<Vec<AccountId>, Failed> {
    let fresh: Vec<Account> = facts
        .iter()
        .enumerate()
        .map(|(nth, facts)| account(centre, nth as u64, facts))
        .collect();
    let mut ids = Vec::with_capacity(fresh.len());
    for chunk in fresh.chunks(CHUNK) {
        let tx = centre.store.begin().await?;
        ids.extend(accounts_ensure(&tx, chunk).await?);
        save(tx, centre, chunk.len()).await?;
    }
    Ok(ids)
}

async fn save(tx: Tx, centre: &Centre, count: usize) -> Result<(), Failed> {
    tx.commit(vec![invented::entry(centre, count as u64)]).await?;
    Ok(())
}

fn account(centre: &Centre, nth: u64, facts: &AccountFacts) -> Account {
    let exit_kind = if facts.exit.is_some() { "merchant" } else { "" };
    Account {
        exit_kind: exit_kind.into(),
        ..invented::account(centre, nth, centre.now())
    }
}

fn told(row: &trace::Transfer, accounts: &[AccountId]) -> Told {
    Told {
        transfer: Transfer {
            id: TransferId(name(row.id)),
            src: accounts[row.src as usize],
            dst: accounts[row.dst as usize],
            amount: Fen(row.amount),
            at: Instant::from_ms(row.ts_ms),
            src_serial: Some(row.id.to_string()),
            dst_serial: None,
            src_balance: None,
            dst_balance: None,
            payment: None,
            source_order: None,
            summary: String::new(),
        },
        side: Side::Src,
        twin: 0,
    }
}

/// The store's name of a transfer of the table.
fn name(id: u64) -> store::sea_orm::prelude::Uuid {
    store::sea_orm::prelude::Uuid::from_u128(u128::from(id) + 1)
}

// ---- the analyst -------------------------------------------------------------------------------------------------------

pub fn sign_in(client: &mut Client, login: &str) -> Result<(), Failed> {
    let form = json!({ "login": login, "password": DEMO_PASSWORD });
    let answer = client.post("/api/session", &form.to_string())?;
    let session: Value = serde_json::from_slice(&answer.body)?;
    let (Some(cookie), Some(csrf)) = (answer.cookie, session["csrf"].as_str()) else {
        return Err(format!("sign-in: HTTP {} {session}", answer.status).into());
    };
    client.headers += &format!("cookie: {cookie}\r\nx-csrf-token: {csrf}\r\n");
    Ok(())
}

fn question(id: u64) -> String {
    json!({ "transfer_id": name(id), "mode": "reach", "depth": 5, "hours": 48, "rows": 10_000, "purpose": "测量" }).to_string()
}

fn ask(client: &mut Client, id: u64) -> Result<Value, Failed> {
    let answer = client.post("/api/flow/trace", &question(id))?;
    let traced: Value = serde_json::from_slice(&answer.body)?;
    match answer.status {
        200 => Ok(traced),
        status => Err(format!("flow/trace: HTTP {status} {traced}").into()),
    }
}

fn wait_for_index(client: &mut Client, id: u64) -> Result<(), Failed> {
    for _ in 0..600 {
        if ask(client, id)?["from_index"] == true {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(200));
    }
    Err("the index was not ready in two minutes".into())
}

/// Only what a client waits for is timed, not its own reading of the answer.
fn ask_all(client: &mut Client, ids: &[u64]) -> Result<Samples, Failed> {
    let questions: Vec<String> = ids.iter().map(|id| question(*id)).collect();
    Samples::once(&questions, |question| {
        let answer = client.post("/api/flow/trace", question)?;
        match answer.status {
            200 => Ok(()),
            status => Err(format!("flow/trace: HTTP {status}").into()),
        }
    })
}

// ---- the other system --------------------------------------------------------------------------------------------------

/// Hands transfers over all the while; gives how many a second were acknowledged.
fn while_handing_over<T>(
    address: &str,
    accounts: u64,
    work: impl FnOnce() -> Result<T, Failed>,
) -> Result<(T, f64), Failed> {
    let (ended, handed) = (AtomicBool::new(false), AtomicU64::new(0));
    std::thread::scope(|scope| {
        let other = scope.spawn(|| hand_over(address, accounts, &ended, &handed).map_err(|e| e.to_string()));
        let begun = std::time::Instant::now();
        let done = work();
        let rate = handed.load(Ordering::Relaxed) as f64 / begun.elapsed().as_secs_f64();
        ended.store(true, Ordering::Relaxed);
        other
            .join()
            .unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        Ok((done?, rate))
    })
}

fn hand_over(address: &str, accounts: u64, ended: &AtomicBool, handed: &AtomicU64) -> Result<(), Failed> {
    let mut client = Client::connect(address)?;
    client.headers += &format!("authorization: Bearer {CALLER_SECRET}\r\n");
    let mut nth = 0;
    while !ended.load(Ordering::Relaxed) {
        let begun = std::time::Instant::now();
        let rows: Vec<Value> = (nth..nth + HANDED).map(|n| late_row(n, accounts)).collect();
        let answer = client.post("/api/transfers", &json!({ "transfers": rows }).to_string())?;
        if answer.status != 200 {
            let said = String::from_utf8_lossy(&answer.body);
            return Err(format!("transfers: HTTP {} {said}", answer.status).into());
        }
        nth += HANDED;
        handed.fetch_add(HANDED, Ordering::Relaxed);
        std::thread::sleep(HANDED_EVERY.saturating_sub(begun.elapsed()));
    }
    Ok(())
}

/// A transfer of the month that comes late: between two accounts that are known, in the middle of what is there.
fn late_row(nth: u64, accounts: u64) -> Value {
    let own = nth * 7_919 % accounts;
    let other = (own + 1 + nth * 104_729 % (accounts - 1)) % accounts;
    let at = Instant::from_ms(1_767_225_600_000 + (nth * 86_413_777 % 2_500_000_000) as i64);
    json!({
        "own": invented::account_number(own), "other": invented::account_number(other), "direction": "out",
        "amount": format!("{}.00", 10 + nth % 5_000), "at": at.to_iso_cst(), "serial": format!("late-{nth}"),
    })
}
