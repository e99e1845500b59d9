//! `fanzha trace` as an analyst runs it: the worked example through every doctrine, the freedoms of the files, and what
//! is said about files that are wrong.

#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use tempfile::TempDir;

// V 0, A 1, B 2, C 3, E 4 and the cash-out point X 5, as in the worked example of the doctrines.
const ACCOUNTS: &str = "id,type,opening,stop\n0,0,300,0\n1,0,100,0\n2,0,0,0\n3,0,50,0\n4,0,100,0\n5,3,0,1\n";
const TRANSFERS: &str = "id,ts,src,dst,amount,kind\n0,0,0,1,300,0\n1,10,1,2,200,0\n2,20,4,1,100,0\n3,30,1,3,200,0\n4,40,2,5,200,1\n5,50,3,5,125,1\n";
const SEEDS: &str = "transfer_id\n0\n";

struct Desk(TempDir);

impl Desk {
    fn new(transfers: &str, accounts: &str, seeds: &str) -> Desk {
        let desk = Desk(tempfile::tempdir().unwrap());
        desk.put("t.csv", transfers.as_bytes());
        desk.put("a.csv", accounts.as_bytes());
        desk.put("s.csv", seeds.as_bytes());
        desk
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        fs::write(self.0.path().join(name), bytes).unwrap();
    }

    fn run(&self, args: &[&str]) -> (i32, String, String) {
        let done = Command::new(env!("CARGO_BIN_EXE_fanzha"))
            .current_dir(self.0.path())
            .args([
                "trace",
                "--transfers",
                "t.csv",
                "--accounts",
                "a.csv",
                "--seeds",
                "s.csv",
            ])
            .args(args)
            .stdin(Stdio::null())
            .output()
            .unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        (done.status.code().unwrap(), text(done.stdout), text(done.stderr))
    }

    /// One JSON value a line; nothing may be said on standard error.
    fn lines(&self, args: &[&str]) -> Vec<Value> {
        let (code, out, err) = self.run(&[&["--format", "jsonl"], args].concat());
        assert_eq!((code, err.as_str()), (0, ""), "{args:?}");
        out.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// What is said on standard error about files that are wrong.
    fn refusal(&self, args: &[&str]) -> String {
        let (code, out, err) = self.run(&[&["--format", "jsonl"], args].concat());
        assert_eq!((code, out.as_str()), (1, ""), "{err}");
        err
    }
}

fn worked_example() -> Desk {
    Desk::new(TRANSFERS, ACCOUNTS, SEEDS)
}

#[test]
fn the_worked_example_comes_out_of_every_doctrine() {
    let desk = worked_example();
    for (args, rows, held, totals) in [
        (
            "--mode haircut --min-taint 1",
            json!([[0, 300, 0], [1, 150, 1], [3, 100, 1], [4, 150, 2], [5, 50, 2]]),
            json!([[1, 50], [3, 50]]),
            json!({"exit": 200, "dust": 0, "beyond": 0, "held": 100}),
        ),
        (
            "--mode fifo --min-taint 1",
            json!([[0, 300, 0], [1, 100, 1], [3, 200, 1], [4, 100, 2], [5, 75, 2]]),
            json!([[3, 125]]),
            json!({"exit": 175, "dust": 0, "beyond": 0, "held": 125}),
        ),
        (
            "--mode lifo --min-taint 1",
            json!([[0, 300, 0], [1, 200, 1], [3, 100, 1], [4, 200, 2], [5, 100, 2]]),
            json!([]),
            json!({"exit": 300, "dust": 0, "beyond": 0, "held": 0}),
        ),
        (
            "--mode lib --min-taint 1",
            json!([[0, 300, 0], [1, 100, 1], [3, 100, 1], [4, 100, 2]]),
            json!([[1, 100], [3, 100]]),
            json!({"exit": 100, "dust": 0, "beyond": 0, "held": 200}),
        ),
        (
            "--mode haircut --min-taint 1 --depth 1",
            json!([[0, 300, 0], [1, 150, 1], [3, 100, 1]]),
            Value::Null,
            json!({"exit": 0, "dust": 0, "beyond": 200, "held": 100}),
        ),
        (
            "--mode fifo --min-taint 90",
            Value::Null,
            json!([[3, 125]]),
            json!({"exit": 100, "dust": 75, "beyond": 0, "held": 125}),
        ),
    ] {
        let answers = desk.lines(&args.split(' ').collect::<Vec<_>>());
        let answer = &answers[0];
        assert_eq!(answers.len(), 1);
        assert_eq!(
            (&answer["seed"], &answer["totals"]),
            (&json!(0), &totals),
            "{args}"
        );
        assert!(rows.is_null() || answer["rows"] == rows, "{args}: {answer}");
        assert!(held.is_null() || answer["held"] == held, "{args}: {answer}");
    }
}

#[test]
fn reach_goes_down_and_up() {
    let desk = worked_example();
    let down = desk.lines(&["--mode", "reach", "--dwell-ms", "1000"]);
    assert_eq!(down[0]["rows"], json!([[0, 0], [1, 1], [3, 1], [4, 2], [5, 2]]));
    let exits = down[0]["cut"].as_array().unwrap();
    assert!(
        exits
            .iter()
            .all(|cut| cut["why"] == "exit" && cut["account"] == 5 && cut["kind"] == "cash")
    );
    assert_eq!(
        exits
            .iter()
            .map(|cut| cut["amount"].as_i64().unwrap())
            .sum::<i64>(),
        325
    );
    desk.put("s.csv", b"transfer_id\n5\n");
    let up = desk.lines(&["--mode", "reach", "--direction", "up", "--dwell-ms", "1000"]);
    assert_eq!(up[0]["rows"], json!([[0, 2], [2, 2], [3, 1], [5, 0]]));
    let said = desk.refusal(&["--mode", "fifo", "--direction", "up"]);
    assert!(said.contains("--direction up"), "{said}");
}

#[test]
fn numbers_may_be_sparse_and_rows_in_any_order() {
    let account = |dense: u64| 6_222_020_000_000_000_000 + 1_000_003 * dense;
    let transfer = |id: u64| 18_446_744_073_709_551_000 - 17 * (5 - id);
    let rows: Vec<String> = TRANSFERS
        .lines()
        .skip(1)
        .map(|line| {
            let n: Vec<u64> = line.split(',').map(|field| field.parse().unwrap()).collect();
            format!(
                "\"x, y\",{},{},{},{},{}\r\n",
                n[4],
                account(n[3]),
                account(n[2]),
                transfer(n[0]),
                n[1]
            )
        })
        .collect();
    let transfers = format!(
        "note,amount,dst,src,id,ts\r\n{}",
        rows.iter().rev().map(String::as_str).collect::<String>()
    );
    let accounts: String = [5, 3, 1, 0, 2, 4]
        .iter()
        .map(|n| {
            let line = ACCOUNTS.lines().nth(n + 1).unwrap();
            let fields: Vec<&str> = line.split(',').collect();
            format!("{},{},{}\n", fields[3], fields[2], account(*n as u64))
        })
        .collect();
    let desk = Desk::new(
        &transfers,
        &format!("stop,opening,id\n{accounts}"),
        &format!("transfer_id\n{}\n", transfer(0)),
    );
    let answer = &desk.lines(&["--mode", "fifo", "--min-taint", "1"])[0];
    let rows: Vec<(u64, i64, u32)> = serde_json::from_value(answer["rows"].clone()).unwrap();
    let wanted = [(0, 300, 0), (1, 100, 1), (3, 200, 1), (4, 100, 2), (5, 75, 2)];
    assert_eq!(rows, wanted.map(|(id, amount, hop)| (transfer(id), amount, hop)));
    assert_eq!(answer["held"], json!([[account(3), 125]]));
}

#[test]
fn several_payments_are_followed_apart_or_together() {
    let seeds = "qid,transfer_id,account,ts,amount,planted_case\n0,0,1,0,300,-1\n1,2,1,20,100,4\n";
    let desk = Desk::new(TRANSFERS, ACCOUNTS, seeds);
    let apart = desk.lines(&["--min-taint", "1"]);
    assert_eq!(
        apart.iter().map(|line| line["seed"].clone()).collect::<Vec<_>>(),
        [json!(0), json!(2)]
    );
    let together = desk.lines(&["--min-taint", "1", "--together"]);
    assert_eq!(
        (together.len(), &together[0]["seed"], &together[0]["seeded"]),
        (1, &json!([0, 2]), &json!(400))
    );
    let totals = |nth: usize| together[0]["victims"][nth]["totals"].clone();
    assert_eq!(
        totals(0),
        json!({"exit": 175, "dust": 0, "beyond": 0, "held": 125})
    );
    assert_eq!(totals(1), json!({"exit": 0, "dust": 0, "beyond": 0, "held": 100}));
    assert_eq!(together[0]["held"], json!([[1, 100], [3, 125]]));
}

#[test]
fn what_is_not_known_is_said_and_what_contradicts_is_named_with_its_line() {
    let accounts = "id,opening\n0,\n1,100\n2,0\n3,50\n4,40\n5,0\n";
    let desk = Desk::new(TRANSFERS, accounts, SEEDS);
    let (code, out, err) = desk.run(&["--min-taint", "1", "--format", "jsonl"]);
    assert_eq!(code, 0);
    assert!(
        err.contains("t.csv 第 4 行") && err.contains("t.csv line 4") && err.contains("account 4"),
        "{err}"
    );
    let answer: Value = serde_json::from_str(&out).unwrap();
    assert_eq!(answer["totals"]["exit"], 0, "no account is a stop account");
    let page = desk.run(&["--min-taint", "1"]).1;
    assert!(
        page.contains("仍在账上 / still held") && page.contains("1.25"),
        "{page}"
    );
}

#[test]
fn the_same_files_give_the_same_bytes_whatever_the_number_of_threads() {
    let rows: String = (0..3_000u64)
        .map(|n| {
            format!(
                "{n},{},{},{},{}\n",
                n / 7,
                n * 7_919 % 41,
                (n * 7_919 + 1 + n * 104_729 % 40) % 41,
                1 + n * 31 % 900
            )
        })
        .collect();
    let accounts: String = (0..41)
        .map(|n| format!("{n},500,{}\n", u8::from(n == 40)))
        .collect();
    let seeds: String = (0..200).map(|n| format!("{}\n", n * 11 + 1)).collect();
    let desk = Desk::new(
        &format!("id,ts,src,dst,amount\n{rows}"),
        &format!("id,opening,stop\n{accounts}"),
        &format!("transfer_id\n{seeds}"),
    );
    for mode in ["reach", "haircut", "fifo", "lifo", "lib"] {
        let ask = |threads| {
            desk.run(&[
                "--mode",
                mode,
                "--min-taint",
                "1",
                "--format",
                "jsonl",
                "--threads",
                threads,
            ])
        };
        let one = ask("1");
        assert_eq!((one.0, one.1.lines().count()), (0, 200), "{mode}: {}", one.2);
        assert_eq!(ask("3"), one, "{mode}");
    }
}

#[test]
fn a_hundred_thousand_transfers_in_one_millisecond_are_followed() {
    let rows: String = (0..100_000u64)
        .map(|n| format!("{n},5,{},{},2\n", n % 300, (n + 1) % 300))
        .collect();
    let accounts: String = (0..300).map(|n| format!("{n},1000000\n")).collect();
    let desk = Desk::new(
        &format!("id,ts,src,dst,amount\n{rows}"),
        &format!("id,opening\n{accounts}"),
        SEEDS,
    );
    for mode in ["reach", "haircut", "fifo", "lifo", "lib"] {
        let answer = &desk.lines(&["--mode", mode, "--min-taint", "1"])[0];
        assert_eq!(answer["rows"][0][0], 0, "{mode}");
    }
}

#[test]
fn wrong_files_are_refused_with_file_line_column_value_and_reason_in_both_languages() {
    let heading = "id,ts,src,dst,amount\n";
    for (file, bytes, said) in [
        (
            "t.csv",
            format!("{heading}0,0,0,1,300\n1,5,0,1,-7\n"),
            &[
                "t.csv 第 3 行，列 amount，值 “-7”：金额必须为正数",
                "t.csv line 3, column amount, value \"-7\": an amount must be positive",
            ][..],
        ),
        (
            "t.csv",
            format!("{heading}0,0,0,1,0\n"),
            &["t.csv line 2, column amount, value \"0\""],
        ),
        (
            "t.csv",
            format!("{heading}0,0,0,9,300\n"),
            &["t.csv line 2, column dst, value \"9\": the accounts file has no such account"],
        ),
        (
            "t.csv",
            format!("{heading}0,-1,0,1,300\n"),
            &["t.csv line 2, column ts, value \"-1\": out of range"],
        ),
        (
            "t.csv",
            format!("{heading}0,0,0,1,300\n7,1,0,1,1\n7,2,0,1,1\n"),
            &["t.csv line 4, column id, value \"7\": an earlier line has the same number"],
        ),
        (
            "t.csv",
            "id,ts,src,dst\n".into(),
            &["t.csv line 1, column amount: this column is missing"],
        ),
        ("t.csv", String::new(), &["t.csv: the file is empty"]),
        ("t.csv", "\u{89}PNG".into(), &["t.csv"]),
        (
            "a.csv",
            "id,opening\n0,1\n1,-5\n1,2\n".into(),
            &["a.csv line 3, column opening, value \"-5\""],
        ),
        (
            "a.csv",
            "id\n0\n1\n1\n".into(),
            &["a.csv line 4, column id, value \"1\": an earlier line has the same number"],
        ),
        (
            "s.csv",
            "transfer_id\n0\n99\n".into(),
            &["s.csv line 3, column transfer_id, value \"99\""],
        ),
        (
            "s.csv",
            "transfer_id,account,amount\n0,2,300\n".into(),
            &["s.csv line 2, column account, value \"2\": the transfers file says 1"],
        ),
        (
            "s.csv",
            "id\n0\n".into(),
            &["s.csv line 1, column transfer_id: this column is missing"],
        ),
    ] {
        let desk = worked_example();
        desk.put(file, bytes.as_bytes());
        let err = desk.refusal(&[]);
        assert!(said.iter().all(|said| err.contains(said)), "{bytes:?}: {err}");
        assert!(
            err.contains("第") || err.contains("：") || err.contains(" / "),
            "{err}"
        );
    }
    let desk = worked_example();
    desk.put("t.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR");
    assert!(
        desk.refusal(&[])
            .contains("这不是 CSV，而是一张图片 / t.csv: this is no CSV file but a picture")
    );
    desk.put(
        "t.csv",
        b"id,ts,src,dst,amount,memo\n0,0,0,1,300,\xb1\xb8\xd7\xa2\n",
    );
    assert!(desk.refusal(&[]).contains("t.csv line 2"));
    fs::remove_file(desk.0.path().join("t.csv")).unwrap();
    assert!(desk.refusal(&[]).contains("cannot read t.csv"));
    fs::create_dir(desk.0.path().join("t.csv")).unwrap();
    assert!(desk.refusal(&[]).contains("cannot read t.csv"));
}

#[test]
fn all_problems_of_a_file_are_told_at_once_up_to_a_bound() {
    let rows: String = (0..1_000).map(|n| format!("{n},0,0,1,0\n")).collect();
    let desk = Desk::new(&format!("id,ts,src,dst,amount\n{rows}"), ACCOUNTS, SEEDS);
    let err = desk.refusal(&[]);
    assert_eq!(err.matches("t.csv line").count(), 100);
    assert!(
        err.contains("900 more are not listed") && err.contains("另有 900 处未列出"),
        "{err}"
    );
}

#[test]
fn help_speaks_both_languages_and_a_wrong_command_line_exits_with_two() {
    let run = |args: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_fanzha"))
            .args(args)
            .output()
            .unwrap()
    };
    for args in [
        &["trace", "--help"][..],
        &["bench", "--help"],
        &["bench", "trace", "--help"],
    ] {
        let done = run(args);
        let text = String::from_utf8(done.stdout).unwrap();
        assert!(
            done.status.success() && text.contains("用法 Usage") && text.contains(" / "),
            "{args:?}: {text}"
        );
    }
    let all = ["trace", "--transfers", "t", "--accounts", "a", "--seeds", "s"];
    for args in [
        &["trace"][..],
        &[&all[..], &["--mode", "poison"]].concat(),
        &[&all[..], &["--depth", "-1"]].concat(),
    ] {
        assert_eq!(run(args).status.code(), Some(2), "{args:?}");
    }
    assert!(Path::new(env!("CARGO_BIN_EXE_fanzha")).exists());
}
