//! The routes, a file per concept. Each file has `pub(super) fn add(router) -> router` and is named once in [`all`].

mod approvals;
mod cases;
mod corrections;
mod flow;
mod golden;
mod health;
mod intake;
mod log;
mod orders;
mod people;
mod policies;
mod session;
mod settings;
mod setup;
mod statements;
mod trace;

use crate::state::Web;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

type Routes = OpenApiRouter<Web>;

/// Every route of the site.
pub(crate) fn all(router: Routes) -> Routes {
    let router = router.routes(routes!(crate::events::events));
    let all = [
        health::add,
        setup::add,
        session::add,
        people::add,
        settings::add,
        log::add,
        intake::add,
        corrections::add,
        golden::add,
        flow::add,
        trace::add,
        orders::add,
        approvals::add,
        policies::add,
        cases::add,
        statements::add,
    ];
    all.into_iter().fold(router, |router, add| add(router))
}
