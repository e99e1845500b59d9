//! 协助解除冻结财产通知书: 存根, 正本, 回执 (DOCUMENTS 2.4).

use crate::account_list::{self, ListRow};
use crate::articles::{Article, PROCEDURE_LAW, RELIEF_RULE};
use crate::laid::Laid;
use crate::printer::Purpose;
use forms::day::Day;
use forms::parts::{Sum, officer_lines};
use forms::{FreezeRelieveNotice, ReliefGround};
use serde_json::{Value, json};

impl Laid<'_, FreezeRelieveNotice> {
    pub(crate) fn sheets(&self, purpose: &Purpose) -> Vec<Value> {
        let number = self.issue.number_line(purpose.is_draft());
        let several = self.accounts.len() > 1;
        let notice = json!({
            "template": "freeze_notice", "agency": self.issue.agency, "title": TITLE, "number": number,
            "foot": "第二联 正本　此联交协助解除冻结单位",
            "addressee": self.addressee, "request": self.request(), "lines": self.lines(),
            "officers": officer_lines(&self.issue.officers), "phone": self.issue.contact_phone(),
            "date": self.issue.date(), "attachments": if several { vec![LIST_TITLE] } else { Vec::new() },
        });
        let mut sheets = vec![notice];
        if !purpose.is_bank_upload() {
            sheets.insert(0, self.stub(&number));
            sheets.push(self.reply(&number));
        }
        if several {
            sheets.push(self.list(&number));
        }
        sheets
    }

    fn stub(&self, number: &str) -> Value {
        let measure = vec![
            ("财产类型", self.property_line()),
            ("协助解除冻结单位", self.addressee.clone()),
            ("解除数额", self.sum_line()),
            ("原冻结文书", self.earlier_number.clone()),
            ("解除原因", self.reason.clone()),
        ];
        json!({
            "template": "stub", "agency": self.issue.agency, "title": TITLE, "number": number,
            "foot": "第一联 存根　此联由填发单位存查", "rows": Laid(&self.issue).stub_rows(measure),
        })
    }

    /// `我局于…以…号通知书通知你单位冻结的…下列财产，根据…之规定，请予解除冻结：`
    fn request(&self) -> Value {
        let whose = match &self.issue.suspect {
            Some(suspect) => format!("犯罪嫌疑人{}{}", suspect.name.reveal(), suspect.bracket(false)),
            None => format!("{}案涉案", self.issue.case.name_before_an()),
        };
        let rule = match self.ground {
            ReliefGround::Unrelated => format!("{PROCEDURE_LAW}{}", Article::Relief.cited()),
            ReliefGround::NoLongerNeeded => RELIEF_RULE.to_owned(),
        };
        let on = match self.earlier_on {
            Some(day) => json!({"fill": day.arabic()}),
            None => json!({"fill": ""}),
        };
        json!([
            "我局于", on, "以", {"fill": self.earlier_number}, "通知书通知你单位冻结的", {"fill": whose},
            format!("的下列财产，根据{rule}之规定，请予解除冻结："),
        ])
    }

    fn of_one(&self, read: impl Fn(&forms::FreezeAccount) -> String) -> String {
        match self.accounts.as_slice() {
            [account] => read(account),
            _ => "详见附件1".to_owned(),
        }
    }

    fn lines(&self) -> Value {
        let numbers = self.accounts.iter().map(|a| a.account.reveal()).collect();
        let all = self.remaining.is_none();
        json!([
            {"label": "类型（名称）", "value": self.property_line()},
            {"label": "所在机构", "value": self.of_one(|a| a.institution.clone())},
            {"label": "户名或权利人", "value": self.of_one(|a| a.holder.reveal().to_owned())},
            {"label": "账号等号码", "value": account_list::bare(numbers)},
            {"label": "解除范围", "boxes": crate::pieces::boxes([("全部解除", all), ("部分解除", !all)])},
            {"label": "解除数额", "value": self.sum_line()},
            {"label": "仍冻结数额", "value": self.remaining.as_ref().map(Sum::both).unwrap_or_default()},
            {"label": "原冻结文书", "value": self.earlier_number},
            {"label": "原冻结时间", "value": self.earlier_on.map(Day::arabic).unwrap_or_default()},
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
        match (&self.total, &self.remaining) {
            (Some(total), _) => total.both(),
            (None, None) => "账户内已冻结的全部资金".to_owned(),
            (None, Some(_)) => String::new(),
        }
    }

    fn reply(&self, number: &str) -> Value {
        let whose = match &self.issue.suspect {
            Some(suspect) => format!("犯罪嫌疑人{}", suspect.name.reveal()),
            None => format!("{}案", self.issue.case.name_before_an()),
        };
        json!({
            "template": "freeze_reply", "agency": self.issue.agency, "title": TITLE, "number": number,
            "foot": "第三联 回执　此联由协助解除冻结单位填写退通知机关附卷",
            "sentence": [
                "根据你局", {"fill": number}, "协助解除冻结财产通知书，现将", {"fill": whose}, "的财产解除冻结情况通知如下：",
            ],
            "answers": [
                "类型（名称）", "户名或权利人", "账号等号码", "实际解除数额", "账户余额", "解除时间", "其他机关仍冻结数额",
                "其他机关冻结到期日", "未解除原因",
            ],
        })
    }

    fn list(&self, number: &str) -> Value {
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
        account_list::list(1, LIST_TITLE, number, &rows, self.total.as_ref())
    }
}

const TITLE: &str = "协助解除冻结财产通知书";
const LIST_TITLE: &str = "解除冻结账户清单";
