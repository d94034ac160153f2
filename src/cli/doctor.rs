//! `tenure doctor`: looks for what is wrong, and says what to do about it.

use std::path::Path;

use clap::Args;
use serde::Serialize;

use super::{
    doctor_folder,
    failure::{Code, Failure},
    output::Table,
    session::{Session, has_store, system_zone},
};
use crate::{
    model::{
        problem::{Problem, Severity},
        settings::Settings,
    },
    store::{Store, StoreError, audit, health, known, lease},
};

/// Look for what is wrong, and say what to do about it
///
/// Ends with 1 if there is a problem.
/// JSON: {"checks": [{"check", "state": "ok", "warning" or "problem", "finding", "advice"}]}
#[derive(Args)]
pub(super) struct Options {
    /// Compare every index with its table, which takes longer
    #[arg(long)]
    full: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum State {
    Ok,
    Warning,
    Problem,
}

#[derive(Serialize)]
pub(super) struct Check {
    check: &'static str,
    state: State,
    finding: String,

    /// What to do; empty when nothing is to be done.
    advice: String,
}

#[derive(Serialize)]
struct Checks {
    checks: Vec<Check>,
}

impl State {
    fn word(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

impl Check {
    pub(super) fn ok(check: &'static str, finding: impl Into<String>) -> Self {
        Self::new(check, State::Ok, finding, "")
    }

    pub(super) fn new(
        check: &'static str,
        state: State,
        finding: impl Into<String>,
        advice: impl Into<String>,
    ) -> Self {
        Self {
            check,
            state,
            finding: finding.into(),
            advice: advice.into(),
        }
    }
}

pub(super) fn run(session: &mut Session, options: &Options) -> Result<(), Failure> {
    let folder = session.folder()?;
    let mut checks = doctor_folder::checks(&folder);
    checks.push(sqlite());
    if has_store(&folder) {
        match Store::open(&folder) {
            Ok(store) => store_checks(&store, &folder, options.full, &mut checks),
            Err(err) => checks.push(Check::new(
                "Store",
                State::Problem,
                err.to_string(),
                "Nothing was changed in the file.",
            )),
        }
    }
    let has_problem = checks.iter().any(|it| it.state == State::Problem);
    if session.out.is_json {
        session.out.json(&Checks { checks })?;
    } else {
        let mut table = Table::new(&["CHECK", "STATE", "FINDING", "WHAT TO DO"]);
        for check in checks {
            table.push(vec![
                check.check.to_owned(),
                check.state.word().to_owned(),
                check.finding,
                check.advice,
            ]);
        }
        session.out.table(&table)?;
    }
    if has_problem {
        return Err(Failure::Quiet(Code::Refused));
    }
    Ok(())
}

fn sqlite() -> Check {
    let version = health::sqlite_version();
    if health::is_sqlite_sound() {
        return Check::ok("SQLite", version);
    }
    Check::new(
        "SQLite",
        State::Problem,
        format!("{version} can corrupt a database that two programs use"),
        "Use a build with SQLite 3.51.3 or newer.",
    )
}

fn store_checks(store: &Store, folder: &Path, is_thorough: bool, checks: &mut Vec<Check>) {
    let mut add = |name, result: Result<Check, StoreError>| {
        checks.push(result.unwrap_or_else(|err| {
            Check::new(name, State::Problem, err.to_string(), "Restore a backup.")
        }));
    };
    add("Schema", schema(store));
    add("Integrity", integrity(store, is_thorough));
    add("Audit chain", audit_chain(store));
    add("Workflows", active_workflows(store));
    let holder = lease::holder(folder);
    add("Runtime", Ok(runtime(holder)));
    match store.config() {
        Ok(config) => {
            add("Time zone", Ok(time_zone(&config.settings)));
            add(
                "Portal",
                Ok(doctor_folder::portal(
                    &config.settings.portal,
                    holder.is_some(),
                )),
            );
        }
        Err(err) => add("Settings", Err(err)),
    }
}

fn schema(store: &Store) -> Result<Check, StoreError> {
    let version = store.read(health::schema_version)?;
    Ok(Check::ok("Schema", format!("version {version}")))
}

fn integrity(store: &Store, is_thorough: bool) -> Result<Check, StoreError> {
    let faults = store.read(|db| health::faults(db, is_thorough))?;
    let Some(first) = faults.first() else {
        let finding = if is_thorough {
            "every table and index is sound"
        } else {
            "the file is sound"
        };
        return Ok(Check::ok("Integrity", finding));
    };
    Ok(Check::new(
        "Integrity",
        State::Problem,
        format!("{} faults, the first: {first}", faults.len()),
        "Stop Tenure, keep a copy of the data folder, and restore a backup.",
    ))
}

fn audit_chain(store: &Store) -> Result<Check, StoreError> {
    Ok(match store.read(audit::first_broken)? {
        None => Check::ok("Audit chain", "every entry follows from the one before it"),
        Some(seq) => Check::new(
            "Audit chain",
            State::Problem,
            format!("entry {seq} does not follow from the one before it"),
            "Somebody changed the file by other means than Tenure: compare with a backup.",
        ),
    })
}

/// Whether what runs could still be activated.
fn active_workflows(store: &Store) -> Result<Check, StoreError> {
    let config = store.config()?;
    let stuck = config.stuck.iter();
    let mut broken: Vec<String> = stuck
        .map(|it| format!("{}: {}", it.workflow_name, it.reason))
        .collect();
    for version in &config.active {
        let definition = version.definition.definition();
        let problems = store.read(|db| {
            Ok::<_, StoreError>(definition.all_problems(&known::known(db, definition)?))
        })?;
        let is_error = |it: &&Problem| it.severity() == Severity::Error;
        if let Some(problem) = problems.iter().find(is_error) {
            broken.push(format!("{}: {}", version.workflow_name, problem.kind));
        }
    }
    if broken.is_empty() {
        let finding = format!("{} active", config.active.len());
        return Ok(Check::ok("Workflows", finding));
    }
    Ok(Check::new(
        "Workflows",
        State::Problem,
        broken.join("; "),
        "Executions fail there, or do not begin: activate a new version, or create again what is missing.",
    ))
}

fn runtime(holder: Option<u32>) -> Check {
    match holder {
        Some(process) => Check::ok("Runtime", format!("process {process} runs it")),
        None => Check::ok("Runtime", "not running"),
    }
}

fn time_zone(settings: &Settings) -> Check {
    match (settings.time_zone, system_zone()) {
        (Some(set), Some(system)) if set != system => Check::new(
            "Time zone",
            State::Warning,
            format!("{set} is set, this machine is in {system}"),
            "If the machine is right, change it in the settings.",
        ),
        (Some(set), _) => Check::ok("Time zone", set.to_string()),
        (None, _) => Check::new(
            "Time zone",
            State::Warning,
            "not set yet",
            "Open the app once, or save the settings.",
        ),
    }
}
