//! The background loop: does what is due, learns when the next thing is due, and sleeps until then
//! or until something changes.
//!
//! **Invariant:** a tick with nothing to do writes nothing.

mod outbox;
mod recycle_bin;
mod schedules;
mod sign_in;
pub mod sweeps;

use chrono::TimeDelta;
use tokio::{sync::watch, task::JoinHandle};

pub use self::outbox::Post;
use crate::{clock::Clock, command::CommandError, model::Timestamp, store::Store};

/// A running engine. Dropping it stops the loop after the work in progress.
pub struct Engine {
    stop: watch::Sender<bool>,

    /// The loop itself, and what takes longer beside it: scheduled executions and mails.
    tasks: [JoinHandle<()>; 3],
}

/// What the loop works with.
#[derive(Clone)]
pub struct Parts {
    pub store: Store,
    pub clock: Clock,
}

/// How long the loop sleeps when nothing is due.
const IDLE: TimeDelta = TimeDelta::minutes(1);

/// How long it waits until it tries again what it could not do: less than the minute after which a due
/// time counts as missed.
const AGAIN: TimeDelta = TimeDelta::seconds(10);

/// How long it rests between two rounds, however much changes: the engine is not in a hurry.
const REST: TimeDelta = TimeDelta::milliseconds(200);

impl Engine {
    pub fn start(runtime: &tokio::runtime::Handle, parts: Parts) -> Self {
        let (stop, stopped) = watch::channel(false);
        let sweeping = runtime.spawn(sweeps::run(parts.clone(), stopped.clone()));
        let posting = outbox::start(runtime, parts.clone(), stopped.clone());
        let ticking = runtime.spawn(run(parts, stopped));
        Self {
            stop,
            tasks: [ticking, sweeping, posting],
        }
    }

    /// Stops it, and waits until it has.
    pub async fn stop(self) {
        self.stop.send_replace(true);
        for task in self.tasks {
            if let Err(err) = task.await {
                tracing::error!(error = %err, "the engine did not end by itself");
            }
        }
    }
}

async fn run(parts: Parts, mut stopped: watch::Receiver<bool>) {
    let mut changed = parts.store.watch();
    loop {
        changed.mark_unchanged();
        let wake = tick(&parts).await;
        let rested = parts.clock.now() + REST;
        tokio::select! {
            () = parts.clock.sleep_until(wake) => (),
            _ = changed.changed() => parts.clock.sleep_until(rested).await,
            // Told to stop, or nobody is left to tell us.
            _ = stopped.changed() => return,
        }
    }
}

/// Does all that is due, and says when to come back. What fails is tried again, and keeps nothing else
/// from being done in time.
pub async fn tick(parts: &Parts) -> Timestamp {
    let next = |done: Result<Option<Timestamp>, CommandError>| {
        done.unwrap_or_else(|err| {
            tracing::error!(error = %err, "the engine could not do its work");
            Some(parts.clock.now() + AGAIN)
        })
    };
    // First, since others must not make it late.
    let schedules = next(schedules::begin(parts).await);
    let bin = next(recycle_bin::empty(parts).await);
    let doors = next(sign_in::tidy(parts).await);
    let mails = next(outbox::forget(parts).await);
    let idle_until = parts.clock.now() + IDLE;
    let due = [schedules, bin, doors, mails].into_iter().flatten();
    due.fold(idle_until, Timestamp::min)
}
