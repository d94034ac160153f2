//! The outbox: a row for every mail to every recipient, and what became of it.
//!
//! **Invariant:** there is one row for a Message-ID, and a mail leaves `queued` only by being claimed or
//! given up, so no two senders have it at once.

mod attachments;
mod forgetting;
mod list;
mod sending;

use rusqlite::{Connection, OptionalExtension as _, Row, params};
use serde::Serialize;

pub use self::{
    forgetting::{forget, next_to_forget},
    list::{Counts, Filter, counts, latest, page},
    sending::{
        Claimed, Outcome, claim, ended_since, give_back, is_sending, load, next_due, record,
    },
};
use super::{
    StoreError, Tx,
    sql::{self, At},
};
use crate::model::{
    Timestamp,
    id::{ExecutionId, MailId, UserId},
    mail::{Attachment, Mail, MailState},
    template::Template,
};

/// A mail as the outbox knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Kept {
    pub id: MailId,
    pub user: Option<UserId>,
    pub execution: Option<ExecutionId>,
    pub address: String,
    pub template: Template,
    pub subject: String,
    pub message_id: String,
    pub state: MailState,

    /// How often it was handed to the server.
    pub attempts: u32,
    pub created: Timestamp,

    /// When it is tried next, while it is queued.
    pub due: Option<Timestamp>,
    pub answer: Option<Answer>,

    /// When it was sent or given up.
    pub ended: Option<Timestamp>,
}

/// What the mail server, or our own rules, said of a mail.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// The reply code of RFC 5321 §4.2, from a server.
    pub code: Option<u16>,
    pub text: String,
}

/// What a mail says. It is forgotten after a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Body {
    pub text: String,
    pub html: String,
    pub attachments: Vec<Attachment>,
}

const COLUMNS: &str = "id, user_id, execution, address, template, subject, message_id, state,
    attempts, created, due, code, answer, ended";

/// Queues a mail; says whether it is new. One with a key that was there already is the same mail, and
/// not queued again.
pub fn insert(
    tx: &Tx<'_>,
    user: Option<UserId>,
    execution: Option<ExecutionId>,
    mail: &Mail,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let (state, due) = if mail.address.is_empty() {
        (MailState::NoAddress, None)
    } else {
        (MailState::Queued, Some(now))
    };
    let added = tx
        .prepare_cached(
            "INSERT OR IGNORE INTO outbox
                 (user_id, execution, address, template, subject, message_id, state, created, due, ended)
             SELECT ?1, ?2, ?3, ?4, ?5, '<' || ?6 || '@' || value || '.tenure.invalid>', ?7, ?8, ?9, ?10
             FROM settings WHERE key = 'installation'",
        )?
        .execute(params![
            user,
            execution,
            mail.address,
            mail.template.name(),
            mail.subject,
            mail.key,
            sql::word(&state)?,
            At(now),
            due.map(At),
            due.is_none().then_some(At(now)),
        ])?;
    if added == 0 {
        return Ok(false);
    }
    let id = MailId::new(tx.last_insert_rowid());
    tx.prepare_cached("INSERT INTO mail_bodies (mail, text, html) VALUES (?1, ?2, ?3)")?
        .execute(params![id, mail.text, mail.html])?;
    attachments::insert(tx, id, &mail.attachments)?;
    Ok(true)
}

pub fn get(db: &Connection, id: MailId) -> Result<Option<Kept>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM outbox WHERE id = ?1");
    let mut statement = db.prepare_cached(&sql)?;
    Ok(statement.query_row([id], kept).optional()?)
}

/// `None` once it is forgotten.
pub fn body(db: &Connection, id: MailId) -> Result<Option<Body>, StoreError> {
    let mut statement = db.prepare_cached("SELECT text, html FROM mail_bodies WHERE mail = ?1")?;
    let texts = statement
        .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((text, html)) = texts else {
        return Ok(None);
    };
    let attachments = attachments::of(db, id)?;
    Ok(Some(Body {
        text,
        html,
        attachments,
    }))
}

/// Queues one again that was given up, as the same mail.
pub fn requeue(tx: &Tx<'_>, id: MailId, now: Timestamp) -> Result<(), StoreError> {
    tx.prepare_cached(
        "UPDATE outbox SET state = 'queued', attempts = 0, due = ?2, ended = NULL
         WHERE id = ?1 AND state = 'failed'",
    )?
    .execute(params![id, At(now)])?;
    Ok(())
}

/// Queues one again that was sent, as a new mail with another Message-ID.
pub fn copy(tx: &Tx<'_>, id: MailId, now: Timestamp) -> Result<MailId, StoreError> {
    tx.prepare_cached(
        "INSERT INTO outbox
             (user_id, execution, address, template, subject, message_id, state, created, due)
         SELECT user_id, execution, address, template, subject,
             replace(message_id, '@', '.again-' || ?2 || '@'), 'queued', ?2, ?2
         FROM outbox WHERE id = ?1",
    )?
    .execute(params![id, At(now)])?;
    let new = MailId::new(tx.last_insert_rowid());
    tx.prepare_cached(
        "INSERT INTO mail_bodies (mail, text, html)
         SELECT ?2, text, html FROM mail_bodies WHERE mail = ?1",
    )?
    .execute(params![id, new])?;
    tx.prepare_cached(
        "INSERT INTO mail_attachments (mail, position, name, kind, attachment)
         SELECT ?2, position, name, kind, attachment FROM mail_attachments WHERE mail = ?1",
    )?
    .execute(params![id, new])?;
    Ok(new)
}

fn kept(row: &Row<'_>) -> rusqlite::Result<Kept> {
    let answer: Option<String> = row.get(12)?;
    let code = row.get(11)?;
    Ok(Kept {
        id: row.get(0)?,
        user: row.get(1)?,
        execution: row.get(2)?,
        address: row.get(3)?,
        template: sql::from_word(row, 4)?,
        subject: row.get(5)?,
        message_id: row.get(6)?,
        state: sql::from_word(row, 7)?,
        attempts: row.get(8)?,
        created: row.get::<_, At>(9)?.0,
        due: row.get::<_, Option<At>>(10)?.map(|it| it.0),
        answer: answer.map(|text| Answer { code, text }),
        ended: row.get::<_, Option<At>>(13)?.map(|it| it.0),
    })
}
