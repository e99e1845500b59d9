//! Settings: all are shown, those about people can be changed while the centre runs.

use super::Routes;
use crate::body::{Body, Named};
use crate::door::{Allowed, right};
use crate::problem::{Answer, Problem};
use crate::state::Web;
use crate::wire::settings::{Setting, SettingGroup, SettingValue, Settings};
use app::people::{self, SettingItem};
use axum::Json;
use axum::extract::State;
use utoipa_axum::routes;

pub(super) fn add(router: Routes) -> Routes {
    router.routes(routes!(read)).routes(routes!(change))
}

/// All settings with what they mean.
#[utoipa::path(get, path = "/api/settings", tag = "settings", operation_id = "settings_read",
    responses((status = 200, body = Settings), (status = 403, body = Problem)))]
async fn read(State(web): State<Web>, who: Allowed<right::SettingRead>) -> Answer<Json<Settings>> {
    let items = people::settings_list(web.centre(), &who.ctx).await?;
    Ok(Json(Settings {
        groups: GROUPS
            .iter()
            .map(|(key, zh, en)| group(key, zh, en, &items))
            .collect(),
    }))
}

/// Changes one setting.
#[utoipa::path(put, path = "/api/settings/{key}", tag = "settings", operation_id = "setting_change", request_body = SettingValue,
    params(("key" = String, Path)),
    responses((status = 200, body = Settings), (status = 403, body = Problem), (status = 422, body = Problem)))]
async fn change(
    State(web): State<Web>,
    who: Allowed<right::SettingRead>,
    Named(key): Named<String>,
    Body(new): Body<SettingValue>,
) -> Answer<Json<Settings>> {
    people::setting_change(web.centre(), &who.ctx, &key, &new.value).await?;
    read(State(web), who).await
}

const GROUPS: [(&str, &str, &str); 4] = [
    ("centre", "本中心", "This centre"),
    ("platform", "查控平台", "The platform"),
    ("orders", "止付与冻结", "Stops and freezes"),
    ("people", "人员与登录", "People and signing in"),
];

fn group(key: &str, zh: &str, en: &str, items: &[SettingItem]) -> SettingGroup {
    let items = items.iter().filter(|item| item.group == key).map(|item| {
        let (note_zh, note_en) = note(item.key);
        let (source_zh, source_en) = source(item.key);
        Setting {
            key: item.key.to_owned(),
            value: item.value.clone(),
            note_zh: note_zh.to_owned(),
            note_en: note_en.to_owned(),
            default: item.default.clone(),
            source_zh: source_zh.to_owned(),
            source_en: source_en.to_owned(),
            changeable: item.changeable,
        }
    });
    SettingGroup {
        key: key.to_owned(),
        label_zh: zh.to_owned(),
        label_en: en.to_owned(),
        items: items.collect(),
    }
}

/// The defaults that rest on practice and not on a law say so to whoever may change them.
fn source(key: &str) -> (&'static str, &'static str) {
    match key {
        "orders.prolong_hours" | "orders.prolongs_max" => (
            "依据：平台报文 200105 与银行结果码 1800、1304；银发〔2016〕86号只规定 48 小时和最多两次。把握：实务做法，未见明文，请向银行核实。",
            "Source: message 200105 and the banks' codes 1800 and 1304; the rule 银发〔2016〕86号 names only 48 hours and two stops. \
             Sureness: practice, no text seen; ask the banks.",
        ),
        _ => ("", ""),
    }
}

fn note(key: &str) -> (&'static str, &'static str) {
    match key {
        "centre.name" => ("中心名称", "Name of the centre"),
        "centre.area" => ("行政区划代码", "Code of its area"),
        "centre.agency" => ("文书机关代字", "Agency's code on papers"),
        "centre.agency_full" => ("文书机关全称", "Agency's full name on papers"),
        "centre.lock_minutes" => (
            "领取警情后的锁定时长（分钟）",
            "Minutes that a taken report stays locked",
        ),
        "platform.node" => ("本中心节点号", "The centre's node"),
        "platform.org_code" => ("申请机构编码", "Code of the requesting organisation"),
        "platform.case_type" => ("案件类型代码", "Code of the kind of case"),
        "orders.prolong_hours" => (
            "止付延期每次延长（小时，1–48，自原到期时间起算）",
            "Hours by which one prolongation moves the end of a stop (1–48, from the old end)",
        ),
        "orders.prolongs_max" => (
            "同一止付可延期次数（0–3）",
            "How often one stop may be prolonged (0–3)",
        ),
        "session.idle_minutes" => (
            "无操作自动退出（分钟，5–120）",
            "Minutes without use until a session ends (5–120)",
        ),
        "session.absolute_hours" => (
            "登录最长时限（小时，1–24）",
            "Hours until a session ends in any case (1–24)",
        ),
        "sign_in.totp_roles" => (
            "必须使用动态口令的角色（逗号分隔）",
            "Roles that need a second factor (separated by commas)",
        ),
        _ => ("", ""),
    }
}
