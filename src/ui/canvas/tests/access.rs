//! The canvas by Tab and by assistive technology: names, states, and what is there off the screen.

use super::*;

fn focused(window: &Window) -> String {
    let named = window.query_all(egui_kittest::kittest::By::new().predicate(|_| true));
    named
        .filter(egui_kittest::Node::is_focused)
        .find_map(|it| it.accesskit_node().label())
        .unwrap_or_default()
}

fn tab(window: &mut Window, times: usize) -> Vec<String> {
    let mut seen = Vec::new();
    for _ in 0..times {
        window.key_press(Key::Tab);
        window.run();
        seen.push(focused(window));
    }
    seen
}

const STOPS: [&str; 8] = [
    "Edit Company address",
    "Delete Company address",
    "Output matched of Company address",
    "Output otherwise of Company address",
    "Edge from Company address, matched, to User created",
    "Add step after Company address",
    "Edge from Company address, otherwise, to End",
    "Add step between Company address and End",
];

#[test]
fn tab_goes_through_everything_of_a_selected_block_and_on_to_the_next() {
    let mut window = window(Desk::new(typical()));
    click_node(&mut window, "Filter: Company address");
    let seen = tab(&mut window, 9);
    assert_eq!(seen.get(..8), Some(STOPS.map(str::to_owned).as_slice()));
    let next = seen.last().cloned().unwrap_or_default();
    assert!(next.starts_with("Event: User created"), "{next}");
}

#[test]
fn everything_is_there_when_it_is_too_small_to_see_or_off_the_screen() {
    let mut window = window(Desk::new(typical()));
    click_node(&mut window, "Filter: Company address");
    for change in [0.001_f32, 1_000.0] {
        let canvas = window.state_mut().editor.canvas();
        let far = canvas.screen.center() + vec2(3_000.0, 3_000.0);
        canvas.change_view(|view| {
            view.zoom_about(far, change);
            if change > 1.0 {
                view.pan(vec2(-9_000.0, 0.0));
            }
        });
        window.run();
        for name in STOPS {
            window.get_by_label(name);
        }
        window.get_by_label("Output done of Assign Group to User");
        window.get_by_label("Edge from Start to New User Registration");
    }
}

#[test]
fn an_edge_is_chosen_and_deleted_by_keyboard() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    click_node(&mut window, "Filter: Company address");
    tab(&mut window, 7);
    assert_eq!(focused(&window), STOPS[6]);
    let edge = window.get_by_label(STOPS[6]);
    assert_eq!(edge.accesskit_node().is_selected(), Some(true));
    window.key_press(Key::Delete);
    window.run();
    let filter = find(&window, "Company address");
    let draft = window.state().editor.draft();
    assert_eq!(draft.after(filter, Port::Otherwise), None);
    assert_eq!(focused(&window), "Output otherwise of Company address");
    undo(&mut window);
    assert_eq!(*window.state().editor.draft(), before);
}

#[test]
fn assistive_technology_can_press_what_is_off_the_screen() {
    let mut window = window(Desk::new(typical()));
    let canvas = window.state_mut().editor.canvas();
    canvas.change_view(|view| view.pan(vec2(-9_000.0, 0.0)));
    window.run();
    window
        .get_by_label("Edit Company address")
        .click_accesskit();
    window.run();
    window.get_by_label("Name");
    let edge = window.get_by_label("Edge from Company address, otherwise, to End");
    edge.click_accesskit();
    window.run();
    let edge = window.get_by_label("Edge from Company address, otherwise, to End");
    assert_eq!(edge.accesskit_node().is_selected(), Some(true));
}

#[test]
fn controls_too_small_to_see_do_not_take_clicks_from_their_block() {
    let mut window = window(Desk::new(typical()));
    let canvas = window.state_mut().editor.canvas();
    let middle = canvas.screen.center();
    canvas.change_view(|view| view.zoom_about(middle, 0.001));
    window.run();
    let block = window.get_by_label_contains("Filter: Company address");
    let corner = block.rect().right_center() - vec2(1.0, 0.0);
    window.hover_at(corner);
    window.run();
    window.drag_at(corner);
    window.drop_at(corner);
    window.run();
    let selected = window.state_mut().editor.canvas().selected().clone();
    assert_eq!(selected, [find(&window, "Company address")].into());
    assert!(window.query_by_label("Search steps").is_none());
}

#[test]
fn names_states_and_problems_are_in_words() {
    let mut definition = typical();
    definition.add(Node::new(NodeKind::Filter(None), [900.0, 40.0]));
    let mut window = window(Desk::new(definition));
    let canvas = window.get_by_role(Role::Canvas);
    let description = canvas.accesskit_node().description().unwrap_or_default();
    assert!(description.contains("Arrow keys walk along the edges"));
    let port = window.get_by_label("Output failed of Assign Group to User");
    assert_eq!(
        port.accesskit_node().description().as_deref(),
        Some("Leads nowhere")
    );
    let loose = window.get_by_label_contains("Filter. No condition yet");
    let description = loose.accesskit_node().description().unwrap_or_default();
    assert!(description.contains("choose at least one condition"));
    assert_eq!(loose.accesskit_node().is_selected(), Some(false));
    click_node(&mut window, "Filter. No condition yet");
    let loose = window.get_by_label_contains("Filter. No condition yet");
    assert_eq!(loose.accesskit_node().is_selected(), Some(true));
    let header = window.get_by_label_contains("Problems: ");
    assert_eq!(header.accesskit_node().data().is_expanded(), Some(false));
}
