//! Seeded chance. Every thing that needs luck gets a stream of its own, named after it, so that one more message to
//! one bank does not change what another bank does.
//!
//! Promises: the same seed and name give the same draws on every machine and for ever.
//! Leaves out: entropy from outside.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sm3::{Digest, Sm3};

pub struct Dice(ChaCha8Rng);

impl Dice {
    /// The stream called `name` of the city with this seed.
    pub fn named(seed: u64, name: &str) -> Dice {
        let mut digest = Sm3::new();
        digest.update(seed.to_be_bytes());
        digest.update(name.as_bytes());
        let mut key = [0u8; 32];
        key.copy_from_slice(&digest.finalize());
        Dice(ChaCha8Rng::from_seed(key))
    }

    /// A whole number from 0 to `n − 1`; 0 when `n` is 0. The bias of the remainder is far below what a city shows.
    pub fn below(&mut self, n: u64) -> u64 {
        if n == 0 { 0 } else { self.0.next_u64() % n }
    }

    /// A whole number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = high.saturating_sub(low).max(0).unsigned_abs() + 1;
        low + i64::try_from(self.below(width)).unwrap_or(0)
    }

    pub fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }

    /// One of a list that is never empty.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        let at = usize::try_from(self.below(list.len() as u64)).unwrap_or(0);
        &list[at]
    }

    /// `n` decimal digits.
    pub fn digits(&mut self, n: usize) -> String {
        (0..n)
            .map(|_| char::from(b'0' + u8::try_from(self.below(10)).unwrap_or(0)))
            .collect()
    }

    /// 32 lower-case hexadecimal digits, as the platform's file names end with.
    pub fn hex32(&mut self) -> String {
        format!("{:016x}{:016x}", self.0.next_u64(), self.0.next_u64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn streams_are_separate_and_stable() {
        let draw = |seed, name| Dice::named(seed, name).digits(12);
        assert_eq!(draw(1, "a"), draw(1, "a"));
        assert_ne!(draw(1, "a"), draw(1, "b"));
        assert_ne!(draw(1, "a"), draw(2, "a"));
        let mut dice = Dice::named(7, "range");
        for _ in 0..1000 {
            assert!((3..=5).contains(&dice.between(3, 5)));
        }
    }
}
