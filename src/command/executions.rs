//! Executions on their way into the store.

use super::Log;
use crate::{
    model::{
        event::Source,
        execution::{Status, Step},
        id::{EventId, ExecutionId, UserId},
        plan::Walk,
        problem::Runnable,
        user::UserState,
    },
    store::{StoreError, config::ActiveVersion, executions},
};

/// An execution that has come to its end.
pub(super) struct Ended<'a> {
    pub(super) version: &'a ActiveVersion,
    pub(super) status: Status,
    pub(super) steps: &'a [Step],
}

pub(super) fn walk<'a>(
    log: &Log<'_>,
    definition: &'a Runnable,
    source: Source,
    before: Option<&'a UserState>,
) -> Walk<'a> {
    Walk {
        definition,
        source: Some(source),
        before,
        sweep: None,
        now: log.now,
    }
}

pub(super) fn record(
    log: &Log<'_>,
    ended: &Ended<'_>,
    event: EventId,
    user: Option<UserId>,
    state: &UserState,
) -> Result<(ExecutionId, Status), StoreError> {
    let version = ended.version;
    let trigger = version.definition.trigger();
    let id = executions::insert(
        log.tx,
        &executions::NewExecution {
            workflow: version.workflow,
            version: version.version,
            workflow_name: &version.workflow_name,
            version_number: version.number,
            trigger: trigger.map_or("", |it| it.label()),
            event: Some(event),
            user,
            subject: &state.username,
            email: &state.email,
            status: ended.status,
            at: log.now,
            error: None,
            steps: ended.steps,
        },
    )?;
    Ok((id, ended.status))
}
