//! Roles.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{StoreError, Tx, sql};
use crate::model::{group::Role, id::RoleId, text};

const COLUMNS: &str = "id, name, description, is_default, is_protected";

pub fn insert(tx: &Tx<'_>, name: &str, description: &str) -> Result<RoleId, StoreError> {
    tx.prepare_cached(
        "INSERT INTO roles (name, name_key, description, is_default, is_protected)
         VALUES (?1, ?2, ?3, 0, 0)",
    )?
    .execute(params![name, text::fold(name), description])?;
    Ok(RoleId::new(tx.last_insert_rowid()))
}

pub fn update(tx: &Tx<'_>, role: &Role) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE roles
         SET name = ?2, name_key = ?3, description = ?4, is_default = ?5, is_protected = ?6
         WHERE id = ?1",
    )?
    .execute(params![
        role.id,
        role.name,
        text::fold(&role.name),
        role.description,
        role.is_default,
        role.is_protected,
    ])?;
    Ok(())
}

pub fn delete(tx: &Tx<'_>, id: RoleId) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM roles WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

pub fn get(db: &Connection, id: RoleId) -> Result<Option<Role>, StoreError> {
    let mut statement = db.prepare_cached(&format!("SELECT {COLUMNS} FROM roles WHERE id = ?1"))?;
    Ok(statement.query_row([id], role).optional()?)
}

pub fn by_name(db: &Connection, name: &str) -> Result<Option<Role>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM roles WHERE name_key = ?1");
    let mut statement = db.prepare_cached(&sql)?;
    Ok(statement.query_row([text::fold(name)], role).optional()?)
}

/// What new users get.
pub fn defaults(db: &Connection) -> Result<Vec<Role>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM roles WHERE is_default = 1 ORDER BY name_key");
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map([], role)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Up to `limit` roles whose names hold `search`, by name, after the one called `after`.
pub fn page(
    db: &Connection,
    search: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<Role>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM roles
         WHERE name_key > ?1 AND (?2 = '' OR instr(name_key, ?2) > 0)
         ORDER BY name_key LIMIT ?3"
    );
    let after = after.map(text::fold).unwrap_or_default();
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(params![after, text::fold(search), limit as i64], role)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn role(row: &Row<'_>) -> rusqlite::Result<Role> {
    Ok(Role {
        id: row.get(0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        is_default: row.get(3)?,
        is_protected: row.get(4)?,
    })
}

/// How many users have it.
pub fn count_holders(db: &Connection, id: RoleId) -> Result<u64, StoreError> {
    // The recycle bin is small beside everyone else.
    let mut statement = db.prepare_cached(
        "SELECT (SELECT count(*) FROM user_roles WHERE role_id = ?1)
              - (SELECT count(*) FROM users CROSS JOIN user_roles ON user_id = users.id
                 WHERE deleted IS NOT NULL AND role_id = ?1)",
    )?;
    Ok(statement.query_row([id], |row| sql::count(row, 0))?)
}
