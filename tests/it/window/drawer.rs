//! The drawer of the Editor screen: what is done there is kept, and undone, step by step.

use egui::{Key, Modifiers};
use tenure::{
    model::{definition::Definition, id::VersionId, task::Action},
    store::{Store, roles, workflows},
    ui::Route,
};

use super::hands::{
    Window, click, has_button, must_say, open_list, pick, press, says, type_into, window_at,
};
use crate::support::{always, drafted, group, registration, role, store};

/// What the store has of a drawing that nobody has saved.
fn unsaved(store: &Store, version: VersionId) -> Option<Definition> {
    let found = store.read(|db| workflows::drawn(db, version));
    found.expect("a drawing").expect("it exists").unsaved
}

fn undo(window: &mut Window) {
    press(window, Modifiers::COMMAND, Key::Z);
}

#[test]
fn a_role_is_created_in_place_and_kept_and_undo_takes_it_out_again() {
    let store = store();
    let approver = role(&store, "Approver");
    let task = always(Action::AssignRole, vec![approver]);
    let (_, version) = drafted(&store, "Welcome", registration(None, vec![task]));
    let mut window = window_at(&store, Route::Editor(version));
    click(&mut window, "Edit Assign Role to User");
    open_list(&mut window, "Role of rule 1");
    type_into(&mut window, "Search Role of rule 1", "Night nurse");
    pick(&mut window, "Create “Night nurse”");
    must_say(
        &window,
        "Task: Assign Role to User. Give the role Night nurse",
    );
    let nurse = store.read(|db| roles::by_name(db, "Night nurse"));
    assert!(nurse.expect("a read").is_some());
    let kept = unsaved(&store, version).expect("it is kept");
    assert!(
        kept.nodes()
            .any(|(_, it)| it.kind.summary() == "Give the role Night nurse")
    );
    undo(&mut window);
    must_say(&window, "Task: Assign Role to User. Give the role Approver");
    assert_eq!(unsaved(&store, version), None);
}

#[test]
fn a_word_is_kept_when_it_is_finished_and_can_be_saved_before() {
    let store = store();
    let staff = group(&store, "Staff");
    let task = always(Action::AssignGroup, vec![staff]);
    let (_, version) = drafted(&store, "Welcome", registration(None, vec![task]));
    let mut window = window_at(&store, Route::Editor(version));
    click(&mut window, "Edit Assign Group to User");
    must_say(&window, "Saved");
    type_into(&mut window, "Name", "Staff");
    assert_eq!(unsaved(&store, version), None, "the word may go on");
    must_say(&window, "Unsaved changes");
    click(&mut window, "Done");
    let kept = unsaved(&store, version).expect("it is kept");
    assert!(kept.nodes().any(|(_, it)| it.name == "Staff"));
    undo(&mut window);
    assert_eq!(unsaved(&store, version), None);
    must_say(&window, "Saved");
}

#[test]
fn what_ran_is_shown_in_the_drawer_and_cannot_be_changed() {
    let store = store();
    let staff = group(&store, "Staff");
    let task = always(Action::AssignGroup, vec![staff]);
    let workflow = crate::support::activated(&store, "Welcome", registration(None, vec![task]));
    let active = store.read(|db| workflows::active_version(db, workflow));
    let active = active.expect("a read").expect("it is active");
    let mut window = window_at(&store, Route::Editor(active.id));
    pick(&mut window, "Task: Assign Group to User. Add to Staff");
    press(&mut window, Modifiers::NONE, Key::Enter);
    must_say(&window, "Every rule that matches applies.");
    assert!(!has_button(&window, "Done"));
    click(&mut window, "Close drawer");
    assert!(!says(&window, "Every rule that matches applies."));
}
