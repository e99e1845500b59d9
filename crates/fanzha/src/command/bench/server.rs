//! The server as people start it: a child process over the loaded store, timed from its start to its first answer, and
//! weighed afterwards.

use crate::problem::Problem;
use crate::settings::Settings;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Pending deadlines in the store when the server starts.
pub const DEADLINES: usize = 100_000;

pub fn measure(settings: &Settings, folder: &Path) -> Result<(), Problem> {
    let config = folder.join("bench.toml");
    let text = format!(
        "[centre]\ndemo = true\nname = \"{}\"\n[web]\nlisten = \"127.0.0.1:0\"\n[log]\nlevel = \"error\"\n",
        settings.centre.name
    );
    std::fs::write(&config, text).map_err(failed)?;
    let begun = Instant::now();
    let mut child = start(&config)?;
    let outcome = first_answer(&mut child);
    let took = begun.elapsed();
    let resident = outcome.and_then(|()| {
        // What the jobs of the first seconds take is part of the weight.
        std::thread::sleep(Duration::from_secs(3));
        resident(&child)
    });
    let _ = child.kill();
    let _ = child.wait();
    let (now, peak) = resident?;
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

fn start(config: &Path) -> Result<Child, Problem> {
    let program = std::env::current_exe().map_err(failed)?;
    let mut command = Command::new(program);
    command
        .arg("serve")
        .arg("--config")
        .arg(config)
        .stdin(Stdio::null())
        .stdout(Stdio::piped());
    command.spawn().map_err(failed)
}

fn first_answer(child: &mut Child) -> Result<(), Problem> {
    let out = child.stdout.take().expect("stdout is piped");
    let mut line = String::new();
    BufReader::new(out).read_line(&mut line).map_err(failed)?;
    let address = line
        .rsplit("http://")
        .next()
        .unwrap_or_default()
        .trim()
        .to_owned();
    let mut stream = TcpStream::connect(&address).map_err(failed)?;
    stream
        .write_all(
            format!("GET /healthz HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\n\r\n").as_bytes(),
        )
        .map_err(failed)?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).map_err(failed)?;
    if answer.starts_with("HTTP/1.1 200") {
        Ok(())
    } else {
        Err(failed(answer.lines().next().unwrap_or("no answer")))
    }
}

/// Kilobytes now and at most.
fn resident(child: &Child) -> Result<(f64, f64), Problem> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).map_err(failed)?;
    let value = |name: &str| {
        let line = status.lines().find(|l| l.starts_with(name));
        line.and_then(|l| l.split_whitespace().nth(1))
            .and_then(|n| n.parse().ok())
            .unwrap_or(0.0)
    };
    Ok((value("VmRSS:"), value("VmHWM:")))
}

fn failed(cause: impl std::fmt::Display) -> Problem {
    Problem::because("测量服务程序", "measuring the server", cause)
}
