//! The binary: one program that serves a centre, plays a demo, and helps people who debug a bank link or check a log.
//!
//! Promises: the pure commands (`wire`, `extract`, `verify`, `config`) need no configuration, network or database;
//! a command that cannot do its work says why in Chinese and English on stderr and exits with 1, a wrong command line
//! exits with 2. Leaves out every rule: it parses, puts the rooms together, and runs them.

mod adapter;
mod assembly;
mod cli;
mod command;
mod jobs;
mod problem;
mod server;
mod settings;

use clap::Parser;
use cli::Cli;
use std::process::ExitCode;

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(answer) => return command_line(&answer),
    };
    match command::run(cli) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::from(1)
        }
    }
}

/// Help and version go to stdout; a wrong command line to stderr, with a sentence in Chinese before clap's own.
fn command_line(answer: &clap::Error) -> ExitCode {
    if answer.use_stderr() {
        eprintln!("命令行有误，请看 --help / the command line is wrong, see --help");
    }
    // A closed pipe leaves nobody to tell.
    let _ = answer.print();
    ExitCode::from(if answer.use_stderr() { 2 } else { 0 })
}
