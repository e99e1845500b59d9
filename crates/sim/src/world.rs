//! Accounts and the one ledger of all movements between them.
//!
//! Promises: money moves only by [`World::transfer`], from one account to another, so the sum of all balances is the
//! sum of all openings for ever; a stopped or frozen account lets money in and nothing out (只进不出, DOMAIN 2.2); a
//! stop lapses by itself at its end. The ledger is in order of time.
//! Leaves out: who moves money and why (see `gang`), and messages (see `bank`).

use crate::institutions::{BankIx, Kind};
use crate::people::Person;
use kernel::{Fen, Instant};
use std::collections::{BTreeMap, HashMap};

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
pub struct AccountIx(pub usize);

/// What an account is for in the city.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Role {
    Citizen,
    Employer,
    Merchant,
    /// Lent to a gang; layer 1 receives from victims.
    Mule {
        gang: u8,
        layer: u8,
    },
    /// The bank's own till: where withdrawn cash comes from. No message reaches it.
    CashDesk,
}

/// A stop that this bank executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stop {
    pub application_id: String,
    /// For which case; only a freeze for that case takes its place.
    pub case_number: String,
    pub start: Instant,
    pub expire: Instant,
    pub relieved: Option<Instant>,
    pub prolonged: bool,
}

/// A freeze that this bank executed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freeze {
    pub application_id: String,
    pub authority: String,
    /// For which case; another case's money on the account is frozen beside it.
    pub case_number: String,
    /// `None` freezes the whole account, otherwise this much of whatever lies on it.
    pub cap: Option<Fen>,
    pub start: Instant,
    pub expire: Instant,
    pub relieved: Option<Instant>,
}

/// A freeze that another authority had set before (在先冻结).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriorFreeze {
    pub authority: String,
    pub cap: Option<Fen>,
    pub start: Instant,
    pub expire: Instant,
}

/// A right of somebody else in the account (共有权/优先权/质押权).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pledge {
    pub obligee: String,
    pub amount: Fen,
}

#[derive(Clone, Debug)]
pub struct Account {
    pub bank: BankIx,
    /// The main number: card, wallet or corporate account. Sub-accounts are this plus `_` and a serial.
    pub number: String,
    pub holder: Person,
    pub role: Role,
    pub branch: String,
    pub opened: Instant,
    pub opening: Fen,
    pub balance: Fen,
    pub stops: Vec<Stop>,
    pub freezes: Vec<Freeze>,
    pub prior: Option<PriorFreeze>,
    pub pledge: Option<Pledge>,
    pub white_listed: bool,
    pub lost: bool,
    pub closed: Option<Instant>,
    movements: Vec<usize>,
}

impl Stop {
    pub fn active(&self, now: Instant) -> bool {
        self.relieved.is_none() && now < self.expire
    }
}

impl Freeze {
    pub fn active(&self, now: Instant) -> bool {
        self.relieved.is_none() && now < self.expire
    }
}

impl Account {
    pub fn corporate(&self) -> bool {
        self.holder.firm
    }

    pub fn active_stop(&self, now: Instant) -> Option<&Stop> {
        self.stops.iter().rev().find(|s| s.active(now))
    }

    pub fn active_freeze(&self, now: Instant) -> Option<&Freeze> {
        self.freezes.iter().rev().find(|f| f.active(now))
    }

    /// A freeze that leaves nothing to freeze for this case: its own, or one of the whole account.
    pub fn freeze_in_the_way(&self, case_number: &str, now: Instant) -> bool {
        let active = self.freezes.iter().filter(|f| f.active(now));
        active
            .into_iter()
            .any(|f| f.cap.is_none() || f.case_number == case_number)
    }

    pub fn active_prior(&self, now: Instant) -> Option<&PriorFreeze> {
        self.prior.as_ref().filter(|p| now < p.expire)
    }

    /// The caps of all freezes in force; `None` among them is a whole-account freeze.
    fn caps(&self, now: Instant) -> impl Iterator<Item = Option<Fen>> {
        let ours = self.freezes.iter().filter(move |f| f.active(now)).map(|f| f.cap);
        ours.chain(self.active_prior(now).map(|p| p.cap))
    }

    /// What freezes leave free, whatever stops say.
    pub fn unfrozen(&self, now: Instant) -> Fen {
        self.caps(now).fold(self.balance, |free, cap| {
            cap.map_or(Fen::ZERO, |cap| free.saturating_less(cap))
        })
    }

    /// What may leave now.
    pub fn available(&self, now: Instant) -> Fen {
        if self.active_stop(now).is_some() || self.lost || self.closed.is_some() {
            Fen::ZERO
        } else {
            self.unfrozen(now)
        }
    }

    /// 0 normal, 1 frozen, 2 closed (DOMAIN 1.7).
    pub fn status(&self, now: Instant) -> &'static str {
        if self.closed.is_some() {
            "2"
        } else if self.active_stop(now).is_some() || self.caps(now).next().is_some() {
            "1"
        } else {
            "0"
        }
    }

    /// Its movements, oldest first, as places in [`World::ledger`].
    pub fn movements(&self) -> &[usize] {
        &self.movements
    }
}

/// How money moved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Channel {
    MobileBank,
    Counter,
    Atm,
    Pos,
    Wallet,
    Salary,
}

impl Channel {
    pub fn words(self) -> &'static str {
        match self {
            Channel::MobileBank => "手机银行转账",
            Channel::Counter => "柜面转账",
            Channel::Atm => "ATM取款",
            Channel::Pos => "POS消费",
            Channel::Wallet => "快捷支付",
            Channel::Salary => "代发工资",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Movement {
    pub at: Instant,
    pub src: AccountIx,
    pub dst: AccountIx,
    pub amount: Fen,
    pub src_balance: Fen,
    pub dst_balance: Fen,
    pub channel: Channel,
    /// The number of the fraud case that this belongs to.
    pub case: Option<u32>,
}

/// Why money did not move.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Blocked {
    Stopped,
    Frozen,
    Lost,
    Closed,
    Funds,
}

#[derive(Default)]
pub struct World {
    accounts: Vec<Account>,
    ledger: Vec<Movement>,
    by_number: HashMap<String, AccountIx>,
    by_holder: BTreeMap<String, Vec<AccountIx>>,
}

impl World {
    /// Opens an account. The number must be new.
    pub fn open(
        &mut self,
        bank: BankIx,
        number: String,
        holder: Person,
        role: Role,
        opened: Instant,
        opening: Fen,
    ) -> AccountIx {
        let ix = AccountIx(self.accounts.len());
        let suffix = if bank.get().kind == Kind::PaymentFirm {
            "客户备付金中心"
        } else {
            "支行营业部"
        };
        let branch = format!("{}{}{suffix}", bank.get().name, holder.area_name);
        let taken = self.by_number.insert(number.clone(), ix);
        assert!(taken.is_none(), "account numbers are unique in the city");
        self.by_holder
            .entry(holder.id_number.clone())
            .or_default()
            .push(ix);
        self.accounts.push(Account {
            bank,
            number,
            holder,
            role,
            branch,
            opened,
            opening,
            balance: opening,
            stops: Vec::new(),
            freezes: Vec::new(),
            prior: None,
            pledge: None,
            white_listed: false,
            lost: false,
            closed: None,
            movements: Vec::new(),
        });
        ix
    }

    pub fn account(&self, ix: AccountIx) -> &Account {
        &self.accounts[ix.0]
    }

    pub fn account_mut(&mut self, ix: AccountIx) -> &mut Account {
        &mut self.accounts[ix.0]
    }

    pub fn accounts(&self) -> impl Iterator<Item = (AccountIx, &Account)> {
        self.accounts.iter().enumerate().map(|(i, a)| (AccountIx(i), a))
    }

    pub fn has_number(&self, number: &str) -> bool {
        self.by_number.contains_key(number)
    }

    /// By main number or `<main>_<sub>`.
    pub fn find(&self, number: &str) -> Option<AccountIx> {
        let main = number.split('_').next().unwrap_or(number);
        let ix = *self.by_number.get(main)?;
        (self.account(ix).role != Role::CashDesk).then_some(ix)
    }

    /// All accounts of a holder at one bank.
    pub fn of_holder(&self, bank: BankIx, id_number: &str) -> Vec<AccountIx> {
        let all = self
            .by_holder
            .get(&id_number.to_uppercase())
            .map_or(&[][..], Vec::as_slice);
        all.iter()
            .copied()
            .filter(|ix| self.account(*ix).bank == bank)
            .collect()
    }

    pub fn ledger(&self) -> &[Movement] {
        &self.ledger
    }

    /// Moves money, or says what stood in the way. Returns the place of the movement in the ledger.
    pub fn transfer(
        &mut self,
        at: Instant,
        (src, dst): (AccountIx, AccountIx),
        amount: Fen,
        channel: Channel,
        case: Option<u32>,
    ) -> Result<usize, Blocked> {
        self.may_move(at, src, dst, amount)?;
        self.accounts[src.0].balance = self.accounts[src.0].balance.saturating_less(amount);
        let arrived = self.accounts[dst.0]
            .balance
            .checked_add(amount)
            .expect("the city holds less than i64 fen");
        self.accounts[dst.0].balance = arrived;
        let at = self.ledger.last().map_or(at, |last| at.max(last.at));
        let place = self.ledger.len();
        let (src_balance, dst_balance) = (self.accounts[src.0].balance, arrived);
        self.ledger.push(Movement {
            at,
            src,
            dst,
            amount,
            src_balance,
            dst_balance,
            channel,
            case,
        });
        self.accounts[src.0].movements.push(place);
        self.accounts[dst.0].movements.push(place);
        Ok(place)
    }

    fn may_move(&self, at: Instant, src: AccountIx, dst: AccountIx, amount: Fen) -> Result<(), Blocked> {
        let payer = self.account(src);
        if payer.closed.is_some() || self.account(dst).closed.is_some() || src == dst {
            Err(Blocked::Closed)
        } else if payer.lost {
            Err(Blocked::Lost)
        } else if payer.active_stop(at).is_some() {
            Err(Blocked::Stopped)
        } else if payer.balance < amount || !amount.is_positive() {
            Err(Blocked::Funds)
        } else if payer.available(at) < amount {
            Err(Blocked::Frozen)
        } else {
            Ok(())
        }
    }

    /// What was ever opened, and what lies on the accounts: always equal.
    pub fn sums(&self) -> (Fen, Fen) {
        (
            self.accounts.iter().map(|a| a.opening).sum(),
            self.accounts.iter().map(|a| a.balance).sum(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dice::Dice;
    use kernel::Span;

    fn two() -> (World, AccountIx, AccountIx, Instant) {
        let mut dice = Dice::named(1, "world");
        let mut world = World::default();
        let at = Instant::from_wire14("20260403210000").unwrap();
        let mut open = |n: &str, yuan| {
            let person = Person::natural(&mut dice, (20, 60));
            world.open(
                BankIx(0),
                n.to_owned(),
                person,
                Role::Citizen,
                at,
                Fen::yuan(yuan),
            )
        };
        let (a, b) = (open("1", 1000), open("2", 0));
        (world, a, b, at)
    }

    fn stop(at: Instant) -> Stop {
        Stop {
            application_id: "x".into(),
            case_number: "A".into(),
            start: at,
            expire: at + Span::hours(48),
            relieved: None,
            prolonged: false,
        }
    }

    fn freeze(at: Instant, cap: Option<Fen>) -> Freeze {
        let expire = at + Span::days(180);
        Freeze {
            application_id: "y".into(),
            authority: "z".into(),
            case_number: "A".into(),
            cap,
            start: at,
            expire,
            relieved: None,
        }
    }

    #[test]
    fn what_may_leave_table() {
        type Set = fn(&mut Account, Instant);
        let rows: [(&str, Set, i64, Result<(), Blocked>); 9] = [
            ("free", |_, _| (), 1000, Ok(())),
            ("too much", |_, _| (), 1001, Err(Blocked::Funds)),
            ("stopped", |a, t| a.stops.push(stop(t)), 1, Err(Blocked::Stopped)),
            (
                "lapsed",
                |a, t| a.stops.push(stop(t - Span::hours(48))),
                1000,
                Ok(()),
            ),
            (
                "frozen whole",
                |a, t| a.freezes.push(freeze(t, None)),
                1,
                Err(Blocked::Frozen),
            ),
            (
                "frozen in part",
                |a, t| a.freezes.push(freeze(t, Some(Fen::yuan(400)))),
                600,
                Ok(()),
            ),
            (
                "more than the free part",
                |a, t| a.freezes.push(freeze(t, Some(Fen::yuan(400)))),
                601,
                Err(Blocked::Frozen),
            ),
            ("lost", |a, _| a.lost = true, 1, Err(Blocked::Lost)),
            ("closed", |a, t| a.closed = Some(t), 1, Err(Blocked::Closed)),
        ];
        for (name, set, yuan, expected) in rows {
            let (mut world, a, b, at) = two();
            set(world.account_mut(a), at);
            let done = world
                .transfer(at, (a, b), Fen::yuan(yuan), Channel::MobileBank, None)
                .map(|_| ());
            assert_eq!(done, expected, "{name}");
            let (opened, there) = world.sums();
            assert_eq!(opened, there, "{name}");
        }
    }

    #[test]
    fn money_may_come_into_a_stopped_account() {
        let (mut world, a, b, at) = two();
        world.account_mut(b).stops.push(stop(at));
        assert!(
            world
                .transfer(at, (a, b), Fen::yuan(10), Channel::MobileBank, None)
                .is_ok()
        );
        assert_eq!(world.account(b).status(at), "1");
        assert_eq!(world.find("2_1"), Some(b));
    }
}
