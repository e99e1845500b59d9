//! One file per command. Each takes its arguments and returns when its work is done.

mod extract;
mod verify;
mod wire;

use crate::cli::{Cli, Command, Wire};
use crate::problem::Problem;
use std::io::Write;

pub fn run(cli: Cli) -> Result<(), Problem> {
    match cli.command {
        Command::Wire(Wire::Decode { file }) => wire::decode(&file),
        Command::Wire(Wire::Encode { file }) => wire::encode(&file),
        Command::Extract(args) => extract::run(&args),
        Command::Verify(args) => verify::run(&args),
    }
}

/// Writes a command's whole answer. Nobody listening is a failure like any other.
fn answer(bytes: &[u8]) -> Result<(), Problem> {
    let mut out = std::io::stdout().lock();
    out.write_all(bytes)
        .and_then(|()| out.flush())
        .map_err(|e| Problem::because("无法写到标准输出", "cannot write to standard output", e))
}
