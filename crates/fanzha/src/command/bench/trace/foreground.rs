//! Foreground before background: what a seat's commands and the analyst's trace take while nothing else happens, and
//! while another system hands transfers over. Every try is timed as it comes, none is thrown away.
//!
//! Method: one call-taker over loopback HTTP, one command after the other with a pause like a person's, each durable with its
//! entry in the log. The narrative, the people and the accounts are invented.

use super::product::Failed;
use super::samples::{Samples, micros};
use crate::command::bench::client::Client;
use serde_json::{Value, json};
use std::time::Duration;

/// Between two commands, so that each begins from a store that nobody else at a seat uses.
const PAUSE: Duration = Duration::from_millis(15);
const TIMES: usize = 400;

/// One kind of request, without and with the flood.
pub struct Beside {
    pub what: &'static str,
    pub idle: Samples,
    pub busy: Samples,
}

impl Beside {
    /// The share at p50 and at p99; the target is 1.5 at most.
    pub fn line(&self) -> String {
        let ratio = |part| micros(self.busy.quantile(part) / self.idle.quantile(part));
        format!(
            "| {} | {} | {} | {} | {} | {} | {} |",
            self.what,
            micros(self.idle.quantile(0.5)),
            micros(self.idle.quantile(0.99)),
            micros(self.busy.quantile(0.5)),
            micros(self.busy.quantile(0.99)),
            ratio(0.5),
            ratio(0.99),
        )
    }

    pub fn heading() -> &'static str {
        "| what | idle p50 | idle p99 | busy p50 | busy p99 | busy / idle p50 | busy / idle p99 (target ≤ 1.5) |\n|---|---|---|---|---|---|---|"
    }
}

/// What the seat does, again and again.
#[derive(Clone, Copy)]
pub enum Act {
    /// 接警并排入止付.
    Accept,
    /// A keystroke's draft.
    Draft,
    /// The golden minutes of a report, opened by a person: an entry each time.
    Golden,
}

pub const ACTS: [Act; 3] = [Act::Accept, Act::Draft, Act::Golden];

impl Act {
    pub const fn words(self) -> &'static str {
        match self {
            Act::Accept => "接警并排入止付 / report accepted, stop queued",
            Act::Draft => "保存草稿 / draft saved",
            Act::Golden => "打开黄金时间 / golden minutes opened",
        }
    }
}

/// A call-taker's seat, signed in.
pub struct Seat {
    client: Client,
    headers: String,
    nth: u32,
    report: String,
    draft: (String, i64),
}

impl Seat {
    pub fn at(mut client: Client) -> Result<Seat, Failed> {
        super::product::sign_in(&mut client, "liyang")?;
        let headers = client.headers.clone();
        let mut seat = Seat {
            client,
            headers,
            nth: 0,
            report: String::new(),
            draft: (String::new(), 0),
        };
        let made = seat.send("POST", "/api/reports", &form(0))?;
        seat.report = id_of(&made["report"])?;
        let draft = seat.send("POST", "/api/drafts", &json!({ "body": { "narrative": "刚才" } }))?;
        seat.draft = (id_of(&draft)?, draft["version"].as_i64().unwrap_or(1));
        Ok(seat)
    }

    pub fn times(&mut self, act: Act) -> Result<Samples, Failed> {
        let all: Vec<usize> = (0..TIMES).collect();
        Samples::paced(&all, PAUSE, |_| self.once(act))
    }

    fn once(&mut self, act: Act) -> Result<(), Failed> {
        self.nth += 1;
        match act {
            Act::Accept => self.send("POST", "/api/reports", &form(self.nth)).map(drop),
            Act::Golden => {
                let path = format!("/api/reports/{}/golden", self.report);
                self.send("GET", &path, &Value::Null).map(drop)
            }
            Act::Draft => {
                let path = format!("/api/drafts/{}", self.draft.0);
                let narrative = format!("刚才有人冒充客服，第 {} 次改", self.nth);
                let body = json!({ "body": { "narrative": narrative }, "version": self.draft.1 });
                let saved = self.send("PUT", &path, &body)?;
                self.draft.1 = saved["version"].as_i64().unwrap_or(self.draft.1 + 1);
                Ok(())
            }
        }
    }

    fn send(&mut self, method: &str, path: &str, body: &Value) -> Result<Value, Failed> {
        self.nth += 1;
        self.client.headers = format!(
            "{}idempotency-key: bench-foreground-{}\r\n",
            self.headers, self.nth
        );
        let text = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        let answer = self.client.ask(method, path, &text)?;
        let said = String::from_utf8_lossy(&answer.body);
        if answer.status != 200 {
            return Err(format!("{method} {path}: HTTP {} {said}", answer.status).into());
        }
        Ok(serde_json::from_str(&said)?)
    }
}

fn id_of(thing: &Value) -> Result<String, Failed> {
    let id = thing["id"].as_str().ok_or("an answer without an id")?;
    Ok(id.to_owned())
}

/// A report with one payment, each of another caller and to another account.
fn form(nth: u32) -> Value {
    let first = "42110219000101124";
    let check = kernel::identifier::id_card_check(first).unwrap_or('X');
    let phone = format!("198{nth:08}");
    json!({
        "narrative": "刚才有人冒充客服，我把三万块钱转到了对方的卡上，账号在下面，请赶紧止付。",
        "channel": "hotline96110", "line": "3", "seat": "3",
        "caller": { "name": "试甲", "phone": phone, "relation": "self" },
        "victims": [{ "name": "试甲", "phone": phone, "id_type": "01", "id_number": format!("{first}{check}") }],
        "payments": [{
            "paid_at": paid_at(), "amount_fen": 3_000_000,
            "from": { "name": "试甲", "number": "620000000000000001", "number_confirmed": true },
            "to": { "bank_code": "402533000018", "bank_name": "黄冈农村商业银行", "name": "试乙",
                    "number": format!("81{nth:014}"), "number_confirmed": true },
            "channel": "手机银行",
        }],
        "category": "02", "offence_area": "421102", "send_stops": true,
    })
}

fn paid_at() -> String {
    use app::ports::Clock;
    (crate::adapter::SystemClock.now() - kernel::Span::minutes(10)).to_iso_cst()
}
