//! What a sender does: claims mails, reads what they say, and records what became of them.

use chrono::TimeDelta;
use rusqlite::{Connection, params};

use super::{Answer, Body, StoreError, Tx};
use crate::{
    model::{Timestamp, id::MailId, mail::MailState},
    store::sql::{self, At},
};

/// No mail waits longer than that for its next attempt. One that seems to was recorded before the clock
/// was set back, and is due.
const LONGEST_WAIT: TimeDelta = TimeDelta::hours(2);

/// A mail that is being sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    pub id: MailId,

    /// 1 for the first time.
    pub attempt: u32,
    pub address: String,
    pub subject: String,
    pub message_id: String,
    pub created: Timestamp,
}

/// What an attempt came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    Sent(Answer),

    /// To be tried again then.
    Again(Timestamp, Answer),
    Failed(Answer),

    /// The server was not even asked: as if it had not been claimed.
    NotTried,
}

/// Takes at most `limit` mails that are due, the longest due first.
pub fn claim(tx: &Tx<'_>, limit: usize, now: Timestamp) -> Result<Vec<Claimed>, StoreError> {
    let mut statement = tx.prepare_cached(
        "UPDATE outbox SET state = 'sending', attempts = attempts + 1
         WHERE id IN (SELECT id FROM outbox WHERE state = 'queued' AND (due <= ?1 OR due > ?3)
                      ORDER BY due LIMIT ?2)
         RETURNING id, attempts, address, subject, message_id, created",
    )?;
    let far = now + LONGEST_WAIT;
    let rows = statement.query_map(params![At(now), limit as i64, At(far)], |row| {
        Ok(Claimed {
            id: row.get(0)?,
            attempt: row.get(1)?,
            address: row.get(2)?,
            subject: row.get(3)?,
            message_id: row.get(4)?,
            created: row.get::<_, At>(5)?.0,
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// What claimed mails say.
pub fn load(
    db: &Connection,
    claimed: Vec<Claimed>,
) -> Result<Vec<(Claimed, Option<Body>)>, StoreError> {
    let with_body = |mail: Claimed| Ok((super::body(db, mail.id)?, mail));
    let loaded = claimed.into_iter().map(with_body);
    loaded
        .map(|it| it.map(|(body, mail)| (mail, body)))
        .collect()
}

/// Records what became of mails that were claimed.
pub fn record(
    tx: &Tx<'_>,
    outcomes: &[(MailId, Outcome)],
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut tell = tx.prepare_cached(
        "UPDATE outbox SET state = ?2, due = ?3, code = ?4, answer = ?5, ended = ?6
         WHERE id = ?1 AND state = 'sending'",
    )?;
    let mut undo = tx.prepare_cached(
        "UPDATE outbox SET state = 'queued', attempts = attempts - 1
         WHERE id = ?1 AND state = 'sending'",
    )?;
    for (id, outcome) in outcomes {
        let (state, due, answer) = match outcome {
            Outcome::Sent(answer) => (MailState::Sent, None, answer),
            Outcome::Again(at, answer) => (MailState::Queued, Some(At(*at)), answer),
            Outcome::Failed(answer) => (MailState::Failed, None, answer),
            Outcome::NotTried => {
                undo.execute([id])?;
                continue;
            }
        };
        let ended = due.is_none().then_some(At(now));
        tell.execute(params![
            id,
            sql::word(&state)?,
            due,
            answer.code,
            answer.text,
            ended
        ])?;
    }
    Ok(())
}

/// Queues again what was being sent when the one who sent it ended; says how many there were. They keep
/// their Message-IDs: the server may have taken them.
pub fn give_back(tx: &Tx<'_>) -> Result<usize, StoreError> {
    let mut statement =
        tx.prepare_cached("UPDATE outbox SET state = 'queued' WHERE state = 'sending'")?;
    Ok(statement.execute([])?)
}

/// When the next mail is due.
pub fn next_due(db: &Connection, now: Timestamp) -> Result<Option<Timestamp>, StoreError> {
    // Each of the two is found at an end of the index.
    let mut statement = db.prepare_cached(
        "SELECT (SELECT min(due) FROM outbox WHERE state = 'queued'),
                (SELECT max(due) FROM outbox WHERE state = 'queued')",
    )?;
    let (first, last): (Option<At>, Option<At>) =
        statement.query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let is_far = |last: At| last.0 > now + LONGEST_WAIT;
    Ok(if last.is_some_and(is_far) {
        Some(now)
    } else {
        first.map(|it| it.0)
    })
}

/// Whether there is a mail that is being sent.
pub fn is_sending(db: &Connection) -> Result<bool, StoreError> {
    let mut statement =
        db.prepare_cached("SELECT 1 FROM outbox WHERE state = 'sending' LIMIT 1")?;
    Ok(statement.exists([])?)
}

/// How many mails the server has taken or refused since then, and when the first of them.
pub fn ended_since(
    db: &Connection,
    since: Timestamp,
    now: Timestamp,
) -> Result<(u64, Option<Timestamp>), StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT count(*), min(ended) FROM outbox
         WHERE is_forgotten = 0 AND ended IS NOT NULL AND ended > ?1 AND ended <= ?2 AND attempts > 0",
    )?;
    let found = statement.query_row([At(since), At(now)], |row| {
        Ok((sql::count(row, 0)?, row.get::<_, Option<At>>(1)?))
    })?;
    Ok((found.0, found.1.map(|it| it.0)))
}
