//! The stand that the tests drive: a centre without the world outside, a clock that a test sets, one browser per person.

use crate::{WebConfig, router};
use app::ports::{
    Arrival, Clock, HeadFile, OutgoingFile, PrintJob, PrintProblem, Printed, PrintedBy, Printer, Random,
    Transport, TransportProblem,
};
use app::{Centre, CentreConfig};
use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, header};
use http_body_util::BodyExt;
use kernel::{Instant, Span};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use store::{Mark, Store, StoreConfig};
use tokio::sync::{Notify, watch};
use tower::ServiceExt;

/// 2026-04-03 21:00 at +08:00.
const EVENING_MS: i64 = 1_775_221_200_000;

pub struct Hand(AtomicI64);

impl Clock for Hand {
    fn now(&self) -> Instant {
        Instant::from_ms(self.0.load(Ordering::SeqCst))
    }
}

/// splitmix64 from seed 1: the printed seed of every test here.
struct Seeded(AtomicU64);

impl Random for Seeded {
    fn fill(&self, bytes: &mut [u8]) {
        for byte in bytes {
            let mut z = self.0.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::SeqCst);
            z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            *byte = (z >> 56) as u8;
        }
    }
}

struct Nowhere;

#[async_trait::async_trait]
impl Transport for Nowhere {
    async fn send(&self, _: &OutgoingFile) -> Result<(), TransportProblem> {
        Ok(())
    }
    async fn arrivals(&self, _: usize) -> Result<Vec<Arrival>, TransportProblem> {
        Ok(Vec::new())
    }
    async fn settle(&self, _: &Arrival) -> Result<(), TransportProblem> {
        Ok(())
    }
    async fn quarantine(&self, _: &Arrival, _: &str) -> Result<(), TransportProblem> {
        Ok(())
    }
}

impl Printer for Nowhere {
    /// Prints what it was asked: purpose, and who prints when.
    fn print(&self, jobs: &[PrintJob], by: Option<&PrintedBy>) -> Result<Printed, PrintProblem> {
        let mut pdf = String::from("%PDF-1.7");
        for job in jobs {
            pdf.push_str(&format!(" {} {}", job.kind, job.purpose.slug()));
        }
        if let Some(by) = by {
            let (name, number, at) = (&by.name, &by.police_number, by.at.to_iso_cst());
            pdf.push_str(&format!(" by {name} {number} at {at}"));
        }
        Ok(Printed {
            pdf: pdf.into_bytes(),
            pages: 1,
        })
    }
    fn officer_card(&self, _: &str, _: &str, _: &str) -> Result<Printed, PrintProblem> {
        Ok(Printed {
            pdf: b"%PDF-1.7".to_vec(),
            pages: 1,
        })
    }
}

impl HeadFile for Nowhere {
    fn append(&self, _: &str) -> std::io::Result<()> {
        Ok(())
    }
}

pub struct Stand {
    pub router: Router,
    pub centre: Centre,
    clock: Arc<Hand>,
}

/// With the demo's people.
pub async fn demo() -> Stand {
    let stand = stand(true, Mark::Demo).await;
    app::people::demo_seed(&stand.centre).await.unwrap();
    stand
}

/// The same with settings of the site changed.
pub async fn demo_with(change: impl FnOnce(&mut WebConfig)) -> Stand {
    let mut stand = demo().await;
    let mut config = WebConfig::default();
    change(&mut config);
    stand.router = router(stand.centre.clone(), config);
    stand
}

/// A real centre before its first run.
pub async fn real() -> Stand {
    stand(false, Mark::Real).await
}

async fn stand(demo: bool, mark: Mark) -> Stand {
    let mut config = StoreConfig::volatile();
    config.mark = mark;
    let clock = Arc::new(Hand(AtomicI64::new(EVENING_MS)));
    let centre = Centre {
        store: Store::open(&config).await.unwrap(),
        config: Arc::new(centre_config(demo)),
        clock: clock.clone(),
        random: Arc::new(Seeded(AtomicU64::new(1))),
        transport: Arc::new(Nowhere),
        printer: Arc::new(Nowhere),
        head_file: Arc::new(Nowhere),
        signer: Arc::new(auditchain::Sm2Signer::from_secret(&[7; 32]).unwrap()),
        banks: Arc::new(text::bin::BinTable::parse("").unwrap()),
        statements: Arc::new(app::statements::StatementFolder::volatile().unwrap()),
        outbox_bell: Arc::new(Notify::new()),
        live: Arc::default(),
        open_pages: Arc::default(),
        log_tail: Arc::new(watch::Sender::new(0)),
        fence: None,
        secrets: Arc::new(app::people::SecretKey::new(&[7; 32])),
    };
    Stand {
        router: router(centre.clone(), WebConfig::default()),
        centre,
        clock,
    }
}

fn centre_config(demo: bool) -> CentreConfig {
    CentreConfig {
        name: "黄冈市反诈中心".into(),
        area: kernel::area::HUANGGANG,
        agency: "黄公（反诈）".into(),
        agency_full: "黄冈市公安局".into(),
        node: "421100000000".into(),
        org_code: "421100000000".into(),
        case_type: "0000".into(),
        clocks: domain::deadline::Clocks::default(),
        areas: kernel::area::AreaTable::known(kernel::area::HUANGGANG),
        doctrine: app::flow::Sharing::Fifo,
        lock_minutes: 10,
        phone: "96110".into(),
        demo,
    }
}

impl Stand {
    pub fn pass(&self, span: Span) {
        self.clock.0.fetch_add(span.ms(), Ordering::SeqCst);
    }

    pub fn browser(&self) -> Browser {
        Browser {
            router: self.router.clone(),
            cookie: Mutex::new(None),
            csrf: Mutex::new(None),
            keys: AtomicU64::new(0),
        }
    }

    /// A browser that is signed in with the demo's password.
    pub async fn signed_in(&self, login: &str) -> Browser {
        let browser = self.browser();
        let answer = browser.sign_in(login, app::people::DEMO_PASSWORD).await;
        assert_eq!(answer.status, 200, "{login}: {}", answer.body);
        browser
    }

    /// The log, oldest first: action, outcome and refusal.
    pub async fn log(&self) -> Vec<String> {
        let lines = app::logbook::tail(&self.centre, 0, 500).await.unwrap();
        assert!(lines.iter().all(|line| line.sound));
        lines
            .iter()
            .map(|line| line.sealed.entry.clone())
            .map(|e| format!("{} {}", e.action, e.refusal.unwrap_or_else(|| "done".into())))
            .collect()
    }
}

/// Somebody's browser: keeps its cookie and the token, sends a new key with each command.
pub struct Browser {
    router: Router,
    pub cookie: Mutex<Option<String>>,
    pub csrf: Mutex<Option<String>>,
    keys: AtomicU64,
}

#[derive(Debug)]
pub struct Reply {
    pub status: u16,
    pub body: Value,
    pub headers: axum::http::HeaderMap,
}

impl Reply {
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or("")
    }
}

impl Browser {
    pub async fn sign_in(&self, login: &str, password: &str) -> Reply {
        self.post("/api/session", json!({ "login": login, "password": password }))
            .await
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None, &[]).await
    }

    pub async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, Some(body), &[]).await
    }

    pub async fn patch(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PATCH, path, Some(body), &[]).await
    }

    /// `extra` headers replace the ones a browser of ours would send; an empty value leaves one out.
    pub async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        extra: &[(&str, &str)],
    ) -> Reply {
        let key = format!("test-key-{:p}-{}", self, self.keys.fetch_add(1, Ordering::SeqCst));
        let mut headers: Vec<(String, String)> = vec![
            ("host".into(), "fz.local".into()),
            ("content-type".into(), "application/json".into()),
        ];
        if let Some(cookie) = self.cookie.lock().unwrap().clone() {
            headers.push(("cookie".into(), cookie));
        }
        if method != Method::GET {
            headers.push(("idempotency-key".into(), key));
            headers.extend(
                self.csrf
                    .lock()
                    .unwrap()
                    .clone()
                    .map(|csrf| ("x-csrf-token".into(), csrf)),
            );
        }
        headers.retain(|(name, _)| extra.iter().all(|(other, _)| other != name));
        headers.extend(
            extra
                .iter()
                .filter(|(_, value)| !value.is_empty())
                .map(|(n, v)| (n.to_string(), v.to_string())),
        );
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in &headers {
            request = request.header(name, value);
        }
        let body = body.map_or_else(Body::empty, |value| Body::from(value.to_string()));
        self.ask(request.body(body).unwrap()).await
    }

    pub async fn ask(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        if let Some(cookie) = headers.get(header::SET_COOKIE) {
            *self.cookie.lock().unwrap() =
                Some(cookie.to_str().unwrap().split(';').next().unwrap().to_owned());
        }
        let bytes = response.into_body().collect().await.unwrap().to_bytes();
        let body: Value = serde_json::from_slice(&bytes)
            .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&bytes).into()));
        if let Some(csrf) = body["csrf"].as_str() {
            *self.csrf.lock().unwrap() = Some(csrf.to_owned());
        }
        Reply {
            status,
            body,
            headers,
        }
    }
}
