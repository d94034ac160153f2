//! Workflows of any size to measure the canvas with.

use anyhow::bail;
use chrono_tz::Tz;

use crate::{
    clock::Clock,
    command::{self, Actor, Command, Reply},
    model::{
        audit::Via,
        definition::{Definition, Edge, Node, NodeKind, Port, Trigger},
        draw::{COLUMN, ROW},
        event::EventKind,
        id::{VersionId, WorkflowId},
        settings::Settings,
        task::{Action, Rule, Target, Task},
    },
    store::Store,
};

/// Past the first start, so that the window shows its screens.
pub fn set_up(store: &Store) -> anyhow::Result<()> {
    let settings = store.config()?.settings.clone();
    if !settings.is_set_up() {
        let settings = Settings {
            time_zone: Some(Tz::UTC),
            ..settings
        };
        apply(store, Command::SaveSettings(Box::new(settings)))?;
    }
    Ok(())
}

pub(super) fn apply(store: &Store, command: Command) -> anyhow::Result<Reply> {
    let admin = Actor::new("benchmark", Via::App);
    Ok(command::apply(store, &admin, command, Clock::System.now())?)
}

/// A draft of a new workflow with as many blocks.
pub fn draw(store: &Store, nodes: usize) -> anyhow::Result<(WorkflowId, VersionId)> {
    let at = Clock::System.now().timestamp_micros();
    let created = apply(
        store,
        Command::CreateWorkflow {
            name: format!("Drawing of {nodes} at {at}"),
            description: String::new(),
        },
    )?;
    let Reply::Draft { workflow, version } = created else {
        bail!("expected a draft, got {created:?}");
    };
    let definition = drawing(nodes)?;
    apply(
        store,
        Command::SaveDraft {
            version,
            definition,
        },
    )?;
    Ok((workflow, version))
}

/// One long way through columns of blocks. Every tenth task has a way of its own for failures.
pub fn drawing(nodes: usize) -> anyhow::Result<Definition> {
    let trigger = Trigger::offered(chrono_tz::Tz::UTC).remove(0);
    let mut kinds = vec![
        NodeKind::Start,
        NodeKind::Trigger(trigger),
        NodeKind::Filter(None),
        NodeKind::Event(EventKind::UserCreated),
    ];
    kinds.extend((kinds.len()..nodes - 1).map(|number| NodeKind::Task(task(number))));
    kinds.push(NodeKind::End);

    // About as wide as it is high.
    let rows = ((nodes * 3) as f32).sqrt().ceil() as usize;
    let mut definition = Definition::default();
    let mut ids = Vec::new();
    for (number, kind) in kinds.into_iter().enumerate() {
        let (column, row) = (number / rows, number % rows);
        let id = definition.add(Node::new(kind, [column as f32 * COLUMN, row as f32 * ROW]));
        if let Some(from) = ids.last().copied()
            && let Some(port) = definition.node(from).and_then(|it| it.kind.main_port())
        {
            definition.connect(Edge { from, port, to: id })?;
        }
        ids.push(id);
    }
    let tasks = ids.iter().skip(4).step_by(10);
    for (from, to) in tasks.zip(ids.iter().skip(9).step_by(10)) {
        if from != to {
            definition.connect(Edge {
                from: *from,
                port: Port::Failed,
                to: *to,
            })?;
        }
    }
    Ok(definition)
}

fn task(number: usize) -> Task {
    let target = |name: String| Target { id: None, name };
    Task {
        rules: vec![Rule {
            when: None,
            targets: vec![
                target(format!("Group {number}")),
                target("Everybody who works here".to_owned()),
            ],
        }],
        ..Task::new(Action::ALL[number % Action::ALL.len()])
    }
}
