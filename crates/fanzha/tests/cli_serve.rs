//! `fanzha serve` and `fanzha config` as an operator meets them: what is said at a wrong configuration, at the first
//! start, at a store of the other kind, and that a stop in good order is one.

#![allow(clippy::unwrap_used, reason = "a test ends at the first surprise")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};

fn fanzha(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fanzha"));
    command.args(args).stdin(Stdio::null()).env_remove("RUST_LOG");
    command
}

fn run(mut command: Command) -> (i32, String, String) {
    let output = command.output().expect("the binary starts");
    let text = |bytes| String::from_utf8(bytes).expect("UTF-8");
    (
        output.status.code().expect("an exit code"),
        text(output.stdout),
        text(output.stderr),
    )
}

fn config(dir: &Path, text: &str) -> String {
    let path = dir.join("fanzha.toml");
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_printed_defaults_are_a_sound_configuration() {
    let dir = tempfile::tempdir().unwrap();
    let (code, defaults, err) = run(fanzha(&["config", "--default"]));
    assert_eq!((code, err.as_str()), (0, ""));
    let file = config(dir.path(), &defaults);
    assert_eq!(run(fanzha(&["config", "--check", &file])).0, 0);
}

#[test]
fn a_wrong_configuration_is_named_in_both_languages() {
    let dir = tempfile::tempdir().unwrap();
    for (text, named) in [
        ("[web]\nlissten = \"127.0.0.1:0\"\n", "web.lissten"),
        ("[web]\nlisten = \"nowhere\"\n", "web.listen"),
        ("[centre\n", "fanzha.toml"),
    ] {
        let (code, out, err) = run(fanzha(&["serve", "--config", &config(dir.path(), text)]));
        assert_eq!((code, out.as_str()), (1, ""));
        assert!(
            err.contains(named) && err.contains("配置有误") && err.contains("wrong configuration"),
            "{err}"
        );
    }
    let file = config(dir.path(), "");
    let mut command = fanzha(&["config", "--check", &file]);
    command
        .env("FANZHA_WEB__REQUESTS_MAX", "0")
        .env("FANZHA_BIN", "not a setting");
    let (code, _, err) = run(command);
    assert!(
        code == 1 && err.contains("web.requests_max") && !err.contains("BIN"),
        "{err}"
    );
    let (code, _, err) = run(fanzha(&["serve", "--config", "/no/such/file"]));
    assert!(code == 1 && err.contains(" / "), "{err}");
}

#[test]
fn a_first_start_shows_a_token_and_a_signal_ends_it_in_good_order() {
    let dir = tempfile::tempdir().unwrap();
    let file = config(
        dir.path(),
        "[web]\nlisten = \"127.0.0.1:0\"\n[log]\nlevel = \"warn\"\n",
    );
    let mut server = Server::start(&file);
    let health = server.get("/healthz");
    assert!(
        health.starts_with("HTTP/1.1 200")
            && health.contains("\"durable\":true")
            && health.contains("synchronous"),
        "{health}"
    );
    assert!(server.get("/api/setup").contains("\"needed\":true"));
    let err = server.stop();
    let token = err
        .lines()
        .map(str::trim)
        .find(|l| l.len() == 32 && l.bytes().all(|b| b.is_ascii_hexdigit()));
    assert!(
        token.is_some() && err.contains("一次性口令") && err.contains("one-time token"),
        "{err}"
    );
    let key = fs::metadata(dir.path().join("signing.key")).unwrap();
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(&key.permissions()) & 0o777,
        0o600
    );
    assert!(
        fs::read_to_string(dir.path().join("heads.jsonl"))
            .unwrap()
            .ends_with("\"}\n"),
        "the log is signed at the end"
    );
    for folder in ["upstream", "downstream", "response", "error"] {
        assert!(dir.path().join("platform").join(folder).is_dir());
    }

    let file = config(dir.path(), "[centre]\ndemo = true\n");
    let (code, out, err) = run(fanzha(&["serve", "--config", &file]));
    assert_eq!((code, out.as_str()), (1, ""));
    assert!(err.contains("实战库") && err.contains("a real store"), "{err}");
}

#[test]
fn a_working_store_is_copied_whole_and_another_key_does_not_open_it() {
    let dir = tempfile::tempdir().unwrap();
    let file = config(
        dir.path(),
        "[web]\nlisten = \"127.0.0.1:0\"\n[log]\nlevel = \"warn\"\n",
    );
    let server = Server::start(&file);
    let to = dir.path().join("backups");
    let (code, out, err) = run(fanzha(&[
        "backup",
        "--config",
        &file,
        "--to",
        to.to_str().unwrap(),
    ]));
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.contains("备份完成") && out.contains("backed up"), "{out}");
    let mut names: Vec<String> = fs::read_dir(&to)
        .unwrap()
        .map(|e| e.unwrap().file_name().to_str().unwrap().to_owned())
        .collect();
    names.sort();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(
        names[0].ends_with(".db") && names[1].ends_with(".head"),
        "{names:?}"
    );
    let head = fs::read_to_string(to.join(&names[1])).unwrap();
    assert!(head.contains("\"421100\""), "{head}");
    drop(server);

    // The copy takes the place of the store, under the same keys.
    fs::copy(to.join(&names[0]), dir.path().join("fanzha.db")).unwrap();
    for beside in ["fanzha.db-wal", "fanzha.db-shm"] {
        let _ = fs::remove_file(dir.path().join(beside));
    }
    let mut restored = Server::start(&file);
    assert!(restored.get("/healthz").starts_with("HTTP/1.1 200"));
    restored.stop();
    for key in ["signing.key", "secrets.key"] {
        let path = dir.path().join(key);
        let kept = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        let (code, out, err) = run(fanzha(&["serve", "--config", &file]));
        assert_eq!((code, out.as_str()), (1, ""));
        assert!(
            err.contains(key)
                && err.contains("不是本库所用的密钥")
                && err.contains("not the key of this store"),
            "{err}"
        );
        fs::write(&path, kept).unwrap();
    }

    let pg = config(
        dir.path(),
        "[store]\nurl = \"postgres://nobody@localhost/none\"\n",
    );
    let (code, _, err) = run(fanzha(&["backup", "--config", &pg, "--to", to.to_str().unwrap()]));
    assert!(code == 1 && err.contains("pg_dump"), "{err}");
}

struct Server {
    child: Child,
    address: String,
}

impl Server {
    fn start(config: &str) -> Server {
        let mut command = fanzha(&["serve", "--config", config]);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line.rsplit("http://").next().unwrap().trim().to_owned();
        Server { child, address }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        write!(
            stream,
            "GET {path} HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n",
            self.address
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// SIGTERM; what was said on stderr.
    fn stop(&mut self) -> String {
        assert!(
            Command::new("kill")
                .arg("-TERM")
                .arg(self.child.id().to_string())
                .status()
                .unwrap()
                .success()
        );
        assert!(
            self.child.wait().unwrap().success(),
            "a stop in good order exits with 0"
        );
        let mut err = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut err)
            .unwrap();
        err
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
