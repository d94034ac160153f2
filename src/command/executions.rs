//! Executions on their way into the store.

use super::Log;
use crate::{
    model::{
        Timestamp,
        event::{Event, Source},
        execution::{Status, Step},
        id::{EventId, ExecutionId, UserId, VersionId, WorkflowId},
        plan::Walk,
        problem::Runnable,
        user::UserState,
    },
    store::{
        StoreError,
        config::{ActiveVersion, StuckVersion},
        executions,
    },
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

/// Of which version an execution is, whether that can run or not.
pub(super) struct Which<'a> {
    workflow: WorkflowId,
    workflow_name: &'a str,
    version: VersionId,
    number: u32,
    trigger: &'static str,
}

impl<'a> From<&'a ActiveVersion> for Which<'a> {
    fn from(it: &'a ActiveVersion) -> Self {
        Self {
            workflow: it.workflow,
            workflow_name: &it.workflow_name,
            version: it.version,
            number: it.number,
            trigger: it.definition.trigger().map_or("", |it| it.label()),
        }
    }
}

impl<'a> From<&'a StuckVersion> for Which<'a> {
    fn from(it: &'a StuckVersion) -> Self {
        Self {
            workflow: it.workflow,
            workflow_name: &it.workflow_name,
            version: it.version,
            number: it.number,
            trigger: it.trigger_label(),
        }
    }
}

impl<'a> Which<'a> {
    /// An execution that is about nobody, and has no steps.
    fn execution(&self, status: Status, at: Timestamp) -> executions::NewExecution<'a> {
        executions::NewExecution {
            workflow: self.workflow,
            version: self.version,
            workflow_name: self.workflow_name,
            version_number: self.number,
            trigger: self.trigger,
            event: None,
            user: None,
            subject: "",
            email: "",
            status,
            at,
            error: None,
            steps: &[],
        }
    }
}

pub(super) fn record(
    log: &Log<'_>,
    ended: &Ended<'_>,
    event: EventId,
    user: Option<UserId>,
    state: &UserState,
) -> Result<(ExecutionId, Status), StoreError> {
    let new = executions::NewExecution {
        event: Some(event),
        user,
        subject: &state.username,
        email: &state.email,
        steps: ended.steps,
        ..Which::from(ended.version).execution(ended.status, log.now)
    };
    Ok((executions::insert(log.tx, &new)?, ended.status))
}

/// An execution that has not walked: it cannot, it has to wait, or it is not about a single user.
pub(super) fn record_unwalked(
    log: &Log<'_>,
    which: &Which<'_>,
    status: Status,
    error: Option<&str>,
    event: Option<(EventId, &Event)>,
) -> Result<ExecutionId, StoreError> {
    let new = executions::NewExecution {
        error,
        ..which.execution(status, log.now)
    };
    let Some((id, event)) = event else {
        return executions::insert(log.tx, &new);
    };
    let new = executions::NewExecution {
        event: Some(id),
        user: event.user,
        subject: &event.after.username,
        email: &event.after.email,
        ..new
    };
    executions::insert(log.tx, &new)
}
