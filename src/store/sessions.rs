//! Browsers in which somebody is signed in, and those that are known from an earlier time.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{
    StoreError, Tx,
    sql::{self, At},
};
use crate::model::{
    Timestamp,
    id::UserId,
    session::{Key, Session, SessionId, Stage},
};

const COLUMNS: &str = "id, user_id, stage, created, last_used, address, agent, enrolling";

/// A session as first stored.
pub struct NewSession<'a> {
    pub key: &'a Key,
    pub user: UserId,
    pub stage: Stage,
    pub address: &'a str,
    pub agent: &'a str,
    pub at: Timestamp,
}

/// A browser that a user has signed in with before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    pub user: UserId,
    pub failures: u32,
    pub locked_until: Option<Timestamp>,
}

impl Device {
    /// Whether failures in this browser keep its user out at this moment.
    pub fn is_locked(&self, now: Timestamp) -> bool {
        self.locked_until.is_some_and(|until| now < until)
    }
}

pub fn insert(tx: &Tx<'_>, new: &NewSession<'_>) -> Result<SessionId, StoreError> {
    tx.prepare_cached(
        "INSERT INTO sessions (key, user_id, stage, created, last_used, address, agent)
         VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6)",
    )?
    .execute(params![
        new.key,
        new.user,
        sql::word(&new.stage)?,
        At(new.at),
        new.address,
        new.agent,
    ])?;
    Ok(SessionId::new(tx.last_insert_rowid()))
}

pub fn get(db: &Connection, id: SessionId) -> Result<Option<Session>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM sessions WHERE id = ?1");
    Ok(db
        .prepare_cached(&sql)?
        .query_row([id], session)
        .optional()?)
}

pub fn by_key(db: &Connection, key: &Key) -> Result<Option<Session>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM sessions WHERE key = ?1");
    Ok(db
        .prepare_cached(&sql)?
        .query_row([key], session)
        .optional()?)
}

/// Those of a user, the last used first.
pub fn of_user(db: &Connection, user: UserId) -> Result<Vec<Session>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM sessions WHERE user_id = ?1 ORDER BY last_used DESC");
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map([user], session)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn set_enrolling(tx: &Tx<'_>, id: SessionId, secret: Option<&[u8]>) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE sessions SET enrolling = ?2 WHERE id = ?1")?
        .execute(params![id, secret])?;
    Ok(())
}

pub fn set_used(tx: &Tx<'_>, id: SessionId, at: Timestamp) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE sessions SET last_used = ?2 WHERE id = ?1")?
        .execute(params![id, At(at)])?;
    Ok(())
}

/// Ends a session; says whether there was one.
pub fn delete(tx: &Tx<'_>, id: SessionId) -> Result<bool, StoreError> {
    let rows = tx
        .prepare_cached("DELETE FROM sessions WHERE id = ?1")?
        .execute([id])?;
    Ok(rows > 0)
}

/// Ends every session of a user but one; says how many.
pub fn delete_of_user(
    tx: &Tx<'_>,
    user: UserId,
    except: Option<SessionId>,
) -> Result<usize, StoreError> {
    let rows = tx
        .prepare_cached("DELETE FROM sessions WHERE user_id = ?1 AND id IS NOT ?2")?
        .execute(params![user, except])?;
    Ok(rows)
}

/// Ends every session of these users.
pub fn delete_of_users(tx: &Tx<'_>, users: &[UserId]) -> Result<usize, StoreError> {
    let users: Vec<i64> = users.iter().map(|it| it.number()).collect();
    let rows = tx
        .prepare_cached("DELETE FROM sessions WHERE user_id IN (SELECT value FROM json_each(?1))")?
        .execute([super::sql::json(&users)?])?;
    Ok(rows)
}

/// Ends sessions and forgets browsers that have not been used since then.
pub fn purge(
    tx: &Tx<'_>,
    sessions_before: Timestamp,
    devices_before: Timestamp,
) -> Result<usize, StoreError> {
    let sessions = tx
        .prepare_cached("DELETE FROM sessions WHERE last_used < ?1")?
        .execute([At(sessions_before)])?;
    let devices = tx
        .prepare_cached("DELETE FROM devices WHERE last_used < ?1")?
        .execute([At(devices_before)])?;
    Ok(sessions + devices)
}

/// When the session and the browser that have not been used for longest were last used.
pub fn oldest(db: &Connection) -> Result<(Option<Timestamp>, Option<Timestamp>), StoreError> {
    let oldest = |sql: &str| -> Result<Option<Timestamp>, StoreError> {
        let at: Option<At> = db.prepare_cached(sql)?.query_row([], |row| row.get(0))?;
        Ok(at.map(|at| at.0))
    };
    Ok((
        oldest("SELECT min(last_used) FROM sessions")?,
        oldest("SELECT min(last_used) FROM devices")?,
    ))
}

pub fn device(db: &Connection, key: &Key) -> Result<Option<Device>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT user_id, failures, locked_until FROM devices WHERE key = ?1")?;
    let device = |row: &Row<'_>| {
        Ok(Device {
            user: row.get(0)?,
            failures: row.get(1)?,
            locked_until: row.get::<_, Option<At>>(2)?.map(|at| at.0),
        })
    };
    Ok(statement.query_row([key], device).optional()?)
}

/// The browser with this key, if it is one that the user has signed in with before.
pub fn device_of(
    db: &Connection,
    key: Option<&Key>,
    user: UserId,
) -> Result<Option<Device>, StoreError> {
    let device = match key {
        Some(key) => device(db, key)?,
        None => None,
    };
    Ok(device.filter(|it| it.user == user))
}

/// Remembers a browser as the user's, with a clean slate.
pub fn put_device(tx: &Tx<'_>, key: &Key, user: UserId, at: Timestamp) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO devices (key, user_id, last_used) VALUES (?1, ?2, ?3)
         ON CONFLICT (key) DO UPDATE SET user_id = excluded.user_id,
             last_used = excluded.last_used, failures = 0, locked_until = NULL",
    )?
    .execute(params![key, user, At(at)])?;
    Ok(())
}

pub fn set_device_failures(
    tx: &Tx<'_>,
    key: &Key,
    failures: u32,
    locked_until: Option<Timestamp>,
) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE devices SET failures = ?2, locked_until = ?3 WHERE key = ?1")?
        .execute(params![key, failures, locked_until.map(At)])?;
    Ok(())
}

/// Forgets a browser that goes by another key from now on.
pub fn delete_device(tx: &Tx<'_>, key: &Key) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM devices WHERE key = ?1")?
        .execute([key])?;
    Ok(())
}

/// Forgets the browsers of a user: all are strangers again.
pub fn delete_devices(tx: &Tx<'_>, user: UserId) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM devices WHERE user_id = ?1")?
        .execute([user])?;
    Ok(())
}

fn session(row: &Row<'_>) -> rusqlite::Result<Session> {
    Ok(Session {
        id: row.get(0)?,
        user: row.get(1)?,
        stage: sql::from_word(row, 2)?,
        created: row.get::<_, At>(3)?.0,
        last_used: row.get::<_, At>(4)?.0,
        address: row.get(5)?,
        agent: row.get(6)?,
        enrolling: row.get(7)?,
    })
}
