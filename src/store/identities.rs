//! By what providers know our users.

use rusqlite::Connection;

use super::StoreError;
use crate::model::id::UserId;

/// Whether some provider knows the user, who needs no password then.
pub fn has_any(db: &Connection, user: UserId) -> Result<bool, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT EXISTS (SELECT 1 FROM identities WHERE user_id = ?1)")?;
    Ok(statement.query_row([user], |row| row.get(0))?)
}
