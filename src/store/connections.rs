//! Connections: providers through which people sign in. Admins make a few of them.

use rusqlite::{Connection as Db, OptionalExtension as _, Row, params};

use super::{
    StoreError, Tx,
    sql::{self, At, from_json, json, unreadable},
};
use crate::model::{
    Timestamp,
    connection::{ClientSecret, Connection, ConnectionSpec},
    id::ConnectionId,
    text,
};

const COLUMNS: &str = "id, spec, secret IS NOT NULL";

pub fn insert(
    tx: &Tx<'_>,
    spec: &ConnectionSpec,
    secret: Option<&ClientSecret>,
    now: Timestamp,
) -> Result<ConnectionId, StoreError> {
    tx.prepare_cached(
        "INSERT INTO connections (name, name_key, spec, secret, created, changed)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
    )?
    .execute(params![
        spec.name,
        text::fold(&spec.name),
        json(spec)?,
        secret.map(ClientSecret::reveal),
        At(now),
    ])?;
    Ok(ConnectionId::new(tx.last_insert_rowid()))
}

pub fn update(
    tx: &Tx<'_>,
    id: ConnectionId,
    spec: &ConnectionSpec,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE connections SET name = ?2, name_key = ?3, spec = ?4, changed = ?5 WHERE id = ?1",
    )?
    .execute(params![
        id,
        spec.name,
        text::fold(&spec.name),
        json(spec)?,
        At(now)
    ])?;
    Ok(())
}

pub fn set_secret(
    tx: &Tx<'_>,
    id: ConnectionId,
    secret: Option<&ClientSecret>,
) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE connections SET secret = ?2 WHERE id = ?1")?
        .execute(params![id, secret.map(ClientSecret::reveal)])?;
    Ok(())
}

pub fn delete(tx: &Tx<'_>, id: ConnectionId) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM connections WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

pub fn get(db: &Db, id: ConnectionId) -> Result<Option<Connection>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM connections WHERE id = ?1");
    let mut statement = db.prepare_cached(&sql)?;
    Ok(statement.query_row([id], connection).optional()?)
}

pub fn by_name(db: &Db, name: &str) -> Result<Option<Connection>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM connections WHERE name_key = ?1");
    let mut statement = db.prepare_cached(&sql)?;
    Ok(statement
        .query_row([text::fold(name)], connection)
        .optional()?)
}

/// In the order of their names.
pub fn all(db: &Db) -> Result<Vec<Connection>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM connections ORDER BY name_key");
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map([], connection)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The secret, which only whoever talks to the provider asks for.
pub fn secret(db: &Db, id: ConnectionId) -> Result<Option<ClientSecret>, StoreError> {
    let mut statement = db.prepare_cached("SELECT secret FROM connections WHERE id = ?1")?;
    let secret = statement
        .query_row([id], |row| {
            let kept: Option<String> = row.get(0)?;
            let secret = kept.map(|it| ClientSecret::new(&it)).transpose();
            secret.map_err(|err| unreadable(0, err))
        })
        .optional()?;
    Ok(secret.flatten())
}

fn connection(row: &Row<'_>) -> rusqlite::Result<Connection> {
    Ok(Connection {
        id: row.get(0)?,
        spec: from_json(row, 1)?,
        has_secret: row.get(2)?,
    })
}

/// The names of the first `limit` users who sign in through it.
pub fn usernames(db: &Db, id: ConnectionId, limit: usize) -> Result<Vec<String>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT DISTINCT username FROM identities
         JOIN users ON users.id = user_id AND deleted IS NULL WHERE connection = ?1
         ORDER BY username_key LIMIT ?2",
    )?;
    let rows = statement.query_map(params![id, limit as i64], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many users sign in through it.
pub fn count_users(db: &Db, id: ConnectionId) -> Result<u64, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT count(DISTINCT user_id) FROM identities
         JOIN users ON users.id = user_id AND deleted IS NULL WHERE connection = ?1",
    )?;
    Ok(statement.query_row([id], |row| sql::count(row, 0))?)
}
