//! Is this report here already, has this caller called before, has somebody paid this account before? Asked while the
//! call-taker types; answered with reasons, decided by the person.

use crate::{AppResult, Centre, Context};
use domain::access::{Action, permit};
use kernel::Span;
use kernel::identifier::normalise;
use std::collections::BTreeMap;
use store::intake::{ReportQuery, ReportRow, identifier_find, reports, reports_load};
use store::sea_orm::prelude::Uuid;

/// What is known so far.
#[derive(Clone, Debug, Default)]
pub struct DuplicateQuery {
    pub phones: Vec<String>,
    pub accounts: Vec<String>,
    pub id_numbers: Vec<String>,
    pub narrative: String,
}

/// Why a report looks like this one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    SameAccount,
    SamePerson,
    SamePhone,
    SimilarWords,
}

#[derive(Clone, Debug)]
pub struct Candidate {
    pub report: ReportRow,
    pub why: Vec<Why>,
    /// 0 to 100.
    pub score: u8,
}

const VALUES_MAX: usize = 50;
const RECENT: u64 = 50;
/// Stories are compared with those of the last two days only.
const STORY_AGE: Span = Span::days(2);
const ALIKE: f64 = 0.6;

/// The likeliest first, at most twenty.
pub async fn duplicates(centre: &Centre, ctx: &Context, query: &DuplicateQuery) -> AppResult<Vec<Candidate>> {
    let actor = &ctx.person()?.actor;
    permit(actor, Action::ReportCreate, None)?;
    let conn = centre.store.reader();
    let mut why: BTreeMap<Uuid, Vec<Why>> = BTreeMap::new();
    let lists = [
        (&query.accounts, Why::SameAccount),
        (&query.id_numbers, Why::SamePerson),
        (&query.phones, Why::SamePhone),
    ];
    for (values, reason) in lists {
        for value in values
            .iter()
            .take(VALUES_MAX)
            .map(|v| normalise(v).to_uppercase())
            .filter(|v| v.len() >= 5)
        {
            for found in identifier_find(conn, &value, 20).await? {
                if found.subject_kind == "report" {
                    let reasons = why.entry(found.subject).or_default();
                    if !reasons.contains(&reason) {
                        reasons.push(reason);
                    }
                }
            }
        }
    }
    let ids: Vec<_> = why.keys().copied().collect();
    let mut candidates: Vec<Candidate> = reports_load(conn, &ids)
        .await?
        .into_iter()
        .map(|r| candidate(r, &why))
        .collect();
    if query.narrative.chars().count() >= 20 {
        candidates.extend(similar(centre, ctx, &query.narrative, &ids).await?);
    }
    candidates.sort_by_key(|c| std::cmp::Reverse((c.score, c.report.report.id)));
    candidates.truncate(20);
    Ok(candidates)
}

fn candidate(report: ReportRow, why: &BTreeMap<Uuid, Vec<Why>>) -> Candidate {
    let reasons = why.get(&report.report.id.into()).cloned().unwrap_or_default();
    let score = reasons
        .iter()
        .map(|w| weight(*w))
        .fold(0u8, u8::saturating_add)
        .min(99);
    Candidate {
        report,
        why: reasons,
        score,
    }
}

const fn weight(why: Why) -> u8 {
    match why {
        Why::SamePerson => 60,
        Why::SameAccount => 50,
        Why::SamePhone => 50,
        Why::SimilarWords => 40,
    }
}

async fn similar(
    centre: &Centre,
    ctx: &Context,
    narrative: &str,
    known: &[Uuid],
) -> AppResult<Vec<Candidate>> {
    let recent = reports(
        centre.store.reader(),
        &ReportQuery {
            limit: RECENT,
            ..ReportQuery::default()
        },
    )
    .await?;
    let near = recent
        .items
        .into_iter()
        .filter(|r| ctx.at.since(r.report.reported_at) <= STORY_AGE);
    Ok(near
        .filter(|r| !known.contains(&r.report.id.into()))
        .filter_map(|report| {
            let alike = text::similarity(narrative, &report.report.narrative);
            // A share of one in a hundred is all a person can use.
            let score = (alike * 100.0).clamp(0.0, 99.0) as u8;
            (alike >= ALIKE).then_some(Candidate {
                report,
                why: vec![Why::SimilarWords],
                score,
            })
        })
        .collect())
}
