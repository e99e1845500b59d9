//! A seeded month of invented transfers, in the shape of `oracle/gen_transfers.py` without being the same: planted
//! chains of mules, heavy-tailed daily life, merchants and cash-out points that everybody pays, no balance below zero.
//!
//! For a machine without Python, and for sizes that Python has no memory for. The figures of `docs/BENCHMARKS.md` are on
//! the generator's own data.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

const DAY: i64 = 86_400_000;
const HOUR: i64 = 3_600_000;
const T0: i64 = 1_767_225_600_000;
const DAYS: i64 = 30;
/// How busy each hour of the day is.
const HOURS: [u32; 24] = [
    10, 6, 4, 3, 3, 5, 10, 20, 30, 40, 50, 50, 50, 45, 45, 50, 50, 50, 50, 50, 50, 40, 30, 20,
];
/// Accounts that pay more often than this are hubs, where a trace ends.
const HUB: u32 = 1_000;

/// A small generator of random numbers (splitmix64); the same seed gives the same month.
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Dice {
        Dice(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// In `[0, end)`.
    pub fn below(&mut self, end: usize) -> usize {
        ((u128::from(self.next()) * end as u128) >> 64) as usize
    }

    /// In `(0, 1]`.
    fn unit(&mut self) -> f64 {
        ((self.next() >> 11) + 1) as f64 / (1u64 << 53) as f64
    }

    fn exponential(&mut self, mean: f64) -> f64 {
        -self.unit().ln() * mean
    }

    fn lognormal(&mut self, mu: f64, sigma: f64) -> f64 {
        let normal = (-2.0 * self.unit().ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos();
        (mu + sigma * normal).exp()
    }

    fn pareto(&mut self, shape: f64) -> f64 {
        self.unit().powf(-1.0 / shape) - 1.0
    }

    /// A rank in `[0, end)`, the first ones far more often than the others.
    fn rank(&mut self, exponent: f64, end: usize) -> usize {
        let rank = self.unit().powf(-1.0 / (exponent - 1.0)).min(1e9);
        (rank as usize - 1) % end
    }
}

fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

struct Paid {
    ts: i64,
    src: u32,
    dst: u32,
    amount: i64,
    /// The case of a victim's own payment, plus one.
    victim: u32,
}

/// Who there is: accounts in a drawn order, the first of them companies, then merchants, cash-out points and people.
struct People {
    accounts: Vec<u32>,
    companies: usize,
    merchants: usize,
    cash: usize,
}

impl People {
    fn draw(count: usize, dice: &mut Dice) -> People {
        let mut accounts: Vec<u32> = (0..count as u32).collect();
        for last in (1..count).rev() {
            accounts.swap(last, dice.below(last + 1));
        }
        People {
            accounts,
            companies: (count / 200).max(5),
            merchants: (count / 50).max(20),
            cash: (count / 500).max(5),
        }
    }

    fn companies(&self) -> &[u32] {
        &self.accounts[..self.companies]
    }

    fn merchants(&self) -> &[u32] {
        &self.accounts[self.companies..self.companies + self.merchants]
    }

    fn cash(&self) -> &[u32] {
        let from = self.companies + self.merchants;
        &self.accounts[from..from + self.cash]
    }

    fn persons(&self) -> &[u32] {
        &self.accounts[self.companies + self.merchants + self.cash..]
    }

    fn mules(&self) -> &[u32] {
        let persons = self.persons();
        &persons[..(self.accounts.len() / 50).max(200).min(persons.len())]
    }
}

/// Writes transfers.csv, accounts.csv and truth.csv into the folder.
pub fn write(count: usize, seed: u64, folder: &Path) -> io::Result<()> {
    let mut dice = Dice::new(seed);
    let people = People::draw((count / 20).max(2_000), &mut dice);
    let mut paid = Vec::with_capacity(count + 1_000);
    for case in 0..(count / 2_500).max(20) as u32 {
        chain(case, &people, &mut dice, &mut paid);
    }
    paid.truncate(count);
    daily_life(count, &people, &mut dice, &mut paid);
    paid.sort_unstable_by_key(|p| p.ts);
    transfers(&paid, folder)?;
    accounts(&paid, &people, &mut dice, folder)
}

/// A victim's payments and what the mules make of them.
fn chain(case: u32, people: &People, dice: &mut Dice, paid: &mut Vec<Paid>) {
    let (persons, mules, cash) = (people.persons(), people.mules(), people.cash());
    let victim = persons[dice.below(persons.len())];
    let first = mules[dice.below(mules.len())];
    let depth = 2 + dice.below(6);
    let mut ts = T0 + dice.below(((DAYS - 4) * DAY) as usize) as i64;
    let mut front = Vec::new();
    for _ in 0..1 + dice.below(3) {
        let amount = dice.lognormal(15.2, 1.0).clamp(50_000.0, 2e9) as i64;
        paid.push(Paid {
            ts,
            src: victim,
            dst: first,
            amount,
            victim: case + 1,
        });
        front.push((first, ts, amount));
        ts += dice.exponential(2.0 * HOUR as f64) as i64 + 1_000;
    }
    for hop in 1..=depth {
        let mut next = Vec::new();
        for &(from, at, amount) in &front {
            let parts = if front.len() > 60 {
                1
            } else {
                1 + dice.below(3) as i64
            };
            let mut left = (amount as f64 * (0.93 + 0.07 * dice.unit())) as i64;
            let mut ts = at;
            for part in (1..=parts).rev() {
                let piece = if part == 1 {
                    left
                } else {
                    (left as f64 * dice.unit()) as i64
                };
                if piece <= 0 {
                    continue;
                }
                left -= piece;
                ts += dice.exponential(12.0 * 60_000.0) as i64 + 500;
                let out = hop == depth || dice.unit() < 0.08;
                let to = if out {
                    cash[dice.below(cash.len())]
                } else {
                    mules[dice.below(mules.len())]
                };
                if to == from {
                    continue;
                }
                paid.push(Paid {
                    ts,
                    src: from,
                    dst: to,
                    amount: piece,
                    victim: 0,
                });
                if !out {
                    next.push((to, ts, piece));
                }
            }
        }
        front = next;
    }
}

fn daily_life(count: usize, people: &People, dice: &mut Dice, paid: &mut Vec<Paid>) {
    let (companies, merchants, cash, persons) = (
        people.companies(),
        people.merchants(),
        people.cash(),
        people.persons(),
    );
    let activity = activity(people, dice);
    let hours: Vec<i64> = (0..24)
        .flat_map(|hour| std::iter::repeat_n(hour, HOURS[hour as usize] as usize))
        .collect();
    while paid.len() < count {
        let salary = dice.unit() < 0.06;
        let src = if salary {
            companies[dice.rank(1.4, companies.len())]
        } else {
            persons[activity
                .partition_point(|sum| *sum < dice.unit())
                .min(persons.len() - 1)]
        };
        let dst = match dice.unit() {
            _ if salary => persons[dice.below(persons.len())],
            r if r < 0.50 => {
                // Few contacts, so that pairs repeat.
                let friend = dice.exponential(3.5).min(24.0) as u64;
                persons[(mix(u64::from(src) * 31 + friend) % persons.len() as u64) as usize]
            }
            r if r < 0.80 => merchants[dice.rank(1.25, merchants.len())],
            r if r < 0.86 => cash[dice.below(cash.len())],
            r if r < 0.92 => companies[dice.rank(1.4, companies.len())],
            _ => persons[dice.below(persons.len())],
        };
        if src == dst {
            continue;
        }
        let amount = if salary {
            dice.lognormal(13.3, 0.5).clamp(100_000.0, 5e7)
        } else {
            dice.lognormal(10.2, 1.5).clamp(100.0, 5e9)
        };
        let hour = hours[dice.below(hours.len())];
        let ts = T0 + dice.below(DAYS as usize) as i64 * DAY + hour * HOUR + dice.below(HOUR as usize) as i64;
        paid.push(Paid {
            ts,
            src,
            dst,
            amount: amount as i64,
            victim: 0,
        });
    }
}

/// Running sums of how active each person is, up to one. Mules live quietly.
fn activity(people: &People, dice: &mut Dice) -> Vec<f64> {
    let quiet = people.mules().len();
    let mut sum = 0.0;
    let sums: Vec<f64> = (0..people.persons().len())
        .map(|nth| {
            let activity = (dice.pareto(1.3) + 0.15).min(3_000.0);
            sum += if nth < quiet { activity * 0.3 } else { activity };
            sum
        })
        .collect();
    sums.into_iter().map(|part| part / sum).collect()
}

fn transfers(paid: &[Paid], folder: &Path) -> io::Result<()> {
    let mut out = BufWriter::with_capacity(1 << 20, File::create(folder.join("transfers.csv"))?);
    let mut truth = BufWriter::new(File::create(folder.join("truth.csv"))?);
    writeln!(out, "id,ts,src,dst,amount")?;
    writeln!(truth, "case_id,transfer_id,hop,cashout")?;
    for (id, p) in paid.iter().enumerate() {
        writeln!(out, "{id},{},{},{},{}", p.ts, p.src, p.dst, p.amount)?;
        if p.victim > 0 {
            writeln!(truth, "{},{id},0,0", p.victim - 1)?;
        }
    }
    out.flush()?;
    truth.flush()
}

/// Each account opens with its deepest deficit and a little more; with little more when it is a mule's.
fn accounts(paid: &[Paid], people: &People, dice: &mut Dice, folder: &Path) -> io::Result<()> {
    let count = people.accounts.len();
    let (mut balance, mut least, mut outs) = (vec![0i64; count], vec![0i64; count], vec![0u32; count]);
    for p in paid {
        let (src, dst) = (p.src as usize, p.dst as usize);
        balance[src] -= p.amount;
        least[src] = least[src].min(balance[src]);
        balance[dst] += p.amount;
        outs[src] += 1;
    }
    let mut kinds = vec![0u8; count];
    people.companies().iter().for_each(|a| kinds[*a as usize] = 1);
    people.merchants().iter().for_each(|a| kinds[*a as usize] = 2);
    people.cash().iter().for_each(|a| kinds[*a as usize] = 3);
    let mut mule = vec![false; count];
    people.mules().iter().for_each(|a| mule[*a as usize] = true);
    let mut out = BufWriter::with_capacity(1 << 20, File::create(folder.join("accounts.csv"))?);
    writeln!(out, "id,type,opening,stop")?;
    for account in 0..count {
        let cushion = dice.lognormal(12.0, 1.3) as i64;
        let opening = cushion / if mule[account] { 200 } else { 1 } - least[account];
        let stop = u8::from(kinds[account] >= 2 || outs[account] > HUB);
        writeln!(out, "{account},{},{opening},{stop}", kinds[account])?;
    }
    out.flush()
}
