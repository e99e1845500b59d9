//! What no law fixes about follow-ups of an order and each centre sets for itself, with the default that holds until then.

use crate::AppResult;
use domain::order::acts::FollowUpRules;
use kernel::Span;
use serde::{Deserialize, Serialize};
use store::sea_orm::ConnectionTrait;
use store::setting;

/// One value in the store.
pub(crate) const KEY: &str = "orders";

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct OrderSettings {
    pub prolong_hours: i64,
    pub prolongs_max: u32,
}

impl Default for OrderSettings {
    fn default() -> OrderSettings {
        let rules = FollowUpRules::default();
        OrderSettings {
            prolong_hours: rules.prolong.ms() / Span::hours(1).ms(),
            prolongs_max: rules.prolongs_max,
        }
    }
}

pub(crate) async fn order_settings(conn: &impl ConnectionTrait) -> AppResult<OrderSettings> {
    let kept = setting::get(conn, KEY).await?;
    Ok(kept
        .and_then(|text| serde_json::from_str(&text).ok())
        .unwrap_or_default())
}

pub async fn follow_up_rules(conn: &impl ConnectionTrait) -> AppResult<FollowUpRules> {
    let kept = order_settings(conn).await?;
    Ok(FollowUpRules {
        prolong: Span::hours(kept.prolong_hours),
        prolongs_max: kept.prolongs_max,
    })
}
