//! The menus of blocks, edges and the ground.

use super::*;

fn right_click(window: &mut Window, at: Pos2) {
    window.hover_at(at);
    window.run();
    for pressed in [true, false] {
        window.event(egui::Event::PointerButton {
            pos: at,
            button: egui::PointerButton::Secondary,
            pressed,
            modifiers: Modifiers::NONE,
        });
        window.run();
    }
}

fn items(window: &Window) -> Vec<(String, bool)> {
    let items = window.query_all_by_role(Role::MenuItem);
    let item = |it: egui_kittest::Node<'_>| {
        let node = it.accesskit_node();
        (node.label().unwrap_or_default(), !node.is_disabled())
    };
    items.map(item).collect()
}

#[test]
fn a_block_says_what_can_be_done_with_it() {
    let mut window = window(Desk::new(typical()));
    let at = center(&window, "Filter: Company address");
    right_click(&mut window, at);
    window.get_by_role_and_label(Role::Menu, "Menu of the block");
    let can = |window: &Window, name: &str| items(window).contains(&(name.to_owned(), true));
    assert!(can(&window, "Rename"));
    click(&mut window, "Disable or enable step");
    let filter = find(&window, "Company address");
    let is_disabled = |window: &Window| {
        let node = window.state().editor.draft().node(filter);
        node.expect("it is there").is_disabled
    };
    assert!(is_disabled(&window));
    assert!(items(&window).is_empty(), "it is closed");
    let at = window.get_by_label("Start").rect().center();
    right_click(&mut window, at);
    assert!(!can(&window, "Duplicate"));
    click(&mut window, "Duplicate");
    assert_eq!(window.state().editor.draft().len(), typical().len());
    window.key_press(Key::Escape);
    window.run();
    assert!(items(&window).is_empty());
}

#[test]
fn the_keyboard_opens_walks_and_chooses() {
    let mut window = window(Desk::new(typical()));
    click_node(&mut window, "Filter: Company address");
    window.key_press_modifiers(Modifiers::SHIFT, Key::F10);
    window.run();
    window.get_by_role_and_label(Role::Menu, "Menu of the block");
    assert!(window.get_by_label("Open in the drawer").is_focused());
    window.key_press(Key::ArrowUp);
    window.run();
    assert!(window.get_by_label("Delete").is_focused());
    window.key_press(Key::Enter);
    window.run();
    assert_eq!(window.state().editor.draft().len(), typical().len() - 1);
    undo(&mut window);
    assert_eq!(*window.state().editor.draft(), typical());
}

#[test]
fn an_edge_and_the_ground_have_menus_too() {
    let mut window = window(Desk::new(typical()));
    let at = center(&window, "Add step between New User Registration");
    right_click(&mut window, at);
    window.get_by_role_and_label(Role::Menu, "Menu of the line");
    click(&mut window, "Delete");
    assert_eq!(
        window.state().editor.draft().edges().count(),
        typical().edges().count() - 1
    );
    let at = window.get_by_role(Role::Canvas).rect().left_top() + vec2(30.0, 30.0);
    right_click(&mut window, at);
    window.get_by_role_and_label(Role::Menu, "Menu of the canvas");
    let undo = window.get_by_role_and_label(Role::MenuItem, "Undo");
    undo.click();
    window.run();
    assert_eq!(*window.state().editor.draft(), typical());
}

#[test]
fn paste_from_the_menu_puts_it_where_the_menu_was() {
    let mut window = window(Desk::new(registration()));
    let at = window.get_by_role(Role::Canvas).rect().left_top() + vec2(200.0, 200.0);
    right_click(&mut window, at);
    click(&mut window, "Paste");
    let filter = [("x", NodeKind::Filter(None))];
    let mut piece = Definition::default();
    for (_, kind) in filter {
        piece.add(Node::new(kind, [0.0, 0.0]));
    }
    let all = piece.nodes().map(|(id, _)| id).collect();
    let piece = crate::model::fragment::Fragment::of(&piece, &all);
    let text = piece.expect("a step").to_json();
    window.event(egui::Event::Paste(text));
    window.run();
    let pasted = center(&window, "Filter. No condition yet");
    assert!(pasted.distance(at) < 4.0, "{pasted:?} {at:?}");
}
