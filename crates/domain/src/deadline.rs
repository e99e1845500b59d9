//! 时限: deadlines are rows, written in the transaction of the change that starts them, fired once by a job that reads
//! what is due. A deadline never lives only in memory and never fires before its time.

use crate::order::{Answer, Order, OrderKind, OrderState};
use kernel::{Instant, Span};
use serde::{Deserialize, Serialize};

/// What is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineKind {
    /// 12 h before a stop lapses without a freeze (DOMAIN 2.2, [D]).
    StopAlarm12h,
    StopAlarm4h,
    StopAlarm1h,
    /// The stop's 48 h are over.
    StopLapse,
    /// The bank has been silent for ten minutes.
    BankSilent10m,
    BankSilent30m,
    /// Filing review, normal: 3 days (公通字〔2015〕32号).
    Filing3d,
    /// A lead that needs checking: 7 days.
    Filing7d,
    /// Major or difficult, approved by a county-level head: 30 days.
    Filing30d,
    /// Confirmation of an order that left under a standing policy.
    PolicyConfirm,
    FreezeAlarm30d,
    FreezeAlarm7d,
    FreezeAlarm1d,
    FreezeLapse,
    /// The county has not acknowledged a dispatch.
    DispatchAck,
    /// A live watch ends.
    WatchLapse,
}

impl DeadlineKind {
    pub const ALL: [DeadlineKind; 16] = [
        DeadlineKind::StopAlarm12h,
        DeadlineKind::StopAlarm4h,
        DeadlineKind::StopAlarm1h,
        DeadlineKind::StopLapse,
        DeadlineKind::BankSilent10m,
        DeadlineKind::BankSilent30m,
        DeadlineKind::Filing3d,
        DeadlineKind::Filing7d,
        DeadlineKind::Filing30d,
        DeadlineKind::PolicyConfirm,
        DeadlineKind::FreezeAlarm30d,
        DeadlineKind::FreezeAlarm7d,
        DeadlineKind::FreezeAlarm1d,
        DeadlineKind::FreezeLapse,
        DeadlineKind::DispatchAck,
        DeadlineKind::WatchLapse,
    ];

    pub const fn slug(self) -> &'static str {
        match self {
            DeadlineKind::StopAlarm12h => "stop_alarm_12h",
            DeadlineKind::StopAlarm4h => "stop_alarm_4h",
            DeadlineKind::StopAlarm1h => "stop_alarm_1h",
            DeadlineKind::StopLapse => "stop_lapse",
            DeadlineKind::BankSilent10m => "bank_silent_10m",
            DeadlineKind::BankSilent30m => "bank_silent_30m",
            DeadlineKind::Filing3d => "filing_3d",
            DeadlineKind::Filing7d => "filing_7d",
            DeadlineKind::Filing30d => "filing_30d",
            DeadlineKind::PolicyConfirm => "policy_confirm",
            DeadlineKind::FreezeAlarm30d => "freeze_alarm_30d",
            DeadlineKind::FreezeAlarm7d => "freeze_alarm_7d",
            DeadlineKind::FreezeAlarm1d => "freeze_alarm_1d",
            DeadlineKind::FreezeLapse => "freeze_lapse",
            DeadlineKind::DispatchAck => "dispatch_ack",
            DeadlineKind::WatchLapse => "watch_lapse",
        }
    }

    pub fn from_slug(slug: &str) -> Option<DeadlineKind> {
        DeadlineKind::ALL.into_iter().find(|k| k.slug() == slug)
    }

    /// Whether its firing changes an order's state, as opposed to raising an alarm.
    pub const fn ends_a_measure(self) -> bool {
        matches!(
            self,
            DeadlineKind::StopLapse | DeadlineKind::FreezeLapse | DeadlineKind::WatchLapse
        )
    }
}

/// The waits that no law fixes ([D] in DOMAIN): a centre's settings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Clocks {
    pub bank_silent_first: Span,
    pub bank_silent_second: Span,
    pub dispatch_ack: Span,
    pub policy_confirm: Span,
}

impl Default for Clocks {
    fn default() -> Clocks {
        Clocks {
            bank_silent_first: Span::minutes(10),
            bank_silent_second: Span::minutes(30),
            dispatch_ack: Span::minutes(30),
            policy_confirm: Span::hours(2),
        }
    }
}

/// A deadline to be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    pub kind: DeadlineKind,
    pub at: Instant,
}

/// What starts when an order leaves: the bank's silence.
pub fn on_sent(sent_at: Instant, clocks: &Clocks) -> Vec<Due> {
    vec![
        Due {
            kind: DeadlineKind::BankSilent10m,
            at: sent_at + clocks.bank_silent_first,
        },
        Due {
            kind: DeadlineKind::BankSilent30m,
            at: sent_at + clocks.bank_silent_second,
        },
    ]
}

/// What starts when a measure comes into force. Alarms that would lie before `now` are left out: they would only repeat
/// what the countdown shows.
pub fn on_executed(kind: OrderKind, answer: &Answer, now: Instant) -> Vec<Due> {
    let Some(end) = answer.expire_at else {
        return Vec::new();
    };
    let (alarms, lapse): (&[(DeadlineKind, Span)], _) = match kind {
        OrderKind::Stop => (
            &[
                (DeadlineKind::StopAlarm12h, Span::hours(12)),
                (DeadlineKind::StopAlarm4h, Span::hours(4)),
                (DeadlineKind::StopAlarm1h, Span::hours(1)),
            ],
            DeadlineKind::StopLapse,
        ),
        OrderKind::Freeze => (
            &[
                (DeadlineKind::FreezeAlarm30d, Span::days(30)),
                (DeadlineKind::FreezeAlarm7d, Span::days(7)),
                (DeadlineKind::FreezeAlarm1d, Span::days(1)),
            ],
            DeadlineKind::FreezeLapse,
        ),
        OrderKind::Watch => (&[], DeadlineKind::WatchLapse),
        _ => return Vec::new(),
    };
    let mut due: Vec<Due> = alarms
        .iter()
        .map(|(kind, before)| Due {
            kind: *kind,
            at: end - *before,
        })
        .filter(|d| d.at > now)
        .collect();
    due.push(Due { kind: lapse, at: end });
    due
}

/// The kinds that stop mattering when an order reaches `state`.
pub fn ended_by(order: &Order) -> Vec<DeadlineKind> {
    use DeadlineKind as D;
    let mut ended = Vec::new();
    if !matches!(
        order.state,
        OrderState::Sent | OrderState::HubAccepted | OrderState::Stuck | OrderState::Approved
    ) {
        ended.extend([D::BankSilent10m, D::BankSilent30m]);
    }
    if !matches!(order.state, OrderState::Executed) {
        ended.extend([D::StopAlarm12h, D::StopAlarm4h, D::StopAlarm1h, D::StopLapse]);
        ended.extend([
            D::FreezeAlarm30d,
            D::FreezeAlarm7d,
            D::FreezeAlarm1d,
            D::FreezeLapse,
            D::WatchLapse,
        ]);
    }
    if !order.awaits_confirmation() {
        ended.push(D::PolicyConfirm);
    }
    ended
}

/// The filing clock that starts with a report.
pub fn on_report(reported_at: Instant) -> Due {
    Due {
        kind: DeadlineKind::Filing3d,
        at: reported_at + Span::days(3),
    }
}

/// Whether a deadline may fire: never early.
pub fn is_due(due_at: Instant, now: Instant) -> bool {
    now >= due_at
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(end: Instant) -> Answer {
        Answer {
            expire_at: Some(end),
            ..Answer::default()
        }
    }

    #[test]
    fn a_stop_alarms_at_12_4_and_1_hours() {
        let now = Instant::from_wire14("20261122211229").unwrap();
        let end = now + Span::hours(48);
        let due = on_executed(OrderKind::Stop, &answer(end), now);
        let hours: Vec<i64> = due.iter().map(|d| end.since(d.at).ms() / 3_600_000).collect();
        assert_eq!(hours, [12, 4, 1, 0]);
        assert_eq!(due[3].kind, DeadlineKind::StopLapse);
    }

    #[test]
    fn a_stop_learnt_of_late_keeps_only_what_lies_ahead() {
        let now = Instant::from_wire14("20261122211229").unwrap();
        let due = on_executed(OrderKind::Stop, &answer(now + Span::hours(3)), now);
        assert_eq!(
            due.iter().map(|d| d.kind).collect::<Vec<_>>(),
            [DeadlineKind::StopAlarm1h, DeadlineKind::StopLapse]
        );
        // Already over when the answer came: the lapse is due at once.
        let due = on_executed(OrderKind::Stop, &answer(now - Span::hours(1)), now);
        assert_eq!(
            due.iter().map(|d| d.kind).collect::<Vec<_>>(),
            [DeadlineKind::StopLapse]
        );
        assert!(is_due(due[0].at, now));
    }

    #[test]
    fn never_early() {
        let at = Instant::from_ms(1_000);
        assert!(!is_due(at, Instant::from_ms(999)));
        assert!(is_due(at, at));
    }

    #[test]
    fn slugs_are_read_back() {
        for kind in DeadlineKind::ALL {
            assert_eq!(DeadlineKind::from_slug(kind.slug()), Some(kind));
        }
    }
}
