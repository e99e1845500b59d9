//! Files that a broken or malicious sender could leave in the downstream directory. A receiver must refuse or flag
//! each early, in bounded memory, and go on with its work.
//!
//! Promises: each variant is what its name says, and (but for the two that a reader should take with a flag) starts from a good
//! answer so that nothing else is wrong with it.

/// What is wrong with the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
pub enum Hostile {
    /// Entities that grow to gigabytes.
    DtdBomb,
    /// An entity that names a file of the reader's machine.
    ExternalEntity,
    /// 100 000 elements, each inside the one before.
    DeepNest,
    /// 24 MB of text in one element.
    Huge,
    /// 50 000 attributes on one element.
    ManyAttributes,
    /// 300 000 small elements.
    ManyElements,
    /// The result twice, with two values.
    DuplicateElement,
    /// Bytes that are no UTF-8.
    BadUtf8,
    /// Declares GB18030 and is written in it.
    OtherEncoding,
    /// Ends in the middle.
    Truncated,
    /// A NUL byte inside the result.
    NulByte,
    /// Nothing at all.
    Empty,
    /// A zero-width space inside the account number; taken with a flag.
    ZeroWidth,
    /// An amount and a date that cannot be; taken with a flag.
    Impossible,
}

impl Hostile {
    pub const ALL: [Hostile; 14] = [
        Hostile::DtdBomb,
        Hostile::ExternalEntity,
        Hostile::DeepNest,
        Hostile::Huge,
        Hostile::ManyAttributes,
        Hostile::ManyElements,
        Hostile::DuplicateElement,
        Hostile::BadUtf8,
        Hostile::OtherEncoding,
        Hostile::Truncated,
        Hostile::NulByte,
        Hostile::Empty,
        Hostile::ZeroWidth,
        Hostile::Impossible,
    ];

    /// As scripts call it.
    pub fn word(self) -> &'static str {
        match self {
            Hostile::DtdBomb => "dtd-bomb",
            Hostile::ExternalEntity => "external-entity",
            Hostile::DeepNest => "deep-nest",
            Hostile::Huge => "huge",
            Hostile::ManyAttributes => "many-attributes",
            Hostile::ManyElements => "many-elements",
            Hostile::DuplicateElement => "duplicate-element",
            Hostile::BadUtf8 => "bad-utf8",
            Hostile::OtherEncoding => "other-encoding",
            Hostile::Truncated => "truncated",
            Hostile::NulByte => "nul-byte",
            Hostile::Empty => "empty",
            Hostile::ZeroWidth => "zero-width",
            Hostile::Impossible => "impossible",
        }
    }

    pub fn of_word(word: &str) -> Option<Hostile> {
        Hostile::ALL.into_iter().find(|h| h.word() == word)
    }

    /// Whether a reader should take the message all the same, with a flag.
    pub fn tolerable(self) -> bool {
        matches!(self, Hostile::ZeroWidth | Hostile::Impossible)
    }

    /// The good answer made hostile.
    pub fn spoil(self, good: &[u8]) -> Vec<u8> {
        let text = String::from_utf8_lossy(good).into_owned();
        match self {
            Hostile::DtdBomb => after_declaration(&text, &dtd_bomb())
                .replacen("<Body>", "<Body><Lol>&i;</Lol>", 1)
                .into_bytes(),
            Hostile::ExternalEntity => {
                let dtd = "<!DOCTYPE Request [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>";
                after_declaration(&text, dtd)
                    .replacen("<Body>", "<Body><Lol>&x;</Lol>", 1)
                    .into_bytes()
            }
            Hostile::DeepNest => in_body(
                &text,
                &format!("{}{}", "<D>".repeat(100_000), "</D>".repeat(100_000)),
            ),
            Hostile::Huge => in_body(
                &text,
                &format!("<Remark2>{}</Remark2>", "A".repeat(24 * 1024 * 1024)),
            ),
            Hostile::ManyAttributes => {
                let attributes: String = (0..50_000).map(|i| format!(" a{i}=\"1\"")).collect();
                in_body(&text, &format!("<Lol{attributes}/>"))
            }
            Hostile::ManyElements => in_body(
                &text,
                &(0..300_000).map(|i| format!("<E{i}/>")).collect::<String>(),
            ),
            Hostile::DuplicateElement => in_body(&text, "<Result>0000</Result><Result>1300</Result>"),
            Hostile::BadUtf8 => spliced(good, b"<Body>", b"<Lol>\xFF\xFE\x80</Lol>"),
            Hostile::OtherEncoding => {
                let declared = "<?xml version=\"1.0\" encoding=\"GB18030\"?>";
                let body = after_declaration(&text, "");
                let start = body.find("<Re").unwrap_or(0);
                let plain = format!("{declared}{}", &body[start..]);
                spliced(plain.as_bytes(), b"<Body>", b"<Lol>\xB7\xB4\xD5\xA9</Lol>")
            }
            Hostile::Truncated => good[..good.len() * 2 / 3].to_vec(),
            Hostile::NulByte => spliced(good, b"<Result>", b"\0"),
            Hostile::Empty => Vec::new(),
            Hostile::ZeroWidth => text
                .replacen("<CardNumber>62", "<CardNumber>6\u{200B}2", 1)
                .into_bytes(),
            Hostile::Impossible => in_element(
                &in_element(&text, "AccountBalance", "-1.005"),
                "ExpireTime",
                "20260230256199",
            )
            .into_bytes(),
        }
    }
}

fn dtd_bomb() -> String {
    let mut dtd = String::from("<!DOCTYPE Request [<!ENTITY a \"haha\">");
    for (name, inner) in "bcdefghi".chars().zip("abcdefgh".chars()) {
        dtd.push_str(&format!(
            "<!ENTITY {name} \"{}\">",
            format!("&{inner};").repeat(10)
        ));
    }
    dtd + "]>"
}

/// Puts `insert` before the root element.
fn after_declaration(text: &str, insert: &str) -> String {
    let root = text
        .find("<Request")
        .or_else(|| text.find("<Response"))
        .unwrap_or(0);
    format!("{}{insert}{}", &text[..root], &text[root..])
}

fn in_body(text: &str, insert: &str) -> Vec<u8> {
    text.replacen("<Body>", &format!("<Body>{insert}"), 1)
        .into_bytes()
}

/// Replaces the text of the first element of that name.
fn in_element(text: &str, name: &str, value: &str) -> String {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    match (text.find(&open), text.find(&close)) {
        (Some(from), Some(to)) => format!("{}{open}{value}{}", &text[..from], &text[to..]),
        _ => text.to_owned(),
    }
}

fn spliced(good: &[u8], after: &[u8], insert: &[u8]) -> Vec<u8> {
    let at = good
        .windows(after.len())
        .position(|w| w == after)
        .map_or(good.len() / 2, |p| p + after.len());
    [&good[..at], insert, &good[at..]].concat()
}

/// Broken in the plainest way: a tag is not closed.
pub fn malformed(good: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(good);
    text.replacen("</Result>", "</Resul", 1)
        .replacen("</TxCode>", "", 1)
        .into_bytes()
}
