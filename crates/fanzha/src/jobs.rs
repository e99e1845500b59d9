//! The jobs of `app` in their loops: each wakes by the machine's timer or a bell, does what is due, and waits again.
//!
//! Promises: a failure or even a panic is logged and the job wakes again, never dies in silence; where several
//! processes share a database, one of them runs a job at a time, and a round whose lease has gone to another saves
//! nothing more. Jobs may be cut off at any await: they are made to be
//! repeated. Leaves out what is due and when (see `app::jobs`): a sleep is never trusted for that.

use crate::settings::Settings;
use app::flow::{IndexState, announce_run};
use app::jobs::{clocks::clocks_run, inbox::inbox_run, outbox::outbox_run, sealing::sealing_run};
use app::statements::run::statements_run;
use app::{AppResult, Centre};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::Span;
use std::sync::Arc;
use std::time::Duration;
use store::Engine;
use store::lease::{self, Lease};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::sleep;

/// How the jobs are paced.
#[derive(Clone, Copy, Debug)]
pub struct Rhythm {
    pub inbox: Duration,
    pub outbox: Duration,
    pub clocks: Duration,
    pub sealing: Duration,
    pub announce: Duration,
    /// How often new transfers come into the index; nothing where there is none.
    pub index: Option<Duration>,
    pub lease: Span,
}

impl Rhythm {
    pub fn of(settings: &Settings) -> Rhythm {
        Rhythm {
            inbox: Duration::from_millis(settings.platform.poll_ms),
            outbox: Duration::from_millis(settings.jobs.outbox_ms),
            clocks: Duration::from_millis(settings.jobs.clocks_ms),
            sealing: Duration::from_secs(settings.log.seal_seconds),
            announce: Duration::from_millis(settings.jobs.announce_ms),
            index: settings
                .jobs
                .transfer_index
                .then(|| Duration::from_millis(settings.jobs.transfer_index_ms)),
            lease: Span::seconds(i64::try_from(settings.jobs.lease_seconds).unwrap_or(15)),
        }
    }
}

/// Runs all jobs until `stop` turns true. `pace` is how many seconds of the centre's clock pass in one of the machine's.
pub fn spawn(centre: &Centre, rhythm: Rhythm, pace: u32, stop: &watch::Receiver<bool>) -> JoinSet<()> {
    let mut jobs = JoinSet::new();
    for job in [
        Job::Inbox,
        Job::Outbox,
        Job::Clocks,
        Job::Sealing,
        Job::Statements,
        Job::Announce,
    ] {
        jobs.spawn(job.run_on(centre.clone(), rhythm, stop.clone()));
    }
    jobs.spawn(watch_clock(centre.clone(), pace, stop.clone()));
    jobs.spawn(keep_log_short(centre.clone(), stop.clone()));
    if let Some(every) = rhythm.index {
        jobs.spawn(keep_index(centre.clone(), every, stop.clone()));
    }
    jobs
}

#[derive(Clone, Copy, Debug)]
enum Job {
    Inbox,
    Outbox,
    Clocks,
    Sealing,
    Statements,
    Announce,
}

/// After a failure a job waits this long at least, doubled with each further one.
const AFTER_FAILURE: Duration = Duration::from_secs(1);
const AFTER_FAILURE_MAX: Duration = Duration::from_secs(30);

impl Job {
    const fn name(self) -> &'static str {
        match self {
            Job::Inbox => "inbox",
            Job::Outbox => "outbox",
            Job::Clocks => "clocks",
            Job::Sealing => "sealing",
            Job::Statements => "statements",
            Job::Announce => "announce",
        }
    }

    const fn every(self, rhythm: &Rhythm) -> Duration {
        match self {
            Job::Inbox => rhythm.inbox,
            Job::Outbox => rhythm.outbox,
            Job::Clocks => rhythm.clocks,
            Job::Sealing => rhythm.sealing,
            Job::Statements => rhythm.outbox,
            Job::Announce => rhythm.announce,
        }
    }

    async fn once(self, centre: &Centre) -> AppResult<()> {
        match self {
            Job::Inbox => inbox_run(centre).await.map(drop),
            Job::Outbox => outbox_run(centre).await.map(drop),
            Job::Clocks => clocks_run(centre).await.map(drop),
            Job::Sealing => sealing_run(centre).await.map(drop),
            Job::Statements => statements_run(centre).await,
            Job::Announce => announce_run(centre).await.map(drop),
        }
    }

    async fn run_on(self, centre: Centre, rhythm: Rhythm, mut stop: watch::Receiver<bool>) {
        let mut failures = 0u32;
        let mut turn = Turn::new(&centre, self.name(), rhythm.lease);
        while !*stop.borrow() {
            match self.guarded(&centre, &mut turn).await {
                Ok(()) => failures = 0,
                Err(why) => {
                    failures = failures.saturating_add(1);
                    tracing::error!(
                        job = self.name(),
                        failures,
                        why,
                        "a job failed and will be tried again"
                    );
                }
            }
            let wait = if failures == 0 {
                self.every(&rhythm)
            } else {
                pause(failures)
            };
            let bell = async {
                match self {
                    Job::Outbox => centre.outbox_bell.notified().await,
                    Job::Statements => centre.statements.bell.notified().await,
                    _ => std::future::pending().await,
                }
            };
            tokio::select! {
                () = sleep(wait) => {}
                () = bell => {}
                _ = stop.changed() => {}
            }
        }
        turn.give_back().await;
    }

    /// One round in a task of its own, so that a panic ends the round and not the job.
    async fn guarded(self, centre: &Centre, turn: &mut Turn) -> Result<(), String> {
        if !turn.is_ours().await.map_err(|e| e.to_string())? {
            return Ok(());
        }
        let centre = Centre {
            fence: turn.held.clone().map(Arc::new),
            ..centre.clone()
        };
        let round = tokio::spawn(async move { self.once(&centre).await });
        let outcome = round
            .await
            .map_err(|e| e.to_string())
            .and_then(|done| done.map_err(|e| e.to_string()));
        if outcome.is_err() {
            // It may be that another process has the lease: the next round asks.
            turn.held = None;
        }
        outcome
    }
}

fn pause(failures: u32) -> Duration {
    AFTER_FAILURE
        .saturating_mul(1 << failures.saturating_sub(1).min(5))
        .min(AFTER_FAILURE_MAX)
}

/// Whose turn a job is, where several processes share PostgreSQL. SQLite has one process, so it is always ours.
struct Turn {
    centre: Centre,
    name: &'static str,
    holder: String,
    length: Span,
    held: Option<Lease>,
}

impl Turn {
    fn new(centre: &Centre, name: &'static str, length: Span) -> Turn {
        let holder = format!("{}-{}", std::process::id(), centre.random_hex(4));
        Turn {
            centre: centre.clone(),
            name,
            holder,
            length,
            held: None,
        }
    }

    async fn is_ours(&mut self) -> Result<bool, store::StoreError> {
        if self.centre.store.engine() == Engine::Sqlite {
            return Ok(true);
        }
        let now = self.centre.now();
        let half = Span::from_ms(self.length.ms() / 2);
        if self
            .held
            .as_ref()
            .is_none_or(|lease| lease.expires_at.since(now) < half)
        {
            self.held = lease::take(&self.centre.store, self.name, &self.holder, now, self.length).await?;
        }
        Ok(self.held.is_some())
    }

    async fn give_back(&self) {
        if let Some(lease) = &self.held
            && let Err(error) = lease::give_back(&self.centre.store, lease).await
        {
            tracing::warn!(%error, job = self.name, "the lease will run out by itself");
        }
    }
}

/// Builds the index of transfers beside the serving, then takes in what is new. Every process has its own, so no lease
/// is needed. While it is built or after a failure, traces ask the store.
async fn keep_index(centre: Centre, every: Duration, mut stop: watch::Receiver<bool>) {
    let mut failures = 0u32;
    while !*stop.borrow() {
        let outcome = match centre.live.state() {
            IndexState::Ready { .. } => centre.live.follow(&centre).await.map(drop),
            IndexState::Off | IndexState::Building { .. } => build_index(&centre).await,
        };
        failures = match outcome {
            Ok(()) => 0,
            Err(error) => {
                tracing::error!(%error, "the index of transfers failed and will be tried again");
                failures.saturating_add(1)
            }
        };
        let wait = if failures == 0 { every } else { pause(failures) };
        tokio::select! {
            () = sleep(wait) => {}
            _ = stop.changed() => {}
        }
    }
}

async fn build_index(centre: &Centre) -> AppResult<()> {
    let begun = std::time::Instant::now();
    let progress = async {
        loop {
            sleep(INDEX_PROGRESS).await;
            if let IndexState::Building { rows } = centre.live.state() {
                tracing::info!(rows, "the index of transfers is being built");
            }
        }
    };
    tokio::select! {
        built = centre.live.build(centre) => built?,
        () = progress => {}
    }
    if let IndexState::Ready { rows, accounts, .. } = centre.live.state() {
        let ms = begun.elapsed().as_millis();
        tracing::info!(rows, accounts, ms, "the index of transfers is ready");
    }
    Ok(())
}

/// How often a long start says how far it is.
const INDEX_PROGRESS: Duration = Duration::from_secs(2);

const CHECKPOINT_EVERY: Duration = Duration::from_secs(1);

/// SQLite's log into its file, beside the writers (see `Store::checkpoint`). A failure costs nothing but time.
async fn keep_log_short(centre: Centre, mut stop: watch::Receiver<bool>) {
    while !*stop.borrow() {
        if let Err(error) = centre.store.checkpoint().await {
            tracing::warn!(%error, "the database's log stays long for now");
        }
        tokio::select! {
            () = sleep(CHECKPOINT_EVERY) => {}
            _ = stop.changed() => {}
        }
    }
}

/// A step of the wall clock that is more than this is recorded.
const JUMP: Span = Span::seconds(30);
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Compares the centre's clock with one that cannot be set. A jump changes what is due and nothing else, but people
/// who read the log later must know of it.
async fn watch_clock(centre: Centre, pace: u32, mut stop: watch::Receiver<bool>) {
    let mut before = (centre.now(), std::time::Instant::now());
    while !*stop.borrow() {
        tokio::select! {
            () = sleep(LOOK_EVERY) => {}
            _ = stop.changed() => {}
        }
        let now = (centre.now(), std::time::Instant::now());
        let passed = i64::try_from(now.1.duration_since(before.1).as_millis()).unwrap_or(i64::MAX);
        let jump = now.0.since(before.0).ms() - passed.saturating_mul(i64::from(pace));
        if jump.abs() > JUMP.ms().saturating_mul(i64::from(pace)) {
            record_jump(&centre, jump / 1000).await;
        }
        before = now;
    }
}

async fn record_jump(centre: &Centre, seconds: i64) {
    tracing::warn!(seconds, "the clock jumped");
    let ctx = centre.job(app::Job::Clocks);
    let recorded = async {
        let mut work = centre
            .work(
                &ctx,
                AuditAction::ClockJump,
                SubjectKind::Centre,
                centre.config.area,
            )
            .await?;
        work.note("seconds", seconds);
        work.finish(Ok(())).await
    };
    if let Err(error) = recorded.await {
        tracing::error!(%error, "the jump of the clock could not be recorded");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_failing_job_waits_longer_up_to_a_bound() {
        let waits: Vec<u64> = [1, 2, 3, 6, 7, u32::MAX].map(|n| pause(n).as_secs()).to_vec();
        assert_eq!(waits, [1, 2, 4, 30, 30, 30]);
    }
}
