//! What was sent or given up is forgotten in two steps: first what the mail said, later that it was.

use chrono::TimeDelta;
use rusqlite::{Connection, params};

use super::{StoreError, Tx, attachments};
use crate::{
    model::{Timestamp, id::MailId},
    store::sql::At,
};

/// How long it is known what a mail said.
const BODY: TimeDelta = TimeDelta::days(30);

/// How long it is known that there was a mail, and what became of it.
const ROW: TimeDelta = TimeDelta::days(365);

/// When there is next something to forget.
pub fn next_to_forget(db: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT min(ended) FROM outbox WHERE ended IS NOT NULL AND is_forgotten = ?1",
    )?;
    let mut first = |is_forgotten: bool| -> rusqlite::Result<Option<At>> {
        statement.query_row([is_forgotten], |row| row.get(0))
    };
    let body = first(false)?.map(|ended| ended.0 + BODY);
    let row = first(true)?.map(|ended| ended.0 + ROW);
    Ok(body.into_iter().chain(row).min())
}

/// Forgets what is old, at most `limit` of each; says how many.
pub fn forget(tx: &Tx<'_>, limit: usize, now: Timestamp) -> Result<usize, StoreError> {
    let rows = tx
        .prepare_cached(
            "DELETE FROM outbox WHERE id IN
                 (SELECT id FROM outbox WHERE is_forgotten = 1 AND ended <= ?1 LIMIT ?2)",
        )?
        .execute(params![At(now - ROW), limit as i64])?;
    let mut mark = tx.prepare_cached(
        "UPDATE outbox SET is_forgotten = 1 WHERE id IN
             (SELECT id FROM outbox WHERE is_forgotten = 0 AND ended <= ?1 LIMIT ?2)
         RETURNING id",
    )?;
    let marked = mark.query_map(params![At(now - BODY), limit as i64], |row| row.get(0))?;
    let marked: Vec<MailId> = marked.collect::<Result<_, _>>()?;
    let mut delete = tx.prepare_cached("DELETE FROM mail_bodies WHERE mail = ?1")?;
    for mail in &marked {
        delete.execute([mail])?;
    }
    if !marked.is_empty() {
        attachments::forget_unused(tx)?;
    }
    Ok(rows + marked.len())
}
