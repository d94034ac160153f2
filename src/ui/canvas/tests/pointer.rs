//! Drawing with the mouse.

use super::*;

#[test]
fn a_workflow_is_drawn_from_nothing() {
    let mut window = window(Desk::new(Definition::blank()));
    click(&mut window, "Add trigger");
    click(&mut window, "Add this trigger");
    click(&mut window, "Add step after New User Registration");
    click(&mut window, "Filter");
    click(&mut window, "Add condition");
    type_into(&mut window, "Value of condition 1", "@example.org");
    click(&mut window, "Done");
    click(&mut window, "Add step after User created");
    click(&mut window, "Assign Group to User");
    window
        .get_by_role_and_label(Role::ComboBox, "Add group to rule 1")
        .click();
    window.run();
    click(&mut window, "Sales");
    click(&mut window, "Done");

    let draft = window.state().editor.draft();
    assert_eq!(draft.problems(), []);
    let filter = draft.node(find(&window, "Filter")).expect("a filter");
    assert_eq!(filter.kind.summary(), "Email contains @example.org");
    let task = draft.node(find(&window, "Assign Group to User"));
    assert_eq!(task.expect("a task").kind.summary(), "Add to Sales");
}

#[test]
fn a_drag_is_one_undo_step() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    let from = center(&window, "Filter: Company address");
    drag(&mut window, from, from + vec2(-300.0, 30.0));
    assert_ne!(*window.state().editor.draft(), before);
    undo(&mut window);
    assert_eq!(*window.state().editor.draft(), before);
}

#[test]
fn a_deleted_step_comes_back_with_its_edges() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    click_node(&mut window, "Filter: Company address");
    window.key_press(Key::Delete);
    window.run();
    let draft = window.state().editor.draft();
    assert_eq!(draft.len(), before.len() - 1);
    let (trigger, _) = draft.trigger().expect("it stays");
    assert!(
        draft.after(trigger, Port::Next).is_some(),
        "the gap is closed"
    );
    undo(&mut window);
    assert_eq!(*window.state().editor.draft(), before);
    window.key_press_modifiers(Modifiers::COMMAND, Key::Y);
    window.run();
    assert_eq!(window.state().editor.draft().len(), before.len() - 1);
}

#[test]
fn a_new_change_forgets_what_was_undone() {
    let mut window = window(Desk::new(typical()));
    click(&mut window, "Delete Company address");
    undo(&mut window);
    click(&mut window, "Delete Assign Group to User");
    let after = window.state().editor.draft().clone();
    window.key_press_modifiers(Modifiers::COMMAND, Key::Y);
    window.run();
    assert_eq!(*window.state().editor.draft(), after);
}

#[test]
fn what_every_workflow_needs_stays_and_says_why() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    for (name, reason) in [
        ("Start", "every workflow begins with it"),
        ("Trigger: ", "edit it to start"),
        ("Event: ", "belongs to the trigger"),
        ("End", "every workflow needs one"),
    ] {
        let starts = |label: String| label.starts_with(name);
        window
            .query_all_by_role(Role::ListBoxOption)
            .find(|it| it.accesskit_node().label().is_some_and(starts))
            .expect("the node")
            .click();
        window.run();
        window.key_press(Key::Delete);
        window.run();
        assert!(notice(&window).contains(reason), "{}", notice(&window));
    }
    assert_eq!(*window.state().editor.draft(), before);
}

#[test]
fn a_refused_edge_says_why() {
    let mut window = window(Desk::new(typical()));
    let from = center(&window, "Output done of Assign Group to User");
    let to = center(&window, "Filter: Company address");
    let before = window.state().editor.draft().clone();
    drag(&mut window, from, to);
    assert_eq!(notice(&window), "the steps would go round in a circle");
    assert_eq!(*window.state().editor.draft(), before);
}

#[test]
fn an_output_is_connected_by_dragging() {
    let mut window = window(Desk::new(typical()));
    let from = center(&window, "Output failed of Assign Group to User");
    let to = window.get_by_label("End").rect().center();
    drag(&mut window, from, to);
    let (task, end) = (find(&window, "Assign Group to User"), find(&window, "End"));
    let draft = window.state().editor.draft();
    assert_eq!(draft.after(task, Port::Failed), Some(end));
    window.key_press(Key::Delete);
    window.run();
    let draft = window.state().editor.draft();
    assert_eq!(draft.after(task, Port::Failed), None, "it was selected");
}

#[test]
fn an_output_that_is_dropped_on_empty_space_offers_a_step_there() {
    let mut window = window(Desk::new(typical()));
    let from = center(&window, "Output failed of Assign Group to User");
    drag(&mut window, from, from + vec2(220.0, 40.0));
    click(&mut window, "Unassign Group from User");
    let task = find(&window, "Assign Group to User");
    let draft = window.state().editor.draft();
    let added = find(&window, "Unassign Group from User");
    assert_eq!(draft.after(task, Port::Failed), Some(added));
    window.get_by_label("Done");
}

#[test]
fn the_pointer_hits_what_the_accessible_rectangle_says_at_every_zoom() {
    for zoom in [0.6_f32, 1.0, 1.5] {
        let mut window = window(Desk::new(typical()));
        click_node(&mut window, "Filter: Company address");
        let canvas = window.state_mut().editor.canvas();
        let middle = canvas.screen.center();
        canvas.change_view(|view| view.zoom_about(middle, zoom / view.zoom()));
        let filter = find(&window, "Company address");
        window.state_mut().editor.canvas().show(filter);
        window.run();
        click(&mut window, "Edit Company address");
        let name = window.get_by_label("Name").value();
        assert_eq!(name.as_deref(), Some("Company address"), "at {zoom}");
    }
}

#[test]
fn a_preview_changes_nothing() {
    let before = typical();
    let mut desk = Desk::new(before.clone());
    desk.is_preview = true;
    let mut window = window(desk);
    assert!(window.query_by_label_contains("Add step").is_none());
    let from = center(&window, "Filter: Company address");
    drag(&mut window, from, from + vec2(200.0, 0.0));
    click_node(&mut window, "Filter: Company address");
    for key in [Key::Delete, Key::Backspace, Key::F2] {
        window.key_press(key);
        window.run();
    }
    undo(&mut window);
    window.key_press(Key::Enter);
    window.run();
    assert!(window.query_by_label("Done").is_none());
    assert_eq!(*window.state().editor.draft(), before);
}

#[test]
fn a_walk_tells_what_each_node_did() {
    let mut desk = Desk::new(typical());
    desk.walk = Some(failed_walk(&typical()));
    let window = window(desk);
    window.get_by_label_contains(
        "Company address. Email ends with @example.org and 2 more. The conditions match",
    );
    window.get_by_label_contains("Failed: the group “Staff” no longer exists");
    window.get_by_label_contains("End. Not reached");
}

#[test]
fn a_problem_in_the_list_leads_to_its_step() {
    let mut definition = registration();
    let (trigger, _) = definition.trigger().expect("it was set");
    let edge = definition.out(trigger).next().expect("an edge");
    let filter = definition.insert(edge, NodeKind::Filter(None));
    let mut window = window(Desk::new(definition));
    window.get_by_label_contains("No condition yet. 1 problem");
    click(&mut window, "Problems: 1 error");
    click(&mut window, "Filter: choose at least one condition");
    let selected = window.state_mut().editor.canvas().selected().clone();
    assert_eq!(selected.first().copied(), filter);
}

#[test]
fn a_loose_step_that_is_dropped_on_an_edge_becomes_part_of_the_way() {
    let mut definition = typical();
    let loose = Node::new(NodeKind::Filter(None), [-420.0, 104.0]);
    let loose = definition.add(loose);
    let (trigger, _) = definition.trigger().expect("it was set");
    let mut window = window(Desk::new(definition));
    let from = center(&window, "Filter. No condition yet");
    let to = center(&window, "Add step between New User Registration");
    drag(&mut window, from, to);
    let draft = window.state().editor.draft();
    assert_eq!(draft.after(trigger, Port::Next), Some(loose));
    let onward = draft.after(loose, Port::Matched);
    assert_eq!(onward, Some(find(&window, "Company address")));
}

#[test]
fn several_nodes_are_selected_with_shift_and_moved_together() {
    let mut window = window(Desk::new(typical()));
    let canvas = window.get_by_role(Role::Canvas).rect();
    let from = canvas.left_top() + vec2(20.0, 20.0);
    window.event(egui::Event::ModifiersChanged(Modifiers::SHIFT));
    let to = canvas.right_bottom() - vec2(20.0, 20.0);
    drag(&mut window, from, to);
    let all = typical().len();
    assert_eq!(window.state_mut().editor.canvas().selected().len(), all);
}

#[test]
fn a_group_that_is_missing_is_asked_for_and_arrives() {
    let mut window = window(Desk::new(typical()));
    click(&mut window, "Edit Assign Group to User");
    window
        .get_by_role_and_label(Role::ComboBox, "Add group to rule 1")
        .click();
    window.run();
    window
        .get_by_label("Search Add group to rule 1")
        .type_text("Night shift");
    window.run();
    click(&mut window, "Create “Night shift”");
    let request = window.state().last.clone().and_then(|it| it.request);
    let name = "Night shift".to_owned();
    assert_eq!(
        request,
        Some(DrawerRequest::Create {
            kind: TargetKind::Group,
            name: name.clone()
        })
    );
    let target = Target { id: Some(99), name };
    let arrival = window.state_mut().editor.created(TargetKind::Group, target);
    assert_eq!(arrival, Arrival::Shown);
    window.run();
    let task = find(&window, "Assign Group to User");
    let draft = window.state().editor.draft();
    let node = draft.node(task).expect("it is there");
    assert_eq!(node.kind.summary(), "Add to Staff and 1 more");
}
