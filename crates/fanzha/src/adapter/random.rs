//! Randomness from the operating system, through a generator that reseeds itself from there.

use app::ports::Random;
use rand::Rng;

pub struct SystemRandom;

impl Random for SystemRandom {
    fn fill(&self, bytes: &mut [u8]) {
        rand::rng().fill_bytes(bytes);
    }
}
