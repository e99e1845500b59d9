//! The zoo: layouts of Chinese banks and payment firms as officers meet them, each with the same two payments. Each is read
//! right, or asks a person, or refuses its rows by name. None is read wrong in silence.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use rust_xlsxwriter::Workbook;
use statement::{Bounds, Direction, Field, Met, RowCode, Rules, Statement, open, read, recognise};
use std::collections::BTreeSet;
use std::io::Cursor;
use std::ops::ControlFlow;

const OWN: &str = "6222020200112233445";
const OTHER: &str = "6217001234567890123";

/// What every file tells: 30 000 yuan out at 21:04:55, 500 yuan in at 21:06:00, with 70 000 and 70 500 left.
const TRUTH: [(Direction, i64, &str, i64); 2] = [
    (Direction::Out, 3_000_000, "2026-04-03T21:04:55+08:00", 7_000_000),
    (Direction::In, 50_000, "2026-04-03T21:06:00+08:00", 7_050_000),
];

enum Want {
    /// Both rows, nothing else, no problem.
    Read,
    /// The same, by a file that gives the date only.
    ReadByDay,
    /// A person must choose these columns first.
    Asks(&'static [Field]),
    /// No row; these problems, each with its line.
    Refuses(&'static [RowCode]),
}
use Want::{Asks, Read, ReadByDay, Refuses};

fn check(name: &str, bytes: &[u8], want: &Want) {
    let rules = Rules {
        latest: kernel::Instant::parse_iso("2026-04-04T00:00:00").unwrap(),
    };
    let mut source = open(Cursor::new(bytes.to_vec()), &Bounds::default())
        .unwrap_or_else(|p| panic!("{name}: not opened: {p}"));
    let found = recognise(&mut source, &[], &rules).unwrap_or_else(|p| panic!("{name}: not recognised: {p}"));
    let missing = found.mapping.missing();
    if let Asks(fields) = want {
        assert_eq!(missing, *fields, "{name}: {:?}", found.mapping);
        assert!(
            found.confidence <= 30,
            "{name}: sure of itself, {}",
            found.confidence
        );
        return;
    }
    assert_eq!(missing, [], "{name}: asks, {:?}", found.mapping);
    let mut mapping = found.mapping.clone();
    mapping.own.get_or_insert_with(|| OWN.to_owned());
    let (mut rows, mut codes) = (Vec::<Statement>::new(), BTreeSet::new());
    let mut problems = Vec::new();
    read(&mut source, &mapping, &rules, &mut |met| {
        match met {
            Met::Row(row) => rows.push(*row),
            Met::Problem(problem) => {
                codes.insert(problem.code);
                problems.push(problem);
            }
            Met::Progress(_) => {}
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    match want {
        Refuses(expected) => {
            assert_eq!(rows, [], "{name}: {mapping:?}");
            assert_eq!(codes, expected.iter().copied().collect(), "{name}: {problems:?}");
        }
        _ => {
            assert_eq!(problems, [], "{name}: {mapping:?}");
            assert_eq!(rows.len(), TRUTH.len(), "{name}: {rows:?}");
            for (row, (direction, fen, at, balance)) in rows.iter().zip(TRUTH) {
                let by_day = matches!(want, ReadByDay);
                let at = if by_day { "2026-04-03T00:00:00+08:00" } else { at };
                let got = (
                    row.direction,
                    row.amount.0,
                    row.at.to_iso_cst(),
                    row.balance.map(|b| b.0),
                );
                assert_eq!(
                    got,
                    (direction, fen, at.to_owned(), Some(balance)),
                    "{name}: {mapping:?}"
                );
                assert_eq!(row.time_given, !by_day, "{name}");
                assert_eq!(row.own.as_str(), OWN, "{name}");
                assert_eq!(
                    row.other.as_ref().map(|o| o.as_str()),
                    Some(OTHER),
                    "{name}: {mapping:?}"
                );
            }
            assert!(found.confidence > 60, "{name}: unsure, {}", found.confidence);
        }
    }
}

fn gbk(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

fn utf16(text: &str, big: bool, mark: bool) -> Vec<u8> {
    let order = |unit: u16| {
        if big {
            unit.to_be_bytes()
        } else {
            unit.to_le_bytes()
        }
    };
    let mark = mark.then_some(0xFEFF).into_iter();
    mark.chain(text.encode_utf16()).flat_map(order).collect()
}

/// Two rows below a header, the columns as given.
fn table(header: &str, out: &str, inward: &str) -> String {
    let fill = |row: &str| row.replace("OWN", OWN).replace("OTHER", OTHER);
    format!("{header}\n{}\n{}\n", fill(out), fill(inward))
}

#[test]
fn columns_of_many_banks() {
    let files: Vec<(&str, String, Want)> = vec![
        (
            "借方金额 and 贷方金额",
            table(
                "卡号,交易时间,借方金额,贷方金额,余额,对方账号,对方户名",
                "OWN,2026-04-03 21:04:55,30000.00,,70000.00,OTHER,李四",
                "OWN,2026-04-03 21:06:00,,500.00,70500.00,OTHER,李四",
            ),
            Read,
        ),
        (
            "收入 before 支出, nothing as 0.00",
            table(
                "账号,交易时间,收入,支出,账户余额,对方账号,对方户名",
                "OWN,2026/4/3 21:04:55,0.00,\"30,000.00\",\"70,000.00\",OTHER,李四",
                "OWN,2026/4/3 21:06:00,500.00,0.00,\"70,500.00\",OTHER,李四",
            ),
            Read,
        ),
        (
            "收入 and 支出, nothing as a dash",
            table(
                "账号,交易时间,收入金额,支出金额,账户余额,对方账号,对方户名",
                "OWN,2026/4/3 21:04:55,-,30000,70000,OTHER,李四",
                "OWN,2026/4/3 21:06:00,500,-,70500,OTHER,李四",
            ),
            Read,
        ),
        (
            "交易方向 进/出",
            table(
                "账号,交易时间,交易方向,金额,余额,对方账号",
                "OWN,2026-04-03 21:04:55,出,30000,70000,OTHER",
                "OWN,2026-04-03 21:06:00,进,500,70500,OTHER",
            ),
            Read,
        ),
        (
            "借贷标志 D/C",
            table(
                "账号,交易日期,交易时间,借贷标志,交易金额,交易后余额,交易对手账号",
                "OWN,20260403,210455,D,30000.00,70000.00,OTHER",
                "OWN,20260403,210600,C,500.00,70500.00,OTHER",
            ),
            Read,
        ),
        (
            "借贷标志 0/1: which is which, banks do not agree",
            table(
                "账号,交易时间,借贷标志,交易金额,余额,对方账号",
                "OWN,2026-04-03 21:04:55,0,30000.00,70000.00,OTHER",
                "OWN,2026-04-03 21:06:00,1,500.00,70500.00,OTHER",
            ),
            Refuses(&[RowCode::DirectionUnknown]),
        ),
        (
            "¥ and commas and a trailing DR or CR",
            table(
                "账号,交易时间,金额,余额,对方账号",
                "OWN,2026-04-03 21:04:55,\"¥30,000.00DR\",\"¥70,000.00CR\",OTHER",
                "OWN,2026-04-03 21:06:00,\"¥500.00CR\",\"¥70,500.00CR\",OTHER",
            ),
            Read,
        ),
        (
            "negative is out",
            table(
                "账号,交易时间,交易金额,余额,对方账号",
                "OWN,2026-04-03 21:04:55,\"-30,000.00\",70000.00,OTHER",
                "OWN,2026-04-03 21:06:00,+500.00,70500.00,OTHER",
            ),
            Read,
        ),
        (
            "one amount, always positive, and the direction in words under 交易类型",
            table(
                "账号,交易时间,交易类型,交易金额,余额,对方账号",
                "OWN,2026-04-03 21:04:55,转出,30000.00,70000.00,OTHER",
                "OWN,2026-04-03 21:06:00,转入,500.00,70500.00,OTHER",
            ),
            Read,
        ),
        (
            "one amount, always positive, and nothing that says which way",
            table(
                "账号,交易时间,交易金额,余额,对方账号,备注",
                "OWN,2026-04-03 21:04:55,30000.00,70000.00,OTHER,-",
                "OWN,2026-04-03 21:06:00,500.00,70500.00,OTHER,-",
            ),
            Asks(&[Field::Direction]),
        ),
        (
            "payer and payee, and the title says which is the statement's own",
            table(
                "账号：OWN,,,,,,\n交易时间,付款方账号,付款方户名,收款方账号,收款方户名,交易金额,余额",
                "2026-04-03 21:04:55,OWN,张三,OTHER,李四,30000.00,70000.00",
                "2026-04-03 21:06:00,OTHER,李四,OWN,张三,500.00,70500.00",
            )
            .replace("OWN", OWN),
            Read,
        ),
        (
            "the same with a column of marks beside them",
            table(
                "账号：OWN,,,,,,\n交易时间,付款人账号,付款人名称,收款人账号,收款人名称,发生额,余额,收付标志",
                "2026-04-03 21:04:55,OWN,张三,OTHER,李四,30000.00,70000.00,付",
                "2026-04-03 21:06:00,OTHER,李四,OWN,张三,500.00,70500.00,收",
            )
            .replace("OWN", OWN),
            Read,
        ),
        (
            "amounts in ten thousands",
            table(
                "账号,交易时间,借贷标志,交易金额（万元）,余额（万元）,对方账号",
                "OWN,2026-04-03 21:04:55,借,3.00,7.00,OTHER",
                "OWN,2026-04-03 21:06:00,贷,0.05,7.05,OTHER",
            ),
            Refuses(&[RowCode::AmountUnit, RowCode::BalanceMalformed]),
        ),
        (
            "the unit above the header",
            table(
                "账号：OWN,,,,\n金额单位：分,,,,\n交易时间,借贷标志,交易金额,余额,对方账号",
                "2026-04-03 21:04:55,借,3000000,7000000,OTHER",
                "2026-04-03 21:06:00,贷,50000,7050000,OTHER",
            )
            .replace("OWN", OWN),
            Read,
        ),
        (
            "the balance before the row beside the one after it",
            table(
                "账号,交易时间,收付标志,交易金额,交易前余额,交易后余额,可用余额,对方账号",
                "OWN,2026-04-03 21:04:55,付,30000.00,100000.00,70000.00,69000.00,OTHER",
                "OWN,2026-04-03 21:06:00,收,500.00,70000.00,70500.00,69500.00,OTHER",
            ),
            Read,
        ),
        (
            "fourteen digits of time",
            table(
                "账号,交易时间,收/支,金额(元),余额(元),对方账号/卡号",
                "OWN,20260403210455,支,30000.00,70000.00,OTHER",
                "OWN,20260403210600,收,500.00,70500.00,OTHER",
            ),
            Read,
        ),
        (
            "a spreadsheet's days in a CSV",
            table(
                "账号,交易时间,收支标志,金额,余额,对方账号",
                "OWN,46115.8784143519,支出,30000,70000,OTHER",
                "OWN,46115.8791666667,收入,500,70500,OTHER",
            ),
            Read,
        ),
        (
            "a day and no time",
            table(
                "账号,记账日期,借方发生额,贷方发生额,余额,对方账号",
                "OWN,2026年4月3日,30000.00,0,70000.00,OTHER",
                "OWN,2026年4月3日,0,500.00,70500.00,OTHER",
            ),
            ReadByDay,
        ),
        (
            "accounts with spaces, apostrophes, tabs and the spreadsheet's disguise",
            table(
                "账号,交易时间,借贷标志,交易金额,余额,对方账号",
                "'OWN,2026-04-03 21:04:55,借,30000,70000,6217 0012 3456 7890 123",
                "=\"OWN\",2026-04-03 21:06:00,贷,500,70500,\tOTHER",
            ),
            Read,
        ),
        (
            "scientific notation of long numbers",
            table(
                "账号,交易时间,借贷标志,交易金额,余额,对方账号",
                "OWN,2026-04-03 21:04:55,借,30000,70000,6.217E+18",
                "OWN,2026-04-03 21:06:00,贷,500,70500,6217001234567890000",
            ),
            Refuses(&[RowCode::NumberDamaged]),
        ),
        (
            "month first or day first",
            table(
                "账号,交易时间,借贷标志,交易金额,余额,对方账号",
                "OWN,04/03/2026 21:04:55,借,30000,70000,OTHER",
                "OWN,04/03/2026 21:06:00,贷,500,70500,OTHER",
            ),
            Refuses(&[RowCode::TimeAmbiguous]),
        ),
        (
            "a header of two lines, amounts and the other side below theirs",
            table(
                "本方账号,交易时间,发生额,,余额,对方信息,,摘要\n,,借方,贷方,,账号,户名,",
                "OWN,2026-04-03 21:04:55,30000.00,,70000.00,OTHER,李四,转账",
                "OWN,2026-04-03 21:06:00,,500.00,70500.00,OTHER,李四,转账",
            ),
            Read,
        ),
        (
            "a header of two lines on each page, with sums between",
            {
                let header = "本方账号,交易时间,发生额,,余额,对方信息,\n,,借方,贷方,,账号,户名";
                let one = |row: &str| format!("{header}\n{}\n本页合计,,30000,500,,,\n", row);
                one("OWN,2026-04-03 21:04:55,30000.00,,70000.00,OTHER,李四") + &one("OWN,2026-04-03 21:06:00,,500.00,70500.00,OTHER,李四")
            }
            .replace("OWN", OWN)
            .replace("OTHER", OTHER),
            Read,
        ),
        (
            "a summary of the account above the header, sums with a date below",
            table(
                "某某银行账户交易流水,,,,,\n户名,张三,账号,OWN,币种,人民币\n起始日期,2026-04-01,截止日期,2026-04-03,打印柜员,0012\n\
                 期初余额,100000.00,,期末余额,70500.00,\n\n交易日期,交易时间,支出,存入,余额,对方账号,摘要",
                "2026-04-03,21:04:55,30000.00,,70000.00,OTHER,转账",
                "2026-04-03,21:06:00,,500.00,70500.00,OTHER,转账\n2026-04-03,,30000.00,,,,本日合计\n2026-04-03,,,,70500.00,,日终余额\n合计：,2笔,30000.00,500.00,,,\n制表：某某,,,复核：,,,",
            )
            .replace("OWN", OWN),
            Read,
        ),
        (
            "a quoted header and a quoted remark of two lines",
            table(
                "账号,\"交易\n时间\",\"借贷\n标志\",交易金额,余额,对方账号,附言",
                "OWN,2026-04-03 21:04:55,借,30000,70000,OTHER,\"还款\n谢谢, \"\"哥\"\"\"",
                "OWN,2026-04-03 21:06:00,贷,500,70500,OTHER,",
            ),
            Read,
        ),
        (
            "semicolons",
            table(
                "账号;交易时间;借贷标志;交易金额;余额;对方账号",
                "OWN;2026-04-03 21:04:55;借;30000,00;70000,00;OTHER",
                "OWN;2026-04-03 21:06:00;贷;500,00;70500,00;OTHER",
            ),
            // A decimal comma could be a group of thousands: refused rather than guessed.
            Refuses(&[RowCode::AmountMalformed, RowCode::BalanceMalformed]),
        ),
        (
            "a payment firm's own words",
            table(
                "用户ID,交易单号,交易时间,收支类型,交易金额,账户余额,对手方账号,交易状态",
                "OWN,1001,2026-04-03 21:04:55,支出,30000.00,70000.00,OTHER,交易成功",
                "OWN,1002,2026-04-03 21:06:00,收入,500.00,70500.00,OTHER,交易成功\nOWN,1003,2026-04-03 21:07:00,支出,9.00,70500.00,OTHER,交易失败",
            ),
            Read,
        ),
        (
            "English headers",
            table(
                "Account No,Transaction Time,Debit Amount,Credit Amount,Balance,Counterparty Account",
                "OWN,2026-04-03 21:04:55,\"30,000.00\",,\"70,000.00\",OTHER",
                "OWN,2026-04-03 21:06:00,,500.00,\"70,500.00\",OTHER",
            ),
            Read,
        ),
    ];
    for (name, text, want) in &files {
        check(name, text.as_bytes(), want);
    }
}

#[test]
fn ways_to_write_a_file() {
    let plain = table(
        "账号,交易时间,借贷标志,交易金额,余额,对方账号,对方户名",
        "OWN,2026-04-03 21:04:55,借,30000.00,70000.00,OTHER,李四",
        "OWN,2026-04-03 21:06:00,贷,500.00,70500.00,OTHER,李四",
    );
    let tabs = plain.replace(',', "\t");
    let lines = plain.replace('\n', "\r\n");
    let old_mac = plain.replace('\n', "\r");
    for (name, bytes) in [
        ("UTF-8 with its mark", format!("\u{feff}{plain}").into_bytes()),
        ("GBK with tabs", gbk(&tabs)),
        ("GBK with Windows' ends of lines", gbk(&lines)),
        ("UTF-16 of little ends", utf16(&plain, false, true)),
        ("UTF-16 of big ends with tabs", utf16(&tabs, true, true)),
        ("UTF-16 without its mark", utf16(&plain, false, false)),
        ("bars", plain.replace(',', "|").into_bytes()),
        ("blank lines between", plain.replace('\n', "\n\n").into_bytes()),
        (
            "commas behind every line",
            plain.replace('\n', ",,,\n").into_bytes(),
        ),
        ("ends of lines of old machines", old_mac.into_bytes()),
    ] {
        check(name, &bytes, &Read);
    }
}

#[test]
fn a_workbook_with_numbers_days_and_texts() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write_string(0, 0, "客户交易明细").unwrap();
    sheet.write_string(1, 0, "账号").unwrap();
    sheet.write_string(1, 1, OWN).unwrap();
    let headers = [
        "交易日期",
        "交易时间",
        "借贷方向",
        "发生额",
        "账户余额",
        "对方账户",
        "对方名称",
    ];
    for (column, header) in headers.iter().enumerate() {
        sheet.write_string(3, column as u16, *header).unwrap();
    }
    for (row, time, mark, amount, balance) in [
        (4, 0.878_414_351_851_851_8, "借", 30_000.0, 70_000.0),
        (5, 0.879_166_666_666_666_7, "贷", 500.0, 70_500.0),
    ] {
        sheet.write_number(row, 0, 46_115.0).unwrap();
        sheet.write_number(row, 1, time).unwrap();
        sheet.write_string(row, 2, mark).unwrap();
        sheet.write_number(row, 3, amount).unwrap();
        sheet.write_number(row, 4, balance).unwrap();
        sheet.write_string(row, 5, OTHER).unwrap();
        sheet.write_string(row, 6, "李四").unwrap();
    }
    sheet.write_string(6, 0, "合计").unwrap();
    sheet.write_number(6, 3, 30_500.0).unwrap();
    check("a workbook", &book.save_to_buffer().unwrap(), &Read);
}

/// A list of transfers of many people is nobody's statement: each row is its payer's, and no balance is anybody's.
#[test]
fn a_list_of_transfers_between_many() {
    let third = "6228480012345678901";
    let text = format!(
        "交易时间,付款方账号,付款方户名,付款方开户行,收款方账号,收款方户名,交易金额,余额,交易流水号\n\
         2026-04-03 21:04:55,{OWN},张三,某行,{OTHER},李四,30000.00,1.00,S1\n\
         2026-04-03 21:05:55,{OTHER},李四,某行,{third},王五,20000.00,2.00,S2\n\
         2026-04-03 21:06:55,,,,{third},王五,10.00,3.00,S3\n\
         2026-04-03 21:07:55,{third},王五,某行,{third},王五,10.00,3.00,S4\n\
         2026-04-03 21:08:55,{third},王五,某行,6228****8901,赵六,-10.00,3.00,S5\n\
         2026-04-03 21:09:55,{third},王五,某行,6228****8901,赵六,10.00,3.00,S6\n"
    );
    let rules = Rules {
        latest: kernel::Instant::parse_iso("2026-04-04T00:00:00").unwrap(),
    };
    let mut source = open(Cursor::new(text.into_bytes()), &Bounds::default()).unwrap();
    let found = recognise(&mut source, &[], &rules).unwrap();
    assert_eq!(found.mapping.missing(), []);
    let (mut rows, mut codes) = (Vec::new(), Vec::new());
    read(&mut source, &found.mapping, &rules, &mut |met| {
        match met {
            Met::Row(row) => rows.push((
                row.own.as_str().to_owned(),
                row.direction,
                row.other.as_ref().map(|o| o.as_str().to_owned()),
                row.own_name.clone(),
                row.other_name.clone(),
                row.balance,
            )),
            Met::Problem(p) => codes.push((p.place.line, p.code)),
            Met::Progress(_) => {}
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    let row = |own: &str, direction, other: Option<&str>, own_name: &str, other_name: &str| {
        let other = other.map(str::to_owned);
        (
            own.to_owned(),
            direction,
            other,
            own_name.to_owned(),
            other_name.to_owned(),
            None,
        )
    };
    assert_eq!(
        rows,
        [
            row(OWN, Direction::Out, Some(OTHER), "张三", "李四"),
            row(OTHER, Direction::Out, Some(third), "李四", "王五"),
            row(third, Direction::In, None, "王五", ""),
            row(third, Direction::Out, None, "王五", "赵六"),
        ]
    );
    assert_eq!(codes, [(5, RowCode::SameAccount), (6, RowCode::AmountNegative)]);
}
