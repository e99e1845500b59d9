//! The organisation tree. Founded at the first run from the centre's table of areas: its own bureau, and one for each area
//! below it.

use crate::{AppResult, Centre, Context, Work};
use kernel::{Area, OrgId};
use store::people::{self as rows, Org};

/// All organisations. Every signed-in person may know them: dispatching needs the list.
pub async fn orgs(centre: &Centre, ctx: &Context) -> AppResult<Vec<Org>> {
    ctx.person()?;
    Ok(rows::orgs(centre.store.reader()).await?)
}

/// Makes the tree, once; says which organisation is the centre's own bureau.
pub(super) async fn seed(work: &Work<'_>) -> AppResult<OrgId> {
    let known = rows::orgs(work.tx.conn()).await?;
    if let Some(city) = known.iter().find(|org| org.parent.is_none()) {
        return Ok(city.id);
    }
    let config = &work.centre.config;
    let city = add(work, config.agency_full.clone(), "city", config.area, None).await?;
    for (area, name) in config.areas.below() {
        let bureau = bureau_name(&config.agency_full, name);
        let county = add(work, bureau, "county", area, Some(city)).await?;
        for station in stations(area) {
            add(work, (*station).to_owned(), "station", area, Some(county)).await?;
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
) -> AppResult<OrgId> {
    let org = Org {
        id: OrgId::new(work.now(), work.random10()),
        name,
        kind: kind.to_owned(),
        area,
        parent,
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
