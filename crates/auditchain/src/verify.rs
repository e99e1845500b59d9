//! Proving an export whole, or naming the first thing that is wrong with it.
//!
//! Three parts in a line: [`batches`] cuts the input into pieces of whole lines, [`examine`] judges each line by
//! itself (form, digest, signature) on several threads, and the [`Walk`] below follows the lines in order and
//! judges what lies between them (sequence, links, heads, the second place). Only the walk is sequential, and it
//! compares two numbers and two digests per line.
//!
//! Memory is bounded by threads × a few batches, whatever the length of the export. The verdict depends on the
//! bytes alone, not on the number of threads. Leaves out opening files and choosing the key to trust.

mod batches;
mod examine;
mod second_place;
#[cfg(test)]
mod tests;

use crate::digest::Digest;
use crate::export::Header;
use crate::head::{Head, PublicKey};
use crate::verdict::{File, FirstBad, Reason, Report};
use batches::{Batch, Batches};
use examine::Line;
use second_place::SecondPlace;
use std::io::BufRead;
use std::num::NonZeroUsize;

/// A longer line is refused unread. Twice what the longest entry can need.
pub const LINE_BYTES_MAX: usize = 1024 * 1024;

/// What the verifier knows besides the export. `Default` knows nothing: the export then vouches for itself only.
#[derive(Default)]
pub struct Options<'a> {
    /// The key that the centre has published. Pin it whenever it is known.
    pub expected_public_key: Option<PublicKey>,
    /// The second place: head lines, appended in time. Copy it *before* the export is made, because a head that is
    /// later than the export is read as proof that entries were cut off.
    pub heads_file: Option<&'a mut dyn BufRead>,
    /// `None` takes what the machine offers.
    pub threads: Option<NonZeroUsize>,
}

/// Reads `input` once. The first bad line ends the reading.
pub fn verify<R: BufRead>(input: R, options: Options<'_>) -> Result<Report, FirstBad> {
    let threads = options
        .threads
        .or_else(|| std::thread::available_parallelism().ok())
        .map_or(1, NonZeroUsize::get);
    let mut batches = Batches::new(input);
    let header = examine::header(batches.header_line()).map_err(at_header)?;
    let key_was_pinned = options.expected_public_key.is_some();
    if let Some(expected) = options
        .expected_public_key
        .filter(|key| *key != header.public_key)
    {
        let reason = Reason::UnexpectedPublicKey {
            expected: expected.id(),
            found: header.public_key.id(),
        };
        return Err(at_header(reason));
    }
    let second_place = options
        .heads_file
        .map(|file| SecondPlace::new(file, &header, threads));
    let mut walk = Walk::new(&header, second_place, key_was_pinned);
    walk.match_second_place(1)?;
    run(&mut batches, &header, &mut walk, threads)?;
    walk.finish()
}

fn at_header(reason: Reason) -> FirstBad {
    FirstBad {
        file: File::Export,
        line: 1,
        seq: None,
        reason,
    }
}

/// While the threads examine one round of batches, this one reads the next.
fn run<R: BufRead>(
    batches: &mut Batches<R>,
    header: &Header,
    walk: &mut Walk<'_>,
    threads: usize,
) -> Result<(), FirstBad> {
    let mut round = batches.round(threads);
    while !round.is_empty() {
        let (examined, next) = std::thread::scope(|scope| {
            let workers: Vec<_> = round
                .iter()
                .map(|batch| scope.spawn(|| examine::batch(batch, header)))
                .collect();
            let next = batches.round(threads);
            let examined: Vec<_> = workers
                .into_iter()
                .map(|worker| worker.join().expect("examining does not panic"))
                .collect();
            (examined, next)
        });
        for lines in &examined {
            walk.follow(lines)?;
        }
        round = next;
    }
    Ok(())
}

/// Follows the lines in their order. `seq` 0 with the genesis digest stands for "before the first entry".
struct Walk<'a> {
    header: &'a Header,
    key_was_pinned: bool,
    second_place: Option<SecondPlace<'a>>,
    line: u64,
    seq: u64,
    digest: Digest,
    entry_line: u64,
    heads: u64,
    last_head: Option<(u64, i64)>,
    /// The last entry that a signed head agrees with.
    good_until: u64,
    has_ended: bool,
    first_at_ms: Option<i64>,
    last_at_ms: Option<i64>,
    clock_steps_back: u64,
}

impl<'a> Walk<'a> {
    fn new(header: &'a Header, second_place: Option<SecondPlace<'a>>, key_was_pinned: bool) -> Self {
        Walk {
            header,
            key_was_pinned,
            second_place,
            line: 1,
            seq: 0,
            digest: Digest::GENESIS,
            entry_line: 1,
            heads: 0,
            last_head: None,
            good_until: 0,
            has_ended: false,
            first_at_ms: None,
            last_at_ms: None,
            clock_steps_back: 0,
        }
    }

    fn follow(&mut self, lines: &[Line]) -> Result<(), FirstBad> {
        for (nth, line) in lines.iter().enumerate() {
            self.line += 1;
            self.step(line, &lines[nth + 1..])
                .map_err(|bad| self.earliest(bad))?;
        }
        Ok(())
    }

    fn step(&mut self, line: &Line, rest: &[Line]) -> Result<(), FirstBad> {
        let is_unreadable = matches!(
            line,
            Line::Bad {
                reason: Reason::Unreadable { .. },
                ..
            }
        );
        if self.has_ended && !is_unreadable {
            return Err(self.bad(None, Reason::AfterEnd));
        }
        match line {
            Line::Entry {
                seq,
                at_ms,
                prev,
                digest,
                digest_holds,
            } => {
                if !digest_holds {
                    return Err(self.bad(Some(self.seq + 1), Reason::AlteredEntry));
                }
                self.check_place(*seq, rest)?;
                self.check_link(*prev)?;
                self.advance(*seq, *at_ms, *digest)
            }
            Line::Head(head) => self.head(head),
            Line::End { entries, heads } => self.end(*entries, *heads),
            Line::Bad { head_seq, reason } => {
                Err(self.bad(Some(head_seq.unwrap_or(self.seq + 1)), reason.clone()))
            }
        }
    }

    fn check_place(&self, found: u64, rest: &[Line]) -> Result<(), FirstBad> {
        let expected = self.seq + 1;
        if found == expected {
            return Ok(());
        }
        if found < expected {
            return Err(self.bad(Some(found), Reason::DuplicateSeq));
        }
        let stands_later = rest
            .iter()
            .any(|line| matches!(line, Line::Entry { seq, .. } if *seq == expected));
        let reason = if stands_later {
            Reason::Reordered { found }
        } else {
            Reason::MissingSeq { found }
        };
        Err(self.bad(Some(expected), reason))
    }

    /// This entry fits its own digest, so what it was sealed over is what stood before it. When that differs, the
    /// entry before was replaced; unless a signature vouches for that one, and then it is this one.
    fn check_link(&self, prev: Digest) -> Result<(), FirstBad> {
        if prev == self.digest {
            return Ok(());
        }
        let reason = Reason::BrokenLink { next_line: self.line };
        let vouched = self.seq == 0 || self.good_until == self.seq;
        Err(if vouched {
            self.bad(Some(self.seq + 1), reason)
        } else {
            FirstBad {
                file: File::Export,
                line: self.entry_line,
                seq: Some(self.seq),
                reason,
            }
        })
    }

    fn advance(&mut self, seq: u64, at_ms: i64, digest: Digest) -> Result<(), FirstBad> {
        self.clock_steps_back += u64::from(self.last_at_ms.is_some_and(|before| at_ms < before));
        self.first_at_ms = self.first_at_ms.or(Some(at_ms));
        self.last_at_ms = Some(at_ms);
        (self.seq, self.digest, self.entry_line) = (seq, digest, self.line);
        self.match_second_place(self.line)
    }

    /// Compares what the second place says about the entry just reached.
    fn match_second_place(&mut self, line: u64) -> Result<(), FirstBad> {
        let Some(second_place) = &mut self.second_place else {
            return Ok(());
        };
        while let Some(found) = second_place.take_up_to(self.seq)? {
            if found.head.seq == self.seq && found.head.digest == self.digest {
                self.good_until = self.seq;
                second_place.check_later(found)?;
                continue;
            }
            let (heads_line, good_until) = (found.line, self.good_until);
            second_place.check_now(found)?;
            let reason = Reason::HeadsFileDiffers {
                heads_line,
                good_until,
            };
            return Err(FirstBad {
                file: File::Export,
                line,
                seq: Some(self.seq),
                reason,
            });
        }
        Ok(())
    }

    fn head(&mut self, head: &Head) -> Result<(), FirstBad> {
        if head.seq != self.seq {
            return Err(self.bad(Some(head.seq), Reason::HeadWithoutEntry { head_seq: head.seq }));
        }
        if head.digest != self.digest {
            return Err(self.bad(
                Some(head.seq),
                Reason::HeadDiffers {
                    good_until: self.good_until,
                },
            ));
        }
        self.heads += 1;
        self.last_head = Some((head.seq, head.at_ms));
        self.good_until = head.seq;
        Ok(())
    }

    fn end(&mut self, entries: u64, heads: u64) -> Result<(), FirstBad> {
        if (entries, heads) != (self.seq, self.heads) {
            return Err(self.bad(None, Reason::CountsDiffer));
        }
        let signed_until = self.last_head.map(|(seq, _)| seq);
        if signed_until != Some(self.seq) {
            let signed_until = signed_until.unwrap_or(0);
            return Err(self.bad(Some(signed_until + 1), Reason::UnsignedTail { signed_until }));
        }
        self.has_ended = true;
        Ok(())
    }

    /// Called when the input is used up.
    fn finish(mut self) -> Result<Report, FirstBad> {
        if !self.has_ended {
            self.line += 1;
            let cut = self.bad(Some(self.seq + 1), Reason::Truncated);
            return Err(self.earliest(cut));
        }
        let (_, last_head_at_ms) = self.last_head.expect("an export that has ended has a head");
        let heads_file = self
            .second_place
            .map(|second_place| second_place.finish(self.seq))
            .transpose()?;
        Ok(Report {
            centre: self.header.centre.clone(),
            entries: self.seq,
            heads: self.heads,
            last_digest: self.digest,
            first_at_ms: self.first_at_ms,
            last_at_ms: self.last_at_ms,
            last_head_at_ms,
            clock_steps_back: self.clock_steps_back,
            public_key: self.header.public_key.clone(),
            key_was_pinned: self.key_was_pinned,
            heads_file,
        })
    }

    /// Heads of the second place are checked in groups: one that waits and is bad comes before `bad`.
    fn earliest(&mut self, bad: FirstBad) -> FirstBad {
        match self.second_place.as_mut().map(SecondPlace::check_waiting) {
            Some(Err(waiting)) => waiting,
            _ => bad,
        }
    }

    fn bad(&self, seq: Option<u64>, reason: Reason) -> FirstBad {
        FirstBad {
            file: File::Export,
            line: self.line,
            seq,
            reason,
        }
    }
}
