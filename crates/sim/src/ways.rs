//! The ways in which one victim's money leaves: from a second card, from the card of one of the family, by a code that
//! shows no account, as cash that a runner takes.
//!
//! Promises: draws only from its own dice, so that a city without these ways would tell of the same frauds, hours and sums.

use crate::case::{How, Paying};
use crate::dice::Dice;
use crate::institutions::Kind as Sort;
use crate::people::Person;
use crate::population::open_card;
use crate::taxonomy::Kind;
use crate::world::{AccountIx, World};
use kernel::{Fen, Instant};

/// Whose money there is, and when.
pub(crate) struct Purses<'a> {
    pub world: &'a mut World,
    pub victim: AccountIx,
    pub caller_is_victim: bool,
    pub now: Instant,
}

/// Gives each payment its payer and its way.
pub(crate) fn draw_ways(
    kind: &Kind,
    payments: &[(Instant, Fen)],
    purses: Purses<'_>,
    dice: &mut Dice,
) -> Vec<Paying> {
    let paid = |(at, amount): &(Instant, Fen)| Paying {
        at: *at,
        amount: *amount,
        payer: purses.victim,
        kin: None,
        how: How::Transfer,
    };
    let mut list: Vec<Paying> = payments.iter().map(paid).collect();
    for paying in &mut list {
        paying.how = draw_how(kind, paying.amount, dice);
    }
    another_payer(&mut list, purses, dice);
    list
}

/// Tickets, game accounts and class fees are paid by a code; frightened people draw cash.
fn draw_how(kind: &Kind, amount: Fen, dice: &mut Dice) -> How {
    let code = match kind.code {
        "06" | "08" | "09" => 40,
        "01" | "13" => 15,
        _ => 0,
    };
    let cash = if matches!(kind.code, "03" | "07") { 8 } else { 0 };
    if amount <= Fen::yuan(5_000) && dice.chance(code) {
        How::Code
    } else if amount >= Fen::yuan(10_000) && dice.chance(cash) {
        How::Cash
    } else {
        How::Transfer
    }
}

/// From some payment on, another card of the victim, or wife and husband each from their own.
fn another_payer(list: &mut [Paying], purses: Purses<'_>, dice: &mut Dice) {
    let Purses {
        world,
        victim,
        caller_is_victim,
        now,
    } = purses;
    let first = world.account(victim).clone();
    if list.len() < 2 || first.bank.get().kind != Sort::Bank {
        return;
    }
    let from = usize::try_from(dice.between(1, i64::try_from(list.len() - 1).unwrap_or(1))).unwrap_or(1);
    let later: Fen = list[from..].iter().map(|p| p.amount).sum();
    let (person, kin) = match dice.below(100) {
        0..14 => (first.holder, None),
        14..24 if caller_is_victim => {
            let kin = if first.holder.female {
                "我老公"
            } else {
                "我老婆"
            };
            (spouse(&first.holder, dice), Some(kin))
        }
        _ => return,
    };
    let card = open_card(world, person, later, now, dice);
    for paying in &mut list[from..] {
        (paying.payer, paying.kin) = (card, kin);
    }
}

/// About as old, of the other sex, at the same address.
fn spouse(victim: &Person, dice: &mut Dice) -> Person {
    let age = i64::from(victim.age.max(22));
    loop {
        let person = Person::natural(dice, (age, age));
        if person.female != victim.female {
            return Person {
                area: victim.area,
                area_name: victim.area_name,
                address: victim.address.clone(),
                ..person
            };
        }
    }
}

/// What the gang asks for next: round, and about as much as the last payment.
pub(crate) fn draw_demand(payments: &[(Instant, Fen)], dice: &mut Dice) -> Vec<Fen> {
    let Some((_, last)) = payments.last() else {
        return Vec::new();
    };
    if !dice.chance(55) {
        return Vec::new();
    }
    let yuan = (last.0 / 100 * dice.between(70, 220) / 100).max(500);
    let step = if yuan >= 10_000 { 1_000 } else { 100 };
    vec![Fen::yuan(yuan / step * step)]
}
