//! How many entries a second verification proves, beside what bare SM3 needs for the same bytes in the same run.
//!
//! `cargo bench -p auditchain [-- ENTRIES]`. Prints ratios; asserts nothing about time. The processor time of all
//! threads stands beside the wall clock, because other programs on the machine disturb it less.

use auditchain::{
    Detail, Digest, Entry, ExportWriter, Head, HeadSigner, Header, Options, Outcome, Sm2Signer, seal, verify,
};
use sm3::{Digest as _, Sm3};
use std::io::Cursor;
use std::num::NonZeroUsize;
use std::time::{Duration, Instant};

const ENTRIES: u64 = 500_000;
/// A busy minute: one head is signed each minute.
const ENTRIES_PER_HEAD: u64 = 2_000;
const ROUNDS: usize = 5;

fn main() {
    let entries = std::env::args()
        .filter_map(|arg| arg.parse().ok())
        .next()
        .unwrap_or(ENTRIES);
    let (export, hashed) = export(entries);
    let hashed_bytes: usize = hashed.iter().map(|text| text.len() + 96).sum();
    println!(
        "entries {entries}, export {} MB, hashed {} B an entry, a head each {ENTRIES_PER_HEAD} entries, best of {ROUNDS}",
        export.len() / 1_000_000,
        hashed_bytes as u64 / entries
    );
    let bare = best(|| bare_sm3(&hashed));
    print("bare SM3 of the same bytes, one thread", entries, bare, bare);
    for threads in [1, 2] {
        let options = || Options {
            threads: NonZeroUsize::new(threads),
            ..Options::default()
        };
        let cost = best(|| {
            let report = verify(Cursor::new(&export), options()).expect("the export is whole");
            assert_eq!(report.entries, entries);
        });
        print(&format!("verify, {threads} thread(s)"), entries, cost, bare);
    }
    let sealing = best(|| {
        let mut prev = Digest::GENESIS;
        for seq in 1..=entries {
            prev = seal(&prev, entry(seq)).digest;
        }
    });
    print("seal, with making the entry, one thread", entries, sealing, bare);
}

/// What one run took.
#[derive(Clone, Copy)]
struct Cost {
    wall: Duration,
    /// All threads together; `None` where the system does not tell.
    processor: Option<Duration>,
}

fn print(what: &str, entries: u64, cost: Cost, bare: Cost) {
    let rate = |time: Duration| entries as f64 / time.as_secs_f64();
    let times = |time: Duration, of: Duration| time.as_secs_f64() / of.as_secs_f64();
    print!(
        "{what:<42} {:>9.0} entries/s  {:>5.2}x bare",
        rate(cost.wall),
        times(cost.wall, bare.wall)
    );
    if let (Some(own), Some(bare)) = (cost.processor, bare.processor) {
        print!(
            "   {:>9.0} per processor second  {:>5.2}x bare",
            rate(own),
            times(own, bare)
        );
    }
    println!();
}

/// The best wall time and the best processor time of several runs.
fn best(mut run: impl FnMut()) -> Cost {
    let costs: Vec<Cost> = (0..ROUNDS).map(|_| measured(&mut run)).collect();
    Cost {
        wall: costs.iter().map(|cost| cost.wall).min().unwrap_or_default(),
        processor: costs.iter().map(|cost| cost.processor).min().flatten(),
    }
}

fn measured(run: &mut impl FnMut()) -> Cost {
    let (start, processor) = (Instant::now(), processor_time());
    run();
    let wall = start.elapsed();
    Cost {
        wall,
        processor: processor_time()
            .zip(processor)
            .map(|(after, before)| after.saturating_sub(before)),
    }
}

/// User and system time of this process: fields 14 and 15 of Linux's `stat`, in hundredths of a second.
fn processor_time() -> Option<Duration> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let (_, fields) = stat.rsplit_once(')')?;
    let ticks: u64 = fields
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|field| field.parse::<u64>().ok())
        .sum();
    Some(Duration::from_millis(ticks * 10))
}

fn bare_sm3(texts: &[String]) {
    for text in texts {
        let digest = Sm3::new_with_prefix([0u8; 96]).chain_update(text).finalize();
        std::hint::black_box(digest);
    }
}

fn export(entries: u64) -> (Vec<u8>, Vec<String>) {
    let signer = Sm2Signer::from_secret(&[7; 32]).expect("a key");
    let header = Header {
        centre: "演示反诈中心".into(),
        public_key: signer.public_key(),
    };
    let head = |seq, digest| Head::sign(&signer, &header.centre, seq, digest, 0).expect("signed");
    let mut writer = ExportWriter::new(Vec::new(), &header).expect("memory");
    let mut texts = Vec::new();
    let mut prev = Digest::GENESIS;
    for seq in 1..=entries {
        let sealed = seal(&prev, entry(seq));
        prev = sealed.digest;
        writer.entry(&sealed).expect("memory");
        texts.push(sealed.entry.canonical());
        if seq % ENTRIES_PER_HEAD == 0 && seq < entries {
            writer.head(&head(seq, prev)).expect("memory");
        }
    }
    (writer.finish(&head(entries, prev)).expect("memory"), texts)
}

/// As long as the real ones: four UUIDs, a name, a purpose and a few particulars.
fn entry(seq: u64) -> Entry {
    Entry {
        seq,
        at_ms: 1_775_221_506_000 + seq as i64,
        actor: format!("01961f0e-7a3c-7b21-9c55-{seq:012}"),
        actor_name: "王小敏".into(),
        action: "stop_order_issue".into(),
        subject_kind: "order".into(),
        subject_id: format!("01961f0e-7a3c-7b21-9c56-{seq:012}"),
        purpose: "紧急止付".into(),
        outcome: Outcome::Done,
        refusal: None,
        detail: Detail::from_canonical(
            r#"{"account":"620000******0017","amount_fen":3000000,"bank":"313521000004"}"#,
        )
        .expect("canonical"),
        request_id: format!("01961f0e-7a3c-7b21-9c57-{seq:012}"),
        org: "01961f0e-7a3c-7b21-9c58-421100000000".into(),
    }
}
