//! `tenure user export`: all users as CSV, which an import reads back, or as JSON.

use std::{io::Write, path::PathBuf};

use clap::{Args, ValueEnum};
use rusqlite::Connection;

use super::{failure::Failure, files, output::remark, session::Session, user::Row};
use crate::{
    model::{
        import::{COLUMNS, guarded, joined},
        user::User,
    },
    store::{Store, attributes, members, users},
};

/// How many users are read at once.
const PAGE: usize = 1_000;

#[derive(Args)]
pub(super) struct Options {
    /// Where to write; - is standard output
    #[arg(default_value = "-")]
    file: PathBuf,
    /// With --json it is json
    #[arg(long, value_enum, default_value_t = Format::Csv)]
    format: Format,
    /// Replace the file if there is one
    #[arg(long)]
    force: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Csv,
    Json,
}

pub(super) fn run(session: &mut Session, options: &Options) -> Result<(), Failure> {
    let store = session.store()?;
    let is_json = session.out.is_json || options.format == Format::Json;
    if files::is_standard(&options.file) {
        return export(&store, is_json, session.out.raw()).map(drop);
    }
    let mut count = 0;
    files::write(&options.file, options.force, |file| {
        count = export(&store, is_json, file)?;
        Ok(())
    })?;
    remark(&format!(
        "wrote {count} users to {:?}",
        options.file.to_string_lossy()
    ));
    Ok(())
}

/// All users of one moment; says how many.
fn export(store: &Store, is_json: bool, output: &mut dyn Write) -> Result<u64, Failure> {
    store.read(|db| {
        if is_json {
            export_json(db, output)
        } else {
            export_csv(db, output)
        }
    })
}

/// Calls `each` for every user in the order of their names.
fn for_all(
    db: &Connection,
    mut each: impl FnMut(User) -> Result<(), Failure>,
) -> Result<u64, Failure> {
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

fn export_csv(db: &Connection, output: &mut dyn Write) -> Result<u64, Failure> {
    let custom: Vec<String> = attributes::all(db)?
        .into_iter()
        .map(|it| it.spec.name)
        .collect();
    let mut csv = csv::Writer::from_writer(output);
    let header = COLUMNS.into_iter().chain(custom.iter().map(String::as_str));
    csv.write_record(header).map_err(unwritable)?;
    let count = for_all(db, |user| {
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
        csv.write_record(cells.map(guarded)).map_err(unwritable)
    })?;
    csv.flush()?;
    Ok(count)
}

fn unwritable(err: csv::Error) -> Failure {
    match err.into_kind() {
        csv::ErrorKind::Io(err) => err.into(),
        other => Failure::invalid(format!("{other:?}")),
    }
}

fn export_json(db: &Connection, output: &mut dyn Write) -> Result<u64, Failure> {
    write!(output, "{{\"users\": [")?;
    let mut separator = "\n";
    let count = for_all(db, |user| {
        write!(output, "{separator}")?;
        separator = ",\n";
        Ok(serde_json::to_writer(
            &mut *output,
            &Row::new(user, Some(db))?,
        )?)
    })?;
    writeln!(output, "\n]}}")?;
    output.flush()?;
    Ok(count)
}
