//! Events, as they happened.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{
    StoreError, Tx,
    sql::{self, At},
};
use crate::model::{event::Event, id::EventId};

pub fn insert(tx: &Tx<'_>, event: &Event) -> Result<EventId, StoreError> {
    tx.prepare_cached("INSERT INTO events (user_id, at, body) VALUES (?1, ?2, ?3)")?
        .execute(params![event.user, At(event.at), sql::json(event)?])?;
    Ok(EventId::new(tx.last_insert_rowid()))
}

/// The event of an execution; a schedule brings none.
pub fn of(db: &Connection, id: Option<EventId>) -> Result<Option<Event>, StoreError> {
    id.map_or(Ok(None), |id| get(db, id))
}

pub fn get(db: &Connection, id: EventId) -> Result<Option<Event>, StoreError> {
    let mut statement = db.prepare_cached("SELECT body FROM events WHERE id = ?1")?;
    let body = |row: &rusqlite::Row<'_>| sql::from_json(row, 0);
    Ok(statement.query_row([id], body).optional()?)
}
