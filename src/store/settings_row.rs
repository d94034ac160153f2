//! The settings: one row.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{StoreError, Tx, sql};
use crate::model::settings::Settings;

const KEY: &str = "settings";

pub fn get(db: &Connection) -> Result<Settings, StoreError> {
    let mut statement = db.prepare_cached("SELECT value FROM settings WHERE key = ?1")?;
    let found = statement
        .query_row([KEY], |row| sql::from_json(row, 0))
        .optional()?;
    Ok(found.unwrap_or_default())
}

pub fn set(tx: &Tx<'_>, settings: &Settings) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO settings (key, value) VALUES (?1, ?2)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )?
    .execute(params![KEY, sql::json(settings)?])?;
    Ok(())
}
