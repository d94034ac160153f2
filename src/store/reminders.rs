//! For which intervals users got a mail about their password.

use rusqlite::{Connection, params};

use super::{
    StoreError, Tx,
    sql::{self, At},
};
use crate::model::{Timestamp, id::UserId, sweep::Interval};

/// Those about the password that was set then.
pub fn of(
    db: &Connection,
    user: UserId,
    password_changed: Timestamp,
) -> Result<Vec<Interval>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT interval FROM reminders WHERE user_id = ?1 AND password_changed = ?2",
    )?;
    let rows = statement.query_map(params![user, At(password_changed)], |row| {
        sql::from_json(row, 0)
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn insert(
    tx: &Tx<'_>,
    user: UserId,
    password_changed: Timestamp,
    interval: Interval,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT OR IGNORE INTO reminders (user_id, password_changed, interval) VALUES (?1, ?2, ?3)",
    )?
    .execute(params![user, At(password_changed), sql::json(&interval)?])?;
    Ok(())
}
