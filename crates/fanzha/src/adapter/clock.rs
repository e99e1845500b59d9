//! Time: the machine's, and one that runs faster for a demo. Both are read anew at each question, so a jump of the
//! machine's clock shows at once.

use app::ports::Clock;
use kernel::Instant;
use sim::directories::Pace;
use std::time::SystemTime;

/// The machine's wall clock.
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        machine_now()
    }
}

/// Simulated time: so many seconds for each second of the machine.
pub struct PacedClock(pub Pace);

impl Clock for PacedClock {
    fn now(&self) -> Instant {
        self.0.at(machine_now())
    }
}

/// The machine's time; before 1970 it is 1970.
pub fn machine_now() -> Instant {
    let since = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or_default();
    Instant::from_ms(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
