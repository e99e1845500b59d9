//! Held, reachable, unseen, gone, in small drawn evenings: for all victims together, for each alone, and for each account.

use crate::made::{DOCTRINES, Evening, account, at, failed, freeze, paid_on, report, stop};
use crate::{AccountState, Assumption, Sums, Whereabouts, by_victim, held_once};
use kernel::{AccountId, Fen};

/// What the figures rest on, as (word, account, yuan).
fn rests_on(w: &Whereabouts) -> Vec<(&'static str, AccountId, i64)> {
    let word = |a: &Assumption| match *a {
        Assumption::WayUnknown { account, amount } => Some(("way unknown", account, amount.0 / 100)),
        Assumption::AmountUntold { account, amount } => Some(("amount untold", account, amount.0 / 100)),
        Assumption::CameBack { account, amount } => Some(("came back", account, amount.0 / 100)),
        Assumption::Returned { account, amount } => Some(("returned", account, amount.0 / 100)),
        Assumption::NoStatement { .. } | Assumption::NoAccount { .. } | Assumption::Cut { .. } => None,
    };
    w.assumptions.iter().filter_map(word).collect()
}

/// Every fen is in one place, for the report, each victim and each account.
fn adds_up(name: &str, evening: &Evening) {
    for doctrine in DOCTRINES {
        let drawn = evening.drawn(doctrine);
        let w = drawn.whereabouts();
        assert!(w.sums.adds_up(), "{name}: {doctrine:?}: {:?}", w.sums);
        let mut all = Sums::default();
        for victim in by_victim(&drawn.facts(), &w) {
            let s = victim.sums;
            assert!(s.adds_up(), "{name}: {doctrine:?}: {victim:?}");
            all = Sums {
                total: Fen(all.total.0 + s.total.0),
                held: Fen(all.held.0 + s.held.0),
                reachable: Fen(all.reachable.0 + s.reachable.0),
                unseen: Fen(all.unseen.0 + s.unseen.0),
                gone: Fen(all.gone.0 + s.gone.0),
            };
        }
        assert_eq!(all, w.sums, "{name}: {doctrine:?}: the victims are not the whole");
        for a in &w.accounts {
            let s = a.split;
            let parts = s.held.0 + s.reachable.0 + s.unseen.0 + s.returned.0;
            assert_eq!(parts, a.expected.0, "{name}: {doctrine:?}: {a:?}");
            let left = if a.exit { s.gone.0 } else { a.sent.0 + a.expected.0 };
            assert_eq!(left, a.received.0, "{name}: {doctrine:?}: {a:?}");
        }
    }
}

/// `expected`: total, held, reachable, unseen, gone, in yuan.
fn check(name: &str, evening: &Evening, expected: [i64; 5], rests: &[(&'static str, char, i64)]) {
    let w = evening.fifo().whereabouts();
    let s = w.sums;
    let got = [s.total, s.held, s.reachable, s.unseen, s.gone].map(|f| f.0 / 100);
    assert_eq!(got, expected, "{name}");
    let wanted: Vec<_> = rests
        .iter()
        .map(|(word, a, yuan)| (*word, account(*a), *yuan))
        .collect();
    assert_eq!(rests_on(&w), wanted, "{name}");
    adds_up(name, evening);
}

#[test]
fn what_nobody_sees_is_neither_reachable_nor_gone() {
    check("nothing ordered", &paid_on(), [43_300, 0, 43_300, 0, 0], &[]);
    // The picture of the documents: the statement is known, the bank holds less than the statement leaves there.
    let of_a = |order| Evening {
        orders: vec![order],
        ..paid_on()
    };
    check(
        "held short of the statement",
        &of_a(stop('A', 10, Some(3_120))),
        [43_300, 3_120, 19_480, 20_700, 0],
        &[("way unknown", 'A', 20_700)],
    );
    check(
        "held, and no readable amount",
        &of_a(stop('A', 10, None)),
        [43_300, 0, 19_480, 23_820, 0],
        &[("amount untold", 'A', 23_820)],
    );
    check(
        "stopped, and nothing was there",
        &of_a(stop('A', 10, Some(0))),
        [43_300, 0, 19_480, 23_820, 0],
        &[("way unknown", 'A', 23_820)],
    );
    // More than the victim's money is on the account: only his counts as held.
    check(
        "held more",
        &of_a(stop('A', 10, Some(90_000))),
        [43_300, 23_820, 19_480, 0, 0],
        &[],
    );
    let no_statement = Evening {
        rows: vec![],
        paid: vec![(0, 'V', 'A', 43_300, None)],
        orders: vec![stop('A', 10, Some(3_120))],
        ..Evening::default()
    };
    check(
        "held short, no statement",
        &no_statement,
        [43_300, 3_120, 0, 40_180, 0],
        &[("way unknown", 'A', 40_180)],
    );
    let poor = Evening {
        reported: vec![('A', 700, 6)],
        ..paid_on()
    };
    check(
        "its bank reports less",
        &poor,
        [43_300, 0, 20_180, 23_120, 0],
        &[("way unknown", 'A', 23_120)],
    );
    let before = Evening {
        reported: vec![('A', 700, -1)],
        ..paid_on()
    };
    check(
        "its bank reported before the money came",
        &before,
        [43_300, 0, 43_300, 0, 0],
        &[],
    );
}

#[test]
fn only_what_a_row_shows_leaving_by_an_exit_is_gone() {
    let cash = Evening {
        rows: vec![(0, 'V', 'A', 43_300, ""), (5, 'A', 'X', 20_000, "ATM取款")],
        ..paid_on()
    };
    check("cash", &cash, [43_300, 0, 23_300, 0, 20_000], &[]);
    let fee = Evening {
        rows: vec![(0, 'V', 'A', 43_300, ""), (5, 'A', 'B', 25, "手续费")],
        ..paid_on()
    };
    check("a fee", &fee, [43_300, 0, 43_275, 0, 25], &[]);
    // The balance after the second row says that 10 000 left between the two, and no row shows it.
    let gap = Evening {
        rows: vec![
            (0, 'V', 'A', 43_300, ""),
            (5, 'A', 'B', 1_000, ""),
            (9, 'A', 'B', 1_000, ""),
        ],
        balances: vec![(1, 42_300), (2, 31_300)],
        ..paid_on()
    };
    check(
        "a balance fell",
        &gap,
        [43_300, 0, 33_300, 10_000, 0],
        &[("way unknown", 'A', 10_000)],
    );
    let far = Evening {
        depth: Some(0),
        ..paid_on()
    };
    check(
        "further than the trace",
        &far,
        [43_300, 0, 23_820, 19_480, 0],
        &[],
    );
    let small = Evening {
        min_taint: Some(30_000),
        ..paid_on()
    };
    check("too small to follow", &small, [43_300, 0, 23_820, 19_480, 0], &[]);
}

#[test]
fn a_fen_is_lost_once_and_what_came_home_is_not_lost() {
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
        [250, 0, 150, 0, 100],
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
        [0, 0, 0, 0, 0],
        &[("came back", 'A', 100)],
    );
    let home = Evening {
        rows: vec![(0, 'V', 'A', 100, ""), (1, 'A', 'V', 60, "返利")],
        paid: vec![(0, 'V', 'A', 100, Some(0))],
        ..Evening::default()
    };
    check("came home", &home, [40, 0, 40, 0, 0], &[("returned", 'V', 60)]);
    let w = home.fifo().whereabouts();
    assert_eq!(state_of(&w, 'V'), AccountState::Returned);
    let proposed: Vec<AccountId> = w.proposals(at(2)).into_iter().map(|p| p.account).collect();
    assert_eq!(proposed, [account('A')], "nobody is asked to stop the victim");
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
        orders: vec![stop('A', 10, Some(1_001))],
        ..Evening::default()
    };
    check(
        "two victims, cash, a gap and a short hold",
        &two,
        [4_000, 1_001, 1_000, 1_499, 500],
        &[("way unknown", 'A', 1_099), ("way unknown", 'A', 400)],
    );
}

fn state_of(w: &Whereabouts, letter: char) -> AccountState {
    w.account(account(letter)).unwrap().state
}

#[test]
fn an_account_says_how_it_stands() {
    let with = |orders| Evening { orders, ..paid_on() };
    for (orders, state) in [
        (vec![], AccountState::Reachable),
        (vec![stop('A', 10, Some(1))], AccountState::Held),
        (vec![stop('A', 10, None)], AccountState::Held),
        (vec![stop('A', 10, Some(0))], AccountState::Failed),
        (
            vec![stop('A', 10, Some(1)), freeze('A', 20, Some(1))],
            AccountState::Frozen,
        ),
        // A freeze counts before a stop, whichever was last.
        (
            vec![freeze('A', 10, Some(1)), stop('A', 20, Some(1))],
            AccountState::Frozen,
        ),
        (vec![failed('A', 10, "1304")], AccountState::Failed),
    ] {
        assert_eq!(
            state_of(&with(orders.clone()).fifo().whereabouts(), 'A'),
            state,
            "{orders:?}"
        );
    }
    let all = Evening {
        rows: vec![
            (0, 'V', 'A', 100, ""),
            (5, 'A', 'B', 100, ""),
            (6, 'B', 'X', 100, "取现"),
        ],
        paid: vec![(0, 'V', 'A', 100, Some(0))],
        ..Evening::default()
    };
    let w = all.fifo().whereabouts();
    let states: Vec<AccountState> = "ABX".chars().map(|a| state_of(&w, a)).collect();
    // What passed through is not gone from there: it is gone where it left.
    assert_eq!(
        states,
        [AccountState::Passed, AccountState::Passed, AccountState::Gone]
    );
    let empty = Evening {
        reported: vec![('A', 0, 6)],
        ..paid_on()
    };
    assert_eq!(state_of(&empty.fifo().whereabouts(), 'A'), AccountState::Unseen);
}

#[test]
fn an_account_is_proposed_for_what_is_reachable_and_again_where_trying_again_can_help() {
    for (result, again) in [("1199", true), ("1304", false), ("9999", false)] {
        let evening = Evening {
            orders: vec![failed('A', 10, result)],
            ..paid_on()
        };
        let w = evening.fifo().whereabouts();
        let proposals = w.proposals(at(12));
        let of = |letter| proposals.iter().find(|p| p.account == account(letter));
        assert_eq!(of('A').is_some(), again, "{result}");
        let said = of('A').is_some_and(|p| {
            p.reasons.contains(&crate::ProposalReason::FailedBefore {
                result: result.to_owned(),
            })
        });
        assert_eq!(said, again, "{result}: the reason is said");
        assert_eq!(of('B').map(|p| p.amount), Some(Fen::yuan(19_480)), "{result}");
    }
    // Twice stopped already: a third stop would be refused, so none is proposed.
    let twice = Evening {
        stopped_twice: vec!['A'],
        ..paid_on()
    };
    let proposed: Vec<AccountId> = twice
        .fifo()
        .whereabouts()
        .proposals(at(12))
        .into_iter()
        .map(|p| p.account)
        .collect();
    assert_eq!(proposed, [account('B')]);
    // The bank reports less than should be there: no more than that is asked for.
    let poor = Evening {
        reported: vec![('B', 700, 6)],
        ..paid_on()
    };
    let w = poor.fifo().whereabouts();
    for p in w.proposals(at(12)) {
        assert_eq!(
            p.amount,
            w.account(p.account).unwrap().split.reachable,
            "one figure"
        );
    }
}

#[test]
fn an_earlier_instant_shows_the_holds_and_balances_of_that_instant() {
    let mut over = stop('A', 10, Some(23_820));
    over.state = domain::order::OrderState::Lapsed;
    if let Some(answer) = &mut over.answer {
        answer.expire_at = Some(at(60));
    }
    let evening = Evening {
        orders: vec![over],
        reported: vec![('A', 5_000, 65)],
        ..paid_on()
    };
    for (minute, state, held, reachable) in [
        (7, AccountState::Reachable, 0, 23_820),
        (12, AccountState::Held, 23_820, 0),
        (62, AccountState::Reachable, 0, 23_820),
        (70, AccountState::Reachable, 0, 5_000),
    ] {
        let then = Evening {
            until: Some(minute),
            ..evening.clone()
        };
        let w = then.fifo().whereabouts();
        let a = w.account(account('A')).unwrap();
        assert_eq!(
            (a.state, a.split.held, a.split.reachable),
            (state, Fen::yuan(held), Fen::yuan(reachable)),
            "at {minute}"
        );
        assert_eq!(w.sums.held, Fen::yuan(held), "at {minute}");
        assert_eq!(
            a.expected,
            Fen::yuan(23_820),
            "what should be there does not change with what banks say"
        );
    }
}

#[test]
fn between_the_victims_word_and_the_banks_row_nothing_has_come_back() {
    // The victim says 8:58, the bank's row 9:00.
    let mut evening = paid_on();
    evening.paid[0].0 = -2;
    evening.until = Some(-1);
    let w = evening.fifo().whereabouts();
    assert_eq!((rests_on(&w), w.sums), (vec![], Sums::default()));
}

#[test]
fn what_an_order_may_ask_for_is_what_came_less_what_left_by_every_doctrine() {
    // 9 999 of the 10 000 went on; another report's victim has 5 000 on the same account.
    let evening = Evening {
        rows: vec![
            (0, 'V', 'A', 10_000, ""),
            (1, 'A', 'B', 10_000, ""),
            (2, 'B', 'C', 9_999, ""),
            (3, 'W', 'B', 5_000, ""),
        ],
        paid: vec![(0, 'V', 'A', 10_000, Some(0))],
        orders: vec![stop('C', 10, Some(12_000))],
        ..Evening::default()
    };
    for doctrine in DOCTRINES {
        let w = evening.drawn(doctrine).whereabouts();
        let b = w.account(account('B')).unwrap();
        assert_eq!(
            (b.received, b.sent, b.expected),
            (Fen::yuan(10_000), Fen::yuan(9_999), Fen::yuan(1)),
            "{doctrine:?}"
        );
        let asked: Vec<Fen> = w.proposals(at(12)).iter().map(|p| p.amount).collect();
        assert_eq!(asked, [Fen::yuan(1)], "{doctrine:?}: not what was received");
        let c = w.account(account('C')).unwrap();
        assert_eq!(
            c.hold.and_then(|h| h.amount),
            Some(Fen::yuan(12_000)),
            "all that the bank holds"
        );
        assert_eq!(
            c.split.held,
            Fen::yuan(9_999),
            "{doctrine:?}: of it, the report's"
        );
    }
}

#[test]
fn money_that_two_reports_claim_is_counted_once() {
    let rows = vec![
        (0, 'V', 'A', 10_000, ""),
        (1, 'W', 'A', 8_000, ""),
        (4, 'A', 'X', 6_000, "取现"),
    ];
    let one = |paid, held| Evening {
        rows: rows.clone(),
        paid: vec![paid],
        orders: vec![stop('A', 10, held)],
        ..Evening::default()
    };
    let (v, w) = ((0, 'V', 'A', 10_000, Some(0)), (1, 'W', 'A', 8_000, Some(1)));
    for (held, of_v, of_w, together) in [
        (Some(5_000), 4_000, 5_000, 5_000),
        (Some(12_000), 4_000, 8_000, 12_000),
        (Some(99_000), 4_000, 8_000, 12_000),
        (None, 0, 0, 0),
    ] {
        let (a, b) = (
            one(v, held).fifo().whereabouts(),
            one(w, held).fifo().whereabouts(),
        );
        assert_eq!(
            (a.sums.held, b.sums.held),
            (Fen::yuan(of_v), Fen::yuan(of_w)),
            "{held:?}: claimed by each"
        );
        assert_eq!(
            held_once([&a, &b]),
            Fen::yuan(together),
            "{held:?}: once in the total"
        );
        assert_eq!(held_once([&a]), a.sums.held, "{held:?}: alone");
    }
}

#[test]
fn a_freeze_of_a_sum_holds_the_money_of_its_own_report_alone() {
    use domain::order::FreezeType;
    let rows = vec![(0, 'V', 'A', 30_000, ""), (1, 'W', 'A', 20_000, "")];
    let of = |who: u8, kind: FreezeType, yuan| {
        let mut order = freeze('A', 10, yuan);
        order.report = report(who);
        order.terms.freeze_type = Some(kind);
        order
    };
    // V is the first report. What is held, reachable and unseen of his 30 000, with the balance that the bank last told.
    for (what, orders, balance, expected) in [
        (
            "his own",
            vec![of(1, FreezeType::Limited, Some(30_000))],
            None,
            [30_000, 0, 0],
        ),
        (
            "another's",
            vec![of(2, FreezeType::Limited, Some(20_000))],
            None,
            [0, 30_000, 0],
        ),
        (
            "another's whole account",
            vec![of(2, FreezeType::Whole, Some(50_000))],
            None,
            [30_000, 0, 0],
        ),
        (
            "his own beside another's later one",
            vec![
                of(1, FreezeType::Limited, Some(30_000)),
                of(2, FreezeType::Limited, Some(20_000)),
            ],
            None,
            [30_000, 0, 0],
        ),
        (
            "another's, and the balance is told",
            vec![of(2, FreezeType::Limited, Some(20_000))],
            Some(50_000),
            [0, 30_000, 0],
        ),
        (
            "another's, and less is there than both paid",
            vec![of(2, FreezeType::Limited, Some(20_000))],
            Some(45_000),
            [0, 25_000, 5_000],
        ),
        (
            "another's takes all that is there",
            vec![of(2, FreezeType::Limited, Some(20_000))],
            Some(20_000),
            [0, 0, 30_000],
        ),
    ] {
        let evening = Evening {
            rows: rows.clone(),
            paid: vec![(0, 'V', 'A', 30_000, Some(0))],
            orders,
            reported: balance.map(|yuan| ('A', yuan, 12)).into_iter().collect(),
            ..Evening::default()
        };
        let sums = evening.fifo().whereabouts().sums;
        let found = [sums.held, sums.reachable, sums.unseen];
        assert_eq!(found, expected.map(Fen::yuan), "{what}");
    }
}

#[test]
fn a_sum_that_falls_says_why() {
    use crate::{Figure, Why};
    let mut over = stop('A', 10, Some(23_820));
    over.state = domain::order::OrderState::Lapsed;
    if let Some(answer) = &mut over.answer {
        answer.expire_at = Some(at(60));
    }
    let replaced = |mut stopped: domain::order::Order| {
        stopped.state = domain::order::OrderState::Frozen;
        stopped
    };
    let lasting = freeze('A', 20, Some(20_000));
    let cash = Evening {
        rows: vec![
            (0, 'V', 'A', 43_300, ""),
            (5, 'A', 'X', 1_001, "取现"),
            (6, 'A', 'V', 300, "返利"),
        ],
        ..paid_on()
    };
    let with = |orders| Evening { orders, ..paid_on() };
    for (name, evening, want) in [
        ("nothing happened", paid_on(), vec![]),
        (
            "cash and money that came home",
            cash,
            vec![
                (5, Figure::Reachable, 1_001, 'A', Why::Left),
                (6, Figure::Total, 300, 'V', Why::Returned),
            ],
        ),
        (
            "held short",
            with(vec![stop('A', 10, Some(3_120))]),
            vec![(10, Figure::Reachable, 20_700, 'A', Why::HeldLess)],
        ),
        ("held, unknown how much", with(vec![stop('A', 10, None)]), vec![]),
        (
            "lapsed",
            with(vec![over]),
            vec![(60, Figure::Held, 23_820, 'A', Why::HoldEnded)],
        ),
        (
            "a smaller freeze took the stop's place",
            with(vec![replaced(stop('A', 10, Some(90_000))), lasting]),
            vec![
                (20, Figure::Reachable, 3_820, 'A', Why::HeldLess),
                (20, Figure::Held, 3_820, 'A', Why::HoldEnded),
            ],
        ),
    ] {
        let mut falls: Vec<_> = evening.fifo().whereabouts().falls;
        let mut want: Vec<crate::Fall> = want
            .into_iter()
            .map(|(minute, figure, yuan, letter, why)| crate::Fall {
                at: at(minute),
                figure,
                by: Fen::yuan(yuan),
                account: account(letter),
                why,
            })
            .collect();
        falls.sort_by_key(|f| (f.at, f.why));
        want.sort_by_key(|f| (f.at, f.why));
        assert_eq!(falls, want, "{name}");
    }
}

/// Cash and scanned codes: lost, in nobody's account, and neither reachable nor gone.
#[test]
fn what_was_paid_without_an_account_counts_as_lost_and_unseen() {
    let evening = Evening {
        handed: vec![(2, 'V', 700), (6, 'W', 55)],
        ..paid_on()
    };
    for doctrine in DOCTRINES {
        let (drawn, placed) = (evening.drawn(doctrine), paid_on().drawn(doctrine));
        let (with, without) = (drawn.whereabouts(), placed.whereabouts());
        assert!(with.sums.adds_up());
        assert_eq!(
            with.sums.total,
            Fen(without.sums.total.0 + 75_500),
            "{doctrine:?}"
        );
        assert_eq!(with.sums.unseen, Fen(without.sums.unseen.0 + 75_500));
        assert_eq!(
            (with.sums.held, with.sums.reachable, with.sums.gone),
            (without.sums.held, without.sums.reachable, without.sums.gone)
        );
        assert_eq!(with.accounts, without.accounts, "no account is invented");
        assert!(with.assumptions.contains(&Assumption::NoAccount {
            count: 2,
            amount: Fen::yuan(755),
        }));
        let victims = by_victim(&drawn.facts(), &with);
        let unseen: Vec<i64> = victims.iter().map(|v| v.sums.unseen.0 / 100).collect();
        assert_eq!(victims.len(), 2);
        assert_eq!(unseen[1], 55);
        assert_eq!(victims.iter().map(|v| v.sums.total).sum::<Fen>(), with.sums.total);
    }
}

#[test]
fn what_was_paid_without_an_account_counts_from_its_instant_on() {
    let evening = |until| Evening {
        handed: vec![(4, 'V', 700)],
        until: Some(until),
        ..paid_on()
    };
    let total = |until| evening(until).fifo().whereabouts().sums.total;
    assert_eq!(Fen(total(4).0 - total(3).0), Fen::yuan(700));
}

#[test]
fn a_report_of_cash_alone_has_a_total() {
    let evening = Evening {
        handed: vec![(0, 'V', 30_000)],
        ..Evening::default()
    };
    let sums = evening.fifo().whereabouts().sums;
    assert_eq!((sums.total, sums.unseen), (Fen::yuan(30_000), Fen::yuan(30_000)));
}
