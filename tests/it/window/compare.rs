//! Two versions side by side, in words and as text; and what the activation of a version changes.

use egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};
use tenure::{
    command::{Command, Reply},
    model::{
        condition::{Condition, Operator, Subject},
        definition::{Definition, Edge, Node, NodeId, NodeKind, Port},
        id::{VersionId, WorkflowId},
        task::{Action, Target},
        version::VersionStatus,
    },
    store::{Store, workflows},
    ui::Route,
};

use super::hands::{
    Window, click, go, has_button, must_say, open_list, pick, press, says, texts, window_at,
};
use crate::support::{activated, always, done, drafted, group, registration, store, target};

const SHIFT: Modifiers = Modifiers::COMMAND.plus(Modifiers::SHIFT);

fn email(value: &str) -> Condition {
    Condition::test(Subject::Email, Operator::EndWith, value)
}

fn drawing(value: &str, target: Target) -> Definition {
    let task = always(Action::AssignGroup, vec![target]);
    registration(Some(email(value)), vec![task])
}

/// Version 1 runs; version 2 is a draft with another condition and another group.
fn two(store: &Store) -> (WorkflowId, VersionId, VersionId) {
    let staff = group(store, "Staff");
    let sales = group(store, "Sales");
    let (workflow, old) = drafted(store, "Welcome", drawing("@a", staff));
    let reason = "as tested".to_owned();
    done(
        store,
        Command::Activate {
            version: old,
            reason,
        },
    );
    let new = draft(store, workflow, old, drawing("@b", sales));
    (workflow, old, new)
}

fn draft(store: &Store, workflow: WorkflowId, from: VersionId, drawn: Definition) -> VersionId {
    let from = Some(from);
    let note = String::new();
    let reply = done(
        store,
        Command::CreateDraft {
            workflow,
            from,
            note,
        },
    );
    let Reply::Draft { version, .. } = reply else {
        panic!("a draft was asked for");
    };
    let definition = drawn;
    done(
        store,
        Command::SaveDraft {
            version,
            definition,
        },
    );
    version
}

const CONDITION: &str =
    "Filter: the condition “Email ends with @a” was replaced by “Email ends with @b”";
const GROUP: &str = "Task “Assign Group to User”: group “Staff” was replaced by “Sales”";

fn is_selected(window: &Window, name: &str) -> bool {
    let node = window.get_by_role_and_label(Role::ListBoxOption, name);
    node.accesskit_node().is_selected() == Some(true)
}

#[test]
fn a_row_of_the_list_compares_its_version_with_the_active_one() {
    let store = store();
    let (workflow, old, new) = two(&store);
    let mut window = window_at(&store, Route::Workflow(workflow));
    click(&mut window, "Compare version 2");
    assert_eq!(window.state().route(), Route::Compare { old, new });
    must_say(&window, CONDITION);
    must_say(&window, GROUP);
    must_say(&window, "2 blocks changed");
    must_say(&window, "Older: version 1, 6 blocks");
    must_say(&window, "Newer: version 2, 6 blocks");
    must_say(&window, "Changed: Filter. Email ends with @a");
    must_say(&window, "Changed: Filter. Email ends with @b");
    click(&mut window, "Back");
    assert_eq!(window.state().route(), Route::Workflow(workflow));
}

#[test]
fn the_only_version_has_nothing_to_be_compared_with() {
    let store = store();
    let workflow = activated(&store, "Welcome", registration(None, vec![]));
    let mut window = window_at(&store, Route::Workflow(workflow));
    assert!(!has_button(&window, "Compare version 1"));
    press(&mut window, SHIFT, Key::D);
    assert_eq!(window.state().route(), Route::Workflow(workflow));
}

#[test]
fn a_change_that_is_chosen_shows_its_block_on_both_canvases() {
    let store = store();
    let (_, old, new) = two(&store);
    let mut window = window_at(&store, Route::Compare { old, new });
    pick(&mut window, CONDITION);
    assert!(is_selected(&window, "Changed: Filter. Email ends with @a"));
    assert!(is_selected(&window, "Changed: Filter. Email ends with @b"));
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    assert!(is_selected(&window, GROUP), "the list has the keyboard");
    assert!(is_selected(
        &window,
        "Changed: Task: Assign Group to User. Add to Sales"
    ));
    assert!(!is_selected(&window, "Changed: Filter. Email ends with @b"));
}

#[test]
fn a_block_that_is_chosen_is_found_on_the_other_canvas_and_in_the_list() {
    let store = store();
    let (_, old, new) = two(&store);
    let mut window = window_at(&store, Route::Compare { old, new });
    pick(
        &mut window,
        "Changed: Task: Assign Group to User. Add to Staff",
    );
    assert!(is_selected(
        &window,
        "Changed: Task: Assign Group to User. Add to Sales"
    ));
    assert!(is_selected(&window, GROUP));
}

#[test]
fn both_canvases_are_enlarged_together() {
    let store = store();
    let (_, old, new) = two(&store);
    let mut window = window_at(&store, Route::Compare { old, new });
    let width = |window: &Window, name| window.get_by_label(name).rect().width();
    let (before, after) = (
        "Changed: Filter. Email ends with @a",
        "Changed: Filter. Email ends with @b",
    );
    let was = width(&window, before);
    click(&mut window, "Zoom in");
    assert!(width(&window, before) > was * 1.2, "the older one follows");
    assert!((width(&window, before) - width(&window, after)).abs() < 1.0);
    click(&mut window, "Fit to window");
    assert!((width(&window, before) - width(&window, after)).abs() < 1.0);
}

#[test]
fn what_was_added_and_removed_is_marked_on_its_own_side() {
    let store = store();
    let staff = group(&store, "Staff");
    let plain = registration(None, vec![]);
    let (workflow, old) = drafted(&store, "Welcome", plain);
    let new = draft(&store, workflow, old, drawing("@a", staff));
    let mut window = window_at(&store, Route::Compare { old, new });
    must_say(&window, "Added: Filter. Email ends with @a");
    must_say(
        &window,
        "was added after Event “User created”: assigns group “Staff”",
    );
    click(&mut window, "Swap the versions");
    assert_eq!(
        window.state().route(),
        Route::Compare { old: new, new: old }
    );
    must_say(&window, "Removed: Filter. Email ends with @a");
}

#[test]
fn any_two_versions_can_be_chosen() {
    let store = store();
    let (_, old, new) = two(&store);
    let mut window = window_at(&store, Route::Compare { old, new });
    open_list(&mut window, "Newer version");
    pick(&mut window, "Version 1, active");
    assert_eq!(window.state().route(), Route::Compare { old, new: old });
    must_say(&window, "These versions are the same");
    click_tab(&mut window, "As text");
    must_say(&window, "Both are the same text");
}

fn click_tab(window: &mut Window, name: &str) {
    window
        .get_by_role_and_label(Role::RadioButton, name)
        .click();
    window.run();
}

#[test]
fn the_texts_are_compared_with_unchanged_parts_folded() {
    let store = store();
    let (_, old, new) = two(&store);
    let mut window = window_at(&store, Route::Compare { old, new });
    click_tab(&mut window, "As text");
    must_say(&window, "\"value\": \"@a\"");
    let all = texts(&window);
    let has = |start: &str, end: &str| {
        all.iter()
            .any(|it| it.starts_with(start) && it.ends_with(end))
    };
    assert!(has("Removed line", "\"value\": \"@a\""), "{all:#?}");
    assert!(has("Added line", "\"value\": \"@b\""), "{all:#?}");
    let fold = all
        .iter()
        .rfind(|it| it.starts_with("Show ") && it.ends_with("unchanged lines"));
    let fold = fold.expect("something is folded").clone();
    assert!(!says(&window, "\"format\": \"tenure-workflow/1\""));
    window
        .get_all_by_label(&fold)
        .next()
        .expect("a fold")
        .click();
    window.run();
    must_say(&window, "\"format\": \"tenure-workflow/1\"");
    click(&mut window, "Copy the differences");
    must_say(&window, "The differences are on the clipboard");
    press(&mut window, Modifiers::NONE, Key::Escape);
    assert!(matches!(window.state().route(), Route::Workflow(_)));
}

#[test]
fn a_draft_is_compared_as_it_is_drawn_now_and_can_still_be_undone_afterwards() {
    let store = store();
    let (_, old, new) = two(&store);
    let mut window = window_at(&store, Route::Editor(new));
    pick(&mut window, "Filter. Email ends with @b");
    press(&mut window, Modifiers::NONE, Key::Delete);
    press(&mut window, SHIFT, Key::D);
    assert_eq!(window.state().route(), Route::Compare { old, new });
    must_say(
        &window,
        "Filter was removed: goes on only if Email ends with @a",
    );
    must_say(&window, "as drawn now, not saved");
    click(&mut window, "Back");
    assert_eq!(window.state().route(), Route::Editor(new));
    assert!(!says(&window, "Email ends with @b"));
    must_say(&window, "Unsaved changes");
    press(&mut window, Modifiers::COMMAND, Key::Z);
    must_say(&window, "Filter. Email ends with @b");
}

#[test]
fn activation_says_what_changes_and_leads_to_both_side_by_side() {
    let store = store();
    let (workflow, old, new) = two(&store);
    let mut window = window_at(&store, Route::Workflow(workflow));
    click(&mut window, "Activate version 2");
    must_say(&window, "What changes");
    must_say(&window, CONDITION);
    must_say(&window, "in place of version 1");
    click(&mut window, "Show side by side");
    assert_eq!(window.state().route(), Route::Compare { old, new });
    let status = store.read(|db| workflows::version(db, new));
    let status = status.expect("a version").expect("it exists").status;
    assert_eq!(status, VersionStatus::Draft, "nothing was activated");
}

#[test]
fn the_first_activation_says_what_the_version_does() {
    let store = store();
    let staff = group(&store, "Staff");
    let (workflow, _) = drafted(&store, "Welcome", drawing("@a", staff));
    let mut window = window_at(&store, Route::Workflow(workflow));
    click(&mut window, "Activate version 1");
    must_say(&window, "What it does");
    must_say(
        &window,
        "1. Runs for new users from “User Self-Registration”",
    );
    must_say(&window, "2. Goes on only if Email ends with @a");
    must_say(&window, "3. Assigns group “Staff”");
    assert!(!has_button(&window, "Show side by side"));
}

#[test]
fn a_version_that_was_only_tidied_is_said_to_change_nothing() {
    let store = store();
    let (workflow, old) = drafted(&store, "Welcome", registration(None, vec![]));
    let reason = String::new();
    done(
        &store,
        Command::Activate {
            version: old,
            reason,
        },
    );
    let mut moved = registration(None, vec![]);
    let end = moved.find(|it| *it == NodeKind::End).expect("one");
    moved.shift(end, [40.0, 0.0]);
    let new = draft(&store, workflow, old, moved);
    let mut window = window_at(&store, Route::Workflow(workflow));
    click(&mut window, "Activate version 2");
    let nothing = "Nothing changes in what it does: only places on the canvas differ.";
    must_say(&window, nothing);
    click(&mut window, "Show side by side");
    must_say(&window, "These versions do the same; 1 block was moved");
    must_say(&window, "Moved: End");
    assert_eq!(window.state().route(), Route::Compare { old, new });
}

#[test]
fn a_version_that_was_deleted_meanwhile_is_said_to_be_gone() {
    let store = store();
    let (_, old, new) = two(&store);
    let mut window = window_at(&store, Route::Compare { old, new });
    done(&store, Command::DeleteVersion(new));
    window.step();
    go(&mut window, Route::Workflows);
    go(&mut window, Route::Compare { old, new });
    must_say(&window, "One of these versions no longer exists");
}

/// Two thousand tasks, one below the other.
fn long() -> Definition {
    let mut definition = registration(None, vec![]);
    let mut last = definition.find(NodeKind::is_event).expect("one");
    let end = definition.find(|it| *it == NodeKind::End).expect("one");
    let mut port = Port::Next;
    definition.disconnect(last, port);
    for row in 0..2_000_u16 {
        let task = always(Action::AssignGroup, vec![target(7, "Staff")]);
        let place = [0.0, 600.0 + 104.0 * f32::from(row)];
        let to = definition.add(Node::new(NodeKind::Task(task), place));
        let edge = Edge {
            from: last,
            port,
            to,
        };
        definition.connect(edge).expect("an edge");
        (last, port) = (to, Port::Done);
    }
    let edge = Edge {
        from: last,
        port,
        to: end,
    };
    definition.connect(edge).expect("an edge");
    definition
}

#[test]
fn two_thousand_blocks_and_a_thousand_changes_can_be_compared() {
    let store = store();
    let (workflow, old) = drafted(&store, "Long", long());
    let mut changed = long();
    let ids: Vec<NodeId> = changed.nodes().map(|(id, _)| id).collect();
    for id in ids.into_iter().step_by(2) {
        let node = changed.node_mut(id).expect("it is there");
        node.is_disabled = node.kind.is_step();
    }
    let new = draft(&store, workflow, old, changed);
    let mut window = window_at(&store, Route::Compare { old, new });
    must_say(&window, "1000 blocks changed");
    let listed = window.query_all_by_label_contains("was disabled").count();
    assert!((1..60).contains(&listed), "only those in sight: {listed}");
    let list = window.get_by_role_and_label(Role::ListBox, "Changes");
    list.focus();
    window.run();
    press(&mut window, Modifiers::NONE, Key::End);
    press(&mut window, Modifiers::NONE, Key::ArrowUp);
    press(&mut window, Modifiers::NONE, Key::ArrowDown);
    let options = window.query_all_by_role(Role::ListBoxOption);
    let mut chosen = options.filter(|it| it.accesskit_node().is_selected() == Some(true));
    assert!(chosen.any(|it| {
        it.accesskit_node()
            .label()
            .is_some_and(|it| it.contains("was disabled"))
    }));
}
