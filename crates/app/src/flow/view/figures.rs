//! Held, reachable, gone, in small drawn flows: what each figure counts, for all victims together and for each alone.

use super::*;
use crate::flow::gathering::Material;
use crate::flow::shape::FlowLimits;
use crate::made::{NINE, account, at, failed, held, known};

use domain::order::{Order, OrderState};
use kernel::PersonId;
use store::accounts::{Account, Transfer};
use store::flow::Told;
use store::intake::Payment;
use trace::gather::Gathered;
use trace::local::{Known, Movement, RowMark};

fn row_id(n: usize) -> TransferId {
    TransferId::new(NINE, [u8::try_from(n).unwrap(); 10])
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
    depth: Option<u32>,
    min_taint: Option<i64>,
}

impl Evening {
    fn picture(&self) -> Picture {
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
                payer: domain::report::PayerTold::default(),
                to: account(*to),
                channel: String::new(),
                serial: String::new(),
                transfer: row.map(row_id),
            })
            .collect();
        let limits = FlowLimits {
            depth: self.depth.unwrap_or(10),
            min_taint: Fen::yuan(self.min_taint.unwrap_or(1)),
            ..FlowLimits::default()
        };
        let mut picture = Picture::over(material, &payments, &limits);
        picture.know("VWABCDX".chars().map(known).collect(), self.orders.clone());
        picture
    }
}

struct Drawn {
    picture: Picture,
    seen: Seen,
    map: MoneyMap,
}

fn drawn(evening: &Evening, doctrine: Doctrine) -> Drawn {
    let picture = evening.picture();
    let seen = picture.trace(doctrine, &Hypothesis::default()).unwrap();
    let map = golden::draw(&picture, &seen);
    Drawn { picture, seen, map }
}

impl Drawn {
    fn sheet(&self) -> Sheet<'_> {
        Sheet {
            picture: &self.picture,
            seen: &self.seen,
            map: &self.map,
        }
    }

    /// What the picture rests on, as (word, account, yuan).
    fn rests_on(&self) -> Vec<(&'static str, AccountId, i64)> {
        self.map
            .assumptions
            .iter()
            .filter_map(|a| match *a {
                golden::Assumption::WayUnknown { account, amount } => {
                    Some(("way unknown", account, amount.0 / 100))
                }
                golden::Assumption::AmountUntold { account, amount } => {
                    Some(("amount untold", account, amount.0 / 100))
                }
                golden::Assumption::CameBack { account, amount } => {
                    Some(("came back", account, amount.0 / 100))
                }
                _ => None,
            })
            .collect()
    }
}

/// `expected`: total, held, reachable, gone, in yuan.
fn check(name: &str, evening: &Evening, expected: [i64; 4], rests_on: &[(&'static str, char, i64)]) {
    let drawn = drawn(evening, Doctrine::Fifo);
    let m = drawn.map.money;
    let got = [m.total, m.held, m.reachable, m.gone].map(|f| f.0 / 100);
    assert_eq!(got, expected, "{name}");
    let wanted: Vec<_> = rests_on
        .iter()
        .map(|(w, a, yuan)| (*w, account(*a), *yuan))
        .collect();
    assert_eq!(drawn.rests_on(), wanted, "{name}");
    // By every doctrine, and for each victim, to the fen.
    for doctrine in Doctrine::ALL.into_iter().filter(|d| d.shares().is_some()) {
        let drawn = self::drawn(evening, doctrine);
        let m = drawn.map.money;
        assert_eq!(
            m.total.0,
            m.held.0 + m.reachable.0 + m.gone.0,
            "{name}: {doctrine:?}"
        );
        let victims = drawn.sheet().victims();
        let sum = |part: fn(&Money) -> Fen| victims.iter().map(|v| part(&v.money)).sum::<Fen>();
        let all = [
            sum(|m| m.total),
            sum(|m| m.held),
            sum(|m| m.reachable),
            sum(|m| m.gone),
        ];
        assert_eq!(
            all,
            [m.total, m.held, m.reachable, m.gone],
            "{name}: {doctrine:?}"
        );
    }
}

use crate::golden::Money;

/// V pays A 43 300 at nine; A sends B 19 480 on.
fn paid_on() -> Evening {
    Evening {
        rows: vec![(0, 'V', 'A', 43_300, ""), (5, 'A', 'B', 19_480, "")],
        paid: vec![(0, 'V', 'A', 43_300, Some(0))],
        ..Evening::default()
    }
}

#[test]
fn what_a_bank_does_not_hold_and_no_row_explains_is_reachable_and_never_gone() {
    // The picture of the documents: the statement is known, the bank holds less than the statement leaves there.
    let short = Evening {
        orders: vec![held('A', 10, 3_120)],
        ..paid_on()
    };
    check(
        "held short of the statement",
        &short,
        [43_300, 3_120, 40_180, 0],
        &[("way unknown", 'A', 20_700)],
    );
    let mut untold = held('A', 10, 0);
    if let Some(answer) = &mut untold.answer {
        answer.held = None;
    }
    let untold = Evening {
        orders: vec![untold],
        ..paid_on()
    };
    check(
        "done, and no readable amount",
        &untold,
        [43_300, 0, 43_300, 0],
        &[("amount untold", 'A', 23_820)],
    );
    let nothing = Evening {
        orders: vec![held('A', 10, 0)],
        ..paid_on()
    };
    check(
        "stopped, and nothing was there",
        &nothing,
        [43_300, 0, 43_300, 0],
        &[("way unknown", 'A', 23_820)],
    );
    let explained = Evening {
        rows: vec![(0, 'V', 'A', 43_300, ""), (5, 'A', 'B', 43_300, "")],
        ..nothing.clone()
    };
    check(
        "nothing was there, and a row says why",
        &explained,
        [43_300, 0, 43_300, 0],
        &[],
    );
    let no_statement = Evening {
        rows: vec![],
        paid: vec![(0, 'V', 'A', 43_300, None)],
        orders: vec![held('A', 10, 3_120)],
        ..Evening::default()
    };
    check(
        "held short, no statement",
        &no_statement,
        [43_300, 3_120, 40_180, 0],
        &[("way unknown", 'A', 40_180)],
    );
    // More than the victim's money is on the account: only his counts as held.
    let more = Evening {
        orders: vec![held('A', 10, 90_000)],
        ..paid_on()
    };
    check("held more", &more, [43_300, 23_820, 19_480, 0], &[]);
    check("nothing ordered", &paid_on(), [43_300, 0, 43_300, 0], &[]);
}

#[test]
fn only_what_a_row_shows_leaving_by_an_exit_is_gone() {
    let cash = Evening {
        rows: vec![(0, 'V', 'A', 43_300, ""), (5, 'A', 'X', 20_000, "ATM取款")],
        ..paid_on()
    };
    check("cash", &cash, [43_300, 0, 23_300, 20_000], &[]);
    let fee = Evening {
        rows: vec![(0, 'V', 'A', 43_300, ""), (5, 'A', 'B', 25, "手续费")],
        ..paid_on()
    };
    check("a fee", &fee, [43_300, 0, 43_275, 25], &[]);
    // The balance after the second row says that 10 000 left between the two, and no row shows it.
    let unseen = Evening {
        rows: vec![
            (0, 'V', 'A', 43_300, ""),
            (5, 'A', 'B', 1_000, ""),
            (9, 'A', 'B', 1_000, ""),
        ],
        balances: vec![(1, 42_300), (2, 31_300)],
        ..paid_on()
    };
    check(
        "left unseen",
        &unseen,
        [43_300, 0, 43_300, 0],
        &[("way unknown", 'A', 10_000)],
    );
    let far = Evening {
        depth: Some(0),
        ..paid_on()
    };
    check("further than the picture", &far, [43_300, 0, 43_300, 0], &[]);
    let small = Evening {
        min_taint: Some(30_000),
        ..paid_on()
    };
    check("too small to follow", &small, [43_300, 0, 43_300, 0], &[]);
}

#[test]
fn a_fen_is_lost_once() {
    let again = Evening {
        rows: vec![
            (0, 'V', 'A', 100, ""),
            (1, 'A', 'V', 100, "返利"),
            (2, 'V', 'A', 250, ""),
            (3, 'A', 'X', 100, "取现"),
        ],
        paid: vec![(0, 'V', 'A', 100, Some(0)), (2, 'V', 'A', 250, Some(2))],
        ..Evening::default()
    };
    check(
        "came back and was paid again",
        &again,
        [250, 0, 150, 100],
        &[("came back", 'A', 100)],
    );
    let reversed = Evening {
        rows: vec![(0, 'V', 'A', 100, ""), (1, 'A', 'V', 100, "冲正")],
        paid: vec![(0, 'V', 'A', 100, Some(0))],
        ..Evening::default()
    };
    check(
        "a bank reversed it",
        &reversed,
        [0, 0, 0, 0],
        &[("came back", 'A', 100)],
    );
    // What came back lies with its owner: nobody is asked to stop the victim.
    let back = Evening {
        rows: vec![(0, 'V', 'A', 100, ""), (1, 'A', 'V', 60, "返利")],
        paid: vec![(0, 'V', 'A', 100, Some(0))],
        ..Evening::default()
    };
    let drawn = drawn(&back, Doctrine::Fifo);
    let proposed: Vec<AccountId> = drawn
        .map
        .nodes
        .iter()
        .filter(|n| n.proposable)
        .map(|n| n.account)
        .collect();
    assert_eq!(proposed, [account('A')]);
}

#[test]
fn the_victims_of_one_account_share_what_is_held_and_what_is_not() {
    let two = Evening {
        rows: vec![
            (0, 'V', 'A', 3_000, ""),
            (1, 'W', 'A', 1_000, ""),
            (5, 'A', 'X', 500, "取现"),
            (6, 'A', 'B', 1_000, ""),
        ],
        paid: vec![(0, 'V', 'A', 3_000, Some(0)), (1, 'W', 'A', 1_000, Some(1))],
        balances: vec![(2, 3_500), (3, 2_100)],
        orders: vec![held('A', 10, 1_001)],
        ..Evening::default()
    };
    check(
        "two victims, cash, a gap and a short hold",
        &two,
        [4_000, 1_001, 2_499, 500],
        &[("way unknown", 'A', 1_099), ("way unknown", 'A', 400)],
    );
}

#[test]
fn an_account_is_proposed_again_where_trying_again_can_help() {
    for (result, again) in [
        ("1199", true),
        ("1399", true),
        ("1304", false),
        ("0301", false),
        ("9999", false),
    ] {
        let evening = Evening {
            orders: vec![failed('A', 10, result)],
            ..paid_on()
        };
        let drawn = drawn(&evening, Doctrine::Fifo);
        let proposals = drawn.map.proposals(&drawn.picture.accounts, at(12));
        let of_a = proposals.iter().find(|p| p.account == account('A'));
        assert_eq!(of_a.is_some(), again, "{result}");
        let said = of_a.is_some_and(|p| {
            p.reasons.contains(&ProposalReason::FailedBefore {
                result: result.to_owned(),
            })
        });
        assert_eq!(said, again, "{result}: the reason is said");
        assert!(proposals.iter().any(|p| p.account == account('B')), "{result}");
    }
    // Twice stopped already: a third stop would be refused, so none is proposed.
    let mut picture = paid_on().picture();
    let mut accounts: Vec<Account> = "VAB".chars().map(known).collect();
    accounts[1].stops_executed = domain::hold::STOPS_MAX;
    picture.know(accounts, Vec::new());
    let seen = picture.trace(Doctrine::Fifo, &Hypothesis::default()).unwrap();
    let map = golden::draw(&picture, &seen);
    let proposed: Vec<AccountId> = map
        .nodes
        .iter()
        .filter(|n| n.proposable)
        .map(|n| n.account)
        .collect();
    assert_eq!(proposed, [account('B')]);
}

#[test]
fn an_earlier_instant_shows_the_holds_of_that_instant() {
    let mut over = held('A', 10, 23_820);
    over.state = OrderState::Lapsed;
    if let Some(answer) = &mut over.answer {
        answer.expire_at = Some(at(60));
    }
    let evening = Evening {
        orders: vec![over],
        ..paid_on()
    };
    let picture = evening.picture();
    for (minute, state, reached) in [
        (7, NodeState::Reachable, 23_820),
        (12, NodeState::Held, 23_820),
        (70, NodeState::Reachable, 23_820),
    ] {
        let until = Hypothesis {
            until_ms: Some(at(minute).ms()),
            stops: Vec::new(),
        };
        let seen = picture.trace(Doctrine::Fifo, &until).unwrap();
        let map = golden::draw(&picture, &seen);
        let node = map.nodes.iter().find(|n| n.account == account('A')).unwrap();
        assert_eq!(
            (node.state, node.expected),
            (state, Fen::yuan(reached)),
            "at {minute}"
        );
        let held = if state == NodeState::Held { reached } else { 0 };
        assert_eq!(map.money.held, Fen::yuan(held), "at {minute}");
    }
}

#[test]
fn between_the_victims_word_and_the_banks_row_nothing_has_come_back() {
    // The victim says 8:58, the bank's row 9:00.
    let mut evening = paid_on();
    evening.paid[0].0 = -2;
    let picture = evening.picture();
    let until = Hypothesis {
        until_ms: Some(at(-1).ms()),
        stops: Vec::new(),
    };
    let seen = picture.trace(Doctrine::Fifo, &until).unwrap();
    let map = golden::draw(&picture, &seen);
    let drawn = Drawn { picture, seen, map };
    assert_eq!(drawn.rests_on(), []);
    assert_eq!(drawn.map.money.total, Fen::ZERO);
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
    let picture = evening.picture();
    let truly = picture.trace(Doctrine::Fifo, &Hypothesis::default()).unwrap();
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
        let then = picture.trace(Doctrine::Fifo, &asked).unwrap();
        let found = what_if(&picture, &truly, &then, &stops);
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
    let drawn = drawn(&evening, Doctrine::Fifo);
    let marks: Vec<(char, Option<&str>, i64, Vec<usize>)> = drawn
        .sheet()
        .marks()
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
        marks,
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
    assert_eq!(self::drawn(&alone, Doctrine::Fifo).sheet().marks(), []);
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
        let drawn = drawn(&scattered(summary), Doctrine::Fifo);
        let marks = drawn.sheet().marks();
        assert_eq!(
            marks.iter().any(|m| m.pattern == Pattern::FanIn),
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
    assert_eq!(drawn(&reversed, Doctrine::Fifo).sheet().marks(), []);
}
