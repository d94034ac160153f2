//! Mails that were sent or given up long ago are forgotten.

use crate::{
    command::CommandError,
    engine::Parts,
    model::Timestamp,
    store::{StoreError, outbox},
};

/// How many are forgotten in one transaction.
const BATCH: usize = 1_000;

/// Forgets what is old enough; says when there is next something to forget.
pub(crate) async fn forget(parts: &Parts) -> Result<Option<Timestamp>, CommandError> {
    loop {
        let store = parts.store.clone();
        let read = move || -> Result<_, StoreError> { store.read(outbox::next_to_forget) };
        let next = super::blocking(read).await?;
        let now = parts.clock.now();
        match next {
            Some(at) if at <= now => {
                let forget = move |tx: &crate::store::Tx<'_>| outbox::forget(tx, BATCH, now);
                parts.store.write_async(forget).await?;
            }
            next => return Ok(next),
        }
    }
}
