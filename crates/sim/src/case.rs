//! One fraud from its plan to the call, and the truth about it that the narrative hides.

use crate::dice::Dice;
use crate::institutions::BankIx;
use crate::people::Person;
use crate::taxonomy::{KINDS, Kind};
use crate::world::{Account, AccountIx, Channel, World};
use kernel::{Fen, Instant, Span};

/// An account as a person or a paper names it.
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
pub struct AccountView {
    pub bank_code: &'static str,
    pub bank_name: &'static str,
    pub bank_spoken: &'static str,
    pub number: String,
    pub name: String,
}

impl std::fmt::Debug for AccountView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} {}",
            self.bank_spoken,
            kernel::AccountNumber::from(self.number.as_str())
        )
    }
}

impl From<&Account> for AccountView {
    fn from(account: &Account) -> AccountView {
        let bank = account.bank.get();
        AccountView {
            bank_code: bank.code,
            bank_name: bank.name,
            bank_spoken: bank.spoken,
            number: account.number.clone(),
            name: account.holder.name.clone(),
        }
    }
}

/// The way a payment went.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    #[default]
    Transfer,
    /// 扫码: the payer sees no account.
    Code,
    /// Drawn at the bank and given to a runner.
    Cash,
}

/// A payment as it really was.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct PaymentTruth {
    pub at: Instant,
    pub amount: Fen,
    pub from: AccountView,
    /// The till of the bank for cash.
    pub to: AccountView,
    pub how: How,
    /// 老公, 老婆, … when the payer is not the victim.
    pub kin: Option<&'static str>,
}

/// Money that came back to the victim as bait, as the ledger has it.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct ReceivedTruth {
    pub at: Instant,
    pub amount: Fen,
    pub from: AccountView,
}

/// How much of a number the caller says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NumberTold {
    Whole,
    Tail,
    #[default]
    Not,
}

/// How surely the caller says when.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum TimeTold {
    Minute,
    /// 12分钟前: a minute more or less.
    Ago,
    /// 刚刚: a few minutes.
    Now,
    #[default]
    Not,
}

/// An amount as said; `None` for 几十块.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct AmountTold {
    pub amount: Option<Fen>,
    pub approx: bool,
}

/// What the caller says of one payment.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct PaymentTold {
    pub amount: AmountTold,
    pub at: TimeTold,
    pub from: NumberTold,
    pub to: NumberTold,
}

/// What the caller says, as structure beside the words. Empty until the phone rings.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Told {
    /// One for each payment of the truth, in its order.
    pub payments: Vec<PaymentTold>,
    /// Money that came back; also small sums of long ago that no ledger of the city has.
    pub received: Vec<AmountTold>,
    /// Demanded, tried or bounced: no money went.
    pub planned: Vec<Fen>,
    pub total: Option<AmountTold>,
}

/// What really happened, up to the moment it was asked for.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Truth {
    pub case: u32,
    /// DOMAIN 3.1.
    pub kind_code: &'static str,
    pub kind_name: &'static str,
    pub subtype: &'static str,
    pub story: &'static str,
    pub victim: Person,
    pub caller_is_victim: bool,
    /// The number that rings.
    pub number: String,
    pub payments: Vec<PaymentTruth>,
    pub received: Vec<ReceivedTruth>,
    /// What the gang demands next and does not get.
    pub demanded: Vec<Fen>,
    /// Σ payments.
    pub loss: Fen,
    /// Σ received: what came back as bait.
    pub rebated: Fen,
    pub told: Told,
}

/// A case that a scenario asks for, instead of one drawn by lot.
#[derive(Clone, Debug)]
pub struct Staged {
    /// DOMAIN 3.1, such as "01".
    pub kind_code: String,
    /// Not before the city's present.
    pub payments: Vec<(Instant, Fen, How)>,
    pub call_at: Instant,
    /// The bank of the first mule; any when `None`.
    pub payee_bank: Option<BankIx>,
    /// How long the money rests on each layer of mules; as many layers as spans.
    pub rests: Vec<Span>,
    /// Into how many parts each mule divides it.
    pub parts: u8,
    /// The payments go into the account that this earlier case's last payment went to.
    pub payee_of: Option<u32>,
    /// Told instead of the composed narrative; see [`crate::narrative::fill_told`] for what it may leave open.
    pub narrative: Option<String>,
}

/// How a gang runs the money of one case.
#[derive(Clone, Debug)]
pub(crate) struct Run {
    pub gang: u8,
    pub layers: u8,
    /// Bounds of the rest on each layer.
    pub rests: Vec<(Span, Span)>,
    pub parts: (i64, i64),
    pub payee_bank: Option<BankIx>,
    pub payee_of: Option<u32>,
}

pub(crate) struct Case {
    pub number: u32,
    pub kind: &'static Kind,
    pub subtype: &'static str,
    pub story: &'static str,
    pub victim: Person,
    pub account: AccountIx,
    pub caller_is_victim: bool,
    pub rings_from: String,
    pub payments: Vec<Paying>,
    pub rebate: bool,
    pub demanded: Vec<Fen>,
    pub call_at: Instant,
    pub run: Run,
    pub narrative: Option<String>,
    /// Filled when the phone rings.
    pub told: Told,
}

/// A payment as planned. `payer` may be another card of the victim, or the card of one of the family.
#[derive(Clone, Debug)]
pub(crate) struct Paying {
    pub at: Instant,
    pub amount: Fen,
    pub payer: AccountIx,
    pub kin: Option<&'static str>,
    pub how: How,
}

impl Case {
    /// The truth from the ledger: what was planned and did not go through is not told.
    pub fn truth(&self, world: &World) -> Truth {
        let (mut payments, mut received) = (Vec::new(), Vec::new());
        for place in self.movements(world) {
            let m = &world.ledger()[place];
            let (src, dst) = (world.account(m.src), world.account(m.dst));
            match self.payments.iter().find(|p| p.payer == m.src) {
                Some(paying) => payments.push(PaymentTruth {
                    at: m.at,
                    amount: m.amount,
                    from: AccountView::from(src),
                    to: AccountView::from(dst),
                    how: how_of(m.channel),
                    kin: paying.kin,
                }),
                None => received.push(ReceivedTruth {
                    at: m.at,
                    amount: m.amount,
                    from: AccountView::from(src),
                }),
            }
        }
        Truth {
            case: self.number,
            kind_code: self.kind.code,
            kind_name: self.kind.name,
            subtype: self.subtype,
            story: self.story,
            victim: self.victim.clone(),
            caller_is_victim: self.caller_is_victim,
            number: self.rings_from.clone(),
            loss: payments.iter().map(|p| p.amount).sum(),
            payments,
            rebated: received.iter().map(|r| r.amount).sum(),
            received,
            demanded: self.demanded.clone(),
            told: self.told.clone(),
        }
    }

    /// Places in the ledger of all movements of this case on the accounts that paid, oldest first.
    fn movements(&self, world: &World) -> Vec<usize> {
        let mut payers: Vec<AccountIx> = self.payments.iter().map(|p| p.payer).collect();
        payers.push(self.account);
        payers.sort();
        payers.dedup();
        let places = payers.iter().flat_map(|ix| world.account(*ix).movements());
        let mut places: Vec<usize> = (places.copied())
            .filter(|place| world.ledger()[*place].case == Some(self.number))
            .collect();
        places.sort_unstable();
        places.dedup();
        places
    }
}

fn how_of(channel: Channel) -> How {
    match channel {
        Channel::Wallet => How::Code,
        Channel::Counter | Channel::Atm => How::Cash,
        _ => How::Transfer,
    }
}

/// A kind of fraud by its frequency.
pub(crate) fn draw_kind(dice: &mut Dice) -> &'static Kind {
    let mut left = dice.below(KINDS.iter().map(|k| k.weight).sum());
    for kind in &KINDS {
        if left < kind.weight {
            return kind;
        }
        left -= kind.weight;
    }
    &KINDS[0]
}

/// When and how much: the last payment shortly before the call, the others before it; bait first, then more and more.
pub(crate) fn draw_payments(
    kind: &Kind,
    rebate: bool,
    call_at: Instant,
    purse: Fen,
    dice: &mut Dice,
) -> Vec<(Instant, Fen)> {
    let n = dice.between(kind.payments.0, kind.payments.1);
    // A few pay again and again, in small sums.
    let n = if dice.chance(6) { n + dice.between(2, 5) } else { n };
    let mut at = call_at - draw_delay(dice);
    let mut payments: Vec<(Instant, Fen)> = Vec::new();
    for _ in 0..n {
        payments.push((at, draw_amount(kind.amounts, dice)));
        at = at - Span::seconds(dice.between(360, 2_700));
    }
    payments.reverse();
    payments.sort_by_key(|(at, _)| *at);
    let mut amounts: Vec<Fen> = payments.iter().map(|p| p.1).collect();
    amounts.sort();
    if rebate && amounts.len() > 1 {
        amounts[0] = Fen::yuan(dice.between(1, 9) * 100);
    }
    fit_purse(&mut amounts, purse);
    payments
        .iter()
        .zip(amounts)
        .map(|((at, _), amount)| (*at, amount))
        .filter(|(_, a)| a.is_positive())
        .collect()
}

/// Most people call within minutes, some only in the evening.
fn draw_delay(dice: &mut Dice) -> Span {
    Span::seconds(match dice.below(100) {
        0..60 => dice.between(60, 480),
        60..85 => dice.between(480, 1_800),
        _ => dice.between(1_800, 10_800),
    })
}

/// Towards the lower end, and round as people pay: 30 000, 29 800, sometimes 3 688.50.
fn draw_amount((low, high): (i64, i64), dice: &mut Dice) -> Fen {
    let yuan = dice.between(low, high).min(dice.between(low, high));
    match dice.below(100) {
        0..40 if yuan >= 10_000 => Fen::yuan(yuan / 1_000 * 1_000),
        0..75 if yuan >= 1_000 => Fen::yuan(yuan / 100 * 100),
        0..92 => Fen::yuan(yuan),
        _ => Fen(yuan * 100 + dice.between(1, 99)),
    }
}

/// Nobody loses more than they have.
fn fit_purse(amounts: &mut [Fen], purse: Fen) {
    let mut left = purse;
    for amount in amounts {
        if *amount > left {
            *amount = Fen(left.0 / 10_000 * 10_000);
        }
        left = left.saturating_less(*amount);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn payments_fit_the_purse_and_precede_the_call() {
        let call_at = Instant::from_wire14("20260403210506").unwrap();
        let mut dice = Dice::named(5, "payments");
        for round in 0..300 {
            let kind = draw_kind(&mut dice);
            let purse = Fen::yuan(dice.between(500, 400_000));
            let payments = draw_payments(kind, round % 2 == 0, call_at, purse, &mut dice);
            assert!(payments.iter().map(|p| p.1).sum::<Fen>() <= purse);
            assert!(payments.iter().all(|p| p.0 < call_at && p.1.is_positive()));
            assert!(payments.is_sorted_by_key(|p| p.0));
        }
    }
}
