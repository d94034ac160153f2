//! Locks end, sessions that are over go, and browsers that were not used for long are forgotten.

use super::Parts;
use crate::{
    command::{self, Actor, Command, CommandError, Reply, SignInCommand},
    model::{
        Timestamp,
        session::{DEVICE, LONGEST},
    },
    store::{StoreError, credentials, sessions},
};

/// Does what is due; says when the next is.
pub(super) async fn tidy(parts: &Parts) -> Result<Option<Timestamp>, CommandError> {
    loop {
        let due = next(parts).await?;
        let now = parts.clock.now();
        let command = match due {
            Due {
                unlock: Some(at), ..
            } if at <= now => Command::UnlockExpired,
            Due {
                purge: Some(at), ..
            } if at < now => Command::from(SignInCommand::PurgeSessions),
            Due { unlock, purge } => return Ok(unlock.into_iter().chain(purge).min()),
        };
        let reply = command::apply_async(&parts.store, &Actor::engine(), command, now).await?;
        if reply == Reply::Purged(0) {
            return Ok(None);
        }
    }
}

/// When the next lock ends, and when the next session or browser is to be forgotten.
struct Due {
    unlock: Option<Timestamp>,
    purge: Option<Timestamp>,
}

async fn next(parts: &Parts) -> Result<Due, CommandError> {
    let store = parts.store.clone();
    let read = move || {
        store.read(|db| {
            let (session, device) = sessions::oldest(db)?;
            let session = session.map(|it| it + LONGEST);
            let device = device.map(|it| it + DEVICE);
            Ok::<_, StoreError>(Due {
                unlock: credentials::next_unlock(db)?,
                purge: session.into_iter().chain(device).min(),
            })
        })
    };
    match tokio::task::spawn_blocking(read).await {
        Ok(due) => Ok(due?),
        Err(_) => Err(StoreError::Stopped.into()),
    }
}
