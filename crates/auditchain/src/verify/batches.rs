//! Cutting an input into batches of whole lines, in bounded memory. Judges nothing.

use super::LINE_BYTES_MAX;
use std::io::{BufRead, Read};

/// Large enough that starting a thread for it costs nothing, small enough for a small machine.
const BATCH_BYTES: usize = 512 * 1024;

/// Whole lines; only the last batch, or one with an over-long line, may end without a line feed.
pub(super) struct Batch {
    pub(super) bytes: Vec<u8>,
    /// The input could not be read further, and why.
    pub(super) failure: Option<String>,
}

pub(super) struct Batches<R> {
    input: R,
    carry: Vec<u8>,
    is_done: bool,
}

impl<R: BufRead> Batches<R> {
    pub(super) fn new(input: R) -> Self {
        Batches {
            input,
            carry: Vec::new(),
            is_done: false,
        }
    }

    /// The first line, with its line feed if it has one, or the reason why it cannot be read.
    pub(super) fn header_line(&mut self) -> Result<Vec<u8>, String> {
        let mut line = Vec::new();
        let mut limited = (&mut self.input).take(LINE_BYTES_MAX as u64 + 1);
        limited
            .read_until(b'\n', &mut line)
            .map_err(|error| error.to_string())?;
        Ok(line)
    }

    /// Up to `count` batches; none when the input is used up.
    pub(super) fn round(&mut self, count: usize) -> Vec<Batch> {
        std::iter::from_fn(|| self.next()).take(count).collect()
    }

    fn next(&mut self) -> Option<Batch> {
        if self.is_done {
            return None;
        }
        let mut bytes = Vec::with_capacity(BATCH_BYTES + self.carry.len());
        bytes.append(&mut self.carry);
        let mut failure = None;
        while !self.is_done {
            let from = bytes.len();
            failure = self.read_more(&mut bytes);
            // Usually found at once; a line longer than a batch is read on until it ends or is too long for any line.
            let line_feed = bytes[from..].iter().rposition(|byte| *byte == b'\n');
            if !self.is_done
                && let Some(last) = line_feed
            {
                self.carry = bytes.split_off(from + last + 1);
                break;
            }
            if bytes.len() > LINE_BYTES_MAX {
                break;
            }
        }
        let is_empty = bytes.is_empty() && failure.is_none();
        (!is_empty).then_some(Batch { bytes, failure })
    }

    /// Reads up to one batch more, and notices the end.
    fn read_more(&mut self, bytes: &mut Vec<u8>) -> Option<String> {
        let read = (&mut self.input).take(BATCH_BYTES as u64).read_to_end(bytes);
        self.is_done = !matches!(read, Ok(BATCH_BYTES));
        read.err().map(|error| error.to_string())
    }
}
