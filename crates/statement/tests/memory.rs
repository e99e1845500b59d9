//! Memory stays where it is however long a text file is: the process's own peak is read while a file is read that was
//! never in memory. A test of its own process, because the peak is the process's.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use statement::{Bounds, Met, Rules, open, read, recognise};
use std::io::{Read, Seek, SeekFrom};
use std::ops::ControlFlow;

const HEADER: &str = "卡号,交易时间,借贷标志,交易金额,余额,对方账号,对方户名,摘要,流水号\n";
const LINE: &str =
    "6222020200112233445,2026-04-03 21:04:55,借,1.00,100.00,6217001234567890123,李四,转账,000000000001\n";
const LINES: u64 = 250_000;

/// A file that is made while it is read.
struct Endless {
    at: u64,
}

impl Endless {
    fn size() -> u64 {
        HEADER.len() as u64 + LINE.len() as u64 * LINES
    }

    fn byte(at: u64) -> u8 {
        match HEADER.as_bytes().get(at as usize) {
            Some(byte) => *byte,
            None => LINE.as_bytes()[((at - HEADER.len() as u64) % LINE.len() as u64) as usize],
        }
    }
}

impl Read for Endless {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let left = (Endless::size() - self.at).min(into.len() as u64);
        for (i, slot) in into.iter_mut().take(left as usize).enumerate() {
            *slot = Endless::byte(self.at + i as u64);
        }
        self.at += left;
        Ok(left as usize)
    }
}

impl Seek for Endless {
    fn seek(&mut self, to: SeekFrom) -> std::io::Result<u64> {
        self.at = match to {
            SeekFrom::Start(n) => n,
            SeekFrom::End(n) => Endless::size().saturating_add_signed(n),
            SeekFrom::Current(n) => self.at.saturating_add_signed(n),
        };
        Ok(self.at)
    }
}

fn peak_kb() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|l| l.starts_with("VmHWM")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

#[test]
fn a_long_file_takes_no_more_memory_than_a_short_one() {
    let rules = Rules {
        latest: kernel::Instant::parse_iso("2026-04-04T00:00:00").unwrap(),
    };
    let mut source = open(Endless { at: 0 }, &Bounds::default()).unwrap();
    let found = recognise(&mut source, &[], &rules).unwrap();
    let before = peak_kb();
    let mut rows = 0u64;
    let tally = read(&mut source, &found.mapping, &rules, &mut |met| {
        rows += u64::from(matches!(met, Met::Row(_)));
        ControlFlow::Continue(())
    })
    .unwrap();
    let grown = peak_kb() - before;
    assert_eq!((rows, tally.rows), (LINES, LINES));
    // The file has 26 megabytes.
    assert!(grown < 8 << 10, "{grown} kB more");
}
