//! How users prove who they are: passwords, codes, and how often it went wrong.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{
    StoreError, Tx,
    sql::{self, At},
};
use crate::model::{
    Timestamp,
    id::UserId,
    session::Key,
    user::{NewPassword, Status},
};

#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    pub password_hash: Option<String>,
    pub totp_secret: Option<Vec<u8>>,

    /// The time step of the last code that was accepted.
    pub totp_step: Option<u64>,

    /// Failed sign-ins in a row, by browsers that are not known.
    pub failures: u32,
}

pub fn get(db: &Connection, user: UserId) -> Result<Credentials, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT password_hash, totp_secret, totp_step, failures FROM users WHERE id = ?1",
    )?;
    let credentials = |row: &Row<'_>| {
        Ok(Credentials {
            password_hash: row.get(0)?,
            totp_secret: row.get(1)?,
            totp_step: row.get::<_, Option<i64>>(2)?.map(i64::unsigned_abs),
            failures: row.get(3)?,
        })
    };
    Ok(statement.query_row([user], credentials)?)
}

/// Sets a password and keeps the one before it among the last `keep` ones.
pub fn set_password(
    tx: &Tx<'_>,
    user: UserId,
    new: &NewPassword,
    keep: u32,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO password_history (user_id, hash)
         SELECT id, password_hash FROM users WHERE id = ?1 AND password_hash IS NOT NULL",
    )?
    .execute([user])?;
    // The current one counts as the first.
    let keep = keep.saturating_sub(1);
    tx.prepare_cached(
        "DELETE FROM password_history WHERE user_id = ?1 AND id NOT IN
             (SELECT id FROM password_history WHERE user_id = ?1 ORDER BY id DESC LIMIT ?2)",
    )?
    .execute(params![user, keep])?;
    tx.prepare_cached(
        "UPDATE users SET password_hash = ?2, password_changed = ?3, must_change = ?4,
             failures = 0, locked_until = NULL, changed = ?3, revision = revision + 1
         WHERE id = ?1",
    )?
    .execute(params![user, new.hash, At(now), new.must_change])?;
    Ok(())
}

/// The hashes of the current password and of those before it, `limit` of them.
pub fn password_hashes(
    db: &Connection,
    user: UserId,
    limit: u32,
) -> Result<Vec<String>, StoreError> {
    let current = get(db, user)?.password_hash;
    let mut statement = db.prepare_cached(
        "SELECT hash FROM password_history WHERE user_id = ?1 ORDER BY id DESC LIMIT ?2",
    )?;
    let earlier = statement.query_map(params![user, limit], |row| row.get(0))?;
    let mut hashes: Vec<String> = current.into_iter().collect();
    for hash in earlier {
        hashes.push(hash?);
    }
    hashes.truncate(limit as usize);
    Ok(hashes)
}

/// How many users have a password that was set after one moment and until another one.
pub fn count_passwords_set(
    db: &Connection,
    after: Option<Timestamp>,
    until: Timestamp,
) -> Result<u64, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT count(*) FROM users WHERE password_changed <= ?2 AND deleted IS NULL
             AND (?1 IS NULL OR password_changed > ?1)",
    )?;
    Ok(statement.query_row(params![after.map(At), At(until)], |row| sql::count(row, 0))?)
}

pub fn require_change(tx: &Tx<'_>, user: UserId) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE users SET must_change = 1, revision = revision + 1 WHERE id = ?1")?
        .execute([user])?;
    Ok(())
}

/// Sets up an authenticator app, whose first code was of time step `step`, or removes it.
pub fn set_totp(
    tx: &Tx<'_>,
    user: UserId,
    totp: Option<(&[u8], u64)>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let (secret, step) = totp.unzip();
    tx.prepare_cached(
        "UPDATE users SET totp_secret = ?2, totp_step = ?3, changed = ?4, revision = revision + 1
         WHERE id = ?1",
    )?
    .execute(params![user, secret, step.map(|it| it as i64), At(now)])?;
    if totp.is_none() {
        set_recovery_codes(tx, user, &[])?;
    }
    Ok(())
}

/// Codes of this time step and earlier ones are used up.
pub fn use_totp_step(tx: &Tx<'_>, user: UserId, step: u64) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE users SET totp_step = ?2 WHERE id = ?1")?
        .execute(params![user, step as i64])?;
    Ok(())
}

/// Replaces all recovery codes.
pub fn set_recovery_codes(tx: &Tx<'_>, user: UserId, codes: &[Key]) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM recovery_codes WHERE user_id = ?1")?
        .execute([user])?;
    let mut insert =
        tx.prepare_cached("INSERT OR IGNORE INTO recovery_codes (user_id, hash) VALUES (?1, ?2)")?;
    for code in codes {
        insert.execute(params![user, code])?;
    }
    Ok(())
}

/// Uses a recovery code up; says whether there was such a one.
pub fn use_recovery_code(tx: &Tx<'_>, user: UserId, code: &Key) -> Result<bool, StoreError> {
    let rows = tx
        .prepare_cached("DELETE FROM recovery_codes WHERE user_id = ?1 AND hash = ?2")?
        .execute(params![user, code])?;
    Ok(rows > 0)
}

pub fn count_recovery_codes(db: &Connection, user: UserId) -> Result<u64, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT count(*) FROM recovery_codes WHERE user_id = ?1")?;
    Ok(statement.query_row([user], |row| sql::count(row, 0))?)
}

pub fn set_failures(tx: &Tx<'_>, user: UserId, failures: u32) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE users SET failures = ?2 WHERE id = ?1 AND failures <> ?2")?
        .execute(params![user, failures])?;
    Ok(())
}

/// Keeps browsers that are not known out until `until`.
pub fn lock(tx: &Tx<'_>, user: UserId, until: Timestamp) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE users SET status = ?2, failures = 0, locked_until = ?3, revision = revision + 1
         WHERE id = ?1",
    )?
    .execute(params![user, sql::word(&Status::Locked)?, At(until)])?;
    Ok(())
}

pub fn unlock(tx: &Tx<'_>, user: UserId) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE users SET status = ?2, failures = 0, locked_until = NULL, revision = revision + 1
         WHERE id = ?1",
    )?
    .execute(params![user, sql::word(&Status::Active)?])?;
    Ok(())
}

/// Up to `limit` users whose lock has ended.
pub fn locked_until(
    db: &Connection,
    now: Timestamp,
    limit: usize,
) -> Result<Vec<UserId>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT id FROM users WHERE status = 'locked' AND locked_until <= ?1 AND deleted IS NULL
         ORDER BY locked_until LIMIT ?2",
    )?;
    let rows = statement.query_map(params![At(now), limit as i64], |row| row.get(0))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// When the next lock ends.
pub fn next_unlock(db: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT min(locked_until) FROM users WHERE status = 'locked' AND deleted IS NULL",
    )?;
    let first: Option<At> = statement.query_row([], |row| row.get(0))?;
    Ok(first.map(|at| at.0))
}

pub fn signed_in(tx: &Tx<'_>, user: UserId, now: Timestamp) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE users SET last_sign_in = ?2, last_activity = ?2 WHERE id = ?1")?
        .execute(params![user, At(now)])?;
    Ok(())
}

pub fn was_active(tx: &Tx<'_>, user: UserId, now: Timestamp) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE users SET last_activity = ?2 WHERE id = ?1")?
        .execute(params![user, At(now)])?;
    Ok(())
}

/// The user whom a name at sign-in means: a username, or else an email address.
pub fn by_sign_in_name(db: &Connection, name: &str) -> Result<Option<UserId>, StoreError> {
    let key = crate::model::text::fold(name.trim());
    for sql in [
        "SELECT id FROM users WHERE username_key = ?1 AND deleted IS NULL",
        "SELECT id FROM users WHERE email_key = ?1 AND deleted IS NULL",
    ] {
        let mut statement = db.prepare_cached(sql)?;
        if let Some(id) = statement.query_row([&key], |row| row.get(0)).optional()? {
            return Ok(Some(id));
        }
    }
    Ok(None)
}
