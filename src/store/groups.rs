//! Groups.

mod matching;

pub use self::matching::{Column, count_matching, matching};

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{
    StoreError, Tx,
    sql::{self, At},
};
use crate::model::{Timestamp, group::Group, id::GroupId, text};

const COLUMNS: &str = "id, name, description, is_protected, is_everyone, external_id, \
     revision, created, changed";

pub fn insert(
    tx: &Tx<'_>,
    name: &str,
    description: &str,
    now: Timestamp,
) -> Result<GroupId, StoreError> {
    tx.prepare_cached(
        "INSERT INTO groups
             (name, name_key, description, is_protected, is_everyone, created, changed)
         VALUES (?1, ?2, ?3, 0, 0, ?4, ?4)",
    )?
    .execute(params![name, text::fold(name), description, At(now)])?;
    Ok(GroupId::new(tx.last_insert_rowid()))
}

pub fn update(tx: &Tx<'_>, group: &Group, now: Timestamp) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE groups SET name = ?2, name_key = ?3, description = ?4, is_protected = ?5,
             external_id = ?6, changed = ?7, revision = revision + 1
         WHERE id = ?1",
    )?
    .execute(params![
        group.id,
        group.name,
        text::fold(&group.name),
        group.description,
        group.is_protected,
        group.external_id,
        At(now),
    ])?;
    Ok(())
}

pub fn delete(tx: &Tx<'_>, id: GroupId) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM groups WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

pub fn get(db: &Connection, id: GroupId) -> Result<Option<Group>, StoreError> {
    let mut statement =
        db.prepare_cached(&format!("SELECT {COLUMNS} FROM groups WHERE id = ?1"))?;
    Ok(statement.query_row([id], group).optional()?)
}

pub fn by_name(db: &Connection, name: &str) -> Result<Option<Group>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM groups WHERE name_key = ?1");
    let mut statement = db.prepare_cached(&sql)?;
    Ok(statement.query_row([text::fold(name)], group).optional()?)
}

/// The group of all users.
pub fn everyone(db: &Connection) -> Result<Group, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM groups WHERE is_everyone = 1");
    Ok(db.prepare_cached(&sql)?.query_row([], group)?)
}

/// Up to `limit` groups whose names hold `search`, by name, after the one called `after`.
pub fn page(
    db: &Connection,
    search: &str,
    after: Option<&str>,
    limit: usize,
) -> Result<Vec<Group>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM groups
         WHERE name_key > ?1 AND (?2 = '' OR instr(name_key, ?2) > 0)
         ORDER BY name_key LIMIT ?3"
    );
    let after = after.map(text::fold).unwrap_or_default();
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(params![after, text::fold(search), limit as i64], group)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn group(row: &Row<'_>) -> rusqlite::Result<Group> {
    Ok(Group {
        id: row.get(0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        is_protected: row.get(3)?,
        is_everyone: row.get(4)?,
        external_id: row.get(5)?,
        revision: row.get::<_, i64>(6)?.unsigned_abs(),
        created: row.get::<_, At>(7)?.0,
        changed: row.get::<_, At>(8)?.0,
    })
}

/// How many users are in it.
pub fn count_members(db: &Connection, group: &Group) -> Result<u64, StoreError> {
    if group.is_everyone {
        return super::users::count(db);
    }
    // The recycle bin is small beside everyone else.
    let mut statement = db.prepare_cached(
        "SELECT (SELECT count(*) FROM user_groups WHERE group_id = ?1)
              - (SELECT count(*) FROM users CROSS JOIN user_groups ON user_id = users.id
                 WHERE deleted IS NOT NULL AND group_id = ?1)",
    )?;
    Ok(statement.query_row([group.id], |row| sql::count(row, 0))?)
}
