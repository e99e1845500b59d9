//! Every known layout, each with a file whose balances prove which way the money went. The words that mean out and in are
//! written here once more, as the bank prints them: a layout that exchanges them, or a column that slides to its neighbour,
//! disagrees with the balances.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use statement::{
    Bounds, Direction, Field, Layout, Met, Rules, Statement, known_layouts, open, read, recognise,
};
use std::collections::BTreeMap;
use std::io::Cursor;
use std::ops::ControlFlow;

const OWN: &str = "6222020200112233445";
const OTHER: &str = "6217001234567890123";

/// How a bank prints a direction.
enum Prints {
    /// The word of a row that went out, and of one that came in.
    Words(&'static str, &'static str),
    /// The header of the column of what went out, and of what came in.
    Columns(&'static str, &'static str),
    /// A minus before what went out.
    Minus,
}
use Prints::{Columns, Minus, Words};

/// Layout → how it prints a direction, and whether it has a balance.
const PRINTS: [(&str, Prints, bool); 15] = [
    ("police_detail", Words("出", "进"), true),
    // DOMAIN 1.7, BorrowingSigns: 0 借, 1 贷.
    ("platform_detail", Words("0", "1"), true),
    ("icbc", Words("借", "贷"), true),
    ("abc", Words("借", "贷"), true),
    ("boc", Words("借", "贷"), true),
    ("ccb", Columns("借方发生额（支取）", "贷方发生额（收入）"), true),
    ("ccb_query", Words("借", "贷"), true),
    ("cmb", Minus, true),
    ("psbc", Words("支", "收"), true),
    ("bocom", Words("借 Dr", "贷 Cr"), true),
    ("rural", Columns("支出金额", "收入金额"), true),
    ("alipay_bill", Words("支出", "收入"), false),
    ("alipay_query", Words("支出", "收入"), false),
    ("wechat_bill", Words("支出", "收入"), false),
    ("tenpay_query", Words("出", "入"), true),
];

/// A movement as it was, with the balance after it.
#[derive(Clone, Debug, PartialEq)]
struct Told {
    out: bool,
    fen: i64,
    /// Seconds after 21:00:00; several rows share a second.
    second: i64,
    balance: i64,
}

/// Two hundred movements: every fen from 1 to 99 goes out and comes in, five rows in each second.
fn movements() -> Vec<Told> {
    let mut balance = 100_000_000;
    (0..200)
        .map(|i| {
            let out = i % 3 != 1;
            let fen = (i * 37 + 1) * 100 + i % 100;
            balance += if out { -fen } else { fen };
            Told {
                out,
                fen,
                second: i / 5,
                balance,
            }
        })
        .collect()
}

fn yuan(fen: i64) -> String {
    format!(
        "{}{}.{:02}",
        if fen < 0 { "-" } else { "" },
        fen.abs() / 100,
        fen.abs() % 100
    )
}

fn file(layout: &Layout, prints: &Prints, rows: &[Told]) -> String {
    let columns: Vec<(Field, &String)> = layout.columns.iter().map(|(f, h)| (*f, h)).collect();
    let header: Vec<&str> = columns.iter().map(|(_, h)| h.as_str()).collect();
    let mut text = format!("{}\n", header.join(","));
    for (i, row) in rows.iter().enumerate() {
        let cells: Vec<String> = columns
            .iter()
            .map(|(f, h)| cell(layout, prints, row, i, *f, h))
            .collect();
        text.push_str(&format!("{}\n", cells.join(",")));
    }
    text
}

fn cell(layout: &Layout, prints: &Prints, row: &Told, i: usize, field: Field, header: &str) -> String {
    let clock = format!("21:{:02}:{:02}", row.second / 60, row.second % 60);
    let money = |fen: i64| {
        if header.contains("(分)") {
            fen.to_string()
        } else {
            yuan(fen)
        }
    };
    match (field, prints) {
        (Field::Own | Field::OwnCard, _) => OWN.into(),
        (Field::Other | Field::OtherCard, _) => OTHER.into(),
        (Field::OtherName, _) => "王伟".into(),
        (Field::Date, _) => "2026-04-03".into(),
        (Field::Time, _)
            if layout.columns.contains_key(&Field::Date) && header != "记账日期" && layout.key != "ccb" =>
        {
            clock
        }
        (Field::Time, _) => format!("2026-04-03 {clock}"),
        (Field::Balance, _) => money(row.balance),
        (Field::Amount, Minus) => money(if row.out { -row.fen } else { row.fen }),
        (Field::Amount, _) => money(row.fen),
        (Field::AmountOut | Field::AmountIn, Columns(out, into)) => {
            let mine = header == if row.out { *out } else { *into };
            if mine { money(row.fen) } else { String::new() }
        }
        (Field::Direction, Words(out, into)) => (if row.out { *out } else { *into }).into(),
        (Field::Serial, _) => format!("SN{i:06}"),
        (Field::Status, _) => "交易成功".into(),
        (Field::Currency, _) => "人民币".into(),
        (Field::Summary, _) => "转账".into(),
        _ => String::new(),
    }
}

fn rows_of(layout: &Layout, bytes: &str) -> Vec<Statement> {
    let rules = Rules {
        latest: kernel::Instant::parse_iso("2026-04-04T00:00:00").unwrap(),
    };
    let mut source = open(Cursor::new(bytes.as_bytes().to_vec()), &Bounds::default()).unwrap();
    let found = recognise(&mut source, &[], &rules).unwrap();
    assert_eq!(found.layout, layout.key, "{:?}", found.reasons);
    let mut mapping = found.mapping.clone();
    mapping.own.get_or_insert_with(|| OWN.to_owned());
    let mut rows = Vec::new();
    read(&mut source, &mapping, &rules, &mut |met| {
        match met {
            Met::Row(row) => rows.push(*row),
            Met::Problem(problem) => panic!("{}: {problem:?}", layout.key),
            Met::Progress(_) => {}
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    rows
}

/// The direction that the balances of the file prove, whatever any column says.
fn proved(before: i64, row: &Told) -> Direction {
    match row.balance - before {
        change if change == row.fen => Direction::In,
        change if change == -row.fen => Direction::Out,
        _ => panic!("the file itself is wrong at {row:?}"),
    }
}

#[test]
fn the_balances_of_every_layout_prove_the_direction() {
    let keys: Vec<&str> = PRINTS.iter().map(|(key, ..)| *key).collect();
    let known: Vec<&str> = known_layouts().iter().map(|l| l.key.as_str()).collect();
    assert_eq!(
        known, keys,
        "a layout without its row in this table is not proved"
    );
    let told = movements();
    for (layout, (_, prints, balances)) in known_layouts().iter().zip(&PRINTS) {
        let rows = rows_of(layout, &file(layout, prints, &told));
        assert_eq!(rows.len(), told.len(), "{}", layout.key);
        let mut before = 100_000_000;
        for (row, told) in rows.iter().zip(&told) {
            let name = format!("{} line {}", layout.key, row.place.line);
            assert_eq!(row.direction, proved(before, told), "{name}");
            assert_eq!(row.amount.0, told.fen, "{name}");
            assert_eq!(
                row.balance.map(|b| b.0),
                balances.then_some(told.balance),
                "{name}"
            );
            assert_eq!(row.other.as_ref().map(|o| o.as_str()), other_of(layout), "{name}");
            before = told.balance;
        }
    }
}

fn other_of(layout: &Layout) -> Option<&'static str> {
    layout.columns.contains_key(&Field::Other).then_some(OTHER)
}

/// Five rows share each second: they stay in the file's order, oldest first or newest first, so that each balance follows
/// from the row before.
#[test]
fn rows_of_one_instant_keep_the_order_of_the_file() {
    let told = movements();
    let backwards: Vec<Told> = told.iter().rev().cloned().collect();
    for (layout, (_, prints, _)) in known_layouts().iter().zip(&PRINTS) {
        for file_order in [&told, &backwards] {
            let rows = rows_of(layout, &file(layout, prints, file_order));
            let amounts: Vec<i64> = rows.iter().map(|r| r.amount.0).collect();
            let wanted: Vec<i64> = file_order.iter().map(|t| t.fen).collect();
            assert_eq!(amounts, wanted, "{}", layout.key);
            let lines: Vec<u64> = rows.iter().map(|r| r.place.line).collect();
            assert!(lines.is_sorted(), "{}", layout.key);
            let mut seconds: BTreeMap<String, usize> = BTreeMap::new();
            for row in rows.iter().filter(|r| r.time_given) {
                *seconds.entry(row.at.to_iso_cst()).or_default() += 1;
            }
            assert!(seconds.values().all(|n| *n == 5), "{}: {seconds:?}", layout.key);
        }
    }
}
