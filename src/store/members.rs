//! Who is in which group, and who has which role.
//!
//! That everyone is in the group of all users is not written down anywhere: it cannot be wrong.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, params};

use super::{StoreError, Tx, users};
use crate::model::{
    effect::Applied,
    id::{GroupId, RoleId, UserId},
};

pub fn add_to_group(tx: &Tx<'_>, user: UserId, group: GroupId) -> Result<Applied, StoreError> {
    let sql = "INSERT OR IGNORE INTO user_groups (user_id, group_id) VALUES (?1, ?2)";
    change_group(tx, sql, user, group)
}

pub fn remove_from_group(tx: &Tx<'_>, user: UserId, group: GroupId) -> Result<Applied, StoreError> {
    let sql = "DELETE FROM user_groups WHERE user_id = ?1 AND group_id = ?2";
    change_group(tx, sql, user, group)
}

pub fn give_role(tx: &Tx<'_>, user: UserId, role: RoleId) -> Result<Applied, StoreError> {
    let sql = "INSERT OR IGNORE INTO user_roles (user_id, role_id) VALUES (?1, ?2)";
    change(tx, sql, user, role.number())
}

pub fn take_role(tx: &Tx<'_>, user: UserId, role: RoleId) -> Result<Applied, StoreError> {
    let sql = "DELETE FROM user_roles WHERE user_id = ?1 AND role_id = ?2";
    change(tx, sql, user, role.number())
}

fn change_group(
    tx: &Tx<'_>,
    sql: &str,
    user: UserId,
    group: GroupId,
) -> Result<Applied, StoreError> {
    let applied = change(tx, sql, user, group.number())?;
    if applied == Applied::Changed {
        tx.prepare_cached("UPDATE groups SET revision = revision + 1 WHERE id = ?1")?
            .execute([group])?;
    }
    Ok(applied)
}

fn change(tx: &Tx<'_>, sql: &str, user: UserId, number: i64) -> Result<Applied, StoreError> {
    let rows = tx.prepare_cached(sql)?.execute(params![user, number])?;
    if rows == 0 {
        return Ok(Applied::NoOp);
    }
    users::touch(tx, user)?;
    Ok(Applied::Changed)
}

/// Who is in the group and not in the recycle bin, up to `limit` after `after`, in the order of
/// their numbers.
pub fn of_group(
    db: &Connection,
    group: GroupId,
    after: UserId,
    limit: usize,
) -> Result<Vec<(UserId, String)>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT id, username FROM user_groups JOIN users ON users.id = user_id
         WHERE group_id = ?1 AND user_id > ?2 AND deleted IS NULL ORDER BY user_id LIMIT ?3",
    )?;
    let rows = statement.query_map(params![group, after, limit as i64], |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// The groups of a user, that of everyone among them.
pub fn groups_of(db: &Connection, user: UserId) -> Result<BTreeMap<GroupId, String>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT id, name FROM groups
         WHERE is_everyone = 1 OR id IN (SELECT group_id FROM user_groups WHERE user_id = ?1)",
    )?;
    let rows = statement.query_map([user], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn roles_of(db: &Connection, user: UserId) -> Result<BTreeMap<RoleId, String>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT id, name FROM roles
         WHERE id IN (SELECT role_id FROM user_roles WHERE user_id = ?1)",
    )?;
    let rows = statement.query_map([user], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Everyone who has the role.
pub fn holders(db: &Connection, role: RoleId) -> Result<BTreeSet<UserId>, StoreError> {
    let mut statement = db.prepare_cached("SELECT user_id FROM user_roles WHERE role_id = ?1")?;
    let rows = statement.query_map([role], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many users who can sign in have the role, without counting `except`.
pub fn count_able_holders(
    db: &Connection,
    role: RoleId,
    except: UserId,
) -> Result<u64, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT count(*) FROM user_roles JOIN users ON users.id = user_id
         WHERE role_id = ?1 AND user_id <> ?2 AND deleted IS NULL AND status <> 'disabled'",
    )?;
    Ok(statement.query_row(params![role, except], |row| super::sql::count(row, 0))?)
}
