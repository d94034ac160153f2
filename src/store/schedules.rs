//! How far each workflow's schedule has been dealt with.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{StoreError, Tx, sql::At};
use crate::model::{Timestamp, id::WorkflowId};

/// The newest due time that was dealt with; at first, when the workflow was activated.
pub fn mark(db: &Connection, workflow: WorkflowId) -> Result<Option<Timestamp>, StoreError> {
    let mut statement = db.prepare_cached("SELECT mark FROM schedules WHERE workflow = ?1")?;
    let mark: Option<At> = statement
        .query_row([workflow], |row| row.get(0))
        .optional()?;
    Ok(mark.map(|it| it.0))
}

/// Sets the mark, be it forward or back: what was due until then is dealt with.
pub fn set_mark(tx: &Tx<'_>, workflow: WorkflowId, at: Timestamp) -> Result<(), StoreError> {
    tx.prepare_cached("INSERT OR REPLACE INTO schedules (workflow, mark) VALUES (?1, ?2)")?
        .execute(params![workflow, At(at)])?;
    Ok(())
}
