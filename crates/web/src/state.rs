//! What every handler can reach. Cheap to clone.

use crate::config::WebConfig;
use crate::events::Tail;
use crate::once::Answers;
use app::Centre;
use std::sync::Arc;
use tokio::sync::Semaphore;

/// The site's state.
#[derive(Clone)]
pub struct Web(Arc<Inner>);

struct Inner {
    centre: Centre,
    config: WebConfig,
    requests: Arc<Semaphore>,
    streams: Arc<Semaphore>,
    sign_ins: Arc<Semaphore>,
    tail: Arc<Tail>,
    answers: Arc<Answers>,
}

impl Web {
    pub(crate) fn new(centre: Centre, config: WebConfig) -> Web {
        Web(Arc::new(Inner {
            requests: Arc::new(Semaphore::new(config.requests_max)),
            streams: Arc::new(Semaphore::new(config.streams_max)),
            sign_ins: Arc::new(Semaphore::new(config.sign_ins_max)),
            tail: Arc::new(Tail::new()),
            answers: Arc::new(Answers::default()),
            centre,
            config,
        }))
    }

    pub fn centre(&self) -> &Centre {
        &self.0.centre
    }

    pub fn config(&self) -> &WebConfig {
        &self.0.config
    }

    /// Whether a program proved itself with the webhook's secret. Closed while no secret is set.
    pub(crate) fn webhook_allows(&self, headers: &axum::http::HeaderMap) -> bool {
        let given = headers
            .get(axum::http::header::AUTHORIZATION)
            .map(|value| value.as_bytes())
            .unwrap_or_default();
        let given = given.strip_prefix(b"Bearer ").unwrap_or_default();
        match &self.0.config.webhook_token {
            Some(secret) if !secret.is_empty() => crate::guard::same_bytes(given, secret.as_bytes()),
            _ => false,
        }
    }

    pub(crate) fn requests(&self) -> &Arc<Semaphore> {
        &self.0.requests
    }

    pub(crate) fn streams(&self) -> &Arc<Semaphore> {
        &self.0.streams
    }

    pub(crate) fn sign_ins(&self) -> &Arc<Semaphore> {
        &self.0.sign_ins
    }

    pub(crate) fn tail(&self) -> &Arc<Tail> {
        &self.0.tail
    }

    pub(crate) fn answers(&self) -> &Arc<Answers> {
        &self.0.answers
    }
}
