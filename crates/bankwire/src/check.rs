//! Checks a message against its table: shapes for all, amounts, dates and mandatory fields by who speaks.
//!
//! Promises: a police request with an impossible amount or date or without a mandatory field is refused (DOMAIN 1.4,
//! 1.5), the same in a bank's message is taken with a flag, because the bank has acted and we must know of it.
//! Leaves out: whether a request is lawful or wise, which `domain` decides before it is built.

use crate::limits::{ATTACHMENT_BYTES_MAX, TRANSACTIONS_MAX};
use crate::message::Message;
use crate::problem::{Flag, Reason, WireProblem};
use crate::schema::{Field, HEAD, Kind, MessageSpec, Need, Role, is_item};
use crate::tree::{Fields, Node};
use crate::xml_in::push_flag;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::identifier::is_zero_width;
use kernel::{Fen, Instant};

/// Checks everything, adds flags, or refuses.
pub(crate) fn message(
    message: &mut Message,
    spec: Option<&MessageSpec>,
    fields: &[Field],
    refuse: bool,
) -> Result<(), WireProblem> {
    let request = spec.is_some_and(|spec| spec.role == Role::PoliceRequest);
    let strict = request && refuse;
    let mut checker = Checker {
        strict,
        path: vec!["Head".into()],
        flags: std::mem::take(&mut message.flags),
    };
    if spec.is_none() && !message.tx_code.is_empty() {
        checker.flag("TxCode", Reason::UnknownTxCode);
    }
    checker.fields(&message.head, HEAD, "Head")?;
    checker.path = vec!["Body".into()];
    checker.fields(&message.body, fields, "Body")?;
    if request {
        let missing = missing_by_rule(message, spec.is_some_and(|spec| spec.bank_code.is_some()));
        if let Some((section, name)) = missing {
            checker.path = vec![section.into()];
            checker.value(name, false, Reason::MissingElement)?;
        }
    }
    message.flags = checker.flags;
    Ok(())
}

/// The mandatory fields that depend on another field or on the code (DOMAIN 1.4, 1.5).
fn missing_by_rule(message: &Message, to_bank: bool) -> Option<(&'static str, &'static str)> {
    let body = |name: &str| message.body.text(name).unwrap_or_default();
    if to_bank && is_blank(&message.head, "TransSerialNumber") {
        return Some(("Head", "TransSerialNumber"));
    }
    let names: &[&'static str] = match &message.tx_code[1..] {
        "00101" if matches!(body("ApplicationType"), "02" | "03" | "04" | "05") => {
            &["OriginalApplicationID", "BankName"]
        }
        "00101" | "00201" | "00309" => &["BankName"],
        "00301" if body("InquiryMode") != "01" => &["InquiryPeriodStart", "InquiryPeriodEnd"],
        _ => &[],
    };
    names
        .iter()
        .find(|name| is_blank(&message.body, name))
        .map(|name| ("Body", *name))
}

fn is_blank(fields: &Fields, name: &str) -> bool {
    fields.text(name).is_none_or(|text| text.trim().is_empty())
}

struct Checker {
    strict: bool,
    path: Vec<String>,
    flags: Vec<Flag>,
}

impl Checker {
    fn fields(&mut self, fields: &Fields, table: &[Field], parent: &str) -> Result<(), WireProblem> {
        for (name, node) in fields.iter() {
            match table.iter().find(|field| field.name == name) {
                Some(field) => self.known(field, node)?,
                None => self.unknown(parent, name, node)?,
            }
        }
        table.iter().try_for_each(|field| self.present(field, fields))
    }

    fn present(&mut self, field: &Field, fields: &Fields) -> Result<(), WireProblem> {
        if field.need == Need::Optional || !is_blank(fields, field.name) {
            return Ok(());
        }
        if field.need == Need::Mandatory && self.strict {
            return Err(self.refuse(field.name, Reason::MissingElement));
        }
        self.flag(field.name, Reason::MissingElement);
        Ok(())
    }

    fn known(&mut self, field: &Field, node: &Node) -> Result<(), WireProblem> {
        match (field.kind, node) {
            (Kind::Object(table), Node::Object(inner)) => {
                self.within(field.name, |c| c.fields(inner, table, field.name))
            }
            (Kind::Items(table), Node::List(items)) => self.items(field.name, table, items),
            (Kind::Object(_), Node::Text(text)) if text.trim().is_empty() => Ok(()),
            (Kind::Object(_), Node::Text(_)) => Err(self.refuse(field.name, Reason::NotObject)),
            (Kind::Items(_), _) => Err(self.refuse(field.name, Reason::NotList)),
            (_, Node::List(_)) => Err(self.refuse(field.name, Reason::UnexpectedList)),
            (_, Node::Object(_)) => Err(self.refuse(field.name, Reason::NotText)),
            (kind, Node::Text(text)) => self.text(field, kind, text),
        }
    }

    fn items(&mut self, name: &str, table: &[Field], items: &[Node]) -> Result<(), WireProblem> {
        if name == "Transaction" && items.len() > TRANSACTIONS_MAX {
            self.flag(name, Reason::TooManyTransactions);
        }
        for (i, item) in items.iter().enumerate() {
            match item {
                Node::Object(inner) => {
                    self.within(&format!("{name}[{}]", i + 1), |c| c.fields(inner, table, name))?
                }
                Node::Text(text) if text.trim().is_empty() => {}
                Node::Text(_) => return Err(self.refuse(name, Reason::NotObject)),
                Node::List(_) => return Err(self.refuse(name, Reason::UnexpectedList)),
            }
        }
        Ok(())
    }

    /// An unknown element is kept as it is, but its JSON shape must be one that XML can give back.
    fn unknown(&mut self, parent: &str, name: &str, node: &Node) -> Result<(), WireProblem> {
        let repeats = is_item(parent, name);
        match node {
            Node::List(items) if repeats => items.iter().try_for_each(|item| self.unknown_item(name, item)),
            Node::List(_) => Err(self.refuse(name, Reason::UnexpectedList)),
            _ if repeats => Err(self.refuse(name, Reason::NotList)),
            node => self.unknown_item(name, node),
        }
    }

    fn unknown_item(&mut self, name: &str, node: &Node) -> Result<(), WireProblem> {
        match node {
            Node::Object(inner) if name == "Attachment" => {
                // An attachment is bounded wherever it stands.
                self.within(name, |c| c.fields(inner, ATTACHMENT_ANYWHERE, name))
            }
            Node::Object(inner) => self.within(name, |c| c.fields(inner, &[], name)),
            Node::Text(_) => Ok(()),
            Node::List(_) => Err(self.refuse(name, Reason::UnexpectedList)),
        }
    }

    fn text(&mut self, field: &Field, kind: Kind, text: &str) -> Result<(), WireProblem> {
        if field.chars_max > 0 && text.chars().count() > field.chars_max {
            self.flag(field.name, Reason::TooLong);
        }
        if field.name == "Filename" && text.contains(['/', '\\']) {
            self.flag(field.name, Reason::OddFileName);
        }
        match kind {
            _ if text.is_empty() => Ok(()),
            Kind::Amount => self.value(field.name, amount(text).is_some(), Reason::ImpossibleAmount),
            Kind::Time => self.value(
                field.name,
                Instant::from_wire14(text).is_some(),
                Reason::ImpossibleDate,
            ),
            Kind::Day => self.value(field.name, day_or_time(text).is_some(), Reason::ImpossibleDate),
            Kind::Base64 => attachment_bytes(text)
                .map(drop)
                .map_err(|reason| self.refuse(field.name, reason)),
            Kind::Account if text.chars().any(is_zero_width) => {
                self.flag(field.name, Reason::ZeroWidth);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn value(&mut self, name: &str, possible: bool, reason: Reason) -> Result<(), WireProblem> {
        match (possible, self.strict) {
            (true, _) => Ok(()),
            (false, true) => Err(self.refuse(name, reason)),
            (false, false) => {
                self.flag(name, reason);
                Ok(())
            }
        }
    }

    fn within(
        &mut self,
        name: &str,
        check: impl FnOnce(&mut Self) -> Result<(), WireProblem>,
    ) -> Result<(), WireProblem> {
        self.path.push(name.to_owned());
        let result = check(self);
        self.path.pop();
        result
    }

    fn refuse(&self, name: &str, reason: Reason) -> WireProblem {
        WireProblem::new(name, reason).at(self.here(name))
    }

    fn flag(&mut self, name: &str, reason: Reason) {
        let flag = Flag {
            element: name.to_owned(),
            path: self.here(name),
            reason,
        };
        push_flag(&mut self.flags, flag);
    }

    fn here(&self, name: &str) -> String {
        format!("{}/{name}", self.path.join("/"))
    }
}

const ATTACHMENT_ANYWHERE: &[Field] = &[Field {
    name: "Content",
    kind: Kind::Base64,
    need: Need::Optional,
    chars_max: 0,
    meaning: "",
}];

/// An amount of yuan. The platform's amounts have no sign, so a negative one is not possible: in a bank's answer it is
/// flagged and kept as text.
pub(crate) fn amount(text: &str) -> Option<Fen> {
    if text.starts_with('-') {
        None
    } else {
        Fen::parse_yuan(text).ok()
    }
}

/// `yyyyMMdd`, at its first moment, or `yyyyMMddHHmmss`.
pub(crate) fn day_or_time(text: &str) -> Option<Instant> {
    match text.len() {
        8 => Instant::from_wire14(&format!("{text}000000")),
        _ => Instant::from_wire14(text),
    }
}

/// The bytes of an attachment's base64 text, white space allowed.
pub(crate) fn attachment_bytes(text: &str) -> Result<Vec<u8>, Reason> {
    let packed: Vec<u8> = text.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    if packed.len() > ATTACHMENT_BYTES_MAX.div_ceil(3) * 4 {
        return Err(Reason::AttachmentTooLarge);
    }
    let bytes = STANDARD.decode(packed).map_err(|_| Reason::BadBase64)?;
    if bytes.len() > ATTACHMENT_BYTES_MAX {
        Err(Reason::AttachmentTooLarge)
    } else {
        Ok(bytes)
    }
}
