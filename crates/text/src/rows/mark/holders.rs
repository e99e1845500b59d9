//! Whoever stands right before an account: 进了韦某某的账户，建设银行6200…; 百里奚是交行的6200….
//!
//! Leaves out: names that something announces (`names`).

use super::names::NO_NAME;
use super::{Marks, What};
use crate::person;
use crate::rows::clause::is_han;
use regex::Regex;
use std::sync::LazyLock;

impl Marks<'_> {
    /// 给的才是温某某覃某某邮储6200…, 进了韦某某的账户，建设银行6200…: whoever stands right before an account, also where speech runs on.
    pub(super) fn leading_accounts(&mut self) {
        let accounts: Vec<usize> = self
            .list
            .iter()
            .filter(|mark| matches!(mark.what, What::Bank(_) | What::Number(_) | What::Tail(_)))
            .map(|mark| mark.start)
            .collect();
        for start in accounts {
            let left = self.source.left(start, 16);
            let Some(lead) = ACCOUNT_LEAD.find(left) else {
                continue;
            };
            let end = start - lead.as_str().chars().count();
            let run = (0..5)
                .take_while(|n| end > *n && is_han(self.source.at(end - n - 1)))
                .count();
            let named = [3, 2, 4]
                .into_iter()
                .filter(|length| *length <= run)
                .find(|length| {
                    self.free(end - length, end) && self.is_named(end - length, end, run == *length)
                });
            if let Some(length) = named {
                let name = self.source.original(end - length, end);
                self.add(end - length, end, What::Name(name));
            }
        }
    }

    /// 百里奚是交行的6200…: who stands before 是 and a bank, when the story also pays 给 that name.
    pub(super) fn before_banks(&mut self) {
        let banks: Vec<usize> = self
            .list
            .iter()
            .filter(|mark| matches!(mark.what, What::Bank(_)))
            .map(|mark| mark.start)
            .collect();
        for start in banks {
            let left = self.source.left(start, 8);
            let Some(name) = NAME_OF_BANK.captures(left).and_then(|c| c.name("n")) else {
                continue;
            };
            let name = name.as_str();
            let at = start - left[left.rfind(name).unwrap_or(0)..].chars().count();
            let end = at + name.chars().count();
            let paid = ["给", "叫", "到"]
                .iter()
                .any(|before| self.source.text().contains(&format!("{before}{name}")));
            if paid && !NO_NAME.is_match(name) && !NO_PART_OF_NAME.is_match(name) && self.free(at, end) {
                let name = self.source.original(at, end);
                self.add(at, end, What::Name(name));
            }
        }
    }

    /// Whether a few characters are a name here: they look like one, and the story says them again or points at them.
    fn is_named(&self, start: usize, end: usize, alone: bool) -> bool {
        let name = self.source.slice(start, end);
        if NO_NAME.is_match(name) || NO_PART_OF_NAME.is_match(name) {
            return false;
        }
        // 向成某转账: the first character points.
        if name.starts_with('向') && person::looks_like_name(self.source, start + 1, end) {
            return false;
        }
        // 给的是井某某中国建设银行; 阿依某某, who was paid before: named whatever the characters are.
        let text = self.source.text();
        let paid = text.matches(name).count() > 1
            && ["给", "叫"]
                .iter()
                .any(|before| text.contains(&format!("{before}{name}")));
        if paid || NAMED_HERE.is_match(self.source.left(start, 4)) && end - start > 2 {
            return true;
        }
        if !person::looks_like_name(self.source, start, end) {
            return false;
        }
        // 于飞 of 单于飞: the longer one is said as often.
        let longer = self.source.slice(start.saturating_sub(1), end);
        let said = |name: &str| self.source.text().matches(name).count();
        if end - start == 2
            && !alone
            && said(longer) == said(name)
            && person::looks_like_name(self.source, start.saturating_sub(1), end)
        {
            return false;
        }
        let again = said(name) > 1;
        let pointed = matches!(
            self.source.before(start),
            '给' | '叫' | '畀' | '俾' | '→' | '>' | '为' | '了' | '是' | '户' | '名' | '我'
        );
        again || (alone || pointed) && end - start > 2
    }
}

/// What can stand between a name and the account of that name.
static ACCOUNT_LEAD: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:的那张|那张|那个|的户头|的户|的账户|的账号|的卡号|的卡|卡号|账号|账户|的|他|她|是|在|用|嘅|[，,、：:（(\s])*$").expect("constant")
});

static NAMED_HERE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("(?:给的是|户名是|户名叫|名字叫|名字是|户名|[^我你他她]叫)$").expect("constant")
});

static NAME_OF_BANK: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?:^|[，,。；;、：:\s])(?P<n>\p{Han}{2,4})(?:是|的是|用的是|在)(?:个)?$").expect("constant")
});

static NO_PART_OF_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new("[我你他她它这那的账户卡号款对收付银行都也就还笔次用开给转钱客服币商自己家人老公婆]|受限|农行|建行|工行").expect("constant")
});
