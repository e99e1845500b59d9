//! Organisations, users, their roles, their sessions, and what guessing at passwords has cost.

use super::{index, unique};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, binary, boolean, integer, text, text_null, uuid, uuid_null,
};

pub struct Step;

impl MigrationName for Step {
    fn name(&self) -> &str {
        "m0002_people"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Step {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        orgs(manager).await?;
        users(manager).await?;
        roles(manager).await?;
        sessions(manager).await?;
        guesses(manager).await
    }
}

async fn orgs(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("org")
        .col(uuid("id").primary_key())
        .col(text("name"))
        .col(text("kind").check(Expr::col("kind").is_in(["city", "county", "station"])))
        .col(text("area"))
        .col(uuid_null("parent_id"))
        .take();
    manager.create_table(table).await?;
    // The tree is seeded by area and name, and safely seeded twice.
    unique(manager, "org", &["area", "name"]).await
}

async fn users(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("centre_user")
        .col(uuid("id").primary_key())
        .col(text("login"))
        .col(text("name"))
        .col(text("police_number"))
        .col(uuid("org_id"))
        .col(text("level"))
        .col(text("seat"))
        .col(text("phone"))
        .col(boolean("disabled"))
        .col(boolean("must_change_password"))
        .col(text("password_hash"))
        .col(text_null("totp_secret"))
        .col(text_null("totp_pending"))
        .col(big_integer("totp_step"))
        .col(big_integer("created_at_ms"))
        .col(big_integer_null("seen_at_ms"))
        .foreign_key(ForeignKey::create().from("centre_user", "org_id").to("org", "id"))
        .take();
    manager.create_table(table).await?;
    // Signing in, and the list of users in the order of their logins.
    unique(manager, "centre_user", &["login"]).await
}

async fn roles(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = Table::create()
        .table("user_role")
        .col(uuid("user_id"))
        .col(text("role"))
        .col(uuid_null("granted_by"))
        .col(big_integer("granted_at_ms"))
        .primary_key(Index::create().col("user_id").col("role"))
        .foreign_key(
            ForeignKey::create()
                .from("user_role", "user_id")
                .to("centre_user", "id"),
        )
        .take();
    manager.create_table(table).await?;
    // "Who can be the second officer", and how many administrators are left.
    index(manager, "user_role", &["role", "user_id"]).await
}

async fn sessions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // The key is the digest of the secret in the cookie: each request asks for it, and the secret itself is nowhere.
    let table = Table::create()
        .table("session")
        .col(binary("digest").primary_key())
        .col(uuid("id"))
        .col(uuid("user_id"))
        .col(text("seat"))
        .col(text("source"))
        .col(big_integer("began_at_ms"))
        .col(big_integer("used_at_ms"))
        .col(big_integer_null("ended_at_ms"))
        .foreign_key(
            ForeignKey::create()
                .from("session", "user_id")
                .to("centre_user", "id"),
        )
        .take();
    manager.create_table(table).await?;
    // Ending all sessions of a person.
    index(manager, "session", &["user_id", "ended_at_ms"]).await
}

async fn guesses(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    // Read and written by key at each sign-in; the key of a login is its digest, because people type passwords there.
    let table = Table::create()
        .table("guess")
        .col(text("key").primary_key())
        .col(integer("failures"))
        .col(big_integer("last_at_ms"))
        .col(big_integer_null("locked_until_ms"))
        .take();
    manager.create_table(table).await
}
