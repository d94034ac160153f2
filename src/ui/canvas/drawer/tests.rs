//! The drawer in a window, used by accessible names.

use egui_kittest::kittest::Queryable as _;

use crate::{
    model::{condition::Condition, definition::NodeKind},
    ui::canvas::tests::{Desk, Window, choose, click, find, press, type_into, typical, window},
};

fn filter(window: &Window) -> Condition {
    let node = window
        .state()
        .editor
        .draft()
        .node(find(window, "Company address"));
    match &node.expect("the filter").kind {
        NodeKind::Filter(Some(condition)) => condition.clone(),
        other => panic!("{other:?} is not a filter with a condition"),
    }
}

fn opened(step: &str) -> Window {
    let mut window = window(Desk::new(typical()));
    click(&mut window, &format!("Edit {step}"));
    window
}

#[test]
fn nested_conditions_are_edited_in_place() {
    let mut window = opened("Company address");
    choose(&mut window, "Value of condition 3", "Berlin");
    press(&mut window, "Add condition to group 2");
    choose(&mut window, "Attribute of condition 4", "User Status");
    choose(&mut window, "Operator of condition 4", "Not Equal");
    press(&mut window, "Add group to group 2");
    press(&mut window, "Add condition to group 3");
    type_into(&mut window, "Value of condition 5", "x");
    press(&mut window, "Remove condition 2");
    assert_eq!(
        filter(&window).sentence(),
        "Email ends with @example.org and (office is Berlin or User Status is not Active or \
         (Email contains x))"
    );
}

#[test]
fn only_optional_attributes_are_offered() {
    let mut window = opened("Company address");
    window.get_by_label("Attribute of condition 1").click();
    window.run();
    window.get_by_label("First day");
    assert!(window.query_by_label("Badge").is_none());
}

#[test]
fn a_date_that_is_none_is_said_to_be_none() {
    let mut window = opened("Company address");
    choose(&mut window, "Attribute of condition 1", "First day");
    choose(&mut window, "Operator of condition 1", "Equal");
    type_into(&mut window, "Value of condition 1", "tomorrow");
    window.get_by_label_contains("is not a date");
}

#[test]
fn rules_are_added_reordered_and_removed() {
    let mut window = opened("Assign Group to User");
    press(&mut window, "Add rule");
    press(&mut window, "Move rule 2 up");
    let task = find(&window, "Assign Group to User");
    let kind = window
        .state()
        .editor
        .draft()
        .node(task)
        .map(|it| it.kind.clone());
    let Some(NodeKind::Task(task)) = kind else {
        panic!("it is a task");
    };
    let counts: Vec<usize> = task.rules.iter().map(|it| it.targets.len()).collect();
    assert_eq!(counts, [0, 1]);
}
