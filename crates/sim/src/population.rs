//! Fills the city: tills, merchants, employers, citizens, and a month of ordinary life before the first evening.

use crate::dice::Dice;
use crate::institutions::{BankIx, Kind};
use crate::people::Person;
use crate::world::{AccountIx, Channel, Pledge, PriorFreeze, Role, World};
use kernel::identifier::luhn_digit;
use kernel::{Fen, Instant, Span};

/// The accounts that life and gangs pay to and from.
#[derive(Default)]
pub(crate) struct Places {
    /// One till for each bank.
    pub tills: Vec<AccountIx>,
    pub merchants: Vec<AccountIx>,
    /// Takes U-coins' worth of money from gangs.
    pub coin_dealer: Option<AccountIx>,
    pub employers: Vec<AccountIx>,
    pub citizens: Vec<AccountIx>,
}

/// How many and how long.
pub(crate) struct Size {
    pub citizens: usize,
    pub history_days: i64,
    /// Small receipts of the busiest merchant, for histories that are cut at a thousand.
    pub busy_movements: usize,
}

pub(crate) fn populate(world: &mut World, size: &Size, start: Instant, dice: &mut Dice) -> Places {
    let begin = start - Span::days(size.history_days.max(1));
    let mut places = Places::default();
    for bank in BankIx::all() {
        let mut firm = Person::firm(dice);
        firm.name = format!("{}现金", bank.get().name);
        let number = format!("CASH{}", bank.get().code);
        places
            .tills
            .push(world.open(bank, number, firm, Role::CashDesk, begin, Fen::ZERO));
    }
    places.merchants = (0..8)
        .map(|_| open_firm(world, Role::Merchant, begin, dice))
        .collect();
    places.coin_dealer = Some(open_firm(world, Role::Merchant, begin, dice));
    places.employers = (0..5)
        .map(|_| open_firm(world, Role::Employer, begin, dice))
        .collect();
    places.citizens = (0..size.citizens)
        .map(|_| open_citizen(world, begin, dice))
        .collect();
    set_oddities(world, &places, start);
    live_history(world, &places, size, begin, start, dice);
    places
}

/// A number of that institution that nobody has, with a Luhn check: a card of 19 digits, a wallet of 16.
pub(crate) fn fresh_number(world: &World, bank: BankIx, dice: &mut Dice) -> String {
    let free_digits = match bank.get().kind {
        Kind::Bank => 10,
        Kind::PaymentFirm => 7,
    };
    loop {
        let unchecked = format!("{}{}", bank.get().prefix, dice.digits(free_digits));
        let number = format!("{unchecked}{}", luhn_digit(&unchecked));
        if !world.has_number(&number) {
            return number;
        }
    }
}

/// A corporate account: 15 digits, no Luhn.
fn corporate_number(world: &World, dice: &mut Dice) -> String {
    loop {
        let number = format!("4200{}", dice.digits(11));
        if !world.has_number(&number) {
            return number;
        }
    }
}

fn open_firm(world: &mut World, role: Role, at: Instant, dice: &mut Dice) -> AccountIx {
    let bank = BankIx(usize::try_from(dice.below(12)).unwrap_or(0));
    let number = corporate_number(world, dice);
    let opening = if role == Role::Employer {
        Fen::yuan(dice.between(2_000_000, 9_000_000))
    } else {
        Fen::yuan(dice.between(20_000, 90_000))
    };
    let firm = Person::firm(dice);
    world.open(
        bank,
        number,
        firm,
        role,
        at - Span::days(dice.between(200, 2_000)),
        opening,
    )
}

pub(crate) fn open_citizen(world: &mut World, at: Instant, dice: &mut Dice) -> AccountIx {
    let bank = BankIx(usize::try_from(dice.below(12)).unwrap_or(0));
    let number = fresh_number(world, bank, dice);
    let purse = Fen(dice
        .between(400_000, 30_000_000)
        .min(dice.between(400_000, 60_000_000)));
    let person = Person::natural(dice, (18, 72));
    world.open(
        bank,
        number,
        person,
        Role::Citizen,
        at - Span::days(dice.between(30, 3_000)),
        purse,
    )
}

/// A card of that person with at least `needed` on it.
pub(crate) fn open_card(
    world: &mut World,
    person: Person,
    needed: Fen,
    at: Instant,
    dice: &mut Dice,
) -> AccountIx {
    let bank = BankIx(usize::try_from(dice.below(12)).unwrap_or(0));
    let number = fresh_number(world, bank, dice);
    let purse = Fen(needed.0 + dice.between(10_000, 900_000));
    let opened = at - Span::days(dice.between(30, 3_000));
    world.open(bank, number, person, Role::Citizen, opened, purse)
}

/// One of each special state, so that a search of the city finds them (results 0302, 0303, 0304, 1302, 1303).
fn set_oddities(world: &mut World, places: &Places, start: Instant) {
    let firm = places.employers.first().copied();
    if let Some(ix) = firm {
        world.account_mut(ix).white_listed = true;
    }
    let prior = |cap| {
        let authority = "武汉市江汉区人民法院（模拟）".to_owned();
        Some(PriorFreeze {
            authority,
            cap,
            start: start - Span::days(20),
            expire: start + Span::days(160),
        })
    };
    if let [.., partly, wholly, lost, closed, pledged] = places.citizens[..] {
        world.account_mut(partly).prior = prior(Some(Fen::yuan(2_000)));
        world.account_mut(wholly).prior = prior(None);
        world.account_mut(lost).lost = true;
        world.account_mut(closed).closed = Some(start - Span::days(3));
        world.account_mut(pledged).pledge = Some(Pledge {
            obligee: "黄冈某融资担保有限公司".into(),
            amount: Fen::yuan(10_000),
        });
    }
}

fn live_history(
    world: &mut World,
    places: &Places,
    size: &Size,
    begin: Instant,
    start: Instant,
    dice: &mut Dice,
) {
    if places.citizens.is_empty() {
        return;
    }
    let width = start.since(begin).ms();
    let mut times: Vec<(Instant, bool)> = Vec::new();
    let ordinary = size.citizens * usize::try_from(size.history_days).unwrap_or(0) / 4;
    times.extend((0..ordinary).map(|_| (begin + Span::from_ms(dice.between(0, width - 1)), false)));
    times.extend((0..size.busy_movements).map(|_| (begin + Span::from_ms(dice.between(0, width - 1)), true)));
    times.sort();
    for (at, busy) in times {
        if busy {
            let buyer = *dice.pick(&places.citizens);
            // Too poor or blocked: the purchase does not happen.
            let _ = world.transfer(
                at,
                (buyer, places.merchants[0]),
                Fen(dice.between(300, 5_000)),
                Channel::Wallet,
                None,
            );
        } else {
            live(world, places, at, dice);
        }
    }
}

/// One ordinary movement, if its payer can: a purchase, a transfer among friends, a salary, cash.
pub(crate) fn live(world: &mut World, places: &Places, at: Instant, dice: &mut Dice) -> Option<usize> {
    if places.citizens.is_empty() {
        return None;
    }
    let citizen = *dice.pick(&places.citizens);
    let (pair, amount, channel) = match dice.below(10) {
        0..5 => (
            (citizen, *dice.pick(&places.merchants)),
            Fen(dice.between(800, 60_000)),
            Channel::Pos,
        ),
        5..7 => (
            (citizen, *dice.pick(&places.citizens)),
            Fen::yuan(dice.between(50, 3_000)),
            Channel::MobileBank,
        ),
        7..9 => (
            (*dice.pick(&places.employers), citizen),
            Fen::yuan(dice.between(3_000, 9_000)),
            Channel::Salary,
        ),
        _ => (
            (citizen, places.tills[world.account(citizen).bank.0]),
            Fen::yuan(dice.between(1, 20) * 100),
            Channel::Atm,
        ),
    };
    world.transfer(at, pair, amount, channel, None).ok()
}
