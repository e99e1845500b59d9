//! The second place: an append-only file of signed heads, read beside the export. Reads forward, in bounded memory;
//! signatures are checked in groups on all threads, because one costs as much as a hundred entries. Leaves out the
//! comparison with the entries, which is the walk's.

use super::examine::check_head;
use crate::export::Header;
use crate::head::{HEAD_LINE_BYTES_MAX, Head};
use crate::verdict::{File, FirstBad, HeadsFileReport, Reason};
use std::io::{BufRead, Read};

/// How many heads wait for a common check of their signatures.
const GROUP: usize = 256;

pub(super) struct SecondPlace<'a> {
    file: &'a mut dyn BufRead,
    header: &'a Header,
    threads: usize,
    line: u64,
    next: Option<Found>,
    waiting: Vec<Found>,
    report: HeadsFileReport,
}

pub(super) struct Found {
    pub(super) line: u64,
    pub(super) head: Head,
}

impl<'a> SecondPlace<'a> {
    pub(super) fn new(file: &'a mut dyn BufRead, header: &'a Header, threads: usize) -> Self {
        let report = HeadsFileReport {
            heads: 0,
            last_seq: 0,
            has_torn_tail: false,
        };
        SecondPlace {
            file,
            header,
            threads,
            line: 0,
            next: None,
            waiting: Vec::new(),
            report,
        }
    }

    /// The next head that signs `seq` or an earlier entry, if there is one.
    pub(super) fn take_up_to(&mut self, seq: u64) -> Result<Option<Found>, FirstBad> {
        if self.next.is_none() && !self.report.has_torn_tail {
            self.next = self.read()?;
        }
        Ok(self.next.take_if(|found| found.head.seq <= seq))
    }

    /// Checks the head's signature together with others; [`SecondPlace::check_waiting`] settles the rest.
    pub(super) fn check_later(&mut self, found: Found) -> Result<(), FirstBad> {
        self.waiting.push(found);
        if self.waiting.len() < GROUP {
            Ok(())
        } else {
            self.check_waiting()
        }
    }

    pub(super) fn check_now(&mut self, found: Found) -> Result<(), FirstBad> {
        self.waiting.push(found);
        self.check_waiting()
    }

    pub(super) fn check_waiting(&mut self) -> Result<(), FirstBad> {
        let waiting = std::mem::take(&mut self.waiting);
        let share = waiting.len().div_ceil(self.threads).max(1);
        let header = self.header;
        let first_bad = std::thread::scope(|scope| {
            let workers: Vec<_> = waiting
                .chunks(share)
                .map(|chunk| scope.spawn(move || chunk.iter().find_map(|found| judge(found, header))))
                .collect();
            let verdicts = workers
                .into_iter()
                .map(|worker| worker.join().expect("checking does not panic"));
            verdicts.flatten().next()
        });
        first_bad.map_or(Ok(()), Err)
    }

    /// After the last entry: a good head of a later one proves that entries were cut off.
    pub(super) fn finish(mut self, last_seq: u64) -> Result<HeadsFileReport, FirstBad> {
        self.check_waiting()?;
        let Some(beyond) = self.next.take() else {
            return Ok(self.report);
        };
        let (line, head_seq) = (beyond.line, beyond.head.seq);
        self.check_now(beyond)?;
        let reason = Reason::ShorterThanHeads { head_seq };
        Err(FirstBad {
            file: File::Heads,
            line,
            seq: Some(last_seq + 1),
            reason,
        })
    }

    fn read(&mut self) -> Result<Option<Found>, FirstBad> {
        let mut bytes = Vec::new();
        self.line += 1;
        let mut limited = (&mut self.file).take(HEAD_LINE_BYTES_MAX as u64 + 1);
        let read = limited.read_until(b'\n', &mut bytes);
        read.map_err(|error| {
            self.bad(Reason::Unreadable {
                cause: error.to_string(),
            })
        })?;
        let Some(text) = bytes.strip_suffix(b"\n") else {
            return self.without_line_feed(&bytes);
        };
        let text = std::str::from_utf8(text).map_err(|_| self.bad(Reason::NotUtf8))?;
        let head = Head::parse_line(text).ok_or_else(|| self.bad(Reason::NotCanonical))?;
        if head.seq < self.report.last_seq {
            return Err(self.bad(Reason::HeadsOutOfOrder));
        }
        self.report.heads += 1;
        self.report.last_seq = head.seq;
        Ok(Some(Found {
            line: self.line,
            head,
        }))
    }

    fn without_line_feed(&mut self, bytes: &[u8]) -> Result<Option<Found>, FirstBad> {
        if bytes.len() > HEAD_LINE_BYTES_MAX {
            return Err(self.bad(Reason::LineTooLong));
        }
        self.report.has_torn_tail = !bytes.is_empty();
        Ok(None)
    }

    fn bad(&self, reason: Reason) -> FirstBad {
        FirstBad {
            file: File::Heads,
            line: self.line,
            seq: None,
            reason,
        }
    }
}

fn judge(found: &Found, header: &Header) -> Option<FirstBad> {
    let reason = check_head(&found.head, header).err()?;
    Some(FirstBad {
        file: File::Heads,
        line: found.line,
        seq: Some(found.head.seq),
        reason,
    })
}
