//! Who stands at a handler's door. The type in its signature says what it asks for:
//!
//! * [`Allowed<right::OrderApprove>`]: somebody signed in whose roles have the right at least somewhere. Whether it
//!   reaches the thing in question (its county) is decided by the use case.
//! * [`Colleague`]: anybody signed in and ready to work.
//! * [`Present`]: anybody signed in, also before the initial password is changed or the second factor enrolled.
//!
//! A refused knock is an entry of the log.

use crate::guard::request_id;
use crate::problem::Problem;
use crate::state::Web;
use app::Context;
use app::command::Command;
use app::people::{self, SignedIn, Token};
use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use domain::access::{Action, Reach};
use kernel::RefusalCode;
use std::marker::PhantomData;
use std::sync::Arc;

/// Sent by the console with a request that no person made: an open page that asks again because something changed.
pub(crate) const ASKED_AGAIN: &str = "x-asked-again";

/// The open session of a request.
#[derive(Clone, Debug)]
pub struct Seat {
    pub signed_in: SignedIn,
    pub token: Token,
    pub csrf: String,
}

/// A right as a type.
pub trait Right: Send + Sync {
    const ACTION: Action;
}

macro_rules! rights {
    ($($name:ident),+ $(,)?) => {
        /// Every action of the matrix as a type, under its own name.
        pub mod right {
            $(#[derive(Clone, Copy, Debug)] pub struct $name;
            impl super::Right for $name { const ACTION: super::Action = super::Action::$name; })+

            /// For the test that none is missing.
            #[cfg(test)]
            pub(crate) const ALL: &[super::Action] = &[$(super::Action::$name),+];
        }
    };
}

rights! {
    ReportCreate, ReportRead, ReportEdit, PersonalReveal, ReportTake, ReportDispatch, DispatchAcknowledge,
    IdentifierSearch, OrderRead, OrderDraft, OrderApprove, OrderWithdraw, OrderResend, OrderConfirm, HoldRead, CaseRead,
    CaseAccept, CaseFilingPropose, CaseFilingDecide, DocumentPrepare, DocumentPrint, FlowTrace, BoardRead, PolicyRead, PolicySign,
    StatementImport, AuditRead, AuditExport, UserRead, UserManage, RoleGrant, SettingRead, SettingChange,
}

/// Somebody with the right, and the context of the request.
pub struct Allowed<R: Right> {
    pub ctx: Context,
    pub seat: Arc<Seat>,
    right: PhantomData<R>,
}

/// Somebody signed in and ready to work.
pub struct Colleague {
    pub ctx: Context,
    pub seat: Arc<Seat>,
}

/// Somebody signed in.
pub struct Present {
    pub ctx: Context,
    pub seat: Arc<Seat>,
}

impl<R: Right> FromRequestParts<Web> for Allowed<R> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let Colleague { ctx, seat } = Colleague::from_request_parts(parts, web).await?;
        if seat.signed_in.person.actor.reach(R::ACTION) == Reach::Nowhere {
            people::door_refused(web.centre(), &ctx, R::ACTION, RefusalCode::NotPermitted).await?;
        }
        Ok(Allowed {
            ctx,
            seat,
            right: PhantomData,
        })
    }
}

impl FromRequestParts<Web> for Colleague {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let Present { ctx, seat } = Present::from_request_parts(parts, web).await?;
        seat.signed_in.ready()?;
        Ok(Colleague { ctx, seat })
    }
}

impl FromRequestParts<Web> for Present {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Problem> {
        let seat = parts
            .extensions
            .get::<Arc<Seat>>()
            .cloned()
            .ok_or(RefusalCode::SessionEnded)?;
        let mut ctx = seat
            .signed_in
            .context(request_id(&parts.extensions), web.centre().now());
        ctx.command = parts.extensions.get::<Command>().cloned();
        if let Some(browser) = &mut ctx.browser {
            browser.again = parts.headers.contains_key(ASKED_AGAIN);
        }
        Ok(Present { ctx, seat })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_is_a_type() {
        assert_eq!(right::ALL, Action::ALL);
    }
}
