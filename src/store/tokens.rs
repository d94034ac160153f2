//! Tokens of the API.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{
    StoreError, Tx,
    sql::{self, At},
};
use crate::model::{
    Timestamp,
    session::Key,
    token::{Scope, Token, TokenId},
};

const COLUMNS: &str = "id, name, hint, scope, created, created_by, expires, last_used, revoked";

/// A token as first stored.
pub struct NewToken<'a> {
    pub name: &'a str,
    pub key: &'a Key,
    pub hint: &'a str,
    pub scope: Scope,
    pub created: Timestamp,
    pub created_by: &'a str,
    pub expires: Option<Timestamp>,
}

pub fn insert(tx: &Tx<'_>, new: &NewToken<'_>) -> Result<TokenId, StoreError> {
    tx.prepare_cached(
        "INSERT INTO tokens (name, hash, hint, scope, created, created_by, expires)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        new.name,
        new.key,
        new.hint,
        sql::word(&new.scope)?,
        At(new.created),
        new.created_by,
        new.expires.map(At),
    ])?;
    Ok(TokenId::new(tx.last_insert_rowid()))
}

pub fn revoke(tx: &Tx<'_>, id: TokenId, at: Timestamp) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE tokens SET revoked = ?2 WHERE id = ?1")?
        .execute(params![id, At(at)])?;
    Ok(())
}

/// Says when a token was last used; an earlier moment than is known changes nothing.
pub fn set_used(tx: &Tx<'_>, id: TokenId, at: Timestamp) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE tokens SET last_used = ?2
         WHERE id = ?1 AND (last_used IS NULL OR last_used < ?2)",
    )?
    .execute(params![id, At(at)])?;
    Ok(())
}

pub fn get(db: &Connection, id: TokenId) -> Result<Option<Token>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM tokens WHERE id = ?1");
    Ok(db.prepare_cached(&sql)?.query_row([id], token).optional()?)
}

/// The token that a program shows. It is found by its hash, so that how long it takes tells nothing
/// about the others.
pub fn by_key(db: &Connection, key: &Key) -> Result<Option<Token>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM tokens WHERE hash = ?1");
    Ok(db
        .prepare_cached(&sql)?
        .query_row([key], token)
        .optional()?)
}

/// All of them, the newest first; there are as many as an admin has made by hand.
pub fn all(db: &Connection) -> Result<Vec<Token>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM tokens ORDER BY id DESC");
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map([], token)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn token(row: &Row<'_>) -> rusqlite::Result<Token> {
    let at = |column| -> rusqlite::Result<Option<Timestamp>> {
        Ok(row.get::<_, Option<At>>(column)?.map(|at| at.0))
    };
    Ok(Token {
        id: row.get(0)?,
        name: row.get(1)?,
        hint: row.get(2)?,
        scope: sql::from_word(row, 3)?,
        created: row.get::<_, At>(4)?.0,
        created_by: row.get(5)?,
        expires: at(6)?,
        last_used: at(7)?,
        revoked: at(8)?,
    })
}
