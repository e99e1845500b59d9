//! Settings.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub struct Settings {
    pub groups: Vec<SettingGroup>,
}

#[derive(Serialize, ToSchema)]
pub struct SettingGroup {
    pub key: String,
    pub label_zh: String,
    pub label_en: String,
    pub items: Vec<Setting>,
}

#[derive(Serialize, ToSchema)]
pub struct Setting {
    pub key: String,
    pub value: String,
    pub note_zh: String,
    pub note_en: String,
    /// What holds until somebody changes it; nothing for facts of the centre.
    pub default: Option<String>,
    /// Where the default comes from and how sure that is; empty where it is a plain choice of this system.
    pub source_zh: String,
    pub source_en: String,
    /// Whether PUT /api/settings/{key} takes it; the others stand in the configuration file.
    pub changeable: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SettingValue {
    pub value: String,
}
