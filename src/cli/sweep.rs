//! Executions of schedules on the command line: run now or looked at only, and what admins decide about
//! them.

use std::time::Duration;

use serde::Serialize;
use tokio::runtime::Runtime;

use super::{
    failure::{Code, Failure},
    names,
    output::{Table, progress, remark},
    session::Session,
};
use crate::{
    command::{
        Command, Reply,
        sweeps::{Foreseen, Scope, SweepCommand, preview},
    },
    engine::{self, Parts},
    model::{
        effect::Effect,
        execution::Status,
        guard::{Exceeded, Limit},
        id::{ExecutionId, UserId},
        mail::Mail,
        sweep::{Item, ItemState, Progress, Stage},
    },
    store::{Store, executions, items, lease, sweeps, workflows},
};

/// How often to look how far another process has come.
const LOOK: Duration = Duration::from_millis(200);

/// How many users are listed unless somebody wants another number.
pub(super) const SHOWN: usize = 100;

#[derive(Serialize)]
struct Ran {
    execution: ExecutionId,
    status: Status,
    stage: Stage,
    progress: Progress,
    error: Option<String>,
}

#[derive(Serialize)]
struct WouldDo {
    workflow: String,
    version: u32,
    affected: u64,
    destructive: u64,
    exceeded: Option<Exceeded>,
    users: Vec<WouldBe>,
}

#[derive(Serialize)]
struct WouldBe {
    id: UserId,
    username: String,
    acts: Vec<String>,
    spared: Vec<String>,
    mails: Vec<WouldSend>,
}

#[derive(Serialize)]
struct WouldSend {
    to: String,
    template: String,
    subject: String,
    text: String,
    html: String,
}

#[derive(Serialize)]
struct Items {
    items: Vec<ItemRow>,
    next: Option<UserId>,
}

#[derive(Serialize)]
struct ItemRow {
    user: UserId,
    username: String,
    state: ItemState,
    acts: Vec<String>,
    reason: Option<String>,
}

#[derive(Serialize)]
struct Limited {
    workflow: String,
    users: u32,
    percent: u32,

    /// Whether it is the workflow's own, and not that of the settings.
    is_own: bool,
}

/// Sets a workflow's own limit, as far as one was named, and shows the one that holds.
pub(super) fn limit(
    session: &mut Session,
    name: &str,
    (users, percent): (Option<u32>, Option<u32>),
    is_default: bool,
) -> Result<(), Failure> {
    let store = session.store()?;
    let look = || {
        store.read_with_config(|db, config| {
            let workflow = names::workflow(db, name)?;
            let own = workflows::limit(db, workflow.id)?;
            Ok::<_, Failure>((workflow, own, config.settings.guard.limit))
        })
    };
    let (workflow, own, general) = look()?;
    let before = own.unwrap_or(general);
    let wanted = Limit {
        users: users.unwrap_or(before.users),
        percent: percent.unwrap_or(before.percent),
    };
    let is_named = users.is_some() || percent.is_some();
    if is_named || is_default {
        let set = SweepCommand::SetLimit {
            workflow: workflow.id,
            limit: is_named.then_some(wanted),
        };
        session.apply(&store, Command::Sweep(Box::new(set)))?;
    }
    let (workflow, own, general) = look()?;
    let Limit { users, percent } = own.unwrap_or(general);
    let limited = Limited {
        workflow: workflow.name,
        users,
        percent,
        is_own: own.is_some(),
    };
    if session.out.is_json {
        return session.out.json(&limited);
    }
    let whose = if limited.is_own {
        "its own"
    } else {
        "that of the settings"
    };
    session.out.line(format!(
        "{:?} may disable or delete {users} users at once, or {percent} % of the directory if that is more ({whose})",
        limited.workflow
    ))
}

/// Runs the active version of a scheduled workflow now, and waits for its end.
pub(super) fn run(session: &mut Session, name: &str) -> Result<(), Failure> {
    let store = session.store()?;
    let workflow = store.read(|db| names::workflow(db, name))?;
    let command = Command::Sweep(Box::new(SweepCommand::Run(workflow.id)));
    let Reply::Execution(execution) = session.apply(&store, command)? else {
        return Err(Failure::not_found("execution", name));
    };
    carry_on(session, &store, execution)
}

/// What it would do, to whom, and with which mails.
pub(super) fn dry_run(
    session: &mut Session,
    name: &str,
    version: Option<u32>,
    typed: &[String],
    limit: usize,
) -> Result<(), Failure> {
    let store = session.store()?;
    let now = session.clock.now();
    let mut users = Vec::new();
    let would_do = store.read_with_config(|db, config| {
        let workflow = names::workflow(db, name)?;
        let version = names::version(db, &workflow, version, names::Default::Active)?;
        let drawn = workflows::drawn(db, version.id)?;
        let drawn = drawn.ok_or_else(|| Failure::not_found("version", name))?;
        let scope = if typed.is_empty() {
            Scope::Everyone
        } else {
            let id = |typed: &String| Ok::<_, Failure>(names::user(db, typed)?.id);
            Scope::Users(typed.iter().map(id).collect::<Result<_, _>>()?)
        };
        let of = (workflow.id, workflow.name.as_str(), &drawn.definition);
        let preview = preview(db, &config, of, &scope, now, |it| {
            if users.len() < limit {
                users.push(WouldBe::of(it));
            }
            Ok(())
        })?;
        Ok::<_, Failure>(WouldDo {
            workflow: workflow.name,
            version: version.number,
            affected: preview.affected,
            destructive: preview.destructive,
            exceeded: preview.exceeded,
            users: Vec::new(),
        })
    })?;
    print_dry_run(session, &WouldDo { users, ..would_do })
}

fn print_dry_run(session: &mut Session, would_do: &WouldDo) -> Result<(), Failure> {
    if session.out.is_json {
        return session.out.json(would_do);
    }
    let mut table = Table::new(&["ID", "USER", "WOULD", "MAILS"]);
    for it in &would_do.users {
        let mut acts = it.acts.clone();
        acts.extend(it.spared.iter().map(|act| format!("{act}: protected")));
        let mails: Vec<&str> = it.mails.iter().map(|it| it.subject.as_str()).collect();
        table.push(vec![
            it.id.to_string(),
            it.username.clone(),
            acts.join(", "),
            mails.join(", "),
        ]);
    }
    session.out.table(&table)?;
    let affected = match would_do.affected {
        0 => "nobody would be affected".to_owned(),
        1 => "1 user would be affected".to_owned(),
        many => format!("{many} users would be affected"),
    };
    session.out.line(format!(
        "version {} of {:?}: {affected}; nothing was done",
        would_do.version, would_do.workflow
    ))?;
    if let Some(exceeded) = would_do.exceeded {
        session
            .out
            .line(format!("it would be quarantined: {exceeded}"))?;
    }
    let shown = would_do.users.len() as u64;
    if shown < would_do.affected {
        session.out.flush()?;
        remark(&format!(
            "the first {shown} are shown; see more with --limit"
        ));
    }
    Ok(())
}

/// Decides about an execution, and waits for its end if that lets it go on.
pub(super) fn decide(
    session: &mut Session,
    command: SweepCommand,
    execution: ExecutionId,
) -> Result<(), Failure> {
    let store = session.store()?;
    let is_resume = matches!(command, SweepCommand::Resume(_));
    let found = store.read(|db| sweeps::get(db, execution))?;
    // One whose program was interrupted is still under way: it only has to be carried on.
    let is_open = found.is_some_and(|it| it.stage.is_open());
    if !(is_resume && is_open) {
        session.apply(&store, Command::Sweep(Box::new(command)))?;
    }
    carry_on(session, &store, execution)
}

/// The users by name, for an admin who releases only some.
pub(super) fn users(session: &Session, typed: &[String]) -> Result<Vec<UserId>, Failure> {
    let store = session.store()?;
    store.read(|db| {
        let id = |typed: &String| Ok::<_, Failure>(names::user(db, typed)?.id);
        typed.iter().map(id).collect()
    })
}

/// Threads to wait on.
pub(super) fn threads() -> Result<Runtime, Failure> {
    let failed = |err| Failure::new(Code::Store, format!("no threads can be started: {err}"));
    Runtime::new().map_err(failed)
}

/// Carries the execution on where nothing else does, and tells how far it is.
fn carry_on(session: &mut Session, store: &Store, execution: ExecutionId) -> Result<(), Failure> {
    let runtime = threads()?;
    let parts = Parts {
        store: store.clone(),
        clock: session.clock.clone(),
    };
    let mut lease = None;
    loop {
        let Some(found) = store.read(|db| sweeps::get(db, execution))? else {
            break;
        };
        if !found.stage.is_open() {
            break;
        }
        let (ended, total) = (found.progress.ended(), found.progress.total());
        progress(&match found.stage {
            Stage::Planning => format!("planned for {total} users"),
            _ => format!("{ended} of {total} users"),
        });
        // The app or the service may be at it already.
        if lease.is_none() {
            lease = lease::acquire(&session.folder()?)?;
        }
        if lease.is_some() {
            runtime.block_on(engine::sweeps::advance(&parts))?;
        } else {
            runtime.block_on(async { tokio::time::sleep(LOOK).await });
        }
    }
    progress("");
    print_end(session, store, execution)
}

fn print_end(session: &mut Session, store: &Store, execution: ExecutionId) -> Result<(), Failure> {
    let (summary, sweep) = store.read(|db| {
        Ok::<_, Failure>((executions::get(db, execution)?, sweeps::get(db, execution)?))
    })?;
    let missing = || Failure::not_found("execution", &execution.to_string());
    let summary = summary.ok_or_else(missing)?;
    let ran = Ran {
        execution,
        status: summary.status,
        stage: sweep.as_ref().map_or(Stage::Ended, |it| it.stage),
        progress: sweep.map(|it| it.progress).unwrap_or_default(),
        error: summary.error,
    };
    if session.out.is_json {
        session.out.json(&ran)?;
    } else {
        let status = ran.status.label();
        session.out.line(format!(
            "execution {execution}: {status}, {}",
            ran.progress.sentence()
        ))?;
        if let Some(error) = &ran.error {
            session.out.line(error)?;
        }
    }
    match ran.status {
        Status::Failed => Err(Failure::new(Code::Refused, "the execution failed")),
        _ => Ok(()),
    }
}

/// The users of an execution, and what has become of them.
pub(super) fn items(
    session: &mut Session,
    typed: &str,
    state: Option<ItemState>,
    after: Option<UserId>,
    limit: usize,
) -> Result<(), Failure> {
    let execution = names::execution(typed)?;
    let store = session.store()?;
    let found = store.read(|db| {
        if sweeps::get(db, execution)?.is_none() {
            return Err(Failure::not_found("execution of a schedule", typed));
        }
        Ok(items::page(db, execution, state, "", after, limit + 1)?)
    })?;
    let has_more = found.len() > limit;
    let next = found.get(limit - 1).filter(|_| has_more).map(|it| it.user);
    let rows: Vec<ItemRow> = found.into_iter().take(limit).map(ItemRow::of).collect();
    if session.out.is_json {
        return session.out.json(&Items { items: rows, next });
    }
    let mut table = Table::new(&["ID", "USER", "STATE", "WHAT", "REASON"]);
    for row in rows {
        table.push(vec![
            row.user.to_string(),
            row.username,
            row.state.label().to_owned(),
            row.acts.join(", "),
            row.reason.unwrap_or_default(),
        ]);
    }
    session.out.table(&table)?;
    if let Some(next) = next {
        session.out.flush()?;
        remark(&format!("there are more; go on with --after {next}"));
    }
    Ok(())
}

impl WouldBe {
    fn of(foreseen: Foreseen) -> Self {
        let sentences = |effects: &[Effect]| effects.iter().map(Effect::sentence).collect();
        let acts: Vec<Effect> = foreseen.item.acts.into_iter().map(|it| it.effect).collect();
        Self {
            id: foreseen.item.user,
            username: foreseen.item.person.username,
            acts: sentences(&acts),
            spared: sentences(&foreseen.spared),
            mails: foreseen.mails.into_iter().map(WouldSend::of).collect(),
        }
    }
}

impl WouldSend {
    fn of(mail: Mail) -> Self {
        Self {
            to: mail.address,
            template: mail.template.name().to_owned(),
            subject: mail.subject,
            text: mail.text,
            html: mail.html,
        }
    }
}

impl ItemRow {
    fn of(item: Item) -> Self {
        let acts = item.acts.iter().map(|it| it.effect.sentence());
        Self {
            acts: acts.collect(),
            user: item.user,
            username: item.person.username,
            state: item.state,
            reason: item.reason,
        }
    }
}
