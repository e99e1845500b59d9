//! Misbehaviour on cue: a small script that says which bank does what wrong, to which messages, how often and when.
//!
//! One rule a line: `BANK CODE WHAT [ARGUMENT…] [xN] [skip N] [after SPAN] [for SPAN] [account TAIL]`. `BANK` is a node code, a
//! name, or `*`; `CODE` is the request's transaction code or `*`; a span is `90s`, `5m`, `2h`, `3d`. `#` begins a remark. Rules
//! are tried in order; every rule that fits a request applies, the first of a kind wins. `after` and `for` count from
//! the instant the script was added. Without `xN` a rule never wears out.
//!
//! ```text
//! 工商银行 200101 slow 90s x2
//! *        200101 result 1304 account 1234
//! 建设银行 *      down for 24h
//! *        *      duplicate 3
//! *        200102 …            (wrong: rules name the request, not the answer)
//! ```
//!
//! Promises: a script that cannot be read is refused with its line; the same script and seed misbehave the same way.

use crate::hostile::Hostile;
use crate::institutions::BankIx;
use kernel::{Fen, Instant, Span};

/// One way to misbehave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// `slow SPAN`: every answer comes this much later.
    Slow(Span),
    /// `silent`: the bank acts and never answers.
    Silent,
    /// `deaf`: the hub accepts, the bank never sees it.
    Deaf,
    /// `duplicate N`: the same answer file content N more times, each in a file of its own.
    Duplicate(u32),
    /// `echo N`: the same answer N more times under fresh serial numbers.
    Echo(u32),
    /// `reorder SPAN`: each answer waits a random time up to this, so that later ones overtake.
    Reorder(Span),
    /// `result CODE`: this result and nothing done; with 0000 or 1200 the order is carried out.
    Result(String),
    /// `wrong-account`: answers 0300 whatever the account.
    WrongAccount,
    /// `wrong-bank`: the hub does not know the receiver (200010).
    WrongBank,
    /// `partial [YUAN]`: the stop or freeze holds, but only this much was left to hold (1200).
    Partial(Option<Fen>),
    /// `contradict CODE SPAN`: the true answer, and later another one with this result.
    Contradict(String, Span),
    /// `stranger`: the answer carries an application number that nobody asked.
    Stranger,
    /// `misnamed`: the answer's file name carries another application number than its content.
    Misnamed,
    /// `malformed [SPAN]`: broken XML; the good answer follows after the span, if one is given.
    Malformed(Option<Span>),
    /// `hostile KIND [SPAN]`: see [`Hostile`]; the good answer follows after the span.
    Hostile(Hostile, Option<Span>),
    /// `down`: the hub keeps what comes for the bank until the rule's `for` ends, then it all arrives at once.
    Down,
    /// `hub CODE`: the hub refuses with this code and nothing reaches the bank.
    Hub(String),
    /// `lost-response`: the hub accepts and says nothing.
    LostResponse,
    /// `hub-late CODE`: the hub says this (603202, say) although it passed the request on.
    HubLate(String),
    /// `strict`: the bank looks for the victim's payment of that amount and day, and says 0400 when there is none.
    Strict,
}

impl Fault {
    fn same_kind(&self, other: &Fault) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(other)
    }
}

/// A fault with its conditions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub bank: Option<BankIx>,
    /// The request's code, 2xxxxx.
    pub tx_code: Option<String>,
    /// The last characters of the account number.
    pub account: Option<String>,
    pub from: Option<Instant>,
    pub until: Option<Instant>,
    /// Requests that fit but are let pass first.
    pub skip: u32,
    /// How often it still applies.
    pub left: Option<u32>,
    pub fault: Fault,
}

impl Rule {
    /// Applies to everything for ever.
    pub fn always(fault: Fault) -> Rule {
        Rule {
            bank: None,
            tx_code: None,
            account: None,
            from: None,
            until: None,
            skip: 0,
            left: None,
            fault,
        }
    }

    fn fits(&self, bank: Option<BankIx>, tx_code: &str, account: &str, now: Instant) -> bool {
        self.left != Some(0)
            && self.bank.is_none_or(|b| Some(b) == bank)
            && self.tx_code.as_deref().is_none_or(|c| c == tx_code)
            && self.account.as_deref().is_none_or(|tail| account.ends_with(tail))
            && self.from.is_none_or(|from| from <= now)
            && self.until.is_none_or(|until| now < until)
    }
}

/// A line of a script that says nothing we know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScriptProblem {
    /// Counted from 1.
    pub line: usize,
    pub word: String,
}

impl std::fmt::Display for ScriptProblem {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: cannot read {:?}", self.line, self.word)
    }
}

impl std::error::Error for ScriptProblem {}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Faults {
    rules: Vec<Rule>,
}

impl Faults {
    pub fn add(&mut self, rule: Rule) {
        self.rules.push(rule);
    }

    /// Adds a script's rules, or none of them.
    pub fn add_script(&mut self, script: &str, now: Instant) -> Result<(), ScriptProblem> {
        let rules = parse(script, now)?;
        self.rules.extend(rules);
        Ok(())
    }

    pub fn clear(&mut self) {
        self.rules.clear();
    }

    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The faults that meet a request now; counts them as used.
    pub fn take(&mut self, bank: Option<BankIx>, tx_code: &str, account: &str, now: Instant) -> Vec<Fault> {
        let mut taken: Vec<Fault> = Vec::new();
        for rule in &mut self.rules {
            if !rule.fits(bank, tx_code, account, now) || taken.iter().any(|f| f.same_kind(&rule.fault)) {
                continue;
            }
            if rule.skip > 0 {
                rule.skip -= 1;
                continue;
            }
            if rule.fault != Fault::Down {
                rule.left = rule.left.map(|n| n.saturating_sub(1));
            }
            taken.push(rule.fault.clone());
        }
        taken
    }

    /// When a bank that is down now comes back; `Some(None)` when never.
    pub fn down_until(&self, bank: BankIx, now: Instant) -> Option<Option<Instant>> {
        let down = |r: &&Rule| {
            r.fault == Fault::Down && r.fits(Some(bank), r.tx_code.as_deref().unwrap_or(""), "", now)
        };
        self.rules
            .iter()
            .filter(down)
            .map(|r| r.until)
            .max_by_key(|until| until.unwrap_or(Instant::from_ms(i64::MAX)))
    }
}

fn parse(script: &str, now: Instant) -> Result<Vec<Rule>, ScriptProblem> {
    let mut rules = Vec::new();
    for (i, line) in script.lines().enumerate() {
        let line = line.split('#').next().unwrap_or_default();
        let mut words = Words {
            words: line.split_whitespace().collect(),
            at: 0,
            line: i + 1,
        };
        if !words.words.is_empty() {
            rules.push(parse_rule(&mut words, now)?);
        }
    }
    Ok(rules)
}

struct Words<'a> {
    words: Vec<&'a str>,
    at: usize,
    line: usize,
}

impl<'a> Words<'a> {
    fn problem(&self, word: &str) -> ScriptProblem {
        ScriptProblem {
            line: self.line,
            word: word.to_owned(),
        }
    }

    fn next(&mut self) -> Option<&'a str> {
        let word = self.words.get(self.at).copied();
        self.at += 1;
        word
    }

    fn need(&mut self) -> Result<&'a str, ScriptProblem> {
        self.next().ok_or_else(|| self.problem("end of line"))
    }

    fn span(&mut self) -> Result<Span, ScriptProblem> {
        let word = self.need()?;
        parse_span(word).ok_or_else(|| self.problem(word))
    }

    /// The next word when it is a span.
    fn maybe_span(&mut self) -> Option<Span> {
        let span = self.words.get(self.at).and_then(|w| parse_span(w))?;
        self.at += 1;
        Some(span)
    }

    fn number(&mut self) -> Result<u32, ScriptProblem> {
        let word = self.need()?;
        word.parse().map_err(|_| self.problem(word))
    }
}

/// `90s`, `5m`, `2h`, `3d`.
pub fn parse_span(word: &str) -> Option<Span> {
    let split = word
        .len()
        .checked_sub(1)
        .filter(|at| word.is_char_boundary(*at))?;
    let n: i64 = word[..split].parse().ok().filter(|n| (0..100_000).contains(n))?;
    match &word[split..] {
        "s" => Some(Span::seconds(n)),
        "m" => Some(Span::minutes(n)),
        "h" => Some(Span::hours(n)),
        "d" => Some(Span::days(n)),
        _ => None,
    }
}

fn parse_rule(words: &mut Words<'_>, now: Instant) -> Result<Rule, ScriptProblem> {
    let bank = match words.need()? {
        "*" => None,
        name => Some(BankIx::of_name(name).ok_or_else(|| words.problem(name))?),
    };
    let tx_code = match words.need()? {
        "*" => None,
        code if code.len() == 6 && code.starts_with('2') && code.bytes().all(|b| b.is_ascii_digit()) => {
            Some(code.to_owned())
        }
        other => return Err(words.problem(other)),
    };
    let mut rule = Rule {
        bank,
        tx_code,
        ..Rule::always(parse_fault(words)?)
    };
    while let Some(word) = words.next() {
        match word {
            "skip" => rule.skip = words.number()?,
            "after" => rule.from = Some(now + words.span()?),
            "for" => rule.until = Some(rule.from.unwrap_or(now) + words.span()?),
            "account" => rule.account = Some(words.need()?.to_owned()),
            times => {
                rule.left = Some(
                    times
                        .strip_prefix('x')
                        .and_then(|n| n.parse().ok())
                        .ok_or_else(|| words.problem(times))?,
                )
            }
        }
    }
    Ok(rule)
}

fn parse_fault(words: &mut Words<'_>) -> Result<Fault, ScriptProblem> {
    Ok(match words.need()? {
        "slow" => Fault::Slow(words.span()?),
        "silent" => Fault::Silent,
        "deaf" => Fault::Deaf,
        "duplicate" => Fault::Duplicate(words.number()?),
        "echo" => Fault::Echo(words.number()?),
        "reorder" => Fault::Reorder(words.span()?),
        "result" => Fault::Result(words.need()?.to_owned()),
        "wrong-account" => Fault::WrongAccount,
        "wrong-bank" => Fault::WrongBank,
        "partial" => Fault::Partial(parse_amount(words)),
        "contradict" => Fault::Contradict(words.need()?.to_owned(), words.span()?),
        "stranger" => Fault::Stranger,
        "misnamed" => Fault::Misnamed,
        "malformed" => Fault::Malformed(words.maybe_span()),
        "hostile" => {
            let word = words.need()?;
            Fault::Hostile(
                Hostile::of_word(word).ok_or_else(|| words.problem(word))?,
                words.maybe_span(),
            )
        }
        "down" => Fault::Down,
        "hub" => Fault::Hub(words.need()?.to_owned()),
        "lost-response" => Fault::LostResponse,
        "hub-late" => Fault::HubLate(words.need()?.to_owned()),
        "strict" => Fault::Strict,
        other => return Err(words.problem(other)),
    })
}

/// The next word when it is an amount of yuan.
fn parse_amount(words: &mut Words<'_>) -> Option<Fen> {
    let amount = words.words.get(words.at).and_then(|w| Fen::parse_yuan(w).ok())?;
    words.at += 1;
    Some(amount)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> Instant {
        Instant::from_wire14("20260403200000").unwrap()
    }

    #[test]
    fn scripts_table() {
        let later = |span| Some(now() + span);
        let bank = BankIx::of_name("工商银行");
        let rows = [
            ("* * silent", Rule::always(Fault::Silent)),
            (
                "工商银行 200101 slow 90s x2",
                Rule {
                    bank,
                    tx_code: Some("200101".into()),
                    left: Some(2),
                    ..Rule::always(Fault::Slow(Span::seconds(90)))
                },
            ),
            (
                "* * down for 24h # a day",
                Rule {
                    until: later(Span::days(1)),
                    ..Rule::always(Fault::Down)
                },
            ),
            (
                "* * down after 1h for 24h",
                Rule {
                    from: later(Span::hours(1)),
                    until: later(Span::hours(25)),
                    ..Rule::always(Fault::Down)
                },
            ),
            (
                "* * partial 5000.00 skip 1",
                Rule {
                    skip: 1,
                    ..Rule::always(Fault::Partial(Some(Fen::yuan(5000))))
                },
            ),
            (
                "* * partial account 1234",
                Rule {
                    account: Some("1234".into()),
                    ..Rule::always(Fault::Partial(None))
                },
            ),
            (
                "* * contradict 1300 5m",
                Rule::always(Fault::Contradict("1300".into(), Span::minutes(5))),
            ),
            (
                "* * hostile dtd-bomb 2m",
                Rule::always(Fault::Hostile(Hostile::DtdBomb, Some(Span::minutes(2)))),
            ),
            ("* * malformed", Rule::always(Fault::Malformed(None))),
        ];
        for (script, rule) in rows {
            let mut faults = Faults::default();
            faults.add_script(script, now()).unwrap();
            assert_eq!(faults.rules(), [rule], "{script}");
        }
        for (script, word) in [
            ("* *", "end of line"),
            ("花旗 * silent", "花旗"),
            ("* 100101 silent", "100101"),
            ("* * slow soon", "soon"),
            ("\n* * silent y2", "y2"),
            ("* * explode", "explode"),
            ("* * hostile tea", "tea"),
        ] {
            let problem = Faults::default().add_script(script, now()).unwrap_err();
            assert_eq!(
                (problem.word.as_str(), problem.line),
                (word, if script.starts_with('\n') { 2 } else { 1 })
            );
        }
    }

    #[test]
    fn rules_wear_out_and_the_first_of_a_kind_wins() {
        let mut faults = Faults::default();
        faults
            .add_script(
                "* 200101 result 1304 skip 1 x1\n* * result 0300\n* * silent",
                now(),
            )
            .unwrap();
        let mut take = |code| faults.take(Some(BankIx(0)), code, "1", now());
        let result = |code: &str| Fault::Result(code.to_owned());
        assert_eq!(take("200101"), [result("0300"), Fault::Silent]);
        assert_eq!(take("200101"), [result("1304"), Fault::Silent]);
        assert_eq!(take("200101"), [result("0300"), Fault::Silent]);
        assert_eq!(take("200301"), [result("0300"), Fault::Silent]);
    }

    #[test]
    fn a_bank_is_down_until_its_time() {
        let mut faults = Faults::default();
        faults.add_script("建设银行 * down for 24h", now()).unwrap();
        let (ccb, icbc) = (
            BankIx::of_name("建设银行").unwrap(),
            BankIx::of_name("工商银行").unwrap(),
        );
        assert_eq!(faults.down_until(ccb, now()), Some(Some(now() + Span::hours(24))));
        assert_eq!(faults.down_until(icbc, now()), None);
        assert_eq!(faults.down_until(ccb, now() + Span::hours(24)), None);
    }
}
