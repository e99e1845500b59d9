//! 经过: what happened to a report, with two clocks: when it happened, and when we recorded it.

use domain::case::{Case, CaseState};
use domain::deadline::DeadlineKind;
use domain::document::DocumentKind;
use domain::order::{Order, OrderKind, OrderState};
use domain::report::How;
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
        /// Nothing where the payee has no account that anybody knows.
        to: Option<AccountId>,
        how: How,
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
        refused: bool,
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
    /// A sum of the report's money fell, and why.
    MoneyFell(money::Fall),
    DeadlineFired {
        kind: DeadlineKind,
    },
}

pub(crate) type Received = BTreeMap<OrderId, Vec<(Instant, String, String)>>;

/// What the timeline is made from.
pub(super) struct Facts<'a> {
    pub report: &'a ReportRow,
    pub payments: &'a [Payment],
    pub orders: &'a [Order],
    pub received: &'a Received,
    pub dispatch: &'a Option<Dispatch>,
    pub case: &'a Option<Case>,
    pub documents: &'a [Document],
    pub deadlines: &'a [Deadline],
    pub falls: &'a [money::Fall],
}

/// Newest first.
pub(super) fn timeline(facts: &Facts<'_>) -> Vec<TimelineItem> {
    let mut line = Line::default();
    line.report(facts.report, facts.payments);
    for order in facts.orders {
        line.order(
            order,
            facts.received.get(&order.id).map_or(&[][..], Vec::as_slice),
        );
    }
    if let Some(dispatch) = facts.dispatch {
        line.dispatch(dispatch);
    }
    if let Some(case) = facts.case {
        line.case(case);
    }
    line.documents(facts.documents);
    line.deadlines(facts.deadlines);
    for fall in facts.falls {
        line.at(fall.at, What::MoneyFell(*fall));
    }
    line.newest_first()
}

/// What happened to these orders alone, with their papers and clocks; newest first.
pub(crate) fn of_orders(
    orders: &[Order],
    received: &Received,
    documents: &[Document],
    deadlines: &[Deadline],
) -> Vec<TimelineItem> {
    let mut line = Line::default();
    for order in orders {
        line.order(order, received.get(&order.id).map_or(&[][..], Vec::as_slice));
    }
    line.documents(documents);
    line.deadlines(deadlines);
    line.newest_first()
}

#[derive(Default)]
struct Line(Vec<TimelineItem>);

impl Line {
    fn add(&mut self, happened_at: Instant, recorded_at: Instant, what: What) {
        self.0.push(TimelineItem {
            happened_at,
            recorded_at,
            what,
        });
    }

    /// What was recorded when it happened.
    fn at(&mut self, at: Instant, what: What) {
        self.add(at, at, what);
    }

    /// Of what happened at one instant, the later step stands above the earlier one.
    fn newest_first(mut self) -> Vec<TimelineItem> {
        self.0.sort_by_key(|i| (i.happened_at, i.recorded_at));
        self.0.reverse();
        self.0
    }

    fn report(&mut self, report: &ReportRow, payments: &[Payment]) {
        let r = &report.report;
        for p in payments {
            let (to, how, amount) = (p.to, p.how, p.amount);
            self.add(
                p.paid_at,
                p.paid_at.max(r.reported_at),
                What::Paid { to, how, amount },
            );
        }
        let (by, seat) = (r.received_by, r.seat.clone());
        self.at(r.reported_at, What::Reported { by, seat });
    }

    fn order(&mut self, o: &Order, received: &[(Instant, String, String)]) {
        let (order, kind, account) = (o.id, o.kind, o.account);
        self.decisions(o);
        if let Some(at) = o.sent_at {
            self.at(at, What::OrderSent { order, kind, account });
        }
        self.answer(o);
        for (at, _, note) in received.iter().filter(|(_, _, n)| NOTED.contains(&n.as_str())) {
            let note = note.clone();
            self.at(
                *at,
                What::AnswerNoted {
                    order,
                    kind,
                    account,
                    note,
                },
            );
        }
        if matches!(o.state, OrderState::Stuck | OrderState::HubRefused) {
            let state = o.state;
            self.at(
                o.sent_at.unwrap_or(o.requested_at),
                What::OrderState {
                    order,
                    kind,
                    account,
                    state,
                },
            );
        }
    }

    /// Who asked, who approved, who confirmed.
    fn decisions(&mut self, o: &Order) {
        let (order, kind, account) = (o.id, o.kind, o.account);
        let under_policy = o.approval.as_ref().is_some_and(|a| a.policy.is_some());
        if !under_policy {
            let by = o.requested_by;
            self.at(
                o.requested_at,
                What::OrderRequested {
                    order,
                    kind,
                    account,
                    by,
                },
            );
        }
        if let Some(a) = &o.approval {
            let by = a.by;
            self.at(
                a.at,
                What::OrderApproved {
                    order,
                    kind,
                    account,
                    by,
                    under_policy,
                },
            );
        }
        if let Some(c) = &o.confirmation {
            self.at(
                c.at,
                What::OrderConfirmed {
                    order,
                    kind,
                    by: c.by,
                    refused: c.refused,
                },
            );
        }
    }

    fn answer(&mut self, o: &Order) {
        let Some(answer) = &o.answer else { return };
        let recorded = answer.at.unwrap_or(o.requested_at);
        let state = if o.kind.has_effect() && answer_done(o.state) {
            OrderState::Executed
        } else {
            o.state
        };
        let what = What::BankAnswered {
            order: o.id,
            kind: o.kind,
            account: o.account,
            state,
            result: answer.result.clone(),
            held: answer.held,
            until: answer.expire_at,
        };
        self.add(answer.start_at.unwrap_or(recorded), recorded, what);
    }

    fn dispatch(&mut self, d: &Dispatch) {
        let (area, by) = (d.area, d.dispatched_by);
        self.at(d.dispatched_at, What::Dispatched { area, by });
        if let Some((by, at)) = d.acknowledged {
            self.at(at, What::Acknowledged { area, by });
        }
    }

    fn case(&mut self, c: &Case) {
        let (number, by) = (c.number.clone(), c.accepted_by);
        self.at(c.accepted_at, What::CaseAccepted { number, by });
        if let (Some(by), Some(at)) = (c.proposed_by, c.proposed_at) {
            self.at(at, What::FilingProposed { by });
        }
        if let (Some(by), Some(at)) = (c.decided_by, c.decided_at) {
            self.at(at, What::CaseDecided { state: c.state, by });
        }
    }

    fn documents(&mut self, documents: &[Document]) {
        for d in documents.iter().filter(|d| !d.is_draft()) {
            let (kind, number) = (d.kind, d.number.clone());
            self.at(d.made_at, What::DocumentIssued { kind, number });
        }
    }

    fn deadlines(&mut self, deadlines: &[Deadline]) {
        for d in deadlines.iter().filter(|d| d.state == DeadlineState::Fired) {
            let kind = d.kind;
            self.add(
                d.due_at,
                d.ended_at.unwrap_or(d.due_at),
                What::DeadlineFired { kind },
            );
        }
    }
}

fn answer_done(state: OrderState) -> bool {
    use OrderState::{Executed, Frozen, Lapsed, Relieved};
    matches!(state, Executed | Frozen | Lapsed | Relieved)
}

/// Notes of the inbox that people must see.
const NOTED: [&str; 4] = ["contradicts", "other_account", "other_kind", "late"];
