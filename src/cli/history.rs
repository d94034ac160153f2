//! `tenure history`: what workflows did.

use clap::{Args, Subcommand};
use rusqlite::Connection;
use serde::Serialize;

use super::{
    failure::Failure,
    names,
    output::{Output, Table, remark},
    session::{Session, time_zone},
    sweep, when,
};
use crate::{
    command::sweeps::SweepCommand,
    model::{
        Timestamp,
        definition::Definition,
        difference::Difference,
        event::{Event, Source},
        execution::{Failure as StepFailure, Status, Step},
        id::{ExecutionId, UserId},
        sweep::ItemState,
        text,
        user::UserState,
    },
    store::{Store, StoreError, events, executions, workflows},
};

/// How many executions a list shows unless somebody wants another number.
const SHOWN: usize = 50;

#[derive(Subcommand)]
pub(super) enum Verb {
    /// Executions, the newest first
    ///
    /// JSON: {"executions": [{"id", "at", "status", "workflow", "version", "trigger", "user",
    /// "subject", "error", "failed_node"}], "next": id or null}
    List(Listing),
    /// One execution, step by step
    ///
    /// JSON: the fields of "list", "source", "before" (null for a registration), "after" (the user as
    /// the event saw them), "changes": [{"attribute", "before", "after"}] (what an update changed, as
    /// people read it), and "steps": [{"node", "title", "decision", "sentence", "effects": [{"effect",
    /// "applied"}], "failure": {"error", "causes", "remedy", "attempt", "at", "state", "node"}}]
    Show { id: String },
    /// The users of a scheduled execution, and what has become of each
    ///
    /// JSON: {"items": [{"user", "username", "state": planned, done, skipped, protected, failed or
    /// discarded, "acts": [], "reason"}], "next": id or null}
    Items {
        id: String,
        /// planned, done, skipped, protected, failed or discarded
        #[arg(long, value_parser = parse_state)]
        state: Option<ItemState>,
        /// Begin after the user with this number
        #[arg(long)]
        after: Option<UserId>,
        /// How many at most
        #[arg(long, default_value_t = sweep::SHOWN, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=1_000_000))]
        limit: usize,
    },
    /// Let a quarantined execution go on, for all its users or for some
    ///
    /// JSON: as in "workflow run"
    Release {
        id: String,
        /// Only for this user; may be given several times. The others are left alone.
        #[arg(long = "user")]
        users: Vec<String>,
    },
    /// Decide against a quarantined or stopped execution: it does nothing more
    ///
    /// JSON: as in "workflow run"
    Discard { id: String },
    /// Stop a scheduled execution between two users; it can go on later
    ///
    /// JSON: as in "workflow run"
    Stop { id: String },
    /// Let a stopped execution go on, or one whose program was interrupted
    ///
    /// JSON: as in "workflow run"
    Resume { id: String },
}

#[derive(Args)]
pub(super) struct Listing {
    /// succeeded, "completed with errors", failed, filtered, quarantined, canceled, queued or running
    #[arg(long, value_parser = parse_status)]
    status: Option<Status>,
    #[arg(long)]
    workflow: Option<String>,
    #[arg(long)]
    user: Option<String>,
    /// Words in the user's name or address, the workflow's name or the error
    #[arg(long, default_value = "")]
    search: String,
    /// Since a day or moment
    #[arg(long)]
    from: Option<String>,
    /// Before a day or moment
    #[arg(long)]
    until: Option<String>,
    /// Begin after this execution, which is to say with those before it
    #[arg(long)]
    after: Option<String>,
    /// How many at most
    #[arg(long, default_value_t = SHOWN, value_parser = clap::builder::RangedU64ValueParser::<usize>::new().range(1..=1_000_000))]
    limit: usize,
}

#[derive(Serialize)]
struct Row {
    id: ExecutionId,
    at: Timestamp,
    status: Status,
    workflow: String,
    version: u32,
    trigger: String,
    user: Option<UserId>,
    subject: String,
    error: Option<String>,
    failed_node: Option<u32>,
}

#[derive(Serialize)]
struct Rows {
    executions: Vec<Row>,
    next: Option<ExecutionId>,
}

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    row: Row,
    source: Option<Source>,
    before: Option<UserState>,
    after: Option<UserState>,
    changes: Vec<Difference>,
    steps: Vec<StepRow>,
}

#[derive(Serialize)]
struct StepRow {
    title: String,
    sentence: String,
    #[serde(flatten)]
    step: Step,
}

pub(super) fn run(session: &mut Session, verb: Verb) -> Result<(), Failure> {
    match verb {
        Verb::List(listing) => list(session, &listing),
        Verb::Show { id } => show(session, &id),
        Verb::Items {
            id,
            state,
            after,
            limit,
        } => sweep::items(session, &id, state, after, limit),
        Verb::Release { id, users } => {
            let execution = names::execution(&id)?;
            let only = sweep::users(session, &users)?;
            let only = Some(only).filter(|it| !it.is_empty());
            let release = SweepCommand::Release { execution, only };
            sweep::decide(session, release, execution)
        }
        Verb::Discard { id } => decide(session, &id, SweepCommand::Discard),
        Verb::Stop { id } => decide(session, &id, SweepCommand::Stop),
        Verb::Resume { id } => decide(session, &id, SweepCommand::Resume),
    }
}

fn decide(
    session: &mut Session,
    id: &str,
    command: impl FnOnce(ExecutionId) -> SweepCommand,
) -> Result<(), Failure> {
    let execution = names::execution(id)?;
    sweep::decide(session, command(execution), execution)
}

fn parse_state(typed: &str) -> Result<ItemState, String> {
    let wanted = text::fold(typed);
    let mut all = ItemState::ALL.into_iter();
    let found = all.find(|it| text::fold(it.label()) == wanted);
    let choose = || text::list(&ItemState::ALL.map(|it| it.label().to_lowercase()), "or");
    found.ok_or_else(|| format!("choose one of {}", choose()))
}

fn parse_status(typed: &str) -> Result<Status, String> {
    let wanted = text::fold(typed);
    let found = Status::ALL
        .into_iter()
        .find(|it| text::fold(it.label()) == wanted);
    let choose = || text::list(&Status::ALL.map(|it| it.label().to_lowercase()), "or");
    found.ok_or_else(|| format!("choose one of {}", choose()))
}

fn list(session: &mut Session, listing: &Listing) -> Result<(), Failure> {
    let store = session.store()?;
    let zone = time_zone(&store)?;
    let moment =
        |text: &Option<String>| text.as_deref().map(|it| when::parse(it, zone)).transpose();
    let (from, until) = (moment(&listing.from)?, moment(&listing.until)?);
    let listed = store.read(|db| {
        let workflow = listing.workflow.as_deref();
        let user = listing.user.as_deref();
        let filter = executions::Filter {
            status: listing.status,
            workflow: workflow
                .map(|it| names::workflow(db, it))
                .transpose()?
                .map(|it| it.id),
            user: user
                .map(|it| names::user(db, it))
                .transpose()?
                .map(|it| it.id),
            search: listing.search.clone(),
            from,
            until,
        };
        let place = listing
            .after
            .as_deref()
            .map(|it| place(db, it))
            .transpose()?;
        Ok::<_, Failure>(executions::page(db, &filter, place, listing.limit)?)
    })?;
    print_list(session, &store, listed)
}

fn place(db: &Connection, id: &str) -> Result<executions::Place, Failure> {
    let found = executions::get(db, names::execution(id)?)?;
    let found = found.ok_or_else(|| Failure::not_found("execution", id))?;
    Ok(executions::Place {
        at: found.at,
        id: found.id,
    })
}

fn print_list(
    session: &mut Session,
    store: &Store,
    listed: executions::Listed,
) -> Result<(), Failure> {
    let next = listed.next.map(|it| it.id);
    let rows: Vec<Row> = listed.executions.into_iter().map(Row::new).collect();
    if session.out.is_json {
        return session.out.json(&Rows {
            executions: rows,
            next,
        });
    }
    let count = rows.len();
    print_rows(&mut session.out, store, rows)?;
    if let Some(next) = next {
        session.out.flush()?;
        remark(&format!(
            "the newest {count} are shown; go on with --after {next}"
        ));
    }
    Ok(())
}

fn print_rows(out: &mut Output, store: &Store, rows: Vec<Row>) -> Result<(), Failure> {
    let zone = time_zone(store)?;
    let mut table = Table::new(&[
        "ID", "WHEN", "STATUS", "USER", "WORKFLOW", "VERSION", "ERROR",
    ]);
    for row in rows {
        table.push(vec![
            row.id.to_string(),
            when::shown(row.at, zone),
            row.status.label().to_owned(),
            row.subject,
            row.workflow,
            row.version.to_string(),
            row.error.unwrap_or_default(),
        ]);
    }
    out.table(&table)
}

/// The newest executions as a table.
pub(super) fn print_newest(out: &mut Output, store: &Store, limit: usize) -> Result<(), Failure> {
    let filter = executions::Filter::default();
    let listed = store.read(|db| executions::page(db, &filter, None, limit))?;
    print_rows(
        out,
        store,
        listed.executions.into_iter().map(Row::new).collect(),
    )
}

fn show(session: &mut Session, typed: &str) -> Result<(), Failure> {
    let id = names::execution(typed)?;
    let store = session.store()?;
    let shown = store.read(|db| {
        let Some(summary) = executions::get(db, id)? else {
            return Ok(None);
        };
        let event = events::of(db, summary.event)?;
        let steps = executions::steps(db, id)?;
        let drawn = workflows::drawn(db, summary.version)?;
        Ok::<_, StoreError>(Some((summary, event, steps, drawn.map(|it| it.definition))))
    })?;
    let Some((summary, event, steps, definition)) = shown else {
        return Err(Failure::not_found("execution", typed));
    };
    let shown = Shown::new(Row::new(summary), event, steps, definition.as_ref());
    if session.out.is_json {
        return session.out.json(&shown);
    }
    print_shown(&mut session.out, &store, &shown)
}

impl Row {
    fn new(summary: executions::Summary) -> Self {
        Self {
            id: summary.id,
            at: summary.at,
            status: summary.status,
            workflow: summary.workflow_name,
            version: summary.version_number,
            trigger: summary.trigger,
            user: summary.user,
            subject: summary.subject,
            error: summary.error,
            failed_node: summary.failed_node.map(|it| it.0),
        }
    }
}

impl Shown {
    fn new(
        row: Row,
        event: Option<Event>,
        steps: Vec<Step>,
        definition: Option<&Definition>,
    ) -> Self {
        let title = |step: &Step| {
            let node = definition.and_then(|it| it.node(step.node));
            node.map_or("a step that is gone", |it| it.title())
                .to_owned()
        };
        let step = |step: Step| StepRow {
            title: title(&step),
            sentence: step.decision.sentence(),
            step,
        };
        let changes = event.as_ref().map(Event::changes).unwrap_or_default();
        let (source, before, after) = match event {
            Some(event) => (Some(event.source), event.before, Some(event.after)),
            None => (None, None, None),
        };
        Self {
            row,
            source,
            before,
            after,
            changes,
            steps: steps.into_iter().map(step).collect(),
        }
    }
}

fn print_shown(out: &mut Output, store: &Store, shown: &Shown) -> Result<(), Failure> {
    let zone = time_zone(store)?;
    let row = &shown.row;
    let mut table = Table::new(&["", ""]);
    let mut say = |label: &str, value: String| table.push(vec![label.to_owned(), value]);
    say("Execution", row.id.to_string());
    say("Status", row.status.label().to_owned());
    say("When", when::shown(row.at, zone));
    say(
        "Workflow",
        format!("{}, version {}", row.workflow, row.version),
    );
    say("Trigger", row.trigger.clone());
    say("Source", shown.source.map_or("", Source::label).to_owned());
    let user = match row.user {
        Some(id) => format!("{} (#{id})", row.subject),
        None => format!("{} (nobody was created)", row.subject),
    };
    say("User", user);
    for (index, change) in shown.changes.iter().enumerate() {
        let label = if index == 0 { "Changed" } else { "" };
        say(label, change.sentence());
    }
    out.details(&table)?;
    for step in &shown.steps {
        out.line("")?;
        out.line(format!("{:>4}  {}", step.step.node.0, step.title))?;
        out.block("        ", &step.sentence)?;
        for performed in &step.step.effects {
            out.block("        ", &performed.sentence())?;
        }
        if let Some(failure) = &step.step.failure {
            print_failure(out, failure, &when::shown(failure.at, zone))?;
        }
    }
    Ok(())
}

/// Why, from what, in which state, and what to do.
fn print_failure(out: &mut Output, failure: &StepFailure, at: &str) -> Result<(), Failure> {
    let indent = "        ";
    out.block(indent, &format!("FAILED: {}", failure.error))?;
    for cause in &failure.causes {
        out.block(indent, &format!("  because: {cause}"))?;
    }
    out.block(indent, &format!("What to do: {}", failure.remedy))?;
    out.block(indent, &format!("When: {at}, attempt {}", failure.attempt))?;
    let state = &failure.state;
    out.block(indent, "The user before this step:")?;
    let names = |names: Vec<&String>| text::list(&names, "and");
    let attributes: Vec<String> = state
        .attributes
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let lines = [
        ("username", state.username.clone()),
        ("email", state.email.clone()),
        ("name", format!("{} {}", state.first_name, state.last_name)),
        ("status", state.status.label().to_owned()),
        ("attributes", attributes.join(", ")),
        ("groups", names(state.groups.values().collect())),
        ("roles", names(state.roles.values().collect())),
    ];
    for (label, value) in lines {
        out.block(indent, &format!("  {label}: {value}"))?;
    }
    out.block(indent, "The step's configuration:")?;
    let configuration = serde_json::to_string_pretty(&failure.node.kind)?;
    out.block(&format!("{indent}  "), &configuration)
}
