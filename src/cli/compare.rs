//! `tenure workflow compare`: what differs between two versions, in words, as text or as JSON.

use std::io::Write as _;

use serde::Serialize;

use super::{
    failure::{Code, Failure},
    names,
    session::Session,
};
use crate::{
    command::CommandError,
    model::{
        compare::{self, Change, Mark},
        document::Document,
        version::{Version, Workflow},
    },
    store::workflows,
};

#[derive(Serialize)]
struct Compared<'a> {
    workflow: &'a str,
    old: u32,
    new: u32,

    /// Nothing but places on the canvas differs.
    is_same: bool,

    /// Executions go differently.
    is_effective: bool,
    moved: usize,
    changes: Vec<ChangeRow<'a>>,
}

#[derive(Serialize)]
struct ChangeRow<'a> {
    kind: &'static str,
    old_node: Option<u32>,
    new_node: Option<u32>,
    sentence: &'a str,
}

/// One of the two, as last saved.
struct Side {
    number: u32,
    document: Document,
}

pub(super) fn run(
    session: &mut Session,
    name: &str,
    old: u32,
    new: u32,
    is_text: bool,
) -> Result<(), Failure> {
    let (workflow, old, new) = session.store()?.read(|db| {
        let workflow = names::workflow(db, name)?;
        let side = |number| {
            let version = names::version(db, &workflow, Some(number), names::Default::Active)?;
            side(db, &workflow, &version)
        };
        let (old, new) = (side(old)?, side(new)?);
        Ok::<_, Failure>((workflow, old, new))
    })?;
    let differs = if is_text {
        text(session, &workflow, &old, &new)?
    } else {
        words(session, &workflow, &old, &new)?
    };
    if differs {
        return Err(Failure::Quiet(Code::Different));
    }
    Ok(())
}

fn side(
    db: &rusqlite::Connection,
    workflow: &Workflow,
    version: &Version,
) -> Result<Side, Failure> {
    let drawn = workflows::drawn(db, version.id)?;
    let drawn = drawn.ok_or(CommandError::NotFound("version"))?;
    let Workflow {
        name, description, ..
    } = workflow;
    let document = Document::new(name, description, &version.note, drawn.definition);
    Ok(Side {
        number: version.number,
        document,
    })
}

fn text(
    session: &mut Session,
    workflow: &Workflow,
    old: &Side,
    new: &Side,
) -> Result<bool, Failure> {
    let lines = compare::lines(&old.document.to_json()?, &new.document.to_json()?);
    let name = |side: &Side| format!("{} version {}", workflow.name, side.number);
    let patch = compare::unified(&name(old), &name(new), &lines);
    // A patch is read by programs, so that only what could deceive a terminal is made visible.
    let patch = crate::model::text::shown_lines(&patch);
    session.out.raw().write_all(patch.as_bytes())?;
    Ok(!patch.is_empty())
}

fn words(
    session: &mut Session,
    workflow: &Workflow,
    old: &Side,
    new: &Side,
) -> Result<bool, Failure> {
    let comparison = compare::compare(&old.document.definition, &new.document.definition);
    let differs = !comparison.is_same();
    if session.out.is_json {
        session.out.json(&Compared {
            workflow: &workflow.name,
            old: old.number,
            new: new.number,
            is_same: comparison.is_same(),
            is_effective: comparison.is_effective(),
            moved: comparison.count(Mark::Moved),
            changes: comparison.changes.iter().map(row).collect(),
        })?;
        return Ok(differs);
    }
    for change in &comparison.changes {
        session.out.line(&change.sentence)?;
    }
    session.out.line(comparison.summary())?;
    Ok(differs)
}

fn row(change: &Change) -> ChangeRow<'_> {
    ChangeRow {
        kind: match change.mark {
            Mark::Removed => "removed",
            Mark::Added => "added",
            Mark::Changed | Mark::Moved => "changed",
        },
        old_node: change.old.map(|it| it.0),
        new_node: change.new.map(|it| it.0),
        sentence: &change.sentence,
    }
}
