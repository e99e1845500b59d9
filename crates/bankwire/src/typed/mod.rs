//! The messages that our centre sends and receives, with amounts, times and codes read.
//!
//! Promises: `from_message(to_message(x)) == x`; personal data sits in masking types; a value that a bank wrote wrongly
//! is [`Given::Odd`] with its text, never a guess and never a lost message.
//! Leaves out: elements that no table knows (they stay in the [`Message`](crate::Message)) and rules of orders.

mod feedbacks;
mod hub;
mod reports;
mod requests;
mod slot;

pub use feedbacks::*;
pub use hub::HubAnswer;
pub use reports::*;
pub use requests::*;
pub use slot::{Day, Given};

use crate::check::attachment_bytes;
use crate::codes::{AttachmentFormat, AttachmentType, CodeTable};
use crate::message::{Message, Root};
use crate::problem::{Reason, WireProblem};
use crate::tree::{Fields, Node};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use slot::wire_struct;
use std::fmt;

wire_struct! {
    #[derive(Default)]
    /// The addresses of a transmission (Head, DOMAIN 1.2). Mode is always 01.
    Envelope {
        /// The sending node; on delivery the hub fills it in.
        message_from: String = "MessageFrom",
        to: String = "To",
        /// The organisation that hosts a small bank; empty when there is none.
        hosted_org: String = "FromTGOrganizationId",
        trans_serial_number: String = "TransSerialNumber",
    }
}

/// A document or a card that goes with a message. `Debug` shows neither its name, which holds an identity number, nor
/// its content.
#[derive(Clone, PartialEq, Eq)]
pub struct Attachment {
    pub filename: String,
    pub content: Vec<u8>,
}

impl Attachment {
    /// `<type><format>_<TransSerialNumber>_<id number>`, the form that banks check (DOMAIN 1.7).
    pub fn named(
        kind: AttachmentType,
        format: AttachmentFormat,
        serial: &str,
        id_number: &str,
        content: Vec<u8>,
    ) -> Self {
        Attachment {
            filename: format!("{}{}_{serial}_{id_number}", kind.code(), format.code()),
            content,
        }
    }

    /// The type by the first two characters of the name; `None` when it is not a known one.
    pub fn kind(&self) -> Option<AttachmentType> {
        self.filename.get(..2).and_then(AttachmentType::from_code)
    }
}

impl fmt::Debug for Attachment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attachment({:?}, {} bytes)", self.kind(), self.content.len())
    }
}

/// The attachments of a body. Contents were checked on decoding; a text that is no base64 is refused here again.
fn read_attachments(body: &Fields) -> Result<Vec<Attachment>, WireProblem> {
    let items = body.items("Attachments", "Attachment").iter();
    items
        .filter_map(Node::fields)
        .filter(|fields| !fields.is_empty())
        .map(read_attachment)
        .collect()
}

fn read_attachment(fields: &Fields) -> Result<Attachment, WireProblem> {
    let content = attachment_bytes(fields.text("Content").unwrap_or_default());
    Ok(Attachment {
        filename: fields.text("Filename").unwrap_or_default().to_owned(),
        content: content.map_err(|reason| WireProblem::new("Content", reason))?,
    })
}

fn write_attachments(body: &mut Fields, attachments: &[Attachment]) {
    if attachments.is_empty() {
        return;
    }
    let write = |attachment: &Attachment| {
        let mut fields = Fields::new();
        fields.set_text("Filename", attachment.filename.as_str());
        fields.set_text("Content", STANDARD.encode(&attachment.content));
        Node::Object(fields)
    };
    let mut list = Fields::new();
    list.set("Attachment", Node::List(attachments.iter().map(write).collect()));
    body.set("Attachments", Node::Object(list));
}

/// A message to be sent: Head from the envelope, Body as given. [`Message::encode`] puts it in order and checks it.
fn outgoing(tx_code: &str, envelope: &Envelope, body: Fields) -> Message {
    let mut head = Fields::new();
    head.set_text("Mode", "01");
    slot::Block::write(envelope, &mut head);
    head.set_text("TxCode", tx_code);
    Message {
        tx_code: tx_code.to_owned(),
        root: Root::Request,
        head,
        body,
        flags: Vec::new(),
    }
}

/// The police-side code of a message of either side: `100101` and `200101` are one message. Anything else unchanged.
pub fn police_code(tx_code: &str) -> &str {
    match crate::schema::message(tx_code) {
        Some(spec) => spec.police_code.unwrap_or(tx_code),
        None => tx_code,
    }
}

fn wrong_code(message: &Message) -> WireProblem {
    WireProblem::new("TxCode", Reason::WrongTxCode).with(&message.tx_code)
}
