//! `fanzha demo`: a centre with invented people, banks that answer, and a city where money runs. A newcomer signs in,
//! takes a call, and wins or loses the race.
//!
//! Promises: the store is marked as a demo's and refuses real work, and a real store is refused here; nothing leaves
//! the machine. Leaves out memory of the city across a restart: it begins anew, from the same seed.

use super::serve::{announce, failed, start_log};
use super::witness::Witness;
use crate::adapter::{PacedClock, machine_now};
use crate::assembly;
use crate::cli::Demo;
use crate::problem::Problem;
use crate::server::Server;
use crate::settings::Settings;
use app::intake::calls::{Ring, call_ring};
use app::intake::drafts::draft_make;
use app::people::{DEMO_PASSWORD, SignIn, demo_people, demo_seed, session_open};
use app::policies::{PolicyForm, policies_list, policy_sign};
use app::{AppResult, Centre, Context};
use kernel::{Fen, Instant, Span};
use serde_json::json;
use sim::directories::{DirectoryHub, JournalFile, Pace};
use sim::{City, CityConfig, Happening, Truth};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use tokio::sync::mpsc;

/// The seat that the newcomer plays, and who sits there.
const SEAT: &str = "3";
const CALL_TAKER: &str = "liyang";
const LEADER: &str = "chenguodong";

pub fn run(args: &Demo) -> Result<(), Problem> {
    start_log("warn");
    let (folder, _scratch) = folder(args)?;
    let settings = settings(&folder, args.port);
    super::runtime()?.block_on(play(args, &settings, &folder))
}

/// The operator's folder, or one that goes away with the demo.
fn folder(args: &Demo) -> Result<(PathBuf, Option<tempfile::TempDir>), Problem> {
    if let Some(folder) = &args.data {
        return Ok((folder.clone(), None));
    }
    let scratch = tempfile::Builder::new().prefix("fanzha-demo-").tempdir();
    let scratch =
        scratch.map_err(|e| Problem::because("无法创建临时目录", "cannot make a temporary directory", e))?;
    Ok((scratch.path().to_owned(), Some(scratch)))
}

fn settings(folder: &Path, port: u16) -> Settings {
    let mut settings = Settings::defaults(folder);
    settings.centre.demo = true;
    settings.centre.name = "黄冈市反诈中心（演示）".to_owned();
    settings.web.listen = format!("127.0.0.1:{port}");
    settings.platform.poll_ms = 100;
    settings.jobs.clocks_ms = 200;
    settings
}

async fn play(args: &Demo, settings: &Settings, folder: &Path) -> Result<(), Problem> {
    let store = assembly::open_store(settings).await?;
    let wall_start = machine_now();
    let pace = Pace {
        wall_start,
        start: beginning(&store, args.start.unwrap_or(wall_start)).await?,
        speed: args.speed,
    };
    let centre = assembly::centre_over(settings, store, Arc::new(PacedClock(pace))).await?;
    people(&centre).await?;
    let city = city(args, settings, pace.start)?;
    let mut hub = DirectoryHub::open(city, assembly::directories(settings), journal(folder))
        .map_err(|e| Problem::because("模拟银行", "the simulated banks", e))?;
    let witness = witness(args, &mut hub)?;
    let server = Server::bind(centre.clone(), settings, args.speed).await?;
    let (tell, told) = mpsc::channel(1_000);
    std::thread::spawn(move || live(hub, pace, &tell));
    tokio::spawn(narrate(centre, told, witness));
    welcome(&server, args, folder);
    server.run(std::future::pending()).await
}

fn witness(args: &Demo, hub: &mut DirectoryHub) -> Result<Option<Witness>, Problem> {
    let Some(folder) = &args.witness else {
        return Ok(None);
    };
    let witness = Witness::open(folder)
        .map_err(|e| Problem::because("无法写入真相目录", "cannot write to the witness folder", e))?;
    hub.keep_copies(witness.received());
    Ok(Some(witness))
}

/// Simulated time goes on where an earlier demo in the same folder ended.
async fn beginning(store: &Store, at_first: Instant) -> Result<Instant, Problem> {
    let newest = store::audit::AuditQuery {
        limit: 1,
        ..Default::default()
    };
    let page = store::audit::page(store.reader(), &newest).await;
    let page = page.map_err(|e| Problem::because("读取演示库", "reading the demo's store", e))?;
    let last = page
        .lines
        .first()
        .map(|line| Instant::from_ms(line.sealed.entry.at_ms) + Span::minutes(1));
    Ok(last.map_or(at_first, |last| last.max(at_first)))
}

fn city(args: &Demo, settings: &Settings, start: Instant) -> Result<City, Problem> {
    let config = CityConfig {
        police_node: settings.platform.node.clone(),
        ..CityConfig::default()
    };
    let mut city = City::new(args.seed, config, start);
    if let Some(file) = &args.faults {
        super::sim_banks::add_faults(&mut city, file, start)?;
    }
    Ok(city)
}

/// What the banks received, for whoever wants to look; the demo runs without it too.
fn journal(folder: &Path) -> Option<JournalFile> {
    JournalFile::open(&folder.join("banks-journal.tsv")).ok()
}

/// The invented people, and the policy that the leader of the night has signed. Once per store.
pub(super) async fn people(centre: &Centre) -> Result<(), Problem> {
    demo_seed(centre).await.map_err(|e| failed(&e))?;
    standing_policy(centre).await.map_err(|e| failed(&e))
}

async fn standing_policy(centre: &Centre) -> AppResult<()> {
    let leader = signed_in(centre, LEADER).await?;
    let in_force = policies_list(centre, &leader).await?;
    if in_force
        .iter()
        .any(|p| p.policy.ended_at.is_none() && p.policy.valid_until > centre.now())
    {
        return Ok(());
    }
    let form = PolicyForm {
        amount_max: Fen::yuan(500_000),
        payment_age_max: Span::hours(24),
        direct_payee_only: true,
        valid_until: centre.now() + Span::days(90),
        confirm_within: Span::hours(2),
    };
    policy_sign(centre, &leader, form).await.map(drop)
}

async fn signed_in(centre: &Centre, login: &str) -> AppResult<Context> {
    let form = SignIn {
        login: login.to_owned(),
        password: DEMO_PASSWORD.to_owned(),
        request_id: "demo".to_owned(),
        ..SignIn::default()
    };
    let opened = session_open(centre, &form).await?;
    Ok(opened.signed_in.context("demo".to_owned(), centre.now()))
}

/// The banks' side: the same four directories that a real front-end machine would share with us.
fn live(mut hub: DirectoryHub, pace: Pace, tell: &mpsc::Sender<Happening>) {
    loop {
        match hub.pump(pace.at(machine_now())) {
            Ok(pumped) => {
                for happening in pumped.happenings {
                    if tell.blocking_send(happening).is_err() {
                        return;
                    }
                }
            }
            Err(problem) => tracing::error!(%problem, "the simulated banks stumbled"),
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

async fn narrate(centre: Centre, mut told: mpsc::Receiver<Happening>, mut witness: Option<Witness>) {
    while let Some(happening) = told.recv().await {
        match happening {
            Happening::CallRings {
                at,
                line,
                number,
                narrative,
                truth,
            } => {
                let said = asked_back(narrative, &truth);
                if let Some(witness) = &mut witness
                    && let Err(error) = witness.call(at, line, &said, &truth)
                {
                    tracing::error!(%error, "the truth of a call could not be written down");
                }
                if let Err(error) = call(&centre, line, &number, said).await {
                    tracing::error!(%error, "a call could not be put through");
                }
            }
            Happening::MoveRefused {
                at, account, amount, ..
            } => announce(
                &format!("{at}  {}元被拦在 {}", amount.to_yuan(), account.bank_name),
                &format!("{} yuan held back at {}", amount.to_yuan(), account.bank_name),
            ),
            // Bait that goes back and small change say nothing about the race.
            Happening::Moved {
                at, amount, layer: 0, ..
            } if amount >= Fen::yuan(1_000) => {
                announce(
                    &format!("{at}  {}元流出，追不回了", amount.to_yuan()),
                    &format!("{} yuan have left and are gone", amount.to_yuan()),
                );
            }
            Happening::Moved { .. } | Happening::BankActed { .. } => {}
        }
    }
}

/// A stop needs the victim's papers; what the caller leaves out, the call-taker asks.
fn asked_back(narrative: String, truth: &Truth) -> String {
    let victim = &truth.victim;
    if narrative.contains(&victim.id_number) {
        return narrative;
    }
    format!(
        "{narrative}（询问：受害人叫什么，身份证号多少？）{}，身份证号{}。",
        victim.name, victim.id_number
    )
}

/// The telephone rings at the newcomer's seat, and what the caller says is written down as a draft of that seat: a
/// demo has no voice.
async fn call(centre: &Centre, line: u8, number: &str, narrative: String) -> AppResult<()> {
    let ring = Ring {
        seat: SEAT.to_owned(),
        line: line.to_string(),
        number: number.to_owned(),
        rang_at: None,
    };
    let call = call_ring(centre, &centre.job(app::Job::Telephone), ring).await?;
    let body = json!({
        "narrative": narrative, "channel": "hotline96110", "line": line.to_string(), "call_id": call.id.to_string(),
        "told_at": call.rang_at.to_iso_cst(),
        "caller": { "name": "", "phone": number, "relation": "self" },
    });
    let ctx = signed_in(centre, CALL_TAKER).await?;
    draft_make(centre, &ctx, body.to_string()).await?;
    announce(
        &format!("{}  {line} 号线来电，已接到 {SEAT} 号座席", centre.now()),
        &format!("line {line} rings at seat {SEAT}"),
    );
    Ok(())
}

fn welcome(server: &Server, args: &Demo, folder: &Path) {
    let url = format!("http://{}", server.address());
    println!(
        "\n反诈中心演示已启动：{url}  （{} 倍速，种子 {}，数据在 {}）",
        args.speed,
        args.seed,
        folder.display()
    );
    println!(
        "The demo is running at {url}  ({} × real time, seed {}, data in {})\n",
        args.speed,
        args.seed,
        folder.display()
    );
    println!("口令均为 / everybody's password: {DEMO_PASSWORD}");
    for person in demo_people().iter().take(3) {
        println!(
            "  {:<12} {}  {} / {}",
            person.login, person.name, person.role_zh, person.role_en
        );
    }
    println!(
        "\n先以 {CALL_TAKER} 登录，等电话响（约 45 模拟秒），打开草稿，核对收款账户，一键止付；再以 {LEADER} 登录审批延伸止付。"
    );
    println!(
        "Sign in as {CALL_TAKER}, wait for the telephone (about 45 simulated seconds), open the draft, check the payee's"
    );
    println!(
        "account and send the stop with one key; then sign in as {LEADER} and approve the extended stops."
    );
    announce(
        "\n全部数据均为虚构。Ctrl-C 结束",
        "everything is invented. Ctrl-C ends it\n",
    );
}
