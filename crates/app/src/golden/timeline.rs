//! 经过: what happened to a report, with two clocks: when it happened, and when we recorded it.

use domain::case::{Case, CaseState};
use domain::deadline::DeadlineKind;
use domain::document::DocumentKind;
use domain::order::{OrderKind, OrderState};
use kernel::{AccountId, Area, Fen, Instant, OrderId, UserId};
use std::collections::BTreeMap;
use store::cases::Document;
use store::deadlines::{Deadline, DeadlineState};
use store::intake::{Dispatch, Payment, ReportRow};

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimelineItem {
    pub happened_at: Instant,
    pub recorded_at: Instant,
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    Reported {
        by: UserId,
        seat: String,
    },
    Paid {
        to: AccountId,
        amount: Fen,
    },
    OrderRequested {
        order: OrderId,
        kind: OrderKind,
        account: AccountId,
        by: UserId,
    },
    OrderApproved {
        order: OrderId,
        kind: OrderKind,
        account: AccountId,
        by: UserId,
        under_policy: bool,
    },
    OrderConfirmed {
        order: OrderId,
        kind: OrderKind,
        by: UserId,
    },
    OrderSent {
        order: OrderId,
        kind: OrderKind,
        account: AccountId,
    },
    OrderState {
        order: OrderId,
        kind: OrderKind,
        account: AccountId,
        state: OrderState,
    },
    BankAnswered {
        order: OrderId,
        kind: OrderKind,
        account: AccountId,
        state: OrderState,
        result: String,
        held: Option<Fen>,
        until: Option<Instant>,
    },
    /// An answer that changed nothing, and why.
    AnswerNoted {
        order: OrderId,
        kind: OrderKind,
        account: AccountId,
        note: String,
    },
    Dispatched {
        area: Area,
        by: UserId,
    },
    Acknowledged {
        area: Area,
        by: UserId,
    },
    CaseAccepted {
        number: String,
        by: UserId,
    },
    FilingProposed {
        by: UserId,
    },
    CaseDecided {
        state: CaseState,
        by: UserId,
    },
    DocumentIssued {
        kind: DocumentKind,
        number: Option<String>,
    },
    DeadlineFired {
        kind: DeadlineKind,
    },
}

pub(super) type Received = BTreeMap<OrderId, Vec<(Instant, String, String)>>;

/// What the timeline is made from.
pub(super) struct Facts<'a> {
    pub report: &'a ReportRow,
    pub payments: &'a [Payment],
    pub orders: &'a [domain::order::Order],
    pub received: &'a Received,
    pub dispatch: &'a Option<Dispatch>,
    pub case: &'a Option<Case>,
    pub documents: &'a [Document],
    pub deadlines: &'a [Deadline],
}

/// Newest first.
pub(super) fn timeline(facts: &Facts<'_>) -> Vec<TimelineItem> {
    let Facts {
        report,
        payments,
        orders,
        received,
        dispatch,
        case,
        documents,
        deadlines,
    } = *facts;
    let r = &report.report;
    let mut items = Vec::new();
    let mut add = |happened_at: Instant, recorded_at: Instant, what: What| {
        items.push(TimelineItem {
            happened_at,
            recorded_at,
            what,
        });
    };
    for p in payments {
        add(
            p.paid_at,
            p.paid_at.max(r.reported_at),
            What::Paid {
                to: p.to,
                amount: p.amount,
            },
        );
    }
    add(
        r.reported_at,
        r.reported_at,
        What::Reported {
            by: r.received_by,
            seat: r.seat.clone(),
        },
    );
    for o in orders {
        let (order, kind, account) = (o.id, o.kind, o.account);
        let under_policy = o.approval.as_ref().is_some_and(|a| a.policy.is_some());
        if !under_policy {
            add(
                o.requested_at,
                o.requested_at,
                What::OrderRequested {
                    order,
                    kind,
                    account,
                    by: o.requested_by,
                },
            );
        }
        if let Some(a) = &o.approval {
            add(
                a.at,
                a.at,
                What::OrderApproved {
                    order,
                    kind,
                    account,
                    by: a.by,
                    under_policy,
                },
            );
        }
        if let Some(c) = &o.confirmation {
            add(
                c.at,
                c.at,
                What::OrderConfirmed {
                    order,
                    kind,
                    by: c.by,
                },
            );
        }
        if let Some(at) = o.sent_at {
            add(at, at, What::OrderSent { order, kind, account });
        }
        if let Some(answer) = &o.answer {
            let recorded = answer.at.unwrap_or(o.requested_at);
            let state = if o.kind.has_effect() && answer_done(o.state) {
                OrderState::Executed
            } else {
                o.state
            };
            let what = What::BankAnswered {
                order,
                kind,
                account,
                state,
                result: answer.result.clone(),
                held: answer.held,
                until: answer.expire_at,
            };
            add(answer.start_at.unwrap_or(recorded), recorded, what);
        }
        for (at, _, note) in received.get(&o.id).map_or(&[][..], Vec::as_slice) {
            if NOTED.contains(&note.as_str()) {
                add(
                    *at,
                    *at,
                    What::AnswerNoted {
                        order,
                        kind,
                        account,
                        note: note.clone(),
                    },
                );
            }
        }
        if matches!(o.state, OrderState::Stuck | OrderState::HubRefused) {
            let at = o.sent_at.unwrap_or(o.requested_at);
            add(
                at,
                at,
                What::OrderState {
                    order,
                    kind,
                    account,
                    state: o.state,
                },
            );
        }
    }
    if let Some(d) = dispatch {
        add(
            d.dispatched_at,
            d.dispatched_at,
            What::Dispatched {
                area: d.area,
                by: d.dispatched_by,
            },
        );
        if let Some((by, at)) = d.acknowledged {
            add(at, at, What::Acknowledged { area: d.area, by });
        }
    }
    if let Some(c) = case {
        add(
            c.accepted_at,
            c.accepted_at,
            What::CaseAccepted {
                number: c.number.clone(),
                by: c.accepted_by,
            },
        );
        if let (Some(by), Some(at)) = (c.proposed_by, c.proposed_at) {
            add(at, at, What::FilingProposed { by });
        }
        if let (Some(by), Some(at)) = (c.decided_by, c.decided_at) {
            add(at, at, What::CaseDecided { state: c.state, by });
        }
    }
    for d in documents.iter().filter(|d| !d.is_draft()) {
        add(
            d.made_at,
            d.made_at,
            What::DocumentIssued {
                kind: d.kind,
                number: d.number.clone(),
            },
        );
    }
    for d in deadlines.iter().filter(|d| d.state == DeadlineState::Fired) {
        add(
            d.due_at,
            d.ended_at.unwrap_or(d.due_at),
            What::DeadlineFired { kind: d.kind },
        );
    }
    // Of what happened at one instant, the later step of the list above stands above the earlier one.
    items.sort_by_key(|i| (i.happened_at, i.recorded_at));
    items.reverse();
    items
}

fn answer_done(state: OrderState) -> bool {
    use OrderState::{Executed, Frozen, Lapsed, Relieved};
    matches!(state, Executed | Frozen | Lapsed | Relieved)
}

/// Notes of the inbox that people must see.
const NOTED: [&str; 4] = ["contradicts", "other_account", "other_kind", "late"];
