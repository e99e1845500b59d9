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

/// The areas of a centre by name, the centre itself first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaTable(Vec<(Area, String)>);

impl AreaTable {
    /// What is known without a table: Huanggang with its counties, any other centre alone and without a name.
    pub fn known(centre: Area) -> AreaTable {
        if centre == HUANGGANG {
            return AreaTable(
                HUANGGANG_AREAS
                    .map(|(area, name)| (area, name.to_owned()))
                    .to_vec(),
            );
        }
        AreaTable(vec![(centre, centre.to_string())])
    }

    /// Lines `code,name`; empty lines and those behind `#` are skipped.
    ///
    /// # Errors
    /// The number of the first line that is none, or whose area is not the centre's.
    pub fn parse(text: &str, centre: Area) -> Result<AreaTable, usize> {
        let mut areas = Vec::new();
        for (at, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let row = line.split_once(',').and_then(|(code, name)| {
                let area = code.trim().parse().ok().and_then(Area::from_code)?;
                let name = name.trim();
                (!name.is_empty() && area.within(centre)).then(|| (area, name.to_owned()))
            });
            areas.push(row.ok_or(at + 1)?);
        }
        if areas.iter().all(|(area, _)| *area != centre) {
            areas.push((centre, centre.to_string()));
        }
        // A city's code is smaller than its counties'.
        areas.sort_by_key(|(area, _)| (*area != centre, *area));
        areas.dedup_by_key(|(area, _)| *area);
        Ok(AreaTable(areas))
    }

    /// Name of an area; its code when the table does not have it.
    pub fn name(&self, area: Area) -> String {
        let found = self.0.iter().find(|(known, _)| *known == area);
        found.map_or_else(|| area.to_string(), |(_, name)| name.clone())
    }

    /// The areas below the centre, in the order of their codes.
    pub fn below(&self) -> impl Iterator<Item = (Area, &str)> {
        self.0.iter().skip(1).map(|(area, name)| (*area, name.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_centre_brings_its_own_table() {
        let centre = Area::from_code(420_100).unwrap();
        let table = AreaTable::parse("# 武汉\n420102,江岸区\n\n420100,武汉市\n", centre).unwrap();
        assert_eq!(table.name(centre), "武汉市");
        let below: Vec<_> = table.below().map(|(_, name)| name).collect();
        assert_eq!(below, ["江岸区"]);
        assert_eq!(
            table.name(HUANGGANG),
            "421100",
            "what is not in the table has its code"
        );
        for (text, line) in [
            ("420102", 1),
            ("420102,江岸区\n421102,黄州区", 2),
            ("x,y", 1),
            ("420102, ", 1),
        ] {
            assert_eq!(AreaTable::parse(text, centre), Err(line), "{text}");
        }
        assert_eq!(AreaTable::known(HUANGGANG).below().count(), 11);
        assert_eq!(AreaTable::known(centre).below().count(), 0);
    }

    #[test]
    fn a_city_holds_its_counties() {
        let county = Area::from_code(421_102).unwrap();
        assert!(county.within(HUANGGANG));
        assert!(county.within(Area::from_code(420_000).unwrap()));
        assert!(!HUANGGANG.within(county));
        assert!(!county.within(Area::from_code(421_121).unwrap()));
    }
}
