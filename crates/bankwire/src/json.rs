//! Reads the JSON form of a message (WIRE.md) from text that may be hostile.
//!
//! Promises: a key given twice is refused like an element given twice, values are strings, objects and lists only, and
//! depth and number of values are bounded while reading, before memory is spent. Leaves out: what the names mean.

use crate::limits::{CHILDREN_MAX, DEPTH_MAX, ELEMENTS_MAX, MESSAGE_BYTES_MAX};
use crate::problem::{Reason, WireProblem};
use crate::tree::{Fields, Node};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::cell::{Cell, RefCell};
use std::fmt;

/// Reads one JSON object; the value of its key `ignored` may be anything and is left out.
pub(crate) fn read_object(text: &str, ignored: &str) -> Result<Fields, WireProblem> {
    if text.len() > MESSAGE_BYTES_MAX {
        return Err(WireProblem::new("file", Reason::TooLarge));
    }
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text);
    let state = State {
        left: Cell::new(ELEMENTS_MAX),
        problem: RefCell::new(None),
        ignored,
    };
    let mut reader = serde_json::Deserializer::from_str(text);
    let seed = NodeSeed {
        state: &state,
        name: "",
        depth: 0,
    };
    let read = seed
        .deserialize(&mut reader)
        .and_then(|node| reader.end().map(|()| node));
    match (read, state.problem.into_inner()) {
        (_, Some(problem)) => Err(problem),
        (Ok(Node::Object(fields)), None) => Ok(fields),
        (Ok(_), None) => Err(WireProblem::new("file", Reason::BadJson).with("object expected")),
        (Err(e), None) => {
            let place = format!("line {} column {}", e.line(), e.column());
            Err(WireProblem::new("file", Reason::BadJson).with(place))
        }
    }
}

struct State<'a> {
    left: Cell<usize>,
    /// The refusal found while reading; serde's own error type cannot carry it.
    problem: RefCell<Option<WireProblem>>,
    ignored: &'a str,
}

#[derive(Clone, Copy)]
struct NodeSeed<'a> {
    state: &'a State<'a>,
    name: &'a str,
    depth: usize,
}

impl NodeSeed<'_> {
    fn refuse<E: Error>(&self, name: &str, reason: Reason) -> E {
        self.state
            .problem
            .borrow_mut()
            .get_or_insert_with(|| WireProblem::new(name, reason));
        E::custom(reason.code())
    }

    fn child<'b>(&'b self, name: &'b str) -> NodeSeed<'b> {
        NodeSeed {
            state: self.state,
            name,
            depth: self.depth + 1,
        }
    }

    fn spend<E: Error>(&self) -> Result<(), E> {
        if self.depth > DEPTH_MAX {
            return Err(self.refuse(self.name, Reason::TooDeep));
        }
        match self.state.left.get().checked_sub(1) {
            Some(left) => self.state.left.set(left),
            None => return Err(self.refuse(self.name, Reason::TooManyElements)),
        }
        Ok(())
    }
}

impl<'de> DeserializeSeed<'de> for NodeSeed<'_> {
    type Value = Node;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        self.spend()?;
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for NodeSeed<'_> {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string, an object or a list")
    }
    fn visit_str<E: Error>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }
    fn visit_string<E: Error>(self, text: String) -> Result<Node, E> {
        Ok(Node::Text(text))
    }
    fn visit_bool<E: Error>(self, _: bool) -> Result<Node, E> {
        Err(self.refuse(self.name, Reason::NotAString))
    }
    fn visit_i64<E: Error>(self, _: i64) -> Result<Node, E> {
        Err(self.refuse(self.name, Reason::NotAString))
    }
    fn visit_u64<E: Error>(self, _: u64) -> Result<Node, E> {
        Err(self.refuse(self.name, Reason::NotAString))
    }
    fn visit_f64<E: Error>(self, _: f64) -> Result<Node, E> {
        Err(self.refuse(self.name, Reason::NotAString))
    }
    fn visit_unit<E: Error>(self) -> Result<Node, E> {
        Err(self.refuse(self.name, Reason::NotAString))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(self.child(self.name))? {
            if matches!(item, Node::List(_)) {
                return Err(self.refuse(self.name, Reason::UnexpectedList));
            }
            items.push(item);
        }
        Ok(Node::List(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut fields = Fields::new();
        while let Some(name) = map.next_key::<String>()? {
            if self.depth == 0 && name == self.state.ignored {
                map.next_value::<IgnoredAny>()?;
                continue;
            }
            if fields.get(&name).is_some() {
                return Err(self.refuse(&name, Reason::DuplicateElement));
            }
            if fields.len() >= CHILDREN_MAX {
                return Err(self.refuse(&name, Reason::TooManyElements));
            }
            let node = map.next_value_seed(self.child(&name))?;
            fields.push(name, node);
        }
        Ok(Node::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_json_is_refused_with_a_name() {
        let deep = format!("{}{}", r#"{"a":"#.repeat(200), "}".repeat(200));
        let wide: String = (0..600).map(|i| format!(r#""k{i}":"","#)).collect();
        let long = format!(r#"{{"a":[{}""]}}"#, r#""","#.repeat(ELEMENTS_MAX));
        for (text, element, reason) in [
            ("", "file", Reason::BadJson),
            ("[]", "file", Reason::BadJson),
            ("{} x", "file", Reason::BadJson),
            (r#"{"a":"#, "file", Reason::BadJson),
            (r#"{"a":"\ud800"}"#, "file", Reason::BadJson),
            (r#"{"a":1}"#, "a", Reason::NotAString),
            (r#"{"a":{"b":null}}"#, "b", Reason::NotAString),
            (r#"{"a":"x","a":"y"}"#, "a", Reason::DuplicateElement),
            (r#"{"a":[["x"]]}"#, "a", Reason::UnexpectedList),
            (deep.as_str(), "a", Reason::TooDeep),
            (&format!("{{{wide}\"z\":\"\"}}"), "k512", Reason::TooManyElements),
            (&long, "a", Reason::TooManyElements),
        ] {
            let problem = read_object(text, "flags").unwrap_err();
            assert_eq!(
                (problem.element.as_str(), problem.reason),
                (element, reason),
                "{}",
                &text[..text.len().min(40)]
            );
        }
    }

    #[test]
    fn flags_may_be_anything() {
        let fields = read_object(
            r#"{"flags": [1, null, {"x": 2.5}], "tx_code": "200101"}"#,
            "flags",
        )
        .unwrap();
        assert_eq!(fields.len(), 1);
        assert_eq!(fields.text("tx_code"), Some("200101"));
    }
}
