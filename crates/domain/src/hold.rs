//! What holds an account: our stops and freezes, and other authorities' as the bank tells them.
//!
//! The facts are counted inside the transaction on the normalised account number, so that two people who order at once
//! cannot make a third stop (银发〔2016〕86号: at most two; bank code 1304).

use kernel::{Fen, Instant, OrderId, Refusal, RefusalCode};
use serde::{Deserialize, Serialize};

/// Stops on one account, ever.
pub const STOPS_MAX: u32 = 2;

/// One measure of ours in force.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InForce {
    pub order: OrderId,
    pub until: Instant,
    pub held: Option<Fen>,
}

/// Everything about one account that decides whether another measure may be ordered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountHolds {
    /// Stops that a bank executed, whether or not they still run.
    pub stops_executed: u32,
    /// Stops asked for and not yet answered.
    pub stops_open: u32,
    pub freezes_open: u32,
    pub stop: Option<InForce>,
    pub freeze: Option<InForce>,
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

/// May a stop be ordered on this account now? Refusals in order of precedence: what can never be cured first.
pub fn stop_check(holds: &AccountHolds, now: Instant) -> Result<(), Refusal> {
    if holds.stops_executed + holds.stops_open >= STOPS_MAX {
        return Err(Refusal::with(RefusalCode::ThirdStop, STOPS_MAX.to_string()));
    }
    if holds.freeze.is_some_and(|f| f.until > now) {
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

/// May a freeze be ordered? Never two of ours on one account (程序规定 242); another authority's does not hinder, the
/// bank queues ours (轮候).
pub fn freeze_check(holds: &AccountHolds, now: Instant) -> Result<(), Refusal> {
    if let Some(freeze) = holds.freeze.filter(|f| f.until > now) {
        return Err(Refusal::with(
            RefusalCode::FreezeAlreadyActive,
            freeze.until.to_iso_cst(),
        ));
    }
    if holds.freezes_open > 0 {
        return Err(RefusalCode::OrderPending.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Span;

    #[test]
    fn stops_are_counted_to_two() {
        let now = Instant::from_wire14("20261122210506").unwrap();
        let force = |until| {
            Some(InForce {
                order: OrderId::new(now, [7; 10]),
                until,
                held: None,
            })
        };
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
                    freeze: force(future),
                    ..none.clone()
                },
                Some(RefusalCode::FreezeAlreadyActive),
            ),
            (
                "freeze over",
                AccountHolds {
                    freeze: force(past),
                    ..none.clone()
                },
                None,
            ),
        ];
        for (name, holds, code) in table {
            assert_eq!(stop_check(&holds, now).err().map(|r| r.code), code, "{name}");
        }
    }

    #[test]
    fn never_two_freezes_of_ours() {
        let now = Instant::from_wire14("20261122210506").unwrap();
        let running = InForce {
            order: OrderId::new(now, [7; 10]),
            until: now + Span::hours(1),
            held: None,
        };
        for (holds, code) in [
            (
                AccountHolds {
                    freeze: Some(running),
                    ..AccountHolds::default()
                },
                Some(RefusalCode::FreezeAlreadyActive),
            ),
            (
                AccountHolds {
                    freezes_open: 1,
                    ..AccountHolds::default()
                },
                Some(RefusalCode::OrderPending),
            ),
            (
                AccountHolds {
                    stop: Some(running),
                    stops_executed: 1,
                    ..AccountHolds::default()
                },
                None,
            ),
        ] {
            assert_eq!(freeze_check(&holds, now).err().map(|r| r.code), code);
        }
    }
}
