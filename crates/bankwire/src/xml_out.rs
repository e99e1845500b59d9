//! Writes a tree of names and texts as XML: UTF-8, no white space between elements, so that equal messages are equal
//! bytes.
//!
//! Promises: what is written reads back as it was; names and texts that XML cannot carry are refused.
//! Leaves out: the order of the fields, which the caller settles.

use crate::limits::MESSAGE_BYTES_MAX;
use crate::problem::{Reason, WireProblem};
use crate::tree::{Fields, Node};
use crate::xml_in::{allowed, check_name, text_bytes_max};

/// Writes one document.
pub(crate) fn write(root: &str, head: &Fields, body: Option<&Fields>) -> Result<Vec<u8>, WireProblem> {
    let mut out = String::from(r#"<?xml version="1.0" encoding="UTF-8"?>"#);
    tag(&mut out, "<", root);
    write_object(&mut out, root, "Head", head)?;
    if let Some(body) = body {
        write_object(&mut out, root, "Body", body)?;
    }
    tag(&mut out, "</", root);
    if out.len() > MESSAGE_BYTES_MAX {
        return Err(WireProblem::new("file", Reason::TooLarge));
    }
    Ok(out.into_bytes())
}

fn write_object(out: &mut String, path: &str, name: &str, fields: &Fields) -> Result<(), WireProblem> {
    let here = format!("{path}/{name}");
    tag(out, "<", name);
    for (child, node) in fields.iter() {
        check_name(child).map_err(|reason| WireProblem::new(child, reason).at(&here))?;
        match node {
            Node::List(items) => items
                .iter()
                .try_for_each(|item| write_node(out, &here, name, child, item))?,
            node => write_node(out, &here, name, child, node)?,
        }
    }
    tag(out, "</", name);
    Ok(())
}

fn write_node(
    out: &mut String,
    path: &str,
    parent: &str,
    name: &str,
    node: &Node,
) -> Result<(), WireProblem> {
    match node {
        Node::Object(fields) => write_object(out, path, name, fields),
        Node::List(_) => Err(WireProblem::new(name, Reason::UnexpectedList).at(path)),
        Node::Text(text) => {
            if text.len() > text_bytes_max(parent, name) {
                return Err(WireProblem::new(name, Reason::TextTooLong).at(path));
            }
            if !text.chars().all(allowed) {
                return Err(WireProblem::new(name, Reason::ControlCharacter).at(path));
            }
            tag(out, "<", name);
            escape(out, text);
            tag(out, "</", name);
            Ok(())
        }
    }
}

fn tag(out: &mut String, open: &str, name: &str) {
    out.push_str(open);
    out.push_str(name);
    out.push('>');
}

/// A carriage return is written as a reference, because XML readers turn a bare one into a line feed.
fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&apos;"),
            '\r' => out.push_str("&#13;"),
            c => out.push(c),
        }
    }
}
