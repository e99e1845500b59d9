//! The world outside, as a scenario plays it: a clock moved by hand, chance from one seed, a road to the simulated banks
//! in memory, a plain printer, and a second place for the log that can be read back.
//!
//! Promises: the same seed and the same acts give the same bytes. Leaves out the city itself (`sim`), and the real
//! printer, which is tried in its own room and in the browser walk.

use app::ports::{
    Arrival, Clock, HeadFile, OutgoingFile, Place, PrintJob, PrintProblem, Printed, PrintedBy, Printer,
    Random, Transport, TransportProblem,
};
use async_trait::async_trait;
use kernel::{Instant, Span};
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use sim::{City, Dir, Happening};
use sm3::{Digest, Sm3};
use std::sync::{Arc, Mutex, MutexGuard};

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(|poisoned| poisoned.into_inner())
}

/// World time, how far the centre's own clock is off, and how often it was set back.
#[derive(Debug)]
pub struct HandClock(Mutex<(Instant, Span, u64)>);

impl HandClock {
    pub fn at(start: Instant) -> HandClock {
        HandClock(Mutex::new((start, Span::ZERO, 0)))
    }

    /// What time it is in the city.
    pub fn world(&self) -> Instant {
        locked(&self.0).0
    }

    pub fn set_world(&self, at: Instant) {
        locked(&self.0).0 = at;
    }

    /// Somebody sets the centre's clock; the world does not notice.
    pub fn jump(&self, by: Span) {
        let mut inner = locked(&self.0);
        inner.1 = Span::from_ms(inner.1.ms() + by.ms());
        inner.2 += u64::from(by < Span::ZERO);
    }

    /// The centre's clock is set right again.
    pub fn set_right(&self) {
        let mut inner = locked(&self.0);
        inner.2 += u64::from(inner.1 > Span::ZERO);
        inner.1 = Span::ZERO;
    }

    /// How often the centre's clock was set back, at most so often may its log go back.
    pub fn set_back(&self) -> u64 {
        locked(&self.0).2
    }
}

impl Clock for HandClock {
    fn now(&self) -> Instant {
        let (world, skew, _) = *locked(&self.0);
        world + skew
    }
}

/// Every random bit of the centre, from one seed.
pub struct SeededRandom(Mutex<ChaCha20Rng>);

impl SeededRandom {
    pub fn new(seed: u64) -> SeededRandom {
        SeededRandom(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        locked(&self.0).fill_bytes(bytes);
    }
}

/// The city and what lies on the road between it and the centre.
pub struct Town {
    pub city: City,
    /// What happened since somebody asked.
    pub told: Vec<Happening>,
    /// Files for the centre that are not settled.
    pub waiting: Vec<Arrival>,
    /// Files that were no messages, with the centre's reason.
    pub aside: Vec<(String, String)>,
    /// Every file that the centre put on the road.
    pub sent: Vec<OutgoingFile>,
    /// So many sends fail before the next one goes through.
    pub broken_sends: u32,
}

/// The road in memory: what is sent is delivered, what the banks answer waits until it is settled.
#[derive(Clone)]
pub struct CityTransport {
    town: Arc<Mutex<Town>>,
    clock: Arc<HandClock>,
}

impl CityTransport {
    pub fn new(city: City, clock: Arc<HandClock>) -> CityTransport {
        let town = Town {
            city,
            told: Vec::new(),
            waiting: Vec::new(),
            aside: Vec::new(),
            sent: Vec::new(),
            broken_sends: 0,
        };
        CityTransport {
            town: Arc::new(Mutex::new(town)),
            clock,
        }
    }

    pub fn town(&self) -> MutexGuard<'_, Town> {
        locked(&self.town)
    }

    /// Lets the city live up to the world's present and lays its files on the road.
    pub fn live(&self) {
        let now = self.clock.world();
        let mut town = self.town();
        let told = town.city.step(now);
        town.told.extend(told);
        let files = town.city.collect(now);
        town.waiting.extend(files.into_iter().map(arrival));
    }
}

fn arrival(file: sim::Outgoing) -> Arrival {
    let place = match file.dir {
        Dir::Response => Place::Response,
        Dir::Downstream => Place::Downstream,
        Dir::Error => Place::Error,
    };
    Arrival {
        place,
        name: file.file_name,
        content: Ok(file.bytes),
    }
}

#[async_trait]
impl Transport for CityTransport {
    async fn send(&self, file: &OutgoingFile) -> Result<(), TransportProblem> {
        let now = self.clock.world();
        let mut town = self.town();
        if town.broken_sends > 0 {
            town.broken_sends -= 1;
            return Err(TransportProblem("the road is broken".into()));
        }
        town.city.deliver(&file.name, &file.bytes, now);
        town.sent.push(file.clone());
        Ok(())
    }

    /// One lane at a time: which of two lanes is quicker would be chance from outside.
    fn lanes(&self) -> usize {
        1
    }

    async fn arrivals(&self, limit: usize) -> Result<Vec<Arrival>, TransportProblem> {
        self.live();
        Ok(self.town().waiting.iter().take(limit).cloned().collect())
    }

    async fn settle(&self, arrival: &Arrival) -> Result<(), TransportProblem> {
        self.town().waiting.retain(|a| !same_file(a, arrival));
        Ok(())
    }

    async fn quarantine(&self, arrival: &Arrival, why: &str) -> Result<(), TransportProblem> {
        let mut town = self.town();
        town.waiting.retain(|a| !same_file(a, arrival));
        town.aside.push((arrival.name.clone(), why.to_owned()));
        Ok(())
    }
}

/// A directory holds one file of a name; a second response to a resent file takes the place of the first.
fn same_file(a: &Arrival, b: &Arrival) -> bool {
    a.place == b.place && a.name == b.name && a.content == b.content
}

/// The scenario's printer: one page that names the kind of paper and the digest of what it was printed from. Two papers
/// are the same to the byte exactly when their snapshots are.
pub struct PlainPrinter;

impl PlainPrinter {
    fn page(lines: &[String]) -> Printed {
        let mut content = String::from("BT /F1 10 Tf 50 780 Td 14 TL");
        for line in lines {
            content.push_str(&format!(" ({line}) Tj T*"));
        }
        content.push_str(" ET");
        let objects = [
            "<</Type/Catalog/Pages 2 0 R>>".to_owned(),
            "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>".to_owned(),
            format!("<</Length {}>>stream\n{content}\nendstream", content.len()),
            "<</Type/Font/Subtype/Type1/BaseFont/Courier>>".to_owned(),
        ];
        Printed {
            pdf: pdf(&objects),
            pages: 1,
        }
    }
}

fn pdf(objects: &[String]) -> Vec<u8> {
    let mut text = String::from("%PDF-1.4\n");
    let mut places = Vec::new();
    for (i, object) in objects.iter().enumerate() {
        places.push(text.len());
        text.push_str(&format!("{} 0 obj{object}endobj\n", i + 1));
    }
    let start = text.len();
    text.push_str(&format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1));
    for place in places {
        text.push_str(&format!("{place:010} 00000 n \n"));
    }
    text.push_str(&format!(
        "trailer<</Size {}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n",
        objects.len() + 1
    ));
    text.into_bytes()
}

/// SM3, hexadecimal.
pub fn sm3_hex(bytes: &[u8]) -> String {
    Sm3::digest(bytes).iter().map(|b| format!("{b:02x}")).collect()
}

impl Printer for PlainPrinter {
    fn print(&self, jobs: &[PrintJob], _: Option<&PrintedBy>) -> Result<Printed, PrintProblem> {
        let lines: Vec<String> = jobs
            .iter()
            .map(|job| {
                format!(
                    "{} {} {}",
                    job.kind,
                    job.purpose.slug(),
                    sm3_hex(job.snapshot.to_string().as_bytes())
                )
            })
            .collect();
        Ok(PlainPrinter::page(&lines))
    }

    fn officer_card(&self, name: &str, police_number: &str, org: &str) -> Result<Printed, PrintProblem> {
        let of = sm3_hex(format!("{name}\n{police_number}\n{org}").as_bytes());
        Ok(PlainPrinter::page(&[format!("officer_card {of}")]))
    }
}

/// The second place of the log, in memory.
#[derive(Default)]
pub struct HeadLines(Mutex<String>);

impl HeadLines {
    pub fn text(&self) -> String {
        locked(&self.0).clone()
    }
}

impl HeadFile for HeadLines {
    fn append(&self, line: &str) -> std::io::Result<()> {
        let mut text = locked(&self.0);
        text.push_str(line.trim_end());
        text.push('\n');
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_plain_printer_prints_the_same_snapshot_the_same() {
        let job = |n: i64| PrintJob {
            kind: "stop_application".into(),
            snapshot: serde_json::json!({ "n": n }),
            purpose: app::ports::PrintPurpose::Original,
        };
        let pdf = |n| PlainPrinter.print(&[job(n)], None).expect("prints").pdf;
        assert_eq!(pdf(1), pdf(1));
        assert_ne!(pdf(1), pdf(2));
        assert!(pdf(1).starts_with(b"%PDF-") && pdf(1).ends_with(b"%%EOF\n"));
    }

    #[test]
    fn a_jump_moves_the_centre_and_not_the_world() {
        let start = Instant::from_ms(1_775_221_200_000);
        let clock = HandClock::at(start);
        clock.jump(Span::days(2));
        assert_eq!((clock.now(), clock.world()), (start + Span::days(2), start));
        clock.jump(Span::from_ms(-Span::days(2).ms()));
        assert_eq!(clock.now(), start);
    }
}
