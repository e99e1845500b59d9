//! The fund flow as a spreadsheet: what it is of, accounts, steps, and what it rests on. Chinese, because colleagues in
//! banks and courts read it.
//!
//! Promises: account and serial numbers are text (a spreadsheet damages 19 digits); amounts are numbers with two decimals;
//! text that a spreadsheet could take for a formula is disarmed. Leaves out rights and the entry of the log (`app`).

use crate::wire::figures::SUM_WORDS;
use crate::wire::flow::{Victims, figures, whole_text};
use crate::wire::flow_words as words;
use crate::wire::words::Said;
use app::flow::{Flow, FlowEdge, FlowNode, FlowSeed, Place};
use kernel::{Fen, Instant};
use rust_xlsxwriter::{Color, Format, FormatAlign, FormatBorder, Workbook, Worksheet, XlsxError};

/// Who exports what, for the first page.
pub struct Exported<'a> {
    pub by: &'a str,
    pub purpose: &'a str,
    pub at: Instant,
}

struct Looks {
    head: Format,
    text: Format,
    money: Format,
    number: Format,
    title: Format,
}

impl Looks {
    fn new() -> Looks {
        let cell = || {
            Format::new()
                .set_font_name("宋体")
                .set_font_size(10)
                .set_align(FormatAlign::VerticalCenter)
        };
        let boxed = || {
            cell()
                .set_border(FormatBorder::Thin)
                .set_border_color(Color::RGB(0xC9_CF_D8))
        };
        Looks {
            head: boxed()
                .set_bold()
                .set_align(FormatAlign::Center)
                .set_background_color(Color::RGB(0xEE_F1_F5)),
            text: boxed().set_num_format("@").set_text_wrap(),
            money: boxed().set_num_format("#,##0.00"),
            number: boxed(),
            title: cell().set_bold().set_font_size(14),
        }
    }
}

enum Cell {
    Text(String),
    Money(Fen),
    Number(u32),
}

fn text(value: impl Into<String>) -> Cell {
    Cell::Text(value.into())
}

/// The whole workbook.
///
/// # Errors
/// When the writer refuses, which only a row beyond a sheet's end would make it do.
pub fn flow_sheet(flow: &Flow, exported: &Exported<'_>) -> Result<Vec<u8>, XlsxError> {
    let looks = Looks::new();
    let mut book = Workbook::new();
    cover(book.add_worksheet(), flow, exported, &looks)?;
    table(
        book.add_worksheet(),
        "账户",
        &ACCOUNT_COLUMNS,
        flow.nodes.iter().map(|n| account_row(flow, n)),
        &looks,
    )?;
    let victims = Victims::of(flow);
    table(
        book.add_worksheet(),
        "流向",
        &STEP_COLUMNS,
        steps(flow).into_iter().zip(1u32..).map(|(step, n)| match step {
            Step::Followed(edge) => step_row(flow, &victims, edge, n),
            Step::Handed(seed) => handed_row(flow, seed, n),
        }),
        &looks,
    )?;
    table(
        book.add_worksheet(),
        "依据",
        &GROUND_COLUMNS,
        grounds(flow),
        &looks,
    )?;
    book.save_to_buffer()
}

fn cover(
    sheet: &mut Worksheet,
    flow: &Flow,
    exported: &Exported<'_>,
    looks: &Looks,
) -> Result<(), XlsxError> {
    sheet.set_name("说明")?;
    sheet.set_column_width(0, 16)?.set_column_width(1, 60)?;
    sheet.write_string_with_format(0, 0, "涉案资金流向", &looks.title)?;
    let m = flow.money;
    let mut lines = vec![
        ("警情编号", text(&flow.number)),
        ("计入规则", text(words::doctrine(flow.doctrine).zh)),
        ("截至", text(full(flow.until.unwrap_or(flow.now)))),
    ];
    let sums = [m.total, m.held, m.reachable, m.unseen, m.gone];
    lines.extend(
        SUM_WORDS
            .iter()
            .zip(sums)
            .map(|((zh, _), fen)| (*zh, Cell::Money(fen))),
    );
    lines.extend([
        ("导出人", text(exported.by)),
        ("导出时间", text(full(exported.at))),
        ("事由", text(exported.purpose)),
    ]);
    for ((label, cell), row) in lines.iter().zip(2u32..) {
        sheet.write_string_with_format(row, 0, *label, &looks.head)?;
        write(sheet, row, 1, cell, looks)?;
    }
    Ok(())
}

fn table(
    sheet: &mut Worksheet,
    name: &str,
    columns: &[(&str, f64)],
    rows: impl IntoIterator<Item = Vec<Cell>>,
    looks: &Looks,
) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    sheet.set_freeze_panes(1, 0)?;
    for ((title, width), column) in columns.iter().zip(0u16..) {
        sheet.set_column_width(column, *width)?;
        sheet.write_string_with_format(0, column, *title, &looks.head)?;
    }
    for (cells, row) in rows.into_iter().zip(1u32..) {
        for (cell, column) in cells.iter().zip(0u16..) {
            write(sheet, row, column, cell, looks)?;
        }
    }
    Ok(())
}

fn write(sheet: &mut Worksheet, row: u32, column: u16, cell: &Cell, looks: &Looks) -> Result<(), XlsxError> {
    match cell {
        Cell::Text(value) => sheet.write_string_with_format(row, column, disarmed(value), &looks.text)?,
        Cell::Money(fen) => sheet.write_number_with_format(row, column, yuan(*fen), &looks.money)?,
        Cell::Number(n) => sheet.write_number_with_format(row, column, *n, &looks.number)?,
    };
    Ok(())
}

/// A sheet knows floating numbers only; below 90 trillion yuan each fen has one of its own.
#[allow(
    clippy::cast_precision_loss,
    reason = "see above; the sheet shows two decimals"
)]
fn yuan(fen: Fen) -> f64 {
    fen.0 as f64 / 100.0
}

/// A cell that begins like a formula is text in this file, and would become a formula when it is saved as CSV and opened
/// again.
fn disarmed(value: &str) -> String {
    let risky = value.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']);
    if risky {
        format!("'{value}")
    } else {
        value.to_owned()
    }
}

fn full(at: Instant) -> String {
    let c = at.civil();
    format!(
        "{:04}-{:02}-{:02} {:02}:{:02}:{:02}",
        c.year(),
        c.month(),
        c.day(),
        c.hour(),
        c.minute(),
        c.second()
    )
}

const ACCOUNT_COLUMNS: [(&str, f64); 18] = [
    ("层级", 6.0),
    ("户名", 16.0),
    ("账号", 24.0),
    ("开户行", 20.0),
    ("类型", 10.0),
    ("转入", 14.0),
    ("转出", 14.0),
    ("应有余额", 14.0),
    ("户内余额", 14.0),
    ("银行控制金额", 14.0),
    ("已控资金", 14.0),
    ("仍可追回", 14.0),
    ("去向待查", 14.0),
    ("已流失", 14.0),
    ("状态", 18.0),
    ("首次到账", 20.0),
    ("最近到账", 20.0),
    ("资金特征", 40.0),
];

fn account_row(flow: &Flow, node: &FlowNode) -> Vec<Cell> {
    let known = node.place.account().and_then(|id| flow.accounts.get(&id));
    let marks = flow
        .marks
        .iter()
        .filter(|m| Some(m.account) == node.place.account());
    let name = known.map_or_else(|| words::note(flow, node).zh, |a| a.holder.reveal().to_owned());
    vec![
        Cell::Number(node.hop + 1),
        text(name),
        text(known.map(|a| a.number.as_str().to_owned()).unwrap_or_default()),
        text(known.map(|a| a.bank_name.clone()).unwrap_or_default()),
        text(words::kind(crate::wire::flow::kind(flow, node)).zh),
        Cell::Money(node.received),
        Cell::Money(node.sent),
        Cell::Money(node.expected),
        node.balance.map_or_else(|| text(""), |(fen, _)| Cell::Money(fen)),
        match node.hold.map(|h| h.amount) {
            Some(Some(fen)) => Cell::Money(fen),
            Some(None) => text("金额未报"),
            None => text(""),
        },
        Cell::Money(node.split.held),
        Cell::Money(node.split.reachable),
        Cell::Money(node.split.unseen),
        Cell::Money(node.split.gone),
        text(figures(node).state_text_zh),
        text(full(node.first_arrival)),
        text(full(node.last_arrival)),
        text(marks.map(|m| words::mark(m).zh).collect::<Vec<_>>().join("；")),
    ]
}

const STEP_COLUMNS: [(&str, f64); 17] = [
    ("序号", 6.0),
    ("层级", 6.0),
    ("转出户名", 16.0),
    ("转出账号", 24.0),
    ("转出机构", 18.0),
    ("转入户名", 16.0),
    ("转入账号", 24.0),
    ("转入机构", 18.0),
    ("金额", 14.0),
    ("其中被骗款", 14.0),
    ("转出行时间", 20.0),
    ("转出行流水号", 26.0),
    ("转入行时间", 20.0),
    ("转入行流水号", 26.0),
    ("摘要", 20.0),
    ("按被害人", 26.0),
    ("依据", 14.0),
];

/// What moved: a step that is followed, or a payment to a payee without an account that anybody knows.
enum Step<'a> {
    Followed(&'a FlowEdge),
    Handed(&'a FlowSeed),
}

fn steps(flow: &Flow) -> Vec<Step<'_>> {
    let handed = flow.seeds.iter().filter(|s| s.to.is_none()).map(Step::Handed);
    let mut all: Vec<Step<'_>> = flow.edges.iter().map(Step::Followed).chain(handed).collect();
    all.sort_by_key(|step| match step {
        Step::Followed(edge) => edge.at,
        Step::Handed(seed) => seed.at,
    });
    all
}

fn handed_row(flow: &Flow, seed: &FlowSeed, number: u32) -> Vec<Cell> {
    let payer = seed.from.and_then(|id| flow.accounts.get(&id));
    let victim = || {
        let name = seed.victim.and_then(|id| flow.people.get(&id));
        name.map(|n| n.reveal().to_owned()).unwrap_or_default()
    };
    let payee = Some(seed.payee.holder.reveal().to_owned()).filter(|name| !name.is_empty());
    let tail = if seed.payee.tail.is_empty() {
        String::new()
    } else {
        format!("尾号{}", seed.payee.tail)
    };
    vec![
        Cell::Number(number),
        Cell::Number(0),
        text(payer.map_or_else(victim, |a| a.holder.reveal().to_owned())),
        text(payer.map(|a| a.number.as_str().to_owned()).unwrap_or_default()),
        text(payer.map(|a| a.bank_name.clone()).unwrap_or_default()),
        text(payee.unwrap_or_else(|| format!("{}（无收款账号）", seed.how.zh()))),
        text(tail),
        text(&seed.payee.bank_name),
        Cell::Money(seed.amount),
        Cell::Money(seed.counted),
        text(full(seed.at)),
        text(""),
        text(""),
        text(""),
        text(format!("{}，去向待查", seed.how.zh())),
        text(victim()),
        text("被害人陈述"),
    ]
}

fn step_row(flow: &Flow, victims: &Victims, edge: &FlowEdge, number: u32) -> Vec<Cell> {
    let word = flow.word_of(edge);
    let payer = word.and_then(|seed| seed.from).map_or(edge.from, Place::Account);
    let [from, to] = [payer, edge.to].map(|place| {
        let known = place.account().and_then(|id| flow.accounts.get(&id));
        match known {
            Some(a) => [
                a.holder.reveal().to_owned(),
                a.number.as_str().to_owned(),
                a.bank_name.clone(),
            ],
            None => [place_words(place).to_owned(), String::new(), String::new()],
        }
    });
    let time = |at: Option<Instant>| text(at.map(full).unwrap_or_default());
    let told = match (edge.transfer, word) {
        (Some(_), _) => "银行流水",
        (None, Some(_)) => "被害人陈述",
        (None, None) => "推定",
    };
    let parts = victims.whole_names(flow, &edge.parts);
    let mut cells = vec![Cell::Number(number), Cell::Number(edge.hop)];
    cells.extend(from.into_iter().chain(to).map(Cell::Text));
    cells.extend([
        Cell::Money(edge.amount),
        Cell::Money(edge.tainted),
        time(edge.src_at.or((edge.dst_at.is_none()).then_some(edge.at))),
        text(edge.src_serial.clone().unwrap_or_default()),
        time(edge.dst_at),
        text(edge.dst_serial.clone().unwrap_or_default()),
        text(&edge.summary),
        text(parts),
        text(told),
    ]);
    cells
}

fn place_words(place: Place) -> &'static str {
    match place {
        Place::Account(_) => "账户",
        Place::Fee => "手续费",
        Place::Unseen(_) => "去向待查",
        Place::Outside(_) => "来源不明",
    }
}

const GROUND_COLUMNS: [(&str, f64); 3] = [("种类", 10.0), ("涉及", 40.0), ("说明", 80.0)];

fn grounds(flow: &Flow) -> Vec<Vec<Cell>> {
    let holder = |place: Place| whole_text(flow, place);
    let row = |kind: &str, who: String, said: Said| vec![text(kind), text(who), text(said.zh)];
    let assumed = flow.assumptions.iter().map(|a| {
        let account = words::assumption_facts(a).account;
        let who = account.map(|id| holder(Place::Account(id))).unwrap_or_default();
        let said = words::assumption(a, &who);
        row("推定", who, said)
    });
    let cut = flow.cuts.iter().map(|c| {
        let (kind, place, amount) = words::cut_facts(c);
        let who = holder(place);
        let said = words::cut(kind, &who, amount);
        row("未再追踪", who, said)
    });
    assumed.chain(cut).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_becomes_a_formula() {
        for (given, want) in [
            ("=HYPERLINK(\"x\")", "'=HYPERLINK(\"x\")"),
            ("+1", "'+1"),
            ("-周某", "'-周某"),
            ("@sum", "'@sum"),
            ("＝1", "'＝1"),
            ("6200001234567890128", "6200001234567890128"),
            ("周某", "周某"),
            ("", ""),
        ] {
            assert_eq!(disarmed(given), want);
        }
    }
}
