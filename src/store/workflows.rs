//! Workflows and their versions. What was deleted stays as long as history speaks of it.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{
    StoreError, Tx,
    config::{ActiveVersion, StuckVersion},
    sql::{self, At},
};
use crate::model::{
    Timestamp,
    definition::Definition,
    guard::Limit,
    id::{VersionId, WorkflowId},
    problem::Runnable,
    text,
    version::{Version, VersionStatus, Workflow},
};

const COLUMNS: &str = "id, name, description, created";
const VERSION: &str = "id, workflow, number, status, author, note, created, changed";

/// A workflow as a list shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    pub workflow: Workflow,
    pub versions: u32,
    pub active: Option<u32>,
    pub has_draft: bool,
    pub changed: Timestamp,
}

/// A version that a workflow is opened at, named as people look for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Openable {
    pub workflow: WorkflowId,
    pub name: String,
    pub version: VersionId,
    pub number: u32,
    pub status: VersionStatus,
}

/// The drawing of a version.
#[derive(Clone, Debug, PartialEq)]
pub struct Drawn {
    /// As last saved.
    pub definition: Definition,

    /// What was drawn since then.
    pub unsaved: Option<Definition>,
}

/// A version as first stored.
pub struct NewVersion<'a> {
    pub workflow: WorkflowId,
    pub author: &'a str,
    pub note: &'a str,
    pub at: Timestamp,
    pub definition: &'a Definition,
}

pub fn insert(
    tx: &Tx<'_>,
    name: &str,
    description: &str,
    now: Timestamp,
) -> Result<WorkflowId, StoreError> {
    tx.prepare_cached(
        "INSERT INTO workflows (name, name_key, description, created) VALUES (?1, ?2, ?3, ?4)",
    )?
    .execute(params![name, text::fold(name), description, At(now)])?;
    Ok(WorkflowId::new(tx.last_insert_rowid()))
}

pub fn update(
    tx: &Tx<'_>,
    id: WorkflowId,
    name: &str,
    description: &str,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE workflows SET name = ?2, name_key = ?3, description = ?4 WHERE id = ?1",
    )?
    .execute(params![id, name, text::fold(name), description])?;
    Ok(())
}

pub fn delete(tx: &Tx<'_>, id: WorkflowId, now: Timestamp) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE workflows SET deleted = ?2 WHERE id = ?1")?
        .execute(params![id, At(now)])?;
    Ok(())
}

pub fn get(db: &Connection, id: WorkflowId) -> Result<Option<Workflow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM workflows WHERE id = ?1 AND deleted IS NULL");
    let mut statement = db.prepare_cached(&sql)?;
    Ok(statement.query_row([id], workflow).optional()?)
}

pub fn by_name(db: &Connection, name: &str) -> Result<Option<Workflow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM workflows WHERE name_key = ?1 AND deleted IS NULL");
    let mut statement = db.prepare_cached(&sql)?;
    Ok(statement
        .query_row([text::fold(name)], workflow)
        .optional()?)
}

/// All workflows by name, with what a list says about them.
pub fn summaries(db: &Connection) -> Result<Vec<Summary>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT w.id, w.name, w.description, w.created, count(v.id),
                max(CASE v.status WHEN 'active' THEN v.number END),
                coalesce(max(v.status = 'draft'), 0), coalesce(max(v.changed), w.created)
         FROM workflows w LEFT JOIN versions v ON v.workflow = w.id AND v.deleted IS NULL
         WHERE w.deleted IS NULL GROUP BY w.id ORDER BY w.name_key",
    )?;
    let rows = statement.query_map([], |row| {
        Ok(Summary {
            workflow: workflow(row)?,
            versions: row.get(4)?,
            active: row.get(5)?,
            has_draft: row.get(6)?,
            changed: row.get::<_, At>(7)?.0,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

const OPENABLE: &str = "SELECT w.id, w.name, v.id, v.number, v.status
     FROM workflows w JOIN versions v ON v.workflow = w.id AND v.deleted IS NULL
     WHERE w.deleted IS NULL";

/// Each workflow that has a version, by name, with the one that people mean when they open it: the
/// newest draft, or the active version, or the newest one.
pub fn openable(db: &Connection) -> Result<Vec<Openable>, StoreError> {
    let sql = format!(
        "{OPENABLE} AND v.id = (
             SELECT id FROM versions WHERE workflow = w.id AND deleted IS NULL
             ORDER BY status = 'draft' DESC, status = 'active' DESC, number DESC LIMIT 1)
         ORDER BY w.name_key"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map([], read_openable)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// One version with the name of its workflow, unless either was deleted.
pub fn openable_version(db: &Connection, id: VersionId) -> Result<Option<Openable>, StoreError> {
    let mut statement = db.prepare_cached(&format!("{OPENABLE} AND v.id = ?1"))?;
    Ok(statement.query_row([id], read_openable).optional()?)
}

fn read_openable(row: &Row<'_>) -> rusqlite::Result<Openable> {
    Ok(Openable {
        workflow: row.get(0)?,
        name: row.get(1)?,
        version: row.get(2)?,
        number: row.get(3)?,
        status: sql::from_word(row, 4)?,
    })
}

pub fn insert_version(tx: &Tx<'_>, new: &NewVersion<'_>) -> Result<VersionId, StoreError> {
    tx.prepare_cached(
        "INSERT INTO versions
             (workflow, number, status, author, note, created, changed, definition)
         SELECT ?1, coalesce(max(number), 0) + 1, 'draft', ?2, ?3, ?4, ?4, ?5
         FROM versions WHERE workflow = ?1",
    )?
    .execute(params![
        new.workflow,
        new.author,
        new.note,
        At(new.at),
        sql::json(new.definition)?,
    ])?;
    Ok(VersionId::new(tx.last_insert_rowid()))
}

/// Keeps a drawing as the saved one; nothing unsaved is left.
pub fn save_definition(
    tx: &Tx<'_>,
    id: VersionId,
    definition: &Definition,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE versions SET definition = ?2, unsaved = NULL, changed = ?3 WHERE id = ?1",
    )?
    .execute(params![id, sql::json(definition)?, At(now)])?;
    Ok(())
}

/// Keeps what is being drawn, beside the saved definition; `None` forgets it.
pub fn set_unsaved(
    tx: &Tx<'_>,
    id: VersionId,
    definition: Option<&Definition>,
) -> Result<(), StoreError> {
    let json = definition.map(sql::json).transpose()?;
    tx.prepare_cached("UPDATE versions SET unsaved = ?2 WHERE id = ?1")?
        .execute(params![id, json])?;
    Ok(())
}

pub fn set_status(tx: &Tx<'_>, id: VersionId, status: VersionStatus) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE versions SET status = ?2 WHERE id = ?1")?
        .execute(params![id, sql::word(&status)?])?;
    Ok(())
}

pub fn set_note(tx: &Tx<'_>, id: VersionId, note: &str) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE versions SET note = ?2 WHERE id = ?1")?
        .execute(params![id, note])?;
    Ok(())
}

pub fn delete_version(tx: &Tx<'_>, id: VersionId, now: Timestamp) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE versions SET deleted = ?2, unsaved = NULL WHERE id = ?1")?
        .execute(params![id, At(now)])?;
    Ok(())
}

pub fn version(db: &Connection, id: VersionId) -> Result<Option<Version>, StoreError> {
    let sql = format!("SELECT {VERSION} FROM versions WHERE id = ?1 AND deleted IS NULL");
    let mut statement = db.prepare_cached(&sql)?;
    Ok(statement.query_row([id], read_version).optional()?)
}

/// The versions of a workflow, the newest first.
pub fn versions(db: &Connection, workflow: WorkflowId) -> Result<Vec<Version>, StoreError> {
    let sql = format!(
        "SELECT {VERSION} FROM versions
         WHERE workflow = ?1 AND deleted IS NULL ORDER BY number DESC"
    );
    let mut statement = db.prepare_cached(&sql)?;
    let rows = statement.query_map([workflow], read_version)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub fn active_version(
    db: &Connection,
    workflow: WorkflowId,
) -> Result<Option<Version>, StoreError> {
    let sql = format!(
        "SELECT {VERSION} FROM versions
         WHERE workflow = ?1 AND status = 'active' AND deleted IS NULL"
    );
    let mut statement = db.prepare_cached(&sql)?;
    Ok(statement.query_row([workflow], read_version).optional()?)
}

/// The workflow's own limit; `None` where that of the settings holds.
pub fn limit(db: &Connection, id: WorkflowId) -> Result<Option<Limit>, StoreError> {
    let mut statement = db.prepare_cached("SELECT guard FROM workflows WHERE id = ?1")?;
    let limit = |row: &Row<'_>| {
        let text: Option<String> = row.get(0)?;
        text.map(|_| sql::from_json(row, 0)).transpose()
    };
    Ok(statement.query_row([id], limit).optional()?.flatten())
}

pub fn set_limit(tx: &Tx<'_>, id: WorkflowId, limit: Option<Limit>) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE workflows SET guard = ?2 WHERE id = ?1")?
        .execute(params![id, limit.as_ref().map(sql::json).transpose()?])?;
    Ok(())
}

/// The drawing of a version, also of a deleted one, for history.
pub fn drawn(db: &Connection, id: VersionId) -> Result<Option<Drawn>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT definition, unsaved FROM versions WHERE id = ?1")?;
    let drawn = |row: &Row<'_>| {
        let unsaved: Option<String> = row.get(1)?;
        Ok(Drawn {
            definition: sql::from_json(row, 0)?,
            unsaved: match unsaved {
                Some(_) => Some(sql::from_json(row, 1)?),
                None => None,
            },
        })
    };
    Ok(statement.query_row([id], drawn).optional()?)
}

/// Every active version in the order of the workflows' names: those that run, and those that cannot.
pub(super) fn active(
    db: &Connection,
) -> Result<(Vec<ActiveVersion>, Vec<StuckVersion>), StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT w.id, w.name, v.id, v.number, v.definition
         FROM versions v JOIN workflows w ON w.id = v.workflow
         WHERE v.status = 'active' AND v.deleted IS NULL AND w.deleted IS NULL
         ORDER BY w.name_key",
    )?;
    let mut rows = statement.query([])?;
    let (mut active, mut stuck) = (Vec::new(), Vec::new());
    while let Some(row) = rows.next()? {
        let (workflow, workflow_name, number) = (row.get(0)?, row.get(1)?, row.get(3)?);
        let definition = sql::from_json::<Definition>(row, 4);
        let runnable = definition.as_ref().ok().cloned().map(Runnable::try_from);
        if let Some(Ok(definition)) = runnable {
            active.push(ActiveVersion {
                workflow,
                workflow_name,
                version: row.get(2)?,
                number,
                definition,
            });
        } else {
            let drawing = definition.as_ref().map_err(ToString::to_string);
            stuck.push(StuckVersion::new(
                workflow,
                workflow_name,
                row.get(2)?,
                number,
                drawing,
            ));
        }
    }
    Ok((active, stuck))
}

fn workflow(row: &Row<'_>) -> rusqlite::Result<Workflow> {
    Ok(Workflow {
        id: row.get(0)?,
        name: row.get(1)?,
        description: row.get(2)?,
        created: row.get::<_, At>(3)?.0,
    })
}

fn read_version(row: &Row<'_>) -> rusqlite::Result<Version> {
    Ok(Version {
        id: row.get(0)?,
        workflow: row.get(1)?,
        number: row.get(2)?,
        status: sql::from_word(row, 3)?,
        author: row.get(4)?,
        note: row.get(5)?,
        created: row.get::<_, At>(6)?.0,
        changed: row.get::<_, At>(7)?.0,
    })
}
