//! Small drawn evenings for the tests of this room: accounts by one letter, minutes after nine. V and W are victims; X takes
//! cash.

use crate::{Facts, Known, Measures, Paid, RowTold, Seen, Unplaced, Whereabouts};
use domain::access::ApproverLevel;
use domain::order::{Answer, Approval, Order, OrderKind, OrderState, Terms};
use kernel::{
    AccountId, Area, Fen, Instant, OrderId, PaymentId, PersonId, ReportId, Span, TransferId, UserId,
};
use std::collections::BTreeMap;
use trace::local::{Books, Known as KnownBooks, Movement, Payment, RowMark, WhatIf};
use trace::next::{Habit, habit};
use trace::{Doctrine, Exit, TaintQuery};

pub const NINE: Instant = Instant::from_ms(1_795_352_400_000);
pub const DOCTRINES: [Doctrine; 4] = [
    Doctrine::Fifo,
    Doctrine::Haircut,
    Doctrine::Lifo,
    Doctrine::LowestBalance,
];
const LETTERS: &str = "VWABCDX";

pub fn at(minute: i64) -> Instant {
    NINE + Span::minutes(minute)
}

pub fn account(letter: char) -> AccountId {
    AccountId::new(NINE, [letter as u8; 10])
}

pub fn row_id(n: usize) -> TransferId {
    TransferId::new(NINE, [u8::try_from(n).unwrap(); 10])
}

pub fn report(n: u8) -> ReportId {
    ReportId::new(NINE, [n; 10])
}

pub fn known(letter: char) -> Known {
    Known {
        id: account(letter),
        can_be_named: true,
        balance: None,
        stops_executed: 0,
    }
}

/// A measure on an account that stands so, ordered at this minute.
pub fn order(on: char, kind: OrderKind, state: OrderState, minute: i64, answer: Answer) -> Order {
    let any = UserId::new(NINE, [1; 10]);
    let at = at(minute);
    Order {
        id: OrderId::new(at, [on as u8; 10]),
        kind,
        state,
        report: report(1),
        case: None,
        account: account(on),
        application_id: String::new(),
        original: None,
        batch: None,
        layer: 1,
        area: Area::from_code(421_100).unwrap(),
        terms: Terms::default(),
        requested_by: any,
        requested_at: at,
        second_officer: any,
        approval: Some(Approval {
            by: any,
            at,
            level: ApproverLevel::Duty,
            opinion: String::new(),
            policy: None,
        }),
        confirmation: None,
        sends: 1,
        sent_at: Some(at),
        hub_code: String::new(),
        answer: Some(Answer {
            at: Some(at),
            ..answer
        }),
        version: 1,
    }
}

/// A stop by which a bank holds so much; unknown when it did not say, readably.
pub fn stop(on: char, minute: i64, yuan: Option<i64>) -> Order {
    order(
        on,
        OrderKind::Stop,
        OrderState::Executed,
        minute,
        holds(minute, yuan),
    )
}

pub fn freeze(on: char, minute: i64, yuan: Option<i64>) -> Order {
    order(
        on,
        OrderKind::Freeze,
        OrderState::Executed,
        minute,
        holds(minute, yuan),
    )
}

pub fn failed(on: char, minute: i64, result: &str) -> Order {
    let answer = Answer {
        result: result.into(),
        ..Answer::default()
    };
    order(on, OrderKind::Stop, OrderState::Failed, minute, answer)
}

fn holds(minute: i64, yuan: Option<i64>) -> Answer {
    Answer {
        result: "0000".into(),
        held: yuan.map(Fen::yuan),
        start_at: Some(at(minute)),
        expire_at: Some(at(minute + 48 * 60)),
        ..Answer::default()
    }
}

/// What happened.
#[derive(Clone, Default)]
pub struct Evening {
    /// (minute, from, to, yuan, summary).
    pub rows: Vec<(i64, char, char, i64, &'static str)>,
    /// After row n, what the payer's bank says is left there.
    pub balances: Vec<(usize, i64)>,
    /// Payments: (minute, victim, to, yuan, row).
    pub paid: Vec<(i64, char, char, i64, Option<usize>)>,
    /// Payments without an account: (minute, victim, yuan).
    pub handed: Vec<(i64, char, i64)>,
    pub orders: Vec<Order>,
    /// (account, yuan, minute): what its bank reported to lie there.
    pub reported: Vec<(char, i64, i64)>,
    pub stopped_twice: Vec<char>,
    pub until: Option<i64>,
    pub depth: Option<u32>,
    pub min_taint: Option<i64>,
}

/// V pays A 43 300 at nine; A sends B 19 480 on.
pub fn paid_on() -> Evening {
    Evening {
        rows: vec![(0, 'V', 'A', 43_300, ""), (5, 'A', 'B', 19_480, "")],
        paid: vec![(0, 'V', 'A', 43_300, Some(0))],
        ..Evening::default()
    }
}

/// The evening with its trace.
pub struct Drawn {
    seen: Seen,
    payments: Vec<Paid>,
    unplaced: Vec<Unplaced>,
    accounts: BTreeMap<AccountId, Known>,
    measures: Measures,
    rows: BTreeMap<TransferId, RowTold>,
    told_until: BTreeMap<AccountId, Instant>,
    habits: BTreeMap<AccountId, Habit>,
}

impl Evening {
    pub fn drawn(&self, doctrine: Doctrine) -> Drawn {
        let movements: Vec<Movement<AccountId, TransferId>> = self
            .rows
            .iter()
            .enumerate()
            .map(|(n, r)| self.movement(n, r))
            .collect();
        let exits = KnownBooks {
            exits: BTreeMap::from([(account('X'), Exit::Cash)]),
            windows: None,
        };
        let words: Vec<_> = self
            .paid
            .iter()
            .map(|(minute, _, to, yuan, row)| Payment {
                transfer: row.map(row_id),
                account: account(*to),
                at_ms: at(*minute).ms(),
                amount: Fen::yuan(*yuan).0,
            })
            .collect();
        let books = Books::reconcile(&movements, &exits, &words);
        let query = TaintQuery {
            doctrine,
            depth: self.depth.unwrap_or(10),
            min_taint: Fen::yuan(self.min_taint.unwrap_or(1)).0,
            ..TaintQuery::default()
        };
        let what_if = WhatIf {
            until_ms: self.until.map(|minute| at(minute).ms()),
            stops: Vec::new(),
        };
        Drawn {
            seen: books.trace(&query, &what_if).unwrap(),
            payments: self.payments(),
            unplaced: self.unplaced(),
            accounts: self.known(),
            measures: Measures::of(self.orders.clone()),
            rows: movements
                .iter()
                .map(|m| {
                    (
                        m.id,
                        RowTold {
                            src: m.src,
                            at: Instant::from_ms(m.at_ms),
                        },
                    )
                })
                .collect(),
            told_until: self.told_until(),
            habits: self.habits(),
        }
    }

    pub fn fifo(&self) -> Drawn {
        self.drawn(Doctrine::Fifo)
    }

    fn movement(
        &self,
        n: usize,
        row: &(i64, char, char, i64, &'static str),
    ) -> Movement<AccountId, TransferId> {
        let (minute, src, dst, yuan, summary) = row;
        let balance = self.balances.iter().find(|(at, _)| *at == n);
        Movement {
            id: row_id(n),
            at_ms: at(*minute).ms(),
            src: account(*src),
            dst: account(*dst),
            amount: Fen::yuan(*yuan).0,
            src_balance: balance.map(|(_, yuan)| Fen::yuan(*yuan).0),
            dst_balance: None,
            mark: RowMark::of(summary),
        }
    }

    fn payments(&self) -> Vec<Paid> {
        (0u8..)
            .zip(&self.paid)
            .map(|(n, (minute, victim, to, yuan, row))| Paid {
                id: PaymentId::new(NINE, [n; 10]),
                victim: Some(PersonId::new(NINE, [*victim as u8; 10])),
                at: at(*minute),
                amount: Fen::yuan(*yuan),
                from: Some(account(*victim)),
                to: account(*to),
                transfer: row.map(row_id),
            })
            .collect()
    }

    fn unplaced(&self) -> Vec<Unplaced> {
        (0u8..)
            .zip(&self.handed)
            .map(|(n, (minute, victim, yuan))| Unplaced {
                id: PaymentId::new(NINE, [100 + n; 10]),
                victim: Some(PersonId::new(NINE, [*victim as u8; 10])),
                at: at(*minute),
                amount: Fen::yuan(*yuan),
            })
            .collect()
    }

    fn known(&self) -> BTreeMap<AccountId, Known> {
        LETTERS
            .chars()
            .map(|letter| {
                let mut known = known(letter);
                let reported = self.reported.iter().find(|(a, ..)| *a == letter);
                known.balance = reported.map(|(_, yuan, minute)| (Fen::yuan(*yuan), at(*minute)));
                if self.stopped_twice.contains(&letter) {
                    known.stops_executed = domain::hold::STOPS_MAX;
                }
                (known.id, known)
            })
            .collect()
    }

    /// The paying account's own bank tells.
    fn told_until(&self) -> BTreeMap<AccountId, Instant> {
        let own = self.rows.iter().filter(|r| !"VW".contains(r.1));
        own.map(|r| (account(r.1), at(r.0))).collect()
    }

    fn habits(&self) -> BTreeMap<AccountId, Habit> {
        let mut rows: BTreeMap<AccountId, Vec<(i64, bool)>> = BTreeMap::new();
        for (minute, src, dst, ..) in &self.rows {
            rows.entry(account(*src))
                .or_default()
                .push((at(*minute).ms(), true));
            rows.entry(account(*dst))
                .or_default()
                .push((at(*minute).ms(), false));
        }
        rows.into_iter()
            .filter_map(|(a, r)| Some((a, habit(r)?)))
            .collect()
    }
}

impl Drawn {
    pub fn facts(&self) -> Facts<'_> {
        Facts {
            report: Some(report(1)),
            seen: &self.seen,
            payments: &self.payments,
            unplaced: &self.unplaced,
            accounts: &self.accounts,
            measures: &self.measures,
            rows: &self.rows,
            told_until: &self.told_until,
            habits: &self.habits,
            cut: 0,
            may_try_again: |code| code == "1199",
        }
    }

    pub fn whereabouts(&self) -> Whereabouts {
        Whereabouts::of(&self.facts())
    }
}
