//! The program is killed 20 times while it disables 100,000 users and sends each a mail: everyone is
//! disabled exactly once, everyone gets the mail, and each kill repeats a mail at most once.

use std::{net::SocketAddr, thread, time::Duration};

use chrono::{TimeDelta, Utc};
use tenure::{
    command::{self, Command, Reply, sweeps::SweepCommand},
    model::{
        execution::Status,
        id::ExecutionId,
        settings::Settings,
        smtp::{MailSettings, PasswordChange, Security},
        sweep::{DormantAction, IdentifyDormant},
    },
    store::{Store, StoreError, executions, outbox, sweeps},
};

use super::{Service, dormant};
use crate::{
    mail_server,
    support::{activated, done, grace},
};

const USERS: i64 = 100_000;
const KILLS: usize = 20;

/// Users who were there long ago, and an execution that is about to disable them.
fn prepare(folder: &std::path::Path, server: SocketAddr) -> (Store, ExecutionId) {
    let store = Store::open(folder).expect("a store");
    let mut settings = Settings {
        time_zone: Some(chrono_tz::UTC),
        ..Settings::default()
    };
    settings.guard.limit.percent = 100;
    done(&store, Command::SaveSettings(Box::new(settings)));
    let mail = MailSettings {
        host: server.ip().to_string(),
        port: server.port(),
        security: Security::None,
        from_address: "tenure@example.org".to_owned(),
        ..MailSettings::default()
    };
    let save = Command::SaveMail {
        settings: Box::new(mail),
        password: PasswordChange::Keep,
    };
    done(&store, save);
    let long_ago = (Utc::now() - TimeDelta::days(400)).timestamp_micros();
    let made = store.write(move |tx| {
        tx.execute(
            "WITH RECURSIVE numbers (n) AS (
                 SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?1)
             INSERT INTO users (username, username_key, email, email_key, first_name, last_name,
                 phone, attributes, status, created)
             SELECT 'user' || n, 'user' || n, 'user' || n || '@example.org',
                 'user' || n || '@example.org', '', '', '', '{}', 'active', ?2
             FROM numbers",
            [USERS, long_ago],
        )?;
        Ok::<_, StoreError>(())
    });
    made.expect("users");
    let task = IdentifyDormant {
        days: 180,
        action: DormantAction::Disable,
        reports_too: false,
        notifies_user: true,
    };
    let workflow = activated(&store, "Dormant", dormant(task));
    let run = Command::Sweep(Box::new(SweepCommand::Run(workflow)));
    let begun = command::apply(&store, &grace(), run, Utc::now()).expect("begun");
    let Reply::Execution(execution) = begun else {
        panic!("nothing was begun");
    };
    (store, execution)
}

/// How much of the work is done: users dealt with, and mails that ended.
fn done_so_far(store: &Store, execution: ExecutionId) -> (u64, u64, bool) {
    let seen = store.read(|db| {
        let sweep = sweeps::get(db, execution)?;
        let counts = outbox::counts(db, Some(execution))?;
        Ok::<_, StoreError>((sweep, counts))
    });
    let (sweep, counts) = seen.expect("a look");
    let sweep = sweep.expect("the execution");
    let waiting: u64 = counts
        .iter()
        .filter(|(state, _)| state.is_waiting())
        .map(|(_, count)| count)
        .sum();
    let all: u64 = counts.iter().map(|(_, count)| count).sum();
    let is_over = !sweep.stage.is_open() && waiting == 0;
    (sweep.progress.ended(), all - waiting, is_over)
}

#[test]
fn twenty_kills_leave_everyone_disabled_once_and_told_once_or_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let (server, taken) = mail_server::start();
    let (store, execution) = prepare(folder.path(), server);
    // Spread over the whole work: planning, disabling and sending.
    let total = 2 * USERS as u64;
    for kill in 0..KILLS as u64 {
        let service = Service::start(folder.path());
        let goal = total * kill / KILLS as u64;
        loop {
            let (users, mails, is_over) = done_so_far(&store, execution);
            assert!(!is_over, "it was over before kill {kill}");
            if users + mails >= goal {
                break;
            }
            thread::sleep(Duration::from_millis(5));
        }
        // Each at another moment of what is going on.
        thread::sleep(Duration::from_millis(kill * 7 % 40));
        drop(service);
    }
    let last = Service::start(folder.path());
    while !done_so_far(&store, execution).2 {
        thread::sleep(Duration::from_millis(50));
    }
    drop(last);

    let summary = store.read(|db| executions::get(db, execution));
    let summary = summary.expect("a look").expect("the execution");
    assert_eq!(summary.status, Status::Succeeded);
    let counts = store.read(|db| {
        let count = |sql: &str| db.query_row(sql, [], |row| row.get::<_, i64>(0));
        Ok::<_, StoreError>([
            count("SELECT count(*) FROM users WHERE status = 'disabled' AND revision = 2")?,
            count("SELECT count(*) FROM items WHERE state = 'done'")?,
            count("SELECT count(*) FROM outbox WHERE state = 'sent'")?,
            count("SELECT count(DISTINCT user_id) FROM outbox")?,
        ])
    });
    assert_eq!(counts.expect("counts"), [USERS; 4]);
    let taken = taken.lock().expect("nobody panicked");
    assert_eq!(taken.len(), USERS as usize, "everyone was told");
    let most = taken.values().max().copied().unwrap_or_default();
    let again: usize = taken.values().map(|it| it - 1).sum();
    assert!(most <= 1 + KILLS, "a mail was sent {most} times");
    // What was being sent, and what the mail server had taken and the store had not yet kept.
    assert!(again <= KILLS * (8 + 2 * 64), "{again} mails came again");
}
