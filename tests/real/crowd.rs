//! Many people sign up at once, and the power fails while they do.

use std::{
    collections::{BTreeMap, BTreeSet},
    net::{SocketAddr, TcpListener},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    thread,
    time::{Duration, Instant},
};

use tenure::{
    clock::Clock,
    command::{self, Actor, Command, Reply},
    model::{
        audit::Via,
        definition::{Definition, NodeKind, Trigger},
        execution::Status,
        id::UserId,
        settings::Settings,
        task::{Action, Rule, Target, Task},
    },
    store::{Store, audit, executions, members, users},
};

use crate::{
    support::{binary::Tenure, turn::Turn},
    visitor::{self, Answer},
};

/// How often the power fails.
const FAILURES: u32 = 50;

/// How many people are at the page whenever it does.
const PEOPLE: u32 = 12;

/// A data folder whose gate gives everyone a group and a role, and whose portal is on.
struct Site {
    tenure: Tenure,
    portal: SocketAddr,
}

impl Site {
    fn new() -> Self {
        let tenure = Tenure::new();
        let store = Store::open(tenure.data_dir()).expect("a store");
        let portal = free_address();
        let mut settings = Settings {
            time_zone: Some(chrono_tz::UTC),
            ..Settings::default()
        };
        settings.portal.is_on = true;
        settings.portal.port = portal.port();
        // So that each visitor has an address of their own.
        settings.portal.is_behind_proxy = true;
        done(&store, Command::SaveSettings(Box::new(settings)));
        activate(&store);
        Self { tenure, portal }
    }

    fn store(&self) -> Store {
        Store::open(self.tenure.data_dir()).expect("what was stored can be opened")
    }
}

fn free_address() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    listener.local_addr().expect("an address")
}

fn done(store: &Store, command: Command) -> Reply {
    let actor = Actor::new("grace", Via::CommandLine);
    command::apply(store, &actor, command, Clock::System.now()).expect("it is allowed")
}

fn activate(store: &Store) {
    let name = |name: &str| (name.to_owned(), String::new());
    let (group, description) = name("Staff");
    let Reply::Group(staff) = done(
        store,
        Command::CreateGroup {
            name: group,
            description,
        },
    ) else {
        panic!("a group");
    };
    let (role, description) = name("Clerk");
    let Reply::Role(clerk) = done(
        store,
        Command::CreateRole {
            name: role,
            description,
        },
    ) else {
        panic!("a role");
    };
    let mut definition = Definition::blank();
    definition.set_trigger(Trigger::offered(chrono_tz::Tz::UTC).remove(0));
    let mut last = definition.find(NodeKind::is_event).expect("the Event");
    for (action, id, name) in [
        (Action::AssignGroup, staff.number(), "Staff"),
        (Action::AssignRole, clerk.number(), "Clerk"),
    ] {
        let id = Some(id);
        let name = name.to_owned();
        let targets = vec![Target { id, name }];
        let rules = vec![Rule {
            when: None,
            targets,
        }];
        let task = Task {
            rules,
            ..Task::new(action)
        };
        let edge = definition.out(last).next().expect("something follows");
        let step = definition.insert(edge, NodeKind::Task(task));
        last = step.expect("an edge takes a step");
    }
    let (name, description) = name("Welcome");
    let Reply::Draft { version, .. } = done(store, Command::CreateWorkflow { name, description })
    else {
        panic!("a draft");
    };
    done(
        store,
        Command::SaveDraft {
            version,
            definition,
        },
    );
    let reason = String::new();
    done(store, Command::Activate { version, reason });
}

/// Registers one after the other, and tells who was answered, until nobody answers any more.
fn sign_up_until_the_end(portal: SocketAddr, count: &AtomicU32, tell: &mpsc::Sender<String>) {
    loop {
        let number = count.fetch_add(1, Ordering::Relaxed);
        let name = format!("p{number}");
        match visitor::sign_up(portal, &name, number) {
            Ok(answer) if answer.is_created() => drop(tell.send(name)),
            Ok(answer) => panic!("{name} was answered {answer:?}"),
            Err(_) => return,
        }
    }
}

/// Everyone whose registration has left a trace, and that no trace is partial.
fn check(store: &Store, answered: &BTreeSet<String>) -> BTreeMap<String, UserId> {
    let list = |db: &_| users::page(db, &users::Filter::default(), None, 100_000);
    let found: BTreeMap<String, UserId> = store
        .read(list)
        .expect("a page")
        .users
        .into_iter()
        .map(|user| (user.profile.username.to_string(), user.id))
        .collect();
    for name in answered {
        assert!(
            found.contains_key(name),
            "{name} was told of an account that is not there"
        );
    }
    let history =
        store.read(|db| executions::page(db, &executions::Filter::default(), None, 100_000));
    let history = history.expect("a page").executions;
    assert_eq!(history.len(), found.len(), "one execution per user");
    for run in &history {
        assert_eq!(run.status, Status::Succeeded);
        assert_eq!(
            found.get(&run.subject).copied(),
            run.user,
            "{}",
            run.subject
        );
    }
    for (name, id) in &found {
        let groups = store
            .read(|db| members::groups_of(db, *id))
            .expect("groups");
        let roles = store.read(|db| members::roles_of(db, *id)).expect("roles");
        let names: Vec<&str> = groups
            .values()
            .chain(roles.values())
            .map(String::as_str)
            .collect();
        assert_eq!(names, ["DEFAULT", "Staff", "End User", "Clerk"], "{name}");
        // Their whole address: p10 alone is the beginning of many.
        let address = format!("{name}@example.org");
        let hits = store.read(|db| users::find(db, &users::Filter::default(), &address, 10));
        assert!(
            hits.expect("a search").users.iter().any(|it| it.id == *id),
            "{name} is findable"
        );
    }
    assert_eq!(store.read(audit::first_broken).expect("a look"), None);
    found
}

#[test]
fn two_hundred_sign_up_at_once_and_each_exactly_once() {
    let _turn = Turn::take();
    let site = Site::new();
    let (running, _) = site
        .tenure
        .start(&["serve"], "the portal listens")
        .expect("it serves");
    let portal = site.portal;
    let people: Vec<_> = (0..200)
        .map(|number| {
            // Two people want each of the first ten names.
            let name = format!("p{}", if number < 20 { number / 2 } else { number });
            thread::spawn(move || (name.clone(), visitor::sign_up(portal, &name, number)))
        })
        .collect();
    let answers: Vec<(String, Answer)> = people
        .into_iter()
        .map(|person| {
            let (name, answer) = person.join().expect("no panic");
            (name, answer.expect("an answer"))
        })
        .collect();
    drop(running);

    let created: Vec<&String> = answers
        .iter()
        .filter(|(_, answer)| answer.is_created())
        .map(|(name, _)| name)
        .collect();
    let names: BTreeSet<String> = created.iter().copied().cloned().collect();
    assert_eq!((created.len(), names.len()), (190, 190));
    for (name, answer) in answers.iter().filter(|(_, it)| !it.is_created()) {
        assert!(
            answer.body.contains("is taken"),
            "{name} was told {answer:?}"
        );
    }
    let found = check(&site.store(), &names);
    assert_eq!(found.len(), 190);
}

#[test]
fn whatever_moment_the_power_fails_nothing_is_half_done() {
    let _turn = Turn::take();
    let site = Site::new();
    let count = Arc::new(AtomicU32::new(0));
    let mut answered = BTreeSet::new();
    for failure in 0..FAILURES {
        let started = site.tenure.start(&["serve"], "the portal listens");
        let (mut running, _) = started.unwrap_or_else(|err| panic!("after {failure}: {err}"));
        let (tell, told) = mpsc::channel();
        let people: Vec<_> = (0..PEOPLE)
            .map(|_| {
                let (tell, count, portal) = (tell.clone(), Arc::clone(&count), site.portal);
                thread::spawn(move || sign_up_until_the_end(portal, &count, &tell))
            })
            .collect();
        drop(tell);
        // A different moment each time, spread over what a few registrations take.
        let moment = Duration::from_millis(u64::from(failure * 37 % 300));
        let first = told
            .recv_timeout(Duration::from_secs(30))
            .expect("somebody is in time");
        answered.insert(first);
        let end = Instant::now() + moment;
        while let Ok(name) = told.recv_timeout(end.saturating_duration_since(Instant::now())) {
            answered.insert(name);
        }
        running.kill();
        answered.extend(told);
        for person in people {
            person.join().expect("nobody was answered anything else");
        }
        drop(running);
        if failure % 10 == 9 {
            check(&site.store(), &answered);
        }
    }
    let found = check(&site.store(), &answered);
    assert!(
        answered.len() >= FAILURES as usize,
        "{} answered",
        answered.len()
    );
    assert!(found.len() >= answered.len());
}
