//! What is wrong with the files of a trace, in words: file, line, column, value and reason.

use crate::problem::Problem;
use std::io;
use std::path::Path;
use trace::csv::{self, AccountNumbers, FileKind, Reason, Refused, SeedRow};

pub fn of_file(path: &Path, refused: &Refused) -> Problem {
    heading(&lines(path, refused))
}

/// One sentence stands alone; several come under a heading.
pub fn heading(problems: &[Problem]) -> Problem {
    match problems {
        [one] => one.clone(),
        _ => Problem::list(
            "输入有误，未作任何处理",
            "the input is wrong, nothing was done",
            problems,
        ),
    }
}

pub fn refuse(problems: Vec<Problem>) -> Result<(), Problem> {
    const SHOWN: usize = csv::PROBLEMS_MAX;
    if problems.is_empty() {
        return Ok(());
    }
    let mut shown: Vec<Problem> = problems.iter().take(SHOWN).cloned().collect();
    shown.extend((problems.len() > SHOWN).then(|| more((problems.len() - SHOWN) as u64)));
    Err(heading(&shown))
}

pub fn lines(path: &Path, refused: &Refused) -> Vec<Problem> {
    let named = refused.problems.iter().map(|problem| line(path, problem));
    named
        .chain((refused.more > 0).then(|| more(refused.more)))
        .collect()
}

fn more(count: u64) -> Problem {
    Problem::new(
        format!("另有 {count} 处未列出"),
        format!("{count} more are not listed"),
    )
}

fn line(path: &Path, problem: &csv::Problem) -> Problem {
    let (mut zh, mut en) = (path.display().to_string(), path.display().to_string());
    if problem.line > 0 {
        zh += &format!(" 第 {} 行", problem.line);
        en += &format!(" line {}", problem.line);
    }
    if !problem.column.is_empty() {
        zh += &format!("，列 {}", problem.column);
        en += &format!(", column {}", problem.column);
    }
    if !problem.value.is_empty() {
        zh += &format!("，值 “{}”", problem.value);
        en += &format!(", value \"{}\"", problem.value);
    }
    let (zh_reason, en_reason) = reason(&problem.reason);
    Problem::new(format!("{zh}：{zh_reason}"), format!("{en}: {en_reason}"))
}

fn reason(reason: &Reason) -> (String, String) {
    let fixed = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
    match reason {
        Reason::Empty => fixed("文件是空的", "the file is empty"),
        Reason::NotCsv(kind) => {
            let (zh, en) = file_kind(*kind);
            (
                format!("这不是 CSV，而是{zh}"),
                format!("this is no CSV file but {en}"),
            )
        }
        Reason::NotUtf8 => fixed(
            "不是 UTF-8 文本（请另存为 UTF-8 编码的 CSV）",
            "not UTF-8 (save it as CSV in UTF-8)",
        ),
        Reason::ColumnMissing { found } => (
            format!("缺少此列；表头为：{found}"),
            format!("this column is missing; the heading is: {found}"),
        ),
        Reason::ColumnTwice => fixed("表头中有两个此列", "the heading has this column twice"),
        Reason::FieldCount { wanted, found } => (
            format!("应有 {wanted} 个字段，实有 {found} 个"),
            format!("{wanted} fields are wanted, {found} are there"),
        ),
        Reason::QuoteUnclosed => fixed("引号没有结束", "a quote is not closed"),
        Reason::ValueMissing => fixed("缺少值", "the value is missing"),
        Reason::NotANumber => fixed(
            "不是整数（金额以分、时间以毫秒为单位）",
            "not a whole number (amounts are in fen, times in milliseconds)",
        ),
        Reason::NotPositive => fixed("金额必须为正数", "an amount must be positive"),
        Reason::OutOfRange { least, most } => (
            format!("超出范围（{least} 至 {most}）"),
            format!("out of range ({least} to {most})"),
        ),
        Reason::AccountUnknown => fixed("账户表中没有这个账户", "the accounts file has no such account"),
        Reason::Twice => fixed("编号与前面某行重复", "an earlier line has the same number"),
        Reason::TooMany { most } => (format!("行数超过上限 {most}"), format!("more rows than {most}")),
    }
}

fn file_kind(kind: FileKind) -> (&'static str, &'static str) {
    match kind {
        FileKind::Picture => ("一张图片", "a picture"),
        FileKind::Pdf => ("PDF", "a PDF"),
        FileKind::Zip => ("工作簿或压缩包（ZIP）", "a workbook or an archive (ZIP)"),
        FileKind::OleDocument => ("旧版工作簿或文档（OLE）", "an old workbook or document (OLE)"),
        FileKind::Gzip => ("gzip 压缩文件", "compressed (gzip)"),
        FileKind::Parquet => ("Parquet", "Parquet"),
        FileKind::Utf16 => ("UTF-16 文本", "text in UTF-16"),
        FileKind::Binary => ("二进制文件", "a binary file"),
    }
}

pub fn of_table(
    transfers: &Path,
    accounts: &Path,
    numbers: &AccountNumbers,
    problem: &trace::Problem,
) -> Problem {
    use trace::Problem as P;
    let number = |dense: u32| numbers.id(dense).unwrap_or_default();
    let said = problem.to_string();
    let (zh, en) = said.split_once(" / ").unwrap_or((&said, &said));
    match problem {
        P::OpeningNegative { account, .. } => of(
            accounts,
            &format!("账户 {}：期初余额为负", number(*account)),
            &format!("account {}: the opening balance is negative", number(*account)),
        ),
        P::AccountUnknown { id, account } => of(
            transfers,
            &format!("交易 {id}：账户 {} 不存在", number(*account)),
            &format!("transfer {id}: account {} does not exist", number(*account)),
        ),
        _ => of(transfers, zh, en),
    }
}

fn of(path: &Path, zh: &str, en: &str) -> Problem {
    Problem::new(
        format!("{}：{zh}", path.display()),
        format!("{}: {en}", path.display()),
    )
}

pub fn seed_unknown(path: &Path, row: &SeedRow) -> Problem {
    let (line, id) = (row.line, row.transfer_id);
    Problem::new(
        format!(
            "{} 第 {line} 行，列 transfer_id，值 “{id}”：交易表中没有这笔交易，或其付款与收款为同一账户",
            path.display()
        ),
        format!(
            "{} line {line}, column transfer_id, value \"{id}\": the transfers file has no such transfer, or it goes from an account to itself",
            path.display()
        ),
    )
}

pub fn seed_contradicts(path: &Path, line: u64, column: &str, said: u64, is: u64) -> Problem {
    Problem::new(
        format!(
            "{} 第 {line} 行，列 {column}，值 “{said}”：与交易表不符，该交易为 {is}",
            path.display()
        ),
        format!(
            "{} line {line}, column {column}, value \"{said}\": the transfers file says {is}",
            path.display()
        ),
    )
}

pub fn unreadable(path: &Path, cause: io::Error) -> Problem {
    let shown = path.display();
    Problem::because(
        &format!("无法读取 {shown}"),
        &format!("cannot read {shown}"),
        cause,
    )
}

#[cfg_attr(
    feature = "parquet",
    allow(dead_code, reason = "said only by a build without the feature")
)]
pub fn no_parquet(path: &Path) -> Problem {
    of(
        path,
        "这是 Parquet 文件，本程序编译时未带 parquet 功能；请改用 CSV，或用 cargo build --features parquet 重新编译",
        "this is a Parquet file and this program was built without that feature; use CSV, or build with --features parquet",
    )
}

pub fn only_reach_goes_up() -> Problem {
    Problem::new(
        "--direction up 只用于 --mode reach：金额只能顺着资金去向分摊",
        "--direction up is for --mode reach only: amounts are allocated downstream",
    )
}
