//! Serves a centre over HTTP with its jobs until it is told to stop.
//!
//! Promises: the address is printed once people can connect; SIGTERM and SIGINT let open requests end (within a bound),
//! stop the jobs, sign the log once more and close the store. Leaves out TLS, which a gateway in front ends.

use crate::jobs::{self, Rhythm};
use crate::problem::Problem;
use crate::settings::Settings;
use app::Centre;
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use web::WebConfig;

pub struct Server {
    centre: Centre,
    listener: TcpListener,
    address: SocketAddr,
    web: WebConfig,
    rhythm: Rhythm,
    pace: u32,
    patience: Duration,
    told_to_stop: [Signal; 2],
}

impl Server {
    /// Takes the address, and from here on hears when it is told to stop: whoever reads the address may say so at once.
    /// `pace` is 1 outside a demo.
    pub async fn bind(centre: Centre, settings: &Settings, pace: u32) -> Result<Server, Problem> {
        let wanted = &settings.web.listen;
        let listener = TcpListener::bind(wanted).await.map_err(|e| {
            Problem::because(
                &format!("无法监听 {wanted}"),
                &format!("cannot listen on {wanted}"),
                e,
            )
        })?;
        let address = listener
            .local_addr()
            .map_err(|e| Problem::because("无法监听", "cannot listen", e))?;
        let cannot_hear = |e| Problem::because("无法接收停止信号", "cannot hear the signals to stop", e);
        let terminate = signal(SignalKind::terminate()).map_err(cannot_hear)?;
        let interrupt = signal(SignalKind::interrupt()).map_err(cannot_hear)?;
        let patience = Duration::from_secs(settings.web.shutdown_seconds);
        Ok(Server {
            centre,
            listener,
            address,
            web: web_config(settings, pace),
            rhythm: Rhythm::of(settings),
            pace,
            patience,
            told_to_stop: [terminate, interrupt],
        })
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Runs until a signal or until `ended` is done, whichever is first.
    pub async fn run(mut self, ended: impl Future<Output = ()>) -> Result<(), Problem> {
        let (tell, stop) = watch::channel(false);
        let mut jobs = jobs::spawn(&self.centre, self.rhythm, self.pace, &stop);
        let site =
            web::router(self.centre.clone(), self.web).into_make_service_with_connect_info::<SocketAddr>();
        let mut told = stop.clone();
        let serving = axum::serve(self.listener, site).with_graceful_shutdown(async move {
            // An error means that the sender is gone, which is an end too.
            let _ = told.wait_for(|stop| *stop).await;
        });
        let mut serving = tokio::spawn(serving.into_future());
        let [terminate, interrupt] = &mut self.told_to_stop;
        let outcome = tokio::select! {
            done = &mut serving => Some(done),
            _ = terminate.recv() => None,
            _ = interrupt.recv() => None,
            () = ended => None,
        };
        tell.send_replace(true);
        let outcome = match outcome {
            Some(done) => Some(done),
            // Streams of live updates never end by themselves.
            None => tokio::time::timeout(self.patience, &mut serving).await.ok(),
        };
        serving.abort();
        while jobs.join_next().await.is_some() {}
        if let Err(error) = app::logbook::seal(&self.centre).await {
            tracing::error!(%error, "the log could not be signed at the end");
        }
        self.centre.store.close().await;
        match outcome {
            Some(Ok(Err(e))) => Err(Problem::because("服务中断", "serving failed", e)),
            Some(Err(e)) if !e.is_cancelled() => Err(Problem::because("服务中断", "serving failed", e)),
            _ => Ok(()),
        }
    }
}

fn web_config(settings: &Settings, pace: u32) -> WebConfig {
    let w = &settings.web;
    let given = |path: &std::path::Path| (!path.as_os_str().is_empty()).then(|| path.to_owned());
    WebConfig {
        tls: w.tls,
        behind_gateway: w.behind_gateway,
        body_bytes_max: w.body_bytes_max,
        answer_seconds_max: w.answer_seconds_max,
        requests_max: w.requests_max,
        streams_max: w.streams_max,
        sign_ins_max: w.sign_ins_max,
        heartbeat_seconds: w.heartbeat_seconds,
        speed: f64::from(pace),
        console_dir: given(&w.console_dir),
        transfer_callers: settings.statements.callers.clone().into_iter().collect(),
        transfers_bytes_max: settings.statements.transfers_bytes_max,
        webhook_token: Some(settings.telephone.webhook_token.clone()).filter(|token| !token.is_empty()),
    }
}
