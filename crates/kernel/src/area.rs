//! Administrative areas by GB/T 2260 code. A centre's own table is data; Huanggang's is here because it is the
//! city of the demo and of the tests (DOMAIN section 7, [S2]).

use serde::{Deserialize, Serialize};
use std::fmt;

/// A six-digit GB/T 2260 code.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Area(u32);

impl Area {
    /// From a six-digit number such as 421102.
    pub const fn from_code(code: u32) -> Option<Area> {
        if code >= 110_000 && code <= 999_999 {
            Some(Area(code))
        } else {
            None
        }
    }

    pub const fn code(self) -> u32 {
        self.0
    }

    /// True when `self` is `other` or lies within it (a city holds its counties, a province its cities).
    pub fn within(self, other: Area) -> bool {
        let step = if other.0.is_multiple_of(10_000) {
            10_000
        } else if other.0.is_multiple_of(100) {
            100
        } else {
            1
        };
        self.0 / step == other.0 / step
    }

    /// The twelve-digit police organisation code of the area's bureau (GA/T 380, [K]).
    pub fn bureau_code(self) -> String {
        format!("{}000000", self.0)
    }
}

impl TryFrom<String> for Area {
    type Error = String;
    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
            .ok()
            .and_then(Area::from_code)
            .ok_or_else(|| format!("not an area code: {text}"))
    }
}
impl From<Area> for String {
    fn from(area: Area) -> String {
        area.0.to_string()
    }
}
impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
impl fmt::Debug for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Area({})", self.0)
    }
}

/// 黄冈市.
pub const HUANGGANG: Area = Area(421_100);

/// The city and its eleven county-level bureaus. 龙感湖 has a statistical code only.
pub const HUANGGANG_AREAS: [(Area, &str); 12] = [
    (HUANGGANG, "黄冈市"),
    (Area(421_102), "黄州区"),
    (Area(421_121), "团风县"),
    (Area(421_122), "红安县"),
    (Area(421_123), "罗田县"),
    (Area(421_124), "英山县"),
    (Area(421_125), "浠水县"),
    (Area(421_126), "蕲春县"),
    (Area(421_127), "黄梅县"),
    (Area(421_171), "龙感湖管理区"),
    (Area(421_181), "麻城市"),
    (Area(421_182), "武穴市"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_city_holds_its_counties() {
        let county = Area::from_code(421_102).unwrap();
        assert!(county.within(HUANGGANG));
        assert!(county.within(Area::from_code(420_000).unwrap()));
        assert!(!HUANGGANG.within(county));
        assert!(!county.within(Area::from_code(421_121).unwrap()));
    }
}
