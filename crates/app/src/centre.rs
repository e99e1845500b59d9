//! The centre as one value: the store, the ports and the settings that every use case needs.

use crate::context::{Context, Who};
use crate::people::SecretKey;
use crate::ports::{Clock, HeadFile, Printer, Random, Transport};
use crate::statements::StatementFolder;
use domain::deadline::Clocks;
use kernel::area::AreaTable;
use kernel::{Area, Instant};
use std::sync::Arc;
use store::Store;
use store::lease::Lease;
use tokio::sync::{Notify, watch};

/// The settings of a centre; the binary reads them from TOML.
#[derive(Clone, Debug)]
pub struct CentreConfig {
    pub name: String,
    /// Area of the centre.
    pub area: Area,
    /// 机关代字 with the department, for document numbers: 黄公（反诈）.
    pub agency: String,
    /// Full name of the agency that seals papers: 黄冈市公安局.
    pub agency_full: String,
    /// The centre's node at the platform, twelve characters.
    pub node: String,
    /// 申请机构编码, twelve digits.
    pub org_code: String,
    /// 案件类型 of the platform (code table not public, DOMAIN 1.4).
    pub case_type: String,
    pub clocks: Clocks,
    /// How long a taken report stays locked.
    pub lock_minutes: i64,
    /// By which rule the golden minutes, the proposals and the sums of lists share out mixed money. A page may ask for another.
    pub doctrine: crate::flow::Sharing,
    pub phone: String,
    pub demo: bool,
    /// The areas of the centre by name.
    pub areas: AreaTable,
}

/// Everything a use case needs. Cheap to clone.
#[derive(Clone)]
pub struct Centre {
    pub store: Store,
    pub config: Arc<CentreConfig>,
    pub clock: Arc<dyn Clock>,
    pub random: Arc<dyn Random>,
    pub transport: Arc<dyn Transport>,
    pub printer: Arc<dyn Printer>,
    pub head_file: Arc<dyn HeadFile>,
    /// Signs the heads of the log.
    pub signer: Arc<dyn auditchain::HeadSigner + Send + Sync>,
    /// Seals what must be read back, such as the secrets of second factors.
    pub secrets: Arc<SecretKey>,
    pub banks: Arc<text::bin::BinTable>,
    /// Where the bytes of statement files are.
    pub statements: Arc<StatementFolder>,
    /// Rung when a message waits in the outbox, so that the sender need not wait for its next look.
    pub outbox_bell: Arc<Notify>,
    /// All transfers in memory, where the setting is on.
    pub live: Arc<crate::flow::LiveIndex>,
    /// The pages that sessions have open, for the entries of readings.
    pub open_pages: Arc<crate::reading::OpenPages>,
    /// The last entry of the log that this process has written, for screens that follow it.
    pub log_tail: Arc<watch::Sender<u64>>,
    /// The lease that a job of this handle runs under, where processes share the store: each of its transactions asks
    /// whether it still holds.
    pub fence: Option<Arc<Lease>>,
}

impl Centre {
    pub fn now(&self) -> Instant {
        self.clock.now()
    }

    /// Ten random bytes for an id.
    pub fn random10(&self) -> [u8; 10] {
        let mut bytes = [0; 10];
        self.random.fill(&mut bytes);
        bytes
    }

    /// A random string of decimal digits.
    pub fn random_digits(&self, count: usize) -> String {
        let mut digits = String::with_capacity(count);
        let mut byte = [0u8; 1];
        while digits.len() < count {
            self.random.fill(&mut byte);
            // 250 is the largest multiple of ten a byte holds: above it the digits would not be evenly likely.
            if byte[0] < 250 {
                digits.push(char::from(b'0' + byte[0] % 10));
            }
        }
        digits
    }

    /// Random bytes as lower-case hexadecimal.
    pub fn random_hex(&self, bytes: usize) -> String {
        let mut buffer = vec![0u8; bytes];
        self.random.fill(&mut buffer);
        buffer.iter().map(|b| format!("{b:02x}")).collect()
    }

    /// The context of a job.
    pub fn job(&self, job: crate::Job) -> Context {
        Context {
            who: Who::Job(job),
            request_id: String::new(),
            purpose: String::new(),
            at: self.now(),
            browser: None,
            command: None,
        }
    }
}
