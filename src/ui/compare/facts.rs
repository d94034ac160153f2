//! What the comparison of two versions needs, read and worked out in the background.

use crate::{
    model::{
        compare::{self, Comparison, Line},
        definition::Definition,
        document::Document,
        id::VersionId,
        version::{Version, VersionStatus, Workflow},
    },
    store::{Store, StoreError, workflows},
};

pub(super) struct Facts {
    pub(super) workflow: Workflow,

    /// All that can be chosen, the newest first.
    pub(super) versions: Vec<Version>,
    pub(super) old: Side,
    pub(super) new: Side,
    pub(super) comparison: Comparison,

    /// Both as text.
    pub(super) lines: Vec<Line>,
}

pub(super) struct Side {
    pub(super) version: Version,
    pub(super) definition: Definition,

    /// It is what is drawn now, which nobody has saved yet.
    pub(super) is_unsaved: bool,
}

impl Facts {
    /// "Version 2 of Welcome", as a patch names its files.
    pub(super) fn unified(&self) -> String {
        let name = |side: &Side| format!("{} version {}", self.workflow.name, side.version.number);
        compare::unified(&name(&self.old), &name(&self.new), &self.lines)
    }
}

/// `None` if a version was deleted.
pub(super) fn read(
    store: &Store,
    old: VersionId,
    new: VersionId,
) -> Result<Option<Facts>, StoreError> {
    let found = store.read(|db| {
        let (Some(old), Some(new)) = (side(db, old)?, side(db, new)?) else {
            return Ok(None);
        };
        let Some(workflow) = workflows::get(db, new.version.workflow)? else {
            return Ok(None);
        };
        let versions = workflows::versions(db, workflow.id)?;
        Ok::<_, StoreError>(Some((workflow, versions, old, new)))
    })?;
    let Some((workflow, versions, old, new)) = found else {
        return Ok(None);
    };
    let comparison = compare::compare(&old.definition, &new.definition);
    let lines = compare::lines(&text(&workflow, &old), &text(&workflow, &new));
    Ok(Some(Facts {
        workflow,
        versions,
        old,
        new,
        comparison,
        lines,
    }))
}

/// A draft is compared as it is drawn now.
fn side(db: &rusqlite::Connection, id: VersionId) -> Result<Option<Side>, StoreError> {
    let (Some(version), Some(drawn)) = (workflows::version(db, id)?, workflows::drawn(db, id)?)
    else {
        return Ok(None);
    };
    let is_draft = version.status == VersionStatus::Draft;
    let unsaved = drawn.unsaved.filter(|_| is_draft);
    Ok(Some(Side {
        version,
        is_unsaved: unsaved.is_some(),
        definition: unsaved.unwrap_or(drawn.definition),
    }))
}

/// What an export would write.
fn text(workflow: &Workflow, side: &Side) -> String {
    let definition = side.definition.clone();
    let note = &side.version.note;
    let document = Document::new(&workflow.name, &workflow.description, note, definition);
    // What came out of the store is JSON.
    document.to_json().unwrap_or_default()
}
