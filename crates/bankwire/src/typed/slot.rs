//! How a typed field stands in a message: one declaration of a struct gives its fields, its reading and its writing.

use crate::check::{amount, day_or_time};
use crate::codes::{CodeTable, Coded};
use crate::problem::{Reason, WireProblem};
use crate::result_code::ResultCode;
use crate::tree::{Fields, Node};
use kernel::{AccountNumber, Address, Fen, IdNumber, Instant, PersonName, Phone};

/// A value that a bank may have left out or written wrongly.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub enum Given<T> {
    /// No element, or an empty one.
    #[default]
    Absent,
    Read(T),
    /// Not a possible amount or date; the text as it stands.
    Odd(String),
}

macro_rules! given_values {
    ($($ty:ty => $value:ty, $show:expr;)+) => {$(
        impl Given<$ty> {
            /// The value, when there is a possible one.
            pub fn value(&self) -> Option<$value> {
                let show: fn($ty) -> $value = $show;
                match self {
                    Given::Read(value) => Some(show(*value)),
                    Given::Absent | Given::Odd(_) => None,
                }
            }
        }
    )+};
}

given_values! {
    Fen => Fen, |fen| fen;
    Instant => Instant, |at| at;
    Day => Instant, |day| day.0;
}

impl From<Instant> for Given<Day> {
    fn from(at: Instant) -> Self {
        Given::Read(Day(at))
    }
}

impl<T> From<Option<T>> for Given<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Given::Absent, Given::Read)
    }
}

impl<T> From<T> for Given<T> {
    fn from(value: T) -> Self {
        Given::Read(value)
    }
}

/// Spellings that one public bank binding uses for known elements (WIRE.md, open point 2). Read, never written.
const OTHER_SPELLINGS: &[(&str, &str)] = &[
    ("AccountAvailableBalance", "AccountAvaiableBalance"),
    ("MerchantName", "merchantName"),
];

/// The text of an element, empty when it is absent.
fn text_of<'a>(fields: &'a Fields, element: &str) -> &'a str {
    let other = || {
        OTHER_SPELLINGS
            .iter()
            .find(|row| row.0 == element)
            .and_then(|row| fields.text(row.1))
    };
    fields.text(element).or_else(other).unwrap_or_default()
}

/// A type that a field of a typed message may have.
pub(crate) trait Slot: Sized {
    fn read(fields: &Fields, element: &'static str) -> Result<Self, WireProblem>;
    fn write(&self, fields: &mut Fields, element: &'static str);
}

/// A struct whose fields stand side by side in one element.
pub(crate) trait Block: Sized {
    fn read(fields: &Fields) -> Result<Self, WireProblem>;
    fn write(&self, fields: &mut Fields);
}

/// A block that repeats under this name.
pub(crate) trait Listed: Block {
    const ITEM: &'static str;
}

/// An empty text is not written: absent and empty are one for us.
fn write_text(fields: &mut Fields, element: &'static str, text: &str) {
    if !text.is_empty() {
        fields.set_text(element, text);
    }
}

macro_rules! text_slots {
    ($($ty:ty, $show:expr;)+) => {$(
        impl Slot for $ty {
            fn read(fields: &Fields, element: &'static str) -> Result<Self, WireProblem> {
                Ok(Self::from(text_of(fields, element)))
            }
            fn write(&self, fields: &mut Fields, element: &'static str) {
                let show: fn(&$ty) -> &str = $show;
                write_text(fields, element, show(self));
            }
        }
    )+};
}

text_slots! {
    String, String::as_str;
    PersonName, PersonName::reveal;
    IdNumber, IdNumber::reveal;
    Phone, Phone::reveal;
    AccountNumber, AccountNumber::reveal;
    Address, Address::reveal;
    ResultCode, ResultCode::raw;
}

impl From<&str> for ResultCode {
    fn from(raw: &str) -> Self {
        ResultCode::new(raw)
    }
}

impl<T: CodeTable> Slot for Coded<T> {
    fn read(fields: &Fields, element: &'static str) -> Result<Self, WireProblem> {
        Ok(Coded::read(text_of(fields, element)))
    }
    fn write(&self, fields: &mut Fields, element: &'static str) {
        write_text(fields, element, self.raw());
    }
}

/// A value with one text form.
trait Texted: Copy {
    const IMPOSSIBLE: Reason;
    fn parse(text: &str) -> Option<Self>;
    fn text(self) -> String;
}

impl Texted for Fen {
    const IMPOSSIBLE: Reason = Reason::ImpossibleAmount;
    fn parse(text: &str) -> Option<Self> {
        amount(text)
    }
    fn text(self) -> String {
        self.to_yuan()
    }
}

impl Texted for Instant {
    const IMPOSSIBLE: Reason = Reason::ImpossibleDate;
    fn parse(text: &str) -> Option<Self> {
        Instant::from_wire14(text)
    }
    fn text(self) -> String {
        self.to_wire14()
    }
}

/// A date that banks write as `yyyyMMdd` or with its time; a bare day is its first moment. Never a term that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(pub Instant);

impl Texted for Day {
    const IMPOSSIBLE: Reason = Reason::ImpossibleDate;
    fn parse(text: &str) -> Option<Self> {
        day_or_time(text).map(Day)
    }
    fn text(self) -> String {
        self.0.to_wire14()
    }
}

macro_rules! texted_slots {
    ($($ty:ty),+) => {$(
        /// Mandatory: absent or impossible is a refusal.
        impl Slot for $ty {
            fn read(fields: &Fields, element: &'static str) -> Result<Self, WireProblem> {
                let text = text_of(fields, element);
                let reason = if text.is_empty() { Reason::MissingElement } else { <$ty>::IMPOSSIBLE };
                <$ty>::parse(text).ok_or(WireProblem::new(element, reason))
            }
            fn write(&self, fields: &mut Fields, element: &'static str) {
                write_text(fields, element, &Texted::text(*self));
            }
        }

        impl Slot for Option<$ty> {
            fn read(fields: &Fields, element: &'static str) -> Result<Self, WireProblem> {
                if text_of(fields, element).is_empty() { Ok(None) } else { <$ty as Slot>::read(fields, element).map(Some) }
            }
            fn write(&self, fields: &mut Fields, element: &'static str) {
                if let Some(value) = self {
                    Slot::write(value, fields, element);
                }
            }
        }

        impl Slot for Given<$ty> {
            fn read(fields: &Fields, element: &'static str) -> Result<Self, WireProblem> {
                let text = text_of(fields, element);
                let read = || <$ty>::parse(text).map_or_else(|| Given::Odd(text.to_owned()), Given::Read);
                Ok(if text.is_empty() { Given::Absent } else { read() })
            }
            fn write(&self, fields: &mut Fields, element: &'static str) {
                match self {
                    Given::Absent => {}
                    Given::Read(value) => Slot::write(value, fields, element),
                    Given::Odd(text) => write_text(fields, element, text),
                }
            }
        }
    )+};
}

texted_slots!(Fen, Instant, Day);

/// `element` is the container, or the item's own name when it repeats without a container.
impl<T: Listed> Slot for Vec<T> {
    fn read(fields: &Fields, element: &'static str) -> Result<Self, WireProblem> {
        let items = match fields.get(element) {
            Some(Node::List(items)) => items.as_slice(),
            _ => fields.items(element, T::ITEM),
        };
        items.iter().filter_map(Node::fields).map(T::read).collect()
    }
    fn write(&self, fields: &mut Fields, element: &'static str) {
        if self.is_empty() {
            return;
        }
        let list = Node::List(self.iter().map(|item| Node::Object(written(item))).collect());
        if element == T::ITEM {
            return fields.set(element, list);
        }
        let mut container = Fields::new();
        container.set(T::ITEM, list);
        fields.set(element, Node::Object(container));
    }
}

impl<T: Block> Slot for Option<T> {
    fn read(fields: &Fields, element: &'static str) -> Result<Self, WireProblem> {
        fields.object(element).map(T::read).transpose()
    }
    fn write(&self, fields: &mut Fields, element: &'static str) {
        if let Some(block) = self {
            fields.set(element, Node::Object(written(block)));
        }
    }
}

fn written<T: Block>(block: &T) -> Fields {
    let mut fields = Fields::new();
    block.write(&mut fields);
    fields
}

/// Declares a struct, one line a field: name, type, element.
macro_rules! wire_struct {
    ($($(#[$doc:meta])* $name:ident $([$item:literal])? { $($(#[$field_doc:meta])* $field:ident: $ty:ty = $element:literal,)* })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq)]
        pub struct $name { $($(#[$field_doc])* pub $field: $ty,)* }

        impl $crate::typed::slot::Block for $name {
            fn read(fields: &$crate::tree::Fields) -> Result<Self, $crate::problem::WireProblem> {
                Ok(Self { $($field: $crate::typed::slot::Slot::read(fields, $element)?,)* })
            }
            fn write(&self, fields: &mut $crate::tree::Fields) {
                $($crate::typed::slot::Slot::write(&self.$field, fields, $element);)*
            }
        }

        $(impl $crate::typed::slot::Listed for $name { const ITEM: &'static str = $item; })?
    )+};
}
pub(crate) use wire_struct;
