//! SM3 over many short messages at once: four messages side by side in the four lanes of a vector.
//!
//! Verification recomputes a digest per entry and the chain gives every `prev` in the file, so entries do not wait
//! for each other. One SM3 is a long chain of dependent steps; four interleaved ones keep a core busy. The plain
//! crate stays the reference: the tests compare the two, and the verifier asks the crate again before it calls an
//! entry altered. Leaves out padding policy for streams: a message is whole and its blocks are ready.

use wide::u32x4;

const LANES: usize = 4;
const BLOCK: usize = 64;

/// The chaining value of SM3.
pub(crate) type State = [u32; 8];

/// GB/T 32905-2016, 4.1.
const INITIAL: State = [
    0x7380_166f,
    0x4914_b2b9,
    0x1724_42d7,
    0xda8a_0600,
    0xa96f_30bc,
    0x1631_38aa,
    0xe38d_ee4d,
    0xb0fb_0e4e,
];

/// The constant of each round, already rotated (GB/T 32905-2016, 4.2 and 5.3.3).
static ROUND: [u32x4; 64] = {
    let mut table = [u32x4::new([0; LANES]); 64];
    let mut at = 0;
    while at < 64 {
        let base: u32 = if at < 16 { 0x79cc_4519 } else { 0x7a87_9d8a };
        table[at] = u32x4::new([base.rotate_left((at % 32) as u32); LANES]);
        at += 1;
    }
    table
};

/// Messages laid out one after the other, padded, ready to be hashed together.
#[derive(Default)]
pub(crate) struct Messages {
    bytes: Vec<u8>,
    spans: Vec<Span>,
}

#[derive(Clone, Copy)]
struct Span {
    start: usize,
    blocks: usize,
}

impl Messages {
    /// Adds `first ‖ rest`, which stands behind one block that every message shares (see [`after_block`]).
    pub(crate) fn push(&mut self, first: &[u8], rest: &[u8]) {
        let start = self.bytes.len();
        self.bytes.extend_from_slice(first);
        self.bytes.extend_from_slice(rest);
        let bits = ((BLOCK + first.len() + rest.len()) as u64) * 8;
        self.bytes.push(0x80);
        let length = (self.bytes.len() - start + 8).next_multiple_of(BLOCK);
        self.bytes.resize(start + length - 8, 0);
        self.bytes.extend_from_slice(&bits.to_be_bytes());
        self.spans.push(Span {
            start,
            blocks: length / BLOCK,
        });
    }

    /// The digest of each message, in the order they were added. `shared` is the state after the shared block.
    pub(crate) fn digests(&self, shared: State) -> Vec<[u8; 32]> {
        let mut digests = vec![[0; 32]; self.spans.len()];
        let mut waiting = self.spans.iter().copied().enumerate();
        let mut lanes: [Option<Lane>; LANES] = std::array::from_fn(|_| None);
        let mut state = shared.map(u32x4::splat);
        loop {
            for (nth, lane) in lanes.iter_mut().enumerate().filter(|(_, lane)| lane.is_none()) {
                *lane = waiting.next().map(|(message, span)| Lane { message, span });
                set_lane(&mut state, nth, shared);
            }
            if lanes.iter().all(Option::is_none) {
                return digests;
            }
            compress(
                &mut state,
                std::array::from_fn(|nth| self.next_block(&mut lanes[nth])),
            );
            for (nth, lane) in lanes.iter_mut().enumerate() {
                if let Some(done) = lane.take_if(|lane| lane.span.blocks == 0) {
                    digests[done.message] = lane_digest(&state, nth);
                }
            }
        }
    }

    fn next_block(&self, lane: &mut Option<Lane>) -> &[u8; BLOCK] {
        const IDLE: &[u8; BLOCK] = &[0; BLOCK];
        let Some(lane) = lane else { return IDLE };
        let at = lane.span.start;
        lane.span.start += BLOCK;
        lane.span.blocks -= 1;
        self.bytes[at..at + BLOCK]
            .try_into()
            .expect("the slice has one block")
    }
}

/// A lane at work: which message, and the blocks still to come.
struct Lane {
    message: usize,
    span: Span,
}

/// The state after hashing one block from the start.
pub(crate) fn after_block(block: &[u8; BLOCK]) -> State {
    let mut state = INITIAL.map(u32x4::splat);
    compress(&mut state, [block; LANES]);
    state.map(|word| word.to_array()[0])
}

fn set_lane(state: &mut [u32x4; 8], lane: usize, from: State) {
    for (word, value) in state.iter_mut().zip(from) {
        let mut lanes = word.to_array();
        lanes[lane] = value;
        *word = u32x4::new(lanes);
    }
}

fn lane_digest(state: &[u32x4; 8], lane: usize) -> [u8; 32] {
    let mut bytes = [0; 32];
    for (four, word) in bytes.chunks_exact_mut(4).zip(state) {
        four.copy_from_slice(&word.to_array()[lane].to_be_bytes());
    }
    bytes
}

/// The compression function of GB/T 32905-2016, 5.3, on four blocks. The letters are the standard's own.
fn compress(state: &mut [u32x4; 8], blocks: [&[u8; BLOCK]; LANES]) {
    let w = expand(blocks);
    let mut v = *state;
    // Four rounds at a time: after four, the words stand in their registers again without a move.
    for four in 0..4 {
        for j in 4 * four..4 * four + 4 {
            round(&mut v, j, &w, |x, y, z| x ^ y ^ z, |x, y, z| x ^ y ^ z);
        }
    }
    for four in 4..16 {
        for j in 4 * four..4 * four + 4 {
            round(
                &mut v,
                j,
                &w,
                |x, y, z| (x & y) | ((x | y) & z),
                |x, y, z| ((y ^ z) & x) ^ z,
            );
        }
    }
    for (word, mixed) in state.iter_mut().zip(v) {
        *word ^= mixed;
    }
}

/// One round; `ff` and `gg` are the boolean functions of 4.3.
#[inline(always)]
fn round(
    v: &mut [u32x4; 8],
    j: usize,
    w: &[u32x4; 68],
    ff: impl Fn(u32x4, u32x4, u32x4) -> u32x4,
    gg: impl Fn(u32x4, u32x4, u32x4) -> u32x4,
) {
    let [a, b, c, d, e, f, g, h] = *v;
    let a12 = rotate::<12>(a);
    let ss1 = rotate::<7>(a12 + e + ROUND[j]);
    let ss2 = ss1 ^ a12;
    let tt1 = ff(a, b, c) + d + ss2 + (w[j] ^ w[j + 4]);
    let tt2 = gg(e, f, g) + h + ss1 + w[j];
    let p0 = tt2 ^ rotate::<9>(tt2) ^ rotate::<17>(tt2);
    *v = [tt1, a, rotate::<9>(b), c, p0, e, rotate::<19>(f), g];
}

/// The message expansion of GB/T 32905-2016, 5.3.2.
#[inline(always)]
fn expand(blocks: [&[u8; BLOCK]; LANES]) -> [u32x4; 68] {
    let mut w = [u32x4::splat(0); 68];
    for (j, word) in w[..16].iter_mut().enumerate() {
        *word = u32x4::new(blocks.map(|block| {
            u32::from_be_bytes([block[4 * j], block[4 * j + 1], block[4 * j + 2], block[4 * j + 3]])
        }));
    }
    for j in 16..68 {
        let x = w[j - 16] ^ w[j - 9] ^ rotate::<15>(w[j - 3]);
        let p1 = x ^ rotate::<15>(x) ^ rotate::<23>(x);
        w[j] = p1 ^ rotate::<7>(w[j - 13]) ^ w[j - 6];
    }
    w
}

#[inline(always)]
fn rotate<const BY: i32>(word: u32x4) -> u32x4 {
    (word << BY) | (word >> (32 - BY))
}

#[cfg(test)]
mod tests {
    use super::*;
    use sm3::{Digest as _, Sm3};

    /// Every length around the block borders, in one batch, against the crate.
    #[test]
    fn four_lanes_agree_with_one() {
        let block: [u8; BLOCK] = std::array::from_fn(|at| at as u8);
        let bodies: Vec<Vec<u8>> = (0..=300)
            .map(|length| (0..length).map(|at| (at * 7 + length) as u8).collect())
            .collect();
        for count in [0, 1, 2, 3, 4, 5, 301] {
            let mut messages = Messages::default();
            for body in &bodies[..count] {
                messages.push(&body[..body.len() / 2], &body[body.len() / 2..]);
            }
            let expected: Vec<[u8; 32]> = bodies[..count]
                .iter()
                .map(|body| Sm3::new_with_prefix(block).chain_update(body).finalize().into())
                .collect();
            assert_eq!(messages.digests(after_block(&block)), expected);
        }
    }
}
