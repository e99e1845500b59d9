//! 协助查询财产通知书: 存根, 正本, 回执 (DOCUMENTS 2.2). Basis: 刑诉法 144; 程序规定 237, 238.

use crate::account_list::{self, ListRow};
use crate::articles::{Article, PROCEDURE_LAW};
use crate::laid::Laid;
use crate::printer::Purpose;
use forms::QueryNotice;
use forms::parts::officer_lines;
use serde_json::{Value, json};

/// More accounts than this go to an attached list.
const ACCOUNTS_ON_FORM: usize = 3;

impl Laid<'_, QueryNotice> {
    pub(crate) fn sheets(&self, purpose: &Purpose) -> Vec<Value> {
        let draft = purpose.is_draft();
        let number = self.issue.number_line(draft);
        let notice = json!({
            "template": "query_notice", "agency": self.issue.agency, "number": number,
            "foot": "第二联 正本　此联交协助查询单位",
            "addressee": self.addressee,
            "request": self.request(),
            "lines": [
                {"label": "财产种类", "value": self.property},
                {"label": "查询线索", "value": self.clues()},
                {"label": "查询内容", "value": self.contents.join("、")},
                {"label": "查询期间", "value": self.period()},
            ],
            "officers": officer_lines(&self.issue.officers), "phone": self.issue.contact_phone(),
            "date": self.issue.date(), "attachments": self.attachment_titles(),
        });
        let mut sheets = vec![notice];
        if !purpose.is_bank_upload() {
            sheets.insert(0, self.stub(&number));
            sheets.push(self.reply(&number));
        }
        sheets.extend(self.attachments(&number));
        sheets
    }

    fn stub(&self, number: &str) -> Value {
        let measure = vec![
            ("协助查询单位", self.addressee.clone()),
            ("查询财产种类", self.property.clone()),
            ("查询线索", self.clues()),
            ("查询原因", self.reason.clone()),
        ];
        json!({
            "template": "stub", "agency": self.issue.agency, "title": TITLE, "number": number,
            "foot": "第一联 存根　此联由填发单位存查", "rows": Laid(&self.issue).stub_rows(measure),
        })
    }

    fn reply(&self, number: &str) -> Value {
        let whose = match &self.issue.suspect {
            Some(suspect) => format!("犯罪嫌疑人{}", suspect.name.reveal()),
            None => self.clues(),
        };
        json!({
            "template": "query_reply", "agency": self.issue.agency, "number": number,
            "foot": "第三联 回执　此联由协助查询单位填写退通知机关附卷",
            "sentence": [
                "根据贵局", {"fill": number}, "协助查询财产通知书，现将", {"fill": whose}, "财产的情况提供如下：",
            ],
        })
    }

    fn request(&self) -> Value {
        let head = format!(
            "因侦查{}案需要，根据{PROCEDURE_LAW}{}之规定，需向你单位查询",
            self.issue.case.name_before_an(),
            Article::QueryAndFreeze.cited()
        );
        match &self.issue.suspect {
            Some(suspect) => json!([
                head, "犯罪嫌疑人", {"fill": format!("{}{}", suspect.name.reveal(), suspect.bracket(true))},
                "的财产，请予协助。",
            ]),
            None => {
                json!([head, {"fill": account_list::in_words(self.account_numbers(), ACCOUNTS_ON_FORM)}, "的财产，请予协助。"])
            }
        }
    }

    fn account_numbers(&self) -> Vec<&str> {
        self.accounts.iter().map(|a| a.account.reveal()).collect()
    }

    fn clues(&self) -> String {
        account_list::in_words(self.account_numbers(), ACCOUNTS_ON_FORM)
    }

    fn period(&self) -> String {
        match (self.period_from, self.period_to) {
            (Some(from), Some(to)) => format!("自{}起至{}止", from.arabic(), to.arabic()),
            (Some(from), None) => format!("自{}起至查询之日止", from.arabic()),
            (None, Some(to)) => format!("自开户之日起至{}止", to.arabic()),
            (None, None) => String::new(),
        }
    }

    fn attachment_titles(&self) -> Vec<&'static str> {
        let mut titles = Vec::new();
        if self.accounts.len() > ACCOUNTS_ON_FORM {
            titles.push(LIST_TITLE);
        }
        if self.account_pages && !self.accounts.is_empty() {
            titles.push(PAGES_TITLE);
        }
        titles
    }

    fn attachments(&self, number: &str) -> Vec<Value> {
        let rows: Vec<ListRow> = self
            .accounts
            .iter()
            .map(|a| ListRow {
                holder: &a.holder,
                account: &a.account,
                institution: &a.institution,
                sum: None,
                note: &a.note,
            })
            .collect();
        let titles = self.attachment_titles();
        titles
            .iter()
            .enumerate()
            .map(|(i, title)| {
                if *title == LIST_TITLE {
                    return account_list::list(i + 1, title, number, &rows, None);
                }
                let contents = if self.contents.is_empty() {
                    self.property.clone()
                } else {
                    self.contents.join("、")
                };
                let lines = [("查询内容", contents), ("查询期间", self.period())];
                let answers = ["是否开户", "账户余额", "账户状态", "提供材料", "备注"];
                account_list::pages(i + 1, title, number, &rows, &lines, &answers)
            })
            .collect()
    }
}

const TITLE: &str = "协助查询财产通知书";

const LIST_TITLE: &str = "被查询账户清单";

const PAGES_TITLE: &str = "被查询账户单页";
