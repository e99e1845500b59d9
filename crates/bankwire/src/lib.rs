//! The messages of the 电信网络新型违法犯罪交易风险事件管理平台 (DOMAIN section 1): reading, checking and writing them.
//!
//! Two layers. [`Message`] is any message as a tree of named texts, with its JSON form (WIRE.md); [`typed`] is what our
//! centre sends and receives, with amounts, times and codes read. The tables of [`schema`] serve both.
//!
//! Promises: pure values in, values out. Whatever the bytes, an answer comes in bounded time and memory, and a refusal
//! names the element and the reason. Nothing a bank wrote is normalised or lost.
//! Leaves out: files and sockets (see `exchange`), the state of an order, the clock and random digits (given).

pub mod codes;
pub mod limits;
pub mod problem;
pub mod result_code;
pub mod schema;
pub mod serial;
pub mod tree;
pub mod typed;

mod check;
mod json;
mod message;
mod xml_in;
mod xml_out;

pub use message::{Message, Root};
pub use problem::{Flag, Reason, WireProblem};
pub use result_code::{Meaning, ResultCode, ResultGroup};
pub use serial::{ApplicationId, PlatformFileName, TransSerialNumber};
pub use tree::{Fields, Node};

/// Reads the bytes of a message file for `fanzha wire decode` (WIRE.md). When `base_name` has the platform's form
/// `<TxCode>_<ApplicationID>_<32 hex>.xml`, its code and application must be the message's.
pub fn decode_bytes(base_name: Option<&str>, bytes: &[u8]) -> Result<serde_json::Value, WireProblem> {
    let message = Message::decode(bytes)?;
    if let Some(name) = base_name.and_then(PlatformFileName::parse) {
        name.check(&message)?;
    }
    Ok(message.into_json())
}

/// Writes the XML of a JSON file's bytes for `fanzha wire encode` (WIRE.md).
pub fn encode_bytes(json: &[u8]) -> Result<Vec<u8>, WireProblem> {
    let text = std::str::from_utf8(json).map_err(|_| WireProblem::new("file", Reason::NotUtf8))?;
    encode_json(text)
}

/// Writes the XML of a JSON message.
pub fn encode_json(json: &str) -> Result<Vec<u8>, WireProblem> {
    Message::from_json(json)?.encode()
}
