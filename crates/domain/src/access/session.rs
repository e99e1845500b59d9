//! When a session ends by itself: after a time without use, and at the latest after a whole shift. Leaves out tokens.

use kernel::{Instant, Refusal, RefusalCode, Span};

/// The two ends of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SessionLimits {
    pub idle: Span,
    pub absolute: Span,
}

impl Default for SessionLimits {
    fn default() -> Self {
        SessionLimits {
            idle: Span::minutes(30),
            absolute: Span::hours(12),
        }
    }
}

/// Refused past either end, or when somebody ended it. A clock that was set back does not end a session.
pub fn session_check(
    began_at: Instant,
    used_at: Instant,
    ended: bool,
    limits: SessionLimits,
    now: Instant,
) -> Result<(), Refusal> {
    let idle = now.since(used_at) >= limits.idle;
    let over = now.since(began_at) >= limits.absolute;
    if ended || idle || over {
        Err(RefusalCode::SessionEnded.into())
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_hold() {
        let at = |minutes| Instant::from_ms(0) + Span::minutes(minutes);
        for (used, ended, now, ok) in [
            (0, false, 29, true),
            (0, false, 30, false),
            (700, false, 719, true),
            (719, false, 720, false),
            (10, true, 11, false),
            (10, false, -3_000, true),
        ] {
            let decided = session_check(at(0), at(used), ended, SessionLimits::default(), at(now));
            assert_eq!(decided.is_ok(), ok, "used {used}, now {now}");
        }
    }
}
