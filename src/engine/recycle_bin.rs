//! The recycle bin lets go of users whose time in it is over.

use chrono::TimeDelta;

use super::Parts;
use crate::{
    command::{self, Actor, Command, CommandError, Reply},
    model::Timestamp,
    store::{StoreError, users},
};

/// Removes for good whose time is over; says when the next one's will be.
pub(super) async fn empty(parts: &Parts) -> Result<Option<Timestamp>, CommandError> {
    loop {
        let (first, days) = oldest(parts).await?;
        let Some(first) = first else {
            return Ok(None);
        };
        let now = parts.clock.now();
        let stay = TimeDelta::days(i64::from(days));
        if first + stay > now {
            return Ok(Some(first + stay));
        }
        let purge = Command::PurgeDeleted { before: now - stay };
        let reply = command::apply_async(&parts.store, &Actor::engine(), purge, now).await?;
        if reply == Reply::Purged(0) {
            return Ok(None);
        }
    }
}

/// When the first of the users in the bin came there, and for how many days they stay.
async fn oldest(parts: &Parts) -> Result<(Option<Timestamp>, u32), CommandError> {
    let store = parts.store.clone();
    let read = move || -> Result<_, StoreError> {
        let days = store.config()?.settings.directory.recycle_days;
        Ok((store.read(users::first_deleted)?, days))
    };
    match tokio::task::spawn_blocking(read).await {
        Ok(found) => Ok(found?),
        Err(_) => Err(StoreError::Stopped.into()),
    }
}
