//! Updates of users as events: what a change starts.
//!
//! An update is a fact: it is kept whatever workflows say, and they run in its transaction, so that
//! it is never seen without them and two updates of one user run in order. What an execution
//! changes raises no event.

use super::{
    CommandError, Log, effects,
    executions::{Ended, record, record_unwalked, walk},
};
use crate::{
    model::{
        effect::Applied,
        event::{Event, EventKind, Source},
        execution::{Execution, Status, Step},
        guard::{Burst, BurstExceeded},
        id::{EventId, ExecutionId, UserId},
        plan::Until,
        problem::{Known, Runnable},
        user::UserState,
    },
    store::{
        Config, StoreError, bursts,
        config::{ActiveVersion, StuckVersion},
        events, executions, users,
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

/// One workflow, from its Start to its end, unless a guardrail stops it before its first effect.
fn run(
    log: &Log<'_>,
    config: &Config,
    version: &ActiveVersion,
    (id, event): (EventId, &Event),
    state: &mut UserState,
) -> Result<(ExecutionId, Status), CommandError> {
    if let Err(exceeded) = check_burst(log, config, version, event, state)? {
        return quarantine(log, version, (id, event), &exceeded);
    }
    let (status, steps) = perform(log, config, &version.definition, event, state)?;
    let ended = Ended {
        version,
        status,
        steps: &steps,
    };
    Ok(record(log, &ended, id, event.user, state)?)
}

fn perform(
    log: &Log<'_>,
    config: &Config,
    definition: &Runnable,
    event: &Event,
    state: &mut UserState,
) -> Result<(Status, Vec<Step>), CommandError> {
    let mut execution = Execution::new(definition);
    let walk = walk(log, definition, event.source, event.before.as_ref());
    let perform = |state: &UserState, list: &[_]| match event.user {
        Some(user) => effects::perform(log.tx, config, user, state, list, log.now),
        None => Ok(Ok(Vec::new())),
    };
    let steps = walk.drive::<StoreError>(&mut execution, state, Until::End, perform)?;
    let taken = stripped(&steps);
    if taken > 0 {
        bursts::insert(log.tx, log.now, taken, log.now - Burst::PERIOD)?;
    }
    Ok((execution.status().unwrap_or(Status::Filtered), steps))
}

/// How much an execution has taken away.
fn stripped(steps: &[Step]) -> u64 {
    let performed = steps.iter().flat_map(|it| &it.effects);
    let taken = performed.filter(|it| it.applied == Applied::Changed && it.effect.strips());
    taken.count() as u64
}

/// Whether the execution may take away what it would. What cannot reach the limit is not planned.
fn check_burst(
    log: &Log<'_>,
    config: &Config,
    version: &ActiveVersion,
    event: &Event,
    state: &UserState,
) -> Result<Result<(), BurstExceeded>, CommandError> {
    let tasks = version.definition.definition().tasks();
    let stripping = tasks.filter(|(_, task)| !task.action.is_assign());
    let most = stripping
        .map(|(_, task)| task.targets().count() as u64)
        .sum();
    if most == 0 {
        return Ok(Ok(()));
    }
    let lately = bursts::count(log.tx, log.now - Burst::PERIOD)?;
    let burst = config.settings.guard.burst;
    if burst.check(lately, most).is_ok() {
        return Ok(Ok(()));
    }
    let walk = walk(
        log,
        &version.definition,
        event.source,
        event.before.as_ref(),
    );
    let known = Known {
        targets: config.targets.clone(),
        ..Known::default()
    };
    let plan = walk.plan(state.clone(), &known);
    Ok(burst.check(lately, stripped(&plan.steps)))
}

fn quarantine(
    log: &Log<'_>,
    version: &ActiveVersion,
    (id, event): (EventId, &Event),
    exceeded: &BurstExceeded,
) -> Result<(ExecutionId, Status), CommandError> {
    let (status, reason) = (Status::Quarantined, exceeded.to_string());
    log.refused("execution.apply", &event.after.username, &reason)?;
    let execution = record_unwalked(
        log,
        &version.into(),
        status,
        Some(&reason),
        Some((id, event)),
    )?;
    Ok((execution, status))
}

/// Runs what a guardrail had stopped, for the user as they are now.
pub(super) fn release(
    log: &Log<'_>,
    summary: &executions::Summary,
    definition: &Runnable,
) -> Result<Status, CommandError> {
    let event = events::of(log.tx, summary.event)?.ok_or(CommandError::NotFound("event"))?;
    let user = event.user.ok_or(CommandError::NotFound("user"))?;
    let user = users::get(log.tx, user)?.filter(|it| it.deleted.is_none());
    let user = user.ok_or(CommandError::NotFound("user"))?;
    let config = log.tx.config()?;
    let mut state = users::state(log.tx, &user)?;
    let (status, steps) = perform(log, &config, definition, &event, &mut state)?;
    executions::set_walked(log.tx, summary.id, status, &steps)?;
    Ok(status)
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
    let execution = record_unwalked(log, &stuck.into(), status, Some(&reason), Some((id, event)))?;
    Ok((execution, status))
}
