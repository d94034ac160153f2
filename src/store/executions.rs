//! Executions, each with its steps.

mod list;

pub use self::list::{Filter, Listed, Place, page};

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{
    StoreError, Tx,
    search::Index,
    sql::{self, At},
};
use crate::model::{
    Timestamp,
    definition::NodeId,
    execution::{Status, Step},
    id::{EventId, ExecutionId, UserId, VersionId, WorkflowId},
    text,
};

const COLUMNS: &str = "executions.id, workflow, version, workflow_name, version_number, trigger, \
     event, user_id, subject, status, at, error, failed_node";

/// What an execution is found by.
const TEXTS: &str = "concat_ws(' ', subject,
     (SELECT body ->> '$.after.email' FROM events WHERE events.id = event), workflow_name, error)";

/// An execution without its steps. Names are those of its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    pub id: ExecutionId,
    pub workflow: WorkflowId,
    pub version: VersionId,
    pub workflow_name: String,
    pub version_number: u32,
    pub trigger: String,

    /// `None` where a schedule started it.
    pub event: Option<EventId>,

    /// `None` when nobody was created.
    pub user: Option<UserId>,

    /// The user's name.
    pub subject: String,
    pub status: Status,
    pub at: Timestamp,
    pub error: Option<String>,
    pub failed_node: Option<NodeId>,
}

/// An execution as stored.
pub struct NewExecution<'a> {
    pub workflow: WorkflowId,
    pub version: VersionId,
    pub workflow_name: &'a str,
    pub version_number: u32,
    pub trigger: &'a str,
    pub event: Option<EventId>,
    pub user: Option<UserId>,
    pub subject: &'a str,
    pub email: &'a str,
    pub status: Status,
    pub at: Timestamp,

    /// Why it failed, when no step did.
    pub error: Option<&'a str>,
    pub steps: &'a [Step],
}

pub fn insert(tx: &Tx<'_>, new: &NewExecution<'_>) -> Result<ExecutionId, StoreError> {
    let (node, error) = failed(new.steps).unzip();
    let error = error.or(new.error);
    tx.prepare_cached(
        "INSERT INTO executions (workflow, version, workflow_name, version_number, trigger, event,
             user_id, subject, status, at, error, failed_node, steps)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?
    .execute(params![
        new.workflow,
        new.version,
        new.workflow_name,
        new.version_number,
        new.trigger,
        new.event,
        new.user,
        new.subject,
        sql::word(&new.status)?,
        At(new.at),
        error,
        node.map(|node| node.0),
        sql::json(&new.steps)?,
    ])?;
    let id = ExecutionId::new(tx.last_insert_rowid());
    let error = error.unwrap_or_default();
    let text = format!(
        "{} {} {} {error}",
        new.subject, new.email, new.workflow_name
    );
    let text = text::fold(&text).into_owned();
    tx.search.put(Index::Executions, id.number(), text);
    Ok(id)
}

/// Writes down where an execution that goes on is now, and why.
pub fn set_status(
    tx: &Tx<'_>,
    id: ExecutionId,
    status: Status,
    error: Option<&str>,
) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE executions SET status = ?2, error = ?3 WHERE id = ?1")?
        .execute(params![id, sql::word(&status)?, error])?;
    index_again(tx, id)
}

/// Writes down how an execution went that had been stopped before its first step.
pub fn set_walked(
    tx: &Tx<'_>,
    id: ExecutionId,
    status: Status,
    steps: &[Step],
) -> Result<(), StoreError> {
    let (node, error) = failed(steps).unzip();
    tx.prepare_cached(
        "UPDATE executions SET status = ?2, error = ?3, failed_node = ?4, steps = ?5 WHERE id = ?1",
    )?
    .execute(params![
        id,
        sql::word(&status)?,
        error,
        node.map(|node: NodeId| node.0),
        sql::json(&steps)?,
    ])?;
    index_again(tx, id)
}

/// The last step that failed, and why.
fn failed(steps: &[Step]) -> Option<(NodeId, &str)> {
    steps.iter().rev().find_map(|step| {
        let failure = step.failure.as_ref()?;
        Some((step.node, failure.error.as_str()))
    })
}

/// What an execution is found by changes with its error.
fn index_again(tx: &Tx<'_>, id: ExecutionId) -> Result<(), StoreError> {
    let sql = format!("SELECT {TEXTS} FROM executions WHERE id = ?1");
    let mut statement = tx.prepare_cached(&sql)?;
    let text: String = statement.query_row([id], |row| row.get(0))?;
    tx.search.remove(Index::Executions, id.number());
    let text = text::fold(&text).into_owned();
    tx.search.put(Index::Executions, id.number(), text);
    Ok(())
}

pub fn set_steps(tx: &Tx<'_>, id: ExecutionId, steps: &[Step]) -> Result<(), StoreError> {
    tx.prepare_cached("UPDATE executions SET steps = ?2 WHERE id = ?1")?
        .execute(params![id, sql::json(&steps)?])?;
    Ok(())
}

pub fn get(db: &Connection, id: ExecutionId) -> Result<Option<Summary>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM executions WHERE id = ?1");
    let mut statement = db.prepare_cached(&sql)?;
    Ok(statement.query_row([id], summary).optional()?)
}

pub fn steps(db: &Connection, id: ExecutionId) -> Result<Vec<Step>, StoreError> {
    let mut statement = db.prepare_cached("SELECT steps FROM executions WHERE id = ?1")?;
    let steps = |row: &Row<'_>| sql::from_json(row, 0);
    Ok(statement
        .query_row([id], steps)
        .optional()?
        .unwrap_or_default())
}

/// How many there are.
pub fn count(db: &Connection) -> Result<u64, StoreError> {
    let mut statement = db.prepare_cached("SELECT count(*) FROM executions")?;
    Ok(statement.query_row([], |row| sql::count(row, 0))?)
}

/// How many executions a version has had.
pub fn count_of_version(db: &Connection, version: VersionId) -> Result<u64, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT count(*) FROM executions WHERE workflow = (SELECT workflow FROM versions WHERE id = ?1) AND version = ?1",
    )?;
    Ok(statement.query_row([version], |row| sql::count(row, 0))?)
}

fn summary(row: &Row<'_>) -> rusqlite::Result<Summary> {
    Ok(Summary {
        id: row.get(0)?,
        workflow: row.get(1)?,
        version: row.get(2)?,
        workflow_name: row.get(3)?,
        version_number: row.get(4)?,
        trigger: row.get(5)?,
        event: row.get(6)?,
        user: row.get(7)?,
        subject: row.get(8)?,
        status: sql::from_word(row, 9)?,
        at: row.get::<_, At>(10)?.0,
        error: row.get(11)?,
        failed_node: row.get::<_, Option<u32>>(12)?.map(NodeId),
    })
}
