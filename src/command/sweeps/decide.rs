//! What admins decide about executions: which go on, and which do not.

use std::collections::BTreeSet;

use super::{advance, at_stage, name_of, plan::definition_of};
use crate::{
    command::{CommandError, Log, Reply, updates},
    model::{
        execution::Status,
        guard::Limit,
        id::{ExecutionId, UserId, WorkflowId},
        sweep::Stage,
    },
    store::{executions, executions::Summary, items, sweeps, workflows},
};

/// Why an execution that was discarded has ended.
const DISCARDED: &str = "an administrator decided against it";

pub(super) fn release(
    log: &Log<'_>,
    execution: ExecutionId,
    only: Option<&[UserId]>,
) -> Result<Reply, CommandError> {
    if sweeps::get(log.tx, execution)?.is_none() {
        return release_event(log, execution);
    }
    let mut sweep = at_stage(log, execution, Stage::Quarantined)?;
    let planned = items::progress(log.tx, execution)?.planned;
    if let Some(only) = only {
        let discarded = items::discard(log.tx, execution, only)?;
        let wanted = only.iter().collect::<BTreeSet<_>>().len() as u64;
        // Somebody else was meant: to discard everyone instead could not be taken back.
        if wanted == 0 || planned - discarded != wanted {
            return Err(CommandError::NotWaiting);
        }
    }
    sweep.progress = items::progress(log.tx, execution)?;
    sweep.stage = Stage::Applying;
    executions::set_status(log.tx, execution, Status::Running, None)?;
    let released = format!("{} of its users", sweep.progress.planned);
    let name = name_of(log, execution)?;
    log.changed("execution.release", &name, None::<&()>, Some(&released))?;
    advance(log, sweep)
}

/// An execution that an event started, if a guardrail stopped it.
fn quarantined(log: &Log<'_>, execution: ExecutionId) -> Result<Summary, CommandError> {
    let found = executions::get(log.tx, execution)?.ok_or(CommandError::NotFound("execution"))?;
    if found.status == Status::Quarantined {
        Ok(found)
    } else {
        Err(CommandError::OtherStage(Stage::Ended))
    }
}

fn release_event(log: &Log<'_>, execution: ExecutionId) -> Result<Reply, CommandError> {
    let found = quarantined(log, execution)?;
    let definition = definition_of(log.tx, execution)?;
    let status = updates::release(log, &found, &definition)?;
    log.done("execution.release", &name_of(log, execution)?)?;
    Ok(Reply::Updated(vec![(execution, status)]))
}

fn discard_event(log: &Log<'_>, execution: ExecutionId) -> Result<Reply, CommandError> {
    quarantined(log, execution)?;
    executions::set_status(log.tx, execution, Status::Canceled, Some(DISCARDED))?;
    log.done("execution.discard", &name_of(log, execution)?)?;
    Ok(Reply::Done)
}

pub(super) fn discard(log: &Log<'_>, execution: ExecutionId) -> Result<Reply, CommandError> {
    let Some(mut sweep) = sweeps::get(log.tx, execution)? else {
        return discard_event(log, execution);
    };
    if !matches!(sweep.stage, Stage::Quarantined | Stage::Stopped) {
        return Err(CommandError::OtherStage(sweep.stage));
    }
    items::discard(log.tx, execution, &[])?;
    sweep.progress = items::progress(log.tx, execution)?;
    sweep.stage = Stage::Ended;
    executions::set_status(log.tx, execution, Status::Canceled, Some(DISCARDED))?;
    log.done("execution.discard", &name_of(log, execution)?)?;
    advance(log, sweep)
}

pub(super) fn stop(log: &Log<'_>, execution: ExecutionId) -> Result<Reply, CommandError> {
    let mut sweep = sweeps::get(log.tx, execution)?.ok_or(CommandError::NotFound("execution"))?;
    if !sweep.stage.is_open() {
        return Err(CommandError::OtherStage(sweep.stage));
    }
    sweep.resume = Some(sweep.stage);
    sweep.stage = Stage::Stopped;
    let reason = "an administrator stopped it; it can go on";
    executions::set_status(log.tx, execution, Status::Canceled, Some(reason))?;
    log.done("execution.stop", &name_of(log, execution)?)?;
    advance(log, sweep)
}

pub(super) fn resume(log: &Log<'_>, execution: ExecutionId) -> Result<Reply, CommandError> {
    let mut sweep = at_stage(log, execution, Stage::Stopped)?;
    sweep.stage = sweep.resume.take().unwrap_or(Stage::Planning);
    executions::set_status(log.tx, execution, Status::Running, None)?;
    log.done("execution.resume", &name_of(log, execution)?)?;
    advance(log, sweep)
}

pub(super) fn set_limit(
    log: &Log<'_>,
    workflow: WorkflowId,
    limit: Option<Limit>,
) -> Result<Reply, CommandError> {
    let found = workflows::get(log.tx, workflow)?.ok_or(CommandError::NotFound("workflow"))?;
    let limit = limit
        .map(Limit::checked)
        .transpose()
        .map_err(|err| CommandError::Settings(err.into()))?;
    let before = workflows::limit(log.tx, workflow)?;
    workflows::set_limit(log.tx, workflow, limit)?;
    log.changed("workflow.limit", &found.name, Some(&before), Some(&limit))
}
