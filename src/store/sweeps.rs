//! Scheduled executions, and how far they have come.

use rusqlite::{Connection, OptionalExtension as _, Row, params};

use super::{
    StoreError, Tx,
    sql::{self, At},
};
use crate::model::{
    Timestamp,
    guard::Exceeded,
    id::{ExecutionId, WorkflowId},
    sweep::{Moment, Progress, Stage},
};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sweep {
    pub execution: ExecutionId,
    pub workflow: WorkflowId,

    /// `None` when somebody asked for it.
    pub due: Option<Timestamp>,

    /// How many due times before it got no execution of their own.
    pub missed: u32,
    pub moment: Moment,
    pub stage: Stage,

    /// What it goes on with when it was stopped.
    pub resume: Option<Stage>,
    pub progress: Progress,

    /// The guardrail that stopped it.
    pub exceeded: Option<Exceeded>,
}

const COLUMNS: &str = "execution, workflow, due, missed, moment, stage, resume, progress, exceeded";

pub fn insert(tx: &Tx<'_>, sweep: &Sweep) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT INTO sweeps (execution, workflow, due, missed, moment, stage, progress)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
    )?
    .execute(params![
        sweep.execution,
        sweep.workflow,
        sweep.due.map(At),
        sweep.missed,
        sql::json(&sweep.moment)?,
        sql::word(&sweep.stage)?,
        sql::json(&sweep.progress)?,
    ])?;
    Ok(())
}

/// Writes down how far it has come.
pub fn update(tx: &Tx<'_>, sweep: &Sweep) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE sweeps SET stage = ?2, resume = ?3, progress = ?4, exceeded = ?5
         WHERE execution = ?1",
    )?
    .execute(params![
        sweep.execution,
        sql::word(&sweep.stage)?,
        sweep.resume.as_ref().map(sql::word).transpose()?,
        sql::json(&sweep.progress)?,
        sweep.exceeded.as_ref().map(sql::json).transpose()?,
    ])?;
    Ok(())
}

pub fn get(db: &Connection, execution: ExecutionId) -> Result<Option<Sweep>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM sweeps WHERE execution = ?1");
    let mut statement = db.prepare_cached(&sql)?;
    Ok(statement.query_row([execution], sweep).optional()?)
}

/// The first one with which the engine has something to do.
pub fn first_open(db: &Connection) -> Result<Option<Sweep>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM sweeps WHERE stage IN ('planning', 'applying', 'reporting')
         ORDER BY execution LIMIT 1"
    );
    let mut statement = db.prepare_cached(&sql)?;
    Ok(statement.query_row([], sweep).optional()?)
}

/// The execution that this due time got.
pub fn of_due(
    db: &Connection,
    workflow: WorkflowId,
    due: Timestamp,
) -> Result<Option<ExecutionId>, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT execution FROM sweeps WHERE workflow = ?1 AND due = ?2")?;
    let id = |row: &Row<'_>| row.get(0);
    Ok(statement
        .query_row(params![workflow, At(due)], id)
        .optional()?)
}

/// When the workflow last ran to its end before `now`: what an interval's day is compared with. One that
/// lies ahead belongs to a clock that was wrong.
pub fn previous(
    db: &Connection,
    workflow: WorkflowId,
    now: Timestamp,
) -> Result<Option<Timestamp>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT sweeps.moment FROM sweeps JOIN executions ON executions.id = sweeps.execution
         WHERE sweeps.workflow = ?1 AND executions.status IN ('succeeded', 'completed_with_errors')
         ORDER BY sweeps.execution DESC",
    )?;
    let mut rows = statement.query([workflow])?;
    while let Some(row) = rows.next()? {
        let moment = sql::from_json::<Moment>(row, 0)?;
        if moment.at <= now {
            return Ok(Some(moment.at));
        }
    }
    Ok(None)
}

fn sweep(row: &Row<'_>) -> rusqlite::Result<Sweep> {
    let resume: Option<String> = row.get(6)?;
    let exceeded: Option<String> = row.get(8)?;
    Ok(Sweep {
        execution: row.get(0)?,
        workflow: row.get(1)?,
        due: row.get::<_, Option<At>>(2)?.map(|it| it.0),
        missed: row.get(3)?,
        moment: sql::from_json(row, 4)?,
        stage: sql::from_word(row, 5)?,
        resume: match resume {
            Some(_) => Some(sql::from_word(row, 6)?),
            None => None,
        },
        progress: sql::from_json(row, 7)?,
        exceeded: match exceeded {
            Some(_) => Some(sql::from_json(row, 8)?),
            None => None,
        },
    })
}
