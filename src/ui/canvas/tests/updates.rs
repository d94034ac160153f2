//! Workflows that wait for updates: their trigger, and conditions that look back.

use egui::{Key, Modifiers, Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::{
    Desk, Window, actions::redo, choose, click, click_node, find, press, registration, type_into,
    typical, undo, window,
};
use crate::model::{
    condition::{Condition, Operator, Subject},
    definition::{Definition, NodeKind, Trigger},
    event::{EventKind, Source},
};

const REGISTRATION: &str = "New User Registration";
const UPDATE: &str = "User Profile Update";

fn update_trigger() -> Trigger {
    Trigger::offered(chrono_tz::Tz::UTC).remove(1)
}

/// The typical one, waiting for updates.
fn update() -> Definition {
    let mut definition = typical();
    definition.set_trigger(update_trigger());
    definition
}

fn with_condition(mut definition: Definition, condition: Condition) -> Definition {
    let filter = definition.find(|kind| matches!(kind, NodeKind::Filter(_)));
    let node = definition.node_mut(filter.expect("the filter"));
    node.expect("the filter").kind = NodeKind::Filter(Some(condition));
    definition
}

fn opened(definition: Definition, step: &str) -> Window {
    let mut window = window(Desk::new(definition));
    window.set_size(egui::vec2(1280.0, 1200.0));
    window.run();
    click(&mut window, &format!("Edit {step}"));
    window
}

fn trigger(window: &Window) -> Trigger {
    let draft = window.state().editor.draft();
    draft.trigger().expect("it has one").1.clone()
}

fn event(window: &Window) -> NodeKind {
    let draft = window.state().editor.draft();
    let id = draft.find(NodeKind::is_event).expect("it has one");
    draft.node(id).expect("it was found").kind.clone()
}

fn sentence(window: &Window) -> String {
    let node = window
        .state()
        .editor
        .draft()
        .node(find(window, "Company address"));
    match &node.expect("the filter").kind {
        NodeKind::Filter(Some(condition)) => condition.sentence(),
        other => panic!("{other:?} is not a filter with a condition"),
    }
}

/// What keeps it from running.
fn errors(window: &Window) -> Vec<String> {
    let problems = window.state().editor.draft().problems();
    problems.iter().map(|it| it.kind.to_string()).collect()
}

/// Presses what has the keyboard.
fn key(window: &mut Window, key: Key) {
    window.key_press_modifiers(Modifiers::NONE, key);
    window.run();
}

/// Chooses in a list with keys alone.
fn choose_by_keys(window: &mut Window, list: &str, letters: &str) {
    window.get_by_role_and_label(Role::ComboBox, list).focus();
    window.run();
    key(window, Key::Enter);
    for letter in letters.chars() {
        window.event(egui::Event::Text(letter.to_string()));
        window.run();
    }
    key(window, Key::Enter);
}

#[test]
fn a_workflow_for_updates_is_begun_with_the_mouse() {
    let mut window = window(Desk::new(Definition::blank()));
    window.set_size(egui::vec2(1280.0, 1200.0));
    click(&mut window, "Add trigger");
    click(&mut window, UPDATE);
    press(&mut window, "Just-In-Time");
    press(&mut window, "Add this trigger");
    let mut sources = update_trigger().sources().clone();
    sources.remove(&Source::JustInTime);
    assert_eq!(trigger(&window), Trigger::Update { sources });
    assert_eq!(event(&window), NodeKind::Event(EventKind::UserUpdated));
    window.get_by_label_contains("Event: User updated");
    undo(&mut window);
    assert_eq!(*window.state().editor.draft(), Definition::blank());
    redo(&mut window);
    window.get_by_label_contains("Event: User updated");
}

#[test]
fn switching_the_type_renames_the_event_and_is_one_step_of_undo() {
    let before = registration();
    let mut window = opened(before.clone(), REGISTRATION);
    press(&mut window, "Create User via Admin Portal");
    click(&mut window, UPDATE);
    window.get_by_label_contains("Event: User updated");
    window.get_by_label_contains("Trigger: User Profile Update");
    undo(&mut window);
    window.get_by_label_contains("Event: User created");
    undo(&mut window);
    assert_eq!(*window.state().editor.draft(), before);
    redo(&mut window);
    redo(&mut window);
    assert_eq!(trigger(&window), update_trigger());
    assert_eq!(event(&window), NodeKind::Event(EventKind::UserUpdated));
}

#[test]
fn the_sources_of_the_other_type_are_remembered_to_and_fro() {
    let mut window = opened(registration(), REGISTRATION);
    press(&mut window, "Create User via Admin Portal");
    let first = trigger(&window);
    click(&mut window, UPDATE);
    press(&mut window, "API");
    let second = trigger(&window);
    assert!(!second.sources().contains(&Source::Api));
    click(&mut window, REGISTRATION);
    assert_eq!(trigger(&window), first);
    click(&mut window, UPDATE);
    assert_eq!(trigger(&window), second);
}

#[test]
fn a_trigger_without_a_source_is_complained_about() {
    let mut window = opened(update(), UPDATE);
    for source in EventKind::UserUpdated.sources() {
        press(&mut window, source.label());
    }
    window.get_by_label("Choose at least one source");
    assert!(errors(&window).contains(&"choose at least one source".to_owned()));
}

#[test]
fn another_type_says_which_steps_ask_for_what_never_happens() {
    let condition = Condition::test(Subject::LastName, Operator::Changed, "");
    let mut window = opened(with_condition(update(), condition), UPDATE);
    let said = "“Company address” asks for something that never happens with this trigger.";
    assert!(window.query_by_label(said).is_none());
    click(&mut window, REGISTRATION);
    window.get_by_label(said);
    click(&mut window, UPDATE);
    assert!(window.query_by_label(said).is_none());
}

#[test]
fn a_condition_that_looks_back_is_made_with_the_mouse() {
    let mut window = opened(update(), "Company address");
    choose(&mut window, "Attribute of condition 1", "Last Name");
    choose(&mut window, "Operator of condition 1", "Changed");
    assert!(window.query_by_label("Value of condition 1").is_none());
    assert!(sentence(&window).starts_with("Last Name changed and "));
    let before = window.state().editor.draft().clone();
    choose(&mut window, "Operator of condition 1", "Changed To");
    assert!(sentence(&window).starts_with("Last Name changed to empty and "));
    type_into(&mut window, "Value of condition 1", "Lovelace");
    assert!(sentence(&window).starts_with("Last Name changed to Lovelace and "));
    assert_eq!(errors(&window), Vec::<String>::new());
    undo(&mut window);
    undo(&mut window);
    assert_eq!(*window.state().editor.draft(), before);
    click(&mut window, "Remove condition 1");
    assert!(sentence(&window).starts_with("(First Name"));
}

#[test]
fn a_condition_that_looks_back_is_made_with_the_keyboard() {
    let mut window = opened(update(), "Company address");
    choose_by_keys(&mut window, "Operator of condition 1", "cc");
    assert!(sentence(&window).starts_with("Email changed to @example.org and "));
    choose_by_keys(&mut window, "Operator of condition 1", "ccc");
    assert!(
        sentence(&window).starts_with("Email changed and "),
        "{}",
        sentence(&window)
    );
    let operator = window.get_by_role_and_label(Role::ComboBox, "Operator of condition 1");
    assert!(operator.is_focused(), "the keyboard stays where it was");
    key(&mut window, Key::Tab);
    assert!(window.get_by_label("Remove condition 1").is_focused());
}

#[test]
fn a_listed_value_that_it_changed_to_is_chosen() {
    let mut window = opened(update(), "Company address");
    choose(&mut window, "Operator of condition 3", "Changed From");
    assert!(sentence(&window).ends_with("office changed from Paris)"));
    choose(&mut window, "Value of condition 3", "Not set");
    assert!(sentence(&window).ends_with("office changed from empty)"));
    choose(&mut window, "Operator of condition 3", "Changed");
    choose(&mut window, "Operator of condition 3", "Equal");
    assert!(
        sentence(&window).ends_with("office is Berlin)"),
        "what is chosen from a list begins with its first"
    );
    choose(&mut window, "Attribute of condition 3", "MFA Method");
    choose(&mut window, "Operator of condition 3", "Changed To");
    choose(&mut window, "Value of condition 3", "None");
    assert!(sentence(&window).ends_with("MFA Method changed to empty)"));
}

fn options(window: &mut Window, list: &str) -> Vec<String> {
    window.get_by_role_and_label(Role::ComboBox, list).click();
    window.run();
    let options = window.query_all_by_role(Role::ListBoxOption);
    let labels = options.filter_map(|it| it.accesskit_node().label());
    // The blocks on the canvas are options, too.
    let labels = labels.take_while(|it| it != "Start").collect();
    window.get_by_role_and_label(Role::ComboBox, list).click();
    window.run();
    labels
}

#[test]
fn operators_are_offered_where_they_can_hold() {
    let all = Operator::ALL.map(|it| it.label().to_owned());
    let mut window = opened(update(), "Company address");
    assert_eq!(options(&mut window, "Operator of condition 1"), all);
    let listed = [
        "Equal",
        "Not Equal",
        "Changed",
        "Changed To",
        "Changed From",
    ];
    assert_eq!(options(&mut window, "Operator of condition 3"), listed);
    choose(&mut window, "Operator of condition 1", "Changed");
    choose(&mut window, "Attribute of condition 1", "Group");
    assert!(
        sentence(&window).starts_with("Group is "),
        "it is another operator"
    );
    assert_eq!(options(&mut window, "Operator of condition 1"), all[..6]);

    let mut window = opened(typical(), "Company address");
    assert_eq!(options(&mut window, "Operator of condition 1"), all[..6]);
}

#[test]
fn the_sources_are_those_of_the_trigger() {
    let mut window = opened(update(), "Company address");
    choose(&mut window, "Attribute of condition 1", "Source");
    let labels = |kind: EventKind| {
        kind.sources()
            .iter()
            .map(|it| it.label())
            .collect::<Vec<_>>()
    };
    let offered = options(&mut window, "Value of condition 1");
    assert_eq!(offered, labels(EventKind::UserUpdated));
}

#[test]
fn a_condition_that_never_holds_is_shown_and_can_be_mended() {
    let condition = Condition::test(Subject::LastName, Operator::Changed, "");
    let mut window = opened(with_condition(typical(), condition), "Company address");
    window.get_by_label("It never holds: a new user had no values before");
    let never = "the condition \"Last Name changed\" never holds: nothing has changed that it could look back at";
    assert_eq!(errors(&window), [never]);
    choose(&mut window, "Operator of condition 1", "Equal");
    assert!(window.query_by_label_contains("It never holds").is_none());
    assert_eq!(errors(&window), Vec::<String>::new());
}

#[test]
fn a_value_that_is_not_taken_is_shown_and_can_be_mended() {
    let condition = Condition::test(Subject::LastName, Operator::Changed, "Lovelace");
    let mut window = opened(with_condition(update(), condition), "Company address");
    window.get_by_label_contains("It has a value for “Changed”, which takes none");
    assert_eq!(errors(&window).len(), 1);
    choose(&mut window, "Operator of condition 1", "Changed To");
    assert_eq!(sentence(&window), "Last Name changed to Lovelace");
    assert_eq!(errors(&window), Vec::<String>::new());
}

#[test]
fn the_event_says_that_the_change_stays() {
    let mut window = window(Desk::new(update()));
    click_node(&mut window, "Event: User updated");
    key(&mut window, Key::Enter);
    window.get_by_label_contains("whatever the filters above say");
}
