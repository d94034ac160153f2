//! Mails on their way out.

use rusqlite::{Connection, Row, params};
use serde::{Deserialize, Serialize};

use super::{
    StoreError, Tx,
    sql::{self, At},
};
use crate::model::{Timestamp, id::UserId, mail::Mail};

/// What has become of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Queued,
}

impl State {
    pub fn label(self) -> &'static str {
        match self {
            Self::Queued => "Queued",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Queued {
    pub user: Option<UserId>,
    pub mail: Mail,
    pub state: State,
    pub created: Timestamp,
}

/// Queues a mail; one with a Message-ID that is there already is the same mail, and not queued again.
pub fn insert(
    tx: &Tx<'_>,
    user: Option<UserId>,
    mail: &Mail,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT OR IGNORE INTO outbox
             (user_id, address, template, subject, text, html, message_id, state, created)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
    )?
    .execute(params![
        user,
        mail.address,
        mail.template,
        mail.subject,
        mail.text,
        mail.html,
        mail.message_id,
        sql::word(&State::Queued)?,
        At(now),
    ])?;
    Ok(())
}

/// The last `limit` mails, the newest first.
pub fn latest(db: &Connection, limit: usize) -> Result<Vec<Queued>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT user_id, address, template, subject, text, html, message_id, state, created
         FROM outbox ORDER BY id DESC LIMIT ?1",
    )?;
    let rows = statement.query_map([limit as i64], queued)?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn queued(row: &Row<'_>) -> rusqlite::Result<Queued> {
    Ok(Queued {
        user: row.get(0)?,
        mail: Mail {
            address: row.get(1)?,
            template: row.get(2)?,
            subject: row.get(3)?,
            text: row.get(4)?,
            html: row.get(5)?,
            message_id: row.get(6)?,
        },
        state: sql::from_word(row, 7)?,
        created: row.get::<_, At>(8)?.0,
    })
}
