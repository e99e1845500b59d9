//! Writing the whole log as text that can be carried away and proved whole.
//!
//! JSON Lines, each line ended by a line feed, each in one exact form:
//! ```text
//! {"format":"fanzha-audit","version":1,"centre":"…","public_key":"04…","fields":["seq","at_ms",…]}
//! {"entry":[1,1775221506000,…],"prev":"<64 hex>","digest":"<64 hex>"}
//! {"head":["<centre>",1,"<64 hex>",1775221560000,"<key id>"],"signature":"<128 hex>"}
//! {"end":[<entries>,<heads>]}
//! ```
//! A head stands directly behind the entry that it signs (further heads of the same entry may follow it); the last
//! line before `end` is a head, so that every entry is under a signature. The array behind `"entry":` is byte for
//! byte what was hashed.
//!
//! The writer does not judge: a damaged log is exported as it is, and verification names the damage. Leaves out
//! rights, paging and the reading of the store.

use crate::canonical::push_string;
use crate::chain::Sealed;
use crate::digest::Digest;
use crate::entry::Entry;
use crate::head::{Head, PublicKey};
use std::io::{self, Write};

pub const FORMAT: &str = "fanzha-audit";
pub const VERSION: u32 = 1;

/// Whose log it is, and the key that its heads claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Header {
    pub centre: String,
    pub public_key: PublicKey,
}

impl Header {
    pub(crate) fn to_line(&self) -> String {
        let mut out = format!("{{\"format\":\"{FORMAT}\",\"version\":{VERSION},\"centre\":");
        push_string(&mut out, &self.centre);
        out.push_str(&format!(
            ",\"public_key\":\"{}\",\"fields\":[",
            self.public_key.to_hex()
        ));
        for (nth, field) in Entry::FIELDS.iter().enumerate() {
            let comma = if nth == 0 { "" } else { "," };
            out.push_str(&format!("{comma}\"{field}\""));
        }
        out.push_str("]}\n");
        out
    }
}

/// Writes an export from front to back; holds nothing but two counters. Hand in a buffered writer.
pub struct ExportWriter<W: Write> {
    out: W,
    entries: u64,
    heads: u64,
}

impl<W: Write> ExportWriter<W> {
    pub fn new(mut out: W, header: &Header) -> io::Result<Self> {
        out.write_all(header.to_line().as_bytes())?;
        Ok(ExportWriter {
            out,
            entries: 0,
            heads: 0,
        })
    }

    pub fn entry(&mut self, sealed: &Sealed) -> io::Result<()> {
        self.entry_text(&sealed.entry.canonical(), &sealed.prev, &sealed.digest)
    }

    /// For a store that keeps the canonical text: nothing is encoded again.
    pub fn entry_text(&mut self, canonical: &str, prev: &Digest, digest: &Digest) -> io::Result<()> {
        self.entries += 1;
        writeln!(
            self.out,
            "{{\"entry\":{canonical},\"prev\":\"{prev}\",\"digest\":\"{digest}\"}}"
        )
    }

    /// Call it directly after the entry that the head signs; heads of entry 0 come before the first entry.
    pub fn head(&mut self, head: &Head) -> io::Result<()> {
        self.heads += 1;
        self.out.write_all(head.to_line().as_bytes())
    }

    /// Ends the export with the head of its last entry, signed at the time of the export, and flushes.
    pub fn finish(mut self, last: &Head) -> io::Result<W> {
        self.head(last)?;
        writeln!(self.out, "{{\"end\":[{},{}]}}", self.entries, self.heads)?;
        self.out.flush()?;
        Ok(self.out)
    }
}
