//! `fanzha sim banks`: the hub and a dozen banks as a program of its own over the platform's four directories. What
//! happens in the city is told on stdout, a JSON line each.
//!
//! Leaves out memory across a restart: a restarted city begins anew, with the same accounts for the same seed.

use crate::adapter::machine_now;
use crate::cli::SimBanks;
use crate::problem::Problem;
use exchange::Directories;
use kernel::{Instant, Span};
use sim::directories::{DirectoryHub, JournalFile, Pace};
use sim::{City, CityConfig};
use std::io::Write;
use std::path::Path;
use std::time::Duration;

/// How often the directories are looked at.
const EVERY: Duration = Duration::from_millis(50);

pub fn run(args: &SimBanks) -> Result<(), Problem> {
    let wall_start = args.wall_start.unwrap_or_else(machine_now);
    let pace = Pace {
        wall_start,
        start: args.start.unwrap_or(wall_start),
        speed: args.speed,
    };
    let mut city = City::new(args.seed, city_config(args), pace.start);
    if let Some(file) = &args.faults {
        add_faults(&mut city, file, pace.start)?;
    }
    let journal = args.journal.as_deref().map(open_journal).transpose()?;
    let directories = Directories::under(&args.dirs);
    let mut hub = DirectoryHub::open(city, directories, journal).map_err(|e| failed(&e))?;
    super::serve::announce(
        &format!("模拟银行已就绪：{}", args.dirs.display()),
        "the simulated banks are ready",
    );
    loop {
        match hub.pump(pace.at(machine_now())) {
            Ok(pumped) => tell(&pumped.happenings)?,
            // A full disk or a folder that went away: the next pass tries again.
            Err(problem) => eprintln!("{}", failed(&problem)),
        }
        std::thread::sleep(EVERY);
    }
}

fn city_config(args: &SimBanks) -> CityConfig {
    let base = if args.quiet {
        CityConfig::quiet()
    } else {
        CityConfig::default()
    };
    let answer = args.answer_ms.map_or(base.answer, |ms| {
        (Span::from_ms(ms / 2), Span::from_ms(ms.max(1)))
    });
    let citizens = args.citizens.map_or(base.citizens, |n| n as usize);
    CityConfig {
        answer,
        citizens,
        ..base
    }
}

pub(super) fn add_faults(city: &mut City, file: &Path, now: Instant) -> Result<(), Problem> {
    let shown = file.display();
    let wrong = |why: String| {
        Problem::because(
            &format!("故障脚本 {shown}"),
            &format!("fault script {shown}"),
            why,
        )
    };
    let script = std::fs::read_to_string(file).map_err(|e| wrong(e.to_string()))?;
    city.faults_mut()
        .add_script(&script, now)
        .map_err(|e| wrong(e.to_string()))
}

fn open_journal(file: &Path) -> Result<JournalFile, Problem> {
    let shown = file.display();
    JournalFile::open(file).map_err(|e| {
        Problem::because(
            &format!("银行日志 {shown}"),
            &format!("the banks' journal {shown}"),
            e,
        )
    })
}

fn failed(problem: &sim::directories::PumpProblem) -> Problem {
    Problem::because("模拟银行", "the simulated banks", problem)
}

fn tell(happenings: &[sim::Happening]) -> Result<(), Problem> {
    let mut out = std::io::stdout().lock();
    for happening in happenings {
        let line = serde_json::to_string(happening).expect("a happening is plain values");
        writeln!(out, "{line}")
            .map_err(|e| Problem::because("无法写到标准输出", "cannot write to standard output", e))?;
    }
    out.flush()
        .map_err(|e| Problem::because("无法写到标准输出", "cannot write to standard output", e))
}
