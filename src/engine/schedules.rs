//! Due times become executions.

use super::Parts;
use crate::{
    command::{self, Actor, Command, CommandError, sweeps::SweepCommand},
    model::{
        Timestamp,
        due::{Decision, decide},
        id::WorkflowId,
    },
    store::{StoreError, schedules},
};

/// Begins what is due; says when the next is.
///
/// However long executions take, this is asked at every tick: a due time that nobody looked at for a
/// minute would count as missed.
pub(super) async fn begin(parts: &Parts) -> Result<Option<Timestamp>, CommandError> {
    let now = parts.clock.now();
    let mut next: Option<Timestamp> = None;
    for (workflow, decision) in decisions(parts, now).await? {
        let command = match decision {
            Decision::Nothing { next: at } => {
                next = [next, at].into_iter().flatten().min();
                continue;
            }
            Decision::Run { due, missed } => SweepCommand::BeginDue {
                workflow,
                due,
                missed,
            },
            Decision::Skip { due, missed } => SweepCommand::SkipDue {
                workflow,
                due,
                missed,
            },
        };
        let command = Command::Sweep(Box::new(command));
        command::apply_async(&parts.store, &Actor::engine(), command, now).await?;
        // Its next due time is found at once.
        next = Some(now);
    }
    Ok(next)
}

/// What is to be done about each active schedule.
async fn decisions(
    parts: &Parts,
    now: Timestamp,
) -> Result<Vec<(WorkflowId, Decision)>, CommandError> {
    let store = parts.store.clone();
    let read = move || {
        store.read_with_config(|db, config| {
            let mut decisions = Vec::new();
            for (workflow, schedule) in config.schedules() {
                // An activation sets the mark; without one nothing was due yet.
                let mark = schedules::mark(db, workflow)?.unwrap_or(now);
                decisions.push((workflow, decide(schedule, mark, now)));
            }
            Ok::<_, StoreError>(decisions)
        })
    };
    match tokio::task::spawn_blocking(read).await {
        Ok(decisions) => Ok(decisions?),
        Err(_) => Err(StoreError::Stopped.into()),
    }
}
