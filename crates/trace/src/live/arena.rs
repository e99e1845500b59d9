//! Lists of accounts that change, side by side in one numbered space. Every list lies between two end entries.

use std::ops::Range;

/// Where a list lies: its entries are `start..start + len`, then comes an end entry.
#[derive(Clone, Copy, Debug)]
pub(super) struct Block {
    start: u32,
    len: u32,
    room: u32,
}

impl Block {
    pub fn range(self) -> Range<u32> {
        self.start..self.start + self.len
    }
}

#[derive(Clone, Debug)]
pub(super) struct Arena<T> {
    entries: Vec<T>,
    end: T,
    used: usize,
}

impl<T: Copy> Arena<T> {
    pub fn new(end: T) -> Arena<T> {
        Arena {
            entries: vec![end],
            end,
            used: 0,
        }
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    #[inline]
    pub fn get(&self, at: u32) -> &T {
        &self.entries[at as usize]
    }

    pub fn list(&self, block: Block) -> &[T] {
        &self.entries[block.start as usize..(block.start + block.len) as usize]
    }

    /// Puts the list where `block` was when it fits there.
    pub fn put(&mut self, block: Option<Block>, list: &[T]) -> Block {
        let len = list.len() as u32;
        self.used = self.used + list.len() - block.map_or(0, |b| b.len as usize);
        let block = match block.filter(|b| len <= b.room) {
            Some(block) => Block { len, ..block },
            None => self.allot(len),
        };
        let start = block.start as usize;
        self.entries[start..start + list.len()].copy_from_slice(list);
        self.entries[start + list.len()] = self.end;
        block
    }

    fn allot(&mut self, len: u32) -> Block {
        let room = len + len / 2 + 2;
        let start = self.entries.len() as u32;
        self.entries
            .resize(self.entries.len() + room as usize + 1, self.end);
        Block { start, len, room }
    }

    /// Whether most of the memory is no list's any more.
    pub fn is_sparse(&self) -> bool {
        self.entries.len() > 4 * self.used + 4096
    }
}
