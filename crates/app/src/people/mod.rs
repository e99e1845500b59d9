//! People: who belongs to the centre, how they prove it, and what they may do here.
//!
//! Promises: passwords are kept as argon2id hashes and never leave this module; a session's secret is kept as a digest
//! only; the secret of a second factor lies encrypted; every sign-in, failure, sign-out and change of a user or a right is an entry of the log. Guessing costs time
//! that is kept in the store, not in memory. Leaves out cookies and forms (see `web`) and the rules (`domain::access`).

mod demo;
mod officers;
mod orgs;
mod password;
mod sealed;
mod session;
mod settings;
mod setup;
mod sign_in;
mod totp;
mod users;

pub use demo::{DEMO_PASSWORD, DemoPerson, demo_people, demo_seed};
pub use officers::{Officer, second_officers_for, users_by_id};
pub use orgs::{org_change, orgs};
pub use sealed::SecretKey;
pub use session::{SignedIn, Token, door_refused, person_of, sign_out};
pub use settings::{PeopleSettings, SettingItem, setting_change, settings, settings_list};
pub use setup::{FirstAdministrator, first_run, set_up, setup_needed};
pub use sign_in::{Opened, SignIn, password_change, session_open};
pub use store::people::{Org, PaperWords, User};
pub use totp::{Enrolment, totp_confirm, totp_enrol};
pub use users::{NewUser, UserChange, UserLine, UserPage, user_change, user_create, users_page};
