//! Updates of users as events: what a change starts.
//!
//! An update is a fact: it is kept whatever workflows say, and they run in its transaction, so that
//! it is never seen without them and two updates of one user run in order. What an execution
//! changes raises no event.

use super::{
    CommandError, Log, effects,
    executions::{Ended, record, walk},
};
use crate::{
    model::{
        event::{Event, EventKind, Source},
        execution::{Execution, Status},
        id::{EventId, ExecutionId, UserId},
        plan::Until,
        user::UserState,
    },
    store::{
        Config, StoreError,
        config::{ActiveVersion, StuckVersion},
        events, executions,
    },
};

/// What an update has started.
pub(super) type Started = Vec<(ExecutionId, Status)>;

/// A user, before and after an update.
pub(super) struct Updated {
    pub(super) user: UserId,
    pub(super) source: Source,
    pub(super) before: UserState,
    pub(super) after: UserState,
}

/// Whether anything waits for updates from this source, so that nobody looks for what nobody asks.
pub(super) fn is_awaited(config: &Config, source: Source) -> bool {
    let kind = EventKind::UserUpdated;
    config.triggered(kind, source).next().is_some() || config.stuck_at(kind, source).is_some()
}

/// Raises the event and runs every workflow that it starts, in the order of their names. An update
/// that changed nothing is no event.
pub(super) fn raise(
    log: &Log<'_>,
    config: &Config,
    updated: Updated,
) -> Result<Started, CommandError> {
    let kind = EventKind::UserUpdated;
    if updated.before == updated.after || !is_awaited(config, updated.source) {
        return Ok(Vec::new());
    }
    let event = Event {
        kind,
        source: updated.source,
        user: Some(updated.user),
        at: log.now,
        before: Some(updated.before),
        after: updated.after,
    };
    let id = events::insert(log.tx, &event)?;
    let mut started = Vec::new();
    let mut state = event.after.clone();
    for version in config.triggered(kind, event.source) {
        started.push(run(log, config, version, (id, &event), &mut state)?);
    }
    for stuck in config.all_stuck_at(kind, event.source) {
        started.push(fail(log, stuck, (id, &event))?);
    }
    Ok(started)
}

/// One workflow, from its Start to its end.
fn run(
    log: &Log<'_>,
    config: &Config,
    version: &ActiveVersion,
    (id, event): (EventId, &Event),
    state: &mut UserState,
) -> Result<(ExecutionId, Status), CommandError> {
    let mut execution = Execution::new(&version.definition);
    let walk = walk(log, version, event.source, event.before.as_ref());
    let perform = |state: &UserState, list: &[_]| match event.user {
        Some(user) => effects::perform(log.tx, config, user, state, list, log.now),
        None => Ok(Ok(Vec::new())),
    };
    let steps = walk.drive::<StoreError>(&mut execution, state, Until::End, perform)?;
    let ended = Ended {
        version,
        status: execution.status().unwrap_or(Status::Filtered),
        steps: &steps,
    };
    Ok(record(log, &ended, id, event.user, state)?)
}

/// A version that cannot run leaves a failed execution: the event is not lost in silence.
fn fail(
    log: &Log<'_>,
    stuck: &StuckVersion,
    (id, event): (EventId, &Event),
) -> Result<(ExecutionId, Status), StoreError> {
    let reason = format!(
        "version {} is active and cannot run: {}",
        stuck.number, stuck.reason
    );
    let status = Status::Failed;
    let id = executions::insert(
        log.tx,
        &executions::NewExecution {
            workflow: stuck.workflow,
            version: stuck.version,
            workflow_name: &stuck.workflow_name,
            version_number: stuck.number,
            trigger: stuck.trigger_label(),
            event: Some(id),
            user: event.user,
            subject: &event.after.username,
            email: &event.after.email,
            status,
            at: log.now,
            error: Some(&reason),
            steps: &[],
        },
    )?;
    Ok((id, status))
}
