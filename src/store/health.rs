//! Questions about the file itself, for an admin who wonders whether it is well.

use rusqlite::Connection;

use super::StoreError;

/// The SQLite that this program was built with.
pub fn sqlite_version() -> &'static str {
    rusqlite::version()
}

/// Whether that SQLite is free of the bug that can corrupt a WAL database which two connections
/// use.
pub fn is_sqlite_sound() -> bool {
    rusqlite::version_number() >= 3_051_003
}

pub fn schema_version(db: &Connection) -> Result<u32, StoreError> {
    Ok(db.pragma_query_value(None, "user_version", |row| row.get(0))?)
}

/// What SQLite finds wrong with the file; empty when it is well. The thorough check compares every
/// index with its table as well, and takes its time.
pub fn faults(db: &Connection, is_thorough: bool) -> Result<Vec<String>, StoreError> {
    let sql = if is_thorough {
        "PRAGMA integrity_check"
    } else {
        "PRAGMA quick_check"
    };
    let mut statement = db.prepare(sql)?;
    let rows = statement.query_map([], |row| row.get(0))?;
    let found: Vec<String> = rows.collect::<Result<_, _>>()?;
    Ok(found.into_iter().filter(|it| it != "ok").collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fresh_store_is_well() {
        let store = crate::store::Store::in_memory().expect("a store");
        let found = store.read(|db| Ok::<_, StoreError>((faults(db, false)?, faults(db, true)?)));
        assert_eq!(found.expect("an answer"), (Vec::new(), Vec::new()));
    }
}
