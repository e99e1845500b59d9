//! A bank's answer before it becomes a file.

use super::answer_code;
use super::check::Ask;
use bankwire::{Fields, Node};

#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub tx_code: String,
    pub application_id: String,
    pub body: Fields,
}

impl Reply {
    /// A success with the fields every answer has; the caller adds its own.
    pub fn done_with(ask: &Ask<'_>, result: &str) -> Reply {
        let mut body = Fields::new();
        body.set_text("ApplicationID", ask.message.application_id());
        body.set_text("Result", result);
        body.set_text("FeedbackOrgName", ask.bank.get().name);
        body.set_text("OperatorName", "反诈专员");
        body.set_text("OperatorPhoneNumber", "0713-0000000");
        body.set_text("FeedbackRemark", "");
        let tx_code = answer_code(&ask.message.tx_code).unwrap_or("200102").to_owned();
        Reply {
            tx_code,
            application_id: ask.message.application_id().to_owned(),
            body,
        }
    }

    /// A refusal: the account as it was asked for, and the cause.
    pub fn refuse(ask: &Ask<'_>, code: &str, cause: &str) -> Reply {
        let mut reply = Reply::done_with(ask, code);
        reply.set("FeedbackRemark", cause);
        if matches!(&ask.message.tx_code[3..4], "1" | "2") {
            reply.account_of(ask);
            reply.set("FailureCause", cause);
        }
        reply
    }

    /// AccountType, AccountNumber and CardNumber as the request names them.
    pub fn account_of(&mut self, ask: &Ask<'_>) {
        let number = ask.text("AccountNumber");
        self.set("AccountType", ask.text("AccountType"));
        self.set("AccountNumber", number);
        self.set("CardNumber", number.split('_').next().unwrap_or(number));
    }

    pub fn set(&mut self, name: &str, value: impl Into<String>) {
        self.body.set_text(name, value);
    }

    pub fn set_list(&mut self, container: &str, item: &str, items: Vec<Fields>) {
        self.body.set(container, list(item, items));
    }

    pub fn result(&self) -> &str {
        self.body.text("Result").unwrap_or_default()
    }

    pub fn set_result(&mut self, code: &str) {
        self.set("Result", code);
    }

    /// Whether the order was carried out.
    pub fn done(&self) -> bool {
        matches!(self.result(), "0000" | "1200" | "2400")
    }
}

/// `<container><item>…</item>…</container>`; an empty container without items.
pub(crate) fn list(item: &str, items: Vec<Fields>) -> Node {
    let mut inner = Fields::new();
    if items.is_empty() {
        return Node::text("");
    }
    inner.set(item, Node::List(items.into_iter().map(Node::Object).collect()));
    Node::Object(inner)
}

/// Fields from pairs.
pub(crate) fn fields<const N: usize>(pairs: [(&str, String); N]) -> Fields {
    let mut fields = Fields::new();
    for (name, value) in pairs {
        fields.set_text(name, value);
    }
    fields
}
