//! A random evening: a city that lives, banks and a hub that misbehave by lot, people who press whatever can be pressed.
//! Refusals are the order of the day; a failure, or a broken invariant, ends the storm with its seed.
//!
//! Promises: the same seed gives the same storm. Leaves out judgement: people here act at random, on purpose.

use crate::desk::Told;
use crate::evening::Evening;
use crate::proof::{Watch, all_reports, asked_too_much, at_the_end};
use crate::truth::{Cause, compare};
use app::golden::{self, Golden};
use app::orders::approve::{batch_approve, order_approve, order_reject, order_resend, order_withdraw};
use app::orders::bound::LetsGo;
use app::orders::confirm::{order_confirm, order_confirm_refuse};
use app::orders::extend::stops_extend;
use app::orders::request::{AccountChoice, OrderRequest, order_request};
use app::{AppError, AppResult};
use domain::order::{FreezeType, OrderKind, OrderState, Terms};
use kernel::{Area, Fen, Instant, ReportId, Span};
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sim::{CityConfig, Happening, INSTITUTIONS};
use std::collections::BTreeMap;
use store::intake::{ReportQuery, reports};

/// How long and how wild.
#[derive(Clone, Debug)]
pub struct Weather {
    pub length: Span,
    pub calls_every: Span,
    /// A fault is added about this often.
    pub faults_every: Span,
    /// Whether every invariant is asked after each tick, and not only at the end.
    pub watched: bool,
    /// Whether the centre's clock is set to and fro.
    pub clock_jumps: bool,
}

impl Weather {
    /// Forty minutes of trouble, then three days in which everything runs out.
    pub fn evening() -> Weather {
        Weather {
            length: Span::minutes(40),
            calls_every: Span::minutes(6),
            faults_every: Span::minutes(4),
            watched: true,
            clock_jumps: true,
        }
    }

    /// A year of evenings: the hotline rings once a day, something breaks every other day.
    pub fn year() -> Weather {
        Weather {
            length: Span::days(365),
            calls_every: Span::hours(24),
            faults_every: Span::hours(48),
            watched: false,
            clock_jumps: false,
        }
    }
}

/// What a storm left behind.
#[derive(Debug, Default)]
pub struct Aftermath {
    pub reports: usize,
    pub orders: usize,
    pub ticks: u64,
    pub entries: u64,
    pub acts: u64,
    pub refusals: u64,
    /// Σ over the reports, as the centre sees it.
    pub held: Fen,
    pub loss: Fen,
    /// Stops on first-layer accounts that left, and those that are what the caller meant.
    pub stops: usize,
    pub stops_meant: usize,
    /// Payments of the cases, and those that the centre has right.
    pub payments: usize,
    pub payments_right: usize,
    /// How often each cause made the centre believe something else than what is so.
    pub causes: BTreeMap<&'static str, usize>,
    /// Orders that are not what the caller meant, because the reading took his words for something else, with those words.
    pub misread: Vec<String>,
    pub wrong: Vec<String>,
    pub export: Vec<u8>,
}

struct Storm {
    evening: Evening,
    dice: ChaCha8Rng,
    watch: Watch,
    weather: Weather,
    after: Aftermath,
}

/// 2026-11-22 19:00 at +08:00.
const START: Instant = Instant::from_ms(1_795_345_200_000);

/// Plays the storm of this seed.
pub async fn blow(seed: u64, weather: Weather) -> AppResult<Aftermath> {
    let city = CityConfig {
        citizens: 60,
        history_days: 3,
        busy_movements: 0,
        movements_per_hour: 0,
        calls_every: Some(weather.calls_every),
        rest_percent: 150,
        ..CityConfig::default()
    };
    let evening = Evening::begin(seed, city, START).await?;
    let dice = ChaCha8Rng::seed_from_u64(seed ^ 0x5741_7665);
    let mut storm = Storm {
        evening,
        dice,
        watch: Watch::default(),
        weather,
        after: Aftermath::default(),
    };
    storm
        .evening
        .sign_policy("chenguodong", Fen::yuan(100_000), Span::hours(6))
        .await?;
    storm.rage().await?;
    storm.calm().await
}

impl Storm {
    fn below(&mut self, n: usize) -> usize {
        if n == 0 {
            0
        } else {
            usize::try_from(self.dice.next_u64() % n as u64).unwrap_or(0)
        }
    }

    fn pick<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        let at = self.below(list.len());
        list.get(at)
    }

    fn chance(&mut self, percent: usize) -> bool {
        self.below(100) < percent
    }

    async fn rage(&mut self) -> AppResult<()> {
        let end = START + self.weather.length;
        let mut next_fault = START + self.weather.faults_every;
        while self.evening.clock.world() < end && self.after.wrong.is_empty() {
            self.step(end).await?;
            if self.evening.clock.world() >= next_fault {
                self.misbehave();
                next_fault = self.evening.clock.world() + self.weather.faults_every;
            }
            if self.chance(30) {
                self.act().await?;
            }
        }
        Ok(())
    }

    async fn step(&mut self, end: Instant) -> AppResult<()> {
        let next = self.evening.next_moment(end).await?;
        self.evening.clock.set_world(next);
        self.evening.tick().await?;
        self.after.ticks += 1;
        self.answer_calls().await?;
        self.look().await
    }

    async fn look(&mut self) -> AppResult<()> {
        if self.weather.watched {
            let wrong = self.watch.look(&self.evening).await?;
            self.after.wrong.extend(wrong);
        }
        Ok(())
    }

    async fn answer_calls(&mut self) -> AppResult<()> {
        let told = std::mem::take(&mut self.evening.road.town().told);
        for happening in told {
            if let Happening::CallRings {
                at,
                line,
                narrative,
                truth,
                ..
            } = happening
            {
                let stops = self.chance(90);
                let call = Told {
                    at,
                    line,
                    narrative,
                    truth: *truth,
                };
                let done = self.evening.take("liyang", &call, stops).await;
                self.count(done)?;
            }
        }
        Ok(())
    }

    fn count<T>(&mut self, done: AppResult<T>) -> AppResult<()> {
        self.after.acts += 1;
        match done {
            Ok(_) => Ok(()),
            Err(AppError::Refused(_)) => {
                self.after.refusals += 1;
                Ok(())
            }
            Err(failed) => Err(failed),
        }
    }

    fn misbehave(&mut self) {
        const FAULTS: [&str; 22] = [
            "slow 90s",
            "slow 11m",
            "silent",
            "deaf",
            "duplicate 3",
            "echo 2",
            "reorder 4m",
            "result 0300",
            "result 7777",
            "result 0900",
            "wrong-bank",
            "partial 100",
            "contradict 1300 2m",
            "contradict 0000 3m",
            "stranger",
            "misnamed",
            "malformed 1m",
            "hostile zero-width 1m",
            "hub 603202",
            "hub 200001",
            "lost-response",
            "hub-late 603202",
        ];
        let fault = self.pick(&FAULTS).copied().unwrap_or("silent");
        let bank = if self.chance(60) {
            "*"
        } else {
            let at = self.below(INSTITUTIONS.len());
            INSTITUTIONS[at].spoken
        };
        let times = 1 + self.below(4);
        let rule = if self.chance(10) {
            format!("{bank} * down for 40m")
        } else {
            format!("{bank} * {fault} x{times}")
        };
        let mut town = self.evening.road.town();
        let now = town.city.now();
        town.city
            .faults_mut()
            .add_script(&rule, now)
            .expect("the storm writes rules that can be read");
    }

    async fn act(&mut self) -> AppResult<()> {
        if self.chance(5) {
            let n = u32::try_from(self.below(5)).unwrap_or(0);
            self.evening.road.town().broken_sends = n;
        }
        if self.weather.clock_jumps && self.chance(3) {
            let hours = self.dice.next_u64() % 97;
            self.evening
                .clock
                .jump(Span::hours(i64::try_from(hours).unwrap_or(0) - 48));
        } else if self.chance(40) {
            // Calls that ring while the clock is behind are refused: their payments lie in its future.
            self.evening.clock.set_right();
        }
        let newest = ReportQuery {
            limit: 15,
            ..ReportQuery::default()
        };
        let page = reports(self.evening.centre.store.reader(), &newest).await?;
        let reports: Vec<ReportId> = page.items.iter().map(|r| r.report.id).collect();
        let Some(report) = self.pick(&reports).copied() else {
            return Ok(());
        };
        let ctx = self.evening.by("liyang").await?;
        let golden = golden::read(&self.evening.centre, &ctx, report).await?;
        match self.below(10) {
            0..4 => self.decide(&golden).await,
            4..7 => self.ask(report, &golden).await,
            7 => self.extend(report, &golden).await,
            _ => self.case_step(report, &golden).await,
        }?;
        self.look().await
    }

    async fn decide(&mut self, golden: &Golden) -> AppResult<()> {
        let Some(order) = self.pick(&golden.orders).cloned() else {
            return Ok(());
        };
        let who = if self.chance(85) { "chenguodong" } else { "liyang" };
        let ctx = self.evening.by(who).await?;
        let centre = self.evening.centre.clone();
        let roll = self.below(20);
        let done = match (order.state, roll) {
            (_, 0) => order_reject(&centre, &ctx, order.id, "不同意").await.map(drop),
            (_, 1) => {
                let ctx = self.evening.by("liyang").await?;
                order_withdraw(&centre, &ctx, order.id).await.map(drop)
            }
            (OrderState::Drafted, _) => match order.batch {
                Some(batch) => batch_approve(&centre, &ctx, batch, "同意").await.map(drop),
                None => order_approve(&centre, &ctx, order.id, "同意").await.map(drop),
            },
            (OrderState::Stuck | OrderState::HubRefused, _) => {
                let ctx = self.evening.by("liyang").await?;
                order_resend(&centre, &ctx, order.id).await.map(drop)
            }
            (_, 2) => order_confirm_refuse(&centre, &ctx, order.id, "不予确认")
                .await
                .map(drop),
            _ => order_confirm(&centre, &ctx, order.id, "确认").await.map(drop),
        };
        self.count(done)
    }

    async fn ask(&mut self, report: ReportId, golden: &Golden) -> AppResult<()> {
        let Some(node) = self.pick(&golden.whereabouts.accounts).cloned() else {
            return Ok(());
        };
        let kind = *self.pick(&OrderKind::ALL).expect("there are kinds");
        // Most of what an officer asks is a statement.
        let kind = if self.chance(50) {
            OrderKind::QueryTransactions
        } else {
            kind
        };
        // Half of the freezes ask for what the server proposes, the others for all that came in.
        let mut terms = Terms {
            amount: if self.chance(50) { Fen::ZERO } else { node.received },
            reason: "经核查".into(),
            ..Terms::default()
        };
        if kind == OrderKind::Freeze {
            terms.freeze_type = Some(FreezeType::Limited);
        }
        let account = AccountChoice::Known(node.account);
        let request = OrderRequest {
            holder_document: None,
            report,
            kind,
            account,
            original: None,
            terms,
            second_officer: None,
            lets_go: LetsGo::Unsaid,
        };
        let ctx = self.evening.by("liyang").await?;
        let done = order_request(&self.evening.centre, &ctx, request).await;
        if let Ok(order) = &done {
            let wrong = asked_too_much(&self.evening, std::slice::from_ref(order)).await?;
            self.after.wrong.extend(wrong);
        }
        self.count(done)
    }

    async fn extend(&mut self, report: ReportId, golden: &Golden) -> AppResult<()> {
        let reach: Vec<_> = golden
            .whereabouts
            .accounts
            .iter()
            .filter(|n| n.proposable)
            .map(|n| n.account)
            .collect();
        let ctx = self.evening.by("liyang").await?;
        let done = stops_extend(&self.evening.centre, &ctx, report, &reach, None).await;
        if let Ok((_, orders)) = &done {
            let wrong = asked_too_much(&self.evening, orders).await?;
            self.after.wrong.extend(wrong);
        }
        self.count(done)
    }

    async fn case_step(&mut self, report: ReportId, golden: &Golden) -> AppResult<()> {
        use app::cases::{FilingDecision, FilingProposal, case_accept, case_decide, case_propose};
        let county = Area::from_code(421_102).expect("黄州区 is an area");
        let centre = self.evening.centre.clone();
        let who = match self.below(4) {
            0 => "liyang",
            1 => "zhouhua",
            _ => "hemin",
        };
        let ctx = self.evening.by(who).await?;
        let done = match (&golden.dispatch, &golden.case) {
            (None, _) => {
                let ctx = self.evening.by("liyang").await?;
                app::intake::desk::report_dispatch(&centre, &ctx, report, county)
                    .await
                    .map(drop)
            }
            (Some(d), None) if d.acknowledged.is_none() => {
                app::intake::desk::dispatch_sign(&centre, &ctx, d.id)
                    .await
                    .map(drop)
            }
            (_, None) => case_accept(&centre, &ctx, report, None).await.map(drop),
            (_, Some(case)) if case.proposed_by.is_none() => {
                case_propose(&centre, &ctx, case.id, &FilingProposal::default())
                    .await
                    .map(drop)
            }
            (_, Some(case)) => {
                let ctx = self.evening.by("zhouhua").await?;
                case_decide(&centre, &ctx, case.id, FilingDecision::File, "同意")
                    .await
                    .map(drop)
            }
        };
        self.count(done)
    }

    /// No more calls are taken; every clock runs out; then everything is proved.
    async fn calm(mut self) -> AppResult<Aftermath> {
        self.evening.road.town().city.faults_mut().clear();
        let end = self.evening.clock.world() + Span::hours(1);
        while self.evening.clock.world() < end && self.after.wrong.is_empty() {
            self.step(end).await?;
        }
        // Three days in a few steps: what is due late fires late, and once.
        for days in 0..6 {
            self.evening.clock.set_world(end + Span::hours(12 * days));
            self.evening.tick().await?;
            self.evening.road.town().told.clear();
            self.look().await?;
        }
        let wrong = at_the_end(&mut self.evening).await?;
        self.after.wrong.extend(wrong);
        self.after.export = self.evening.export().await?;
        self.after.entries = app::logbook::length(&self.evening.centre).await?;
        let doctrine = self.evening.centre.config.doctrine;
        let mut all = Vec::new();
        for report in all_reports(&self.evening).await? {
            let conn = self.evening.centre.store.reader();
            self.after.reports += 1;
            self.after.orders += store::orders::orders_of_report(conn, report).await?.len();
            all.push(app::whereabouts::whereabouts_of(conn, report, doctrine).await?);
            self.compare(report).await?;
        }
        // What two reports claim is saved once.
        self.after.held = app::money::held_once(&all);
        self.after.loss = all.iter().map(|w| w.sums.total).sum();
        Ok(self.after)
    }

    async fn compare(&mut self, report: ReportId) -> AppResult<()> {
        let Some(found) = compare(&mut self.evening, report).await? else {
            return Ok(());
        };
        self.after.stops += found.stops;
        self.after.stops_meant += found.stops_meant;
        self.after.payments += found.payments;
        self.after.payments_right += found.payments_right;
        for difference in &found.differences {
            *self.after.causes.entry(difference.cause.words()).or_default() += 1;
        }
        let said = &self.evening.taken[&report].told.narrative;
        for fault in found.faults() {
            let words = format!("{report}: {} ({})\n{said}", fault.words, fault.cause.words());
            if fault.cause == Cause::Misread {
                self.after.misread.push(words);
            } else {
                self.after.wrong.push(words);
            }
        }
        Ok(())
    }
}
