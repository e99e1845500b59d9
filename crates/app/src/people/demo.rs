//! The people of the demo: invented, with one password that the sign-in page shows. A real centre refuses to make them.

use super::users::blank_user;
use super::{NewUser, orgs, password};
use crate::{AppResult, Centre, Work};
use domain::access::{ApproverLevel, Role};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use kernel::{Area, RefusalCode, UserId};
use store::people as rows;

/// Shown on the sign-in page of a demo.
pub const DEMO_PASSWORD: &str = "fanzha-demo";

/// Somebody a visitor may sign in as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DemoPerson {
    pub login: &'static str,
    pub name: &'static str,
    pub role_zh: &'static str,
    pub role_en: &'static str,
    roles: &'static [Role],
    level: ApproverLevel,
    seat: &'static str,
    police_number: &'static str,
    /// Area of the county bureau; the city's when `None`.
    county: Option<u32>,
}

const CITY: DemoPerson = DemoPerson {
    login: "",
    name: "",
    role_zh: "",
    role_en: "",
    roles: &[],
    level: ApproverLevel::None,
    seat: "",
    police_number: "",
    county: None,
};

/// The three a newcomer plays come first.
const PEOPLE: [DemoPerson; 10] = [
    DemoPerson {
        login: "liyang",
        name: "李阳",
        role_zh: "接警员、止付员（3号座席）",
        role_en: "Call-taker and order officer, seat 3",
        roles: &[Role::CallTaker, Role::OrderOfficer],
        seat: "3",
        police_number: "110301",
        ..CITY
    },
    DemoPerson {
        login: "chenguodong",
        name: "陈国栋",
        role_zh: "值班领导（审批人）",
        role_en: "Duty leader and approver",
        roles: &[Role::Approver, Role::DutyLeader],
        level: ApproverLevel::City,
        police_number: "110001",
        ..CITY
    },
    DemoPerson {
        login: "hemin",
        name: "何敏",
        role_zh: "黄州分局专业队民警",
        role_en: "County officer, Huangzhou branch",
        roles: &[Role::CountyOfficer],
        police_number: "111201",
        county: Some(421_102),
        ..CITY
    },
    DemoPerson {
        login: "wangjian",
        name: "王建",
        role_zh: "止付员（二号民警）",
        role_en: "Order officer, the second of two",
        roles: &[Role::OrderOfficer],
        seat: "4",
        police_number: "110302",
        ..CITY
    },
    DemoPerson {
        login: "zhouhua",
        name: "周华",
        role_zh: "黄州分局负责人（审批人）",
        role_en: "Head of the Huangzhou branch, approver",
        roles: &[Role::Approver],
        level: ApproverLevel::County,
        police_number: "111200",
        county: Some(421_102),
        ..CITY
    },
    DemoPerson {
        login: "tangli",
        name: "唐力",
        role_zh: "黄州分局专业队民警（二号民警）",
        role_en: "County officer, the second of two at Huangzhou",
        roles: &[Role::CountyOfficer],
        police_number: "111202",
        county: Some(421_102),
        ..CITY
    },
    DemoPerson {
        login: "linsu",
        name: "林素",
        role_zh: "研判员",
        role_en: "Analyst",
        roles: &[Role::Analyst, Role::Supervisor],
        police_number: "110303",
        ..CITY
    },
    DemoPerson {
        login: "sysadmin",
        name: "系统管理员",
        role_zh: "系统管理员",
        role_en: "System administrator",
        roles: &[Role::SystemAdmin],
        ..CITY
    },
    DemoPerson {
        login: "secadmin",
        name: "安全管理员",
        role_zh: "安全管理员",
        role_en: "Security administrator",
        roles: &[Role::SecurityAdmin],
        ..CITY
    },
    DemoPerson {
        login: "auditor",
        name: "审计员",
        role_zh: "审计员",
        role_en: "Auditor",
        roles: &[Role::Auditor],
        ..CITY
    },
];

/// Whom the sign-in page offers.
pub fn demo_people() -> &'static [DemoPerson] {
    &PEOPLE
}

/// Makes the organisations and the demo's people, once. Refused for a centre that is not a demo.
pub async fn demo_seed(centre: &Centre) -> AppResult<()> {
    if !centre.config.demo {
        return Err(RefusalCode::NotPermitted.into());
    }
    if rows::users_count(centre.store.reader()).await? > 0 {
        return Ok(());
    }
    // One hash for all: the password is on the sign-in page anyway, and the demo should start at once.
    let hash = password::hash(centre, DEMO_PASSWORD).await?;
    let ctx = centre.job(crate::Job::Demo);
    let work = centre
        .work(
            &ctx,
            AuditAction::DemoSeed,
            SubjectKind::Centre,
            centre.config.area,
        )
        .await?;
    let outcome = seed(&work, &hash).await;
    work.finish(outcome).await
}

async fn seed(work: &Work<'_>, hash: &str) -> AppResult<()> {
    let city = orgs::seed(work).await?;
    let known = rows::orgs(work.tx.conn()).await?;
    for person in &PEOPLE {
        let county = person.county.and_then(Area::from_code);
        let home = known
            .iter()
            .find(|org| Some(org.area) == county && org.kind == "county");
        let org = home
            .or_else(|| known.iter().find(|org| org.id == city))
            .ok_or(RefusalCode::NotFound)?;
        add(work, person, org.clone(), hash).await?;
    }
    Ok(())
}

async fn add(work: &Work<'_>, person: &DemoPerson, org: rows::Org, hash: &str) -> AppResult<()> {
    let id = UserId::new(work.now(), work.random10());
    let mut new = NewUser::of(person.login, person.name, "", org.id);
    (new.police_number, new.seat, new.level) =
        (person.police_number.into(), person.seat.into(), person.level);
    let mut user = blank_user(id, &new, org, work.now());
    user.must_change_password = false;
    rows::user_add(&work.tx, &user, hash).await?;
    Ok(rows::roles_replace(&work.tx, id, person.roles, None, work.now()).await?)
}
