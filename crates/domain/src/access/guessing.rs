//! What guessing at passwords costs: each failure beyond the free ones doubles the wait, per login at one address, per
//! address, and, far more gently, per login from anywhere. A login that does not exist is counted like one that does, so the wait tells nothing.

use kernel::{Instant, Refusal, RefusalCode, Span};

/// The failures under one key (a login or a source address) since the last success.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Guesses {
    pub failures: u32,
    pub last_at: Option<Instant>,
    pub locked_until: Option<Instant>,
}

/// How patient the door is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// Failures that cost nothing.
    pub free: u32,
    /// The wait after the first failure beyond them.
    pub first_wait: Span,
    /// The longest wait.
    pub wait_max: Span,
    /// Failures older than this are forgotten.
    pub memory: Span,
}

impl Patience {
    /// Five wrong passwords for one login from one address, then a minute, doubling to an hour.
    pub const LOGIN: Patience = Patience {
        free: 4,
        first_wait: Span::minutes(1),
        wait_max: Span::hours(1),
        memory: Span::hours(24),
    };
    /// A whole county bureau may sit behind one address, so it has more room.
    pub const ADDRESS: Patience = Patience {
        free: 29,
        first_wait: Span::minutes(1),
        wait_max: Span::minutes(15),
        memory: Span::hours(1),
    };
    /// One login, wherever from: whoever comes from many addresses may try twice a minute, and locks nobody out.
    pub const EVERYWHERE: Patience = Patience {
        free: 19,
        first_wait: Span::seconds(1),
        wait_max: Span::seconds(30),
        memory: Span::hours(1),
    };
}

impl Guesses {
    /// Refused while the wait lasts; the detail is its end.
    pub fn may_try(&self, now: Instant) -> Result<(), Refusal> {
        match self.locked_until {
            Some(until) if now < until => Err(Refusal::with(RefusalCode::SignInLocked, until.to_iso_cst())),
            _ => Ok(()),
        }
    }

    /// One more failure.
    pub fn failed(&self, now: Instant, patience: Patience) -> Guesses {
        let forgotten = self.last_at.is_none_or(|last| now.since(last) > patience.memory);
        let failures = if forgotten {
            1
        } else {
            self.failures.saturating_add(1)
        };
        Guesses {
            failures,
            last_at: Some(now),
            locked_until: wait_after(failures, patience).map(|wait| now + wait),
        }
    }
}

fn wait_after(failures: u32, patience: Patience) -> Option<Span> {
    let beyond = failures.checked_sub(patience.free + 1)?;
    let doubled = patience.first_wait.ms().saturating_mul(1 << beyond.min(20));
    Some(Span::from_ms(doubled.min(patience.wait_max.ms())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_and_has_an_end() {
        let mut now = Instant::from_ms(0);
        let mut guesses = Guesses::default();
        let mut waits = Vec::new();
        for _ in 0..14 {
            assert_eq!(guesses.may_try(now), Ok(()));
            guesses = guesses.failed(now, Patience::LOGIN);
            let until = guesses.locked_until.unwrap_or(now);
            waits.push(until.since(now).ms() / 60_000);
            if until > now {
                let refused = guesses.may_try(until - Span::from_ms(1)).unwrap_err();
                assert_eq!(refused.code, RefusalCode::SignInLocked);
            }
            now = until;
        }
        assert_eq!(waits, [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60]);
    }

    #[test]
    fn old_failures_are_forgotten() {
        let then = Instant::from_ms(0);
        let many = Guesses {
            failures: 40,
            last_at: Some(then),
            locked_until: None,
        };
        let later = then + Span::hours(25);
        assert_eq!(many.failed(later, Patience::LOGIN).failures, 1);
    }
}
