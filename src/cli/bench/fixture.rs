//! A directory to measure on: its groups, one active registration workflow, and made-up people.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use anyhow::{bail, ensure};
use tokio::task::JoinSet;

use crate::{
    command::{self, Actor, Command, CommandError, NewUser, Registered, Reply},
    model::{
        Timestamp,
        attribute::{AttributeKind, AttributeSpec},
        audit::Via,
        condition::{Condition, Operator, Subject, Test},
        definition::{Definition, Edge, Node, NodeKind, Trigger},
        event::{EventKind, Source},
        execution::Status,
        task::{Action, Rule, RunMode, Target, Task},
        user::ProfileForm,
    },
    store::Store,
};

/// How many write at once.
pub(super) const WRITERS: usize = 64;

const DEPARTMENT: &str = "department";
pub(super) const DEPARTMENTS: [&str; 4] = ["Engineering", "Finance", "Sales", "Support"];

/// One of 1,000 people has this name.
const ELSEWHERE: (&str, &str) = ("Софья", "Ковалевская");

const FIRST_NAMES: [&str; 16] = [
    "Ada",
    "Alan",
    "Barbara",
    "Claude",
    "Donald",
    "Edsger",
    "Frances",
    "Grace",
    "Hedy",
    "John",
    "Katherine",
    "Leslie",
    "Margaret",
    "Niklaus",
    "Radia",
    "Tim",
];
const LAST_NAMES: [&str; 16] = [
    "Allen", "Backus", "Dijkstra", "Hamilton", "Hopper", "Johnson", "Knuth", "Lamarr", "Lamport",
    "Liskov", "Lovelace", "Perlman", "Ritchie", "Shannon", "Turing", "Wirth",
];

/// Sets up an empty store: groups, roles, a custom attribute, and a workflow for the event, of a
/// filter, a task with rules and a fallback, a conditional task, and one that runs when that did not.
pub(super) fn prepare(store: &Store, event: EventKind, now: Timestamp) -> anyhow::Result<()> {
    let admin = Actor::new("benchmark", Via::CommandLine);
    let apply = |command| command::apply(store, &admin, command, now);
    apply(Command::CreateAttribute(AttributeSpec {
        name: DEPARTMENT.to_owned(),
        label: "Department".to_owned(),
        kind: AttributeKind::Choice {
            options: DEPARTMENTS.map(str::to_owned).to_vec(),
        },
        is_required: false,
        is_on_sign_up: true,
    }))?;
    let group = |name: &str| -> anyhow::Result<Target> {
        let reply = apply(Command::CreateGroup {
            name: name.to_owned(),
            description: String::new(),
        })?;
        match reply {
            Reply::Group(id) => Ok(target(id.number(), name)),
            other => bail!("expected a group, got {other:?}"),
        }
    };
    let role = |name: &str| -> anyhow::Result<Target> {
        let reply = apply(Command::CreateRole {
            name: name.to_owned(),
            description: String::new(),
        })?;
        match reply {
            Reply::Role(id) => Ok(target(id.number(), name)),
            other => bail!("expected a role, got {other:?}"),
        }
    };
    let groups = [group("Engineers")?, group("Sellers")?, group("Staff")?];
    let roles = [role("Developer")?, role("Member")?];
    let definition = definition(event, groups, roles)?;
    let created = apply(Command::CreateWorkflow {
        name: "Welcome".to_owned(),
        description: String::new(),
    })?;
    let Reply::Draft { version, .. } = created else {
        bail!("expected a draft, got {created:?}");
    };
    apply(Command::SaveDraft {
        version,
        definition,
    })?;
    apply(Command::Activate {
        version,
        reason: "it is only measured".to_owned(),
    })?;
    Ok(())
}

fn definition(
    event: EventKind,
    [engineers, sellers, staff]: [Target; 3],
    [developer, member]: [Target; 2],
) -> anyhow::Result<Definition> {
    let rule = |department: &str, target: Target| Rule {
        when: Some(works_in(department)),
        targets: vec![target],
    };
    let always = |target| Rule {
        when: None,
        targets: vec![target],
    };
    let address = Test {
        attribute: Subject::Email,
        operator: Operator::EndWith,
        value: "example.org".to_owned(),
    };
    let task = |action, mode, rules, fallback| {
        NodeKind::Task(Task {
            action,
            mode,
            rules,
            fallback,
        })
    };
    let sources = event.sources().iter().copied().collect();
    let trigger = match event {
        EventKind::UserCreated => Trigger::Registration { sources },
        EventKind::UserUpdated => Trigger::Update { sources },
    };
    chain([
        NodeKind::Start,
        NodeKind::Trigger(trigger),
        NodeKind::Filter(Some(Condition::Test(address))),
        NodeKind::Event(event),
        task(
            Action::AssignGroup,
            RunMode::Always,
            vec![rule("Engineering", engineers), rule("Sales", sellers)],
            vec![staff],
        ),
        task(
            Action::AssignRole,
            RunMode::Conditional(works_in("Engineering")),
            vec![always(developer)],
            Vec::new(),
        ),
        task(
            Action::AssignRole,
            RunMode::Fallback,
            vec![always(member)],
            Vec::new(),
        ),
        NodeKind::End,
    ])
}

fn target(number: i64, name: &str) -> Target {
    Target {
        id: Some(number),
        name: name.to_owned(),
    }
}

fn works_in(department: &str) -> Condition {
    Condition::Test(Test {
        attribute: Subject::Custom(DEPARTMENT.to_owned()),
        operator: Operator::Equal,
        value: department.to_owned(),
    })
}

/// Nodes one below the other, each led to by the one before.
fn chain(kinds: impl IntoIterator<Item = NodeKind>) -> anyhow::Result<Definition> {
    let mut definition = Definition::default();
    let mut last = None;
    for (row, kind) in kinds.into_iter().enumerate() {
        let id = definition.add(Node::new(kind, [0.0, row as f32 * 120.0]));
        if let Some((from, port)) = last {
            definition.connect(Edge { from, port, to: id })?;
        }
        let port = definition.node(id).and_then(|it| it.kind.main_port());
        last = port.map(|port| (id, port));
    }
    Ok(definition)
}

/// The command that registers the person with this number, who is always the same.
pub fn registration(number: usize) -> Command {
    Command::Register(NewUser {
        password_hash: Some(HASH.to_owned()),
        ..NewUser::new(person(number), Source::SelfRegistration)
    })
}

/// As long as a real one, and of no password.
const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn person(number: usize) -> ProfileForm {
    let username = username(number);
    let (first_name, last_name) = name(number);
    let (first_name, last_name) = match number % 1_000 {
        500 => ELSEWHERE,
        _ => (first_name, last_name),
    };
    ProfileForm {
        email: format!("{username}@example.org"),
        username,
        first_name: first_name.to_owned(),
        last_name: last_name.to_owned(),
        phone: format!("+49 30 {:07}", mixed(number) % 10_000_000),
        attributes: [(
            DEPARTMENT.to_owned(),
            pick(&DEPARTMENTS, number, 20).to_owned(),
        )]
        .into(),
    }
}

pub(super) fn username(number: usize) -> String {
    let (first_name, last_name) = name(number);
    format!("{first_name}.{last_name}{number}").to_lowercase()
}

fn name(number: usize) -> (&'static str, &'static str) {
    (pick(&FIRST_NAMES, number, 0), pick(&LAST_NAMES, number, 9))
}

fn pick(list: &[&'static str], number: usize, shift: u32) -> &'static str {
    list[(mixed(number) >> shift) % list.len()]
}

/// Neighbours in number are no neighbours in name, as it is with people who sign up.
fn mixed(number: usize) -> usize {
    number.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 7
}

/// Registers as many people, 64 at once, each at the moment that `at` says; each runs so many
/// workflows.
pub(super) fn register_many(
    store: &Store,
    count: usize,
    workflows: usize,
    at: impl Fn(usize) -> Timestamp + Clone + Send + 'static,
) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    let next = Arc::new(AtomicUsize::new(0));
    runtime.block_on(async {
        let mut tasks = JoinSet::new();
        for _ in 0..WRITERS {
            let (store, next, at) = (store.clone(), Arc::clone(&next), at.clone());
            tasks.spawn(async move { register_next(&store, &next, (count, workflows), at).await });
        }
        while let Some(task) = tasks.join_next().await {
            task??;
        }
        Ok(())
    })
}

async fn register_next(
    store: &Store,
    next: &AtomicUsize,
    (count, workflows): (usize, usize),
    at: impl Fn(usize) -> Timestamp,
) -> anyhow::Result<()> {
    let actor = Actor::sign_up();
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= count {
            return Ok(());
        }
        let command = registration(number);
        check(
            command::apply_async(store, &actor, command, at(number)).await,
            workflows,
        )?;
    }
}

/// A benchmark of something that fails would measure nothing: so many workflows must have run.
pub(super) fn check(reply: Result<Reply, CommandError>, workflows: usize) -> anyhow::Result<()> {
    let reply = reply?;
    let Reply::Registered(Registered::Created { executions, .. }) = &reply else {
        bail!("nobody was created: {reply:?}");
    };
    let succeeded = |(_, status): &(_, Status)| *status == Status::Succeeded;
    ensure!(
        executions.len() == workflows && executions.iter().all(succeeded),
        "not {workflows} workflows succeeded: {reply:?}"
    );
    Ok(())
}
