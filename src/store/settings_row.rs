//! The settings: one row. What nobody but their user may see has rows of its own.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{StoreError, Tx, sql};
use crate::model::{settings::Settings, smtp::MailPassword};

const KEY: &str = "settings";
const MAIL_PASSWORD: &str = "mail_password";

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

/// The password for the mail server, which only whoever talks to it asks for.
pub fn mail_password(db: &Connection) -> Result<Option<MailPassword>, StoreError> {
    let mut statement = db.prepare_cached("SELECT value FROM settings WHERE key = ?1")?;
    let kept = statement
        .query_row([MAIL_PASSWORD], |row| {
            let kept: String = row.get(0)?;
            MailPassword::new(&kept).map_err(|err| sql::unreadable(0, err))
        })
        .optional()?;
    Ok(kept)
}

pub fn has_mail_password(db: &Connection) -> Result<bool, StoreError> {
    let mut statement = db.prepare_cached("SELECT 1 FROM settings WHERE key = ?1")?;
    Ok(statement.exists([MAIL_PASSWORD])?)
}

pub fn set_mail_password(tx: &Tx<'_>, password: Option<&MailPassword>) -> Result<(), StoreError> {
    match password {
        Some(password) => tx
            .prepare_cached(
                "INSERT INTO settings (key, value) VALUES (?1, ?2)
                 ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            )?
            .execute(params![MAIL_PASSWORD, password.reveal()])?,
        None => tx
            .prepare_cached("DELETE FROM settings WHERE key = ?1")?
            .execute([MAIL_PASSWORD])?,
    };
    Ok(())
}
