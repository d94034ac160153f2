//! `tenure user import`: a preview, then the import.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use clap::Args;
use serde::Serialize;

use crate::{
    cli::{
        failure::{Code, Failure},
        files::Input,
        output::{Output, Table, progress, remark},
        serve,
        session::{Session, actor},
    },
    command::import::{self, BadRow, Imported, Preview, RowDone, RowOutcome},
    model::id::ExecutionId,
    store::Store,
};

/// How many bad rows people are shown; machines get all that the preview names.
const SHOWN: usize = 50;

/// Add, update and delete users from a CSV file
///
/// The first line names the columns, in any order: action (add, update or delete; add if it is
/// left out), username, email, first_name, last_name, phone, status, groups, roles (several names
/// with ; between them) and custom attributes by name. Comma, semicolon or tab separate the cells,
/// the text is UTF-8.
///
/// In an update an empty cell empties the value and a column that is left out keeps it; groups
/// and roles become exactly those named. New users have no password and are Pending. A status only
/// matters when it is Disabled or no longer Disabled. What an export writes is read back as it was.
///
/// JSON: {"preview": {"adds", "updates", "deletes", "bad", "bad_rows": [{"line", "username",
/// "reason"}]}, "result": null or {"created", "not_accepted", "updated", "deleted", "refused",
/// "is_canceled", "rows": [{"line", "username", "outcome", "reason", "executions"}]}}
#[derive(Args)]
pub(in crate::cli) struct Options {
    /// The CSV file; - is standard input
    file: PathBuf,
    /// Only say what would be done
    #[arg(long)]
    dry_run: bool,
    /// Do what the good rows ask for even if there are bad ones
    #[arg(long)]
    skip_bad_rows: bool,
}

#[derive(Serialize)]
struct Report {
    preview: PreviewPart,
    result: Option<ResultPart>,
}

#[derive(Serialize)]
struct PreviewPart {
    adds: u64,
    updates: u64,
    deletes: u64,
    bad: u64,
    bad_rows: Vec<BadPart>,
}

#[derive(Serialize)]
struct BadPart {
    line: u64,
    username: String,
    reason: String,
}

#[derive(Serialize)]
struct ResultPart {
    created: u64,
    not_accepted: u64,
    updated: u64,
    deleted: u64,
    refused: u64,
    is_canceled: bool,
    rows: Vec<RowPart>,
}

#[derive(Serialize)]
struct RowPart {
    line: u64,
    username: String,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    executions: Vec<ExecutionId>,
}

pub(super) fn run(session: &mut Session, options: &Options) -> Result<(), Failure> {
    let input = Input::of(&options.file)?;
    let store = session.store()?;
    let cancel = cancel_on_interrupt();
    let preview = import::preview(&store, input.open()?, &cancel, |rows| {
        progress(&format!("checked {rows} rows"));
    })?;
    progress("");
    if preview.is_canceled {
        return Err(Failure::new(
            Code::Interrupted,
            "interrupted: nothing was imported",
        ));
    }
    if !session.out.is_json {
        print_preview(&mut session.out, &preview)?;
    }
    let is_stopped = preview.bad > 0 && !options.skip_bad_rows;
    if options.dry_run || is_stopped {
        if session.out.is_json {
            session.out.json(&Report::new(preview, None))?;
        }
        if options.dry_run && !is_stopped {
            return Ok(());
        }
        let hint = "correct them, or add --skip-bad-rows to do what the others ask for";
        let message = format!("there are bad rows, so nothing was imported: {hint}");
        return Err(Failure::invalid(message));
    }
    session.out.flush()?;
    let (imported, rows) = perform(session, &store, &input, &cancel)?;
    finish(session, preview, &imported, rows)
}

fn perform(
    session: &Session,
    store: &Store,
    input: &Input,
    cancel: &AtomicBool,
) -> Result<(Imported, Vec<RowDone>), Failure> {
    let is_json = session.out.is_json;
    let mut rows: Vec<RowDone> = Vec::new();
    let mut last = Imported::default();
    let now = || session.clock.now();
    let imported = import::import(store, &actor(), now, input.open()?, cancel, |sum, done| {
        progress(&format!("imported {} rows", sum.rows()));
        last = sum.clone();
        let is_told = |row: &RowDone| is_json || is_exception(&row.outcome);
        rows.extend(done.into_iter().filter(is_told));
    });
    progress("");
    match imported {
        Ok(imported) => Ok((imported, rows)),
        Err(err) => {
            let done = last.rows();
            remark(&format!(
                "tenure: the first {done} rows are done and stay so"
            ));
            Err(err.into())
        }
    }
}

fn is_exception(outcome: &RowOutcome) -> bool {
    matches!(outcome, RowOutcome::NotAccepted(_) | RowOutcome::Refused(_))
}

fn finish(
    session: &mut Session,
    preview: Preview,
    imported: &Imported,
    rows: Vec<RowDone>,
) -> Result<(), Failure> {
    // Bad rows were to be skipped; what else was refused was not expected.
    let unexpected = imported.refused.saturating_sub(preview.bad) + imported.not_accepted;
    if session.out.is_json {
        session
            .out
            .json(&Report::new(preview, Some((imported, rows))))?;
    } else {
        print_rows(&mut session.out, &rows)?;
        let Imported {
            created,
            updated,
            deleted,
            not_accepted,
            refused,
            ..
        } = imported;
        session.out.line(format!(
            "{created} created, {updated} updated, {deleted} deleted, {not_accepted} not accepted, {refused} refused"
        ))?;
    }
    if imported.is_canceled {
        let done = imported.rows();
        let message = format!("interrupted: the first {done} rows are done and stay so");
        return Err(Failure::new(Code::Interrupted, message));
    }
    if unexpected > 0 {
        session.out.flush()?;
        return Err(Failure::new(
            Code::Refused,
            format!("{unexpected} rows were not done"),
        ));
    }
    Ok(())
}

fn print_preview(out: &mut Output, preview: &Preview) -> Result<(), Failure> {
    let Preview {
        adds,
        updates,
        deletes,
        bad,
        ..
    } = preview;
    out.line(format!(
        "{adds} to add, {updates} to update, {deletes} to delete, {bad} bad"
    ))?;
    if preview.bad_rows.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&["LINE", "USERNAME", "WHY NOT"]);
    for BadRow {
        line,
        username,
        reason,
    } in preview.bad_rows.iter().take(SHOWN)
    {
        table.push(vec![line.to_string(), username.clone(), reason.clone()]);
    }
    out.table(&table)?;
    match bad.saturating_sub(SHOWN as u64) {
        0 => Ok(()),
        more => out.line(format!("… and {more} more (--json names them)")),
    }
}

fn print_rows(out: &mut Output, rows: &[RowDone]) -> Result<(), Failure> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut table = Table::new(&["LINE", "USERNAME", "OUTCOME", "WHY"]);
    for row in rows.iter().take(SHOWN) {
        let part = RowPart::new(row.clone());
        let why = part.reason.unwrap_or_else(|| {
            let id = part.executions.first();
            id.map_or(String::new(), |id| {
                format!("\"tenure history show {id}\" says why")
            })
        });
        table.push(vec![
            part.line.to_string(),
            part.username,
            part.outcome.replace('_', " "),
            why,
        ]);
    }
    out.table(&table)?;
    match rows.len().saturating_sub(SHOWN) {
        0 => Ok(()),
        more => out.line(format!("… and {more} more (--json names them)")),
    }
}

/// Ctrl+C lets the transaction that runs come to its end.
fn cancel_on_interrupt() -> Arc<AtomicBool> {
    let cancel = Arc::<AtomicBool>::default();
    let flag = Arc::clone(&cancel);
    serve::on_interrupt(move || flag.store(true, Ordering::Relaxed));
    cancel
}

impl Report {
    fn new(preview: Preview, result: Option<(&Imported, Vec<RowDone>)>) -> Self {
        let bad = |row: BadRow| BadPart {
            line: row.line,
            username: row.username,
            reason: row.reason,
        };
        Self {
            preview: PreviewPart {
                adds: preview.adds,
                updates: preview.updates,
                deletes: preview.deletes,
                bad: preview.bad,
                bad_rows: preview.bad_rows.into_iter().map(bad).collect(),
            },
            result: result.map(|(imported, rows)| ResultPart {
                created: imported.created,
                not_accepted: imported.not_accepted,
                updated: imported.updated,
                deleted: imported.deleted,
                refused: imported.refused,
                is_canceled: imported.is_canceled,
                rows: rows.into_iter().map(RowPart::new).collect(),
            }),
        }
    }
}

impl RowPart {
    fn new(row: RowDone) -> Self {
        let (outcome, reason, executions) = match row.outcome {
            RowOutcome::Created => ("created", None, Vec::new()),
            RowOutcome::NotAccepted(executions) => ("not_accepted", None, executions),
            RowOutcome::Updated => ("updated", None, Vec::new()),
            RowOutcome::Deleted => ("deleted", None, Vec::new()),
            RowOutcome::Refused(reason) => ("refused", Some(reason), Vec::new()),
        };
        Self {
            line: row.line,
            username: row.username,
            outcome,
            reason,
            executions,
        }
    }
}
