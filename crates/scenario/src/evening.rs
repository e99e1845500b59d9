//! One evening of a centre: everything plugged together, time moved by hand, people who act.

use crate::desk::{Asked, Told, fill};
use crate::ports::{CityTransport, HandClock, HeadLines, PlainPrinter, SeededRandom};
use app::flow::announce_run;
use app::intake::accept::{AcceptOptions, Accepted, report_accept};
use app::intake::sums::SumConfirmed;
use app::jobs::{clocks::clocks_run, inbox::inbox_run, outbox::outbox_run, sealing::sealing_run};
use app::people::{DEMO_PASSWORD, SignIn, SignedIn, demo_seed, session_open};
use app::policies::{PolicyForm, policy_sign};
use app::{AppError, AppResult, Centre, CentreConfig, Context};
use kernel::{Fen, Instant, RefusalCode, ReportId, Span};
use sim::{City, CityConfig};
use std::collections::BTreeMap;
use std::sync::Arc;
use store::deadlines::deadlines_pending;
use store::messages::outgoing_next_at;
use store::{Store, StoreConfig};
use tokio::sync::{Notify, watch};

/// The centre and its world.
pub struct Evening {
    pub centre: Centre,
    pub road: CityTransport,
    pub clock: Arc<HandClock>,
    pub heads: Arc<HeadLines>,
    /// The calls that became reports.
    pub taken: BTreeMap<ReportId, Taken>,
    seated: BTreeMap<String, SignedIn>,
    requests: u64,
}

/// A call that became a report, and what was asked back for it.
pub struct Taken {
    pub told: Told,
    pub asked: Vec<Asked>,
}

/// The key that signs the heads of every scenario: known to everybody, worth nothing.
const SECRET: [u8; 32] = [7; 32];

impl Evening {
    /// A centre with the demo's people, in a city that begins at `start`.
    pub async fn begin(seed: u64, city: CityConfig, start: Instant) -> AppResult<Evening> {
        let clock = Arc::new(HandClock::at(start));
        let config = centre_config();
        let city = CityConfig {
            police_node: config.node.clone(),
            ..city
        };
        let road = CityTransport::new(City::new(seed, city, start), clock.clone());
        let heads = Arc::new(HeadLines::default());
        let centre = Centre {
            store: Store::open(&StoreConfig::volatile()).await?,
            config: Arc::new(config),
            clock: clock.clone(),
            random: Arc::new(SeededRandom::new(seed)),
            transport: Arc::new(road.clone()),
            printer: Arc::new(PlainPrinter),
            head_file: heads.clone(),
            signer: Arc::new(
                auditchain::Sm2Signer::from_secret(&SECRET).expect("thirty-two sevens are a key"),
            ),
            banks: Arc::new(text::bin::BinTable::embedded().clone()),
            statements: Arc::new(
                app::statements::StatementFolder::volatile().expect("a folder for files of statements"),
            ),
            outbox_bell: Arc::new(Notify::new()),
            live: Arc::default(),
            open_pages: Arc::default(),
            log_tail: Arc::new(watch::Sender::new(0)),
            fence: None,
            secrets: Arc::new(app::people::SecretKey::new(&[7; 32])),
        };
        demo_seed(&centre).await?;
        Ok(Evening {
            centre,
            road,
            clock,
            heads,
            taken: BTreeMap::new(),
            seated: BTreeMap::new(),
            requests: 0,
        })
    }

    /// What one of the demo's people asks for now. The first time he signs in.
    pub async fn by(&mut self, login: &str) -> AppResult<Context> {
        if !self.seated.contains_key(login) {
            let form = SignIn {
                login: login.into(),
                password: DEMO_PASSWORD.into(),
                ..SignIn::default()
            };
            let opened = session_open(&self.centre, &form).await?;
            self.seated.insert(login.into(), opened.signed_in);
        }
        self.requests += 1;
        Ok(self.seated[login].context(format!("r{}", self.requests), self.centre.now()))
    }

    /// Lets the jobs do what is due at this instant, in their fixed order.
    pub async fn tick(&self) -> AppResult<()> {
        clocks_run(&self.centre).await?;
        outbox_run(&self.centre).await?;
        inbox_run(&self.centre).await?;
        announce_run(&self.centre).await?;
        sealing_run(&self.centre).await?;
        Ok(())
    }

    /// When something is due next, on whole seconds and not after `end`.
    pub async fn next_moment(&self, end: Instant) -> AppResult<Instant> {
        let world = self.clock.world();
        let skew = self.centre.now().since(world);
        let reader = self.centre.store.reader();
        let message = outgoing_next_at(reader).await?;
        let deadline = deadlines_pending(reader, None, 1)
            .await?
            .first()
            .map(|d| d.due_at);
        let city = self.road.town().city.next_due();
        let own = [message, deadline].into_iter().flatten().map(|at| at - skew);
        let next = own.chain(city).min().unwrap_or(end);
        let whole = Instant::from_ms((next.ms() + 999).div_euclid(1_000) * 1_000);
        Ok(whole.max(world + Span::seconds(1)).min(end))
    }

    /// Plays until that time of the world, stopping wherever something is due.
    pub async fn until(&mut self, end: Instant) -> AppResult<()> {
        self.tick().await?;
        while self.clock.world() < end {
            let next = self.next_moment(end).await?;
            self.clock.set_world(next);
            self.tick().await?;
        }
        Ok(())
    }

    /// A leader lets stops leave at once.
    pub async fn sign_policy(
        &mut self,
        login: &str,
        amount_max: Fen,
        payment_age_max: Span,
    ) -> AppResult<()> {
        let ctx = self.by(login).await?;
        let form = PolicyForm {
            amount_max,
            payment_age_max,
            direct_payee_only: true,
            valid_until: ctx.at + Span::days(360),
            confirm_within: Span::hours(2),
        };
        policy_sign(&self.centre, &ctx, form).await.map(drop)
    }

    /// The call-taker fills the form from what the caller says, asks back where the reading doubts, and sends the stops
    /// with it.
    pub async fn take(&mut self, login: &str, told: &Told, stops: bool) -> AppResult<Accepted> {
        let ctx = self.by(login).await?;
        let banks = self.centre.banks.clone();
        let mut filled = fill(told, stops, false, &banks);
        let mut options = AcceptOptions::default();
        let mut answer = report_accept(&self.centre, &ctx, &filled.form, &options).await;
        if sum_differs(&answer) {
            // The call-taker reads every payment back, and confirms the sums that he sees.
            filled = fill(told, stops, true, &banks);
            options.sum_confirmed = Some(SumConfirmed {
                rows: filled.form.payments.iter().filter_map(|p| p.amount).sum(),
                stated: filled.stated.unwrap_or(Fen::ZERO),
            });
            let ctx = self.by(login).await?;
            answer = report_accept(&self.centre, &ctx, &filled.form, &options).await;
        }
        let (accepted, asked) = (answer?, filled.asked);
        let taken = Taken {
            told: told.clone(),
            asked,
        };
        self.taken.insert(accepted.report.report.id, taken);
        Ok(accepted)
    }

    /// The whole log as the auditor takes it away.
    pub async fn export(&mut self) -> AppResult<Vec<u8>> {
        let ctx = self.by("auditor").await?;
        app::logbook::export(&self.centre, &ctx, Vec::new()).await
    }
}

fn centre_config() -> CentreConfig {
    CentreConfig {
        name: "黄冈市反诈中心（演练）".into(),
        area: kernel::area::HUANGGANG,
        agency: "黄公（反诈）".into(),
        agency_full: "黄冈市公安局".into(),
        node: "010000000005".into(),
        org_code: "421100000000".into(),
        case_type: "0000".into(),
        clocks: domain::deadline::Clocks::default(),
        areas: kernel::area::AreaTable::known(kernel::area::HUANGGANG),
        doctrine: app::flow::Sharing::Fifo,
        lock_minutes: 10,
        phone: "96110".into(),
        demo: true,
    }
}

fn sum_differs(answer: &AppResult<Accepted>) -> bool {
    matches!(answer, Err(AppError::Refused(refusal)) if refusal.code == RefusalCode::SumDiffers)
}
