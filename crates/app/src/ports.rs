//! The world outside the process, as the use cases see it. The binary plugs in the real ones, scenarios plug in a
//! hand-driven clock, seeded randomness and the simulated banks, so that one seed gives one evening, byte for byte
//! (docs/adr/0006). The store is not a port here: it is tested for real on both engines.

use async_trait::async_trait;
use kernel::Instant;
use serde_json::Value;

/// Wall-clock time.
pub trait Clock: Send + Sync {
    fn now(&self) -> Instant;
}

/// Random bits for ids, serial numbers and secrets.
pub trait Random: Send + Sync {
    fn fill(&self, bytes: &mut [u8]);
}

/// One file for the platform.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OutgoingFile {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Which of the platform's directories a file came from (DOMAIN 1.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// The hub's synchronous answer to a request.
    Response,
    /// A bank's feedback, or a message a bank began.
    Downstream,
    /// A send that failed.
    Error,
}

impl Place {
    pub const fn slug(self) -> &'static str {
        match self {
            Place::Response => "response",
            Place::Downstream => "downstream",
            Place::Error => "error",
        }
    }
}

/// A file from the platform, whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    pub place: Place,
    pub name: String,
    pub content: Result<Vec<u8>, String>,
}

/// The transport failed; trying again may help.
#[derive(Debug, thiserror::Error)]
#[error("transport: {0}")]
pub struct TransportProblem(pub String);

/// The road to the banks. Implementations: the platform's four directories, and the simulated hub in process.
#[async_trait]
pub trait Transport: Send + Sync {
    /// Puts the file on the road whole or not at all. Sending the same name with the same bytes again changes nothing.
    async fn send(&self, file: &OutgoingFile) -> Result<(), TransportProblem>;
    /// Up to `limit` files that wait, oldest first. They stay until [`Transport::settle`]d.
    async fn arrivals(&self, limit: usize) -> Result<Vec<Arrival>, TransportProblem>;
    /// The database has the file: take it off the road. Safe to repeat.
    async fn settle(&self, arrival: &Arrival) -> Result<(), TransportProblem>;
    /// How many banks' lanes may be sent at the same moment. Which of two lanes is quicker is chance from outside, so a
    /// scenario says one.
    fn lanes(&self) -> usize {
        16
    }
    /// The file is not a message: keep it aside with the reason. Safe to repeat.
    async fn quarantine(&self, arrival: &Arrival, why: &str) -> Result<(), TransportProblem>;
}

/// How a paper is wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PrintPurpose {
    Draft,
    Original,
    Reprint,
    /// The bank's copy alone, with its attachments.
    BankUpload,
}

impl PrintPurpose {
    pub const fn slug(self) -> &'static str {
        match self {
            PrintPurpose::Draft => "draft",
            PrintPurpose::Original => "original",
            PrintPurpose::Reprint => "reprint",
            PrintPurpose::BankUpload => "bank_upload",
        }
    }
}

/// A paper that cannot be printed: the field, and the reason in both languages.
#[derive(Clone, Debug, thiserror::Error)]
#[error("paper: {field}: {en}")]
pub struct PrintProblem {
    pub field: String,
    pub zh: String,
    pub en: String,
}

/// A printed paper.
#[derive(Clone, Debug)]
pub struct Printed {
    pub pdf: Vec<u8>,
    pub pages: usize,
}

/// One job for the printer: kind of paper, its frozen snapshot, and how it is wanted.
#[derive(Clone, Debug)]
pub struct PrintJob {
    pub kind: String,
    pub snapshot: Value,
    pub purpose: PrintPurpose,
}

/// 打印人、打印时间.
#[derive(Clone, Debug)]
pub struct PrintedBy {
    pub name: String,
    pub police_number: String,
    pub at: kernel::Instant,
}

/// The printer of legal papers. Only the binary builds the real one (docs/adr/0003).
pub trait Printer: Send + Sync {
    /// Renders the jobs into one PDF, marked with who prints it: nobody where no person does, as for a bank's upload.
    /// Slow (tens of milliseconds a page): never called inside a transaction.
    fn print(&self, jobs: &[PrintJob], by: Option<&PrintedBy>) -> Result<Printed, PrintProblem>;
    /// The officer's identity card as an attachment (type 01).
    fn officer_card(&self, name: &str, police_number: &str, org: &str) -> Result<Printed, PrintProblem>;
}

/// The second place of the log: a file outside the database that signed heads are appended to.
pub trait HeadFile: Send + Sync {
    /// Appends the line and makes it durable.
    fn append(&self, line: &str) -> std::io::Result<()>;
}
