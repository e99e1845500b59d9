//! What the site has to be told, with its defaults.

use std::path::PathBuf;

/// Every bound of the site. Any value is allowed.
#[derive(Clone, Debug)]
pub struct WebConfig {
    /// The site is reached over TLS (here or at a gateway): cookies are `Secure` and `__Host-`, browsers are told to
    /// insist on TLS.
    pub tls: bool,
    /// A gateway of ours stands in front and writes `X-Forwarded-For` and `Host`.
    pub behind_gateway: bool,
    /// Largest body of a request, in bytes.
    pub body_bytes_max: usize,
    /// Longest time for an answer, in seconds; live updates and exports apart.
    pub answer_seconds_max: u64,
    /// Requests in work at one time; more are told to come back.
    pub requests_max: usize,
    /// Open streams of live updates.
    pub streams_max: usize,
    /// Sign-ins in work at one time; each costs 19 MiB and a tenth of a second.
    pub sign_ins_max: usize,
    /// How often a quiet stream says that it lives, in seconds.
    pub heartbeat_seconds: u64,
    /// Simulated seconds per real second; 1 outside the demo.
    pub speed: f64,
    /// A built console to read from disk instead of the one inside the binary.
    pub console_dir: Option<PathBuf>,
    /// Other systems that may hand over transfers: name and secret.
    pub transfer_callers: Vec<(String, String)>,
    /// Largest body of transfers, in bytes.
    pub transfers_bytes_max: usize,
    /// The secret of the telephone system's webhook; without one the webhook is closed.
    pub webhook_token: Option<String>,
}

impl Default for WebConfig {
    fn default() -> Self {
        WebConfig {
            tls: false,
            behind_gateway: false,
            body_bytes_max: 1 << 20,
            answer_seconds_max: 30,
            requests_max: 512,
            streams_max: 1_000,
            sign_ins_max: 8,
            heartbeat_seconds: 15,
            speed: 1.0,
            console_dir: None,
            transfer_callers: Vec::new(),
            transfers_bytes_max: 8 << 20,
            webhook_token: None,
        }
    }
}
