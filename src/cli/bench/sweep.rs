//! `tenure bench sweep`: a scheduled execution over a large directory: planned, applied beside a bare
//! loop that writes the same rows, and its mails handed to a mail server on loopback.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::{Context as _, bail, ensure};
use chrono::TimeDelta;
use rusqlite::{Connection, params};
use tokio::{runtime::Runtime, sync::watch};

use super::{
    registrations::{Folder, Root},
    sink::Sink,
};
use crate::{
    clock::{Clock, Stopwatch},
    command::{
        self, Actor, Command, Reply,
        sweeps::{self, Advanced, SweepCommand},
    },
    connect::smtp::Patience,
    engine::{self, Post},
    model::{
        audit::Via,
        definition::{Definition, NodeKind, Trigger},
        id::{ExecutionId, WorkflowId},
        mail::MailState,
        schedule::Schedule,
        settings::Settings,
        smtp::{MailSettings, PasswordChange, Security},
        sweep::{DormantAction, IdentifyDormant, Stage, SweepTask},
    },
    store::{FILE_NAME, Store, StoreError, outbox, sweeps as stored},
};

#[derive(Debug, clap::Args)]
pub struct Args {
    /// Where to put the stores that are measured; they are removed afterwards
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,

    /// How many users there are
    #[arg(long, default_value_t = 1_000_000)]
    users: usize,

    /// How many of them are dormant
    #[arg(long, default_value_t = 100_000)]
    affected: usize,

    /// How many mails are sent
    #[arg(long, default_value_t = 20_000)]
    mails: usize,

    /// How often to measure; the median counts
    #[arg(long, default_value_t = 3)]
    rounds: usize,
}

/// After how many days an account is dormant here.
const DAYS: u32 = 90;

pub fn run(args: &Args) -> anyhow::Result<()> {
    ensure!(
        args.affected <= args.users && args.mails <= args.affected && args.mails > 0,
        "of the users some are dormant, and of these some get a mail: choose fewer mails than dormant users"
    );
    let root = Root::new(args.dir.as_deref())?;
    let mut out = io::stdout().lock();
    let mut say = |text: String| writeln!(out, "{text}");
    say(format!(
        "{} users, {} of them dormant, in {}",
        args.users,
        args.affected,
        root.path().display()
    ))?;
    let template = Folder::new(root.path())?;
    make(template.path(), args)?;
    let mut samples = Vec::new();
    for round in 1..=args.rounds {
        let sample = measure(&root, template.path(), args)?;
        say(sample.line(&round.to_string()))?;
        samples.push(sample);
    }
    samples.sort_by(|a, b| a.ratio().total_cmp(&b.ratio()));
    if let Some(median) = samples.get(samples.len() / 2) {
        say(median.line("median of the ratios"))?;
    }
    say(mails(&root, args)?)?;
    Ok(())
}

/// One round.
struct Sample {
    affected: usize,
    plan: Duration,
    apply: Duration,
    bare: Duration,

    /// While it was planned and applied.
    memory: Option<Memory>,
}

impl Sample {
    fn ratio(&self) -> f64 {
        self.bare.as_secs_f64() / self.apply.as_secs_f64()
    }

    fn line(&self, name: &str) -> String {
        let rate = |took: Duration| self.affected as f64 / took.as_secs_f64();
        let memory = self.memory.map_or_else(String::new, |it| {
            let Memory { peak, own } = it;
            format!("; {peak} MB at most with the pages of the file, {own} MB of its own")
        });
        format!(
            "{name}: planned in {:.2} s; applied {:.0} users/s, the bare loop {:.0}, ratio {:.2}{memory}",
            self.plan.as_secs_f64(),
            rate(self.apply),
            rate(self.bare),
            self.ratio()
        )
    }
}

/// A directory: everyone was there lately but for the first so many.
fn make(folder: &Path, args: &Args) -> anyhow::Result<()> {
    let store = Store::open(folder)?;
    let now = Clock::System.now();
    let (recent, long_ago) = (
        now.timestamp_micros(),
        (now - TimeDelta::days(200)).timestamp_micros(),
    );
    let (users, affected) = (args.users as i64, args.affected as i64);
    store.write(move |tx| {
        tx.execute(
            "WITH RECURSIVE numbers (n) AS (
                 SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?1)
             INSERT INTO users (username, username_key, email, email_key, first_name, last_name,
                 phone, attributes, status, created, last_activity)
             SELECT 'user' || n, 'user' || n, 'user' || n || '@example.org',
                 'user' || n || '@example.org', 'Ada', 'Lovelace', '', '{}', 'active', ?3,
                 -- Spread over the directory, as in life.
                 iif(n * ?2 % ?1 < ?2, ?3 + n, ?4 - n)
             FROM numbers",
            params![users, affected, long_ago, recent],
        )?;
        Ok::<_, StoreError>(())
    })?;
    Ok(())
}

fn measure(root: &Root, template: &Path, args: &Args) -> anyhow::Result<Sample> {
    let folder = copy(root, template)?;
    let store = Store::open(folder.path())?;
    let workflow = activate(
        &store,
        IdentifyDormant {
            days: DAYS,
            action: DormantAction::Disable,
            ..IdentifyDormant::default()
        },
    )?;
    let execution = begin(&store, workflow)?;
    forget_peak();
    let watch = Stopwatch::start();
    sweeps::plan_and_keep(&store, execution, Clock::System.now())?;
    let plan = watch.elapsed();
    let planned = progress(&store, execution)?;
    ensure!(
        planned.stage == Stage::Applying && planned.progress.planned == args.affected as u64,
        "{} of {} were planned",
        planned.progress.planned,
        args.affected
    );
    drop(store);

    let beside = copy(root, folder.path())?;
    let store = Store::open(folder.path())?;
    let watch = Stopwatch::start();
    apply_all(&store, execution)?;
    let (apply, memory) = (watch.elapsed(), memory());
    let done = progress(&store, execution)?.progress.done;
    ensure!(done == args.affected as u64, "{done} were done");
    drop(store);

    let bare = bare(beside.path(), folder.path(), execution)?;
    Ok(Sample {
        affected: args.affected,
        plan,
        apply,
        bare,
        memory,
    })
}

/// A folder with the same store; nothing is in its log.
fn copy(root: &Root, from: &Path) -> anyhow::Result<Folder> {
    let folder = Folder::new(root.path())?;
    std::fs::copy(from.join(FILE_NAME), folder.path().join(FILE_NAME))
        .context("the store cannot be copied")?;
    Ok(folder)
}

fn admin() -> Actor {
    Actor::new("benchmark", Via::CommandLine)
}

fn apply(store: &Store, command: Command) -> anyhow::Result<Reply> {
    Ok(command::apply(
        store,
        &admin(),
        command,
        Clock::System.now(),
    )?)
}

fn apply_sweep(store: &Store, command: SweepCommand) -> anyhow::Result<Reply> {
    apply(store, Command::Sweep(Box::new(command)))
}

/// A workflow with the one task, active, and a limit that lets it work.
fn activate(store: &Store, task: IdentifyDormant) -> anyhow::Result<WorkflowId> {
    let mut settings = Settings::clone(&store.config()?.settings);
    settings.guard.limit.percent = 100;
    apply(store, Command::SaveSettings(Box::new(settings)))?;
    let created = apply(
        store,
        Command::CreateWorkflow {
            name: "Dormant accounts".to_owned(),
            description: String::new(),
        },
    )?;
    let Reply::Draft { workflow, version } = created else {
        bail!("expected a draft, got {created:?}");
    };
    let mut definition = Definition::blank();
    let schedule = Schedule::new(chrono_tz::UTC);
    let trigger = definition.set_trigger(Trigger::Dormant { schedule });
    let edge = trigger.and_then(|it| definition.out(it).next());
    let edge = edge.context("a blank definition takes a trigger")?;
    definition.insert(edge, NodeKind::Sweep(SweepTask::IdentifyDormant(task)));
    apply(
        store,
        Command::SaveDraft {
            version,
            definition,
        },
    )?;
    let reason = "it is only measured".to_owned();
    apply(store, Command::Activate { version, reason })?;
    Ok(workflow)
}

fn begin(store: &Store, workflow: WorkflowId) -> anyhow::Result<ExecutionId> {
    match apply_sweep(store, SweepCommand::Run(workflow))? {
        Reply::Execution(execution) => Ok(execution),
        other => bail!("expected an execution, got {other:?}"),
    }
}

fn apply_all(store: &Store, execution: ExecutionId) -> anyhow::Result<()> {
    loop {
        match apply_sweep(store, SweepCommand::ApplyBatch(execution))? {
            Reply::Advanced(Advanced {
                stage: Stage::Applying,
                ..
            }) => (),
            Reply::Advanced(_) => return Ok(()),
            other => bail!("expected progress, got {other:?}"),
        }
    }
}

fn progress(store: &Store, execution: ExecutionId) -> anyhow::Result<stored::Sweep> {
    let found = store.read(|db| stored::get(db, execution))?;
    found.context("the execution is there")
}

/// The rows that an execution has written, written again with prepared statements and nothing else: as
/// many under one commit, with the same durability.
fn bare(folder: &Path, finished: &Path, execution: ExecutionId) -> anyhow::Result<Duration> {
    let read = Connection::open(finished.join(FILE_NAME))?;
    let mut rows = read.prepare(
        "SELECT i.user_id, i.state, i.acts, i.reason, u.status, u.changed
         FROM items i JOIN users u ON u.id = i.user_id WHERE i.execution = ?1 ORDER BY i.user_id",
    )?;
    type Written = (i64, String, String, Option<String>, String, i64);
    let rows: Vec<Written> = rows
        .query_map([execution.number()], |row| {
            let item = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            Ok((item.0, item.1, item.2, item.3, row.get(4)?, row.get(5)?))
        })?
        .collect::<Result<_, _>>()?;
    let sweep: (String, String) = read.query_row(
        "SELECT stage, progress FROM sweeps WHERE execution = ?1",
        [execution.number()],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let db = super::raw::connect(folder)?;
    let watch = Stopwatch::start();
    for batch in rows.chunks(sweeps::BATCH) {
        let tx = db.unchecked_transaction()?;
        for (user, state, acts, reason, status, changed) in batch {
            tx.prepare_cached(
                "UPDATE users SET status = ?2, changed = ?3, revision = revision + 1 WHERE id = ?1",
            )?
            .execute(params![user, status, changed])?;
            tx.prepare_cached(
                "UPDATE items SET state = ?3, acts = ?4, reason = ?5
                 WHERE execution = ?1 AND user_id = ?2",
            )?
            .execute(params![execution.number(), user, state, acts, reason])?;
        }
        tx.prepare_cached("UPDATE sweeps SET stage = ?2, progress = ?3 WHERE execution = ?1")?
            .execute(params![execution.number(), sweep.0, sweep.1])?;
        tx.commit()?;
    }
    Ok(watch.elapsed())
}

/// Disables so many users, each of whom gets a mail, and sends the mails.
fn mails(root: &Root, args: &Args) -> anyhow::Result<String> {
    let folder = Folder::new(root.path())?;
    let few = Args {
        dir: None,
        users: args.mails,
        affected: args.mails,
        ..*args
    };
    make(folder.path(), &few)?;
    let store = Store::open(folder.path())?;
    let runtime = Runtime::new()?;
    let sink = runtime.block_on(Sink::open())?;
    set_up(&store, &sink)?;
    let workflow = activate(
        &store,
        IdentifyDormant {
            days: DAYS,
            action: DormantAction::Disable,
            reports_too: false,
            notifies_user: true,
        },
    )?;
    let execution = begin(&store, workflow)?;
    sweeps::plan_and_keep(&store, execution, Clock::System.now())?;
    let watch = Stopwatch::start();
    apply_all(&store, execution)?;
    let rendered = watch.elapsed();
    let watch = Stopwatch::start();
    runtime.block_on(send(&store, execution))?;
    let sent = watch.elapsed();
    let taken = sink.taken();
    ensure!(
        taken == args.mails as u64,
        "{taken} of {} mails arrived",
        args.mails
    );
    let rate = |took: Duration| args.mails as f64 / took.as_secs_f64();
    Ok(format!(
        "mails: {:.0} users/s with a mail rendered for each; {:.0} mails/s handed over on {} connections",
        rate(rendered),
        rate(sent),
        sink.connections()
    ))
}

fn set_up(store: &Store, sink: &Sink) -> anyhow::Result<()> {
    let settings = MailSettings {
        host: sink.address.ip().to_string(),
        port: sink.address.port(),
        security: Security::None,
        from_address: "tenure@example.org".to_owned(),
        ..MailSettings::default()
    };
    let save = Command::SaveMail {
        settings: Box::new(settings),
        password: PasswordChange::Keep,
    };
    apply(store, save).map(drop)
}

/// Sends until nothing waits any more.
async fn send(store: &Store, execution: ExecutionId) -> anyhow::Result<()> {
    let parts = engine::Parts {
        store: store.clone(),
        clock: Clock::System,
    };
    let (_stop, stopped) = watch::channel(false);
    let mut post = Post::new(parts, Patience::default());
    loop {
        post.round(&stopped).await?;
        let counts = store.read(|db| outbox::counts(db, Some(execution)))?;
        if counts.iter().all(|(state, _)| !state.is_waiting()) {
            let lost = counts.iter().find(|(state, _)| *state != MailState::Sent);
            ensure!(lost.is_none(), "mails were lost: {counts:?}");
            return Ok(());
        }
    }
}

/// Lets the peak begin anew, where the system can.
fn forget_peak() {
    std::fs::write("/proc/self/clear_refs", "5").ok();
}

/// What a process has of the memory, in MB.
#[derive(Clone, Copy)]
struct Memory {
    /// The most since the peak began anew, with the pages of the file that are mapped.
    peak: u64,

    /// Without those pages, which the system takes back when it wants them.
    own: u64,
}

/// `None` where the system does not say.
fn memory() -> Option<Memory> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let megabytes = |name: &str| {
        let line = status.lines().find(|it| it.starts_with(name))?;
        let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
        Some(kilobytes / 1_024)
    };
    Some(Memory {
        peak: megabytes("VmHWM:")?,
        own: megabytes("RssAnon:")?,
    })
}
