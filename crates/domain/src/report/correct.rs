//! 补正: a registered report is corrected and completed. What stood there is kept beside what stands there now, and the
//! orders that left from a wrong row are named with the act that relieves them.
//!
//! Promises: the figures of a report follow its rows; an order is wrong when no row says any longer that the victim's
//! money went to its account. Leaves out who may (`access`) and storing.

use crate::order::{Order, OrderKind, OrderState};
use kernel::{AccountId, Fen, Instant, OrderId, PaymentId, PersonId};
use serde::{Deserialize, Serialize};

/// What a correction is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Corrected {
    Report,
    Payment(PaymentId),
    Person(PersonId),
}

macro_rules! facts {
    ($($(#[$doc:meta])* $name:ident = $slug:literal, $secret:expr;)+) => {
        /// One fact of a report that can be corrected.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Fact { $($(#[$doc])* $name),+ }
        impl Fact {
            pub const ALL: &'static [Fact] = &[$(Fact::$name),+];
            pub const fn slug(self) -> &'static str { match self { $(Fact::$name => $slug),+ } }
            /// How its value is veiled for who may not see personal data whole.
            pub const fn secret(self) -> Secret { match self { $(Fact::$name => $secret),+ } }
            pub fn from_slug(slug: &str) -> Option<Fact> { Fact::ALL.iter().copied().find(|f| f.slug() == slug) }
        }
    };
}

/// How a value is veiled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Secret {
    Open,
    Name,
    Document,
    Phone,
    Address,
    /// Its last four digits are shown.
    Account,
    /// Not shown at all: words of a citizen.
    Hidden,
}

facts! {
    /// A whole row was added or taken out.
    Row = "row", Secret::Open;
    PaidAt = "paid_at", Secret::Open;
    Amount = "amount", Secret::Open;
    PayerNumber = "payer_number", Secret::Account;
    PayerName = "payer_name", Secret::Name;
    PayerBank = "payer_bank", Secret::Open;
    PayeeNumber = "payee_number", Secret::Account;
    PayeeName = "payee_name", Secret::Name;
    PayeeBank = "payee_bank", Secret::Open;
    How = "how", Secret::Open;
    Channel = "channel", Secret::Open;
    Serial = "serial", Secret::Open;
    Victim = "victim", Secret::Name;
    Name = "name", Secret::Name;
    IdType = "id_type", Secret::Open;
    IdNumber = "id_number", Secret::Document;
    Phone = "phone", Secret::Phone;
    Sex = "sex", Secret::Open;
    Age = "age", Secret::Open;
    Address = "address", Secret::Address;
    Relation = "relation", Secret::Open;
    Category = "category", Secret::Open;
    Narrative = "narrative", Secret::Hidden;
    Call = "call", Secret::Open;
}

/// One fact that changed: what stood there and what stands there now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub of: Corrected,
    pub fact: Fact,
    pub before: String,
    pub after: String,
}

/// The facts that differ, in the order given. Both lists name the same facts.
pub fn changes(of: Corrected, before: &[(Fact, String)], after: &[(Fact, String)]) -> Vec<Change> {
    before
        .iter()
        .zip(after)
        .filter(|(was, now)| was.1 != now.1)
        .map(|(was, now)| Change {
            of,
            fact: was.0,
            before: was.1.clone(),
            after: now.1.clone(),
        })
        .collect()
}

/// A payment as far as orders rest on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paid {
    pub id: PaymentId,
    /// Nothing rests on a payment without an account.
    pub to: Option<AccountId>,
    pub amount: Fen,
    pub paid_at: Instant,
}

/// What the report's own figures are, from its rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    pub loss: Fen,
    pub latest_payment_at: Option<Instant>,
}

pub fn figures(paid: &[Paid]) -> Figures {
    Figures {
        loss: paid.iter().map(|p| p.amount).sum(),
        latest_payment_at: paid.iter().map(|p| p.paid_at).max(),
    }
}

/// The act that puts right an order from a wrong row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Relief {
    /// It waits for approval: 撤回.
    Withdraw,
    /// It is in force: an order that relieves it.
    Relieve(OrderKind),
    /// It is on its way: relieve it when the bank has answered.
    WhenAnswered(OrderKind),
    /// The account is right, the bank was told another amount or time: it stands.
    Stands,
}

impl Relief {
    pub const fn slug(self) -> &'static str {
        match self {
            Relief::Withdraw => "withdraw",
            Relief::Relieve(_) => "relieve",
            Relief::WhenAnswered(_) => "relieve_when_answered",
            Relief::Stands => "stands",
        }
    }

    /// The kind of order that relieves.
    pub const fn kind(self) -> Option<OrderKind> {
        match self {
            Relief::Relieve(kind) | Relief::WhenAnswered(kind) => Some(kind),
            Relief::Withdraw | Relief::Stands => None,
        }
    }
}

/// An order that rests on a row which changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FromWrongRow {
    pub order: OrderId,
    pub relief: Relief,
}

/// The live stops, freezes and watches of a report that rest on a row which `after` has changed or no longer has.
pub fn from_wrong_rows(orders: &[Order], before: &[Paid], after: &[Paid]) -> Vec<FromWrongRow> {
    orders
        .iter()
        .filter_map(|order| {
            let was = before.iter().find(|p| Some(p.id) == order.terms.payment)?;
            let now = after.iter().find(|p| p.id == was.id);
            if now == Some(was) {
                return None;
            }
            let relief = relief(order, was, now, after)?;
            Some(FromWrongRow {
                order: order.id,
                relief,
            })
        })
        .collect()
}

fn relief(order: &Order, was: &Paid, now: Option<&Paid>, after: &[Paid]) -> Option<Relief> {
    let ends = relieved_by(order.kind)?;
    was.to?;
    // Of a later layer the order rests on where the row's money went first.
    let account_stays = after.iter().any(|p| p.to == was.to);
    let drafted = order.state == OrderState::Drafted;
    if account_stays {
        let told_otherwise = now.is_none_or(|now| now.amount != was.amount || now.paid_at != was.paid_at);
        return match (
            drafted,
            told_otherwise && order.kind == OrderKind::Stop && order.layer == 1,
        ) {
            (_, false) => None,
            (true, true) => Some(Relief::Withdraw),
            (false, true) if order.state.is_open() || order.state == OrderState::Executed => {
                Some(Relief::Stands)
            }
            (false, true) => None,
        };
    }
    match order.state {
        OrderState::Drafted => Some(Relief::Withdraw),
        OrderState::Executed => Some(Relief::Relieve(ends)),
        state if state.is_open() => Some(Relief::WhenAnswered(ends)),
        _ => None,
    }
}

/// The kind of order that ends a measure; nothing for what leaves no measure in force.
const fn relieved_by(kind: OrderKind) -> Option<OrderKind> {
    match kind {
        OrderKind::Stop => Some(OrderKind::StopRelieve),
        OrderKind::Freeze => Some(OrderKind::FreezeRelieve),
        OrderKind::Watch => Some(OrderKind::WatchEnd),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::Terms;
    use kernel::{ReportId, Span, UserId};

    fn at() -> Instant {
        Instant::from_wire14("20261122210506").unwrap()
    }

    fn account(n: u8) -> AccountId {
        AccountId::new(at(), [n; 10])
    }

    fn paid(n: u8, to: u8, fen: i64, minute: i64) -> Paid {
        Paid {
            id: PaymentId::new(at(), [n; 10]),
            to: Some(account(to)),
            amount: Fen(fen),
            paid_at: at() + Span::minutes(minute),
        }
    }

    fn order(kind: OrderKind, state: OrderState, row: u8, to: u8, layer: u8) -> Order {
        let user = UserId::new(at(), [1; 10]);
        Order {
            id: OrderId::new(at(), [row; 10]),
            kind,
            state,
            report: ReportId::new(at(), [3; 10]),
            case: None,
            account: account(to),
            application_id: "0101".into(),
            original: None,
            batch: None,
            layer,
            area: kernel::area::HUANGGANG,
            terms: Terms {
                payment: Some(PaymentId::new(at(), [row; 10])),
                ..Terms::default()
            },
            requested_by: user,
            requested_at: at(),
            second_officer: user,
            approval: None,
            confirmation: None,
            sends: 0,
            sent_at: None,
            hub_code: String::new(),
            answer: None,
            version: 1,
        }
    }

    #[test]
    fn figures_follow_the_rows_to_the_fen() {
        let rows = [
            paid(1, 1, 3_000_001, 0),
            paid(2, 2, 99, 5),
            paid(3, 1, 700_000, 3),
        ];
        assert_eq!(
            figures(&rows),
            Figures {
                loss: Fen(3_700_100),
                latest_payment_at: Some(at() + Span::minutes(5)),
            }
        );
        assert_eq!(figures(&[]), Figures::default());
    }

    /// Every kind × state × change of the row the order rests on.
    #[test]
    fn what_becomes_of_orders_from_a_wrong_row() {
        let before = [paid(1, 1, 30_000, 0), paid(2, 2, 7_000, 1)];
        let no_account = |row: Paid| Paid { to: None, ..row };
        let afters: [(&str, Vec<Paid>); 8] = [
            ("nothing changed", before.to_vec()),
            ("another payee", vec![paid(1, 3, 30_000, 0), before[1]]),
            (
                "another payee whom another row paid",
                vec![paid(1, 2, 30_000, 0), before[1]],
            ),
            (
                "another row pays the old payee",
                vec![paid(1, 3, 30_000, 0), paid(2, 1, 7_000, 1)],
            ),
            ("another amount", vec![paid(1, 1, 30_001, 0), before[1]]),
            ("another time", vec![paid(1, 1, 30_000, -1440), before[1]]),
            ("the row is no payment", vec![before[1]]),
            ("no account is known", vec![no_account(before[0]), before[1]]),
        ];
        let mut out = String::new();
        for kind in [
            OrderKind::Stop,
            OrderKind::Freeze,
            OrderKind::Watch,
            OrderKind::QueryTransactions,
            OrderKind::StopRelieve,
        ] {
            for (name, after) in &afters {
                out.push_str(&format!("{} · {name}\n", kind.slug()));
                for state in OrderState::ALL {
                    let one = order(kind, state, 1, 1, 1);
                    let found = from_wrong_rows(&[one], &before, after);
                    let Some(found) = found.first() else { continue };
                    let by = found.relief.kind().map_or("", OrderKind::slug);
                    out.push_str(&format!(
                        "    {:<14} {} {by}\n",
                        state.slug(),
                        found.relief.slug()
                    ));
                }
            }
        }
        insta::assert_snapshot!(out);
    }

    #[test]
    fn an_extended_stop_falls_with_the_row_it_rests_on() {
        let (before, after) = ([paid(1, 1, 30_000, 0)], [paid(1, 3, 30_000, 0)]);
        let second_layer = order(OrderKind::Stop, OrderState::Executed, 1, 8, 2);
        let found = from_wrong_rows(std::slice::from_ref(&second_layer), &before, &after);
        assert_eq!(found[0].relief, Relief::Relieve(OrderKind::StopRelieve));
        // Its amount comes from the trace, so another amount of the row does not make it wrong.
        let amount = [paid(1, 1, 30_001, 0)];
        assert_eq!(from_wrong_rows(&[second_layer], &before, &amount), []);
    }

    #[test]
    fn only_what_differs_is_a_change() {
        let of = Corrected::Report;
        let was = [(Fact::Name, "王某".to_owned()), (Fact::Phone, "1".to_owned())];
        let now = [(Fact::Name, "汪某".to_owned()), (Fact::Phone, "1".to_owned())];
        let found = changes(of, &was, &now);
        assert_eq!(found.len(), 1);
        assert_eq!((found[0].fact, found[0].before.as_str()), (Fact::Name, "王某"));
    }

    #[test]
    fn slugs_are_read_back() {
        for fact in Fact::ALL {
            assert_eq!(Fact::from_slug(fact.slug()), Some(*fact));
        }
    }
}
