//! Reads the bytes of an XML file that may be hostile into a tree of names and texts.
//!
//! Promises: no DTD, no entity but the five predefined and character references, no processing instruction, UTF-8 only;
//! every bound of [`crate::limits`] is checked before memory is spent; a repeated element is refused unless it is an
//! item of a known list; texts come out exactly as they stand after unescaping. Comments are skipped, CDATA is text.
//! Leaves out: what the message means.

use crate::limits::*;
use crate::problem::{Flag, Reason, WireProblem};
use crate::schema::is_item;
use crate::tree::{Fields, Node};
use quick_xml::errors::{Error as XmlError, IllFormedError, SyntaxError};
use quick_xml::events::{BytesDecl, BytesStart, Event};
use quick_xml::reader::Reader;

/// A whole document: the root's name and children.
pub(crate) struct Document {
    pub root: String,
    pub children: Fields,
    pub flags: Vec<Flag>,
}

/// Reads one document.
pub(crate) fn read(bytes: &[u8]) -> Result<Document, WireProblem> {
    let text = utf8_text(bytes)?;
    let mut reader = Reader::from_str(text);
    let config = reader.config_mut();
    config.check_comments = true;
    config.check_end_names = true;
    let mut builder = Builder::default();
    let mut first = true;
    loop {
        let event = reader.read_event().map_err(|e| builder.malformed(&e))?;
        match event {
            Event::Eof => return builder.finish(),
            Event::Decl(decl) if first => check_declaration(&decl)?,
            Event::Decl(_) => return Err(builder.refuse(Reason::MisplacedDeclaration)),
            Event::PI(_) => return Err(builder.refuse(Reason::ProcessingInstruction)),
            Event::DocType(_) => return Err(WireProblem::new("DOCTYPE", Reason::Doctype)),
            Event::Comment(_) => builder.comment(),
            Event::Start(start) => builder.open(&start)?,
            Event::Empty(start) => {
                builder.open(&start)?;
                builder.close()?;
            }
            Event::End(_) => builder.close()?,
            Event::Text(text) => builder.text(&text)?,
            Event::CData(text) => builder.cdata(&text)?,
            Event::GeneralRef(reference) => builder.reference(&reference)?,
        }
        first = false;
    }
}

/// The bytes as text: the encoding a file declares is named before its bytes are blamed.
fn utf8_text(bytes: &[u8]) -> Result<&str, WireProblem> {
    let file = |reason| WireProblem::new("file", reason);
    if bytes.len() > MESSAGE_BYTES_MAX {
        return Err(file(Reason::TooLarge));
    }
    if bytes.starts_with(&[0xFF, 0xFE])
        || bytes.starts_with(&[0xFE, 0xFF])
        || bytes.starts_with(b"<\0")
        || bytes.starts_with(b"\0<")
    {
        return Err(file(Reason::EncodingNotUtf8).with("UTF-16"));
    }
    let bytes = bytes.strip_prefix(&[0xEF, 0xBB, 0xBF]).unwrap_or(bytes);
    if let Some(name) = declared_encoding(bytes) {
        return Err(file(Reason::EncodingNotUtf8).with(name));
    }
    if let Some(at) = bytes
        .iter()
        .position(|b| *b < 0x20 && !matches!(b, b'\t' | b'\n' | b'\r'))
    {
        return Err(file(Reason::ControlCharacter).with(format!("byte {at}")));
    }
    let text = std::str::from_utf8(bytes)
        .map_err(|e| file(Reason::NotUtf8).with(format!("byte {}", e.valid_up_to())))?;
    if text.trim().is_empty() {
        return Err(file(Reason::Empty));
    }
    Ok(text)
}

/// The encoding of the XML declaration when it is not UTF-8, found in raw bytes because a GBK file is no UTF-8 text.
fn declared_encoding(bytes: &[u8]) -> Option<String> {
    let head = &bytes[..bytes.len().min(256)];
    let end = head.windows(2).position(|w| w == b"?>")?;
    let declaration =
        String::from_utf8_lossy(head.strip_prefix(b"<?xml")?.get(..end.checked_sub(5)?)?).into_owned();
    let after = declaration
        .split_once("encoding")?
        .1
        .trim_start()
        .strip_prefix('=')?
        .trim_start()
        .to_owned();
    let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let name = after[1..].split(quote).next()?.to_owned();
    (!is_utf8_name(&name)).then_some(name)
}

fn is_utf8_name(name: &str) -> bool {
    name.eq_ignore_ascii_case("UTF-8") || name.eq_ignore_ascii_case("UTF8")
}

fn check_declaration(decl: &BytesDecl) -> Result<(), WireProblem> {
    let wrong = |detail: &str| WireProblem::new("?xml", Reason::MisplacedDeclaration).with(detail);
    if !matches!(decl.version().as_deref(), Ok("1.0")) {
        return Err(wrong("version"));
    }
    match decl.encoding() {
        None => {}
        Some(Ok(name)) if is_utf8_name(&name) => {}
        Some(Ok(name)) => return Err(WireProblem::new("file", Reason::EncodingNotUtf8).with(name)),
        Some(Err(_)) => return Err(wrong("encoding")),
    }
    match decl.standalone() {
        None => Ok(()),
        Some(Ok(value)) if value == "yes" || value == "no" => Ok(()),
        Some(_) => Err(wrong("standalone")),
    }
}

/// Whether XML 1.0 allows the character; C0 controls and the two non-characters are out.
pub(crate) fn allowed(c: char) -> bool {
    !matches!(c, '\0'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{FFFE}' | '\u{FFFF}')
}

/// Whether we take and write the name: letters, digits, `_`, `-`, `.`, not starting with a digit or sign. Colons are
/// left out, because a prefix means nothing without its declaration, which the JSON form cannot carry.
pub(crate) fn check_name(name: &str) -> Result<(), Reason> {
    let start = |c: char| c == '_' || c.is_alphabetic();
    if name.contains(':') {
        return Err(Reason::NamespacePrefix);
    }
    let fits = name.chars().count() <= NAME_CHARS_MAX
        && name.starts_with(start)
        && name
            .chars()
            .all(|c| start(c) || c.is_ascii_digit() || matches!(c, '-' | '.'));
    if fits { Ok(()) } else { Err(Reason::BadName) }
}

/// The longest text allowed in an element, in bytes.
pub(crate) fn text_bytes_max(parent: &str, name: &str) -> usize {
    if (parent, name) == ("Attachment", "Content") {
        ATTACHMENT_TEXT_BYTES_MAX
    } else {
        TEXT_BYTES_MAX
    }
}

/// An element whose end has not been seen.
struct Frame {
    name: String,
    text: String,
    children: Fields,
    commented: bool,
}

#[derive(Default)]
struct Builder {
    open: Vec<Frame>,
    done: Option<(String, Node)>,
    elements: usize,
    flags: Vec<Flag>,
}

impl Builder {
    fn open(&mut self, start: &BytesStart) -> Result<(), WireProblem> {
        let name = start.name();
        let name = name.as_ref();
        if let Err(reason) = check_name(name) {
            return Err(WireProblem::new(name, reason).at(self.path()));
        }
        if self.open.is_empty() {
            self.check_root(name)?;
        }
        self.elements += 1;
        if self.open.len() >= DEPTH_MAX {
            return Err(WireProblem::new(name, Reason::TooDeep).at(self.path()));
        }
        if self.elements > ELEMENTS_MAX {
            return Err(WireProblem::new(name, Reason::TooManyElements).at(self.path()));
        }
        if let Some(parent) = self.open.last() {
            check_room(parent, name).map_err(|reason| WireProblem::new(name, reason).at(self.path()))?;
        }
        self.open.push(Frame {
            name: name.to_owned(),
            text: String::new(),
            children: Fields::new(),
            commented: false,
        });
        self.attributes(start)
    }

    fn check_root(&self, name: &str) -> Result<(), WireProblem> {
        if self.done.is_some() {
            return Err(WireProblem::new(name, Reason::SecondRoot));
        }
        if matches!(name, "Request" | "Response") {
            Ok(())
        } else {
            Err(WireProblem::new(name, Reason::WrongRoot))
        }
    }

    /// Attributes are read only to be sure that they are well formed; the platform has none, so each is flagged.
    fn attributes(&mut self, start: &BytesStart) -> Result<(), WireProblem> {
        for (count, attribute) in start.attributes().enumerate() {
            if count >= ATTRIBUTES_MAX {
                return Err(self.refuse(Reason::TooManyAttributes));
            }
            let attribute = attribute.map_err(|_| self.refuse(Reason::BadAttribute))?;
            let value = attribute.value.as_ref();
            if value.len() > TEXT_BYTES_MAX || value.contains('<') || !value.chars().all(allowed) {
                return Err(self.refuse(Reason::BadAttribute));
            }
            self.attribute_references(value)?;
        }
        if start.attributes().next().is_some() {
            self.flag(Reason::ForeignAttribute);
        }
        Ok(())
    }

    fn attribute_references(&self, value: &str) -> Result<(), WireProblem> {
        for piece in value.split('&').skip(1) {
            let Some((name, _)) = piece.split_once(';') else {
                return Err(self.refuse(Reason::BadAttribute));
            };
            resolve(name).map_err(|reason| self.refuse(reason).with(name))?;
        }
        Ok(())
    }

    fn close(&mut self) -> Result<(), WireProblem> {
        let Some(frame) = self.open.pop() else {
            return Err(WireProblem::new("Request", Reason::Malformed));
        };
        if frame.commented && frame.children.is_empty() && !frame.text.trim().is_empty() {
            let path = self.path_with(&frame.name);
            self.push_flag(Flag {
                element: frame.name.clone(),
                path,
                reason: Reason::CommentInText,
            });
        }
        let node = if frame.children.is_empty() {
            Node::Text(frame.text)
        } else {
            Node::Object(frame.children)
        };
        match self.open.last_mut() {
            None => self.done = Some((frame.name, node)),
            Some(parent) => add_child(parent, frame.name, node),
        }
        Ok(())
    }

    fn text(&mut self, text: &str) -> Result<(), WireProblem> {
        if text.contains("]]>") {
            return Err(self.refuse(Reason::Malformed));
        }
        if self.open.is_empty() {
            let reason = if self.done.is_some() {
                Reason::SecondRoot
            } else {
                Reason::Malformed
            };
            return if text.trim().is_empty() {
                Ok(())
            } else {
                Err(WireProblem::new("file", reason))
            };
        }
        self.append(text)
    }

    fn cdata(&mut self, text: &str) -> Result<(), WireProblem> {
        if self.open.is_empty() {
            return Err(WireProblem::new("file", Reason::Malformed));
        }
        self.append(text)
    }

    fn reference(&mut self, name: &str) -> Result<(), WireProblem> {
        if self.open.is_empty() {
            return Err(WireProblem::new("file", Reason::Malformed));
        }
        let c = resolve(name).map_err(|reason| self.refuse(reason).with(name))?;
        self.append(c.encode_utf8(&mut [0; 4]))
    }

    fn append(&mut self, text: &str) -> Result<(), WireProblem> {
        if !text.chars().all(allowed) {
            return Err(self.refuse(Reason::ControlCharacter));
        }
        let parent = self
            .open
            .len()
            .checked_sub(2)
            .map_or("", |i| self.open[i].name.as_str());
        let Some(frame) = self.open.last() else {
            return Ok(());
        };
        let max = text_bytes_max(parent, &frame.name);
        if frame.text.len() + text.len() > max {
            return Err(self.refuse(Reason::TextTooLong));
        }
        let mixed = !frame.children.is_empty() && !text.trim().is_empty();
        if mixed {
            return Err(self.refuse(Reason::MixedContent));
        }
        if let Some(frame) = self.open.last_mut() {
            frame.text.push_str(text);
        }
        Ok(())
    }

    fn comment(&mut self) {
        if let Some(frame) = self.open.last_mut() {
            frame.commented = true;
        }
    }

    fn finish(mut self) -> Result<Document, WireProblem> {
        if !self.open.is_empty() {
            return Err(self.refuse(Reason::Truncated));
        }
        let Some((root, node)) = self.done.take() else {
            return Err(WireProblem::new("file", Reason::Empty));
        };
        let children = match node {
            Node::Object(fields) => fields,
            Node::Text(text) if text.trim().is_empty() => Fields::new(),
            Node::Text(_) | Node::List(_) => return Err(WireProblem::new(root, Reason::NotObject)),
        };
        Ok(Document {
            root,
            children,
            flags: self.flags,
        })
    }

    /// A refusal at the element that is open.
    fn refuse(&self, reason: Reason) -> WireProblem {
        let element = self.open.last().map_or("file", |frame| frame.name.as_str());
        WireProblem::new(element, reason).at(self.path())
    }

    fn malformed(&self, error: &XmlError) -> WireProblem {
        let truncated = matches!(
            error,
            XmlError::Syntax(
                SyntaxError::UnclosedTag
                    | SyntaxError::UnclosedCData
                    | SyntaxError::UnclosedComment
                    | SyntaxError::UnclosedXmlDecl
                    | SyntaxError::UnclosedPI
                    | SyntaxError::UnclosedSingleQuotedAttributeValue
                    | SyntaxError::UnclosedDoubleQuotedAttributeValue
            ) | XmlError::IllFormed(IllFormedError::MissingEndTag(_))
        );
        if matches!(error, XmlError::Syntax(SyntaxError::UnclosedDoctype)) {
            return WireProblem::new("DOCTYPE", Reason::Doctype);
        }
        self.refuse(if truncated {
            Reason::Truncated
        } else {
            Reason::Malformed
        })
    }

    fn flag(&mut self, reason: Reason) {
        let element = self.open.last().map_or(String::new(), |frame| frame.name.clone());
        let path = self.path();
        self.push_flag(Flag {
            element,
            path,
            reason,
        });
    }

    fn push_flag(&mut self, flag: Flag) {
        push_flag(&mut self.flags, flag);
    }

    fn path(&self) -> String {
        let names: Vec<&str> = self.open.iter().map(|frame| frame.name.as_str()).collect();
        names.join("/")
    }

    fn path_with(&self, name: &str) -> String {
        format!("{}/{name}", self.path())
    }
}

/// Adds a flag; past the limit only a last one that says so.
pub(crate) fn push_flag(flags: &mut Vec<Flag>, flag: Flag) {
    match flags.len() {
        n if n < FLAGS_MAX => flags.push(flag),
        FLAGS_MAX => flags.push(Flag {
            element: flag.element,
            path: flag.path,
            reason: Reason::MoreFlags,
        }),
        _ => {}
    }
}

/// Refuses a child that would mix with text, repeat, or be one name too many; checked on opening, so that nothing of
/// it is read.
fn check_room(parent: &Frame, name: &str) -> Result<(), Reason> {
    if !parent.text.trim().is_empty() {
        return Err(Reason::MixedContent);
    }
    match parent.children.get(name) {
        Some(_) if !is_item(&parent.name, name) => Err(Reason::DuplicateElement),
        None if parent.children.len() >= CHILDREN_MAX => Err(Reason::TooManyElements),
        _ => Ok(()),
    }
}

fn add_child(parent: &mut Frame, name: String, node: Node) {
    if !is_item(&parent.name, &name) {
        return parent.children.push(name, node);
    }
    match parent.children.get_mut(&name) {
        Some(Node::List(items)) => items.push(node),
        _ => parent.children.push(name, Node::List(vec![node])),
    }
}

/// The character of a reference: one of the five predefined entities or a decimal or hexadecimal code point.
fn resolve(name: &str) -> Result<char, Reason> {
    let code = match name {
        "lt" => return Ok('<'),
        "gt" => return Ok('>'),
        "amp" => return Ok('&'),
        "quot" => return Ok('"'),
        "apos" => return Ok('\''),
        _ => name.strip_prefix('#').ok_or(Reason::UnknownEntity)?,
    };
    let (digits, radix) = match code.strip_prefix('x') {
        Some(hex) => (hex, 16),
        None => (code, 10),
    };
    let plain = !digits.is_empty() && digits.len() <= 8 && digits.chars().all(|c| c.is_digit(radix));
    let point = plain.then(|| u32::from_str_radix(digits, radix).ok()).flatten();
    point
        .and_then(char::from_u32)
        .filter(|c| allowed(*c))
        .ok_or(Reason::BadCharacterReference)
}
