//! The organ that decides: its name over the title and in the seal, its number word, its register, its telephones. The papers
//! of a branch are the branch's; a station's are its bureau's.

use crate::{AppResult, Work};
use domain::document::DocumentKind;
use forms::Number;
use kernel::{Phone, Problem, Refusal, RefusalCode, UserId};
use store::people::{Org, org};

/// An organ as its papers show it.
#[derive(Clone, Debug)]
pub(super) struct Organ {
    /// Over the title and in the seal.
    pub name: String,
    /// The centre's own bureau, whose stops the centre issues in its own name.
    pub is_centre: bool,
    pub number_agency: String,
    pub number_unit: String,
    pub phone: String,
    pub supervision_phone: String,
    pub progress_channel: String,
    register: String,
}

/// A setting that a paper cannot do without.
#[derive(Clone, Copy, Debug)]
pub(super) enum Setting {
    NumberAgency,
    SupervisionPhone,
    ProgressChannel,
}

impl Setting {
    const fn field(self) -> &'static str {
        match self {
            Setting::NumberAgency => "org.number_agency",
            Setting::SupervisionPhone => "org.supervision_phone",
            Setting::ProgressChannel => "org.progress_channel",
        }
    }

    const fn zh(self) -> &'static str {
        match self {
            Setting::NumberAgency => "机关代字",
            Setting::SupervisionPhone => "监督电话",
            Setting::ProgressChannel => "案件进展查询方式",
        }
    }
}

impl Organ {
    fn of(work: &Work<'_>, org: Org) -> Organ {
        let config = &work.centre.config;
        let is_centre = org.parent.is_none();
        // The centre's own bureau stands in the configuration, and what an administrator set stands above it.
        let (agency, unit) = if is_centre {
            split(&config.agency)
        } else {
            ("", "")
        };
        let or = |set: String, otherwise: &str| if set.is_empty() { otherwise.to_owned() } else { set };
        let own_words = !org.paper.number_agency.is_empty();
        let phone = or(org.paper.phone, if is_centre { &config.phone } else { "" });
        Organ {
            number_unit: if own_words {
                org.paper.number_unit
            } else {
                unit.to_owned()
            },
            number_agency: or(org.paper.number_agency, agency),
            supervision_phone: org.paper.supervision_phone,
            progress_channel: org.paper.progress_channel,
            phone,
            // The centre's registers have always been named by its area.
            register: if is_centre {
                config.area.to_string()
            } else {
                org.id.to_string()
            },
            name: if is_centre {
                config.agency_full.clone()
            } else {
                org.name
            },
            is_centre,
        }
    }

    /// The name under which it takes calls and asks for stops: the centre's own for the centre's bureau.
    pub fn desk(&self, work: &Work<'_>) -> String {
        if self.is_centre {
            work.centre.config.name.clone()
        } else {
            self.name.clone()
        }
    }

    pub fn contact(&self) -> Phone {
        Phone::new(self.phone.clone())
    }

    pub fn number(&self, kind: DocumentKind, year: i16, serial: i64) -> Number {
        Number {
            agency: self.number_agency.clone(),
            unit: self.number_unit.clone(),
            kind: kind.register_word().unwrap_or_default().to_owned(),
            year,
            serial: u64::try_from(serial).unwrap_or_default(),
        }
    }

    /// The key of the gap-free counter: organ × kind × year.
    pub fn register_key(&self, kind: DocumentKind, year: i16) -> String {
        domain::document::register_key(&self.register, kind, year)
    }

    /// Refuses with the settings that the organ lacks, in words, before anything is numbered.
    pub fn need(&self, settings: &[Setting]) -> Result<(), Refusal> {
        let lacking: Vec<Setting> = settings.iter().copied().filter(|s| self.lacks(*s)).collect();
        if lacking.is_empty() {
            return Ok(());
        }
        let words: Vec<&str> = lacking.iter().map(|s| s.zh()).collect();
        let problem = |s: &Setting| Problem {
            field: s.field().to_owned(),
            code: RefusalCode::PaperSettingMissing,
            detail: Some(format!("{}·{}", self.name, s.zh())),
        };
        Err(Refusal {
            code: RefusalCode::PaperSettingMissing,
            detail: Some(format!("{}·{}", self.name, words.join("、"))),
            problems: lacking.iter().map(problem).collect(),
        })
    }

    fn lacks(&self, setting: Setting) -> bool {
        let value = match setting {
            Setting::NumberAgency => &self.number_agency,
            Setting::SupervisionPhone => &self.supervision_phone,
            Setting::ProgressChannel => &self.progress_channel,
        };
        value.trim().is_empty()
    }
}

/// Splits 黄公（反诈） into agency and department, as papers keep them apart.
pub(crate) fn split(word: &str) -> (&str, &str) {
    match word.split_once('（') {
        Some((agency, rest)) => (agency, rest.trim_end_matches('）')),
        None => (word, ""),
    }
}

/// The organ that a person decides for.
pub(super) async fn organ_of(work: &Work<'_>, id: UserId) -> AppResult<Organ> {
    let mut own = super::people::user(work, id).await?.org;
    while own.kind == "station" {
        let Some(parent) = own.parent else { break };
        own = org(work.tx.conn(), parent).await?.ok_or(RefusalCode::NotFound)?;
    }
    Ok(Organ::of(work, own))
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn a_number_word_has_a_department_or_none() {
        assert_eq!(split("黄公（反诈）"), ("黄公", "反诈"));
        assert_eq!(split("麻公"), ("麻公", ""));
    }
}
