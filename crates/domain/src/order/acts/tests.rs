use super::*;
use crate::hold::InForce;
use crate::order::{Approval, Terms};
use kernel::{AccountId, Fen, UserId};

fn at(wire: &str) -> Instant {
    Instant::from_wire14(wire).unwrap()
}

fn now() -> Instant {
    at("20261123090000")
}

fn report(n: u8) -> ReportId {
    ReportId::new(at("20261122210000"), [n; 10])
}

/// An order of the first report that a bank answered; its measure runs until `end`.
fn order(id: u8, kind: OrderKind, state: OrderState, end: Option<&str>) -> Order {
    let nine = at("20261122210000");
    let any = UserId::new(nine, [1; 10]);
    Order {
        id: OrderId::new(nine, [id; 10]),
        kind,
        state,
        report: report(1),
        case: None,
        account: AccountId::new(nine, [1; 10]),
        application_id: String::new(),
        original: None,
        batch: None,
        layer: 1,
        area: kernel::area::HUANGGANG,
        terms: Terms::default(),
        requested_by: any,
        requested_at: nine,
        second_officer: any,
        approval: Some(Approval {
            by: any,
            at: nine,
            level: crate::access::ApproverLevel::Duty,
            opinion: String::new(),
            policy: None,
        }),
        confirmation: None,
        sends: 1,
        sent_at: Some(nine),
        hub_code: String::new(),
        answer: end.map(|end| Answer {
            result: "0000".into(),
            at: Some(nine),
            expire_at: Some(at(end)),
            ..Answer::default()
        }),
        version: 1,
    }
}

fn follow_up(id: u8, kind: OrderKind, state: OrderState, of: &Order, result: &str) -> Order {
    let mut order = order(id, kind, state, None);
    order.original = Some(of.id);
    order.answer = (!result.is_empty()).then(|| Answer {
        result: result.into(),
        ..Answer::default()
    });
    order
}

fn standing<'a>(orders: &'a [Order], holds: &'a AccountHolds) -> Standing<'a> {
    Standing {
        orders,
        holds,
        filed: true,
        document_known: true,
        rules: FollowUpRules::default(),
    }
}

fn shown(acts: &[Act]) -> String {
    let mut out = String::new();
    for act in acts {
        let said = match &act.refusal {
            None => "may".to_owned(),
            Some(refusal) => match &refusal.detail {
                Some(detail) => format!("{} ({detail})", refusal.code),
                None => refusal.code.to_string(),
            },
        };
        out.push_str(&format!("    {:<20}{said}\n", act.kind.slug()));
    }
    out
}

/// Every kind × every state, with what may follow and why not; the case is filed and nothing else hinders.
#[test]
fn what_may_follow_each_order_in_each_state() {
    let mut out = String::new();
    let none = AccountHolds::default();
    for kind in OrderKind::ALL {
        if follow_ups(kind).is_empty() {
            out.push_str(&format!("{}: nothing, in any state\n", kind.slug()));
            continue;
        }
        for state in OrderState::ALL {
            let one = order(1, kind, state, Some("20261124210000"));
            let all = [one.clone()];
            out.push_str(&format!("{} {}\n", kind.slug(), state.slug()));
            out.push_str(&shown(&acts_on_order(&one, &standing(&all, &none), now())));
        }
    }
    insta::assert_snapshot!(out);
}

/// What stands in the way beside the state: time, earlier follow-ups, the case, other measures on the account.
#[test]
fn what_stands_in_the_way() {
    use OrderKind as K;
    use OrderState as S;
    let none = AccountHolds::default();
    let stop = order(1, K::Stop, S::Executed, Some("20261124210000"));
    let freeze = order(2, K::Freeze, S::Executed, Some("20270521210000"));
    let watch = order(3, K::Watch, S::Executed, Some("20261123080000"));
    let frozen = AccountHolds {
        freezes: vec![InForce {
            order: freeze.id,
            report: report(1),
            until: at("20270521210000"),
            asked: Fen::yuan(1),
            whole: false,
            held: None,
        }],
        ..AccountHolds::default()
    };
    let mut out = String::new();
    let mut case =
        |name: &str, of: &Order, more: Vec<Order>, standing_of: &dyn Fn(&mut Standing<'_>), now| {
            let mut all = vec![of.clone()];
            all.extend(more);
            let mut standing = standing(&all, &none);
            standing_of(&mut standing);
            out.push_str(&format!("{name}\n{}", shown(&acts_on_order(of, &standing, now))));
        };
    let plain = |_: &mut Standing<'_>| {};
    let end = at("20261124210000");
    case(
        "a stop one second before its end",
        &stop,
        vec![],
        &plain,
        end - Span::seconds(1),
    );
    case("a stop at its end", &stop, vec![], &plain, end);
    let prolonged = follow_up(4, K::StopProlong, S::Done, &stop, "0000");
    case(
        "a stop that was prolonged",
        &stop,
        vec![prolonged.clone()],
        &plain,
        now(),
    );
    case(
        "a stop that was prolonged, where the setting says twice",
        &stop,
        vec![prolonged],
        &|s| s.rules.prolongs_max = 2,
        now(),
    );
    case(
        "a stop whose prolongation is on its way",
        &stop,
        vec![follow_up(4, K::StopProlong, S::HubAccepted, &stop, "")],
        &plain,
        now(),
    );
    case(
        "a stop whose bank answered 1800",
        &stop,
        vec![follow_up(4, K::StopProlong, S::Failed, &stop, "1800")],
        &plain,
        now(),
    );
    case(
        "a stop whose bank answered 1899",
        &stop,
        vec![follow_up(4, K::StopProlong, S::Failed, &stop, "1899")],
        &plain,
        now(),
    );
    case(
        "a stop, the case not filed",
        &stop,
        vec![],
        &|s| s.filed = false,
        now(),
    );
    case(
        "a freeze, the case not filed",
        &freeze,
        vec![],
        &|s| s.filed = false,
        now(),
    );
    case(
        "a freeze at its end",
        &freeze,
        vec![],
        &plain,
        at("20270521210000"),
    );
    case("a watch whose term is over", &watch, vec![], &plain, now());
    let all = [stop.clone(), freeze.clone()];
    out.push_str("the account with both, for the report that asked\n");
    out.push_str(&shown(&acts_on_account(
        report(1),
        &standing(&all, &frozen),
        now(),
    )));
    out.push_str("the same account, for another report\n");
    out.push_str(&shown(&acts_on_account(
        report(2),
        &standing(&all, &frozen),
        now(),
    )));
    out.push_str("an account nothing was asked for, no case, no document\n");
    let bare = Standing {
        filed: false,
        document_known: false,
        ..standing(&[], &none)
    };
    out.push_str(&shown(&acts_on_account(report(1), &bare, now())));
    insta::assert_snapshot!(out);
}

/// Another report's freeze is neither renewed nor relieved by this one.
#[test]
fn a_follow_up_follows_its_own_reports_order() {
    use OrderKind as K;
    use OrderState as S;
    let mut theirs = order(1, K::Freeze, S::Executed, Some("20270521210000"));
    theirs.report = report(2);
    let mine = order(2, K::Freeze, S::Lapsed, Some("20261122220000"));
    let all = [theirs.clone(), mine.clone()];
    assert_eq!(
        original_of(K::FreezeRelieve, report(2), &all).map(|o| o.id),
        Some(theirs.id)
    );
    assert_eq!(
        original_of(K::FreezeRelieve, report(1), &all).map(|o| o.id),
        Some(mine.id)
    );
    assert_eq!(original_of(K::FreezeRelieve, report(3), &all), None);
    assert_eq!(original_of(K::Stop, report(1), &all), None);
}

#[test]
fn a_term_begins_at_the_old_end() {
    use OrderKind as K;
    let stop = order(1, K::Stop, OrderState::Executed, Some("20261124210000"));
    let freeze = order(2, K::Freeze, OrderState::Executed, Some("20270521210000"));
    let rules = FollowUpRules::default();
    let term = |kind, of| next_term(kind, of, &rules).map(|(a, b)| (a.to_wire14(), b.to_wire14()));
    let pair = |a: &str, b: &str| Some((a.to_owned(), b.to_owned()));
    assert_eq!(
        term(K::StopProlong, &stop),
        pair("20261124210000", "20261126210000")
    );
    assert_eq!(
        term(K::FreezeRenew, &freeze),
        pair("20270521210000", "20271120210000")
    );
    assert_eq!(term(K::StopRelieve, &stop), None);
    let why = |kind, of, until| next_term_check(kind, of, at(until), &rules).err().map(|r| r.code);
    for (kind, of, until, code) in [
        (
            K::StopProlong,
            &stop,
            "20261124210000",
            Some(RefusalCode::DatesReversed),
        ),
        (K::StopProlong, &stop, "20261124210001", None),
        (K::StopProlong, &stop, "20261126210000", None),
        (
            K::StopProlong,
            &stop,
            "20261126210001",
            Some(RefusalCode::ProlongTooLong),
        ),
        (
            K::FreezeRenew,
            &freeze,
            "20270521210000",
            Some(RefusalCode::DatesReversed),
        ),
        (K::FreezeRenew, &freeze, "20280101000000", None),
    ] {
        assert_eq!(why(kind, of, until), code, "{} until {until}", kind.slug());
    }
}
