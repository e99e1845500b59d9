//! Whole files, made here: every number is invented. One function per way of writing a statement.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use statement::{
    Bounds, Direction, Field, FileProblem, Mapping, Met, RowCode, RowProblem, Rules, SavedLayout, Sign,
    Statement, Tally, open, read, recognise,
};
use std::io::Cursor;
use std::ops::ControlFlow;

fn rules() -> Rules {
    Rules {
        latest: kernel::Instant::parse_iso("2026-04-04T00:00:00").unwrap(),
    }
}

struct Outcome {
    layout: String,
    confidence: u8,
    mapping: Mapping,
    rows: Vec<Statement>,
    problems: Vec<RowProblem>,
    tally: Tally,
}

fn check(bytes: &[u8]) -> Outcome {
    check_with(bytes, |_| {})
}

fn check_with(bytes: &[u8], correct: impl FnOnce(&mut Mapping)) -> Outcome {
    let mut source = open(Cursor::new(bytes.to_vec()), &Bounds::default()).unwrap();
    let found = recognise(&mut source, &[], &rules()).unwrap();
    let mut mapping = found.mapping.clone();
    correct(&mut mapping);
    let (mut rows, mut problems) = (Vec::new(), Vec::new());
    let tally = read(&mut source, &mapping, &rules(), &mut |met| {
        match met {
            Met::Row(row) => rows.push(*row),
            Met::Problem(problem) => problems.push(problem),
            Met::Progress(_) => {}
        }
        ControlFlow::Continue(())
    })
    .unwrap();
    Outcome {
        layout: found.layout,
        confidence: found.confidence,
        mapping,
        rows,
        problems,
        tally,
    }
}

fn refused(bytes: &[u8]) -> FileProblem {
    match open(Cursor::new(bytes.to_vec()), &Bounds::default()) {
        Err(problem) => problem,
        Ok(mut source) => recognise(&mut source, &[], &rules()).unwrap_err(),
    }
}

const OWN: &str = "6222020200112233445";
const OTHER: &str = "6217001234567890123";

fn one(row: &Statement) -> (String, String, Direction, i64, String) {
    (
        row.own.as_str().to_owned(),
        row.other
            .as_ref()
            .map(|o| o.as_str().to_owned())
            .unwrap_or_default(),
        row.direction,
        row.amount.0,
        row.at.to_iso_cst(),
    )
}

fn expected(direction: Direction) -> (String, String, Direction, i64, String) {
    (
        OWN.into(),
        OTHER.into(),
        direction,
        3_000_000,
        "2026-04-03T21:04:55+08:00".into(),
    )
}

#[test]
fn marks_and_two_time_columns_in_gbk_with_title_and_total() {
    let text = format!(
        "中国某银行账户交易明细\n账号：{OWN}   户名：张三\n\n交易日期,交易时间,借贷标志,交易金额,账户余额,对方账号,对方户名,摘要,交易流水号\n\
         20260403,210455,借,\"30,000.00\",70000.00,\t{OTHER},李四,转账,A001\n20260403,210600,贷,500.00,70500.00,{OTHER},李四,转账,A002\n合计,,,\"30,500.00\",,,,,\n"
    );
    let bytes = encoding_rs_gbk(&text);
    let o = check(&bytes);
    assert_eq!(o.problems, []);
    assert_eq!(one(&o.rows[0]), expected(Direction::Out));
    assert_eq!(o.rows[1].direction, Direction::In);
    assert_eq!(
        (o.rows[0].own_name.as_str(), o.rows[0].serial.as_deref()),
        ("张三", Some("A001"))
    );
    assert_eq!(o.rows[0].place.line, 5);
    assert_eq!((o.tally.rows, o.tally.refused, o.tally.skipped), (2, 0, 4));
    assert!(o.confidence > 70, "{}", o.confidence);
}

fn encoding_rs_gbk(text: &str) -> Vec<u8> {
    encoding_rs::GB18030.encode(text).0.into_owned()
}

#[test]
fn two_amount_columns() {
    let text = format!(
        "账号,户名,交易日期,交易时间,支出金额,收入金额,账户余额,对方账号,对方户名,对方行名,摘要,流水号\n\
         {OWN},张三,2026-04-03,21:04:55,30000.00,0.00,100.00,{OTHER},李四,某行,转出,1\n\
         {OWN},张三,2026-04-03,21:05:00,,200.00,300.00,{OTHER},李四,某行,转入,2\n\
         {OWN},张三,2026-04-03,21:06:00,1.00,2.00,299.00,{OTHER},李四,某行,错,3\n\
         {OWN},张三,2026-04-03,21:07:00,0,0,299.00,{OTHER},李四,某行,错,4\n"
    );
    let o = check(text.as_bytes());
    assert_eq!(o.layout, "rural");
    assert_eq!(o.mapping.sign, Sign::TwoColumns);
    assert_eq!(one(&o.rows[0]), expected(Direction::Out));
    assert_eq!(o.rows[1].direction, Direction::In);
    let codes: Vec<_> = o.problems.iter().map(|p| (p.place.line, p.code)).collect();
    assert_eq!(codes, [(4, RowCode::BothAmounts), (5, RowCode::AmountZero)]);
}

#[test]
fn signed_amounts() {
    let text = format!(
        "记账日期,货币,交易金额,联机余额,交易摘要,对手信息,对手账号\n2026-04-03 21:04:55,人民币,-30000.00,10.00,转账,李四,{OTHER}\n\
         2026-04-03 21:05:55,美元,5.00,15.00,转账,李四,{OTHER}\n"
    );
    let o = check_with(text.as_bytes(), |m| m.own = Some(OWN.into()));
    assert_eq!(o.layout, "cmb");
    assert_eq!(o.problems.len(), 1, "{:?} {:?}", o.problems, o.tally);
    assert_eq!(one(&o.rows[0]), expected(Direction::Out));
    assert_eq!(o.problems[0].code, RowCode::CurrencyForeign);
}

#[test]
fn a_police_export_in_xlsx_with_several_sheets() {
    let mut book = Workbook::new();
    let people = book.add_worksheet();
    people.set_name("人员信息").unwrap();
    people.write_string(0, 0, "姓名").unwrap();
    people.write_string(1, 0, "张三").unwrap();
    for part in ["交易明细1", "交易明细2"] {
        let sheet = book.add_worksheet();
        sheet.set_name(part).unwrap();
        let headers = [
            "交易卡号",
            "交易账号",
            "交易户名",
            "交易时间",
            "交易金额",
            "交易余额",
            "收付标志",
            "交易对手账卡号",
            "现金标志",
            "对手户名",
            "对手开户银行",
            "摘要说明",
            "交易币种",
            "交易是否成功",
            "交易流水号",
        ];
        for (column, header) in headers.iter().enumerate() {
            sheet.write_string(0, column as u16, *header).unwrap();
        }
        for (column, value) in [OWN, "1001", "张三"].iter().enumerate() {
            sheet.write_string(1, column as u16, *value).unwrap();
        }
        let at = ExcelDateTime::from_ymd(2026, 4, 3)
            .unwrap()
            .and_hms(21, 4, 55)
            .unwrap();
        sheet
            .write_datetime_with_format(1, 3, &at, &Format::new().set_num_format("yyyy-mm-dd hh:mm:ss"))
            .unwrap();
        sheet.write_number(1, 4, 30_000.0).unwrap();
        sheet.write_number(1, 5, 12.3).unwrap();
        for (column, value) in [
            (6, "出"),
            (7, OTHER),
            (8, "转账"),
            (9, "李四"),
            (10, "某行"),
            (11, "跨行转出"),
            (12, "CNY"),
            (13, "成功"),
            (14, part),
        ] {
            sheet.write_string(1, column, value).unwrap();
        }
        // A failed payment, and an account that the spreadsheet has damaged.
        for (row, success, number) in [(2u32, "失败", None), (3, "成功", Some(6.217_001_234_567_89e18))] {
            sheet.write_string(row, 0, OWN).unwrap();
            sheet.write_string(row, 3, "2026-04-03 21:06:00").unwrap();
            sheet.write_number(row, 4, 10.0).unwrap();
            sheet.write_string(row, 6, "出").unwrap();
            match number {
                Some(number) => sheet.write_number(row, 7, number).unwrap(),
                None => sheet.write_string(row, 7, OTHER).unwrap(),
            };
            sheet.write_string(row, 13, success).unwrap();
        }
    }
    let o = check(&book.save_to_buffer().unwrap());
    assert_eq!(o.layout, "police_detail");
    assert_eq!(
        (o.tally.sheets, o.tally.rows, o.tally.refused, o.tally.not_done),
        (2, 2, 2, 2)
    );
    assert_eq!(one(&o.rows[0]), expected(Direction::Out));
    assert_eq!(o.rows[1].place.sheet, 2);
    let p = &o.problems[0];
    assert_eq!(
        (p.code, p.place.sheet, p.place.line, p.column.as_str()),
        (RowCode::NumberDamaged, 1, 4, "交易对手账卡号")
    );
}

#[test]
fn alipay_and_wechat_bills() {
    let alipay = format!(
        "------------------------支付宝（中国）网络技术有限公司------------------------\n账号：{OWN}\n导出时间：[2026-04-03]\n----------------------------------------\n\
         交易时间,交易分类,交易对方,对方账号,商品说明,收/支,金额,收/付款方式,交易状态,交易订单号,商家订单号,备注,\n\
         2026-04-03 21:04:55,转账,李四,{OTHER},转账,支出,30000.00,余额,交易成功,2026040322001\t,,,\n\
         2026-04-03 21:05:55,退款,李四,lis***@x.cn,退款,不计收支,5.00,余额,退款成功,2026040322002\t,,,\n\
         2026-04-03 21:06:55,转账,某店,sho***@x.cn,转账,收入,7.00,余额,交易成功,2026040322003\t,,,\n\
         2026-04-03 21:07:55,转账,某店,,转账,支出,9.00,余额,交易关闭,2026040322004\t,,,\n"
    );
    let o = check(&encoding_rs_gbk(&alipay));
    assert_eq!(o.layout, "alipay_bill");
    assert_eq!(one(&o.rows[0]), expected(Direction::Out));
    assert_eq!(o.rows[0].serial.as_deref(), Some("2026040322001"));
    assert_eq!(
        (o.rows[1].other.is_none(), o.rows[1].other_name.as_str()),
        (true, "某店")
    );
    assert_eq!(
        o.problems.iter().map(|p| p.code).collect::<Vec<_>>(),
        [RowCode::DirectionUnknown]
    );
    assert_eq!(o.tally.not_done, 1);

    let wechat = "\u{feff}微信支付账单明细,,,,,,,,,,\n微信昵称：[某人],,,,\n----------------------微信支付账单明细列表--------------------,,,,,,,,\n\
        交易时间,交易类型,交易对方,商品,收/支,金额(元),支付方式,当前状态,交易单号,商户单号,备注\n\
        2026-04-03 21:04:55,转账,李四,\"转账备注:\"\"x\"\"\",支出,¥30000.00,零钱,对方已收钱,\"1000050001\t\",\"1000\t\",/\n";
    let o = check_with(wechat.as_bytes(), |m| m.own = Some("wxid-own-1".into()));
    assert_eq!(o.layout, "wechat_bill");
    assert_eq!(
        (
            o.rows[0].amount.0,
            o.rows[0].other_name.as_str(),
            o.rows[0].other.is_none()
        ),
        (3_000_000, "李四", true)
    );
    assert_eq!(o.problems, []);
}

#[test]
fn amounts_in_fen_when_the_header_says_so() {
    let text = "用户ID\t交易单号\t大单号\t用户侧账号名称\t借贷类型\t交易类型\t交易金额(分)\t账户余额(分)\t交易时间\t银行类型\t交易说明\t商户名称\t对手方ID\t对手侧账户名称\n\
        wxid_a1\t100\t200\t张三\t出\t转账\t3000000\t5\t2026-04-03 21:04:55\t\t转账\t\twxid_b2\t李四\n";
    let o = check(text.as_bytes());
    assert_eq!(o.layout, "tenpay_query");
    let row = &o.rows[0];
    assert_eq!(
        (
            row.own.as_str(),
            row.other.as_ref().unwrap().as_str(),
            row.amount.0
        ),
        ("WXIDA1", "WXIDB2", 3_000_000)
    );
}

#[test]
fn every_bad_row_is_named_and_the_good_ones_stay() {
    let text = format!(
        "本方账号,时间,方向收付标志,金额,余额,对方账号,流水号\n\
         {OWN},2026-04-03 21:00:00,支,1.00,99.00,{OTHER},1\n\
         {OWN},2026-04-03 21:01:00,支,-1.00,98.00,{OTHER},2\n\
         {OWN},2026-04-03 21:02:00,支,0,98.00,{OTHER},3\n\
         {OWN},2031-01-01 00:00:00,支,1.00,97.00,{OTHER},4\n\
         {OWN},1970-01-01 00:00:00,支,1.00,97.00,{OTHER},5\n\
         {OWN},2026-04-03 21:03:00,横,1.00,97.00,{OTHER},6\n\
         {OWN},2026-04-03 21:03:00,支,1.005,97.00,{OTHER},7\n\
         {OWN},2026-04-03 21:03:00,支,1.00,97.00,6.217E+18,8\n\
         ,2026-04-03 21:03:00,支,1.00,97.00,{OTHER},9\n\
         {OWN},,支,x,97.00,{OTHER},10\n\
         {OWN},2026-04-03 21:04:00,支,1.00,90.00,{OTHER},11\n\
         {OWN},2026-04-03 21:05:00,支,1.00,80.00,{OTHER},12\n\
         {OWN},2026-04-03 21:06:00,支,1.00,坏,{OTHER},13\n\
         {OWN},2026-04-03 21:07:00,支,1.00,80.00,{OWN},14\n"
    );
    let o = check(text.as_bytes());
    let codes: Vec<_> = o.problems.iter().map(|p| (p.place.line, p.code)).collect();
    assert_eq!(
        codes,
        [
            (3, RowCode::AmountNegative),
            (4, RowCode::AmountZero),
            (5, RowCode::TimeOutOfRange),
            (6, RowCode::TimeOutOfRange),
            (7, RowCode::DirectionUnknown),
            (8, RowCode::AmountTooFine),
            (9, RowCode::NumberDamaged),
            (10, RowCode::AccountMissing),
            (11, RowCode::TimeMissing),
            (11, RowCode::AmountMalformed),
            (13, RowCode::BalanceContradicts),
            (14, RowCode::BalanceMalformed),
            (15, RowCode::SameAccount),
        ]
    );
    assert_eq!((o.tally.rows, o.tally.refused, o.tally.flagged), (4, 10, 1));
    assert!(
        o.problems.iter().all(|p| !p.value.contains(OTHER)),
        "{:?}",
        o.problems
    );
}

#[test]
fn balances_may_run_backwards() {
    let text = format!(
        "卡号,交易时间,借贷标志,交易金额,余额,对方账号\n{OWN},2026-04-03 21:02:00,贷,5,105,{OTHER}\n{OWN},2026-04-03 21:01:00,借,10,100,{OTHER}\n\
         {OWN},2026-04-03 21:00:00,贷,110,110,{OTHER}\n"
    );
    assert_eq!(check(text.as_bytes()).problems, []);
}

#[test]
fn several_accounts_in_one_sheet_each_under_its_title() {
    let block = |own: &str| {
        format!("账号：{own}\n交易时间|借贷标志|交易金额|对方账号\n2026-04-03 21:04:55|借|30000.00|{OTHER}\n")
    };
    let o = check(format!("{}{}", block(OWN), block("6222020200112299999")).as_bytes());
    let own: Vec<_> = o.rows.iter().map(|r| r.own.as_str()).collect();
    assert_eq!(own, [OWN, "6222020200112299999"]);
}

#[test]
fn a_kept_mapping_is_used_for_the_same_header() {
    let text = format!("A,B,C,D 金额,E时间\n{OWN},{OTHER},o,30000,2026-04-03 21:04:55\n");
    let mut source = open(Cursor::new(text.clone().into_bytes()), &Bounds::default()).unwrap();
    let first = recognise(&mut source, &[], &rules()).unwrap();
    assert!(first.confidence < 50, "{}", first.confidence);
    let mut mapping = first.mapping.clone();
    mapping.columns.extend([
        (Field::Own, "a".to_owned()),
        (Field::Other, "b".to_owned()),
        (Field::Direction, "c".to_owned()),
    ]);
    mapping.sign = Sign::Marked;
    mapping.out_words = vec!["o".into()];
    let kept = SavedLayout {
        name: "某行特殊版式".into(),
        fingerprint: first.fingerprint,
        mapping,
    };
    let again = recognise(&mut source, &[kept], &rules()).unwrap();
    assert_eq!((again.layout.as_str(), again.confidence), ("某行特殊版式", 100));
    let o = check_with(text.as_bytes(), |m| *m = again.mapping);
    assert_eq!(one(&o.rows[0]), expected(Direction::Out));
}

#[test]
fn files_without_a_table_are_refused() {
    for (bytes, problem) in [
        ("今天天气很好\n".as_bytes().to_vec(), FileProblem::NoHeader),
        (b"a,b\n1,2\n".to_vec(), FileProblem::NoHeader),
        (zip_of(&[("readme.txt", b"hello")]), FileProblem::Archive),
        (
            zip_of(&[("[Content_Types].xml", b"<x/>"), ("word/document.xml", b"<x/>")]),
            FileProblem::NotAWorkbook,
        ),
        (zip_of(&[("xl/workbook.bin", b"x")]), FileProblem::BinaryWorkbook),
        (encrypted_workbook(), FileProblem::Encrypted),
        (
            zip_of(&[
                ("xl/workbook.xml", b"<workbook/>"),
                ("xl/worksheets/sheet1.xml", &bomb()),
            ]),
            FileProblem::Bomb,
        ),
        (
            zip_of(&[
                ("xl/workbook.xml", b"<workbook/>"),
                (
                    "xl/sharedStrings.xml",
                    b"<sst uniqueCount=\"99999999999\"><si/></sst>",
                ),
            ]),
            FileProblem::Bomb,
        ),
    ] {
        assert_eq!(refused(&bytes), problem);
    }
}

/// One cell of forty megabytes, which packs into forty kilobytes.
fn bomb() -> Vec<u8> {
    let mut sheet = b"<worksheet><sheetData><row><c><v>".to_vec();
    sheet.resize(40 << 20, b'1');
    sheet
}

fn zip_of(parts: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        zip.start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// An OLE file as Office writes a workbook with a password.
fn encrypted_workbook() -> Vec<u8> {
    use std::io::Write;
    let mut file = cfb::CompoundFile::create(Cursor::new(Vec::new())).unwrap();
    file.create_stream("/EncryptedPackage")
        .unwrap()
        .write_all(b"secret")
        .unwrap();
    file.into_inner().into_inner()
}

#[test]
fn an_old_workbook_is_read() {
    let o = check(include_bytes!("synthetic.xls"));
    assert_eq!(one(&o.rows[0]), expected(Direction::Out));
    assert_eq!(o.rows[1].direction, Direction::In);
    assert_eq!((o.tally.rows, o.tally.refused), (2, 1));
    assert_eq!(o.problems[0].code, RowCode::NumberDamaged);
}

/// A sheet of two cells in far corners would be sixteen million cells in memory.
#[test]
fn an_old_workbook_with_cells_in_far_corners_is_refused() {
    assert_eq!(refused(include_bytes!("corners.xls")), FileProblem::Bomb);
}

#[test]
fn a_cut_off_or_changed_workbook_never_panics() {
    let whole = include_bytes!("synthetic.xls");
    let seed = 7u64;
    println!("seed {seed}");
    let mut state = seed;
    for round in 0..400 {
        let mut bytes = whole.to_vec();
        for _ in 0..=round % 5 {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            let at = (state >> 33) as usize % bytes.len();
            bytes[at] = (state >> 20) as u8;
        }
        bytes.truncate(bytes.len() - round % 97);
        if let Ok(mut source) = open(Cursor::new(bytes), &Bounds::default())
            && let Ok(found) = recognise(&mut source, &[], &rules())
        {
            let _ = read(&mut source, &found.mapping, &rules(), &mut |_| {
                ControlFlow::Continue(())
            });
        }
    }
}
