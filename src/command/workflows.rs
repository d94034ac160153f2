//! Changes to workflows and their versions.

use serde::Serialize;

use super::{
    CommandError, Log, Reply, directory::checked_description, foresight::Foresight, sweeps,
};
use crate::{
    model::{
        definition::Definition,
        document::Document,
        id::{VersionId, WorkflowId},
        problem::{Problem, Runnable, Severity},
        text::{self, MAX_DESCRIPTION, MAX_FIELD},
        version::{MAX_VERSIONS, Version, VersionStatus, Workflow, oldest_unused},
    },
    store::{
        known, schedules,
        workflows::{self, NewVersion},
    },
};

pub(super) fn create(log: &Log<'_>, name: &str, description: &str) -> Result<Reply, CommandError> {
    let (name, description) = (checked_name(name)?, checked_description(description)?);
    check_free(log, &name, None)?;
    let workflow = workflows::insert(log.tx, &name, &description, log.now)?;
    let version = insert_version(log, workflow, "", &Definition::blank())?;
    log.done("workflow.create", &name)?;
    Ok(Reply::Draft { workflow, version })
}

pub(super) fn update(
    log: &Log<'_>,
    id: WorkflowId,
    name: &str,
    description: &str,
) -> Result<Reply, CommandError> {
    let before = found(log, id)?;
    let (name, description) = (checked_name(name)?, checked_description(description)?);
    check_free(log, &name, Some(id))?;
    workflows::update(log.tx, id, &name, &description)?;
    let after = Workflow {
        name,
        description,
        ..before.clone()
    };
    log.changed("workflow.update", &before.name, Some(&before), Some(&after))
}

pub(super) fn delete(log: &Log<'_>, id: WorkflowId) -> Result<Reply, CommandError> {
    let workflow = found(log, id)?;
    if let Some(active) = workflows::active_version(log.tx, id)? {
        return Err(CommandError::ActiveVersion(active.number));
    }
    workflows::delete(log.tx, id, log.now)?;
    log.changed(
        "workflow.delete",
        &workflow.name,
        Some(&workflow),
        None::<&()>,
    )
}

pub(super) fn create_draft(
    log: &Log<'_>,
    workflow: WorkflowId,
    from: Option<VersionId>,
    note: &str,
) -> Result<Reply, CommandError> {
    let name = found(log, workflow)?.name;
    let note = checked_note(note)?;
    let definition = match from {
        None => Definition::blank(),
        Some(version) => drawing(log, version)?,
    };
    check_room(log, workflow)?;
    let version = insert_version(log, workflow, &note, &definition)?;
    log.done("version.create", &name)?;
    Ok(Reply::Draft { workflow, version })
}

pub(super) fn save_draft(
    log: &Log<'_>,
    id: VersionId,
    definition: &Definition,
) -> Result<Reply, CommandError> {
    let version = draft(log, id)?;
    workflows::save_definition(log.tx, id, definition, log.now)?;
    log.done("version.save", &title(log, &version)?)
}

/// Keeping what is being drawn is no act of its own, so it is not audited; saving it is.
pub(super) fn keep_unsaved(
    log: &Log<'_>,
    id: VersionId,
    definition: Option<&Definition>,
) -> Result<Reply, CommandError> {
    draft(log, id)?;
    workflows::set_unsaved(log.tx, id, definition)?;
    Ok(Reply::Done)
}

pub(super) fn set_note(log: &Log<'_>, id: VersionId, note: &str) -> Result<Reply, CommandError> {
    let version = found_version(log, id)?;
    let note = checked_note(note)?;
    workflows::set_note(log.tx, id, &note)?;
    let title = title(log, &version)?;
    log.changed("version.note", &title, Some(&version.note), Some(&note))
}

pub(super) fn activate(
    log: &Log<'_>,
    id: VersionId,
    reason: &str,
    foresight: Option<&Foresight>,
) -> Result<Reply, CommandError> {
    let version = found_version(log, id)?;
    if version.status == VersionStatus::Active {
        return Err(CommandError::AlreadyActive(version.number));
    }
    let drawn = workflows::drawn(log.tx, id)?.ok_or(CommandError::NotFound("version"))?;
    // What was drawn since would be out of reach: only a draft shows it.
    if version.status == VersionStatus::Draft && drawn.unsaved.is_some() {
        return Err(CommandError::Unsaved(version.number));
    }
    let definition = drawn.definition;
    let (config, name) = (log.tx.config()?, title(log, &version)?);
    let of = (version.workflow, name.as_str(), &definition);
    let known = match foresight.filter(|it| it.is_of(id, &definition)) {
        Some(it) => {
            let of = (version.workflow, &definition);
            sweeps::known_given(log.tx, &config, of, it.outlook())?
        }
        None => sweeps::known(log.tx, &config, of, log.now)?.0,
    };
    let is_error = |it: &Problem| it.severity() == Severity::Error;
    let (errors, warnings): (Vec<Problem>, Vec<Problem>) = definition
        .all_problems(&known)
        .into_iter()
        .partition(is_error);
    if !errors.is_empty() {
        return Err(CommandError::Problems(errors));
    }
    Runnable::try_from(definition).map_err(|err| CommandError::Problems(err.0))?;
    let reason = checked_note(reason)?;
    if !warnings.is_empty() && reason.is_empty() {
        return Err(CommandError::NeedsReason(warnings));
    }
    if let Some(before) = workflows::active_version(log.tx, version.workflow)? {
        workflows::set_status(log.tx, before.id, VersionStatus::Published)?;
    }
    workflows::set_status(log.tx, id, VersionStatus::Active)?;
    schedules::set_mark(log.tx, version.workflow, log.now)?;
    record_activation(log, &version, &reason, &warnings)
}

fn record_activation(
    log: &Log<'_>,
    version: &Version,
    reason: &str,
    warnings: &[Problem],
) -> Result<Reply, CommandError> {
    #[derive(Serialize)]
    struct Activation<'a> {
        version: u32,
        reason: &'a str,
        warnings: Vec<String>,
    }
    let activation = Activation {
        version: version.number,
        reason,
        warnings: warnings.iter().map(|it| it.kind.to_string()).collect(),
    };
    let title = title(log, version)?;
    log.changed("version.activate", &title, None::<&()>, Some(&activation))
}

pub(super) fn disable(log: &Log<'_>, id: WorkflowId) -> Result<Reply, CommandError> {
    let workflow = found(log, id)?;
    let Some(active) = workflows::active_version(log.tx, id)? else {
        return Err(CommandError::NotActive(workflow.name));
    };
    workflows::set_status(log.tx, active.id, VersionStatus::Published)?;
    log.done("workflow.disable", &workflow.name)
}

pub(super) fn delete_version(log: &Log<'_>, id: VersionId) -> Result<Reply, CommandError> {
    let version = found_version(log, id)?;
    if version.status == VersionStatus::Active {
        return Err(CommandError::ActiveVersion(version.number));
    }
    workflows::delete_version(log.tx, id, log.now)?;
    let title = title(log, &version)?;
    log.changed("version.delete", &title, Some(&version), None::<&()>)
}

pub(super) fn import(log: &Log<'_>, document: Document) -> Result<Reply, CommandError> {
    let name = checked_name(&document.name)?;
    let mut definition = document.definition;
    known::resolve(log.tx, &mut definition)?;
    let workflow = if let Some(workflow) = workflows::by_name(log.tx, &name)? {
        workflow.id
    } else {
        let description = checked_description(&document.description)?;
        workflows::insert(log.tx, &name, &description, log.now)?
    };
    check_room(log, workflow)?;
    let version = insert_version(log, workflow, &checked_note(&document.note)?, &definition)?;
    log.done("workflow.import", &name)?;
    Ok(Reply::Draft { workflow, version })
}

fn insert_version(
    log: &Log<'_>,
    workflow: WorkflowId,
    note: &str,
    definition: &Definition,
) -> Result<VersionId, CommandError> {
    Ok(workflows::insert_version(
        log.tx,
        &NewVersion {
            workflow,
            author: &log.actor.name,
            note,
            at: log.now,
            definition,
        },
    )?)
}

fn check_room(log: &Log<'_>, workflow: WorkflowId) -> Result<(), CommandError> {
    let versions = workflows::versions(log.tx, workflow)?;
    if versions.len() < MAX_VERSIONS {
        return Ok(());
    }
    let oldest = oldest_unused(&versions).map_or(1, |it| it.number);
    Err(CommandError::VersionLimit { oldest })
}

fn check_free(log: &Log<'_>, name: &str, except: Option<WorkflowId>) -> Result<(), CommandError> {
    let holder = workflows::by_name(log.tx, name)?.map(|it| it.id);
    if holder.is_some() && holder != except {
        return Err(CommandError::NameTaken {
            what: "workflow",
            name: name.to_owned(),
        });
    }
    Ok(())
}

fn checked_name(name: &str) -> Result<String, CommandError> {
    text::required_line(name, MAX_FIELD).map_err(|reason| CommandError::Text {
        field: "name",
        reason,
    })
}

fn checked_note(note: &str) -> Result<String, CommandError> {
    text::paragraph(note, MAX_DESCRIPTION).map_err(|reason| CommandError::Text {
        field: "note",
        reason,
    })
}

fn found(log: &Log<'_>, id: WorkflowId) -> Result<Workflow, CommandError> {
    workflows::get(log.tx, id)?.ok_or(CommandError::NotFound("workflow"))
}

fn found_version(log: &Log<'_>, id: VersionId) -> Result<Version, CommandError> {
    workflows::version(log.tx, id)?.ok_or(CommandError::NotFound("version"))
}

fn draft(log: &Log<'_>, id: VersionId) -> Result<Version, CommandError> {
    let version = found_version(log, id)?;
    match version.status {
        VersionStatus::Draft => Ok(version),
        VersionStatus::Active | VersionStatus::Published => {
            Err(CommandError::NotADraft(version.number))
        }
    }
}

fn drawing(log: &Log<'_>, id: VersionId) -> Result<Definition, CommandError> {
    let drawn = workflows::drawn(log.tx, id)?.ok_or(CommandError::NotFound("version"))?;
    Ok(drawn.definition)
}

/// "Welcome, version 3"
fn title(log: &Log<'_>, version: &Version) -> Result<String, CommandError> {
    let workflow = found(log, version.workflow)?;
    Ok(format!("{}, version {}", workflow.name, version.number))
}
