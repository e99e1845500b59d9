//! The real binary as child processes that never outlive the test: the server that is killed again and again, and the
//! banks that are not.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// Ended by SIGKILL when dropped.
pub struct Process(Child);

impl Process {
    /// SIGKILL, and waits until the process is gone.
    pub fn kill(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

fn start(args: &[&str], log: &Path) -> (Process, BufReader<std::process::ChildStdout>) {
    let log = File::options()
        .create(true)
        .append(true)
        .open(log)
        .expect("the log can be written");
    let mut command = Command::new(env!("CARGO_BIN_EXE_fanzha"));
    command
        .args(args)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(log)
        .env_remove("RUST_LOG");
    let mut child = command.spawn().expect("the binary starts");
    let out = BufReader::new(child.stdout.take().expect("stdout is piped"));
    (Process(child), out)
}

/// Starts the server and waits for its address.
pub fn server(config: &Path, log: &Path) -> (Process, SocketAddr) {
    let (process, mut out) = start(&["serve", "--config", config.to_str().expect("UTF-8")], log);
    let mut line = String::new();
    out.read_line(&mut line)
        .expect("the server says where it listens");
    let address = line.rsplit("http://").next().and_then(|a| a.trim().parse().ok());
    let address = address.unwrap_or_else(|| panic!("no address in {line:?}; see {}", log.display()));
    (process, address)
}

/// Starts the banks and waits until they are ready; afterwards what they tell is read and thrown away.
pub fn banks(args: &[&str], log: &Path) -> Process {
    let (process, mut out) = start(args, log);
    let mut line = String::new();
    out.read_line(&mut line)
        .expect("the banks say that they are ready");
    assert!(line.contains("ready"), "{line}; see {}", log.display());
    std::thread::spawn(move || std::io::copy(&mut out, &mut std::io::sink()));
    process
}
