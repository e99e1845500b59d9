//! A real centre with a hub at the other end of its four directories that shares nothing with this program:
//! `oracle/hub.py`, written from the description of the platform alone, reads every element of every request against its
//! own tables and says what departs from them. A mistake that our codec and our simulated banks make in common is seen
//! here.

#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use std::path::Path;
use std::process::Command;

#[test]
fn from_the_call_to_the_relieved_freeze() {
    let folder = tempfile::tempdir().unwrap();
    let walk = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../oracle/walk_with_hub.py");
    let output = Command::new("python3")
        .arg(walk)
        .arg(env!("CARGO_BIN_EXE_fanzha"))
        .arg(folder.path())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env_remove("RUST_LOG")
        .output()
        .expect("python3 is installed");
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let log = std::fs::read_to_string(folder.path().join("server.log")).unwrap_or_default();
    assert!(output.status.success(), "{}\n{log}", said(&output.stderr));
}
