//! Workflows that a schedule starts: their trigger, and what becomes of a drawing when it changes.

use chrono_tz::{Europe, Tz};
use egui::Role;
use egui_kittest::kittest::{NodeT as _, Queryable as _};

use super::{
    Desk, Window, actions::redo, choose, click, press, registration, type_into, typical, undo,
    window,
};
use crate::model::{
    condition::{Condition, Operator, Subject},
    definition::{Definition, NodeKind, Trigger},
    problem::Known,
    schedule::{MissedRun, Repeat, Schedule},
    sweep::SweepTask,
};

const REGISTRATION: &str = "New User Registration";
const DORMANT: &str = "Identity Dormant Account";
const EXPIRY: &str = "Notify User on Password Expiry";

pub(in crate::ui::canvas) fn dormant() -> Trigger {
    Trigger::offered(Europe::Berlin).remove(2)
}

pub(in crate::ui::canvas) fn expiry() -> Trigger {
    Trigger::offered(Europe::Berlin).remove(3)
}

/// Start, trigger, its task, End.
pub(in crate::ui::canvas) fn scheduled(trigger: Trigger) -> Definition {
    let task = trigger.sweep_task().expect("a task");
    let mut definition = Definition::blank();
    definition.set_trigger(trigger).expect("there is room");
    let edge = definition.placeholders().first().expect("one").edge;
    definition
        .insert(edge, NodeKind::Sweep(task))
        .expect("room");
    definition
}

fn opened(definition: Definition, step: &str) -> Window {
    let mut desk = Desk::new(definition);
    let now = "2026-11-29T10:00:00Z".parse();
    desk.choices.set_now(now.expect("a moment"));
    desk.choices = desk.choices.here(Some(Europe::Berlin));
    let mut window = window(desk);
    window.set_size(egui::vec2(1280.0, 1600.0));
    window.run();
    click(&mut window, step);
    window
}

fn draft(window: &Window) -> Definition {
    window.state().editor.draft().clone()
}

fn trigger(window: &Window) -> Trigger {
    draft(window).trigger().expect("it has one").1.clone()
}

fn schedule(window: &Window) -> Schedule {
    trigger(window).schedule().expect("a schedule").clone()
}

fn has_event(window: &Window) -> bool {
    draft(window).find(NodeKind::is_event).is_some()
}

#[test]
fn a_scheduled_workflow_is_begun_with_the_mouse() {
    let mut window = opened(Definition::blank(), "Add trigger");
    for offered in [REGISTRATION, "User Profile Update", DORMANT, EXPIRY] {
        window.get_by_role_and_label(Role::RadioButton, offered);
    }
    click(&mut window, DORMANT);
    assert!(window.query_by_label("Sources").is_none());
    window.get_by_label("Sun 29 Nov 2026, 12:00 UTC+01:00");
    choose(&mut window, "Repeat", "Weekly");
    press(&mut window, "Add this trigger");
    let made = schedule(&window);
    assert_eq!(made.zone, Europe::Berlin);
    assert_eq!(made.repeat.label(), "Weekly");
    assert!(!has_event(&window));
    window.get_by_label_contains("Trigger: Identity Dormant Account");
    window.get_by_label_contains("Mondays at 12:00, Europe/Berlin");

    click(&mut window, "Add step after Identity Dormant Account");
    let offers = window.query_all_by_role(Role::ListBoxOption);
    let labels: Vec<String> = offers
        .filter_map(|it| it.accesskit_node().label())
        .collect();
    for gone in ["Assign Group to User", "Notify Password Expiry"] {
        assert!(!labels.iter().any(|it| it == gone), "{labels:?}");
    }
    window
        .get_by_role_and_label(Role::ListBoxOption, "Identify Dormant Account")
        .click();
    window.run();
    let is_task = |kind: &NodeKind| matches!(kind, NodeKind::Sweep(SweepTask::IdentifyDormant(_)));
    assert!(draft(&window).find(is_task).is_some());
    assert_eq!(draft(&window).problems(), []);
}

#[test]
fn new_schedules_begin_daily_at_noon_where_the_machine_is() {
    let mut window = opened(Definition::blank(), "Add trigger");
    click(&mut window, EXPIRY);
    press(&mut window, "Add this trigger");
    assert_eq!(schedule(&window), Schedule::new(Europe::Berlin));
}

#[test]
fn a_schedule_in_place_of_an_event_takes_it_out_in_one_step_of_undo() {
    let before = typical();
    let mut window = opened(before.clone(), "Edit New User Registration");
    click(&mut window, DORMANT);
    assert!(!has_event(&window));
    let after = draft(&window);
    undo(&mut window);
    assert_eq!(draft(&window), before);
    redo(&mut window);
    assert_eq!(draft(&window), after);
}

#[test]
fn tasks_of_another_trigger_stay_and_are_said_to_be_wrong() {
    let mut window = opened(typical(), "Edit New User Registration");
    click(&mut window, DORMANT);
    let said = "“Assign Group to User” does not go with this trigger: delete what is not meant.";
    window.get_by_label(said);
    let problems = draft(&window).problems();
    let texts: Vec<String> = problems.iter().map(|it| it.kind.to_string()).collect();
    let wrong = "Assign Group to User does not go with the trigger Identity Dormant Account";
    assert!(texts.iter().any(|it| it == wrong), "{texts:?}");
    click(&mut window, "Edit Assign Group to User");
    window.get_by_label_contains(wrong);
    click(&mut window, "Edit Identity Dormant Account");
    click(&mut window, REGISTRATION);
    assert!(window.query_by_label(said).is_none());
    assert_eq!(draft(&window).problems(), []);
}

#[test]
fn both_types_with_a_schedule_have_it_in_common() {
    let mut window = opened(registration(), "Edit New User Registration");
    press(&mut window, "Create User via Admin Portal");
    let first = trigger(&window);
    click(&mut window, DORMANT);
    choose(&mut window, "Repeat", "Hourly");
    press(&mut window, "Skip");
    let kept = schedule(&window);
    assert_eq!(kept.missed, MissedRun::Skip);
    assert_eq!(kept.repeat, Repeat::Hourly { minute: 0 });
    click(&mut window, EXPIRY);
    assert_eq!(schedule(&window), kept);
    assert_eq!(trigger(&window).label(), EXPIRY);
    click(&mut window, REGISTRATION);
    assert_eq!(trigger(&window), first);
    assert!(has_event(&window));
    click(&mut window, DORMANT);
    assert_eq!(schedule(&window), kept);
}

#[test]
fn a_time_that_is_typed_is_one_step_of_undo() {
    let before = scheduled(dormant());
    let mut window = opened(before.clone(), "Edit Identity Dormant Account");
    choose(&mut window, "Repeat", "Monthly");
    let monthly = draft(&window);
    let field = || egui::Modifiers::COMMAND;
    window
        .get_by_role_and_label(Role::TextInput, "Day of month")
        .focus();
    window.run();
    window.key_press_modifiers(field(), egui::Key::A);
    window.run();
    for letter in ["3", "1"] {
        window.event(egui::Event::Text(letter.to_owned()));
        window.run();
    }
    let Repeat::Monthly { day, .. } = schedule(&window).repeat else {
        panic!("it is monthly");
    };
    assert_eq!(day, 31);
    undo(&mut window);
    assert_eq!(draft(&window), monthly);
    undo(&mut window);
    assert_eq!(draft(&window), before);
}

#[test]
fn what_cannot_be_read_stays_in_its_field() {
    let mut window = opened(scheduled(dormant()), "Edit Identity Dormant Account");
    let before = draft(&window);
    type_into(&mut window, "Time", "99");
    assert_eq!(draft(&window), before);
    window.get_by_label_contains("It stays 12:00");
}

#[test]
fn a_schedule_that_can_only_be_looked_at_is_shown_and_not_changed() {
    let mut window = window(Desk {
        is_preview: true,
        ..Desk::new(scheduled(expiry()))
    });
    window.set_size(egui::vec2(1280.0, 1600.0));
    window.run();
    let before = draft(&window);
    click(&mut window, "Show Notify User on Password Expiry");
    window.get_by_label("Next due times");
    click(&mut window, DORMANT);
    press(&mut window, "Skip");
    assert_eq!(draft(&window), before);
}

#[test]
fn a_zone_of_its_own_is_kept_wherever_the_machine_is() {
    let window = opened(
        scheduled(Trigger::offered(Tz::Asia__Tokyo).remove(2)),
        "Edit Identity Dormant Account",
    );
    assert_eq!(schedule(&window).zone, Tz::Asia__Tokyo);
    window.get_by_label("Mon 30 Nov 2026, 12:00 UTC+09:00");
}

#[test]
fn conditions_of_a_schedule_ask_for_no_source_and_no_change() {
    let mut definition = scheduled(dormant());
    let edge = definition.placeholders().first().expect("one").edge;
    let source = Condition::test(Subject::Source, Operator::Equal, "API");
    let changed = Condition::test(Subject::LastName, Operator::Changed, "");
    let both = Condition::All(vec![source, changed]);
    definition.insert(edge, NodeKind::Filter(Some(both)));
    let mut window = opened(definition, "Edit Filter");
    window.get_by_label("It has no meaning here: a schedule has no source");
    window.get_by_label("It never holds: a schedule changes nobody before it asks");
    let problems = draft(&window).all_problems(&Known::default());
    let texts: Vec<String> = problems.iter().map(|it| it.kind.to_string()).collect();
    for wrong in [
        "\"Source is API\" never holds",
        "\"Last Name changed\" never holds",
    ] {
        assert!(texts.iter().any(|it| it.contains(wrong)), "{texts:?}");
    }
    choose(&mut window, "Attribute of condition 1", "Username");
    window
        .get_by_role_and_label(Role::ComboBox, "Attribute of condition 1")
        .click();
    window.run();
    let options = window.query_all_by_role(Role::ListBoxOption);
    let mut labels = options.filter_map(|it| it.accesskit_node().label());
    assert!(!labels.any(|it| it == "Source"));
}
