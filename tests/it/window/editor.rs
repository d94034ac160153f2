//! The Editor screen: drafts are kept as they are drawn, what ran is only looked at.

use egui::accesskit::Role;
use egui::{Key, Modifiers};
use egui_kittest::kittest::Queryable as _;
use tenure::{
    clock::Clock,
    command::Command,
    model::{
        definition::{Definition, NodeKind},
        id::{VersionId, WorkflowId},
        task::Action,
        version::VersionStatus,
    },
    store::{
        Store, groups,
        workflows::{self, Drawn},
    },
    ui::{Background, Route, sender::CommandSender},
};

use super::hands::{
    Window, click, go, has_button, must_say, open_list, pick, press, retype, says, type_into,
    window_at,
};
use crate::support::{activated, always, done, drafted, grace, group, noon, registration, store};

fn drawn(store: &Store, version: VersionId) -> Drawn {
    let found = store.read(|db| workflows::drawn(db, version));
    found.expect("a drawing").expect("it exists")
}

/// A workflow with one task that gives a group, as a draft.
fn typical(store: &Store) -> (WorkflowId, VersionId) {
    let staff = group(store, "Staff");
    let task = always(Action::AssignGroup, vec![staff]);
    drafted(store, "Welcome", registration(None, vec![task]))
}

fn tasks(definition: &Definition) -> usize {
    definition.tasks().count()
}

const STEP: &str = "Assign Group to User";

#[test]
fn what_is_drawn_is_kept_before_anyone_saves() {
    let store = store();
    let (_, version) = typical(&store);
    let mut window = window_at(&store, Route::Editor(version));
    must_say(&window, "Saved");
    click(&mut window, &format!("Delete {STEP}"));
    must_say(&window, "Unsaved changes");
    let kept = drawn(&store, version);
    assert_eq!(tasks(&kept.definition), 1);
    assert_eq!(tasks(&kept.unsaved.expect("it is kept")), 0);
}

#[test]
fn a_drawing_survives_the_end_of_the_program() {
    let store = store();
    let (_, version) = typical(&store);
    let mut window = window_at(&store, Route::Editor(version));
    click(&mut window, &format!("Delete {STEP}"));
    drop(window);

    let mut window = window_at(&store, Route::Editor(version));
    must_say(&window, "Unsaved changes to this draft were restored");
    must_say(&window, "24 Dec 2030, 12:00");
    must_say(&window, "Workflow canvas, 4 blocks");
    click(&mut window, "Save draft");
    let kept = drawn(&store, version);
    assert_eq!((tasks(&kept.definition), kept.unsaved), (0, None));
    assert!(!says(&window, "were restored"));
}

#[test]
fn discard_goes_back_to_what_was_saved_and_can_be_undone() {
    let store = store();
    let (_, version) = typical(&store);
    let mut window = window_at(&store, Route::Editor(version));
    click(&mut window, &format!("Delete {STEP}"));
    assert!(drawn(&store, version).unsaved.is_some());
    click(&mut window, "Discard changes");
    assert_eq!(drawn(&store, version).unsaved, None);
    must_say(&window, "Workflow canvas, 5 blocks");
    must_say(&window, "Saved");

    window.get_by_label("Changes discarded");
    window
        .get_all_by_role_and_label(Role::Button, "Undo")
        .last()
        .expect("one is on the toast")
        .click();
    window.run();
    must_say(&window, "Workflow canvas, 4 blocks");
    assert!(drawn(&store, version).unsaved.is_some());
}

#[test]
fn a_discard_can_be_taken_back_only_until_something_else_is_drawn() {
    let store = store();
    let (_, version) = typical(&store);
    let mut window = window_at(&store, Route::Editor(version));
    let delete = format!("Delete {STEP}");
    let drawn_first = drawn(&store, version).definition;
    for leaves in [false, true] {
        click(&mut window, &delete);
        click(&mut window, "Discard changes");
        window.get_by_label("Changes discarded");
        if leaves {
            go(&mut window, Route::Users);
        } else {
            click(&mut window, &delete);
        }
        assert!(!says(&window, "Changes discarded"));
        go(&mut window, Route::Workflows);
        go(&mut window, Route::Editor(version));
        let is_kept = drawn(&store, version).unsaved.is_some();
        assert_eq!(is_kept, !leaves);
        if is_kept {
            click(&mut window, "Save draft");
            save_elsewhere(&store, version, drawn_first.clone());
            window.run();
        }
    }
}

#[test]
fn a_name_that_is_being_written_on_the_canvas_is_kept_too() {
    let named = |definition: &Definition, name: &str| {
        let mut nodes = definition.nodes();
        nodes.any(|(_, it)| it.title() == name)
    };
    let store = store();
    let (_, version) = typical(&store);
    let mut window = window_at(&store, Route::Editor(version));
    let rename = |window: &mut Window, of: &str, name: &str| {
        window.get_by_label_contains(&format!("Task: {of}")).focus();
        window.run();
        press(window, Modifiers::NONE, Key::F2);
        retype(window, &format!("Name of {of}"), name);
    };
    rename(&mut window, STEP, "First");
    press(&mut window, Modifiers::COMMAND, Key::S);
    assert!(named(&drawn(&store, version).definition, "First"));
    rename(&mut window, "First", "Second");
    go(&mut window, Route::Users);
    let unsaved = drawn(&store, version).unsaved.expect("it is kept");
    assert!(named(&unsaved, "Second"));
}

#[test]
fn what_could_not_be_kept_is_said_on_whatever_screen_comes_next() {
    let store = store();
    let (_, version) = typical(&store);
    let mut window = window_at(&store, Route::Editor(version));
    click(&mut window, &format!("Edit {STEP}"));
    type_into(&mut window, "Name", "Into staff");
    done(&store, Command::DeleteVersion(version));
    go(&mut window, Route::Users);
    must_say(&window, "What you drew could not be kept");
}

/// Saves it, from elsewhere and a moment later.
fn save_elsewhere(store: &Store, version: VersionId, definition: Definition) {
    let command = Command::SaveDraft {
        version,
        definition,
    };
    let later = noon() + chrono::TimeDelta::seconds(1);
    tenure::command::apply(store, &grace(), command, later).expect("it is saved");
}

#[test]
fn a_draft_that_is_saved_elsewhere_is_shown_as_it_is_there() {
    let store = store();
    let (_, version) = typical(&store);
    let mut window = window_at(&store, Route::Editor(version));
    save_elsewhere(&store, version, registration(None, vec![]));
    window.run();
    must_say(&window, "Workflow canvas, 4 blocks");
    must_say(&window, "saved elsewhere");
    must_say(&window, "Saved");
    assert_eq!(drawn(&store, version).unsaved, None);
}

#[test]
fn what_is_drawn_stays_and_is_kept_when_the_draft_is_saved_elsewhere() {
    let store = store();
    let (_, version) = typical(&store);
    let mut window = window_at(&store, Route::Editor(version));
    click(&mut window, &format!("Delete {STEP}"));
    let two = vec![always(Action::AssignGroup, vec![group(&store, "Staff 2")]); 2];
    save_elsewhere(&store, version, registration(None, two));
    window.run();
    must_say(&window, "Workflow canvas, 4 blocks");
    must_say(&window, "saved elsewhere while you were drawing");
    let unsaved = drawn(&store, version).unsaved.expect("it is kept again");
    assert_eq!(tasks(&unsaved), 0);
    click(&mut window, "Discard changes");
    must_say(&window, "Workflow canvas, 6 blocks");
}

#[test]
fn a_draft_that_is_activated_elsewhere_is_shown_as_it_runs() {
    let store = store();
    let (_, version) = typical(&store);
    let mut window = window_at(&store, Route::Editor(version));
    click(&mut window, &format!("Delete {STEP}"));
    save_elsewhere(&store, version, registration(None, vec![]));
    let reason = "as tested".to_owned();
    done(&store, Command::Activate { version, reason });
    window.run();
    must_say(&window, "This version is active and cannot be changed");
    must_say(&window, "Workflow canvas, 4 blocks");
}

#[test]
fn what_was_created_for_a_rule_that_was_left_is_said_to_be_in_none() {
    let store = store();
    let (_, version) = typical(&store);
    let mut window = window_at(&store, Route::Editor(version));
    click(&mut window, &format!("Edit {STEP}"));
    open_list(&mut window, "Add group to rule 1");
    type_into(&mut window, "Search Add group to rule 1", "Night shift");
    window.get_by_label("Create “Night shift”").click();
    let is_there = || {
        let found = store.read(|db| groups::by_name(db, "Night shift"));
        found.expect("a look").is_some()
    };
    for _ in 0..5 {
        if !is_there() {
            window.step();
        }
    }
    assert!(is_there());
    go(&mut window, Route::Users);
    must_say(&window, "“Night shift” was created, but is in no rule");
}

#[test]
fn undoing_everything_leaves_nothing_unsaved() {
    let store = store();
    let (_, version) = typical(&store);
    let mut window = window_at(&store, Route::Editor(version));
    click(&mut window, &format!("Delete {STEP}"));
    press(&mut window, Modifiers::COMMAND, Key::Z);
    must_say(&window, "Saved");
    assert_eq!(drawn(&store, version).unsaved, None);
}

#[test]
fn the_keyboard_saves_what_is_being_typed() {
    let store = store();
    let (_, version) = typical(&store);
    let mut window = window_at(&store, Route::Editor(version));
    click(&mut window, &format!("Edit {STEP}"));
    type_into(&mut window, "Name", "Into staff");
    press(&mut window, Modifiers::COMMAND, Key::S);
    let kept = drawn(&store, version);
    let names: Vec<&str> = kept.definition.nodes().map(|(_, it)| it.title()).collect();
    assert!(names.contains(&"Into staff"), "{names:?}");
    assert_eq!(kept.unsaved, None);
}

#[test]
fn leaving_keeps_the_drawing_and_what_is_being_typed() {
    let store = store();
    let (workflow, version) = typical(&store);
    let mut window = window_at(&store, Route::Editor(version));
    click(&mut window, &format!("Edit {STEP}"));
    type_into(&mut window, "Name", "Into staff");
    click(&mut window, "Back to the versions");
    assert_eq!(window.state().route(), Route::Workflow(workflow));
    let unsaved = drawn(&store, version).unsaved.expect("it is kept");
    assert!(unsaved.nodes().any(|(_, it)| it.title() == "Into staff"));
    go(&mut window, Route::Editor(version));
    must_say(&window, "were restored");
    must_say(&window, "Task: Into staff");
}

#[test]
fn closing_the_window_keeps_the_drawing_and_what_is_being_typed() {
    let store = store();
    let (_, version) = typical(&store);
    let mut window = window_at(&store, Route::Editor(version));
    click(&mut window, &format!("Edit {STEP}"));
    type_into(&mut window, "Name", "Into staff");
    window.state_mut().close();
    let unsaved = drawn(&store, version).unsaved.expect("it is kept");
    assert!(unsaved.nodes().any(|(_, it)| it.title() == "Into staff"));
}

#[test]
fn what_was_sent_before_the_window_closed_is_done() {
    let threads = tokio::runtime::Runtime::new().expect("threads");
    let store = store();
    let sender = CommandSender::start(
        store.clone(),
        Clock::manual(noon()),
        grace(),
        &Background::Threads(threads.handle().clone()),
        egui::Context::default(),
    );
    let sender = sender.expect("a thread");
    for number in 0..200 {
        sender.send(Command::CreateGroup {
            name: format!("Group {number}"),
            description: String::new(),
        });
    }
    sender.finish();
    let groups = store.read(|db| groups::page(db, "Group", None, 1_000));
    assert_eq!(groups.expect("a page").len(), 200);
}

#[test]
fn an_active_version_is_only_looked_at_and_edit_makes_a_draft_from_it() {
    let store = store();
    let staff = group(&store, "Staff");
    let task = always(Action::AssignGroup, vec![staff]);
    let definition = registration(None, vec![task]);
    let workflow = activated(&store, "Welcome", definition.clone());
    let active = store.read(|db| workflows::active_version(db, workflow));
    let active = active.expect("a read").expect("it is active");
    let mut window = window_at(&store, Route::Editor(active.id));
    must_say(&window, "This version is active and cannot be changed");
    assert!(!has_button(&window, &format!("Delete {STEP}")));
    assert!(!has_button(&window, "Save draft"));

    click(&mut window, "Edit");
    let Route::Editor(draft) = window.state().route() else {
        panic!("the new draft is open");
    };
    assert_ne!(draft, active.id);
    assert_eq!(drawn(&store, draft).definition, definition);
    let version = store.read(|db| workflows::version(db, draft));
    let version = version.expect("a read").expect("it exists");
    assert_eq!(version.note, "From version 1");
    click(&mut window, &format!("Delete {STEP}"));
    assert_eq!(drawn(&store, active.id).definition, definition);
}

#[test]
fn activating_saves_first_and_locks_the_version() {
    let store = store();
    let (_, version) = typical(&store);
    let mut window = window_at(&store, Route::Editor(version));
    click(&mut window, &format!("Delete {STEP}"));
    click(&mut window, "Activate…");
    click(&mut window, "Activate");
    let kept = drawn(&store, version);
    assert_eq!((tasks(&kept.definition), kept.unsaved), (0, None));
    must_say(&window, "This version is active");
    click(&mut window, "Disable");
    must_say(&window, "This version is published");
    let found = store.read(|db| workflows::version(db, version));
    let status = found.expect("a read").expect("it exists").status;
    assert_eq!(status, VersionStatus::Published);
}

#[test]
fn problems_are_listed_and_block_activation() {
    let store = store();
    let (_, version) = drafted(&store, "Welcome", Definition::blank());
    let mut window = window_at(&store, Route::Editor(version));
    click(&mut window, "Problems: 1 error");
    must_say(&window, "a workflow needs a trigger");
    click(&mut window, "Activate…");
    must_say(
        &window,
        "A workflow needs a trigger: choose what starts it.",
    );
    assert!(!has_button(&window, "Activate"));
    click(&mut window, "Close");
    assert_eq!(window.state().route(), Route::Editor(version));
}

#[test]
fn a_deleted_group_becomes_a_problem_while_the_canvas_is_open() {
    let store = store();
    let (_, version) = typical(&store);
    let mut window = window_at(&store, Route::Editor(version));
    must_say(&window, "No problems");
    let staff = store.read(|db| tenure::store::groups::by_name(db, "Staff"));
    let staff = staff.expect("a read").expect("it exists").id;
    done(&store, Command::DeleteGroup(staff));
    go(&mut window, Route::Editor(version));
    must_say(&window, "Problems: 1 error");
}

#[test]
fn a_group_that_cannot_be_created_is_refused_in_the_drawer() {
    let store = store();
    let (_, version) = typical(&store);
    let mut window = window_at(&store, Route::Editor(version));
    click(&mut window, &format!("Edit {STEP}"));
    super::hands::open_list(&mut window, "Add group to rule 1");
    // It exists, but no task may name it.
    type_into(&mut window, "Search Add group to rule 1", "default");
    pick(&mut window, "Create “default”");
    must_say(&window, "There is already a group named “default”");
}

#[test]
fn a_large_drawing_is_checked_in_the_background() {
    let store = store();
    let mut definition = registration(None, vec![]);
    let event = definition.find(NodeKind::is_event).expect("an event");
    for _ in 0..320 {
        let edge = definition.out(event).next().expect("an edge");
        let gone = vec![crate::support::target(999, "Gone")];
        let task = always(Action::AssignGroup, gone);
        definition.insert(edge, NodeKind::Task(task));
    }
    let (_, version) = drafted(&store, "Long", definition);
    let window = window_at(&store, Route::Editor(version));
    must_say(&window, "Problems: 320 errors");
}
