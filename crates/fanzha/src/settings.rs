//! The settings of a centre: `default.toml` beside this file names each with its default, the operator's file and the
//! environment override it.
//!
//! Promises: an unknown key or a wrong value is refused with its path, in Chinese and English, all at once where more
//! than one is wrong; relative paths start at the operator's file. Leaves out what the settings mean to the rooms.

use crate::problem::Problem;
use domain::deadline::Clocks;
use figment::Figment;
use figment::error::Kind;
use figment::providers::{Env, Format, Toml};
use kernel::{Area, Span};
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Every setting with its default and a remark in both languages.
pub const DEFAULT_TOML: &str = include_str!("default.toml");

/// The largest configuration file that is read.
const FILE_BYTES_MAX: usize = 1 << 20;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    pub centre: CentreSettings,
    pub platform: Platform,
    pub store: StoreSettings,
    pub web: Web,
    pub telephone: Telephone,
    pub statements: Statements,
    pub people: People,
    pub log: Log,
    pub clocks: ClockSettings,
    pub jobs: Jobs,
    pub paper: Paper,
    pub banks: Banks,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CentreSettings {
    pub name: String,
    #[serde(deserialize_with = "digits_or_text")]
    pub area: String,
    pub agency: String,
    pub agency_full: String,
    #[serde(deserialize_with = "digits_or_text")]
    pub phone: String,
    pub areas_file: PathBuf,
    pub lock_minutes: i64,
    pub doctrine: CentreDoctrine,
    pub demo: bool,
}

/// By which rule the centre counts. Reach is none of them: it shares nothing out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CentreDoctrine {
    Fifo,
    Haircut,
    Lifo,
    LowestBalance,
}

impl CentreDoctrine {
    pub const fn sharing(self) -> app::flow::Sharing {
        use app::flow::Sharing;
        match self {
            CentreDoctrine::Fifo => Sharing::Fifo,
            CentreDoctrine::Haircut => Sharing::Haircut,
            CentreDoctrine::Lifo => Sharing::Lifo,
            CentreDoctrine::LowestBalance => Sharing::LowestBalance,
        }
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Platform {
    #[serde(deserialize_with = "digits_or_text")]
    pub node: String,
    #[serde(deserialize_with = "digits_or_text")]
    pub org_code: String,
    #[serde(deserialize_with = "digits_or_text")]
    pub case_type: String,
    pub upstream: PathBuf,
    pub downstream: PathBuf,
    pub response: PathBuf,
    pub error: PathBuf,
    pub handled_files: HandledFiles,
    pub poll_ms: u64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HandledFiles {
    Done,
    Delete,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreSettings {
    pub url: String,
    pub readers: u32,
    pub busy_timeout_ms: u32,
    pub writer_wait_ms: u32,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Web {
    pub listen: String,
    pub tls: bool,
    pub behind_gateway: bool,
    pub body_bytes_max: usize,
    pub answer_seconds_max: u64,
    pub requests_max: usize,
    pub streams_max: usize,
    pub sign_ins_max: usize,
    pub heartbeat_seconds: u64,
    pub shutdown_seconds: u64,
    pub console_dir: PathBuf,
}

#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Telephone {
    #[serde(deserialize_with = "digits_or_text")]
    pub webhook_token: String,
}

impl std::fmt::Debug for Telephone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Telephone(…)")
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct People {
    pub secrets_key_file: PathBuf,
}

/// Statement files, and other systems that hand over transfers.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statements {
    pub folder: PathBuf,
    pub file_bytes_max: u64,
    pub workbook_bytes_max: u64,
    pub transfers_bytes_max: usize,
    /// Name of the system → its secret.
    pub callers: BTreeMap<String, String>,
}

impl std::fmt::Debug for Statements {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Statements({}, {} callers)",
            self.folder.display(),
            self.callers.len()
        )
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Log {
    pub heads_file: PathBuf,
    pub signing_key_file: PathBuf,
    pub seal_seconds: u64,
    pub level: String,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockSettings {
    pub bank_silent_first_seconds: i64,
    pub bank_silent_second_seconds: i64,
    pub dispatch_ack_seconds: i64,
    pub policy_confirm_seconds: i64,
}

#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Jobs {
    pub clocks_ms: u64,
    pub outbox_ms: u64,
    pub announce_ms: u64,
    pub lease_seconds: u64,
    pub transfer_index: bool,
    pub transfer_index_ms: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Paper {
    pub font_dirs: Vec<PathBuf>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Banks {
    pub bin_table: PathBuf,
}

impl Settings {
    /// Reads the operator's file over the defaults, and the environment over both.
    pub fn read(file: &Path) -> Result<Settings, Problem> {
        let shown = file.display();
        let bytes = exchange::read_regular_file(file, FILE_BYTES_MAX).map_err(|p| {
            Problem::new(
                format!("配置文件 {shown}：{}", p.zh()),
                format!("configuration file {shown}: {}", p.en()),
            )
        })?;
        let text = String::from_utf8(bytes).map_err(|_| {
            Problem::new(
                format!("配置文件 {shown}：不是 UTF-8"),
                format!("configuration file {shown}: not UTF-8"),
            )
        })?;
        let base = file
            .parent()
            .filter(|p| !p.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        let environment = Env::prefixed("FANZHA_")
            .filter(|key| key.as_str().contains("__"))
            .split("__");
        Settings::layered(&text, Some(environment), base).map_err(|lines| {
            Problem::list(
                &format!("配置有误（{shown}）"),
                &format!("wrong configuration ({shown})"),
                &lines,
            )
        })
    }

    /// The defaults alone, with paths under `base`.
    pub fn defaults(base: &Path) -> Settings {
        Settings::layered("", None, base).expect("a test reads the defaults")
    }

    fn layered(text: &str, environment: Option<Env>, base: &Path) -> Result<Settings, Vec<Problem>> {
        let mut figment = Figment::from(Toml::string(DEFAULT_TOML)).merge(Toml::string(text));
        if let Some(environment) = environment {
            figment = figment.merge(environment);
        }
        let settings: Settings = figment
            .extract()
            .map_err(|errors| errors.into_iter().map(|e| said(&e)).collect::<Vec<_>>())?;
        let wrong = settings.check();
        if wrong.is_empty() {
            Ok(settings.under(base))
        } else {
            Err(wrong)
        }
    }

    fn check(&self) -> Vec<Problem> {
        let mut wrong = Vec::new();
        let mut must = |holds: bool, key: &str, zh: &str, en: &str| {
            if !holds {
                wrong.push(Problem::new(format!("{key}：{zh}"), format!("{key}: {en}")));
            }
        };
        let digits = |text: &str, n: usize| text.len() == n && text.bytes().all(|b| b.is_ascii_digit());
        must(
            !self.centre.name.trim().is_empty(),
            "centre.name",
            "不能为空",
            "must not be empty",
        );
        must(
            self.area().is_some(),
            "centre.area",
            "应为六位行政区划代码",
            "a six-digit area code is wanted",
        );
        must(
            (1..=240).contains(&self.centre.lock_minutes),
            "centre.lock_minutes",
            "应为 1 至 240",
            "1 to 240 is wanted",
        );
        must(
            bankwire::serial::is_node(&self.platform.node),
            "platform.node",
            "应为 12 位字母或数字",
            "12 letters or digits are wanted",
        );
        must(
            digits(&self.platform.org_code, 12),
            "platform.org_code",
            "应为 12 位数字",
            "12 digits are wanted",
        );
        must(
            self.directories_differ(),
            "platform",
            "四个目录必须互不相同",
            "the four directories must differ",
        );
        must(
            (10..=60_000).contains(&self.platform.poll_ms),
            "platform.poll_ms",
            "应为 10 至 60000",
            "10 to 60000 is wanted",
        );
        must(
            self.listen().is_some(),
            "web.listen",
            "应为 地址:端口，例如 127.0.0.1:8096",
            "address:port is wanted, such as 127.0.0.1:8096",
        );
        must(
            self.web.body_bytes_max >= 64 * 1024,
            "web.body_bytes_max",
            "至少 65536",
            "at least 65536 is wanted",
        );
        must(
            self.statements.file_bytes_max >= 1 << 20 && self.statements.workbook_bytes_max >= 1 << 20,
            "statements",
            "文件大小上限至少 1048576",
            "the largest file is at least 1048576",
        );
        must(
            self.statements
                .callers
                .iter()
                .all(|(name, secret)| !name.is_empty() && secret.len() >= 16),
            "statements.callers",
            "每个系统的口令至少 16 个字符",
            "each system's secret has at least 16 characters",
        );
        for (key, value) in [
            ("web.answer_seconds_max", self.web.answer_seconds_max),
            ("web.heartbeat_seconds", self.web.heartbeat_seconds),
            ("jobs.lease_seconds", self.jobs.lease_seconds),
        ] {
            must(
                (1..=3600).contains(&value),
                key,
                "应为 1 至 3600",
                "1 to 3600 is wanted",
            );
        }
        for (key, value) in [
            ("web.requests_max", self.web.requests_max),
            ("web.streams_max", self.web.streams_max),
            ("web.sign_ins_max", self.web.sign_ins_max),
        ] {
            must(
                (1..=100_000).contains(&value),
                key,
                "应为 1 至 100000",
                "1 to 100000 is wanted",
            );
        }
        for (key, value) in [
            ("jobs.clocks_ms", self.jobs.clocks_ms),
            ("jobs.outbox_ms", self.jobs.outbox_ms),
            ("jobs.announce_ms", self.jobs.announce_ms),
            ("jobs.transfer_index_ms", self.jobs.transfer_index_ms),
        ] {
            must(
                (10..=10_000).contains(&value),
                key,
                "应为 10 至 10000",
                "10 to 10000 is wanted",
            );
        }
        must(
            (1..=60).contains(&self.log.seal_seconds),
            "log.seal_seconds",
            "应为 1 至 60",
            "1 to 60 is wanted",
        );
        must(
            self.level_is_known(),
            "log.level",
            "应为 error、warn、info、debug 或 trace",
            "one of error, warn, info, debug, trace is wanted",
        );
        let c = &self.clocks;
        let waits = [
            c.bank_silent_first_seconds,
            c.bank_silent_second_seconds,
            c.dispatch_ack_seconds,
            c.policy_confirm_seconds,
        ];
        must(
            waits.iter().all(|s| (1..=30 * 86_400).contains(s)),
            "clocks",
            "各时限应为 1 秒至 30 天",
            "each wait must be 1 second to 30 days",
        );
        must(
            c.bank_silent_first_seconds < c.bank_silent_second_seconds,
            "clocks.bank_silent_second_seconds",
            "应大于 bank_silent_first_seconds",
            "must be more than bank_silent_first_seconds",
        );
        wrong
    }

    pub fn area(&self) -> Option<Area> {
        self.centre.area.parse().ok().and_then(Area::from_code)
    }

    pub fn listen(&self) -> Option<SocketAddr> {
        self.web.listen.parse().ok()
    }

    pub fn clocks(&self) -> Clocks {
        Clocks {
            bank_silent_first: Span::seconds(self.clocks.bank_silent_first_seconds),
            bank_silent_second: Span::seconds(self.clocks.bank_silent_second_seconds),
            dispatch_ack: Span::seconds(self.clocks.dispatch_ack_seconds),
            policy_confirm: Span::seconds(self.clocks.policy_confirm_seconds),
        }
    }

    fn level_is_known(&self) -> bool {
        ["error", "warn", "info", "debug", "trace"].contains(&self.log.level.as_str())
    }

    fn directories_differ(&self) -> bool {
        let p = &self.platform;
        let all = [&p.upstream, &p.downstream, &p.response, &p.error];
        (0..4).all(|i| (0..i).all(|j| all[i] != all[j]))
    }

    fn under(mut self, base: &Path) -> Settings {
        let (p, l) = (&mut self.platform, &mut self.log);
        for path in [
            &mut p.upstream,
            &mut p.downstream,
            &mut p.response,
            &mut p.error,
            &mut l.heads_file,
            &mut l.signing_key_file,
            &mut self.people.secrets_key_file,
            &mut self.statements.folder,
        ] {
            *path = base.join(&*path);
        }
        // An empty path says "none" and stays so.
        for path in [
            &mut self.web.console_dir,
            &mut self.banks.bin_table,
            &mut self.centre.areas_file,
        ] {
            if !path.as_os_str().is_empty() {
                *path = base.join(&*path);
            }
        }
        if let Some(relative) = self
            .store
            .url
            .strip_prefix("sqlite://")
            .filter(|path| !path.starts_with('/'))
        {
            self.store.url = format!("sqlite://{}", base.join(relative).display());
        }
        self
    }
}

/// Codes of digits alone may stand without quotes, as they do in the environment.
fn digits_or_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Text(String),
        Number(u64),
    }
    Ok(match Either::deserialize(deserializer)? {
        Either::Text(text) => text,
        Either::Number(number) => number.to_string(),
    })
}

fn said(error: &figment::Error) -> Problem {
    let path = error.path.join(".");
    let at = |key: &str| {
        if path.is_empty() {
            key.to_owned()
        } else {
            format!("{path}.{key}")
        }
    };
    match &error.kind {
        Kind::UnknownField(key, known) => {
            let (key, known) = (at(key), known.join(", "));
            Problem::new(
                format!("{key}：没有这个设置（可用：{known}）"),
                format!("{key}: no such setting (known: {known})"),
            )
        }
        Kind::MissingField(key) => {
            let key = at(key);
            Problem::new(format!("{key}：缺少"), format!("{key}: missing"))
        }
        Kind::InvalidType(found, wanted) | Kind::InvalidValue(found, wanted) => Problem::new(
            format!("{path}：应为 {wanted}，却是 {found}"),
            format!("{path}: {wanted} wanted, {found} found"),
        ),
        Kind::UnknownVariant(found, known) => {
            let known = known.join(", ");
            Problem::new(
                format!("{path}：{found} 不在可选值之内（{known}）"),
                format!("{path}: {found} is none of {known}"),
            )
        }
        other => {
            let place = if path.is_empty() {
                String::new()
            } else {
                format!("{path}: ")
            };
            Problem::new(
                format!("{place}无法读取：{other}"),
                format!("{place}cannot be read: {other}"),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Settings, Vec<Problem>> {
        Settings::layered(text, None, Path::new("/etc/fanzha"))
    }

    #[test]
    fn the_defaults_are_sound_and_paths_start_at_the_file() {
        let settings = Settings::defaults(Path::new("/etc/fanzha"));
        assert_eq!(
            settings.platform.upstream,
            Path::new("/etc/fanzha/platform/upstream")
        );
        assert_eq!(settings.store.url, "sqlite:///etc/fanzha/fanzha.db");
        assert_eq!(settings.web.console_dir, Path::new(""));
        assert_eq!(settings.clocks(), Clocks::default());
        let own = read("[platform]\nerror = \"/var/spool/error\"\norg_code = 421100000000\n").unwrap();
        assert_eq!(own.platform.error, Path::new("/var/spool/error"));
        assert_eq!(own.platform.org_code, "421100000000");
    }

    #[test]
    fn wrong_settings_are_named() {
        for (text, named) in [
            ("[webb]\nlisten = \"x\"", "webb"),
            ("[web]\nlissten = \"x\"", "web.lissten"),
            ("[web]\nlisten = \"x\"", "web.listen"),
            ("[web]\nrequests_max = \"many\"", "web.requests_max"),
            ("[web]\nrequests_max = 0", "web.requests_max"),
            ("[centre]\narea = \"4211\"", "centre.area"),
            ("[centre]\ndoctrine = \"reach\"", "centre.doctrine"),
            ("[platform]\nnode = \"short\"", "platform.node"),
            ("[platform]\nhandled_files = \"burn\"", "platform.handled_files"),
            ("[platform]\nerror = \"platform/response\"", "platform"),
            ("[log]\nseal_seconds = 61", "log.seal_seconds"),
            ("[log]\nlevel = \"loud\"", "log.level"),
            (
                "[clocks]\nbank_silent_first_seconds = 1800",
                "clocks.bank_silent_second_seconds",
            ),
            ("web = 3", "web"),
            ("[web", ""),
        ] {
            let lines = read(text).unwrap_err();
            assert!(
                lines.iter().any(|l| l.zh.contains(named) && l.en.contains(named)),
                "{text}: {lines:?}"
            );
        }
    }
}
