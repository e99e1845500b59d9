//! Which process runs a job, when several share the database. A lease ends by itself; each change of holder raises
//! the fencing token, and work done under an old token is refused in its transaction.
//!
//! Leaves out the jobs. Time is an argument: processes whose clocks differ by more than the lease's length may both
//! believe that they hold it, which is why [`still_mine`] exists.

use crate::connect::Store;
use crate::error::StoreError;
use crate::line::Line;
use crate::tx::{Chore, Tx};
use kernel::{Instant, Span};
use sea_orm::sea_query::{Expr, ExprTrait, LockType, Query};
use sea_orm::{ConnectionTrait, DbBackend, Statement};

/// A lease that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    pub name: String,
    pub holder: String,
    /// Never the same for two holders.
    pub fencing_token: i64,
    pub expires_at: Instant,
}

/// Takes the lease when it is free or past its end, or lengthens it for its holder; `None` when another has it.
pub async fn take(
    store: &Store,
    name: &str,
    holder: &str,
    now: Instant,
    length: Span,
) -> Result<Option<Lease>, StoreError> {
    let chore = store.begin_chore(Chore::Lease).await?;
    let held = lock(chore.conn(), name).await?;
    let Some(next) = decide(held, holder, now, length) else {
        return Ok(None);
    };
    write(chore.conn(), &next).await?;
    chore.commit().await?;
    Ok(Some(next))
}

/// Gives the lease back early, so that another process need not wait for its end.
pub async fn give_back(store: &Store, lease: &Lease) -> Result<(), StoreError> {
    let chore = store.begin_chore(Chore::Lease).await?;
    let held = lock(chore.conn(), &lease.name).await?;
    if held.fencing_token == lease.fencing_token {
        write(
            chore.conn(),
            &Lease {
                expires_at: NEVER_HELD,
                ..held
            },
        )
        .await?;
    }
    chore.commit().await
}

/// Call it in each transaction of the job: [`StoreError::LeaseLost`] when somebody else has taken over.
pub async fn still_mine(tx: &Tx, lease: &Lease) -> Result<(), StoreError> {
    let held = lock(tx.conn(), &lease.name).await?;
    if held.fencing_token == lease.fencing_token {
        Ok(())
    } else {
        Err(StoreError::LeaseLost(lease.name.clone()))
    }
}

const NEVER_HELD: Instant = Instant::from_ms(0);

/// The rule: a free or ended lease goes to whoever asks, a running one only to its holder.
fn decide(held: Lease, holder: &str, now: Instant, length: Span) -> Option<Lease> {
    let running = held.expires_at > now;
    match (running, held.holder == holder) {
        (true, false) => None,
        (true, true) => Some(Lease {
            expires_at: now + length,
            ..held
        }),
        (false, _) => {
            let fencing_token = held.fencing_token + 1;
            Some(Lease {
                name: held.name,
                holder: holder.to_owned(),
                fencing_token,
                expires_at: now + length,
            })
        }
    }
}

async fn lock(tx: &Line, name: &str) -> Result<Lease, StoreError> {
    let backend = tx.get_database_backend();
    let first = "INSERT INTO lease (name, holder, fencing_token, expires_at_ms) VALUES ($1, '', 0, 0) ON CONFLICT (name) DO NOTHING";
    tx.execute_raw(Statement::from_sql_and_values(backend, first, [name.into()]))
        .await?;
    let mut select = Query::select();
    select
        .columns(["holder", "fencing_token", "expires_at_ms"])
        .from("lease")
        .and_where(Expr::col("name").eq(name));
    if backend == DbBackend::Postgres {
        select.lock(LockType::Update);
    }
    let row = tx
        .query_one(&select)
        .await?
        .ok_or_else(|| StoreError::Corrupt(format!("lease {name}")))?;
    Ok(Lease {
        name: name.to_owned(),
        holder: row.try_get_by_index(0)?,
        fencing_token: row.try_get_by_index(1)?,
        expires_at: Instant::from_ms(row.try_get_by_index(2)?),
    })
}

async fn write(tx: &Line, lease: &Lease) -> Result<(), StoreError> {
    let statement = Statement::from_sql_and_values(
        tx.get_database_backend(),
        "UPDATE lease SET holder = $2, fencing_token = $3, expires_at_ms = $4 WHERE name = $1",
        [
            lease.name.as_str().into(),
            lease.holder.as_str().into(),
            lease.fencing_token.into(),
            lease.expires_at.ms().into(),
        ],
    );
    tx.execute_raw(statement).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_running_lease_stays_with_its_holder() {
        let at = Instant::from_ms;
        let held = |holder: &str, expires| Lease {
            name: "outbox".into(),
            holder: holder.into(),
            fencing_token: 7,
            expires_at: at(expires),
        };
        for (holder, expires, asks, now, token) in [
            ("a", 100, "b", 99, None),
            ("a", 100, "a", 99, Some(7)),
            ("a", 100, "b", 100, Some(8)),
            ("a", 100, "a", 100, Some(8)),
            ("", 0, "a", 1, Some(8)),
        ] {
            let given = decide(held(holder, expires), asks, at(now), Span::from_ms(50));
            assert_eq!(
                given.as_ref().map(|lease| lease.fencing_token),
                token,
                "{asks} at {now}"
            );
            if let Some(lease) = given {
                assert_eq!((lease.holder.as_str(), lease.expires_at), (asks, at(now + 50)));
            }
        }
    }
}
