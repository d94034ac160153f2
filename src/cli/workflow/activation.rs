//! Which version of a workflow runs, and what stands in the way.

use serde::Serialize;

use super::drawn;
use crate::{
    cli::{
        failure::{Code, Failure},
        names, problems,
        session::{Session, actor},
    },
    command::{Command, CommandError, sweeps},
    model::{
        id::{VersionId, WorkflowId},
        problem::Problem,
        version::{Version, Workflow},
    },
    store::{Store, workflows},
};

#[derive(Serialize)]
struct Changed<'a> {
    workflow: WorkflowId,
    name: &'a str,
    version: u32,
    problems: Vec<problems::ProblemRow>,
}

#[derive(Serialize)]
struct Disabled<'a> {
    workflow: WorkflowId,
    name: &'a str,
}

/// Says what a version is now, and what is wrong with it.
pub(super) fn report(
    session: &mut Session,
    store: &Store,
    workflow: WorkflowId,
    name: &str,
    version: VersionId,
    outcome: &str,
) -> Result<(), Failure> {
    let now = session.clock.now();
    let (number, problems) = store.read_with_config(|db, config| {
        let number = workflows::version(db, version)?.map_or(0, |it| it.number);
        let definition = drawn(db, version)?;
        let (known, _) = sweeps::known(db, &config, (workflow, name, &definition), now)?;
        let found = definition.all_problems(&known);
        Ok::<_, Failure>((number, problems::rows(&definition, &found)))
    })?;
    if session.out.is_json {
        return session.out.json(&Changed {
            workflow,
            name,
            version: number,
            problems,
        });
    }
    session
        .out
        .line(format!("version {number} of {name:?} {outcome}"))?;
    problems::print(&mut session.out, &problems)
}

pub(super) fn activate(
    session: &mut Session,
    name: &str,
    version: Option<u32>,
    reason: String,
) -> Result<(), Failure> {
    let store = session.store()?;
    let (workflow, version) = store.read(|db| {
        let workflow = names::workflow(db, name)?;
        let version = names::version(db, &workflow, version, names::Default::Draft)?;
        Ok::<_, Failure>((workflow, version))
    })?;
    let command = Command::Activate {
        version: version.id,
        reason,
    };
    let refused = crate::command::apply(&store, &actor(), command, session.clock.now());
    match refused {
        Ok(_) => report(
            session,
            &store,
            workflow.id,
            &workflow.name,
            version.id,
            "runs now",
        ),
        Err(CommandError::Problems(found)) => {
            let message = "the version cannot be activated: correct the errors first";
            refuse(session, &store, &version, &found, message)
        }
        Err(CommandError::NeedsReason(found)) => {
            let message = "say with --reason why it should run in spite of the warnings";
            refuse(session, &store, &version, &found, message)
        }
        Err(err) => Err(err.into()),
    }
}

fn refuse(
    session: &mut Session,
    store: &Store,
    version: &Version,
    found: &[Problem],
    message: &str,
) -> Result<(), Failure> {
    let definition = store.read(|db| drawn(db, version.id))?;
    let rows = problems::rows(&definition, found);
    if session.out.is_json {
        let workflow = store.read(|db| workflows::get(db, version.workflow))?;
        let name = workflow.map_or(String::new(), |it| it.name);
        session.out.json(&Changed {
            workflow: version.workflow,
            name: &name,
            version: version.number,
            problems: rows,
        })?;
    } else {
        problems::print(&mut session.out, &rows)?;
    }
    Err(Failure::new(Code::Refused, message))
}

pub(super) fn disable(session: &mut Session, name: &str) -> Result<(), Failure> {
    let store = session.store()?;
    let Workflow { id, name, .. } = store.read(|db| names::workflow(db, name))?;
    session.apply(&store, Command::Disable(id))?;
    if session.out.is_json {
        return session.out.json(&Disabled {
            workflow: id,
            name: &name,
        });
    }
    session.out.line(format!("{name:?} no longer runs"))
}
