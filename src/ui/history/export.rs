//! Executions as files: one as JSON, a list as CSV or JSON.
//!
//! **Invariant:** no cell of a CSV file is a formula to the program that opens it.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use serde_json::{Value, json};

use super::{facts::Facts, rows::PAGE};
use crate::{
    model::{difference::Difference, event::Event},
    store::{
        Store, StoreError, events,
        executions::{self, Filter, Summary},
        sweeps::{self, Sweep},
    },
    ui::sentence,
};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Format {
    #[default]
    Csv,
    Json,
}

/// `users` and `outcome` are those of an execution that a schedule or an admin began: it is about
/// more than one user.
const HEADINGS: [&str; 13] = [
    "id", "at", "workflow", "version", "trigger", "user", "status", "error", "event", "source",
    "changes", "users", "outcome",
];

/// An execution of the list.
struct Line {
    summary: Summary,
    event: Option<Event>,
    sweep: Option<Sweep>,
}

/// Everything about one execution.
pub(super) fn one(facts: &Facts) -> String {
    let mut value = summary(&facts.summary);
    if let Value::Object(fields) = &mut value {
        fields.insert("event".to_owned(), json!(facts.event));
        fields.insert("changes".to_owned(), json!(facts.changes));
        fields.insert("steps".to_owned(), json!(facts.steps));
        fields.insert(
            "schedule".to_owned(),
            json!(facts.sweep.as_ref().map(|it| schedule(it, facts))),
        );
        fields.insert("definition".to_owned(), json!(facts.definition));
    }
    pretty(&value)
}

/// When a scheduled execution was due or who asked for it, and how far it has come.
fn schedule(sweep: &Sweep, facts: &Facts) -> Value {
    json!({
        "due": sweep.due,
        "asked_by": facts.asked_by,
        "zone": sweep.moment.zone.name(),
        "missed": sweep.missed,
        "stage": sweep.stage,
        "users": sweep.progress,
        "exceeded": sweep.exceeded,
    })
}

/// Our own values always have a JSON form; should one not, the text says so.
pub(super) fn pretty(value: &impl serde::Serialize) -> String {
    serde_json::to_string_pretty(value).unwrap_or_else(|err| sentence(&err))
}

fn summary(it: &Summary) -> Value {
    json!({
        "id": it.id,
        "at": it.at,
        "workflow": it.workflow_name,
        "version": it.version_number,
        "trigger": it.trigger,
        "event": it.event,
        "user": it.subject,
        "status": it.status,
        "error": it.error,
    })
}

/// With the user before and after, or with what became of how many users.
fn whole(line: &Line) -> Value {
    let event = line.event.as_ref();
    let mut value = summary(&line.summary);
    if let Value::Object(fields) = &mut value {
        let mut insert = |name: &str, value| fields.insert(name.to_owned(), value);
        insert("source", json!(event.map(|it| it.source)));
        insert("before", json!(event.and_then(|it| it.before.as_ref())));
        insert("after", json!(event.map(|it| &it.after)));
        insert(
            "changes",
            json!(event.map(Event::changes).unwrap_or_default()),
        );
        insert("users", json!(line.sweep.as_ref().map(|it| it.progress)));
    }
    value
}

/// Writes every execution that `filter` finds, page by page. Returns how many there were.
pub(super) fn list(
    store: &Store,
    filter: &Filter,
    format: Format,
    path: &Path,
) -> Result<usize, String> {
    let told = |err: io::Error| format!("the file {} cannot be written: {err}", path.display());
    let mut out = BufWriter::new(File::create(path).map_err(told)?);
    let written = match format {
        Format::Csv => csv(store, filter, &mut out),
        Format::Json => json_lines(store, filter, &mut out),
    };
    let count = written.map_err(|err| match err {
        Failure::Io(err) => told(err),
        Failure::Store(err) => err.to_string(),
    })?;
    out.flush().map_err(told)?;
    Ok(count)
}

enum Failure {
    Io(io::Error),
    Store(StoreError),
}

impl From<io::Error> for Failure {
    fn from(err: io::Error) -> Self {
        Self::Io(err)
    }
}

impl From<csv::Error> for Failure {
    fn from(err: csv::Error) -> Self {
        Self::Io(io::Error::other(err))
    }
}

fn csv(store: &Store, filter: &Filter, out: &mut impl Write) -> Result<usize, Failure> {
    let mut writer = csv::Writer::from_writer(out);
    writer.write_record(HEADINGS)?;
    let count = each(store, filter, |line| {
        let (it, event) = (&line.summary, line.event.as_ref());
        let progress = line.sweep.as_ref().map(|it| it.progress);
        let users = progress.map(|it| it.total().to_string());
        let outcome = progress.filter(|it| it.total() > 0);
        let changes = event.map(Event::changes).unwrap_or_default();
        let changes: Vec<String> = changes.iter().map(Difference::sentence).collect();
        let cells = [
            it.id.to_string(),
            it.at.to_rfc3339(),
            it.workflow_name.clone(),
            it.version_number.to_string(),
            it.trigger.clone(),
            it.subject.clone(),
            it.status.label().to_owned(),
            it.error.clone().unwrap_or_default(),
            it.event.map_or_else(String::new, |id| id.to_string()),
            event.map_or("", |it| it.source.label()).to_owned(),
            changes.join("; "),
            users.unwrap_or_default(),
            outcome.map_or_else(String::new, |it| it.sentence()),
        ];
        Ok(writer.write_record(cells.map(harmless))?)
    })?;
    writer.flush()?;
    Ok(count)
}

fn json_lines(store: &Store, filter: &Filter, out: &mut impl Write) -> Result<usize, Failure> {
    let mut separator = "[\n";
    let count = each(store, filter, |line| {
        write!(out, "{separator}{}", whole(line))?;
        separator = ",\n";
        Ok(())
    })?;
    let end = if count == 0 { "[]\n" } else { "\n]\n" };
    out.write_all(end.as_bytes())?;
    Ok(count)
}

fn each(
    store: &Store,
    filter: &Filter,
    mut write: impl FnMut(&Line) -> Result<(), Failure>,
) -> Result<usize, Failure> {
    let (mut place, mut count) = (None, 0);
    loop {
        let (lines, next) = store
            .read(|db| {
                let page = executions::page(db, filter, place, 10 * PAGE)?;
                let line = |it: Summary| {
                    let sweep = match it.event {
                        None => sweeps::get(db, it.id)?,
                        Some(_) => None,
                    };
                    Ok(Line {
                        event: events::of(db, it.event)?,
                        sweep,
                        summary: it,
                    })
                };
                let lines: Result<Vec<_>, StoreError> =
                    page.executions.into_iter().map(line).collect();
                Ok((lines?, page.next))
            })
            .map_err(Failure::Store)?;
        for line in &lines {
            write(line)?;
            count += 1;
        }
        place = next;
        if place.is_none() {
            return Ok(count);
        }
    }
}

/// A cell that a spreadsheet would take for a formula, as text.
fn harmless(cell: String) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) {
        format!("'{cell}")
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_cell_is_a_formula() {
        for cell in ["=cmd()", "+1", "-1", "@SUM(A1)", "\t=1"] {
            assert_eq!(harmless(cell.to_owned()), format!("'{cell}"));
        }
        for cell in ["", "ada", "a=b", "2030-12-24"] {
            assert_eq!(harmless(cell.to_owned()), cell);
        }
    }
}
