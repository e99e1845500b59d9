//! What holds for any text: no panic, the same answer twice, spans inside the text, doubts below 0.8, time that grows with the length.

use kernel::Instant;
use proptest::prelude::*;
use std::time::Instant as Clock;
use text::rows;

fn at() -> Instant {
    Instant::parse_iso("2026-04-03T10:00:00+08:00").unwrap()
}

fn holds(text: &str) {
    let read = rows(text, at());
    assert_eq!(read, rows(text, at()));
    let length = text.chars().count();
    for payment in &read.payments {
        assert!(!payment.spans.is_empty());
        for [start, len] in &payment.spans {
            assert!(*len > 0 && start + len <= length, "{payment:?} in {text}");
        }
        assert!((0.0..=1.0).contains(&payment.confidence));
        assert!(payment.doubt.is_empty() || payment.confidence < 0.8);
        if let Some(number) = &payment.to.account {
            assert!((8..=32).contains(&number.len()) && number.bytes().all(|b| b.is_ascii_digit()));
        }
    }
    let json = serde_json::to_string(&read).unwrap();
    assert_eq!(serde_json::from_str::<text::Rows>(&json).unwrap(), read);
}

const PIECES: [&str; 40] = [
    "转了",
    "五千二",
    "3万2",
    "12,800.50元",
    "给",
    "他",
    "，",
    "。",
    "\n",
    "（",
    "）",
    "建行",
    "6200008197369935636",
    "六二零零",
    "收款人",
    "马万里",
    "尾号6634",
    "昨天",
    "22:12",
    "下午三点",
    "返了",
    "一共",
    "不对",
    "是",
    "没转",
    "失败",
    "我：",
    "客服：",
    "第一笔",
    "每次",
    "两笔各",
    "前两笔",
    "还是",
    "该账户",
    "→",
    "A卡=",
    "甲：",
    "2026-04-02 15:40",
    "*梅",
    "某某有限公司",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn any_text_is_read(text in "\\PC{0,120}") {
        holds(&text);
    }

    #[test]
    fn any_mixture_of_words_is_read(picks in prop::collection::vec(0..PIECES.len(), 0..40)) {
        holds(&picks.iter().map(|i| PIECES[*i]).collect::<String>());
    }
}

/// Long stories of each shape are read whole; a step that grew with the square would not come back. The times are printed, not
/// asserted, because the machine may be busy.
#[test]
fn long_stories_come_back() {
    let one = "昨天下午三点我用建行卡转了五千二给马万里，工行6200008197369935636，他又让我转九千，我没转。";
    for piece in [
        one,
        "转了5000、",
        "还是他，",
        "不是五千，是六千，",
        "客服：转5000\n我：转了\n",
        "甲：建行6200008197369935636\n",
        "（5000）",
        "我翻了短信那笔是5000。",
        "支出5000元，不是我操作。",
    ] {
        let took = |times: usize| {
            let text = piece.repeat(times);
            let start = Clock::now();
            let read = rows(&text, at());
            assert_eq!(read, rows(&text, at()));
            start.elapsed()
        };
        let (short, long) = (took(150), took(1_500));
        eprintln!("{piece}: {short:?} for 150, {long:?} for 1500");
    }
}
