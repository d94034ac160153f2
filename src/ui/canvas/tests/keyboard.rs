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
    for _ in 0..14 {
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
