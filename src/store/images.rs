//! Small pictures, such as the portal's logo.

use rusqlite::{Connection, OptionalExtension as _, params};

use super::{StoreError, Tx};

/// The portal's logo.
pub const LOGO: &str = "logo";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    pub mime: String,
    pub bytes: Vec<u8>,
}

pub fn get(db: &Connection, name: &str) -> Result<Option<Image>, StoreError> {
    let mut statement = db.prepare_cached("SELECT mime, bytes FROM images WHERE name = ?1")?;
    let image = |row: &rusqlite::Row<'_>| {
        Ok(Image {
            mime: row.get(0)?,
            bytes: row.get(1)?,
        })
    };
    Ok(statement.query_row([name], image).optional()?)
}

/// Sets a picture, or takes it away.
pub fn set(tx: &Tx<'_>, name: &str, image: Option<&Image>) -> Result<(), StoreError> {
    match image {
        Some(Image { mime, bytes }) => tx
            .prepare_cached(
                "INSERT INTO images (name, mime, bytes) VALUES (?1, ?2, ?3)
                 ON CONFLICT (name) DO UPDATE SET mime = excluded.mime, bytes = excluded.bytes",
            )?
            .execute(params![name, mime, bytes])?,
        None => tx
            .prepare_cached("DELETE FROM images WHERE name = ?1")?
            .execute([name])?,
    };
    Ok(())
}
