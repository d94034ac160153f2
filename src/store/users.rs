//! Users, those in the recycle bin among them.

mod list;
mod matching;
mod scan;

pub use self::{
    list::{Filter, Found, Last, Listed, count, find, page},
    matching::{Column, count_matching, matching},
    scan::{Candidate, Place, Wanted, candidate, scan},
};

use std::collections::BTreeSet;

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{
    StoreError, Tx, members,
    search::Index,
    sql::{self, At},
};
use crate::model::{
    Timestamp,
    id::UserId,
    text,
    user::{Email, MfaMethod, Profile, Status, User, UserState, Username},
};

const COLUMNS: &str = "id, username, email, first_name, last_name, phone, attributes, status, \
     created, last_sign_in, last_activity, password_changed, must_change, is_protected, deleted, \
     totp_secret IS NOT NULL, locked_until, external_id, revision, coalesce(changed, created)";

/// A user as first stored.
pub struct NewUser<'a> {
    pub profile: &'a Profile,
    pub status: Status,
    pub password_hash: Option<&'a str>,
    pub must_change_password: bool,
    pub created: Timestamp,
    pub external_id: Option<&'a str>,
}

pub fn insert(tx: &Tx<'_>, user: &NewUser<'_>) -> Result<UserId, StoreError> {
    let profile = user.profile;
    tx.prepare_cached(
        "INSERT INTO users (username, username_key, email, email_key, first_name, last_name,
             phone, attributes, status, created, password_hash, password_changed, must_change,
             external_id)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
    )?
    .execute(params![
        profile.username.as_str(),
        profile.username.key(),
        profile.email.as_str(),
        profile.email.key(),
        profile.first_name,
        profile.last_name,
        profile.phone,
        sql::json(&profile.attributes)?,
        sql::word(&user.status)?,
        At(user.created),
        user.password_hash,
        user.password_hash.map(|_| At(user.created)),
        user.must_change_password,
        user.external_id,
    ])?;
    let id = UserId::new(tx.last_insert_rowid());
    index(tx, id, profile);
    Ok(id)
}

/// Writes what has changed about a user. What indexes are made of is left alone unless it is part
/// of that: writing it again would cost more than all the rest.
pub fn update(tx: &Tx<'_>, before: &User, after: &User, now: Timestamp) -> Result<(), StoreError> {
    let (id, profile) = (after.id, &after.profile);
    tx.prepare_cached(
        "UPDATE users SET first_name = ?2, last_name = ?3, phone = ?4, attributes = ?5,
             changed = ?6, revision = revision + 1
         WHERE id = ?1",
    )?
    .execute(params![
        id,
        profile.first_name,
        profile.last_name,
        profile.phone,
        sql::json(&profile.attributes)?,
        At(now),
    ])?;
    let had = &before.profile;
    if (&had.username, &had.email) != (&profile.username, &profile.email) {
        set_names(tx, id, profile)?;
    }
    if before.status != after.status {
        tx.prepare_cached("UPDATE users SET status = ?2 WHERE id = ?1")?
            .execute(params![id, sql::word(&after.status)?])?;
    }
    if before.external_id != after.external_id {
        tx.prepare_cached("UPDATE users SET external_id = ?2 WHERE id = ?1")?
            .execute(params![id, after.external_id])?;
    }
    if searched(had) != searched(profile) {
        unindex(tx, id);
        index(tx, id, profile);
    }
    Ok(())
}

fn set_names(tx: &Tx<'_>, id: UserId, profile: &Profile) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE users SET username = ?2, username_key = ?3, email = ?4, email_key = ?5
         WHERE id = ?1",
    )?
    .execute(params![
        id,
        profile.username.as_str(),
        profile.username.key(),
        profile.email.as_str(),
        profile.email.key(),
    ])?;
    Ok(())
}

/// What a user is found by.
fn searched(profile: &Profile) -> [&str; 4] {
    [
        profile.username.as_str(),
        profile.email.as_str(),
        &profile.first_name,
        &profile.last_name,
    ]
}

/// Says that something about a user has changed that is kept elsewhere.
pub fn touch(tx: &Tx<'_>, id: UserId) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE users SET revision = revision + 1 WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

pub fn set_status(
    tx: &Tx<'_>,
    id: UserId,
    status: Status,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE users SET status = ?2, changed = ?3, revision = revision + 1 WHERE id = ?1",
    )?
    .execute(params![id, sql::word(&status)?, At(now)])?;
    Ok(())
}

/// Disables a user who is exactly as when they were looked at: nobody has changed them, protected them
/// or seen them since. Says whether that was so.
pub fn disable_if_unchanged(
    tx: &Tx<'_>,
    id: UserId,
    revision: u64,
    last_activity: Timestamp,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let changed = tx
        .prepare_cached(
            "UPDATE users SET status = 'disabled', changed = ?4, revision = revision + 1
             WHERE id = ?1 AND revision = ?2 AND coalesce(last_activity, created) = ?3
                 AND status <> 'disabled' AND is_protected = 0 AND deleted IS NULL",
        )?
        .execute(params![id, revision as i64, At(last_activity), At(now)])?;
    Ok(changed == 1)
}

pub fn set_protected(tx: &Tx<'_>, id: UserId, is_protected: bool) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE users SET is_protected = ?2, revision = revision + 1 WHERE id = ?1")?
        .execute(params![id, is_protected])?;
    Ok(())
}

/// Moves a user to the recycle bin, or back when `at` is `None`. Groups and roles stay with them.
pub fn set_deleted(tx: &Tx<'_>, user: &User, at: Option<Timestamp>) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE users SET deleted = ?2, revision = revision + 1 WHERE id = ?1")?
        .execute(params![user.id, at.map(At)])?;
    if at.is_some() {
        unindex(tx, user.id);
    } else {
        index(tx, user.id, &user.profile);
    }
    Ok(())
}

/// Removes a user of the recycle bin for good; history keeps what it says about them.
pub fn delete(tx: &Tx<'_>, id: UserId) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM users WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

pub fn get(db: &Connection, id: UserId) -> Result<Option<User>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM users WHERE id = ?1");
    Ok(db.prepare_cached(&sql)?.query_row([id], user).optional()?)
}

/// The user with this name who is not in the recycle bin.
pub fn by_username(db: &Connection, username: &str) -> Result<Option<User>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM users WHERE username_key = ?1 AND deleted IS NULL");
    let key = text::fold(username.trim());
    Ok(db.prepare_cached(&sql)?.query_row([key], user).optional()?)
}

/// The user with this address who is not in the recycle bin.
pub fn by_email(db: &Connection, email: &str) -> Result<Option<User>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM users WHERE email_key = ?1 AND deleted IS NULL");
    let key = text::fold(email.trim());
    Ok(db.prepare_cached(&sql)?.query_row([key], user).optional()?)
}

/// Whether somebody who is not in the recycle bin has this name, or this address.
pub fn is_taken(
    db: &Connection,
    username: &Username,
    email: &Email,
    except: Option<UserId>,
) -> Result<(bool, bool), StoreError> {
    let taken = |sql: &str, key: String| -> Result<bool, StoreError> {
        let mut statement = db.prepare_cached(sql)?;
        let id: Option<UserId> = statement.query_row([key], |row| row.get(0)).optional()?;
        Ok(id.is_some() && id != except)
    };
    Ok((
        taken(
            "SELECT id FROM users WHERE username_key = ?1 AND deleted IS NULL",
            username.key(),
        )?,
        taken(
            "SELECT id FROM users WHERE email_key = ?1 AND deleted IS NULL",
            email.key(),
        )?,
    ))
}

/// A user as workflows see one.
pub fn state(db: &Connection, user: &User) -> Result<UserState, StoreError> {
    let groups = members::groups_of(db, user.id)?;
    let roles = members::roles_of(db, user.id)?;
    Ok(user
        .profile
        .state(user.status, groups, roles, user.mfa.clone()))
}

/// Up to `limit` users who were moved to the recycle bin at `before` or earlier.
pub fn deleted_before(
    db: &Connection,
    before: Timestamp,
    limit: usize,
) -> Result<Vec<User>, StoreError> {
    let sql =
        format!("SELECT {COLUMNS} FROM users WHERE deleted <= ?1 ORDER BY deleted, id LIMIT ?2");
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map(params![At(before), limit as i64], user)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// When the first user came into the recycle bin, of those who are in it.
pub fn first_deleted(db: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT min(deleted) FROM users WHERE deleted IS NOT NULL")?;
    let first: Option<At> = statement.query_row([], |row| row.get(0))?;
    Ok(first.map(|at| at.0))
}

/// Makes a user's texts findable.
fn index(tx: &Tx<'_>, id: UserId, profile: &Profile) {
    let [username, email, first_name, last_name] = searched(profile);
    let text = format!("{username}\n{email}\n{first_name} {last_name}");
    let text = text::fold(&text).into_owned();
    tx.search.put(Index::Users, id.number(), text);
}

fn unindex(tx: &Tx<'_>, id: UserId) {
    tx.search.remove(Index::Users, id.number());
}

fn user(row: &Row<'_>) -> rusqlite::Result<User> {
    let at = |column| -> rusqlite::Result<Option<Timestamp>> {
        Ok(row.get::<_, Option<At>>(column)?.map(|at| at.0))
    };
    let name: String = row.get(1)?;
    let email: String = row.get(2)?;
    Ok(User {
        id: row.get(0)?,
        profile: Profile {
            username: name.parse().map_err(|err| sql::unreadable(1, err))?,
            email: email.parse().map_err(|err| sql::unreadable(2, err))?,
            first_name: row.get(3)?,
            last_name: row.get(4)?,
            phone: row.get(5)?,
            attributes: sql::from_json(row, 6)?,
        },
        status: sql::from_word(row, 7)?,
        created: row.get::<_, At>(8)?.0,
        last_sign_in: at(9)?,
        last_activity: at(10)?,
        password_changed: at(11)?,
        must_change_password: row.get(12)?,
        is_protected: row.get(13)?,
        deleted: at(14)?,
        mfa: mfa(row.get(15)?),
        locked_until: at(16)?,
        external_id: row.get(17)?,
        revision: row.get::<_, i64>(18)?.unsigned_abs(),
        changed: row.get::<_, At>(19)?.0,
    })
}

fn mfa(has_totp: bool) -> BTreeSet<MfaMethod> {
    has_totp.then_some(MfaMethod::Totp).into_iter().collect()
}
