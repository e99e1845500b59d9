//! `fanzha verify`: proves an export of the audit log whole, or names the first bad entry, without server or database.
//! Leaves out the proof itself (see `auditchain`).

use super::answer;
use crate::cli::Verify;
use crate::problem::Problem;
use auditchain::{FirstBad, Options, PublicKey};
use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

pub fn run(args: &Verify) -> Result<(), Problem> {
    let expected_public_key = args.key.as_deref().map(public_key).transpose()?;
    let mut heads = args.heads.as_deref().map(open).transpose()?;
    let heads_file = heads.as_mut().map(|reader| reader as &mut dyn BufRead);
    let options = Options {
        expected_public_key,
        heads_file,
        threads: None,
    };
    let verdict = if args.export == Path::new("-") {
        auditchain::verify(io::stdin().lock(), options)
    } else {
        auditchain::verify(open(&args.export)?, options)
    };
    let report = verdict.map_err(|bad| first_bad(&bad))?;
    answer(format!("{}\n{}\n", report.zh(), report.en()).as_bytes())
}

fn first_bad(bad: &FirstBad) -> Problem {
    let code = bad.reason.code();
    Problem::new(
        format!("日志有误（{code}）：{}", bad.zh()),
        format!("the log is not whole ({code}): {}", bad.en()),
    )
}

fn public_key(hex: &str) -> Result<PublicKey, Problem> {
    PublicKey::from_hex(&hex.trim().to_ascii_lowercase()).map_err(|_| {
        Problem::new(
            "--key：不是有效的 SM2 公钥（应为 04 开头的 130 位十六进制）",
            "--key: not an SM2 public key (130 hexadecimal digits beginning with 04 are wanted)",
        )
    })
}

/// A pipe would be waited for, a directory read as nothing: both are refused before they are opened.
fn open(path: &Path) -> Result<BufReader<File>, Problem> {
    let shown = path.display();
    let failed =
        |e: io::Error| Problem::because(&format!("无法打开 {shown}"), &format!("cannot open {shown}"), e);
    if !std::fs::metadata(path).map_err(failed)?.is_file() {
        return Err(Problem::new(
            format!("{shown} 不是普通文件"),
            format!("{shown} is not a regular file"),
        ));
    }
    File::open(path)
        .map(|file| BufReader::with_capacity(256 * 1024, file))
        .map_err(failed)
}
