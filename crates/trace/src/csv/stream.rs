//! The quick way through a large table: block by block, several threads, never the whole text in memory.
//!
//! It promises the rows that [`Layout::rows`] would give, or nothing at all: the first line that is not as plain as
//! nearly all are (a quote, a sign, a blank line, a number out of range, a byte that is not UTF-8) ends it, and the
//! careful way over the whole text then finds the same rows or says what is wrong and where.

use super::layout::{Layout, Progress, Values, Wrong};
use memchr::{memchr, memchr_iter, memrchr};
use std::io;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering};

/// Bytes read at a time: they stay in the cache from the copying to the reading of their numbers.
const BLOCK: usize = 1 << 18;

/// A text that can be read at any place, by several threads at once.
pub trait Source: Sync {
    fn len(&self) -> u64;
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// Fills `into` with the bytes from `at` on; the text has as many.
    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()>;
}

impl Source for [u8] {
    fn len(&self) -> u64 {
        <[u8]>::len(self) as u64
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let from = usize::try_from(at).map_err(io::Error::other)?;
        let bytes = self.get(from..from + into.len());
        into.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }
}

/// The rows in the order of the text; `None` when a line is not plain.
pub(super) fn rows<const N: usize, R: Send>(
    source: &(impl Source + ?Sized),
    columns: &'static [super::layout::Column; N],
    threads: usize,
    progress: Progress<'_>,
    make: impl Fn(&Values<N>) -> Result<R, Wrong> + Sync,
) -> io::Result<Option<Vec<R>>> {
    let mut first = vec![0; BLOCK.min(usize::try_from(source.len()).unwrap_or(BLOCK))];
    source.read_at(0, &mut first)?;
    // A heading that is refused is refused again by the careful way, with its reasons.
    let Ok(layout) = Layout::of(&first, columns) else {
        return Ok(None);
    };
    if first.get(layout.body().wrapping_sub(1)) != Some(&b'\n') {
        return Ok(None);
    }
    let work = Work {
        source,
        layout: &layout,
        progress,
        bytes_a_line: (first.len() / memchr_iter(b'\n', &first).count().max(1)).max(1) as u64,
        given_up: AtomicBool::new(false),
    };
    let shares = work.shares(threads.max(1) as u64);
    let all = work.bytes_to_rows(source.len());
    let shares = shares.into_iter().enumerate();
    let read = crate::threads::each(shares, |(nth, share)| {
        // The others are put behind the first, which has room for them.
        let room = if nth == 0 {
            all
        } else {
            work.bytes_to_rows(share.end - share.start)
        };
        work.read(share, room, &make)
    });
    let mut rows: Vec<R> = Vec::new();
    for part in read {
        match part? {
            Some(mut part) if !rows.is_empty() => rows.append(&mut part),
            Some(part) => rows = part,
            None => return Ok(None),
        }
    }
    Ok(Some(rows))
}

struct Work<'a, S: ?Sized, const N: usize> {
    source: &'a S,
    layout: &'a Layout<N>,
    progress: Progress<'a>,
    bytes_a_line: u64,
    given_up: AtomicBool,
}

impl<S: Source + ?Sized, const N: usize> Work<'_, S, N> {
    /// Where lines begin that a thread reads.
    fn shares(&self, threads: u64) -> Vec<Range<u64>> {
        let body = self.layout.body() as u64;
        let length = self.source.len() - body;
        let begin = |nth: u64| body + length / threads * nth;
        (0..threads)
            .map(|nth| {
                let end = if nth + 1 == threads {
                    self.source.len()
                } else {
                    begin(nth + 1)
                };
                begin(nth)..end
            })
            .collect()
    }

    /// A little more than there will be, so that a list seldom grows.
    fn bytes_to_rows(&self, bytes: u64) -> usize {
        usize::try_from(bytes / self.bytes_a_line * 33 / 32 + 64).unwrap_or(64)
    }

    fn read<R>(
        &self,
        share: Range<u64>,
        room: usize,
        make: &impl Fn(&Values<N>) -> Result<R, Wrong>,
    ) -> io::Result<Option<Vec<R>>> {
        let mut rows = Vec::with_capacity(room);
        let mut block = vec![0; BLOCK];
        // Where the block begins in the text, how much of it is filled, and where the next line begins in it. A line
        // belongs to the share in which its first byte lies, so all but the first share look at the byte before.
        let first = share.start == self.layout.body() as u64;
        let (mut base, mut filled) = (if first { share.start } else { share.start - 1 }, 0);
        let mut skipping = !first;
        while base < share.end && !self.given_up.load(Ordering::Relaxed) {
            let left = self.source.len() - base - filled as u64;
            let more = left.min((BLOCK - filled) as u64) as usize;
            self.source
                .read_at(base + filled as u64, &mut block[filled..filled + more])?;
            filled += more;
            let at_end = base + filled as u64 == self.source.len();
            let whole = match memrchr(b'\n', &block[..filled]) {
                _ if at_end => filled,
                Some(feed) => feed + 1,
                None => return Ok(self.give_up()),
            };
            let text = &block[..whole];
            // The share may begin within a line, and that within a letter.
            let mut at = 0;
            if std::mem::take(&mut skipping) {
                at = memchr(b'\n', text).map_or(whole, |feed| feed + 1);
            }
            let begin = at;
            let end = usize::try_from(share.end - base).unwrap_or(usize::MAX);
            if std::str::from_utf8(&text[at..]).is_err() || !self.lines(text, &mut at, end, &mut rows, make) {
                return Ok(self.give_up());
            }
            (self.progress)((at - begin) as u64);
            if at < whole || at_end {
                break;
            }
            block.copy_within(whole..filled, 0);
            filled -= whole;
            base += whole as u64;
        }
        Ok(Some(rows))
    }

    /// The lines that begin before `end`; false at one that is not plain.
    fn lines<R>(
        &self,
        text: &[u8],
        at: &mut usize,
        end: usize,
        rows: &mut Vec<R>,
        make: &impl Fn(&Values<N>) -> Result<R, Wrong>,
    ) -> bool {
        while *at < text.len().min(end) {
            let Some((values, next)) = self.layout.plain(text, *at) else {
                return false;
            };
            let Ok(row) = make(&values) else { return false };
            rows.push(row);
            *at = next;
        }
        true
    }

    fn give_up<R>(&self) -> Option<R> {
        self.given_up.store(true, Ordering::Relaxed);
        None
    }
}
