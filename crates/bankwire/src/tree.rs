//! The body of any message as a tree of named fields, in order, and its JSON form (WIRE.md).
//!
//! Promises: texts are exact; names are unique within one element; `Debug` shows shapes and lengths, never values.
//! Leaves out: what the names mean (see [`crate::schema`]).

use serde_json::{Map, Value};
use std::fmt;

/// What stands inside one element.
#[derive(Clone, PartialEq, Eq)]
pub enum Node {
    /// An element without children.
    Text(String),
    /// An element with children.
    Object(Fields),
    /// All children of one repeatable name, even when there is only one.
    List(Vec<Node>),
}

/// The children of one element, in order, each name once.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields {
    entries: Vec<(String, Node)>,
}

impl Fields {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.entries.iter().map(|(name, node)| (name.as_str(), node))
    }

    pub fn get(&self, name: &str) -> Option<&Node> {
        self.entries.iter().find(|(n, _)| n == name).map(|(_, node)| node)
    }

    pub(crate) fn get_mut(&mut self, name: &str) -> Option<&mut Node> {
        self.entries
            .iter_mut()
            .find(|(n, _)| n == name)
            .map(|(_, node)| node)
    }

    /// The text of a child; `None` when it is absent or not a text.
    pub fn text(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Node::Text(text)) => Some(text),
            _ => None,
        }
    }

    /// The children of a child; `None` when it is absent or not an object.
    pub fn object(&self, name: &str) -> Option<&Fields> {
        match self.get(name) {
            Some(Node::Object(fields)) => Some(fields),
            _ => None,
        }
    }

    /// The items of `container/item`; empty when there are none.
    pub fn items(&self, container: &str, item: &str) -> &[Node] {
        match self.object(container).and_then(|fields| fields.get(item)) {
            Some(Node::List(items)) => items,
            _ => &[],
        }
    }

    /// Adds a child, or replaces the one of that name where it stands.
    pub fn set(&mut self, name: impl Into<String>, node: Node) {
        let name = name.into();
        match self.get_mut(&name) {
            Some(old) => *old = node,
            None => self.entries.push((name, node)),
        }
    }

    /// Adds a text child, or replaces it.
    pub fn set_text(&mut self, name: impl Into<String>, text: impl Into<String>) {
        self.set(name, Node::Text(text.into()));
    }

    /// Takes a child out.
    pub fn remove(&mut self, name: &str) -> Option<Node> {
        let at = self.entries.iter().position(|(n, _)| n == name)?;
        Some(self.entries.remove(at).1)
    }

    /// Adds a child whose name is known to be new.
    pub(crate) fn push(&mut self, name: String, node: Node) {
        self.entries.push((name, node));
    }

    /// Orders the children by `rank`, keeping the order of equals.
    pub(crate) fn sort_by_rank(&mut self, rank: impl Fn(&str) -> usize) {
        self.entries.sort_by_cached_key(|(name, _)| rank(name));
    }

    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&str, &mut Node)> {
        self.entries.iter_mut().map(|(name, node)| (name.as_str(), node))
    }

    /// The JSON form: an object in the same order.
    pub fn into_json(self) -> Value {
        Value::Object(
            self.entries
                .into_iter()
                .map(|(name, node)| (name, node.into_json()))
                .collect::<Map<_, _>>(),
        )
    }
}

impl Node {
    pub fn text(text: impl Into<String>) -> Node {
        Node::Text(text.into())
    }

    /// The children of an object; an empty element counts as an object without children.
    pub fn fields(&self) -> Option<&Fields> {
        static NONE: Fields = Fields { entries: Vec::new() };
        match self {
            Node::Object(fields) => Some(fields),
            Node::Text(text) if text.trim().is_empty() => Some(&NONE),
            _ => None,
        }
    }

    pub fn into_json(self) -> Value {
        match self {
            Node::Text(text) => Value::String(text),
            Node::Object(fields) => fields.into_json(),
            Node::List(items) => Value::Array(items.into_iter().map(Node::into_json).collect()),
        }
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Node::Text(text) => write!(f, "text of {}", text.chars().count()),
            Node::Object(fields) => fields.fmt(f),
            Node::List(items) => f.debug_list().entries(items).finish(),
        }
    }
}

impl fmt::Debug for Fields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
