//! The commands that need no server: what they print, where, and with which exit code (WIRE.md, EXTRACTION.md). The
//! built binary is run as a person would run it; formats in detail are tested in their own rooms.

#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const STOP: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Response><Head><TxCode>100102</TxCode><Mode>01</Mode></Head><Body><ApplicationID>0101202604032105060000000000000001</ApplicationID><Result>9Z99</Result><Odd><In>x</In></Odd></Body></Response>"#;

fn fanzha(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fanzha"));
    command.args(args).stdin(Stdio::null()).env_remove("RUST_LOG");
    command
}

fn run(args: &[&str]) -> (i32, String, String) {
    words(fanzha(args).output().expect("the binary starts"))
}

fn run_with(args: &[&str], input: &[u8]) -> (i32, String, String) {
    let mut child = fanzha(args)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_owned();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    words(output)
}

fn words(output: Output) -> (i32, String, String) {
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    (
        output.status.code().expect("an exit code"),
        text(output.stdout),
        text(output.stderr),
    )
}

fn path(dir: &Path, name: &str, bytes: &[u8]) -> String {
    let path = dir.join(name);
    fs::write(&path, bytes).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn decode_prints_one_object_and_encode_gives_it_back() {
    let dir = tempfile::tempdir().unwrap();
    let file = path(dir.path(), "any name.xml", STOP.as_bytes());
    let (code, json, err) = run(&["wire", "decode", &file]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(json.lines().count(), 1);
    let again = path(dir.path(), "m.json", json.as_bytes());
    let (code, xml, err) = run(&["wire", "encode", &again]);
    assert_eq!((code, err.as_str()), (0, ""));
    let back = path(dir.path(), "back.xml", xml.as_bytes());
    assert_eq!(run(&["wire", "decode", &back]), (0, json, String::new()));
}

#[test]
fn a_refusal_names_element_and_reason_and_prints_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let named = "100102_0101202604032105060000000000000002_0123456789abcdef0123456789abcdef.xml";
    let twice = STOP.replace("<Result>", "<Result>0000</Result><Result>");
    for (name, bytes, element) in [
        (named, STOP.as_bytes(), "ApplicationID"),
        ("twice.xml", twice.as_bytes(), "Result"),
        ("empty.xml", b"", "file"),
        ("gbk.xml", b"<Response>\xb7\xb4</Response>", "file"),
        ("dtd.xml", b"<!DOCTYPE a [<!ENTITY b 'c'>]><Response/>", "DOCTYPE"),
    ] {
        let (code, out, err) = run(&["wire", "decode", &path(dir.path(), name, bytes)]);
        assert_eq!((code, out.as_str()), (1, ""), "{name}");
        assert!(err.contains(element) && err.contains(" / "), "{name}: {err}");
    }
    let (code, out, err) = run(&[
        "wire",
        "encode",
        &path(
            dir.path(),
            "wrong.json",
            br#"{"tx_code":"200101","head":{},"x":1}"#,
        ),
    ]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("x: "), "{err}");
}

#[test]
fn what_is_no_regular_file_is_refused_without_waiting() {
    let dir = tempfile::tempdir().unwrap();
    let target = path(dir.path(), "target.xml", STOP.as_bytes());
    let at = |name: &str| dir.path().join(name).to_str().unwrap().to_owned();
    assert!(Command::new("mkfifo").arg(at("fifo")).status().unwrap().success());
    std::os::unix::fs::symlink(&target, at("link.xml")).unwrap();
    for file in [
        at("fifo"),
        at("link.xml"),
        dir.path().to_str().unwrap().to_owned(),
        "/dev/zero".to_owned(),
        at("absent"),
    ] {
        let (code, out, err) = run(&["wire", "decode", &file]);
        assert_eq!((code, out.as_str()), (1, ""), "{file}");
        assert!(err.starts_with("file: "), "{file}: {err}");
    }
}

#[test]
fn extract_answers_good_lines_and_names_bad_ones() {
    let mut input =
        br#"{"id":"n1","text":"\u6628\u5929\u4e0b\u5348\u4e09\u70b9\u8f6c\u4e86\u4e09\u4e07\u591a"}"#
            .to_vec();
    input.extend_from_slice(b"\n\n{\"id\":2}\n\xff\xfe\n");
    input.extend(std::iter::repeat_n(b'a', 5 * 1024 * 1024));
    input.extend_from_slice(
        "\n{\"id\":6,\"text\":\"今天转了500元\",\"at\":\"2026-01-02T09:00:00+08:00\"}".as_bytes(),
    );
    let (code, out, err) = run_with(&["extract", "--at", "2026-04-03T21:08:55+08:00"], &input);
    assert_eq!(code, 1);
    let lines: Vec<&str> = out.lines().collect();
    assert_eq!(lines.len(), 2, "{out}");
    assert!(
        lines[0].contains(r#""value":"2026-04-02T15:00+08:00""#) && lines[0].contains(r#""value":"3000000""#)
    );
    assert!(
        lines[1].starts_with(r#"{"id":6,"#) && lines[1].contains("2026-01-02") && lines[1].contains("50000")
    );
    for (line, word) in [(3, "text"), (4, "UTF-8"), (5, "4194304")] {
        let said = err
            .lines()
            .find(|l| l.contains(&format!("第 {line} 行")) && l.contains(&format!("line {line}, ")));
        assert!(said.is_some_and(|l| l.contains(word)), "line {line}: {err}");
    }
}

#[test]
fn extract_of_nothing_is_nothing() {
    assert_eq!(
        run_with(&["extract", "--at", "2026-04-03T21:08:55+08:00"], b""),
        (0, String::new(), String::new())
    );
}

#[test]
fn extract_with_rows_gives_them_beside_the_entities_and_goes_on_behind_a_bad_line() {
    let mut input = b"{\"id\":1}\n".to_vec();
    input.extend_from_slice(
        "{\"id\":2,\"text\":\"昨天下午三点转了5000元到工行6200008197369935636，户名马万里\"}\n".as_bytes(),
    );
    let (code, out, _) = run_with(
        &["extract", "--rows", "--at", "2026-04-03T21:08:55+08:00"],
        &input,
    );
    assert_eq!(code, 1);
    for part in [
        r#""entities":["#,
        r#""payments":[{"at":"2026-04-02T15:00+08:00","amount":"500000","approx":false"#,
        r#""account":"6200008197369935636""#,
        r#""received":[],"planned":[],"stated_total":null,"sum_differs":false"#,
    ] {
        assert!(out.contains(part), "{part}: {out}");
    }
}

#[test]
fn evaluate_rows_prints_the_goals_and_names_a_wrong_line() {
    let (code, out, err) = run(&["evaluate", "rows"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(
        out.contains("| row-exact F1 | ≥ 0.950 |") && out.contains("## rows-2"),
        "{out}"
    );
    let dir = tempfile::tempdir().unwrap();
    let wrong = path(dir.path(), "corpus.jsonl", b"\n{\"id\":\"x\"}\n");
    let (code, out, err) = run(&["evaluate", "rows", &wrong]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("2: missing field"), "{err}");
}

#[test]
fn verify_proves_an_export_and_names_the_first_bad_entry() {
    let dir = tempfile::tempdir().unwrap();
    let (export, heads, key) = sample_log();
    let good = path(dir.path(), "log.jsonl", export.as_bytes());
    let heads = path(dir.path(), "heads.jsonl", heads.as_bytes());
    let (code, out, err) = run(&["verify", &good, "--heads", &heads, "--key", &key]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(
        out.contains("日志完整") && out.contains("the log is whole"),
        "{out}"
    );

    let altered = path(
        dir.path(),
        "altered.jsonl",
        export.replacen("第2事", "第9事", 1).as_bytes(),
    );
    let (code, out, err) = run(&["verify", &altered]);
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(
        err.contains("altered_entry") && err.contains("记录第 2 号") && err.contains("entry 2"),
        "{err}"
    );

    for args in [
        &["verify", "/"][..],
        &["verify", "/no/such/file"],
        &["verify", &good, "--key", "04ff"],
        &["verify", &good, "--heads", "/"],
    ] {
        let (code, out, err) = run(args);
        assert_eq!((code, out.as_str()), (1, ""), "{args:?}");
        assert!(err.contains(" / "), "{args:?}: {err}");
    }
}

/// Three entries under one head: the export, the second place and the key.
fn sample_log() -> (String, String, String) {
    use auditchain::{
        Detail, Digest, Entry, ExportWriter, Head, HeadSigner, Header, Outcome, Sm2Signer, seal,
    };
    let signer = Sm2Signer::from_secret(&[7; 32]).unwrap();
    let header = Header {
        centre: "421100".into(),
        public_key: signer.public_key(),
    };
    let mut export = ExportWriter::new(Vec::new(), &header).unwrap();
    let mut digest = Digest::GENESIS;
    for seq in 1..=3 {
        let sealed = seal(
            &digest,
            Entry {
                seq,
                at_ms: 1_775_221_506_000 + seq as i64,
                actor: "system:test".into(),
                actor_name: String::new(),
                org: String::new(),
                action: "report.create".into(),
                subject_kind: "report".into(),
                subject_id: format!("r{seq}"),
                purpose: format!("第{seq}事"),
                outcome: Outcome::Done,
                refusal: None,
                detail: Detail::empty(),
                request_id: String::new(),
            },
        );
        export.entry(&sealed).unwrap();
        digest = sealed.digest;
    }
    let head = Head::sign(&signer, "421100", 3, digest, 1_775_221_560_000).unwrap();
    let bytes = export.finish(&head).unwrap();
    (
        String::from_utf8(bytes).unwrap(),
        head.to_line(),
        signer.public_key().to_hex(),
    )
}

#[test]
fn every_help_speaks_both_languages_and_a_wrong_command_line_exits_with_two() {
    for args in [
        &["--help"][..],
        &["wire", "--help"],
        &["wire", "decode", "--help"],
        &["extract", "--help"],
        &["evaluate", "--help"],
        &["evaluate", "rows", "--help"],
        &["verify", "--help"],
    ] {
        let (code, out, err) = run(args);
        assert_eq!((code, err.as_str()), (0, ""), "{args:?}");
        assert!(
            out.contains("用法 Usage") && out.contains(" / "),
            "{args:?}: {out}"
        );
    }
    for args in [
        &["nonsense"][..],
        &["wire", "decode"],
        &["extract", "--at", "yesterday"],
    ] {
        let (code, out, err) = run(args);
        assert_eq!((code, out.as_str()), (2, ""), "{args:?}");
        assert!(err.contains("命令行有误"), "{args:?}: {err}");
    }
}
