//! 应急授权: a standing policy that a named leader signed beforehand, under which an emergency stop may leave without
//! waiting for its approval. Confirmation afterwards has its own clock. Freezes never leave this way.

use crate::order::OrderKind;
use kernel::{Fen, Instant, PolicyId, Refusal, RefusalCode, Span, UserId};
use serde::{Deserialize, Serialize};

/// A signed policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StandingPolicy {
    pub id: PolicyId,
    /// 应急授权 n 号.
    pub serial: i64,
    pub amount_max: Fen,
    /// How long ago the victim may have paid.
    pub payment_age_max: Span,
    /// Only accounts that received the victim's payment directly.
    pub direct_payee_only: bool,
    pub valid_from: Instant,
    pub valid_until: Instant,
    pub confirm_within: Span,
    pub signed_by: UserId,
    pub signed_at: Instant,
    pub ended_at: Option<Instant>,
    pub version: i64,
}

/// The facts of an order that a policy looks at.
#[derive(Clone, Copy, Debug)]
pub struct StopFacts {
    pub kind: OrderKind,
    pub amount: Fen,
    pub paid_at: Option<Instant>,
    pub layer: u8,
    pub requested_by: UserId,
}

/// Whether the policy lets this order leave at once. The signer's own requests are never covered: no one approves what
/// they requested.
pub fn covers(policy: &StandingPolicy, order: &StopFacts, now: Instant) -> Result<(), Refusal> {
    let refuse = |why: &str| Err(Refusal::with(RefusalCode::PolicyDoesNotCover, why));
    if order.kind != OrderKind::Stop {
        return refuse("kind");
    }
    if policy.ended_at.is_some_and(|end| end <= now) || now < policy.valid_from || now >= policy.valid_until {
        return refuse("validity");
    }
    if policy.signed_by == order.requested_by {
        return refuse("signer");
    }
    if order.amount > policy.amount_max {
        return refuse("amount");
    }
    if policy.direct_payee_only && order.layer != 1 {
        return refuse("layer");
    }
    match order.paid_at {
        Some(at) if now.since(at) <= policy.payment_age_max && at <= now => Ok(()),
        _ => refuse("payment_age"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_policy_covers() {
        let now = Instant::from_wire14("20261122210506").unwrap();
        let leader = UserId::new(now, [1; 10]);
        let taker = UserId::new(now, [2; 10]);
        let policy = StandingPolicy {
            id: PolicyId::new(now, [3; 10]),
            serial: 3,
            amount_max: Fen::yuan(500_000),
            payment_age_max: Span::hours(24),
            direct_payee_only: true,
            valid_from: now - Span::days(1),
            valid_until: now + Span::days(30),
            confirm_within: Span::hours(2),
            signed_by: leader,
            signed_at: now - Span::days(1),
            ended_at: None,
            version: 1,
        };
        let good = StopFacts {
            kind: OrderKind::Stop,
            amount: Fen::yuan(30_000),
            paid_at: Some(now - Span::minutes(4)),
            layer: 1,
            requested_by: taker,
        };
        let why = |p: &StandingPolicy, o: StopFacts, at| covers(p, &o, at).err().and_then(|r| r.detail);
        assert_eq!(why(&policy, good, now), None);
        let table = [
            (
                "kind",
                StopFacts {
                    kind: OrderKind::Freeze,
                    ..good
                },
            ),
            (
                "signer",
                StopFacts {
                    requested_by: leader,
                    ..good
                },
            ),
            (
                "amount",
                StopFacts {
                    amount: Fen::yuan(500_001),
                    ..good
                },
            ),
            ("layer", StopFacts { layer: 2, ..good }),
            (
                "payment_age",
                StopFacts {
                    paid_at: Some(now - Span::hours(25)),
                    ..good
                },
            ),
            (
                "payment_age",
                StopFacts {
                    paid_at: None,
                    ..good
                },
            ),
            (
                "payment_age",
                StopFacts {
                    paid_at: Some(now + Span::minutes(1)),
                    ..good
                },
            ),
        ];
        for (expected, order) in table {
            assert_eq!(why(&policy, order, now).as_deref(), Some(expected));
        }
        let ended = StandingPolicy {
            ended_at: Some(now),
            ..policy.clone()
        };
        assert_eq!(why(&ended, good, now).as_deref(), Some("validity"));
        assert_eq!(
            why(&policy, good, policy.valid_until).as_deref(),
            Some("validity")
        );
    }
}
