//! `fanzha backup`: a copy of the store as it stands at one instant, while the centre goes on working, with the signed head
//! of its log, and the proof that both are whole.
//!
//! Promises: the copy is one consistent state; it is checked page by page, its whole log is verified under the centre's
//! key, and only then is it called a backup; what failed is taken away again. Leaves out the key files, which must not lie
//! beside the data they protect, and PostgreSQL, which has its own tools.

use super::answer;
use super::serve::announce;
use crate::adapter::signing_key;
use crate::assembly;
use crate::cli::Backup;
use crate::problem::Problem;
use crate::settings::Settings;
use auditchain::{Head, HeadSigner, Header, Options, Report};
use kernel::Instant;
use std::fs::{self, OpenOptions};
use std::io::{BufReader, Seek, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use store::Store;

pub fn run(args: &Backup) -> Result<(), Problem> {
    let settings = Settings::read(&args.config)?;
    if !settings.store.url.starts_with("sqlite:") {
        return Err(Problem::new(
            "本中心用 PostgreSQL：请用 pg_dump --format=custom 备份，恢复后导出日志并用 fanzha verify 核验",
            "this centre is on PostgreSQL: back it up with pg_dump --format=custom, and after restoring export the log and prove it with fanzha verify",
        ));
    }
    let now = crate::adapter::machine_now();
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(&args.to)
        .map_err(|e| failed(&args.to, &e))?;
    let place = args.to.join(format!("fanzha-{}.db", now.to_wire14()));
    let outcome = super::runtime()?.block_on(copy(&settings, &place, now));
    match outcome {
        Ok(report) => told(&place, &report),
        Err(problem) => {
            take_away(&place);
            Err(problem)
        }
    }
}

fn failed(path: &Path, error: &dyn std::fmt::Display) -> Problem {
    let shown = path.display();
    Problem::because(&format!("备份 {shown}"), &format!("backup {shown}"), error)
}

fn head_file(place: &Path) -> PathBuf {
    place.with_extension("head")
}

/// Nothing half-done stays behind under a name that looks like a backup.
fn take_away(place: &Path) {
    for path in [
        place.to_owned(),
        head_file(place),
        place.with_extension("db-wal"),
        place.with_extension("db-shm"),
    ] {
        let _ = fs::remove_file(path);
    }
}

async fn copy(settings: &Settings, place: &Path, now: Instant) -> Result<Report, Problem> {
    let signer = signing_key(&settings.log.signing_key_file)?;
    private(place).map_err(|e| failed(place, &e))?;
    store::copy_to(&settings.store.url, place)
        .await
        .map_err(|e| assembly::failed(&e))?;
    let mut of_copy = settings.clone();
    of_copy.store.url = format!("sqlite://{}", place.display());
    let copied = assembly::open_store(&of_copy).await?;
    let outcome = prove(&copied, &signer, place, now).await;
    copied.close().await;
    let report = outcome?;
    for path in [place.to_owned(), head_file(place)] {
        let file = fs::File::open(&path).map_err(|e| failed(&path, &e))?;
        file.sync_all().map_err(|e| failed(&path, &e))?;
    }
    Ok(report)
}

fn private(path: &Path) -> std::io::Result<()> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .map(drop)
}

/// Signs where the copied log stands and verifies all of it.
async fn prove(
    copied: &Store,
    signer: &dyn HeadSigner,
    place: &Path,
    now: Instant,
) -> Result<Report, Problem> {
    let centre = copied.centre().id.clone();
    let header = Header {
        centre: centre.clone(),
        public_key: signer.public_key(),
    };
    let spool = tempfile::tempfile().map_err(|e| failed(place, &e))?;
    let mut line = String::new();
    let out = store::audit::export(copied, &header, std::io::BufWriter::new(spool), |tip| {
        let head = Head::sign(signer, &centre, tip.seq, tip.digest, now.ms())?;
        line = head.to_line();
        Ok(head)
    })
    .await
    .map_err(|e| assembly::failed(&e))?;
    let mut spool = out.into_inner().map_err(|e| failed(place, &e))?;
    spool.rewind().map_err(|e| failed(place, &e))?;
    let options = Options {
        expected_public_key: Some(signer.public_key()),
        ..Options::default()
    };
    let report = auditchain::verify(BufReader::new(spool), options).map_err(|bad| {
        Problem::new(
            format!("副本的日志有误：{}", bad.zh()),
            format!("the log of the copy is not whole: {}", bad.en()),
        )
    })?;
    let path = head_file(place);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)
        .map_err(|e| failed(&path, &e))?;
    writeln!(file, "{}", line.trim_end()).map_err(|e| failed(&path, &e))?;
    Ok(report)
}

fn told(place: &Path, report: &Report) -> Result<(), Problem> {
    announce(
        &format!(
            "备份完成：{}（链头 {}）",
            place.display(),
            head_file(place).display()
        ),
        &format!("backed up; keep the key files elsewhere ({} bytes)", size(place)),
    );
    answer(format!("{}\n{}\n", report.zh(), report.en()).as_bytes())
}

fn size(place: &Path) -> u64 {
    fs::metadata(place).map_or(0, |m| m.len())
}
