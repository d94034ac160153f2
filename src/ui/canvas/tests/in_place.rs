//! The drawer writes into the draft: what is done there is undone step by step.

use super::*;
use crate::model::task::RunMode;

/// Fast enough that a few frames between two keys are no pause.
fn quick(definition: Definition) -> Window {
    let mut window = Harness::builder()
        .with_size([1280.0, 800.0])
        .with_step_dt(0.1)
        .with_max_steps(40)
        .with_render_cursor(false)
        .with_context_setup(theme::install)
        .build_ui_state(|ui, desk: &mut Desk| desk.draw(ui), Desk::new(definition));
    window.run();
    window
}

fn opened(definition: Definition, step: &str) -> Window {
    let mut window = quick(definition);
    click(&mut window, &format!("Edit {step}"));
    window
}

fn draft(window: &Window) -> Definition {
    window.state().editor.draft().clone()
}

fn redo(window: &mut Window) {
    window.key_press_modifiers(Modifiers::COMMAND, Key::Y);
    window.run();
}

/// Letter by letter, as a person does.
fn write(window: &mut Window, field: &str, text: &str) {
    window.get_by_label(field).focus();
    window.run();
    for letter in text.chars() {
        window.get_by_label(field).type_text(&letter.to_string());
        window.step();
    }
}

fn key(window: &mut Window, key: Key) {
    window.key_press(key);
    window.run();
}

fn name_of(window: &Window, id: NodeId) -> String {
    let node = window.state().editor.draft().node(id);
    node.expect("it is there").name.clone()
}

const FILTER: &str = "Company address";
const TASK: &str = "Assign Group to User";

/// With two rules, of which the first has two groups.
fn rich() -> Definition {
    let mut definition = typical();
    let task = definition.tasks().next().expect("a task").0;
    let node = definition.node_mut(task).expect("it is there");
    if let NodeKind::Task(task) = &mut node.kind {
        let group = |id, name: &str| Target {
            id: Some(id),
            name: name.to_owned(),
        };
        task.rules[0].targets.push(group(3, "Sales"));
        task.rules.push(Rule {
            when: Some(Condition::test(Subject::Email, Operator::Contains, "x")),
            targets: vec![group(4, "Engineering")],
        });
        task.fallback = vec![group(5, "Guests")];
    }
    definition
}

#[track_caller]
fn check(step: &str, act: impl FnOnce(&mut Window)) {
    let before = rich();
    let mut window = opened(before.clone(), step);
    act(&mut window);
    window.run();
    let after = draft(&window);
    assert_ne!(after, before, "it is in the draft at once");
    undo(&mut window);
    assert_eq!(draft(&window), before, "one step undoes it");
    redo(&mut window);
    assert_eq!(draft(&window), after);
    click(&mut window, "Close drawer");
    assert_eq!(draft(&window), after, "closing loses nothing");
    undo(&mut window);
    assert_eq!(draft(&window), before);
}

#[test]
fn every_edit_of_a_step_is_one_undo_step() {
    check(FILTER, |it| write(it, "Name", "2"));
    check(FILTER, |it| press(it, "Disable this step"));
    check(TASK, |it| press(it, "Conditional"));
    check(TASK, |it| press(it, "Disable this step"));
}

#[test]
fn every_edit_of_a_rule_is_one_undo_step() {
    check(TASK, |it| press(it, "Add rule"));
    check(TASK, |it| press(it, "Remove rule 1"));
    check(TASK, |it| press(it, "Move rule 2 up"));
    check(TASK, |it| press(it, "Remove Staff from rule 1"));
    check(TASK, |it| {
        choose(it, "Add group to rule 1", "Guests");
    });
    check(TASK, |it| write(it, "Value of condition 1 of rule 2", "y"));
    check(TASK, |it| press(it, "Remove Guests from the fallback"));
    check(TASK, |it| press(it, "Use a fallback if no rule matches"));
}

#[test]
fn every_edit_of_a_condition_is_one_undo_step() {
    check(FILTER, |it| {
        choose(it, "Attribute of condition 1", "Username");
    });
    check(FILTER, |it| {
        choose(it, "Operator of condition 1", "Not Contains");
    });
    check(FILTER, |it| write(it, "Value of condition 1", "x"));
    check(FILTER, |it| {
        choose(it, "Value of condition 3", "Berlin");
    });
    check(FILTER, |it| press(it, "Remove condition 2"));
    check(FILTER, |it| press(it, "Remove group 2"));
    check(FILTER, |it| press(it, "Add condition"));
    check(FILTER, |it| press(it, "Add group"));
}

#[test]
fn the_only_condition_can_be_any_of() {
    let mut definition = typical();
    let filter = definition
        .find(|kind| matches!(kind, NodeKind::Filter(_)))
        .expect("a filter");
    let node = definition.node_mut(filter).expect("it is there");
    node.kind = NodeKind::Filter(None);
    let before = definition.clone();
    let mut window = opened(definition, FILTER);
    click(&mut window, "Any of");
    let any = draft(&window);
    assert_ne!(any, before);
    press(&mut window, "Add group");
    press(&mut window, "Remove group 2");
    assert_eq!(draft(&window), any);
    for _ in 0..3 {
        undo(&mut window);
    }
    assert_eq!(draft(&window), before);
}

#[test]
fn every_edit_of_a_trigger_is_one_undo_step() {
    let trigger = "New User Registration";
    check(trigger, |it| press(it, "User Self-Registration"));
    check(trigger, |it| write(it, "Name", "Joiners"));
}

#[test]
fn each_typed_word_is_one_undo_step() {
    let mut window = opened(typical(), TASK);
    let id = find(&window, TASK);
    write(&mut window, "Name", "new joiner team");
    let mut names = Vec::new();
    for _ in 0..3 {
        names.push(name_of(&window, id));
        undo(&mut window);
    }
    assert_eq!(names, ["new joiner team", "new joiner", "new"]);
    assert_eq!(draft(&window), typical());
    for _ in 0..3 {
        redo(&mut window);
    }
    assert_eq!(name_of(&window, id), "new joiner team");
}

#[test]
fn words_that_come_in_one_frame_are_still_words() {
    let mut window = opened(typical(), TASK);
    let id = find(&window, TASK);
    type_into(&mut window, "Name", "new joiner team");
    undo(&mut window);
    assert_eq!(name_of(&window, id), "new joiner");
    undo(&mut window);
    assert_eq!(name_of(&window, id), "new");
}

#[test]
fn the_field_with_the_keyboard_shows_what_undo_left() {
    let mut window = opened(typical(), TASK);
    write(&mut window, "Name", "new joiner");
    undo(&mut window);
    let field = window.get_by_label("Name");
    assert!(field.is_focused());
    assert_eq!(field.value().as_deref(), Some("new"));
    // What is typed on goes to the end of what is left.
    write(&mut window, "Name", " team");
    assert_eq!(
        window.get_by_label("Name").value().as_deref(),
        Some("new team")
    );
    window.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    window.key_press_modifiers(Modifiers::COMMAND, Key::Z);
    window.run();
    assert_eq!(draft(&window), typical());
    window.key_press_modifiers(Modifiers::COMMAND.plus(Modifiers::SHIFT), Key::Z);
    window.run();
    assert_eq!(window.get_by_label("Name").value().as_deref(), Some("new"));
}

#[test]
fn the_cursor_goes_where_undo_and_redo_change_the_text() {
    let mut window = opened(typical(), TASK);
    let id = find(&window, TASK);
    write(&mut window, "Name", "new team");
    key(&mut window, Key::Home);
    write(&mut window, "Name", "the ");
    key(&mut window, Key::End);
    undo(&mut window);
    redo(&mut window);
    write(&mut window, "Name", "big ");
    assert_eq!(name_of(&window, id), "the big new team");
    for _ in 0..3 {
        undo(&mut window);
    }
    redo(&mut window);
    write(&mut window, "Name", "s");
    assert_eq!(name_of(&window, id), "new teams");
}

#[test]
fn a_pause_a_deletion_and_a_paste_end_a_word() {
    let mut window = opened(typical(), TASK);
    let id = find(&window, TASK);
    write(&mut window, "Name", "new");
    window.run_steps(12);
    write(&mut window, "Name", "er");
    for _ in 0..2 {
        window.key_press(Key::Backspace);
        window.step();
    }
    window.event(egui::Event::Paste("ly made".to_owned()));
    window.step();
    let mut names = Vec::new();
    for _ in 0..4 {
        names.push(name_of(&window, id));
        undo(&mut window);
    }
    assert_eq!(names, ["newly made", "new", "newer", "new"]);
    assert_eq!(draft(&window), typical());
}

#[test]
fn a_word_is_finished_once_and_the_window_comes_to_rest() {
    let mut window = opened(typical(), TASK);
    let before = window.state_mut().editor.canvas().revision();
    write(&mut window, "Name", "newer");
    assert_eq!(window.state_mut().editor.canvas().revision(), before);
    assert!(window.state().editor.is_unfinished());
    window.run_steps(12);
    assert_eq!(window.state_mut().editor.canvas().revision(), before + 1);
    assert!(!window.state().editor.is_unfinished());
    window.get_by_label("Done").focus();
    window.run();
    window.run_steps(50);
    let output = &window.output().viewport_output[&egui::ViewportId::ROOT];
    assert_eq!(output.repaint_delay, std::time::Duration::MAX);
}

#[test]
fn closing_in_the_middle_of_a_word_keeps_it() {
    for close in ["Done", "Close drawer", "Edit Company address"] {
        let mut window = opened(typical(), TASK);
        let id = find(&window, TASK);
        write(&mut window, "Name", "newer");
        click(&mut window, close);
        assert_eq!(name_of(&window, id), "newer", "{close}");
        assert!(!window.state().editor.is_unfinished());
        undo(&mut window);
        assert_eq!(draft(&window), typical());
    }
    let mut window = opened(typical(), TASK);
    write(&mut window, "Name", "newer");
    key(&mut window, Key::Escape);
    key(&mut window, Key::Escape);
    assert!(window.query_by_label("Done").is_none());
    find(&window, "newer");
}

#[test]
fn undo_with_the_drawer_closed_shows_what_it_changed() {
    let mut window = opened(typical(), TASK);
    let id = find(&window, TASK);
    press(&mut window, "Disable this step");
    click(&mut window, "Close drawer");
    click_node(&mut window, "Filter: Company address");
    undo(&mut window);
    let selected = window.state_mut().editor.canvas().selected().clone();
    assert_eq!(selected, [id].into());
}

#[test]
fn a_fresh_step_complains_once_a_field_was_left_and_goes_with_undo() {
    let before = registration();
    let mut window = quick(before.clone());
    click(&mut window, "Add step after User created");
    click(&mut window, TASK);
    let complaint = "Choose at least one group";
    assert!(window.query_by_label(complaint).is_none());
    write(&mut window, "Name", "Welcome");
    window.get_by_label("Done").focus();
    window.run();
    window.get_by_label(complaint);
    undo(&mut window);
    window.get_by_label("Done");
    undo(&mut window);
    assert!(window.query_by_label("Done").is_none(), "it is gone");
    assert_eq!(draft(&window), before);

    redo(&mut window);
    click(&mut window, &format!("Edit {TASK}"));
    window.get_by_label(complaint);
}

#[test]
fn a_fresh_step_stays_with_esc_and_goes_with_delete() {
    let before = registration();
    let mut window = quick(before.clone());
    click(&mut window, "Add step after User created");
    click(&mut window, TASK);
    key(&mut window, Key::Escape);
    assert!(window.query_by_label("Done").is_none());
    let task = find(&window, TASK);
    assert!(window.state().editor.draft().node(task).is_some());
    key(&mut window, Key::Delete);
    let nodes = |it: &Definition| it.len();
    assert_eq!(nodes(&draft(&window)), nodes(&before));
}

#[test]
fn the_conditions_of_a_run_mode_come_back_with_undo() {
    let mut window = opened(typical(), TASK);
    press(&mut window, "Conditional");
    press(&mut window, "Add condition");
    write(&mut window, "Value of condition 1", "x");
    let mode = window.query_all_by_label("Always").next();
    mode.expect("the run mode").click();
    window.run();
    undo(&mut window);
    let task = find(&window, TASK);
    let node = draft(&window).node(task).cloned().expect("it is there");
    let NodeKind::Task(task) = node.kind else {
        panic!("it is a task");
    };
    let RunMode::Conditional(condition) = task.mode else {
        panic!("it is conditional again");
    };
    assert_eq!(condition.sentence(), "Email contains x");
}

/// Asks for a new target of the first rule.
fn ask_for(window: &mut Window, list: &str, name: &str) {
    let combo = window.get_by_role_and_label(Role::ComboBox, list);
    combo.scroll_to_me();
    window.run();
    window.get_by_role_and_label(Role::ComboBox, list).click();
    window.run();
    window
        .get_by_label(&format!("Search {list}"))
        .type_text(name);
    window.run();
    click(window, &format!("Create “{name}”"));
}

fn answer(window: &mut Window, kind: TargetKind, name: &str) -> Arrival {
    let target = Target {
        id: Some(99),
        name: name.to_owned(),
    };
    let arrival = window.state_mut().editor.created(kind, target);
    window.run();
    arrival
}

fn summary(window: &Window, title: &str) -> String {
    let node = draft(window).node(find(window, title)).cloned();
    node.expect("it is there").kind.summary()
}

#[test]
fn a_target_that_was_created_in_place_is_undone_in_one_step() {
    let mut window = opened(typical(), TASK);
    ask_for(&mut window, "Add group to rule 1", "Night shift");
    assert_eq!(draft(&window), typical(), "it is not there yet");
    let arrival = answer(&mut window, TargetKind::Group, "Night shift");
    assert_eq!(arrival, Arrival::Shown);
    assert_eq!(summary(&window, TASK), "Add to Staff and 1 more");
    undo(&mut window);
    assert_eq!(draft(&window), typical());
    redo(&mut window);
    assert_eq!(summary(&window, TASK), "Add to Staff and 1 more");
}

#[test]
fn a_role_is_created_in_place() {
    let mut window = quick(registration());
    click(&mut window, "Add step after User created");
    click(&mut window, "Assign Role to User");
    ask_for(&mut window, "Role of rule 1", "Night nurse");
    let request = window.state().last.clone().and_then(|it| it.request);
    let name = "Night nurse".to_owned();
    let kind = TargetKind::Role;
    assert_eq!(request, Some(DrawerRequest::Create { kind, name }));
    answer(&mut window, kind, "Night nurse");
    assert_eq!(
        summary(&window, "Assign Role to User"),
        "Give the role Night nurse"
    );
}

#[test]
fn what_was_created_goes_where_it_was_asked_for_though_the_drawer_is_elsewhere() {
    let mut window = opened(rich(), TASK);
    ask_for(&mut window, "Add group to rule 2", "Night shift");
    press(&mut window, "Move rule 2 up");
    click(&mut window, "Edit Company address");
    write(&mut window, "Name", "es");
    let before = draft(&window);
    let arrival = answer(&mut window, TargetKind::Group, "Night shift");
    let step = TASK.to_owned();
    assert_eq!(arrival, Arrival::Elsewhere { step });
    let task = draft(&window).node(find(&window, TASK)).cloned();
    let Some(NodeKind::Task(task)) = task.map(|it| it.kind) else {
        panic!("it is a task");
    };
    let names = |rule: &Rule| rule.targets.iter().map(|it| it.name.clone()).collect();
    let first: Vec<String> = names(&task.rules[0]);
    assert_eq!(first, ["Engineering", "Night shift"]);
    undo(&mut window);
    assert_eq!(draft(&window), before, "the word before it is another step");
}

#[test]
fn what_nobody_waits_for_any_more_is_said_to_be_nowhere() {
    let mut window = opened(typical(), TASK);
    ask_for(&mut window, "Add group to rule 1", "Night shift");
    click(&mut window, &format!("Delete {TASK}"));
    let arrival = answer(&mut window, TargetKind::Group, "Night shift");
    assert_eq!(arrival, Arrival::Nowhere);
}

#[test]
fn a_refusal_is_shown_where_it_was_asked_for() {
    let mut window = opened(typical(), TASK);
    ask_for(&mut window, "Add group to rule 1", "Night shift");
    let refused = |window: &mut Window| {
        let reason = "the directory is closed".to_owned();
        let editor = &mut window.state_mut().editor;
        let is_shown = editor.refused(TargetKind::Group, "Night shift", reason);
        window.run();
        is_shown
    };
    assert!(refused(&mut window));
    window.get_by_label("The directory is closed");
    ask_for(&mut window, "Add group to rule 1", "Night shift");
    assert!(window.query_by_label("The directory is closed").is_none());
    click(&mut window, "Done");
    assert!(!refused(&mut window), "nobody sees it");
}
