//! What workflows took away from users lately, because of events.

use rusqlite::{Connection, params};

use super::{
    StoreError, Tx,
    sql::{self, At},
};
use crate::model::Timestamp;

/// How many effects there were after `since`.
pub fn count(db: &Connection, since: Timestamp) -> Result<u64, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT coalesce(sum(effects), 0) FROM bursts WHERE at > ?1")?;
    Ok(statement.query_row([At(since)], |row| sql::count(row, 0))?)
}

/// Writes down some more, and forgets those up to `old`.
pub fn insert(tx: &Tx<'_>, at: Timestamp, effects: u64, old: Timestamp) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM bursts WHERE at <= ?1")?
        .execute([At(old)])?;
    tx.prepare_cached("INSERT INTO bursts (at, effects) VALUES (?1, ?2)")?
        .execute(params![At(at), effects as i64])?;
    Ok(())
}
