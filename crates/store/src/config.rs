//! What a store has to be told before it opens. Leaves out where the settings come from.

use crate::error::{StoreError, end_process};

/// Which of the two databases is behind the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    Sqlite,
    Postgres,
}

impl Engine {
    pub const fn as_str(self) -> &'static str {
        match self {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgresql",
        }
    }
}

/// Whether the facts in the store are played or real. Written once, when the store is founded; the two never mix.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    Demo,
    Real,
}

impl Mark {
    pub const fn as_str(self) -> &'static str {
        match self {
            Mark::Demo => "demo",
            Mark::Real => "real",
        }
    }

    pub(crate) fn from_stored(text: &str) -> Option<Mark> {
        [Mark::Demo, Mark::Real]
            .into_iter()
            .find(|mark| mark.as_str() == text)
    }
}

/// The settings of one store. Any value is allowed; [`crate::Store::open`] judges them.
#[derive(Clone, Debug)]
pub struct StoreConfig {
    /// `sqlite:///path/centre.db`, `postgres://user@host/name`, or `sqlite::memory:` for a volatile store.
    pub url: String,
    /// Connections that read, beside the one that writes.
    pub readers: u32,
    /// How long SQLite waits for another process that holds the file, in milliseconds.
    pub busy_timeout_ms: u32,
    /// How long a transaction may stand in the queue of writers before [`StoreError::Busy`], in milliseconds.
    pub writer_wait_ms: u32,
    /// Permits a store that forgets on a power cut. Only simulations and tests say so.
    pub allow_volatile: bool,
    pub mark: Mark,
    /// The centre's code, such as its area. A store belongs to one centre for ever.
    pub centre_id: String,
    /// The name given when the store is founded; later values are ignored.
    pub centre_name: String,
    /// What happens when the disk fails under a commit. Tests replace it to look at the error.
    pub on_broken: fn(&StoreError),
}

impl StoreConfig {
    /// Defaults that suit a city: four readers, five seconds for the file, ten in the queue, durable or nothing.
    pub fn new(
        url: impl Into<String>,
        mark: Mark,
        centre_id: impl Into<String>,
        centre_name: impl Into<String>,
    ) -> Self {
        StoreConfig {
            url: url.into(),
            readers: 4,
            busy_timeout_ms: 5_000,
            writer_wait_ms: 10_000,
            allow_volatile: false,
            mark,
            centre_id: centre_id.into(),
            centre_name: centre_name.into(),
            on_broken: end_process,
        }
    }

    /// A store of played facts that lives as long as its handles: for simulations and tests.
    pub fn volatile() -> Self {
        let mut config = StoreConfig::new("sqlite::memory:", Mark::Demo, "421100", "演示中心");
        config.allow_volatile = true;
        config
    }

    pub(crate) fn engine(&self) -> Result<Engine, StoreError> {
        match self.url.split(':').next() {
            Some("sqlite") => Ok(Engine::Sqlite),
            Some("postgres" | "postgresql") => Ok(Engine::Postgres),
            _ => Err(StoreError::Refused(vec![
                "数据库地址必须以 sqlite: 或 postgres: 开头 / the store's url must begin with sqlite: or postgres:".into(),
            ])),
        }
    }

    pub(crate) fn is_volatile(&self) -> bool {
        self.url == "sqlite::memory:"
    }
}
