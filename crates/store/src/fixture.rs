//! Fresh stores for tests, on both engines, for this crate and for those above it (feature `fixture`).
//!
//! SQLite is a file in a private directory. PostgreSQL is real: the first test that asks starts a cluster as a user
//! who is not root, reachable only through a socket in its own directory; all test processes of the machine share
//! it, each test gets its own database copied from a migrated template, and a watcher stops the cluster and removes
//! it half a minute after the last test. Both engines run with their durability on, exactly as a centre would.
//!
//! Sharing works through file locks, which the kernel gives back however a test process ends: a test holds
//! `users.lock` shared for its life, whoever starts or stops the cluster holds `gate.lock`.
//!
//! When PostgreSQL is not installed the tests fail and say what to install; they are never skipped.

use crate::config::{Engine, Mark, StoreConfig};
use crate::connect::Store;
use crate::migration;
use sea_orm::Database;
use std::fs::File;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::UNIX_EPOCH;

/// Both engines, in the order in which [`for_each_engine`] visits them.
pub const fn engines() -> [Engine; 2] {
    [Engine::Sqlite, Engine::Postgres]
}

/// Runs the case once on a fresh database of each engine. A failure names the engine in the captured output.
pub async fn for_each_engine(case: impl AsyncFn(Place)) {
    for engine in engines() {
        eprintln!("engine: {}", engine.as_str());
        case(Place::fresh(engine).await).await;
    }
}

/// One fresh database; gone when dropped.
pub struct Place {
    engine: Engine,
    url: String,
    held: Held,
}

enum Held {
    File(#[allow(dead_code, reason = "held for its drop")] tempfile::TempDir),
    Database { cluster: Cluster, name: String },
}

impl Place {
    /// With the schema in place and no centre yet.
    pub async fn fresh(engine: Engine) -> Place {
        match engine {
            Engine::Sqlite => Place::empty(engine).await,
            Engine::Postgres => Place::in_cluster(true).await,
        }
    }

    /// Without any table: what a first start finds.
    pub async fn empty(engine: Engine) -> Place {
        match engine {
            Engine::Sqlite => {
                let dir = tempfile::Builder::new()
                    .prefix("fanzha-test-")
                    .tempdir()
                    .expect("the temporary directory is writable");
                let url = format!("sqlite://{}", dir.path().join("centre.db").display());
                Place {
                    engine,
                    url,
                    held: Held::File(dir),
                }
            }
            Engine::Postgres => Place::in_cluster(false).await,
        }
    }

    async fn in_cluster(migrated: bool) -> Place {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let cluster = Cluster::join().await;
        let name = format!(
            "case_{}_{}",
            std::process::id(),
            NEXT.fetch_add(1, Ordering::Relaxed)
        );
        let template = if migrated {
            cluster.template.as_str()
        } else {
            "template0"
        };
        cluster.sql("postgres", &format!("DROP DATABASE IF EXISTS {name}"));
        cluster.sql("postgres", &format!("CREATE DATABASE {name} TEMPLATE {template}"));
        Place {
            engine: Engine::Postgres,
            url: cluster.url(&name),
            held: Held::Database { cluster, name },
        }
    }

    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// For another process that opens the same database.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// A demo centre's settings, durable. Change what the case is about.
    pub fn config(&self) -> StoreConfig {
        StoreConfig::new(&self.url, Mark::Demo, "421100", "测试中心")
    }

    /// Opens the database; a second call is what a second process would do.
    pub async fn open(&self) -> Store {
        Store::open(&self.config())
            .await
            .unwrap_or_else(|error| panic!("opening the {} store: {error}", self.engine.as_str()))
    }

    /// Runs a statement as the database's administrator (PostgreSQL only).
    pub fn as_administrator(&self, sql: &str) {
        match &self.held {
            Held::Database { cluster, name } => cluster.sql(name, sql),
            Held::File(_) => panic!("a SQLite file has no administrator"),
        }
    }

    /// The database's name (PostgreSQL) or the file's path.
    pub fn name(&self) -> String {
        match &self.held {
            Held::Database { name, .. } => name.clone(),
            Held::File(_) => self.url.trim_start_matches("sqlite://").to_owned(),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Held::Database { cluster, name } = &self.held {
            // Best effort: what stays behind goes with the cluster.
            let _ = cluster.psql(
                "postgres",
                &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"),
            );
        }
    }
}

/// The cluster as one test process sees it.
struct Cluster {
    bin: PathBuf,
    base: PathBuf,
    template: String,
    // The cluster is not stopped while anybody holds this.
    _user: File,
}

const SUPERUSER: &str = "fanzha";

impl Cluster {
    /// Starts the cluster when it does not run and makes this program's template.
    async fn join() -> Cluster {
        let bin = binaries();
        let base = base_dir(&bin);
        let gate = lock_file(&base, "gate.lock");
        gate.lock().expect("the gate can be locked");
        let user = lock_file(&base, "users.lock");
        user.lock_shared().expect("users can be counted");
        let owner = Owner::find();
        if UnixStream::connect(base.join("socket/.s.PGSQL.5432")).is_err() {
            start(&bin, &base, &owner);
        }
        watch(&bin, &base, &owner);
        let cluster = Cluster {
            bin,
            base,
            template: template_name(),
            _user: user,
        };
        cluster.make_template().await;
        cluster
    }

    fn url(&self, database: &str) -> String {
        format!(
            "postgres://{SUPERUSER}@localhost/{database}?host={}",
            self.base.join("socket").display()
        )
    }

    /// Migrated under another name first: a template that was half made is never used.
    async fn make_template(&self) {
        let (name, draft) = (&self.template, format!("{}_draft", self.template));
        let there = self
            .psql(
                "postgres",
                &format!("SELECT 1 FROM pg_database WHERE datname = '{name}'"),
            )
            .expect("the cluster answers");
        if there.trim() == "1" {
            return;
        }
        self.sql(
            "postgres",
            &format!("DROP DATABASE IF EXISTS {draft} WITH (FORCE)"),
        );
        self.sql("postgres", &format!("CREATE DATABASE {draft} TEMPLATE template0"));
        let mut options = sea_orm::ConnectOptions::new(self.url(&draft));
        options.max_connections(1).sqlx_logging(false);
        let connection = Database::connect(options)
            .await
            .expect("the template can be reached");
        migration::run(&connection)
            .await
            .expect("the template can be migrated");
        connection.close().await.expect("the template can be left");
        self.sql("postgres", &format!("ALTER DATABASE {draft} RENAME TO {name}"));
    }

    fn sql(&self, database: &str, sql: &str) {
        self.psql(database, sql)
            .unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    fn psql(&self, database: &str, sql: &str) -> Result<String, String> {
        let mut psql = Command::new(self.bin.join("psql"));
        psql.args([
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-U",
            SUPERUSER,
            "-d",
            database,
            "-c",
            sql,
        ]);
        psql.arg("-h")
            .arg(self.base.join("socket"))
            .env_remove("PGOPTIONS")
            .env_remove("PGSERVICE");
        let done = psql
            .stdin(Stdio::null())
            .output()
            .map_err(|error| error.to_string())?;
        if done.status.success() {
            Ok(String::from_utf8_lossy(&done.stdout).into_owned())
        } else {
            Err(String::from_utf8_lossy(&done.stderr).into_owned())
        }
    }
}

/// The newest installed server programs; `FANZHA_PG_BIN` names another folder.
fn binaries() -> PathBuf {
    if let Some(named) = std::env::var_os("FANZHA_PG_BIN") {
        return PathBuf::from(named);
    }
    let mut found: Vec<(u32, PathBuf)> = Vec::new();
    for entry in std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
    {
        let bin = entry.path().join("bin");
        let version = entry.file_name().to_string_lossy().parse().unwrap_or(0);
        if ["initdb", "pg_ctl", "postgres", "psql"]
            .iter()
            .all(|name| bin.join(name).exists())
        {
            found.push((version, bin));
        }
    }
    found.sort();
    let newest = found.pop().map(|(_, bin)| bin);
    newest.unwrap_or_else(|| {
        panic!(
            "未找到 PostgreSQL，请安装：apt-get install postgresql（或用 FANZHA_PG_BIN 指明其 bin 目录）\n\
             PostgreSQL was not found. Install it: apt-get install postgresql (or name its bin folder in FANZHA_PG_BIN)"
        )
    })
}

/// One directory for each user and version, short because a socket's path may have 107 bytes.
fn base_dir(bin: &Path) -> PathBuf {
    let version: String = bin
        .to_string_lossy()
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    let base = Path::new("/tmp").join(format!("fanzha-pg-{}-{version}", our_uid()));
    std::fs::create_dir_all(&base).expect("/tmp is writable");
    std::fs::set_permissions(&base, PermissionsExt::from_mode(0o755)).expect("the directory is ours");
    base
}

fn our_uid() -> u32 {
    std::fs::metadata("/proc/self").expect("a Linux machine").uid()
}

fn lock_file(base: &Path, name: &str) -> File {
    File::options()
        .create(true)
        .append(true)
        .open(base.join(name))
        .expect("the lock file can be opened")
}

/// Who runs the server: ourselves, or an unprivileged user when we are root, which PostgreSQL refuses.
struct Owner {
    /// User and group, when they are not our own.
    switch: Option<(String, String)>,
}

impl Owner {
    fn find() -> Owner {
        if our_uid() != 0 {
            return Owner { switch: None };
        }
        let passwd = std::fs::read_to_string("/etc/passwd").expect("a Linux machine");
        let ids = |user: &str| {
            let line = passwd.lines().find(|line| line.split(':').next() == Some(user))?;
            let mut fields = line.split(':').skip(2);
            Some((fields.next()?.to_owned(), fields.next()?.to_owned()))
        };
        let switch = ids("postgres").or_else(|| ids("nobody"));
        Owner {
            switch: Some(switch.expect("the user postgres or nobody exists")),
        }
    }

    fn command(&self, program: &Path) -> Command {
        match &self.switch {
            None => Command::new(program),
            Some((user, group)) => {
                let mut command = Command::new("setpriv");
                command
                    .arg(format!("--reuid={user}"))
                    .arg(format!("--regid={group}"))
                    .args(["--clear-groups", "--"])
                    .arg(program);
                command
            }
        }
    }

    /// The same command as text, for the watcher's script.
    fn prefix(&self) -> String {
        match &self.switch {
            None => String::new(),
            Some((user, group)) => format!("setpriv --reuid={user} --regid={group} --clear-groups -- "),
        }
    }

    fn make_dir(&self, path: &Path) {
        std::fs::create_dir_all(path).expect("the base directory is ours");
        std::fs::set_permissions(path, PermissionsExt::from_mode(0o700)).expect("the directory is ours");
        if let Some((user, group)) = &self.switch {
            let number = |text: &str| text.parse().expect("ids in /etc/passwd are numbers");
            std::os::unix::fs::chown(path, Some(number(user)), Some(number(group)))
                .expect("root may give directories away");
        }
    }
}

/// Makes a new cluster and waits until it answers. The server flushes to disk as in production.
fn start(bin: &Path, base: &Path, owner: &Owner) {
    let (data, socket, log) = (base.join("data"), base.join("socket"), base.join("log"));
    for old in [&data, &socket, &log] {
        let _ = std::fs::remove_dir_all(old); // what a machine that went down left behind
        owner.make_dir(old);
    }
    let mut initdb = owner.command(&bin.join("initdb"));
    initdb.arg("-D").arg(&data).args([
        "-U",
        SUPERUSER,
        "--auth=trust",
        "--encoding=UTF8",
        "--no-locale",
        "--no-sync",
    ]);
    run(initdb, "initdb");
    let settings = format!(
        "listen_addresses = ''\nunix_socket_directories = '{}'\nmax_connections = 300\nshared_buffers = 64MB\n",
        socket.display()
    );
    std::fs::write(data.join("postgresql.auto.conf"), settings).expect("the data directory can be written");
    let mut pg_ctl = owner.command(&bin.join("pg_ctl"));
    pg_ctl
        .arg("-D")
        .arg(&data)
        .arg("-l")
        .arg(log.join("server.log"))
        .args(["-w", "-t", "120", "start"]);
    run(pg_ctl, "pg_ctl start");
}

fn run(mut command: Command, what: &str) {
    // The output goes nowhere, not into a pipe that the server would inherit and keep open.
    command
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    let status = command.status().unwrap_or_else(|error| panic!("{what}: {error}"));
    assert!(
        status.success(),
        "{what} failed: {status}; the server's log is in /tmp/fanzha-pg-*/log"
    );
}

/// Leaves a watcher behind that stops the cluster when nobody has used it for half a minute.
fn watch(bin: &Path, base: &Path, owner: &Owner) {
    if lock_file(base, "watch.lock").try_lock().is_err() {
        return; // one is watching
    }
    let script = format!(
        "exec 7>>'{base}/watch.lock'; flock -n 7 || exit 0; idle=0
         while sleep 5; do
           exec 8>>'{base}/gate.lock' 9>>'{base}/users.lock'
           if flock -n 8 && flock -n 9; then idle=$((idle+1)); else idle=0; fi
           if [ $idle -ge 6 ]; then
             {prefix}'{bin}/pg_ctl' -D '{base}/data' -m immediate -w stop
             rm -rf '{base}/data' '{base}/socket' '{base}/log'
             exit 0
           fi
           exec 8>&- 9>&-
         done",
        base = base.display(),
        bin = bin.display(),
        prefix = owner.prefix(),
    );
    let mut watcher = Command::new("setsid");
    watcher.args(["--fork", "sh", "-c", &script]);
    run(watcher, "setsid");
}

/// A template for each build of a test program, since two builds may differ in their migrations.
fn template_name() -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let exe = std::env::current_exe().expect("a running program has a path");
    let changed = exe
        .metadata()
        .and_then(|meta| meta.modified())
        .expect("the program's file is there");
    let mut hasher = DefaultHasher::new();
    (exe, changed.duration_since(UNIX_EPOCH).unwrap_or_default()).hash(&mut hasher);
    format!("template_{:016x}", hasher.finish())
}
