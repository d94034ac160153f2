//! `tenure workflow`: what admins have drawn.

mod activation;
mod documents;

use std::path::PathBuf;

use clap::Subcommand;
use serde::Serialize;

use super::{
    compare,
    failure::Failure,
    names,
    output::Table,
    problems,
    session::{Session, time_zone},
    sweep, walk, when,
};
use crate::{
    command::CommandError,
    model::{
        Timestamp,
        definition::Definition,
        id::{VersionId, WorkflowId},
        task::TargetKind,
        version::{Version, VersionStatus},
    },
    store::{Store, known, workflows},
};

#[derive(Subcommand)]
pub(super) enum Verb {
    /// All workflows
    ///
    /// JSON: {"workflows": [{"id", "name", "description", "active_version": number or null,
    /// "versions", "has_draft", "created", "changed"}]}
    List,
    /// A workflow, its versions, and the steps of one of them in the order of a walk
    ///
    /// JSON: {"id", "name", "description", "created", "versions": [{"number", "status", "author",
    /// "note", "created", "changed"}], "shown_version", "steps": [{"node", "kind", "title",
    /// "summary", "details": [], "is_disabled", "next": [{"port", "node"}]}], "problems":
    /// [{"severity", "node", "title", "message"}]}
    Show {
        name: String,
        /// Instead of the active or newest one
        #[arg(long)]
        version: Option<u32>,
    },
    /// Write a version to a file that reads well under git
    Export {
        name: String,
        /// Where to write; - is standard output
        #[arg(default_value = "-")]
        file: PathBuf,
        /// Instead of the active or newest one
        #[arg(long)]
        version: Option<u32>,
        /// Replace the file if there is one
        #[arg(long)]
        force: bool,
    },
    /// What differs between two versions; ends with 0 if nothing does, with 6 otherwise
    ///
    /// Versions are compared as last saved. Places on the canvas are no difference, unless --text
    /// is asked for.
    /// JSON: {"workflow", "old", "new", "is_same", "is_effective", "moved", "changes": [{"kind":
    /// added, removed or changed, "old_node": number or null, "new_node": number or null,
    /// "sentence"}]}
    Compare {
        name: String,
        /// The number of the older version
        old: u32,
        /// The number of the newer version
        new: u32,
        /// What their files differ in, line by line, as `diff -u` writes it
        #[arg(long, conflicts_with = "json")]
        text: bool,
    },
    /// Read a file as a new draft of the workflow that it names
    ///
    /// JSON: {"workflow", "name", "version", "problems": [as in "show"]}
    Import {
        /// What an export wrote; - is standard input
        file: PathBuf,
    },
    /// Check a file; ends with 4 if there are errors
    ///
    /// The file is checked against the directory of the data folder if there is one.
    /// JSON: {"name", "directory": folder or null, "problems": [as in "show"]}
    Validate {
        /// What an export wrote; - is standard input
        file: PathBuf,
        /// Look at the file alone, even if there is a directory
        #[arg(long)]
        alone: bool,
    },
    /// Let a version run
    ///
    /// JSON: {"workflow", "name", "version", "problems": [as in "show"]}
    Activate {
        name: String,
        /// Instead of the newest draft
        #[arg(long)]
        version: Option<u32>,
        /// Why it runs in spite of warnings; the audit keeps it
        #[arg(long, default_value = "")]
        reason: String,
    },
    /// Let it run no longer
    ///
    /// JSON: {"workflow", "name"}
    Disable { name: String },
    /// How many users one execution may disable or delete; without options it is only shown
    ///
    /// The larger of the two counts. More than that waits in quarantine for an administrator.
    /// JSON: {"workflow", "users", "percent", "is_own": whether it is the workflow's own}
    Limit {
        name: String,
        /// This many users
        #[arg(long)]
        users: Option<u32>,
        /// This share of the directory
        #[arg(long)]
        percent: Option<u32>,
        /// Back to the limit of the settings
        #[arg(long, conflicts_with_all = ["users", "percent"])]
        default: bool,
    },
    /// Run a scheduled workflow now, and wait for its end
    ///
    /// The active version runs as if it were due. With --dry-run nothing is written and nothing is
    /// sent: the answer is what would be done, to whom, with which mails.
    /// JSON: {"execution", "status", "stage", "progress": {"planned", "done", "skipped", "protected",
    /// "failed", "discarded"}, "error"}; with --dry-run {"workflow", "version", "affected",
    /// "destructive", "exceeded": {"affected", "directory", "allowed"} or null, "users": [{"id",
    /// "username", "acts": [], "spared": [], "mails": [{"to", "template", "subject", "text",
    /// "html"}]}]}
    Run {
        name: String,
        /// Only look at what it would do
        #[arg(long)]
        dry_run: bool,
        /// Look at another version than the active one
        #[arg(long, requires = "dry_run")]
        version: Option<u32>,
        /// Look at this user only; may be given several times
        #[arg(long = "user", requires = "dry_run")]
        users: Vec<String>,
        /// How many users to list at most
        #[arg(long, requires = "dry_run", default_value_t = sweep::SHOWN, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=1_000_000))]
        limit: usize,
    },
}

#[derive(Serialize)]
struct Row {
    id: WorkflowId,
    name: String,
    description: String,
    active_version: Option<u32>,
    versions: u32,
    has_draft: bool,
    created: Timestamp,
    changed: Timestamp,
}

#[derive(Serialize)]
struct Rows {
    workflows: Vec<Row>,
}

#[derive(Serialize)]
struct Shown {
    id: WorkflowId,
    name: String,
    description: String,
    created: Timestamp,
    versions: Vec<VersionRow>,
    shown_version: u32,
    steps: Vec<walk::StepRow>,

    /// What is written on the canvas beside the steps.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
    problems: Vec<problems::ProblemRow>,
}

#[derive(Serialize)]
struct VersionRow {
    number: u32,
    status: VersionStatus,
    author: String,
    note: String,
    created: Timestamp,
    changed: Timestamp,
}

pub(super) fn run(session: &mut Session, verb: Verb) -> Result<(), Failure> {
    match verb {
        Verb::List => list(session),
        Verb::Show { name, version } => show(session, &name, version),
        Verb::Export {
            name,
            file,
            version,
            force,
        } => documents::export(session, &name, version, &file, force),
        Verb::Compare {
            name,
            old,
            new,
            text,
        } => compare::run(session, &name, old, new, text),
        Verb::Import { file } => documents::import(session, &file),
        Verb::Validate { file, alone } => documents::validate(session, &file, alone),
        Verb::Activate {
            name,
            version,
            reason,
        } => activation::activate(session, &name, version, reason),
        Verb::Disable { name } => activation::disable(session, &name),
        Verb::Limit {
            name,
            users,
            percent,
            default,
        } => sweep::limit(session, &name, (users, percent), default),
        Verb::Run {
            name,
            dry_run: true,
            version,
            users,
            limit,
        } => sweep::dry_run(session, &name, version, &users, limit),
        Verb::Run { name, .. } => sweep::run(session, &name),
    }
}

fn list(session: &mut Session) -> Result<(), Failure> {
    let store = session.store()?;
    let found = store.read(workflows::summaries)?;
    let row = |it: workflows::Summary| Row {
        id: it.workflow.id,
        name: it.workflow.name,
        description: it.workflow.description,
        active_version: it.active,
        versions: it.versions,
        has_draft: it.has_draft,
        created: it.workflow.created,
        changed: it.changed,
    };
    let rows: Vec<Row> = found.into_iter().map(row).collect();
    if session.out.is_json {
        return session.out.json(&Rows { workflows: rows });
    }
    let zone = time_zone(&store)?;
    let mut table = Table::new(&[
        "ID",
        "NAME",
        "RUNS",
        "VERSIONS",
        "DRAFT",
        "CHANGED",
        "DESCRIPTION",
    ]);
    for row in rows {
        table.push(vec![
            format!("#{}", row.id),
            row.name,
            row.active_version
                .map_or_else(|| "no".to_owned(), |it| format!("version {it}")),
            row.versions.to_string(),
            if row.has_draft { "yes" } else { "no" }.to_owned(),
            when::shown(row.changed, zone),
            row.description,
        ]);
    }
    session.out.table(&table)
}

fn show(session: &mut Session, name: &str, version: Option<u32>) -> Result<(), Failure> {
    let store = session.store()?;
    let shown = store.read(|db| {
        let workflow = names::workflow(db, name)?;
        let version = names::version(db, &workflow, version, names::Default::Active)?;
        let definition = drawn(db, version.id)?;
        let found = definition.all_problems(&known::known(db, &definition)?);
        let row = |it: Version| VersionRow {
            number: it.number,
            status: it.status,
            author: it.author,
            note: it.note,
            created: it.created,
            changed: it.changed,
        };
        let versions = workflows::versions(db, workflow.id)?;
        Ok::<_, Failure>(Shown {
            id: workflow.id,
            name: workflow.name,
            description: workflow.description,
            created: workflow.created,
            versions: versions.into_iter().map(row).collect(),
            shown_version: version.number,
            steps: walk::rows(&definition),
            notes: definition.notes().map(|(_, it)| it.text.clone()).collect(),
            problems: problems::rows(&definition, &found),
        })
    })?;
    if session.out.is_json {
        return session.out.json(&shown);
    }
    let zone = time_zone(&store)?;
    let out = &mut session.out;
    out.line(format!("{} (#{})", shown.name, shown.id))?;
    out.block("", &shown.description)?;
    out.line("")?;
    let mut table = Table::new(&["VERSION", "STATUS", "AUTHOR", "CHANGED", "NOTE"]);
    for row in shown.versions {
        table.push(vec![
            row.number.to_string(),
            row.status.label().to_owned(),
            row.author,
            when::shown(row.changed, zone),
            row.note,
        ]);
    }
    out.table(&table)?;
    out.line("")?;
    out.line(format!("Steps of version {}:", shown.shown_version))?;
    walk::print(out, &shown.steps)?;
    for note in &shown.notes {
        out.line("")?;
        out.line("Note:")?;
        out.block("  ", note)?;
    }
    if !shown.problems.is_empty() {
        out.line("")?;
    }
    problems::print(out, &shown.problems)
}

/// As last saved, without what is being drawn at the moment.
fn drawn(db: &rusqlite::Connection, version: VersionId) -> Result<Definition, Failure> {
    let drawn = workflows::drawn(db, version)?;
    let drawn = drawn.ok_or(CommandError::NotFound("version"))?;
    Ok(drawn.definition)
}

/// The names of the active workflows that have this group or role as a target.
pub(super) fn users_of_target(
    store: &Store,
    kind: TargetKind,
    number: i64,
) -> Result<Vec<String>, Failure> {
    let config = store.config()?;
    let names = config.active.iter().filter(|version| {
        let mut targets = version.definition.definition().targets();
        targets.any(|(of, target)| of == kind && target.id == Some(number))
    });
    Ok(names.map(|it| it.workflow_name.clone()).collect())
}
