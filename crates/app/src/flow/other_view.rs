//! Nothing is ordered from a page that shows another instant, an assumption, or amounts by another doctrine than the centre's: what
//! the officer saw is not what the order would say.

use super::shape::{Doctrine, Sharing};
use crate::{AppResult, Centre, Context};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{Refusal, RefusalCode};

/// What the page showed from which something is ordered, as its address has it; empty is as things stand now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ViewedFrom {
    pub until: String,
    pub stops: String,
    pub doctrine: String,
}

impl ViewedFrom {
    /// Whether it showed things as they stand now, by the centre's doctrine.
    pub fn is_now(&self, centre: Sharing) -> bool {
        let doctrine = self.doctrine.trim();
        let same = doctrine.is_empty() || doctrine == Doctrine::from(centre).slug();
        same && self.until.trim().is_empty() && self.stops.trim().is_empty()
    }
}

/// Refuses what is ordered from another view. The attempt is an entry under the command's own name.
pub async fn ordered_from_now(
    centre: &Centre,
    ctx: &Context,
    action: AuditAction,
    report: kernel::ReportId,
    view: &ViewedFrom,
) -> AppResult<()> {
    if view.is_now(centre.config.doctrine) {
        return Ok(());
    }
    let reading = Context {
        command: None,
        ..ctx.clone()
    };
    let work = centre.work(&reading, action, SubjectKind::Report, report).await?;
    work.finish(Err(Refusal::field("view", RefusalCode::ViewNotNow).into()))
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_view_of_now_by_the_centres_doctrine_may_order() {
        for (until, stops, doctrine, now) in [
            ("", "", "", true),
            (" ", "", "fifo", true),
            ("", "", "haircut", false),
            ("", "", "reach", false),
            ("2026-11-22T21:00:00+08:00", "", "", false),
            (
                "",
                "01900000-0000-7000-8000-000000000001@2026-11-22T21:00:00+08:00",
                "",
                false,
            ),
        ] {
            let view = ViewedFrom {
                until: until.into(),
                stops: stops.into(),
                doctrine: doctrine.into(),
            };
            assert_eq!(view.is_now(Sharing::Fifo), now, "{view:?}");
        }
    }
}
