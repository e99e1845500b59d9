//! The platform between the centre and the banks: takes requests, answers at once whether they are accepted, hands them
//! to the bank, and brings the feedback, with whatever faults are on cue.
//!
//! Promises: a serial number is accepted once (200003 afterwards, DOMAIN 1.2); a refused request never reaches a bank; the
//! response carries the request's file name, and a refused request is copied to the error directory (WIRE.md, open
//! point 3). The logic is the same whoever drives it: in process by bytes, or over directories (see `directories`).

use crate::bank::{Ask, Reply, Treatment, case_report};
use crate::case::Truth;
use crate::city::{City, Event, Happening};
use crate::dice::Dice;
use crate::faults::Fault;
use crate::hostile::malformed;
use crate::institutions::BankIx;
use crate::journal::{Entry, subject};
use bankwire::{Fields, Message, PlatformFileName, Root};
use kernel::{Instant, Span};
use std::collections::BTreeSet;

/// The three directories that the centre reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Dir {
    Response,
    Downstream,
    Error,
}

/// A file for the centre.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    pub at: Instant,
    pub dir: Dir,
    pub file_name: String,
    pub bytes: Vec<u8>,
}

impl std::fmt::Debug for Outgoing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "{} {:?} {} ({} bytes)",
            self.at,
            self.dir,
            self.file_name,
            self.bytes.len()
        )
    }
}

pub(crate) enum HubEvent {
    /// A file has come up.
    Upstream {
        file_name: String,
        bytes: Vec<u8>,
        nth: u64,
    },
    /// A request reaches its bank.
    AtBank {
        bank: BankIx,
        message: Box<Message>,
        bytes: Vec<u8>,
        faults: Vec<Fault>,
        nth: u64,
    },
    /// A file is ready for the centre.
    Emit(Outgoing),
}

#[derive(Default)]
pub(crate) struct HubState {
    accepted: BTreeSet<String>,
    ready: Vec<Outgoing>,
    /// Files received so far: names the streams of chance, so that a resend meets other luck than the first.
    received: u64,
    sightings: u64,
}

impl HubState {
    pub fn take_ready(&mut self, now: Instant) -> Vec<Outgoing> {
        let (ready, later) = std::mem::take(&mut self.ready)
            .into_iter()
            .partition(|o| o.at <= now);
        self.ready = later;
        ready
    }
}

/// The list service answers no requests and takes the police's pushes.
const LIST_SERVICE: &str = "111111000000";
const ACCEPTED: &str = "100000";
const BAD_FORMAT: &str = "200001";
const DUPLICATE: &str = "200003";
const NO_SUCH_NODE: &str = "200010";

impl City {
    pub(crate) fn receive(&mut self, file_name: &str, bytes: &[u8], now: Instant) {
        self.hub.received += 1;
        let at = self.now.max(now);
        let event = HubEvent::Upstream {
            file_name: file_name.to_owned(),
            bytes: bytes.to_vec(),
            nth: self.hub.received,
        };
        self.agenda.plan(at, Event::Hub(event));
    }

    pub(crate) fn hub_event(&mut self, event: HubEvent) {
        match event {
            HubEvent::Upstream {
                file_name,
                bytes,
                nth,
            } => self.upstream(&file_name, bytes, nth),
            HubEvent::AtBank {
                bank,
                message,
                bytes,
                faults,
                nth,
            } => self.at_bank(bank, &message, &bytes, &faults, nth),
            HubEvent::Emit(outgoing) => self.hub.ready.push(outgoing),
        }
    }

    fn upstream(&mut self, file_name: &str, bytes: Vec<u8>, nth: u64) {
        let name = PlatformFileName::parse(file_name);
        let message = match Message::decode(&bytes) {
            Ok(m) if !m.tx_code.is_empty() && name.as_ref().is_some_and(|n| n.check(&m).is_ok()) => m,
            _ => return self.respond(file_name, &bytes, BAD_FORMAT, "", nth),
        };
        let receiver = message.head.text("To").unwrap_or_default().to_owned();
        let bank = BankIx::of_code(&receiver);
        let faults = self
            .faults
            .take(bank, &message.tx_code, subject(&message.body), self.now);
        let serial = message.trans_serial_number().to_owned();
        let verdict = self.verdict(&receiver, bank, &serial, &faults);
        let late = faults.iter().find_map(|f| {
            if let Fault::HubLate(code) = f {
                Some(code.clone())
            } else {
                None
            }
        });
        if verdict == ACCEPTED {
            self.hub.accepted.insert(serial.clone());
        }
        if !(verdict == ACCEPTED && faults.contains(&Fault::LostResponse)) {
            let said = if verdict == ACCEPTED {
                late.unwrap_or(verdict.clone())
            } else {
                verdict.clone()
            };
            self.respond(file_name, &bytes, &said, &serial, nth);
        }
        if verdict == ACCEPTED && !faults.contains(&Fault::Deaf) {
            self.route(bank, message, bytes, faults, nth);
        }
    }

    fn verdict(&self, receiver: &str, bank: Option<BankIx>, serial: &str, faults: &[Fault]) -> String {
        if self.hub.accepted.contains(serial) {
            return DUPLICATE.to_owned();
        }
        let refused = faults.iter().find_map(|f| match f {
            Fault::Hub(code) => Some(code.clone()),
            Fault::WrongBank => Some(NO_SUCH_NODE.to_owned()),
            _ => None,
        });
        let known = bank.is_some() || receiver == LIST_SERVICE;
        refused.unwrap_or_else(|| if known { ACCEPTED } else { NO_SUCH_NODE }.to_owned())
    }

    fn respond(&mut self, file_name: &str, request: &[u8], code: &str, serial: &str, nth: u64) {
        let mut dice = Dice::named(self.seed, &format!("response/{nth}"));
        let at = self.now + Span::from_ms(dice.between(120, 900));
        let mut head = Fields::new();
        head.set_text("Code", code);
        head.set_text("Description", hub_words(code));
        head.set_text("TransSerialNumber", serial);
        let bytes = encoded(Root::Response, "", head, Fields::new());
        self.emit(at, Dir::Response, file_name.to_owned(), bytes);
        if code != ACCEPTED {
            self.emit(at, Dir::Error, file_name.to_owned(), request.to_vec());
        }
    }

    fn emit(&mut self, at: Instant, dir: Dir, file_name: String, bytes: Vec<u8>) {
        self.agenda.plan(
            at,
            Event::Hub(HubEvent::Emit(Outgoing {
                at,
                dir,
                file_name,
                bytes,
            })),
        );
    }

    /// Hands over now, or when the bank is up again; all that waited then arrives within seconds.
    fn route(
        &mut self,
        bank: Option<BankIx>,
        message: Message,
        bytes: Vec<u8>,
        faults: Vec<Fault>,
        nth: u64,
    ) {
        let Some(bank) = bank else {
            self.journal.push(Entry::of(&message, &bytes, self.now));
            return;
        };
        let mut dice = Dice::named(self.seed, &format!("route/{nth}"));
        let at = match self.faults.down_until(bank, self.now) {
            None => self.now + Span::from_ms(dice.between(200, 800)),
            Some(Some(up)) => up + Span::from_ms(dice.between(0, 5_000)),
            Some(None) => return,
        };
        let event = HubEvent::AtBank {
            bank,
            message: Box::new(message),
            bytes,
            faults,
            nth,
        };
        self.agenda.plan(at, Event::Hub(event));
    }

    fn at_bank(&mut self, bank: BankIx, message: &Message, bytes: &[u8], faults: &[Fault], nth: u64) {
        let entry = Entry::of(message, bytes, self.now);
        let body_sm3 = entry.body_sm3.clone();
        self.journal.push(entry);
        if crate::bank::answer_code(&message.tx_code).is_none() {
            return;
        }
        let ask = Ask {
            bank,
            message,
            now: self.now,
        };
        let reply = self
            .desks
            .handle(&mut self.world, &ask, &body_sm3, &treatment(faults));
        self.happenings.push(Happening::BankActed {
            at: self.now,
            bank_code: bank.get().code,
            tx_code: message.tx_code.clone(),
            application_id: message.application_id().to_owned(),
            account: subject(&message.body).to_owned(),
            result: reply.result().to_owned(),
        });
        if !faults.contains(&Fault::Silent) {
            let sender = crate::bank::police_node(message).to_owned();
            Answering {
                city: self,
                bank,
                police_node: sender,
                faults,
                dice_name: format!("answer/{nth}"),
            }
            .send(reply);
        }
    }

    /// Live watches report a movement a few seconds later.
    pub(crate) fn report_sightings(&mut self, place: usize) {
        for sighting in self.desks.watches.sightings(&self.world, place) {
            self.hub.sightings += 1;
            let dice_name = format!("sighting/{}", self.hub.sightings);
            let (bank, police_node) = (sighting.bank, sighting.police_node);
            let faults = self.faults.take(Some(bank), "200305", "", self.now);
            if faults.contains(&Fault::Silent) || self.faults.down_until(bank, self.now).is_some() {
                continue;
            }
            Answering {
                city: self,
                bank,
                police_node,
                faults: &faults,
                dice_name,
            }
            .send(sighting.reply);
        }
    }

    pub(crate) fn send_case_report(&mut self, bank: BankIx, truth: &Truth) {
        let dice_name = format!("report/{}", truth.case);
        let mut dice = Dice::named(self.seed, &dice_name);
        let application_id = format!("0401{}{}", self.now.to_wire14(), dice.digits(18));
        let body = case_report(bank, truth, &application_id, self.now);
        let reply = Reply {
            tx_code: "200401".into(),
            application_id,
            body,
        };
        let police_node = self.config.police_node.clone();
        Answering {
            city: self,
            bank,
            police_node,
            faults: &[],
            dice_name,
        }
        .send(reply);
    }
}

fn treatment(faults: &[Fault]) -> Treatment {
    let mut treatment = Treatment::default();
    for fault in faults {
        match fault {
            Fault::Result(code) => treatment.result = Some(code.clone()),
            Fault::WrongAccount => treatment.result = Some("0300".into()),
            Fault::Partial(seen) => treatment.partial = Some(*seen),
            Fault::Strict => treatment.strict = true,
            _ => {}
        }
    }
    treatment
}

/// A reply on its way to becoming files, with the faults that meet it.
struct Answering<'a> {
    city: &'a mut City,
    bank: BankIx,
    police_node: String,
    faults: &'a [Fault],
    dice_name: String,
}

impl Answering<'_> {
    fn send(mut self, reply: Reply) {
        let mut dice = Dice::named(self.city.seed, &self.dice_name);
        let at = self.city.now + self.delay(&mut dice);
        let good = self.file(&reply, at, &mut dice);
        let (first, again) = self.spoilt(&good.1, &reply);
        let name = self.name(&reply, &good.0);
        self.city.emit(at, Dir::Downstream, name, first);
        if let Some(span) = again {
            let (name, bytes) = self.file(&reply, at + span, &mut dice);
            self.city.emit(at + span, Dir::Downstream, name, bytes);
        }
        self.repeat(&reply, &good, at, &mut dice);
    }

    fn delay(&self, dice: &mut Dice) -> Span {
        let (low, high) = self.city.config.answer;
        let usual = dice.between(low.ms(), high.ms());
        let patient = if dice.chance(12) { 4 } else { 1 };
        let extra: i64 = self
            .faults
            .iter()
            .map(|f| match f {
                Fault::Slow(span) => span.ms(),
                Fault::Reorder(span) => dice.between(0, span.ms()),
                _ => 0,
            })
            .sum();
        Span::from_ms(usual * patient + extra)
    }

    /// A file with its own name and serial number.
    fn file(&mut self, reply: &Reply, at: Instant, dice: &mut Dice) -> (String, Vec<u8>) {
        let code = self.bank.get().code;
        let mut head = Fields::new();
        head.set_text("Mode", "01");
        head.set_text("MessageFrom", code);
        head.set_text("To", &self.police_node);
        head.set_text("TxCode", &reply.tx_code);
        head.set_text(
            "TransSerialNumber",
            format!("{code}_000000000000{}{}", at.to_wire14(), dice.digits(14)),
        );
        if reply.tx_code == "200401" {
            head.set_text("IsInitialNode", "01");
        }
        let mut body = reply.body.clone();
        if self.faults.contains(&Fault::Stranger) {
            body.set_text("ApplicationID", format!("9999{}", dice.digits(32)));
        }
        let application_id = body.text("ApplicationID").unwrap_or_default().to_owned();
        let name = format!("{}_{application_id}_{}.xml", reply.tx_code, dice.hex32());
        (name, encoded(Root::Request, &reply.tx_code, head, body))
    }

    fn name(&self, reply: &Reply, good: &str) -> String {
        if self.faults.contains(&Fault::Misnamed) {
            let unique = good.rsplit('_').next().unwrap_or(good);
            return format!("{}_{}_{unique}", reply.tx_code, "7".repeat(36));
        }
        good.to_owned()
    }

    /// The bytes that go out first, and how much later the good ones follow, if they do.
    fn spoilt(&self, good: &[u8], reply: &Reply) -> (Vec<u8>, Option<Span>) {
        for fault in self.faults {
            match fault {
                Fault::Malformed(then) => return (malformed(good), *then),
                Fault::Hostile(kind, then) if !reply.body.is_empty() => return (kind.spoil(good), *then),
                _ => {}
            }
        }
        (good.to_vec(), None)
    }

    fn repeat(&mut self, reply: &Reply, good: &(String, Vec<u8>), at: Instant, dice: &mut Dice) {
        for fault in self.faults {
            match fault {
                Fault::Duplicate(n) => (0..*n).for_each(|_| {
                    let name = format!("{}_{}_{}.xml", reply.tx_code, reply.application_id, dice.hex32());
                    let later = at + Span::seconds(dice.between(1, 40));
                    self.city.emit(later, Dir::Downstream, name, good.1.clone());
                }),
                Fault::Echo(n) => (0..*n).for_each(|_| {
                    let later = at + Span::seconds(dice.between(1, 40));
                    let (name, bytes) = self.file(reply, later, dice);
                    self.city.emit(later, Dir::Downstream, name, bytes);
                }),
                Fault::Contradict(code, span) => {
                    let mut other = reply.clone();
                    other.set_result(code);
                    let (name, bytes) = self.file(&other, at + *span, dice);
                    self.city.emit(at + *span, Dir::Downstream, name, bytes);
                }
                _ => {}
            }
        }
    }
}

fn encoded(root: Root, tx_code: &str, head: Fields, body: Fields) -> Vec<u8> {
    let message = Message {
        tx_code: tx_code.to_owned(),
        root,
        head,
        body,
        flags: Vec::new(),
    };
    message
        .encode()
        .expect("the simulator composes only messages that the codec can write")
}

fn hub_words(code: &str) -> &'static str {
    match code {
        ACCEPTED => "受理成功",
        BAD_FORMAT => "报文格式错误",
        "200002" => "未在规定时间内应答",
        DUPLICATE => "重复提交",
        "200004" => "内部系统未授权",
        "200005" => "前置机未授权",
        "200006" => "内部系统无接口权限",
        "200007" => "前置机无接口权限",
        "200008" => "前置机调用次数超限",
        "200009" => "前置机通道已关闭",
        NO_SUCH_NODE => "账户不存在",
        "603202" => "网络异常",
        _ => "处理失败",
    }
}
