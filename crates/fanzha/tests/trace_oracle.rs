//! `fanzha trace` against the oracle: a million invented transfers, fifty payments, three doctrines, 150 answers that a
//! slow and clear program of another language computed (`oracle/`). Row by row by their digests, first rows in full.

#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use serde_json::Value;
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;

#[test]
fn every_answer_of_reach_is_the_expected_one() {
    check("reach");
}

#[test]
fn every_answer_of_haircut_is_the_expected_one() {
    check("haircut");
}

#[test]
fn every_answer_of_fifo_is_the_expected_one() {
    check("fifo");
}

#[test]
fn the_slow_program_agrees_with_the_worked_example() {
    let done = python()
        .arg(oracle("reference.py"))
        .arg("--selftest")
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}

fn check(mode: &str) {
    let data = data();
    let answers = trace(&data, mode);
    let expected: Value =
        serde_json::from_str(&fs::read_to_string(oracle("expected_1m.json")).unwrap()).unwrap();
    let queries = expected["queries"].as_array().unwrap();
    assert_eq!((queries.len(), answers.len()), (50, 50));
    for (query, answer) in queries.iter().zip(&answers) {
        assert_eq!(answer["seed"], query["seed"]);
        assert_eq!(answer["mode"], mode);
        assert_eq!(
            summary(answer, mode),
            comparable(&query[mode], mode),
            "payment {}",
            query["seed"]
        );
    }
}

/// What the oracle keeps of an answer, computed from ours.
fn summary(answer: &Value, mode: &str) -> Value {
    let rows = answer["rows"].as_array().unwrap();
    let mut summary =
        serde_json::json!({"n": rows.len(), "sha": digest(rows), "first": &rows[..rows.len().min(5)]});
    if mode == "reach" {
        let hops = rows.iter().map(|row| row[1].as_u64().unwrap());
        let mut by_hop = vec![0; 6];
        hops.for_each(|hop| by_hop[usize::try_from(hop).unwrap()] += 1);
        summary["by_hop"] = serde_json::json!(by_hop);
        return summary;
    }
    let held = answer["held"].as_array().unwrap();
    summary["accounts"] = serde_json::json!(held.len());
    summary["held_sha"] = serde_json::json!(digest(held));
    for (name, amount) in answer["totals"].as_object().unwrap() {
        summary[name] = amount.clone();
    }
    summary
}

fn comparable(expected: &Value, mode: &str) -> Value {
    let keys: &[&str] = match mode {
        "reach" => &["n", "sha", "first", "by_hop"],
        _ => &[
            "n", "sha", "first", "accounts", "held_sha", "exit", "dust", "beyond", "held",
        ],
    };
    assert_eq!(
        expected.as_object().unwrap().len(),
        keys.len(),
        "the oracle says something that is not compared"
    );
    keys.iter()
        .map(|key| ((*key).to_owned(), expected[key].clone()))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

/// As the oracle digests: sorted rows, each its numbers joined by commas and a line feed.
fn digest(rows: &[Value]) -> String {
    let number = |value: &Value| value.as_i64().unwrap();
    let mut rows: Vec<Vec<i64>> = rows
        .iter()
        .map(|row| row.as_array().unwrap().iter().map(number).collect())
        .collect();
    rows.sort();
    let mut hasher = Sha256::new();
    for row in rows {
        let numbers: Vec<String> = row.iter().map(i64::to_string).collect();
        hasher.update(numbers.join(",") + "\n");
    }
    hasher
        .finalize()
        .iter()
        .take(8)
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn trace(data: &Path, mode: &str) -> Vec<Value> {
    let at = |name: &str| data.join(name).into_os_string();
    let done = Command::new(env!("CARGO_BIN_EXE_fanzha"))
        .args(["trace", "--mode", mode, "--format", "jsonl"])
        .args(["--transfers".into(), at("transfers.csv")])
        .args(["--accounts".into(), at("accounts.csv")])
        .args(["--seeds".into(), at("seeds.csv")])
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    assert_eq!(String::from_utf8_lossy(&done.stderr), "");
    let text = String::from_utf8(done.stdout).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The million transfers, made once for all tests and again when the generator has changed.
fn data() -> PathBuf {
    let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let lock = File::create(tmp.join("oracle.lock")).unwrap();
    lock.lock().unwrap();
    let (folder, stamp) = (tmp.join("oracle-1m"), tmp.join("oracle-1m/made-by"));
    let generator = fs::read(oracle("gen_transfers.py")).unwrap();
    if fs::read(&stamp).is_ok_and(|made_by| made_by == generator) {
        return folder;
    }
    let done = python()
        .arg(oracle("gen_transfers.py"))
        .args(["--n", "1000000", "--seed", "7", "--csv", "--out"])
        .arg(&folder)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    fs::write(stamp, generator).unwrap();
    folder
}

fn oracle(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../oracle")
        .join(name)
}

/// A Python that has numpy; `FANZHA_PYTHON` names another one.
fn python() -> Command {
    let named = std::env::var("FANZHA_PYTHON").ok();
    let mut candidates = named
        .iter()
        .map(String::as_str)
        .chain(["python3", "/usr/bin/python3"]);
    let found = candidates.find(|program| {
        let asked = Command::new(program).args(["-c", "import numpy"]).output();
        asked.is_ok_and(|done| done.status.success())
    });
    Command::new(found.expect(
        "未找到带 numpy 的 Python，请安装：apt-get install python3-numpy\n\
         No Python with numpy was found. Install it: apt-get install python3-numpy",
    ))
}
