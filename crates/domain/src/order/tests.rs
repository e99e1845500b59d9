use super::*;

fn events() -> Vec<(&'static str, Event)> {
    vec![
        ("approve", Event::Approve),
        ("reject", Event::Reject),
        ("withdraw", Event::Withdraw),
        ("sent", Event::Sent),
        ("send failed once", Event::SendFailed { attempts: 1 }),
        ("send failed last", Event::SendFailed { attempts: SENDS_MAX }),
        ("hub accepted", Event::HubAccepted),
        ("hub refused", Event::HubRefused),
        ("hub unreachable once", Event::HubUnreachable { attempts: 1 }),
        (
            "hub unreachable last",
            Event::HubUnreachable { attempts: SENDS_MAX },
        ),
        ("resend", Event::Resend),
        ("take back unsent", Event::TakeBackUnsent),
        ("bank: done", Event::BankAnswered(Outcome::Done)),
        ("bank: already", Event::BankAnswered(Outcome::AlreadyProcessed)),
        ("bank: not done", Event::BankAnswered(Outcome::NotDone)),
        ("relieve done", Event::RelieveDone),
        ("freeze done", Event::FreezeDone),
        ("term over", Event::TermOver),
        ("term renewed", Event::TermRenewed),
    ]
}

/// Every state × every event, printed as text and reviewed as text.
#[test]
fn transitions() {
    let mut out = String::new();
    for kind in [
        OrderKind::Stop,
        OrderKind::Freeze,
        OrderKind::Watch,
        OrderKind::QueryTransactions,
    ] {
        for state in OrderState::ALL {
            out.push_str(&format!("{} {}\n", kind.slug(), state.slug()));
            for (name, event) in events() {
                let result = match decide(kind, state, event) {
                    Ok(Step::Move(next)) => format!("→ {}", next.slug()),
                    Ok(Step::Note(note)) => format!("({})", note.slug()),
                    Err(refusal) => format!("refused {}", refusal.code),
                };
                out.push_str(&format!("    {name:<22} {result}\n"));
            }
        }
    }
    insta::assert_snapshot!(out);
}

fn rank(state: OrderState) -> u8 {
    use OrderState as S;
    match state {
        S::Drafted => 0,
        S::Approved => 1,
        S::Sent | S::Stuck | S::HubRefused => 2,
        S::HubAccepted => 3,
        S::Failed => 4,
        S::Executed | S::Done => 5,
        S::Frozen | S::Relieved | S::Lapsed | S::Rejected | S::Withdrawn => 6,
    }
}

proptest::proptest! {
    /// Whatever the world sends in whatever order, an order never goes back, and only a bank's "done" puts it in force.
    #[test]
    fn the_world_never_moves_an_order_backwards(kind_at in 0usize..11, picks in proptest::collection::vec(0usize..18, 0..40)) {
        let kind = OrderKind::ALL[kind_at];
        let mut state = OrderState::Drafted;
        for pick in picks {
            let (_, event) = events()[pick];
            let Ok(Step::Move(next)) = decide(kind, state, event) else { continue };
            // A bank that renewed in time is believed after our clock ended the measure.
            let resent = matches!(event, Event::Resend | Event::TermRenewed);
            proptest::prop_assert!(resent || rank(next) >= rank(state), "{state:?} {event:?} {next:?}");
            if matches!(next, OrderState::Executed | OrderState::Done) {
                proptest::prop_assert!(matches!(event, Event::BankAnswered(Outcome::Done) | Event::TermRenewed));
            }
            state = next;
        }
    }
}

#[test]
fn only_an_approved_order_is_cleared() {
    let at = Instant::from_wire14("20261122210506").unwrap();
    let id = |n| [n; 10];
    let user = UserId::new(at, id(1));
    let mut order = Order {
        id: OrderId::new(at, id(2)),
        kind: OrderKind::Stop,
        state: OrderState::Approved,
        report: ReportId::new(at, id(3)),
        case: None,
        account: AccountId::new(at, id(4)),
        application_id: "0101".into(),
        original: None,
        batch: None,
        layer: 1,
        area: kernel::area::HUANGGANG,
        terms: Terms::default(),
        requested_by: user,
        requested_at: at,
        second_officer: user,
        approval: None,
        confirmation: None,
        sends: 0,
        sent_at: None,
        hub_code: String::new(),
        answer: None,
        version: 1,
    };
    assert!(order.cleared().is_none());
    order.approval = Some(Approval {
        by: user,
        at,
        level: ApproverLevel::Duty,
        opinion: String::new(),
        policy: None,
    });
    assert!(order.cleared().is_some());
    for state in OrderState::ALL.into_iter().filter(|s| *s != OrderState::Approved) {
        order.state = state;
        assert!(order.cleared().is_none(), "{state:?}");
    }
}

#[test]
fn a_stop_ends_48_hours_after_the_bank_began() {
    let start = Instant::from_wire14("20261122211229").unwrap();
    let legal = Instant::from_wire14("20261124211229").unwrap();
    let table = [
        (None, legal),
        (Some("20261124211229"), legal),
        (
            Some("20261123000000"),
            Instant::from_wire14("20261123000000").unwrap(),
        ),
        (Some("20271124211229"), legal),
        (Some("20261122211229"), legal),
    ];
    for (named, expected) in table {
        assert_eq!(
            stop_expiry(start, named.and_then(Instant::from_wire14)),
            expected,
            "{named:?}"
        );
    }
}

#[test]
fn freeze_terms_follow_the_calendar() {
    for (from, long, until) in [
        ("20261122000000", false, "20270521000000"),
        ("20260831000000", false, "20270227000000"),
        ("20240229120000", true, "20250227120000"),
    ] {
        let from = Instant::from_wire14(from).unwrap();
        assert_eq!(freeze_until_max(from, long).to_wire14(), until);
    }
}

#[test]
fn terms_are_checked_before_an_order_leaves() {
    let now = Instant::from_wire14("20261122210506").unwrap();
    let good = Terms {
        amount: Fen::yuan(1),
        from: Some(now),
        until: Some(now + Span::days(100)),
        ..Terms::default()
    };
    let over = Terms {
        until: Some(now + Span::days(200)),
        ..good.clone()
    };
    let reversed = Terms {
        until: Some(now - Span::days(1)),
        ..good.clone()
    };
    let nothing = Terms {
        amount: Fen::ZERO,
        ..good.clone()
    };
    let future = Terms {
        paid_at: Some(now + Span::hours(1)),
        ..good.clone()
    };
    for (terms, long, code) in [
        (&good, false, None),
        (&over, false, Some(RefusalCode::FreezeTermTooLong)),
        (&over, true, None),
        (&reversed, false, Some(RefusalCode::DatesReversed)),
        (&nothing, false, Some(RefusalCode::AmountNotPositive)),
        (&future, false, Some(RefusalCode::TimeInFuture)),
    ] {
        assert_eq!(
            terms_check(OrderKind::Freeze, terms, long, now)
                .err()
                .map(|r| r.code),
            code
        );
    }
}
