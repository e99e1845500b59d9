//! Both sides over real directories: nothing lost, nothing double, nothing that blocks.

use bankwire::Reason;
use exchange::{Acknowledged, Bank, Directories, ExchangeProblem, Folder, Keep, Police, Written};
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime};
use tempfile::TempDir;

const NAME: &str = "200101_010120260403210506421100000000000001_00000000000000000000000000000abc.xml";

fn both(keep: Keep) -> (TempDir, Police, Bank) {
    let root = tempfile::tempdir().expect("a temporary folder");
    let directories = Directories::under(root.path());
    let police = Police::open(directories.clone(), keep).expect("folders are made");
    let bank = Bank::open(directories).expect("folders are made");
    (root, police, bank)
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = fs::read_dir(folder)
        .expect("the folder is there")
        .filter_map(|e| Some(e.ok()?.file_name().to_string_lossy().into_owned()))
        .collect();
    names.sort();
    names
}

fn age(path: &Path, seconds: u64) {
    let file = fs::File::options()
        .write(true)
        .open(path)
        .expect("the file is there");
    file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(2_000_000_000 - seconds))
        .expect("can be dated");
}

#[test]
fn a_request_and_its_answers_travel() {
    let (_root, police, bank) = both(Keep::InDone);
    assert_eq!(police.send(NAME, b"<Request/>").unwrap(), Written::New);
    assert!(police.is_waiting(NAME));
    let claimed = bank.take(10, |_, _| true).unwrap();
    assert_eq!(
        (claimed[0].name.as_str(), claimed[0].bytes.as_slice()),
        (NAME, b"<Request/>".as_slice())
    );
    assert!(!police.is_waiting(NAME));
    bank.write(Folder::Response, NAME, b"<Response/>").unwrap();
    bank.write(Folder::Downstream, "answer.xml", b"<Request>1</Request>")
        .unwrap();
    bank.finish(&claimed[0]).unwrap();
    bank.finish(&claimed[0]).unwrap();

    let batch = police.poll(10).unwrap();
    assert!(!batch.more);
    let seen: Vec<(Folder, String)> = batch
        .arrived
        .iter()
        .map(|a| (a.place.folder, a.place.base_name()))
        .collect();
    assert_eq!(
        seen,
        [
            (Folder::Response, NAME.to_owned()),
            (Folder::Downstream, "answer.xml".to_owned())
        ]
    );
    for arrived in &batch.arrived {
        assert_eq!(police.acknowledge(&arrived.place).unwrap(), Acknowledged::Gone);
        assert_eq!(
            police.acknowledge(&arrived.place).unwrap(),
            Acknowledged::AlreadyGone
        );
    }
    assert!(police.poll(10).unwrap().arrived.is_empty());
    assert_eq!(names(&police.directories().response.join("done")), [NAME]);
}

#[test]
fn the_same_name_is_the_same_bytes_for_ever() {
    let (_root, police, _bank) = both(Keep::InDone);
    assert_eq!(police.send(NAME, b"one").unwrap(), Written::New);
    assert_eq!(police.send(NAME, b"one").unwrap(), Written::AlreadyThere);
    for other in [b"two".as_slice(), b"onee", b""] {
        assert!(matches!(
            police.send(NAME, other),
            Err(ExchangeProblem::Conflict(_))
        ));
    }
    assert_eq!(
        fs::read(police.directories().upstream.join(NAME)).unwrap(),
        b"one"
    );
    assert_eq!(names(&police.directories().upstream), [NAME, "working"]);
}

#[test]
fn names_that_readers_ignore_or_that_lead_elsewhere_are_refused() {
    let (_root, police, _bank) = both(Keep::InDone);
    let long = format!("{}.xml", "x".repeat(300));
    for name in [
        "",
        ".hidden.xml",
        "temp.xml",
        "TEMPx.xml",
        "a.tmp",
        "a/b.xml",
        "../a.xml",
        "a\\b",
        "a\nb",
        "a\0b",
        &long,
    ] {
        assert!(
            matches!(police.send(name, b"x"), Err(ExchangeProblem::BadName(_))),
            "{name:?}"
        );
    }
}

/// A crash at each step of a round leaves a state from which repeating the round gives the same result.
#[test]
fn a_crash_between_steps_loses_and_doubles_nothing() {
    let (_root, police, bank) = both(Keep::Nothing);
    let upstream = police.directories().upstream.clone();
    // Half-written temporary file: never seen, swept later.
    fs::write(upstream.join("temp-1-0-x.tmp"), b"<Requ").unwrap();
    age(&upstream.join("temp-1-0-x.tmp"), 100);
    assert!(bank.take(10, |_, _| true).unwrap().is_empty());
    assert_eq!(
        police
            .sweep(SystemTime::UNIX_EPOCH + Duration::from_secs(1_999_999_000))
            .unwrap(),
        0
    );
    assert_eq!(
        police
            .sweep(SystemTime::UNIX_EPOCH + Duration::from_secs(2_000_000_000))
            .unwrap(),
        1
    );
    // Written, but the sender does not know: it sends again.
    police.send(NAME, b"one").unwrap();
    assert_eq!(police.send(NAME, b"one").unwrap(), Written::AlreadyThere);
    // Claimed, then the taker dies; a resend in between waits its turn.
    let claimed = bank.take(10, |_, _| true).unwrap();
    assert_eq!(police.send(NAME, b"one").unwrap(), Written::New);
    assert!(bank.take(10, |_, _| true).unwrap().is_empty());
    assert_eq!(bank.unfinished(10).unwrap(), claimed);
    // Answered, then dies before finishing: answers again with the same bytes.
    assert_eq!(bank.write(Folder::Response, NAME, b"ok").unwrap(), Written::New);
    assert_eq!(
        bank.write(Folder::Response, NAME, b"ok").unwrap(),
        Written::AlreadyThere
    );
    bank.finish(&claimed[0]).unwrap();
    assert_eq!(bank.take(10, |_, _| true).unwrap(), claimed);
    // Stored, then dies before acknowledging: seen again, the store knows it.
    let first = police.poll(10).unwrap();
    let again = police.poll(10).unwrap();
    assert_eq!(first.arrived[0].place, again.arrived[0].place);
    assert_eq!(
        police.acknowledge(&first.arrived[0].place).unwrap(),
        Acknowledged::Gone
    );
    assert_eq!(
        police.acknowledge(&again.arrived[0].place).unwrap(),
        Acknowledged::AlreadyGone
    );
    assert!(names(&police.directories().response.join("done")).is_empty());
}

/// The hub answers a resend under the same name before the first answer was acknowledged.
#[test]
fn a_newer_file_under_the_same_name_is_not_taken_away() {
    let (_root, police, _bank) = both(Keep::InDone);
    let response = police.directories().response.clone();
    fs::write(response.join(NAME), b"first").unwrap();
    let first = police.poll(10).unwrap();
    fs::write(response.join("new.tmp"), b"second answer").unwrap();
    fs::rename(response.join("new.tmp"), response.join(NAME)).unwrap();
    assert_eq!(
        police.acknowledge(&first.arrived[0].place).unwrap(),
        Acknowledged::Replaced
    );
    let second = police.poll(10).unwrap();
    assert_eq!(second.arrived[0].content.as_ref().unwrap(), b"second answer");
    assert_eq!(
        police.acknowledge(&second.arrived[0].place).unwrap(),
        Acknowledged::Gone
    );
    // A third one under the name does not overwrite what is kept.
    fs::write(response.join(NAME), b"third").unwrap();
    let third = police.poll(10).unwrap();
    police.acknowledge(&third.arrived[0].place).unwrap();
    assert_eq!(
        names(&response.join("done")),
        [NAME.to_owned(), format!("{NAME}.1")]
    );
}

#[test]
fn hostile_entries_are_reported_and_put_aside_unopened() {
    let (root, police, _bank) = both(Keep::InDone);
    let down = police.directories().downstream.clone();
    fs::write(root.path().join("secret"), b"secret").unwrap();
    symlink(root.path().join("secret"), down.join("link.xml")).unwrap();
    assert!(
        Command::new("mkfifo")
            .arg(down.join("pipe.xml"))
            .status()
            .unwrap()
            .success()
    );
    fs::create_dir(down.join("folder.xml")).unwrap();
    fs::create_dir(down.join("archive")).unwrap();
    let big = fs::File::create(down.join("big.xml")).unwrap();
    big.set_len(1 << 40).unwrap();
    for ignored in ["x.tmp", "temp_x.xml", ".x.xml", "X.TMP"] {
        fs::write(down.join(ignored), b"x").unwrap();
    }
    let batch = police.poll(10).unwrap();
    let mut seen: Vec<(String, Reason)> = batch
        .arrived
        .iter()
        .map(|a| (a.place.base_name(), a.content.as_ref().unwrap_err().reason))
        .collect();
    seen.sort_by(|a, b| a.0.cmp(&b.0));
    let kinds = [
        Reason::TooLarge,
        Reason::NotRegularFile,
        Reason::NotRegularFile,
        Reason::NotRegularFile,
    ];
    let expected = ["big.xml", "folder.xml", "link.xml", "pipe.xml"];
    assert_eq!(
        seen,
        expected
            .iter()
            .map(|n| n.to_string())
            .zip(kinds)
            .collect::<Vec<_>>()
    );
    for arrived in &batch.arrived {
        let why = arrived.content.as_ref().unwrap_err().to_string();
        assert_eq!(
            police.quarantine(&arrived.place, &why).unwrap(),
            Acknowledged::Gone
        );
        assert_eq!(
            police.quarantine(&arrived.place, &why).unwrap(),
            Acknowledged::AlreadyGone
        );
    }
    assert!(police.poll(10).unwrap().arrived.is_empty());
    assert_eq!(names(&down.join("bad")).len(), 8);
    let reason = fs::read_to_string(down.join("bad/link.xml.reason.txt")).unwrap();
    assert!(reason.contains("not_regular_file"), "{reason}");
    assert!(down.join("archive").is_dir());
    assert_eq!(fs::read(root.path().join("secret")).unwrap(), b"secret");
}

#[test]
fn the_oldest_come_first_and_a_cut_batch_says_so() {
    let (_root, police, _bank) = both(Keep::InDone);
    let down = police.directories().downstream.clone();
    for i in 0..20u64 {
        let path = down.join(format!("{:02}.xml", (i * 7) % 20));
        fs::write(&path, b"x").unwrap();
        age(&path, i);
    }
    let mut seen = Vec::new();
    loop {
        let batch = police.poll(6).unwrap();
        assert!(batch.arrived.len() <= 6);
        for arrived in &batch.arrived {
            seen.push(arrived.place.base_name());
            police.acknowledge(&arrived.place).unwrap();
        }
        if !batch.more {
            break;
        }
    }
    let expected: Vec<String> = (0..20u64)
        .rev()
        .map(|i| format!("{:02}.xml", (i * 7) % 20))
        .collect();
    assert_eq!(seen, expected);
}

#[test]
fn several_takers_share_without_doubling() {
    let (_root, police, bank) = both(Keep::InDone);
    for i in 0..200 {
        police
            .send(&format!("{i:03}.xml"), format!("{i}").as_bytes())
            .unwrap();
    }
    let takers: Vec<_> = (0..4)
        .map(|_| {
            let bank = bank.clone();
            std::thread::spawn(move || {
                let mut mine = Vec::new();
                loop {
                    let taken = bank.take(7, |_, _| true).expect("the folder is there");
                    if taken.is_empty() {
                        return mine;
                    }
                    mine.extend(taken.into_iter().map(|c| c.name));
                }
            })
        })
        .collect();
    let mut all: Vec<String> = takers.into_iter().flat_map(|t| t.join().unwrap()).collect();
    // A taker may see an empty look while others hold the last ones; what is left is in nobody's hands.
    all.extend(bank.take(200, |_, _| true).unwrap().into_iter().map(|c| c.name));
    all.sort();
    assert_eq!(all, (0..200).map(|i| format!("{i:03}.xml")).collect::<Vec<_>>());
}

#[test]
fn a_taker_takes_only_what_it_wants() {
    let (_root, police, bank) = both(Keep::InDone);
    police.send("a.xml", b"for one").unwrap();
    police.send("b.xml", b"for two").unwrap();
    let two = bank.take(1, |_, bytes| bytes.ends_with(b"two")).unwrap();
    assert_eq!(two[0].name, "b.xml");
    assert_eq!(bank.take(1, |_, _| true).unwrap()[0].name, "a.xml");
}
