//! What holds for every text: no panic, places that agree with the text, order, no overlap, bounded work.

use crate::{REPORTED_AT, found};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use text::{Entity, similarity};

/// Random texts start from this seed; it is printed when a case fails.
const SEED: [u8; 32] = *b"fanzha narrative extraction 0001";

fn run<S: Strategy<Value = String>>(cases: u32, strategy: S) {
    let config = Config {
        cases,
        failure_persistence: None,
        ..Config::default()
    };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &SEED);
    println!("seed {:?}", std::str::from_utf8(&SEED));
    let mut runner = TestRunner::new_with_rng(config, rng);
    runner
        .run(&strategy, |text| {
            consistent(&text);
            Ok(())
        })
        .unwrap_or_else(|e| panic!("seed {:?}: {e}", std::str::from_utf8(&SEED)));
}

fn consistent(text: &str) {
    let chars: Vec<char> = text.chars().collect();
    let entities = found(REPORTED_AT, text);
    let mut end = 0;
    for entity in &entities {
        let Entity {
            start,
            text: mention,
            value,
            ..
        } = entity;
        let len = mention.chars().count();
        assert!(len > 0 && !value.is_empty(), "{entity:?} in {text:?}");
        assert!(*start >= end, "overlap or order at {entity:?} in {text:?}");
        assert_eq!(
            chars[*start..*start + len].iter().collect::<String>(),
            *mention,
            "{text:?}"
        );
        end = start + len;
    }
}

#[test]
fn any_unicode_is_survived() {
    run(300, any::<String>());
}

#[test]
fn any_mixture_of_story_pieces_is_survived() {
    let pieces = vec![
        "6200",
        " ",
        "0012",
        "-",
        "3456",
        "卡号",
        "单号",
        "验证码",
        "三",
        "万",
        "五",
        "千",
        "两",
        "十",
        "余",
        "多",
        "元",
        "块",
        "￥",
        "昨天",
        "下午",
        "点",
        "半",
        "时",
        "许",
        "月",
        "日",
        "号",
        "年",
        "2026",
        "4",
        "2",
        "24",
        ":",
        "，",
        "。",
        "（",
        "）",
        "“",
        "”",
        "微信",
        "QQ",
        "王",
        "某",
        "先生",
        "户名",
        "张伟",
        "APP",
        "下载",
        "www.",
        "a.com",
        "https://",
        "199",
        "00001234",
        "幺",
        "九",
        "零",
        "+86",
        "前",
        "周",
        "五",
        "上",
        "X",
        "*",
        "\u{200B}",
        "１",
        "，",
        "５",
        "𝟙",
        "点",
        "分",
        "刻",
        "w",
        ".",
        ",",
        "人民币",
        "美元",
        "USDT",
        "几",
        "数",
        "百",
        "亿",
        "①",
        "\n",
        "农商行",
        "工行",
        "向",
        "于",
    ];
    run(
        1_500,
        prop::collection::vec(prop::sample::select(pieces), 0..40).prop_map(|v| v.concat()),
    );
}

#[test]
fn long_input_is_read_whole() {
    // Quadratic work would not come back within the harness's limit; no time is asserted.
    for unit in [
        "1",
        "1 ",
        "6200 ",
        "三",
        "万",
        "一万",
        "王",
        "王某",
        "a.",
        "“",
        "”下载",
        "微信",
        "4月",
        "昨天",
        "15:30 ",
        "、5000",
        "转5000、",
        "A1",
        "幺九九",
        "，",
        "半",
        "http://a",
        "@a.",
        "(",
        "-",
        "年",
    ] {
        let text = unit.repeat(40_000 / unit.len());
        consistent(&text);
    }
    let megabyte = "1".repeat(1_000_000);
    assert!(found(REPORTED_AT, &megabyte).is_empty());
}

#[test]
fn similarity_is_a_measure() {
    let mut runner = TestRunner::new_with_rng(
        Config {
            cases: 200,
            failure_persistence: None,
            ..Config::default()
        },
        TestRng::from_seed(RngAlgorithm::ChaCha, &SEED),
    );
    runner
        .run(&(any::<String>(), any::<String>()), |(a, b)| {
            let s = similarity(&a, &b);
            prop_assert!((0.0..=1.0).contains(&s));
            prop_assert_eq!(s, similarity(&b, &a));
            Ok(())
        })
        .unwrap();
}
