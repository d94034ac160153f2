//! Passwords are hashed off the async threads, a few at once, and not too many wait for it.

use std::sync::Arc;

use tokio::{sync::Semaphore, task::spawn_blocking};

use crate::command::password::{self, HashError};

/// As many as [`password::hash`] does at once; the others wait here, where waiting takes no thread.
const AT_ONCE: usize = 2;

/// How many may wait: some ten seconds' worth.
const WAITING: usize = 512;

#[derive(Clone)]
pub(super) struct Hashing {
    line: Arc<Semaphore>,
    turns: Arc<Semaphore>,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum Unhashed {
    #[error("too many passwords are waiting to be hashed")]
    Busy,
    #[error(transparent)]
    Failed(#[from] HashError),
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
        Self {
            line: Arc::new(Semaphore::new(waiting)),
            turns: Arc::new(Semaphore::new(AT_ONCE)),
        }
    }

    pub(super) async fn hash(&self, password: String) -> Result<String, Unhashed> {
        Ok(self.run(move || password::hash(&password)).await??)
    }

    /// Whether the password is the one of which `hash` was made; as long for one without a hash.
    pub(super) async fn verify(
        &self,
        hash: Option<String>,
        password: String,
    ) -> Result<bool, Unhashed> {
        let compare = move || password::verify(hash.as_deref(), &password);
        self.run(compare).await
    }

    /// Does what takes as long as hashing, when it is its turn.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Unhashed> {
        let _place = self
            .line
            .try_acquire()
            .map_err(|_none_left| Unhashed::Busy)?;
        let _turn = self
            .turns
            .acquire()
            .await
            .map_err(|_closed| Unhashed::Interrupted)?;
        spawn_blocking(work)
            .await
            .map_err(|_panicked| Unhashed::Interrupted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_comes_when_the_line_is_full_is_sent_away() {
        let hashing = Hashing::with_room_for(1);
        let (first, second) = tokio::join!(
            hashing.hash("correct horse".to_owned()),
            hashing.hash("battery staple".to_owned())
        );
        assert!(first.expect("a hash").starts_with("$argon2id$"));
        assert!(matches!(second, Err(Unhashed::Busy)));
        let later = hashing.hash("battery staple".to_owned()).await;
        assert!(later.is_ok(), "there is room again");
    }
}
