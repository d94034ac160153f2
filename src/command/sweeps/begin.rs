//! Executions of schedules begin: because a due time has come, or because somebody asks.

use crate::{
    command::{CommandError, Log, Reply, executions::record_unwalked},
    model::{
        Timestamp,
        due::GRACE,
        execution::Status,
        id::{ExecutionId, WorkflowId},
        sweep::{Moment, Progress, Stage},
    },
    store::{
        Config, StoreError,
        config::{ActiveVersion, StuckVersion},
        schedules, sweeps,
        sweeps::Sweep,
        workflows,
    },
};

pub(super) fn due(
    log: &Log<'_>,
    workflow: WorkflowId,
    due: Timestamp,
    missed: usize,
) -> Result<Reply, CommandError> {
    deal_with(log, workflow, due, |version| {
        // What is found late is about the day on which it is found.
        let is_late = log.now.signed_duration_since(due) > GRACE;
        let at = if is_late { log.now } else { due };
        begin(log, version, Some(due), missed, at)
    })
}

pub(super) fn skip(
    log: &Log<'_>,
    workflow: WorkflowId,
    due: Timestamp,
    missed: usize,
) -> Result<Reply, CommandError> {
    deal_with(log, workflow, due, |version| {
        let reason = match missed {
            1 => "it was missed, and missed runs are skipped".to_owned(),
            many => format!("{many} due times were missed, and missed runs are skipped"),
        };
        record_unwalked(log, &version.into(), Status::Canceled, Some(&reason), None)
    })
}

/// Deals with a due time, once: by `record` if the workflow can run.
fn deal_with<E: Into<CommandError>>(
    log: &Log<'_>,
    workflow: WorkflowId,
    due: Timestamp,
    record: impl FnOnce(&ActiveVersion) -> Result<ExecutionId, E>,
) -> Result<Reply, CommandError> {
    if !is_open(log, workflow, due)? {
        return Ok(Reply::Done);
    }
    let config = log.tx.config()?;
    match active(&config, workflow) {
        Some(version) => record(version).map(Reply::Execution).map_err(E::into),
        None => fail(log, &config, workflow),
    }
}

/// Whether the due time was still to be dealt with. From now on it is not.
fn is_open(log: &Log<'_>, workflow: WorkflowId, due: Timestamp) -> Result<bool, StoreError> {
    // A mark that lies ahead is from before the clock was set back.
    let is_dealt_with = |mark: Timestamp| (due..=log.now).contains(&mark);
    if schedules::mark(log.tx, workflow)?.is_some_and(is_dealt_with) {
        return Ok(false);
    }
    schedules::set_mark(log.tx, workflow, due)?;
    // The clock or a new activation may have brought the mark back before what was dealt with.
    Ok(sweeps::of_due(log.tx, workflow, due)?.is_none())
}

/// A version that cannot run leaves a failed execution: its due time does not pass in silence.
fn fail(log: &Log<'_>, config: &Config, workflow: WorkflowId) -> Result<Reply, CommandError> {
    let Some(stuck) = stuck(config, workflow) else {
        return Ok(Reply::Done);
    };
    let execution = record_unwalked(
        log,
        &stuck.into(),
        Status::Failed,
        Some(&stuck.reason),
        None,
    )?;
    Ok(Reply::Execution(execution))
}

pub(super) fn now(log: &Log<'_>, workflow: WorkflowId) -> Result<Reply, CommandError> {
    let found = workflows::get(log.tx, workflow)?.ok_or(CommandError::NotFound("workflow"))?;
    let config = log.tx.config()?;
    let Some(version) = active(&config, workflow) else {
        let stuck = stuck(&config, workflow).map(CommandError::from);
        return Err(stuck.unwrap_or(CommandError::NotScheduled(found.name)));
    };
    let execution = begin(log, version, None, 0, log.now)?;
    log.done("workflow.run", &version.workflow_name)?;
    Ok(Reply::Execution(execution))
}

/// The active version of the workflow, if a schedule starts it.
fn active(config: &Config, workflow: WorkflowId) -> Option<&ActiveVersion> {
    let mut active = config.active.iter();
    active.find(|it| it.workflow == workflow && it.schedule().is_some())
}

fn stuck(config: &Config, workflow: WorkflowId) -> Option<&StuckVersion> {
    let mut stuck = config.stuck.iter();
    stuck.find(|it| it.workflow == workflow && it.schedule().is_some())
}

fn begin(
    log: &Log<'_>,
    version: &ActiveVersion,
    due: Option<Timestamp>,
    missed: usize,
    at: Timestamp,
) -> Result<ExecutionId, CommandError> {
    let execution = record_unwalked(log, &version.into(), Status::Running, None, None)?;
    let moment = Moment {
        at,
        zone: version.schedule().map_or(chrono_tz::UTC, |it| it.zone),
        previous: sweeps::previous(log.tx, version.workflow, at)?,
    };
    sweeps::insert(
        log.tx,
        &Sweep {
            execution,
            workflow: version.workflow,
            due,
            missed: u32::try_from(missed).unwrap_or(u32::MAX),
            moment,
            stage: Stage::Planning,
            resume: None,
            progress: Progress::default(),
            exceeded: None,
        },
    )?;
    Ok(execution)
}
