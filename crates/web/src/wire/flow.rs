//! The fund flow of a report on the wire: accounts by hop, the movements between them, where it rests on an assumption,
//! what was cut, what to order next, and what would be different had an account been stopped.
//!
//! Leaves out whole account numbers and names: those are in the exports, which are entries of their own.

use super::figures::{AccountFigures, Counted};
use super::flow_words as words;
use super::golden::GoldenMoney;
use super::report::iso;
use app::flow::{
    Counterparty, Doctrine, ExpansionGroup, Flow, FlowEdge, FlowNode, FlowQuery, PaymentPart, Place, Sharing,
    Side,
};
use kernel::{AccountId, Fen, Instant, PaymentId, Refusal, RefusalCode};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// How to follow the money, and up to when.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FlowAsked {
    /// fifo, haircut, lifo, lowest_balance or reach; the centre's doctrine when absent.
    pub doctrine: Option<String>,
    /// Nothing after this instant is looked at; now when absent.
    pub until: Option<String>,
    /// What if these accounts had been stopped: `account@instant`, several with commas.
    pub stops: Option<String>,
}

/// A movement of money as a row of evidence.
#[derive(Serialize, ToSchema)]
pub struct FlowRow {
    /// Nothing where no bank's row shows it.
    pub transfer_id: Option<Uuid>,
    pub at: String,
    pub src: String,
    pub dst: String,
    pub src_text: String,
    pub dst_text: String,
    /// The whole movement.
    pub amount: String,
    /// Of it, the victims' money.
    pub traced: String,
    /// The numbers under which the paying and the receiving bank keep it, and when each says it happened.
    pub src_serial: Option<String>,
    pub dst_serial: Option<String>,
    pub src_at: Option<String>,
    pub dst_at: Option<String>,
    pub summary: String,
}

/// A pattern with the rows it is seen in.
#[derive(Serialize, ToSchema)]
pub struct FlowMark {
    /// fan_in, fan_out, pass_through, split_and_gather, round_trip, cash_out, test_transfer, many_between_two,
    /// implicated, pays_implicated, paid_by_implicated.
    pub kind: String,
    /// 事件特征码, where the code list has one.
    pub feature_code: Option<String>,
    pub text_zh: String,
    pub text_en: String,
    pub evidence: Vec<FlowRow>,
}

/// Of one victim's money.
#[derive(Serialize, ToSchema)]
pub struct FlowPart {
    /// Place in `victims`.
    pub victim: usize,
    pub amount: String,
}

/// What the result rests on; `id` when it is about one place.
#[derive(Serialize, ToSchema)]
pub struct FlowAssumption {
    pub id: Option<String>,
    /// no_account, no_statement, way_unknown, opening_unknown, overdraft, same_instant, gap, …
    pub kind: String,
    pub amount: Option<String>,
    pub text_zh: String,
    pub text_en: String,
}

/// What was not followed further, and how much money it may concern.
#[derive(Serialize, ToSchema)]
pub struct FlowCut {
    pub id: Option<String>,
    /// depth, horizon, budget, min_amount, dust, exit, rows, accounts.
    pub kind: String,
    pub amount: Option<String>,
    pub text_zh: String,
    pub text_en: String,
}

/// An account the victims' money reached, or where a balance says it went without a row.
#[derive(Serialize, ToSchema)]
pub struct FlowAccount {
    /// Unique in the answer.
    pub id: String,
    /// Nothing for bank fees and for money that no row shows.
    pub account_id: Option<Uuid>,
    /// 1 is the account the victim paid.
    pub hop: u32,
    /// Where its money first came from.
    pub parent: Option<String>,
    pub holder_masked: String,
    pub number_tail: String,
    pub bank_name: String,
    pub note_zh: String,
    pub note_en: String,
    #[serde(flatten)]
    pub figures: AccountFigures,
    /// personal, corporate, untold, or the kind of exit: cash, merchant, virtual_asset, foreign, hub, fee, unknown.
    pub kind: String,
    /// The money has left the banks here.
    pub exit: bool,
    pub proposable: bool,
    pub due_at: Option<String>,
    pub due_approx: bool,
    pub first_at: String,
    pub last_at: String,
    pub statement_known: bool,
    pub parts: Vec<FlowPart>,
    pub marks: Vec<FlowMark>,
}

/// All movements of the victims' money from one account to another.
#[derive(Serialize, ToSchema)]
pub struct FlowLink {
    pub src: String,
    pub dst: String,
    /// Of the victims' money.
    pub traced: String,
    /// Everything that moved on this way.
    pub whole: String,
    pub count: usize,
    pub first_at: String,
    pub last_at: String,
    pub parts: Vec<FlowPart>,
}

/// The payments of one victim into one account.
#[derive(Serialize, ToSchema)]
pub struct FlowSeed {
    /// Place in `victims`.
    pub victim: usize,
    pub to: String,
    /// A bank has told us of all of them; otherwise it is the victim's word.
    pub told: bool,
    pub amount: String,
    pub count: usize,
    pub first_at: String,
    pub last_at: String,
}

/// One victim, with what of the money is where.
#[derive(Serialize, ToSchema)]
pub struct FlowVictim {
    pub name_masked: String,
    pub money: GoldenMoney,
}

/// An account to order next, with the reasons.
#[derive(Serialize, ToSchema)]
pub struct FlowNext {
    pub id: String,
    pub account_id: Uuid,
    pub amount: String,
    /// Chance to catch it, in percent.
    pub chance: u8,
    pub text_zh: String,
    pub text_en: String,
}

/// What would be different for one account.
#[derive(Serialize, ToSchema)]
pub struct FlowChange {
    pub id: String,
    pub holder_masked: String,
    pub number_tail: String,
    pub before: String,
    pub after: String,
}

/// Had these accounts been stopped.
#[derive(Serialize, ToSchema)]
pub struct FlowWhatIf {
    /// How much more would lie on the stopped accounts together: what could still be caught there and was not.
    pub saved: String,
    /// Of all accounts: what has truly left by an exit and would not have.
    pub kept: String,
    /// The accounts where something changes, largest first.
    pub changes: Vec<FlowChange>,
}

#[derive(Serialize, ToSchema)]
pub struct FlowShown {
    pub report_id: Uuid,
    pub report_number: String,
    pub doctrine: String,
    /// The instant the amounts are of.
    pub until: String,
    /// The instant is now.
    pub live: bool,
    /// Now, without a what-if, by the centre's doctrine: only from such a view may something be ordered.
    pub may_order: bool,
    /// The first payment.
    pub first_at: Option<String>,
    /// The instants at which money moved, in order; the time slider's ticks.
    pub moments: Vec<String>,
    pub money: GoldenMoney,
    pub victims: Vec<FlowVictim>,
    pub seeds: Vec<FlowSeed>,
    /// By hop, then by when money first arrived.
    pub accounts: Vec<FlowAccount>,
    pub links: Vec<FlowLink>,
    pub cuts: Vec<FlowCut>,
    pub assumptions: Vec<FlowAssumption>,
    pub next: Vec<FlowNext>,
    pub what_if: Option<FlowWhatIf>,
    pub server_time: String,
}

/// Which account is opened, and which type of its counterparties in full.
#[derive(Clone, Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct FlowExpandAsked {
    pub account: Option<Uuid>,
    /// out (where it sent) or in (where it got from), with `kind`.
    pub side: Option<String>,
    /// Names of this type of counterparty; counts alone when absent.
    pub kind: Option<String>,
    pub cursor: Option<String>,
    pub limit: Option<u64>,
}

/// How many counterparties there are of one type.
#[derive(Serialize, ToSchema)]
pub struct FlowGroup {
    /// out or in.
    pub side: String,
    /// personal, corporate, untold, or the kind of exit.
    pub kind: String,
    pub accounts: u64,
    pub transfers: u64,
    pub amount: String,
}

/// One counterparty, with what passed between the two.
#[derive(Serialize, ToSchema)]
pub struct FlowCounterparty {
    pub account_id: Uuid,
    pub holder_masked: String,
    pub number_tail: String,
    pub bank_name: String,
    pub transfers: u64,
    pub amount: String,
    pub first_at: String,
    pub last_at: String,
}

/// The counterparties of an account: counts by type first, then those of one type.
#[derive(Serialize, ToSchema)]
pub struct FlowExpansion {
    pub groups: Vec<FlowGroup>,
    pub items: Vec<FlowCounterparty>,
    pub next_cursor: Option<String>,
    pub total: i64,
}

/// What to export, as it is shown.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FlowExport {
    #[serde(default)]
    pub doctrine: Option<String>,
    #[serde(default)]
    pub until: Option<String>,
    /// Why whole account numbers leave the system.
    #[serde(default)]
    pub purpose: String,
}

// ── from the use case to the wire ────────────────────────────────────────────────────────────

/// Stops of one what-if question.
const STOPS_MAX: usize = 20;

/// Reads the question of an address; what cannot be read is refused by its field. Where it names no doctrine, the centre's
/// is meant.
pub fn query_of(
    centre: Sharing,
    doctrine: Option<&str>,
    until: Option<&str>,
    stops: Option<&str>,
) -> Result<FlowQuery, Refusal> {
    let malformed = |field: &str| Refusal::field(field, RefusalCode::FieldMalformed);
    let given = |text: Option<&str>| text.map(str::trim).filter(|t| !t.is_empty()).map(str::to_owned);
    let mut query = FlowQuery::by(centre);
    if let Some(slug) = given(doctrine) {
        query.doctrine = Doctrine::from_slug(&slug).ok_or_else(|| malformed("doctrine"))?;
    }
    if let Some(text) = given(until) {
        query.until = Some(Instant::parse_iso(&text).ok_or_else(|| malformed("until"))?);
    }
    for stop in given(stops).iter().flat_map(|all| all.split(',')) {
        let (account, at) = stop.split_once('@').ok_or_else(|| malformed("stops"))?;
        let account: Uuid = account.parse().map_err(|_| malformed("stops"))?;
        let at = Instant::parse_iso(at).ok_or_else(|| malformed("stops"))?;
        query.stops.push((AccountId(account), at));
    }
    if query.stops.len() > STOPS_MAX {
        return Err(Refusal::field("stops", RefusalCode::TooMany));
    }
    Ok(query)
}

/// A place by a name that is unique in the answer.
pub fn place_id(place: Place) -> String {
    match place {
        Place::Account(id) => id.to_string(),
        Place::Fee => "fee".to_owned(),
        Place::Unseen(id) => format!("unseen-{id}"),
        Place::Outside(id) => format!("outside-{id}"),
    }
}

/// Payments by the place of their victim.
pub struct Victims {
    of_payment: BTreeMap<PaymentId, usize>,
    shown: Vec<FlowVictim>,
}

impl Victims {
    pub fn of(flow: &Flow) -> Victims {
        let all = &flow.victims;
        let place = |seed: &app::flow::FlowSeed| all.iter().position(|v| v.victim == seed.victim);
        Victims {
            of_payment: flow
                .seeds
                .iter()
                .filter_map(|s| Some((s.payment, place(s)?)))
                .collect(),
            shown: all
                .iter()
                .map(|v| FlowVictim {
                    name_masked: v
                        .victim
                        .and_then(|id| flow.people.get(&id))
                        .map(|name| name.masked())
                        .unwrap_or_default(),
                    money: GoldenMoney::of(v.sums),
                })
                .collect(),
        }
    }

    /// `张三 1,000.00；李四 2.00`, whole names, for papers and exports; empty when there is one victim alone.
    pub fn whole_names(&self, flow: &Flow, parts: &[PaymentPart]) -> String {
        if self.shown.len() < 2 {
            return String::new();
        }
        let mut sums: BTreeMap<&str, i64> = BTreeMap::new();
        for part in parts {
            let seed = flow.seeds.iter().find(|s| s.payment == part.payment);
            let name = seed
                .and_then(|s| flow.people.get(&s.victim?))
                .map_or("", |n| n.reveal());
            *sums.entry(name).or_default() += part.amount.0;
        }
        let said = sums
            .into_iter()
            .map(|(name, fen)| format!("{name} {}", Fen(fen).to_grouped()));
        said.collect::<Vec<_>>().join("；")
    }

    /// The parts of payments put together by victim; nothing that is zero.
    pub fn parts(&self, parts: &[PaymentPart]) -> Vec<FlowPart> {
        let mut sums: BTreeMap<usize, i64> = BTreeMap::new();
        for part in parts {
            if let Some(victim) = self.of_payment.get(&part.payment) {
                *sums.entry(*victim).or_default() += part.amount.0;
            }
        }
        sums.into_iter()
            .filter(|(_, fen)| *fen > 0)
            .map(|(victim, fen)| FlowPart {
                victim,
                amount: Fen(fen).to_yuan(),
            })
            .collect()
    }
}

/// The holder, masked, and the last digits.
fn place_text(flow: &Flow, place: Place) -> String {
    match place.account().and_then(|id| flow.accounts.get(&id)) {
        Some(a) => format!("{} …{}", a.holder.masked(), a.number.tail()),
        None => String::new(),
    }
}

/// The holder and the number whole, for papers and exports.
pub fn whole_text(flow: &Flow, place: Place) -> String {
    match place.account().and_then(|id| flow.accounts.get(&id)) {
        Some(a) => format!("{} {}", a.holder.reveal(), a.number.as_str())
            .trim()
            .to_owned(),
        None => String::new(),
    }
}

fn row(flow: &Flow, edge: &FlowEdge) -> FlowRow {
    FlowRow {
        transfer_id: edge.transfer.map(Into::into),
        at: edge.at.to_iso_cst(),
        src: place_id(edge.from),
        dst: place_id(edge.to),
        src_text: place_text(flow, edge.from),
        dst_text: place_text(flow, edge.to),
        amount: edge.amount.to_yuan(),
        traced: edge.tainted.to_yuan(),
        src_serial: edge.src_serial.clone(),
        dst_serial: edge.dst_serial.clone(),
        src_at: iso(edge.src_at),
        dst_at: iso(edge.dst_at),
        summary: edge.summary.clone(),
    }
}

fn marks(flow: &Flow, node: &FlowNode) -> Vec<FlowMark> {
    let Some(account) = node.place.account() else {
        return Vec::new();
    };
    let of_account = flow.marks.iter().filter(|m| m.account == account);
    of_account
        .map(|m| {
            let text = words::mark(m);
            FlowMark {
                kind: m.pattern.slug().into(),
                feature_code: m.feature_code.map(Into::into),
                text_zh: text.zh,
                text_en: text.en,
                evidence: flow
                    .edges
                    .iter()
                    .chain(&flow.other_rows)
                    .filter(|e| e.transfer.is_some_and(|id| m.evidence.contains(&id)))
                    .map(|e| row(flow, e))
                    .collect(),
            }
        })
        .collect()
}

/// personal, corporate, untold, or the kind of exit.
pub fn kind(flow: &Flow, node: &FlowNode) -> &'static str {
    if let Some(exit) = node.exit {
        return exit.slug();
    }
    let of_account = node.place.account().and_then(|id| flow.accounts.get(&id));
    match (node.place, of_account.map(|a| a.account_type.as_str())) {
        (Place::Fee, _) => "fee",
        (Place::Unseen(_) | Place::Outside(_), _) => "unknown",
        (_, Some("01")) => "personal",
        (_, Some("02")) => "corporate",
        _ => "untold",
    }
}

fn account(flow: &Flow, node: &FlowNode, victims: &Victims) -> FlowAccount {
    let known = node.place.account().and_then(|id| flow.accounts.get(&id));
    let note = words::note(flow, node);
    let parent = node.path.iter().rev().nth(1).copied();
    FlowAccount {
        id: place_id(node.place),
        account_id: node.place.account().map(Into::into),
        hop: node.hop + 1,
        parent: parent.map(place_id),
        holder_masked: known.map(|a| a.holder.masked()).unwrap_or_default(),
        number_tail: known.map(|a| a.number.tail()).unwrap_or_default(),
        bank_name: known.map(|a| a.bank_name.clone()).unwrap_or_default(),
        note_zh: note.zh,
        note_en: note.en,
        figures: figures(node),
        kind: kind(flow, node).into(),
        exit: node.exit.is_some() || node.place.account().is_none(),
        proposable: node.proposable,
        due_at: iso(node.due_at),
        due_approx: node.due_is_estimate,
        first_at: node.first_arrival.to_iso_cst(),
        last_at: node.last_arrival.to_iso_cst(),
        statement_known: node.statement_known,
        parts: victims.parts(&node.parts),
        marks: marks(flow, node),
    }
}

/// The same figures as on every other page.
pub fn figures(node: &FlowNode) -> AccountFigures {
    AccountFigures::of(&Counted {
        told: node.told,
        received: node.received,
        sent: node.sent,
        expected: node.expected,
        balance: node.balance,
        hold: node.hold,
        split: node.split,
        state: node.state,
        result: &node.result,
        proposable: node.proposable,
    })
}

/// Transfers of one way put together.
#[derive(Default)]
struct Way {
    traced: i64,
    whole: i64,
    count: usize,
    times: Option<(Instant, Instant)>,
    parts: Vec<PaymentPart>,
}

fn links(flow: &Flow, victims: &Victims) -> Vec<FlowLink> {
    let mut ways: BTreeMap<(Place, Place), Way> = BTreeMap::new();
    // The victims' own payments are the seeds.
    for edge in flow.edges.iter().filter(|e| e.hop > 0) {
        let way = ways.entry((edge.from, edge.to)).or_default();
        way.traced += edge.tainted.0;
        way.whole += edge.amount.0;
        way.count += 1;
        let (first, last) = way.times.unwrap_or((edge.at, edge.at));
        way.times = Some((first.min(edge.at), last.max(edge.at)));
        way.parts.extend(edge.parts.iter().copied());
    }
    ways.into_iter()
        .filter_map(|((from, to), way)| {
            let (first, last) = way.times?;
            Some(FlowLink {
                src: place_id(from),
                dst: place_id(to),
                traced: Fen(way.traced).to_yuan(),
                whole: Fen(way.whole).to_yuan(),
                count: way.count,
                first_at: first.to_iso_cst(),
                last_at: last.to_iso_cst(),
                parts: victims.parts(&way.parts),
            })
        })
        .collect()
}

fn seeds(flow: &Flow, victims: &Victims) -> Vec<FlowSeed> {
    let mut found: BTreeMap<(usize, AccountId), Vec<&app::flow::FlowSeed>> = BTreeMap::new();
    for seed in &flow.seeds {
        if let (Some(victim), Some(to)) = (victims.of_payment.get(&seed.payment), seed.to) {
            found.entry((*victim, to)).or_default().push(seed);
        }
    }
    found
        .into_iter()
        .filter_map(|((victim, to), all)| {
            Some(FlowSeed {
                victim,
                to: to.to_string(),
                told: all.iter().all(|s| s.told),
                amount: all.iter().map(|s| s.amount).sum::<Fen>().to_yuan(),
                count: all.len(),
                first_at: all.iter().map(|s| s.at).min()?.to_iso_cst(),
                last_at: all.iter().map(|s| s.at).max()?.to_iso_cst(),
            })
        })
        .collect()
}

fn what_if(flow: &Flow) -> Option<FlowWhatIf> {
    let asked = flow.what_if.as_ref()?;
    let truly: BTreeMap<Place, Fen> = flow.nodes.iter().map(|n| (n.place, n.expected)).collect();
    let then: BTreeMap<Place, Fen> = asked.nodes.iter().map(|n| (n.place, n.expected)).collect();
    let places: BTreeSet<Place> = truly.keys().chain(then.keys()).copied().collect();
    let mut changes: Vec<(i64, FlowChange)> = places
        .into_iter()
        .filter_map(|place| {
            let of = |all: &BTreeMap<Place, Fen>| all.get(&place).copied().unwrap_or(Fen::ZERO);
            let (before, after) = (of(&truly), of(&then));
            let known = place.account().and_then(|id| flow.accounts.get(&id));
            (before != after).then(|| {
                let change = FlowChange {
                    id: place_id(place),
                    holder_masked: known.map(|a| a.holder.masked()).unwrap_or_default(),
                    number_tail: known.map(|a| a.number.tail()).unwrap_or_default(),
                    before: before.to_yuan(),
                    after: after.to_yuan(),
                };
                ((after.0 - before.0).abs(), change)
            })
        })
        .collect();
    changes.sort_by_key(|(size, _)| -size);
    Some(FlowWhatIf {
        saved: asked.saved.to_yuan(),
        kept: asked.kept.to_yuan(),
        changes: changes.into_iter().map(|(_, change)| change).collect(),
    })
}

impl FlowShown {
    pub fn of(flow: &Flow) -> FlowShown {
        let victims = Victims::of(flow);
        let moments: BTreeSet<Instant> = flow
            .edges
            .iter()
            .map(|e| e.at)
            .chain(flow.seeds.iter().map(|s| s.at))
            .collect();
        FlowShown {
            report_id: flow.report.into(),
            report_number: flow.number.clone(),
            doctrine: flow.doctrine.slug().into(),
            until: flow.until.unwrap_or(flow.now).to_iso_cst(),
            live: flow.until.is_none(),
            may_order: flow.is_now,
            first_at: iso(flow.first_at),
            moments: moments.into_iter().map(Instant::to_iso_cst).collect(),
            money: GoldenMoney::of(flow.money),
            seeds: seeds(flow, &victims),
            accounts: flow.nodes.iter().map(|n| account(flow, n, &victims)).collect(),
            links: links(flow, &victims),
            cuts: flow
                .cuts
                .iter()
                .map(|cut| {
                    let (kind, place, amount) = words::cut_facts(cut);
                    let text = words::cut(kind, &place_text(flow, place), amount);
                    FlowCut {
                        id: Some(place_id(place)),
                        kind: kind.into(),
                        amount: Some(amount.to_yuan()),
                        text_zh: text.zh,
                        text_en: text.en,
                    }
                })
                .collect(),
            assumptions: flow
                .assumptions
                .iter()
                .map(|a| {
                    let facts = words::assumption_facts(a);
                    let who = facts.account.map(|id| place_text(flow, Place::Account(id)));
                    let text = words::assumption(a, &who.unwrap_or_default());
                    FlowAssumption {
                        id: facts.account.map(|id| id.to_string()),
                        kind: facts.kind.into(),
                        amount: facts.amount.map(Fen::to_yuan),
                        text_zh: text.zh,
                        text_en: text.en,
                    }
                })
                .collect(),
            next: flow
                .next
                .iter()
                .map(|p| {
                    let text = words::reasons(p);
                    FlowNext {
                        id: p.account.to_string(),
                        account_id: p.account.into(),
                        amount: p.amount.to_yuan(),
                        chance: u8::try_from(p.chance_permille.min(1000) / 10).unwrap_or(100),
                        text_zh: text.zh,
                        text_en: text.en,
                    }
                })
                .collect(),
            what_if: what_if(flow),
            server_time: flow.now.to_iso_cst(),
            victims: victims.shown,
        }
    }
}

impl From<&ExpansionGroup> for FlowGroup {
    fn from(g: &ExpansionGroup) -> FlowGroup {
        FlowGroup {
            side: match g.side {
                Side::In => "in".into(),
                Side::Out => "out".into(),
            },
            kind: g.kind.slug().into(),
            accounts: g.accounts,
            transfers: g.transfers,
            amount: g.amount.to_yuan(),
        }
    }
}

impl From<&Counterparty> for FlowCounterparty {
    fn from(c: &Counterparty) -> FlowCounterparty {
        FlowCounterparty {
            account_id: c.account.id.into(),
            holder_masked: c.account.holder.masked(),
            number_tail: c.account.number.tail(),
            bank_name: c.account.bank_name.clone(),
            transfers: c.transfers,
            amount: c.amount.to_yuan(),
            first_at: c.first_at.to_iso_cst(),
            last_at: c.last_at.to_iso_cst(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_are_read_or_refused_by_their_field() {
        let id = "01900000-0000-7000-8000-000000000001";
        let at = "2026-11-22T21:04:00+08:00";
        let one = format!("{id}@{at}");
        let many = vec![one.as_str(); STOPS_MAX + 1].join(",");
        for (doctrine, until, stops, want) in [
            (None, None, None, Ok((Doctrine::LowestBalance, 0))),
            (
                Some("haircut"),
                Some(at),
                Some(one.as_str()),
                Ok((Doctrine::Haircut, 1)),
            ),
            (Some(""), Some(" "), Some(""), Ok((Doctrine::LowestBalance, 0))),
            (Some("first"), None, None, Err("doctrine")),
            (None, Some("yesterday"), None, Err("until")),
            (None, None, Some("x@y"), Err("stops")),
            (None, None, Some(id), Err("stops")),
            (None, None, Some(many.as_str()), Err("stops")),
        ] {
            let got = query_of(Sharing::LowestBalance, doctrine, until, stops)
                .map(|q| (q.doctrine, q.stops.len()))
                .map_err(|r| r.problems[0].field.clone());
            assert_eq!(
                got,
                want.map_err(str::to_owned),
                "{doctrine:?} {until:?} {stops:?}"
            );
        }
    }
}
