//! The ports of `app`, plugged into the real world: one file per port. Leaves out what is simulated, except for the
//! paced clock that a demo runs on.

mod clock;
mod four_directories;
mod head_file;
mod key_file;
mod printer;
mod random;

pub use clock::{PacedClock, SystemClock, machine_now};
pub use four_directories::FourDirectories;
pub use head_file::AppendedHeads;
pub use key_file::{secrets_key, signing_key};
pub use printer::PaperPrinter;
pub use random::SystemRandom;
