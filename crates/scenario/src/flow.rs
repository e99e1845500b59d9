//! What the audience sees of a report's fund flow, and of a raw trace.

use crate::script::clock;
use app::flow::{Doctrine, Flow, FlowAssumption, FlowNode, Place, RawTrace};
use app::money::ProposalReason;
use kernel::{AccountId, PaymentId, TransferId};
use std::fmt::Write;

/// Places by their line.
struct Names<'a>(&'a Flow);

impl Names<'_> {
    fn place(&self, place: Place) -> String {
        match place {
            Place::Account(id) => self.account(id),
            Place::Fee => "bank fees".into(),
            Place::Unseen(id) => format!("unseen from {}", self.account(id)),
            Place::Outside(id) => format!("outside of {}", self.account(id)),
        }
    }

    fn account(&self, id: AccountId) -> String {
        self.0
            .accounts
            .get(&id)
            .map_or_else(|| "?".into(), |a| format!("{} …{}", a.bank_name, a.number.tail()))
    }

    fn payment(&self, id: PaymentId) -> String {
        let at = self.0.seeds.iter().position(|s| s.payment == id);
        at.map_or_else(|| "?".into(), |i| format!("p{}", i + 1))
    }
}

/// The whole flow. What must hold in every flow is asked here: a script that shows one has checked it.
pub(crate) fn show(flow: &Flow) -> Result<String, String> {
    sound(flow)?;
    let names = Names(flow);
    let t = flow.totals;
    let mut text = format!(
        "  flow  {}{}  seeded {}  still {}  exit {}  dust {}  beyond {}\n",
        flow.doctrine.slug(),
        flow.until
            .map(|at| format!(" until {}", clock(at)))
            .unwrap_or_default(),
        t.seeded.to_grouped(),
        t.still.to_grouped(),
        t.exit.to_grouped(),
        t.dust.to_grouped(),
        t.beyond.to_grouped()
    );
    flow.nodes.iter().for_each(|n| text.push_str(&node(&names, n)));
    for e in &flow.edges {
        let _ = writeln!(
            text,
            "    {}  hop {}  {} → {}  {} of {}",
            clock(e.at),
            e.hop,
            names.place(e.from),
            names.place(e.to),
            e.tainted.to_grouped(),
            e.amount.to_grouped()
        );
    }
    for m in &flow.marks {
        let _ = writeln!(
            text,
            "    mark {}{}  {}  {}  by {} rows",
            m.pattern.slug(),
            m.feature_code.map(|c| format!(" {c}")).unwrap_or_default(),
            names.account(m.account),
            m.amount.to_grouped(),
            m.evidence.len()
        );
    }
    for p in &flow.next {
        let _ = writeln!(
            text,
            "    next {}  {} × {}‰ = {}  {}",
            names.account(p.account),
            p.amount.to_grouped(),
            p.chance_permille,
            p.worth.to_grouped(),
            p.reasons.iter().map(reason).collect::<Vec<_>>().join(", ")
        );
    }
    for a in &flow.assumptions {
        let _ = writeln!(text, "    rests on {}", assumption(&names, a));
    }
    for cut in &flow.cuts {
        let _ = writeln!(text, "    cut {cut:?}");
    }
    if let Some(w) = &flow.what_if {
        for stop in &w.stops {
            let _ = writeln!(
                text,
                "    had {} been stopped at {}: {} there instead of {}; {} saved, {} kept from leaving",
                names.account(stop.account),
                clock(stop.at),
                stop.still_then.to_grouped(),
                stop.still_true.to_grouped(),
                w.saved.to_grouped(),
                w.kept.to_grouped()
            );
        }
    }
    Ok(text)
}

fn node(names: &Names<'_>, n: &FlowNode) -> String {
    let parts: Vec<String> = n
        .parts
        .iter()
        .map(|p| format!("{} {}", names.payment(p.payment), p.amount.to_grouped()))
        .collect();
    format!(
        "    hop {}  {}  received {}  sent {}  expected {}  held {}  {:?}{}  ({})\n",
        n.hop,
        names.place(n.place),
        n.received.to_grouped(),
        n.sent.to_grouped(),
        n.expected.to_grouped(),
        n.split.held.to_grouped(),
        n.state,
        n.exit.map(|e| format!(" by {}", e.slug())).unwrap_or_default(),
        parts.join(", ")
    )
}

fn reason(reason: &ProposalReason) -> String {
    match reason {
        ProposalReason::Arrived { ago } => format!("came {} s ago", ago.ms() / 1_000),
        ProposalReason::Habit { stay, seen } => format!("stays {} s, seen {seen}", stay.ms() / 1_000),
        ProposalReason::HabitUnknown { .. } => "no habit seen".into(),
        ProposalReason::NoStatement => "no statement".into(),
        ProposalReason::Balance { amount, at } => {
            format!("balance {} at {}", amount.to_grouped(), clock(*at))
        }
        ProposalReason::FailedBefore { result } => format!("failed before: {result}"),
    }
}

fn assumption(names: &Names<'_>, a: &FlowAssumption) -> String {
    let said =
        |what: &str, account: &AccountId, rest: String| format!("{what} {}  {rest}", names.account(*account));
    match a {
        FlowAssumption::NoAccount { count, amount } => {
            format!("no account  {count} payments of {}", amount.to_grouped())
        }
        FlowAssumption::NoStatement { account, amount } => said("no statement", account, amount.to_grouped()),
        FlowAssumption::AmountUntold { account, amount } => {
            said("amount untold", account, amount.to_grouped())
        }
        FlowAssumption::WayUnknown { account, amount } => said("way unknown", account, amount.to_grouped()),
        FlowAssumption::CameBack { account, amount } => said("came back", account, amount.to_grouped()),
        FlowAssumption::Returned { account, amount } => said("returned", account, amount.to_grouped()),
        FlowAssumption::OpeningUnknown { account, opening } => {
            said("opening unknown", account, opening.to_grouped())
        }
        FlowAssumption::Overdraft { account, at, missing } => said(
            "overdraft",
            account,
            format!("{} at {}", missing.to_grouped(), clock(*at)),
        ),
        FlowAssumption::GapIn { account, at, amount } => said(
            "gap in",
            account,
            format!("{} at {}", amount.to_grouped(), clock(*at)),
        ),
        FlowAssumption::GapOut { account, at, amount } => said(
            "gap out",
            account,
            format!("{} at {}", amount.to_grouped(), clock(*at)),
        ),
        FlowAssumption::SameInstant { account, at } => said("one instant", account, clock(*at)),
        FlowAssumption::Reversed { account, at, amount } => said(
            "reversed",
            account,
            format!("{} at {}", amount.to_grouped(), clock(*at)),
        ),
        FlowAssumption::PaymentUntold {
            payment,
            account,
            amount,
        } => said(
            &format!("untold {}", names.payment(*payment)),
            account,
            amount.to_grouped(),
        ),
    }
}

/// Money is conserved, for every place and every payment, and the flow hangs together.
fn sound(flow: &Flow) -> Result<(), String> {
    let t = flow.totals;
    if t.seeded.0 != t.still.0 + t.exit.0 + t.dust.0 + t.beyond.0 {
        return Err(format!("money is not conserved: {t:?}"));
    }
    let m = flow.money;
    if !m.adds_up() {
        return Err(format!(
            "held, reachable, unseen and gone are not the whole: {m:?}"
        ));
    }
    for n in &flow.nodes {
        let there = if n.exit.is_some() { n.received } else { n.expected };
        let parts: i64 = n.parts.iter().map(|p| p.amount.0).sum();
        let left = if n.exit.is_some() {
            n.received.0
        } else {
            n.sent.0 + n.expected.0
        };
        if parts != there.0 || n.received.0 != left {
            return Err(format!("a place does not add up: {n:?}"));
        }
    }
    for e in &flow.edges {
        let there = |place| flow.nodes.iter().any(|n| n.place == place);
        if !there(e.to) || (e.hop > 0 && !there(e.from)) || e.tainted > e.amount {
            return Err(format!("a transfer hangs in the air: {e:?}"));
        }
    }
    Ok(())
}

/// A raw trace; the way over the store must say the same as the index.
pub(crate) fn same(from_index: &RawTrace, from_store: &RawTrace) -> Result<String, String> {
    let rows = |t: &RawTrace| {
        let mut rows: Vec<(TransferId, Option<i64>, u32)> = t
            .rows
            .iter()
            .map(|r| (r.transfer, r.tainted.map(|f| f.0), r.hop))
            .collect();
        rows.sort_unstable();
        rows
    };
    let held = |t: &RawTrace| {
        let mut held = t.held.clone();
        held.sort_unstable();
        held
    };
    if !from_index.from_index || from_store.from_index {
        return Err("the index and the store were not both asked".into());
    }
    if rows(from_index) != rows(from_store) || held(from_index) != held(from_store) {
        return Err(format!("two answers: {from_index:?} and {from_store:?}"));
    }
    let sum: i64 = from_index.held.iter().map(|h| h.1.0).sum();
    Ok(format!(
        "          {} rows, {} still in {} accounts\n",
        from_index.rows.len(),
        kernel::Fen(sum).to_grouped(),
        from_index.held.len()
    ))
}

pub(crate) fn doctrine(word: &str) -> Result<Doctrine, String> {
    Doctrine::from_slug(word).ok_or_else(|| format!("no doctrine {word}"))
}
