//! Money in few bytes: four for an amount, five for a balance, and side tables for what does not fit.

use crate::Exit;
use crate::ledger::steps::Money;

/// An amount that is in the side table.
const BIG_AMOUNT: u32 = u32::MAX;
/// A balance that is in the side table.
const BIG: u64 = (1 << 40) - 1;
/// An opening balance that nobody told.
const UNTOLD: u64 = BIG - 1;

/// Values that do not fit, by position, ascending.
#[derive(Clone, Debug, Default)]
pub(super) struct Big(Vec<(u32, i64)>);

impl Big {
    #[cold]
    fn get(&self, at: usize) -> i64 {
        let found = self.0.binary_search_by_key(&at, |(at, _)| *at as usize);
        found.map_or(0, |i| self.0[i].1)
    }

    /// Entries of positions after all that are here.
    pub fn append(&mut self, mut more: Vec<(u32, i64)>) {
        more.sort_unstable();
        self.0.append(&mut more);
    }

    pub fn shrink(&mut self) {
        self.0.shrink_to_fit();
    }

    fn bytes(&self) -> usize {
        size_of_val(&*self.0)
    }
}

#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    pub amounts: Vec<u32>,
    /// Balance of the payer, then of the receiver, five bytes each, little end first.
    pub before: Vec<[u8; 10]>,
    pub big_amounts: Big,
    pub big_payer: Big,
    pub big_receiver: Big,
}

/// The part of the columns that one thread fills.
pub(super) struct Share<'a> {
    /// The position of the first entry.
    pub first: usize,
    pub amounts: &'a mut [u32],
    pub before: &'a mut [[u8; 10]],
    pub big_amounts: Vec<(u32, i64)>,
    pub big_payer: Vec<(u32, i64)>,
    pub big_receiver: Vec<(u32, i64)>,
}

impl Share<'_> {
    #[inline]
    pub fn put(&mut self, at: usize, money: Money) {
        let i = at - self.first;
        self.amounts[i] = match u32::try_from(money.amount) {
            Ok(amount) if amount != BIG_AMOUNT => amount,
            _ => {
                self.big_amounts.push((at as u32, money.amount));
                BIG_AMOUNT
            }
        };
        let payer = short(money.payer_before, at, &mut self.big_payer);
        let receiver = short(money.receiver_before, at, &mut self.big_receiver);
        let both = u128::from(payer) | (u128::from(receiver) << 40);
        let bytes = both.to_le_bytes();
        self.before[i].copy_from_slice(&bytes[..10]);
    }
}

#[inline]
fn short(balance: i64, at: usize, big: &mut Vec<(u32, i64)>) -> u64 {
    match u64::try_from(balance) {
        Ok(fits) if fits < BIG => fits,
        _ => {
            big.push((at as u32, balance));
            BIG
        }
    }
}

impl Columns {
    pub fn with_len(len: usize) -> Columns {
        Columns {
            amounts: vec![0; len],
            before: vec![[0; 10]; len],
            ..Columns::default()
        }
    }

    #[inline]
    pub fn amount(&self, at: usize) -> i64 {
        match self.amounts[at] {
            BIG_AMOUNT => self.big_amounts.get(at),
            amount => i64::from(amount),
        }
    }

    /// Zero past the end.
    #[inline]
    pub fn money(&self, at: usize) -> Money {
        let Some(before) = self.before.get(at) else {
            return Money::default();
        };
        let mut low = [0; 8];
        let mut high = [0; 8];
        low.copy_from_slice(&before[..8]);
        high.copy_from_slice(&before[2..]);
        let payer = u64::from_le_bytes(low) & BIG;
        let receiver = u64::from_le_bytes(high) >> 24;
        Money {
            amount: self.amount(at),
            payer_before: long(payer, at, &self.big_payer),
            receiver_before: long(receiver, at, &self.big_receiver),
        }
    }

    /// How many amounts from `from` on, before `end`, fit into `room` together, and their sum.
    #[inline]
    pub fn skip(&self, from: usize, end: usize, room: i64) -> (u32, i64) {
        let (mut passed, mut sum) = (0, 0);
        for (i, amount) in self.amounts[from..end].iter().enumerate() {
            let amount = match *amount {
                BIG_AMOUNT => self.big_amounts.get(from + i),
                amount => i64::from(amount),
            };
            if amount > room - sum {
                break;
            }
            sum += amount;
            passed += 1;
        }
        (passed, sum)
    }

    pub fn bytes(&self) -> usize {
        size_of_val(&*self.amounts)
            + size_of_val(&*self.before)
            + self.big_amounts.bytes()
            + self.big_payer.bytes()
            + self.big_receiver.bytes()
    }
}

#[inline]
fn long(short: u64, at: usize, big: &Big) -> i64 {
    if short == BIG { big.get(at) } else { short as i64 }
}

/// Opening balances, five bytes each.
#[derive(Clone, Debug, Default)]
pub(super) struct Openings {
    short: Vec<[u8; 5]>,
    big: Big,
}

impl Openings {
    pub fn new(openings: impl Iterator<Item = Option<i64>>) -> Openings {
        let mut big = Vec::new();
        let short = (0u32..)
            .zip(openings)
            .map(|(account, opening)| {
                let value = match opening {
                    None => UNTOLD,
                    Some(fen) => match u64::try_from(fen) {
                        Ok(fits) if fits < UNTOLD => fits,
                        _ => {
                            big.push((account, fen));
                            BIG
                        }
                    },
                };
                let bytes = value.to_le_bytes();
                [bytes[0], bytes[1], bytes[2], bytes[3], bytes[4]]
            })
            .collect();
        let mut openings = Openings {
            short,
            big: Big::default(),
        };
        openings.big.append(big);
        openings
    }

    pub fn get(&self, account: u32) -> Option<i64> {
        let [a, b, c, d, e] = self.short[account as usize];
        match u64::from_le_bytes([a, b, c, d, e, 0, 0, 0]) {
            UNTOLD => None,
            BIG => Some(self.big.get(account as usize)),
            fits => Some(fits as i64),
        }
    }

    pub fn bytes(&self) -> usize {
        size_of_val(&*self.short) + self.big.bytes()
    }
}

const EXITS: [Exit; 7] = [
    Exit::Cash,
    Exit::Merchant,
    Exit::VirtualAsset,
    Exit::Foreign,
    Exit::Hub,
    Exit::Fee,
    Exit::Unknown,
];

/// 0 is "no exit".
pub(super) fn exit_code(exit: Option<Exit>) -> u8 {
    exit.map_or(0, |exit| exit as u8 + 1)
}

pub(super) fn exit(code: u8) -> Option<Exit> {
    EXITS.get(usize::from(code).wrapping_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_exit_has_its_code() {
        assert_eq!(exit(exit_code(None)), None);
        for kind in EXITS {
            assert_eq!(exit(exit_code(Some(kind))), Some(kind));
        }
    }

    #[test]
    fn what_does_not_fit_is_kept_aside() {
        let values = [
            0,
            1,
            i64::from(u32::MAX) - 1,
            i64::from(u32::MAX),
            (1 << 40) - 2,
            (1 << 40) - 1,
            i64::MAX,
        ];
        let mut columns = Columns::with_len(values.len());
        let mut share = Share {
            first: 0,
            amounts: &mut columns.amounts,
            before: &mut columns.before,
            big_amounts: Vec::new(),
            big_payer: Vec::new(),
            big_receiver: Vec::new(),
        };
        for (at, value) in values.into_iter().enumerate() {
            share.put(
                at,
                Money {
                    amount: value,
                    payer_before: value,
                    receiver_before: i64::MAX - value,
                },
            );
        }
        let Share {
            big_amounts,
            big_payer,
            big_receiver,
            ..
        } = share;
        columns.big_amounts.append(big_amounts);
        columns.big_payer.append(big_payer);
        columns.big_receiver.append(big_receiver);
        for (at, value) in values.into_iter().enumerate() {
            let money = Money {
                amount: value,
                payer_before: value,
                receiver_before: i64::MAX - value,
            };
            assert_eq!(columns.money(at), money);
        }
        assert_eq!(columns.money(values.len()), Money::default());
        let openings = Openings::new([None].into_iter().chain(values.map(Some)));
        assert_eq!(openings.get(0), None);
        for (account, value) in (1u32..).zip(values) {
            assert_eq!(openings.get(account), Some(value));
        }
    }
}
