//! What stands above the rows: `账号：6222…`, `户名：某某`, in one cell or in two. Leaves out the header itself.

use crate::cell::{Cell, tidy};
use crate::clean::identifier;
use crate::fields::{Unit, unit_named};
use kernel::AccountNo;
use unicode_normalization::UnicodeNormalization;

/// The account that a title speaks of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Title {
    pub own: Option<AccountNo>,
    pub name: Option<String>,
    /// 单位：分, for columns that name none.
    pub unit: Option<Unit>,
}

const ACCOUNT_WORDS: [&str; 12] = [
    "查询账号",
    "查询卡号",
    "客户账号",
    "本方账号",
    "支付宝账户",
    "支付宝账号",
    "微信号",
    "账号",
    "卡号",
    "账户",
    "accountnumber",
    "accountno",
];
const NAME_WORDS: [&str; 8] = [
    "账户名称",
    "客户姓名",
    "客户名称",
    "账号名称",
    "户名",
    "姓名",
    "真实姓名",
    "accountname",
];

impl Title {
    pub fn look(&mut self, cells: &[Cell<'_>]) {
        for (i, cell) in cells.iter().enumerate() {
            let Cell::Text(text) = cell else { continue };
            if text.contains("单位") {
                self.unit = unit_named(text).or(self.unit);
            }
            let next = cells[i + 1..].iter().find(|c| !c.is_blank());
            self.look_at(text, next);
        }
    }

    fn look_at(&mut self, text: &str, next: Option<&Cell<'_>>) {
        let half: String = tidy(text).nfkc().collect::<String>().replace('帐', "账");
        // One cell may hold several pairs: 账号:6222… 户名:某某
        let mut found = false;
        if half.matches(':').count() == 1
            && let Some((word, value)) = half.split_once(':')
        {
            found = self.take(word, &Cell::Text(value.trim_matches(['[', ']', '【', '】'])));
        }
        for piece in half.split([' ', '\t', ',', ';', '\u{3000}', '，']) {
            if let Some((word, value)) = piece.split_once(':') {
                found |= self.take(word, &Cell::Text(value.trim_matches(['[', ']', '【', '】'])));
            }
        }
        if !found && let Some(next) = next {
            self.take(half.trim_end_matches(':'), next);
        }
    }

    fn take(&mut self, word: &str, value: &Cell<'_>) -> bool {
        let key: String = word
            .chars()
            .filter(|c| !c.is_whitespace())
            .flat_map(char::to_lowercase)
            .collect();
        if value.is_blank() {
            return false;
        }
        if NAME_WORDS.iter().any(|w| key.ends_with(w)) {
            let name: String = value.shown().chars().take(60).collect();
            self.name = Some(name);
            return true;
        }
        if ACCOUNT_WORDS.iter().any(|w| key.ends_with(w))
            && let Ok(Some(number)) = identifier(value, false)
            && number.as_str().len() >= 6
            && number.as_str().bytes().any(|b| b.is_ascii_digit())
        {
            self.own = Some(number);
            return true;
        }
        false
    }
}

/// A sheet is often named by its account.
pub(crate) fn of_sheet_name(name: &str) -> Option<AccountNo> {
    let digits = name
        .split(|c: char| !c.is_ascii_digit())
        .find(|t| (12..=32).contains(&t.len()))?;
    identifier(&Cell::Text(digits), false).ok().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_name_the_account() {
        let card = "6222020200112233445";
        for cells in [
            vec![Cell::Text("账号：6222020200112233445")],
            vec![Cell::Text("查询卡号"), Cell::Empty, Cell::Text(card)],
            vec![Cell::Text("户名：张三 账号：6222020200112233445 币种：人民币")],
            vec![Cell::Text("帐  号:[6222020200112233445]")],
        ] {
            let mut title = Title::default();
            title.look(&cells);
            assert_eq!(title.own.as_ref().map(AccountNo::as_str), Some(card), "{cells:?}");
        }
        let mut title = Title::default();
        title.look(&[
            Cell::Text("户名"),
            Cell::Text("张三"),
            Cell::Text("账户类型"),
            Cell::Text("借记卡"),
        ]);
        assert_eq!((title.own, title.name.as_deref()), (None, Some("张三")));
        assert_eq!(of_sheet_name("工行6222020200112233445").unwrap().as_str(), card);
        assert_eq!(of_sheet_name("Sheet1"), None);
    }
}
