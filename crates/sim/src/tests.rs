//! The whole city: every request code against every fault, determinism, conservation, clocks.

use super::*;

use crate::world::{AccountIx, Role, World};
use bankwire::{Fields, Message, Node, Root};
use kernel::{Fen, Instant, Span};
use std::collections::{BTreeMap, BTreeSet};

const NODE: &str = "010000000005";

fn start() -> Instant {
    Instant::from_wire14("20260403200000").unwrap()
}

/// A quiet city, a clock, and the centre's pen.
struct Evening {
    city: City,
    now: Instant,
    sent: u64,
}

impl Evening {
    fn quiet() -> Evening {
        Evening {
            city: City::new(11, CityConfig::quiet(), start()),
            now: start(),
            sent: 0,
        }
    }

    fn pass(&mut self, span: Span) -> Vec<Outgoing> {
        self.now = self.now + span;
        self.city.step(self.now);
        self.city.collect(self.now)
    }

    /// A request about an account, with everything a bank wants.
    fn request(&mut self, tx_code: &str, ix: AccountIx, more: &[(&str, &str)]) -> (String, Vec<u8>) {
        self.sent += 1;
        let a = self.city.world().account(ix);
        let application_id = format!("{}{:032}", &tx_code[2..], self.sent);
        let mut head = Fields::new();
        head.set_text("Mode", "01");
        head.set_text("To", a.bank.get().code);
        head.set_text("TxCode", tx_code);
        head.set_text("TransSerialNumber", format!("{NODE}_{:040}", self.sent));
        let mut body = Fields::new();
        let until = self.now + Span::hours(48);
        let frozen_until = self.now + Span::days(180);
        let mut put = |name: &str, value: &str| body.set_text(name, value);
        for (name, value) in [
            ("ApplicationID", application_id.as_str()),
            ("CaseNumber", "A4211020000002026040001"),
            ("CaseType", "01"),
            ("EmergencyLevel", "02"),
            ("BankID", a.bank.get().code),
            ("BankName", a.bank.get().name),
            ("ApplicationTime", &self.now.to_wire14()),
            ("ApplicationOrgID", "421100000000"),
            ("ApplicationOrgName", "黄冈市公安局"),
            ("OperatorIDType", "08"),
            ("OperatorIDNumber", "000001"),
            ("OperatorName", "甲警官"),
            ("OperatorPhoneNumber", "19900000001"),
            ("InvestigatorIDType", "08"),
            ("InvestigatorIDNumber", "000002"),
            ("InvestigatorName", "乙警官"),
            ("AccountType", "01"),
            ("AccountName", &a.holder.name),
            ("Currency", "CNY"),
        ] {
            put(name, value);
        }
        match &tx_code[3..] {
            "101" => {
                put("ApplicationType", "00");
                put("TransferAmount", "1000.00");
                put("TransferTime", &self.now.to_wire14());
                put("StartTime", &self.now.to_wire14());
            }
            "201" => {
                put("IDType", "01");
                put("IDNumber", &a.holder.id_number);
                put("FreezeType", "02");
                put("Balance", "1000.00");
                put("FreezeStartTime", &self.now.to_wire14());
            }
            "301" => {
                put("InquiryMode", "03");
                put("InquiryPeriodStart", "20260101000000");
                put("InquiryPeriodEnd", "20261231235959");
            }
            "305" => {
                put("InterceptionOrderID", "1");
                put("InterceptionStartTime", &self.now.to_wire14());
            }
            "309" => {
                put("AccountCredentialType", "01");
                put("AccountCredentialNumber", &a.holder.id_number);
                put("InquiryMode", "02");
            }
            "105" | "205" => put("PostponeStartTime", &self.now.to_wire14()),
            _ => {}
        }
        match &tx_code[3..4] {
            "3" => {
                put("SubjectType", "1");
                put("CardNumber", &a.number);
            }
            "2" => {
                put("AccountNumber", &format!("{}_1", a.number));
                put("ExpireTime", &frozen_until.to_wire14());
            }
            _ => {
                put("AccountNumber", &a.number);
                put("ExpireTime", &until.to_wire14());
            }
        }
        for (name, value) in more {
            if name.is_empty() {
                continue;
            }
            put(name, value);
        }
        let types: &[&str] = match &tx_code[3..] {
            "101" => &["01", "01", "03"],
            "201" => &["01", "01", "02"],
            _ => &["05"],
        };
        if !more.iter().any(|(name, _)| name.is_empty()) {
            let one = |(i, kind): (usize, &&str)| {
                let mut attachment = Fields::new();
                attachment.set_text("Filename", format!("{kind}1_{i}.pdf"));
                attachment.set_text("Content", "JVBERi0xLjQK");
                Node::Object(attachment)
            };
            let mut list = Fields::new();
            list.set(
                "Attachment",
                Node::List(types.iter().enumerate().map(one).collect()),
            );
            body.set("Attachments", Node::Object(list));
        }
        let message = Message {
            tx_code: tx_code.into(),
            root: Root::Request,
            head,
            body,
            flags: vec![],
        };
        let name = format!("{tx_code}_{application_id}_{:032x}.xml", self.sent);
        (name, message.encode().unwrap())
    }

    fn send(&mut self, tx_code: &str, ix: AccountIx, more: &[(&str, &str)]) -> String {
        let (name, bytes) = self.request(tx_code, ix, more);
        self.city.deliver(&name, &bytes, self.now);
        name.split('_').nth(1).unwrap().to_owned()
    }

    /// Sends, waits two minutes, and returns the answer's body.
    fn ask(&mut self, tx_code: &str, ix: AccountIx, more: &[(&str, &str)]) -> Fields {
        self.send(tx_code, ix, more);
        let files = self.pass(Span::minutes(2));
        let answers: Vec<Message> = downstream(&files)
            .map(|o| Message::decode(&o.bytes).unwrap())
            .collect();
        assert_eq!(answers.len(), 1, "{tx_code} has one answer");
        assert_eq!(answers[0].flags, [], "{tx_code}: nothing odd in an honest answer");
        answers[0].body.clone()
    }

    fn result(&mut self, tx_code: &str, ix: AccountIx, more: &[(&str, &str)]) -> String {
        self.ask(tx_code, ix, more).text("Result").unwrap().to_owned()
    }

    fn citizen(&self) -> AccountIx {
        citizen(self.city.world())
    }
}

fn citizen(world: &World) -> AccountIx {
    let plain = |a: &world::Account| {
        a.role == Role::Citizen
            && !a.lost
            && a.closed.is_none()
            && a.prior.is_none()
            && a.balance > Fen::yuan(2_000)
    };
    world.accounts().find(|(_, a)| plain(a)).unwrap().0
}

fn downstream(files: &[Outgoing]) -> impl Iterator<Item = &Outgoing> {
    files.iter().filter(|o| o.dir == Dir::Downstream)
}

fn hub_codes(files: &[Outgoing]) -> Vec<String> {
    let responses = files.iter().filter(|o| o.dir == Dir::Response);
    responses
        .map(|o| {
            Message::decode(&o.bytes)
                .unwrap()
                .head
                .text("Code")
                .unwrap()
                .to_owned()
        })
        .collect()
}

const REQUESTS: [&str; 11] = [
    "200101", "200103", "200105", "200201", "200203", "200205", "200301", "200303", "200305", "200307",
    "200309",
];

/// The follow-ups need their first application; `None` when the code stands alone.
fn original_code(tx_code: &str) -> Option<&'static str> {
    match tx_code {
        "200103" | "200105" => Some("200101"),
        "200203" | "200205" => Some("200201"),
        "200307" => Some("200305"),
        _ => None,
    }
}

/// An evening in which `tx_code` can be asked with success: the fields that it then needs.
fn prepared(tx_code: &str) -> (Evening, AccountIx, Vec<(&'static str, String)>) {
    let mut evening = Evening::quiet();
    let ix = evening.citizen();
    let mut more = Vec::new();
    if let Some(first) = original_code(tx_code) {
        let id = evening.send(first, ix, &[]);
        evening.pass(Span::minutes(2));
        more.push(("OriginalApplicationID", id));
        let later = |days| (start() + Span::days(days)).to_wire14();
        match tx_code {
            "200105" => more.push(("ExpireTime", later(3))),
            "200205" => more.push(("ExpireTime", later(300))),
            _ => {}
        }
    }
    (evening, ix, more)
}

fn borrowed<'a>(more: &'a [(&'static str, String)]) -> Vec<(&'static str, &'a str)> {
    more.iter().map(|(n, v)| (*n, v.as_str())).collect()
}

/// What comes back within ten minutes: hub codes, and for each downstream file its result or why it is no answer.
fn exchange_once(tx_code: &str, script: &str) -> (Vec<String>, Vec<String>) {
    let (mut evening, ix, more) = prepared(tx_code);
    let now = evening.now;
    evening.city.faults_mut().add_script(script, now).unwrap();
    let id = evening.send(tx_code, ix, &borrowed(&more));
    let files = evening.pass(Span::minutes(10));
    let told = downstream(&files).map(|o| match Message::decode(&o.bytes) {
        Ok(m) if m.application_id() != id => "stranger".to_owned(),
        Ok(_) if !o.file_name.contains(&id) => "misnamed".to_owned(),
        Ok(m) => m.body.text("Result").unwrap_or_default().to_owned(),
        Err(_) => "unreadable".to_owned(),
    });
    (hub_codes(&files), told.collect())
}

#[test]
fn every_request_against_every_fault() {
    let rows: &[(&str, &[&str], &[&str])] = &[
        ("", &["100000"], &["0000"]),
        ("* * slow 5m", &["100000"], &["0000"]),
        ("* * slow 20m", &["100000"], &[]),
        ("* * silent", &["100000"], &[]),
        ("* * deaf", &["100000"], &[]),
        ("* * duplicate 2", &["100000"], &["0000", "0000", "0000"]),
        ("* * echo 1", &["100000"], &["0000", "0000"]),
        ("* * reorder 3m", &["100000"], &["0000"]),
        ("* * result 1199", &["100000"], &["1199"]),
        ("* * result 7777", &["100000"], &["7777"]),
        ("* * wrong-account", &["100000"], &["0300"]),
        ("* * wrong-bank", &["200010"], &[]),
        ("* * contradict 1300 3m", &["100000"], &["0000", "1300"]),
        ("* * stranger", &["100000"], &["stranger"]),
        ("* * misnamed", &["100000"], &["misnamed"]),
        ("* * malformed", &["100000"], &["unreadable"]),
        ("* * malformed 3m", &["100000"], &["unreadable", "0000"]),
        ("* * hostile dtd-bomb 3m", &["100000"], &["unreadable", "0000"]),
        ("* * hostile truncated", &["100000"], &["unreadable"]),
        ("* * down for 5m", &["100000"], &["0000"]),
        ("* * down for 24h", &["100000"], &[]),
        ("* * hub 603202 x1", &["603202"], &[]),
        ("* * hub 200009", &["200009"], &[]),
        ("* * hub-late 603202", &["603202"], &["0000"]),
        ("* * lost-response", &[], &["0000"]),
        ("* * result 0300 skip 1", &["100000"], &["0000"]),
        ("* * silent account nobody", &["100000"], &["0000"]),
    ];
    for tx_code in REQUESTS {
        for (script, hub, results) in rows {
            let (codes, told) = exchange_once(tx_code, script);
            assert_eq!(
                (codes, told),
                (own(hub), own(results)),
                "{tx_code} under {script:?}"
            );
        }
    }
    let (_, stop) = exchange_once("200101", "* * partial 300.00");
    let (_, freeze) = exchange_once("200201", "* * partial 300.00");
    assert_eq!((stop, freeze), (own(&["1200"]), own(&["1200"])));
    assert_eq!(
        exchange_once("200101", "* * strict").1,
        ["0400"],
        "nobody paid that amount"
    );
}

fn own(list: &[&str]) -> Vec<String> {
    list.iter().map(|s| (*s).to_owned()).collect()
}

#[test]
fn results_that_banks_pick() {
    type Row = (
        &'static str,
        &'static [(&'static str, &'static str)],
        &'static str,
    );
    let rows: &[Row] = &[
        ("200101", &[("AccountNumber", "6200000199999999999")], "0300"),
        ("200101", &[("AccountName", "别人")], "0301"),
        ("200101", &[("TransferAmount", "0.00")], "0200"),
        ("200101", &[("TransferAmount", "99999999.00")], "1200"),
        ("200101", &[("ExpireTime", "20260402200000")], "0801"),
        ("200101", &[("ExpireTime", "20260410200000")], "0801"),
        ("200101", &[("ApplicationTime", "20250101000000")], "0802"),
        ("200101", &[("ApplicationOrgID", "42")], "0700"),
        ("200101", &[("BankID", "999999999999")], "0700"),
        ("200101", &[("", "")], "0600"),
        ("200103", &[("OriginalApplicationID", "nobody")], "0400"),
        ("200105", &[("OriginalApplicationID", "nobody")], "0400"),
        ("200201", &[("IDNumber", "42110219000101000X")], "0100"),
        ("200201", &[("FreezeType", "09")], "0599"),
        ("200201", &[("ExpireTime", "20280403200000")], "0801"),
        ("200201", &[("", "")], "0600"),
        ("200203", &[("OriginalApplicationID", "nobody")], "0400"),
        ("200205", &[("OriginalApplicationID", "nobody")], "0400"),
        ("200301", &[("", "")], "0600"),
        ("200301", &[("InquiryMode", "01")], "0000"),
        ("200301", &[("InquiryPeriodEnd", "20250101000000")], "0801"),
        ("200303", &[("CardNumber", "1")], "0300"),
        ("200305", &[("InterceptionEndTime", "20260101000000")], "0801"),
        ("200307", &[("OriginalApplicationID", "nobody")], "1600"),
        ("200309", &[("AccountCredentialNumber", "1")], "0100"),
        ("200309", &[("AccountSubjectName", "别人")], "0199"),
    ];
    for (tx_code, change, result) in rows {
        let mut evening = Evening::quiet();
        let ix = evening.citizen();
        assert_eq!(
            evening.result(tx_code, ix, change),
            *result,
            "{tx_code} {change:?}"
        );
    }
}

#[test]
fn account_states_pick_their_results() {
    let mut evening = Evening::quiet();
    let find = |e: &Evening, fits: fn(&world::Account) -> bool| {
        e.city.world().accounts().find(|(_, a)| fits(a)).unwrap().0
    };
    type Fits = fn(&world::Account) -> bool;
    let rows: [(Fits, &str); 5] = [
        (|a| a.white_listed, "0302"),
        (|a| a.lost, "0303"),
        (|a| a.closed.is_some(), "0304"),
        (|a| a.prior.as_ref().is_some_and(|p| p.cap.is_some()), "1302"),
        (|a| a.prior.as_ref().is_some_and(|p| p.cap.is_none()), "1303"),
    ];
    for (fits, result) in rows {
        let ix = find(&evening, fits);
        assert_eq!(evening.result("200101", ix, &[]), result);
    }
    // A freeze queues behind the court's and names it.
    let partly = find(&evening, |a| a.prior.as_ref().is_some_and(|p| p.cap.is_some()));
    let answer = evening.ask("200201", partly, &[]);
    assert_eq!(answer.text("Result"), Some("0000"));
    assert_eq!(answer.text("FormerFrozenBalance"), Some("2000.00"));
    let pledged = find(&evening, |a| a.pledge.is_some());
    let all = evening.ask("200309", pledged, &[]);
    assert_eq!(all.items("Priorities", "Priority").len(), 1);
    let measures = evening.ask("200309", partly, &[]);
    assert_eq!(
        measures.items("Measures", "Measure").len(),
        2,
        "ours and the court's"
    );
}

#[test]
fn a_stop_lapses_after_48_hours_and_a_third_is_refused() {
    let mut evening = Evening::quiet();
    let ix = evening.citizen();
    let answer = evening.ask("200101", ix, &[]);
    let expire = Instant::from_wire14(answer.text("ExpireTime").unwrap()).unwrap();
    let begin = Instant::from_wire14(answer.text("StartTime").unwrap()).unwrap();
    assert_eq!(expire.since(begin), Span::hours(48));
    assert_eq!(evening.result("200101", ix, &[]), "1301");
    let a = evening.city.world().account(ix);
    assert_eq!(a.available(expire - Span::seconds(1)), Fen::ZERO);
    assert_eq!(a.available(expire + Span::seconds(1)), a.balance);
    evening.pass(Span::hours(49));
    assert_eq!(evening.result("200101", ix, &[]), "0000");
    evening.pass(Span::hours(49));
    assert_eq!(evening.result("200101", ix, &[]), "1304");
}

#[test]
fn relief_prolongation_and_freeze_end_as_the_sources_say() {
    let mut evening = Evening::quiet();
    let ix = evening.citizen();
    let stop = evening.send("200101", ix, &[]);
    evening.pass(Span::minutes(2));
    let of_stop = [
        ("OriginalApplicationID", stop.as_str()),
        ("ExpireTime", "20260406200000"),
    ];
    assert_eq!(evening.result("200105", ix, &of_stop), "0000");
    assert_eq!(evening.result("200105", ix, &of_stop), "1899");
    let freeze = evening.send("200201", ix, &[]);
    evening.pass(Span::minutes(2));
    assert_eq!(
        evening.result("200103", ix, &of_stop),
        "1900",
        "the freeze has closed the stop"
    );
    assert_eq!(evening.result("200201", ix, &[]), "1499");
    assert_eq!(evening.result("200101", ix, &[]), "1303");
    let of_freeze = [
        ("OriginalApplicationID", freeze.as_str()),
        ("ExpireTime", "20270201000000"),
    ];
    assert_eq!(evening.result("200205", ix, &of_freeze), "0000");
    evening.pass(Span::days(305));
    assert_eq!(
        evening.city.world().account(ix).available(evening.now),
        evening.city.world().account(ix).balance
    );
    let late = [
        ("OriginalApplicationID", freeze.as_str()),
        ("ExpireTime", "20270601000000"),
        ("ApplicationTime", "20270202000000"),
    ];
    assert_eq!(evening.result("200205", ix, &late), "1800", "late is released");
}

/// 程序规定 242 forbids to freeze the same money twice, not to freeze another case's money on the same account.
#[test]
fn another_cases_money_is_frozen_beside_it() {
    let mut evening = Evening::quiet();
    let ix = evening.citizen();
    let balance = evening.city.world().account(ix).balance;
    let part = Fen(balance.0 / 4).to_yuan();
    let of = |case| {
        [
            ("CaseNumber", case),
            ("Balance", part.as_str()),
            ("FreezeType", "01"),
        ]
    };
    assert_eq!(evening.result("200201", ix, &of("A")), "0000");
    assert_eq!(
        evening.result("200201", ix, &of("A")),
        "1499",
        "the same case again"
    );
    assert_eq!(
        evening.result("200201", ix, &of("B")),
        "0000",
        "another case's money"
    );
    let free = evening.city.world().account(ix).available(evening.now);
    assert_eq!(free, Fen(balance.0 - 2 * (balance.0 / 4)));
    let whole = [("CaseNumber", "C"), ("FreezeType", "02")];
    assert_eq!(evening.result("200201", ix, &whole), "0000");
    assert_eq!(
        evening.result("200201", ix, &of("D")),
        "1499",
        "behind a whole freeze"
    );
}

/// A staged case: 30 000 paid a minute after the start, resting `rest` on each of three layers.
fn stage(evening: &mut Evening, rest: Span) -> u32 {
    let staged = Staged {
        kind_code: "01".into(),
        payments: vec![(evening.now + Span::minutes(1), Fen::yuan(30_000), How::Transfer)],
        call_at: evening.now + Span::minutes(4),
        payee_bank: BankIx::of_name("建设银行"),
        rests: vec![rest; 3],
        parts: 2,
        narrative: None,
        payee_of: None,
    };
    evening.city.stage(staged).unwrap()
}

fn mule_of(evening: &Evening, case: u32) -> AccountIx {
    let truth = evening.city.truth(case).unwrap();
    evening.city.world().find(&truth.payments[0].to.number).unwrap()
}

#[test]
fn a_stopped_mule_lets_nothing_out_until_the_stop_lapses() {
    let mut evening = Evening::quiet();
    let case = stage(&mut evening, Span::minutes(20));
    evening.pass(Span::minutes(5));
    let mule = mule_of(&evening, case);
    assert_eq!(
        evening.city.world().account(mule).bank,
        BankIx::of_name("建设银行").unwrap()
    );
    let there = evening.city.world().account(mule).balance;
    assert!(matches!(
        evening.result("200101", mule, &[]).as_str(),
        "0000" | "1200"
    ));
    evening.pass(Span::hours(47));
    assert_eq!(
        evening.city.world().account(mule).balance,
        there,
        "the gang has tried and got nothing"
    );
    evening.pass(Span::hours(40));
    assert!(
        evening.city.world().account(mule).balance < there,
        "the lapse lets the money run"
    );
}

#[test]
fn money_runs_down_the_chain_when_nobody_stops_it() {
    let mut evening = Evening::quiet();
    let case = stage(&mut evening, Span::minutes(10));
    evening.now = evening.now + Span::hours(3);
    let happened = evening.city.step(evening.now);
    let layers: BTreeSet<u8> = happened
        .iter()
        .filter_map(|h| match h {
            Happening::Moved { case: c, layer, .. } if *c == case => Some(*layer),
            _ => None,
        })
        .collect();
    assert_eq!(layers, BTreeSet::from([0, 1, 2, 3]));
    let calls: Vec<&Happening> = happened
        .iter()
        .filter(|h| matches!(h, Happening::CallRings { .. }))
        .collect();
    let [Happening::CallRings { truth, narrative, .. }] = calls[..] else {
        panic!("one call")
    };
    assert_eq!(truth.loss, Fen::yuan(30_000));
    assert!(narrative.contains(&truth.payments[0].to.name));
}

#[test]
fn a_watch_reports_each_movement_until_it_ends() {
    let mut evening = Evening::quiet();
    let case = stage(&mut evening, Span::minutes(20));
    evening.pass(Span::minutes(5));
    let mule = mule_of(&evening, case);
    let watch = evening.send("200305", mule, &[]);
    evening.pass(Span::minutes(2));
    let files = evening.pass(Span::hours(1));
    let reports: Vec<Message> = downstream(&files)
        .map(|o| Message::decode(&o.bytes).unwrap())
        .collect();
    let out = evening.city.world().account(mule).movements().len() - 1;
    assert_eq!(reports.len(), out, "one for each movement after the first");
    let serials: BTreeSet<&str> = reports.iter().map(Message::trans_serial_number).collect();
    assert_eq!(serials.len(), reports.len());
    for r in &reports {
        assert_eq!(
            (r.tx_code.as_str(), r.application_id()),
            ("200306", watch.as_str())
        );
        let transaction = r.body.items("Transactions", "Transaction")[0].fields().unwrap();
        assert_eq!(transaction.len(), 28);
    }
    let original = [("OriginalApplicationID", watch.as_str())];
    assert_eq!(evening.result("200307", mule, &original), "0000");
    assert_eq!(evening.result("200307", mule, &original), "1601");
}

#[test]
fn histories_are_cut_at_a_thousand_and_tell_the_ledger() {
    let config = CityConfig {
        busy_movements: 3_000,
        citizens: 60,
        ..CityConfig::quiet()
    };
    let mut evening = Evening {
        city: City::new(3, config, start()),
        now: start(),
        sent: 0,
    };
    let busiest = evening
        .city
        .world()
        .accounts()
        .max_by_key(|(_, a)| a.movements().len())
        .unwrap()
        .0;
    assert!(evening.city.world().account(busiest).movements().len() > 1000);
    let answer = evening.ask("200301", busiest, &[]);
    assert_eq!(answer.text("Result"), Some("2400"));
    let account = answer.object("Accounts").unwrap().get("Account");
    let Some(Node::List(subs)) = account else {
        panic!("accounts")
    };
    let transactions = subs[0].fields().unwrap().items("Transactions", "Transaction");
    assert_eq!(transactions.len(), 1000);
    let last = transactions[999].fields().unwrap();
    assert_eq!(
        last.text("AccountBalance"),
        Some(evening.city.world().account(busiest).balance.to_yuan().as_str())
    );
}

#[test]
fn the_hub_takes_a_serial_once_and_a_bank_an_application_once() {
    let mut evening = Evening::quiet();
    let ix = evening.citizen();
    let (name, bytes) = evening.request("200101", ix, &[]);
    evening.city.deliver(&name, &bytes, evening.now);
    evening.city.deliver(&name, &bytes, evening.now);
    let files = evening.pass(Span::minutes(2));
    let mut codes = hub_codes(&files);
    codes.sort();
    assert_eq!(codes, ["100000", "200003"]);
    assert_eq!(downstream(&files).count(), 1);
    let errors: Vec<&Outgoing> = files.iter().filter(|o| o.dir == Dir::Error).collect();
    assert!(
        errors.len() == 1 && errors[0].bytes == bytes && errors[0].file_name == name,
        "a copy of the request"
    );
    // The same body under a fresh serial: the same answer, nothing done twice.
    let fresh = String::from_utf8(bytes)
        .unwrap()
        .replacen(&format!("{NODE}_0"), &format!("{NODE}_9"), 1);
    evening.city.deliver(&name, fresh.as_bytes(), evening.now);
    let files = evening.pass(Span::minutes(2));
    let again = Message::decode(&downstream(&files).next().unwrap().bytes).unwrap();
    assert_eq!(again.body.text("Result"), Some("0000"));
    assert_eq!(evening.city.world().account(ix).stops.len(), 1);
    assert_eq!(journal::check(evening.city.journal().entries()), []);
    // Another body under the same number is seen by the bank and by the journal.
    let other = fresh
        .replacen(&format!("{NODE}_9"), &format!("{NODE}_8"), 1)
        .replace("1000.00", "1001.00");
    evening.city.deliver(&name, other.as_bytes(), evening.now);
    let files = evening.pass(Span::minutes(2));
    assert_eq!(
        Message::decode(&downstream(&files).next().unwrap().bytes)
            .unwrap()
            .body
            .text("Result"),
        Some("0900")
    );
    assert_eq!(journal::check(evening.city.journal().entries()).len(), 1);
    // What is no message is refused by the hub.
    evening
        .city
        .deliver("200101_x_00.xml", b"<Request/>", evening.now);
    assert_eq!(hub_codes(&evening.pass(Span::minutes(1))), ["200001"]);
}

#[test]
fn a_bank_that_was_down_floods() {
    let mut evening = Evening::quiet();
    let ix = evening.citizen();
    let now = evening.now;
    evening
        .city
        .faults_mut()
        .add_script("* * down for 24h", now)
        .unwrap();
    for _ in 0..30 {
        evening.send("200303", ix, &[]);
        assert_eq!(downstream(&evening.pass(Span::minutes(40))).count(), 0);
    }
    evening.now = start() + Span::hours(24) - Span::seconds(1);
    assert_eq!(downstream(&evening.pass(Span::ZERO)).count(), 0);
    assert_eq!(downstream(&evening.pass(Span::minutes(2))).count(), 30);
}

#[test]
fn hostile_files_are_what_they_claim() {
    for kind in Hostile::ALL {
        let mut evening = Evening::quiet();
        let ix = evening.citizen();
        let now = evening.now;
        evening
            .city
            .faults_mut()
            .add_script(&format!("* * hostile {}", kind.word()), now)
            .unwrap();
        evening.send("200101", ix, &[]);
        let files = evening.pass(Span::minutes(2));
        let bytes = &downstream(&files).next().unwrap().bytes;
        match Message::decode(bytes) {
            Ok(m) => assert!(
                kind.tolerable() && !m.flags.is_empty(),
                "{kind:?} is taken with a flag"
            ),
            Err(problem) => assert!(!kind.tolerable(), "{kind:?}: {problem}"),
        }
        assert_eq!(bytes.len() > 20_000_000, kind == Hostile::Huge);
    }
}

/// Everything a run leaves: calls told, files with bytes, journal, sums.
fn busy_evening(seed: u64, step: Span) -> (String, City) {
    let config = CityConfig {
        calls_every: Some(Span::minutes(3)),
        bank_reports_percent: 30,
        ..CityConfig::default()
    };
    let mut evening = Evening {
        city: City::new(seed, config, start()),
        now: start(),
        sent: 0,
    };
    evening
        .city
        .faults_mut()
        .add_script(
            "* * duplicate 1 x5\n* 200101 reorder 2m\n* 200301 malformed 1m x2",
            start(),
        )
        .unwrap();
    let mut log = String::new();
    while evening.now < start() + Span::hours(6) {
        evening.now = evening.now + step;
        for happening in evening.city.step(evening.now) {
            if let Happening::CallRings { truth, .. } = &happening {
                // Cash goes to a till, which no message reaches.
                let mut payees = truth.payments.iter().rev().map(|p| &p.to.number);
                if let Some(to) = payees.find_map(|number| evening.city.world().find(number)) {
                    evening.send("200101", to, &[]);
                    evening.send("200301", to, &[]);
                }
            }
            log.push_str(&format!("{happening:?}\n"));
        }
        for file in evening.city.collect(evening.now) {
            log.push_str(&format!(
                "{} {:?} {}\n{}\n",
                file.at,
                file.dir,
                file.file_name,
                String::from_utf8_lossy(&file.bytes)
            ));
        }
    }
    (log, evening.city)
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_money_is_conserved() {
    let (one, city) = busy_evening(42, Span::minutes(1));
    let (two, _) = busy_evening(42, Span::minutes(1));
    assert!(one == two, "two runs of one seed differ");
    let (other, _) = busy_evening(43, Span::minutes(1));
    assert!(one != other);
    let (opened, there) = city.world().sums();
    assert_eq!(opened, there);
    assert!(city.world().accounts().all(|(_, a)| a.balance >= Fen::ZERO));
    assert!(city.world().ledger().is_sorted_by_key(|m| m.at));
    for (ix, a) in city.world().accounts() {
        let moved = a.movements().iter().map(|p| &city.world().ledger()[*p]);
        let sum: i64 = moved
            .map(|m| if m.dst == ix { m.amount.0 } else { -m.amount.0 })
            .sum();
        assert_eq!(a.balance.0, a.opening.0 + sum);
    }
    assert!(one.matches("CallRings").count() > 60);
    assert!(one.contains("200401_0401"), "a bank reports by itself");
    assert!(one.contains("BankActed") && one.contains("MoveRefused"));
}

#[test]
fn how_the_clock_is_cut_does_not_change_the_city() {
    let run = |step| {
        let mut city = City::new(9, CityConfig::default(), start());
        let mut log = Vec::new();
        let mut now = start();
        while now < start() + Span::hours(4) {
            now = now + step;
            log.extend(city.step(now));
        }
        log
    };
    assert!(run(Span::minutes(1)) == run(Span::hours(2)));
    let mut city = City::new(9, CityConfig::default(), start());
    city.step(start() + Span::hours(1));
    assert_eq!(
        city.step(start() - Span::days(2)),
        [],
        "a clock that jumps back lets nothing happen"
    );
}

/// The calls of four cities, one of them around midnight.
fn calls() -> Vec<(Instant, String, Truth)> {
    let mut calls = Vec::new();
    for seed in 0..4 {
        let config = CityConfig {
            calls_every: Some(Span::minutes(2)),
            ..CityConfig::default()
        };
        let begin = if seed == 3 {
            start() + Span::hours(2)
        } else {
            start()
        };
        let mut city = City::new(seed, config, begin);
        for happening in city.step(begin + Span::hours(5)) {
            if let Happening::CallRings {
                at, narrative, truth, ..
            } = happening
            {
                calls.push((at, narrative, *truth));
            }
        }
    }
    calls
}

#[test]
fn callers_tell_every_payment() {
    let (mut kinds, calls) = (BTreeMap::new(), calls());
    for (_, narrative, truth) in &calls {
        *kinds.entry(truth.kind_code).or_insert(0) += 1;
        let plain = kernel::identifier::normalise(narrative);
        let (one, yi) = (read_out("一", &plain), read_out("幺", &plain));
        assert!(!truth.payments.is_empty());
        assert_eq!(truth.payments.len(), truth.told.payments.len());
        for (p, told) in truth.payments.iter().zip(&truth.told.payments) {
            let said = |number: &str| [&plain, &one, &yi].iter().any(|text| text.contains(number));
            if told.to == NumberTold::Whole {
                assert!(said(&p.to.number), "{narrative}\n{p:?}");
            }
            if told.from == NumberTold::Whole {
                assert!(said(&p.from.number), "{narrative}\n{p:?}");
            }
            assert_eq!(
                told.to == NumberTold::Whole,
                p.how == How::Transfer,
                "{narrative}"
            );
            assert!(told.amount.approx || told.amount.amount == Some(p.amount));
        }
        assert!(!narrative.contains('{'), "{narrative}");
    }
    assert!(
        calls.len() > 400 && kinds.len() == 13,
        "{} calls of {kinds:?}",
        calls.len()
    );
}

/// The text with numbers in words as figures; `one` is how the caller says 1.
fn read_out(one: &str, text: &str) -> String {
    let mut plain = text.to_owned();
    for (figure, word) in ["零", one, "二", "三", "四", "五", "六", "七", "八", "九"]
        .iter()
        .enumerate()
    {
        plain = plain.replace(word, &figure.to_string());
    }
    plain
}

/// Each manner of speaking of the corpus of narratives is heard in the city, and not once by chance.
#[test]
fn callers_speak_as_varied_as_the_corpus() {
    type Heard = fn(&str, &Truth) -> bool;
    let manners: [(&str, Heard); 23] = [
        ("money back", |_, t| !t.received.is_empty()),
        ("the amount corrected", |n, _| {
            n.contains("不对，是") || n.contains("说错了，是")
        }),
        ("a tail of one's own card", |n, _| n.contains("尾号")),
        ("last night", |n, _| n.contains("昨晚")),
        ("two who paid", |_, t| t.payments.iter().any(|p| p.kin.is_some())),
        ("two own cards", |_, t| {
            t.payments
                .iter()
                .any(|p| p.kin.is_none() && p.from.number != t.payments[0].from.number)
        }),
        ("a wrong sum", |_, t| {
            t.told
                .total
                .is_some_and(|s| !s.approx && s.amount != Some(t.loss))
        }),
        ("a right sum", |_, t| {
            t.told.total.is_some_and(|s| s.amount == Some(t.loss))
        }),
        ("about so much in all", |_, t| {
            t.told.total.is_some_and(|s| s.approx)
        }),
        ("a running sum", |n, _| n.contains("这就")),
        ("demanded", |_, t| !t.demanded.is_empty()),
        ("bounced", |n, _| n.contains("先转了一次")),
        ("a balance", |n, _| n.contains("卡里现在就剩")),
        ("promised wages", |n, _| n.contains("三四百")),
        ("him again", |n, _| {
            n.contains("还是他") || n.contains("他那张卡") || n.contains("同一个账户")
        }),
        ("a list", |n, _| n.contains("转账明细")),
        ("a chat", |n, _| n.contains("聊天记录")),
        ("a record", |n, _| n.starts_with("报警人")),
        ("no punctuation", |n, _| !n.contains('，') && !n.contains('。')),
        ("figures in words", |n, _| n.contains("六二零零")),
        ("a code", |_, t| t.payments.iter().any(|p| p.how == How::Code)),
        ("cash", |_, t| t.payments.iter().any(|p| p.how == How::Cash)),
        ("about so much", |_, t| {
            t.told.payments.iter().any(|p| p.amount.approx)
        }),
    ];
    let calls = calls();
    for (name, heard) in manners {
        let times = calls
            .iter()
            .filter(|(_, narrative, truth)| heard(narrative, truth))
            .count();
        assert!(times >= 3, "{name}: heard {times} times in {} calls", calls.len());
    }
}

/// A newcomer who takes the first calls of the demo meets one kind of fraud after the other.
#[test]
fn the_first_calls_are_all_of_different_kinds() {
    for seed in 0..20 {
        let mut city = City::new(seed, CityConfig::default(), start());
        let mut kinds = Vec::new();
        for happening in city.step(start() + Span::hours(3)) {
            if let Happening::CallRings { truth, .. } = happening {
                kinds.push(truth.kind_code);
            }
        }
        let mut first: Vec<&str> = kinds[..12].to_vec();
        first.sort_unstable();
        first.dedup();
        assert_eq!(first.len(), 12, "seed {seed}: {kinds:?}");
    }
}

#[test]
fn staging_refuses_what_cannot_be() {
    let mut evening = Evening::quiet();
    let good = || Staged {
        kind_code: "01".into(),
        payments: vec![(start(), Fen::yuan(1), How::Transfer)],
        call_at: start(),
        payee_bank: None,
        rests: vec![Span::minutes(1)],
        parts: 1,
        narrative: Some("喂，{姓名}转了{金额}给{收款户名}{收款账号}".into()),
        payee_of: None,
    };
    let late = start() - Span::seconds(1);
    for (staged, problem) in [
        (
            Staged {
                kind_code: "99".into(),
                ..good()
            },
            StageProblem::UnknownKind("99".into()),
        ),
        (
            Staged {
                payments: vec![],
                ..good()
            },
            StageProblem::NoPayments,
        ),
        (
            Staged {
                rests: vec![],
                ..good()
            },
            StageProblem::NoLayers,
        ),
        (
            Staged {
                call_at: late,
                ..good()
            },
            StageProblem::InThePast,
        ),
    ] {
        assert_eq!(evening.city.stage(staged), Err(problem));
    }
    assert_eq!(evening.city.stage(good()), Ok(0));
    let told = evening.city.step(start());
    let [
        Happening::Moved { to, .. },
        Happening::CallRings { narrative, truth, .. },
    ] = &told[..]
    else {
        panic!("{told:?}")
    };
    assert_eq!(
        narrative,
        &format!("喂，{}转了1元给{}{}", truth.victim.name, to.name, to.number)
    );
}

#[test]
fn a_cued_bank_report_comes_down_as_200401() {
    let mut evening = Evening::quiet();
    let case = stage(&mut evening, Span::minutes(20));
    evening.city.cue_bank_report(case, start() + Span::minutes(2));
    let files = evening.pass(Span::minutes(5));
    let report = Message::decode(&downstream(&files).next().unwrap().bytes).unwrap();
    assert_eq!(report.tx_code, "200401");
    assert_eq!(report.application_id().len(), 36);
    assert_eq!(report.body.items("TransactionList", "Transaction").len(), 1);
    assert_eq!(report.flags, []);
}

#[test]
fn the_directories_carry_the_same_bytes_as_the_process() {
    let mut evening = Evening::quiet();
    let ix = evening.citizen();
    let requests: Vec<(String, Vec<u8>)> = REQUESTS
        .iter()
        .take(3)
        .map(|code| evening.request(code, ix, &[("OriginalApplicationID", "x")]))
        .collect();
    for (name, bytes) in &requests {
        evening.city.deliver(name, bytes, start());
    }
    let direct: BTreeMap<(Dir, String), Vec<u8>> = evening
        .pass(Span::minutes(2))
        .into_iter()
        .map(|o| ((o.dir, o.file_name), o.bytes))
        .collect();

    let root = tempfile::tempdir().unwrap();
    let dirs = exchange::Directories::under(root.path());
    let journal_path = root.path().join("journal.tsv");
    let journal = directories::JournalFile::open(&journal_path).unwrap();
    let city = City::new(11, CityConfig::quiet(), start());
    let mut hub = directories::DirectoryHub::open(city, dirs.clone(), Some(journal)).unwrap();
    let copies = root.path().join("received");
    std::fs::create_dir(&copies).unwrap();
    hub.keep_copies(copies.clone());
    for (i, (name, bytes)) in requests.iter().enumerate() {
        std::fs::write(dirs.upstream.join(name), bytes).unwrap();
        let pumped = hub.pump(start()).unwrap();
        assert_eq!((pumped.taken, pumped.written), (1, 0), "request {i}");
        assert_eq!(
            &std::fs::read(copies.join(name)).unwrap(),
            bytes,
            "request {i} is kept as it came"
        );
    }
    let pumped = hub.pump(start() + Span::minutes(2)).unwrap();
    assert_eq!(pumped.written, direct.len());
    for ((dir, name), bytes) in &direct {
        let path = match dir {
            Dir::Response => &dirs.response,
            Dir::Downstream => &dirs.downstream,
            Dir::Error => &dirs.error,
        };
        assert_eq!(&std::fs::read(path.join(name)).unwrap(), bytes, "{name}");
    }
    // A resend's refusal waits until the first response of that name is taken.
    let (name, bytes) = &requests[0];
    std::fs::write(dirs.upstream.join(name), bytes).unwrap();
    hub.pump(start() + Span::minutes(3)).unwrap();
    let first = std::fs::read(dirs.response.join(name)).unwrap();
    hub.pump(start() + Span::minutes(4)).unwrap();
    assert_eq!(std::fs::read(dirs.response.join(name)).unwrap(), first);
    std::fs::remove_file(dirs.response.join(name)).unwrap();
    hub.pump(start() + Span::minutes(5)).unwrap();
    let second = Message::decode(&std::fs::read(dirs.response.join(name)).unwrap()).unwrap();
    assert_eq!(second.head.text("Code"), Some("200003"));
    let lines = directories::read_journal(&journal_path).unwrap();
    assert_eq!(lines.len(), 3);
    assert_eq!(lines, hub.city().journal().entries());
}

#[test]
fn simulated_time_keeps_its_pace() {
    let pace = directories::Pace {
        wall_start: start(),
        start: start() + Span::days(10),
        speed: 60,
    };
    assert_eq!(
        pace.at(start() + Span::seconds(2)),
        start() + Span::days(10) + Span::minutes(2)
    );
    assert_eq!(pace.at(start() - Span::hours(1)), start() + Span::days(10));
}

/// Whatever the faults and the requests, nothing panics, money is conserved, holds hold, and the journal sees no wrong.
#[test]
fn a_storm_of_faults_breaks_no_law() {
    for seed in 0..6 {
        let mut dice = crate::dice::Dice::named(seed, "storm");
        let config = CityConfig {
            citizens: 40,
            calls_every: Some(Span::minutes(10)),
            ..CityConfig::default()
        };
        let mut evening = Evening {
            city: City::new(seed, config, start()),
            now: start(),
            sent: 0,
        };
        let faults = [
            "slow 3m",
            "silent",
            "deaf",
            "duplicate 2",
            "echo 2",
            "reorder 9m",
            "result 1304",
            "wrong-account",
            "wrong-bank",
            "partial",
            "contradict 1300 2m",
            "stranger",
            "misnamed",
            "malformed 1m",
            "hostile truncated 1m",
            "down for 2h",
            "hub 603202",
            "lost-response",
            "hub-late 603202",
            "strict",
        ];
        for _ in 0..400 {
            if dice.chance(30) {
                let bank = if dice.chance(50) {
                    "*"
                } else {
                    dice.pick(&INSTITUTIONS).code
                };
                let script = format!("{bank} * {} x2", dice.pick(&faults));
                let now = evening.now;
                evening.city.faults_mut().add_script(&script, now).unwrap();
            }
            let reachable: Vec<AccountIx> = evening
                .city
                .world()
                .accounts()
                .filter(|(_, a)| a.role != Role::CashDesk)
                .map(|(ix, _)| ix)
                .collect();
            let ix = *dice.pick(&reachable);
            let code = *dice.pick(&REQUESTS);
            let original = format!(
                "{}{:032}",
                &original_code(code).unwrap_or(code)[2..],
                dice.between(1, 400)
            );
            let (name, bytes) = evening.request(code, ix, &[("OriginalApplicationID", &original)]);
            for _ in 0..dice.between(1, 2) {
                evening.city.deliver(&name, &bytes, evening.now);
            }
            evening.pass(Span::seconds(dice.between(1, 600)));
            let (opened, there) = evening.city.world().sums();
            assert_eq!(opened, there, "seed {seed}");
        }
        assert!(
            evening.city.world().accounts().all(|(_, a)| a.stops.len() <= 2),
            "seed {seed}"
        );
        let wrongs = journal::check(evening.city.journal().entries());
        let alone = |v: &journal::Violation| matches!(v, journal::Violation::TwoApplications { .. });
        assert!(
            wrongs.iter().all(alone),
            "seed {seed}: only wishes repeated under new numbers"
        );
    }
}

#[test]
fn messages_that_no_bank_answers_are_accepted_and_witnessed() {
    for (tx_code, to) in [("200402", INSTITUTIONS[0].code), ("200501", "111111000000")] {
        let mut evening = Evening::quiet();
        let mut head = Fields::new();
        let mut body = Fields::new();
        for (name, value) in [
            ("Mode", "01"),
            ("To", to),
            ("TxCode", tx_code),
            ("TransSerialNumber", "010000000005_1"),
        ] {
            head.set_text(name, value);
        }
        body.set_text("ApplicationID", "X1");
        body.set_text("Result", "0000");
        let message = Message {
            tx_code: tx_code.into(),
            root: Root::Request,
            head,
            body,
            flags: vec![],
        };
        let name = format!("{tx_code}_X1_{:032x}.xml", 1);
        evening.city.deliver(&name, &message.encode().unwrap(), start());
        let files = evening.pass(Span::minutes(2));
        assert_eq!(
            (hub_codes(&files), files.len()),
            (own(&["100000"]), 1),
            "{tx_code}"
        );
        assert_eq!(evening.city.journal().entries().len(), 1);
    }
}

/// `cargo test -p sim print_calls -- --ignored --nocapture`: what callers say, for a reader.
#[test]
#[ignore = "prints narratives to be read"]
fn print_calls() {
    for (at, narrative, truth) in calls().iter().step_by(11) {
        println!(
            "{} {} {}\n{narrative}",
            at.to_iso_cst(),
            truth.kind_code,
            truth.subtype
        );
        for (p, told) in truth.payments.iter().zip(&truth.told.payments) {
            println!(
                "   {} {} {:?} {:?}",
                p.at.to_iso_cst(),
                p.amount.to_yuan(),
                p.how,
                told
            );
        }
        println!(
            "   back {:?} planned {:?} total {:?} of {}\n",
            truth.told.received,
            truth.told.planned,
            truth.told.total,
            truth.loss.to_yuan()
        );
    }
}
