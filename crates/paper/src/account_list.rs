//! Attached lists of accounts and the page for each account (DOCUMENTS 2.11). Numbers stand whole, never shortened:
//! these go to the bank.

use forms::parts::Sum;
use kernel::{AccountNumber, PersonName};
use serde_json::{Value, json};

/// One account of a list. `sum` is `None` on lists that have no column for it.
pub(crate) struct ListRow<'a> {
    pub holder: &'a PersonName,
    pub account: &'a AccountNumber,
    pub institution: &'a str,
    pub sum: Option<Option<&'a Sum>>,
    pub note: &'a str,
}

/// `附件n` with its table; the header row is repeated on each page and the last row adds up.
pub(crate) fn list(n: usize, title: &str, number: &str, rows: &[ListRow], total: Option<&Sum>) -> Value {
    let with_sums = rows.iter().any(|row| row.sum.is_some());
    let mut closing = format!("合计{}个账户", rows.len());
    if let Some(total) = total {
        closing = format!("{closing}，{}", total.both());
    }
    json!({
        "template": "account_list", "attachment": n, "title": title, "number": number, "with_sums": with_sums,
        "foot": "", "closing": closing,
        "rows": rows.iter().map(|row| json!({
            "holder": row.holder.reveal(), "account": row.account.reveal(), "institution": row.institution,
            "sum": row.sum.flatten().map(Sum::digits).unwrap_or_default(), "note": row.note,
        })).collect::<Vec<_>>(),
    })
}

/// One page for each account: what is asked of it, and rows the bank fills in (`answers`).
pub(crate) fn pages(
    n: usize,
    title: &str,
    number: &str,
    rows: &[ListRow],
    lines: &[(&str, String)],
    answers: &[&str],
) -> Value {
    let page = |row: &ListRow| {
        let mut all = vec![
            json!({"label": "户名", "value": row.holder.reveal()}),
            json!({"label": "账号/卡号", "value": row.account.reveal()}),
            json!({"label": "开户机构", "value": row.institution}),
        ];
        if let Some(sum) = row.sum {
            all.push(json!({"label": "冻结数额", "value": sum.map(Sum::both).unwrap_or_default()}));
        }
        all.extend(
            lines
                .iter()
                .map(|(label, value)| json!({"label": label, "value": value})),
        );
        all.push(json!({"label": "备注", "value": row.note}));
        Value::Array(all)
    };
    json!({
        "template": "account_pages", "attachment": n, "title": title, "number": number, "foot": "", "answers": answers,
        "pages": rows.iter().map(page).collect::<Vec<_>>(),
    })
}

/// The accounts inside a sentence: all of them up to `most`, otherwise the first and how many.
pub(crate) fn in_words(accounts: Vec<&str>, most: usize) -> String {
    match accounts.as_slice() {
        [] => String::new(),
        few if few.len() <= most.max(1) => format!("账号{}", few.join("、")),
        [first, ..] => format!("账号{first}等{}个账户（详见附件1）", accounts.len()),
    }
}

/// The numbers for a line that has its own label: one alone, or how many and where they stand.
pub(crate) fn bare(accounts: Vec<&str>) -> String {
    match accounts.as_slice() {
        [] => String::new(),
        [one] => (*one).to_owned(),
        many => in_words(many.to_vec(), 0),
    }
}
