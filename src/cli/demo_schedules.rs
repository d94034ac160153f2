//! The scheduled workflows of the demo: drawn, activated and run as if they were due.

use std::time::Duration;

use serde::Serialize;

use super::{failure::Failure, session::Session, sweep};
use crate::{
    command::{Command, Reply, sample::Drawing, sweeps::SweepCommand},
    model::{
        definition::Trigger,
        document::Document,
        execution::Status,
        id::ExecutionId,
        schedule::Schedule,
        settings::Settings,
        smtp::{MailSettings, PasswordChange},
        sweep::{DormantAction, IdentifyDormant, NotifyExpiry, SweepTask},
    },
    store::{Store, executions, sweeps},
};

/// How often to look whether an execution has ended.
const LOOK: Duration = Duration::from_millis(20);

/// After how many days passwords expire in the demo. Those that are set in it are reminded of that at
/// once.
const EXPIRY: u32 = 90;

/// An execution, and how many users it was about.
#[derive(Serialize)]
pub(super) struct Swept {
    workflow: String,
    status: Status,
    users: u64,
}

impl Swept {
    /// "Dormant accounts at Lumen: Succeeded, 66 users"
    pub(super) fn sentence(&self) -> String {
        format!(
            "{}: {}, {} users",
            self.workflow,
            self.status.label(),
            self.users
        )
    }
}

/// A mail server that does not exist: the mails wait in the outbox, where they can be read.
pub(super) fn prepare(session: &Session, store: &Store) -> Result<(), Failure> {
    let mut settings = Settings::clone(&store.config()?.settings);
    settings.password.expiry_days = EXPIRY;
    session.apply(store, Command::SaveSettings(Box::new(settings)))?;
    let mail = MailSettings {
        host: "mail.lumen.example".to_owned(),
        from_address: "tenure@lumen.example".to_owned(),
        from_name: "Lumen".to_owned(),
        report_recipients: vec!["admin@lumen.example".to_owned()],
        ..MailSettings::default()
    };
    let save = Command::SaveMail {
        settings: Box::new(mail),
        password: PasswordChange::Keep,
    };
    session.apply(store, save).map(drop)
}

/// Draws both kinds, and runs each once.
pub(super) fn run(session: &Session, store: &Store) -> Result<Vec<Swept>, Failure> {
    let zone = store.config()?.settings.zone();
    let schedule = Schedule::new(zone);
    let dormant = IdentifyDormant {
        days: 120,
        action: DormantAction::Disable,
        reports_too: true,
        notifies_user: true,
    };
    let expiry = NotifyExpiry {
        before: [EXPIRY, 7].into(),
        after: [0].into(),
        reports_to_admins: true,
        includes_disabled: false,
    };
    let drawings = [
        (
            "Dormant accounts at Lumen",
            "Disables whoever was not there for 120 days.",
            Trigger::Dormant {
                schedule: schedule.clone(),
            },
            SweepTask::IdentifyDormant(dormant),
        ),
        (
            "Passwords at Lumen",
            "Reminds people of passwords that expire.",
            Trigger::PasswordExpiry { schedule },
            SweepTask::NotifyExpiry(expiry),
        ),
    ];
    let mut swept = Vec::new();
    for (name, description, trigger, task) in drawings {
        let mut drawing = Drawing::with(trigger);
        drawing.sweep(task);
        let document = Document::new(name, description, "", drawing.definition);
        let Reply::Draft { workflow, version } = session.apply(store, Command::Import(document))?
        else {
            continue;
        };
        let reason = "It is a demo.".to_owned();
        session.apply(store, Command::Activate { version, reason })?;
        let run = Command::Sweep(Box::new(SweepCommand::Run(workflow)));
        if let Reply::Execution(execution) = session.apply(store, run)? {
            swept.push(wait_for(store, execution)?);
        }
    }
    Ok(swept)
}

/// The engine of the demo carries it on; this waits for its end.
fn wait_for(store: &Store, execution: ExecutionId) -> Result<Swept, Failure> {
    let threads = sweep::threads()?;
    loop {
        let (summary, sweep) = store.read(|db| {
            let found = (executions::get(db, execution)?, sweeps::get(db, execution)?);
            Ok::<_, Failure>(found)
        })?;
        let missing = || Failure::not_found("execution", &execution.to_string());
        let (summary, sweep) = (summary.ok_or_else(missing)?, sweep.ok_or_else(missing)?);
        if !sweep.stage.is_open() {
            return Ok(Swept {
                workflow: summary.workflow_name,
                status: summary.status,
                users: sweep.progress.total(),
            });
        }
        threads.block_on(async { tokio::time::sleep(LOOK).await });
    }
}
