//! What the audience of a script sees: orders, money, clocks and the timeline of a report, in plain lines.
//!
//! Personal data stays masked, ids are replaced by their place (`refund/1`, `refund#1`), so a golden file can be read.

use crate::evening::Evening;
use crate::script::clock;
use app::AppResult;
use app::golden::{Golden, TimelineItem, What};
use domain::order::Order;
use kernel::{AccountId, Fen, Instant, OrderId, ReportId, UserId};
use sim::Happening;
use std::fmt::Write;

/// The orders of a report in the order they were asked for.
pub(crate) async fn orders(evening: &Evening, report: ReportId) -> AppResult<Vec<Order>> {
    let mut list = store::orders::orders_of_report(evening.centre.store.reader(), report).await?;
    list.sort_by_key(|o| (o.requested_at, o.id));
    Ok(list)
}

/// Names for ids.
pub(crate) struct Cast<'a> {
    name: &'a str,
    golden: &'a Golden,
    orders: Vec<&'a Order>,
}

impl<'a> Cast<'a> {
    pub fn of(name: &'a str, golden: &'a Golden) -> Cast<'a> {
        let mut orders: Vec<&Order> = golden.orders.iter().collect();
        orders.sort_by_key(|o| (o.requested_at, o.id));
        Cast { name, golden, orders }
    }

    fn order(&self, id: OrderId) -> String {
        let at = self.orders.iter().position(|o| o.id == id);
        at.map_or_else(|| "?".into(), |i| format!("/{}", i + 1))
    }

    fn account(&self, id: AccountId) -> String {
        match self.golden.accounts.get(&id) {
            Some(a) => format!("{} …{}", a.bank_name, a.number.tail()),
            None => "?".into(),
        }
    }

    fn user(&self, id: UserId) -> String {
        self.golden
            .users
            .get(&id)
            .map_or_else(|| "?".into(), |u| u.name.clone())
    }
}

pub(crate) fn all(name: &str, golden: &Golden) -> String {
    let cast = Cast::of(name, golden);
    let r = &golden.report.report;
    let mut text = format!(
        "\n  ── {} · {} · {} · loss {} · held {}\n",
        cast.name,
        r.number,
        r.state.slug(),
        r.loss.to_grouped(),
        golden.report.held.to_grouped()
    );
    for part in [
        order_lines(&cast, golden),
        money(&cast, golden),
        deadlines(&cast, golden),
        timeline(&cast, golden),
    ] {
        text.push_str(&part);
    }
    text.push('\n');
    text
}

pub(crate) fn order_lines(cast: &Cast<'_>, _: &Golden) -> String {
    let mut text = String::from("  orders\n");
    for o in &cast.orders {
        let _ = write!(
            text,
            "    {:<4}{:<19}layer {}  {}  {}  {}",
            cast.order(o.id),
            o.kind.slug(),
            o.layer,
            cast.account(o.account),
            o.terms.amount.to_grouped(),
            o.state.slug()
        );
        if !o.hub_code.is_empty() {
            let _ = write!(text, "  hub {}", o.hub_code);
        }
        if let Some(a) = &o.answer {
            let _ = write!(text, "  bank {}", a.result);
            if let Some(held) = a.held {
                let _ = write!(text, "  holds {}", held.to_grouped());
            }
            if let Some(until) = a.expire_at {
                let _ = write!(text, "  until {}", day_clock(until));
            }
        }
        let _ = writeln!(text, "  sends {}", o.sends);
    }
    text
}

pub(crate) fn money(cast: &Cast<'_>, golden: &Golden) -> String {
    let m = golden.whereabouts.sums;
    let mut text = format!(
        "  money  total {}  held {}  reachable {}  unseen {}  gone {}\n",
        m.total.to_grouped(),
        m.held.to_grouped(),
        m.reachable.to_grouped(),
        m.unseen.to_grouped(),
        m.gone.to_grouped()
    );
    for (i, n) in golden.whereabouts.accounts.iter().enumerate() {
        let _ = writeln!(
            text,
            "    #{:<3}layer {}  {}  received {}  sent {}  expected {}{}  {}{}",
            i + 1,
            n.layer,
            cast.account(n.account),
            n.received.to_grouped(),
            n.sent.to_grouped(),
            n.expected.to_grouped(),
            holds(n),
            format!("{:?}", n.state).to_lowercase(),
            if n.proposable { "  may be ordered" } else { "" }
        );
    }
    text
}

/// What its bank holds, and of that the report's.
fn holds(a: &app::money::AccountMoney) -> String {
    match a.hold.map(|h| h.amount) {
        Some(Some(all)) => format!(
            "  bank holds {}, of it {}",
            all.to_grouped(),
            a.split.held.to_grouped()
        ),
        Some(None) => "  bank holds an unknown amount".into(),
        None => String::new(),
    }
}

pub(crate) fn deadlines(cast: &Cast<'_>, golden: &Golden) -> String {
    let mut list: Vec<_> = golden.deadlines.iter().collect();
    list.sort_by_key(|d| (d.due_at, d.kind, d.subject));
    let mut text = String::from("  clocks\n");
    for d in list {
        let of = cast.orders.iter().position(|o| OrderId(d.subject) == o.id);
        let of = of.map_or_else(|| d.subject_kind.slug().to_owned(), |i| format!("/{}", i + 1));
        let ended = d
            .ended_at
            .map(|at| format!(" {}", day_clock(at)))
            .unwrap_or_default();
        let _ = writeln!(
            text,
            "    {}  {:<17}{:<9}{}{ended}",
            day_clock(d.due_at),
            d.kind.slug(),
            of,
            d.state.slug()
        );
    }
    text
}

/// Oldest first; when the two clocks differ the second is in brackets.
pub(crate) fn timeline(cast: &Cast<'_>, golden: &Golden) -> String {
    let mut items: Vec<&TimelineItem> = golden.timeline.iter().collect();
    items.reverse();
    let mut text = String::from("  timeline\n");
    for item in items {
        let recorded = if item.recorded_at == item.happened_at {
            String::new()
        } else {
            format!(" (recorded {})", day_clock(item.recorded_at))
        };
        let _ = writeln!(
            text,
            "    {}  {}{recorded}",
            day_clock(item.happened_at),
            what(cast, &item.what)
        );
    }
    text
}

fn what(cast: &Cast<'_>, what: &What) -> String {
    match what {
        What::Reported { by, seat } => format!("reported, taken by {} at seat {seat}", cast.user(*by)),
        What::Paid {
            to: Some(to), amount, ..
        } => format!("paid {} to {}", amount.to_grouped(), cast.account(*to)),
        What::Paid {
            to: None,
            how,
            amount,
        } => format!("paid {} by {}, to no account", amount.to_grouped(), how.slug()),
        What::OrderRequested { order, kind, by, .. } => {
            format!(
                "{} {} asked for by {}",
                cast.order(*order),
                kind.slug(),
                cast.user(*by)
            )
        }
        What::OrderApproved {
            order,
            kind,
            by,
            under_policy,
            ..
        } => {
            let how = if *under_policy {
                "under the policy of"
            } else {
                "by"
            };
            format!(
                "{} {} approved {how} {}",
                cast.order(*order),
                kind.slug(),
                cast.user(*by)
            )
        }
        What::OrderConfirmed {
            order,
            kind,
            by,
            refused,
        } => {
            let did = if *refused { "disowned" } else { "confirmed" };
            format!(
                "{} {} {did} by {}",
                cast.order(*order),
                kind.slug(),
                cast.user(*by)
            )
        }
        What::OrderSent { order, kind, account } => {
            format!(
                "{} {} sent to {}",
                cast.order(*order),
                kind.slug(),
                cast.account(*account)
            )
        }
        What::OrderState {
            order, kind, state, ..
        } => {
            format!("{} {} is {}", cast.order(*order), kind.slug(), state.slug())
        }
        What::BankAnswered {
            order,
            kind,
            account,
            state,
            result,
            held,
            until,
        } => {
            let held = held
                .map(|h| format!(", holds {}", h.to_grouped()))
                .unwrap_or_default();
            let until = until
                .map(|u| format!(" until {}", day_clock(u)))
                .unwrap_or_default();
            let (order, kind, bank) = (cast.order(*order), kind.slug(), cast.account(*account));
            format!(
                "{order} {kind}: {bank} answers {result}, {}{held}{until}",
                state.slug()
            )
        }
        What::AnswerNoted {
            order, kind, note, ..
        } => {
            format!(
                "{} {}: an answer changed nothing, {note}",
                cast.order(*order),
                kind.slug()
            )
        }
        What::Dispatched { area, by } => format!("dispatched to {area} by {}", cast.user(*by)),
        What::Acknowledged { area, by } => format!("acknowledged at {area} by {}", cast.user(*by)),
        What::CaseAccepted { number, by } => format!("case {number} accepted by {}", cast.user(*by)),
        What::FilingProposed { by } => format!("filing proposed by {}", cast.user(*by)),
        What::MoneyFell(fall) => format!(
            "{:?} falls by {}: {:?} of {}",
            fall.figure,
            fall.by.to_grouped(),
            fall.why,
            cast.account(fall.account)
        ),
        What::CaseDecided { state, by } => format!("case {} by {}", state.slug(), cast.user(*by)),
        What::DocumentIssued { kind, number } => {
            format!(
                "{} issued, {}",
                kind.slug(),
                number.as_deref().unwrap_or("no number")
            )
        }
        What::DeadlineFired { kind } => format!("{} is over", kind.slug()),
    }
}

pub(crate) fn aside(evening: &Evening) -> String {
    let town = evening.road.town();
    let mut text = String::from("  put aside\n");
    for (name, why) in &town.aside {
        let code = name.split('_').next().unwrap_or_default();
        let _ = writeln!(text, "    {code}…  {why}");
    }
    text
}

/// What the city did, for those who sit in the audience. Answers of banks are told by the centre itself.
pub(crate) fn happening(happening: &Happening) -> Option<String> {
    match happening {
        Happening::CallRings { at, line, .. } => Some(format!("{}    line {line} rings", clock(*at))),
        Happening::Moved {
            at,
            from,
            to,
            amount,
            layer,
            ..
        } => {
            let whither = if *layer == 0 {
                "out of the banks".into()
            } else {
                format!("to layer {layer}")
            };
            Some(format!(
                "{}    {} goes {whither}: {} …{} → {} …{}",
                clock(*at),
                amount.to_grouped(),
                from.bank_spoken,
                tail(&from.number),
                to.bank_spoken,
                tail(&to.number)
            ))
        }
        Happening::MoveRefused {
            at, account, amount, ..
        } => Some(format!(
            "{}    {} stays: {} …{} lets nothing out",
            clock(*at),
            amount.to_grouped(),
            account.bank_spoken,
            tail(&account.number)
        )),
        Happening::BankActed {
            at,
            bank_code,
            tx_code,
            result,
            ..
        } => {
            let bank = sim::BankIx::of_code(bank_code).map_or(*bank_code, |b| b.get().spoken);
            Some(format!("{}    {bank} works on {tx_code}: {result}", clock(*at)))
        }
    }
}

fn tail(number: &str) -> &str {
    &number[number.len().saturating_sub(4)..]
}

/// 11-22 21:05:06
fn day_clock(at: Instant) -> String {
    let w = at.to_wire14();
    format!("{}-{} {}", &w[4..6], &w[6..8], clock(at))
}

/// What the victims of a case paid and a mule can still move: the city's own truth, which the centre never sees.
pub(crate) fn free_at_banks(evening: &Evening, case: u32) -> Fen {
    let town = evening.road.town();
    let now = town.city.now();
    let world = town.city.world();
    let mut left: std::collections::BTreeMap<usize, i64> = std::collections::BTreeMap::new();
    for m in world.ledger().iter().filter(|m| m.case == Some(case)) {
        *left.entry(m.dst.0).or_default() += m.amount.0;
        *left.entry(m.src.0).or_default() -= m.amount.0;
    }
    let free = left
        .into_iter()
        .filter(|(_, amount)| *amount > 0)
        .map(|(ix, amount)| {
            let account = world.account(sim::world::AccountIx(ix));
            match account.role {
                sim::world::Role::Mule { .. } => amount.min(account.available(now).0),
                _ => 0,
            }
        });
    Fen(free.sum())
}
