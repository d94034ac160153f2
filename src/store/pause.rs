//! Why no mail is sent at the moment. It is kept here, since who sends and who wonders can be two
//! processes.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{StoreError, Tx, sql::At};
use crate::model::Timestamp;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pause {
    /// A sentence for an admin.
    pub reason: String,
    pub since: Timestamp,

    /// When it is tried again, unless the settings change before.
    pub until: Timestamp,
}

/// `None` while all is well.
pub fn get(db: &Connection) -> Result<Option<Pause>, StoreError> {
    let mut statement = db.prepare_cached("SELECT reason, since, until FROM mail_pause")?;
    let pause = |row: &rusqlite::Row<'_>| {
        Ok(Pause {
            reason: row.get(0)?,
            since: row.get::<_, At>(1)?.0,
            until: row.get::<_, At>(2)?.0,
        })
    };
    Ok(statement.query_row([], pause).optional()?)
}

/// The beginning of a pause stays while the reason does.
pub fn set(tx: &Tx<'_>, pause: &Pause) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO mail_pause (id, reason, since, until) VALUES (1, ?1, ?2, ?3)
         ON CONFLICT (id) DO UPDATE SET reason = excluded.reason, until = excluded.until,
             since = iif(reason = excluded.reason, since, excluded.since)",
    )?
    .execute(params![pause.reason, At(pause.since), At(pause.until)])?;
    Ok(())
}

pub fn end(tx: &Tx<'_>) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM mail_pause")?.execute([])?;
    Ok(())
}
