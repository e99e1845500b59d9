//! A process that is killed, or whose disk is full, loses nothing it acknowledged and leaves nothing half-done. The
//! writer is this test program started again for one ignored test; the parent keeps the journal of what it said.

use crate::support::{entry, prove_whole};
use std::io::{BufRead, BufReader};
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, ChildStdout, Command, Stdio};
use store::fixture::{Place, for_each_engine};
use store::{Engine, Mark, Store, StoreConfig, counter};

const URL: &str = "FANZHA_TEST_WRITER_URL";

/// Commits for ever and prints each place in the log once it is acknowledged.
#[tokio::test]
#[ignore = "started by the cases below in a process of its own"]
async fn writer() {
    let Ok(url) = std::env::var(URL) else { return };
    let store = Store::open(&StoreConfig::new(url, Mark::Demo, "421100", "测试中心"))
        .await
        .unwrap();
    for n in 0.. {
        let tx = store.begin().await.unwrap();
        counter::bump(&tx, "done", 1).await.unwrap();
        let seqs = tx.commit(vec![entry("write", n)]).await.unwrap();
        println!("acknowledged {}", seqs[0]);
    }
}

fn start_writer(place: &Place, shell: &str) -> (Child, BufReader<ChildStdout>) {
    let program = std::env::current_exe().unwrap();
    let mut child = Command::new("sh")
        .args([
            "-c",
            &format!("{shell} exec \"$0\" --exact kill::writer --ignored --nocapture"),
        ])
        .arg(program)
        .env(URL, place.url())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let said = BufReader::new(child.stdout.take().unwrap());
    (child, said)
}

/// The next acknowledged place; `None` at the end of the output. A line that was cut by the kill is not counted.
fn next_acknowledged(said: &mut impl BufRead) -> Option<u64> {
    let mut line = String::new();
    while said.read_line(&mut line).unwrap_or(0) > 0 {
        if let Some((_, seq)) = line.trim_end().rsplit_once("acknowledged ")
            && line.ends_with('\n')
        {
            return seq.parse().ok();
        }
        line.clear();
    }
    None
}

#[tokio::test]
async fn a_killed_process_keeps_what_it_acknowledged() {
    for_each_engine(async |place| {
        place.open().await.close().await;
        let mut acknowledged = 0;
        for round in 0..5u64 {
            let (mut child, mut said) = start_writer(&place, "");
            for _ in 0..10 + 7 * round {
                acknowledged = next_acknowledged(&mut said).expect("the writer goes on until it is killed");
            }
            child.kill().unwrap();
            while let Some(seq) = next_acknowledged(&mut said) {
                acknowledged = seq;
            }
            child.wait().unwrap();
        }
        let store = place.open().await;
        let entries = prove_whole(&store).await;
        assert!(
            entries >= acknowledged,
            "{entries} entries, {acknowledged} acknowledged"
        );
        assert_eq!(
            counter::read(store.reader(), "done").await.unwrap() as u64,
            entries,
            "facts and entries together"
        );
    })
    .await;
}

/// A limit on the file's size fails as a full disk does; the writer ignores the signal that comes with it.
#[tokio::test]
async fn a_full_disk_ends_the_process_and_loses_nothing_acknowledged() {
    let place = Place::fresh(Engine::Sqlite).await;
    place.open().await.close().await;
    let (mut child, mut said) = start_writer(&place, "trap '' XFSZ; ulimit -f 2000;");
    let mut acknowledged = 0;
    while let Some(seq) = next_acknowledged(&mut said) {
        acknowledged = seq;
    }
    let ended = child.wait().unwrap();
    assert_eq!(ended.signal(), Some(6), "aborted, not retried: {ended:?}");
    let store = place.open().await;
    let entries = prove_whole(&store).await;
    assert!(
        acknowledged > 0 && entries >= acknowledged,
        "{entries} entries, {acknowledged} acknowledged"
    );
    assert_eq!(
        counter::read(store.reader(), "done").await.unwrap() as u64,
        entries,
        "facts and entries together"
    );
}

/// Polls a future at most so many times, then drops it: a client that hangs up at any point.
struct HangUp<F> {
    inner: std::pin::Pin<Box<F>>,
    polls_left: u32,
}

impl<F: Future> Future for HangUp<F> {
    type Output = Option<F::Output>;

    fn poll(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Self::Output> {
        if self.polls_left == 0 {
            return std::task::Poll::Ready(None);
        }
        self.polls_left -= 1;
        let polled = self.inner.as_mut().poll(context).map(Some);
        if polled.is_pending() && self.polls_left == 0 {
            context.waker().wake_by_ref();
        }
        polled
    }
}

async fn commit_two_facts(store: &Store, n: i64) {
    let tx = store.begin().await.unwrap();
    counter::bump(&tx, "done", 1).await.unwrap();
    counter::next_serial(&tx, "register").await.unwrap();
    tx.commit(vec![entry("write", n)]).await.unwrap();
}

/// Whatever statement a request is dropped at, its facts and its entry are both there or both not, and the next
/// request finds the store in order.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_request_dropped_between_any_two_statements_leaves_nothing_half_done() {
    for_each_engine(async |place| {
        let store = place.open().await;
        let mut whole = 0u64;
        for n in 0..120u32 {
            let request = Box::pin(commit_two_facts(&store, n.into()));
            whole += u64::from(
                HangUp {
                    inner: request,
                    polls_left: n % 40,
                }
                .await
                .is_some(),
            );
        }
        commit_two_facts(&store, 999).await;
        let entries = prove_whole(&store).await;
        assert!(
            entries > whole && entries <= 121,
            "{whole} answered, {entries} entries"
        );
        assert_eq!(
            counter::read(store.reader(), "done").await.unwrap() as u64,
            entries
        );
        assert_eq!(
            counter::read(store.reader(), "serial:register").await.unwrap() as u64,
            entries
        );
    })
    .await;
}
