//! Whose list a slot lies in: a bit vector of list starts with running counts.

/// 32 slots: the number of lists started before them, and a bit for each slot at which one starts.
#[derive(Clone, Copy, Debug, Default)]
struct Block {
    before: u32,
    bits: u32,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Starts {
    blocks: Vec<Block>,
}

impl Starts {
    /// From the ascending starts of the lists of accounts 0, 1, … (none empty) and one past the last slot.
    pub fn new(starts: &[u32]) -> Starts {
        let slots = starts.last().copied().unwrap_or(0);
        let mut blocks = vec![Block::default(); (slots as usize).div_ceil(32)];
        for start in &starts[..starts.len().saturating_sub(1)] {
            blocks[(start / 32) as usize].bits |= 1 << (start % 32);
        }
        let mut before = 0;
        for block in &mut blocks {
            block.before = before;
            before += block.bits.count_ones();
        }
        Starts { blocks }
    }

    #[inline]
    pub fn account(&self, slot: u32) -> u32 {
        let block = self.blocks[(slot / 32) as usize];
        let upto = block.bits & (u32::MAX >> (31 - slot % 32));
        block.before + upto.count_ones() - 1
    }

    pub fn bytes(&self) -> usize {
        size_of_val(&*self.blocks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slot_knows_its_account() {
        let starts = [0, 1, 33, 34, 64, 65, 130];
        let vector = Starts::new(&starts);
        for slot in 0..130 {
            let account = starts.partition_point(|s| *s <= slot) as u32 - 1;
            assert_eq!(vector.account(slot), account, "slot {slot}");
        }
    }
}
