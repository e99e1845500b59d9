//! The organisation tree. Founded at the first run from the centre's table of areas: its own bureau, and one for each area
//! below it.

use crate::papers::split;
use crate::{AppResult, Centre, Context, Work};
use domain::access::{Action, permit};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{Area, OrgId, Problem, Refusal, RefusalCode};
use store::people::{self as rows, Org, PaperWords};

/// All organisations. Every signed-in person may know them: dispatching needs the list.
pub async fn orgs(centre: &Centre, ctx: &Context) -> AppResult<Vec<Org>> {
    ctx.person()?;
    Ok(rows::orgs(centre.store.reader()).await?)
}

/// Changes what stands on the papers of an organ. A number word belongs to one organ alone, so that two papers never carry the
/// same number.
pub async fn org_change(centre: &Centre, ctx: &Context, id: OrgId, paper: &PaperWords) -> AppResult<Org> {
    let mut work = centre
        .work(ctx, AuditAction::OrgChange, SubjectKind::Org, id)
        .await?;
    work.note("number_agency", paper.number_agency.clone());
    work.note("number_unit", paper.number_unit.clone());
    let outcome = change(&work, id, paper).await;
    work.finish(outcome).await
}

async fn change(work: &Work<'_>, id: OrgId, paper: &PaperWords) -> AppResult<Org> {
    permit(&work.ctx.person()?.actor, Action::SettingChange, None)?;
    let known = rows::orgs(work.tx.conn()).await?;
    let mut org = known
        .iter()
        .find(|org| org.id == id)
        .cloned()
        .ok_or(RefusalCode::NotFound)?;
    let mut problems = Vec::new();
    let mut problem = |field: &str, code, detail: Option<String>| {
        problems.push(Problem {
            field: field.to_owned(),
            code,
            detail,
        });
    };
    for (field, text) in [
        ("number_agency", &paper.number_agency),
        ("number_unit", &paper.number_unit),
        ("phone", &paper.phone),
        ("supervision_phone", &paper.supervision_phone),
        ("progress_channel", &paper.progress_channel),
    ] {
        if text.chars().count() > WORDS_MAX {
            problem(field, RefusalCode::FieldTooLong, None);
        }
    }
    if [&paper.number_agency, &paper.number_unit]
        .iter()
        .any(|word| word.contains(['（', '）', '(', ')', '字', '〔']))
    {
        problem("number_agency", RefusalCode::FieldMalformed, None);
    }
    let config = split(&work.centre.config.agency);
    let words = |org: &Org| match (org.paper.number_agency.as_str(), org.parent) {
        ("", None) => (config.0.to_owned(), config.1.to_owned()),
        _ => (org.paper.number_agency.clone(), org.paper.number_unit.clone()),
    };
    let wanted = (paper.number_agency.clone(), paper.number_unit.clone());
    if !wanted.0.is_empty()
        && let Some(other) = known.iter().find(|o| o.id != id && words(o) == wanted)
    {
        problem(
            "number_agency",
            RefusalCode::FieldMalformed,
            Some(other.name.clone()),
        );
    }
    if let Some(refusal) = Refusal::of(problems) {
        return Err(refusal.into());
    }
    org.paper = paper.clone();
    rows::org_paper_save(&work.tx, id, paper).await?;
    Ok(org)
}

const WORDS_MAX: usize = 100;

/// Makes the tree, once; says which organisation is the centre's own bureau.
pub(super) async fn seed(work: &Work<'_>) -> AppResult<OrgId> {
    let known = rows::orgs(work.tx.conn()).await?;
    if let Some(city) = known.iter().find(|org| org.parent.is_none()) {
        return Ok(city.id);
    }
    let config = &work.centre.config;
    let (agency, unit) = split(&config.agency);
    let own = PaperWords {
        number_agency: agency.to_owned(),
        number_unit: unit.to_owned(),
        phone: config.phone.clone(),
        ..demo_words(config.demo, config.area)
    };
    let city = add(work, config.agency_full.clone(), "city", config.area, None, own).await?;
    for (area, name) in config.areas.below() {
        let bureau = bureau_name(&config.agency_full, name);
        let words = demo_words(config.demo, area);
        let county = add(work, bureau, "county", area, Some(city), words).await?;
        for station in stations(area) {
            let none = PaperWords::default();
            add(work, (*station).to_owned(), "station", area, Some(county), none).await?;
        }
    }
    Ok(city)
}

async fn add(
    work: &Work<'_>,
    name: String,
    kind: &str,
    area: Area,
    parent: Option<OrgId>,
    paper: PaperWords,
) -> AppResult<OrgId> {
    let org = Org {
        id: OrgId::new(work.now(), work.random10()),
        name,
        kind: kind.to_owned(),
        area,
        parent,
        paper,
    };
    rows::org_add(&work.tx, &org).await?;
    Ok(org.id)
}

/// A district's police is a branch of the city's bureau; a county's or a county-level city's is a bureau of its own.
fn bureau_name(city: &str, area_name: &str) -> String {
    match area_name.strip_suffix("区") {
        Some(_) => format!(
            "{city}{}分局",
            area_name.trim_end_matches("管理区").trim_end_matches('区')
        ),
        None => format!("{area_name}公安局"),
    }
}

/// Invented words for the papers of a drill; a real centre's are set by its administrator.
fn demo_words(demo: bool, area: Area) -> PaperWords {
    let word = match area.code() {
        421_100 => "黄公",
        421_102 => "黄州公",
        421_121 => "团公",
        421_122 => "红公",
        421_123 => "罗公",
        421_124 => "英公",
        421_125 => "浠公",
        421_126 => "蕲公",
        421_127 => "梅公",
        421_181 => "麻公",
        421_182 => "武公",
        _ => "",
    };
    if !demo || word.is_empty() {
        return PaperWords::default();
    }
    let tail = area.code() % 1_000;
    PaperWords {
        number_agency: word.to_owned(),
        number_unit: String::new(),
        phone: format!("0713-8000{tail:03}"),
        supervision_phone: format!("0713-8900{tail:03}"),
        progress_channel: format!("0713-8000{tail:03}"),
    }
}

/// Some stations to begin with; the rest a centre adds itself.
fn stations(area: Area) -> &'static [&'static str] {
    match area.code() {
        421_102 => &["赤壁派出所", "东湖派出所"],
        421_181 => &["鼓楼派出所"],
        421_125 => &["清泉派出所"],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::bureau_name;

    #[test]
    fn bureaus_are_named_by_their_kind() {
        for (area, name) in [
            ("黄州区", "黄冈市公安局黄州分局"),
            ("龙感湖管理区", "黄冈市公安局龙感湖分局"),
            ("麻城市", "麻城市公安局"),
            ("红安县", "红安县公安局"),
        ] {
            assert_eq!(bureau_name("黄冈市公安局", area), name);
        }
    }
}
