//! The sealing job: signs where the log stands and appends the head to the second place, at least every minute.

use crate::{AppResult, Centre, logbook};

/// How long the log may stand unsigned.
pub const SEAL_EVERY: kernel::Span = kernel::Span::minutes(1);

/// Seals what is not sealed; says whether there was anything.
pub async fn sealing_run(centre: &Centre) -> AppResult<bool> {
    Ok(logbook::seal(centre).await?.is_some())
}
