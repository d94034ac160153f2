//! Conditions in the drawer: the widget that fits, and the order.

use egui::{Key, Modifiers, Role};
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::{Desk, Window, choose, click, drag, find, press, type_into, typical, window};
use crate::model::{
    condition::{Condition, Operator, Subject},
    definition::{Definition, NodeKind},
    task::{Action, Rule, Target, Task},
};

fn opened(step: &str) -> Window {
    opened_in(typical(), step)
}

fn opened_in(definition: Definition, step: &str) -> Window {
    let mut desk = Desk::new(definition);
    let now = "2031-12-24T12:00:00Z".parse();
    desk.choices.set_now(now.expect("a moment"));
    let mut window = window(desk);
    click(&mut window, &format!("Edit {step}"));
    window
}

/// The filter as it is in the draft now.
fn sentence(window: &Window) -> String {
    let id = find(window, "Company address");
    let node = window.state().editor.draft().node(id);
    match &node.expect("the filter").kind {
        NodeKind::Filter(Some(condition)) => condition.sentence(),
        other => panic!("{other:?} is not a filter with a condition"),
    }
}

fn push(window: &mut Window, handle: &str, modifiers: Modifiers, key: Key) {
    window.get_by_role_and_label(Role::Button, handle).focus();
    window.run();
    window.key_press_modifiers(modifiers, key);
    window.run();
}

/// Drags a handle to just above another thing.
fn drag_above(window: &mut Window, handle: &str, above: &str) {
    let from = window.get_by_label(handle).rect().center();
    let to = window.get_by_label(above).rect();
    drag(window, from, egui::pos2(from.x, to.top() - 4.0));
}

#[test]
fn a_condition_is_moved_with_the_keyboard_into_a_group_and_out_of_it() {
    let mut window = opened("Company address");
    push(
        &mut window,
        "Move condition 1",
        Modifiers::ALT,
        Key::ArrowDown,
    );
    assert!(
        window.get_by_label("Move condition 1").is_focused(),
        "the keyboard stays with what moved"
    );
    window.key_press(Key::ArrowDown);
    window.run();
    assert!(window.get_by_label("Move condition 2").is_focused());
    assert_eq!(
        sentence(&window),
        "(First Name is Ada or Email ends with @example.org or office is Paris)"
    );
}

#[test]
fn a_condition_is_moved_out_of_a_group_with_the_keyboard() {
    let mut window = opened("Company address");
    push(
        &mut window,
        "Move condition 2",
        Modifiers::ALT,
        Key::ArrowUp,
    );
    assert_eq!(
        sentence(&window),
        "Email ends with @example.org and First Name is Ada and (office is Paris)"
    );
}

#[test]
fn a_group_is_moved_with_the_keyboard() {
    let mut window = opened("Company address");
    push(&mut window, "Move group 2", Modifiers::ALT, Key::ArrowUp);
    assert!(window.get_by_label("Move group 2").is_focused());
    assert_eq!(
        sentence(&window),
        "(First Name is Ada or office is Paris) and Email ends with @example.org"
    );
}

#[test]
fn at_the_end_nothing_moves_further() {
    let mut window = opened("Company address");
    let before = sentence(&opened("Company address"));
    push(
        &mut window,
        "Move condition 1",
        Modifiers::ALT,
        Key::ArrowUp,
    );
    push(&mut window, "Move group 2", Modifiers::ALT, Key::ArrowDown);
    assert_eq!(sentence(&window), before);
}

#[test]
fn a_condition_is_dragged_into_a_group() {
    let mut window = opened("Company address");
    let before = window.state().editor.draft().clone();
    drag_above(&mut window, "Move condition 1", "Attribute of condition 3");
    assert_eq!(
        sentence(&window),
        "(First Name is Ada or Email ends with @example.org or office is Paris)"
    );
    window.state_mut().editor.canvas().undo();
    assert_eq!(*window.state().editor.draft(), before, "it was one change");
}

#[test]
fn a_condition_is_dragged_out_of_a_group() {
    let mut window = opened("Company address");
    drag_above(&mut window, "Move condition 3", "Attribute of condition 1");
    assert_eq!(
        sentence(&window),
        "office is Paris and Email ends with @example.org and (First Name is Ada)"
    );
}

#[test]
fn a_group_is_dragged() {
    let mut window = opened("Company address");
    drag_above(&mut window, "Move group 2", "Attribute of condition 1");
    assert_eq!(
        sentence(&window),
        "(First Name is Ada or office is Paris) and Email ends with @example.org"
    );
}

#[test]
fn escape_gives_a_drag_up_and_leaves_the_drawer_open() {
    let mut window = opened("Company address");
    let before = sentence(&opened("Company address"));
    let from = window.get_by_label("Move condition 1").rect().center();
    let to = window.get_by_label("Attribute of condition 3").rect();
    window.hover_at(from);
    window.run();
    window.drag_at(from);
    window.run();
    window.hover_at(egui::pos2(from.x, to.top()));
    window.run();
    window.key_press(Key::Escape);
    window.run();
    window.drop_at(egui::pos2(from.x, to.top()));
    window.run();
    window.get_by_label("Move condition 1");
    assert_eq!(sentence(&window), before);
}

#[test]
fn what_can_only_be_looked_at_has_no_handles() {
    let mut desk = Desk::new(typical());
    desk.is_preview = true;
    let mut window = window(desk);
    click(&mut window, "Show Company address");
    window.get_by_label("Attribute of condition 1");
    assert!(window.query_by_label("Move condition 1").is_none());
    assert!(window.query_by_label("Remove condition 1").is_none());
    assert!(window.query_by_label("Add condition").is_none());
}

/// Of a task with a rule for each of these groups.
fn rules(names: &[&str]) -> Definition {
    let mut definition = typical();
    let task = definition.find(|kind| matches!(kind, NodeKind::Task(_)));
    let node = definition.node_mut(task.expect("the task"));
    let rule = |(id, name): (i64, &&str)| Rule {
        when: Some(Condition::test(Subject::FirstName, Operator::Equal, name)),
        targets: vec![Target {
            id: Some(id),
            name: (*name).to_owned(),
        }],
    };
    node.expect("the task").kind = NodeKind::Task(Task {
        rules: (2..).zip(names).map(rule).collect(),
        ..Task::new(Action::AssignGroup)
    });
    definition
}

fn order(window: &Window) -> Vec<String> {
    let id = find(window, "Assign Group to User");
    let node = window.state().editor.draft().node(id);
    let NodeKind::Task(task) = &node.expect("the task").kind else {
        panic!("it is a task");
    };
    task.targets().map(|it| it.name.clone()).collect()
}

#[test]
fn rules_are_moved_with_the_keyboard() {
    let mut window = opened_in(
        rules(&["Staff", "Sales", "Engineering"]),
        "Assign Group to User",
    );
    push(&mut window, "Move rule 1", Modifiers::ALT, Key::ArrowDown);
    assert!(window.get_by_label("Move rule 2").is_focused());
    window.key_press(Key::ArrowDown);
    window.run();
    window.key_press(Key::ArrowDown);
    window.run();
    assert_eq!(order(&window), ["Sales", "Engineering", "Staff"]);
}

#[test]
fn rules_are_dragged() {
    let mut window = opened_in(rules(&["Staff", "Sales"]), "Assign Group to User");
    window.set_size(egui::vec2(1280.0, 1400.0));
    window.run();
    drag_above(&mut window, "Move rule 2", "Move rule 1");
    assert_eq!(order(&window), ["Sales", "Staff"]);
}

#[test]
fn conditions_of_rules_are_named_after_their_rule() {
    let mut window = opened_in(rules(&["Staff", "Sales"]), "Assign Group to User");
    press(&mut window, "Add condition to rule 2");
    window.get_by_label("Move condition 1 of rule 2");
    window.get_by_label("Move condition 2 of rule 2");
}

#[test]
fn a_date_is_chosen_in_a_calendar() {
    let mut window = opened("Company address");
    choose(&mut window, "Attribute of condition 1", "First day");
    choose(&mut window, "Operator of condition 1", "Equal");
    click(&mut window, "Calendar for Value of condition 1");
    click(&mut window, "31 December 2031");
    type_into(&mut window, "Name", "");
    assert!(sentence(&window).starts_with("starts is 2031-12-31"));
}

#[test]
fn escape_closes_the_calendar_and_not_the_drawer() {
    let mut window = opened("Company address");
    choose(&mut window, "Attribute of condition 1", "First day");
    choose(&mut window, "Operator of condition 1", "Equal");
    click(&mut window, "Calendar for Value of condition 1");
    window.key_press(Key::Escape);
    window.run();
    assert!(window.query_by_label("31 December 2031").is_none());
    window.get_by_label("Value of condition 1");
}

#[test]
fn yes_or_no_is_pressed() {
    let mut window = opened("Company address");
    choose(&mut window, "Attribute of condition 1", "Remote");
    let chosen = |window: &Window, name: &str| {
        let node = window.get_by_role_and_label(Role::RadioButton, name);
        node.accesskit_node().toggled() == Some(egui::accesskit::Toggled::True)
    };
    assert!(chosen(&window, "Yes"));
    click(&mut window, "Not set");
    assert!(chosen(&window, "Not set"));
    click(&mut window, "No");
    assert!(sentence(&window).starts_with("remote is no "));
}

#[test]
fn what_is_no_number_is_said_to_be_none() {
    let mut window = opened("Company address");
    choose(&mut window, "Attribute of condition 1", "Level");
    choose(&mut window, "Operator of condition 1", "Equal");
    type_into(&mut window, "Value of condition 1", "many");
    window.get_by_label_contains("is not a number");
}

#[test]
fn whether_a_choice_is_missing_can_be_asked() {
    let mut window = opened("Company address");
    choose(&mut window, "Value of condition 3", "Not set");
    assert!(sentence(&window).ends_with("office is empty)"));
}

#[test]
fn a_group_has_to_be_chosen() {
    let mut window = opened("Company address");
    choose(&mut window, "Attribute of condition 1", "Group");
    window.get_by_label("Choose a group");
    sentence(&window);
    let problems = {
        let desk = window.state();
        desk.editor.draft().all_problems(desk.choices.known())
    };
    assert!(
        problems
            .iter()
            .any(|it| it.kind.to_string().contains("choose a group")),
        "{problems:?}"
    );
}

#[test]
fn looking_at_conditions_changes_nothing() {
    let mut definition = typical();
    let filter = definition.find(|kind| matches!(kind, NodeKind::Filter(_)));
    let office = Subject::Custom("office".to_owned());
    let remote = Subject::Custom("remote".to_owned());
    let condition = Condition::All(vec![
        Condition::test(office, Operator::Equal, "PARIS"),
        Condition::test(remote, Operator::Equal, "TRUE"),
        Condition::test(Subject::UserStatus, Operator::Equal, "active"),
    ]);
    let node = definition.node_mut(filter.expect("the filter"));
    node.expect("the filter").kind = NodeKind::Filter(Some(condition));
    let before = definition.clone();
    let window = opened_in(definition, "Company address");
    assert_eq!(*window.state().editor.draft(), before);
}
