//! Executions of schedules: begun, planned, applied in batches, and what admins decide about them.
//!
//! **Invariants:** a due time gets one execution at most. Nothing is done to a user before the whole
//! plan is known and within its limit. Each batch is one transaction: an item, the change that it
//! stands for and the mails about it are stored together, so that an interruption at any moment
//! leaves every user either untouched or done.

mod apply;
mod begin;
mod decide;
mod letters;
mod plan;
mod preview;
mod report;

pub use self::{
    plan::{Intended, Plan, Planner, plan_and_keep, plan_unless},
    preview::{Foreseen, HIT, Outlook, Preview, Scope, known, known_given, outlook, preview},
    report::reports,
};
use super::{CommandError, Log, Reply};
use crate::{
    model::{
        Timestamp,
        execution::Status,
        guard::{Exceeded, Limit},
        id::{ExecutionId, UserId, WorkflowId},
        mail::Mail,
        sweep::{Item, Progress, Stage},
    },
    store::{executions, items, outbox, sweeps, sweeps::Sweep, users},
};

/// How many users one batch deals with: others wait for the writer no longer than that takes.
pub const BATCH: usize = 500;

#[derive(Clone, Debug, PartialEq)]
pub enum SweepCommand {
    /// A due time has come; `missed` ones before it get no execution.
    BeginDue {
        workflow: WorkflowId,
        due: Timestamp,
        missed: usize,
    },

    /// Due times up to this one get no execution.
    SkipDue {
        workflow: WorkflowId,
        due: Timestamp,
        missed: usize,
    },

    /// Somebody asks for an execution now.
    Run(WorkflowId),

    /// Forgets what has been planned so far.
    BeginPlan(ExecutionId),

    /// A part of the plan.
    KeepItems {
        execution: ExecutionId,
        items: Vec<Item>,
    },
    FinishPlan {
        execution: ExecutionId,
        plan: Plan,
    },
    ApplyBatch(ExecutionId),
    QueueReports {
        execution: ExecutionId,
        mails: Vec<Mail>,
    },

    /// It cannot go on.
    Fail {
        execution: ExecutionId,
        reason: String,
    },

    /// An admin lets a quarantined execution go on, for all its users or for some.
    Release {
        execution: ExecutionId,
        only: Option<Vec<UserId>>,
    },

    /// An admin decides against a quarantined or stopped execution.
    Discard(ExecutionId),
    Stop(ExecutionId),
    Resume(ExecutionId),

    /// A limit of the workflow's own; `None` for that of the settings.
    SetLimit {
        workflow: WorkflowId,
        limit: Option<Limit>,
    },
}

/// What a batch has left of an execution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Advanced {
    pub stage: Stage,
    pub progress: Progress,
}

impl SweepCommand {
    /// What it does, and to what, for the audit.
    pub(super) fn act(&self) -> (&'static str, String) {
        match self {
            Self::BeginDue { workflow, .. } | Self::Run(workflow) => {
                ("workflow.run", workflow.to_string())
            }
            Self::SkipDue { workflow, .. } => ("workflow.skip", workflow.to_string()),
            Self::BeginPlan(execution)
            | Self::KeepItems { execution, .. }
            | Self::FinishPlan { execution, .. } => ("execution.plan", execution.to_string()),
            Self::ApplyBatch(execution) => ("execution.apply", execution.to_string()),
            Self::QueueReports { execution, .. } => ("execution.report", execution.to_string()),
            Self::Fail { execution, .. } => ("execution.fail", execution.to_string()),
            Self::Release { execution, .. } => ("execution.release", execution.to_string()),
            Self::Discard(execution) => ("execution.discard", execution.to_string()),
            Self::Stop(execution) => ("execution.stop", execution.to_string()),
            Self::Resume(execution) => ("execution.resume", execution.to_string()),
            Self::SetLimit { workflow, .. } => ("workflow.limit", workflow.to_string()),
        }
    }
}

pub(super) fn run(log: &Log<'_>, command: SweepCommand) -> Result<Reply, CommandError> {
    match command {
        SweepCommand::BeginDue {
            workflow,
            due,
            missed,
        } => begin::due(log, workflow, due, missed),
        SweepCommand::SkipDue {
            workflow,
            due,
            missed,
        } => begin::skip(log, workflow, due, missed),
        SweepCommand::Run(workflow) => begin::now(log, workflow),
        SweepCommand::BeginPlan(execution) => begin_plan(log, execution),
        SweepCommand::KeepItems { execution, items } => keep(log, execution, &items),
        SweepCommand::FinishPlan { execution, plan } => finish_plan(log, execution, plan),
        SweepCommand::ApplyBatch(execution) => apply::batch(log, execution),
        SweepCommand::QueueReports { execution, mails } => queue_reports(log, execution, &mails),
        SweepCommand::Fail { execution, reason } => fail(log, execution, &reason),
        SweepCommand::Release { execution, only } => {
            decide::release(log, execution, only.as_deref())
        }
        SweepCommand::Discard(execution) => decide::discard(log, execution),
        SweepCommand::Stop(execution) => decide::stop(log, execution),
        SweepCommand::Resume(execution) => decide::resume(log, execution),
        SweepCommand::SetLimit { workflow, limit } => decide::set_limit(log, workflow, limit),
    }
}

/// The execution, if it is at this stage.
fn at_stage(log: &Log<'_>, execution: ExecutionId, stage: Stage) -> Result<Sweep, CommandError> {
    let found = sweeps::get(log.tx, execution)?.ok_or(CommandError::NotFound("execution"))?;
    if found.stage == stage {
        Ok(found)
    } else {
        Err(CommandError::OtherStage(found.stage))
    }
}

fn begin_plan(log: &Log<'_>, execution: ExecutionId) -> Result<Reply, CommandError> {
    let mut sweep = at_stage(log, execution, Stage::Planning)?;
    items::delete(log.tx, execution)?;
    if sweep.progress != Progress::default() {
        sweep.progress = Progress::default();
        sweeps::update(log.tx, &sweep)?;
    }
    Ok(Reply::Done)
}

fn keep(log: &Log<'_>, execution: ExecutionId, items: &[Item]) -> Result<Reply, CommandError> {
    let mut sweep = at_stage(log, execution, Stage::Planning)?;
    for item in items {
        let is_new = items::insert(log.tx, execution, item)?;
        sweep.progress.planned += u64::from(is_new);
    }
    sweeps::update(log.tx, &sweep)?;
    Ok(Reply::Done)
}

/// The whole plan is known: it is begun, or waits for an admin.
fn finish_plan(log: &Log<'_>, execution: ExecutionId, plan: Plan) -> Result<Reply, CommandError> {
    let mut sweep = at_stage(log, execution, Stage::Planning)?;
    sweep.progress = items::progress(log.tx, execution)?;
    executions::set_steps(log.tx, execution, &plan.steps)?;
    let limit = preview::limit_of(log.tx, &*log.tx.config()?, sweep.workflow)?;
    match limit.check(plan.destructive, users::count(log.tx)?) {
        Ok(()) => sweep.stage = Stage::Applying,
        Err(exceeded) => quarantine(log, &mut sweep, exceeded)?,
    }
    advance(log, sweep)
}

fn quarantine(log: &Log<'_>, sweep: &mut Sweep, exceeded: Exceeded) -> Result<(), CommandError> {
    sweep.stage = Stage::Quarantined;
    sweep.exceeded = Some(exceeded);
    let reason = exceeded.to_string();
    executions::set_status(log.tx, sweep.execution, Status::Quarantined, Some(&reason))?;
    let name = name_of(log, sweep.execution)?;
    log.refused("execution.apply", &name, &reason)
}

/// Writes down where the execution is; one with nothing left to do has ended.
fn advance(log: &Log<'_>, mut sweep: Sweep) -> Result<Reply, CommandError> {
    if sweep.stage == Stage::Applying && sweep.progress.planned == 0 {
        sweep.stage = Stage::Reporting;
    }
    sweeps::update(log.tx, &sweep)?;
    Ok(Reply::Advanced(Advanced {
        stage: sweep.stage,
        progress: sweep.progress,
    }))
}

fn queue_reports(
    log: &Log<'_>,
    execution: ExecutionId,
    mails: &[Mail],
) -> Result<Reply, CommandError> {
    let mut sweep = at_stage(log, execution, Stage::Reporting)?;
    for mail in mails {
        outbox::insert(log.tx, None, Some(execution), mail, log.now)?;
    }
    sweep.stage = Stage::Ended;
    executions::set_status(log.tx, execution, sweep.progress.status(), None)?;
    advance(log, sweep)
}

fn fail(log: &Log<'_>, execution: ExecutionId, reason: &str) -> Result<Reply, CommandError> {
    let found = sweeps::get(log.tx, execution)?.ok_or(CommandError::NotFound("execution"))?;
    let mut sweep = found;
    // Somebody has decided about it meanwhile.
    if !sweep.stage.is_open() {
        return Ok(Reply::Done);
    }
    sweep.stage = Stage::Ended;
    executions::set_status(log.tx, execution, Status::Failed, Some(reason))?;
    advance(log, sweep)
}

/// What an admin would call an execution.
fn name_of(log: &Log<'_>, execution: ExecutionId) -> Result<String, CommandError> {
    let found = executions::get(log.tx, execution)?.ok_or(CommandError::NotFound("execution"))?;
    Ok(format!("{} #{execution}", found.workflow_name))
}

fn name_of_workflow(log: &Log<'_>, execution: ExecutionId) -> Result<String, CommandError> {
    let found = executions::get(log.tx, execution)?.ok_or(CommandError::NotFound("execution"))?;
    Ok(found.workflow_name)
}
