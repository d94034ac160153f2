//! Workflows as files: written, read, and checked.

use std::path::Path;

use serde::Serialize;

use super::{activation::report, drawn};
use crate::{
    cli::{
        failure::{Code, Failure},
        files, names,
        output::remark,
        problems,
        session::Session,
    },
    command::{Command, Reply, sweeps},
    model::{
        document::{Document, MAX_BYTES},
        id::WorkflowId,
        problem::Severity,
        version::Workflow,
    },
    store::{known, workflows},
};

#[derive(Serialize)]
struct Checked<'a> {
    name: &'a str,
    directory: Option<String>,
    problems: Vec<problems::ProblemRow>,
}

pub(super) fn export(
    session: &mut Session,
    name: &str,
    version: Option<u32>,
    file: &Path,
    force: bool,
) -> Result<(), Failure> {
    use std::io::Write as _;
    let (document, number) = session.store()?.read(|db| {
        let workflow = names::workflow(db, name)?;
        let version = names::version(db, &workflow, version, names::Default::Active)?;
        let definition = drawn(db, version.id)?;
        let Workflow {
            name, description, ..
        } = workflow;
        let document = Document::new(&name, &description, &version.note, definition);
        Ok::<_, Failure>((document, version.number))
    })?;
    let json = document.to_json()?;
    if files::is_standard(file) {
        return Ok(session.out.raw().write_all(json.as_bytes())?);
    }
    files::write(file, force, |output| Ok(output.write_all(json.as_bytes())?))?;
    remark(&format!(
        "wrote version {number} of {:?} to {:?}",
        document.name,
        file.to_string_lossy()
    ));
    Ok(())
}

fn read_document(file: &Path) -> Result<Document, Failure> {
    let bytes = files::read_limited(file, MAX_BYTES)?;
    Document::from_bytes(&bytes).map_err(|err| {
        let file = file.to_string_lossy();
        Failure::invalid(format!("{file:?} cannot be used: {err}"))
    })
}

pub(super) fn import(session: &mut Session, file: &Path) -> Result<(), Failure> {
    let document = read_document(file)?;
    let name = document.name.clone();
    let store = session.store()?;
    let reply = session.apply(&store, Command::Import(document))?;
    let Reply::Draft { workflow, version } = reply else {
        return Ok(());
    };
    report(session, &store, workflow, &name, version, "is a draft now")
}

pub(super) fn validate(session: &mut Session, file: &Path, alone: bool) -> Result<(), Failure> {
    let mut document = read_document(file)?;
    let store = if alone { None } else { session.store_if_any()? };
    let found = match &store {
        None => document.definition.problems(),
        Some(store) => store.read_with_config(|db, config| {
            known::resolve(db, &mut document.definition)?;
            let workflow = workflows::by_name(db, &document.name)?;
            let id = workflow.map_or(WorkflowId::new(0), |it| it.id);
            let of = (id, document.name.as_str(), &document.definition);
            let (known, _) = sweeps::known(db, &config, of, session.clock.now())?;
            Ok::<_, Failure>(document.definition.all_problems(&known))
        })?,
    };
    let directory = match store {
        Some(_) => Some(session.folder()?.to_string_lossy().into_owned()),
        None => None,
    };
    let rows = problems::rows(&document.definition, &found);
    let count = |severity| found.iter().filter(|it| it.severity() == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    if session.out.is_json {
        session.out.json(&Checked {
            name: &document.name,
            directory,
            problems: rows,
        })?;
    } else {
        problems::print(&mut session.out, &rows)?;
        let against = match directory {
            Some(folder) => format!("checked against the directory in {folder}"),
            None => "checked without a directory: whether its groups and roles exist is not known"
                .to_owned(),
        };
        session.out.line(format!(
            "{}, {}; {against}",
            counted(errors, "error"),
            counted(warnings, "warning")
        ))?;
    }
    if errors > 0 {
        return Err(Failure::Quiet(Code::Invalid));
    }
    Ok(())
}

/// "1 error", "3 errors"
fn counted(count: usize, noun: &str) -> String {
    let ending = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{ending}")
}
