//! What the database says about keeping what it acknowledges, read back from a live connection, and whether that is
//! enough. Leaves out how the settings are made (`sqlite`, `postgres`).

use crate::config::Engine;
use serde::Serialize;
use std::collections::BTreeMap;

/// The settings as the database answered them; `/healthz` shows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Durability {
    /// `sqlite` or `postgresql`.
    pub engine: &'static str,
    pub version: String,
    /// An acknowledged commit survives a power cut.
    pub durable: bool,
    /// Setting → value, by the database's own names.
    pub settings: BTreeMap<String, String>,
}

impl Durability {
    /// Judges what was read. `durable` is what was found, not what was wished for.
    pub(crate) fn judge(engine: Engine, version: String, settings: BTreeMap<String, String>) -> Self {
        let mut found = Durability {
            engine: engine.as_str(),
            version,
            durable: false,
            settings,
        };
        found.durable = found.shortfalls(engine).is_empty();
        found
    }

    /// Every setting that is missing or too weak, a bilingual line each.
    pub(crate) fn shortfalls(&self, engine: Engine) -> Vec<String> {
        required(engine)
            .iter()
            .filter_map(|(name, allowed)| self.shortfall(name, allowed))
            .collect()
    }

    fn shortfall(&self, name: &str, allowed: &[&str]) -> Option<String> {
        let value = self.settings.get(name).map(String::as_str).unwrap_or("?");
        if allowed.contains(&value) {
            return None;
        }
        Some(format!(
            "数据库设置 {name} 为 {value}，必须为 {wanted} / the database has {name} = {value}, which must be {wanted}",
            wanted = allowed.join("|")
        ))
    }
}

/// SQLite: WAL with `synchronous` FULL (2) or EXTRA (3) fsyncs the log at each commit. PostgreSQL: `local` still
/// flushes the local disk; only `off` acknowledges before it.
fn required(engine: Engine) -> &'static [(&'static str, &'static [&'static str])] {
    match engine {
        Engine::Sqlite => &[("journal_mode", &["wal"]), ("synchronous", &["2", "3"])],
        Engine::Postgres => &[
            ("fsync", &["on"]),
            ("full_page_writes", &["on"]),
            (
                "synchronous_commit",
                &["on", "local", "remote_write", "remote_apply"],
            ),
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(engine: Engine, pairs: &[(&str, &str)]) -> Vec<String> {
        let settings = pairs
            .iter()
            .map(|(k, v)| (k.to_string(), v.to_string()))
            .collect();
        Durability::judge(engine, "1".into(), settings).shortfalls(engine)
    }

    #[test]
    fn each_weak_setting_is_named() {
        use Engine::{Postgres, Sqlite};
        let good = [
            ("fsync", "on"),
            ("full_page_writes", "on"),
            ("synchronous_commit", "on"),
        ];
        assert!(read(Sqlite, &[("journal_mode", "wal"), ("synchronous", "2")]).is_empty());
        assert!(read(Postgres, &good).is_empty());
        for (engine, pairs, named) in [
            (
                Sqlite,
                vec![("journal_mode", "delete"), ("synchronous", "2")],
                "journal_mode",
            ),
            (
                Sqlite,
                vec![("journal_mode", "wal"), ("synchronous", "1")],
                "synchronous",
            ),
            (Postgres, vec![("fsync", "off"), good[1], good[2]], "fsync"),
            (
                Postgres,
                vec![good[0], ("full_page_writes", "off"), good[2]],
                "full_page_writes",
            ),
            (
                Postgres,
                vec![good[0], good[1], ("synchronous_commit", "off")],
                "synchronous_commit",
            ),
            (Postgres, vec![good[0], good[1]], "synchronous_commit = ?"),
        ] {
            let lines = read(engine, &pairs);
            assert!(lines.len() == 1 && lines[0].contains(named), "{lines:?}");
        }
    }
}
