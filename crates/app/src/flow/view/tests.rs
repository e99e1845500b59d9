//! The flow of small drawn evenings: its places beside the one model, marks, and what a stop would have saved.

use super::*;
use crate::flow::gathering::Material;
use crate::flow::shape::FlowLimits;
use crate::made::{NINE, account, at, held, known};

use domain::order::Order;
use kernel::PersonId;
use store::accounts::Transfer;
use store::flow::Told;
use store::intake::Payment;
use trace::gather::Gathered;
use trace::local::{Known, Movement, RowMark};

fn row_id(n: usize) -> TransferId {
    TransferId::new(NINE, [u8::try_from(n).unwrap(); 10])
}

/// A stop by which a bank holds something and did not say how much.
fn untold(on: char, minute: i64) -> Order {
    let mut order = held(on, minute, 0);
    if let Some(answer) = &mut order.answer {
        answer.held = None;
    }
    order
}

/// What happened. V and W are victims; X takes cash.
#[derive(Clone, Default)]
struct Evening {
    /// (minute, from, to, yuan, summary); the paying account's own bank tells, and of V and W the receiving one.
    rows: Vec<(i64, char, char, i64, &'static str)>,
    /// After row n, what the payer's bank says is left there.
    balances: Vec<(usize, i64)>,
    /// Payments: (minute, victim, to, yuan, row).
    paid: Vec<(i64, char, char, i64, Option<usize>)>,
    orders: Vec<Order>,
    /// Rows by which victims of another report paid.
    others: Vec<usize>,
}

impl Evening {
    fn facts(&self) -> ReportFacts {
        let transfers: Vec<Transfer> = self
            .rows
            .iter()
            .enumerate()
            .map(|(n, (minute, src, dst, yuan, summary))| {
                let told_by_payer = !"VW".contains(*src);
                let balance = self.balances.iter().find(|(row, _)| *row == n);
                Transfer {
                    id: row_id(n),
                    src: account(*src),
                    dst: account(*dst),
                    amount: Fen::yuan(*yuan),
                    at: at(*minute),
                    src_serial: told_by_payer.then(|| format!("S{n}")),
                    dst_serial: (!told_by_payer).then(|| format!("D{n}")),
                    src_balance: balance.map(|(_, yuan)| Fen::yuan(*yuan)),
                    dst_balance: None,
                    payment: self.others.contains(&n).then(|| PaymentId::new(NINE, [99; 10])),
                    source_order: None,
                    summary: (*summary).into(),
                }
            })
            .collect();
        let material = Material {
            gathered: Gathered {
                rows: transfers
                    .iter()
                    .map(|t| Movement {
                        id: t.id,
                        at_ms: t.at.ms(),
                        src: t.src,
                        dst: t.dst,
                        amount: t.amount.0,
                        src_balance: t.src_balance.map(|f| f.0),
                        dst_balance: None,
                        mark: RowMark::of(&t.summary),
                    })
                    .collect(),
                known: Known {
                    exits: BTreeMap::from([(account('X'), Exit::Cash)]),
                    windows: None,
                },
                cut: Vec::new(),
                asked: 1,
            },
            told: transfers
                .into_iter()
                .map(|transfer| {
                    let told = Told {
                        transfer,
                        src_at: None,
                        dst_at: None,
                        dst_exit: String::new(),
                    };
                    (told.transfer.id, told)
                })
                .collect(),
        };
        let payments: Vec<Payment> = self
            .paid
            .iter()
            .zip(0u32..)
            .map(|((minute, victim, to, yuan, row), position)| Payment {
                id: PaymentId::new(NINE, [u8::try_from(position).unwrap(); 10]),
                report: ReportId::new(NINE, [1; 10]),
                position,
                victim: Some(PersonId::new(NINE, [*victim as u8; 10])),
                paid_at: at(*minute),
                amount: Fen::yuan(*yuan),
                from: Some(account(*victim)),
                payer: domain::report::EndTold::default(),
                to: Some(account(*to)),
                payee: domain::report::EndTold::default(),
                how: domain::report::How::Transfer,
                channel: String::new(),
                serial: String::new(),
                transfer: row.map(row_id),
            })
            .collect();
        let limits = FlowLimits::default();
        let mut facts = ReportFacts::over(material, &payments, &limits);
        facts.know("VWABCDX".chars().map(known).collect(), self.orders.clone());
        facts
    }
}

/// V pays A 43 300 at nine; A sends B 19 480 on.
fn paid_on() -> Evening {
    Evening {
        rows: vec![(0, 'V', 'A', 43_300, ""), (5, 'A', 'B', 19_480, "")],
        paid: vec![(0, 'V', 'A', 43_300, Some(0))],
        ..Evening::default()
    }
}

fn marks(evening: &Evening) -> Vec<FlowMark> {
    let facts = evening.facts();
    let seen = facts.trace(Doctrine::Fifo, &Hypothesis::default()).unwrap();
    FlowTrace::of(&facts, &seen).marks()
}

#[test]
fn the_flow_shows_of_every_place_what_the_one_model_counts() {
    // A balance fell by 10 000 without a row; B takes 5 000 in cash; A is held short, B's bank did not say how much.
    let evening = Evening {
        rows: vec![
            (0, 'V', 'A', 43_300, ""),
            (5, 'A', 'B', 9_000, ""),
            (7, 'B', 'X', 5_000, "取现"),
            (9, 'A', 'B', 1_000, ""),
        ],
        balances: vec![(1, 34_300), (3, 23_300)],
        orders: vec![held('A', 10, 3_120), untold('B', 11)],
        ..paid_on()
    };
    let facts = evening.facts();
    for doctrine in Doctrine::ALL.into_iter().filter(|d| d.shares().is_some()) {
        let seen = facts.trace(doctrine, &Hypothesis::default()).unwrap();
        let flow = FlowTrace::of(&facts, &seen);
        let nodes = flow.nodes();
        for account in &flow.whereabouts.accounts {
            let node = nodes
                .iter()
                .find(|n| n.place == Place::Account(account.account))
                .unwrap();
            assert_eq!(
                (node.received, node.sent, node.split, node.hold, node.state),
                (
                    account.received,
                    account.sent,
                    account.split,
                    account.hold,
                    account.state
                )
            );
        }
        // Held, reachable, unseen and gone of all places are the sums: no two of them are exchanged.
        let sum = |part: fn(&Split) -> Fen| nodes.iter().map(|n| part(&n.split)).sum::<Fen>();
        let sums = flow.whereabouts.sums;
        assert_eq!(
            [
                sum(|s| s.held),
                sum(|s| s.reachable),
                sum(|s| s.unseen),
                sum(|s| s.gone)
            ],
            [sums.held, sums.reachable, sums.unseen, sums.gone],
            "{doctrine:?}"
        );
        assert_ne!(sums.held, sums.unseen);
    }
}

#[test]
fn what_a_stop_saves_is_what_would_lie_there_and_does_not() {
    // A sends B 19 480 at 9:05; B takes 5 000 in cash at 9:08. Nothing else leaves.
    let evening = Evening {
        rows: vec![
            (0, 'V', 'A', 43_300, ""),
            (5, 'A', 'B', 19_480, ""),
            (8, 'B', 'X', 5_000, "取现"),
        ],
        ..paid_on()
    };
    let facts = evening.facts();
    let truly = facts.trace(Doctrine::Fifo, &Hypothesis::default()).unwrap();
    for (name, stops, saved, kept) in [
        ("the first account, in time", vec![('A', 2)], 19_480, 5_000),
        ("the first account, too late", vec![('A', 6)], 0, 0),
        (
            "the second account, before the cash",
            vec![('B', 7)],
            5_000,
            5_000,
        ),
        // On both together lies what lay there, and the cash.
        ("both", vec![('A', 2), ('B', 2)], 5_000, 5_000),
        ("the same twice", vec![('A', 2), ('A', 3)], 19_480, 5_000),
    ] {
        let stops: Vec<(AccountId, Instant)> = stops
            .into_iter()
            .map(|(a, minute)| (account(a), at(minute)))
            .collect();
        let asked = Hypothesis {
            until_ms: None,
            stops: stops.iter().map(|(a, at)| (*a, at.ms())).collect(),
        };
        let then = facts.trace(Doctrine::Fifo, &asked).unwrap();
        let found = what_if(&facts, &truly, &then, &stops);
        assert_eq!(
            (found.saved, found.kept),
            (Fen::yuan(saved), Fen::yuan(kept)),
            "{name}"
        );
    }
}

#[test]
fn accounts_of_other_reports_are_marked_with_the_rows_that_show_it() {
    // W is another report's victim: he paid B. C pays B, B pays D. A, whom our victim paid, pays B and C.
    let evening = Evening {
        rows: vec![
            (0, 'V', 'A', 9_000, ""),
            (1, 'W', 'B', 700, ""),
            (20, 'A', 'B', 3_000, ""),
            (40, 'A', 'C', 4_000, ""),
            (60, 'C', 'B', 500, ""),
            (80, 'B', 'D', 1_200, ""),
        ],
        paid: vec![(0, 'V', 'A', 9_000, Some(0))],
        others: vec![1],
        ..Evening::default()
    };
    let found: Vec<(char, Option<&str>, i64, Vec<usize>)> = marks(&evening)
        .into_iter()
        .map(|m| {
            let letter = "VWABCDX".chars().find(|c| account(*c) == m.account).unwrap();
            let rows = m
                .evidence
                .iter()
                .map(|id| (0..9).find(|n| row_id(*n) == *id).unwrap());
            (letter, m.feature_code, m.amount.0 / 100, rows.collect())
        })
        .collect();
    assert_eq!(
        found,
        [
            ('A', Some("3004"), 3_000, vec![2]),
            ('B', Some("2001"), 700, vec![1]),
            ('C', Some("3004"), 500, vec![4]),
            ('D', Some("3005"), 1_200, vec![5]),
        ]
    );
    // Without the other report there is nothing to mark.
    let alone = Evening {
        others: vec![],
        ..evening
    };
    assert_eq!(marks(&alone), []);
}

#[test]
fn fees_and_reversed_rows_show_no_pattern() {
    let scattered = |summary: &'static str| Evening {
        rows: vec![
            (0, 'V', 'A', 500, ""),
            (1, 'W', 'A', 500, ""),
            (2, 'B', 'A', 500, ""),
            (3, 'V', 'A', 500, ""),
            (4, 'W', 'A', 500, ""),
            (5, 'B', 'A', 500, ""),
            (20, 'A', 'C', 1_500, ""),
            (21, 'A', 'C', 10, summary),
            (40, 'A', 'C', 1_480, ""),
        ],
        paid: vec![(0, 'V', 'A', 500, Some(0))],
        ..Evening::default()
    };
    for (summary, fan) in [("手续费", true), ("转账", false)] {
        assert_eq!(
            marks(&scattered(summary))
                .iter()
                .any(|m| m.pattern == Pattern::FanIn),
            fan,
            "three payments are too many for six receipts, a fee is none: {summary}"
        );
    }
    let reversed = Evening {
        rows: vec![
            (0, 'V', 'A', 5_000, ""),
            (1, 'A', 'B', 5_000, ""),
            (2, 'B', 'A', 5_000, "冲正"),
        ],
        paid: vec![(0, 'V', 'A', 5_000, Some(0))],
        ..Evening::default()
    };
    assert_eq!(marks(&reversed), []);
}
