//! REACH as JSON over a loopback connection, to set beside PostgreSQL's local socket: how much of the lead survives when
//! an answer must be written, sent and read.
//!
//! It is a plain route over the engine, made for this bench, without the rights, the entry in the log and the store that
//! the product's route asks for: a figure about transport, and printed as such. The product's own is in `product`.

use super::samples::Samples;
use crate::command::bench::client::Client;
use crate::problem::Problem;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::IntoResponse;
use axum::routing::get;
use std::cell::RefCell;
use std::io;
use std::sync::Arc;
use trace::{Index, Ledger, Reach, ReachQuery, Tracer};

thread_local! {
    static TRACER: RefCell<Tracer> = RefCell::new(Tracer::default());
}

/// One client, one connection kept open.
pub fn time(index: &Arc<Index>, seeds: &[u64]) -> Result<Samples, Problem> {
    let failed = |e: io::Error| Problem::because("HTTP 测量中断", "the measurement over HTTP broke off", e);
    let runtime = crate::command::runtime()?;
    let listener = runtime
        .block_on(tokio::net::TcpListener::bind("127.0.0.1:0"))
        .map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    let router = Router::new()
        .route("/reach/{id}", get(reach))
        .with_state(Arc::clone(index));
    let server = runtime.spawn(async move { axum::serve(listener, router).await });
    let measured = ask_all(&address.to_string(), seeds).map_err(failed);
    server.abort();
    measured
}

async fn reach(State(index): State<Arc<Index>>, Path(id): Path<u64>) -> impl IntoResponse {
    let edges: Vec<_> = index.locate(&[id]).into_iter().flatten().collect();
    let mut reach = Reach::default();
    TRACER.with_borrow_mut(|tracer| tracer.reach_rows(&*index, &edges, &ReachQuery::default(), &mut reach));
    let rows: Vec<(u64, u32)> = reach.rows.iter().map(|row| (row.id, row.hop)).collect();
    axum::Json(rows)
}

fn ask_all(address: &str, seeds: &[u64]) -> io::Result<Samples> {
    let mut client = Client::connect(address)?;
    Samples::of(seeds, |seed| {
        let answer = client.get(&format!("/reach/{seed}"))?;
        let rows: Vec<(u64, u32)> = serde_json::from_slice(&answer.body).map_err(io::Error::other)?;
        std::hint::black_box(rows);
        Ok(())
    })
}
