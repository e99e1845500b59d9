//! The language of `scenarios/*.txt`: one sentence a line, read aloud as it stands. `#` begins a remark.
//!
//! ```text
//! seed 7
//! clock 2026-11-22 21:03:00
//! policy by chenguodong up to 500000 within 24h
//! case refund kind 01 pays 30000 at 21:03:40 rings 21:05:06 bank 工商银行 rests 20m 15m parts 1
//! case third kind 03 pays 9000 at 21:03 by cash pays 800 at 21:04 by code rings 21:06 rests 1h
//! case second kind 02 pays 900 at 21:04 rings 21:06 into refund rests 1h    the account that refund's payment went to
//! fault 工商银行 200101 slow 90s x1      (the language of sim::faults)
//! road breaks 2                          the next two sends fail
//! tick until 21:05:06                    or: tick until 2026-11-24 09:00, tick for 2m
//! liyang takes refund                    writes the report, stops and all; "takes refund without stops"
//! liyang asks freeze on refund#1         #n: the n-th account of the money map; any kind of order
//! liyang asks freeze on refund#1 with document 42…1X from 户籍系统    typed by the officer; "true": the holder's own
//!                                        also: for 6000, whole, letting 2900 go, until 2027-05-01 00:00, because 与案件无关
//! liyang extends refund                  one batch on everything that is still reachable
//! chenguodong approves refund/2          /n: the n-th order of the report; rejects, withdraws, confirms, disowns, resends
//! chenguodong decides refund/2 refund/3  several in one act, each as it was seen
//! chenguodong approves batch of refund
//! liyang dispatches refund to 421102     then: signs, accepts, proposes, files
//! hemin checks identity of refund        somebody has looked at the first victim's papers
//! hemin proposes refund as 某案 by 何敏,王建 because 同意呈请 telling 简要案情
//! clock jumps 2d                         or: clock jumps back 2d
//! show refund                            also: show money|orders|deadlines|timeline of refund, show aside
//! expect refund/1 executed
//! expect refused third_stop              what the sentence before was answered
//! expect money of refund held 30000 reachable 0 unseen 0 gone 0
//! expect sends of refund/1 4             also: expect result of refund/1 7777
//! expect fired stop_lapse of refund/1    once, and after its time
//! expect free at banks of refund 0       yuan of the case that the city's mules can still move
//! verify                                 the log, the second place, the banks' journal, every invariant, and what the city
//!                                        knows beside what the centre believes, by cause
//! ```
//!
//! Promises: a sentence that is not understood, an expectation that fails, a refusal that nobody expected and a broken
//! invariant stop the script with its line. Leaves out what a sentence does (see [`crate::evening`] and `app`).

use crate::desk::Told;
use crate::evening::Evening;
use crate::flow;
use crate::proof::{Watch, asked_too_much, at_the_end};
use crate::show::{self, Cast};
use crate::truth::compare;
use app::golden::{self, Golden};
use app::orders::approve::{
    batch_approve, batch_reject, order_approve, order_reject, order_resend, order_withdraw,
};
use app::orders::bound::LetsGo;
use app::orders::confirm::{order_confirm, order_confirm_refuse};
use app::orders::extend::stops_extend;
use app::orders::request::{AccountChoice, HolderDocument, OrderRequest, order_request};
use app::{AppError, AppResult};
use domain::order::{FreezeType, Order, OrderKind, Terms};
use kernel::{AccountId, Area, BatchId, Fen, Instant, Refusal, ReportId, Span};
use sim::faults::parse_span;
use sim::{BankIx, CityConfig, Happening, How, Staged};
use std::collections::BTreeMap;
use std::fmt::Write;
use store::deadlines::DeadlineState;

/// Where a script stopped.
#[derive(Debug)]
pub struct Stopped {
    /// Counted from 1.
    pub line: usize,
    pub why: String,
    /// What had been played until then.
    pub output: String,
}

/// Done, or the words for why not.
type Said = Result<(), String>;

struct Stage {
    seed: u64,
    evening: Option<Evening>,
    watch: Watch,
    cases: BTreeMap<String, u32>,
    calls: BTreeMap<u32, Told>,
    reports: BTreeMap<String, ReportId>,
    batches: BTreeMap<String, BatchId>,
    refused: Option<Refusal>,
    output: String,
}

/// Plays a script; the answer is what the audience sees.
pub async fn play(text: &str) -> Result<String, Stopped> {
    Ok(play_through(text).await?.0)
}

/// The same, with the evening as the script left it.
pub async fn play_through(text: &str) -> Result<(String, Option<Evening>), Stopped> {
    play_watched(text, async |_: &Evening| {}).await
}

/// Plays a script and looks at the evening each time that it shows something.
pub async fn play_on(text: &str, look: impl AsyncFnMut(&Evening)) -> Result<String, Stopped> {
    Ok(play_watched(text, look).await?.0)
}

async fn play_watched(
    text: &str,
    mut look: impl AsyncFnMut(&Evening),
) -> Result<(String, Option<Evening>), Stopped> {
    let mut stage = Stage {
        seed: 1,
        evening: None,
        watch: Watch::default(),
        cases: BTreeMap::new(),
        calls: BTreeMap::new(),
        reports: BTreeMap::new(),
        batches: BTreeMap::new(),
        refused: None,
        output: String::new(),
    };
    for (i, raw) in text.lines().enumerate() {
        let words: Vec<&str> = without_remark(raw).split_whitespace().collect();
        if words.is_empty() {
            if let Some(remark) = raw.trim().strip_prefix('#') {
                let _ = writeln!(stage.output, "\n#{remark}");
            }
            continue;
        }
        if let Err(why) = stage.say(&words).await {
            return Err(Stopped {
                line: i + 1,
                why,
                output: stage.output,
            });
        }
        if let (["show", ..], Some(evening)) = (&words[..], &stage.evening) {
            look(evening).await;
        }
    }
    match stage.refused {
        Some(refusal) => Err(Stopped {
            line: text.lines().count(),
            why: unexpected(&refusal),
            output: stage.output,
        }),
        None => Ok((stage.output, stage.evening)),
    }
}

/// A remark begins at `#` after a blank or at the start; `refund#1` is an account.
fn without_remark(raw: &str) -> &str {
    if raw.trim_start().starts_with('#') {
        ""
    } else {
        raw.split(" #").next().unwrap_or_default()
    }
}

fn unexpected(refusal: &Refusal) -> String {
    let problems: Vec<String> = refusal
        .problems
        .iter()
        .map(|p| format!("{} {}", p.field, p.code.slug()))
        .collect();
    format!(
        "refused, and nobody expected it: {} {:?} {problems:?}",
        refusal.code.slug(),
        refusal.detail
    )
}

impl Stage {
    async fn say(&mut self, words: &[&str]) -> Said {
        let expects_refusal = words.starts_with(&["expect", "refused"]);
        if let (Some(refusal), false) = (&self.refused, expects_refusal) {
            return Err(unexpected(refusal));
        }
        if words[0] != "show" && words[0] != "expect" {
            let at = self
                .evening
                .as_ref()
                .map_or_else(String::new, |e| clock(e.centre.now()));
            let _ = writeln!(self.output, "{at:>8}  {}", words.join(" "));
        }
        match words {
            ["seed", n] => self.seed = n.parse().map_err(|_| format!("no number: {n}"))?,
            ["clock", "jumps", "back", span] => self.evening()?.clock.jump(minus(a_span(span)?)),
            ["clock", "jumps", span] => self.evening()?.clock.jump(a_span(span)?),
            ["clock", day, time] => self.begin(day, time).await?,
            ["policy", "by", who, "up", "to", yuan, "within", span] => {
                let (amount, age) = (yuan_of(yuan)?, a_span(span)?);
                let done = self.evening()?.sign_policy(who, amount, age).await;
                self.answer(done)?;
            }
            ["case", name, "kind", kind, rest @ ..] => self.stage_case(name, kind, rest)?,
            ["fault", rest @ ..] => {
                let mut town = self.evening()?.road.town();
                let now = town.city.now();
                town.city
                    .faults_mut()
                    .add_script(&rest.join(" "), now)
                    .map_err(|p| p.to_string())?;
            }
            ["faults", "end"] => self.evening()?.road.town().city.faults_mut().clear(),
            ["road", "breaks", n] => {
                self.evening()?.road.town().broken_sends =
                    n.parse().map_err(|_| format!("no number: {n}"))?;
            }
            ["tick", "until", day, time] => self.tick(instant(day, time)?).await?,
            ["tick", "until", time] => {
                let world = self.evening()?.clock.world();
                self.tick(on_day_of(world, time)?).await?;
            }
            ["tick", "for", span] => {
                let end = self.evening()?.clock.world() + a_span(span)?;
                self.tick(end).await?;
            }
            ["show", rest @ ..] => self.show(rest).await?,
            ["expect", rest @ ..] => self.expect(rest).await?,
            ["verify"] => self.verify().await?,
            ["index", "the", "transfers"] => self.index().await?,
            [who, rest @ ..] => self.act(who, rest).await?,
            [] => {}
        }
        Ok(())
    }

    fn evening(&mut self) -> Result<&mut Evening, String> {
        self.evening
            .as_mut()
            .ok_or_else(|| "the clock has not been set".to_owned())
    }

    async fn begin(&mut self, day: &str, time: &str) -> Said {
        let start = instant(day, time)?;
        let evening = Evening::begin(self.seed, CityConfig::quiet(), start)
            .await
            .map_err(|e| told(&e))?;
        self.evening = Some(evening);
        Ok(())
    }

    /// A failure of the world stops the script; a refusal waits for `expect refused`.
    fn answer<T>(&mut self, answer: AppResult<T>) -> Result<Option<T>, String> {
        match answer {
            Ok(value) => Ok(Some(value)),
            Err(AppError::Refused(refusal)) => {
                let _ = writeln!(self.output, "          refused: {}", refusal.code.slug());
                self.refused = Some(refusal);
                Ok(None)
            }
            Err(failed) => Err(told(&failed)),
        }
    }

    fn stage_case(&mut self, name: &str, kind: &str, rest: &[&str]) -> Said {
        let world = self.evening()?.clock.world();
        let mut staged = Staged {
            kind_code: kind.to_owned(),
            payments: Vec::new(),
            call_at: world,
            payee_bank: None,
            rests: Vec::new(),
            parts: 1,
            narrative: None,
            payee_of: None,
        };
        let mut words = rest.iter();
        while let Some(word) = words.next() {
            let mut next = || words.next().copied().ok_or_else(|| format!("{word}: and then?"));
            match *word {
                "pays" => {
                    let amount = yuan_of(next()?)?;
                    let at = next()?;
                    let time = if at == "at" { next()? } else { at };
                    staged
                        .payments
                        .push((on_day_of(world, time)?, amount, How::Transfer));
                }
                "by" => {
                    let way = match next()? {
                        "cash" => How::Cash,
                        "code" => How::Code,
                        other => return Err(format!("by {other}: cash or code")),
                    };
                    staged.payments.last_mut().ok_or("by: of which payment?")?.2 = way;
                }
                "rings" => staged.call_at = on_day_of(world, next()?)?,
                "bank" => {
                    let bank = next()?;
                    staged.payee_bank = Some(BankIx::of_name(bank).ok_or_else(|| format!("no bank {bank}"))?);
                }
                "into" => staged.payee_of = self.cases.get(next()?).copied(),
                "parts" => staged.parts = next()?.parse().map_err(|_| "parts: a number".to_owned())?,
                "rests" => {}
                span => staged.rests.push(a_span(span)?),
            }
        }
        let case = self
            .evening()?
            .road
            .town()
            .city
            .stage(staged)
            .map_err(|p| p.to_string())?;
        self.cases.insert(name.to_owned(), case);
        Ok(())
    }

    async fn tick(&mut self, end: Instant) -> Said {
        self.evening()?.tick().await.map_err(|e| told(&e))?;
        self.hear()?;
        while self.evening()?.clock.world() < end {
            let evening = self.evening()?;
            let next = evening.next_moment(end).await.map_err(|e| told(&e))?;
            evening.clock.set_world(next);
            evening.tick().await.map_err(|e| told(&e))?;
            self.hear()?;
            self.look().await?;
        }
        Ok(())
    }

    async fn look(&mut self) -> Said {
        let evening = self.evening.as_ref().ok_or("the clock has not been set")?;
        let wrong = self.watch.look(evening).await.map_err(|e| told(&e))?;
        if wrong.is_empty() {
            Ok(())
        } else {
            Err(format!("broken: {wrong:#?}"))
        }
    }

    /// What a narrator tells of the city.
    fn hear(&mut self) -> Said {
        let happened = std::mem::take(&mut self.evening()?.road.town().told);
        for happening in happened {
            if let Some(line) = show::happening(&happening) {
                let _ = writeln!(self.output, "{line}");
            }
            if let Happening::CallRings {
                at,
                line,
                narrative,
                truth,
                ..
            } = happening
            {
                self.calls.insert(
                    truth.case,
                    Told {
                        at,
                        line,
                        narrative,
                        truth: *truth,
                    },
                );
            }
        }
        Ok(())
    }

    async fn act(&mut self, who: &str, rest: &[&str]) -> Said {
        match rest {
            ["takes", name] => self.take(who, name, true).await,
            ["takes", name, "without", "stops"] => self.take(who, name, false).await,
            ["asks", kind, "on", target, rest @ ..] => self.ask(who, kind, target, rest).await,
            ["extends", name] => self.extend(who, name).await,
            [verb, "batch", "of", name] => self.decide_batch(who, verb, name).await,
            ["dispatches", name, "to", area] => {
                let area = area
                    .parse()
                    .ok()
                    .and_then(Area::from_code)
                    .ok_or_else(|| format!("no area {area}"))?;
                let (report, ctx) = (self.report(name)?, self.ctx(who).await?);
                let done =
                    app::intake::desk::report_dispatch(&self.evening()?.centre, &ctx, report, area).await;
                self.answer(done).map(drop)
            }
            ["traces", name, "by", mode] => self.trace(who, name, mode).await,
            ["checks", "identity", "of", name] => {
                let (report, ctx) = (self.report(name)?, self.ctx(who).await?);
                let done =
                    app::intake::identity::identity_check(&self.evening()?.centre, &ctx, report, 0).await;
                self.answer(done).map(|_: Option<()>| ())
            }
            [
                "proposes",
                name,
                "as",
                case,
                "by",
                officers,
                "because",
                opinion,
                "telling",
                summary,
            ] => {
                let written = app::cases::FilingProposal {
                    name: (*case).to_owned(),
                    summary: (*summary).to_owned(),
                    officers: officers.split(',').map(str::to_owned).collect(),
                    opinion: (*opinion).to_owned(),
                    source: None,
                };
                let (golden, ctx) = (self.golden(name).await?, self.ctx(who).await?);
                let case = golden.case.as_ref().map(|c| c.id).ok_or("no case")?;
                let done = app::cases::case_propose(&self.evening()?.centre, &ctx, case, &written).await;
                self.answer(done).map(drop)
            }
            [verb, target] if target.contains('/') => self.decide(who, verb, target).await,
            [verb, name] => self.case_step(who, verb, name).await,
            _ => Err(format!("not understood: {}", rest.join(" "))),
        }
    }

    async fn ctx(&mut self, who: &str) -> Result<app::Context, String> {
        self.evening()?
            .by(who)
            .await
            .map_err(|e| format!("{who}: {}", told(&e)))
    }

    fn report(&self, name: &str) -> Result<ReportId, String> {
        self.reports
            .get(name)
            .copied()
            .ok_or_else(|| format!("no report of {name}"))
    }

    async fn take(&mut self, who: &str, name: &str, stops: bool) -> Said {
        let case = self.cases.get(name).ok_or_else(|| format!("no case {name}"))?;
        let call = self
            .calls
            .get(case)
            .cloned()
            .ok_or_else(|| format!("{name} has not rung"))?;
        let done = self.evening()?.take(who, &call, stops).await;
        if let Some(accepted) = self.answer(done)? {
            self.reports.insert(name.to_owned(), accepted.report.report.id);
            for stop_refused in &accepted.refused {
                let refusal = &stop_refused.refusal;
                let _ = writeln!(self.output, "          no stop: {}", refusal.code.slug());
            }
        }
        Ok(())
    }

    async fn golden(&mut self, name: &str) -> Result<Golden, String> {
        let report = self.report(name)?;
        let ctx = self.ctx("liyang").await?;
        golden::golden(&self.evening()?.centre, &ctx, report)
            .await
            .map_err(|e| told(&e))
    }

    /// `for YUAN`, `letting YUAN go`, `until DAY TIME`, `because REASON`, `with document N [from SOURCE]`, in any order.
    async fn ask(&mut self, who: &str, kind: &str, target: &str, rest: &[&str]) -> Said {
        let kind = OrderKind::from_slug(kind).ok_or_else(|| format!("no kind of order {kind}"))?;
        let (name, nth) = numbered(target, '#')?;
        let golden = self.golden(name).await?;
        let node = golden.whereabouts.accounts.get(nth);
        let account = node.ok_or_else(|| format!("no account {target}"))?.account;
        let mut terms = Terms::default();
        if kind == OrderKind::Freeze {
            terms.freeze_type = Some(FreezeType::Limited);
        }
        let (mut typed, mut lets_go) = (None, LetsGo::Unsaid);
        let mut words = rest.iter().copied();
        while let Some(word) = words.next() {
            let mut next = || words.next().ok_or_else(|| format!("{word}: and then?"));
            match word {
                "for" => terms.amount = yuan_of(next()?)?,
                "whole" => terms.freeze_type = Some(FreezeType::Whole),
                "letting" => {
                    lets_go = LetsGo::Agreed(yuan_of(next()?)?);
                    next()?;
                }
                "until" => terms.until = Some(instant(next()?, next()?)?),
                "because" => terms.reason = next()?.to_owned(),
                "with" => {
                    let number = (next()?, next()?).1;
                    typed = Some((number.to_owned(), ""));
                }
                "from" => {
                    let source = next()?;
                    typed = typed.map(|(number, _)| (number, source));
                }
                other => return Err(format!("asks how? {other}")),
            }
        }
        if let Some((number, _)) = typed.as_mut().filter(|(number, _)| number == "true") {
            *number = self.holder_document(&golden, account)?;
        }
        let request = OrderRequest {
            holder_document: typed.map(|(number, source)| HolderDocument {
                id_type: "01".into(),
                id_number: number.as_str().into(),
                source: source.into(),
            }),
            report: golden.report.report.id,
            kind,
            account: AccountChoice::Known(account),
            original: None,
            terms,
            second_officer: None,
            lets_go,
        };
        let ctx = self.ctx(who).await?;
        let done = order_request(&self.evening()?.centre, &ctx, request).await;
        match self.answer(done)? {
            Some(order) => self.within_bounds(&[order]).await,
            None => Ok(()),
        }
    }

    /// What the city knows of the account's holder.
    fn holder_document(&mut self, golden: &Golden, account: AccountId) -> Result<String, String> {
        let number = golden.accounts.get(&account).map(|a| a.number.main().to_owned());
        let number = number.ok_or("the account is not on the page")?;
        let town = self.evening()?.road.town();
        let world = town.city.world();
        let found = world.find(&number).ok_or("the city has no such account")?;
        Ok(world.account(found).holder.id_number.clone())
    }

    async fn extend(&mut self, who: &str, name: &str) -> Said {
        let golden = self.golden(name).await?;
        let reach: Vec<_> = golden
            .whereabouts
            .accounts
            .iter()
            .filter(|n| n.proposable)
            .map(|n| n.account)
            .collect();
        let ctx = self.ctx(who).await?;
        let report = self.report(name)?;
        let done = stops_extend(&self.evening()?.centre, &ctx, report, &reach, None).await;
        if let Some((batch, orders)) = self.answer(done)? {
            let _ = writeln!(
                self.output,
                "          a batch of {} for {}",
                orders.len(),
                batch.amount.to_grouped()
            );
            self.batches.insert(name.to_owned(), batch.id);
            return self.within_bounds(&orders).await;
        }
        Ok(())
    }

    async fn within_bounds(&mut self, orders: &[Order]) -> Said {
        let wrong = asked_too_much(self.evening()?, orders)
            .await
            .map_err(|e| told(&e))?;
        match wrong.is_empty() {
            true => Ok(()),
            false => Err(format!("broken: {wrong:?}")),
        }
    }

    async fn decide_batch(&mut self, who: &str, verb: &str, name: &str) -> Said {
        let batch = *self
            .batches
            .get(name)
            .ok_or_else(|| format!("no batch of {name}"))?;
        let ctx = self.ctx(who).await?;
        let centre = self.evening()?.centre.clone();
        let done = match verb {
            "approves" => batch_approve(&centre, &ctx, batch, "同意").await.map(drop),
            "rejects" => batch_reject(&centre, &ctx, batch, "不同意").await,
            other => return Err(format!("{other} a batch?")),
        };
        self.answer(done).map(drop)
    }

    async fn order(&mut self, target: &str) -> Result<Order, String> {
        let (name, nth) = numbered(target, '/')?;
        let report = self.report(name)?;
        let orders = show::orders(self.evening()?, report)
            .await
            .map_err(|e| told(&e))?;
        orders
            .get(nth)
            .cloned()
            .ok_or_else(|| format!("no order {target}"))
    }

    async fn decide(&mut self, who: &str, verb: &str, target: &str) -> Said {
        let id = self.order(target).await?.id;
        let ctx = self.ctx(who).await?;
        let centre = self.evening()?.centre.clone();
        let done = match verb {
            "approves" => order_approve(&centre, &ctx, id, "同意").await,
            "rejects" => order_reject(&centre, &ctx, id, "不同意").await,
            "withdraws" => order_withdraw(&centre, &ctx, id).await,
            "confirms" => order_confirm(&centre, &ctx, id, "确认").await,
            "disowns" => order_confirm_refuse(&centre, &ctx, id, "金额与警情不符").await,
            "resends" => order_resend(&centre, &ctx, id).await,
            other => return Err(format!("{other} an order?")),
        };
        self.answer(done).map(drop)
    }

    async fn case_step(&mut self, who: &str, verb: &str, name: &str) -> Said {
        let golden = self.golden(name).await?;
        let ctx = self.ctx(who).await?;
        let centre = self.evening()?.centre.clone();
        let case = || {
            golden
                .case
                .as_ref()
                .map(|c| c.id)
                .ok_or_else(|| format!("{name} has no case"))
        };
        let done = match verb {
            "signs" => {
                let dispatch = golden
                    .dispatch
                    .as_ref()
                    .ok_or_else(|| format!("{name} was not dispatched"))?;
                app::intake::desk::dispatch_sign(&centre, &ctx, dispatch.id)
                    .await
                    .map(drop)
            }
            "accepts" => app::cases::case_accept(&centre, &ctx, golden.report.report.id, None)
                .await
                .map(drop),
            "proposes" => {
                let written = app::cases::FilingProposal::default();
                app::cases::case_propose(&centre, &ctx, case()?, &written)
                    .await
                    .map(drop)
            }
            "files" => {
                let decision = app::cases::FilingDecision::File;
                app::cases::case_decide(&centre, &ctx, case()?, decision, "同意立案")
                    .await
                    .map(drop)
            }
            "prints" => {
                let ids: Vec<_> = golden.documents.iter().map(|d| d.id).collect();
                app::papers::print::documents_print(&centre, &ctx, &ids)
                    .await
                    .map(drop)
            }
            other => return Err(format!("not understood: {other}")),
        };
        self.answer(done).map(drop)
    }

    async fn show(&mut self, rest: &[&str]) -> Said {
        let text = match rest {
            ["aside"] => show::aside(self.evening()?),
            [name] => {
                let golden = self.golden(name).await?;
                show::all(name, &golden)
            }
            ["flow", "of", name, rest @ ..] => self.flow(name, rest).await?,
            [part, "of", name] => {
                let golden = self.golden(name).await?;
                let cast = Cast::of(name, &golden);
                match *part {
                    "money" => show::money(&cast, &golden),
                    "orders" => show::order_lines(&cast, &golden),
                    "deadlines" => show::deadlines(&cast, &golden),
                    "timeline" => show::timeline(&cast, &golden),
                    other => return Err(format!("show what? {other}")),
                }
            }
            _ => return Err(format!("show what? {}", rest.join(" "))),
        };
        self.output.push_str(&text);
        Ok(())
    }

    /// `by DOCTRINE`, `until TIME`, `had N stopped TIME`: N is the place in the money's list.
    async fn flow(&mut self, name: &str, rest: &[&str]) -> Result<String, String> {
        let report = self.report(name)?;
        let world = self.evening()?.clock.world();
        let mut query = app::flow::FlowQuery::by(self.evening()?.centre.config.doctrine);
        let mut words = rest.iter();
        while let Some(word) = words.next() {
            let mut next = || words.next().copied().ok_or_else(|| format!("{word}: and then?"));
            match *word {
                "by" => query.doctrine = flow::doctrine(next()?)?,
                "until" => query.until = Some(on_day_of(world, next()?)?),
                "had" => {
                    let place: usize = next()?.parse().map_err(|_| "had: a number".to_owned())?;
                    let at = (next()?, next()?).1;
                    let golden = self.golden(name).await?;
                    let node = golden.whereabouts.accounts.get(place.saturating_sub(1));
                    let account = node.ok_or_else(|| format!("no account {place}"))?.account;
                    query.stops.push((account, on_day_of(world, at)?));
                }
                other => return Err(format!("flow how? {other}")),
            }
        }
        let ctx = self.ctx("linsu").await?;
        let found = app::flow::flow(&self.evening()?.centre, &ctx, report, &query).await;
        flow::show(&found.map_err(|e| told(&e))?)
    }

    /// Builds the index of all transfers, or takes in what is new.
    async fn index(&mut self) -> Said {
        let centre = self.evening()?.centre.clone();
        let taken = if centre.live.state() == app::flow::IndexState::Off {
            centre.live.build(&centre).await.map_err(|e| told(&e))?;
            0
        } else {
            centre.live.follow(&centre).await.map_err(|e| told(&e))?
        };
        let _ = writeln!(self.output, "          {:?}, {taken} new", centre.live.state());
        Ok(())
    }

    /// The raw trace of the first payment, from the index and from the store.
    async fn trace(&mut self, who: &str, name: &str, mode: &str) -> Said {
        let report = self.report(name)?;
        let mut centre = self.evening()?.centre.clone();
        let paid = store::intake::payments(centre.store.reader(), report)
            .await
            .map_err(|e| told(&e.into()))?;
        let seed = paid
            .first()
            .and_then(|p| p.transfer)
            .ok_or("no bank has told of the payment")?;
        let mode = match mode {
            "reach" => app::flow::RawMode::Reach {
                dwell: Span::hours(48),
                min_amount: Fen::ZERO,
                direction: app::flow::Direction::Down,
            },
            doctrine => app::flow::RawMode::Taint {
                doctrine: flow::doctrine(doctrine)?.shares().ok_or("reach shares nothing")?,
                horizon: Span::days(7),
                min_taint: Fen::yuan(1),
            },
        };
        let query = app::flow::RawQuery {
            seed,
            mode,
            depth: 10,
            budget: 1_000_000,
            rows_max: 1_000,
            explain: false,
        };
        let mut ctx = self.ctx(who).await?;
        ctx.purpose = "研判资金去向".into();
        let from_index = app::flow::trace_raw(&centre, &ctx, &query).await;
        let Some(from_index) = self.answer(from_index)? else {
            return Ok(());
        };
        centre.live = Default::default();
        let from_store = app::flow::trace_raw(&centre, &ctx, &query).await;
        let from_store = from_store.map_err(|e| told(&e))?;
        self.output.push_str(&flow::same(&from_index, &from_store)?);
        Ok(())
    }

    async fn expect(&mut self, rest: &[&str]) -> Said {
        match rest {
            ["refused", code] => match self.refused.take() {
                Some(refusal) => equal("refused", refusal.code.slug(), code),
                None => Err("nothing was refused".into()),
            },
            [
                "money",
                "of",
                name,
                "held",
                h,
                "reachable",
                r,
                "unseen",
                u,
                "gone",
                g,
            ] => {
                let money = self.golden(name).await?.whereabouts.sums;
                let found = [money.held, money.reachable, money.unseen, money.gone];
                let wanted = [yuan_of(h)?, yuan_of(r)?, yuan_of(u)?, yuan_of(g)?];
                let [found, wanted] = [found, wanted].map(|sums| sums.map(Fen::to_yuan).join(" "));
                equal("held reachable unseen gone", &found, &wanted)
            }
            ["sends", "of", target, n] => equal("sends", &self.order(target).await?.sends.to_string(), n),
            ["result", "of", target, code] => {
                let answer = self
                    .order(target)
                    .await?
                    .answer
                    .map(|a| a.result)
                    .unwrap_or_default();
                equal("result", &answer, code)
            }
            ["hub", "of", target, code] => equal("hub", &self.order(target).await?.hub_code, code),
            ["fired", kind, "of", target] => self.expect_fired(kind, target).await,
            ["aside", n] => {
                let aside = self.evening()?.road.town().aside.len().to_string();
                equal("aside", &aside, n)
            }
            ["free", "at", "banks", "of", name, yuan] => {
                let case = *self.cases.get(*name).ok_or_else(|| format!("no case {name}"))?;
                let free = show::free_at_banks(self.evening()?, case);
                equal("free", &free.to_yuan(), &yuan_of(yuan)?.to_yuan())
            }
            [target, state] if target.contains('/') => {
                equal(target, self.order(target).await?.state.slug(), state)
            }
            _ => Err(format!("expect what? {}", rest.join(" "))),
        }
    }

    async fn expect_fired(&mut self, kind: &str, target: &str) -> Said {
        let (name, _) = target.split_once('/').unwrap_or((target, ""));
        let golden = self.golden(name).await?;
        let subject = if target.contains('/') {
            Some(self.order(target).await?.id.into())
        } else {
            None
        };
        let fired = golden.deadlines.iter().filter(|d| {
            d.kind.slug() == kind
                && d.state == DeadlineState::Fired
                && subject.is_none_or(|s: store::sea_orm::prelude::Uuid| s == d.subject)
        });
        equal(&format!("{kind} fired"), &fired.count().to_string(), "1")
    }

    async fn verify(&mut self) -> Said {
        self.look().await?;
        let evening = self.evening()?;
        let wrong = at_the_end(evening).await.map_err(|e| told(&e))?;
        if !wrong.is_empty() {
            return Err(format!("broken: {wrong:#?}"));
        }
        let length = app::logbook::length(&evening.centre)
            .await
            .map_err(|e| told(&e))?;
        let _ = writeln!(self.output, "          the log is whole: {length} entries");
        self.compare().await
    }

    /// Every report of the script beside its case.
    async fn compare(&mut self) -> Said {
        for (name, report) in self.reports.clone() {
            let found = compare(self.evening()?, report).await.map_err(|e| told(&e))?;
            let Some(found) = found else { continue };
            self.output.push_str(&found.show(&name));
            let faults: Vec<String> = found.faults().map(|d| format!("{d:?}")).collect();
            if !faults.is_empty() {
                return Err(format!("{name} differs from the truth: {faults:#?}"));
            }
        }
        Ok(())
    }
}

fn told(error: &AppError) -> String {
    let mut words = error.to_string();
    if let AppError::Refused(refusal) = error {
        words = unexpected(refusal);
    }
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        let _ = write!(words, ": {cause}");
        source = cause.source();
    }
    words
}

fn equal(what: &str, found: &str, wanted: &str) -> Said {
    if found == wanted {
        Ok(())
    } else {
        Err(format!("{what}: {found}, not {wanted}"))
    }
}

fn numbered(target: &str, mark: char) -> Result<(&str, usize), String> {
    let wrong = || format!("not a name with a number: {target}");
    let (name, nth) = target.split_once(mark).ok_or_else(wrong)?;
    let nth: usize = nth.parse().map_err(|_| wrong())?;
    Ok((name, nth.checked_sub(1).ok_or_else(wrong)?))
}

fn a_span(word: &str) -> Result<Span, String> {
    parse_span(word).ok_or_else(|| format!("no span of time: {word}"))
}

fn minus(span: Span) -> Span {
    Span::from_ms(-span.ms())
}

fn yuan_of(word: &str) -> Result<Fen, String> {
    Fen::parse_yuan(word).map_err(|_| format!("no amount: {word}"))
}

fn instant(day: &str, time: &str) -> Result<Instant, String> {
    let digits: String = format!("{day}{time}")
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    Instant::from_wire14(&format!("{digits:0<14}")).ok_or_else(|| format!("no time: {day} {time}"))
}

fn on_day_of(world: Instant, time: &str) -> Result<Instant, String> {
    instant(&world.to_wire14()[..8], time)
}

/// 21:05:06
pub(crate) fn clock(at: Instant) -> String {
    let w = at.to_wire14();
    format!("{}:{}:{}", &w[8..10], &w[10..12], &w[12..14])
}
