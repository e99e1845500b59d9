//! Level by level against a real store, on both engines, beside the engine over everything in memory.

use super::gathering::drive;
use kernel::{AccountId, AccountNo, Fen, Instant, Span, TransferId};
use std::collections::BTreeMap;
use store::accounts::{Account, Side, Transfer, account_ensure, transfer_record};
use store::fixture::for_each_engine;
use store::{NewEntry, Store};
use trace::gather::{Bounds, Start};
use trace::local::{Books, Payment, Source, WhatIf};
use trace::{AccountFacts, Doctrine, Exit, Index, Ledger, ReachQuery, Seed, TaintQuery, Tracer};

const START: Instant = Instant::from_ms(1_795_352_706_000);
const ACCOUNTS: usize = 12;

/// A small generator of our own, so that a failing city is named by its number.
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
}

struct City {
    accounts: Vec<Account>,
    openings: Vec<i64>,
    rows: Vec<Transfer>,
}

fn tail(city: u64, n: u64) -> [u8; 10] {
    let mut tail = [0; 10];
    tail[2..].copy_from_slice(&(city << 32 | n).to_be_bytes());
    tail
}

/// Nobody overdraws. Balances are reported now and then, and always with the first row of an account that had money.
fn city(seed: u64) -> City {
    let mut dice = Dice(seed);
    let accounts: Vec<Account> = (0..ACCOUNTS as u64)
        .map(|n| Account {
            id: AccountId::new(START, tail(seed, n)),
            number: AccountNo::parse(&format!("6200{seed:010}{n:05}")).unwrap(),
            bank_code: "102533000027".into(),
            bank_name: "中国工商银行".into(),
            holder: "某".into(),
            account_type: "01".into(),
            exit_kind: if dice.below(6) == 0 {
                "cash".into()
            } else {
                String::new()
            },
            status: String::new(),
            balance: None,
            holder_facts: None,
            prior_holds: Vec::new(),
            stops_executed: 0,
            version: 1,
        })
        .collect();
    let openings: Vec<i64> = accounts.iter().map(|_| dice.below(80) as i64).collect();
    let mut balances = openings.clone();
    let mut seen = [false; ACCOUNTS];
    let mut rows = Vec::new();
    for n in 0..120u64 {
        let (s, d) = (
            dice.below(ACCOUNTS as u64) as usize,
            dice.below(ACCOUNTS as u64) as usize,
        );
        let amount = 1 + dice.below(70) as i64;
        if s == d || balances[s] < amount {
            continue;
        }
        balances[s] -= amount;
        balances[d] += amount;
        let mut told = |a: usize, tell: bool| {
            let first = !std::mem::replace(&mut seen[a], true) && openings[a] > 0;
            (tell || first).then_some(Fen(balances[a]))
        };
        let (src_balance, dst_balance) = (told(s, dice.below(3) == 0), told(d, dice.below(3) == 0));
        let at = START + Span::seconds(n as i64);
        rows.push(Transfer {
            id: TransferId::new(at, tail(seed, n)),
            src: accounts[s].id,
            dst: accounts[d].id,
            amount: Fen(amount),
            at,
            src_serial: Some(format!("{seed}-{n}")),
            dst_serial: None,
            src_balance,
            dst_balance,
            payment: None,
            source_order: None,
            summary: String::new(),
        });
    }
    City {
        accounts,
        openings,
        rows,
    }
}

impl City {
    async fn keep(&self, store: &Store) {
        let tx = store.begin().await.unwrap();
        for account in &self.accounts {
            account_ensure(&tx, account).await.unwrap();
        }
        for row in &self.rows {
            transfer_record(&tx, row, Side::Src).await.unwrap();
        }
        let entry = NewEntry {
            at: START,
            actor: "system:test".into(),
            actor_name: String::new(),
            org: String::new(),
            action: "test".into(),
            subject_kind: "test".into(),
            subject_id: String::new(),
            purpose: String::new(),
            done: true,
            refusal: None,
            detail: serde_json::json!({}),
            request_id: String::new(),
        };
        tx.commit(vec![entry]).await.unwrap();
    }

    /// Everything in memory; a row's place is its id.
    fn whole(&self) -> Index {
        let place: BTreeMap<AccountId, u32> = self.accounts.iter().map(|a| a.id).zip(0..).collect();
        let facts: Vec<AccountFacts> = self
            .accounts
            .iter()
            .zip(&self.openings)
            .map(|(a, opening)| AccountFacts {
                opening: Some(*opening),
                exit: (!a.exit_kind.is_empty()).then_some(Exit::Cash),
            })
            .collect();
        let rows = self
            .rows
            .iter()
            .zip(0u64..)
            .map(|(t, id)| trace::Transfer {
                id,
                ts_ms: t.at.ms(),
                src: place[&t.src],
                dst: place[&t.dst],
                amount: t.amount.0,
            })
            .collect();
        Index::build(rows, &facts).unwrap()
    }
}

async fn check(store: &Store, city: &City, seed: u64, dice: &mut Dice) {
    let paid = dice.below(city.rows.len() as u64);
    let payment = &city.rows[paid as usize];
    if city
        .accounts
        .iter()
        .any(|a| a.id == payment.src && !a.exit_kind.is_empty())
    {
        return;
    }
    let (depth, horizon_ms, dwell_ms) = (
        dice.below(6) as u32,
        dice.below(100_000) as i64,
        dice.below(20_000) as i64,
    );
    let named = format!("city {seed}, payment {paid}, depth {depth}, horizon {horizon_ms}, dwell {dwell_ms}");
    let start = [Start {
        row: Some(payment.id),
        account: payment.dst,
        at_ms: payment.at.ms(),
        amount: payment.amount.0,
    }];
    let words = [Payment {
        transfer: Some(payment.id),
        account: payment.dst,
        at_ms: payment.at.ms(),
        amount: payment.amount.0,
    }];
    let books = async |until_ms| {
        let bounds = Bounds {
            hops: depth,
            accounts: 1_000,
            transfers: 10_000,
            fan_out: 1_000,
            lookback_ms: 5_000,
            until_ms,
        };
        let material = drive(store.reader(), &start, bounds).await.unwrap();
        assert!(material.gathered.cut.is_empty(), "{named}");
        assert!(
            material.gathered.asked <= depth + 1,
            "one question a hop: {named}"
        );
        Books::reconcile(&material.gathered.rows, &material.gathered.known, &words)
    };
    let whole = city.whole();
    let edge = whole.locate(&[paid])[0].unwrap();
    let row = |id: u64| Source::Row(city.rows[id as usize].id);

    let near = books(payment.at.ms() + horizon_ms).await;
    for doctrine in [
        Doctrine::Fifo,
        Doctrine::Haircut,
        Doctrine::Lifo,
        Doctrine::LowestBalance,
    ] {
        let query = TaintQuery {
            doctrine,
            depth,
            horizon_ms,
            min_taint: 3,
            budget: u64::MAX,
        };
        let expected = Tracer::default().taint(&whole, &[Seed { edge, label: 0 }], &query);
        let found = near.trace(&query, &WhatIf::default()).unwrap();
        let rows: Vec<_> = found.rows.iter().map(|r| (r.source, r.tainted, r.hop)).collect();
        let want: Vec<_> = expected
            .rows
            .iter()
            .map(|r| (row(r.id), r.amount, r.hop))
            .collect();
        assert_eq!(rows, want, "{doctrine:?}: {named}");
        let held: Vec<_> = found
            .spots
            .iter()
            .filter(|(_, s)| s.still_there > 0)
            .map(|(spot, s)| (spot.account().unwrap(), s.still_there))
            .collect();
        let want: Vec<_> = expected
            .held
            .iter()
            .map(|h| (city.accounts[h.account as usize].id, h.amount))
            .collect();
        assert_eq!(held, want, "{doctrine:?}: {named}");
        assert_eq!(found.totals, expected.totals, "{doctrine:?}: {named}");
    }

    let query = ReachQuery {
        depth,
        dwell_ms,
        ..ReachQuery::default()
    };
    let far = books(payment.at.ms() + dwell_ms * i64::from(depth)).await;
    let mut found = far.reach(&query, &WhatIf::default()).unwrap();
    let mut expected: Vec<_> = Tracer::default()
        .reach(&whole, &[edge], &query)
        .rows
        .iter()
        .map(|r| (row(r.id), r.hop))
        .collect();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected, "REACH: {named}");
}

#[tokio::test]
async fn level_by_level_gives_the_same_answers_on_both_engines() {
    for_each_engine(async |place| {
        let store = place.open().await;
        for seed in 0..12 {
            let city = city(seed);
            city.keep(&store).await;
            let mut dice = Dice(seed ^ 0x5eed);
            for _ in 0..8 {
                check(&store, &city, seed, &mut dice).await;
            }
        }
    })
    .await;
}
