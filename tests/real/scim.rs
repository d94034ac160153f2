//! Programs that speak SCIM, made by others: `scim2-tester`, which looks for faults, and the client
//! `scim2-cli` (both from PyPI).

use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::Command,
};

use serde_json::{Value, json};
use tenure::{
    clock::Clock,
    command::{self, Actor, Command as Act, Reply},
    model::{
        attribute::{AttributeKind, AttributeSpec},
        audit::Via,
        condition::{Condition, Operator, Subject, Test},
        definition::{Definition, NodeKind, Trigger},
        event::Source,
        settings::Settings,
        task::{Action, Rule, Target, Task},
    },
    store::Store,
};

use crate::support::{
    binary::Tenure,
    running::{Running, output},
};

/// A data folder whose portal is on, and the token of a program.
struct Site {
    tenure: Tenure,
    portal: SocketAddr,
    token: String,
}

impl Site {
    fn new() -> Self {
        let tenure = Tenure::new();
        let store = Store::open(tenure.data_dir()).expect("a store");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let portal = listener.local_addr().expect("an address");
        drop(listener);
        let mut settings = Settings {
            time_zone: Some(chrono_tz::UTC),
            ..Settings::default()
        };
        settings.portal.is_on = true;
        settings.portal.port = portal.port();
        done(&store, Act::SaveSettings(Box::new(settings)));
        let options = vec!["Red".to_owned(), "Blue".to_owned()];
        for (name, kind) in [
            ("department", AttributeKind::Text),
            ("employeeNumber", AttributeKind::Text),
            ("nickname", AttributeKind::Text),
            ("remote", AttributeKind::YesNo),
            // No number and no date: the tester fills them with letters.
            ("team", AttributeKind::Choice { options }),
        ] {
            attribute(&store, name, kind);
        }
        watch_departments(&store);
        drop(store);
        let made = tenure.run(&["token", "create", "scim2-cli", "--json"]);
        let made: Value = serde_json::from_str(&made.expect("a token")).expect("JSON");
        let token = made["token"].as_str().expect("a token").to_owned();
        Self {
            tenure,
            portal,
            token,
        }
    }

    fn serve(&self) -> Running {
        let started = self.tenure.start(&["serve"], "the portal listens");
        started.expect("it serves").0
    }

    /// `scim2 ARGUMENTS`, as an administrator of another program would type it.
    fn scim2(&self, arguments: &[&str]) -> Result<String, String> {
        let program: PathBuf = [
            env!("CARGO_MANIFEST_DIR"),
            "target",
            "real",
            "scim",
            "bin",
            "scim2",
        ]
        .iter()
        .collect();
        let mut command = Command::new(program);
        command
            .env("SCIM_CLI_URL", format!("http://{}/scim/v2", self.portal))
            .env(
                "SCIM_CLI_HEADERS",
                format!("Authorization: Bearer {}", self.token),
            )
            .args(arguments);
        output(&mut command)
    }

    #[track_caller]
    fn asked(&self, arguments: &[&str]) -> Value {
        let said = self.scim2(arguments).expect("the server does it");
        serde_json::from_str(&said).unwrap_or_else(|err| panic!("{err}: {said}"))
    }
}

fn done(store: &Store, command: Act) -> Reply {
    let actor = Actor::new("grace", Via::CommandLine);
    command::apply(store, &actor, command, Clock::System.now()).expect("it is allowed")
}

fn attribute(store: &Store, name: &str, kind: AttributeKind) {
    let spec = AttributeSpec {
        name: name.to_owned(),
        label: name.to_owned(),
        kind,
        is_required: false,
        is_on_sign_up: false,
    };
    done(store, Act::CreateAttribute(spec));
}

/// Whoever comes into Sales gets the group.
fn watch_departments(store: &Store) {
    let name = "Sales team".to_owned();
    let description = String::new();
    let Reply::Group(group) = done(store, Act::CreateGroup { name, description }) else {
        panic!("a group");
    };
    let target = Target {
        id: Some(group.number()),
        name: "Sales team".to_owned(),
    };
    let is_sales = Condition::Test(Test {
        attribute: Subject::Custom("department".to_owned()),
        operator: Operator::Equal,
        value: "Sales".to_owned(),
    });
    let task = Task {
        rules: vec![Rule {
            when: Some(is_sales),
            targets: vec![target],
        }],
        ..Task::new(Action::AssignGroup)
    };
    let mut definition = Definition::blank();
    let sources = [Source::Api].into();
    definition.set_trigger(Trigger::Update { sources });
    let event = definition.find(NodeKind::is_event).expect("the Event");
    let edge = definition.out(event).next().expect("something follows");
    definition.insert(edge, NodeKind::Task(task));
    let create = Act::CreateWorkflow {
        name: "Movers".to_owned(),
        description: String::new(),
    };
    let Reply::Draft { version, .. } = done(store, create) else {
        panic!("a draft");
    };
    done(
        store,
        Act::SaveDraft {
            version,
            definition,
        },
    );
    let reason = "as tested".to_owned();
    done(store, Act::Activate { version, reason });
}

#[test]
fn scim2_tester_finds_no_fault() {
    let site = Site::new();
    let _running = site.serve();
    let said = site.scim2(&["test"]).expect("no failed check");
    let lines = |word: &str| said.lines().filter(|it| it.starts_with(word)).count();
    assert!(lines("SUCCESS ") > 80, "{said}");
    for fault in ["ERROR ", "CRITICAL ", "DEVIATION "] {
        assert_eq!(lines(fault), 0, "{said}");
    }
}

#[test]
fn what_scim2_cli_changes_ends_in_the_history() {
    let site = Site::new();
    let _running = site.serve();
    let emails = json!([{ "value": "ada@example.org", "type": "work" }]).to_string();
    let made = site.asked(&["create", "user", "--user-name", "ada", "--emails", &emails]);
    let id = made["id"].as_str().expect("an id");
    let department = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department";
    let changed = site.asked(&["modify", "user", id, "add", department, "Sales"]);
    let groups = changed["groups"].as_array().expect("groups");
    assert!(
        groups.iter().any(|it| it["display"] == "Sales team"),
        "{changed}"
    );
    let found = site.asked(&["query", "user", "--filter", "userName eq \"ADA\""]);
    assert_eq!(found["totalResults"], 1);
    site.asked(&["modify", "user", id, "replace", "active", "false"]);
    site.scim2(&["delete", "user", id]).expect("it is deleted");

    let history = site.tenure.run(&["history", "list", "--json"]);
    let history: Value = serde_json::from_str(&history.expect("a history")).expect("JSON");
    let executions = history["executions"].as_array().expect("executions");
    assert_eq!(executions.len(), 2, "{history}");
    assert!(
        executions
            .iter()
            .all(|it| it["workflow"]["name"] == "Movers" || it["workflow"] == "Movers"),
        "{history}"
    );
}
