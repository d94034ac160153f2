//! What stories begin with.

use egui_kittest::Harness;
use tenure::{
    clock::Clock,
    command::{self, Actor, Command, CommandError, NewUser, Registered, Reply},
    model::{
        Timestamp,
        audit::Via,
        condition::Condition,
        definition::{Definition, NodeId, NodeKind, Trigger},
        event::Source,
        id::{UserId, VersionId, WorkflowId},
        settings::Settings,
        sweep::SweepTask,
        task::{Action, Rule, Target, Task},
        user::ProfileForm,
    },
    runtime,
    store::{Store, audit, executions},
    ui::{App, Background, Parts, theme},
};

/// 24 December 2030, noon.
pub(crate) fn noon() -> Timestamp {
    "2030-12-24T12:00:00Z".parse().expect("a moment")
}

pub(crate) fn grace() -> Actor {
    Actor::new("grace", Via::App)
}

/// An empty store in memory, past its first start.
pub(crate) fn store() -> Store {
    let store = Store::in_memory().expect("in memory");
    let settings = Settings {
        time_zone: Some(chrono_tz::UTC),
        ..Settings::default()
    };
    done(&store, Command::SaveSettings(Box::new(settings)));
    store
}

/// Applies a command that must succeed.
#[track_caller]
pub(crate) fn done(store: &Store, command: Command) -> Reply {
    match command::apply(store, &grace(), command, noon()) {
        Ok(reply) => reply,
        Err(err) => panic!("refused: {err}"),
    }
}

/// How large a window is, and how it looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Frame {
    pub(crate) size: egui::Vec2,
    pub(crate) theme: egui::Theme,

    /// For a point.
    pub(crate) pixels: f32,
}

impl Frame {
    pub(crate) fn usual() -> Self {
        Self {
            size: egui::vec2(1280.0, 800.0),
            theme: egui::Theme::Light,
            pixels: 1.0,
        }
    }
}

/// The program's window, 1280 × 800, where everything in the background happens at once.
pub(crate) fn window(store: Store) -> Harness<'static, App> {
    window_in(&store, Frame::usual())
}

pub(crate) fn window_in(store: &Store, frame: Frame) -> Harness<'static, App> {
    window_with(store, frame, Clock::manual(noon()))
}

pub(crate) fn window_with(store: &Store, frame: Frame, clock: Clock) -> Harness<'static, App> {
    window_on(store, frame, clock, Background::Inline)
}

pub(crate) fn window_on(
    store: &Store,
    frame: Frame,
    clock: Clock,
    background: Background,
) -> Harness<'static, App> {
    let (_, runtime) = tokio::sync::watch::channel(runtime::State::default());
    let parts = Parts {
        store: store.clone(),
        clock,
        actor: grace(),
        background,
        runtime,
    };
    let app = App::new(&egui::Context::default(), parts).expect("a window");
    let mut harness = Harness::builder()
        .with_size(frame.size)
        .with_pixels_per_point(frame.pixels)
        .with_theme(frame.theme)
        .with_max_steps(40)
        .with_render_cursor(false)
        // Names in other scripts are drawn with fonts of the system, which tests do not load.
        .allow_missing_glyphs()
        .with_context_setup(theme::install)
        .build_ui_state(|ui, app: &mut App| app.ui(ui), app);
    harness.run();
    harness
}

/// A registration workflow: everyone who meets `filter`, if there is one, gets the `tasks`.
pub(crate) fn registration(filter: Option<Condition>, tasks: Vec<Task>) -> Definition {
    drawn(
        Trigger::offered(chrono_tz::Tz::UTC).remove(0),
        filter,
        tasks,
    )
}

/// A workflow for updates from every source: of everyone who meets `filter`, if there is one.
pub(crate) fn on_update(filter: Option<Condition>, tasks: Vec<Task>) -> Definition {
    drawn(
        Trigger::offered(chrono_tz::Tz::UTC).remove(1),
        filter,
        tasks,
    )
}

/// A workflow in a row: trigger, filter, event, tasks.
pub(crate) fn drawn(trigger: Trigger, filter: Option<Condition>, tasks: Vec<Task>) -> Definition {
    let mut definition = Definition::blank();
    let trigger = definition.set_trigger(trigger);
    let mut last = trigger.expect("a blank definition takes a trigger");
    if let Some(condition) = filter {
        last = insert_after(&mut definition, last, NodeKind::Filter(Some(condition)));
    }
    last = definition.out(last).next().expect("the Event follows").to;
    for task in tasks {
        last = insert_after(&mut definition, last, NodeKind::Task(task));
    }
    definition
}

/// A scheduled workflow in a row: trigger, task.
pub(crate) fn scheduled(trigger: Trigger, task: SweepTask) -> Definition {
    let mut definition = Definition::blank();
    let trigger = definition.set_trigger(trigger);
    let trigger = trigger.expect("a blank definition takes a trigger");
    insert_after(&mut definition, trigger, NodeKind::Sweep(task));
    definition
}

fn insert_after(definition: &mut Definition, after: NodeId, kind: NodeKind) -> NodeId {
    let edge = definition.out(after).next().expect("something follows");
    definition.insert(edge, kind).expect("an edge takes a step")
}

/// A task whose only rule always applies to `targets`.
pub(crate) fn always(action: Action, targets: Vec<Target>) -> Task {
    Task {
        rules: vec![Rule {
            when: None,
            targets,
        }],
        ..Task::new(action)
    }
}

/// Makes a workflow of a definition, and activates it.
#[track_caller]
pub(crate) fn activated(store: &Store, name: &str, definition: Definition) -> WorkflowId {
    let (workflow, version) = drafted(store, name, definition);
    let reason = "as tested".to_owned();
    done(store, Command::Activate { version, reason });
    workflow
}

/// Makes a workflow with one draft.
#[track_caller]
pub(crate) fn drafted(
    store: &Store,
    name: &str,
    definition: Definition,
) -> (WorkflowId, VersionId) {
    let create = Command::CreateWorkflow {
        name: name.to_owned(),
        description: String::new(),
    };
    let Reply::Draft { workflow, version } = done(store, create) else {
        panic!("a new workflow has a draft");
    };
    done(
        store,
        Command::SaveDraft {
            version,
            definition,
        },
    );
    (workflow, version)
}

#[track_caller]
pub(crate) fn group(store: &Store, name: &str) -> Target {
    let create = Command::CreateGroup {
        name: name.to_owned(),
        description: String::new(),
    };
    let Reply::Group(id) = done(store, create) else {
        panic!("a new group has a number");
    };
    target(id.number(), name)
}

#[track_caller]
pub(crate) fn role(store: &Store, name: &str) -> Target {
    let create = Command::CreateRole {
        name: name.to_owned(),
        description: String::new(),
    };
    let Reply::Role(id) = done(store, create) else {
        panic!("a new role has a number");
    };
    target(id.number(), name)
}

pub(crate) fn target(id: i64, name: &str) -> Target {
    Target {
        id: Some(id),
        name: name.to_owned(),
    }
}

/// Somebody with this username and an address at example.org.
pub(crate) fn newcomer(username: &str, source: Source) -> NewUser {
    let form = ProfileForm {
        username: username.to_owned(),
        email: format!("{username}@example.org"),
        first_name: username.to_owned(),
        ..ProfileForm::default()
    };
    NewUser::new(form, source)
}

/// Registers somebody through the admin's door.
pub(crate) fn register(store: &Store, username: &str) -> Result<Registered, CommandError> {
    register_as(store, newcomer(username, Source::AdminPortal))
}

pub(crate) fn register_as(store: &Store, new: NewUser) -> Result<Registered, CommandError> {
    match command::apply(store, &grace(), Command::Register(new), noon())? {
        Reply::Registered(registered) => Ok(registered),
        other => panic!("a registration was answered by {other:?}"),
    }
}

/// Registers somebody who must be let in.
#[track_caller]
pub(crate) fn admitted(store: &Store, username: &str) -> UserId {
    match register(store, username) {
        Ok(Registered::Created { user, .. }) => user,
        other => panic!("{username} was not created: {other:?}"),
    }
}

/// All executions, the oldest first.
pub(crate) fn history(store: &Store) -> Vec<executions::Summary> {
    let filter = executions::Filter::default();
    let page = store.read(|db| executions::page(db, &filter, None, 1_000));
    let mut all = page.expect("a page").executions;
    all.reverse();
    all
}

/// The whole audit, one line per entry.
pub(crate) fn audit(store: &Store) -> Vec<String> {
    let entries = store.read(|db| audit::page(db, 0, 10_000)).expect("a page");
    let line = |it: audit::Recorded| {
        let outcome = it
            .entry
            .refusal
            .map_or(String::new(), |why| format!(": {why}"));
        format!("{} {}{outcome}", it.entry.action, it.entry.resource)
    };
    entries.into_iter().map(line).collect()
}
