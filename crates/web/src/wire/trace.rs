//! The raw trace on the wire, and the movements of one account among which it finds its beginning. Accounts by their ids,
//! masked; whole numbers and names are asked for elsewhere, with their own right.

use super::flow::{FlowAssumption, FlowCut};
use super::flow_words as words;
use app::flow::{AccountRows, Direction, Doctrine, Passing, RawMode, RawQuery, RawTrace, Sharing};
use app::shapes::Account;
use kernel::{AccountId, Fen, Instant, Refusal, RefusalCode, Span, TransferId};
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
    /// down or up, down when empty. Upwards (who else paid in) is for reach alone: amounts have no way back.
    #[serde(default)]
    pub direction: Option<String>,
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
    /// Name the accounts, the cuts and the assumptions, for a page; without it those lists stay empty.
    #[serde(default)]
    pub explain: bool,
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

/// An account that the answer names.
#[derive(Serialize, ToSchema)]
pub struct TracedAccount {
    pub account_id: Uuid,
    pub holder_masked: String,
    pub number_tail: String,
    pub bank_name: String,
    /// Empty, or the kind of exit: the money has left the banks here.
    pub exit_kind: String,
}

impl From<&Account> for TracedAccount {
    fn from(a: &Account) -> TracedAccount {
        TracedAccount {
            account_id: a.id.into(),
            holder_masked: a.holder.masked(),
            number_tail: a.number.tail(),
            bank_name: a.bank_name.clone(),
            exit_kind: a.exit_kind.clone(),
        }
    }
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
    /// What was followed: reach or a doctrine, also where the question named none.
    pub mode: String,
    pub rows: Vec<TracedRow>,
    pub rows_left_out: usize,
    /// Explained, most money first.
    pub held: Vec<TracedHeld>,
    pub held_left_out: usize,
    pub totals: Option<TracedTotals>,
    /// From the index in memory; otherwise hop by hop from the store.
    pub from_index: bool,
    /// A bound ended it somewhere: there may be more.
    pub cut: bool,
    /// Where, most money first; this and what follows when the question asks to explain.
    pub cuts: Vec<FlowCut>,
    pub cuts_left_out: usize,
    pub assumptions: Vec<FlowAssumption>,
    pub assumptions_left_out: usize,
    /// Everybody named above.
    pub accounts: Vec<TracedAccount>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TransfersAsked {
    #[serde(default)]
    pub account_id: Option<Uuid>,
    /// About when it was: a day and a half before and after, for banks' clocks differ and some write no time of day.
    #[serde(default)]
    pub at: Option<String>,
    /// Movements of exactly this amount, in fen; asked together with `at`.
    #[serde(default)]
    pub amount_fen: Option<i64>,
    /// The last row of the page before.
    #[serde(default)]
    pub before: Option<Uuid>,
    /// 50 when empty, at most 200.
    #[serde(default)]
    pub limit: Option<u64>,
    #[serde(default)]
    pub purpose: String,
}

/// One movement of the account asked about.
#[derive(Serialize, ToSchema)]
pub struct TransferRow {
    pub transfer_id: Uuid,
    pub at: String,
    pub amount: String,
    /// in or out.
    pub side: String,
    pub other: Option<TracedAccount>,
}

#[derive(Serialize, ToSchema)]
pub struct TransfersShown {
    pub account: TracedAccount,
    /// Newest first.
    pub rows: Vec<TransferRow>,
    /// There are older ones.
    pub more: bool,
}

impl TransfersAsked {
    pub fn wanted(&self) -> Result<Passing, Refusal> {
        let malformed = |field: &str| Refusal::field(field, RefusalCode::FieldMalformed);
        let typed = self.at.as_deref().filter(|text| !text.is_empty());
        let at = typed
            .map(|text| Instant::parse_iso(text).ok_or_else(|| malformed("at")))
            .transpose()?;
        let amount = self.amount_fen.map(Fen);
        if amount.is_some_and(|a| a <= Fen::ZERO) {
            return Err(malformed("amount_fen"));
        }
        if amount.is_some() && at.is_none() {
            return Err(Refusal::field("at", RefusalCode::FieldMissing));
        }
        Ok(Passing {
            from: at.map(|at| at - ABOUT),
            until: at.map(|at| at + ABOUT),
            amount,
            before: None,
        })
    }
}

impl From<&AccountRows> for TransfersShown {
    fn from(found: &AccountRows) -> TransfersShown {
        let rows = found.rows.iter().map(|m| {
            let (side, other) = if m.src == found.account.id {
                ("out", m.dst)
            } else {
                ("in", m.src)
            };
            TransferRow {
                transfer_id: m.id.into(),
                at: m.at.to_iso_cst(),
                amount: m.amount.to_yuan(),
                side: side.into(),
                other: found.accounts.get(&other).map(TracedAccount::from),
            }
        });
        TransfersShown {
            account: TracedAccount::from(&found.account),
            rows: rows.collect(),
            more: found.more,
        }
    }
}

/// How far from the instant that somebody gives a movement may be.
const ABOUT: Span = Span::hours(36);
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
        let up = match self.direction.as_deref().unwrap_or_default() {
            "" | "down" => false,
            "up" => true,
            _ => return Err(malformed("direction")),
        };
        let mode = match self.mode.as_deref().unwrap_or_default() {
            "reach" => RawMode::Reach {
                dwell: hours(48)?,
                min_amount: least(Fen::ZERO)?,
                direction: if up { Direction::Up } else { Direction::Down },
            },
            _ if up => return Err(malformed("direction")),
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
            explain: self.explain,
        })
    }
}

impl Traced {
    pub fn of(mode: RawMode, t: &RawTrace) -> Traced {
        let yuan = |fen: i64| Fen(fen).to_yuan();
        let who = |account: AccountId| {
            let known = t.accounts.get(&account);
            known.map_or_else(String::new, |a| {
                format!("{} …{}", a.holder.masked(), a.number.tail())
            })
        };
        Traced {
            mode: mode.slug().into(),
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
            held_left_out: t.held_left_out,
            totals: t.totals.map(|t| TracedTotals {
                seeded: yuan(t.seeded),
                exit: yuan(t.exit),
                dust: yuan(t.dust),
                beyond: yuan(t.beyond),
                held: yuan(t.held),
            }),
            from_index: t.from_index,
            cut: t.cut,
            cuts: t.cuts.iter().map(|c| cut(c, who)).collect(),
            cuts_left_out: t.cuts_left_out,
            assumptions: t.assumptions.iter().map(|a| assumption(a, who)).collect(),
            assumptions_left_out: t.assumptions_left_out,
            accounts: t.accounts.values().map(TracedAccount::from).collect(),
        }
    }
}

fn cut(cut: &app::flow::FlowCut, who: impl Fn(AccountId) -> String) -> FlowCut {
    let (kind, place, amount) = words::cut_facts(cut);
    let place = place.account();
    let text = words::cut(kind, &place.map(who).unwrap_or_default(), amount);
    FlowCut {
        id: place.map(|account| account.to_string()),
        kind: kind.into(),
        amount: Some(amount.to_yuan()),
        text_zh: text.zh,
        text_en: text.en,
    }
}

fn assumption(a: &app::flow::FlowAssumption, who: impl Fn(AccountId) -> String) -> FlowAssumption {
    let facts = words::assumption_facts(a);
    let text = words::assumption(a, &facts.account.map(who).unwrap_or_default());
    FlowAssumption {
        id: facts.account.map(|id| id.to_string()),
        kind: facts.kind.into(),
        amount: facts.amount.map(Fen::to_yuan),
        text_zh: text.zh,
        text_en: text.en,
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
                min_amount: Fen::ZERO,
                direction: Direction::Down,
            }
        );
        for (body, field) in [
            (serde_json::json!({}), "transfer_id"),
            (serde_json::json!({ "transfer_id": id, "mode": "magic" }), "mode"),
            (
                serde_json::json!({ "transfer_id": id, "mode": "reach", "direction": "sideways" }),
                "direction",
            ),
            (
                serde_json::json!({ "transfer_id": id, "mode": "fifo", "direction": "up" }),
                "direction",
            ),
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
