//! A month of a city's transfers, drawn from a seed: people with heavy-tailed activity and few contacts, wages,
//! merchants, cash-out points, and planted chains of mules. After the generator that the expected answers come from,
//! in shorter words; its numbers are like that one's and not equal to them.

use trace::{AccountFacts, Exit, Transfer};

const DAY_MS: u64 = 86_400_000;
const DAYS: u64 = 30;

/// SplitMix64.
pub struct Dice(pub u64);

impl Dice {
    pub fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0)
    }

    pub fn below(&mut self, n: u64) -> u64 {
        ((u128::from(self.roll()) * u128::from(n)) >> 64) as u64
    }

    fn unit(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1u64 << 53) as f64
    }

    fn exponential(&mut self, mean: f64) -> f64 {
        -(1.0 - self.unit()).ln() * mean
    }

    fn lognormal(&mut self, mu: f64, sigma: f64) -> f64 {
        let normal = (-2.0 * (1.0 - self.unit()).ln()).sqrt() * (std::f64::consts::TAU * self.unit()).cos();
        (mu + sigma * normal).exp()
    }

    /// The smaller the likelier.
    fn rank(&mut self, n: u64) -> u64 {
        ((n as f64).powf(self.unit()) as u64 - 1).min(n - 1)
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

pub struct City {
    /// Ids are the order of time.
    pub transfers: Vec<Transfer>,
    pub accounts: Vec<AccountFacts>,
    /// Ids of the first payment of each planted case.
    pub payments: Vec<u64>,
}

/// Account numbers by kind, one kind after another.
struct Kinds {
    companies: u64,
    merchants: u64,
    cash: u64,
    mules: u64,
    all: u64,
}

impl Kinds {
    fn new(rows: usize) -> Kinds {
        let all = (rows as u64 / 20).max(2000);
        Kinds {
            companies: (all / 200).max(5),
            merchants: (all / 50).max(20),
            cash: (all / 500).max(5),
            mules: (all / 50).max(200),
            all,
        }
    }

    fn merchant(&self, dice: &mut Dice) -> u64 {
        self.companies + dice.rank(self.merchants)
    }

    fn cash(&self, dice: &mut Dice) -> u64 {
        self.companies + self.merchants + dice.below(self.cash)
    }

    fn first_person(&self) -> u64 {
        self.companies + self.merchants + self.cash
    }

    fn mule(&self, dice: &mut Dice) -> u64 {
        self.first_person() + dice.below(self.mules)
    }

    fn person(&self, at: u64) -> u64 {
        let first = self.first_person();
        first + at % (self.all - first)
    }
}

impl City {
    pub fn draw(dice: &mut Dice, rows: usize) -> City {
        let kinds = Kinds::new(rows);
        let mut drawn: Vec<Transfer> = Vec::with_capacity(rows);
        let mut first = Vec::new();
        for _ in 0..(rows / 2500).max(20) {
            first.push(drawn.len());
            chain(dice, &kinds, &mut drawn);
        }
        drawn.truncate(rows);
        let activity = activity(dice, &kinds);
        while drawn.len() < rows {
            drawn.push(background(dice, &kinds, &activity));
        }
        let (transfers, place) = ordered(drawn);
        let payments = first
            .iter()
            .take(200)
            .filter_map(|i| place.get(*i).copied())
            .collect();
        let accounts = accounts(dice, &kinds, &transfers);
        City {
            transfers,
            accounts,
            payments,
        }
    }
}

fn transfer(at_ms: u64, src: u64, dst: u64, amount: f64) -> Transfer {
    let dst = if src == dst { (dst + 1) as u32 } else { dst as u32 };
    Transfer {
        id: 0,
        ts_ms: 1_767_225_600_000 + at_ms as i64,
        src: src as u32,
        dst,
        amount: (amount as i64).max(1),
    }
}

/// A victim's payment that is passed on within minutes, split, until it is cashed.
fn chain(dice: &mut Dice, kinds: &Kinds, into: &mut Vec<Transfer>) {
    let at = dice.below((DAYS - 4) * DAY_MS);
    let amount = dice.lognormal(15.2, 1.0).clamp(50_000.0, 2e9);
    let victim = kinds.person(kinds.mules + dice.roll() % kinds.all);
    let mut front = vec![(kinds.mule(dice), at, amount)];
    into.push(transfer(at, victim, front[0].0, amount));
    let depth = 2 + dice.below(6);
    for hop in 1..=depth {
        let mut next = Vec::new();
        for (payer, mut at, amount) in front {
            let parts = if next.len() > 60 { 1 } else { 1 + dice.below(3) };
            for _ in 0..parts {
                at += dice.exponential(720_000.0) as u64 + 500;
                let part = amount * (0.93 + 0.07 * dice.unit()) / parts as f64;
                let cashed = hop == depth || dice.unit() < 0.08;
                let payee = if cashed {
                    kinds.cash(dice)
                } else {
                    kinds.mule(dice)
                };
                let row = transfer(at, payer, payee, part);
                if !cashed {
                    next.push((u64::from(row.dst), at, part));
                }
                into.push(row);
            }
        }
        front = next;
    }
}

/// Running sums of how active each person is; mules are less so.
fn activity(dice: &mut Dice, kinds: &Kinds) -> Vec<f64> {
    let mut sum = 0.0;
    (kinds.first_person()..kinds.all)
        .zip(0..)
        .map(|(_, nth)| {
            let pareto = (1.0 - dice.unit()).powf(-1.0 / 1.3) - 1.0;
            sum += (pareto + 0.15).min(700.0) * if nth < kinds.mules { 0.3 } else { 1.0 };
            sum
        })
        .collect()
}

fn background(dice: &mut Dice, kinds: &Kinds, activity: &[f64]) -> Transfer {
    let hour = (dice.below(16) + dice.below(9)) % 24;
    let at = dice.below(DAYS) * DAY_MS + hour * 3_600_000 + dice.below(3_600_000);
    if dice.unit() < 0.06 {
        let payee = kinds.person(dice.roll() >> 1);
        return transfer(at, dice.rank(kinds.companies), payee, dice.lognormal(13.3, 0.5));
    }
    let drawn = dice.unit() * activity.last().copied().unwrap_or(1.0);
    let payer = kinds.person(activity.partition_point(|sum| *sum < drawn) as u64);
    let contact = mix(payer * 31 + (dice.exponential(4.0) as u64).min(24));
    let payee = match dice.unit() {
        r if r < 0.50 => kinds.person(contact >> 1),
        r if r < 0.80 => kinds.merchant(dice),
        r if r < 0.86 => kinds.cash(dice),
        r if r < 0.92 => dice.rank(kinds.companies),
        _ => kinds.person(dice.roll() >> 1),
    };
    transfer(at, payer, payee, dice.lognormal(10.2, 1.5).clamp(100.0, 5e9))
}

/// Rows in the order of time with that as their ids, and the id of each row as drawn.
fn ordered(drawn: Vec<Transfer>) -> (Vec<Transfer>, Vec<u64>) {
    let mut order: Vec<u32> = (0..drawn.len() as u32).collect();
    order.sort_by_key(|i| drawn[*i as usize].ts_ms);
    let mut place = vec![0; drawn.len()];
    let mut rows = Vec::with_capacity(drawn.len());
    for (id, i) in (0u64..).zip(order) {
        place[i as usize] = id;
        rows.push(Transfer {
            id,
            ..drawn[i as usize]
        });
    }
    (rows, place)
}

/// Openings that never let a balance go below zero, with something left over; little of it for mules.
fn accounts(dice: &mut Dice, kinds: &Kinds, rows: &[Transfer]) -> Vec<AccountFacts> {
    let all = kinds.all as usize;
    let (mut balance, mut least, mut paid) = (vec![0i64; all], vec![0i64; all], vec![0u32; all]);
    for t in rows {
        let (src, dst) = (t.src as usize, t.dst as usize);
        balance[src] -= t.amount;
        balance[dst] += t.amount;
        least[src] = least[src].min(balance[src]);
        paid[src] += 1;
    }
    let people = kinds.first_person();
    (0..kinds.all)
        .map(|account| {
            let a = account as usize;
            let mule = (people..people + kinds.mules).contains(&account);
            let cushion = dice.lognormal(12.0, 1.3) as i64 / if mule { 200 } else { 1 };
            let exit = match account {
                _ if account >= kinds.companies + kinds.merchants && account < people => Some(Exit::Cash),
                _ if account >= kinds.companies && account < people => Some(Exit::Merchant),
                _ if paid[a] > 1000 => Some(Exit::Hub),
                _ => None,
            };
            AccountFacts {
                opening: Some(-least[a] + cushion),
                exit,
            }
        })
        .collect()
}
