//! The server as people start it: a child process over the loaded store, timed from its start to its first answer, and
//! weighed afterwards.

use super::client::Client;
use crate::problem::Problem;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Pending deadlines in the store when the server starts.
pub const DEADLINES: usize = 100_000;

pub fn measure(folder: &Path) -> Result<(), Problem> {
    let begun = Instant::now();
    let served = Served::over(folder, "")?;
    served.first_answer()?;
    let took = begun.elapsed();
    // What the jobs of the first seconds take is part of the weight.
    std::thread::sleep(Duration::from_secs(3));
    let (now, peak) = served.resident()?;
    drop(served);
    println!(
        "\n启动 / start-up, {DEADLINES} pending deadlines: {:.2} s to the first answer (target < 2 s)",
        took.as_secs_f64()
    );
    println!(
        "内存 / memory: {:.0} MB resident, {:.0} MB at most (target < 300 MB)",
        now / 1024.0,
        peak / 1024.0
    );
    Ok(())
}

/// A child process of this binary that serves; it ends with its owner.
pub struct Served {
    child: Child,
    pub address: String,
}

impl Served {
    /// Over the store in `folder`, with these lines more in its settings; returns when it says where it listens.
    pub fn over(folder: &Path, more: &str) -> Result<Served, Problem> {
        let config = folder.join("bench.toml");
        let text = "[centre]\ndemo = true\n[web]\nlisten = \"127.0.0.1:0\"\n[log]\nlevel = \"error\"\n";
        std::fs::write(&config, format!("{text}{more}")).map_err(failed)?;
        let program = std::env::current_exe().map_err(failed)?;
        let mut command = Command::new(program);
        command
            .arg("serve")
            .arg("--config")
            .arg(config)
            .stdin(Stdio::null())
            .stdout(Stdio::piped());
        let mut served = Served {
            child: command.spawn().map_err(failed)?,
            address: String::new(),
        };
        let out = served.child.stdout.take().expect("stdout is piped");
        let mut line = String::new();
        BufReader::new(out).read_line(&mut line).map_err(failed)?;
        let address = line.rsplit("http://").next().unwrap_or_default();
        served.address = address.trim().to_owned();
        Ok(served)
    }

    fn first_answer(&self) -> Result<(), Problem> {
        let mut client = Client::connect(&self.address).map_err(failed)?;
        let answer = client.get("/healthz").map_err(failed)?;
        if answer.status == 200 {
            Ok(())
        } else {
            Err(failed(format!("HTTP {}", answer.status)))
        }
    }

    /// Kilobytes now and at most.
    fn resident(&self) -> Result<(f64, f64), Problem> {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).map_err(failed)?;
        let value = |name: &str| {
            let line = status.lines().find(|l| l.starts_with(name));
            line.and_then(|l| l.split_whitespace().nth(1))
                .and_then(|n| n.parse().ok())
                .unwrap_or(0.0)
        };
        Ok((value("VmRSS:"), value("VmHWM:")))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn failed(cause: impl std::fmt::Display) -> Problem {
    Problem::because("测量服务程序", "measuring the server", cause)
}
