//! 协助冻结财产通知书, first freeze and 继续冻结: 存根, 正本, 回执 (DOCUMENTS 2.3). Basis: 刑诉法 144; 程序规定 239, 240,
//! 242 to 245. The official form joins freezing and lifting; printed by computer it shows only the word that holds.

use crate::account_list::{self, ListRow};
use crate::articles::{Article, PROCEDURE_LAW};
use crate::laid::Laid;
use crate::pieces::boxes;
use crate::printer::Purpose;
use forms::parts::officer_lines;
use forms::{FreezeAccount, FreezeNotice, Scope};
use serde_json::{Value, json};

impl Laid<'_, FreezeNotice> {
    pub(crate) fn sheets(&self, purpose: &Purpose) -> Vec<Value> {
        let number = self.issue.number_line(purpose.is_draft());
        let notice = json!({
            "template": "freeze_notice", "agency": self.issue.agency, "title": TITLE, "number": number,
            "foot": "第二联 正本　此联交协助冻结单位",
            "addressee": self.addressee, "request": self.request(), "lines": self.lines(),
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
        let mut measure = vec![
            ("财产类型", self.property_line()),
            ("协助冻结单位", self.addressee.clone()),
            ("冻结数额", self.sum_line()),
            ("冻结期限", self.term()),
            ("冻结原因", self.reason.clone()),
        ];
        if let Some(renewal) = &self.renewal {
            measure.push(("原冻结文书", renewal.earlier_number.clone()));
        }
        json!({
            "template": "stub", "agency": self.issue.agency, "title": TITLE, "number": number,
            "foot": "第一联 存根　此联由填发单位存查", "rows": Laid(&self.issue).stub_rows(measure),
        })
    }

    /// `根据…第一百四十四条之规定，请予（继续）冻结犯罪嫌疑人…的下列财产：`
    fn request(&self) -> Value {
        let mut parts = Vec::new();
        if let Some(renewal) = &self.renewal {
            parts.push(json!("我局"));
            parts.push(json!({"fill": renewal.earlier_number}));
            parts.push(json!(format!(
                "通知书冻结的财产，冻结期限至{}届满。",
                renewal.earlier_end.arabic()
            )));
        }
        let verb = if self.renewal.is_some() {
            "继续冻结"
        } else {
            "冻结"
        };
        parts.push(json!(format!(
            "根据{PROCEDURE_LAW}{}之规定，请予{verb}",
            Article::QueryAndFreeze.cited()
        )));
        match &self.issue.suspect {
            Some(suspect) => {
                parts.push(json!("犯罪嫌疑人"));
                parts.push(json!({"fill": format!("{}{}", suspect.name.reveal(), suspect.bracket(false))}));
                parts.push(json!("的下列财产："));
            }
            None => {
                parts.push(json!({"fill": format!("{}案", self.issue.case.name_before_an())}));
                parts.push(json!("涉案的下列财产："));
            }
        }
        Value::Array(parts)
    }

    fn one(&self) -> Option<&FreezeAccount> {
        if let [account] = self.accounts.as_slice() {
            Some(account)
        } else {
            None
        }
    }

    fn of_one(&self, read: impl Fn(&FreezeAccount) -> String) -> String {
        match self.one() {
            Some(account) => read(account),
            None => "详见附件1".to_owned(),
        }
    }

    fn lines(&self) -> Value {
        let institution = self.of_one(|a| a.institution.clone());
        let account = match self.one() {
            Some(account) => account.account.reveal().to_owned(),
            None => account_list::in_words(self.accounts.iter().map(|a| a.account.reveal()).collect(), 0),
        };
        json!([
            {"label": "类型（名称）", "value": self.property_line()},
            {"label": "所在机构", "value": institution},
            {"label": "户名或权利人", "value": self.of_one(|a| a.holder.reveal().to_owned())},
            {"label": "账号等号码", "value": account},
            {"label": "冻结数额", "value": self.sum_line()},
            {"label": "冻结范围", "boxes": boxes([
                ("限额冻结", self.scope == Some(Scope::Limited)),
                ("全额冻结（整户，只收不付）", self.scope == Some(Scope::Whole)),
            ])},
            {"label": "是否及于孳息", "boxes": boxes([("是", self.fruits == Some(true)), ("否", self.fruits == Some(false))])},
            {"label": "是否轮候", "boxes": boxes([("是", self.queued), ("否", !self.queued)])},
            {"label": "冻结时间", "value": self.term()},
        ])
    }

    fn property_line(&self) -> String {
        if self.property_name.is_empty() {
            self.property.zh().to_owned()
        } else {
            format!("{}（{}）", self.property.zh(), self.property_name)
        }
    }

    fn sum_line(&self) -> String {
        match (&self.total, self.scope) {
            (Some(total), _) => total.both(),
            (None, Some(Scope::Whole)) => "账户内全部资金，只收不付".to_owned(),
            (None, _) => String::new(),
        }
    }

    fn term(&self) -> String {
        match (self.begin, self.end) {
            (Some(begin), Some(end)) => format!("从{}起至{}止", begin.arabic(), end.arabic()),
            _ => String::new(),
        }
    }

    fn reply(&self, number: &str) -> Value {
        let whose = match &self.issue.suspect {
            Some(suspect) => format!("犯罪嫌疑人{}", suspect.name.reveal()),
            None => format!("{}案", self.issue.case.name_before_an()),
        };
        json!({
            "template": "freeze_reply", "agency": self.issue.agency, "title": TITLE, "number": number,
            "foot": "第三联 回执　此联由协助冻结单位填写退通知机关附卷",
            "sentence": ["根据你局", {"fill": number}, "协助冻结财产通知书，现将", {"fill": whose}, "的财产冻结情况通知如下："],
            "answers": [
                "类型（名称）", "户名或权利人", "账号等号码", "实际冻结数额", "账户余额", "冻结时间", "在先冻结机关", "在先冻结数额",
                "在先冻结到期日", "未冻结原因",
            ],
        })
    }

    fn attachment_titles(&self) -> Vec<&'static str> {
        let mut titles = Vec::new();
        if self.accounts.len() > 1 {
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
                sum: Some(a.sum.as_ref()),
                note: &a.note,
            })
            .collect();
        let lines = [
            ("冻结期限", self.term()),
            (
                "冻结范围",
                self.scope
                    .map_or("", |s| {
                        if s == Scope::Limited {
                            "限额冻结"
                        } else {
                            "全额冻结，只收不付"
                        }
                    })
                    .to_owned(),
            ),
            (
                "是否及于孳息",
                self.fruits
                    .map_or("", |yes| if yes { "是" } else { "否" })
                    .to_owned(),
            ),
        ];
        let answers = ["实际冻结数额", "账户余额", "冻结时间", "在先冻结", "未冻结原因"];
        self.attachment_titles()
            .iter()
            .enumerate()
            .map(|(i, title)| match *title {
                LIST_TITLE => account_list::list(i + 1, title, number, &rows, self.total.as_ref()),
                _ => account_list::pages(i + 1, title, number, &rows, &lines, &answers),
            })
            .collect()
    }
}

const TITLE: &str = "协助冻结财产通知书";

const LIST_TITLE: &str = "被冻结账户清单";

const PAGES_TITLE: &str = "被冻结账户单页";
