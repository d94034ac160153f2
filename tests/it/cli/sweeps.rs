//! Scheduled workflows on the command line: looked at, run, held up and let go on.

use chrono::Utc;
use serde_json::json;
use tenure::{
    command::{self, Command, Reply, sweeps::SweepCommand},
    model::{
        definition::Trigger,
        document::Document,
        schedule::Schedule,
        sweep::{DormantAction, IdentifyDormant, SweepTask},
    },
    store::Store,
};

use super::Shell;
use crate::support::{grace, scheduled};

/// A folder with three users of long ago and a workflow that disables whoever was not there for a day.
pub(super) fn dormant() -> Shell {
    let shell = Shell::new();
    for name in ["ada", "bob", "eve"] {
        shell.ok(&[
            "user",
            "create",
            name,
            "--email",
            &format!("{name}@example.org"),
        ]);
    }
    age(&shell);
    let schedule = Schedule::new(chrono_tz::UTC);
    let task = IdentifyDormant {
        days: 30,
        action: DormantAction::Disable,
        ..IdentifyDormant::default()
    };
    let definition = scheduled(
        Trigger::Dormant { schedule },
        SweepTask::IdentifyDormant(task),
    );
    let document = Document::new("Dormant", "", "", definition);
    let json = document.to_json().expect("JSON");
    let file = shell.file("dormant.json", json);
    shell.ok(&["workflow", "import", &file]);
    shell.ok(&[
        "workflow",
        "activate",
        "Dormant",
        "--reason",
        "it is a test",
    ]);
    shell
}

/// As if everybody had been created 90 days before.
fn age(shell: &Shell) {
    let file = shell.data().join(tenure::store::FILE_NAME);
    let db = rusqlite::Connection::open(file).expect("the store");
    let days = 90_i64 * 24 * 60 * 60 * 1_000_000;
    db.execute("UPDATE users SET created = created - ?1", [days])
        .expect("aged");
}

#[test]
fn a_dry_run_tells_whom_it_would_hit_and_does_nothing() {
    let shell = dormant();
    let said = shell.json(&["workflow", "run", "Dormant", "--dry-run"]);
    assert_eq!(said["affected"], 3);
    assert_eq!(said["destructive"], 3);
    assert_eq!(said["users"][0]["acts"][0], "Disable the account");
    let one = shell.json(&["workflow", "run", "Dormant", "--dry-run", "--user", "bob"]);
    assert_eq!(one["affected"], 1);
    assert_eq!(one["users"][0]["username"], "bob");
    let listed = shell.json(&["history", "list"]);
    assert_eq!(listed["executions"], json!([]));
    shell.refuses(
        &[
            "workflow",
            "run",
            "Dormant",
            "--dry-run",
            "--user",
            "nobody",
        ],
        3,
        "nobody",
    );
    shell.refuses(&["workflow", "run", "Nothing", "--dry-run"], 3, "Nothing");
    shell.refuses(
        &["workflow", "run", "Dormant", "--limit", "3"],
        2,
        "--dry-run",
    );
}

#[test]
fn a_run_waits_for_its_end_and_tells_of_each_user() {
    let shell = dormant();
    let ran = shell.json(&["workflow", "run", "Dormant"]);
    assert_eq!(ran["status"], "succeeded");
    assert_eq!(ran["progress"]["done"], 3);
    let execution = ran["execution"].to_string();
    let items = shell.json(&["history", "items", &execution, "--limit", "2"]);
    assert_eq!(items["items"][1]["state"], "done");
    let next = items["next"].to_string();
    let rest = shell.json(&["history", "items", &execution, "--after", &next]);
    assert_eq!(rest["items"].as_array().map(Vec::len), Some(1));
    assert_eq!(rest["next"], json!(null));
    let failed = shell.json(&["history", "items", &execution, "--state", "failed"]);
    assert_eq!(failed["items"], json!([]));
    shell.refuses(
        &["history", "items", &execution, "--state", "odd"],
        2,
        "choose one of",
    );
    shell.refuses(&["history", "stop", &execution], 1, "has ended");
    shell.refuses(&["history", "items", "999"], 3, "999");
}

#[test]
fn what_a_guardrail_stopped_goes_on_for_some() {
    let shell = dormant();
    let shown = shell.json(&["workflow", "limit", "Dormant"]);
    assert_eq!(shown["users"], 100);
    assert_eq!(shown["is_own"], false);
    shell.ok(&[
        "workflow",
        "limit",
        "Dormant",
        "--users",
        "1",
        "--percent",
        "0",
    ]);
    shell.refuses(
        &["workflow", "limit", "Dormant", "--percent", "101"],
        4,
        "100 percent",
    );
    let ran = shell.json(&["workflow", "run", "Dormant"]);
    assert_eq!(ran["status"], "quarantined");
    let execution = ran["execution"].to_string();
    let released = shell.json(&["history", "release", &execution, "--user", "eve"]);
    assert_eq!(released["progress"]["done"], 1);
    assert_eq!(released["progress"]["discarded"], 2);
    let listed = shell.json(&["user", "list", "--status", "disabled"]);
    assert_eq!(listed["users"][0]["username"], "eve");
    let again = shell.json(&["workflow", "run", "Dormant"]);
    let execution = again["execution"].to_string();
    let discarded = shell.json(&["history", "discard", &execution]);
    assert_eq!(discarded["status"], "canceled");
    let back = shell.json(&["workflow", "limit", "Dormant", "--default"]);
    assert_eq!(back["users"], 100);
}

#[test]
fn what_was_interrupted_is_carried_on_by_whoever_asks() {
    let shell = dormant();
    let store = Store::open(&shell.data()).expect("the store");
    let workflow = store.config().expect("settings").active[0].workflow;
    let run = Command::Sweep(Box::new(SweepCommand::Run(workflow)));
    let begun = command::apply(&store, &grace(), run, Utc::now()).expect("begun");
    let Reply::Execution(execution) = begun else {
        panic!("nothing was begun");
    };
    let execution = execution.to_string();
    let shown = shell.json(&["history", "show", &execution]);
    assert_eq!(shown["status"], "running");
    let resumed = shell.json(&["history", "resume", &execution]);
    assert_eq!(resumed["status"], "succeeded");
    assert_eq!(resumed["progress"]["done"], 3);
}
