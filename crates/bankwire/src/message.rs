//! One message of the platform: its code, head and body, from and to XML and JSON (WIRE.md).
//!
//! Promises: `decode(encode(decode(x))) == decode(x)`; fields stand in DOMAIN's order, unknown ones after them.
//! Leaves out: what our centre makes of it (see [`crate::typed`]).

use crate::check;
use crate::json;
use crate::problem::{Flag, Reason, WireProblem};
use crate::schema::{self, Field, HEAD, Kind, MessageSpec};
use crate::tree::{Fields, Node};
use crate::xml_in;
use crate::xml_out;
use serde_json::{Map, Value};
use std::fmt;

/// The name of the root element. The TxCode decides what a message is, not its root (DOMAIN 1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Root {
    Request,
    Response,
}

/// A message that was read and checked, or that was built to be sent.
#[derive(Clone, PartialEq, Eq)]
pub struct Message {
    /// Head/TxCode; empty for the hub's own answer (Head/Code).
    pub tx_code: String,
    pub root: Root,
    pub head: Fields,
    pub body: Fields,
    /// What was odd about it although it was taken.
    pub flags: Vec<Flag>,
}

impl Message {
    /// Reads one XML file's bytes.
    pub fn decode(bytes: &[u8]) -> Result<Message, WireProblem> {
        Message::read(bytes, true)
    }

    /// Reads as the one who must answer: a police request with an impossible value or without a mandatory field is
    /// taken with flags, because a bank answers it with 0500 or 0800 and needs its numbers for that (DOMAIN 1.4, 1.8).
    pub fn decode_to_answer(bytes: &[u8]) -> Result<Message, WireProblem> {
        Message::read(bytes, false)
    }

    fn read(bytes: &[u8], refuse: bool) -> Result<Message, WireProblem> {
        let document = xml_in::read(bytes)?;
        let root = if document.root == "Response" {
            Root::Response
        } else {
            Root::Request
        };
        let mut children = document.children;
        let head = section(children.remove("Head"), "Head")?
            .ok_or(WireProblem::new("Head", Reason::MissingElement))?;
        let body = section(children.remove("Body"), "Body")?.unwrap_or_default();
        if let Some((name, _)) = children.iter().next() {
            return Err(WireProblem::new(name, Reason::UnexpectedElement).at(document.root));
        }
        Message::settle(root, head, body, document.flags, refuse)
    }

    /// Writes XML: UTF-8, the same bytes for the same message.
    pub fn encode(&self) -> Result<Vec<u8>, WireProblem> {
        let message = Message::settle(self.root, self.head.clone(), self.body.clone(), Vec::new(), true)?;
        message.encode_settled()
    }

    fn encode_settled(&self) -> Result<Vec<u8>, WireProblem> {
        let root = match self.root {
            Root::Request => "Request",
            Root::Response => "Response",
        };
        let body = (!self.tx_code.is_empty() || !self.body.is_empty()).then_some(&self.body);
        xml_out::write(root, &self.head, body)
    }

    /// Reads the JSON form; keys in any order, `flags` ignored. `Head/TxCode` may be left out, `tx_code` may not.
    pub fn from_json(text: &str) -> Result<Message, WireProblem> {
        let mut object = json::read_object(text, "flags")?;
        let tx_code = match object.remove("tx_code") {
            Some(Node::Text(tx_code)) => tx_code,
            Some(_) => return Err(WireProblem::new("tx_code", Reason::NotText)),
            None => return Err(WireProblem::new("tx_code", Reason::MissingElement)),
        };
        let mut head = section(object.remove("head"), "head")?
            .ok_or(WireProblem::new("head", Reason::MissingElement))?;
        let body = section(object.remove("body"), "body")?.unwrap_or_default();
        if let Some((name, _)) = object.iter().next() {
            return Err(WireProblem::new(name, Reason::UnknownKey));
        }
        settle_tx_code(&mut head, &tx_code)?;
        let root = if tx_code.is_empty() {
            Root::Response
        } else {
            Root::Request
        };
        Message::settle(root, head, body, Vec::new(), true)
    }

    /// The JSON form, keys in DOMAIN's order; `flags` only when there are any.
    pub fn into_json(self) -> Value {
        let mut object = Map::new();
        object.insert("tx_code".into(), Value::String(self.tx_code));
        object.insert("head".into(), self.head.into_json());
        object.insert("body".into(), self.body.into_json());
        if !self.flags.is_empty() {
            object.insert(
                "flags".into(),
                Value::Array(self.flags.iter().map(Flag::to_json).collect()),
            );
        }
        Value::Object(object)
    }

    /// The table of this message; `None` for an unknown code and for the hub's own answer.
    pub fn spec(&self) -> Option<&'static MessageSpec> {
        schema::message(&self.tx_code)
    }

    /// Body/ApplicationID, empty when there is none.
    pub fn application_id(&self) -> &str {
        self.body.text("ApplicationID").unwrap_or_default()
    }

    /// Head/TransSerialNumber, empty when there is none.
    pub fn trans_serial_number(&self) -> &str {
        self.head.text("TransSerialNumber").unwrap_or_default()
    }

    /// Whether this is the hub's own answer, which carries a code and no TxCode.
    pub fn is_hub_answer(&self) -> bool {
        self.tx_code.is_empty()
    }

    /// Puts the fields in order, and checks them: the one gate for what comes in and what goes out.
    fn settle(
        root: Root,
        mut head: Fields,
        mut body: Fields,
        flags: Vec<Flag>,
        refuse: bool,
    ) -> Result<Message, WireProblem> {
        let tx_code = head.text("TxCode").unwrap_or_default().to_owned();
        if head
            .get("TxCode")
            .is_some_and(|node| !matches!(node, Node::Text(_)))
        {
            return Err(WireProblem::new("TxCode", Reason::NotText));
        }
        if tx_code.is_empty() && head.text("Code").is_none_or(str::is_empty) {
            return Err(WireProblem::new("TxCode", Reason::MissingElement).at("Head"));
        }
        let spec = schema::message(&tx_code);
        order(&mut head, HEAD);
        let fields: Vec<Field> = spec.map_or(Vec::new(), |spec| spec.fields().copied().collect());
        order(&mut body, &fields);
        let mut message = Message {
            tx_code,
            root,
            head,
            body,
            flags,
        };
        check::message(&mut message, spec, &fields, refuse)?;
        Ok(message)
    }
}

/// Head or Body: children, or nothing at all.
fn section(node: Option<Node>, name: &str) -> Result<Option<Fields>, WireProblem> {
    match node {
        None => Ok(None),
        Some(Node::Object(fields)) => Ok(Some(fields)),
        Some(Node::Text(text)) if text.trim().is_empty() => Ok(Some(Fields::new())),
        Some(_) => Err(WireProblem::new(name, Reason::NotObject)),
    }
}

/// Makes Head/TxCode agree with `tx_code`.
fn settle_tx_code(head: &mut Fields, tx_code: &str) -> Result<(), WireProblem> {
    match head.get("TxCode") {
        None if tx_code.is_empty() => Ok(()),
        None => {
            head.set_text("TxCode", tx_code);
            Ok(())
        }
        Some(Node::Text(text)) if text == tx_code && !text.is_empty() => Ok(()),
        Some(_) => Err(WireProblem::new("tx_code", Reason::TxCodeMismatch)),
    }
}

/// Known fields in the table's order, unknown ones after them in their own; the same inside known objects.
fn order(fields: &mut Fields, table: &[Field]) {
    fields.sort_by_rank(|name| {
        table
            .iter()
            .position(|field| field.name == name)
            .unwrap_or(table.len())
    });
    for (name, node) in fields.iter_mut() {
        let Some(field) = table.iter().find(|field| field.name == name) else {
            continue;
        };
        match (field.kind, node) {
            (Kind::Object(inner), Node::Object(fields)) => order(fields, inner),
            (Kind::Items(inner), Node::List(items)) => {
                items.iter_mut().for_each(|item| order_item(item, inner))
            }
            _ => {}
        }
    }
}

fn order_item(item: &mut Node, table: &[Field]) {
    if let Node::Object(fields) = item {
        order(fields, table);
    }
}

impl fmt::Debug for Message {
    /// Code, application and shapes; never values, which are personal data.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Message")
            .field("tx_code", &self.tx_code)
            .field("application_id", &self.application_id())
            .field("body", &self.body)
            .field("flags", &self.flags)
            .finish()
    }
}
