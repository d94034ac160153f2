//! All users as CSV, in the columns that an import reads back.

use std::io::{self, Write};

use rusqlite::Connection;

use crate::{
    model::{
        import::{COLUMNS, guarded, joined},
        user::User,
    },
    store::{StoreError, attributes, members, users},
};

/// How many users are read at once.
const PAGE: usize = 1_000;

#[derive(Debug, thiserror::Error)]
pub enum ExportError {
    #[error("the file cannot be written: {0}")]
    Io(#[from] io::Error),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<csv::Error> for ExportError {
    fn from(err: csv::Error) -> Self {
        Self::Io(err.into())
    }
}

/// Calls `each` for every user in the order of their names; says how many there are.
pub fn for_all<E: From<StoreError>>(
    db: &Connection,
    mut each: impl FnMut(User) -> Result<(), E>,
) -> Result<u64, E> {
    let filter = users::Filter::default();
    let (mut after, mut count) = (None, 0);
    loop {
        let listed = users::page(db, &filter, after.as_deref(), PAGE)?;
        for user in listed.users {
            count += 1;
            each(user)?;
        }
        match listed.next {
            Some(next) => after = Some(next),
            None => return Ok(count),
        }
    }
}

/// Writes all users; says how many. `progress` is told after each user how many are written, and
/// ends the export early by answering false.
pub fn csv(
    db: &Connection,
    output: impl Write,
    mut progress: impl FnMut(u64) -> bool,
) -> Result<u64, ExportError> {
    let custom: Vec<String> = attributes::all(db)?
        .into_iter()
        .map(|it| it.spec.name)
        .collect();
    let mut csv = csv::Writer::from_writer(output);
    let header = COLUMNS.into_iter().chain(custom.iter().map(String::as_str));
    csv.write_record(header)?;
    let mut written = 0;
    let count = for_all::<ExportError>(db, |user| {
        let groups = members::groups_of(db, user.id)?;
        let roles = members::roles_of(db, user.id)?;
        let profile = &user.profile;
        let built_in = [
            profile.username.as_str(),
            profile.email.as_str(),
            &profile.first_name,
            &profile.last_name,
            &profile.phone,
            user.status.label(),
            &joined(groups.values().map(String::as_str)),
            &joined(roles.values().map(String::as_str)),
        ];
        let value = |name: &String| profile.attributes.get(name).map_or("", String::as_str);
        let cells = built_in.into_iter().chain(custom.iter().map(value));
        csv.write_record(cells.map(guarded))?;
        written += 1;
        if progress(written) {
            Ok(())
        } else {
            Err(io::Error::from(io::ErrorKind::Interrupted).into())
        }
    })?;
    csv.flush()?;
    Ok(count)
}
