//! The mini-map and the toolbar.

use super::*;

/// More blocks than a window shows.
pub(super) fn long() -> Definition {
    let mut definition = typical();
    let event = definition.find(NodeKind::is_event);
    let event = event.expect("an event");
    for _ in 0..40 {
        let edge = definition.out(event).next().expect("an edge");
        definition.insert(edge, NodeKind::Task(Task::new(Action::AssignRole)));
    }
    definition
}

fn map(window: &Window) -> Option<String> {
    let map = window.query_by_role(Role::ScrollView)?;
    map.accesskit_node().label()
}

fn view(window: &mut Window) -> super::super::view::View {
    window
        .state_mut()
        .editor
        .canvas()
        .view
        .expect("it was drawn")
}

#[test]
fn the_map_is_there_when_the_drawing_does_not_fit() {
    let short = window(Desk::new(typical()));
    assert_eq!(map(&short), None);
    let mut long = window(Desk::new(long()));
    let name = map(&long).expect("the map");
    assert!(name.starts_with("Mini-map, shows "), "{name}");
    assert!(name.ends_with(" % of the drawing"), "{name}");
    let button = long.get_by_role_and_label(Role::Button, "Mini-map");
    assert_eq!(
        button.accesskit_node().toggled(),
        Some(egui::accesskit::Toggled::True)
    );
    click(&mut long, "Mini-map");
    assert_eq!(map(&long), None);
    let button = long.get_by_role_and_label(Role::Button, "Mini-map");
    assert_eq!(
        button.accesskit_node().toggled(),
        Some(egui::accesskit::Toggled::False)
    );
    long.key_press_modifiers(Modifiers::COMMAND | Modifiers::SHIFT, Key::M);
    long.run();
    assert!(map(&long).is_some());
}

#[test]
fn a_press_on_the_map_shows_that_part_and_a_drag_moves_on() {
    let mut window = window(Desk::new(long()));
    let rect = window.get_by_role(Role::ScrollView).rect();
    let before = view(&mut window);
    let from = rect.center_bottom() - vec2(0.0, 20.0);
    window.hover_at(from);
    window.run();
    window.drag_at(from);
    window.run();
    let jumped = view(&mut window);
    assert!(jumped.canvas(Pos2::ZERO).y > before.canvas(Pos2::ZERO).y + 1_000.0);
    window.hover_at(from - vec2(0.0, 30.0));
    window.run();
    window.drop_at(from - vec2(0.0, 30.0));
    window.run();
    let dragged = view(&mut window);
    assert!(dragged.canvas(Pos2::ZERO).y < jumped.canvas(Pos2::ZERO).y - 100.0);
    let draft = window.state().editor.draft();
    assert_eq!(*draft, long(), "no block was moved");
}

#[test]
fn arrows_on_the_map_move_the_view_and_select_nothing() {
    let mut window = window(Desk::new(long()));
    window.get_by_role(Role::ScrollView).focus();
    window.run();
    let before = view(&mut window);
    window.key_press(Key::ArrowDown);
    window.run();
    let after = view(&mut window);
    assert!(after.canvas(Pos2::ZERO).y > before.canvas(Pos2::ZERO).y + 50.0);
    assert!(window.get_by_role(Role::ScrollView).is_focused());
    assert!(window.state_mut().editor.canvas().selected().is_empty());
}

#[test]
fn the_wheel_over_the_map_zooms() {
    let mut window = window(Desk::new(long()));
    let at = window.get_by_role(Role::ScrollView).rect().center();
    window.hover_at(at);
    window.run();
    let before = view(&mut window).zoom();
    window.event(egui::Event::MouseWheel {
        unit: egui::MouseWheelUnit::Point,
        delta: vec2(0.0, 60.0),
        phase: egui::TouchPhase::Move,
        source: egui::MouseWheelSource::Wheel,
        modifiers: Modifiers::NONE,
    });
    window.run();
    assert!(view(&mut window).zoom() > before * 1.1);
}

#[test]
fn what_has_no_room_in_the_toolbar_is_in_its_menu() {
    for width in [150.0, 240.0, 330.0, 440.0, 700.0] {
        let mut window = Harness::builder()
            .with_size([width, 600.0])
            .with_max_steps(40)
            .with_context_setup(theme::install)
            .build_ui_state(|ui, desk: &mut Desk| desk.draw(ui), Desk::new(long()));
        window.run();
        let more = window.query_by_label("More canvas tools").is_some();
        assert_eq!(more, width < 440.0, "{width}");
        for name in [
            "Undo",
            "Redo",
            "Fit to window",
            "Find on the canvas",
            "Mini-map",
        ] {
            let Some(button) = window.query_by_role_and_label(Role::Button, name) else {
                assert!(more);
                continue;
            };
            assert!(button.rect().right() <= width - 12.0, "{name} at {width}");
        }
        if more {
            click(&mut window, "More canvas tools");
            click(&mut window, "Zoom to selection");
            assert_eq!(notice(&window), "");
        }
    }
}

#[test]
fn the_menu_of_a_narrow_toolbar_does_what_the_button_does() {
    let mut window = Harness::builder()
        .with_size([200.0, 600.0])
        .with_max_steps(40)
        .with_context_setup(theme::install)
        .build_ui_state(|ui, desk: &mut Desk| desk.draw(ui), Desk::new(long()));
    window.run();
    click(&mut window, "More canvas tools");
    click(&mut window, "Find on the canvas");
    let field = window.get_by_role(Role::SearchInput);
    assert!(field.is_focused());
    assert!(field.rect().right() <= 200.0);
    assert!(window.get_by_label("Close search").rect().right() <= 200.0);
}
