//! The hub's own answer to a file it was given (DOMAIN 1.2).

use crate::message::{Message, Root};
use crate::problem::{Reason, WireProblem};
use crate::result_code::{HubVerdict, hub_verdict};
use crate::tree::Fields;

/// Accepted or not, for the transmission with this serial.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubAnswer {
    /// 100000 when accepted; see [`HubAnswer::verdict`].
    pub code: String,
    pub description: String,
    /// The serial of the request; empty when the hub could not read one.
    pub trans_serial_number: String,
}

impl HubAnswer {
    pub fn verdict(&self) -> HubVerdict {
        hub_verdict(&self.code)
    }

    pub fn to_message(&self) -> Message {
        let mut head = Fields::new();
        head.set_text("Code", self.code.as_str());
        head.set_text("Description", self.description.as_str());
        head.set_text("TransSerialNumber", self.trans_serial_number.as_str());
        Message {
            tx_code: String::new(),
            root: Root::Response,
            head,
            body: Fields::new(),
            flags: Vec::new(),
        }
    }

    pub fn from_message(message: &Message) -> Result<Self, WireProblem> {
        let text = |name: &str| message.head.text(name).unwrap_or_default().to_owned();
        let code = text("Code");
        if code.is_empty() {
            return Err(WireProblem::new("Code", Reason::MissingElement).at("Head"));
        }
        Ok(HubAnswer {
            code,
            description: text("Description"),
            trans_serial_number: text("TransSerialNumber"),
        })
    }
}
