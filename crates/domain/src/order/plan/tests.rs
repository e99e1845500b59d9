use super::*;
use crate::case::{CaseSource, CaseState, ReviewTerm};
use crate::hold::InForce;
use crate::order::needs::tests::whole;
use crate::order::{Answer, FreezeType};
use kernel::{CaseId, Fen, PolicyId, Span};

fn now() -> Instant {
    Instant::from_wire14("20261122210855").unwrap()
}

fn user(n: u8) -> UserId {
    UserId::new(now(), [n; 10])
}

fn ask(kind: OrderKind) -> Ask {
    let (_, terms) = whole();
    Ask {
        id: OrderId::new(now(), [1; 10]),
        application_id: "010120261122210855421100000000000001".into(),
        kind,
        report: ReportId::new(now(), [2; 10]),
        area: kernel::area::HUANGGANG,
        account: AccountId::new(now(), [3; 10]),
        layer: 1,
        terms: Terms {
            from: Some(now()),
            until: Some(now() + Span::days(1)),
            freeze_type: Some(FreezeType::Limited),
            ..terms
        },
        batch: None,
        requested_by: user(1),
        second_officer: Some(user(2)),
        may_use_policy: kind == OrderKind::Stop,
    }
}

fn case(state: CaseState) -> Case {
    Case {
        id: CaseId::new(now(), [4; 10]),
        number: "A4211000000002026110001".into(),
        report: ReportId::new(now(), [2; 10]),
        area: kernel::area::HUANGGANG,
        name: "王某被诈骗案".into(),
        state,
        source: CaseSource::Reported,
        review: ReviewTerm::Normal,
        accepted_by: user(1),
        accepted_at: now(),
        second_officer: user(2),
        proposed_by: None,
        proposed_at: None,
        decided_by: None,
        decided_at: None,
        decider_level: ApproverLevel::None,
        opinion: String::new(),
        proposal: Default::default(),
        version: 1,
    }
}

/// The order that a follow-up follows, in this state.
fn original(kind: OrderKind, state: OrderState) -> Option<Order> {
    let original = kind.original()?;
    let planned = plan(
        Ask {
            may_use_policy: false,
            ..ask(original)
        },
        &dossier(original),
        now(),
    );
    Some(Order {
        state,
        answer: Some(Answer {
            expire_at: Some(now() + Span::hours(40)),
            ..Answer::default()
        }),
        ..planned.unwrap().order
    })
}

fn dossier(kind: OrderKind) -> Dossier {
    Dossier {
        facts: whole().0,
        holds: AccountHolds::default(),
        case: Some(case(CaseState::Filed)),
        original: original(kind, OrderState::Executed),
        follow_up_open: false,
        policies: Vec::new(),
    }
}

fn policy() -> StandingPolicy {
    StandingPolicy {
        id: PolicyId::new(now(), [5; 10]),
        serial: 3,
        amount_max: Fen::yuan(500_000),
        payment_age_max: Span::hours(24),
        direct_payee_only: true,
        valid_from: now() - Span::days(1),
        valid_until: now() + Span::days(30),
        confirm_within: Span::hours(2),
        signed_by: user(9),
        signed_at: now() - Span::days(1),
        ended_at: None,
        version: 1,
    }
}

fn in_force(minutes: i64) -> Option<InForce> {
    Some(InForce {
        order: OrderId::new(now(), [7; 10]),
        report: ReportId::new(now(), [2; 10]),
        until: now() + Span::minutes(minutes),
        asked: Fen::yuan(30_000),
        whole: false,
        held: None,
    })
}

type Change = Box<dyn Fn(&mut Ask, &mut Dossier)>;

fn situations() -> Vec<(String, Change)> {
    let one = |name: &str, change: fn(&mut Ask, &mut Dossier)| -> (String, Change) {
        (name.to_owned(), Box::new(change))
    };
    let mut all = vec![
        one("all is well", |_, _| {}),
        one("a policy covers it", |_, d| d.policies = vec![policy()]),
        one("the policy is for less", |_, d| {
            d.policies = vec![StandingPolicy {
                amount_max: Fen::yuan(29_999),
                ..policy()
            }];
        }),
        one("of a batch, no policy", |a, d| {
            a.may_use_policy = false;
            d.policies = vec![policy()];
        }),
        one("no amount", |a, _| a.terms.amount = Fen::ZERO),
        one("an odd fen", |a, _| a.terms.amount = Fen(3_000_001)),
        one("paid tomorrow", |a, _| {
            a.terms.paid_at = Some(now() + Span::days(1))
        }),
        one("the end before the beginning", |a, _| {
            a.terms.until = Some(now() - Span::days(1));
        }),
        one("no case", |_, d| d.case = None),
        one("a case that is not filed", |_, d| {
            d.case = Some(case(CaseState::FilingProposed));
        }),
        one("no original", |_, d| d.original = None),
        one("another follow-up open", |_, d| d.follow_up_open = true),
        one("a stop open", |_, d| d.holds.stops_open = 1),
        one("one stop over", |_, d| {
            d.holds.stops_executed = 1;
            d.holds.stop = in_force(-1);
        }),
        one("a stop runs", |_, d| {
            d.holds.stops_executed = 1;
            d.holds.stop = in_force(60);
        }),
        one("two stops over", |_, d| d.holds.stops_executed = 2),
        one("frozen", |_, d| d.holds.freezes.extend(in_force(60))),
        one("a freeze open", |_, d| {
            d.holds.freezes_open.push(ReportId::new(now(), [2; 10]))
        }),
        one("frozen, and the name is missing", |_, d| {
            d.holds.freezes.extend(in_force(60));
            d.facts.account.holder = "".into();
        }),
        one("the name is missing", |_, d| d.facts.account.holder = "".into()),
        one("no document of the holder", |_, d| {
            d.facts.account.document = None
        }),
        one("no second officer", |a, d| {
            a.second_officer = None;
            d.facts.second = None;
        }),
    ];
    for state in OrderState::ALL {
        let change: Change = Box::new(move |_, d| {
            if let Some(original) = &mut d.original {
                original.state = state;
            }
        });
        all.push((format!("original {}", state.slug()), change));
    }
    all
}

/// Every kind × every situation, refusals included, printed as text and reviewed as text.
#[test]
fn every_kind_in_every_situation() {
    let mut out = String::new();
    for kind in OrderKind::ALL {
        out.push_str(&format!("{}\n", kind.slug()));
        for (name, change) in situations() {
            if name.starts_with("original ") && kind.original().is_none() {
                continue;
            }
            let (mut ask, mut dossier) = (ask(kind), dossier(kind));
            change(&mut ask, &mut dossier);
            let said = match plan(ask, &dossier, now()) {
                Ok(plan) => {
                    let due: Vec<&str> = plan.due.iter().map(|d| d.kind.slug()).collect();
                    format!(
                        "{} {} {}",
                        plan.order.state.slug(),
                        plan.paper.slug(),
                        due.join(" ")
                    )
                }
                Err(refusal) => format!(
                    "refused {} → {}",
                    refusal.code,
                    needs::mend_of(&refusal).map_or("-", needs::Mend::slug)
                ),
            };
            out.push_str(&format!("    {name:<32} {}\n", said.trim_end()));
        }
    }
    insta::assert_snapshot!(out);
}

/// What is planned is what was asked: no other amount, payment, day, account, or person.
#[test]
fn the_plan_keeps_what_was_asked_to_the_fen_and_the_second() {
    for kind in OrderKind::ALL {
        let mut asked = ask(kind);
        asked.terms.amount = Fen(3_000_001);
        asked.terms.paid_at = Instant::from_wire14("20261122000001");
        let planned = plan(asked.clone(), &dossier(kind), now()).unwrap().order;
        assert_eq!(planned.terms, asked.terms, "{kind:?}");
        assert_eq!(
            (planned.account, planned.report, planned.requested_by),
            (asked.account, asked.report, asked.requested_by)
        );
        assert_eq!(Some(planned.second_officer), asked.second_officer);
        assert_eq!(planned.requested_at, now());
    }
}

/// An order that a policy lets leave is approved by who signed it, and its confirmation falls due.
#[test]
fn an_order_under_a_policy_leaves_in_the_signer_s_name() {
    let mut dossier = dossier(OrderKind::Stop);
    dossier.policies = vec![policy()];
    let plan = plan(ask(OrderKind::Stop), &dossier, now()).unwrap();
    assert!(plan.leaves() && plan.order.cleared().is_some());
    let approval = plan.order.approval.unwrap();
    assert_eq!((approval.by, approval.policy), (user(9), Some(policy().id)));
    assert_eq!(
        plan.due,
        [Due {
            kind: DeadlineKind::PolicyConfirm,
            at: now() + Span::hours(2)
        }]
    );
}

/// The clock of a report: the first stop that reached the hub. What is stuck or was refused there does not count, a
/// query does not count, and the order of drafting does not matter.
#[test]
fn the_clock_counts_what_left() {
    let stop = |n: u8, state, minute: Option<i64>| Order {
        id: OrderId::new(now(), [n; 10]),
        state,
        sent_at: minute.map(|m| now() + Span::minutes(m)),
        ..plan(ask(OrderKind::Stop), &dossier(OrderKind::Stop), now())
            .unwrap()
            .order
    };
    let query = Order {
        kind: OrderKind::QueryHolder,
        ..stop(9, OrderState::Done, Some(0))
    };
    use OrderState as S;
    let table = [
        ("drafted", vec![stop(1, S::Drafted, None)], None),
        ("approved", vec![stop(1, S::Approved, None)], None),
        ("never built", vec![stop(1, S::Stuck, None)], None),
        ("the hub never took it", vec![stop(1, S::Stuck, Some(1))], None),
        ("refused by the hub", vec![stop(1, S::HubRefused, Some(1))], None),
        ("on the road", vec![stop(1, S::Sent, Some(1))], Some(1)),
        ("accepted", vec![stop(1, S::HubAccepted, Some(1))], Some(1)),
        ("not done by the bank", vec![stop(1, S::Failed, Some(1))], Some(1)),
        ("executed", vec![stop(1, S::Executed, Some(1))], Some(1)),
        (
            "the second one left",
            vec![stop(1, S::HubRefused, Some(1)), stop(2, S::Executed, Some(4))],
            Some(4),
        ),
        (
            "the earlier of two",
            vec![stop(1, S::Executed, Some(4)), stop(2, S::Sent, Some(2))],
            Some(2),
        ),
        ("a query", vec![query], None),
    ];
    for (name, orders, minute) in table {
        assert_eq!(
            first_left(&orders),
            minute.map(|m| now() + Span::minutes(m)),
            "{name}"
        );
    }
}
