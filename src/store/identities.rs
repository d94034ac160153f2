//! Who somebody is at a provider, and which user that is here.

use rusqlite::{Connection as Db, OptionalExtension as _, Row, params};
use serde::Serialize;

use super::{StoreError, Tx, sql::At};
use crate::model::{
    Timestamp,
    connection::{Identity, Origin},
    id::UserId,
};

/// Somebody's account at a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Linked {
    pub issuer: String,
    pub subject: String,

    /// The name of the connection, if it still exists.
    pub connection: Option<String>,
    pub last_used: Timestamp,
}

/// Fails as a duplicate of `identities.` if the identity is somebody's already.
pub fn insert(
    tx: &Tx<'_>,
    user: UserId,
    origin: &Origin,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO identities (issuer, subject, user_id, connection, created, last_used)
         VALUES (?1, ?2, ?3, ?4, ?5, ?5)",
    )?
    .execute(params![
        origin.identity.issuer(),
        origin.identity.subject(),
        user,
        origin.connection,
        At(now)
    ])?;
    Ok(())
}

/// Also a user in the recycle bin.
pub fn user_of(db: &Db, identity: &Identity) -> Result<Option<UserId>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT user_id FROM identities WHERE issuer = ?1 AND subject = ?2")?;
    let found = statement
        .query_row([identity.issuer(), identity.subject()], |row| row.get(0))
        .optional()?;
    Ok(found)
}

/// Whether some provider knows the user, who needs no password then.
pub fn has_any(db: &Db, user: UserId) -> Result<bool, StoreError> {
    let mut statement = db.prepare_cached("SELECT 1 FROM identities WHERE user_id = ?1")?;
    Ok(statement.exists([user])?)
}

/// Whether the user is known to this issuer, as somebody or other.
pub fn has_at(db: &Db, user: UserId, issuer: &str) -> Result<bool, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT 1 FROM identities WHERE user_id = ?1 AND issuer = ?2")?;
    Ok(statement.exists(params![user, issuer])?)
}

/// Remembers that somebody has signed in so, and through which connection.
pub fn touch(tx: &Tx<'_>, origin: &Origin, now: Timestamp) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE identities SET last_used = ?3, connection = ?4 WHERE issuer = ?1 AND subject = ?2",
    )?
    .execute(params![
        origin.identity.issuer(),
        origin.identity.subject(),
        At(now),
        origin.connection
    ])?;
    Ok(())
}

/// As whom providers know the user, the last used first.
pub fn of_user(db: &Db, user: UserId) -> Result<Vec<Linked>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT issuer, subject, connections.name, last_used FROM identities
         LEFT JOIN connections ON connections.id = identities.connection
         WHERE user_id = ?1 ORDER BY last_used DESC",
    )?;
    let linked = |row: &Row<'_>| {
        Ok(Linked {
            issuer: row.get(0)?,
            subject: row.get(1)?,
            connection: row.get(2)?,
            last_used: row.get::<_, At>(3)?.0,
        })
    };
    let rows = statement.query_map([user], linked)?;
    Ok(rows.collect::<Result<_, _>>()?)
}
