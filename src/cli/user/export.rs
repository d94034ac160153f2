//! `tenure user export`: all users as CSV, which an import reads back, or as JSON.

use std::{io::Write, path::PathBuf};

use clap::{Args, ValueEnum};
use rusqlite::Connection;

use super::Row;
use crate::{
    cli::{failure::Failure, files, output::remark, session::Session},
    command::export,
    store::Store,
};

#[derive(Args)]
pub(in crate::cli) struct Options {
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
            Ok(export::csv(db, output, |_| true)?)
        }
    })
}

fn export_json(db: &Connection, output: &mut dyn Write) -> Result<u64, Failure> {
    write!(output, "{{\"users\": [")?;
    let mut separator = "\n";
    let count = export::for_all::<Failure>(db, |user| {
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
