//! The log is read in the order of its numbers, and the head remembers the time of the last entry.

use super::index;
use sea_orm_migration::prelude::*;

pub struct Step;

impl MigrationName for Step {
    fn name(&self) -> &str {
        "m0013_audit_order"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for statement in [
            // The viewer's lists no longer follow the time, which can go back, but the number, which cannot.
            "DROP INDEX ix_audit_entry_actor_at_ms_seq",
            "DROP INDEX ix_audit_entry_subject_kind_subject_id_at_ms_seq",
            "DROP INDEX ix_audit_entry_action_at_ms_seq",
            "DROP INDEX ix_audit_entry_refused",
            // "What was refused", newest first. Refusals are few, so the index is small.
            "CREATE INDEX ix_audit_entry_refused ON audit_entry (seq) WHERE done = false",
            // Read with the lock on the head: a second table would be read as it was before the lock was granted.
            "ALTER TABLE audit_head ADD COLUMN at_ms bigint NOT NULL DEFAULT 0",
            "UPDATE audit_head SET at_ms = COALESCE((SELECT at_ms FROM audit_entry WHERE audit_entry.seq = audit_head.seq), 0)",
        ] {
            manager.get_connection().execute_unprepared(statement).await?;
        }
        // "What did this person do", newest first.
        index(manager, "audit_entry", &["actor", "seq"]).await?;
        // "Who touched this order, report, account", newest first.
        index(manager, "audit_entry", &["subject_kind", "subject_id", "seq"]).await?;
        // "All prints", "all sign-ins", newest first.
        index(manager, "audit_entry", &["action", "seq"]).await?;
        // "Everything about the paper of this number."
        index(manager, "document", &["number"]).await
    }
}
