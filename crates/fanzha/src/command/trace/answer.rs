//! The answers of `fanzha trace`: one JSON line, or a table for people.
//!
//! Promises: rows are sorted by transfer, what is held by account; account numbers are the caller's; in JSON amounts are
//! fen. Leaves out where the text goes.

use super::files::Tables;
use crate::cli::{Format, Mode};
use kernel::{Fen, Instant};
use serde_json::{Value, json};
use std::fmt::Write;
use trace::{Assumption, Cut, Edge, Exit, Flow, Index, Ledger, Part, Place, Reach, Totals};

pub struct Writer<'a> {
    pub tables: &'a Tables,
    pub mode: Mode,
    pub format: Format,
}

impl Writer<'_> {
    pub fn reach(&self, seeds: &[Edge], reach: &Reach) -> Vec<u8> {
        let mut rows: Vec<Line> = reach
            .rows
            .iter()
            .map(|row| Line {
                id: row.id,
                edge: row.edge,
                hop: row.hop,
                tainted: None,
            })
            .collect();
        rows.sort_unstable_by_key(|row| row.id);
        match self.format {
            Format::Jsonl => {
                let mut line = self.head(seeds, &rows);
                line["held"] = json!([]);
                line["totals"] = json!({});
                line["cut"] = self.cuts(&reach.cut);
                line["touched"] = json!(reach.touched);
                text(&line)
            }
            Format::Table => {
                let mut page = self.title(seeds);
                self.rows(&mut page, &rows);
                self.cut_lines(&mut page, &reach.cut);
                page.push('\n');
                page.into_bytes()
            }
        }
    }

    pub fn flow(&self, seeds: &[Edge], flow: &Flow) -> Vec<u8> {
        let mut rows: Vec<Line> = flow
            .rows
            .iter()
            .map(|row| Line {
                id: row.id,
                edge: row.edge,
                hop: row.hop,
                tainted: Some(row.amount),
            })
            .collect();
        rows.sort_unstable_by_key(|row| row.id);
        let mut held: Vec<(u64, i64)> = flow
            .held
            .iter()
            .map(|held| (self.tables.account(held.account), held.amount))
            .collect();
        held.sort_unstable();
        match self.format {
            Format::Jsonl => {
                let mut line = self.head(seeds, &rows);
                line["held"] = json!(held);
                line["totals"] = totals(&flow.totals);
                line["cut"] = self.cuts(&flow.cut);
                line["assumptions"] = flow.assumptions.iter().map(|a| self.assumption(a)).collect();
                line["seeded"] = json!(flow.totals.seeded);
                line["touched"] = json!(flow.touched);
                if seeds.len() > 1 {
                    line["victims"] = self.victims(seeds, &flow.parts);
                }
                text(&line)
            }
            Format::Table => self.flow_page(seeds, flow, &rows, &held).into_bytes(),
        }
    }

    fn index(&self) -> &Index {
        &self.tables.index
    }

    // ---- JSON ------------------------------------------------------------------------------------------------------

    fn head(&self, seeds: &[Edge], rows: &[Line]) -> Value {
        let ids: Vec<u64> = seeds.iter().map(|seed| self.index().transfer(*seed).id).collect();
        let seed = match ids.as_slice() {
            [one] => json!(one),
            several => json!(several),
        };
        let rows: Vec<Value> = rows
            .iter()
            .map(|row| match row.tainted {
                Some(amount) => json!([row.id, amount, row.hop]),
                None => json!([row.id, row.hop]),
            })
            .collect();
        json!({"seed": seed, "mode": self.mode.name(), "rows": rows})
    }

    fn cuts(&self, cuts: &[Cut]) -> Value {
        cuts.iter()
            .map(|cut| {
                let told = Told::of(cut);
                let mut value = json!({"why": told.why, "account": self.tables.account(told.account), "amount": told.amount});
                if let Some((kind, _)) = told.exit {
                    value["kind"] = json!(kind);
                }
                value
            })
            .collect()
    }

    fn assumption(&self, assumption: &Assumption) -> Value {
        let account = self.tables.account(assumption.account());
        match assumption {
            Assumption::OpeningUnknown { assumed, .. } => {
                json!({"what": "opening_unknown", "account": account, "assumed": assumed})
            }
            Assumption::Overdraft { ts_ms, missing, .. } => {
                json!({"what": "overdraft", "account": account, "ts": ts_ms, "missing": missing})
            }
            Assumption::SameInstant { ts_ms, .. } => {
                json!({"what": "same_instant", "account": account, "ts": ts_ms})
            }
        }
    }

    /// Where each victim's money is, for seeds that are followed together.
    fn victims(&self, seeds: &[Edge], parts: &[Part]) -> Value {
        let one = |(label, seed): (u32, &Edge)| {
            let mine: Vec<&Part> = parts.iter().filter(|part| part.label == label).collect();
            let at = |pick: fn(&Place) -> Option<u32>| -> Vec<(u64, i64)> {
                mine.iter()
                    .filter_map(|p| Some((self.tables.account(pick(&p.place)?), p.amount)))
                    .collect()
            };
            let sum = |place: fn(&Place) -> bool| -> i64 {
                mine.iter().filter(|p| place(&p.place)).map(|p| p.amount).sum()
            };
            json!({
                "seed": self.index().transfer(*seed).id,
                "held": at(|place| match place { Place::Held { account } => Some(*account), _ => None }),
                "exits": at(|place| match place { Place::Exit { account } => Some(*account), _ => None }),
                "totals": {
                    "exit": sum(|p| matches!(p, Place::Exit { .. })),
                    "dust": sum(|p| matches!(p, Place::Dust)),
                    "beyond": sum(|p| matches!(p, Place::Beyond)),
                    "held": sum(|p| matches!(p, Place::Held { .. })),
                },
            })
        };
        (0..).zip(seeds).map(one).collect()
    }

    // ---- a page for people -----------------------------------------------------------------------------------------

    fn flow_page(&self, seeds: &[Edge], flow: &Flow, rows: &[Line], held: &[(u64, i64)]) -> String {
        let mut page = self.title(seeds);
        let Totals {
            seeded,
            exit,
            dust,
            beyond,
            held: rest,
        } = flow.totals;
        let yuan = |fen: i64| Fen(fen).to_grouped();
        let _ = writeln!(
            page,
            "进入 seeded {}  =  在账 held {}  +  已离开 exit {}  +  超深 beyond {}  +  零头 dust {}",
            yuan(seeded),
            yuan(rest),
            yuan(exit),
            yuan(beyond),
            yuan(dust)
        );
        self.rows(&mut page, rows);
        let _ = writeln!(page, "仍在账上 / still held");
        for (account, amount) in held {
            let _ = writeln!(page, "  {account:>20}  {:>18}", yuan(*amount));
        }
        self.cut_lines(&mut page, &flow.cut);
        for assumption in &flow.assumptions {
            let _ = writeln!(
                page,
                "{}",
                assumption_words(assumption, self.tables.account(assumption.account()))
            );
        }
        page.push('\n');
        page
    }

    fn title(&self, seeds: &[Edge]) -> String {
        let mut page = String::new();
        for seed in seeds {
            let paid = self.index().transfer(*seed);
            let _ = writeln!(
                page,
                "== {}  付款 payment {}  {}  {} → {}  {} 元 yuan",
                self.mode.name(),
                paid.id,
                Instant::from_ms(paid.ts_ms).to_iso_cst(),
                self.tables.account(paid.src),
                self.tables.account(paid.dst),
                Fen(paid.amount).to_grouped()
            );
        }
        page
    }

    fn rows(&self, page: &mut String, rows: &[Line]) {
        let _ = writeln!(
            page,
            "{:>3}  {:>20}  {:<29}  {:>20}  {:>20}  {:>18}  {:>18}",
            "hop", "transfer", "time", "from", "to", "yuan", "traced"
        );
        for row in rows {
            let paid = self.index().transfer(row.edge);
            let _ = writeln!(
                page,
                "{:>3}  {:>20}  {:<29}  {:>20}  {:>20}  {:>18}  {:>18}",
                row.hop,
                row.id,
                Instant::from_ms(paid.ts_ms).to_iso_cst(),
                self.tables.account(paid.src),
                self.tables.account(paid.dst),
                Fen(paid.amount).to_grouped(),
                row.tainted.map_or_else(String::new, |fen| Fen(fen).to_grouped())
            );
        }
    }

    fn cut_lines(&self, page: &mut String, cuts: &[Cut]) {
        for cut in cuts {
            let told = Told::of(cut);
            let _ = writeln!(
                page,
                "{}  {:>20}  {:>18}",
                told.exit.map_or(told.words, |(_, words)| words),
                self.tables.account(told.account),
                Fen(told.amount).to_grouped()
            );
        }
    }
}

/// One payment of an answer.
struct Line {
    id: u64,
    edge: Edge,
    hop: u32,
    tainted: Option<i64>,
}

/// A cut, taken apart.
struct Told {
    why: &'static str,
    words: &'static str,
    account: u32,
    amount: i64,
    exit: Option<(&'static str, &'static str)>,
}

impl Told {
    fn of(cut: &Cut) -> Told {
        let told = |why, words, account: &u32, amount: &i64| Told {
            why,
            words,
            account: *account,
            amount: *amount,
            exit: None,
        };
        match cut {
            Cut::Depth { account, amount } => told("depth", "超过层数 / beyond the depth", account, amount),
            Cut::Horizon { account, amount } => {
                told("horizon", "超过时限 / after the horizon", account, amount)
            }
            Cut::Budget { account, amount } => {
                told("budget", "工作量到限 / the budget ended", account, amount)
            }
            Cut::MinAmount { account, amount } => told(
                "min_amount",
                "低于最小金额 / below the least amount",
                account,
                amount,
            ),
            Cut::Dust { account, amount } => told("dust", "零头未跟 / dust let go", account, amount),
            Cut::Exit {
                account,
                kind,
                amount,
            } => Told {
                exit: Some(exit(*kind)),
                ..told("exit", "", account, amount)
            },
        }
    }
}

fn exit(kind: Exit) -> (&'static str, &'static str) {
    match kind {
        Exit::Cash => ("cash", "取现 / cash"),
        Exit::Merchant => ("merchant", "商户消费 / merchant"),
        Exit::VirtualAsset => ("virtual_asset", "虚拟资产 / virtual asset"),
        Exit::Foreign => ("foreign", "境外 / abroad"),
        Exit::Hub => ("hub", "汇聚账户 / hub"),
        Exit::Fee => ("fee", "手续费 / fee"),
        Exit::Unknown => ("unknown", "终止账户 / stop account"),
    }
}

fn assumption_words(assumption: &Assumption, account: u64) -> String {
    let at = |ts_ms: i64| Instant::from_ms(ts_ms).to_iso_cst();
    match assumption {
        Assumption::OpeningUnknown { assumed, .. } => {
            let yuan = Fen(*assumed).to_grouped();
            format!(
                "账户 {account} 期初余额不明，按 {yuan} 元计 / account {account}: opening unknown, {yuan} yuan assumed"
            )
        }
        Assumption::Overdraft { ts_ms, missing, .. } => {
            let (at, yuan) = (at(*ts_ms), Fen(*missing).to_grouped());
            format!(
                "账户 {account} 自 {at} 起余额不足，缺 {yuan} 元按干净资金计 / account {account}: overdrawn from {at}, missing {yuan} yuan counted as clean"
            )
        }
        Assumption::SameInstant { ts_ms, .. } => {
            let at = at(*ts_ms);
            format!(
                "账户 {account} 在 {at} 同时收付，先后仅按编号 / account {account}: money came and left at {at}, ordered by number alone"
            )
        }
    }
}

fn totals(totals: &Totals) -> Value {
    json!({"exit": totals.exit, "dust": totals.dust, "beyond": totals.beyond, "held": totals.held})
}

fn text(line: &Value) -> Vec<u8> {
    let mut text = line.to_string().into_bytes();
    text.push(b'\n');
    text
}
