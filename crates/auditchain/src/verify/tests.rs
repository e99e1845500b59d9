//! Every way of damaging an export, and the reason that is found. Seeds are fixed; nothing is timed.

use super::*;
use crate::{Detail, Entry, ExportWriter, HeadSigner, Outcome, Sealed, Sm2Signer, seal};
use proptest::prelude::*;
use serde_json::json;
use std::io::Cursor;

const CENTRE: &str = "黄冈市反诈中心";

fn signer(seed: u8) -> Sm2Signer {
    Sm2Signer::from_secret(&[seed; 32]).expect("a key")
}

fn entry(seq: u64) -> Entry {
    let is_refused = seq.is_multiple_of(7);
    Entry {
        seq,
        at_ms: 1_775_221_506_000 + seq as i64 * 250,
        actor: format!("0196-{seq}"),
        actor_name: "王\"敏\"".into(),
        action: "stop_order_issue".into(),
        subject_kind: "order".into(),
        subject_id: format!("20010120260403{seq:06}"),
        purpose: "紧急止付".into(),
        outcome: if is_refused {
            Outcome::Refused
        } else {
            Outcome::Done
        },
        refusal: is_refused.then(|| "third_stop".into()),
        detail: Detail::from_value(&json!({"bank": "620000", "amount_fen": seq * 100, "note": "a\tb"}))
            .expect("whole"),
        request_id: format!("r-{seq}"),
        org: "421100000000".into(),
    }
}

fn chain(count: u64) -> Vec<Sealed> {
    let mut prev = Digest::GENESIS;
    (1..=count)
        .map(|seq| {
            let sealed = seal(&prev, entry(seq));
            prev = sealed.digest;
            sealed
        })
        .collect()
}

fn head_of(chain: &[Sealed], seq: u64, seed: u8) -> Head {
    let digest = seq
        .checked_sub(1)
        .map_or(Digest::GENESIS, |at| chain[at as usize].digest);
    Head::sign(&signer(seed), CENTRE, seq, digest, 1_775_300_000_000 + seq as i64).expect("signed")
}

/// An export of `chain` with a head behind every tenth entry and one at the end.
fn export(chain: &[Sealed], seed: u8) -> Vec<u8> {
    export_with_heads(chain, seed, 10)
}

fn export_with_heads(chain: &[Sealed], seed: u8, every: u64) -> Vec<u8> {
    let header = Header {
        centre: CENTRE.into(),
        public_key: signer(seed).public_key(),
    };
    let mut writer = ExportWriter::new(Vec::new(), &header).expect("memory");
    for sealed in chain {
        writer.entry(sealed).expect("memory");
        if sealed.entry.seq.is_multiple_of(every) {
            writer
                .head(&head_of(chain, sealed.entry.seq, seed))
                .expect("memory");
        }
    }
    writer
        .finish(&head_of(chain, chain.len() as u64, seed))
        .expect("memory")
}

fn heads_file(chain: &[Sealed], seqs: &[u64]) -> String {
    seqs.iter().map(|seq| head_of(chain, *seq, 7).to_line()).collect()
}

fn run(export: &[u8], heads: Option<&str>, pinned: Option<PublicKey>) -> Result<Report, FirstBad> {
    let mut heads = heads.map(|text| Cursor::new(text.as_bytes().to_vec()));
    let options = Options {
        expected_public_key: pinned,
        heads_file: heads.as_mut().map(|file| file as &mut dyn BufRead),
        threads: NonZeroUsize::new(2),
    };
    verify(Cursor::new(export), options)
}

fn lines(export: &[u8]) -> Vec<String> {
    String::from_utf8(export.to_vec())
        .expect("text")
        .split_inclusive('\n')
        .map(str::to_owned)
        .collect()
}

#[track_caller]
fn check(export: &[u8], heads: Option<&str>, line: u64, seq: Option<u64>, code: &str) {
    let bad = run(export, heads, None).expect_err(code);
    assert_eq!(
        (bad.reason.code(), bad.line, bad.seq),
        (code, line, seq),
        "{}",
        bad.en()
    );
    assert!(!bad.zh().is_empty());
}

#[test]
fn a_whole_export_verifies_and_says_what_it_rests_on() {
    let chain = chain(25);
    let export = export(&chain, 7);
    let bare = run(&export, None, None).expect("whole");
    assert_eq!(
        (bare.entries, bare.heads, bare.key_was_pinned, bare.heads_file),
        (25, 3, false, None)
    );
    assert_eq!(bare.last_digest, chain[24].digest);
    let heads = heads_file(&chain, &[0, 1, 5, 5, 10, 25, 25]);
    let full = run(&export, Some(&heads), Some(signer(7).public_key())).expect("whole");
    assert!(full.key_was_pinned);
    assert_eq!(
        full.heads_file
            .map(|heads| (heads.heads, heads.last_seq, heads.has_torn_tail)),
        Some((7, 25, false))
    );
    let torn = run(&export, Some(&heads[..heads.len() - 9]), None).expect("a torn tail is no fault");
    assert_eq!(
        torn.heads_file.map(|heads| (heads.heads, heads.has_torn_tail)),
        Some((6, true))
    );
}

#[test]
fn an_empty_log_has_an_export_too() {
    assert_eq!(
        run(&export(&[], 7), Some(&heads_file(&[], &[0, 0])), None)
            .expect("whole")
            .entries,
        0
    );
}

#[test]
fn the_clock_set_back_is_told_and_is_no_fault() {
    let first = seal(&Digest::GENESIS, entry(1));
    let second = seal(&first.digest, Entry { at_ms: 5, ..entry(2) });
    assert_eq!(
        run(&export(&[first, second], 7), None, None)
            .expect("whole")
            .clock_steps_back,
        1
    );
}

/// Line 1 is the header, line n + 1 is entry n up to entry 10, whose head is line 12; entry 11 is line 13.
#[test]
fn every_damage_has_its_reason_and_its_place() {
    let chain = chain(25);
    let good = export(&chain, 7);
    let edited = |edit: &dyn Fn(&mut Vec<String>)| {
        let mut lines = lines(&good);
        edit(&mut lines);
        lines.concat().into_bytes()
    };
    let replaced = |from: &str, to: &str| {
        String::from_utf8(good.clone())
            .expect("text")
            .replacen(from, to, 1)
            .into_bytes()
    };

    check(b"", None, 1, None, "truncated");
    check(b"{}\n", None, 1, None, "bad_header");
    check(&[0xff, b'\n'], None, 1, None, "not_utf8");
    check(
        &replaced("\"version\":1", "\"version\":2"),
        None,
        1,
        None,
        "unknown_version",
    );
    check(
        &replaced("\"public_key\":\"04", "\"public_key\":\"05"),
        None,
        1,
        None,
        "bad_public_key",
    );
    check(
        &replaced("\"version\":1", "\"version\": 1"),
        None,
        1,
        None,
        "not_canonical",
    );
    check(
        &replaced("\"centre\":\"黄冈", "\"centre\":\"武汉"),
        None,
        12,
        Some(10),
        "wrong_centre",
    );
    check(&edited(&|l| drop(l.remove(0))), None, 1, None, "bad_header");

    check(
        &edited(&|l| l[3] = l[3].replace("紧急", "普通")),
        None,
        4,
        Some(3),
        "altered_entry",
    );
    check(
        &edited(&|l| l[3] = l[3].replace("[3,", "[4,")),
        None,
        4,
        Some(3),
        "altered_entry",
    );
    check(
        &edited(&|l| l[3] = l[3].replace("[3,", "[ 3,")),
        None,
        4,
        Some(3),
        "not_canonical",
    );
    check(
        &edited(&|l| l[3] = l[3].replace("\"}\n", "\"\n")),
        None,
        4,
        Some(3),
        "malformed_json",
    );
    check(
        &edited(&|l| l[3] = l[3].replace('\n', "\r\n")),
        None,
        4,
        Some(3),
        "not_canonical",
    );
    check(
        &edited(&|l| l[3].insert(0, '\n')),
        None,
        4,
        Some(3),
        "malformed_json",
    );
    check(
        &edited(&|l| l[3] = format!("\"{}\"\n", "x".repeat(LINE_BYTES_MAX))),
        None,
        4,
        Some(3),
        "line_too_long",
    );
    check(
        &edited(&|l| l[3] = l[3].replace("紧急", &"x".repeat(LINE_BYTES_MAX - 1000))),
        None,
        4,
        Some(3),
        "altered_entry",
    );
    check(
        &edited(&|l| l[3] = "x".repeat(5 * LINE_BYTES_MAX)),
        None,
        4,
        Some(3),
        "line_too_long",
    );
    check(&edited(&|l| drop(l.remove(3))), None, 4, Some(3), "missing_seq");
    check(
        &edited(&|l| l.insert(3, l[3].clone())),
        None,
        5,
        Some(3),
        "duplicate_seq",
    );
    check(
        &edited(&|l| l.insert(6, l[3].clone())),
        None,
        7,
        Some(3),
        "duplicate_seq",
    );
    check(&edited(&|l| l.swap(3, 4)), None, 4, Some(3), "reordered");
    check(&edited(&|l| drop(l.remove(11))), None, 29, None, "counts_differ");
    check(
        &edited(&|l| l.swap(10, 11)),
        None,
        11,
        Some(10),
        "head_without_entry",
    );
    check(&edited(&|l| drop(l.pop())), None, 30, Some(26), "truncated");
    check(&edited(&|l| l.truncate(20)), None, 21, Some(19), "truncated");
    check(&good[..good.len() - 1], None, 30, Some(26), "truncated");
    check(&edited(&|l| l.push(l[3].clone())), None, 31, None, "after_end");
    check(
        &edited(&|l| l[29] = "{\"end\":[24,3]}\n".into()),
        None,
        30,
        None,
        "counts_differ",
    );
    check(
        &edited(&|l| {
            l.remove(28);
            l[28] = "{\"end\":[25,2]}\n".into();
        }),
        None,
        29,
        Some(21),
        "unsigned_tail",
    );
}

/// A forger who seals again what was changed, with or without the key.
#[test]
fn a_resealed_lie_is_found_by_the_next_link_head_key_or_second_place() {
    let chain = chain(25);
    let good = lines(&export(&chain, 7));
    let forged_entry = Entry {
        purpose: "无".into(),
        ..entry(13)
    };

    // One entry sealed again: the next one was sealed over the true digest.
    let resealed = seal(&chain[12].prev, forged_entry.clone());
    let mut one = good.clone();
    one[14] = one[14].replace(&chain[12].entry.canonical(), &resealed.entry.canonical());
    one[14] = one[14].replace(&chain[12].digest.to_hex(), &resealed.digest.to_hex());
    check(one.concat().as_bytes(), None, 15, Some(13), "broken_link");

    // Its link changed with it: a head vouches for entry 10, so entry 11 is to blame.
    let other = seal(&Digest::GENESIS, entry(11));
    let mut link = good.clone();
    link[12] = format!(
        "{{\"entry\":{},\"prev\":\"{}\",\"digest\":\"{}\"}}\n",
        other.entry.canonical(),
        other.prev,
        other.digest
    );
    check(link.concat().as_bytes(), None, 13, Some(11), "broken_link");

    // The whole rest sealed again, the heads left as they were.
    let mut forged = chain[..12].to_vec();
    let mut prev = chain[11].digest;
    for seq in 13..=25 {
        let entry = if seq == 13 {
            forged_entry.clone()
        } else {
            entry(seq)
        };
        forged.push(seal(&prev, entry));
        prev = forged[forged.len() - 1].digest;
    }
    let mut mixed = lines(&export(&forged, 7));
    mixed[22] = good[22].clone();
    check(mixed.concat().as_bytes(), None, 23, Some(20), "head_differs");

    // The heads forged without the key, then under another key.
    let mut scribbled = lines(&export(&forged, 7));
    scribbled[22] = scribbled[22]
        .replace("\"signature\":\"", "\"signature\":\"0")
        .replace("\"}\n", "\n")
        .replace("\n", "\"}\n");
    assert!(run(scribbled.concat().as_bytes(), None, None).is_err());
    let other_key = export(&forged, 8);
    assert!(
        run(&other_key, None, None).is_ok(),
        "an export vouches for itself only, unless a key is pinned"
    );
    let bad = run(&other_key, None, Some(signer(7).public_key())).expect_err("pinned");
    assert_eq!((bad.reason.code(), bad.line), ("unexpected_public_key", 1));
    let mut headed = lines(&export(&forged, 7));
    headed[22] = head_of(&forged, 20, 8).to_line();
    check(headed.concat().as_bytes(), None, 23, Some(20), "wrong_key");

    // Forged with the true key: only the second place knows.
    let with_key = export(&forged, 7);
    assert!(run(&with_key, None, None).is_ok());
    check(
        &with_key,
        Some(&heads_file(&chain, &[5, 12, 14])),
        16,
        Some(14),
        "heads_file_differs",
    );
}

#[test]
fn the_second_place_knows_of_cut_entries_and_is_itself_checked() {
    let chain = chain(25);
    let (good, short) = (export(&chain, 7), export(&chain[..20], 7));
    assert!(
        run(&short, None, None).is_ok(),
        "a cut at a signed head shows only with the second place"
    );
    check(
        &short,
        Some(&heads_file(&chain, &[5, 20, 25])),
        3,
        Some(21),
        "shorter_than_heads",
    );
    check(
        &good,
        Some(&heads_file(&chain, &[5, 20, 10])),
        3,
        None,
        "heads_out_of_order",
    );
    let heads = heads_file(&chain, &[5, 20]);
    let forged = |seq| head_of(&chain, seq, 8).to_line();
    check(&good, Some(&(heads.clone() + "{}\n")), 3, None, "not_canonical");
    check(
        &good,
        Some(&(heads.clone() + &forged(25))),
        3,
        Some(25),
        "wrong_key",
    );
    check(
        &short,
        Some(&(heads.clone() + &forged(25))),
        3,
        Some(25),
        "wrong_key",
    );
    let scribbled = heads.replacen("1775300000005", "1775300000006", 1);
    check(&good, Some(&scribbled), 1, Some(5), "bad_signature");
    check(&good, Some(&"x".repeat(100_000)), 1, None, "line_too_long");
    // What waits for a common check comes before a later fault of the export.
    let mut damaged = lines(&good);
    damaged.remove(20);
    check(
        damaged.concat().as_bytes(),
        Some(&scribbled),
        1,
        Some(5),
        "bad_signature",
    );
}

#[test]
fn a_reader_that_fails_is_named() {
    struct Broken;
    impl std::io::Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
            Err(std::io::Error::other("disk gone"))
        }
    }
    let good = export(&chain(3), 7);
    let input = std::io::BufReader::new(std::io::Read::chain(&good[..], Broken));
    let bad = verify(input, Options::default()).expect_err("unreadable");
    assert_eq!((bad.reason.code(), bad.line), ("unreadable", 7));
}

/// Many batches on several threads: the place is counted across them, and the thread count does not matter.
#[test]
fn the_verdict_does_not_depend_on_batches_or_threads() {
    let chain = chain(12_000);
    let good = lines(&export_with_heads(&chain, 7, 4_000));
    let mut damaged = good.clone();
    let at = damaged
        .iter()
        .position(|line| line.starts_with("{\"entry\":[11111,"))
        .expect("there");
    damaged[at] = damaged[at].replace("紧急", "普通");
    for threads in [1, 2, 5] {
        let options = || Options {
            threads: NonZeroUsize::new(threads),
            ..Options::default()
        };
        assert_eq!(
            verify(Cursor::new(good.concat()), options())
                .expect("whole")
                .entries,
            12_000
        );
        let bad = verify(Cursor::new(damaged.concat()), options()).expect_err("altered");
        assert_eq!(
            (bad.reason.code(), bad.line, bad.seq),
            ("altered_entry", at as u64 + 1, Some(11_111))
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, rng_seed: proptest::test_runner::RngSeed::Fixed(2026), ..ProptestConfig::default() })]

    /// Any change of any byte is found, at the line where it stands or at the head that vouches for it.
    #[test]
    fn no_byte_can_change(place in any::<prop::sample::Index>(), mask in 1..=255u8) {
        let good = export(&chain(12), 7);
        let at = place.index(good.len());
        let mut damaged = good.clone();
        damaged[at] ^= mask;
        let bad = run(&damaged, None, None).expect_err("found");
        let line = good[..at].iter().filter(|byte| **byte == b'\n').count() as u64 + 1;
        // A changed name of the centre shows at the first head; a lost line feed joins the line with the next.
        prop_assert!(bad.line == line || line == 1 && bad.line == 12, "byte {at} of line {line}: {}", bad.en());
        let seq_of_line = match line { 1 => None, 2..=11 => Some(line - 1), 12 => Some(10), 13 | 14 => Some(line - 2), _ => None };
        let names_the_entry = seq_of_line.is_none() || line == 12 || bad.seq.is_none() || bad.seq == seq_of_line;
        prop_assert!(names_the_entry, "line {line}: {}", bad.en());
    }

    #[test]
    fn no_line_can_go_come_twice_or_move(first in 0..16usize, second in 0..16usize) {
        let good = lines(&export(&chain(12), 7));
        prop_assert_eq!(good.len(), 16);
        let mut dropped = good.clone();
        dropped.remove(first);
        prop_assert!(run(dropped.concat().as_bytes(), None, None).is_err());
        let mut doubled = good.clone();
        doubled.insert(second, good[first].clone());
        prop_assert!(run(doubled.concat().as_bytes(), None, None).is_err());
        let mut swapped = good.clone();
        swapped.swap(first, second);
        prop_assert_eq!(run(swapped.concat().as_bytes(), None, None).is_ok(), first == second);
    }

    #[test]
    fn no_export_can_be_cut(place in any::<prop::sample::Index>()) {
        let good = export(&chain(12), 7);
        prop_assert!(run(&good[..place.index(good.len())], None, None).is_err());
    }

    /// Whatever strings an entry holds, it comes back from its text, and the export verifies.
    #[test]
    fn any_text_survives(strings in prop::collection::vec(any::<String>(), 4), number in any::<i64>()) {
        let detail = Detail::from_value(&json!({&strings[0]: number, &strings[1]: {&strings[2]: strings[3]}})).expect("whole");
        let [actor, purpose, refusal, org] = <[String; 4]>::try_from(strings).expect("four");
        let entry = Entry { at_ms: number, actor, purpose, refusal: Some(refusal), org, detail, ..entry(1) };
        let sealed = seal(&Digest::GENESIS, entry.clone());
        prop_assert_eq!(Entry::from_canonical(&sealed.entry.canonical()), Ok(entry));
        prop_assert!(run(&export(&[sealed], 7), None, None).is_ok());
    }

    /// Hostile text does not panic, whatever it is.
    #[test]
    fn noise_is_refused(noise in prop::collection::vec(any::<u8>(), 0..400), behind_header in any::<bool>()) {
        let header = lines(&export(&[], 7)).swap_remove(0).into_bytes();
        let input = if behind_header { [header, noise].concat() } else { noise };
        prop_assert!(run(&input, None, None).is_err());
    }
}
