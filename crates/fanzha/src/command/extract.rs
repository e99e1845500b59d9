//! `fanzha extract`: JSON lines of narratives in, JSON lines of mentions out (EXTRACTION.md), with `--rows` the payments too (ROWS.md).
//!
//! Promises: one line is in memory at a time and a line has a bound; a wrong line is named with its number and the
//! others are answered all the same. Blank lines are passed over. Leaves out the recognisers (see `text`).

use crate::cli::Extract;
use crate::problem::Problem;
use kernel::Instant;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::time::SystemTime;
use text::jsonl::{self, LINE_BYTES_MAX};

pub fn run(args: &Extract) -> Result<(), Problem> {
    let at = args.at.unwrap_or_else(|| Instant::from_ms(machine_ms()));
    let mut input = BufReader::with_capacity(64 * 1024, io::stdin().lock());
    let mut output = BufWriter::new(io::stdout().lock());
    let bad = answer_lines(&mut input, &mut output, at, args.rows)
        .map_err(|e| Problem::because("读写失败", "reading or writing failed", e))?;
    if bad == 0 {
        return Ok(());
    }
    Err(Problem::new(
        format!("共有 {bad} 行有误"),
        format!("{bad} lines were wrong"),
    ))
}

fn machine_ms() -> i64 {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}

/// Returns how many lines were wrong.
fn answer_lines<R: Read>(
    input: &mut BufReader<R>,
    output: &mut impl Write,
    at: Instant,
    rows: bool,
) -> io::Result<u64> {
    let (mut number, mut bad) = (0usize, 0u64);
    let mut bytes = Vec::new();
    while let Some(line) = next_line(input, &mut bytes)? {
        number += 1;
        match line.and_then(|text| answer_line(text, number, at, rows)) {
            Ok(Some(json)) => writeln!(output, "{json}")?,
            Ok(None) => {}
            Err(words) => {
                bad += 1;
                output.flush()?;
                eprintln!("{}", words.replace("{line}", &number.to_string()));
            }
        }
        // Whoever writes line by line and waits gets each answer at once; a whole file is written in large pieces.
        if input.buffer().is_empty() {
            output.flush()?;
        }
    }
    output.flush()?;
    Ok(bad)
}

fn answer_line(text: &str, number: usize, at: Instant, rows: bool) -> Result<Option<String>, String> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    jsonl::run(at, text, rows)
        .map(Some)
        .map_err(|e| e.at_line(number).to_string())
}

/// The next line without its line feed, in `bytes`; of one that is too long or not UTF-8 only the words for it.
fn next_line<'a, R: Read>(
    input: &mut BufReader<R>,
    bytes: &'a mut Vec<u8>,
) -> io::Result<Option<Result<&'a str, String>>> {
    bytes.clear();
    let read = input
        .by_ref()
        .take(LINE_BYTES_MAX as u64 + 1)
        .read_until(b'\n', bytes)?;
    if read == 0 {
        return Ok(None);
    }
    if bytes.last() == Some(&b'\n') {
        bytes.pop();
    } else if bytes.len() > LINE_BYTES_MAX {
        skip_line(input)?;
        return Ok(Some(Err(TOO_LONG.replace("{max}", &LINE_BYTES_MAX.to_string()))));
    }
    Ok(Some(std::str::from_utf8(bytes).map_err(|_| NOT_UTF8.to_owned())))
}

const TOO_LONG: &str = "第 {line} 行，字段 (line)：一行不得超过 {max} 字节 / line {line}, field (line): a line may have at most {max} bytes";
const NOT_UTF8: &str = "第 {line} 行，字段 (line)：不是 UTF-8 文本 / line {line}, field (line): not UTF-8";

fn skip_line<R: Read>(input: &mut BufReader<R>) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        if buffer.is_empty() {
            return Ok(());
        }
        let end = buffer.iter().position(|b| *b == b'\n');
        let used = end.map_or(buffer.len(), |at| at + 1);
        input.consume(used);
        if end.is_some() {
            return Ok(());
        }
    }
}
