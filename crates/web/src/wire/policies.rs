//! Standing policies on the wire.

use super::report::iso;
use app::shapes::PolicyRow;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Serialize, ToSchema)]
pub struct StandingPolicy {
    pub id: Uuid,
    /// 应急授权 n 号.
    pub number: String,
    pub amount_max: String,
    pub amount_max_fen: i64,
    pub payment_age_max_minutes: i64,
    pub direct_payee_only: bool,
    pub confirm_within_minutes: i64,
    pub signed_by: String,
    pub starts_at: String,
    pub ends_at: String,
    pub ended_at: Option<String>,
    pub used_count: i64,
}

impl StandingPolicy {
    pub fn of(row: &PolicyRow, signed_by: String) -> StandingPolicy {
        let p = &row.policy;
        StandingPolicy {
            id: p.id.into(),
            number: format!("应急授权{}号", p.serial),
            amount_max: p.amount_max.to_yuan(),
            amount_max_fen: p.amount_max.0,
            payment_age_max_minutes: p.payment_age_max.ms() / 60_000,
            direct_payee_only: p.direct_payee_only,
            confirm_within_minutes: p.confirm_within.ms() / 60_000,
            signed_by,
            starts_at: p.valid_from.to_iso_cst(),
            ends_at: p.valid_until.to_iso_cst(),
            ended_at: iso(p.ended_at),
            used_count: row.used,
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct StandingPolicyPage {
    pub items: Vec<StandingPolicy>,
    pub next_cursor: Option<String>,
    pub total: i64,
}

#[derive(Deserialize, ToSchema)]
pub struct StandingPolicyNew {
    pub amount_max_fen: i64,
    pub payment_age_max_minutes: i64,
    pub direct_payee_only: bool,
    pub ends_at: String,
    /// 120 when it is left out.
    pub confirm_within_minutes: Option<i64>,
}
