//! `/healthz`.

use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub struct Health {
    /// `ok`: the server answers and so does its database.
    pub status: String,
    pub version: String,
    /// Played facts; never real work.
    pub demo: bool,
    pub centre_name: String,
    pub server_time: String,
    /// Entries of the log.
    pub log_length: u64,
    pub durability: Durability,
}

/// What the database answered when it was asked how it keeps things.
#[derive(Serialize, ToSchema)]
pub struct Durability {
    pub engine: String,
    pub version: String,
    /// What was acknowledged survives a power cut.
    pub durable: bool,
    pub settings: BTreeMap<String, String>,
}
