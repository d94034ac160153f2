//! Scheduled workflows: when they run, whom they are about, and what is left when they are stopped.

mod dormant;
mod expiry;
mod foreseen;
mod guardrails;
mod interrupted;
mod killed;
mod punctual;
mod reports;
mod times;
mod troubles;

use std::{
    path::Path,
    process::{Child, Command as Process, Stdio},
};

use chrono::TimeDelta;
use tenure::{
    clock::Clock,
    command::{self, Command, Reply, sweeps::SweepCommand},
    engine::{self, Parts},
    model::{
        Timestamp,
        definition::{Definition, Trigger},
        execution::Status,
        id::{ExecutionId, UserId, WorkflowId},
        mail::MailState,
        schedule::Schedule,
        settings::Settings,
        smtp::{MailSettings, PasswordChange},
        sweep::{DormantAction, IdentifyDormant, Item, ItemState, NotifyExpiry, SweepTask},
    },
    store::{Store, executions, items, outbox, sweeps},
};

use crate::support::{activated, admitted, done, grace, noon, scheduled, store};

/// A store with an engine whose clock is moved by hand.
pub(crate) struct Desk {
    pub(crate) store: Store,
    pub(crate) clock: Clock,
    threads: tokio::runtime::Runtime,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self::with(store())
    }

    pub(crate) fn with(store: Store) -> Self {
        Self {
            store,
            clock: Clock::manual(noon()),
            threads: tokio::runtime::Runtime::new().expect("threads"),
        }
    }

    fn parts(&self) -> Parts {
        Parts {
            store: self.store.clone(),
            clock: self.clock.clone(),
        }
    }

    /// Begins what is due and carries it on to its end.
    pub(crate) fn work(&self) {
        self.begin();
        while self.advance() {}
    }

    /// Begins what is due; says when to come back.
    pub(crate) fn begin(&self) -> Timestamp {
        let parts = self.parts();
        self.threads.block_on(engine::tick(&parts))
    }

    /// Carries on by one part; says whether there was anything to carry on.
    pub(crate) fn advance(&self) -> bool {
        let parts = self.parts();
        let advanced = self.threads.block_on(engine::sweeps::advance(&parts));
        advanced.expect("a part")
    }

    pub(crate) fn later(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    /// A command that must succeed, now.
    #[track_caller]
    pub(crate) fn sweep(&self, command: SweepCommand) -> Reply {
        let command = Command::Sweep(Box::new(command));
        match command::apply(&self.store, &grace(), command, self.clock.now()) {
            Ok(reply) => reply,
            Err(err) => panic!("refused: {err}"),
        }
    }

    /// Why a command is refused, now.
    #[track_caller]
    pub(crate) fn refusal(&self, command: SweepCommand) -> String {
        let command = Command::Sweep(Box::new(command));
        let refused = command::apply(&self.store, &grace(), command, self.clock.now());
        refused.expect_err("a refusal").to_string()
    }

    /// Runs the workflow by hand.
    #[track_caller]
    pub(crate) fn run(&self, workflow: WorkflowId) -> ExecutionId {
        let Reply::Execution(execution) = self.sweep(SweepCommand::Run(workflow)) else {
            panic!("nothing was begun");
        };
        while self.advance() {}
        execution
    }

    pub(crate) fn items(&self, execution: ExecutionId) -> Vec<Item> {
        let page = |db: &_| items::page(db, execution, None, "", None, 100_000);
        self.store.read(page).expect("items")
    }

    /// "ada: Done", in the order of the users.
    pub(crate) fn outcomes(&self, execution: ExecutionId) -> Vec<String> {
        let said = |it: Item| format!("{}: {}", it.person.username, it.state.label());
        self.items(execution).into_iter().map(said).collect()
    }

    pub(crate) fn summary(&self, execution: ExecutionId) -> executions::Summary {
        let found = self.store.read(|db| executions::get(db, execution));
        found.expect("a look").expect("the execution")
    }

    pub(crate) fn status(&self, execution: ExecutionId) -> Status {
        self.summary(execution).status
    }

    pub(crate) fn stage(&self, execution: ExecutionId) -> sweeps::Sweep {
        let found = self.store.read(|db| sweeps::get(db, execution));
        found.expect("a look").expect("the execution")
    }

    /// "template → address", the oldest first.
    pub(crate) fn mails(&self) -> Vec<String> {
        let latest = self.store.read(|db| outbox::latest(db, 1_000));
        let mut mails = latest.expect("mails");
        mails.reverse();
        let said = |it: &outbox::Kept| format!("{} → {}", it.template, it.address);
        assert!(mails.iter().all(|it| it.state == MailState::Queued));
        mails.iter().map(said).collect()
    }
}

/// The program, serving a data folder; it is killed when this goes.
pub(crate) struct Service(Child);

impl Service {
    pub(crate) fn start(folder: &Path) -> Self {
        let mut program = Process::new(env!("CARGO_BIN_EXE_tenure"));
        program.arg("serve").env("TENURE_DATA_DIR", folder);
        program.stdout(Stdio::null()).stderr(Stdio::null());
        Self(program.spawn().expect("the program"))
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.0.kill().expect("a kill");
        self.0.wait().expect("its end");
    }
}

/// Daily at noon in UTC.
pub(crate) fn dormant(task: IdentifyDormant) -> Definition {
    let schedule = Schedule::new(chrono_tz::UTC);
    let trigger = Trigger::Dormant { schedule };
    scheduled(trigger, SweepTask::IdentifyDormant(task))
}

/// Daily at noon in UTC.
pub(crate) fn expiring(task: NotifyExpiry) -> Definition {
    let schedule = Schedule::new(chrono_tz::UTC);
    let trigger = Trigger::PasswordExpiry { schedule };
    scheduled(trigger, SweepTask::NotifyExpiry(task))
}

pub(crate) fn after(days: u32, action: DormantAction) -> IdentifyDormant {
    IdentifyDormant {
        days,
        action,
        ..IdentifyDormant::default()
    }
}

/// A mail server that is never asked, and one admin who gets reports.
pub(crate) fn set_up_mail(store: &Store) {
    let settings = MailSettings {
        host: "mail.example.org".to_owned(),
        from_address: "tenure@example.org".to_owned(),
        report_recipients: vec!["admin@example.org".to_owned()],
        ..MailSettings::default()
    };
    let save = Command::SaveMail {
        settings: Box::new(settings),
        password: PasswordChange::Keep,
    };
    done(store, save);
}

pub(crate) fn change_settings(store: &Store, change: impl FnOnce(&mut Settings)) {
    let mut settings = store.config().expect("settings").settings.clone();
    change(&mut settings);
    done(store, Command::SaveSettings(Box::new(settings)));
}

/// Users user0, user1, …, created at noon.
pub(crate) fn users(store: &Store, count: usize) -> Vec<UserId> {
    let name = |number: usize| format!("user{number}");
    (0..count).map(|it| admitted(store, &name(it))).collect()
}

/// How many items are in the state.
pub(crate) fn count(items: &[Item], state: ItemState) -> usize {
    items.iter().filter(|it| it.state == state).count()
}

#[track_caller]
pub(crate) fn active(desk: &Desk, name: &str, definition: Definition) -> WorkflowId {
    activated(&desk.store, name, definition)
}
