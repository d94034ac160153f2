//! Each action: done, taken back, done again, and the definitions compared.

use super::*;
use crate::model::fragment::Fragment;

pub(super) fn redo(window: &mut Window) {
    window.key_press_modifiers(Modifiers::COMMAND, Key::Y);
    window.run();
}

fn draft(window: &Window) -> Definition {
    window.state().editor.draft().clone()
}

/// What was done since `before` is one undo point: undo and redo it.
#[track_caller]
fn is_one_step(window: &mut Window, before: &Definition) -> Definition {
    let after = draft(window);
    assert_ne!(after, *before, "something was done");
    undo(window);
    assert_eq!(draft(window), *before, "undone");
    redo(window);
    assert_eq!(draft(window), after, "done again");
    let json = serde_json::to_string(&after).expect("JSON");
    let read: Definition = serde_json::from_str(&json).expect("it loads");
    assert_eq!(read, after);
    after
}

#[track_caller]
fn stays(window: &Window, before: &Definition, reason: &str) {
    assert_eq!(draft(window), *before);
    let said = notice(window);
    assert!(said.contains(reason), "{said}");
}

fn select(window: &mut Window, titles: &[&str]) {
    let nodes = titles.iter().map(|title| find(window, title)).collect();
    let canvas = window.state_mut().editor.canvas();
    canvas.selection = Selection { nodes, edge: None };
    window.run();
}

fn selected(window: &mut Window) -> Vec<String> {
    let canvas = window.state_mut().editor.canvas();
    let nodes = canvas.selected().iter();
    let titles = nodes.map(|id| canvas.draft().node(*id).expect("it is there").title());
    titles.map(str::to_owned).collect()
}

fn select_edge(window: &mut Window, from: &str, port: Port) -> Edge {
    let from = find(window, from);
    let to = draft(window).after(from, port).expect("an edge");
    let edge = Edge { from, port, to };
    window.state_mut().editor.canvas().select_edge(edge);
    window.run();
    edge
}

fn command(window: &mut Window, command: MenuCommand) {
    window.state_mut().editor.canvas().command(command);
    window.run();
}

fn paste(window: &mut Window, text: &str) {
    window.event(egui::Event::Paste(text.to_owned()));
    window.run();
}

/// What was put on the clipboard by this event.
fn copied(window: &mut Window, event: egui::Event) -> Option<String> {
    window.event(event);
    let mut text = None;
    for _ in 0..3 {
        window.step();
        let commands = &window.output().platform_output.commands;
        let mut written = commands.iter().filter_map(|it| match it {
            egui::OutputCommand::CopyText(text) => Some(text.clone()),
            _ => None,
        });
        text = text.or_else(|| written.next());
    }
    window.run();
    text
}

const FILTER: &str = "Company address";
const TASK: &str = "Assign Group to User";

#[test]
fn a_drag_moves() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    let from = center(&window, "Filter: Company address");
    drag(&mut window, from, from + vec2(-200.0, 30.0));
    is_one_step(&mut window, &before);
}

#[test]
fn several_are_moved_by_dragging_one_of_them() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    select(&mut window, &[FILTER, TASK]);
    let from = center(&window, "Filter: Company address");
    drag(&mut window, from, from + vec2(-200.0, 30.0));
    let after = is_one_step(&mut window, &before);
    let moved = |title| {
        let id = find(&window, title);
        let at = |of: &Definition| Pos2::from(of.node(id).expect("it is there").position);
        at(&after) - at(&before)
    };
    assert!(moved(FILTER).length() > 100.0);
    assert!((moved(FILTER) - moved(TASK)).length() < 0.5);
    assert!(moved("End").length() < 0.5);
}

#[test]
fn a_key_that_is_held_moves_in_one_step() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    select(&mut window, &[FILTER]);
    let key = |pressed, repeat| egui::Event::Key {
        key: Key::ArrowLeft,
        physical_key: None,
        pressed,
        repeat,
        modifiers: Modifiers::COMMAND,
    };
    window.event(egui::Event::ModifiersChanged(Modifiers::COMMAND));
    for repeat in [false, true, true, true] {
        window.event(key(true, repeat));
        window.run();
    }
    window.event(key(false, false));
    window.event(egui::Event::ModifiersChanged(Modifiers::NONE));
    window.run();
    let id = find(&window, FILTER);
    let left = |of: &Definition| of.node(id).expect("it is there").position[0];
    let after = is_one_step(&mut window, &before);
    assert!((left(&before) - left(&after) - 96.0).abs() < 0.5);
}

#[test]
fn esc_in_a_drag_takes_it_back() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    let from = center(&window, "Filter: Company address");
    window.hover_at(from);
    window.run();
    window.drag_at(from);
    window.run();
    window.hover_at(from + vec2(-150.0, 40.0));
    window.run();
    window.hover_at(from + vec2(-200.0, 40.0));
    window.run();
    assert_ne!(draft(&window), before);
    window.key_press(Key::Escape);
    window.run();
    assert_eq!(draft(&window), before);
    window.hover_at(from + vec2(-250.0, 40.0));
    window.run();
    window.drop_at(from + vec2(-250.0, 40.0));
    window.run();
    assert_eq!(draft(&window), before);
    assert!(!window.state_mut().editor.canvas().can_undo());
    assert!(!window.state_mut().editor.canvas().can_redo());
}

#[test]
fn with_space_a_drag_moves_the_view_only() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    let from = center(&window, "Filter: Company address");
    window.key_down(Key::Space);
    drag(&mut window, from, from + vec2(-150.0, 30.0));
    window.key_up(Key::Space);
    window.run();
    assert_eq!(draft(&window), before);
    let moved = center(&window, "Filter: Company address") - from;
    assert!((moved - vec2(-150.0, 30.0)).length() < 10.0, "{moved:?}");
}

#[test]
fn a_drag_to_the_border_scrolls() {
    let mut window = window(Desk::new(typical()));
    let start = center(&window, "Trigger");
    let canvas = window.get_by_role(Role::Canvas).rect();
    let from = center(&window, "Filter: Company address");
    window.hover_at(from);
    window.run();
    window.drag_at(from);
    window.run();
    window.hover_at(from + vec2(0.0, 40.0));
    window.run();
    window.hover_at(canvas.center_bottom() - vec2(0.0, 2.0));
    for _ in 0..30 {
        window.step();
    }
    window.drop_at(canvas.center());
    window.run();
    let now = center(&window, "Trigger");
    assert!(now.y < start.y - 20.0, "{start:?} {now:?}");
}

#[test]
fn shift_and_ctrl_add_to_the_selection_and_a_rectangle_does_too() {
    let mut window = window(Desk::new(typical()));
    click_node(&mut window, "Filter: Company address");
    for modifiers in [Modifiers::SHIFT, Modifiers::COMMAND] {
        window.event(egui::Event::ModifiersChanged(modifiers));
        let at = center(&window, "Task: Assign Group");
        window.hover_at(at);
        window.drag_at(at);
        window.drop_at(at);
        window.run();
        let is_in = modifiers == Modifiers::SHIFT;
        assert_eq!(selected(&mut window).contains(&TASK.to_owned()), is_in);
    }
    window.event(egui::Event::ModifiersChanged(Modifiers::SHIFT));
    let end = window.get_by_label("End").rect();
    let from = end.left_bottom() + vec2(-30.0, 20.0);
    drag(&mut window, from, end.center());
    assert_eq!(selected(&mut window), ["End", FILTER]);
}

#[test]
fn several_are_deleted_together() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    select(&mut window, &[FILTER, TASK]);
    window.key_press(Key::Delete);
    window.run();
    let after = is_one_step(&mut window, &before);
    assert_eq!(after.len(), before.len() - 2);
    assert_eq!(after.edges().count(), 3, "the gaps are closed");
}

#[test]
fn an_edge_is_deleted() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    select_edge(&mut window, FILTER, Port::Otherwise);
    window.key_press(Key::Delete);
    window.run();
    is_one_step(&mut window, &before);
}

#[test]
fn an_edge_is_drawn() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    let from = center(&window, "Output failed of Assign Group to User");
    let to = window.get_by_label("End").rect().center();
    drag(&mut window, from, to);
    is_one_step(&mut window, &before);
}

#[test]
fn the_end_of_an_edge_is_led_elsewhere() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    select_edge(&mut window, FILTER, Port::Otherwise);
    let name = "End of the edge from Company address to End";
    let from = center(&window, name);
    let to = center(&window, "Task: Assign Group");
    drag(&mut window, from, to);
    let after = is_one_step(&mut window, &before);
    let (filter, task) = (find(&window, FILTER), find(&window, TASK));
    assert_eq!(after.after(filter, Port::Otherwise), Some(task));
}

#[test]
fn an_edge_that_is_pulled_to_empty_space_asks_for_a_step() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    let from = center(&window, "Output failed of Assign Group to User");
    drag(&mut window, from, from + vec2(180.0, 90.0));
    type_into(&mut window, "Search steps", "End");
    window.key_press(Key::Enter);
    window.run();
    let after = is_one_step(&mut window, &before);
    assert_eq!(after.len(), before.len() + 1);
}

#[test]
fn a_step_that_is_pulled_out_of_a_taken_output_leads_on() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    let from = center(&window, "Output otherwise of Company address");
    drag(&mut window, from, from + vec2(180.0, 90.0));
    click(&mut window, "Filter");
    let after = is_one_step(&mut window, &before);
    let filter = find(&window, FILTER);
    let added = after.after(filter, Port::Otherwise).expect("an edge");
    let end = after.after(added, Port::Matched);
    assert_eq!(end, Some(find(&window, "End")));
}

#[test]
fn edges_that_cannot_be_say_why_while_they_are_dragged_and_when_they_are_dropped() {
    let before = typical();
    for (to, reason) in [
        ("Start", "nothing leads into Start"),
        ("Trigger: ", "only Start leads to the trigger"),
        ("Filter: ", "go round in a circle"),
        ("Task: ", "a step cannot lead to itself"),
    ] {
        let mut window = window(Desk::new(before.clone()));
        let from = center(&window, "Output failed of Assign Group to User");
        let is_it = |it: &egui_kittest::Node<'_>| {
            let label = it.accesskit_node().label();
            label.is_some_and(|it| it.starts_with(to))
        };
        let all = window.query_all_by_role(Role::ListBoxOption);
        let to = all.filter(is_it).map(|it| it.rect().center()).next();
        drag(&mut window, from, to.expect("the block"));
        stays(&window, &before, reason);
    }
}

#[test]
fn every_reason_against_an_edge_is_said() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    let [start, trigger, filter, task, end] =
        ["Start", "New User Registration", FILTER, TASK, "End"].map(|it| find(&window, it));
    let nobody = NodeId(99);
    for (from, port, to, reason) in [
        (filter, Port::Matched, nobody, "does not exist"),
        (end, Port::Next, task, "no such output"),
        (task, Port::Failed, start, "nothing leads into Start"),
        (task, Port::Failed, trigger, "only Start leads"),
        (start, Port::Next, end, "Start leads to the trigger first"),
        (task, Port::Failed, task, "cannot lead to itself"),
        (task, Port::Failed, filter, "go round in a circle"),
    ] {
        let mut outcome = CanvasOutcome::default();
        let act = Act::Connect(Edge { from, port, to });
        window
            .state_mut()
            .editor
            .canvas()
            .perform(act, &mut outcome);
        let said = outcome.notice.unwrap_or_default();
        assert!(said.contains(reason), "{said}");
    }
    assert_eq!(draft(&window), before);
}

#[test]
fn a_step_is_added_by_the_plus_of_an_edge() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    click_node(&mut window, "Add step between New User Registration");
    click(&mut window, "Filter");
    is_one_step(&mut window, &before);
}

#[test]
fn a_step_is_added_by_keys_after_the_block_and_on_the_edge() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    select(&mut window, &["User created"]);
    window.key_press(Key::Insert);
    window.run();
    window.key_press(Key::Enter);
    window.run();
    let after = is_one_step(&mut window, &before);
    assert_eq!(after.len(), before.len() + 1);
    undo(&mut window);
    select_edge(&mut window, FILTER, Port::Otherwise);
    window.key_press_modifiers(Modifiers::COMMAND, Key::Enter);
    window.run();
    window.key_press(Key::Enter);
    window.run();
    is_one_step(&mut window, &before);
}

#[test]
fn a_step_that_is_dropped_on_an_edge_becomes_part_of_the_way_in_one_step() {
    let mut before = typical();
    before.add(Node::new(NodeKind::Filter(None), [-420.0, 104.0]));
    let mut window = window(Desk::new(before.clone()));
    let from = center(&window, "Filter. No condition yet");
    let to = center(&window, "Add step between New User Registration");
    drag(&mut window, from, to);
    is_one_step(&mut window, &before);
}

#[test]
fn a_trigger_is_set() {
    let before = Definition::blank();
    let mut window = window(Desk::new(before.clone()));
    select(&mut window, &["Start"]);
    command(&mut window, MenuCommand::AddStep);
    click(&mut window, "Add this trigger");
    is_one_step(&mut window, &before);
}

#[test]
fn steps_are_disabled_and_enabled_together() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    select(&mut window, &[FILTER, TASK, "End"]);
    window.key_press_modifiers(Modifiers::COMMAND, Key::E);
    window.run();
    let after = is_one_step(&mut window, &before);
    let disabled = after.nodes().filter(|(_, node)| node.is_disabled).count();
    assert_eq!(disabled, 2);
    window.get_by_label_contains("and 2 more. Disabled");
    window.key_press_modifiers(Modifiers::COMMAND, Key::E);
    window.run();
    assert_eq!(draft(&window), before);
    select(&mut window, &["End"]);
    window.key_press_modifiers(Modifiers::COMMAND, Key::E);
    window.run();
    stays(&window, &before, "Choose a filter or a task first");
}

#[test]
fn a_block_is_renamed_where_its_name_stands() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    click_node(&mut window, "Filter: Company address");
    window.key_press(Key::F2);
    window.run();
    let field = window.get_by_label("Name of Company address");
    assert!(field.is_focused());
    let block = window
        .get_by_label_contains("Filter: Company address")
        .rect();
    assert!(block.contains_rect(field.rect()), "{block:?}");
    field.type_text("Ours");
    window.run();
    window.key_press(Key::Enter);
    window.run();
    is_one_step(&mut window, &before);
    find(&window, "Ours");
    assert!(
        window.query_by_label("Done").is_none(),
        "Enter opened nothing"
    );
    assert!(window.get_by_label_contains("Filter: Ours").is_focused());
}

#[test]
fn esc_leaves_the_name_and_an_empty_one_is_the_default() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    click_node(&mut window, "Filter: Company address");
    for (typed, end, name) in [
        (Some("Ours"), Key::Escape, FILTER),
        (None, Key::Enter, "Filter"),
    ] {
        window.key_press(Key::F2);
        window.run();
        let field = window.get_by_label("Name of Company address");
        match typed {
            Some(text) => field.type_text(text),
            None => window.key_press(Key::Delete),
        }
        window.run();
        window.key_press(end);
        window.run();
        find(&window, name);
    }
    let after = is_one_step(&mut window, &before);
    assert_eq!(after.len(), before.len(), "Delete was for the text");
}

#[test]
fn a_name_keeps_its_limit_and_says_what_it_cannot_hold() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    select(&mut window, &[FILTER]);
    command(&mut window, MenuCommand::Rename);
    let long = "x".repeat(400);
    window
        .get_by_label("Name of Company address")
        .type_text(&long);
    window.run();
    let at = window.get_by_role(Role::Canvas).rect().left_top() + vec2(30.0, 30.0);
    window.hover_at(at);
    window.drag_at(at);
    window.drop_at(at);
    window.run();
    find(&window, &"x".repeat(255));
    undo(&mut window);
    let node = find(&window, FILTER);
    let name = "a\u{0}b".to_owned();
    let mut outcome = CanvasOutcome::default();
    let canvas = window.state_mut().editor.canvas();
    canvas.perform(Act::Rename { node, name }, &mut outcome);
    let said = outcome.notice.unwrap_or_default();
    assert_eq!(said, "the name contains a control character");
    assert_eq!(draft(&window), before);
    select(&mut window, &["Start"]);
    window.key_press(Key::F2);
    window.run();
    stays(&window, &before, "keep their names");
}

#[test]
fn a_small_block_is_enlarged_before_it_is_renamed() {
    let mut window = window(Desk::new(typical()));
    select(&mut window, &[FILTER]);
    let canvas = window.state_mut().editor.canvas();
    canvas.change_view(|view| view.zoom_about(Pos2::ZERO, 0.3));
    window.run();
    command(&mut window, MenuCommand::Rename);
    let field = window.get_by_label("Name of Company address");
    assert!(field.is_focused());
    assert!(field.rect().width() > 150.0);
}

#[test]
fn what_is_copied_is_pasted_again_and_again() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    select(&mut window, &[FILTER, TASK]);
    let text = copied(&mut window, egui::Event::Copy).expect("it was copied");
    assert_eq!(draft(&window), before);
    paste(&mut window, &text);
    let mut pasted = selected(&mut window);
    pasted.sort();
    assert_eq!(pasted, [TASK, FILTER]);
    let once = is_one_step(&mut window, &before);
    assert_eq!(once.len(), before.len() + 2);
    paste(&mut window, &text);
    let twice = is_one_step(&mut window, &once);
    let rects: Vec<_> = twice
        .nodes()
        .map(|(_, it)| geometry::node_rect(it))
        .collect();
    for (index, rect) in rects.iter().enumerate() {
        let others = rects.iter().skip(index + 1);
        assert!(!others.clone().any(|it| it.intersects(*rect)), "{rects:?}");
    }
    let targets: Vec<Option<i64>> = twice.targets().map(|it| it.1.id).collect();
    assert_eq!(targets, [Some(2); 3], "the group was found by its name");
}

#[test]
fn a_piece_comes_into_another_workflow_and_its_targets_with_it() {
    let mut first = window(Desk::new(typical()));
    select(&mut first, &[TASK]);
    let text = copied(&mut first, egui::Event::Copy).expect("it was copied");
    let before = registration();
    let mut desk = Desk::new(before.clone());
    desk.choices = Choices::default();
    let mut second = window(desk);
    paste(&mut second, &text);
    is_one_step(&mut second, &before);
    second.get_by_label_contains("Task: Assign Group to User. Add to Staff. 2 problems");
}

#[test]
fn what_is_cut_goes_and_comes_back() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    select(&mut window, &[FILTER, "Start"]);
    let text = copied(&mut window, egui::Event::Cut).expect("it was cut");
    let after = is_one_step(&mut window, &before);
    assert_eq!(after.len(), before.len() - 1);
    let (trigger, _) = after.trigger().expect("it stays");
    let onward = after.after(trigger, Port::Next);
    assert_eq!(onward, Some(find(&window, "User created")), "closed");
    select_edge(&mut window, "New User Registration", Port::Next);
    paste(&mut window, &text);
    let back = is_one_step(&mut window, &after);
    let way = back.after(trigger, Port::Next).expect("a step");
    assert_eq!(way, find(&window, FILTER), "on the selected edge");
    assert_eq!(back.after(way, Port::Matched), onward);
}

#[test]
fn nonsense_is_not_pasted_and_says_why() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    for (text, reason) in [
        ("Dear Ada", "“Dear Ada” is not a step of a workflow"),
        ("{\"format\":\"n8n\"}", "says its format is “n8n”"),
        ("[]", "does not say “format”"),
        ("a\u{202e}b\0", "‹U+202E›b‹U+0000›"),
    ] {
        paste(&mut window, text);
        stays(&window, &before, reason);
    }
    assert!(!window.state_mut().editor.canvas().can_undo());
}

#[test]
fn of_a_whole_workflow_the_steps_are_pasted() {
    use crate::model::document::Document;
    let before = registration();
    let mut window = window(Desk::new(before.clone()));
    let json = Document::new("Welcome", "", "", typical()).to_json();
    paste(&mut window, &json.expect("JSON"));
    let said = notice(&window);
    assert!(said.contains("only the steps of this workflow"), "{said}");
    let after = is_one_step(&mut window, &before);
    assert_eq!(after.len(), before.len() + 3);
}

#[test]
fn what_every_workflow_has_once_is_not_copied() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    select(&mut window, &["Start"]);
    for event in [egui::Event::Copy, egui::Event::Cut] {
        assert_eq!(copied(&mut window, event), None);
        stays(&window, &before, "cannot be copied");
    }
}

#[test]
fn duplicates_stand_beside_and_leave_the_clipboard_alone() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    select(&mut window, &[FILTER, TASK]);
    let key = egui::Event::Key {
        key: Key::D,
        physical_key: None,
        pressed: true,
        repeat: false,
        modifiers: Modifiers::COMMAND,
    };
    assert_eq!(copied(&mut window, key), None);
    let after = is_one_step(&mut window, &before);
    assert_eq!(after.len(), before.len() + 2);
    for (id, node) in before.nodes() {
        assert_eq!(after.node(id), Some(node), "nothing else moved");
    }
    let all = |of: &Definition| of.nodes().map(|(id, _)| id).collect();
    let piece = |of: &Definition| Fragment::of(of, &all(of)).expect("steps");
    assert_ne!(piece(&before), piece(&after));
}

#[test]
fn a_text_field_keeps_its_clipboard() {
    let before = typical();
    let mut window = window(Desk::new(before.clone()));
    select(&mut window, &[FILTER]);
    let text = copied(&mut window, egui::Event::Copy).expect("it was copied");
    window.key_press(Key::F2);
    window.run();
    paste(&mut window, &text);
    assert_eq!(draft(&window).len(), before.len());
    let word = copied(&mut window, egui::Event::Cut);
    assert_eq!(word, None, "nothing is selected in the field");
    assert_eq!(draft(&window).len(), before.len());
}

#[test]
fn only_steps_that_a_draft_takes_are_pasted_into_a_preview() {
    let mut desk = Desk::new(typical());
    desk.is_preview = true;
    let mut window = window(desk);
    select(&mut window, &[FILTER]);
    let text = copied(&mut window, egui::Event::Copy).expect("looking is enough");
    paste(&mut window, &text);
    stays(&window, &typical(), "Only a draft can be changed");
}
