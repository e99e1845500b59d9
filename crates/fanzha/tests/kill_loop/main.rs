//! kill -9: the real server is killed a hundred times at random moments, under load, while the banks, a separate
//! program over the same four directories, live on. Two journals are kept outside the server: what the clients were
//! told, and what the banks received. At the end both are held against each other and against the audit log.
//!
//! Shows: no acknowledged report or order is lost; one intent leaves under one ApplicationID and with the same bytes
//! however often it is sent; each timer fires once; the log proves whole. The seed is printed; `FANZHA_KILL_SEED` sets
//! another, `FANZHA_KILL_CYCLES` another number of kills. Time passes for real here, so nothing is asserted about how
//! long anything takes.

#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

mod client;
mod processes;

use client::Session;
use serde_json::{Value, json};
use sim::world::{AccountIx, Role};
use sim::{City, CityConfig};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

const CITIZENS: usize = 300;
const BANK_SEED: u64 = 7;
/// New reports begun in one life of the server, at most.
const NEW_PER_LIFE: usize = 2;

#[test]
fn nothing_acknowledged_is_lost_and_nothing_is_sent_twice() {
    let seed = number("FANZHA_KILL_SEED", 20_261_122);
    let cycles = number("FANZHA_KILL_CYCLES", 100);
    println!("seed {seed}, {cycles} kills");
    let evening = Evening::begin();
    let mut chance = Chance(seed);
    for nth in 0..cycles {
        evening.one_life(Duration::from_millis(chance.life(nth)));
    }
    evening.settle();
    evening.examine();
}

fn number(name: &str, otherwise: u64) -> u64 {
    std::env::var(name)
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(otherwise)
}

/// SplitMix64.
struct Chance(u64);

impl Chance {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Most lives are short; every tenth is long enough for papers to be printed and answers to come.
    fn life(&mut self, nth: u64) -> u64 {
        if nth % 10 == 9 {
            1_200 + self.next() % 1_300
        } else {
            self.next() % 450
        }
    }
}

/// What a client was told.
#[derive(Clone, Debug)]
struct Told {
    report: String,
    /// Order → ApplicationID.
    orders: BTreeMap<String, String>,
}

/// One thing a call-taker wants: sent under its key until it is answered.
#[derive(Clone)]
struct Intent {
    key: String,
    body: Value,
    told: Option<Told>,
}

struct Evening {
    dir: tempfile::TempDir,
    config: PathBuf,
    _banks: processes::Process,
    payees: Vec<Payee>,
    session: Session,
    intents: Mutex<Vec<Intent>>,
}

struct Payee {
    number: String,
    holder: String,
    bank_code: String,
    bank_name: String,
}

impl Evening {
    fn begin() -> Evening {
        let dir = tempfile::tempdir().expect("a directory");
        let at = |name: &str| dir.path().join(name).to_str().expect("UTF-8").to_owned();
        let config = dir.path().join("fanzha.toml");
        std::fs::write(&config, CONFIG).expect("the configuration can be written");
        std::fs::write(at("faults"), FAULTS).expect("the faults can be written");
        let start = kernel::Instant::from_ms(machine_ms());
        let (citizens, seed, started) = (CITIZENS.to_string(), BANK_SEED.to_string(), start.to_iso_cst());
        let args = [
            "sim",
            "banks",
            "--quiet",
            "--dirs",
            &at("platform"),
            "--seed",
            &seed,
            "--citizens",
            &citizens,
            "--answer-ms",
            "400",
            "--journal",
            &at("journal.tsv"),
            "--faults",
            &at("faults"),
            "--start",
            &started,
            "--wall-start",
            &started,
        ];
        let banks = processes::banks(&args, &dir.path().join("banks.log"));
        let (mut server, address) = processes::server(&config, &dir.path().join("server.log"));
        let session = client::sign_in(address, "liyang");
        server.kill();
        let whole_second = kernel::Instant::parse_iso(&started).expect("our own time");
        Evening {
            dir,
            config,
            _banks: banks,
            payees: payees(whole_second),
            session,
            intents: Mutex::default(),
        }
    }

    fn server(&self) -> (processes::Process, SocketAddr) {
        processes::server(&self.config, &self.dir.path().join("server.log"))
    }

    /// Start, load, SIGKILL.
    fn one_life(&self, life: Duration) {
        let (mut server, address) = self.server();
        let over = AtomicBool::new(false);
        let work: Vec<usize> = self.work();
        std::thread::scope(|scope| {
            for lane in 0..2 {
                let (work, over) = (&work, &over);
                scope.spawn(move || {
                    work.iter()
                        .skip(lane)
                        .step_by(2)
                        .take_while(|_| !over.load(Ordering::Relaxed))
                        .for_each(|i| self.ask(address, *i))
                });
            }
            std::thread::sleep(life);
            over.store(true, Ordering::Relaxed);
            server.kill();
        });
    }

    /// Everything without an answer so far, and some more.
    fn work(&self) -> Vec<usize> {
        let mut intents = self.intents.lock().expect("no client panicked");
        for _ in 0..NEW_PER_LIFE {
            let nth = intents.len();
            if let Some(payee) = self.payees.get(nth) {
                intents.push(Intent {
                    key: format!("kill-loop-{nth:05}"),
                    body: report(nth, payee),
                    told: None,
                });
            }
        }
        // Newest first: a command whose answer was lost keeps its asker waiting, and new ones must not wait behind it.
        (0..intents.len())
            .rev()
            .filter(|i| intents[*i].told.is_none())
            .collect()
    }

    fn ask(&self, server: SocketAddr, i: usize) {
        let Intent { key, body, .. } = self.intents.lock().expect("no client panicked")[i].clone();
        let Ok(answer) = client::command(server, &self.session, "/api/reports", &key, &body) else {
            return;
        };
        match answer.status {
            200 | 201 => {
                let told = told(&answer.json());
                self.intents.lock().expect("no client panicked")[i].told = Some(told);
            }
            // Done in an earlier life that was cut off before it answered: what was done is read from the log.
            409 if answer.json()["code"] == "already_decided" => {
                let done = Told {
                    report: String::new(),
                    orders: BTreeMap::new(),
                };
                self.intents.lock().expect("no client panicked")[i].told = Some(done);
            }
            429 | 503 => {}
            other => panic!("{key}: {other} {}", String::from_utf8_lossy(&answer.body)),
        }
    }

    /// A last life without a kill: every intent is answered, every message leaves, every answer is taken.
    fn settle(&self) {
        let (_server, address) = self.server();
        let patience = Instant::now() + Duration::from_secs(900);
        while Instant::now() < patience && !self.is_quiet(address) {
            let open: Vec<usize> = {
                let intents = self.intents.lock().expect("no client panicked");
                (0..intents.len())
                    .filter(|i| intents[*i].told.is_none())
                    .collect()
            };
            std::thread::scope(|scope| {
                for i in open {
                    scope.spawn(move || self.ask(address, i));
                }
            });
            std::thread::sleep(Duration::from_millis(300));
        }
        // The banks that never answer: both alarms of the last order have time to fire.
        std::thread::sleep(Duration::from_secs(4));
        let auditor = client::sign_in(address, "auditor");
        std::fs::copy(self.path("heads.jsonl"), self.path("heads-copy.jsonl"))
            .expect("the second place is there");
        let export = client::get(address, &auditor, "/api/audit/export").expect("the log is exported");
        assert_eq!(export.status, 200);
        std::fs::write(self.path("export.jsonl"), export.body).expect("the export can be written");
    }

    /// Every order that anybody was told of has reached its bank.
    fn is_quiet(&self, server: SocketAddr) -> bool {
        let received: BTreeSet<String> = self.received().into_iter().map(|e| e.application_id).collect();
        let intents = self.intents.lock().expect("no client panicked");
        let all_told = intents.iter().all(|i| i.told.is_some());
        let mut wanted = intents
            .iter()
            .filter_map(|i| i.told.as_ref())
            .flat_map(|t| t.orders.values());
        all_told
            && wanted.all(|id| received.contains(id))
            && client::send(server, "GET", "/healthz", &[], None).is_ok()
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn received(&self) -> Vec<sim::journal::Entry> {
        sim::directories::read_journal(&self.path("journal.tsv")).unwrap_or_default()
    }

    fn examine(&self) {
        let log = Log::read(&self.path("export.jsonl"));
        self.the_log_is_whole();
        self.nothing_acknowledged_is_lost(&log);
        self.every_intent_was_done_once(&log);
        self.one_intent_one_application_one_body(&log);
        each_timer_fired_once(&log);
        println!(
            "{} intents, {} reports, {} orders, {} requests at the banks, {} timers fired, {} entries in the log",
            self.intents.lock().unwrap().len(),
            log.reports.len(),
            log.orders.len(),
            self.received().len(),
            log.fired.len(),
            log.entries,
        );
    }

    fn the_log_is_whole(&self) {
        let (export, heads) = (self.path("export.jsonl"), self.path("heads-copy.jsonl"));
        let output = Command::new(env!("CARGO_BIN_EXE_fanzha"))
            .arg("verify")
            .arg(export)
            .arg("--heads")
            .arg(heads)
            .output()
            .unwrap();
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    fn nothing_acknowledged_is_lost(&self, log: &Log) {
        let received: BTreeSet<String> = self.received().into_iter().map(|e| e.application_id).collect();
        for intent in self.intents.lock().unwrap().iter() {
            let told = intent
                .told
                .as_ref()
                .unwrap_or_else(|| panic!("{} was never answered", intent.key));
            assert!(
                told.report.is_empty() || log.reports.contains_key(&told.report),
                "{} lost its report",
                intent.key
            );
            for (order, application) in &told.orders {
                assert_eq!(
                    log.orders.get(order),
                    Some(application),
                    "{} lost an order",
                    intent.key
                );
                assert!(
                    received.contains(application),
                    "{application} never reached its bank: {:?}",
                    log.trail.get(order)
                );
            }
        }
    }

    fn every_intent_was_done_once(&self, log: &Log) {
        let intents = self.intents.lock().unwrap();
        assert!(
            log.reports.values().all(|times| *times == 1),
            "a report was registered twice"
        );
        assert_eq!(
            log.reports.len(),
            intents.len(),
            "reports in the log and intents of the clients"
        );
        let wanted = (0..intents.len()).filter(|nth| wants_stop(*nth)).count();
        assert_eq!(
            log.orders.len(),
            wanted,
            "one stop for each report that asks for one"
        );
        let applications: BTreeSet<&String> = log.orders.values().collect();
        assert_eq!(
            applications.len(),
            log.orders.len(),
            "two orders share an ApplicationID"
        );
    }

    fn one_intent_one_application_one_body(&self, log: &Log) {
        let received = self.received();
        assert_eq!(sim::journal::check(&received), [], "what the banks received");
        let known: BTreeSet<&String> = log.orders.values().collect();
        assert!(
            received.iter().all(|e| known.contains(&e.application_id)),
            "a request that no order stands behind"
        );
        assert!(
            known
                .iter()
                .all(|id| received.iter().any(|e| e.application_id == **id)),
            "an order that never left"
        );
    }
}

fn each_timer_fired_once(log: &Log) {
    assert!(
        log.fired.values().all(|times| *times == 1),
        "a timer fired twice: {:?}",
        log.fired
    );
    assert!(!log.fired.is_empty(), "the silent bank set off no timer");
    assert!(
        log.early.is_empty(),
        "timers fired before their time: {:?}",
        log.early
    );
}

/// What the audit log says.
#[derive(Default)]
struct Log {
    entries: usize,
    reports: BTreeMap<String, usize>,
    orders: BTreeMap<String, String>,
    fired: BTreeMap<String, usize>,
    early: Vec<String>,
    /// What was done to each order, for whoever has to find out why one of them is missing.
    trail: BTreeMap<String, Vec<String>>,
}

impl Log {
    fn read(export: &Path) -> Log {
        let mut log = Log::default();
        let text = std::fs::read_to_string(export).expect("the export can be read");
        let mut lines = text.lines();
        let header: Value = serde_json::from_str(lines.next().expect("a header")).expect("JSON");
        let fields: Vec<String> = serde_json::from_value(header["fields"].clone()).expect("names");
        for line in lines {
            let line: Value = serde_json::from_str(line).expect("JSON");
            if let Some(values) = line["entry"].as_array() {
                log.take(&fields.iter().cloned().zip(values.iter().cloned()).collect());
            }
        }
        log
    }

    fn take(&mut self, entry: &BTreeMap<String, Value>) {
        self.entries += 1;
        let text = |name: &str| {
            entry
                .get(name)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let detail = entry.get("detail").cloned().unwrap_or_default();
        let said = |name: &str| detail[name].as_str().unwrap_or_default().to_owned();
        if text("subject_kind") == "order" {
            let step = format!("{} {detail}", text("action"));
            self.trail.entry(text("subject_id")).or_default().push(step);
        }
        if text("outcome") == "refused" {
            return;
        }
        match text("action").as_str() {
            "report.create" => *self.reports.entry(text("subject_id")).or_default() += 1,
            "order.draft" => {
                let twice = self.orders.insert(text("subject_id"), said("application_id"));
                assert!(twice.is_none(), "an order was drafted twice");
            }
            "deadline.fire" => {
                *self.fired.entry(said("deadline")).or_default() += 1;
                let due = kernel::Instant::parse_iso(&said("due_at")).expect("a time");
                if entry["at_ms"].as_i64().expect("a time") < due.ms() {
                    self.early.push(said("deadline"));
                }
            }
            _ => {}
        }
    }
}

fn told(answer: &Value) -> Told {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let orders = answer["orders"].as_array().cloned().unwrap_or_default();
    assert_eq!(answer["refused"].as_array().map(Vec::len), Some(0), "{answer}");
    Told {
        report: text(&answer["report"]["id"]),
        orders: orders
            .iter()
            .map(|o| (text(&o["id"]), text(&o["number"])))
            .collect(),
    }
}

fn report(nth: usize, payee: &Payee) -> Value {
    json!({
        "narrative": format!("第{nth}位报警人：刚刚把钱转给了对方"),
        "channel": "hotline96110",
        "line": "3",
        "seat": "3",
        "caller": { "name": "试甲", "phone": format!("199{nth:08}"), "relation": "self" },
        "victims": [{ "name": "试甲", "phone": format!("199{nth:08}"), "id_type": "01", "id_number": id_number() }],
        "payments": [{
            "paid_at": kernel::Instant::from_ms(machine_ms() - 120_000).to_iso_cst(),
            "amount_fen": 3_000_000 + nth,
            "from": { "name": "试甲", "number": "620000000000000001", "number_confirmed": true },
            "to": { "bank_code": payee.bank_code, "bank_name": payee.bank_name, "name": payee.holder, "number": payee.number },
            "channel": "手机银行",
        }],
        "category": "01",
        "offence_area": "421102",
        "send_stops": wants_stop(nth),
    })
}

/// Each second report: printing the papers of a stop is what takes the time here.
const fn wants_stop(nth: usize) -> bool {
    nth.is_multiple_of(2)
}

/// Born in 1900: nobody's.
fn id_number() -> String {
    let first = "42110219000101124";
    format!(
        "{first}{}",
        kernel::identifier::id_card_check(first).expect("seventeen digits")
    )
}

/// The same city that the banks' program makes from the same seed, for its account numbers.
fn payees(start: kernel::Instant) -> Vec<Payee> {
    let city = City::new(
        BANK_SEED,
        CityConfig {
            citizens: CITIZENS,
            ..CityConfig::quiet()
        },
        start,
    );
    let own = |(_, account): &(AccountIx, &sim::world::Account)| account.role == Role::Citizen;
    let payee = |(_, account): (AccountIx, &sim::world::Account)| Payee {
        number: account.number.clone(),
        holder: account.holder.name.clone(),
        bank_code: account.bank.get().code.to_owned(),
        bank_name: account.bank.get().name.to_owned(),
    };
    city.world().accounts().filter(own).map(payee).collect()
}

fn machine_ms() -> i64 {
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .expect("after 1970");
    i64::try_from(since.as_millis()).expect("before the year 292 million")
}

/// Short waits, so that timers fire within a test; a store of played facts, so that its people are there.
const CONFIG: &str = r#"
[centre]
demo = true
[web]
listen = "127.0.0.1:0"
[platform]
poll_ms = 50
[jobs]
clocks_ms = 200
[log]
seal_seconds = 1
level = "warn"
[clocks]
bank_silent_first_seconds = 1
bank_silent_second_seconds = 2
"#;

/// A silent bank, answers that come twice or late, and a hub that is out of reach at times.
const FAULTS: &str = "
建设银行 200101 silent
农业银行 200101 duplicate 2
招商银行 200101 reorder 2s
中国银行 200101 echo 1
";
