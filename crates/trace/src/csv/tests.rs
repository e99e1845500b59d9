use super::*;
use crate::Exit;
use proptest::prelude::*;

const ACCOUNTS: &str = "\"id\",\"type\",\"opening\",\"stop\"\n7,0,300,0\n3,3,0,1\n5,1,100,1\n";

fn some_accounts() -> Accounts {
    accounts(ACCOUNTS.as_bytes(), 1, &|_| ()).expect("a good file")
}

fn read(text: &str) -> Result<Vec<Transfer>, Refused> {
    transfers(text.as_bytes(), &some_accounts().numbers, 2, &|_| ())
}

/// One line a problem: line, column, value, reason.
fn told(refused: Refused) -> Vec<String> {
    let line = |p: Problem| format!("{}|{}|{}|{:?}", p.line, p.column, p.value, p.reason);
    refused.problems.into_iter().map(line).collect()
}

#[test]
fn columns_are_found_by_name_and_the_rest_is_passed_over() {
    let wanted = Transfer {
        id: 9,
        ts_ms: 1_767_225_600_000,
        src: 0,
        dst: 1,
        amount: 250,
    };
    for text in [
        "id,ts,src,dst,amount,kind\n9,1767225600000,7,3,250,1\n",
        "\u{feff}id,ts,src,dst,amount,kind\r\n9,1767225600000,7,3,250,1\r\n",
        "\"id\",\"ts\",\"src\",\"dst\",\"amount\"\n9,1767225600000,7,3,250",
        "note,AMOUNT, dst ,src,ts,id\n\"a, \"\"b\"\"\nc\",250,3,7,1767225600000,9\n",
        "note,amount,dst,src,ts,id\r\n中文,\" 250 \",+3,007,1767225600000,9\r\n\r\n",
        "\n\nid,note,ts,src,dst,amount\n\n9,\"\",1767225600000,7,3,250\n  \n",
    ] {
        assert_eq!(read(text), Ok(vec![wanted]), "{text:?}");
    }
    assert_eq!(read("id,ts,src,dst,amount\n"), Ok(vec![]));
}

#[test]
fn everything_that_is_wrong_is_named_with_its_line_and_column() {
    let heading = "id,ts,src,dst,amount\n";
    for (rows, problems) in [
        (
            "1,5,7,3,0\n2,5,7,3,-4\n",
            &["2|amount|0|NotPositive", "3|amount|-4|NotPositive"][..],
        ),
        ("1,5,7,3,1.50\n", &["2|amount|1.50|NotANumber"]),
        ("1,5,7,3,\n", &["2|amount||ValueMissing"]),
        (
            "\n1,-5,7,4,x\n",
            &[
                "3|ts|-5|OutOfRange { least: 0, most: 253402300799999 }",
                "3|amount|x|NotANumber",
            ],
        ),
        (
            "1,99999999999999999999,7,3,1\n",
            &["2|ts|99999999999999999999|OutOfRange { least: 0, most: 253402300799999 }"],
        ),
        (
            "1,5,7,4,1\n1,5,8,3,1\n",
            &["2|dst|4|AccountUnknown", "3|src|8|AccountUnknown"],
        ),
        ("1,5,7,3\n", &["2|||FieldCount { wanted: 5, found: 4 }"]),
        ("1,5,7,3,1,0\n", &["2|||FieldCount { wanted: 5, found: 6 }"]),
        ("1,5,7,3,1\n2,5,7,3,\"4\n", &["3|||QuoteUnclosed"]),
        (
            "1,5,7,3,9223372036854775808\n",
            &["2|amount|9223372036854775808|OutOfRange { least: 1, most: 9223372036854775807 }"],
        ),
    ] {
        let refused = read(&format!("{heading}{rows}")).expect_err(rows);
        assert_eq!(told(refused), problems, "{rows:?}");
    }
}

#[test]
fn a_file_that_is_no_table_of_transfers_is_named_for_what_it_is() {
    let check = |bytes: &[u8], problem: &str| {
        let refused = transfers(bytes, &some_accounts().numbers, 2, &|_| ()).expect_err(problem);
        assert_eq!(told(refused), [problem]);
    };
    check(b"", "0|||Empty");
    check(b"\xef\xbb\xbf\r\n\n", "0|||Empty");
    check(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "0|||NotCsv(Picture)");
    check(b"\xff\xd8\xff\xe0\0\x10JFIF", "0|||NotCsv(Picture)");
    check(b"PK\x03\x04\x14\0\x06\0", "0|||NotCsv(Zip)");
    check(b"%PDF-1.7\n", "0|||NotCsv(Pdf)");
    check(b"\xff\xfei\0d\0,\0", "0|||NotCsv(Utf16)");
    check(b"id,ts\0,src", "0|||NotCsv(Binary)");
    check(
        b"id,ts,src,dst,amount,\xb1\xb8\n1,5,7,3,1,\n",
        "1||id,ts,src,dst,amount,\u{fffd}\u{fffd}|NotUtf8",
    );
    check(
        b"id,ts,src,dst,amount,note\n1,5,7,3,1,a\n2,5,7,3,1,\xb1\xb8\n",
        "3||2,5,7,3,1,\u{fffd}\u{fffd}|NotUtf8",
    );
    check(
        b"id,ts,src,dst\n",
        "1|amount||ColumnMissing { found: \"id, ts, src, dst\" }",
    );
    check(b"id,ts,src,dst,amount,Amount\n", "1|amount|Amount|ColumnTwice");
}

#[test]
fn problems_are_bounded_and_in_order_whatever_the_number_of_threads() {
    let rows: String = (0..5_000)
        .map(|nth| format!("{nth},5,7,3,{}\n", i64::from(nth % 2)))
        .collect();
    let text = format!("id,ts,src,dst,amount\n{rows}");
    let refused =
        |threads| transfers(text.as_bytes(), &some_accounts().numbers, threads, &|_| ()).expect_err("zeros");
    let one = refused(1);
    assert_eq!(
        (one.problems.len(), one.more),
        (PROBLEMS_MAX, 2_500 - PROBLEMS_MAX as u64)
    );
    assert_eq!(one.problems[1].line, 4);
    for threads in [2, 3, 16, 10_000] {
        assert_eq!(refused(threads), one, "{threads} threads");
    }
}

/// Longer than several blocks, so that lines lie across their borders.
#[test]
fn a_plain_table_block_by_block_has_the_same_rows_whatever_the_number_of_threads() {
    let numbers = &some_accounts().numbers;
    let table = |end: &str, last: &str| {
        let rows: String = (1..60_000u64)
            .map(|nth| {
                let dst = if nth % 3 == 0 { 3 } else { 5 };
                format!(
                    "{},{},7,{dst},{},{nth}{end}",
                    nth * nth,
                    nth.pow(3),
                    "笔".repeat(nth as usize % 9)
                )
            })
            .collect();
        format!("ts,amount,src,dst,note,id{end}{rows}{last}")
    };
    for (end, last) in [
        ("\n", ""),
        ("\r\n", ""),
        ("\n", "9,9,5,7,,9"),
        ("\n", "9,9,5,7,,9\n"),
    ] {
        let text = table(end, last);
        let text = text.as_bytes();
        let whole = transfers(text, numbers, 1, &|_| ()).expect("a good table");
        for threads in [1, 2, 3, 7, 64] {
            let read = std::sync::atomic::AtomicU64::new(0);
            let streamed = transfers_streamed(text, numbers, threads, &|bytes| {
                read.fetch_add(bytes, std::sync::atomic::Ordering::Relaxed);
            });
            assert!(
                streamed.expect("no disk").as_ref() == Some(&whole),
                "{threads} threads"
            );
            let heading = format!("ts,amount,src,dst,note,id{end}");
            assert_eq!(read.into_inner(), (text.len() - heading.len()) as u64);
        }
        assert_eq!(whole.len(), 59_999 + usize::from(!last.is_empty()));
    }
}

#[test]
fn a_table_with_anything_unusual_is_left_to_the_careful_way() {
    let numbers = &some_accounts().numbers;
    let plain = "1,5,7,3,1\n".repeat(40_000);
    let heading = "id,ts,src,dst,amount\n";
    for unusual in [
        "1,5,7,3,0\n",
        "1,5,7,4,1\n",
        "\n",
        "1,5,7,3,\"1\"\n",
        "1,5,7,3\n",
        "1,5,7,3,1,1\n",
        "1,5,7,3,1\u{e9}\n",
        " 1,5,7,3,1\n",
        "1,-5,7,3,1\n",
    ] {
        for text in [
            format!("{heading}{unusual}{plain}"),
            format!("{heading}{plain}{unusual}"),
            format!("{heading}{plain}{unusual}{plain}"),
        ] {
            for threads in [1, 2, 5] {
                let streamed = transfers_streamed(text.as_bytes(), numbers, threads, &|_| ());
                assert_eq!(streamed.expect("no disk"), None, "{unusual:?}");
            }
        }
    }
    for text in ["", "id,ts\n1,2\n", "id,ts,src,dst,amount", "%PDF-1.7\n"] {
        let streamed = transfers_streamed(text.as_bytes(), numbers, 2, &|_| ());
        assert_eq!(streamed.expect("no disk"), None, "{text:?}");
    }
    let long = format!("{heading}{}", "1".repeat(600_000));
    let streamed = transfers_streamed(long.as_bytes(), numbers, 2, &|_| ());
    assert_eq!(streamed.expect("no disk"), None);
}

#[test]
fn account_numbers_may_be_any_numbers() {
    for ids in [
        vec![0, 1, 2],
        vec![2, 0, 1],
        vec![5, 900, 17],
        vec![u64::MAX, 6_222_020_000_000_000_017, 0],
    ] {
        let text: String = ids.iter().map(|id| format!("{id}\n")).collect();
        let accounts = accounts(format!("id\n{text}").as_bytes(), 1, &|_| ()).expect("a good file");
        for (dense, id) in (0u32..).zip(&ids) {
            assert_eq!(accounts.numbers.dense(*id), Some(dense));
            assert_eq!(accounts.numbers.id(dense), Some(*id));
        }
        assert_eq!(
            (accounts.numbers.dense(3), accounts.numbers.dense(u64::MAX - 1)),
            (None, None)
        );
        assert!(accounts.facts.iter().all(|facts| *facts == Default::default()));
    }
    for ids in [
        "4\n5\n4\n",
        "0\n1\n2\n1\n",
        "18446744073709551615\n5\n18446744073709551615\n",
    ] {
        let refused = accounts(format!("id\n\n{ids}").as_bytes(), 1, &|_| ()).expect_err("twice");
        assert!(
            refused.problems.len() == 1 && refused.problems[0].reason == Reason::Twice,
            "{refused:?}"
        );
        assert_eq!(refused.problems[0].line, 2 + ids.lines().count() as u64);
    }
}

#[test]
fn what_an_account_is_follows_from_stop_and_type() {
    let exits = |text: &str| -> Vec<Option<Exit>> {
        let accounts = accounts(text.as_bytes(), 1, &|_| ()).expect("a good file");
        accounts.facts.iter().map(|facts| facts.exit).collect()
    };
    let all = "id,type,stop\n0,0,0\n1,0,1\n2,1,1\n3,2,1\n4,3,1\n5,3,0\n6,,1\n";
    let (hub, merchant, cash) = (Some(Exit::Hub), Some(Exit::Merchant), Some(Exit::Cash));
    assert_eq!(
        exits(all),
        [None, hub, hub, merchant, cash, None, Some(Exit::Unknown)]
    );
    assert_eq!(
        exits("id,type\n0,0\n1,1\n2,2\n3,3\n"),
        [None, None, merchant, cash]
    );
    let openings = accounts(b"id,opening\n0,5\n1,\n", 1, &|_| ())
        .expect("a good file")
        .facts;
    assert_eq!((openings[0].opening, openings[1].opening), (Some(5), None));
    let refused = accounts(b"id,opening,stop\n0,-5,2\n", 1, &|_| ()).expect_err("wrong");
    assert_eq!(
        told(refused),
        [
            "2|opening|-5|OutOfRange { least: 0, most: 9223372036854775807 }",
            "2|stop|2|OutOfRange { least: 0, most: 1 }"
        ]
    );
}

#[test]
fn seeds_know_their_lines_and_need_only_a_number() {
    let seed = |line, transfer_id| SeedRow {
        line,
        transfer_id,
        account: None,
        ts: None,
        amount: None,
    };
    assert_eq!(seeds(b"transfer_id\n5\n\n6\n"), Ok(vec![seed(2, 5), seed(4, 6)]));
    let full = seeds(b"qid,transfer_id,account,ts,amount,planted_case\n0,787644,12,5,9,-1\n");
    assert_eq!(
        full,
        Ok(vec![SeedRow {
            account: Some(12),
            ts: Some(5),
            amount: Some(9),
            ..seed(2, 787_644)
        }])
    );
}

#[test]
fn a_number_that_comes_twice_is_found_on_its_later_lines() {
    let text = b"id,ts,src,dst,amount\n4,5,7,3,1\n5,5,7,3,1\n4,6,7,3,1\n4,7,7,3,1\n";
    assert_eq!(
        told(transfers_twice(text, &[4])),
        ["4|id|4|Twice", "5|id|4|Twice"]
    );
    assert_eq!(transfer_lines(text, &[5]), [(3, 5)]);
}

/// Fields as a spreadsheet may write them: any may be quoted, a passed-over one may hold anything.
fn field() -> impl Strategy<Value = String> {
    prop_oneof![
        6 => (0u64..200).prop_map(|n| n.to_string()),
        1 => any::<u64>().prop_map(|n| n.to_string()),
        1 => any::<i32>().prop_map(|n| format!(" {n}")),
        1 => "[,\"\n0-9a\r中 ]{0,6}",
    ]
}

fn table() -> impl Strategy<Value = String> {
    let row = prop::collection::vec((field(), any::<bool>()), 6);
    (prop::collection::vec((row, any::<bool>()), 0..40), any::<bool>()).prop_map(|(rows, last)| {
        let mut text = "id,ts,note,src,dst,amount".to_owned();
        for (row, crlf) in rows {
            text.push_str(if crlf { "\r\n" } else { "\n" });
            let fields: Vec<String> = row
                .into_iter()
                .map(|(field, quoted)| quote(field, quoted))
                .collect();
            text.push_str(&fields.join(","));
        }
        if last {
            text.push('\n');
        }
        text
    })
}

fn quote(field: String, wanted: bool) -> String {
    if wanted || field.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", field.replace('"', "\"\""))
    } else {
        field
    }
}

/// What the `csv` crate and a plain reading of numbers give; None for a file with anything wrong.
fn plainly(text: &str, numbers: &AccountNumbers) -> Option<Vec<Transfer>> {
    let mut reader = ::csv::ReaderBuilder::new().from_reader(text.as_bytes());
    let row = |record: ::csv::StringRecord| {
        let number = |nth: usize| record.get(nth)?.trim().parse::<u64>().ok();
        let within = |nth, least, most| number(nth).filter(|n| (least..=most).contains(n));
        Some(Transfer {
            id: number(0)?,
            ts_ms: within(1, 0, TS_MS_MAX)? as i64,
            src: numbers.dense(number(3)?)?,
            dst: numbers.dense(number(4)?)?,
            amount: within(5, 1, i64::MAX as u64)? as i64,
        })
    };
    reader.records().map(|record| row(record.ok()?)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_table_reads_as_a_careful_reader_reads_it(text in table(), threads in 1usize..6) {
        let ids: String = (0..190).map(|id| format!("{id}\n")).collect();
        let numbers = accounts(format!("id\n{ids}").as_bytes(), 1, &|_| ()).expect("a good file").numbers;
        let read = transfers(text.as_bytes(), &numbers, threads, &|_| ());
        prop_assert_eq!(read.ok(), plainly(&text, &numbers));
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200), threads in 1usize..4) {
        let text = [b"id,ts,src,dst,amount\n", bytes.as_slice()].concat();
        let numbers = some_accounts().numbers;
        let one = transfers(&text, &numbers, 1, &|_| ());
        prop_assert_eq!(&one, &transfers(&text, &numbers, threads, &|_| ()));
        prop_assert!(one.is_ok() || one.is_err_and(|refused| !refused.problems.is_empty()));
    }
}
