//! Search on the canvas, the next problem, and the part of the drawing that is shown.

use super::*;

fn seek(window: &mut Window, typed: &str) {
    window.key_press_modifiers(Modifiers::COMMAND, Key::F);
    window.run();
    assert!(window.get_by_role(Role::SearchInput).is_focused());
    window.get_by_role(Role::SearchInput).type_text(typed);
    window.run();
}

#[track_caller]
fn says(window: &Window, expected: &str) {
    let status = window.get_by_role(Role::Status);
    let said = status.accesskit_node().label().unwrap_or_default();
    assert_eq!(said, expected);
}

fn selected(window: &mut Window) -> Vec<String> {
    let canvas = window.state_mut().editor.canvas();
    let chosen = canvas.selected().clone();
    let title = |id: &NodeId| canvas.draft().node(*id).expect("it is there").title();
    chosen.iter().map(|id| title(id).to_owned()).collect()
}

#[test]
fn what_is_typed_is_found_and_enter_goes_around() {
    let mut window = window(Desk::new(typical()));
    seek(&mut window, "ÚSER");
    says(&window, "1 of 3: New User Registration");
    assert_eq!(selected(&mut window), ["New User Registration"]);
    window.key_press(Key::Enter);
    window.run();
    says(&window, "2 of 3: User created");
    window.key_press(Key::F3);
    window.run();
    says(&window, "3 of 3: Assign Group to User");
    window.key_press(Key::Enter);
    window.run();
    says(&window, "1 of 3: New User Registration");
    window.key_press_modifiers(Modifiers::SHIFT, Key::Enter);
    window.run();
    says(&window, "3 of 3: Assign Group to User");
    window.key_press_modifiers(Modifiers::SHIFT, Key::F3);
    window.run();
    says(&window, "2 of 3: User created");
    click(&mut window, "Next match");
    says(&window, "3 of 3: Assign Group to User");
    click(&mut window, "Previous match");
    says(&window, "2 of 3: User created");
}

#[test]
fn esc_closes_the_search_and_gives_the_keyboard_to_the_match() {
    let mut window = window(Desk::new(typical()));
    seek(&mut window, "paris");
    says(&window, "1 of 1: Company address");
    window.key_press(Key::Escape);
    window.run();
    assert!(window.query_by_role(Role::SearchInput).is_none());
    let block = window.get_by_label_contains("Filter: Company address");
    assert!(block.is_focused());
    window.key_press(Key::F3);
    window.run();
    says(&window, "1 of 1: Company address");
}

#[test]
fn nothing_found_says_so_and_changes_nothing() {
    let mut window = window(Desk::new(typical()));
    click_node(&mut window, "Event: User created");
    seek(&mut window, "\u{202e}<script>%");
    says(&window, "No matches");
    assert_eq!(selected(&mut window), ["User created"]);
    let next = window.get_by_label("Next match");
    assert!(next.accesskit_node().is_disabled());
    window.key_press(Key::Escape);
    window.run();
    assert!(
        window
            .get_by_label_contains("Event: User created")
            .is_focused()
    );
}

#[test]
fn a_search_is_limited_and_typing_again_replaces_it() {
    let mut window = window(Desk::new(typical()));
    seek(&mut window, &"x".repeat(10_000));
    let typed = window.get_by_role(Role::SearchInput).value();
    assert_eq!(typed.map(|it| it.len()), Some(200));
    seek(&mut window, "end");
    let typed = window.get_by_role(Role::SearchInput).value();
    assert_eq!(typed.as_deref(), Some("end"));
}

#[test]
fn what_was_just_drawn_is_found_too() {
    let mut window = window(Desk::new(typical()));
    seek(&mut window, "Sales");
    says(&window, "No matches");
    let task = find(&window, "Assign Group to User");
    let rename = |definition: &mut Definition| {
        definition.node_mut(task).expect("it is there").name = "To sales".to_owned();
    };
    window.state_mut().editor.canvas().edit(rename);
    window.run();
    says(&window, "1 of 1: To sales");
}

#[test]
fn the_search_works_in_a_preview_in_a_walk_and_beside_the_drawer() {
    let mut desk = Desk::new(typical());
    desk.is_preview = true;
    let mut preview = window(desk);
    seek(&mut preview, "staff");
    says(&preview, "1 of 1: Assign Group to User");
    let mut desk = Desk::new(typical());
    desk.walk = Some(failed_walk(&typical()));
    let mut walk = window(desk);
    seek(&mut walk, "staff");
    says(&walk, "1 of 1: Assign Group to User");
    let mut drawer = window(Desk::new(typical()));
    click(&mut drawer, "Edit Company address");
    drawer.get_by_label("Name").focus();
    drawer.run();
    seek(&mut drawer, "staff");
    says(&drawer, "1 of 1: Assign Group to User");
    drawer.get_by_label("Name");
}

#[test]
fn the_next_problem_is_looked_for_around_and_around() {
    let mut definition = typical();
    let event = definition.find(NodeKind::is_event);
    let edge = definition.out(event.expect("an event")).next();
    let bare = Task::new(Action::AssignRole);
    definition.insert(edge.expect("an edge"), NodeKind::Task(bare));
    let loose = Node::new(NodeKind::Filter(None), [900.0, 40.0]);
    definition.add(loose);
    let mut window = window(Desk::new(definition));
    let mut seen = Vec::new();
    for _ in 0..4 {
        window.key_press(Key::F8);
        window.run();
        seen.extend(selected(&mut window));
    }
    let expected = [
        "Assign Role to User",
        "Assign Group to User",
        "Filter",
        "Assign Role to User",
    ];
    assert_eq!(seen, expected, "the second has a warning only");
}

#[test]
fn without_a_problem_on_a_block_the_list_opens_or_the_reason_is_given() {
    let mut fine = window(Desk::new(registration()));
    fine.key_press(Key::F8);
    fine.run();
    assert_eq!(notice(&fine), "There is no problem here");
    let mut blank = window(Desk::new(Definition::blank()));
    blank.key_press(Key::F8);
    blank.run();
    let mut lines = blank.query_all_by_label_contains("Workflow: a workflow needs a trigger");
    assert!(lines.next().is_some());
}

#[test]
fn the_next_problem_of_a_walk_is_the_step_that_failed() {
    let mut desk = Desk::new(typical());
    desk.walk = Some(failed_walk(&typical()));
    let mut window = window(desk);
    window.key_press(Key::F8);
    window.run();
    assert_eq!(selected(&mut window), ["Assign Group to User"]);
}

#[test]
fn the_selection_fills_the_window_and_the_way_there_ends() {
    let mut window = window(Desk::new(typical()));
    window.key_press(Key::Num2);
    window.run();
    assert_eq!(notice(&window), "Choose a block or an edge first");
    click_node(&mut window, "Filter: Company address");
    window.key_press(Key::Minus);
    window.key_press(Key::Minus);
    window.run();
    window.key_press(Key::Num2);
    window.run();
    let canvas = window.state_mut().editor.canvas();
    let view = canvas.view.expect("it was drawn");
    assert!((view.zoom() - 1.0).abs() < 0.001);
    assert!(canvas.glide.is_none(), "nothing repaints any more");
    let middle = canvas.screen.center();
    let block = center(&window, "Filter: Company address");
    assert!(block.distance(middle) < 2.0, "{block} {middle}");
}

#[test]
fn with_reduced_motion_the_view_is_there_at_once() {
    for (animation, glides) in [(0.0, false), (0.1, true)] {
        let mut window = Harness::builder()
            .with_size([1280.0, 800.0])
            .with_step_dt(0.01)
            .with_context_setup(theme::install)
            .build_ui_state(|ui, desk: &mut Desk| desk.draw(ui), Desk::new(typical()));
        window
            .ctx
            .all_styles_mut(|style| style.animation_time = animation);
        let filter = find(&window, "Company address");
        let canvas = window.state_mut().editor.canvas();
        canvas.select(filter);
        canvas.command(crate::ui::menu::MenuCommand::ZoomToSelection);
        window.run_steps(3);
        assert_eq!(window.state_mut().editor.canvas().glide.is_some(), glides);
    }
}
