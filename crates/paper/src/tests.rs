//! The room's tests: every sample printed, read back as text and measured; every refusal; what must never happen.
//! They need a Chinese font on the machine (Debian: fonts-noto-cjk) and say so when there is none. Optional fonts are
//! left aside, so that page counts are the same on every machine with that package.

use crate::press::Press;
use crate::{Fonts, Paper, PaperProblem, Printer, Purpose, paper_of};
use domain::document::DocumentKind;
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::LazyLock;

fn usual_fonts() -> Fonts {
    Fonts::load(&Fonts::usual_dirs()).unwrap_or_else(|problem| panic!("{problem}"))
}

/// Set in the Chinese font's folder alone.
static PRINTER: LazyLock<Printer> = LazyLock::new(|| {
    let folder = usual_fonts().chosen()[0].1.parent().unwrap().to_owned();
    Printer::new(Fonts::load(&[folder]).unwrap()).unwrap()
});

fn sample(name: &str) -> (&'static str, Value) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("samples")
        .join(format!("{name}.json"));
    let kinds = DocumentKind::ALL.map(DocumentKind::slug);
    let kind = kinds.into_iter().find(|kind| name.starts_with(kind)).unwrap();
    (
        kind,
        serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap(),
    )
}

/// Name of the sample and pages as an original: copies, attachments, all.
const SAMPLES: &[(&str, usize)] = &[
    ("stop_application", 1),
    ("stop_application_three", 1),
    ("stop_application_extended", 2),
    ("query_notice", 3),
    ("query_notice_list", 6),
    ("freeze_notice", 3),
    ("freeze_notice_list", 9),
    ("freeze_notice_renewal", 3),
    ("freeze_relieve_notice", 3),
    ("case_acceptance_form", 2),
    ("case_acceptance_receipt", 2),
    ("case_filing_decision", 2),
    ("case_filing_report", 1),
    ("flow_table", 1),
];

/// The one way these tests look at a paper: its pages as text, spaces and line ends taken out.
fn pages(name: &str, change: impl FnOnce(&mut Value), purpose: &str) -> Result<Vec<String>, PaperProblem> {
    let (kind, mut snapshot) = sample(name);
    change(&mut snapshot);
    let paper = paper_of(kind, &snapshot)?;
    let texts = PRINTER
        .press()
        .texts(PRINTER.sheets_of(&paper, &Purpose::parse(purpose)?)?)?;
    Ok(texts
        .into_iter()
        .map(|text| {
            text.split_whitespace()
                .collect::<String>()
                .replace("□√", "☑")
                .replace('□', "☐")
        })
        .collect())
}

fn unchanged(_: &mut Value) {}

fn refused(name: &str, change: impl FnOnce(&mut Value), purpose: &str) -> Vec<(String, &'static str)> {
    match pages(name, change, purpose) {
        Err(PaperProblem::Refused(faults)) => {
            for fault in &faults {
                assert!(
                    !fault.zh.is_empty() && fault.en.is_ascii() || fault.en.contains('“'),
                    "{fault:?}"
                );
            }
            faults
                .into_iter()
                .map(|fault| (fault.field, fault.code.code()))
                .collect()
        }
        Err(other) => panic!("{name}: {other}"),
        Ok(_) => Vec::new(),
    }
}

#[test]
fn samples_print_small_and_the_same_each_time() {
    for (name, count) in SAMPLES {
        let (kind, snapshot) = sample(name);
        let first = PRINTER
            .render_json(kind, &snapshot, "original")
            .unwrap_or_else(|p| panic!("{name}: {p}"));
        assert_eq!(first.pages, *count, "{name}");
        assert!(first.pdf.starts_with(b"%PDF-1.7"), "{name}");
        assert!(first.pdf.len() < 1_000_000, "{name}: {} bytes", first.pdf.len());
        let stored = serde_json::to_value(paper_of(kind, &snapshot).unwrap()).unwrap();
        let again = PRINTER
            .render_json(kind, &stored["snapshot"], "original")
            .unwrap();
        assert_eq!(first, again, "{name}: a print from the stored snapshot differs");
    }
}

#[test]
fn optional_fonts_serve_where_they_are() {
    let printer = Printer::new(usual_fonts()).unwrap();
    for (name, _) in SAMPLES {
        let (kind, snapshot) = sample(name);
        printer
            .render_json(kind, &snapshot, "original")
            .unwrap_or_else(|p| panic!("{name}: {p}"));
    }
}

#[test]
fn each_copy_says_what_it_must() {
    let rows: &[(&str, &[&[&str]])] = &[
        (
            "stop_application",
            &[&[
                "黄冈市公安局反电信网络诈骗中心紧急止付申请表",
                "业务申请编号：T421100202611221931050000000000000001",
                "人民币叁万元整（¥30,000.00）",
                "6200000000000002014",
                "2026年11月22日19时20分45秒",
                "☑手机银行",
                "☐柜台",
                "自2026年11月22日19时33分20秒起至2026年11月24日19时33分20秒止",
                "代理人／",
                "陈志远（警号040117）、刘思敏（警号040232）",
            ]],
        ),
        (
            "stop_application_three",
            &[&[
                "合计：3笔，人民币玖万贰仟贰佰肆拾伍元陆角柒分（¥92,245.67）",
                "49,900.00",
                "与被害人关系母子",
            ]],
        ),
        (
            "query_notice",
            &[
                &[
                    "协助查询财产通知书（存根）",
                    "黄公（反诈）查财字〔2026〕12号",
                    "犯罪嫌疑人：／",
                    "第一联存根",
                ],
                &[
                    "《中华人民共和国刑事诉讼法》第一百四十四条",
                    "请予协助",
                    "（公安局印）",
                    "二〇二六年十一月二十二日",
                    "第二联正本",
                ],
                &[
                    "（回执）",
                    "查无开户信息",
                    "第三联回执此联由协助查询单位填写退通知机关附卷",
                ],
            ],
        ),
        (
            "query_notice_list",
            &[
                &["等40个账户（详见附件1）"],
                &["附件1：被查询账户清单，3页"],
                &[],
                &["附件1", "第1页共3页", "户名账号/卡号"],
                &["户名账号/卡号", "第2页共3页"],
                &["户名账号/卡号", "合计40个账户", "第3页共3页"],
            ],
        ),
        (
            "freeze_notice",
            &[
                &[
                    "冻结数额：人民币叁万元整（¥30,000.00）",
                    "批准人：周建国（副局长）",
                    "填发人：刘思敏",
                ],
                &[
                    "请予冻结",
                    "犯罪嫌疑人赵某峰（性别男，出生日期1902年7月15日）",
                    "☑限额冻结",
                    "☐全额冻结",
                    "从2026年11月22日起至2027年5月21日止",
                    "☑是☐否",
                ],
                &["在先冻结机关", "实际冻结数额"],
            ],
        ),
        (
            "freeze_notice_list",
            &[
                &[],
                &[
                    "王秀兰被诈骗案涉案的下列财产",
                    "详见附件1",
                    "附件2：被冻结账户单页，5页",
                ],
                &[],
                &[
                    "107,000.53",
                    "合计5个账户，人民币贰拾贰万叁仟玖佰零玖元捌角伍分（¥223,909.85）",
                    "第1页共1页",
                ],
                &["附件2", "第1户共5户"],
            ],
        ),
        (
            "freeze_notice_renewal",
            &[
                &["原冻结文书：黄公（反诈）冻财字〔2026〕12号"],
                &[
                    "请予继续冻结",
                    "冻结期限至2027年5月21日届满",
                    "☑全额冻结（整户，只收不付）",
                ],
            ],
        ),
        (
            "case_acceptance_form",
            &[
                &[
                    "受案登记表",
                    "黄州公（反诈）受案字〔2026〕310440号",
                    "☑110指令☐工作中发现",
                    "☑属本单位管辖的刑事案件，建议及时立案侦查",
                    "一式两份，一份附卷，一份存根",
                ],
                &["电信网络诈骗接报补充表", "冒充电商物流客服"],
            ],
        ),
        (
            "case_acceptance_receipt",
            &[
                &[
                    "你（单位）于2026年11月22日报称的王秀兰被诈骗一案我单位已受理",
                    "监督电话：19900000999",
                    "此联交报案人",
                ],
                &["此联附卷", "报案人、控告人、举报人、扭送人："],
            ],
        ),
        (
            "case_filing_decision",
            &[
                &["立案决定书（存根）", "案件名称：王秀兰被诈骗案"],
                &[
                    "根据《中华人民共和国刑事诉讼法》第一百一十二条之规定，决定对王秀兰被诈骗案立案侦查。",
                    "此联附卷",
                ],
            ],
        ),
    ];
    for (name, wanted) in rows {
        let printed = pages(name, unchanged, "original").unwrap_or_else(|p| panic!("{name}: {p}"));
        for (page, needles) in wanted.iter().enumerate() {
            for needle in *needles {
                let needle: String = needle.split_whitespace().collect();
                assert!(
                    printed[page].contains(&needle),
                    "{name} page {}: no “{needle}” in\n{}",
                    page + 1,
                    printed[page]
                );
            }
        }
    }
}

#[test]
fn nothing_is_drawn_outside_the_margins() {
    let long = "黄冈市示例国际贸易供应链管理（集团）有限责任公司驻武汉经济技术开发区第一分公司".repeat(2);
    let stretched = |snapshot: &mut Value| {
        for pointer in [
            "/addressee",
            "/accounts/0/holder",
            "/accounts/0/institution",
            "/issue/handling_unit",
            "/applicant/name",
            "/applicant/address",
            "/transfers/0/to_institution",
            "/transfers/0/to_name",
            "/reporter/employer",
            "/case_name",
            "/steps/0/from/institution",
            "/steps/1/to/name",
        ] {
            if let Some(value) = snapshot.pointer_mut(pointer) {
                *value = long.clone().into();
            }
        }
        for pointer in [
            "/accounts/0/account",
            "/transfers/0/to_account",
            "/steps/1/to/account",
        ] {
            if let Some(value) = snapshot.pointer_mut(pointer) {
                *value = "very.long.account.name@pay.example.com.cn-000001".into();
            }
        }
    };
    for (name, _) in SAMPLES {
        for change in [&unchanged as &dyn Fn(&mut Value), &stretched] {
            let (kind, mut snapshot) = sample(name);
            change(&mut snapshot);
            let paper = paper_of(kind, &snapshot).unwrap();
            let sheets = PRINTER
                .sheets_of(&paper, &Purpose::Original)
                .unwrap_or_else(|p| panic!("{name}: {p}"));
            let stray = PRINTER.press().outside(sheets).unwrap();
            assert!(stray.is_empty(), "{name}: {stray:?}");
        }
    }
}

#[test]
fn a_flow_table_names_both_banks_numbers_and_times_and_what_it_rests_on() {
    let text = pages("flow_table", unchanged, "original").unwrap().concat();
    for part in [
        "涉案资金流向表",
        "计入规则：先进先出（时间戳逐笔）",
        "2026-11-2219:26:03CB20261122192603000456",
        "2026-11-2219:26:05ICBC000000998877",
        "CB20261122192603000456余额10,012.30",
        "15,660.00",
        "15,000.00",
        "双方流水",
        "单方流水",
        "去向不明（流水未见）",
        "推定事项1.郑某6200000000000004010的流水未到",
        "未再追踪1.某某日用百货商行",
        "制表人：刘思敏（警号040232）",
        "复核人：",
        "第1页共1页",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let many = |snapshot: &mut Value| {
        let steps = snapshot["steps"].as_array().unwrap().clone();
        snapshot["steps"] = Value::Array(steps.iter().cycle().take(60).cloned().collect());
        snapshot["steps_left_out"] = 7.into();
    };
    let pages = pages("flow_table", many, "original").unwrap();
    assert!(pages.len() > 2, "{}", pages.len());
    for (i, page) in pages.iter().enumerate() {
        assert!(
            page.contains(&format!("第{}页共{}页", i + 1, pages.len())),
            "{page}"
        );
        assert!(page.starts_with("涉案资金流向表J4211002611220047"), "{page}");
    }
    assert!(pages.concat().contains("另有7笔因篇幅未列"));
    assert_eq!(
        refused(
            "flow_table",
            |s| s["steps"] = Value::Array(Vec::new()),
            "original"
        ),
        [("steps".to_owned(), "missing")]
    );
    assert_eq!(
        refused("flow_table", |s| s["gone"] = 1.into(), "draft"),
        [("total".to_owned(), "sums_differ")]
    );
    assert_eq!(
        refused(
            "flow_table",
            |s| s["steps"][0]["traced"] = 9_000_000.into(),
            "draft"
        ),
        [("steps[0].traced".to_owned(), "sums_differ")]
    );
}

/// However long the lists are, the sheet that is signed and sealed also bears the end of what is signed.
#[test]
fn the_signature_of_a_flow_table_never_stands_alone() {
    for rows in 0..14 {
        let with = |snapshot: &mut Value| {
            let cut = snapshot["cuts"][0].clone();
            snapshot["cuts"] = Value::Array(vec![cut; rows]);
        };
        let pages = pages("flow_table", with, "original").unwrap();
        let signed = pages.iter().find(|page| page.contains("制表人：")).unwrap();
        let before = signed.split("制表人：").next().unwrap();
        let last = if rows == 0 {
            "没有截断。".to_owned()
        } else {
            format!("{rows}.某某日用百货商行")
        };
        assert!(before.contains(&last), "{rows}: {signed}");
    }
}

#[test]
fn a_flow_table_says_at_its_foot_who_printed_it_and_when() {
    let (kind, snapshot) = sample("flow_table");
    let paper = paper_of(kind, &snapshot).unwrap();
    let at = kernel::Instant::from_wire14("20261122210506").unwrap();
    let by = crate::printed_by(&"陈志远".into(), "040117", at);
    let text = |printed: &str| {
        let mut sheets = PRINTER.sheets_of(&paper, &Purpose::Original).unwrap();
        sheets[0]["printed"] = printed.into();
        PRINTER.press().texts(sheets).unwrap().concat()
    };
    assert!(
        text(&by).contains("打印：陈志远（警号040117）　2026年11月22日21时05分06秒"),
        "{}",
        text(&by)
    );
    assert!(!text("").contains("打印："));
    // The print itself: another person, another file; a name that no font has stops it.
    let batch = [(paper.clone(), Purpose::Original)];
    let other = crate::printed_by(&"刘思敏".into(), "", at);
    assert_ne!(
        PRINTER.render_batch(&batch, &by).unwrap().pdf,
        PRINTER.render_batch(&batch, &other).unwrap().pdf
    );
    assert!(PRINTER.render_batch(&batch, "打印：\u{10ffff}").is_err());
}

#[test]
fn originals_the_rules_forbid() {
    type Change = fn(&mut Value);
    let rows: &[(&str, Change, &str, &str)] = &[
        (
            "freeze_notice",
            |s| s["issue"]["case"]["filing_number"] = "".into(),
            "issue.case.filing_number",
            "missing",
        ),
        (
            "freeze_notice",
            |s| s["issue"]["approval"]["level"] = "department".into(),
            "issue.approval.level",
            "approver_level",
        ),
        (
            "freeze_notice",
            |s| s["issue"]["approval"] = Value::Null,
            "issue.approval",
            "missing",
        ),
        (
            "freeze_notice",
            |s| s["property"] = "listed_equity".into(),
            "issue.approval.level",
            "approver_level",
        ),
        (
            "freeze_notice",
            |s| s["accounts"][0]["holder"] = "".into(),
            "accounts[0].holder",
            "missing",
        ),
        (
            "freeze_notice",
            |s| s["accounts"][0]["account"] = " ".into(),
            "accounts[0].account",
            "missing",
        ),
        (
            "freeze_notice",
            |s| s["accounts"][0]["sum"] = Value::Null,
            "accounts[0].sum",
            "missing",
        ),
        ("freeze_notice", |s| s["begin"] = Value::Null, "begin", "missing"),
        ("freeze_notice", |s| s["end"] = Value::Null, "end", "missing"),
        ("freeze_notice", |s| s["scope"] = Value::Null, "scope", "missing"),
        (
            "freeze_notice",
            |s| s["fruits"] = Value::Null,
            "fruits",
            "missing",
        ),
        (
            "freeze_notice",
            |s| s["end"] = "2026-11-21".into(),
            "end",
            "end_before_begin",
        ),
        (
            "freeze_notice",
            |s| s["end"] = "2027-11-23".into(),
            "end",
            "term_too_long",
        ),
        (
            "freeze_notice",
            |s| {
                s["issue"]["approval"]["level"] = "county".into();
                s["end"] = "2027-05-23".into()
            },
            "end",
            "term_too_long",
        ),
        (
            "freeze_notice",
            |s| s["total"]["capitals"] = "叁拾万元整".into(),
            "total",
            "sums_differ",
        ),
        (
            "freeze_notice",
            |s| s["accounts"][0]["sum"]["capitals"] = "三万元整".into(),
            "accounts[0].sum",
            "sums_differ",
        ),
        (
            "freeze_notice_list",
            |s| s["total"]["fen"] = 22_390_986.into(),
            "total",
            "sums_differ",
        ),
        (
            "freeze_notice",
            |s| s["case_sum"]["fen"] = 2_999_999.into(),
            "total",
            "more_than_case",
        ),
        (
            "freeze_notice",
            |s| s["issue"]["officers"].as_array_mut().unwrap().truncate(1),
            "issue.officers",
            "two_officers",
        ),
        (
            "freeze_notice",
            |s| s["issue"]["officers"][1] = s["issue"]["officers"][0].clone(),
            "issue.officers",
            "two_officers",
        ),
        (
            "freeze_notice",
            |s| s["issue"]["number"] = Value::Null,
            "issue.number",
            "missing",
        ),
        (
            "freeze_notice",
            |s| s["issue"]["number"]["serial"] = 0.into(),
            "issue.number",
            "invalid",
        ),
        ("freeze_notice", |s| s["edition"] = 3.into(), "edition", "invalid"),
        (
            "freeze_notice_list",
            |s| s["accounts"][3]["account"] = s["accounts"][1]["account"].clone(),
            "accounts[3].account",
            "account_twice",
        ),
        (
            "freeze_notice_renewal",
            |s| s["issue"]["issued_on"] = "2027-05-22".into(),
            "renewal.earlier_end",
            "renewal_late",
        ),
        (
            "freeze_notice_renewal",
            |s| s["begin"] = "2027-05-23".into(),
            "renewal.earlier_end",
            "renewal_late",
        ),
        (
            "query_notice",
            |s| s["issue"]["approval"]["level"] = "department".into(),
            "issue.approval.level",
            "approver_level",
        ),
        (
            "query_notice",
            |s| s["accounts"] = json!([]),
            "accounts",
            "missing",
        ),
        (
            "query_notice",
            |s| s["period_to"] = "2026-10-01".into(),
            "period_to",
            "end_before_begin",
        ),
        (
            "case_filing_decision",
            |s| s["issue"]["approval"]["level"] = "department".into(),
            "issue.approval.level",
            "approver_level",
        ),
        (
            "case_filing_decision",
            |s| s["issue"]["issued_on"] = "2026-11-21".into(),
            "issue.issued_on",
            "end_before_begin",
        ),
        (
            "case_acceptance_form",
            |s| s["opinion"] = Value::Null,
            "opinion",
            "missing",
        ),
        (
            "case_acceptance_form",
            |s| s["supplement"]["transfers"][0]["sum"]["capitals"] = "壹元整".into(),
            "supplement.transfers[0].sum",
            "sums_differ",
        ),
        (
            "case_acceptance_receipt",
            |s| s["supervision_phone"] = "".into(),
            "supervision_phone",
            "missing",
        ),
        (
            "stop_application",
            |s| s["officers"] = json!([]),
            "officers",
            "two_officers",
        ),
        (
            "stop_application",
            |s| s["transfers"][0]["at"] = Value::Null,
            "transfers[0].at",
            "missing",
        ),
        (
            "stop_application",
            |s| s["transfers"][0]["sum"]["fen"] = (-1).into(),
            "transfers[0].sum",
            "invalid",
        ),
    ];
    for (name, change, field, code) in rows {
        let found = refused(name, change, "original");
        assert!(
            found.contains(&((*field).to_owned(), *code)),
            "{name} {field} {code}: {found:?}"
        );
    }
}

#[test]
fn all_faults_come_at_once() {
    let found = refused(
        "freeze_notice",
        |s| {
            s["scope"] = Value::Null;
            s["fruits"] = Value::Null;
            s["end"] = Value::Null
        },
        "original",
    );
    assert_eq!(found.len(), 3, "{found:?}");
}

#[test]
fn a_year_needs_a_city_level_approver_and_the_last_day_is_allowed() {
    assert!(pages("freeze_notice", |s| s["end"] = "2027-11-22".into(), "bank_upload").is_ok());
    let county = |s: &mut Value| s["issue"]["approval"]["level"] = "county".into();
    assert!(
        pages(
            "freeze_notice",
            |s| {
                county(s);
                s["end"] = "2027-05-22".into()
            },
            "bank_upload"
        )
        .is_ok()
    );
}

#[test]
fn whole_accounts_may_be_frozen_without_a_sum() {
    let printed = pages(
        "freeze_notice",
        |s| {
            s["scope"] = "whole".into();
            s["total"] = Value::Null;
            s["accounts"][0]["sum"] = Value::Null
        },
        "bank_upload",
    );
    assert!(printed.unwrap()[0].contains("账户内全部资金，只收不付"));
}

#[test]
fn drafts_may_have_holes_but_no_number() {
    for (name, _) in SAMPLES {
        let (_, snapshot) = sample(name);
        let number = ["/issue/number", "/number"]
            .iter()
            .find_map(|at| snapshot.pointer(at));
        let line = number.map(|n| serde_json::from_value::<forms::Number>(n.clone()).unwrap().line());
        for page in pages(name, unchanged, "draft").unwrap_or_else(|p| panic!("{name}: {p}")) {
            assert!(page.contains("草稿"), "{name}: {page}");
            assert!(
                line.as_ref().is_none_or(|line| !page.contains(line)),
                "{name}: {page}"
            );
        }
    }
    let holes = |s: &mut Value| {
        s["issue"]["approval"] = Value::Null;
        s["issue"]["officers"] = json!([]);
        s["end"] = Value::Null
    };
    assert!(pages("freeze_notice", holes, "draft").unwrap()[1].contains("冻结时间：／"));
    assert_eq!(
        refused(
            "freeze_notice",
            |s| s["total"]["capitals"] = "贰万元整".into(),
            "draft"
        ),
        [("total".to_owned(), "sums_differ")]
    );
}

#[test]
fn a_reprint_differs_by_its_mark_alone() {
    let mark = "重印第2次2026-11-23";
    for (name, _) in SAMPLES {
        let original = pages(name, unchanged, "original").unwrap();
        let reprint = pages(name, unchanged, &format!("reprint:{mark}")).unwrap();
        for (before, after) in original.iter().zip(&reprint) {
            assert_eq!(*before, after.replace(mark, ""), "{name}");
            assert!(after.contains(mark), "{name}");
        }
    }
}

#[test]
fn the_bank_gets_the_notice_and_its_attachments_alone() {
    for (name, count) in [
        ("query_notice", 1),
        ("query_notice_list", 4),
        ("freeze_notice", 1),
        ("freeze_notice_list", 7),
        ("case_filing_decision", 1),
        ("stop_application", 1),
    ] {
        let printed = pages(name, unchanged, "bank_upload").unwrap();
        assert_eq!(printed.len(), count, "{name}");
        assert!(
            printed
                .iter()
                .all(|page| !page.contains("存根") && !page.contains("（回执）")),
            "{name}"
        );
    }
    for name in ["case_acceptance_form", "case_acceptance_receipt"] {
        assert_eq!(
            refused(name, unchanged, "bank_upload"),
            [("purpose".to_owned(), "not_for_bank")]
        );
    }
}

#[test]
fn lists_repeat_their_header_and_keep_every_number_whole() {
    for (count, list_pages) in [(1, 0), (5, 1), (40, 3), (200, 12)] {
        let account = |i: usize| format!("620000{i:013}");
        let fill = |s: &mut Value| {
            let one = s["accounts"][0].clone();
            let row = |i| {
                let mut row = one.clone();
                row["account"] = account(i).into();
                row
            };
            s["accounts"] = (0..count).map(row).collect();
        };
        let printed = pages("query_notice_list", fill, "bank_upload").unwrap();
        assert_eq!(printed.len(), 1 + list_pages, "{count}");
        let whole: String = printed.concat();
        assert!((0..count).all(|i| whole.contains(&account(i))), "{count}");
        assert!(
            printed[1..]
                .iter()
                .all(|page| page.contains("序号户名账号/卡号开户机构")),
            "{count}"
        );
        assert_eq!(
            whole.contains(&format!("合计{count}个账户")),
            list_pages > 0,
            "{count}"
        );
    }
}

#[test]
fn many_transfers_go_to_a_list() {
    let many = |s: &mut Value| {
        let one = s["transfers"][0].clone();
        s["transfers"] = (0..60).map(|_| one.clone()).collect();
    };
    let printed = pages("stop_application", many, "original").unwrap();
    assert!(
        printed[0].contains("共60笔，详见附件1") && printed.len() > 2,
        "{}",
        printed[0]
    );
    assert!(printed[1..].iter().all(|page| page.contains("汇出账号收款户名")));
    assert!(
        printed
            .last()
            .unwrap()
            .contains("合计60笔，人民币壹佰捌拾万元整（¥1,800,000.00）")
    );
}

#[test]
fn a_long_story_runs_on_over_pages() {
    let printed = pages(
        "case_acceptance_form",
        |s| s["facts"] = "受害人又称对方要求其继续转账。\n".repeat(150).into(),
        "original",
    )
    .unwrap();
    assert!(printed.len() > 3);
    assert_eq!(printed.concat().matches("继续转账").count(), 150);
}

#[test]
fn a_character_without_a_glyph_is_named() {
    for (character, name) in [
        ('\u{20000}', "王\u{20000}"),
        ('\u{1f642}', "王\u{1f642}"),
        ('\u{e000}', "\u{e000}某"),
        ('\u{7}', "a\u{7}b"),
    ] {
        let problem = pages(
            "freeze_notice",
            |s| s["accounts"][0]["holder"] = name.into(),
            "original",
        )
        .unwrap_err();
        let PaperProblem::UnknownCharacters(found) = &problem else {
            panic!("{problem}")
        };
        assert_eq!(
            (found[0].character, found[0].field.as_str()),
            (character, "accounts[0].holder")
        );
        assert!(
            problem
                .to_string()
                .contains(&format!("U+{:04X}", u32::from(character))),
            "{problem}"
        );
    }
    for rare in ["龘", "䶮", "𠮷", "㐀", "𬺓", "·"] {
        assert!(
            pages(
                "freeze_notice",
                |s| s["accounts"][0]["holder"] = rare.into(),
                "bank_upload"
            )
            .unwrap()[0]
                .contains(rare)
        );
    }
}

#[test]
fn silent_characters_are_left_out() {
    let printed = pages(
        "freeze_notice",
        |s| s["addressee"] = "样本\u{200b}银\u{202e}行\u{feff}".into(),
        "bank_upload",
    )
    .unwrap();
    assert!(printed[0].contains("样本银行"), "{}", printed[0]);
}

#[test]
fn values_are_never_read_as_markup() {
    let printed = pages(
        "freeze_notice",
        |s| s["addressee"] = "#panic(1) *某* $x$ @a <b> \\ // 行".into(),
        "bank_upload",
    )
    .unwrap();
    assert!(
        printed[0].contains("#panic(1)*某*$x$@a<b>\\//行"),
        "{}",
        printed[0]
    );
}

#[test]
fn templates_hold_no_article_number() {
    for text in Press::template_texts() {
        for (at, _) in text.match_indices('条') {
            let before: String = text[..at].chars().rev().take(8).collect();
            assert!(
                !before.contains('第') && !before.contains('百'),
                "an article number in a template: {before}"
            );
        }
    }
}

#[test]
fn no_chinese_font_is_a_loud_refusal() {
    for dirs in [
        vec![],
        vec![PathBuf::from("/nonexistent")],
        vec![PathBuf::from("/usr/share/fonts/truetype/dejavu")],
    ] {
        let said = Fonts::load(&dirs)
            .err()
            .map(|p| p.to_string())
            .unwrap_or_default();
        assert!(
            said.contains("未找到中文字体")
                && said.contains("No Chinese font")
                && said.contains("fonts-noto-cjk"),
            "{said}"
        );
    }
}

#[test]
fn snapshots_that_do_not_fit_say_where() {
    let (kind, mut snapshot) = sample("freeze_notice");
    snapshot["addresse"] = "x".into();
    let typo = PRINTER.render_json(kind, &snapshot, "original").unwrap_err();
    assert!(
        matches!(&typo, PaperProblem::Snapshot(why) if why.contains("addresse")),
        "{typo}"
    );
    assert!(matches!(
        PRINTER.render_json("arrest", &json!({}), "original"),
        Err(PaperProblem::UnknownKind(_))
    ));
    assert!(matches!(
        PRINTER.render_json(kind, &sample("freeze_notice").1, "reprint:"),
        Err(PaperProblem::UnknownPurpose(_))
    ));
}

#[test]
fn a_snapshot_in_a_log_line_shows_no_person() {
    for (name, _) in SAMPLES {
        let (kind, snapshot) = sample(name);
        let shown = format!("{:?}", paper_of(kind, &snapshot).unwrap());
        for secret in ["421102190103080", "19900001234", "6200000000000002014", "赵某峰"] {
            assert!(!shown.contains(secret), "{name}: {shown}");
        }
    }
}

#[test]
fn a_batch_is_its_papers_one_after_another() {
    let papers: Vec<(Paper, Purpose)> = SAMPLES
        .iter()
        .map(|(name, _)| {
            let (kind, snapshot) = sample(name);
            (paper_of(kind, &snapshot).unwrap(), Purpose::Original)
        })
        .collect();
    let printed = PRINTER.render_batch(&papers, "").unwrap();
    assert_eq!(
        printed.pages,
        SAMPLES.iter().map(|(_, count)| count).sum::<usize>()
    );
    assert_eq!(printed, PRINTER.render_batch(&papers, "").unwrap());
}

#[test]
fn the_police_card_is_marked_as_a_stand_in() {
    let card = PRINTER
        .officer_card_pdf(&"陈志远".into(), "040117", "黄冈市公安局")
        .unwrap();
    assert_eq!(card.pages, 1);
    assert!(card.pdf.len() < 1_000_000);
}

#[test]
fn every_kind_of_paper_prints() {
    for kind in DocumentKind::ALL {
        let names: Vec<&str> = SAMPLES
            .iter()
            .map(|(name, _)| *name)
            .filter(|name| sample(name).0 == kind.slug())
            .collect();
        assert!(!names.is_empty(), "no sample of {}", kind.slug());
        for name in names {
            let text = pages(name, unchanged, "original").unwrap_or_else(|p| panic!("{name}: {p}"));
            assert!(
                text.iter().any(|page| page.contains(kind.title())),
                "{name}: {text:?}"
            );
        }
    }
}

/// A receipt that was issued under the first edition had no day and no telephone of supervision, and could not be printed. What is
/// stored of it prints with slashes.
#[test]
fn a_receipt_of_the_first_edition_prints_as_it_is_stored() {
    let missing = |s: &mut Value| {
        let gone = [
            "edition",
            "progress_channel",
            "supervision_phone",
            "issued_on",
            "contact",
            "contact_phone",
        ];
        for field in gone {
            s.as_object_mut().unwrap().remove(field);
        }
    };
    let text = pages("case_acceptance_receipt", missing, "original")
        .unwrap()
        .concat();
    assert!(text.contains("监督电话：／"), "{text}");
    let of_the_second = |s: &mut Value| {
        missing(s);
        s["edition"] = 2.into();
    };
    let faults = refused("case_acceptance_receipt", of_the_second, "original");
    let fields: Vec<&str> = faults.iter().map(|(field, _)| field.as_str()).collect();
    assert_eq!(fields, ["progress_channel", "supervision_phone", "issued_on"]);
}

/// An extended stop did not say who had paid whom: the rows and the way from the victim stand on it now.
#[test]
fn an_extended_stop_shows_the_way_of_the_money() {
    let text = pages("stop_application_extended", unchanged, "original").unwrap();
    for words in [
        "申请事项：延伸止付（第2层账户）",
        "接报民警：陈志远（警号040117）",
        "经办民警：刘思敏（警号040232）、高远（警号040345）",
        "29,750.00",
        "6200000000000003012",
        "20261122193412000777",
    ] {
        assert!(text[0].contains(words), "{words}: {}", text[0]);
    }
    for words in [
        "资金链路表",
        "被害人陈述",
        "双方流水",
        "20261122193005000001",
        "6200000000000001008",
    ] {
        assert!(text[1].contains(words), "{words}: {}", text[1]);
    }
}

/// The stub names who filled the paper out and who approved it; exchanged, the paper would say that somebody approved his own.
#[test]
fn who_filled_out_and_who_approved_stand_each_in_his_place() {
    for name in [
        "freeze_relieve_notice",
        "freeze_notice",
        "query_notice",
        "case_filing_decision",
    ] {
        let named = |s: &mut Value| {
            s["issue"]["approval"]["name"] = "批者".into();
            s["issue"]["issued_by"] = "填者".into();
        };
        let stub = pages(name, named, "original").unwrap().remove(0);
        assert!(
            stub.contains("批准人：批者") && stub.contains("填发人：填者"),
            "{name}: {stub}"
        );
    }
}

#[test]
fn a_relief_says_what_is_let_go_and_what_stays_frozen() {
    let text = pages("freeze_relieve_notice", unchanged, "original").unwrap();
    for words in [
        "协助解除冻结财产通知书",
        "解冻财字〔2026〕4号",
        "第一百四十五条",
        "☑部分解除",
        "人民币壹万捌仟元整（¥18,000.00）",
        "人民币壹万贰仟元整（¥12,000.00）",
        "黄公（反诈）冻财字〔2026〕12号",
    ] {
        assert!(text[1].contains(words), "{words}: {}", text[1]);
    }
    let other = |s: &mut Value| s["ground"] = "no_longer_needed".into();
    let text = pages("freeze_relieve_notice", other, "original")
        .unwrap()
        .remove(1);
    assert!(
        text.contains("第二百四十一条") && !text.contains("第一百四十五条"),
        "{text}"
    );
}

/// 接报补充表 lists what was handed over as cash or paid by a code; a stop application refuses a row without an account.
#[test]
fn a_payment_without_an_account_stands_on_the_supplement_with_its_way_and_on_no_stop() {
    let handed = |s: &mut Value| {
        let row = &mut s["supplement"]["transfers"][0];
        row["how"] = "现金交付".into();
        row["to_account"] = "".into();
        row["to_name"] = "上门取钱的人".into();
    };
    let printed = pages("case_acceptance_form", handed, "original").unwrap();
    for part in ["现金交付", "上门取钱的人", "30,000.00", "合计1笔"] {
        assert!(printed[1].contains(part), "no {part} in {}", printed[1]);
    }
    // The way is said instead of the channel: nobody handed cash over by 手机银行.
    assert!(!printed[1].contains("手机银行"), "{}", printed[1]);
    let faults = refused(
        "stop_application",
        |s| s["transfers"][0]["to_account"] = "".into(),
        "original",
    );
    assert!(
        faults.contains(&("transfers[0].to_account".into(), "missing")),
        "{faults:?}"
    );
}
