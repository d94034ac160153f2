//! Drawing with the keyboard alone.

use super::*;

#[test]
fn the_keyboard_alone_walks_opens_and_renames() {
    let mut window = window(Desk::new(typical()));
    for key in [Key::ArrowDown, Key::ArrowDown, Key::ArrowDown] {
        window.key_press(key);
        window.run();
    }
    let selected = window.state_mut().editor.canvas().selected().clone();
    assert_eq!(selected, [find(&window, "Company address")].into());
    window.key_press(Key::ArrowRight);
    window.run();
    let selected = window.state_mut().editor.canvas().selected().clone();
    assert_eq!(selected, [find(&window, "End")].into());
    window.key_press(Key::ArrowLeft);
    window.run();
    window.key_press(Key::Enter);
    window.run();
    window.get_by_label("Name").focus();
    window.run();
    assert!(window.get_by_label("Name").is_focused());
    window.key_press_modifiers(Modifiers::COMMAND, Key::A);
    window.get_by_label("Name").type_text("Ours");
    window.run();
    window.get_by_label("Done").focus();
    window.run();
    window.key_press(Key::Enter);
    window.run();
    find(&window, "Ours");
    assert!(window.query_by_label("Done").is_none());
}

#[test]
fn tab_goes_from_node_to_node() {
    let mut window = window(Desk::new(registration()));
    let mut seen = Vec::new();
    for _ in 0..24 {
        window.key_press(Key::Tab);
        window.run();
        let nodes = window.query_all_by_role(Role::ListBoxOption);
        let focused = nodes.filter(egui_kittest::Node::is_focused);
        seen.extend(focused.filter_map(|it| it.accesskit_node().label()));
    }
    let kinds: Vec<&str> = seen
        .iter()
        .filter_map(|it| it.split([':', '.']).next())
        .collect();
    assert_eq!(kinds, ["Start", "Trigger", "Event", "End"]);
}

#[test]
fn enter_presses_what_has_the_keyboard_and_not_what_is_selected() {
    let mut window = window(Desk::new(Definition::blank()));
    click(&mut window, "Start");
    window.get_by_label("Add trigger").focus();
    window.run();
    window.key_press(Key::Enter);
    window.run();
    window.get_by_label("Starts with");
}

#[test]
fn esc_deselects_and_then_closes_the_drawer() {
    let mut window = window(Desk::new(typical()));
    click(&mut window, "Edit Company address");
    window.get_by_label("Done");
    for _ in 0..3 {
        window.key_press(Key::Escape);
        window.run();
    }
    assert!(window.query_by_label("Done").is_none());
}

/// Role and name of what has the keyboard.
fn at(window: &Window) -> (Role, String) {
    let named = window.query_all(egui_kittest::kittest::By::new().predicate(|_| true));
    let focused = named.filter(egui_kittest::Node::is_focused);
    let mut told = focused.filter_map(|it| {
        let node = it.accesskit_node();
        Some((node.role(), node.label()?))
    });
    told.next_back().unwrap_or((Role::Unknown, String::new()))
}

#[track_caller]
fn must_be_at(window: &Window, role: Role, begins: &str) {
    let (found, name) = at(window);
    assert!(
        found == role && name.starts_with(begins),
        "the keyboard is at {found:?} {name:?} and not at {begins:?}"
    );
}

fn press_key(window: &mut Window, key: Key) {
    window.key_press(key);
    window.run();
}

#[test]
fn enter_goes_into_the_drawer_and_esc_back_to_the_block() {
    let mut window = window(Desk::new(typical()));
    click_node(&mut window, "Filter: Company address");
    press_key(&mut window, Key::Enter);
    must_be_at(&window, Role::TextInput, "Name");
    press_key(&mut window, Key::Escape);
    assert!(window.query_by_label("Done").is_none());
    must_be_at(&window, Role::ListBoxOption, "Filter: Company address");
    press_key(&mut window, Key::ArrowDown);
    must_be_at(&window, Role::ListBoxOption, "Event: User created");
}

#[test]
fn what_has_nothing_to_edit_is_closed_by_the_key_that_opened_it() {
    let mut window = window(Desk::new(typical()));
    click(&mut window, "Start");
    press_key(&mut window, Key::Enter);
    must_be_at(&window, Role::Button, "Close drawer");
    press_key(&mut window, Key::Enter);
    assert!(window.query_by_label("Close drawer").is_none());
    must_be_at(&window, Role::ListBoxOption, "Start");
}

#[test]
fn a_drawer_that_the_pointer_opens_does_not_take_the_keyboard() {
    let mut window = window(Desk::new(typical()));
    click_node(&mut window, "Filter: Company address");
    click(&mut window, "Edit Company address");
    window.get_by_label("Done");
    assert_eq!(at(&window), (Role::Unknown, String::new()));
}

#[test]
fn a_step_that_is_added_by_keys_is_configured_by_keys() {
    let mut window = window(Desk::new(registration()));
    click_node(&mut window, "Trigger");
    window.get_by_label_contains("Add step after New").focus();
    window.run();
    press_key(&mut window, Key::Enter);
    press_key(&mut window, Key::Enter);
    must_be_at(&window, Role::Button, "Add condition");
    press_key(&mut window, Key::Enter);
    must_be_at(&window, Role::ComboBox, "Attribute of condition 1");
    window.get_by_label("Remove condition 1").focus();
    window.run();
    press_key(&mut window, Key::Enter);
    must_be_at(&window, Role::Button, "Add condition");
    press_key(&mut window, Key::Escape);
    must_be_at(&window, Role::ListBoxOption, "Filter. No condition yet");
}

#[test]
fn esc_closes_a_list_before_the_drawer_that_it_belongs_to() {
    let mut window = window(Desk::new(typical()));
    click_node(&mut window, "Task: Assign Group to User");
    press_key(&mut window, Key::Enter);
    let picker = (Role::ComboBox, "Add group to rule 1");
    window.get_by_role_and_label(picker.0, picker.1).focus();
    window.run();
    press_key(&mut window, Key::Enter);
    window.get_by_label("Search Add group to rule 1");
    press_key(&mut window, Key::Escape);
    must_be_at(&window, picker.0, picker.1);
    window.get_by_label("Done");
    let selected = window.state_mut().editor.canvas().selected().clone();
    assert_eq!(selected.len(), 1, "the canvas has not heard of it");
    press_key(&mut window, Key::Escape);
    assert!(window.query_by_label("Done").is_none());
    must_be_at(&window, Role::ListBoxOption, "Task: Assign Group to User");
}

#[test]
fn a_trigger_that_is_not_added_gives_the_keyboard_back() {
    let mut window = window(Desk::new(Definition::blank()));
    window.get_by_label("Add trigger").focus();
    window.run();
    press_key(&mut window, Key::Enter);
    must_be_at(&window, Role::TextInput, "Name");
    press_key(&mut window, Key::Escape);
    assert!(window.query_by_label("Starts with").is_none());
    must_be_at(&window, Role::Button, "Add trigger");
}

#[test]
fn what_is_typed_together_with_the_key_that_opens_the_search_goes_into_it() {
    let mut window = window(Desk::new(typical()));
    click(&mut window, "Start");
    let find = egui::Event::Key {
        key: Key::F,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::COMMAND,
    };
    let typed = ["c", "o"].map(|it| egui::Event::Text(it.to_owned()));
    window.input_mut().events.push(find);
    window.input_mut().events.extend(typed);
    window.step();
    window
        .input_mut()
        .events
        .push(egui::Event::Text("m".to_owned()));
    window.run();
    let field = window.get_by_role_and_label(Role::SearchInput, "Find on the canvas");
    assert_eq!(field.accesskit_node().value().as_deref(), Some("com"));
}

#[test]
fn an_edge_that_is_made_by_keys_has_the_keyboard() {
    let definition = typical();
    let task = definition.find(|kind| matches!(kind, NodeKind::Task(_)));
    let task = task.expect("there is one");
    let mut window = window(Desk::new(definition));
    click_node(&mut window, "Task: Assign Group to User");
    let output = "Output failed of Assign Group to User";
    window.get_by_label(output).focus();
    window.run();
    press_key(&mut window, Key::Enter);
    window
        .get_by_label("Search steps")
        .type_text("Connect to End");
    window.run();
    press_key(&mut window, Key::Enter);
    must_be_at(
        &window,
        Role::ListItem,
        "Edge from Assign Group to User, failed, to End",
    );
    let end = find(&window, "End");
    let draft = window.state().editor.draft();
    assert_eq!(draft.after(task, Port::Failed), Some(end));
}
