//! Custom attributes.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{StoreError, Tx, sql};
use crate::model::{
    attribute::{Attribute, AttributeSpec},
    id::AttributeId,
};

pub fn insert(tx: &Tx<'_>, spec: &AttributeSpec) -> Result<AttributeId, StoreError> {
    tx.prepare_cached("INSERT INTO attributes (name, spec) VALUES (?1, ?2)")?
        .execute(params![spec.name, sql::json(spec)?])?;
    Ok(AttributeId::new(tx.last_insert_rowid()))
}

pub fn update(tx: &Tx<'_>, id: AttributeId, spec: &AttributeSpec) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE attributes SET spec = ?2 WHERE id = ?1")?
        .execute(params![id, sql::json(spec)?])?;
    Ok(())
}

pub fn delete(tx: &Tx<'_>, id: AttributeId) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM attributes WHERE id = ?1")?
        .execute([id])?;
    Ok(())
}

pub fn get(db: &Connection, id: AttributeId) -> Result<Option<Attribute>, StoreError> {
    let mut statement = db.prepare_cached("SELECT id, spec FROM attributes WHERE id = ?1")?;
    Ok(statement.query_row([id], attribute).optional()?)
}

/// All of them, in the order in which they were made.
pub fn all(db: &Connection) -> Result<Vec<Attribute>, StoreError> {
    let mut statement = db.prepare_cached("SELECT id, spec FROM attributes ORDER BY id")?;
    let rows = statement.query_map([], attribute)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many users have a value for the attribute.
pub fn count_values(db: &Connection, name: &str) -> Result<u64, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT count(*) FROM users WHERE json_extract(attributes, '$.' || ?1) IS NOT NULL",
    )?;
    let quoted = format!("\"{name}\"");
    Ok(statement.query_row([quoted], |row| sql::count(row, 0))?)
}

fn attribute(row: &Row<'_>) -> rusqlite::Result<Attribute> {
    Ok(Attribute {
        id: row.get(0)?,
        spec: sql::from_json(row, 1)?,
    })
}
