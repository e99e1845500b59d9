//! Personal data sits in types whose `Debug` and `Display` show only a mask (DOMAIN 2.7). Seeing the whole value is
//! the named act [`reveal`](PersonName::reveal); the use case that calls it for a person writes an audit entry.

use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! masked {
    ($($(#[$doc:meta])* $name:ident => $mask:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            pub fn new(value: impl Into<String>) -> Self { Self(value.into()) }
            /// The whole value. For storing, for the wire, for a paper, or for a person after an audited request.
            pub fn reveal(&self) -> &str { &self.0 }
            /// The value with its middle hidden.
            pub fn masked(&self) -> String { $mask(&self.0) }
            pub fn is_empty(&self) -> bool { self.0.is_empty() }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.masked()) }
        }
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result { f.write_str(&self.masked()) }
        }
        impl From<&str> for $name { fn from(value: &str) -> Self { Self(value.to_owned()) } }
        impl From<String> for $name { fn from(value: String) -> Self { Self(value) } }
    )+};
}

masked! {
    /// A person's name; shown as 王**.
    PersonName => mask_name,
    /// An identity document's number; shown as 421***********1234.
    IdNumber => mask_id,
    /// A telephone number; shown as 199****0138.
    Phone => mask_phone,
    /// An account or card number; shown as 6200 **** 7128.
    AccountNumber => mask_account,
    /// An address; only its first six characters are shown.
    Address => mask_address,
}

fn ends(value: &str, head: usize, tail: usize, hidden: &str) -> String {
    let chars: Vec<char> = value.chars().collect();
    if chars.len() <= head + tail {
        return "*".repeat(chars.len());
    }
    let first: String = chars[..head].iter().collect();
    let last: String = chars[chars.len() - tail..].iter().collect();
    format!("{first}{hidden}{last}")
}

fn mask_name(value: &str) -> String {
    let mut chars = value.chars();
    match chars.next() {
        Some(first) => format!("{first}{}", "*".repeat(chars.count().min(2))),
        None => String::new(),
    }
}

fn mask_id(value: &str) -> String {
    ends(value, 3, 4, &"*".repeat(value.chars().count().saturating_sub(7)))
}

fn mask_phone(value: &str) -> String {
    ends(value, 3, 4, "****")
}

fn mask_account(value: &str) -> String {
    ends(value, 4, 4, " **** ")
}

fn mask_address(value: &str) -> String {
    let shown: String = value.chars().take(6).collect();
    if value.chars().count() > 6 {
        format!("{shown}***")
    } else {
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_by_kind() {
        assert_eq!(PersonName::from("王小明").to_string(), "王**");
        assert_eq!(PersonName::from("王").to_string(), "王");
        assert_eq!(
            IdNumber::from("421102190001011234").to_string(),
            "421***********1234"
        );
        assert_eq!(Phone::from("19900000138").to_string(), "199****0138");
        assert_eq!(
            AccountNumber::from("6200001234567890128").to_string(),
            "6200 **** 0128"
        );
        assert_eq!(AccountNumber::from("1234").to_string(), "****");
        assert_eq!(
            format!("{:?}", Address::from("湖北省黄冈市黄州区某街1号")),
            "湖北省黄冈市***"
        );
    }
}
