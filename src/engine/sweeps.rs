//! Executions of schedules are carried on, one after the other, a part at a time.
//!
//! **Invariant:** how far each has come is in the store only, so that whoever holds the lease next goes
//! on where the last one stopped.

use tokio::sync::watch;

use super::{IDLE, Parts, REST};
use crate::{
    clock::Clock,
    command::{
        self, Actor, Command, CommandError,
        sweeps::{self, SweepCommand},
    },
    model::{Timestamp, sweep::Stage},
    store::{self, StoreError, sweeps::Sweep},
};

/// Carries on whatever is open, and waits for more, until told to stop. It ends between two parts:
/// whoever holds the lease next finds nobody else at work.
pub(super) async fn run(parts: Parts, mut stopped: watch::Receiver<bool>) {
    let clock = &parts.clock;
    let mut changed = parts.store.watch();
    while !is_over(&stopped) {
        changed.mark_unchanged();
        let again = match carry_on(&parts, Some(&stopped)).await {
            Ok(true) => continue,
            Ok(false) => None,
            Err(err) => {
                tracing::error!(error = %err, "a scheduled execution cannot go on");
                Some(clock.now() + IDLE)
            }
        };
        let rested = clock.now() + REST;
        tokio::select! {
            () = until(clock, again) => (),
            _ = changed.changed() => if again.is_some() {
                clock.sleep_until(rested).await;
            },
            _ = stopped.changed() => return,
        }
    }
}

/// `None` is never.
async fn until(clock: &Clock, moment: Option<Timestamp>) {
    match moment {
        Some(moment) => clock.sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

/// Whether somebody said so, or nobody is left to say so.
fn is_over(stopped: &watch::Receiver<bool>) -> bool {
    *stopped.borrow() || stopped.has_changed().is_err()
}

/// Carries on the first open execution by one part; says whether there was one.
pub async fn advance(parts: &Parts) -> Result<bool, CommandError> {
    carry_on(parts, None).await
}

async fn carry_on(
    parts: &Parts,
    stopped: Option<&watch::Receiver<bool>>,
) -> Result<bool, CommandError> {
    let Some(sweep) = first_open(parts).await? else {
        return Ok(false);
    };
    let execution = sweep.execution;
    let advanced = match sweep.stage {
        Stage::Planning => {
            let (store, now, stopped) = (parts.store.clone(), parts.clock.now(), stopped.cloned());
            let is_over = move || stopped.as_ref().is_some_and(is_over);
            waiting(move || sweeps::plan_unless(&store, execution, now, is_over)).await
        }
        Stage::Applying => apply(parts, SweepCommand::ApplyBatch(execution)).await,
        Stage::Reporting => report(parts, &sweep).await,
        Stage::Quarantined | Stage::Stopped | Stage::Ended => Ok(()),
    };
    match advanced {
        // Somebody stopped it meanwhile.
        Ok(()) | Err(CommandError::OtherStage(_)) => Ok(true),
        // The store fails as a whole, which says nothing about this execution.
        Err(err @ CommandError::Store(_)) => Err(err),
        Err(err) => {
            let reason = err.to_string();
            apply(parts, SweepCommand::Fail { execution, reason }).await?;
            Ok(true)
        }
    }
}

async fn first_open(parts: &Parts) -> Result<Option<Sweep>, CommandError> {
    let store = parts.store.clone();
    waiting(move || Ok(store.read(store::sweeps::first_open)?)).await
}

async fn report(parts: &Parts, sweep: &Sweep) -> Result<(), CommandError> {
    let (store, execution) = (parts.store.clone(), sweep.execution);
    let write =
        move || store.read_with_config(|db, config| sweeps::reports(db, &config, execution));
    let mails = waiting(write).await?;
    apply(parts, SweepCommand::QueueReports { execution, mails }).await
}

async fn apply(parts: &Parts, command: SweepCommand) -> Result<(), CommandError> {
    let command = Command::Sweep(Box::new(command));
    let now = parts.clock.now();
    let reply = command::apply_async(&parts.store, &Actor::engine(), command, now).await;
    reply.map(drop)
}

async fn waiting<T: Send + 'static>(
    read: impl FnOnce() -> Result<T, CommandError> + Send + 'static,
) -> Result<T, CommandError> {
    match tokio::task::spawn_blocking(read).await {
        Ok(result) => result,
        Err(_) => Err(StoreError::Stopped.into()),
    }
}
