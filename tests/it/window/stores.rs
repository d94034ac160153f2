//! Stores with nothing, with a company, and with more than fits on any screen.

use tenure::{
    command::{
        Command, ConnectionCommand, Reply, sample,
        tokens::{NewToken, key},
    },
    model::{
        condition::{Condition, Operator, Subject},
        connection::ConnectionSpec,
        definition::{Definition, Node, NodeKind},
        event::Source,
        execution::Status,
        guard::Limit,
        id::{ExecutionId, VersionId, WorkflowId},
        sweep::{DormantAction, IdentifyDormant},
        task::{Action, Task},
        token::Scope,
    },
    store::{Store, StoreError, executions, users, workflows},
};

use crate::{
    mails, people,
    support::{
        always, done, drafted, grace, group, newcomer, noon, register_as, registration, store,
    },
    sweeps::{Desk, active, change_settings, dormant},
};

/// How much there is to show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Amount {
    Nothing,
    Company,
    TooMuch,
}

impl Amount {
    pub(super) const ALL: [Self; 3] = [Self::Nothing, Self::Company, Self::TooMuch];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Nothing => "empty",
            Self::Company => "normal",
            Self::TooMuch => "overfull",
        }
    }

    pub(super) fn store(self) -> Store {
        let store = store();
        match self {
            Self::Nothing => (),
            Self::Company => company(&store),
            Self::TooMuch => too_much(&store),
        }
        store
    }
}

fn company(store: &Store) {
    sample::load(store, &grace(), 40, noon()).expect("a company");
    for (name, domain) in [
        ("ada", "lumen.example"),
        ("joan", "elsewhere.example"),
        ("mary", "lumen.example"),
    ] {
        let mut new = newcomer(name, Source::SelfRegistration);
        new.form.email = format!("{name}@{domain}");
        register_as(store, new).expect("it is decided");
    }
    draft_a_change(store);
    connect(store, "Company");
    let ada = store.read(|db| users::by_username(db, "ada"));
    let ada = ada.expect("a look").expect("she was let in").id;
    people::with_password(store, ada);
    people::with_second_factor(store, ada);
    people::signed_in(
        store,
        ada,
        "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Firefox/128.0",
    );
    people::locked(store, ada);
    mails::some(store);
    leavers(store, "Leavers");
}

/// A workflow for dormant users that would hit more of them than it may.
fn leavers(store: &Store, name: &str) {
    let desk = Desk::with(store.clone());
    change_settings(store, |it| {
        it.guard.limit = Limit {
            users: 5,
            percent: 0,
        };
    });
    let task = IdentifyDormant {
        days: 1,
        action: DormantAction::Disable,
        reports_too: false,
        notifies_user: false,
    };
    let workflow = active(&desk, name, dormant(task));
    desk.later(chrono::TimeDelta::days(2));
    desk.run(workflow);
}

/// A provider through which people sign in, and a token for a program of the same name.
fn connect(store: &Store, name: &str) {
    let spec = ConnectionSpec::new(name, "https://login.lumen.example/realms/staff", "tenure");
    let create = Command::from(ConnectionCommand::Create {
        spec: Box::new(spec),
        secret: None,
    });
    done(store, create);
    let week = noon() + chrono::TimeDelta::days(7);
    let token = NewToken {
        name: name.to_owned(),
        scope: Scope::Write,
        expires: Some(week),
        key: key(name),
        hint: "tnr_0815".to_owned(),
    };
    done(store, Command::CreateToken(Box::new(token)));
}

/// A draft of the workflow that runs, with a step more.
fn draft_a_change(store: &Store) {
    let (workflow, active) = version_to_show(store);
    let drawn = store.read(|db| workflows::drawn(db, active));
    let mut definition = drawn.expect("a read").expect("it is drawn").definition;
    let event = definition.find(NodeKind::is_event);
    let event = event.expect("it waits for registrations");
    let edge = definition.out(event).next().expect("something follows");
    let step = NodeKind::Task(Task::new(Action::UnassignGroup));
    definition.insert(edge, step).expect("an edge takes a step");
    let create = Command::CreateDraft {
        workflow,
        from: Some(active),
        note: "Takes people out of a group first".to_owned(),
    };
    let Reply::Draft { version, .. } = done(store, create) else {
        panic!("a draft was made");
    };
    done(
        store,
        Command::SaveDraft {
            version,
            definition,
        },
    );
}

const LONG: &str = "Everyone who joins the regional office for North-West Europe on the first \
                    day of a month, Straßenbahn-Betriebshof included";

fn too_much(store: &Store) {
    company(store);
    for number in 0..40 {
        connect(store, &format!("{number} {LONG}"));
    }
    let ada = store.read(|db| users::by_username(db, "ada"));
    let ada = ada.expect("a look").expect("she was let in").id;
    for number in 0..12 {
        people::signed_in(store, ada, &format!("{number} {LONG}"));
    }
    mails::many(store, 60);
    let target = group(store, &LONG[..100]);
    let asks = Condition::Any(
        (0..12)
            .map(|number| {
                Condition::test(
                    Subject::Email,
                    Operator::EndWith,
                    &format!("@{number}.example.org"),
                )
            })
            .collect(),
    );
    let mut definition = registration(
        Some(asks),
        (0..12)
            .map(|_| always(Action::AssignGroup, vec![target.clone()]))
            .collect(),
    );
    let names: Vec<_> = definition.nodes().map(|(id, _)| id).collect();
    for id in names {
        let node = definition.node_mut(id).expect("it was listed");
        if matches!(node.kind, NodeKind::Task(_) | NodeKind::Filter(_)) {
            LONG[..80].clone_into(&mut node.name);
        }
    }
    let loose = Task::new(Action::UnassignRole);
    definition.add(Node::new(NodeKind::Task(loose), [700.0, 0.0]));
    for number in 0..30 {
        let (workflow, version) = drafted(store, &format!("{number} {LONG}"), definition.clone());
        if number == 0 {
            for _ in 0..8 {
                let draft = Command::CreateDraft {
                    workflow,
                    from: Some(version),
                    note: LONG.to_owned(),
                };
                done(store, draft);
            }
        }
    }
    for number in 0..12 {
        leavers(store, &format!("Leavers {number} {LONG}"));
    }
    for number in 0..120 {
        let mut new = newcomer(
            &format!("somebody.with.a.very.long.username.{number}"),
            Source::AdminPortal,
        );
        new.form.email = format!("somebody.with.a.very.long.address.{number}@lumen.example");
        "Wolfeschlegelsteinhausenbergerdorff".clone_into(&mut new.form.first_name);
        "محمد عبد الرحمن الأنصاري 田中太郎".clone_into(&mut new.form.last_name);
        register_as(store, new).expect("it is decided");
    }
}

/// The version to look at: the one with the most to see, or a new draft in an empty store.
pub(super) fn version_to_show(store: &Store) -> (WorkflowId, VersionId) {
    let shown = store.read(|db| {
        let mut best: Option<(usize, WorkflowId, VersionId)> = None;
        for summary in workflows::summaries(db)? {
            for version in workflows::versions(db, summary.workflow.id)? {
                let drawn = workflows::drawn(db, version.id)?;
                let blocks = drawn.map_or(0, |it| it.definition.len());
                if best.is_none_or(|(most, ..)| blocks > most) {
                    best = Some((blocks, summary.workflow.id, version.id));
                }
            }
        }
        Ok::<_, StoreError>(best)
    });
    match shown.expect("the workflows") {
        Some((_, workflow, version)) => (workflow, version),
        None => drafted(store, "Joiners", Definition::blank()),
    }
}

/// The newest execution that an event started.
pub(super) fn newest_execution(store: &Store) -> Option<ExecutionId> {
    let filter = executions::Filter::default();
    let page = store.read(|db| executions::page(db, &filter, None, 20));
    let mut newest = page.expect("a page").executions.into_iter();
    newest.find(|it| it.event.is_some()).map(|it| it.id)
}

/// A scheduled execution that waits for a decision.
pub(super) fn quarantined_execution(store: &Store) -> Option<ExecutionId> {
    let filter = executions::Filter {
        status: Some(Status::Quarantined),
        ..executions::Filter::default()
    };
    let page = store.read(|db| executions::page(db, &filter, None, 1));
    page.expect("a page").executions.first().map(|it| it.id)
}

/// Another version of the workflow than this one.
pub(super) fn other_version(
    store: &Store,
    workflow: WorkflowId,
    than: VersionId,
) -> Option<VersionId> {
    let versions = store.read(|db| workflows::versions(db, workflow));
    let mut others = versions.expect("versions").into_iter().map(|it| it.id);
    others.rfind(|it| *it != than)
}
