//! From accounts to the places of their states; emptied by counting up, not by wiping.

#[derive(Clone, Copy, Debug, Default)]
struct Entry {
    account: u32,
    round: u32,
    place: u32,
}

#[derive(Debug, Default)]
pub(crate) struct Table {
    entries: Vec<Entry>,
    round: u32,
    len: usize,
}

impl Table {
    pub fn clear(&mut self) {
        self.len = 0;
        self.round = self.round.wrapping_add(1);
        if self.round == 0 || self.entries.is_empty() {
            self.entries.clear();
            self.entries.resize(256, Entry::default());
            self.round = 1;
        }
    }

    /// The account's place; `fresh` when it had none.
    #[inline]
    pub fn place(&mut self, account: u32, fresh: u32) -> u32 {
        let at = self.find(account);
        if self.entries[at].round == self.round {
            return self.entries[at].place;
        }
        self.entries[at] = Entry {
            account,
            round: self.round,
            place: fresh,
        };
        self.len += 1;
        if self.len * 2 > self.entries.len() {
            self.grow();
        }
        fresh
    }

    /// Where the account is, or where it would be.
    #[inline]
    fn find(&self, account: u32) -> usize {
        let mask = self.entries.len() - 1;
        let mut at = (account.wrapping_mul(0x9E37_79B1) >> 7) as usize & mask;
        while self.entries[at].round == self.round && self.entries[at].account != account {
            at = (at + 1) & mask;
        }
        at
    }

    fn grow(&mut self) {
        let twice = vec![Entry::default(); self.entries.len() * 2];
        for entry in std::mem::replace(&mut self.entries, twice) {
            if entry.round == self.round {
                let at = self.find(entry.account);
                self.entries[at] = entry;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_stay_until_cleared() {
        let mut table = Table::default();
        for round in 0..3 {
            table.clear();
            for account in 0..5000 {
                assert_eq!(table.place(account * 7919, account + round), account + round);
            }
            for account in 0..5000 {
                assert_eq!(table.place(account * 7919, u32::MAX), account + round);
            }
        }
    }
}
