//! From sheets to PDF: a typst world with our templates, one data file and the chosen fonts, and nothing else.
//!
//! Promises: the same sheets and fonts give the same bytes (no clock, no random identifiers); text stays selectable;
//! fonts are embedded as subsets; a character that no font has stops the print. Leaves out: what the sheets say.

use crate::fonts::Fonts;
use crate::problem::{PaperProblem, UnknownCharacter};
use serde_json::Value;
use std::fmt::Write as _;
use std::sync::OnceLock;
use typst::diag::{FileError, FileResult, SourceDiagnostic};
use typst::foundations::{Bytes, Datetime, Duration, Smart};
use typst::layout::{Frame, FrameItem};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

/// A finished print.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Printed {
    pub pdf: Vec<u8>,
    pub pages: usize,
}

const TEMPLATES: [(&str, &str); 6] = [
    ("main.typ", include_str!("../templates/main.typ")),
    ("form.typ", include_str!("../templates/form.typ")),
    ("notices.typ", include_str!("../templates/notices.typ")),
    ("tables.typ", include_str!("../templates/tables.typ")),
    ("lists.typ", include_str!("../templates/lists.typ")),
    ("flow.typ", include_str!("../templates/flow.typ")),
];

/// What does not change from print to print.
pub(crate) struct Press {
    fonts: Fonts,
    library: LazyHash<Library>,
    main: FileId,
    data: FileId,
    sources: Vec<Source>,
}

impl Press {
    pub fn new(fonts: Fonts) -> Result<Press, PaperProblem> {
        let sources = TEMPLATES
            .iter()
            .map(|(name, text)| Ok(Source::new(file_id(name)?, (*text).to_owned())))
            .collect::<Result<Vec<_>, PaperProblem>>()?;
        Ok(Press {
            fonts,
            library: LazyHash::new(Library::default()),
            main: file_id("main.typ")?,
            data: file_id("data.json")?,
            sources,
        })
    }

    pub fn fonts(&self) -> &Fonts {
        &self.fonts
    }

    /// Sets `sheets` (see `templates/main.typ` for their shape) and writes the PDF. `title` goes into its metadata.
    pub fn print(&self, title: &str, sheets: Value) -> Result<Printed, PaperProblem> {
        let printed = self.set(title, sheets).and_then(|document| write(&document));
        // The caches of the layout hold the fonts' bytes; a print now and then is not worth 80 MB for ever.
        typst::comemo::evict(0);
        printed
    }

    /// The pages as text, in drawing order: what checks look at instead of the PDF.
    pub fn texts(&self, sheets: Value) -> Result<Vec<String>, PaperProblem> {
        let document = self.set("", sheets)?;
        let text = |frame: &Frame| {
            let mut all = String::new();
            each_text(frame, &mut |item| all.push_str(&item.text));
            all
        };
        Ok(document.pages().iter().map(|page| text(&page.frame)).collect())
    }

    /// Text drawn outside the area that holds everything: 26 mm from the sides (the binding side has 28), 30 mm from
    /// the top, 15 mm from the foot; on a page that lies across 19 mm from the sides, 14 mm from the top, 12 mm from the
    /// foot. Turned text (the watermark) is not looked at.
    #[cfg(test)]
    pub fn outside(&self, sheets: Value) -> Result<Vec<String>, PaperProblem> {
        use typst::layout::{Abs, Point};
        fn walk(frame: &Frame, origin: Point, room: [f64; 4], found: &mut Vec<String>) {
            for (at, item) in frame.items() {
                let at = origin + *at;
                match item {
                    FrameItem::Group(group) if group.transform.is_identity() => {
                        walk(&group.frame, at, room, found)
                    }
                    FrameItem::Group(group) if group.transform.is_only_translate() => {
                        walk(
                            &group.frame,
                            at + Point::new(group.transform.tx, group.transform.ty),
                            room,
                            found,
                        );
                    }
                    FrameItem::Text(text) => {
                        let (left, right) = (at.x, at.x + text.width());
                        let [from_left, from_right, top, foot] = room.map(Abs::mm);
                        if left < from_left || right > from_right || at.y < top || at.y > foot {
                            found.push(format!("{} at {left:?}..{right:?}, {:?}", text.text, at.y));
                        }
                    }
                    _ => {}
                }
            }
        }
        let mut found = Vec::new();
        for page in self.set("", sheets)?.pages() {
            let across = page.frame.width() > page.frame.height();
            let room = if across {
                [19.0, 278.0, 14.0, 198.0]
            } else {
                [27.0, 185.0, 30.0, 282.0]
            };
            walk(&page.frame, Point::zero(), room, &mut found);
        }
        Ok(found)
    }

    #[cfg(test)]
    pub fn template_texts() -> impl Iterator<Item = &'static str> {
        TEMPLATES.iter().map(|(_, text)| *text)
    }

    fn set(&self, title: &str, sheets: Value) -> Result<PagedDocument, PaperProblem> {
        let families: Vec<&str> = self.fonts.families().collect();
        let data = serde_json::json!({"title": title, "families": families, "sheets": sheets}).to_string();
        let desk = Desk {
            press: self,
            data: Bytes::from_string(data),
            faces: (0..self.fonts.count()).map(|_| OnceLock::new()).collect(),
        };
        let document: PagedDocument = typst::compile(&desk)
            .output
            .map_err(|found| layout_problem(&desk, &found))?;
        let mut missing = Vec::new();
        for page in document.pages() {
            each_text(&page.frame, &mut |item| undrawn(item, &mut missing));
        }
        if missing.is_empty() {
            Ok(document)
        } else {
            Err(PaperProblem::UnknownCharacters(missing))
        }
    }
}

fn write(document: &PagedDocument) -> Result<Printed, PaperProblem> {
    let options = PdfOptions {
        ident: Smart::Custom("fanzha-paper".to_owned()),
        creator: Smart::Custom(Some("Fanzha".to_owned())),
        timestamp: None,
        tagged: false,
        ..PdfOptions::default()
    };
    let pdf = typst_pdf::pdf(document, &options).map_err(|found| PaperProblem::Layout(messages(&found)))?;
    Ok(Printed {
        pdf,
        pages: document.pages().len(),
    })
}

fn file_id(name: &str) -> Result<FileId, PaperProblem> {
    let path =
        VirtualPath::new(name).map_err(|_| PaperProblem::Layout(format!("bad template name {name}")))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// One print: its data, and the font bytes as long as it lasts.
struct Desk<'a> {
    press: &'a Press,
    data: Bytes,
    faces: Vec<OnceLock<Option<Font>>>,
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.press.library
    }
    fn book(&self) -> &LazyHash<FontBook> {
        self.press.fonts.book()
    }
    fn main(&self) -> FileId {
        self.press.main
    }
    fn source(&self, id: FileId) -> FileResult<Source> {
        let found = self.press.sources.iter().find(|source| source.id() == id);
        found
            .cloned()
            .ok_or_else(|| FileError::NotFound("template".into()))
    }
    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.press.data {
            return Ok(self.data.clone());
        }
        self.source(id).map(Bytes::from_string)
    }
    fn font(&self, index: usize) -> Option<Font> {
        self.faces
            .get(index)?
            .get_or_init(|| self.press.fonts.read(index))
            .clone()
    }
    /// No clock: dates are part of the snapshot.
    fn today(&self, _offset: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn layout_problem(desk: &Desk, found: &[SourceDiagnostic]) -> PaperProblem {
    use typst::WorldExt;
    let mut text = messages(found);
    for diagnostic in found.iter().take(3) {
        if let (Some(id), Some(range)) = (diagnostic.span.id(), desk.range(diagnostic.span)) {
            let line = desk
                .source(id)
                .map(|s| s.text()[..range.start].lines().count())
                .unwrap_or_default();
            let _ = write!(text, " [{} line {line}]", id.get().vpath().get_without_slash());
        }
    }
    PaperProblem::Layout(text)
}

fn messages(found: &[SourceDiagnostic]) -> String {
    found
        .iter()
        .map(|d| d.message.as_str())
        .collect::<Vec<_>>()
        .join("; ")
}

fn each_text(frame: &Frame, seen: &mut impl FnMut(&typst::text::TextItem)) {
    for (_, item) in frame.items() {
        match item {
            FrameItem::Group(group) => each_text(&group.frame, seen),
            FrameItem::Text(text) => seen(text),
            _ => {}
        }
    }
}

/// Glyph 0 is the "not there" box of every font.
fn undrawn(item: &typst::text::TextItem, missing: &mut Vec<UnknownCharacter>) {
    for glyph in item.glyphs.iter().filter(|glyph| glyph.id == 0) {
        let at = usize::from(glyph.range.start);
        let Some(character) = item.text.get(at..).and_then(|rest| rest.chars().next()) else {
            continue;
        };
        let unknown = UnknownCharacter {
            character,
            field: String::new(),
        };
        if !missing.contains(&unknown) {
            missing.push(unknown);
        }
    }
}

/// Characters of the snapshot that no font has, with the field they stand in; each named once.
pub(crate) fn unknown_characters(fonts: &Fonts, snapshot: &Value) -> Result<(), PaperProblem> {
    let mut found: Vec<UnknownCharacter> = Vec::new();
    each_string(snapshot, &mut String::new(), &mut |field, text| {
        for character in text.chars().filter(|c| !is_silent(*c) && !fonts.covers(*c)) {
            if !found.iter().any(|f| f.character == character) {
                found.push(UnknownCharacter {
                    character,
                    field: field.to_owned(),
                });
            }
        }
    });
    if found.is_empty() {
        Ok(())
    } else {
        Err(PaperProblem::UnknownCharacters(found))
    }
}

fn each_string(value: &Value, field: &mut String, seen: &mut impl FnMut(&str, &str)) {
    let length = field.len();
    match value {
        Value::String(text) => seen(field, text),
        Value::Array(items) => {
            for (i, item) in items.iter().enumerate() {
                let _ = write!(field, "[{i}]");
                each_string(item, field, seen);
                field.truncate(length);
            }
        }
        Value::Object(fields) => {
            for (name, item) in fields {
                if length > 0 {
                    field.push('.');
                }
                field.push_str(name);
                each_string(item, field, seen);
                field.truncate(length);
            }
        }
        _ => {}
    }
}

/// Characters that show nothing on paper: line ends, tabs, zero-width and direction marks, variation selectors. They
/// come along with pasted text and are left out of the print.
pub(crate) fn is_silent(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\t' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}')
}

/// The sheets without silent characters; line ends stay, tabs become spaces.
pub(crate) fn without_silent(value: Value) -> Value {
    match value {
        Value::String(text) if text.contains(is_silent) => {
            let kept = text
                .chars()
                .filter(|c| matches!(c, '\n' | '\t') || !is_silent(*c));
            Value::String(kept.map(|c| if c == '\t' { ' ' } else { c }).collect())
        }
        Value::Array(items) => items.into_iter().map(without_silent).collect(),
        Value::Object(fields) => fields
            .into_iter()
            .map(|(name, item)| (name, without_silent(item)))
            .collect(),
        other => other,
    }
}
