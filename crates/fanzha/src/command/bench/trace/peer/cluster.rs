//! A PostgreSQL of its own for one bench, tuned as an owner of this machine would tune it and without fsync, in a
//! temporary folder; stopped and removed in the end.

use crate::problem::Problem;
use std::fs::Permissions;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub const USER: &str = "fanzha";

pub struct Cluster {
    bin: PathBuf,
    folder: tempfile::TempDir,
    owner: Option<Owner>,
}

/// Who runs the server when we are root, which PostgreSQL refuses to be.
struct Owner {
    user: u32,
    group: u32,
}

impl Cluster {
    pub fn start() -> Result<Cluster, Problem> {
        let Some(bin) = binaries() else {
            return Err(Problem::new(
                "未找到 PostgreSQL，请安装：apt-get install postgresql；或用 --no-peer",
                "PostgreSQL was not found; install it: apt-get install postgresql; or use --no-peer",
            ));
        };
        let failed =
            |e: io::Error| Problem::because("PostgreSQL 无法启动", "PostgreSQL cannot be started", e);
        // Short, because the path of a socket may have 107 bytes.
        let folder = tempfile::Builder::new()
            .prefix("fanzha-bench-pg-")
            .tempdir_in("/tmp")
            .map_err(failed)?;
        let owner = Owner::find().map_err(failed)?;
        let cluster = Cluster { bin, folder, owner };
        cluster.initialise().map_err(failed)?;
        Ok(cluster)
    }

    fn initialise(&self) -> io::Result<()> {
        let folder = self.folder.path();
        std::fs::set_permissions(folder, Permissions::from_mode(0o755))?;
        if let Some(owner) = &self.owner {
            chown(folder, Some(owner.user), Some(owner.group))?;
        }
        let data = self.data();
        let flags = [
            "-U",
            USER,
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
        ];
        self.run(self.command("initdb").arg("-D").arg(&data).args(flags))?;
        std::fs::write(data.join("postgresql.auto.conf"), self.settings())?;
        let log = folder.join("server.log");
        self.run(
            self.command("pg_ctl")
                .arg("-D")
                .arg(&data)
                .arg("-l")
                .arg(log)
                .args(["-w", "-t", "120", "start"]),
        )
    }

    fn settings(&self) -> String {
        let total = total_memory_mib();
        format!(
            "listen_addresses = ''\nunix_socket_directories = '{}'\nshared_buffers = {}MB\neffective_cache_size = {}MB\n\
             work_mem = 256MB\nmaintenance_work_mem = 1GB\nmax_wal_size = 16GB\nwal_level = minimal\nmax_wal_senders = 0\n\
             fsync = off\nsynchronous_commit = off\nfull_page_writes = off\njit = off\nmax_parallel_maintenance_workers = 2\n\
             checkpoint_timeout = 1h\nautovacuum = off\n",
            self.folder.path().display(),
            total / 4,
            total / 2,
        )
    }

    pub fn socket(&self) -> PathBuf {
        self.folder.path().join(".s.PGSQL.5432")
    }

    pub fn version(&self) -> String {
        let asked = Command::new(self.bin.join("postgres")).arg("--version").output();
        asked.map_or_else(
            |_| String::new(),
            |done| String::from_utf8_lossy(&done.stdout).trim().to_owned(),
        )
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn command(&self, program: &str) -> Command {
        let program = self.bin.join(program);
        let Some(owner) = &self.owner else {
            return Command::new(program);
        };
        let mut command = Command::new("setpriv");
        command
            .arg(format!("--reuid={}", owner.user))
            .arg(format!("--regid={}", owner.group))
            .args(["--clear-groups", "--"])
            .arg(program);
        command
    }

    fn run(&self, command: &mut Command) -> io::Result<()> {
        // The output goes nowhere, not into a pipe that the server would inherit and keep open.
        command
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let status = command.status()?;
        if status.success() {
            return Ok(());
        }
        let log = std::fs::read_to_string(self.folder.path().join("server.log")).unwrap_or_default();
        Err(io::Error::other(format!(
            "{:?}: {status}\n{log}",
            command.get_program()
        )))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // The folder goes either way; a server that cannot be stopped ends when it misses its files.
        let _ = self.run(self.command("pg_ctl").arg("-D").arg(self.data()).args([
            "-m",
            "immediate",
            "-w",
            "stop",
        ]));
    }
}

impl Owner {
    fn find() -> io::Result<Option<Owner>> {
        if std::fs::metadata("/proc/self")?.uid() != 0 {
            return Ok(None);
        }
        let passwd = std::fs::read_to_string("/etc/passwd")?;
        let ids = |user: &str| {
            let line = passwd.lines().find(|line| line.split(':').next() == Some(user))?;
            let mut fields = line.split(':').skip(2);
            Some(Owner {
                user: fields.next()?.parse().ok()?,
                group: fields.next()?.parse().ok()?,
            })
        };
        let found = ids("postgres").or_else(|| ids("nobody"));
        found
            .map(Some)
            .ok_or_else(|| io::Error::other("no user postgres or nobody"))
    }
}

/// The newest installed server programs; `FANZHA_PG_BIN` names another folder.
fn binaries() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("FANZHA_PG_BIN") {
        return Some(PathBuf::from(named));
    }
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    let found = versions.filter_map(|entry| {
        let version: u32 = entry.file_name().to_string_lossy().parse().ok()?;
        let bin = entry.path().join("bin");
        bin.join("initdb").exists().then_some((version, bin))
    });
    found.max().map(|(_, bin)| bin)
}

fn total_memory_mib() -> u64 {
    let text = std::fs::read_to_string(Path::new("/proc/meminfo")).unwrap_or_default();
    let kib = text.lines().find_map(|line| {
        line.strip_prefix("MemTotal:")?
            .split_whitespace()
            .next()?
            .parse::<u64>()
            .ok()
    });
    kib.unwrap_or(4_194_304) / 1_024
}
