//! The raw trace on the wire. Accounts and transfers by their ids; who holds them is asked for elsewhere, with its own right.

use app::flow::{Doctrine, RawMode, RawQuery, RawTrace, Sharing};
use kernel::{Fen, Refusal, RefusalCode, Span, TransferId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TraceAsked {
    #[serde(default)]
    pub transfer_id: Option<Uuid>,
    /// reach, fifo, haircut, lifo, lowest_balance; the centre's doctrine when empty.
    #[serde(default)]
    pub mode: Option<String>,
    /// Hops, 10 when empty.
    #[serde(default)]
    pub depth: Option<u32>,
    /// REACH: how long money is expected to stay on an account, hours; 48 when empty. Doctrines: how long after the transfer is
    /// looked at, hours; a week when empty.
    #[serde(default)]
    pub hours: Option<i64>,
    /// REACH: smaller payments are not followed. Doctrines: a smaller tainted part is let go. Fen; 0 and one yuan when empty.
    #[serde(default)]
    pub least_fen: Option<i64>,
    /// Rows in the answer, 1000 when empty.
    #[serde(default)]
    pub rows: Option<usize>,
    #[serde(default)]
    pub purpose: String,
}

#[derive(Serialize, ToSchema)]
pub struct TracedRow {
    pub transfer_id: Uuid,
    pub from_account_id: Uuid,
    pub to_account_id: Uuid,
    pub at: String,
    pub amount: String,
    /// Empty for REACH, which knows no amounts.
    pub tainted: Option<String>,
    pub hop: u32,
}

#[derive(Serialize, ToSchema)]
pub struct TracedHeld {
    pub account_id: Uuid,
    pub amount: String,
}

#[derive(Serialize, ToSchema)]
pub struct TracedTotals {
    pub seeded: String,
    pub exit: String,
    pub dust: String,
    pub beyond: String,
    pub held: String,
}

#[derive(Serialize, ToSchema)]
pub struct Traced {
    pub rows: Vec<TracedRow>,
    pub rows_left_out: usize,
    pub held: Vec<TracedHeld>,
    pub totals: Option<TracedTotals>,
    /// From the index in memory; otherwise hop by hop from the store.
    pub from_index: bool,
    /// A bound ended it: there may be more.
    pub cut: bool,
}

/// A century, so that no sum of times can leave its range.
const HOURS_MAX: i64 = 876_000;
/// Transfers that one question may look at: a hub ends the trace and not the server. The answer says when it did.
const EDGES_MAX: u64 = 5_000_000;

impl TraceAsked {
    /// `doctrine`: the centre's.
    pub fn query(&self, doctrine: Sharing) -> Result<RawQuery, Refusal> {
        let malformed = |field: &str| Refusal::field(field, RefusalCode::FieldMalformed);
        let hours = |fallback| {
            let hours = self.hours.unwrap_or(fallback);
            let within = (0..=HOURS_MAX).contains(&hours);
            within
                .then(|| Span::hours(hours))
                .ok_or_else(|| malformed("hours"))
        };
        let least = |fallback: Fen| match self.least_fen {
            Some(fen) if fen < 0 => Err(malformed("least_fen")),
            given => Ok(given.map_or(fallback, Fen)),
        };
        let seed = self
            .transfer_id
            .ok_or_else(|| Refusal::field("transfer_id", RefusalCode::FieldMissing))?;
        let mode = match self.mode.as_deref().unwrap_or_default() {
            "reach" => RawMode::Reach {
                dwell: hours(48)?,
                min_amount: least(Fen::ZERO)?,
            },
            slug => RawMode::Taint {
                doctrine: match slug {
                    "" => doctrine,
                    slug => Doctrine::from_slug(slug)
                        .and_then(Doctrine::shares)
                        .ok_or_else(|| malformed("mode"))?,
                },
                horizon: hours(7 * 24)?,
                min_taint: least(Fen::yuan(1))?,
            },
        };
        Ok(RawQuery {
            seed: TransferId(seed),
            mode,
            depth: self.depth.unwrap_or(10),
            budget: EDGES_MAX,
            rows_max: self.rows.unwrap_or(1_000),
        })
    }
}

impl From<&RawTrace> for Traced {
    fn from(t: &RawTrace) -> Traced {
        let yuan = |fen: i64| Fen(fen).to_yuan();
        Traced {
            rows: t
                .rows
                .iter()
                .map(|r| TracedRow {
                    transfer_id: r.transfer.into(),
                    from_account_id: r.src.into(),
                    to_account_id: r.dst.into(),
                    at: r.at.to_iso_cst(),
                    amount: r.amount.to_yuan(),
                    tainted: r.tainted.map(Fen::to_yuan),
                    hop: r.hop,
                })
                .collect(),
            rows_left_out: t.rows_left_out,
            held: t
                .held
                .iter()
                .map(|(account, amount)| TracedHeld {
                    account_id: (*account).into(),
                    amount: amount.to_yuan(),
                })
                .collect(),
            totals: t.totals.map(|t| TracedTotals {
                seeded: yuan(t.seeded),
                exit: yuan(t.exit),
                dust: yuan(t.dust),
                beyond: yuan(t.beyond),
                held: yuan(t.held),
            }),
            from_index: t.from_index,
            cut: t.cut,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(body: serde_json::Value) -> Result<RawQuery, String> {
        let asked: TraceAsked = serde_json::from_value(body).map_err(|e| e.to_string())?;
        asked
            .query(Sharing::Lifo)
            .map_err(|refusal| refusal.problems[0].field.clone())
    }

    #[test]
    fn a_question_is_read_or_refused_by_its_field() {
        let id = Uuid::from_u128(7);
        let plain = asked(serde_json::json!({ "transfer_id": id })).unwrap();
        assert_eq!((plain.depth, plain.rows_max), (10, 1_000));
        assert!(matches!(
            plain.mode,
            RawMode::Taint {
                doctrine: Sharing::Lifo,
                ..
            }
        ));
        let reach = asked(serde_json::json!({ "transfer_id": id, "mode": "reach", "hours": 2 })).unwrap();
        assert_eq!(
            reach.mode,
            RawMode::Reach {
                dwell: Span::hours(2),
                min_amount: Fen::ZERO
            }
        );
        for (body, field) in [
            (serde_json::json!({}), "transfer_id"),
            (serde_json::json!({ "transfer_id": id, "mode": "magic" }), "mode"),
            (serde_json::json!({ "transfer_id": id, "hours": -1 }), "hours"),
            (
                serde_json::json!({ "transfer_id": id, "hours": i64::MAX }),
                "hours",
            ),
            (
                serde_json::json!({ "transfer_id": id, "least_fen": -1 }),
                "least_fen",
            ),
        ] {
            assert_eq!(asked(body), Err(field.to_owned()));
        }
    }
}
