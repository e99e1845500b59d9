//! 案件: acceptance (受案) and filing (立案) of a report, with the review clocks of DOMAIN 2.3.

use crate::access::ApproverLevel;
use crate::deadline::{DeadlineKind, Due};
use kernel::{Area, CaseId, Instant, Refusal, RefusalCode, ReportId, Span, UserId};
use serde::{Deserialize, Serialize};

/// Where a case stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseState {
    /// 受案: accepted, under review.
    Accepted,
    /// 呈请立案: waits for the head of a county-level organ.
    FilingProposed,
    /// 立案
    Filed,
    /// 不予立案
    NotFiled,
}

impl CaseState {
    pub const ALL: [CaseState; 4] = [
        CaseState::Accepted,
        CaseState::FilingProposed,
        CaseState::Filed,
        CaseState::NotFiled,
    ];

    pub const fn slug(self) -> &'static str {
        match self {
            CaseState::Accepted => "accepted",
            CaseState::FilingProposed => "filing_proposed",
            CaseState::Filed => "filed",
            CaseState::NotFiled => "not_filed",
        }
    }

    pub fn from_slug(slug: &str) -> Option<CaseState> {
        CaseState::ALL.into_iter().find(|s| s.slug() == slug)
    }
}

/// How long the filing review may take (公通字〔2015〕32号).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReviewTerm {
    /// 3 days.
    Normal,
    /// 7 days: the lead needs checking.
    Checking,
    /// 30 days: major or difficult; the head of a county-level organ approves.
    Major,
}

impl ReviewTerm {
    pub fn due(self, accepted_at: Instant) -> Due {
        match self {
            ReviewTerm::Normal => Due {
                kind: DeadlineKind::Filing3d,
                at: accepted_at + Span::days(3),
            },
            ReviewTerm::Checking => Due {
                kind: DeadlineKind::Filing7d,
                at: accepted_at + Span::days(7),
            },
            ReviewTerm::Major => Due {
                kind: DeadlineKind::Filing30d,
                at: accepted_at + Span::days(30),
            },
        }
    }

    pub const fn slug(self) -> &'static str {
        match self {
            ReviewTerm::Normal => "normal",
            ReviewTerm::Checking => "checking",
            ReviewTerm::Major => "major",
        }
    }

    pub fn from_slug(slug: &str) -> Option<ReviewTerm> {
        [Self::Normal, Self::Checking, Self::Major]
            .into_iter()
            .find(|t| t.slug() == slug)
    }
}

/// How the facts came to the police; it chooses article 109 or 112 of the Criminal Procedure Law (DOCUMENTS 2.7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseSource {
    Reported,
    FoundByPolice,
}

/// A case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    pub id: CaseId,
    /// Police case number: `A` + 12-digit organisation code + yyyyMM + 4-digit serial ([K], DOMAIN 7).
    pub number: String,
    pub report: ReportId,
    pub area: Area,
    /// 案件名称, such as 王某被诈骗案.
    pub name: String,
    pub state: CaseState,
    pub source: CaseSource,
    pub review: ReviewTerm,
    pub accepted_by: UserId,
    pub accepted_at: Instant,
    pub second_officer: UserId,
    pub proposed_by: Option<UserId>,
    pub proposed_at: Option<Instant>,
    pub decided_by: Option<UserId>,
    pub decided_at: Option<Instant>,
    pub decider_level: ApproverLevel,
    pub opinion: String,
    pub proposal: Proposal,
    pub version: i64,
}

/// What the officer wrote in 呈请立案.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proposal {
    /// 简要案情; empty where the report's own narrative stands.
    pub summary: String,
    /// 办案单位意见.
    pub opinion: String,
    /// 办案人; empty where those who accepted the case stay.
    pub officers: Vec<UserId>,
}

impl Case {
    /// 办案人 as the papers name them: those of the proposal, or those who accepted it.
    pub fn handlers(&self) -> Vec<UserId> {
        if self.proposal.officers.is_empty() {
            vec![self.accepted_by, self.second_officer]
        } else {
            self.proposal.officers.clone()
        }
    }

    /// Everybody who handles it, the proposer of its filing too.
    pub fn officers(&self) -> Vec<UserId> {
        let mut officers = vec![self.accepted_by, self.second_officer];
        for by in self.proposed_by.iter().chain(&self.proposal.officers) {
            if !officers.contains(by) {
                officers.push(*by);
            }
        }
        officers
    }
}

/// What people do to a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CaseEvent {
    ProposeFiling,
    File,
    RefuseFiling,
    /// The approver sends the proposal back.
    SendBack,
    Extend(ReviewTerm),
}

/// The case's next state. Filing and its refusal belong to the head of a county-level organ (程序规定 178).
pub fn decide(state: CaseState, review: ReviewTerm, event: CaseEvent) -> Result<CaseState, Refusal> {
    use CaseState as S;
    match (event, state) {
        (CaseEvent::ProposeFiling, S::Accepted) => Ok(S::FilingProposed),
        (CaseEvent::File, S::FilingProposed) => Ok(S::Filed),
        (CaseEvent::RefuseFiling, S::FilingProposed) => Ok(S::NotFiled),
        (CaseEvent::SendBack, S::FilingProposed) => Ok(S::Accepted),
        (CaseEvent::Extend(to), S::Accepted | S::FilingProposed) if rank(to) > rank(review) => Ok(state),
        (CaseEvent::Extend(_), S::Accepted | S::FilingProposed) => {
            Err(Refusal::field("review", RefusalCode::CaseWrongState))
        }
        (CaseEvent::File | CaseEvent::RefuseFiling, S::Filed | S::NotFiled) => {
            Err(Refusal::with(RefusalCode::AlreadyDecided, state.slug()))
        }
        _ => Err(Refusal::with(RefusalCode::CaseWrongState, state.slug())),
    }
}

const fn rank(term: ReviewTerm) -> u8 {
    match term {
        ReviewTerm::Normal => 0,
        ReviewTerm::Checking => 1,
        ReviewTerm::Major => 2,
    }
}

/// A freeze, its renewal and its relief need a filed case (程序规定 174, 239).
pub fn freeze_needs_filed_case(case: Option<&Case>) -> Result<&Case, Refusal> {
    case.filter(|c| c.state == CaseState::Filed)
        .ok_or_else(|| RefusalCode::CaseNotFiled.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_and_event() {
        let events = [
            ("propose", CaseEvent::ProposeFiling),
            ("file", CaseEvent::File),
            ("refuse", CaseEvent::RefuseFiling),
            ("send back", CaseEvent::SendBack),
            ("extend to 7", CaseEvent::Extend(ReviewTerm::Checking)),
            ("extend to 3", CaseEvent::Extend(ReviewTerm::Normal)),
        ];
        let mut out = String::new();
        for state in CaseState::ALL {
            for (name, event) in events {
                let result = match decide(state, ReviewTerm::Normal, event) {
                    Ok(next) => next.slug().to_owned(),
                    Err(r) => format!("refused {}", r.code),
                };
                out.push_str(&format!("{:<16} {name:<12} {result}\n", state.slug()));
            }
        }
        insta::assert_snapshot!(out);
    }

    #[test]
    fn review_terms_are_3_7_and_30_days() {
        let at = Instant::from_wire14("20261122210506").unwrap();
        let days = |t: ReviewTerm| t.due(at).at.since(at).ms() / 86_400_000;
        assert_eq!(
            [
                days(ReviewTerm::Normal),
                days(ReviewTerm::Checking),
                days(ReviewTerm::Major)
            ],
            [3, 7, 30]
        );
    }
}
