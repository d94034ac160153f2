//! What comes with mails. Bytes are kept once, however many mails have them.

use std::sync::Arc;

use rusqlite::{Connection, OptionalExtension as _, params};
use sha2::{Digest as _, Sha256};

use super::{StoreError, Tx};
use crate::{
    model::{id::MailId, mail::Attachment},
    store::sql,
};

pub(super) fn insert(
    tx: &Tx<'_>,
    mail: MailId,
    attachments: &[Attachment],
) -> Result<(), StoreError> {
    for (position, attachment) in attachments.iter().enumerate() {
        let id = kept_once(tx, &attachment.bytes)?;
        tx.prepare_cached(
            "INSERT INTO mail_attachments (mail, position, name, kind, attachment)
             VALUES (?1, ?2, ?3, ?4, ?5)",
        )?
        .execute(params![
            mail,
            position as i64,
            attachment.name,
            sql::json(&attachment.kind)?,
            id
        ])?;
    }
    Ok(())
}

fn kept_once(tx: &Tx<'_>, bytes: &[u8]) -> Result<i64, StoreError> {
    let hash = Sha256::digest(bytes).to_vec();
    let known = tx
        .prepare_cached("SELECT id FROM attachments WHERE hash = ?1")?
        .query_row([&hash], |row| row.get(0))
        .optional()?;
    if let Some(id) = known {
        return Ok(id);
    }
    tx.prepare_cached("INSERT INTO attachments (hash, bytes) VALUES (?1, ?2)")?
        .execute(params![hash, bytes])?;
    Ok(tx.last_insert_rowid())
}

pub(super) fn of(db: &Connection, mail: MailId) -> Result<Vec<Attachment>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT name, kind, bytes FROM mail_attachments
         JOIN attachments ON attachments.id = attachment WHERE mail = ?1 ORDER BY position",
    )?;
    let rows = statement.query_map([mail], |row| {
        let bytes: Vec<u8> = row.get(2)?;
        Ok(Attachment {
            name: row.get(0)?,
            kind: sql::from_json(row, 1)?,
            bytes: Arc::from(bytes),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

pub(super) fn forget_unused(tx: &Tx<'_>) -> Result<(), StoreError> {
    tx.prepare_cached(
        "DELETE FROM attachments WHERE id NOT IN (SELECT attachment FROM mail_attachments)",
    )?
    .execute([])?;
    Ok(())
}
