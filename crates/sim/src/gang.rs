//! How a gang runs stolen money: it rests on a mule for minutes, is divided, goes on, and leaves the banks as cash, goods
//! or coins. A mule whose account is held is not used again, and the gang tries later what the hold refused.

use crate::case::Run;
use crate::dice::Dice;
use crate::institutions::{BankIx, Kind};
use crate::people::Person;
use crate::population::{Places, fresh_number};
use crate::world::{AccountIx, Channel, Role, World};
use kernel::{Fen, Instant, Span};
use std::collections::BTreeMap;

/// Gangs of the city.
pub(crate) const GANGS: i64 = 4;
/// Mules of one gang and layer that are in use at a time; reuse is what links cases into series.
const MULES_IN_USE: usize = 3;
/// One machine gives at most this at once.
const ATM_MAX: Fen = Fen::yuan(20_000);

/// An onward movement that the gang has planned.
#[derive(Clone, Debug)]
pub(crate) struct Onward {
    pub wait: Span,
    pub dst: AccountIx,
    pub amount: Fen,
    pub channel: Channel,
}

/// The mules in use, by gang and layer.
#[derive(Default)]
pub(crate) struct Mules(BTreeMap<(u8, u8), Vec<AccountIx>>);

impl Mules {
    /// The mule that takes the next payment: one in use, or a newcomer when there are few.
    pub fn next(
        &mut self,
        world: &mut World,
        run: &Run,
        layer: u8,
        at: Instant,
        dice: &mut Dice,
    ) -> AccountIx {
        let wanted_bank = if layer == 1 { run.payee_bank } else { None };
        let pool = self.0.entry((run.gang, layer)).or_default();
        pool.retain(|ix| world.account(*ix).stops.is_empty() && world.account(*ix).freezes.is_empty());
        let fitting: Vec<AccountIx> = pool
            .iter()
            .copied()
            .filter(|ix| wanted_bank.is_none_or(|b| world.account(*ix).bank == b))
            .collect();
        if fitting.len() >= MULES_IN_USE || (!fitting.is_empty() && dice.chance(30)) {
            return *dice.pick(&fitting);
        }
        let newcomer = recruit(
            world,
            Role::Mule {
                gang: run.gang,
                layer,
            },
            wanted_bank,
            at,
            dice,
        );
        pool.push(newcomer);
        newcomer
    }
}

fn recruit(world: &mut World, role: Role, bank: Option<BankIx>, at: Instant, dice: &mut Dice) -> AccountIx {
    let bank = bank.unwrap_or_else(|| BankIx(usize::try_from(dice.below(14)).unwrap_or(0)));
    let number = fresh_number(world, bank, dice);
    let person = Person::natural(dice, (19, 45));
    let opened = at - Span::days(dice.between(5, 300));
    let own_money = Fen(dice.between(0, 600_000));
    world.open(bank, number, person, role, opened, own_money)
}

/// What becomes of `amount` that has rested on a mule of `layer`.
pub(crate) fn spread(
    world: &mut World,
    (mules, places): (&mut Mules, &Places),
    run: &Run,
    (from, layer): (AccountIx, u8),
    amount: Fen,
    at: Instant,
    dice: &mut Dice,
) -> Vec<Onward> {
    // A small remainder stays, as gangs leave it.
    let goes = Fen(amount.0 - amount.0 * dice.between(0, 2) / 100);
    if layer < run.layers {
        onward(world, mules, run, (from, layer), goes, at, dice)
    } else {
        cash_out(world, places, from, goes, dice)
    }
}

fn onward(
    world: &mut World,
    mules: &mut Mules,
    run: &Run,
    (from, layer): (AccountIx, u8),
    goes: Fen,
    at: Instant,
    dice: &mut Dice,
) -> Vec<Onward> {
    let parts = dice.between(run.parts.0, run.parts.1);
    let mut left = goes;
    let mut list = Vec::new();
    for i in (0..parts).rev() {
        let share = if i == 0 {
            left
        } else {
            Fen(left.0 / (i + 1) * dice.between(70, 130) / 100).min(left)
        };
        left = left.saturating_less(share);
        let dst = mules.next(world, run, layer + 1, at, dice);
        if share.is_positive() && dst != from {
            list.push(Onward {
                wait: Span::seconds(dice.between(15, 80)),
                dst,
                amount: share,
                channel: Channel::MobileBank,
            });
        }
    }
    list
}

fn cash_out(world: &World, places: &Places, from: AccountIx, goes: Fen, dice: &mut Dice) -> Vec<Onward> {
    let till = places.tills[world.account(from).bank.0];
    let mut left = goes;
    let mut list = Vec::new();
    let mut push = |left: &mut Fen, dst, amount: Fen, channel, dice: &mut Dice| {
        *left = left.saturating_less(amount);
        list.push(Onward {
            wait: Span::seconds(dice.between(40, 150)),
            dst,
            amount,
            channel,
        });
    };
    // A wallet has no card for a machine.
    let machines = if world.account(from).bank.get().kind == Kind::Bank {
        3
    } else {
        0
    };
    for _ in 0..machines {
        let note = Fen(left.min(ATM_MAX).0 / 10_000 * 10_000);
        if note.is_positive() && dice.chance(60) {
            push(&mut left, till, note, Channel::Atm, dice);
        }
    }
    if left.is_positive() && dice.chance(40) {
        let goods = left.min(Fen::yuan(30_000));
        push(
            &mut left,
            *dice.pick(&places.merchants),
            goods,
            Channel::Pos,
            dice,
        );
    }
    if let (true, Some(dealer)) = (left.is_positive(), places.coin_dealer) {
        let rest = left;
        push(&mut left, dealer, rest, Channel::MobileBank, dice);
    }
    list
}

/// How long money rests on that layer.
pub(crate) fn rest(run: &Run, layer: u8, dice: &mut Dice) -> Span {
    let (low, high) = run.rests[usize::from(layer - 1).min(run.rests.len() - 1)];
    Span::from_ms(dice.between(low.ms(), high.ms()))
}
