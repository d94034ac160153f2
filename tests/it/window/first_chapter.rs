//! The first chapter of the handbook, followed by keyboard alone: not once is the pointer used.

use egui::{Key, Modifiers, accesskit::Role};
use egui_kittest::{Node, kittest::NodeT as _};
use tenure::{
    model::execution::Status,
    store::{Store, users, workflows},
    ui::Route,
};

use super::hands::{self, Window, must_say};
use crate::support::{history, store};

/// More than anything is away from where the keyboard is when it is wanted.
const MOST_TABS: usize = 30;

fn focused(window: &Window) -> Option<Node<'_>> {
    window.root().children_recursive().find(Node::is_focused)
}

fn name(node: &Node<'_>) -> String {
    node.accesskit_node().label().unwrap_or_default()
}

fn key(window: &mut Window, key: Key) {
    hands::press(window, Modifiers::NONE, key);
}

fn command(window: &mut Window, key: Key) {
    hands::press(window, Modifiers::COMMAND, key);
}

/// Presses Tab until the keyboard is at something of this role whose name begins so.
#[track_caller]
fn tab_to(window: &mut Window, role: Role, begins: &str) {
    let mut met = Vec::new();
    for _ in 0..MOST_TABS {
        key(window, Key::Tab);
        let Some(node) = focused(window) else {
            continue;
        };
        let found = (node.accesskit_node().role(), name(&node));
        if found.0 == role && found.1.starts_with(begins) {
            return;
        }
        met.push(found);
    }
    panic!("Tab does not come to {begins:?} ({role:?}), but to {met:#?}");
}

/// Where the keyboard has to be by itself.
#[track_caller]
fn must_be_at(window: &Window, role: Role, begins: &str) {
    let at = focused(window).map(|it| (it.accesskit_node().role(), name(&it)));
    let is_there = |(found, name): &(Role, String)| *found == role && name.starts_with(begins);
    assert!(
        at.as_ref().is_some_and(is_there),
        "the keyboard is at {at:?} and not at {begins:?}"
    );
}

#[track_caller]
fn press(window: &mut Window, begins: &str) {
    tab_to(window, Role::Button, begins);
    key(window, Key::Enter);
}

/// Opens the list that has the keyboard, and takes this line of it.
#[track_caller]
fn choose(window: &mut Window, option: &str) {
    key(window, Key::ArrowDown);
    let mut met = Vec::new();
    for _ in 0..MOST_TABS {
        let at = focused(window).map(|it| (it.accesskit_node().role(), name(&it)));
        if at == Some((Role::ListBoxOption, option.to_owned())) {
            key(window, Key::Enter);
            return;
        }
        met.push(at);
        key(window, Key::ArrowDown);
    }
    panic!("the list does not offer {option:?}, but {met:#?}");
}

fn type_text(window: &mut Window, text: &str) {
    window.event(egui::Event::Text(text.to_owned()));
    window.run();
}

#[test]
fn the_first_chapter_of_the_handbook_can_be_followed_by_keyboard_alone() {
    let store = store();
    let mut window = hands::window_at(&store, Route::Workflows);
    draw(&mut window);
    activate(&mut window);
    must_run(&store);
    create_user(&mut window, "ada", "ada@example.org");
    must_say(&window, "ada was created");
    create_user(&mut window, "bob", "bob@elsewhere.net");
    must_say(&window, "Not accepted");
    must_have_decided(&store);
    look_at_history(&mut window);
}

fn draw(window: &mut Window) {
    press(window, "Create the first workflow");
    type_text(window, "New staff");
    key(window, Key::Enter);
    must_say(window, "Workflow canvas, 2 blocks");

    press(window, "Add trigger");
    must_say(window, "Starts with");
    must_be_at(window, Role::TextInput, "Name");
    tab_to(window, Role::CheckBox, "User Self-Registration");
    tab_to(window, Role::CheckBox, "Create User via Admin Portal");
    press(window, "Add this trigger");
    must_say(window, "Event: User created. The user is created");

    press(window, "Add step after New User Registration");
    type_text(window, "Filter");
    key(window, Key::Enter);
    must_be_at(window, Role::Button, "Add condition");
    key(window, Key::Enter);
    must_be_at(window, Role::ComboBox, "Attribute of condition 1");
    choose(window, "Email");
    tab_to(window, Role::ComboBox, "Operator of condition 1");
    choose(window, "End With");
    tab_to(window, Role::TextInput, "Value of condition 1");
    type_text(window, "@example.org");
    press(window, "Done");
    must_be_at(
        window,
        Role::ListBoxOption,
        "Filter. Email ends with @example.org",
    );

    press(window, "Add step after User created");
    type_text(window, "Assign Group");
    key(window, Key::Enter);
    must_be_at(window, Role::ComboBox, "Add group to rule 1");
    key(window, Key::Enter);
    type_text(window, "Staff");
    key(window, Key::Enter);
    must_say(window, "Remove Staff from rule 1");
    must_be_at(window, Role::ComboBox, "Add group to rule 1");
    key(window, Key::Escape);
    must_be_at(
        window,
        Role::ListBoxOption,
        "Task: Assign Group to User. Add to Staff",
    );
    must_say(window, "Problems: 1 warning");
}

fn activate(window: &mut Window) {
    command(window, Key::S);
    hands::press(window, Modifiers::COMMAND | Modifiers::SHIFT, Key::Enter);
    must_say(window, "Activate version 1?");
    tab_to(window, Role::MultilineTextInput, "Reason");
    type_text(window, "Who has an address here is known");
    press(window, "Activate");
    must_say(window, "This version is active");
}

fn must_run(store: &Store) {
    let listed = store.read(workflows::summaries).expect("the workflows");
    let names: Vec<&str> = listed.iter().map(|it| it.workflow.name.as_str()).collect();
    assert_eq!(names, ["New staff"]);
    let config = store.config().expect("the settings");
    assert_eq!(config.active.len(), 1, "it runs");
}

fn create_user(window: &mut Window, username: &str, email: &str) {
    command(window, Key::Num3);
    hands::press(window, Modifiers::COMMAND | Modifiers::SHIFT, Key::A);
    must_be_at(window, Role::TextInput, "Username");
    type_text(window, username);
    tab_to(window, Role::TextInput, "Email");
    type_text(window, email);
    press(window, "Create user");
}

fn must_have_decided(store: &Store) {
    let told: Vec<(String, Status)> = history(store)
        .into_iter()
        .map(|it| (it.subject, it.status))
        .collect();
    assert_eq!(
        told,
        [
            ("ada".to_owned(), Status::Succeeded),
            ("bob".to_owned(), Status::Filtered)
        ]
    );
    let found = store.read(|db| users::by_username(db, "bob"));
    assert_eq!(found.expect("an answer"), None);
}

fn look_at_history(window: &mut Window) {
    command(window, Key::Num4);
    tab_to(window, Role::Table, "Executions");
    key(window, Key::ArrowDown);
    key(window, Key::Enter);
    must_say(window, "Nobody was created");
}
