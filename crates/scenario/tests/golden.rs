//! The scenarios of `scenarios/*.txt` against their golden output. `UPDATE=1` writes what was played; a colleague then
//! reads the difference.

use std::fs;
use std::path::{Path, PathBuf};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios")
}

async fn check(name: &str) {
    let script = fs::read_to_string(folder().join(format!("{name}.txt"))).expect("the script is there");
    let played = match scenario::script::play(&script).await {
        Ok(played) => played,
        Err(stopped) => panic!("{}\n{name}.txt:{}: {}", stopped.output, stopped.line, stopped.why),
    };
    let golden = folder().join(format!("{name}.golden"));
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&golden, &played).expect("the golden file can be written");
    }
    let wanted = fs::read_to_string(&golden).unwrap_or_default();
    let differs = played.lines().zip(wanted.lines()).position(|(a, b)| a != b);
    assert!(
        played == wanted,
        "{name} differs from its golden file (first at line {differs:?}); UPDATE=1 rewrites it\n{played}"
    );
}

#[tokio::test]
async fn seed_story() {
    check("seed_story").await;
}
#[tokio::test]
async fn second_layer() {
    check("second_layer").await;
}

#[tokio::test]
async fn no_account() {
    check("no_account").await;
}

#[tokio::test]
async fn two_victims() {
    check("two_victims").await;
}

#[tokio::test]
async fn disowned() {
    check("disowned").await;
}

#[tokio::test]
async fn follow_ups() {
    check("follow_ups").await;
}

#[tokio::test]
async fn follow_the_money() {
    check("follow_the_money").await;
}

#[tokio::test]
async fn typed_document() {
    check("typed_document").await;
}

#[tokio::test]
async fn everything_wrong() {
    check("everything_wrong").await;
}
