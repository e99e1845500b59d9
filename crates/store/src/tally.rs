//! How many reports, orders and cases there are, by area, state and sort, kept in the transaction that changes one, so
//! that the total of a filtered list costs a few rows whatever its length.
//!
//! Leaves out single figures and serial numbers (`counter`). A figure that could drift is a bug of the slice that forgot
//! to move its fact: the conformance suite holds the totals against a scan.

use crate::error::StoreError;
use crate::intake::{area_number, area_range};
use crate::tx::Tx;
use kernel::Area;
use sea_orm::{ConnectionTrait, Statement, Value};

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Sorted by category.
    Reports,
    /// Sorted by kind.
    Orders,
    Cases,
}

impl Counted {
    const fn slug(self) -> &'static str {
        match self {
            Counted::Reports => "report",
            Counted::Orders => "order",
            Counted::Cases => "case",
        }
    }
}

/// Where a fact is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell<'a> {
    pub area: Area,
    pub state: &'a str,
    pub sort: &'a str,
}

/// `count` facts more in the cell (fewer when negative).
pub(crate) fn add(tx: &Tx, what: Counted, cell: Cell<'_>, count: i64) {
    put(tx, what, &[(cell, count)]);
}

/// One fact went from a cell to another; nothing is written when it stayed.
pub(crate) fn moved(tx: &Tx, what: Counted, from: Cell<'_>, to: Cell<'_>) {
    if from != to {
        put(tx, what, &[(from, -1), (to, 1)]);
    }
}

fn put(tx: &Tx, what: Counted, cells: &[(Cell<'_>, i64)]) {
    let mut marks = Vec::with_capacity(cells.len());
    let mut values: Vec<Value> = Vec::with_capacity(cells.len() * 5);
    for (cell, count) in cells {
        let n = values.len();
        marks.push(format!(
            "(${}, ${}, ${}, ${}, ${})",
            n + 1,
            n + 2,
            n + 3,
            n + 4,
            n + 5
        ));
        values.extend([
            what.slug().into(),
            area_number(cell.area).into(),
            cell.state.into(),
            cell.sort.into(),
            (*count).into(),
        ]);
    }
    let sql = format!(
        "INSERT INTO tally (what, area, state, sort, value) VALUES {} \
         ON CONFLICT (what, area, state, sort) DO UPDATE SET value = tally.value + excluded.value",
        marks.join(", ")
    );
    let conn = tx.conn();
    tx.later(Statement::from_sql_and_values(
        conn.get_database_backend(),
        sql,
        values,
    ));
}

/// How many there are in these states (all when none is named), of this sort, in an area with all that lies in it.
pub async fn total(
    conn: &impl ConnectionTrait,
    what: Counted,
    states: &[&str],
    sort: Option<&str>,
    area: Option<Area>,
) -> Result<i64, StoreError> {
    let mut sql = "SELECT CAST(COALESCE(SUM(value), 0) AS bigint) FROM tally WHERE what = $1".to_owned();
    let mut values: Vec<Value> = vec![what.slug().into()];
    if let Some((low, high)) = area.map(area_range) {
        values.extend([low.into(), high.into()]);
        sql.push_str(" AND area BETWEEN $2 AND $3");
    }
    if let Some(sort) = sort {
        values.push(sort.into());
        sql.push_str(&format!(" AND sort = ${}", values.len()));
    }
    if !states.is_empty() {
        let first = values.len() + 1;
        values.extend(states.iter().map(|s| Value::from(*s)));
        let marks: Vec<String> = (first..=values.len()).map(|n| format!("${n}")).collect();
        sql.push_str(&format!(" AND state IN ({})", marks.join(", ")));
    }
    let row = conn
        .query_one_raw(Statement::from_sql_and_values(
            conn.get_database_backend(),
            sql,
            values,
        ))
        .await?
        .ok_or_else(|| StoreError::Corrupt("tally".into()))?;
    Ok(row.try_get_by_index(0)?)
}
