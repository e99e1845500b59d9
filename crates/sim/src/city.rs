//! A city that lives: frauds are planned, victims pay, phones ring, mules move money, banks answer the police.
//!
//! Everything happens on the caller's clock ([`City::step`]) and from one seed, so the same seed, steps and deliveries
//! give the same bytes. How the caller cuts time into steps does not matter.
//! Promises: no clock, no IO, no chance from outside; the city's time never runs backwards, whatever clock it is given.
//! Leaves out: anything the centre does; it is reached only by files ([`City::deliver`], [`City::collect`]) and by the
//! happenings that a telephone or a narrator would know.

use crate::agenda::Agenda;
use crate::bank::Desks;
use crate::case::{AccountView, Case, How, Paying, Run, Staged, Told, Truth};
use crate::case::{draw_kind, draw_payments};
use crate::dice::Dice;
use crate::faults::Faults;
use crate::gang::{self, GANGS, Mules, Onward};
use crate::hub::{HubEvent, HubState, Outgoing};
use crate::institutions::BankIx;
use crate::journal::Journal;
use crate::narrative;
use crate::people::Person;
use crate::population::{Places, Size, live, open_citizen, populate};
use crate::taxonomy::{KINDS, Kind};
use crate::ways::{Purses, draw_demand, draw_ways};
use crate::world::{AccountIx, Blocked, Channel, Role, World};
use kernel::{Fen, Instant, Span};
use std::collections::HashSet;

/// What kind of city. The default is the evening of the demo.
#[derive(Clone, Debug)]
pub struct CityConfig {
    pub citizens: usize,
    /// Ordinary life before the start, in the banks' histories.
    pub history_days: i64,
    /// Receipts of the busiest merchant, so that one history is cut at a thousand.
    pub busy_movements: usize,
    /// Ordinary movements for each hour from the start on.
    pub movements_per_hour: i64,
    /// When the first call comes, after the start.
    pub first_call_after: Span,
    /// The mean time between calls; `None` for a city where only staged cases happen.
    pub calls_every: Option<Span>,
    /// Lines of the hotline; calls ring on them in turn.
    pub lines: u8,
    /// How long money rests on a mule, in percent of the usual (100). More gives the centre more time.
    pub rest_percent: i64,
    /// How long a bank takes to answer.
    pub answer: (Span, Span),
    /// Percent of the victims whose own bank reports the case (200401) besides.
    pub bank_reports_percent: u64,
    /// The centre's node, for messages that banks begin.
    pub police_node: String,
}

impl Default for CityConfig {
    fn default() -> CityConfig {
        CityConfig {
            citizens: 200,
            history_days: 30,
            busy_movements: 1_300,
            movements_per_hour: 40,
            first_call_after: Span::seconds(45),
            calls_every: Some(Span::minutes(6)),
            lines: 6,
            rest_percent: 100,
            answer: (Span::from_ms(1_500), Span::seconds(12)),
            bank_reports_percent: 5,
            police_node: "010000000005".to_owned(),
        }
    }
}

impl CityConfig {
    /// A small quiet city for scenarios: nothing happens but what is staged.
    pub fn quiet() -> CityConfig {
        CityConfig {
            citizens: 12,
            history_days: 5,
            busy_movements: 0,
            movements_per_hour: 0,
            calls_every: None,
            bank_reports_percent: 0,
            ..CityConfig::default()
        }
    }
}

/// What a narrator could tell. `Debug` masks personal data.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub enum Happening {
    /// The hotline rings.
    CallRings {
        at: Instant,
        line: u8,
        number: String,
        narrative: String,
        truth: Box<Truth>,
    },
    /// Money of a case moved. `layer` is the receiving mule's layer, 0 when it left the mules.
    Moved {
        at: Instant,
        case: u32,
        from: AccountView,
        to: AccountView,
        amount: Fen,
        channel: Channel,
        layer: u8,
    },
    /// A hold let nothing out.
    MoveRefused {
        at: Instant,
        case: u32,
        account: AccountView,
        amount: Fen,
        why: Blocked,
    },
    /// A bank worked on a request, whatever its answer's fate on the way.
    BankActed {
        at: Instant,
        bank_code: &'static str,
        tx_code: String,
        application_id: String,
        account: String,
        result: String,
    },
}

/// Why a case cannot be staged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StageProblem {
    UnknownKind(String),
    /// A payment or the call lies before the city's present.
    InThePast,
    NoPayments,
    NoLayers,
}

impl std::fmt::Display for StageProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            StageProblem::UnknownKind(code) => write!(f, "no kind of fraud {code:?}"),
            StageProblem::InThePast => f.write_str("a payment or the call lies before the city's present"),
            StageProblem::NoPayments => f.write_str("a case needs a payment"),
            StageProblem::NoLayers => f.write_str("a case needs a layer of mules"),
        }
    }
}

impl std::error::Error for StageProblem {}

/// Planned things.
pub(crate) enum Event {
    /// A fraud begins that will end in this call.
    Plan {
        call_at: Instant,
    },
    Pay {
        case: u32,
        /// Which of the case's payments.
        nth: usize,
    },
    Rebate {
        case: u32,
        mule: AccountIx,
        amount: Fen,
    },
    Ring {
        case: u32,
    },
    BankReport {
        case: u32,
    },
    /// Money has rested long enough.
    Spread {
        case: u32,
        account: AccountIx,
        layer: u8,
        amount: Fen,
    },
    Move {
        case: u32,
        src: AccountIx,
        layer: u8,
        onward: Onward,
        tries: u8,
    },
    Life,
    Hub(HubEvent),
}

/// A fraud is planned this long before its call.
const LEAD: Span = Span::hours(7);
/// How often a gang tries again what a hold refused: for about four days.
const TRIES_MAX: u8 = 16;

/// The simulated world with its banks and its hub.
pub struct City {
    pub(crate) seed: u64,
    pub(crate) config: CityConfig,
    pub(crate) now: Instant,
    pub(crate) world: World,
    pub(crate) desks: Desks,
    pub(crate) faults: Faults,
    pub(crate) journal: Journal,
    pub(crate) hub: HubState,
    pub(crate) agenda: Agenda<Event>,
    pub(crate) happenings: Vec<Happening>,
    places: Places,
    mules: Mules,
    cases: Vec<Case>,
    /// Accounts that have been a victim's.
    asked: HashSet<AccountIx>,
    calls: Dice,
    life: Dice,
    /// Kinds of fraud that have not come yet, the next one last: the first cases are all of different kinds.
    deck: Vec<&'static Kind>,
}

impl City {
    /// The city at `start`, with a past and with the first frauds under way.
    pub fn new(seed: u64, config: CityConfig, start: Instant) -> City {
        let mut world = World::default();
        let size = Size {
            citizens: config.citizens,
            history_days: config.history_days,
            busy_movements: config.busy_movements,
        };
        let begin = start - LEAD;
        let places = populate(&mut world, &size, begin, &mut Dice::named(seed, "population"));
        let mut city = City {
            seed,
            now: begin,
            world,
            desks: Desks::default(),
            faults: Faults::default(),
            journal: Journal::default(),
            hub: HubState::default(),
            agenda: Agenda::default(),
            happenings: Vec::new(),
            places,
            mules: Mules::default(),
            cases: Vec::new(),
            asked: HashSet::new(),
            calls: Dice::named(seed, "calls"),
            life: Dice::named(seed, "life"),
            deck: shuffled(&mut Dice::named(seed, "deck")),
            config,
        };
        if city.config.calls_every.is_some() {
            let call_at = start + city.config.first_call_after;
            city.agenda.plan(call_at - LEAD, Event::Plan { call_at });
        }
        if city.config.movements_per_hour > 0 {
            city.agenda.plan(start, Event::Life);
        }
        // The prelude happens before anybody watches; no call rings in it.
        city.step(start);
        city.happenings.clear();
        city
    }

    /// Lets everything happen that is due by `now`, in order. An earlier `now` than before lets nothing happen.
    pub fn step(&mut self, now: Instant) -> Vec<Happening> {
        while let Some((at, event)) = self.agenda.pop(now) {
            self.now = self.now.max(at);
            self.happen(event);
        }
        self.now = self.now.max(now);
        std::mem::take(&mut self.happenings)
    }

    /// A file of the centre's upstream directory, or of the same bytes in process.
    pub fn deliver(&mut self, file_name: &str, bytes: &[u8], now: Instant) {
        self.receive(file_name, bytes, now);
    }

    /// The files that are ready for the centre, in order. Call [`City::step`] first.
    pub fn collect(&mut self, now: Instant) -> Vec<Outgoing> {
        self.hub.take_ready(now)
    }

    /// When the next thing is due: a hand-driven clock may jump there.
    pub fn next_due(&self) -> Option<Instant> {
        self.agenda.next_at()
    }

    pub fn now(&self) -> Instant {
        self.now
    }

    pub fn faults_mut(&mut self) -> &mut Faults {
        &mut self.faults
    }

    pub fn journal(&self) -> &Journal {
        &self.journal
    }

    pub fn journal_mut(&mut self) -> &mut Journal {
        &mut self.journal
    }

    pub fn world(&self) -> &World {
        &self.world
    }

    /// For scenarios that need an account in a special state.
    pub fn world_mut(&mut self) -> &mut World {
        &mut self.world
    }

    /// The truth of a case as far as it has happened.
    pub fn truth(&self, case: u32) -> Option<Truth> {
        self.cases.get(case as usize).map(|c| c.truth(&self.world))
    }

    /// Plans a case as a scenario wants it; returns its number.
    pub fn stage(&mut self, staged: Staged) -> Result<u32, StageProblem> {
        let kind = KINDS.iter().find(|k| k.code == staged.kind_code);
        let kind = kind.ok_or(StageProblem::UnknownKind(staged.kind_code.clone()))?;
        if staged.payments.is_empty() {
            return Err(StageProblem::NoPayments);
        }
        if staged.rests.is_empty() {
            return Err(StageProblem::NoLayers);
        }
        if staged.payments.iter().any(|(at, ..)| *at < self.now) || staged.call_at < self.now {
            return Err(StageProblem::InThePast);
        }
        let number = self.next_case();
        let mut dice = Dice::named(self.seed, &format!("case/{number}"));
        let loss: Fen = staged.payments.iter().map(|p| p.1).sum();
        let (victim, account) = self.new_victim(loss, &mut dice);
        let (subtype, story) = kind.stories[0];
        let payments = (staged.payments.iter())
            .map(|(at, amount, how)| Paying {
                at: *at,
                amount: *amount,
                payer: account,
                kin: None,
                how: *how,
            })
            .collect();
        let layers = u8::try_from(staged.rests.len()).unwrap_or(u8::MAX);
        let run = Run {
            gang: 0,
            layers,
            rests: staged.rests.iter().map(|r| (*r, *r)).collect(),
            parts: (i64::from(staged.parts.max(1)), i64::from(staged.parts.max(1))),
            payee_bank: staged.payee_bank,
            payee_of: staged.payee_of,
        };
        self.adopt(Case {
            number,
            kind,
            subtype,
            story,
            caller_is_victim: true,
            rings_from: victim.phone.clone(),
            victim,
            account,
            payments,
            rebate: false,
            demanded: Vec::new(),
            call_at: staged.call_at,
            run,
            narrative: staged.narrative,
            told: Told::default(),
        });
        Ok(number)
    }

    /// Lets a case be reported by the victim's own bank (200401) at that time.
    pub fn cue_bank_report(&mut self, case: u32, at: Instant) {
        self.agenda.plan(at, Event::BankReport { case });
    }

    fn next_case(&self) -> u32 {
        u32::try_from(self.cases.len()).unwrap_or(u32::MAX)
    }

    fn happen(&mut self, event: Event) {
        match event {
            Event::Plan { call_at } => self.plan_case(call_at),
            Event::Pay { case, nth } => self.pay(case, nth),
            Event::Rebate { case, mule, amount } => self.rebate(case, mule, amount),
            Event::Ring { case } => self.ring(case),
            Event::BankReport { case } => self.bank_report(case),
            Event::Spread {
                case,
                account,
                layer,
                amount,
            } => self.spread(case, account, layer, amount),
            Event::Move {
                case,
                src,
                layer,
                onward,
                tries,
            } => self.try_move(case, (src, layer), onward, tries),
            Event::Life => self.live(),
            Event::Hub(event) => self.hub_event(event),
        }
    }

    fn plan_case(&mut self, call_at: Instant) {
        self.plan_next(call_at);
        let number = self.next_case();
        let mut dice = Dice::named(self.seed, &format!("case/{number}"));
        let drawn = draw_kind(&mut dice);
        let kind = self.deck.last().copied().unwrap_or(drawn);
        let (subtype, story) = *dice.pick(kind.stories);
        let account = self.draw_victim(kind.ages, &mut dice);
        let victim = self.world.account(account).holder.clone();
        let caller_is_victim = dice.chance(85);
        let rebate = dice.chance(kind.rebate);
        let purse = self.world.account(account).available(self.now);
        let payments = draw_payments(kind, rebate, call_at, purse, &mut dice);
        let rings_from = if caller_is_victim {
            victim.phone.clone()
        } else {
            format!("199{}", dice.digits(8))
        };
        let run = self.draw_run(&mut dice);
        if payments.is_empty() {
            return;
        }
        self.deck.pop();
        let mut variety = Dice::named(self.seed, &format!("variety/{number}"));
        let demanded = draw_demand(&payments, &mut variety);
        let purses = Purses {
            world: &mut self.world,
            victim: account,
            caller_is_victim,
            now: self.now,
        };
        let payments = draw_ways(kind, &payments, purses, &mut variety);
        self.adopt(Case {
            number,
            kind,
            subtype,
            story,
            victim,
            account,
            caller_is_victim,
            rings_from,
            payments,
            rebate,
            demanded,
            call_at,
            run,
            narrative: None,
            told: Told::default(),
        });
    }

    fn plan_next(&mut self, call_at: Instant) {
        if let Some(mean) = self.config.calls_every {
            let gap = Span::from_ms(self.calls.between(mean.ms() / 5, mean.ms() * 9 / 5));
            self.agenda.plan(
                call_at + gap - LEAD,
                Event::Plan {
                    call_at: call_at + gap,
                },
            );
        }
    }

    fn draw_run(&self, dice: &mut Dice) -> Run {
        let minutes = |low, high| {
            let scaled = |n: i64| Span::from_ms(Span::minutes(n).ms() * self.config.rest_percent / 100);
            (scaled(low), scaled(high))
        };
        Run {
            gang: u8::try_from(dice.below(GANGS.unsigned_abs())).unwrap_or(0),
            layers: if dice.chance(60) { 3 } else { 4 },
            rests: vec![minutes(5, 26), minutes(3, 18), minutes(4, 20), minutes(5, 40)],
            parts: (1, 3),
            payee_bank: None,
            payee_of: None,
        }
    }

    /// A citizen with money who has not been asked yet and is about that old; a newcomer when nobody fits.
    fn draw_victim(&mut self, ages: (i64, i64), dice: &mut Dice) -> AccountIx {
        let fits = |ix: &AccountIx| {
            let a = self.world.account(*ix);
            let unasked = !self.asked.contains(ix);
            let age = i64::from(a.holder.age);
            unasked && (ages.0..=ages.1).contains(&age) && a.available(self.now) >= Fen::yuan(4_000)
        };
        let fitting: Vec<AccountIx> = self.places.citizens.iter().copied().filter(fits).collect();
        if fitting.is_empty() {
            open_citizen(&mut self.world, self.now, dice)
        } else {
            *dice.pick(&fitting)
        }
    }

    fn new_victim(&mut self, loss: Fen, dice: &mut Dice) -> (Person, AccountIx) {
        let account = open_citizen(&mut self.world, self.now, dice);
        let a = self.world.account_mut(account);
        // A newcomer brings what the scenario lets them lose.
        let more = loss.saturating_less(a.balance);
        a.opening = Fen(a.opening.0 + more.0);
        a.balance = Fen(a.balance.0 + more.0);
        (a.holder.clone(), account)
    }

    fn adopt(&mut self, case: Case) {
        for (nth, paying) in case.payments.iter().enumerate() {
            let case = case.number;
            self.agenda.plan(paying.at, Event::Pay { case, nth });
        }
        self.agenda.plan(case.call_at, Event::Ring { case: case.number });
        self.asked.insert(case.account);
        self.cases.push(case);
    }

    fn pay(&mut self, case: u32, nth: usize) {
        let mut dice = Dice::named(self.seed, &format!("pay/{case}/{}", self.now.ms()));
        let c = &self.cases[case as usize];
        let (paying, mut run, several) = (c.payments[nth].clone(), c.run.clone(), c.payments.len() > 1);
        let first = nth == 0;
        let rebate = c.rebate && first && several;
        // Life may have spent some of it since the plan was made.
        let amount = paying
            .amount
            .min(self.world.account(paying.payer).available(self.now));
        if paying.how == How::Cash {
            let till = self.places.tills[self.world.account(paying.payer).bank.0];
            self.transfer(case, (paying.payer, till), amount, Channel::Counter);
            return;
        }
        let channel = if paying.how == How::Code {
            run.payee_bank = run.payee_bank.or(Some(BankIx::payment_firm(dice.below(2))));
            Channel::Wallet
        } else {
            Channel::MobileBank
        };
        let given = run.payee_of.and_then(|other| self.last_payee(other));
        let mule = given.unwrap_or_else(|| self.mules.next(&mut self.world, &run, 1, self.now, &mut dice));
        if !self.transfer(case, (paying.payer, mule), amount, channel) {
            return;
        }
        if rebate {
            let back = Fen(amount.0 * dice.between(108, 125) / 100);
            self.agenda.plan(
                self.now + Span::minutes(dice.between(2, 5)),
                Event::Rebate {
                    case,
                    mule,
                    amount: back,
                },
            );
        }
        if first && dice.chance(self.config.bank_reports_percent) {
            self.cue_bank_report(case, self.now + Span::minutes(dice.between(3, 15)));
        }
        self.let_rest(case, mule, 1, amount, &mut dice);
    }

    fn last_payee(&self, case: u32) -> Option<AccountIx> {
        let truth = self.truth(case)?;
        self.world.find(&truth.payments.last()?.to.number)
    }

    fn rebate(&mut self, case: u32, mule: AccountIx, amount: Fen) {
        let victim = self.cases[case as usize].account;
        self.transfer(case, (mule, victim), amount, Channel::MobileBank);
    }

    fn ring(&mut self, case: u32) {
        let c = &self.cases[case as usize];
        let truth = c.truth(&self.world);
        if truth.payments.is_empty() {
            // Nothing was lost; nobody calls.
            return;
        }
        let (narrative, told) = match &c.narrative {
            Some(told) => narrative::fill_told(told, &truth),
            None => narrative::tell(
                &truth,
                self.now,
                &mut Dice::named(self.seed, &format!("voice/{case}")),
            ),
        };
        self.cases[case as usize].told = told.clone();
        let truth = Truth { told, ..truth };
        let line = u8::try_from(u64::from(case) % u64::from(self.config.lines.max(1))).unwrap_or(0) + 1;
        let number = truth.number.clone();
        self.happenings.push(Happening::CallRings {
            at: self.now,
            line,
            number,
            narrative,
            truth: Box::new(truth),
        });
    }

    fn let_rest(&mut self, case: u32, account: AccountIx, layer: u8, amount: Fen, dice: &mut Dice) {
        let wait = gang::rest(&self.cases[case as usize].run, layer, dice);
        self.agenda.plan(
            self.now + wait,
            Event::Spread {
                case,
                account,
                layer,
                amount,
            },
        );
    }

    fn spread(&mut self, case: u32, account: AccountIx, layer: u8, amount: Fen) {
        let mut dice = Dice::named(
            self.seed,
            &format!("spread/{case}/{}/{}", account.0, self.now.ms()),
        );
        let run = self.cases[case as usize].run.clone();
        let list = gang::spread(
            &mut self.world,
            (&mut self.mules, &self.places),
            &run,
            (account, layer),
            amount,
            self.now,
            &mut dice,
        );
        let mut at = self.now;
        for onward in list {
            at = at + onward.wait;
            self.agenda.plan(
                at,
                Event::Move {
                    case,
                    src: account,
                    layer,
                    onward,
                    tries: 0,
                },
            );
        }
    }

    fn try_move(&mut self, case: u32, (src, layer): (AccountIx, u8), onward: Onward, tries: u8) {
        let mut dice = Dice::named(self.seed, &format!("move/{case}/{}/{}", src.0, self.now.ms()));
        let balance = self.world.account(src).balance;
        let amount = onward.amount.min(balance);
        if self.transfer(case, (src, onward.dst), amount, onward.channel) {
            if matches!(self.world.account(onward.dst).role, Role::Mule { .. }) {
                self.let_rest(case, onward.dst, layer + 1, amount, &mut dice);
            }
        } else if tries < TRIES_MAX && balance.is_positive() {
            let later = self.now + Span::minutes(dice.between(200, 520));
            self.agenda.plan(
                later,
                Event::Move {
                    case,
                    src,
                    layer,
                    onward,
                    tries: tries + 1,
                },
            );
        }
    }

    /// Moves money of a case and tells of it; false when something stood in the way.
    fn transfer(
        &mut self,
        case: u32,
        (src, dst): (AccountIx, AccountIx),
        amount: Fen,
        channel: Channel,
    ) -> bool {
        let view = |w: &World, ix| AccountView::from(w.account(ix));
        match self
            .world
            .transfer(self.now, (src, dst), amount, channel, Some(case))
        {
            Ok(place) => {
                let layer = match self.world.account(dst).role {
                    Role::Mule { layer, .. } => layer,
                    _ => 0,
                };
                let (from, to) = (view(&self.world, src), view(&self.world, dst));
                self.happenings.push(Happening::Moved {
                    at: self.now,
                    case,
                    from,
                    to,
                    amount,
                    channel,
                    layer,
                });
                self.report_sightings(place);
                true
            }
            Err(why) => {
                let account = view(&self.world, src);
                self.happenings.push(Happening::MoveRefused {
                    at: self.now,
                    case,
                    account,
                    amount,
                    why,
                });
                false
            }
        }
    }

    fn live(&mut self) {
        if let Some(place) = live(&mut self.world, &self.places, self.now, &mut self.life) {
            self.report_sightings(place);
        }
        let mean = Span::hours(1).ms() / self.config.movements_per_hour.max(1);
        let gap = Span::from_ms(self.life.between(mean / 2, mean * 3 / 2).max(1));
        self.agenda.plan(self.now + gap, Event::Life);
    }

    fn bank_report(&mut self, case: u32) {
        if let Some(c) = self.cases.get(case as usize) {
            let truth = c.truth(&self.world);
            let bank = self.world.account(c.account).bank;
            let own =
                |p: &crate::case::PaymentTruth| p.how != How::Cash && p.from.bank_code == bank.get().code;
            if truth.payments.iter().any(own) {
                self.send_case_report(bank, &truth);
            }
        }
    }
}

/// All kinds of fraud in an order that the seed decides.
fn shuffled(dice: &mut Dice) -> Vec<&'static Kind> {
    let mut rest: Vec<&Kind> = KINDS.iter().collect();
    let mut deck = Vec::new();
    while !rest.is_empty() {
        let at = usize::try_from(dice.below(rest.len() as u64)).unwrap_or(0);
        deck.push(rest.remove(at));
    }
    deck
}
