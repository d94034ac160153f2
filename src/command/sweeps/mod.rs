//! Executions of schedules: begun, planned, applied in batches, and what admins decide about them.
//!
//! **Invariants:** a due time gets one execution at most. Nothing is done to a user before the whole
//! plan is known and within its limit. Each batch is one transaction: an item, the change that it
//! stands for and the mails about it are stored together, so that an interruption at any moment
//! leaves every user either untouched or done.

mod apply;
mod letters;
mod plan;
mod preview;
mod report;

use std::collections::BTreeSet;

pub use self::{
    plan::{Intended, Plan, Planner, plan_and_keep},
    preview::{Foreseen, HIT, Preview, Scope, known, preview},
    report::reports,
};
use super::{CommandError, Log, Reply, updates};
use crate::{
    model::{
        Timestamp,
        due::GRACE,
        execution::{Status, Step},
        guard::{Exceeded, Limit},
        id::{ExecutionId, UserId, WorkflowId},
        mail::Mail,
        sweep::{Item, Moment, Progress, Stage},
    },
    store::{
        Config, StoreError, config::ActiveVersion, executions, executions::Summary, items, outbox,
        schedules, sweeps, sweeps::Sweep, users, workflows,
    },
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

/// Why an execution that was discarded has ended.
const DISCARDED: &str = "an administrator decided against it";

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
        } => begin_due(log, workflow, due, missed),
        SweepCommand::SkipDue {
            workflow,
            due,
            missed,
        } => skip_due(log, workflow, due, missed),
        SweepCommand::Run(workflow) => run_now(log, workflow),
        SweepCommand::BeginPlan(execution) => begin_plan(log, execution),
        SweepCommand::KeepItems { execution, items } => keep(log, execution, &items),
        SweepCommand::FinishPlan { execution, plan } => finish_plan(log, execution, plan),
        SweepCommand::ApplyBatch(execution) => apply::batch(log, execution),
        SweepCommand::QueueReports { execution, mails } => queue_reports(log, execution, &mails),
        SweepCommand::Fail { execution, reason } => fail(log, execution, &reason),
        SweepCommand::Release { execution, only } => release(log, execution, only.as_deref()),
        SweepCommand::Discard(execution) => discard(log, execution),
        SweepCommand::Stop(execution) => stop(log, execution),
        SweepCommand::Resume(execution) => resume(log, execution),
        SweepCommand::SetLimit { workflow, limit } => set_limit(log, workflow, limit),
    }
}

fn begin_due(
    log: &Log<'_>,
    workflow: WorkflowId,
    due: Timestamp,
    missed: usize,
) -> Result<Reply, CommandError> {
    // A mark that lies ahead is from before the clock was set back.
    let is_dealt_with = |mark: Timestamp| (due..=log.now).contains(&mark);
    if schedules::mark(log.tx, workflow)?.is_some_and(is_dealt_with) {
        return Ok(Reply::Done);
    }
    schedules::set_mark(log.tx, workflow, due)?;
    // The clock or a new activation may have brought the mark back before what was dealt with.
    if sweeps::of_due(log.tx, workflow, due)?.is_some() {
        return Ok(Reply::Done);
    }
    let config = log.tx.config()?;
    let Some(version) = scheduled(&config, workflow) else {
        return Ok(Reply::Done);
    };
    // What is found late is about the day on which it is found.
    let is_late = log.now.signed_duration_since(due) > GRACE;
    let at = if is_late { log.now } else { due };
    begin(log, version, Some(due), missed, at).map(Reply::Execution)
}

fn skip_due(
    log: &Log<'_>,
    workflow: WorkflowId,
    due: Timestamp,
    missed: usize,
) -> Result<Reply, CommandError> {
    if schedules::mark(log.tx, workflow)?.is_some_and(|mark| mark >= due) {
        return Ok(Reply::Done);
    }
    schedules::move_mark(log.tx, workflow, due)?;
    let config = log.tx.config()?;
    let Some(version) = scheduled(&config, workflow) else {
        return Ok(Reply::Done);
    };
    let reason = match missed {
        1 => "it was missed, and missed runs are skipped".to_owned(),
        many => format!("{many} due times were missed, and missed runs are skipped"),
    };
    let ended = NewEnd {
        status: Status::Canceled,
        error: Some(&reason),
    };
    let execution = record_unplanned(log, version, log.now, ended)?;
    Ok(Reply::Execution(execution))
}

fn run_now(log: &Log<'_>, workflow: WorkflowId) -> Result<Reply, CommandError> {
    let found = workflows::get(log.tx, workflow)?.ok_or(CommandError::NotFound("workflow"))?;
    let config = log.tx.config()?;
    let Some(version) = scheduled(&config, workflow) else {
        return Err(CommandError::NotScheduled(found.name));
    };
    let execution = begin(log, version, None, 0, log.now)?;
    log.done("workflow.run", &version.workflow_name)?;
    Ok(Reply::Execution(execution))
}

/// The active version of the workflow, if a schedule starts it.
fn scheduled(config: &Config, workflow: WorkflowId) -> Option<&ActiveVersion> {
    let mut active = config.active.iter();
    active.find(|it| it.workflow == workflow && schedule_of(it).is_some())
}

fn schedule_of(version: &ActiveVersion) -> Option<&crate::model::schedule::Schedule> {
    version.definition.trigger().and_then(|it| it.schedule())
}

fn begin(
    log: &Log<'_>,
    version: &ActiveVersion,
    due: Option<Timestamp>,
    missed: usize,
    at: Timestamp,
) -> Result<ExecutionId, CommandError> {
    let running = NewEnd {
        status: Status::Running,
        error: None,
    };
    let execution = record_unplanned(log, version, log.now, running)?;
    let zone = schedule_of(version).map_or(chrono_tz::Tz::UTC, |it| it.zone);
    let moment = Moment {
        at,
        zone,
        previous: sweeps::previous(log.tx, version.workflow)?,
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

struct NewEnd<'a> {
    status: Status,
    error: Option<&'a str>,
}

/// An execution that is about nobody yet.
fn record_unplanned(
    log: &Log<'_>,
    version: &ActiveVersion,
    at: Timestamp,
    end: NewEnd<'_>,
) -> Result<ExecutionId, StoreError> {
    executions::insert(
        log.tx,
        &executions::NewExecution {
            workflow: version.workflow,
            version: version.version,
            workflow_name: &version.workflow_name,
            version_number: version.number,
            trigger: version.definition.trigger().map_or("", |it| it.label()),
            event: None,
            user: None,
            subject: "",
            email: "",
            status: end.status,
            at,
            error: end.error,
            steps: &[],
        },
    )
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
    at_stage(log, execution, Stage::Planning)?;
    items::delete(log.tx, execution)?;
    Ok(Reply::Done)
}

fn keep(log: &Log<'_>, execution: ExecutionId, items: &[Item]) -> Result<Reply, CommandError> {
    let mut sweep = at_stage(log, execution, Stage::Planning)?;
    for item in items {
        items::insert(log.tx, execution, item)?;
    }
    sweep.progress.planned += items.len() as u64;
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
    sweep.stage = Stage::Ended;
    executions::set_status(log.tx, execution, Status::Failed, Some(reason))?;
    advance(log, sweep)
}

fn release(
    log: &Log<'_>,
    execution: ExecutionId,
    only: Option<&[UserId]>,
) -> Result<Reply, CommandError> {
    if sweeps::get(log.tx, execution)?.is_none() {
        return release_event(log, execution);
    }
    let mut sweep = at_stage(log, execution, Stage::Quarantined)?;
    if let Some(only) = only {
        items::discard(log.tx, execution, only)?;
    }
    sweep.progress = items::progress(log.tx, execution)?;
    let wanted = only.map(|it| it.iter().collect::<BTreeSet<_>>().len());
    if wanted.is_some_and(|it| it == 0 || it as u64 != sweep.progress.planned) {
        return Err(CommandError::NotWaiting);
    }
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
    let definition = plan::definition_of(log.tx, execution)?;
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

fn discard(log: &Log<'_>, execution: ExecutionId) -> Result<Reply, CommandError> {
    if sweeps::get(log.tx, execution)?.is_none() {
        return discard_event(log, execution);
    }
    let found = sweeps::get(log.tx, execution)?.ok_or(CommandError::NotFound("execution"))?;
    let mut sweep = found;
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

fn stop(log: &Log<'_>, execution: ExecutionId) -> Result<Reply, CommandError> {
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

fn resume(log: &Log<'_>, execution: ExecutionId) -> Result<Reply, CommandError> {
    let mut sweep = at_stage(log, execution, Stage::Stopped)?;
    sweep.stage = sweep.resume.take().unwrap_or(Stage::Planning);
    executions::set_status(log.tx, execution, Status::Running, None)?;
    log.done("execution.resume", &name_of(log, execution)?)?;
    advance(log, sweep)
}

fn set_limit(
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

/// What an admin would call an execution.
fn name_of(log: &Log<'_>, execution: ExecutionId) -> Result<String, CommandError> {
    let found = executions::get(log.tx, execution)?.ok_or(CommandError::NotFound("execution"))?;
    Ok(format!("{} #{execution}", found.workflow_name))
}

fn name_of_workflow(log: &Log<'_>, execution: ExecutionId) -> Result<String, CommandError> {
    let found = executions::get(log.tx, execution)?.ok_or(CommandError::NotFound("execution"))?;
    Ok(found.workflow_name)
}

/// The nodes that walks came to, for the canvas: as often as there were walks, each is told once.
fn merged(into: &mut Vec<Step>, steps: &[Step]) {
    for step in steps {
        let known = into
            .iter()
            .any(|it| it.node == step.node && it.decision == step.decision);
        if !known {
            into.push(Step {
                node: step.node,
                decision: step.decision.clone(),
                effects: Vec::new(),
                failure: None,
            });
        }
    }
}
