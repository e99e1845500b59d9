//! Whose store this is, and whether its facts are played or real. Written once, when the store is founded; checked
//! at each start, so that a drill can never be served from real data nor real work land in a demo file.

use crate::config::{Mark, StoreConfig};
use crate::error::StoreError;
use crate::tx::begin_immediate;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

/// The owner of the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Centre {
    pub id: String,
    pub name: String,
    pub mark: Mark,
}

/// The founding is the one fact without an entry: the chain starts behind it, and every head names the centre.
pub(crate) async fn found_or_check(
    writer: &DatabaseConnection,
    config: &StoreConfig,
) -> Result<Centre, StoreError> {
    let tx = begin_immediate(writer).await?;
    let found = Statement::from_sql_and_values(
        tx.get_database_backend(),
        "INSERT INTO centre (one, centre_id, mark, name) VALUES (1, $1, $2, $3) ON CONFLICT (one) DO NOTHING",
        [
            config.centre_id.as_str().into(),
            config.mark.as_str().into(),
            config.centre_name.as_str().into(),
        ],
    );
    tx.execute_raw(found).await?;
    let row = tx
        .query_one_raw(Statement::from_string(
            tx.get_database_backend(),
            "SELECT centre_id, mark, name FROM centre",
        ))
        .await?;
    let row = row.ok_or_else(|| StoreError::Corrupt("centre".into()))?;
    let mark: String = row.try_get_by_index(1)?;
    let mark = Mark::from_stored(&mark).ok_or_else(|| StoreError::Corrupt("centre.mark".into()))?;
    let centre = Centre {
        id: row.try_get_by_index(0)?,
        name: row.try_get_by_index(2)?,
        mark,
    };
    tx.commit().await.map_err(StoreError::of_commit)?;
    check(centre, config)
}

fn check(centre: Centre, config: &StoreConfig) -> Result<Centre, StoreError> {
    let mut lines = Vec::new();
    if centre.mark != config.mark {
        lines.push(match centre.mark {
            Mark::Demo => {
                "此库为演示库，不得用于实际工作 / this is a demo store; real work must not go into it"
                    .to_owned()
            }
            Mark::Real => {
                "此库为实战库，不得用于演示 / this is a real store; a demo must not touch it".to_owned()
            }
        });
    }
    if centre.id != config.centre_id {
        let (theirs, ours) = (&centre.id, &config.centre_id);
        lines.push(format!(
            "此库属于中心 {theirs}，不是 {ours} / this store belongs to centre {theirs}, not {ours}"
        ));
    }
    if lines.is_empty() {
        Ok(centre)
    } else {
        Err(StoreError::Refused(lines))
    }
}
