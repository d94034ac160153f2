//! The process is killed at any moment, 50 times, while many threads register people: whoever was
//! answered is there with everything, and nobody is there by half.
//!
//! The process that is killed is this test binary itself, asked for the one test that registers.

use std::{
    collections::BTreeMap,
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Child, ChildStdout, Command as Process, Stdio},
    thread,
    time::Duration,
};

use rusqlite::Connection;
use tenure::{
    command::{self, Command, Registered, Reply},
    model::{event::Source, execution::Status, task::Action},
    store::{Store, StoreError, audit, executions, health, lease, users},
};

use crate::support::{activated, always, grace, group, newcomer, noon, registration, role};

const FOLDER: &str = "TENURE_TEST_FOLDER";
const ROUND: &str = "TENURE_TEST_ROUND";
const ROUNDS: usize = 50;
const THREADS: usize = 8;

#[test]
fn whoever_was_answered_survives_fifty_kills_and_nobody_is_there_by_half() {
    let folder = tempfile::tempdir().expect("a folder");
    prepare(folder.path());
    let mut answered = Vec::new();
    for round in 0..ROUNDS {
        let names = register_and_kill(folder.path(), round);
        let store = Store::open(folder.path()).expect("the store opens after a kill");
        for name in &names {
            assert_eq!(missing(&store, name), None, "{name}, round {round}");
        }
        answered.extend(names);
        assert_eq!(half_made(&store), [""; 0], "round {round}");
    }
    assert!(answered.len() > ROUNDS, "the kills came too early");
    let store = Store::open(folder.path()).expect("the store");
    for name in &answered {
        assert_eq!(missing(&store, name), None, "{name} at last");
    }
}

#[test]
fn two_processes_that_write_at_once_lose_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    prepare(folder.path());
    let children = [0, 1].map(|round| child(folder.path(), round, 100));
    let names: Vec<String> = children
        .into_iter()
        .flat_map(|(mut process, answers)| {
            let names = names(answers);
            assert!(process.wait().expect("an end").success());
            names
        })
        .collect();
    assert_eq!(names.len(), 2 * 100);
    let store = Store::open(folder.path()).expect("the store");
    for name in &names {
        assert_eq!(missing(&store, name), None, "{name}");
    }
    assert_eq!(half_made(&store), [""; 0]);
}

#[test]
fn a_second_process_gets_the_lease_when_the_first_is_killed() {
    let folder = tempfile::tempdir().expect("a folder");
    prepare(folder.path());
    let (mut process, mut answers) = child(folder.path(), 0, usize::MAX);
    read_names(&mut answers, 1);
    assert!(lease::acquire(folder.path()).expect("an answer").is_none());
    assert_eq!(lease::holder(folder.path()), Some(process.id()));
    process.kill().expect("a kill");
    process.wait().expect("an end");
    assert!(lease::acquire(folder.path()).expect("an answer").is_some());
}

/// The system lets no file of the process grow beyond a limit, so that a commit fails half-way, as
/// it does on a full disk.
#[cfg(unix)]
#[test]
fn a_commit_that_fails_is_said_to_everybody_and_loses_nothing_before_it() {
    let folder = tempfile::tempdir().expect("a folder");
    prepare(folder.path());
    let this = std::env::current_exe().expect("this program");
    let output = Process::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 4000; exec \"$@\"", "sh"])
        .arg(this)
        .args(["--exact", "crash::a_process_that_registers", "--nocapture"])
        .env(FOLDER, folder.path())
        .env(ROUND, "0 2000")
        .output()
        .expect("a process");
    let text = String::from_utf8(output.stdout).expect("a text");
    let (mut created, mut refused) = (Vec::new(), Vec::new());
    for line in text.lines() {
        let words: Vec<&str> = line.split(' ').collect();
        match words
            .iter()
            .position(|it| matches!(*it, "created" | "refused"))
        {
            Some(at) if words[at] == "created" => created.push(words[at + 1]),
            Some(at) => refused.push(words[at + 1]),
            None => (),
        }
    }
    assert_eq!(created.len() + refused.len(), 2000);
    assert!(
        !created.is_empty() && !refused.is_empty(),
        "{}",
        created.len()
    );
    let store = Store::open(folder.path()).expect("the store");
    for name in created {
        assert_eq!(missing(&store, name), None, "{name}");
    }
    for name in refused {
        assert_eq!(missing(&store, name), Some("the user"), "{name}");
    }
    assert_eq!(half_made(&store), [""; 0]);
}

/// A store where everyone who registers gets a group and a role.
fn prepare(folder: &Path) {
    let store = Store::open(folder).expect("a new store");
    let staff = always(Action::AssignGroup, vec![group(&store, "Staff")]);
    let member = always(Action::AssignRole, vec![role(&store, "Member")]);
    activated(&store, "Welcome", registration(None, vec![staff, member]));
}

/// Not a test of its own: what the processes do that the tests above start and kill.
#[test]
fn a_process_that_registers() {
    let Some(folder) = std::env::var_os(FOLDER) else {
        return;
    };
    let asked = std::env::var(ROUND).expect("a round");
    let (round, count) = asked.split_once(' ').expect("a round and a count");
    let count: usize = count.parse().expect("a number");
    let folder = Path::new(&folder);
    let lease = lease::acquire(folder).expect("an answer");
    let store = Store::open(folder).expect("the store opens");
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let store = &store;
            scope.spawn(move || {
                for number in (thread..count).step_by(THREADS) {
                    register_and_say(store, &format!("u{round}-{number}"));
                }
            });
        }
    });
    drop(lease);
}

fn register_and_say(store: &Store, name: &str) {
    let new = newcomer(name, Source::SelfRegistration);
    let answer = match command::apply(store, &grace(), Command::Register(new), noon()) {
        Ok(Reply::Registered(Registered::Created { .. })) => format!("created {name}\n"),
        other => format!("refused {name} {other:?}\n"),
    };
    // One write per line, so that no line is mixed with another.
    let mut out = std::io::stdout().lock();
    out.write_all(answer.as_bytes()).expect("a pipe");
    out.flush().expect("a pipe");
}

fn child(folder: &Path, round: usize, count: usize) -> (Child, BufReader<ChildStdout>) {
    let this = std::env::current_exe().expect("this program");
    let mut process = Process::new(this)
        .args(["--exact", "crash::a_process_that_registers", "--nocapture"])
        .env(FOLDER, folder)
        .env(ROUND, format!("{round} {count}"))
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("a process");
    let answers = BufReader::new(process.stdout.take().expect("a pipe"));
    (process, answers)
}

/// Kills the process after some answers and a moment more, both different in each round, and
/// returns everyone who was answered.
fn register_and_kill(folder: &Path, round: usize) -> Vec<String> {
    let (mut process, mut answers) = child(folder, round, usize::MAX);
    let mut found = read_names(&mut answers, rand::random_range(0..80));
    thread::sleep(Duration::from_micros(rand::random_range(0..15_000)));
    process.kill().expect("a kill");
    process.wait().expect("an end");
    found.extend(names(answers));
    found
}

fn read_names(answers: &mut BufReader<ChildStdout>, count: usize) -> Vec<String> {
    let mut names = Vec::new();
    let mut line = String::new();
    while names.len() < count && answers.read_line(&mut line).expect("a line") > 0 {
        names.extend(created(&line));
        line.clear();
    }
    names
}

fn names(mut answers: BufReader<ChildStdout>) -> Vec<String> {
    read_names(&mut answers, usize::MAX)
}

/// The name in "created ada"; a line that was cut by the kill was not an answer.
fn created(line: &str) -> Option<String> {
    assert!(!line.contains("refused "), "{line}");
    let (_, name) = line.strip_suffix('\n')?.split_once("created ")?;
    Some(name.to_owned())
}

/// What is not there of somebody who was answered.
fn missing(store: &Store, name: &str) -> Option<&'static str> {
    let look = |db: &Connection| -> Result<Option<&'static str>, StoreError> {
        let Some(user) = users::by_username(db, name)? else {
            return Ok(Some("the user"));
        };
        let state = users::state(db, &user)?;
        let has = |names: &BTreeMap<_, String>, name: &str| names.values().any(|it| it == name);
        if !has(&state.groups, "Staff") {
            return Ok(Some("the group"));
        }
        if !state.roles.values().any(|it| it == "Member")
            || !state.roles.values().any(|it| it == "End User")
        {
            return Ok(Some("a role"));
        }
        let filter = executions::Filter {
            user: Some(user.id),
            ..executions::Filter::default()
        };
        let runs = executions::page(db, &filter, None, 10)?.executions;
        let succeeded = |it: &executions::Summary| it.status == Status::Succeeded;
        if runs.len() != 1 || !runs.iter().all(succeeded) {
            return Ok(Some("the execution"));
        }
        let audited: i64 = db.query_row(
            "SELECT count(*) FROM audit WHERE action = 'user.create' AND resource = ?1",
            [name],
            |row| row.get(0),
        )?;
        if audited != 1 {
            return Ok(Some("the audit entry"));
        }
        let found = users::find(db, &users::Filter::default(), name, 1_000)?;
        if !found.users.iter().any(|it| it.id == user.id) {
            return Ok(Some("the text to find"));
        }
        Ok(None)
    };
    store.read(look).expect("an answer")
}

/// Everything that is there without what belongs to it.
pub(crate) fn half_made(store: &Store) -> Vec<String> {
    const NONE: [(&str, &str); 9] = [
        (
            "users without execution",
            "FROM users WHERE id NOT IN (SELECT user_id FROM executions)",
        ),
        (
            "executions of nobody",
            "FROM executions WHERE user_id NOT IN (SELECT id FROM users)",
        ),
        (
            "groups of nobody",
            "FROM user_groups WHERE user_id NOT IN (SELECT id FROM users)",
        ),
        (
            "roles of nobody",
            "FROM user_roles WHERE user_id NOT IN (SELECT id FROM users)",
        ),
        (
            "users without a group or role",
            "FROM users WHERE 1 <> (SELECT count(*) FROM user_groups WHERE user_id = id)
                 OR 2 <> (SELECT count(*) FROM user_roles WHERE user_id = id)",
        ),
        (
            "events without execution",
            "FROM events WHERE id NOT IN (SELECT event FROM executions)",
        ),
        (
            "users without audit entry",
            "FROM users WHERE username NOT IN (
                 SELECT resource FROM audit WHERE action = 'user.create' AND refusal IS NULL)",
        ),
        (
            "users who cannot be found",
            "FROM users WHERE id NOT IN (SELECT id FROM users_search_docsize)",
        ),
        (
            "executions that cannot be found",
            "FROM executions WHERE id NOT IN (SELECT id FROM executions_search_docsize)",
        ),
    ];
    let look = |db: &Connection| -> Result<Vec<String>, StoreError> {
        let mut found = health::faults(db, true)?;
        for (what, query) in NONE {
            let sql = format!("SELECT count(*) {query}");
            let count: i64 = db.query_row(&sql, [], |row| row.get(0))?;
            if count > 0 {
                found.push(format!("{count} {what}"));
            }
        }
        let counted: i64 = db.query_row(
            "SELECT count(*) FROM users WHERE deleted IS NULL",
            [],
            |it| it.get(0),
        )?;
        if counted.unsigned_abs() != users::count(db)? {
            found.push("the count of users is wrong".to_owned());
        }
        if let Some(seq) = audit::first_broken(db)? {
            found.push(format!("the audit is broken at {seq}"));
        }
        Ok(found)
    };
    store.read(look).expect("an answer")
}
