//! Passwords are hashed off the async threads, a few at once, and not too many wait for it.
//!
//! There is a lane for each kind of visitor. **Invariant:** of each lane at most two are ahead of
//! whoever comes next, so that a crowd in one lane does not hold up the others.

use std::sync::Arc;

use tokio::{sync::Semaphore, task::spawn_blocking};

use crate::command::password;

/// As many as [`password::hash`] does at once; the others wait here, where waiting takes no thread.
const AT_ONCE: usize = 2;

/// How many may wait in a lane: some seconds' worth.
const WAITING: usize = 256;

/// Who waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lane {
    SignUp,

    /// Browsers that nobody has signed in with before.
    Stranger,

    /// Browsers that the user has signed in with before, and people who are signed in.
    Known,

    /// Programs that use the API.
    Program,
}

#[derive(Clone)]
pub(super) struct Hashing {
    lanes: [Queue; 4],
    turns: Arc<Semaphore>,
}

#[derive(Clone)]
struct Queue {
    line: Arc<Semaphore>,
    front: Arc<Semaphore>,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Unhashed {
    #[error("too many passwords are waiting to be hashed")]
    Busy,
    #[error("hashing a password was interrupted")]
    Interrupted,
}

impl Default for Hashing {
    fn default() -> Self {
        Self::with_room_for(WAITING)
    }
}

impl Hashing {
    pub(super) fn with_room_for(waiting: usize) -> Self {
        let queue = || Queue {
            line: Arc::new(Semaphore::new(waiting)),
            front: Arc::new(Semaphore::new(AT_ONCE)),
        };
        Self {
            lanes: [queue(), queue(), queue(), queue()],
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    /// Does some `work` with passwords when its turn has come.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        lane: Lane,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Unhashed> {
        let queue = match lane {
            Lane::SignUp => &self.lanes[0],
            Lane::Stranger => &self.lanes[1],
            Lane::Known => &self.lanes[2],
            Lane::Program => &self.lanes[3],
        };
        let _place = queue
            .line
            .try_acquire()
            .map_err(|_none_left| Unhashed::Busy)?;
        let interrupted = |_closed| Unhashed::Interrupted;
        let _front = queue.front.acquire().await.map_err(interrupted)?;
        let _turn = self.turns.acquire().await.map_err(interrupted)?;
        spawn_blocking(work)
            .await
            .map_err(|_panic| Unhashed::Interrupted)
    }

    /// The form in which a password for a new account is stored.
    pub(super) async fn hash(
        &self,
        lane: Lane,
        password: String,
    ) -> Result<Result<String, password::HashError>, Unhashed> {
        self.run(lane, move || password::hash(&password)).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

    use super::*;

    #[tokio::test]
    async fn who_comes_when_the_line_is_full_is_sent_away() {
        let hashing = Hashing::with_room_for(1);
        let (first, second) = tokio::join!(
            hashing.hash(Lane::SignUp, "correct horse".to_owned()),
            hashing.hash(Lane::SignUp, "battery staple".to_owned())
        );
        let first = first.expect("a place").expect("a hash");
        assert!(first.starts_with("$argon2id$"));
        assert!(matches!(second, Err(Unhashed::Busy)));
        let later = hashing
            .hash(Lane::SignUp, "battery staple".to_owned())
            .await;
        assert!(later.is_ok(), "there is room again");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn a_crowd_in_one_lane_does_not_hold_up_another() {
        let hashing = Hashing::default();
        let (open, gate) = mpsc::channel::<()>();
        let gate = Arc::new(parking_lot::Mutex::new(gate));
        let crowd: Vec<_> = (0..100)
            .map(|_| {
                let (hashing, gate) = (hashing.clone(), Arc::clone(&gate));
                tokio::spawn(async move {
                    // Whoever has a turn waits for the gate.
                    let work = move || gate.lock().recv().is_ok();
                    hashing.run(Lane::Stranger, work).await
                })
            })
            .collect();
        while hashing.turns.available_permits() > 0 {
            tokio::task::yield_now().await;
        }
        let known = hashing.clone();
        let known = tokio::spawn(async move { known.run(Lane::Known, || ()).await });
        for _ in 0..2 * AT_ONCE {
            open.send(()).expect("somebody waits");
        }
        known.await.expect("no panic").expect("a turn");
        let served = crowd.iter().filter(|it| it.is_finished()).count();
        assert!(served <= 2 * AT_ONCE, "{served}");
        drop(open);
        for one in crowd {
            one.await.expect("no panic").expect("a turn");
        }
    }
}
