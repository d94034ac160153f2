//! Templates that admins wrote. They are no part of the configuration: only who makes a mail reads them.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{StoreError, Tx, sql::At};
use crate::model::{
    Timestamp,
    template::{Template, TemplateText},
};

/// A template that an admin wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub text: TemplateText,
    pub changed: Timestamp,
    pub changed_by: String,
}

/// `None` while it has the text that came with the program.
pub fn get(db: &Connection, template: Template) -> Result<Option<Written>, StoreError> {
    let mut statement = db.prepare_cached(
        "SELECT subject, html, text, changed, changed_by FROM templates WHERE name = ?1",
    )?;
    let written = |row: &rusqlite::Row<'_>| {
        Ok(Written {
            text: TemplateText {
                subject: row.get(0)?,
                html: row.get(1)?,
                text: row.get(2)?,
            },
            changed: row.get::<_, At>(3)?.0,
            changed_by: row.get(4)?,
        })
    };
    Ok(statement.query_row([template.name()], written).optional()?)
}

pub fn set(
    tx: &Tx<'_>,
    template: Template,
    text: &TemplateText,
    by: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    tx.prepare_cached(
        "INSERT OR REPLACE INTO templates (name, subject, html, text, changed, changed_by)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?
    .execute(params![
        template.name(),
        text.subject,
        text.html,
        text.text,
        At(now),
        by
    ])?;
    Ok(())
}

pub fn remove(tx: &Tx<'_>, template: Template) -> Result<(), StoreError> {
    tx.prepare_cached("DELETE FROM templates WHERE name = ?1")?
        .execute([template.name()])?;
    Ok(())
}
