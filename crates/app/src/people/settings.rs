//! The settings about people and orders that may be changed while the centre runs, and the list of all settings for the screen.

use crate::orders::rules::{self, OrderSettings, order_settings};
use crate::{AppResult, Centre, Context};
use domain::access::session::SessionLimits;
use domain::access::{Action, Role, permit};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{Refusal, RefusalCode, Span};
use serde::{Deserialize, Serialize};
use store::setting;

const KEY: &str = "people";

/// One value in the store, so that each request asks once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PeopleSettings {
    pub idle_minutes: i64,
    pub absolute_hours: i64,
    /// Roles that need a second factor.
    pub totp_roles: Vec<Role>,
}

impl PeopleSettings {
    /// Half an hour, a shift, and a second factor for the three administrators; none in a demo.
    fn default_of(demo: bool) -> PeopleSettings {
        let administrators = Role::ALL.into_iter().filter(|role| role.administers() && !demo);
        PeopleSettings {
            idle_minutes: 30,
            absolute_hours: 12,
            totp_roles: administrators.collect(),
        }
    }

    /// A demo's clock runs faster than its visitors, so there a session lasts as long as the demo.
    pub(super) fn limits(&self, demo: bool) -> SessionLimits {
        if demo {
            return SessionLimits {
                idle: Span::days(3_650),
                absolute: Span::days(3_650),
            };
        }
        SessionLimits {
            idle: Span::minutes(self.idle_minutes),
            absolute: Span::hours(self.absolute_hours),
        }
    }
}

/// What holds now.
pub async fn settings(centre: &Centre) -> AppResult<PeopleSettings> {
    let kept = setting::get(centre.store.reader(), KEY).await?;
    let read = kept.and_then(|text| serde_json::from_str(&text).ok());
    Ok(read.unwrap_or_else(|| PeopleSettings::default_of(centre.config.demo)))
}

/// One setting as the screen shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettingItem {
    pub group: &'static str,
    pub key: &'static str,
    pub value: String,
    /// Whether [`setting_change`] takes it; the others stand in the configuration file.
    pub changeable: bool,
    /// What holds until somebody changes it, where the value is a choice of ours and not a fact of the centre.
    pub default: Option<String>,
}

/// All settings, those of the configuration file too.
pub async fn settings_list(centre: &Centre, ctx: &Context) -> AppResult<Vec<SettingItem>> {
    permit(&ctx.person()?.actor, Action::SettingRead, None)?;
    let people = settings(centre).await?;
    let fixed = |group, key, value: String| SettingItem {
        group,
        key,
        value,
        changeable: false,
        default: None,
    };
    let open = |group, key, value: String, default: String| SettingItem {
        group,
        key,
        value,
        changeable: true,
        default: Some(default),
    };
    let orders = order_settings(centre.store.reader()).await?;
    let (first, usual) = (
        PeopleSettings::default_of(centre.config.demo),
        OrderSettings::default(),
    );
    let config = &centre.config;
    Ok(vec![
        fixed("centre", "centre.name", config.name.clone()),
        fixed("centre", "centre.area", config.area.to_string()),
        fixed("centre", "centre.agency", config.agency.clone()),
        fixed("centre", "centre.agency_full", config.agency_full.clone()),
        fixed("centre", "centre.lock_minutes", config.lock_minutes.to_string()),
        fixed("platform", "platform.node", config.node.clone()),
        fixed("platform", "platform.org_code", config.org_code.clone()),
        fixed("platform", "platform.case_type", config.case_type.clone()),
        open(
            "orders",
            "orders.prolong_hours",
            orders.prolong_hours.to_string(),
            usual.prolong_hours.to_string(),
        ),
        open(
            "orders",
            "orders.prolongs_max",
            orders.prolongs_max.to_string(),
            usual.prolongs_max.to_string(),
        ),
        open(
            "people",
            "session.idle_minutes",
            people.idle_minutes.to_string(),
            first.idle_minutes.to_string(),
        ),
        open(
            "people",
            "session.absolute_hours",
            people.absolute_hours.to_string(),
            first.absolute_hours.to_string(),
        ),
        open(
            "people",
            "sign_in.totp_roles",
            slugs(&people.totp_roles),
            slugs(&first.totp_roles),
        ),
    ])
}

fn slugs(roles: &[Role]) -> String {
    roles.iter().map(|r| r.slug()).collect::<Vec<_>>().join(",")
}

/// Changes one setting. The second factor is the security administrator's, the rest the system administrator's.
pub async fn setting_change(centre: &Centre, ctx: &Context, key: &str, value: &str) -> AppResult<()> {
    let mut work = centre
        .work(ctx, AuditAction::SettingChange, SubjectKind::Setting, key)
        .await?;
    work.note("value", value.chars().take(200).collect::<String>());
    let outcome = change(&work, centre, ctx, key, value).await;
    work.finish(outcome).await
}

async fn change(
    work: &crate::Work<'_>,
    centre: &Centre,
    ctx: &Context,
    key: &str,
    value: &str,
) -> AppResult<()> {
    let needed = if key == "sign_in.totp_roles" {
        Action::RoleGrant
    } else {
        Action::SettingChange
    };
    permit(&ctx.person()?.actor, needed, None)?;
    if key.starts_with("orders.") {
        return change_orders(work, key, value).await;
    }
    let kept = setting::get(work.tx.conn(), KEY)
        .await?
        .and_then(|text| serde_json::from_str(&text).ok());
    let mut people: PeopleSettings = kept.unwrap_or_else(|| PeopleSettings::default_of(centre.config.demo));
    match key {
        "session.idle_minutes" => people.idle_minutes = number(value, 5, 120)?,
        "session.absolute_hours" => people.absolute_hours = number(value, 1, 24)?,
        "sign_in.totp_roles" => people.totp_roles = roles(value)?,
        _ => return Err(Refusal::field("key", RefusalCode::NotFound).into()),
    }
    let text = serde_json::to_string(&people).expect("the settings are plain values");
    Ok(setting::put(&work.tx, KEY, &text).await?)
}

async fn change_orders(work: &crate::Work<'_>, key: &str, value: &str) -> AppResult<()> {
    let mut orders = order_settings(work.tx.conn()).await?;
    match key {
        // Beyond one more term of the law no bank is known to follow (code 0801).
        "orders.prolong_hours" => orders.prolong_hours = number(value, 1, 48)?,
        "orders.prolongs_max" => orders.prolongs_max = u32::try_from(number(value, 0, 3)?).unwrap_or(0),
        _ => return Err(Refusal::field("key", RefusalCode::NotFound).into()),
    }
    let text = serde_json::to_string(&orders).expect("the settings are plain values");
    Ok(setting::put(&work.tx, rules::KEY, &text).await?)
}

fn number(value: &str, min: i64, max: i64) -> Result<i64, Refusal> {
    let parsed = value.trim().parse().ok().filter(|n| (min..=max).contains(n));
    parsed.ok_or_else(|| malformed(format!("{min}–{max}")))
}

fn roles(value: &str) -> Result<Vec<Role>, Refusal> {
    let words = value.split(',').map(str::trim).filter(|word| !word.is_empty());
    words
        .map(|word| Role::from_slug(word).ok_or_else(|| malformed(word.chars().take(40).collect())))
        .collect()
}

fn malformed(detail: String) -> Refusal {
    Refusal {
        code: RefusalCode::FieldMalformed,
        detail: None,
        problems: vec![kernel::Problem {
            field: "value".into(),
            code: RefusalCode::FieldMalformed,
            detail: Some(detail),
        }],
    }
}
