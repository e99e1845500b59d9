//! The keys a centre's store belongs to: the one that signs the log's heads and the one that seals second factors.
//!
//! Promises: the first process to open a store records which keys it uses; a process that comes with another key does
//! not start, because heads under two keys prove nothing and secrets under another key cannot be read. Leaves out the
//! key files (see the binary).

use crate::{AppResult, Centre, Work};
use domain::audit::AuditAction;
use domain::subject::SubjectKind;
use store::{audit, setting};

/// Which key does not belong to the store.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WrongKey {
    Signing,
    Secrets,
}

const SIGNING: &str = "key.signing";
const SECRETS: &str = "key.secrets";

/// Records the keys at the first start, and says afterwards whether they are still the ones.
pub async fn keys_check(centre: &Centre) -> AppResult<Option<WrongKey>> {
    let conn = centre.store.reader();
    let known = (
        setting::get(conn, SIGNING).await?,
        setting::get(conn, SECRETS).await?,
    );
    if let (Some(signing), Some(secrets)) = known {
        return Ok(wrong(centre, &signing, &secrets));
    }
    let ctx = centre.job(crate::Job::Keys);
    let work = centre
        .work(
            &ctx,
            AuditAction::KeysRecord,
            SubjectKind::Centre,
            centre.config.area,
        )
        .await?;
    let outcome = record(&work, centre).await;
    work.finish(outcome).await
}

fn wrong(centre: &Centre, signing: &str, secrets: &str) -> Option<WrongKey> {
    if signing != public_key(centre) {
        Some(WrongKey::Signing)
    } else if secrets != centre.secrets.id() {
        Some(WrongKey::Secrets)
    } else {
        None
    }
}

fn public_key(centre: &Centre) -> String {
    centre.signer.public_key().to_hex()
}

/// Read again inside the transaction: of processes that start together the first one records.
async fn record(work: &Work<'_>, centre: &Centre) -> AppResult<Option<WrongKey>> {
    let conn = work.tx.conn();
    // A store from before keys were recorded has the key of its heads.
    if let Some(head) = audit::last_head(conn).await?
        && head.key_id != centre.signer.public_key().id()
    {
        return Ok(Some(WrongKey::Signing));
    }
    let mut kept = Vec::new();
    for (key, value) in [
        (SIGNING, public_key(centre)),
        (SECRETS, centre.secrets.id().to_owned()),
    ] {
        match setting::get(conn, key).await? {
            Some(known) => kept.push(known),
            None => {
                setting::put(&work.tx, key, &value).await?;
                kept.push(value);
            }
        }
    }
    Ok(wrong(centre, &kept[0], &kept[1]))
}
