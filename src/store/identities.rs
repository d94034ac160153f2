//! By what providers know our users.

use rusqlite::{Connection, Row};
use serde::Serialize;

use super::{StoreError, sql::At};
use crate::model::{Timestamp, id::UserId};

/// Somebody's account at a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Linked {
    pub issuer: String,
    pub subject: String,

    /// The name of the connection, if it still exists.
    pub connection: Option<String>,
    pub last_used: Timestamp,
}

/// Whether some provider knows the user, who needs no password then.
pub fn has_any(db: &Connection, user: UserId) -> Result<bool, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT EXISTS (SELECT 1 FROM identities WHERE user_id = ?1)")?;
    Ok(statement.query_row([user], |row| row.get(0))?)
}

/// As whom providers know the user, the last used first.
pub fn of_user(db: &Connection, user: UserId) -> Result<Vec<Linked>, StoreError> {
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
