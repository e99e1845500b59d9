//! One file per command. Each takes its arguments and returns when its work is done.

mod backup;
mod bench;
mod config;
mod demo;
mod evaluate;
mod extract;
mod import;
mod serve;
mod sim_banks;
mod trace;
mod verify;
mod wire;
mod witness;

use crate::cli::{Cli, Command, Evaluate, Sim, Wire};
use crate::problem::Problem;
use std::io::Write;

pub fn run(cli: Cli) -> Result<(), Problem> {
    match cli.command {
        Command::Wire(Wire::Decode { file }) => wire::decode(&file),
        Command::Wire(Wire::Encode { file }) => wire::encode(&file),
        Command::Extract(args) => extract::run(&args),
        Command::Evaluate(Evaluate::Rows(args)) => evaluate::rows(&args),
        Command::Import(args) => import::run(&args),
        Command::Trace(args) => trace::run(&args),
        Command::Verify(args) => verify::run(&args),
        Command::Backup(args) => backup::run(&args),
        Command::Serve { config } => serve::run(&config),
        Command::Demo(args) => demo::run(&args),
        Command::Sim(Sim::Banks(args)) => sim_banks::run(&args),
        Command::Config {
            check: Some(file), ..
        } => config::check(&file),
        Command::Config { check: None, .. } => config::print_default(),
        Command::Bench(args) => bench::run(&args),
    }
}

/// Writes a command's whole answer. Nobody listening is a failure like any other.
fn answer(bytes: &[u8]) -> Result<(), Problem> {
    let mut out = std::io::stdout().lock();
    out.write_all(bytes)
        .and_then(|()| out.flush())
        .map_err(|e| Problem::because("无法写到标准输出", "cannot write to standard output", e))
}

fn runtime() -> Result<tokio::runtime::Runtime, Problem> {
    let built = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    built.map_err(|e| Problem::because("无法启动", "cannot start", e))
}
