//! The pieces that forms share, as templates read them: a person, a transfer, the leads, the stub's rows, check boxes.

use crate::laid::Laid;
use forms::day::{Day, clock, told_short};
use forms::parts::{CURRENCIES, Person, is_cny, officer_names};
use forms::{Approval, Channel, Issue, Leads, Transfer};
use kernel::Phone;
use serde_json::{Value, json};

impl Laid<'_, Person> {
    pub(crate) fn view(&self) -> Value {
        json!({
            "name": self.name.reveal(), "sex": self.sex_word(), "birth": self.birth_words(),
            "id_kind": self.id_kind, "id_number": self.id_number.reveal(), "address": self.address.reveal(),
            "employer": self.employer, "phone": self.phone.reveal(),
        })
    }
}

/// An empty person for views that need one.
pub(crate) fn person_view(person: Option<&Person>) -> Value {
    Laid(person.unwrap_or(&Person::default())).view()
}

impl Laid<'_, Issue> {
    /// The stub's fields in their fixed order, with the measure's own between the person and the approver.
    pub(crate) fn stub_rows(&self, measure: Vec<(&str, String)>) -> Value {
        let suspect = self.suspect.as_ref();
        let of = |read: fn(&Person) -> String| suspect.map(read).unwrap_or_default();
        let approved_on = self.approval.as_ref().map(|a| a.on.arabic()).unwrap_or_default();
        let mut rows = vec![
            json!({"label": "案件名称", "value": self.case.name}),
            json!({"label": "案件编号", "value": self.case.number}),
            json!({"label": "犯罪嫌疑人", "value": of(|p| p.name.reveal().to_owned()), "beside": of(|p| p.sex_word().to_owned())}),
            json!({"label": "出生日期", "value": of(Person::birth_words)}),
            json!({"label": "住址", "value": of(|p| p.address.reveal().to_owned())}),
            json!({"label": "单位及职业", "value": of(|p| p.employer.clone())}),
        ];
        rows.extend(
            measure
                .into_iter()
                .map(|(label, value)| json!({"label": label, "value": value})),
        );
        for (label, value) in [
            (
                "批准人",
                self.approval.as_ref().map(Approval::who).unwrap_or_default(),
            ),
            ("批准时间", approved_on),
            ("办案人", officer_names(&self.officers)),
            ("办案单位", self.handling_unit.clone()),
            ("填发时间", self.issued_on.map(Day::arabic).unwrap_or_default()),
            ("填发人", self.issued_by.reveal().to_owned()),
        ] {
            rows.push(json!({"label": label, "value": value}));
        }
        Value::Array(rows)
    }
}

/// One check box: printed with all its neighbours, so that the paper reads alone.
pub(crate) fn boxes<'a>(options: impl IntoIterator<Item = (&'a str, bool)>) -> Value {
    options
        .into_iter()
        .map(|(text, on)| json!({"text": text, "on": on}))
        .collect()
}

impl Laid<'_, Transfer> {
    pub(crate) fn view(&self) -> Value {
        json!({
            "from_name": self.from_name.reveal(), "from_institution": self.from_institution,
            "from_account": self.from_account.reveal(),
            "to_name": self.to_name.reveal(), "to_institution": self.to_institution,
            "to_account": self.to_account.reveal(), "to_kind": self.to_kind, "how": self.how,
            "sum": self.sum.both(), "digits": self.sum.digits(), "currency": currency_name(&self.sum.currency),
            "at": self.at.map(clock).unwrap_or_default(),
            "at_short": self.at.map(told_short).unwrap_or_default(),
            "channel": self.channel.map_or("", Channel::zh),
            "channels": boxes(Channel::ALL.map(|c| (c.zh(), Some(c) == self.channel))),
            "serial_number": self.serial_number, "basis": self.basis,
        })
    }
}

fn currency_name(code: &str) -> String {
    if is_cny(code) {
        return "人民币".to_owned();
    }
    CURRENCIES
        .iter()
        .find(|(c, _)| *c == code)
        .map_or_else(|| code.to_owned(), |(c, name)| format!("{name}（{c}）"))
}

impl Laid<'_, Leads> {
    pub(crate) fn view(&self) -> Value {
        let phones: Vec<&str> = self.phones.iter().map(Phone::reveal).collect();
        json!({
            "phones": phones.join("；"), "messages": self.messages.join("；"), "urls": self.urls.join("；"),
            "apps": self.apps.join("；"), "social": self.social.join("；"),
        })
    }
}
