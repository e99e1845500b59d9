//! The peer: PostgreSQL's recursive query over the same transfers, on the same machine, in the same run.
//!
//! Method: a cluster of its own, a quarter of the memory as shared buffers, no fsync, no JIT; COPY from the same CSV
//! files, then the index (src, ts) INCLUDE (id, dst, amount), keys of transfers and accounts, VACUUM ANALYZE. One client
//! over the local socket, one prepared statement with a fixed plan that uses the index (hash and merge joins would read
//! whole tables). The first round brings the pages into the buffers. Its answers
//! are compared with ours.

mod cluster;
mod wire;

use super::samples::Samples;
use crate::problem::Problem;
use cluster::Cluster;
use std::io;
use std::path::Path;
use std::time::{Duration, Instant};
use trace::ReachQuery;
use wire::Client;

pub struct Peer {
    client: Client,
    pub version: String,
    pub loaded: Loaded,
    // Stopped when dropped, after the client has gone.
    _cluster: Cluster,
}

/// What it took until the first query could be answered.
pub struct Loaded {
    pub copy: Duration,
    pub index: Duration,
    pub vacuum: Duration,
}

impl Peer {
    pub fn start(folder: &Path, query: &ReachQuery) -> Result<Peer, Problem> {
        let cluster = Cluster::start()?;
        let failed = |e: io::Error| {
            Problem::because(
                "PostgreSQL 测量中断",
                "the measurement of PostgreSQL broke off",
                e,
            )
        };
        let mut client = Client::connect(&cluster.socket(), cluster::USER).map_err(failed)?;
        let loaded = load(&mut client, folder).map_err(failed)?;
        prepare(&mut client, query).map_err(failed)?;
        let version = cluster.version();
        Ok(Peer {
            client,
            version,
            loaded,
            _cluster: cluster,
        })
    }

    /// (transfer, hop) of everything that the payment reaches.
    pub fn reach(&mut self, seed: u64) -> Result<Vec<(i64, i64)>, Problem> {
        let rows = self.client.rows("reach", seed as i64);
        rows.map_err(|e| Problem::because("PostgreSQL 未作答", "PostgreSQL did not answer", e))
    }

    pub fn time(&mut self, seeds: &[u64]) -> Result<Samples, Problem> {
        Samples::of(seeds, |seed| self.reach(*seed).map(drop))
    }
}

fn load(client: &mut Client, folder: &Path) -> io::Result<Loaded> {
    let heading = std::io::BufRead::lines(io::BufReader::new(std::fs::File::open(
        folder.join("transfers.csv"),
    )?))
    .next();
    let kind = if heading.transpose()?.is_some_and(|line| line.contains("kind")) {
        ", kind smallint"
    } else {
        ""
    };
    client.run(&format!(
        "CREATE TABLE transfers (id bigint, ts bigint, src int, dst int, amount bigint{kind});
         CREATE TABLE accounts (id int, type smallint, opening bigint, stop smallint)"
    ))?;
    let copy = |client: &mut Client, table: &str| {
        client.run(&format!(
            "COPY {table} FROM '{}' (FORMAT csv, HEADER)",
            folder.join(format!("{table}.csv")).display()
        ))
    };
    copy(client, "accounts")?;
    client.run("CREATE UNIQUE INDEX ON accounts (id)")?;
    let begun = Instant::now();
    copy(client, "transfers")?;
    let copied = begun.elapsed();
    client.run("CREATE INDEX by_payer ON transfers (src, ts) INCLUDE (id, dst, amount)")?;
    let indexed = begun.elapsed() - copied;
    client.run("CREATE UNIQUE INDEX by_id ON transfers (id)")?;
    let begun = Instant::now();
    client.run("VACUUM ANALYZE transfers")?;
    client.run("VACUUM ANALYZE accounts")?;
    Ok(Loaded {
        copy: copied,
        index: indexed,
        vacuum: begun.elapsed(),
    })
}

fn prepare(client: &mut Client, query: &ReachQuery) -> io::Result<()> {
    client.run("SET enable_hashjoin = off; SET enable_mergejoin = off; SET enable_seqscan = off; SET plan_cache_mode = force_generic_plan; SET max_parallel_workers_per_gather = 0")?;
    let ReachQuery {
        depth,
        dwell_ms,
        min_amount,
        ..
    } = query;
    client.prepare(
        "reach",
        &format!(
            "WITH RECURSIVE r (id, ts, dst, hop) AS (
               SELECT id, ts, dst, 0 FROM transfers WHERE id = $1
             UNION
               SELECT f.id, f.ts, f.dst, r.hop + 1
               FROM r
               JOIN accounts a ON a.id = r.dst AND a.stop = 0
               JOIN transfers f ON f.src = r.dst AND f.ts >= r.ts AND f.ts <= r.ts + {dwell_ms}
                AND (f.ts > r.ts OR f.id > r.id) AND f.amount >= {min_amount}
               WHERE r.hop < {depth}
             )
             SELECT id, min(hop)::bigint FROM r GROUP BY id"
        ),
    )
}
