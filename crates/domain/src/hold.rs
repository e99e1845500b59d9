//! What holds an account: our stops and freezes, and other authorities' as the bank tells them.
//!
//! The facts are counted inside the transaction on the normalised account number, so that two people who order at once
//! cannot make a third stop (银发〔2016〕86号: at most two; bank code 1304).

use crate::order::{Answer, Order, OrderKind, OrderState};
use kernel::{Fen, Instant, OrderId, Refusal, RefusalCode, ReportId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Stops on one account, ever.
pub const STOPS_MAX: u32 = 2;

/// One measure of ours in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InForce {
    pub order: OrderId,
    pub report: ReportId,
    pub until: Instant,
    /// What it was asked to hold; a stop and a whole freeze hold the account.
    pub asked: Fen,
    pub whole: bool,
    pub held: Option<Fen>,
}

/// Everything about one account that decides whether another measure may be ordered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountHolds {
    /// Stops that a bank executed, whether or not they still run.
    pub stops_executed: u32,
    /// Stops asked for and not yet answered.
    pub stops_open: u32,
    /// Whose freezes are asked for and not yet answered.
    pub freezes_open: Vec<ReportId>,
    pub stop: Option<InForce>,
    /// Of whatever report: other victims' money on the account is frozen for their cases.
    pub freezes: Vec<InForce>,
}

impl AccountHolds {
    /// The freezes whose term runs.
    pub fn frozen(&self, now: Instant) -> impl Iterator<Item = &InForce> {
        self.freezes.iter().filter(move |f| f.until > now)
    }

    /// Together, what the freezes of other reports hold.
    pub fn frozen_for_others(&self, report: ReportId, now: Instant) -> Fen {
        let others = self.frozen(now).filter(|f| f.report != report);
        others.map(|f| f.held.unwrap_or(f.asked)).sum()
    }
}

/// A measure of another authority (在先冻结, Measures of 200310).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PriorHold {
    pub department: String,
    pub amount: Option<Fen>,
    pub until: Option<Instant>,
    /// The platform's FreezeType of a measure, raw: 0001 公安止付, 0002 公安冻结, 1001 高法冻结.
    pub kind: String,
}

/// What a stop or freeze is to its account at some instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stood {
    /// Not asked for, or taken back before anybody approved it.
    Absent,
    /// Waits for approval.
    Drafted,
    /// Approved; the bank has not said.
    OnItsWay,
    /// The bank or the hub did not do it.
    Failed,
    InForce,
    /// Relieved, lapsed, or turned into a freeze.
    Over,
}

/// How it stands now.
pub const fn stood_now(order: &Order) -> Stood {
    match order.state {
        OrderState::Drafted => Stood::Drafted,
        OrderState::Rejected | OrderState::Withdrawn => Stood::Absent,
        OrderState::Approved | OrderState::Sent | OrderState::Stuck | OrderState::HubAccepted => {
            Stood::OnItsWay
        }
        OrderState::Failed | OrderState::HubRefused => Stood::Failed,
        OrderState::Executed => Stood::InForce,
        OrderState::Done | OrderState::Frozen | OrderState::Relieved | OrderState::Lapsed => Stood::Over,
    }
}

/// How it stood at `at`, from what is recorded of it since; `ended` is when it ended, if it has. What a bank did counts from
/// when the bank did it, not from when we heard.
///
/// An order that nobody approved is absent from the past: when it was taken back is not part of it.
pub fn stood_at(order: &Order, ended: Option<Instant>, at: Instant) -> Stood {
    let by = |when: Option<Instant>| when.is_some_and(|when| when <= at);
    let answer = order.answer.as_ref();
    let heard = answer.and_then(|a| a.at);
    let began = answer.and_then(Answer::began);
    match stood_now(order) {
        Stood::Absent => Stood::Absent,
        Stood::Over if by(ended) => Stood::Over,
        Stood::InForce | Stood::Over if by(began) => Stood::InForce,
        // A hub's refusal is not dated; it comes within seconds of the sending.
        Stood::Failed if by(heard.or(order.sent_at)) => Stood::Failed,
        _ if by(order.approval.as_ref().map(|a| a.at)) => Stood::OnItsWay,
        _ if order.requested_at <= at => Stood::Drafted,
        _ => Stood::Absent,
    }
}

/// When each of these measures that is over ended. `orders`: the stops and freezes of accounts, and what relieved them.
pub fn ends_of(orders: &[Order]) -> BTreeMap<OrderId, Instant> {
    let answered = |o: &Order| o.answer.as_ref().and_then(Answer::began);
    let relieved = |of: &Order| {
        let frees = |kind| {
            matches!(
                kind,
                OrderKind::StopRelieve | OrderKind::FreezeRelieve | OrderKind::WatchEnd
            )
        };
        let relief = |o: &&Order| o.original == Some(of.id) && o.state == OrderState::Done && frees(o.kind);
        orders.iter().filter(relief).filter_map(answered).min()
    };
    let frozen = |of: &Order| {
        let freeze =
            |o: &&Order| o.kind == OrderKind::Freeze && o.account == of.account && o.report == of.report;
        let after = |at: &Instant| answered(of).is_none_or(|began| *at >= began);
        orders
            .iter()
            .filter(freeze)
            .filter_map(answered)
            .filter(after)
            .min()
    };
    orders
        .iter()
        .filter_map(|o| {
            let ended = match o.state {
                OrderState::Relieved => relieved(o),
                OrderState::Frozen => frozen(o),
                OrderState::Lapsed => None,
                _ => return None,
            };
            let term = o.answer.as_ref().and_then(|a| a.expire_at);
            Some((o.id, ended.or(term)?))
        })
        .collect()
}

/// May a stop be ordered on this account now? Refusals in order of precedence: what can never be cured first.
pub fn stop_check(holds: &AccountHolds, now: Instant) -> Result<(), Refusal> {
    if holds.stops_executed + holds.stops_open >= STOPS_MAX {
        return Err(Refusal::with(RefusalCode::ThirdStop, STOPS_MAX.to_string()));
    }
    if holds.frozen(now).next().is_some() {
        return Err(RefusalCode::FreezeAlreadyActive.into());
    }
    if let Some(stop) = holds.stop.filter(|s| s.until > now) {
        return Err(Refusal::with(
            RefusalCode::StopAlreadyActive,
            stop.until.to_iso_cst(),
        ));
    }
    if holds.stops_open > 0 {
        return Err(RefusalCode::OrderPending.into());
    }
    Ok(())
}

/// May `report` ask for a freeze? Never twice the same money (程序规定 242): not a second time for one report, and nothing behind
/// a freeze of the whole account. Another report's freeze up to an amount does not hinder: what it leaves free is other
/// victims' money, and this one waits behind it (轮候, adr 0017). Another authority's does not hinder either.
pub fn freeze_check(holds: &AccountHolds, report: ReportId, now: Instant) -> Result<(), Refusal> {
    if let Some(freeze) = holds.frozen(now).find(|f| f.whole || f.report == report) {
        return Err(Refusal::with(
            RefusalCode::FreezeAlreadyActive,
            freeze.until.to_iso_cst(),
        ));
    }
    if holds.freezes_open.contains(&report) {
        return Err(RefusalCode::OrderPending.into());
    }
    Ok(())
}

/// What becomes free when a freeze of `amount` takes the place of the report's stop of the whole account: what the bank holds
/// now less what this freeze and those of other reports keep. Nothing when no stop of the report runs, because a freeze ends
/// its own report's stop alone, or when the freeze is of the whole account; unknown when the bank did not say what it holds.
pub fn lets_go(
    holds: &AccountHolds,
    report: ReportId,
    amount: Fen,
    whole: bool,
    now: Instant,
) -> Option<Fen> {
    let mine = |s: &InForce| s.report == report && s.until > now;
    let Some(stop) = holds.stop.filter(|s| mine(s) && !whole) else {
        return Some(Fen::ZERO);
    };
    let kept = Fen(amount.0 + holds.frozen_for_others(report, now).0);
    stop.held.map(|held| held.saturating_less(kept))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Span;

    #[test]
    fn stops_are_counted_to_two() {
        let now = Instant::from_wire14("20261122210506").unwrap();
        let force = |until| Some(in_force(now, 7, until));
        let (past, future) = (now - Span::hours(1), now + Span::hours(1));
        let none = AccountHolds::default();
        let table = [
            ("fresh", none.clone(), None),
            (
                "one open",
                AccountHolds {
                    stops_open: 1,
                    ..none.clone()
                },
                Some(RefusalCode::OrderPending),
            ),
            (
                "one over",
                AccountHolds {
                    stops_executed: 1,
                    stop: force(past),
                    ..none.clone()
                },
                None,
            ),
            (
                "one runs",
                AccountHolds {
                    stops_executed: 1,
                    stop: force(future),
                    ..none.clone()
                },
                Some(RefusalCode::StopAlreadyActive),
            ),
            (
                "one over, one open",
                AccountHolds {
                    stops_executed: 1,
                    stops_open: 1,
                    ..none.clone()
                },
                Some(RefusalCode::ThirdStop),
            ),
            (
                "two over",
                AccountHolds {
                    stops_executed: 2,
                    stop: force(past),
                    ..none.clone()
                },
                Some(RefusalCode::ThirdStop),
            ),
            (
                "frozen",
                AccountHolds {
                    freezes: force(future).into_iter().collect(),
                    ..none.clone()
                },
                Some(RefusalCode::FreezeAlreadyActive),
            ),
            (
                "freeze over",
                AccountHolds {
                    freezes: force(past).into_iter().collect(),
                    ..none.clone()
                },
                None,
            ),
        ];
        for (name, holds, code) in table {
            assert_eq!(stop_check(&holds, now).err().map(|r| r.code), code, "{name}");
        }
    }

    fn in_force(now: Instant, report: u8, until: Instant) -> InForce {
        InForce {
            order: OrderId::new(now, [7; 10]),
            report: ReportId::new(now, [report; 10]),
            until,
            asked: Fen::yuan(3_000),
            whole: false,
            held: None,
        }
    }

    #[test]
    fn never_the_same_money_twice() {
        let now = Instant::from_wire14("20261122210506").unwrap();
        let (mine, other) = (ReportId::new(now, [1; 10]), ReportId::new(now, [2; 10]));
        let running = |report| in_force(now, report, now + Span::hours(1));
        let frozen = |freeze: InForce| AccountHolds {
            freezes: vec![freeze],
            ..AccountHolds::default()
        };
        let asked = |by| AccountHolds {
            freezes_open: vec![by],
            ..AccountHolds::default()
        };
        let whole = InForce {
            whole: true,
            ..running(2)
        };
        let stopped = AccountHolds {
            stop: Some(running(1)),
            stops_executed: 1,
            ..AccountHolds::default()
        };
        for (name, holds, code) in [
            ("mine", frozen(running(1)), Some(RefusalCode::FreezeAlreadyActive)),
            ("mine, over", frozen(in_force(now, 1, now)), None),
            ("another report's, up to an amount", frozen(running(2)), None),
            (
                "another report's, whole",
                frozen(whole),
                Some(RefusalCode::FreezeAlreadyActive),
            ),
            ("mine on its way", asked(mine), Some(RefusalCode::OrderPending)),
            ("another's on its way", asked(other), None),
            ("stopped", stopped, None),
        ] {
            assert_eq!(
                freeze_check(&holds, mine, now).err().map(|r| r.code),
                code,
                "{name}"
            );
        }
    }

    #[test]
    fn what_a_smaller_freeze_lets_go() {
        let now = Instant::from_wire14("20261122210506").unwrap();
        let mine = ReportId::new(now, [1; 10]);
        let stop = |held| {
            Some(InForce {
                held,
                ..in_force(now, 1, now + Span::hours(1))
            })
        };
        let other = InForce {
            held: Some(Fen::yuan(2_000)),
            ..in_force(now, 2, now + Span::hours(1))
        };
        let table = [
            // held by the stop, the other's freeze, asked, whole, let go
            (stop(Some(Fen::yuan(10_000))), None, 3_000, false, Some(7_000)),
            (
                stop(Some(Fen::yuan(10_000))),
                Some(other),
                3_000,
                false,
                Some(5_000),
            ),
            (stop(Some(Fen::yuan(10_000))), None, 3_000, true, Some(0)),
            (stop(Some(Fen::yuan(3_000))), None, 3_000, false, Some(0)),
            (stop(Some(Fen::yuan(2_000))), None, 3_000, false, Some(0)),
            (stop(None), None, 3_000, false, None),
            (None, None, 3_000, false, Some(0)),
            // Another report's stop stays where it is.
            (
                Some(in_force(now, 2, now + Span::hours(1))),
                None,
                3_000,
                false,
                Some(0),
            ),
        ];
        for (stop, freeze, asked, whole, free) in table {
            let holds = AccountHolds {
                stop,
                freezes: freeze.into_iter().collect(),
                ..AccountHolds::default()
            };
            assert_eq!(
                lets_go(&holds, mine, Fen::yuan(asked), whole, now),
                free.map(Fen::yuan)
            );
        }
    }

    /// An order with the instants that matter, in minutes after nine.
    fn measure(
        id: u8,
        kind: OrderKind,
        state: OrderState,
        minutes: [Option<i64>; 4],
        original: Option<OrderId>,
    ) -> Order {
        let nine = Instant::from_wire14("20261122090000").unwrap();
        let [approved, started, heard, expires] = minutes.map(|m| m.map(|m| nine + Span::minutes(m)));
        let any = kernel::UserId::new(nine, [1; 10]);
        Order {
            id: OrderId::new(nine, [id; 10]),
            kind,
            state,
            report: kernel::ReportId::new(nine, [1; 10]),
            case: None,
            account: kernel::AccountId::new(nine, [1; 10]),
            application_id: String::new(),
            original,
            batch: None,
            layer: 1,
            area: kernel::Area::from_code(421_100).unwrap(),
            terms: crate::order::Terms::default(),
            requested_by: any,
            requested_at: nine,
            second_officer: any,
            approval: approved.map(|at| crate::order::Approval {
                by: any,
                at,
                level: crate::access::ApproverLevel::Duty,
                opinion: String::new(),
                policy: None,
            }),
            confirmation: None,
            sends: 1,
            sent_at: approved,
            hub_code: String::new(),
            answer: heard.map(|at| crate::order::Answer {
                at: Some(at),
                start_at: started,
                expire_at: expires,
                ..crate::order::Answer::default()
            }),
            version: 1,
        }
    }

    #[test]
    fn a_measure_stands_as_it_stood_at_the_instant_asked_about() {
        use OrderKind as K;
        use OrderState as S;
        use Stood::{Absent, Drafted, Failed, InForce, OnItsWay, Over};
        let stop = |state, minutes| measure(1, K::Stop, state, minutes, None);
        let answered = [Some(2), Some(4), Some(6), Some(60)];
        let id = stop(S::Relieved, answered).id;
        let relief = measure(
            2,
            K::StopRelieve,
            S::Done,
            [Some(20), None, Some(30), None],
            Some(id),
        );
        let freeze = measure(
            3,
            K::Freeze,
            S::Executed,
            [Some(10), Some(15), Some(16), Some(90)],
            None,
        );
        // At minutes −1, 0, 3, 5, 7, 20, 40 and 80, and now.
        let table = [
            (
                "drafted",
                vec![stop(S::Drafted, [None; 4])],
                [
                    Absent, Drafted, Drafted, Drafted, Drafted, Drafted, Drafted, Drafted,
                ],
                Drafted,
            ),
            (
                "withdrawn",
                vec![stop(S::Withdrawn, [None; 4])],
                [Absent; 8],
                Absent,
            ),
            (
                "on its way",
                vec![stop(S::HubAccepted, [Some(2), None, None, None])],
                [
                    Absent, Drafted, OnItsWay, OnItsWay, OnItsWay, OnItsWay, OnItsWay, OnItsWay,
                ],
                OnItsWay,
            ),
            (
                "failed",
                vec![stop(S::Failed, [Some(2), None, Some(6), None])],
                [
                    Absent, Drafted, OnItsWay, OnItsWay, Failed, Failed, Failed, Failed,
                ],
                Failed,
            ),
            (
                "the hub refused",
                vec![stop(S::HubRefused, [Some(2), None, None, None])],
                [Absent, Drafted, Failed, Failed, Failed, Failed, Failed, Failed],
                Failed,
            ),
            (
                "executed",
                vec![stop(S::Executed, answered)],
                [
                    Absent, Drafted, OnItsWay, InForce, InForce, InForce, InForce, InForce,
                ],
                InForce,
            ),
            (
                "relieved",
                vec![stop(S::Relieved, answered), relief],
                [Absent, Drafted, OnItsWay, InForce, InForce, InForce, Over, Over],
                Over,
            ),
            (
                "frozen",
                vec![stop(S::Frozen, answered), freeze],
                [Absent, Drafted, OnItsWay, InForce, InForce, Over, Over, Over],
                Over,
            ),
            (
                "lapsed",
                vec![stop(S::Lapsed, answered)],
                [
                    Absent, Drafted, OnItsWay, InForce, InForce, InForce, InForce, Over,
                ],
                Over,
            ),
        ];
        for (name, orders, then, now) in table {
            let ended = ends_of(&orders).get(&id).copied();
            for (minute, expected) in [-1, 0, 3, 5, 7, 20, 40, 80].into_iter().zip(then) {
                let at = orders[0].requested_at + Span::minutes(minute);
                assert_eq!(stood_at(&orders[0], ended, at), expected, "{name} at {minute}");
            }
            assert_eq!(stood_now(&orders[0]), now, "{name} now");
        }
    }
}
