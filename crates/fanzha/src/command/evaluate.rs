//! `fanzha evaluate rows`: scores the reading of payments against narratives with gold and prints it as Markdown.
//!
//! Promises: the same page for the same corpus; a wrong line is named with its file and number and nothing is scored. Leaves out
//! what a row is (see `text`).

use crate::cli::EvaluateRows;
use crate::problem::Problem;
use std::fmt::Write as _;
use text::evaluate::{CORPUS, Case, cases, goals, score, table};

pub fn rows(args: &EvaluateRows) -> Result<(), Problem> {
    let corpora = if args.files.is_empty() {
        CORPUS
            .iter()
            .map(|(name, lines)| parsed(name, lines))
            .collect::<Result<Vec<_>, _>>()?
    } else {
        args.files
            .iter()
            .map(|file| read(file))
            .collect::<Result<Vec<_>, _>>()?
    };
    super::answer(page(&corpora, args.misses).as_bytes())
}

fn read(file: &std::path::Path) -> Result<(String, Vec<Case>), Problem> {
    let name = file.display().to_string();
    let lines = std::fs::read_to_string(file)
        .map_err(|e| Problem::because(&format!("读取 {name} 失败"), &format!("reading {name} failed"), e))?;
    parsed(&name, &lines)
}

fn parsed(name: &str, lines: &str) -> Result<(String, Vec<Case>), Problem> {
    let cases = cases(lines)
        .map_err(|e| Problem::because(&format!("{name} 有误的行"), &format!("a wrong line in {name}"), e))?;
    Ok((name.to_owned(), cases))
}

fn page(corpora: &[(String, Vec<Case>)], misses: bool) -> String {
    let mut out = String::new();
    let all: Vec<Case> = corpora.iter().flat_map(|(_, cases)| cases.clone()).collect();
    let whole = score(&all);
    let _ = writeln!(out, "## Goals\n\n{}", goals(&whole.all));
    for (name, cases) in corpora {
        let report = score(cases);
        let _ = writeln!(out, "## {name}\n\n{}", table(&report));
        for miss in report.misses.iter().filter(|_| misses) {
            let _ = writeln!(out, "* {miss}");
        }
    }
    out
}
